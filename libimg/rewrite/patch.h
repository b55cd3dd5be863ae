/*
 * A pagemap and its pages file with other bytes at some addresses. A page that is in a parent, in no
 * image because it was never written, or compressed, becomes a plain page of the directory; all
 * others stay where they are.
 */
#ifndef IMG_PATCH_H
#define IMG_PATCH_H

#include "libimg/base/buf.h"
#include "libimg/image/sink.h"
#include "libimg/memory/pagemap.h"

/* Bytes in a single page. */
struct img_patch {
	uint64_t addr; /* of a shared segment: offset in it */
	uint64_t page; /* address of the page */
	size_t n, at;  /* n bytes at `at` of the list's bytes */
	bool under;    /* what is under the others: a page of a file, which is in no image */
};

/* What was there, and is there now: n bytes at addr, in entry `entry` of the pagemap. */
typedef void img_patched_fn(void *arg, const char *pagemap, uint64_t entry, uint64_t addr,
			    const uint8_t *old, const uint8_t *new, size_t n);

struct img_patches {
	struct img_dir *from;
	bool shared;
	uint64_t id;
	uint32_t page_size;
	const char *pagemap, *pages; /* names of the images in the result */
	const struct img_patch *v;   /* ascending by page; in a page the later one wins */
	size_t n;
	const uint8_t *bytes;
	img_patched_fn *patched; /* may be NULL */
	void *arg;
};

/* Write both images. 0, or -1 with *err. */
int img_patches_write(const struct img_patches *p, const struct img_sink *to, struct img_err *err);

#endif
