#include "libimg/rewrite/anon_pages.h"

#include <stdio.h>
#include <string.h>

#include "libimg/base/byteorder.h"
#include "libimg/rewrite/anon_packed.h"
#include "libimg/rewrite/anon_reader.h"

/* A pages file of which something stays, or with compressed pages, and the pagemap over it. */
struct anon_source {
	char file[64], image[64];
	uint64_t id;
	bool shared, packed;
};

struct img_anon_pages {
	struct img_dir *tasks;
	struct img_ps *ps;
	bool stacks, big, cut;
	struct img_buf sources, blocks; /* struct anon_source, struct img_anon_blocks */
	struct img_anon_memory last;    /* of img_anon_pages_points() */
	uint64_t last_tid;              /* 0: none */
};

struct img_anon_pages *img_anon_pages_new(bool stacks)
{
	struct img_anon_pages *p = img_calloc(1, sizeof(*p));

	if (p != NULL)
		p->stacks = stacks;
	return p;
}

void img_anon_pages_free(struct img_anon_pages *p)
{
	if (p == NULL)
		return;
	img_ps_free(p->ps);
	img_anon_memory_free(&p->last);
	img_buf_free(&p->sources);
	img_buf_free(&p->blocks);
	img_free(p);
}

void img_anon_pages_tasks(struct img_anon_pages *p, struct img_dir *d)
{
	p->tasks = d;
}

/* ---- learning ---- */

/* What has the place of the vDSO but is no ELF file is somebody's memory. */
static int forget_false_vdso(struct img_anon_reader *r, struct img_anon_memory *m,
			     struct img_err *err)
{
	size_t n = m->ranges.n / sizeof(struct img_anon_range), k = 0;
	struct img_anon_range *all = (struct img_anon_range *)(void *)m->ranges.p;
	struct img_buf page = { 0 };
	int found = 0;

	if (!img_buf_room(&page, r->page))
		return img_fail_mem(err);
	for (size_t i = 0; found >= 0 && i < n; i++) {
		struct img_dump_mem_run run;
		bool stays = all[i].words;

		if (!stays)
			found = img_pagemap_find(r->pm, all[i].start, &run, err);
		if (!stays && found > 0 && run.addr <= all[i].start &&
		    (run.flags & IMG_PE_PRESENT)) {
			found = img_pagemap_file(r->pm, 0, err) < 0 ||
						img_anon_read_page(r, &run, all[i].start, page.p,
								   err) < 0
					? -1
					: 0;
			stays = found >= 0 && memcmp(page.p, "\177ELF", 4) == 0;
		}
		if (stays)
			all[k++] = all[i];
	}
	m->ranges.n = k * sizeof(*all);
	img_buf_free(&page);
	return found < 0 ? -1 : 0;
}

/* The blocks of a compressed run that are stored, since something in them stays. */
static void note_blocks(struct img_anon_pages *p, const char *image, struct img_anon_reader *r,
			const struct img_anon_memory *m, const struct img_dump_mem_run *run)
{
	uint64_t size = (uint64_t)run->packed.pages * r->page;
	struct img_anon_blocks b = { .entry = run->entry };

	snprintf(b.image, sizeof(b.image), "%s", image);
	for (uint64_t at = run->addr; (at = img_anon_next_page(m, run, at, r->page)) < run->end;) {
		uint64_t index = (at - run->addr) / size,
			 left = run->end - run->addr - index * size;

		b.index = index;
		b.size = left < size ? left : size;
		img_buf_put(&p->blocks, &b, sizeof(b));
		at = run->addr + (index + 1) * size;
		if (at >= run->end)
			break;
	}
}

/* A pagemap, and what stays of the memory that it shows: m, or NULL for nothing. */
static int learn_pagemap(struct img_anon_pages *p, struct img_anon_reader *r, struct anon_source *s,
			 const struct img_anon_memory *m, struct img_err *err)
{
	struct img_dump_mem_run run;
	int found = img_pagemap_find(r->pm, 0, &run, err);
	bool stays = false;

	for (; found > 0; found = img_pagemap_next(r->pm, &run, err)) {
		if (!(run.flags & IMG_PE_PRESENT))
			continue;
		if (run.packed.pages != 0) {
			s->packed = true;
			note_blocks(p, s->image, r, m, &run);
		}
		stays = stays || img_anon_next_page(m, &run, run.addr, r->page) < run.end;
	}
	if (found < 0)
		return -1;
	if (stays || s->packed)
		img_buf_put(&p->sources, s, sizeof(*s));
	return p->sources.failed || p->blocks.failed ? img_fail_mem(err) : 0;
}

static int learn_memory(struct img_anon_pages *p, struct img_dir *from, struct anon_source *s,
			struct img_anon_reader *r, struct img_anon_memory *m, struct img_err *err)
{
	int has, found = 0;

	if (!s->shared) {
		found = img_anon_memory_read(p->tasks != NULL ? p->tasks : from, (uint32_t)s->id,
					     p->ps, p->big, m, err);
		if (found < 0)
			return -1;
	}
	found = img_anon_reader_open(from, s->shared, s->id, m->space.page_size, r, err);
	if (found <= 0)
		return found;
	/* Dumps are passed on without their memory, too: then nothing of it stays. */
	has = img_dir_has(from, img_pagemap_file_name(r->pm), err);
	if (has < 0)
		return -1;
	if (has == 0)
		m->ranges.n = 0;
	snprintf(s->file, sizeof(s->file), "%s", img_pagemap_file_name(r->pm));
	if (m->ranges.n > 0 && forget_false_vdso(r, m, err) < 0)
		return -1;
	return learn_pagemap(p, r, s, m, err);
}

/* What is known to have nothing that stays, and no compressed pages, is not read. */
static int learn_image(struct img_anon_pages *p, struct img_dir *from, const char *name,
		       struct img_err *err)
{
	struct anon_source s = { .shared = strncmp(name, "pagemap-shmem-", 14) == 0 };
	struct img_anon_memory m = { .word = 8 };
	struct img_anon_reader r = { .pm = NULL };
	int found;

	img_type_by_file(name, &s.id);
	snprintf(s.image, sizeof(s.image), "%s", name);
	found = learn_memory(p, from, &s, &r, &m, err);
	img_anon_reader_free(&r);
	img_anon_memory_free(&m);
	return found;
}

int img_anon_pages_learn(struct img_anon_pages *p, struct img_dir *from, bool big, bool cut,
			 struct img_err *err)
{
	struct img_dir_names l;
	uint32_t block_size;
	int r = 0;

	p->sources.n = p->blocks.n = 0;
	p->big = big;
	p->cut = cut;
	if (img_store_supported(from, &block_size, err) < 0)
		return cut && err->kind != IMG_ESYS ? 0 : -1;
	if (p->stacks && p->ps == NULL && p->tasks != NULL)
		r = img_ps_read(p->tasks, &p->ps, err);
	if (r < 0 && !(cut && err->kind != IMG_ESYS))
		return -1;
	if (img_dir_list(from, &l, err) < 0)
		return img_err_in(err, img_dir_path(from), "");
	r = 0;
	for (size_t i = 0; i < l.n && r == 0; i++) {
		const struct img_type *t = img_type_by_file(l.v[i], NULL);

		/* Before CRIU 0.5 the pages lay in pages-PID.img alone. */
		if (t == NULL || strcmp(t->name, "PAGEMAP") != 0)
			continue;
		r = learn_image(p, from, l.v[i], err);
		if (r < 0 && cut && err->kind != IMG_ESYS)
			r = 0;
	}
	img_list_free(&l);
	return r;
}

int img_anon_pages_entry(const struct img_anon_pages *p, const char *image,
			 const struct img_entry *e, struct img_buf *out, struct img_err *err)
{
	return img_anon_packed(&p->blocks, image, e, out, err);
}

/* ---- registers ---- */

static uint32_t task_of(const struct img_ps *ps, uint32_t tid)
{
	for (size_t i = 0; i < ps->n; i++)
		for (size_t k = 0; k < ps->tasks[i].n_threads; k++)
			if (ps->tasks[i].threads[k] == tid)
				return ps->tasks[i].pid;
	return tid;
}

bool img_anon_pages_points(struct img_anon_pages *p, const char *core, uint64_t value)
{
	struct img_err ignored;
	uint64_t tid;

	if (!p->stacks || p->ps == NULL || img_type_by_file(core, &tid) == NULL || tid > UINT32_MAX)
		return false;
	if (p->last_tid != tid) {
		img_anon_memory_free(&p->last);
		p->last_tid = tid;
		if (img_anon_memory_read(p->tasks, task_of(p->ps, (uint32_t)tid), p->ps, p->big,
					 &p->last, &ignored) <= 0)
			img_anon_memory_free(&p->last);
	}
	return img_anon_memory_points(&p->last, value);
}

/* ---- what becomes of them ---- */

/* What raw images hold, by the names of their types, and how many bytes at their begin stay. */
static const struct kind {
	const char *type, *why;
	size_t head;
} kinds[] = {
	{ "PAGES", NULL, 0 },
	{ "AMDGPU_KFD", "zeros after the size", 8 },
	{ "AMDGPU_RENDER", "zeros after the size", 8 },
	{ "AMDGPU_PAGES", "zeros after the size", 8 },
};

static const struct kind unknown = { NULL, "zeros: nothing is known about it", 0 };

static const struct kind *kind_of(const char *image)
{
	const struct img_type *t = img_type_by_file(image, NULL);

	for (size_t i = 0; t != NULL && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].type, t->name) == 0)
			return &kinds[i];
	return &unknown;
}

const char *img_anon_raw_reason(const char *image)
{
	return kind_of(image)->why;
}

struct raw_job {
	struct img_file f;
	uint64_t size;
	struct img_out *out;
	struct img_err *err;
};

static int copy(const struct raw_job *j, uint64_t off, uint64_t n)
{
	uint8_t buf[4096];

	while (n > 0) {
		size_t part = n < sizeof(buf) ? (size_t)n : sizeof(buf);
		int64_t r = img_file_read(&j->f, off, buf, part, j->err);

		if (r < 0)
			return -1;
		if (r == 0)
			return img_fail(j->err, IMG_EDATA, off, "the file has become shorter");
		img_out_put(j->out, buf, (size_t)r);
		off += (size_t)r;
		n -= (size_t)r;
	}
	return 0;
}

/* CRIU before 0.5: each page comes after its address, and one of address 0 is the last. */
static int old_pages(const struct raw_job *j, uint64_t head)
{
	enum { ADDR = 8, PAGE = 4096 };

	if (copy(j, 0, head) < 0)
		return -1;
	for (uint64_t at = head; at < j->size; at += ADDR + PAGE) {
		uint64_t left = j->size - at;

		if (copy(j, at, left < ADDR ? left : ADDR) < 0)
			return -1;
		if (left > ADDR)
			img_out_hole(j->out, left - ADDR < PAGE ? left - ADDR : PAGE);
	}
	return 0;
}

static bool is_old(const struct raw_job *j)
{
	const struct img_type *t = img_type_by_pattern("pagemap-%u.img");
	struct img_err ignored;
	uint8_t head[4];

	return img_file_read(&j->f, 0, head, sizeof(head), &ignored) == sizeof(head) &&
	       (img_get32(head, false) == t->magic || img_get32(head, true) == t->magic);
}

/* A page of zeros, but for what stays; one that cannot be read too, where that is allowed. */
static int put_page(struct img_anon_reader *r, const struct img_anon_memory *m,
		    const struct img_dump_mem_run *run, uint64_t addr, const struct raw_job *j)
{
	if (!img_buf_room(&r->one, r->page))
		return img_fail_mem(j->err);
	if (img_anon_read_page(r, run, addr, r->one.p, j->err) < 0) {
		if (!r->cut || j->err->kind == IMG_ESYS)
			return -1;
		img_out_hole(j->out, r->page);
		return 0;
	}
	img_anon_memory_filter(m, addr, r->one.p, r->page);
	img_out_put(j->out, r->one.p, r->page);
	return 0;
}

/* The pages of a run from `at` on. */
static int put_plain(struct img_anon_reader *r, const struct img_anon_memory *m,
		     const struct img_dump_mem_run *run, uint64_t at, const struct raw_job *j)
{
	while (at < run->end) {
		uint64_t next = img_anon_next_page(m, run, at, r->page);

		img_out_hole(j->out, next - at);
		at = next;
		if (at < run->end && put_page(r, m, run, at, j) < 0)
			return -1;
		if (at < run->end)
			at += r->page;
	}
	return 0;
}

/* A block that is stored as it is, since something in it stays. */
static int put_block(struct img_anon_reader *r, const struct img_anon_memory *m,
		     const struct img_dump_mem_run *run, const struct img_anon_blocks *b,
		     const struct raw_job *j)
{
	struct img_dump_mem_run part = *run;
	uint64_t first = run->addr + b->index * run->packed.pages * r->page;

	part.end = first + b->size;
	return put_plain(r, m, &part, first, j);
}

/* All runs, one after the other; where pages were compressed they move up. */
static int put_runs(const struct img_anon_pages *p, const struct anon_source *s,
		    struct img_anon_reader *r, const struct img_anon_memory *m,
		    const struct raw_job *j)
{
	struct img_dump_mem_run run;
	uint64_t at = 0;
	int found = img_pagemap_find(r->pm, 0, &run, j->err);

	for (; found > 0; found = img_pagemap_next(r->pm, &run, j->err)) {
		const struct img_anon_blocks *b, *end;
		uint64_t off = run.off;

		if (!(run.flags & IMG_PE_PRESENT))
			continue;
		b = img_anon_blocks_of(&p->blocks, s->image, run.entry, &end);
		if (s->packed)
			off = b < end || run.packed.padded || (run.packed.pages == 0 && run.aligned)
				      ? (at + r->page - 1) / r->page * r->page
				      : at;
		img_out_hole(j->out, off - at);
		at = off + (run.packed.pages == 0 ? run.stored : 0);
		if (run.packed.pages == 0 && put_plain(r, m, &run, run.addr, j) < 0)
			return -1;
		for (; b < end; b++) {
			if (put_block(r, m, &run, b, j) < 0)
				return -1;
			at += b->size;
		}
	}
	if (found == 0 && !s->packed && at < j->size)
		img_out_hole(j->out, j->size - at);
	return found;
}

static const struct anon_source *source_of(const struct img_anon_pages *p, const char *file)
{
	const struct anon_source *s = (const struct anon_source *)(const void *)p->sources.p;

	for (size_t i = 0; i < p->sources.n / sizeof(*s); i++)
		if (strcmp(s[i].file, file) == 0)
			return &s[i];
	return NULL;
}

/* Holes, but for what stays. */
static int pages(const struct img_anon_pages *p, struct img_dir *from, const char *file,
		 const struct raw_job *j)
{
	const struct anon_source *s = source_of(p, file);
	struct img_anon_memory m = { .word = 8 };
	struct img_anon_reader r = { .pm = NULL, .cut = p->cut };
	int found = 1;

	if (s == NULL) {
		img_out_hole(j->out, j->size);
		return 0;
	}
	if (!s->shared)
		found = img_anon_memory_read(p->tasks != NULL ? p->tasks : from, (uint32_t)s->id,
					     p->ps, p->big, &m, j->err);
	if (found >= 0)
		found = img_anon_reader_open(from, s->shared, s->id, m.space.page_size, &r, j->err);
	if (found > 0 && m.ranges.n > 0)
		found = forget_false_vdso(&r, &m, j->err) < 0 ? -1 : 1;
	if (found > 0 && img_pagemap_file(r.pm, 0, j->err) < 0)
		found = -1;
	if (found > 0)
		found = put_runs(p, s, &r, &m, j);
	img_anon_reader_free(&r);
	img_anon_memory_free(&m);
	return found < 0 ? -1 : 0;
}

static int fill(const struct img_anon_pages *p, struct img_dir *from, const char *image,
		const struct raw_job *j)
{
	const struct kind *k = kind_of(image);
	uint64_t head = k->head < j->size ? k->head : j->size;

	if (k->why == NULL)
		return is_old(j) ? old_pages(j, 4) : pages(p, from, image, j);
	if (copy(j, 0, head) < 0)
		return -1;
	img_out_hole(j->out, j->size - head);
	return 0;
}

int img_anon_pages_make(struct img_anon_pages *p, struct img_dir *from, const char *image,
			const struct img_sink *to, struct img_err *err)
{
	struct raw_job j = { .err = err };
	struct img_err other;
	int r;

	if (img_dir_open_file(from, image, &j.f, err) < 0)
		return -1;
	r = to->begin(to->arg, image, &j.out, err);
	if (r == 0) {
		j.size = j.f.size;
		img_out_holes(j.out);
		r = fill(p, from, image, &j);
		if (to->end(to->arg, r == 0, r == 0 ? err : &other) < 0)
			r = -1;
	}
	img_file_close(&j.f);
	return r;
}
