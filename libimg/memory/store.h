/*
 * A pages file: pages as they are, or blocks of them, each compressed by itself with LZ4. Which of
 * both the bytes at an offset are, only the pagemap says. It is opened when it is needed first.
 */
#ifndef IMG_STORE_H
#define IMG_STORE_H

#include "libimg/base/buf.h"
#include "libimg/dump/dir.h"

/*
 * Does this program know how the pages of a dump are stored? Refused by name: encrypted pages, and an
 * inventory of a newer version or compression. 0 with *block_size, the bytes of a block as the
 * inventory states them (0: not at all), or -1 with *err.
 */
int img_store_supported(struct img_dir *d, uint32_t *block_size, struct img_err *err);

struct img_store {
	const struct img_dir *dir; /* borrowed */
	char name[64];             /* base name */
	struct img_file file;      /* its fd is -1: not open yet */
};

/*
 * Open it, unless it is, and return its descriptor, which belongs to s: its bytes are there from
 * file.base on. -1 with *err if it is missing or ends before `end`, an offset in it; `by` is the
 * image that has pages up to there.
 */
int img_store_open(struct img_store *s, uint64_t end, const char *by, struct img_err *err);
void img_store_close(struct img_store *s);

/* Read n bytes at `off`, all of which must be there. The file is open. 0, or -1 with *err. */
int img_store_read(const struct img_store *s, uint64_t off, void *buf, size_t n,
		   struct img_err *err);

/* A block: `size` bytes at `off`, which stand for `plain` bytes of memory. size <= plain. */
struct img_block {
	uint64_t index; /* in its entry: for messages */
	uint64_t off;
	size_t size, plain;
};

/*
 * Read a block and decompress it to `to`, which has room for its plain bytes. `room` is grown as
 * needed and may serve many calls. 0, or -1 with *err: damaged, or no memory.
 */
int img_store_block(const struct img_store *s, const struct img_block *b, uint8_t *to,
		    struct img_buf *room, struct img_err *err);

/*
 * Is a block right of which LZ4 has made `got` bytes (below 0: LZ4 refused it)? 0, or -1 with *err,
 * which says what is wrong with it.
 */
int img_store_check(const struct img_store *s, const struct img_block *b, int got,
		    struct img_err *err);

#endif
