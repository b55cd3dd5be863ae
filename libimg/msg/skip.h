/* Go over the fields of a message whose values nobody asks for. */
#ifndef IMG_SKIP_H
#define IMG_SKIP_H

#include <endian.h>
#include <stdbool.h>
#include <string.h>

#include "libimg/msg/schema.h"

/* The byte after a varint; NULL if it does not end, or not within eight bytes. */
static inline const uint8_t *img_skip_varint(const uint8_t *p, const uint8_t *end)
{
	uint64_t x, ends;

	if (p < end && *p < 0x80)
		return p + 1;
	if (end - p < 8) {
		while (p < end && *p >= 0x80)
			p++;
		return p < end ? p + 1 : NULL;
	}
	memcpy(&x, p, sizeof(x));
	ends = ~le64toh(x) & UINT64_C(0x8080808080808080);
	return ends != 0 ? p + __builtin_ctzll(ends) / 8 + 1 : NULL;
}

/*
 * Skip the next field if it is of the common form: a tag of one byte, then a varint. Returns its
 * row, or -1: it is another, or damaged, and w stays. A varint with a needless byte at its end sets
 * *padded.
 */
static inline int img_skip_number(const struct img_msg *m, struct img_wire *w, bool *padded)
{
	uint8_t head = *w->p, at = head < 0x80 ? m->heads[head] : 0;
	const uint8_t *q = NULL;

	if (at != 0 && (head & 7) == IMG_VARINT)
		q = img_skip_varint(w->p + 1, w->end);
	if (q == NULL)
		return -1;
	if (q[-1] == 0 && q != w->p + 2)
		*padded = true;
	w->p = q;
	return at - 1;
}

/* Bytes of a varint. */
static inline int img_varint_size(uint64_t v)
{
	return (70 - __builtin_clzll(v | 1)) / 7;
}

/*
 * Are the tag, and the number or the length, of a field that ends at `end` written as short as can
 * be?
 */
static inline bool img_is_short(const struct img_wfield *f, const uint8_t *end)
{
	uint8_t head[IMG_TAG_MAX + IMG_VARINT_MAX];
	uint8_t *p;

	if (f->wt == IMG_BYTES && f->tag < 16)
		return f->p - f->at == 1 + img_varint_size(f->v);
	p = img_put_varint(head, (uint64_t)f->tag << 3 | f->wt);
	if (f->wt == IMG_VARINT || f->wt == IMG_BYTES)
		p = img_put_varint(p, f->v);
	return p - head <= end - f->at && memcmp(head, f->at, (size_t)(p - head)) == 0;
}

#endif
