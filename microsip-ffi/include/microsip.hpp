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

class AccountConfig;
class AccountList;
class AccountNAT;
class Account;
class AddressList;
class AnswerOptions;
class AudioDeviceList;
class AudioDeviceOptions;
class AudioDevice;
class AudioDevices;
class AudioSinkOptions;
class AudioSink;
class AudioSourceOptions;
class AudioSource;
class Buddy;
class Bytes;
class CallInfo;
class CallList;
class CallOptions;
class CallPolicy;
class CallRecord;
class CallRecords;
class CallRing;
class CallRule;
class Call;
class Callback;
class CodecList;
class CommandLine;
class Command;
class ConferenceInfo;
class ConferenceOptions;
class Conference;
class ContactBook;
class ContactImport;
class ContactOptions;
class Contact;
class Contacts;
class ControlServer;
class Control;
class CountryList;
class CPIM;
class DialPlanResult;
class DialPlan;
class DialledNumber;
class DialogEntry;
class DialogParty;
class DNSConfig;
class DtmfOptions;
class Emodel;
class EndpointConfig;
class Endpoint;
class Failure;
class Event;
class Events;
class Finding;
class Findings;
class GuardConfig;
class GuardReport;
class HangUpOptions;
class HistoryOptions;
class HistoryQuery;
class HistoryStore;
class HoldOptions;
class Identity;
class Imdn;
class ImportWarning;
class ImportWarnings;
class IniChange;
class IniEntries;
class IniReportEntry;
class IniReport;
class IniSetting;
class Ini;
class IniWarning;
class IniWarnings;
class IniWatcher;
class JitterBuffer;
class Json;
class LineInfo;
class LineTable;
class Link;
class Mailbox;
class MediaInfo;
class MemberOptions;
class MergeReport;
class MessageConfig;
class MessageOptions;
class MessageRecord;
class MessageRecords;
class MessageSummary;
class NATConfig;
class NetworkChange;
class Node;
class Notification;
class Notifier;
class NumberRules;
class ObserveOptions;
class OpusOptions;
class PasswordStore;
class PCM;
class PeerTyping;
class PhoneEvent;
class PhoneEvents;
class PhoneOptions;
class Phone;
class Place;
class PlayOptions;
class Player;
class PresenceDevice;
class PresencePerson;
class PresenceStatus;
class PresenceTuple;
class PublicationInfo;
class Publication;
class PublishOptions;
class QualityConfig;
class ReceivedMessage;
class RecordOptions;
class Recorder;
class RecordingInfo;
class RecordingName;
class Registration;
class ReinviteOptions;
class RejectOptions;
class RequestOptions;
class Request;
class Response;
class ResumeOptions;
class SentMessage;
class ServeOptions;
class ServerList;
class Shortcut;
class SIPMessage;
class SpeechDetector;
class SpeechOptions;
class Stats;
class Story;
class StunInfo;
class SubscribeOptions;
class SubscriptionInfo;
class Subscription;
class TextList;
class TLSConfig;
class ToneDetector;
class TonePlayer;
class Tone;
class Trace;
class TransferOptions;
class TransferProgress;
class TransferRequest;
class TransportSwitch;
class TurnConfig;
class UpdateOptions;
class WatchedLine;
class WatcherList;
class Watcher;

/// Settings of an account, filled in before it is added.
class AccountConfig : public detail::Handle<microsip_account_config_t, microsip_account_config_clone, microsip_account_config_free> {
public:
    using Handle::Handle;

    /// Makes settings for an address of record such as `"sip:1001@pbx.example.org"` or `"\"Ann\" <sip:1001@pbx.example.org>"`. Checked
    /// when the account is added.
    explicit AccountConfig(const detail::Text &aor);

    /// Sets the registrar's URI, such as `"sip:pbx.example.org"`; NULL (default): the account does not register.
    void set_registrar(const detail::Text &registrar) const;

    /// Sets the codecs offered and accepted in this account's calls, the preferred one first, such as `"PCMA/8000/1
    /// PCMU/8000/1"`; all must be among the endpoint's. NULL (default): the endpoint's. Statuses: `INVALID_ARGUMENT` for a
    /// malformed list.
    void set_codecs(const detail::Text &list) const;

    /// Sets how Opus is used in its calls. `options` is copied; the zero handle stands for the defaults of Opus.
    void set_opus(const OpusOptions &options) const;

    /// The same with default settings.
    void set_opus() const;

    /// Uses Opus as the endpoint does, as by default.
    void clear_opus() const;

    /// Sets how much audio a packet holds in its calls (`a=ptime`), in milliseconds, 10 to 120; 0 (default): as the
    /// endpoint.
    void set_ptime(uint32_t time_ms) const;

    /// Sets what happens with its incoming calls, in place of what the endpoint does. `policy` is copied; the zero handle
    /// stands for the policy that lets everything pass.
    void set_policy(const CallPolicy &policy) const;

    /// Does with its incoming calls as the endpoint, as by default.
    void clear_policy() const;

    /// Sets media encryption; default off.
    void set_srtp(microsip_srtp_mode_t mode) const;

    /// Takes all ways of keying away, the default ones included.
    void clear_srtp_keying() const;

    /// Adds a way of keying behind those there are: the first is offered, all are accepted. Default SDES, then DTLS, which
    /// stay unless `microsip_account_config_clear_srtp_keying` took them away.
    void add_srtp_keying(microsip_srtp_keying_t keying) const;

    /// Takes all suites away, the default ones included.
    void clear_srtp_suites() const;

    /// Adds a cipher behind those there are: they are offered in this order, and others are not accepted. Default: all but
    /// `MICROSIP_SRTP_SUITE_AES_256_CM_HMAC_SHA1_32`, the strongest first.
    void add_srtp_suite(microsip_srtp_suite_t suite) const;

    /// Sets session timers of its calls; default `MICROSIP_SESSION_TIMERS_OPTIONAL`.
    void set_timers(microsip_session_timers_t timers) const;

    /// Sets how long a session lives without a refresh (Session-Expires), in seconds, `min_s` to 86400, default 1800, and
    /// the shortest we agree to (Min-SE), 90 to 86400, default 90 (RFC 4028).
    void set_session_expires(uint32_t session_s, uint32_t min_s) const;

    /// Sets who is to refresh the sessions of its calls; default `MICROSIP_REFRESHER_AUTO`.
    void set_refresher(microsip_refresher_t refresher) const;

    /// Sets reliable provisional responses of its calls; default `MICROSIP_RELIABLE_100_SUPPORTED`.
    void set_reliable(microsip_reliable_100_t reliable) const;

    /// Sets whether its calls offer and send extended reports (RTCP XR); default as the endpoint.
    void set_rtcp_xr(bool yes) const;

    /// Does with extended reports as the endpoint, as by default.
    void clear_rtcp_xr() const;

    /// Sets whether to register as soon as the account is added; default true.
    void set_register_on_add(bool yes) const;

    /// Adds a user name and password for every realm (digest authentication, RFC 3261 §22, RFC 8760); at most 8
    /// credentials. They are copied and never printed.
    void add_credentials(const detail::Text &user, const detail::Text &password) const;

    /// Adds a user name and password for one realm, compared without regard to case; `"*"` fits every realm. They are
    /// copied and never printed.
    void add_credentials_for(const detail::Text &realm, const detail::Text &user, const detail::Text &password) const;

    /// Adds a user name and HA1, the hash of `user:realm:password` in hexadecimal digits (RFC 7616 §3.4.2), so that no
    /// password need be kept; good for this realm and algorithm only. They are copied and never printed.
    void add_ha1(const detail::Text &realm, const detail::Text &user, microsip_digest_algorithm_t algorithm, const detail::Text &ha1) const;

    /// Takes all credentials away.
    void clear_credentials() const;

    /// Sets the transport for requests to the registrar and to targets that do not name one; default UDP.
    void set_transport(microsip_transport_t transport) const;

    /// Adds a proxy all requests pass, in order, as a SIP URI with or without `;lr`: the first is the outbound proxy, all
    /// of them are the preloaded Route (RFC 3261 §8.1.2).
    void add_proxy(const detail::Text &uri) const;

    /// Sets whether REGISTER passes the proxies too; default true.
    void set_register_by_proxies(bool yes) const;

    /// Sets the lifetime asked of the registrar (Expires), in seconds, 10 to 86400; default 300. A registrar that wants
    /// more (423 with Min-Expires) gets more.
    void set_expires(uint32_t lifetime_s) const;

    /// Sets when a registration that failed is tried again: after the n-th failure in a row the pause is at most `first_ms
    /// · factorⁿ⁻¹`, never more than `max_ms`, and less by a random part of up to `jitter` of it. `first_ms` is 50 to
    /// 3600000 (default 1000), `max_ms` is `first_ms` to 3600000 (default 30000), `factor` 1 to 10 (default 2), `jitter` 0
    /// to 1 (default 0.5). A Retry-After of the server takes its place.
    void set_retry(uint32_t first_ms, uint32_t max_ms, double factor, double jitter) const;

    /// Sets the parameters of the Contact. `contact` is copied; the zero handle stands for the defaults.
    void set_contact(const ContactOptions &contact) const;

    /// The same with default settings.
    void set_contact() const;

    /// Sets whether `Supported: path` goes with REGISTER, so that proxies may put themselves on the way of requests to us
    /// (RFC 3327 §5.1); default true.
    void set_path(bool yes) const;

    /// Adds a header to REGISTER. Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break, or a
    /// header the library writes itself.
    void add_register_header(const detail::Text &name, const detail::Text &value) const;

    /// Sets how often an empty line goes to a UDP registrar while registered, so that NATs on the way keep the path open,
    /// in milliseconds, 1000 to 3600000, or 0 for never; default 15000. The pause varies between 95 and 100 % of it; a
    /// Flow-Timer of the registrar takes its place (RFC 5626 §4.4.1).
    void set_keep_alive(uint32_t pause_ms) const;

    /// Sets how this account is reached through NAT. `nat` is copied; the zero handle stands for the defaults.
    void set_nat(const AccountNAT &nat) const;

    /// Sets whether its presence is published, by PUBLISH to the address of record (RFC 3903), once the account is
    /// registered if it has a registrar; default false.
    void set_publish_presence(bool yes) const;

};

/// Accounts at one moment. Immutable.
class AccountList : public detail::Handle<microsip_account_list_t, microsip_account_list_clone, microsip_account_list_free> {
public:
    using Handle::Handle;

    /// How many there are.
    size_t count() const;

    /// The account at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
    std::optional<Account> at(size_t index) const;

};

/// How an account is reached through NAT, where it deviates from the endpoint (`microsip_nat_config_t`) or from what is
/// usual. Checked when the account is added or modified: `INVALID_ARGUMENT` there.
class AccountNAT : public detail::Handle<microsip_account_nat_t, microsip_account_nat_clone, microsip_account_nat_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    AccountNAT();

    /// Sets whether the Contact follows the address the registrar sees; default `MICROSIP_CONTACT_REWRITE_ON`.
    void set_contact_rewrite(microsip_contact_rewrite_t rewrite) const;

    /// Sets how the old binding is replaced; default `MICROSIP_CONTACT_REWRITE_METHOD_EARLY`.
    void set_contact_rewrite_method(microsip_contact_rewrite_method_t method) const;

    /// Sets whether Via of later requests shows the address the registrar sees; default true.
    void set_via_rewrite(bool yes) const;

    /// Sets whether SDP shows the address the registrar sees, with our own ports, when neither STUN nor ICE tells better;
    /// default false.
    void set_sdp_rewrite(bool yes) const;

    /// Sets the numeric address others send our media to, told in SDP alone, with our own ports; used without STUN and ICE
    /// only. NULL (default): as the endpoint's public address says. Statuses: `INVALID_ARGUMENT` for what is no address.
    void set_media_address(const detail::Text &address) const;

    /// Sets whether STUN is used for Contact and for media; default true, if the endpoint has servers.
    void set_stun(bool yes) const;

    /// Sets whether calls use ICE; default as the endpoint.
    void set_ice(microsip_ice_mode_t mode) const;

    /// Does with ICE as the endpoint, as by default.
    void clear_ice() const;

    /// Sets which relay calls with ICE use; `turn` is copied with `MICROSIP_TURN_USE_SERVER`, otherwise it may be the zero
    /// handle.
    void set_turn(microsip_turn_use_t which, const TurnConfig &turn) const;

};

/// An account of the endpoint: an address of record with its registrar and credentials, or without.
class Account : public detail::Handle<microsip_account_t, microsip_account_clone, microsip_account_free> {
public:
    using Handle::Handle;

    /// Number of the account, unlike that of any other in this process; for comparing handles.
    uint64_t id() const;

    /// The address of record, such as `"sip:1001@pbx.example.org"`. Lent until the handle is freed.
    std::string_view aor() const;

    /// Waits until the account is registered, `timeout_ms` at most.
    ///
    /// Statuses: `AUTH`, `SIP`, `TRANSPORT`, `TLS` when registering failed; `TIMEOUT`; `WRONG_STATE` when the account has no registrar;
    /// `GONE`, `NOT_RUNNING`.
    void wait_registered(uint32_t timeout_ms) const;

    /// Calls `target`, a SIP URI such as `"sip:1002@pbx.example.org"`: sends INVITE (RFC 3261 §13). `options` is copied; the zero handle
    /// stands for the defaults.
    ///
    /// Returns when the INVITE is on its way; `microsip_call_wait_for`, or events, tell the rest. Freeing the handle does not end the
    /// call: `microsip_call_hang_up`.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a malformed URI, `LIMIT_REACHED` with as many calls as allowed, `TRANSPORT`, `MEDIA`, `GONE`,
    /// `NOT_RUNNING`.
    Call call(const detail::Text &target, const CallOptions &options) const;

    /// The same with default settings.
    Call call(const detail::Text &target) const;

    /// Removes the account from the endpoint; it unregisters if registered (RFC 3261 §10.2.2) and does not wait for the answer. Its calls
    /// go on.
    ///
    /// Statuses: `GONE` when it was removed already, `NOT_RUNNING`.
    void remove() const;

    /// The registration as of now, as a new handle to be freed. Never waits for the engine.
    Registration registration() const;

    /// Registers now, or refreshes the registration (RFC 3261 §10.2). Returns once the REGISTER is on its way. Statuses:
    /// `WRONG_STATE` when the account has no registrar, `BUSY` while a REGISTER is under way, `GONE`, `NOT_RUNNING`.
    void register_() const;

    /// Removes the binding from the registrar (`Expires: 0`, RFC 3261 §10.2.2) and stops refreshing and retrying. Does not
    /// wait for the answer. Statuses: as `microsip_account_register`.
    void unregister() const;

    /// Waits until the account is not registered any more, `timeout_ms` at most. Statuses: `TIMEOUT`; those of a failed
    /// registration; `WRONG_STATE` when the account has no registrar; `GONE`, `NOT_RUNNING`.
    void wait_unregistered(uint32_t timeout_ms) const;

    /// Changes the account's settings to those of `config`, which is copied; calls that are up keep what they were made
    /// with. Where the account is registered, or is to be, a REGISTER goes out at once; a binding at another registrar or
    /// by another transport is removed first. An account that was told to unregister stays so.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a wrong setting and for another address of record (its display name may change),
    /// `GONE`, `NOT_RUNNING`.
    void modify(const AccountConfig &config) const;

    /// Sets what happens with its incoming calls from now on, in place of what the endpoint does. `policy` is copied; the
    /// zero handle stands for the policy that lets everything pass. Statuses: `INVALID_ARGUMENT`, `GONE`, `NOT_RUNNING`.
    void set_policy(const CallPolicy &policy) const;

    /// Does with its incoming calls as the endpoint from now on. Statuses: `GONE`, `NOT_RUNNING`.
    void clear_policy() const;

    /// Sends a message to `target`, a SIP URI, outside of any call (MESSAGE, RFC 3428); `options` is copied.
    ///
    /// Returns when the request is queued: `microsip_sent_message_wait`, or an event of kind
    /// `MICROSIP_EVENT_KIND_MESSAGE_STATUS`, tells what became of it. A 401 or 407 is answered with the account's
    /// credentials. Nothing is kept for later: while the network is away it fails. A request of more than 1,300 bytes goes
    /// over TCP (RFC 3428 §8).
    ///
    /// Statuses: `INVALID_ARGUMENT` for a malformed URI or content type, or a body of more than 48,000 bytes; `GONE` when
    /// the account was removed; `NOT_RUNNING`.
    SentMessage send_message(const detail::Text &target, const MessageOptions &options) const;

    /// As `microsip_account_send_message`, for a text without more.
    SentMessage send_text(const detail::Text &target, const detail::Text &words) const;

    /// Tells `target` that somebody types a message for it, outside of any call (RFC 3994): to be called with `true` at
    /// every key, or every few seconds. An indication goes out when it begins, again before the peer would cease to believe
    /// it, and one that it has ended after a time without another call, or at once with `false`; a message to the same
    /// target ends it without one. Failures are not told.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a malformed URI, `GONE` when the account was removed, `NOT_RUNNING`.
    void set_typing(const detail::Text &target, bool typing) const;

    /// Watches somebody's presence: SUBSCRIBE for the package `presence` (RFC 3856). `options` is copied; the zero handle
    /// stands for the defaults. Changes come as events of kind `MICROSIP_EVENT_KIND_PRESENCE`, how the subscription stands
    /// as `MICROSIP_EVENT_KIND_SUBSCRIPTION`.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a malformed URI or setting, `GONE` when the account was removed, `NOT_RUNNING`.
    Buddy watch(const detail::Text &target, const ObserveOptions &options) const;

    /// The same with default settings.
    Buddy watch(const detail::Text &target) const;

    /// Watches a mailbox: SUBSCRIBE for the package `message-summary` (RFC 3842). `target` is the mailbox, NULL the
    /// account's own address; `options` is copied, the zero handle stands for the defaults. News come as events of kind
    /// `MICROSIP_EVENT_KIND_MESSAGES_WAITING`, which servers also send without being asked.
    ///
    /// Statuses: as `microsip_account_watch`.
    Mailbox watch_mailbox(const detail::Text &target, const ObserveOptions &options) const;

    /// The same with default settings.
    Mailbox watch_mailbox(const detail::Text &target) const;

    /// Serves an event package: whoever subscribes to it at this account's address is dealt with by the policy and told the
    /// state. `options` is copied. Each who comes or goes is an event of kind `MICROSIP_EVENT_KIND_WATCHER`.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a malformed package, content type or lifetime; `WRONG_STATE` when it is served
    /// already; `GONE` when the account was removed; `NOT_RUNNING`.
    Notifier serve(const ServeOptions &options) const;

    /// Lets others watch this account's presence directly, without a server between (RFC 3856): they are told what
    /// `microsip_account_set_presence` says, or that we are there.
    ///
    /// Statuses: as `microsip_account_serve`.
    Notifier serve_presence(microsip_watch_policy_t policy) const;

    /// Says how the account's user is to be reached now; nothing is told before the first time. It is told to those who
    /// watch (`microsip_account_serve_presence`), and published (RFC 3903) if the account's settings say so. `status` is
    /// copied.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a document of more than 48,000 bytes, `GONE` when the account was removed,
    /// `NOT_RUNNING`.
    void set_presence(const PresenceStatus &status) const;

    /// What was set last, as a new handle to be freed; `NO_VALUE` before the first time.
    std::optional<PresenceStatus> presence() const;

    /// Publishes state of the account's address of record for an event package, such as `"presence"` (RFC 3903); `options`
    /// is copied.
    ///
    /// Returns when the PUBLISH is queued: `microsip_publication_wait_for`, or events of kind
    /// `MICROSIP_EVENT_KIND_PUBLICATION`, tell the rest. It is kept up until it is removed, its account is, or the endpoint
    /// closes. Each call makes a publication of its own.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a malformed package, content type, header or lifetime, an empty or too long body;
    /// `GONE` when the account was removed; `NOT_RUNNING`.
    Publication publish(const detail::Text &package, const PublishOptions &options) const;

    /// Subscribes to an event package of `target`, a SIP URI (RFC 6665); `options` is copied.
    ///
    /// Returns when the SUBSCRIBE is queued: `microsip_subscription_wait_for`, or events of the kinds
    /// `MICROSIP_EVENT_KIND_SUBSCRIPTION` and `MICROSIP_EVENT_KIND_NOTIFY`, tell the rest. It is refreshed until it is
    /// ended; one that cannot be sent is tried again later.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a malformed URI, package, content type or setting; `GONE` when the account was
    /// removed; `NOT_RUNNING`.
    Subscription subscribe(const detail::Text &target, const SubscribeOptions &options) const;

    /// Watches the calls of a line: SUBSCRIBE for the package `dialog` (RFC 4235). `options` is copied; the zero handle
    /// stands for the defaults. Changes come as events of kind `MICROSIP_EVENT_KIND_LINE`.
    ///
    /// Statuses: as `microsip_account_watch`.
    WatchedLine watch_line(const detail::Text &target, const ObserveOptions &options) const;

    /// The same with default settings.
    WatchedLine watch_line(const detail::Text &target) const;

    /// Asks `target`, a SIP URI, what it can do (OPTIONS, RFC 3261 §11), which also shows that it is there and how far
    /// away: `microsip_response_round_trip_ms`.
    ///
    /// Returns when it is queued, with a new handle to be freed. The answer is waited for with `microsip_request_wait`, or
    /// comes as event of kind `MICROSIP_EVENT_KIND_RESPONSE`.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a malformed URI, `GONE`, `NOT_RUNNING`.
    Request options(const detail::Text &target) const;

    /// Sends a request of any method outside of a dialog, with the account's credentials and route. `options` is copied;
    /// the zero handle stands for the defaults. Returns as `microsip_account_options`.
    ///
    /// Statuses: as there; `INVALID_ARGUMENT` also for a method that is no token or belongs to the stack (INVITE, ACK, BYE,
    /// CANCEL, REGISTER, PRACK, UPDATE, REFER, SUBSCRIBE, NOTIFY), a malformed content type, or a body that is too long.
    Request request(const detail::Text &method, const detail::Text &target, const RequestOptions &options) const;

    /// The same with default settings.
    Request request(const detail::Text &method, const detail::Text &target) const;

};

/// What the transports of an endpoint are bound to. Immutable.
class AddressList : public detail::Handle<microsip_address_list_t, microsip_address_list_clone, microsip_address_list_free> {
public:
    using Handle::Handle;

    /// How many there are.
    size_t count() const;

    /// The transport at `index`, from 0; `NO_VALUE` beyond the end.
    std::optional<microsip_transport_e> transport(size_t index) const;

    /// Address and port at `index`, such as `"192.0.2.1:5060"` or `"[::1]:5060"`; `NO_VALUE` beyond the end. Lent until the
    /// list is freed.
    std::optional<std::string_view> address(size_t index) const;

    /// The port at `index`; `NO_VALUE` beyond the end.
    std::optional<uint16_t> port(size_t index) const;

};

/// Settings of an answer: of `microsip_call_answer`.
class AnswerOptions : public detail::Handle<microsip_answer_options_t, microsip_answer_options_clone, microsip_answer_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    AnswerOptions();

    /// Adds a header to the response, behind the library's own.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
    /// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
    void add_header(const detail::Text &name, const detail::Text &value) const;

    /// Sets the reason phrase of the response, one line of 200 bytes at most; NULL (default): the usual one of its code.
    void set_phrase(const detail::Text &phrase) const;

    /// Sets how late packets are waited for in this call; `jitter_buffer` is copied. The zero handle (default): as the
    /// endpoint says.
    void set_jitter_buffer(const JitterBuffer &jitter_buffer) const;

    /// Sets whether extended reports (RTCP XR, RFC 3611) are offered and sent. Until it is set: as account or endpoint say.
    void set_rtcp_xr(bool rtcp_xr) const;

    /// Sets the codecs that are accepted, here and in later offers and answers of the call, as a list such as `"PCMA/8000/1
    /// PCMU/8000/1"`; NULL (default): the account's. The caller's order counts unless
    /// `microsip_answer_options_set_prefer_own_codecs` says otherwise.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a malformed list.
    void set_codecs(const detail::Text &codecs) const;

    /// Sets how Opus is used in this call; `opus` is copied. The zero handle (default): as the account says.
    void set_opus(const OpusOptions &opus) const;

    /// The same with default settings.
    void set_opus() const;

    /// Sets how much audio a packet holds (`a=ptime`, RFC 8866 §6.4), 10 to 120 ms; 0 (default): as the account says.
    void set_ptime(uint32_t ptime_ms) const;

    /// Sets whether the answer names the first of our codecs that the caller offers rather than the first of the caller's
    /// that we have. Until it is set: as the endpoint says.
    void set_prefer_own_codecs(bool prefer_own_codecs) const;

};

/// Sound devices of this machine at a moment. Immutable.
class AudioDeviceList : public detail::Handle<microsip_audio_device_list_t, microsip_audio_device_list_clone, microsip_audio_device_list_free> {
public:
    using Handle::Handle;

    /// The sound devices of this machine, the default ones first, then by name, as a new handle to be freed. Needs no
    /// endpoint; nothing is opened. Some systems take a tenth of a second.
    ///
    /// On Linux these are ALSA's PCMs: `default` and `pulse` lead to PulseAudio or PipeWire where its plugin is installed.
    /// A server without a sound card has an empty list, or a `default` that cannot be opened.
    ///
    /// Statuses: `DEVICE` when the sound system does not answer, `UNSUPPORTED` in a build without sound devices.
    AudioDeviceList();

    /// How many there are.
    size_t count() const;

    /// The device at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
    std::optional<AudioDevice> at(size_t index) const;

};

/// Which devices are opened, and how. By default the default microphone and loudspeaker of the system, connected to
/// every call, nothing done to the voice. What contradicts itself or is out of its range is found out when the devices
/// are opened.
class AudioDeviceOptions : public detail::Handle<microsip_audio_device_options_t, microsip_audio_device_options_clone, microsip_audio_device_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    AudioDeviceOptions();

    /// Chooses the device of a role: `"default"`, `"id:"` with an id, `"name:"` or nothing with its name or a part of it
    /// that only one has, whatever the case; NULL for none. On ALSA any PCM name is taken as id, listed or not:
    /// `"id:hw:CARD=Headset"`, `"id:plughw:1,0"`. Default: `"default"` for microphone and loudspeaker, none for ringing.
    void set_device(microsip_device_role_t role, const detail::Text &choice) const;

    /// Sets what takes the place of a device that is lost; default `MICROSIP_DEVICE_FALLBACK_DEFAULT`.
    void set_fallback(microsip_device_fallback_t fallback) const;

    /// Sets whether calls are connected to microphone and loudspeaker as soon as their audio runs; default yes.
    void set_connect_calls(bool connect_calls) const;

    /// Sets the volume of a role, -60 to +20 dB; default 0.
    void set_volume(microsip_device_role_t role, float volume_db) const;

    /// Takes the loudspeaker's echo out of what the microphone hears; default no, usual values are Speex, 200 ms and 40 dB.
    /// `tail_ms` is how long the room rings, and how far the system's delay is not known: 20 to 500 milliseconds.
    /// `suppression_db` is how much of the echo that is left is suppressed while only the far end speaks, 0 to 60 dB; Speex
    /// only. Needs a microphone and a loudspeaker.
    void set_echo_cancellation(microsip_echo_canceller_t canceller, uint32_t tail_ms, float suppression_db) const;

    /// Leaves echo as it is, which is the default.
    void clear_echo_cancellation() const;

    /// Sets how much softer steady noise becomes, in dB, 1 to 40; 0 (default) leaves it.
    void set_noise_suppression(float noise_db) const;

    /// Sets the level speech is brought to by automatic gain, as RMS in dBov, -40 to -16; 0 (default) leaves it.
    void set_gain_target(float target_dbov) const;

    /// Sets what a telephone with a loudspeaker needs: echo cancellation by Speex, noise down by 15 dB, speech at -24 dBov.
    void set_hands_free() const;

};

/// A sound device as the system names it. What works in both directions is listed twice. Immutable.
class AudioDevice : public detail::Handle<microsip_audio_device_t, microsip_audio_device_clone, microsip_audio_device_free> {
public:
    using Handle::Handle;

    /// Names it across restarts, such as `"alsa:sysdefault:CARD=Headset"`; on ALSA the card's name is in it, not its
    /// number. Lent until the device is freed.
    std::string_view id() const;

    /// For people to read; need not be unique. Lent until the device is freed.
    std::string_view name() const;

    /// Microphone or loudspeaker.
    microsip_device_direction_e direction() const;

    /// Whether the choice `"default"` meant this one at that moment.
    bool is_default() const;

};

/// Open devices: a microphone, a loudspeaker, a loudspeaker that rings, or some of them. Freeing the handle leaves them
/// open; they are closed by `microsip_audio_devices_close` and with the endpoint.
///
/// When a device is lost, calls go on with another or in silence; `MICROSIP_EVENT_KIND_AUDIO_DEVICE_LOST` and
/// `MICROSIP_EVENT_KIND_AUDIO_DEVICE_BACK` tell.
class AudioDevices : public detail::Handle<microsip_audio_devices_t, microsip_audio_devices_clone, microsip_audio_devices_free> {
public:
    using Handle::Handle;

    /// The device in use for a role at the moment, the one chosen or its replacement, as a new handle to be freed;
    /// `NO_VALUE` if there is none.
    std::optional<AudioDevice> device(microsip_device_role_t role) const;

    /// Takes another device for a role that is open; `choice` is as in `microsip_audio_device_options_set_device`, but not
    /// NULL. The one before stays when the new one cannot be opened. `device` is what was opened, as a new handle to be
    /// freed; NULL if that does not matter. Waits for the sound system.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a choice that names several, or a role that was not opened; `DEVICE` when there is
    /// no such device or it cannot be opened; `GONE` after `microsip_audio_devices_close`.
    AudioDevice choose(microsip_device_role_t role, const detail::Text &choice) const;

    /// Sets a volume in dB, -60 to +20, without a step. Beyond full scale it is clipped.
    ///
    /// Statuses: `INVALID_ARGUMENT` beyond that, or for a role that was not opened.
    void set_volume(microsip_device_role_t role, float volume_db) const;

    /// Silences a device, or lets it be heard again. The level goes on showing what a muted microphone hears.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a role that was not opened.
    void mute(microsip_device_role_t role, bool muted) const;

    /// Whether it is muted.
    bool is_muted(microsip_device_role_t role) const;

    /// How loud it is, after the volume, in dBov (RFC 6464): root mean square, smoothed over 125 ms, and the largest sample
    /// of the last half second to second; a sine at full scale has -3 and 0, silence has -127. Measured while the devices
    /// are connected to something. Each pointer may be NULL. `NO_VALUE` for a role that was not opened.
    std::optional<std::tuple<float, float>> level(microsip_device_role_t role) const;

    /// How the stream of a role is doing; `size` of `stats` must be set. `NO_VALUE` while no device is open for it.
    /// Statuses: `INVALID_ARGUMENT` when `size` is not set.
    void stats(microsip_device_role_t role, microsip_device_stats_t *stats) const;

    /// Closes the devices; calls go on without them. Statuses: `NOT_RUNNING` when the endpoint is closed, and they with it.
    void close() const;

    /// Open devices as a node: what it says comes from the microphone, what it hears goes to the loudspeaker. As a new
    /// handle to be freed.
    Node node() const;

    /// The ringing loudspeaker of open devices as a node, to connect players and tones to, as a new handle to be freed;
    /// `NO_VALUE` if none was asked for.
    std::optional<Node> ringing_node() const;

};

/// Settings of an audio sink. Ranges are checked when the sink is made.
class AudioSinkOptions : public detail::Handle<microsip_audio_sink_options_t, microsip_audio_sink_options_clone, microsip_audio_sink_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    AudioSinkOptions();

    /// Sets the samples per second: 8000, 16000 (default), 24000, 32000 or 48000, whatever the codec.
    void set_rate(uint32_t rate) const;

    /// Sets the length of a frame in milliseconds, 10 to 60; default 20. The engine works in 20 ms: shorter frames come in
    /// pairs.
    void set_frame(uint32_t frame_ms) const;

    /// Sets which side of a call is heard; default `MICROSIP_TAP_RECEIVED`. Means nothing for other sinks.
    void set_tap(microsip_tap_t tap) const;

    /// Sets how much can wait to be read, in milliseconds, 100 to 600000; default 1000 (two bytes a sample). What comes
    /// when it is full is dropped and counted.
    void set_capacity(uint32_t capacity_ms) const;

};

/// Audio taken out of a call, a conference, or whatever is connected to it, as frames of signed 16-bit samples in mono.
/// Several may listen to one call, each with its own rate, frame and tap.
///
/// While a call is held, or before its audio runs, frames are silent or do not come. The sink ends with what it listens
/// to, by `microsip_audio_sink_close`, or with its last handle.
class AudioSink : public detail::Handle<microsip_audio_sink_t, microsip_audio_sink_clone, microsip_audio_sink_free> {
public:
    using Handle::Handle;

    /// The sink as a node, which hears and says nothing. As a new handle to be freed.
    Node node() const;

    /// Writes the next frame to `samples`, which has room for `capacity` of them, and how many they were to `count`. Waits
    /// at most `timeout_ms` for it; 0 does not wait. Allocates nothing when there is a frame. Any threads may read; each
    /// frame goes to one of them.
    ///
    /// Statuses: `WOULD_BLOCK` when no whole frame is there and `timeout_ms` is 0; `TIMEOUT`; `BUFFER_TOO_SMALL` when
    /// `capacity` is less than a frame (`microsip_audio_sink_frame_length`), which is not lost; `ENDED` when no more will
    /// come: what it listened to has ended, or the sink was closed.
    size_t read(int16_t *samples, size_t capacity, uint32_t timeout_ms) const;

    /// Writes the next frame to `samples`, which has room for `capacity` of them, and where it belongs to `frame`, whose
    /// `size` must be set. Waits at most `timeout_ms` for it; 0 does not wait. Allocates nothing when there is a frame. Any
    /// threads may read; each frame goes to one of them.
    ///
    /// Statuses: `WOULD_BLOCK` when no whole frame is there and `timeout_ms` is 0; `TIMEOUT`; `BUFFER_TOO_SMALL` when
    /// `capacity` is less than a frame (`microsip_audio_sink_frame_length`), which is not lost; `ENDED` when no more will
    /// come: what it listened to has ended, or the sink was closed. `INVALID_ARGUMENT` when `size` is not set.
    void read_frame(int16_t *samples, size_t capacity, uint32_t timeout_ms, microsip_frame_t *frame) const;

    /// A descriptor for `poll`, `epoll`, `kqueue` or an event loop: readable while a frame or the end may be there. Then
    /// read with a timeout of 0 until it answers `WOULD_BLOCK` or `ENDED`. Do not read from it, write to it or close it: it
    /// belongs to the sink and is closed with its last handle.
    ///
    /// Statuses: `UNSUPPORTED` on Windows, where there is `microsip_audio_sink_handle`; `LIMIT_REACHED` when the process
    /// has no descriptors left.
    int32_t fd() const;

    /// On Windows the event object for `WaitForMultipleObjects`, set while a frame or the end may be there; otherwise as
    /// `microsip_audio_sink_fd`, and `UNSUPPORTED` elsewhere.
    void * handle() const;

    /// Samples per second.
    uint32_t rate() const;

    /// Samples in a frame.
    size_t frame_length() const;

    /// Its number in `MICROSIP_EVENT_KIND_AUDIO_XRUN`, unlike that of every other stream in this process.
    uint64_t id() const;

    /// Counts since the start: samples the engine gave, samples dropped because they were not read in time, how many times
    /// that began, samples that wait to be read. Each pointer may be NULL.
    ///
    /// Statuses: `GONE` after `microsip_audio_sink_close`.
    std::tuple<uint64_t, uint64_t, uint64_t, uint64_t> stats() const;

    /// The call it listens to, as a new handle to be freed; `NO_VALUE` if it listens to none.
    std::optional<Call> call() const;

    /// The conference it listens to, as a new handle to be freed; `NO_VALUE` if it listens to none.
    std::optional<Conference> conference() const;

    /// Ends the sink: threads that read it are told `ENDED` at once, and so is who reads later; what waits to be read is
    /// thrown away. Closing twice is fine.
    void close() const;

};

/// Settings of an audio source. Ranges are checked when the source is made.
class AudioSourceOptions : public detail::Handle<microsip_audio_source_options_t, microsip_audio_source_options_clone, microsip_audio_source_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    AudioSourceOptions();

    /// Sets the samples per second: 8000, 16000 (default), 24000, 32000 or 48000, whatever the codec.
    void set_rate(uint32_t rate) const;

    /// Sets how much can be written ahead, in milliseconds, 40 to 600000; default 1000. What comes when it is full waits.
    void set_capacity(uint32_t capacity_ms) const;

};

/// Audio put into a call, a conference, or whatever it is connected to: signed 16-bit samples in mono, sent at the pace
/// of the engine's clock. Several sources into one call are mixed.
///
/// Before the call's audio runs, and while it has nobody to speak to, nothing is taken. The source ends with what it
/// speaks to, by `microsip_audio_source_close`, or with its last handle; what is queued then is not sent, so drain it
/// first.
class AudioSource : public detail::Handle<microsip_audio_source_t, microsip_audio_source_clone, microsip_audio_source_free> {
public:
    using Handle::Handle;

    /// The source as a node, which is heard and hears nothing. As a new handle to be freed.
    Node node() const;

    /// Writes `count` samples, waiting at most `timeout_ms` while the buffer is full, and tells in `written` how many were
    /// accepted; 0 does not wait: what fits is accepted.
    ///
    /// It returns early, with `OK` and what was accepted until then (perhaps nothing), when another thread flushes: the
    /// rest is part of what was cut. `OK` with fewer than `count` also when time was up or the source ended in between; the
    /// next call tells which.
    ///
    /// Statuses: `WOULD_BLOCK` when not one fits and `timeout_ms` is 0, `TIMEOUT` when not one was accepted in time, `GONE`
    /// when what it speaks to has ended or the source was closed.
    size_t write(const int16_t *samples, size_t count, uint32_t timeout_ms) const;

    /// Cuts all that is queued at once, for a speaker who is interrupted: at most the 20 ms that the engine is handling are
    /// still sent. Works while other threads are blocked in `microsip_audio_source_write`, which return. Waits for the
    /// engine's next tick, 100 ms at most, to say exactly how far the far end was spoken to.
    ///
    /// `position` is that of the first sample that was not sent, counted over all that was ever written; `dropped` how many
    /// samples were thrown away. Each pointer may be NULL.
    ///
    /// Statuses: `GONE` when what it speaks to has ended or the source was closed.
    std::tuple<uint64_t, uint64_t> flush() const;

    /// Waits until all that was written has been sent, at most `timeout_ms`; 0 asks whether it has. Also says that nothing
    /// follows for now, so that the silence behind it is no underrun.
    ///
    /// Statuses: `WOULD_BLOCK` when something is queued and `timeout_ms` is 0, `TIMEOUT`, `GONE` when what it speaks to
    /// ended before that or the source was closed.
    void drain(uint32_t timeout_ms) const;

    /// Counts since the start, in samples: accepted from the application, taken by the engine, thrown away by flushes,
    /// written and neither sent nor flushed; how many times there was nothing to send and audio went on within a second (a
    /// longer pause, or one after a drain or a flush, is an end), and the samples of silence sent in those gaps. Each
    /// pointer may be NULL.
    ///
    /// Statuses: `GONE` after `microsip_audio_source_close`.
    std::tuple<uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t> stats() const;

    /// How many samples fit now.
    ///
    /// Statuses: `GONE` after `microsip_audio_source_close`.
    size_t room() const;

    /// Samples per second.
    uint32_t rate() const;

    /// Its number in `MICROSIP_EVENT_KIND_AUDIO_XRUN`, unlike that of every other stream in this process.
    uint64_t id() const;

    /// The call it speaks to, as a new handle to be freed; `NO_VALUE` if it speaks to none.
    std::optional<Call> call() const;

    /// The conference it speaks to, as a new handle to be freed; `NO_VALUE` if it speaks to none.
    std::optional<Conference> conference() const;

    /// Ends the source: what is queued is not sent, and threads that wait for it are told `GONE` at once. Closing twice is
    /// fine.
    void close() const;

};

/// Somebody whose presence is watched (RFC 3856).
class Buddy : public detail::Handle<microsip_buddy_t, microsip_buddy_clone, microsip_buddy_free> {
public:
    using Handle::Handle;

    /// What was told last, as a new handle to be freed; `NO_VALUE` until something was. It stays when the subscription
    /// ends.
    std::optional<PresenceStatus> status() const;

    /// In one word; `MICROSIP_PRESENCE_UNKNOWN` while the subscription is not active.
    microsip_presence_e presence() const;

    /// Who is watched, as it was given. Lent until the handle is freed.
    std::string_view target() const;

    /// The subscription behind it, as a new handle to be freed: how it stands, how it is refreshed.
    Subscription subscription() const;

    /// Ends the watching: SUBSCRIBE with `Expires: 0` (RFC 6665 §4.1.2.3). Does not wait for the last NOTIFY. Statuses:
    /// `NOT_RUNNING`.
    void unwatch() const;

    /// Waits until somebody is in this state, now or later, `timeout_ms` at most, and gives what is told then as a new
    /// handle to be freed.
    ///
    /// Statuses: `TIMEOUT`; `GONE` when the subscription ends before.
    PresenceStatus wait_for(microsip_presence_t presence, uint32_t timeout_ms) const;

    /// Waits until something was told, `timeout_ms` at most, and gives it as a new handle to be freed. Statuses: `TIMEOUT`;
    /// `GONE` when the subscription ends before.
    PresenceStatus wait_status(uint32_t timeout_ms) const;

};

/// Bytes that a function gave back, such as a file's contents. Immutable.
class Bytes : public detail::Handle<microsip_bytes_t, microsip_bytes_clone, microsip_bytes_free> {
public:
    using Handle::Handle;

    /// The bytes and how many they are; there is no NUL behind them. Lent until the last handle is freed.
    ByteView data() const;

};

/// What is known about a call at one moment. Immutable; free with `microsip_call_info_free`.
class CallInfo : public detail::Handle<microsip_call_info_t, microsip_call_info_clone, microsip_call_info_free> {
public:
    using Handle::Handle;

    /// Our side as name-addr: From of an outgoing, To of an incoming call. Lent until the information is freed.
    std::string_view local_uri() const;

    /// The other side, as name-addr. Lent until the information is freed.
    std::string_view remote_uri() const;

    /// User part of the other side's URI, `1001` of `"Alice" <sip:1001@host>`; empty when there is none. Lent until the
    /// information is freed.
    std::string_view remote_user() const;

    /// Where requests of the dialog are sent (the peer's Contact); empty until known. Lent until the information is freed.
    std::string_view remote_contact() const;

    /// The SIP Call-ID. Lent until the information is freed.
    std::string_view sip_call_id() const;

    /// Our tag in the dialog (RFC 3261 §12). Lent until the information is freed.
    std::string_view local_tag() const;

    /// The peer's tag; empty until known. Lent until the information is freed.
    std::string_view remote_tag() const;

    /// The INVITE of an incoming call, as a new handle to be freed; `NO_VALUE` for a call of ours.
    std::optional<SIPMessage> invite() const;

    /// The peer's newest message that changed the state (its INVITE, an answer, BYE, CANCEL), as a new handle to be freed;
    /// `NO_VALUE` if there was none.
    std::optional<SIPMessage> message() const;

    /// The SIP code it ended with: 200 for a call that was hung up, 487 for a cancelled one, the answer's for a refused
    /// one, 408 or 503 for want of an answer. `NO_VALUE` before the end.
    std::optional<uint16_t> end_code() const;

    /// The reason phrase that came or went with the code. `NO_VALUE` before the end. Lent until the information is freed.
    std::optional<std::string_view> end_phrase() const;

    /// Who ended it. `NO_VALUE` before the end.
    std::optional<microsip_ended_by_e> end_by() const;

    /// What ended it. `NO_VALUE` before the end.
    std::optional<microsip_end_cause_e> end_cause() const;

    /// Why the call failed, as a new handle to be freed; `NO_VALUE` if it did not fail, and before the end.
    std::optional<Failure> end_error() const;

    /// The peer's cause in the numbers of telephony (Q.850): 16 normal clearing, 17 busy, …; `NO_VALUE` if it told none.
    std::optional<uint16_t> end_q850() const;

    /// How many reasons the peer gave in the BYE, CANCEL or final answer that ended it (header Reason, RFC 3326).
    /// `NO_VALUE` before the end.
    std::optional<size_t> end_reason_count() const;

    /// Protocol of the reason at `index`, from 0: `"Q.850"`, `"SIP"`, …; `NO_VALUE` beyond the end. Lent until the
    /// information is freed.
    std::optional<std::string_view> end_reason_protocol(size_t index) const;

    /// Its cause in that protocol: 0 to 127 of Q.850, a status code of SIP; `NO_VALUE` if not told, and beyond the end.
    std::optional<uint16_t> end_reason_cause(size_t index) const;

    /// Its words; may be empty. `NO_VALUE` beyond the end. Lent until the information is freed.
    std::optional<std::string_view> end_reason_text(size_t index) const;

    /// Number of the call, as `microsip_call_id` tells.
    uint64_t call_id() const;

    /// Number of the account it was made with or came in for, as `microsip_account_id` tells.
    uint64_t account_id() const;

    /// Whether we made it or received it.
    microsip_direction_e direction() const;

    /// Where it is in its life.
    microsip_call_state_e state() const;

    /// Whether it is over.
    bool is_ended() const;

    /// The newest SIP status seen or sent for the INVITE; `NO_VALUE` before there is one.
    std::optional<uint16_t> last_status() const;

    /// How many audio streams were negotiated.
    size_t media_count() const;

    /// The stream at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
    std::optional<MediaInfo> media_at(size_t index) const;

    /// The stream that is heard, as a new handle to be freed: the first that runs, or the first at all; `NO_VALUE` when
    /// there is none.
    std::optional<MediaInfo> audio() const;

    /// Who holds it.
    microsip_hold_state_e hold() const;

    /// Whether the peer hears silence instead of what is sent: `microsip_call_mute`.
    bool muted() const;

    /// When the INVITE was sent or received.
    int64_t started_unix_ms() const;

    /// When the call was confirmed; `NO_VALUE` if it never was.
    std::optional<int64_t> confirmed_unix_ms() const;

    /// How long the call has been, or was, up, in milliseconds: from the ACK to now, the moment of asking, or to its end. 0
    /// if it never was.
    uint64_t duration_ms() const;

    /// Number of the call that transferred us here: its peer's REFER had this call made. `NO_VALUE` if none did.
    std::optional<uint64_t> transferred_from() const;

    /// Number of the call whose place this one takes (Replaces, RFC 3891); `NO_VALUE` if it takes none.
    std::optional<uint64_t> replaces() const;

    /// Statistics of the call's audio when its newest stream ended, as a new handle to be freed; `NO_VALUE` until one has.
    /// `microsip_call_stats` tells those of now.
    std::optional<Stats> stats() const;

};

/// Calls at one moment. Immutable.
class CallList : public detail::Handle<microsip_call_list_t, microsip_call_list_clone, microsip_call_list_free> {
public:
    using Handle::Handle;

    /// How many there are.
    size_t count() const;

    /// The call at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
    std::optional<Call> at(size_t index) const;

};

/// Settings of an outgoing call.
class CallOptions : public detail::Handle<microsip_call_options_t, microsip_call_options_clone, microsip_call_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    CallOptions();

    /// Adds a header to the INVITE, behind the library's own.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
    /// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
    void add_header(const detail::Text &name, const detail::Text &value) const;

    /// Sets the Request-URI, when the INVITE is to go elsewhere than To says; NULL (default): the same. Checked when the
    /// call is made.
    void set_request_uri(const detail::Text &request_uri) const;

    /// Sets From, as name-addr such as `"\"Ann\" <sip:1001@pbx.example.org>"` or URI; NULL (default): the account's address
    /// of record. Checked when the call is made.
    void set_from(const detail::Text &from) const;

    /// Sets whether the caller is hidden (RFC 3323, RFC 3325): From is `"Anonymous" <sip:anonymous@anonymous.invalid>`,
    /// `Privacy: id` asks the provider to keep it so, and P-Preferred-Identity tells the provider who we are. Default
    /// false.
    void set_anonymous(bool anonymous) const;

    /// Sets whether the INVITE goes without SDP: the callee offers in its answer, we answer in the ACK (RFC 3261 §13.2.1).
    /// Default false.
    void set_late_offer(bool late_offer) const;

    /// Sets what to do with a 3xx; default `MICROSIP_REDIRECT_POLICY_STOP`.
    void set_redirects(microsip_redirect_policy_t policy) const;

    /// Sets whether provisional responses are acknowledged (RFC 3262) in this call; 0 (default): as the account says.
    void set_reliable(microsip_reliable_100_t reliable) const;

    /// Sets whether this call is refreshed, so that it ends when its peer has vanished (RFC 4028); 0 (default): as the
    /// account says.
    void set_session_timers(microsip_session_timers_t session_timers) const;

    /// Sets how long it may ring, in milliseconds up to 7 days: then the call is cancelled (CANCEL). 0 (default): until
    /// servers or the callee lose patience.
    void set_ring_for(uint32_t ring_for_ms) const;

    /// Sets how long after it was confirmed the call is hung up (BYE), in milliseconds up to 7 days; 0 (default): as the
    /// account's policy says.
    void set_hang_up_after(uint32_t hang_up_after_ms) const;

    /// Makes the call take the place of one of the callee's dialogs, to pick a call up (RFC 3891): sends Replaces and
    /// `Require: replaces`. `to_tag` is the callee's own tag in that dialog, `from_tag` its peer's; with `early_only` a
    /// call that was answered meanwhile is left alone. NULL as `call_id` takes the setting back.
    ///
    /// Statuses: `INVALID_ARGUMENT` for an empty part or characters that a Call-ID or a tag cannot have.
    void set_replaces(const detail::Text &call_id, const detail::Text &to_tag, const detail::Text &from_tag, bool early_only) const;

    /// Sets how late packets are waited for in this call; `jitter_buffer` is copied. The zero handle (default): as the
    /// endpoint says.
    void set_jitter_buffer(const JitterBuffer &jitter_buffer) const;

    /// Sets whether extended reports (RTCP XR, RFC 3611) are offered and sent. Until it is set: as account or endpoint say.
    void set_rtcp_xr(bool rtcp_xr) const;

    /// Sets the codecs that are offered, the preferred one first, here and in later offers and answers of the call, as a
    /// list such as `"PCMA/8000/1 PCMU/8000/1"`; NULL (default): the account's. All must be among the endpoint's.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a malformed list.
    void set_codecs(const detail::Text &codecs) const;

    /// Sets how Opus is used in this call; `opus` is copied. The zero handle (default): as the account says.
    void set_opus(const OpusOptions &opus) const;

    /// The same with default settings.
    void set_opus() const;

    /// Sets how much audio a packet holds (`a=ptime`, RFC 8866 §6.4), 10 to 120 ms; 0 (default): as the account says.
    void set_ptime(uint32_t ptime_ms) const;

};

/// What happens with incoming calls by itself, decided when the INVITE arrives, in this order: rules, do not disturb,
/// limits, forwarding, automatic answer; what is left rings. The default lets everything pass. Checked by whoever uses
/// it: `INVALID_ARGUMENT` there.
class CallPolicy : public detail::Handle<microsip_call_policy_t, microsip_call_policy_clone, microsip_call_policy_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    CallPolicy();

    /// Sets whether every call is answered 486 with the phrase `Do Not Disturb`; default false.
    void set_do_not_disturb(bool yes) const;

    /// Sets how many calls there may be at once, counting all that are not over, the new one included; beyond it 486. 0
    /// (default) leaves it to the endpoint's limit.
    void set_max_calls(uint32_t calls) const;

    /// Sets whether a call may come in while another one exists; default true, else 486.
    void set_call_waiting(bool yes) const;

    /// Adds a rule behind those there are: the first that fits decides, no rule lets the call pass. `rule` is copied.
    void add_rule(const CallRule &rule) const;

    /// Takes all rules away.
    void clear_rules() const;

    /// Forwards every call to this SIP URI: answered 302 with the target in Contact and our address in Diversion (RFC
    /// 5806). NULL (default) for no forwarding.
    void set_forward_always(const detail::Text &target) const;

    /// Forwards calls to this SIP URI that would be answered 486 for a limit or for do not disturb; NULL (default) for no
    /// forwarding.
    void set_forward_busy(const detail::Text &target) const;

    /// Forwards calls to this SIP URI that nobody answers for so many milliseconds, 1000 to 600000; they ring meanwhile.
    /// NULL (default) for no forwarding.
    void set_forward_no_answer(uint32_t after_ms, const detail::Text &target) const;

    /// Answers calls by itself after so many milliseconds of ringing, 0 to 600000: every call with `always`; with
    /// `by_header` those whose headers ask for it (`Call-Info: …;answer-after=N`, whose delay counts instead, `Alert-Info`,
    /// `Answer-Mode: Auto`, …), which only those whom you trust should send, because it opens the microphone. `callers` (a
    /// pattern, may be NULL) limits either to callers whose user part matches; alone it answers those. Only while no other
    /// call exists, unless `beside_other_calls`. Default: none.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a wrong pattern.
    void set_auto_answer(bool always, bool by_header, const detail::Text &callers, uint32_t delay_ms, bool beside_other_calls) const;

    /// Answers no call by itself, as by default.
    void clear_auto_answer() const;

    /// Ends each call of either direction so many milliseconds after it was confirmed, 1000 to 604800000 (7 days); 0
    /// (default) for never.
    void set_hang_up_after(uint32_t time_ms) const;

};

/// A call of the history. It can be changed; rings and databases have copies.
class CallRecord : public detail::Handle<microsip_call_record_t, microsip_call_record_clone, microsip_call_record_free> {
public:
    using Handle::Handle;

    /// Makes a call of a type with a number, begun at a time, which is kept in whole seconds.
    CallRecord(microsip_call_type_t kind, const detail::Text &number, int64_t begun_unix_ms);

    /// Reads a value of `[Calls]`: `number;name;type;time;duration;info`. Statuses: `NO_VALUE` for a deleted place (`null`,
    /// or nothing) and for a text without number.
    static std::optional<CallRecord> parse(const detail::Text &line);

    /// Sets the peer's name; default empty.
    void set_name(const detail::Text &name) const;

    /// Sets the seconds it was connected; default 0, which is never.
    void set_duration_s(uint32_t duration_s) const;

    /// Sets the words of its end; default empty.
    void set_info(const detail::Text &info) const;

    /// Sets the account it went over; default empty. Only databases keep it.
    void set_account(const detail::Text &account) const;

    /// Sets its SIP Call-ID; default empty. Only databases keep it.
    void set_call_id(const detail::Text &call_id) const;

    /// Sets the path of its recording; default empty. Only databases keep it.
    void set_recording(const detail::Text &recording) const;

    /// Its key in the database it came from; 0 if it came from none.
    int64_t id() const;

    /// Direction and fate.
    microsip_call_type_e type() const;

    /// The peer: its user part, `user@host` if the host is not the account's domain. Lent until the record is freed.
    std::string_view number() const;

    /// The contact's or the peer's own name. Lent until the record is freed.
    std::string_view name() const;

    /// When it began.
    int64_t begun_unix_ms() const;

    /// Seconds connected; 0 if it never was.
    uint32_t duration_s() const;

    /// How it ended, in words. Lent until the record is freed.
    std::string_view info() const;

    /// The account it went over; may be empty. Lent until the record is freed.
    std::string_view account() const;

    /// SIP Call-ID; may be empty. Lent until the record is freed.
    std::string_view call_id() const;

    /// Path of the recording; may be empty. Lent until the record is freed.
    std::string_view recording() const;

    /// The value of `[Calls]`, at most 255 characters: what is longer is cut. The format has no escapes: a `;` becomes a
    /// comma. Lent until the record is freed.
    std::string_view ini_line() const;

};

/// Some calls, in an order.
class CallRecords : public detail::Handle<microsip_call_records_t, microsip_call_records_clone, microsip_call_records_free> {
public:
    using Handle::Handle;

    /// Calls as CSV with the columns of MicroSIP's export, as a new handle to be freed. `byte_order_mark` tells
    /// spreadsheets that it is UTF-8; `guard_formulas` writes an apostrophe before texts that a spreadsheet would run.
    Bytes to_csv(microsip_time_format_t times, bool byte_order_mark, bool guard_formulas) const;

    /// Calls as XML as MicroSIP exports them, as a new handle to be freed.
    Bytes to_xml(microsip_time_format_t times) const;

    /// Calls as a JSON array of objects with `type`, `number`, `name`, `time`, `time_unix`, `duration`, `info`, as a new
    /// handle to be freed.
    Bytes to_json() const;

    /// Reads calls from CSV with the columns of `microsip_call_records_to_csv` in any order; Number and Time are needed.
    /// `records` and `warnings` (may be NULL) get new lists to be freed.
    ///
    /// Statuses: `INVALID_ARGUMENT` for what is no such table, `LIMIT_REACHED` beyond 32 MiB or 100,000 calls.
    static std::tuple<CallRecords, ImportWarnings> from_csv(const uint8_t *data, size_t size, bool guard_formulas);

    /// Reads calls from XML, as `microsip_call_records_from_csv` does.
    static std::tuple<CallRecords, ImportWarnings> from_xml(const uint8_t *data, size_t size);

    /// Reads calls from JSON, as `microsip_call_records_from_csv` does.
    static std::tuple<CallRecords, ImportWarnings> from_json(const uint8_t *data, size_t size);

    /// Makes an empty list.
    CallRecords();

    /// Adds a copy of a call at the end.
    void add(const CallRecord &record) const;

    /// How many there are.
    size_t count() const;

    /// The one at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
    std::optional<CallRecord> at(size_t index) const;

};

/// The section `[Calls]` of a settings file: 1000 places, used in turn.
class CallRing : public detail::Handle<microsip_call_ring_t, microsip_call_ring_clone, microsip_call_ring_free> {
public:
    using Handle::Handle;

    /// Makes an empty ring.
    CallRing();

    /// Reads the ring of a settings file, as a new object to be freed. `warnings` (may be NULL) gets a new list to be
    /// freed: what was passed over.
    static std::tuple<CallRing, ImportWarnings> of_ini(const Ini &ini);

    /// How many calls are in it.
    size_t count() const;

    /// The place written last (`callsLastKey`), 0 to 999; -1 for none.
    int32_t last_place() const;

    /// The call at `index`, from 0, the oldest first: its place, and the call as a copy to be freed. `NO_VALUE` beyond the
    /// end.
    std::optional<std::tuple<uint16_t, CallRecord>> at(size_t index) const;

    /// The call at a place, as a copy to be freed; `NO_VALUE` if there is none.
    std::optional<CallRecord> get_(uint16_t place) const;

    /// Adds a call in the next place; what was there 1000 calls ago goes. The settings document `ini` is changed likewise,
    /// and not saved; the zero handle: none is. `place` (may be NULL) is where the call is.
    uint16_t push(const CallRecord &record, const Ini &ini) const;

    /// Writes another call in a place that has one, such as when it has ended; `ini` as in `microsip_call_ring_push`.
    /// `NO_VALUE` if there is none.
    void update(uint16_t place, const CallRecord &record, const Ini &ini) const;

    /// Deletes a call; `ini` as in `microsip_call_ring_push`. `NO_VALUE` if there is none.
    void delete_(uint16_t place, const Ini &ini) const;

    /// Deletes all calls; `ini` as in `microsip_call_ring_push`.
    void clear(const Ini &ini) const;

};

/// Whom a rule of a call policy is about, and what it does: a call fits that meets all conditions. Patterns: `*` is any
/// text, `?` one character, `^` makes the next character optional; several are separated by `;` or `|`; letters compare
/// without case.
class CallRule : public detail::Handle<microsip_call_rule_t, microsip_call_rule_clone, microsip_call_rule_free> {
public:
    using Handle::Handle;

    /// Makes a rule without conditions, which fits every call: with `deny_code` of 0 it lets the call pass to what comes
    /// after the rules, else it answers with this SIP status code, 300 to 699 (486 is usual).
    ///
    /// Statuses: `INVALID_ARGUMENT` for another code.
    explicit CallRule(uint16_t deny_code);

    /// Only callers whose user part of From matches; NULL (default) takes the condition away. Statuses: `INVALID_ARGUMENT`
    /// for an empty pattern, one of more than 1000 bytes, or with control characters.
    void set_caller(const detail::Text &pattern) const;

    /// Only callers whose host of From, with its port if it has one, matches; NULL (default) takes the condition away.
    /// Statuses: `INVALID_ARGUMENT` for an empty pattern, one of more than 1000 bytes, or with control characters.
    void set_caller_host(const detail::Text &pattern) const;

    /// Only calls to a user part of the Request-URI that matches; NULL (default) takes the condition away. Statuses:
    /// `INVALID_ARGUMENT` for an empty pattern, one of more than 1000 bytes, or with control characters.
    void set_callee(const detail::Text &pattern) const;

    /// Only INVITEs from this network, such as `"10.0.0.0/8"` or an address; NULL (default) takes the condition away.
    /// Statuses: `INVALID_ARGUMENT` for what is no network.
    void set_source(const detail::Text &network) const;

    /// Only callers who hide who they are, or only those who do not.
    void set_anonymous(bool yes) const;

    /// Callers who hide who they are and others, as by default.
    void clear_anonymous() const;

};

/// A call: one INVITE dialog with its audio.
class Call : public detail::Handle<microsip_call_t, microsip_call_clone, microsip_call_free> {
public:
    using Handle::Handle;

    /// Number of the call, unlike that of any other in this process; for comparing handles.
    uint64_t id() const;

    /// Where the call is now; still told after its end.
    microsip_call_state_e state() const;

    /// Answers an incoming call with a SIP status code: 180 to 183 while it rings, 200 to take it. `options` is copied; the zero handle
    /// stands for the defaults.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a code that is not 101 to 299, `WRONG_STATE` for an outgoing call or one that is answered,
    /// `GONE`, `NOT_RUNNING`.
    void answer(uint16_t code, const AnswerOptions &options) const;

    /// The same with default settings.
    void answer(uint16_t code) const;

    /// Ends the call in whatever state it is: CANCEL, BYE, or 603 to an incoming one.
    ///
    /// Statuses: `GONE` when it has ended, `NOT_RUNNING`.
    void hang_up() const;

    /// Waits until the call is in a state or beyond it, `timeout_ms` at most.
    ///
    /// Statuses: `TIMEOUT`; when the call ended first: `SIP`, `AUTH`, `TRANSPORT`, `TLS` or `GONE`, as it ended; `NOT_RUNNING`.
    void wait_for(microsip_call_state_t state, uint32_t timeout_ms) const;

    /// Sends digits one after the other: `0` to `9`, `*`, `#`, `A` to `D`; a comma waits. `options` is copied; the zero
    /// handle stands for the defaults.
    ///
    /// Returns when they are queued behind those of earlier calls of this function; 256 digits and pauses wait at most per
    /// call. One that fails later is an event of kind `MICROSIP_EVENT_KIND_DTMF_FAILED`.
    ///
    /// Statuses: `INVALID_ARGUMENT` for other characters or a length out of its range, `WRONG_STATE` while no audio flows,
    /// `UNSUPPORTED` when RTP events were asked for and the peer did not agree to them, `LIMIT_REACHED`, `GONE`,
    /// `NOT_RUNNING`.
    void send_dtmf(const detail::Text &digits, const DtmfOptions &options) const;

    /// Refuses an incoming call that is not answered, with a SIP status code of 300 to 699: 486 is busy, 603 declined.
    /// `options` is copied; the zero handle stands for the defaults.
    ///
    /// Statuses: `INVALID_ARGUMENT` for another code, a malformed contact, or contacts with a code that takes none;
    /// `WRONG_STATE` for an outgoing call or one that is answered, `GONE`, `NOT_RUNNING`.
    void reject(uint16_t code, const RejectOptions &options) const;

    /// The same with default settings.
    void reject(uint16_t code) const;

    /// Sends an incoming call that is not answered elsewhere: answers 302 Moved Temporarily with this Contact (RFC 3261
    /// §21.3.3), a URI or name-addr. For several places: `microsip_reject_options_add_contact` and `microsip_call_reject`.
    ///
    /// Statuses: as `microsip_call_reject`.
    void redirect(const detail::Text &contact) const;

    /// Like `microsip_call_hang_up`, with headers and reasons. `options` is copied; the zero handle stands for the
    /// defaults.
    ///
    /// Statuses: `INVALID_ARGUMENT` for words of a reason with a line break, `GONE` when the call has ended, `NOT_RUNNING`.
    void hang_up_with(const HangUpOptions &options) const;

    /// The same with default settings.
    void hang_up_with() const;

    /// Subscribes to the events of this call from now on, as a new queue to be freed. It ends after the event of kind
    /// `MICROSIP_EVENT_KIND_CALL_STATE` that tells the call's end: then `microsip_events_next` answers `ENDED`. The queue
    /// of a call that is over has ended.
    ///
    /// Recordings that end with the call are finished later, and are told to subscribers of the endpoint only.
    Events events() const;

    /// Calls `callback` with the events of this call from now on, as `microsip_endpoint_on_event` does with all; `destroy`
    /// (may be NULL) is called once with `user_data` at the end, also when this function fails.
    ///
    /// Ends after the event that tells the call's end, when the handle is freed, or when the endpoint closes. With a call
    /// that is over nothing is delivered and `destroy` is called soon.
    ///
    /// Statuses: `NOT_RUNNING`.
    template <class F>
    Callback on_event(F &&callback) const;

    /// Holds the call: sends a re-INVITE with `a=sendonly` (RFC 3264 §8.4). What is played into the call goes on and is
    /// heard by the peer; recordings get silence. `options` is copied; the zero handle stands for the defaults.
    ///
    /// Returns when the request is accepted here. Its outcome is an event of kind `MICROSIP_EVENT_KIND_SESSION_CHANGED`,
    /// the state one of kind `MICROSIP_EVENT_KIND_CALL_HOLD`; a refusal leaves the call as it was. Requests of one call are
    /// sent one after the other, eight wait at most; one that crosses a request of the peer (491) is repeated four times at
    /// most (RFC 3261 §14.1). Holding a held call is a success without a request.
    ///
    /// Statuses: `WRONG_STATE` before the call is up, `BUSY` when eight requests wait, `GONE`, `NOT_RUNNING`.
    void hold(const HoldOptions &options) const;

    /// The same with default settings.
    void hold() const;

    /// Ends our hold: sends a re-INVITE with `a=sendrecv`; the peer's hold stays until the peer ends it. Resuming a call
    /// that we do not hold is a success without a request. Waiting and outcome as for `microsip_call_hold`. `options` is
    /// copied; the zero handle stands for the defaults.
    ///
    /// Statuses: `WRONG_STATE` before the call is up, `BUSY` when eight requests wait, `GONE`, `NOT_RUNNING`.
    void resume(const ResumeOptions &options) const;

    /// The same with default settings.
    void resume() const;

    /// Mutes what we send, or no longer: while muted the peer hears silence, whatever is played into the call. RTP goes on
    /// and nothing is signalled; digits sent as RTP events get through. Holds for the whole call and may be set before
    /// audio flows. Each change gives an event of kind `MICROSIP_EVENT_KIND_CALL_MEDIA`.
    ///
    /// Statuses: `GONE`, `NOT_RUNNING`.
    void mute(bool mute) const;

    /// What is known about the call now, as a new handle to be freed; after the call's end the final state of things. Never
    /// waits.
    CallInfo info() const;

    /// Sends a re-INVITE with our current offer: codecs, addresses and direction anew (RFC 3261 §14). Waiting and outcome
    /// as for `microsip_call_hold`. `options` is copied; the zero handle stands for the defaults.
    ///
    /// Statuses: `WRONG_STATE` before the call is up, `BUSY` when eight requests wait, `GONE`, `NOT_RUNNING`.
    void reinvite(const ReinviteOptions &options) const;

    /// The same with default settings.
    void reinvite() const;

    /// Sends an UPDATE with our current offer (RFC 3311). Unlike a re-INVITE it is answered at once by the machine at the
    /// other end, and may be sent before the call is up, once reliable provisional responses have settled the first offer.
    /// Waiting and outcome as for `microsip_call_hold`; a peer whose Allow does not list UPDATE gives `UNSUPPORTED` in the
    /// outcome. `options` is copied; the zero handle stands for the defaults.
    ///
    /// Statuses: `WRONG_STATE` before the call is up, `BUSY` when eight requests wait, `GONE`, `NOT_RUNNING`.
    void update(const UpdateOptions &options) const;

    /// The same with default settings.
    void update() const;

    /// The call's story so far, as a new handle to be freed; the whole one after its end. Messages that arrive after the
    /// end (the answer to our BYE) are still added for a while.
    Story story() const;

    /// Sends the peer to `target`, a SIP URI, name-addr or `tel:` URI (blind transfer, RFC 5589 §6): sends REFER in the
    /// call's dialog (RFC 3515). `options` is copied; the zero handle stands for the defaults.
    ///
    /// Returns when it is queued; what becomes of it is told by events of kind `MICROSIP_EVENT_KIND_TRANSFER`, exactly one
    /// of them final. Then we hang up if it succeeded; if not, the call goes on.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a malformed target or a wrong option, which the message names; `WRONG_STATE` unless
    /// the call is confirmed (one that came in and waits is sent on by `microsip_call_redirect`), `BUSY` while another
    /// transfer of it is under way, `GONE`, `NOT_RUNNING`.
    void transfer(const detail::Text &target, const TransferOptions &options) const;

    /// The same with default settings.
    void transfer(const detail::Text &target) const;

    /// Connects the peers of two calls of ours (attended transfer, RFC 5589 §7): this call's peer is asked to call the
    /// other's and to take our place there (Replaces, RFC 3891). `options` is copied; the zero handle stands for the
    /// defaults.
    ///
    /// The target ends the other call when it is replaced; should it not within 4 seconds of the success, we do. Otherwise
    /// as `microsip_call_transfer`.
    ///
    /// Statuses: as there; `WRONG_STATE` unless the other call is confirmed, or came in and rings; `INVALID_ARGUMENT` for
    /// the same call twice.
    void transfer_to(const Call &other, const TransferOptions &options) const;

    /// The same with default settings.
    void transfer_to(const Call &other) const;

    /// Tells by `MICROSIP_EVENT_KIND_TONE_DETECTED` which tones are heard, from the moment audio flows: those of a country,
    /// fax machines, beeps of answering machines. Each series of a tone is told once. `country` is a code such as `"de"`;
    /// NULL is the United States. Several detectors may run on a call.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a country that is not known, `GONE` after the call's end.
    ToneDetector detect_tones(const detail::Text &country, microsip_tap_t tap) const;

    /// Tells by `MICROSIP_EVENT_KIND_SPEECH` when somebody begins and ends to speak, from the moment audio flows. `options`
    /// is copied; the zero handle stands for the defaults. Several detectors may run on a call, for one side or both.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` after the call's end.
    SpeechDetector detect_speech(const SpeechOptions &options) const;

    /// The same with default settings.
    SpeechDetector detect_speech() const;

    /// Connects a call with open devices: the peer is heard from the loudspeaker, and hears the microphone. Devices that
    /// connect calls, which is the default, need no such thing.
    ///
    /// Statuses: `GONE` after the call's end, or when the devices were closed.
    void use_devices(const AudioDevices &devices) const;

    /// Takes `microsip_call_use_devices` back, also when the devices connected themselves.
    ///
    /// Statuses: `GONE` after the call's end, or when the devices were closed.
    void leave_devices(const AudioDevices &devices) const;

    /// How loud the call is over the last 20 ms: mean amplitude (not RMS) in dB below full scale, 0 at the most and -96 for
    /// silence; what came from the peer and what went to it.
    ///
    /// Statuses: `WRONG_STATE` while no audio flows, `GONE` after the end.
    std::tuple<float, float> levels() const;

    /// Makes the call louder or softer, -42 to +6 dB (minus infinity: silence): what everybody hears of the peer, and what
    /// the peer hears. Holds for the whole call and may be set before audio flows. `microsip_call_mute` is apart from it.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a gain out of its range, `GONE` after the end.
    void set_gain(float received_db, float sent_db) const;

    /// The call as a node: what it says comes from the peer, what it hears goes to the peer. As a new handle to be freed.
    Node node() const;

    /// Plays a file to the peer, from the moment audio flows. `options` is copied; the zero handle stands for the defaults.
    /// Opens the file and decodes its first second before it returns.
    ///
    /// Statuses: `IO` when the file cannot be read, `MEDIA` when it is no audio or empty, `GONE` after the call's end,
    /// `NOT_RUNNING`.
    Player play(const detail::Text &path, const PlayOptions &options) const;

    /// The same with default settings.
    Player play(const detail::Text &path) const;

    /// Plays `count` files to the peer, one after the other without a gap. More can be added later (`microsip_player_add`).
    /// `options` is copied; the zero handle stands for the defaults.
    ///
    /// Statuses: `IO` when a file cannot be read, `MEDIA` when it is no audio or empty, `INVALID_ARGUMENT` without any
    /// file, `GONE` after the call's end, `NOT_RUNNING`.
    Player play_list(const char *const *paths, size_t count, const PlayOptions &options) const;

    /// The same with default settings.
    Player play_list(const char *const *paths, size_t count) const;

    /// Records a call into a file; by default what the peer says, WAV, Ogg Opus or FLAC by its extension, one channel.
    /// `options` is copied; the zero handle stands for the defaults. `microsip_recorder_path` is the file, which has
    /// another name when that one was taken and may not be overwritten.
    ///
    /// Statuses: `IO` when the file cannot be made, `INVALID_ARGUMENT` for an extension, a rate or a bit rate that the
    /// format does not know, `UNSUPPORTED` for Opus in a build without it, `GONE` after the call's end, `NOT_RUNNING`.
    Recorder record(const detail::Text &path, const RecordOptions &options) const;

    /// The same with default settings.
    Recorder record(const detail::Text &path) const;

    /// Records a call into a file that is called by rules. `options` is copied; the zero handle stands for the defaults.
    ///
    /// Statuses: as `microsip_call_record`.
    Recorder record_named(const RecordingName &name, const RecordOptions &options) const;

    /// The same with default settings.
    Recorder record_named(const RecordingName &name) const;

    /// Takes audio out of a call: what the peer says, what we send, or both. `options` is copied; the zero handle stands
    /// for the defaults.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` after the call's end, `NOT_RUNNING`.
    AudioSink audio_sink(const AudioSinkOptions &options) const;

    /// The same with default settings.
    AudioSink audio_sink() const;

    /// Puts audio into a call: its peer hears it. `options` is copied; the zero handle stands for the defaults.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` after the call's end, `NOT_RUNNING`.
    AudioSource audio_source(const AudioSourceOptions &options) const;

    /// The same with default settings.
    AudioSource audio_source() const;

    /// Plays a tone to the peer from the moment audio flows, together with whatever else is played, for `longest_ms`
    /// milliseconds at most; 0: until it ends or is stopped.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a tone that cannot be played at the engine's rate, `GONE` after the call's end.
    TonePlayer play_tone(const Tone &tone, uint32_t longest_ms) const;

    /// Sends a message in a call's dialog, from the first provisional answer on; otherwise as
    /// `microsip_account_send_message`.
    ///
    /// Statuses: as there, and `WRONG_STATE` while there is no dialog yet, `GONE` after the call's end.
    SentMessage send_message(const MessageOptions &options) const;

    /// As `microsip_call_send_message`, for a text without more.
    SentMessage send_text(const detail::Text &words) const;

    /// As `microsip_account_set_typing`, in a call's dialog.
    ///
    /// Statuses: `WRONG_STATE` while there is no dialog yet, `GONE` after the call's end, `NOT_RUNNING`.
    void set_typing(bool typing) const;

    /// Sends a request of any method in the call's dialog, from the first provisional answer on. `options` is copied; the
    /// zero handle stands for the defaults. Returns as `microsip_account_options`.
    ///
    /// Statuses: `INVALID_ARGUMENT` as for `microsip_account_request`, `WRONG_STATE` while there is no dialog yet, `GONE`,
    /// `NOT_RUNNING`.
    Request request(const detail::Text &method, const RequestOptions &options) const;

    /// The same with default settings.
    Request request(const detail::Text &method) const;

    /// Sends INFO with a body in the call (RFC 6086 §3); the bytes are copied. Returns as `microsip_account_options`.
    ///
    /// Statuses: as `microsip_call_request`.
    Request send_info(const detail::Text &content_type, const uint8_t *body, size_t count) const;

    /// Looks for what keeps the call from being heard: nothing comes in or goes out although the session says so, packets
    /// from unexpected places, private addresses, silence, packets that cannot be opened. Gives a list as a new handle to
    /// be freed, empty when nothing is wrong.
    ///
    /// What is missing is told when it has been missing for a second: ask a second or two after audio began. Silence is
    /// known while something here listens to the call.
    ///
    /// Statuses: `WRONG_STATE` while no audio runs, `GONE`, `NOT_RUNNING`.
    Findings check_audio() const;

    /// Statistics of the call's audio now, as a new handle to be freed: all its streams so far, the one that runs included.
    /// The numbers are read while packets come in, so that those of one moment may be apart by a packet.
    ///
    /// Statuses: `WRONG_STATE` while no audio flows; `GONE` after the end, when `microsip_call_info_stats` has the final
    /// ones; `NOT_RUNNING`.
    Stats stats() const;

};

/// A callback that receives events until it is freed or the endpoint is closed.
///
/// Freeing the last handle ends it without waiting: a call that runs or is about to begin is finished, then the destroy function is
/// called, and nothing after it. What the callback uses must live until then.
class Callback : public detail::Handle<microsip_callback_t, microsip_callback_clone, microsip_callback_free> {
public:
    using Handle::Handle;

};

/// Codecs of this build, or of an endpoint. Immutable.
class CodecList : public detail::Handle<microsip_codec_list_t, microsip_codec_list_clone, microsip_codec_list_free> {
public:
    using Handle::Handle;

    /// How many there are.
    size_t count() const;

    /// The codec at `index`, from 0, as lists of codecs name it, such as `"PCMU/8000/1"`; `NO_VALUE` beyond the end. Lent
    /// until the list is freed.
    std::optional<std::string_view> text(size_t index) const;

    /// Encoding name at `index` (RFC 4855), such as `"PCMU"`; `NO_VALUE` beyond the end. Lent until the list is freed.
    std::optional<std::string_view> name(size_t index) const;

    /// Clock rate at `index` in Hz; G722 says 16000 here, though RTP says 8000 (RFC 3551 §4.5.2). `NO_VALUE` beyond the
    /// end.
    std::optional<uint32_t> clock_rate(size_t index) const;

    /// Channels at `index`, 1 or 2; `NO_VALUE` beyond the end.
    std::optional<uint32_t> channels(size_t index) const;

    /// Bits per second of audio at `index`, packet headers not counted; the most it may be where it varies. `NO_VALUE` when
    /// the codec decides, for `microsip_codec_list_of_build`, and beyond the end.
    std::optional<uint32_t> bit_rate(size_t index) const;

    /// How long one frame is at `index`, in milliseconds; a packet holds whole frames. `NO_VALUE` for
    /// `microsip_codec_list_of_build`, and beyond the end.
    std::optional<uint32_t> frame_ms(size_t index) const;

    /// RTP payload type at `index` if it has a fixed one (RFC 3551 §6); `NO_VALUE` for others, which get theirs in each
    /// call, for `microsip_codec_list_of_build`, and beyond the end.
    std::optional<uint8_t> payload_type(size_t index) const;

    /// Its place in the endpoint's list, 0 being the preferred one; `NO_VALUE` when it is not enabled, for
    /// `microsip_codec_list_of_build`, and beyond the end.
    std::optional<size_t> place(size_t index) const;

    /// Every codec of this build, those that are offered by default first and in that order, as a new handle to be freed.
    /// Needs no endpoint.
    static CodecList of_build();

};

/// A command line that was read. Immutable.
class CommandLine : public detail::Handle<microsip_command_line_t, microsip_command_line_clone, microsip_command_line_free> {
public:
    using Handle::Handle;

    /// Reads `count` arguments, those behind the program's name: switches written `/x`, `-x` or `--x` in any case, numbers,
    /// links. One argument is one thing; `--` ends the switches; behind a number further words are a message to it. A new
    /// object to be freed.
    ///
    /// Statuses: `INVALID_ARGUMENT` for an unknown switch, a misspelt command (with a suggestion), a missing or wrong
    /// value, contradicting words, control characters, and more than 64 KiB.
    static CommandLine parse(const char *const *arguments, size_t count);

    /// Reads one line of text, as other programs hand it to a running copy, split as Windows does it. A new object to be
    /// freed. Statuses: those of `microsip_command_line_parse`.
    static CommandLine parse_text(const detail::Text &source);

    /// How many commands there are; none when only options for the start were given.
    size_t command_count() const;

    /// The command at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end. Passwords and accounts come
    /// first, the end last.
    std::optional<Command> command_at(size_t index) const;

    /// How the window starts.
    microsip_window_start_e window() const;

    /// The settings file of `/i:FILE`, as written; `NO_VALUE` if none was given. Lent until the line is freed.
    std::optional<std::string_view> settings() const;

};

/// One command of a command line or of a link. Immutable.
class Command : public detail::Handle<microsip_command_t, microsip_command_clone, microsip_command_free> {
public:
    using Handle::Handle;

    /// What it does; `NO_VALUE` for a command this interface does not know.
    std::optional<microsip_command_kind_e> kind() const;

    /// Its stable lower-case name: `"call"`, `"hangup_all"`, … Lent until the command is freed.
    std::string_view name() const;

    /// Whether the phone has to be started for it when none runs.
    bool starts_phone() const;

    /// Whom to call, to write to or to transfer to, as text for `microsip_number_rules_resolve`; `NO_VALUE` for other
    /// commands. Lent until the command is freed.
    std::optional<std::string_view> target() const;

    /// Whether its target demands TLS (`sips:`).
    bool is_secure() const;

    /// The text of a message; `NO_VALUE` for other commands. Lent until the command is freed.
    std::optional<std::string_view> message() const;

    /// How a state is to be changed; `NO_VALUE` for other commands.
    std::optional<microsip_switch_e> switch_() const;

    /// The digits to be sent, of `0-9 A-D * #`; `NO_VALUE` for other commands. They may be a PIN. Lent until the command is
    /// freed.
    std::optional<std::string_view> digits() const;

    /// Of a volume's change: percent points, such as 5 or -5; `NO_VALUE` for other commands.
    std::optional<int32_t> volume() const;

    /// The number N of `[AccountN]`, from 1; `NO_VALUE` for other commands.
    std::optional<uint32_t> account() const;

    /// Whether the user is to be asked first; `NO_VALUE` for commands other than `MICROSIP_COMMAND_KIND_DTMF` and
    /// `MICROSIP_COMMAND_KIND_RESET`.
    std::optional<bool> asks() const;

    /// Copies the password, with a NUL, to the caller's memory of `capacity` bytes; `length` is that of the password in
    /// bytes.
    ///
    /// Statuses: `NO_VALUE` for other commands; `BUFFER_TOO_SMALL`; `length` is right all the same.
    std::optional<size_t> password(char *buffer, size_t capacity) const;

};

/// Who takes part in a conference at a moment. Immutable.
class ConferenceInfo : public detail::Handle<microsip_conference_info_t, microsip_conference_info_clone, microsip_conference_info_free> {
public:
    using Handle::Handle;

    /// How many calls take part.
    size_t call_count() const;

    /// The call at `index`, from 0, oldest first, as a new handle to be freed; `NO_VALUE` beyond the end.
    std::optional<Call> call_at(size_t index) const;

};

/// Settings of a conference.
class ConferenceOptions : public detail::Handle<microsip_conference_options_t, microsip_conference_options_clone, microsip_conference_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    ConferenceOptions();

    /// Sets what happens when a call ends; default `MICROSIP_ON_LEAVE_STAY`.
    void set_on_leave(microsip_on_leave_t on_leave) const;

};

/// A conference. Each call hears all others (mix-minus) as soon and as long as its audio runs. A call is in one
/// conference at most: joining another moves it.
///
/// Freeing the handle changes nothing: the conference lasts until `microsip_conference_close`.
class Conference : public detail::Handle<microsip_conference_t, microsip_conference_clone, microsip_conference_free> {
public:
    using Handle::Handle;

    /// Its number, unlike that of any other in this process; for comparing handles.
    uint64_t id() const;

    /// Lets a call take part; its audio may start later. `options` is copied; the zero handle stands for the defaults.
    /// Again to change them.
    ///
    /// Statuses: `GONE` when the call has ended or the conference was closed.
    void join(const Call &call, const MemberOptions &options) const;

    /// The same with default settings.
    void join(const Call &call) const;

    /// Takes a call out; it goes on for itself.
    ///
    /// Statuses: `WRONG_STATE` when it does not take part, `GONE` when the conference was closed.
    void leave(const Call &call) const;

    /// Moves `count` of the calls into a conference of their own, with the same settings, as a new handle to be freed.
    ///
    /// Statuses: `WRONG_STATE` when one of them does not take part (none is moved then), `GONE` when the conference was
    /// closed.
    Conference split(const microsip_call_t *calls, size_t count) const;

    /// Takes all calls, files and streams of another conference over, which is closed.
    ///
    /// Statuses: `GONE` when one of the two was closed, `INVALID_ARGUMENT` for itself.
    void merge(const Conference &other) const;

    /// Who takes part now, as a new handle to be freed. Statuses: `GONE` when the conference was closed.
    ConferenceInfo info() const;

    /// Ends the conference: its files and streams end, its calls go on for themselves. Closing twice is fine. Statuses:
    /// `NOT_RUNNING`.
    void close() const;

    /// Plays `count` files to all calls of a conference, one after the other without a gap. `options` is copied; the zero
    /// handle stands for the defaults.
    ///
    /// Statuses: `IO` when a file cannot be read, `MEDIA` when it is no audio or empty, `INVALID_ARGUMENT` without any
    /// file, `GONE` when the conference was closed, `NOT_RUNNING`.
    Player play(const char *const *paths, size_t count, const PlayOptions &options) const;

    /// Records what all calls of a conference and everything played to them say, mixed. `options` is copied; the zero
    /// handle stands for the defaults.
    ///
    /// Statuses: `IO` when the file cannot be made, `INVALID_ARGUMENT` for an extension, a rate or a bit rate that the
    /// format does not know, `UNSUPPORTED` for Opus in a build without it, or a side, which only calls have; `GONE` when
    /// the conference was closed, `NOT_RUNNING`.
    Recorder record(const detail::Text &path, const RecordOptions &options) const;

    /// Takes out what all calls of a conference and everything played to them say, mixed. `options` is copied; the zero
    /// handle stands for the defaults.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` when the conference was closed, `NOT_RUNNING`.
    AudioSink audio_sink(const AudioSinkOptions &options) const;

    /// Puts audio into a conference: all its calls hear it. `options` is copied; the zero handle stands for the defaults.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `GONE` when the conference was closed, `NOT_RUNNING`.
    AudioSource audio_source(const AudioSourceOptions &options) const;

    /// The same with default settings.
    AudioSource audio_source() const;

    /// Plays a tone to all calls of a conference, and into what records it, for `longest_ms` milliseconds at most; 0: until
    /// it ends or is stopped.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a tone that cannot be played at the engine's rate, `GONE` when the conference was
    /// closed.
    TonePlayer play_tone(const Tone &tone, uint32_t longest_ms) const;

};

/// All contacts, in the order of their file. Two may have the same number. What is not changed is written as it was
/// read, byte by byte.
class ContactBook : public detail::Handle<microsip_contact_book_t, microsip_contact_book_clone, microsip_contact_book_free> {
public:
    using Handle::Handle;

    /// Makes an empty book.
    ContactBook();

    /// Reads the bytes of a `Contacts.xml`; none are an empty book. Contacts without any number are left out, and stay in
    /// the file. `warnings` (may be NULL) gets a new list to be freed: what was passed over.
    ///
    /// Statuses: `INVALID_ARGUMENT` for what is no such file, with the line; `LIMIT_REACHED` beyond 32 MiB or 100,000
    /// contacts.
    static std::tuple<ContactBook, ImportWarnings> parse(const uint8_t *data, size_t size);

    /// Reads the file at `path` from the disk, as `microsip_contact_book_parse` does; one that does not exist is an empty
    /// book. Statuses: `IO` as well.
    static std::tuple<ContactBook, ImportWarnings> load(const detail::Text &path);

    /// Writes the file at `path` whole or not at all. Statuses: `IO`; the old file stands unchanged then.
    void save(const detail::Text &path) const;

    /// The bytes of `Contacts.xml`, as a new handle to be freed.
    Bytes to_xml() const;

    /// The contacts as CSV with the column names of MicroSIP, UTF-8, as a new handle to be freed. `byte_order_mark` tells
    /// spreadsheets that it is UTF-8; `guard_formulas` writes an apostrophe before texts that a spreadsheet would run.
    Bytes to_csv(bool byte_order_mark, bool guard_formulas) const;

    /// How its file's text is stored: `"utf-8"`, `"utf-16le"`, `"windows-1252"`, … Lent until the book is freed.
    std::string_view encoding() const;

    /// How many contacts are in it.
    size_t count() const;

    /// The contact at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
    std::optional<Contact> at(size_t index) const;

    /// Adds a copy of a contact at the end; a missing number is taken from the other numbers, a missing name made of what
    /// there is. `index` (may be NULL) is where it stands.
    ///
    /// Statuses: `INVALID_ARGUMENT` if it has no number at all, `LIMIT_REACHED` with 100,000 contacts.
    size_t add(const Contact &contact) const;

    /// Puts a copy of a contact in the place of the one at `index`; `NO_VALUE` beyond the end. Statuses: `INVALID_ARGUMENT`
    /// if it has no number at all.
    void set(size_t index, const Contact &contact) const;

    /// Removes the contact at `index`; those after it move up. `NO_VALUE` beyond the end.
    void remove(size_t index) const;

    /// Removes contacts that have number and name in common with one before; what the first lacks is taken from them.
    /// `count` (may be NULL) says how many went.
    size_t remove_duplicates() const;

    /// The contact a caller's number belongs to, as a copy to be freed: an equal number first, then one the caller's ends
    /// with. `NO_VALUE` if there is none.
    std::optional<Contact> find_caller(const detail::Text &caller) const;

    /// Copies of the contacts in which a text occurs, upper and lower case being equal: in a name, any number, mail
    /// address, comment or info. A text of digits also finds numbers written with separators. An empty text finds all. A
    /// new list to be freed.
    Contacts search(const detail::Text &needle) const;

    /// Takes over the contacts of a file: one with the same key updates the fields the file has, a new one is added,
    /// nothing is removed. `report` (may be NULL) gets a new object to be freed.
    ///
    /// Statuses: `LIMIT_REACHED` beyond 100,000 contacts; the book is unchanged then.
    MergeReport import(const ContactImport &imported, microsip_merge_key_t key) const;

    /// Takes over a users directory: as `microsip_contact_book_import`, and contacts marked
    /// `MICROSIP_CONTACT_FIELD_DIRECTORY` that are not listed any more are removed.
    MergeReport merge_directory(const ContactImport &imported, microsip_merge_key_t key) const;

};

/// Contacts that were read from CSV or from a users directory, with the fields the source named. Immutable; a book
/// takes them over by `microsip_contact_book_import` or `microsip_contact_book_merge_directory`.
class ContactImport : public detail::Handle<microsip_contact_import_t, microsip_contact_import_clone, microsip_contact_import_free> {
public:
    using Handle::Handle;

    /// Reads contacts from CSV, with the column names of MicroSIP, Outlook, Google and others; commas, semicolons and tabs
    /// divide. `guard_formulas` takes off the apostrophes that `microsip_contact_book_to_csv` wrote. A new object to be
    /// freed.
    ///
    /// Statuses: `INVALID_ARGUMENT` if no column holds numbers, `LIMIT_REACHED` beyond 32 MiB or 100,000 contacts.
    static ContactImport csv(const uint8_t *data, size_t size, bool guard_formulas);

    /// Reads a server's answer to the question for a users directory: CSV if `content_type`, the header's value (may be
    /// NULL), is `text/csv`, else JSON if it is JSON, else XML. A new object to be freed.
    ///
    /// Statuses: `INVALID_ARGUMENT` for what is no directory, `LIMIT_REACHED` beyond 32 MiB or 100,000 contacts. Keep the
    /// contacts of the last answer then.
    static ContactImport directory(const detail::Text &content_type, const uint8_t *data, size_t size);

    /// How many contacts there are.
    size_t count() const;

    /// The contact at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
    std::optional<Contact> at(size_t index) const;

    /// Columns of the CSV that mean nothing here, as a new list to be freed; empty for a directory.
    TextList unknown_columns() const;

    /// What was passed over, as a new list to be freed.
    ImportWarnings warnings() const;

    /// The directory's format; `NO_VALUE` if it was read as CSV of a file.
    std::optional<microsip_directory_format_e> format() const;

    /// Seconds until the directory wants to be asked again, 0 for never; `NO_VALUE` if it says nothing.
    std::optional<uint64_t> refresh_s() const;

    /// Whether the directory asks not to bother the user with errors.
    bool is_silent() const;

    /// Of how many numbers the directory tells a state.
    size_t presence_count() const;

    /// The state at `index`, from 0: the number as it stands in a contact, its state, and a text to be shown beside it,
    /// NULL if there is none. Texts are lent until the import is freed. `NO_VALUE` beyond the end.
    std::optional<std::tuple<std::string_view, microsip_directory_status_e, std::string_view>> presence_at(size_t index) const;

};

/// Parameters of an account's Contact (RFC 3261 §20.10). Checked when the account is added or modified:
/// `INVALID_ARGUMENT` there.
class ContactOptions : public detail::Handle<microsip_contact_options_t, microsip_contact_options_clone, microsip_contact_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    ContactOptions();

    /// Sets `q`, how much this contact is preferred to others of the same address, 0 to 1 with three digits; default none
    /// is told.
    void set_q(float q) const;

    /// Tells no `q`, as by default.
    void clear_q() const;

    /// Sets `+sip.instance`, a URN that names this device (RFC 5626 §4.1), such as
    /// `"urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"`, the same after every start; NULL (default) for none. Over TCP and
    /// TLS it makes the registration an outbound one, where the server agrees.
    void set_instance(const detail::Text &urn) const;

    /// Adds a parameter to the header, in REGISTER only: name and, if not NULL, value, quotes included.
    void add_param(const detail::Text &name, const detail::Text &value) const;

    /// Adds a parameter to the URI, in every Contact of the account; `value` may be NULL.
    void add_uri_param(const detail::Text &name, const detail::Text &value) const;

};

/// A contact. All texts may be empty. It can be changed; a book has copies.
class Contact : public detail::Handle<microsip_contact_t, microsip_contact_clone, microsip_contact_free> {
public:
    using Handle::Handle;

    /// Makes a contact with a number and a name.
    Contact(const detail::Text &number, const detail::Text &name);

    /// A field as text; switches as `"1"` and `"0"`. Lent until the contact is freed, also when the field is changed.
    std::string_view get_(microsip_contact_field_t field) const;

    /// Sets a field; switches take `1`, `true` or `yes` as yes. `understood` (may be NULL) is false for another word, which
    /// becomes no.
    bool set(microsip_contact_field_t field, const detail::Text &value) const;

    /// How many attributes of other programs it has.
    size_t extra_count() const;

    /// The attribute of another program at `index`, from 0: name and value, both lent until the contact is freed.
    /// `NO_VALUE` beyond the end.
    std::optional<std::tuple<std::string_view, std::string_view>> extra_at(size_t index) const;

    /// Sets an attribute of another program, which is kept in `Contacts.xml`; NULL removes it. Statuses: `INVALID_ARGUMENT`
    /// for a field's own name.
    void set_extra(const detail::Text &name, const detail::Text &value) const;

};

/// Some contacts. Immutable.
class Contacts : public detail::Handle<microsip_contacts_t, microsip_contacts_clone, microsip_contacts_free> {
public:
    using Handle::Handle;

    /// How many there are.
    size_t count() const;

    /// The one at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
    std::optional<Contact> at(size_t index) const;

};

/// A phone's socket, by which other processes command it (docs/control.md): `microsip_control_connect`, the program
/// `microsip`, any other. Ends with its last handle, without waiting for those who are connected.
class ControlServer : public detail::Handle<microsip_control_server_t, microsip_control_server_clone, microsip_control_server_free> {
public:
    using Handle::Handle;

    /// How many are connected at this moment.
    size_t connections() const;

    /// Takes no more commands and removes the socket. Commands under way are finished and answered; what has not ended
    /// after `timeout_ms` is cut off. The settings file stays this process' until the last handle is freed.
    ///
    /// Statuses: `TIMEOUT` when a command is still running then.
    void close(uint32_t timeout_ms) const;

};

/// A connection to the process that runs the phone of a settings file, such as the program `microsip`. docs/control.md
/// has what is said over it. One thread at a time may wait for something to come over it: meanwhile others are answered
/// `BUSY`. Whoever wants events on one thread and requests on another makes a connection for each.
class Control : public detail::Handle<microsip_control_t, microsip_control_clone, microsip_control_free> {
public:
    using Handle::Handle;

    /// Connects to the process that runs the phone of a settings file, whose path is `settings`. `directory` is where its
    /// socket is; NULL: the usual place. A phone that is starting or ending is waited for, up to 15 s.
    ///
    /// Statuses: `NO_VALUE` if no phone runs; `TIMEOUT` if it does not answer; `CONFIG` if the socket's directory is not
    /// this user's alone; `UNSUPPORTED` if it speaks another version of the protocol; `INVALID_ARGUMENT`; `IO`.
    static std::optional<Control> connect(const detail::Text &settings, const detail::Text &directory);

    /// Ends the connection: a thread that waits for something to come over it is answered `GONE` at once, and so is whoever
    /// uses it later. Closing twice is fine.
    void close() const;

    /// Sends a request, a JSON object with `command`, and waits for its reply up to `timeout_ms`. `reply` is a new object
    /// to be freed.
    ///
    /// Statuses: the phone's own; `TIMEOUT`, and it may still be done; `NOT_RUNNING` when the phone is ending and has
    /// certainly not begun it; `TRANSPORT` when the connection ended before the reply; `GONE` when it was closed;
    /// `INVALID_ARGUMENT` for what is no request; `BUSY`.
    Json request(const detail::Text &request, uint32_t timeout_ms) const;

    /// Sends one line of MicroSIP text, such as `/hangupall`, and waits for its reply, as `microsip_control_request` does.
    /// Statuses: those of `microsip_control_request`.
    Json line(const detail::Text &line, uint32_t timeout_ms) const;

    /// Asks for events: those of `count` names, all for a count of 0. They wait in the connection until
    /// `microsip_control_next_event` takes them. Statuses: those of `microsip_control_request`.
    void subscribe(const char *const *names, size_t count, uint32_t timeout_ms) const;

    /// The next event, as a new object to be freed, with its name in the member `event`. `lagged` with the number `missed`
    /// stands where events were lost because nobody took them.
    ///
    /// Statuses: `TIMEOUT` when none came in time; `TRANSPORT` once the connection has ended and everything that came was
    /// taken; `GONE` when it was closed; `BUSY`.
    Json next_event(uint32_t timeout_ms) const;

    /// The version of the program that runs the phone; `NO_VALUE` if it did not tell. Lent until the last handle is freed.
    std::optional<std::string_view> version() const;

    /// The process that runs the phone; `NO_VALUE` if it did not tell.
    std::optional<uint32_t> pid() const;

};

/// The countries whose tones are known, by code. Immutable.
class CountryList : public detail::Handle<microsip_country_list_t, microsip_country_list_clone, microsip_country_list_free> {
public:
    using Handle::Handle;

    /// The countries, as a new handle to be freed. Needs no endpoint.
    CountryList();

    /// How many there are.
    size_t count() const;

    /// The code of the country at `index`, from 0, such as `"de"`; `NO_VALUE` beyond the end. Lent until the list is freed.
    std::optional<std::string_view> code_at(size_t index) const;

    /// The English name of the country at `index`, from 0; `NO_VALUE` beyond the end. Lent until the list is freed.
    std::optional<std::string_view> name_at(size_t index) const;

    /// Whether the country at `index`, from 0, defines a tone; `NO_VALUE` beyond the end.
    std::optional<bool> has_tone(size_t index, microsip_tone_kind_t kind) const;

};

/// An envelope of a message (`message/cpim`, RFC 3862), for programs that carry such messages themselves; the library
/// puts its own in one when notifications are asked for. Those given out by the library are copies: setters change
/// nothing else.
class CPIM : public detail::Handle<microsip_cpim_t, microsip_cpim_clone, microsip_cpim_free> {
public:
    using Handle::Handle;

    /// Reads an envelope from bytes.
    ///
    /// Statuses: `INVALID_ARGUMENT` for what is none, `LIMIT_REACHED` beyond 64 KiB or 100 headers, `UNSUPPORTED` when the
    /// headers are not UTF-8.
    static CPIM parse(const uint8_t *body, size_t body_len);

    /// The sender: a URI in angle brackets, with or without a name before it; `NO_VALUE` if not told. Lent until the handle
    /// is freed.
    std::optional<std::string_view> from() const;

    /// How many recipients there are.
    size_t to_count() const;

    /// The recipient at `index`, from 0, in the same form as the sender; `NO_VALUE` beyond the end. Lent until the handle
    /// is freed.
    std::optional<std::string_view> to_at(size_t index) const;

    /// How many others get a copy.
    size_t cc_count() const;

    /// Who gets a copy, at `index` from 0; `NO_VALUE` beyond the end. Lent until the handle is freed.
    std::optional<std::string_view> cc_at(size_t index) const;

    /// When it was sent, in milliseconds since 1970; `NO_VALUE` if not told.
    std::optional<int64_t> date_time_unix_ms() const;

    /// What it is about; `NO_VALUE` if not told. Lent until the handle is freed.
    std::optional<std::string_view> subject() const;

    /// Its id, to which notifications refer (`imdn.Message-ID`); `NO_VALUE` if it has none. Lent until the handle is freed.
    std::optional<std::string_view> message_id() const;

    /// Which notifications are asked for, as `microsip_received_message_notify`.
    std::tuple<bool, bool, bool, bool> notify() const;

    /// To whom it was meant before somebody on the way changed that (`imdn.Original-To`); `NO_VALUE` if not told. Lent
    /// until the handle is freed.
    std::optional<std::string_view> original_to() const;

    /// How many headers there are that no other function tells.
    size_t header_count() const;

    /// The header at `index`, from 0: the URI of its namespace, its name there, its value, and the value's language, empty
    /// when not told; `NO_VALUE` beyond the end. Lent until the handle is freed.
    std::optional<std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>> header_at(size_t index) const;

    /// How many headers the sender requires to be understood that are not.
    size_t unknown_required_count() const;

    /// The one at `index`, from 0, as it was written; `NO_VALUE` beyond the end. Lent until the handle is freed.
    std::optional<std::string_view> unknown_required_at(size_t index) const;

    /// The content's type with its parameters, such as `"text/plain;charset=utf-8"`. Lent until the handle is freed.
    std::string_view content_type() const;

    /// How many other MIME headers the content has.
    size_t content_header_count() const;

    /// The content's MIME header at `index`, from 0; `NO_VALUE` beyond the end. Lent until the handle is freed.
    std::optional<std::tuple<std::string_view, std::string_view>> content_header_at(size_t index) const;

    /// The content, as a new handle to be freed; empty in the envelope of a received message, which tells it itself.
    Bytes content() const;

    /// Makes an envelope around a content of this type, whose bytes are copied.
    CPIM(const detail::Text &content_type, const uint8_t *content, size_t content_len);

    /// Sets the sender, as URI or name-addr.
    void set_from(const detail::Text &from) const;

    /// Adds a recipient, as URI or name-addr.
    void add_to(const detail::Text &to) const;

    /// Adds somebody who gets a copy: a URI in angle brackets, with or without a name before it.
    void add_cc(const detail::Text &cc) const;

    /// Sets when it was sent, in milliseconds since 1970; written to the second.
    void set_date_time(int64_t date_time_unix_ms) const;

    /// Sets what it is about.
    void set_subject(const detail::Text &subject) const;

    /// Sets its id (`imdn.Message-ID`): at least 64 bits of randomness, unique for ever (RFC 5438 §6.3).
    void set_message_id(const detail::Text &message_id) const;

    /// Sets which notifications are asked for, as `microsip_message_options_set_notify`; they need an id and a time.
    void set_notify(bool positive_delivery, bool negative_delivery, bool processing, bool display) const;

    /// Adds a header: the URI of its namespace, its name there and its value; checked when the envelope is written.
    void add_header(const detail::Text &space, const detail::Text &name, const detail::Text &value) const;

    /// Adds a MIME header of the content, such as `"Content-Disposition"`.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a name that is no token, or a value with a line break.
    void add_content_header(const detail::Text &name, const detail::Text &value) const;

    /// The message in its envelope, as a new handle to be freed.
    ///
    /// Statuses: `INVALID_ARGUMENT` when notifications are asked for and there is no id, or something in it cannot be
    /// written.
    Bytes to_bytes() const;

};

/// What a dial plan makes of a number. Immutable.
class DialPlanResult : public detail::Handle<microsip_dial_plan_result_t, microsip_dial_plan_result_clone, microsip_dial_plan_result_free> {
public:
    using Handle::Handle;

    /// The number of the alternative that matched, from 1 as it stands in the plan; 0 of an empty plan.
    size_t alternative() const;

    /// That alternative's text. Lent until the result is freed.
    std::string_view pattern() const;

    /// The number after the replacements; may be empty. Lent until the result is freed.
    std::string_view number() const;

};

/// A compiled dial plan (`dialPlan` of `microsip.ini`). Immutable.
class DialPlan : public detail::Handle<microsip_dial_plan_t, microsip_dial_plan_clone, microsip_dial_plan_free> {
public:
    using Handle::Handle;

    /// Reads a plan: alternatives with `|` between them, in which `x` is any character, `[2-9]` one of a class, `.` repeats
    /// the element before it zero or more times, and `<from:to>` replaces. An empty text is a plan that leaves every number
    /// as it is.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a plan longer than 4096 bytes or with control characters, for unbalanced brackets,
    /// for a repetition of nothing or of a replacement; the message quotes the alternative.
    static DialPlan parse(const detail::Text &source);

    /// The text it was read from. Lent until the plan is freed.
    std::string_view source() const;

    /// Whether there is no alternative; numbers are then left alone.
    bool is_empty() const;

    /// What the plan makes of a number, as a new object to be freed: the first alternative that matches the entire text
    /// wins. An empty plan gives the number unchanged, with alternative 0. Takes time linear in the length of the number,
    /// whatever the plan.
    ///
    /// Statuses: `NO_VALUE` when no alternative matches, which makes the number invalid.
    std::optional<DialPlanResult> apply(const detail::Text &number) const;

};

/// A number ready to be called. Immutable.
class DialledNumber : public detail::Handle<microsip_dialled_number_t, microsip_dialled_number_clone, microsip_dialled_number_free> {
public:
    using Handle::Handle;

    /// The URI in `<` `>`, as MicroSIP keeps it. Lent until the number is freed.
    std::string_view uri() const;

    /// The URI to call over a transport, without password; the transport is added unless it is UDP or the URI names one.
    /// Lent until the number is freed.
    std::string_view request_uri(microsip_transport_t transport) const;

    /// The name typed before the URI, without quotes; `NO_VALUE` if there is none. Lent until the number is freed.
    std::optional<std::string_view> display_name() const;

    /// Which account makes the call.
    microsip_number_line_e line() const;

    /// Whether it was cleaned up as a phone number.
    bool is_phone_number() const;

    /// Whether TLS is required: the text was a `sips:` URI.
    bool is_secure() const;

    /// The user part as written in the URI, percent-encoded; empty without one. Lent until the number is freed.
    std::string_view user() const;

    /// Host and port as written. Lent until the number is freed.
    std::string_view host() const;

    /// Digits and commas to be sent after the answer; `NO_VALUE` if there are none. They may be a PIN. Lent until the
    /// number is freed.
    std::optional<std::string_view> post_dial() const;

    /// How many groups of digits are to be sent after the answer.
    size_t post_dial_count() const;

    /// The group at `index`, from 0: how long after the answer it is sent, and its digits, lent until the number is freed.
    /// `NO_VALUE` beyond the end.
    std::optional<std::tuple<uint64_t, std::string_view>> post_dial_at(size_t index) const;

};

/// A dialog of a watched line. Those given out by the library are copies: setters change nothing else.
class DialogEntry : public detail::Handle<microsip_dialog_entry_t, microsip_dialog_entry_clone, microsip_dialog_entry_free> {
public:
    using Handle::Handle;

    /// Its id in the documents of one subscription; says nothing else. Lent until the handle is freed.
    std::string_view id() const;

    /// Its `Call-ID`; `NO_VALUE` if the server does not tell it. Lent until the handle is freed.
    std::optional<std::string_view> call_id() const;

    /// Its tag of the watched line; `NO_VALUE` if the server does not tell it. Lent until the handle is freed.
    std::optional<std::string_view> local_tag() const;

    /// Its tag of the other party; `NO_VALUE` if the server does not tell it. Lent until the handle is freed.
    std::optional<std::string_view> remote_tag() const;

    /// Who began it; `NO_VALUE` if not told.
    std::optional<microsip_dialog_direction_e> direction() const;

    /// Where it stands.
    microsip_dialog_state_e state() const;

    /// What led to that; `NO_VALUE` if not told.
    std::optional<microsip_dialog_event_e> event() const;

    /// The SIP status that led to that, 100 to 699; `NO_VALUE` if not told.
    std::optional<uint16_t> code() const;

    /// How long it has been there, in seconds; `NO_VALUE` if not told.
    std::optional<uint64_t> duration_s() const;

    /// The dialog it took the place of: `Call-ID`, tag of the watched line and tag of the other party; `NO_VALUE` if it
    /// took none's. Lent until the handle is freed.
    std::optional<std::tuple<std::string_view, std::string_view, std::string_view>> replaces() const;

    /// Who transferred it here, as URI; `NO_VALUE` if not told. Lent until the handle is freed.
    std::optional<std::string_view> referred_by() const;

    /// The watched line's side, as a new handle to be freed.
    DialogParty local() const;

    /// The other side, as a new handle to be freed.
    DialogParty remote() const;

    /// Whether it is not over.
    bool is_live() const;

    /// Whether the watched line rings with it.
    bool is_ringing() const;

    /// Whether the watched line holds it: its Contact has `sip.rendering` of `no` (RFC 4235 §5.2).
    bool is_on_hold() const;

    /// The parts of `Replaces` (RFC 3891) for a call to the other party of this dialog, which picks up a line that rings:
    /// call the target or identity of `microsip_dialog_entry_remote`. Lent until the handle is freed.
    ///
    /// Statuses: `WRONG_STATE` when the dialog is over, or the server does not tell its ids.
    std::tuple<std::string_view, std::string_view, std::string_view> replaces_at_remote() const;

    /// As `microsip_dialog_entry_replaces_at_remote`, for a call to the watched line itself, or to a PBX that stands in for
    /// both: takes over a call that is up.
    std::tuple<std::string_view, std::string_view, std::string_view> replaces_at_local() const;

    /// Makes a dialog of which nothing but id and state is known.
    DialogEntry(const detail::Text &id, microsip_dialog_state_t state);

    /// Sets `Call-ID` and tags: that of the watched line, and that of the other party.
    void set_ids(const detail::Text &call_id, const detail::Text &local_tag, const detail::Text &remote_tag) const;

    /// Sets who began it.
    void set_direction(microsip_dialog_direction_t direction) const;

    /// Sets what led to its state, and the SIP status that did, 100 to 699, or 0 for none.
    void set_event(microsip_dialog_event_t event, uint16_t code) const;

    /// Sets how long it has been there, in seconds.
    void set_duration(uint32_t duration_s) const;

    /// Sets the watched line's side; `party` is copied.
    void set_local(const DialogParty &party) const;

    /// Sets the other side; `party` is copied.
    void set_remote(const DialogParty &party) const;

};

/// One side of a dialog (RFC 4235 §4.1.6). Those given out by the library are copies: setters change nothing else.
class DialogParty : public detail::Handle<microsip_dialog_party_t, microsip_dialog_party_clone, microsip_dialog_party_free> {
public:
    using Handle::Handle;

    /// Makes a party: the URI of From or To, their name, and the URI of Contact; any may be NULL.
    DialogParty(const detail::Text &identity, const detail::Text &display, const detail::Text &target);

    /// Adds a parameter of the Contact, such as `"+sip.rendering"` with `"no"` for a line that holds its call.
    void add_parameter(const detail::Text &name, const detail::Text &value) const;

    /// Who: the URI of From or To; `NO_VALUE` if not told. Lent until the handle is freed.
    std::optional<std::string_view> identity() const;

    /// Their name; `NO_VALUE` if not told. Lent until the handle is freed.
    std::optional<std::string_view> display() const;

    /// Where requests go: the URI of Contact; `NO_VALUE` if not told. Lent until the handle is freed.
    std::optional<std::string_view> target() const;

    /// How many parameters that Contact has.
    size_t parameter_count() const;

    /// The parameter at `index`, from 0, such as `"+sip.rendering"`; `NO_VALUE` beyond the end. Lent until the handle is
    /// freed.
    std::optional<std::tuple<std::string_view, std::string_view>> parameter_at(size_t index) const;

};

/// How host names in SIP URIs are resolved (RFC 3263). Numeric addresses and names in the hosts file are known at once;
/// answers of name servers are kept as long as they say. Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT`
/// there.
class DNSConfig : public detail::Handle<microsip_dns_config_t, microsip_dns_config_clone, microsip_dns_config_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    DNSConfig();

    /// Adds a name server, a numeric address with port such as `"192.0.2.53:53"`; the system's are not asked then.
    /// Statuses: `INVALID_ARGUMENT` for what is no address with port.
    void add_server(const detail::Text &address) const;

    /// Sets whether SRV records are asked for when the URI has no port (RFC 3263 §4.2); default true.
    void set_srv(bool yes) const;

    /// Sets whether NAPTR records are asked for when the URI names no transport (RFC 3263 §4.1); default true.
    void set_naptr(bool yes) const;

    /// Sets how long one look-up may take, in milliseconds, 100 to 60000; default 5000. Within it every name server is
    /// asked twice.
    void set_timeout(uint32_t longest_ms) const;

    /// Sets how long one of several targets of a request is given before the next is tried, in milliseconds, 500 to 32000;
    /// default 4000.
    void set_target_timeout(uint32_t longest_ms) const;

    /// Sets how long a target that did not serve comes after the others, in milliseconds, 0 to 3600000; default 60000. A
    /// Retry-After in a 503 counts instead.
    void set_avoid_for(uint32_t time_ms) const;

    /// Sets the hosts file; default the system's, NULL to look at none. It is read again when it changes.
    void set_hosts_file(const detail::Text &path) const;

};

/// Settings of digits that are sent.
class DtmfOptions : public detail::Handle<microsip_dtmf_options_t, microsip_dtmf_options_clone, microsip_dtmf_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    DtmfOptions();

    /// Sets how they travel; default `MICROSIP_DTMF_METHOD_AUTO`.
    void set_method(microsip_dtmf_method_t method) const;

    /// Sets how long each is held, 40 to 5000 ms; default 160.
    void set_duration(uint32_t duration_ms) const;

    /// Sets the silence between two of them, 40 to 5000 ms; default 100.
    void set_gap(uint32_t gap_ms) const;

    /// Sets how long a comma waits, 0 to 60000 ms; default 1000.
    void set_pause(uint32_t pause_ms) const;

};

/// Every parameter of the E-model (ITU-T G.107), for ratings of one's own.
class Emodel : public detail::Handle<microsip_emodel_t, microsip_emodel_clone, microsip_emodel_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    Emodel();

    /// Sets a parameter.
    void set(microsip_emodel_parameter_t which, double value) const;

    /// A parameter's value.
    double get_(microsip_emodel_parameter_t which) const;

    /// R: 93.2 with every parameter at its default, above 90 very satisfying, below 50 of no use; not cut to 0 to 100.
    double rating() const;

    /// What R is made of: Ro (signal against noise) - Is (what comes with the signal) - Id (delay and echo) - Ie,eff (codec
    /// and loss) + A.
    std::tuple<double, double, double, double> parts() const;

};

/// Settings of an endpoint, filled in before it starts. Setters take effect at the next `microsip_endpoint_start`.
class EndpointConfig : public detail::Handle<microsip_endpoint_config_t, microsip_endpoint_config_clone, microsip_endpoint_config_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    EndpointConfig();

    /// Takes all transports away, the default ones included, so that exactly those added afterwards are opened.
    void clear_transports() const;

    /// Adds a transport bound to a numeric address with port, such as `"0.0.0.0:5060"` or `"[::1]:0"`; port 0 is one of the system's
    /// choice. Default: one of each kind the build has on `"0.0.0.0:0"`, which stay unless
    /// `microsip_endpoint_config_clear_transports` took them away.
    ///
    /// Statuses: `INVALID_ARGUMENT` for what is no address with port.
    void add_transport(microsip_transport_t transport, const detail::Text &bind) const;

    /// Sets the text of User-Agent and Server headers (RFC 3261 §20.41); default `"microsip/"` and the version.
    void set_user_agent(const detail::Text &user_agent) const;

    /// Sets how long closing waits for peers' answers, in milliseconds, 0 to 30000; default 2000.
    void set_close_timeout(uint32_t timeout_ms) const;

    /// Sets the UDP ports for RTP and RTCP, the last one included; a call takes an even one and the next. 0 and 0 (default)
    /// lets the system choose. When none is free, a call fails.
    void set_rtp_ports(uint16_t first, uint16_t last) const;

    /// Sets the codecs offered and accepted, the preferred one first, such as `"opus PCMA/8000/1 PCMU/8000/1"`: names with
    /// clock rate and channels, which may be left out. Default: opus, G722, PCMU, PCMA, speex, GSM, as far as built in.
    /// Statuses: `INVALID_ARGUMENT` for a malformed list; codecs this build lacks are refused by `microsip_endpoint_start`
    /// with `UNSUPPORTED`.
    void set_codecs(const detail::Text &list) const;

    /// Sets how Opus is used; accounts and calls may have settings of their own. `options` is copied; the zero handle
    /// stands for the defaults.
    void set_opus(const OpusOptions &options) const;

    /// The same with default settings.
    void set_opus() const;

    /// Sets how much audio a packet holds, in milliseconds, 10 to 120: what we ask for (`a=ptime`, RFC 8866 §6.4) and,
    /// unless the peer asks for something else, what we send, rounded to whole frames. 0 (default): nothing is asked for,
    /// 20 ms sent.
    void set_ptime(uint32_t time_ms) const;

    /// Sets whether our answer names the first of our codecs that the caller offers; default false: the first of the
    /// caller's that we have (RFC 3264 §6.1).
    void set_prefer_own_codecs(bool yes) const;

    /// Sets whether audio that did not arrive is made up from what came before, and from copies in later packets; default
    /// true. Without it there is silence in its place.
    void set_concealment(bool yes) const;

    /// Sets the bridge's sample rate in Hz: 8000, 16000, 24000, 32000, 44100 or 48000; 0 (default): 8000 when all codecs
    /// are narrowband, else 16000.
    void set_bridge_rate(uint32_t hz) const;

    /// Sets whether keys are listened for in the audio; default `MICROSIP_DTMF_DETECTION_AUTO`.
    void set_dtmf_detection(microsip_dtmf_detection_t detection) const;

    /// Lets every call be listened to for speech: events of kind `MICROSIP_EVENT_KIND_SPEECH`. `options` is copied; the
    /// zero handle stands for the defaults.
    void set_speech_detection(const SpeechOptions &options) const;

    /// The same with default settings.
    void set_speech_detection() const;

    /// Listens to no call for speech by itself, as by default.
    void clear_speech_detection() const;

    /// Sets whether a call with nothing to play sends silence, so that the peer and the firewalls on the way see packets;
    /// default true. Without it a call without sources sends no RTP at all.
    void set_send_silence(bool yes) const;

    /// Sets whether silence is left out of what is sent, where the codec can say so; default false.
    void set_silence_suppression(bool yes) const;

    /// Sets how TLS is used. `tls` is copied; the zero handle stands for the defaults.
    void set_tls(const TLSConfig &tls) const;

    /// The same with default settings.
    void set_tls() const;

    /// Sets how we are reached through NAT. `nat` is copied; the zero handle stands for the defaults.
    void set_nat(const NATConfig &nat) const;

    /// The same with default settings.
    void set_nat() const;

    /// Sets how host names are resolved. `dns` is copied; the zero handle stands for the defaults.
    void set_dns(const DNSConfig &dns) const;

    /// The same with default settings.
    void set_dns() const;

    /// Sets how scanners and floods are kept off. `guard_config` is copied; the zero handle stands for the defaults.
    void set_guard(const GuardConfig &guard_config) const;

    /// The same with default settings.
    void set_guard() const;

    /// Sets how audio is buffered, reported and watched. `quality` is copied; the zero handle stands for the defaults.
    void set_quality(const QualityConfig &quality) const;

    /// The same with default settings.
    void set_quality() const;

    /// Sets how messages are taken. `messages` is copied; the zero handle stands for the defaults.
    void set_messages(const MessageConfig &messages) const;

    /// The same with default settings.
    void set_messages() const;

    /// Sets how incoming calls are dealt with before they ring; accounts may have a policy of their own. `policy` is
    /// copied; the zero handle stands for the defaults.
    void set_policy(const CallPolicy &policy) const;

    /// Sets whether requests of more than 1300 bytes go over TCP rather than UDP, as RFC 3261 §18.1.1 asks; default true.
    /// Without it they are sent in fragments, which some networks lose; with it, a peer whose TCP is neither open nor
    /// refused delays such a request by seven seconds.
    void set_switch_to_tcp(bool yes) const;

    /// Sets the differentiated services code point of SIP packets (RFC 2474), 0 to 63; default the system's choice. 24
    /// (CS3) is usual. Statuses: `INVALID_ARGUMENT` beyond 63.
    void set_dscp_sip(uint32_t dscp) const;

    /// Leaves the code point of SIP packets to the system again.
    void clear_dscp_sip() const;

    /// Sets the differentiated services code point of RTP and RTCP packets, 0 to 63; default the system's choice. 46 (EF)
    /// is usual. Statuses: `INVALID_ARGUMENT` beyond 63.
    void set_dscp_rtp(uint32_t dscp) const;

    /// Leaves the code point of RTP and RTCP packets to the system again.
    void clear_dscp_rtp() const;

    /// Sets how many calls there can be at once, 1 to 4096; default 32. An incoming call beyond it is answered 486.
    void set_max_calls(uint32_t calls) const;

    /// Sets how many accounts there can be at once, 1 to 1024; default 1024.
    void set_max_accounts(uint32_t accounts) const;

    /// Sets how much PJSIP logs, with the target `pjsip` of `microsip_set_log`; default `MICROSIP_LOG_LEVEL_WARN`.
    void set_log_level(microsip_log_level_t level) const;

    /// Sets what incoming calls are answered at once: 180 rings, 183 opens early media, 200 takes the call, 300 and above
    /// rejects it; 0 (default): nothing is sent beyond 100 Trying, the application answers. Statuses: `INVALID_ARGUMENT`
    /// for a number that is no SIP status code.
    void set_incoming(uint16_t code) const;

    /// Sets which transfers by others are carried out: by the peer of a call (`in_call`), by a REFER outside any call
    /// (`outside`), and calls that replace another (`replaces`). Default: all are refused.
    void set_transfers(microsip_transfer_policy_t in_call, microsip_transfer_policy_t outside, microsip_replaces_policy_t replaces) const;

    /// Sets how OPTIONS is answered by itself; default `MICROSIP_OPTIONS_POLICY_AVAILABLE`.
    void set_options(microsip_options_policy_t policy) const;

    /// Sets whether requests ask for the answer at the port they came from, `rport` in Via (RFC 3581); default true.
    /// Without it answers go to the port in Via, which no NAT forwards.
    void set_rport(bool yes) const;

    /// Sets how long events may wait to be delivered together, in milliseconds, 0 to 1000; default 5. Events that want an
    /// answer go out at once.
    void set_gather(uint32_t longest_ms) const;

    /// Sets how many events a subscriber can be behind before it loses the oldest; default 10000.
    void set_event_capacity(size_t events) const;

    /// Sets how long a request waits for a final answer (Timers B and F of RFC 3261 §17.1), in milliseconds, 1000 to 64000;
    /// default 32000.
    void set_transaction_timeout(uint32_t longest_ms) const;

    /// Sets whether every SIP message is an event of kind `MICROSIP_EVENT_KIND_SIP_MESSAGE`; default false.
    void set_trace(bool yes) const;

    /// Sets whether changes of this machine's network are noticed (Linux): then accounts register anew, calls get new media
    /// sockets and a re-INVITE, and an event of kind `MICROSIP_EVENT_KIND_NETWORK_CHANGED` tells. Default: if a transport
    /// is bound to the unspecified address, since others cannot move.
    void set_network_watch(bool yes) const;

    /// Watches the network if a transport is bound to the unspecified address, as by default.
    void clear_network_watch() const;

    /// Opens sound devices at the start of the endpoint; default none. `options` is copied; the zero handle stands for the
    /// defaults. `microsip_endpoint_audio` gives them. Starting fails when they cannot be opened.
    void set_audio_devices(const AudioDeviceOptions &options) const;

    /// The same with default settings.
    void set_audio_devices() const;

    /// Opens no sound devices at the start, which is the default.
    void clear_audio_devices() const;

};

/// The engine, with all accounts and calls. There is one per process at a time.
///
/// Ends with `microsip_endpoint_close` or with its last handle.
class Endpoint : public detail::Handle<microsip_endpoint_t, microsip_endpoint_clone, microsip_endpoint_free> {
public:
    using Handle::Handle;

    /// Starts the engine. `config` is copied and stays the caller's; the zero handle stands for the defaults: UDP, TCP and, if
    /// built in, TLS on every IPv4 address and ports of the system's choice, no sound device.
    ///
    /// Statuses: `ALREADY_RUNNING` if there is one in this process, `INVALID_ARGUMENT` for a wrong setting, which
    /// the message names, `UNSUPPORTED` for what this build lacks, `TRANSPORT` when a port is taken, `IO` and `TLS` for certificates and
    /// keys that cannot be read or used. Waits until the transports are bound, for STUN as long as `microsip_nat_config_set_start_wait`
    /// says, and not for any registration.
    static Endpoint start(const EndpointConfig &config);

    /// The same with default settings.
    static Endpoint start();

    /// Closes the endpoint: ends calls (BYE, CANCEL), unregisters accounts, waits for the answers as long as the configuration allows
    /// (`microsip_endpoint_config_set_close_timeout`), lets callbacks see the last events, calls their destroy functions, and frees
    /// everything. Handles stay valid for freeing; other functions answer `NOT_RUNNING` or `GONE`. Closing twice is fine.
    ///
    /// Statuses: `WOULD_DEADLOCK` from within an event callback.
    void close() const;

    /// Adds an account, which registers unless its configuration says otherwise; `config` is copied and stays the caller's.
    ///
    /// Returns before the registrar has answered: `microsip_account_wait_registered`, or events of kind
    /// `MICROSIP_EVENT_KIND_REGISTRATION`. Freeing the handle does not remove the account: `microsip_account_remove`.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a malformed URI or setting, `LIMIT_REACHED`, `NOT_RUNNING`.
    Account add_account(const AccountConfig &config) const;

    /// Ends every call: BYE, CANCEL or 603, each as its state demands. Does not wait for their ends.
    void hang_up_all() const;

    /// The UDP or TCP port a transport is bound to, with the one the system chose; the first transport of its kind.
    ///
    /// Statuses: `INVALID_ARGUMENT` when there is no such transport, `INVALID_ENUM`, `NOT_RUNNING`.
    uint16_t local_port(microsip_transport_t transport) const;

    /// Every codec of this build as the endpoint has it, those that are enabled first and in their order, as a new handle
    /// to be freed. Statuses: `NOT_RUNNING`.
    CodecList codecs() const;

    /// Calls `callback` with every event from now on, on a thread of the library; `destroy` (may be NULL) is called once with `user_data`
    /// at the end, also when this function fails.
    ///
    /// Ends when the handle is freed or the endpoint closes, which waits for it. Events wait in a queue of the endpoint's
    /// `event_capacity`; a callback that is too slow sees `MICROSIP_EVENT_KIND_LAGGED`.
    ///
    /// Statuses: `NOT_RUNNING`, `NULL_ARGUMENT`.
    template <class F>
    Callback on_event(F &&callback) const;

    /// Sets what incoming calls are answered at once, from now on, as `microsip_endpoint_config_set_incoming`. Statuses:
    /// `INVALID_ARGUMENT`, `NOT_RUNNING`.
    void set_incoming(uint16_t code) const;

    /// Sets what happens with incoming calls before they ring, from now on; calls that wait for something keep what was
    /// decided for them. `policy` is copied; the zero handle stands for the defaults. Statuses: `INVALID_ARGUMENT` for a
    /// wrong value, which the message names; `NOT_RUNNING`.
    void set_policy(const CallPolicy &policy) const;

    /// Sets which transfers by others are carried out, for requests from now on, as
    /// `microsip_endpoint_config_set_transfers`. Statuses: `NOT_RUNNING`.
    void set_transfers(microsip_transfer_policy_t in_call, microsip_transfer_policy_t outside, microsip_replaces_policy_t replaces) const;

    /// Address and port a transport is bound to, such as `"192.0.2.1:5060"`; the first transport of its kind. Lent until
    /// the last handle to the endpoint is freed. Statuses: `INVALID_ARGUMENT` when there is no such transport,
    /// `NOT_RUNNING`.
    std::string_view local_address(microsip_transport_t transport) const;

    /// Where requests to a SIP URI would go, in the order in which the places would be tried (RFC 3263): numeric addresses
    /// and names in the hosts file at once, others by NAPTR, SRV, A and AAAA. Targets that did not serve a moment ago come
    /// last. A new handle to be freed.
    ///
    /// Waits for the name servers, as long as `microsip_dns_config_set_timeout` allows. Statuses: `INVALID_ARGUMENT` for
    /// what is no SIP URI; `TRANSPORT` when the name does not exist, has no address, or its name server fails or does not
    /// answer; `NOT_RUNNING`, also when the endpoint is closed meanwhile.
    ServerList resolve(const detail::Text &uri) const;

    /// Tells that this machine's network changed, where that is not noticed by itself: connections are ended, accounts
    /// register anew with a new Contact, and calls get new media sockets and a re-INVITE. Events of kind
    /// `MICROSIP_EVENT_KIND_NETWORK_CHANGED` tell how it goes. Statuses: `NOT_RUNNING`.
    void network_changed() const;

    /// The bridge's sample rate in Hz. Statuses: `NOT_RUNNING`.
    uint32_t clock_rate() const;

    /// Sends an empty command through the engine and says how long it took there and back, in microseconds. Statuses:
    /// `BUSY` when its queue is full, `NOT_RUNNING`.
    uint64_t round_trip() const;

    /// A counter since the endpoint's start, for those who look after a running program. Statuses: `NOT_RUNNING`.
    uint64_t counter(microsip_counter_t counter) const;

    /// What STUN told, or that it is still asked, or why it did not, as a new handle to be freed; changes come as events of
    /// kind `MICROSIP_EVENT_KIND_STUN`. Statuses: `NOT_RUNNING`.
    StunInfo stun() const;

    /// The accounts, in the order in which they were added, as a new handle to be freed. Statuses: `NOT_RUNNING`.
    AccountList accounts() const;

    /// The calls that have not ended, oldest first, as a new handle to be freed. Statuses: `NOT_RUNNING`.
    CallList calls() const;

    /// What each transport is bound to, with the ports the system chose, in the order of the configuration, as a new handle
    /// to be freed. Statuses: `NOT_RUNNING`.
    AddressList local_addresses() const;

    /// Subscribes to every event of the endpoint from now on.
    ///
    /// Events wait in a queue of the endpoint's `event_capacity`; when it is full the oldest are dropped, and an event of kind
    /// `MICROSIP_EVENT_KIND_LAGGED` says how many. Statuses: `NOT_RUNNING`.
    Events events() const;

    /// Makes a conference without calls. `options` is copied; the zero handle stands for the defaults. Statuses:
    /// `NOT_RUNNING`.
    Conference conference(const ConferenceOptions &options) const;

    /// The same with default settings.
    Conference conference() const;

    /// Opens sound devices. `options` is copied; the zero handle stands for the defaults. Several sets may be open, such as
    /// two headsets. Waits for the sound system.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a wrong option or a name that fits several devices, `DEVICE` when there is no such
    /// device or it cannot be opened, `TIMEOUT` when the sound system hangs, `UNSUPPORTED` in a build without sound devices
    /// or the echo canceller asked for, `NOT_RUNNING`.
    AudioDevices open_audio(const AudioDeviceOptions &options) const;

    /// The same with default settings.
    AudioDevices open_audio() const;

    /// The devices opened at the start (`microsip_endpoint_config_set_audio_devices`), as a new handle to be freed;
    /// `NO_VALUE` if there are none. Statuses: `NOT_RUNNING`.
    std::optional<AudioDevices> audio() const;

    /// Sets whether devices that come and go are told by `MICROSIP_EVENT_KIND_AUDIO_DEVICES_CHANGED`. The system is asked
    /// twice a second then.
    ///
    /// Statuses: `UNSUPPORTED` in a build without sound devices, `NOT_RUNNING`.
    void watch_audio_devices(bool on) const;

    /// Lets two calls hear each other, and hangs one up when the other ends: a conference of two with
    /// `MICROSIP_ON_LEAVE_END_ALL`, as a new handle to be freed.
    ///
    /// Statuses: `GONE` when one of them has ended, `INVALID_ARGUMENT` when both are the same, `NOT_RUNNING`.
    Conference bridge(const Call &one, const Call &other) const;

    /// Lets `to` hear `from`, with a gain of -42 to +6 dB (minus infinity: silence); again to change the gain. Both may be
    /// calls whose audio starts later: the link is made whenever both run, and lasts until `microsip_endpoint_disconnect`
    /// or the end of one of them. A link adds to others: whoever is linked from several hears them mixed.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a gain out of its range, when `from` cannot be heard, `to` cannot hear or both are
    /// the same; `GONE` when one of them has ended; `NOT_RUNNING`.
    void connect(const Node &from, const Node &to, float gain_db) const;

    /// Takes back what `microsip_endpoint_connect` did. Two calls of a conference still hear each other. Nothing happens
    /// when the two are not connected.
    ///
    /// Statuses: `GONE` when one of them has ended, `NOT_RUNNING`.
    void disconnect(const Node &from, const Node &to) const;

    /// Plays `count` files, one after the other without a gap, to whatever `microsip_endpoint_connect` lets hear them.
    /// `options` is copied; the zero handle stands for the defaults.
    ///
    /// Statuses: `IO` when a file cannot be read, `MEDIA` when it is no audio or empty, `INVALID_ARGUMENT` without any
    /// file, `NOT_RUNNING`.
    Player play(const char *const *paths, size_t count, const PlayOptions &options) const;

    /// The same with default settings.
    Player play(const char *const *paths, size_t count) const;

    /// Records whatever `microsip_endpoint_connect` lets the recorder hear. `options` is copied; the zero handle stands for
    /// the defaults.
    ///
    /// Statuses: `IO` when the file cannot be made, `INVALID_ARGUMENT` for an extension, a rate or a bit rate that the
    /// format does not know, `UNSUPPORTED` for Opus in a build without it, or a side, which only calls have; `NOT_RUNNING`.
    Recorder record(const detail::Text &path, const RecordOptions &options) const;

    /// The same with default settings.
    Recorder record(const detail::Text &path) const;

    /// A sink that hears what is connected to it (`microsip_endpoint_connect`). `options` is copied; the zero handle stands
    /// for the defaults.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `NOT_RUNNING`.
    AudioSink audio_sink(const AudioSinkOptions &options) const;

    /// The same with default settings.
    AudioSink audio_sink() const;

    /// A source that whatever it is connected to hears (`microsip_endpoint_connect`). `options` is copied; the zero handle
    /// stands for the defaults.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a setting out of its range, `NOT_RUNNING`.
    AudioSource audio_source(const AudioSourceOptions &options) const;

    /// The same with default settings.
    AudioSource audio_source() const;

    /// Plays a tone that nobody hears until `microsip_endpoint_connect` connects it, for `longest_ms` milliseconds at most;
    /// 0: until it ends or is stopped. It runs from then on.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a tone that cannot be played at the engine's rate, `NOT_RUNNING`.
    TonePlayer play_tone(const Tone &tone, uint32_t longest_ms) const;

};

/// Why something failed, as events and snapshots tell it: what `microsip_last_error_*` says of a failed call. Immutable; free with
/// `microsip_error_free`.
class Failure : public detail::Handle<microsip_error_t, microsip_error_clone, microsip_error_free> {
public:
    using Handle::Handle;

    /// The status a function would have answered with.
    microsip_status_t status() const;

    /// What was wrong and what to do, in English and without secrets. Lent until the error is freed.
    std::string_view message() const;

    /// The operation that failed, such as `"register"`. Lent until the error is freed.
    std::string_view operation() const;

    /// Stable name of what happened, finer than the status; docs/failures.md lists them. Lent until the error is freed.
    std::string_view code() const;

    /// What the code means, as an English sentence. Lent until the error is freed.
    std::string_view meaning() const;

    /// The likely cause of what the code names, and what to do about it, in English. Lent until the error is freed.
    std::string_view advice() const;

    /// PJSIP's status (`pj_status_t`) behind it; `MICROSIP_STATUS_NO_VALUE` if there is none.
    std::optional<int32_t> pj_status() const;

    /// SIP status code of the peer's answer (RFC 3261 §21); `MICROSIP_STATUS_NO_VALUE` if there was none.
    std::optional<uint16_t> sip_status() const;

};

/// Something that happened, as a snapshot: it does not change, whatever happens afterwards. Free with `microsip_event_free`.
///
/// Most of its functions tell what events of one kind, or of some, have: their comments name the kinds, mostly without
/// the prefix `MICROSIP_EVENT_KIND_`, and for other events they answer `NO_VALUE`.
class Event : public detail::Handle<microsip_event_t, microsip_event_clone, microsip_event_free> {
public:
    using Handle::Handle;

    /// The call the event is about, as a new handle to be freed; `NO_VALUE` for events about none.
    std::optional<Call> call() const;

    /// `PLAYER_FINISHED`: the player, as a new handle to be freed. `NO_VALUE` in other events.
    std::optional<Player> player() const;

    /// `PLAYER_FINISHED`: why it ended. `NO_VALUE` in other events.
    std::optional<microsip_play_end_e> play_end() const;

    /// `TONE_FINISHED`: the player of the tone, as a new handle to be freed. `NO_VALUE` in other events.
    std::optional<TonePlayer> tone_player() const;

    /// `RECORDING_FINISHED`: the recorder, as a new handle to be freed. `NO_VALUE` in other events.
    std::optional<Recorder> recorder() const;

    /// `RECORDING_FINISHED`: where it is and how long it became, as a new handle to be freed. `NO_VALUE` in other events.
    std::optional<RecordingInfo> recording_info() const;

    /// `AUDIO_XRUN`: which way a stream lost audio. At most once a second for each stream. `NO_VALUE` in other events.
    std::optional<microsip_xrun_e> xrun() const;

    /// `AUDIO_XRUN`: the number of the stream, as `microsip_audio_sink_id` or `microsip_audio_source_id` gives it.
    /// `NO_VALUE` in other events.
    std::optional<uint64_t> xrun_stream() const;

    /// `AUDIO_XRUN`: how many samples since the last report: dropped by a sink, silence sent by a source. `NO_VALUE` in
    /// other events.
    std::optional<uint64_t> xrun_samples() const;

    /// `AUDIO_XRUN`: how many samples since the stream's start. `NO_VALUE` in other events.
    std::optional<uint64_t> xrun_total() const;

    /// How the call was by then, as a new handle to be freed: in events of kind `INCOMING_CALL`, `CALL_STATE`,
    /// `CALL_MEDIA`, `CALL_HOLD`, `SESSION_CHANGED` and `ICE`; `NO_VALUE` in others.
    std::optional<CallInfo> call_info() const;

    /// The URI that the callee's 3xx named, in events of kind `CALL_REDIRECTED`; `NO_VALUE` in others. Lent until the event
    /// is freed.
    std::optional<std::string_view> redirect_target() const;

    /// Whether the call goes on there, in events of kind `CALL_REDIRECTED` (`microsip_call_options_set_redirects`);
    /// `NO_VALUE` in others.
    std::optional<bool> redirect_followed() const;

    /// The call that goes on instead of the event's call, as a new handle to be freed, in events of kind `CALL_REPLACED`;
    /// `NO_VALUE` in others.
    std::optional<Call> replaced_by() const;

    /// What was asked for, in events of kind `SESSION_CHANGED`; `NO_VALUE` in others.
    std::optional<microsip_session_request_e> session_request() const;

    /// Whether the peer agreed, in events of kind `SESSION_CHANGED`; `NO_VALUE` in others. If not, the call goes on as it
    /// was, and `microsip_event_error` tells why.
    std::optional<bool> session_agreed() const;

    /// The call's statistics so far, as a new handle to be freed, in events of kind `CALL_STATS`; `NO_VALUE` in others.
    std::optional<Stats> stats() const;

    /// What keeps the call from being heard, as a new handle to be freed, in events of kind `AUDIO_TROUBLE`; `NO_VALUE` in
    /// others.
    std::optional<Finding> finding() const;

    /// The conference the event is about (`CONFERENCE`), or that a player, tone or recording of which it tells belonged to,
    /// as a new handle to be freed; `NO_VALUE` for others.
    std::optional<Conference> conference() const;

    /// `CONFERENCE`: what happened. `microsip_event_call` gives the call that joined or left. `NO_VALUE` in other events.
    std::optional<microsip_conference_change_e> conference_change() const;

    /// `AUDIO_DEVICES_CHANGED`: what is there now and was not before, as a new handle to be freed. `NO_VALUE` in other
    /// events.
    std::optional<AudioDeviceList> added_devices() const;

    /// `AUDIO_DEVICES_CHANGED`: what is no longer there, as a new handle to be freed. `NO_VALUE` in other events.
    std::optional<AudioDeviceList> removed_devices() const;

    /// `AUDIO_DEVICE_LOST`, `AUDIO_DEVICE_BACK`: the open devices it belongs to, as a new handle to be freed. `NO_VALUE`
    /// in other events.
    std::optional<AudioDevices> audio_devices() const;

    /// `AUDIO_DEVICE_LOST`, `AUDIO_DEVICE_BACK`: what the device is for. `NO_VALUE` in other events.
    std::optional<microsip_device_role_e> device_role() const;

    /// `AUDIO_DEVICE_LOST`: the device that was lost; `AUDIO_DEVICE_BACK`: the one in use now. As a new handle to be
    /// freed. `NO_VALUE` in other events.
    std::optional<AudioDevice> audio_device() const;

    /// `AUDIO_DEVICE_LOST`: what took its place, as a new handle to be freed; `NO_VALUE` if nothing did.
    std::optional<AudioDevice> replacement_device() const;

    /// Why something failed, as a new handle to be freed, in events of every kind that can tell of a failure:
    /// `REGISTRATION`, `CALL_STATE` (the call ended by it), `TRANSFER`, `SESSION_CHANGED`, `DTMF_FAILED`, `RESPONSE`,
    /// `MESSAGE_STATUS`, `PLAYER_FINISHED`, `RECORDING_FINISHED`, `AUDIO_DEVICE_LOST`, `SUBSCRIPTION`, `UNREADABLE`,
    /// `PUBLICATION`, `STUN`, `ICE`, `RELAY_FAILED`, `TRANSPORT_SWITCHED`. `NO_VALUE` in others, and when nothing failed.
    std::optional<Failure> error() const;

    /// The source the guard keeps off, as a new handle to be freed; `NO_VALUE` for events that are not of kind
    /// `MICROSIP_EVENT_KIND_GUARD`.
    std::optional<GuardReport> guard() const;

    /// The digit, in events of kind `DTMF` and `DTMF_FAILED`: one of `0` to `9`, `*`, `#`, `A` to `D`, as a character, not
    /// a string; `NO_VALUE` in others.
    std::optional<char> digit() const;

    /// How the digit came, in events of kind `DTMF`; `NO_VALUE` in others.
    std::optional<microsip_dtmf_method_e> dtmf_method() const;

    /// How long the key was held, in milliseconds, in events of kind `DTMF`; `NO_VALUE` in others, and when the method does
    /// not tell.
    std::optional<uint32_t> dtmf_duration_ms() const;

    /// Whether speech begins, or ends, in events of kind `SPEECH`; `NO_VALUE` in others.
    std::optional<bool> speaking() const;

    /// The tone, in events of kind `TONE_DETECTED`; `NO_VALUE` in others.
    std::optional<microsip_heard_tone_e> heard_tone() const;

    /// Frequency of a beep, in Hz, in events of kind `TONE_DETECTED`; `NO_VALUE` in others, and for other tones.
    std::optional<uint32_t> heard_frequency_hz() const;

    /// When speech or tone began or ended, by this machine's clock, in events of kind `SPEECH` and `TONE_DETECTED`: earlier
    /// than now by `microsip_event_heard_delay_ms`. `NO_VALUE` in others, as from the next three.
    std::optional<int64_t> heard_unix_ms() const;

    /// Where in the audio that was, in milliseconds since the detector was started, in events of kind `SPEECH` and
    /// `TONE_DETECTED`; `NO_VALUE` in others.
    std::optional<uint64_t> heard_position_ms() const;

    /// How much audio passed before it was sure, in milliseconds, in events of kind `SPEECH` and `TONE_DETECTED`; `NO_VALUE`
    /// in others.
    std::optional<uint32_t> heard_delay_ms() const;

    /// Who speaks, or whose audio the tone was in, in events of kind `SPEECH` and `TONE_DETECTED`; `NO_VALUE` in others.
    std::optional<microsip_tap_e> heard_tap() const;

    /// The event's kind.
    microsip_event_kind_e kind() const;

    /// Name of the event's kind: `"call_state"`, `"dtmf"`, …; static.
    std::string_view name() const;

    /// The message that came in, of `MICROSIP_EVENT_KIND_MESSAGE`, as a new handle to be freed; `NO_VALUE` for other kinds.
    std::optional<ReceivedMessage> message() const;

    /// The message of ours, of `MICROSIP_EVENT_KIND_MESSAGE_STATUS`, as a new handle to be freed; `NO_VALUE` for other
    /// kinds.
    std::optional<SentMessage> sent_message() const;

    /// What is known of it, of `MICROSIP_EVENT_KIND_MESSAGE_STATUS`: first and exactly once whether it was accepted or
    /// failed, then what notifications tell; `NO_VALUE` for other kinds.
    std::optional<microsip_message_status_e> message_status() const;

    /// Who types or does no longer, of `MICROSIP_EVENT_KIND_TYPING`, as a new handle to be freed; `NO_VALUE` for other
    /// kinds.
    std::optional<PeerTyping> typing() const;

    /// The network change, as a new handle to be freed; `NO_VALUE` for events that are not of kind
    /// `MICROSIP_EVENT_KIND_NETWORK_CHANGED`.
    std::optional<NetworkChange> network_change() const;

    /// The subscription, of `MICROSIP_EVENT_KIND_SUBSCRIPTION`, `_NOTIFY` and `_UNREADABLE`, and the one behind a buddy,
    /// line or mailbox, as a new handle to be freed; `NO_VALUE` for events about none.
    std::optional<Subscription> subscription() const;

    /// How the subscription stands, of `MICROSIP_EVENT_KIND_SUBSCRIPTION`, as a new handle to be freed; `NO_VALUE` for
    /// other kinds.
    std::optional<SubscriptionInfo> subscription_info() const;

    /// What was told, of `MICROSIP_EVENT_KIND_NOTIFY` and `MICROSIP_EVENT_KIND_UNREADABLE`, as a new handle to be freed;
    /// `NO_VALUE` for other kinds.
    std::optional<Notification> notification() const;

    /// Who watches us or does no longer, of `MICROSIP_EVENT_KIND_WATCHER`, as a new handle to be freed; `NO_VALUE` for
    /// other kinds.
    std::optional<Watcher> watcher() const;

    /// How far the watcher was at the event, of `MICROSIP_EVENT_KIND_WATCHER`; one that is pending waits for
    /// `microsip_watcher_accept` or `microsip_watcher_reject`. `NO_VALUE` for other kinds.
    std::optional<microsip_watcher_state_e> watcher_state() const;

    /// Why the watcher ended, and the word for it, of `MICROSIP_EVENT_KIND_WATCHER`; `NO_VALUE` for other kinds, and if it
    /// has not. Lent until the event is freed.
    std::optional<std::tuple<microsip_end_reason_e, std::string_view>> watcher_end_reason() const;

    /// The publication, of `MICROSIP_EVENT_KIND_PUBLICATION`, as a new handle to be freed; `NO_VALUE` for other kinds.
    std::optional<Publication> publication() const;

    /// How the publication stands, of `MICROSIP_EVENT_KIND_PUBLICATION`, as a new handle to be freed; `NO_VALUE` for other
    /// kinds.
    std::optional<PublicationInfo> publication_info() const;

    /// Who is watched, of `MICROSIP_EVENT_KIND_PRESENCE`, as a new handle to be freed; `NO_VALUE` for other kinds.
    std::optional<Buddy> buddy() const;

    /// What is told, of `MICROSIP_EVENT_KIND_PRESENCE`, as a new handle to be freed; `NO_VALUE` for other kinds.
    std::optional<PresenceStatus> presence_status() const;

    /// The line that is watched, of `MICROSIP_EVENT_KIND_LINE`, as a new handle to be freed; `NO_VALUE` for other kinds.
    std::optional<WatchedLine> watched_line() const;

    /// How the line is now, of `MICROSIP_EVENT_KIND_LINE`, as a new handle to be freed; `NO_VALUE` for other kinds.
    std::optional<LineInfo> line_info() const;

    /// The mailbox that is watched, of `MICROSIP_EVENT_KIND_MESSAGES_WAITING`, as a new handle to be freed; `NO_VALUE` for
    /// other kinds, and when the server told it without being asked.
    std::optional<Mailbox> mailbox() const;

    /// Which messages wait, of `MICROSIP_EVENT_KIND_MESSAGES_WAITING`, as a new handle to be freed; `NO_VALUE` for other
    /// kinds.
    std::optional<MessageSummary> message_summary() const;

    /// The account the event is about, as a new handle to be freed: a registration's, a message's, a typing indication's or
    /// a mailbox's. `NO_VALUE` for other events.
    std::optional<Account> account() const;

    /// The registration after the change, as a new handle to be freed; `NO_VALUE` for events that are not of kind
    /// `MICROSIP_EVENT_KIND_REGISTRATION`.
    std::optional<Registration> registration() const;

    /// How many events were dropped since the last one received, because the subscriber was too slow; `NO_VALUE` for events
    /// that are not of kind `MICROSIP_EVENT_KIND_LAGGED`. State is still there to be asked for: `microsip_endpoint_calls`,
    /// `microsip_endpoint_accounts`.
    std::optional<uint64_t> missed() const;

    /// The peer's SIP message, as a new handle to be freed: the INFO in events of kind `INFO`, the REFER of
    /// `TRANSFER_REQUESTED`, what brought the news of `TRANSFER`, the answer of `RESPONSE`; `NO_VALUE` in others, and when
    /// there was none. Traced messages, of kind `SIP_MESSAGE`, are had from `microsip_event_trace`.
    std::optional<SIPMessage> sip_message() const;

    /// The request of ours that was answered, as a new handle to be freed, in events of kind `RESPONSE`; `NO_VALUE` in
    /// others.
    std::optional<Request> request() const;

    /// The final answer, as a new handle to be freed, in events of kind `RESPONSE` and, of an accepted or failed message,
    /// `MESSAGE_STATUS`; `NO_VALUE` in others.
    std::optional<Response> response() const;

    /// What is known now, as a new handle to be freed; `NO_VALUE` for events that are not of kind
    /// `MICROSIP_EVENT_KIND_STUN`.
    std::optional<StunInfo> stun() const;

    /// The message, as a new handle to be freed, in events of kind `SIP_MESSAGE`, which come with tracing on; `NO_VALUE` in
    /// others.
    std::optional<Trace> trace() const;

    /// How far a transfer of ours has come, as a new handle to be freed, in events of kind `TRANSFER`; `NO_VALUE` in
    /// others.
    std::optional<TransferProgress> transfer_progress() const;

    /// What a peer asks for, as a new handle to be freed, in events of kind `TRANSFER_REQUESTED`; `NO_VALUE` in others.
    std::optional<TransferRequest> transfer_request() const;

    /// The call whose peer asked for the event's call, as a new handle to be freed, in events of kind `CALL_TRANSFERRED`;
    /// that peer ends it. `NO_VALUE` in others, and when it was asked outside of any call.
    std::optional<Call> transferred_from() const;

    /// Whom the event's call is made to, as name-addr, in events of kind `CALL_TRANSFERRED`; `NO_VALUE` in others. Lent
    /// until the event is freed.
    std::optional<std::string_view> transferred_target() const;

    /// The request that goes another way, as a new handle to be freed; `NO_VALUE` for events that are not of kind
    /// `MICROSIP_EVENT_KIND_TRANSPORT_SWITCHED`.
    std::optional<TransportSwitch> transport_switch() const;

};

/// A queue of events from its making on. Any threads may take from it; each event goes to one of them.
class Events : public detail::Handle<microsip_events_t, microsip_events_clone, microsip_events_free> {
public:
    using Handle::Handle;

    /// Takes the next event, as a handle to be freed; waits for it `timeout_ms` at most: 0 does not wait.
    ///
    /// Statuses: `TIMEOUT` when none came in time, also with a timeout of 0; `ENDED` when none will come: the endpoint was closed, or the
    /// call is over.
    Event next(uint32_t timeout_ms) const;

    /// A descriptor for `poll`, `epoll`, `kqueue` or an event loop: readable while an event or the end of the queue may be waiting. Then
    /// call `microsip_events_next` with a timeout of 0 until it answers `TIMEOUT` or `ENDED`. Do not read from it, write to it or close
    /// it: it belongs to the queue and is closed with its last handle.
    ///
    /// Statuses: `UNSUPPORTED` on Windows, where there is `microsip_events_handle`; `LIMIT_REACHED` when the process has no descriptors
    /// left.
    int32_t fd() const;

    /// On Windows the event object for `WaitForMultipleObjects`, set while an event or the end of the queue may be waiting; otherwise as
    /// `microsip_events_fd`, and `UNSUPPORTED` elsewhere.
    void * handle() const;

    /// Ends the queue: threads that wait in `microsip_events_next` get `ENDED`, and so does whoever asks afterwards; its descriptor becomes
    /// readable. Closing twice is fine.
    void close() const;

};

/// Something about a call's audio that explains why it is not heard, or soon will. Immutable.
class Finding : public detail::Handle<microsip_finding_t, microsip_finding_clone, microsip_finding_free> {
public:
    using Handle::Handle;

    /// What it is.
    microsip_finding_kind_e kind() const;

    /// Stable lower-case name of the kind: `"nothing_received"`, … Lent until the finding is freed.
    std::string_view name() const;

    /// The finding in an English sentence. Lent until the finding is freed.
    std::string_view text() const;

    /// Whether audio is missing; the others explain it, and mean nothing as long as everybody hears.
    bool is_fault() const;

    /// How long nothing was received or sent, or only silence, in milliseconds; `NO_VALUE` for other kinds.
    std::optional<uint64_t> since_ms() const;

    /// How loud the loudest of the silence was, in dBov; `NO_VALUE` for other kinds.
    std::optional<double> level_dbov() const;

    /// How many packets were thrown away; `NO_VALUE` for other kinds.
    std::optional<uint64_t> packets() const;

    /// The address in the SDP: `host:port` of `FROM_ELSEWHERE`, the IP of private addresses; `NO_VALUE` for other kinds.
    /// Lent until the finding is freed.
    std::optional<std::string_view> announced() const;

    /// What it does not fit: where the newest packet came from, `host:port`; the IP the peer's signalling comes from, of
    /// private addresses. `NO_VALUE` for other kinds. Lent until the finding is freed.
    std::optional<std::string_view> actual() const;

};

/// What was found about a call's audio. Immutable.
class Findings : public detail::Handle<microsip_findings_t, microsip_findings_clone, microsip_findings_free> {
public:
    using Handle::Handle;

    /// How many findings there are.
    size_t count() const;

    /// The finding at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
    std::optional<Finding> at(size_t index) const;

};

/// What one source of requests may ask of us before a transaction or dialog is made for it.
///
/// The default guards against strangers and against nobody else: the limits lie far above what a telephone is asked,
/// and do not hold for this machine, for the servers that have registered us, and for networks named here. Requests
/// within a dialog are never counted. One IPv6 source is a /64. Checked by `microsip_endpoint_start`:
/// `INVALID_ARGUMENT` there.
class GuardConfig : public detail::Handle<microsip_guard_config_t, microsip_guard_config_clone, microsip_guard_config_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    GuardConfig();

    /// Sets whether there is a guard; default true.
    void set_enabled(bool yes) const;

    /// Sets how many new calls (INVITE outside a dialog) one source may make: per second in the long run, and at once after
    /// a pause; each 1 to 1000000, default 50 and 200.
    void set_invites(uint32_t per_second, uint32_t burst) const;

    /// Sets how much else one source may send outside a dialog (OPTIONS, REGISTER, what cannot be parsed): per second in
    /// the long run, and at once after a pause; each 1 to 1000000, default 100 and 400.
    void set_requests(uint32_t per_second, uint32_t burst) const;

    /// Sets what requests above the limits are answered: a SIP status code, 300 to 699, sent without a transaction (with
    /// 503 goes a Retry-After), or 0 (default) for nothing, so that the source learns nothing.
    void set_refusal(uint16_t code) const;

    /// Takes all names of scanners away, the default ones included.
    void clear_scanners() const;

    /// Adds a name of scanners: requests whose User-Agent contains it, whatever the case, are dropped without an answer.
    /// Default: the names that scanning programs are known to give.
    void add_scanner(const detail::Text &name) const;

    /// Adds a network that is not guarded against, such as `"192.0.2.0/24"` or `"2001:db8::1"`; default none. Statuses:
    /// `INVALID_ARGUMENT` for what is no network.
    void add_trusted(const detail::Text &network) const;

    /// Sets whether this machine's own loopback addresses are trusted; default true.
    void set_trust_loopback(bool yes) const;

    /// Sets whether addresses that answered our REGISTER with 2xx are trusted, for a day; default true.
    void set_trust_registrars(bool yes) const;

    /// Sets how many sources are told apart at most, 16 to 1000000; default 4096. Those heard of longest ago are forgotten
    /// first.
    void set_sources(uint32_t most) const;

    /// Sets the time in which an event of kind `MICROSIP_EVENT_KIND_GUARD` tells of a source at most once, in milliseconds,
    /// 1000 to 86400000; default 60000.
    void set_report_every(uint32_t time_ms) const;

};

/// A source the guard has stepped in against. Immutable.
class GuardReport : public detail::Handle<microsip_guard_report_t, microsip_guard_report_clone, microsip_guard_report_free> {
public:
    using Handle::Handle;

    /// The numeric address; of the last request, if it is IPv6. Lent until the object is freed.
    std::string_view source() const;

    /// Why, at this request.
    microsip_guard_reason_e reason() const;

    /// Requests of this source that were dropped or refused since the last event about it, this one included.
    uint64_t requests() const;

    /// What the scanner calls itself; `NO_VALUE` when it is none. Lent until the object is freed.
    std::optional<std::string_view> user_agent() const;

};

/// Settings of an ending.
class HangUpOptions : public detail::Handle<microsip_hang_up_options_t, microsip_hang_up_options_clone, microsip_hang_up_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    HangUpOptions();

    /// Adds a header to the BYE, CANCEL or response, behind the library's own.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
    /// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
    void add_header(const detail::Text &name, const detail::Text &value) const;

    /// Adds why, as a cause of telephony (Q.850), 1 to 127, such as 16 (normal clearing) or 17 (user busy): a header
    /// `Reason: Q.850;cause=16;text="…"` (RFC 3326) of the BYE, CANCEL or response. `words` may be NULL: the usual English
    /// ones.
    ///
    /// Statuses: `INVALID_ARGUMENT` for another number.
    void add_reason_q850(uint16_t cause, const detail::Text &words) const;

    /// Adds why, as a SIP status, such as 200 with `"Call completed elsewhere"`: a header `Reason: SIP;cause=200;text="…"`
    /// (RFC 3326) of the BYE, CANCEL or response. `words` may be NULL.
    void add_reason_sip(uint16_t code, const detail::Text &words) const;

};

/// How a database is opened.
class HistoryOptions : public detail::Handle<microsip_history_options_t, microsip_history_options_clone, microsip_history_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    HistoryOptions();

    /// Sets how many calls are kept, the oldest going first; default 100,000, 0 for no limit.
    void set_max_calls(uint32_t max_calls) const;

    /// Sets how many messages are kept, in the same way; default 100,000, 0 for no limit.
    void set_max_messages(uint32_t max_messages) const;

    /// Sets how long to wait for another process that writes; default 5000, at most 600000.
    void set_busy_timeout(uint32_t timeout_ms) const;

};

/// Which calls or messages: all conditions given must hold. Without any, all.
class HistoryQuery : public detail::Handle<microsip_history_query_t, microsip_history_query_clone, microsip_history_query_free> {
public:
    using Handle::Handle;

    /// Makes a query for all.
    HistoryQuery();

    /// Of this number, in whatever way it is written; where both have more than 3 characters, the longer of the two may
    /// have up to 3 extra leading ones.
    void set_number(const detail::Text &number) const;

    /// Of exactly this number, in whatever way it is written.
    void set_exact_number(const detail::Text &number) const;

    /// Of this type; more than one may be given. Means nothing for messages.
    void add_type(microsip_call_type_t kind) const;

    /// Begun at this time or later, in whole seconds.
    void set_from(int64_t from_unix_ms) const;

    /// Begun before this time, in whole seconds.
    void set_before(int64_t before_unix_ms) const;

    /// With this text in number, name or info (of a message: in its text), upper and lower case being equal. No character
    /// has a special meaning.
    void set_text(const detail::Text &needle) const;

    /// In this order; default `MICROSIP_HISTORY_ORDER_NEWEST_FIRST`.
    void set_order(microsip_history_order_t order) const;

    /// At most so many; default no limit. Counting and deleting pass over it.
    void set_limit(uint32_t limit) const;

    /// Without the first so many; default 0. Counting and deleting pass over it.
    void set_offset(uint32_t offset) const;

};

/// An SQLite file with the calls, the messages and a copy of the contacts. Any number of processes read while one
/// writes, and what was stored survives a crash. Every function waits for the disk, and answers `IO` or `BUSY` when
/// that fails.
///
/// Closed with its last handle.
class HistoryStore : public detail::Handle<microsip_history_store_t, microsip_history_store_clone, microsip_history_store_free> {
public:
    using Handle::Handle;

    /// Opens the file at `path`, making or migrating it if needed. `options` is copied; the zero handle stands for the
    /// defaults.
    ///
    /// Statuses: `INVALID_ARGUMENT` without a name, `IO`, `BUSY`, `CONFIG` if it is no database or another program's,
    /// `UNSUPPORTED` if a newer program made it.
    static HistoryStore open(const detail::Text &path, const HistoryOptions &options);

    /// The same with default settings.
    static HistoryStore open(const detail::Text &path);

    /// As `microsip_history_store_open`, for reading only, such as beside a running phone: what would write answers
    /// `WRONG_STATE`. Statuses: `UNSUPPORTED` also if it is of an older version, which only `microsip_history_store_open`
    /// migrates.
    static HistoryStore open_read_only(const detail::Text &path, const HistoryOptions &options);

    /// Opens a database in memory, gone with its last handle.
    static HistoryStore open_in_memory(const HistoryOptions &options);

    /// Stores a copy of a call; its own key is ignored. The oldest beyond the limit go. `id` (may be NULL) is the new key,
    /// which is never used again. Statuses: `INVALID_ARGUMENT` without number.
    int64_t add_call(const CallRecord &record) const;

    /// Stores calls of an import, all or none; those that are there already (same number, type, time and duration) are
    /// passed over. `added` (may be NULL) says how many were new.
    size_t import_calls(const CallRecords &records) const;

    /// Writes a call in the place of the one with its key (`microsip_call_record_id`). `NO_VALUE` if there is none.
    void update_call(const CallRecord &record) const;

    /// The call with a key, as a copy to be freed; `NO_VALUE` if there is none.
    std::optional<CallRecord> call(int64_t id) const;

    /// The calls a query asks for, as a new list to be freed. The zero handle asks for all, newest first.
    CallRecords calls(const HistoryQuery &query) const;

    /// How many calls a query's conditions hold for.
    uint64_t count_calls(const HistoryQuery &query) const;

    /// Deletes the call with a key. `NO_VALUE` if there is none.
    void delete_call(int64_t id) const;

    /// Deletes the calls a query's conditions hold for; the zero handle deletes all. `count` (may be NULL) says how many.
    size_t delete_calls(const HistoryQuery &query) const;

    /// Stores a copy of a message; the oldest beyond the limit go. `id` (may be NULL) is its key. Statuses:
    /// `INVALID_ARGUMENT` without number.
    int64_t add_message(const MessageRecord &record) const;

    /// Writes the SIP status a message's delivery ended with. `NO_VALUE` if there is no message with this key.
    void set_message_status(int64_t id, uint16_t sip_status) const;

    /// The messages a query asks for, as a new list to be freed. The zero handle asks for all, newest first.
    MessageRecords messages(const HistoryQuery &query) const;

    /// Deletes the messages a query's conditions hold for; the zero handle deletes all. `count` (may be NULL) says how
    /// many.
    size_t delete_messages(const HistoryQuery &query) const;

    /// Makes the database's contacts those of the book, whole or not at all: for programs that read the database.
    void replace_contacts(const ContactBook &book) const;

    /// The contacts as they were stored last, as a new list to be freed. Statuses: `CONFIG` if another program wrote
    /// something else.
    Contacts contacts() const;

};

/// Settings of a hold.
class HoldOptions : public detail::Handle<microsip_hold_options_t, microsip_hold_options_clone, microsip_hold_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    HoldOptions();

    /// Sets what the peer is offered; default `MICROSIP_HOLD_MODE_SEND_ONLY`.
    void set_mode(microsip_hold_mode_t mode) const;

    /// Adds a header to the re-INVITE, behind the library's own.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
    /// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
    void add_header(const detail::Text &name, const detail::Text &value) const;

};

/// What a message says about identities. Nothing of it is proven: it is worth as much as the network it came through.
/// Immutable.
class Identity : public detail::Handle<microsip_identity_t, microsip_identity_clone, microsip_identity_free> {
public:
    using Handle::Handle;

    /// How many asserted identities there are.
    size_t asserted_count() const;

    /// The value of P-Asserted-Identity (RFC 3325) at `index`, from 0, as name-addr or URI; `NO_VALUE` beyond the end. Lent
    /// until the identity is freed.
    std::optional<std::string_view> asserted_at(size_t index) const;

    /// How many remote parties there are.
    size_t remote_party_count() const;

    /// The value of Remote-Party-ID (draft-ietf-sip-privacy) at `index`, from 0, without parameters; `NO_VALUE` beyond the
    /// end. Lent until the identity is freed.
    std::optional<std::string_view> remote_party_at(size_t index) const;

    /// How many diversions the call had (Diversion, RFC 5806).
    size_t diversion_count() const;

    /// Who the call was diverted from, as name-addr or URI, by index from 0, the latest diversion first; `NO_VALUE` beyond
    /// the end. Lent until the identity is freed.
    std::optional<std::string_view> diversion_from(size_t index) const;

    /// Why: `"user-busy"`, `"no-answer"`, `"unconditional"`, `"deflection"`, …; empty when not told. `NO_VALUE` beyond
    /// the end. Lent until the identity is freed.
    std::optional<std::string_view> diversion_reason(size_t index) const;

    /// How many diversions the entry stands for; 1 when not told. `NO_VALUE` beyond the end.
    std::optional<uint32_t> diversion_times(size_t index) const;

    /// How many targets the request had (History-Info, RFC 7044).
    size_t history_count() const;

    /// A target, as name-addr or URI, by index from 0 in the order of the header; `NO_VALUE` beyond the end. Lent until the
    /// identity is freed.
    std::optional<std::string_view> history_uri(size_t index) const;

    /// Its place in the tree of targets, such as `"1.2"`; empty when not told. `NO_VALUE` beyond the end. Lent until the
    /// identity is freed.
    std::optional<std::string_view> history_place(size_t index) const;

    /// How many values of Privacy there are.
    size_t privacy_count() const;

    /// The value of Privacy (RFC 3323, RFC 3325) at `index`, from 0: `"id"`, `"header"`, `"session"`, `"user"`, `"none"`,
    /// `"critical"`; `NO_VALUE` beyond the end. Lent until the identity is freed.
    std::optional<std::string_view> privacy_at(size_t index) const;

    /// Whether the caller hides who they are: `Privacy: id` or `user`, or a From of `anonymous.invalid`.
    bool anonymous() const;

};

/// A document that tells what became of a message (`message/imdn+xml`, RFC 5438), for programs that carry such
/// documents themselves; the library sends and reads its own. Immutable.
class Imdn : public detail::Handle<microsip_imdn_t, microsip_imdn_clone, microsip_imdn_free> {
public:
    using Handle::Handle;

    /// Makes a notification about the message with this id. `recipient` is the URI it was sent to, or NULL;
    /// `date_time_unix_ms` its time, or 0 for the time of writing.
    ///
    /// Statuses: `INVALID_ARGUMENT` for an empty id, or a status that this kind cannot have.
    Imdn(const detail::Text &message_id, microsip_imdn_kind_t kind, microsip_delivery_status_t status, const detail::Text &recipient, int64_t date_time_unix_ms);

    /// Reads a document.
    ///
    /// Statuses: `INVALID_ARGUMENT` for what is none, `LIMIT_REACHED` and `UNSUPPORTED` for size and encoding.
    static Imdn parse(const uint8_t *body, size_t body_len);

    /// The `imdn.Message-ID` of the message it is about. Lent until the handle is freed.
    std::string_view message_id() const;

    /// When that message was sent, in milliseconds since 1970; `NO_VALUE` if not told.
    std::optional<int64_t> date_time_unix_ms() const;

    /// What it is about.
    microsip_imdn_kind_e kind() const;

    /// What happened.
    microsip_delivery_status_e status() const;

    /// To whom the message was sent, as URI; `NO_VALUE` if not told. Lent until the handle is freed.
    std::optional<std::string_view> recipient() const;

    /// To whom it was meant before somebody on the way changed that, as URI; `NO_VALUE` if not told. Lent until the handle
    /// is freed.
    std::optional<std::string_view> original_recipient() const;

    /// The message's subject; `NO_VALUE` if not told. Lent until the handle is freed.
    std::optional<std::string_view> subject() const;

    /// The document as XML. Lent until the handle is freed.
    std::string_view to_xml() const;

};

/// Something in an imported text that was passed over or read in another way than it stands there. Immutable.
class ImportWarning : public detail::Handle<microsip_import_warning_t, microsip_import_warning_clone, microsip_import_warning_free> {
public:
    using Handle::Handle;

    /// What kind of trouble it is.
    microsip_import_warning_kind_e kind() const;

    /// The line of the text from 1, the item of a JSON array from 1, or the key of an ini line; 0 for the whole.
    uint32_t line() const;

    /// What is wrong and what to do. Lent until the warning is freed.
    std::string_view message() const;

};

/// Warnings about an imported text. Immutable.
class ImportWarnings : public detail::Handle<microsip_import_warnings_t, microsip_import_warnings_clone, microsip_import_warnings_free> {
public:
    using Handle::Handle;

    /// How many there are.
    size_t count() const;

    /// The one at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
    std::optional<ImportWarning> at(size_t index) const;

};

/// A change of a settings file on disk. Immutable.
class IniChange : public detail::Handle<microsip_ini_change_t, microsip_ini_change_clone, microsip_ini_change_free> {
public:
    using Handle::Handle;

    /// What became of the file.
    microsip_ini_change_kind_e kind() const;

    /// What the file says now, as a new document to be freed; `NO_VALUE` unless it changed.
    std::optional<Ini> ini() const;

    /// Why it cannot be read, as a new handle to be freed; `NO_VALUE` if it can.
    std::optional<Failure> error() const;

};

/// The keys of one section of a settings file with their values. Immutable.
class IniEntries : public detail::Handle<microsip_ini_entries_t, microsip_ini_entries_clone, microsip_ini_entries_free> {
public:
    using Handle::Handle;

    /// How many there are.
    size_t count() const;

    /// The one at `index`, from 0: its key as written and its value, `***` for passwords, both lent until the entries are
    /// freed, and its line in the file, from 1 (may be NULL). `NO_VALUE` beyond the end.
    std::optional<std::tuple<std::string_view, std::string_view, size_t>> at(size_t index) const;

};

/// One key of a settings file in a report. Immutable.
class IniReportEntry : public detail::Handle<microsip_ini_report_entry_t, microsip_ini_report_entry_clone, microsip_ini_report_entry_free> {
public:
    using Handle::Handle;

    /// Line in the file, from 1.
    size_t line() const;

    /// The section, as written. Lent until the entry is freed.
    std::string_view section() const;

    /// The key, as written. Lent until the entry is freed.
    std::string_view key() const;

    /// The value, at most 80 characters of it; `***` for secrets. Lent until the entry is freed.
    std::string_view value() const;

    /// What becomes of it.
    microsip_ini_disposition_e disposition() const;

    /// What it means; empty for unknown keys. Lent until the entry is freed.
    std::string_view meaning() const;

    /// What is allowed, in words; empty for unknown keys. Lent until the entry is freed.
    std::string_view allowed() const;

    /// What is used if the key is missing; empty also for unknown keys. Lent until the entry is freed.
    std::string_view default_() const;

    /// A known key of this section that is spelt much alike, for unknown keys; `NO_VALUE` if there is none. Lent until the
    /// entry is freed.
    std::optional<std::string_view> perhaps() const;

};

/// Which keys of a file are honoured, which accepted without effect, which unknown. Immutable; secrets are masked.
class IniReport : public detail::Handle<microsip_ini_report_t, microsip_ini_report_clone, microsip_ini_report_free> {
public:
    using Handle::Handle;

    /// Looks at every key of a document; the report is a new object to be freed.
    static IniReport of(const Ini &ini);

    /// The report as a table for people. Lent until the report is freed.
    std::string_view text() const;

    /// How many keys are in it. Calls and other lists are summed up: `microsip_ini_report_list_count`.
    size_t count() const;

    /// The key at `index`, from 0, in the order of the file, as a new handle to be freed; `NO_VALUE` beyond the end.
    std::optional<IniReportEntry> at(size_t index) const;

    /// How many keys have this disposition.
    size_t count_of(microsip_ini_disposition_t disposition) const;

    /// How many sections are lists.
    size_t list_count() const;

    /// The section at `index`, from 0, that is a list: its name, lent until the report is freed, and how many entries it
    /// has. `NO_VALUE` beyond the end.
    std::optional<std::tuple<std::string_view, size_t>> list_at(size_t index) const;

};

/// A known key of a section: what is known of it, and the value that counts in a file. Immutable.
class IniSetting : public detail::Handle<microsip_ini_setting_t, microsip_ini_setting_clone, microsip_ini_setting_free> {
public:
    using Handle::Handle;

    /// The key's name as MicroSIP writes it. Lent until the setting is freed.
    std::string_view name() const;

    /// How its value is read.
    microsip_ini_value_kind_e kind() const;

    /// What becomes of it.
    microsip_ini_disposition_e disposition() const;

    /// What it means, in a sentence or two. Lent until the setting is freed.
    std::string_view meaning() const;

    /// The values that are allowed, in words. Lent until the setting is freed.
    std::string_view allowed() const;

    /// The value used if the key is missing, as text. Lent until the setting is freed.
    std::string_view default_() const;

    /// Whether its value is a secret, which `microsip_ini_setting_value` does not show.
    bool is_secret() const;

    /// Whether the key is in the file, with whatever value.
    bool is_set() const;

    /// Whether the file has a wrong value, which is not used.
    bool is_wrong() const;

    /// The line of the file it is in, from 1; `NO_VALUE` if it is not there.
    std::optional<size_t> line() const;

    /// The value that counts, as text; `***` for secrets. Lent until the setting is freed.
    std::string_view value() const;

    /// The value that counts, of a switch. Statuses: `INVALID_ARGUMENT` if it is none.
    bool switch_() const;

    /// The value that counts, of a number. Statuses: `INVALID_ARGUMENT` if it is none, `NO_VALUE` if none is set and there
    /// is no default.
    std::optional<int64_t> integer() const;

    /// The value that counts, of a list or of ports, as a new list to be freed. Statuses: `INVALID_ARGUMENT` if it is none.
    TextList list() const;

    /// The texts one of which the value is, as a new list to be freed. Statuses: `INVALID_ARGUMENT` if any text is allowed.
    TextList choices() const;

    /// The smallest and the largest number allowed. Statuses: `INVALID_ARGUMENT` if it is no number.
    std::tuple<int64_t, int64_t> range() const;

};

/// A settings file as MicroSIP has it (`microsip.ini`), read as Windows' profile functions read it: names are compared
/// without regard to case, the first of two equal ones counts, white space and one pair of quotes around a value are
/// taken off. What is not edited is written as it was read, byte by byte: encoding, line ends, order, comments, what is
/// broken.
///
/// It is a document in memory; functions that read or write the disk say so.
class Ini : public detail::Handle<microsip_ini_t, microsip_ini_clone, microsip_ini_free> {
public:
    using Handle::Handle;

    /// Makes a document with a lone `[Settings]`, in UTF-16 with a byte-order mark, as MicroSIP makes it. Nothing is
    /// written yet; `path` is where `microsip_ini_save` will write it.
    explicit Ini(const detail::Text &path);

    /// Reads a document from its bytes. `path` (may be NULL) is for warnings and for saving. `code_page` is Windows' number
    /// of the encoding of a file that has no byte-order mark, 0 for 1252 (Western European); `guess_utf8` takes such a file
    /// as UTF-8 if it is valid, which MicroSIP does not.
    ///
    /// What is malformed is kept and told by `microsip_ini_problems`. Statuses: `LIMIT_REACHED` beyond 4 MiB or 200,000
    /// lines, `INVALID_ARGUMENT` for a code page that is not known: 874, 932, 936, 949, 950, 1250 to 1258, 65001.
    static Ini parse(const uint8_t *data, size_t size, const detail::Text &path, uint16_t code_page, bool guess_utf8);

    /// Reads the file at `path` from the disk; the other parameters are those of `microsip_ini_parse`.
    ///
    /// Statuses: `IO` if it cannot be read; those of `microsip_ini_parse`.
    static Ini load(const detail::Text &path, uint16_t code_page, bool guess_utf8);

    /// As `microsip_ini_load`; a file that is absent or empty gives a new document, and `first_run` (may be NULL) is true.
    static std::tuple<Ini, bool> load_or_new(const detail::Text &path, uint16_t code_page, bool guess_utf8);

    /// Where it was read from, and is saved to. Lent until the document is freed.
    std::string_view path() const;

    /// The encoding it is in: `"utf-16le"`, `"utf-8"`, `"windows-1252"`, … Lent until the document is freed.
    std::string_view encoding() const;

    /// Whether it begins with a byte-order mark.
    bool has_mark() const;

    /// Whether nothing is in it.
    bool is_empty() const;

    /// Rewrites the document in another encoding, with a byte-order mark except for code pages. `code_page` counts for
    /// `MICROSIP_INI_ENCODING_ANSI` only. Broken characters become U+FFFD.
    ///
    /// Statuses: `INVALID_ARGUMENT` if a character is not in the code page, or the code page is not known; nothing is
    /// changed then.
    void convert(microsip_ini_encoding_t encoding, uint16_t code_page) const;

    /// The document's bytes, as a new handle to be freed. Passwords are in there as they stand in the file.
    Bytes to_bytes() const;

    /// Saves the document where it was read from, at once: a reader sees the old file or the new one, never half of it. A
    /// new file is for its owner only, as passwords are in it; an existing one keeps its mode, a link stays a link, missing
    /// directories are made.
    ///
    /// Statuses: `IO`; the old file is unharmed then.
    void save() const;

    /// As `microsip_ini_save`, to another file.
    void save_as(const detail::Text &path) const;

    /// As `microsip_ini_save`, if the file still has this content (`seen` NULL: if there is no file), so that what somebody
    /// else wrote meanwhile is not lost. `saved` is false, and nothing is changed, if it has another one.
    bool save_over(const uint8_t *seen, size_t size) const;

    /// Whether the file on disk differs from this document: somebody edited it, or it was never saved. Statuses: `IO`.
    bool differs_on_disk() const;

    /// The names of the sections as written, each once, in the order of the file, as a new list to be freed.
    TextList sections() const;

    /// Whether there is such a section.
    bool has_section(const detail::Text &section) const;

    /// The value of a key as text, without the white space and quotes around it; `***` for passwords, which
    /// `microsip_ini_password` reads. Lent until the document is freed, also when the key is changed. Statuses: `NO_VALUE`
    /// if it is not there; `microsip_ini_setting` knows the defaults.
    std::optional<std::string_view> get_(const detail::Text &section, const detail::Text &key) const;

    /// The line of the file a key is in, from 1; `NO_VALUE` if it is not there.
    std::optional<size_t> line(const detail::Text &section, const detail::Text &key) const;

    /// Sets a key, and makes it and its section if they are missing. An existing line keeps its spelling, its spaces and
    /// its quotes. The value is not checked: `microsip_ini_set_checked`. `changed` (may be NULL) says whether the document
    /// changed.
    ///
    /// Statuses: `INVALID_ARGUMENT` for names and values that no line can hold (line ends), or that the file's code page
    /// lacks.
    bool set(const detail::Text &section, const detail::Text &key, const detail::Text &value) const;

    /// As `microsip_ini_set`, and a line that has to be made gets double quotes around the value, as MicroSIP writes
    /// devices and hooks.
    bool set_quoted(const detail::Text &section, const detail::Text &key, const detail::Text &value) const;

    /// Sets a known key if the value is one that will be understood; a password is written as `store` says (the zero
    /// handle: its defaults). `changed` may be NULL.
    ///
    /// Statuses: `INVALID_ARGUMENT` for an unknown key and for a wrong value, with what is allowed; those of
    /// `microsip_ini_set`.
    bool set_checked(const detail::Text &section, const detail::Text &key, const detail::Text &value, const PasswordStore &store) const;

    /// Removes a key, all lines of it in its section. `removed` (may be NULL) says whether there was one.
    bool remove(const detail::Text &section, const detail::Text &key) const;

    /// Removes a section with its keys, wherever it stands; comments after its last key stay. `removed` (may be NULL) says
    /// whether there was one.
    bool remove_section(const detail::Text &section) const;

    /// The keys of a section that count, in the order of the file, as a new object to be freed. A missing section has none.
    IniEntries section_entries(const detail::Text &section) const;

    /// The texts dialled last (`[Dialed]`), newest first, as a new list to be freed.
    TextList dialed() const;

    /// Puts a text in front of `[Dialed]`; an equal one further down moves up. Ten are kept. Statuses: those of
    /// `microsip_ini_set`.
    void push_dialed(const detail::Text &dialed) const;

    /// Reads the old contact list `[Contacts]` into a new book to be freed; MicroSIP moved it to `Contacts.xml` later.
    /// `warnings` (may be NULL) gets a new list to be freed: what was passed over.
    std::tuple<ContactBook, ImportWarnings> old_contacts() const;

    /// How many shortcuts there are, up to the first gap.
    size_t shortcut_count() const;

    /// The shortcut at `index`, from 0, as a new handle to be freed; changing it does not change the file. `NO_VALUE`
    /// beyond the end.
    std::optional<Shortcut> shortcut_at(size_t index) const;

    /// Replaces the shortcuts by `count` others, which are copied and stay the caller's. Statuses: `INVALID_ARGUMENT` for
    /// more than eight and for a `;` in a text, as the file has no escape for it; nothing is changed then.
    void set_shortcuts(const microsip_shortcut_t *shortcuts, size_t count) const;

    /// Copies the password of `[AccountN]`, N being `account`, as `microsip_password_store_read` does; empty if there is
    /// none.
    std::tuple<size_t, microsip_password_form_e> password(uint32_t account, const PasswordStore &store, char *buffer, size_t capacity) const;

    /// Sets the password of `[AccountN]`, hidden or plain as `store` says (the zero handle: its defaults). `changed` (may
    /// be NULL) says whether the document changed. Statuses: those of `microsip_password_store_write`.
    bool set_password(uint32_t account, const PasswordStore &store, const detail::Text &password) const;

    /// Hides the passwords that stand in the file as plain text, as MicroSIP does when it reads them. `count` (may be
    /// NULL): how many.
    size_t hide_passwords(const PasswordStore &store) const;

    /// What is known of a key and what counts for it: the value in the file if it is a right one, else the default.
    /// `section` is `"Settings"`, `"Account1"`, `"Extensions"`. The zero handle stands for an empty file: the defaults. The
    /// setting is a new object to be freed; it does not change with the file.
    ///
    /// Statuses: `NO_VALUE` for a key that is not known in this section.
    std::optional<IniSetting> setting(const detail::Text &section, const detail::Text &key) const;

    /// How many accounts the file has: `[Account1]`, `[Account2]`, … up to the first that is missing or has no `domain`;
    /// the local one, `[Account0]`, does not count.
    size_t account_count() const;

    /// What is wrong with the lines, whatever they mean: malformed ones, duplicates, keys outside sections; the first 1000.
    /// A new list to be freed.
    IniWarnings problems() const;

    /// Watches the file that `ini` was read from. What differs from `ini` is told to `callback`, also if it changed before
    /// this call. Contents are compared, not times. `destroy` (may be NULL) is called once with `user_data` at the end,
    /// also when this function fails.
    ///
    /// `settle_ms`: for how long a new content must stay before it is told, 10 to 60000, 0 for 200. `poll_ms`: how often to
    /// look where the system does not tell of changes, 10 to 3600000, 0 for 2000. `poll_only`: not to ask the system. An
    /// empty or unreadable file is told after 2 s, an absent one after 0.5 s.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a time out of range or an `ini` without a file's name, `LIMIT_REACHED` without a
    /// thread.
    template <class F>
    IniWatcher watch(uint32_t settle_ms, uint32_t poll_ms, bool poll_only, F &&callback) const;

};

/// Something in a settings file that is not as it should be. Immutable; secrets are masked.
class IniWarning : public detail::Handle<microsip_ini_warning_t, microsip_ini_warning_clone, microsip_ini_warning_free> {
public:
    using Handle::Handle;

    /// What kind of trouble it is.
    microsip_ini_warning_kind_e kind() const;

    /// One line for a log: file, line, key, value and what is allowed. Lent until the warning is freed.
    std::string_view message() const;

    /// The file. Lent until the warning is freed.
    std::string_view file() const;

    /// Line in the file, from 1; 0 if there is none.
    size_t line() const;

    /// The section; empty before the first one. Lent until the warning is freed.
    std::string_view section() const;

    /// The key; empty if a line or section is meant. Lent until the warning is freed.
    std::string_view key() const;

    /// The value as it is in the file, at most 80 characters of it; `***` for secrets. Lent until the warning is freed.
    std::string_view value() const;

    /// What is allowed, or what to do. Lent until the warning is freed.
    std::string_view allowed() const;

    /// The value used instead; `NO_VALUE` if the file's is used. Lent until the warning is freed.
    std::optional<std::string_view> used() const;

};

/// Warnings about a settings file. Immutable.
class IniWarnings : public detail::Handle<microsip_ini_warnings_t, microsip_ini_warnings_clone, microsip_ini_warnings_free> {
public:
    using Handle::Handle;

    /// How many there are.
    size_t count() const;

    /// The one at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
    std::optional<IniWarning> at(size_t index) const;

    /// As `microsip_ini_problems`, with the values of `[Settings]`, `[Extensions]`, `[Account0]` and all accounts that are
    /// not understood. `store` says how passwords are read; the zero handle stands for its defaults.
    static IniWarnings of(const Ini &ini, const PasswordStore &store);

};

/// Watches a settings file, on a thread of its own, until the last handle is freed or `microsip_ini_watcher_close`.
class IniWatcher : public detail::Handle<microsip_ini_watcher_t, microsip_ini_watcher_clone, microsip_ini_watcher_free> {
public:
    using Handle::Handle;

    /// Saves a document as `microsip_ini_save` does, without telling it as a change.
    void save(const Ini &ini) const;

    /// Saves a document as `microsip_ini_save_over` does, without telling it as a change.
    bool save_over(const Ini &ini, const uint8_t *seen, size_t size) const;

    /// Looks at the file now; does not wait for it.
    void look() const;

    /// Whether the system tells of changes at present; else the file is looked at every `poll_ms`.
    bool is_notified() const;

    /// Ends it: no call back begins any more. One that is running is waited for, 2 s at most, unless this is called from
    /// it.
    ///
    /// Statuses: `TIMEOUT` if it is still running then.
    void close() const;

};

/// Settings of the buffer that waits for late RTP packets. New ones adapt the delay to what comes. Checked by whoever
/// uses them: `INVALID_ARGUMENT` there.
class JitterBuffer : public detail::Handle<microsip_jitter_buffer_t, microsip_jitter_buffer_clone, microsip_jitter_buffer_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    JitterBuffer();

    /// Makes settings of a buffer that waits for `delay_ms`, always, and skips nothing. It holds five times as much, at
    /// least 500 ms and at most 5 s.
    static JitterBuffer new_fixed(uint32_t delay_ms);

    /// Sets what is waited for before the first frame is played, and again after it ran empty, in milliseconds; 0 (default)
    /// plays at once and lets the delay come of itself.
    void set_initial(uint32_t delay_ms) const;

    /// Sets the least that is waited for when it adapts, in milliseconds; default one frame.
    void set_minimum(uint32_t delay_ms) const;

    /// Makes the least that is waited for one frame again.
    void clear_minimum() const;

    /// Sets the most that is waited for when it adapts, in milliseconds, 20 at least; 0 (default): four fifths of the
    /// capacity.
    void set_maximum(uint32_t delay_ms) const;

    /// Sets how much it can hold, in milliseconds, 20 to 5000: packets beyond push out the oldest. Default 500.
    void set_capacity(uint32_t delay_ms) const;

    /// Sets how the delay becomes shorter again; default `MICROSIP_JITTER_DISCARD_PROGRESSIVE`.
    void set_discard(microsip_jitter_discard_t discard) const;

};

/// A value of JSON: what a phone answers or tells. Immutable.
///
/// Its parts are named by JSON pointers (RFC 6901): `""` is the whole, `"/calls/0/state"` the member `state` of the
/// first element of the member `calls`.
class Json : public detail::Handle<microsip_json_t, microsip_json_clone, microsip_json_free> {
public:
    using Handle::Handle;

    /// The whole as text of JSON, on one line. Lent until the last handle is freed.
    std::string_view source() const;

    /// A part as text of JSON. Lent until the last handle is freed. Statuses of this function and its companions:
    /// `NO_VALUE` if there is no such part, `INVALID_ARGUMENT` for a malformed pointer, or if the part is of another type.
    std::optional<std::string_view> source_at(const detail::Text &pointer) const;

    /// A string, without quotes and escapes. Lent until the last handle is freed. Statuses as of `microsip_json_source_at`,
    /// `NO_VALUE` among them.
    std::optional<std::string_view> text_at(const detail::Text &pointer) const;

    /// A whole number. Statuses as of `microsip_json_source_at`, `NO_VALUE` among them.
    std::optional<int64_t> integer_at(const detail::Text &pointer) const;

    /// A number. Statuses as of `microsip_json_source_at`, `NO_VALUE` among them.
    std::optional<double> number_at(const detail::Text &pointer) const;

    /// True or false. Statuses as of `microsip_json_source_at`, `NO_VALUE` among them.
    std::optional<bool> bool_at(const detail::Text &pointer) const;

    /// How many elements an array or an object has. Statuses as of `microsip_json_source_at`, `NO_VALUE` among them.
    std::optional<size_t> count_at(const detail::Text &pointer) const;

    /// Whether the part is there and not null. Statuses: `INVALID_ARGUMENT` for a malformed pointer.
    bool has(const detail::Text &pointer) const;

};

/// A line at a moment. Immutable.
class LineInfo : public detail::Handle<microsip_line_info_t, microsip_line_info_clone, microsip_line_info_free> {
public:
    using Handle::Handle;

    /// Everything in one word.
    microsip_line_state_e state() const;

    /// Who began the call that the state speaks of; `NO_VALUE` if not told or there is none.
    std::optional<microsip_dialog_direction_e> direction() const;

    /// That call's side of the watched line, as a new handle to be freed; nothing is told of it without a call.
    DialogParty local() const;

    /// Its other side: who calls, or is called, as a new handle to be freed.
    DialogParty remote() const;

    /// What ended it, when it just ended; else `NO_VALUE`.
    std::optional<microsip_dialog_event_e> event() const;

    /// The SIP status that ended it; `NO_VALUE` if none was told.
    std::optional<uint16_t> code() const;

    /// Whether the watched line holds it.
    bool on_hold() const;

    /// Whether documents were lost, so that this may be wrong until a full one comes.
    bool stale() const;

    /// How many calls of the line are not over.
    size_t dialog_count() const;

    /// The call at `index`, from 0, in the order in which they came up, as a new handle to be freed; `NO_VALUE` beyond the
    /// end.
    std::optional<DialogEntry> dialog_at(size_t index) const;

    /// The call that rings at the line, for pick-up, as a new handle to be freed; one whose ids are known comes first.
    /// `NO_VALUE` if none rings.
    std::optional<DialogEntry> ringing() const;

};

/// The dialogs of a line as documents tell them (`application/dialog-info+xml`, RFC 4235), for programs that get such
/// documents by a subscription of their own; a watched line has one inside.
class LineTable : public detail::Handle<microsip_line_table_t, microsip_line_table_clone, microsip_line_table_free> {
public:
    using Handle::Handle;

    /// Makes a table of which nothing is known.
    LineTable();

    /// Takes a document and says what it did. One that tells all replaces what is known, one that tells changes is taken if
    /// its version follows; older ones are passed over.
    ///
    /// Statuses: `INVALID_ARGUMENT` for what is no such document, `LIMIT_REACHED` and `UNSUPPORTED` for size and encoding.
    microsip_line_update_e apply(const uint8_t *body, size_t body_len) const;

    /// Begins anew, for a new subscription: the next document is taken whatever its version.
    void reset() const;

    /// Whether a full document is needed because some were lost, or none came since `microsip_line_table_reset`.
    bool needs_refresh() const;

    /// The version of the latest document; `NO_VALUE` before the first.
    std::optional<uint32_t> version() const;

    /// The line now, as a new handle to be freed. With several calls the one that is furthest counts.
    LineInfo info() const;

};

/// A link that was read: input from strangers that became one call, one message or one command, and never an option, a
/// file, a shell word or a second command. Immutable.
class Link : public detail::Handle<microsip_link_t, microsip_link_clone, microsip_link_free> {
public:
    using Handle::Handle;

    /// Reads a link: `sip:`, `sips:`, `tel:`, `callto:`, `dial:`, `dialpad:` or `msip:`, each also as `scheme://…/`, of at
    /// most 2048 bytes.
    ///
    /// Statuses: `INVALID_ARGUMENT` for an unknown scheme, control characters (escaped or not), wrong escapes, a target
    /// that begins with `-` or `/`, a malformed number, an unknown or forbidden `msip:` command.
    static Link parse(const detail::Text &uri);

    /// Its scheme.
    microsip_link_scheme_e scheme() const;

    /// What it asks for.
    microsip_link_action_e action() const;

    /// Whom to call or to write to, as text for `microsip_number_rules_resolve`, with post-dial digits behind a comma;
    /// `NO_VALUE` for a command. Lent until the link is freed.
    std::optional<std::string_view> target() const;

    /// Whether TLS is required.
    bool is_secure() const;

    /// The text of a message; `NO_VALUE` if it asks for something else. Lent until the link is freed.
    std::optional<std::string_view> message() const;

    /// The command of a `msip:` link, as a new handle to be freed; `NO_VALUE` if it asks for something else.
    std::optional<Command> command() const;

    /// The extension of a `tel:` link (RFC 3966 §5.3), which the target has as post-dial digits; `NO_VALUE` if it has none.
    /// Lent until the link is freed.
    std::optional<std::string_view> extension() const;

    /// The ISDN sub-address of a `tel:` link, not used for calling; `NO_VALUE` if it has none. Lent until the link is
    /// freed.
    std::optional<std::string_view> isub() const;

    /// The `phone-context` of a `tel:` link, not used for calling; `NO_VALUE` if it has none. Lent until the link is freed.
    std::optional<std::string_view> phone_context() const;

    /// How many other parameters a `tel:` link has.
    size_t parameter_count() const;

    /// The parameter at `index`, from 0: name and decoded value, both lent until the link is freed. `NO_VALUE` beyond the
    /// end.
    std::optional<std::tuple<std::string_view, std::string_view>> parameter_at(size_t index) const;

    /// Names of URI headers that were left out, as a new list to be freed: a link may set Subject, Priority and
    /// Organization only.
    TextList left_out() const;

};

/// A mailbox that is watched (RFC 3842).
class Mailbox : public detail::Handle<microsip_mailbox_t, microsip_mailbox_clone, microsip_mailbox_free> {
public:
    using Handle::Handle;

    /// What was told last, as a new handle to be freed; `NO_VALUE` until something was.
    std::optional<MessageSummary> summary() const;

    /// Who is watched, as it was given. Lent until the handle is freed.
    std::string_view target() const;

    /// The subscription behind it, as a new handle to be freed: how it stands, how it is refreshed.
    Subscription subscription() const;

    /// Ends the watching: SUBSCRIBE with `Expires: 0` (RFC 6665 §4.1.2.3). Does not wait for the last NOTIFY. Statuses:
    /// `NOT_RUNNING`.
    void unwatch() const;

    /// Waits until the mailbox says that messages wait, or that none do, now or later, `timeout_ms` at most, and gives what
    /// is told then as a new handle to be freed.
    ///
    /// Statuses: `TIMEOUT`; `GONE` when the subscription ends before.
    MessageSummary wait_for(bool waiting, uint32_t timeout_ms) const;

    /// Waits until something was told, `timeout_ms` at most, and gives it as a new handle to be freed. Statuses: `TIMEOUT`;
    /// `GONE` when the subscription ends before.
    MessageSummary wait_summary(uint32_t timeout_ms) const;

};

/// One audio stream of a call, as negotiated. Immutable.
class MediaInfo : public detail::Handle<microsip_media_info_t, microsip_media_info_clone, microsip_media_info_free> {
public:
    using Handle::Handle;

    /// Whether it runs.
    bool active() const;

    /// Which way audio flows.
    microsip_media_direction_e direction() const;

    /// The codec agreed on, as `"NAME/RATE/CHANNELS"`; `NO_VALUE` until then. Lent until the handle is freed.
    std::optional<std::string_view> codec() const;

    /// RTP payload type we send; `NO_VALUE` until a codec is agreed on.
    std::optional<uint8_t> payload_type() const;

    /// Where we send RTP, `host:port`, as the SDP says; empty until known. ICE may have found another way:
    /// `microsip_media_info_ice_candidate`. Lent until the handle is freed.
    std::string_view remote_rtp() const;

    /// How the stream's keys are agreed; `NO_VALUE` for plain RTP. With DTLS, nothing is sent or heard until the handshake
    /// is over.
    std::optional<microsip_srtp_keying_e> srtp_keying() const;

    /// What protects the stream; `NO_VALUE` for plain RTP, and until keys are agreed.
    std::optional<microsip_srtp_suite_e> srtp_suite() const;

    /// Where ICE stands; `NO_VALUE` when this side does without it.
    std::optional<microsip_ice_state_e> ice_state() const;

    /// Whether we decide which way is taken (RFC 8445 §6.1.1); `NO_VALUE` without ICE.
    std::optional<bool> ice_controlling() const;

    /// One end of the way that RTP or RTCP takes: where its address comes from, and the address as `host:port`. `NO_VALUE`
    /// without ICE, until a way is found, and for RTCP that shares RTP's way. Lent until the handle is freed.
    std::optional<std::tuple<microsip_candidate_kind_e, std::string_view>> ice_candidate(microsip_ice_component_t component, microsip_ice_end_t end) const;

};

/// How a call takes part in a conference.
class MemberOptions : public detail::Handle<microsip_member_options_t, microsip_member_options_clone, microsip_member_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    MemberOptions();

    /// Sets whether the others do not hear it; default they do.
    void set_muted(bool muted) const;

    /// Sets whether it does not hear the others, but what is played to it alone; default it does.
    void set_deaf(bool deaf) const;

    /// Sets how loud the others hear it, -42 to +6 dB, minus infinity for silence; default 0.
    void set_gain(float gain_db) const;

};

/// What a merge did, in contacts. Immutable.
class MergeReport : public detail::Handle<microsip_merge_report_t, microsip_merge_report_clone, microsip_merge_report_free> {
public:
    using Handle::Handle;

    /// New ones.
    size_t added() const;

    /// Changed ones.
    size_t updated() const;

    /// Those that were listed and had nothing to change.
    size_t unchanged() const;

    /// Those of the directory that are no longer in it.
    size_t removed() const;

};

/// What happens by itself with messages (RFC 3428), typing indications (RFC 3994) and delivery notifications (RFC
/// 5438). Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT` there.
class MessageConfig : public detail::Handle<microsip_message_config_t, microsip_message_config_clone, microsip_message_config_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    MessageConfig();

    /// Sets which messages are taken: 0 (default) for all that are for an account of ours, else none, and each is answered
    /// with this SIP status code, 300 to 699; 403, 405 and 480 are usual.
    void set_incoming(uint16_t code) const;

    /// Adds a content type that is taken, as `text/plain`, or with a star in place of the subtype for all of a type. With
    /// any, others are answered 415 with this list in Accept (RFC 3428 §7); default all are taken. Typing indications and
    /// delivery notifications always are.
    void add_accept(const detail::Text &content_type) const;

    /// Sets whether a sender who asks for it is told by itself that the message was delivered (RFC 5438 §7.2.1.1); default
    /// true.
    void set_confirm_delivery(bool yes) const;

    /// Sets how long after the last key the peer is told that nobody types any more, in milliseconds, 1000 to 3600000;
    /// default 15000 (RFC 3994 §3.2).
    void set_typing_idle(uint32_t time_ms) const;

    /// Sets how long the peer may believe that somebody types without being told again, in milliseconds, 60000 to 3600000;
    /// default 120000 (RFC 3994 §3.3).
    void set_typing_refresh(uint32_t time_ms) const;

};

/// A message to be sent, filled in before: a text or any body, with headers and wishes for notifications.
class MessageOptions : public detail::Handle<microsip_message_options_t, microsip_message_options_clone, microsip_message_options_free> {
public:
    using Handle::Handle;

    /// Makes a message of a text, which may be empty: `text/plain;charset=utf-8`. `microsip_message_options_set_body` makes
    /// it another.
    explicit MessageOptions(const detail::Text &words);

    /// Sets content type, such as `"image/png"`, and body, in place of the text; the bytes are copied, NUL among them. At
    /// most 48,000 bytes and a type of the form `type/subtype`, with parameters if wanted, which is checked when the
    /// message is sent.
    void set_body(const detail::Text &content_type, const uint8_t *body, size_t body_len) const;

    /// Adds a header to the request.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break, or a header the library writes
    /// itself.
    void add_header(const detail::Text &name, const detail::Text &value) const;

    /// Sets which notifications the peer is asked for (RFC 5438 §6.3); default none: when it reached the recipient's
    /// device, when it cannot, what servers on the way do with it, when it is shown. Each comes as an event of kind
    /// `MICROSIP_EVENT_KIND_MESSAGE_STATUS`. With any, the body goes in an envelope (`message/cpim`, RFC 3862), which peers
    /// that do not know it refuse with 415.
    void set_notify(bool positive_delivery, bool negative_delivery, bool processing, bool display) const;

};

/// A message of the history. It can be changed; databases have copies.
class MessageRecord : public detail::Handle<microsip_message_record_t, microsip_message_record_clone, microsip_message_record_free> {
public:
    using Handle::Handle;

    /// Makes a message we sent (`outgoing`) or received, at a time, which is kept in whole seconds.
    MessageRecord(bool outgoing, const detail::Text &number, int64_t time_unix_ms, const detail::Text &body);

    /// Sets the peer's name; default empty.
    void set_name(const detail::Text &name) const;

    /// Sets the SIP status its delivery ended with; default 0: none yet, or received.
    void set_sip_status(uint16_t sip_status) const;

    /// Its key in the database it came from; 0 if it came from none.
    int64_t id() const;

    /// Whether we sent it.
    bool is_outgoing() const;

    /// The peer. Lent until the record is freed.
    std::string_view number() const;

    /// The peer's name; may be empty. Lent until the record is freed.
    std::string_view name() const;

    /// When it was sent or received.
    int64_t time_unix_ms() const;

    /// What it says. Lent until the record is freed.
    std::string_view body() const;

    /// The SIP status its delivery ended with; `NO_VALUE` for none yet, and for received ones.
    std::optional<uint16_t> sip_status() const;

};

/// Some messages, in an order. Immutable.
class MessageRecords : public detail::Handle<microsip_message_records_t, microsip_message_records_clone, microsip_message_records_free> {
public:
    using Handle::Handle;

    /// How many there are.
    size_t count() const;

    /// The one at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
    std::optional<MessageRecord> at(size_t index) const;

};

/// Which messages wait (`application/simple-message-summary`, RFC 3842). Those given out by the library are copies:
/// setters change nothing else.
class MessageSummary : public detail::Handle<microsip_message_summary_t, microsip_message_summary_clone, microsip_message_summary_free> {
public:
    using Handle::Handle;

    /// Makes a summary that says whether messages wait and nothing more.
    explicit MessageSummary(bool waiting);

    /// Reads a summary.
    ///
    /// Statuses: `INVALID_ARGUMENT` for what is none, `LIMIT_REACHED` beyond 64 KiB or 2,000 lines, `UNSUPPORTED` when it
    /// is not UTF-8.
    static MessageSummary parse(const uint8_t *body, size_t body_len);

    /// Sets whose mailbox it is, as URI.
    void set_account(const detail::Text &account) const;

    /// Sets the counts of a class; urgent ones are counted among new and old ones. `name` is that of
    /// `MICROSIP_MESSAGE_CLASS_OTHER`, and not looked at otherwise (NULL).
    void set_counts(microsip_message_class_t message_class, const detail::Text &name, uint32_t new_count, uint32_t old_count, uint32_t new_urgent, uint32_t old_urgent) const;

    /// Whether any are waiting: the server's own word, which need not follow from the counts.
    bool waiting() const;

    /// Whose mailbox it is, as URI; also the one to call to hear them; `NO_VALUE` if not told. Lent until the handle is
    /// freed.
    std::optional<std::string_view> account() const;

    /// How many classes are told.
    size_t class_count() const;

    /// The class at `index`, from 0, and its name: `"voice"`, `"fax"`, …, or its own; `NO_VALUE` beyond the end. Lent until
    /// the handle is freed.
    std::optional<std::tuple<microsip_message_class_e, std::string_view>> class_at(size_t index) const;

    /// How many messages of a class wait: new and old ones, urgent ones included, and the urgent ones of each; zeros when
    /// it is not told. `name` is that of `MICROSIP_MESSAGE_CLASS_OTHER`, and not looked at otherwise (NULL).
    std::tuple<uint32_t, uint32_t, uint32_t, uint32_t> counts(microsip_message_class_t message_class, const detail::Text &name) const;

    /// How many single messages are told, 100 at most.
    size_t message_count() const;

    /// A header of the single message at `index`, from 0: `"From"`, `"Subject"`, `"Date"`, …; `NO_VALUE` beyond the end, or
    /// if it has none of this name. Lent until the handle is freed.
    std::optional<std::string_view> message_header(size_t index, const detail::Text &name) const;

    /// How many headers the single message at `index` has; `NO_VALUE` beyond the end.
    std::optional<size_t> message_header_count(size_t index) const;

    /// The header at `header_index`, from 0, of the single message at `index`; `NO_VALUE` beyond the end. Lent until the
    /// handle is freed.
    std::optional<std::tuple<std::string_view, std::string_view>> message_header_at(size_t index, size_t header_index) const;

    /// The summary as text, for the body of a NOTIFY. Lent until the handle is freed.
    std::string_view to_text() const;

};

/// How an endpoint is reached through NAT. Everything is off by default; accounts can deviate
/// (`microsip_account_nat_t`). Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT` there.
class NATConfig : public detail::Handle<microsip_nat_config_t, microsip_nat_config_clone, microsip_nat_config_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    NATConfig();

    /// Adds a STUN server (RFC 8489), `host[:port]`, at most 8. All are asked at once by Binding requests; the first to
    /// answer is used, and asked again as long as the endpoint runs.
    void add_stun_server(const detail::Text &server) const;

    /// Sets how long a STUN server may take to answer, in milliseconds, 100 to 10000; default 1000.
    void set_stun_timeout(uint32_t timeout_ms) const;

    /// Sets how long `microsip_endpoint_start` waits for STUN and for the addresses of TURN servers given by name, in
    /// milliseconds, 0 to 10000; default 500.
    void set_start_wait(uint32_t wait_ms) const;

    /// Sets how often the STUN server is asked again from the SIP socket, in milliseconds, 5000 to 600000, or 0 for never;
    /// default 25000.
    void set_stun_refresh(uint32_t pause_ms) const;

    /// Sets the numeric address under which others reach us, for Contact, Via and SDP; ports stay. For routers that forward
    /// our ports unchanged. NULL (default) for none. Statuses: `INVALID_ARGUMENT` for what is no address.
    void set_public_address(const detail::Text &address) const;

    /// Sets whether calls use ICE; default off.
    void set_ice(microsip_ice_mode_t mode) const;

    /// Sets whether ICE nominates aggressively (RFC 5245 §8.1.1.2); default true.
    void set_aggressive(bool yes) const;

    /// Sets how long ICE gathers addresses before the offer or answer goes out with those it has, in milliseconds, 100 to
    /// 30000; default 2000.
    void set_gather_timeout(uint32_t timeout_ms) const;

    /// Sets the relay for calls with ICE; `turn` is copied, the zero handle (default) stands for none.
    void set_turn(const TurnConfig &turn) const;

    /// The same with default settings.
    void set_turn() const;

};

/// What a network change did, and what was done about it. Immutable.
class NetworkChange : public detail::Handle<microsip_network_change_t, microsip_network_change_clone, microsip_network_change_free> {
public:
    using Handle::Handle;

    /// How far it is.
    microsip_network_step_e step() const;

    /// Addresses of ours that were in use and no longer are: how many.
    size_t lost_count() const;

    /// Addresses of ours that were in use and no longer are: the numeric one at `index`, from 0; `NO_VALUE` beyond the end.
    /// Lent until the object is freed.
    std::optional<std::string_view> lost_at(size_t index) const;

    /// Addresses that are used instead; the same ones after an interface went down and up: how many.
    size_t gained_count() const;

    /// Addresses that are used instead; the same ones after an interface went down and up: the numeric one at `index`, from
    /// 0; `NO_VALUE` beyond the end. Lent until the object is freed.
    std::optional<std::string_view> gained_at(size_t index) const;

    /// How many accounts register anew.
    size_t accounts() const;

    /// How many of them whose registrar has confirmed.
    size_t registered() const;

    /// How many calls whose peers are told by re-INVITE; those not answered yet are told as soon as they are.
    size_t calls() const;

    /// How many of them whose peer has agreed.
    size_t moved() const;

    /// Milliseconds since `MICROSIP_NETWORK_STEP_CHANGED`.
    uint32_t took_ms() const;

};

/// Names something with audio: a call, a player, a recorder, a stream, devices. For `microsip_endpoint_connect`. It
/// keeps nothing alive: connecting what has ended is `GONE`.
class Node : public detail::Handle<microsip_node_t, microsip_node_clone, microsip_node_free> {
public:
    using Handle::Handle;

};

/// A NOTIFY. Immutable.
class Notification : public detail::Handle<microsip_notification_t, microsip_notification_clone, microsip_notification_free> {
public:
    using Handle::Handle;

    /// Its number: counted from 1 for each subscription.
    uint64_t number() const;

    /// What it said of the subscription: `"active"`, `"pending"`, `"terminated"` or a word of the notifier's own. Lent
    /// until the handle is freed.
    std::string_view state() const;

    /// Which of several notifiers it is from, where a SUBSCRIBE was forked: the tag of its dialog. Lent until the handle is
    /// freed.
    std::string_view notifier() const;

    /// The body's type in lower case, without parameters; empty when there is no body. Lent until the handle is freed.
    std::string_view content_type() const;

    /// The body as it is, `body_len` bytes, NUL among them; no NUL follows. Lent until the handle is freed.
    ByteView body() const;

    /// The request itself, as a new handle to be freed.
    SIPMessage sip() const;

};

/// An event package that an account serves.
class Notifier : public detail::Handle<microsip_notifier_t, microsip_notifier_clone, microsip_notifier_free> {
public:
    using Handle::Handle;

    /// The event package. Lent until the handle is freed.
    std::string_view package() const;

    /// Tells all who watch, and who will: a NOTIFY each, with this body, whose bytes are copied. Where one is under way the
    /// newest state follows it; states in between are not told.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a malformed content type or a body beyond 48,000 bytes; `GONE` when the package is
    /// not served any more; `NOT_RUNNING`.
    void set_state(const detail::Text &content_type, const uint8_t *body, size_t body_len) const;

    /// As `microsip_notifier_set_state`, with headers of each NOTIFY; `state` is copied.
    void set_state_with(const RequestOptions &state) const;

    /// Sets who may watch from now on; who was let in stays.
    ///
    /// Statuses: `GONE` when the package is not served any more; `NOT_RUNNING`.
    void set_policy(microsip_watch_policy_t policy) const;

    /// Who watches, oldest first, those that wait for a decision too, as a new handle to be freed. Statuses: `NOT_RUNNING`.
    WatcherList watchers() const;

    /// Serves it no longer: watchers are told (`terminated;reason=noresource`), new ones answered 489. Statuses:
    /// `NOT_RUNNING`.
    void stop() const;

};

/// How numbers are read: what of the settings matters for it.
class NumberRules : public detail::Handle<microsip_number_rules_t, microsip_number_rules_clone, microsip_number_rules_free> {
public:
    using Handle::Handle;

    /// Makes rules for an account with this domain, put behind names and numbers as it stands, with its port; NULL: no
    /// account is active.
    explicit NumberRules(const detail::Text &domain);

    /// Says whether the local account exists, which makes calls to IP addresses; default: whether there is no domain.
    void set_local(bool exists) const;

    /// Sets the local account's own domain; NULL: it has none.
    void set_local_domain(const detail::Text &domain) const;

    /// Sets the prefix of phone numbers of more than 3 characters (`dialingPrefix`); empty (default): none.
    void set_prefix(const detail::Text &prefix) const;

    /// Sets the dial plan, which is copied; the zero handle: none, which leaves every number as it is.
    void set_dial_plan(const DialPlan &plan) const;

    /// Reads a number, a name, `user@host`, a SIP URI or `"Name" <sip:user@host>`, for a call or a transfer, as MicroSIP
    /// does: post-dial digits behind a comma, clean-up of phone numbers, prefix, dial plan, domain. The result is a new
    /// object to be freed.
    ///
    /// Statuses: `INVALID_ARGUMENT` when the text is empty, no alternative of the dial plan matches, what follows the comma
    /// is no DTMF, or no valid URI of at most 900 bytes results; `CONFIG` when no account can make the call.
    DialledNumber resolve(const detail::Text &number) const;

    /// As `microsip_number_rules_resolve`, without clean-up, prefix and dial plan: for redial, messages and presence.
    DialledNumber resolve_as_is(const detail::Text &number) const;

};

/// Settings of watching a buddy, a line or a mailbox.
class ObserveOptions : public detail::Handle<microsip_observe_options_t, microsip_observe_options_clone, microsip_observe_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    ObserveOptions();

    /// Sets the lifetime asked for, in seconds, 0 to 86400; default 600. It is refreshed well before. Zero asks for the
    /// state once.
    void set_expires(uint32_t expires_s) const;

    /// Sets when it is tried again after a failure that may pass: after a pause that grows by `factor` (1 to 10) with each,
    /// from `first_ms` to `max_ms` at most (50 ms to 1 hour); `jitter` (0 to 1) is the part of it that is left to chance.
    /// Default 1000, 30000, 2 and 0.5.
    void set_retry(uint32_t first_ms, uint32_t max_ms, double factor, double jitter) const;

};

/// Settings of the Opus codec (RFC 6716). What the peer has to know of them is in our SDP (RFC 7587 §6.1), and the
/// peer's wishes there are honoured. Checked by whoever uses them: `INVALID_ARGUMENT` there.
class OpusOptions : public detail::Handle<microsip_opus_options_t, microsip_opus_options_clone, microsip_opus_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    OpusOptions();

    /// Sets the average bit rate, in bits per second, 6000 to 510000: of what we send, and the most we ask the peer to send
    /// (`maxaveragebitrate`). 0 (default) leaves it to Opus.
    void set_bit_rate(uint32_t bits_per_second) const;

    /// Sets how much work coding may be, 0 to 10; default 5. 10 costs about three times as much as 0. Not told to the peer.
    void set_complexity(uint32_t complexity) const;

    /// Sets whether packets carry a coarse copy of the one before, from which a lost one is made good (`useinbandfec=1`);
    /// default true. Sent to peers that say it as well.
    void set_fec(bool yes) const;

    /// Sets the loss in percent that the coder prepares for, 0 to 99; default 5. The more, the larger the copy. Not told to
    /// the peer.
    void set_expected_loss(uint32_t percent) const;

    /// Sets whether next to nothing is sent in silence, a packet every 400 ms (`usedtx=1`); default false.
    void set_dtx(bool yes) const;

    /// Sets whether every packet is equally large (`cbr=1`); default false.
    void set_cbr(bool yes) const;

    /// Sets whether the peer may send two channels (`stereo=1`), which are made one here; default false. We always send
    /// one.
    void set_stereo(bool yes) const;

    /// Sets the highest sample rate the peer need send, in Hz (`maxplaybackrate`): 8000, 12000, 16000, 24000 or 48000. We
    /// code and decode at it too. 0 (default): what the bridge runs at, or the next one above.
    void set_max_playback_rate(uint32_t hz) const;

};

/// How passwords are read from and written to a settings file. Hiding is MicroSIP's and no protection: whoever has the
/// program has the key.
class PasswordStore : public detail::Handle<microsip_password_store_t, microsip_password_store_clone, microsip_password_store_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    PasswordStore();

    /// Sets the key text passwords are hidden with; default: nine asterisks, as in MicroSIP's published sources.
    void set_key(const detail::Text &key) const;

    /// Sets whether new passwords are hidden, default true; false writes plain text, which MicroSIP reads too.
    void set_hide(bool hide) const;

    /// Sets whether hexadecimal that does not decrypt is a plain password, as MicroSIP takes it. Default false: registering
    /// with it would only lock the account.
    void set_hex_is_plain(bool plain) const;

    /// Copies the password that a stored value stands for, with a NUL, to the caller's memory of `capacity` bytes; empty if
    /// it is unreadable. `length` is that of the password in bytes. `form` (may be NULL) says how it was found. `buffer`
    /// may be the memory of `stored`.
    ///
    /// Statuses: `BUFFER_TOO_SMALL`; `length` is right all the same.
    std::tuple<size_t, microsip_password_form_e> read(const detail::Text &stored, char *buffer, size_t capacity) const;

    /// Copies the value that stands for a password in the file, hidden or plain, as `microsip_password_store_read` does. A
    /// password that looks like a hidden one is always hidden.
    ///
    /// Statuses: `INVALID_ARGUMENT` for more than 1040 characters and for plain text with line ends; `BUFFER_TOO_SMALL`.
    size_t write(const detail::Text &password, char *buffer, size_t capacity) const;

};

/// Samples in memory: signed 16 bit, mono. Immutable.
class PCM : public detail::Handle<microsip_pcm_t, microsip_pcm_clone, microsip_pcm_free> {
public:
    using Handle::Handle;

    /// Reads a file whole, of any kind that `microsip_call_play` plays, into 16-bit mono at the file's own rate (48 kHz for
    /// Opus), channels averaged. Needs no endpoint. As a new handle to be freed.
    ///
    /// Statuses: `IO` when it cannot be read, `MEDIA` when it is no such file, changes its rate midway or holds nothing,
    /// `LIMIT_REACHED` when it is longer than 2^28 samples.
    static PCM read(const detail::Text &path);

    /// The samples and how many they are. Lent until the object is freed.
    std::tuple<const int16_t *, size_t> samples() const;

    /// Samples per second.
    uint32_t rate() const;

};

/// That a peer types, or does no longer (RFC 3994). Immutable.
class PeerTyping : public detail::Handle<microsip_peer_typing_t, microsip_peer_typing_clone, microsip_peer_typing_free> {
public:
    using Handle::Handle;

    /// Who: the URI of From. Lent until the handle is freed.
    std::string_view from() const;

    /// The name beside it; `NO_VALUE` if there is none. Lent until the handle is freed.
    std::optional<std::string_view> display() const;

    /// Whether a message is being composed.
    microsip_typing_state_e state() const;

    /// What is being composed, as the peer says, such as `"text/plain"`; `NO_VALUE` if it does not. Lent until the handle
    /// is freed.
    std::optional<std::string_view> content_type() const;

    /// Why it is so.
    microsip_typing_cause_e cause() const;

};

/// Something that happened to a phone, as a snapshot: it does not change, whatever happens afterwards.
class PhoneEvent : public detail::Handle<microsip_phone_event_t, microsip_phone_event_clone, microsip_phone_event_free> {
public:
    using Handle::Handle;

    /// The event's kind; `NO_VALUE` for a kind this interface does not know.
    std::optional<microsip_phone_event_kind_e> kind() const;

    /// The event as JSON, as a new object to be freed: its member `event` is the name, the others are those of
    /// docs/events.md. Events of the engine have their most important members only, such as `call`, `state`, `remote`,
    /// `code`, `digit`, `text`; `microsip_phone_event_engine` has all.
    Json json() const;

    /// The number of the call the event is about, as requests to the phone have it; `NO_VALUE` for events about none.
    std::optional<uint64_t> call() const;

    /// The engine's event, as a new handle to be freed; `NO_VALUE` for events of the phone itself.
    std::optional<Event> engine() const;

    /// Why something failed, as a new handle to be freed, of a number that was dialled or of a problem; `NO_VALUE` for
    /// other events.
    std::optional<Failure> error() const;

};

/// A queue of a phone's events. Any threads may take from it; each event goes to one of them.
class PhoneEvents : public detail::Handle<microsip_phone_events_t, microsip_phone_events_clone, microsip_phone_events_free> {
public:
    using Handle::Handle;

    /// Takes the next event, as a handle to be freed; waits for it `timeout_ms` at most: 0 does not wait.
    ///
    /// Statuses: `TIMEOUT` when none came in time, also with a timeout of 0; `ENDED` when none will come: the phone has
    /// ended.
    PhoneEvent next(uint32_t timeout_ms) const;

    /// A descriptor for `poll`, `epoll`, `kqueue` or an event loop: readable while an event or the end of the queue may be
    /// waiting. Then call `microsip_phone_events_next` with a timeout of 0 until it answers `TIMEOUT` or `ENDED`. Do not
    /// read from it, write to it or close it: it belongs to the queue and is closed with its last handle.
    ///
    /// Statuses: `UNSUPPORTED` on Windows, where there is `microsip_phone_events_handle`; `LIMIT_REACHED` when the process
    /// has no descriptors left.
    int32_t fd() const;

    /// On Windows the event object for `WaitForMultipleObjects`, set while an event or the end of the queue may be waiting;
    /// otherwise as `microsip_phone_events_fd`, and `UNSUPPORTED` elsewhere.
    void * handle() const;

    /// Ends the queue: threads that wait in `microsip_phone_events_next` get `ENDED`, and so does whoever asks afterwards; its descriptor becomes
    /// readable. Closing twice is fine.
    void close() const;

};

/// How a phone is started.
class PhoneOptions : public detail::Handle<microsip_phone_options_t, microsip_phone_options_clone, microsip_phone_options_free> {
public:
    using Handle::Handle;

    /// Makes settings for the phone of a place, which is copied; the zero handle stands for the one `microsip_place_choose`
    /// finds without a name.
    explicit PhoneOptions(const Place &place);

    /// Sets a password that takes the place of the active account's in this run; NULL (default): none.
    void set_password(const detail::Text &password) const;

    /// Makes another account the active one before the first registration, the N of `[AccountN]`; it is stored. 0: none is
    /// active. Default: what the file says.
    void set_account(uint32_t number) const;

    /// Sets how much PJSIP logs, with the target `pjsip` of `microsip_set_log`; default `MICROSIP_LOG_LEVEL_WARN`.
    void set_log_level(microsip_log_level_t level) const;

    /// Sets how long the end may take, in milliseconds: BYE, unregistration, hooks; default 3000.
    void set_close_timeout(uint32_t timeout_ms) const;

};

/// The phone that a settings file describes: MicroSIP without its window. It owns the engine (so there is no
/// `microsip_endpoint_t` beside it), the settings file, contacts and history; it registers the active account, keeps
/// the rules for incoming calls, runs the hooks, writes the call list and reads the settings again when the file
/// changes.
///
/// Ends with `microsip_phone_close`, with a request to exit, or with its last handle.
class Phone : public detail::Handle<microsip_phone_t, microsip_phone_clone, microsip_phone_free> {
public:
    using Handle::Handle;

    /// Starts the phone: reads the settings, opens the sockets, begins to register. `options` is copied and stays the
    /// caller's; the zero handle stands for the settings file that `microsip_place_choose` finds. Wrong values in the file
    /// are no failure: they come as events.
    ///
    /// Statuses: `ALREADY_RUNNING` if there is a phone or an endpoint in this process; `IO` if the settings file is there
    /// and cannot be read; those of `microsip_endpoint_start`. Waits until the sockets are bound, not for any registration.
    static Phone start(const PhoneOptions &options);

    /// The same with default settings.
    static Phone start();

    /// Ends calls and registration, lets hooks finish, writes what is to be written, lets callbacks see the last events and
    /// calls their destroy functions; as long as the options allow (`microsip_phone_options_set_close_timeout`). Closing
    /// twice is fine.
    ///
    /// Statuses: `WOULD_DEADLOCK` from within a callback of the phone.
    void close() const;

    /// Has a request done and waits for its answer, up to a minute; a call until its end as long as the call takes.
    /// `request` is a JSON object whose member `command` is the request's name, as docs/control.md has it:
    /// `{"command":"call","target":"123"}`. `reply` is a new object to be freed.
    ///
    /// Statuses: `INVALID_ARGUMENT` for what is no request; what goes wrong with it; `NOT_RUNNING` when the phone has
    /// ended; `TIMEOUT`, and it may still be done.
    Json request(const detail::Text &request) const;

    /// Has a line of MicroSIP's own command texts done: `/hangupall`, `123`, `123 a message`, `action=call&number=123`,
    /// `report:status`. `reply` is a new object to be freed: the answer of its only command, or an array. Statuses: those
    /// of `microsip_phone_request`.
    Json line(const detail::Text &line) const;

    /// Calls `callback` with every event of the phone from now on, on a thread of the library; `destroy` (may be NULL) is
    /// called once with `user_data` at the end, also when this function fails. The first callback or subscription of a
    /// phone is told what happened since its start, too. Ends when the handle is freed (`microsip_callback_free`) or the
    /// phone has ended.
    template <class F>
    Callback on_event(F &&callback) const;

    /// Calls a number, a name or a URI as a person types it, by prefix and dial plan. Without registration it waits for it,
    /// up to 40 s. `call` (may be NULL) is the call's number for other requests.
    ///
    /// Statuses of this function and its companions: those of `microsip_phone_request`.
    uint64_t call(const detail::Text &target) const;

    /// Answers an incoming call; 0: the first that waits.
    void answer(uint64_t call) const;

    /// Ends a call, or rejects an incoming one with 486; 0: the selected one, else any, else one that waits.
    void hang_up(uint64_t call) const;

    /// Ends every call but unanswered incoming ones.
    void hang_up_all() const;

    /// Rejects an incoming call with a SIP status code from 300 to 699, 0 for 486; call 0: the first that waits.
    void reject(uint64_t call, uint16_t code) const;

    /// Holds a call, or takes it back; 0: the selected one.
    void hold(uint64_t call, microsip_switch_t hold) const;

    /// Makes the microphone or the loudspeaker silent for all calls.
    void mute(microsip_phone_side_t side, microsip_switch_t mute) const;

    /// Sends keys of `0-9 A-D * #`, as the setting `DTMFMethod` says; a comma is a pause of a second. Call 0: the selected
    /// one.
    void dtmf(uint64_t call, const detail::Text &digits) const;

    /// Transfers a call to a target (blind), by REFER (RFC 3515) or by the setting `featureCodeBT`; call 0: the selected
    /// one.
    void transfer(uint64_t call, const detail::Text &target) const;

    /// Connects the peers of two calls of ours (attended transfer, RFC 3891); call 0: the selected one.
    void transfer_to(uint64_t call, uint64_t other) const;

    /// Sends a text (MESSAGE, RFC 3428) and waits for the answer; prefix and dial plan do not apply. Statuses: `SIP` and
    /// its like when it was not delivered.
    void message(const detail::Text &to, const detail::Text &body) const;

    /// Writes a key of the settings file, checked, and acts upon it; `section` NULL is `"Settings"`.
    void set(const detail::Text &section, const detail::Text &key, const detail::Text &value) const;

    /// The state of everything, in short, as a new object to be freed: `version`, `settings`, `account`, `registration`,
    /// `accounts`, `calls`, `buttons`, `transports`, …
    Json status() const;

    /// The calls, as a new object to be freed: an array of objects with `call`, `state`, `direction`, `number`, `remote`, …
    Json calls() const;

    /// Serves the socket of a phone's settings file, so that one phone runs for each file. `directory` is where the socket
    /// is made; NULL: the usual place, where others look for it.
    ///
    /// Statuses: `ALREADY_RUNNING` if another phone serves it; `CONFIG` if the directory is not this user's alone;
    /// `TIMEOUT`, `IO`, `LIMIT_REACHED`. Waits for a phone of these settings that is starting or ending, up to 15 s.
    ControlServer serve(const detail::Text &directory) const;

    /// Subscribes to every event of the phone from now on; the first subscription or callback of a phone is told what
    /// happened since its start, too.
    ///
    /// 4096 events wait in the queue; when it is full the oldest are dropped, and an event of the engine of kind
    /// `MICROSIP_EVENT_KIND_LAGGED` says how many.
    PhoneEvents events() const;

};

/// The settings file and what goes with it. Immutable.
class Place : public detail::Handle<microsip_place_t, microsip_place_clone, microsip_place_free> {
public:
    using Handle::Handle;

    /// Chooses the settings file as MicroSIP does, by this process' program, working directory and environment.
    ///
    /// `given` (may be NULL) is a file's name: as it is if absolute, else below the working directory or the user's
    /// directory, wherever it exists. Without it `kind` says whether the file is beside the program
    /// (`MICROSIP_PLACE_KIND_PORTABLE`) or in the user's directory (`MICROSIP_PLACE_KIND_PER_USER`); with 0 one beside the
    /// program wins if it exists. The file need not exist.
    ///
    /// Statuses: `INVALID_ARGUMENT` if `given` is empty or a directory's name, `INVALID_ENUM`, `IO` if the system does not
    /// tell the directories.
    static Place choose(const detail::Text &given, microsip_place_kind_t kind);

    /// How it was chosen.
    microsip_place_kind_e kind() const;

    /// The settings file. Lent until the place is freed.
    std::string_view settings() const;

    /// `Contacts.xml`, beside the settings. Lent until the place is freed.
    std::string_view contacts() const;

    /// The log file. Lent until the place is freed.
    std::string_view log() const;

    /// The directory of recordings, unless the setting `recordingPath` says otherwise. Lent until the place is freed.
    std::string_view recordings() const;

};

/// Settings of a player.
class PlayOptions : public detail::Handle<microsip_play_options_t, microsip_play_options_clone, microsip_play_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    PlayOptions();

    /// Sets whether to start again at the end of the last file, until stopped; default no.
    void set_repeat(bool repeat) const;

    /// Sets how loud, -42 to +6 dB, minus infinity for silence; default 0.
    void set_gain(float gain_db) const;

    /// Sets whether to wait for `microsip_player_resume`; default no.
    void set_paused(bool paused) const;

};

/// Files being played, one after the other without a gap: WAV (any rate and width, any number of channels, float,
/// A-law, µ-law, ADPCM, RF64), MP3, FLAC, Ogg Vorbis, Ogg Opus. A thread of the library decodes a second ahead.
///
/// Freeing the handle lets them play on; they end with the last file, by `microsip_player_stop`, or with what they are
/// played to. `MICROSIP_EVENT_KIND_PLAYER_FINISHED` tells the end.
class Player : public detail::Handle<microsip_player_t, microsip_player_clone, microsip_player_free> {
public:
    using Handle::Handle;

    /// The player as a node, which is heard and hears nothing. As a new handle to be freed.
    Node node() const;

    /// How much of the file that is heard has been played, in milliseconds.
    uint64_t position_ms() const;

    /// Length of the file that is heard, in milliseconds; `NO_VALUE` where the file does not tell, as an MP3 without header
    /// may not.
    std::optional<uint64_t> length_ms() const;

    /// Index of the file that is heard, in the order in which files were given, from 0.
    size_t index() const;

    /// The file that is heard. Lent until the player is freed.
    std::string_view file() const;

    /// How much silence was played because decoding could not keep up, in milliseconds; 0 on a healthy machine.
    uint64_t missed_ms() const;

    /// Whether it has ended, whatever the reason.
    bool is_finished() const;

    /// Why it has ended; `NO_VALUE` while it plays.
    std::optional<microsip_play_end_e> end() const;

    /// What went wrong when it ended with `MICROSIP_PLAY_END_FAILED`, as a new handle to be freed; `NO_VALUE` otherwise.
    std::optional<Failure> error() const;

    /// Whether it is paused.
    bool is_paused() const;

    /// How loud it plays, in dB; minus infinity for silence.
    float gain_db() const;

    /// Sets how loud it plays, -42 to +6 dB (minus infinity: silence), from the next 20 ms on, over which the change is
    /// spread. It adds to the gain of links.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a gain out of its range, `GONE` when it has ended.
    void set_gain(float gain_db) const;

    /// Falls silent; `microsip_player_resume` goes on with the very next sample. Statuses: `GONE` when it has ended.
    void pause() const;

    /// Goes on after `microsip_player_pause`. Statuses: `GONE` when it has ended.
    void resume() const;

    /// Goes to a position in the file that is heard, in milliseconds. A paused player stays paused. Waits for the file to
    /// be read.
    ///
    /// Statuses: `INVALID_ARGUMENT` when the file has no such position, `MEDIA` when it cannot be searched, `IO` when it
    /// cannot be read any more: it plays on then as if nothing had been asked; `GONE` when the player has ended, `TIMEOUT`
    /// when the disk does not answer.
    void seek(uint64_t to_ms) const;

    /// Goes on with the next file at once; after the last one, unless it repeats, the player ends as
    /// `MICROSIP_PLAY_END_FINISHED`. Waits for the file to be read.
    ///
    /// Statuses: those of the next file, as with `microsip_call_play`; the present one plays on then. `GONE` when the
    /// player has ended.
    void skip() const;

    /// Adds a file, which follows the last one without a gap. Waits for the file to be read.
    ///
    /// Statuses: `IO`, `MEDIA` when it cannot be played; `GONE` when the player has ended, which it may just have: then
    /// play the file anew.
    void add(const detail::Text &path) const;

    /// Stops playing. Stopping twice is fine. Statuses: `NOT_RUNNING` after the endpoint was closed.
    void stop() const;

    /// Waits until it has ended, at most `timeout_ms`, and tells why in `end`, which may be NULL. Statuses: `TIMEOUT`.
    microsip_play_end_e wait(uint32_t timeout_ms) const;

    /// The call it plays to, as a new handle to be freed; `NO_VALUE` if it plays to none.
    std::optional<Call> call() const;

    /// The conference it plays to, as a new handle to be freed; `NO_VALUE` if it plays to none.
    std::optional<Conference> conference() const;

};

/// A device (RFC 4479 §3.3). Immutable.
class PresenceDevice : public detail::Handle<microsip_presence_device_t, microsip_presence_device_clone, microsip_presence_device_free> {
public:
    using Handle::Handle;

    /// Its id, unique in the document. Lent until the handle is freed.
    std::string_view id() const;

    /// The device's own id, a URN; empty when there is none. Lent until the handle is freed.
    std::string_view device_id() const;

    /// How many notes there are.
    size_t note_count() const;

    /// The note at `index`, from 0, and its language such as `"en"`, empty when not told; `NO_VALUE` beyond the end. Lent
    /// until the handle is freed.
    std::optional<std::tuple<std::string_view, std::string_view>> note_at(size_t index) const;

    /// Since when this holds, in milliseconds since 1970; `NO_VALUE` if not told.
    std::optional<int64_t> timestamp_unix_ms() const;

};

/// A person (RFC 4479 §3.1). Immutable.
class PresencePerson : public detail::Handle<microsip_presence_person_t, microsip_presence_person_clone, microsip_presence_person_free> {
public:
    using Handle::Handle;

    /// Its id, unique in the document; empty when there is none. Lent until the handle is freed.
    std::string_view id() const;

    /// How many things are told that are being done.
    size_t activity_count() const;

    /// What is being done, at `index` from 0, with the words of `MICROSIP_ACTIVITY_OTHER`, else empty ones; `NO_VALUE`
    /// beyond the end. Lent until the handle is freed.
    std::optional<std::tuple<microsip_activity_e, std::string_view>> activity_at(size_t index) const;

    /// How many notes there are.
    size_t note_count() const;

    /// The note at `index`, from 0, and its language such as `"en"`, empty when not told; `NO_VALUE` beyond the end. Lent
    /// until the handle is freed.
    std::optional<std::tuple<std::string_view, std::string_view>> note_at(size_t index) const;

    /// Since when this holds, in milliseconds since 1970; `NO_VALUE` if not told.
    std::optional<int64_t> timestamp_unix_ms() const;

};

/// What is known of a presentity, as a document of presence says it (RFC 3863, RFC 4479, RFC 4480); also what an
/// account tells of itself. Those given out by the library are copies: setters change nothing else.
class PresenceStatus : public detail::Handle<microsip_presence_status_t, microsip_presence_status_clone, microsip_presence_status_free> {
public:
    using Handle::Handle;

    /// Makes the status of a word; `MICROSIP_PRESENCE_UNKNOWN` says nothing. On the phone and do not disturb come with
    /// notes and activities as other programs know them by.
    explicit PresenceStatus(microsip_presence_t presence);

    /// Reads a document of presence: `"application/pidf+xml"`, `"application/xpidf+xml"` or `"application/cpim-pidf+xml"`.
    ///
    /// Statuses: `INVALID_ARGUMENT` for what is no such document, `LIMIT_REACHED` beyond 64 KiB, `UNSUPPORTED` for another
    /// type or encoding.
    static PresenceStatus parse(const detail::Text &content_type, const uint8_t *body, size_t body_len);

    /// Sets the words of the person in place of those there were; NULL or an empty text removes them.
    void set_note(const detail::Text &note) const;

    /// Adds what the person is doing. `words` are those of `MICROSIP_ACTIVITY_OTHER`, and not looked at otherwise (NULL).
    void add_activity(microsip_activity_t activity, const detail::Text &words) const;

    /// Sets where the first way leads, as URI.
    void set_contact(const detail::Text &contact) const;

    /// Sets since when it holds, in milliseconds since 1970; written to the second.
    void set_timestamp(int64_t timestamp_unix_ms) const;

    /// Adds a suffix to every id in it: a server that puts the documents of several devices together tells their parts by
    /// id, so each device must have its own.
    void add_id_suffix(const detail::Text &suffix) const;

    /// Everything in one word: of several activities the one that speaks most against calling counts.
    microsip_presence_e state() const;

    /// Whether there is an open way: one is enough.
    microsip_basic_status_e basic() const;

    /// The first words there are: of a person, then of a way, then of the whole; `NO_VALUE` if there are none. Lent until
    /// the handle is freed.
    std::optional<std::string_view> note() const;

    /// Whom it is about, as URI; empty when not told. Lent until the handle is freed.
    std::string_view entity() const;

    /// How many things are being done, by all persons and as told of ways.
    size_t activity_count() const;

    /// What is being done, at `index` from 0, with the words of `MICROSIP_ACTIVITY_OTHER`, else empty ones; `NO_VALUE`
    /// beyond the end. Lent until the handle is freed.
    std::optional<std::tuple<microsip_activity_e, std::string_view>> activity_at(size_t index) const;

    /// How many notes there are about the whole.
    size_t note_count() const;

    /// The note about the whole at `index`, from 0, and its language such as `"en"`, empty when not told; `NO_VALUE` beyond
    /// the end. Lent until the handle is freed.
    std::optional<std::tuple<std::string_view, std::string_view>> note_at(size_t index) const;

    /// How many ways there are to reach them.
    size_t tuple_count() const;

    /// The way at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
    std::optional<PresenceTuple> tuple_at(size_t index) const;

    /// How many persons there are: several when a server put several documents together.
    size_t person_count() const;

    /// The person at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
    std::optional<PresencePerson> person_at(size_t index) const;

    /// How many devices there are.
    size_t device_count() const;

    /// The device at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
    std::optional<PresenceDevice> device_at(size_t index) const;

    /// The document as XML of type `application/pidf+xml` (RFC 3863), about this URI. Lent until the handle is freed.
    std::string_view to_pidf(const detail::Text &entity) const;

};

/// One way to reach somebody: a service on a device (RFC 3863 §4.1.2). Immutable.
class PresenceTuple : public detail::Handle<microsip_presence_tuple_t, microsip_presence_tuple_clone, microsip_presence_tuple_free> {
public:
    using Handle::Handle;

    /// Its id, unique in the document. Lent until the handle is freed.
    std::string_view id() const;

    /// Whether this way is open.
    microsip_basic_status_e basic() const;

    /// Where it leads, as URI; `NO_VALUE` if not told. Lent until the handle is freed.
    std::optional<std::string_view> contact() const;

    /// How much it is preferred, in thousandths: 1000 is preferred most; `NO_VALUE` if not told.
    std::optional<uint16_t> priority() const;

    /// How many things are told that are being done.
    size_t activity_count() const;

    /// What is being done, at `index` from 0, with the words of `MICROSIP_ACTIVITY_OTHER`, else empty ones; `NO_VALUE`
    /// beyond the end. Lent until the handle is freed.
    std::optional<std::tuple<microsip_activity_e, std::string_view>> activity_at(size_t index) const;

    /// How many notes there are.
    size_t note_count() const;

    /// The note at `index`, from 0, and its language such as `"en"`, empty when not told; `NO_VALUE` beyond the end. Lent
    /// until the handle is freed.
    std::optional<std::tuple<std::string_view, std::string_view>> note_at(size_t index) const;

    /// Since when this holds, in milliseconds since 1970; `NO_VALUE` if not told.
    std::optional<int64_t> timestamp_unix_ms() const;

};

/// How a publication stands. Immutable.
class PublicationInfo : public detail::Handle<microsip_publication_info_t, microsip_publication_info_clone, microsip_publication_info_free> {
public:
    using Handle::Handle;

    /// How far it is.
    microsip_publication_state_e state() const;

    /// The final code of the last PUBLISH, the server's or one made up for want of an answer; `NO_VALUE` until there is
    /// one.
    std::optional<uint16_t> code() const;

    /// The lifetime last granted, in seconds; `NO_VALUE` if none was.
    std::optional<uint64_t> expires_s() const;

    /// The server's name for what it has (`SIP-ETag`); `NO_VALUE` if it has nothing of ours. Lent until the handle is
    /// freed.
    std::optional<std::string_view> etag() const;

    /// Failures in a row.
    uint32_t failures() const;

    /// In how many milliseconds from now it is tried again; `NO_VALUE` unless it waits for that.
    std::optional<uint64_t> next_retry_ms() const;

    /// What went wrong, as a new handle to be freed; `NO_VALUE` while all is well. With
    /// `MICROSIP_PUBLICATION_STATE_REMOVED`: the server did not confirm it, and what it has runs out by itself.
    std::optional<Failure> error() const;

};

/// A piece of event state at a server (RFC 3903).
class Publication : public detail::Handle<microsip_publication_t, microsip_publication_clone, microsip_publication_free> {
public:
    using Handle::Handle;

    /// Number of the publication, unlike that of any other in this process.
    uint64_t id() const;

    /// Whose state it is, as a new handle to be freed.
    Account account() const;

    /// The event package. Lent until the handle is freed.
    std::string_view package() const;

    /// How it stands, as a new handle to be freed.
    PublicationInfo info() const;

    /// How far it is.
    microsip_publication_state_e state() const;

    /// Waits until it is in this state, `timeout_ms` at most. After an update `MICROSIP_PUBLICATION_STATE_PUBLISHED` means
    /// the new body.
    ///
    /// Statuses: `TIMEOUT`; when it has failed for good or was removed meanwhile and another state was wanted: `SIP`,
    /// `AUTH`, … as it failed, or `GONE`.
    void wait_for(microsip_publication_state_t state, uint32_t timeout_ms) const;

    /// Publishes another body of the same type in place of the old (RFC 3903 §4.4); the bytes are copied. Does not wait for
    /// the answer.
    ///
    /// Statuses: `INVALID_ARGUMENT` for an empty body or one above 48,000 bytes; `GONE` when it was removed.
    void update(const uint8_t *body, size_t body_len) const;

    /// Refreshes it before it is due; one that waits to be tried again, or failed, is tried now. Statuses: `GONE` when it
    /// was removed.
    void refresh() const;

    /// Removes it: PUBLISH with `Expires: 0` (RFC 3903 §4.5). Does not wait for the answer, with which its state becomes
    /// `MICROSIP_PUBLICATION_STATE_REMOVED`. Removing it twice is fine.
    ///
    /// Statuses: `NOT_RUNNING`.
    void remove() const;

};

/// What is published, and for how long.
class PublishOptions : public detail::Handle<microsip_publish_options_t, microsip_publish_options_clone, microsip_publish_options_free> {
public:
    using Handle::Handle;

    /// Makes settings for a body of this type; its bytes are copied, 1 to 48,000. All are checked when publishing.
    PublishOptions(const detail::Text &content_type, const uint8_t *body, size_t body_len);

    /// Sets the lifetime asked for, in seconds, 1 to 86400; default 3600. It is refreshed before it ends, whatever the
    /// server grants.
    void set_expires(uint32_t expires_s) const;

    /// Sets when it is tried again after a failure that may pass: after a pause that grows by `factor` (1 to 10) with each,
    /// from `first_ms` to `max_ms` at most (50 ms to 1 hour); `jitter` (0 to 1) is the part of it that is left to chance.
    /// Default 1000, 30000, 2 and 0.5.
    void set_retry(uint32_t first_ms, uint32_t max_ms, double factor, double jitter) const;

    /// Adds a header to each PUBLISH.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break, or a header the library writes
    /// itself.
    void add_header(const detail::Text &name, const detail::Text &value) const;

};

/// How an endpoint buffers, reports and watches audio. Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT` there.
class QualityConfig : public detail::Handle<microsip_quality_config_t, microsip_quality_config_clone, microsip_quality_config_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    QualityConfig();

    /// Sets how packets wait, for calls that have no jitter buffer of their own. `jitter_buffer` is copied; the zero handle
    /// stands for the defaults.
    void set_jitter_buffer(const JitterBuffer &jitter_buffer) const;

    /// Sets whether extended reports (RTCP XR, RFC 3611) are offered by `a=rtcp-xr` and sent; default false. Accounts and
    /// calls may have their own setting. A peer that does not know them passes them over.
    void set_rtcp_xr(bool yes) const;

    /// Sets how often extended reports are sent, in milliseconds, 1000 to 60000; 0 (default): every 5 to 13 s. They go with
    /// the usual reports, which come every 5 s.
    void set_rtcp_xr_interval(uint32_t pause_ms) const;

    /// Sets how often each call with audio tells its statistics by an event of kind `MICROSIP_EVENT_KIND_CALL_STATS`, in
    /// milliseconds, 100 to 3600000; 0 (default) for never.
    void set_stats_every(uint32_t pause_ms) const;

    /// Watches calls for audio that goes one way only, and tells by an event of kind `MICROSIP_EVENT_KIND_AUDIO_TROUBLE`
    /// what has lasted so many milliseconds, 1000 to 60000; 0 (default) for no watch. While it is on, received audio is
    /// decoded even if nobody listens.
    void set_watch_audio(uint32_t patience_ms) const;

};

/// A message that came in (RFC 3428) and was answered already. Immutable.
class ReceivedMessage : public detail::Handle<microsip_received_message_t, microsip_received_message_clone, microsip_received_message_free> {
public:
    using Handle::Handle;

    /// Number of the message, unlike that of any other in this process.
    uint64_t id() const;

    /// Whose it says it is: the URI of From. Worth as much as the network it came through. Lent until the handle is freed.
    std::string_view from() const;

    /// Where an answer goes: the URI of From, with the port it came from where no server stands between. Lent until the
    /// handle is freed.
    std::string_view reply_to() const;

    /// The name in From; `NO_VALUE` if there is none. Lent until the handle is freed.
    std::optional<std::string_view> display() const;

    /// Whom it is for: the URI of To. Lent until the handle is freed.
    std::string_view to() const;

    /// The content's type with its parameters, as it was written; empty when none was given. Lent until the handle is
    /// freed.
    std::string_view content_type() const;

    /// The text, if the content is one (`text/…`, or of no type at all), read by its charset: UTF-8 unless it says
    /// otherwise. What cannot be read is U+FFFD, and so is a NUL; `microsip_received_message_body` has the bytes.
    /// `NO_VALUE` for what is no text. Lent until the handle is freed.
    std::optional<std::string_view> text() const;

    /// The content as it is, `body_len` bytes, NUL among them; no NUL follows. Lent until the handle is freed.
    ByteView body() const;

    /// How many headers the request has.
    size_t header_count() const;

    /// The header at `index`, from 0, in the order in which they came; `NO_VALUE` beyond the end. Lent until the handle is
    /// freed.
    std::optional<std::tuple<std::string_view, std::string_view>> header_at(size_t index) const;

    /// The first header of a name, in whatever case; `NO_VALUE` if there is none. Lent until the handle is freed.
    std::optional<std::string_view> header(const detail::Text &name) const;

    /// The request itself, as a new handle to be freed.
    SIPMessage sip() const;

    /// When it came, in milliseconds since 1970.
    int64_t received_at_unix_ms() const;

    /// The envelope it came in (`message/cpim`, RFC 3862), as a new handle to be freed; `NO_VALUE` if it came without. Its
    /// content was taken out: the other functions tell it.
    std::optional<CPIM> envelope() const;

    /// Which notifications the sender asks for (RFC 5438 §6.3). Those of delivery are sent by themselves.
    std::tuple<bool, bool, bool, bool> notify() const;

    /// Tells the sender that the message was displayed, if it asks for that (RFC 5438 §7.2.1.3); `sent` says whether a
    /// notification was sent. It is sent once. Its failure is not told.
    ///
    /// Statuses: `GONE` when the account was removed, `NOT_RUNNING`.
    bool mark_displayed() const;

    /// What was wrong with its content, which then is told as far as it could be read, as a new handle to be freed;
    /// `NO_VALUE` if nothing.
    std::optional<Failure> warning() const;

};

/// Settings of a recorder.
class RecordOptions : public detail::Handle<microsip_record_options_t, microsip_record_options_clone, microsip_record_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    RecordOptions();

    /// Sets which side is recorded; default `MICROSIP_TAP_RECEIVED`. Means nothing with
    /// `microsip_record_options_set_split`. Only calls have sides.
    void set_tap(microsip_tap_t tap) const;

    /// Sets whether both sides go into two channels: left what we send, right what we receive, to the sample; default no.
    void set_split(bool split) const;

    /// Sets the kind of file, whatever its name; 0 (default) is by its extension: `.wav`, `.opus` or `.ogg`, `.flac`; WAV
    /// without any.
    void set_format(microsip_record_format_t format) const;

    /// Sets the samples per second; 0 (default) is the engine's own rate, or 48000 where Opus does not know that.
    void set_rate(uint32_t rate) const;

    /// Sets the bits per second and channel for Opus, 6000 to 510000; 0 (default): libopus chooses.
    void set_bitrate(uint32_t bitrate) const;

    /// Sets whether an existing file is overwritten; by default another name is found: `-2`, `-3` … before the extension.
    void set_overwrite(bool overwrite) const;

};

/// A recording in progress or finished. A thread of the library writes; whatever is older than half a second can be
/// read although the process was killed.
///
/// Freeing the handle lets it go on; it ends with what it records or by `microsip_recorder_stop`.
/// `MICROSIP_EVENT_KIND_RECORDING_FINISHED` tells when the file is complete.
class Recorder : public detail::Handle<microsip_recorder_t, microsip_recorder_clone, microsip_recorder_free> {
public:
    using Handle::Handle;

    /// The recorder as a node, which hears and says nothing. As a new handle to be freed.
    Node node() const;

    /// The file. Lent until the recorder is freed.
    std::string_view path() const;

    /// How much has been written so far, in milliseconds.
    uint64_t length_ms() const;

    /// Leaves out what comes from now on, until `microsip_recorder_resume`; the file has no silence in its place. Pausing
    /// twice is fine. Statuses: `GONE` when the recording has ended.
    void pause() const;

    /// Goes on after `microsip_recorder_pause`. Statuses: `GONE` when the recording has ended.
    void resume() const;

    /// Whether it is paused.
    bool is_paused() const;

    /// Whether it has ended, and the file is complete.
    bool is_finished() const;

    /// Stops recording and waits until the file is complete, ten seconds at most. What it became is in `info`, as a new
    /// handle to be freed; NULL if that does not matter. Stopping twice is fine.
    ///
    /// Statuses: `TIMEOUT` when the disk takes longer.
    RecordingInfo stop() const;

    /// Waits until the file is complete, which it is soon after its call has ended, at most `timeout_ms`. What it became is
    /// in `info`, as a new handle to be freed; NULL if that does not matter. Statuses: `TIMEOUT`.
    RecordingInfo wait(uint32_t timeout_ms) const;

    /// The call it records, as a new handle to be freed; `NO_VALUE` if it records none.
    std::optional<Call> call() const;

    /// The conference it records, as a new handle to be freed; `NO_VALUE` if it records none.
    std::optional<Conference> conference() const;

};

/// What a finished recording became. Immutable.
class RecordingInfo : public detail::Handle<microsip_recording_info_t, microsip_recording_info_clone, microsip_recording_info_free> {
public:
    using Handle::Handle;

    /// The file. Lent until the info is freed.
    std::string_view path() const;

    /// Its kind.
    microsip_record_format_e format() const;

    /// Samples per second and channel.
    uint32_t rate() const;

    /// Channels: 2 for split recordings, else 1.
    uint16_t channels() const;

    /// Samples written, per channel.
    uint64_t samples() const;

    /// Samples replaced by silence because the disk could not keep up.
    uint64_t dropped() const;

    /// Length of the recording, in milliseconds.
    uint64_t length_ms() const;

    /// Why the file ends early, such as a full disk (`IO`), as a new handle to be freed; `NO_VALUE` if it does not. What
    /// came before is in the file.
    std::optional<Failure> error() const;

};

/// Rules for the names of recordings: a folder, and a pattern with fields in braces, which are filled in from the call.
/// Immutable.
///
/// `{date}` becomes the day (`20261121`, local time), `{time}` hours, minutes and seconds (`093015`), `{direction}`
/// `incoming` or `outgoing`, `{remote_user}` the user part of the other side's URI, or its host without one,
/// `{remote_host}` its host, `{account}` the user part of our own URI, or its host, `{call}` the call's number in this
/// process, `{call_id}` its SIP Call-ID, `{n}` 1 or the first number with which there is no such file yet. `{{` and
/// `}}` are braces. A `/` begins a folder, which is made. Characters in values that mean something to a file system
/// become `_`, so that no caller can choose where a file goes.
class RecordingName : public detail::Handle<microsip_recording_name_t, microsip_recording_name_clone, microsip_recording_name_free> {
public:
    using Handle::Handle;

    /// Makes rules for files in `folder`, which is made when needed. A `pattern` of NULL is MicroSIP's own:
    /// `{date}-{time}-{remote_user}-{direction}-{account}.wav`.
    ///
    /// Statuses: `INVALID_ARGUMENT` for an unknown field, a brace without its other, a pattern that is empty or leads out
    /// of the folder.
    RecordingName(const detail::Text &folder, const detail::Text &pattern);

    /// The folder. Lent until the rules are freed.
    std::string_view folder() const;

    /// What a file of this call is called at the moment, `{n}` being 1. Nothing is made, and whether there is such a file
    /// is not looked at. Lent until the rules are freed.
    std::string_view path(const Call &call) const;

};

/// A registration at one moment. Immutable.
class Registration : public detail::Handle<microsip_registration_t, microsip_registration_clone, microsip_registration_free> {
public:
    using Handle::Handle;

    /// Where it stands.
    microsip_registration_state_e state() const;

    /// SIP status code of the registrar's last answer, or 408 or 503 for want of one; `NO_VALUE` before the first.
    std::optional<uint16_t> code() const;

    /// The reason phrase that came with it, perhaps empty. Lent until the object is freed.
    std::string_view phrase() const;

    /// How long the registrar keeps the binding, in seconds from its last answer; `NO_VALUE` unless registered.
    std::optional<uint32_t> expires_s() const;

    /// Why it failed, as a new handle to be freed; `NO_VALUE` unless it failed.
    std::optional<Failure> error() const;

    /// How many milliseconds from now it is tried again; `NO_VALUE` when it is not.
    std::optional<uint32_t> retry_in_ms() const;

    /// Failures in a row, 0 after a success.
    uint32_t failures() const;

    /// The Contact header's value that the registrar holds; `NO_VALUE` unless registered. Lent until the object is freed.
    std::optional<std::string_view> contact() const;

    /// How many entries the registrar's Service-Route has (RFC 3608): the way our requests take from now on.
    size_t service_route_count() const;

    /// The entry of Service-Route at `index`, from 0; `NO_VALUE` beyond the end. Lent until the object is freed.
    std::optional<std::string_view> service_route_at(size_t index) const;

};

/// Settings of a re-INVITE.
class ReinviteOptions : public detail::Handle<microsip_reinvite_options_t, microsip_reinvite_options_clone, microsip_reinvite_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    ReinviteOptions();

    /// Adds a header to the re-INVITE, behind the library's own.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
    /// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
    void add_header(const detail::Text &name, const detail::Text &value) const;

    /// Sets whether it goes without SDP: the peer offers in its answer, we answer in the ACK (RFC 3261 §14.1). Default
    /// false: our whole offer, with the direction as it is.
    void set_late_offer(bool late_offer) const;

    /// Sets whether our Contact is renewed from the account and the transport, after an address has changed for instance
    /// (RFC 3261 §12.2.1.2). Default false: the one the dialog has.
    void set_refresh_contact(bool refresh_contact) const;

};

/// Settings of a refusal.
class RejectOptions : public detail::Handle<microsip_reject_options_t, microsip_reject_options_clone, microsip_reject_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    RejectOptions();

    /// Adds a header to the response, behind the library's own.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
    /// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
    void add_header(const detail::Text &name, const detail::Text &value) const;

    /// Sets the reason phrase of the response, one line of 200 bytes at most; NULL (default): the usual one of its code.
    void set_phrase(const detail::Text &phrase) const;

    /// Adds why, as a cause of telephony (Q.850), 1 to 127, such as 16 (normal clearing) or 17 (user busy): a header
    /// `Reason: Q.850;cause=16;text="…"` (RFC 3326) of the response. `words` may be NULL: the usual English ones.
    ///
    /// Statuses: `INVALID_ARGUMENT` for another number.
    void add_reason_q850(uint16_t cause, const detail::Text &words) const;

    /// Adds why, as a SIP status, such as 200 with `"Call completed elsewhere"`: a header `Reason: SIP;cause=200;text="…"`
    /// (RFC 3326) of the response. `words` may be NULL.
    void add_reason_sip(uint16_t code, const detail::Text &words) const;

    /// Adds a place to try instead, with 3xx and 485 only: a header Contact. A URI, `tel:` too, or a name-addr with
    /// parameters such as `"<sip:bob@example.org>;q=0.5"`. Checked when the call is refused.
    void add_contact(const detail::Text &contact) const;

};

/// Settings of a request.
class RequestOptions : public detail::Handle<microsip_request_options_t, microsip_request_options_clone, microsip_request_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    RequestOptions();

    /// Adds a header to the request, behind the library's own.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
    /// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
    void add_header(const detail::Text &name, const detail::Text &value) const;

    /// Sets Content-Type and body; `content_type` as `type/subtype`, with parameters if wanted. The bytes are copied,
    /// 48,000 at most. NULL as `content_type` takes the body away. Checked when the request is sent.
    void set_body(const detail::Text &content_type, const uint8_t *body, size_t count) const;

};

/// A request of ours outside of what calls and accounts send by themselves, such as OPTIONS. Freeing it does not take
/// it back.
class Request : public detail::Handle<microsip_request_t, microsip_request_clone, microsip_request_free> {
public:
    using Handle::Handle;

    /// Number of the request, unlike that of any other in this process.
    uint64_t id() const;

    /// Its method. Lent until the request is freed.
    std::string_view method() const;

    /// What became of it, as a new handle to be freed; `NO_VALUE` while no final answer is there. Does not wait.
    std::optional<Response> response() const;

    /// Waits for the final answer, whatever it is, `timeout_ms` at most, and gives it as a new handle to be freed: a 404 is
    /// an answer too, and `microsip_response_error` tells.
    ///
    /// Statuses: `TIMEOUT`.
    Response wait(uint32_t timeout_ms) const;

};

/// What became of a request of ours: the peer's answer, or why there is none. Immutable.
class Response : public detail::Handle<microsip_response_t, microsip_response_clone, microsip_response_free> {
public:
    using Handle::Handle;

    /// The final code: the peer's, or 408 and 503 for want of an answer.
    uint16_t code() const;

    /// The reason phrase that came with it. Lent until the response is freed.
    std::string_view phrase() const;

    /// Time from sending to the final answer, in milliseconds; with a repetition for credentials, of both.
    double round_trip_ms() const;

    /// The answer itself, as a new handle to be freed; `NO_VALUE` if none came.
    std::optional<SIPMessage> message() const;

    /// Why it failed, as a new handle to be freed; `NO_VALUE` for a code of 200 to 299.
    std::optional<Failure> error() const;

};

/// Settings of the end of a hold.
class ResumeOptions : public detail::Handle<microsip_resume_options_t, microsip_resume_options_clone, microsip_resume_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    ResumeOptions();

    /// Adds a header to the re-INVITE. Statuses: `INVALID_ARGUMENT` as for `microsip_hold_options_add_header`.
    void add_header(const detail::Text &name, const detail::Text &value) const;

};

/// A message of ours that was sent (RFC 3428).
class SentMessage : public detail::Handle<microsip_sent_message_t, microsip_sent_message_clone, microsip_sent_message_free> {
public:
    using Handle::Handle;

    /// Number of the message, unlike that of any other in this process; all events about it have it.
    uint64_t id() const;

    /// Whom it was sent to, as URI. Lent until the handle is freed.
    std::string_view target() const;

    /// What notifications name it by (`imdn.Message-ID`, RFC 5438 §6.3); `NO_VALUE` if none were asked for. Lent until the
    /// handle is freed.
    std::optional<std::string_view> message_id() const;

    /// The final answer, as a new handle to be freed; `NO_VALUE` until it is there.
    std::optional<Response> response() const;

    /// Waits for the final answer, whatever it is, `timeout_ms` at most, and gives it as a new handle to be freed.
    ///
    /// Statuses: `OK` for a refusal too: the response tells; `TIMEOUT`.
    Response wait(uint32_t timeout_ms) const;

};

/// Settings of serving a package.
class ServeOptions : public detail::Handle<microsip_serve_options_t, microsip_serve_options_clone, microsip_serve_options_free> {
public:
    using Handle::Handle;

    /// Makes settings for an event package, such as `"presence"`, with every other value at its default. All are checked
    /// when serving.
    explicit ServeOptions(const detail::Text &package);

    /// Sets who may watch; default `MICROSIP_WATCH_POLICY_ASK`.
    void set_policy(microsip_watch_policy_t policy) const;

    /// Sets the shortest lifetime granted, 0 to 3600 seconds, default 60: who asks for less, but not for 0, is answered
    /// 423; and the longest, 1 to 86400, default 3600, which is also granted to who asks for none.
    void set_lifetimes(uint32_t shortest_s, uint32_t longest_s) const;

    /// Sets what watchers are told until `microsip_notifier_set_state` says otherwise: content type and body, whose bytes
    /// are copied, 48,000 at most. Default nothing: NOTIFYs without body.
    void set_state(const detail::Text &content_type, const uint8_t *body, size_t body_len) const;

    /// As `microsip_serve_options_set_state`, with headers of each NOTIFY; `state` is copied.
    void set_state_with(const RequestOptions &state) const;

};

/// Where a SIP URI leads (RFC 3263 §4.2), in the order in which the places would be tried. Immutable.
class ServerList : public detail::Handle<microsip_server_list_t, microsip_server_list_clone, microsip_server_list_free> {
public:
    using Handle::Handle;

    /// How many there are.
    size_t count() const;

    /// The transport to use at `index`, from 0; `NO_VALUE` beyond the end.
    std::optional<microsip_transport_e> transport(size_t index) const;

    /// Where to send: numeric address and port at `index`, such as `"192.0.2.1:5060"`; `NO_VALUE` beyond the end. Lent
    /// until the list is freed.
    std::optional<std::string_view> address(size_t index) const;

    /// The host name the address at `index` belongs to: an SRV record's target, or the URI's own host; `NO_VALUE` beyond
    /// the end. Lent until the list is freed.
    std::optional<std::string_view> name(size_t index) const;

    /// Priority of the SRV record at `index`, lower ones first; 0 without SRV; `NO_VALUE` beyond the end.
    std::optional<uint16_t> priority(size_t index) const;

    /// Weight of the SRV record at `index` among those of the same priority; 0 without SRV; `NO_VALUE` beyond the end.
    std::optional<uint16_t> weight(size_t index) const;

};

/// A button of `[Shortcuts]`. It can be changed; a file gets it by `microsip_ini_set_shortcuts`.
class Shortcut : public detail::Handle<microsip_shortcut_t, microsip_shortcut_clone, microsip_shortcut_free> {
public:
    using Handle::Handle;

    /// Makes a shortcut that calls a number; `label` is what stands on the button.
    Shortcut(const detail::Text &label, const detail::Text &number);

    /// Sets what is done with the number.
    void set_action(microsip_shortcut_action_t action) const;

    /// Sets the number of the second press; empty (default): the same.
    void set_number2(const detail::Text &number2) const;

    /// Sets whether the number's state is watched; default false.
    void set_presence(bool presence) const;

    /// What stands on the button. Lent until the shortcut is freed.
    std::string_view label() const;

    /// The number, digits, program or URL. Lent until the shortcut is freed.
    std::string_view number() const;

    /// What is done with it.
    microsip_shortcut_action_e action() const;

    /// The number of the second press; empty: the same. Lent until the shortcut is freed.
    std::string_view number2() const;

    /// Whether the number's state is watched.
    bool presence() const;

};

/// A SIP request or response as it was received: headers and body. Immutable.
class SIPMessage : public detail::Handle<microsip_sip_message_t, microsip_sip_message_clone, microsip_sip_message_free> {
public:
    using Handle::Handle;

    /// The value of Call-ID. Lent until the message is freed.
    std::string_view call_id() const;

    /// The number of CSeq; 0 if it has none.
    uint32_t cseq_number() const;

    /// The tag of From; `NO_VALUE` if it has none. Lent until the message is freed.
    std::optional<std::string_view> from_tag() const;

    /// The tag of To; `NO_VALUE` if it has none, as a request that begins a dialog. Lent until the message is freed.
    std::optional<std::string_view> to_tag() const;

    /// The address it came from, the last hop's, `IP:PORT`; `NO_VALUE` if not known. Lent until the message is freed.
    std::optional<std::string_view> source() const;

    /// What carried it.
    microsip_transport_e transport() const;

    /// When it was read.
    int64_t received_unix_ms() const;

    /// Who it says it is from, and for whom it was meant before it was diverted, as a new handle to be freed.
    Identity identity() const;

    /// How many reasons it gives (header Reason, RFC 3326).
    size_t reason_count() const;

    /// Protocol of the reason at `index`, from 0: `"Q.850"`, `"SIP"`, …; `NO_VALUE` beyond the end. Lent until the message
    /// is freed.
    std::optional<std::string_view> reason_protocol(size_t index) const;

    /// Its cause in that protocol: 0 to 127 of Q.850, a status code of SIP; `NO_VALUE` if not told, and beyond the end.
    std::optional<uint16_t> reason_cause(size_t index) const;

    /// Its words; may be empty. `NO_VALUE` beyond the end. Lent until the message is freed.
    std::optional<std::string_view> reason_text(size_t index) const;

    /// Whether it is a request; else it is a response.
    bool is_request() const;

    /// The method: of a request its own, of a response that of the request it answers (CSeq). Lent until the message is
    /// freed.
    std::string_view method() const;

    /// The Request-URI; `NO_VALUE` for a response. Lent until the message is freed.
    std::optional<std::string_view> request_uri() const;

    /// The status code; `NO_VALUE` for a request.
    std::optional<uint16_t> status() const;

    /// The reason phrase of a response; empty for a request. Lent until the message is freed.
    std::string_view phrase() const;

    /// How many headers it has.
    size_t header_count() const;

    /// Name of the header at `index`, from 0 and in the message's order, as it was written; `NO_VALUE` beyond the end. Lent
    /// until the message is freed.
    std::optional<std::string_view> header_name(size_t index) const;

    /// Its value, likewise; `NO_VALUE` beyond the end. Lent until the message is freed.
    std::optional<std::string_view> header_value(size_t index) const;

    /// The first value of a header; `NO_VALUE` when there is none. Names compare without regard to case, and compact forms
    /// equal the long ones: `"f"` is `"From"`. Lent until the message is freed.
    std::optional<std::string_view> header(const detail::Text &name) const;

    /// Every value of a header, in order, as a new handle to be freed; an empty list when there is none. A value that lists
    /// several things with commas is one value here.
    TextList header_values(const detail::Text &name) const;

    /// The members of a header that is a comma-separated list, over all its occurrences (RFC 3261 §7.3.1), as a new handle
    /// to be freed. Commas inside quotes and angle brackets do not separate.
    TextList header_members(const detail::Text &name) const;

    /// The body, as it is: `count` bytes, not ended by NUL; 0 when there is none. Lent until the message is freed.
    ByteView body() const;

    /// The whole message as it was received, credentials and keys included: `count` bytes, not ended by NUL. Lent until the
    /// message is freed.
    ByteView raw() const;

    /// Content-Type without its parameters, in lower case; empty when there is none. Lent until the message is freed.
    std::string_view content_type() const;

};

/// A detector of speech on a call. Freeing the handle lets it go on; it ends by `microsip_speech_detector_stop` or with
/// its call.
class SpeechDetector : public detail::Handle<microsip_speech_detector_t, microsip_speech_detector_clone, microsip_speech_detector_free> {
public:
    using Handle::Handle;

    /// Its call, as a new handle to be freed.
    Call call() const;

    /// Whether somebody speaks, as far as events have told.
    bool is_speaking() const;

    /// Whether it has ended.
    bool is_stopped() const;

    /// Stops it. No event comes after that, also no end of speech that has begun. Stopping twice is fine. Statuses:
    /// `NOT_RUNNING` after the endpoint was closed.
    void stop() const;

};

/// How speech is looked for in the audio of a call. Checked by whoever uses it: `INVALID_ARGUMENT` there.
class SpeechOptions : public detail::Handle<microsip_speech_options_t, microsip_speech_options_clone, microsip_speech_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    SpeechOptions();

    /// Sets from which verdict of the neural network on something is speech, 0.1 to 0.95; default 0.5. Higher: less noise
    /// is taken for speech, and more soft speech for noise.
    void set_threshold(float verdict) const;

    /// Sets how long a pause must be to end speech, in milliseconds, 100 to 10000; default 300. Shorter pauses are part of
    /// it.
    void set_hangover(uint32_t pause_ms) const;

    /// Sets who is listened to; default the peer.
    void set_tap(microsip_tap_t tap) const;

};

/// Everything known about a call's audio at one moment: what was sent and received, how it arrived, what it is worth.
/// Immutable.
class Stats : public detail::Handle<microsip_stats_t, microsip_stats_clone, microsip_stats_free> {
public:
    using Handle::Handle;

    /// A number, in the unit its name or comment in `enum microsip_stat_e` says; counts are exact up to 2^53. `NO_VALUE`
    /// when it is not known.
    std::optional<double> number(microsip_stat_t stat) const;

    /// The codec in use, or used last, as `"NAME/RATE/CHANNELS"`; `NO_VALUE` before there was one. Lent until the
    /// statistics are freed.
    std::optional<std::string_view> codec() const;

    /// All of it as one JSON object; docs/statistics.md names the fields. Lent until the statistics are freed.
    std::string_view to_json() const;

    /// The scale of the rating of what we send (`MICROSIP_DIRECTION_OUTGOING`) or receive: narrowband and wideband cannot
    /// be compared. `NO_VALUE` without a rating.
    std::optional<microsip_quality_band_e> quality_band(microsip_direction_t direction) const;

    /// Where the codec's numbers in that rating come from; `NO_VALUE` without a rating.
    std::optional<microsip_quality_source_e> quality_source(microsip_direction_t direction) const;

};

/// The story of a call: what was asked, what went over the wire, what was decided, why it ended. Of a very long one the
/// beginning and the end are kept. Immutable.
class Story : public detail::Handle<microsip_story_t, microsip_story_clone, microsip_story_free> {
public:
    using Handle::Handle;

    /// The whole story, a line for each entry with the milliseconds since the first. Lent until the story is freed.
    std::string_view text() const;

    /// How many entries were left out in the middle.
    uint64_t left_out() const;

    /// How many entries there are, in the order of events.
    size_t count() const;

    /// When the entry at `index`, from 0, happened; `NO_VALUE` beyond the end, as from all that follow.
    std::optional<int64_t> at_unix_ms(size_t index) const;

    /// What the entry at `index` tells; `NO_VALUE` beyond the end.
    std::optional<microsip_story_step_e> step(size_t index) const;

    /// What was asked or decided, why it ended, in words; of a message its first line, with credentials masked. `NO_VALUE`
    /// beyond the end. Lent until the story is freed.
    std::optional<std::string_view> words(size_t index) const;

    /// Which way a message went; `NO_VALUE` for other entries.
    std::optional<microsip_direction_e> direction(size_t index) const;

    /// Size of a message in bytes; `NO_VALUE` for other entries.
    std::optional<size_t> bytes(size_t index) const;

    /// What carried a message; `NO_VALUE` for other entries.
    std::optional<microsip_transport_e> transport(size_t index) const;

    /// The peer's address of a message, `host:port`; `NO_VALUE` for other entries. Lent until the story is freed.
    std::optional<std::string_view> remote(size_t index) const;

    /// What a decision was about; `NO_VALUE` for other entries.
    std::optional<microsip_decision_e> decision(size_t index) const;

};

/// What STUN told (RFC 8489). Immutable.
class StunInfo : public detail::Handle<microsip_stun_info_t, microsip_stun_info_clone, microsip_stun_info_free> {
public:
    using Handle::Handle;

    /// Where it stands.
    microsip_stun_state_e state() const;

    /// The server in use, as configured; `NO_VALUE` without one. Lent until the object is freed.
    std::optional<std::string_view> server() const;

    /// Address and port of our first UDP socket for SIP as the server sees it; `NO_VALUE` until known, and without such a
    /// socket. Lent until the object is freed.
    std::optional<std::string_view> sip_address() const;

    /// Why there is none, as a new handle to be freed: `TIMEOUT` of servers that do not answer, `TRANSPORT` for names that
    /// do not resolve; `NO_VALUE` while all is well.
    std::optional<Failure> error() const;

};

/// Settings of a subscription.
class SubscribeOptions : public detail::Handle<microsip_subscribe_options_t, microsip_subscribe_options_clone, microsip_subscribe_options_free> {
public:
    using Handle::Handle;

    /// Makes settings for an event package, such as `"dialog"`, with every other value at its default. All are checked when
    /// subscribing.
    explicit SubscribeOptions(const detail::Text &package);

    /// Sets the `id` of the header `Event`, where one target has several subscriptions to a package; NULL, the default, for
    /// none.
    void set_event_id(const detail::Text &id) const;

    /// Adds a body type that is understood, such as `"application/pidf+xml"` (`Accept`); without any it is left to the
    /// package's default.
    void add_accept(const detail::Text &content_type) const;

    /// Sets the lifetime asked for, in seconds, 0 to 86400; default 600. It is refreshed well before. Zero asks for the
    /// state once.
    void set_expires(uint32_t expires_s) const;

    /// Sets whether several notifiers may answer one SUBSCRIBE that was forked (RFC 6665 §4.3), each with a dialog of its
    /// own. Default `false`: who comes second is answered 481.
    void set_forks(bool forks) const;

    /// Sets when it is tried again after a failure that may pass: after a pause that grows by `factor` (1 to 10) with each,
    /// from `first_ms` to `max_ms` at most (50 ms to 1 hour); `jitter` (0 to 1) is the part of it that is left to chance.
    /// Default 1000, 30000, 2 and 0.5.
    void set_retry(uint32_t first_ms, uint32_t max_ms, double factor, double jitter) const;

    /// Adds a header to each SUBSCRIBE.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break, or a header the library writes
    /// itself.
    void add_header(const detail::Text &name, const detail::Text &value) const;

    /// Sets content type and body of each SUBSCRIBE, such as a filter (RFC 4660); the bytes are copied, 48,000 at most.
    void set_body(const detail::Text &content_type, const uint8_t *body, size_t body_len) const;

};

/// How a subscription stands. Immutable.
class SubscriptionInfo : public detail::Handle<microsip_subscription_info_t, microsip_subscription_info_clone, microsip_subscription_info_free> {
public:
    using Handle::Handle;

    /// How far it is.
    microsip_subscription_state_e state() const;

    /// Why the notifier ended it last, and its word for it; `NO_VALUE` if it did not. Lent until the handle is freed.
    std::optional<std::tuple<microsip_end_reason_e, std::string_view>> reason() const;

    /// The final code of the last SUBSCRIBE, the peer's or one made up for want of an answer; `NO_VALUE` until there is
    /// one.
    std::optional<uint16_t> code() const;

    /// The lifetime last granted, in seconds; `NO_VALUE` if none was.
    std::optional<uint64_t> expires_s() const;

    /// Failures in a row.
    uint32_t failures() const;

    /// In how many milliseconds from now it is tried again; `NO_VALUE` unless it waits for that.
    std::optional<uint64_t> next_retry_ms() const;

    /// What went wrong, as a new handle to be freed; `NO_VALUE` while all is well, and after an end that was asked for.
    std::optional<Failure> error() const;

};

/// A subscription to an event package (RFC 6665).
class Subscription : public detail::Handle<microsip_subscription_t, microsip_subscription_clone, microsip_subscription_free> {
public:
    using Handle::Handle;

    /// Number of the subscription, unlike that of any other in this process.
    uint64_t id() const;

    /// Who subscribes, as a new handle to be freed.
    Account account() const;

    /// What is watched, as it was given. Lent until the handle is freed.
    std::string_view target() const;

    /// The event package. Lent until the handle is freed.
    std::string_view package() const;

    /// How it stands, as a new handle to be freed.
    SubscriptionInfo info() const;

    /// How far it is.
    microsip_subscription_state_e state() const;

    /// The newest NOTIFY with a body, as a new handle to be freed; `NO_VALUE` until one came.
    std::optional<Notification> notification() const;

    /// Waits until it is in this state, `timeout_ms` at most.
    ///
    /// Statuses: `TIMEOUT`; when it ended meanwhile and another state was wanted: `SIP`, `AUTH`, `TRANSPORT`, … as it
    /// ended, or `GONE`.
    void wait_for(microsip_subscription_state_t state, uint32_t timeout_ms) const;

    /// Waits for a NOTIFY with a body that is newer than `after`, a number of one before, or 0 for any, `timeout_ms` at
    /// most, and gives it as a new handle to be freed.
    ///
    /// Statuses: `TIMEOUT`; `GONE` when the subscription ends before.
    Notification wait_notification(uint64_t after, uint32_t timeout_ms) const;

    /// Asks for the present state at once, by a SUBSCRIBE before it is due; one that waits to be tried again is tried now.
    ///
    /// Statuses: `GONE` when it has ended, `NOT_RUNNING`.
    void refresh() const;

    /// Ends it: SUBSCRIBE with `Expires: 0` (RFC 6665 §4.1.2.3). Does not wait for the last NOTIFY, with which its state
    /// becomes `MICROSIP_SUBSCRIPTION_STATE_ENDED`. Ending it twice is fine.
    ///
    /// Statuses: `NOT_RUNNING`.
    void unsubscribe() const;

};

/// Some texts in an order: addresses, names, lines. Immutable; free with `microsip_text_list_free`.
class TextList : public detail::Handle<microsip_text_list_t, microsip_text_list_clone, microsip_text_list_free> {
public:
    using Handle::Handle;

    /// How many texts there are.
    size_t count() const;

    /// The text at `index`, from 0; `MICROSIP_STATUS_NO_VALUE` beyond the end. Lent until the list is freed.
    std::optional<std::string_view> at(size_t index) const;

};

/// Settings of TLS, for every TLS transport of the endpoint and for TURN over TLS.
///
/// Who is trusted: the peer whose certificate is pinned, or, without pins, the one whose certificate a trusted
/// authority made out for the host we wanted. Trusted authorities are those given here, or the system's when none is
/// given. Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT` there, `IO` for files that cannot be read, `TLS` for
/// what cannot be used.
class TLSConfig : public detail::Handle<microsip_tls_config_t, microsip_tls_config_clone, microsip_tls_config_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    TLSConfig();

    /// Sets whether a server's certificate is checked: signed by a trusted authority, in its validity period, not revoked,
    /// made out for the host we asked for (RFC 5922). Default true; without the check anybody on the way can read and
    /// change everything. Pins hold whatever is said here.
    void set_verify(bool yes) const;

    /// Sets the file of trusted authorities in PEM; NULL (default) for none.
    void set_ca_file(const detail::Text &path) const;

    /// Sets the folder of trusted authorities: every file in it that holds certificates in PEM, and revocation lists; NULL
    /// (default) for none.
    void set_ca_dir(const detail::Text &path) const;

    /// Sets trusted authorities as PEM text; NULL (default) for none.
    void set_ca_pem(const detail::Text &pem) const;

    /// Sets whether the system's authorities are trusted besides those above; they always are if none is given. Default
    /// false.
    void set_system_authorities(bool yes) const;

    /// Adds a file of certificate revocation lists in PEM (RFC 5280 §5). With any, a peer's certificate is refused unless a
    /// current list of its authority is there, and not on it.
    void add_crl_file(const detail::Text &path) const;

    /// Adds a certificate that is accepted; with any, no others are, whoever signed them. `sha256` is the SHA-256 of the
    /// whole certificate or of its public key (RFC 7469 §2.4): 64 hexadecimal digits with or without colons, or `sha256/`
    /// and Base64. Replaces the checks of authority, name and validity period; a revocation list still refuses.
    ///
    /// Statuses: `INVALID_ARGUMENT` for what is no SHA-256.
    void add_pin(const detail::Text &sha256) const;

    /// Sets files of our own certificate (with what leads from it to its authority) and of its private key, both in PEM;
    /// NULL (default) for none. A server needs them, a client seldom.
    void set_identity_files(const detail::Text &cert_path, const detail::Text &key_path) const;

    /// Sets our own certificate and its private key as PEM text, in place of files; NULL (default) for none.
    void set_identity_pem(const detail::Text &cert_pem, const detail::Text &key_pem) const;

    /// Sets the password of an encrypted private key; NULL (default) for none.
    void set_key_password(const detail::Text &password) const;

    /// Sets the oldest version spoken; default 1.2.
    void set_min_version(microsip_tls_version_t version) const;

    /// Adds a cipher by OpenSSL's name, the preferred one first: of TLS 1.2 (`ECDHE-RSA-AES256-GCM-SHA384`, or rules such
    /// as `HIGH`), or of TLS 1.3 (`TLS_AES_256_GCM_SHA384`). For a version none is named of, OpenSSL's own choice is taken.
    void add_cipher(const detail::Text &name) const;

    /// Sets the name servers must have, and are asked for (SNI, RFC 6066 §3), in place of the host in the URI; NULL
    /// (default) for that host.
    void set_server_name(const detail::Text &name) const;

    /// Sets whether a certificate for `*.example.org` is one for `sip.example.org`; default false, as RFC 5922 §7.2 asks.
    void set_wildcards(bool yes) const;

    /// Sets whether those who connect to us must present a certificate that is accepted by the rules above, names excepted;
    /// default false.
    void set_require_client_cert(bool yes) const;

};

/// A detector of tones on a call. Freeing the handle lets it go on; it ends by `microsip_tone_detector_stop` or with
/// its call.
class ToneDetector : public detail::Handle<microsip_tone_detector_t, microsip_tone_detector_clone, microsip_tone_detector_free> {
public:
    using Handle::Handle;

    /// Its call, as a new handle to be freed.
    Call call() const;

    /// Whether it has ended.
    bool is_stopped() const;

    /// Stops it. Stopping twice is fine. Statuses: `NOT_RUNNING` after the endpoint was closed.
    void stop() const;

};

/// A tone being played, exact in frequency and level, faded in and out over 4 ms. Freeing the handle lets it go on; it
/// ends by itself, by `microsip_tone_player_stop`, or with its call or conference. `MICROSIP_EVENT_KIND_TONE_FINISHED`
/// tells when it is through.
class TonePlayer : public detail::Handle<microsip_tone_player_t, microsip_tone_player_clone, microsip_tone_player_free> {
public:
    using Handle::Handle;

    /// The tone as a node, which is heard and hears nothing. As a new handle to be freed.
    Node node() const;

    /// The tone, as a new handle to be freed.
    Tone tone() const;

    /// How much of it has been played, in milliseconds.
    uint64_t position_ms() const;

    /// Whether it has ended.
    bool is_finished() const;

    /// Stops it: it falls silent within 24 ms, without a click. Stopping twice is fine. Statuses: `NOT_RUNNING` after the
    /// endpoint was closed.
    void stop() const;

    /// Waits until it has ended, at most `timeout_ms`. Statuses: `TIMEOUT`.
    void wait(uint32_t timeout_ms) const;

};

/// A tone: an introduction played once, then a cycle of steps that repeats. Immutable.
///
/// As text it is steps separated by commas, `440+480@-19/2000,0/4000`: frequencies in Hz added by `+`, a level in dBm0
/// behind `@` (`dBov` may be written behind the number), milliseconds behind `/` (without: until it is stopped), `0`
/// for silence; `400*25%90` is 400 Hz modulated by 25 Hz, 90 % deep; `noise@-60dBov` is comfort noise. Steps marked by
/// `!` come first and are played once; `;3` at the end plays the cycle three times, without it the cycle has no end.
/// Without a level a tone has -10 dBm0 in all (ITU-T E.180).
class Tone : public detail::Handle<microsip_tone_t, microsip_tone_clone, microsip_tone_free> {
public:
    using Handle::Handle;

    /// A tone by name or by text: `"dial"`, `"ringback"`, `"busy"`, `"congestion"`, `"call_waiting"`,
    /// `"special_information"`, `"stutter"`, `"howler"` of a country, `"silence"`, `"comfort_noise"`, or what it is made
    /// of, as the type's comment says. `country` is a code such as `"de"` (ISO 3166-1; `"uk"` and `"gb"` are both the
    /// United Kingdom); NULL is the United States.
    ///
    /// Statuses: `INVALID_ARGUMENT` for what is neither, a country that is not known or has no such tone.
    static Tone find(const detail::Text &name_or_text, const detail::Text &country);

    /// A tone of a country, which goes on until it is stopped. `country` is a code such as `"de"` (ISO 3166-1; `"uk"` and
    /// `"gb"` are both the United Kingdom); NULL is the United States.
    ///
    /// Statuses: `INVALID_ARGUMENT` when the country is not known or does not define it.
    static Tone of_country(microsip_tone_kind_t kind, const detail::Text &country);

    /// The tones of keys (ITU-T Q.23) one after the other, each for `on_ms` milliseconds with `gap_ms` of silence behind
    /// it, once: row at -9 dBm0, column at -7 dBm0. This is sound like any other; digits for the peer's equipment are
    /// better sent as DTMF, which chooses the way it understands.
    ///
    /// Statuses: `INVALID_ARGUMENT` for what is none of `0` to `9`, `*`, `#`, `A` to `D`.
    static Tone keys(const detail::Text &digits, uint32_t on_ms, uint32_t gap_ms);

    /// One frequency for a time, once. Checked when it is played or rendered: 10 to 20000 Hz, -90 to +3.14 dBm0.
    static Tone beep(double frequency_hz, double level_dbm0, uint32_t length_ms);

    /// Comfort noise (RFC 3389) until it is stopped: its level in dBov, and its spectrum as `count` reflection coefficients
    /// (§3.2), at most 16, each between -1 and 1, for 8000 samples a second. None (NULL and 0) is a spectrum like that of
    /// rooms. Checked when it is played or rendered.
    static Tone comfort_noise(double level_dbov, const double *reflection, size_t count);

    /// The tone as text, from which `microsip_tone_find` makes it again. Lent until the tone is freed.
    std::string_view text() const;

    /// How long it lasts, in milliseconds; `NO_VALUE` when it does not end by itself.
    std::optional<uint64_t> length_ms() const;

    /// Renders it at `rate` Hz, 8000 to 48000, until its end, but at most for `longest_ms` milliseconds. Needs no endpoint.
    /// As a new handle to be freed.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a tone that cannot be played at that rate, a rate out of its range, and more than
    /// an hour.
    PCM render(uint32_t rate, uint32_t longest_ms) const;

};

/// One SIP message as it went over the wire, with credentials and SRTP keys masked. Immutable.
class Trace : public detail::Handle<microsip_trace_t, microsip_trace_clone, microsip_trace_free> {
public:
    using Handle::Handle;

    /// Whether it was sent or received.
    microsip_direction_e direction() const;

    /// When the transport took it or gave it.
    int64_t at_unix_ms() const;

    /// What carried it.
    microsip_transport_e transport() const;

    /// Our address, `host:port`. Lent until the trace is freed.
    std::string_view local() const;

    /// The peer's address, `host:port`. Lent until the trace is freed.
    std::string_view remote() const;

    /// Request or status line. Lent until the trace is freed.
    std::string_view first_line() const;

    /// Value of Call-ID. Lent until the trace is freed.
    std::string_view call_id() const;

    /// Value of CSeq, such as `"1 INVITE"`. Lent until the trace is freed.
    std::string_view cseq() const;

    /// The whole message, masked; what is not UTF-8 is shown as U+FFFD. Lent until the trace is freed.
    std::string_view text() const;

};

/// Settings of a transfer.
class TransferOptions : public detail::Handle<microsip_transfer_options_t, microsip_transfer_options_clone, microsip_transfer_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    TransferOptions();

    /// Adds a header to the REFER, behind the library's own.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
    /// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
    void add_header(const detail::Text &name, const detail::Text &value) const;

    /// Sets who transfers, as name-addr or URI (Referred-By, RFC 3892); NULL (default): the account's address of record.
    void set_referred_by(const detail::Text &referred_by) const;

    /// Sets whether the REFER goes without Referred-By; default false.
    void set_anonymous(bool anonymous) const;

    /// Sets whether we end our own call once the transfer has succeeded; default true. The peer may be faster.
    void set_hang_up_after(bool hang_up_after) const;

    /// Sets whether the peer is asked not to report progress (`Refer-Sub: false`, RFC 4488); default false. If it agrees,
    /// its 2xx is all there is, and the outcome is `MICROSIP_TRANSFER_STATE_UNKNOWN`.
    void set_no_progress(bool no_progress) const;

    /// Sets how long to wait for the outcome, 1 s to 1 hour; default 180000 ms.
    void set_timeout(uint32_t timeout_ms) const;

    /// Sets how an attended transfer names its target; default `MICROSIP_REFER_TO_AUTO`.
    void set_refer_to(microsip_refer_to_t refer_to) const;

    /// Sets whether an attended transfer replaces an early dialog only; default false.
    void set_early_only(bool early_only) const;

};

/// News of a transfer of ours, from an event of kind `MICROSIP_EVENT_KIND_TRANSFER`. Immutable.
class TransferProgress : public detail::Handle<microsip_transfer_progress_t, microsip_transfer_progress_clone, microsip_transfer_progress_free> {
public:
    using Handle::Handle;

    /// How far it has come.
    microsip_transfer_state_e state() const;

    /// The newest status: of the answer to the REFER, or of the peer's call as its NOTIFY tells; 408 when nothing was heard
    /// in time.
    uint16_t code() const;

    /// The reason phrase that came with the code. Lent until the progress is freed.
    std::string_view phrase() const;

    /// Whether no more news will come.
    bool is_final() const;

    /// Why it failed, as a new handle to be freed: `SIP` with the code, `AUTH`, `TIMEOUT`, `TRANSPORT`, `GONE` when the
    /// endpoint closed first. `NO_VALUE` unless it failed.
    std::optional<Failure> error() const;

    /// The peer's message that brought the news, as a new handle to be freed; `NO_VALUE` if there was none.
    std::optional<SIPMessage> message() const;

};

/// Somebody asks us to call somebody else (REFER), from an event of kind `MICROSIP_EVENT_KIND_TRANSFER_REQUESTED`.
///
/// The REFER has been answered 202 by then, and whoever sent it is told the decision by NOTIFY. Undecided for 60
/// seconds, it is declined.
class TransferRequest : public detail::Handle<microsip_transfer_request_t, microsip_transfer_request_clone, microsip_transfer_request_free> {
public:
    using Handle::Handle;

    /// The call whose peer asks, as a new handle to be freed; `NO_VALUE` for a request outside of any call.
    std::optional<Call> call() const;

    /// Number of the account the call would be made with, as `microsip_account_id` tells.
    uint64_t account_id() const;

    /// Whom we are asked to call, as name-addr; a `tel:` URI has become a SIP URI at the account's domain. Lent until the
    /// request is freed.
    std::string_view target() const;

    /// How many headers the new INVITE is to have: those of Refer-To that strangers may set.
    size_t header_count() const;

    /// Name of one of these headers, by index from 0; `NO_VALUE` beyond the end. Lent until the request is freed.
    std::optional<std::string_view> header_name(size_t index) const;

    /// Its value; `NO_VALUE` beyond the end. Lent until the request is freed.
    std::optional<std::string_view> header_value(size_t index) const;

    /// Call-ID of the target's dialog that we are to take over (Replaces, RFC 3891: an attended transfer); `NO_VALUE` for a
    /// blind one. Lent until the request is freed.
    std::optional<std::string_view> replaces_call_id() const;

    /// The target's own tag in that dialog; `NO_VALUE` for a blind transfer. Lent until the request is freed.
    std::optional<std::string_view> replaces_to_tag() const;

    /// The tag of the target's peer in that dialog; `NO_VALUE` for a blind transfer. Lent until the request is freed.
    std::optional<std::string_view> replaces_from_tag() const;

    /// Whether only a dialog that is early still is meant; `NO_VALUE` for a blind transfer.
    std::optional<bool> replaces_early_only() const;

    /// Who asks, as the request says (Referred-By, RFC 3892); not proven. `NO_VALUE` if it does not say. Lent until the
    /// request is freed.
    std::optional<std::string_view> referred_by() const;

    /// The REFER, as a new handle to be freed.
    SIPMessage message() const;

    /// Makes the call, and gives a new handle to it. It is a call like any other; its progress is reported to whoever
    /// asked, and that party ends the old call. `options` is copied, and the request's headers come after its own; the zero
    /// handle stands for the defaults.
    ///
    /// Statuses: `WRONG_STATE` when it was decided before, `GONE` when it expired or was withdrawn, `NOT_RUNNING`, and
    /// those of `microsip_account_call`, which are reported to whoever asked.
    Call accept(const CallOptions &options) const;

    /// Declines, with a SIP status code of 300 to 699; 603 is usual.
    ///
    /// Statuses: `INVALID_ARGUMENT` for another code, `WRONG_STATE`, `GONE` and `NOT_RUNNING` as for
    /// `microsip_transfer_request_accept`.
    void reject(uint16_t code) const;

};

/// A request that goes another way for its size (RFC 3261 §18.1.1). Immutable.
class TransportSwitch : public detail::Handle<microsip_transport_switch_t, microsip_transport_switch_clone, microsip_transport_switch_free> {
public:
    using Handle::Handle;

    /// The call it belongs to, as a new handle to be freed; `NO_VALUE` if it belongs to none.
    std::optional<Call> call() const;

    /// Its Call-ID. Lent until the object is freed.
    std::string_view call_id() const;

    /// Its method, such as `"INVITE"`. Lent until the object is freed.
    std::string_view method() const;

    /// Where it goes, `host:port`. Lent until the object is freed.
    std::string_view remote() const;

    /// Its size in bytes.
    uint32_t size() const;

    /// The largest that goes over UDP, in bytes.
    uint32_t limit() const;

    /// What it would have taken.
    microsip_transport_e from() const;

    /// What it takes.
    microsip_transport_e to() const;

    /// Why TCP failed, as a new handle to be freed, when it goes over UDP after all; else `NO_VALUE`.
    std::optional<Failure> error() const;

};

/// A TURN server (RFC 8656) with its long-term credentials, used by calls with ICE. Checked by whoever uses it:
/// `INVALID_ARGUMENT` there.
class TurnConfig : public detail::Handle<microsip_turn_config_t, microsip_turn_config_clone, microsip_turn_config_free> {
public:
    using Handle::Handle;

    /// Makes settings for a server `host[:port]` or `[IPv6]:port`, spoken to over UDP; port 3478 if none is given, 5349
    /// with TLS. The password is copied and never printed.
    TurnConfig(const detail::Text &server, const detail::Text &user, const detail::Text &password);

    /// Sets how the server is spoken to; default UDP. With TLS its certificate must be made out for the host given.
    void set_transport(microsip_transport_t transport) const;

    /// Sets the realm of the credentials; default `"*"`, whatever the server names.
    void set_realm(const detail::Text &realm) const;

};

/// Settings of an UPDATE.
class UpdateOptions : public detail::Handle<microsip_update_options_t, microsip_update_options_clone, microsip_update_options_free> {
public:
    using Handle::Handle;

    /// Makes settings with every value at its default.
    UpdateOptions();

    /// Adds a header to the UPDATE, behind the library's own.
    ///
    /// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
    /// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
    void add_header(const detail::Text &name, const detail::Text &value) const;

    /// Sets whether it carries our offer; default true. Without, it only refreshes dialog and session timer.
    void set_offer(bool offer) const;

    /// As `microsip_reinvite_options_set_refresh_contact`.
    void set_refresh_contact(bool refresh_contact) const;

};

/// A line whose calls are watched (RFC 4235), for a busy lamp.
class WatchedLine : public detail::Handle<microsip_watched_line_t, microsip_watched_line_clone, microsip_watched_line_free> {
public:
    using Handle::Handle;

    /// What is known, as a new handle to be freed; `NO_VALUE` until something was told. It stays when the subscription
    /// ends.
    std::optional<LineInfo> info() const;

    /// In one word; `MICROSIP_LINE_STATE_UNKNOWN` while the subscription is not active.
    microsip_line_state_e state() const;

    /// Who is watched, as it was given. Lent until the handle is freed.
    std::string_view target() const;

    /// The subscription behind it, as a new handle to be freed: how it stands, how it is refreshed.
    Subscription subscription() const;

    /// Ends the watching: SUBSCRIBE with `Expires: 0` (RFC 6665 §4.1.2.3). Does not wait for the last NOTIFY. Statuses:
    /// `NOT_RUNNING`.
    void unwatch() const;

    /// Waits until the line is in this state, now or later, `timeout_ms` at most, and gives what is known then as a new
    /// handle to be freed.
    ///
    /// Statuses: `TIMEOUT`; `GONE` when the subscription ends before.
    LineInfo wait_for(microsip_line_state_t state, uint32_t timeout_ms) const;

    /// Waits until something was told, `timeout_ms` at most, and gives it as a new handle to be freed. Statuses: `TIMEOUT`;
    /// `GONE` when the subscription ends before.
    LineInfo wait_info(uint32_t timeout_ms) const;

};

/// Some watchers, at the moment they were asked for. Immutable.
class WatcherList : public detail::Handle<microsip_watcher_list_t, microsip_watcher_list_clone, microsip_watcher_list_free> {
public:
    using Handle::Handle;

    /// How many there are.
    size_t count() const;

    /// The watcher at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
    std::optional<Watcher> at(size_t index) const;

};

/// Somebody who watches us: a subscription to a package that an account serves.
class Watcher : public detail::Handle<microsip_watcher_t, microsip_watcher_clone, microsip_watcher_free> {
public:
    using Handle::Handle;

    /// Number of the watcher, unlike that of any other in this process.
    uint64_t id() const;

    /// Who is watched, as a new handle to be freed.
    Account account() const;

    /// The event package. Lent until the handle is freed.
    std::string_view package() const;

    /// Who watches: the From of its SUBSCRIBE, without tag. What it says of itself: nobody has verified it. Lent until the
    /// handle is freed.
    std::string_view from() const;

    /// The SUBSCRIBE that began it, as a new handle to be freed.
    SIPMessage request() const;

    /// How far it is.
    microsip_watcher_state_e state() const;

    /// Why it ended, and the word for it; `NO_VALUE` unless it has. Lent until the handle is freed.
    std::optional<std::tuple<microsip_end_reason_e, std::string_view>> end_reason() const;

    /// Lets it in: it is told the present state, and changes. Nothing happens when it is in already. Statuses: `GONE` when
    /// it has ended.
    void accept() const;

    /// Turns it away, now or later (`terminated;reason=rejected`). Statuses: `GONE` when it has ended.
    void reject() const;

    /// Ends it for a reason, which tells whether it may come again. `words` is the reason of `MICROSIP_END_REASON_OTHER`,
    /// may be NULL, and is not looked at otherwise. Statuses: `GONE` when it has ended.
    void end(microsip_end_reason_t reason, const detail::Text &words) const;

    /// Tells this watcher alone something; the bytes are copied. One that waits for a decision is told it when it is let
    /// in.
    ///
    /// Statuses: `GONE` when it has ended; `INVALID_ARGUMENT` for a malformed content type or a body beyond 48,000 bytes.
    void notify(const detail::Text &content_type, const uint8_t *body, size_t body_len) const;

    /// As `microsip_watcher_notify`, with headers; `state` is copied.
    void notify_with(const RequestOptions &state) const;

};

inline AccountConfig::AccountConfig(const detail::Text &aor) : Handle() {
    microsip_account_config_t config_ = {0};
    detail::check(microsip_account_config_new(aor.get(), &config_));
    *this = AccountConfig(config_);
}

inline void AccountConfig::set_registrar(const detail::Text &registrar) const {
    detail::check(microsip_account_config_set_registrar(get(), registrar.get()));
}

inline void AccountConfig::set_codecs(const detail::Text &list) const {
    detail::check(microsip_account_config_set_codecs(get(), list.get()));
}

inline void AccountConfig::set_opus(const OpusOptions &options) const {
    detail::check(microsip_account_config_set_opus(get(), options.get()));
}

inline void AccountConfig::set_opus() const {
    detail::check(microsip_account_config_set_opus(get(), microsip_opus_options_t{0}));
}

inline void AccountConfig::clear_opus() const {
    detail::check(microsip_account_config_clear_opus(get()));
}

inline void AccountConfig::set_ptime(uint32_t time_ms) const {
    detail::check(microsip_account_config_set_ptime(get(), time_ms));
}

inline void AccountConfig::set_policy(const CallPolicy &policy) const {
    detail::check(microsip_account_config_set_policy(get(), policy.get()));
}

inline void AccountConfig::clear_policy() const {
    detail::check(microsip_account_config_clear_policy(get()));
}

inline void AccountConfig::set_srtp(microsip_srtp_mode_t mode) const {
    detail::check(microsip_account_config_set_srtp(get(), mode));
}

inline void AccountConfig::clear_srtp_keying() const {
    detail::check(microsip_account_config_clear_srtp_keying(get()));
}

inline void AccountConfig::add_srtp_keying(microsip_srtp_keying_t keying) const {
    detail::check(microsip_account_config_add_srtp_keying(get(), keying));
}

inline void AccountConfig::clear_srtp_suites() const {
    detail::check(microsip_account_config_clear_srtp_suites(get()));
}

inline void AccountConfig::add_srtp_suite(microsip_srtp_suite_t suite) const {
    detail::check(microsip_account_config_add_srtp_suite(get(), suite));
}

inline void AccountConfig::set_timers(microsip_session_timers_t timers) const {
    detail::check(microsip_account_config_set_timers(get(), timers));
}

inline void AccountConfig::set_session_expires(uint32_t session_s, uint32_t min_s) const {
    detail::check(microsip_account_config_set_session_expires(get(), session_s, min_s));
}

inline void AccountConfig::set_refresher(microsip_refresher_t refresher) const {
    detail::check(microsip_account_config_set_refresher(get(), refresher));
}

inline void AccountConfig::set_reliable(microsip_reliable_100_t reliable) const {
    detail::check(microsip_account_config_set_reliable(get(), reliable));
}

inline void AccountConfig::set_rtcp_xr(bool yes) const {
    detail::check(microsip_account_config_set_rtcp_xr(get(), yes));
}

inline void AccountConfig::clear_rtcp_xr() const {
    detail::check(microsip_account_config_clear_rtcp_xr(get()));
}

inline void AccountConfig::set_register_on_add(bool yes) const {
    detail::check(microsip_account_config_set_register_on_add(get(), yes));
}

inline void AccountConfig::add_credentials(const detail::Text &user, const detail::Text &password) const {
    detail::check(microsip_account_config_add_credentials(get(), user.get(), password.get()));
}

inline void AccountConfig::add_credentials_for(const detail::Text &realm, const detail::Text &user, const detail::Text &password) const {
    detail::check(microsip_account_config_add_credentials_for(get(), realm.get(), user.get(), password.get()));
}

inline void AccountConfig::add_ha1(const detail::Text &realm, const detail::Text &user, microsip_digest_algorithm_t algorithm, const detail::Text &ha1) const {
    detail::check(microsip_account_config_add_ha1(get(), realm.get(), user.get(), algorithm, ha1.get()));
}

inline void AccountConfig::clear_credentials() const {
    detail::check(microsip_account_config_clear_credentials(get()));
}

inline void AccountConfig::set_transport(microsip_transport_t transport) const {
    detail::check(microsip_account_config_set_transport(get(), transport));
}

inline void AccountConfig::add_proxy(const detail::Text &uri) const {
    detail::check(microsip_account_config_add_proxy(get(), uri.get()));
}

inline void AccountConfig::set_register_by_proxies(bool yes) const {
    detail::check(microsip_account_config_set_register_by_proxies(get(), yes));
}

inline void AccountConfig::set_expires(uint32_t lifetime_s) const {
    detail::check(microsip_account_config_set_expires(get(), lifetime_s));
}

inline void AccountConfig::set_retry(uint32_t first_ms, uint32_t max_ms, double factor, double jitter) const {
    detail::check(microsip_account_config_set_retry(get(), first_ms, max_ms, factor, jitter));
}

inline void AccountConfig::set_contact(const ContactOptions &contact) const {
    detail::check(microsip_account_config_set_contact(get(), contact.get()));
}

inline void AccountConfig::set_contact() const {
    detail::check(microsip_account_config_set_contact(get(), microsip_contact_options_t{0}));
}

inline void AccountConfig::set_path(bool yes) const {
    detail::check(microsip_account_config_set_path(get(), yes));
}

inline void AccountConfig::add_register_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_account_config_add_register_header(get(), name.get(), value.get()));
}

inline void AccountConfig::set_keep_alive(uint32_t pause_ms) const {
    detail::check(microsip_account_config_set_keep_alive(get(), pause_ms));
}

inline void AccountConfig::set_nat(const AccountNAT &nat) const {
    detail::check(microsip_account_config_set_nat(get(), nat.get()));
}

inline void AccountConfig::set_publish_presence(bool yes) const {
    detail::check(microsip_account_config_set_publish_presence(get(), yes));
}

inline size_t AccountList::count() const {
    size_t count_ = {};
    detail::check(microsip_account_list_count(get(), &count_));
    return count_;
}

inline std::optional<Account> AccountList::at(size_t index) const {
    microsip_account_t account_ = {0};
    if (!detail::there(microsip_account_list_at(get(), index, &account_))) return std::nullopt;
    return Account(account_);
}

inline AccountNAT::AccountNAT() : Handle() {
    microsip_account_nat_t nat_ = {0};
    detail::check(microsip_account_nat_new(&nat_));
    *this = AccountNAT(nat_);
}

inline void AccountNAT::set_contact_rewrite(microsip_contact_rewrite_t rewrite) const {
    detail::check(microsip_account_nat_set_contact_rewrite(get(), rewrite));
}

inline void AccountNAT::set_contact_rewrite_method(microsip_contact_rewrite_method_t method) const {
    detail::check(microsip_account_nat_set_contact_rewrite_method(get(), method));
}

inline void AccountNAT::set_via_rewrite(bool yes) const {
    detail::check(microsip_account_nat_set_via_rewrite(get(), yes));
}

inline void AccountNAT::set_sdp_rewrite(bool yes) const {
    detail::check(microsip_account_nat_set_sdp_rewrite(get(), yes));
}

inline void AccountNAT::set_media_address(const detail::Text &address) const {
    detail::check(microsip_account_nat_set_media_address(get(), address.get()));
}

inline void AccountNAT::set_stun(bool yes) const {
    detail::check(microsip_account_nat_set_stun(get(), yes));
}

inline void AccountNAT::set_ice(microsip_ice_mode_t mode) const {
    detail::check(microsip_account_nat_set_ice(get(), mode));
}

inline void AccountNAT::clear_ice() const {
    detail::check(microsip_account_nat_clear_ice(get()));
}

inline void AccountNAT::set_turn(microsip_turn_use_t which, const TurnConfig &turn) const {
    detail::check(microsip_account_nat_set_turn(get(), which, turn.get()));
}

inline uint64_t Account::id() const {
    uint64_t id_ = {};
    detail::check(microsip_account_id(get(), &id_));
    return id_;
}

inline std::string_view Account::aor() const {
    const char *aor_ = nullptr;
    detail::check(microsip_account_aor(get(), &aor_));
    return detail::view(aor_);
}

inline void Account::wait_registered(uint32_t timeout_ms) const {
    detail::check(microsip_account_wait_registered(get(), timeout_ms));
}

inline Call Account::call(const detail::Text &target, const CallOptions &options) const {
    microsip_call_t call_ = {0};
    detail::check(microsip_account_call(get(), target.get(), options.get(), &call_));
    return Call(call_);
}

inline Call Account::call(const detail::Text &target) const {
    microsip_call_t call_ = {0};
    detail::check(microsip_account_call(get(), target.get(), microsip_call_options_t{0}, &call_));
    return Call(call_);
}

inline void Account::remove() const {
    detail::check(microsip_account_remove(get()));
}

inline Registration Account::registration() const {
    microsip_registration_t registration_ = {0};
    detail::check(microsip_account_registration(get(), &registration_));
    return Registration(registration_);
}

inline void Account::register_() const {
    detail::check(microsip_account_register(get()));
}

inline void Account::unregister() const {
    detail::check(microsip_account_unregister(get()));
}

inline void Account::wait_unregistered(uint32_t timeout_ms) const {
    detail::check(microsip_account_wait_unregistered(get(), timeout_ms));
}

inline void Account::modify(const AccountConfig &config) const {
    detail::check(microsip_account_modify(get(), config.get()));
}

inline void Account::set_policy(const CallPolicy &policy) const {
    detail::check(microsip_account_set_policy(get(), policy.get()));
}

inline void Account::clear_policy() const {
    detail::check(microsip_account_clear_policy(get()));
}

inline SentMessage Account::send_message(const detail::Text &target, const MessageOptions &options) const {
    microsip_sent_message_t message_ = {0};
    detail::check(microsip_account_send_message(get(), target.get(), options.get(), &message_));
    return SentMessage(message_);
}

inline SentMessage Account::send_text(const detail::Text &target, const detail::Text &words) const {
    microsip_sent_message_t message_ = {0};
    detail::check(microsip_account_send_text(get(), target.get(), words.get(), &message_));
    return SentMessage(message_);
}

inline void Account::set_typing(const detail::Text &target, bool typing) const {
    detail::check(microsip_account_set_typing(get(), target.get(), typing));
}

inline Buddy Account::watch(const detail::Text &target, const ObserveOptions &options) const {
    microsip_buddy_t buddy_ = {0};
    detail::check(microsip_account_watch(get(), target.get(), options.get(), &buddy_));
    return Buddy(buddy_);
}

inline Buddy Account::watch(const detail::Text &target) const {
    microsip_buddy_t buddy_ = {0};
    detail::check(microsip_account_watch(get(), target.get(), microsip_observe_options_t{0}, &buddy_));
    return Buddy(buddy_);
}

inline Mailbox Account::watch_mailbox(const detail::Text &target, const ObserveOptions &options) const {
    microsip_mailbox_t mailbox_ = {0};
    detail::check(microsip_account_watch_mailbox(get(), target.get(), options.get(), &mailbox_));
    return Mailbox(mailbox_);
}

inline Mailbox Account::watch_mailbox(const detail::Text &target) const {
    microsip_mailbox_t mailbox_ = {0};
    detail::check(microsip_account_watch_mailbox(get(), target.get(), microsip_observe_options_t{0}, &mailbox_));
    return Mailbox(mailbox_);
}

inline Notifier Account::serve(const ServeOptions &options) const {
    microsip_notifier_t notifier_ = {0};
    detail::check(microsip_account_serve(get(), options.get(), &notifier_));
    return Notifier(notifier_);
}

inline Notifier Account::serve_presence(microsip_watch_policy_t policy) const {
    microsip_notifier_t notifier_ = {0};
    detail::check(microsip_account_serve_presence(get(), policy, &notifier_));
    return Notifier(notifier_);
}

inline void Account::set_presence(const PresenceStatus &status) const {
    detail::check(microsip_account_set_presence(get(), status.get()));
}

inline std::optional<PresenceStatus> Account::presence() const {
    microsip_presence_status_t status_ = {0};
    if (!detail::there(microsip_account_presence(get(), &status_))) return std::nullopt;
    return PresenceStatus(status_);
}

inline Publication Account::publish(const detail::Text &package, const PublishOptions &options) const {
    microsip_publication_t publication_ = {0};
    detail::check(microsip_account_publish(get(), package.get(), options.get(), &publication_));
    return Publication(publication_);
}

inline Subscription Account::subscribe(const detail::Text &target, const SubscribeOptions &options) const {
    microsip_subscription_t subscription_ = {0};
    detail::check(microsip_account_subscribe(get(), target.get(), options.get(), &subscription_));
    return Subscription(subscription_);
}

inline WatchedLine Account::watch_line(const detail::Text &target, const ObserveOptions &options) const {
    microsip_watched_line_t line_ = {0};
    detail::check(microsip_account_watch_line(get(), target.get(), options.get(), &line_));
    return WatchedLine(line_);
}

inline WatchedLine Account::watch_line(const detail::Text &target) const {
    microsip_watched_line_t line_ = {0};
    detail::check(microsip_account_watch_line(get(), target.get(), microsip_observe_options_t{0}, &line_));
    return WatchedLine(line_);
}

inline Request Account::options(const detail::Text &target) const {
    microsip_request_t request_ = {0};
    detail::check(microsip_account_options(get(), target.get(), &request_));
    return Request(request_);
}

inline Request Account::request(const detail::Text &method, const detail::Text &target, const RequestOptions &options) const {
    microsip_request_t request_ = {0};
    detail::check(microsip_account_request(get(), method.get(), target.get(), options.get(), &request_));
    return Request(request_);
}

inline Request Account::request(const detail::Text &method, const detail::Text &target) const {
    microsip_request_t request_ = {0};
    detail::check(microsip_account_request(get(), method.get(), target.get(), microsip_request_options_t{0}, &request_));
    return Request(request_);
}

inline size_t AddressList::count() const {
    size_t count_ = {};
    detail::check(microsip_address_list_count(get(), &count_));
    return count_;
}

inline std::optional<microsip_transport_e> AddressList::transport(size_t index) const {
    microsip_transport_t transport_ = {};
    if (!detail::there(microsip_address_list_transport(get(), index, &transport_))) return std::nullopt;
    return static_cast<microsip_transport_e>(transport_);
}

inline std::optional<std::string_view> AddressList::address(size_t index) const {
    const char *address_ = nullptr;
    if (!detail::there(microsip_address_list_address(get(), index, &address_))) return std::nullopt;
    return detail::view(address_);
}

inline std::optional<uint16_t> AddressList::port(size_t index) const {
    uint16_t port_ = {};
    if (!detail::there(microsip_address_list_port(get(), index, &port_))) return std::nullopt;
    return port_;
}

inline AnswerOptions::AnswerOptions() : Handle() {
    microsip_answer_options_t options_ = {0};
    detail::check(microsip_answer_options_new(&options_));
    *this = AnswerOptions(options_);
}

inline void AnswerOptions::add_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_answer_options_add_header(get(), name.get(), value.get()));
}

inline void AnswerOptions::set_phrase(const detail::Text &phrase) const {
    detail::check(microsip_answer_options_set_phrase(get(), phrase.get()));
}

inline void AnswerOptions::set_jitter_buffer(const JitterBuffer &jitter_buffer) const {
    detail::check(microsip_answer_options_set_jitter_buffer(get(), jitter_buffer.get()));
}

inline void AnswerOptions::set_rtcp_xr(bool rtcp_xr) const {
    detail::check(microsip_answer_options_set_rtcp_xr(get(), rtcp_xr));
}

inline void AnswerOptions::set_codecs(const detail::Text &codecs) const {
    detail::check(microsip_answer_options_set_codecs(get(), codecs.get()));
}

inline void AnswerOptions::set_opus(const OpusOptions &opus) const {
    detail::check(microsip_answer_options_set_opus(get(), opus.get()));
}

inline void AnswerOptions::set_opus() const {
    detail::check(microsip_answer_options_set_opus(get(), microsip_opus_options_t{0}));
}

inline void AnswerOptions::set_ptime(uint32_t ptime_ms) const {
    detail::check(microsip_answer_options_set_ptime(get(), ptime_ms));
}

inline void AnswerOptions::set_prefer_own_codecs(bool prefer_own_codecs) const {
    detail::check(microsip_answer_options_set_prefer_own_codecs(get(), prefer_own_codecs));
}

inline AudioDeviceList::AudioDeviceList() : Handle() {
    microsip_audio_device_list_t list_ = {0};
    detail::check(microsip_audio_device_list_new(&list_));
    *this = AudioDeviceList(list_);
}

inline size_t AudioDeviceList::count() const {
    size_t count_ = {};
    detail::check(microsip_audio_device_list_count(get(), &count_));
    return count_;
}

inline std::optional<AudioDevice> AudioDeviceList::at(size_t index) const {
    microsip_audio_device_t device_ = {0};
    if (!detail::there(microsip_audio_device_list_at(get(), index, &device_))) return std::nullopt;
    return AudioDevice(device_);
}

inline AudioDeviceOptions::AudioDeviceOptions() : Handle() {
    microsip_audio_device_options_t options_ = {0};
    detail::check(microsip_audio_device_options_new(&options_));
    *this = AudioDeviceOptions(options_);
}

inline void AudioDeviceOptions::set_device(microsip_device_role_t role, const detail::Text &choice) const {
    detail::check(microsip_audio_device_options_set_device(get(), role, choice.get()));
}

inline void AudioDeviceOptions::set_fallback(microsip_device_fallback_t fallback) const {
    detail::check(microsip_audio_device_options_set_fallback(get(), fallback));
}

inline void AudioDeviceOptions::set_connect_calls(bool connect_calls) const {
    detail::check(microsip_audio_device_options_set_connect_calls(get(), connect_calls));
}

inline void AudioDeviceOptions::set_volume(microsip_device_role_t role, float volume_db) const {
    detail::check(microsip_audio_device_options_set_volume(get(), role, volume_db));
}

inline void AudioDeviceOptions::set_echo_cancellation(microsip_echo_canceller_t canceller, uint32_t tail_ms, float suppression_db) const {
    detail::check(microsip_audio_device_options_set_echo_cancellation(get(), canceller, tail_ms, suppression_db));
}

inline void AudioDeviceOptions::clear_echo_cancellation() const {
    detail::check(microsip_audio_device_options_clear_echo_cancellation(get()));
}

inline void AudioDeviceOptions::set_noise_suppression(float noise_db) const {
    detail::check(microsip_audio_device_options_set_noise_suppression(get(), noise_db));
}

inline void AudioDeviceOptions::set_gain_target(float target_dbov) const {
    detail::check(microsip_audio_device_options_set_gain_target(get(), target_dbov));
}

inline void AudioDeviceOptions::set_hands_free() const {
    detail::check(microsip_audio_device_options_set_hands_free(get()));
}

inline std::string_view AudioDevice::id() const {
    const char *id_ = nullptr;
    detail::check(microsip_audio_device_id(get(), &id_));
    return detail::view(id_);
}

inline std::string_view AudioDevice::name() const {
    const char *name_ = nullptr;
    detail::check(microsip_audio_device_name(get(), &name_));
    return detail::view(name_);
}

inline microsip_device_direction_e AudioDevice::direction() const {
    microsip_device_direction_t direction_ = {};
    detail::check(microsip_audio_device_direction(get(), &direction_));
    return static_cast<microsip_device_direction_e>(direction_);
}

inline bool AudioDevice::is_default() const {
    bool is_default_ = {};
    detail::check(microsip_audio_device_is_default(get(), &is_default_));
    return is_default_;
}

inline std::optional<AudioDevice> AudioDevices::device(microsip_device_role_t role) const {
    microsip_audio_device_t device_ = {0};
    if (!detail::there(microsip_audio_devices_device(get(), role, &device_))) return std::nullopt;
    return AudioDevice(device_);
}

inline AudioDevice AudioDevices::choose(microsip_device_role_t role, const detail::Text &choice) const {
    microsip_audio_device_t device_ = {0};
    detail::check(microsip_audio_devices_choose(get(), role, choice.get(), &device_));
    return AudioDevice(device_);
}

inline void AudioDevices::set_volume(microsip_device_role_t role, float volume_db) const {
    detail::check(microsip_audio_devices_set_volume(get(), role, volume_db));
}

inline void AudioDevices::mute(microsip_device_role_t role, bool muted) const {
    detail::check(microsip_audio_devices_mute(get(), role, muted));
}

inline bool AudioDevices::is_muted(microsip_device_role_t role) const {
    bool muted_ = {};
    detail::check(microsip_audio_devices_is_muted(get(), role, &muted_));
    return muted_;
}

inline std::optional<std::tuple<float, float>> AudioDevices::level(microsip_device_role_t role) const {
    float rms_dbov_ = {};
    float peak_dbov_ = {};
    if (!detail::there(microsip_audio_devices_level(get(), role, &rms_dbov_, &peak_dbov_))) return std::nullopt;
    return std::tuple<float, float>{rms_dbov_, peak_dbov_};
}

inline void AudioDevices::stats(microsip_device_role_t role, microsip_device_stats_t *stats) const {
    detail::check(microsip_audio_devices_stats(get(), role, stats));
}

inline void AudioDevices::close() const {
    detail::check(microsip_audio_devices_close(get()));
}

inline Node AudioDevices::node() const {
    microsip_node_t node_ = {0};
    detail::check(microsip_audio_devices_node(get(), &node_));
    return Node(node_);
}

inline std::optional<Node> AudioDevices::ringing_node() const {
    microsip_node_t node_ = {0};
    if (!detail::there(microsip_audio_devices_ringing_node(get(), &node_))) return std::nullopt;
    return Node(node_);
}

inline AudioSinkOptions::AudioSinkOptions() : Handle() {
    microsip_audio_sink_options_t options_ = {0};
    detail::check(microsip_audio_sink_options_new(&options_));
    *this = AudioSinkOptions(options_);
}

inline void AudioSinkOptions::set_rate(uint32_t rate) const {
    detail::check(microsip_audio_sink_options_set_rate(get(), rate));
}

inline void AudioSinkOptions::set_frame(uint32_t frame_ms) const {
    detail::check(microsip_audio_sink_options_set_frame(get(), frame_ms));
}

inline void AudioSinkOptions::set_tap(microsip_tap_t tap) const {
    detail::check(microsip_audio_sink_options_set_tap(get(), tap));
}

inline void AudioSinkOptions::set_capacity(uint32_t capacity_ms) const {
    detail::check(microsip_audio_sink_options_set_capacity(get(), capacity_ms));
}

inline Node AudioSink::node() const {
    microsip_node_t node_ = {0};
    detail::check(microsip_audio_sink_node(get(), &node_));
    return Node(node_);
}

inline size_t AudioSink::read(int16_t *samples, size_t capacity, uint32_t timeout_ms) const {
    size_t count_ = {};
    detail::check(microsip_audio_sink_read(get(), samples, capacity, timeout_ms, &count_));
    return count_;
}

inline void AudioSink::read_frame(int16_t *samples, size_t capacity, uint32_t timeout_ms, microsip_frame_t *frame) const {
    detail::check(microsip_audio_sink_read_frame(get(), samples, capacity, timeout_ms, frame));
}

inline int32_t AudioSink::fd() const {
    int32_t fd_ = {};
    detail::check(microsip_audio_sink_fd(get(), &fd_));
    return fd_;
}

inline void * AudioSink::handle() const {
    void * handle_ = {};
    detail::check(microsip_audio_sink_handle(get(), &handle_));
    return handle_;
}

inline uint32_t AudioSink::rate() const {
    uint32_t rate_ = {};
    detail::check(microsip_audio_sink_rate(get(), &rate_));
    return rate_;
}

inline size_t AudioSink::frame_length() const {
    size_t count_ = {};
    detail::check(microsip_audio_sink_frame_length(get(), &count_));
    return count_;
}

inline uint64_t AudioSink::id() const {
    uint64_t id_ = {};
    detail::check(microsip_audio_sink_id(get(), &id_));
    return id_;
}

inline std::tuple<uint64_t, uint64_t, uint64_t, uint64_t> AudioSink::stats() const {
    uint64_t samples_ = {};
    uint64_t lost_ = {};
    uint64_t overruns_ = {};
    uint64_t waiting_ = {};
    detail::check(microsip_audio_sink_stats(get(), &samples_, &lost_, &overruns_, &waiting_));
    return std::tuple<uint64_t, uint64_t, uint64_t, uint64_t>{samples_, lost_, overruns_, waiting_};
}

inline std::optional<Call> AudioSink::call() const {
    microsip_call_t call_ = {0};
    if (!detail::there(microsip_audio_sink_call(get(), &call_))) return std::nullopt;
    return Call(call_);
}

inline std::optional<Conference> AudioSink::conference() const {
    microsip_conference_t conference_ = {0};
    if (!detail::there(microsip_audio_sink_conference(get(), &conference_))) return std::nullopt;
    return Conference(conference_);
}

inline void AudioSink::close() const {
    detail::check(microsip_audio_sink_close(get()));
}

inline AudioSourceOptions::AudioSourceOptions() : Handle() {
    microsip_audio_source_options_t options_ = {0};
    detail::check(microsip_audio_source_options_new(&options_));
    *this = AudioSourceOptions(options_);
}

inline void AudioSourceOptions::set_rate(uint32_t rate) const {
    detail::check(microsip_audio_source_options_set_rate(get(), rate));
}

inline void AudioSourceOptions::set_capacity(uint32_t capacity_ms) const {
    detail::check(microsip_audio_source_options_set_capacity(get(), capacity_ms));
}

inline Node AudioSource::node() const {
    microsip_node_t node_ = {0};
    detail::check(microsip_audio_source_node(get(), &node_));
    return Node(node_);
}

inline size_t AudioSource::write(const int16_t *samples, size_t count, uint32_t timeout_ms) const {
    size_t written_ = {};
    detail::check(microsip_audio_source_write(get(), samples, count, timeout_ms, &written_));
    return written_;
}

inline std::tuple<uint64_t, uint64_t> AudioSource::flush() const {
    uint64_t position_ = {};
    uint64_t dropped_ = {};
    detail::check(microsip_audio_source_flush(get(), &position_, &dropped_));
    return std::tuple<uint64_t, uint64_t>{position_, dropped_};
}

inline void AudioSource::drain(uint32_t timeout_ms) const {
    detail::check(microsip_audio_source_drain(get(), timeout_ms));
}

inline std::tuple<uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t> AudioSource::stats() const {
    uint64_t written_ = {};
    uint64_t sent_ = {};
    uint64_t flushed_ = {};
    uint64_t queued_ = {};
    uint64_t underruns_ = {};
    uint64_t silence_ = {};
    detail::check(microsip_audio_source_stats(get(), &written_, &sent_, &flushed_, &queued_, &underruns_, &silence_));
    return std::tuple<uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t>{written_, sent_, flushed_, queued_, underruns_, silence_};
}

inline size_t AudioSource::room() const {
    size_t count_ = {};
    detail::check(microsip_audio_source_room(get(), &count_));
    return count_;
}

inline uint32_t AudioSource::rate() const {
    uint32_t rate_ = {};
    detail::check(microsip_audio_source_rate(get(), &rate_));
    return rate_;
}

inline uint64_t AudioSource::id() const {
    uint64_t id_ = {};
    detail::check(microsip_audio_source_id(get(), &id_));
    return id_;
}

inline std::optional<Call> AudioSource::call() const {
    microsip_call_t call_ = {0};
    if (!detail::there(microsip_audio_source_call(get(), &call_))) return std::nullopt;
    return Call(call_);
}

inline std::optional<Conference> AudioSource::conference() const {
    microsip_conference_t conference_ = {0};
    if (!detail::there(microsip_audio_source_conference(get(), &conference_))) return std::nullopt;
    return Conference(conference_);
}

inline void AudioSource::close() const {
    detail::check(microsip_audio_source_close(get()));
}

inline std::optional<PresenceStatus> Buddy::status() const {
    microsip_presence_status_t status_ = {0};
    if (!detail::there(microsip_buddy_status(get(), &status_))) return std::nullopt;
    return PresenceStatus(status_);
}

inline microsip_presence_e Buddy::presence() const {
    microsip_presence_t presence_ = {};
    detail::check(microsip_buddy_presence(get(), &presence_));
    return static_cast<microsip_presence_e>(presence_);
}

inline std::string_view Buddy::target() const {
    const char *target_ = nullptr;
    detail::check(microsip_buddy_target(get(), &target_));
    return detail::view(target_);
}

inline Subscription Buddy::subscription() const {
    microsip_subscription_t subscription_ = {0};
    detail::check(microsip_buddy_subscription(get(), &subscription_));
    return Subscription(subscription_);
}

inline void Buddy::unwatch() const {
    detail::check(microsip_buddy_unwatch(get()));
}

inline PresenceStatus Buddy::wait_for(microsip_presence_t presence, uint32_t timeout_ms) const {
    microsip_presence_status_t status_ = {0};
    detail::check(microsip_buddy_wait_for(get(), presence, timeout_ms, &status_));
    return PresenceStatus(status_);
}

inline PresenceStatus Buddy::wait_status(uint32_t timeout_ms) const {
    microsip_presence_status_t status_ = {0};
    detail::check(microsip_buddy_wait_status(get(), timeout_ms, &status_));
    return PresenceStatus(status_);
}

inline ByteView Bytes::data() const {
    const std::uint8_t *data_ = nullptr; std::size_t size_ = 0;
    detail::check(microsip_bytes_data(get(), &data_, &size_));
    return ByteView{data_, size_};
}

inline std::string_view CallInfo::local_uri() const {
    const char *local_uri_ = nullptr;
    detail::check(microsip_call_info_local_uri(get(), &local_uri_));
    return detail::view(local_uri_);
}

inline std::string_view CallInfo::remote_uri() const {
    const char *remote_uri_ = nullptr;
    detail::check(microsip_call_info_remote_uri(get(), &remote_uri_));
    return detail::view(remote_uri_);
}

inline std::string_view CallInfo::remote_user() const {
    const char *remote_user_ = nullptr;
    detail::check(microsip_call_info_remote_user(get(), &remote_user_));
    return detail::view(remote_user_);
}

inline std::string_view CallInfo::remote_contact() const {
    const char *remote_contact_ = nullptr;
    detail::check(microsip_call_info_remote_contact(get(), &remote_contact_));
    return detail::view(remote_contact_);
}

inline std::string_view CallInfo::sip_call_id() const {
    const char *sip_call_id_ = nullptr;
    detail::check(microsip_call_info_sip_call_id(get(), &sip_call_id_));
    return detail::view(sip_call_id_);
}

inline std::string_view CallInfo::local_tag() const {
    const char *local_tag_ = nullptr;
    detail::check(microsip_call_info_local_tag(get(), &local_tag_));
    return detail::view(local_tag_);
}

inline std::string_view CallInfo::remote_tag() const {
    const char *remote_tag_ = nullptr;
    detail::check(microsip_call_info_remote_tag(get(), &remote_tag_));
    return detail::view(remote_tag_);
}

inline std::optional<SIPMessage> CallInfo::invite() const {
    microsip_sip_message_t invite_ = {0};
    if (!detail::there(microsip_call_info_invite(get(), &invite_))) return std::nullopt;
    return SIPMessage(invite_);
}

inline std::optional<SIPMessage> CallInfo::message() const {
    microsip_sip_message_t message_ = {0};
    if (!detail::there(microsip_call_info_message(get(), &message_))) return std::nullopt;
    return SIPMessage(message_);
}

inline std::optional<uint16_t> CallInfo::end_code() const {
    uint16_t code_ = {};
    if (!detail::there(microsip_call_info_end_code(get(), &code_))) return std::nullopt;
    return code_;
}

inline std::optional<std::string_view> CallInfo::end_phrase() const {
    const char *phrase_ = nullptr;
    if (!detail::there(microsip_call_info_end_phrase(get(), &phrase_))) return std::nullopt;
    return detail::view(phrase_);
}

inline std::optional<microsip_ended_by_e> CallInfo::end_by() const {
    microsip_ended_by_t by_ = {};
    if (!detail::there(microsip_call_info_end_by(get(), &by_))) return std::nullopt;
    return static_cast<microsip_ended_by_e>(by_);
}

inline std::optional<microsip_end_cause_e> CallInfo::end_cause() const {
    microsip_end_cause_t cause_ = {};
    if (!detail::there(microsip_call_info_end_cause(get(), &cause_))) return std::nullopt;
    return static_cast<microsip_end_cause_e>(cause_);
}

inline std::optional<Failure> CallInfo::end_error() const {
    microsip_error_t error_ = {0};
    if (!detail::there(microsip_call_info_end_error(get(), &error_))) return std::nullopt;
    return Failure(error_);
}

inline std::optional<uint16_t> CallInfo::end_q850() const {
    uint16_t cause_ = {};
    if (!detail::there(microsip_call_info_end_q850(get(), &cause_))) return std::nullopt;
    return cause_;
}

inline std::optional<size_t> CallInfo::end_reason_count() const {
    size_t count_ = {};
    if (!detail::there(microsip_call_info_end_reason_count(get(), &count_))) return std::nullopt;
    return count_;
}

inline std::optional<std::string_view> CallInfo::end_reason_protocol(size_t index) const {
    const char *protocol_ = nullptr;
    if (!detail::there(microsip_call_info_end_reason_protocol(get(), index, &protocol_))) return std::nullopt;
    return detail::view(protocol_);
}

inline std::optional<uint16_t> CallInfo::end_reason_cause(size_t index) const {
    uint16_t cause_ = {};
    if (!detail::there(microsip_call_info_end_reason_cause(get(), index, &cause_))) return std::nullopt;
    return cause_;
}

inline std::optional<std::string_view> CallInfo::end_reason_text(size_t index) const {
    const char *words_ = nullptr;
    if (!detail::there(microsip_call_info_end_reason_text(get(), index, &words_))) return std::nullopt;
    return detail::view(words_);
}

inline uint64_t CallInfo::call_id() const {
    uint64_t id_ = {};
    detail::check(microsip_call_info_call_id(get(), &id_));
    return id_;
}

inline uint64_t CallInfo::account_id() const {
    uint64_t id_ = {};
    detail::check(microsip_call_info_account_id(get(), &id_));
    return id_;
}

inline microsip_direction_e CallInfo::direction() const {
    microsip_direction_t direction_ = {};
    detail::check(microsip_call_info_direction(get(), &direction_));
    return static_cast<microsip_direction_e>(direction_);
}

inline microsip_call_state_e CallInfo::state() const {
    microsip_call_state_t state_ = {};
    detail::check(microsip_call_info_state(get(), &state_));
    return static_cast<microsip_call_state_e>(state_);
}

inline bool CallInfo::is_ended() const {
    bool yes_ = {};
    detail::check(microsip_call_info_is_ended(get(), &yes_));
    return yes_;
}

inline std::optional<uint16_t> CallInfo::last_status() const {
    uint16_t code_ = {};
    if (!detail::there(microsip_call_info_last_status(get(), &code_))) return std::nullopt;
    return code_;
}

inline size_t CallInfo::media_count() const {
    size_t count_ = {};
    detail::check(microsip_call_info_media_count(get(), &count_));
    return count_;
}

inline std::optional<MediaInfo> CallInfo::media_at(size_t index) const {
    microsip_media_info_t media_ = {0};
    if (!detail::there(microsip_call_info_media_at(get(), index, &media_))) return std::nullopt;
    return MediaInfo(media_);
}

inline std::optional<MediaInfo> CallInfo::audio() const {
    microsip_media_info_t media_ = {0};
    if (!detail::there(microsip_call_info_audio(get(), &media_))) return std::nullopt;
    return MediaInfo(media_);
}

inline microsip_hold_state_e CallInfo::hold() const {
    microsip_hold_state_t hold_ = {};
    detail::check(microsip_call_info_hold(get(), &hold_));
    return static_cast<microsip_hold_state_e>(hold_);
}

inline bool CallInfo::muted() const {
    bool muted_ = {};
    detail::check(microsip_call_info_muted(get(), &muted_));
    return muted_;
}

inline int64_t CallInfo::started_unix_ms() const {
    int64_t started_ = {};
    detail::check(microsip_call_info_started_unix_ms(get(), &started_));
    return started_;
}

inline std::optional<int64_t> CallInfo::confirmed_unix_ms() const {
    int64_t confirmed_ = {};
    if (!detail::there(microsip_call_info_confirmed_unix_ms(get(), &confirmed_))) return std::nullopt;
    return confirmed_;
}

inline uint64_t CallInfo::duration_ms() const {
    uint64_t duration_ = {};
    detail::check(microsip_call_info_duration_ms(get(), &duration_));
    return duration_;
}

inline std::optional<uint64_t> CallInfo::transferred_from() const {
    uint64_t id_ = {};
    if (!detail::there(microsip_call_info_transferred_from(get(), &id_))) return std::nullopt;
    return id_;
}

inline std::optional<uint64_t> CallInfo::replaces() const {
    uint64_t id_ = {};
    if (!detail::there(microsip_call_info_replaces(get(), &id_))) return std::nullopt;
    return id_;
}

inline std::optional<Stats> CallInfo::stats() const {
    microsip_stats_t stats_ = {0};
    if (!detail::there(microsip_call_info_stats(get(), &stats_))) return std::nullopt;
    return Stats(stats_);
}

inline size_t CallList::count() const {
    size_t count_ = {};
    detail::check(microsip_call_list_count(get(), &count_));
    return count_;
}

inline std::optional<Call> CallList::at(size_t index) const {
    microsip_call_t call_ = {0};
    if (!detail::there(microsip_call_list_at(get(), index, &call_))) return std::nullopt;
    return Call(call_);
}

inline CallOptions::CallOptions() : Handle() {
    microsip_call_options_t options_ = {0};
    detail::check(microsip_call_options_new(&options_));
    *this = CallOptions(options_);
}

inline void CallOptions::add_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_call_options_add_header(get(), name.get(), value.get()));
}

inline void CallOptions::set_request_uri(const detail::Text &request_uri) const {
    detail::check(microsip_call_options_set_request_uri(get(), request_uri.get()));
}

inline void CallOptions::set_from(const detail::Text &from) const {
    detail::check(microsip_call_options_set_from(get(), from.get()));
}

inline void CallOptions::set_anonymous(bool anonymous) const {
    detail::check(microsip_call_options_set_anonymous(get(), anonymous));
}

inline void CallOptions::set_late_offer(bool late_offer) const {
    detail::check(microsip_call_options_set_late_offer(get(), late_offer));
}

inline void CallOptions::set_redirects(microsip_redirect_policy_t policy) const {
    detail::check(microsip_call_options_set_redirects(get(), policy));
}

inline void CallOptions::set_reliable(microsip_reliable_100_t reliable) const {
    detail::check(microsip_call_options_set_reliable(get(), reliable));
}

inline void CallOptions::set_session_timers(microsip_session_timers_t session_timers) const {
    detail::check(microsip_call_options_set_session_timers(get(), session_timers));
}

inline void CallOptions::set_ring_for(uint32_t ring_for_ms) const {
    detail::check(microsip_call_options_set_ring_for(get(), ring_for_ms));
}

inline void CallOptions::set_hang_up_after(uint32_t hang_up_after_ms) const {
    detail::check(microsip_call_options_set_hang_up_after(get(), hang_up_after_ms));
}

inline void CallOptions::set_replaces(const detail::Text &call_id, const detail::Text &to_tag, const detail::Text &from_tag, bool early_only) const {
    detail::check(microsip_call_options_set_replaces(get(), call_id.get(), to_tag.get(), from_tag.get(), early_only));
}

inline void CallOptions::set_jitter_buffer(const JitterBuffer &jitter_buffer) const {
    detail::check(microsip_call_options_set_jitter_buffer(get(), jitter_buffer.get()));
}

inline void CallOptions::set_rtcp_xr(bool rtcp_xr) const {
    detail::check(microsip_call_options_set_rtcp_xr(get(), rtcp_xr));
}

inline void CallOptions::set_codecs(const detail::Text &codecs) const {
    detail::check(microsip_call_options_set_codecs(get(), codecs.get()));
}

inline void CallOptions::set_opus(const OpusOptions &opus) const {
    detail::check(microsip_call_options_set_opus(get(), opus.get()));
}

inline void CallOptions::set_opus() const {
    detail::check(microsip_call_options_set_opus(get(), microsip_opus_options_t{0}));
}

inline void CallOptions::set_ptime(uint32_t ptime_ms) const {
    detail::check(microsip_call_options_set_ptime(get(), ptime_ms));
}

inline CallPolicy::CallPolicy() : Handle() {
    microsip_call_policy_t policy_ = {0};
    detail::check(microsip_call_policy_new(&policy_));
    *this = CallPolicy(policy_);
}

inline void CallPolicy::set_do_not_disturb(bool yes) const {
    detail::check(microsip_call_policy_set_do_not_disturb(get(), yes));
}

inline void CallPolicy::set_max_calls(uint32_t calls) const {
    detail::check(microsip_call_policy_set_max_calls(get(), calls));
}

inline void CallPolicy::set_call_waiting(bool yes) const {
    detail::check(microsip_call_policy_set_call_waiting(get(), yes));
}

inline void CallPolicy::add_rule(const CallRule &rule) const {
    detail::check(microsip_call_policy_add_rule(get(), rule.get()));
}

inline void CallPolicy::clear_rules() const {
    detail::check(microsip_call_policy_clear_rules(get()));
}

inline void CallPolicy::set_forward_always(const detail::Text &target) const {
    detail::check(microsip_call_policy_set_forward_always(get(), target.get()));
}

inline void CallPolicy::set_forward_busy(const detail::Text &target) const {
    detail::check(microsip_call_policy_set_forward_busy(get(), target.get()));
}

inline void CallPolicy::set_forward_no_answer(uint32_t after_ms, const detail::Text &target) const {
    detail::check(microsip_call_policy_set_forward_no_answer(get(), after_ms, target.get()));
}

inline void CallPolicy::set_auto_answer(bool always, bool by_header, const detail::Text &callers, uint32_t delay_ms, bool beside_other_calls) const {
    detail::check(microsip_call_policy_set_auto_answer(get(), always, by_header, callers.get(), delay_ms, beside_other_calls));
}

inline void CallPolicy::clear_auto_answer() const {
    detail::check(microsip_call_policy_clear_auto_answer(get()));
}

inline void CallPolicy::set_hang_up_after(uint32_t time_ms) const {
    detail::check(microsip_call_policy_set_hang_up_after(get(), time_ms));
}

inline CallRecord::CallRecord(microsip_call_type_t kind, const detail::Text &number, int64_t begun_unix_ms) : Handle() {
    microsip_call_record_t record_ = {0};
    detail::check(microsip_call_record_new(kind, number.get(), begun_unix_ms, &record_));
    *this = CallRecord(record_);
}

inline std::optional<CallRecord> CallRecord::parse(const detail::Text &line) {
    microsip_call_record_t record_ = {0};
    if (!detail::there(microsip_call_record_parse(line.get(), &record_))) return std::nullopt;
    return CallRecord(record_);
}

inline void CallRecord::set_name(const detail::Text &name) const {
    detail::check(microsip_call_record_set_name(get(), name.get()));
}

inline void CallRecord::set_duration_s(uint32_t duration_s) const {
    detail::check(microsip_call_record_set_duration_s(get(), duration_s));
}

inline void CallRecord::set_info(const detail::Text &info) const {
    detail::check(microsip_call_record_set_info(get(), info.get()));
}

inline void CallRecord::set_account(const detail::Text &account) const {
    detail::check(microsip_call_record_set_account(get(), account.get()));
}

inline void CallRecord::set_call_id(const detail::Text &call_id) const {
    detail::check(microsip_call_record_set_call_id(get(), call_id.get()));
}

inline void CallRecord::set_recording(const detail::Text &recording) const {
    detail::check(microsip_call_record_set_recording(get(), recording.get()));
}

inline int64_t CallRecord::id() const {
    int64_t id_ = {};
    detail::check(microsip_call_record_id(get(), &id_));
    return id_;
}

inline microsip_call_type_e CallRecord::type() const {
    microsip_call_type_t kind_ = {};
    detail::check(microsip_call_record_type(get(), &kind_));
    return static_cast<microsip_call_type_e>(kind_);
}

inline std::string_view CallRecord::number() const {
    const char *number_ = nullptr;
    detail::check(microsip_call_record_number(get(), &number_));
    return detail::view(number_);
}

inline std::string_view CallRecord::name() const {
    const char *name_ = nullptr;
    detail::check(microsip_call_record_name(get(), &name_));
    return detail::view(name_);
}

inline int64_t CallRecord::begun_unix_ms() const {
    int64_t begun_unix_ms_ = {};
    detail::check(microsip_call_record_begun_unix_ms(get(), &begun_unix_ms_));
    return begun_unix_ms_;
}

inline uint32_t CallRecord::duration_s() const {
    uint32_t duration_s_ = {};
    detail::check(microsip_call_record_duration_s(get(), &duration_s_));
    return duration_s_;
}

inline std::string_view CallRecord::info() const {
    const char *info_ = nullptr;
    detail::check(microsip_call_record_info(get(), &info_));
    return detail::view(info_);
}

inline std::string_view CallRecord::account() const {
    const char *account_ = nullptr;
    detail::check(microsip_call_record_account(get(), &account_));
    return detail::view(account_);
}

inline std::string_view CallRecord::call_id() const {
    const char *call_id_ = nullptr;
    detail::check(microsip_call_record_call_id(get(), &call_id_));
    return detail::view(call_id_);
}

inline std::string_view CallRecord::recording() const {
    const char *recording_ = nullptr;
    detail::check(microsip_call_record_recording(get(), &recording_));
    return detail::view(recording_);
}

inline std::string_view CallRecord::ini_line() const {
    const char *ini_line_ = nullptr;
    detail::check(microsip_call_record_ini_line(get(), &ini_line_));
    return detail::view(ini_line_);
}

inline Bytes CallRecords::to_csv(microsip_time_format_t times, bool byte_order_mark, bool guard_formulas) const {
    microsip_bytes_t csv_ = {0};
    detail::check(microsip_call_records_to_csv(get(), times, byte_order_mark, guard_formulas, &csv_));
    return Bytes(csv_);
}

inline Bytes CallRecords::to_xml(microsip_time_format_t times) const {
    microsip_bytes_t xml_ = {0};
    detail::check(microsip_call_records_to_xml(get(), times, &xml_));
    return Bytes(xml_);
}

inline Bytes CallRecords::to_json() const {
    microsip_bytes_t json_ = {0};
    detail::check(microsip_call_records_to_json(get(), &json_));
    return Bytes(json_);
}

inline std::tuple<CallRecords, ImportWarnings> CallRecords::from_csv(const uint8_t *data, size_t size, bool guard_formulas) {
    microsip_call_records_t records_ = {0};
    microsip_import_warnings_t warnings_ = {0};
    detail::check(microsip_call_records_from_csv(data, size, guard_formulas, &records_, &warnings_));
    return std::tuple<CallRecords, ImportWarnings>{CallRecords(records_), ImportWarnings(warnings_)};
}

inline std::tuple<CallRecords, ImportWarnings> CallRecords::from_xml(const uint8_t *data, size_t size) {
    microsip_call_records_t records_ = {0};
    microsip_import_warnings_t warnings_ = {0};
    detail::check(microsip_call_records_from_xml(data, size, &records_, &warnings_));
    return std::tuple<CallRecords, ImportWarnings>{CallRecords(records_), ImportWarnings(warnings_)};
}

inline std::tuple<CallRecords, ImportWarnings> CallRecords::from_json(const uint8_t *data, size_t size) {
    microsip_call_records_t records_ = {0};
    microsip_import_warnings_t warnings_ = {0};
    detail::check(microsip_call_records_from_json(data, size, &records_, &warnings_));
    return std::tuple<CallRecords, ImportWarnings>{CallRecords(records_), ImportWarnings(warnings_)};
}

inline CallRecords::CallRecords() : Handle() {
    microsip_call_records_t records_ = {0};
    detail::check(microsip_call_records_new(&records_));
    *this = CallRecords(records_);
}

inline void CallRecords::add(const CallRecord &record) const {
    detail::check(microsip_call_records_add(get(), record.get()));
}

inline size_t CallRecords::count() const {
    size_t count_ = {};
    detail::check(microsip_call_records_count(get(), &count_));
    return count_;
}

inline std::optional<CallRecord> CallRecords::at(size_t index) const {
    microsip_call_record_t record_ = {0};
    if (!detail::there(microsip_call_records_at(get(), index, &record_))) return std::nullopt;
    return CallRecord(record_);
}

inline CallRing::CallRing() : Handle() {
    microsip_call_ring_t ring_ = {0};
    detail::check(microsip_call_ring_new(&ring_));
    *this = CallRing(ring_);
}

inline std::tuple<CallRing, ImportWarnings> CallRing::of_ini(const Ini &ini) {
    microsip_call_ring_t ring_ = {0};
    microsip_import_warnings_t warnings_ = {0};
    detail::check(microsip_call_ring_of_ini(ini.get(), &ring_, &warnings_));
    return std::tuple<CallRing, ImportWarnings>{CallRing(ring_), ImportWarnings(warnings_)};
}

inline size_t CallRing::count() const {
    size_t count_ = {};
    detail::check(microsip_call_ring_count(get(), &count_));
    return count_;
}

inline int32_t CallRing::last_place() const {
    int32_t last_place_ = {};
    detail::check(microsip_call_ring_last_place(get(), &last_place_));
    return last_place_;
}

inline std::optional<std::tuple<uint16_t, CallRecord>> CallRing::at(size_t index) const {
    uint16_t place_ = {};
    microsip_call_record_t record_ = {0};
    if (!detail::there(microsip_call_ring_at(get(), index, &place_, &record_))) return std::nullopt;
    return std::tuple<uint16_t, CallRecord>{place_, CallRecord(record_)};
}

inline std::optional<CallRecord> CallRing::get_(uint16_t place) const {
    microsip_call_record_t record_ = {0};
    if (!detail::there(microsip_call_ring_get(get(), place, &record_))) return std::nullopt;
    return CallRecord(record_);
}

inline uint16_t CallRing::push(const CallRecord &record, const Ini &ini) const {
    uint16_t place_ = {};
    detail::check(microsip_call_ring_push(get(), record.get(), ini.get(), &place_));
    return place_;
}

inline void CallRing::update(uint16_t place, const CallRecord &record, const Ini &ini) const {
    detail::check(microsip_call_ring_update(get(), place, record.get(), ini.get()));
}

inline void CallRing::delete_(uint16_t place, const Ini &ini) const {
    detail::check(microsip_call_ring_delete(get(), place, ini.get()));
}

inline void CallRing::clear(const Ini &ini) const {
    detail::check(microsip_call_ring_clear(get(), ini.get()));
}

inline CallRule::CallRule(uint16_t deny_code) : Handle() {
    microsip_call_rule_t rule_ = {0};
    detail::check(microsip_call_rule_new(deny_code, &rule_));
    *this = CallRule(rule_);
}

inline void CallRule::set_caller(const detail::Text &pattern) const {
    detail::check(microsip_call_rule_set_caller(get(), pattern.get()));
}

inline void CallRule::set_caller_host(const detail::Text &pattern) const {
    detail::check(microsip_call_rule_set_caller_host(get(), pattern.get()));
}

inline void CallRule::set_callee(const detail::Text &pattern) const {
    detail::check(microsip_call_rule_set_callee(get(), pattern.get()));
}

inline void CallRule::set_source(const detail::Text &network) const {
    detail::check(microsip_call_rule_set_source(get(), network.get()));
}

inline void CallRule::set_anonymous(bool yes) const {
    detail::check(microsip_call_rule_set_anonymous(get(), yes));
}

inline void CallRule::clear_anonymous() const {
    detail::check(microsip_call_rule_clear_anonymous(get()));
}

inline uint64_t Call::id() const {
    uint64_t id_ = {};
    detail::check(microsip_call_id(get(), &id_));
    return id_;
}

inline microsip_call_state_e Call::state() const {
    microsip_call_state_t state_ = {};
    detail::check(microsip_call_state(get(), &state_));
    return static_cast<microsip_call_state_e>(state_);
}

inline void Call::answer(uint16_t code, const AnswerOptions &options) const {
    detail::check(microsip_call_answer(get(), code, options.get()));
}

inline void Call::answer(uint16_t code) const {
    detail::check(microsip_call_answer(get(), code, microsip_answer_options_t{0}));
}

inline void Call::hang_up() const {
    detail::check(microsip_call_hang_up(get()));
}

inline void Call::wait_for(microsip_call_state_t state, uint32_t timeout_ms) const {
    detail::check(microsip_call_wait_for(get(), state, timeout_ms));
}

inline void Call::send_dtmf(const detail::Text &digits, const DtmfOptions &options) const {
    detail::check(microsip_call_send_dtmf(get(), digits.get(), options.get()));
}

inline void Call::reject(uint16_t code, const RejectOptions &options) const {
    detail::check(microsip_call_reject(get(), code, options.get()));
}

inline void Call::reject(uint16_t code) const {
    detail::check(microsip_call_reject(get(), code, microsip_reject_options_t{0}));
}

inline void Call::redirect(const detail::Text &contact) const {
    detail::check(microsip_call_redirect(get(), contact.get()));
}

inline void Call::hang_up_with(const HangUpOptions &options) const {
    detail::check(microsip_call_hang_up_with(get(), options.get()));
}

inline void Call::hang_up_with() const {
    detail::check(microsip_call_hang_up_with(get(), microsip_hang_up_options_t{0}));
}

inline Events Call::events() const {
    microsip_events_t events_ = {0};
    detail::check(microsip_call_events(get(), &events_));
    return Events(events_);
}

template <class F>
inline Callback Call::on_event(F &&callback) const {
    using Function = std::decay_t<F>;
    auto owned_ = std::make_unique<Function>(std::forward<F>(callback));
    microsip_callback_t handle_ = {0};
    detail::check(microsip_call_on_event(get(), [](microsip_event_t event_in, void *user_data) noexcept {
            try {
                (*static_cast<Function *>(user_data))(detail::Lent<Event>(event_in).get());
            } catch (...) {
                detail::escaped();
            }
        }, owned_.release(), detail::destroy<Function>, &handle_));
    return Callback(handle_);
}

inline void Call::hold(const HoldOptions &options) const {
    detail::check(microsip_call_hold(get(), options.get()));
}

inline void Call::hold() const {
    detail::check(microsip_call_hold(get(), microsip_hold_options_t{0}));
}

inline void Call::resume(const ResumeOptions &options) const {
    detail::check(microsip_call_resume(get(), options.get()));
}

inline void Call::resume() const {
    detail::check(microsip_call_resume(get(), microsip_resume_options_t{0}));
}

inline void Call::mute(bool mute) const {
    detail::check(microsip_call_mute(get(), mute));
}

inline CallInfo Call::info() const {
    microsip_call_info_t info_ = {0};
    detail::check(microsip_call_info(get(), &info_));
    return CallInfo(info_);
}

inline void Call::reinvite(const ReinviteOptions &options) const {
    detail::check(microsip_call_reinvite(get(), options.get()));
}

inline void Call::reinvite() const {
    detail::check(microsip_call_reinvite(get(), microsip_reinvite_options_t{0}));
}

inline void Call::update(const UpdateOptions &options) const {
    detail::check(microsip_call_update(get(), options.get()));
}

inline void Call::update() const {
    detail::check(microsip_call_update(get(), microsip_update_options_t{0}));
}

inline Story Call::story() const {
    microsip_story_t story_ = {0};
    detail::check(microsip_call_story(get(), &story_));
    return Story(story_);
}

inline void Call::transfer(const detail::Text &target, const TransferOptions &options) const {
    detail::check(microsip_call_transfer(get(), target.get(), options.get()));
}

inline void Call::transfer(const detail::Text &target) const {
    detail::check(microsip_call_transfer(get(), target.get(), microsip_transfer_options_t{0}));
}

inline void Call::transfer_to(const Call &other, const TransferOptions &options) const {
    detail::check(microsip_call_transfer_to(get(), other.get(), options.get()));
}

inline void Call::transfer_to(const Call &other) const {
    detail::check(microsip_call_transfer_to(get(), other.get(), microsip_transfer_options_t{0}));
}

inline ToneDetector Call::detect_tones(const detail::Text &country, microsip_tap_t tap) const {
    microsip_tone_detector_t detector_ = {0};
    detail::check(microsip_call_detect_tones(get(), country.get(), tap, &detector_));
    return ToneDetector(detector_);
}

inline SpeechDetector Call::detect_speech(const SpeechOptions &options) const {
    microsip_speech_detector_t detector_ = {0};
    detail::check(microsip_call_detect_speech(get(), options.get(), &detector_));
    return SpeechDetector(detector_);
}

inline SpeechDetector Call::detect_speech() const {
    microsip_speech_detector_t detector_ = {0};
    detail::check(microsip_call_detect_speech(get(), microsip_speech_options_t{0}, &detector_));
    return SpeechDetector(detector_);
}

inline void Call::use_devices(const AudioDevices &devices) const {
    detail::check(microsip_call_use_devices(get(), devices.get()));
}

inline void Call::leave_devices(const AudioDevices &devices) const {
    detail::check(microsip_call_leave_devices(get(), devices.get()));
}

inline std::tuple<float, float> Call::levels() const {
    float received_dbov_ = {};
    float sent_dbov_ = {};
    detail::check(microsip_call_levels(get(), &received_dbov_, &sent_dbov_));
    return std::tuple<float, float>{received_dbov_, sent_dbov_};
}

inline void Call::set_gain(float received_db, float sent_db) const {
    detail::check(microsip_call_set_gain(get(), received_db, sent_db));
}

inline Node Call::node() const {
    microsip_node_t node_ = {0};
    detail::check(microsip_call_node(get(), &node_));
    return Node(node_);
}

inline Player Call::play(const detail::Text &path, const PlayOptions &options) const {
    microsip_player_t player_ = {0};
    detail::check(microsip_call_play(get(), path.get(), options.get(), &player_));
    return Player(player_);
}

inline Player Call::play(const detail::Text &path) const {
    microsip_player_t player_ = {0};
    detail::check(microsip_call_play(get(), path.get(), microsip_play_options_t{0}, &player_));
    return Player(player_);
}

inline Player Call::play_list(const char *const *paths, size_t count, const PlayOptions &options) const {
    microsip_player_t player_ = {0};
    detail::check(microsip_call_play_list(get(), paths, count, options.get(), &player_));
    return Player(player_);
}

inline Player Call::play_list(const char *const *paths, size_t count) const {
    microsip_player_t player_ = {0};
    detail::check(microsip_call_play_list(get(), paths, count, microsip_play_options_t{0}, &player_));
    return Player(player_);
}

inline Recorder Call::record(const detail::Text &path, const RecordOptions &options) const {
    microsip_recorder_t recorder_ = {0};
    detail::check(microsip_call_record(get(), path.get(), options.get(), &recorder_));
    return Recorder(recorder_);
}

inline Recorder Call::record(const detail::Text &path) const {
    microsip_recorder_t recorder_ = {0};
    detail::check(microsip_call_record(get(), path.get(), microsip_record_options_t{0}, &recorder_));
    return Recorder(recorder_);
}

inline Recorder Call::record_named(const RecordingName &name, const RecordOptions &options) const {
    microsip_recorder_t recorder_ = {0};
    detail::check(microsip_call_record_named(get(), name.get(), options.get(), &recorder_));
    return Recorder(recorder_);
}

inline Recorder Call::record_named(const RecordingName &name) const {
    microsip_recorder_t recorder_ = {0};
    detail::check(microsip_call_record_named(get(), name.get(), microsip_record_options_t{0}, &recorder_));
    return Recorder(recorder_);
}

inline AudioSink Call::audio_sink(const AudioSinkOptions &options) const {
    microsip_audio_sink_t sink_ = {0};
    detail::check(microsip_call_audio_sink(get(), options.get(), &sink_));
    return AudioSink(sink_);
}

inline AudioSink Call::audio_sink() const {
    microsip_audio_sink_t sink_ = {0};
    detail::check(microsip_call_audio_sink(get(), microsip_audio_sink_options_t{0}, &sink_));
    return AudioSink(sink_);
}

inline AudioSource Call::audio_source(const AudioSourceOptions &options) const {
    microsip_audio_source_t source_ = {0};
    detail::check(microsip_call_audio_source(get(), options.get(), &source_));
    return AudioSource(source_);
}

inline AudioSource Call::audio_source() const {
    microsip_audio_source_t source_ = {0};
    detail::check(microsip_call_audio_source(get(), microsip_audio_source_options_t{0}, &source_));
    return AudioSource(source_);
}

inline TonePlayer Call::play_tone(const Tone &tone, uint32_t longest_ms) const {
    microsip_tone_player_t player_ = {0};
    detail::check(microsip_call_play_tone(get(), tone.get(), longest_ms, &player_));
    return TonePlayer(player_);
}

inline SentMessage Call::send_message(const MessageOptions &options) const {
    microsip_sent_message_t message_ = {0};
    detail::check(microsip_call_send_message(get(), options.get(), &message_));
    return SentMessage(message_);
}

inline SentMessage Call::send_text(const detail::Text &words) const {
    microsip_sent_message_t message_ = {0};
    detail::check(microsip_call_send_text(get(), words.get(), &message_));
    return SentMessage(message_);
}

inline void Call::set_typing(bool typing) const {
    detail::check(microsip_call_set_typing(get(), typing));
}

inline Request Call::request(const detail::Text &method, const RequestOptions &options) const {
    microsip_request_t request_ = {0};
    detail::check(microsip_call_request(get(), method.get(), options.get(), &request_));
    return Request(request_);
}

inline Request Call::request(const detail::Text &method) const {
    microsip_request_t request_ = {0};
    detail::check(microsip_call_request(get(), method.get(), microsip_request_options_t{0}, &request_));
    return Request(request_);
}

inline Request Call::send_info(const detail::Text &content_type, const uint8_t *body, size_t count) const {
    microsip_request_t request_ = {0};
    detail::check(microsip_call_send_info(get(), content_type.get(), body, count, &request_));
    return Request(request_);
}

inline Findings Call::check_audio() const {
    microsip_findings_t findings_ = {0};
    detail::check(microsip_call_check_audio(get(), &findings_));
    return Findings(findings_);
}

inline Stats Call::stats() const {
    microsip_stats_t stats_ = {0};
    detail::check(microsip_call_stats(get(), &stats_));
    return Stats(stats_);
}

inline size_t CodecList::count() const {
    size_t count_ = {};
    detail::check(microsip_codec_list_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> CodecList::text(size_t index) const {
    const char *text_ = nullptr;
    if (!detail::there(microsip_codec_list_text(get(), index, &text_))) return std::nullopt;
    return detail::view(text_);
}

inline std::optional<std::string_view> CodecList::name(size_t index) const {
    const char *name_ = nullptr;
    if (!detail::there(microsip_codec_list_name(get(), index, &name_))) return std::nullopt;
    return detail::view(name_);
}

inline std::optional<uint32_t> CodecList::clock_rate(size_t index) const {
    uint32_t clock_rate_ = {};
    if (!detail::there(microsip_codec_list_clock_rate(get(), index, &clock_rate_))) return std::nullopt;
    return clock_rate_;
}

inline std::optional<uint32_t> CodecList::channels(size_t index) const {
    uint32_t channels_ = {};
    if (!detail::there(microsip_codec_list_channels(get(), index, &channels_))) return std::nullopt;
    return channels_;
}

inline std::optional<uint32_t> CodecList::bit_rate(size_t index) const {
    uint32_t bit_rate_ = {};
    if (!detail::there(microsip_codec_list_bit_rate(get(), index, &bit_rate_))) return std::nullopt;
    return bit_rate_;
}

inline std::optional<uint32_t> CodecList::frame_ms(size_t index) const {
    uint32_t frame_ms_ = {};
    if (!detail::there(microsip_codec_list_frame_ms(get(), index, &frame_ms_))) return std::nullopt;
    return frame_ms_;
}

inline std::optional<uint8_t> CodecList::payload_type(size_t index) const {
    uint8_t payload_type_ = {};
    if (!detail::there(microsip_codec_list_payload_type(get(), index, &payload_type_))) return std::nullopt;
    return payload_type_;
}

inline std::optional<size_t> CodecList::place(size_t index) const {
    size_t place_ = {};
    if (!detail::there(microsip_codec_list_place(get(), index, &place_))) return std::nullopt;
    return place_;
}

inline CodecList CodecList::of_build() {
    microsip_codec_list_t list_ = {0};
    detail::check(microsip_codec_list_of_build(&list_));
    return CodecList(list_);
}

inline CommandLine CommandLine::parse(const char *const *arguments, size_t count) {
    microsip_command_line_t line_ = {0};
    detail::check(microsip_command_line_parse(arguments, count, &line_));
    return CommandLine(line_);
}

inline CommandLine CommandLine::parse_text(const detail::Text &source) {
    microsip_command_line_t line_ = {0};
    detail::check(microsip_command_line_parse_text(source.get(), &line_));
    return CommandLine(line_);
}

inline size_t CommandLine::command_count() const {
    size_t command_count_ = {};
    detail::check(microsip_command_line_command_count(get(), &command_count_));
    return command_count_;
}

inline std::optional<Command> CommandLine::command_at(size_t index) const {
    microsip_command_t command_ = {0};
    if (!detail::there(microsip_command_line_command_at(get(), index, &command_))) return std::nullopt;
    return Command(command_);
}

inline microsip_window_start_e CommandLine::window() const {
    microsip_window_start_t window_ = {};
    detail::check(microsip_command_line_window(get(), &window_));
    return static_cast<microsip_window_start_e>(window_);
}

inline std::optional<std::string_view> CommandLine::settings() const {
    const char *settings_ = nullptr;
    if (!detail::there(microsip_command_line_settings(get(), &settings_))) return std::nullopt;
    return detail::view(settings_);
}

inline std::optional<microsip_command_kind_e> Command::kind() const {
    microsip_command_kind_t kind_ = {};
    if (!detail::there(microsip_command_kind(get(), &kind_))) return std::nullopt;
    return static_cast<microsip_command_kind_e>(kind_);
}

inline std::string_view Command::name() const {
    const char *name_ = nullptr;
    detail::check(microsip_command_name(get(), &name_));
    return detail::view(name_);
}

inline bool Command::starts_phone() const {
    bool starts_phone_ = {};
    detail::check(microsip_command_starts_phone(get(), &starts_phone_));
    return starts_phone_;
}

inline std::optional<std::string_view> Command::target() const {
    const char *target_ = nullptr;
    if (!detail::there(microsip_command_target(get(), &target_))) return std::nullopt;
    return detail::view(target_);
}

inline bool Command::is_secure() const {
    bool is_secure_ = {};
    detail::check(microsip_command_is_secure(get(), &is_secure_));
    return is_secure_;
}

inline std::optional<std::string_view> Command::message() const {
    const char *message_ = nullptr;
    if (!detail::there(microsip_command_message(get(), &message_))) return std::nullopt;
    return detail::view(message_);
}

inline std::optional<microsip_switch_e> Command::switch_() const {
    microsip_switch_t value_ = {};
    if (!detail::there(microsip_command_switch(get(), &value_))) return std::nullopt;
    return static_cast<microsip_switch_e>(value_);
}

inline std::optional<std::string_view> Command::digits() const {
    const char *digits_ = nullptr;
    if (!detail::there(microsip_command_digits(get(), &digits_))) return std::nullopt;
    return detail::view(digits_);
}

inline std::optional<int32_t> Command::volume() const {
    int32_t volume_ = {};
    if (!detail::there(microsip_command_volume(get(), &volume_))) return std::nullopt;
    return volume_;
}

inline std::optional<uint32_t> Command::account() const {
    uint32_t account_ = {};
    if (!detail::there(microsip_command_account(get(), &account_))) return std::nullopt;
    return account_;
}

inline std::optional<bool> Command::asks() const {
    bool asks_ = {};
    if (!detail::there(microsip_command_asks(get(), &asks_))) return std::nullopt;
    return asks_;
}

inline std::optional<size_t> Command::password(char *buffer, size_t capacity) const {
    size_t length_ = {};
    if (!detail::there(microsip_command_password(get(), buffer, capacity, &length_))) return std::nullopt;
    return length_;
}

inline size_t ConferenceInfo::call_count() const {
    size_t count_ = {};
    detail::check(microsip_conference_info_call_count(get(), &count_));
    return count_;
}

inline std::optional<Call> ConferenceInfo::call_at(size_t index) const {
    microsip_call_t call_ = {0};
    if (!detail::there(microsip_conference_info_call_at(get(), index, &call_))) return std::nullopt;
    return Call(call_);
}

inline ConferenceOptions::ConferenceOptions() : Handle() {
    microsip_conference_options_t options_ = {0};
    detail::check(microsip_conference_options_new(&options_));
    *this = ConferenceOptions(options_);
}

inline void ConferenceOptions::set_on_leave(microsip_on_leave_t on_leave) const {
    detail::check(microsip_conference_options_set_on_leave(get(), on_leave));
}

inline uint64_t Conference::id() const {
    uint64_t id_ = {};
    detail::check(microsip_conference_id(get(), &id_));
    return id_;
}

inline void Conference::join(const Call &call, const MemberOptions &options) const {
    detail::check(microsip_conference_join(get(), call.get(), options.get()));
}

inline void Conference::join(const Call &call) const {
    detail::check(microsip_conference_join(get(), call.get(), microsip_member_options_t{0}));
}

inline void Conference::leave(const Call &call) const {
    detail::check(microsip_conference_leave(get(), call.get()));
}

inline Conference Conference::split(const microsip_call_t *calls, size_t count) const {
    microsip_conference_t split_ = {0};
    detail::check(microsip_conference_split(get(), calls, count, &split_));
    return Conference(split_);
}

inline void Conference::merge(const Conference &other) const {
    detail::check(microsip_conference_merge(get(), other.get()));
}

inline ConferenceInfo Conference::info() const {
    microsip_conference_info_t info_ = {0};
    detail::check(microsip_conference_info(get(), &info_));
    return ConferenceInfo(info_);
}

inline void Conference::close() const {
    detail::check(microsip_conference_close(get()));
}

inline Player Conference::play(const char *const *paths, size_t count, const PlayOptions &options) const {
    microsip_player_t player_ = {0};
    detail::check(microsip_conference_play(get(), paths, count, options.get(), &player_));
    return Player(player_);
}

inline Recorder Conference::record(const detail::Text &path, const RecordOptions &options) const {
    microsip_recorder_t recorder_ = {0};
    detail::check(microsip_conference_record(get(), path.get(), options.get(), &recorder_));
    return Recorder(recorder_);
}

inline AudioSink Conference::audio_sink(const AudioSinkOptions &options) const {
    microsip_audio_sink_t sink_ = {0};
    detail::check(microsip_conference_audio_sink(get(), options.get(), &sink_));
    return AudioSink(sink_);
}

inline AudioSource Conference::audio_source(const AudioSourceOptions &options) const {
    microsip_audio_source_t source_ = {0};
    detail::check(microsip_conference_audio_source(get(), options.get(), &source_));
    return AudioSource(source_);
}

inline AudioSource Conference::audio_source() const {
    microsip_audio_source_t source_ = {0};
    detail::check(microsip_conference_audio_source(get(), microsip_audio_source_options_t{0}, &source_));
    return AudioSource(source_);
}

inline TonePlayer Conference::play_tone(const Tone &tone, uint32_t longest_ms) const {
    microsip_tone_player_t player_ = {0};
    detail::check(microsip_conference_play_tone(get(), tone.get(), longest_ms, &player_));
    return TonePlayer(player_);
}

inline ContactBook::ContactBook() : Handle() {
    microsip_contact_book_t book_ = {0};
    detail::check(microsip_contact_book_new(&book_));
    *this = ContactBook(book_);
}

inline std::tuple<ContactBook, ImportWarnings> ContactBook::parse(const uint8_t *data, size_t size) {
    microsip_contact_book_t book_ = {0};
    microsip_import_warnings_t warnings_ = {0};
    detail::check(microsip_contact_book_parse(data, size, &book_, &warnings_));
    return std::tuple<ContactBook, ImportWarnings>{ContactBook(book_), ImportWarnings(warnings_)};
}

inline std::tuple<ContactBook, ImportWarnings> ContactBook::load(const detail::Text &path) {
    microsip_contact_book_t book_ = {0};
    microsip_import_warnings_t warnings_ = {0};
    detail::check(microsip_contact_book_load(path.get(), &book_, &warnings_));
    return std::tuple<ContactBook, ImportWarnings>{ContactBook(book_), ImportWarnings(warnings_)};
}

inline void ContactBook::save(const detail::Text &path) const {
    detail::check(microsip_contact_book_save(get(), path.get()));
}

inline Bytes ContactBook::to_xml() const {
    microsip_bytes_t xml_ = {0};
    detail::check(microsip_contact_book_to_xml(get(), &xml_));
    return Bytes(xml_);
}

inline Bytes ContactBook::to_csv(bool byte_order_mark, bool guard_formulas) const {
    microsip_bytes_t csv_ = {0};
    detail::check(microsip_contact_book_to_csv(get(), byte_order_mark, guard_formulas, &csv_));
    return Bytes(csv_);
}

inline std::string_view ContactBook::encoding() const {
    const char *encoding_ = nullptr;
    detail::check(microsip_contact_book_encoding(get(), &encoding_));
    return detail::view(encoding_);
}

inline size_t ContactBook::count() const {
    size_t count_ = {};
    detail::check(microsip_contact_book_count(get(), &count_));
    return count_;
}

inline std::optional<Contact> ContactBook::at(size_t index) const {
    microsip_contact_t contact_ = {0};
    if (!detail::there(microsip_contact_book_at(get(), index, &contact_))) return std::nullopt;
    return Contact(contact_);
}

inline size_t ContactBook::add(const Contact &contact) const {
    size_t index_ = {};
    detail::check(microsip_contact_book_add(get(), contact.get(), &index_));
    return index_;
}

inline void ContactBook::set(size_t index, const Contact &contact) const {
    detail::check(microsip_contact_book_set(get(), index, contact.get()));
}

inline void ContactBook::remove(size_t index) const {
    detail::check(microsip_contact_book_remove(get(), index));
}

inline size_t ContactBook::remove_duplicates() const {
    size_t count_ = {};
    detail::check(microsip_contact_book_remove_duplicates(get(), &count_));
    return count_;
}

inline std::optional<Contact> ContactBook::find_caller(const detail::Text &caller) const {
    microsip_contact_t contact_ = {0};
    if (!detail::there(microsip_contact_book_find_caller(get(), caller.get(), &contact_))) return std::nullopt;
    return Contact(contact_);
}

inline Contacts ContactBook::search(const detail::Text &needle) const {
    microsip_contacts_t found_ = {0};
    detail::check(microsip_contact_book_search(get(), needle.get(), &found_));
    return Contacts(found_);
}

inline MergeReport ContactBook::import(const ContactImport &imported, microsip_merge_key_t key) const {
    microsip_merge_report_t report_ = {0};
    detail::check(microsip_contact_book_import(get(), imported.get(), key, &report_));
    return MergeReport(report_);
}

inline MergeReport ContactBook::merge_directory(const ContactImport &imported, microsip_merge_key_t key) const {
    microsip_merge_report_t report_ = {0};
    detail::check(microsip_contact_book_merge_directory(get(), imported.get(), key, &report_));
    return MergeReport(report_);
}

inline ContactImport ContactImport::csv(const uint8_t *data, size_t size, bool guard_formulas) {
    microsip_contact_import_t imported_ = {0};
    detail::check(microsip_contact_import_csv(data, size, guard_formulas, &imported_));
    return ContactImport(imported_);
}

inline ContactImport ContactImport::directory(const detail::Text &content_type, const uint8_t *data, size_t size) {
    microsip_contact_import_t imported_ = {0};
    detail::check(microsip_contact_import_directory(content_type.get(), data, size, &imported_));
    return ContactImport(imported_);
}

inline size_t ContactImport::count() const {
    size_t count_ = {};
    detail::check(microsip_contact_import_count(get(), &count_));
    return count_;
}

inline std::optional<Contact> ContactImport::at(size_t index) const {
    microsip_contact_t contact_ = {0};
    if (!detail::there(microsip_contact_import_at(get(), index, &contact_))) return std::nullopt;
    return Contact(contact_);
}

inline TextList ContactImport::unknown_columns() const {
    microsip_text_list_t unknown_columns_ = {0};
    detail::check(microsip_contact_import_unknown_columns(get(), &unknown_columns_));
    return TextList(unknown_columns_);
}

inline ImportWarnings ContactImport::warnings() const {
    microsip_import_warnings_t warnings_ = {0};
    detail::check(microsip_contact_import_warnings(get(), &warnings_));
    return ImportWarnings(warnings_);
}

inline std::optional<microsip_directory_format_e> ContactImport::format() const {
    microsip_directory_format_t format_ = {};
    if (!detail::there(microsip_contact_import_format(get(), &format_))) return std::nullopt;
    return static_cast<microsip_directory_format_e>(format_);
}

inline std::optional<uint64_t> ContactImport::refresh_s() const {
    uint64_t refresh_s_ = {};
    if (!detail::there(microsip_contact_import_refresh_s(get(), &refresh_s_))) return std::nullopt;
    return refresh_s_;
}

inline bool ContactImport::is_silent() const {
    bool is_silent_ = {};
    detail::check(microsip_contact_import_is_silent(get(), &is_silent_));
    return is_silent_;
}

inline size_t ContactImport::presence_count() const {
    size_t presence_count_ = {};
    detail::check(microsip_contact_import_presence_count(get(), &presence_count_));
    return presence_count_;
}

inline std::optional<std::tuple<std::string_view, microsip_directory_status_e, std::string_view>> ContactImport::presence_at(size_t index) const {
    const char *number_ = nullptr;
    microsip_directory_status_t status_ = {};
    const char *info_ = nullptr;
    if (!detail::there(microsip_contact_import_presence_at(get(), index, &number_, &status_, &info_))) return std::nullopt;
    return std::tuple<std::string_view, microsip_directory_status_e, std::string_view>{detail::view(number_), static_cast<microsip_directory_status_e>(status_), detail::view(info_)};
}

inline ContactOptions::ContactOptions() : Handle() {
    microsip_contact_options_t options_ = {0};
    detail::check(microsip_contact_options_new(&options_));
    *this = ContactOptions(options_);
}

inline void ContactOptions::set_q(float q) const {
    detail::check(microsip_contact_options_set_q(get(), q));
}

inline void ContactOptions::clear_q() const {
    detail::check(microsip_contact_options_clear_q(get()));
}

inline void ContactOptions::set_instance(const detail::Text &urn) const {
    detail::check(microsip_contact_options_set_instance(get(), urn.get()));
}

inline void ContactOptions::add_param(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_contact_options_add_param(get(), name.get(), value.get()));
}

inline void ContactOptions::add_uri_param(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_contact_options_add_uri_param(get(), name.get(), value.get()));
}

inline Contact::Contact(const detail::Text &number, const detail::Text &name) : Handle() {
    microsip_contact_t contact_ = {0};
    detail::check(microsip_contact_new(number.get(), name.get(), &contact_));
    *this = Contact(contact_);
}

inline std::string_view Contact::get_(microsip_contact_field_t field) const {
    const char *value_ = nullptr;
    detail::check(microsip_contact_get(get(), field, &value_));
    return detail::view(value_);
}

inline bool Contact::set(microsip_contact_field_t field, const detail::Text &value) const {
    bool understood_ = {};
    detail::check(microsip_contact_set(get(), field, value.get(), &understood_));
    return understood_;
}

inline size_t Contact::extra_count() const {
    size_t extra_count_ = {};
    detail::check(microsip_contact_extra_count(get(), &extra_count_));
    return extra_count_;
}

inline std::optional<std::tuple<std::string_view, std::string_view>> Contact::extra_at(size_t index) const {
    const char *name_ = nullptr;
    const char *value_ = nullptr;
    if (!detail::there(microsip_contact_extra_at(get(), index, &name_, &value_))) return std::nullopt;
    return std::tuple<std::string_view, std::string_view>{detail::view(name_), detail::view(value_)};
}

inline void Contact::set_extra(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_contact_set_extra(get(), name.get(), value.get()));
}

inline size_t Contacts::count() const {
    size_t count_ = {};
    detail::check(microsip_contacts_count(get(), &count_));
    return count_;
}

inline std::optional<Contact> Contacts::at(size_t index) const {
    microsip_contact_t contact_ = {0};
    if (!detail::there(microsip_contacts_at(get(), index, &contact_))) return std::nullopt;
    return Contact(contact_);
}

inline size_t ControlServer::connections() const {
    size_t connections_ = {};
    detail::check(microsip_control_server_connections(get(), &connections_));
    return connections_;
}

inline void ControlServer::close(uint32_t timeout_ms) const {
    detail::check(microsip_control_server_close(get(), timeout_ms));
}

inline std::optional<Control> Control::connect(const detail::Text &settings, const detail::Text &directory) {
    microsip_control_t control_ = {0};
    if (!detail::there(microsip_control_connect(settings.get(), directory.get(), &control_))) return std::nullopt;
    return Control(control_);
}

inline void Control::close() const {
    detail::check(microsip_control_close(get()));
}

inline Json Control::request(const detail::Text &request, uint32_t timeout_ms) const {
    microsip_json_t reply_ = {0};
    detail::check(microsip_control_request(get(), request.get(), timeout_ms, &reply_));
    return Json(reply_);
}

inline Json Control::line(const detail::Text &line, uint32_t timeout_ms) const {
    microsip_json_t reply_ = {0};
    detail::check(microsip_control_line(get(), line.get(), timeout_ms, &reply_));
    return Json(reply_);
}

inline void Control::subscribe(const char *const *names, size_t count, uint32_t timeout_ms) const {
    detail::check(microsip_control_subscribe(get(), names, count, timeout_ms));
}

inline Json Control::next_event(uint32_t timeout_ms) const {
    microsip_json_t event_ = {0};
    detail::check(microsip_control_next_event(get(), timeout_ms, &event_));
    return Json(event_);
}

inline std::optional<std::string_view> Control::version() const {
    const char *version_ = nullptr;
    if (!detail::there(microsip_control_version(get(), &version_))) return std::nullopt;
    return detail::view(version_);
}

inline std::optional<uint32_t> Control::pid() const {
    uint32_t pid_ = {};
    if (!detail::there(microsip_control_pid(get(), &pid_))) return std::nullopt;
    return pid_;
}

inline CountryList::CountryList() : Handle() {
    microsip_country_list_t list_ = {0};
    detail::check(microsip_country_list_new(&list_));
    *this = CountryList(list_);
}

inline size_t CountryList::count() const {
    size_t count_ = {};
    detail::check(microsip_country_list_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> CountryList::code_at(size_t index) const {
    const char *code_ = nullptr;
    if (!detail::there(microsip_country_list_code_at(get(), index, &code_))) return std::nullopt;
    return detail::view(code_);
}

inline std::optional<std::string_view> CountryList::name_at(size_t index) const {
    const char *name_ = nullptr;
    if (!detail::there(microsip_country_list_name_at(get(), index, &name_))) return std::nullopt;
    return detail::view(name_);
}

inline std::optional<bool> CountryList::has_tone(size_t index, microsip_tone_kind_t kind) const {
    bool has_ = {};
    if (!detail::there(microsip_country_list_has_tone(get(), index, kind, &has_))) return std::nullopt;
    return has_;
}

inline CPIM CPIM::parse(const uint8_t *body, size_t body_len) {
    microsip_cpim_t cpim_ = {0};
    detail::check(microsip_cpim_parse(body, body_len, &cpim_));
    return CPIM(cpim_);
}

inline std::optional<std::string_view> CPIM::from() const {
    const char *from_ = nullptr;
    if (!detail::there(microsip_cpim_from(get(), &from_))) return std::nullopt;
    return detail::view(from_);
}

inline size_t CPIM::to_count() const {
    size_t count_ = {};
    detail::check(microsip_cpim_to_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> CPIM::to_at(size_t index) const {
    const char *to_ = nullptr;
    if (!detail::there(microsip_cpim_to_at(get(), index, &to_))) return std::nullopt;
    return detail::view(to_);
}

inline size_t CPIM::cc_count() const {
    size_t count_ = {};
    detail::check(microsip_cpim_cc_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> CPIM::cc_at(size_t index) const {
    const char *cc_ = nullptr;
    if (!detail::there(microsip_cpim_cc_at(get(), index, &cc_))) return std::nullopt;
    return detail::view(cc_);
}

inline std::optional<int64_t> CPIM::date_time_unix_ms() const {
    int64_t date_time_unix_ms_ = {};
    if (!detail::there(microsip_cpim_date_time_unix_ms(get(), &date_time_unix_ms_))) return std::nullopt;
    return date_time_unix_ms_;
}

inline std::optional<std::string_view> CPIM::subject() const {
    const char *subject_ = nullptr;
    if (!detail::there(microsip_cpim_subject(get(), &subject_))) return std::nullopt;
    return detail::view(subject_);
}

inline std::optional<std::string_view> CPIM::message_id() const {
    const char *message_id_ = nullptr;
    if (!detail::there(microsip_cpim_message_id(get(), &message_id_))) return std::nullopt;
    return detail::view(message_id_);
}

inline std::tuple<bool, bool, bool, bool> CPIM::notify() const {
    bool positive_delivery_ = {};
    bool negative_delivery_ = {};
    bool processing_ = {};
    bool display_ = {};
    detail::check(microsip_cpim_notify(get(), &positive_delivery_, &negative_delivery_, &processing_, &display_));
    return std::tuple<bool, bool, bool, bool>{positive_delivery_, negative_delivery_, processing_, display_};
}

inline std::optional<std::string_view> CPIM::original_to() const {
    const char *original_to_ = nullptr;
    if (!detail::there(microsip_cpim_original_to(get(), &original_to_))) return std::nullopt;
    return detail::view(original_to_);
}

inline size_t CPIM::header_count() const {
    size_t count_ = {};
    detail::check(microsip_cpim_header_count(get(), &count_));
    return count_;
}

inline std::optional<std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>> CPIM::header_at(size_t index) const {
    const char *space_ = nullptr;
    const char *name_ = nullptr;
    const char *value_ = nullptr;
    const char *language_ = nullptr;
    if (!detail::there(microsip_cpim_header_at(get(), index, &space_, &name_, &value_, &language_))) return std::nullopt;
    return std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>{detail::view(space_), detail::view(name_), detail::view(value_), detail::view(language_)};
}

inline size_t CPIM::unknown_required_count() const {
    size_t count_ = {};
    detail::check(microsip_cpim_unknown_required_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> CPIM::unknown_required_at(size_t index) const {
    const char *header_ = nullptr;
    if (!detail::there(microsip_cpim_unknown_required_at(get(), index, &header_))) return std::nullopt;
    return detail::view(header_);
}

inline std::string_view CPIM::content_type() const {
    const char *content_type_ = nullptr;
    detail::check(microsip_cpim_content_type(get(), &content_type_));
    return detail::view(content_type_);
}

inline size_t CPIM::content_header_count() const {
    size_t count_ = {};
    detail::check(microsip_cpim_content_header_count(get(), &count_));
    return count_;
}

inline std::optional<std::tuple<std::string_view, std::string_view>> CPIM::content_header_at(size_t index) const {
    const char *name_ = nullptr;
    const char *value_ = nullptr;
    if (!detail::there(microsip_cpim_content_header_at(get(), index, &name_, &value_))) return std::nullopt;
    return std::tuple<std::string_view, std::string_view>{detail::view(name_), detail::view(value_)};
}

inline Bytes CPIM::content() const {
    microsip_bytes_t content_ = {0};
    detail::check(microsip_cpim_content(get(), &content_));
    return Bytes(content_);
}

inline CPIM::CPIM(const detail::Text &content_type, const uint8_t *content, size_t content_len) : Handle() {
    microsip_cpim_t cpim_ = {0};
    detail::check(microsip_cpim_new(content_type.get(), content, content_len, &cpim_));
    *this = CPIM(cpim_);
}

inline void CPIM::set_from(const detail::Text &from) const {
    detail::check(microsip_cpim_set_from(get(), from.get()));
}

inline void CPIM::add_to(const detail::Text &to) const {
    detail::check(microsip_cpim_add_to(get(), to.get()));
}

inline void CPIM::add_cc(const detail::Text &cc) const {
    detail::check(microsip_cpim_add_cc(get(), cc.get()));
}

inline void CPIM::set_date_time(int64_t date_time_unix_ms) const {
    detail::check(microsip_cpim_set_date_time(get(), date_time_unix_ms));
}

inline void CPIM::set_subject(const detail::Text &subject) const {
    detail::check(microsip_cpim_set_subject(get(), subject.get()));
}

inline void CPIM::set_message_id(const detail::Text &message_id) const {
    detail::check(microsip_cpim_set_message_id(get(), message_id.get()));
}

inline void CPIM::set_notify(bool positive_delivery, bool negative_delivery, bool processing, bool display) const {
    detail::check(microsip_cpim_set_notify(get(), positive_delivery, negative_delivery, processing, display));
}

inline void CPIM::add_header(const detail::Text &space, const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_cpim_add_header(get(), space.get(), name.get(), value.get()));
}

inline void CPIM::add_content_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_cpim_add_content_header(get(), name.get(), value.get()));
}

inline Bytes CPIM::to_bytes() const {
    microsip_bytes_t written_ = {0};
    detail::check(microsip_cpim_to_bytes(get(), &written_));
    return Bytes(written_);
}

inline size_t DialPlanResult::alternative() const {
    size_t alternative_ = {};
    detail::check(microsip_dial_plan_result_alternative(get(), &alternative_));
    return alternative_;
}

inline std::string_view DialPlanResult::pattern() const {
    const char *pattern_ = nullptr;
    detail::check(microsip_dial_plan_result_pattern(get(), &pattern_));
    return detail::view(pattern_);
}

inline std::string_view DialPlanResult::number() const {
    const char *number_ = nullptr;
    detail::check(microsip_dial_plan_result_number(get(), &number_));
    return detail::view(number_);
}

inline DialPlan DialPlan::parse(const detail::Text &source) {
    microsip_dial_plan_t plan_ = {0};
    detail::check(microsip_dial_plan_parse(source.get(), &plan_));
    return DialPlan(plan_);
}

inline std::string_view DialPlan::source() const {
    const char *source_ = nullptr;
    detail::check(microsip_dial_plan_source(get(), &source_));
    return detail::view(source_);
}

inline bool DialPlan::is_empty() const {
    bool is_empty_ = {};
    detail::check(microsip_dial_plan_is_empty(get(), &is_empty_));
    return is_empty_;
}

inline std::optional<DialPlanResult> DialPlan::apply(const detail::Text &number) const {
    microsip_dial_plan_result_t result_ = {0};
    if (!detail::there(microsip_dial_plan_apply(get(), number.get(), &result_))) return std::nullopt;
    return DialPlanResult(result_);
}

inline std::string_view DialledNumber::uri() const {
    const char *uri_ = nullptr;
    detail::check(microsip_dialled_number_uri(get(), &uri_));
    return detail::view(uri_);
}

inline std::string_view DialledNumber::request_uri(microsip_transport_t transport) const {
    const char *request_uri_ = nullptr;
    detail::check(microsip_dialled_number_request_uri(get(), transport, &request_uri_));
    return detail::view(request_uri_);
}

inline std::optional<std::string_view> DialledNumber::display_name() const {
    const char *display_name_ = nullptr;
    if (!detail::there(microsip_dialled_number_display_name(get(), &display_name_))) return std::nullopt;
    return detail::view(display_name_);
}

inline microsip_number_line_e DialledNumber::line() const {
    microsip_number_line_t line_ = {};
    detail::check(microsip_dialled_number_line(get(), &line_));
    return static_cast<microsip_number_line_e>(line_);
}

inline bool DialledNumber::is_phone_number() const {
    bool is_phone_number_ = {};
    detail::check(microsip_dialled_number_is_phone_number(get(), &is_phone_number_));
    return is_phone_number_;
}

inline bool DialledNumber::is_secure() const {
    bool is_secure_ = {};
    detail::check(microsip_dialled_number_is_secure(get(), &is_secure_));
    return is_secure_;
}

inline std::string_view DialledNumber::user() const {
    const char *user_ = nullptr;
    detail::check(microsip_dialled_number_user(get(), &user_));
    return detail::view(user_);
}

inline std::string_view DialledNumber::host() const {
    const char *host_ = nullptr;
    detail::check(microsip_dialled_number_host(get(), &host_));
    return detail::view(host_);
}

inline std::optional<std::string_view> DialledNumber::post_dial() const {
    const char *post_dial_ = nullptr;
    if (!detail::there(microsip_dialled_number_post_dial(get(), &post_dial_))) return std::nullopt;
    return detail::view(post_dial_);
}

inline size_t DialledNumber::post_dial_count() const {
    size_t post_dial_count_ = {};
    detail::check(microsip_dialled_number_post_dial_count(get(), &post_dial_count_));
    return post_dial_count_;
}

inline std::optional<std::tuple<uint64_t, std::string_view>> DialledNumber::post_dial_at(size_t index) const {
    uint64_t after_ms_ = {};
    const char *digits_ = nullptr;
    if (!detail::there(microsip_dialled_number_post_dial_at(get(), index, &after_ms_, &digits_))) return std::nullopt;
    return std::tuple<uint64_t, std::string_view>{after_ms_, detail::view(digits_)};
}

inline std::string_view DialogEntry::id() const {
    const char *id_ = nullptr;
    detail::check(microsip_dialog_entry_id(get(), &id_));
    return detail::view(id_);
}

inline std::optional<std::string_view> DialogEntry::call_id() const {
    const char *call_id_ = nullptr;
    if (!detail::there(microsip_dialog_entry_call_id(get(), &call_id_))) return std::nullopt;
    return detail::view(call_id_);
}

inline std::optional<std::string_view> DialogEntry::local_tag() const {
    const char *local_tag_ = nullptr;
    if (!detail::there(microsip_dialog_entry_local_tag(get(), &local_tag_))) return std::nullopt;
    return detail::view(local_tag_);
}

inline std::optional<std::string_view> DialogEntry::remote_tag() const {
    const char *remote_tag_ = nullptr;
    if (!detail::there(microsip_dialog_entry_remote_tag(get(), &remote_tag_))) return std::nullopt;
    return detail::view(remote_tag_);
}

inline std::optional<microsip_dialog_direction_e> DialogEntry::direction() const {
    microsip_dialog_direction_t direction_ = {};
    if (!detail::there(microsip_dialog_entry_direction(get(), &direction_))) return std::nullopt;
    return static_cast<microsip_dialog_direction_e>(direction_);
}

inline microsip_dialog_state_e DialogEntry::state() const {
    microsip_dialog_state_t state_ = {};
    detail::check(microsip_dialog_entry_state(get(), &state_));
    return static_cast<microsip_dialog_state_e>(state_);
}

inline std::optional<microsip_dialog_event_e> DialogEntry::event() const {
    microsip_dialog_event_t event_ = {};
    if (!detail::there(microsip_dialog_entry_event(get(), &event_))) return std::nullopt;
    return static_cast<microsip_dialog_event_e>(event_);
}

inline std::optional<uint16_t> DialogEntry::code() const {
    uint16_t code_ = {};
    if (!detail::there(microsip_dialog_entry_code(get(), &code_))) return std::nullopt;
    return code_;
}

inline std::optional<uint64_t> DialogEntry::duration_s() const {
    uint64_t duration_s_ = {};
    if (!detail::there(microsip_dialog_entry_duration_s(get(), &duration_s_))) return std::nullopt;
    return duration_s_;
}

inline std::optional<std::tuple<std::string_view, std::string_view, std::string_view>> DialogEntry::replaces() const {
    const char *call_id_ = nullptr;
    const char *local_tag_ = nullptr;
    const char *remote_tag_ = nullptr;
    if (!detail::there(microsip_dialog_entry_replaces(get(), &call_id_, &local_tag_, &remote_tag_))) return std::nullopt;
    return std::tuple<std::string_view, std::string_view, std::string_view>{detail::view(call_id_), detail::view(local_tag_), detail::view(remote_tag_)};
}

inline std::optional<std::string_view> DialogEntry::referred_by() const {
    const char *referred_by_ = nullptr;
    if (!detail::there(microsip_dialog_entry_referred_by(get(), &referred_by_))) return std::nullopt;
    return detail::view(referred_by_);
}

inline DialogParty DialogEntry::local() const {
    microsip_dialog_party_t party_ = {0};
    detail::check(microsip_dialog_entry_local(get(), &party_));
    return DialogParty(party_);
}

inline DialogParty DialogEntry::remote() const {
    microsip_dialog_party_t party_ = {0};
    detail::check(microsip_dialog_entry_remote(get(), &party_));
    return DialogParty(party_);
}

inline bool DialogEntry::is_live() const {
    bool live_ = {};
    detail::check(microsip_dialog_entry_is_live(get(), &live_));
    return live_;
}

inline bool DialogEntry::is_ringing() const {
    bool ringing_ = {};
    detail::check(microsip_dialog_entry_is_ringing(get(), &ringing_));
    return ringing_;
}

inline bool DialogEntry::is_on_hold() const {
    bool on_hold_ = {};
    detail::check(microsip_dialog_entry_is_on_hold(get(), &on_hold_));
    return on_hold_;
}

inline std::tuple<std::string_view, std::string_view, std::string_view> DialogEntry::replaces_at_remote() const {
    const char *call_id_ = nullptr;
    const char *to_tag_ = nullptr;
    const char *from_tag_ = nullptr;
    detail::check(microsip_dialog_entry_replaces_at_remote(get(), &call_id_, &to_tag_, &from_tag_));
    return std::tuple<std::string_view, std::string_view, std::string_view>{detail::view(call_id_), detail::view(to_tag_), detail::view(from_tag_)};
}

inline std::tuple<std::string_view, std::string_view, std::string_view> DialogEntry::replaces_at_local() const {
    const char *call_id_ = nullptr;
    const char *to_tag_ = nullptr;
    const char *from_tag_ = nullptr;
    detail::check(microsip_dialog_entry_replaces_at_local(get(), &call_id_, &to_tag_, &from_tag_));
    return std::tuple<std::string_view, std::string_view, std::string_view>{detail::view(call_id_), detail::view(to_tag_), detail::view(from_tag_)};
}

inline DialogEntry::DialogEntry(const detail::Text &id, microsip_dialog_state_t state) : Handle() {
    microsip_dialog_entry_t entry_ = {0};
    detail::check(microsip_dialog_entry_new(id.get(), state, &entry_));
    *this = DialogEntry(entry_);
}

inline void DialogEntry::set_ids(const detail::Text &call_id, const detail::Text &local_tag, const detail::Text &remote_tag) const {
    detail::check(microsip_dialog_entry_set_ids(get(), call_id.get(), local_tag.get(), remote_tag.get()));
}

inline void DialogEntry::set_direction(microsip_dialog_direction_t direction) const {
    detail::check(microsip_dialog_entry_set_direction(get(), direction));
}

inline void DialogEntry::set_event(microsip_dialog_event_t event, uint16_t code) const {
    detail::check(microsip_dialog_entry_set_event(get(), event, code));
}

inline void DialogEntry::set_duration(uint32_t duration_s) const {
    detail::check(microsip_dialog_entry_set_duration(get(), duration_s));
}

inline void DialogEntry::set_local(const DialogParty &party) const {
    detail::check(microsip_dialog_entry_set_local(get(), party.get()));
}

inline void DialogEntry::set_remote(const DialogParty &party) const {
    detail::check(microsip_dialog_entry_set_remote(get(), party.get()));
}

inline DialogParty::DialogParty(const detail::Text &identity, const detail::Text &display, const detail::Text &target) : Handle() {
    microsip_dialog_party_t party_ = {0};
    detail::check(microsip_dialog_party_new(identity.get(), display.get(), target.get(), &party_));
    *this = DialogParty(party_);
}

inline void DialogParty::add_parameter(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_dialog_party_add_parameter(get(), name.get(), value.get()));
}

inline std::optional<std::string_view> DialogParty::identity() const {
    const char *identity_ = nullptr;
    if (!detail::there(microsip_dialog_party_identity(get(), &identity_))) return std::nullopt;
    return detail::view(identity_);
}

inline std::optional<std::string_view> DialogParty::display() const {
    const char *display_ = nullptr;
    if (!detail::there(microsip_dialog_party_display(get(), &display_))) return std::nullopt;
    return detail::view(display_);
}

inline std::optional<std::string_view> DialogParty::target() const {
    const char *target_ = nullptr;
    if (!detail::there(microsip_dialog_party_target(get(), &target_))) return std::nullopt;
    return detail::view(target_);
}

inline size_t DialogParty::parameter_count() const {
    size_t count_ = {};
    detail::check(microsip_dialog_party_parameter_count(get(), &count_));
    return count_;
}

inline std::optional<std::tuple<std::string_view, std::string_view>> DialogParty::parameter_at(size_t index) const {
    const char *name_ = nullptr;
    const char *value_ = nullptr;
    if (!detail::there(microsip_dialog_party_parameter_at(get(), index, &name_, &value_))) return std::nullopt;
    return std::tuple<std::string_view, std::string_view>{detail::view(name_), detail::view(value_)};
}

inline DNSConfig::DNSConfig() : Handle() {
    microsip_dns_config_t config_ = {0};
    detail::check(microsip_dns_config_new(&config_));
    *this = DNSConfig(config_);
}

inline void DNSConfig::add_server(const detail::Text &address) const {
    detail::check(microsip_dns_config_add_server(get(), address.get()));
}

inline void DNSConfig::set_srv(bool yes) const {
    detail::check(microsip_dns_config_set_srv(get(), yes));
}

inline void DNSConfig::set_naptr(bool yes) const {
    detail::check(microsip_dns_config_set_naptr(get(), yes));
}

inline void DNSConfig::set_timeout(uint32_t longest_ms) const {
    detail::check(microsip_dns_config_set_timeout(get(), longest_ms));
}

inline void DNSConfig::set_target_timeout(uint32_t longest_ms) const {
    detail::check(microsip_dns_config_set_target_timeout(get(), longest_ms));
}

inline void DNSConfig::set_avoid_for(uint32_t time_ms) const {
    detail::check(microsip_dns_config_set_avoid_for(get(), time_ms));
}

inline void DNSConfig::set_hosts_file(const detail::Text &path) const {
    detail::check(microsip_dns_config_set_hosts_file(get(), path.get()));
}

inline DtmfOptions::DtmfOptions() : Handle() {
    microsip_dtmf_options_t options_ = {0};
    detail::check(microsip_dtmf_options_new(&options_));
    *this = DtmfOptions(options_);
}

inline void DtmfOptions::set_method(microsip_dtmf_method_t method) const {
    detail::check(microsip_dtmf_options_set_method(get(), method));
}

inline void DtmfOptions::set_duration(uint32_t duration_ms) const {
    detail::check(microsip_dtmf_options_set_duration(get(), duration_ms));
}

inline void DtmfOptions::set_gap(uint32_t gap_ms) const {
    detail::check(microsip_dtmf_options_set_gap(get(), gap_ms));
}

inline void DtmfOptions::set_pause(uint32_t pause_ms) const {
    detail::check(microsip_dtmf_options_set_pause(get(), pause_ms));
}

inline Emodel::Emodel() : Handle() {
    microsip_emodel_t model_ = {0};
    detail::check(microsip_emodel_new(&model_));
    *this = Emodel(model_);
}

inline void Emodel::set(microsip_emodel_parameter_t which, double value) const {
    detail::check(microsip_emodel_set(get(), which, value));
}

inline double Emodel::get_(microsip_emodel_parameter_t which) const {
    double value_ = {};
    detail::check(microsip_emodel_get(get(), which, &value_));
    return value_;
}

inline double Emodel::rating() const {
    double rating_ = {};
    detail::check(microsip_emodel_rating(get(), &rating_));
    return rating_;
}

inline std::tuple<double, double, double, double> Emodel::parts() const {
    double ro_ = {};
    double is_ = {};
    double id_ = {};
    double ie_eff_ = {};
    detail::check(microsip_emodel_parts(get(), &ro_, &is_, &id_, &ie_eff_));
    return std::tuple<double, double, double, double>{ro_, is_, id_, ie_eff_};
}

inline EndpointConfig::EndpointConfig() : Handle() {
    microsip_endpoint_config_t config_ = {0};
    detail::check(microsip_endpoint_config_new(&config_));
    *this = EndpointConfig(config_);
}

inline void EndpointConfig::clear_transports() const {
    detail::check(microsip_endpoint_config_clear_transports(get()));
}

inline void EndpointConfig::add_transport(microsip_transport_t transport, const detail::Text &bind) const {
    detail::check(microsip_endpoint_config_add_transport(get(), transport, bind.get()));
}

inline void EndpointConfig::set_user_agent(const detail::Text &user_agent) const {
    detail::check(microsip_endpoint_config_set_user_agent(get(), user_agent.get()));
}

inline void EndpointConfig::set_close_timeout(uint32_t timeout_ms) const {
    detail::check(microsip_endpoint_config_set_close_timeout(get(), timeout_ms));
}

inline void EndpointConfig::set_rtp_ports(uint16_t first, uint16_t last) const {
    detail::check(microsip_endpoint_config_set_rtp_ports(get(), first, last));
}

inline void EndpointConfig::set_codecs(const detail::Text &list) const {
    detail::check(microsip_endpoint_config_set_codecs(get(), list.get()));
}

inline void EndpointConfig::set_opus(const OpusOptions &options) const {
    detail::check(microsip_endpoint_config_set_opus(get(), options.get()));
}

inline void EndpointConfig::set_opus() const {
    detail::check(microsip_endpoint_config_set_opus(get(), microsip_opus_options_t{0}));
}

inline void EndpointConfig::set_ptime(uint32_t time_ms) const {
    detail::check(microsip_endpoint_config_set_ptime(get(), time_ms));
}

inline void EndpointConfig::set_prefer_own_codecs(bool yes) const {
    detail::check(microsip_endpoint_config_set_prefer_own_codecs(get(), yes));
}

inline void EndpointConfig::set_concealment(bool yes) const {
    detail::check(microsip_endpoint_config_set_concealment(get(), yes));
}

inline void EndpointConfig::set_bridge_rate(uint32_t hz) const {
    detail::check(microsip_endpoint_config_set_bridge_rate(get(), hz));
}

inline void EndpointConfig::set_dtmf_detection(microsip_dtmf_detection_t detection) const {
    detail::check(microsip_endpoint_config_set_dtmf_detection(get(), detection));
}

inline void EndpointConfig::set_speech_detection(const SpeechOptions &options) const {
    detail::check(microsip_endpoint_config_set_speech_detection(get(), options.get()));
}

inline void EndpointConfig::set_speech_detection() const {
    detail::check(microsip_endpoint_config_set_speech_detection(get(), microsip_speech_options_t{0}));
}

inline void EndpointConfig::clear_speech_detection() const {
    detail::check(microsip_endpoint_config_clear_speech_detection(get()));
}

inline void EndpointConfig::set_send_silence(bool yes) const {
    detail::check(microsip_endpoint_config_set_send_silence(get(), yes));
}

inline void EndpointConfig::set_silence_suppression(bool yes) const {
    detail::check(microsip_endpoint_config_set_silence_suppression(get(), yes));
}

inline void EndpointConfig::set_tls(const TLSConfig &tls) const {
    detail::check(microsip_endpoint_config_set_tls(get(), tls.get()));
}

inline void EndpointConfig::set_tls() const {
    detail::check(microsip_endpoint_config_set_tls(get(), microsip_tls_config_t{0}));
}

inline void EndpointConfig::set_nat(const NATConfig &nat) const {
    detail::check(microsip_endpoint_config_set_nat(get(), nat.get()));
}

inline void EndpointConfig::set_nat() const {
    detail::check(microsip_endpoint_config_set_nat(get(), microsip_nat_config_t{0}));
}

inline void EndpointConfig::set_dns(const DNSConfig &dns) const {
    detail::check(microsip_endpoint_config_set_dns(get(), dns.get()));
}

inline void EndpointConfig::set_dns() const {
    detail::check(microsip_endpoint_config_set_dns(get(), microsip_dns_config_t{0}));
}

inline void EndpointConfig::set_guard(const GuardConfig &guard_config) const {
    detail::check(microsip_endpoint_config_set_guard(get(), guard_config.get()));
}

inline void EndpointConfig::set_guard() const {
    detail::check(microsip_endpoint_config_set_guard(get(), microsip_guard_config_t{0}));
}

inline void EndpointConfig::set_quality(const QualityConfig &quality) const {
    detail::check(microsip_endpoint_config_set_quality(get(), quality.get()));
}

inline void EndpointConfig::set_quality() const {
    detail::check(microsip_endpoint_config_set_quality(get(), microsip_quality_config_t{0}));
}

inline void EndpointConfig::set_messages(const MessageConfig &messages) const {
    detail::check(microsip_endpoint_config_set_messages(get(), messages.get()));
}

inline void EndpointConfig::set_messages() const {
    detail::check(microsip_endpoint_config_set_messages(get(), microsip_message_config_t{0}));
}

inline void EndpointConfig::set_policy(const CallPolicy &policy) const {
    detail::check(microsip_endpoint_config_set_policy(get(), policy.get()));
}

inline void EndpointConfig::set_switch_to_tcp(bool yes) const {
    detail::check(microsip_endpoint_config_set_switch_to_tcp(get(), yes));
}

inline void EndpointConfig::set_dscp_sip(uint32_t dscp) const {
    detail::check(microsip_endpoint_config_set_dscp_sip(get(), dscp));
}

inline void EndpointConfig::clear_dscp_sip() const {
    detail::check(microsip_endpoint_config_clear_dscp_sip(get()));
}

inline void EndpointConfig::set_dscp_rtp(uint32_t dscp) const {
    detail::check(microsip_endpoint_config_set_dscp_rtp(get(), dscp));
}

inline void EndpointConfig::clear_dscp_rtp() const {
    detail::check(microsip_endpoint_config_clear_dscp_rtp(get()));
}

inline void EndpointConfig::set_max_calls(uint32_t calls) const {
    detail::check(microsip_endpoint_config_set_max_calls(get(), calls));
}

inline void EndpointConfig::set_max_accounts(uint32_t accounts) const {
    detail::check(microsip_endpoint_config_set_max_accounts(get(), accounts));
}

inline void EndpointConfig::set_log_level(microsip_log_level_t level) const {
    detail::check(microsip_endpoint_config_set_log_level(get(), level));
}

inline void EndpointConfig::set_incoming(uint16_t code) const {
    detail::check(microsip_endpoint_config_set_incoming(get(), code));
}

inline void EndpointConfig::set_transfers(microsip_transfer_policy_t in_call, microsip_transfer_policy_t outside, microsip_replaces_policy_t replaces) const {
    detail::check(microsip_endpoint_config_set_transfers(get(), in_call, outside, replaces));
}

inline void EndpointConfig::set_options(microsip_options_policy_t policy) const {
    detail::check(microsip_endpoint_config_set_options(get(), policy));
}

inline void EndpointConfig::set_rport(bool yes) const {
    detail::check(microsip_endpoint_config_set_rport(get(), yes));
}

inline void EndpointConfig::set_gather(uint32_t longest_ms) const {
    detail::check(microsip_endpoint_config_set_gather(get(), longest_ms));
}

inline void EndpointConfig::set_event_capacity(size_t events) const {
    detail::check(microsip_endpoint_config_set_event_capacity(get(), events));
}

inline void EndpointConfig::set_transaction_timeout(uint32_t longest_ms) const {
    detail::check(microsip_endpoint_config_set_transaction_timeout(get(), longest_ms));
}

inline void EndpointConfig::set_trace(bool yes) const {
    detail::check(microsip_endpoint_config_set_trace(get(), yes));
}

inline void EndpointConfig::set_network_watch(bool yes) const {
    detail::check(microsip_endpoint_config_set_network_watch(get(), yes));
}

inline void EndpointConfig::clear_network_watch() const {
    detail::check(microsip_endpoint_config_clear_network_watch(get()));
}

inline void EndpointConfig::set_audio_devices(const AudioDeviceOptions &options) const {
    detail::check(microsip_endpoint_config_set_audio_devices(get(), options.get()));
}

inline void EndpointConfig::set_audio_devices() const {
    detail::check(microsip_endpoint_config_set_audio_devices(get(), microsip_audio_device_options_t{0}));
}

inline void EndpointConfig::clear_audio_devices() const {
    detail::check(microsip_endpoint_config_clear_audio_devices(get()));
}

inline Endpoint Endpoint::start(const EndpointConfig &config) {
    microsip_endpoint_t endpoint_ = {0};
    detail::check(microsip_endpoint_start(config.get(), &endpoint_));
    return Endpoint(endpoint_);
}

inline Endpoint Endpoint::start() {
    microsip_endpoint_t endpoint_ = {0};
    detail::check(microsip_endpoint_start(microsip_endpoint_config_t{0}, &endpoint_));
    return Endpoint(endpoint_);
}

inline void Endpoint::close() const {
    detail::check(microsip_endpoint_close(get()));
}

inline Account Endpoint::add_account(const AccountConfig &config) const {
    microsip_account_t account_ = {0};
    detail::check(microsip_endpoint_add_account(get(), config.get(), &account_));
    return Account(account_);
}

inline void Endpoint::hang_up_all() const {
    detail::check(microsip_endpoint_hang_up_all(get()));
}

inline uint16_t Endpoint::local_port(microsip_transport_t transport) const {
    uint16_t port_ = {};
    detail::check(microsip_endpoint_local_port(get(), transport, &port_));
    return port_;
}

inline CodecList Endpoint::codecs() const {
    microsip_codec_list_t list_ = {0};
    detail::check(microsip_endpoint_codecs(get(), &list_));
    return CodecList(list_);
}

template <class F>
inline Callback Endpoint::on_event(F &&callback) const {
    using Function = std::decay_t<F>;
    auto owned_ = std::make_unique<Function>(std::forward<F>(callback));
    microsip_callback_t handle_ = {0};
    detail::check(microsip_endpoint_on_event(get(), [](microsip_event_t event_in, void *user_data) noexcept {
            try {
                (*static_cast<Function *>(user_data))(detail::Lent<Event>(event_in).get());
            } catch (...) {
                detail::escaped();
            }
        }, owned_.release(), detail::destroy<Function>, &handle_));
    return Callback(handle_);
}

inline void Endpoint::set_incoming(uint16_t code) const {
    detail::check(microsip_endpoint_set_incoming(get(), code));
}

inline void Endpoint::set_policy(const CallPolicy &policy) const {
    detail::check(microsip_endpoint_set_policy(get(), policy.get()));
}

inline void Endpoint::set_transfers(microsip_transfer_policy_t in_call, microsip_transfer_policy_t outside, microsip_replaces_policy_t replaces) const {
    detail::check(microsip_endpoint_set_transfers(get(), in_call, outside, replaces));
}

inline std::string_view Endpoint::local_address(microsip_transport_t transport) const {
    const char *address_ = nullptr;
    detail::check(microsip_endpoint_local_address(get(), transport, &address_));
    return detail::view(address_);
}

inline ServerList Endpoint::resolve(const detail::Text &uri) const {
    microsip_server_list_t list_ = {0};
    detail::check(microsip_endpoint_resolve(get(), uri.get(), &list_));
    return ServerList(list_);
}

inline void Endpoint::network_changed() const {
    detail::check(microsip_endpoint_network_changed(get()));
}

inline uint32_t Endpoint::clock_rate() const {
    uint32_t hz_ = {};
    detail::check(microsip_endpoint_clock_rate(get(), &hz_));
    return hz_;
}

inline uint64_t Endpoint::round_trip() const {
    uint64_t microseconds_ = {};
    detail::check(microsip_endpoint_round_trip(get(), &microseconds_));
    return microseconds_;
}

inline uint64_t Endpoint::counter(microsip_counter_t counter) const {
    uint64_t value_ = {};
    detail::check(microsip_endpoint_counter(get(), counter, &value_));
    return value_;
}

inline StunInfo Endpoint::stun() const {
    microsip_stun_info_t stun_info_ = {0};
    detail::check(microsip_endpoint_stun(get(), &stun_info_));
    return StunInfo(stun_info_);
}

inline AccountList Endpoint::accounts() const {
    microsip_account_list_t list_ = {0};
    detail::check(microsip_endpoint_accounts(get(), &list_));
    return AccountList(list_);
}

inline CallList Endpoint::calls() const {
    microsip_call_list_t list_ = {0};
    detail::check(microsip_endpoint_calls(get(), &list_));
    return CallList(list_);
}

inline AddressList Endpoint::local_addresses() const {
    microsip_address_list_t list_ = {0};
    detail::check(microsip_endpoint_local_addresses(get(), &list_));
    return AddressList(list_);
}

inline Events Endpoint::events() const {
    microsip_events_t events_ = {0};
    detail::check(microsip_endpoint_events(get(), &events_));
    return Events(events_);
}

inline Conference Endpoint::conference(const ConferenceOptions &options) const {
    microsip_conference_t conference_ = {0};
    detail::check(microsip_endpoint_conference(get(), options.get(), &conference_));
    return Conference(conference_);
}

inline Conference Endpoint::conference() const {
    microsip_conference_t conference_ = {0};
    detail::check(microsip_endpoint_conference(get(), microsip_conference_options_t{0}, &conference_));
    return Conference(conference_);
}

inline AudioDevices Endpoint::open_audio(const AudioDeviceOptions &options) const {
    microsip_audio_devices_t devices_ = {0};
    detail::check(microsip_endpoint_open_audio(get(), options.get(), &devices_));
    return AudioDevices(devices_);
}

inline AudioDevices Endpoint::open_audio() const {
    microsip_audio_devices_t devices_ = {0};
    detail::check(microsip_endpoint_open_audio(get(), microsip_audio_device_options_t{0}, &devices_));
    return AudioDevices(devices_);
}

inline std::optional<AudioDevices> Endpoint::audio() const {
    microsip_audio_devices_t devices_ = {0};
    if (!detail::there(microsip_endpoint_audio(get(), &devices_))) return std::nullopt;
    return AudioDevices(devices_);
}

inline void Endpoint::watch_audio_devices(bool on) const {
    detail::check(microsip_endpoint_watch_audio_devices(get(), on));
}

inline Conference Endpoint::bridge(const Call &one, const Call &other) const {
    microsip_conference_t conference_ = {0};
    detail::check(microsip_endpoint_bridge(get(), one.get(), other.get(), &conference_));
    return Conference(conference_);
}

inline void Endpoint::connect(const Node &from, const Node &to, float gain_db) const {
    detail::check(microsip_endpoint_connect(get(), from.get(), to.get(), gain_db));
}

inline void Endpoint::disconnect(const Node &from, const Node &to) const {
    detail::check(microsip_endpoint_disconnect(get(), from.get(), to.get()));
}

inline Player Endpoint::play(const char *const *paths, size_t count, const PlayOptions &options) const {
    microsip_player_t player_ = {0};
    detail::check(microsip_endpoint_play(get(), paths, count, options.get(), &player_));
    return Player(player_);
}

inline Player Endpoint::play(const char *const *paths, size_t count) const {
    microsip_player_t player_ = {0};
    detail::check(microsip_endpoint_play(get(), paths, count, microsip_play_options_t{0}, &player_));
    return Player(player_);
}

inline Recorder Endpoint::record(const detail::Text &path, const RecordOptions &options) const {
    microsip_recorder_t recorder_ = {0};
    detail::check(microsip_endpoint_record(get(), path.get(), options.get(), &recorder_));
    return Recorder(recorder_);
}

inline Recorder Endpoint::record(const detail::Text &path) const {
    microsip_recorder_t recorder_ = {0};
    detail::check(microsip_endpoint_record(get(), path.get(), microsip_record_options_t{0}, &recorder_));
    return Recorder(recorder_);
}

inline AudioSink Endpoint::audio_sink(const AudioSinkOptions &options) const {
    microsip_audio_sink_t sink_ = {0};
    detail::check(microsip_endpoint_audio_sink(get(), options.get(), &sink_));
    return AudioSink(sink_);
}

inline AudioSink Endpoint::audio_sink() const {
    microsip_audio_sink_t sink_ = {0};
    detail::check(microsip_endpoint_audio_sink(get(), microsip_audio_sink_options_t{0}, &sink_));
    return AudioSink(sink_);
}

inline AudioSource Endpoint::audio_source(const AudioSourceOptions &options) const {
    microsip_audio_source_t source_ = {0};
    detail::check(microsip_endpoint_audio_source(get(), options.get(), &source_));
    return AudioSource(source_);
}

inline AudioSource Endpoint::audio_source() const {
    microsip_audio_source_t source_ = {0};
    detail::check(microsip_endpoint_audio_source(get(), microsip_audio_source_options_t{0}, &source_));
    return AudioSource(source_);
}

inline TonePlayer Endpoint::play_tone(const Tone &tone, uint32_t longest_ms) const {
    microsip_tone_player_t player_ = {0};
    detail::check(microsip_endpoint_play_tone(get(), tone.get(), longest_ms, &player_));
    return TonePlayer(player_);
}

inline microsip_status_t Failure::status() const {
    microsip_status_t status_ = {};
    detail::check(microsip_error_status(get(), &status_));
    return status_;
}

inline std::string_view Failure::message() const {
    const char *message_ = nullptr;
    detail::check(microsip_error_message(get(), &message_));
    return detail::view(message_);
}

inline std::string_view Failure::operation() const {
    const char *operation_ = nullptr;
    detail::check(microsip_error_operation(get(), &operation_));
    return detail::view(operation_);
}

inline std::string_view Failure::code() const {
    const char *code_ = nullptr;
    detail::check(microsip_error_code(get(), &code_));
    return detail::view(code_);
}

inline std::string_view Failure::meaning() const {
    const char *meaning_ = nullptr;
    detail::check(microsip_error_meaning(get(), &meaning_));
    return detail::view(meaning_);
}

inline std::string_view Failure::advice() const {
    const char *advice_ = nullptr;
    detail::check(microsip_error_advice(get(), &advice_));
    return detail::view(advice_);
}

inline std::optional<int32_t> Failure::pj_status() const {
    int32_t pj_status_ = {};
    if (!detail::there(microsip_error_pj_status(get(), &pj_status_))) return std::nullopt;
    return pj_status_;
}

inline std::optional<uint16_t> Failure::sip_status() const {
    uint16_t sip_status_ = {};
    if (!detail::there(microsip_error_sip_status(get(), &sip_status_))) return std::nullopt;
    return sip_status_;
}

inline std::optional<Call> Event::call() const {
    microsip_call_t call_ = {0};
    if (!detail::there(microsip_event_call(get(), &call_))) return std::nullopt;
    return Call(call_);
}

inline std::optional<Player> Event::player() const {
    microsip_player_t player_ = {0};
    if (!detail::there(microsip_event_player(get(), &player_))) return std::nullopt;
    return Player(player_);
}

inline std::optional<microsip_play_end_e> Event::play_end() const {
    microsip_play_end_t end_ = {};
    if (!detail::there(microsip_event_play_end(get(), &end_))) return std::nullopt;
    return static_cast<microsip_play_end_e>(end_);
}

inline std::optional<TonePlayer> Event::tone_player() const {
    microsip_tone_player_t player_ = {0};
    if (!detail::there(microsip_event_tone_player(get(), &player_))) return std::nullopt;
    return TonePlayer(player_);
}

inline std::optional<Recorder> Event::recorder() const {
    microsip_recorder_t recorder_ = {0};
    if (!detail::there(microsip_event_recorder(get(), &recorder_))) return std::nullopt;
    return Recorder(recorder_);
}

inline std::optional<RecordingInfo> Event::recording_info() const {
    microsip_recording_info_t info_ = {0};
    if (!detail::there(microsip_event_recording_info(get(), &info_))) return std::nullopt;
    return RecordingInfo(info_);
}

inline std::optional<microsip_xrun_e> Event::xrun() const {
    microsip_xrun_t xrun_ = {};
    if (!detail::there(microsip_event_xrun(get(), &xrun_))) return std::nullopt;
    return static_cast<microsip_xrun_e>(xrun_);
}

inline std::optional<uint64_t> Event::xrun_stream() const {
    uint64_t id_ = {};
    if (!detail::there(microsip_event_xrun_stream(get(), &id_))) return std::nullopt;
    return id_;
}

inline std::optional<uint64_t> Event::xrun_samples() const {
    uint64_t samples_ = {};
    if (!detail::there(microsip_event_xrun_samples(get(), &samples_))) return std::nullopt;
    return samples_;
}

inline std::optional<uint64_t> Event::xrun_total() const {
    uint64_t total_ = {};
    if (!detail::there(microsip_event_xrun_total(get(), &total_))) return std::nullopt;
    return total_;
}

inline std::optional<CallInfo> Event::call_info() const {
    microsip_call_info_t info_ = {0};
    if (!detail::there(microsip_event_call_info(get(), &info_))) return std::nullopt;
    return CallInfo(info_);
}

inline std::optional<std::string_view> Event::redirect_target() const {
    const char *target_ = nullptr;
    if (!detail::there(microsip_event_redirect_target(get(), &target_))) return std::nullopt;
    return detail::view(target_);
}

inline std::optional<bool> Event::redirect_followed() const {
    bool followed_ = {};
    if (!detail::there(microsip_event_redirect_followed(get(), &followed_))) return std::nullopt;
    return followed_;
}

inline std::optional<Call> Event::replaced_by() const {
    microsip_call_t call_ = {0};
    if (!detail::there(microsip_event_replaced_by(get(), &call_))) return std::nullopt;
    return Call(call_);
}

inline std::optional<microsip_session_request_e> Event::session_request() const {
    microsip_session_request_t request_ = {};
    if (!detail::there(microsip_event_session_request(get(), &request_))) return std::nullopt;
    return static_cast<microsip_session_request_e>(request_);
}

inline std::optional<bool> Event::session_agreed() const {
    bool agreed_ = {};
    if (!detail::there(microsip_event_session_agreed(get(), &agreed_))) return std::nullopt;
    return agreed_;
}

inline std::optional<Stats> Event::stats() const {
    microsip_stats_t stats_ = {0};
    if (!detail::there(microsip_event_stats(get(), &stats_))) return std::nullopt;
    return Stats(stats_);
}

inline std::optional<Finding> Event::finding() const {
    microsip_finding_t finding_ = {0};
    if (!detail::there(microsip_event_finding(get(), &finding_))) return std::nullopt;
    return Finding(finding_);
}

inline std::optional<Conference> Event::conference() const {
    microsip_conference_t conference_ = {0};
    if (!detail::there(microsip_event_conference(get(), &conference_))) return std::nullopt;
    return Conference(conference_);
}

inline std::optional<microsip_conference_change_e> Event::conference_change() const {
    microsip_conference_change_t change_ = {};
    if (!detail::there(microsip_event_conference_change(get(), &change_))) return std::nullopt;
    return static_cast<microsip_conference_change_e>(change_);
}

inline std::optional<AudioDeviceList> Event::added_devices() const {
    microsip_audio_device_list_t list_ = {0};
    if (!detail::there(microsip_event_added_devices(get(), &list_))) return std::nullopt;
    return AudioDeviceList(list_);
}

inline std::optional<AudioDeviceList> Event::removed_devices() const {
    microsip_audio_device_list_t list_ = {0};
    if (!detail::there(microsip_event_removed_devices(get(), &list_))) return std::nullopt;
    return AudioDeviceList(list_);
}

inline std::optional<AudioDevices> Event::audio_devices() const {
    microsip_audio_devices_t devices_ = {0};
    if (!detail::there(microsip_event_audio_devices(get(), &devices_))) return std::nullopt;
    return AudioDevices(devices_);
}

inline std::optional<microsip_device_role_e> Event::device_role() const {
    microsip_device_role_t role_ = {};
    if (!detail::there(microsip_event_device_role(get(), &role_))) return std::nullopt;
    return static_cast<microsip_device_role_e>(role_);
}

inline std::optional<AudioDevice> Event::audio_device() const {
    microsip_audio_device_t device_ = {0};
    if (!detail::there(microsip_event_audio_device(get(), &device_))) return std::nullopt;
    return AudioDevice(device_);
}

inline std::optional<AudioDevice> Event::replacement_device() const {
    microsip_audio_device_t device_ = {0};
    if (!detail::there(microsip_event_replacement_device(get(), &device_))) return std::nullopt;
    return AudioDevice(device_);
}

inline std::optional<Failure> Event::error() const {
    microsip_error_t error_ = {0};
    if (!detail::there(microsip_event_error(get(), &error_))) return std::nullopt;
    return Failure(error_);
}

inline std::optional<GuardReport> Event::guard() const {
    microsip_guard_report_t guard_report_ = {0};
    if (!detail::there(microsip_event_guard(get(), &guard_report_))) return std::nullopt;
    return GuardReport(guard_report_);
}

inline std::optional<char> Event::digit() const {
    char digit_ = {};
    if (!detail::there(microsip_event_digit(get(), &digit_))) return std::nullopt;
    return digit_;
}

inline std::optional<microsip_dtmf_method_e> Event::dtmf_method() const {
    microsip_dtmf_method_t method_ = {};
    if (!detail::there(microsip_event_dtmf_method(get(), &method_))) return std::nullopt;
    return static_cast<microsip_dtmf_method_e>(method_);
}

inline std::optional<uint32_t> Event::dtmf_duration_ms() const {
    uint32_t duration_ = {};
    if (!detail::there(microsip_event_dtmf_duration_ms(get(), &duration_))) return std::nullopt;
    return duration_;
}

inline std::optional<bool> Event::speaking() const {
    bool speaking_ = {};
    if (!detail::there(microsip_event_speaking(get(), &speaking_))) return std::nullopt;
    return speaking_;
}

inline std::optional<microsip_heard_tone_e> Event::heard_tone() const {
    microsip_heard_tone_t heard_ = {};
    if (!detail::there(microsip_event_heard_tone(get(), &heard_))) return std::nullopt;
    return static_cast<microsip_heard_tone_e>(heard_);
}

inline std::optional<uint32_t> Event::heard_frequency_hz() const {
    uint32_t frequency_ = {};
    if (!detail::there(microsip_event_heard_frequency_hz(get(), &frequency_))) return std::nullopt;
    return frequency_;
}

inline std::optional<int64_t> Event::heard_unix_ms() const {
    int64_t at_ = {};
    if (!detail::there(microsip_event_heard_unix_ms(get(), &at_))) return std::nullopt;
    return at_;
}

inline std::optional<uint64_t> Event::heard_position_ms() const {
    uint64_t position_ = {};
    if (!detail::there(microsip_event_heard_position_ms(get(), &position_))) return std::nullopt;
    return position_;
}

inline std::optional<uint32_t> Event::heard_delay_ms() const {
    uint32_t delay_ = {};
    if (!detail::there(microsip_event_heard_delay_ms(get(), &delay_))) return std::nullopt;
    return delay_;
}

inline std::optional<microsip_tap_e> Event::heard_tap() const {
    microsip_tap_t tap_ = {};
    if (!detail::there(microsip_event_heard_tap(get(), &tap_))) return std::nullopt;
    return static_cast<microsip_tap_e>(tap_);
}

inline microsip_event_kind_e Event::kind() const {
    microsip_event_kind_t kind_ = {};
    detail::check(microsip_event_kind(get(), &kind_));
    return static_cast<microsip_event_kind_e>(kind_);
}

inline std::string_view Event::name() const {
    const char *name_ = nullptr;
    detail::check(microsip_event_name(get(), &name_));
    return detail::view(name_);
}

inline std::optional<ReceivedMessage> Event::message() const {
    microsip_received_message_t message_ = {0};
    if (!detail::there(microsip_event_message(get(), &message_))) return std::nullopt;
    return ReceivedMessage(message_);
}

inline std::optional<SentMessage> Event::sent_message() const {
    microsip_sent_message_t message_ = {0};
    if (!detail::there(microsip_event_sent_message(get(), &message_))) return std::nullopt;
    return SentMessage(message_);
}

inline std::optional<microsip_message_status_e> Event::message_status() const {
    microsip_message_status_t status_ = {};
    if (!detail::there(microsip_event_message_status(get(), &status_))) return std::nullopt;
    return static_cast<microsip_message_status_e>(status_);
}

inline std::optional<PeerTyping> Event::typing() const {
    microsip_peer_typing_t typing_ = {0};
    if (!detail::there(microsip_event_typing(get(), &typing_))) return std::nullopt;
    return PeerTyping(typing_);
}

inline std::optional<NetworkChange> Event::network_change() const {
    microsip_network_change_t network_change_ = {0};
    if (!detail::there(microsip_event_network_change(get(), &network_change_))) return std::nullopt;
    return NetworkChange(network_change_);
}

inline std::optional<Subscription> Event::subscription() const {
    microsip_subscription_t subscription_ = {0};
    if (!detail::there(microsip_event_subscription(get(), &subscription_))) return std::nullopt;
    return Subscription(subscription_);
}

inline std::optional<SubscriptionInfo> Event::subscription_info() const {
    microsip_subscription_info_t info_ = {0};
    if (!detail::there(microsip_event_subscription_info(get(), &info_))) return std::nullopt;
    return SubscriptionInfo(info_);
}

inline std::optional<Notification> Event::notification() const {
    microsip_notification_t notification_ = {0};
    if (!detail::there(microsip_event_notification(get(), &notification_))) return std::nullopt;
    return Notification(notification_);
}

inline std::optional<Watcher> Event::watcher() const {
    microsip_watcher_t watcher_ = {0};
    if (!detail::there(microsip_event_watcher(get(), &watcher_))) return std::nullopt;
    return Watcher(watcher_);
}

inline std::optional<microsip_watcher_state_e> Event::watcher_state() const {
    microsip_watcher_state_t state_ = {};
    if (!detail::there(microsip_event_watcher_state(get(), &state_))) return std::nullopt;
    return static_cast<microsip_watcher_state_e>(state_);
}

inline std::optional<std::tuple<microsip_end_reason_e, std::string_view>> Event::watcher_end_reason() const {
    microsip_end_reason_t reason_ = {};
    const char *words_ = nullptr;
    if (!detail::there(microsip_event_watcher_end_reason(get(), &reason_, &words_))) return std::nullopt;
    return std::tuple<microsip_end_reason_e, std::string_view>{static_cast<microsip_end_reason_e>(reason_), detail::view(words_)};
}

inline std::optional<Publication> Event::publication() const {
    microsip_publication_t publication_ = {0};
    if (!detail::there(microsip_event_publication(get(), &publication_))) return std::nullopt;
    return Publication(publication_);
}

inline std::optional<PublicationInfo> Event::publication_info() const {
    microsip_publication_info_t info_ = {0};
    if (!detail::there(microsip_event_publication_info(get(), &info_))) return std::nullopt;
    return PublicationInfo(info_);
}

inline std::optional<Buddy> Event::buddy() const {
    microsip_buddy_t buddy_ = {0};
    if (!detail::there(microsip_event_buddy(get(), &buddy_))) return std::nullopt;
    return Buddy(buddy_);
}

inline std::optional<PresenceStatus> Event::presence_status() const {
    microsip_presence_status_t status_ = {0};
    if (!detail::there(microsip_event_presence_status(get(), &status_))) return std::nullopt;
    return PresenceStatus(status_);
}

inline std::optional<WatchedLine> Event::watched_line() const {
    microsip_watched_line_t line_ = {0};
    if (!detail::there(microsip_event_watched_line(get(), &line_))) return std::nullopt;
    return WatchedLine(line_);
}

inline std::optional<LineInfo> Event::line_info() const {
    microsip_line_info_t info_ = {0};
    if (!detail::there(microsip_event_line_info(get(), &info_))) return std::nullopt;
    return LineInfo(info_);
}

inline std::optional<Mailbox> Event::mailbox() const {
    microsip_mailbox_t mailbox_ = {0};
    if (!detail::there(microsip_event_mailbox(get(), &mailbox_))) return std::nullopt;
    return Mailbox(mailbox_);
}

inline std::optional<MessageSummary> Event::message_summary() const {
    microsip_message_summary_t summary_ = {0};
    if (!detail::there(microsip_event_message_summary(get(), &summary_))) return std::nullopt;
    return MessageSummary(summary_);
}

inline std::optional<Account> Event::account() const {
    microsip_account_t account_ = {0};
    if (!detail::there(microsip_event_account(get(), &account_))) return std::nullopt;
    return Account(account_);
}

inline std::optional<Registration> Event::registration() const {
    microsip_registration_t registration_ = {0};
    if (!detail::there(microsip_event_registration(get(), &registration_))) return std::nullopt;
    return Registration(registration_);
}

inline std::optional<uint64_t> Event::missed() const {
    uint64_t missed_ = {};
    if (!detail::there(microsip_event_missed(get(), &missed_))) return std::nullopt;
    return missed_;
}

inline std::optional<SIPMessage> Event::sip_message() const {
    microsip_sip_message_t message_ = {0};
    if (!detail::there(microsip_event_sip_message(get(), &message_))) return std::nullopt;
    return SIPMessage(message_);
}

inline std::optional<Request> Event::request() const {
    microsip_request_t request_ = {0};
    if (!detail::there(microsip_event_request(get(), &request_))) return std::nullopt;
    return Request(request_);
}

inline std::optional<Response> Event::response() const {
    microsip_response_t response_ = {0};
    if (!detail::there(microsip_event_response(get(), &response_))) return std::nullopt;
    return Response(response_);
}

inline std::optional<StunInfo> Event::stun() const {
    microsip_stun_info_t stun_info_ = {0};
    if (!detail::there(microsip_event_stun(get(), &stun_info_))) return std::nullopt;
    return StunInfo(stun_info_);
}

inline std::optional<Trace> Event::trace() const {
    microsip_trace_t trace_ = {0};
    if (!detail::there(microsip_event_trace(get(), &trace_))) return std::nullopt;
    return Trace(trace_);
}

inline std::optional<TransferProgress> Event::transfer_progress() const {
    microsip_transfer_progress_t progress_ = {0};
    if (!detail::there(microsip_event_transfer_progress(get(), &progress_))) return std::nullopt;
    return TransferProgress(progress_);
}

inline std::optional<TransferRequest> Event::transfer_request() const {
    microsip_transfer_request_t request_ = {0};
    if (!detail::there(microsip_event_transfer_request(get(), &request_))) return std::nullopt;
    return TransferRequest(request_);
}

inline std::optional<Call> Event::transferred_from() const {
    microsip_call_t call_ = {0};
    if (!detail::there(microsip_event_transferred_from(get(), &call_))) return std::nullopt;
    return Call(call_);
}

inline std::optional<std::string_view> Event::transferred_target() const {
    const char *target_ = nullptr;
    if (!detail::there(microsip_event_transferred_target(get(), &target_))) return std::nullopt;
    return detail::view(target_);
}

inline std::optional<TransportSwitch> Event::transport_switch() const {
    microsip_transport_switch_t transport_switch_ = {0};
    if (!detail::there(microsip_event_transport_switch(get(), &transport_switch_))) return std::nullopt;
    return TransportSwitch(transport_switch_);
}

inline Event Events::next(uint32_t timeout_ms) const {
    microsip_event_t event_ = {0};
    detail::check(microsip_events_next(get(), timeout_ms, &event_));
    return Event(event_);
}

inline int32_t Events::fd() const {
    int32_t fd_ = {};
    detail::check(microsip_events_fd(get(), &fd_));
    return fd_;
}

inline void * Events::handle() const {
    void * handle_ = {};
    detail::check(microsip_events_handle(get(), &handle_));
    return handle_;
}

inline void Events::close() const {
    detail::check(microsip_events_close(get()));
}

inline microsip_finding_kind_e Finding::kind() const {
    microsip_finding_kind_t kind_ = {};
    detail::check(microsip_finding_kind(get(), &kind_));
    return static_cast<microsip_finding_kind_e>(kind_);
}

inline std::string_view Finding::name() const {
    const char *name_ = nullptr;
    detail::check(microsip_finding_name(get(), &name_));
    return detail::view(name_);
}

inline std::string_view Finding::text() const {
    const char *text_ = nullptr;
    detail::check(microsip_finding_text(get(), &text_));
    return detail::view(text_);
}

inline bool Finding::is_fault() const {
    bool fault_ = {};
    detail::check(microsip_finding_is_fault(get(), &fault_));
    return fault_;
}

inline std::optional<uint64_t> Finding::since_ms() const {
    uint64_t since_ = {};
    if (!detail::there(microsip_finding_since_ms(get(), &since_))) return std::nullopt;
    return since_;
}

inline std::optional<double> Finding::level_dbov() const {
    double level_ = {};
    if (!detail::there(microsip_finding_level_dbov(get(), &level_))) return std::nullopt;
    return level_;
}

inline std::optional<uint64_t> Finding::packets() const {
    uint64_t packets_ = {};
    if (!detail::there(microsip_finding_packets(get(), &packets_))) return std::nullopt;
    return packets_;
}

inline std::optional<std::string_view> Finding::announced() const {
    const char *address_ = nullptr;
    if (!detail::there(microsip_finding_announced(get(), &address_))) return std::nullopt;
    return detail::view(address_);
}

inline std::optional<std::string_view> Finding::actual() const {
    const char *address_ = nullptr;
    if (!detail::there(microsip_finding_actual(get(), &address_))) return std::nullopt;
    return detail::view(address_);
}

inline size_t Findings::count() const {
    size_t count_ = {};
    detail::check(microsip_findings_count(get(), &count_));
    return count_;
}

inline std::optional<Finding> Findings::at(size_t index) const {
    microsip_finding_t finding_ = {0};
    if (!detail::there(microsip_findings_at(get(), index, &finding_))) return std::nullopt;
    return Finding(finding_);
}

inline GuardConfig::GuardConfig() : Handle() {
    microsip_guard_config_t config_ = {0};
    detail::check(microsip_guard_config_new(&config_));
    *this = GuardConfig(config_);
}

inline void GuardConfig::set_enabled(bool yes) const {
    detail::check(microsip_guard_config_set_enabled(get(), yes));
}

inline void GuardConfig::set_invites(uint32_t per_second, uint32_t burst) const {
    detail::check(microsip_guard_config_set_invites(get(), per_second, burst));
}

inline void GuardConfig::set_requests(uint32_t per_second, uint32_t burst) const {
    detail::check(microsip_guard_config_set_requests(get(), per_second, burst));
}

inline void GuardConfig::set_refusal(uint16_t code) const {
    detail::check(microsip_guard_config_set_refusal(get(), code));
}

inline void GuardConfig::clear_scanners() const {
    detail::check(microsip_guard_config_clear_scanners(get()));
}

inline void GuardConfig::add_scanner(const detail::Text &name) const {
    detail::check(microsip_guard_config_add_scanner(get(), name.get()));
}

inline void GuardConfig::add_trusted(const detail::Text &network) const {
    detail::check(microsip_guard_config_add_trusted(get(), network.get()));
}

inline void GuardConfig::set_trust_loopback(bool yes) const {
    detail::check(microsip_guard_config_set_trust_loopback(get(), yes));
}

inline void GuardConfig::set_trust_registrars(bool yes) const {
    detail::check(microsip_guard_config_set_trust_registrars(get(), yes));
}

inline void GuardConfig::set_sources(uint32_t most) const {
    detail::check(microsip_guard_config_set_sources(get(), most));
}

inline void GuardConfig::set_report_every(uint32_t time_ms) const {
    detail::check(microsip_guard_config_set_report_every(get(), time_ms));
}

inline std::string_view GuardReport::source() const {
    const char *source_ = nullptr;
    detail::check(microsip_guard_report_source(get(), &source_));
    return detail::view(source_);
}

inline microsip_guard_reason_e GuardReport::reason() const {
    microsip_guard_reason_t reason_ = {};
    detail::check(microsip_guard_report_reason(get(), &reason_));
    return static_cast<microsip_guard_reason_e>(reason_);
}

inline uint64_t GuardReport::requests() const {
    uint64_t requests_ = {};
    detail::check(microsip_guard_report_requests(get(), &requests_));
    return requests_;
}

inline std::optional<std::string_view> GuardReport::user_agent() const {
    const char *user_agent_ = nullptr;
    if (!detail::there(microsip_guard_report_user_agent(get(), &user_agent_))) return std::nullopt;
    return detail::view(user_agent_);
}

inline HangUpOptions::HangUpOptions() : Handle() {
    microsip_hang_up_options_t options_ = {0};
    detail::check(microsip_hang_up_options_new(&options_));
    *this = HangUpOptions(options_);
}

inline void HangUpOptions::add_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_hang_up_options_add_header(get(), name.get(), value.get()));
}

inline void HangUpOptions::add_reason_q850(uint16_t cause, const detail::Text &words) const {
    detail::check(microsip_hang_up_options_add_reason_q850(get(), cause, words.get()));
}

inline void HangUpOptions::add_reason_sip(uint16_t code, const detail::Text &words) const {
    detail::check(microsip_hang_up_options_add_reason_sip(get(), code, words.get()));
}

inline HistoryOptions::HistoryOptions() : Handle() {
    microsip_history_options_t options_ = {0};
    detail::check(microsip_history_options_new(&options_));
    *this = HistoryOptions(options_);
}

inline void HistoryOptions::set_max_calls(uint32_t max_calls) const {
    detail::check(microsip_history_options_set_max_calls(get(), max_calls));
}

inline void HistoryOptions::set_max_messages(uint32_t max_messages) const {
    detail::check(microsip_history_options_set_max_messages(get(), max_messages));
}

inline void HistoryOptions::set_busy_timeout(uint32_t timeout_ms) const {
    detail::check(microsip_history_options_set_busy_timeout(get(), timeout_ms));
}

inline HistoryQuery::HistoryQuery() : Handle() {
    microsip_history_query_t query_ = {0};
    detail::check(microsip_history_query_new(&query_));
    *this = HistoryQuery(query_);
}

inline void HistoryQuery::set_number(const detail::Text &number) const {
    detail::check(microsip_history_query_set_number(get(), number.get()));
}

inline void HistoryQuery::set_exact_number(const detail::Text &number) const {
    detail::check(microsip_history_query_set_exact_number(get(), number.get()));
}

inline void HistoryQuery::add_type(microsip_call_type_t kind) const {
    detail::check(microsip_history_query_add_type(get(), kind));
}

inline void HistoryQuery::set_from(int64_t from_unix_ms) const {
    detail::check(microsip_history_query_set_from(get(), from_unix_ms));
}

inline void HistoryQuery::set_before(int64_t before_unix_ms) const {
    detail::check(microsip_history_query_set_before(get(), before_unix_ms));
}

inline void HistoryQuery::set_text(const detail::Text &needle) const {
    detail::check(microsip_history_query_set_text(get(), needle.get()));
}

inline void HistoryQuery::set_order(microsip_history_order_t order) const {
    detail::check(microsip_history_query_set_order(get(), order));
}

inline void HistoryQuery::set_limit(uint32_t limit) const {
    detail::check(microsip_history_query_set_limit(get(), limit));
}

inline void HistoryQuery::set_offset(uint32_t offset) const {
    detail::check(microsip_history_query_set_offset(get(), offset));
}

inline HistoryStore HistoryStore::open(const detail::Text &path, const HistoryOptions &options) {
    microsip_history_store_t store_ = {0};
    detail::check(microsip_history_store_open(path.get(), options.get(), &store_));
    return HistoryStore(store_);
}

inline HistoryStore HistoryStore::open(const detail::Text &path) {
    microsip_history_store_t store_ = {0};
    detail::check(microsip_history_store_open(path.get(), microsip_history_options_t{0}, &store_));
    return HistoryStore(store_);
}

inline HistoryStore HistoryStore::open_read_only(const detail::Text &path, const HistoryOptions &options) {
    microsip_history_store_t store_ = {0};
    detail::check(microsip_history_store_open_read_only(path.get(), options.get(), &store_));
    return HistoryStore(store_);
}

inline HistoryStore HistoryStore::open_in_memory(const HistoryOptions &options) {
    microsip_history_store_t store_ = {0};
    detail::check(microsip_history_store_open_in_memory(options.get(), &store_));
    return HistoryStore(store_);
}

inline int64_t HistoryStore::add_call(const CallRecord &record) const {
    int64_t id_ = {};
    detail::check(microsip_history_store_add_call(get(), record.get(), &id_));
    return id_;
}

inline size_t HistoryStore::import_calls(const CallRecords &records) const {
    size_t added_ = {};
    detail::check(microsip_history_store_import_calls(get(), records.get(), &added_));
    return added_;
}

inline void HistoryStore::update_call(const CallRecord &record) const {
    detail::check(microsip_history_store_update_call(get(), record.get()));
}

inline std::optional<CallRecord> HistoryStore::call(int64_t id) const {
    microsip_call_record_t record_ = {0};
    if (!detail::there(microsip_history_store_call(get(), id, &record_))) return std::nullopt;
    return CallRecord(record_);
}

inline CallRecords HistoryStore::calls(const HistoryQuery &query) const {
    microsip_call_records_t records_ = {0};
    detail::check(microsip_history_store_calls(get(), query.get(), &records_));
    return CallRecords(records_);
}

inline uint64_t HistoryStore::count_calls(const HistoryQuery &query) const {
    uint64_t count_ = {};
    detail::check(microsip_history_store_count_calls(get(), query.get(), &count_));
    return count_;
}

inline void HistoryStore::delete_call(int64_t id) const {
    detail::check(microsip_history_store_delete_call(get(), id));
}

inline size_t HistoryStore::delete_calls(const HistoryQuery &query) const {
    size_t count_ = {};
    detail::check(microsip_history_store_delete_calls(get(), query.get(), &count_));
    return count_;
}

inline int64_t HistoryStore::add_message(const MessageRecord &record) const {
    int64_t id_ = {};
    detail::check(microsip_history_store_add_message(get(), record.get(), &id_));
    return id_;
}

inline void HistoryStore::set_message_status(int64_t id, uint16_t sip_status) const {
    detail::check(microsip_history_store_set_message_status(get(), id, sip_status));
}

inline MessageRecords HistoryStore::messages(const HistoryQuery &query) const {
    microsip_message_records_t records_ = {0};
    detail::check(microsip_history_store_messages(get(), query.get(), &records_));
    return MessageRecords(records_);
}

inline size_t HistoryStore::delete_messages(const HistoryQuery &query) const {
    size_t count_ = {};
    detail::check(microsip_history_store_delete_messages(get(), query.get(), &count_));
    return count_;
}

inline void HistoryStore::replace_contacts(const ContactBook &book) const {
    detail::check(microsip_history_store_replace_contacts(get(), book.get()));
}

inline Contacts HistoryStore::contacts() const {
    microsip_contacts_t contacts_ = {0};
    detail::check(microsip_history_store_contacts(get(), &contacts_));
    return Contacts(contacts_);
}

inline HoldOptions::HoldOptions() : Handle() {
    microsip_hold_options_t options_ = {0};
    detail::check(microsip_hold_options_new(&options_));
    *this = HoldOptions(options_);
}

inline void HoldOptions::set_mode(microsip_hold_mode_t mode) const {
    detail::check(microsip_hold_options_set_mode(get(), mode));
}

inline void HoldOptions::add_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_hold_options_add_header(get(), name.get(), value.get()));
}

inline size_t Identity::asserted_count() const {
    size_t count_ = {};
    detail::check(microsip_identity_asserted_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> Identity::asserted_at(size_t index) const {
    const char *text_ = nullptr;
    if (!detail::there(microsip_identity_asserted_at(get(), index, &text_))) return std::nullopt;
    return detail::view(text_);
}

inline size_t Identity::remote_party_count() const {
    size_t count_ = {};
    detail::check(microsip_identity_remote_party_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> Identity::remote_party_at(size_t index) const {
    const char *text_ = nullptr;
    if (!detail::there(microsip_identity_remote_party_at(get(), index, &text_))) return std::nullopt;
    return detail::view(text_);
}

inline size_t Identity::diversion_count() const {
    size_t count_ = {};
    detail::check(microsip_identity_diversion_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> Identity::diversion_from(size_t index) const {
    const char *from_ = nullptr;
    if (!detail::there(microsip_identity_diversion_from(get(), index, &from_))) return std::nullopt;
    return detail::view(from_);
}

inline std::optional<std::string_view> Identity::diversion_reason(size_t index) const {
    const char *reason_ = nullptr;
    if (!detail::there(microsip_identity_diversion_reason(get(), index, &reason_))) return std::nullopt;
    return detail::view(reason_);
}

inline std::optional<uint32_t> Identity::diversion_times(size_t index) const {
    uint32_t times_ = {};
    if (!detail::there(microsip_identity_diversion_times(get(), index, &times_))) return std::nullopt;
    return times_;
}

inline size_t Identity::history_count() const {
    size_t count_ = {};
    detail::check(microsip_identity_history_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> Identity::history_uri(size_t index) const {
    const char *uri_ = nullptr;
    if (!detail::there(microsip_identity_history_uri(get(), index, &uri_))) return std::nullopt;
    return detail::view(uri_);
}

inline std::optional<std::string_view> Identity::history_place(size_t index) const {
    const char *place_ = nullptr;
    if (!detail::there(microsip_identity_history_place(get(), index, &place_))) return std::nullopt;
    return detail::view(place_);
}

inline size_t Identity::privacy_count() const {
    size_t count_ = {};
    detail::check(microsip_identity_privacy_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> Identity::privacy_at(size_t index) const {
    const char *text_ = nullptr;
    if (!detail::there(microsip_identity_privacy_at(get(), index, &text_))) return std::nullopt;
    return detail::view(text_);
}

inline bool Identity::anonymous() const {
    bool anonymous_ = {};
    detail::check(microsip_identity_anonymous(get(), &anonymous_));
    return anonymous_;
}

inline Imdn::Imdn(const detail::Text &message_id, microsip_imdn_kind_t kind, microsip_delivery_status_t status, const detail::Text &recipient, int64_t date_time_unix_ms) : Handle() {
    microsip_imdn_t imdn_ = {0};
    detail::check(microsip_imdn_new(message_id.get(), kind, status, recipient.get(), date_time_unix_ms, &imdn_));
    *this = Imdn(imdn_);
}

inline Imdn Imdn::parse(const uint8_t *body, size_t body_len) {
    microsip_imdn_t imdn_ = {0};
    detail::check(microsip_imdn_parse(body, body_len, &imdn_));
    return Imdn(imdn_);
}

inline std::string_view Imdn::message_id() const {
    const char *message_id_ = nullptr;
    detail::check(microsip_imdn_message_id(get(), &message_id_));
    return detail::view(message_id_);
}

inline std::optional<int64_t> Imdn::date_time_unix_ms() const {
    int64_t date_time_unix_ms_ = {};
    if (!detail::there(microsip_imdn_date_time_unix_ms(get(), &date_time_unix_ms_))) return std::nullopt;
    return date_time_unix_ms_;
}

inline microsip_imdn_kind_e Imdn::kind() const {
    microsip_imdn_kind_t kind_ = {};
    detail::check(microsip_imdn_kind(get(), &kind_));
    return static_cast<microsip_imdn_kind_e>(kind_);
}

inline microsip_delivery_status_e Imdn::status() const {
    microsip_delivery_status_t status_ = {};
    detail::check(microsip_imdn_status(get(), &status_));
    return static_cast<microsip_delivery_status_e>(status_);
}

inline std::optional<std::string_view> Imdn::recipient() const {
    const char *recipient_ = nullptr;
    if (!detail::there(microsip_imdn_recipient(get(), &recipient_))) return std::nullopt;
    return detail::view(recipient_);
}

inline std::optional<std::string_view> Imdn::original_recipient() const {
    const char *original_recipient_ = nullptr;
    if (!detail::there(microsip_imdn_original_recipient(get(), &original_recipient_))) return std::nullopt;
    return detail::view(original_recipient_);
}

inline std::optional<std::string_view> Imdn::subject() const {
    const char *subject_ = nullptr;
    if (!detail::there(microsip_imdn_subject(get(), &subject_))) return std::nullopt;
    return detail::view(subject_);
}

inline std::string_view Imdn::to_xml() const {
    const char *xml_ = nullptr;
    detail::check(microsip_imdn_to_xml(get(), &xml_));
    return detail::view(xml_);
}

inline microsip_import_warning_kind_e ImportWarning::kind() const {
    microsip_import_warning_kind_t kind_ = {};
    detail::check(microsip_import_warning_kind(get(), &kind_));
    return static_cast<microsip_import_warning_kind_e>(kind_);
}

inline uint32_t ImportWarning::line() const {
    uint32_t line_ = {};
    detail::check(microsip_import_warning_line(get(), &line_));
    return line_;
}

inline std::string_view ImportWarning::message() const {
    const char *message_ = nullptr;
    detail::check(microsip_import_warning_message(get(), &message_));
    return detail::view(message_);
}

inline size_t ImportWarnings::count() const {
    size_t count_ = {};
    detail::check(microsip_import_warnings_count(get(), &count_));
    return count_;
}

inline std::optional<ImportWarning> ImportWarnings::at(size_t index) const {
    microsip_import_warning_t warning_ = {0};
    if (!detail::there(microsip_import_warnings_at(get(), index, &warning_))) return std::nullopt;
    return ImportWarning(warning_);
}

inline microsip_ini_change_kind_e IniChange::kind() const {
    microsip_ini_change_kind_t kind_ = {};
    detail::check(microsip_ini_change_kind(get(), &kind_));
    return static_cast<microsip_ini_change_kind_e>(kind_);
}

inline std::optional<Ini> IniChange::ini() const {
    microsip_ini_t ini_ = {0};
    if (!detail::there(microsip_ini_change_ini(get(), &ini_))) return std::nullopt;
    return Ini(ini_);
}

inline std::optional<Failure> IniChange::error() const {
    microsip_error_t error_ = {0};
    if (!detail::there(microsip_ini_change_error(get(), &error_))) return std::nullopt;
    return Failure(error_);
}

inline size_t IniEntries::count() const {
    size_t count_ = {};
    detail::check(microsip_ini_entries_count(get(), &count_));
    return count_;
}

inline std::optional<std::tuple<std::string_view, std::string_view, size_t>> IniEntries::at(size_t index) const {
    const char *key_ = nullptr;
    const char *value_ = nullptr;
    size_t line_ = {};
    if (!detail::there(microsip_ini_entries_at(get(), index, &key_, &value_, &line_))) return std::nullopt;
    return std::tuple<std::string_view, std::string_view, size_t>{detail::view(key_), detail::view(value_), line_};
}

inline size_t IniReportEntry::line() const {
    size_t line_ = {};
    detail::check(microsip_ini_report_entry_line(get(), &line_));
    return line_;
}

inline std::string_view IniReportEntry::section() const {
    const char *section_ = nullptr;
    detail::check(microsip_ini_report_entry_section(get(), &section_));
    return detail::view(section_);
}

inline std::string_view IniReportEntry::key() const {
    const char *key_ = nullptr;
    detail::check(microsip_ini_report_entry_key(get(), &key_));
    return detail::view(key_);
}

inline std::string_view IniReportEntry::value() const {
    const char *value_ = nullptr;
    detail::check(microsip_ini_report_entry_value(get(), &value_));
    return detail::view(value_);
}

inline microsip_ini_disposition_e IniReportEntry::disposition() const {
    microsip_ini_disposition_t disposition_ = {};
    detail::check(microsip_ini_report_entry_disposition(get(), &disposition_));
    return static_cast<microsip_ini_disposition_e>(disposition_);
}

inline std::string_view IniReportEntry::meaning() const {
    const char *meaning_ = nullptr;
    detail::check(microsip_ini_report_entry_meaning(get(), &meaning_));
    return detail::view(meaning_);
}

inline std::string_view IniReportEntry::allowed() const {
    const char *allowed_ = nullptr;
    detail::check(microsip_ini_report_entry_allowed(get(), &allowed_));
    return detail::view(allowed_);
}

inline std::string_view IniReportEntry::default_() const {
    const char *value_ = nullptr;
    detail::check(microsip_ini_report_entry_default(get(), &value_));
    return detail::view(value_);
}

inline std::optional<std::string_view> IniReportEntry::perhaps() const {
    const char *perhaps_ = nullptr;
    if (!detail::there(microsip_ini_report_entry_perhaps(get(), &perhaps_))) return std::nullopt;
    return detail::view(perhaps_);
}

inline IniReport IniReport::of(const Ini &ini) {
    microsip_ini_report_t report_ = {0};
    detail::check(microsip_ini_report_of(ini.get(), &report_));
    return IniReport(report_);
}

inline std::string_view IniReport::text() const {
    const char *text_ = nullptr;
    detail::check(microsip_ini_report_text(get(), &text_));
    return detail::view(text_);
}

inline size_t IniReport::count() const {
    size_t count_ = {};
    detail::check(microsip_ini_report_count(get(), &count_));
    return count_;
}

inline std::optional<IniReportEntry> IniReport::at(size_t index) const {
    microsip_ini_report_entry_t entry_ = {0};
    if (!detail::there(microsip_ini_report_at(get(), index, &entry_))) return std::nullopt;
    return IniReportEntry(entry_);
}

inline size_t IniReport::count_of(microsip_ini_disposition_t disposition) const {
    size_t count_ = {};
    detail::check(microsip_ini_report_count_of(get(), disposition, &count_));
    return count_;
}

inline size_t IniReport::list_count() const {
    size_t list_count_ = {};
    detail::check(microsip_ini_report_list_count(get(), &list_count_));
    return list_count_;
}

inline std::optional<std::tuple<std::string_view, size_t>> IniReport::list_at(size_t index) const {
    const char *section_ = nullptr;
    size_t entries_ = {};
    if (!detail::there(microsip_ini_report_list_at(get(), index, &section_, &entries_))) return std::nullopt;
    return std::tuple<std::string_view, size_t>{detail::view(section_), entries_};
}

inline std::string_view IniSetting::name() const {
    const char *name_ = nullptr;
    detail::check(microsip_ini_setting_name(get(), &name_));
    return detail::view(name_);
}

inline microsip_ini_value_kind_e IniSetting::kind() const {
    microsip_ini_value_kind_t kind_ = {};
    detail::check(microsip_ini_setting_kind(get(), &kind_));
    return static_cast<microsip_ini_value_kind_e>(kind_);
}

inline microsip_ini_disposition_e IniSetting::disposition() const {
    microsip_ini_disposition_t disposition_ = {};
    detail::check(microsip_ini_setting_disposition(get(), &disposition_));
    return static_cast<microsip_ini_disposition_e>(disposition_);
}

inline std::string_view IniSetting::meaning() const {
    const char *meaning_ = nullptr;
    detail::check(microsip_ini_setting_meaning(get(), &meaning_));
    return detail::view(meaning_);
}

inline std::string_view IniSetting::allowed() const {
    const char *allowed_ = nullptr;
    detail::check(microsip_ini_setting_allowed(get(), &allowed_));
    return detail::view(allowed_);
}

inline std::string_view IniSetting::default_() const {
    const char *value_ = nullptr;
    detail::check(microsip_ini_setting_default(get(), &value_));
    return detail::view(value_);
}

inline bool IniSetting::is_secret() const {
    bool is_secret_ = {};
    detail::check(microsip_ini_setting_is_secret(get(), &is_secret_));
    return is_secret_;
}

inline bool IniSetting::is_set() const {
    bool is_set_ = {};
    detail::check(microsip_ini_setting_is_set(get(), &is_set_));
    return is_set_;
}

inline bool IniSetting::is_wrong() const {
    bool is_wrong_ = {};
    detail::check(microsip_ini_setting_is_wrong(get(), &is_wrong_));
    return is_wrong_;
}

inline std::optional<size_t> IniSetting::line() const {
    size_t line_ = {};
    if (!detail::there(microsip_ini_setting_line(get(), &line_))) return std::nullopt;
    return line_;
}

inline std::string_view IniSetting::value() const {
    const char *value_ = nullptr;
    detail::check(microsip_ini_setting_value(get(), &value_));
    return detail::view(value_);
}

inline bool IniSetting::switch_() const {
    bool value_ = {};
    detail::check(microsip_ini_setting_switch(get(), &value_));
    return value_;
}

inline std::optional<int64_t> IniSetting::integer() const {
    int64_t integer_ = {};
    if (!detail::there(microsip_ini_setting_integer(get(), &integer_))) return std::nullopt;
    return integer_;
}

inline TextList IniSetting::list() const {
    microsip_text_list_t list_ = {0};
    detail::check(microsip_ini_setting_list(get(), &list_));
    return TextList(list_);
}

inline TextList IniSetting::choices() const {
    microsip_text_list_t choices_ = {0};
    detail::check(microsip_ini_setting_choices(get(), &choices_));
    return TextList(choices_);
}

inline std::tuple<int64_t, int64_t> IniSetting::range() const {
    int64_t min_ = {};
    int64_t max_ = {};
    detail::check(microsip_ini_setting_range(get(), &min_, &max_));
    return std::tuple<int64_t, int64_t>{min_, max_};
}

inline Ini::Ini(const detail::Text &path) : Handle() {
    microsip_ini_t ini_ = {0};
    detail::check(microsip_ini_new(path.get(), &ini_));
    *this = Ini(ini_);
}

inline Ini Ini::parse(const uint8_t *data, size_t size, const detail::Text &path, uint16_t code_page, bool guess_utf8) {
    microsip_ini_t ini_ = {0};
    detail::check(microsip_ini_parse(data, size, path.get(), code_page, guess_utf8, &ini_));
    return Ini(ini_);
}

inline Ini Ini::load(const detail::Text &path, uint16_t code_page, bool guess_utf8) {
    microsip_ini_t ini_ = {0};
    detail::check(microsip_ini_load(path.get(), code_page, guess_utf8, &ini_));
    return Ini(ini_);
}

inline std::tuple<Ini, bool> Ini::load_or_new(const detail::Text &path, uint16_t code_page, bool guess_utf8) {
    microsip_ini_t ini_ = {0};
    bool first_run_ = {};
    detail::check(microsip_ini_load_or_new(path.get(), code_page, guess_utf8, &ini_, &first_run_));
    return std::tuple<Ini, bool>{Ini(ini_), first_run_};
}

inline std::string_view Ini::path() const {
    const char *path_ = nullptr;
    detail::check(microsip_ini_path(get(), &path_));
    return detail::view(path_);
}

inline std::string_view Ini::encoding() const {
    const char *encoding_ = nullptr;
    detail::check(microsip_ini_encoding(get(), &encoding_));
    return detail::view(encoding_);
}

inline bool Ini::has_mark() const {
    bool has_mark_ = {};
    detail::check(microsip_ini_has_mark(get(), &has_mark_));
    return has_mark_;
}

inline bool Ini::is_empty() const {
    bool is_empty_ = {};
    detail::check(microsip_ini_is_empty(get(), &is_empty_));
    return is_empty_;
}

inline void Ini::convert(microsip_ini_encoding_t encoding, uint16_t code_page) const {
    detail::check(microsip_ini_convert(get(), encoding, code_page));
}

inline Bytes Ini::to_bytes() const {
    microsip_bytes_t bytes_ = {0};
    detail::check(microsip_ini_to_bytes(get(), &bytes_));
    return Bytes(bytes_);
}

inline void Ini::save() const {
    detail::check(microsip_ini_save(get()));
}

inline void Ini::save_as(const detail::Text &path) const {
    detail::check(microsip_ini_save_as(get(), path.get()));
}

inline bool Ini::save_over(const uint8_t *seen, size_t size) const {
    bool saved_ = {};
    detail::check(microsip_ini_save_over(get(), seen, size, &saved_));
    return saved_;
}

inline bool Ini::differs_on_disk() const {
    bool differs_ = {};
    detail::check(microsip_ini_differs_on_disk(get(), &differs_));
    return differs_;
}

inline TextList Ini::sections() const {
    microsip_text_list_t sections_ = {0};
    detail::check(microsip_ini_sections(get(), &sections_));
    return TextList(sections_);
}

inline bool Ini::has_section(const detail::Text &section) const {
    bool has_ = {};
    detail::check(microsip_ini_has_section(get(), section.get(), &has_));
    return has_;
}

inline std::optional<std::string_view> Ini::get_(const detail::Text &section, const detail::Text &key) const {
    const char *value_ = nullptr;
    if (!detail::there(microsip_ini_get(get(), section.get(), key.get(), &value_))) return std::nullopt;
    return detail::view(value_);
}

inline std::optional<size_t> Ini::line(const detail::Text &section, const detail::Text &key) const {
    size_t line_ = {};
    if (!detail::there(microsip_ini_line(get(), section.get(), key.get(), &line_))) return std::nullopt;
    return line_;
}

inline bool Ini::set(const detail::Text &section, const detail::Text &key, const detail::Text &value) const {
    bool changed_ = {};
    detail::check(microsip_ini_set(get(), section.get(), key.get(), value.get(), &changed_));
    return changed_;
}

inline bool Ini::set_quoted(const detail::Text &section, const detail::Text &key, const detail::Text &value) const {
    bool changed_ = {};
    detail::check(microsip_ini_set_quoted(get(), section.get(), key.get(), value.get(), &changed_));
    return changed_;
}

inline bool Ini::set_checked(const detail::Text &section, const detail::Text &key, const detail::Text &value, const PasswordStore &store) const {
    bool changed_ = {};
    detail::check(microsip_ini_set_checked(get(), section.get(), key.get(), value.get(), store.get(), &changed_));
    return changed_;
}

inline bool Ini::remove(const detail::Text &section, const detail::Text &key) const {
    bool removed_ = {};
    detail::check(microsip_ini_remove(get(), section.get(), key.get(), &removed_));
    return removed_;
}

inline bool Ini::remove_section(const detail::Text &section) const {
    bool removed_ = {};
    detail::check(microsip_ini_remove_section(get(), section.get(), &removed_));
    return removed_;
}

inline IniEntries Ini::section_entries(const detail::Text &section) const {
    microsip_ini_entries_t entries_ = {0};
    detail::check(microsip_ini_section_entries(get(), section.get(), &entries_));
    return IniEntries(entries_);
}

inline TextList Ini::dialed() const {
    microsip_text_list_t dialed_ = {0};
    detail::check(microsip_ini_dialed(get(), &dialed_));
    return TextList(dialed_);
}

inline void Ini::push_dialed(const detail::Text &dialed) const {
    detail::check(microsip_ini_push_dialed(get(), dialed.get()));
}

inline std::tuple<ContactBook, ImportWarnings> Ini::old_contacts() const {
    microsip_contact_book_t book_ = {0};
    microsip_import_warnings_t warnings_ = {0};
    detail::check(microsip_ini_old_contacts(get(), &book_, &warnings_));
    return std::tuple<ContactBook, ImportWarnings>{ContactBook(book_), ImportWarnings(warnings_)};
}

inline size_t Ini::shortcut_count() const {
    size_t count_ = {};
    detail::check(microsip_ini_shortcut_count(get(), &count_));
    return count_;
}

inline std::optional<Shortcut> Ini::shortcut_at(size_t index) const {
    microsip_shortcut_t shortcut_ = {0};
    if (!detail::there(microsip_ini_shortcut_at(get(), index, &shortcut_))) return std::nullopt;
    return Shortcut(shortcut_);
}

inline void Ini::set_shortcuts(const microsip_shortcut_t *shortcuts, size_t count) const {
    detail::check(microsip_ini_set_shortcuts(get(), shortcuts, count));
}

inline std::tuple<size_t, microsip_password_form_e> Ini::password(uint32_t account, const PasswordStore &store, char *buffer, size_t capacity) const {
    size_t length_ = {};
    microsip_password_form_t form_ = {};
    detail::check(microsip_ini_password(get(), account, store.get(), buffer, capacity, &length_, &form_));
    return std::tuple<size_t, microsip_password_form_e>{length_, static_cast<microsip_password_form_e>(form_)};
}

inline bool Ini::set_password(uint32_t account, const PasswordStore &store, const detail::Text &password) const {
    bool changed_ = {};
    detail::check(microsip_ini_set_password(get(), account, store.get(), password.get(), &changed_));
    return changed_;
}

inline size_t Ini::hide_passwords(const PasswordStore &store) const {
    size_t count_ = {};
    detail::check(microsip_ini_hide_passwords(get(), store.get(), &count_));
    return count_;
}

inline std::optional<IniSetting> Ini::setting(const detail::Text &section, const detail::Text &key) const {
    microsip_ini_setting_t setting_ = {0};
    if (!detail::there(microsip_ini_setting(get(), section.get(), key.get(), &setting_))) return std::nullopt;
    return IniSetting(setting_);
}

inline size_t Ini::account_count() const {
    size_t count_ = {};
    detail::check(microsip_ini_account_count(get(), &count_));
    return count_;
}

inline IniWarnings Ini::problems() const {
    microsip_ini_warnings_t problems_ = {0};
    detail::check(microsip_ini_problems(get(), &problems_));
    return IniWarnings(problems_);
}

template <class F>
inline IniWatcher Ini::watch(uint32_t settle_ms, uint32_t poll_ms, bool poll_only, F &&callback) const {
    using Function = std::decay_t<F>;
    auto owned_ = std::make_unique<Function>(std::forward<F>(callback));
    microsip_ini_watcher_t watcher_ = {0};
    detail::check(microsip_ini_watch(get(), settle_ms, poll_ms, poll_only, [](microsip_ini_change_t change_in, void *user_data) noexcept {
            try {
                (*static_cast<Function *>(user_data))(detail::Lent<IniChange>(change_in).get());
            } catch (...) {
                detail::escaped();
            }
        }, owned_.release(), detail::destroy<Function>, &watcher_));
    return IniWatcher(watcher_);
}

inline microsip_ini_warning_kind_e IniWarning::kind() const {
    microsip_ini_warning_kind_t kind_ = {};
    detail::check(microsip_ini_warning_kind(get(), &kind_));
    return static_cast<microsip_ini_warning_kind_e>(kind_);
}

inline std::string_view IniWarning::message() const {
    const char *message_ = nullptr;
    detail::check(microsip_ini_warning_message(get(), &message_));
    return detail::view(message_);
}

inline std::string_view IniWarning::file() const {
    const char *file_ = nullptr;
    detail::check(microsip_ini_warning_file(get(), &file_));
    return detail::view(file_);
}

inline size_t IniWarning::line() const {
    size_t line_ = {};
    detail::check(microsip_ini_warning_line(get(), &line_));
    return line_;
}

inline std::string_view IniWarning::section() const {
    const char *section_ = nullptr;
    detail::check(microsip_ini_warning_section(get(), &section_));
    return detail::view(section_);
}

inline std::string_view IniWarning::key() const {
    const char *key_ = nullptr;
    detail::check(microsip_ini_warning_key(get(), &key_));
    return detail::view(key_);
}

inline std::string_view IniWarning::value() const {
    const char *value_ = nullptr;
    detail::check(microsip_ini_warning_value(get(), &value_));
    return detail::view(value_);
}

inline std::string_view IniWarning::allowed() const {
    const char *allowed_ = nullptr;
    detail::check(microsip_ini_warning_allowed(get(), &allowed_));
    return detail::view(allowed_);
}

inline std::optional<std::string_view> IniWarning::used() const {
    const char *used_ = nullptr;
    if (!detail::there(microsip_ini_warning_used(get(), &used_))) return std::nullopt;
    return detail::view(used_);
}

inline size_t IniWarnings::count() const {
    size_t count_ = {};
    detail::check(microsip_ini_warnings_count(get(), &count_));
    return count_;
}

inline std::optional<IniWarning> IniWarnings::at(size_t index) const {
    microsip_ini_warning_t warning_ = {0};
    if (!detail::there(microsip_ini_warnings_at(get(), index, &warning_))) return std::nullopt;
    return IniWarning(warning_);
}

inline IniWarnings IniWarnings::of(const Ini &ini, const PasswordStore &store) {
    microsip_ini_warnings_t warnings_ = {0};
    detail::check(microsip_ini_warnings_of(ini.get(), store.get(), &warnings_));
    return IniWarnings(warnings_);
}

inline void IniWatcher::save(const Ini &ini) const {
    detail::check(microsip_ini_watcher_save(get(), ini.get()));
}

inline bool IniWatcher::save_over(const Ini &ini, const uint8_t *seen, size_t size) const {
    bool saved_ = {};
    detail::check(microsip_ini_watcher_save_over(get(), ini.get(), seen, size, &saved_));
    return saved_;
}

inline void IniWatcher::look() const {
    detail::check(microsip_ini_watcher_look(get()));
}

inline bool IniWatcher::is_notified() const {
    bool is_notified_ = {};
    detail::check(microsip_ini_watcher_is_notified(get(), &is_notified_));
    return is_notified_;
}

inline void IniWatcher::close() const {
    detail::check(microsip_ini_watcher_close(get()));
}

inline JitterBuffer::JitterBuffer() : Handle() {
    microsip_jitter_buffer_t options_ = {0};
    detail::check(microsip_jitter_buffer_new(&options_));
    *this = JitterBuffer(options_);
}

inline JitterBuffer JitterBuffer::new_fixed(uint32_t delay_ms) {
    microsip_jitter_buffer_t options_ = {0};
    detail::check(microsip_jitter_buffer_new_fixed(delay_ms, &options_));
    return JitterBuffer(options_);
}

inline void JitterBuffer::set_initial(uint32_t delay_ms) const {
    detail::check(microsip_jitter_buffer_set_initial(get(), delay_ms));
}

inline void JitterBuffer::set_minimum(uint32_t delay_ms) const {
    detail::check(microsip_jitter_buffer_set_minimum(get(), delay_ms));
}

inline void JitterBuffer::clear_minimum() const {
    detail::check(microsip_jitter_buffer_clear_minimum(get()));
}

inline void JitterBuffer::set_maximum(uint32_t delay_ms) const {
    detail::check(microsip_jitter_buffer_set_maximum(get(), delay_ms));
}

inline void JitterBuffer::set_capacity(uint32_t delay_ms) const {
    detail::check(microsip_jitter_buffer_set_capacity(get(), delay_ms));
}

inline void JitterBuffer::set_discard(microsip_jitter_discard_t discard) const {
    detail::check(microsip_jitter_buffer_set_discard(get(), discard));
}

inline std::string_view Json::source() const {
    const char *source_ = nullptr;
    detail::check(microsip_json_source(get(), &source_));
    return detail::view(source_);
}

inline std::optional<std::string_view> Json::source_at(const detail::Text &pointer) const {
    const char *source_ = nullptr;
    if (!detail::there(microsip_json_source_at(get(), pointer.get(), &source_))) return std::nullopt;
    return detail::view(source_);
}

inline std::optional<std::string_view> Json::text_at(const detail::Text &pointer) const {
    const char *value_ = nullptr;
    if (!detail::there(microsip_json_text_at(get(), pointer.get(), &value_))) return std::nullopt;
    return detail::view(value_);
}

inline std::optional<int64_t> Json::integer_at(const detail::Text &pointer) const {
    int64_t value_ = {};
    if (!detail::there(microsip_json_integer_at(get(), pointer.get(), &value_))) return std::nullopt;
    return value_;
}

inline std::optional<double> Json::number_at(const detail::Text &pointer) const {
    double value_ = {};
    if (!detail::there(microsip_json_number_at(get(), pointer.get(), &value_))) return std::nullopt;
    return value_;
}

inline std::optional<bool> Json::bool_at(const detail::Text &pointer) const {
    bool value_ = {};
    if (!detail::there(microsip_json_bool_at(get(), pointer.get(), &value_))) return std::nullopt;
    return value_;
}

inline std::optional<size_t> Json::count_at(const detail::Text &pointer) const {
    size_t count_ = {};
    if (!detail::there(microsip_json_count_at(get(), pointer.get(), &count_))) return std::nullopt;
    return count_;
}

inline bool Json::has(const detail::Text &pointer) const {
    bool has_ = {};
    detail::check(microsip_json_has(get(), pointer.get(), &has_));
    return has_;
}

inline microsip_line_state_e LineInfo::state() const {
    microsip_line_state_t state_ = {};
    detail::check(microsip_line_info_state(get(), &state_));
    return static_cast<microsip_line_state_e>(state_);
}

inline std::optional<microsip_dialog_direction_e> LineInfo::direction() const {
    microsip_dialog_direction_t direction_ = {};
    if (!detail::there(microsip_line_info_direction(get(), &direction_))) return std::nullopt;
    return static_cast<microsip_dialog_direction_e>(direction_);
}

inline DialogParty LineInfo::local() const {
    microsip_dialog_party_t party_ = {0};
    detail::check(microsip_line_info_local(get(), &party_));
    return DialogParty(party_);
}

inline DialogParty LineInfo::remote() const {
    microsip_dialog_party_t party_ = {0};
    detail::check(microsip_line_info_remote(get(), &party_));
    return DialogParty(party_);
}

inline std::optional<microsip_dialog_event_e> LineInfo::event() const {
    microsip_dialog_event_t event_ = {};
    if (!detail::there(microsip_line_info_event(get(), &event_))) return std::nullopt;
    return static_cast<microsip_dialog_event_e>(event_);
}

inline std::optional<uint16_t> LineInfo::code() const {
    uint16_t code_ = {};
    if (!detail::there(microsip_line_info_code(get(), &code_))) return std::nullopt;
    return code_;
}

inline bool LineInfo::on_hold() const {
    bool on_hold_ = {};
    detail::check(microsip_line_info_on_hold(get(), &on_hold_));
    return on_hold_;
}

inline bool LineInfo::stale() const {
    bool stale_ = {};
    detail::check(microsip_line_info_stale(get(), &stale_));
    return stale_;
}

inline size_t LineInfo::dialog_count() const {
    size_t count_ = {};
    detail::check(microsip_line_info_dialog_count(get(), &count_));
    return count_;
}

inline std::optional<DialogEntry> LineInfo::dialog_at(size_t index) const {
    microsip_dialog_entry_t entry_ = {0};
    if (!detail::there(microsip_line_info_dialog_at(get(), index, &entry_))) return std::nullopt;
    return DialogEntry(entry_);
}

inline std::optional<DialogEntry> LineInfo::ringing() const {
    microsip_dialog_entry_t entry_ = {0};
    if (!detail::there(microsip_line_info_ringing(get(), &entry_))) return std::nullopt;
    return DialogEntry(entry_);
}

inline LineTable::LineTable() : Handle() {
    microsip_line_table_t table_ = {0};
    detail::check(microsip_line_table_new(&table_));
    *this = LineTable(table_);
}

inline microsip_line_update_e LineTable::apply(const uint8_t *body, size_t body_len) const {
    microsip_line_update_t update_ = {};
    detail::check(microsip_line_table_apply(get(), body, body_len, &update_));
    return static_cast<microsip_line_update_e>(update_);
}

inline void LineTable::reset() const {
    detail::check(microsip_line_table_reset(get()));
}

inline bool LineTable::needs_refresh() const {
    bool needed_ = {};
    detail::check(microsip_line_table_needs_refresh(get(), &needed_));
    return needed_;
}

inline std::optional<uint32_t> LineTable::version() const {
    uint32_t version_ = {};
    if (!detail::there(microsip_line_table_version(get(), &version_))) return std::nullopt;
    return version_;
}

inline LineInfo LineTable::info() const {
    microsip_line_info_t info_ = {0};
    detail::check(microsip_line_table_info(get(), &info_));
    return LineInfo(info_);
}

inline Link Link::parse(const detail::Text &uri) {
    microsip_link_t link_ = {0};
    detail::check(microsip_link_parse(uri.get(), &link_));
    return Link(link_);
}

inline microsip_link_scheme_e Link::scheme() const {
    microsip_link_scheme_t scheme_ = {};
    detail::check(microsip_link_scheme(get(), &scheme_));
    return static_cast<microsip_link_scheme_e>(scheme_);
}

inline microsip_link_action_e Link::action() const {
    microsip_link_action_t action_ = {};
    detail::check(microsip_link_action(get(), &action_));
    return static_cast<microsip_link_action_e>(action_);
}

inline std::optional<std::string_view> Link::target() const {
    const char *target_ = nullptr;
    if (!detail::there(microsip_link_target(get(), &target_))) return std::nullopt;
    return detail::view(target_);
}

inline bool Link::is_secure() const {
    bool is_secure_ = {};
    detail::check(microsip_link_is_secure(get(), &is_secure_));
    return is_secure_;
}

inline std::optional<std::string_view> Link::message() const {
    const char *message_ = nullptr;
    if (!detail::there(microsip_link_message(get(), &message_))) return std::nullopt;
    return detail::view(message_);
}

inline std::optional<Command> Link::command() const {
    microsip_command_t command_ = {0};
    if (!detail::there(microsip_link_command(get(), &command_))) return std::nullopt;
    return Command(command_);
}

inline std::optional<std::string_view> Link::extension() const {
    const char *extension_ = nullptr;
    if (!detail::there(microsip_link_extension(get(), &extension_))) return std::nullopt;
    return detail::view(extension_);
}

inline std::optional<std::string_view> Link::isub() const {
    const char *isub_ = nullptr;
    if (!detail::there(microsip_link_isub(get(), &isub_))) return std::nullopt;
    return detail::view(isub_);
}

inline std::optional<std::string_view> Link::phone_context() const {
    const char *phone_context_ = nullptr;
    if (!detail::there(microsip_link_phone_context(get(), &phone_context_))) return std::nullopt;
    return detail::view(phone_context_);
}

inline size_t Link::parameter_count() const {
    size_t parameter_count_ = {};
    detail::check(microsip_link_parameter_count(get(), &parameter_count_));
    return parameter_count_;
}

inline std::optional<std::tuple<std::string_view, std::string_view>> Link::parameter_at(size_t index) const {
    const char *name_ = nullptr;
    const char *value_ = nullptr;
    if (!detail::there(microsip_link_parameter_at(get(), index, &name_, &value_))) return std::nullopt;
    return std::tuple<std::string_view, std::string_view>{detail::view(name_), detail::view(value_)};
}

inline TextList Link::left_out() const {
    microsip_text_list_t left_out_ = {0};
    detail::check(microsip_link_left_out(get(), &left_out_));
    return TextList(left_out_);
}

inline std::optional<MessageSummary> Mailbox::summary() const {
    microsip_message_summary_t summary_ = {0};
    if (!detail::there(microsip_mailbox_summary(get(), &summary_))) return std::nullopt;
    return MessageSummary(summary_);
}

inline std::string_view Mailbox::target() const {
    const char *target_ = nullptr;
    detail::check(microsip_mailbox_target(get(), &target_));
    return detail::view(target_);
}

inline Subscription Mailbox::subscription() const {
    microsip_subscription_t subscription_ = {0};
    detail::check(microsip_mailbox_subscription(get(), &subscription_));
    return Subscription(subscription_);
}

inline void Mailbox::unwatch() const {
    detail::check(microsip_mailbox_unwatch(get()));
}

inline MessageSummary Mailbox::wait_for(bool waiting, uint32_t timeout_ms) const {
    microsip_message_summary_t summary_ = {0};
    detail::check(microsip_mailbox_wait_for(get(), waiting, timeout_ms, &summary_));
    return MessageSummary(summary_);
}

inline MessageSummary Mailbox::wait_summary(uint32_t timeout_ms) const {
    microsip_message_summary_t summary_ = {0};
    detail::check(microsip_mailbox_wait_summary(get(), timeout_ms, &summary_));
    return MessageSummary(summary_);
}

inline bool MediaInfo::active() const {
    bool active_ = {};
    detail::check(microsip_media_info_active(get(), &active_));
    return active_;
}

inline microsip_media_direction_e MediaInfo::direction() const {
    microsip_media_direction_t direction_ = {};
    detail::check(microsip_media_info_direction(get(), &direction_));
    return static_cast<microsip_media_direction_e>(direction_);
}

inline std::optional<std::string_view> MediaInfo::codec() const {
    const char *codec_ = nullptr;
    if (!detail::there(microsip_media_info_codec(get(), &codec_))) return std::nullopt;
    return detail::view(codec_);
}

inline std::optional<uint8_t> MediaInfo::payload_type() const {
    uint8_t payload_type_ = {};
    if (!detail::there(microsip_media_info_payload_type(get(), &payload_type_))) return std::nullopt;
    return payload_type_;
}

inline std::string_view MediaInfo::remote_rtp() const {
    const char *address_ = nullptr;
    detail::check(microsip_media_info_remote_rtp(get(), &address_));
    return detail::view(address_);
}

inline std::optional<microsip_srtp_keying_e> MediaInfo::srtp_keying() const {
    microsip_srtp_keying_t keying_ = {};
    if (!detail::there(microsip_media_info_srtp_keying(get(), &keying_))) return std::nullopt;
    return static_cast<microsip_srtp_keying_e>(keying_);
}

inline std::optional<microsip_srtp_suite_e> MediaInfo::srtp_suite() const {
    microsip_srtp_suite_t suite_ = {};
    if (!detail::there(microsip_media_info_srtp_suite(get(), &suite_))) return std::nullopt;
    return static_cast<microsip_srtp_suite_e>(suite_);
}

inline std::optional<microsip_ice_state_e> MediaInfo::ice_state() const {
    microsip_ice_state_t state_ = {};
    if (!detail::there(microsip_media_info_ice_state(get(), &state_))) return std::nullopt;
    return static_cast<microsip_ice_state_e>(state_);
}

inline std::optional<bool> MediaInfo::ice_controlling() const {
    bool controlling_ = {};
    if (!detail::there(microsip_media_info_ice_controlling(get(), &controlling_))) return std::nullopt;
    return controlling_;
}

inline std::optional<std::tuple<microsip_candidate_kind_e, std::string_view>> MediaInfo::ice_candidate(microsip_ice_component_t component, microsip_ice_end_t end) const {
    microsip_candidate_kind_t kind_ = {};
    const char *address_ = nullptr;
    if (!detail::there(microsip_media_info_ice_candidate(get(), component, end, &kind_, &address_))) return std::nullopt;
    return std::tuple<microsip_candidate_kind_e, std::string_view>{static_cast<microsip_candidate_kind_e>(kind_), detail::view(address_)};
}

inline MemberOptions::MemberOptions() : Handle() {
    microsip_member_options_t options_ = {0};
    detail::check(microsip_member_options_new(&options_));
    *this = MemberOptions(options_);
}

inline void MemberOptions::set_muted(bool muted) const {
    detail::check(microsip_member_options_set_muted(get(), muted));
}

inline void MemberOptions::set_deaf(bool deaf) const {
    detail::check(microsip_member_options_set_deaf(get(), deaf));
}

inline void MemberOptions::set_gain(float gain_db) const {
    detail::check(microsip_member_options_set_gain(get(), gain_db));
}

inline size_t MergeReport::added() const {
    size_t added_ = {};
    detail::check(microsip_merge_report_added(get(), &added_));
    return added_;
}

inline size_t MergeReport::updated() const {
    size_t updated_ = {};
    detail::check(microsip_merge_report_updated(get(), &updated_));
    return updated_;
}

inline size_t MergeReport::unchanged() const {
    size_t unchanged_ = {};
    detail::check(microsip_merge_report_unchanged(get(), &unchanged_));
    return unchanged_;
}

inline size_t MergeReport::removed() const {
    size_t removed_ = {};
    detail::check(microsip_merge_report_removed(get(), &removed_));
    return removed_;
}

inline MessageConfig::MessageConfig() : Handle() {
    microsip_message_config_t config_ = {0};
    detail::check(microsip_message_config_new(&config_));
    *this = MessageConfig(config_);
}

inline void MessageConfig::set_incoming(uint16_t code) const {
    detail::check(microsip_message_config_set_incoming(get(), code));
}

inline void MessageConfig::add_accept(const detail::Text &content_type) const {
    detail::check(microsip_message_config_add_accept(get(), content_type.get()));
}

inline void MessageConfig::set_confirm_delivery(bool yes) const {
    detail::check(microsip_message_config_set_confirm_delivery(get(), yes));
}

inline void MessageConfig::set_typing_idle(uint32_t time_ms) const {
    detail::check(microsip_message_config_set_typing_idle(get(), time_ms));
}

inline void MessageConfig::set_typing_refresh(uint32_t time_ms) const {
    detail::check(microsip_message_config_set_typing_refresh(get(), time_ms));
}

inline MessageOptions::MessageOptions(const detail::Text &words) : Handle() {
    microsip_message_options_t options_ = {0};
    detail::check(microsip_message_options_new(words.get(), &options_));
    *this = MessageOptions(options_);
}

inline void MessageOptions::set_body(const detail::Text &content_type, const uint8_t *body, size_t body_len) const {
    detail::check(microsip_message_options_set_body(get(), content_type.get(), body, body_len));
}

inline void MessageOptions::add_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_message_options_add_header(get(), name.get(), value.get()));
}

inline void MessageOptions::set_notify(bool positive_delivery, bool negative_delivery, bool processing, bool display) const {
    detail::check(microsip_message_options_set_notify(get(), positive_delivery, negative_delivery, processing, display));
}

inline MessageRecord::MessageRecord(bool outgoing, const detail::Text &number, int64_t time_unix_ms, const detail::Text &body) : Handle() {
    microsip_message_record_t record_ = {0};
    detail::check(microsip_message_record_new(outgoing, number.get(), time_unix_ms, body.get(), &record_));
    *this = MessageRecord(record_);
}

inline void MessageRecord::set_name(const detail::Text &name) const {
    detail::check(microsip_message_record_set_name(get(), name.get()));
}

inline void MessageRecord::set_sip_status(uint16_t sip_status) const {
    detail::check(microsip_message_record_set_sip_status(get(), sip_status));
}

inline int64_t MessageRecord::id() const {
    int64_t id_ = {};
    detail::check(microsip_message_record_id(get(), &id_));
    return id_;
}

inline bool MessageRecord::is_outgoing() const {
    bool is_outgoing_ = {};
    detail::check(microsip_message_record_is_outgoing(get(), &is_outgoing_));
    return is_outgoing_;
}

inline std::string_view MessageRecord::number() const {
    const char *number_ = nullptr;
    detail::check(microsip_message_record_number(get(), &number_));
    return detail::view(number_);
}

inline std::string_view MessageRecord::name() const {
    const char *name_ = nullptr;
    detail::check(microsip_message_record_name(get(), &name_));
    return detail::view(name_);
}

inline int64_t MessageRecord::time_unix_ms() const {
    int64_t time_unix_ms_ = {};
    detail::check(microsip_message_record_time_unix_ms(get(), &time_unix_ms_));
    return time_unix_ms_;
}

inline std::string_view MessageRecord::body() const {
    const char *body_ = nullptr;
    detail::check(microsip_message_record_body(get(), &body_));
    return detail::view(body_);
}

inline std::optional<uint16_t> MessageRecord::sip_status() const {
    uint16_t sip_status_ = {};
    if (!detail::there(microsip_message_record_sip_status(get(), &sip_status_))) return std::nullopt;
    return sip_status_;
}

inline size_t MessageRecords::count() const {
    size_t count_ = {};
    detail::check(microsip_message_records_count(get(), &count_));
    return count_;
}

inline std::optional<MessageRecord> MessageRecords::at(size_t index) const {
    microsip_message_record_t record_ = {0};
    if (!detail::there(microsip_message_records_at(get(), index, &record_))) return std::nullopt;
    return MessageRecord(record_);
}

inline MessageSummary::MessageSummary(bool waiting) : Handle() {
    microsip_message_summary_t summary_ = {0};
    detail::check(microsip_message_summary_new(waiting, &summary_));
    *this = MessageSummary(summary_);
}

inline MessageSummary MessageSummary::parse(const uint8_t *body, size_t body_len) {
    microsip_message_summary_t summary_ = {0};
    detail::check(microsip_message_summary_parse(body, body_len, &summary_));
    return MessageSummary(summary_);
}

inline void MessageSummary::set_account(const detail::Text &account) const {
    detail::check(microsip_message_summary_set_account(get(), account.get()));
}

inline void MessageSummary::set_counts(microsip_message_class_t message_class, const detail::Text &name, uint32_t new_count, uint32_t old_count, uint32_t new_urgent, uint32_t old_urgent) const {
    detail::check(microsip_message_summary_set_counts(get(), message_class, name.get(), new_count, old_count, new_urgent, old_urgent));
}

inline bool MessageSummary::waiting() const {
    bool waiting_ = {};
    detail::check(microsip_message_summary_waiting(get(), &waiting_));
    return waiting_;
}

inline std::optional<std::string_view> MessageSummary::account() const {
    const char *account_ = nullptr;
    if (!detail::there(microsip_message_summary_account(get(), &account_))) return std::nullopt;
    return detail::view(account_);
}

inline size_t MessageSummary::class_count() const {
    size_t count_ = {};
    detail::check(microsip_message_summary_class_count(get(), &count_));
    return count_;
}

inline std::optional<std::tuple<microsip_message_class_e, std::string_view>> MessageSummary::class_at(size_t index) const {
    microsip_message_class_t message_class_ = {};
    const char *name_ = nullptr;
    if (!detail::there(microsip_message_summary_class_at(get(), index, &message_class_, &name_))) return std::nullopt;
    return std::tuple<microsip_message_class_e, std::string_view>{static_cast<microsip_message_class_e>(message_class_), detail::view(name_)};
}

inline std::tuple<uint32_t, uint32_t, uint32_t, uint32_t> MessageSummary::counts(microsip_message_class_t message_class, const detail::Text &name) const {
    uint32_t new_count_ = {};
    uint32_t old_count_ = {};
    uint32_t new_urgent_ = {};
    uint32_t old_urgent_ = {};
    detail::check(microsip_message_summary_counts(get(), message_class, name.get(), &new_count_, &old_count_, &new_urgent_, &old_urgent_));
    return std::tuple<uint32_t, uint32_t, uint32_t, uint32_t>{new_count_, old_count_, new_urgent_, old_urgent_};
}

inline size_t MessageSummary::message_count() const {
    size_t count_ = {};
    detail::check(microsip_message_summary_message_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> MessageSummary::message_header(size_t index, const detail::Text &name) const {
    const char *header_text_ = nullptr;
    if (!detail::there(microsip_message_summary_message_header(get(), index, name.get(), &header_text_))) return std::nullopt;
    return detail::view(header_text_);
}

inline std::optional<size_t> MessageSummary::message_header_count(size_t index) const {
    size_t count_ = {};
    if (!detail::there(microsip_message_summary_message_header_count(get(), index, &count_))) return std::nullopt;
    return count_;
}

inline std::optional<std::tuple<std::string_view, std::string_view>> MessageSummary::message_header_at(size_t index, size_t header_index) const {
    const char *name_ = nullptr;
    const char *header_text_ = nullptr;
    if (!detail::there(microsip_message_summary_message_header_at(get(), index, header_index, &name_, &header_text_))) return std::nullopt;
    return std::tuple<std::string_view, std::string_view>{detail::view(name_), detail::view(header_text_)};
}

inline std::string_view MessageSummary::to_text() const {
    const char *written_ = nullptr;
    detail::check(microsip_message_summary_to_text(get(), &written_));
    return detail::view(written_);
}

inline NATConfig::NATConfig() : Handle() {
    microsip_nat_config_t config_ = {0};
    detail::check(microsip_nat_config_new(&config_));
    *this = NATConfig(config_);
}

inline void NATConfig::add_stun_server(const detail::Text &server) const {
    detail::check(microsip_nat_config_add_stun_server(get(), server.get()));
}

inline void NATConfig::set_stun_timeout(uint32_t timeout_ms) const {
    detail::check(microsip_nat_config_set_stun_timeout(get(), timeout_ms));
}

inline void NATConfig::set_start_wait(uint32_t wait_ms) const {
    detail::check(microsip_nat_config_set_start_wait(get(), wait_ms));
}

inline void NATConfig::set_stun_refresh(uint32_t pause_ms) const {
    detail::check(microsip_nat_config_set_stun_refresh(get(), pause_ms));
}

inline void NATConfig::set_public_address(const detail::Text &address) const {
    detail::check(microsip_nat_config_set_public_address(get(), address.get()));
}

inline void NATConfig::set_ice(microsip_ice_mode_t mode) const {
    detail::check(microsip_nat_config_set_ice(get(), mode));
}

inline void NATConfig::set_aggressive(bool yes) const {
    detail::check(microsip_nat_config_set_aggressive(get(), yes));
}

inline void NATConfig::set_gather_timeout(uint32_t timeout_ms) const {
    detail::check(microsip_nat_config_set_gather_timeout(get(), timeout_ms));
}

inline void NATConfig::set_turn(const TurnConfig &turn) const {
    detail::check(microsip_nat_config_set_turn(get(), turn.get()));
}

inline void NATConfig::set_turn() const {
    detail::check(microsip_nat_config_set_turn(get(), microsip_turn_config_t{0}));
}

inline microsip_network_step_e NetworkChange::step() const {
    microsip_network_step_t step_ = {};
    detail::check(microsip_network_change_step(get(), &step_));
    return static_cast<microsip_network_step_e>(step_);
}

inline size_t NetworkChange::lost_count() const {
    size_t count_ = {};
    detail::check(microsip_network_change_lost_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> NetworkChange::lost_at(size_t index) const {
    const char *address_ = nullptr;
    if (!detail::there(microsip_network_change_lost_at(get(), index, &address_))) return std::nullopt;
    return detail::view(address_);
}

inline size_t NetworkChange::gained_count() const {
    size_t count_ = {};
    detail::check(microsip_network_change_gained_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> NetworkChange::gained_at(size_t index) const {
    const char *address_ = nullptr;
    if (!detail::there(microsip_network_change_gained_at(get(), index, &address_))) return std::nullopt;
    return detail::view(address_);
}

inline size_t NetworkChange::accounts() const {
    size_t accounts_ = {};
    detail::check(microsip_network_change_accounts(get(), &accounts_));
    return accounts_;
}

inline size_t NetworkChange::registered() const {
    size_t registered_ = {};
    detail::check(microsip_network_change_registered(get(), &registered_));
    return registered_;
}

inline size_t NetworkChange::calls() const {
    size_t calls_ = {};
    detail::check(microsip_network_change_calls(get(), &calls_));
    return calls_;
}

inline size_t NetworkChange::moved() const {
    size_t moved_ = {};
    detail::check(microsip_network_change_moved(get(), &moved_));
    return moved_;
}

inline uint32_t NetworkChange::took_ms() const {
    uint32_t took_ms_ = {};
    detail::check(microsip_network_change_took_ms(get(), &took_ms_));
    return took_ms_;
}

inline uint64_t Notification::number() const {
    uint64_t number_ = {};
    detail::check(microsip_notification_number(get(), &number_));
    return number_;
}

inline std::string_view Notification::state() const {
    const char *state_ = nullptr;
    detail::check(microsip_notification_state(get(), &state_));
    return detail::view(state_);
}

inline std::string_view Notification::notifier() const {
    const char *notifier_ = nullptr;
    detail::check(microsip_notification_notifier(get(), &notifier_));
    return detail::view(notifier_);
}

inline std::string_view Notification::content_type() const {
    const char *content_type_ = nullptr;
    detail::check(microsip_notification_content_type(get(), &content_type_));
    return detail::view(content_type_);
}

inline ByteView Notification::body() const {
    const std::uint8_t *body_ = nullptr; std::size_t body_len_ = 0;
    detail::check(microsip_notification_body(get(), &body_, &body_len_));
    return ByteView{body_, body_len_};
}

inline SIPMessage Notification::sip() const {
    microsip_sip_message_t sip_message_ = {0};
    detail::check(microsip_notification_sip(get(), &sip_message_));
    return SIPMessage(sip_message_);
}

inline std::string_view Notifier::package() const {
    const char *package_ = nullptr;
    detail::check(microsip_notifier_package(get(), &package_));
    return detail::view(package_);
}

inline void Notifier::set_state(const detail::Text &content_type, const uint8_t *body, size_t body_len) const {
    detail::check(microsip_notifier_set_state(get(), content_type.get(), body, body_len));
}

inline void Notifier::set_state_with(const RequestOptions &state) const {
    detail::check(microsip_notifier_set_state_with(get(), state.get()));
}

inline void Notifier::set_policy(microsip_watch_policy_t policy) const {
    detail::check(microsip_notifier_set_policy(get(), policy));
}

inline WatcherList Notifier::watchers() const {
    microsip_watcher_list_t watchers_ = {0};
    detail::check(microsip_notifier_watchers(get(), &watchers_));
    return WatcherList(watchers_);
}

inline void Notifier::stop() const {
    detail::check(microsip_notifier_stop(get()));
}

inline NumberRules::NumberRules(const detail::Text &domain) : Handle() {
    microsip_number_rules_t rules_ = {0};
    detail::check(microsip_number_rules_new(domain.get(), &rules_));
    *this = NumberRules(rules_);
}

inline void NumberRules::set_local(bool exists) const {
    detail::check(microsip_number_rules_set_local(get(), exists));
}

inline void NumberRules::set_local_domain(const detail::Text &domain) const {
    detail::check(microsip_number_rules_set_local_domain(get(), domain.get()));
}

inline void NumberRules::set_prefix(const detail::Text &prefix) const {
    detail::check(microsip_number_rules_set_prefix(get(), prefix.get()));
}

inline void NumberRules::set_dial_plan(const DialPlan &plan) const {
    detail::check(microsip_number_rules_set_dial_plan(get(), plan.get()));
}

inline DialledNumber NumberRules::resolve(const detail::Text &number) const {
    microsip_dialled_number_t dialled_ = {0};
    detail::check(microsip_number_rules_resolve(get(), number.get(), &dialled_));
    return DialledNumber(dialled_);
}

inline DialledNumber NumberRules::resolve_as_is(const detail::Text &number) const {
    microsip_dialled_number_t dialled_ = {0};
    detail::check(microsip_number_rules_resolve_as_is(get(), number.get(), &dialled_));
    return DialledNumber(dialled_);
}

inline ObserveOptions::ObserveOptions() : Handle() {
    microsip_observe_options_t options_ = {0};
    detail::check(microsip_observe_options_new(&options_));
    *this = ObserveOptions(options_);
}

inline void ObserveOptions::set_expires(uint32_t expires_s) const {
    detail::check(microsip_observe_options_set_expires(get(), expires_s));
}

inline void ObserveOptions::set_retry(uint32_t first_ms, uint32_t max_ms, double factor, double jitter) const {
    detail::check(microsip_observe_options_set_retry(get(), first_ms, max_ms, factor, jitter));
}

inline OpusOptions::OpusOptions() : Handle() {
    microsip_opus_options_t options_ = {0};
    detail::check(microsip_opus_options_new(&options_));
    *this = OpusOptions(options_);
}

inline void OpusOptions::set_bit_rate(uint32_t bits_per_second) const {
    detail::check(microsip_opus_options_set_bit_rate(get(), bits_per_second));
}

inline void OpusOptions::set_complexity(uint32_t complexity) const {
    detail::check(microsip_opus_options_set_complexity(get(), complexity));
}

inline void OpusOptions::set_fec(bool yes) const {
    detail::check(microsip_opus_options_set_fec(get(), yes));
}

inline void OpusOptions::set_expected_loss(uint32_t percent) const {
    detail::check(microsip_opus_options_set_expected_loss(get(), percent));
}

inline void OpusOptions::set_dtx(bool yes) const {
    detail::check(microsip_opus_options_set_dtx(get(), yes));
}

inline void OpusOptions::set_cbr(bool yes) const {
    detail::check(microsip_opus_options_set_cbr(get(), yes));
}

inline void OpusOptions::set_stereo(bool yes) const {
    detail::check(microsip_opus_options_set_stereo(get(), yes));
}

inline void OpusOptions::set_max_playback_rate(uint32_t hz) const {
    detail::check(microsip_opus_options_set_max_playback_rate(get(), hz));
}

inline PasswordStore::PasswordStore() : Handle() {
    microsip_password_store_t store_ = {0};
    detail::check(microsip_password_store_new(&store_));
    *this = PasswordStore(store_);
}

inline void PasswordStore::set_key(const detail::Text &key) const {
    detail::check(microsip_password_store_set_key(get(), key.get()));
}

inline void PasswordStore::set_hide(bool hide) const {
    detail::check(microsip_password_store_set_hide(get(), hide));
}

inline void PasswordStore::set_hex_is_plain(bool plain) const {
    detail::check(microsip_password_store_set_hex_is_plain(get(), plain));
}

inline std::tuple<size_t, microsip_password_form_e> PasswordStore::read(const detail::Text &stored, char *buffer, size_t capacity) const {
    size_t length_ = {};
    microsip_password_form_t form_ = {};
    detail::check(microsip_password_store_read(get(), stored.get(), buffer, capacity, &length_, &form_));
    return std::tuple<size_t, microsip_password_form_e>{length_, static_cast<microsip_password_form_e>(form_)};
}

inline size_t PasswordStore::write(const detail::Text &password, char *buffer, size_t capacity) const {
    size_t length_ = {};
    detail::check(microsip_password_store_write(get(), password.get(), buffer, capacity, &length_));
    return length_;
}

inline PCM PCM::read(const detail::Text &path) {
    microsip_pcm_t pcm_ = {0};
    detail::check(microsip_pcm_read(path.get(), &pcm_));
    return PCM(pcm_);
}

inline std::tuple<const int16_t *, size_t> PCM::samples() const {
    const int16_t * samples_ = {};
    size_t count_ = {};
    detail::check(microsip_pcm_samples(get(), &samples_, &count_));
    return std::tuple<const int16_t *, size_t>{samples_, count_};
}

inline uint32_t PCM::rate() const {
    uint32_t rate_ = {};
    detail::check(microsip_pcm_rate(get(), &rate_));
    return rate_;
}

inline std::string_view PeerTyping::from() const {
    const char *from_ = nullptr;
    detail::check(microsip_peer_typing_from(get(), &from_));
    return detail::view(from_);
}

inline std::optional<std::string_view> PeerTyping::display() const {
    const char *display_ = nullptr;
    if (!detail::there(microsip_peer_typing_display(get(), &display_))) return std::nullopt;
    return detail::view(display_);
}

inline microsip_typing_state_e PeerTyping::state() const {
    microsip_typing_state_t state_ = {};
    detail::check(microsip_peer_typing_state(get(), &state_));
    return static_cast<microsip_typing_state_e>(state_);
}

inline std::optional<std::string_view> PeerTyping::content_type() const {
    const char *content_type_ = nullptr;
    if (!detail::there(microsip_peer_typing_content_type(get(), &content_type_))) return std::nullopt;
    return detail::view(content_type_);
}

inline microsip_typing_cause_e PeerTyping::cause() const {
    microsip_typing_cause_t cause_ = {};
    detail::check(microsip_peer_typing_cause(get(), &cause_));
    return static_cast<microsip_typing_cause_e>(cause_);
}

inline std::optional<microsip_phone_event_kind_e> PhoneEvent::kind() const {
    microsip_phone_event_kind_t kind_ = {};
    if (!detail::there(microsip_phone_event_kind(get(), &kind_))) return std::nullopt;
    return static_cast<microsip_phone_event_kind_e>(kind_);
}

inline Json PhoneEvent::json() const {
    microsip_json_t json_ = {0};
    detail::check(microsip_phone_event_json(get(), &json_));
    return Json(json_);
}

inline std::optional<uint64_t> PhoneEvent::call() const {
    uint64_t call_ = {};
    if (!detail::there(microsip_phone_event_call(get(), &call_))) return std::nullopt;
    return call_;
}

inline std::optional<Event> PhoneEvent::engine() const {
    microsip_event_t engine_ = {0};
    if (!detail::there(microsip_phone_event_engine(get(), &engine_))) return std::nullopt;
    return Event(engine_);
}

inline std::optional<Failure> PhoneEvent::error() const {
    microsip_error_t error_ = {0};
    if (!detail::there(microsip_phone_event_error(get(), &error_))) return std::nullopt;
    return Failure(error_);
}

inline PhoneEvent PhoneEvents::next(uint32_t timeout_ms) const {
    microsip_phone_event_t event_ = {0};
    detail::check(microsip_phone_events_next(get(), timeout_ms, &event_));
    return PhoneEvent(event_);
}

inline int32_t PhoneEvents::fd() const {
    int32_t fd_ = {};
    detail::check(microsip_phone_events_fd(get(), &fd_));
    return fd_;
}

inline void * PhoneEvents::handle() const {
    void * handle_ = {};
    detail::check(microsip_phone_events_handle(get(), &handle_));
    return handle_;
}

inline void PhoneEvents::close() const {
    detail::check(microsip_phone_events_close(get()));
}

inline PhoneOptions::PhoneOptions(const Place &place) : Handle() {
    microsip_phone_options_t options_ = {0};
    detail::check(microsip_phone_options_new(place.get(), &options_));
    *this = PhoneOptions(options_);
}

inline void PhoneOptions::set_password(const detail::Text &password) const {
    detail::check(microsip_phone_options_set_password(get(), password.get()));
}

inline void PhoneOptions::set_account(uint32_t number) const {
    detail::check(microsip_phone_options_set_account(get(), number));
}

inline void PhoneOptions::set_log_level(microsip_log_level_t level) const {
    detail::check(microsip_phone_options_set_log_level(get(), level));
}

inline void PhoneOptions::set_close_timeout(uint32_t timeout_ms) const {
    detail::check(microsip_phone_options_set_close_timeout(get(), timeout_ms));
}

inline Phone Phone::start(const PhoneOptions &options) {
    microsip_phone_t phone_ = {0};
    detail::check(microsip_phone_start(options.get(), &phone_));
    return Phone(phone_);
}

inline Phone Phone::start() {
    microsip_phone_t phone_ = {0};
    detail::check(microsip_phone_start(microsip_phone_options_t{0}, &phone_));
    return Phone(phone_);
}

inline void Phone::close() const {
    detail::check(microsip_phone_close(get()));
}

inline Json Phone::request(const detail::Text &request) const {
    microsip_json_t reply_ = {0};
    detail::check(microsip_phone_request(get(), request.get(), &reply_));
    return Json(reply_);
}

inline Json Phone::line(const detail::Text &line) const {
    microsip_json_t reply_ = {0};
    detail::check(microsip_phone_line(get(), line.get(), &reply_));
    return Json(reply_);
}

template <class F>
inline Callback Phone::on_event(F &&callback) const {
    using Function = std::decay_t<F>;
    auto owned_ = std::make_unique<Function>(std::forward<F>(callback));
    microsip_callback_t handle_ = {0};
    detail::check(microsip_phone_on_event(get(), [](microsip_phone_event_t event_in, void *user_data) noexcept {
            try {
                (*static_cast<Function *>(user_data))(detail::Lent<PhoneEvent>(event_in).get());
            } catch (...) {
                detail::escaped();
            }
        }, owned_.release(), detail::destroy<Function>, &handle_));
    return Callback(handle_);
}

inline uint64_t Phone::call(const detail::Text &target) const {
    uint64_t call_ = {};
    detail::check(microsip_phone_call(get(), target.get(), &call_));
    return call_;
}

inline void Phone::answer(uint64_t call) const {
    detail::check(microsip_phone_answer(get(), call));
}

inline void Phone::hang_up(uint64_t call) const {
    detail::check(microsip_phone_hang_up(get(), call));
}

inline void Phone::hang_up_all() const {
    detail::check(microsip_phone_hang_up_all(get()));
}

inline void Phone::reject(uint64_t call, uint16_t code) const {
    detail::check(microsip_phone_reject(get(), call, code));
}

inline void Phone::hold(uint64_t call, microsip_switch_t hold) const {
    detail::check(microsip_phone_hold(get(), call, hold));
}

inline void Phone::mute(microsip_phone_side_t side, microsip_switch_t mute) const {
    detail::check(microsip_phone_mute(get(), side, mute));
}

inline void Phone::dtmf(uint64_t call, const detail::Text &digits) const {
    detail::check(microsip_phone_dtmf(get(), call, digits.get()));
}

inline void Phone::transfer(uint64_t call, const detail::Text &target) const {
    detail::check(microsip_phone_transfer(get(), call, target.get()));
}

inline void Phone::transfer_to(uint64_t call, uint64_t other) const {
    detail::check(microsip_phone_transfer_to(get(), call, other));
}

inline void Phone::message(const detail::Text &to, const detail::Text &body) const {
    detail::check(microsip_phone_message(get(), to.get(), body.get()));
}

inline void Phone::set(const detail::Text &section, const detail::Text &key, const detail::Text &value) const {
    detail::check(microsip_phone_set(get(), section.get(), key.get(), value.get()));
}

inline Json Phone::status() const {
    microsip_json_t status_ = {0};
    detail::check(microsip_phone_status(get(), &status_));
    return Json(status_);
}

inline Json Phone::calls() const {
    microsip_json_t calls_ = {0};
    detail::check(microsip_phone_calls(get(), &calls_));
    return Json(calls_);
}

inline ControlServer Phone::serve(const detail::Text &directory) const {
    microsip_control_server_t server_ = {0};
    detail::check(microsip_phone_serve(get(), directory.get(), &server_));
    return ControlServer(server_);
}

inline PhoneEvents Phone::events() const {
    microsip_phone_events_t events_ = {0};
    detail::check(microsip_phone_events(get(), &events_));
    return PhoneEvents(events_);
}

inline Place Place::choose(const detail::Text &given, microsip_place_kind_t kind) {
    microsip_place_t place_ = {0};
    detail::check(microsip_place_choose(given.get(), kind, &place_));
    return Place(place_);
}

inline microsip_place_kind_e Place::kind() const {
    microsip_place_kind_t kind_ = {};
    detail::check(microsip_place_kind(get(), &kind_));
    return static_cast<microsip_place_kind_e>(kind_);
}

inline std::string_view Place::settings() const {
    const char *settings_ = nullptr;
    detail::check(microsip_place_settings(get(), &settings_));
    return detail::view(settings_);
}

inline std::string_view Place::contacts() const {
    const char *contacts_ = nullptr;
    detail::check(microsip_place_contacts(get(), &contacts_));
    return detail::view(contacts_);
}

inline std::string_view Place::log() const {
    const char *log_ = nullptr;
    detail::check(microsip_place_log(get(), &log_));
    return detail::view(log_);
}

inline std::string_view Place::recordings() const {
    const char *recordings_ = nullptr;
    detail::check(microsip_place_recordings(get(), &recordings_));
    return detail::view(recordings_);
}

inline PlayOptions::PlayOptions() : Handle() {
    microsip_play_options_t options_ = {0};
    detail::check(microsip_play_options_new(&options_));
    *this = PlayOptions(options_);
}

inline void PlayOptions::set_repeat(bool repeat) const {
    detail::check(microsip_play_options_set_repeat(get(), repeat));
}

inline void PlayOptions::set_gain(float gain_db) const {
    detail::check(microsip_play_options_set_gain(get(), gain_db));
}

inline void PlayOptions::set_paused(bool paused) const {
    detail::check(microsip_play_options_set_paused(get(), paused));
}

inline Node Player::node() const {
    microsip_node_t node_ = {0};
    detail::check(microsip_player_node(get(), &node_));
    return Node(node_);
}

inline uint64_t Player::position_ms() const {
    uint64_t position_ms_ = {};
    detail::check(microsip_player_position_ms(get(), &position_ms_));
    return position_ms_;
}

inline std::optional<uint64_t> Player::length_ms() const {
    uint64_t length_ms_ = {};
    if (!detail::there(microsip_player_length_ms(get(), &length_ms_))) return std::nullopt;
    return length_ms_;
}

inline size_t Player::index() const {
    size_t index_ = {};
    detail::check(microsip_player_index(get(), &index_));
    return index_;
}

inline std::string_view Player::file() const {
    const char *path_ = nullptr;
    detail::check(microsip_player_file(get(), &path_));
    return detail::view(path_);
}

inline uint64_t Player::missed_ms() const {
    uint64_t missed_ms_ = {};
    detail::check(microsip_player_missed_ms(get(), &missed_ms_));
    return missed_ms_;
}

inline bool Player::is_finished() const {
    bool finished_ = {};
    detail::check(microsip_player_is_finished(get(), &finished_));
    return finished_;
}

inline std::optional<microsip_play_end_e> Player::end() const {
    microsip_play_end_t end_ = {};
    if (!detail::there(microsip_player_end(get(), &end_))) return std::nullopt;
    return static_cast<microsip_play_end_e>(end_);
}

inline std::optional<Failure> Player::error() const {
    microsip_error_t error_ = {0};
    if (!detail::there(microsip_player_error(get(), &error_))) return std::nullopt;
    return Failure(error_);
}

inline bool Player::is_paused() const {
    bool paused_ = {};
    detail::check(microsip_player_is_paused(get(), &paused_));
    return paused_;
}

inline float Player::gain_db() const {
    float gain_db_ = {};
    detail::check(microsip_player_gain_db(get(), &gain_db_));
    return gain_db_;
}

inline void Player::set_gain(float gain_db) const {
    detail::check(microsip_player_set_gain(get(), gain_db));
}

inline void Player::pause() const {
    detail::check(microsip_player_pause(get()));
}

inline void Player::resume() const {
    detail::check(microsip_player_resume(get()));
}

inline void Player::seek(uint64_t to_ms) const {
    detail::check(microsip_player_seek(get(), to_ms));
}

inline void Player::skip() const {
    detail::check(microsip_player_skip(get()));
}

inline void Player::add(const detail::Text &path) const {
    detail::check(microsip_player_add(get(), path.get()));
}

inline void Player::stop() const {
    detail::check(microsip_player_stop(get()));
}

inline microsip_play_end_e Player::wait(uint32_t timeout_ms) const {
    microsip_play_end_t end_ = {};
    detail::check(microsip_player_wait(get(), timeout_ms, &end_));
    return static_cast<microsip_play_end_e>(end_);
}

inline std::optional<Call> Player::call() const {
    microsip_call_t call_ = {0};
    if (!detail::there(microsip_player_call(get(), &call_))) return std::nullopt;
    return Call(call_);
}

inline std::optional<Conference> Player::conference() const {
    microsip_conference_t conference_ = {0};
    if (!detail::there(microsip_player_conference(get(), &conference_))) return std::nullopt;
    return Conference(conference_);
}

inline std::string_view PresenceDevice::id() const {
    const char *id_ = nullptr;
    detail::check(microsip_presence_device_id(get(), &id_));
    return detail::view(id_);
}

inline std::string_view PresenceDevice::device_id() const {
    const char *device_id_ = nullptr;
    detail::check(microsip_presence_device_device_id(get(), &device_id_));
    return detail::view(device_id_);
}

inline size_t PresenceDevice::note_count() const {
    size_t count_ = {};
    detail::check(microsip_presence_device_note_count(get(), &count_));
    return count_;
}

inline std::optional<std::tuple<std::string_view, std::string_view>> PresenceDevice::note_at(size_t index) const {
    const char *note_ = nullptr;
    const char *language_ = nullptr;
    if (!detail::there(microsip_presence_device_note_at(get(), index, &note_, &language_))) return std::nullopt;
    return std::tuple<std::string_view, std::string_view>{detail::view(note_), detail::view(language_)};
}

inline std::optional<int64_t> PresenceDevice::timestamp_unix_ms() const {
    int64_t timestamp_unix_ms_ = {};
    if (!detail::there(microsip_presence_device_timestamp_unix_ms(get(), &timestamp_unix_ms_))) return std::nullopt;
    return timestamp_unix_ms_;
}

inline std::string_view PresencePerson::id() const {
    const char *id_ = nullptr;
    detail::check(microsip_presence_person_id(get(), &id_));
    return detail::view(id_);
}

inline size_t PresencePerson::activity_count() const {
    size_t count_ = {};
    detail::check(microsip_presence_person_activity_count(get(), &count_));
    return count_;
}

inline std::optional<std::tuple<microsip_activity_e, std::string_view>> PresencePerson::activity_at(size_t index) const {
    microsip_activity_t activity_ = {};
    const char *words_ = nullptr;
    if (!detail::there(microsip_presence_person_activity_at(get(), index, &activity_, &words_))) return std::nullopt;
    return std::tuple<microsip_activity_e, std::string_view>{static_cast<microsip_activity_e>(activity_), detail::view(words_)};
}

inline size_t PresencePerson::note_count() const {
    size_t count_ = {};
    detail::check(microsip_presence_person_note_count(get(), &count_));
    return count_;
}

inline std::optional<std::tuple<std::string_view, std::string_view>> PresencePerson::note_at(size_t index) const {
    const char *note_ = nullptr;
    const char *language_ = nullptr;
    if (!detail::there(microsip_presence_person_note_at(get(), index, &note_, &language_))) return std::nullopt;
    return std::tuple<std::string_view, std::string_view>{detail::view(note_), detail::view(language_)};
}

inline std::optional<int64_t> PresencePerson::timestamp_unix_ms() const {
    int64_t timestamp_unix_ms_ = {};
    if (!detail::there(microsip_presence_person_timestamp_unix_ms(get(), &timestamp_unix_ms_))) return std::nullopt;
    return timestamp_unix_ms_;
}

inline PresenceStatus::PresenceStatus(microsip_presence_t presence) : Handle() {
    microsip_presence_status_t status_ = {0};
    detail::check(microsip_presence_status_new(presence, &status_));
    *this = PresenceStatus(status_);
}

inline PresenceStatus PresenceStatus::parse(const detail::Text &content_type, const uint8_t *body, size_t body_len) {
    microsip_presence_status_t status_ = {0};
    detail::check(microsip_presence_status_parse(content_type.get(), body, body_len, &status_));
    return PresenceStatus(status_);
}

inline void PresenceStatus::set_note(const detail::Text &note) const {
    detail::check(microsip_presence_status_set_note(get(), note.get()));
}

inline void PresenceStatus::add_activity(microsip_activity_t activity, const detail::Text &words) const {
    detail::check(microsip_presence_status_add_activity(get(), activity, words.get()));
}

inline void PresenceStatus::set_contact(const detail::Text &contact) const {
    detail::check(microsip_presence_status_set_contact(get(), contact.get()));
}

inline void PresenceStatus::set_timestamp(int64_t timestamp_unix_ms) const {
    detail::check(microsip_presence_status_set_timestamp(get(), timestamp_unix_ms));
}

inline void PresenceStatus::add_id_suffix(const detail::Text &suffix) const {
    detail::check(microsip_presence_status_add_id_suffix(get(), suffix.get()));
}

inline microsip_presence_e PresenceStatus::state() const {
    microsip_presence_t presence_ = {};
    detail::check(microsip_presence_status_state(get(), &presence_));
    return static_cast<microsip_presence_e>(presence_);
}

inline microsip_basic_status_e PresenceStatus::basic() const {
    microsip_basic_status_t basic_ = {};
    detail::check(microsip_presence_status_basic(get(), &basic_));
    return static_cast<microsip_basic_status_e>(basic_);
}

inline std::optional<std::string_view> PresenceStatus::note() const {
    const char *note_ = nullptr;
    if (!detail::there(microsip_presence_status_note(get(), &note_))) return std::nullopt;
    return detail::view(note_);
}

inline std::string_view PresenceStatus::entity() const {
    const char *entity_ = nullptr;
    detail::check(microsip_presence_status_entity(get(), &entity_));
    return detail::view(entity_);
}

inline size_t PresenceStatus::activity_count() const {
    size_t count_ = {};
    detail::check(microsip_presence_status_activity_count(get(), &count_));
    return count_;
}

inline std::optional<std::tuple<microsip_activity_e, std::string_view>> PresenceStatus::activity_at(size_t index) const {
    microsip_activity_t activity_ = {};
    const char *words_ = nullptr;
    if (!detail::there(microsip_presence_status_activity_at(get(), index, &activity_, &words_))) return std::nullopt;
    return std::tuple<microsip_activity_e, std::string_view>{static_cast<microsip_activity_e>(activity_), detail::view(words_)};
}

inline size_t PresenceStatus::note_count() const {
    size_t count_ = {};
    detail::check(microsip_presence_status_note_count(get(), &count_));
    return count_;
}

inline std::optional<std::tuple<std::string_view, std::string_view>> PresenceStatus::note_at(size_t index) const {
    const char *note_ = nullptr;
    const char *language_ = nullptr;
    if (!detail::there(microsip_presence_status_note_at(get(), index, &note_, &language_))) return std::nullopt;
    return std::tuple<std::string_view, std::string_view>{detail::view(note_), detail::view(language_)};
}

inline size_t PresenceStatus::tuple_count() const {
    size_t count_ = {};
    detail::check(microsip_presence_status_tuple_count(get(), &count_));
    return count_;
}

inline std::optional<PresenceTuple> PresenceStatus::tuple_at(size_t index) const {
    microsip_presence_tuple_t tuple_ = {0};
    if (!detail::there(microsip_presence_status_tuple_at(get(), index, &tuple_))) return std::nullopt;
    return PresenceTuple(tuple_);
}

inline size_t PresenceStatus::person_count() const {
    size_t count_ = {};
    detail::check(microsip_presence_status_person_count(get(), &count_));
    return count_;
}

inline std::optional<PresencePerson> PresenceStatus::person_at(size_t index) const {
    microsip_presence_person_t person_ = {0};
    if (!detail::there(microsip_presence_status_person_at(get(), index, &person_))) return std::nullopt;
    return PresencePerson(person_);
}

inline size_t PresenceStatus::device_count() const {
    size_t count_ = {};
    detail::check(microsip_presence_status_device_count(get(), &count_));
    return count_;
}

inline std::optional<PresenceDevice> PresenceStatus::device_at(size_t index) const {
    microsip_presence_device_t device_ = {0};
    if (!detail::there(microsip_presence_status_device_at(get(), index, &device_))) return std::nullopt;
    return PresenceDevice(device_);
}

inline std::string_view PresenceStatus::to_pidf(const detail::Text &entity) const {
    const char *xml_ = nullptr;
    detail::check(microsip_presence_status_to_pidf(get(), entity.get(), &xml_));
    return detail::view(xml_);
}

inline std::string_view PresenceTuple::id() const {
    const char *id_ = nullptr;
    detail::check(microsip_presence_tuple_id(get(), &id_));
    return detail::view(id_);
}

inline microsip_basic_status_e PresenceTuple::basic() const {
    microsip_basic_status_t basic_ = {};
    detail::check(microsip_presence_tuple_basic(get(), &basic_));
    return static_cast<microsip_basic_status_e>(basic_);
}

inline std::optional<std::string_view> PresenceTuple::contact() const {
    const char *contact_ = nullptr;
    if (!detail::there(microsip_presence_tuple_contact(get(), &contact_))) return std::nullopt;
    return detail::view(contact_);
}

inline std::optional<uint16_t> PresenceTuple::priority() const {
    uint16_t priority_ = {};
    if (!detail::there(microsip_presence_tuple_priority(get(), &priority_))) return std::nullopt;
    return priority_;
}

inline size_t PresenceTuple::activity_count() const {
    size_t count_ = {};
    detail::check(microsip_presence_tuple_activity_count(get(), &count_));
    return count_;
}

inline std::optional<std::tuple<microsip_activity_e, std::string_view>> PresenceTuple::activity_at(size_t index) const {
    microsip_activity_t activity_ = {};
    const char *words_ = nullptr;
    if (!detail::there(microsip_presence_tuple_activity_at(get(), index, &activity_, &words_))) return std::nullopt;
    return std::tuple<microsip_activity_e, std::string_view>{static_cast<microsip_activity_e>(activity_), detail::view(words_)};
}

inline size_t PresenceTuple::note_count() const {
    size_t count_ = {};
    detail::check(microsip_presence_tuple_note_count(get(), &count_));
    return count_;
}

inline std::optional<std::tuple<std::string_view, std::string_view>> PresenceTuple::note_at(size_t index) const {
    const char *note_ = nullptr;
    const char *language_ = nullptr;
    if (!detail::there(microsip_presence_tuple_note_at(get(), index, &note_, &language_))) return std::nullopt;
    return std::tuple<std::string_view, std::string_view>{detail::view(note_), detail::view(language_)};
}

inline std::optional<int64_t> PresenceTuple::timestamp_unix_ms() const {
    int64_t timestamp_unix_ms_ = {};
    if (!detail::there(microsip_presence_tuple_timestamp_unix_ms(get(), &timestamp_unix_ms_))) return std::nullopt;
    return timestamp_unix_ms_;
}

inline microsip_publication_state_e PublicationInfo::state() const {
    microsip_publication_state_t state_ = {};
    detail::check(microsip_publication_info_state(get(), &state_));
    return static_cast<microsip_publication_state_e>(state_);
}

inline std::optional<uint16_t> PublicationInfo::code() const {
    uint16_t code_ = {};
    if (!detail::there(microsip_publication_info_code(get(), &code_))) return std::nullopt;
    return code_;
}

inline std::optional<uint64_t> PublicationInfo::expires_s() const {
    uint64_t expires_s_ = {};
    if (!detail::there(microsip_publication_info_expires_s(get(), &expires_s_))) return std::nullopt;
    return expires_s_;
}

inline std::optional<std::string_view> PublicationInfo::etag() const {
    const char *etag_ = nullptr;
    if (!detail::there(microsip_publication_info_etag(get(), &etag_))) return std::nullopt;
    return detail::view(etag_);
}

inline uint32_t PublicationInfo::failures() const {
    uint32_t failures_ = {};
    detail::check(microsip_publication_info_failures(get(), &failures_));
    return failures_;
}

inline std::optional<uint64_t> PublicationInfo::next_retry_ms() const {
    uint64_t next_retry_ms_ = {};
    if (!detail::there(microsip_publication_info_next_retry_ms(get(), &next_retry_ms_))) return std::nullopt;
    return next_retry_ms_;
}

inline std::optional<Failure> PublicationInfo::error() const {
    microsip_error_t error_ = {0};
    if (!detail::there(microsip_publication_info_error(get(), &error_))) return std::nullopt;
    return Failure(error_);
}

inline uint64_t Publication::id() const {
    uint64_t id_ = {};
    detail::check(microsip_publication_id(get(), &id_));
    return id_;
}

inline Account Publication::account() const {
    microsip_account_t account_ = {0};
    detail::check(microsip_publication_account(get(), &account_));
    return Account(account_);
}

inline std::string_view Publication::package() const {
    const char *package_ = nullptr;
    detail::check(microsip_publication_package(get(), &package_));
    return detail::view(package_);
}

inline PublicationInfo Publication::info() const {
    microsip_publication_info_t info_ = {0};
    detail::check(microsip_publication_info(get(), &info_));
    return PublicationInfo(info_);
}

inline microsip_publication_state_e Publication::state() const {
    microsip_publication_state_t state_ = {};
    detail::check(microsip_publication_state(get(), &state_));
    return static_cast<microsip_publication_state_e>(state_);
}

inline void Publication::wait_for(microsip_publication_state_t state, uint32_t timeout_ms) const {
    detail::check(microsip_publication_wait_for(get(), state, timeout_ms));
}

inline void Publication::update(const uint8_t *body, size_t body_len) const {
    detail::check(microsip_publication_update(get(), body, body_len));
}

inline void Publication::refresh() const {
    detail::check(microsip_publication_refresh(get()));
}

inline void Publication::remove() const {
    detail::check(microsip_publication_remove(get()));
}

inline PublishOptions::PublishOptions(const detail::Text &content_type, const uint8_t *body, size_t body_len) : Handle() {
    microsip_publish_options_t options_ = {0};
    detail::check(microsip_publish_options_new(content_type.get(), body, body_len, &options_));
    *this = PublishOptions(options_);
}

inline void PublishOptions::set_expires(uint32_t expires_s) const {
    detail::check(microsip_publish_options_set_expires(get(), expires_s));
}

inline void PublishOptions::set_retry(uint32_t first_ms, uint32_t max_ms, double factor, double jitter) const {
    detail::check(microsip_publish_options_set_retry(get(), first_ms, max_ms, factor, jitter));
}

inline void PublishOptions::add_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_publish_options_add_header(get(), name.get(), value.get()));
}

inline QualityConfig::QualityConfig() : Handle() {
    microsip_quality_config_t config_ = {0};
    detail::check(microsip_quality_config_new(&config_));
    *this = QualityConfig(config_);
}

inline void QualityConfig::set_jitter_buffer(const JitterBuffer &jitter_buffer) const {
    detail::check(microsip_quality_config_set_jitter_buffer(get(), jitter_buffer.get()));
}

inline void QualityConfig::set_rtcp_xr(bool yes) const {
    detail::check(microsip_quality_config_set_rtcp_xr(get(), yes));
}

inline void QualityConfig::set_rtcp_xr_interval(uint32_t pause_ms) const {
    detail::check(microsip_quality_config_set_rtcp_xr_interval(get(), pause_ms));
}

inline void QualityConfig::set_stats_every(uint32_t pause_ms) const {
    detail::check(microsip_quality_config_set_stats_every(get(), pause_ms));
}

inline void QualityConfig::set_watch_audio(uint32_t patience_ms) const {
    detail::check(microsip_quality_config_set_watch_audio(get(), patience_ms));
}

inline uint64_t ReceivedMessage::id() const {
    uint64_t id_ = {};
    detail::check(microsip_received_message_id(get(), &id_));
    return id_;
}

inline std::string_view ReceivedMessage::from() const {
    const char *from_ = nullptr;
    detail::check(microsip_received_message_from(get(), &from_));
    return detail::view(from_);
}

inline std::string_view ReceivedMessage::reply_to() const {
    const char *reply_to_ = nullptr;
    detail::check(microsip_received_message_reply_to(get(), &reply_to_));
    return detail::view(reply_to_);
}

inline std::optional<std::string_view> ReceivedMessage::display() const {
    const char *display_ = nullptr;
    if (!detail::there(microsip_received_message_display(get(), &display_))) return std::nullopt;
    return detail::view(display_);
}

inline std::string_view ReceivedMessage::to() const {
    const char *to_ = nullptr;
    detail::check(microsip_received_message_to(get(), &to_));
    return detail::view(to_);
}

inline std::string_view ReceivedMessage::content_type() const {
    const char *content_type_ = nullptr;
    detail::check(microsip_received_message_content_type(get(), &content_type_));
    return detail::view(content_type_);
}

inline std::optional<std::string_view> ReceivedMessage::text() const {
    const char *text_ = nullptr;
    if (!detail::there(microsip_received_message_text(get(), &text_))) return std::nullopt;
    return detail::view(text_);
}

inline ByteView ReceivedMessage::body() const {
    const std::uint8_t *body_ = nullptr; std::size_t body_len_ = 0;
    detail::check(microsip_received_message_body(get(), &body_, &body_len_));
    return ByteView{body_, body_len_};
}

inline size_t ReceivedMessage::header_count() const {
    size_t count_ = {};
    detail::check(microsip_received_message_header_count(get(), &count_));
    return count_;
}

inline std::optional<std::tuple<std::string_view, std::string_view>> ReceivedMessage::header_at(size_t index) const {
    const char *name_ = nullptr;
    const char *value_ = nullptr;
    if (!detail::there(microsip_received_message_header_at(get(), index, &name_, &value_))) return std::nullopt;
    return std::tuple<std::string_view, std::string_view>{detail::view(name_), detail::view(value_)};
}

inline std::optional<std::string_view> ReceivedMessage::header(const detail::Text &name) const {
    const char *value_ = nullptr;
    if (!detail::there(microsip_received_message_header(get(), name.get(), &value_))) return std::nullopt;
    return detail::view(value_);
}

inline SIPMessage ReceivedMessage::sip() const {
    microsip_sip_message_t sip_message_ = {0};
    detail::check(microsip_received_message_sip(get(), &sip_message_));
    return SIPMessage(sip_message_);
}

inline int64_t ReceivedMessage::received_at_unix_ms() const {
    int64_t received_at_unix_ms_ = {};
    detail::check(microsip_received_message_received_at_unix_ms(get(), &received_at_unix_ms_));
    return received_at_unix_ms_;
}

inline std::optional<CPIM> ReceivedMessage::envelope() const {
    microsip_cpim_t envelope_ = {0};
    if (!detail::there(microsip_received_message_envelope(get(), &envelope_))) return std::nullopt;
    return CPIM(envelope_);
}

inline std::tuple<bool, bool, bool, bool> ReceivedMessage::notify() const {
    bool positive_delivery_ = {};
    bool negative_delivery_ = {};
    bool processing_ = {};
    bool display_ = {};
    detail::check(microsip_received_message_notify(get(), &positive_delivery_, &negative_delivery_, &processing_, &display_));
    return std::tuple<bool, bool, bool, bool>{positive_delivery_, negative_delivery_, processing_, display_};
}

inline bool ReceivedMessage::mark_displayed() const {
    bool sent_ = {};
    detail::check(microsip_received_message_mark_displayed(get(), &sent_));
    return sent_;
}

inline std::optional<Failure> ReceivedMessage::warning() const {
    microsip_error_t warning_ = {0};
    if (!detail::there(microsip_received_message_warning(get(), &warning_))) return std::nullopt;
    return Failure(warning_);
}

inline RecordOptions::RecordOptions() : Handle() {
    microsip_record_options_t options_ = {0};
    detail::check(microsip_record_options_new(&options_));
    *this = RecordOptions(options_);
}

inline void RecordOptions::set_tap(microsip_tap_t tap) const {
    detail::check(microsip_record_options_set_tap(get(), tap));
}

inline void RecordOptions::set_split(bool split) const {
    detail::check(microsip_record_options_set_split(get(), split));
}

inline void RecordOptions::set_format(microsip_record_format_t format) const {
    detail::check(microsip_record_options_set_format(get(), format));
}

inline void RecordOptions::set_rate(uint32_t rate) const {
    detail::check(microsip_record_options_set_rate(get(), rate));
}

inline void RecordOptions::set_bitrate(uint32_t bitrate) const {
    detail::check(microsip_record_options_set_bitrate(get(), bitrate));
}

inline void RecordOptions::set_overwrite(bool overwrite) const {
    detail::check(microsip_record_options_set_overwrite(get(), overwrite));
}

inline Node Recorder::node() const {
    microsip_node_t node_ = {0};
    detail::check(microsip_recorder_node(get(), &node_));
    return Node(node_);
}

inline std::string_view Recorder::path() const {
    const char *path_ = nullptr;
    detail::check(microsip_recorder_path(get(), &path_));
    return detail::view(path_);
}

inline uint64_t Recorder::length_ms() const {
    uint64_t length_ms_ = {};
    detail::check(microsip_recorder_length_ms(get(), &length_ms_));
    return length_ms_;
}

inline void Recorder::pause() const {
    detail::check(microsip_recorder_pause(get()));
}

inline void Recorder::resume() const {
    detail::check(microsip_recorder_resume(get()));
}

inline bool Recorder::is_paused() const {
    bool paused_ = {};
    detail::check(microsip_recorder_is_paused(get(), &paused_));
    return paused_;
}

inline bool Recorder::is_finished() const {
    bool finished_ = {};
    detail::check(microsip_recorder_is_finished(get(), &finished_));
    return finished_;
}

inline RecordingInfo Recorder::stop() const {
    microsip_recording_info_t info_ = {0};
    detail::check(microsip_recorder_stop(get(), &info_));
    return RecordingInfo(info_);
}

inline RecordingInfo Recorder::wait(uint32_t timeout_ms) const {
    microsip_recording_info_t info_ = {0};
    detail::check(microsip_recorder_wait(get(), timeout_ms, &info_));
    return RecordingInfo(info_);
}

inline std::optional<Call> Recorder::call() const {
    microsip_call_t call_ = {0};
    if (!detail::there(microsip_recorder_call(get(), &call_))) return std::nullopt;
    return Call(call_);
}

inline std::optional<Conference> Recorder::conference() const {
    microsip_conference_t conference_ = {0};
    if (!detail::there(microsip_recorder_conference(get(), &conference_))) return std::nullopt;
    return Conference(conference_);
}

inline std::string_view RecordingInfo::path() const {
    const char *path_ = nullptr;
    detail::check(microsip_recording_info_path(get(), &path_));
    return detail::view(path_);
}

inline microsip_record_format_e RecordingInfo::format() const {
    microsip_record_format_t format_ = {};
    detail::check(microsip_recording_info_format(get(), &format_));
    return static_cast<microsip_record_format_e>(format_);
}

inline uint32_t RecordingInfo::rate() const {
    uint32_t rate_ = {};
    detail::check(microsip_recording_info_rate(get(), &rate_));
    return rate_;
}

inline uint16_t RecordingInfo::channels() const {
    uint16_t channels_ = {};
    detail::check(microsip_recording_info_channels(get(), &channels_));
    return channels_;
}

inline uint64_t RecordingInfo::samples() const {
    uint64_t samples_ = {};
    detail::check(microsip_recording_info_samples(get(), &samples_));
    return samples_;
}

inline uint64_t RecordingInfo::dropped() const {
    uint64_t dropped_ = {};
    detail::check(microsip_recording_info_dropped(get(), &dropped_));
    return dropped_;
}

inline uint64_t RecordingInfo::length_ms() const {
    uint64_t length_ms_ = {};
    detail::check(microsip_recording_info_length_ms(get(), &length_ms_));
    return length_ms_;
}

inline std::optional<Failure> RecordingInfo::error() const {
    microsip_error_t error_ = {0};
    if (!detail::there(microsip_recording_info_error(get(), &error_))) return std::nullopt;
    return Failure(error_);
}

inline RecordingName::RecordingName(const detail::Text &folder, const detail::Text &pattern) : Handle() {
    microsip_recording_name_t name_ = {0};
    detail::check(microsip_recording_name_new(folder.get(), pattern.get(), &name_));
    *this = RecordingName(name_);
}

inline std::string_view RecordingName::folder() const {
    const char *folder_ = nullptr;
    detail::check(microsip_recording_name_folder(get(), &folder_));
    return detail::view(folder_);
}

inline std::string_view RecordingName::path(const Call &call) const {
    const char *path_ = nullptr;
    detail::check(microsip_recording_name_path(get(), call.get(), &path_));
    return detail::view(path_);
}

inline microsip_registration_state_e Registration::state() const {
    microsip_registration_state_t state_ = {};
    detail::check(microsip_registration_state(get(), &state_));
    return static_cast<microsip_registration_state_e>(state_);
}

inline std::optional<uint16_t> Registration::code() const {
    uint16_t code_ = {};
    if (!detail::there(microsip_registration_code(get(), &code_))) return std::nullopt;
    return code_;
}

inline std::string_view Registration::phrase() const {
    const char *phrase_ = nullptr;
    detail::check(microsip_registration_phrase(get(), &phrase_));
    return detail::view(phrase_);
}

inline std::optional<uint32_t> Registration::expires_s() const {
    uint32_t expires_s_ = {};
    if (!detail::there(microsip_registration_expires_s(get(), &expires_s_))) return std::nullopt;
    return expires_s_;
}

inline std::optional<Failure> Registration::error() const {
    microsip_error_t error_ = {0};
    if (!detail::there(microsip_registration_error(get(), &error_))) return std::nullopt;
    return Failure(error_);
}

inline std::optional<uint32_t> Registration::retry_in_ms() const {
    uint32_t retry_in_ms_ = {};
    if (!detail::there(microsip_registration_retry_in_ms(get(), &retry_in_ms_))) return std::nullopt;
    return retry_in_ms_;
}

inline uint32_t Registration::failures() const {
    uint32_t failures_ = {};
    detail::check(microsip_registration_failures(get(), &failures_));
    return failures_;
}

inline std::optional<std::string_view> Registration::contact() const {
    const char *contact_ = nullptr;
    if (!detail::there(microsip_registration_contact(get(), &contact_))) return std::nullopt;
    return detail::view(contact_);
}

inline size_t Registration::service_route_count() const {
    size_t count_ = {};
    detail::check(microsip_registration_service_route_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> Registration::service_route_at(size_t index) const {
    const char *uri_ = nullptr;
    if (!detail::there(microsip_registration_service_route_at(get(), index, &uri_))) return std::nullopt;
    return detail::view(uri_);
}

inline ReinviteOptions::ReinviteOptions() : Handle() {
    microsip_reinvite_options_t options_ = {0};
    detail::check(microsip_reinvite_options_new(&options_));
    *this = ReinviteOptions(options_);
}

inline void ReinviteOptions::add_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_reinvite_options_add_header(get(), name.get(), value.get()));
}

inline void ReinviteOptions::set_late_offer(bool late_offer) const {
    detail::check(microsip_reinvite_options_set_late_offer(get(), late_offer));
}

inline void ReinviteOptions::set_refresh_contact(bool refresh_contact) const {
    detail::check(microsip_reinvite_options_set_refresh_contact(get(), refresh_contact));
}

inline RejectOptions::RejectOptions() : Handle() {
    microsip_reject_options_t options_ = {0};
    detail::check(microsip_reject_options_new(&options_));
    *this = RejectOptions(options_);
}

inline void RejectOptions::add_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_reject_options_add_header(get(), name.get(), value.get()));
}

inline void RejectOptions::set_phrase(const detail::Text &phrase) const {
    detail::check(microsip_reject_options_set_phrase(get(), phrase.get()));
}

inline void RejectOptions::add_reason_q850(uint16_t cause, const detail::Text &words) const {
    detail::check(microsip_reject_options_add_reason_q850(get(), cause, words.get()));
}

inline void RejectOptions::add_reason_sip(uint16_t code, const detail::Text &words) const {
    detail::check(microsip_reject_options_add_reason_sip(get(), code, words.get()));
}

inline void RejectOptions::add_contact(const detail::Text &contact) const {
    detail::check(microsip_reject_options_add_contact(get(), contact.get()));
}

inline RequestOptions::RequestOptions() : Handle() {
    microsip_request_options_t options_ = {0};
    detail::check(microsip_request_options_new(&options_));
    *this = RequestOptions(options_);
}

inline void RequestOptions::add_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_request_options_add_header(get(), name.get(), value.get()));
}

inline void RequestOptions::set_body(const detail::Text &content_type, const uint8_t *body, size_t count) const {
    detail::check(microsip_request_options_set_body(get(), content_type.get(), body, count));
}

inline uint64_t Request::id() const {
    uint64_t id_ = {};
    detail::check(microsip_request_id(get(), &id_));
    return id_;
}

inline std::string_view Request::method() const {
    const char *method_ = nullptr;
    detail::check(microsip_request_method(get(), &method_));
    return detail::view(method_);
}

inline std::optional<Response> Request::response() const {
    microsip_response_t response_ = {0};
    if (!detail::there(microsip_request_response(get(), &response_))) return std::nullopt;
    return Response(response_);
}

inline Response Request::wait(uint32_t timeout_ms) const {
    microsip_response_t response_ = {0};
    detail::check(microsip_request_wait(get(), timeout_ms, &response_));
    return Response(response_);
}

inline uint16_t Response::code() const {
    uint16_t code_ = {};
    detail::check(microsip_response_code(get(), &code_));
    return code_;
}

inline std::string_view Response::phrase() const {
    const char *phrase_ = nullptr;
    detail::check(microsip_response_phrase(get(), &phrase_));
    return detail::view(phrase_);
}

inline double Response::round_trip_ms() const {
    double round_trip_ = {};
    detail::check(microsip_response_round_trip_ms(get(), &round_trip_));
    return round_trip_;
}

inline std::optional<SIPMessage> Response::message() const {
    microsip_sip_message_t message_ = {0};
    if (!detail::there(microsip_response_message(get(), &message_))) return std::nullopt;
    return SIPMessage(message_);
}

inline std::optional<Failure> Response::error() const {
    microsip_error_t error_ = {0};
    if (!detail::there(microsip_response_error(get(), &error_))) return std::nullopt;
    return Failure(error_);
}

inline ResumeOptions::ResumeOptions() : Handle() {
    microsip_resume_options_t options_ = {0};
    detail::check(microsip_resume_options_new(&options_));
    *this = ResumeOptions(options_);
}

inline void ResumeOptions::add_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_resume_options_add_header(get(), name.get(), value.get()));
}

inline uint64_t SentMessage::id() const {
    uint64_t id_ = {};
    detail::check(microsip_sent_message_id(get(), &id_));
    return id_;
}

inline std::string_view SentMessage::target() const {
    const char *target_ = nullptr;
    detail::check(microsip_sent_message_target(get(), &target_));
    return detail::view(target_);
}

inline std::optional<std::string_view> SentMessage::message_id() const {
    const char *message_id_ = nullptr;
    if (!detail::there(microsip_sent_message_message_id(get(), &message_id_))) return std::nullopt;
    return detail::view(message_id_);
}

inline std::optional<Response> SentMessage::response() const {
    microsip_response_t response_ = {0};
    if (!detail::there(microsip_sent_message_response(get(), &response_))) return std::nullopt;
    return Response(response_);
}

inline Response SentMessage::wait(uint32_t timeout_ms) const {
    microsip_response_t response_ = {0};
    detail::check(microsip_sent_message_wait(get(), timeout_ms, &response_));
    return Response(response_);
}

inline ServeOptions::ServeOptions(const detail::Text &package) : Handle() {
    microsip_serve_options_t options_ = {0};
    detail::check(microsip_serve_options_new(package.get(), &options_));
    *this = ServeOptions(options_);
}

inline void ServeOptions::set_policy(microsip_watch_policy_t policy) const {
    detail::check(microsip_serve_options_set_policy(get(), policy));
}

inline void ServeOptions::set_lifetimes(uint32_t shortest_s, uint32_t longest_s) const {
    detail::check(microsip_serve_options_set_lifetimes(get(), shortest_s, longest_s));
}

inline void ServeOptions::set_state(const detail::Text &content_type, const uint8_t *body, size_t body_len) const {
    detail::check(microsip_serve_options_set_state(get(), content_type.get(), body, body_len));
}

inline void ServeOptions::set_state_with(const RequestOptions &state) const {
    detail::check(microsip_serve_options_set_state_with(get(), state.get()));
}

inline size_t ServerList::count() const {
    size_t count_ = {};
    detail::check(microsip_server_list_count(get(), &count_));
    return count_;
}

inline std::optional<microsip_transport_e> ServerList::transport(size_t index) const {
    microsip_transport_t transport_ = {};
    if (!detail::there(microsip_server_list_transport(get(), index, &transport_))) return std::nullopt;
    return static_cast<microsip_transport_e>(transport_);
}

inline std::optional<std::string_view> ServerList::address(size_t index) const {
    const char *address_ = nullptr;
    if (!detail::there(microsip_server_list_address(get(), index, &address_))) return std::nullopt;
    return detail::view(address_);
}

inline std::optional<std::string_view> ServerList::name(size_t index) const {
    const char *name_ = nullptr;
    if (!detail::there(microsip_server_list_name(get(), index, &name_))) return std::nullopt;
    return detail::view(name_);
}

inline std::optional<uint16_t> ServerList::priority(size_t index) const {
    uint16_t priority_ = {};
    if (!detail::there(microsip_server_list_priority(get(), index, &priority_))) return std::nullopt;
    return priority_;
}

inline std::optional<uint16_t> ServerList::weight(size_t index) const {
    uint16_t weight_ = {};
    if (!detail::there(microsip_server_list_weight(get(), index, &weight_))) return std::nullopt;
    return weight_;
}

inline Shortcut::Shortcut(const detail::Text &label, const detail::Text &number) : Handle() {
    microsip_shortcut_t shortcut_ = {0};
    detail::check(microsip_shortcut_new(label.get(), number.get(), &shortcut_));
    *this = Shortcut(shortcut_);
}

inline void Shortcut::set_action(microsip_shortcut_action_t action) const {
    detail::check(microsip_shortcut_set_action(get(), action));
}

inline void Shortcut::set_number2(const detail::Text &number2) const {
    detail::check(microsip_shortcut_set_number2(get(), number2.get()));
}

inline void Shortcut::set_presence(bool presence) const {
    detail::check(microsip_shortcut_set_presence(get(), presence));
}

inline std::string_view Shortcut::label() const {
    const char *label_ = nullptr;
    detail::check(microsip_shortcut_label(get(), &label_));
    return detail::view(label_);
}

inline std::string_view Shortcut::number() const {
    const char *number_ = nullptr;
    detail::check(microsip_shortcut_number(get(), &number_));
    return detail::view(number_);
}

inline microsip_shortcut_action_e Shortcut::action() const {
    microsip_shortcut_action_t action_ = {};
    detail::check(microsip_shortcut_action(get(), &action_));
    return static_cast<microsip_shortcut_action_e>(action_);
}

inline std::string_view Shortcut::number2() const {
    const char *number2_ = nullptr;
    detail::check(microsip_shortcut_number2(get(), &number2_));
    return detail::view(number2_);
}

inline bool Shortcut::presence() const {
    bool presence_ = {};
    detail::check(microsip_shortcut_presence(get(), &presence_));
    return presence_;
}

inline std::string_view SIPMessage::call_id() const {
    const char *call_id_ = nullptr;
    detail::check(microsip_sip_message_call_id(get(), &call_id_));
    return detail::view(call_id_);
}

inline uint32_t SIPMessage::cseq_number() const {
    uint32_t number_ = {};
    detail::check(microsip_sip_message_cseq_number(get(), &number_));
    return number_;
}

inline std::optional<std::string_view> SIPMessage::from_tag() const {
    const char *tag_ = nullptr;
    if (!detail::there(microsip_sip_message_from_tag(get(), &tag_))) return std::nullopt;
    return detail::view(tag_);
}

inline std::optional<std::string_view> SIPMessage::to_tag() const {
    const char *tag_ = nullptr;
    if (!detail::there(microsip_sip_message_to_tag(get(), &tag_))) return std::nullopt;
    return detail::view(tag_);
}

inline std::optional<std::string_view> SIPMessage::source() const {
    const char *source_ = nullptr;
    if (!detail::there(microsip_sip_message_source(get(), &source_))) return std::nullopt;
    return detail::view(source_);
}

inline microsip_transport_e SIPMessage::transport() const {
    microsip_transport_t transport_ = {};
    detail::check(microsip_sip_message_transport(get(), &transport_));
    return static_cast<microsip_transport_e>(transport_);
}

inline int64_t SIPMessage::received_unix_ms() const {
    int64_t received_ = {};
    detail::check(microsip_sip_message_received_unix_ms(get(), &received_));
    return received_;
}

inline Identity SIPMessage::identity() const {
    microsip_identity_t identity_ = {0};
    detail::check(microsip_sip_message_identity(get(), &identity_));
    return Identity(identity_);
}

inline size_t SIPMessage::reason_count() const {
    size_t count_ = {};
    detail::check(microsip_sip_message_reason_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> SIPMessage::reason_protocol(size_t index) const {
    const char *protocol_ = nullptr;
    if (!detail::there(microsip_sip_message_reason_protocol(get(), index, &protocol_))) return std::nullopt;
    return detail::view(protocol_);
}

inline std::optional<uint16_t> SIPMessage::reason_cause(size_t index) const {
    uint16_t cause_ = {};
    if (!detail::there(microsip_sip_message_reason_cause(get(), index, &cause_))) return std::nullopt;
    return cause_;
}

inline std::optional<std::string_view> SIPMessage::reason_text(size_t index) const {
    const char *words_ = nullptr;
    if (!detail::there(microsip_sip_message_reason_text(get(), index, &words_))) return std::nullopt;
    return detail::view(words_);
}

inline bool SIPMessage::is_request() const {
    bool yes_ = {};
    detail::check(microsip_sip_message_is_request(get(), &yes_));
    return yes_;
}

inline std::string_view SIPMessage::method() const {
    const char *method_ = nullptr;
    detail::check(microsip_sip_message_method(get(), &method_));
    return detail::view(method_);
}

inline std::optional<std::string_view> SIPMessage::request_uri() const {
    const char *uri_ = nullptr;
    if (!detail::there(microsip_sip_message_request_uri(get(), &uri_))) return std::nullopt;
    return detail::view(uri_);
}

inline std::optional<uint16_t> SIPMessage::status() const {
    uint16_t code_ = {};
    if (!detail::there(microsip_sip_message_status(get(), &code_))) return std::nullopt;
    return code_;
}

inline std::string_view SIPMessage::phrase() const {
    const char *phrase_ = nullptr;
    detail::check(microsip_sip_message_phrase(get(), &phrase_));
    return detail::view(phrase_);
}

inline size_t SIPMessage::header_count() const {
    size_t count_ = {};
    detail::check(microsip_sip_message_header_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> SIPMessage::header_name(size_t index) const {
    const char *name_ = nullptr;
    if (!detail::there(microsip_sip_message_header_name(get(), index, &name_))) return std::nullopt;
    return detail::view(name_);
}

inline std::optional<std::string_view> SIPMessage::header_value(size_t index) const {
    const char *value_ = nullptr;
    if (!detail::there(microsip_sip_message_header_value(get(), index, &value_))) return std::nullopt;
    return detail::view(value_);
}

inline std::optional<std::string_view> SIPMessage::header(const detail::Text &name) const {
    const char *value_ = nullptr;
    if (!detail::there(microsip_sip_message_header(get(), name.get(), &value_))) return std::nullopt;
    return detail::view(value_);
}

inline TextList SIPMessage::header_values(const detail::Text &name) const {
    microsip_text_list_t values_ = {0};
    detail::check(microsip_sip_message_header_values(get(), name.get(), &values_));
    return TextList(values_);
}

inline TextList SIPMessage::header_members(const detail::Text &name) const {
    microsip_text_list_t values_ = {0};
    detail::check(microsip_sip_message_header_members(get(), name.get(), &values_));
    return TextList(values_);
}

inline ByteView SIPMessage::body() const {
    const std::uint8_t *bytes_ = nullptr; std::size_t count_ = 0;
    detail::check(microsip_sip_message_body(get(), &bytes_, &count_));
    return ByteView{bytes_, count_};
}

inline ByteView SIPMessage::raw() const {
    const std::uint8_t *bytes_ = nullptr; std::size_t count_ = 0;
    detail::check(microsip_sip_message_raw(get(), &bytes_, &count_));
    return ByteView{bytes_, count_};
}

inline std::string_view SIPMessage::content_type() const {
    const char *content_type_ = nullptr;
    detail::check(microsip_sip_message_content_type(get(), &content_type_));
    return detail::view(content_type_);
}

inline Call SpeechDetector::call() const {
    microsip_call_t call_ = {0};
    detail::check(microsip_speech_detector_call(get(), &call_));
    return Call(call_);
}

inline bool SpeechDetector::is_speaking() const {
    bool speaking_ = {};
    detail::check(microsip_speech_detector_is_speaking(get(), &speaking_));
    return speaking_;
}

inline bool SpeechDetector::is_stopped() const {
    bool stopped_ = {};
    detail::check(microsip_speech_detector_is_stopped(get(), &stopped_));
    return stopped_;
}

inline void SpeechDetector::stop() const {
    detail::check(microsip_speech_detector_stop(get()));
}

inline SpeechOptions::SpeechOptions() : Handle() {
    microsip_speech_options_t options_ = {0};
    detail::check(microsip_speech_options_new(&options_));
    *this = SpeechOptions(options_);
}

inline void SpeechOptions::set_threshold(float verdict) const {
    detail::check(microsip_speech_options_set_threshold(get(), verdict));
}

inline void SpeechOptions::set_hangover(uint32_t pause_ms) const {
    detail::check(microsip_speech_options_set_hangover(get(), pause_ms));
}

inline void SpeechOptions::set_tap(microsip_tap_t tap) const {
    detail::check(microsip_speech_options_set_tap(get(), tap));
}

inline std::optional<double> Stats::number(microsip_stat_t stat) const {
    double value_ = {};
    if (!detail::there(microsip_stats_number(get(), stat, &value_))) return std::nullopt;
    return value_;
}

inline std::optional<std::string_view> Stats::codec() const {
    const char *codec_ = nullptr;
    if (!detail::there(microsip_stats_codec(get(), &codec_))) return std::nullopt;
    return detail::view(codec_);
}

inline std::string_view Stats::to_json() const {
    const char *json_ = nullptr;
    detail::check(microsip_stats_to_json(get(), &json_));
    return detail::view(json_);
}

inline std::optional<microsip_quality_band_e> Stats::quality_band(microsip_direction_t direction) const {
    microsip_quality_band_t band_ = {};
    if (!detail::there(microsip_stats_quality_band(get(), direction, &band_))) return std::nullopt;
    return static_cast<microsip_quality_band_e>(band_);
}

inline std::optional<microsip_quality_source_e> Stats::quality_source(microsip_direction_t direction) const {
    microsip_quality_source_t source_ = {};
    if (!detail::there(microsip_stats_quality_source(get(), direction, &source_))) return std::nullopt;
    return static_cast<microsip_quality_source_e>(source_);
}

inline std::string_view Story::text() const {
    const char *lines_ = nullptr;
    detail::check(microsip_story_text(get(), &lines_));
    return detail::view(lines_);
}

inline uint64_t Story::left_out() const {
    uint64_t count_ = {};
    detail::check(microsip_story_left_out(get(), &count_));
    return count_;
}

inline size_t Story::count() const {
    size_t count_ = {};
    detail::check(microsip_story_count(get(), &count_));
    return count_;
}

inline std::optional<int64_t> Story::at_unix_ms(size_t index) const {
    int64_t at_ = {};
    if (!detail::there(microsip_story_at_unix_ms(get(), index, &at_))) return std::nullopt;
    return at_;
}

inline std::optional<microsip_story_step_e> Story::step(size_t index) const {
    microsip_story_step_t kind_ = {};
    if (!detail::there(microsip_story_step(get(), index, &kind_))) return std::nullopt;
    return static_cast<microsip_story_step_e>(kind_);
}

inline std::optional<std::string_view> Story::words(size_t index) const {
    const char *words_ = nullptr;
    if (!detail::there(microsip_story_words(get(), index, &words_))) return std::nullopt;
    return detail::view(words_);
}

inline std::optional<microsip_direction_e> Story::direction(size_t index) const {
    microsip_direction_t direction_ = {};
    if (!detail::there(microsip_story_direction(get(), index, &direction_))) return std::nullopt;
    return static_cast<microsip_direction_e>(direction_);
}

inline std::optional<size_t> Story::bytes(size_t index) const {
    size_t bytes_ = {};
    if (!detail::there(microsip_story_bytes(get(), index, &bytes_))) return std::nullopt;
    return bytes_;
}

inline std::optional<microsip_transport_e> Story::transport(size_t index) const {
    microsip_transport_t transport_ = {};
    if (!detail::there(microsip_story_transport(get(), index, &transport_))) return std::nullopt;
    return static_cast<microsip_transport_e>(transport_);
}

inline std::optional<std::string_view> Story::remote(size_t index) const {
    const char *remote_ = nullptr;
    if (!detail::there(microsip_story_remote(get(), index, &remote_))) return std::nullopt;
    return detail::view(remote_);
}

inline std::optional<microsip_decision_e> Story::decision(size_t index) const {
    microsip_decision_t decision_ = {};
    if (!detail::there(microsip_story_decision(get(), index, &decision_))) return std::nullopt;
    return static_cast<microsip_decision_e>(decision_);
}

inline microsip_stun_state_e StunInfo::state() const {
    microsip_stun_state_t state_ = {};
    detail::check(microsip_stun_info_state(get(), &state_));
    return static_cast<microsip_stun_state_e>(state_);
}

inline std::optional<std::string_view> StunInfo::server() const {
    const char *server_ = nullptr;
    if (!detail::there(microsip_stun_info_server(get(), &server_))) return std::nullopt;
    return detail::view(server_);
}

inline std::optional<std::string_view> StunInfo::sip_address() const {
    const char *sip_address_ = nullptr;
    if (!detail::there(microsip_stun_info_sip_address(get(), &sip_address_))) return std::nullopt;
    return detail::view(sip_address_);
}

inline std::optional<Failure> StunInfo::error() const {
    microsip_error_t error_ = {0};
    if (!detail::there(microsip_stun_info_error(get(), &error_))) return std::nullopt;
    return Failure(error_);
}

inline SubscribeOptions::SubscribeOptions(const detail::Text &package) : Handle() {
    microsip_subscribe_options_t options_ = {0};
    detail::check(microsip_subscribe_options_new(package.get(), &options_));
    *this = SubscribeOptions(options_);
}

inline void SubscribeOptions::set_event_id(const detail::Text &id) const {
    detail::check(microsip_subscribe_options_set_event_id(get(), id.get()));
}

inline void SubscribeOptions::add_accept(const detail::Text &content_type) const {
    detail::check(microsip_subscribe_options_add_accept(get(), content_type.get()));
}

inline void SubscribeOptions::set_expires(uint32_t expires_s) const {
    detail::check(microsip_subscribe_options_set_expires(get(), expires_s));
}

inline void SubscribeOptions::set_forks(bool forks) const {
    detail::check(microsip_subscribe_options_set_forks(get(), forks));
}

inline void SubscribeOptions::set_retry(uint32_t first_ms, uint32_t max_ms, double factor, double jitter) const {
    detail::check(microsip_subscribe_options_set_retry(get(), first_ms, max_ms, factor, jitter));
}

inline void SubscribeOptions::add_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_subscribe_options_add_header(get(), name.get(), value.get()));
}

inline void SubscribeOptions::set_body(const detail::Text &content_type, const uint8_t *body, size_t body_len) const {
    detail::check(microsip_subscribe_options_set_body(get(), content_type.get(), body, body_len));
}

inline microsip_subscription_state_e SubscriptionInfo::state() const {
    microsip_subscription_state_t state_ = {};
    detail::check(microsip_subscription_info_state(get(), &state_));
    return static_cast<microsip_subscription_state_e>(state_);
}

inline std::optional<std::tuple<microsip_end_reason_e, std::string_view>> SubscriptionInfo::reason() const {
    microsip_end_reason_t reason_ = {};
    const char *words_ = nullptr;
    if (!detail::there(microsip_subscription_info_reason(get(), &reason_, &words_))) return std::nullopt;
    return std::tuple<microsip_end_reason_e, std::string_view>{static_cast<microsip_end_reason_e>(reason_), detail::view(words_)};
}

inline std::optional<uint16_t> SubscriptionInfo::code() const {
    uint16_t code_ = {};
    if (!detail::there(microsip_subscription_info_code(get(), &code_))) return std::nullopt;
    return code_;
}

inline std::optional<uint64_t> SubscriptionInfo::expires_s() const {
    uint64_t expires_s_ = {};
    if (!detail::there(microsip_subscription_info_expires_s(get(), &expires_s_))) return std::nullopt;
    return expires_s_;
}

inline uint32_t SubscriptionInfo::failures() const {
    uint32_t failures_ = {};
    detail::check(microsip_subscription_info_failures(get(), &failures_));
    return failures_;
}

inline std::optional<uint64_t> SubscriptionInfo::next_retry_ms() const {
    uint64_t next_retry_ms_ = {};
    if (!detail::there(microsip_subscription_info_next_retry_ms(get(), &next_retry_ms_))) return std::nullopt;
    return next_retry_ms_;
}

inline std::optional<Failure> SubscriptionInfo::error() const {
    microsip_error_t error_ = {0};
    if (!detail::there(microsip_subscription_info_error(get(), &error_))) return std::nullopt;
    return Failure(error_);
}

inline uint64_t Subscription::id() const {
    uint64_t id_ = {};
    detail::check(microsip_subscription_id(get(), &id_));
    return id_;
}

inline Account Subscription::account() const {
    microsip_account_t account_ = {0};
    detail::check(microsip_subscription_account(get(), &account_));
    return Account(account_);
}

inline std::string_view Subscription::target() const {
    const char *target_ = nullptr;
    detail::check(microsip_subscription_target(get(), &target_));
    return detail::view(target_);
}

inline std::string_view Subscription::package() const {
    const char *package_ = nullptr;
    detail::check(microsip_subscription_package(get(), &package_));
    return detail::view(package_);
}

inline SubscriptionInfo Subscription::info() const {
    microsip_subscription_info_t info_ = {0};
    detail::check(microsip_subscription_info(get(), &info_));
    return SubscriptionInfo(info_);
}

inline microsip_subscription_state_e Subscription::state() const {
    microsip_subscription_state_t state_ = {};
    detail::check(microsip_subscription_state(get(), &state_));
    return static_cast<microsip_subscription_state_e>(state_);
}

inline std::optional<Notification> Subscription::notification() const {
    microsip_notification_t notification_ = {0};
    if (!detail::there(microsip_subscription_notification(get(), &notification_))) return std::nullopt;
    return Notification(notification_);
}

inline void Subscription::wait_for(microsip_subscription_state_t state, uint32_t timeout_ms) const {
    detail::check(microsip_subscription_wait_for(get(), state, timeout_ms));
}

inline Notification Subscription::wait_notification(uint64_t after, uint32_t timeout_ms) const {
    microsip_notification_t notification_ = {0};
    detail::check(microsip_subscription_wait_notification(get(), after, timeout_ms, &notification_));
    return Notification(notification_);
}

inline void Subscription::refresh() const {
    detail::check(microsip_subscription_refresh(get()));
}

inline void Subscription::unsubscribe() const {
    detail::check(microsip_subscription_unsubscribe(get()));
}

inline size_t TextList::count() const {
    size_t count_ = {};
    detail::check(microsip_text_list_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> TextList::at(size_t index) const {
    const char *text_ = nullptr;
    if (!detail::there(microsip_text_list_at(get(), index, &text_))) return std::nullopt;
    return detail::view(text_);
}

inline TLSConfig::TLSConfig() : Handle() {
    microsip_tls_config_t config_ = {0};
    detail::check(microsip_tls_config_new(&config_));
    *this = TLSConfig(config_);
}

inline void TLSConfig::set_verify(bool yes) const {
    detail::check(microsip_tls_config_set_verify(get(), yes));
}

inline void TLSConfig::set_ca_file(const detail::Text &path) const {
    detail::check(microsip_tls_config_set_ca_file(get(), path.get()));
}

inline void TLSConfig::set_ca_dir(const detail::Text &path) const {
    detail::check(microsip_tls_config_set_ca_dir(get(), path.get()));
}

inline void TLSConfig::set_ca_pem(const detail::Text &pem) const {
    detail::check(microsip_tls_config_set_ca_pem(get(), pem.get()));
}

inline void TLSConfig::set_system_authorities(bool yes) const {
    detail::check(microsip_tls_config_set_system_authorities(get(), yes));
}

inline void TLSConfig::add_crl_file(const detail::Text &path) const {
    detail::check(microsip_tls_config_add_crl_file(get(), path.get()));
}

inline void TLSConfig::add_pin(const detail::Text &sha256) const {
    detail::check(microsip_tls_config_add_pin(get(), sha256.get()));
}

inline void TLSConfig::set_identity_files(const detail::Text &cert_path, const detail::Text &key_path) const {
    detail::check(microsip_tls_config_set_identity_files(get(), cert_path.get(), key_path.get()));
}

inline void TLSConfig::set_identity_pem(const detail::Text &cert_pem, const detail::Text &key_pem) const {
    detail::check(microsip_tls_config_set_identity_pem(get(), cert_pem.get(), key_pem.get()));
}

inline void TLSConfig::set_key_password(const detail::Text &password) const {
    detail::check(microsip_tls_config_set_key_password(get(), password.get()));
}

inline void TLSConfig::set_min_version(microsip_tls_version_t version) const {
    detail::check(microsip_tls_config_set_min_version(get(), version));
}

inline void TLSConfig::add_cipher(const detail::Text &name) const {
    detail::check(microsip_tls_config_add_cipher(get(), name.get()));
}

inline void TLSConfig::set_server_name(const detail::Text &name) const {
    detail::check(microsip_tls_config_set_server_name(get(), name.get()));
}

inline void TLSConfig::set_wildcards(bool yes) const {
    detail::check(microsip_tls_config_set_wildcards(get(), yes));
}

inline void TLSConfig::set_require_client_cert(bool yes) const {
    detail::check(microsip_tls_config_set_require_client_cert(get(), yes));
}

inline Call ToneDetector::call() const {
    microsip_call_t call_ = {0};
    detail::check(microsip_tone_detector_call(get(), &call_));
    return Call(call_);
}

inline bool ToneDetector::is_stopped() const {
    bool stopped_ = {};
    detail::check(microsip_tone_detector_is_stopped(get(), &stopped_));
    return stopped_;
}

inline void ToneDetector::stop() const {
    detail::check(microsip_tone_detector_stop(get()));
}

inline Node TonePlayer::node() const {
    microsip_node_t node_ = {0};
    detail::check(microsip_tone_player_node(get(), &node_));
    return Node(node_);
}

inline Tone TonePlayer::tone() const {
    microsip_tone_t tone_ = {0};
    detail::check(microsip_tone_player_tone(get(), &tone_));
    return Tone(tone_);
}

inline uint64_t TonePlayer::position_ms() const {
    uint64_t position_ms_ = {};
    detail::check(microsip_tone_player_position_ms(get(), &position_ms_));
    return position_ms_;
}

inline bool TonePlayer::is_finished() const {
    bool finished_ = {};
    detail::check(microsip_tone_player_is_finished(get(), &finished_));
    return finished_;
}

inline void TonePlayer::stop() const {
    detail::check(microsip_tone_player_stop(get()));
}

inline void TonePlayer::wait(uint32_t timeout_ms) const {
    detail::check(microsip_tone_player_wait(get(), timeout_ms));
}

inline Tone Tone::find(const detail::Text &name_or_text, const detail::Text &country) {
    microsip_tone_t tone_ = {0};
    detail::check(microsip_tone_find(name_or_text.get(), country.get(), &tone_));
    return Tone(tone_);
}

inline Tone Tone::of_country(microsip_tone_kind_t kind, const detail::Text &country) {
    microsip_tone_t tone_ = {0};
    detail::check(microsip_tone_of_country(kind, country.get(), &tone_));
    return Tone(tone_);
}

inline Tone Tone::keys(const detail::Text &digits, uint32_t on_ms, uint32_t gap_ms) {
    microsip_tone_t tone_ = {0};
    detail::check(microsip_tone_keys(digits.get(), on_ms, gap_ms, &tone_));
    return Tone(tone_);
}

inline Tone Tone::beep(double frequency_hz, double level_dbm0, uint32_t length_ms) {
    microsip_tone_t tone_ = {0};
    detail::check(microsip_tone_beep(frequency_hz, level_dbm0, length_ms, &tone_));
    return Tone(tone_);
}

inline Tone Tone::comfort_noise(double level_dbov, const double *reflection, size_t count) {
    microsip_tone_t tone_ = {0};
    detail::check(microsip_tone_comfort_noise(level_dbov, reflection, count, &tone_));
    return Tone(tone_);
}

inline std::string_view Tone::text() const {
    const char *text_ = nullptr;
    detail::check(microsip_tone_text(get(), &text_));
    return detail::view(text_);
}

inline std::optional<uint64_t> Tone::length_ms() const {
    uint64_t length_ms_ = {};
    if (!detail::there(microsip_tone_length_ms(get(), &length_ms_))) return std::nullopt;
    return length_ms_;
}

inline PCM Tone::render(uint32_t rate, uint32_t longest_ms) const {
    microsip_pcm_t pcm_ = {0};
    detail::check(microsip_tone_render(get(), rate, longest_ms, &pcm_));
    return PCM(pcm_);
}

inline microsip_direction_e Trace::direction() const {
    microsip_direction_t direction_ = {};
    detail::check(microsip_trace_direction(get(), &direction_));
    return static_cast<microsip_direction_e>(direction_);
}

inline int64_t Trace::at_unix_ms() const {
    int64_t at_ = {};
    detail::check(microsip_trace_at_unix_ms(get(), &at_));
    return at_;
}

inline microsip_transport_e Trace::transport() const {
    microsip_transport_t transport_ = {};
    detail::check(microsip_trace_transport(get(), &transport_));
    return static_cast<microsip_transport_e>(transport_);
}

inline std::string_view Trace::local() const {
    const char *local_ = nullptr;
    detail::check(microsip_trace_local(get(), &local_));
    return detail::view(local_);
}

inline std::string_view Trace::remote() const {
    const char *remote_ = nullptr;
    detail::check(microsip_trace_remote(get(), &remote_));
    return detail::view(remote_);
}

inline std::string_view Trace::first_line() const {
    const char *first_line_ = nullptr;
    detail::check(microsip_trace_first_line(get(), &first_line_));
    return detail::view(first_line_);
}

inline std::string_view Trace::call_id() const {
    const char *call_id_ = nullptr;
    detail::check(microsip_trace_call_id(get(), &call_id_));
    return detail::view(call_id_);
}

inline std::string_view Trace::cseq() const {
    const char *cseq_ = nullptr;
    detail::check(microsip_trace_cseq(get(), &cseq_));
    return detail::view(cseq_);
}

inline std::string_view Trace::text() const {
    const char *text_ = nullptr;
    detail::check(microsip_trace_text(get(), &text_));
    return detail::view(text_);
}

inline TransferOptions::TransferOptions() : Handle() {
    microsip_transfer_options_t options_ = {0};
    detail::check(microsip_transfer_options_new(&options_));
    *this = TransferOptions(options_);
}

inline void TransferOptions::add_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_transfer_options_add_header(get(), name.get(), value.get()));
}

inline void TransferOptions::set_referred_by(const detail::Text &referred_by) const {
    detail::check(microsip_transfer_options_set_referred_by(get(), referred_by.get()));
}

inline void TransferOptions::set_anonymous(bool anonymous) const {
    detail::check(microsip_transfer_options_set_anonymous(get(), anonymous));
}

inline void TransferOptions::set_hang_up_after(bool hang_up_after) const {
    detail::check(microsip_transfer_options_set_hang_up_after(get(), hang_up_after));
}

inline void TransferOptions::set_no_progress(bool no_progress) const {
    detail::check(microsip_transfer_options_set_no_progress(get(), no_progress));
}

inline void TransferOptions::set_timeout(uint32_t timeout_ms) const {
    detail::check(microsip_transfer_options_set_timeout(get(), timeout_ms));
}

inline void TransferOptions::set_refer_to(microsip_refer_to_t refer_to) const {
    detail::check(microsip_transfer_options_set_refer_to(get(), refer_to));
}

inline void TransferOptions::set_early_only(bool early_only) const {
    detail::check(microsip_transfer_options_set_early_only(get(), early_only));
}

inline microsip_transfer_state_e TransferProgress::state() const {
    microsip_transfer_state_t state_ = {};
    detail::check(microsip_transfer_progress_state(get(), &state_));
    return static_cast<microsip_transfer_state_e>(state_);
}

inline uint16_t TransferProgress::code() const {
    uint16_t code_ = {};
    detail::check(microsip_transfer_progress_code(get(), &code_));
    return code_;
}

inline std::string_view TransferProgress::phrase() const {
    const char *phrase_ = nullptr;
    detail::check(microsip_transfer_progress_phrase(get(), &phrase_));
    return detail::view(phrase_);
}

inline bool TransferProgress::is_final() const {
    bool yes_ = {};
    detail::check(microsip_transfer_progress_is_final(get(), &yes_));
    return yes_;
}

inline std::optional<Failure> TransferProgress::error() const {
    microsip_error_t error_ = {0};
    if (!detail::there(microsip_transfer_progress_error(get(), &error_))) return std::nullopt;
    return Failure(error_);
}

inline std::optional<SIPMessage> TransferProgress::message() const {
    microsip_sip_message_t message_ = {0};
    if (!detail::there(microsip_transfer_progress_message(get(), &message_))) return std::nullopt;
    return SIPMessage(message_);
}

inline std::optional<Call> TransferRequest::call() const {
    microsip_call_t call_ = {0};
    if (!detail::there(microsip_transfer_request_call(get(), &call_))) return std::nullopt;
    return Call(call_);
}

inline uint64_t TransferRequest::account_id() const {
    uint64_t id_ = {};
    detail::check(microsip_transfer_request_account_id(get(), &id_));
    return id_;
}

inline std::string_view TransferRequest::target() const {
    const char *target_ = nullptr;
    detail::check(microsip_transfer_request_target(get(), &target_));
    return detail::view(target_);
}

inline size_t TransferRequest::header_count() const {
    size_t count_ = {};
    detail::check(microsip_transfer_request_header_count(get(), &count_));
    return count_;
}

inline std::optional<std::string_view> TransferRequest::header_name(size_t index) const {
    const char *name_ = nullptr;
    if (!detail::there(microsip_transfer_request_header_name(get(), index, &name_))) return std::nullopt;
    return detail::view(name_);
}

inline std::optional<std::string_view> TransferRequest::header_value(size_t index) const {
    const char *value_ = nullptr;
    if (!detail::there(microsip_transfer_request_header_value(get(), index, &value_))) return std::nullopt;
    return detail::view(value_);
}

inline std::optional<std::string_view> TransferRequest::replaces_call_id() const {
    const char *call_id_ = nullptr;
    if (!detail::there(microsip_transfer_request_replaces_call_id(get(), &call_id_))) return std::nullopt;
    return detail::view(call_id_);
}

inline std::optional<std::string_view> TransferRequest::replaces_to_tag() const {
    const char *to_tag_ = nullptr;
    if (!detail::there(microsip_transfer_request_replaces_to_tag(get(), &to_tag_))) return std::nullopt;
    return detail::view(to_tag_);
}

inline std::optional<std::string_view> TransferRequest::replaces_from_tag() const {
    const char *from_tag_ = nullptr;
    if (!detail::there(microsip_transfer_request_replaces_from_tag(get(), &from_tag_))) return std::nullopt;
    return detail::view(from_tag_);
}

inline std::optional<bool> TransferRequest::replaces_early_only() const {
    bool early_only_ = {};
    if (!detail::there(microsip_transfer_request_replaces_early_only(get(), &early_only_))) return std::nullopt;
    return early_only_;
}

inline std::optional<std::string_view> TransferRequest::referred_by() const {
    const char *referred_by_ = nullptr;
    if (!detail::there(microsip_transfer_request_referred_by(get(), &referred_by_))) return std::nullopt;
    return detail::view(referred_by_);
}

inline SIPMessage TransferRequest::message() const {
    microsip_sip_message_t message_ = {0};
    detail::check(microsip_transfer_request_message(get(), &message_));
    return SIPMessage(message_);
}

inline Call TransferRequest::accept(const CallOptions &options) const {
    microsip_call_t call_ = {0};
    detail::check(microsip_transfer_request_accept(get(), options.get(), &call_));
    return Call(call_);
}

inline void TransferRequest::reject(uint16_t code) const {
    detail::check(microsip_transfer_request_reject(get(), code));
}

inline std::optional<Call> TransportSwitch::call() const {
    microsip_call_t call_ = {0};
    if (!detail::there(microsip_transport_switch_call(get(), &call_))) return std::nullopt;
    return Call(call_);
}

inline std::string_view TransportSwitch::call_id() const {
    const char *call_id_ = nullptr;
    detail::check(microsip_transport_switch_call_id(get(), &call_id_));
    return detail::view(call_id_);
}

inline std::string_view TransportSwitch::method() const {
    const char *method_ = nullptr;
    detail::check(microsip_transport_switch_method(get(), &method_));
    return detail::view(method_);
}

inline std::string_view TransportSwitch::remote() const {
    const char *remote_ = nullptr;
    detail::check(microsip_transport_switch_remote(get(), &remote_));
    return detail::view(remote_);
}

inline uint32_t TransportSwitch::size() const {
    uint32_t size_ = {};
    detail::check(microsip_transport_switch_size(get(), &size_));
    return size_;
}

inline uint32_t TransportSwitch::limit() const {
    uint32_t limit_ = {};
    detail::check(microsip_transport_switch_limit(get(), &limit_));
    return limit_;
}

inline microsip_transport_e TransportSwitch::from() const {
    microsip_transport_t from_ = {};
    detail::check(microsip_transport_switch_from(get(), &from_));
    return static_cast<microsip_transport_e>(from_);
}

inline microsip_transport_e TransportSwitch::to() const {
    microsip_transport_t to_ = {};
    detail::check(microsip_transport_switch_to(get(), &to_));
    return static_cast<microsip_transport_e>(to_);
}

inline std::optional<Failure> TransportSwitch::error() const {
    microsip_error_t error_ = {0};
    if (!detail::there(microsip_transport_switch_error(get(), &error_))) return std::nullopt;
    return Failure(error_);
}

inline TurnConfig::TurnConfig(const detail::Text &server, const detail::Text &user, const detail::Text &password) : Handle() {
    microsip_turn_config_t config_ = {0};
    detail::check(microsip_turn_config_new(server.get(), user.get(), password.get(), &config_));
    *this = TurnConfig(config_);
}

inline void TurnConfig::set_transport(microsip_transport_t transport) const {
    detail::check(microsip_turn_config_set_transport(get(), transport));
}

inline void TurnConfig::set_realm(const detail::Text &realm) const {
    detail::check(microsip_turn_config_set_realm(get(), realm.get()));
}

inline UpdateOptions::UpdateOptions() : Handle() {
    microsip_update_options_t options_ = {0};
    detail::check(microsip_update_options_new(&options_));
    *this = UpdateOptions(options_);
}

inline void UpdateOptions::add_header(const detail::Text &name, const detail::Text &value) const {
    detail::check(microsip_update_options_add_header(get(), name.get(), value.get()));
}

inline void UpdateOptions::set_offer(bool offer) const {
    detail::check(microsip_update_options_set_offer(get(), offer));
}

inline void UpdateOptions::set_refresh_contact(bool refresh_contact) const {
    detail::check(microsip_update_options_set_refresh_contact(get(), refresh_contact));
}

inline std::optional<LineInfo> WatchedLine::info() const {
    microsip_line_info_t info_ = {0};
    if (!detail::there(microsip_watched_line_info(get(), &info_))) return std::nullopt;
    return LineInfo(info_);
}

inline microsip_line_state_e WatchedLine::state() const {
    microsip_line_state_t state_ = {};
    detail::check(microsip_watched_line_state(get(), &state_));
    return static_cast<microsip_line_state_e>(state_);
}

inline std::string_view WatchedLine::target() const {
    const char *target_ = nullptr;
    detail::check(microsip_watched_line_target(get(), &target_));
    return detail::view(target_);
}

inline Subscription WatchedLine::subscription() const {
    microsip_subscription_t subscription_ = {0};
    detail::check(microsip_watched_line_subscription(get(), &subscription_));
    return Subscription(subscription_);
}

inline void WatchedLine::unwatch() const {
    detail::check(microsip_watched_line_unwatch(get()));
}

inline LineInfo WatchedLine::wait_for(microsip_line_state_t state, uint32_t timeout_ms) const {
    microsip_line_info_t info_ = {0};
    detail::check(microsip_watched_line_wait_for(get(), state, timeout_ms, &info_));
    return LineInfo(info_);
}

inline LineInfo WatchedLine::wait_info(uint32_t timeout_ms) const {
    microsip_line_info_t info_ = {0};
    detail::check(microsip_watched_line_wait_info(get(), timeout_ms, &info_));
    return LineInfo(info_);
}

inline size_t WatcherList::count() const {
    size_t count_ = {};
    detail::check(microsip_watcher_list_count(get(), &count_));
    return count_;
}

inline std::optional<Watcher> WatcherList::at(size_t index) const {
    microsip_watcher_t watcher_ = {0};
    if (!detail::there(microsip_watcher_list_at(get(), index, &watcher_))) return std::nullopt;
    return Watcher(watcher_);
}

inline uint64_t Watcher::id() const {
    uint64_t id_ = {};
    detail::check(microsip_watcher_id(get(), &id_));
    return id_;
}

inline Account Watcher::account() const {
    microsip_account_t account_ = {0};
    detail::check(microsip_watcher_account(get(), &account_));
    return Account(account_);
}

inline std::string_view Watcher::package() const {
    const char *package_ = nullptr;
    detail::check(microsip_watcher_package(get(), &package_));
    return detail::view(package_);
}

inline std::string_view Watcher::from() const {
    const char *from_ = nullptr;
    detail::check(microsip_watcher_from(get(), &from_));
    return detail::view(from_);
}

inline SIPMessage Watcher::request() const {
    microsip_sip_message_t request_ = {0};
    detail::check(microsip_watcher_request(get(), &request_));
    return SIPMessage(request_);
}

inline microsip_watcher_state_e Watcher::state() const {
    microsip_watcher_state_t state_ = {};
    detail::check(microsip_watcher_state(get(), &state_));
    return static_cast<microsip_watcher_state_e>(state_);
}

inline std::optional<std::tuple<microsip_end_reason_e, std::string_view>> Watcher::end_reason() const {
    microsip_end_reason_t reason_ = {};
    const char *words_ = nullptr;
    if (!detail::there(microsip_watcher_end_reason(get(), &reason_, &words_))) return std::nullopt;
    return std::tuple<microsip_end_reason_e, std::string_view>{static_cast<microsip_end_reason_e>(reason_), detail::view(words_)};
}

inline void Watcher::accept() const {
    detail::check(microsip_watcher_accept(get()));
}

inline void Watcher::reject() const {
    detail::check(microsip_watcher_reject(get()));
}

inline void Watcher::end(microsip_end_reason_t reason, const detail::Text &words) const {
    detail::check(microsip_watcher_end(get(), reason, words.get()));
}

inline void Watcher::notify(const detail::Text &content_type, const uint8_t *body, size_t body_len) const {
    detail::check(microsip_watcher_notify(get(), content_type.get(), body, body_len));
}

inline void Watcher::notify_with(const RequestOptions &state) const {
    detail::check(microsip_watcher_notify_with(get(), state.get()));
}

/// Status of this thread's last failure; `MICROSIP_STATUS_OK` if there was none. Successes do not change it.
inline void last_error_status() {
    detail::check(microsip_last_error_status());
}

/// What was wrong with this thread's last failing call, and what to do, in English and without secrets: `"answer: the call is
/// outgoing; only incoming calls are answered"`. Never NULL; empty if there was no failure. Valid on this thread until its next
/// failing call.
inline std::string_view last_error_message() { return detail::view(microsip_last_error_message()); }

/// The function of this library that failed last on this thread, such as `"microsip_call_answer"`. Never NULL; valid until the thread ends.
inline std::string_view last_error_function() { return detail::view(microsip_last_error_function()); }

/// The operation inside the library that failed, such as `"answer"`; the function's name where arguments were refused before.
/// Never NULL; valid on this thread until its next failing call.
inline std::string_view last_error_operation() { return detail::view(microsip_last_error_operation()); }

/// Stable name of what happened, finer than the status: `"port_refused"`, `"tls_untrusted"`, …; docs/failures.md lists them.
/// Empty when arguments were refused at the boundary. Never NULL; valid until the thread ends.
inline std::string_view last_error_code() { return detail::view(microsip_last_error_code()); }

/// The likely cause of what that code names, and what to do about it, in English. Empty when arguments were refused at the boundary,
/// where the message says it all. Never NULL; valid until the thread ends.
inline std::string_view last_error_advice() { return detail::view(microsip_last_error_advice()); }

/// PJSIP's status (`pj_status_t`) behind this thread's last failure, 0 if none.
inline int32_t last_error_pj_status() { return microsip_last_error_pj_status(); }

/// SIP status code of the peer's answer behind this thread's last failure (RFC 3261 §21), 0 if there was none.
inline uint16_t last_error_sip_status() { return microsip_last_error_sip_status(); }

/// Forgets this thread's last failure; pointers to its texts become invalid.
inline void last_error_clear() { microsip_last_error_clear(); }

/// Stable lower-case name of a status: `"ok"`, `"would_block"`, …; `"unknown"` for a number that is none. Static, never NULL.
inline std::string_view status_name(microsip_status_t status) { return detail::view(microsip_status_name(status)); }

/// What a status means, in a few English words. Static, never NULL. `microsip_last_error_message` says more about a failure.
inline std::string_view status_meaning(microsip_status_t status) { return detail::view(microsip_status_meaning(status)); }

/// Number of the binary interface of the library that is loaded. A program may compare it with `MICROSIP_ABI_VERSION`; the loader
/// refuses a library of another number by its name already.
inline uint32_t abi_version() { return microsip_abi_version(); }

/// Version of the library that is loaded: `"0.1.0"`. Static, never NULL.
inline std::string_view version() { return detail::view(microsip_version()); }

/// Version of the PJSIP inside: `"2.17"`. Static, never NULL.
inline std::string_view pjsip_version() { return detail::view(microsip_pjsip_version()); }

/// How many handles are live in this process; for finding those that are never freed.
inline size_t handle_count() {
    size_t count_ = {};
    detail::check(microsip_handle_count(&count_));
    return count_;
}

/// Splits a command line as Windows programs expect it, as a new list to be freed: blanks separate, double quotes keep
/// together, `""` inside quotes is a quote, and backslashes count only before a quote.
inline TextList command_line_split(const detail::Text &source) {
    microsip_text_list_t arguments_ = {0};
    detail::check(microsip_command_line_split(source.get(), &arguments_));
    return TextList(arguments_);
}

/// The names of all known keys, in MicroSIP's order, as a new list to be freed.
inline TextList ini_known_keys(microsip_ini_keys_t keys) {
    microsip_text_list_t names_ = {0};
    detail::check(microsip_ini_known_keys(keys, &names_));
    return TextList(names_);
}

/// Whether a text is a phone number: digits and `* # . - ( ) /` and spaces only, or a `+` in front of anything but an
/// address.
inline bool number_is_phone(const detail::Text &number) {
    bool is_phone_ = {};
    detail::check(microsip_number_is_phone(number.get(), &is_phone_));
    return is_phone_;
}

/// How well a caller's number fits a contact's, both as user parts: 0 if equal, else the number of extra leading
/// characters of the caller's, 1 to 3, which are allowed for contacts of more than 3 characters. `NO_VALUE` if they do
/// not fit.
inline std::optional<size_t> number_matches(const detail::Text &caller, const detail::Text &contact) {
    size_t extra_ = {};
    if (!detail::there(microsip_number_matches(caller.get(), contact.get(), &extra_))) return std::nullopt;
    return extra_;
}

/// Sets who gets the log, in place of whom it was given to before: records up to `level`. NULL, or `MICROSIP_LOG_LEVEL_OFF`: nobody,
/// as at first. Needs no endpoint, and holds for all of them in this process; PJSIP's own lines come as far as
/// `microsip_endpoint_config_set_log_level` lets them.
///
/// See `microsip_log_callback_t` for what the callback must not do; the same holds for `destroy` (may be NULL), which is called
/// exactly once with `user_data` when the callback runs no more: by this function when it fails, by the next one that sets
/// something else, or, if the callback is running then, by the thread it returns on last. What is still set when the process
/// ends is not destroyed.
///
/// Statuses: `WRONG_STATE` when something else in this process takes the log already, `WOULD_DEADLOCK` from within the
/// callback.
template <class F>
inline void set_log(F &&callback, microsip_log_level_t level) {
    using Function = std::decay_t<F>;
    auto owned_ = std::make_unique<Function>(std::forward<F>(callback));
    detail::check(microsip_set_log([](microsip_log_level_t level_in, const char * target_in, const char * message_in, void *user_data) noexcept {
            try {
                (*static_cast<Function *>(user_data))(level_in, detail::view(target_in), detail::view(message_in));
            } catch (...) {
                detail::escaped();
            }
        }, owned_.release(), detail::destroy<Function>, level));
}

/// Writes a document that says whether somebody types (`application/im-iscomposing+xml`, RFC 3994), for programs that
/// send it themselves, as a new handle to be freed. `refresh_s` is for how many seconds it holds, 0 to leave that out;
/// `content_type` is what is being composed, or NULL; `last_active_unix_ms` when something was last typed, or 0.
inline Bytes typing_write(microsip_typing_state_t state, uint32_t refresh_s, const detail::Text &content_type, int64_t last_active_unix_ms) {
    microsip_bytes_t document_ = {0};
    detail::check(microsip_typing_write(state, refresh_s, content_type.get(), last_active_unix_ms, &document_));
    return Bytes(document_);
}

/// Reads a document that says whether somebody types: the state, and for how many seconds an active one holds unless it
/// is repeated.
///
/// Statuses: `INVALID_ARGUMENT` for what is no such document, `LIMIT_REACHED` and `UNSUPPORTED` for size and encoding.
inline std::tuple<microsip_typing_state_e, uint64_t> typing_parse(const uint8_t *body, size_t body_len) {
    microsip_typing_state_t state_ = {};
    uint64_t valid_for_s_ = {};
    detail::check(microsip_typing_parse(body, body_len, &state_, &valid_for_s_));
    return std::tuple<microsip_typing_state_e, uint64_t>{static_cast<microsip_typing_state_e>(state_), valid_for_s_};
}

/// Writes a document of type `application/dialog-info+xml` (RFC 4235) for the NOTIFYs of a package `dialog` that is
/// served, as a new handle to be freed. `entity` is the watched line, as URI; `version` counts the documents, from 0;
/// `full` says whether `entries`, `count` of them, which may be none, are all dialogs, else those that changed.
inline Bytes dialog_info_write(const detail::Text &entity, uint32_t version, bool full, const microsip_dialog_entry_t *entries, size_t count) {
    microsip_bytes_t document_ = {0};
    detail::check(microsip_dialog_info_write(entity.get(), version, full, entries, count, &document_));
    return Bytes(document_);
}

/// Name of a number as in the JSON of `microsip_stats_to_json`, objects parted by dots: `"sent.jitter.last_ms"`;
/// static. docs/statistics.md explains them.
inline std::string_view stat_name(microsip_stat_t stat) {
    const char *name_ = nullptr;
    detail::check(microsip_stat_name(stat, &name_));
    return detail::view(name_);
}

/// What a codec, such as `"PCMU/8000/1"` or `"opus"`, costs in the E-model, as this library sends and hears it: its
/// scale, Ie (without loss), Bpl (robustness against loss), and where the numbers come from.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed codec, `NO_VALUE` for one that nothing is known of.
inline std::optional<std::tuple<microsip_quality_band_e, double, double, microsip_quality_source_e>> quality_codec(const detail::Text &codec) {
    microsip_quality_band_t band_ = {};
    double ie_ = {};
    double bpl_ = {};
    microsip_quality_source_t source_ = {};
    if (!detail::there(microsip_quality_codec(codec.get(), &band_, &ie_, &bpl_, &source_))) return std::nullopt;
    return std::tuple<microsip_quality_band_e, double, double, microsip_quality_source_e>{static_cast<microsip_quality_band_e>(band_), ie_, bpl_, static_cast<microsip_quality_source_e>(source_)};
}

/// R of a connection by the E-model with everything else at its default (G.107): `ie` and `bpl` of the codec, packet
/// loss in per cent, its burst ratio (1 for random loss), and one-way delay from mouth to ear in ms, without echo. Up
/// to 93.2 on the narrowband scale, up to 129 on the wideband one; may be below 0.
inline double quality_rating(microsip_quality_band_t band, double ie, double bpl, double loss_percent, double burst_ratio, double delay_ms) {
    double rating_ = {};
    detail::check(microsip_quality_rating(band, ie, bpl, loss_percent, burst_ratio, delay_ms, &rating_));
    return rating_;
}

/// Mean opinion score of an R on its scale, 1 to 4.5 (G.107, annex B; G.107.1, clause 7.1).
inline double quality_mos(microsip_quality_band_t band, double rating) {
    double mos_ = {};
    detail::check(microsip_quality_mos(band, rating, &mos_));
    return mos_;
}

/// Idd, what delay alone costs (G.107, clause 7.4): nothing up to `noticed_ms`, usually 100; `sensitivity` is usually
/// 1. 3.0 at 200 ms, 24.1 at 400 ms.
inline double quality_delay_impairment(double delay_ms, double noticed_ms, double sensitivity) {
    double impairment_ = {};
    detail::check(microsip_quality_delay_impairment(delay_ms, noticed_ms, sensitivity, &impairment_));
    return impairment_;
}

/// Ie,eff, codec and packet loss together (G.107, clause 7.5): Ie + (95 - Ie) * Ppl / (Ppl / BurstR + Bpl).
inline double quality_effective_impairment(double ie, double bpl, double loss_percent, double burst_ratio) {
    double impairment_ = {};
    detail::check(microsip_quality_effective_impairment(ie, bpl, loss_percent, burst_ratio, &impairment_));
    return impairment_;
}

} // namespace microsip

#endif
