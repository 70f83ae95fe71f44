/* What the patched files of PJSIP ask of us and tell us. The pointers are set by Rust while no endpoint runs, and called on
 * the engine's thread unless said otherwise. */
#ifndef MICROSIP_HOOKS_H
#define MICROSIP_HOOKS_H

#include <pj/errno.h>
#include <pj/sock.h>
#include <pj/types.h>

PJ_BEGIN_DECL

struct pjmedia_rtcp_session;
struct pjsip_tx_data;

/* Why a TLS peer was refused: statuses of our own, so that the reason arrives where the request ends. */
#define MICROSIP_TLS_ERRNO_START (PJ_ERRNO_START_USER + PJ_ERRNO_SPACE_SIZE * 20)
typedef enum microsip_tls_status {
    MICROSIP_TLS_UNTRUSTED = MICROSIP_TLS_ERRNO_START + 1,
    MICROSIP_TLS_NAME,
    MICROSIP_TLS_EXPIRED,
    MICROSIP_TLS_REVOKED,
    MICROSIP_TLS_BAD_CERTIFICATE,
    MICROSIP_TLS_PIN,
    MICROSIP_TLS_NO_CRL,
    MICROSIP_TLS_NO_CERTIFICATE,
    MICROSIP_TLS_BROKEN,
    MICROSIP_TLS_SILENT,
    MICROSIP_TLS_CONTEXT,
    MICROSIP_TLS_STATUS_END
} microsip_tls_status;

/* Registers the statuses above with PJLIB; after pj_init. */
pj_status_t microsip_hooks_start(void);

/* Fills a new SSL_CTX (patches/0021). Also for TURN over TLS. */
extern pj_status_t (*microsip_tls_context)(void *ctx, pj_bool_t is_server);

/* Judges the peer of a finished handshake (an SSL): PJ_SUCCESS, or one of the statuses above. `name` is the host we wanted;
 * `flaws` are PJSIP's PJ_SSL_CERT_* bits. */
extern pj_status_t (*microsip_tls_peer)(void *ssl, const pj_str_t *name, pj_bool_t incoming, unsigned flaws);

/* Name to ask for (SNI) in place of the URI's host; empty for none. Terminated by zero. */
extern pj_str_t microsip_tls_server_name;

/* A connection that ended before the handshake did: says so, and lets other statuses through. */
pj_status_t microsip_tls_connect_status(pj_status_t status);

/* A request of `size` bytes passes the limit and goes over TCP (`why` PJ_SUCCESS); or it goes over UDP after all, because TCP
 * failed with `why` (patches/0023). */
extern void (*microsip_transport_switched)(struct pjsip_tx_data *tdata, int size, int limit, const pj_sockaddr *to,
                                           pj_status_t why);

/* DTLS keying of a call's media ended (patches/0024); on the media thread, or on a timer's. */
extern void (*microsip_srtp_negotiated)(int call_index, pj_status_t result);

/* A call's media cannot be had: the offer or the answer does not fit, or no transport could be made (patches/0024). */
extern void (*microsip_media_refused)(int call_index, pj_status_t status);

/* An RTP packet of a stream (patches/0092), on the media thread; `meter` is 64 words of the stream's own that were zero first.
 * Flags: 1 it comes from another address than the SDP says (nothing else is told with it), 2 it was counted, 4 its payload type
 * was not agreed on, 8 the jitter buffer had no use for it. */
extern void (*microsip_meter_rtp)(pj_uint64_t *meter, unsigned seq, unsigned bytes, unsigned flags);

/* Audio that a stream gave to the bridge, or takes from it, on the clock thread; no samples are silence (patches/0092). */
extern void (*microsip_meter_audio)(pj_uint64_t *meter, int sent, const pj_int16_t *samples, unsigned count);

/* A VoIP metrics block is about to be sent for the stream this belongs to (patches/0091); on the clock or media thread, or on
 * the engine's when the stream ends. */
extern void (*microsip_xr_metrics)(struct pjmedia_rtcp_session *rtcp);

/* Asks the system for ICMP errors of a UDP socket, where it can be asked (Linux). */
void microsip_udp_watch(pj_sock_t sock);

/* Takes the errors that wait, and fails the requests concerned; how many there were. */
unsigned microsip_udp_errors(pj_sock_t sock);

/* A datagram to `addr` came to nothing. Fails the requests sent there over UDP that have no answer yet, provided that the text
 * quoted by the network, if it is long enough, is of one of them. Returns how many it failed. */
unsigned microsip_tsx_unreachable(const pj_sockaddr *addr, pj_status_t status, const void *quoted, pj_size_t len);

PJ_END_DECL

#endif
