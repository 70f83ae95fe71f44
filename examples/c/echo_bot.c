/* Answers every call and gives the caller's own voice back, frame by frame: what a voice bot does with its speech service in between.
 *
 *   echo_bot 0.0.0.0:5060 [CALLS]
 */
#include "example.h"

#include <pthread.h>

/* 20 ms at 16 kHz. */
#define RATE 16000
#define FRAME 320

struct bot {
    microsip_call_t call;
    microsip_audio_sink_t ears;
    microsip_audio_source_t mouth;
};

static void forget(struct bot *bot) {
    microsip_audio_sink_free(bot->ears);
    microsip_audio_source_free(bot->mouth);
    microsip_call_free(bot->call);
    free(bot);
}

/* One thread for each call: reading paces it. Frames pass through memory of ours; nothing is allocated. */
static void *talk(void *argument) {
    struct bot *bot = argument;
    int16_t samples[FRAME];
    size_t count, written;
    unsigned long frames = 0;
    /* Ends with the call: ENDED. */
    while (microsip_audio_sink_read(bot->ears, samples, FRAME, MICROSIP_WAIT_FOREVER, &count) == MICROSIP_STATUS_OK) {
        if (microsip_audio_source_write(bot->mouth, samples, count, 1000, &written) != MICROSIP_STATUS_OK) break;
        ++frames;
    }
    printf("echoed %lu frames\n", frames);
    fflush(stdout);
    forget(bot);
    return NULL;
}

/* Answers a call on a thread of its own; whether there still is one, for the caller may hang up at any moment. */
static int answer(microsip_call_t call, pthread_t *thread) {
    const microsip_answer_options_t no_options = {0};
    microsip_audio_sink_options_t hear;
    microsip_audio_source_options_t speak;
    struct bot *bot = calloc(1, sizeof *bot);
    int on;
    if (!bot) abort();
    bot->call = call;
    TRY(microsip_audio_sink_options_new(&hear));
    TRY(microsip_audio_sink_options_set_rate(hear, RATE));
    TRY(microsip_audio_source_options_new(&speak));
    TRY(microsip_audio_source_options_set_rate(speak, RATE));
    /* Before the answer, so that no word is missed. */
    on = note("hear", microsip_call_audio_sink(call, hear, &bot->ears)) &&
         note("speak", microsip_call_audio_source(call, speak, &bot->mouth)) &&
         note("answer", microsip_call_answer(call, 200, no_options));
    TRY(microsip_audio_sink_options_free(hear));
    TRY(microsip_audio_source_options_free(speak));
    if (!on) {
        forget(bot);
        return 0;
    }
    if (pthread_create(thread, NULL, talk, bot) != 0) abort();
    return 1;
}

int main(int argc, char **argv) {
    microsip_endpoint_t endpoint;
    microsip_account_t account;
    microsip_events_t events;
    pthread_t threads[64];
    size_t calls = 0, most;

    if (argc < 2) {
        fprintf(stderr, "usage: %s ADDRESS:PORT [CALLS, at most 64]\n", argv[0]);
        return 2;
    }
    most = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 64;
    if (most > 64) most = 64;
    endpoint = start_on(argv[1]);
    TRY(microsip_endpoint_events(endpoint, &events));
    account = add_local_account(endpoint, "sip:echo@localhost");
    say_where(endpoint);

    while (calls < most) {
        microsip_event_t event;
        microsip_event_kind_t kind;
        TRY(microsip_events_next(events, MICROSIP_WAIT_FOREVER, &event));
        TRY(microsip_event_kind(event, &kind));
        if (kind == MICROSIP_EVENT_KIND_INCOMING_CALL) {
            microsip_call_t call;
            TRY(microsip_event_call(event, &call));
            calls += (size_t)answer(call, &threads[calls]);
        }
        TRY(microsip_event_free(event));
    }
    while (calls > 0) pthread_join(threads[--calls], NULL);

    TRY(microsip_events_free(events));
    TRY(microsip_account_free(account));
    TRY(microsip_endpoint_close(endpoint));
    TRY(microsip_endpoint_free(endpoint));
    return 0;
}
