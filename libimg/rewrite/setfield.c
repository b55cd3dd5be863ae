#include "libimg/rewrite/setfield.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/arena.h"
#include "libimg/json/json2msg.h"
#include "libimg/json/jw.h"
#include "libimg/json/msg2json.h"
#include "libimg/msg/unpack.h"

enum { STEPS = 32, ALL = -1 }; /* messages in one another; no index */

/* One key of a path: a field, and which of its values. */
struct set_step {
	const struct img_msg *m; /* that it is in */
	const struct img_row *row;
	int64_t index; /* ALL: not said */
};

struct set_field {
	const char *text;
	const char *image, *path; /* path: without entries[N] */
	int64_t entry;            /* ALL: not said, which means 0 */
	struct set_step steps[STEPS];
	size_t n;
	struct img_span wire; /* the new field as it stands on the wire, empty: drop it */
	bool done;
};

struct img_sets {
	struct img_changes changes;
	struct img_arena *texts;
	struct img_buf list;
	struct img_buf work[2]; /* messages that are being made */
	const char *image;      /* that entries come from */
};

static struct set_field *sets(const struct img_sets *s)
{
	return (struct set_field *)(void *)s->list.p;
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
	return s->list.n / sizeof(struct set_field);
}

const char *img_sets_text(const struct img_sets *s, size_t i)
{
	return sets(s)[i].text;
}

bool img_sets_done(const struct img_sets *s, size_t i)
{
	return sets(s)[i].done;
}

/* ---- the text ---- */

static int refuse(struct img_err *err, const char *what, const char *name, size_t n)
{
	char shown[100];

	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "%s%s", what,
			img_printable(name, n, shown, sizeof(shown)));
}

/* "[12]" at p, or nothing: ALL. The byte after it, NULL where it is no such thing. */
static const char *index_at(const char *p, int64_t *index)
{
	*index = ALL;
	if (*p != '[')
		return p;
	*index = 0;
	for (p++; *p >= '0' && *p <= '9'; p++) {
		*index = *index * 10 + (*p - '0');
		if (*index > UINT32_MAX)
			return NULL;
	}
	return *p == ']' && p[-1] != '[' ? p + 1 : NULL;
}

static int parse_step(struct set_field *t, const struct img_msg *m, const char **path,
		      struct img_err *err)
{
	size_t n = strcspn(*path, ".[");
	int r = m != NULL ? img_msg_find_name(m, *path, n, 0) : -1;
	struct set_step *s = &t->steps[t->n];
	const char *end;

	if (r < 0)
		return refuse(err, "has no such field: ", *path, n);
	if (t->n == STEPS)
		return refuse(err, "has too many keys", "", 0);
	*s = (struct set_step){ m, &m->rows[r], ALL };
	end = index_at(*path + n, &s->index);
	if (end == NULL || (*end != '\0' && *end != '.'))
		return refuse(err, "has a bad index: ", *path, strlen(*path));
	if (s->index != ALL && !s->row->list)
		return refuse(err, "has an index at a field that is no list: ", *path, n);
	if (*end == '.' && s->row->sub != NULL && s->row->list && s->index == ALL)
		return refuse(err, "needs an index after ", *path, n);
	t->n++;
	*path = *end == '.' ? end + 1 : end;
	return 0;
}

/* The keys of the path, by the message of the entry. */
static int parse_path(struct set_field *t, const struct img_type *type, struct img_err *err)
{
	static const char entries[] = "entries[";
	const struct img_extra *extra;
	const struct img_msg *m;
	const char *p = t->path;

	t->entry = ALL;
	if (strncmp(p, entries, sizeof(entries) - 1) == 0) {
		p = index_at(p + sizeof(entries) - 2, &t->entry);
		if (p == NULL || *p++ != '.')
			return refuse(err, "has a bad index: ", t->path, strlen(t->path));
		t->path = p;
	}
	m = img_type_entry(type, t->entry > 0 ? 1 : 0, &extra);
	while (*p != '\0') {
		if (parse_step(t, m, &p, err) < 0)
			return -1;
		m = t->steps[t->n - 1].row->sub;
	}
	return t->n > 0 ? 0 : refuse(err, "has no field", "", 0);
}

/* ---- the value ---- */

/* Is it a number as JSON has them? */
static bool is_json_number(const char *s)
{
	if (*s == '-')
		s++;
	if (*s < '0' || *s > '9' || (*s == '0' && s[1] >= '0' && s[1] <= '9'))
		return false;
	return s[strspn(s, "0123456789")] == '\0';
}

static bool is_text(const struct img_row *row, const struct img_msg *m)
{
	ProtobufCType type = m->desc->fields[row - m->rows].type;

	return type == PROTOBUF_C_TYPE_STRING || type == PROTOBUF_C_TYPE_BYTES;
}

/* Is the value JSON as it stands, or a text whose quotes are left out? */
static bool is_json(const struct set_step *s, const char *v)
{
	if (v[0] == '"' || v[0] == '{' || (v[0] == '[' && s->row->list && s->index == ALL))
		return true;
	if (is_text(s->row, s->m))
		return false;
	return is_json_number(v) || strcmp(v, "true") == 0 || strcmp(v, "false") == 0;
}

static void put_value(struct img_buf *to, const struct set_step *s, const char *value)
{
	struct img_out *o;
	struct img_jw w;
	struct img_err err;

	if (is_json(s, value)) {
		img_buf_put(to, value, strlen(value));
		return;
	}
	o = img_out_mem(to);
	if (o == NULL) {
		to->failed = true;
		return;
	}
	img_jw_init(&w, o, IMG_JW_LINE);
	img_jw_text(&w, value, strlen(value));
	img_out_flush(o, &err);
	img_out_free(o);
}

/* {"comm":"new"}: the field alone, in a message of its own. */
static void put_object(struct img_buf *to, const struct set_step *s, const char *value)
{
	const char *name = s->m->desc->fields[s->row - s->m->rows].name;
	bool one = s->row->list && value[0] != '[';

	img_buf_put(to, "{\"", 2);
	img_buf_put(to, name, strlen(name));
	img_buf_put(to, "\":", 2);
	if (one)
		img_buf_put(to, "[", 1);
	put_value(to, s, value);
	img_buf_put(to, one ? "]}" : "}", one ? 2 : 1);
}

/* Its message may lack what is required otherwise. */
static struct img_msg alone(const struct img_msg *m)
{
	struct img_msg copy = *m;

	copy.required = 0;
	return copy;
}

static int no_other(void *arg, const struct jr_tok *key, struct img_err *err)
{
	(void)arg, (void)key, (void)err;
	return 0;
}

/* A value that goes on with a key of its own is not one value. */
static bool has_others(const struct img_buf *wire, uint32_t tag)
{
	struct img_wire w = { wire->p, wire->p + wire->n };
	struct img_wfield v;

	while (w.p < w.end)
		if (img_wire_next(&w, &v) != NULL || v.tag != tag)
			return true;
	return false;
}

static int read_object(const struct img_buf *json, const struct img_msg *m, struct img_buf *wire,
		       struct img_err *err)
{
	struct img_msg only = alone(m);
	struct img_in *in = img_in_mem(json->p, json->n);
	struct img_jr *jr = in != NULL ? img_jr_open(in) : NULL;
	struct jr_tok t;
	int r = -1;

	if (jr == NULL)
		img_fail_mem(err);
	else if (img_jr_next(jr, &t, err) == 0)
		r = img_json2msg(jr, &only, wire, no_other, NULL, err);
	if (r == 0 && img_jr_next(jr, &t, err) < 0)
		r = -1;
	else if (r == 0 && t.type != JR_END)
		r = img_fail(err, IMG_EDATA, IMG_NOWHERE, "more than one value");
	img_jr_close(jr);
	img_in_free(in);
	return r;
}

static int parse_value(struct img_sets *s, struct set_field *t, const char *value,
		       struct img_err *err)
{
	const struct set_step *last = &t->steps[t->n - 1];
	struct img_buf json = { 0 }, wire = { 0 };
	int r = 0;
	uint8_t *p;

	if (strcmp(value, "null") == 0 && !is_text(last->row, last->m))
		return 0;
	put_object(&json, last, value);
	r = json.failed ? img_fail_mem(err) : read_object(&json, last->m, &wire, err);
	if (r == 0 && has_others(&wire, last->row->tag))
		r = img_fail(err, IMG_EDATA, IMG_NOWHERE, "more than one value");
	p = r == 0 ? img_arena_alloc(s->texts, wire.n + 1) : NULL;
	if (r == 0 && (p == NULL || wire.failed))
		r = img_fail_mem(err);
	if (r == 0) {
		if (wire.n > 0)
			memcpy(p, wire.p, wire.n);
		t->wire = (struct img_span){ p, wire.n, 0 };
	}
	img_buf_free(&json);
	img_buf_free(&wire);
	return r;
}

/* "null" drops a text too, where the field may be absent. */
int img_sets_add(struct img_sets *s, const char *text, struct img_err *err)
{
	size_t n = strlen(text);
	char *copy = img_arena_alloc(s->texts, 2 * (n + 1)), *path, *value;
	const struct img_type *type;
	struct set_field t = { .text = copy };

	if (copy == NULL)
		return img_fail_mem(err);
	strcpy(copy, text);
	t.image = strcpy(copy + n + 1, text);
	path = strchr(copy + n + 1, ':');
	value = path != NULL ? strchr(path, '=') : NULL;
	if (value == NULL)
		return refuse(err, "is not IMAGE:PATH=VALUE", "", 0);
	*path++ = *value++ = '\0';
	t.path = path;
	type = img_type_by_file(t.image, NULL);
	if (type == NULL || type->magic == 0)
		return refuse(err, "is about no image with fields: ", t.image, strlen(t.image));
	if (parse_path(&t, type, err) < 0 || parse_value(s, &t, value, err) < 0)
		return -1;
	img_buf_put(&s->list, &t, sizeof(t));
	return s->list.failed ? img_fail_mem(err) : 0;
}

/* ---- the entry ---- */

/* JSON of the field alone: what stands after its name. */
static int as_json(const struct set_step *s, struct img_span wire, struct img_buf *to,
		   struct img_err *err)
{
	struct img_msg only = alone(s->m);
	struct img_out *o = img_out_mem(to);
	struct img_jw w;
	int r;

	if (o == NULL)
		return img_fail_mem(err);
	img_jw_init(&w, o, IMG_JW_LINE);
	r = img_msg2json(&w, &only, wire, true, err);
	if (r == 0)
		r = img_out_flush(o, err);
	img_out_free(o);
	return r;
}

static int report(struct img_sets *s, const struct set_field *t, uint64_t entry,
		  struct img_span old, struct img_err *err)
{
	const struct set_step *last = &t->steps[t->n - 1];
	size_t key = strlen(last->m->desc->fields[last->row - last->m->rows].name) + 3;
	struct img_buf a = { 0 }, b = { 0 };
	struct img_edit_changed c = { s->image, entry, t->path, { 0 }, { 0 } };
	int r = as_json(last, old, &a, err);

	if (r == 0)
		r = as_json(last, t->wire, &b, err);
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
	const struct set_field *set;
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

static bool is_meant(const struct set_step *s, uint64_t value)
{
	return s->index == ALL || (uint64_t)s->index == value;
}

static int find(const struct set_walk *x, const struct set_step *s, struct img_span body,
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

static int check_found(const struct set_walk *x, const struct set_step *s,
		       const struct set_found *f, bool last)
{
	if (f->packed && s->index != ALL)
		return img_fail(x->err, IMG_EDATA, IMG_NOWHERE,
				"--set of %s: the list is packed: set all of it", x->set->path);
	/* One more than there are is one more; a message that is not there is made. */
	if (s->index != ALL && (uint64_t)s->index > f->values)
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
	const struct set_step *s = &x->set->steps[step];
	struct img_wire w = { body.p, body.p + body.n };
	bool there = s->index == ALL ? f->values > 0 : (uint64_t)s->index < f->values, put = false;
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
	const struct set_step *s = &x->set->steps[step];
	struct set_found f = { .values = 0 };
	int r = find(x, s, body, &f);

	if (r == 0)
		r = check_found(x, s, &f, step + 1 == x->set->n);
	if (r == 0)
		r = rebuild(x, step, body, &f, to);
	img_buf_free(&f.old);
	return r;
}

static bool is_for(const struct set_field *t, const char *image, uint64_t entry)
{
	return strcmp(t->image, image) == 0 && (t->entry == ALL ? 0 : (uint64_t)t->entry) == entry;
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
		struct set_field *t = &sets(s)[i];
		struct set_walk x = { s, t, e->index, err };

		if (t->entry == ALL && e->index == 1 && strcmp(t->image, image) == 0)
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
		t->done = changed = true;
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
		if (strcmp(sets(s)[i].image, plan->name) == 0)
			plan->fate = IMG_FATE_EDIT;
	return 0;
}

struct img_change img_sets_change(struct img_sets *s)
{
	return (struct img_change){ .image = set_plan, .entry = set_entry, .arg = s };
}
