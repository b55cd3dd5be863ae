#include "libimg/b64.h"

char *img_b64_encode(char *to, const uint8_t *p, size_t n)
{
	static const char abc[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (; n >= 3; n -= 3, p += 3) {
		uint32_t v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];

		to[0] = abc[v >> 18];
		to[1] = abc[v >> 12 & 63];
		to[2] = abc[v >> 6 & 63];
		to[3] = abc[v & 63];
		to += 4;
	}
	if (n > 0) {
		uint32_t v = (uint32_t)p[0] << 16 | (n > 1 ? (uint32_t)p[1] << 8 : 0);

		*to++ = abc[v >> 18];
		*to++ = abc[v >> 12 & 63];
		*to++ = n > 1 ? abc[v >> 6 & 63] : '=';
		*to++ = '=';
	}
	return to;
}

/* 0..63, or one of these. */
enum { BAD = 0x80, BREAK = 0x81, PAD = 0x82 };

/* clang-format off */
#define B BAD
#define L BREAK
static const uint8_t value[256] = {
	B, B, B, B, B, B, B, B, B, B, L, B, B, L, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
	B, B, B, B, B, B, B, B, B, B, B, 62, B, B, B, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, B, B, B, PAD, B, B,
	B, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, B, B, B, B, B,
	B, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, B, B, B, B, B,
	B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
	B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
	B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
	B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
};
#undef B
#undef L
/* clang-format on */

int64_t img_b64_decode(uint8_t *to, const char *text, size_t n)
{
	const uint8_t *p = (const uint8_t *)text, *end = p + n;
	const uint8_t *start = to;
	uint32_t v = 0;
	unsigned have = 0, pads = 0;

	while (p < end) {
		/* Whole groups without a break; the rest one by one. */
		while (have == 0 && pads == 0 && end - p >= 4) {
			uint8_t a = value[p[0]], b = value[p[1]], c = value[p[2]], d = value[p[3]];

			if ((a | b | c | d) & BAD)
				break;
			v = (uint32_t)a << 18 | (uint32_t)b << 12 | (uint32_t)c << 6 | d;
			to[0] = (uint8_t)(v >> 16);
			to[1] = (uint8_t)(v >> 8);
			to[2] = (uint8_t)v;
			to += 3;
			p += 4;
		}
		if (p == end)
			break;
		switch (value[*p]) {
		case BAD: return -1;
		case BREAK: break;
		case PAD:
			if (have + pads < 2 || have + pads > 3)
				return -1;
			pads++;
			break;
		default:
			if (pads > 0)
				return -1;
			v = v << 6 | value[*p];
			if (++have == 4) {
				*to++ = (uint8_t)(v >> 16);
				*to++ = (uint8_t)(v >> 8);
				*to++ = (uint8_t)v;
				have = 0;
			}
		}
		p++;
	}
	if (have == 0 && pads == 0)
		return to - start;
	/* The bits that padding cuts off must be zero: one text for each run of octets. */
	if (have + pads != 4 || have < 2 || (have == 2 ? v & 15 : v & 3) != 0)
		return -1;
	*to++ = (uint8_t)(have == 2 ? v >> 4 : v >> 10);
	if (have == 3)
		*to++ = (uint8_t)(v >> 2);
	return to - start;
}
