/* The mappings of a task as facts, and its pages. */
#ifndef IMG_COMPARE_MEMORY_H
#define IMG_COMPARE_MEMORY_H

#include "libimg/memory/pagediff.h"
#include "libimg/view/compare_side.h"

/* Put the mappings of a task. */
void img_compare_mappings(struct img_side *s, const struct img_task *t);

/* What differs in one mapping: pages by img_pagechange. */
struct img_compared_pages {
	uint64_t start, end; /* of the mapping; without one, of the pages that differ */
	const uint8_t *name; /* as img_vma_name() writes it; any bytes */
	size_t name_n;
	uint64_t pages[IMG_UNSURE + 1];
};

/*
 * Call fn for each mapping of two tasks with pages that differ. 0, or -1 with *err. The pages are
 * compared as they are read: none is kept.
 */
typedef void img_compare_pages_fn(void *arg, const struct img_compared_pages *p);
int img_compare_pages(struct img_side sides[2], const uint32_t pids[2], img_compare_pages_fn *fn,
		      void *arg, struct img_err *err);

#endif
