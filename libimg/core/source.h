/*
 * The bytes of a task as a core shows them: those of the dump, and those of mapped files
 * that the dump leaves to the file system, where they can be had and are the right ones.
 */
#ifndef IMG_SOURCE_H
#define IMG_SOURCE_H

#include "libimg/base/report.h"
#include "libimg/memory/mapped.h"
#include "libimg/memory/mem.h"

struct img_core_source {
	struct img_mem *mem;
	struct img_mapped *mapped;
	bool zero;     /* pages that are nowhere read as zeros */
	uint64_t lazy; /* bytes of those that were met */
};

/*
 * The bytes that begin at addr, in the mapping v and before `end`. 0, or -1 with *err: an
 * image is damaged, or pages are in no image and `zero` is not set.
 */
int img_core_bytes_at(struct img_core_source *s, const struct img_vma *v, uint64_t addr,
		      uint64_t end, struct img_mapped_bytes *b, struct img_err *err);

#endif
