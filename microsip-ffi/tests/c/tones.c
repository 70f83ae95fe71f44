/* Tones: by name, country, text and key; rendered and played. */
#include "stage.h"

static const microsip_audio_sink_options_t no_sink_options = {0};

/* Levels of two frequencies in a rendered tone, from a moment on. */
static void sounds(microsip_tone_t tone, double one, double other, size_t expected) {
    microsip_pcm_t pcm;
    const int16_t *samples;
    size_t count;
    uint32_t rate;
    OK(microsip_tone_render(tone, 16000, 200, &pcm));
    OK(microsip_pcm_samples(pcm, &samples, &count));
    OK(microsip_pcm_rate(pcm, &rate));
    CHECK(rate == 16000 && count == expected);
    CHECK(level(samples + 80, 1520, rate, one) > -25);
    CHECK(level(samples + 80, 1520, rate, other) > -25);
    CHECK(level(samples + 80, 1520, rate, 3000) < -40);
    OK(microsip_pcm_free(pcm));
}

static void as_data(void) {
    microsip_tone_t tone, again;
    microsip_pcm_t pcm;
    const char *text;
    const int16_t *samples;
    const double reflection[2] = {-0.5, 0.1};
    uint64_t ms;
    size_t count, n;
    char copy[200];

    OK(microsip_tone_of_country(MICROSIP_TONE_KIND_DIAL, "us", &tone));
    sounds(tone, 350, 440, 3200);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_tone_length_ms(tone, &ms));
    OK(microsip_tone_free(tone));
    OK(microsip_tone_of_country(MICROSIP_TONE_KIND_RINGBACK, NULL, &tone));
    sounds(tone, 440, 480, 3200);
    OK(microsip_tone_text(tone, &text));
    snprintf(copy, sizeof copy, "%s", text);
    OK(microsip_tone_find(copy, NULL, &again));
    OK(microsip_tone_free(tone));
    OK(microsip_tone_text(again, &text));
    STREQ(copy, text);
    OK(microsip_tone_clone(again, &tone));
    OK(microsip_tone_free(again));
    sounds(tone, 440, 480, 3200);
    OK(microsip_tone_free(tone));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_tone_of_country(MICROSIP_TONE_KIND_HOWLER, "de", &tone));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_tone_of_country(MICROSIP_TONE_KIND_DIAL, "xx", &tone));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_tone_of_country(99, "de", &tone));
    CHECK(tone.token == 0);

    OK(microsip_tone_find("busy", "gb", &tone));
    sounds(tone, 400, 400, 3200);
    OK(microsip_tone_free(tone));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_tone_find("music", NULL, &tone));
    OK(microsip_tone_find("1000@-10/100,0/50;2", NULL, &tone));
    OK(microsip_tone_length_ms(tone, &ms));
    CHECK(ms == 300);
    OK(microsip_tone_render(tone, 8000, 3600000, &pcm));
    OK(microsip_pcm_samples(pcm, &samples, &count));
    CHECK(count == 2400);
    for (n = 832; n < 1200; n++) CHECK(samples[n] == 0);
    OK(microsip_pcm_free(pcm));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_tone_render(tone, 4000, 100, &pcm));
    OK(microsip_tone_free(tone));

    OK(microsip_tone_keys("5", 100, 100, &tone));
    OK(microsip_tone_length_ms(tone, &ms));
    CHECK(ms == 200);
    sounds(tone, 770, 1336, 3200);
    OK(microsip_tone_free(tone));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_tone_keys("5x", 100, 100, &tone));
    OK(microsip_tone_beep(1000, -10, 100, &tone));
    sounds(tone, 1000, 1000, 1600);
    OK(microsip_tone_free(tone));
    OK(microsip_tone_beep(1000, 40, 100, &tone));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_tone_render(tone, 8000, 100, &pcm));
    OK(microsip_tone_free(tone));
    OK(microsip_tone_comfort_noise(-30, reflection, 2, &tone));
    OK(microsip_tone_render(tone, 8000, 500, &pcm));
    OK(microsip_pcm_samples(pcm, &samples, &count));
    {
        double power = 0;
        for (n = 0; n < count; n++) power += samples[n] / 32768.0 * (samples[n] / 32768.0);
        CHECK(count == 4000 && fabs(10 * log10(power / (double)count) + 30) < 2);
    }
    OK(microsip_pcm_free(pcm));
    OK(microsip_tone_free(tone));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_tone_comfort_noise(-30, NULL, 2, &tone));
    OK(microsip_tone_comfort_noise(-30, NULL, 0, &tone));
    OK(microsip_tone_free(tone));
}

static void of_countries(void) {
    microsip_country_list_t list, same;
    const char *text;
    size_t count, n, germany;
    bool has;
    OK(microsip_country_list_new(&list));
    OK(microsip_country_list_clone(list, &same));
    OK(microsip_country_list_free(list));
    OK(microsip_country_list_count(same, &count));
    CHECK(count >= 30);
    germany = count;
    for (n = 0; n < count; n++) {
        OK(microsip_country_list_has_tone(same, n, MICROSIP_TONE_KIND_BUSY, &has));
        CHECK(has);
        OK(microsip_country_list_code_at(same, n, &text));
        if (!strcmp(text, "de")) germany = n;
    }
    CHECK(germany < count);
    OK(microsip_country_list_name_at(same, germany, &text));
    STREQ("Germany", text);
    OK(microsip_country_list_has_tone(same, germany, MICROSIP_TONE_KIND_HOWLER, &has));
    CHECK(!has);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_country_list_code_at(same, count, &text));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_country_list_name_at(same, count, &text));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_country_list_has_tone(same, count, MICROSIP_TONE_KIND_BUSY, &has));
    OK(microsip_country_list_free(same));
}

static void played(void) {
    pair_t s = stage_up();
    microsip_audio_sink_t ear;
    microsip_tone_t tone, same;
    microsip_tone_player_t player, again;
    microsip_event_t event;
    microsip_node_t from, to;
    microsip_call_t call;
    uint64_t ms;
    const char *text;
    bool finished;
    OK(microsip_call_audio_sink(s.callee, no_sink_options, &ear));
    OK(microsip_tone_find("425@-10", NULL, &tone));
    OK(microsip_call_play_tone(s.caller, tone, 0, &player));
    until_heard(ear, 425, -20);
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_tone_player_wait(player, 10));
    OK(microsip_tone_player_is_finished(player, &finished));
    CHECK(!finished);
    OK(microsip_tone_player_position_ms(player, &ms));
    CHECK(ms >= 20);
    OK(microsip_tone_player_tone(player, &same));
    OK(microsip_tone_text(same, &text));
    CHECK(strstr(text, "425"));
    OK(microsip_tone_free(same));
    OK(microsip_tone_player_clone(player, &again));
    OK(microsip_tone_player_free(player));
    OK(microsip_tone_player_stop(again));
    OK(microsip_tone_player_stop(again));
    OK(microsip_tone_player_wait(again, DEADLINE_MS));
    until_silent(ear, 425, -45);
    OK(microsip_tone_player_is_finished(again, &finished));
    CHECK(finished);
    OK(microsip_tone_player_free(again));

    /* Only for a while, and told when it is through. */
    OK(microsip_call_play_tone(s.caller, tone, 200, &player));
    until_heard(ear, 425, -20);
    event = wait_event(s.events, MICROSIP_EVENT_KIND_TONE_FINISHED);
    OK(microsip_event_tone_player(event, &again));
    OK(microsip_tone_player_position_ms(again, &ms));
    CHECK(ms >= 200 && ms <= 260);
    OK(microsip_event_call(event, &call));
    OK(microsip_call_free(call));
    {
        microsip_recorder_t none;
        microsip_conference_t neither;
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_recorder(event, &none));
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_conference(event, &neither));
    }
    OK(microsip_event_free(event));
    OK(microsip_tone_player_free(again));
    OK(microsip_tone_player_free(player));
    OK(microsip_tone_free(tone));

    /* One tone for a call, by a link, while the call's gain is down. */
    OK(microsip_tone_find("900@-10", NULL, &tone));
    OK(microsip_endpoint_play_tone(s.endpoint, tone, 0, &player));
    OK(microsip_tone_player_node(player, &from));
    OK(microsip_call_node(s.caller, &to));
    OK(microsip_endpoint_connect(s.endpoint, from, to, 0));
    until_heard(ear, 900, -20);
    OK(microsip_call_set_gain(s.callee, -INFINITY, 0));
    until_silent(ear, 900, -60);
    OK(microsip_call_set_gain(s.callee, 0, 0));
    until_heard(ear, 900, -20);
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_set_gain(s.callee, 0, INFINITY));
    OK(microsip_node_free(from));
    OK(microsip_node_free(to));
    OK(microsip_tone_player_stop(player));
    OK(microsip_tone_player_free(player));

    OK(microsip_call_hang_up(s.caller));
    OK(microsip_call_wait_for(s.callee, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_play_tone(s.callee, tone, 0, &player));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_set_gain(s.callee, 0, 0));
    {
        float one, other;
        EXPECT(MICROSIP_STATUS_GONE, microsip_call_levels(s.callee, &one, &other));
    }
    OK(microsip_tone_free(tone));
    OK(microsip_audio_sink_free(ear));
    stage_down(s);
}

/* What is played at one end is recognised at the other. */
static void detected(void) {
    pair_t s = stage_up();
    microsip_tone_detector_t detector, same;
    microsip_speech_detector_t speech, again;
    microsip_speech_options_t options;
    microsip_tone_t tone;
    microsip_tone_player_t player;
    microsip_event_t event;
    microsip_heard_tone_t heard;
    microsip_tap_t tap;
    microsip_call_t call;
    uint64_t id, other, position;
    uint32_t delay, hz;
    int64_t at;
    bool yes;
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT,
           microsip_call_detect_tones(s.callee, "xx", MICROSIP_TAP_RECEIVED, &detector));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_call_detect_tones(s.callee, "de", 0, &detector));
    OK(microsip_call_detect_tones(s.callee, "de", MICROSIP_TAP_RECEIVED, &detector));
    OK(microsip_speech_options_new(&options));
    OK(microsip_speech_options_set_hangover(options, 5));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_detect_speech(s.callee, options, &speech));
    OK(microsip_speech_options_set_hangover(options, 200));
    OK(microsip_call_detect_speech(s.callee, options, &speech));
    OK(microsip_speech_options_free(options));
    OK(microsip_tone_of_country(MICROSIP_TONE_KIND_BUSY, "de", &tone));
    OK(microsip_call_play_tone(s.caller, tone, 0, &player));
    event = wait_event(s.events, MICROSIP_EVENT_KIND_TONE_DETECTED);
    OK(microsip_event_heard_tone(event, &heard));
    OK(microsip_event_heard_tap(event, &tap));
    CHECK(heard == MICROSIP_HEARD_TONE_BUSY && tap == MICROSIP_TAP_RECEIVED);
    OK(microsip_event_heard_unix_ms(event, &at));
    OK(microsip_event_heard_position_ms(event, &position));
    OK(microsip_event_heard_delay_ms(event, &delay));
    CHECK(at > 0 && delay >= 480 && delay < 10000 && position < DEADLINE_MS);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_heard_frequency_hz(event, &hz));
    OK(microsip_event_free(event));
    OK(microsip_tone_player_stop(player));
    OK(microsip_tone_player_free(player));
    OK(microsip_tone_free(tone));

    OK(microsip_call_id(s.callee, &id));
    OK(microsip_tone_detector_clone(detector, &same));
    OK(microsip_tone_detector_free(detector));
    OK(microsip_tone_detector_call(same, &call));
    OK(microsip_call_id(call, &other));
    OK(microsip_call_free(call));
    CHECK(id == other);
    OK(microsip_tone_detector_is_stopped(same, &yes));
    CHECK(!yes);
    OK(microsip_tone_detector_stop(same));
    OK(microsip_tone_detector_stop(same));
    OK(microsip_tone_detector_is_stopped(same, &yes));
    CHECK(yes);
    OK(microsip_tone_detector_free(same));
    OK(microsip_speech_detector_clone(speech, &again));
    OK(microsip_speech_detector_free(speech));
    OK(microsip_speech_detector_call(again, &call));
    OK(microsip_call_id(call, &other));
    OK(microsip_call_free(call));
    CHECK(id == other);
    OK(microsip_speech_detector_is_speaking(again, &yes));
    OK(microsip_speech_detector_is_stopped(again, &yes));
    CHECK(!yes);
    OK(microsip_speech_detector_stop(again));
    OK(microsip_speech_detector_is_stopped(again, &yes));
    CHECK(yes);
    OK(microsip_speech_detector_is_speaking(again, &yes));
    CHECK(!yes);
    OK(microsip_speech_detector_free(again));
    stage_down(s);
}

int main(void) {
    as_data();
    of_countries();
    played();
    detected();
    no_handles_left();
    puts("tones: ok");
    return 0;
}
