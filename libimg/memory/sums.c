#include "libimg/memory/sums.h"

#include <stddef.h>

static int kind_of(struct img_dump_mem *p, const struct img_space *s, const struct img_vma *v,
		   enum img_kind *kind, struct img_err *err)
{
	struct img_shmem seg;
	bool memfd = img_vma_backing(v) == IMG_BY_MEMFD;
	int r = memfd ? img_shmem_of(img_dump_mem_shmems(p), v, &seg, err) : 0;

	if (r < 0 && err->kind == IMG_ESYS)
		return -1;
	*kind = img_vma_kind(s, v, memfd && r == 0 ? &seg : NULL);
	return 0;
}

int img_sums_add(struct img_dump_mem *p, struct img_mem *m, struct img_sums *sum,
		 enum img_kind kind, struct img_err *err)
{
	const struct img_vma *last = NULL;
	struct img_run run;

	for (uint64_t at = 0; at < UINT64_MAX; at = run.addr + run.len) {
		if (img_mem_run(m, at, UINT64_MAX, &run, err) < 0)
			return -1;
		if (run.where == IMG_UNMAPPED)
			continue;
		if (run.vma != NULL && run.vma != last) {
			if (kind_of(p, img_mem_space(m), run.vma, &kind, err) < 0)
				return -1;
			sum->kinds[kind].mappings++;
			last = run.vma;
		} else if (run.vma == NULL && img_mem_space(m)->n > 0) {
			kind = IMG_KIND_NONE;
			last = NULL;
		}
		sum->kinds[kind].bytes[run.where] += run.len;
	}
	return 0;
}

struct img_sum img_sums_total(const struct img_sums *sum)
{
	struct img_sum all = { 0 };

	for (size_t k = 0; k < IMG_KINDS; k++) {
		all.mappings += sum->kinds[k].mappings;
		for (size_t i = 0; i < IMG_UNMAPPED; i++)
			all.bytes[i] += sum->kinds[k].bytes[i];
	}
	return all;
}

bool img_kind_shared(enum img_kind k)
{
	return k == IMG_KIND_MEMFD || k == IMG_KIND_SHARED || k == IMG_KIND_SYSV;
}

void img_sums_learn(struct img_map *kinds, struct img_dump_mem *p, const struct img_mem *m)
{
	const struct img_space *space = img_mem_space(m);

	for (size_t i = 0; i < space->n; i++) {
		const struct img_vma *v = &space->vmas[i];
		enum img_backing by = img_vma_backing(v);
		struct img_shmem seg;
		struct img_err err;
		uint32_t *at;

		if ((by != IMG_BY_MEMFD && by != IMG_BY_SEGMENT) ||
		    img_shmem_of(img_dump_mem_shmems(p), v, &seg, &err) < 0)
			continue;
		at = img_map_at(kinds, seg.shmid);
		if (at != NULL)
			*at = img_vma_kind(space, v, &seg);
	}
}

enum img_kind img_sums_kind(const struct img_map *kinds, uint64_t shmid)
{
	uint32_t kind = img_map_get(kinds, shmid);

	/* No other segment outlives its last user. */
	return kind == IMG_MAP_NONE ? IMG_KIND_SYSV : (enum img_kind)kind;
}
