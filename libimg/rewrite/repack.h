/* One pagemap and its pages file, written anew: with blocks, or with pages as they are. */
#ifndef IMG_REPACK_H
#define IMG_REPACK_H

#include "libimg/base/crew.h"
#include "libimg/memory/pagemap.h"
#include "libimg/rewrite/recompress.h"

struct img_repack {
	const struct img_recompress_how *how;
	struct img_crew *crew;
	struct img_dir *from;
	const char *map, *pages; /* base names of the two images */
};

/*
 * Open the pagemap `name`: 1 with *pm, whether it is of a shared segment, and its number; 0, -1 as
 * img_pagemap_open() has it.
 */
int img_repack_open(struct img_dir *d, const char *name, struct img_pagemap **pm, bool *shared,
		    uint64_t *id, struct img_err *err);

/* Write both to the sink. 0 with the number of its entries, or -1 with *err. */
int img_repack_write(const struct img_repack *what, const struct img_sink *to, uint64_t *entries,
		     struct img_err *err);

#endif
