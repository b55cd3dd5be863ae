#include "libimg/pick.h"

#include "libimg/canon.h"
#include "libimg/err.h"

int img_pick(struct img_pick *f, const struct img_msg *m, struct img_span body, struct img_err *err)
{
	struct img_wire w = { body.p, body.p + body.n };
	const char *why, *key = NULL;
	const uint8_t *bad = body.p;
	struct img_wfield v;
	struct img_scan scan;

	why = img_msg_scan(m, body.p, body.n, &scan, &bad, &key);
	if (why != NULL) {
		img_fail(err, IMG_EDATA, body.off + (uint64_t)(bad - body.p), "%s", why);
		return key != NULL ? img_err_under(err, key, -1) : -1;
	}
	f->body = body;
	f->have = 0;
	while (w.p < w.end && img_wire_next(&w, &v) == NULL) {
		if (v.tag >= IMG_PICK_TAGS)
			continue;
		f->have |= UINT32_C(1) << v.tag;
		f->at[v.tag].v = v.wt == IMG_BYTES ? v.n : v.v;
		f->at[v.tag].p = v.p;
	}
	return 0;
}

struct img_span img_octets(const struct img_pick *f, unsigned tag)
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
	return img_pick(sub, m, img_octets(f, tag), err) < 0 ? -1 : 1;
}

void img_each_begin(struct img_each *i, const struct img_pick *f, uint32_t tag)
{
	i->w = (struct img_wire){ f->body.p, f->body.p + f->body.n };
	/* Where there is none the message need not be walked. */
	if (tag < IMG_PICK_TAGS && !img_has(f, tag))
		i->w.p = i->w.end;
	i->tag = tag;
	i->packed = i->packed_end = NULL;
}

static bool next(struct img_each *i, struct img_wfield *v)
{
	while (i->w.p < i->w.end && img_wire_next(&i->w, v) == NULL)
		if (v->tag == i->tag)
			return true;
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

bool img_each_octets(struct img_each *i, struct img_span *v)
{
	struct img_wfield f;

	while (next(i, &f))
		if (f.wt == IMG_BYTES) {
			*v = (struct img_span){ f.p, f.n, 0 };
			return true;
		}
	return false;
}
