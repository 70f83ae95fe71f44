/* Digits by every way; hold, resume, re-INVITE and UPDATE with what they write on the wire. */
#include "udp.h"

#include "pair.h"

static pair_t pair;
static microsip_call_t caller, callee;

static void digits_arrive(void) {
    static const struct {
        microsip_dtmf_method_t ask, comes;
        const char *digits;
        bool timed;
    } ways[] = {{MICROSIP_DTMF_METHOD_AUTO, MICROSIP_DTMF_METHOD_RTP_EVENT, "1#", true},
                {MICROSIP_DTMF_METHOD_INFO, MICROSIP_DTMF_METHOD_INFO, "2,D", true},
                {MICROSIP_DTMF_METHOD_INFO_PLAIN, MICROSIP_DTMF_METHOD_INFO_PLAIN, "3", false}};
    microsip_dtmf_options_t options;
    microsip_dtmf_method_t method;
    microsip_event_t event;
    uint32_t duration;
    microsip_heard_tone_t tone;
    microsip_tap_t tap;
    uint64_t position;
    int64_t when;
    bool speaking;
    char digit;
    size_t n;
    OK(microsip_dtmf_options_new(&options));
    OK(microsip_dtmf_options_set_duration(options, 80));
    OK(microsip_dtmf_options_set_gap(options, 40));
    OK(microsip_dtmf_options_set_pause(options, 10));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_dtmf_options_set_method(options, 6));
    for (n = 0; n < sizeof ways / sizeof ways[0]; n++) {
        const char *at;
        OK(microsip_dtmf_options_set_method(options, ways[n].ask));
        OK(microsip_call_send_dtmf(caller, ways[n].digits, options));
        for (at = ways[n].digits; *at; at++) {
            if (*at == ',') continue;
            event = wait_event_of(pair.events, MICROSIP_EVENT_KIND_DTMF, callee);
            OK(microsip_event_digit(event, &digit));
            CHECK(digit == *at);
            OK(microsip_event_dtmf_method(event, &method));
            if (method != ways[n].comes) FAIL("%c came by %d", digit, method);
            if (ways[n].timed) {
                OK(microsip_event_dtmf_duration_ms(event, &duration));
                CHECK(duration >= 60 && duration <= 200);
            } else {
                EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_dtmf_duration_ms(event, &duration));
            }
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_speaking(event, &speaking));
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_heard_unix_ms(event, &when));
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_heard_position_ms(event, &position));
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_heard_delay_ms(event, &duration));
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_heard_tap(event, &tap));
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_heard_tone(event, &tone));
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_heard_frequency_hz(event, &duration));
            OK(microsip_event_free(event));
        }
    }
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_send_dtmf(caller, "12x", options));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_call_send_dtmf(caller, NULL, options));
    OK(microsip_dtmf_options_set_duration(options, 10));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_send_dtmf(caller, "1", options));
    OK(microsip_dtmf_options_free(options));
}

/* The request of ours that is traced next and begins like this. */
static microsip_trace_t traced(const char *begin) {
    for (;;) {
        microsip_event_t event = wait_event(pair.events, MICROSIP_EVENT_KIND_SIP_MESSAGE);
        microsip_trace_t trace;
        microsip_direction_t direction;
        const char *line;
        OK(microsip_event_trace(event, &trace));
        OK(microsip_event_free(event));
        OK(microsip_trace_first_line(trace, &line));
        OK(microsip_trace_direction(trace, &direction));
        if (direction == MICROSIP_DIRECTION_OUTGOING && strncmp(line, begin, strlen(begin)) == 0) return trace;
        OK(microsip_trace_free(trace));
    }
}

/* The outcome of a request of ours, which the peer agreed to. */
static void changed(microsip_call_t call, microsip_session_request_t request) {
    microsip_event_t event = wait_event_of(pair.events, MICROSIP_EVENT_KIND_SESSION_CHANGED, call);
    microsip_session_request_t was;
    microsip_call_info_t info;
    microsip_error_t error;
    bool agreed;
    OK(microsip_event_session_request(event, &was));
    CHECK(was == request);
    OK(microsip_event_session_agreed(event, &agreed));
    CHECK(agreed);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_error(event, &error));
    OK(microsip_event_call_info(event, &info));
    OK(microsip_call_info_free(info));
    OK(microsip_event_free(event));
}

static void held(microsip_call_t call, microsip_hold_state_t expected) {
    for (;;) {
        microsip_event_t event = wait_event_of(pair.events, MICROSIP_EVENT_KIND_CALL_HOLD, call);
        microsip_call_info_t info;
        microsip_hold_state_t hold;
        OK(microsip_event_call_info(event, &info));
        OK(microsip_call_info_hold(info, &hold));
        OK(microsip_call_info_free(info));
        OK(microsip_event_free(event));
        if (hold == expected) return;
    }
}

static void sessions_change(void) {
    microsip_hold_options_t hold;
    microsip_resume_options_t resume;
    microsip_reinvite_options_t reinvite;
    microsip_update_options_t update;
    microsip_hold_state_t state;
    microsip_call_info_t info;
    microsip_trace_t trace, same;
    microsip_transport_t transport;
    const char *text;
    int64_t at;
    OK(microsip_hold_options_new(&hold));
    OK(microsip_hold_options_add_header(hold, "X-Hold", "music"));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_hold_options_set_mode(hold, 3));
    OK(microsip_hold_options_set_mode(hold, MICROSIP_HOLD_MODE_INACTIVE));
    OK(microsip_call_hold(caller, hold));
    OK(microsip_hold_options_free(hold));
    trace = traced("INVITE ");
    OK(microsip_trace_clone(trace, &same));
    OK(microsip_trace_free(trace));
    OK(microsip_trace_text(same, &text));
    CHECK(strstr(text, "\r\nX-Hold: music\r\n") && strstr(text, "a=inactive"));
    OK(microsip_trace_transport(same, &transport));
    CHECK(transport == MICROSIP_TRANSPORT_UDP || transport == MICROSIP_TRANSPORT_TCP);
    OK(microsip_trace_at_unix_ms(same, &at));
    CHECK(at > 1700000000000);
    OK(microsip_trace_local(same, &text));
    CHECK(strstr(text, "127.0.0.1:") == text);
    OK(microsip_trace_remote(same, &text));
    CHECK(strstr(text, "127.0.0.1:") == text);
    OK(microsip_trace_cseq(same, &text));
    CHECK(strstr(text, " INVITE"));
    OK(microsip_trace_call_id(same, &text));
    CHECK(text[0]);
    OK(microsip_trace_free(same));
    held(callee, MICROSIP_HOLD_STATE_REMOTE);
    changed(caller, MICROSIP_SESSION_REQUEST_HOLD);
    info = info_of(caller);
    OK(microsip_call_info_hold(info, &state));
    CHECK(state == MICROSIP_HOLD_STATE_LOCAL);
    OK(microsip_call_info_free(info));

    OK(microsip_resume_options_new(&resume));
    OK(microsip_resume_options_add_header(resume, "X-Back", "yes"));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_resume_options_add_header(resume, "Via", "x"));
    OK(microsip_call_resume(caller, resume));
    OK(microsip_resume_options_free(resume));
    trace = traced("INVITE ");
    OK(microsip_trace_text(trace, &text));
    CHECK(strstr(text, "\r\nX-Back: yes\r\n") && !strstr(text, "a=inactive"));
    OK(microsip_trace_free(trace));
    held(callee, MICROSIP_HOLD_STATE_NONE);
    changed(caller, MICROSIP_SESSION_REQUEST_RESUME);

    OK(microsip_reinvite_options_new(&reinvite));
    OK(microsip_reinvite_options_add_header(reinvite, "X-Re", "1"));
    OK(microsip_reinvite_options_set_late_offer(reinvite, true));
    OK(microsip_reinvite_options_set_refresh_contact(reinvite, true));
    OK(microsip_call_reinvite(callee, reinvite));
    OK(microsip_reinvite_options_free(reinvite));
    trace = traced("INVITE ");
    OK(microsip_trace_text(trace, &text));
    CHECK(strstr(text, "\r\nX-Re: 1\r\n") && !strstr(text, "m=audio"));
    OK(microsip_trace_free(trace));
    changed(callee, MICROSIP_SESSION_REQUEST_REINVITE);

    OK(microsip_update_options_new(&update));
    OK(microsip_update_options_add_header(update, "X-Up", "1"));
    OK(microsip_update_options_set_offer(update, false));
    OK(microsip_update_options_set_refresh_contact(update, true));
    OK(microsip_call_update(caller, update));
    OK(microsip_update_options_free(update));
    trace = traced("UPDATE ");
    OK(microsip_trace_text(trace, &text));
    CHECK(strstr(text, "\r\nX-Up: 1\r\n") && !strstr(text, "m=audio"));
    OK(microsip_trace_free(trace));
    changed(caller, MICROSIP_SESSION_REQUEST_UPDATE);
}

static void an_ended_call_takes_nothing(void) {
    const microsip_hold_options_t no_hold = {0};
    const microsip_resume_options_t no_resume = {0};
    const microsip_reinvite_options_t no_reinvite = {0};
    const microsip_update_options_t no_update = {0};
    const microsip_dtmf_options_t no_dtmf = {0};
    const microsip_call_options_t none = {0};
    const microsip_answer_options_t no_answer = {0};
    microsip_call_t ringing, rung;
    pair_ring(&pair, none, &ringing, &rung);
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_call_hold(rung, no_hold));
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_call_send_dtmf(ringing, "1", no_dtmf));
    OK(microsip_call_answer(rung, 200, no_answer));
    OK(microsip_call_wait_for(ringing, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_call_hang_up(ringing));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_hold(ringing, no_hold));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_resume(ringing, no_resume));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_reinvite(ringing, no_reinvite));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_update(ringing, no_update));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_send_dtmf(ringing, "1", no_dtmf));
    OK(microsip_call_wait_for(rung, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_free(ringing));
    OK(microsip_call_free(rung));
}

/* A peer that refuses whatever is asked of it: the call goes on, and events tell why. */
static void refusals_are_told(void) {
    const microsip_call_options_t none = {0};
    const microsip_hold_options_t no_hold = {0};
    microsip_dtmf_options_t options;
    microsip_session_request_t request;
    microsip_dtmf_method_t method;
    microsip_call_state_t state;
    microsip_hold_state_t hold;
    microsip_call_info_t info;
    microsip_status_t status;
    microsip_error_t error;
    microsip_event_t event;
    microsip_call_t call;
    uint16_t code;
    char digit, target[64];
    bool agreed;
    udp_t udp;
    udp_open(&udp);
    udp_uri(&udp, "peer", target, sizeof target);
    OK(microsip_account_call(pair.ann, target, none, &call));
    sip_take_call(&udp);
    OK(microsip_call_wait_for(call, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_dtmf_options_new(&options));
    OK(microsip_dtmf_options_set_method(options, MICROSIP_DTMF_METHOD_RTP_EVENT));
    EXPECT(MICROSIP_STATUS_UNSUPPORTED, microsip_call_send_dtmf(call, "7", options));
    OK(microsip_dtmf_options_set_method(options, MICROSIP_DTMF_METHOD_INFO));
    OK(microsip_call_send_dtmf(call, "7", options));
    OK(microsip_dtmf_options_free(options));
    sip_request(&udp, "INFO");
    CHECK(strstr(udp.got, "Signal=7"));
    sip_answer(&udp, "415 Unsupported Media Type", "");
    event = wait_event_of(pair.events, MICROSIP_EVENT_KIND_DTMF_FAILED, call);
    OK(microsip_event_digit(event, &digit));
    CHECK(digit == '7');
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_dtmf_method(event, &method));
    OK(microsip_event_error(event, &error));
    OK(microsip_error_sip_status(error, &code));
    CHECK(code == 415);
    OK(microsip_error_free(error));
    OK(microsip_event_free(event));

    OK(microsip_call_hold(call, no_hold));
    sip_request(&udp, "INVITE");
    sip_answer(&udp, "488 Not Acceptable Here", "");
    event = wait_event_of(pair.events, MICROSIP_EVENT_KIND_SESSION_CHANGED, call);
    OK(microsip_event_session_request(event, &request));
    CHECK(request == MICROSIP_SESSION_REQUEST_HOLD);
    OK(microsip_event_session_agreed(event, &agreed));
    CHECK(!agreed);
    OK(microsip_event_error(event, &error));
    OK(microsip_error_status(error, &status));
    CHECK(status == MICROSIP_STATUS_SIP);
    OK(microsip_error_free(error));
    OK(microsip_event_call_info(event, &info));
    OK(microsip_call_info_hold(info, &hold));
    CHECK(hold == MICROSIP_HOLD_STATE_NONE);
    OK(microsip_call_info_free(info));
    OK(microsip_event_free(event));
    OK(microsip_call_state(call, &state));
    CHECK(state == MICROSIP_CALL_STATE_CONFIRMED);
    OK(microsip_call_hang_up(call));
    OK(microsip_call_free(call));
    udp_close(&udp);
}

int main(void) {
    microsip_endpoint_config_t config;
    OK(microsip_endpoint_config_new(&config));
    OK(microsip_endpoint_config_set_trace(config, true));
    OK(microsip_endpoint_config_set_codecs(config, "PCMU/8000/1"));
    pair_start(&pair, config);
    connect_calls(pair.events, pair.ann, pair.bob, &caller, &callee);
    digits_arrive();
    OK(microsip_events_free(pair.events));
    OK(microsip_endpoint_events(pair.endpoint, &pair.events));
    sessions_change();
    an_ended_call_takes_nothing();
    refusals_are_told();
    end_calls(caller, callee);
    pair_stop(&pair);
    no_handles_left();
    puts("dtmf_hold: ok");
    return 0;
}
