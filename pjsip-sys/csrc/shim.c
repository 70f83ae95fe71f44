#include "shim.h"

#include "nat_hooks.h"

#include <pj/errno.h>
#include <pj/log.h>
#include <pj/os.h>
#include <pj/string.h>
#include <pjsip/sip_errno.h>
#include <pjsip/sip_transport.h>
#include <pjsua-lib/pjsua.h>
#include <pjsua-lib/pjsua_internal.h>

#if defined(_MSC_VER)
#include <intrin.h>
static volatile long failed;
#define COUNT() ((unsigned)_InterlockedIncrement(&failed))
#define LOAD() ((unsigned)_InterlockedOr(&failed, 0))
#define CLEAR() ((unsigned)_InterlockedExchange(&failed, 0))
#else
static unsigned failed;
#define COUNT() __atomic_add_fetch(&failed, 1, __ATOMIC_RELAXED)
#define LOAD() __atomic_load_n(&failed, __ATOMIC_RELAXED)
#define CLEAR() __atomic_exchange_n(&failed, 0, __ATOMIC_RELAXED)
#endif

void (*volatile microsip_timer_armed)(void);
pj_bool_t (*volatile microsip_rx_broken)(struct pjsip_rx_data *rdata, pj_status_t status);

unsigned microsip_target_timeout;
void (*microsip_target_failed)(pjsip_tx_data *tdata, int code, pj_status_t status, pjsip_rx_data *rdata, int next);
int (*microsip_known_targets)(const pjsip_host_info *target, pjsip_server_addresses *addr);
int (*microsip_gethostip)(int af, pj_sockaddr *addr);
int (*microsip_getaddrinfo)(int af, const pj_str_t *name, unsigned *count, pj_addrinfo ai[]);

pj_status_t microsip_transport_moved(int transport_id, const char *host)
{
    pjsua_transport_data *data;
    pj_str_t text = pj_str((char *)host);

    if (transport_id < 0 || transport_id >= (int)PJ_ARRAY_SIZE(pjsua_var.tpdata))
        return PJ_EINVAL;
    data = &pjsua_var.tpdata[transport_id];
    if (data->data.ptr == NULL)
        return PJ_EINVALIDOP;
    /* Pools only grow: the same text again must not take more of it. */
    if (data->type == PJSIP_TRANSPORT_UDP || data->type == PJSIP_TRANSPORT_UDP6) {
        if (pj_strcmp(&data->data.tp->local_name.host, &text))
            pj_strdup_with_null(data->data.tp->pool, &data->data.tp->local_name.host, &text);
    } else if (pj_strcmp(&data->data.factory->addr_name.host, &text)) {
        pj_strdup_with_null(data->data.factory->pool, &data->data.factory->addr_name.host, &text);
    }
    return PJ_SUCCESS;
}

microsip_nat_hooks microsip_nat;

void microsip_assert_failed(const char *expr, const char *file, int line)
{
    (void)COUNT();
    /* The log callback is application code, and logging needs a registered thread. */
    if (pj_thread_is_registered())
        PJ_LOG(1, ("assert", "Assertion failed: %s (%s:%d)", expr, file, line));
}

unsigned microsip_assert_count(void)
{
    return LOAD();
}

unsigned microsip_assert_reset(void)
{
    return CLEAR();
}

pj_status_t microsip_status_from_os(int os_code)
{
    return PJ_STATUS_FROM_OS(os_code);
}

int microsip_status_to_os(pj_status_t status)
{
    return PJ_STATUS_TO_OS(status);
}

int microsip_status_to_sip(pj_status_t status)
{
    return PJSIP_ERRNO_TO_SIP_STATUS(status);
}

pj_status_t microsip_status_from_sip(int sip_code)
{
    return PJSIP_ERRNO_FROM_SIP_STATUS(sip_code);
}
