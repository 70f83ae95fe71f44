/* Every setting with a right and a wrong value; what of it is on the wire is read there. */
#include "udp.h"

/* What MD5 makes of alice, r.test, secret and the nonce abc for REGISTER sip:registrar.test. */
#define HA1 "96cacbd2f3dec7703323db9a63d082f8"
#define DIGEST "response=\"44113e8bcc064b51129f223197af0e18\""

static const microsip_endpoint_config_t NO_CONFIG = {0};
static const microsip_tls_config_t NO_TLS = {0};
static const microsip_nat_config_t NO_NAT = {0};
static const microsip_dns_config_t NO_DNS = {0};
static const microsip_guard_config_t NO_GUARD = {0};
static const microsip_quality_config_t NO_QUALITY = {0};
static const microsip_message_config_t NO_MESSAGES = {0};
static const microsip_call_policy_t NO_POLICY = {0};
static const microsip_opus_options_t NO_OPUS = {0};
static const microsip_speech_options_t NO_SPEECH = {0};
static const microsip_jitter_buffer_t NO_BUFFER = {0};
static const microsip_turn_config_t NO_TURN = {0};
static const microsip_contact_options_t NO_CONTACT = {0};
static const microsip_account_nat_t NO_ACCOUNT_NAT = {0};
static const microsip_call_rule_t NO_RULE = {0};

static microsip_endpoint_config_t local_config(void) {
    microsip_endpoint_config_t config;
    OK(microsip_endpoint_config_new(&config));
    OK(microsip_endpoint_config_clear_transports(config));
    OK(microsip_endpoint_config_add_transport(config, MICROSIP_TRANSPORT_UDP, "127.0.0.1:0"));
    OK(microsip_endpoint_config_set_close_timeout(config, 500));
    return config;
}

/* Starting says what is wrong. Frees the settings. */
static void refused(microsip_endpoint_config_t config, microsip_status_t status, const char *word) {
    microsip_endpoint_t endpoint;
    EXPECT(status, microsip_endpoint_start(config, &endpoint));
    CHECK(!endpoint.token);
    if (!strstr(microsip_last_error_message(), word))
        FAIL("\"%s\" does not name \"%s\"", microsip_last_error_message(), word);
    OK(microsip_endpoint_config_free(config));
}

/* Settings with one wrong value, on `c`. */
#define WRONG(word, setting)                                   \
    do {                                                       \
        microsip_endpoint_config_t c = local_config();         \
        OK(setting);                                           \
        refused(c, MICROSIP_STATUS_INVALID_ARGUMENT, (word));  \
    } while (0)

/* The same of settings within them: `p` is of the kind, `c` gets it. */
#define WRONG_PART(kind, setter, word, setting)                 \
    do {                                                        \
        microsip_endpoint_config_t c = local_config();          \
        microsip_##kind##_t p;                                  \
        OK(microsip_##kind##_new(&p));                          \
        OK(setting);                                            \
        OK(microsip_endpoint_config_set_##setter(c, p));        \
        OK(microsip_##kind##_free(p));                          \
        refused(c, MICROSIP_STATUS_INVALID_ARGUMENT, (word));   \
    } while (0)

#define BAD_ENUM(call) EXPECT(MICROSIP_STATUS_INVALID_ENUM, call)
#define INVALID(call) EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, call)

/* A copy changes by itself; the zero handle is fine to free and nothing else; NULL is said. */
#define COPIES(kind)                                                                         \
    do {                                                                                     \
        microsip_##kind##_t one, two, zero = {0};                                            \
        OK(microsip_##kind##_new(&one));                                                     \
        OK(microsip_##kind##_clone(one, &two));                                              \
        OK(microsip_##kind##_free(one));                                                     \
        EXPECT(MICROSIP_STATUS_STALE_HANDLE, microsip_##kind##_free(one));                   \
        OK(microsip_##kind##_free(two));                                                     \
        OK(microsip_##kind##_free(zero));                                                    \
        EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_##kind##_clone(zero, &two));         \
        EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_##kind##_new(NULL));                  \
    } while (0)

static void copies(void) {
    COPIES(endpoint_config);
    COPIES(tls_config);
    COPIES(nat_config);
    COPIES(dns_config);
    COPIES(guard_config);
    COPIES(quality_config);
    COPIES(message_config);
    COPIES(call_policy);
    COPIES(speech_options);
    COPIES(contact_options);
    COPIES(account_nat);
    COPIES(jitter_buffer);
    COPIES(opus_options);
}

static void wrong_values(void) {
    microsip_endpoint_config_t c = local_config();
    INVALID(microsip_endpoint_config_add_transport(c, MICROSIP_TRANSPORT_UDP, "localhost"));
    BAD_ENUM(microsip_endpoint_config_add_transport(c, 0, "127.0.0.1:0"));
    INVALID(microsip_endpoint_config_set_dscp_sip(c, 64));
    INVALID(microsip_endpoint_config_set_dscp_rtp(c, 256));
    BAD_ENUM(microsip_endpoint_config_set_log_level(c, 6));
    INVALID(microsip_endpoint_config_set_incoming(c, 99));
    BAD_ENUM(microsip_endpoint_config_set_transfers(c, 0, 1, 1));
    BAD_ENUM(microsip_endpoint_config_set_transfers(c, 1, 4, 1));
    BAD_ENUM(microsip_endpoint_config_set_transfers(c, 1, 1, 5));
    BAD_ENUM(microsip_endpoint_config_set_options(c, 3));
    INVALID(microsip_endpoint_config_set_codecs(c, "PCMU/x"));
    INVALID(microsip_endpoint_config_set_codecs(c, ""));
    BAD_ENUM(microsip_endpoint_config_set_dtmf_detection(c, -1));
    OK(microsip_endpoint_config_set_codecs(c, "EVRC"));
    refused(c, MICROSIP_STATUS_UNSUPPORTED, "EVRC");

    WRONG("user agent", microsip_endpoint_config_set_user_agent(c, "a\r\nb"));
    WRONG("close timeout", microsip_endpoint_config_set_close_timeout(c, 31000));
    WRONG("transport", microsip_endpoint_config_clear_transports(c));
    WRONG("RTP ports", microsip_endpoint_config_set_rtp_ports(c, 4001, 4002));
    WRONG("limits.calls", microsip_endpoint_config_set_max_calls(c, 0));
    WRONG("limits.accounts", microsip_endpoint_config_set_max_accounts(c, 5000));
    WRONG("ptime", microsip_endpoint_config_set_ptime(c, 5));
    WRONG("bridge_rate", microsip_endpoint_config_set_bridge_rate(c, 12000));
    WRONG("gather", microsip_endpoint_config_set_gather(c, 5000));
    WRONG("transaction timeout", microsip_endpoint_config_set_transaction_timeout(c, 0));
}

static void wrong_tls(void) {
    microsip_tls_config_t tls;
    microsip_endpoint_config_t c;
    OK(microsip_tls_config_new(&tls));
    INVALID(microsip_tls_config_add_pin(tls, "sha256/short"));
    BAD_ENUM(microsip_tls_config_set_min_version(tls, 3));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_tls_config_add_pin(tls, NULL));
    EXPECT(MICROSIP_STATUS_INVALID_UTF8, microsip_tls_config_set_ca_pem(tls, "\xff"));
    OK(microsip_tls_config_free(tls));
    WRONG_PART(tls_config, tls, "without its key", microsip_tls_config_set_identity_files(p, "cert.pem", NULL));
    WRONG_PART(tls_config, tls, "without its certificate", microsip_tls_config_set_identity_pem(p, NULL, "key"));
    WRONG_PART(tls_config, tls, "server name", microsip_tls_config_set_server_name(p, "a b"));
    WRONG_PART(tls_config, tls, "cipher", microsip_tls_config_add_cipher(p, " "));

    /* What is found out when it is used. */
    c = local_config();
    OK(microsip_endpoint_config_add_transport(c, MICROSIP_TRANSPORT_TLS, "127.0.0.1:0"));
    OK(microsip_tls_config_new(&tls));
    OK(microsip_tls_config_set_ca_file(tls, "no/such/file.pem"));
    OK(microsip_endpoint_config_set_tls(c, tls));
    OK(microsip_tls_config_free(tls));
    refused(c, MICROSIP_STATUS_IO, "no/such/file.pem");
}

static void wrong_parts(void) {
    microsip_nat_config_t nat;
    microsip_turn_config_t turn, copy;
    microsip_dns_config_t dns;
    microsip_guard_config_t guard;
    microsip_message_config_t messages;
    OK(microsip_nat_config_new(&nat));
    INVALID(microsip_nat_config_set_public_address(nat, "nowhere"));
    BAD_ENUM(microsip_nat_config_set_ice(nat, 0));
    OK(microsip_nat_config_free(nat));
    WRONG_PART(nat_config, nat, "STUN server", microsip_nat_config_add_stun_server(p, "a b"));
    WRONG_PART(nat_config, nat, "STUN timeout", microsip_nat_config_set_stun_timeout(p, 99));
    WRONG_PART(nat_config, nat, "start wait", microsip_nat_config_set_start_wait(p, 10001));
    WRONG_PART(nat_config, nat, "STUN refresh", microsip_nat_config_set_stun_refresh(p, 1));
    WRONG_PART(nat_config, nat, "public address", microsip_nat_config_set_public_address(p, "0.0.0.0"));
    WRONG_PART(nat_config, nat, "gather timeout", microsip_nat_config_set_gather_timeout(p, 0));
    WRONG_PART(nat_config, nat, "relay only", microsip_nat_config_set_ice(p, MICROSIP_ICE_MODE_RELAY_ONLY));
    OK(microsip_turn_config_new("a b", "user", "password", &turn));
    BAD_ENUM(microsip_turn_config_set_transport(turn, 9));
    OK(microsip_turn_config_clone(turn, &copy));
    OK(microsip_turn_config_free(turn));
    WRONG_PART(nat_config, nat, "TURN server", microsip_nat_config_set_turn(p, copy));
    OK(microsip_turn_config_free(copy));
    OK(microsip_turn_config_new("turn.test", "user", "password", &turn));
    OK(microsip_turn_config_set_realm(turn, ""));
    WRONG_PART(nat_config, nat, "TURN realm", microsip_nat_config_set_turn(p, turn));
    OK(microsip_turn_config_free(turn));

    OK(microsip_dns_config_new(&dns));
    INVALID(microsip_dns_config_add_server(dns, "192.0.2.53"));
    OK(microsip_dns_config_free(dns));
    WRONG_PART(dns_config, dns, "name server", microsip_dns_config_add_server(p, "0.0.0.0:53"));
    WRONG_PART(dns_config, dns, "dns.timeout", microsip_dns_config_set_timeout(p, 1));
    WRONG_PART(dns_config, dns, "dns.target_timeout", microsip_dns_config_set_target_timeout(p, 1));
    WRONG_PART(dns_config, dns, "dns.avoid_for", microsip_dns_config_set_avoid_for(p, 4000000));

    OK(microsip_guard_config_new(&guard));
    INVALID(microsip_guard_config_add_trusted(guard, "192.0.2.0/33"));
    INVALID(microsip_guard_config_set_refusal(guard, 42));
    OK(microsip_guard_config_free(guard));
    WRONG_PART(guard_config, guard, "guard.invites", microsip_guard_config_set_invites(p, 0, 1));
    WRONG_PART(guard_config, guard, "guard.requests", microsip_guard_config_set_requests(p, 1, 0));
    WRONG_PART(guard_config, guard, "guard.action", microsip_guard_config_set_refusal(p, 200));
    WRONG_PART(guard_config, guard, "guard.scanners", microsip_guard_config_add_scanner(p, " "));
    WRONG_PART(guard_config, guard, "guard.sources", microsip_guard_config_set_sources(p, 1));
    WRONG_PART(guard_config, guard, "guard.report_every", microsip_guard_config_set_report_every(p, 1));

    OK(microsip_message_config_new(&messages));
    INVALID(microsip_message_config_set_incoming(messages, 42));
    OK(microsip_message_config_free(messages));
    WRONG_PART(message_config, messages, "messages.incoming", microsip_message_config_set_incoming(p, 200));
    WRONG_PART(message_config, messages, "content", microsip_message_config_add_accept(p, "text"));
    WRONG_PART(message_config, messages, "typing_idle", microsip_message_config_set_typing_idle(p, 1));
    WRONG_PART(message_config, messages, "typing_refresh", microsip_message_config_set_typing_refresh(p, 1));

    WRONG_PART(quality_config, quality, "rtcp_xr_interval", microsip_quality_config_set_rtcp_xr_interval(p, 1));
    WRONG_PART(quality_config, quality, "stats_every", microsip_quality_config_set_stats_every(p, 1));
    WRONG_PART(quality_config, quality, "watch_audio", microsip_quality_config_set_watch_audio(p, 1));
    WRONG_PART(opus_options, opus, "opus.bit_rate", microsip_opus_options_set_bit_rate(p, 1));
    WRONG_PART(opus_options, opus, "opus.complexity", microsip_opus_options_set_complexity(p, 11));
    WRONG_PART(opus_options, opus, "opus.expected_loss", microsip_opus_options_set_expected_loss(p, 100));
    WRONG_PART(opus_options, opus, "max_playback_rate", microsip_opus_options_set_max_playback_rate(p, 1));
    WRONG_PART(speech_options, speech_detection, "threshold", microsip_speech_options_set_threshold(p, 1.0f));
    WRONG_PART(speech_options, speech_detection, "hangover", microsip_speech_options_set_hangover(p, 1));
}

/* Settings with one wrong value of the jitter buffer `b`. */
#define WRONG_BUFFER(word, setting)                                     \
    do {                                                                \
        microsip_jitter_buffer_t b;                                     \
        OK(microsip_jitter_buffer_new(&b));                             \
        OK(setting);                                                    \
        WRONG_PART(quality_config, quality, word, microsip_quality_config_set_jitter_buffer(p, b)); \
        OK(microsip_jitter_buffer_free(b));                             \
    } while (0)

static void wrong_audio(void) {
    microsip_jitter_buffer_t buffer;
    microsip_opus_options_t opus;
    microsip_speech_options_t speech;
    OK(microsip_jitter_buffer_new_fixed(100, &buffer));
    BAD_ENUM(microsip_jitter_buffer_set_discard(buffer, 4));
    OK(microsip_jitter_buffer_free(buffer));
    WRONG_BUFFER("capacity", microsip_jitter_buffer_set_capacity(b, 10));
    WRONG_BUFFER("initial", microsip_jitter_buffer_set_initial(b, 501));
    WRONG_BUFFER("minimum", microsip_jitter_buffer_set_minimum(b, 501));
    WRONG_BUFFER("maximum", microsip_jitter_buffer_set_maximum(b, 1));
    OK(microsip_opus_options_new(&opus));
    INVALID(microsip_opus_options_set_complexity(opus, 256));
    INVALID(microsip_opus_options_set_expected_loss(opus, 256));
    OK(microsip_opus_options_free(opus));
    OK(microsip_speech_options_new(&speech));
    BAD_ENUM(microsip_speech_options_set_tap(speech, 4));
    OK(microsip_speech_options_free(speech));
}

static void wrong_policies(void) {
    microsip_call_policy_t policy;
    microsip_call_rule_t rule, copy;
    INVALID(microsip_call_rule_new(200, &rule));
    INVALID(microsip_call_rule_new(42, &rule));
    OK(microsip_call_rule_new(603, &rule));
    INVALID(microsip_call_rule_set_caller(rule, ""));
    INVALID(microsip_call_rule_set_caller_host(rule, "a\n"));
    INVALID(microsip_call_rule_set_callee(rule, " "));
    INVALID(microsip_call_rule_set_source(rule, "10.0.0.0/64"));
    OK(microsip_call_rule_clone(rule, &copy));
    OK(microsip_call_rule_free(rule));
    OK(microsip_call_rule_free(copy));
    OK(microsip_call_policy_new(&policy));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_call_policy_add_rule(policy, NO_RULE));
    INVALID(microsip_call_policy_set_auto_answer(policy, false, false, "", 0, false));
    OK(microsip_call_policy_free(policy));
    WRONG_PART(call_policy, policy, "forward.always", microsip_call_policy_set_forward_always(p, "bob"));
    WRONG_PART(call_policy, policy, "forward.busy", microsip_call_policy_set_forward_busy(p, "bob"));
    WRONG_PART(call_policy, policy, "forward.no_answer", microsip_call_policy_set_forward_no_answer(p, 1000, "bob"));
    WRONG_PART(call_policy, policy, "forward.no_answer", microsip_call_policy_set_forward_no_answer(p, 1, "sip:b@c"));
    WRONG_PART(call_policy, policy, "auto_answer.delay",
               microsip_call_policy_set_auto_answer(p, true, false, NULL, 700000, false));
    WRONG_PART(call_policy, policy, "hang_up_after", microsip_call_policy_set_hang_up_after(p, 1));
}

/* An account that cannot be added, on `a`. */
#define WRONG_ACCOUNT(word, setting)                                                        \
    do {                                                                                    \
        microsip_account_config_t a;                                                        \
        microsip_account_t account_;                                                        \
        OK(microsip_account_config_new("sip:ann@127.0.0.1", &a));                           \
        OK(setting);                                                                        \
        INVALID(microsip_endpoint_add_account(endpoint, a, &account_));                     \
        CHECK(!account_.token);                                                             \
        if (!strstr(microsip_last_error_message(), (word)))                                 \
            FAIL("\"%s\" does not name \"%s\"", microsip_last_error_message(), (word));     \
        OK(microsip_account_config_free(a));                                                \
    } while (0)

/* The same with a wrong Contact `o`. */
#define WRONG_CONTACT(word, setting)                                                        \
    do {                                                                                    \
        microsip_contact_options_t o;                                                       \
        OK(microsip_contact_options_new(&o));                                               \
        OK(setting);                                                                        \
        WRONG_ACCOUNT(word, microsip_account_config_set_contact(a, o));                     \
        OK(microsip_contact_options_free(o));                                               \
    } while (0)

static void wrong_accounts(microsip_endpoint_t endpoint) {
    microsip_account_config_t config;
    microsip_account_nat_t nat;
    microsip_turn_config_t turn;
    microsip_call_policy_t policy;
    OK(microsip_account_config_new("sip:ann@127.0.0.1", &config));
    BAD_ENUM(microsip_account_config_set_transport(config, 4));
    BAD_ENUM(microsip_account_config_add_ha1(config, "r.test", "alice", 4, HA1));
    INVALID(microsip_account_config_add_register_header(config, "Via", "x"));
    INVALID(microsip_account_config_add_register_header(config, "X-A", "x\r\ny"));
    INVALID(microsip_account_config_set_codecs(config, "PCMU/1"));
    BAD_ENUM(microsip_account_config_set_srtp(config, 4));
    BAD_ENUM(microsip_account_config_add_srtp_keying(config, 3));
    BAD_ENUM(microsip_account_config_add_srtp_suite(config, 7));
    BAD_ENUM(microsip_account_config_set_timers(config, 5));
    BAD_ENUM(microsip_account_config_set_refresher(config, 4));
    BAD_ENUM(microsip_account_config_set_reliable(config, 4));
    OK(microsip_account_config_free(config));
    OK(microsip_account_nat_new(&nat));
    BAD_ENUM(microsip_account_nat_set_contact_rewrite(nat, 4));
    BAD_ENUM(microsip_account_nat_set_contact_rewrite_method(nat, 3));
    INVALID(microsip_account_nat_set_media_address(nat, "here"));
    BAD_ENUM(microsip_account_nat_set_ice(nat, 4));
    BAD_ENUM(microsip_account_nat_set_turn(nat, 4, NO_TURN));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_account_nat_set_turn(nat, MICROSIP_TURN_USE_SERVER, NO_TURN));
    OK(microsip_turn_config_new("a b", "user", "password", &turn));
    OK(microsip_account_nat_set_turn(nat, MICROSIP_TURN_USE_SERVER, turn));
    OK(microsip_turn_config_free(turn));
    WRONG_ACCOUNT("TURN server", microsip_account_config_set_nat(a, nat));
    OK(microsip_account_nat_free(nat));
    OK(microsip_call_policy_new(&policy));
    OK(microsip_call_policy_set_hang_up_after(policy, 1));
    WRONG_ACCOUNT("hang_up_after", microsip_account_config_set_policy(a, policy));
    OK(microsip_call_policy_free(policy));

    WRONG_ACCOUNT("registrar", microsip_account_config_set_registrar(a, "pbx"));
    WRONG_ACCOUNT("proxy", microsip_account_config_add_proxy(a, "pbx"));
    WRONG_ACCOUNT("auth user", microsip_account_config_add_credentials(a, "u\n", "p"));
    WRONG_ACCOUNT("realm", microsip_account_config_add_credentials_for(a, "", "u", "p"));
    WRONG_ACCOUNT("HA1", microsip_account_config_add_ha1(a, "r", "u", MICROSIP_DIGEST_ALGORITHM_SHA256, HA1));
    WRONG_ACCOUNT("expires", microsip_account_config_set_expires(a, 1));
    WRONG_ACCOUNT("retry.first", microsip_account_config_set_retry(a, 1, 1000, 2, 0.5));
    WRONG_ACCOUNT("retry.max", microsip_account_config_set_retry(a, 1000, 500, 2, 0.5));
    WRONG_ACCOUNT("retry.factor", microsip_account_config_set_retry(a, 1000, 2000, 0.5, 0.5));
    WRONG_ACCOUNT("retry.jitter", microsip_account_config_set_retry(a, 1000, 2000, 2, 1.5));
    WRONG_ACCOUNT("keep_alive", microsip_account_config_set_keep_alive(a, 10));
    WRONG_ACCOUNT("ptime", microsip_account_config_set_ptime(a, 1));
    WRONG_ACCOUNT("keying", microsip_account_config_clear_srtp_keying(a));
    WRONG_ACCOUNT("suites", microsip_account_config_clear_srtp_suites(a));
    WRONG_ACCOUNT("session_expires", microsip_account_config_set_session_expires(a, 90, 120));
    WRONG_ACCOUNT("min_se", microsip_account_config_set_session_expires(a, 90, 10));
    WRONG_CONTACT("contact.q", microsip_contact_options_set_q(o, 2.0f));
    WRONG_CONTACT("contact.instance", microsip_contact_options_set_instance(o, "me"));
    WRONG_CONTACT("Contact parameter", microsip_contact_options_add_param(o, "expires", "1"));
    WRONG_CONTACT("URI parameter", microsip_contact_options_add_uri_param(o, "a", "b>"));
}

static microsip_nat_config_t right_nat(void) {
    microsip_nat_config_t nat;
    microsip_turn_config_t turn;
    OK(microsip_nat_config_new(&nat));
    OK(microsip_nat_config_set_stun_timeout(nat, 100));
    OK(microsip_nat_config_set_start_wait(nat, 0));
    OK(microsip_nat_config_set_stun_refresh(nat, 0));
    OK(microsip_nat_config_set_public_address(nat, "192.0.2.7"));
    OK(microsip_nat_config_set_ice(nat, MICROSIP_ICE_MODE_ON));
    OK(microsip_nat_config_set_aggressive(nat, false));
    OK(microsip_nat_config_set_gather_timeout(nat, 500));
    OK(microsip_turn_config_new("127.0.0.1:9", "user", "password", &turn));
    OK(microsip_turn_config_set_transport(turn, MICROSIP_TRANSPORT_TCP));
    OK(microsip_turn_config_set_realm(turn, "relay.test"));
    OK(microsip_nat_config_set_turn(nat, turn));
    OK(microsip_nat_config_set_turn(nat, NO_TURN));
    OK(microsip_turn_config_free(turn));
    return nat;
}

static microsip_call_policy_t right_policy(void) {
    microsip_call_policy_t policy;
    microsip_call_rule_t rule;
    OK(microsip_call_policy_new(&policy));
    OK(microsip_call_rule_new(0, &rule));
    OK(microsip_call_rule_set_caller(rule, "ann*"));
    OK(microsip_call_rule_set_caller_host(rule, "*.test"));
    OK(microsip_call_rule_set_callee(rule, "+4930*;10??"));
    OK(microsip_call_rule_set_source(rule, "2001:db8::/32"));
    OK(microsip_call_rule_set_source(rule, NULL));
    OK(microsip_call_rule_set_anonymous(rule, false));
    OK(microsip_call_rule_clear_anonymous(rule));
    OK(microsip_call_policy_add_rule(policy, rule));
    OK(microsip_call_policy_clear_rules(policy));
    OK(microsip_call_rule_free(rule));
    OK(microsip_call_policy_set_do_not_disturb(policy, true));
    OK(microsip_call_policy_set_max_calls(policy, 3));
    OK(microsip_call_policy_set_call_waiting(policy, false));
    OK(microsip_call_policy_set_forward_always(policy, "sip:b@c"));
    OK(microsip_call_policy_set_forward_always(policy, NULL));
    OK(microsip_call_policy_set_forward_busy(policy, NULL));
    OK(microsip_call_policy_set_forward_no_answer(policy, 1000, "sip:b@c"));
    OK(microsip_call_policy_set_auto_answer(policy, true, true, "ann", 1000, true));
    OK(microsip_call_policy_clear_auto_answer(policy));
    OK(microsip_call_policy_set_hang_up_after(policy, 60000));
    return policy;
}

/* Everything at once, each value right. */
static microsip_endpoint_t start_with_everything(void) {
    microsip_endpoint_config_t c = local_config();
    microsip_endpoint_t endpoint;
    microsip_tls_config_t tls;
    microsip_nat_config_t nat = right_nat();
    microsip_dns_config_t dns;
    microsip_guard_config_t guard;
    microsip_quality_config_t quality;
    microsip_jitter_buffer_t buffer;
    microsip_message_config_t messages;
    microsip_call_policy_t policy = right_policy();
    microsip_opus_options_t opus;
    microsip_speech_options_t speech;

    OK(microsip_tls_config_new(&tls));
    OK(microsip_tls_config_set_verify(tls, false));
    OK(microsip_tls_config_set_ca_file(tls, NULL));
    OK(microsip_tls_config_set_ca_dir(tls, NULL));
    OK(microsip_tls_config_set_ca_pem(tls, NULL));
    OK(microsip_tls_config_set_system_authorities(tls, true));
    OK(microsip_tls_config_add_pin(tls, "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="));
    OK(microsip_tls_config_set_identity_files(tls, NULL, NULL));
    OK(microsip_tls_config_set_identity_pem(tls, NULL, NULL));
    OK(microsip_tls_config_set_key_password(tls, "secret"));
    OK(microsip_tls_config_set_key_password(tls, NULL));
    OK(microsip_tls_config_set_min_version(tls, MICROSIP_TLS_VERSION_1_3));
    OK(microsip_tls_config_add_cipher(tls, "TLS_AES_256_GCM_SHA384"));
    OK(microsip_tls_config_set_server_name(tls, "pbx.test"));
    OK(microsip_tls_config_set_wildcards(tls, true));
    OK(microsip_tls_config_set_require_client_cert(tls, true));
    OK(microsip_endpoint_config_set_tls(c, tls));
    OK(microsip_tls_config_add_crl_file(tls, "no/such/list.pem"));
    OK(microsip_tls_config_free(tls));

    OK(microsip_dns_config_new(&dns));
    OK(microsip_dns_config_add_server(dns, "127.0.0.1:9"));
    OK(microsip_dns_config_set_srv(dns, false));
    OK(microsip_dns_config_set_naptr(dns, false));
    OK(microsip_dns_config_set_timeout(dns, 100));
    OK(microsip_dns_config_set_target_timeout(dns, 500));
    OK(microsip_dns_config_set_avoid_for(dns, 0));
    OK(microsip_dns_config_set_hosts_file(dns, NULL));

    OK(microsip_guard_config_new(&guard));
    OK(microsip_guard_config_set_enabled(guard, true));
    OK(microsip_guard_config_set_invites(guard, 5, 10));
    OK(microsip_guard_config_set_requests(guard, 5, 10));
    OK(microsip_guard_config_set_refusal(guard, 503));
    OK(microsip_guard_config_clear_scanners(guard));
    OK(microsip_guard_config_add_scanner(guard, "nosy"));
    OK(microsip_guard_config_add_trusted(guard, "192.0.2.0/24"));
    OK(microsip_guard_config_set_trust_loopback(guard, true));
    OK(microsip_guard_config_set_trust_registrars(guard, false));
    OK(microsip_guard_config_set_sources(guard, 16));
    OK(microsip_guard_config_set_report_every(guard, 1000));

    OK(microsip_jitter_buffer_new(&buffer));
    OK(microsip_jitter_buffer_set_capacity(buffer, 1000));
    OK(microsip_jitter_buffer_set_initial(buffer, 60));
    OK(microsip_jitter_buffer_set_minimum(buffer, 40));
    OK(microsip_jitter_buffer_clear_minimum(buffer));
    OK(microsip_jitter_buffer_set_maximum(buffer, 200));
    OK(microsip_jitter_buffer_set_discard(buffer, MICROSIP_JITTER_DISCARD_SLOW));
    OK(microsip_quality_config_new(&quality));
    OK(microsip_quality_config_set_jitter_buffer(quality, NO_BUFFER));
    OK(microsip_quality_config_set_jitter_buffer(quality, buffer));
    OK(microsip_quality_config_set_rtcp_xr(quality, true));
    OK(microsip_quality_config_set_rtcp_xr_interval(quality, 5000));
    OK(microsip_quality_config_set_stats_every(quality, 1000));
    OK(microsip_quality_config_set_watch_audio(quality, 2000));
    OK(microsip_jitter_buffer_free(buffer));

    OK(microsip_message_config_new(&messages));
    OK(microsip_message_config_set_incoming(messages, 405));
    OK(microsip_message_config_add_accept(messages, "text/plain"));
    OK(microsip_message_config_set_confirm_delivery(messages, false));
    OK(microsip_message_config_set_typing_idle(messages, 2000));
    OK(microsip_message_config_set_typing_refresh(messages, 60000));

    OK(microsip_opus_options_new(&opus));
    OK(microsip_opus_options_set_bit_rate(opus, 24000));
    OK(microsip_opus_options_set_complexity(opus, 3));
    OK(microsip_opus_options_set_fec(opus, true));
    OK(microsip_opus_options_set_expected_loss(opus, 10));
    OK(microsip_opus_options_set_dtx(opus, true));
    OK(microsip_opus_options_set_cbr(opus, true));
    OK(microsip_opus_options_set_stereo(opus, true));
    OK(microsip_opus_options_set_max_playback_rate(opus, 24000));

    OK(microsip_speech_options_new(&speech));
    OK(microsip_speech_options_set_threshold(speech, 0.7f));
    OK(microsip_speech_options_set_hangover(speech, 500));
    OK(microsip_speech_options_set_tap(speech, MICROSIP_TAP_MIXED));

    OK(microsip_endpoint_config_set_user_agent(c, "settings/1"));
    OK(microsip_endpoint_config_set_nat(c, nat));
    OK(microsip_endpoint_config_set_dns(c, dns));
    OK(microsip_endpoint_config_set_guard(c, guard));
    OK(microsip_endpoint_config_set_quality(c, quality));
    OK(microsip_endpoint_config_set_messages(c, messages));
    OK(microsip_endpoint_config_set_policy(c, policy));
    OK(microsip_endpoint_config_set_opus(c, opus));
    OK(microsip_endpoint_config_set_speech_detection(c, NO_SPEECH));
    OK(microsip_endpoint_config_set_speech_detection(c, speech));
    OK(microsip_endpoint_config_clear_speech_detection(c));
    OK(microsip_nat_config_free(nat));
    OK(microsip_dns_config_free(dns));
    OK(microsip_guard_config_free(guard));
    OK(microsip_quality_config_free(quality));
    OK(microsip_message_config_free(messages));
    OK(microsip_call_policy_free(policy));
    OK(microsip_opus_options_free(opus));
    OK(microsip_speech_options_free(speech));

    OK(microsip_endpoint_config_set_switch_to_tcp(c, false));
    OK(microsip_endpoint_config_set_dscp_sip(c, 24));
    OK(microsip_endpoint_config_clear_dscp_sip(c));
    OK(microsip_endpoint_config_set_dscp_rtp(c, 46));
    OK(microsip_endpoint_config_clear_dscp_rtp(c));
    OK(microsip_endpoint_config_set_max_calls(c, 4));
    OK(microsip_endpoint_config_set_max_accounts(c, 3));
    OK(microsip_endpoint_config_set_log_level(c, MICROSIP_LOG_LEVEL_ERROR));
    OK(microsip_endpoint_config_set_incoming(c, 180));
    OK(microsip_endpoint_config_set_transfers(c, MICROSIP_TRANSFER_POLICY_ASK, MICROSIP_TRANSFER_POLICY_REFUSE,
                                              MICROSIP_REPLACES_POLICY_ACCEPT_SAME_SOURCE));
    OK(microsip_endpoint_config_set_options(c, MICROSIP_OPTIONS_POLICY_AS_CALL));
    OK(microsip_endpoint_config_set_rport(c, false));
    OK(microsip_endpoint_config_set_gather(c, 0));
    OK(microsip_endpoint_config_set_event_capacity(c, 100));
    OK(microsip_endpoint_config_set_transaction_timeout(c, 2000));
    OK(microsip_endpoint_config_set_trace(c, true));
    OK(microsip_endpoint_config_set_network_watch(c, true));
    OK(microsip_endpoint_config_clear_network_watch(c));
    OK(microsip_endpoint_config_set_rtp_ports(c, 42000, 42999));
    OK(microsip_endpoint_config_set_codecs(c, "PCMA, opus"));
    OK(microsip_endpoint_config_set_ptime(c, 40));
    OK(microsip_endpoint_config_set_prefer_own_codecs(c, true));
    OK(microsip_endpoint_config_set_concealment(c, false));
    OK(microsip_endpoint_config_set_bridge_rate(c, 24000));
    OK(microsip_endpoint_config_set_dtmf_detection(c, MICROSIP_DTMF_DETECTION_ALWAYS));
    OK(microsip_endpoint_config_set_send_silence(c, false));
    OK(microsip_endpoint_config_set_silence_suppression(c, true));
    OK(microsip_endpoint_start(c, &endpoint));
    OK(microsip_endpoint_config_free(c));
    return endpoint;
}

/* The defaults by zero handles start, too. */
static void defaults_start(void) {
    microsip_endpoint_config_t c = local_config();
    microsip_endpoint_t endpoint;
    OK(microsip_endpoint_config_set_tls(c, NO_TLS));
    OK(microsip_endpoint_config_set_nat(c, NO_NAT));
    OK(microsip_endpoint_config_set_dns(c, NO_DNS));
    OK(microsip_endpoint_config_set_guard(c, NO_GUARD));
    OK(microsip_endpoint_config_set_quality(c, NO_QUALITY));
    OK(microsip_endpoint_config_set_messages(c, NO_MESSAGES));
    OK(microsip_endpoint_config_set_policy(c, NO_POLICY));
    OK(microsip_endpoint_config_set_opus(c, NO_OPUS));
    OK(microsip_endpoint_start(c, &endpoint));
    OK(microsip_endpoint_config_free(c));
    OK(microsip_endpoint_free(endpoint));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_endpoint_config_set_trace(NO_CONFIG, true));
}

static microsip_account_config_t right_account(uint16_t port) {
    char proxy[64];
    microsip_account_config_t a;
    microsip_contact_options_t contact;
    microsip_account_nat_t nat;
    microsip_turn_config_t turn;
    microsip_call_policy_t policy = right_policy();
    microsip_opus_options_t opus;
    OK(microsip_account_config_new("\"Alice\" <sip:alice@registrar.test>", &a));
    OK(microsip_account_config_set_registrar(a, "sip:registrar.test"));
    snprintf(proxy, sizeof proxy, "sip:127.0.0.1:%u;lr", port);
    OK(microsip_account_config_add_proxy(a, proxy));
    OK(microsip_account_config_set_register_by_proxies(a, true));
    OK(microsip_account_config_set_register_on_add(a, true));
    OK(microsip_account_config_add_credentials_for(a, "other.test", "alice", "nothing"));
    OK(microsip_account_config_add_credentials(a, "alice", "secret"));
    OK(microsip_account_config_set_transport(a, MICROSIP_TRANSPORT_UDP));
    OK(microsip_account_config_set_expires(a, 120));
    OK(microsip_account_config_set_retry(a, 600000, 3600000, 1.5, 0.25));
    OK(microsip_account_config_set_path(a, true));
    OK(microsip_account_config_add_register_header(a, "X-Test", "one"));
    OK(microsip_account_config_add_register_header(a, "X-Test", "two"));
    OK(microsip_account_config_set_keep_alive(a, 0));
    OK(microsip_account_config_set_publish_presence(a, false));

    OK(microsip_contact_options_new(&contact));
    OK(microsip_contact_options_set_q(contact, 0.1f));
    OK(microsip_contact_options_clear_q(contact));
    OK(microsip_contact_options_set_q(contact, 0.75f));
    OK(microsip_contact_options_set_instance(contact, "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
    OK(microsip_contact_options_add_param(contact, "+sip.rendering", "\"yes\""));
    OK(microsip_contact_options_add_param(contact, "alone", NULL));
    OK(microsip_contact_options_add_uri_param(contact, "x-place", "desk"));
    OK(microsip_account_config_set_contact(a, NO_CONTACT));
    OK(microsip_account_config_set_contact(a, contact));
    OK(microsip_contact_options_free(contact));

    OK(microsip_account_nat_new(&nat));
    OK(microsip_account_nat_set_contact_rewrite(nat, MICROSIP_CONTACT_REWRITE_OFF));
    OK(microsip_account_nat_set_contact_rewrite_method(nat, MICROSIP_CONTACT_REWRITE_METHOD_REPLACE));
    OK(microsip_account_nat_set_via_rewrite(nat, false));
    OK(microsip_account_nat_set_sdp_rewrite(nat, false));
    OK(microsip_account_nat_set_media_address(nat, "192.0.2.9"));
    OK(microsip_account_nat_set_stun(nat, false));
    OK(microsip_account_nat_set_ice(nat, MICROSIP_ICE_MODE_ON));
    OK(microsip_account_nat_clear_ice(nat));
    OK(microsip_account_nat_set_ice(nat, MICROSIP_ICE_MODE_OFF));
    OK(microsip_turn_config_new("127.0.0.1:9", "user", "password", &turn));
    OK(microsip_account_nat_set_turn(nat, MICROSIP_TURN_USE_SERVER, turn));
    OK(microsip_account_nat_set_turn(nat, MICROSIP_TURN_USE_ENDPOINT, NO_TURN));
    OK(microsip_account_nat_set_turn(nat, MICROSIP_TURN_USE_OFF, NO_TURN));
    OK(microsip_turn_config_free(turn));
    OK(microsip_account_config_set_nat(a, NO_ACCOUNT_NAT));
    OK(microsip_account_config_set_nat(a, nat));
    OK(microsip_account_nat_free(nat));

    OK(microsip_account_config_set_codecs(a, "opus"));
    OK(microsip_account_config_set_codecs(a, NULL));
    OK(microsip_account_config_set_codecs(a, "opus/48000/2 PCMA"));
    OK(microsip_opus_options_new(&opus));
    OK(microsip_opus_options_set_bit_rate(opus, 20000));
    OK(microsip_account_config_set_opus(a, NO_OPUS));
    OK(microsip_account_config_clear_opus(a));
    OK(microsip_account_config_set_opus(a, opus));
    OK(microsip_opus_options_free(opus));
    OK(microsip_account_config_set_ptime(a, 60));
    OK(microsip_account_config_set_policy(a, NO_POLICY));
    OK(microsip_account_config_set_policy(a, policy));
    OK(microsip_account_config_clear_policy(a));
    OK(microsip_call_policy_free(policy));
    OK(microsip_account_config_set_srtp(a, MICROSIP_SRTP_MODE_REQUIRED));
    OK(microsip_account_config_clear_srtp_keying(a));
    OK(microsip_account_config_add_srtp_keying(a, MICROSIP_SRTP_KEYING_SDES));
    OK(microsip_account_config_clear_srtp_suites(a));
    OK(microsip_account_config_add_srtp_suite(a, MICROSIP_SRTP_SUITE_AES_CM_128_HMAC_SHA1_32));
    OK(microsip_account_config_set_timers(a, MICROSIP_SESSION_TIMERS_REQUIRED));
    OK(microsip_account_config_set_session_expires(a, 1200, 100));
    OK(microsip_account_config_set_refresher(a, MICROSIP_REFRESHER_LOCAL));
    OK(microsip_account_config_set_reliable(a, MICROSIP_RELIABLE_100_REQUIRED));
    OK(microsip_account_config_set_rtcp_xr(a, true));
    OK(microsip_account_config_clear_rtcp_xr(a));
    return a;
}

#define BODY_HAS(udp, text)                                                                       \
    do {                                                                                          \
        const char *body_ = strstr((udp)->got, "\r\n\r\n");                                       \
        if (!body_ || !strstr(body_, (text))) FAIL("no \"%s\" in:\n%s", (text), (udp)->got);      \
    } while (0)

static void on_the_wire(void) {
    static const char challenge[] =
        "WWW-Authenticate: Digest realm=\"r.test\", nonce=\"abc\", algorithm=MD5\r\n";
    const microsip_call_options_t no_options = {0};
    char target[64];
    udp_t peer;
    microsip_endpoint_t endpoint = start_with_everything();
    microsip_account_config_t config;
    microsip_account_t account;
    microsip_call_t call;
    uint32_t hz;
    udp_open(&peer);
    OK(microsip_endpoint_clock_rate(endpoint, &hz));
    CHECK(hz == 24000);
    wrong_accounts(endpoint);

    config = right_account(peer.port);
    OK(microsip_endpoint_add_account(endpoint, config, &account));
    sip_request(&peer, "REGISTER sip:registrar.test SIP/2.0\r\n");
    CHECK(!strstr(sip_header(&peer, "Via"), "rport"));
    HEADER_HAS(&peer, "User-Agent", "settings/1");
    HEADER_HAS(&peer, "Route", ";lr>");
    HEADER_HAS(&peer, "From", "\"Alice\" <sip:alice@registrar.test>");
    HEADER_HAS(&peer, "Expires", "120");
    HEADER_HAS(&peer, "Supported", "path");
    HEADER_HAS(&peer, "X-Test", "one");
    CHECK(strstr(peer.got, "\r\nX-Test: two\r\n"));
    HEADER_HAS(&peer, "Contact", "192.0.2.7");
    HEADER_HAS(&peer, "Contact", ";x-place=desk");
    HEADER_HAS(&peer, "Contact", ";q=0.75");
    HEADER_HAS(&peer, "Contact", ";+sip.rendering=\"yes\"");
    HEADER_HAS(&peer, "Contact", ";alone");
    HEADER_HAS(&peer, "Contact", "+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"");
    sip_answer(&peer, "401 Unauthorized", challenge);
    sip_request(&peer, "REGISTER");
    HEADER_HAS(&peer, "Authorization", "username=\"alice\"");
    HEADER_HAS(&peer, "Authorization", "realm=\"r.test\"");
    HEADER_HAS(&peer, "Authorization", DIGEST);
    sip_bind(&peer, 120, "");
    OK(microsip_account_wait_registered(account, DEADLINE_MS));

    /* A call of the account: codecs, packet time, keys, timers, reliable responses. */
    snprintf(target, sizeof target, "sip:bob@127.0.0.1:%u", peer.port);
    OK(microsip_account_call(account, target, no_options, &call));
    sip_request(&peer, "INVITE");
    HEADER_HAS(&peer, "Require", "timer");
    HEADER_HAS(&peer, "Require", "100rel");
    HEADER_HAS(&peer, "Session-Expires", "1200;refresher=uac");
    HEADER_HAS(&peer, "Min-SE", "100");
    HEADER_LACKS(&peer, "X-Test", "one");
    BODY_HAS(&peer, "192.0.2.9");
    BODY_HAS(&peer, "RTP/SAVP");
    BODY_HAS(&peer, "AES_CM_128_HMAC_SHA1_32");
    BODY_HAS(&peer, "opus/48000/2");
    BODY_HAS(&peer, "maxaveragebitrate=20000");
    BODY_HAS(&peer, "a=ptime:60");
    CHECK(!strstr(peer.got, "PCMU"));
    CHECK(!strstr(peer.got, "a=candidate"));
    sip_answer(&peer, "486 Busy Here", "");
    EXPECT(MICROSIP_STATUS_SIP, microsip_call_wait_for(call, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_call_free(call));

    /* The digest in place of the password gives the same. */
    OK(microsip_account_config_clear_credentials(config));
    OK(microsip_account_config_add_ha1(config, "r.test", "alice", MICROSIP_DIGEST_ALGORITHM_MD5, HA1));
    OK(microsip_account_config_set_expires(config, 180));
    OK(microsip_account_modify(account, config));
    sip_request(&peer, "REGISTER");
    if (!sip_header(&peer, "Authorization")) {
        sip_answer(&peer, "401 Unauthorized", challenge);
        sip_request(&peer, "REGISTER");
    }
    HEADER_HAS(&peer, "Expires", "180");
    HEADER_HAS(&peer, "Authorization", DIGEST);
    sip_bind(&peer, 180, "");

    OK(microsip_account_config_free(config));
    OK(microsip_endpoint_free(endpoint));
    OK(microsip_account_free(account));
    udp_close(&peer);
}

int main(void) {
    copies();
    wrong_values();
    wrong_tls();
    wrong_parts();
    wrong_audio();
    wrong_policies();
    no_handles_left();
    defaults_start();
    on_the_wire();
    no_handles_left();
    puts("settings: ok");
    return 0;
}
