/* A raw UDP socket as the peer of an endpoint: what is on the wire, byte by byte. Include before check.h. */
#ifndef UDP_H
#define UDP_H

#define _POSIX_C_SOURCE 200809L

#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    int fd;
    uint16_t port;
    struct sockaddr_in peer;
    char got[65536];    /* the request or response that came last, with a NUL behind */
    size_t length;
    char answer[16384]; /* what it was answered, for when it comes again */
    char branch[256];
} udp_t;

static inline void udp_open(udp_t *udp) {
    struct sockaddr_in local;
    socklen_t size = sizeof local;
    memset(udp, 0, sizeof *udp);
    memset(&local, 0, sizeof local);
    local.sin_family = AF_INET;
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    udp->fd = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(udp->fd >= 0);
    CHECK(bind(udp->fd, (struct sockaddr *)&local, sizeof local) == 0);
    CHECK(getsockname(udp->fd, (struct sockaddr *)&local, &size) == 0);
    udp->port = ntohs(local.sin_port);
}

/* Its URI: sip:NAME@127.0.0.1:PORT. */
static inline void udp_uri(const udp_t *udp, const char *name, char *uri, size_t size) {
    snprintf(uri, size, "sip:%s@127.0.0.1:%u", name, udp->port);
}

static inline void udp_close(udp_t *udp) {
    close(udp->fd);
}

static inline void udp_send_to(udp_t *udp, uint16_t port, const void *bytes, size_t length) {
    struct sockaddr_in to;
    memset(&to, 0, sizeof to);
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(port);
    CHECK(sendto(udp->fd, bytes, length, 0, (struct sockaddr *)&to, sizeof to) == (ssize_t)length);
}

/* The next datagram. */
static inline void udp_receive(udp_t *udp) {
    struct pollfd ready = {0};
    socklen_t size = sizeof udp->peer;
    ssize_t got;
    ready.fd = udp->fd;
    ready.events = POLLIN;
    CHECK(poll(&ready, 1, (int)DEADLINE_MS) == 1);
    got = recvfrom(udp->fd, udp->got, sizeof udp->got - 1, 0, (struct sockaddr *)&udp->peer, &size);
    CHECK(got >= 0);
    udp->length = (size_t)got;
    udp->got[got] = 0;
}

/* Whether a datagram is there within so many milliseconds. */
static inline int udp_waiting(udp_t *udp, int timeout_ms) {
    struct pollfd ready = {0};
    ready.fd = udp->fd;
    ready.events = POLLIN;
    return poll(&ready, 1, timeout_ms) == 1;
}

static inline void udp_reply(udp_t *udp, const void *bytes, size_t length) {
    CHECK(sendto(udp->fd, bytes, length, 0, (struct sockaddr *)&udp->peer, sizeof udp->peer) == (ssize_t)length);
}

/* The value of a header in the message that came last, or NULL; the next call overwrites it. */
static inline const char *sip_header(const udp_t *udp, const char *name) {
    static char value[4096];
    const char *line = udp->got;
    size_t length = strlen(name);
    while ((line = strstr(line, "\r\n")) != NULL) {
        line += 2;
        if (strncasecmp(line, name, length) == 0 && line[length] == ':') {
            const char *from = line + length + 1, *to = strstr(from, "\r\n");
            while (*from == ' ') from++;
            if (!to || (size_t)(to - from) >= sizeof value) return NULL;
            memcpy(value, from, (size_t)(to - from));
            value[to - from] = 0;
            return value;
        }
    }
    return NULL;
}

/* The body of the message that came last. */
static inline const char *sip_body(const udp_t *udp) {
    const char *end = strstr(udp->got, "\r\n\r\n");
    CHECK(end);
    return end + 4;
}

/* The header is there and contains the text. */
#define HEADER_HAS(udp, name, text)                                                                           \
    do {                                                                                                      \
        const char *value_ = sip_header((udp), (name));                                                       \
        if (!value_ || !strstr(value_, (text)))                                                               \
            FAIL("%s is \"%s\", expected \"%s\" in it", (name), value_ ? value_ : "(missing)", (text));       \
    } while (0)

/* It is just that; "" for one that is not there. */
#define HEADER_IS(udp, name, text)                                                                            \
    do {                                                                                                      \
        const char *value_ = sip_header((udp), (name));                                                       \
        if (strcmp(value_ ? value_ : "", (text)))                                                             \
            FAIL("%s is \"%s\", expected \"%s\"", (name), value_ ? value_ : "", (text));                      \
    } while (0)

#define HEADER_LACKS(udp, name, text)                                                  \
    do {                                                                               \
        const char *value_ = sip_header((udp), (name));                                \
        if (value_ && strstr(value_, (text))) FAIL("%s is \"%s\"", (name), value_);    \
    } while (0)

/* The next request of a method. Retransmissions of the one before are answered as it was; others are passed over. */
static inline void sip_request(udp_t *udp, const char *method) {
    for (;;) {
        const char *via, *branch;
        udp_receive(udp);
        via = sip_header(udp, "Via");
        branch = via ? strstr(via, "branch=") : NULL;
        if (!branch) continue; /* keep-alives */
        if (udp->branch[0] && strncmp(branch, udp->branch, strlen(udp->branch)) == 0) {
            if (udp->answer[0]) udp_reply(udp, udp->answer, strlen(udp->answer));
            continue;
        }
        if (strncmp(udp->got, method, strlen(method)) != 0) continue;
        snprintf(udp->branch, sizeof udp->branch, "%s", branch);
        udp->branch[strcspn(udp->branch, ";,\r\n ")] = 0;
        udp->answer[0] = 0;
        return;
    }
}

/* Answers that request: status is such as "200 OK", headers are lines that end with CRLF, of the body with its type. */
static inline void sip_answer_with(udp_t *udp, const char *status, const char *headers, const char *body) {
    static const char *const kept[] = {"Via", "From", "To", "Call-ID", "CSeq"};
    size_t n, at = (size_t)snprintf(udp->answer, sizeof udp->answer, "SIP/2.0 %s\r\n", status);
    for (n = 0; n < sizeof kept / sizeof kept[0]; n++) {
        const char *value = sip_header(udp, kept[n]);
        CHECK(value);
        at += (size_t)snprintf(udp->answer + at, sizeof udp->answer - at, "%s: %s%s\r\n", kept[n], value,
                               strcmp(kept[n], "To") || strstr(value, "tag=") ? "" : ";tag=peer");
        CHECK(at < sizeof udp->answer);
    }
    at += (size_t)snprintf(udp->answer + at, sizeof udp->answer - at, "%sContent-Length: %zu\r\n\r\n%s", headers,
                           strlen(body), body);
    CHECK(at < sizeof udp->answer);
    udp_reply(udp, udp->answer, at);
}

static inline void sip_answer(udp_t *udp, const char *status, const char *headers) {
    sip_answer_with(udp, status, headers, "");
}

/* Takes a call: waits for the INVITE and answers it with 200 and PCMU; no audio is sent. */
static inline void sip_take_call(udp_t *udp) {
    char headers[128], sdp[256];
    sip_request(udp, "INVITE");
    snprintf(headers, sizeof headers, "Contact: <sip:peer@127.0.0.1:%u>\r\nContent-Type: application/sdp\r\n", udp->port);
    snprintf(sdp, sizeof sdp,
             "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %u RTP/AVP 0\r\n"
             "a=sendrecv\r\n", udp->port);
    sip_answer_with(udp, "200 OK", headers, sdp);
}

/* Answers REGISTER with 200 and the Contact it has, for so many seconds. */
static inline void sip_bind(udp_t *udp, unsigned expires_s, const char *headers) {
    static char lines[4096];
    const char *contact = sip_header(udp, "Contact");
    CHECK(contact);
    snprintf(lines, sizeof lines, "Contact: %s;expires=%u\r\n%s", contact, expires_s, headers);
    sip_answer(udp, "200 OK", lines);
}

#endif
