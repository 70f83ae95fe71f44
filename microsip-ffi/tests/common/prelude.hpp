// microsip.hpp: the C interface for C++17 and newer. Header-only; made from microsip.h, whose banner and comments hold here too.
//
//   * Objects are values that own a handle and free it; copying one makes another handle to the same object (settings: to a copy of
//     their own). A moved-from or default-made object is empty, and using it throws.
//   * Failures are exceptions of type microsip::Error. Where a value may be absent (NO_VALUE) the result is a std::optional. Who
//     prefers results to exceptions calls through microsip::attempt([&] { return account.call(uri); }), which gives a Result.
//   * Texts go in as anything that is text; a null pointer or std::nullopt stands for NULL, and one with a NUL in it throws. Texts
//     come out as std::string_view, lent by the object they were asked of, as in C: keep the object as long as the text.
//   * Lambdas receive events: endpoint.on_event([](const microsip::Event &event) { ... }). They run on a thread of the library. What
//     they throw is kept from the library and given to microsip::on_escaped. A lambda that holds a copy of its Endpoint keeps it
//     running: end it with close().
#ifndef MICROSIP_HPP
#define MICROSIP_HPP

#include <microsip.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace microsip {

/// Why a function failed: what microsip_last_error_* says, kept. what() is the message.
class Error : public std::runtime_error {
public:
    Error(microsip_status_t status, const std::string &message) : std::runtime_error(message), status_(status) {}

    /// The failure a function has just answered with, on the thread that called it.
    static Error last(microsip_status_t status) {
        Error error(status, microsip_last_error_message());
        error.code_ = microsip_last_error_code();
        error.advice_ = microsip_last_error_advice();
        error.operation_ = microsip_last_error_operation();
        error.sip_status_ = microsip_last_error_sip_status();
        error.pj_status_ = microsip_last_error_pj_status();
        return error;
    }

    /// MICROSIP_STATUS_...
    microsip_status_t status() const noexcept { return status_; }
    /// Stable name of the status: "timeout", "busy", ...
    std::string_view name() const noexcept { return microsip_status_name(status_); }
    /// Stable name of what happened, finer than the status; docs/failures.md lists them. May be empty.
    const std::string &code() const noexcept { return code_; }
    /// The likely cause, and what to do about it. May be empty.
    const std::string &advice() const noexcept { return advice_; }
    /// The operation that failed.
    const std::string &operation() const noexcept { return operation_; }
    /// SIP status code of the peer's answer, 0 if there was none.
    std::uint16_t sip_status() const noexcept { return sip_status_; }
    /// PJSIP's status behind it, 0 if there is none.
    std::int32_t pj_status() const noexcept { return pj_status_; }

private:
    microsip_status_t status_;
    std::string code_;
    std::string advice_;
    std::string operation_;
    std::uint16_t sip_status_ = 0;
    std::int32_t pj_status_ = 0;
};

/// A value, or the Error there was instead.
template <class T>
class Result {
public:
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const noexcept { return held_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }
    /// The value; throws the error if there is none.
    T &value() & {
        if (!has_value()) throw std::get<1>(held_);
        return std::get<0>(held_);
    }
    T &&value() && { return std::move(value()); }
    const T &value() const & {
        if (!has_value()) throw std::get<1>(held_);
        return std::get<0>(held_);
    }
    T &operator*() & { return value(); }
    T *operator->() { return &value(); }
    T value_or(T other) && { return has_value() ? std::move(std::get<0>(held_)) : std::move(other); }
    /// The error; there must be one.
    const Error &error() const { return std::get<1>(held_); }

private:
    std::variant<T, Error> held_;
};

template <>
class Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    bool has_value() const noexcept { return !error_; }
    explicit operator bool() const noexcept { return has_value(); }
    void value() const {
        if (error_) throw *error_;
    }
    const Error &error() const { return error_.value(); }

private:
    std::optional<Error> error_;
};

/// Runs `work` and gives its value, or the Error it threw.
template <class F>
auto attempt(F &&work) -> Result<std::invoke_result_t<F>> {
    try {
        if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
            std::forward<F>(work)();
            return {};
        } else {
            return std::forward<F>(work)();
        }
    } catch (const Error &error) {
        return error;
    }
}

/// Bytes that an object lends.
struct ByteView {
    const std::uint8_t *data = nullptr;
    std::size_t size = 0;

    std::string_view text() const noexcept { return {reinterpret_cast<const char *>(data), size}; }
};

namespace detail {

inline std::function<void(std::exception_ptr)> &escaped_handler() {
    static std::function<void(std::exception_ptr)> handler;
    return handler;
}

/// What a callback threw: nothing may be thrown through the library.
inline void escaped() noexcept {
    try {
        if (escaped_handler()) {
            escaped_handler()(std::current_exception());
            return;
        }
        throw;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "microsip: a callback threw: %s\n", error.what());
    } catch (...) {
        std::fputs("microsip: a callback threw something that is no std::exception\n", stderr);
    }
}

inline void check(microsip_status_t status) {
    if (status != MICROSIP_STATUS_OK) throw Error::last(status);
}

/// Whether there is a value; other failures are thrown.
inline bool there(microsip_status_t status) {
    if (status == MICROSIP_STATUS_NO_VALUE) return false;
    check(status);
    return true;
}

inline std::string_view view(const char *text) noexcept { return text ? std::string_view(text) : std::string_view(); }

/// Text on its way in: ends with NUL, or is NULL.
class Text {
public:
    Text(const char *text) : pointer_(text) {}
    Text(const std::string &text) : pointer_(whole(text).c_str()) {}
    Text(std::string_view text) : own_(std::in_place, text), pointer_(whole(*own_).c_str()) {}
    Text(std::nullptr_t) {}
    Text(std::nullopt_t) {}
    Text(const Text &) = delete;
    Text &operator=(const Text &) = delete;

    const char *get() const noexcept { return pointer_; }

private:
    // C would take a NUL for the end, and less would be said than was meant.
    static const std::string &whole(const std::string &text) {
        if (text.find('\0') != std::string::npos) {
            throw Error(MICROSIP_STATUS_INVALID_ARGUMENT, "a text has a NUL character in it");
        }
        return text;
    }

    std::optional<std::string> own_;
    const char *pointer_ = nullptr;
};

/// Owns a handle.
template <class H, microsip_status_t (*Clone)(H, H *), microsip_status_t (*Free)(H)>
class Handle {
public:
    Handle() noexcept = default;
    /// Takes a handle of the C interface over.
    explicit Handle(H handle) noexcept : own_(handle) {}
    Handle(const Handle &other) {
        if (other) check(Clone(other.own_, &own_));
    }
    Handle(Handle &&other) noexcept : own_(other.release()) {}
    Handle &operator=(Handle other) noexcept {
        std::swap(own_, other.own_);
        return *this;
    }
    ~Handle() { Free(own_); }

    /// Whether it owns a handle.
    explicit operator bool() const noexcept { return own_.token != 0; }
    /// The handle, for the C interface; it stays this object's.
    H get() const noexcept { return own_; }
    /// Gives the handle away.
    H release() noexcept { return std::exchange(own_, H{0}); }

private:
    H own_ = {0};
};

/// A handle that is lent for the time of a callback.
template <class T>
class Lent {
public:
    template <class H>
    explicit Lent(H handle) : value_(handle) {}
    ~Lent() { value_.release(); }
    Lent(const Lent &) = delete;
    Lent &operator=(const Lent &) = delete;
    const T &get() const noexcept { return value_; }

private:
    T value_;
};

template <class F>
void destroy(void *user_data) noexcept {
    delete static_cast<F *>(user_data);
}

} // namespace detail

/// Sets who is told what callbacks throw; without it the message goes to standard error. Set it before callbacks run.
inline void on_escaped(std::function<void(std::exception_ptr)> handler) { detail::escaped_handler() = std::move(handler); }

