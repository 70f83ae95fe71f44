/* Zeroed memory that takes no place until it is used (patches 0003 and 0005).
 *
 * Memory fresh from the system reads as zero and is not resident before it is written to. */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "blocks.h"

/* What a page is to the system, or a part of one; a wrong guess costs speed only. */
#define CHUNK 4096

void microsip_zero(void *ptr, size_t len);

/* Where the system hands out huge pages unasked, one byte written in a big area takes 2 MiB. */
static void avoid_huge_pages(char *ptr, size_t len)
{
#if defined(__linux__) && defined(MADV_NOHUGEPAGE)
    /* The largest page of any Linux we build for. */
    const size_t page = 64 * 1024;
    size_t skip = (page - (uintptr_t)ptr % page) % page;

    /* A refusal (no huge pages in this kernel) changes nothing. */
    (void)madvise(ptr + skip, (len - skip) / page * page, MADV_NOHUGEPAGE);
#else
    (void)ptr;
    (void)len;
#endif
}

/* Sets `len` bytes at `ptr` to zero. Big areas, which must be initialised memory, are read first, and only those chunks
 * written that need it. A chunk is all zeros if its first byte is and every byte equals the next: as fast as memcmp. */
void microsip_zero(void *ptr, size_t len)
{
    char *at = ptr;

    if (len >= BIG) {
        avoid_huge_pages(at, len);
        while (len > CHUNK) {
            if (at[0] != 0 || memcmp(at, at + 1, CHUNK - 1) != 0)
                memset(at, 0, CHUNK);
            at += CHUNK;
            len -= CHUNK;
        }
    }
    memset(at, 0, len);
}
