/* Small C helpers for what Rust cannot reach in PJSIP's headers. */
#ifndef MICROSIP_SHIM_H
#define MICROSIP_SHIM_H

#include <stddef.h>
#include <pj/types.h>

PJ_BEGIN_DECL

/* Called by pj_assert (see config_site.h): counts, and logs at level 1 on threads that may log. Never aborts. */
void microsip_assert_failed(const char *expr, const char *file, int line);

/* Failed assertions since the process started, or since the last reset. */
unsigned microsip_assert_count(void);

/* Sets the count back to zero and returns what it was. */
unsigned microsip_assert_reset(void);

/* PJ_STATUS_FROM_OS and PJ_STATUS_TO_OS: errno (or a Windows error) to status and back. */
pj_status_t microsip_status_from_os(int os_code);
int microsip_status_to_os(pj_status_t status);

/* SIP status code carried by a PJSIP status (PJSIP_ERRNO_TO_SIP_STATUS): 100...799, or 599 for any other status. */
int microsip_status_to_sip(pj_status_t status);
/* PJSIP_ERRNO_FROM_SIP_STATUS. */
pj_status_t microsip_status_from_sip(int sip_code);

/* One size or offset as the C compiler sees it; the name is "struct" or "struct.member". */
typedef struct microsip_abi_entry {
    const char *name;
    size_t value;
} microsip_abi_entry;

/* Entry number `index`, or NULL past the last one. For tests. */
const microsip_abi_entry *microsip_abi_probe(size_t index);

/* Called, if set, whenever a timer was put into any heap, on the thread that did it and under that heap's lock
   (patches/0002). It must return at once and not call PJLIB. */
extern void (*volatile microsip_timer_armed)(void);

/* Called, if set, with every received message that cannot be used: syntax (PJSIP_EINVALIDMSG), missing headers
   (PJSIP_EMISSINGHDR, also for a stream without Content-Length), a status code out of range, a stream that overflows
   (PJSIP_ERXOVERFLOW). Nonzero lets a message with malformed headers, and only such a one, go on without them
   (patches/0050). */
struct pjsip_rx_data;
extern pj_bool_t (*volatile microsip_rx_broken)(struct pjsip_rx_data *rdata, pj_status_t status);

/* Lets freed pool blocks of 4 to 128 KiB be kept for the next ones, up to so many bytes; frees what is kept beyond that.
   Returns how many were kept. Linux only; elsewhere it does nothing. */
size_t microsip_block_store(size_t bytes);

PJ_END_DECL

#endif
