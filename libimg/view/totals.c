#include "libimg/view/totals.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.pb-c.h"
#include "libimg/base/map.h"
#include "libimg/dump/fds.h"
#include "libimg/view/fds_dump.h"
#include "libimg/view/labels.h"
#include "libimg/view/nses.h"
#include "libimg/view/sockets.h"

/* One run over a dump. */
struct count {
	struct img_totals *t;
	struct img_dir *d;
	struct img_ps *ps;
	const struct img_report *report;
};

static void no_memory(const struct count *c)
{
	struct img_err err;

	img_fail_mem(&err);
	img_report(c->report, &err);
}

const struct img_total *img_totals_rows(const struct img_totals *t, enum img_total_group g,
					size_t *n)
{
	*n = t->groups[g].n / sizeof(struct img_total);
	return (const struct img_total *)(const void *)t->groups[g].p;
}

/* Few they are: a list will do. */
static void add(const struct count *c, enum img_total_group g, const char *name, uint64_t n,
		uint64_t bytes)
{
	struct img_buf *b = &c->t->groups[g];
	struct img_total *v = (struct img_total *)(void *)b->p, row = { .n = n, .bytes = bytes };
	char *copy;

	for (size_t i = 0; g != IMG_TOTAL_CHAIN && i < b->n / sizeof(*v); i++)
		if (strcmp(v[i].name, name) == 0) {
			v[i].n += n;
			v[i].bytes += bytes;
			return;
		}
	copy = img_arena_alloc(c->t->arena, strlen(name) + 1);
	if (copy == NULL) {
		b->failed = true;
		return;
	}
	row.name = strcpy(copy, name);
	img_buf_put(b, &row, sizeof(row));
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct img_total *)a)->name, ((const struct img_total *)b)->name);
}

static void sort(struct img_buf *b)
{
	if (b->n > 0)
		qsort(b->p, b->n / sizeof(struct img_total), sizeof(struct img_total), by_name);
}

/* ---- processes ---- */

static void count_tasks(const struct count *c)
{
	struct img_totals *t = c->t;

	for (size_t i = 0; i < c->ps->n; i++) {
		const struct img_task *k = &c->ps->tasks[i];

		t->processes++;
		t->threads += k->n_threads;
		if (k->state == IMG_TASK_UNKNOWN)
			t->unknown++;
		else if (img_task_is_dead(k))
			t->zombies++;
		else if (k->state == IMG_TASK_STOPPED)
			t->stopped++;
		else
			t->alive++;
	}
}

static const char *arch_name(const struct count *c)
{
	for (size_t i = 0; i < c->ps->n; i++) {
		const ProtobufCEnumValue *v;
		struct img_image *im;
		struct img_pick f;
		struct img_err err;
		uint32_t mtype;
		int r = img_image_pick(c->d, "core-%u.img", c->ps->tasks[i].pid, &im, &f, &err);

		/* What is wrong with the image itself has been reported. */
		if (r < 0 && err.kind == IMG_ESYS)
			img_report(c->report, &err);
		if (r <= 0)
			continue;
		mtype = img_num32(&f, IMG_TAG_CORE_ENTRY__MTYPE);
		img_image_close(im);
		v = protobuf_c_enum_descriptor_get_value(&img_pb_core_entry__march__descriptor,
							 (int)mtype);
		return v != NULL ? v->name : "unknown";
	}
	return NULL;
}

static void count_namespaces(const struct count *c)
{
	struct img_tasks *tasks = img_tasks_new(c->d, c->ps, IMG_SHOW_NS, c->report);
	bool *shown = img_calloc(c->ps->n + 1, sizeof(*shown));
	struct img_nses *all = NULL;

	for (size_t i = 0; shown != NULL && i < c->ps->n; i++)
		shown[i] = true;
	if (tasks != NULL && shown != NULL)
		all = img_nses_new(tasks, shown);
	if (all == NULL)
		no_memory(c);
	for (size_t i = 0; all != NULL && i < all->n; i++)
		add(c, all->v[i].own ? IMG_TOTAL_NAMESPACES : IMG_TOTAL_HOST,
		    img_ns_name(all->v[i].kind), 1, 0);
	img_nses_free(all);
	img_tasks_free(tasks);
	img_free(shown);
}

/* ---- files ---- */

static void add_socket(const struct count *c, const struct img_socket *s)
{
	const char *state = s->is_stateful ? img_names_get(&img_labels_ss_state, s->state) : NULL;
	char name[48];

	snprintf(name, sizeof(name), "%s%s%s", s->netid != NULL ? s->netid : s->family,
		 state != NULL ? " " : "", state != NULL ? state : "");
	add(c, IMG_TOTAL_SOCKETS, name, 1, 0);
}

static void count_files(const struct count *c)
{
	struct img_desc *desc = img_desc_new(c->d, c->ps, c->report);
	struct img_files *files = desc != NULL ? img_desc_files(desc) : NULL;
	const struct img_fds *fds = desc != NULL ? img_desc_fds(desc) : NULL;
	struct img_sockets *sockets = fds != NULL ? img_sockets_new(desc) : NULL;

	for (uint32_t i = 0; files != NULL && i < img_files_count(files); i++) {
		struct img_files_place p;
		const char *type;
		char number[24];

		img_files_at(files, i, &p);
		type = img_desc_type(p.type);
		snprintf(number, sizeof(number), "%" PRIu32, p.type);
		add(c, IMG_TOTAL_FILES, type != NULL ? type : number, 1, 0);
	}
	c->t->descriptors = fds != NULL ? fds->n : 0;
	while (sockets != NULL && img_sockets_next(sockets))
		add_socket(c, img_sockets_at(sockets));
	if (sockets == NULL)
		no_memory(c);
	img_sockets_free(sockets);
	img_desc_free(desc);
}

/* ---- memory ---- */

/* How much of the pages in this directory is compressed, and to what. */
static int count_packed(const struct count *c, struct img_pagemap *pm, struct img_err *err)
{
	struct img_dump_mem_run run;
	uint64_t at = 0;
	int r = 0;

	while (pm != NULL && (r = img_pagemap_find(pm, at, &run, err)) > 0) {
		if (run.packed.pages != 0) {
			c->t->packed += run.stored;
			c->t->packed_of += run.end - run.addr;
		}
		at = run.end;
	}
	return r < 0 ? -1 : 0;
}

/* The private memory of a task; of what it shares, the number of mappings. */
static int count_task(const struct count *c, struct img_dump_mem *p, struct img_mem *m,
		      struct img_err *err)
{
	struct img_sums sum = { 0 };
	int r = img_sums_add(p, m, &sum, IMG_KIND_NONE, err);

	c->t->page_size = img_mem_page_size(m);
	for (size_t k = 0; k < IMG_KINDS; k++) {
		c->t->memory.kinds[k].mappings += sum.kinds[k].mappings;
		for (size_t i = 0; !img_kind_shared((enum img_kind)k) && i < IMG_UNMAPPED; i++)
			c->t->memory.kinds[k].bytes[i] += sum.kinds[k].bytes[i];
	}
	return r == 0 ? count_packed(c, img_mem_pagemap(m), err) : r;
}

static void count_segment(const struct count *c, struct img_dump_mem *p,
			  const struct img_map *kinds, uint64_t shmid)
{
	struct img_err err;
	struct img_mem *m;
	int r = img_mem_open_segment(p, shmid, c->t->page_size, &m, &err);

	if (r > 0) {
		r = img_sums_add(p, m, &c->t->memory, img_sums_kind(kinds, shmid), &err);
		if (r == 0)
			r = count_packed(c, img_mem_pagemap(m), &err);
		img_mem_close(m);
	}
	if (r < 0)
		img_report(c->report, &err);
}

static void count_segments(const struct count *c, struct img_dump_mem *p,
			   const struct img_map *kinds, const struct img_dir_names *l)
{
	static const char prefix[] = "pagemap-shmem-";
	uint64_t shmid;

	for (size_t i = 0; i < l->n; i++)
		if (strncmp(l->v[i], prefix, sizeof(prefix) - 1) == 0 &&
		    img_type_by_file(l->v[i], &shmid) != NULL)
			count_segment(c, p, kinds, shmid);
}

static void count_memory(const struct count *c, const struct img_dir_names *l)
{
	struct img_dump_mem *p = img_dump_mem_new(c->d, NULL);
	struct img_map kinds = { 0 };
	struct img_err err;

	if (p == NULL) {
		no_memory(c);
		return;
	}
	for (size_t i = 0; c->ps != NULL && i < c->ps->n; i++) {
		const struct img_task *t = &c->ps->tasks[i];
		struct img_mem *m = NULL;
		int r = img_ps_find(c->ps, t->pid) == t ? img_mem_open(p, t->pid, &m, &err) : 0;

		if (r > 0) {
			r = count_task(c, p, m, &err);
			img_sums_learn(&kinds, p, m);
			img_mem_close(m);
		}
		if (r < 0)
			img_report(c->report, &err);
	}
	count_segments(c, p, &kinds, l);
	img_map_free(&kinds);
	img_dump_mem_free(p);
}

/* ---- images ---- */

/* Their number and bytes by type, and in all. */
static void count_images(const struct count *c, struct img_dir *d, const struct img_dir_names *l,
			 bool by_type)
{
	uint64_t all = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct img_type *type = img_type_by_file(l->v[i], NULL);
		const bool is_pages = strncmp(l->v[i], "pages-", 6) == 0;
		struct img_file f;
		struct img_err err;

		if (img_dir_size(d, l->v[i], &f.size, &err) < 0) {
			img_report(c->report, &err);
			continue;
		}
		all += f.size;
		if (by_type)
			add(c, IMG_TOTAL_IMAGES,
			    is_pages       ? "pages"
			    : type != NULL ? type->name
					   : "other",
			    1, f.size);
	}
	add(c, IMG_TOTAL_CHAIN, img_dir_path(d), l->n, all);
}

static void count_parents(const struct count *c)
{
	struct img_dir *d = c->d, *parent;
	struct img_dir_names l;
	struct img_err err;
	int r;

	while ((r = img_dir_parent(d, &parent, &err)) > 0) {
		d = parent;
		r = img_dir_list(d, &l, &err);
		if (r < 0)
			break;
		count_images(c, d, &l, false);
		img_list_free(&l);
	}
	if (r < 0)
		img_report(c->report, &err);
}

/* ---- what the dump says of itself ---- */

/* The first entry of an image that may lie beside the dump. 1 with *msg, 0, or -1. */
static int read_beside(const struct count *c, const char *name, void **msg, struct img_err *err)
{
	struct img_entry e = { .msg = NULL };
	struct img_reader *rd;
	struct img_file f;
	struct img_in *in;
	int r = img_dir_engine_file(c->d, name, &f, err);

	if (r <= 0)
		return r;
	err->file[0] = '\0';
	in = img_in_file(&f);
	rd = in != NULL ? img_reader_open(in, name, 0, err) : NULL;
	r = in == NULL ? img_fail_mem(err) : rd == NULL ? -1 : img_reader_next(rd, &e, err);
	if (r > 0) {
		*msg = img_unpack(e.msg, e.body, c->t->arena, err);
		r = *msg != NULL ? 1 : -1;
	}
	if (r < 0 && err->file[0] == '\0')
		img_err_in(err, name, "");
	img_reader_close(rd);
	img_in_free(in);
	img_file_close(&f);
	return r;
}

static const StatsEntry *stats(const struct count *c, const char *name)
{
	struct img_err err = { .file = "" };
	void *msg = NULL;
	int r = img_image_one(c->d, name, 0, c->t->arena, &msg, &err);

	if (r == 0)
		r = read_beside(c, name, &msg, &err);
	if (r < 0)
		img_report(c->report, &err);
	return r > 0 ? msg : NULL;
}

static void read_facts(const struct count *c)
{
	const StatsEntry *s = stats(c, "stats-dump");
	struct img_err err;
	void *msg;
	int r;

	if (s != NULL)
		c->t->stats_dump = s->dump;
	s = stats(c, "stats-restore");
	if (s != NULL)
		c->t->stats_restore = s->restore;
	r = img_image_one(c->d, "inventory.img", 0, c->t->arena, &msg, &err);
	if (r < 0)
		img_report(c->report, &err);
	if (r > 0)
		c->t->inventory = msg;
}

int img_totals_read(struct img_totals *t, struct img_dir *d, struct img_ps *ps, bool memory_only,
		    const struct img_report *report)
{
	const struct count c = { t, d, ps, report };
	struct img_dir_names l;
	struct img_err err;
	bool failed = false;

	memset(t, 0, sizeof(*t));
	t->arena = img_arena_new(0);
	if (t->arena == NULL)
		return -1;
	read_facts(&c);
	if (ps != NULL && !memory_only) {
		count_tasks(&c);
		t->arch = arch_name(&c);
		count_namespaces(&c);
		count_files(&c);
	}
	if (img_dir_list(d, &l, &err) < 0) {
		img_report(report, &err);
	} else {
		count_memory(&c, &l);
		count_images(&c, d, &l, true);
		img_list_free(&l);
		count_parents(&c);
	}
	for (int g = 0; g < IMG_TOTAL_GROUPS; g++) {
		failed = failed || t->groups[g].failed;
		if (g != IMG_TOTAL_CHAIN && g != IMG_TOTAL_NAMESPACES && g != IMG_TOTAL_HOST)
			sort(&t->groups[g]);
	}
	return failed ? -1 : 0;
}

void img_totals_free(struct img_totals *t)
{
	for (int g = 0; g < IMG_TOTAL_GROUPS; g++)
		img_buf_free(&t->groups[g]);
	img_arena_free(t->arena);
}
