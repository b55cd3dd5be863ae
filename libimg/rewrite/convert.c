#include "libimg/rewrite/convert.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/dump/tids.h"

/* ---- the source and the target ---- */

bool img_convert_has(const struct img_convert *c, uint32_t since)
{
	return c->to >= since;
}

static int by_name(const void *key, const void *name)
{
	return strcmp(key, *(char *const *)name);
}

bool img_convert_exists(const struct img_convert *c, const char *name)
{
	return c->images.n > 0 &&
	       bsearch(name, c->images.v, c->images.n, sizeof(*c->images.v), by_name) != NULL;
}

bool img_convert_exists_no(const struct img_convert *c, const char *pattern, uint64_t number)
{
	char name[IMG_NAME];

	return img_convert_exists(c, img_type_file_name(pattern, number, name, sizeof(name)));
}

int img_convert_add(struct img_dir_names *names, const char *pattern, uint64_t number,
		    struct img_err *err)
{
	char name[IMG_NAME];

	return img_names_add(names, img_type_file_name(pattern, number, name, sizeof(name)), err);
}

struct img_convert_tids {
	uint32_t tid, pid;
};

static int by_tid(const void *a, const void *b)
{
	const struct img_convert_tids *x = a, *y = b;

	return (x->tid > y->tid) - (x->tid < y->tid);
}

uint64_t img_convert_leader(const struct img_convert *c, uint64_t tid)
{
	const struct img_convert_tids key = { (uint32_t)tid, 0 }, *found = NULL;

	if (c->n_tids > 0 && tid <= UINT32_MAX)
		found = bsearch(&key, c->tids, c->n_tids, sizeof(key), by_tid);
	return found != NULL ? found->pid : tid;
}

/* Threads of all tasks; each belongs to one. */
static int learn_tids(struct img_convert *c, struct img_err *err)
{
	size_t n = 0;

	if (img_tids_settle(c->ps, err) < 0)
		return -1;
	for (size_t i = 0; i < c->ps->n; i++)
		n += c->ps->tasks[i].n_threads;
	c->tids = img_calloc(n + 1, sizeof(*c->tids));
	if (c->tids == NULL)
		return img_fail_mem(err);
	for (size_t i = 0; i < c->ps->n; i++)
		for (size_t k = 0; k < c->ps->tasks[i].n_threads; k++)
			c->tids[c->n_tids++] =
				(struct img_convert_tids){ c->ps->tasks[i].threads[k],
							   c->ps->tasks[i].pid };
	qsort(c->tids, c->n_tids, sizeof(*c->tids), by_tid);
	return 0;
}

int img_convert_files(struct img_convert *c, struct img_files **f, struct img_err *err)
{
	int r = 1;

	if (c->files == NULL)
		r = img_files_open(c->from, &c->files, err);
	*f = c->files;
	return r;
}

static void learn_pages(struct img_convert *c)
{
	const struct img_type *t = img_type_by_pattern("pages-%u.img");
	uint64_t number;

	c->next_pages = 0;
	for (size_t i = 0; i < c->images.n; i++)
		if (img_type_by_file(c->images.v[i], &number) == t && number >= c->next_pages &&
		    number < UINT32_MAX)
			c->next_pages = number + 1;
}

int img_convert_learn(struct img_convert *c, struct img_err *err)
{
	int r = img_dir_list(c->from, &c->images, err);

	if (r < 0)
		return img_err_in(err, img_dir_path(c->from), "");
	learn_pages(c);
	r = img_ps_read(c->from, &c->ps, err);
	if (r < 0)
		return -1;
	return r > 0 ? learn_tids(c, err) : 0;
}

void img_convert_end(struct img_convert *c)
{
	img_list_free(&c->images);
	img_ps_free(c->ps);
	img_files_close(c->files);
	img_free(c->tids);
	c->ps = NULL;
	c->files = NULL;
	c->tids = NULL;
	c->n_tids = 0;
}

/* ---- the report ---- */

void img_convert_report(struct img_convert *c)
{
	for (size_t i = 0; i < sizeof(c->count) / sizeof(*c->count); i++) {
		if (c->count[i].what != NULL && c->changed != NULL)
			c->changed(c->arg, c->image, c->count[i].what, c->count[i].n);
		c->count[i].what = NULL;
	}
}

void img_convert_note(struct img_convert *c, const char *image, const char *what, uint64_t n)
{
	size_t last = sizeof(c->count) / sizeof(*c->count) - 1, i = 0;

	if (c->changed == NULL || c->quiet || what == NULL)
		return;
	if (strcmp(c->image, image) != 0) {
		img_convert_report(c);
		snprintf(c->image, sizeof(c->image), "%s", image);
	}
	while (c->count[i].what != NULL && strcmp(c->count[i].what, what) != 0 && i < last)
		i++;
	if (c->count[i].what == NULL) {
		c->count[i].what = what;
		c->count[i].n = 0;
	}
	c->count[i].n += n;
}

int img_convert_refuse(struct img_convert *c, const struct img_at *at, struct img_err *err,
		       const char *fmt, ...)
{
	char release[IMG_CRIU_TEXT], what[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "CRIU %s has no %s", img_criu_text(c->to, release),
		 what);
	return img_err_in(err, img_dir_path(c->from), at->image);
}

/* ---- rows ---- */

/* What the row does for the target. NULL: nothing. */
static img_layout_fn *side(const struct img_convert *c, const struct img_layout *row)
{
	return img_convert_has(c, row->since) ? row->up : row->down;
}

static int apply(struct img_convert *c, const struct img_layout *row, struct img_at at,
		 struct img_span *body, struct img_buf turns[2], struct img_err *err)
{
	img_layout_fn *fn = side(c, row);
	/* The body may be in one of the buffers: the other one gets the new one. */
	struct img_buf *out = &turns[body->p != NULL && body->p == turns[0].p];
	int r;

	if (fn == NULL)
		return IMG_KEEP;
	out->n = 0;
	at.row = row->arg;
	r = fn(c, &at, *body, out, err);
	if (r < 0)
		return err->file[0] != '\0' ? -1 : img_err_in(err, img_dir_path(c->from), at.image);
	if (r == IMG_KEEP)
		return IMG_KEEP;
	if (out->failed)
		return img_fail_mem(err);
	img_convert_note(c, at.image, row->what, 1);
	if (r == IMG_SET)
		*body = (struct img_span){ out->p, out->n, body->off };
	return r;
}

/* The i-th row of all, from the oldest form on; NULL after the last. */
static const struct img_layout *row_at(const struct img_convert *c, size_t i)
{
	for (size_t k = 0; k < c->n_families; k++) {
		if (i < c->families[k]->n)
			return &c->families[k]->rows[i];
		i -= c->families[k]->n;
	}
	return NULL;
}

static size_t count_rows(const struct img_convert *c)
{
	size_t n = 0;

	for (size_t k = 0; k < c->n_families; k++)
		n += c->families[k]->n;
	return n;
}

bool img_convert_touches(const struct img_convert *c, const struct img_msg *msg)
{
	const struct img_layout *row;

	for (size_t i = 0; (row = row_at(c, i)) != NULL; i++)
		if (row->msg == msg && side(c, row) != NULL)
			return true;
	return false;
}

int img_convert_rows(struct img_convert *c, const struct img_msg *msg, const struct img_at *at,
		     uint32_t after, struct img_span *body, struct img_buf turns[2],
		     struct img_err *err)
{
	size_t n = count_rows(c);
	int verdict = IMG_KEEP;

	err->file[0] = '\0';
	/* Up from the oldest form on, then down from the newest: no row does both. */
	for (size_t k = 0; k < 2 * n; k++) {
		const struct img_layout *row = row_at(c, k < n ? k : 2 * n - 1 - k);
		int r;

		if (row == NULL || row->msg != msg || (after > 0 && row->since <= after) ||
		    img_convert_has(c, row->since) != (k < n))
			continue;
		r = apply(c, row, *at, body, turns, err);
		if (r < 0 || r == IMG_DROP)
			return r;
		if (r == IMG_SET)
			verdict = IMG_SET;
	}
	return verdict;
}

/* ---- reading ---- */

/* Which entry an error is about, unless it says so, or the system is to blame. */
static void place(const struct img_image *im, const struct img_entry *e, struct img_err *err)
{
	if (err->kind != IMG_ESYS && err->path[0] == '\0')
		img_err_under(err, "entries", (int64_t)e->index);
	if (err->file[0] == '\0')
		img_image_fail(im, err);
}

int img_convert_each(struct img_convert *c, const char *pattern, uint64_t number,
		     img_convert_entry_fn *fn, void *arg, struct img_err *err)
{
	struct img_image *im;
	struct img_entry e;
	int r = img_image_open(c->from, pattern, number, &im, err), stop = 0;

	if (r <= 0)
		return r;
	while (stop == 0 && (r = img_image_next(im, &e, err)) > 0) {
		err->file[0] = '\0';
		stop = fn(arg, &e, err);
		if (stop < 0)
			place(im, &e, err);
	}
	img_image_close(im);
	return r < 0 ? -1 : stop;
}

static int take_first(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct img_buf *body = arg;

	img_buf_put(body, e->body.p, e->body.n);
	return body->failed ? img_fail_mem(err) : 1;
}

int img_convert_first(struct img_convert *c, const char *pattern, uint64_t number,
		      struct img_buf *body, struct img_err *err)
{
	body->n = 0;
	return img_convert_each(c, pattern, number, take_first, body, err);
}

/* ---- writing ---- */

int img_made_begin(struct img_convert *c, struct img_made *m, const char *name,
		   const struct img_sink *to, struct img_err *err)
{
	struct img_head head = { .type = img_type_by_file(name, NULL),
				 .framing = c->framing != IMG_NONE ? c->framing : IMG_V1_1,
				 .big = c->big };

	*m = (struct img_made){ .to = to };
	if (to->begin(to->arg, name, &m->out, err) < 0) {
		m->out = NULL;
		return -1;
	}
	m->wr = img_writer_open(m->out, &head, err);
	return m->wr != NULL ? 0 : -1;
}

int img_made_put(struct img_made *m, struct img_span body, struct img_err *err)
{
	return img_writer_entry(m->wr, body.p, body.n, err);
}

int img_made_end(struct img_made *m, int r, struct img_err *err)
{
	struct img_err other;

	if (r == 0)
		r = img_writer_end(m->wr, err);
	img_writer_free(m->wr);
	if (m->out != NULL && m->to->end(m->to->arg, r == 0, r == 0 ? err : &other) < 0)
		r = -1;
	return r;
}
