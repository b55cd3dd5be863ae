#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/host/facts.h"
#include "libimg/json/b64.h"
#include "libimg/json/hint.h"
#include "libimg/json/jr.h"

/* ---- writing ---- */

/* Bits of `has` that are members of their own. */
static const struct flag {
	const char *name;
	unsigned bit;
} flags[] = {
	{ "reuseport", IMG_NEED_REUSEPORT }, { "connected", IMG_NEED_CONNECTED },
	{ "in_root", IMG_NEED_IN_ROOT },     { "missing", IMG_FACT_ABSENT },
	{ "listening", IMG_FACT_LISTENING },
};

static bool has_value(const struct img_need *n)
{
	return n->kind == IMG_NEED_XSAVE || n->kind == IMG_NEED_PID_MAX ||
	       (n->has & IMG_NEED_SIZE) != 0;
}

void img_need_json(struct img_jw *w, const char *key, const struct img_need *n)
{
	char hex[2 * IMG_NEED_ID_MAX + 1] = "";

	img_jw_name(w, key);
	img_jw_plain(w, img_need_kind_name(n->kind));
	IMG_JW_CSTR(w, "name", n->name);
	if (has_value(n))
		IMG_JW_UINT(w, "value", n->value);
	if (n->has & IMG_NEED_MODE)
		IMG_JW_UINT(w, "mode", n->mode);
	for (size_t i = 0; i < n->id_n; i++)
		snprintf(hex + 2 * i, 3, "%02x", n->id[i]);
	if (n->has & IMG_NEED_BUILD_ID)
		IMG_JW_PLAIN(w, "build_id", hex);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (n->has & flags[i].bit) {
			img_jw_name(w, flags[i].name);
			img_jw_bool(w, true);
		}
	if (n->unchecked != NULL)
		IMG_JW_CSTR(w, "unchecked", n->unchecked);
	if (n->image != NULL) {
		IMG_JW_CSTR(w, "image", n->image);
		IMG_JW_UINT(w, "entry", n->entry);
	}
	if (n->pid != 0)
		IMG_JW_UINT(w, "pid", n->pid);
}

static void known(const struct img_host_facts *f, enum img_need_kind kind, struct img_out *out)
{
	struct img_jw w;

	if (kind == IMG_NEED_OPTION || kind == IMG_NEED_FILE)
		return;
	img_jw_init(&w, out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	IMG_JW_PLAIN(&w, "fact", img_need_kind_name(kind));
	if (img_host_facts_is_complete(f, kind))
		IMG_JW_BOOL(&w, "complete", true);
	else
		IMG_JW_CSTR(&w, "unknown", img_host_facts_why(f, kind));
	img_jw_close(&w, '}');
	img_out_byte(out, '\n');
}

void img_host_facts_json(const struct img_host_facts *f, struct img_out *out)
{
	struct img_jw w;

	for (int k = 0; k < IMG_NEED_KINDS; k++)
		known(f, (enum img_need_kind)k, out);
	for (uint32_t i = 0; i < img_host_facts_count(f); i++) {
		img_jw_init(&w, out, IMG_JW_LINE);
		img_jw_open(&w, '{');
		img_need_json(&w, "fact", &img_host_facts_at(f, i)->is);
		img_jw_close(&w, '}');
		img_out_byte(out, '\n');
	}
}

/* ---- reading ---- */

enum { NAME = 4096 + 256 };

/* One line. */
struct fact_line {
	struct img_need n;
	bool is_fact, is_need, complete;
	char name[NAME], unknown[256];
};

static int number(struct img_jr *jr, const struct jr_tok *t, uint64_t *v, struct img_err *err)
{
	if ((t->type != JR_NUM && t->type != JR_STR) || !img_parse_u64(t->p, t->n, v))
		return img_jr_expected(jr, t, "a number", err);
	return 0;
}

static int text(struct img_jr *jr, const struct jr_tok *t, char *to, size_t size,
		struct img_err *err)
{
	if (t->type != JR_STR)
		return img_jr_expected(jr, t, "a string", err);
	if (t->n >= size || memchr(t->p, '\0', t->n) != NULL)
		return img_jr_fail(jr, err, "a string of %zu bytes (at most %zu, without NUL)",
				   t->n, size - 1);
	memcpy(to, t->p, t->n);
	to[t->n] = '\0';
	return 0;
}

static int kind(struct img_jr *jr, const struct jr_tok *t, struct fact_line *l, struct img_err *err)
{
	char quote[JR_QUOTE];

	if (t->type != JR_STR)
		return img_jr_expected(jr, t, "a string", err);
	l->n.kind = img_need_kind_find(t->p, t->n);
	if (l->n.kind == IMG_NEED_KINDS)
		return img_jr_fail(jr, err, "unknown kind %s", img_jr_quote(t, quote));
	return 0;
}

static int build_id(struct img_jr *jr, const struct jr_tok *t, struct img_need *n,
		    struct img_err *err)
{
	if (t->type != JR_STR || t->n % 2 != 0 || t->n > 2 * sizeof(n->id))
		return img_jr_expected(jr, t, "hex digits", err);
	for (size_t i = 0; i < t->n / 2; i++) {
		char hex[5] = { '0', 'x', t->p[2 * i], t->p[2 * i + 1], '\0' };
		uint64_t v;

		if (!img_parse_u64(hex, 4, &v))
			return img_jr_expected(jr, t, "hex digits", err);
		n->id[i] = (uint8_t)v;
	}
	n->id_n = t->n / 2;
	n->has |= IMG_NEED_BUILD_ID;
	return 0;
}

/* A name that is no UTF-8: {"@base64": "..."}, of which the brace has been read. */
static int raw_name(struct img_jr *jr, char *to, size_t size, struct img_err *err)
{
	struct jr_tok t;
	int64_t n;

	if (img_jr_next(jr, &t, err) < 0)
		return -1;
	if (t.type != JR_KEY || !jr_is(&t, "@base64"))
		return img_jr_fail(jr, err, "expected the key \"@base64\"");
	if (img_jr_next(jr, &t, err) < 0)
		return -1;
	if (t.type != JR_STR || t.n / 4 * 3 + 3 >= size)
		return img_jr_fail(jr, err, "name: too long, or no string");
	n = img_b64_decode((uint8_t *)to, t.p, t.n);
	if (n < 0 || memchr(to, '\0', (size_t)n) != NULL)
		return img_jr_fail(jr, err, "name: not base64, or with a NUL");
	to[n] = '\0';
	if (img_jr_next(jr, &t, err) < 0)
		return -1;
	return t.type == JR_OBJ_END ? 0 : img_jr_expected(jr, &t, "the end of the object", err);
}

/* The value of a key that is of no interest here. */
static int skip(struct img_jr *jr, const struct jr_tok *t, struct img_err *err)
{
	struct jr_tape tape = { .toks = { .n = 0 } };
	int r = img_jr_record(jr, &tape, t, NAME, err);

	img_jr_tape_free(&tape);
	return r > 0 ? img_jr_fail(jr, err, "a value of more than %d bytes", NAME) : r;
}

static int member(struct img_jr *jr, const char *key, struct fact_line *l, struct img_err *err)
{
	struct img_need *n = &l->n;
	struct jr_tok t;
	uint64_t v = 0;

	if (img_jr_next(jr, &t, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strcmp(key, flags[i].name) == 0) {
			n->has |= t.type == JR_TRUE ? flags[i].bit : 0;
			return 0;
		}
	if (strcmp(key, "fact") == 0 || strcmp(key, "need") == 0) {
		l->is_fact = key[0] == 'f';
		l->is_need = key[0] == 'n';
		return kind(jr, &t, l, err);
	}
	if (strcmp(key, "name") == 0 && t.type == JR_STR)
		return text(jr, &t, l->name, sizeof(l->name), err);
	if (strcmp(key, "name") == 0 && t.type == JR_OBJ)
		return raw_name(jr, l->name, sizeof(l->name), err);
	if (strcmp(key, "unknown") == 0)
		return text(jr, &t, l->unknown, sizeof(l->unknown), err);
	if (strcmp(key, "build_id") == 0)
		return build_id(jr, &t, n, err);
	if (strcmp(key, "complete") == 0) {
		l->complete = t.type == JR_TRUE;
		return 0;
	}
	if (strcmp(key, "value") == 0) {
		n->has |= IMG_NEED_SIZE;
		return number(jr, &t, &n->value, err);
	}
	if (strcmp(key, "mode") == 0) {
		n->has |= IMG_NEED_MODE;
		if (number(jr, &t, &v, err) < 0)
			return -1;
		if (v > UINT32_MAX)
			return img_jr_fail(jr, err, "mode: %" PRIu64 " has more than 32 bits", v);
		n->mode = (uint32_t)v;
		return 0;
	}
	return skip(jr, &t, err);
}

/* An object: 1 with *l, 0 at the end, -1. */
static int read_line(struct img_jr *jr, struct fact_line *l, struct img_err *err)
{
	struct jr_tok t;
	char key[32];

	*l = (struct fact_line){ .n = { .kind = IMG_NEED_KINDS } };
	l->n.name = l->name;
	if (img_jr_next(jr, &t, err) < 0)
		return -1;
	if (t.type == JR_END)
		return 0;
	if (t.type != JR_OBJ)
		return img_jr_expected(jr, &t, "an object", err);
	for (;;) {
		if (img_jr_next(jr, &t, err) < 0)
			return -1;
		if (t.type == JR_OBJ_END)
			break;
		snprintf(key, sizeof(key), "%.*s", (int)t.n, t.p);
		if (member(jr, key, l, err) < 0)
			return -1;
	}
	if (l->n.kind == IMG_NEED_KINDS)
		return img_jr_fail(jr, err, "neither a need nor a fact");
	return 1;
}

int img_host_facts_read(struct img_host_facts *f, struct img_in *in, struct img_err *err)
{
	struct img_jr *jr = img_jr_open(in);
	struct fact_line l;
	int r = jr == NULL ? img_fail_mem(err) : 1;

	while (r > 0 && (r = read_line(jr, &l, err)) > 0) {
		if (!l.is_fact)
			continue;
		if (l.complete)
			img_host_facts_complete(f, l.n.kind);
		else if (l.unknown[0] != '\0')
			img_host_facts_unknown(f, l.n.kind, l.unknown);
		else
			r = img_host_facts_add(f, &l.n, err) < 0 ? -1 : 1;
	}
	img_jr_close(jr);
	return r;
}

int img_needs_read(struct img_in *in,
		   int (*fn)(void *arg, const struct img_need *n, struct img_err *err), void *arg,
		   struct img_err *err)
{
	struct img_jr *jr = img_jr_open(in);
	struct fact_line l;
	int r = jr == NULL ? img_fail_mem(err) : 1;

	while (r > 0 && (r = read_line(jr, &l, err)) > 0)
		if (l.is_need && l.name[0] != '\0')
			r = fn(arg, &l.n, err) < 0 ? -1 : 1;
	img_jr_close(jr);
	return r;
}
