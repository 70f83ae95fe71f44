/* Messages between two accounts and in calls, what becomes of them, and typing. */
#include "udp.h"

static microsip_endpoint_t endpoint;
static microsip_events_t events;
static microsip_account_t ann, bob;
static char ann_uri[64], bob_uri[64];

static microsip_received_message_t next_message(void) {
    microsip_received_message_t message;
    microsip_account_t account;
    microsip_event_t event = wait_event(events, MICROSIP_EVENT_KIND_MESSAGE);
    OK(microsip_event_account(event, &account));
    OK(microsip_account_free(account));
    OK(microsip_event_message(event, &message));
    NONE(microsip_sent_message_t, microsip_event_sent_message, event);
    NONE(microsip_message_status_t, microsip_event_message_status, event);
    NONE(microsip_response_t, microsip_event_response, event);
    NONE(microsip_peer_typing_t, microsip_event_typing, event);
    OK(microsip_event_free(event));
    return message;
}

static void next_status(microsip_sent_message_t sent, microsip_message_status_t expected, int has_response) {
    microsip_event_t event = wait_event(events, MICROSIP_EVENT_KIND_MESSAGE_STATUS);
    microsip_sent_message_t message;
    microsip_response_t response;
    uint64_t one, other;
    IS(microsip_message_status_t, expected, microsip_event_message_status, event);
    OK(microsip_event_sent_message(event, &message));
    OK(microsip_sent_message_id(message, &one));
    OK(microsip_sent_message_id(sent, &other));
    CHECK(one == other);
    if (has_response) {
        OK(microsip_event_response(event, &response));
        IS(uint16_t, 200, microsip_response_code, response);
        NONE(microsip_error_t, microsip_event_error, event);
        OK(microsip_response_free(response));
    } else {
        NONE(microsip_response_t, microsip_event_response, event);
    }
    NONE(microsip_received_message_t, microsip_event_message, event);
    OK(microsip_sent_message_free(message));
    OK(microsip_event_free(event));
}

static void a_text(void) {
    microsip_sent_message_t sent, kept;
    microsip_received_message_t message, same;
    microsip_response_t response;
    microsip_sip_message_t sip;
    const uint8_t *body;
    size_t length, count, i;
    bool positive, negative, processing, display, told, found = false;
    int64_t at;
    uint64_t id;
    OK(microsip_account_send_text(ann, bob_uri, "gr\xc3\xbc\xc3\x9f dich", &sent));
    TEXT_IS(bob_uri, microsip_sent_message_target, sent);
    NONE(const char *, microsip_sent_message_message_id, sent);
    OK(microsip_sent_message_wait(sent, DEADLINE_MS, &response));
    OK(microsip_response_free(response));
    OK(microsip_sent_message_response(sent, &response));
    OK(microsip_response_free(response));
    message = next_message();
    OK(microsip_received_message_clone(message, &same));
    OK(microsip_received_message_free(message));
    EXPECT(MICROSIP_STATUS_STALE_HANDLE, microsip_received_message_id(message, &id));
    OK(microsip_received_message_id(same, &id));
    CHECK(id != 0);
    TEXT_IS("gr\xc3\xbc\xc3\x9f dich", microsip_received_message_text, same);
    TEXT_IS("text/plain;charset=utf-8", microsip_received_message_content_type, same);
    TEXT_IS(ann_uri, microsip_received_message_reply_to, same);
    TEXT_IS("sip:bob@127.0.0.1", microsip_received_message_to, same);
    NONE(const char *, microsip_received_message_display, same);
    NONE(microsip_cpim_t, microsip_received_message_envelope, same);
    NONE(microsip_error_t, microsip_received_message_warning, same);
    OK(microsip_received_message_body(same, &body, &length));
    CHECK(length == 11 && !memcmp(body, "gr\xc3\xbc\xc3\x9f dich", 11));
    OK(microsip_received_message_received_at_unix_ms(same, &at));
    CHECK(at > 1600000000000);
    OK(microsip_received_message_notify(same, &positive, &negative, &processing, &display));
    CHECK(!positive && !negative && !processing && !display);
    OK(microsip_received_message_mark_displayed(same, &told));
    CHECK(!told);
    OK(microsip_received_message_header_count(same, &count));
    for (i = 0; i < count; i++) {
        const char *name, *value;
        OK(microsip_received_message_header_at(same, i, &name, &value));
        if (!strcmp(name, "Content-Type")) {
            STREQ("text/plain;charset=utf-8", value);
            found = true;
        }
    }
    CHECK(found);
    {
        const char *name, *value;
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_received_message_header_at(same, count, &name, &value));
        CHECK(!name && !value);
    }
    OK(microsip_received_message_sip(same, &sip));
    TEXT_IS("MESSAGE", microsip_sip_message_method, sip);
    OK(microsip_sip_message_free(sip));
    OK(microsip_received_message_free(same));
    OK(microsip_sent_message_clone(sent, &kept));
    OK(microsip_sent_message_free(sent));
    next_status(kept, MICROSIP_MESSAGE_STATUS_ACCEPTED, 1);
    OK(microsip_sent_message_free(kept));
}

static void bytes_and_headers(void) {
    static const uint8_t sent_bytes[] = {0x89, 'P', 0, 'G', 0, 0xff, 0};
    microsip_message_options_t options, copy;
    microsip_sent_message_t sent;
    microsip_received_message_t message;
    const uint8_t *body;
    size_t length;
    OK(microsip_message_options_new("", &options));
    OK(microsip_message_options_set_body(options, "image/png", sent_bytes, sizeof sent_bytes));
    OK(microsip_message_options_add_header(options, "Subject", "a picture"));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_message_options_add_header(options, "Via", "x"));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_message_options_add_header(options, "X-A", "b\r\nX-C: d"));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_message_options_set_body(options, "image/png", NULL, 5));
    OK(microsip_message_options_clone(options, &copy));
    OK(microsip_message_options_set_body(copy, "none", NULL, 0));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_send_message(ann, bob_uri, copy, &sent));
    CHECK(sent.token == 0);
    OK(microsip_account_send_message(ann, bob_uri, options, &sent));
    message = next_message();
    TEXT_IS("image/png", microsip_received_message_content_type, message);
    TEXT_IS("a picture", microsip_received_message_header, message, "subject");
    NONE(const char *, microsip_received_message_header, message, "X-None");
    NONE(const char *, microsip_received_message_text, message);
    OK(microsip_received_message_body(message, &body, &length));
    CHECK(length == sizeof sent_bytes && !memcmp(body, sent_bytes, length));
    next_status(sent, MICROSIP_MESSAGE_STATUS_ACCEPTED, 1);
    OK(microsip_received_message_free(message));
    OK(microsip_sent_message_free(sent));
    OK(microsip_message_options_free(copy));
    OK(microsip_message_options_free(options));
}

static void what_cannot_be_read_is_told(void) {
    microsip_message_options_t options;
    microsip_sent_message_t sent;
    microsip_received_message_t message;
    microsip_error_t warning;
    const uint8_t *body;
    size_t length;
    OK(microsip_message_options_new("x", &options));
    OK(microsip_message_options_set_body(options, "text/plain", BYTES("a\xff" "b\0c")));
    OK(microsip_account_send_message(ann, bob_uri, options, &sent));
    message = next_message();
    TEXT_IS("a\xef\xbf\xbd" "b\xef\xbf\xbd" "c", microsip_received_message_text, message);
    OK(microsip_received_message_warning(message, &warning));
    IS(microsip_status_t, MICROSIP_STATUS_INVALID_ARGUMENT, microsip_error_status, warning);
    OK(microsip_error_free(warning));
    OK(microsip_received_message_body(message, &body, &length));
    CHECK(length == 5 && body[3] == 0);
    OK(microsip_received_message_free(message));
    next_status(sent, MICROSIP_MESSAGE_STATUS_ACCEPTED, 1);
    /* An empty body has an address, too. */
    OK(microsip_message_options_set_body(options, "text/plain", NULL, 0));
    OK(microsip_sent_message_free(sent));
    OK(microsip_account_send_message(ann, bob_uri, options, &sent));
    message = next_message();
    OK(microsip_received_message_body(message, &body, &length));
    CHECK(length == 0 && body != NULL);
    OK(microsip_received_message_free(message));
    next_status(sent, MICROSIP_MESSAGE_STATUS_ACCEPTED, 1);
    OK(microsip_sent_message_free(sent));
    OK(microsip_message_options_free(options));
}

static void notifications(void) {
    microsip_message_options_t options;
    microsip_sent_message_t sent;
    microsip_received_message_t message;
    microsip_cpim_t envelope, same;
    const char *id;
    microsip_bytes_t written;
    const uint8_t *content;
    size_t length;
    bool positive, negative, processing, display, told;
    int64_t at;
    OK(microsip_message_options_new("to be read", &options));
    OK(microsip_message_options_set_notify(options, true, true, false, true));
    OK(microsip_account_send_message(ann, bob_uri, options, &sent));
    OK(microsip_sent_message_message_id(sent, &id));
    CHECK(strlen(id) >= 16);
    message = next_message();
    TEXT_IS("to be read", microsip_received_message_text, message);
    OK(microsip_received_message_notify(message, &positive, &negative, &processing, &display));
    CHECK(positive && negative && !processing && display);
    OK(microsip_received_message_envelope(message, &envelope));
    OK(microsip_cpim_clone(envelope, &same));
    OK(microsip_cpim_free(envelope));
    TEXT_IS(id, microsip_cpim_message_id, same);
    IS(size_t, 1u, microsip_cpim_to_count, same);
    OK(microsip_cpim_date_time_unix_ms(same, &at));
    CHECK(at > 1600000000000);
    TEXT_IS("text/plain;charset=utf-8", microsip_cpim_content_type, same);
    OK(microsip_cpim_content(same, &written));
    OK(microsip_bytes_data(written, &content, &length));
    OK(microsip_bytes_free(written));
    CHECK(length == 0);
    OK(microsip_cpim_free(same));
    next_status(sent, MICROSIP_MESSAGE_STATUS_ACCEPTED, 1);
    next_status(sent, MICROSIP_MESSAGE_STATUS_DELIVERED, 0);
    OK(microsip_received_message_mark_displayed(message, &told));
    CHECK(told);
    next_status(sent, MICROSIP_MESSAGE_STATUS_DISPLAYED, 0);
    OK(microsip_received_message_mark_displayed(message, &told));
    CHECK(!told);
    OK(microsip_received_message_free(message));
    OK(microsip_sent_message_free(sent));
    OK(microsip_message_options_free(options));
}

static microsip_peer_typing_t next_typing(microsip_typing_state_t state, microsip_typing_cause_t cause) {
    microsip_peer_typing_t typing;
    microsip_event_t event = wait_event(events, MICROSIP_EVENT_KIND_TYPING);
    OK(microsip_event_typing(event, &typing));
    OK(microsip_event_free(event));
    IS(microsip_typing_state_t, state, microsip_peer_typing_state, typing);
    IS(microsip_typing_cause_t, cause, microsip_peer_typing_cause, typing);
    return typing;
}

static void typing(void) {
    microsip_peer_typing_t typing, same;
    microsip_sent_message_t sent;
    const char *from;
    OK(microsip_account_set_typing(ann, bob_uri, true));
    typing = next_typing(MICROSIP_TYPING_STATE_ACTIVE, MICROSIP_TYPING_CAUSE_TOLD);
    OK(microsip_peer_typing_clone(typing, &same));
    OK(microsip_peer_typing_free(typing));
    OK(microsip_peer_typing_from(same, &from));
    CHECK(!strncmp(from, "sip:ann@127.0.0.1", 17));
    NONE(const char *, microsip_peer_typing_display, same);
    TEXT_IS("text/plain", microsip_peer_typing_content_type, same);
    OK(microsip_peer_typing_free(same));
    OK(microsip_account_set_typing(ann, bob_uri, false));
    OK(microsip_peer_typing_free(next_typing(MICROSIP_TYPING_STATE_IDLE, MICROSIP_TYPING_CAUSE_TOLD)));
    OK(microsip_account_set_typing(ann, bob_uri, true));
    OK(microsip_peer_typing_free(next_typing(MICROSIP_TYPING_STATE_ACTIVE, MICROSIP_TYPING_CAUSE_TOLD)));
    OK(microsip_account_send_text(ann, bob_uri, "done", &sent));
    OK(microsip_peer_typing_free(next_typing(MICROSIP_TYPING_STATE_IDLE, MICROSIP_TYPING_CAUSE_MESSAGE)));
    next_status(sent, MICROSIP_MESSAGE_STATUS_ACCEPTED, 1);
    OK(microsip_sent_message_free(sent));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_set_typing(ann, "nobody", true));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_account_set_typing(ann, NULL, true));
}

static void in_a_call(void) {
    microsip_call_t caller, callee, in;
    microsip_sent_message_t sent;
    microsip_message_options_t options;
    microsip_received_message_t message;
    microsip_event_t event;
    uint64_t one, other;
    connect_calls(events, ann, bob, &caller, &callee);
    OK(microsip_call_set_typing(caller, true));
    OK(microsip_peer_typing_free(next_typing(MICROSIP_TYPING_STATE_ACTIVE, MICROSIP_TYPING_CAUSE_TOLD)));
    OK(microsip_call_send_text(caller, "in the call", &sent));
    event = wait_event(events, MICROSIP_EVENT_KIND_MESSAGE);
    OK(microsip_event_call(event, &in));
    OK(microsip_call_id(in, &one));
    OK(microsip_call_id(callee, &other));
    CHECK(one == other);
    OK(microsip_call_free(in));
    OK(microsip_event_message(event, &message));
    TEXT_IS("in the call", microsip_received_message_text, message);
    OK(microsip_received_message_free(message));
    OK(microsip_event_free(event));
    next_status(sent, MICROSIP_MESSAGE_STATUS_ACCEPTED, 1);
    OK(microsip_sent_message_free(sent));
    OK(microsip_message_options_new("back", &options));
    OK(microsip_call_send_message(callee, options, &sent));
    message = next_message();
    TEXT_IS("back", microsip_received_message_text, message);
    OK(microsip_received_message_free(message));
    OK(microsip_sent_message_free(sent));
    OK(microsip_call_set_typing(callee, true));
    OK(microsip_peer_typing_free(next_typing(MICROSIP_TYPING_STATE_ACTIVE, MICROSIP_TYPING_CAUSE_TOLD)));
    OK(microsip_call_hang_up(caller));
    OK(microsip_peer_typing_free(next_typing(MICROSIP_TYPING_STATE_IDLE, MICROSIP_TYPING_CAUSE_CALL_ENDED)));
    OK(microsip_call_wait_for(callee, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_wait_for(caller, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_send_message(caller, options, &sent));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_send_text(caller, "late", &sent));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_set_typing(caller, true));
    OK(microsip_message_options_free(options));
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));
}

static void refused(void) {
    static udp_t peer;
    char target[64];
    microsip_sent_message_t sent;
    microsip_response_t response;
    udp_open(&peer);
    udp_uri(&peer, "eve", target, sizeof target);
    OK(microsip_account_send_text(ann, target, "hello?", &sent));
    NONE(microsip_response_t, microsip_sent_message_response, sent);
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_sent_message_wait(sent, 0, &response));
    sip_request(&peer, "MESSAGE");
    HEADER_IS(&peer, "Content-Type", "text/plain;charset=utf-8");
    STREQ("hello?", sip_body(&peer));
    sip_answer(&peer, "403 No Messages", "");
    OK(microsip_sent_message_wait(sent, DEADLINE_MS, &response));
    IS(uint16_t, 403, microsip_response_code, response);
    TEXT_IS("No Messages", microsip_response_phrase, response);
    OK(microsip_response_free(response));
    for (;;) {
        microsip_event_t event = wait_event(events, MICROSIP_EVENT_KIND_MESSAGE_STATUS);
        microsip_message_status_t status;
        OK(microsip_event_message_status(event, &status));
        if (status == MICROSIP_MESSAGE_STATUS_FAILED) {
            microsip_error_t error;
            OK(microsip_event_error(event, &error));
            IS(uint16_t, 403, microsip_error_sip_status, error);
            OK(microsip_error_free(error));
            OK(microsip_event_free(event));
            break;
        }
        OK(microsip_event_free(event));
    }
    OK(microsip_sent_message_free(sent));
    udp_close(&peer);
}

static void nonsense(void) {
    static uint8_t much[48001];
    const microsip_message_options_t none = {0};
    microsip_message_options_t options;
    microsip_sent_message_t sent;
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_account_send_message(ann, bob_uri, none, &sent));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_send_text(ann, "not a uri", "x", &sent));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_account_send_text(ann, bob_uri, NULL, &sent));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_account_send_text(ann, bob_uri, "x", NULL));
    EXPECT(MICROSIP_STATUS_INVALID_UTF8, microsip_message_options_new("\xff", &options));
    OK(microsip_message_options_new("x", &options));
    OK(microsip_message_options_set_body(options, "a/b", much, sizeof much));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_send_message(ann, bob_uri, options, &sent));
    OK(microsip_message_options_free(options));
}

static void documents(void) {
    microsip_cpim_t cpim;
    microsip_imdn_t imdn, read;
    microsip_bytes_t written;
    microsip_typing_state_t state;
    uint64_t valid_for;
    const char *xml, *space, *name, *value, *language;
    const uint8_t *content;
    size_t length;
    bool positive, negative, processing, display;
    OK(microsip_cpim_parse(BYTES("From: Ann <im:ann@h>\r\nTo: <im:bob@h>\r\nTo: <im:eve@h>\r\ncc: <im:dan@h>\r\n"
                                 "DateTime: 2001-09-09T01:46:40Z\r\nSubject: lunch\r\nNS: imdn <urn:ietf:params:imdn>\r\n"
                                 "NS: My <mid:own>\r\nRequire: My.Must\r\n"
                                 "imdn.Message-ID: 34jk324j\r\nimdn.Disposition-Notification: positive-delivery, display\r\n"
                                 "imdn.Original-To: <im:all@h>\r\nMy.Extra: so\r\n\r\n"
                                 "Content-Type: text/plain\r\nContent-Disposition: render\r\n\r\na\0b"), &cpim));
    TEXT_IS("Ann <im:ann@h>", microsip_cpim_from, cpim);
    IS(size_t, 2u, microsip_cpim_to_count, cpim);
    TEXT_IS("<im:eve@h>", microsip_cpim_to_at, cpim, 1);
    NONE(const char *, microsip_cpim_to_at, cpim, 2);
    IS(size_t, 1u, microsip_cpim_cc_count, cpim);
    TEXT_IS("<im:dan@h>", microsip_cpim_cc_at, cpim, 0);
    IS(int64_t, 1000000000000, microsip_cpim_date_time_unix_ms, cpim);
    TEXT_IS("lunch", microsip_cpim_subject, cpim);
    TEXT_IS("34jk324j", microsip_cpim_message_id, cpim);
    TEXT_IS("<im:all@h>", microsip_cpim_original_to, cpim);
    OK(microsip_cpim_notify(cpim, &positive, &negative, &processing, &display));
    CHECK(positive && !negative && !processing && display);
    IS(size_t, 1u, microsip_cpim_header_count, cpim);
    OK(microsip_cpim_header_at(cpim, 0, &space, &name, &value, &language));
    STREQ("mid:own", space);
    STREQ("Extra", name);
    STREQ("so", value);
    STREQ("", language);
    IS(size_t, 1u, microsip_cpim_unknown_required_count, cpim);
    TEXT_IS("My.Must", microsip_cpim_unknown_required_at, cpim, 0);
    TEXT_IS("text/plain", microsip_cpim_content_type, cpim);
    IS(size_t, 1u, microsip_cpim_content_header_count, cpim);
    OK(microsip_cpim_content_header_at(cpim, 0, &name, &value));
    STREQ("Content-Disposition", name);
    STREQ("render", value);
    OK(microsip_cpim_content(cpim, &written));
    OK(microsip_bytes_data(written, &content, &length));
    CHECK(length == 3 && !memcmp(content, "a\0b", 3));
    OK(microsip_bytes_free(written));
    OK(microsip_cpim_free(cpim));

    OK(microsip_cpim_new("text/plain", BYTES("a\0b"), &cpim));
    OK(microsip_cpim_set_from(cpim, "im:ann@h"));
    OK(microsip_cpim_add_to(cpim, "im:bob@h"));
    OK(microsip_cpim_add_cc(cpim, "<im:dan@h>"));
    OK(microsip_cpim_set_date_time(cpim, 1000000000000));
    OK(microsip_cpim_set_subject(cpim, "lunch"));
    OK(microsip_cpim_add_header(cpim, "mid:own", "Extra", "so"));
    OK(microsip_cpim_add_content_header(cpim, "Content-Disposition", "render"));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_cpim_add_content_header(cpim, "X", "a\r\nb"));
    OK(microsip_cpim_set_notify(cpim, true, false, false, true));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_cpim_to_bytes(cpim, &written));
    OK(microsip_cpim_set_message_id(cpim, "34jk324j"));
    OK(microsip_cpim_to_bytes(cpim, &written));
    OK(microsip_cpim_free(cpim));
    OK(microsip_bytes_data(written, &content, &length));
    OK(microsip_cpim_parse(content, length, &cpim));
    OK(microsip_bytes_free(written));
    TEXT_IS("<im:ann@h>", microsip_cpim_from, cpim);
    TEXT_IS("<im:bob@h>", microsip_cpim_to_at, cpim, 0);
    TEXT_IS("<im:dan@h>", microsip_cpim_cc_at, cpim, 0);
    IS(int64_t, 1000000000000, microsip_cpim_date_time_unix_ms, cpim);
    TEXT_IS("lunch", microsip_cpim_subject, cpim);
    TEXT_IS("34jk324j", microsip_cpim_message_id, cpim);
    OK(microsip_cpim_notify(cpim, &positive, &negative, &processing, &display));
    CHECK(positive && !negative && !processing && display);
    OK(microsip_cpim_header_at(cpim, 0, &space, &name, &value, &language));
    STREQ("Extra", name);
    IS(size_t, 1u, microsip_cpim_content_header_count, cpim);
    OK(microsip_cpim_free(cpim));

    OK(microsip_typing_write(MICROSIP_TYPING_STATE_ACTIVE, 90, "text/plain", 1000000000000, &written));
    OK(microsip_bytes_data(written, &content, &length));
    OK(microsip_typing_parse(content, length, &state, &valid_for));
    CHECK(state == MICROSIP_TYPING_STATE_ACTIVE && valid_for == 90);
    OK(microsip_bytes_free(written));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_typing_write(0, 90, NULL, 0, &written));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_typing_parse(BYTES("<a/>"), &state, &valid_for));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_cpim_parse(BYTES("nothing"), &cpim));

    OK(microsip_imdn_new("id-1", MICROSIP_IMDN_KIND_DELIVERY, MICROSIP_DELIVERY_STATUS_DELIVERED, "im:bob@h",
                         1000000000000, &imdn));
    OK(microsip_imdn_to_xml(imdn, &xml));
    OK(microsip_imdn_parse((const uint8_t *)xml, strlen(xml), &read));
    TEXT_IS("id-1", microsip_imdn_message_id, read);
    IS(int64_t, 1000000000000, microsip_imdn_date_time_unix_ms, read);
    IS(microsip_imdn_kind_t, MICROSIP_IMDN_KIND_DELIVERY, microsip_imdn_kind, read);
    IS(microsip_delivery_status_t, MICROSIP_DELIVERY_STATUS_DELIVERED, microsip_imdn_status, read);
    TEXT_IS("im:bob@h", microsip_imdn_recipient, read);
    NONE(const char *, microsip_imdn_original_recipient, read);
    NONE(const char *, microsip_imdn_subject, read);
    OK(microsip_imdn_free(read));
    OK(microsip_imdn_clone(imdn, &read));
    OK(microsip_imdn_free(read));
    OK(microsip_imdn_free(imdn));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_imdn_new("x", 9, MICROSIP_DELIVERY_STATUS_FAILED, NULL, 0, &imdn));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT,
           microsip_imdn_new("x", MICROSIP_IMDN_KIND_DISPLAY, MICROSIP_DELIVERY_STATUS_STORED, NULL, 0, &imdn));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_imdn_parse(BYTES("<a/>"), &imdn));
}

/* An endpoint that takes no messages. */
static void refused_by_policy(void) {
    microsip_endpoint_config_t config;
    microsip_message_config_t messages;
    microsip_response_t response;
    microsip_sent_message_t sent;
    microsip_event_t event;
    uint16_t port;
    OK(microsip_message_config_new(&messages));
    OK(microsip_message_config_set_incoming(messages, 405));
    OK(microsip_endpoint_config_new(&config));
    OK(microsip_endpoint_config_set_messages(config, messages));
    OK(microsip_message_config_free(messages));
    OK(microsip_endpoint_config_clear_transports(config));
    OK(microsip_endpoint_config_add_transport(config, MICROSIP_TRANSPORT_UDP, "127.0.0.1:0"));
    OK(microsip_endpoint_start(config, &endpoint));
    OK(microsip_endpoint_config_free(config));
    OK(microsip_endpoint_local_port(endpoint, MICROSIP_TRANSPORT_UDP, &port));
    OK(microsip_endpoint_events(endpoint, &events));
    ann = add_account(endpoint, "ann", port);
    bob = add_account(endpoint, "bob", port);
    snprintf(bob_uri, sizeof bob_uri, "sip:bob@127.0.0.1:%u", port);
    OK(microsip_account_send_text(ann, bob_uri, "hello?", &sent));
    OK(microsip_sent_message_wait(sent, DEADLINE_MS, &response));
    IS(uint16_t, 405, microsip_response_code, response);
    OK(microsip_response_free(response));
    event = wait_event(events, MICROSIP_EVENT_KIND_MESSAGE_STATUS);
    IS(microsip_message_status_t, MICROSIP_MESSAGE_STATUS_FAILED, microsip_event_message_status, event);
    OK(microsip_event_free(event));
    OK(microsip_sent_message_free(sent));
    OK(microsip_endpoint_close(endpoint));
    OK(microsip_account_free(ann));
    OK(microsip_account_free(bob));
    OK(microsip_events_free(events));
    OK(microsip_endpoint_free(endpoint));
}

int main(void) {
    uint16_t port;
    microsip_sent_message_t sent;
    endpoint = start_endpoint(&port);
    ann = add_account(endpoint, "ann", port);
    bob = add_account(endpoint, "bob", port);
    snprintf(ann_uri, sizeof ann_uri, "sip:ann@127.0.0.1:%u", port);
    snprintf(bob_uri, sizeof bob_uri, "sip:bob@127.0.0.1:%u", port);
    OK(microsip_endpoint_events(endpoint, &events));
    a_text();
    bytes_and_headers();
    what_cannot_be_read_is_told();
    notifications();
    typing();
    in_a_call();
    refused();
    nonsense();
    documents();
    OK(microsip_endpoint_close(endpoint));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_account_send_text(ann, bob_uri, "late", &sent));
    OK(microsip_account_free(ann));
    OK(microsip_account_free(bob));
    OK(microsip_events_free(events));
    OK(microsip_endpoint_free(endpoint));
    no_handles_left();
    refused_by_policy();
    no_handles_left();
    puts("messages: ok");
    return 0;
}
