/* The pages of a task as text, each run beside the mappings that it belongs to. */
#ifndef IMG_PAGES_H
#define IMG_PAGES_H

#include "libimg/base/out.h"
#include "libimg/memory/mem.h"
#include "libimg/memory/vma_name.h"

/* What there is to find fault with in the pagemap of a task. */
struct img_pages_odd {
	uint64_t outside, pages; /* pages that are in no mapping: the first, and how many */
	uint64_t stored;         /* bytes that its pages file should have at least */
	bool lost;               /* a page is not in the parents, where it should be */
	struct img_err why;
	bool unnamed; /* the path of a mapping could not be read */
	struct img_err no_name;
};

/*
 * The pagemap of a task as a stream, each entry beside the mappings that it belongs to, as
 * `crit x rss` shows it; entries whose pages are not in this dump say so. Bytes of names
 * are escaped. 0, or -1 with *err, what was before it being put. *odd is filled in any case.
 */
int img_pages_text(struct img_dump_mem *p, struct img_mem *m, struct img_out *o,
		   struct img_pages_odd *odd, struct img_err *err);

#endif
