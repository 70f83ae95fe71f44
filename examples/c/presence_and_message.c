/* Shows its presence, watches somebody's, says hello when they are there, and prints what they say.
 *
 *   presence_and_message 127.0.0.1:5070 sip:ann@127.0.0.1:5070 sip:bob@127.0.0.1:5080
 *
 * Ends when it has greeted and been greeted.
 */
#include "example.h"

int main(int argc, char **argv) {
    const microsip_observe_options_t no_options = {0};
    microsip_endpoint_t endpoint;
    microsip_account_t account;
    microsip_events_t events;
    microsip_presence_status_t status;
    microsip_notifier_t notifier;
    microsip_buddy_t buddy;
    microsip_sent_message_t greeting = {0};
    int greeted = 0, was_greeted = 0;

    if (argc < 4) {
        fprintf(stderr, "usage: %s ADDRESS:PORT OWN-URI PEER-URI\n", argv[0]);
        return 2;
    }
    endpoint = start_on(argv[1]);
    TRY(microsip_endpoint_events(endpoint, &events));
    account = add_local_account(endpoint, argv[2]);

    /* Without a presence server: whoever subscribes to us is told by us. */
    TRY(microsip_account_serve_presence(account, MICROSIP_WATCH_POLICY_ALLOW, &notifier));
    TRY(microsip_presence_status_new(MICROSIP_PRESENCE_ONLINE, &status));
    TRY(microsip_presence_status_set_note(status, "at my desk"));
    TRY(microsip_account_set_presence(account, status));
    TRY(microsip_presence_status_free(status));

    TRY(microsip_account_watch(account, argv[3], no_options, &buddy));
    say_where(endpoint);

    while (!greeted || !was_greeted) {
        microsip_event_t event;
        microsip_event_kind_t kind;
        TRY(microsip_events_next(events, MICROSIP_WAIT_FOREVER, &event));
        TRY(microsip_event_kind(event, &kind));
        if (kind == MICROSIP_EVENT_KIND_PRESENCE) {
            microsip_presence_status_t theirs;
            microsip_presence_t state;
            const char *words;
            TRY(microsip_event_presence_status(event, &theirs));
            TRY(microsip_presence_status_state(theirs, &state));
            /* NO_VALUE leaves it NULL. */
            microsip_presence_status_note(theirs, &words);
            printf("they are %s (%s)\n", state == MICROSIP_PRESENCE_ONLINE ? "online" : "not online", words ? words : "no note");
            TRY(microsip_presence_status_free(theirs));
            if (state == MICROSIP_PRESENCE_ONLINE && !greeting.token)
                TRY(microsip_account_send_text(account, argv[3], "hello", &greeting));
        } else if (kind == MICROSIP_EVENT_KIND_MESSAGE_STATUS) {
            microsip_message_status_t known;
            TRY(microsip_event_message_status(event, &known));
            if (known == MICROSIP_MESSAGE_STATUS_ACCEPTED) {
                printf("our message has arrived\n");
                greeted = 1;
            } else if (known == MICROSIP_MESSAGE_STATUS_FAILED) {
                printf("our message was not taken\n");
                /* Tried again when they show themselves again. */
                TRY(microsip_sent_message_free(greeting));
                greeting.token = 0;
            }
        } else if (kind == MICROSIP_EVENT_KIND_MESSAGE) {
            microsip_received_message_t message;
            const char *from, *text;
            TRY(microsip_event_message(event, &message));
            TRY(microsip_received_message_from(message, &from));
            /* NO_VALUE, as for a picture, leaves it NULL. */
            microsip_received_message_text(message, &text);
            printf("%s says: %s\n", from, text ? text : "something that is no text");
            TRY(microsip_received_message_free(message));
            was_greeted = 1;
        }
        fflush(stdout);
        TRY(microsip_event_free(event));
    }

    TRY(microsip_sent_message_free(greeting));
    TRY(microsip_buddy_unwatch(buddy));
    TRY(microsip_buddy_free(buddy));
    TRY(microsip_notifier_free(notifier));
    TRY(microsip_events_free(events));
    TRY(microsip_account_free(account));
    TRY(microsip_endpoint_close(endpoint));
    TRY(microsip_endpoint_free(endpoint));
    return 0;
}
