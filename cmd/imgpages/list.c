/* imgpages: where the pages are, run by run and in sums. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "imgpages.h"
#include "libimg/base/alloc.h"
#include "libimg/base/map.h"
#include "libimg/memory/sums.h"
#include "libimg/view/pages.h"

/* ---- the listing ---- */

static void tell_outside(struct job *j, uint64_t pages, uint64_t first)
{
	struct img_err err;

	if (pages == 0 || img_mem_space(j->mem)->n == 0)
		return;
	img_fail(&err, IMG_EDATA, IMG_NOWHERE,
		 "%" PRIu64 " page%s outside of all mappings, the first one at 0x%" PRIx64, pages,
		 pages == 1 ? "" : "s", first);
	img_pagemap_fail(img_mem_pagemap(j->mem), &err);
	explore_fail(j->x, &err);
}

void list_pages(struct job *j)
{
	struct img_pagemap *pm = img_mem_pagemap(j->mem);
	struct img_pages_odd odd;
	struct img_err err;

	if (img_pages_text(j->pages, j->mem, j->x->out, &odd, &err) < 0)
		explore_fail(j->x, &err);
	if (odd.unnamed)
		explore_fail(j->x, &odd.no_name);
	tell_outside(j, odd.pages, odd.outside);
	if (odd.lost)
		explore_fail(j->x, &odd.why);
	/* Where no page is present the file need not be there. */
	if (odd.stored > 0 && img_pagemap_file(pm, odd.stored, &err) < 0)
		explore_fail(j->x, &err);
}

static const char *const wheres[] = {
	[IMG_HERE] = "here", [IMG_PARENT] = "parent", [IMG_LAZY] = "lazy",
	[IMG_ZERO] = "zero", [IMG_ABSENT] = "absent",
};

/* Does it show part of a file or segment? */
static bool has_offset(const struct img_vma *v)
{
	enum img_backing by = v != NULL ? img_vma_backing(v) : IMG_BY_ZERO;

	return by == IMG_BY_FILE || by == IMG_BY_MEMFD || by == IMG_BY_SEGMENT;
}

static void put_run(struct job *j, const struct img_run *run)
{
	uint64_t page = img_mem_page_size(j->mem), end = run->addr + run->len;
	struct img_jw w;

	explore_begin_pid(j->x, &w, j->pid);
	IMG_JW_UINT(&w, "addr", run->addr);
	/* A page that two runs share counts for the one in which it begins. */
	IMG_JW_UINT(&w, "pages", (end + page - 1) / page - (run->addr + page - 1) / page);
	IMG_JW_PLAIN(&w, "where", wheres[run->where]);
	if (run->vma != NULL) {
		name_vma(j, j->pages, j->mem, run->vma);
		IMG_JW_TEXT(&w, "mapping", j->name.p, j->name.n);
	}
	if (has_offset(run->vma))
		IMG_JW_UINT(&w, "pgoff", run->vma->pgoff + (run->addr - run->vma->start));
	if (run->shared)
		IMG_JW_UINT(&w, "shmid", run->shmid);
	if (run->fd >= 0) {
		IMG_JW_CSTR(&w, "from", img_dir_path(run->dir));
		IMG_JW_CSTR(&w, "file", run->file);
		IMG_JW_UINT(&w, "offset", run->off);
	}
	explore_end(j->x, &w);
}

void list_json(struct job *j)
{
	uint64_t outside = 0, first = 0;
	uint32_t page = img_mem_page_size(j->mem);
	struct img_run run;
	struct img_err err;

	for (uint64_t at = 0; at < UINT64_MAX && !stopped(j); at = run.addr + run.len) {
		if (img_mem_run(j->mem, at, UINT64_MAX, &run, &err) < 0) {
			explore_fail(j->x, &err);
			break;
		}
		if (run.where == IMG_UNMAPPED)
			continue;
		if (run.vma == NULL) {
			first = outside == 0 ? run.addr : first;
			outside += run.len / page;
		}
		put_run(j, &run);
	}
	tell_outside(j, outside, first);
}

/* ---- the sums ---- */

struct summary {
	struct img_sums sum;
	struct img_map kinds; /* of shared segments, by shmid */
	uint32_t page;        /* of one of the tasks */
	uint64_t files, size, disk;
};

struct summary *summary_new(struct job *j)
{
	struct summary *s = img_calloc(1, sizeof(*s));

	if (s == NULL)
		exit(tool_sysfail(j->tool, NULL));
	return s;
}

/* Where sums are that people and programs look at. */
static const enum img_where columns[] = { IMG_HERE, IMG_PARENT, IMG_LAZY, IMG_ZERO, IMG_ABSENT };
static const char *const titles[] = { "present", "parent", "lazy", "zero", "absent" };
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]), WITH_BYTES = 3 };

static void put_title(struct job *j)
{
	img_text_fmt(j->x->out, "\t%-12s", "kind");
	for (size_t i = 0; i < COLUMNS; i++) {
		img_text_fmt(j->x->out, " %9s", titles[i]);
		if (i < WITH_BYTES)
			img_text_fmt(j->x->out, " %13s", "bytes");
	}
	img_out_byte(j->x->out, '\n');
}

static void put_row(struct job *j, const char *name, const struct img_sum *k, uint32_t page)
{
	img_text_fmt(j->x->out, "\t%-12s", name);
	for (size_t i = 0; i < COLUMNS; i++) {
		uint64_t n = k->bytes[columns[i]];

		img_text_fmt(j->x->out, " %9" PRIu64, n / page);
		if (i < WITH_BYTES)
			img_text_fmt(j->x->out, " %13" PRIu64, n);
	}
	img_out_byte(j->x->out, '\n');
}

/* "present_pages":1 */
static void put_member(struct img_jw *w, const char *title, const char *unit, uint64_t v)
{
	char key[40];

	snprintf(key, sizeof(key), "%s_%s", title, unit);
	img_jw_name(w, key);
	img_jw_uint(w, v);
}

static void put_row_json(struct job *j, bool task, const char *name, const struct img_sum *k,
			 uint32_t page)
{
	struct img_jw w;

	explore_begin(j->x, &w);
	if (task)
		IMG_JW_UINT(&w, "pid", j->pid);
	IMG_JW_PLAIN(&w, "kind", name);
	if (k->mappings > 0)
		IMG_JW_UINT(&w, "mappings", k->mappings);
	for (size_t i = 0; i < COLUMNS; i++) {
		uint64_t n = k->bytes[columns[i]];

		put_member(&w, titles[i], "pages", n / page);
		put_member(&w, titles[i], "bytes", n);
	}
	explore_end(j->x, &w);
}

static void put_sum(struct job *j, bool task, const struct img_sums *sum, uint32_t page)
{
	struct img_sum all = img_sums_total(sum);

	if (!j->x->json)
		put_title(j);
	for (size_t k = 0; k < IMG_KINDS; k++) {
		const struct img_sum *row = &sum->kinds[k];
		uint64_t any = row->mappings;

		for (size_t i = 0; i < COLUMNS; i++)
			any |= row->bytes[columns[i]];
		if (any == 0)
			continue;
		if (j->x->json)
			put_row_json(j, task, img_kind_name((enum img_kind)k), row, page);
		else
			put_row(j, img_kind_name((enum img_kind)k), row, page);
	}
	if (j->x->json)
		put_row_json(j, task, "total", &all, page);
	else
		put_row(j, "total", &all, page);
}

static void put_file(struct job *j, const struct img_pagemap *pm, uint64_t size, uint64_t disk)
{
	const char *dir = img_dir_path(img_pagemap_dir(pm));
	const char *file = img_pagemap_file_name(pm);
	struct img_jw w;

	if (!j->x->json) {
		img_out_byte(j->x->out, '\t');
		img_text_str(j->x->out, dir);
		img_text_fmt(j->x->out, "/%s: %" PRIu64 " bytes, %" PRIu64 " on disk\n", file, size,
			     disk);
		return;
	}
	explore_begin_pid(j->x, &w, j->pid);
	IMG_JW_CSTR(&w, "from", dir);
	IMG_JW_CSTR(&w, "file", file);
	IMG_JW_UINT(&w, "size", size);
	IMG_JW_UINT(&w, "disk", disk);
	explore_end(j->x, &w);
}

/* The pages files of a memory: one for each directory of the chain that was needed. */
static void add_files(struct summary *s, struct job *j, struct img_mem *m, bool show)
{
	struct img_pagemap *pm;

	for (size_t i = 0; (pm = img_mem_level(m, i)) != NULL; i++) {
		struct img_err err;
		struct stat st;
		int fd = img_pagemap_file(pm, 0, &err);
		uint64_t disk;

		if (fd >= 0 && fstat(fd, &st) < 0)
			fd = img_fail_sys(&err);
		/* One that is missing is told of where a page of it is looked for. */
		if (fd < 0 && err.kind == IMG_ESYS)
			explore_fail(j->x, &err);
		if (fd < 0)
			continue;
		disk = (uint64_t)st.st_blocks * 512;
		s->files++;
		s->size += (uint64_t)st.st_size;
		s->disk += disk;
		if (show)
			put_file(j, pm, (uint64_t)st.st_size, disk);
	}
}

static bool is_shared(enum img_kind k)
{
	return k == IMG_KIND_MEMFD || k == IMG_KIND_SHARED || k == IMG_KIND_SYSV;
}

/* Remember of which kind the segments are that the task shows. */
static void learn_kinds(struct summary *s, struct job *j)
{
	const struct img_space *space = img_mem_space(j->mem);

	for (size_t i = 0; i < space->n; i++) {
		const struct img_vma *v = &space->vmas[i];
		enum img_backing by = img_vma_backing(v);
		struct img_shmem seg;
		struct img_err err;
		uint32_t *at;

		if ((by != IMG_BY_MEMFD && by != IMG_BY_SEGMENT) ||
		    img_shmem_of(img_dump_mem_shmems(j->pages), v, &seg, &err) < 0)
			continue;
		at = img_map_at(&s->kinds, seg.shmid);
		if (at != NULL)
			*at = img_vma_kind(space, v, &seg);
	}
}

void summary_task(struct summary *s, struct job *j)
{
	struct img_sums sum = { 0 };
	struct img_err err;

	if (img_sums_add(j->pages, j->mem, &sum, IMG_KIND_NONE, &err) < 0)
		explore_fail(j->x, &err);
	s->page = img_mem_page_size(j->mem);
	if (!j->x->json)
		img_text_fmt(j->x->out, "%" PRIu32 "\n", j->pid);
	put_sum(j, true, &sum, s->page);
	add_files(s, j, j->mem, true);
	learn_kinds(s, j);
	/* What tasks share is counted once for the dump, with the segments. */
	for (size_t k = 0; k < IMG_KINDS; k++) {
		if (is_shared((enum img_kind)k))
			continue;
		s->sum.kinds[k].mappings += sum.kinds[k].mappings;
		for (size_t i = 0; i < IMG_UNMAPPED; i++)
			s->sum.kinds[k].bytes[i] += sum.kinds[k].bytes[i];
	}
}

static void add_segment(struct summary *s, struct job *j, uint64_t shmid)
{
	uint32_t kind = img_map_get(&s->kinds, shmid);
	struct img_mem *m;
	struct img_err err;
	int r = img_mem_open_segment(j->pages, shmid, s->page, &m, &err);

	if (r <= 0) {
		if (r < 0)
			explore_fail(j->x, &err);
		return;
	}
	/* One that no task maps is of System V: no other outlives its last user. */
	if (img_sums_add(j->pages, m, &s->sum,
			 kind == IMG_MAP_NONE ? IMG_KIND_SYSV : (enum img_kind)kind, &err) < 0)
		explore_fail(j->x, &err);
	add_files(s, j, m, false);
	img_mem_close(m);
}

static void add_segments(struct summary *s, struct job *j)
{
	static const char prefix[] = "pagemap-shmem-";
	struct img_dir_names l;
	struct img_err err;
	uint64_t shmid;

	if (img_dir_list(img_dir_fd(j->x->dir), &l, &err) < 0) {
		explore_fail(j->x, &err);
		return;
	}
	for (size_t i = 0; i < l.n; i++)
		if (strncmp(l.v[i], prefix, sizeof(prefix) - 1) == 0 &&
		    img_type_by_file(l.v[i], &shmid) != NULL)
			add_segment(s, j, shmid);
	img_dir_list_free(&l);
}

void summary_dump(struct summary *s, struct job *j, bool show)
{
	struct img_jw w;

	if (show && s->page != 0) {
		add_segments(s, j);
		if (!j->x->json)
			img_text_fmt(j->x->out, "dump\n");
		put_sum(j, false, &s->sum, s->page);
		if (j->x->json) {
			explore_begin(j->x, &w);
			IMG_JW_UINT(&w, "files", s->files);
			IMG_JW_UINT(&w, "size", s->size);
			IMG_JW_UINT(&w, "disk", s->disk);
			explore_end(j->x, &w);
		} else {
			img_text_fmt(j->x->out,
				     "\t%" PRIu64 " pages file%s: %" PRIu64 " bytes, %" PRIu64
				     " on disk\n",
				     s->files, s->files == 1 ? "" : "s", s->size, s->disk);
		}
	}
	img_map_free(&s->kinds);
	img_free(s);
}
