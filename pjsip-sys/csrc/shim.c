#include "shim.h"

#include "nat_hooks.h"

#include <pj/errno.h>
#include <pj/log.h>
#include <pj/os.h>
#include <pjsip/sip_errno.h>

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
