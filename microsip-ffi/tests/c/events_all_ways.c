/* Events by pulling, by descriptor, by callback; of the endpoint and of one call; from many threads, and at ends of all kinds. */
#define _POSIX_C_SOURCE 200809L

#include "pair.h"

#include <poll.h>
#include <pthread.h>

static pair_t pair;

/* What a callback saw, with its lock. */
typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned calls, destroyed, ended;
    uint64_t thread_differs;
    pthread_t thread;
    microsip_endpoint_t endpoint;
    microsip_status_t close_status;
    microsip_callback_t own;
    bool closes, frees_itself, keeps;
    microsip_event_t kept;
} seen_t;

static void seen_init(seen_t *seen) {
    memset(seen, 0, sizeof *seen);
    CHECK(pthread_mutex_init(&seen->lock, NULL) == 0);
    CHECK(pthread_cond_init(&seen->changed, NULL) == 0);
    seen->close_status = MICROSIP_STATUS_OK;
}

static void seen_drop(seen_t *seen) {
    CHECK(pthread_mutex_destroy(&seen->lock) == 0);
    CHECK(pthread_cond_destroy(&seen->changed) == 0);
}

static void on_event(microsip_event_t event, void *user_data) {
    seen_t *seen = user_data;
    microsip_event_kind_t kind;
    pthread_mutex_lock(&seen->lock);
    OK(microsip_event_kind(event, &kind));
    if (seen->destroyed) FAIL("called after its end");
    if (seen->calls == 0) seen->thread = pthread_self();
    else if (!pthread_equal(seen->thread, pthread_self())) seen->thread_differs++;
    seen->calls++;
    if (seen->keeps && seen->kept.token == 0) OK(microsip_event_clone(event, &seen->kept));
    if (seen->closes && seen->close_status == MICROSIP_STATUS_OK)
        seen->close_status = microsip_endpoint_close(seen->endpoint);
    if (seen->frees_itself && seen->own.token) {
        OK(microsip_callback_free(seen->own));
        seen->own.token = 0;
    }
    if (kind == MICROSIP_EVENT_KIND_CALL_STATE) {
        microsip_call_info_t info;
        bool over;
        OK(microsip_event_call_info(event, &info));
        OK(microsip_call_info_is_ended(info, &over));
        seen->ended += over;
        OK(microsip_call_info_free(info));
    }
    pthread_cond_broadcast(&seen->changed);
    pthread_mutex_unlock(&seen->lock);
}

static void on_destroy(void *user_data) {
    seen_t *seen = user_data;
    pthread_mutex_lock(&seen->lock);
    seen->destroyed++;
    pthread_cond_broadcast(&seen->changed);
    pthread_mutex_unlock(&seen->lock);
}

/* Waits until a field of what was seen is as large as this. */
#define SEEN(seen, field, expected)                                                                        \
    do {                                                                                                   \
        struct timespec until_;                                                                            \
        clock_gettime(CLOCK_REALTIME, &until_);                                                            \
        until_.tv_sec += DEADLINE_MS / 1000;                                                               \
        pthread_mutex_lock(&(seen)->lock);                                                                 \
        while ((seen)->field < (expected))                                                                 \
            if (pthread_cond_timedwait(&(seen)->changed, &(seen)->lock, &until_) != 0)                     \
                FAIL("%s is %u, expected %u", #field, (unsigned)(seen)->field, (unsigned)(expected));      \
        pthread_mutex_unlock(&(seen)->lock);                                                               \
    } while (0)

static void one_call(void) {
    microsip_call_t caller, callee;
    connect_calls(pair.events, pair.ann, pair.bob, &caller, &callee);
    end_calls(caller, callee);
}

static void a_descriptor_tells_of_events(void) {
    const microsip_call_options_t none = {0};
    microsip_events_t events, same;
    microsip_event_t event;
    microsip_call_t caller, callee;
    microsip_event_kind_t kind;
    microsip_status_t status;
    struct pollfd ready = {0};
    unsigned states = 0, ends = 0;
    int fd, again;
    const char *name;
    void *handle;
    OK(microsip_endpoint_events(pair.endpoint, &events));
    OK(microsip_events_clone(events, &same));
    OK(microsip_events_fd(events, &fd));
    OK(microsip_events_fd(same, &again));
    CHECK(fd >= 0 && fd == again);
    OK(microsip_events_free(same));
    EXPECT(MICROSIP_STATUS_UNSUPPORTED, microsip_events_handle(events, &handle));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_events_fd(events, NULL));
    ready.fd = fd;
    ready.events = POLLIN;
    /* The first look arranges for more; then it is quiet. */
    while (microsip_events_next(events, 500, &event) == MICROSIP_STATUS_OK) OK(microsip_event_free(event));
    EXPECT(MICROSIP_STATUS_TIMEOUT, microsip_events_next(events, 0, &event));
    CHECK(event.token == 0);
    CHECK(poll(&ready, 1, 0) == 0);
    pair_ring(&pair, none, &caller, &callee);
    OK(microsip_call_answer(callee, 200, (microsip_answer_options_t){0}));
    OK(microsip_call_wait_for(caller, MICROSIP_CALL_STATE_CONFIRMED, DEADLINE_MS));
    OK(microsip_call_hang_up(caller));
    while (ends < 2) {
        CHECK(poll(&ready, 1, (int)DEADLINE_MS) == 1 && (ready.revents & POLLIN));
        while ((status = microsip_events_next(events, 0, &event)) == MICROSIP_STATUS_OK) {
            OK(microsip_event_kind(event, &kind));
            OK(microsip_event_name(event, &name));
            CHECK(name[0]);
            if (kind == MICROSIP_EVENT_KIND_CALL_STATE) {
                microsip_call_info_t info;
                bool over;
                states++;
                OK(microsip_event_call_info(event, &info));
                OK(microsip_call_info_is_ended(info, &over));
                ends += over;
                OK(microsip_call_info_free(info));
            }
            OK(microsip_event_free(event));
        }
        CHECK(status == MICROSIP_STATUS_TIMEOUT);
    }
    CHECK(states > 4);
    OK(microsip_events_free(events));
    EXPECT(MICROSIP_STATUS_STALE_HANDLE, microsip_events_next(events, 0, &event));
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));
}

static void a_call_has_its_own_events(void) {
    microsip_events_t events;
    microsip_event_t event;
    microsip_callback_t handle, late;
    microsip_call_t caller, callee, about;
    microsip_status_t status;
    seen_t seen, never;
    unsigned taken = 0;
    seen_init(&seen);
    seen_init(&never);
    connect_calls(pair.events, pair.ann, pair.bob, &caller, &callee);
    OK(microsip_call_events(caller, &events));
    OK(microsip_call_on_event(caller, on_event, &seen, on_destroy, &handle));
    OK(microsip_call_hang_up(caller));
    while ((status = microsip_events_next(events, DEADLINE_MS, &event)) == MICROSIP_STATUS_OK) {
        OK(microsip_event_call(event, &about));
        CHECK(same_call(about, caller));
        OK(microsip_call_free(about));
        OK(microsip_event_free(event));
        taken++;
    }
    CHECK(taken > 0 && status == MICROSIP_STATUS_ENDED);
    EXPECT(MICROSIP_STATUS_ENDED, microsip_events_next(events, MICROSIP_WAIT_FOREVER, &event));
    OK(microsip_events_free(events));
    /* The callback ends by itself. */
    SEEN(&seen, destroyed, 1);
    CHECK(seen.ended == 1 && seen.thread_differs == 0);
    OK(microsip_callback_free(handle));
    OK(microsip_call_wait_for(callee, MICROSIP_CALL_STATE_DISCONNECTED, DEADLINE_MS));
    /* Too late for more. */
    OK(microsip_call_events(caller, &events));
    EXPECT(MICROSIP_STATUS_ENDED, microsip_events_next(events, 0, &event));
    OK(microsip_events_free(events));
    OK(microsip_call_on_event(caller, on_event, &never, on_destroy, &late));
    SEEN(&never, destroyed, 1);
    CHECK(never.calls == 0);
    OK(microsip_callback_free(late));
    CHECK(seen.destroyed == 1 && never.destroyed == 1);
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));
    seen_drop(&seen);
    seen_drop(&never);
}

static void user_data_is_destroyed_once(void) {
    microsip_callback_t handle, other;
    microsip_call_t stale = {12345}, caller, callee;
    seen_t seen;
    /* Every failure destroys it too. */
    seen_init(&seen);
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT,
           microsip_endpoint_on_event(pair.endpoint, NULL, &seen, on_destroy, &handle));
    CHECK(seen.destroyed == 1 && handle.token == 0);
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT,
           microsip_endpoint_on_event(pair.endpoint, on_event, &seen, on_destroy, NULL));
    CHECK(seen.destroyed == 2);
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE,
           microsip_endpoint_on_event((microsip_endpoint_t){0}, on_event, &seen, on_destroy, &handle));
    CHECK(seen.destroyed == 3);
    EXPECT(MICROSIP_STATUS_INVALID_HANDLE, microsip_call_on_event(stale, on_event, &seen, on_destroy, &handle));
    CHECK(seen.destroyed == 4);
    connect_calls(pair.events, pair.ann, pair.bob, &caller, &callee);
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_call_on_event(caller, NULL, &seen, on_destroy, &handle));
    CHECK(seen.destroyed == 5);
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_call_on_event(caller, on_event, &seen, on_destroy, NULL));
    CHECK(seen.destroyed == 6);
    /* Without a destroy function there is nothing to do. */
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_endpoint_on_event(pair.endpoint, NULL, &seen, NULL, &handle));
    CHECK(seen.destroyed == 6 && seen.calls == 0);
    seen_drop(&seen);

    /* The last of two handles ends it. */
    seen_init(&seen);
    OK(microsip_endpoint_on_event(pair.endpoint, on_event, &seen, on_destroy, &handle));
    OK(microsip_callback_clone(handle, &other));
    OK(microsip_callback_free(handle));
    end_calls(caller, callee);
    SEEN(&seen, ended, 2);
    CHECK(seen.destroyed == 0);
    OK(microsip_callback_free(other));
    SEEN(&seen, destroyed, 1);
    EXPECT(MICROSIP_STATUS_STALE_HANDLE, microsip_callback_free(other));
    CHECK(seen.destroyed == 1);
    seen_drop(&seen);

    /* Freed by itself, from within. */
    seen_init(&seen);
    seen.frees_itself = seen.keeps = true;
    pthread_mutex_lock(&seen.lock);
    OK(microsip_endpoint_on_event(pair.endpoint, on_event, &seen, on_destroy, &seen.own));
    pthread_mutex_unlock(&seen.lock);
    one_call();
    SEEN(&seen, destroyed, 1);
    CHECK(seen.calls == 1 && seen.destroyed == 1);
    /* A kept event outlives the callback. */
    {
        microsip_event_kind_t kind;
        OK(microsip_event_kind(seen.kept, &kind));
        OK(microsip_event_free(seen.kept));
    }
    seen_drop(&seen);
}

typedef struct {
    microsip_events_t events;
    unsigned taken, ended;
    microsip_status_t last;
} puller_t;

static bool tells_the_end(microsip_event_t event) {
    microsip_event_kind_t kind;
    microsip_call_info_t info;
    bool over;
    OK(microsip_event_kind(event, &kind));
    if (kind != MICROSIP_EVENT_KIND_CALL_STATE) return false;
    OK(microsip_event_call_info(event, &info));
    OK(microsip_call_info_is_ended(info, &over));
    OK(microsip_call_info_free(info));
    return over;
}

static void *pull(void *data) {
    puller_t *puller = data;
    microsip_event_t event;
    while ((puller->last = microsip_events_next(puller->events, MICROSIP_WAIT_FOREVER, &event)) == MICROSIP_STATUS_OK) {
        puller->ended += tells_the_end(event);
        OK(microsip_event_free(event));
        puller->taken++;
    }
    return NULL;
}

/* Each event goes to one of two threads, and both see the end. */
static void threads_share_a_queue(void) {
    microsip_call_t caller, callee;
    microsip_events_t shared, whole;
    microsip_event_t event;
    puller_t pullers[2];
    pthread_t threads[2];
    unsigned all = 0, n;
    connect_calls(pair.events, pair.ann, pair.bob, &caller, &callee);
    OK(microsip_call_events(caller, &shared));
    OK(microsip_call_events(caller, &whole));
    for (n = 0; n < 2; n++) {
        pullers[n].events = shared;
        pullers[n].taken = pullers[n].ended = 0;
        CHECK(pthread_create(&threads[n], NULL, pull, &pullers[n]) == 0);
    }
    for (n = 0; n < 6; n++) OK(microsip_call_mute(caller, n % 2 == 0));
    end_calls(caller, callee);
    for (n = 0; n < 2; n++) {
        CHECK(pthread_join(threads[n], NULL) == 0);
        CHECK(pullers[n].last == MICROSIP_STATUS_ENDED);
    }
    while (microsip_events_next(whole, DEADLINE_MS, &event) == MICROSIP_STATUS_OK) {
        OK(microsip_event_free(event));
        all++;
    }
    /* None is lost and none comes twice; the first queue may have seen a little more of the call's beginning. */
    CHECK(all >= 7 && pullers[0].taken + pullers[1].taken >= all);
    CHECK(pullers[0].ended + pullers[1].ended == 1);
    OK(microsip_events_free(shared));
    OK(microsip_events_free(whole));
}

static void *take_one(void *data) {
    puller_t *puller = data;
    microsip_event_t event;
    puller->last = microsip_events_next(puller->events, MICROSIP_WAIT_FOREVER, &event);
    if (puller->last == MICROSIP_STATUS_OK) {
        OK(microsip_event_free(event));
        puller->taken++;
    }
    return NULL;
}

/* Freed while somebody waits: who waits still gets what comes; nobody else can. */
static void a_queue_is_freed_under_a_waiter(void) {
    microsip_call_t caller, callee;
    microsip_event_t event;
    puller_t puller = {{0}, 0, 0, 0};
    pthread_t thread;
    int fd;
    connect_calls(pair.events, pair.ann, pair.bob, &caller, &callee);
    OK(microsip_call_events(caller, &puller.events));
    OK(microsip_events_fd(puller.events, &fd));
    while (microsip_events_next(puller.events, 0, &event) == MICROSIP_STATUS_OK) OK(microsip_event_free(event));
    CHECK(pthread_create(&thread, NULL, take_one, &puller) == 0);
    /* Whether it waits by now cannot be seen; either way the program stays whole. */
    OK(microsip_events_free(puller.events));
    EXPECT(MICROSIP_STATUS_STALE_HANDLE, microsip_events_next(puller.events, 0, &event));
    end_calls(caller, callee);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(puller.last == MICROSIP_STATUS_OK || puller.last == MICROSIP_STATUS_STALE_HANDLE);
}

/* Closed while somebody waits: it ends for them, for whoever comes, and for loops. */
static void a_queue_is_closed_under_a_waiter(void) {
    microsip_event_t event;
    puller_t puller = {{0}, 0, 0, 0};
    struct pollfd wait = {0, POLLIN, 0};
    pthread_t thread;
    OK(microsip_endpoint_events(pair.endpoint, &puller.events));
    OK(microsip_events_fd(puller.events, &wait.fd));
    /* Of the calls before, something may be on its way. */
    while (microsip_events_next(puller.events, 500, &event) == MICROSIP_STATUS_OK) OK(microsip_event_free(event));
    CHECK(pthread_create(&thread, NULL, take_one, &puller) == 0);
    OK(microsip_events_close(puller.events));
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(puller.last == MICROSIP_STATUS_ENDED);
    CHECK(poll(&wait, 1, (int)DEADLINE_MS) == 1);
    EXPECT(MICROSIP_STATUS_ENDED, microsip_events_next(puller.events, MICROSIP_WAIT_FOREVER, &event));
    OK(microsip_events_close(puller.events));
    OK(microsip_events_free(puller.events));
}

/* Too slow: the oldest are gone, and their number is told. */
static void the_slow_are_told(void) {
    microsip_events_t events;
    microsip_event_t event;
    microsip_event_kind_t kind;
    microsip_account_t account;
    microsip_error_t error;
    uint64_t missed;
    OK(microsip_endpoint_events(pair.endpoint, &events));
    one_call();
    one_call();
    OK(microsip_events_next(events, DEADLINE_MS, &event));
    OK(microsip_event_kind(event, &kind));
    CHECK(kind == MICROSIP_EVENT_KIND_LAGGED);
    OK(microsip_event_missed(event, &missed));
    CHECK(missed > 0);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_account(event, &account));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_error(event, &error));
    OK(microsip_event_free(event));
    OK(microsip_events_next(events, 0, &event));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_event_missed(event, &missed));
    OK(microsip_event_free(event));
    OK(microsip_events_free(events));
}

static void starts(size_t capacity) {
    microsip_endpoint_config_t config;
    OK(microsip_endpoint_config_new(&config));
    if (capacity) OK(microsip_endpoint_config_set_event_capacity(config, capacity));
    pair_start(&pair, config);
}

/* Closing: callbacks see the last events, queues and descriptors the end; and nothing can be had afterwards. */
static void all_ends_with_the_endpoint(void) {
    microsip_call_t caller, callee;
    microsip_callback_t handle, of_call, late;
    microsip_events_t events, none;
    microsip_event_t event;
    puller_t puller;
    pthread_t thread;
    seen_t seen, call_seen, closing;
    struct pollfd ready = {0};
    seen_init(&seen);
    seen_init(&call_seen);
    seen_init(&closing);
    starts(0);
    connect_calls(pair.events, pair.ann, pair.bob, &caller, &callee);
    OK(microsip_endpoint_on_event(pair.endpoint, on_event, &seen, on_destroy, &handle));
    OK(microsip_call_on_event(callee, on_event, &call_seen, on_destroy, &of_call));
    OK(microsip_endpoint_events(pair.endpoint, &puller.events));
    OK(microsip_endpoint_events(pair.endpoint, &events));
    OK(microsip_events_fd(events, &ready.fd));
    puller.taken = puller.ended = 0;
    CHECK(pthread_create(&thread, NULL, pull, &puller) == 0);
    /* From within a callback it would wait for itself. */
    closing.closes = true;
    closing.endpoint = pair.endpoint;
    OK(microsip_endpoint_on_event(pair.endpoint, on_event, &closing, on_destroy, &late));
    OK(microsip_call_mute(caller, true));
    SEEN(&closing, calls, 1);
    CHECK(closing.close_status == MICROSIP_STATUS_WOULD_DEADLOCK);
    OK(microsip_endpoint_close(pair.endpoint));
    /* Nothing is left to wait for: close has. */
    CHECK(seen.destroyed == 1 && call_seen.destroyed == 1 && closing.destroyed == 1);
    CHECK(seen.ended == 2 && call_seen.ended == 1);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(puller.last == MICROSIP_STATUS_ENDED && puller.taken > 0);
    ready.events = POLLIN;
    CHECK(poll(&ready, 1, (int)DEADLINE_MS) == 1);
    while (microsip_events_next(events, 0, &event) == MICROSIP_STATUS_OK) OK(microsip_event_free(event));
    EXPECT(MICROSIP_STATUS_ENDED, microsip_events_next(events, 0, &event));
    CHECK(poll(&ready, 1, 0) == 1);
    EXPECT(MICROSIP_STATUS_NOT_RUNNING, microsip_endpoint_events(pair.endpoint, &none));
    CHECK(none.token == 0);
    OK(microsip_events_free(events));
    OK(microsip_callback_free(late));
    EXPECT(MICROSIP_STATUS_NOT_RUNNING,
           microsip_endpoint_on_event(pair.endpoint, on_event, &seen, on_destroy, &late));
    CHECK(seen.destroyed == 2);
    OK(microsip_callback_free(handle));
    OK(microsip_callback_free(of_call));
    OK(microsip_events_free(puller.events));
    OK(microsip_call_free(caller));
    OK(microsip_call_free(callee));
    seen_drop(&seen);
    seen_drop(&call_seen);
    seen_drop(&closing);
}

int main(void) {
    starts(0);
    a_descriptor_tells_of_events();
    a_call_has_its_own_events();
    user_data_is_destroyed_once();
    threads_share_a_queue();
    a_queue_is_freed_under_a_waiter();
    a_queue_is_closed_under_a_waiter();
    pair_stop(&pair);
    no_handles_left();
    starts(8);
    the_slow_are_told();
    pair_stop(&pair);
    no_handles_left();
    all_ends_with_the_endpoint();
    pair_stop(&pair);
    no_handles_left();
    puts("events_all_ways: ok");
    return 0;
}
