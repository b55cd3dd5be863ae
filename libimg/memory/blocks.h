/*
 * The sizes of the blocks in which the pages of an entry are compressed (after CRIU 4.2). They
 * stand in the entry itself, which may have hundreds of millions of them: they are read as a stream
 * from the image, never held.
 *
 * A size is the length of the block in the pages file: 0 for a block of zeros, that of its pages
 * for a block stored as it is, anything below for one in LZ4's raw block format.
 */
#ifndef IMG_BLOCKS_H
#define IMG_BLOCKS_H

#include <stdbool.h>

#include "libimg/base/peek.h"
#include "libimg/msg/wire.h"

/* Bytes of memory in a block at most: criu/include/compress.h of its development. */
enum { IMG_BLOCK_MAX = 4 << 20 };

/* How an entry is compressed, and where its sizes stand. */
struct img_packed {
	uint32_t pages;   /* of a block; the last has what is left. 0: not compressed */
	uint32_t tag;     /* the sizes are the fields with this number ... */
	uint64_t at, end; /* ... in this part of the image */
	uint64_t total;   /* bytes of all blocks in the pages file, as stated, or IMG_UNKNOWN */
	bool padded;      /* a fork: each block takes whole pages in the file */
};

/* A cursor over the fields of a message in an image. */
struct img_fieldwalk {
	struct img_peek *image;
	uint64_t at, end;
};

/*
 * The next field; of one with bytes *content is their offset, and they are skipped. 1, 0 at the
 * end, -1 with *err (damaged, or a group).
 */
int img_fieldwalk_next(struct img_fieldwalk *c, struct img_wfield *f, uint64_t *content,
		       struct img_err *err);

/* A cursor over the sizes. */
struct img_blocks {
	struct img_fieldwalk fields;
	uint32_t tag;
	uint64_t run; /* end of the packed list at the cursor, or 0 */
};

/* Begin with the first size of an entry; `image` has to outlive b. */
void img_blocks_begin(struct img_blocks *b, const struct img_packed *k, struct img_peek *image);

/* The next size, bytes in the pages file: 1 with *size, 0 at the end, -1 with *err. */
int img_blocks_next(struct img_blocks *b, uint64_t *size, struct img_err *err);

/* Bytes that a block of that size takes in the pages file; `page`: bytes of a page. */
uint64_t img_block_room(const struct img_packed *k, uint64_t size, uint32_t page);

/*
 * Check all of them against the pages of their entry, whose pages * page is no overflow: count,
 * sizes, total. 0 with the bytes that they take in the pages file in *stored, or -1 with *err.
 */
int img_blocks_check(const struct img_packed *k, struct img_peek *image, uint64_t pages,
		     uint32_t page, uint64_t *stored, struct img_err *err);

#endif
