/*
 * A chain of dumps becomes one directory: pages that its newest dump has in a parent become its
 * own. Or, with a base, the reverse: pages that the base has too are left to it. One change for
 * img_rewrite_new().
 *
 * The result has the images of the newest dump, with its numbers; its pages are plain, whatever
 * they are in the chain. What `parent` is in it is not the concern of images: without a base the
 * result needs none (img_newdir_parent()).
 */
#ifndef IMG_FLATTEN_H
#define IMG_FLATTEN_H

#include "libimg/rewrite/change.h"

struct img_flatten;

/*
 * base: a dump that has to outlive it, with what it needs of its own parents, or NULL. A page is
 * left to it if it has a page with the same bytes at the same address of the same image, and CRIU
 * would take it from there: see pinned.h. NULL: no memory.
 */
struct img_flatten *img_flatten_new(struct img_dir *base);
void img_flatten_free(struct img_flatten *f); /* NULL is fine */

struct img_change img_flatten_change(struct img_flatten *f); /* refers to f */

/*
 * Do what the change would do, but for the writing: only the figures are wanted. Without a base no
 * page is read. After learn(), as img_rewrite_new() calls it. 0, or -1 with *err.
 */
int img_flatten_measure(struct img_flatten *f, struct img_err *err);

/* Bytes of memory, once it has been carried out, or measured. */
struct img_flatten_figures {
	uint64_t written; /* to pages files */
	uint64_t copied;  /* in those that are copied as they are */
	uint64_t left;    /* left to the base */
	const uint64_t
		*taken; /* of those written: from each level of the chain, the newest first */
	size_t levels;
};
struct img_flatten_figures img_flatten_figures(const struct img_flatten *f);

#endif
