/*
 * An older layer of a chain without the pages that no newer one takes from it. Of what else is in
 * it, only that stays which a dump of memory alone has: as a dump of its own it could not be
 * restored without those pages.
 */
#ifndef IMG_THIN_H
#define IMG_THIN_H

#include "libimg/rewrite/change.h"

struct img_thin;

/*
 * Pages are those that `newest` takes, whose parent of degree `level` (1: its parent) is the dump
 * that is changed. newest has to outlive it. NULL: no memory.
 */
struct img_thin *img_thin_new(struct img_dir *newest, size_t level);
void img_thin_free(struct img_thin *t); /* NULL is fine */

struct img_change img_thin_change(struct img_thin *t); /* refers to t */

/* Bytes of pages that were written. */
uint64_t img_thin_written(const struct img_thin *t);

#endif
