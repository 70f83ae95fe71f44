/* Conferences: who hears whom, who takes part, and what ends with them. Each pair of calls is a leg of ours and its peer. */
#define _POSIX_C_SOURCE 200809L
#include "stage.h"
#include <unistd.h>

static const microsip_audio_sink_options_t no_sink_options = {0};
static const microsip_audio_source_options_t no_source_options = {0};
static const microsip_conference_options_t no_conference_options = {0};
static const microsip_member_options_t no_member_options = {0};

/* Says a tone for a while into what a peer sends. */
static microsip_tone_player_t say(microsip_call_t peer, const char *tone_text) {
    microsip_tone_t tone;
    microsip_tone_player_t player;
    OK(microsip_tone_find(tone_text, NULL, &tone));
    OK(microsip_call_play_tone(peer, tone, 0, &player));
    OK(microsip_tone_free(tone));
    return player;
}

static void is_in(microsip_conference_t room, microsip_call_t call, size_t index) {
    microsip_conference_info_t info;
    microsip_call_t member;
    uint64_t id, other;
    OK(microsip_conference_info(room, &info));
    OK(microsip_conference_info_call_at(info, index, &member));
    OK(microsip_call_id(member, &id));
    OK(microsip_call_id(call, &other));
    CHECK(id == other);
    OK(microsip_call_free(member));
    OK(microsip_conference_info_free(info));
}

static size_t members(microsip_conference_t room) {
    microsip_conference_info_t info, same;
    microsip_call_t call;
    size_t count;
    OK(microsip_conference_info(room, &info));
    OK(microsip_conference_info_clone(info, &same));
    OK(microsip_conference_info_free(info));
    OK(microsip_conference_info_call_count(same, &count));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_conference_info_call_at(same, count, &call));
    OK(microsip_conference_info_free(same));
    return count;
}

/* Waits for a change of a conference; its call, if it has one, must be this. */
static void changed(microsip_events_t events, microsip_conference_t room, microsip_conference_change_t wanted,
                    const microsip_call_t *call) {
    uint64_t id, other, told, expected;
    OK(microsip_conference_id(room, &id));
    for (;;) {
        microsip_event_t event = wait_event(events, MICROSIP_EVENT_KIND_CONFERENCE);
        microsip_conference_t where;
        microsip_conference_change_t change;
        microsip_call_t who;
        bool same = true;
        OK(microsip_event_conference(event, &where));
        OK(microsip_conference_id(where, &other));
        OK(microsip_conference_free(where));
        OK(microsip_event_conference_change(event, &change));
        if (change == MICROSIP_CONFERENCE_CHANGE_CLOSED) {
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_call(event, &who));
        } else {
            OK(microsip_event_call(event, &who));
            OK(microsip_call_id(who, &told));
            OK(microsip_call_free(who));
            if (call) {
                OK(microsip_call_id(*call, &expected));
                same = told == expected;
            }
        }
        OK(microsip_event_free(event));
        if (id == other && change == wanted && same) return;
    }
}

int main(void) {
    pair_t s = stage_up();
    microsip_call_t leg[3], peer[3];
    microsip_audio_sink_t ear[3], all;
    microsip_audio_source_t mouth;
    microsip_tone_player_t tones[2], played;
    microsip_conference_options_t options, options_copy;
    microsip_member_options_t member, member_copy;
    microsip_conference_t room, second, third, same;
    microsip_events_t events;
    microsip_recorder_t recorder;
    microsip_tone_t tone;
    microsip_call_t none;
    uint64_t id, other;
    size_t n;

    leg[0] = s.caller;
    peer[0] = s.callee;
    for (n = 1; n < 3; n++) connect_calls(s.events, s.ann, s.bob, &leg[n], &peer[n]);
    for (n = 0; n < 3; n++) OK(microsip_call_audio_sink(peer[n], no_sink_options, &ear[n]));
    OK(microsip_endpoint_events(s.endpoint, &events));

    OK(microsip_conference_options_new(&options));
    OK(microsip_conference_options_set_on_leave(options, MICROSIP_ON_LEAVE_END_LAST));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_conference_options_set_on_leave(options, 0));
    OK(microsip_conference_options_clone(options, &options_copy));
    OK(microsip_conference_options_free(options));
    OK(microsip_endpoint_conference(s.endpoint, no_conference_options, &room));
    OK(microsip_endpoint_conference(s.endpoint, options_copy, &second));
    OK(microsip_conference_options_free(options_copy));
    OK(microsip_conference_id(room, &id));
    OK(microsip_conference_id(second, &other));
    CHECK(id != other && members(room) == 0);

    /* Each hears the others and not itself. */
    for (n = 0; n < 3; n++) {
        OK(microsip_conference_join(room, leg[n], no_member_options));
        changed(events, room, MICROSIP_CONFERENCE_CHANGE_JOINED, &leg[n]);
    }
    CHECK(members(room) == 3);
    is_in(room, leg[0], 0);
    is_in(room, leg[2], 2);
    tones[0] = say(peer[0], "700@-10");
    tones[1] = say(peer[1], "1300@-10");
    until_heard(ear[1], 700, -20);
    until_heard(ear[2], 700, -20);
    until_heard(ear[2], 1300, -20);
    until_heard(ear[0], 1300, -20);
    until_silent(ear[0], 700, -45);
    OK(microsip_conference_audio_sink(room, no_sink_options, &all));
    {
        microsip_conference_t where;
        OK(microsip_audio_sink_conference(all, &where));
        OK(microsip_conference_id(where, &other));
        CHECK(other == id);
        OK(microsip_conference_free(where));
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_audio_sink_call(all, &none));
    }
    until_heard(all, 700, -20);
    until_heard(all, 1300, -20);

    /* Muted, deaf, and softer. */
    OK(microsip_member_options_new(&member));
    OK(microsip_member_options_set_muted(member, true));
    OK(microsip_conference_join(room, leg[0], member));
    until_silent(ear[1], 700, -45);
    OK(microsip_member_options_set_muted(member, false));
    OK(microsip_member_options_clone(member, &member_copy));
    OK(microsip_member_options_set_deaf(member_copy, true));
    OK(microsip_conference_join(room, leg[2], member_copy));
    until_silent(ear[2], 1300, -45);
    OK(microsip_member_options_set_gain(member, -INFINITY));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_member_options_set_gain(member, -50));
    OK(microsip_conference_join(room, leg[1], member));
    until_silent(ear[0], 1300, -45);
    OK(microsip_member_options_free(member));
    OK(microsip_member_options_free(member_copy));
    for (n = 0; n < 3; n++) OK(microsip_conference_join(room, leg[n], no_member_options));
    until_heard(ear[2], 1300, -20);

    /* Played and said to all, and recorded. */
    {
        const microsip_record_options_t no_record_options = {0};
        const microsip_play_options_t no_play_options = {0};
        char path[64];
        const char *recorded = path;
        microsip_player_t player;
        microsip_conference_t where;
        snprintf(path, sizeof path, "%s", "/tmp/microsip-XXXXXX");
        CHECK(close(mkstemp(path)) == 0 && remove(path) == 0);
        strcat(path, ".wav");
        OK(microsip_conference_record(room, path, no_record_options, &recorder));
        OK(microsip_recorder_conference(recorder, &where));
        OK(microsip_conference_free(where));
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_recorder_call(recorder, &none));
        /* So that something is in it. */
        for (n = 0; n < 25; n++) until_heard(all, 700, -20);
        OK(microsip_recorder_stop(recorder, NULL));
        OK(microsip_recorder_free(recorder));
        OK(microsip_conference_play(room, &recorded, 1, no_play_options, &player));
        OK(microsip_player_conference(player, &where));
        OK(microsip_conference_free(where));
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_player_call(player, &none));
        OK(microsip_player_stop(player));
        OK(microsip_player_free(player));
        CHECK(remove(path) == 0);
    }
    OK(microsip_tone_find("2100@-10/500;1", NULL, &tone));
    OK(microsip_conference_play_tone(room, tone, 0, &played));
    for (n = 0; n < 3; n++) until_heard(ear[n], 2100, -20);
    OK(microsip_tone_player_wait(played, DEADLINE_MS));
    OK(microsip_tone_player_free(played));
    {
        microsip_event_t event = wait_event(events, MICROSIP_EVENT_KIND_TONE_FINISHED);
        microsip_conference_t where;
        OK(microsip_event_conference(event, &where));
        OK(microsip_conference_free(where));
        OK(microsip_event_free(event));
    }
    OK(microsip_tone_free(tone));
    OK(microsip_conference_audio_source(room, no_source_options, &mouth));
    {
        static int16_t said[16000];
        microsip_conference_t where;
        size_t count;
        for (n = 0; n < 16000; n++) said[n] = (int16_t)lround(10000 * sin(2 * PI * 2500 * (double)n / 16000));
        OK(microsip_audio_source_write(mouth, said, 16000, DEADLINE_MS, &count));
        for (n = 0; n < 3; n++) until_heard(ear[n], 2500, -20);
        OK(microsip_audio_source_conference(mouth, &where));
        OK(microsip_conference_free(where));
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_audio_source_call(mouth, &none));
        OK(microsip_audio_source_free(mouth));
    }

    /* Apart, together again, and elsewhere. */
    OK(microsip_conference_split(room, leg + 1, 2, &third));
    CHECK(members(room) == 1 && members(third) == 2);
    until_silent(ear[1], 700, -45);
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_conference_split(room, leg, 2, &same));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_conference_split(room, NULL, 2, &same));
    OK(microsip_conference_merge(room, third));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_conference_merge(room, room));
    EXPECT(MICROSIP_STATUS_GONE, microsip_conference_join(third, leg[0], no_member_options));
    OK(microsip_conference_free(third));
    CHECK(members(room) == 3);
    until_heard(ear[1], 700, -20);
    OK(microsip_conference_leave(room, leg[2]));
    changed(events, room, MICROSIP_CONFERENCE_CHANGE_LEFT, &leg[2]);
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_conference_leave(room, leg[2]));
    until_silent(ear[2], 700, -45);

    /* The bridge ends both. */
    OK(microsip_conference_clone(room, &same));
    OK(microsip_conference_free(room));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_bridge(s.endpoint, leg[0], leg[0], &third));
    OK(microsip_endpoint_bridge(s.endpoint, leg[1], leg[2], &third));
    CHECK(members(same) == 1 && members(third) == 2);
    until_heard(ear[2], 1300, -20);
    OK(microsip_call_hang_up(peer[1]));
    OK(microsip_call_wait_for(leg[2], MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));

    /* Closing ends what is played, not the calls. */
    OK(microsip_conference_close(same));
    OK(microsip_conference_close(same));
    changed(events, same, MICROSIP_CONFERENCE_CHANGE_CLOSED, NULL);
    {
        microsip_conference_info_t info;
        int16_t frame[320];
        size_t count;
        microsip_status_t end;
        EXPECT(MICROSIP_STATUS_GONE, microsip_conference_info(same, &info));
        while ((end = microsip_audio_sink_read(all, frame, 320, DEADLINE_MS, &count)) == MICROSIP_STATUS_OK) {}
        CHECK(end == MICROSIP_STATUS_ENDED);
    }
    OK(microsip_call_wait_for(leg[0], MICROSIP_CALL_STATE_CONFIRMED, 0));

    OK(microsip_conference_free(same));
    OK(microsip_conference_free(second));
    OK(microsip_conference_free(third));
    OK(microsip_audio_sink_free(all));
    for (n = 0; n < 2; n++) OK(microsip_tone_player_free(tones[n]));
    for (n = 0; n < 3; n++) OK(microsip_audio_sink_free(ear[n]));
    for (n = 1; n < 3; n++) {
        OK(microsip_call_free(leg[n]));
        OK(microsip_call_free(peer[n]));
    }
    OK(microsip_events_free(events));
    stage_down(s);
    no_handles_left();
    puts("conference: ok");
    return 0;
}
