/* The pages of a task as text, each run beside its mappings. */
#ifndef IMG_PAGES_H
#define IMG_PAGES_H

#include "libimg/base/out.h"
#include "libimg/memory/mem.h"
#include "libimg/memory/vma_name.h"

/* Oddities in the pagemap of a task. */
struct img_pages_odd {
	uint64_t outside, pages; /* pages in no mapping: the first, and their number */
	uint64_t stored;         /* minimum size of its pages file */
	bool lost;               /* a page is missing in the parents */
	struct img_err why;
	bool unnamed; /* the path of a mapping could not be read */
	struct img_err no_name;
};

/*
 * Write the pagemap of a task as a stream, each entry beside its mappings, as `crit x rss` shows
 * it; entries whose pages are not in this dump are marked. Names are escaped. 0, or -1 with *err
 * after the entries before the error. *odd is always filled.
 */
int img_pages_text(struct img_dump_mem *p, struct img_mem *m, struct img_out *o,
		   struct img_pages_odd *odd, struct img_err *err);

#endif
