/* A store of medium blocks that PJLIB's pools use again and again: every message sent takes 64 KiB, every call some tens
 * (patch 0003). glibc gives the end of a thread's heap back to the system as soon as such a block is freed, and takes it
 * again, page fault by page fault, with the next. Off (0 bytes) unless the program asks for it. */
#include "blocks.h"
#include "shim.h"

#include <stdlib.h>

#if defined(__linux__)
#include <malloc.h>
#include <pthread.h>

#define STEP 4096
#define CLASSES (BIG / STEP)

struct stored {
    struct stored *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct stored *classes[CLASSES + 1];
static size_t limit, held;

/* The class of a length, 0 if it has none: classes hold blocks of their number times STEP. */
static size_t class_of(size_t len)
{
    return len < STEP || len >= BIG ? 0 : (len + STEP - 1) / STEP;
}

void *microsip_block_alloc(size_t len)
{
    size_t class = class_of(len);
    struct stored *block;

    if (class == 0)
        return len < BIG ? malloc(len) : calloc(1, len);
    pthread_mutex_lock(&lock);
    block = classes[class];
    if (block) {
        classes[class] = block->next;
        held -= class * STEP;
    }
    pthread_mutex_unlock(&lock);
    return block ? (void *)block : malloc(class * STEP);
}

void microsip_block_free(void *ptr, size_t len)
{
    size_t class = class_of(len);
    struct stored *block = ptr;

    if (class != 0 && malloc_usable_size(ptr) >= class * STEP) {
        pthread_mutex_lock(&lock);
        if (held + class * STEP <= limit) {
            block->next = classes[class];
            classes[class] = block;
            held += class * STEP;
            block = NULL;
        }
        pthread_mutex_unlock(&lock);
    }
    free(block);
}

size_t microsip_block_store(size_t bytes)
{
    size_t class, had;

    pthread_mutex_lock(&lock);
    limit = bytes;
    had = held;
    for (class = 1; class <= CLASSES && held > limit; ++class) {
        while (classes[class] && held > limit) {
            struct stored *block = classes[class];

            classes[class] = block->next;
            held -= class * STEP;
            free(block);
        }
    }
    pthread_mutex_unlock(&lock);
    return had;
}

#else

void *microsip_block_alloc(size_t len)
{
    return len < BIG ? malloc(len) : calloc(1, len);
}

void microsip_block_free(void *ptr, size_t len)
{
    (void)len;
    free(ptr);
}

size_t microsip_block_store(size_t bytes)
{
    (void)bytes;
    return 0;
}

#endif
