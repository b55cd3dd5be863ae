#include "libimg/view/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "libimg/base/utf8.h"
#include "libimg/json/jw.h"
#include "libimg/msg/names.h"

void img_text_name(struct img_out *o, const void *text, size_t n)
{
	const uint8_t *p = text;

	for (size_t i = 0; i < n;) {
		size_t run = i, len;
		uint32_t c = 0;

		while (run < n && p[run] >= 0x20 && p[run] < 0x7f && p[run] != '\\')
			run++;
		img_out_put(o, p + i, run - i);
		i = run;
		if (i == n)
			break;
		len = img_utf8_char(p + i, n - i, &c);
		if (len == 0 || img_utf8_hidden(c)) {
			for (size_t k = len ? len : 1; k > 0; k--)
				img_text_fmt(o, "\\x%02x", p[i++]);
			continue;
		}
		/* Or it could be taken for the begin of an escape. */
		img_out_put(o, "\\", c == '\\');
		img_out_put(o, p + i, len);
		i += len;
	}
}

void img_text_str(struct img_out *o, const char *s)
{
	img_text_name(o, s, strlen(s));
}

void img_text_fmt(struct img_out *o, const char *fmt, ...)
{
	char buf[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	if (n > 0)
		img_out_put(o, buf, (size_t)n < sizeof(buf) ? (size_t)n : sizeof(buf) - 1);
}

void img_text_dec(struct img_out *o, uint64_t v, unsigned width)
{
	char digits[20];
	size_t n = (size_t)(img_jw_decimal(digits, v) - digits);

	for (; width > n; width--)
		img_out_byte(o, ' ');
	img_out_put(o, digits, n);
}

void img_text_hex(struct img_out *o, uint64_t v, unsigned digits)
{
	char text[16];
	unsigned n = 0;

	do {
		text[sizeof(text) - ++n] = "0123456789abcdef"[v & 15];
		v >>= 4;
	} while (n < sizeof(text) && (v != 0 || n < digits));
	img_out_put(o, text + sizeof(text) - n, n);
}

void img_text_bits(struct img_out *o, const struct img_names *names, uint64_t v, const char *sep)
{
	const char *between = "";

	for (const struct img_name *f = names->v; f->name != NULL; f++) {
		if ((v & f->value) == 0)
			continue;
		img_text_fmt(o, "%s%s", between, f->name);
		between = sep;
		v &= ~f->value;
	}
	if (v != 0)
		img_text_fmt(o, "%s0x%" PRIx64, between, v);
}
