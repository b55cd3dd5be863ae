#include "libimg/rewrite/settext.h"

#include <string.h>

#include "libimg/image/type.h"
#include "libimg/json/json2msg.h"
#include "libimg/json/jw.h"
#include "libimg/json/msg2json.h"

/* ---- the text ---- */

static int refuse(struct img_err *err, const char *what, const char *name, size_t n)
{
	char shown[100];

	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "%s%s", what,
			img_printable(name, n, shown, sizeof(shown)));
}

/* "[12]" at p, or nothing: IMG_SET_ALL. The byte after it, NULL where it is no such thing. */
static const char *index_at(const char *p, int64_t *index)
{
	*index = IMG_SET_ALL;
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

static int parse_step(struct img_set *t, const struct img_msg *m, const char **path,
		      struct img_err *err)
{
	size_t n = strcspn(*path, ".[");
	int r = m != NULL ? img_msg_find_name(m, *path, n, 0) : -1;
	struct img_set_step *s = &t->steps[t->n];
	const char *end;

	if (r < 0)
		return refuse(err, "has no such field: ", *path, n);
	if (t->n == IMG_SET_STEPS)
		return refuse(err, "has too many keys", "", 0);
	*s = (struct img_set_step){ m, &m->rows[r], IMG_SET_ALL };
	end = index_at(*path + n, &s->index);
	if (end == NULL || (*end != '\0' && *end != '.'))
		return refuse(err, "has a bad index: ", *path, strlen(*path));
	if (s->index != IMG_SET_ALL && !s->row->list)
		return refuse(err, "has an index at a field that is no list: ", *path, n);
	if (*end == '.' && s->row->sub != NULL && s->row->list && s->index == IMG_SET_ALL)
		return refuse(err, "needs an index after ", *path, n);
	t->n++;
	*path = *end == '.' ? end + 1 : end;
	return 0;
}

/* The keys of the path, by the message of the entry. */
static int parse_path(struct img_set *t, const struct img_type *type, struct img_err *err)
{
	static const char entries[] = "entries[";
	const struct img_extra *extra;
	const struct img_msg *m;
	const char *p = t->path;

	t->entry = IMG_SET_ALL;
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

static bool is_text(const struct img_row *row)
{
	return row->type == PROTOBUF_C_TYPE_STRING || row->type == PROTOBUF_C_TYPE_BYTES;
}

/* Is the value JSON as it stands, or a text whose quotes are left out? */
static bool is_json(const struct img_set_step *s, const char *v)
{
	if (v[0] == '"' || v[0] == '{' || (v[0] == '[' && s->row->list && s->index == IMG_SET_ALL))
		return true;
	if (is_text(s->row))
		return false;
	return is_json_number(v) || strcmp(v, "true") == 0 || strcmp(v, "false") == 0;
}

static void put_value(struct img_buf *to, const struct img_set_step *s, const char *value)
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
static void put_object(struct img_buf *to, const struct img_set_step *s, const char *value)
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

static int parse_value(struct img_arena *a, struct img_set *t, const char *value,
		       struct img_err *err)
{
	const struct img_set_step *last = &t->steps[t->n - 1];
	struct img_buf json = { 0 }, wire = { 0 };
	int r = 0;
	uint8_t *p;

	if (strcmp(value, "null") == 0 && !is_text(last->row))
		return 0;
	put_object(&json, last, value);
	r = json.failed ? img_fail_mem(err) : read_object(&json, last->m, &wire, err);
	if (r == 0 && has_others(&wire, last->row->tag))
		r = img_fail(err, IMG_EDATA, IMG_NOWHERE, "more than one value");
	p = r == 0 ? img_arena_alloc(a, wire.n + 1) : NULL;
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

/* ---- both ---- */

int img_set_read(struct img_set *t, const char *text, struct img_arena *a, struct img_err *err)
{
	size_t n = strlen(text);
	char *copy = img_arena_alloc(a, 2 * (n + 1)), *path, *value;
	const struct img_type *type;

	if (copy == NULL)
		return img_fail_mem(err);
	*t = (struct img_set){ .text = strcpy(copy, text) };
	t->image = strcpy(copy + n + 1, text);
	path = strchr(copy + n + 1, ':');
	value = path != NULL ? strchr(path, '=') : NULL;
	if (value == NULL)
		return refuse(err, "is not IMAGE:PATH=VALUE", "", 0);
	*path++ = *value++ = '\0';
	t->path = path;
	type = img_type_by_file(t->image, NULL);
	if (type == NULL || type->magic == 0)
		return refuse(err, "is about no image with fields: ", t->image, strlen(t->image));
	return parse_path(t, type, err) < 0 ? -1 : parse_value(a, t, value, err);
}

int img_set_json(const struct img_set *t, struct img_span wire, struct img_buf *to,
		 struct img_err *err)
{
	struct img_msg only = alone(t->steps[t->n - 1].m);
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
