/* Files: a call is recorded, what was recorded is played, and each end has its reason. */
#define _POSIX_C_SOURCE 200809L
#include "stage.h"
#include <unistd.h>

static const microsip_play_options_t no_play_options = {0};
static const microsip_record_options_t no_record_options = {0};
static const microsip_audio_sink_options_t no_sink_options = {0};

static char folder[] = "/tmp/microsip-files-XXXXXX";

/* The name of a file in the folder; four live at a time. */
static const char *in_folder(const char *name) {
    static char names[4][256];
    static unsigned next;
    char *path = names[next++ % 4];
    snprintf(path, sizeof names[0], "%s/%s", folder, name);
    return path;
}

/* A WAV file of a sine at -10 dB, mono, 8000 Hz. */
static void write_wav(const char *path, double hz, unsigned ms) {
    unsigned count = 8 * ms, n, bytes = 2 * count;
    unsigned char head[44] = "RIFF....WAVEfmt \20\0\0\0\1\0\1\0\100\37\0\0\200\76\0\0\2\0\20\0data....";
    FILE *file = fopen(path, "wb");
    CHECK(file);
    for (n = 0; n < 4; n++) {
        head[4 + n] = (unsigned char)((36 + bytes) >> 8 * n);
        head[40 + n] = (unsigned char)(bytes >> 8 * n);
    }
    CHECK(fwrite(head, 1, 44, file) == 44);
    for (n = 0; n < count; n++) {
        int16_t sample = (int16_t)lround(10362 * sin(2 * PI * hz * n / 8000));
        unsigned char pair[2];
        pair[0] = (unsigned char)((uint16_t)sample & 0xff);
        pair[1] = (unsigned char)((uint16_t)sample >> 8);
        CHECK(fwrite(pair, 1, 2, file) == 2);
    }
    CHECK(!fclose(file));
}

static void reading_whole_files(void) {
    const char *path = in_folder("tone.wav");
    microsip_pcm_t pcm, same;
    const int16_t *samples, *again;
    size_t count;
    uint32_t rate;
    write_wav(path, 700, 500);
    OK(microsip_pcm_read(path, &pcm));
    OK(microsip_pcm_rate(pcm, &rate));
    OK(microsip_pcm_samples(pcm, &samples, &count));
    CHECK(rate == 8000 && count == 4000 && fabs(level(samples, count, rate, 700) + 10) < 0.1);
    OK(microsip_pcm_clone(pcm, &same));
    OK(microsip_pcm_free(pcm));
    OK(microsip_pcm_samples(same, &again, &count));
    CHECK(again == samples && again[1] == samples[1]);
    OK(microsip_pcm_free(same));
    EXPECT(MICROSIP_STATUS_IO, microsip_pcm_read(in_folder("none.wav"), &pcm));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_pcm_read(NULL, &pcm));
    EXPECT(MICROSIP_STATUS_INVALID_UTF8, microsip_pcm_read("\xff", &pcm));
}

/* Two files into a call, and what can be done with them meanwhile. */
static void playing(pair_t s) {
    const char *files[2];
    microsip_play_options_t options, copy;
    microsip_player_t player, again;
    microsip_audio_sink_t ear;
    microsip_play_end_t end;
    microsip_call_t call;
    microsip_conference_t none;
    microsip_error_t error;
    microsip_event_t event;
    microsip_node_t node;
    uint64_t ms, id, other;
    size_t index;
    float db;
    bool yes;
    const char *path;
    char first[256], second[256];

    strcpy(first, in_folder("first.wav"));
    strcpy(second, in_folder("second.wav"));
    /* Long enough for a machine on which hearing takes its time. */
    write_wav(first, 700, 15000);
    write_wav(second, 1300, 15000);
    files[0] = first;
    files[1] = second;

    OK(microsip_play_options_new(&options));
    OK(microsip_play_options_set_paused(options, true));
    OK(microsip_play_options_set_repeat(options, false));
    OK(microsip_play_options_set_gain(options, -6.02f));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_play_options_set_gain(options, 20));
    OK(microsip_play_options_clone(options, &copy));
    OK(microsip_play_options_free(options));
    OK(microsip_call_audio_sink(s.callee, no_sink_options, &ear));
    OK(microsip_call_play_list(s.caller, files, 2, copy, &player));
    OK(microsip_play_options_free(copy));
    OK(microsip_player_is_paused(player, &yes));
    CHECK(yes);
    OK(microsip_player_is_finished(player, &yes));
    CHECK(!yes);
    OK(microsip_player_position_ms(player, &ms));
    CHECK(ms == 0);
    OK(microsip_player_length_ms(player, &ms));
    CHECK(ms == 15000);
    OK(microsip_player_index(player, &index));
    CHECK(index == 0);
    OK(microsip_player_file(player, &path));
    STREQ(first, path);
    OK(microsip_player_gain_db(player, &db));
    CHECK(fabs(db + 6.02) < 0.1);
    OK(microsip_player_missed_ms(player, &ms));
    CHECK(ms == 0);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_player_end(player, &end));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_player_error(player, &error));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_player_conference(player, &none));
    OK(microsip_player_call(player, &call));
    OK(microsip_call_id(call, &id));
    OK(microsip_call_id(s.caller, &other));
    CHECK(id == other);
    OK(microsip_call_free(call));
    OK(microsip_player_node(player, &node));
    OK(microsip_node_free(node));
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_player_wait(player, 20, &end));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_player_seek(player, 50000));
    OK(microsip_player_seek(player, 400));
    OK(microsip_player_resume(player));
    until_heard(ear, 700, -20);
    OK(microsip_player_pause(player));
    until_silent(ear, 700, -50);
    OK(microsip_player_position_ms(player, &ms));
    CHECK(ms >= 400 && ms <= 15000);
    OK(microsip_player_set_gain(player, 0));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_player_set_gain(player, NAN));
    OK(microsip_player_resume(player));
    OK(microsip_player_skip(player));
    until_heard(ear, 1300, -12.5);
    OK(microsip_player_index(player, &index));
    CHECK(index == 1);
    OK(microsip_player_file(player, &path));
    STREQ(second, path);
    /* Silence is a gain, too. */
    OK(microsip_player_set_gain(player, -INFINITY));
    until_silent(ear, 1300, -60);
    OK(microsip_player_gain_db(player, &db));
    CHECK(db == -INFINITY);
    OK(microsip_player_add(player, first));
    EXPECT(MICROSIP_STATUS_IO, microsip_player_add(player, in_folder("none.wav")));
    OK(microsip_player_skip(player));
    OK(microsip_player_index(player, &index));
    CHECK(index == 2);
    OK(microsip_player_seek(player, 14500));
    OK(microsip_player_wait(player, DEADLINE_MS, &end));
    CHECK(end == MICROSIP_PLAY_END_FINISHED);
    OK(microsip_player_wait(player, 0, NULL));
    event = wait_event(s.events, MICROSIP_EVENT_KIND_PLAYER_FINISHED);
    OK(microsip_event_play_end(event, &end));
    CHECK(end == MICROSIP_PLAY_END_FINISHED);
    OK(microsip_event_player(event, &again));
    OK(microsip_player_end(again, &end));
    CHECK(end == MICROSIP_PLAY_END_FINISHED);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_error(event, &error));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_conference(event, &none));
    OK(microsip_event_call(event, &call));
    OK(microsip_call_free(call));
    OK(microsip_player_free(again));
    OK(microsip_event_free(event));
    EXPECT(MICROSIP_STATUS_GONE, microsip_player_pause(player));
    EXPECT(MICROSIP_STATUS_GONE, microsip_player_resume(player));
    EXPECT(MICROSIP_STATUS_GONE, microsip_player_seek(player, 0));
    EXPECT(MICROSIP_STATUS_GONE, microsip_player_skip(player));
    EXPECT(MICROSIP_STATUS_GONE, microsip_player_add(player, first));
    EXPECT(MICROSIP_STATUS_GONE, microsip_player_set_gain(player, 0));
    OK(microsip_player_stop(player));
    OK(microsip_player_free(player));

    /* Stopped, and told so. */
    OK(microsip_call_play(s.caller, second, no_play_options, &player));
    OK(microsip_player_clone(player, &again));
    OK(microsip_player_free(player));
    OK(microsip_player_stop(again));
    OK(microsip_player_wait(again, DEADLINE_MS, &end));
    CHECK(end == MICROSIP_PLAY_END_STOPPED);
    OK(microsip_player_free(again));

    /* A file that is gone when its turn comes. */
    files[0] = second;
    files[1] = in_folder("gone.wav");
    write_wav(files[1], 700, 1000);
    OK(microsip_call_play_list(s.caller, files, 2, no_play_options, &player));
    CHECK(!unlink(files[1]));
    OK(microsip_player_seek(player, 14500));
    files[0] = first;
    OK(microsip_player_wait(player, DEADLINE_MS, &end));
    CHECK(end == MICROSIP_PLAY_END_FAILED);
    OK(microsip_player_error(player, &error));
    {
        microsip_status_t status;
        OK(microsip_error_status(error, &status));
        CHECK(status == MICROSIP_STATUS_IO);
        OK(microsip_error_free(error));
    }
    for (;;) {
        event = wait_event(s.events, MICROSIP_EVENT_KIND_PLAYER_FINISHED);
        OK(microsip_event_play_end(event, &end));
        if (end == MICROSIP_PLAY_END_FAILED) break;
        OK(microsip_event_free(event));
    }
    OK(microsip_event_error(event, &error));
    OK(microsip_error_free(error));
    OK(microsip_event_free(event));
    OK(microsip_player_free(player));

    EXPECT(MICROSIP_STATUS_IO, microsip_call_play(s.caller, in_folder("gone.wav"), no_play_options, &player));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_play_list(s.caller, files, 0, no_play_options, &player));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_call_play_list(s.caller, NULL, 2, no_play_options, &player));
    files[1] = NULL;
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_call_play_list(s.caller, files, 2, no_play_options, &player));
    /* To whatever is connected: a sink of our own. */
    OK(microsip_audio_sink_free(ear));
    OK(microsip_endpoint_audio_sink(s.endpoint, no_sink_options, &ear));
    OK(microsip_endpoint_play(s.endpoint, files, 1, no_play_options, &player));
    {
        microsip_node_t from, to;
        OK(microsip_player_node(player, &from));
        OK(microsip_audio_sink_node(ear, &to));
        OK(microsip_endpoint_connect(s.endpoint, from, to, 0));
        until_heard(ear, 700, -12.5);
        OK(microsip_node_free(from));
        OK(microsip_node_free(to));
    }
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_player_call(player, &call));
    OK(microsip_player_free(player));
    OK(microsip_audio_sink_free(ear));
}

/* Both sides of a call in two channels, with a piece left out. */
static void recording(pair_t s) {
    char first[256], taken[256];
    const char *path;
    microsip_record_options_t options, copy;
    microsip_recorder_t recorder, again;
    microsip_recording_info_t info, same;
    microsip_record_format_t format;
    microsip_player_t player;
    microsip_call_t call;
    microsip_conference_t none;
    microsip_error_t error;
    microsip_event_t event;
    microsip_node_t node;
    microsip_pcm_t pcm;
    const int16_t *samples;
    uint64_t ms, count, length;
    uint32_t rate;
    uint16_t channels;
    size_t n, found;
    bool yes;

    strcpy(first, in_folder("said.wav"));
    write_wav(first, 700, 1000);
    OK(microsip_record_options_new(&options));
    OK(microsip_record_options_set_split(options, true));
    OK(microsip_record_options_set_tap(options, MICROSIP_TAP_MIXED));
    OK(microsip_record_options_set_format(options, MICROSIP_RECORD_FORMAT_FLAC));
    OK(microsip_record_options_set_format(options, 0));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_record_options_set_format(options, 9));
    OK(microsip_record_options_set_format(options, MICROSIP_RECORD_FORMAT_WAV));
    OK(microsip_record_options_set_rate(options, 16000));
    OK(microsip_record_options_set_bitrate(options, 0));
    OK(microsip_record_options_clone(options, &copy));
    OK(microsip_record_options_set_bitrate(copy, 5));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_record(s.caller, in_folder("x.opus"), copy, &recorder));
    OK(microsip_record_options_free(copy));

    OK(microsip_call_record(s.caller, in_folder("call.wav"), options, &recorder));
    OK(microsip_recorder_path(recorder, &path));
    STREQ(in_folder("call.wav"), path);
    OK(microsip_recorder_is_finished(recorder, &yes));
    CHECK(!yes);
    OK(microsip_recorder_call(recorder, &call));
    OK(microsip_call_free(call));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_recorder_conference(recorder, &none));
    OK(microsip_recorder_node(recorder, &node));
    OK(microsip_node_free(node));
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_recorder_wait(recorder, 10, &info));
    OK(microsip_call_play(s.caller, first, no_play_options, &player));
    OK(microsip_player_wait(player, DEADLINE_MS, NULL));
    OK(microsip_recorder_pause(recorder));
    OK(microsip_recorder_pause(recorder));
    OK(microsip_recorder_is_paused(recorder, &yes));
    CHECK(yes);
    OK(microsip_player_free(player));
    OK(microsip_call_play(s.caller, first, no_play_options, &player));
    OK(microsip_player_wait(player, DEADLINE_MS, NULL));
    OK(microsip_player_free(player));
    OK(microsip_recorder_resume(recorder));
    OK(microsip_recorder_is_paused(recorder, &yes));
    CHECK(!yes);
    OK(microsip_recorder_clone(recorder, &again));
    OK(microsip_recorder_free(recorder));
    OK(microsip_recorder_stop(again, &info));
    OK(microsip_recorder_stop(again, NULL));
    OK(microsip_recorder_is_finished(again, &yes));
    CHECK(yes);
    EXPECT(MICROSIP_STATUS_GONE, microsip_recorder_pause(again));
    EXPECT(MICROSIP_STATUS_GONE, microsip_recorder_resume(again));
    OK(microsip_recorder_length_ms(again, &ms));
    OK(microsip_recording_info_length_ms(info, &length));
    CHECK(ms == length && ms >= 900 && ms < 2500);
    OK(microsip_recorder_free(again));
    OK(microsip_recording_info_clone(info, &same));
    OK(microsip_recording_info_free(info));
    OK(microsip_recording_info_path(same, &path));
    STREQ(in_folder("call.wav"), path);
    OK(microsip_recording_info_format(same, &format));
    OK(microsip_recording_info_rate(same, &rate));
    OK(microsip_recording_info_channels(same, &channels));
    CHECK(format == MICROSIP_RECORD_FORMAT_WAV && rate == 16000 && channels == 2);
    OK(microsip_recording_info_samples(same, &count));
    CHECK(count / 16 == length);
    OK(microsip_recording_info_dropped(same, &count));
    CHECK(count == 0);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_recording_info_error(same, &error));
    OK(microsip_recording_info_free(same));
    event = wait_event(s.events, MICROSIP_EVENT_KIND_RECORDING_FINISHED);
    OK(microsip_event_recorder(event, &again));
    OK(microsip_event_recording_info(event, &info));
    OK(microsip_recording_info_path(info, &path));
    STREQ(in_folder("call.wav"), path);
    OK(microsip_recorder_free(again));
    OK(microsip_recording_info_free(info));
    OK(microsip_event_free(event));

    /* What the caller said is in it, once: about a second, in one of the two channels that are averaged here. */
    OK(microsip_pcm_read(in_folder("call.wav"), &pcm));
    OK(microsip_pcm_samples(pcm, &samples, &found));
    for (n = 0, count = 0; n + 320 <= found; n += 320) count += level(samples + n, 320, 16000, 700) > -25;
    CHECK(count >= 40 && count <= 60);
    OK(microsip_pcm_free(pcm));

    /* A name that is taken gets a number, unless it may be overwritten. */
    OK(microsip_call_record(s.caller, in_folder("call.wav"), no_record_options, &recorder));
    OK(microsip_recorder_path(recorder, &path));
    STREQ(in_folder("call-2.wav"), path);
    OK(microsip_recorder_stop(recorder, NULL));
    OK(microsip_recorder_free(recorder));
    OK(microsip_record_options_set_overwrite(options, true));
    OK(microsip_call_record(s.caller, in_folder("call.wav"), options, &recorder));
    OK(microsip_recorder_path(recorder, &path));
    STREQ(in_folder("call.wav"), path);
    OK(microsip_recorder_free(recorder));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT,
           microsip_endpoint_record(s.endpoint, in_folder("free.wav"), options, &recorder));
    OK(microsip_record_options_free(options));
    OK(microsip_endpoint_record(s.endpoint, in_folder("free.wav"), no_record_options, &recorder));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_recorder_call(recorder, &call));
    OK(microsip_recorder_stop(recorder, NULL));
    OK(microsip_recorder_free(recorder));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT,
           microsip_call_record(s.caller, in_folder("call.xyz"), no_record_options, &recorder));
    EXPECT(MICROSIP_STATUS_IO,
           microsip_call_record(s.caller, in_folder("no/such/folder.wav"), no_record_options, &recorder));

    /* Names by rules. */
    {
        microsip_recording_name_t name, other;
        OK(microsip_recording_name_new(folder, "rules/{remote_user}-{direction}.wav", &name));
        OK(microsip_recording_name_folder(name, &path));
        STREQ(folder, path);
        OK(microsip_recording_name_path(name, s.caller, &path));
        strcpy(taken, in_folder("rules/bob-outgoing.wav"));
        STREQ(taken, path);
        OK(microsip_recording_name_clone(name, &other));
        OK(microsip_recording_name_free(name));
        OK(microsip_call_record_named(s.caller, other, no_record_options, &recorder));
        OK(microsip_recorder_path(recorder, &path));
        STREQ(taken, path);
        OK(microsip_recording_name_free(other));
        EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_recording_name_new(folder, "../{n}.wav", &name));
        EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_recording_name_new(folder, "{what}.wav", &name));
        OK(microsip_recording_name_new(folder, NULL, &name));
        OK(microsip_recording_name_path(name, s.caller, &path));
        CHECK(strstr(path, "-bob-outgoing-ann.wav"));
        OK(microsip_recording_name_free(name));
    }

    /* The end of the call ends the recording, and what is played. */
    OK(microsip_call_play(s.caller, first, no_play_options, &player));
    OK(microsip_player_pause(player));
    OK(microsip_call_hang_up(s.caller));
    OK(microsip_recorder_wait(recorder, DEADLINE_MS, &info));
    OK(microsip_recording_info_free(info));
    OK(microsip_recorder_free(recorder));
    {
        microsip_play_end_t end;
        OK(microsip_player_wait(player, DEADLINE_MS, &end));
        CHECK(end == MICROSIP_PLAY_END_TARGET_ENDED);
        OK(microsip_player_free(player));
    }
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_play(s.caller, first, no_play_options, &player));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_record(s.caller, in_folder("z.wav"), no_record_options, &recorder));
}

int main(void) {
    pair_t s;
    char command[300];
    CHECK(mkdtemp(folder));
    reading_whole_files();
    s = stage_up();
    playing(s);
    recording(s);
    stage_down(s);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    CHECK(system(command) == 0);
    no_handles_left();
    puts("files: ok");
    return 0;
}
