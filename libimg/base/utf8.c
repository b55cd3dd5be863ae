#include "libimg/base/utf8.h"

#include <string.h>

size_t img_utf8_char(const uint8_t *p, size_t n, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len;
	uint32_t v;

	if (n == 0)
		return 0;
	if (p[0] < 0x80) {
		len = 1;
		v = p[0];
	} else if (p[0] >= 0xc2 && p[0] < 0xe0) {
		len = 2;
		v = p[0] & 0x1f;
	} else if (p[0] >= 0xe0 && p[0] < 0xf0) {
		len = 3;
		v = p[0] & 0x0f;
	} else if (p[0] >= 0xf0 && p[0] < 0xf5) {
		len = 4;
		v = p[0] & 0x07;
	} else {
		return 0;
	}
	if (len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (p[i] & 0x3f);
	}
	if (v < least[len] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
		return 0;
	if (c != NULL)
		*c = v;
	return len;
}

bool img_utf8_valid(const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		uint64_t w;
		size_t len;

		/* Nearly all text is ASCII: eight bytes at a time. */
		if (n - i >= sizeof(w)) {
			memcpy(&w, p + i, sizeof(w));
			if ((w & UINT64_C(0x8080808080808080)) == 0) {
				i += sizeof(w);
				continue;
			}
		}
		len = img_utf8_char(p + i, n - i, NULL);
		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

bool img_utf8_hidden(uint32_t c)
{
	/* Cc, Cf, Zl, Zp and Default_Ignorable_Code_Point of Unicode 15, and the blank of Braille. */
	static const struct {
		uint32_t from, to;
	} hidden[] = {
		{ 0x7f, 0x9f },       { 0xad, 0xad },       { 0x34f, 0x34f },
		{ 0x600, 0x605 },     { 0x61c, 0x61c },     { 0x6dd, 0x6dd },
		{ 0x70f, 0x70f },     { 0x890, 0x891 },     { 0x8e2, 0x8e2 },
		{ 0x115f, 0x1160 },   { 0x17b4, 0x17b5 },   { 0x180b, 0x180f },
		{ 0x200b, 0x200f },   { 0x2028, 0x202e },   { 0x2060, 0x206f },
		{ 0x2800, 0x2800 },   { 0x3164, 0x3164 },   { 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },   { 0xfff0, 0xfffb },
		{ 0x110bd, 0x110bd }, { 0x110cd, 0x110cd }, { 0x13430, 0x1343f },
		{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
	};
	size_t lo = 0, hi = sizeof(hidden) / sizeof(hidden[0]);

	if (c < 0x7f)
		return c < 0x20;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (c >= hidden[mid].from && c <= hidden[mid].to)
			return true;
		if (c < hidden[mid].from)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}
