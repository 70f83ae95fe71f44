/* An endpoint's call of itself with its audio, which most tests of audio begin with. */
#ifndef STAGE_H
#define STAGE_H

#include "pair.h"
#include <math.h>

#define PI 3.14159265358979323846

static inline pair_t stage_up(void) {
    pair_t s;
    microsip_endpoint_config_t config;
    OK(microsip_endpoint_config_new(&config));
    pair_start(&s, config);
    connect_calls(s.events, s.ann, s.bob, &s.caller, &s.callee);
    return s;
}

static inline void stage_down(pair_t s) {
    pair_stop(&s);
    OK(microsip_call_free(s.caller));
    OK(microsip_call_free(s.callee));
}

/* Level of one frequency in dB below the peak of a full-scale sine (Goertzel). */
static inline double level(const int16_t *samples, size_t count, double rate, double hz) {
    double w = 2 * PI * hz / rate, c = 2 * cos(w), a = 0, b = 0;
    size_t n;
    for (n = 0; n < count; n++) {
        double next = samples[n] / 32768.0 + c * a - b;
        b = a;
        a = next;
    }
    return 10 * log10((a * a + b * b - c * a * b) * 4 / ((double)count * (double)count) + 1e-12);
}

/* Reads until a frequency is louder than a level. */
static inline void until_heard(microsip_audio_sink_t ear, double hz, double db) {
    static int16_t frame[4800];
    uint32_t rate;
    size_t count;
    OK(microsip_audio_sink_rate(ear, &rate));
    do {
        OK(microsip_audio_sink_read(ear, frame, 4800, DEADLINE_MS, &count));
    } while (level(frame, count, rate, hz) < db);
}

/* Reads until a frequency is softer than a level. */
static inline void until_silent(microsip_audio_sink_t ear, double hz, double db) {
    static int16_t frame[4800];
    uint32_t rate;
    size_t count;
    OK(microsip_audio_sink_rate(ear, &rate));
    do {
        OK(microsip_audio_sink_read(ear, frame, 4800, DEADLINE_MS, &count));
    } while (level(frame, count, rate, hz) > db);
}

#endif
