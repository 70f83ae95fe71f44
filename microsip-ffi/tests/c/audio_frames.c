/* Frames in and out of calls: what is said is heard, whole and as loud; waiting, not waiting, and being interrupted. */
#define _POSIX_C_SOURCE 200809L
#include "stage.h"
#include <poll.h>
#include <pthread.h>
#include <time.h>

#define RATE 16000u
#define FRAME (RATE / 50)

static const microsip_audio_sink_options_t no_sink_options = {0};
static const microsip_audio_source_options_t no_source_options = {0};

static uint64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* A sine at -10 dB goes in at one end and comes out at the other: its frequency, its level, no hole. */
static void a_tone_is_heard(void) {
    enum { SECONDS = 3 };
    static int16_t said[RATE * SECONDS], heard[RATE * SECONDS];
    pair_t s = stage_up();
    microsip_audio_sink_options_t ear_options, copy;
    microsip_audio_source_options_t mouth_options, mouth_copy;
    microsip_audio_sink_t ear, same;
    microsip_audio_source_t mouth, mouth_same;
    microsip_call_t whose;
    microsip_conference_t none;
    microsip_frame_t frame;
    uint64_t id, other, samples, lost, overruns, waiting, written, sent, flushed, queued, underruns, silence, next = 0;
    uint32_t rate;
    size_t n, count, length, room;
    float received, sending;
    time_t wall = time(NULL);

    for (n = 0; n < RATE * SECONDS; n++) said[n] = (int16_t)lround(32767 * 0.31623 * sin(2 * PI * 1000 * n / RATE));

    OK(microsip_audio_sink_options_new(&ear_options));
    OK(microsip_audio_sink_options_set_rate(ear_options, RATE));
    OK(microsip_audio_sink_options_set_frame(ear_options, 20));
    OK(microsip_audio_sink_options_set_tap(ear_options, MICROSIP_TAP_RECEIVED));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_audio_sink_options_set_tap(ear_options, 4));
    OK(microsip_audio_sink_options_set_capacity(ear_options, 60000));
    OK(microsip_audio_sink_options_clone(ear_options, &copy));
    OK(microsip_audio_sink_options_set_frame(copy, 5));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_audio_sink(s.callee, copy, &ear));
    OK(microsip_audio_sink_options_free(copy));
    OK(microsip_audio_source_options_new(&mouth_options));
    OK(microsip_audio_source_options_set_rate(mouth_options, RATE));
    OK(microsip_audio_source_options_set_capacity(mouth_options, 200));
    OK(microsip_audio_source_options_clone(mouth_options, &mouth_copy));
    OK(microsip_audio_source_options_set_rate(mouth_copy, 11025));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_audio_source(s.caller, mouth_copy, &mouth));
    OK(microsip_audio_source_options_free(mouth_copy));

    OK(microsip_call_audio_sink(s.callee, ear_options, &ear));
    OK(microsip_call_audio_source(s.caller, mouth_options, &mouth));
    OK(microsip_audio_sink_options_free(ear_options));
    OK(microsip_audio_source_options_free(mouth_options));
    OK(microsip_audio_sink_rate(ear, &rate));
    CHECK(rate == RATE);
    OK(microsip_audio_source_rate(mouth, &rate));
    CHECK(rate == RATE);
    OK(microsip_audio_sink_frame_length(ear, &length));
    CHECK(length == FRAME);
    OK(microsip_audio_sink_id(ear, &id));
    OK(microsip_audio_source_id(mouth, &other));
    CHECK(id && other && id != other);
    OK(microsip_audio_sink_call(ear, &whose));
    OK(microsip_call_id(whose, &id));
    OK(microsip_call_free(whose));
    OK(microsip_call_id(s.callee, &other));
    CHECK(id == other);
    OK(microsip_audio_source_call(mouth, &whose));
    OK(microsip_call_free(whose));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_audio_sink_conference(ear, &none));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_audio_source_conference(mouth, &none));
    OK(microsip_audio_source_room(mouth, &room));
    CHECK(room == RATE / 5);

    /* Too small a buffer loses nothing. */
    EXPECT(MICROSIP_STATUS_BUFFER_TOO_SMALL, microsip_audio_sink_read(ear, heard, FRAME - 1, DEADLINE_MS, &count));
    EXPECT(MICROSIP_STATUS_BUFFER_TOO_SMALL, microsip_audio_sink_read(ear, NULL, 0, 0, &count));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_audio_sink_read(ear, NULL, FRAME, 0, &count));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_audio_sink_read(ear, heard, FRAME, 0, NULL));

    /* What does not fit waits: the writer is paced. Both run on one thread: a frame is read for each that is written. */
    for (n = 0; n < RATE * SECONDS; n += FRAME) {
        size_t done = 0;
        while (done < FRAME) {
            OK(microsip_audio_source_write(mouth, said + n + done, FRAME - done, DEADLINE_MS, &count));
            CHECK(count && done + count <= FRAME);
            done += count;
        }
        frame.size = sizeof frame;
        OK(microsip_audio_sink_read_frame(ear, heard + n, FRAME, DEADLINE_MS, &frame));
        CHECK(frame.size == sizeof frame && frame.count == FRAME);
        CHECK(frame.position == next && frame.lost == 0);
        CHECK(frame.at_unix_ms / 1000 >= (int64_t)wall - 1 && frame.at_unix_ms / 1000 <= (int64_t)time(NULL) + 1);
        next += FRAME;
    }
    OK(microsip_call_levels(s.callee, &received, &sending));
    CHECK(sending <= -60 && (!in_real_time() || (received > -25 && received < -5)));
    OK(microsip_audio_source_drain(mouth, DEADLINE_MS));
    OK(microsip_audio_source_drain(mouth, 0));
    OK(microsip_audio_source_stats(mouth, &written, &sent, &flushed, &queued, &underruns, &silence));
    CHECK(written == RATE * SECONDS && sent == written && flushed == 0 && queued == 0);
    CHECK(underruns || !silence);
    OK(microsip_audio_source_stats(mouth, NULL, NULL, NULL, NULL, NULL, NULL));
    OK(microsip_audio_sink_stats(ear, &samples, &lost, &overruns, &waiting));
    CHECK(samples >= RATE * SECONDS && lost == 0 && overruns == 0 && waiting <= samples - next);

    /* Where it is heard, it is heard as it was said, tenth of a second by tenth. */
    for (n = 0; n < RATE * SECONDS && heard[n] < 500; n++) {}
    CHECK(n < RATE * (SECONDS - 1));
    n += RATE / 10;
    length = 0;
    for (count = 0; n + RATE / 10 <= RATE * SECONDS; n += RATE / 10, count++) {
        double db = level(heard + n, RATE / 10, RATE, 1000);
        /* A busy machine's jitter buffer may hide one packet. */
        if (fabs(db + 10) > 1.0) length++;
        CHECK(!in_real_time() || level(heard + n, RATE / 10, RATE, 2300) < -30);
    }
    CHECK(!in_real_time() || (count >= 8 && length <= count / 4));

    /* Frame structs of other sizes: an older program's is not overrun, an empty one is found out. */
    {
        struct { microsip_frame_t frame; unsigned char guard[8]; } old;
        memset(&old, 0xaa, sizeof old);
        old.frame.size = offsetof(microsip_frame_t, lost);
        OK(microsip_audio_sink_read_frame(ear, heard, FRAME, DEADLINE_MS, &old.frame));
        CHECK(old.frame.count == FRAME && old.frame.position == next);
        CHECK(((unsigned char *)&old.frame.lost)[0] == 0xaa && old.guard[0] == 0xaa);
        next += FRAME;
        old.frame.size = 0;
        EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_audio_sink_read_frame(ear, heard, FRAME, 0, &old.frame));
        EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_audio_sink_read_frame(ear, heard, FRAME, 0, NULL));
    }

    /* Several handles, one stream. */
    OK(microsip_audio_sink_clone(ear, &same));
    OK(microsip_audio_sink_free(ear));
    OK(microsip_audio_sink_read(same, heard, FRAME, DEADLINE_MS, &count));
    OK(microsip_audio_source_clone(mouth, &mouth_same));
    OK(microsip_audio_source_free(mouth));
    OK(microsip_audio_source_write(mouth_same, said, FRAME, 0, &count));

    /* The end of the call ends both. */
    OK(microsip_call_hang_up(s.caller));
    OK(microsip_call_wait_for(s.callee, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    {
        microsip_status_t end;
        while ((end = microsip_audio_sink_read(same, heard, FRAME, DEADLINE_MS, &count)) == MICROSIP_STATUS_OK) {}
        CHECK(end == MICROSIP_STATUS_ENDED && count == 0);
        while ((end = microsip_audio_source_write(mouth_same, said, FRAME, DEADLINE_MS, &count)) == MICROSIP_STATUS_OK) {}
        CHECK(end == MICROSIP_STATUS_GONE && count == 0);
    }
    EXPECT(MICROSIP_STATUS_GONE, microsip_audio_source_flush(mouth_same, NULL, NULL));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_audio_sink(s.callee, no_sink_options, &ear));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_audio_source(s.callee, no_source_options, &mouth));
    OK(microsip_audio_sink_free(same));
    OK(microsip_audio_source_free(mouth_same));
    stage_down(s);
}

/* Nothing is connected: reading waits in vain, and says so. */
static void waiting_and_not(void) {
    pair_t s = stage_up();
    microsip_audio_sink_t ear;
    microsip_audio_source_t mouth;
    int16_t frame[FRAME], second[RATE];
    size_t count;
    uint64_t begun, position, dropped;
    int fd;
    struct pollfd watched;
    memset(second, 1, sizeof second);
    OK(microsip_endpoint_audio_source(s.endpoint, no_source_options, &mouth));
    /* Nobody listens: it fills and stays full. */
    OK(microsip_audio_source_write(mouth, second, RATE, 0, &count));
    CHECK(count == RATE);
    EXPECT(MICROSIP_STATUS_WOULD_BLOCK, microsip_audio_source_write(mouth, second, RATE, 0, &count));
    begun = now_ms();
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_audio_source_write(mouth, second, RATE, 60, &count));
    CHECK(now_ms() - begun >= 60 && count == 0);
    EXPECT(MICROSIP_STATUS_WOULD_BLOCK, microsip_audio_source_drain(mouth, 0));
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_audio_source_drain(mouth, 30));
    OK(microsip_audio_source_flush(mouth, &position, &dropped));
    CHECK(position == 0 && dropped == RATE);
    OK(microsip_audio_source_close(mouth));
    OK(microsip_audio_source_close(mouth));
    EXPECT(MICROSIP_STATUS_GONE, microsip_audio_source_write(mouth, second, RATE, 0, &count));
    EXPECT(MICROSIP_STATUS_GONE, microsip_audio_source_flush(mouth, NULL, NULL));
    EXPECT(MICROSIP_STATUS_GONE, microsip_audio_source_drain(mouth, 0));
    EXPECT(MICROSIP_STATUS_GONE, microsip_audio_source_room(mouth, &count));
    EXPECT(MICROSIP_STATUS_GONE, microsip_audio_source_stats(mouth, NULL, NULL, NULL, NULL, NULL, NULL));
    OK(microsip_audio_source_free(mouth));

    /* An event loop: the descriptor is readable when there may be something, and not for ever. */
    OK(microsip_call_audio_sink(s.caller, no_sink_options, &ear));
    OK(microsip_audio_sink_fd(ear, &fd));
    watched.fd = fd;
    watched.events = POLLIN;
    {
        void *handle;
        unsigned frames = 0, calm = 0;
        EXPECT(MICROSIP_STATUS_UNSUPPORTED, microsip_audio_sink_handle(ear, &handle));
        while (frames < 25 || !calm) {
            microsip_status_t status;
            CHECK(poll(&watched, 1, (int)DEADLINE_MS) == 1);
            while ((status = microsip_audio_sink_read(ear, frame, FRAME, 0, &count)) == MICROSIP_STATUS_OK) {
                CHECK(count == FRAME);
                frames++;
            }
            CHECK(status == MICROSIP_STATUS_WOULD_BLOCK && count == 0);
            /* Emptied, it is quiet until the next tick, unless that is just coming. */
            if (poll(&watched, 1, 0) == 0) calm++;
        }
    }
    /* Closed, everybody is told, also those who come later. */
    OK(microsip_audio_sink_close(ear));
    OK(microsip_audio_sink_close(ear));
    CHECK(poll(&watched, 1, (int)DEADLINE_MS) == 1);
    EXPECT(MICROSIP_STATUS_ENDED, microsip_audio_sink_read(ear, frame, FRAME, 0, &count));
    CHECK(poll(&watched, 1, (int)DEADLINE_MS) == 1);
    EXPECT(MICROSIP_STATUS_ENDED, microsip_audio_sink_read(ear, frame, FRAME, MICROSIP_WAIT_FOREVER, &count));
    EXPECT(MICROSIP_STATUS_GONE, microsip_audio_sink_stats(ear, NULL, NULL, NULL, NULL));
    OK(microsip_audio_sink_free(ear));
    stage_down(s);
}

static void *read_to_the_end(void *sink) {
    const microsip_audio_sink_t *ear = sink;
    int16_t frame[FRAME];
    size_t count;
    microsip_status_t status;
    while ((status = microsip_audio_sink_read(*ear, frame, FRAME, MICROSIP_WAIT_FOREVER, &count)) == MICROSIP_STATUS_OK) {}
    return (void *)(intptr_t)status;
}

/* A sink that hears nothing, so that readers wait for good. */
static void closing_ends_readers(void) {
    uint16_t port;
    microsip_endpoint_t endpoint = start_endpoint(&port);
    microsip_audio_sink_t ear;
    microsip_audio_source_t mouth;
    pthread_t readers[2];
    void *result;
    uint64_t waiting;
    uint32_t rate;
    int n;
    OK(microsip_endpoint_audio_sink(endpoint, no_sink_options, &ear));
    OK(microsip_endpoint_audio_source(endpoint, no_source_options, &mouth));
    for (n = 0; n < 2; n++) CHECK(!pthread_create(&readers[n], NULL, read_to_the_end, &ear));
    /* The sink stays usable meanwhile. */
    for (n = 0; n < 200; n++) {
        int16_t frame[FRAME];
        size_t count;
        microsip_status_t status;
        OK(microsip_audio_sink_stats(ear, NULL, NULL, NULL, &waiting));
        OK(microsip_audio_sink_rate(ear, &rate));
        status = microsip_audio_sink_read(ear, frame, FRAME, 1, &count);
        CHECK(status == MICROSIP_STATUS_OK || status == MICROSIP_STATUS_TIMEOUT);
    }
    OK(microsip_audio_sink_close(ear));
    for (n = 0; n < 2; n++) {
        CHECK(!pthread_join(readers[n], &result));
        CHECK((intptr_t)result == MICROSIP_STATUS_ENDED);
    }
    OK(microsip_audio_sink_free(ear));
    /* And so does the end of the endpoint. */
    OK(microsip_endpoint_audio_sink(endpoint, no_sink_options, &ear));
    for (n = 0; n < 2; n++) CHECK(!pthread_create(&readers[n], NULL, read_to_the_end, &ear));
    OK(microsip_endpoint_close(endpoint));
    for (n = 0; n < 2; n++) {
        CHECK(!pthread_join(readers[n], &result));
        CHECK((intptr_t)result == MICROSIP_STATUS_ENDED);
    }
    OK(microsip_audio_sink_free(ear));
    OK(microsip_audio_source_free(mouth));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_audio_sink(endpoint, no_sink_options, &ear));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_audio_source(endpoint, no_source_options, &mouth));
    stage_down((pair_t){.endpoint = endpoint});
}

typedef struct {
    microsip_audio_source_t mouth;
    microsip_status_t status;
    size_t written;
} speech_t;

static void *speak_a_minute(void *argument) {
    static int16_t minute[RATE * 60];
    speech_t *speech = argument;
    size_t n;
    for (n = 0; n < RATE * 60; n++) minute[n] = 1000;
    speech->status = microsip_audio_source_write(speech->mouth, minute, RATE * 60, MICROSIP_WAIT_FOREVER, &speech->written);
    return NULL;
}

/* Barge-in: a minute is being written, and is cut off by another thread at once. */
static void a_flush_interrupts(void) {
    pair_t s = stage_up();
    speech_t speech;
    pthread_t speaker;
    uint64_t begun, position, dropped, queued, sent;
    size_t count;
    int16_t more[FRAME] = {0};
    OK(microsip_call_audio_source(s.caller, no_source_options, &speech.mouth));
    CHECK(!pthread_create(&speaker, NULL, speak_a_minute, &speech));
    do {
        OK(microsip_audio_source_stats(speech.mouth, NULL, &sent, NULL, &queued, NULL, NULL));
    } while (queued < RATE / 2 || sent < RATE / 4);
    begun = now_ms();
    OK(microsip_audio_source_flush(speech.mouth, &position, &dropped));
    CHECK(now_ms() - begun < 2000);
    CHECK(!pthread_join(speaker, NULL));
    CHECK(now_ms() - begun < 4000);
    CHECK(speech.status == MICROSIP_STATUS_OK && speech.written >= RATE / 2 && speech.written < RATE * 30);
    CHECK(position >= sent && position + dropped == speech.written);
    OK(microsip_audio_source_stats(speech.mouth, NULL, NULL, &sent, &queued, NULL, NULL));
    CHECK(sent == dropped && queued == 0);
    /* It speaks on. */
    OK(microsip_audio_source_write(speech.mouth, more, FRAME, DEADLINE_MS, &count));
    CHECK(count == FRAME);
    OK(microsip_audio_source_drain(speech.mouth, DEADLINE_MS));
    OK(microsip_audio_source_flush(speech.mouth, &position, &dropped));
    CHECK(position == speech.written + FRAME && dropped == 0);

    /* Closing ends a writer, too. */
    CHECK(!pthread_create(&speaker, NULL, speak_a_minute, &speech));
    do {
        OK(microsip_audio_source_stats(speech.mouth, NULL, NULL, NULL, &queued, NULL, NULL));
    } while (queued < RATE / 2);
    OK(microsip_audio_source_close(speech.mouth));
    CHECK(!pthread_join(speaker, NULL));
    CHECK(speech.status == MICROSIP_STATUS_OK && speech.written < RATE * 30);
    OK(microsip_audio_source_free(speech.mouth));
    stage_down(s);
}

/* What is not read in time is counted, told by an event, and skipped in positions. */
static void lost_audio_is_told(void) {
    pair_t s = stage_up();
    microsip_audio_sink_options_t options;
    microsip_audio_sink_t ear;
    microsip_event_t event;
    microsip_xrun_t kind;
    microsip_frame_t frame = {0};
    int16_t samples[FRAME];
    uint64_t id, stream, lost, total, counted, seen, expected = 0;
    OK(microsip_audio_sink_options_new(&options));
    OK(microsip_audio_sink_options_set_capacity(options, 100));
    OK(microsip_call_audio_sink(s.caller, options, &ear));
    OK(microsip_audio_sink_options_free(options));
    OK(microsip_audio_sink_id(ear, &id));
    event = wait_event(s.events, MICROSIP_EVENT_KIND_AUDIO_XRUN);
    OK(microsip_event_xrun(event, &kind));
    OK(microsip_event_xrun_stream(event, &stream));
    OK(microsip_event_xrun_samples(event, &lost));
    OK(microsip_event_xrun_total(event, &total));
    CHECK(kind == MICROSIP_XRUN_OVERRUN && stream == id && lost && total >= lost);
    OK(microsip_audio_sink_stats(ear, NULL, &counted, &seen, NULL));
    CHECK(counted >= total && seen >= 1);
    {
        microsip_player_t player;
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_player(event, &player));
    }
    OK(microsip_event_free(event));
    /* Somewhere in what follows is the hole, and positions tell how long it is. */
    for (lost = 0; !lost; expected += FRAME) {
        frame.size = sizeof frame;
        OK(microsip_audio_sink_read_frame(ear, samples, FRAME, DEADLINE_MS, &frame));
        lost = frame.lost;
        CHECK(frame.position == expected + lost);
    }
    CHECK(lost >= total);
    OK(microsip_audio_sink_free(ear));
    stage_down(s);
}

/* A source is heard by a sink that is connected to it, as loud as the link is. */
static void nodes_are_connected(void) {
    enum { PART = RATE / 5 };
    uint16_t port;
    microsip_endpoint_t endpoint = start_endpoint(&port);
    microsip_audio_sink_t ear;
    microsip_audio_source_t mouth;
    microsip_node_t from, to, again;
    static int16_t said[RATE], heard[RATE];
    size_t n, count;
    double db;
    for (n = 0; n < RATE; n++) said[n] = (int16_t)lround(16384 * sin(2 * PI * 500 * n / RATE));
    OK(microsip_endpoint_audio_sink(endpoint, no_sink_options, &ear));
    OK(microsip_endpoint_audio_source(endpoint, no_source_options, &mouth));
    OK(microsip_audio_source_node(mouth, &from));
    OK(microsip_audio_sink_node(ear, &to));
    OK(microsip_node_clone(to, &again));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_connect(endpoint, from, to, 7));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_connect(endpoint, from, from, 0));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_connect(endpoint, to, from, 0));
    OK(microsip_endpoint_connect(endpoint, from, again, -6.02f));
    OK(microsip_audio_source_write(mouth, said, RATE, DEADLINE_MS, &count));
    do {
        OK(microsip_audio_sink_read(ear, heard, FRAME, DEADLINE_MS, &count));
    } while (level(heard, FRAME, RATE, 500) < -20);
    for (n = 0; n < PART; n += FRAME) OK(microsip_audio_sink_read(ear, heard + n, FRAME, DEADLINE_MS, &count));
    db = level(heard, PART, RATE, 500);
    CHECK(!in_real_time() || fabs(db + 12.04) < 0.5);
    /* Silenced, then taken apart. */
    OK(microsip_endpoint_connect(endpoint, from, to, -INFINITY));
    do {
        OK(microsip_audio_sink_read(ear, heard, FRAME, DEADLINE_MS, &count));
    } while (level(heard, FRAME, RATE, 500) > -60);
    OK(microsip_endpoint_disconnect(endpoint, from, to));
    OK(microsip_endpoint_disconnect(endpoint, from, to));
    OK(microsip_audio_source_free(mouth));
    {
        microsip_status_t status;
        uint64_t begun = now_ms();
        do {
            status = microsip_endpoint_connect(endpoint, from, to, 0);
        } while (status == MICROSIP_STATUS_OK && now_ms() - begun < DEADLINE_MS);
        CHECK(status == MICROSIP_STATUS_GONE);
    }
    OK(microsip_node_free(from));
    OK(microsip_node_free(to));
    OK(microsip_node_free(again));
    OK(microsip_audio_sink_free(ear));
    stage_down((pair_t){.endpoint = endpoint});
}

int main(void) {
    a_tone_is_heard();
    waiting_and_not();
    closing_ends_readers();
    a_flush_interrupts();
    lost_audio_is_told();
    nodes_are_connected();
    no_handles_left();
    puts("audio_frames: ok");
    return 0;
}
