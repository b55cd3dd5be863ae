/* Numbers to decimal digits, eight at a time. */
#ifndef IMG_DECIMAL_H
#define IMG_DECIMAL_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define IMG_EIGHT_DIGITS 100000000 /* numbers below it have no more */

/*
 * The eight digits of v < 10^8, the first in the lowest byte. All halves of one size are split at
 * once, in lanes of one word; a product and a shift divide by 100 and by 10.
 */
static inline uint64_t img_eight_digits(uint64_t v)
{
	uint64_t q;

	v = v / 10000 | v % 10000 << 32;
	q = (v * 5243 >> 19) & UINT64_C(0x0000007f0000007f);
	v = q | (v - q * 100) << 16;
	q = (v * 103 >> 10) & UINT64_C(0x000f000f000f000f);
	return q | (v - q * 10) << 8;
}

/* Write n bytes at p, the last n of eight digits. */
static inline char *img_put_digits(char *p, uint64_t digits, unsigned n)
{
	digits |= UINT64_C(0x3030303030303030);
	digits = htole64(digits >> (64 - 8 * n));
	memcpy(p, &digits, 8);
	return p + n;
}

/* Write 0 < v < 10^8 without leading zeros. */
static inline char *img_decimal_short(char *p, uint64_t v)
{
	uint64_t digits = img_eight_digits(v);

	return img_put_digits(p, digits, 8 - (unsigned)__builtin_ctzll(digits) / 8);
}

/* Write v >= 10^8. */
char *img_decimal_long(char *p, uint64_t v);

/* Write a number to p; returns the byte after it. There is room for 20. */
static inline char *img_decimal(char *p, uint64_t v)
{
	/* Most numbers are small. */
	if (v < 10) {
		*p = (char)('0' + v);
		return p + 1;
	}
	return v < IMG_EIGHT_DIGITS ? img_decimal_short(p, v) : img_decimal_long(p, v);
}

#endif
