#include "libimg/msg/canon.h"

#include <string.h>

#include "libimg/base/buf.h"
#include "libimg/msg/skip.h"
#include "libimg/msg/wire.h"

/* Do unknown fields stand where img_msg_canon() would put them? */
struct astray {
	uint32_t key; /* the largest number of an unknown field so far */
	int floor;    /* the first row that may follow it */
	bool any;     /* one stands where img_msg_canon() would not put it */
};

static void unknown_at(struct astray *u, const struct img_msg *m, uint32_t tag, int last)
{
	u->key = tag > u->key ? tag : u->key;
	while (u->floor < (int)m->n && m->rows[u->floor].tag <= u->key)
		u->floor++;
	u->any |= last >= u->floor;
}

const char *img_msg_scan(const struct img_msg *m, const uint8_t *p, size_t n, struct img_scan *s,
			 const uint8_t **bad, const char **key)
{
	struct img_wire w = { p, p + n };
	struct astray unknown = { 0 };
	uint64_t seen = 0;
	bool ordered = true, padded = false;
	int last = -1;

	while (w.p < w.end) {
		int r = img_skip_number(m, &w, &padded);

		if (r < 0) {
			struct img_wfield v;
			const char *why = img_msg_next(m, &w, &v, (unsigned)(last + 1), &r);

			if (why == NULL && r >= 0 && !img_row_takes(&m->rows[r], v.wt)) {
				*key = m->desc->fields[r].name;
				why = "wrong wire type";
			}
			if (why != NULL) {
				*bad = v.at;
				return why;
			}
			if (r < 0) {
				unknown_at(&unknown, m, v.tag, last);
				continue;
			}
			padded |= !img_is_short(&v, w.p);
		}
		if (r <= last && (r < last || !m->rows[r].list))
			ordered = false;
		if (r < unknown.floor)
			unknown.any = true;
		last = r;
		seen |= UINT64_C(1) << r;
	}
	*s = (struct img_scan){ .seen = seen,
				.ordered = ordered,
				.unknown = unknown.key != 0,
				.plain = ordered && !padded && !unknown.any };
	if ((seen & m->required) != m->required) {
		*bad = p;
		*key = m->desc->fields[__builtin_ctzll(m->required & ~seen)].name;
		return "required field missing";
	}
	return NULL;
}

/*
 * A message being rewritten. The fields of a row are looked for when it is its turn: that takes
 * no memory, whatever is in the message, and a pass over it for each row that is present.
 */
struct rewrite {
	struct img_buf *to;
	bool values;   /* write the values anew too, not their bytes as they are */
	size_t joined; /* bytes in copies of joined messages */
	struct img_err *err;
};

static int message(struct rewrite *rw, const struct img_msg *m, const uint8_t *p, size_t n,
		   unsigned depth);

static void put_head(struct img_buf *to, uint32_t tag, uint8_t wt, uint64_t v)
{
	uint8_t head[IMG_TAG_MAX + IMG_VARINT_MAX];
	uint8_t *end = img_put_varint(head, (uint64_t)tag << 3 | wt);

	end = img_put_varint(end, v);
	img_buf_put(to, head, (size_t)(end - head));
}

uint64_t img_field_value(ProtobufCType type, uint64_t v)
{
	switch (type) {
	case PROTOBUF_C_TYPE_BOOL: return v != 0;
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_ENUM: return (uint64_t)(int64_t)(int32_t)(uint32_t)v;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_SINT32: return (uint32_t)v;
	default: return v;
	}
}

static int put_values(struct rewrite *rw, const struct img_msg *m, int r,
		      const struct img_wfield *f)
{
	ProtobufCType type = m->rows[r].type;
	const struct img_row *row = &m->rows[r];
	struct img_wire run;
	size_t size = row->wt == IMG_FIXED64 ? 8 : 4;

	if (row->wt == IMG_VARINT && f->wt == IMG_VARINT) {
		put_head(rw->to, f->tag, IMG_VARINT, img_field_value(type, f->v));
		return 0;
	}
	/* A packed list, its values each by itself: the schema has it so. */
	run = (struct img_wire){ f->p, f->p + f->n };
	while (run.p < run.end) {
		uint64_t v = 0;
		const uint8_t *next = row->wt == IMG_VARINT ? img_varint(run.p, run.end, &v)
				      : (size_t)(run.end - run.p) >= size ? run.p + size
									  : NULL;

		if (next == NULL)
			return img_fail(rw->err, IMG_EDATA, IMG_NOWHERE, "packed field truncated");
		if (row->wt == IMG_VARINT) {
			put_head(rw->to, f->tag, IMG_VARINT, img_field_value(type, v));
		} else {
			uint8_t tag[IMG_TAG_MAX], *end = img_put_varint(tag, f->tag << 3 | row->wt);

			img_buf_put(rw->to, tag, (size_t)(end - tag));
			img_buf_put(rw->to, run.p, size);
		}
		run.p = next;
	}
	return 0;
}

/* A field with a message in it, n bytes at p, which is written anew. */
static int put_message(struct rewrite *rw, const struct img_msg *sub, uint32_t tag,
		       const uint8_t *p, size_t n, unsigned depth)
{
	struct img_buf *to = rw->to, in = { 0 };
	int r;

	/* The length comes first, and is not known before. */
	rw->to = &in;
	r = message(rw, sub, p, n, depth + 1);
	rw->to = to;
	put_head(to, tag, IMG_BYTES, in.n);
	img_buf_put(to, in.p, in.n);
	to->failed |= in.failed;
	img_buf_free(&in);
	return r;
}

/* One field, which ends at `end`. */
static int put_field(struct rewrite *rw, const struct img_msg *m, int r, const struct img_wfield *f,
		     const uint8_t *end, unsigned depth)
{
	const struct img_row *row = &m->rows[r];

	if (!rw->values || (row->wt != IMG_BYTES && f->wt == row->wt && row->wt != IMG_VARINT)) {
		img_buf_put(rw->to, f->at, (size_t)(end - f->at));
		return 0;
	}
	if (row->wt != IMG_BYTES)
		return put_values(rw, m, r, f);
	if (row->sub != NULL)
		return put_message(rw, row->sub, f->tag, f->p, f->n, depth);
	put_head(rw->to, f->tag, IMG_BYTES, f->n);
	img_buf_put(rw->to, f->p, f->n);
	return 0;
}

int img_msg_join(const struct img_msg *m, int row, struct img_span s, struct img_buf *to,
		 size_t *joined, struct img_err *err)
{
	struct img_wire w = { s.p, s.p + s.n };
	struct img_wfield f;
	int r;

	while (w.p < w.end && img_msg_next(m, &w, &f, (unsigned)row, &r) == NULL) {
		if (r != row)
			continue;
		if (f.n > IMG_JOINED_MAX - *joined)
			return img_fail(
				err, IMG_ELIMIT, s.off,
				"the parts of messages take more than %zu bytes when joined",
				IMG_JOINED_MAX);
		*joined += f.n;
		img_buf_put(to, f.p, f.n);
	}
	(void)img_buf_room(to, 1); /* parts may all be empty, and a message has an address */
	return to->failed ? img_fail_mem(err) : 0;
}

/* The parts of a singular message. */
static int put_joined(struct rewrite *rw, const struct img_msg *m, int row, const uint8_t *p,
		      size_t n, unsigned depth)
{
	struct img_buf all = { 0 };
	size_t before = rw->joined;
	int r = img_msg_join(m, row, (struct img_span){ p, n, IMG_NOWHERE }, &all, &rw->joined,
			     rw->err);

	if (r == 0 && rw->values) {
		r = put_message(rw, m->rows[row].sub, m->rows[row].tag, all.p, all.n, depth);
	} else if (r == 0) {
		put_head(rw->to, m->rows[row].tag, IMG_BYTES, all.n);
		img_buf_put(rw->to, all.p, all.n);
	}
	rw->joined = before;
	img_buf_free(&all);
	return r;
}

static void put_one(struct img_buf *list, ProtobufCType type, uint64_t v)
{
	if (img_buf_room(list, IMG_VARINT_MAX))
		list->n = (size_t)(img_put_varint(list->p + list->n, img_field_value(type, v)) -
				   list->p);
}

/* The values of a list that the schema has packed, in one field. mkschema lets only varints be. */
static int put_packed(struct rewrite *rw, const struct img_msg *m, int row, const uint8_t *p,
		      size_t n)
{
	ProtobufCType type = m->rows[row].type;
	struct img_wire w = { p, p + n };
	struct img_buf list = { 0 };
	struct img_wfield f;
	uint64_t v;
	int r;

	while (w.p < w.end && img_msg_next(m, &w, &f, (unsigned)row, &r) == NULL) {
		if (r != row)
			continue;
		if (f.wt == IMG_VARINT) {
			put_one(&list, type, f.v);
			continue;
		}
		for (const uint8_t *at = f.p, *end = f.p + f.n; at < end; put_one(&list, type, v)) {
			at = img_varint(at, end, &v);
			if (at == NULL) {
				img_buf_free(&list);
				return img_fail(rw->err, IMG_EDATA, IMG_NOWHERE,
						"packed field truncated");
			}
		}
	}
	if (list.n > 0) {
		put_head(rw->to, m->rows[row].tag, IMG_BYTES, list.n);
		img_buf_put(rw->to, list.p, list.n);
	}
	rw->to->failed |= list.failed;
	img_buf_free(&list);
	return 0;
}

/* All that the message has of one row. */
static int put_row(struct rewrite *rw, const struct img_msg *m, int row, const uint8_t *p, size_t n,
		   unsigned depth)
{
	struct img_wire w = { p, p + n };
	struct img_wfield f, last = { 0 };
	const uint8_t *end = NULL;
	size_t count = 0;
	int r;

	if (rw->values && img_row_packed(m, row))
		return put_packed(rw, m, row, p, n);
	while (w.p < w.end && img_msg_next(m, &w, &f, (unsigned)row, &r) == NULL) {
		if (r != row)
			continue;
		if (m->rows[row].list && put_field(rw, m, row, &f, w.p, depth) < 0)
			return -1;
		last = f;
		end = w.p;
		count++;
	}
	if (m->rows[row].list)
		return 0;
	if (count > 1 && m->rows[row].sub != NULL)
		return put_joined(rw, m, row, p, n, depth);
	return put_field(rw, m, row, &last, end, depth);
}

/*
 * Unknown fields from *w on whose place is before that of the known field `tag`. One with this
 * number, but not of the form of the field, follows it.
 */
static void put_unknown(struct rewrite *rw, const struct img_msg *m, struct img_wire *w,
			uint64_t tag, uint32_t *key)
{
	struct img_wire next = *w;
	struct img_wfield f;
	int r;

	while (next.p < next.end && img_msg_next(m, &next, &f, 0, &r) == NULL) {
		if (r < 0) {
			*key = f.tag > *key ? f.tag : *key;
			if (*key >= tag)
				return;
			img_buf_put(rw->to, f.at, (size_t)(next.p - f.at));
		}
		*w = next;
	}
	*w = next;
}

static int message(struct rewrite *rw, const struct img_msg *m, const uint8_t *p, size_t n,
		   unsigned depth)
{
	struct img_wire unknown = { p, p + n };
	const uint8_t *bad = p;
	const char *why, *name = NULL;
	struct img_scan s = { 0 };
	uint32_t key = 0;

	if (depth > IMG_MAX_DEPTH)
		return img_fail(rw->err, IMG_ELIMIT, IMG_NOWHERE,
				"messages nested deeper than %d levels", IMG_MAX_DEPTH);
	why = img_msg_scan(m, p, n, &s, &bad, &name);
	if (why != NULL && (rw->values || name == NULL)) {
		img_fail(rw->err, IMG_EDATA, IMG_NOWHERE, "%s", why);
		return name != NULL ? img_err_under(rw->err, name, -1) : -1;
	}
	for (uint64_t seen = s.seen; seen != 0; seen &= seen - 1) {
		int r = __builtin_ctzll(seen);

		put_unknown(rw, m, &unknown, m->rows[r].tag, &key);
		if (put_row(rw, m, r, p, n, depth) < 0)
			return img_err_under(rw->err, m->desc->fields[r].name, -1);
	}
	put_unknown(rw, m, &unknown, UINT64_MAX, &key);
	return rw->to->failed ? img_fail_mem(rw->err) : 0;
}

static int rewrite(const struct img_msg *m, const uint8_t *p, size_t n, bool values,
		   struct img_buf *to, struct img_err *err)
{
	struct rewrite rw = { .to = to, .values = values, .err = err };

	if (message(&rw, m, p, n, 1) == 0)
		return 0;
	img_buf_free(to);
	return -1;
}

int img_msg_canon(const struct img_msg *m, const uint8_t *p, size_t n, struct img_buf *to,
		  struct img_err *err)
{
	return rewrite(m, p, n, false, to, err);
}

int img_msg_plain(const struct img_msg *m, const uint8_t *p, size_t n, struct img_buf *to,
		  struct img_err *err)
{
	return rewrite(m, p, n, true, to, err);
}
