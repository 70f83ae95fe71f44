/* A directory of the test's own, and a counter that another thread moves. */
#ifndef TEMP_H
#define TEMP_H

#include "check.h"
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

static char temp_folder[64];

static inline void temp_begin(void) {
    strcpy(temp_folder, "/tmp/microsip-test-XXXXXX");
    CHECK(mkdtemp(temp_folder) != NULL);
}

/* The path of a file in the directory; good until four more were asked for. */
static inline const char *temp_path(const char *name) {
    static char paths[4][256];
    static unsigned turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", temp_folder, name);
    return path;
}

static inline void temp_write(const char *name, const char *text) {
    FILE *file = fopen(temp_path(name), "wb");
    CHECK(file != NULL);
    CHECK(fputs(text, file) >= 0);
    CHECK(fclose(file) == 0);
}

/* The contents of a file, good until the next call. */
static inline const char *temp_read(const char *name) {
    static char text[65536];
    size_t size;
    FILE *file = fopen(temp_path(name), "rb");
    CHECK(file != NULL);
    size = fread(text, 1, sizeof text - 1, file);
    text[size] = 0;
    CHECK(fclose(file) == 0);
    return text;
}

/* Removes a file if it is there. */
static inline void temp_remove(const char *name) {
    CHECK(remove(temp_path(name)) == 0 || errno == ENOENT);
}

/* Everything that was made was removed. */
static inline void temp_end(void) {
    if (rmdir(temp_folder) != 0) FAIL("%s is not empty", temp_folder);
}

/* What a callback has seen. */
struct seen {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned calls, destroyed;
};

#define SEEN_NOTHING {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0}

static inline void seen_call(struct seen *seen) {
    pthread_mutex_lock(&seen->mutex);
    CHECK(seen->destroyed == 0);
    seen->calls++;
    pthread_cond_broadcast(&seen->changed);
    pthread_mutex_unlock(&seen->mutex);
}

static inline void seen_destroy(void *user_data) {
    struct seen *seen = user_data;
    pthread_mutex_lock(&seen->mutex);
    seen->destroyed++;
    pthread_cond_broadcast(&seen->changed);
    pthread_mutex_unlock(&seen->mutex);
}

static inline void seen_wait(struct seen *seen, unsigned calls, unsigned destroyed) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += DEADLINE_MS / 1000;
    pthread_mutex_lock(&seen->mutex);
    while (seen->calls < calls || seen->destroyed < destroyed)
        if (pthread_cond_timedwait(&seen->changed, &seen->mutex, &until) != 0)
            FAIL("%u calls and %u ends of %u and %u", seen->calls, seen->destroyed, calls, destroyed);
    CHECK(seen->destroyed <= 1);
    pthread_mutex_unlock(&seen->mutex);
}

#endif
