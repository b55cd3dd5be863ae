/*
 * Dump -> change -> dump. The unit is the directory: a value stands in several images, which
 * have to change together.
 *
 *	rw = img_rewrite_new(from, &change, 1, &err);
 *	nd = img_newdir_begin("out", from, IMG_LINK_COPY, &err);
 *	sink = img_newdir_sink(nd);
 *	r = img_rewrite_all(rw, &sink, &err);
 *	if (r == 0)
 *		r = img_newdir_rest(nd, &left, &err);
 *	r = img_newdir_end(nd, r == 0, &err);
 */
#ifndef IMG_REWRITE_H
#define IMG_REWRITE_H

#include "libimg/rewrite/change.h"

struct img_rewrite;

/*
 * Ask n changes (at most 32) what becomes of each image of the dump, each learn() first. A
 * field goes through them in order. A later one may not edit or make what another one makes,
 * and what one drops is gone. `from` and the changes have to outlive it. NULL with *err, also
 * where two images would get the same name.
 */
struct img_rewrite *img_rewrite_new(struct img_dir *from, const struct img_change *c, size_t n,
				    struct img_err *err);
void img_rewrite_free(struct img_rewrite *rw); /* NULL is fine */

/* The names of the images in the result, in order of their bytes; they belong to rw. */
const struct img_dir_names *img_rewrite_names(const struct img_rewrite *rw);

/*
 * Write all images to a sink. Memory is one entry, and what the changes keep. 0, or -1 with
 * *err (its file is the image): the sink's owner drops what was written.
 */
int img_rewrite_all(struct img_rewrite *rw, const struct img_sink *to, struct img_err *err);

/*
 * Write one image of the result, in any order, as img_rewrite_all() does. One that is made
 * together with others comes with those: all go to the sink. 1, 0: the result has none of this
 * name, -1 with *err.
 */
int img_rewrite_image(struct img_rewrite *rw, const char *name, const struct img_sink *to,
		      struct img_err *err);

#endif
