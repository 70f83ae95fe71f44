/* What the C tests share: every check says where it failed and ends the program. */
#ifndef CHECK_H
#define CHECK_H

#include <microsip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Long enough for a loaded machine under valgrind; nothing waits this long when all is well. */
#define DEADLINE_MS 60000u

/* Under valgrind everything takes many times as long: whether sound comes in time says nothing there. */
static inline bool in_real_time(void) { return getenv("MICROSIP_TEST_SLOW") == NULL; }

#define FAIL(...)                                        \
    do {                                                 \
        fprintf(stderr, "%s:%d: ", __FILE__, __LINE__); \
        fprintf(stderr, __VA_ARGS__);                   \
        fputc('\n', stderr);                            \
        exit(1);                                         \
    } while (0)

#define CHECK(condition)                          \
    do {                                          \
        if (!(condition)) FAIL("%s", #condition); \
    } while (0)

/* The call answers this status, and a failure has a message. */
#define EXPECT(expected, call)                                                                       \
    do {                                                                                             \
        microsip_status_t got_ = (call);                                                             \
        if (got_ != (expected))                                                                      \
            FAIL("%s: %s (%s), expected %s", #call, microsip_status_name(got_),                      \
                 got_ ? microsip_last_error_message() : "", microsip_status_name(expected));         \
        if (got_ && (microsip_last_error_status() != got_ || !microsip_last_error_message()[0]))     \
            FAIL("%s: no details of its failure", #call);                                            \
    } while (0)

#define OK(call) EXPECT(MICROSIP_STATUS_OK, call)

#define STREQ(expected, text)                                                                     \
    do {                                                                                          \
        const char *text_ = (text);                                                               \
        if (!text_ || strcmp(text_, (expected)))                                                  \
            FAIL("%s is \"%s\", expected \"%s\"", #text, text_ ? text_ : "(null)", (expected));   \
    } while (0)

/* The function, given the object and whatever follows, gives this text. */
#define TEXT_IS(expected, function, ...)   \
    do {                                   \
        const char *given_;                \
        OK(function(__VA_ARGS__, &given_)); \
        STREQ(expected, given_);           \
    } while (0)

/* It gives this number, enumeration or boolean. */
#define IS(type, expected, function, ...)                                              \
    do {                                                                               \
        type given_;                                                                   \
        OK(function(__VA_ARGS__, &given_));                                            \
        if (given_ != (expected))                                                      \
            FAIL("%s is %.0f, expected %s", #function, (double)given_, #expected);     \
    } while (0)

/* It has none. */
#define NONE(type, function, ...)                                             \
    do {                                                                      \
        type given_;                                                          \
        EXPECT(MICROSIP_STATUS_NO_VALUE, function(__VA_ARGS__, &given_));     \
    } while (0)

#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

/* The next event of a kind; those before it are passed over. */
static inline microsip_event_t wait_event(microsip_events_t events, microsip_event_kind_t kind) {
    for (;;) {
        microsip_event_t event;
        microsip_event_kind_t is;
        OK(microsip_events_next(events, DEADLINE_MS, &event));
        OK(microsip_event_kind(event, &is));
        if (is == kind) return event;
        OK(microsip_event_free(event));
    }
}

/* An endpoint with these settings, which are freed, and with UDP on a free port of 127.0.0.1, and that port. */
static inline microsip_endpoint_t start_with(microsip_endpoint_config_t config, uint16_t *port) {
    microsip_endpoint_t endpoint;
    OK(microsip_endpoint_config_add_transport(config, MICROSIP_TRANSPORT_UDP, "127.0.0.1:0"));
    OK(microsip_endpoint_config_set_close_timeout(config, 500));
    OK(microsip_endpoint_start(config, &endpoint));
    OK(microsip_endpoint_config_free(config));
    OK(microsip_endpoint_local_port(endpoint, MICROSIP_TRANSPORT_UDP, port));
    return endpoint;
}

/* One with UDP only, and its port. */
static inline microsip_endpoint_t start_endpoint(uint16_t *port) {
    microsip_endpoint_config_t config;
    OK(microsip_endpoint_config_new(&config));
    OK(microsip_endpoint_config_clear_transports(config));
    return start_with(config, port);
}

/* An account without registrar: sip:NAME@127.0.0.1:PORT. */
static inline microsip_account_t add_account(microsip_endpoint_t endpoint, const char *name, uint16_t port) {
    char aor[128];
    microsip_account_config_t config;
    microsip_account_t account;
    snprintf(aor, sizeof aor, "sip:%s@127.0.0.1:%u", name, port);
    OK(microsip_account_config_new(aor, &config));
    OK(microsip_endpoint_add_account(endpoint, config, &account));
    OK(microsip_account_config_free(config));
    return account;
}

/* Calls from one account to another of the same endpoint: both sides of the call that rings then. */
static inline void ring_calls(microsip_events_t events, microsip_account_t from, microsip_account_t to,
                              microsip_call_options_t options, microsip_call_t *caller, microsip_call_t *callee) {
    const char *target;
    microsip_event_t event;
    OK(microsip_account_aor(to, &target));
    OK(microsip_account_call(from, target, options, caller));
    event = wait_event(events, MICROSIP_EVENT_KIND_INCOMING_CALL);
    OK(microsip_event_call(event, callee));
    OK(microsip_event_free(event));
}

/* Answers, too: both sides of the call that is up then. */
static inline void connect_calls(microsip_events_t events, microsip_account_t from, microsip_account_t to,
                                 microsip_call_t *caller, microsip_call_t *callee) {
    const microsip_call_options_t no_options = {0};
    const microsip_answer_options_t no_answer_options = {0};
    ring_calls(events, from, to, no_options, caller, callee);
    OK(microsip_call_answer(*callee, 200, no_answer_options));
    OK(microsip_call_wait_for(*caller, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_call_wait_for(*callee, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
}

/* Every handle was freed. */
static inline void no_handles_left(void) {
    size_t count;
    OK(microsip_handle_count(&count));
    if (count) FAIL("%zu handles were not freed", count);
}

#endif
