#include "libimg/jw.h"

#include "libimg/b64.h"
#include "libimg/utf8.h"

enum { INDENT = 4, CRIT_LINE = 57 }; /* Python's encodebytes(): 57 octets, 76 characters */

static void put(struct jw *w, const char *s)
{
	img_out_put(w->o, s, strlen(s));
}

static void newline(struct jw *w)
{
	img_out_byte(w->o, '\n');
	for (unsigned i = 0; i < w->depth * INDENT; i++)
		img_out_byte(w->o, ' ');
}

void jw_sep(struct jw *w)
{
	if (!w->first)
		put(w, w->style == JW_DOC ? ", " : ",");
	if (w->style == JW_PRETTY)
		newline(w);
	w->first = false;
}

void jw_open(struct jw *w, char bracket)
{
	img_out_byte(w->o, (uint8_t)bracket);
	w->depth++;
	w->first = true;
}

void jw_close(struct jw *w, char bracket)
{
	w->depth--;
	if (w->style == JW_PRETTY && !w->first)
		newline(w);
	img_out_byte(w->o, (uint8_t)bracket);
	w->first = false;
}

/* How many decimal digits: from the number of bits, corrected by one comparison. */
static unsigned count_digits(uint64_t v)
{
	static const uint64_t power[] = {
		0,
		10,
		100,
		1000,
		10000,
		100000,
		1000000,
		10000000,
		100000000,
		1000000000,
		UINT64_C(10000000000),
		UINT64_C(100000000000),
		UINT64_C(1000000000000),
		UINT64_C(10000000000000),
		UINT64_C(100000000000000),
		UINT64_C(1000000000000000),
		UINT64_C(10000000000000000),
		UINT64_C(100000000000000000),
		UINT64_C(1000000000000000000),
		UINT64_C(10000000000000000000),
	};
	/* 1233 / 4096 is log10(2), near enough for 64 bits. */
	unsigned t = (64u - (unsigned)__builtin_clzll(v | 1)) * 1233 >> 12;

	return t + (v >= power[t]);
}

char *jw_decimal(char *p, uint64_t v)
{
	static const char two[] = "00010203040506070809101112131415161718192021222324"
				  "25262728293031323334353637383940414243444546474849"
				  "50515253545556575859606162636465666768697071727374"
				  "75767778798081828384858687888990919293949596979899";
	char *end = p + count_digits(v), *q = end;

	while (v >= 100) {
		q -= 2;
		memcpy(q, two + v % 100 * 2, 2);
		v /= 100;
	}
	if (v >= 10)
		memcpy(q - 2, two + v * 2, 2);
	else
		q[-1] = (char)('0' + v);
	return end;
}

static void number(struct jw *w, bool negative, uint64_t v, bool quoted)
{
	char *p = (char *)img_out_room(w->o, 24), *q = p;

	if (quoted)
		*q++ = '"';
	if (negative)
		*q++ = '-';
	q = jw_decimal(q, v);
	if (quoted)
		*q++ = '"';
	img_out_add(w->o, (size_t)(q - p));
}

void jw_u64(struct jw *w, uint64_t v)
{
	number(w, false, v, false);
}

void jw_i64(struct jw *w, int64_t v)
{
	number(w, v < 0, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, false);
}

/* The integers that a double holds without loss end here. */
static const uint64_t exact = (UINT64_C(1) << 53) - 1;

void jw_uint(struct jw *w, uint64_t v)
{
	number(w, false, v, w->style == JW_LINE && v > exact);
}

void jw_int(struct jw *w, int64_t v)
{
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	number(w, v < 0, u, w->style == JW_LINE && u > exact);
}

void jw_bool(struct jw *w, bool v)
{
	put(w, v ? "true" : "false");
}

static void escape_unit(struct jw *w, uint32_t u)
{
	static const char hex[] = "0123456789abcdef";
	char e[6] = {
		'\\', 'u', hex[u >> 12 & 15], hex[u >> 8 & 15], hex[u >> 4 & 15], hex[u & 15]
	};

	img_out_put(w->o, e, 6);
}

/* A character that does not stand for itself: control, quote, or beyond ASCII. */
static void escape(struct jw *w, const uint8_t *p, size_t n, uint32_t c)
{
	static const char named[][3] = { { '"', '"' },  { '\\', '\\' }, { '\n', 'n' },
					 { '\r', 'r' }, { '\t', 't' },  { '\b', 'b' },
					 { '\f', 'f' } };

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (c == (uint8_t)named[i][0]) {
			img_out_byte(w->o, '\\');
			img_out_byte(w->o, (uint8_t)named[i][1]);
			return;
		}
	/* Control characters never reach a terminal as such. */
	if (w->style == JW_LINE && c >= 0xa0) {
		img_out_put(w->o, p, n);
	} else if (c >= 0x10000) {
		escape_unit(w, 0xd800 + ((c - 0x10000) >> 10));
		escape_unit(w, 0xdc00 + ((c - 0x10000) & 0x3ff));
	} else {
		escape_unit(w, c);
	}
}

void jw_str(struct jw *w, const void *text, size_t n)
{
	const uint8_t *p = n > 0 ? text : (const uint8_t *)"";
	size_t i = 0, run = 0;

	img_out_byte(w->o, '"');
	while (i < n) {
		uint32_t c = p[i];
		size_t len = 1;

		if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
			i++;
			continue;
		}
		img_out_put(w->o, p + run, i - run);
		if (c >= 0x80)
			len = img_utf8_char(p + i, n - i, &c);
		escape(w, p + i, len, c);
		i += len ? len : 1; /* the caller promised UTF-8 */
		run = i;
	}
	img_out_put(w->o, p + run, n - run);
	img_out_byte(w->o, '"');
}

void jw_plain(struct jw *w, const char *s)
{
	img_out_byte(w->o, '"');
	put(w, s);
	img_out_byte(w->o, '"');
}

void jw_b64_begin(struct jw *w)
{
	img_out_byte(w->o, '"');
	w->held = 0;
}

/* n octets as one line of crit's, or as they come. */
static void b64_line(struct jw *w, const uint8_t *p, size_t n)
{
	char *to = (char *)img_out_room(w->o, IMG_B64_LEN(n) + 2);
	char *end = img_b64_encode(to, p, n);

	if (w->style != JW_LINE) {
		*end++ = '\\';
		*end++ = 'n';
	}
	img_out_add(w->o, (size_t)(end - to));
}

void jw_b64_part(struct jw *w, const void *data, size_t n)
{
	const uint8_t *p = data;

	while (n > 0) {
		size_t k;

		if (w->held == 0 && n >= CRIT_LINE) {
			/* Without line breaks any multiple of three goes at once. */
			k = w->style != JW_LINE ? CRIT_LINE : n < 12 << 10 ? n / 3 * 3 : 12 << 10;
			b64_line(w, p, k);
		} else {
			k = CRIT_LINE - w->held < n ? CRIT_LINE - w->held : n;
			memcpy(w->hold + w->held, p, k);
			w->held += k;
			if (w->held == CRIT_LINE) {
				b64_line(w, w->hold, w->held);
				w->held = 0;
			}
		}
		p += k;
		n -= k;
	}
}

void jw_b64_end(struct jw *w)
{
	if (w->held > 0)
		b64_line(w, w->hold, w->held);
	w->held = 0;
	img_out_byte(w->o, '"');
}

void jw_b64(struct jw *w, const void *p, size_t n)
{
	jw_b64_begin(w);
	jw_b64_part(w, p, n);
	jw_b64_end(w);
}

void jw_text(struct jw *w, const void *p, size_t n)
{
	if (img_utf8_valid(p, n)) {
		jw_str(w, p, n);
		return;
	}
	jw_open(w, '{');
	JW_KEY(w, "@base64");
	jw_b64(w, p, n);
	jw_close(w, '}');
}
