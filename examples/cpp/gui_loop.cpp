// How a program with windows uses the library: everything on screen belongs to one thread with a loop of its own, and what the library
// tells on its threads is posted there. With Qt `post` would be QMetaObject::invokeMethod, with GTK g_idle_add, on Windows PostMessage.
//
//   gui_loop 0.0.0.0:5060 sip:bob@192.0.2.7       calls, shows the call for as long as it lasts, and ends
//   gui_loop 0.0.0.0:5060                         answers one call and shows it
#include <condition_variable>
#include <deque>
#include <functional>
#include <iostream>
#include <microsip.hpp>
#include <mutex>
#include <string>

namespace {

// The loop of a toolkit, in little.
class Loop {
public:
    void post(std::function<void()> work) {
        {
            std::lock_guard<std::mutex> lock(mutex_);
            queue_.push_back(std::move(work));
        }
        changed_.notify_one();
    }

    void quit() {
        post([this] { running_ = false; });
    }

    void run() {
        while (running_) {
            std::function<void()> work;
            {
                std::unique_lock<std::mutex> lock(mutex_);
                changed_.wait(lock, [this] { return !queue_.empty(); });
                work = std::move(queue_.front());
                queue_.pop_front();
            }
            work();
        }
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> queue_;
    bool running_ = true;
};

// A window: touched by the loop's thread only, and so without a lock.
class CallWindow {
public:
    explicit CallWindow(Loop &loop) : loop_(loop) {}

    void show(const std::string &who, const std::string &state) { std::cout << "[" << who << "] " << state << std::endl; }

    void update(const microsip::Event &event) {
        switch (event.kind()) {
        case MICROSIP_EVENT_KIND_INCOMING_CALL: {
            call_ = event.call().value();
            show(std::string(event.call_info().value().remote_uri()), "calls; answering");
            call_.answer(200);
            break;
        }
        case MICROSIP_EVENT_KIND_CALL_STATE: {
            const auto info = event.call_info().value();
            const std::string who(info.remote_uri());
            switch (info.state()) {
            case MICROSIP_CALL_STATE_CALLING: show(who, "calling"); break;
            case MICROSIP_CALL_STATE_EARLY: show(who, "ringing"); break;
            case MICROSIP_CALL_STATE_CONFIRMED: show(who, "connected"); break;
            case MICROSIP_CALL_STATE_DISCONNECTED:
                show(who, "ended");
                loop_.quit();
                break;
            default: break;
            }
            break;
        }
        default: break;
        }
    }

    void dial(const microsip::Account &account, const std::string &target) { call_ = account.call(target); }

private:
    Loop &loop_;
    microsip::Call call_;
};

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        std::cerr << "usage: " << argv[0] << " ADDRESS:PORT [TARGET]\n";
        return 2;
    }
    try {
        // Before the library's objects, so that they go after them, however this block is left.
        Loop loop;
        CallWindow window(loop);
        microsip::EndpointConfig config;
        config.clear_transports();
        config.add_transport(MICROSIP_TRANSPORT_UDP, argv[1]);
        const auto endpoint = microsip::Endpoint::start(config);
        const auto account = endpoint.add_account(microsip::AccountConfig("sip:me@localhost"));

        // On a thread of the library: only posts. The event is kept by value, which clones its handle.
        const auto events = endpoint.on_event([&](const microsip::Event &event) {
            loop.post([&window, event] { window.update(event); });
        });
        std::cout << "listening on port " << endpoint.local_port(MICROSIP_TRANSPORT_UDP) << std::endl;
        if (argc > 2) {
            loop.post([&] { window.dial(account, argv[2]); });
        }
        loop.run();
        // Before the window goes: afterwards no callback runs.
        endpoint.close();
        return 0;
    } catch (const microsip::Error &error) {
        std::cerr << error.name() << ": " << error.what() << "\n";
        return 1;
    }
}
