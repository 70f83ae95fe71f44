#include "hooks.h"

#include <errno.h>
#include <pj/string.h>

pj_status_t (*microsip_tls_context)(void *ctx, pj_bool_t is_server);
pj_status_t (*microsip_tls_peer)(void *ssl, const pj_str_t *name, pj_bool_t incoming, unsigned flaws);
pj_str_t microsip_tls_server_name;
void (*microsip_transport_switched)(struct pjsip_tx_data *tdata, int size, int limit, const pj_sockaddr *to,
                                    pj_status_t why);
void (*microsip_srtp_negotiated)(int call_index, pj_status_t result);
void (*microsip_media_refused)(int call_index, pj_status_t status);
void (*microsip_meter_rtp)(pj_uint64_t *meter, unsigned seq, unsigned bytes, unsigned flags);
void (*microsip_meter_audio)(pj_uint64_t *meter, int sent, const pj_int16_t *samples, unsigned count);
void (*microsip_xr_metrics)(struct pjmedia_rtcp_session *rtcp);

static pj_str_t describe(pj_status_t status, char *buf, pj_size_t size)
{
    static const char *const WORDS[] = {
        "certificate not signed by a trusted authority",
        "certificate is for another host",
        "certificate is expired or not valid yet",
        "certificate was revoked",
        "certificate is malformed or not meant for this use",
        "certificate is none of those pinned",
        "no current revocation list of the certificate's authority",
        "peer has no certificate",
        "connection ended during the TLS handshake",
        "no answer to the TLS handshake",
        "TLS settings cannot be applied",
    };
    int i = status - MICROSIP_TLS_ERRNO_START - 1;
    pj_str_t text;

    if (i < 0 || i >= (int)PJ_ARRAY_SIZE(WORDS))
        pj_ansi_strxcpy(buf, "unknown TLS status", size);
    else
        pj_ansi_strxcpy(buf, WORDS[i], size);
    text = pj_str(buf);
    return text;
}

pj_status_t microsip_hooks_start(void)
{
    return pj_register_strerror(MICROSIP_TLS_ERRNO_START, 64, &describe);
}

pj_status_t microsip_tls_connect_status(pj_status_t status)
{
    /* A port that is closed, or a network that is not there, tells itself otherwise, before the handshake begins. */
    if (status == PJ_ETIMEDOUT)
        return MICROSIP_TLS_SILENT;
    if (status == PJ_EEOF || status == PJ_STATUS_FROM_OS(OSERR_ECONNRESET) || status == PJ_STATUS_FROM_OS(EPIPE))
        return MICROSIP_TLS_BROKEN;
    return status;
}
