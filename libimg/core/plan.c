#include "libimg/core/plan.h"

#include <sys/mman.h>

/*
 * A mapping above this without a single page is room that a program has set aside: gigabytes
 * of zeros that nobody has written or read.
 */
static const uint64_t reservation = UINT64_C(1) << 30;

void img_core_plan_rewind(struct img_core_plan *p)
{
	p->vma = 0;
	p->at = 0;
	p->reserved = 0;
}

/* Is there memory of the task in this mapping, which another machine could show? */
static bool has_bytes(const struct img_core_plan *p, const struct img_vma *v)
{
	if (v->status & (IMG_VMA_VSYSCALL | IMG_VMA_VVAR | IMG_VMA_UPROBES | IMG_VMA_SOCKET))
		return false;
	/* vma_entry.madv: a bit for each advice, by its number. */
	return p->dontdump || !(v->madv >> MADV_DONTDUMP & 1);
}

/* Add bytes to a segment. False: they do not belong to it any more. */
static bool add(struct img_core_plan *p, struct img_core_segment *s,
		const struct img_mapped_bytes *b)
{
	uint64_t gap = s->memsz - s->filesz;

	if (b->what == IMG_MAPPED_NONE)
		return false;
	if (b->what == IMG_MAPPED_DATA || !p->compact) {
		if (p->compact && gap > 0 && (s->filesz == 0 || gap > p->bridge))
			return false;
		s->filesz += gap + b->len;
	}
	s->memsz += b->len;
	return true;
}

/* One segment that begins at p->at or above it in the mapping: 1, 0: none is left, -1. */
static int in_mapping(struct img_core_plan *p, const struct img_vma *v, struct img_core_segment *s,
		      struct img_err *err)
{
	struct img_mapped_bytes b;
	bool data = false;

	*s = (struct img_core_segment){ .prot = v->prot, .vma = v };
	while (p->at < v->end) {
		if (img_core_bytes_at(p->source, v, p->at, v->end, &b, err) < 0)
			return -1;
		if (s->memsz == 0)
			s->addr = p->at;
		if (!add(p, s, &b)) {
			if (s->memsz > 0)
				break;
		}
		data = data || b.what == IMG_MAPPED_DATA;
		p->at += b.len;
	}
	if (!data && s->filesz > reservation) {
		p->reserved += s->filesz;
		s->filesz = 0;
	}
	return s->memsz > 0;
}

int img_core_plan_next(struct img_core_plan *p, struct img_core_segment *s, struct img_err *err)
{
	const struct img_space *space = img_mem_space(p->source->mem);

	for (; p->vma < space->n; p->vma++, p->at = 0) {
		const struct img_vma *v = &space->vmas[p->vma];
		int r;

		if (!has_bytes(p, v))
			continue;
		if (p->at < v->start)
			p->at = v->start;
		r = in_mapping(p, v, s, err);
		if (r != 0)
			return r;
	}
	return 0;
}
