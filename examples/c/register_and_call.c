/* Registers, calls somebody, plays a file to them and hangs up.
 *
 *   register_and_call sip:pbx.example.org 1001 secret sip:1002@pbx.example.org [hello.wav]
 */
#include "example.h"

#include <string.h>

int main(int argc, char **argv) {
    const microsip_call_options_t no_options = {0};
    const microsip_play_options_t play_options = {0};
    const char *registrar, *host;
    char aor[256];
    microsip_endpoint_t endpoint;
    microsip_account_config_t config;
    microsip_account_t account;
    microsip_call_t call;
    microsip_status_t status;

    if (argc < 5) {
        fprintf(stderr, "usage: %s REGISTRAR USER PASSWORD TARGET [WAV]\n", argv[0]);
        return 2;
    }
    registrar = argv[1];
    host = strncmp(registrar, "sip:", 4) == 0 ? registrar + 4 : registrar;
    snprintf(aor, sizeof aor, "sip:%s@%s", argv[2], host);

    endpoint = start_on("0.0.0.0:0");
    TRY(microsip_account_config_new(aor, &config));
    TRY(microsip_account_config_set_registrar(config, registrar));
    TRY(microsip_account_config_add_credentials(config, argv[2], argv[3]));
    TRY(microsip_endpoint_add_account(endpoint, config, &account));
    TRY(microsip_account_config_free(config));

    TRY(microsip_account_wait_registered(account, 10000));
    printf("registered as %s\n", aor);

    TRY(microsip_account_call(account, argv[4], no_options, &call));
    status = microsip_call_wait_for(call, MICROSIP_CALL_STATE_CONFIRMED, 60000);
    if (status != MICROSIP_STATUS_OK) {
        /* Busy, declined, no answer, ...: the reason is the peer's, and no defect. */
        printf("no call: %s (SIP %u)\n", microsip_last_error_message(), (unsigned)microsip_last_error_sip_status());
    } else {
        printf("connected\n");
        if (argc > 5) {
            microsip_player_t player;
            microsip_play_end_t end;
            TRY(microsip_call_play(call, argv[5], play_options, &player));
            /* The file's end, or the call's. */
            TRY(microsip_player_wait(player, 600000, &end));
            printf("%s\n", end == MICROSIP_PLAY_END_FINISHED ? "played to the end" : "the call ended first");
            TRY(microsip_player_free(player));
        }
        TRY(microsip_call_hang_up(call));
    }

    TRY(microsip_call_free(call));
    TRY(microsip_account_free(account));
    TRY(microsip_endpoint_close(endpoint));
    TRY(microsip_endpoint_free(endpoint));
    return status == MICROSIP_STATUS_OK ? 0 : 1;
}
