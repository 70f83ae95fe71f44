/* The yardstick: a small user agent on PJSUA-LIB as its sample programs do it, with a worker thread and callbacks, doing
 * the same work as ours. It speaks the protocol of src/agent/mod.rs on its standard streams. */
#include <pjsua-lib/pjsua.h>

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PUMP_MS = 100 };

static struct {
    unsigned max_calls;
    unsigned max_ports;
    int narrowband;
    int pump;
    int media;
    const char *registrar;
} opt;

static atomic_ulong incoming, confirmed, ended;

static void say(const char *text)
{
    puts(text);
    fflush(stdout);
}

static int fail(const char *what, pj_status_t status)
{
    char text[PJ_ERR_MSG_SIZE];

    pj_strerror(status, text, sizeof(text));
    printf("failed %s: %s\n", what, text);
    fflush(stdout);
    return 1;
}

/* One audio stream, no video, no real-time text: the library's default would open two more sockets for it. */
static void answer(pjsua_call_id id)
{
    pjsua_call_setting setting;

    pjsua_call_setting_default(&setting);
    setting.aud_cnt = 1;
    setting.vid_cnt = 0;
    setting.txt_cnt = 0;
    pjsua_call_answer2(id, &setting, 200, NULL, NULL);
}

static void on_incoming_call(pjsua_acc_id acc, pjsua_call_id id, pjsip_rx_data *rdata)
{
    pjsua_call_info info;

    PJ_UNUSED_ARG(acc);
    PJ_UNUSED_ARG(rdata);
    if (pjsua_call_get_info(id, &info) != PJ_SUCCESS)
        return;
    atomic_fetch_add(&incoming, 1);
    answer(id);
}

static void on_call_state(pjsua_call_id id, pjsip_event *event)
{
    pjsua_call_info info;

    PJ_UNUSED_ARG(event);
    if (pjsua_call_get_info(id, &info) != PJ_SUCCESS)
        return;
    if (info.state == PJSIP_INV_STATE_CONFIRMED)
        atomic_fetch_add(&confirmed, 1);
    else if (info.state == PJSIP_INV_STATE_DISCONNECTED)
        atomic_fetch_add(&ended, 1);
}

static void on_call_media_state(pjsua_call_id id)
{
    pjsua_call_info info;

    if (pjsua_call_get_info(id, &info) != PJ_SUCCESS)
        return;
    if (opt.media && info.media_status == PJSUA_CALL_MEDIA_ACTIVE) {
        pjsua_conf_connect(info.conf_slot, 0);
        pjsua_conf_connect(0, info.conf_slot);
    }
}

static void on_reg_state(pjsua_acc_id acc, pjsua_reg_info *info)
{
    PJ_UNUSED_ARG(acc);
    if (info->cbparam->code == 200 && info->cbparam->expiration > 0)
        say("registered");
    else
        printf("failed registration: %d\n", info->cbparam->code), fflush(stdout);
}

static pj_status_t init(void)
{
    pjsua_config ua;
    pjsua_logging_config logging;
    pjsua_media_config media;
    unsigned tsx = opt.max_calls * 16;

    pjsip_cfg()->tsx.max_count = tsx > 1023 ? tsx : 1023;
    pjsua_config_default(&ua);
    ua.max_calls = opt.max_calls;
    ua.user_agent = pj_str("bench");
    ua.cb.on_incoming_call = &on_incoming_call;
    ua.cb.on_call_state = &on_call_state;
    ua.cb.on_call_media_state = &on_call_media_state;
    ua.cb.on_reg_state2 = &on_reg_state;

    pjsua_logging_config_default(&logging);
    logging.msg_logging = PJ_FALSE;
    logging.level = 0;
    logging.console_level = 0;

    pjsua_media_config_default(&media);
    if (opt.narrowband)
        media.clock_rate = media.snd_clock_rate = 8000;
    media.max_media_ports = opt.max_ports;
    media.no_vad = PJ_TRUE;
    media.ec_tail_len = 0;
    media.snd_auto_close_time = -1;
    return pjsua_init(&ua, &logging, &media);
}

static pj_status_t only_g711(void)
{
    pjsua_codec_info codecs[64];
    unsigned i, count = PJ_ARRAY_SIZE(codecs);
    pj_status_t status = pjsua_enum_codecs(codecs, &count);

    for (i = 0; i < count && status == PJ_SUCCESS; ++i) {
        pj_uint8_t prio = 0;

        if (pj_strnicmp2(&codecs[i].codec_id, "PCMU/", 5) == 0)
            prio = 254;
        else if (pj_strnicmp2(&codecs[i].codec_id, "PCMA/", 5) == 0)
            prio = 253;
        status = pjsua_codec_set_priority(&codecs[i].codec_id, prio);
    }
    return status;
}

static pj_status_t add_account(void)
{
    pjsua_acc_config acc;
    pjsua_acc_id id;

    pjsua_acc_config_default(&acc);
    acc.id = pj_str("sip:bench@127.0.0.1");
    /* Any free port. The default, counting up from 4000, would have agents on one machine try each other's. */
    acc.rtp_cfg.port = 0;
    acc.rtp_cfg.bound_addr = pj_str("127.0.0.1");
    if (opt.registrar) {
        acc.reg_uri = pj_str((char *)opt.registrar);
        acc.cred_count = 1;
        acc.cred_info[0].realm = pj_str("*");
        acc.cred_info[0].scheme = pj_str("digest");
        acc.cred_info[0].username = pj_str("bench");
        acc.cred_info[0].data_type = PJSIP_CRED_DATA_PLAIN_PASSWD;
        acc.cred_info[0].data = pj_str("secret");
    }
    return pjsua_acc_add(&acc, PJ_TRUE, &id);
}

/* Lets the bridge add and remove ports although no device drives it, as our library does. */
static void pump(pjmedia_port *bridge)
{
    static pj_int16_t samples[2 * 48000 / 50];
    pjmedia_frame frame;

    pj_bzero(&frame, sizeof(frame));
    frame.buf = samples;
    frame.size = sizeof(samples);
    pjmedia_port_get_frame(bridge, &frame);
}

/* Until standard input ends. */
static void wait_for_the_end(pjmedia_port *bridge)
{
    struct pollfd in = { STDIN_FILENO, POLLIN, 0 };
    unsigned long pumped = 0;
    char byte;

    for (;;) {
        int ready = poll(&in, 1, opt.pump ? PUMP_MS : -1);

        if (ready > 0 && read(STDIN_FILENO, &byte, 1) <= 0)
            return;
        if (opt.pump && ready == 0 && atomic_load(&ended) != pumped) {
            pumped = atomic_load(&ended);
            pump(bridge);
        }
    }
}

static int parse(int argc, char **argv)
{
    int i;

    for (i = 1; i < argc; ++i) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;

        if (strcmp(argv[i], "--narrowband") == 0) {
            opt.narrowband = 1;
        } else if (strcmp(argv[i], "--pump") == 0) {
            opt.pump = 1;
        } else if (strcmp(argv[i], "--media") == 0) {
            opt.media = 1;
        } else if (value && strcmp(argv[i], "--max-calls") == 0) {
            opt.max_calls = (unsigned)strtoul(argv[++i], NULL, 10);
        } else if (value && strcmp(argv[i], "--max-ports") == 0) {
            opt.max_ports = (unsigned)strtoul(argv[++i], NULL, 10);
        } else if (value && strcmp(argv[i], "--register") == 0) {
            opt.registrar = argv[++i];
        } else {
            printf("failed arguments: %s\n", argv[i]);
            return 0;
        }
    }
    return opt.max_calls > 0 && opt.max_ports > 0;
}

int twin_main(int argc, char **argv)
{
    pjsua_transport_config udp;
    pjsua_transport_id udp_id;
    pjsua_transport_info info;
    pjmedia_port *bridge;
    char address[80];
    pj_status_t status;

    if (!parse(argc, argv))
        return 2;
    pj_log_set_level(0);
    if ((status = pjsua_create()) != PJ_SUCCESS)
        return fail("create", status);
    if ((status = init()) != PJ_SUCCESS)
        return fail("init", status);
    if (opt.narrowband && (status = only_g711()) != PJ_SUCCESS)
        return fail("codecs", status);
    pjsua_transport_config_default(&udp);
    udp.bound_addr = pj_str("127.0.0.1");
    if ((status = pjsua_transport_create(PJSIP_TRANSPORT_UDP, &udp, &udp_id)) != PJ_SUCCESS)
        return fail("transport", status);
    if ((status = pjsua_start()) != PJ_SUCCESS)
        return fail("start", status);
    bridge = pjsua_set_no_snd_dev();
    if (opt.media && (status = pjsua_set_null_snd_dev()) != PJ_SUCCESS)
        return fail("null device", status);
    if ((status = pjsua_transport_get_info(udp_id, &info)) != PJ_SUCCESS)
        return fail("address", status);
    pj_sockaddr_print(&info.local_addr, address, sizeof(address), 1);
    /* An account that registers says so, which comes after this line; one that does not is there before it. */
    if (!opt.registrar && (status = add_account()) != PJ_SUCCESS)
        return fail("account", status);
    printf("ready %s\n", address);
    fflush(stdout);
    if (opt.registrar && (status = add_account()) != PJ_SUCCESS)
        return fail("account", status);

    wait_for_the_end(bridge);
    printf("calls %lu %lu %lu\n", atomic_load(&incoming), atomic_load(&confirmed), atomic_load(&ended));
    fflush(stdout);
    pjsua_destroy2(PJSUA_DESTROY_NO_NETWORK);
    return 0;
}
