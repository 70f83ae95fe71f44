/* One account lets others watch its presence, another watches it; and documents of presence. */
#include "check.h"

static microsip_endpoint_t endpoint;
static microsip_events_t events;
static microsip_account_t ann, bob;
static char ann_uri[64];

/* The next event about a watcher in this state. */
static microsip_watcher_t next_watcher(microsip_watcher_state_t state) {
    for (;;) {
        microsip_watcher_t watcher;
        microsip_watcher_state_t is;
        microsip_event_t event = wait_event(events, MICROSIP_EVENT_KIND_WATCHER);
        OK(microsip_event_watcher(event, &watcher));
        OK(microsip_event_watcher_state(event, &is));
        NONE(microsip_buddy_t, microsip_event_buddy, event);
        if (is == state) {
            OK(microsip_event_free(event));
            return watcher;
        }
        OK(microsip_watcher_free(watcher));
        OK(microsip_event_free(event));
    }
}

static microsip_presence_status_t status_of(microsip_presence_t presence, const char *note) {
    microsip_presence_status_t status;
    OK(microsip_presence_status_new(presence, &status));
    OK(microsip_presence_status_set_note(status, note));
    return status;
}

static void set_presence(microsip_presence_t presence, const char *note) {
    microsip_presence_status_t status = status_of(presence, note);
    OK(microsip_account_set_presence(ann, status));
    OK(microsip_presence_status_free(status));
}

static void watched(void) {
    microsip_notifier_t notifier, second;
    microsip_observe_options_t options, copy;
    microsip_buddy_t buddy, same;
    microsip_watcher_t watcher, ended;
    microsip_presence_status_t status;
    microsip_subscription_t subscription;
    microsip_event_t event;
    microsip_account_t whose;
    microsip_end_reason_t reason;
    uint64_t one, other;
    const char *from, *words;
    NONE(microsip_presence_status_t, microsip_account_presence, ann);
    OK(microsip_account_serve_presence(ann, MICROSIP_WATCH_POLICY_ASK, &notifier));
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_account_serve_presence(ann, MICROSIP_WATCH_POLICY_ASK, &second));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_account_serve_presence(ann, 0, &second));
    TEXT_IS("presence", microsip_notifier_package, notifier);

    OK(microsip_observe_options_new(&options));
    OK(microsip_observe_options_set_expires(options, 300));
    OK(microsip_observe_options_set_retry(options, 100, 1000, 2.0, 0.5));
    OK(microsip_observe_options_clone(options, &copy));
    OK(microsip_observe_options_set_expires(copy, 100000));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_watch(bob, ann_uri, copy, &buddy));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_watch(bob, "ann", options, &buddy));
    OK(microsip_observe_options_free(copy));
    OK(microsip_account_watch(bob, ann_uri, options, &buddy));
    OK(microsip_observe_options_free(options));
    NONE(microsip_presence_status_t, microsip_buddy_status, buddy);
    IS(microsip_presence_t, MICROSIP_PRESENCE_UNKNOWN, microsip_buddy_presence, buddy);
    TEXT_IS(ann_uri, microsip_buddy_target, buddy);

    watcher = next_watcher(MICROSIP_WATCHER_STATE_PENDING);
    IS(microsip_watcher_state_t, MICROSIP_WATCHER_STATE_PENDING, microsip_watcher_state, watcher);
    TEXT_IS("presence", microsip_watcher_package, watcher);
    OK(microsip_watcher_from(watcher, &from));
    CHECK(strstr(from, "sip:bob@127.0.0.1"));
    OK(microsip_watcher_account(watcher, &whose));
    OK(microsip_account_id(whose, &one));
    OK(microsip_account_id(ann, &other));
    CHECK(one == other);
    OK(microsip_account_free(whose));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_watcher_end_reason(watcher, &reason, &words));
    OK(microsip_buddy_subscription(buddy, &subscription));
    OK(microsip_subscription_wait_for(subscription, MICROSIP_SUBSCRIPTION_STATE_PENDING, DEADLINE_MS));
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_buddy_wait_status(buddy, 0, &status));

    OK(microsip_watcher_accept(watcher));
    OK(microsip_subscription_wait_for(subscription, MICROSIP_SUBSCRIPTION_STATE_ACTIVE, DEADLINE_MS));
    OK(microsip_buddy_wait_for(buddy, MICROSIP_PRESENCE_ONLINE, DEADLINE_MS, &status));
    OK(microsip_presence_status_free(status));
    OK(microsip_buddy_wait_status(buddy, DEADLINE_MS, &status));
    IS(microsip_basic_status_t, MICROSIP_BASIC_STATUS_OPEN, microsip_presence_status_basic, status);
    NONE(const char *, microsip_presence_status_note, status);
    OK(microsip_presence_status_free(status));
    IS(microsip_presence_t, MICROSIP_PRESENCE_ONLINE, microsip_buddy_presence, buddy);
    OK(microsip_event_free(wait_event(events, MICROSIP_EVENT_KIND_PRESENCE)));

    set_presence(MICROSIP_PRESENCE_AWAY, "back at noon");
    OK(microsip_account_presence(ann, &status));
    TEXT_IS("back at noon", microsip_presence_status_note, status);
    OK(microsip_presence_status_free(status));
    OK(microsip_buddy_wait_for(buddy, MICROSIP_PRESENCE_AWAY, DEADLINE_MS, &status));
    TEXT_IS("back at noon", microsip_presence_status_note, status);
    OK(microsip_presence_status_free(status));
    OK(microsip_buddy_status(buddy, &status));
    IS(microsip_presence_t, MICROSIP_PRESENCE_AWAY, microsip_presence_status_state, status);
    OK(microsip_presence_status_free(status));
    event = wait_event(events, MICROSIP_EVENT_KIND_PRESENCE);
    OK(microsip_event_buddy(event, &same));
    TEXT_IS(ann_uri, microsip_buddy_target, same);
    OK(microsip_buddy_free(same));
    OK(microsip_event_presence_status(event, &status));
    TEXT_IS("back at noon", microsip_presence_status_note, status);
    OK(microsip_presence_status_free(status));
    {
        microsip_subscription_t behind;
        OK(microsip_event_subscription(event, &behind));
        OK(microsip_subscription_id(behind, &one));
        OK(microsip_subscription_id(subscription, &other));
        CHECK(one == other);
        OK(microsip_subscription_free(behind));
    }
    NONE(microsip_watcher_t, microsip_event_watcher, event);
    NONE(microsip_line_info_t, microsip_event_line_info, event);
    OK(microsip_event_free(event));

    /* The watcher ends it. */
    OK(microsip_buddy_clone(buddy, &same));
    OK(microsip_buddy_free(buddy));
    OK(microsip_buddy_unwatch(same));
    OK(microsip_subscription_wait_for(subscription, MICROSIP_SUBSCRIPTION_STATE_ENDED, DEADLINE_MS));
    ended = next_watcher(MICROSIP_WATCHER_STATE_ENDED);
    OK(microsip_watcher_end_reason(ended, &reason, &words));
    CHECK(reason != 0 && words[0]);
    EXPECT(MICROSIP_STATUS_GONE, microsip_watcher_accept(ended));
    OK(microsip_watcher_free(ended));
    OK(microsip_watcher_free(watcher));
    IS(microsip_presence_t, MICROSIP_PRESENCE_UNKNOWN, microsip_buddy_presence, same);
    EXPECT(MICROSIP_STATUS_GONE, microsip_buddy_wait_for(same, MICROSIP_PRESENCE_BUSY, DEADLINE_MS, &status));
    OK(microsip_subscription_free(subscription));
    OK(microsip_buddy_free(same));
    OK(microsip_notifier_stop(notifier));
    EXPECT(MICROSIP_STATUS_GONE, microsip_notifier_set_policy(notifier, MICROSIP_WATCH_POLICY_ALLOW));
    OK(microsip_notifier_free(notifier));
}

/* The one who is watched ends it, in both ways. */
static void turned_away(void) {
    const microsip_observe_options_t defaults = {0};
    microsip_notifier_t notifier;
    microsip_watcher_t watcher;
    microsip_buddy_t buddy;
    microsip_subscription_t subscription;
    microsip_subscription_info_t info;
    microsip_presence_status_t status;
    microsip_end_reason_t reason;
    const char *words;
    OK(microsip_account_serve_presence(ann, MICROSIP_WATCH_POLICY_ASK, &notifier));
    OK(microsip_account_watch(bob, ann_uri, defaults, &buddy));
    OK(microsip_buddy_subscription(buddy, &subscription));
    watcher = next_watcher(MICROSIP_WATCHER_STATE_PENDING);
    OK(microsip_watcher_reject(watcher));
    OK(microsip_subscription_wait_for(subscription, MICROSIP_SUBSCRIPTION_STATE_ENDED, DEADLINE_MS));
    OK(microsip_subscription_info(subscription, &info));
    OK(microsip_subscription_info_reason(info, &reason, &words));
    CHECK(reason == MICROSIP_END_REASON_REJECTED);
    STREQ("rejected", words);
    OK(microsip_subscription_info_free(info));
    OK(microsip_watcher_free(watcher));
    OK(microsip_subscription_free(subscription));
    OK(microsip_buddy_free(buddy));

    OK(microsip_notifier_set_policy(notifier, MICROSIP_WATCH_POLICY_ALLOW));
    OK(microsip_account_watch(bob, ann_uri, defaults, &buddy));
    OK(microsip_buddy_wait_status(buddy, DEADLINE_MS, &status));
    OK(microsip_presence_status_free(status));
    OK(microsip_buddy_subscription(buddy, &subscription));
    OK(microsip_notifier_stop(notifier));
    OK(microsip_subscription_wait_for(subscription, MICROSIP_SUBSCRIPTION_STATE_ENDED, DEADLINE_MS));
    OK(microsip_subscription_info(subscription, &info));
    OK(microsip_subscription_info_reason(info, &reason, &words));
    CHECK(reason == MICROSIP_END_REASON_NO_RESOURCE);
    OK(microsip_subscription_info_free(info));
    OK(microsip_subscription_free(subscription));
    OK(microsip_buddy_free(buddy));
    OK(microsip_notifier_free(notifier));
}

static void what_is_made(void) {
    static const microsip_presence_t all[] = {
        MICROSIP_PRESENCE_UNKNOWN,      MICROSIP_PRESENCE_ONLINE,         MICROSIP_PRESENCE_AWAY,    MICROSIP_PRESENCE_BUSY,
        MICROSIP_PRESENCE_ON_THE_PHONE, MICROSIP_PRESENCE_DO_NOT_DISTURB, MICROSIP_PRESENCE_OFFLINE,
    };
    microsip_presence_status_t status, read;
    microsip_activity_t activity;
    const char *xml, *words;
    size_t i, count;
    for (i = 0; i < sizeof all / sizeof *all; i++) {
        OK(microsip_presence_status_new(all[i], &status));
        IS(microsip_presence_t, all[i], microsip_presence_status_state, status);
        OK(microsip_presence_status_to_pidf(status, "sip:ann@h", &xml));
        OK(microsip_presence_status_parse("application/pidf+xml", (const uint8_t *)xml, strlen(xml), &read));
        IS(microsip_presence_t, all[i], microsip_presence_status_state, read);
        OK(microsip_presence_status_free(read));
        OK(microsip_presence_status_free(status));
    }
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_presence_status_new(8, &status));
    OK(microsip_presence_status_new(MICROSIP_PRESENCE_ONLINE, &status));
    for (activity = MICROSIP_ACTIVITY_APPOINTMENT; activity <= MICROSIP_ACTIVITY_OTHER; activity++)
        OK(microsip_presence_status_add_activity(status, activity, "knitting"));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_presence_status_add_activity(status, 0, NULL));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_presence_status_add_activity(status, 29, NULL));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_presence_status_add_activity(status, MICROSIP_ACTIVITY_OTHER, NULL));
    OK(microsip_presence_status_set_contact(status, "sip:ann@desk"));
    OK(microsip_presence_status_set_timestamp(status, 1000000000000));
    OK(microsip_presence_status_add_id_suffix(status, "-x"));
    OK(microsip_presence_status_set_note(status, "here"));
    OK(microsip_presence_status_to_pidf(status, "sip:ann@h", &xml));
    OK(microsip_presence_status_parse("application/pidf+xml", (const uint8_t *)xml, strlen(xml), &read));
    OK(microsip_presence_status_activity_count(read, &count));
    CHECK(count == 28);
    for (i = 0; i < count; i++) {
        OK(microsip_presence_status_activity_at(read, i, &activity, &words));
        CHECK(activity == (microsip_activity_t)i + 1);
        STREQ(activity == MICROSIP_ACTIVITY_OTHER ? "knitting" : "", words);
    }
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_presence_status_activity_at(read, count, &activity, &words));
    TEXT_IS("sip:ann@h", microsip_presence_status_entity, read);
    {
        microsip_presence_tuple_t tuple;
        OK(microsip_presence_status_tuple_at(read, 0, &tuple));
        TEXT_IS("t1-x", microsip_presence_tuple_id, tuple);
        TEXT_IS("sip:ann@desk", microsip_presence_tuple_contact, tuple);
        IS(int64_t, 1000000000000, microsip_presence_tuple_timestamp_unix_ms, tuple);
        OK(microsip_presence_tuple_free(tuple));
    }
    OK(microsip_presence_status_free(read));
    OK(microsip_presence_status_clone(status, &read));
    OK(microsip_presence_status_set_note(read, NULL));
    NONE(const char *, microsip_presence_status_note, read);
    TEXT_IS("here", microsip_presence_status_note, status);
    OK(microsip_presence_status_free(read));
    OK(microsip_presence_status_free(status));
}

static void what_is_read(void) {
    static const char document[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
        "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" "
        "xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"sip:sky@h\">"
        "<tuple id=\"a\"><status><basic>open</basic></status>"
        "<contact priority=\"0.8\">sip:sky@desk</contact><note xml:lang=\"en\">desk</note>"
        "<timestamp>2001-09-09T01:46:40Z</timestamp></tuple>"
        "<tuple id=\"b\"><status><basic>closed</basic></status></tuple>"
        "<note xml:lang=\"de\">alles</note>"
        "<dm:person id=\"p\"><rpid:activities><rpid:meeting/></rpid:activities><dm:note>till four</dm:note>"
        "<dm:timestamp>2001-09-09T01:46:41Z</dm:timestamp></dm:person>"
        "<dm:device id=\"d\"><dm:deviceID>urn:device:1</dm:deviceID><dm:note>phone</dm:note></dm:device></presence>";
    microsip_presence_status_t status;
    microsip_presence_tuple_t tuple, same_tuple;
    microsip_presence_person_t person, same_person;
    microsip_presence_device_t device, same_device;
    microsip_activity_t activity;
    const char *note, *language, *words;
    OK(microsip_presence_status_parse("application/pidf+xml", BYTES(document), &status));
    IS(microsip_presence_t, MICROSIP_PRESENCE_BUSY, microsip_presence_status_state, status);
    IS(microsip_basic_status_t, MICROSIP_BASIC_STATUS_OPEN, microsip_presence_status_basic, status);
    TEXT_IS("till four", microsip_presence_status_note, status);
    IS(size_t, 1u, microsip_presence_status_note_count, status);
    OK(microsip_presence_status_note_at(status, 0, &note, &language));
    STREQ("alles", note);
    STREQ("de", language);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_presence_status_note_at(status, 1, &note, &language));

    IS(size_t, 2u, microsip_presence_status_tuple_count, status);
    OK(microsip_presence_status_tuple_at(status, 0, &tuple));
    OK(microsip_presence_tuple_clone(tuple, &same_tuple));
    OK(microsip_presence_tuple_free(tuple));
    TEXT_IS("a", microsip_presence_tuple_id, same_tuple);
    IS(microsip_basic_status_t, MICROSIP_BASIC_STATUS_OPEN, microsip_presence_tuple_basic, same_tuple);
    TEXT_IS("sip:sky@desk", microsip_presence_tuple_contact, same_tuple);
    IS(uint16_t, 800, microsip_presence_tuple_priority, same_tuple);
    IS(size_t, 0u, microsip_presence_tuple_activity_count, same_tuple);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_presence_tuple_activity_at(same_tuple, 0, &activity, &words));
    IS(size_t, 1u, microsip_presence_tuple_note_count, same_tuple);
    OK(microsip_presence_tuple_note_at(same_tuple, 0, &note, &language));
    STREQ("desk", note);
    STREQ("en", language);
    IS(int64_t, 1000000000000, microsip_presence_tuple_timestamp_unix_ms, same_tuple);
    OK(microsip_presence_tuple_free(same_tuple));
    OK(microsip_presence_status_tuple_at(status, 1, &tuple));
    IS(microsip_basic_status_t, MICROSIP_BASIC_STATUS_CLOSED, microsip_presence_tuple_basic, tuple);
    NONE(const char *, microsip_presence_tuple_contact, tuple);
    NONE(uint16_t, microsip_presence_tuple_priority, tuple);
    NONE(int64_t, microsip_presence_tuple_timestamp_unix_ms, tuple);
    OK(microsip_presence_tuple_free(tuple));
    NONE(microsip_presence_tuple_t, microsip_presence_status_tuple_at, status, 2);

    IS(size_t, 1u, microsip_presence_status_person_count, status);
    OK(microsip_presence_status_person_at(status, 0, &person));
    OK(microsip_presence_person_clone(person, &same_person));
    OK(microsip_presence_person_free(person));
    TEXT_IS("p", microsip_presence_person_id, same_person);
    IS(size_t, 1u, microsip_presence_person_activity_count, same_person);
    OK(microsip_presence_person_activity_at(same_person, 0, &activity, &words));
    CHECK(activity == MICROSIP_ACTIVITY_MEETING);
    IS(size_t, 1u, microsip_presence_person_note_count, same_person);
    OK(microsip_presence_person_note_at(same_person, 0, &note, &language));
    STREQ("till four", note);
    STREQ("", language);
    IS(int64_t, 1000000001000, microsip_presence_person_timestamp_unix_ms, same_person);
    OK(microsip_presence_person_free(same_person));

    IS(size_t, 1u, microsip_presence_status_device_count, status);
    OK(microsip_presence_status_device_at(status, 0, &device));
    OK(microsip_presence_device_clone(device, &same_device));
    OK(microsip_presence_device_free(device));
    TEXT_IS("d", microsip_presence_device_id, same_device);
    TEXT_IS("urn:device:1", microsip_presence_device_device_id, same_device);
    IS(size_t, 1u, microsip_presence_device_note_count, same_device);
    OK(microsip_presence_device_note_at(same_device, 0, &note, &language));
    STREQ("phone", note);
    NONE(int64_t, microsip_presence_device_timestamp_unix_ms, same_device);
    OK(microsip_presence_device_free(same_device));
    OK(microsip_presence_status_free(status));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_presence_status_parse("application/pidf+xml", BYTES("<x/>"), &status));
    EXPECT(MICROSIP_STATUS_UNSUPPORTED, microsip_presence_status_parse("text/plain", BYTES("x"), &status));
}

int main(void) {
    uint16_t port;
    microsip_buddy_t buddy;
    const microsip_observe_options_t defaults = {0};
    endpoint = start_endpoint(&port);
    ann = add_account(endpoint, "ann", port);
    bob = add_account(endpoint, "bob", port);
    snprintf(ann_uri, sizeof ann_uri, "sip:ann@127.0.0.1:%u", port);
    OK(microsip_endpoint_events(endpoint, &events));
    watched();
    turned_away();
    what_is_made();
    what_is_read();
    OK(microsip_endpoint_close(endpoint));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_account_watch(bob, ann_uri, defaults, &buddy));
    OK(microsip_account_free(ann));
    OK(microsip_account_free(bob));
    OK(microsip_events_free(events));
    OK(microsip_endpoint_free(endpoint));
    no_handles_left();
    puts("presence: ok");
    return 0;
}
