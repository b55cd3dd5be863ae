/*
 * One entry of a pagemap, with the ways in which CRIU of all ages said the same evened out:
 * flags came with 3.5, in place of in_parent, and a wider count of pages with 4.2.
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
 * Read the n bytes of a message; `at` is where its entry is in the image. 0, or -1 with
 * *err: damaged, or of a kind that CRIU up to 4.2 does not write, compressed pages above all.
 */
int img_pageentry_read(const uint8_t *p, size_t n, uint64_t at, struct img_pageentry *e,
		       struct img_err *err);

#endif
