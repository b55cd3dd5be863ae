/* imgpages: sums by kind of mapping, and by file. */
#include "cmd/imgpages/sum.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/map.h"
#include "libimg/memory/sums.h"

struct summary {
	struct img_sums sum;
	struct img_map kinds; /* of shared segments, by shmid */
	uint32_t page;        /* of one of the tasks */
	uint64_t files, size, disk;
};

struct summary *pages_sums_new(struct job *j)
{
	struct summary *s = img_calloc(1, sizeof(*s));

	if (s == NULL)
		exit(tool_sysfail(j->tool, NULL));
	return s;
}

/* The places of a sum, for people and for programs. */
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

/* The pages files of a memory: one for each directory of the chain that was used. */
static void add_files(struct summary *s, struct job *j, struct img_mem *m, bool show)
{
	struct img_pagemap *pm;

	for (size_t i = 0; (pm = img_mem_level(m, i)) != NULL; i++) {
		const struct img_file *f = &img_pagemap_store(pm)->file;
		struct img_err err;
		int fd = img_pagemap_file(pm, 0, &err);
		uint64_t disk;

		if (fd >= 0 && img_file_disk(f, &disk, &err) < 0)
			fd = -1;
		/* A missing file is reported when one of its pages is read. */
		if (fd < 0 && err.kind == IMG_ESYS)
			explore_fail(j->x, &err);
		if (fd < 0)
			continue;
		s->files++;
		s->size += f->size;
		s->disk += disk;
		if (show)
			put_file(j, pm, f->size, disk);
	}
}

void pages_sums_task(struct summary *s, struct job *j)
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
	img_sums_learn(&s->kinds, j->pages, j->mem);
	/* Memory that tasks share is counted once for the dump, with the segments. */
	for (size_t k = 0; k < IMG_KINDS; k++) {
		if (img_kind_shared((enum img_kind)k))
			continue;
		s->sum.kinds[k].mappings += sum.kinds[k].mappings;
		for (size_t i = 0; i < IMG_UNMAPPED; i++)
			s->sum.kinds[k].bytes[i] += sum.kinds[k].bytes[i];
	}
}

static void add_segment(struct summary *s, struct job *j, uint64_t shmid)
{
	struct img_mem *m;
	struct img_err err;
	int r = img_mem_open_segment(j->pages, shmid, s->page, &m, &err);

	if (r <= 0) {
		if (r < 0)
			explore_fail(j->x, &err);
		return;
	}
	if (img_sums_add(j->pages, m, &s->sum, img_sums_kind(&s->kinds, shmid), &err) < 0)
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

	if (img_dir_list(j->x->dir, &l, &err) < 0) {
		explore_fail(j->x, &err);
		return;
	}
	for (size_t i = 0; i < l.n; i++)
		if (strncmp(l.v[i], prefix, sizeof(prefix) - 1) == 0 &&
		    img_type_by_file(l.v[i], &shmid) != NULL)
			add_segment(s, j, shmid);
	img_list_free(&l);
}

void pages_sums_dump(struct summary *s, struct job *j, bool show)
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
