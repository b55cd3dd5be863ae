#include "libimg/view/compare_memory.h"

#include <inttypes.h>

#include "libimg/memory/vma_name.h"
#include "libimg/view/compare_fields.h"
#include "libimg/view/text.h"

/* The name of a mapping into s->scratch; damage has been reported with the descriptors. */
static void name_of(struct img_side *s, const struct img_space *space, const struct img_vma *v)
{
	struct img_err err;

	s->scratch.n = 0;
	if (v == NULL)
		img_buf_put(&s->scratch, "outside of all mappings", 23);
	else if (img_vma_name(img_dump_mem_shmems(s->memory), space, v, &s->scratch, &err) < 0)
		img_report(s->report, &err);
}

static void put_mapping(struct img_side *s, const struct img_space *space,
			const struct img_mapping *map)
{
	struct img_out *o = s->facts.o;
	struct img_err err;

	img_side_begin(s, IMG_COMPARE_MAPPINGS, map->vma.start, true);
	img_text_fmt(o, "%" PRIx64, map->vma.start);
	img_facts_text(&s->facts);
	img_mems_text(s->mems, o, map);
	img_facts_fields(&s->facts);
	/* Cannot fail: it was scanned when it was read. */
	img_fields_put(s, &img_msg_vma_entry, map->body, NULL, &err);
	name_of(s, space, &map->vma);
	img_text_put(o, "name ");
	img_text_name(o, s->scratch.p, s->scratch.n);
	img_out_byte(o, '\n');
	img_facts_end(&s->facts);
}

void img_compare_mappings(struct img_side *s, const struct img_task *t)
{
	struct img_space space = { .n = 0 };
	struct img_mapping map;
	struct img_err err;
	uint32_t exe;
	int r = img_mems_open(s->mems, t->pid, &exe, &err);

	if (r > 0)
		r = img_space_read(s->dir, t->pid, &space, &err);
	if (r == 0)
		img_image_absent(s->dir, "mm-%u.img", t->pid, &err);
	if (r <= 0) {
		img_report(s->report, &err);
		img_space_free(&space);
		return;
	}
	while ((r = img_mems_next(s->mems, &map, &err)) > 0)
		put_mapping(s, &space, &map);
	if (r < 0)
		img_report(s->report, &err);
	img_space_free(&space);
}

/* ---- pages ---- */

struct sum {
	struct img_side *sides;
	struct img_mem *m[2];
	const struct img_vma *vma; /* of `pages` */
	bool open, second;
	struct img_compared_pages pages;
	img_compare_pages_fn *fn;
	void *arg;
};

/* The mapping at hand ends. */
static void hand_out(struct sum *s)
{
	struct img_side *side = &s->sides[s->second && s->vma != NULL];

	if (!s->open)
		return;
	name_of(side, img_mem_space(s->m[s->second && s->vma != NULL]), s->vma);
	s->pages.name = side->scratch.p;
	s->pages.name_n = side->scratch.n;
	s->fn(s->arg, &s->pages);
	s->open = false;
}

/*
 * The pages of a range that are in an image of memory `i`: a pre-dump has no mappings, and so no
 * other pages that could be there or not.
 */
static int count_stored(struct sum *s, int i, const struct img_diff *d, uint64_t *pages,
			struct img_err *err)
{
	uint64_t page = img_mem_page_size(s->m[0]), at = d->addr;
	struct img_run run;

	for (*pages = 0; at < d->addr + d->len; at = run.addr + run.len) {
		if (img_mem_run(s->m[i], at, d->addr + d->len, &run, err) < 0)
			return -1;
		if (img_run_stored(&run))
			*pages += run.len / page;
	}
	return 0;
}

static int add(struct sum *s, const struct img_diff *d, struct img_err *err)
{
	uint64_t page = img_mem_page_size(s->m[0]);
	uint64_t pages = (d->addr + d->len - 1) / page - d->addr / page + 1;
	bool bare = s->sides[d->change == IMG_GONE].memory_only;

	if (bare && (d->change == IMG_NEW || d->change == IMG_GONE) &&
	    count_stored(s, d->change == IMG_NEW, d, &pages, err) < 0)
		return -1;
	if (pages == 0)
		return 0;
	if (s->open && (s->vma != d->vma || s->second != d->second))
		hand_out(s);
	if (!s->open) {
		s->open = true;
		s->vma = d->vma;
		s->second = d->second;
		s->pages = (struct img_compared_pages){ .start = d->addr };
		if (d->vma != NULL)
			s->pages.start = d->vma->start;
	}
	s->pages.end = d->vma != NULL ? d->vma->end : d->addr + d->len;
	s->pages.pages[d->change] += pages;
	return 0;
}

static int diff(struct sum *s, struct img_err *err)
{
	struct img_pagediff *d = img_pagediff_new(s->m[0], s->m[1], err);
	struct img_diff part;
	int r;

	if (d == NULL)
		return -1;
	img_pagediff_over(d, 0, UINT64_MAX);
	while ((r = img_pagediff_next(d, &part, err)) > 0)
		if ((r = add(s, &part, err)) < 0)
			break;
	hand_out(s);
	img_pagediff_free(d);
	return r;
}

int img_compare_pages(struct img_side sides[2], const uint32_t pids[2], img_compare_pages_fn *fn,
		      void *arg, struct img_err *err)
{
	struct sum s = { .sides = sides, .fn = fn, .arg = arg };
	int r = 1;

	for (int i = 0; i < 2 && r > 0; i++) {
		r = img_mem_open(sides[i].memory, pids[i], &s.m[i], err);
		if (r <= 0)
			s.m[i] = NULL;
	}
	/* Without memory in one of them: its images are missing, which has been reported. */
	r = r > 0 ? diff(&s, err) : r;
	img_mem_close(s.m[0]);
	img_mem_close(s.m[1]);
	return r < 0 ? -1 : 0;
}
