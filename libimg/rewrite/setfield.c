#include "libimg/rewrite/setfield.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/msg/wire.h"
#include "libimg/rewrite/settext.h"

struct setting {
	struct img_set set;
	bool done; /* some entry has it now */
};

struct img_sets {
	struct img_changes changes;
	struct img_arena *texts;
	struct img_buf list;
	struct img_buf work[2]; /* messages that are being made */
	const char *image;      /* that entries come from */
};

static struct setting *sets(const struct img_sets *s)
{
	return (struct setting *)(void *)s->list.p;
}

struct img_sets *img_sets_new(struct img_changes changes)
{
	struct img_sets *s = img_calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->changes = changes;
	s->texts = img_arena_new(0);
	if (s->texts == NULL) {
		img_free(s);
		return NULL;
	}
	return s;
}

void img_sets_free(struct img_sets *s)
{
	if (s == NULL)
		return;
	img_arena_free(s->texts);
	img_buf_free(&s->list);
	img_buf_free(&s->work[0]);
	img_buf_free(&s->work[1]);
	img_free(s);
}

size_t img_sets_count(const struct img_sets *s)
{
	return s->list.n / sizeof(struct setting);
}

const char *img_sets_text(const struct img_sets *s, size_t i)
{
	return sets(s)[i].set.text;
}

bool img_sets_done(const struct img_sets *s, size_t i)
{
	return sets(s)[i].done;
}

int img_sets_add(struct img_sets *s, const char *text, struct img_err *err)
{
	struct setting f = { .done = false };

	if (img_set_read(&f.set, text, s->texts, err) < 0)
		return -1;
	img_buf_put(&s->list, &f, sizeof(f));
	return s->list.failed ? img_fail_mem(err) : 0;
}

/* ---- the entry ---- */

static int report(struct img_sets *s, const struct img_set *t, uint64_t entry, struct img_span old,
		  struct img_err *err)
{
	const struct img_set_step *last = &t->steps[t->n - 1];
	size_t key = strlen(last->m->desc->fields[last->row - last->m->rows].name) + 3;
	struct img_buf a = { 0 }, b = { 0 };
	struct img_edit_changed c = { s->image, entry, t->path, { 0 }, { 0 } };
	int r = img_set_json(t, old, &a, err);

	if (r == 0)
		r = img_set_json(t, t->wire, &b, err);
	if (r == 0 && s->changes.fn != NULL &&
	    (a.n != b.n || (a.n > 0 && memcmp(a.p, b.p, a.n) != 0))) {
		if (a.n > key)
			c.old = (struct img_edit_value){ IMG_VALUE_JSON, 0, (char *)a.p + key,
							 a.n - key };
		if (b.n > key)
			c.new = (struct img_edit_value){ IMG_VALUE_JSON, 0, (char *)b.p + key,
							 b.n - key };
		s->changes.fn(s->changes.arg, &c);
	}
	img_buf_free(&a);
	img_buf_free(&b);
	return r;
}

/* One message in which a step is to be set. */
struct set_walk {
	struct img_sets *sets;
	const struct img_set *set;
	uint64_t entry;
	struct img_err *err;
};

static int set_in(struct set_walk *x, size_t step, struct img_span body, struct img_buf *to);

static void put_message(struct img_buf *to, uint32_t tag, const struct img_buf *body)
{
	uint8_t head[IMG_TAG_MAX + IMG_VARINT_MAX], *end;

	end = img_put_varint(head, (uint64_t)tag << 3 | IMG_BYTES);
	end = img_put_varint(end, body->n);
	img_buf_put(to, head, (size_t)(end - head));
	img_buf_put(to, body->p, body->n);
}

/* The step's own message in the place of w (NULL: there was none). */
static int set_below(struct set_walk *x, size_t step, const struct img_wfield *w,
		     struct img_buf *to)
{
	const struct img_span none = { (const uint8_t *)"", 0, 0 };
	struct img_buf sub = { 0 };
	int r = set_in(x, step + 1, w != NULL ? (struct img_span){ w->p, w->n, 0 } : none, &sub);

	if (r == 0)
		put_message(to, x->set->steps[step].row->tag, &sub);
	img_buf_free(&sub);
	return r;
}

/* The number of values of the step's field in a message, and where those are that count. */
struct set_found {
	struct img_buf old; /* their bytes, tags included */
	uint64_t values;    /* of the field */
	bool packed;
};

static bool is_meant(const struct img_set_step *s, uint64_t value)
{
	return s->index == IMG_SET_ALL || (uint64_t)s->index == value;
}

static int find(const struct set_walk *x, const struct img_set_step *s, struct img_span body,
		struct set_found *f)
{
	struct img_wire w = { body.p, body.p + body.n };
	struct img_wfield v;

	while (w.p < w.end) {
		const char *why = img_wire_next(&w, &v);

		if (why != NULL)
			return img_fail(x->err, IMG_EDATA, IMG_NOWHERE, "%s", why);
		if (v.tag != s->row->tag)
			continue;
		f->packed = f->packed || (v.wt == IMG_BYTES && s->row->wt != IMG_BYTES);
		if (is_meant(s, f->values++))
			img_buf_put(&f->old, v.at, (size_t)(w.p - v.at));
	}
	return f->old.failed ? img_fail_mem(x->err) : 0;
}

static int check_found(const struct set_walk *x, const struct img_set_step *s,
		       const struct set_found *f, bool last)
{
	if (f->packed && s->index != IMG_SET_ALL)
		return img_fail(x->err, IMG_EDATA, IMG_NOWHERE,
				"--set of %s: the list is packed: set all of it", x->set->path);
	/* One more than there are is one more; a message that is not there is made. */
	if (s->index != IMG_SET_ALL && (uint64_t)s->index > f->values)
		return img_fail(x->err, IMG_EDATA, IMG_NOWHERE,
				"--set of %s: index %" PRId64 " of a list of %" PRIu64,
				x->set->path, s->index, f->values);
	return last && report(x->sets, x->set, x->entry, (struct img_span){ f->old.p, f->old.n, 0 },
			      x->err) < 0
		       ? -1
		       : 0;
}

/* What takes the place of a value that is meant; once for all of a list. */
static int put_new(struct set_walk *x, size_t step, const struct img_wfield *w, bool *put,
		   struct img_buf *to)
{
	bool first = !*put;

	*put = true;
	if (step + 1 < x->set->n)
		return set_below(x, step, w, to);
	if (first)
		img_buf_put(to, x->set->wire.p, x->set->wire.n);
	return 0;
}

/* The message with the value in its place: that of the old one, or by its number. */
static int rebuild(struct set_walk *x, size_t step, struct img_span body, const struct set_found *f,
		   struct img_buf *to)
{
	const struct img_set_step *s = &x->set->steps[step];
	struct img_wire w = { body.p, body.p + body.n };
	bool there = s->index == IMG_SET_ALL ? f->values > 0 : (uint64_t)s->index < f->values,
	     put = false;
	/* Of a singular message that stands there several times the last one is taken. */
	uint64_t value = 0, only = !s->row->list && f->values > 0 ? f->values - 1 : UINT64_MAX;
	bool below = step + 1 < x->set->n;

	while (w.p < w.end) {
		struct img_wfield v;

		if (img_wire_next(&w, &v) != NULL)
			break;
		if (!there && !put && v.tag > s->row->tag && put_new(x, step, NULL, &put, to) < 0)
			return -1;
		if (v.tag == s->row->tag && is_meant(s, value) &&
		    (!below || only == UINT64_MAX || value == only)) {
			if (put_new(x, step, &v, &put, to) < 0)
				return -1;
		} else {
			img_buf_put(to, v.at, (size_t)(w.p - v.at));
		}
		value += v.tag == s->row->tag;
	}
	if (!put && put_new(x, step, NULL, &put, to) < 0)
		return -1;
	return to->failed ? img_fail_mem(x->err) : 0;
}

static int set_in(struct set_walk *x, size_t step, struct img_span body, struct img_buf *to)
{
	const struct img_set_step *s = &x->set->steps[step];
	struct set_found f = { .values = 0 };
	int r = find(x, s, body, &f);

	if (r == 0)
		r = check_found(x, s, &f, step + 1 == x->set->n);
	if (r == 0)
		r = rebuild(x, step, body, &f, to);
	img_buf_free(&f.old);
	return r;
}

static bool is_for(const struct img_set *t, const char *image, uint64_t entry)
{
	return strcmp(t->image, image) == 0 &&
	       (t->entry == IMG_SET_ALL ? 0 : (uint64_t)t->entry) == entry;
}

/* All settings of an entry, one after the other; what comes out has to be a message. */
static int set_entry(void *arg, const char *image, const struct img_entry *e, struct img_buf *out,
		     struct img_err *err)
{
	struct img_sets *s = arg;
	struct img_span body = e->body;
	int turn = 0;
	bool changed = false;

	s->image = image;
	for (size_t i = 0; i < img_sets_count(s); i++) {
		const struct img_set *t = &sets(s)[i].set;
		struct set_walk x = { s, t, e->index, err };

		if (t->entry == IMG_SET_ALL && e->index == 1 && strcmp(t->image, image) == 0)
			return img_fail(err, IMG_EDATA, IMG_NOWHERE,
					"several entries: --set needs entries[N]. before %s",
					t->path);
		if (!is_for(t, image, e->index))
			continue;
		s->work[turn].n = 0;
		if (set_in(&x, 0, body, &s->work[turn]) < 0)
			return -1;
		body = (struct img_span){ s->work[turn].p, s->work[turn].n, 0 };
		turn ^= 1;
		sets(s)[i].done = changed = true;
	}
	if (!changed)
		return IMG_KEEP;
	if (img_wire_check(e->msg, body, err) < 0) {
		err->off = IMG_NOWHERE;
		return -1;
	}
	img_buf_put(out, body.p, body.n);
	return IMG_SET;
}

static int set_plan(void *arg, struct img_plan *plan, struct img_err *err)
{
	struct img_sets *s = arg;

	(void)err;
	for (size_t i = 0; i < img_sets_count(s); i++)
		if (strcmp(sets(s)[i].set.image, plan->name) == 0)
			plan->fate = IMG_FATE_EDIT;
	return 0;
}

struct img_change img_sets_change(struct img_sets *s)
{
	return (struct img_change){ .image = set_plan, .entry = set_entry, .arg = s };
}
