/* Sums of the bytes in a dump by kind of mapping. */
#ifndef IMG_SUMS_H
#define IMG_SUMS_H

#include "libimg/base/map.h"
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

/* Memory that tasks share: its bytes are counted once, with the segments. */
bool img_kind_shared(enum img_kind k);

/*
 * Remember the kinds of the segments that a task maps, by shmid. Without memory, or where an image
 * is damaged, there are fewer of them.
 */
void img_sums_learn(struct img_map *kinds, struct img_dump_mem *p, const struct img_mem *m);

/* The kind of a segment, as remembered; of one that no task maps IMG_KIND_SYSV. */
enum img_kind img_sums_kind(const struct img_map *kinds, uint64_t shmid);

#endif
