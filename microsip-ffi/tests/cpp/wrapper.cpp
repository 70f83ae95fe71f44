// The C++ wrapper: handles that free themselves, exceptions and results, optionals, texts of every kind, lambdas for events.
#include <atomic>
#include <cstdlib>
#include <future>
#include <iostream>
#include <microsip.hpp>
#include <type_traits>
#include <vector>

namespace {

constexpr std::uint32_t deadline_ms = 60000;

#define CHECK(condition)                                                                     \
    do {                                                                                     \
        if (!(condition)) {                                                                  \
            std::cerr << __FILE__ << ":" << __LINE__ << ": " << #condition << std::endl;     \
            std::exit(1);                                                                    \
        }                                                                                    \
    } while (0)

template <class F>
microsip_status_t thrown(F &&work) {
    try {
        work();
    } catch (const microsip::Error &error) {
        CHECK(error.what()[0] != '\0');
        CHECK(error.name() == microsip_status_name(error.status()));
        return error.status();
    }
    return MICROSIP_STATUS_OK;
}

std::size_t handles() {
    std::size_t count = 0;
    microsip_handle_count(&count);
    return count;
}

microsip::Endpoint start() {
    microsip::EndpointConfig config;
    config.clear_transports();
    config.add_transport(MICROSIP_TRANSPORT_UDP, std::string_view("127.0.0.1:0"));
    config.set_close_timeout(500);
    return microsip::Endpoint::start(config);
}

void objects_free_themselves() {
    CHECK(handles() == 0);
    {
        microsip::EndpointConfig one;
        CHECK(handles() == 1 && one);
        microsip::EndpointConfig copy = one;
        CHECK(handles() == 2);
        microsip::EndpointConfig moved = std::move(copy);
        CHECK(handles() == 2 && moved && !copy);
        CHECK(thrown([&] { copy.set_user_agent("x"); }) == MICROSIP_STATUS_INVALID_HANDLE);
        copy = moved;
        copy = std::move(one);
        std::vector<microsip::EndpointConfig> many(5, moved);
        CHECK(handles() == 7);
        const microsip_endpoint_config_t raw = moved.release();
        CHECK(!moved && handles() == 7);
        CHECK(microsip_endpoint_config_free(raw) == MICROSIP_STATUS_OK);
    }
    CHECK(handles() == 0);
    static_assert(std::is_nothrow_move_constructible_v<microsip::Call>);
    static_assert(!std::is_convertible_v<microsip_call_t, microsip::Call>, "taking a handle over is said");
}

void failures_are_exceptions_or_results() {
    microsip::EndpointConfig config;
    try {
        config.add_transport(MICROSIP_TRANSPORT_UDP, "no address");
        CHECK(false);
    } catch (const microsip::Error &error) {
        CHECK(error.status() == MICROSIP_STATUS_INVALID_ARGUMENT);
        CHECK(error.name() == "invalid_argument");
        CHECK(std::string(error.what()).find("bind") != std::string::npos);
    }
    CHECK(thrown([&] { config.add_transport(99, "127.0.0.1:0"); }) == MICROSIP_STATUS_INVALID_ENUM);
    CHECK(thrown([&] { config.set_user_agent("\xff"); }) == MICROSIP_STATUS_INVALID_UTF8);
    CHECK(thrown([&] { config.set_user_agent(nullptr); }) == MICROSIP_STATUS_NULL_ARGUMENT);
    CHECK(thrown([&] { config.set_user_agent(std::string("short\0ened", 10)); }) == MICROSIP_STATUS_INVALID_ARGUMENT);
    CHECK(thrown([&] { config.set_user_agent(std::string_view("short\0ened", 10)); }) == MICROSIP_STATUS_INVALID_ARGUMENT);

    auto good = microsip::attempt([] { return start(); });
    CHECK(good && good.has_value());
    auto bad = microsip::attempt([] { return microsip::Endpoint::start(); });
    CHECK(!bad && bad.error().status() == MICROSIP_STATUS_ALREADY_RUNNING);
    CHECK(!bad.error().code().empty() && !bad.error().advice().empty());
    CHECK(thrown([&] { bad.value(); }) == MICROSIP_STATUS_ALREADY_RUNNING);
    CHECK(microsip::attempt([&] { good->close(); }));
    CHECK(microsip::attempt([&] { good->hang_up_all(); }).error().status() == MICROSIP_STATUS_NOT_RUNNING);
}

std::string uri(const char *name, const microsip::Endpoint &endpoint) {
    return "sip:" + std::string(name) + "@127.0.0.1:" + std::to_string(endpoint.local_port(MICROSIP_TRANSPORT_UDP));
}

void a_call_is_told_to_a_lambda() {
    auto endpoint = start();
    const auto ann = endpoint.add_account(microsip::AccountConfig(uri("ann", endpoint)));
    const auto bob = endpoint.add_account(microsip::AccountConfig(uri("bob", endpoint)));
    CHECK(ann.aor() == uri("ann", endpoint));

    std::promise<microsip::Call> rings;
    std::promise<void> over;
    std::atomic<int> states{0};
    auto alive = std::make_shared<int>(0);
    auto events = endpoint.on_event([&, alive](const microsip::Event &event) {
        if (event.kind() == MICROSIP_EVENT_KIND_INCOMING_CALL) {
            // Kept beyond the callback.
            rings.set_value(event.call().value());
        } else if (event.kind() == MICROSIP_EVENT_KIND_CALL_STATE) {
            ++states;
            const auto info = event.call_info().value();
            if (info.state() == MICROSIP_CALL_STATE_DISCONNECTED && info.direction() == MICROSIP_DIRECTION_INCOMING) {
                CHECK(info.end_code() == 200);
                over.set_value();
            }
        }
        CHECK(!event.mailbox() || event.kind() == MICROSIP_EVENT_KIND_MESSAGES_WAITING);
    });
    auto pulled = endpoint.events();

    microsip::CallOptions options;
    options.add_header("X-Test", std::string("from C++"));
    const auto call = ann.call(std::string(bob.aor()), options);
    const auto theirs = rings.get_future().get();
    CHECK(theirs.info().invite().has_value());
    theirs.answer(200);
    call.wait_for(MICROSIP_CALL_STATE_CONFIRMED, deadline_ms);
    CHECK(call.state() == MICROSIP_CALL_STATE_CONFIRMED);
    CHECK(call.info().audio().value().payload_type().value() < 128);
    call.hang_up();
    over.get_future().wait();
    CHECK(states > 2);

    // What the lambda was told can be pulled, too.
    bool seen = false;
    while (!seen) seen = pulled.next(deadline_ms).kind() == MICROSIP_EVENT_KIND_INCOMING_CALL;

    CHECK(alive.use_count() == 2);
    endpoint.close();
    CHECK(alive.use_count() == 1 && "the lambda went when the endpoint was closed");
    CHECK(thrown([&] { endpoint.on_event([alive](const microsip::Event &) {}); }) == MICROSIP_STATUS_NOT_RUNNING);
    CHECK(alive.use_count() == 1 && "and one that was refused as well");
}

void what_a_lambda_throws_is_kept_from_the_library() {
    std::promise<std::string> said;
    microsip::on_escaped([&](std::exception_ptr thrown) {
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception &error) {
            said.set_value(error.what());
        }
    });
    auto endpoint = start();
    std::atomic<bool> once{true};
    auto events = endpoint.on_event([&](const microsip::Event &) {
        if (once.exchange(false)) throw std::runtime_error("a bug of the application");
    });
    const auto ann = endpoint.add_account(microsip::AccountConfig(uri("ann", endpoint)));
    const auto call = ann.call(uri("nobody", endpoint));
    CHECK(said.get_future().get() == "a bug of the application");
    endpoint.close();
    microsip::on_escaped(nullptr);
}

} // namespace

int main() {
    objects_free_themselves();
    failures_are_exceptions_or_results();
    a_call_is_told_to_a_lambda();
    what_a_lambda_throws_is_kept_from_the_library();
    CHECK(handles() == 0);
    std::cout << "wrapper: ok" << std::endl;
    return 0;
}
