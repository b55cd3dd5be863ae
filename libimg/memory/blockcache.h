/*
 * Decompressed blocks of the pages files of a chain: those that were used last, IMG_BLOCK_MAX bytes
 * of them together. Pages of one block may come in any order, and from several levels in turn.
 */
#ifndef IMG_BLOCKCACHE_H
#define IMG_BLOCKCACHE_H

#include <stddef.h>
#include <stdint.h>

struct img_blockcache;

/* Which block it is: `level` of the chain, the number of its entry, its number in the entry. */
struct img_blockid {
	size_t level;
	uint64_t entry, index;
};

/* NULL: no memory. */
struct img_blockcache *img_blockcache_new(void);
void img_blockcache_free(struct img_blockcache *c); /* NULL is fine */

/* Its bytes, valid until the next call on c, or NULL if it is not there. */
const uint8_t *img_blockcache_get(struct img_blockcache *c, const struct img_blockid *id);

/*
 * Room for the n bytes of a block (n <= IMG_BLOCK_MAX), which is not there yet; those that were
 * used longest ago go. NULL: no memory. img_blockcache_drop() takes the last one out again, if it
 * could not be filled.
 */
uint8_t *img_blockcache_add(struct img_blockcache *c, const struct img_blockid *id, size_t n);
void img_blockcache_drop(struct img_blockcache *c);

#endif
