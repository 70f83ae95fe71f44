/* Statistics: every number, the JSON, findings about audio that is not heard, the E-model. */
#include "udp.h"

#include "pair.h"

#include <math.h>

static pair_t pair;

static bool near_to(double a, double b, double by) {
    return fabs(a - b) <= by;
}

static double number(microsip_stats_t stats, microsip_stat_t stat) {
    double value;
    OK(microsip_stats_number(stats, stat, &value));
    return value;
}

/* Every number has a name, and is finite or not known. */
static void check_numbers(microsip_stats_t stats) {
    microsip_stat_t stat;
    size_t known = 0;
    const char *name;
    double value;
    for (stat = MICROSIP_STAT_PAYLOAD_TYPE; stat <= MICROSIP_STAT_XR_REMOTE_JITTER_BUFFER_ABSOLUTE_MAXIMUM_MS; stat++) {
        microsip_status_t status = microsip_stats_number(stats, stat, &value);
        OK(microsip_stat_name(stat, &name));
        CHECK(name[0]);
        CHECK(status == MICROSIP_STATUS_OK || status == MICROSIP_STATUS_NO_VALUE);
        CHECK(isfinite(value));
        if (status == MICROSIP_STATUS_NO_VALUE) CHECK(value == 0);
        known += status == MICROSIP_STATUS_OK;
    }
    CHECK(known > 40);
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_stats_number(stats, stat, &value));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_stats_number(stats, 0, &value));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_stat_name(-1, &name));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_stats_number(stats, 1, NULL));
}

static void calls_have_statistics(void) {
    microsip_call_t caller, callee;
    microsip_stats_t stats, same;
    microsip_event_t event;
    microsip_call_info_t info;
    microsip_quality_band_t band;
    microsip_quality_source_t source;
    microsip_finding_t finding;
    const char *text;
    double sent, last = 0;
    connect_calls(pair.events, pair.ann, pair.bob, &caller, &callee);
    /* By events, until a rating is there. */
    for (;;) {
        double received;
        event = wait_event_of(pair.events, MICROSIP_EVENT_KIND_CALL_STATS, callee);
        OK(microsip_event_stats(event, &stats));
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_finding(event, &finding));
        OK(microsip_event_free(event));
        received = number(stats, MICROSIP_STAT_RECEIVED_PACKETS);
        CHECK(received >= last);
        last = received;
        if (received > 30) break;
        OK(microsip_stats_free(stats));
    }
    OK(microsip_stats_clone(stats, &same));
    OK(microsip_stats_free(stats));
    check_numbers(same);
    CHECK(number(same, MICROSIP_STAT_PAYLOAD_TYPE) == 0);
    CHECK(number(same, MICROSIP_STAT_PACKET_MS) == 20);
    CHECK(number(same, MICROSIP_STAT_STREAMS) == 1);
    CHECK(number(same, MICROSIP_STAT_DURATION_MS) > 500);
    CHECK(number(same, MICROSIP_STAT_RECEIVED_BYTES) >= 30 * 160);
    CHECK(number(same, MICROSIP_STAT_RECEIVED_LOSS_RATIO) <= 1);
    CHECK(number(same, MICROSIP_STAT_RECEIVED_BURSTS_RATIO) >= 0);
    CHECK(number(same, MICROSIP_STAT_SENT_LEVEL_MEAN_DBOV) <= 0);
    CHECK(number(same, MICROSIP_STAT_JITTER_BUFFER_FRAME_MS) > 0);
    CHECK(number(same, MICROSIP_STAT_QUALITY_RECEIVED_R_FACTOR) <= 93.3);
    CHECK(number(same, MICROSIP_STAT_QUALITY_RECEIVED_MOS_LISTENING) >= 1);
    OK(microsip_stats_codec(same, &text));
    STREQ("PCMU/8000/1", text);
    OK(microsip_stats_to_json(same, &text));
    CHECK(text[0] == '{' && strstr(text, "\"codec\":\"PCMU/8000/1\"") && strstr(text, "\"received\":{"));
    OK(microsip_stats_quality_band(same, MICROSIP_DIRECTION_INCOMING, &band));
    CHECK(band == MICROSIP_QUALITY_BAND_NARROW);
    OK(microsip_stats_quality_source(same, MICROSIP_DIRECTION_INCOMING, &source));
    CHECK(source == MICROSIP_QUALITY_SOURCE_G113);
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_stats_quality_band(same, 3, &band));
    OK(microsip_stats_free(same));

    OK(microsip_call_stats(caller, &stats));
    sent = number(stats, MICROSIP_STAT_SENT_PACKETS);
    CHECK(sent > 20);
    OK(microsip_stats_free(stats));
    OK(microsip_call_hang_up(caller));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_stats(caller, &stats));
    CHECK(stats.token == 0);
    OK(microsip_call_wait_for(caller, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    info = info_of(caller);
    OK(microsip_call_info_stats(info, &stats));
    CHECK(number(stats, MICROSIP_STAT_SENT_PACKETS) >= sent);
    OK(microsip_stats_free(stats));
    OK(microsip_call_info_free(info));
    OK(microsip_call_wait_for(callee, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));
}

/* A peer that takes the call and sends nothing. */
static void silence_of_a_peer_is_found(void) {
    const microsip_call_options_t none = {0};
    microsip_call_t call;
    microsip_findings_t findings, same;
    microsip_finding_t finding, kept;
    microsip_finding_kind_t kind;
    microsip_event_t event;
    microsip_stats_t stats;
    const char *text;
    char target[64];
    size_t count;
    uint64_t since, packets;
    double level;
    bool fault;
    udp_t udp;
    udp_open(&udp);
    udp_uri(&udp, "peer", target, sizeof target);
    OK(microsip_account_call(pair.ann, target, none, &call));
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_call_stats(call, &stats));
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_call_check_audio(call, &findings));
    sip_take_call(&udp);
    OK(microsip_call_wait_for(call, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    event = wait_event_of(pair.events, MICROSIP_EVENT_KIND_AUDIO_TROUBLE, call);
    OK(microsip_event_finding(event, &finding));
    OK(microsip_event_free(event));
    OK(microsip_finding_clone(finding, &kept));
    OK(microsip_finding_free(finding));
    OK(microsip_finding_kind(kept, &kind));
    CHECK(kind == MICROSIP_FINDING_KIND_NOTHING_RECEIVED);
    OK(microsip_finding_name(kept, &text));
    STREQ("nothing_received", text);
    OK(microsip_finding_text(kept, &text));
    CHECK(strstr(text, "no packet was received") == text);
    OK(microsip_finding_is_fault(kept, &fault));
    CHECK(fault);
    OK(microsip_finding_since_ms(kept, &since));
    CHECK(since >= 500);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_finding_level_dbov(kept, &level));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_finding_packets(kept, &packets));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_finding_announced(kept, &text));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_finding_actual(kept, &text));
    OK(microsip_finding_free(kept));
    /* The same when asked. Some 500 ms have passed; a second is needed. */
    do {
        OK(microsip_call_check_audio(call, &findings));
        OK(microsip_findings_count(findings, &count));
        if (count == 0) OK(microsip_findings_free(findings));
    } while (count == 0);
    OK(microsip_findings_at(findings, 0, &finding));
    OK(microsip_finding_kind(finding, &kind));
    CHECK(kind == MICROSIP_FINDING_KIND_NOTHING_RECEIVED);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_findings_at(findings, count, &kept));
    OK(microsip_findings_clone(findings, &same));
    OK(microsip_findings_free(findings));
    OK(microsip_finding_free(finding));
    OK(microsip_findings_free(same));
    OK(microsip_call_hang_up(call));
    EXPECT(MICROSIP_STATUS_GONE, microsip_call_check_audio(call, &findings));
    OK(microsip_call_free(call));
    udp_close(&udp);
}

static void connections_are_rated(void) {
    microsip_quality_band_t band;
    microsip_quality_source_t source;
    microsip_emodel_t model, copy;
    double ie, bpl, rating, mos, cost, value, ro, is, id, ie_eff;
    OK(microsip_quality_codec("PCMU/8000/1", &band, &ie, &bpl, &source));
    CHECK(band == MICROSIP_QUALITY_BAND_NARROW && ie == 0 && near_to(bpl, 25.1, 0.01));
    CHECK(source == MICROSIP_QUALITY_SOURCE_G113);
    OK(microsip_quality_codec("G722", &band, &ie, &bpl, &source));
    CHECK(band == MICROSIP_QUALITY_BAND_WIDE);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_quality_codec("X-OWN/8000/1", &band, &ie, &bpl, &source));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_quality_codec("", &band, &ie, &bpl, &source));
    OK(microsip_quality_rating(MICROSIP_QUALITY_BAND_NARROW, 0, 4.3, 0, 1, 0, &rating));
    CHECK(near_to(rating, 93.2, 0.05));
    OK(microsip_quality_mos(MICROSIP_QUALITY_BAND_NARROW, rating, &mos));
    CHECK(near_to(mos, 4.41, 0.01));
    OK(microsip_quality_rating(MICROSIP_QUALITY_BAND_WIDE, 0, 4.3, 0, 1, 0, &rating));
    CHECK(near_to(rating, 129, 0.05));
    OK(microsip_quality_mos(MICROSIP_QUALITY_BAND_WIDE, rating, &mos));
    CHECK(near_to(mos, 4.5, 0.01));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_quality_mos(0, rating, &mos));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_quality_rating(7, 0, 4.3, 0, 1, 0, &rating));
    OK(microsip_quality_delay_impairment(200, 100, 1, &cost));
    CHECK(near_to(cost, 3.0, 0.1));
    OK(microsip_quality_effective_impairment(0, 25.1, 2, 1, &cost));
    CHECK(near_to(cost, 95.0 * 2 / (2 + 25.1), 0.01));

    OK(microsip_emodel_new(&model));
    OK(microsip_emodel_get(model, MICROSIP_EMODEL_PARAMETER_LOSS_ROBUSTNESS, &value));
    CHECK(near_to(value, 4.3, 1e-9));
    OK(microsip_emodel_rating(model, &rating));
    CHECK(near_to(rating, 93.2, 0.05));
    OK(microsip_emodel_clone(model, &copy));
    OK(microsip_emodel_set(copy, MICROSIP_EMODEL_PARAMETER_LOSS_PERCENT, 5));
    OK(microsip_emodel_set(copy, MICROSIP_EMODEL_PARAMETER_ADVANTAGE, 10));
    OK(microsip_emodel_rating(copy, &value));
    CHECK(value < rating);
    OK(microsip_emodel_parts(copy, &ro, &is, &id, &ie_eff));
    CHECK(near_to(value, ro - is - id - ie_eff + 10, 1e-6));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_emodel_set(copy, 0, 1));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_emodel_get(copy, 23, &value));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_emodel_parts(copy, &ro, NULL, &id, &ie_eff));
    CHECK(ro == 0 && id == 0 && ie_eff == 0);
    OK(microsip_emodel_free(copy));
    OK(microsip_emodel_free(model));
}

int main(void) {
    microsip_endpoint_config_t config;
    microsip_quality_config_t quality;
    OK(microsip_endpoint_config_new(&config));
    OK(microsip_endpoint_config_set_codecs(config, "PCMU/8000/1"));
    OK(microsip_quality_config_new(&quality));
    OK(microsip_quality_config_set_stats_every(quality, 200));
    OK(microsip_quality_config_set_watch_audio(quality, 1000));
    OK(microsip_quality_config_set_rtcp_xr(quality, true));
    OK(microsip_endpoint_config_set_quality(config, quality));
    OK(microsip_quality_config_free(quality));
    pair_start(&pair, config);
    calls_have_statistics();
    silence_of_a_peer_is_found();
    connections_are_rated();
    pair_stop(&pair);
    no_handles_left();
    puts("stats: ok");
    return 0;
}
