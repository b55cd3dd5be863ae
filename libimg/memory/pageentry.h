/*
 * One pagemap entry, with the encodings of all CRIU versions converted to one: flags replaced
 * in_parent in 3.5, and 4.2 added a wider page count.
 */
#ifndef IMG_PAGEENTRY_H
#define IMG_PAGEENTRY_H

#include <stddef.h>
#include <stdint.h>

#include "libimg/base/err.h"
#include "libimg/msg/criu.h"

struct img_pageentry {
	uint64_t addr, pages;
	uint32_t flags; /* PARENT, or LAZY, or PRESENT with or without LAZY */
};

/*
 * Read a message of n bytes; `at` is the offset of its entry in the image. 0, or -1 with *err:
 * damaged, or of a kind that CRIU up to 4.2 does not write, such as compressed pages.
 */
int img_pageentry_read(const uint8_t *p, size_t n, uint64_t at, struct img_pageentry *e,
		       struct img_err *err);

#endif
