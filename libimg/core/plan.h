/*
 * Which stretches of memory a core has: one program header each. They are found anew each
 * time they are asked for, so that no number of them takes memory.
 */
#ifndef IMG_PLAN_H
#define IMG_PLAN_H

#include "libimg/core/source.h"

struct img_core_segment {
	uint64_t addr;
	uint64_t filesz; /* bytes of it in the core */
	uint64_t memsz;  /* what is beyond filesz are zeros */
	uint32_t prot;   /* PROT_… of the mapping: what PF_… say too, in other bits */
	const struct img_vma *vma;
};

struct img_core_plan {
	struct img_core_source *source;
	bool compact;      /* leave zeros out wherever a header can say so */
	bool dontdump;     /* mappings with MADV_DONTDUMP too */
	uint64_t bridge;   /* compact: gaps of at most so many bytes are written */
	uint64_t reserved; /* bytes of zeros that were left out of mappings without a page */

	/* Where it stands; zero to begin. */
	size_t vma;
	uint64_t at;
};

/* Go back to the begin. */
void img_core_plan_rewind(struct img_core_plan *p);

/* The next one in the order of addresses: 1 with *s, 0 at the end, -1 with *err. */
int img_core_plan_next(struct img_core_plan *p, struct img_core_segment *s, struct img_err *err);

#endif
