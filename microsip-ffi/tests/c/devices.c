/* Sound devices: lists, settings, and failures that say what is missing; and, with ALSA, devices that swallow everything and say
   nothing, so that no sound card is needed. */
#define _POSIX_C_SOURCE 200809L
#include "stage.h"
#include <unistd.h>

/* Statuses of a machine without sound card, or of a build without sound devices. */
#define NO_DEVICE(call)                                                                                 \
    do {                                                                                                \
        microsip_status_t none_ = (call);                                                               \
        if (none_ != MICROSIP_STATUS_DEVICE && none_ != MICROSIP_STATUS_UNSUPPORTED)                    \
            FAIL("%s: %s, expected no device", #call, microsip_status_name(none_));                     \
        CHECK(microsip_last_error_message()[0]);                                                        \
    } while (0)

static void listed(void) {
    microsip_audio_device_list_t list, same;
    microsip_audio_device_t device, again;
    microsip_device_direction_t direction;
    const char *text;
    size_t count, n;
    bool is_default;
    microsip_status_t status = microsip_audio_device_list_new(&list);
    if (status) {
        NO_DEVICE(status);
        return;
    }
    OK(microsip_audio_device_list_clone(list, &same));
    OK(microsip_audio_device_list_free(list));
    OK(microsip_audio_device_list_count(same, &count));
    for (n = 0; n < count; n++) {
        OK(microsip_audio_device_list_at(same, n, &device));
        OK(microsip_audio_device_clone(device, &again));
        OK(microsip_audio_device_free(device));
        OK(microsip_audio_device_id(again, &text));
        CHECK(text[0]);
        OK(microsip_audio_device_name(again, &text));
        CHECK(text[0]);
        OK(microsip_audio_device_direction(again, &direction));
        CHECK(direction == MICROSIP_DEVICE_DIRECTION_INPUT || direction == MICROSIP_DEVICE_DIRECTION_OUTPUT);
        OK(microsip_audio_device_is_default(again, &is_default));
        OK(microsip_audio_device_free(again));
    }
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_audio_device_list_at(same, count, &device));
    OK(microsip_audio_device_list_free(same));
}

static microsip_audio_device_options_t nowhere(void) {
    microsip_audio_device_options_t options, copy;
    OK(microsip_audio_device_options_new(&options));
    OK(microsip_audio_device_options_set_device(options, MICROSIP_DEVICE_ROLE_INPUT, NULL));
    OK(microsip_audio_device_options_set_device(options, MICROSIP_DEVICE_ROLE_OUTPUT, "name:no such thing"));
    OK(microsip_audio_device_options_set_device(options, MICROSIP_DEVICE_ROLE_RINGING, "no such thing"));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_audio_device_options_set_device(options, 4, NULL));
    OK(microsip_audio_device_options_set_fallback(options, MICROSIP_DEVICE_FALLBACK_SILENCE));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_audio_device_options_set_fallback(options, 0));
    OK(microsip_audio_device_options_set_connect_calls(options, false));
    OK(microsip_audio_device_options_set_volume(options, MICROSIP_DEVICE_ROLE_OUTPUT, -6));
    OK(microsip_audio_device_options_set_noise_suppression(options, 0));
    OK(microsip_audio_device_options_set_gain_target(options, 0));
    OK(microsip_audio_device_options_clone(options, &copy));
    OK(microsip_audio_device_options_free(options));
    return copy;
}

static char folder[] = "/tmp/microsip-devices-XXXXXX", config_path[64];

/* An ALSA whose devices are of its type `null`. */
static void quiet_alsa(void) {
    FILE *file = fopen(config_path, "w");
    CHECK(file);
    fputs("pcm.!default { type null hint { show on description \"Nothing\" } }\n", file);
    fputs("pcm.quiet { type null hint { show on description \"Quiet room\" } }\n", file);
    CHECK(!fclose(file));
}

/* Opens, uses and closes devices that are there. */
static void quiet_devices(void) {
    pair_t s;
    microsip_audio_device_options_t options;
    microsip_audio_devices_t devices, same;
    microsip_audio_device_t device;
    microsip_device_direction_t direction;
    microsip_device_stats_t stats;
    microsip_endpoint_config_t config;
    microsip_endpoint_t endpoint;
    microsip_node_t node, call;
    microsip_event_t event;
    microsip_audio_device_list_t list;
    const char *text;
    float rms = 1, peak = 1;
    size_t count;
    bool muted, is_default;
    if (microsip_audio_device_list_new(&list)) return;
    OK(microsip_audio_device_list_count(list, &count));
    OK(microsip_audio_device_list_free(list));
    if (!count) return;

    s = stage_up();
    OK(microsip_audio_device_options_new(&options));
    OK(microsip_audio_device_options_set_device(options, MICROSIP_DEVICE_ROLE_OUTPUT, "quiet room"));
    OK(microsip_audio_device_options_set_device(options, MICROSIP_DEVICE_ROLE_INPUT, "id:alsa:default"));
    OK(microsip_audio_device_options_set_noise_suppression(options, 15));
    OK(microsip_audio_device_options_set_connect_calls(options, false));
    OK(microsip_endpoint_open_audio(s.endpoint, options, &devices));
    OK(microsip_audio_devices_clone(devices, &same));
    OK(microsip_audio_devices_free(devices));
    OK(microsip_audio_devices_device(same, MICROSIP_DEVICE_ROLE_OUTPUT, &device));
    OK(microsip_audio_device_name(device, &text));
    STREQ("Quiet room", text);
    OK(microsip_audio_device_id(device, &text));
    STREQ("alsa:quiet", text);
    OK(microsip_audio_device_direction(device, &direction));
    CHECK(direction == MICROSIP_DEVICE_DIRECTION_OUTPUT);
    OK(microsip_audio_device_is_default(device, &is_default));
    CHECK(!is_default);
    OK(microsip_audio_device_free(device));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_audio_devices_device(same, MICROSIP_DEVICE_ROLE_RINGING, &device));

    OK(microsip_audio_devices_set_volume(same, MICROSIP_DEVICE_ROLE_OUTPUT, -10));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_audio_devices_set_volume(same, MICROSIP_DEVICE_ROLE_OUTPUT, 30));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_audio_devices_set_volume(same, MICROSIP_DEVICE_ROLE_RINGING, 0));
    OK(microsip_audio_devices_mute(same, MICROSIP_DEVICE_ROLE_INPUT, true));
    OK(microsip_audio_devices_is_muted(same, MICROSIP_DEVICE_ROLE_INPUT, &muted));
    CHECK(muted);
    OK(microsip_audio_devices_is_muted(same, MICROSIP_DEVICE_ROLE_OUTPUT, &muted));
    CHECK(!muted);
    OK(microsip_audio_devices_level(same, MICROSIP_DEVICE_ROLE_INPUT, &rms, &peak));
    CHECK(rms == -127 && peak == -127);
    OK(microsip_audio_devices_level(same, MICROSIP_DEVICE_ROLE_INPUT, NULL, NULL));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_audio_devices_level(same, MICROSIP_DEVICE_ROLE_RINGING, &rms, &peak));
    do {
        stats.size = sizeof stats;
        OK(microsip_audio_devices_stats(same, MICROSIP_DEVICE_ROLE_OUTPUT, &stats));
    } while (!stats.callbacks);
    CHECK(stats.size == sizeof stats && stats.rate >= 8000 && stats.queued_ms >= 0 && stats.device_ms >= 0);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_audio_devices_stats(same, MICROSIP_DEVICE_ROLE_RINGING, &stats));

    /* With a call, by nodes and by itself. */
    OK(microsip_audio_devices_node(same, &node));
    OK(microsip_call_node(s.caller, &call));
    OK(microsip_endpoint_connect(s.endpoint, call, node, 0));
    OK(microsip_endpoint_disconnect(s.endpoint, call, node));
    OK(microsip_node_free(call));
    OK(microsip_node_free(node));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_audio_devices_ringing_node(same, &node));
    OK(microsip_call_use_devices(s.caller, same));
    {
        microsip_tone_t tone;
        microsip_tone_player_t player;
        OK(microsip_tone_find("1000@-10", NULL, &tone));
        OK(microsip_call_play_tone(s.callee, tone, 0, &player));
        do {
            OK(microsip_audio_devices_level(same, MICROSIP_DEVICE_ROLE_OUTPUT, &rms, &peak));
        } while (rms < -35);
        CHECK(peak >= rms && peak < -10);
        OK(microsip_tone_player_free(player));
        OK(microsip_tone_free(tone));
    }
    OK(microsip_call_leave_devices(s.caller, same));

    /* Another device for the same role, and one that is not there. */
    OK(microsip_audio_devices_choose(same, MICROSIP_DEVICE_ROLE_OUTPUT, "default", &device));
    OK(microsip_audio_device_id(device, &text));
    CHECK(strstr(text, "default"));
    OK(microsip_audio_device_free(device));
    OK(microsip_audio_devices_choose(same, MICROSIP_DEVICE_ROLE_OUTPUT, "quiet", NULL));
    EXPECT(MICROSIP_STATUS_DEVICE, microsip_audio_devices_choose(same, MICROSIP_DEVICE_ROLE_OUTPUT, "loud", &device));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT,
           microsip_audio_devices_choose(same, MICROSIP_DEVICE_ROLE_RINGING, "quiet", &device));

    /* What is told of devices is in events about devices only. */
    OK(microsip_endpoint_watch_audio_devices(s.endpoint, true));
    OK(microsip_call_hang_up(s.caller));
    event = wait_event(s.events, MICROSIP_EVENT_KIND_CALL_STATE);
    {
        microsip_error_t error;
        microsip_device_role_t role;
        microsip_audio_devices_t of;
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_added_devices(event, &list));
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_removed_devices(event, &list));
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_audio_devices(event, &of));
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_audio_device(event, &device));
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_replacement_device(event, &device));
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_device_role(event, &role));
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_error(event, &error));
    }
    OK(microsip_event_free(event));

    OK(microsip_audio_devices_close(same));
    OK(microsip_audio_devices_close(same));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_use_devices(s.caller, same));
    OK(microsip_audio_devices_free(same));
    stage_down(s);

    /* From the start on, with a loudspeaker that rings. */
    OK(microsip_audio_device_options_set_device(options, MICROSIP_DEVICE_ROLE_RINGING, "default"));
    OK(microsip_endpoint_config_new(&config));
    OK(microsip_endpoint_config_set_audio_devices(config, options));
    OK(microsip_endpoint_start(config, &endpoint));
    OK(microsip_endpoint_audio(endpoint, &devices));
    OK(microsip_audio_devices_ringing_node(devices, &node));
    OK(microsip_node_free(node));
    OK(microsip_audio_devices_free(devices));
    OK(microsip_endpoint_free(endpoint));
    OK(microsip_endpoint_config_free(config));
    OK(microsip_audio_device_options_free(options));
}

int main(void) {
    const microsip_audio_devices_t nothing = {0};
    uint16_t port;
    microsip_endpoint_t endpoint, second;
    microsip_endpoint_config_t config;
    microsip_audio_device_options_t options, wrong;
    microsip_audio_devices_t devices;
    microsip_audio_device_t device;
    microsip_device_stats_t stats = {0};
    microsip_node_t node;
    float rms, peak;
    bool muted;

    CHECK(mkdtemp(folder));
    snprintf(config_path, sizeof config_path, "%s/asound.conf", folder);
    quiet_alsa();
    /* ALSA reads it when it is first asked. */
    CHECK(!setenv("ALSA_CONFIG_PATH", config_path, 1));
    listed();
    endpoint = start_endpoint(&port);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_endpoint_audio(endpoint, &devices));
    options = nowhere();
    NO_DEVICE(microsip_endpoint_open_audio(endpoint, options, &devices));
    CHECK(devices.token == 0);

    /* What contradicts itself is said before any device is looked for. */
    OK(microsip_audio_device_options_clone(options, &wrong));
    OK(microsip_audio_device_options_set_echo_cancellation(wrong, MICROSIP_ECHO_CANCELLER_SPEEX, 200, 40));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_open_audio(endpoint, wrong, &devices));
    CHECK(strstr(microsip_last_error_message(), "echo"));
    OK(microsip_audio_device_options_clear_echo_cancellation(wrong));
    NO_DEVICE(microsip_endpoint_open_audio(endpoint, wrong, &devices));
    OK(microsip_audio_device_options_set_noise_suppression(wrong, 90));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_open_audio(endpoint, wrong, &devices));
    OK(microsip_audio_device_options_set_noise_suppression(wrong, 15));
    OK(microsip_audio_device_options_set_gain_target(wrong, -5));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_open_audio(endpoint, wrong, &devices));
    OK(microsip_audio_device_options_set_gain_target(wrong, -24));
    NO_DEVICE(microsip_endpoint_open_audio(endpoint, wrong, &devices));
    OK(microsip_audio_device_options_set_hands_free(wrong));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_open_audio(endpoint, wrong, &devices));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_audio_device_options_set_echo_cancellation(wrong, 3, 200, 40));
    OK(microsip_audio_device_options_set_volume(wrong, MICROSIP_DEVICE_ROLE_OUTPUT, 50));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_open_audio(endpoint, wrong, &devices));
    OK(microsip_audio_device_options_free(wrong));
    OK(microsip_audio_device_options_clone(options, &wrong));
    OK(microsip_audio_device_options_set_device(wrong, MICROSIP_DEVICE_ROLE_OUTPUT, NULL));
    OK(microsip_audio_device_options_set_device(wrong, MICROSIP_DEVICE_ROLE_RINGING, NULL));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_open_audio(endpoint, wrong, &devices));
    OK(microsip_audio_device_options_set_device(wrong, MICROSIP_DEVICE_ROLE_OUTPUT, ""));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_open_audio(endpoint, wrong, &devices));
    OK(microsip_audio_device_options_free(wrong));

    {
        microsip_status_t status = microsip_endpoint_watch_audio_devices(endpoint, true);
        CHECK(status == MICROSIP_STATUS_OK || status == MICROSIP_STATUS_UNSUPPORTED);
        if (!status) OK(microsip_endpoint_watch_audio_devices(endpoint, false));
    }

    /* Without open devices there is nothing to ask. */
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_audio_devices_device(nothing, MICROSIP_DEVICE_ROLE_INPUT, &device));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_audio_devices_device(nothing, 0, &device));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE,
           microsip_audio_devices_choose(nothing, MICROSIP_DEVICE_ROLE_INPUT, "default", NULL));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT,
           microsip_audio_devices_choose(nothing, MICROSIP_DEVICE_ROLE_INPUT, NULL, &device));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_audio_devices_set_volume(nothing, MICROSIP_DEVICE_ROLE_INPUT, 0));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_audio_devices_mute(nothing, MICROSIP_DEVICE_ROLE_INPUT, true));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_audio_devices_is_muted(nothing, MICROSIP_DEVICE_ROLE_INPUT, &muted));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE,
           microsip_audio_devices_level(nothing, MICROSIP_DEVICE_ROLE_INPUT, &rms, &peak));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_audio_devices_stats(nothing, MICROSIP_DEVICE_ROLE_INPUT, &stats));
    stats.size = sizeof stats;
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_audio_devices_stats(nothing, MICROSIP_DEVICE_ROLE_INPUT, &stats));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_audio_devices_node(nothing, &node));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_audio_devices_ringing_node(nothing, &node));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_audio_devices_close(nothing));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_call_use_devices((microsip_call_t){0}, nothing));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_call_leave_devices((microsip_call_t){0}, nothing));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_audio_devices_clone(nothing, &devices));
    OK(microsip_audio_devices_free(nothing));

    OK(microsip_endpoint_close(endpoint));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_open_audio(endpoint, options, &devices));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_audio(endpoint, &devices));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_watch_audio_devices(endpoint, true));
    OK(microsip_endpoint_free(endpoint));

    /* An endpoint that should have them does not start; without, it does. */
    OK(microsip_endpoint_config_new(&config));
    OK(microsip_endpoint_config_set_audio_devices(config, options));
    NO_DEVICE(microsip_endpoint_start(config, &second));
    OK(microsip_endpoint_config_clear_audio_devices(config));
    OK(microsip_endpoint_start(config, &second));
    OK(microsip_endpoint_free(second));
    OK(microsip_endpoint_config_free(config));
    OK(microsip_audio_device_options_free(options));
    quiet_devices();
    CHECK(!remove(config_path) && !rmdir(folder));
    no_handles_left();
    puts("devices: ok");
    return 0;
}
