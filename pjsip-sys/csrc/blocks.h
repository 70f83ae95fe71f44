/* Blocks of PJLIB's memory pools. */
#ifndef MICROSIP_BLOCKS_H
#define MICROSIP_BLOCKS_H

#include <stddef.h>

/* Smaller areas are mostly memory used before, where looking costs and brings nothing. glibc's malloc takes areas from
 * this size on from the system directly, at first. */
#define BIG (128 * 1024)

/* malloc, but big blocks are zero, and medium ones may come from the store below. */
void *microsip_block_alloc(size_t len);
/* `len` as it was asked for. */
void microsip_block_free(void *block, size_t len);

#endif
