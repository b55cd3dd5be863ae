#include "libimg/view/dot_box.h"

#include <errno.h>
#include <string.h>

#include "libimg/memory/sums.h"
#include "libimg/view/dot_text.h"

/* Of more processes, siblings of one name are one box. */
enum { FOLD = 40, MAX_ROWS = 8 };

/* What is missing is only not drawn: the views of text report it. What is damaged is reported. */
static void report_damage(void *arg, const struct img_err *err)
{
	const struct img_report *r = arg;

	if (err->kind == IMG_ESYS || err->errnum != ENOENT)
		img_report(r, err);
}

/* ---- namespaces ---- */

/* The index of a task's pid namespace; `around`: that of its parent. */
static uint32_t ns_of(struct img_dot_boxes *b, struct img_map *seen, const struct img_about *a,
		      uint32_t around)
{
	struct img_dot_ns ns = { img_ns_id(b->tasks, a, 0), around, img_ns_own(b->tasks, a, 0),
				 a->t };
	uint32_t *at = img_map_at(seen, ns.id);

	if (at == NULL)
		return IMG_DOT_NONE;
	if (*at == IMG_MAP_NONE) {
		*at = b->n_ns++;
		img_buf_put(&b->nss, &ns, sizeof(ns));
	}
	return *at;
}

/* ---- boxes ---- */

/* The key of all that go into one box. */
static uint64_t likeness(const struct img_hash_key *key, struct img_buf *buf,
			 const struct img_task *t, uint32_t parent, uint32_t ns)
{
	const uint32_t head[] = { parent, ns, img_task_is_dead(t) };

	buf->n = 0;
	img_buf_put(buf, head, sizeof(head));
	/* worker-1 and worker-22 are alike: a run of digits counts as one. */
	for (const char *p = t->comm; *p != '\0'; p++) {
		bool digit = *p >= '0' && *p <= '9';

		if (!digit || buf->n == sizeof(head) || buf->p[buf->n - 1] != '0')
			img_buf_put(buf, digit ? "0" : p, 1);
	}
	return img_hash(key, buf->p, buf->n);
}

static void add_creds(struct img_dot_box *box, const CredsEntry *c)
{
	if (c == NULL)
		return;
	if (box->has_uid && box->uid != c->uid)
		box->many_uids = true;
	if (!box->has_uid) {
		box->uid = c->uid;
		box->gid = c->gid;
	}
	box->has_uid = true;
}

/* Private bytes of a task that are in the dump or its parents. */
static uint64_t memory_of(struct img_dot_boxes *b, struct img_dump_mem *pages,
			  const struct img_task *t)
{
	struct img_sums sums = { 0 };
	struct img_mem *m;
	struct img_err err;
	uint64_t n = 0;

	int r = img_task_is_dead(t) ? 0 : img_mem_open(pages, t->pid, &m, &err);

	if (r < 0)
		img_report(&b->quiet, &err);
	if (r <= 0)
		return 0;
	if (img_mem_pagemap(m) != NULL && img_sums_add(pages, m, &sums, IMG_KIND_NONE, &err) < 0)
		img_report(&b->quiet, &err);
	img_mem_close(m);
	for (size_t k = 0; k < IMG_KINDS; k++)
		if (k != IMG_KIND_MEMFD && k != IMG_KIND_SHARED && k != IMG_KIND_SYSV)
			n += sums.kinds[k].bytes[IMG_HERE] + sums.kinds[k].bytes[IMG_PARENT];
	return n;
}

static void add_task(struct img_dot_boxes *b, struct img_dot_box *box, const struct img_about *a,
		     uint64_t memory)
{
	uint64_t threads = a->t->n_threads > 0 ? a->t->n_threads : 1;

	box->n++;
	box->last = a->t->pid;
	box->threads += threads;
	box->memory += memory;
	add_creds(box, a->creds);
	b->processes++;
	b->threads += threads;
	b->memory += memory;
}

struct make {
	struct img_dot_boxes *b;
	struct img_map seen, alike;
	struct img_hash_key key;
	struct img_buf name;
	struct img_dump_mem *pages;
	uint32_t *around; /* by task: box of the next shown one, itself included */
	uint32_t *ns;
};

/* The box of a task: a new one, or that of those it is like. */
static uint32_t box_for(struct make *m, const struct img_task *t, uint32_t parent, uint32_t ns)
{
	struct img_dot_boxes *b = m->b;
	struct img_dot_box box = { .t = t, .parent = parent, .ns = ns, .rows = IMG_DOT_NONE };
	uint32_t *at = NULL;

	if (b->folded) {
		at = img_map_at(&m->alike, likeness(&m->key, &m->name, t, parent, ns));
		if (at == NULL || *at != IMG_MAP_NONE)
			return at != NULL ? *at : IMG_DOT_NONE;
		*at = b->n;
	}
	img_buf_put(&b->boxes, &box, sizeof(box));
	return b->boxes.failed ? IMG_DOT_NONE : b->n++;
}

static bool visit(struct make *m, const struct img_task *t)
{
	struct img_dot_boxes *b = m->b;
	const struct img_ps *ps = b->d->ps;
	size_t i = (size_t)(t - ps->tasks);
	struct img_about a = { .t = t, .tid = t->pid };
	bool top = t->parent == IMG_NO_TASK;

	img_about_read(b->tasks, &a);
	m->ns[i] = ns_of(b, &m->seen, &a, top ? IMG_DOT_NONE : m->ns[t->parent]);
	m->around[i] = top ? IMG_DOT_NONE : m->around[t->parent];
	if (!b->d->shown[i])
		return m->ns[i] != IMG_DOT_NONE;
	b->of[i] = box_for(m, t, m->around[i], m->ns[i]);
	if (b->of[i] == IMG_DOT_NONE || m->ns[i] == IMG_DOT_NONE)
		return false;
	m->around[i] = b->of[i];
	add_task(b, img_dot_box(b, b->of[i]), &a, memory_of(b, m->pages, t));
	return true;
}

/* ---- listening sockets ---- */

static bool add_row(struct img_dot_boxes *b, struct img_map *seen, const struct img_hash_key *key,
		    uint32_t box, const struct img_buf *text)
{
	struct img_dot_box *to = img_dot_box(b, box);
	struct img_dot_row row = { b->texts.n, IMG_DOT_NONE };
	uint32_t *at = img_map_at(seen, img_hash(key, text->p, text->n) + box);

	if (at == NULL)
		return false;
	if (*at != IMG_MAP_NONE)
		return true;
	*at = box;
	if (++to->n_rows > MAX_ROWS)
		return true;
	/* At the end: in the order of the descriptors. */
	if (to->rows == IMG_DOT_NONE) {
		to->rows = (uint32_t)(b->rows.n / sizeof(row));
	} else {
		struct img_dot_row *v = (struct img_dot_row *)(void *)b->rows.p;
		uint32_t last = to->rows;

		while (v[last].next != IMG_DOT_NONE)
			last = v[last].next;
		v[last].next = (uint32_t)(b->rows.n / sizeof(row));
	}
	img_buf_put(&b->rows, &row, sizeof(row));
	img_buf_put(&b->texts, text->p, text->n);
	img_buf_put(&b->texts, "", 1);
	return !b->rows.failed && !b->texts.failed;
}

static bool add_listening(struct img_dot_boxes *b)
{
	const struct img_fds *fds = img_desc_fds(b->desc);
	struct img_hash_key key = img_hash_key();
	struct img_map seen = { 0 };
	struct img_buf text = { 0 };
	struct img_out *o = img_out_mem(&text);
	struct img_err err;
	bool ok = o != NULL && fds != NULL;

	for (size_t i = 0; ok && i < b->d->ps->n; i++) {
		const struct img_fd_table *t = &fds->tables[i];

		for (uint32_t k = 0; b->of[i] != IMG_DOT_NONE && ok && k < t->n; k++) {
			const struct img_fd *fd = &fds->v[t->first + k];

			text.n = 0;
			if (fd->file == IMG_NO_FILE)
				img_desc_lost(b->desc, fd);
			if (fd->file == IMG_NO_FILE || !img_desc_listens(b->desc, fd) ||
			    !img_dot_listens(b->desc, o, fd->file))
				continue;
			ok = img_out_flush(o, &err) == 0 &&
			     add_row(b, &seen, &key, b->of[i], &text);
		}
	}
	img_out_free(o);
	img_buf_free(&text);
	img_map_free(&seen);
	return ok;
}

/* ---- all of it ---- */

static bool make(struct make *m)
{
	struct img_dot_boxes *b = m->b;
	const struct img_ps *ps = b->d->ps;
	const struct img_task *t = ps->root != IMG_NO_TASK ? &ps->tasks[ps->root] : NULL;
	unsigned depth = 0;

	for (; t != NULL; t = img_ps_walk(ps, t, &depth))
		if (!visit(m, t))
			return false;
	return !b->nss.failed && add_listening(b);
}

int img_dot_boxes_make(struct img_dot_boxes *b, const struct img_dot *d, struct img_err *err)
{
	const size_t n = d->ps->n + 1;
	struct make m = { .b = b, .key = img_hash_key() };
	size_t shown = 0;
	bool ok;

	*b = (struct img_dot_boxes){ .d = d };
	b->quiet = (struct img_report){ report_damage, (void *)(uintptr_t)d->report };
	b->desc = img_desc_new(d->dir, d->ps, d->report);
	b->tasks = img_tasks_new(d->dir, d->ps, IMG_SHOW_CREDS | IMG_SHOW_NS | IMG_SHOW_ARGS,
				 &b->quiet);
	b->of = img_realloc(NULL, n * sizeof(*b->of));
	m.around = img_calloc(n, sizeof(*m.around));
	m.ns = img_calloc(n, sizeof(*m.ns));
	m.pages = img_dump_mem_new(d->dir, NULL);
	ok = b->desc != NULL && b->tasks != NULL && b->of != NULL && m.around != NULL &&
	     m.ns != NULL && m.pages != NULL;
	if (ok) {
		memset(b->of, 0xff, n * sizeof(*b->of));
		for (size_t i = 0; i < d->ps->n; i++)
			shown += d->shown[i];
		b->folded = shown > FOLD;
		ok = make(&m);
	}
	img_free(m.around);
	img_free(m.ns);
	img_dump_mem_free(m.pages);
	img_map_free(&m.seen);
	img_map_free(&m.alike);
	img_buf_free(&m.name);
	return ok ? 0 : img_fail_mem(err);
}

void img_dot_boxes_free(struct img_dot_boxes *b)
{
	img_tasks_free(b->tasks);
	img_desc_free(b->desc);
	img_free(b->of);
	img_buf_free(&b->boxes);
	img_buf_free(&b->rows);
	img_buf_free(&b->nss);
	img_buf_free(&b->texts);
}
