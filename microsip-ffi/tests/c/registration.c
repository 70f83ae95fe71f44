/* Registering: what a registrar sees, and what is told of its answers. */
#include "udp.h"

static const microsip_account_config_t NO_CONFIG = {0};

static microsip_endpoint_t endpoint;
static microsip_events_t events;
static udp_t registrar;

/* Settings of an account of the registrar, which retries nothing soon. */
static microsip_account_config_t settings(const char *user) {
    char text[128];
    microsip_account_config_t config;
    snprintf(text, sizeof text, "sip:%s@127.0.0.1:%u", user, registrar.port);
    OK(microsip_account_config_new(text, &config));
    snprintf(text, sizeof text, "sip:127.0.0.1:%u", registrar.port);
    OK(microsip_account_config_set_registrar(config, text));
    OK(microsip_account_config_set_retry(config, 600000, 3600000, 2.0, 0.0));
    OK(microsip_account_config_set_keep_alive(config, 0));
    return config;
}

static microsip_account_t add(microsip_account_config_t config) {
    microsip_account_t account;
    OK(microsip_endpoint_add_account(endpoint, config, &account));
    OK(microsip_account_config_free(config));
    return account;
}

static microsip_registration_state_t state_of(microsip_account_t account) {
    microsip_registration_t registration;
    microsip_registration_state_t state;
    OK(microsip_account_registration(account, &registration));
    OK(microsip_registration_state(registration, &state));
    OK(microsip_registration_free(registration));
    return state;
}

/* The account's next registration event in a state. */
static microsip_registration_t wait_state(microsip_account_t account, microsip_registration_state_t state) {
    uint64_t wanted, id;
    OK(microsip_account_id(account, &wanted));
    for (;;) {
        microsip_event_t event = wait_event(events, MICROSIP_EVENT_KIND_REGISTRATION);
        microsip_account_t about;
        microsip_registration_t registration;
        microsip_registration_state_t is;
        OK(microsip_event_account(event, &about));
        OK(microsip_account_id(about, &id));
        OK(microsip_event_registration(event, &registration));
        OK(microsip_registration_state(registration, &is));
        OK(microsip_account_free(about));
        OK(microsip_event_free(event));
        if (id == wanted && is == state) return registration;
        OK(microsip_registration_free(registration));
    }
}

static void registers_refreshes_and_unregisters(void) {
    microsip_account_config_t config = settings("ann");
    microsip_account_t account;
    microsip_registration_t registration, clone;
    microsip_registration_state_t state;
    microsip_error_t error;
    uint16_t code;
    uint32_t number;
    size_t count;
    const char *text;

    OK(microsip_account_config_add_credentials_for(config, "test", "ann", "secret"));
    account = add(config);
    sip_request(&registrar, "REGISTER");
    CHECK(!sip_header(&registrar, "Authorization"));
    CHECK(state_of(account) == MICROSIP_REGISTRATION_STATE_REGISTERING);
    EXPECT(MICROSIP_STATUS_BUSY, microsip_account_register(account));
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_account_wait_registered(account, 20));
    sip_answer(&registrar, "401 Unauthorized", "WWW-Authenticate: Digest realm=\"test\", nonce=\"n1\"\r\n");
    sip_request(&registrar, "REGISTER");
    HEADER_HAS(&registrar, "Authorization", "username=\"ann\"");
    HEADER_HAS(&registrar, "Expires", "300");
    sip_bind(&registrar, 90, "Service-Route: <sip:one.test;lr>, <sip:two.test;lr>\r\n");
    OK(microsip_account_wait_registered(account, DEADLINE_MS));

    registration = wait_state(account, MICROSIP_REGISTRATION_STATE_REGISTERED);
    OK(microsip_registration_clone(registration, &clone));
    OK(microsip_registration_free(registration));
    OK(microsip_registration_state(clone, &state));
    CHECK(state == MICROSIP_REGISTRATION_STATE_REGISTERED);
    OK(microsip_registration_code(clone, &code));
    CHECK(code == 200);
    OK(microsip_registration_phrase(clone, &text));
    STREQ("OK", text);
    OK(microsip_registration_expires_s(clone, &number));
    CHECK(number == 90);
    OK(microsip_registration_failures(clone, &number));
    CHECK(number == 0);
    OK(microsip_registration_contact(clone, &text));
    CHECK(strstr(text, "sip:ann@127.0.0.1:"));
    OK(microsip_registration_service_route_count(clone, &count));
    CHECK(count == 2);
    OK(microsip_registration_service_route_at(clone, 1, &text));
    CHECK(strstr(text, "sip:two.test;lr"));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_registration_service_route_at(clone, 2, &text));
    CHECK(!text);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_registration_error(clone, &error));
    CHECK(!error.token);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_registration_retry_in_ms(clone, &number));
    OK(microsip_registration_free(clone));

    /* A refresh on request. */
    OK(microsip_account_register(account));
    sip_request(&registrar, "REGISTER");
    sip_bind(&registrar, 80, "");
    registration = wait_state(account, MICROSIP_REGISTRATION_STATE_REGISTERED);
    OK(microsip_registration_expires_s(registration, &number));
    CHECK(number == 80);
    OK(microsip_registration_service_route_count(registration, &count));
    CHECK(count == 0);
    OK(microsip_registration_free(registration));

    /* Other settings, at once. */
    config = settings("ann");
    OK(microsip_account_config_add_credentials(config, "ann", "secret"));
    OK(microsip_account_config_set_expires(config, 200));
    OK(microsip_account_modify(account, config));
    sip_request(&registrar, "REGISTER");
    HEADER_HAS(&registrar, "Expires", "200");
    sip_bind(&registrar, 200, "");
    registration = wait_state(account, MICROSIP_REGISTRATION_STATE_REGISTERED);
    OK(microsip_registration_free(registration));
    OK(microsip_account_config_set_expires(config, 1));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_modify(account, config));
    OK(microsip_account_config_free(config));
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_account_modify(account, NO_CONFIG));
    config = settings("somebody");
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_account_modify(account, config));
    OK(microsip_account_config_free(config));

    OK(microsip_account_unregister(account));
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_account_wait_unregistered(account, 20));
    sip_request(&registrar, "REGISTER");
    HEADER_HAS(&registrar, "Expires", "0");
    sip_answer(&registrar, "200 OK", "");
    OK(microsip_account_wait_unregistered(account, DEADLINE_MS));
    registration = wait_state(account, MICROSIP_REGISTRATION_STATE_UNREGISTERED);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_registration_expires_s(registration, &number));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_registration_contact(registration, &text));
    OK(microsip_registration_free(registration));

    OK(microsip_account_remove(account));
    EXPECT(MICROSIP_STATUS_GONE, microsip_account_remove(account));
    EXPECT(MICROSIP_STATUS_GONE, microsip_account_register(account));
    EXPECT(MICROSIP_STATUS_GONE, microsip_account_wait_registered(account, 20));
    EXPECT(MICROSIP_STATUS_GONE, microsip_account_clear_policy(account));
    OK(microsip_account_free(account));
}

/* Fails with a status; its snapshot names the code. */
static void fails(const char *user, const char *status, uint16_t code, const char *headers, microsip_status_t expected,
                  int retried) {
    microsip_account_t account = add(settings(user));
    microsip_registration_t registration;
    microsip_status_t why;
    microsip_error_t error, clone;
    uint16_t is;
    uint32_t number;
    const char *text;
    sip_request(&registrar, "REGISTER");
    sip_answer(&registrar, status, headers);
    EXPECT(expected, microsip_account_wait_registered(account, DEADLINE_MS));
    CHECK(microsip_last_error_sip_status() == code);
    CHECK(microsip_last_error_advice()[0]);
    registration = wait_state(account, MICROSIP_REGISTRATION_STATE_FAILED);
    OK(microsip_registration_code(registration, &is));
    CHECK(is == code);
    OK(microsip_registration_phrase(registration, &text));
    STREQ(status + 4, text);
    OK(microsip_registration_failures(registration, &number));
    CHECK(number == 1);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_registration_expires_s(registration, &number));
    OK(microsip_registration_error(registration, &error));
    OK(microsip_error_clone(error, &clone));
    OK(microsip_error_free(error));
    OK(microsip_error_status(clone, &why));
    CHECK(why == expected);
    OK(microsip_error_sip_status(clone, &is));
    CHECK(is == code);
    OK(microsip_error_message(clone, &text));
    CHECK(text[0]);
    OK(microsip_error_operation(clone, &text));
    CHECK(text[0]);
    OK(microsip_error_code(clone, &text));
    CHECK(text[0]);
    OK(microsip_error_meaning(clone, &text));
    CHECK(text[0]);
    OK(microsip_error_advice(clone, &text));
    CHECK(text[0]);
    OK(microsip_error_free(clone));
    if (retried) {
        OK(microsip_registration_retry_in_ms(registration, &number));
        CHECK(number > 0);
    } else {
        EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_registration_retry_in_ms(registration, &number));
    }
    OK(microsip_registration_free(registration));
    CHECK(state_of(account) == MICROSIP_REGISTRATION_STATE_FAILED);
    OK(microsip_account_remove(account));
    OK(microsip_account_free(account));
}

static void refused_credentials(void) {
    const char *challenge = "WWW-Authenticate: Digest realm=\"test\", nonce=\"n2\"\r\n";
    microsip_account_config_t config = settings("eve");
    microsip_account_t account;
    OK(microsip_account_config_add_credentials(config, "eve", "wrong"));
    account = add(config);
    sip_request(&registrar, "REGISTER");
    sip_answer(&registrar, "401 Unauthorized", challenge);
    sip_request(&registrar, "REGISTER");
    CHECK(sip_header(&registrar, "Authorization"));
    sip_answer(&registrar, "401 Unauthorized", challenge);
    EXPECT(MICROSIP_STATUS_AUTH, microsip_account_wait_registered(account, DEADLINE_MS));
    CHECK(microsip_last_error_sip_status() == 401);
    OK(microsip_account_remove(account));
    OK(microsip_account_free(account));
}

static void no_answer(void) {
    microsip_account_t account = add(settings("mute"));
    microsip_registration_t registration;
    uint32_t number;
    sip_request(&registrar, "REGISTER");
    /* The transaction's time is one second. */
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_account_wait_registered(account, DEADLINE_MS));
    registration = wait_state(account, MICROSIP_REGISTRATION_STATE_FAILED);
    OK(microsip_registration_retry_in_ms(registration, &number));
    CHECK(number > 0 && number <= 600000);
    OK(microsip_registration_free(registration));
    OK(microsip_account_remove(account));
    OK(microsip_account_free(account));
}

static void without_registrar(void) {
    microsip_account_config_t config;
    microsip_account_t account;
    microsip_registration_t registration;
    uint16_t code;
    OK(microsip_account_config_new("sip:nobody@127.0.0.1", &config));
    account = add(config);
    CHECK(state_of(account) == MICROSIP_REGISTRATION_STATE_NONE);
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_account_register(account));
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_account_unregister(account));
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_account_wait_registered(account, 20));
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_account_wait_unregistered(account, 20));
    OK(microsip_account_registration(account, &registration));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_registration_code(registration, &code));
    OK(microsip_registration_free(registration));
    OK(microsip_account_remove(account));
    OK(microsip_account_free(account));

    /* Told not to register: until it is asked to. */
    config = settings("later");
    OK(microsip_account_config_set_register_on_add(config, false));
    account = add(config);
    CHECK(state_of(account) == MICROSIP_REGISTRATION_STATE_UNREGISTERED);
    OK(microsip_account_register(account));
    sip_request(&registrar, "REGISTER");
    sip_bind(&registrar, 60, "");
    OK(microsip_account_wait_registered(account, DEADLINE_MS));
    OK(microsip_account_remove(account));
    sip_request(&registrar, "REGISTER");
    HEADER_HAS(&registrar, "Expires", "0");
    sip_answer(&registrar, "200 OK", "");
    OK(microsip_account_free(account));
}

static void other_events_have_none_of_it(void) {
    microsip_account_t account = add(settings("last"));
    microsip_event_t event;
    uint64_t missed;
    microsip_stun_info_t stun;
    microsip_guard_report_t report;
    microsip_network_change_t change;
    microsip_transport_switch_t transport_switch;
    sip_request(&registrar, "REGISTER");
    sip_answer(&registrar, "403 No", "");
    event = wait_event(events, MICROSIP_EVENT_KIND_REGISTRATION);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_missed(event, &missed));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_stun(event, &stun));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_guard(event, &report));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_network_change(event, &change));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_transport_switch(event, &transport_switch));
    OK(microsip_event_free(event));
    OK(microsip_endpoint_close(endpoint));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_account_register(account));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_account_wait_registered(account, 20));
    OK(microsip_account_free(account));
}

int main(void) {
    microsip_endpoint_config_t config;
    udp_open(&registrar);
    OK(microsip_endpoint_config_new(&config));
    OK(microsip_endpoint_config_clear_transports(config));
    OK(microsip_endpoint_config_add_transport(config, MICROSIP_TRANSPORT_UDP, "127.0.0.1:0"));
    OK(microsip_endpoint_config_set_transaction_timeout(config, 1000));
    OK(microsip_endpoint_config_set_close_timeout(config, 500));
    OK(microsip_endpoint_start(config, &endpoint));
    OK(microsip_endpoint_config_free(config));
    OK(microsip_endpoint_events(endpoint, &events));

    registers_refreshes_and_unregisters();
    fails("forbidden", "403 Forbidden", 403, "", MICROSIP_STATUS_AUTH, 0);
    fails("unknown", "404 Not Found", 404, "", MICROSIP_STATUS_SIP, 0);
    fails("busy", "503 Service Unavailable", 503, "Retry-After: 100\r\n", MICROSIP_STATUS_SIP, 1);
    refused_credentials();
    no_answer();
    without_registrar();
    other_events_have_none_of_it();

    OK(microsip_events_free(events));
    OK(microsip_endpoint_free(endpoint));
    udp_close(&registrar);
    no_handles_left();
    puts("registration: ok");
    return 0;
}
