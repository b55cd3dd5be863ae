/* Decimal digits to a number, eight at a time: most of the values in images are long. */
#ifndef IMG_DIGITS_H
#define IMG_DIGITS_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* One byte in each byte of a word. */
#define IMG_EACH(byte) ((byte)*UINT64_C(0x0101010101010101))

/* Is each byte of a word from 0 to 9? */
static inline bool img_digits_only(uint64_t w)
{
	return ((w | (w + IMG_EACH(0x80 - 10))) & IMG_EACH(0x80)) == 0;
}

/* The number of eight digits 0 to 9, the first one in the lowest byte. */
static inline uint64_t img_digits_value(uint64_t w)
{
	const uint64_t pairs = UINT64_C(0x000000ff000000ff);

	/* Pairs in every other byte; then four of them, each with its power of 100, in the high half. */
	w = w * 10 + (w >> 8);
	return ((w & pairs) * (100 + (UINT64_C(1000000) << 32)) +
		(w >> 16 & pairs) * (1 + (UINT64_C(10000) << 32))) >>
	       32;
}

/* Eight characters as digits. */
static inline uint64_t img_digits_load(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return le64toh(w) ^ IMG_EACH('0');
}

/* Parse n bytes, 1 to 19, of decimal digits; false: they are others, or another number of them. */
static inline bool img_digits(const char *p, size_t n, uint64_t *v)
{
	static const uint32_t power[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000 };
	uint64_t r = 0, w;

	if (n - 1 >= 19)
		return false;
	if (n < 8) {
		for (size_t i = 0; i < n; i++) {
			unsigned d = (unsigned)(unsigned char)p[i] - '0';

			if (d > 9)
				return false;
			r = 10 * r + d;
		}
		*v = r;
		return true;
	}
	for (size_t i = 0; i + 8 <= n; i += 8) {
		w = img_digits_load(p + i);
		if (!img_digits_only(w))
			return false;
		r = r * 100000000 + img_digits_value(w);
	}
	if (n % 8 != 0) {
		/* The last eight, of which those before were read already. */
		w = img_digits_load(p + n - 8);
		if (!img_digits_only(w))
			return false;
		w &= UINT64_MAX << 8 * (8 - n % 8);
		r = r * power[n % 8] + img_digits_value(w);
	}
	*v = r;
	return true;
}

#endif
