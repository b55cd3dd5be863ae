/*
 * One pagemap entry, with the encodings of all CRIU versions converted to one: flags replaced
 * in_parent in 3.5, 4.2 added a wider page count, and what comes after it compresses pages, in two
 * layouts that share a field number.
 */
#ifndef IMG_PAGEENTRY_H
#define IMG_PAGEENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/base/err.h"
#include "libimg/memory/blocks.h"
#include "libimg/msg/criu.h"

/* In which form an entry states what it does, as bits: what is made of it should have the same. */
enum {
	IMG_PE_NARROW = 1,  /* compat_nr_pages has the count: CRIU before 4.2 */
	IMG_PE_WIDE = 2,    /* nr_pages has it */
	IMG_PE_NOFLAGS = 4, /* there are no flags: CRIU before 3.5 */
};

struct img_pageentry {
	uint64_t addr, pages;
	uint32_t flags;           /* PARENT, or LAZY, or PRESENT with or without LAZY */
	uint32_t form;            /* IMG_PE_NARROW, ... */
	bool aligned;             /* its bytes begin on a page boundary of the pages file */
	struct img_packed packed; /* packed.pages 0: not compressed */
};

/*
 * Read the message of n bytes at offset `body` of the image; its entry begins at `at`. The sizes of
 * compressed blocks are not checked: img_blocks_check() does that. 0, or -1 with *err: damaged, or of a
 * kind that nobody is known to write, such as pages that are stored in an unknown way.
 */
int img_pageentry_read(struct img_peek *image, uint64_t body, uint64_t n, uint64_t at,
		       struct img_pageentry *e, struct img_err *err);

#endif
