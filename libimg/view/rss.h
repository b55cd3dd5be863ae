/* How much of each mapping a dump holds: the listing of a task's pages, and its sums. */
#ifndef IMG_RSS_H
#define IMG_RSS_H

#include "libimg/base/out.h"
#include "libimg/memory/mem.h"
#include "libimg/memory/vma_name.h"

/* What there is to find fault with in the pagemap of a task. */
struct img_rss_odd {
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
int img_rss_text(struct img_dump_mem *p, struct img_mem *m, struct img_out *o,
		 struct img_rss_odd *odd, struct img_err *err);

/* Bytes by where they are: indices are of enum img_where. */
struct img_rss_kind {
	uint64_t mappings, bytes[IMG_UNMAPPED];
};

struct img_rss_sum {
	struct img_rss_kind kinds[IMG_KINDS];
};

/*
 * Add up a memory, of a task or of a segment; of the latter all goes to `kind`. Zero it
 * first. 0, or -1 with *err.
 */
int img_rss_add(struct img_dump_mem *p, struct img_mem *m, struct img_rss_sum *sum,
		enum img_kind kind, struct img_err *err);

/* The sum of all kinds. */
struct img_rss_kind img_rss_total(const struct img_rss_sum *sum);

#endif
