/* Numbers that no program means: the least, the greatest, infinite ones and those that are none. Each is either refused or served;
   nothing panics, and nothing takes memory or time without bound. */
#define _POSIX_C_SOURCE 200809L
#include "temp.h"
#include <math.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* Whatever it answers, it is no defect of the library's. */
#define SERVED(call)                                                                                  \
    do {                                                                                              \
        microsip_status_t got_ = (call);                                                              \
        if (got_ == MICROSIP_STATUS_PANIC || got_ == MICROSIP_STATUS_INTERNAL)                        \
            FAIL("%s: %s (%s)", #call, microsip_status_name(got_), microsip_last_error_message());    \
    } while (0)

static const int64_t times[] = {INT64_MIN, INT64_MIN + 1, -62135596800001, -62167219200001, -1, 0, 1, 253402300799999, 253402300800000,
                                INT64_MAX - 1, INT64_MAX};
static const uint32_t lengths[] = {0, 1, 9, 100, 65536, 600001, INT32_MAX, UINT32_MAX - 1, UINT32_MAX};
static double reals[10];

static void history_times(void) {
    const microsip_history_options_t usual = {0};
    microsip_history_store_t store;
    size_t i, k;
    OK(microsip_history_store_open_in_memory(usual, &store));
    for (i = 0; i < COUNT(times); i++) {
        microsip_call_record_t record;
        microsip_call_records_t records, found;
        microsip_message_record_t message;
        microsip_message_records_t messages;
        microsip_history_query_t query;
        microsip_bytes_t bytes;
        const char *text;
        int64_t id, begun;
        uint64_t count;
        OK(microsip_call_record_new(MICROSIP_CALL_TYPE_MISSED, "1", times[i], &record));
        OK(microsip_call_record_set_duration_s(record, UINT32_MAX));
        OK(microsip_call_record_begun_unix_ms(record, &begun));
        SERVED(microsip_call_record_ini_line(record, &text));
        SERVED(microsip_history_store_add_call(store, record, &id));
        SERVED(microsip_history_store_set_message_status(store, times[i], 65535));
        SERVED(microsip_history_store_delete_call(store, times[i]));
        OK(microsip_call_records_new(&records));
        OK(microsip_call_records_add(records, record));
        for (k = 1; k <= 2; k++) {
            SERVED(microsip_call_records_to_csv(records, (microsip_time_format_t)k, true, true, &bytes));
            SERVED(microsip_bytes_free(bytes));
            SERVED(microsip_call_records_to_xml(records, (microsip_time_format_t)k, &bytes));
            SERVED(microsip_bytes_free(bytes));
        }
        SERVED(microsip_call_records_to_json(records, &bytes));
        OK(microsip_bytes_free(bytes));
        OK(microsip_call_records_free(records));
        OK(microsip_call_record_free(record));
        OK(microsip_message_record_new(true, "1", times[i], "text", &message));
        SERVED(microsip_history_store_add_message(store, message, &id));
        OK(microsip_message_record_free(message));
        OK(microsip_history_query_new(&query));
        OK(microsip_history_query_set_from(query, times[i]));
        OK(microsip_history_query_set_before(query, times[COUNT(times) - 1 - i]));
        OK(microsip_history_query_set_limit(query, UINT32_MAX));
        OK(microsip_history_query_set_offset(query, UINT32_MAX));
        SERVED(microsip_history_store_calls(store, query, &found));
        SERVED(microsip_call_records_free(found));
        SERVED(microsip_history_store_count_calls(store, query, &count));
        SERVED(microsip_history_store_messages(store, query, &messages));
        SERVED(microsip_message_records_free(messages));
        OK(microsip_history_query_free(query));
    }
    OK(microsip_history_store_free(store));
    for (i = 0; i < COUNT(lengths); i++) {
        microsip_history_options_t options;
        OK(microsip_history_options_new(&options));
        OK(microsip_history_options_set_busy_timeout(options, lengths[i]));
        OK(microsip_history_options_set_max_calls(options, lengths[i]));
        OK(microsip_history_options_set_max_messages(options, lengths[i]));
        SERVED(microsip_history_store_open_in_memory(options, &store));
        OK(microsip_history_store_free(store));
        OK(microsip_history_options_free(options));
    }
}

static void document_times(void) {
    size_t i;
    for (i = 0; i < COUNT(times); i++) {
        microsip_bytes_t bytes;
        microsip_cpim_t cpim;
        microsip_imdn_t imdn;
        microsip_presence_status_t status;
        const char *text;
        SERVED(microsip_typing_write(MICROSIP_TYPING_STATE_ACTIVE, lengths[i % COUNT(lengths)], NULL, times[i], &bytes));
        SERVED(microsip_bytes_free(bytes));
        OK(microsip_cpim_new("text/plain", NULL, 0, &cpim));
        SERVED(microsip_cpim_set_date_time(cpim, times[i]));
        SERVED(microsip_cpim_to_bytes(cpim, &bytes));
        SERVED(microsip_bytes_free(bytes));
        OK(microsip_cpim_free(cpim));
        SERVED(microsip_imdn_new("1", MICROSIP_IMDN_KIND_DELIVERY, MICROSIP_DELIVERY_STATUS_DELIVERED, NULL, times[i], &imdn));
        if (imdn.token) SERVED(microsip_imdn_to_xml(imdn, &text));
        OK(microsip_imdn_free(imdn));
        OK(microsip_presence_status_new(MICROSIP_PRESENCE_ONLINE, &status));
        SERVED(microsip_presence_status_set_timestamp(status, times[i]));
        SERVED(microsip_presence_status_to_pidf(status, "sip:a@example.com", &text));
        OK(microsip_presence_status_free(status));
    }
}

static void tones(microsip_endpoint_t endpoint) {
    size_t i, k;
    for (i = 0; i < COUNT(reals); i++) {
        for (k = 0; k < COUNT(lengths); k++) {
            microsip_tone_t tone, again;
            microsip_pcm_t pcm;
            microsip_tone_player_t player;
            const char *text;
            uint64_t length_ms;
            SERVED(microsip_tone_beep(reals[i], reals[(i + k) % COUNT(reals)], lengths[k], &tone));
            if (!tone.token) continue;
            SERVED(microsip_tone_text(tone, &text));
            SERVED(microsip_tone_find(text, NULL, &again));
            OK(microsip_tone_free(again));
            SERVED(microsip_tone_length_ms(tone, &length_ms));
            SERVED(microsip_tone_render(tone, lengths[(i + k) % COUNT(lengths)], 10, &pcm));
            OK(microsip_pcm_free(pcm));
            SERVED(microsip_tone_render(tone, 8000, lengths[k] > 65536 ? 3600001 : lengths[k], &pcm));
            OK(microsip_pcm_free(pcm));
            SERVED(microsip_endpoint_play_tone(endpoint, tone, lengths[k], &player));
            if (player.token) OK(microsip_tone_player_stop(player));
            OK(microsip_tone_player_free(player));
            OK(microsip_tone_free(tone));
        }
        {
            microsip_tone_t tone;
            microsip_pcm_t pcm;
            SERVED(microsip_tone_comfort_noise(reals[i], reals, COUNT(reals), &tone));
            SERVED(microsip_tone_render(tone, 8000, 20, &pcm));
            OK(microsip_pcm_free(pcm));
            OK(microsip_tone_free(tone));
            SERVED(microsip_tone_comfort_noise(reals[i], NULL, 0, &tone));
            SERVED(microsip_tone_render(tone, 8000, 20, &pcm));
            OK(microsip_pcm_free(pcm));
            OK(microsip_tone_free(tone));
        }
    }
    for (k = 0; k < COUNT(lengths); k++) {
        microsip_tone_t tone;
        microsip_pcm_t pcm;
        microsip_tone_player_t player;
        uint64_t length_ms;
        SERVED(microsip_tone_keys("0123456789*#ABCD", lengths[k], lengths[k], &tone));
        SERVED(microsip_tone_length_ms(tone, &length_ms));
        SERVED(microsip_tone_render(tone, 48000, 20, &pcm));
        OK(microsip_pcm_free(pcm));
        SERVED(microsip_endpoint_play_tone(endpoint, tone, lengths[k], &player));
        if (player.token) OK(microsip_tone_player_stop(player));
        OK(microsip_tone_player_free(player));
        OK(microsip_tone_free(tone));
    }
}

static void streams(microsip_endpoint_t endpoint) {
    size_t i, k;
    for (i = 0; i < COUNT(lengths); i++) {
        for (k = 0; k < COUNT(lengths); k++) {
            microsip_audio_sink_options_t hear;
            microsip_audio_source_options_t speak;
            microsip_audio_sink_t sink;
            microsip_audio_source_t source;
            OK(microsip_audio_sink_options_new(&hear));
            OK(microsip_audio_sink_options_set_rate(hear, k % 2 ? 8000 : lengths[i]));
            OK(microsip_audio_sink_options_set_frame(hear, k % 3 ? 20 : lengths[k]));
            OK(microsip_audio_sink_options_set_capacity(hear, lengths[(i + k) % COUNT(lengths)]));
            SERVED(microsip_endpoint_audio_sink(endpoint, hear, &sink));
            OK(microsip_audio_sink_free(sink));
            OK(microsip_audio_sink_options_free(hear));
            OK(microsip_audio_source_options_new(&speak));
            OK(microsip_audio_source_options_set_rate(speak, k % 2 ? 8000 : lengths[i]));
            OK(microsip_audio_source_options_set_capacity(speak, lengths[k]));
            SERVED(microsip_endpoint_audio_source(endpoint, speak, &source));
            OK(microsip_audio_source_free(source));
            OK(microsip_audio_source_options_free(speak));
        }
    }
}

static void gains(microsip_endpoint_t endpoint) {
    const microsip_audio_sink_options_t hear = {0};
    const microsip_audio_source_options_t speak = {0};
    microsip_audio_sink_t sink;
    microsip_audio_source_t source;
    microsip_node_t from, to;
    size_t i, k;
    OK(microsip_endpoint_audio_sink(endpoint, hear, &sink));
    OK(microsip_endpoint_audio_source(endpoint, speak, &source));
    OK(microsip_audio_sink_node(sink, &to));
    OK(microsip_audio_source_node(source, &from));
    for (i = 0; i < COUNT(reals); i++) {
        microsip_observe_options_t observe;
        microsip_publish_options_t publish;
        SERVED(microsip_endpoint_connect(endpoint, from, to, (float)reals[i]));
        OK(microsip_observe_options_new(&observe));
        OK(microsip_publish_options_new("text/plain", NULL, 0, &publish));
        for (k = 0; k < COUNT(lengths); k++) {
            SERVED(microsip_observe_options_set_retry(observe, lengths[k], lengths[i % COUNT(lengths)], reals[i],
                                                      reals[(i + k) % COUNT(reals)]));
            SERVED(microsip_publish_options_set_retry(publish, lengths[k], lengths[i % COUNT(lengths)], reals[i],
                                                      reals[(i + k) % COUNT(reals)]));
        }
        OK(microsip_observe_options_free(observe));
        OK(microsip_publish_options_free(publish));
    }
    OK(microsip_node_free(from));
    OK(microsip_node_free(to));
    OK(microsip_audio_sink_free(sink));
    OK(microsip_audio_source_free(source));
}

int main(void) {
    microsip_endpoint_t endpoint;
    uint16_t port;
    const double some[] = {-INFINITY, -1e308, -91.0, -1.0, -0.0, 440.0, 20001.0, 1e308, INFINITY, NAN};
    memcpy(reals, some, sizeof reals);
    history_times();
    document_times();
    endpoint = start_endpoint(&port);
    tones(endpoint);
    streams(endpoint);
    gains(endpoint);
    OK(microsip_endpoint_close(endpoint));
    OK(microsip_endpoint_free(endpoint));
    no_handles_left();
    puts("extremes: ok");
    return 0;
}
