#include "libimg/json/json2msg.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/json/hint.h"
#include "libimg/json/json2value.h"
#include "libimg/json/qp.h"
#include "libimg/json/small.h"
#include "libimg/msg/canon.h"
#include "libimg/msg/wire.h"

struct conv {
	struct img_jr *jr;
	struct img_buf *to;
	struct img_err *err;
	struct img_buf wire; /* of "@wire" */
	bool has_wire;
};

/* The message being built: where it begins, and what it has so far. */
struct building {
	const struct img_msg *m;
	size_t start;
	uint64_t seen;
	int last;     /* row of the last field written */
	bool sorted;  /* numbers ascend so far */
	bool unknown; /* "@unknown" has been read */
};

static int members(struct conv *c, const struct img_msg *m, img_other_key *other, void *arg,
		   unsigned depth);

static int wrong(struct conv *c, const struct jr_tok *t, const char *expected)
{
	return img_jr_expected(c->jr, t, expected, c->err);
}

static int put_tag(struct conv *c, uint32_t tag, uint8_t wt)
{
	uint8_t *p;

	if (!img_buf_room(c->to, IMG_TAG_MAX))
		return img_fail_mem(c->err);
	p = c->to->p + c->to->n;
	c->to->n = (size_t)(img_put_varint(p, (uint64_t)tag << 3 | wt) - c->to->p);
	return 0;
}

static int put_varint(struct conv *c, uint64_t v)
{
	if (!img_buf_room(c->to, IMG_VARINT_MAX))
		return img_fail_mem(c->err);
	c->to->n = (size_t)(img_put_varint(c->to->p + c->to->n, v) - c->to->p);
	return 0;
}

/* ---- fields of one value ---- */

/* A number and its tag; in a packed list the number alone. */
static int number(struct conv *c, const ProtobufCFieldDescriptor *f, const struct img_row *row,
		  const struct jr_tok *t)
{
	const struct img_small *k = &img_small[row->type];
	uint64_t v;
	uint8_t *p;

	/* Nearly all are small. */
	if (t->type != JR_NUM || k->bits == 0 || !img_small_number(k, t->p, t->n, &v)) {
		if (img_json_number(c->jr, f, row, t, &v, c->err) < 0)
			return -1;
		if (k->zigzag)
			v = img_zigzag(v);
	}
	if (!img_buf_room(c->to, IMG_TAG_MAX + IMG_VARINT_MAX))
		return img_fail_mem(c->err);
	p = c->to->p + c->to->n;
	if ((f->flags & PROTOBUF_C_FIELD_FLAG_PACKED) == 0)
		p = img_put_varint(p, (uint64_t)row->tag << 3 | row->wt);
	if (row->wt == IMG_VARINT) {
		p = img_put_varint(p, v);
	} else {
		for (unsigned i = 0, n = row->wt == IMG_FIXED64 ? 8 : 4; i < n; i++)
			*p++ = (uint8_t)(v >> 8 * i);
	}
	c->to->n = (size_t)(p - c->to->p);
	return 0;
}

/*
 * Begin a field with a length prefix: reserve one byte for the length, which is enough for most.
 * Returns where its content begins.
 */
static int open_field(struct conv *c, uint32_t tag, size_t *content)
{
	uint8_t *p;

	if (!img_buf_room(c->to, IMG_TAG_MAX + 1))
		return img_fail_mem(c->err);
	p = img_put_varint(c->to->p + c->to->n, (uint64_t)tag << 3 | IMG_BYTES);
	*p++ = 0;
	*content = c->to->n = (size_t)(p - c->to->p);
	return 0;
}

static int close_field(struct conv *c, size_t content)
{
	size_t n = c->to->n - content;
	uint8_t len[IMG_VARINT_MAX], *end = img_put_varint(len, n);
	size_t more = (size_t)(end - len) - 1;

	if (more > 0) {
		if (!img_buf_room(c->to, more))
			return img_fail_mem(c->err);
		memmove(c->to->p + content + more, c->to->p + content, n);
		c->to->n += more;
	}
	memcpy(c->to->p + content - 1, len, more + 1);
	return 0;
}

static int bytes(struct conv *c, const ProtobufCFieldDescriptor *f, const struct img_row *row,
		 const struct jr_tok *t)
{
	size_t content;

	if (open_field(c, f->id, &content) < 0)
		return -1;
	if (row->hints & IMG_HINT_CONV && t->type == JR_STR) {
		img_qp_decode(c->to, (const uint8_t *)t->p, t->n);
		if (c->to->failed)
			return img_fail_mem(c->err);
	} else if (img_json_bytes(c->jr, t, f->type == PROTOBUF_C_TYPE_BYTES, c->to, c->err) < 0) {
		return -1;
	}
	return close_field(c, content);
}

/* ---- fields and messages ---- */

static int message(struct conv *c, const ProtobufCFieldDescriptor *f, const struct img_row *row,
		   const struct jr_tok *t, unsigned depth)
{
	size_t content;

	if (t->type != JR_OBJ)
		return wrong(c, t, "an object");
	if (open_field(c, f->id, &content) < 0 || members(c, row->sub, NULL, NULL, depth + 1) < 0)
		return -1;
	return close_field(c, content);
}

static int value(struct conv *c, const ProtobufCFieldDescriptor *f, const struct img_row *row,
		 const struct jr_tok *t, unsigned depth)
{
	if (row->wt != IMG_BYTES)
		return number(c, f, row, t);
	if (f->type == PROTOBUF_C_TYPE_MESSAGE)
		return message(c, f, row, t, depth);
	return bytes(c, f, row, t);
}

/* An address in human-readable form: one string for one or four numbers. */
static int address(struct conv *c, const ProtobufCFieldDescriptor *f, const struct jr_tok *t)
{
	uint32_t words[4];
	size_t n = img_addr_parse(t->p, t->n, words);
	char text[JR_QUOTE];

	if (n == 0)
		return img_jr_fail(c->jr, c->err, "not an address: \"%s\"", img_jr_quote(t, text));
	for (size_t i = 0; i < n; i++)
		if (put_tag(c, f->id, IMG_VARINT) < 0 || put_varint(c, words[i]) < 0)
			return -1;
	return 0;
}

static bool is_address(const struct jr_tok *t)
{
	return t->type == JR_STR && (memchr(t->p, '.', t->n) || memchr(t->p, ':', t->n));
}

static int list(struct conv *c, const ProtobufCFieldDescriptor *f, const struct img_row *row,
		const struct jr_tok *open, unsigned depth)
{
	struct jr_tok t;

	if (open->type != JR_ARR)
		return wrong(c, open, "a list");
	for (int64_t i = 0;; i++) {
		int r;

		if (img_jr_next(c->jr, &t, c->err) < 0)
			return -1;
		if (t.type == JR_ARR_END)
			return 0;
		if (row->hints & IMG_HINT_IPADD && is_address(&t))
			r = address(c, f, &t);
		else
			r = value(c, f, row, &t, depth);
		if (r < 0)
			return img_err_under(c->err, f->name, i);
	}
}

/* A list of numbers in one field. An empty one is no field. */
static int packed(struct conv *c, const ProtobufCFieldDescriptor *f, const struct img_row *row,
		  const struct jr_tok *open, unsigned depth)
{
	size_t before = c->to->n, content;

	if (open_field(c, f->id, &content) < 0 || list(c, f, row, open, depth) < 0)
		return -1;
	if (c->to->n == content) {
		c->to->n = before;
		return 0;
	}
	return close_field(c, content);
}

/* Unknown fields follow the others for now, and are sorted in at the end. */
static int unknown_fields(struct conv *c, struct building *b)
{
	size_t from = c->to->n;
	struct img_wire w;
	struct img_wfield v;
	struct jr_tok t;
	const char *why;

	if (b->unknown)
		return img_jr_fail(c->jr, c->err, "key appears twice");
	b->unknown = true;
	if (img_jr_next(c->jr, &t, c->err) < 0)
		return -1;
	if (t.type != JR_STR)
		return wrong(c, &t, "base64 in a string");
	if (img_json_bytes(c->jr, &t, true, c->to, c->err) < 0)
		return -1;
	w = (struct img_wire){ c->to->p + from, c->to->p + c->to->n };
	while (w.p < w.end) {
		int r;

		why = img_wire_next(&w, &v);
		if (why != NULL)
			return img_jr_fail(c->jr, c->err, "not valid message fields: %s", why);
		r = img_msg_row(b->m, &v, 0);
		if (r >= 0)
			return img_jr_fail(c->jr, c->err,
					   "field %" PRIu32 " has the name %s: use that key", v.tag,
					   b->m->desc->fields[r].name);
	}
	b->sorted = false;
	return 0;
}

static int field(struct conv *c, struct building *b, int r, unsigned depth)
{
	const ProtobufCFieldDescriptor *f = &b->m->desc->fields[r];
	struct jr_tok t;
	int done;

	if (b->seen & UINT64_C(1) << r) {
		img_jr_fail(c->jr, c->err, "key appears twice");
		return img_err_under(c->err, f->name, -1);
	}
	b->seen |= UINT64_C(1) << r;
	if (r < b->last)
		b->sorted = false;
	b->last = r;
	if (img_jr_next(c->jr, &t, c->err) < 0)
		return -1;
	if (f->label == PROTOBUF_C_LABEL_REPEATED) {
		size_t before = c->to->n;

		done = img_row_packed(b->m, r) ? packed(c, f, &b->m->rows[r], &t, depth)
					       : list(c, f, &b->m->rows[r], &t, depth);
		if (done < 0 && c->err->path[0] == '\0')
			img_err_under(c->err, f->name, -1);
		/* An empty list adds nothing to the message. */
		if (done == 0 && c->to->n == before)
			b->seen &= ~(b->m->required & UINT64_C(1) << r);
		return done;
	}
	done = value(c, f, &b->m->rows[r], &t, depth);
	return done < 0 ? img_err_under(c->err, f->name, -1) : 0;
}

/*
 * A field that was renamed, and whose old name now is another field's: where the required field is
 * missing and the other is there, the document is from before the renaming.
 */
static uint64_t rename_fields(struct conv *c, struct building *b, uint64_t missing)
{
	int lacks = __builtin_ctzll(missing), has;
	const char *former = b->m->former != NULL ? b->m->former[lacks] : NULL;
	struct img_wfield f;
	struct img_wire w;

	if (former == NULL)
		return missing;
	has = img_msg_find_name(b->m, former, strlen(former), 0);
	if (has < 0 || !(b->seen >> has & 1) || b->m->rows[has].wt != b->m->rows[lacks].wt)
		return missing;
	w = (struct img_wire){ c->to->p + b->start, c->to->p + c->to->n };
	while (w.p < w.end && img_wire_next(&w, &f) == NULL) {
		size_t at = (size_t)(f.at - c->to->p);

		/* Tags of both have one byte; the value must be one that the old field had room for. */
		if (f.tag != b->m->rows[has].tag || f.v > UINT32_MAX)
			continue;
		c->to->p[at] = (uint8_t)(b->m->rows[lacks].tag << 3 | f.wt);
		b->sorted = false;
		return missing & (missing - 1);
	}
	return missing;
}

static int finish(struct conv *c, struct building *b)
{
	uint64_t missing = b->m->required & ~b->seen;
	struct img_buf canon = { 0 };

	if (missing != 0)
		missing = rename_fields(c, b, missing);
	if (missing != 0) {
		img_jr_fail(c->jr, c->err, "required field missing");
		return img_err_under(c->err, b->m->desc->fields[__builtin_ctzll(missing)].name, -1);
	}
	if (b->sorted)
		return 0;
	if (img_msg_canon(b->m, c->to->p + b->start, c->to->n - b->start, &canon, c->err) < 0)
		return -1;
	if (canon.n > 0)
		memcpy(c->to->p + b->start, canon.p, canon.n);
	c->to->n = b->start + canon.n;
	img_buf_free(&canon);
	return 0;
}

/* "@wire", its key read: the bytes that the message had. */
static int wire_key(struct conv *c)
{
	struct jr_tok t;

	if (c->has_wire)
		return img_jr_fail(c->jr, c->err, "key appears twice");
	c->has_wire = true;
	if (img_jr_next(c->jr, &t, c->err) < 0)
		return -1;
	if (t.type != JR_STR)
		return wrong(c, &t, "base64 in a string");
	return img_json_bytes(c->jr, &t, true, &c->wire, c->err);
}

/* The bytes that the message had stand for fields that say the same; edited fields win. */
static int use_wire(struct conv *c, const struct img_msg *m, size_t start)
{
	struct img_buf says = { 0 };
	bool same;

	if (img_msg_plain(m, c->wire.p, c->wire.n, &says, c->err) < 0) {
		c->err->line = img_jr_line(c->jr);
		return img_err_under(c->err, "@wire", -1);
	}
	same = says.n == c->to->n - start &&
	       (says.n == 0 || memcmp(says.p, c->to->p + start, says.n) == 0);
	img_buf_free(&says);
	if (!same)
		return 0;
	c->to->n = start;
	img_buf_put(c->to, c->wire.p, c->wire.n);
	return c->to->failed ? img_fail_mem(c->err) : 0;
}

/*
 * Most of what messages have is plain numbers, in the order of the fields. Write those that come
 * next and have been parsed, as field() and number() would; stop before any other token.
 */
static void plain_numbers(struct conv *c, struct building *b)
{
	struct jr_queue *q = jr_queue(c->jr);
	const struct img_row *row, *end;
	struct img_buf *to = c->to;

	if (!b->sorted || b->m->n == 0)
		return;
	row = b->m->rows + b->last + 1;
	end = b->m->rows + b->m->n;
	for (; jr_has_two(q); q->cur += 2) {
		const struct jr_raw *key = q->cur, *num = key + 1;
		const char *name = jr_text(q, key);
		const struct img_small *k;
		uint64_t v;
		uint8_t *p;

		if (key->type != JR_KEY || num->type != JR_NUM)
			break;
		while (row < end && !img_row_is(row, name, key->n))
			row++;
		if (row == end)
			break;
		k = &img_small[row->type];
		if (row->list || !k->varint || !img_small_number(k, jr_text(q, num), num->n, &v) ||
		    !img_buf_room(to, IMG_TAG_MAX + IMG_VARINT_MAX))
			break;
		p = img_put_varint(to->p + to->n, (uint64_t)row->tag << 3 | IMG_VARINT);
		to->n = (size_t)(img_put_varint(p, v) - to->p);
		b->last = (int)(row++ - b->m->rows);
		b->seen |= UINT64_C(1) << b->last;
	}
}

static int members(struct conv *c, const struct img_msg *m, img_other_key *other, void *arg,
		   unsigned depth)
{
	struct building b = { .m = m, .start = c->to->n, .last = -1, .sorted = true };
	struct jr_tok key;
	int r;

	if (depth > IMG_MAX_DEPTH)
		return img_fail_line(c->err, IMG_ELIMIT, img_jr_line(c->jr),
				     "messages nested deeper than %d levels", IMG_MAX_DEPTH);
	for (;;) {
		plain_numbers(c, &b);
		if (img_jr_next(c->jr, &key, c->err) < 0)
			return -1;
		if (key.type == JR_OBJ_END)
			return finish(c, &b);
		r = img_msg_find_name(m, key.p, key.n, (unsigned)(b.last + 1));
		if (r >= 0) {
			if (field(c, &b, r, depth) < 0)
				return -1;
			continue;
		}
		if (jr_is(&key, "@unknown")) {
			if (unknown_fields(c, &b) < 0)
				return img_err_under(c->err, "@unknown", -1);
			continue;
		}
		if (depth == 1 && jr_is(&key, "@wire")) {
			if (wire_key(c) < 0)
				return img_err_under(c->err, "@wire", -1);
			continue;
		}
		r = other != NULL ? other(arg, &key, c->err) : 0;
		if (r < 0)
			return -1;
		if (r > 0)
			continue;
		r = img_msg_find_alias(m, key.p, key.n);
		if (r >= 0 ? field(c, &b, r, depth) < 0
			   : img_jr_unknown_key(c->jr, &key, c->err) < 0)
			return -1;
	}
}

int img_json2msg(struct img_jr *jr, const struct img_msg *m, struct img_buf *to,
		 img_other_key *other, void *arg, struct img_err *err)
{
	struct conv c = { .jr = jr, .to = to, .err = err };
	size_t start = to->n;
	int r = members(&c, m, other, arg, 1);

	if (!c.has_wire)
		return r;
	if (r == 0)
		r = use_wire(&c, m, start);
	img_buf_free(&c.wire);
	return r;
}
