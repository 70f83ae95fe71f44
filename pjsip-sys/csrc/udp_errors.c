#include "hooks.h"

#if defined(__linux__)

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <linux/errqueue.h>
#include <pj/string.h>

/* Numbers of RFC 792 and RFC 4443. */
enum { UNREACHABLE = 3, PARAMETER = 12, UNREACHABLE6 = 1, PARAMETER6 = 4 };

void microsip_udp_watch(pj_sock_t sock)
{
    int on = 1;

    /* One of them does not apply. */
    (void)setsockopt((int)sock, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
    (void)setsockopt((int)sock, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
}

/* The status to end requests with, PJ_SUCCESS for what does not matter: a packet that must be smaller is sent in parts by
 * the system, and a hop limit says nothing about the target (RFC 3261 section 18.4). */
static pj_status_t status_of(const struct sock_extended_err *error)
{
    pj_bool_t matters = PJ_FALSE;

    if (error->ee_origin == SO_EE_ORIGIN_ICMP)
        matters = error->ee_type == UNREACHABLE || error->ee_type == PARAMETER;
    else if (error->ee_origin == SO_EE_ORIGIN_ICMP6)
        matters = error->ee_type == UNREACHABLE6 || error->ee_type == PARAMETER6;
    if (!matters || error->ee_errno == EMSGSIZE || error->ee_errno == 0)
        return PJ_SUCCESS;
    return PJ_STATUS_FROM_OS((int)error->ee_errno);
}

unsigned microsip_udp_errors(pj_sock_t sock)
{
    enum { AT_MOST = 64 };
    unsigned count;

    for (count = 0; count < AT_MOST; ++count) {
        char quoted[2048], control[512];
        pj_sockaddr to;
        struct iovec part = { quoted, sizeof(quoted) };
        struct msghdr message;
        struct cmsghdr *c;
        ssize_t len;

        memset(&message, 0, sizeof(message));
        memset(&to, 0, sizeof(to));
        message.msg_name = &to;
        message.msg_namelen = sizeof(to);
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof(control);
        len = recvmsg((int)sock, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
        if (len < 0)
            break;
        for (c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
            struct sock_extended_err error;
            pj_status_t status;

            if (!((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
                  (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR)) ||
                c->cmsg_len < CMSG_LEN(sizeof(error)))
            {
                continue;
            }
            memcpy(&error, CMSG_DATA(c), sizeof(error));
            status = status_of(&error);
            if (status != PJ_SUCCESS)
                (void)microsip_tsx_unreachable(&to, status, quoted, (pj_size_t)len);
        }
    }
    return count;
}

#else

/* Other systems tell such errors to connected sockets only, or of nobody knows which datagram. */
void microsip_udp_watch(pj_sock_t sock)
{
    PJ_UNUSED_ARG(sock);
}

unsigned microsip_udp_errors(pj_sock_t sock)
{
    PJ_UNUSED_ARG(sock);
    return 0;
}

#endif
