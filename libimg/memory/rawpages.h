/*
 * Where pages must not be compressed, and where blocks of them must not go on: CRIU reads the pages
 * of huge and of plugins' mappings by itself, and whole blocks for each mapping.
 */
#ifndef IMG_RAWPAGES_H
#define IMG_RAWPAGES_H

#include <stdbool.h>

#include "libimg/dump/vma.h"

struct img_rawpages;

/*
 * Of the memory of a task, or (shared) of a shared segment, from the mm images of the dump. 0 with
 * *rp, or -1 with *err: there is no such image, so nothing is known.
 */
int img_rawpages_open(struct img_dir *d, bool shared, uint64_t id, struct img_rawpages **rp,
		      struct img_err *err);
void img_rawpages_close(struct img_rawpages *rp); /* NULL is fine */

/* Do pages of this range have to stay as they are? */
bool img_rawpages_in(const struct img_rawpages *rp, uint64_t addr, uint64_t end);

/* The first begin or end of a mapping above addr; UINT64_MAX: none. Shared: none. */
uint64_t img_rawpages_border(const struct img_rawpages *rp, uint64_t addr);

#endif
