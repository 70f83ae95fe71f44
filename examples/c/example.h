/* What the examples share: ending the program with the reason when something fails. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <microsip.h>
#include <stdio.h>
#include <stdlib.h>

static inline void fail(const char *what, microsip_status_t status) {
    fprintf(stderr, "%s: %s: %s\n", what, microsip_status_name(status), microsip_last_error_message());
    exit(1);
}

/* Nothing in these examples can go on after a failure. */
#define TRY(call)                                              \
    do {                                                       \
        microsip_status_t status_ = (call);                    \
        if (status_ != MICROSIP_STATUS_OK) fail(#call, status_); \
    } while (0)

/* A failure with which the program goes on. Whether there was none. */
static inline int note(const char *what, microsip_status_t status) {
    if (status != MICROSIP_STATUS_OK) printf("%s: %s\n", what, microsip_last_error_message());
    return status == MICROSIP_STATUS_OK;
}

/* An endpoint with one UDP transport on an address such as "0.0.0.0:5060"; port 0 is the system's choice. */
static inline microsip_endpoint_t start_on(const char *address) {
    microsip_endpoint_config_t config;
    microsip_endpoint_t endpoint;
    TRY(microsip_endpoint_config_new(&config));
    TRY(microsip_endpoint_config_clear_transports(config));
    TRY(microsip_endpoint_config_add_transport(config, MICROSIP_TRANSPORT_UDP, address));
    TRY(microsip_endpoint_start(config, &endpoint));
    TRY(microsip_endpoint_config_free(config));
    return endpoint;
}

/* An account that registers nowhere: whoever calls the endpoint's address reaches it. */
static inline microsip_account_t add_local_account(microsip_endpoint_t endpoint, const char *aor) {
    microsip_account_config_t config;
    microsip_account_t account;
    TRY(microsip_account_config_new(aor, &config));
    TRY(microsip_endpoint_add_account(endpoint, config, &account));
    TRY(microsip_account_config_free(config));
    return account;
}

static inline void say_where(microsip_endpoint_t endpoint) {
    uint16_t port;
    TRY(microsip_endpoint_local_port(endpoint, MICROSIP_TRANSPORT_UDP, &port));
    printf("listening on port %u\n", (unsigned)port);
    fflush(stdout);
}

#endif
