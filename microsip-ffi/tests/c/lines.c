/* A busy lamp: one account tells of its calls, another watches; and tables of lines. */
#include "check.h"

static microsip_endpoint_t endpoint;
static microsip_events_t events;
static microsip_account_t desk, bob;
static char desk_uri[64];

#define TYPE "application/dialog-info+xml"
#define DOCUMENT(version, state, dialogs)                                                                            \
    "<?xml version=\"1.0\"?><dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"" version            \
    "\" state=\"" state "\" entity=\"sip:desk@127.0.0.1\">" dialogs "</dialog-info>"
#define RINGS(state)                                                                                                 \
    "<dialog id=\"a\" call-id=\"c-a\" local-tag=\"l-a\" remote-tag=\"r-a\" direction=\"recipient\">"                 \
    "<state>" state "</state><duration>7</duration><replaces call-id=\"c-o\" local-tag=\"l-o\" remote-tag=\"r-o\"/>" \
    "<referred-by>sip:boss@h</referred-by>"                                                                          \
    "<remote><identity display=\"Eve\">sip:eve@h</identity><target uri=\"sip:eve@phone\"/></remote>"                 \
    "<local><identity>sip:desk@h</identity><target uri=\"sip:desk@phone\">"                                          \
    "<param pname=\"+sip.rendering\" pval=\"no\"/></target></local></dialog>"
#define ENDS "<dialog id=\"a\"><state event=\"remote-bye\" code=\"200\">terminated</state></dialog>"

static void parties(microsip_dialog_party_t local, microsip_dialog_party_t remote) {
    microsip_dialog_party_t same;
    const char *name, *value;
    TEXT_IS("sip:eve@h", microsip_dialog_party_identity, remote);
    TEXT_IS("Eve", microsip_dialog_party_display, remote);
    TEXT_IS("sip:eve@phone", microsip_dialog_party_target, remote);
    IS(size_t, 0u, microsip_dialog_party_parameter_count, remote);
    TEXT_IS("sip:desk@h", microsip_dialog_party_identity, local);
    NONE(const char *, microsip_dialog_party_display, local);
    IS(size_t, 1u, microsip_dialog_party_parameter_count, local);
    OK(microsip_dialog_party_parameter_at(local, 0, &name, &value));
    STREQ("+sip.rendering", name);
    STREQ("no", value);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_dialog_party_parameter_at(local, 1, &name, &value));
    OK(microsip_dialog_party_clone(local, &same));
    OK(microsip_dialog_party_free(same));
    OK(microsip_dialog_party_free(local));
    OK(microsip_dialog_party_free(remote));
}

static void an_entry(microsip_dialog_entry_t given) {
    microsip_dialog_entry_t entry;
    microsip_dialog_party_t local, remote;
    const char *call_id, *to_tag, *from_tag;
    OK(microsip_dialog_entry_clone(given, &entry));
    OK(microsip_dialog_entry_free(given));
    TEXT_IS("a", microsip_dialog_entry_id, entry);
    TEXT_IS("c-a", microsip_dialog_entry_call_id, entry);
    TEXT_IS("l-a", microsip_dialog_entry_local_tag, entry);
    TEXT_IS("r-a", microsip_dialog_entry_remote_tag, entry);
    IS(microsip_dialog_direction_t, MICROSIP_DIALOG_DIRECTION_RECIPIENT, microsip_dialog_entry_direction, entry);
    IS(microsip_dialog_state_t, MICROSIP_DIALOG_STATE_EARLY, microsip_dialog_entry_state, entry);
    NONE(microsip_dialog_event_t, microsip_dialog_entry_event, entry);
    NONE(uint16_t, microsip_dialog_entry_code, entry);
    IS(uint64_t, 7u, microsip_dialog_entry_duration_s, entry);
    OK(microsip_dialog_entry_replaces(entry, &call_id, &to_tag, &from_tag));
    STREQ("c-o", call_id);
    STREQ("l-o", to_tag);
    STREQ("r-o", from_tag);
    TEXT_IS("sip:boss@h", microsip_dialog_entry_referred_by, entry);
    IS(bool, true, microsip_dialog_entry_is_live, entry);
    IS(bool, true, microsip_dialog_entry_is_ringing, entry);
    IS(bool, true, microsip_dialog_entry_is_on_hold, entry);
    OK(microsip_dialog_entry_replaces_at_remote(entry, &call_id, &to_tag, &from_tag));
    STREQ("c-a", call_id);
    STREQ("r-a", to_tag);
    STREQ("l-a", from_tag);
    OK(microsip_dialog_entry_replaces_at_local(entry, &call_id, &to_tag, &from_tag));
    STREQ("l-a", to_tag);
    STREQ("r-a", from_tag);
    OK(microsip_dialog_entry_local(entry, &local));
    OK(microsip_dialog_entry_remote(entry, &remote));
    parties(local, remote);
    OK(microsip_dialog_entry_free(entry));
}

static void ringing(microsip_line_info_t info) {
    microsip_dialog_entry_t entry;
    microsip_dialog_party_t local, remote;
    IS(microsip_line_state_t, MICROSIP_LINE_STATE_EARLY, microsip_line_info_state, info);
    IS(microsip_dialog_direction_t, MICROSIP_DIALOG_DIRECTION_RECIPIENT, microsip_line_info_direction, info);
    NONE(microsip_dialog_event_t, microsip_line_info_event, info);
    NONE(uint16_t, microsip_line_info_code, info);
    IS(bool, true, microsip_line_info_on_hold, info);
    IS(bool, false, microsip_line_info_stale, info);
    OK(microsip_line_info_local(info, &local));
    OK(microsip_line_info_remote(info, &remote));
    parties(local, remote);
    IS(size_t, 1u, microsip_line_info_dialog_count, info);
    OK(microsip_line_info_dialog_at(info, 0, &entry));
    an_entry(entry);
    NONE(microsip_dialog_entry_t, microsip_line_info_dialog_at, info, 1);
    OK(microsip_line_info_ringing(info, &entry));
    an_entry(entry);
}

static void watched(void) {
    const microsip_observe_options_t defaults = {0};
    microsip_serve_options_t options;
    microsip_notifier_t notifier;
    microsip_watched_line_t line, same;
    microsip_line_info_t info, copy;
    microsip_subscription_t subscription;
    microsip_event_t event;
    OK(microsip_serve_options_new("dialog", &options));
    OK(microsip_serve_options_set_policy(options, MICROSIP_WATCH_POLICY_ALLOW));
    OK(microsip_serve_options_set_state(options, TYPE, BYTES(DOCUMENT("0", "full", ""))));
    OK(microsip_account_serve(desk, options, &notifier));
    OK(microsip_serve_options_free(options));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_watch_line(bob, "", defaults, &line));
    OK(microsip_account_watch_line(bob, desk_uri, defaults, &line));
    TEXT_IS(desk_uri, microsip_watched_line_target, line);
    OK(microsip_watched_line_wait_for(line, MICROSIP_LINE_STATE_IDLE, DEADLINE_MS, &info));
    IS(size_t, 0u, microsip_line_info_dialog_count, info);
    NONE(microsip_dialog_direction_t, microsip_line_info_direction, info);
    NONE(microsip_dialog_entry_t, microsip_line_info_ringing, info);
    OK(microsip_line_info_free(info));
    IS(microsip_line_state_t, MICROSIP_LINE_STATE_IDLE, microsip_watched_line_state, line);
    OK(microsip_watched_line_wait_info(line, DEADLINE_MS, &info));
    OK(microsip_line_info_free(info));
    OK(microsip_event_free(wait_event(events, MICROSIP_EVENT_KIND_LINE)));

    OK(microsip_notifier_set_state(notifier, TYPE, BYTES(DOCUMENT("1", "partial", RINGS("early")))));
    OK(microsip_watched_line_wait_for(line, MICROSIP_LINE_STATE_EARLY, DEADLINE_MS, &info));
    ringing(info);
    OK(microsip_line_info_clone(info, &copy));
    OK(microsip_line_info_free(info));
    OK(microsip_line_info_free(copy));
    event = wait_event(events, MICROSIP_EVENT_KIND_LINE);
    OK(microsip_event_watched_line(event, &same));
    TEXT_IS(desk_uri, microsip_watched_line_target, same);
    OK(microsip_watched_line_free(same));
    OK(microsip_event_line_info(event, &info));
    ringing(info);
    OK(microsip_line_info_free(info));
    OK(microsip_event_subscription(event, &subscription));
    TEXT_IS("dialog", microsip_subscription_package, subscription);
    OK(microsip_subscription_free(subscription));
    NONE(microsip_presence_status_t, microsip_event_presence_status, event);
    NONE(microsip_message_summary_t, microsip_event_message_summary, event);
    OK(microsip_event_free(event));

    OK(microsip_notifier_set_state(notifier, TYPE, BYTES(DOCUMENT("2", "partial", ENDS))));
    OK(microsip_watched_line_wait_for(line, MICROSIP_LINE_STATE_TERMINATED, DEADLINE_MS, &info));
    IS(microsip_dialog_event_t, MICROSIP_DIALOG_EVENT_REMOTE_BYE, microsip_line_info_event, info);
    IS(uint16_t, 200, microsip_line_info_code, info);
    OK(microsip_line_info_free(info));

    /* What nobody can read is told, and what was known stays. */
    OK(microsip_notifier_set_state(notifier, TYPE, BYTES("<nonsense/>")));
    event = wait_event(events, MICROSIP_EVENT_KIND_UNREADABLE);
    {
        microsip_error_t error;
        microsip_notification_t notification;
        const uint8_t *body;
        size_t length;
        OK(microsip_event_error(event, &error));
        IS(microsip_status_t, MICROSIP_STATUS_INVALID_ARGUMENT, microsip_error_status, error);
        OK(microsip_error_free(error));
        OK(microsip_event_notification(event, &notification));
        OK(microsip_notification_body(notification, &body, &length));
        CHECK(length == 11 && !memcmp(body, "<nonsense/>", 11));
        OK(microsip_notification_free(notification));
        OK(microsip_event_subscription(event, &subscription));
        OK(microsip_subscription_free(subscription));
    }
    OK(microsip_event_free(event));
    IS(microsip_line_state_t, MICROSIP_LINE_STATE_TERMINATED, microsip_watched_line_state, line);

    OK(microsip_watched_line_subscription(line, &subscription));
    OK(microsip_watched_line_unwatch(line));
    OK(microsip_subscription_wait_for(subscription, MICROSIP_SUBSCRIPTION_STATE_ENDED, DEADLINE_MS));
    OK(microsip_subscription_free(subscription));
    IS(microsip_line_state_t, MICROSIP_LINE_STATE_UNKNOWN, microsip_watched_line_state, line);
    OK(microsip_watched_line_info(line, &info));
    OK(microsip_line_info_free(info));
    EXPECT(MICROSIP_STATUS_GONE, microsip_watched_line_wait_for(line, MICROSIP_LINE_STATE_EARLY, DEADLINE_MS, &info));
    OK(microsip_watched_line_clone(line, &same));
    OK(microsip_watched_line_free(same));
    OK(microsip_watched_line_free(line));
    OK(microsip_notifier_stop(notifier));
    OK(microsip_notifier_free(notifier));
}

static void tables(void) {
    microsip_line_table_t table, copy;
    microsip_line_info_t info;
    microsip_line_update_t update;
    OK(microsip_line_table_new(&table));
    NONE(uint32_t, microsip_line_table_version, table);
    OK(microsip_line_table_info(table, &info));
    IS(microsip_line_state_t, MICROSIP_LINE_STATE_UNKNOWN, microsip_line_info_state, info);
    OK(microsip_line_info_free(info));
    OK(microsip_line_table_apply(table, BYTES(DOCUMENT("0", "full", "")), &update));
    CHECK(update == MICROSIP_LINE_UPDATE_CHANGED);
    OK(microsip_line_table_apply(table, BYTES(DOCUMENT("1", "partial", RINGS("early"))), &update));
    CHECK(update == MICROSIP_LINE_UPDATE_CHANGED);
    OK(microsip_line_table_info(table, &info));
    ringing(info);
    OK(microsip_line_info_free(info));
    OK(microsip_line_table_apply(table, BYTES(DOCUMENT("1", "partial", RINGS("early"))), &update));
    CHECK(update == MICROSIP_LINE_UPDATE_IGNORED);
    OK(microsip_line_table_apply(table, BYTES(DOCUMENT("2", "partial", RINGS("early"))), &update));
    CHECK(update == MICROSIP_LINE_UPDATE_UNCHANGED);
    OK(microsip_line_table_clone(table, &copy));
    OK(microsip_line_table_apply(copy, BYTES(DOCUMENT("9", "partial", ENDS)), &update));
    CHECK(update == MICROSIP_LINE_UPDATE_GAP);
    IS(bool, true, microsip_line_table_needs_refresh, copy);
    IS(uint32_t, 9u, microsip_line_table_version, copy);
    OK(microsip_line_table_free(copy));
    IS(bool, false, microsip_line_table_needs_refresh, table);
    IS(uint32_t, 2u, microsip_line_table_version, table);
    OK(microsip_line_table_reset(table));
    NONE(uint32_t, microsip_line_table_version, table);
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_line_table_apply(table, BYTES("<x/>"), &update));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_line_table_apply(table, NULL, 4, &update));
    OK(microsip_line_table_free(table));
}

/* What is written is what is read. */
static void documents(void) {
    microsip_dialog_entry_t entry;
    microsip_dialog_party_t local, remote;
    microsip_line_table_t table;
    microsip_line_info_t info;
    microsip_line_update_t update;
    microsip_bytes_t document;
    const uint8_t *data;
    size_t length;
    OK(microsip_dialog_party_new("sip:desk@h", NULL, "sip:desk@phone", &local));
    OK(microsip_dialog_party_add_parameter(local, "+sip.rendering", "yes"));
    OK(microsip_dialog_party_new("sip:eve@h", "Eve", NULL, &remote));
    OK(microsip_dialog_entry_new("a", MICROSIP_DIALOG_STATE_TERMINATED, &entry));
    OK(microsip_dialog_entry_set_ids(entry, "c", "l", "r"));
    OK(microsip_dialog_entry_set_direction(entry, MICROSIP_DIALOG_DIRECTION_INITIATOR));
    OK(microsip_dialog_entry_set_event(entry, MICROSIP_DIALOG_EVENT_REJECTED, 486));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_dialog_entry_set_event(entry, MICROSIP_DIALOG_EVENT_REJECTED, 99));
    OK(microsip_dialog_entry_set_duration(entry, 5));
    OK(microsip_dialog_entry_set_local(entry, local));
    OK(microsip_dialog_entry_set_remote(entry, remote));
    OK(microsip_line_table_new(&table));
    OK(microsip_line_table_apply(table, BYTES(DOCUMENT("0", "full", RINGS("early"))), &update));
    OK(microsip_dialog_info_write("sip:desk@h", 1, false, &entry, 1, &document));
    OK(microsip_bytes_data(document, &data, &length));
    OK(microsip_line_table_apply(table, data, length, &update));
    CHECK(update == MICROSIP_LINE_UPDATE_CHANGED);
    OK(microsip_bytes_free(document));
    OK(microsip_line_table_info(table, &info));
    IS(microsip_line_state_t, MICROSIP_LINE_STATE_TERMINATED, microsip_line_info_state, info);
    IS(microsip_dialog_event_t, MICROSIP_DIALOG_EVENT_REJECTED, microsip_line_info_event, info);
    IS(uint16_t, 486, microsip_line_info_code, info);
    OK(microsip_line_info_free(info));
    OK(microsip_dialog_info_write("sip:desk@h", 2, true, NULL, 0, &document));
    OK(microsip_bytes_data(document, &data, &length));
    OK(microsip_line_table_apply(table, data, length, &update));
    OK(microsip_bytes_free(document));
    OK(microsip_line_table_info(table, &info));
    IS(microsip_line_state_t, MICROSIP_LINE_STATE_IDLE, microsip_line_info_state, info);
    OK(microsip_line_info_free(info));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_dialog_info_write("sip:desk@h", 2, true, NULL, 1, &document));
    OK(microsip_line_table_free(table));
    OK(microsip_dialog_entry_free(entry));
    OK(microsip_dialog_party_free(local));
    OK(microsip_dialog_party_free(remote));
}

int main(void) {
    uint16_t port;
    endpoint = start_endpoint(&port);
    desk = add_account(endpoint, "desk", port);
    bob = add_account(endpoint, "bob", port);
    snprintf(desk_uri, sizeof desk_uri, "sip:desk@127.0.0.1:%u", port);
    OK(microsip_endpoint_events(endpoint, &events));
    watched();
    tables();
    documents();
    OK(microsip_endpoint_close(endpoint));
    OK(microsip_account_free(desk));
    OK(microsip_account_free(bob));
    OK(microsip_events_free(events));
    OK(microsip_endpoint_free(endpoint));
    no_handles_left();
    puts("lines: ok");
    return 0;
}
