#include "libimg/json/surrogate.h"

#include <string.h>

/* Feed one character of an escape; false if surrogates do not pair. */
static bool step(struct img_surrogates *s, uint8_t c)
{
	if (s->state == IMG_ESCAPE) {
		s->state = c == 'u' ? IMG_HEX : IMG_PLAIN;
		s->digits = 0;
		s->unit = 0;
		return c == 'u' || !s->high;
	}
	s->unit = s->unit << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	if (++s->digits < 4)
		return true;
	s->state = IMG_PLAIN;
	if (s->high != (s->unit >= 0xdc00 && s->unit < 0xe000))
		return false;
	s->high = s->unit >= 0xd800 && s->unit < 0xdc00;
	return true;
}

size_t img_surrogates_check(struct img_surrogates *s, const uint8_t *text, size_t n)
{
	const uint8_t *p = text, *end = p + n;

	while (p < end) {
		if (s->state != IMG_PLAIN) {
			if (!step(s, *p))
				break;
			p++;
			continue;
		}
		/* The other half must follow at once. */
		if (!s->high)
			p = memchr(p, '\\', (size_t)(end - p));
		else if (*p != '\\')
			break;
		if (p == NULL)
			return n;
		s->state = IMG_ESCAPE;
		p++;
	}
	return (size_t)(p - text);
}
