/* The fields of one protobuf message: tags, varints, lengths. */
#ifndef IMG_WIRE_H
#define IMG_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Wire types of the protobuf encoding. */
enum {
	IMG_VARINT = 0,
	IMG_FIXED64 = 1,
	IMG_BYTES = 2,
	IMG_GROUP = 3,
	IMG_ENDGROUP = 4,
	IMG_FIXED32 = 5
};

#define IMG_MAX_TAG 0x1fffffffu /* 29 bits */

/* A cursor over the fields of a message. */
struct img_wire {
	const uint8_t *p, *end;
};

/* One field as it is encoded. */
struct img_wfield {
	uint32_t tag;
	uint8_t wt;
	uint64_t v;        /* VARINT, FIXED64, FIXED32 */
	const uint8_t *at; /* its tag; the field ends at the cursor */
	const uint8_t
		*p; /* BYTES: content; GROUP: from after its tag up to and including its end tag */
	size_t n;
};

/* The slow path of img_varint(): several bytes, or none. */
const uint8_t *img_varint_long(const uint8_t *p, const uint8_t *end, uint64_t *v);

/*
 * Read a varint of at most ten bytes. Returns the byte after it, or NULL if it is truncated or
 * longer.
 */
inline const uint8_t *img_varint(const uint8_t *p, const uint8_t *end, uint64_t *v)
{
	if (p == end || *p >= 0x80)
		return img_varint_long(p, end, v);
	*v = *p;
	return p + 1;
}

/* The slow path of img_wire_next(). Returns NULL or the reason. */
const char *img_wire_slow(struct img_wire *w, struct img_wfield *f);

/*
 * Read the next field; call while w->p < w->end. Returns NULL, or the reason, with its place in
 * f->at.
 */
inline const char *img_wire_next(struct img_wire *w, struct img_wfield *f)
{
	const uint8_t *p = w->p, *q;
	uint8_t wt = *p & 7;

	/* Most fields: a tag of one byte, then a varint, or a length and its bytes. */
	if (*p < 8 || *p >= 0x80 || (wt != IMG_VARINT && wt != IMG_BYTES))
		return img_wire_slow(w, f);
	q = img_varint(p + 1, w->end, &f->v);
	if (q == NULL)
		return img_wire_slow(w, f);
	f->at = p;
	f->tag = *p >> 3;
	f->wt = wt;
	if (wt == IMG_BYTES) {
		if (f->v > (uint64_t)(w->end - q))
			return img_wire_slow(w, f);
		f->p = q;
		f->n = (size_t)f->v;
		q += f->n;
	}
	w->p = q;
	return NULL;
}

/* Longest varint and longest tag, in bytes. */
enum { IMG_VARINT_MAX = 10, IMG_TAG_MAX = 5 };

/* Write a varint in its shortest form; returns the byte after it. */
inline uint8_t *img_put_varint(uint8_t *p, uint64_t v)
{
	while (v >= 0x80) {
		*p++ = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	*p++ = (uint8_t)v;
	return p;
}

/* Values of sint32 and sint64, which alternate in sign on the wire: 0, -1, 1, -2 … */
inline uint64_t img_unzigzag(uint64_t v)
{
	return v >> 1 ^ (0 - (v & 1));
}

inline uint64_t img_zigzag(uint64_t v)
{
	return v << 1 ^ (v >> 63 ? UINT64_MAX : 0);
}

/*
 * The last value of the varint field `tag` at the top level of a message that was scanned before;
 * false if absent.
 */
bool img_wire_get(const uint8_t *p, size_t n, uint32_t tag, uint64_t *v);

#endif
