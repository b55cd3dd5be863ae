/* Sums of the bytes in a dump by kind of mapping. */
#ifndef IMG_SUMS_H
#define IMG_SUMS_H

#include "libimg/memory/mem.h"
#include "libimg/memory/vma_name.h"

/* Bytes by place: indices are of enum img_where. */
struct img_sum {
	uint64_t mappings, bytes[IMG_UNMAPPED];
};

struct img_sums {
	struct img_sum kinds[IMG_KINDS];
};

/*
 * Add the memory of a task or of a segment; that of a segment goes to `kind`. Zero it first. 0, or
 * -1 with *err.
 */
int img_sums_add(struct img_dump_mem *p, struct img_mem *m, struct img_sums *sum,
		 enum img_kind kind, struct img_err *err);

/* The sum of all kinds. */
struct img_sum img_sums_total(const struct img_sums *sum);

#endif
