/* Small C helpers for what Rust cannot reach in PJSIP's headers. */
#ifndef MICROSIP_SHIM_H
#define MICROSIP_SHIM_H

#include <stddef.h>
#include <pj/addr_resolv.h>
#include <pj/sock.h>
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

struct pjsip_tx_data;
struct pjsip_rx_data;
struct pjsip_transaction;
struct pjsip_host_info;
struct pjsip_server_addresses;

/* How long, in milliseconds, one of several addresses of a request's target is given before the next is tried; 0: as
   long as the whole transaction (patches/0030). Set while PJSIP is down. */
extern unsigned microsip_target_timeout;

/* Called, if set, when the address `tdata->dest_info.cur_addr` did not serve: the SIP code that stands for the failure,
   the status behind it, the 503 if one was received, and whether the next address is tried now (patches/0030). Called
   under the transaction's lock; it must not send. */
extern void (*microsip_target_failed)(struct pjsip_tx_data *tdata, int code, pj_status_t status,
                                      struct pjsip_rx_data *rdata, int next);

/* Tells a client transaction that its target is known not to serve; whether the request goes to the next one. If not,
   the caller ends the transaction (patches/0030). */
int microsip_tsx_next_target(struct pjsip_transaction *tsx, int code, pj_status_t status);

/* The request stays with the target it is at: the user has given it up (patches/0030). */
void microsip_tsx_keeps_target(struct pjsip_transaction *tsx);

/* Called, if set, to ask where a name is known to lead, without waiting; whether that is known (patches/0031). */
extern int (*microsip_known_targets)(const struct pjsip_host_info *target, struct pjsip_server_addresses *addr);

/* Called, if set, to ask for this machine's address of a family; whether it was told, or PJLIB has to guess
   (patches/0032). */
extern int (*microsip_gethostip)(int af, pj_sockaddr *addr);

/* Called, if set, before the system's resolver is asked for a name, which blocks: above 0 if it is known, below 0 if it is
   not and must not be asked for, 0 to ask (patches/0032). */
extern int (*microsip_getaddrinfo)(int af, const pj_str_t *name, unsigned *count, pj_addrinfo ai[]);

/* This machine's address has changed: makes the account's Contact anew and registers (patches/0031). */
pj_status_t microsip_acc_moved(int acc_id);

/* The address that a transport of PJSUA's gives for itself in Via and Contact; its port stays. */
pj_status_t microsip_transport_moved(int transport_id, const char *host);

PJ_END_DECL

#endif
