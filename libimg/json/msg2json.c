#include "libimg/json/msg2json.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/base/buf.h"
#include "libimg/base/utf8.h"
#include "libimg/json/hint.h"
#include "libimg/json/plain.h"
#include "libimg/json/qp.h"
#include "libimg/msg/canon.h"
#include "libimg/msg/wire.h"

struct walk {
	struct img_jw *w;
	bool human;
	bool plain;    /* all levels are IMG_PLAIN */
	bool odd;      /* the fields do not say all that the bytes do: see img_msg2json() */
	size_t joined; /* bytes in copies of joined messages */
	struct img_err *err;
};

/* The message being written: `off` is the offset in the image of the byte at `base`. */
struct at_level {
	struct walk *c;
	const struct img_msg *m;
	const uint8_t *base;
	uint64_t off;
	bool moved;         /* a copy: every offset is that of the message */
	unsigned inherited; /* hints inherited from the enclosing messages */
	unsigned depth;
};

static uint64_t where(const struct at_level *l, const uint8_t *p)
{
	return l->moved ? l->off : l->off + (uint64_t)(p - l->base);
}

static int members(const struct at_level *l, const uint8_t *p, size_t n);

/* Sign-extend the wire value to the type of the field. */
static void print_number(const struct at_level *l, int r, uint64_t v)
{
	const ProtobufCFieldDescriptor *f = &l->m->desc->fields[r];
	const struct img_row *row = &l->m->rows[r];
	unsigned hints = l->inherited | row->hints;
	const ProtobufCEnumValue *e;
	struct walk *c = l->c;
	bool is_signed = false;

	switch (f->type) {
	case PROTOBUF_C_TYPE_BOOL:
		if (v > 1)
			c->odd = true;
		img_jw_bool(c->w, v != 0);
		return;
	case PROTOBUF_C_TYPE_ENUM:
		if (v != (uint64_t)(int64_t)(int32_t)v)
			c->odd = true;
		e = protobuf_c_enum_descriptor_get_value(f->descriptor, (int)(uint32_t)v);
		if (e != NULL)
			img_jw_plain(c->w, e->name);
		else
			img_jw_i64(c->w, (int32_t)v);
		return;
	case PROTOBUF_C_TYPE_INT32:
		if (v != (uint64_t)(int64_t)(int32_t)v)
			c->odd = true;
		v = (uint64_t)(int32_t)v;
		is_signed = true;
		break;
	case PROTOBUF_C_TYPE_SFIXED32:
		v = (uint64_t)(int32_t)v;
		is_signed = true;
		break;
	case PROTOBUF_C_TYPE_SINT32:
		if (v > UINT32_MAX)
			c->odd = true;
		v = (uint64_t)(int32_t)img_unzigzag((uint32_t)v);
		is_signed = true;
		break;
	case PROTOBUF_C_TYPE_SINT64:
		v = img_unzigzag(v);
		is_signed = true;
		break;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SFIXED64: is_signed = true; break;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		if (v > UINT32_MAX)
			c->odd = true;
		v = (uint32_t)v;
		break;
	default: break;
	}
	if (c->human && hints != 0 && img_hint_print(c->w, row, hints, v))
		return;
	if (is_signed)
		img_jw_int(c->w, (int64_t)v);
	else
		img_jw_uint(c->w, v);
}

/* crit's text for the name of a unix socket, if it decodes to the same bytes. */
static int print_unix_name(struct walk *c, const struct img_wfield *f)
{
	struct img_buf text = { 0 }, back = { 0 };

	img_qp_encode(&text, f->p, f->n);
	img_qp_decode(&back, text.p, text.n);
	if (text.failed || back.failed) {
		img_buf_free(&text);
		img_buf_free(&back);
		return img_fail_mem(c->err);
	}
	if (back.n == f->n && (f->n == 0 || memcmp(back.p, f->p, f->n) == 0)) {
		img_jw_str(c->w, text.p, text.n);
	} else {
		img_jw_open(c->w, '{');
		IMG_JW_KEY(c->w, "@base64");
		img_jw_b64(c->w, f->p, f->n);
		img_jw_close(c->w, '}');
	}
	img_buf_free(&text);
	img_buf_free(&back);
	return 0;
}

static int print_bytes(const struct at_level *l, int r, const struct img_wfield *v)
{
	const struct img_row *row = &l->m->rows[r];
	struct walk *c = l->c;
	struct at_level sub;

	switch (row->type) {
	case PROTOBUF_C_TYPE_STRING: img_jw_text(c->w, v->p, v->n); return 0;
	case PROTOBUF_C_TYPE_BYTES:
		if (row->hints & IMG_HINT_CONV)
			return print_unix_name(c, v);
		img_jw_b64(c->w, v->p, v->n);
		return 0;
	default: break;
	}
	sub = *l;
	sub.m = row->sub;
	sub.inherited |= row->hints & IMG_HINT_HEX;
	sub.depth++;
	img_jw_open(c->w, '{');
	if (members(&sub, v->p, v->n) < 0)
		return -1;
	img_jw_close(c->w, '}');
	return 0;
}

static inline int print_value(const struct at_level *l, int r, const struct img_wfield *v)
{
	if (l->m->rows[r].wt == IMG_BYTES)
		return print_bytes(l, r, v);
	print_number(l, r, v->v);
	return 0;
}

/* A list being written; an empty list is omitted. */
struct list {
	const struct at_level *l;
	int r;
	uint64_t n;
	bool packed; /* the schema has it in one field */
};

static void list_item(struct list *list)
{
	const struct img_row *row = &list->l->m->rows[list->r];
	struct img_jw *w = list->l->c->w;

	if (list->n++ == 0) {
		img_jw_row_key(w, row->key, row->key_len);
		img_jw_open(w, '[');
	}
	img_jw_item(w);
}

/* The next number of a packed run; NULL or the reason. */
static const char *unpack_one(struct img_wire *run, uint8_t wt, struct img_wfield *v)
{
	const uint8_t *p;

	v->at = run->p;
	if (wt == IMG_VARINT) {
		p = img_varint(run->p, run->end, &v->v);
		if (p == NULL)
			return "packed varint truncated";
		run->p = p;
		return NULL;
	}
	v->v = 0;
	for (unsigned i = 0, n = wt == IMG_FIXED64 ? 8 : 4; i < n; i++) {
		if (run->p == run->end)
			return "packed field truncated";
		v->v |= (uint64_t)*run->p++ << 8 * i;
	}
	return NULL;
}

/* One occurrence of a repeated field: an item, or a packed run. */
static int list_add(struct list *list, const struct img_wfield *v)
{
	const struct at_level *l = list->l;
	const char *name = l->m->desc->fields[list->r].name;
	uint8_t wt = l->m->rows[list->r].wt;
	struct img_wfield one = { .tag = v->tag, .wt = wt };
	struct img_wire run;
	const char *why;

	if (v->wt == wt) {
		l->c->odd |= list->packed;
		list_item(list);
		if (print_value(l, list->r, v) < 0)
			return img_err_under(l->c->err, name, (int64_t)list->n - 1);
		return 0;
	}
	/* As the schema has it: each number by itself, or all of them in one field. */
	l->c->odd |= !list->packed || list->n > 0 || v->n == 0;
	run = (struct img_wire){ v->p, v->p + v->n };
	while (run.p < run.end) {
		why = unpack_one(&run, wt, &one);
		if (why != NULL) {
			img_fail(l->c->err, IMG_EDATA, where(l, one.at), "%s", why);
			return img_err_under(l->c->err, name, (int64_t)list->n);
		}
		l->c->odd |= run.p - one.at > 1 && run.p[-1] == 0;
		list_item(list);
		print_value(l, list->r, &one);
	}
	return 0;
}

/* Words of an address: at most four are kept but all are counted; more are not an address. */
enum { TOO_MANY = 5 };
struct words {
	uint32_t v[4];
	size_t n;
	bool odd; /* packed, or too wide for an address */
};

static void add_word(struct words *a, uint64_t v)
{
	if (a->n < 4)
		a->v[a->n] = (uint32_t)v;
	a->odd |= v > UINT32_MAX;
	a->n++;
}

/* Collect the words of all occurrences of that row, from `v` on. */
static void gather_words(struct words *a, const struct img_msg *m, int row, struct img_wfield v,
			 struct img_wire rest)
{
	a->n = 0;
	a->odd = false;
	for (;;) {
		bool ours = img_msg_row(m, &v, (unsigned)row) == row;

		if (ours && v.wt == IMG_BYTES) {
			struct img_wire run = { v.p, v.p + v.n };
			struct img_wfield one;

			a->odd = true;
			while (run.p < run.end) {
				if (unpack_one(&run, IMG_VARINT, &one) != NULL) {
					a->n = TOO_MANY; /* writing it as a list reports the error */
					return;
				}
				add_word(a, one.v);
			}
		} else if (ours) {
			add_word(a, v.v);
		}
		if (rest.p == rest.end || img_wire_next(&rest, &v) != NULL)
			return;
	}
}

/* Write the list that begins with *v, a field of row r, as an address; false if it is none. */
static bool print_address(const struct at_level *l, int r, const struct img_wfield *v,
			  const struct img_wire *rest)
{
	struct list list = { l, r, 0, img_row_packed(l->m, r) };
	struct words words;
	char text[IMG_ADDR_MAX];

	gather_words(&words, l->m, r, *v, *rest);
	if (words.n != 1 && words.n != 4)
		return false;
	l->c->odd |= words.odd;
	list_item(&list);
	img_jw_plain(l->c->w, img_addr_print(words.v, words.n, text));
	img_jw_close(l->c->w, ']');
	return true;
}

/*
 * Write the list that begins with *v, a field of row r; *w moves to after its last occurrence,
 * which is where a later row begins if the message is ordered.
 */
static __attribute__((noinline)) int
print_list(const struct at_level *l, int r, struct img_wfield *v, struct img_wire *w, bool ordered)
{
	struct list list = { l, r, 0, img_row_packed(l->m, r) };
	bool done =
		l->c->human && l->m->rows[r].hints & IMG_HINT_IPADD && print_address(l, r, v, w);
	struct img_wire next = *w;
	int at = r;

	for (;;) {
		if (at == r && !done && list_add(&list, v) < 0)
			return -1;
		*w = next;
		/* Unknown fields may be in between. */
		if (next.p == next.end || img_wire_next(&next, v) != NULL)
			break;
		at = img_msg_row(l->m, v, (unsigned)r);
		if (ordered && at > r)
			break;
	}
	if (list.n > 0)
		img_jw_close(l->c->w, ']');
	return 0;
}

/* Write the unknown fields as they are. */
static void print_unknown(const struct at_level *l, const uint8_t *p, size_t n)
{
	struct img_jw *to = l->c->w;
	struct img_wire w = { p, p + n };
	struct img_wfield f;

	IMG_JW_KEY(to, "@unknown");
	img_jw_b64_begin(to);
	while (w.p < w.end && img_wire_next(&w, &f) == NULL)
		if (img_msg_row(l->m, &f, 0) < 0)
			img_jw_b64_part(to, f.at, (size_t)(w.p - f.at));
	img_jw_b64_end(to);
}

/* Write the members of a message that has been scanned and whose numbers ascend. */
static int ordered(const struct at_level *l, const uint8_t *p, size_t n)
{
	struct img_wire w = { p, p + n };
	struct img_wfield v;
	int r = -1;

	for (;;) {
		const struct img_row *row;

		if (!l->c->human)
			r = img_plain_numbers(l->c->w, l->m, &w, r);
		if (w.p == w.end || img_msg_next(l->m, &w, &v, (unsigned)(r + 1), &r) != NULL)
			return 0;
		if (r < 0)
			continue;
		row = &l->m->rows[r];
		if (row->list) {
			if (print_list(l, r, &v, &w, true) < 0)
				return -1;
			continue;
		}
		img_jw_row_key(l->c->w, row->key, row->key_len);
		if (print_value(l, r, &v) < 0)
			return img_err_under(l->c->err, l->m->desc->fields[r].name, -1);
	}
}

/* Write the message in the parts of a singular field. */
static int print_joined(const struct at_level *l, int r, struct img_wfield v, struct img_span s)
{
	struct img_buf all = { 0 };
	struct at_level copy = *l;
	size_t before = l->c->joined;
	int done = img_msg_join(l->m, r, s, &all, &l->c->joined, l->c->err);

	copy.off = s.off;
	copy.moved = true;
	v.p = all.p;
	v.n = all.n;
	if (done == 0)
		done = print_bytes(&copy, r, &v);
	l->c->joined = before;
	img_buf_free(&all);
	return done;
}

/* Write what a message that is not ordered has of row r. */
static int print_row(const struct at_level *l, int r, const uint8_t *p, size_t n)
{
	struct img_wire w = { p, p + n };
	struct img_wfield v, last = { 0 };
	unsigned count = 0;
	int at, done;

	while (w.p < w.end && img_msg_next(l->m, &w, &v, (unsigned)r, &at) == NULL) {
		if (at != r)
			continue;
		if (l->m->rows[r].list)
			return print_list(l, r, &v, &w, false);
		last = v;
		count++;
	}
	img_jw_row_key(l->c->w, l->m->rows[r].key, l->m->rows[r].key_len);
	if (count > 1 && l->m->rows[r].sub != NULL)
		done = print_joined(l, r, last, (struct img_span){ p, n, where(l, p) });
	else
		done = print_value(l, r, &last);
	return done < 0 ? img_err_under(l->c->err, l->m->desc->fields[r].name, -1) : 0;
}

static int members(const struct at_level *l, const uint8_t *p, size_t n)
{
	struct img_scan s;
	const uint8_t *bad = p;
	const char *why, *key = NULL;
	int r = 0;

	if (l->c->plain)
		return ordered(l, p, n);
	if (l->depth > IMG_MAX_DEPTH)
		return img_fail(l->c->err, IMG_ELIMIT, where(l, p),
				"messages nested deeper than %d levels", IMG_MAX_DEPTH);
	why = img_msg_scan(l->m, p, n, &s, &bad, &key);
	if (why != NULL) {
		img_fail(l->c->err, IMG_EDATA, where(l, bad), "%s", why);
		return key != NULL ? img_err_under(l->c->err, key, -1) : -1;
	}
	l->c->odd |= !s.plain;
	if (s.ordered)
		r = ordered(l, p, n);
	else
		/* Row by row: a copy in order, and one on each level, could take any memory. */
		for (uint64_t seen = s.seen; seen != 0 && r == 0; seen &= seen - 1)
			r = print_row(l, __builtin_ctzll(seen), p, n);
	if (r == 0 && s.unknown)
		print_unknown(l, p, n);
	return r;
}

int img_msg2json_as(struct img_jw *w, const struct img_msg *m, struct img_span body, bool human,
		    enum img_sound sound, struct img_err *err)
{
	struct walk c = { .w = w, .human = human, .plain = sound == IMG_PLAIN, .err = err };
	struct at_level top = { .c = &c, .m = m, .base = body.p, .off = body.off, .depth = 1 };

	if (members(&top, body.p, body.n) < 0)
		return -1;
	if (c.odd) {
		IMG_JW_KEY(w, "@wire");
		img_jw_b64(w, body.p, body.n);
	}
	return 0;
}

int img_msg2json(struct img_jw *w, const struct img_msg *m, struct img_span body, bool human,
		 struct img_err *err)
{
	if (m == NULL)
		return img_msg_fail_raw(err, body.off);
	return img_msg2json_as(w, m, body, human, img_msg_sound(m, body), err);
}
