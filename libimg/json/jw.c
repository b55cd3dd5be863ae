#include "libimg/json/jw.h"

#include <stdio.h>

#include "libimg/base/utf8.h"
#include "libimg/json/b64.h"
#include "libimg/json/decimal.h"

/* The inline calls as functions too, for bindings. */
extern inline void img_jw_init(struct img_jw *w, struct img_out *o, enum img_jw_style style);
extern inline void img_jw_key(struct img_jw *w, const char *key, size_t n);
extern inline char *img_jw_row_key(struct img_jw *w, const char *key, size_t n);
extern inline void img_jw_item(struct img_jw *w);
extern inline void img_jw_cstr(struct img_jw *w, const char *s);

/* The byte c in each byte of a word. */
#define LANES(c) ((c)*UINT64_C(0x0101010101010101))

enum { INDENT = 4, CRIT_LINE = 57 }; /* Python's encodebytes(): 57 bytes, 76 characters */

static void put(struct img_jw *w, const char *s)
{
	img_out_put(w->o, s, strlen(s));
}

static void newline(struct img_jw *w)
{
	img_out_byte(w->o, '\n');
	for (unsigned i = 0; i < w->depth * INDENT; i++)
		img_out_byte(w->o, ' ');
}

void img_jw_sep(struct img_jw *w)
{
	if (!w->first)
		put(w, w->style == IMG_JW_DOC ? ", " : ",");
	if (w->style == IMG_JW_PRETTY)
		newline(w);
	w->first = false;
}

void img_jw_name(struct img_jw *w, const char *name)
{
	char key[64];
	int n = snprintf(key, sizeof(key), "\"%.60s\"", name);

	img_jw_key(w, key, (size_t)n);
}

void img_jw_open(struct img_jw *w, char bracket)
{
	img_out_byte(w->o, (uint8_t)bracket);
	w->depth++;
	w->first = true;
}

void img_jw_close(struct img_jw *w, char bracket)
{
	w->depth--;
	if (w->style == IMG_JW_PRETTY && !w->first)
		newline(w);
	img_out_byte(w->o, (uint8_t)bracket);
	w->first = false;
}

char *img_jw_decimal(char *p, uint64_t v)
{
	return img_decimal(p, v);
}

void img_jw_u64(struct img_jw *w, uint64_t v)
{
	char *p = (char *)img_out_room(w->o, 20);

	img_out_add(w->o, (size_t)(img_decimal(p, v) - p));
}

/* Write any number, -v if `negative`. */
static void number(struct img_jw *w, bool negative, uint64_t v, bool quoted)
{
	if (quoted)
		img_out_byte(w->o, '"');
	if (negative)
		img_out_byte(w->o, '-');
	img_jw_u64(w, v);
	if (quoted)
		img_out_byte(w->o, '"');
}

void img_jw_i64(struct img_jw *w, int64_t v)
{
	number(w, v < 0, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, false);
}

/* Doubles hold integers without loss up to here. */
static const uint64_t exact = (UINT64_C(1) << 53) - 1;

void img_jw_uint(struct img_jw *w, uint64_t v)
{
	if (v <= exact)
		img_jw_u64(w, v);
	else
		number(w, false, v, w->style == IMG_JW_LINE);
}

void img_jw_int(struct img_jw *w, int64_t v)
{
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	number(w, v < 0, u, w->style == IMG_JW_LINE && u > exact);
}

void img_jw_bool(struct img_jw *w, bool v)
{
	put(w, v ? "true" : "false");
}

static void escape_unit(struct img_jw *w, uint32_t u)
{
	static const char hex[] = "0123456789abcdef";
	char e[6] = {
		'\\', 'u', hex[u >> 12 & 15], hex[u >> 8 & 15], hex[u >> 4 & 15], hex[u & 15]
	};

	img_out_put(w->o, e, 6);
}

/* Write a character that needs an escape: control, quote, or beyond ASCII. */
static void escape(struct img_jw *w, const uint8_t *p, size_t n, uint32_t c)
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
	/* Hidden characters must not reach a terminal as they are. */
	if (w->style == IMG_JW_LINE && !img_utf8_hidden(c)) {
		img_out_put(w->o, p, n);
	} else if (c >= 0x10000) {
		escape_unit(w, 0xd800 + ((c - 0x10000) >> 10));
		escape_unit(w, 0xdc00 + ((c - 0x10000) & 0x3ff));
	} else {
		escape_unit(w, c);
	}
}

/* Is any byte of w zero? */
static inline bool has_zero(uint64_t w)
{
	return ((w - LANES(0x01)) & ~w & LANES(0x80)) != 0;
}

/* How many bytes at p certainly need no escape, in steps of eight. */
static size_t plain(const uint8_t *p, size_t n)
{
	size_t i = 0;

	for (uint64_t w; n - i >= sizeof(w); i += sizeof(w)) {
		memcpy(&w, p + i, sizeof(w));
		/* Neither below a blank nor above a tilde, and neither quote nor backslash. */
		if (((w | (w - LANES(0x20)) | (w + LANES(0x01))) & LANES(0x80)) != 0 ||
		    has_zero(w ^ LANES('"')) || has_zero(w ^ LANES('\\')))
			break;
	}
	return i;
}

void img_jw_str(struct img_jw *w, const void *text, size_t n)
{
	const uint8_t *p = n > 0 ? text : (const uint8_t *)"";
	size_t i = plain(p, n), run = 0;

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

void img_jw_plain(struct img_jw *w, const char *s)
{
	img_out_byte(w->o, '"');
	put(w, s);
	img_out_byte(w->o, '"');
}

void img_jw_b64_begin(struct img_jw *w)
{
	img_out_byte(w->o, '"');
	w->held = 0;
}

/* Write n bytes as one line of crit's, or in one run. */
static void b64_line(struct img_jw *w, const uint8_t *p, size_t n)
{
	char *to = (char *)img_out_room(w->o, IMG_B64_LEN(n) + 2);
	char *end = img_b64_encode(to, p, n);

	if (w->style != IMG_JW_LINE) {
		*end++ = '\\';
		*end++ = 'n';
	}
	img_out_add(w->o, (size_t)(end - to));
}

void img_jw_b64_part(struct img_jw *w, const void *data, size_t n)
{
	const uint8_t *p = data;

	while (n > 0) {
		size_t k;

		if (w->held == 0 && n >= CRIT_LINE) {
			/* Without line breaks any multiple of three can be written at once. */
			k = w->style != IMG_JW_LINE ? CRIT_LINE
			    : n < 12 << 10          ? n / 3 * 3
						    : 12 << 10;
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

void img_jw_b64_end(struct img_jw *w)
{
	if (w->held > 0)
		b64_line(w, w->hold, w->held);
	w->held = 0;
	img_out_byte(w->o, '"');
}

void img_jw_b64(struct img_jw *w, const void *p, size_t n)
{
	img_jw_b64_begin(w);
	img_jw_b64_part(w, p, n);
	img_jw_b64_end(w);
}

void img_jw_text(struct img_jw *w, const void *p, size_t n)
{
	if (img_utf8_valid(p, n)) {
		img_jw_str(w, p, n);
		return;
	}
	img_jw_open(w, '{');
	IMG_JW_KEY(w, "@base64");
	img_jw_b64(w, p, n);
	img_jw_close(w, '}');
}
