/* A phone for the terminal in one thread: poll(2) waits for the keyboard and for the library at the same time.
 *
 *   poll_loop 0.0.0.0:5060
 *
 * Lines: "call URI", "answer", "hangup", "digits 123#", "quit".
 */
#include "example.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

static microsip_account_t account;
/* The call that commands are for; zero when there is none. */
static microsip_call_t call;

/* Whether to go on. */
static int obey(char *line) {
    const microsip_call_options_t call_options = {0};
    const microsip_answer_options_t answer_options = {0};
    const microsip_dtmf_options_t dtmf_options = {0};
    char *argument;
    line[strcspn(line, "\r\n")] = '\0';
    argument = strchr(line, ' ');
    if (argument) *argument++ = '\0';
    if (strcmp(line, "quit") == 0) return 0;
    if (strcmp(line, "call") == 0 && argument) {
        microsip_call_free(call);
        note("call", microsip_account_call(account, argument, call_options, &call));
    } else if (strcmp(line, "answer") == 0) {
        note("answer", microsip_call_answer(call, 200, answer_options));
    } else if (strcmp(line, "hangup") == 0) {
        note("hangup", microsip_call_hang_up(call));
    } else if (strcmp(line, "digits") == 0 && argument) {
        note("digits", microsip_call_send_dtmf(call, argument, dtmf_options));
    } else {
        printf("call URI | answer | hangup | digits DIGITS | quit\n");
    }
    return 1;
}

static void show(microsip_event_t event) {
    microsip_event_kind_t kind;
    TRY(microsip_event_kind(event, &kind));
    if (kind == MICROSIP_EVENT_KIND_INCOMING_CALL || kind == MICROSIP_EVENT_KIND_CALL_STATE) {
        microsip_call_info_t info;
        microsip_call_state_t state;
        const char *who;
        TRY(microsip_event_call_info(event, &info));
        TRY(microsip_call_info_remote_uri(info, &who));
        TRY(microsip_call_info_state(info, &state));
        switch (state) {
        case MICROSIP_CALL_STATE_INCOMING:
            if (kind == MICROSIP_EVENT_KIND_INCOMING_CALL) {
                microsip_call_free(call);
                TRY(microsip_event_call(event, &call));
                printf("%s calls\n", who);
            }
            break;
        case MICROSIP_CALL_STATE_EARLY: printf("%s: ringing\n", who); break;
        case MICROSIP_CALL_STATE_CONFIRMED: printf("%s: connected\n", who); break;
        case MICROSIP_CALL_STATE_DISCONNECTED: {
            uint16_t code = 0;
            microsip_call_info_end_code(info, &code);
            printf("%s: ended (%u)\n", who, (unsigned)code);
            break;
        }
        default: break;
        }
        TRY(microsip_call_info_free(info));
    } else if (kind == MICROSIP_EVENT_KIND_DTMF) {
        char digit;
        TRY(microsip_event_digit(event, &digit));
        printf("they pressed %c\n", digit);
    }
}

/* Takes what is there, without waiting; whether there may be more some time. */
static int drain(microsip_events_t events) {
    for (;;) {
        microsip_event_t event;
        microsip_status_t status = microsip_events_next(events, 0, &event);
        if (status == MICROSIP_STATUS_TIMEOUT) return 1;
        if (status == MICROSIP_STATUS_ENDED) return 0;
        if (status != MICROSIP_STATUS_OK) fail("microsip_events_next", status);
        show(event);
        TRY(microsip_event_free(event));
    }
}

int main(int argc, char **argv) {
    microsip_endpoint_t endpoint;
    microsip_events_t events;
    struct pollfd waits[2];
    char line[512];
    size_t filled = 0;
    int on = 1;

    if (argc < 2) {
        fprintf(stderr, "usage: %s ADDRESS:PORT\n", argv[0]);
        return 2;
    }
    endpoint = start_on(argv[1]);
    TRY(microsip_endpoint_events(endpoint, &events));
    account = add_local_account(endpoint, "sip:me@localhost");
    say_where(endpoint);

    waits[0].fd = STDIN_FILENO;
    waits[0].events = POLLIN;
    TRY(microsip_events_fd(events, &waits[1].fd));
    waits[1].events = POLLIN;
    while (on) {
        if (poll(waits, 2, -1) < 0) break;
        if (waits[1].revents) on = drain(events);
        if (waits[0].revents) {
            ssize_t got = read(STDIN_FILENO, line + filled, sizeof line - 1 - filled);
            char *end;
            if (got <= 0) break;
            filled += (size_t)got;
            line[filled] = '\0';
            while (on && (end = strchr(line, '\n'))) {
                size_t length = (size_t)(end - line) + 1;
                *end = '\0';
                on = obey(line);
                memmove(line, line + length, filled + 1 - length);
                filled -= length;
            }
            /* A line longer than any command. */
            if (filled == sizeof line - 1) filled = 0;
        }
        fflush(stdout);
    }

    TRY(microsip_call_free(call));
    TRY(microsip_account_free(account));
    TRY(microsip_events_free(events));
    TRY(microsip_endpoint_close(endpoint));
    TRY(microsip_endpoint_free(endpoint));
    return 0;
}
