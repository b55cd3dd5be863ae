#include "libimg/core/source.h"

#include <inttypes.h>

/* A page that was to be fetched while the task was restored. */
static int lazy(struct img_core_source *s, const struct img_run *run, struct img_mapped_bytes *b,
		struct img_err *err)
{
	if (!s->zero)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"lazy pages at 0x%" PRIx64 " (%" PRIu64
				" bytes) are in no image; --zero takes zeros for them",
				run->addr, run->len);
	s->lazy += run->len;
	b->what = IMG_MAPPED_ZERO;
	return 0;
}

static int of_file(struct img_core_source *s, const struct img_run *run, struct img_mapped_bytes *b,
		   struct img_err *err)
{
	uint32_t page = img_mem_page_size(s->mem);

	if (img_vma_backing(run->vma) != IMG_BY_FILE)
		return 0;
	return img_mapped_at(s->mapped, run->vma, run->addr, run->len, page, b, err);
}

int img_core_bytes_at(struct img_core_source *s, const struct img_vma *v, uint64_t addr,
		      uint64_t end, struct img_mapped_bytes *b, struct img_err *err)
{
	struct img_run run;

	if (img_mem_run(s->mem, addr, end < v->end ? end : v->end, &run, err) < 0)
		return -1;
	*b = (struct img_mapped_bytes){ run.len, IMG_MAPPED_NONE, run.fd,
					run.off, run.file,        { .len = 0 } };
	switch (run.where) {
	case IMG_HERE:
	case IMG_PARENT:
		b->what = IMG_MAPPED_DATA;
		b->run = run;
		return 0;
	case IMG_ZERO: b->what = IMG_MAPPED_ZERO; return 0;
	case IMG_LAZY: return lazy(s, &run, b, err);
	default: return run.vma != NULL ? of_file(s, &run, b, err) : 0;
	}
}
