#include "libimg/rewrite/layout_event.h"

#include <stdlib.h>
#include <string.h>

#include "fdinfo.pb-c.h"
#include "libimg/msg/splice.h"

#define INSIDE IMG_CRIU(1, 4, 0)

enum { ID = 1 }; /* of the file, in all of these messages */

/* A kind of file, and the image that had what it watches. */
struct kind {
	const char *old;
	uint32_t fd_type, tag; /* of the parts in the file's message */
};

static const struct kind kinds[] = {
	{ "eventpoll-tfd.img", FD_TYPES__EVENTPOLL, IMG_TAG_EVENTPOLL_FILE_ENTRY__TFD },
	{ "inotify-wd.img", FD_TYPES__INOTIFY, IMG_TAG_INOTIFY_FILE_ENTRY__WD },
	{ "fanotify-mark.img", FD_TYPES__FANOTIFY, IMG_TAG_FANOTIFY_FILE_ENTRY__MARK },
};
enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

/* An entry of an old image, as a field: n bytes at `at` of the fields. */
struct part {
	uint32_t id;
	size_t at, n;
};

struct img_layout_event {
	struct {
		struct part *v;
		size_t n;
		struct img_buf fields;
		uint64_t parts; /* in files of this kind */
	} of[KINDS];
};

/* ---- up ---- */

/* The message with another id. */
static int set_id(struct img_span body, uint32_t id, struct img_buf *out, struct img_err *err)
{
	struct img_wire w = { body.p, body.p + body.n };
	struct img_wfield f;

	out->n = 0;
	while (body.n > 0 && w.p < w.end) {
		const char *why = img_wire_next(&w, &f);

		if (why != NULL)
			return img_fail(err, IMG_EDATA, body.off, "%s", why);
		if (f.tag == ID)
			img_put_num(out, ID, id);
		else
			img_buf_put(out, f.at, (size_t)(w.p - f.at));
	}
	return out->failed ? img_fail_mem(err) : 0;
}

struct taking {
	struct img_layout_event *s;
	size_t kind;
	struct img_buf body;
};

static int take(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct taking *t = arg;
	struct img_buf *fields = &t->s->of[t->kind].fields;
	size_t n = t->s->of[t->kind].n, at = fields->n;
	struct part *v = img_grow(t->s->of[t->kind].v, n, sizeof(*v));
	uint64_t id = 0;

	if (v == NULL)
		return img_fail_mem(err);
	t->s->of[t->kind].v = v;
	if (set_id(e->body, 0, &t->body, err) < 0)
		return -1;
	(void)img_wire_get(e->body.p, e->body.n, ID, &id);
	img_put_bytes(fields, kinds[t->kind].tag, t->body.p, t->body.n);
	v[n] = (struct part){ (uint32_t)id, at, fields->n - at };
	t->s->of[t->kind].n++;
	return fields->failed ? img_fail_mem(err) : 0;
}

static int by_id(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static size_t first_of(const struct part *v, size_t n, uint32_t id)
{
	size_t lo = 0;

	while (lo < n) {
		size_t mid = lo + (n - lo) / 2;

		if (v[mid].id < id)
			lo = mid + 1;
		else
			n = mid;
	}
	return lo;
}

static int parts_in(struct img_convert *c, const struct img_at *at, struct img_span body,
		    struct img_buf *out, struct img_err *err)
{
	const struct kind *k = at->row;
	const struct part *v = c->event_layouts->of[k - kinds].v;
	const struct img_buf *all = &c->event_layouts->of[k - kinds].fields;
	size_t n = c->event_layouts->of[k - kinds].n, i;
	struct img_buf fields = { 0 };
	uint64_t id = 0;
	int r = 0;

	(void)img_wire_get(body.p, body.n, ID, &id);
	for (i = first_of(v, n, (uint32_t)id); i < n && v[i].id == id; i++)
		img_buf_put(&fields, all->p + v[i].at, v[i].n);
	if (fields.failed)
		r = img_fail_mem(err);
	else if (fields.n > 0)
		r = img_splice_put(body, (struct img_path){ { 0 }, 0 }, k->tag,
				   (struct img_span){ fields.p, fields.n, 0 }, out, err);
	r = r < 0 ? -1 : fields.n > 0 ? IMG_SET : IMG_KEEP;
	img_buf_free(&fields);
	return r;
}

/* ---- down ---- */

static int parts_out(struct img_convert *c, const struct img_at *at, struct img_span body,
		     struct img_buf *out, struct img_err *err)
{
	const struct kind *k = at->row;
	int r = img_splice_cut(body, (struct img_path){ { 0 }, 0 }, k->tag, out, err);

	(void)c;
	return r < 0 ? -1 : r > 0 ? IMG_SET : IMG_KEEP;
}

/* Call fn for the message of each file of a kind. */
static int each_file(struct img_convert *c, const struct kind *k,
		     int (*fn)(void *arg, struct img_span body, struct img_err *err), void *arg,
		     struct img_err *err)
{
	struct img_files_place p;
	const struct img_msg *m;
	struct img_files *f;
	struct img_span body;
	int r = img_convert_files(c, &f, err);

	for (uint32_t i = 0; r > 0 && i < img_files_count(f); i++) {
		img_files_at(f, i, &p);
		if (p.type != k->fd_type)
			continue;
		r = img_files_payload(f, i, &m, &body, err);
		if (r > 0 && fn(arg, body, err) < 0)
			r = -1;
		r = r < 0 ? -1 : 1;
	}
	return r < 0 ? -1 : 0;
}

struct counting {
	uint32_t tag;
	uint64_t n;
};

static int count_parts(void *arg, struct img_span body, struct img_err *err)
{
	struct counting *count = arg;
	struct img_wire w = { body.p, body.p + body.n };
	struct img_wfield f;

	(void)err;
	while (body.n > 0 && w.p < w.end && img_wire_next(&w, &f) == NULL)
		count->n += f.tag == count->tag;
	return 0;
}

struct putting {
	const struct kind *k;
	struct img_made *made;
	struct img_buf body;
};

static int put_parts(void *arg, struct img_span body, struct img_err *err)
{
	struct putting *p = arg;
	struct img_wire w = { body.p, body.p + body.n };
	struct img_wfield f;
	uint64_t id = 0;

	(void)img_wire_get(body.p, body.n, ID, &id);
	while (body.n > 0 && w.p < w.end && img_wire_next(&w, &f) == NULL) {
		if (f.tag != p->k->tag || f.wt != IMG_BYTES)
			continue;
		if (set_id((struct img_span){ f.p, f.n, body.off }, (uint32_t)id, &p->body, err) <
			    0 ||
		    img_made_put(p->made, (struct img_span){ p->body.p, p->body.n, 0 }, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- the family ---- */

static int event_learn(struct img_convert *c, struct img_err *err)
{
	struct taking t = { .s = img_calloc(1, sizeof(*c->event_layouts)) };
	int r = 0;

	c->event_layouts = t.s;
	if (t.s == NULL)
		return img_fail_mem(err);
	for (t.kind = 0; t.kind < KINDS && r == 0; t.kind++) {
		if (img_convert_has(c, INSIDE)) {
			r = img_convert_each(c, kinds[t.kind].old, 0, take, &t, err);
			if (t.s->of[t.kind].n > 0)
				qsort(t.s->of[t.kind].v, t.s->of[t.kind].n, sizeof(struct part),
				      by_id);
		} else if (!img_convert_exists(c, kinds[t.kind].old)) {
			struct counting n = { kinds[t.kind].tag, 0 };

			r = each_file(c, &kinds[t.kind], count_parts, &n, err);
			t.s->of[t.kind].parts = n.n;
		}
	}
	img_buf_free(&t.body);
	return r;
}

static int event_image(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	(void)err;
	for (size_t i = 0; i < KINDS; i++)
		if (img_convert_has(c, INSIDE) && strcmp(plan->name, kinds[i].old) == 0)
			plan->fate = IMG_FATE_DROP;
	return 0;
}

static int event_add(struct img_convert *c, struct img_dir_names *names, struct img_err *err)
{
	for (size_t i = 0; i < KINDS; i++)
		if (c->event_layouts->of[i].parts > 0 &&
		    img_names_add(names, kinds[i].old, err) < 0)
			return -1;
	return 0;
}

static int event_make(struct img_convert *c, const char *name, const struct img_sink *to,
		      struct img_err *err)
{
	for (size_t i = 0; i < KINDS; i++) {
		struct img_made made;
		struct putting p = { .k = &kinds[i], .made = &made };
		int r;

		if (strcmp(name, kinds[i].old) != 0)
			continue;
		r = img_made_begin(c, &made, name, to, err);
		if (r == 0)
			r = each_file(c, &kinds[i], put_parts, &p, err);
		img_buf_free(&p.body);
		return img_made_end(&made, r, err) < 0 ? -1 : 1;
	}
	return 0;
}

static void event_end(struct img_convert *c)
{
	for (size_t i = 0; c->event_layouts != NULL && i < KINDS; i++) {
		img_free(c->event_layouts->of[i].v);
		img_buf_free(&c->event_layouts->of[i].fields);
	}
	img_free(c->event_layouts);
	c->event_layouts = NULL;
}

static const struct img_layout rows[] = {
	{ INSIDE, &img_msg_eventpoll_file_entry, parts_in, parts_out, "tfd", &kinds[0] },
	{ INSIDE, &img_msg_inotify_file_entry, parts_in, parts_out, "wd", &kinds[1] },
	{ INSIDE, &img_msg_fanotify_file_entry, parts_in, parts_out, "mark", &kinds[2] },
};

const struct img_family img_layouts_event = {
	.rows = rows,
	.n = sizeof(rows) / sizeof(*rows),
	.learn = event_learn,
	.image = event_image,
	.add = event_add,
	.make = event_make,
	.end = event_end,
};
