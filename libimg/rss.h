/* How much of each mapping a dump holds: the listing of a task's pages, and its sums. */
#ifndef IMG_RSS_H
#define IMG_RSS_H

#include "libimg/out.h"
#include "libimg/pages.h"
#include "libimg/vmaname.h"

/* What the pagemap of a task holds that it should not. */
struct img_rss_odd {
	uint64_t outside, pages; /* pages there that are in no mapping, and the first of them */
	uint64_t stored;         /* octets that its pages file should have at least */
};

/*
 * The pagemap of a task as a stream, each entry beside the mappings that it belongs to, as
 * `crit x rss` shows it; entries whose pages are not in this dump say so. Octets of names
 * are escaped. 0, or -1 with *err, what was before it being put. *odd is filled in any case.
 */
int img_rss_text(struct img_pages *p, struct img_mem *m, struct img_out *o, struct img_rss_odd *odd,
		 struct img_err *err);

/* Octets by where they are: indices are of enum img_where. */
struct img_rss_kind {
	uint64_t mappings, octets[IMG_UNMAPPED];
};

struct img_rss_sum {
	struct img_rss_kind kinds[IMG_KINDS];
};

/*
 * Add up a memory, of a task or of a segment; of the latter all goes to `kind`. Zero it
 * first. 0, or -1 with *err.
 */
int img_rss_add(struct img_pages *p, struct img_mem *m, struct img_rss_sum *sum, enum img_kind kind,
		struct img_err *err);

/* The sum of all kinds. */
struct img_rss_kind img_rss_total(const struct img_rss_sum *sum);

#endif
