/*
 * How the pages of a dump are stored: as they are, or in blocks that are compressed one by one with
 * LZ4, as CRIU after 4.2 does. One change for img_rewrite_new(): pagemaps and pages files are
 * written anew where they differ, and the inventory says so.
 *
 *	rc = img_recompress_new(&(struct img_recompress_how){ .block = 0 });
 *	change = img_recompress_change(rc);
 */
#ifndef IMG_RECOMPRESS_H
#define IMG_RECOMPRESS_H

#include "libimg/rewrite/change.h"

struct img_recompress;

struct img_recompress_how {
	/* Bytes of memory in a block: a multiple of the page, IMG_BLOCK_MAX at most. 0: plain pages. */
	uint32_t block;
	int accel;     /* of LZ4: 1 (the default, as 0) to 65537; higher is faster and larger */
	unsigned jobs; /* blocks compressed or decompressed at a time: 0 is 1 */
	/*
	 * The version of the dump that the result will have as its parent, where that is not the
	 * one of the source: IMG_VERSION_..., or -1.
	 */
	int parent_version;
	bool parent_given; /* parent_version says it; false: look at the source's */
	/* Of the pagemaps that are written anew; IMG_NONE: each has its own. */
	enum img_framing framing;
	/* What entries of these look like: bits of pageentry.h; set_form false: as they do now. */
	uint32_t form;
	bool set_form;
	/*
	 * Called for each pagemap that is written anew, with the number of its entries; NULL: nobody
	 * wants to know.
	 */
	void (*changed)(void *arg, const char *image, const char *what, uint64_t entries);
	void *arg;
};

/* NULL: no memory. */
struct img_recompress *img_recompress_new(const struct img_recompress_how *how);
void img_recompress_free(struct img_recompress *rc); /* NULL is fine */

struct img_change img_recompress_change(struct img_recompress *rc); /* refers to rc */

/* Does it write this pagemap? Nobody else may change that. After learn(). */
bool img_recompress_makes(const struct img_recompress *rc, const char *name);

/*
 * The img_version of the result, after learn(): 3 where its pages, or those of its parent, are
 * compressed.
 */
uint32_t img_recompress_version(const struct img_recompress *rc);

#endif
