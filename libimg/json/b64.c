#include "libimg/json/b64.h"

#include <endian.h>
#include <string.h>

/* Tables whose entries a macro computes from their index. */
#define R4(f, i) f(i), f((i) + 1), f((i) + 2), f((i) + 3)
#define R16(f, i) R4(f, i), R4(f, (i) + 4), R4(f, (i) + 8), R4(f, (i) + 12)
#define R64(f, i) R16(f, i), R16(f, (i) + 16), R16(f, (i) + 32), R16(f, (i) + 48)
#define R256(f, i) R64(f, i), R64(f, (i) + 64), R64(f, (i) + 128), R64(f, (i) + 192)
#define R1024(f, i) R256(f, i), R256(f, (i) + 256), R256(f, (i) + 512), R256(f, (i) + 768)

#define DIGIT(v)                                                                                   \
	(char)((v) < 26    ? 'A' + (v)                                                             \
	       : (v) < 52  ? 'a' + (v)-26                                                          \
	       : (v) < 62  ? '0' + (v)-52                                                          \
	       : (v) == 62 ? '+'                                                                   \
			   : '/')
#define PAIR(v)                                                                                    \
	{                                                                                          \
		DIGIT((v) >> 6), DIGIT((v)&63)                                                     \
	}

/* Two characters for each 12 bits: half as many lookups. */
static const char pairs[4096][2] = { R1024(PAIR, 0), R1024(PAIR, 1024), R1024(PAIR, 2048),
				     R1024(PAIR, 3072) };

static char *put_pair(char *to, uint64_t bits)
{
	memcpy(to, pairs[bits & 4095], 2);
	return to + 2;
}

char *img_b64_encode(char *to, const uint8_t *p, size_t n)
{
	/* Six bytes at a time, loaded as eight. */
	for (; n >= 8; n -= 6, p += 6) {
		uint64_t v;

		memcpy(&v, p, sizeof(v));
		v = be64toh(v);
		to = put_pair(to, v >> 52);
		to = put_pair(to, v >> 40);
		to = put_pair(to, v >> 28);
		to = put_pair(to, v >> 16);
	}
	for (; n >= 3; n -= 3, p += 3) {
		uint32_t v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];

		to = put_pair(to, v >> 12);
		to = put_pair(to, v);
	}
	if (n > 0) {
		uint32_t v = (uint32_t)p[0] << 16 | (n > 1 ? (uint32_t)p[1] << 8 : 0);

		to = put_pair(put_pair(to, v >> 12), v);
		to[-1] = '=';
		if (n == 1)
			to[-2] = '=';
	}
	return to;
}

/* The value of a character, 0..63, or a bit above those of four characters if it is none. */
enum { BAD = 1 << 24, BREAK = BAD | 1, PAD = BAD | 2 };

#define VALUE(c)                                                                                   \
	((c) >= 'A' && (c) <= 'Z'     ? (c) - 'A'                                                  \
	 : (c) >= 'a' && (c) <= 'z'   ? (c) - 'a' + 26                                             \
	 : (c) >= '0' && (c) <= '9'   ? (c) - '0' + 52                                             \
	 : (c) == '+'                 ? 62                                                         \
	 : (c) == '/'                 ? 63                                                         \
	 : (c) == '\n' || (c) == '\r' ? BREAK                                                      \
	 : (c) == '='                 ? PAD                                                        \
				      : BAD)
#define LAST(c) (uint32_t)(VALUE(c))
#define SHIFTED(c, by) (LAST(c) < 64 ? LAST(c) % 64 << (by) : BAD)
#define FIRST(c) SHIFTED(c, 18)
#define SECOND(c) SHIFTED(c, 12)
#define THIRD(c) SHIFTED(c, 6)

/* One table per position in a group of four: a group is four lookups and three ORs. */
static const uint32_t first[256] = { R256(FIRST, 0) }, second[256] = { R256(SECOND, 0) },
		      third[256] = { R256(THIRD, 0) }, value[256] = { R256(LAST, 0) };

int64_t img_b64_decode(uint8_t *to, const char *text, size_t n)
{
	const uint8_t *p = (const uint8_t *)text, *end = p + n;
	const uint8_t *start = to;
	uint32_t v = 0;
	unsigned have = 0, pads = 0;

	while (p < end) {
		/* Whole groups in one run; the rest one by one. */
		while (have == 0 && pads == 0 && end - p >= 4) {
			uint32_t group = first[p[0]] | second[p[1]] | third[p[2]] | value[p[3]];

			if (group & BAD)
				break;
			v = group;
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
	/* The bits that padding cuts off must be zero, so that each run of bytes has one text. */
	if (have + pads != 4 || have < 2 || (have == 2 ? v & 15 : v & 3) != 0)
		return -1;
	*to++ = (uint8_t)(have == 2 ? v >> 4 : v >> 10);
	if (have == 3)
		*to++ = (uint8_t)(v >> 2);
	return to - start;
}
