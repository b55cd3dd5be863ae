/* Numbers in JSON to what stands on the wire for them, if they are small, as nearly all are. */
#ifndef IMG_SMALL_H
#define IMG_SMALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/json/digits.h"

/* What is small for a type. */
struct img_small {
	bool varint;  /* that is how it stands on the wire */
	uint8_t bits; /* a number of so many bits is in range, whatever its sign; 0: no number */
	bool minus;   /* it may have one */
	bool zigzag;  /* see img_zigzag() */
};

/* By PROTOBUF_C_TYPE_…, which img_row.type is. */
extern const struct img_small img_small[];

/* The same for what is not all digits: a number with a minus. */
bool img_small_negative(const struct img_small *k, const char *p, size_t n, uint64_t *v);

/*
 * Store in *v what stands on the wire for a number that yajl found, n bytes at p, of a type that is
 * one. False: it is no integer, or not small. A call would take a tenth of the time of its caller.
 */
static inline __attribute__((always_inline)) bool
img_small_number(const struct img_small *k, const char *p, size_t n, uint64_t *v)
{
	if (!img_digits(p, n, v))
		return img_small_negative(k, p, n, v);
	if (*v >> k->bits != 0)
		return false;
	*v <<= k->zigzag;
	return true;
}

#endif
