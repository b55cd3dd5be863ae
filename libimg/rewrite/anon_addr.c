#include "libimg/rewrite/anon_addr.h"

#include <string.h>

/* No bit is flipped that would lead out of a range; in one that stays, none at all. */
struct reserved {
	uint8_t addr[16];
	uint8_t bits;
	bool stays;
};

static const struct reserved v4[] = {
	{ { 0 }, 8, true },
	{ { 10 }, 8, false },
	{ { 127 }, 8, true },
	{ { 172, 16 }, 12, false },
	{ { 192, 168 }, 16, false },
	{ { 100, 64 }, 10, false },
	{ { 169, 254 }, 16, false },
	{ { 224, 0, 0 }, 24, true },
	{ { 224 }, 4, false },
	{ { 240 }, 4, false },
	{ { 255, 255, 255, 255 }, 32, true },
};

static const struct reserved v6[] = {
	{ { 0 }, 128, true },
	{ { [15] = 1 }, 128, true },
	{ { [10] = 0xff, 0xff }, 96, false },
	{ { 0, 0x64, 0xff, 0x9b }, 96, false },
	{ { 0xfe, 0x80 }, 64, false },
	{ { 0xfc }, 7, false },
	{ { 0x20 }, 3, false },
	/* Groups: scope and flags are the first 16 bits; ff02::/16 below 0x10000 are well known. */
	{ { 0xff }, 8, false },
	{ { 0xff, 0x02 }, 112, true },
};

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	return memcmp(a, b, whole) == 0 &&
	       (rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0);
}

/* Do the first i bits begin a reserved range that is longer? */
static bool begins_range(const uint8_t *addr, size_t n, unsigned i)
{
	const struct reserved *r = n == 4 ? v4 : v6;
	size_t ranges = n == 4 ? sizeof(v4) / sizeof(*v4) : sizeof(v6) / sizeof(*v6);

	if (n == 16 && addr[0] == 0xff && i >= 8 && i < 16)
		return true;
	for (size_t k = 0; k < ranges; k++)
		if ((r[k].bits > i && same_bits(addr, r[k].addr, i)) ||
		    (r[k].stays && same_bits(addr, r[k].addr, r[k].bits)))
			return true;
	return false;
}

static bool flips(const struct img_words *w, const uint8_t *old, size_t n, unsigned i)
{
	uint8_t of[18] = { (uint8_t)n, (uint8_t)i };

	for (unsigned k = 0; k < i; k++)
		of[2 + k / 8] |= (uint8_t)((old[k / 8] >> (7 - k % 8) & 1) << (7 - k % 8));
	return !begins_range(old, n, i) && (img_words_draw(w, 'i', of, sizeof(of)) & 1) != 0;
}

/* The last four bytes of these are an IPv4 address. */
static bool holds_v4(const uint8_t *old, size_t n)
{
	return n == 16 && (same_bits(old, v6[2].addr, 96) || same_bits(old, v6[3].addr, 96));
}

void img_anon_ip(const struct img_words *w, const uint8_t *old, size_t n, uint8_t *new)
{
	uint8_t to[16];

	if (n != 4 && n != 16)
		return;
	memcpy(to, old, n);
	if (holds_v4(old, n)) {
		img_anon_ip(w, old + 12, 4, to + 12);
	} else {
		for (unsigned i = 0; i < n * 8; i++)
			if (flips(w, old, n, i))
				to[i / 8] = (uint8_t)(to[i / 8] ^ (1u << (7 - i % 8)));
	}
	memcpy(new, to, n);
}

void img_anon_net(const struct img_words *w, const uint8_t *old, size_t n, unsigned bits,
		  uint8_t *new)
{
	img_anon_ip(w, old, n, new);
	for (unsigned i = bits; i < n * 8; i++)
		new[i / 8] = (uint8_t)(new[i / 8] & ~(1u << (7 - i % 8)));
}

static bool all(const uint8_t *p, size_t n, uint8_t c)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != c)
			return false;
	return true;
}

void img_anon_mac(const struct img_words *w, const uint8_t *old, size_t n, uint8_t *new)
{
	uint8_t of[64];
	size_t known = n < sizeof(of) - 1 ? n : sizeof(of) - 1;

	memmove(new, old, n);
	if (n == 0 || all(old, n, 0) || all(old, n, 0xff) ||
	    (n >= 3 && memcmp(old, "\x01\x00\x5e", 3) == 0) ||
	    (n >= 2 && memcmp(old, "\x33\x33", 2) == 0))
		return;
	memcpy(of, old, known);
	for (size_t i = 0; i < n; i++) {
		of[known] = (uint8_t)i;
		new[i] = (uint8_t)img_words_draw(w, 'm', of, known + 1);
	}
	new[0] = (uint8_t)((new[0] & ~3u) | 2u | (of[0] & 1u));
}
