/* Calls: what options write on the wire, what snapshots tell, every way a call ends, its story. */
#include "udp.h"

#include "pair.h"

static pair_t pair;

/* Every setting of a call that shows in the INVITE. */
static void options_of_calls_are_on_the_wire(void) {
    microsip_call_options_t options, copy;
    microsip_answer_options_t answer;
    microsip_jitter_buffer_t buffer;
    microsip_opus_options_t opus;
    microsip_call_t caller, callee;
    microsip_sip_message_t message;
    microsip_identity_t identity;
    const char *text, *bob;
    const uint8_t *body;
    size_t count;
    char sdp[8192];
    bool yes;
    OK(microsip_account_aor(pair.bob, &bob));
    OK(microsip_call_options_new(&options));
    OK(microsip_call_options_add_header(options, "X-Ticket", "4711"));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_options_add_header(options, "Via", "x"));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_options_add_header(options, "X-A", "a\r\nB: c"));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_call_options_add_header(options, NULL, "x"));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_call_options_set_redirects(options, 0));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_call_options_set_reliable(options, 99));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_options_set_codecs(options, ""));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_options_set_replaces(options, "a b", "1", "2", false));
    OK(microsip_call_options_set_from(options, "\"Ann Other\" <sip:other@127.0.0.1>"));
    OK(microsip_call_options_set_codecs(options, "PCMA/8000/1"));
    OK(microsip_call_options_set_ptime(options, 40));
    OK(microsip_call_options_set_rtcp_xr(options, true));
    OK(microsip_call_options_set_reliable(options, MICROSIP_RELIABLE_100_REQUIRED));
    OK(microsip_call_options_set_session_timers(options, MICROSIP_SESSION_TIMERS_ALWAYS));
    OK(microsip_call_options_set_redirects(options, MICROSIP_REDIRECT_POLICY_FOLLOW));
    OK(microsip_jitter_buffer_new(&buffer));
    OK(microsip_call_options_set_jitter_buffer(options, buffer));
    OK(microsip_jitter_buffer_free(buffer));
    OK(microsip_opus_options_new(&opus));
    OK(microsip_call_options_set_opus(options, opus));
    OK(microsip_opus_options_free(opus));
    /* A copy keeps what it had. */
    OK(microsip_call_options_clone(options, &copy));
    OK(microsip_call_options_set_request_uri(options, "not a uri"));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_call(pair.ann, bob, options, &caller));
    CHECK(caller.token == 0);
    OK(microsip_call_options_free(options));
    EXPECT(MICROSIP_STATUS_STALE_HANDLE, microsip_account_call(pair.ann, bob, options, &caller));
    OK(microsip_call_options_set_request_uri(copy, bob));
    pair_ring(&pair, copy, &caller, &callee);
    OK(microsip_call_options_free(copy));
    message = invite_of(callee);
    check_header(message, "X-Ticket", "4711");
    check_header(message, "x-ticket", "4711");
    OK(microsip_sip_message_header(message, "From", &text));
    CHECK(strstr(text, "\"Ann Other\" <sip:other@127.0.0.1>") == text);
    OK(microsip_sip_message_header(message, "f", &text));
    CHECK(strstr(text, "Ann Other"));
    OK(microsip_sip_message_header(message, "Require", &text));
    CHECK(strstr(text, "100rel"));
    OK(microsip_sip_message_header(message, "Session-Expires", &text));
    OK(microsip_sip_message_body(message, &body, &count));
    CHECK(count > 0 && count < sizeof sdp);
    memcpy(sdp, body, count);
    sdp[count] = 0;
    CHECK(strstr(sdp, "PCMA/8000") && !strstr(sdp, "PCMU/8000"));
    CHECK(strstr(sdp, "a=ptime:40") && strstr(sdp, "a=rtcp-xr"));
    OK(microsip_sip_message_free(message));

    /* The answer's. */
    OK(microsip_answer_options_new(&answer));
    OK(microsip_answer_options_add_header(answer, "X-Agent", "7"));
    OK(microsip_answer_options_set_phrase(answer, "Fine"));
    OK(microsip_answer_options_set_codecs(answer, "PCMU/8000/1 PCMA/8000/1"));
    OK(microsip_answer_options_set_ptime(answer, 60));
    OK(microsip_answer_options_set_rtcp_xr(answer, false));
    OK(microsip_answer_options_set_prefer_own_codecs(answer, true));
    OK(microsip_jitter_buffer_new(&buffer));
    OK(microsip_answer_options_set_jitter_buffer(answer, buffer));
    EXPECT(MICROSIP_STATUS_WRONG_HANDLE,
           microsip_answer_options_set_jitter_buffer(answer, (microsip_jitter_buffer_t){answer.token}));
    OK(microsip_jitter_buffer_free(buffer));
    EXPECT(MICROSIP_STATUS_STALE_HANDLE, microsip_answer_options_set_jitter_buffer(answer, buffer));
    OK(microsip_opus_options_new(&opus));
    OK(microsip_answer_options_set_opus(answer, opus));
    OK(microsip_opus_options_free(opus));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_answer(callee, 99, answer));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_answer(callee, 486, answer));
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_call_answer(caller, 200, answer));
    OK(microsip_call_answer(callee, 200, answer));
    OK(microsip_answer_options_free(answer));
    OK(microsip_call_wait_for(caller, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_call_wait_for(callee, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    message = message_of(caller);
    check_header(message, "X-Agent", "7");
    OK(microsip_sip_message_phrase(message, &text));
    STREQ("Fine", text);
    OK(microsip_sip_message_free(message));
    end_calls(caller, callee);

    /* A hidden caller, whose callee offers. */
    OK(microsip_call_options_new(&options));
    OK(microsip_call_options_set_anonymous(options, true));
    OK(microsip_call_options_set_late_offer(options, true));
    pair_ring(&pair, options, &caller, &callee);
    OK(microsip_call_options_free(options));
    message = invite_of(callee);
    OK(microsip_sip_message_header(message, "From", &text));
    CHECK(strstr(text, "anonymous@anonymous.invalid"));
    check_header(message, "Privacy", "id");
    OK(microsip_sip_message_body(message, &body, &count));
    CHECK(count == 0);
    OK(microsip_sip_message_content_type(message, &text));
    STREQ("", text);
    OK(microsip_sip_message_identity(message, &identity));
    OK(microsip_identity_anonymous(identity, &yes));
    CHECK(yes);
    OK(microsip_identity_privacy_count(identity, &count));
    CHECK(count == 1);
    OK(microsip_identity_privacy_at(identity, 0, &text));
    STREQ("id", text);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_identity_privacy_at(identity, 1, &text));
    OK(microsip_identity_free(identity));
    OK(microsip_sip_message_free(message));
    OK(microsip_call_answer(callee, 200, (microsip_answer_options_t){0}));
    OK(microsip_call_wait_for(callee, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    end_calls(caller, callee);
}

/* Copies are changed by themselves, and each is freed by itself. */
#define COPIES(kind)                                                                                   \
    do {                                                                                               \
        microsip_##kind##_options_t one_, other_;                                                      \
        OK(microsip_##kind##_options_new(&one_));                                                      \
        OK(microsip_##kind##_options_clone(one_, &other_));                                            \
        CHECK(one_.token != other_.token);                                                             \
        OK(microsip_##kind##_options_free(one_));                                                      \
        EXPECT(MICROSIP_STATUS_STALE_HANDLE, microsip_##kind##_options_clone(one_, &one_));            \
        OK(microsip_##kind##_options_free(other_));                                                    \
    } while (0)

static void settings_are_copied(void) {
    microsip_call_t caller, callee;
    microsip_call_info_t info;
    microsip_media_info_t media, same_media;
    microsip_sip_message_t message, same;
    const char *one, *other;
    COPIES(answer);
    COPIES(call);
    COPIES(reject);
    COPIES(hang_up);
    COPIES(hold);
    COPIES(resume);
    COPIES(reinvite);
    COPIES(update);
    COPIES(dtmf);
    COPIES(transfer);
    COPIES(request);
    /* Handles to one snapshot lend the same text. */
    connect_calls(pair.events, pair.ann, pair.bob, &caller, &callee);
    message = invite_of(callee);
    OK(microsip_sip_message_clone(message, &same));
    OK(microsip_sip_message_call_id(message, &one));
    OK(microsip_sip_message_free(message));
    OK(microsip_sip_message_call_id(same, &other));
    CHECK(one == other);
    OK(microsip_sip_message_free(same));
    info = info_of(caller);
    OK(microsip_call_info_audio(info, &media));
    OK(microsip_call_info_free(info));
    OK(microsip_media_info_clone(media, &same_media));
    OK(microsip_media_info_free(media));
    OK(microsip_media_info_remote_rtp(same_media, &one));
    CHECK(one[0]);
    OK(microsip_media_info_free(same_media));
    end_calls(caller, callee);
}

/* The state machine, seen from both sides, and every field of the information. */
static void information_tells_everything(void) {
    microsip_call_options_t none = {0};
    microsip_call_t caller, callee;
    microsip_call_info_t info, other, kept;
    microsip_media_info_t media;
    microsip_sip_message_t message;
    microsip_stats_t stats;
    microsip_error_t error;
    microsip_call_state_t state;
    microsip_direction_t direction;
    microsip_hold_state_t hold;
    microsip_ended_by_t by;
    microsip_end_cause_t cause;
    microsip_media_direction_t flow;
    microsip_ice_state_t ice;
    microsip_candidate_kind_t kind;
    microsip_srtp_keying_t keying;
    microsip_srtp_suite_t suite;
    uint64_t id, account, call, duration;
    int64_t started, confirmed;
    uint16_t code;
    uint8_t payload;
    size_t count;
    const char *text, *sip_call_id, *local, *remote;
    bool yes;
    pair_ring(&pair, none, &caller, &callee);
    OK(microsip_call_state(callee, &state));
    CHECK(state == MICROSIP_CALL_STATE_INCOMING);
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_call_wait_for(callee, MICROSIP_CALL_STATE_CONFIRMED, 0));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_call_wait_for(callee, 0, 0));
    info = info_of(callee);
    OK(microsip_call_id(callee, &call));
    OK(microsip_account_id(pair.bob, &account));
    OK(microsip_call_info_call_id(info, &id));
    CHECK(id == call);
    OK(microsip_call_info_account_id(info, &id));
    CHECK(id == account);
    OK(microsip_call_info_direction(info, &direction));
    CHECK(direction == MICROSIP_DIRECTION_INCOMING);
    OK(microsip_call_info_state(info, &state));
    CHECK(state == MICROSIP_CALL_STATE_INCOMING);
    OK(microsip_call_info_remote_user(info, &text));
    STREQ("ann", text);
    OK(microsip_call_info_remote_uri(info, &text));
    CHECK(strstr(text, "sip:ann@127.0.0.1"));
    OK(microsip_call_info_local_uri(info, &text));
    CHECK(strstr(text, "sip:bob@127.0.0.1"));
    OK(microsip_call_info_remote_contact(info, &text));
    CHECK(strstr(text, "127.0.0.1"));
    OK(microsip_call_info_invite(info, &message));
    OK(microsip_sip_message_free(message));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_info_confirmed_unix_ms(info, &confirmed));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_info_end_code(info, &code));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_info_end_by(info, &by));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_info_end_error(info, &error));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_info_stats(info, &stats));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_info_transferred_from(info, &id));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_info_replaces(info, &id));
    OK(microsip_call_info_duration_ms(info, &duration));
    CHECK(duration == 0);
    OK(microsip_call_info_is_ended(info, &yes));
    CHECK(!yes);
    OK(microsip_call_info_free(info));

    OK(microsip_call_answer(callee, 180, (microsip_answer_options_t){0}));
    OK(microsip_call_wait_for(caller, MICROSIP_CALL_STATE_EARLY, DEADLINE_MS));
    info = info_of(caller);
    OK(microsip_call_info_last_status(info, &code));
    CHECK(code == 180);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_info_invite(info, &message));
    OK(microsip_call_info_free(info));
    OK(microsip_call_answer(callee, 200, (microsip_answer_options_t){0}));
    OK(microsip_call_wait_for(caller, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_call_wait_for(callee, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));

    info = info_of(caller);
    other = info_of(callee);
    OK(microsip_call_info_sip_call_id(info, &sip_call_id));
    OK(microsip_call_info_sip_call_id(other, &text));
    STREQ(sip_call_id, text);
    OK(microsip_call_info_local_tag(info, &local));
    OK(microsip_call_info_remote_tag(other, &remote));
    STREQ(local, remote);
    OK(microsip_call_info_remote_tag(info, &remote));
    OK(microsip_call_info_local_tag(other, &local));
    STREQ(local, remote);
    OK(microsip_call_info_hold(info, &hold));
    CHECK(hold == MICROSIP_HOLD_STATE_NONE);
    OK(microsip_call_info_muted(info, &yes));
    CHECK(!yes);
    OK(microsip_call_info_started_unix_ms(info, &started));
    OK(microsip_call_info_confirmed_unix_ms(info, &confirmed));
    CHECK(started > 1700000000000 && confirmed >= started);
    OK(microsip_call_info_media_count(info, &count));
    CHECK(count == 1);
    OK(microsip_call_info_media_at(info, 0, &media));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_info_media_at(info, 1, &(microsip_media_info_t){0}));
    OK(microsip_media_info_active(media, &yes));
    CHECK(yes);
    OK(microsip_media_info_direction(media, &flow));
    CHECK(flow == MICROSIP_MEDIA_DIRECTION_SEND_RECEIVE);
    OK(microsip_media_info_codec(media, &text));
    CHECK(strchr(text, '/'));
    OK(microsip_media_info_payload_type(media, &payload));
    CHECK(payload < 128);
    OK(microsip_media_info_remote_rtp(media, &text));
    CHECK(strstr(text, "127.0.0.1:") == text);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_media_info_srtp_keying(media, &keying));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_media_info_srtp_suite(media, &suite));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_media_info_ice_state(media, &ice));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_media_info_ice_controlling(media, &yes));
    EXPECT(MICROSIP_STATUS_NO_VALUE,
           microsip_media_info_ice_candidate(media, MICROSIP_ICE_COMPONENT_RTP, MICROSIP_ICE_END_LOCAL, &kind, &text));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_media_info_ice_candidate(media, 3, 1, &kind, &text));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_media_info_ice_candidate(media, 1, 0, &kind, &text));
    OK(microsip_media_info_free(media));
    OK(microsip_call_info_audio(info, &media));
    OK(microsip_media_info_free(media));
    OK(microsip_call_info_free(other));

    OK(microsip_call_mute(caller, true));
    microsip_event_free(wait_event_of(pair.events, MICROSIP_EVENT_KIND_CALL_MEDIA, caller));
    other = info_of(caller);
    OK(microsip_call_info_muted(other, &yes));
    CHECK(yes);
    OK(microsip_call_info_free(other));
    OK(microsip_call_mute(caller, false));

    /* A snapshot stays as it was, and its texts live as long as any handle to it. */
    OK(microsip_call_info_clone(info, &kept));
    OK(microsip_call_info_free(info));
    EXPECT(MICROSIP_STATUS_STALE_HANDLE, microsip_call_info_state(info, &state));
    OK(microsip_call_hang_up(caller));
    OK(microsip_call_wait_for(callee, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_info_state(kept, &state));
    CHECK(state == MICROSIP_CALL_STATE_CONFIRMED);
    CHECK(strlen(sip_call_id) > 0);
    OK(microsip_call_info_free(kept));

    info = info_of(callee);
    OK(microsip_call_info_is_ended(info, &yes));
    CHECK(yes);
    OK(microsip_call_info_end_code(info, &code));
    CHECK(code == 200);
    OK(microsip_call_info_end_by(info, &by));
    CHECK(by == MICROSIP_ENDED_BY_REMOTE);
    OK(microsip_call_info_end_cause(info, &cause));
    CHECK(cause == MICROSIP_END_CAUSE_HUNG_UP);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_info_end_error(info, &error));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_info_end_q850(info, &code));
    OK(microsip_call_info_end_reason_count(info, &count));
    CHECK(count == 0);
    OK(microsip_call_info_stats(info, &stats));
    OK(microsip_stats_free(stats));
    OK(microsip_call_info_message(info, &message));
    OK(microsip_sip_message_method(message, &text));
    STREQ("BYE", text);
    OK(microsip_sip_message_free(message));
    OK(microsip_call_info_free(info));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_hang_up(callee));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_mute(callee, true));
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));
}

typedef struct {
    microsip_ended_by_t by;
    microsip_end_cause_t cause;
    uint16_t code;
    microsip_status_t error; /* OK for none */
} end_t;

static void check_end(microsip_call_t call, end_t expected) {
    microsip_call_info_t info;
    microsip_ended_by_t by;
    microsip_end_cause_t cause;
    microsip_error_t error;
    microsip_status_t status;
    uint16_t code;
    const char *phrase;
    OK(microsip_call_wait_for(call, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    info = info_of(call);
    OK(microsip_call_info_end_by(info, &by));
    OK(microsip_call_info_end_cause(info, &cause));
    OK(microsip_call_info_end_code(info, &code));
    OK(microsip_call_info_end_phrase(info, &phrase));
    if (by != expected.by || cause != expected.cause || code != expected.code)
        FAIL("ended by %d, cause %d, code %u %s", by, cause, code, phrase);
    if (expected.error) {
        OK(microsip_call_info_end_error(info, &error));
        OK(microsip_error_status(error, &status));
        if (status != expected.error) FAIL("failed with %s", microsip_status_name(status));
        OK(microsip_error_free(error));
    } else {
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_info_end_error(info, &error));
    }
    OK(microsip_call_info_free(info));
}

static void every_end(void) {
    microsip_call_options_t none = {0}, options;
    microsip_reject_options_t reject;
    microsip_hang_up_options_t hang_up;
    microsip_call_t caller, callee, third;
    microsip_call_info_t info, dialog;
    microsip_sip_message_t message;
    microsip_event_t event;
    microsip_text_list_t values;
    const char *text, *call_id, *to_tag, *from_tag;
    char target[64];
    uint16_t code;
    uint64_t id, replaced;
    size_t count;
    bool yes;
    udp_t udp;

    /* Refused, with everything a refusal can say. */
    OK(microsip_reject_options_new(&reject));
    OK(microsip_reject_options_add_header(reject, "Retry-After", "60"));
    OK(microsip_reject_options_set_phrase(reject, "Not today"));
    OK(microsip_reject_options_add_reason_q850(reject, 17, NULL));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_reject_options_add_reason_q850(reject, 0, NULL));
    OK(microsip_reject_options_add_reason_sip(reject, 486, "says \"no\""));
    pair_ring(&pair, none, &caller, &callee);
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_reject(callee, 200, reject));
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_call_reject(caller, 486, reject));
    OK(microsip_call_reject(callee, 486, reject));
    check_end(caller, (end_t){MICROSIP_ENDED_BY_REMOTE, MICROSIP_END_CAUSE_REJECTED, 486, MICROSIP_STATUS_SIP});
    check_end(callee, (end_t){MICROSIP_ENDED_BY_LOCAL, MICROSIP_END_CAUSE_REJECTED, 486, MICROSIP_STATUS_OK});
    EXPECT(MICROSIP_STATUS_SIP, microsip_call_wait_for(caller, MICROSIP_CALL_STATE_CONFIRMED, 0));
    CHECK(microsip_last_error_sip_status() == 486);
    info = info_of(caller);
    OK(microsip_call_info_end_phrase(info, &text));
    STREQ("Not today", text);
    OK(microsip_call_info_end_q850(info, &code));
    CHECK(code == 17);
    OK(microsip_call_info_end_reason_count(info, &count));
    CHECK(count == 2);
    OK(microsip_call_info_end_reason_protocol(info, 0, &text));
    STREQ("Q.850", text);
    OK(microsip_call_info_end_reason_text(info, 0, &text));
    STREQ("User busy", text);
    OK(microsip_call_info_end_reason_cause(info, 1, &code));
    CHECK(code == 486);
    OK(microsip_call_info_end_reason_text(info, 1, &text));
    STREQ("says \"no\"", text);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_info_end_reason_text(info, 2, &text));
    OK(microsip_call_info_message(info, &message));
    check_header(message, "Retry-After", "60");
    OK(microsip_sip_message_reason_count(message, &count));
    CHECK(count == 2);
    OK(microsip_sip_message_reason_protocol(message, 1, &text));
    STREQ("SIP", text);
    OK(microsip_sip_message_reason_cause(message, 1, &code));
    CHECK(code == 486);
    OK(microsip_sip_message_reason_text(message, 0, &text));
    STREQ("User busy", text);
    OK(microsip_sip_message_header_members(message, "Reason", &values));
    OK(microsip_text_list_count(values, &count));
    CHECK(count == 2);
    OK(microsip_text_list_free(values));
    OK(microsip_sip_message_free(message));
    OK(microsip_call_info_free(info));
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));

    /* Redirected, and not followed; contacts go with 3xx only. */
    OK(microsip_reject_options_add_contact(reject, "<sip:carol@127.0.0.1:9>;q=0.5"));
    pair_ring(&pair, none, &caller, &callee);
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_reject(callee, 486, reject));
    OK(microsip_reject_options_free(reject));
    OK(microsip_call_redirect(callee, "<sip:carol@127.0.0.1:9>;q=0.5"));
    event = wait_event_of(pair.events, MICROSIP_EVENT_KIND_CALL_REDIRECTED, caller);
    OK(microsip_event_redirect_target(event, &text));
    CHECK(strstr(text, "sip:carol@127.0.0.1:9"));
    OK(microsip_event_redirect_followed(event, &yes));
    CHECK(!yes);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_call_info(event, &info));
    OK(microsip_event_free(event));
    check_end(caller, (end_t){MICROSIP_ENDED_BY_REMOTE, MICROSIP_END_CAUSE_REJECTED, 302, MICROSIP_STATUS_SIP});
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));

    /* Followed to another of our accounts. */
    OK(microsip_call_options_new(&options));
    OK(microsip_call_options_set_redirects(options, MICROSIP_REDIRECT_POLICY_FOLLOW));
    pair_ring(&pair, options, &caller, &callee);
    OK(microsip_call_options_free(options));
    snprintf(target, sizeof target, "sip:ann@127.0.0.1:%u", pair.port);
    OK(microsip_call_redirect(callee, target));
    event = wait_event(pair.events, MICROSIP_EVENT_KIND_INCOMING_CALL);
    OK(microsip_event_call(event, &third));
    OK(microsip_event_free(event));
    OK(microsip_call_answer(third, 200, (microsip_answer_options_t){0}));
    OK(microsip_call_wait_for(caller, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_call_free(callee));

    /* Hung up with a reason. */
    OK(microsip_hang_up_options_new(&hang_up));
    OK(microsip_hang_up_options_add_header(hang_up, "X-Bye", "1"));
    OK(microsip_hang_up_options_add_reason_q850(hang_up, 31, "enough"));
    OK(microsip_hang_up_options_add_reason_sip(hang_up, 200, NULL));
    OK(microsip_call_hang_up_with(caller, hang_up));
    OK(microsip_hang_up_options_free(hang_up));
    check_end(third, (end_t){MICROSIP_ENDED_BY_REMOTE, MICROSIP_END_CAUSE_HUNG_UP, 200, MICROSIP_STATUS_OK});
    check_end(caller, (end_t){MICROSIP_ENDED_BY_LOCAL, MICROSIP_END_CAUSE_HUNG_UP, 200, MICROSIP_STATUS_OK});
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_hang_up_with(caller, (microsip_hang_up_options_t){0}));
    message = message_of(third);
    check_header(message, "X-Bye", "1");
    OK(microsip_sip_message_free(message));
    info = info_of(third);
    OK(microsip_call_info_end_q850(info, &code));
    CHECK(code == 31);
    OK(microsip_call_info_end_reason_text(info, 0, &text));
    STREQ("enough", text);
    OK(microsip_call_info_free(info));
    OK(microsip_call_free(caller));
    OK(microsip_call_free(third));

    /* Cancelled. */
    pair_ring(&pair, none, &caller, &callee);
    OK(microsip_call_hang_up(caller));
    check_end(callee, (end_t){MICROSIP_ENDED_BY_REMOTE, MICROSIP_END_CAUSE_CANCELLED, 487, MICROSIP_STATUS_OK});
    check_end(caller, (end_t){MICROSIP_ENDED_BY_LOCAL, MICROSIP_END_CAUSE_CANCELLED, 487, MICROSIP_STATUS_OK});
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));

    /* Rung long enough. */
    OK(microsip_call_options_new(&options));
    OK(microsip_call_options_set_ring_for(options, 50));
    pair_ring(&pair, options, &caller, &callee);
    OK(microsip_call_options_free(options));
    OK(microsip_call_wait_for(caller, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_wait_for(callee, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));

    /* Up long enough. */
    OK(microsip_call_options_new(&options));
    OK(microsip_call_options_set_hang_up_after(options, 50));
    pair_ring(&pair, options, &caller, &callee);
    OK(microsip_call_options_free(options));
    OK(microsip_call_answer(callee, 200, (microsip_answer_options_t){0}));
    check_end(callee, (end_t){MICROSIP_ENDED_BY_REMOTE, MICROSIP_END_CAUSE_HUNG_UP, 200, MICROSIP_STATUS_OK});
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));

    /* Replaced: a third call takes the place of bob's. */
    OK(microsip_endpoint_set_transfers(pair.endpoint, MICROSIP_TRANSFER_POLICY_REFUSE, MICROSIP_TRANSFER_POLICY_REFUSE,
                                       MICROSIP_REPLACES_POLICY_ACCEPT));
    connect_calls(pair.events, pair.ann, pair.bob, &caller, &callee);
    dialog = info_of(callee);
    OK(microsip_call_info_sip_call_id(dialog, &call_id));
    OK(microsip_call_info_local_tag(dialog, &to_tag));
    OK(microsip_call_info_remote_tag(dialog, &from_tag));
    OK(microsip_call_options_new(&options));
    OK(microsip_call_options_set_replaces(options, call_id, to_tag, from_tag, false));
    OK(microsip_account_aor(pair.bob, &text));
    OK(microsip_account_call(pair.ann, text, options, &third));
    OK(microsip_call_options_free(options));
    event = wait_event_of(pair.events, MICROSIP_EVENT_KIND_CALL_REPLACED, callee);
    {
        microsip_call_t by;
        OK(microsip_event_replaced_by(event, &by));
        info = info_of(by);
        OK(microsip_call_info_replaces(info, &replaced));
        OK(microsip_call_id(callee, &id));
        CHECK(id == replaced);
        OK(microsip_call_info_free(info));
        OK(microsip_call_free(by));
    }
    OK(microsip_event_free(event));
    check_end(callee, (end_t){MICROSIP_ENDED_BY_LOCAL, MICROSIP_END_CAUSE_REPLACED, 200, MICROSIP_STATUS_OK});
    OK(microsip_call_info_free(dialog));
    OK(microsip_call_wait_for(caller, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_wait_for(third, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_endpoint_hang_up_all(pair.endpoint));
    OK(microsip_call_wait_for(third, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_free(third));
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));

    /* A peer that answers nothing, then one that is busy in its own words. */
    udp_open(&udp);
    snprintf(target, sizeof target, "sip:peer@127.0.0.1:%u", udp.port);
    OK(microsip_account_call(pair.ann, target, none, &caller));
    check_end(caller, (end_t){MICROSIP_ENDED_BY_NETWORK, MICROSIP_END_CAUSE_TIMED_OUT, 408, MICROSIP_STATUS_TIMEOUT});
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_call_wait_for(caller, MICROSIP_CALL_STATE_CONFIRMED, 0));
    OK(microsip_call_free(caller));
    while (udp_waiting(&udp, 0)) udp_receive(&udp);
    OK(microsip_account_call(pair.ann, target, none, &caller));
    sip_request(&udp, "INVITE");
    sip_answer(&udp, "600 Busy everywhere", "Reason: Q.850;cause=21\r\n");
    check_end(caller, (end_t){MICROSIP_ENDED_BY_REMOTE, MICROSIP_END_CAUSE_REJECTED, 600, MICROSIP_STATUS_SIP});
    OK(microsip_call_free(caller));
    udp_close(&udp);

    /* Nobody listens there. */
    OK(microsip_call_options_new(&options));
    OK(microsip_call_options_set_request_uri(options, "sip:nobody@127.0.0.1:1;transport=tcp"));
    OK(microsip_account_call(pair.ann, "sip:nobody@127.0.0.1:1;transport=tcp", options, &caller));
    OK(microsip_call_options_free(options));
    check_end(caller, (end_t){MICROSIP_ENDED_BY_NETWORK, MICROSIP_END_CAUSE_TRANSPORT_FAILED, 503,
                              MICROSIP_STATUS_TRANSPORT});
    OK(microsip_call_free(caller));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_call(pair.ann, "not a uri", none, &caller));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_account_call(pair.ann, NULL, none, &caller));
    EXPECT(MICROSIP_STATUS_INVALID_UTF8, microsip_account_call(pair.ann, "sip:\xff@h", none, &caller));
}

/* An encrypted call that finds its way by ICE. */
static void ways_and_keys_are_told(void) {
    const microsip_call_options_t none = {0};
    microsip_account_config_t config;
    microsip_account_nat_t nat;
    microsip_account_t dora, emil;
    microsip_call_t caller, callee;
    microsip_call_info_t info;
    microsip_media_info_t media;
    microsip_event_t event;
    microsip_error_t error;
    microsip_ice_state_t state;
    microsip_candidate_kind_t kind;
    microsip_srtp_keying_t keying;
    microsip_srtp_suite_t suite;
    microsip_status_t status;
    const char *text, *target;
    bool controlling;
    char aor[64];
    OK(microsip_account_nat_new(&nat));
    OK(microsip_account_nat_set_ice(nat, MICROSIP_ICE_MODE_ON));
    snprintf(aor, sizeof aor, "sip:dora@127.0.0.1:%u", pair.port);
    OK(microsip_account_config_new(aor, &config));
    OK(microsip_account_config_set_nat(config, nat));
    OK(microsip_account_config_set_srtp(config, MICROSIP_SRTP_MODE_REQUIRED));
    OK(microsip_endpoint_add_account(pair.endpoint, config, &dora));
    OK(microsip_account_config_free(config));
    snprintf(aor, sizeof aor, "sip:emil@127.0.0.1:%u", pair.port);
    OK(microsip_account_config_new(aor, &config));
    OK(microsip_account_config_set_nat(config, nat));
    OK(microsip_account_config_set_srtp(config, MICROSIP_SRTP_MODE_REQUIRED));
    OK(microsip_endpoint_add_account(pair.endpoint, config, &emil));
    OK(microsip_account_config_free(config));
    OK(microsip_account_nat_free(nat));
    OK(microsip_account_aor(emil, &target));
    OK(microsip_account_call(dora, target, none, &caller));
    event = wait_event(pair.events, MICROSIP_EVENT_KIND_INCOMING_CALL);
    OK(microsip_event_call(event, &callee));
    OK(microsip_event_free(event));
    OK(microsip_call_answer(callee, 200, (microsip_answer_options_t){0}));
    do {
        event = wait_event_of(pair.events, MICROSIP_EVENT_KIND_ICE, caller);
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_error(event, &error));
        OK(microsip_event_call_info(event, &info));
        OK(microsip_event_free(event));
        OK(microsip_call_info_audio(info, &media));
        OK(microsip_call_info_free(info));
        OK(microsip_media_info_ice_state(media, &state));
        if (state != MICROSIP_ICE_STATE_CONNECTED) OK(microsip_media_info_free(media));
    } while (state != MICROSIP_ICE_STATE_CONNECTED);
    OK(microsip_media_info_ice_controlling(media, &controlling));
    CHECK(controlling);
    OK(microsip_media_info_ice_candidate(media, MICROSIP_ICE_COMPONENT_RTP, MICROSIP_ICE_END_LOCAL, &kind, &text));
    CHECK(kind == MICROSIP_CANDIDATE_KIND_HOST && strrchr(text, ':'));
    OK(microsip_media_info_ice_candidate(media, MICROSIP_ICE_COMPONENT_RTP, MICROSIP_ICE_END_REMOTE, &kind, &text));
    CHECK((kind == MICROSIP_CANDIDATE_KIND_HOST || kind == MICROSIP_CANDIDATE_KIND_PEER_REFLEXIVE) && strrchr(text, ':'));
    status = microsip_media_info_ice_candidate(media, MICROSIP_ICE_COMPONENT_RTCP, MICROSIP_ICE_END_LOCAL, &kind, &text);
    CHECK(status == MICROSIP_STATUS_OK || status == MICROSIP_STATUS_NO_VALUE);
    OK(microsip_media_info_srtp_keying(media, &keying));
    CHECK(keying == MICROSIP_SRTP_KEYING_SDES);
    OK(microsip_media_info_srtp_suite(media, &suite));
    CHECK(suite == MICROSIP_SRTP_SUITE_AEAD_AES_256_GCM);
    OK(microsip_media_info_free(media));
    end_calls(caller, callee);
    OK(microsip_account_free(dora));
    OK(microsip_account_free(emil));
}

static void a_call_has_its_story(void) {
    microsip_call_options_t none = {0};
    microsip_call_t caller, callee;
    microsip_story_t story, same;
    microsip_story_step_t step;
    microsip_direction_t direction;
    microsip_transport_t transport;
    microsip_decision_t decision;
    size_t count, n, bytes, seen[5] = {0};
    uint64_t left_out;
    int64_t at, last = 0;
    const char *text;
    pair_ring(&pair, none, &caller, &callee);
    OK(microsip_call_answer(callee, 200, (microsip_answer_options_t){0}));
    OK(microsip_call_wait_for(caller, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_call_hang_up(caller));
    OK(microsip_call_wait_for(caller, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_story(caller, &story));
    OK(microsip_story_text(story, &text));
    CHECK(strstr(text, "INVITE sip:bob@") && strstr(text, "ended: "));
    OK(microsip_story_left_out(story, &left_out));
    CHECK(left_out == 0);
    OK(microsip_story_count(story, &count));
    CHECK(count >= 4);
    for (n = 0; n < count; n++) {
        OK(microsip_story_step(story, n, &step));
        CHECK(step >= 1 && step <= 4);
        seen[step]++;
        OK(microsip_story_at_unix_ms(story, n, &at));
        CHECK(at > 1700000000000 && (n == 0 || at >= last));
        last = at;
        OK(microsip_story_words(story, n, &text));
        CHECK(text[0]);
        if (step == MICROSIP_STORY_STEP_MESSAGE) {
            OK(microsip_story_direction(story, n, &direction));
            CHECK(direction == MICROSIP_DIRECTION_OUTGOING || direction == MICROSIP_DIRECTION_INCOMING);
            OK(microsip_story_bytes(story, n, &bytes));
            CHECK(bytes > 100);
            OK(microsip_story_transport(story, n, &transport));
            CHECK(transport == MICROSIP_TRANSPORT_UDP);
            OK(microsip_story_remote(story, n, &text));
            CHECK(strstr(text, "127.0.0.1:") == text);
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_story_decision(story, n, &decision));
        } else {
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_story_bytes(story, n, &bytes));
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_story_direction(story, n, &direction));
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_story_transport(story, n, &transport));
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_story_remote(story, n, &text));
        }
        if (step == MICROSIP_STORY_STEP_DECIDED) {
            OK(microsip_story_decision(story, n, &decision));
            CHECK(decision >= MICROSIP_DECISION_ACCOUNT && decision <= MICROSIP_DECISION_POLICY);
        }
    }
    CHECK(seen[MICROSIP_STORY_STEP_ASKED] && seen[MICROSIP_STORY_STEP_MESSAGE] && seen[MICROSIP_STORY_STEP_ENDED]);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_story_step(story, count, &step));
    OK(microsip_story_clone(story, &same));
    OK(microsip_story_free(story));
    OK(microsip_story_count(same, &count));
    OK(microsip_story_free(same));
    OK(microsip_call_wait_for(callee, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));
}

int main(void) {
    microsip_endpoint_config_t config;
    OK(microsip_endpoint_config_new(&config));
    OK(microsip_endpoint_config_set_transaction_timeout(config, 1000));
    pair_start(&pair, config);
    options_of_calls_are_on_the_wire();
    settings_are_copied();
    information_tells_everything();
    every_end();
    a_call_has_its_story();
    ways_and_keys_are_told();
    pair_stop(&pair);
    no_handles_left();
    puts("calls: ok");
    return 0;
}
