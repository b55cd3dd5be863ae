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
