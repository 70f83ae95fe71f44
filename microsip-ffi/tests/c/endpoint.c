/* What an endpoint lists, changes and tells while it runs, and its log. */
#include "udp.h"

#include <pthread.h>

static const microsip_call_options_t NO_OPTIONS = {0};
static const microsip_call_policy_t NO_POLICY = {0};

static microsip_endpoint_config_t local_config(void) {
    microsip_endpoint_config_t config;
    OK(microsip_endpoint_config_new(&config));
    OK(microsip_endpoint_config_clear_transports(config));
    OK(microsip_endpoint_config_add_transport(config, MICROSIP_TRANSPORT_UDP, "127.0.0.1:0"));
    OK(microsip_endpoint_config_set_close_timeout(config, 500));
    return config;
}

static microsip_endpoint_t start(microsip_endpoint_config_t config) {
    microsip_endpoint_t endpoint;
    OK(microsip_endpoint_start(config, &endpoint));
    OK(microsip_endpoint_config_free(config));
    return endpoint;
}

static uint64_t counter(microsip_endpoint_t endpoint, microsip_counter_t which) {
    uint64_t value;
    OK(microsip_endpoint_counter(endpoint, which, &value));
    return value;
}

/* ---- lists ---- */

static void codecs(microsip_endpoint_t endpoint) {
    microsip_codec_list_t list, of_build;
    size_t count, built, n, place;
    const char *text;
    uint32_t number;
    uint8_t type;
    OK(microsip_codec_list_of_build(&of_build));
    OK(microsip_codec_list_count(of_build, &built));
    OK(microsip_endpoint_codecs(endpoint, &list));
    OK(microsip_codec_list_count(list, &count));
    CHECK(count == built && count > 3);
    /* The endpoint has PCMA and PCMU, in this order. */
    OK(microsip_codec_list_text(list, 0, &text));
    STREQ("PCMA/8000/1", text);
    OK(microsip_codec_list_name(list, 1, &text));
    STREQ("PCMU", text);
    OK(microsip_codec_list_clock_rate(list, 1, &number));
    CHECK(number == 8000);
    OK(microsip_codec_list_channels(list, 1, &number));
    CHECK(number == 1);
    OK(microsip_codec_list_bit_rate(list, 1, &number));
    CHECK(number == 64000);
    OK(microsip_codec_list_frame_ms(list, 1, &number));
    CHECK(number == 10 || number == 20);
    OK(microsip_codec_list_payload_type(list, 0, &type));
    CHECK(type == 8);
    OK(microsip_codec_list_payload_type(list, 1, &type));
    CHECK(type == 0);
    OK(microsip_codec_list_place(list, 1, &place));
    CHECK(place == 1);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_codec_list_place(list, 2, &place));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_codec_list_name(list, count, &text));
    CHECK(!text);
    for (n = 0; n < built; n++) {
        OK(microsip_codec_list_text(of_build, n, &text));
        if (strcmp(text, "PCMA/8000/1") == 0) break;
    }
    CHECK(n < built);
    OK(microsip_codec_list_name(of_build, n, &text));
    STREQ("PCMA", text);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_codec_list_bit_rate(of_build, n, &number));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_codec_list_frame_ms(of_build, n, &number));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_codec_list_payload_type(of_build, n, &type));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_codec_list_place(of_build, n, &place));
    OK(microsip_codec_list_free(of_build));
    OK(microsip_codec_list_clone(list, &of_build));
    OK(microsip_codec_list_free(list));
    OK(microsip_codec_list_free(of_build));
}

static void addresses(microsip_endpoint_t endpoint) {
    microsip_address_list_t list, clone;
    microsip_transport_t transport;
    size_t count;
    uint16_t port, same;
    const char *address, *again;
    char expected[64];
    OK(microsip_endpoint_local_addresses(endpoint, &list));
    OK(microsip_address_list_clone(list, &clone));
    OK(microsip_address_list_free(list));
    OK(microsip_address_list_count(clone, &count));
    CHECK(count == 2);
    OK(microsip_address_list_transport(clone, 1, &transport));
    CHECK(transport == MICROSIP_TRANSPORT_TCP);
    OK(microsip_address_list_port(clone, 1, &port));
    OK(microsip_endpoint_local_port(endpoint, MICROSIP_TRANSPORT_TCP, &same));
    CHECK(port == same && port);
    snprintf(expected, sizeof expected, "127.0.0.1:%u", port);
    OK(microsip_address_list_address(clone, 1, &address));
    STREQ(expected, address);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_address_list_port(clone, 2, &port));
    OK(microsip_address_list_free(clone));
    OK(microsip_endpoint_local_address(endpoint, MICROSIP_TRANSPORT_TCP, &address));
    STREQ(expected, address);
    OK(microsip_endpoint_local_address(endpoint, MICROSIP_TRANSPORT_TCP, &again));
    CHECK(address == again);
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT,
           microsip_endpoint_local_address(endpoint, MICROSIP_TRANSPORT_TLS, &address));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_endpoint_local_address(endpoint, 0, &address));
    CHECK(!address);
}

static void resolves(microsip_endpoint_t endpoint) {
    microsip_server_list_t list, clone;
    microsip_transport_t transport;
    size_t count;
    uint16_t number;
    const char *text;
    OK(microsip_endpoint_resolve(endpoint, "sip:ann@box.test:5070;transport=tcp", &list));
    OK(microsip_server_list_clone(list, &clone));
    OK(microsip_server_list_free(list));
    OK(microsip_server_list_count(clone, &count));
    CHECK(count == 1);
    OK(microsip_server_list_transport(clone, 0, &transport));
    CHECK(transport == MICROSIP_TRANSPORT_TCP);
    OK(microsip_server_list_address(clone, 0, &text));
    STREQ("127.0.0.7:5070", text);
    OK(microsip_server_list_name(clone, 0, &text));
    STREQ("box.test", text);
    OK(microsip_server_list_priority(clone, 0, &number));
    CHECK(number == 0);
    OK(microsip_server_list_weight(clone, 0, &number));
    CHECK(number == 0);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_server_list_address(clone, 1, &text));
    OK(microsip_server_list_free(clone));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_resolve(endpoint, "nobody", &list));
    /* A name server that does not answer. */
    EXPECT(MICROSIP_STATUS_TRANSPORT, microsip_endpoint_resolve(endpoint, "sip:ann@silent.test", &list));
    CHECK(!list.token);
}

/* ---- calls and policies ---- */

/* A call from one account to another, and the code it is refused with. */
static uint16_t refused_with(microsip_account_t from, microsip_account_t to) {
    microsip_call_t call;
    const char *target;
    uint16_t code;
    OK(microsip_account_aor(to, &target));
    OK(microsip_account_call(from, target, NO_OPTIONS, &call));
    EXPECT(MICROSIP_STATUS_SIP, microsip_call_wait_for(call, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    code = microsip_last_error_sip_status();
    OK(microsip_call_free(call));
    return code;
}

static void policies(microsip_endpoint_t endpoint, microsip_account_t ann, microsip_account_t bob) {
    microsip_account_list_t accounts, same;
    microsip_account_t account;
    microsip_call_list_t calls, these;
    microsip_call_t call, listed, none;
    microsip_call_policy_t policy;
    microsip_call_rule_t rule;
    const char *target;
    size_t count;
    uint64_t id, other;

    OK(microsip_endpoint_accounts(endpoint, &accounts));
    OK(microsip_account_list_clone(accounts, &same));
    OK(microsip_account_list_free(accounts));
    OK(microsip_account_list_count(same, &count));
    CHECK(count == 2);
    OK(microsip_account_list_at(same, 1, &account));
    OK(microsip_account_id(account, &id));
    OK(microsip_account_id(bob, &other));
    CHECK(id == other);
    OK(microsip_account_free(account));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_account_list_at(same, 2, &account));
    OK(microsip_account_list_free(same));

    OK(microsip_endpoint_set_incoming(endpoint, 480));
    CHECK(refused_with(ann, bob) == 480);
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_set_incoming(endpoint, 7));

    /* A rule of one account, then none. */
    OK(microsip_call_rule_new(603, &rule));
    OK(microsip_call_rule_set_caller(rule, "a*"));
    OK(microsip_call_rule_set_source(rule, "127.0.0.0/8"));
    OK(microsip_call_policy_new(&policy));
    OK(microsip_call_policy_add_rule(policy, rule));
    OK(microsip_call_rule_free(rule));
    OK(microsip_account_set_policy(bob, policy));
    CHECK(refused_with(ann, bob) == 603);
    OK(microsip_account_clear_policy(bob));
    CHECK(refused_with(ann, bob) == 480);

    /* Do not disturb for all, but not where an account lets everything pass. */
    OK(microsip_call_policy_clear_rules(policy));
    OK(microsip_call_policy_set_do_not_disturb(policy, true));
    OK(microsip_endpoint_set_policy(endpoint, policy));
    CHECK(refused_with(ann, bob) == 486);
    OK(microsip_account_set_policy(bob, NO_POLICY));
    CHECK(refused_with(ann, bob) == 480);
    OK(microsip_account_clear_policy(bob));
    OK(microsip_call_policy_set_hang_up_after(policy, 1));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_endpoint_set_policy(endpoint, policy));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_set_policy(bob, policy));
    OK(microsip_call_policy_free(policy));
    OK(microsip_endpoint_set_policy(endpoint, NO_POLICY));

    OK(microsip_endpoint_set_transfers(endpoint, MICROSIP_TRANSFER_POLICY_ACCEPT, MICROSIP_TRANSFER_POLICY_ASK,
                                       MICROSIP_REPLACES_POLICY_ASK));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_endpoint_set_transfers(endpoint, 1, 1, 0));

    /* Answered at once: two calls are listed, its two ends. */
    OK(microsip_endpoint_set_incoming(endpoint, 200));
    OK(microsip_account_aor(bob, &target));
    OK(microsip_account_call(ann, target, NO_OPTIONS, &call));
    OK(microsip_call_wait_for(call, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_endpoint_calls(endpoint, &calls));
    OK(microsip_call_list_clone(calls, &these));
    OK(microsip_call_list_free(calls));
    OK(microsip_call_list_count(these, &count));
    CHECK(count == 2);
    OK(microsip_call_list_at(these, 0, &listed));
    OK(microsip_call_id(listed, &id));
    OK(microsip_call_free(listed));
    OK(microsip_call_id(call, &other));
    CHECK(id == other);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_list_at(these, 2, &none));
    OK(microsip_call_list_free(these));
    OK(microsip_call_hang_up(call));
    OK(microsip_call_wait_for(call, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_call_free(call));
    OK(microsip_endpoint_set_incoming(endpoint, 0));
}

/* ---- events ---- */

static void network(microsip_endpoint_t endpoint, microsip_events_t events) {
    microsip_network_step_t step = 0;
    OK(microsip_endpoint_network_changed(endpoint));
    while (step != MICROSIP_NETWORK_STEP_FINISHED) {
        microsip_event_t event = wait_event(events, MICROSIP_EVENT_KIND_NETWORK_CHANGED);
        microsip_network_change_t change, clone;
        microsip_network_step_t before = step;
        size_t count;
        uint32_t ms;
        const char *address;
        OK(microsip_event_network_change(event, &change));
        OK(microsip_event_free(event));
        OK(microsip_network_change_clone(change, &clone));
        OK(microsip_network_change_free(change));
        OK(microsip_network_change_step(clone, &step));
        CHECK(before == 0 ? step == MICROSIP_NETWORK_STEP_CHANGED : step == MICROSIP_NETWORK_STEP_FINISHED);
        OK(microsip_network_change_lost_count(clone, &count));
        CHECK(count == 0);
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_network_change_lost_at(clone, 0, &address));
        OK(microsip_network_change_gained_count(clone, &count));
        if (count) {
            OK(microsip_network_change_gained_at(clone, count - 1, &address));
            CHECK(strchr(address, '.') || strchr(address, ':'));
        }
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_network_change_gained_at(clone, count, &address));
        OK(microsip_network_change_accounts(clone, &count));
        CHECK(count == 0);
        OK(microsip_network_change_registered(clone, &count));
        CHECK(count == 0);
        OK(microsip_network_change_calls(clone, &count));
        CHECK(count == 0);
        OK(microsip_network_change_moved(clone, &count));
        CHECK(count == 0);
        OK(microsip_network_change_took_ms(clone, &ms));
        CHECK(ms < DEADLINE_MS);
        OK(microsip_network_change_free(clone));
    }
}

/* A request too large for UDP, to a peer that has no TCP. */
static void too_large(microsip_account_t account, microsip_events_t events) {
    static char filler[1501];
    microsip_call_options_t options;
    microsip_call_t call, about;
    char target[64];
    udp_t peer;
    int n;
    udp_open(&peer);
    memset(filler, 'x', sizeof filler - 1);
    OK(microsip_call_options_new(&options));
    OK(microsip_call_options_add_header(options, "X-Filler", filler));
    snprintf(target, sizeof target, "sip:bob@127.0.0.1:%u", peer.port);
    OK(microsip_account_call(account, target, options, &call));
    OK(microsip_call_options_free(options));
    for (n = 0; n < 2; n++) {
        microsip_event_t event = wait_event(events, MICROSIP_EVENT_KIND_TRANSPORT_SWITCHED);
        microsip_transport_switch_t change, clone;
        microsip_transport_t from, to;
        microsip_error_t error;
        uint32_t size, limit;
        uint64_t id, other;
        const char *text;
        char remote[64];
        OK(microsip_event_transport_switch(event, &change));
        OK(microsip_event_free(event));
        OK(microsip_transport_switch_clone(change, &clone));
        OK(microsip_transport_switch_free(change));
        OK(microsip_transport_switch_call(clone, &about));
        OK(microsip_call_id(about, &id));
        OK(microsip_call_id(call, &other));
        CHECK(id == other);
        OK(microsip_call_free(about));
        OK(microsip_transport_switch_call_id(clone, &text));
        CHECK(text[0]);
        OK(microsip_transport_switch_method(clone, &text));
        STREQ("INVITE", text);
        snprintf(remote, sizeof remote, "127.0.0.1:%u", peer.port);
        OK(microsip_transport_switch_remote(clone, &text));
        STREQ(remote, text);
        OK(microsip_transport_switch_size(clone, &size));
        OK(microsip_transport_switch_limit(clone, &limit));
        CHECK(limit == 1300 && size > limit);
        OK(microsip_transport_switch_from(clone, &from));
        OK(microsip_transport_switch_to(clone, &to));
        if (n == 0) {
            CHECK(from == MICROSIP_TRANSPORT_UDP && to == MICROSIP_TRANSPORT_TCP);
            EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_transport_switch_error(clone, &error));
        } else {
            CHECK(from == MICROSIP_TRANSPORT_TCP && to == MICROSIP_TRANSPORT_UDP);
            OK(microsip_transport_switch_error(clone, &error));
            OK(microsip_error_free(error));
        }
        OK(microsip_transport_switch_free(clone));
    }
    sip_request(&peer, "INVITE");
    sip_answer(&peer, "486 Busy Here", "");
    EXPECT(MICROSIP_STATUS_SIP, microsip_call_wait_for(call, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_call_free(call));
    udp_close(&peer);
}

/* A scanner and noise. */
static void strangers(microsip_endpoint_t endpoint, microsip_events_t events) {
    static const char scan[] =
        "OPTIONS sip:100@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKscan\r\n"
        "From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:100@127.0.0.1>\r\nCall-ID: scan\r\nCSeq: 1 OPTIONS\r\n"
        "Max-Forwards: 70\r\nUser-Agent: friendly-scanner\r\nContent-Length: 0\r\n\r\n";
    static const char noise[] = "INVITE sip:100@127.0.0.1 SIP/2.0\r\nVia: ???\r\nCSeq: x\r\n\r\n";
    microsip_event_t event;
    microsip_guard_report_t report, clone;
    microsip_guard_reason_t reason;
    const char *text;
    uint64_t requests;
    uint16_t port;
    udp_t stranger;
    udp_open(&stranger);
    OK(microsip_endpoint_local_port(endpoint, MICROSIP_TRANSPORT_UDP, &port));
    CHECK(counter(endpoint, MICROSIP_COUNTER_MALFORMED) == 0);
    udp_send_to(&stranger, port, noise, sizeof noise - 1);
    udp_send_to(&stranger, port, scan, sizeof scan - 1);
    event = wait_event(events, MICROSIP_EVENT_KIND_GUARD);
    OK(microsip_event_guard(event, &report));
    OK(microsip_event_free(event));
    OK(microsip_guard_report_clone(report, &clone));
    OK(microsip_guard_report_free(report));
    OK(microsip_guard_report_source(clone, &text));
    STREQ("127.0.0.1", text);
    OK(microsip_guard_report_reason(clone, &reason));
    CHECK(reason == MICROSIP_GUARD_REASON_SCANNER);
    OK(microsip_guard_report_requests(clone, &requests));
    CHECK(requests == 1);
    OK(microsip_guard_report_user_agent(clone, &text));
    STREQ("friendly-scanner", text);
    OK(microsip_guard_report_free(clone));
    CHECK(counter(endpoint, MICROSIP_COUNTER_GUARD_SCANNERS) == 1);
    CHECK(counter(endpoint, MICROSIP_COUNTER_GUARD_SOURCES) == 1);
    CHECK(counter(endpoint, MICROSIP_COUNTER_GUARD_INVITES) == 0);
    CHECK(counter(endpoint, MICROSIP_COUNTER_GUARD_REQUESTS) == 0);
    CHECK(counter(endpoint, MICROSIP_COUNTER_MALFORMED) == 1);
    CHECK(counter(endpoint, MICROSIP_COUNTER_MALFORMED_ANSWERED) <= 1);
    CHECK(counter(endpoint, MICROSIP_COUNTER_HEADERS_PASSED_OVER) == 0);
    udp_close(&stranger);
}

/* A TURN server whose name is not told. */
static void no_relay(microsip_endpoint_t endpoint, microsip_events_t events, uint16_t port) {
    microsip_account_config_t config;
    microsip_account_nat_t nat;
    microsip_turn_config_t turn;
    microsip_account_t account;
    microsip_event_t event;
    microsip_error_t error;
    microsip_status_t status;
    microsip_call_t call;
    char aor[64];
    snprintf(aor, sizeof aor, "sip:carl@127.0.0.1:%u", port);
    OK(microsip_account_config_new(aor, &config));
    OK(microsip_account_nat_new(&nat));
    OK(microsip_account_nat_set_ice(nat, MICROSIP_ICE_MODE_ON));
    OK(microsip_turn_config_new("relay.silent.test", "user", "password", &turn));
    OK(microsip_account_nat_set_turn(nat, MICROSIP_TURN_USE_SERVER, turn));
    OK(microsip_account_config_set_nat(config, nat));
    OK(microsip_turn_config_free(turn));
    OK(microsip_account_nat_free(nat));
    OK(microsip_endpoint_add_account(endpoint, config, &account));
    OK(microsip_account_config_free(config));
    event = wait_event(events, MICROSIP_EVENT_KIND_RELAY_FAILED);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_call(event, &call));
    OK(microsip_event_error(event, &error));
    OK(microsip_event_free(event));
    OK(microsip_error_status(error, &status));
    CHECK(status == MICROSIP_STATUS_TRANSPORT || status == MICROSIP_STATUS_TIMEOUT);
    OK(microsip_error_free(error));
    OK(microsip_account_remove(account));
    OK(microsip_account_free(account));
}

/* ---- closing while somebody waits ---- */

static void *waits_for_a_name(void *endpoint) {
    microsip_server_list_t list;
    EXPECT(MICROSIP_STATUS_NOT_RUNNING,
           microsip_endpoint_resolve(*(microsip_endpoint_t *)endpoint, "sip:ann@silent.test", &list));
    return NULL;
}

static void closes_meanwhile(void) {
    char server[64];
    microsip_endpoint_config_t config = local_config();
    microsip_dns_config_t dns;
    microsip_endpoint_t endpoint;
    pthread_t thread;
    udp_t silent;
    udp_open(&silent);
    OK(microsip_dns_config_new(&dns));
    snprintf(server, sizeof server, "127.0.0.1:%u", silent.port);
    OK(microsip_dns_config_add_server(dns, server));
    OK(microsip_dns_config_set_timeout(dns, 60000));
    OK(microsip_dns_config_set_hosts_file(dns, NULL));
    OK(microsip_endpoint_config_set_dns(config, dns));
    OK(microsip_dns_config_free(dns));
    endpoint = start(config);
    CHECK(pthread_create(&thread, NULL, waits_for_a_name, &endpoint) == 0);
    /* The name is asked for: it waits. */
    udp_receive(&silent);
    OK(microsip_endpoint_close(endpoint));
    CHECK(pthread_join(thread, NULL) == 0);
    OK(microsip_endpoint_free(endpoint));
    udp_close(&silent);
}

/* ---- STUN ---- */

/* Answers Binding requests with 192.0.2.1:32853 until STUN has told that address. */
static void stun_answers(void) {
    static const unsigned char answer[] = {1,    1,    0,    12,   0x21, 0x12, 0xa4, 0x42, 0,    0,    0,
                                           0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x20,
                                           0,    8,    0,    1,    0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43};
    unsigned char bytes[sizeof answer];
    char server[64];
    microsip_endpoint_config_t config = local_config();
    microsip_nat_config_t nat;
    microsip_endpoint_t endpoint;
    microsip_events_t events;
    microsip_event_t event;
    microsip_stun_info_t info, clone;
    microsip_stun_state_t state;
    microsip_error_t error;
    microsip_status_t status = MICROSIP_STATUS_TIMEOUT;
    const char *text = NULL;
    udp_t stun;
    udp_open(&stun);
    snprintf(server, sizeof server, "127.0.0.1:%u", stun.port);
    OK(microsip_nat_config_new(&nat));
    OK(microsip_nat_config_add_stun_server(nat, server));
    OK(microsip_nat_config_set_start_wait(nat, 0));
    OK(microsip_nat_config_set_stun_timeout(nat, 10000));
    OK(microsip_endpoint_config_set_nat(config, nat));
    OK(microsip_nat_config_free(nat));
    endpoint = start(config);
    OK(microsip_endpoint_events(endpoint, &events));
    for (;;) {
        if (udp_waiting(&stun, 10)) {
            udp_receive(&stun);
            if (stun.length < 20) continue;
            memcpy(bytes, answer, sizeof bytes);
            memcpy(bytes + 8, stun.got + 8, 12);
            udp_reply(&stun, bytes, sizeof bytes);
        }
        OK(microsip_endpoint_stun(endpoint, &info));
        OK(microsip_stun_info_state(info, &state));
        status = microsip_stun_info_sip_address(info, &text);
        if (status == MICROSIP_STATUS_OK) break;
        CHECK(status == MICROSIP_STATUS_NO_VALUE);
        CHECK(state == MICROSIP_STUN_STATE_ASKING || state == MICROSIP_STUN_STATE_READY);
        OK(microsip_stun_info_free(info));
    }
    CHECK(state == MICROSIP_STUN_STATE_READY);
    STREQ("192.0.2.1:32853", text);
    OK(microsip_stun_info_server(info, &text));
    STREQ(server, text);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_stun_info_error(info, &error));
    OK(microsip_stun_info_free(info));
    event = wait_event(events, MICROSIP_EVENT_KIND_STUN);
    OK(microsip_event_stun(event, &info));
    OK(microsip_event_free(event));
    OK(microsip_stun_info_clone(info, &clone));
    OK(microsip_stun_info_free(info));
    OK(microsip_stun_info_state(clone, &state));
    CHECK(state == MICROSIP_STUN_STATE_READY);
    OK(microsip_stun_info_free(clone));
    OK(microsip_events_free(events));
    OK(microsip_endpoint_free(endpoint));
    udp_close(&stun);
}

static void stun_is_silent(void) {
    char server[64];
    microsip_endpoint_config_t config = local_config();
    microsip_nat_config_t nat;
    microsip_endpoint_t endpoint;
    microsip_stun_info_t info;
    microsip_stun_state_t state;
    microsip_error_t error;
    microsip_status_t status;
    const char *text;
    udp_t stun;
    udp_open(&stun);
    snprintf(server, sizeof server, "127.0.0.1:%u", stun.port);
    OK(microsip_nat_config_new(&nat));
    OK(microsip_nat_config_add_stun_server(nat, server));
    OK(microsip_nat_config_set_stun_timeout(nat, 100));
    OK(microsip_nat_config_set_start_wait(nat, 10000));
    OK(microsip_endpoint_config_set_nat(config, nat));
    OK(microsip_nat_config_free(nat));
    endpoint = start(config);
    OK(microsip_endpoint_stun(endpoint, &info));
    OK(microsip_stun_info_state(info, &state));
    CHECK(state == MICROSIP_STUN_STATE_FAILED);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_stun_info_server(info, &text));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_stun_info_sip_address(info, &text));
    CHECK(!text);
    OK(microsip_stun_info_error(info, &error));
    OK(microsip_error_status(error, &status));
    CHECK(status == MICROSIP_STATUS_TIMEOUT);
    OK(microsip_error_free(error));
    OK(microsip_stun_info_free(info));
    OK(microsip_endpoint_free(endpoint));
    udp_close(&stun);
}

/* ---- a slow reader ---- */

static void lags(void) {
    uint64_t missed;
    uint16_t port;
    microsip_endpoint_config_t config = local_config();
    microsip_endpoint_t endpoint;
    microsip_events_t slow;
    microsip_event_t event;
    microsip_account_t ann, bob;
    OK(microsip_endpoint_config_set_event_capacity(config, 2));
    OK(microsip_endpoint_config_set_trace(config, true));
    OK(microsip_endpoint_config_set_incoming(config, 486));
    endpoint = start(config);
    OK(microsip_endpoint_local_port(endpoint, MICROSIP_TRANSPORT_UDP, &port));
    ann = add_account(endpoint, "ann", port);
    bob = add_account(endpoint, "bob", port);
    OK(microsip_endpoint_events(endpoint, &slow));
    CHECK(refused_with(ann, bob) == 486);
    event = wait_event(slow, MICROSIP_EVENT_KIND_LAGGED);
    OK(microsip_event_missed(event, &missed));
    CHECK(missed > 0);
    OK(microsip_event_free(event));
    OK(microsip_account_free(ann));
    OK(microsip_account_free(bob));
    OK(microsip_endpoint_free(endpoint));
    OK(microsip_events_free(slow));
}

/* ---- the log ---- */

typedef struct {
    pthread_mutex_t lock;
    unsigned records, pjsip, microsip, worst, nested, destroyed;
    char text[512];
} log_t;

static void on_log(microsip_log_level_t level, const char *target, const char *message, void *user_data) {
    log_t *log = user_data;
    microsip_status_t nested = microsip_set_log(NULL, NULL, NULL, MICROSIP_LOG_LEVEL_OFF);
    pthread_mutex_lock(&log->lock);
    if (log->destroyed) abort();
    log->records++;
    if (nested == MICROSIP_STATUS_WOULD_DEADLOCK) log->nested++;
    if ((unsigned)level > log->worst) log->worst = (unsigned)level;
    if (strcmp(target, "pjsip") == 0) log->pjsip++;
    if (strcmp(target, "microsip") == 0) {
        log->microsip++;
        if (strstr(message, "the network changed")) snprintf(log->text, sizeof log->text, "%s", message);
    }
    pthread_mutex_unlock(&log->lock);
}

static void on_destroy(void *user_data) {
    log_t *log = user_data;
    pthread_mutex_lock(&log->lock);
    log->destroyed++;
    pthread_mutex_unlock(&log->lock);
}

static unsigned read_count(log_t *log, const unsigned *count) {
    unsigned value;
    pthread_mutex_lock(&log->lock);
    value = *count;
    pthread_mutex_unlock(&log->lock);
    return value;
}

static void starts_and_ends(void) {
    microsip_endpoint_config_t config = local_config();
    microsip_endpoint_t endpoint;
    microsip_events_t events;
    microsip_event_t event;
    OK(microsip_endpoint_config_set_log_level(config, MICROSIP_LOG_LEVEL_INFO));
    endpoint = start(config);
    OK(microsip_endpoint_events(endpoint, &events));
    OK(microsip_endpoint_network_changed(endpoint));
    event = wait_event(events, MICROSIP_EVENT_KIND_NETWORK_CHANGED);
    OK(microsip_event_free(event));
    OK(microsip_events_free(events));
    OK(microsip_endpoint_free(endpoint));
}

static void logs(void) {
    static log_t one, two;
    pthread_mutex_init(&one.lock, NULL);
    pthread_mutex_init(&two.lock, NULL);
    /* Fails, and destroys. */
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_set_log(on_log, &one, on_destroy, 0));
    CHECK(one.destroyed == 1);
    one.destroyed = 0;
    /* Nobody is to have it. */
    OK(microsip_set_log(on_log, &one, on_destroy, MICROSIP_LOG_LEVEL_OFF));
    CHECK(one.destroyed == 1 && one.records == 0);
    one.destroyed = 0;

    OK(microsip_set_log(on_log, &one, on_destroy, MICROSIP_LOG_LEVEL_INFO));
    starts_and_ends();
    CHECK(read_count(&one, &one.pjsip) > 0);
    CHECK(read_count(&one, &one.microsip) > 0);
    CHECK(one.pjsip + one.microsip == one.records);
    CHECK(one.nested == one.records);
    CHECK(one.worst == MICROSIP_LOG_LEVEL_INFO);
    CHECK(strncmp(one.text, "the network changed", 19) == 0 && strstr(one.text, " gained="));
    CHECK(read_count(&one, &one.destroyed) == 0);

    /* Another one, who wants errors only. */
    OK(microsip_set_log(on_log, &two, on_destroy, MICROSIP_LOG_LEVEL_ERROR));
    CHECK(read_count(&one, &one.destroyed) == 1);
    starts_and_ends();
    CHECK(read_count(&two, &two.records) == 0 || two.worst == MICROSIP_LOG_LEVEL_ERROR);
    OK(microsip_set_log(NULL, NULL, NULL, MICROSIP_LOG_LEVEL_OFF));
    CHECK(read_count(&two, &two.destroyed) == 1);
    starts_and_ends();
    CHECK(read_count(&one, &one.destroyed) == 1);
    CHECK(read_count(&two, &two.destroyed) == 1);
    pthread_mutex_destroy(&one.lock);
    pthread_mutex_destroy(&two.lock);
}

/* The log changes hands while it is written: everyone is destroyed once, and called no more afterwards. */
#define HANDS 300
static log_t hands[HANDS];

static void *passes_the_log_on(void *unused) {
    size_t n;
    (void)unused;
    for (n = 0; n < HANDS; n++) {
        OK(microsip_set_log(on_log, &hands[n], on_destroy, MICROSIP_LOG_LEVEL_DEBUG));
    }
    OK(microsip_set_log(NULL, NULL, NULL, MICROSIP_LOG_LEVEL_OFF));
    return NULL;
}

static void changes_hands(void) {
    pthread_t thread;
    size_t n;
    for (n = 0; n < HANDS; n++) pthread_mutex_init(&hands[n].lock, NULL);
    CHECK(pthread_create(&thread, NULL, passes_the_log_on, NULL) == 0);
    starts_and_ends();
    CHECK(pthread_join(thread, NULL) == 0);
    /* Whoever was called last may end on the thread that called it, which the endpoint's end has waited for. */
    starts_and_ends();
    for (n = 0; n < HANDS; n++) {
        CHECK(read_count(&hands[n], &hands[n].destroyed) == 1);
        pthread_mutex_destroy(&hands[n].lock);
    }
}

static void runs(void) {
    char path[] = "/tmp/microsip-hosts-XXXXXX", server[64];
    static const char hosts[] = "127.0.0.7 box.test\n";
    microsip_endpoint_config_t config = local_config();
    microsip_dns_config_t dns;
    microsip_guard_config_t guard;
    microsip_endpoint_t endpoint;
    microsip_events_t events;
    microsip_account_t ann, bob;
    microsip_stun_info_t info;
    microsip_stun_state_t state;
    microsip_account_list_t accounts;
    microsip_call_list_t calls;
    microsip_codec_list_t list;
    microsip_address_list_t locals;
    microsip_server_list_t servers;
    uint64_t number;
    uint32_t hz;
    uint16_t port;
    const char *text;
    int file = mkstemp(path);
    udp_t silent;
    udp_open(&silent);
    CHECK(file >= 0 && write(file, hosts, sizeof hosts - 1) == (ssize_t)sizeof hosts - 1);
    close(file);
    OK(microsip_dns_config_new(&dns));
    snprintf(server, sizeof server, "127.0.0.1:%u", silent.port);
    OK(microsip_dns_config_add_server(dns, server));
    OK(microsip_dns_config_set_timeout(dns, 200));
    OK(microsip_dns_config_set_hosts_file(dns, path));
    OK(microsip_endpoint_config_set_dns(config, dns));
    OK(microsip_dns_config_free(dns));
    OK(microsip_guard_config_new(&guard));
    OK(microsip_guard_config_set_trust_loopback(guard, false));
    OK(microsip_endpoint_config_set_guard(config, guard));
    OK(microsip_guard_config_free(guard));
    OK(microsip_endpoint_config_add_transport(config, MICROSIP_TRANSPORT_TCP, "127.0.0.1:0"));
    OK(microsip_endpoint_config_set_codecs(config, "PCMA PCMU"));
    endpoint = start(config);
    OK(microsip_endpoint_local_port(endpoint, MICROSIP_TRANSPORT_UDP, &port));
    OK(microsip_endpoint_events(endpoint, &events));
    ann = add_account(endpoint, "ann", port);
    bob = add_account(endpoint, "bob", port);

    OK(microsip_endpoint_clock_rate(endpoint, &hz));
    CHECK(hz == 8000);
    OK(microsip_endpoint_round_trip(endpoint, &number));
    CHECK(number < 1000u * DEADLINE_MS);
    CHECK(counter(endpoint, MICROSIP_COUNTER_COMMANDS) > 0);
    CHECK(counter(endpoint, MICROSIP_COUNTER_PANICS) == 0);
    CHECK(counter(endpoint, MICROSIP_COUNTER_FAILED_ASSERTIONS) == 0);
    (void)counter(endpoint, MICROSIP_COUNTER_WAKE_UPS);
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_endpoint_counter(endpoint, 0, &number));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_endpoint_counter(endpoint, 12, &number));
    OK(microsip_endpoint_stun(endpoint, &info));
    OK(microsip_stun_info_state(info, &state));
    CHECK(state == MICROSIP_STUN_STATE_OFF);
    OK(microsip_stun_info_free(info));

    strangers(endpoint, events);
    codecs(endpoint);
    addresses(endpoint);
    resolves(endpoint);
    policies(endpoint, ann, bob);
    network(endpoint, events);
    too_large(ann, events);
    no_relay(endpoint, events, port);

    OK(microsip_endpoint_close(endpoint));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_accounts(endpoint, &accounts));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_calls(endpoint, &calls));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_codecs(endpoint, &list));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_local_addresses(endpoint, &locals));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_local_address(endpoint, MICROSIP_TRANSPORT_UDP, &text));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_resolve(endpoint, "sip:127.0.0.1", &servers));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_set_incoming(endpoint, 180));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_set_policy(endpoint, NO_POLICY));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_set_transfers(endpoint, 1, 1, 1));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_network_changed(endpoint));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_clock_rate(endpoint, &hz));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_round_trip(endpoint, &number));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_stun(endpoint, &info));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_counter(endpoint, MICROSIP_COUNTER_PANICS, &number));
    OK(microsip_account_free(ann));
    OK(microsip_account_free(bob));
    OK(microsip_events_free(events));
    OK(microsip_endpoint_free(endpoint));
    udp_close(&silent);
    unlink(path);
}

int main(void) {
    runs();
    no_handles_left();
    closes_meanwhile();
    stun_answers();
    stun_is_silent();
    lags();
    logs();
    changes_hands();
    no_handles_left();
    puts("endpoint: ok");
    return 0;
}
