/* Any event package: one account serves it, another subscribes; what is told, to whom, and how it ends. */
#include "udp.h"

static microsip_endpoint_t endpoint;
static microsip_events_t events;
static microsip_account_t ann, bob;
static char ann_uri[64];

static microsip_event_t next_watcher(microsip_watcher_state_t state) {
    for (;;) {
        microsip_event_t event = wait_event(events, MICROSIP_EVENT_KIND_WATCHER);
        microsip_watcher_state_t is;
        OK(microsip_event_watcher_state(event, &is));
        if (is == state) return event;
        OK(microsip_event_free(event));
    }
}

static void body_is(microsip_notification_t notification, const void *expected, size_t count) {
    const uint8_t *body;
    size_t length;
    OK(microsip_notification_body(notification, &body, &length));
    CHECK(length == count && !memcmp(body, expected, count));
}

static void served(void) {
    static const uint8_t state[] = {'s', 'u', 'n', 0, 0xff};
    microsip_serve_options_t serve, serve_copy;
    microsip_request_options_t request;
    microsip_notifier_t notifier, same_notifier;
    microsip_subscribe_options_t options, copy;
    microsip_subscription_t subscription, same;
    microsip_subscription_info_t info, same_info;
    microsip_notification_t notification, newer;
    microsip_watcher_list_t list, same_list;
    microsip_watcher_t watcher, same_watcher;
    microsip_account_t whose;
    microsip_sip_message_t sip;
    microsip_event_t event;
    microsip_end_reason_t reason;
    microsip_subscription_state_t is;
    const char *words, *text;
    uint64_t number, id, other, lifetime;
    size_t count;
    OK(microsip_serve_options_new("weather", &serve));
    OK(microsip_serve_options_set_policy(serve, MICROSIP_WATCH_POLICY_DENY));
    OK(microsip_serve_options_set_lifetimes(serve, 0, 200));
    OK(microsip_serve_options_set_state(serve, "application/x-weather", state, sizeof state));
    OK(microsip_request_options_new(&request));
    OK(microsip_request_options_set_body(request, "application/x-weather", state, sizeof state));
    OK(microsip_request_options_add_header(request, "X-Wind", "north"));
    OK(microsip_serve_options_set_state_with(serve, request));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_serve_options_set_policy(serve, 4));
    OK(microsip_serve_options_clone(serve, &serve_copy));
    OK(microsip_serve_options_set_lifetimes(serve_copy, 10, 5));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_serve(ann, serve_copy, &notifier));
    OK(microsip_serve_options_free(serve_copy));
    OK(microsip_account_serve(ann, serve, &notifier));
    OK(microsip_serve_options_free(serve));
    OK(microsip_notifier_clone(notifier, &same_notifier));
    OK(microsip_notifier_free(notifier));
    OK(microsip_notifier_set_policy(same_notifier, MICROSIP_WATCH_POLICY_ALLOW));

    OK(microsip_subscribe_options_new("weather", &options));
    OK(microsip_subscribe_options_add_accept(options, "application/x-weather"));
    OK(microsip_subscribe_options_set_event_id(options, "7"));
    OK(microsip_subscribe_options_set_expires(options, 400));
    OK(microsip_subscribe_options_set_forks(options, true));
    OK(microsip_subscribe_options_set_retry(options, 100, 200, 2.0, 0.0));
    OK(microsip_subscribe_options_add_header(options, "X-Where", "here"));
    OK(microsip_subscribe_options_set_body(options, "text/plain", BYTES("filter")));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_subscribe_options_add_header(options, "X", "a\nb"));
    OK(microsip_subscribe_options_clone(options, &copy));
    OK(microsip_subscribe_options_set_retry(copy, 0, 0, 2.0, 0.0));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_subscribe(bob, ann_uri, copy, &subscription));
    OK(microsip_subscribe_options_free(copy));
    OK(microsip_account_subscribe(bob, ann_uri, options, &subscription));
    OK(microsip_subscribe_options_free(options));
    OK(microsip_subscription_clone(subscription, &same));
    OK(microsip_subscription_free(subscription));
    TEXT_IS(ann_uri, microsip_subscription_target, same);
    TEXT_IS("weather", microsip_subscription_package, same);
    OK(microsip_subscription_account(same, &whose));
    OK(microsip_account_id(whose, &id));
    OK(microsip_account_id(bob, &other));
    CHECK(id == other);
    OK(microsip_account_free(whose));
    OK(microsip_subscription_wait_for(same, MICROSIP_SUBSCRIPTION_STATE_ACTIVE, DEADLINE_MS));
    IS(microsip_subscription_state_t, MICROSIP_SUBSCRIPTION_STATE_ACTIVE, microsip_subscription_state, same);
    OK(microsip_subscription_info(same, &info));
    OK(microsip_subscription_info_clone(info, &same_info));
    OK(microsip_subscription_info_free(info));
    IS(microsip_subscription_state_t, MICROSIP_SUBSCRIPTION_STATE_ACTIVE, microsip_subscription_info_state, same_info);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_subscription_info_reason(same_info, &reason, &words));
    OK(microsip_subscription_info_expires_s(same_info, &lifetime));
    CHECK(lifetime > 0 && lifetime <= 200);
    IS(uint32_t, 0u, microsip_subscription_info_failures, same_info);
    NONE(uint64_t, microsip_subscription_info_next_retry_ms, same_info);
    NONE(microsip_error_t, microsip_subscription_info_error, same_info);
    OK(microsip_subscription_info_free(same_info));

    OK(microsip_subscription_wait_notification(same, 0, DEADLINE_MS, &notification));
    body_is(notification, state, sizeof state);
    TEXT_IS("application/x-weather", microsip_notification_content_type, notification);
    TEXT_IS("active", microsip_notification_state, notification);
    OK(microsip_notification_notifier(notification, &text));
    CHECK(text[0]);
    OK(microsip_notification_number(notification, &number));
    CHECK(number >= 1);
    OK(microsip_notification_sip(notification, &sip));
    TEXT_IS("north", microsip_sip_message_header, sip, "X-Wind");
    OK(microsip_sip_message_free(sip));
    OK(microsip_notification_clone(notification, &newer));
    OK(microsip_notification_free(notification));
    OK(microsip_notification_free(newer));
    OK(microsip_subscription_notification(same, &notification));
    body_is(notification, state, sizeof state);
    OK(microsip_notification_free(notification));
    event = wait_event(events, MICROSIP_EVENT_KIND_NOTIFY);
    OK(microsip_event_notification(event, &notification));
    body_is(notification, state, sizeof state);
    OK(microsip_notification_free(notification));
    OK(microsip_event_subscription(event, &subscription));
    OK(microsip_subscription_id(subscription, &id));
    OK(microsip_subscription_id(same, &other));
    CHECK(id == other);
    OK(microsip_subscription_free(subscription));
    NONE(microsip_error_t, microsip_event_error, event);
    NONE(microsip_publication_t, microsip_event_publication, event);
    NONE(microsip_publication_info_t, microsip_event_publication_info, event);
    OK(microsip_event_free(event));
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_subscription_wait_notification(same, 1000, 0, &notification));

    /* All are told; then one alone. */
    OK(microsip_notifier_set_state(same_notifier, "application/x-weather", BYTES("rain")));
    OK(microsip_subscription_wait_notification(same, number, DEADLINE_MS, &notification));
    body_is(notification, "rain", 4);
    OK(microsip_notification_number(notification, &number));
    OK(microsip_notification_free(notification));
    OK(microsip_notifier_watchers(same_notifier, &list));
    OK(microsip_watcher_list_clone(list, &same_list));
    OK(microsip_watcher_list_free(list));
    OK(microsip_watcher_list_count(same_list, &count));
    CHECK(count == 1);
    OK(microsip_watcher_list_at(same_list, 0, &watcher));
    NONE(microsip_watcher_t, microsip_watcher_list_at, same_list, 1);
    OK(microsip_watcher_list_free(same_list));
    OK(microsip_watcher_clone(watcher, &same_watcher));
    OK(microsip_watcher_free(watcher));
    IS(microsip_watcher_state_t, MICROSIP_WATCHER_STATE_ACTIVE, microsip_watcher_state, same_watcher);
    OK(microsip_watcher_id(same_watcher, &id));
    CHECK(id != 0);
    OK(microsip_watcher_request(same_watcher, &sip));
    TEXT_IS("here", microsip_sip_message_header, sip, "X-Where");
    OK(microsip_sip_message_free(sip));
    OK(microsip_watcher_notify(same_watcher, "application/x-weather", BYTES("psst")));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_watcher_notify(same_watcher, "weather", BYTES("psst")));
    OK(microsip_subscription_wait_notification(same, number, DEADLINE_MS, &notification));
    body_is(notification, "psst", 4);
    OK(microsip_notification_number(notification, &number));
    OK(microsip_notification_free(notification));
    OK(microsip_subscription_refresh(same));
    OK(microsip_subscription_wait_notification(same, number, DEADLINE_MS, &notification));
    OK(microsip_notification_number(notification, &number));
    OK(microsip_notification_free(notification));
    /* With headers: one, and all. */
    OK(microsip_request_options_set_body(request, "application/x-weather", BYTES("psst again")));
    OK(microsip_watcher_notify_with(same_watcher, request));
    OK(microsip_subscription_wait_notification(same, number, DEADLINE_MS, &notification));
    body_is(notification, "psst again", 10);
    OK(microsip_notification_number(notification, &number));
    OK(microsip_notification_free(notification));
    OK(microsip_request_options_set_body(request, "application/x-weather", BYTES("snow")));
    OK(microsip_notifier_set_state_with(same_notifier, request));
    OK(microsip_request_options_free(request));
    OK(microsip_subscription_wait_notification(same, number, DEADLINE_MS, &notification));
    body_is(notification, "snow", 4);
    OK(microsip_notification_free(notification));

    /* Ended for a reason that lets it come again. */
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_watcher_end(same_watcher, 0, NULL));
    OK(microsip_watcher_end(same_watcher, MICROSIP_END_REASON_DEACTIVATED, NULL));
    event = next_watcher(MICROSIP_WATCHER_STATE_ENDED);
    OK(microsip_event_watcher_end_reason(event, &reason, &words));
    CHECK(reason == MICROSIP_END_REASON_DEACTIVATED);
    STREQ("deactivated", words);
    OK(microsip_event_watcher(event, &watcher));
    OK(microsip_watcher_end_reason(watcher, &reason, &words));
    CHECK(reason == MICROSIP_END_REASON_DEACTIVATED);
    OK(microsip_watcher_free(watcher));
    OK(microsip_event_free(event));
    OK(microsip_watcher_free(same_watcher));
    event = next_watcher(MICROSIP_WATCHER_STATE_ACTIVE);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_watcher_end_reason(event, &reason, &words));
    OK(microsip_event_watcher(event, &watcher));
    OK(microsip_event_free(event));
    OK(microsip_subscription_wait_for(same, MICROSIP_SUBSCRIPTION_STATE_ACTIVE, DEADLINE_MS));
    /* And for one that does not. */
    OK(microsip_watcher_end(watcher, MICROSIP_END_REASON_INVARIANT, NULL));
    OK(microsip_watcher_free(watcher));
    for (is = 0; is != MICROSIP_SUBSCRIPTION_STATE_ENDED;) {
        event = wait_event(events, MICROSIP_EVENT_KIND_SUBSCRIPTION);
        OK(microsip_event_subscription_info(event, &info));
        OK(microsip_subscription_info_state(info, &is));
        if (is == MICROSIP_SUBSCRIPTION_STATE_ENDED) {
            OK(microsip_subscription_info_reason(info, &reason, &words));
            CHECK(reason == MICROSIP_END_REASON_INVARIANT);
        }
        OK(microsip_subscription_info_free(info));
        NONE(microsip_notification_t, microsip_event_notification, event);
        OK(microsip_event_free(event));
    }
    EXPECT(MICROSIP_STATUS_GONE, microsip_subscription_wait_notification(same, 1000, DEADLINE_MS, &notification));
    EXPECT(MICROSIP_STATUS_GONE, microsip_subscription_refresh(same));
    OK(microsip_subscription_unsubscribe(same));
    OK(microsip_subscription_free(same));
    OK(microsip_notifier_stop(same_notifier));
    EXPECT(MICROSIP_STATUS_GONE, microsip_notifier_set_state(same_notifier, "text/plain", BYTES("late")));
    OK(microsip_notifier_free(same_notifier));
}

/* A refusal is an error with the peer's status; what may pass is tried again. */
static void refused(void) {
    const microsip_subscribe_options_t none = {0};
    static udp_t peer;
    char target[64];
    microsip_subscribe_options_t options;
    microsip_subscription_t subscription;
    microsip_subscription_info_t info;
    microsip_error_t error;
    uint64_t left;
    microsip_subscription_state_t is = 0;
    udp_open(&peer);
    udp_uri(&peer, "eve", target, sizeof target);
    OK(microsip_subscribe_options_new("weather", &options));
    OK(microsip_subscribe_options_set_retry(options, 50, 100, 1.0, 0.0));
    OK(microsip_subscribe_options_set_event_id(options, "9"));
    OK(microsip_account_subscribe(bob, target, options, &subscription));
    NONE(microsip_notification_t, microsip_subscription_notification, subscription);
    sip_request(&peer, "SUBSCRIBE");
    HEADER_IS(&peer, "Event", "weather;id=9");
    HEADER_IS(&peer, "Expires", "600");
    sip_answer(&peer, "503 Later", "");
    while (is != MICROSIP_SUBSCRIPTION_STATE_RETRYING) {
        microsip_event_t event = wait_event(events, MICROSIP_EVENT_KIND_SUBSCRIPTION);
        OK(microsip_event_subscription_info(event, &info));
        OK(microsip_event_free(event));
        OK(microsip_subscription_info_state(info, &is));
        if (is != MICROSIP_SUBSCRIPTION_STATE_RETRYING) OK(microsip_subscription_info_free(info));
    }
    IS(uint16_t, 503, microsip_subscription_info_code, info);
    IS(uint32_t, 1u, microsip_subscription_info_failures, info);
    OK(microsip_subscription_info_next_retry_ms(info, &left));
    CHECK(left <= 100);
    OK(microsip_subscription_info_error(info, &error));
    IS(uint16_t, 503, microsip_error_sip_status, error);
    OK(microsip_error_free(error));
    OK(microsip_subscription_info_free(info));
    sip_request(&peer, "SUBSCRIBE");
    sip_answer(&peer, "489 Bad Event", "");
    EXPECT(MICROSIP_STATUS_SIP, microsip_subscription_wait_for(subscription, MICROSIP_SUBSCRIPTION_STATE_ACTIVE, DEADLINE_MS));
    CHECK(microsip_last_error_sip_status() == 489);
    OK(microsip_subscription_free(subscription));

    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_subscribe(bob, "eve", options, &subscription));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_account_subscribe(bob, target, options, NULL));
    OK(microsip_subscribe_options_free(options));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_account_subscribe(bob, target, none, &subscription));
    OK(microsip_subscribe_options_new("we ather", &options));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_subscribe(bob, target, options, &subscription));
    OK(microsip_subscribe_options_free(options));
    udp_close(&peer);
}

int main(void) {
    uint16_t port;
    endpoint = start_endpoint(&port);
    ann = add_account(endpoint, "ann", port);
    bob = add_account(endpoint, "bob", port);
    snprintf(ann_uri, sizeof ann_uri, "sip:ann@127.0.0.1:%u", port);
    OK(microsip_endpoint_events(endpoint, &events));
    served();
    refused();
    OK(microsip_endpoint_close(endpoint));
    OK(microsip_account_free(ann));
    OK(microsip_account_free(bob));
    OK(microsip_events_free(events));
    OK(microsip_endpoint_free(endpoint));
    no_handles_left();
    puts("subscriptions: ok");
    return 0;
}
