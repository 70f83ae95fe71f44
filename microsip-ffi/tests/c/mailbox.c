/* Waiting messages: asked for, told without being asked, read and written. */
#include "udp.h"

static microsip_endpoint_t endpoint;
static microsip_events_t events;
static microsip_account_t vm, bob;
static char vm_uri[64];

#define TYPE "application/simple-message-summary"

static void counts_are(microsip_message_summary_t summary, microsip_message_class_t class, const char *name, uint32_t new_count,
                       uint32_t old_count, uint32_t new_urgent, uint32_t old_urgent) {
    uint32_t counts[4];
    OK(microsip_message_summary_counts(summary, class, name, &counts[0], &counts[1], &counts[2], &counts[3]));
    CHECK(counts[0] == new_count && counts[1] == old_count && counts[2] == new_urgent && counts[3] == old_urgent);
}

static void watched(void) {
    const microsip_observe_options_t defaults = {0};
    microsip_serve_options_t options;
    microsip_notifier_t notifier;
    microsip_message_summary_t made, summary;
    microsip_mailbox_t mailbox, same;
    microsip_subscription_t subscription;
    microsip_event_t event;
    const char *text;
    OK(microsip_serve_options_new("message-summary", &options));
    OK(microsip_serve_options_set_policy(options, MICROSIP_WATCH_POLICY_ALLOW));
    OK(microsip_message_summary_new(false, &made));
    OK(microsip_message_summary_to_text(made, &text));
    OK(microsip_serve_options_set_state(options, TYPE, (const uint8_t *)text, strlen(text)));
    OK(microsip_message_summary_free(made));
    OK(microsip_account_serve(vm, options, &notifier));
    OK(microsip_serve_options_free(options));
    OK(microsip_account_watch_mailbox(bob, vm_uri, defaults, &mailbox));
    TEXT_IS(vm_uri, microsip_mailbox_target, mailbox);
    OK(microsip_mailbox_wait_summary(mailbox, DEADLINE_MS, &summary));
    IS(bool, false, microsip_message_summary_waiting, summary);
    NONE(const char *, microsip_message_summary_account, summary);
    IS(size_t, 0u, microsip_message_summary_class_count, summary);
    OK(microsip_message_summary_free(summary));
    OK(microsip_event_free(wait_event(events, MICROSIP_EVENT_KIND_MESSAGES_WAITING)));

    OK(microsip_message_summary_new(true, &made));
    OK(microsip_message_summary_set_account(made, vm_uri));
    OK(microsip_message_summary_set_counts(made, MICROSIP_MESSAGE_CLASS_VOICE, NULL, 4, 8, 1, 2));
    OK(microsip_message_summary_set_counts(made, MICROSIP_MESSAGE_CLASS_OTHER, "x-own", 3, 0, 0, 0));
    OK(microsip_message_summary_to_text(made, &text));
    OK(microsip_notifier_set_state(notifier, TYPE, (const uint8_t *)text, strlen(text)));
    OK(microsip_message_summary_free(made));
    OK(microsip_mailbox_wait_for(mailbox, true, DEADLINE_MS, &summary));
    TEXT_IS(vm_uri, microsip_message_summary_account, summary);
    counts_are(summary, MICROSIP_MESSAGE_CLASS_VOICE, NULL, 4, 8, 1, 2);
    counts_are(summary, MICROSIP_MESSAGE_CLASS_OTHER, "X-Own", 3, 0, 0, 0);
    OK(microsip_message_summary_free(summary));
    OK(microsip_mailbox_summary(mailbox, &summary));
    IS(bool, true, microsip_message_summary_waiting, summary);
    OK(microsip_message_summary_free(summary));
    event = wait_event(events, MICROSIP_EVENT_KIND_MESSAGES_WAITING);
    OK(microsip_event_mailbox(event, &same));
    TEXT_IS(vm_uri, microsip_mailbox_target, same);
    OK(microsip_mailbox_free(same));
    OK(microsip_event_message_summary(event, &summary));
    counts_are(summary, MICROSIP_MESSAGE_CLASS_VOICE, NULL, 4, 8, 1, 2);
    OK(microsip_message_summary_free(summary));
    OK(microsip_event_free(event));
    OK(microsip_mailbox_subscription(mailbox, &subscription));
    OK(microsip_mailbox_clone(mailbox, &same));
    OK(microsip_mailbox_free(mailbox));
    OK(microsip_mailbox_unwatch(same));
    OK(microsip_subscription_wait_for(subscription, MICROSIP_SUBSCRIPTION_STATE_ENDED, DEADLINE_MS));
    EXPECT(MICROSIP_STATUS_GONE, microsip_mailbox_wait_for(same, false, DEADLINE_MS, &summary));
    OK(microsip_subscription_free(subscription));
    OK(microsip_mailbox_free(same));
    OK(microsip_notifier_free(notifier));
}

/* A server may tell without being asked (RFC 3842 allows it by configuration). */
static void told_without(uint16_t port) {
    static udp_t peer;
    static const char body[] = "Messages-Waiting: yes\r\nMessage-Account: sip:box@h\r\nVoice-Message: 2/1 (1/0)\r\nFax-Message: 0/3\r\n"
                               "\r\nTo: bob\r\nFrom: Ann <sip:ann@h>\r\nSubject: urgent\r\n\r\nFrom: eve\r\n";
    char request[2048];
    microsip_event_t event;
    microsip_message_summary_t summary;
    microsip_account_t account;
    uint64_t one, other;
    microsip_message_class_t class;
    const char *name, *value;
    udp_open(&peer);
    snprintf(request, sizeof request,
             "NOTIFY sip:bob@127.0.0.1:%u SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bK-mwi\r\nMax-Forwards: 70\r\n"
             "From: <sip:vm@127.0.0.1>;tag=1\r\nTo: <sip:bob@127.0.0.1>\r\nCall-ID: mwi\r\nCSeq: 1 NOTIFY\r\n"
             "Contact: <sip:vm@127.0.0.1:%u>\r\nEvent: message-summary\r\nSubscription-State: active\r\n"
             "Content-Type: " TYPE "\r\nContent-Length: %u\r\n\r\n%s",
             port, peer.port, peer.port, (unsigned)(sizeof body - 1), body);
    udp_send_to(&peer, port, request, strlen(request));
    for (;;) {
        /* The last NOTIFY of the subscription before is another story. */
        microsip_mailbox_t mailbox;
        event = wait_event(events, MICROSIP_EVENT_KIND_MESSAGES_WAITING);
        if (microsip_event_mailbox(event, &mailbox) == MICROSIP_STATUS_NO_VALUE) break;
        OK(microsip_mailbox_free(mailbox));
        OK(microsip_event_free(event));
    }
    NONE(microsip_subscription_t, microsip_event_subscription, event);
    OK(microsip_event_account(event, &account));
    OK(microsip_account_id(account, &one));
    OK(microsip_account_id(bob, &other));
    CHECK(one == other);
    OK(microsip_account_free(account));
    OK(microsip_event_message_summary(event, &summary));
    OK(microsip_event_free(event));
    IS(bool, true, microsip_message_summary_waiting, summary);
    TEXT_IS("sip:box@h", microsip_message_summary_account, summary);
    IS(size_t, 2u, microsip_message_summary_class_count, summary);
    OK(microsip_message_summary_class_at(summary, 0, &class, &name));
    CHECK(class == MICROSIP_MESSAGE_CLASS_VOICE);
    STREQ("voice", name);
    OK(microsip_message_summary_class_at(summary, 1, &class, &name));
    CHECK(class == MICROSIP_MESSAGE_CLASS_FAX);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_message_summary_class_at(summary, 2, &class, &name));
    counts_are(summary, MICROSIP_MESSAGE_CLASS_VOICE, NULL, 2, 1, 1, 0);
    counts_are(summary, MICROSIP_MESSAGE_CLASS_FAX, NULL, 0, 3, 0, 0);
    counts_are(summary, MICROSIP_MESSAGE_CLASS_TEXT, NULL, 0, 0, 0, 0);
    IS(size_t, 2u, microsip_message_summary_message_count, summary);
    TEXT_IS("urgent", microsip_message_summary_message_header, summary, 0, "subject");
    NONE(const char *, microsip_message_summary_message_header, summary, 1, "subject");
    NONE(const char *, microsip_message_summary_message_header, summary, 2, "subject");
    IS(size_t, 3u, microsip_message_summary_message_header_count, summary, 0);
    OK(microsip_message_summary_message_header_at(summary, 0, 1, &name, &value));
    STREQ("From", name);
    STREQ("Ann <sip:ann@h>", value);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_message_summary_message_header_at(summary, 0, 3, &name, &value));
    OK(microsip_message_summary_free(summary));
    udp_close(&peer);
}

static void texts(void) {
    microsip_message_summary_t summary, copy, read;
    const char *text;
    uint32_t n;
    OK(microsip_message_summary_new(true, &summary));
    OK(microsip_message_summary_set_counts(summary, MICROSIP_MESSAGE_CLASS_PAGER, NULL, 1, 2, 0, 0));
    OK(microsip_message_summary_clone(summary, &copy));
    OK(microsip_message_summary_set_counts(copy, MICROSIP_MESSAGE_CLASS_PAGER, NULL, 5, 6, 0, 0));
    counts_are(summary, MICROSIP_MESSAGE_CLASS_PAGER, NULL, 1, 2, 0, 0);
    OK(microsip_message_summary_to_text(copy, &text));
    OK(microsip_message_summary_parse((const uint8_t *)text, strlen(text), &read));
    counts_are(read, MICROSIP_MESSAGE_CLASS_PAGER, NULL, 5, 6, 0, 0);
    OK(microsip_message_summary_free(read));
    OK(microsip_message_summary_free(copy));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_message_summary_set_counts(summary, 0, NULL, 1, 1, 0, 0));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT,
           microsip_message_summary_set_counts(summary, MICROSIP_MESSAGE_CLASS_OTHER, NULL, 1, 1, 0, 0));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_message_summary_counts(summary, 99, NULL, &n, &n, &n, &n));
    OK(microsip_message_summary_free(summary));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_message_summary_parse(BYTES("hello"), &read));
}

int main(void) {
    const microsip_observe_options_t defaults = {0};
    microsip_mailbox_t mailbox;
    uint16_t port;
    char own[64];
    endpoint = start_endpoint(&port);
    vm = add_account(endpoint, "vm", port);
    bob = add_account(endpoint, "bob", port);
    snprintf(vm_uri, sizeof vm_uri, "sip:vm@127.0.0.1:%u", port);
    snprintf(own, sizeof own, "sip:bob@127.0.0.1:%u", port);
    OK(microsip_endpoint_events(endpoint, &events));
    watched();
    told_without(port);
    texts();
    /* Its own mailbox. */
    OK(microsip_account_watch_mailbox(bob, NULL, defaults, &mailbox));
    TEXT_IS(own, microsip_mailbox_target, mailbox);
    NONE(microsip_message_summary_t, microsip_mailbox_summary, mailbox);
    OK(microsip_mailbox_free(mailbox));
    OK(microsip_endpoint_close(endpoint));
    OK(microsip_account_free(vm));
    OK(microsip_account_free(bob));
    OK(microsip_events_free(events));
    OK(microsip_endpoint_free(endpoint));
    no_handles_left();
    puts("mailbox: ok");
    return 0;
}
