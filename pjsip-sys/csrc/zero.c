/* Zeroing that leaves untouched memory untouched (patches 0003 and 0005). */
#include <stddef.h>
#include <string.h>

/* What a page is to the system, or a part of one; a wrong guess costs speed only. */
#define CHUNK 4096

void microsip_zero(void *ptr, size_t len);

/* Sets `len` bytes at `ptr` to zero.
 *
 * Memory fresh from the system reads as zero and takes no place until it is written to. So big areas are read first and
 * only those chunks written that need it. The zeros of a chunk are compared with themselves, one byte on: that is
 * memcmp's speed, about that of memset. */
void microsip_zero(void *ptr, size_t len)
{
    char *at = ptr;

    while (len > CHUNK) {
        if (at[0] != 0 || memcmp(at, at + 1, CHUNK - 1) != 0)
            memset(at, 0, CHUNK);
        at += CHUNK;
        len -= CHUNK;
    }
    memset(at, 0, len);
}
