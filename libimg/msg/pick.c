#include "libimg/msg/pick.h"

#include "libimg/base/err.h"

/* The inline calls as functions too, for bindings. */
extern inline bool img_has(const struct img_pick *f, unsigned tag);
extern inline uint64_t img_num(const struct img_pick *f, unsigned tag);
extern inline uint32_t img_num32(const struct img_pick *f, unsigned tag);

static int fail(struct img_err *err, const struct img_span *body, const uint8_t *at,
		const char *key, const char *why)
{
	img_fail(err, IMG_EDATA, body->off + (uint64_t)(at - body->p), "%s", why);
	return key != NULL ? img_err_under(err, key, -1) : -1;
}

int img_pick(struct img_pick *f, const struct img_msg *m, struct img_span body, struct img_err *err)
{
	struct img_wire w = { body.p, body.p + body.n };
	uint64_t seen = 0;
	uint32_t last = 0;
	struct img_wfield v;
	int row = -1;

	f->body = body;
	f->have = 0;
	f->ordered = true;
	if (m == NULL)
		return img_msg_fail_raw(err, body.off);
	while (w.p < w.end) {
		const char *why = img_wire_next(&w, &v);
		int r;

		if (why != NULL)
			return fail(err, &body, v.at, NULL, why);
		f->ordered = f->ordered && v.tag >= last;
		last = v.tag;
		r = img_msg_row(m, &v, (unsigned)(row + 1));
		if (r < 0)
			continue;
		row = r;
		if (!img_row_takes(&m->rows[r], v.wt))
			return fail(err, &body, v.at, m->desc->fields[r].name, "wrong wire type");
		seen |= UINT64_C(1) << r;
		if (v.tag >= IMG_PICK_TAGS)
			continue;
		if (!img_has(f, v.tag))
			f->at[v.tag].first = v.at;
		f->have |= UINT32_C(1) << v.tag;
		f->at[v.tag].v = v.wt == IMG_BYTES ? v.n : v.v;
		f->at[v.tag].p = v.p;
	}
	if ((seen & m->required) == m->required)
		return 0;
	row = __builtin_ctzll(m->required & ~seen);
	return fail(err, &body, body.p, m->desc->fields[row].name, "required field missing");
}

struct img_span img_bytes(const struct img_pick *f, unsigned tag)
{
	if (!img_has(f, tag))
		return (struct img_span){ (const uint8_t *)"", 0, f->body.off };
	return (struct img_span){ f->at[tag].p, (size_t)f->at[tag].v,
				  f->body.off + (uint64_t)(f->at[tag].p - f->body.p) };
}

int img_pick_sub(struct img_pick *sub, const struct img_pick *f, unsigned tag,
		 const struct img_msg *m, struct img_err *err)
{
	if (!img_has(f, tag))
		return 0;
	return img_pick(sub, m, img_bytes(f, tag), err) < 0 ? -1 : 1;
}

void img_each_begin(struct img_each *i, const struct img_pick *f, uint32_t tag)
{
	i->all = f->body;
	i->w = (struct img_wire){ f->body.p, f->body.p + f->body.n };
	i->tag = tag;
	i->ordered = f->ordered;
	if (tag < IMG_PICK_TAGS)
		i->w.p = img_has(f, tag) ? f->at[tag].first : i->w.end;
	i->packed = i->packed_end = NULL;
}

static bool next(struct img_each *i, struct img_wfield *v)
{
	while (i->w.p < i->w.end && img_wire_next(&i->w, v) == NULL) {
		if (v->tag == i->tag)
			return true;
		if (i->ordered && v->tag > i->tag)
			break;
	}
	return false;
}

bool img_each_num(struct img_each *i, uint64_t *v)
{
	struct img_wfield f;

	for (;;) {
		if (i->packed != NULL && i->packed < i->packed_end) {
			i->packed = img_varint(i->packed, i->packed_end, v);
			if (i->packed != NULL)
				return true;
		}
		if (!next(i, &f))
			return false;
		if (f.wt != IMG_BYTES) {
			*v = f.v;
			return true;
		}
		i->packed = f.p;
		i->packed_end = f.p + f.n;
	}
}

bool img_each_bytes(struct img_each *i, struct img_span *v)
{
	struct img_wfield f;

	while (next(i, &f))
		if (f.wt == IMG_BYTES) {
			*v = (struct img_span){ f.p, f.n, i->all.off + (uint64_t)(f.p - i->all.p) };
			return true;
		}
	return false;
}
