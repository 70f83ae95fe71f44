/* An endpoint starts, calls itself, and ends; handles behave as the header says. */
#include "check.h"

static void calls_itself(void) {
    uint16_t port;
    uint64_t one, other;
    microsip_call_t caller, callee, kept;
    microsip_endpoint_t endpoint = start_endpoint(&port);
    microsip_account_t ann = add_account(endpoint, "ann", port), bob = add_account(endpoint, "bob", port);
    microsip_events_t events;
    microsip_call_state_t state;
    OK(microsip_endpoint_events(endpoint, &events));
    connect_calls(events, ann, bob, &caller, &callee);
    OK(microsip_call_clone(caller, &kept));
    OK(microsip_call_id(caller, &one));
    OK(microsip_call_id(kept, &other));
    CHECK(one == other);
    OK(microsip_call_free(caller));
    EXPECT(MICROSIP_STATUS_STALE_HANDLE, microsip_call_hang_up(caller));
    OK(microsip_call_state(kept, &state));
    CHECK(state == MICROSIP_CALL_STATE_CONFIRMED);
    OK(microsip_call_hang_up(kept));
    OK(microsip_call_wait_for(callee, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    OK(microsip_endpoint_close(endpoint));
    OK(microsip_endpoint_close(endpoint));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_hang_up_all(endpoint));
    OK(microsip_call_free(kept));
    OK(microsip_call_free(callee));
    OK(microsip_account_free(ann));
    OK(microsip_account_free(bob));
    OK(microsip_events_free(events));
    OK(microsip_endpoint_free(endpoint));
}

int main(void) {
    const microsip_endpoint_config_t defaults = {0};
    microsip_endpoint_t endpoint, second;
    CHECK(microsip_abi_version() == MICROSIP_ABI_VERSION);
    calls_itself();
    no_handles_left();
    /* Another life, and one at a time. */
    calls_itself();
    OK(microsip_endpoint_start(defaults, &endpoint));
    EXPECT(MICROSIP_STATUS_ALREADY_RUNNING, microsip_endpoint_start(defaults, &second));
    CHECK(second.token == 0);
    OK(microsip_endpoint_free(endpoint));
    no_handles_left();
    puts("life_cycle: ok");
    return 0;
}
