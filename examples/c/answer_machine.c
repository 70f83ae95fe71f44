/* Answers every call, beeps, and records what the caller says, each call into a file of its own.
 *
 *   answer_machine 0.0.0.0:5060 FOLDER [CALLS]
 *
 * Ends after CALLS recordings; without it goes on for ever.
 */
#include "example.h"

#include <string.h>

/* Beeps into the call and records from then on; the recording ends with the call. */
static void take_message(microsip_call_t call, const char *folder) {
    const microsip_answer_options_t no_options = {0};
    const microsip_record_options_t record_options = {0};
    microsip_recording_name_t name;
    microsip_recorder_t recorder;
    microsip_tone_player_t player;
    microsip_tone_t beep;

    /* The caller may hang up at any moment: what fails then leaves zero handles, which may be freed. */
    note("answer", microsip_call_answer(call, 200, no_options));
    TRY(microsip_tone_beep(1000.0, -10.0, 500, &beep));
    note("beep", microsip_call_play_tone(call, beep, 0, &player));
    TRY(microsip_tone_free(beep));
    /* Plays on without us. */
    TRY(microsip_tone_player_free(player));
    TRY(microsip_recording_name_new(folder, "{date}-{time}-{remote_user}.wav", &name));
    note("record", microsip_call_record_named(call, name, record_options, &recorder));
    TRY(microsip_recording_name_free(name));
    TRY(microsip_recorder_free(recorder));
}

int main(int argc, char **argv) {
    microsip_endpoint_t endpoint;
    microsip_account_t account;
    microsip_events_t events;
    long left;

    if (argc < 3) {
        fprintf(stderr, "usage: %s ADDRESS:PORT FOLDER [CALLS]\n", argv[0]);
        return 2;
    }
    left = argc > 3 ? strtol(argv[3], NULL, 10) : -1;
    endpoint = start_on(argv[1]);
    TRY(microsip_endpoint_events(endpoint, &events));
    account = add_local_account(endpoint, "sip:machine@localhost");
    say_where(endpoint);

    while (left != 0) {
        microsip_event_t event;
        microsip_event_kind_t kind;
        TRY(microsip_events_next(events, MICROSIP_WAIT_FOREVER, &event));
        TRY(microsip_event_kind(event, &kind));
        if (kind == MICROSIP_EVENT_KIND_INCOMING_CALL) {
            microsip_call_info_t info;
            microsip_call_t call;
            const char *who;
            TRY(microsip_event_call_info(event, &info));
            TRY(microsip_call_info_remote_uri(info, &who));
            printf("call from %s\n", who);
            TRY(microsip_call_info_free(info));
            TRY(microsip_event_call(event, &call));
            take_message(call, argv[2]);
            TRY(microsip_call_free(call));
        } else if (kind == MICROSIP_EVENT_KIND_RECORDING_FINISHED) {
            microsip_recording_info_t info;
            const char *path;
            uint64_t length_ms;
            TRY(microsip_event_recording_info(event, &info));
            TRY(microsip_recording_info_path(info, &path));
            TRY(microsip_recording_info_length_ms(info, &length_ms));
            printf("recorded %lu.%03lu s: %s\n", (unsigned long)(length_ms / 1000), (unsigned long)(length_ms % 1000), path);
            TRY(microsip_recording_info_free(info));
            if (left > 0) --left;
        }
        fflush(stdout);
        TRY(microsip_event_free(event));
    }

    TRY(microsip_events_free(events));
    TRY(microsip_account_free(account));
    TRY(microsip_endpoint_close(endpoint));
    TRY(microsip_endpoint_free(endpoint));
    return 0;
}
