/* What NAT traversal inside PJSIP asks of and tells its owner (patches/0040 to 0042). Included by patched sources. */
#ifndef MICROSIP_NAT_HOOKS_H
#define MICROSIP_NAT_HOOKS_H

#include <stddef.h>

#include <pj/ioqueue.h>
#include <pj/sock.h>

PJ_BEGIN_DECL

/* Status of a relay whose TLS certificate is refused, with the bits of pj_ssl_cert_verify_flag_t; the base lies beyond all of
   PJSIP's own ranges. */
#define MICROSIP_RELAY_CERT_START 2000000
#define MICROSIP_ERELAYCERT(bits) \
    (MICROSIP_RELAY_CERT_START + (int)((bits) & 0x3FFF) + (((bits) & 0x40000000) ? 0x4000 : 0) + \
     (((bits) & 0x80000000u) ? 0x8000 : 0))

/* Any member may be null. Set while PJSUA is down; the functions must not call back into PJSUA. */
typedef struct microsip_nat_hooks {
    /* Which ioqueue receives on the sockets of ICE and TURN; null: the SIP endpoint's. Engine's thread. */
    pj_ioqueue_t *(*ioqueue)(void);

    /* An operation (pj_ice_strans_op) of a call's ICE transport ended. Any polling thread. */
    void (*ice_done)(int call_id, unsigned med_idx, int op, pj_status_t status);

    /* There will be no relay for this medium, a pjmedia_transport. Any polling thread. */
    void (*relay_failed)(void *transport, pj_status_t status);

    /* Asks for the public addresses of a pair of sockets, to be told by microsip_nat_mapped() within a time the owner bounds.
       Returns 0 if it does not take the request. Engine's thread. */
    int (*map)(int call_id, unsigned med_idx, unsigned serial, pj_sock_t rtp, pj_sock_t rtcp);

    /* A STUN message arrived on a SIP socket. Engine's thread. */
    void (*sip_stun)(const void *packet, size_t len);

    /* After so many milliseconds ICE goes on with the candidates it has; 0 waits for all of them. */
    unsigned gather_ms;
} microsip_nat_hooks;

extern microsip_nat_hooks microsip_nat;

/* The answer to `map`: public addresses, or null ones to go on with local addresses. PJ_ENOTFOUND if nobody waits any more. */
pj_status_t microsip_nat_mapped(int call_id, unsigned med_idx, unsigned serial, const pj_sockaddr *rtp,
                                const pj_sockaddr *rtcp);

PJ_END_DECL

#endif
