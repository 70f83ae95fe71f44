/* Transfers: blind and attended, by us and by peers, decided and refused. */
#include "pair.h"

static pair_t pair;
static microsip_account_t carol;

/* Follows a transfer to its end; the final progress is given. */
static microsip_transfer_progress_t final_progress(microsip_call_t call) {
    for (;;) {
        microsip_event_t event = wait_event_of(pair.events, MICROSIP_EVENT_KIND_TRANSFER, call);
        microsip_transfer_progress_t progress;
        bool done;
        OK(microsip_event_transfer_progress(event, &progress));
        OK(microsip_event_free(event));
        OK(microsip_transfer_progress_is_final(progress, &done));
        if (done) return progress;
        OK(microsip_transfer_progress_free(progress));
    }
}

static microsip_call_t incoming(void) {
    microsip_event_t event = wait_event(pair.events, MICROSIP_EVENT_KIND_INCOMING_CALL);
    microsip_call_t call;
    OK(microsip_event_call(event, &call));
    OK(microsip_event_free(event));
    return call;
}

static void a_peer_is_sent_elsewhere_and_decides(void) {
    const microsip_answer_options_t no_answer = {0};
    microsip_transfer_options_t options;
    microsip_transfer_progress_t progress, kept;
    microsip_transfer_request_t request;
    microsip_transfer_state_t state;
    microsip_sip_message_t message;
    microsip_call_t caller, callee, made, third, asked;
    microsip_call_options_t call_options;
    microsip_call_info_t info;
    microsip_event_t event;
    microsip_error_t error;
    uint64_t id, other;
    uint16_t code;
    size_t count;
    const char *target, *text;
    bool yes;
    OK(microsip_account_aor(carol, &target));
    connect_calls(pair.events, pair.ann, pair.bob, &caller, &callee);
    OK(microsip_transfer_options_new(&options));
    OK(microsip_transfer_options_add_header(options, "X-Why", "lunch"));
    OK(microsip_transfer_options_set_referred_by(options, "sip:boss@127.0.0.1"));
    OK(microsip_transfer_options_set_timeout(options, 30000));
    OK(microsip_transfer_options_set_hang_up_after(options, true));
    OK(microsip_transfer_options_set_no_progress(options, false));
    OK(microsip_transfer_options_set_anonymous(options, false));
    OK(microsip_transfer_options_set_early_only(options, false));
    OK(microsip_transfer_options_set_refer_to(options, MICROSIP_REFER_TO_AUTO));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_transfer_options_set_refer_to(options, 9));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_transfer(callee, "nowhere", options));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_call_transfer(callee, NULL, options));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_transfer_to(callee, callee, options));
    OK(microsip_call_transfer(callee, target, options));
    EXPECT(MICROSIP_STATUS_BUSY, microsip_call_transfer(callee, target, options));

    /* Ann, who is asked. */
    event = wait_event(pair.events, MICROSIP_EVENT_KIND_TRANSFER_REQUESTED);
    OK(microsip_event_transfer_request(event, &request));
    OK(microsip_event_sip_message(event, &message));
    OK(microsip_sip_message_method(message, &text));
    STREQ("REFER", text);
    check_header(message, "X-Why", "lunch");
    OK(microsip_sip_message_free(message));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_transfer_progress(event, &progress));
    OK(microsip_event_free(event));
    OK(microsip_transfer_request_call(request, &asked));
    CHECK(same_call(asked, caller));
    OK(microsip_call_free(asked));
    OK(microsip_transfer_request_account_id(request, &id));
    OK(microsip_account_id(pair.ann, &other));
    CHECK(id == other);
    OK(microsip_transfer_request_target(request, &text));
    CHECK(strstr(text, "sip:carol@127.0.0.1"));
    OK(microsip_transfer_request_referred_by(request, &text));
    CHECK(strstr(text, "sip:boss@127.0.0.1"));
    OK(microsip_transfer_request_header_count(request, &count));
    CHECK(count == 0);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_transfer_request_header_name(request, 0, &text));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_transfer_request_header_value(request, 0, &text));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_transfer_request_replaces_call_id(request, &text));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_transfer_request_replaces_early_only(request, &yes));
    OK(microsip_transfer_request_message(request, &message));
    OK(microsip_sip_message_free(message));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_transfer_request_reject(request, 200));
    OK(microsip_call_options_new(&call_options));
    OK(microsip_call_options_add_header(call_options, "X-Own", "1"));
    OK(microsip_transfer_request_accept(request, call_options, &made));
    OK(microsip_call_options_free(call_options));
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_transfer_request_reject(request, 603));
    OK(microsip_transfer_request_free(request));

    event = wait_event_of(pair.events, MICROSIP_EVENT_KIND_CALL_TRANSFERRED, made);
    OK(microsip_event_transferred_from(event, &asked));
    CHECK(same_call(asked, caller));
    OK(microsip_call_free(asked));
    OK(microsip_event_transferred_target(event, &text));
    CHECK(strstr(text, "sip:carol@127.0.0.1"));
    OK(microsip_event_free(event));
    third = incoming();
    message = invite_of(third);
    check_header(message, "X-Own", "1");
    OK(microsip_sip_message_header(message, "Referred-By", &text));
    CHECK(strstr(text, "sip:boss@127.0.0.1"));
    OK(microsip_sip_message_free(message));
    OK(microsip_call_answer(third, 200, no_answer));

    progress = final_progress(callee);
    OK(microsip_transfer_progress_clone(progress, &kept));
    OK(microsip_transfer_progress_free(progress));
    OK(microsip_transfer_progress_state(kept, &state));
    CHECK(state == MICROSIP_TRANSFER_STATE_SUCCEEDED);
    OK(microsip_transfer_progress_code(kept, &code));
    CHECK(code == 200);
    OK(microsip_transfer_progress_phrase(kept, &text));
    STREQ("OK", text);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_transfer_progress_error(kept, &error));
    OK(microsip_transfer_progress_message(kept, &message));
    OK(microsip_sip_message_method(message, &text));
    STREQ("NOTIFY", text);
    OK(microsip_sip_message_free(message));
    OK(microsip_transfer_progress_free(kept));
    OK(microsip_call_wait_for(callee, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_wait_for(caller, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_id(caller, &id));
    info = info_of(made);
    OK(microsip_call_info_transferred_from(info, &other));
    CHECK(id == other);
    OK(microsip_call_info_free(info));
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));
    OK(microsip_call_wait_for(made, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_transfer_options_free(options));
    end_calls(made, third);
}

static void a_refused_transfer_leaves_the_call(void) {
    const microsip_transfer_options_t none = {0};
    microsip_transfer_request_t request, same;
    microsip_transfer_progress_t progress;
    microsip_transfer_state_t state;
    microsip_call_state_t call_state;
    microsip_status_t status;
    microsip_call_t caller, callee;
    microsip_error_t error;
    microsip_event_t event;
    uint16_t code;
    const char *target;
    OK(microsip_account_aor(carol, &target));
    connect_calls(pair.events, pair.ann, pair.bob, &caller, &callee);
    OK(microsip_call_transfer(callee, target, none));
    event = wait_event(pair.events, MICROSIP_EVENT_KIND_TRANSFER_REQUESTED);
    OK(microsip_event_transfer_request(event, &request));
    OK(microsip_event_free(event));
    OK(microsip_transfer_request_clone(request, &same));
    OK(microsip_transfer_request_free(request));
    OK(microsip_transfer_request_reject(same, 603));
    OK(microsip_transfer_request_free(same));
    progress = final_progress(callee);
    OK(microsip_transfer_progress_state(progress, &state));
    CHECK(state == MICROSIP_TRANSFER_STATE_FAILED);
    OK(microsip_transfer_progress_code(progress, &code));
    CHECK(code == 603);
    OK(microsip_transfer_progress_error(progress, &error));
    OK(microsip_error_status(error, &status));
    CHECK(status == MICROSIP_STATUS_SIP);
    OK(microsip_error_free(error));
    OK(microsip_transfer_progress_free(progress));
    OK(microsip_call_state(callee, &call_state));
    CHECK(call_state == MICROSIP_CALL_STATE_CONFIRMED);
    end_calls(caller, callee);
    EXPECT(MICROSIP_STATUS_STALE_HANDLE, microsip_call_transfer(callee, target, none));
}

/* Bob, in a call with ann, asks carol and connects the two. */
static void peers_are_connected(void) {
    const microsip_call_options_t no_options = {0};
    microsip_transfer_options_t options;
    microsip_transfer_request_t request;
    microsip_transfer_progress_t progress;
    microsip_transfer_state_t state;
    microsip_call_t caller, callee, asking, asked, made, by;
    microsip_call_info_t info;
    microsip_event_t event;
    const char *call_id, *tag, *text;
    size_t count;
    bool yes;
    OK(microsip_endpoint_set_transfers(pair.endpoint, MICROSIP_TRANSFER_POLICY_ASK, MICROSIP_TRANSFER_POLICY_REFUSE,
                                       MICROSIP_REPLACES_POLICY_ACCEPT));
    connect_calls(pair.events, pair.ann, pair.bob, &caller, &callee);
    connect_calls(pair.events, pair.bob, carol, &asking, &asked);
    OK(microsip_transfer_options_new(&options));
    OK(microsip_transfer_options_set_refer_to(options, MICROSIP_REFER_TO_AOR));
    OK(microsip_call_transfer_to(callee, asking, options));
    OK(microsip_transfer_options_free(options));
    event = wait_event(pair.events, MICROSIP_EVENT_KIND_TRANSFER_REQUESTED);
    OK(microsip_event_transfer_request(event, &request));
    OK(microsip_event_free(event));
    info = info_of(asked);
    OK(microsip_call_info_sip_call_id(info, &call_id));
    OK(microsip_transfer_request_replaces_call_id(request, &text));
    STREQ(call_id, text);
    OK(microsip_call_info_local_tag(info, &tag));
    OK(microsip_transfer_request_replaces_to_tag(request, &text));
    STREQ(tag, text);
    OK(microsip_call_info_remote_tag(info, &tag));
    OK(microsip_transfer_request_replaces_from_tag(request, &text));
    STREQ(tag, text);
    OK(microsip_call_info_free(info));
    OK(microsip_transfer_request_replaces_early_only(request, &yes));
    CHECK(!yes);
    OK(microsip_transfer_request_header_count(request, &count));
    CHECK(count == 2);
    OK(microsip_transfer_request_header_name(request, 0, &text));
    STREQ("Replaces", text);
    OK(microsip_transfer_request_header_value(request, 1, &text));
    STREQ("replaces", text);
    OK(microsip_transfer_request_accept(request, no_options, &made));
    OK(microsip_transfer_request_free(request));
    event = wait_event_of(pair.events, MICROSIP_EVENT_KIND_CALL_REPLACED, asked);
    OK(microsip_event_replaced_by(event, &by));
    OK(microsip_event_free(event));
    progress = final_progress(callee);
    OK(microsip_transfer_progress_state(progress, &state));
    CHECK(state == MICROSIP_TRANSFER_STATE_SUCCEEDED);
    OK(microsip_transfer_progress_free(progress));
    OK(microsip_call_wait_for(made, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_call_wait_for(asking, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_wait_for(asked, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_wait_for(callee, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));
    OK(microsip_call_free(asking));
    OK(microsip_call_free(asked));
    end_calls(made, by);
}

int main(void) {
    microsip_endpoint_config_t config;
    OK(microsip_endpoint_config_new(&config));
    OK(microsip_endpoint_config_set_transfers(config, MICROSIP_TRANSFER_POLICY_ASK, MICROSIP_TRANSFER_POLICY_REFUSE,
                                              MICROSIP_REPLACES_POLICY_REFUSE));
    pair_start(&pair, config);
    carol = add_account(pair.endpoint, "carol", pair.port);
    a_peer_is_sent_elsewhere_and_decides();
    a_refused_transfer_leaves_the_call();
    peers_are_connected();
    OK(microsip_account_free(carol));
    pair_stop(&pair);
    no_handles_left();
    puts("transfer: ok");
    return 0;
}
