#include "libimg/msg/visit.h"

#include <inttypes.h>
#include <stdio.h>

#include "libimg/base/byteorder.h"

/* What stays the same through all levels of a message. */
struct visit {
	img_visit_fn *fn;
	void *arg;
	struct img_buf *out;
	struct img_err *err;
	const struct img_span *body; /* of the whole entry: offsets in it */
};

/* One message that is being visited. */
struct level {
	const struct img_msg *m;
	const uint8_t *kept; /* from here on the input has not been appended yet */
	bool changed;        /* something has: out holds what was before `kept` */
	uint32_t count[64];  /* values of each row so far: as many rows as mkschema allows */
	struct img_field f;
};

static int message(struct visit *v, const struct img_msg *m, struct img_span body,
		   const struct img_field *parent, unsigned depth, struct img_field *top);

static uint64_t place(const struct visit *v, const uint8_t *p)
{
	return v->body->off + (uint64_t)(p - v->body->p);
}

static int bad(const struct visit *v, const uint8_t *at, const char *key, const char *why)
{
	img_fail(v->err, IMG_EDATA, place(v, at), "%s", why);
	return key != NULL ? img_err_under(v->err, key, -1) : -1;
}

/* Put the field into the path of an error that comes from it. Returns -1. */
static int under(const struct visit *v, const struct img_field *f)
{
	if (f->row == NULL)
		return -1;
	return img_err_under(v->err, img_field_name(f), f->row->list ? (int64_t)f->index : -1);
}

/* The input up to `to` goes into the output as it is. */
static void keep_up_to(struct visit *v, struct level *l, const uint8_t *to)
{
	img_buf_put(v->out, l->kept, (size_t)(to - l->kept));
	l->changed = true;
}

static uint8_t *put_number(uint8_t *p, uint8_t wt, uint64_t num)
{
	if (wt == IMG_VARINT)
		return img_put_varint(p, num);
	img_set32(p, (uint32_t)num, false);
	if (wt == IMG_FIXED32)
		return p + 4;
	img_set32(p + 4, (uint32_t)(num >> 32), false);
	return p + 8;
}

static void put_head(struct img_buf *out, uint32_t tag, uint64_t n)
{
	uint8_t head[IMG_TAG_MAX + IMG_VARINT_MAX], *end;

	end = img_put_varint(head, (uint64_t)tag << 3 | IMG_BYTES);
	end = img_put_varint(end, n);
	img_buf_put(out, head, (size_t)(end - head));
}

static int put_value(struct visit *v, const struct img_field *f)
{
	uint8_t head[IMG_TAG_MAX + IMG_VARINT_MAX], *end;

	if (f->wt == IMG_BYTES) {
		put_head(v->out, f->tag, f->bytes.n);
		img_buf_put(v->out, f->bytes.p, f->bytes.n);
		return 0;
	}
	if (f->wt == IMG_GROUP)
		return img_fail(v->err, IMG_EDATA, IMG_NOWHERE, "a group cannot be set");
	end = img_put_varint(head, (uint64_t)f->tag << 3 | f->wt);
	end = put_number(end, f->wt, f->num);
	img_buf_put(v->out, head, (size_t)(end - head));
	return 0;
}

/* The new content of a message field stands at the end of the output, from `at` on. */
static void put_before(struct visit *v, struct level *l, const uint8_t *field, size_t at)
{
	uint8_t head[IMG_TAG_MAX + IMG_VARINT_MAX], *end;
	size_t n = v->out->n - at, kept = (size_t)(field - l->kept), head_n;

	end = img_put_varint(head, (uint64_t)l->f.tag << 3 | IMG_BYTES);
	end = img_put_varint(end, n);
	head_n = (size_t)(end - head);
	if (!img_buf_room(v->out, kept + head_n))
		return;
	memmove(v->out->p + at + kept + head_n, v->out->p + at, n);
	if (kept > 0)
		memcpy(v->out->p + at, l->kept, kept);
	memcpy(v->out->p + at + kept, head, head_n);
	v->out->n += kept + head_n;
	l->changed = true;
}

/* One field that is not a packed list; it ends at `end`. */
static int single(struct visit *v, struct level *l, const uint8_t *at, const uint8_t *end,
		  unsigned depth)
{
	struct img_field *f = &l->f;
	int verdict = v->fn(v->arg, f, v->err);
	size_t out_n = v->out->n;

	switch (verdict) {
	case IMG_KEEP:
		if (f->row == NULL || f->row->sub == NULL)
			return 0;
		switch (message(v, f->row->sub, f->bytes, f, depth + 1, NULL)) {
		case 0: return 0;
		case 1: put_before(v, l, at, out_n); break;
		default: return under(v, f);
		}
		break;
	case IMG_PASS: return 0;
	case IMG_SET:
		keep_up_to(v, l, at);
		if (put_value(v, f) < 0)
			return under(v, f);
		break;
	case IMG_DROP: keep_up_to(v, l, at); break;
	default: return under(v, f);
	}
	l->kept = end;
	return 0;
}

/* The next number of a packed list; NULL where it is cut. */
static const uint8_t *unpack(const uint8_t *p, const uint8_t *end, uint8_t wt, uint64_t *num)
{
	size_t n = wt == IMG_FIXED32 ? 4 : 8;

	if (wt == IMG_VARINT)
		return img_varint(p, end, num);
	if ((size_t)(end - p) < n)
		return NULL;
	*num = wt == IMG_FIXED32 ? img_le32(p) : img_le64(p);
	return p + n;
}

/* The numbers of a packed list, w->p..w->p + n, each by itself; the new list to *list. */
static int packed_values(struct visit *v, struct level *l, const struct img_wfield *w,
			 struct img_buf *list, bool *changed)
{
	struct img_field *f = &l->f;
	const uint8_t *p = w->p, *end = w->p + w->n, *next;
	uint8_t num[IMG_VARINT_MAX];

	for (; p < end; p = next, f->index++) {
		next = unpack(p, end, f->wt, &f->num);
		if (next == NULL)
			return bad(v, p, img_field_name(f), "packed list truncated");
		switch (v->fn(v->arg, f, v->err)) {
		case IMG_KEEP:
		case IMG_PASS: img_buf_put(list, p, (size_t)(next - p)); break;
		case IMG_SET:
			img_buf_put(list, num, (size_t)(put_number(num, f->wt, f->num) - num));
			*changed = true;
			break;
		case IMG_DROP: *changed = true; break;
		default: return under(v, f);
		}
	}
	return list->failed ? img_fail_mem(v->err) : 0;
}

static int packed(struct visit *v, struct level *l, const struct img_wfield *w, const uint8_t *end)
{
	struct img_buf list = { 0 };
	bool changed = false;
	int r;

	l->f.wt = l->f.row->wt;
	r = packed_values(v, l, w, &list, &changed);
	if (r == 0 && changed) {
		keep_up_to(v, l, w->at);
		put_head(v->out, w->tag, list.n);
		img_buf_put(v->out, list.p, list.n);
		l->kept = end;
	}
	img_buf_free(&list);
	return r;
}

/* The field w of the message; it ends at `end`. */
static int field(struct visit *v, struct level *l, int row, const struct img_wfield *w,
		 const uint8_t *end, unsigned depth)
{
	struct img_field *f = &l->f;

	f->row = row >= 0 ? &l->m->rows[row] : NULL;
	f->tag = w->tag;
	f->wt = w->wt;
	f->num = w->v;
	f->index = row >= 0 ? l->count[row] : 0;
	f->bytes = (struct img_span){ NULL, 0, 0 };
	if (w->wt == IMG_BYTES || w->wt == IMG_GROUP)
		f->bytes = (struct img_span){ w->p, w->n, place(v, w->p) };
	if (row >= 0 && w->wt == IMG_BYTES && f->row->wt != IMG_BYTES) {
		if (packed(v, l, w, end) < 0)
			return -1;
		l->count[row] = (uint32_t)f->index;
		return 0;
	}
	if (single(v, l, w->at, end, depth) < 0)
		return -1;
	if (row >= 0 && f->row->list)
		l->count[row]++;
	return 0;
}

/* 1, 0 or -1, as img_visit(). `top` has what the fields of the first level begin with. */
static int message(struct visit *v, const struct img_msg *m, struct img_span body,
		   const struct img_field *parent, unsigned depth, struct img_field *top)
{
	struct img_wire w = { body.p, body.p + body.n };
	struct level l = { .m = m, .kept = body.p };
	struct img_wfield wf;
	uint64_t seen = 0;
	int row = -1;

	if (depth >= IMG_MAX_DEPTH)
		return img_fail(v->err, IMG_ELIMIT, body.off, "messages nested too deep");
	l.f = *(parent != NULL ? parent : top);
	l.f.msg = m;
	l.f.parent = parent;
	while (w.p < w.end) {
		unsigned hint = (unsigned)(row + 1);
		const char *why = img_msg_next(m, &w, &wf, hint, &row);

		if (why != NULL)
			return bad(v, wf.at, NULL, why);
		if (row >= 0 && !img_row_takes(&m->rows[row], wf.wt))
			return bad(v, wf.at, m->desc->fields[row].name, "wrong wire type");
		if (row >= 0)
			seen |= UINT64_C(1) << row;
		if (field(v, &l, row, &wf, w.p, depth) < 0)
			return -1;
	}
	if ((seen & m->required) != m->required)
		return bad(v, body.p, m->desc->fields[__builtin_ctzll(m->required & ~seen)].name,
			   "required field missing");
	if (l.changed)
		img_buf_put(v->out, l.kept, (size_t)(w.end - l.kept));
	if (v->out->failed)
		return img_fail_mem(v->err);
	return l.changed;
}

int img_visit(const struct img_msg *m, struct img_span body, const char *image, uint64_t entry,
	      img_visit_fn *fn, void *arg, struct img_buf *out, struct img_err *err)
{
	struct visit v = { fn, arg, out, err, &body };
	struct img_field top = { .image = image, .entry = entry };

	/* What was changed to nothing may lie nowhere. */
	if (body.p == NULL)
		body.p = (const uint8_t *)"";
	if (m == NULL)
		return img_msg_fail_raw(err, body.off);
	return message(&v, m, body, NULL, 0, &top);
}

const char *img_field_name(const struct img_field *f)
{
	return f->row != NULL ? f->msg->desc->fields[f->row - f->msg->rows].name : "";
}

char *img_field_path(const struct img_field *f, char *buf, size_t size)
{
	size_t n = 0;

	if (size == 0)
		return buf;
	buf[0] = '\0';
	if (f->parent != NULL) {
		img_field_path(f->parent, buf, size);
		n = strlen(buf);
	}
	n += (size_t)snprintf(buf + n, size - n, "%s%s", n > 0 ? "." : "", img_field_name(f));
	if (f->row != NULL && f->row->list && n < size)
		snprintf(buf + n, size - n, "[%" PRIu64 "]", f->index);
	return buf;
}
