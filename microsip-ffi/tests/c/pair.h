/* An endpoint that calls itself, for tests of calls: two accounts, and what is asked of calls and their events. */
#ifndef PAIR_H
#define PAIR_H

#include "check.h"

typedef struct {
    microsip_endpoint_t endpoint;
    microsip_account_t ann, bob;
    microsip_events_t events;
    uint16_t port;
    microsip_call_t caller, callee; /* of stage.h */
} pair_t;

/* Starts it with these settings, which are freed; transports and timeout are set here. */
static inline void pair_start(pair_t *pair, microsip_endpoint_config_t config) {
    memset(pair, 0, sizeof *pair);
    OK(microsip_endpoint_config_clear_transports(config));
    OK(microsip_endpoint_config_add_transport(config, MICROSIP_TRANSPORT_TCP, "127.0.0.1:0"));
    pair->endpoint = start_with(config, &pair->port);
    pair->ann = add_account(pair->endpoint, "ann", pair->port);
    pair->bob = add_account(pair->endpoint, "bob", pair->port);
    OK(microsip_endpoint_events(pair->endpoint, &pair->events));
}

static inline void pair_stop(pair_t *pair) {
    OK(microsip_endpoint_close(pair->endpoint));
    OK(microsip_account_free(pair->ann));
    OK(microsip_account_free(pair->bob));
    OK(microsip_events_free(pair->events));
    OK(microsip_endpoint_free(pair->endpoint));
}

static inline microsip_call_info_t info_of(microsip_call_t call) {
    microsip_call_info_t info;
    OK(microsip_call_info(call, &info));
    return info;
}

/* Ann calls bob, who rings; both sides. */
static inline void pair_ring(pair_t *pair, microsip_call_options_t options, microsip_call_t *caller,
                             microsip_call_t *callee) {
    ring_calls(pair->events, pair->ann, pair->bob, options, caller, callee);
}

static inline void end_calls(microsip_call_t caller, microsip_call_t callee) {
    OK(microsip_call_hang_up(caller));
    OK(microsip_call_wait_for(callee, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_wait_for(caller, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));
}

static inline int same_call(microsip_call_t one, microsip_call_t other) {
    uint64_t a, b;
    OK(microsip_call_id(one, &a));
    OK(microsip_call_id(other, &b));
    return a == b;
}

/* The next event of a kind about a call; those before it are passed over. */
static inline microsip_event_t wait_event_of(microsip_events_t events, microsip_event_kind_t kind,
                                             microsip_call_t call) {
    for (;;) {
        microsip_event_t event = wait_event(events, kind);
        microsip_call_t about;
        int same;
        OK(microsip_event_call(event, &about));
        same = same_call(about, call);
        OK(microsip_call_free(about));
        if (same) return event;
        OK(microsip_event_free(event));
    }
}

/* A header of a message is this, or is not there with NULL. */
static inline void check_header(microsip_sip_message_t message, const char *name, const char *expected) {
    const char *value;
    if (!expected) {
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_sip_message_header(message, name, &value));
        CHECK(value == NULL);
    } else {
        OK(microsip_sip_message_header(message, name, &value));
        STREQ(expected, value);
    }
}

/* The INVITE a callee got. */
static inline microsip_sip_message_t invite_of(microsip_call_t callee) {
    microsip_call_info_t info = info_of(callee);
    microsip_sip_message_t invite;
    OK(microsip_call_info_invite(info, &invite));
    OK(microsip_call_info_free(info));
    return invite;
}

/* The peer's newest message. */
static inline microsip_sip_message_t message_of(microsip_call_t call) {
    microsip_call_info_t info = info_of(call);
    microsip_sip_message_t message;
    OK(microsip_call_info_message(info, &message));
    OK(microsip_call_info_free(info));
    return message;
}

#endif
