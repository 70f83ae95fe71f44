/* The phone of a settings file on loopback, against a peer that is a bare UDP socket: requests, events by all three ways, the control
   socket. */
#define _POSIX_C_SOURCE 200809L
#include "temp.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

static int peer;
static uint16_t peer_port, phone_port;
static char got[8192];

static void peer_open(void) {
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    struct timeval patience = {DEADLINE_MS / 1000, 0};
    peer = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(peer >= 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(peer, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(getsockname(peer, (struct sockaddr *)&address, &size) == 0);
    CHECK(setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
    peer_port = ntohs(address.sin_port);
}

/* Receives until a message begins with this; repetitions of others are passed over. */
static void peer_get(const char *begin) {
    for (;;) {
        ssize_t size = recv(peer, got, sizeof got - 1, 0);
        if (size < 0) FAIL("no %s came", begin);
        got[size] = 0;
        if (!strncmp(got, begin, strlen(begin))) return;
    }
}

static void peer_send(const char *message) {
    struct sockaddr_in address = {0};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(phone_port);
    CHECK(sendto(peer, message, strlen(message), 0, (struct sockaddr *)&address, sizeof address) == (ssize_t)strlen(message));
}

/* Appends the headers of this name of the message that came. */
static void copy_header(char *to, const char *name) {
    const char *line = got;
    size_t length = strlen(name);
    while ((line = strstr(line, "\r\n")) != NULL) {
        line += 2;
        if (!strncmp(line, name, length) && line[length] == ':') {
            const char *end = strstr(line, "\r\n");
            CHECK(end != NULL);
            strncat(to, line, (size_t)(end - line));
            if (!strcmp(name, "To") && !strstr(line, ";tag=")) strcat(to, ";tag=peer");
            else if (!strcmp(name, "To") && strstr(line, ";tag=") > end) strcat(to, ";tag=peer");
            strcat(to, "\r\n");
        }
    }
}

/* Answers the message that came. */
static void peer_answer(const char *status, const char *sdp) {
    static char message[8192];
    static const char *const names[] = {"Via", "From", "To", "Call-ID", "CSeq"};
    size_t i;
    sprintf(message, "SIP/2.0 %s\r\n", status);
    for (i = 0; i < 5; i++) copy_header(message, names[i]);
    sprintf(message + strlen(message), "Contact: <sip:peer@127.0.0.1:%u>\r\n", peer_port);
    if (sdp) sprintf(message + strlen(message), "Content-Type: application/sdp\r\n");
    sprintf(message + strlen(message), "Content-Length: %u\r\n\r\n%s", (unsigned)(sdp ? strlen(sdp) : 0), sdp ? sdp : "");
    peer_send(message);
}

/* Acknowledges the 200 that came. */
static void peer_ack(void) {
    static char message[8192];
    sprintf(message, "ACK sip:me@127.0.0.1:%u SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bK-ack\r\nMax-Forwards: 70\r\n",
            phone_port, peer_port);
    copy_header(message, "From");
    copy_header(message, "To");
    copy_header(message, "Call-ID");
    strcat(message, "CSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n");
    peer_send(message);
}

static const char *peer_sdp(void) {
    static char sdp[512];
    sprintf(sdp,
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %u RTP/AVP 8 0 101\r\n"
            "a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n",
            peer_port == 65535 ? 40000u : (unsigned)peer_port + 1u);
    return sdp;
}

static const char *peer_uri(void) {
    static char uri[64];
    sprintf(uri, "sip:peer@127.0.0.1:%u", peer_port);
    return uri;
}

/* The next event with this name; those before it are passed over. */
static microsip_phone_event_t next_named(microsip_phone_events_t events, const char *name, const char *state) {
    for (;;) {
        microsip_phone_event_t event;
        microsip_json_t json;
        const char *text;
        bool is;
        OK(microsip_phone_events_next(events, DEADLINE_MS, &event));
        OK(microsip_phone_event_json(event, &json));
        OK(microsip_json_text_at(json, "/event", &text));
        is = !strcmp(text, name);
        if (is && state) {
            OK(microsip_json_text_at(json, "/state", &text));
            is = !strcmp(text, state);
        }
        OK(microsip_json_free(json));
        if (is) return event;
        OK(microsip_phone_event_free(event));
    }
}

static microsip_phone_t start(void) {
    microsip_place_t place;
    microsip_phone_options_t options, copy;
    microsip_phone_t phone, second;
    temp_write("phone.ini",
               "[Settings]\r\naccountId=0\r\nsingleMode=0\r\ndenyIncoming=\r\ncolour=red\r\nvolumeRing=900\r\n"
               "[Extensions]\r\nbindAddress=127.0.0.1\r\naudioDevices=0\r\ndatabase=0\r\n");
    OK(microsip_place_choose(temp_path("phone.ini"), 0, &place));
    OK(microsip_phone_options_new(place, &options));
    OK(microsip_place_free(place));
    OK(microsip_phone_options_set_close_timeout(options, 20000));
    OK(microsip_phone_options_clone(options, &copy));
    OK(microsip_phone_options_set_account(copy, 0));
    OK(microsip_phone_options_set_log_level(copy, MICROSIP_LOG_LEVEL_ERROR));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_phone_options_set_log_level(copy, 0));
    OK(microsip_phone_options_set_password(copy, "unused"));
    OK(microsip_phone_options_set_password(copy, NULL));
    OK(microsip_phone_start(copy, &phone));
    EXPECT(MICROSIP_STATUS_ALREADY_RUNNING, microsip_phone_start(options, &second));
    CHECK(second.token == 0);
    OK(microsip_phone_options_free(options));
    OK(microsip_phone_options_free(copy));
    return phone;
}

static void json(microsip_phone_t phone) {
    microsip_json_t status, again;
    const char *text;
    int64_t number;
    double real;
    size_t count;
    bool flag;
    char *colon;
    OK(microsip_phone_status(phone, &status));
    OK(microsip_json_clone(status, &again));
    OK(microsip_json_free(status));
    OK(microsip_json_text_at(again, "/settings", &text));
    STREQ(temp_path("phone.ini"), text);
    OK(microsip_json_text_at(again, "/transports/0/address", &text));
    colon = strrchr(text, ':');
    CHECK(colon != NULL && !strncmp(text, "127.0.0.1:", 10));
    phone_port = (uint16_t)atoi(colon + 1);
    CHECK(phone_port != 0);
    OK(microsip_json_integer_at(again, "/pid", &number));
    CHECK(number == (int64_t)getpid());
    OK(microsip_json_number_at(again, "/pid", &real));
    CHECK(real == (double)getpid());
    OK(microsip_json_bool_at(again, "/buttons/dnd", &flag));
    CHECK(!flag);
    OK(microsip_json_count_at(again, "/calls", &count));
    CHECK(count == 0);
    OK(microsip_json_count_at(again, "", &count));
    CHECK(count > 5);
    OK(microsip_json_has(again, "/calls/0", &flag));
    CHECK(!flag);
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_json_has(again, "settings", &flag));
    OK(microsip_json_source(again, &text));
    CHECK(text[0] == '{');
    OK(microsip_json_source_at(again, "/calls", &text));
    STREQ("[]", text);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_json_text_at(again, "/nothing", &text));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_json_text_at(again, "/pid", &text));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_json_integer_at(again, "/settings", &number));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_json_number_at(again, "/settings", &real));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_json_bool_at(again, "/settings", &flag));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_json_count_at(again, "/settings", &count));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_json_text_at(again, "settings", &text));
    OK(microsip_json_free(again));
}

/* A call that the peer refuses: pulled, announced by the descriptor, and told to a callback. */
static void refused(microsip_phone_t phone, microsip_phone_events_t events, struct seen *seen) {
    microsip_phone_event_t event, same;
    microsip_phone_event_kind_t kind;
    microsip_event_t engine;
    microsip_event_kind_t engine_kind;
    microsip_error_t error;
    microsip_call_t handle;
    microsip_call_state_t state;
    microsip_json_t told;
    struct pollfd fd = {0};
    uint64_t call, number;
    int64_t code;
    void *none;
    unsigned before = seen->calls;
    OK(microsip_phone_events_fd(events, &fd.fd));
    fd.events = POLLIN;
    EXPECT(MICROSIP_STATUS_UNSUPPORTED, microsip_phone_events_handle(events, &none));
    OK(microsip_phone_call(phone, peer_uri(), &call));
    CHECK(call != 0);
    peer_get("INVITE");
    peer_answer("486 Busy Here", NULL);
    CHECK(poll(&fd, 1, (int)DEADLINE_MS) == 1);
    /* It is in the history before its end is told. */
    event = next_named(events, "history", NULL);
    OK(microsip_phone_event_kind(event, &kind));
    CHECK(kind == MICROSIP_PHONE_EVENT_KIND_RECORDED);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_phone_event_call(event, &number));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_phone_event_engine(event, &engine));
    OK(microsip_phone_event_free(event));
    event = next_named(events, "call", "disconnected");
    OK(microsip_phone_event_clone(event, &same));
    OK(microsip_phone_event_free(event));
    OK(microsip_phone_event_call(same, &number));
    CHECK(number == call);
    OK(microsip_phone_event_kind(same, &kind));
    CHECK(kind == MICROSIP_PHONE_EVENT_KIND_ENGINE);
    OK(microsip_phone_event_json(same, &told));
    OK(microsip_json_integer_at(told, "/code", &code));
    CHECK(code == 486);
    OK(microsip_json_free(told));
    OK(microsip_phone_event_engine(same, &engine));
    OK(microsip_event_kind(engine, &engine_kind));
    CHECK(engine_kind == MICROSIP_EVENT_KIND_CALL_STATE);
    OK(microsip_event_call(engine, &handle));
    OK(microsip_call_state(handle, &state));
    CHECK(state == MICROSIP_CALL_STATE_DISCONNECTED);
    OK(microsip_call_free(handle));
    OK(microsip_event_free(engine));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_phone_event_error(same, &error));
    OK(microsip_phone_event_free(same));
    seen_wait(seen, before + 2, 0);
}

/* A call that the peer takes: held, and ended by us. */
static void answered(microsip_phone_t phone, microsip_phone_events_t events) {
    microsip_json_t calls, reply;
    const char *text;
    uint64_t call;
    OK(microsip_phone_call(phone, peer_uri(), &call));
    peer_get("INVITE");
    peer_answer("200 OK", peer_sdp());
    peer_get("ACK");
    OK(microsip_phone_event_free(next_named(events, "call", "confirmed")));
    OK(microsip_phone_calls(phone, &calls));
    OK(microsip_json_text_at(calls, "/0/state", &text));
    STREQ("confirmed", text);
    OK(microsip_json_free(calls));
    OK(microsip_phone_mute(phone, MICROSIP_PHONE_SIDE_MICROPHONE, MICROSIP_SWITCH_ON));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_phone_mute(phone, 0, MICROSIP_SWITCH_ON));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_phone_hold(phone, 0, 0));
    OK(microsip_phone_dtmf(phone, call, "12"));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_phone_dtmf(phone, call, "xyz"));
    OK(microsip_phone_hold(phone, call, MICROSIP_SWITCH_ON));
    peer_get("INVITE");
    CHECK(strstr(got, "a=sendonly") || strstr(got, "a=inactive"));
    peer_answer("200 OK", peer_sdp());
    peer_get("ACK");
    CHECK(microsip_phone_transfer_to(phone, call, call + 1000) != MICROSIP_STATUS_OK);
    OK(microsip_phone_transfer(phone, call, "sip:other@127.0.0.1"));
    peer_get("REFER");
    CHECK(strstr(got, "sip:other@127.0.0.1"));
    peer_answer("603 Decline", NULL);
    OK(microsip_phone_event_free(next_named(events, "transfer", NULL)));
    OK(microsip_phone_hang_up(phone, call));
    peer_get("BYE");
    peer_answer("200 OK", NULL);
    OK(microsip_phone_event_free(next_named(events, "call", "disconnected")));
    OK(microsip_phone_line(phone, "/hangupall", &reply));
    OK(microsip_json_free(reply));
    OK(microsip_phone_hang_up_all(phone));
}

/* The peer calls: rejected once, answered once. */
static void incoming(microsip_phone_t phone, microsip_phone_events_t events) {
    char invite[2048];
    int turn;
    for (turn = 0; turn < 2; turn++) {
        microsip_phone_event_t event;
        uint64_t call;
        sprintf(invite,
                "INVITE sip:me@127.0.0.1:%u SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bK-t%d\r\nMax-Forwards: 70\r\n"
                "From: \"Peer\" <sip:peer@127.0.0.1:%u>;tag=p%d\r\nTo: <sip:me@127.0.0.1:%u>\r\nCall-ID: in-%d\r\nCSeq: 1 INVITE\r\n"
                "Contact: <sip:peer@127.0.0.1:%u>\r\nContent-Type: application/sdp\r\nContent-Length: %u\r\n\r\n%s",
                phone_port, peer_port, turn, peer_port, turn, phone_port, turn, peer_port, (unsigned)strlen(peer_sdp()),
                peer_sdp());
        peer_send(invite);
        event = next_named(events, "incoming", NULL);
        OK(microsip_phone_event_call(event, &call));
        OK(microsip_phone_event_free(event));
        if (turn == 0) {
            EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_phone_reject(phone, call, 200));
            OK(microsip_phone_reject(phone, call, 480));
            peer_get("SIP/2.0 480");
        } else {
            OK(microsip_phone_answer(phone, 0));
            peer_get("SIP/2.0 200");
            peer_ack();
            OK(microsip_phone_event_free(next_named(events, "call", "confirmed")));
            OK(microsip_phone_hang_up(phone, call));
            peer_get("BYE");
            peer_answer("200 OK", NULL);
        }
        OK(microsip_phone_event_free(next_named(events, "call", "disconnected")));
    }
    CHECK(microsip_phone_answer(phone, 0) != MICROSIP_STATUS_OK);
}

static void *take_message(void *nothing) {
    peer_get("MESSAGE");
    CHECK(strstr(got, "hello"));
    peer_answer("200 OK", NULL);
    return nothing;
}

static void others(microsip_phone_t phone, microsip_phone_events_t events) {
    microsip_phone_event_t event;
    microsip_json_t reply;
    const char *text;
    char message[1024];
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, take_message, NULL) == 0);
    OK(microsip_phone_message(phone, peer_uri(), "hello"));
    CHECK(pthread_join(thread, NULL) == 0);
    event = next_named(events, "message_status", NULL);
    OK(microsip_phone_event_json(event, &reply));
    OK(microsip_json_text_at(reply, "/status", &text));
    STREQ("accepted", text);
    OK(microsip_json_free(reply));
    OK(microsip_phone_event_free(event));
    sprintf(message,
            "MESSAGE sip:me@127.0.0.1:%u SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bK-m\r\nMax-Forwards: 70\r\n"
            "From: \"Peer\" <sip:peer@127.0.0.1:%u>;tag=m\r\nTo: <sip:me@127.0.0.1:%u>\r\nCall-ID: m\r\nCSeq: 1 MESSAGE\r\n"
            "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nsalut",
            phone_port, peer_port, peer_port, phone_port);
    peer_send(message);
    peer_get("SIP/2.0 200");
    event = next_named(events, "message", NULL);
    OK(microsip_phone_event_json(event, &reply));
    OK(microsip_json_text_at(reply, "/text", &text));
    STREQ("salut", text);
    OK(microsip_json_text_at(reply, "/display", &text));
    STREQ("Peer", text);
    OK(microsip_json_free(reply));
    OK(microsip_phone_event_free(event));
    OK(microsip_phone_request(phone, "{\"command\":\"ready\"}", &reply));
    OK(microsip_json_source(reply, &text));
    STREQ("true", text);
    OK(microsip_json_free(reply));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_phone_request(phone, "{\"command\":\"fly\"}", &reply));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_phone_request(phone, "no json", &reply));
    CHECK(microsip_phone_call(phone, "", NULL) != MICROSIP_STATUS_OK);
    OK(microsip_phone_set(phone, NULL, "DND", "1"));
    OK(microsip_phone_event_free(next_named(events, "settings", NULL)));
    CHECK(strstr(temp_read("phone.ini"), "DND=1"));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_phone_set(phone, "Settings", "sourcePort", "70000"));
}

static void remove_all(const char *folder) {
    DIR *open = opendir(folder);
    struct dirent *entry;
    char path[512];
    CHECK(open != NULL);
    while ((entry = readdir(open)) != NULL) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        snprintf(path, sizeof path, "%s/%.200s", folder, entry->d_name);
        CHECK(remove(path) == 0);
    }
    CHECK(closedir(open) == 0);
}

static void control(microsip_phone_t phone) {
    char folder[128], settings[128];
    const char *names[] = {"settings"};
    microsip_control_server_t server, again, second;
    microsip_control_t control, same;
    microsip_json_t reply;
    const char *text;
    size_t count;
    uint32_t pid;
    snprintf(folder, sizeof folder, "%s", temp_path("run"));
    snprintf(settings, sizeof settings, "%s", temp_path("phone.ini"));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_control_connect(settings, folder, &control));
    OK(microsip_phone_serve(phone, folder, &server));
    EXPECT(MICROSIP_STATUS_ALREADY_RUNNING, microsip_phone_serve(phone, folder, &second));
    OK(microsip_control_server_clone(server, &again));
    OK(microsip_control_server_free(server));
    OK(microsip_control_connect(settings, folder, &control));
    OK(microsip_control_clone(control, &same));
    OK(microsip_control_free(control));
    OK(microsip_control_server_connections(again, &count));
    CHECK(count >= 1);
    OK(microsip_control_pid(same, &pid));
    CHECK(pid == (uint32_t)getpid());
    OK(microsip_control_version(same, &text));
    CHECK(text[0]);
    OK(microsip_control_request(same, "{\"command\":\"status\"}", DEADLINE_MS, &reply));
    OK(microsip_json_text_at(reply, "/settings", &text));
    STREQ(settings, text);
    OK(microsip_json_free(reply));
    OK(microsip_control_line(same, "/hangupall", DEADLINE_MS, &reply));
    OK(microsip_json_free(reply));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_control_request(same, "[]", DEADLINE_MS, &reply));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_control_request(same, "{\"command\":\"fly\"}", DEADLINE_MS, &reply));
    OK(microsip_control_subscribe(same, names, 1, DEADLINE_MS));
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_control_next_event(same, 0, &reply));
    OK(microsip_control_request(same, "{\"command\":\"set\",\"key\":\"DND\",\"value\":\"0\"}", DEADLINE_MS, &reply));
    OK(microsip_json_free(reply));
    OK(microsip_control_next_event(same, DEADLINE_MS, &reply));
    OK(microsip_json_text_at(reply, "/event", &text));
    STREQ("settings", text);
    OK(microsip_json_free(reply));
    OK(microsip_control_server_close(again, 2000));
    OK(microsip_control_server_free(again));
    CHECK(microsip_control_next_event(same, DEADLINE_MS, &reply) == MICROSIP_STATUS_TRANSPORT);
    OK(microsip_control_free(same));
    remove_all(folder);
    CHECK(rmdir(folder) == 0);
}

static microsip_control_t waited_on;

/* Waits for an event that does not come. */
static void *wait_for_event(void *nothing) {
    microsip_json_t event;
    microsip_status_t status;
    do {
        status = microsip_control_next_event(waited_on, MICROSIP_WAIT_FOREVER, &event);
    } while (status == MICROSIP_STATUS_BUSY);
    EXPECT(MICROSIP_STATUS_GONE, status);
    CHECK(event.token == 0);
    return nothing;
}

/* A connection that a thread waits on can be asked who is there, and be closed. */
static void closed_control(microsip_phone_t phone) {
    char folder[128], settings[128];
    const char *text, *names[] = {"refused"};
    microsip_control_server_t server;
    microsip_json_t reply;
    microsip_status_t status;
    pthread_t thread;
    uint32_t pid;
    snprintf(folder, sizeof folder, "%s", temp_path("run"));
    snprintf(settings, sizeof settings, "%s", temp_path("phone.ini"));
    OK(microsip_phone_serve(phone, folder, &server));
    OK(microsip_control_connect(settings, folder, &waited_on));
    OK(microsip_control_subscribe(waited_on, names, 1, DEADLINE_MS));
    CHECK(pthread_create(&thread, NULL, wait_for_event, NULL) == 0);
    do {
        status = microsip_control_next_event(waited_on, 0, &reply);
    } while (status == MICROSIP_STATUS_TIMEOUT);
    CHECK(status == MICROSIP_STATUS_BUSY);
    OK(microsip_control_pid(waited_on, &pid));
    CHECK(pid == (uint32_t)getpid());
    OK(microsip_control_version(waited_on, &text));
    OK(microsip_control_close(waited_on));
    CHECK(pthread_join(thread, NULL) == 0);
    OK(microsip_control_close(waited_on));
    EXPECT(MICROSIP_STATUS_GONE, microsip_control_request(waited_on, "{\"command\":\"ready\"}", DEADLINE_MS, &reply));
    OK(microsip_control_free(waited_on));
    OK(microsip_control_server_free(server));
    remove_all(folder);
    CHECK(rmdir(folder) == 0);
}

static struct seen slow = SEEN_NOTHING;
static microsip_phone_t closing;

/* Takes its time over the last event. */
static void on_last_event(microsip_phone_event_t event, void *nothing) {
    microsip_phone_event_kind_t kind;
    (void)nothing;
    OK(microsip_phone_event_kind(event, &kind));
    if (kind == MICROSIP_PHONE_EVENT_KIND_CLOSED) {
        struct timespec pause = {0, 300000000};
        nanosleep(&pause, NULL);
        seen_call(&slow);
    }
}

static void *close_it(void *nothing) {
    OK(microsip_phone_close(closing));
    /* Whoever closed, all has been told by now. */
    pthread_mutex_lock(&slow.mutex);
    CHECK(slow.calls == 1 && slow.destroyed == 1);
    pthread_mutex_unlock(&slow.mutex);
    return nothing;
}

static void closed_by_many(void) {
    microsip_callback_t callback;
    pthread_t threads[4];
    size_t i;
    closing = start();
    OK(microsip_phone_on_event(closing, on_last_event, &slow, seen_destroy, &callback));
    for (i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, close_it, NULL) == 0);
    for (i = 0; i < 4; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    OK(microsip_callback_free(callback));
    OK(microsip_phone_free(closing));
}

static microsip_phone_t only;
static struct seen asked = SEEN_NOTHING;

/* Frees the only handle to its phone. */
static void on_first_event(microsip_phone_event_t event, void *user_data) {
    (void)event;
    /* Nobody else uses it any more. */
    seen_wait(&asked, 1, 0);
    if (only.token) OK(microsip_phone_free(only));
    only.token = 0;
    seen_call(user_data);
}

/* The end of its handles is the end of the phone, also while a socket of it is served. */
static void freed_by_callback(void) {
    struct seen seen = SEEN_NOTHING;
    char folder[128];
    microsip_control_server_t server;
    microsip_callback_t callback;
    microsip_phone_events_t events;
    microsip_phone_event_t event;
    snprintf(folder, sizeof folder, "%s", temp_path("run"));
    only = start();
    OK(microsip_phone_events(only, &events));
    OK(microsip_phone_serve(only, folder, &server));
    OK(microsip_phone_on_event(only, on_first_event, &seen, seen_destroy, &callback));
    OK(microsip_phone_set(only, NULL, "DND", "1"));
    seen_call(&asked);
    seen_wait(&seen, 1, 0);
    event = next_named(events, "closed", NULL);
    OK(microsip_phone_event_free(event));
    EXPECT(MICROSIP_STATUS_ENDED, microsip_phone_events_next(events, DEADLINE_MS, &event));
    seen_wait(&seen, 1, 1);
    OK(microsip_phone_events_free(events));
    OK(microsip_callback_free(callback));
    OK(microsip_control_server_free(server));
    remove_all(folder);
    CHECK(rmdir(folder) == 0);
}

static microsip_phone_t for_callback;

static void on_event(microsip_phone_event_t event, void *user_data) {
    microsip_phone_event_kind_t kind;
    OK(microsip_phone_event_kind(event, &kind));
    if (kind != MICROSIP_PHONE_EVENT_KIND_CLOSED)
        EXPECT(MICROSIP_STATUS_WOULD_DEADLOCK, microsip_phone_close(for_callback));
    seen_call(user_data);
}

int main(void) {
    struct seen seen = SEEN_NOTHING, never = SEEN_NOTHING, freed = SEEN_NOTHING;
    microsip_phone_t phone, other;
    microsip_phone_events_t events, same, late;
    microsip_phone_event_t event;
    microsip_phone_event_kind_t kind;
    microsip_callback_t callback, ended;
    microsip_json_t reply;
    temp_begin();
    peer_open();
    phone = start();
    for_callback = phone;
    OK(microsip_phone_events(phone, &events));
    OK(microsip_phone_events_clone(events, &same));
    OK(microsip_phone_events_free(events));
    /* The first one hears what was before. */
    OK(microsip_phone_event_free(next_named(same, "ready", NULL)));
    OK(microsip_phone_on_event(phone, on_event, &seen, seen_destroy, &callback));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_phone_on_event(phone, NULL, &never, seen_destroy, &ended));
    CHECK(never.destroyed == 1);
    OK(microsip_phone_on_event(phone, on_event, &freed, seen_destroy, &ended));
    OK(microsip_callback_free(ended));
    seen_wait(&freed, 0, 1);
    EXPECT(MICROSIP_STATUS_TIMEOUT, (microsip_phone_events(phone, &late), microsip_phone_events_next(late, 0, &event)));
    OK(microsip_phone_events_free(late));
    json(phone);
    refused(phone, same, &seen);
    answered(phone, same);
    incoming(phone, same);
    others(phone, same);
    control(phone);
    closed_control(phone);
    OK(microsip_phone_clone(phone, &other));
    OK(microsip_phone_free(phone));
    for_callback = other;
    OK(microsip_phone_close(other));
    seen_wait(&seen, 1, 1);
    OK(microsip_phone_close(other));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_phone_status(other, &reply));
    event = next_named(same, "closed", NULL);
    OK(microsip_phone_event_kind(event, &kind));
    CHECK(kind == MICROSIP_PHONE_EVENT_KIND_CLOSED);
    OK(microsip_phone_event_free(event));
    EXPECT(MICROSIP_STATUS_ENDED, microsip_phone_events_next(same, 0, &event));
    OK(microsip_phone_events(other, &late));
    EXPECT(MICROSIP_STATUS_ENDED, microsip_phone_events_next(late, DEADLINE_MS, &event));
    OK(microsip_phone_events_free(late));
    OK(microsip_phone_events_free(same));
    OK(microsip_callback_free(callback));
    OK(microsip_phone_free(other));
    /* Another life, ended by its last handle. */
    phone = start();
    OK(microsip_phone_free(phone));
    closed_by_many();
    freed_by_callback();
    CHECK(close(peer) == 0);
    remove_all(temp_folder);
    temp_end();
    no_handles_left();
    puts("phone: ok");
    return 0;
}
