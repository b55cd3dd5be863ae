/* The pages that differ between two memories of the same task. */
#ifndef IMG_PAGEDIFF_H
#define IMG_PAGEDIFF_H

#include "libimg/memory/mem.h"

enum img_pagechange {
	IMG_CHANGED, /* both have it, with other bytes */
	IMG_GONE,    /* only the first one has it */
	IMG_NEW,     /* only the second one has it */
	IMG_UNSURE,  /* one of them has it in no image: lazy */
};

/* Adjacent pages of one mapping with the same change. */
struct img_diff {
	uint64_t addr, len;
	enum img_pagechange change;
	const struct img_vma *vma; /* of the first memory, or of the second if that has none */
	bool second;               /* it is of the second */
};

struct img_pagediff;

/*
 * Pages that both have at the same place of the same file, such as in a common parent, are not
 * read. Both must outlive it. NULL with *err: no memory, or different page sizes.
 */
struct img_pagediff *img_pagediff_new(struct img_mem *first, struct img_mem *second,
				      struct img_err *err);
void img_pagediff_free(struct img_pagediff *d); /* NULL is fine */

/* Begin at `start`; `end` is one past the last byte. */
void img_pagediff_over(struct img_pagediff *d, uint64_t start, uint64_t end);

/* The next change by ascending address: 1, 0 at the end, -1 with *err. */
int img_pagediff_next(struct img_pagediff *d, struct img_diff *diff, struct img_err *err);

/* Bytes compared since it was made. */
uint64_t img_pagediff_done(const struct img_pagediff *d);

/* Call tick(arg, bytes compared in total) from time to time. */
void img_pagediff_watch(struct img_pagediff *d, void (*tick)(void *arg, uint64_t done), void *arg);

#endif
