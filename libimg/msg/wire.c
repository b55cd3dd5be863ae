#include "libimg/msg/wire.h"

#include <endian.h>
#include <string.h>

#include "libimg/base/byteorder.h"
#include "libimg/base/err.h"

/* The inline calls as functions too, for bindings. */
extern inline const uint8_t *img_varint(const uint8_t *p, const uint8_t *end, uint64_t *v);
extern inline const char *img_wire_next(struct img_wire *w, struct img_wfield *f);
extern inline uint8_t *img_put_varint(uint8_t *p, uint64_t v);
extern inline uint64_t img_unzigzag(uint64_t v);
extern inline uint64_t img_zigzag(uint64_t v);

const uint8_t *img_varint_long(const uint8_t *p, const uint8_t *end, uint64_t *v)
{
	uint64_t r = 0, x, ends;

	/*
	 * The number ends at the first of eight bytes whose top bit is clear: pack the bytes up to
	 * it.
	 */
	if (end - p >= 8) {
		memcpy(&x, p, sizeof(x));
		x = le64toh(x);
		ends = ~x & UINT64_C(0x8080808080808080);
		if (ends != 0) {
			x &= (ends ^ (ends - 1)) & UINT64_C(0x7f7f7f7f7f7f7f7f);
			x = (x & UINT64_C(0x007f007f007f007f)) |
			    (x & UINT64_C(0x7f007f007f007f00)) >> 1;
			x = (x & UINT64_C(0x00003fff00003fff)) |
			    (x & UINT64_C(0x3fff00003fff0000)) >> 2;
			*v = (x & UINT64_C(0x0fffffff)) | (x & UINT64_C(0x0fffffff00000000)) >> 4;
			return p + __builtin_ctzll(ends) / 8 + 1;
		}
	}
	for (unsigned shift = 0; shift < 70 && p < end; shift += 7) {
		uint8_t c = *p++;

		/* Only one bit of the tenth byte counts; protobuf drops the rest too. */
		r |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80) {
			*v = r;
			return p;
		}
	}
	return NULL;
}

static const char *tag(struct img_wire *w, struct img_wfield *f)
{
	uint64_t t;
	const uint8_t *p = img_varint(w->p, w->end, &t);

	f->at = w->p;
	if (p == NULL)
		return "field number truncated";
	if (t >> 3 == 0 || t >> 3 > IMG_MAX_TAG)
		return "field number out of range";
	f->tag = (uint32_t)(t >> 3);
	f->wt = (uint8_t)(t & 7);
	w->p = p;
	return NULL;
}

/* Everything but groups. */
static const char *value(struct img_wire *w, struct img_wfield *f)
{
	size_t left = (size_t)(w->end - w->p);
	const uint8_t *p;

	switch (f->wt) {
	case IMG_VARINT:
		p = img_varint(w->p, w->end, &f->v);
		if (p == NULL)
			return "varint truncated or longer than ten bytes";
		w->p = p;
		return NULL;
	case IMG_BYTES:
		p = img_varint(w->p, w->end, &f->v);
		if (p == NULL || f->v > (uint64_t)(w->end - p))
			return "field longer than its message";
		f->p = p;
		f->n = (size_t)f->v;
		w->p = p + f->n;
		return NULL;
	case IMG_FIXED64:
		if (left < 8)
			return "field longer than its message";
		f->v = img_le64(w->p);
		w->p += 8;
		return NULL;
	case IMG_FIXED32:
		if (left < 4)
			return "field longer than its message";
		f->v = img_le32(w->p);
		w->p += 4;
		return NULL;
	default: return "unknown wire type";
	}
}

/* Groups nest; it is enough to remember the numbers of the open ones. */
static const char *group(struct img_wire *w, struct img_wfield *f)
{
	uint32_t open[IMG_MAX_DEPTH];
	size_t depth = 0;
	struct img_wfield in;
	const char *why;

	f->p = w->p;
	open[depth++] = f->tag;
	while (depth > 0) {
		if (w->p >= w->end)
			return "group not ended";
		why = tag(w, &in);
		if (why != NULL)
			return why;
		if (in.wt == IMG_GROUP) {
			if (depth == IMG_MAX_DEPTH)
				return "groups nested too deeply";
			open[depth++] = in.tag;
		} else if (in.wt == IMG_ENDGROUP) {
			if (open[--depth] != in.tag)
				return "end of a group that is not the innermost";
		} else {
			why = value(w, &in);
			if (why != NULL)
				return why;
		}
	}
	f->n = (size_t)(w->p - f->p);
	return NULL;
}

const char *img_wire_slow(struct img_wire *w, struct img_wfield *f)
{
	const char *why = tag(w, f);

	if (why != NULL)
		return why;
	if (f->wt == IMG_ENDGROUP)
		return "end of a group that did not begin";
	return f->wt == IMG_GROUP ? group(w, f) : value(w, f);
}

bool img_wire_get(const uint8_t *p, size_t n, uint32_t tag_wanted, uint64_t *v)
{
	struct img_wire w = { p, n > 0 ? p + n : p };
	struct img_wfield f;
	bool found = false;

	while (w.p < w.end && img_wire_next(&w, &f) == NULL)
		if (f.tag == tag_wanted && f.wt == IMG_VARINT) {
			*v = f.v;
			found = true;
		}
	return found;
}
