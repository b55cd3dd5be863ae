/*
 * Write JSON to a sink, piece by piece. In an object: a key, then its value; in an array:
 * img_jw_item(), then the value. Separators and indents are written here.
 */
#ifndef IMG_JW_H
#define IMG_JW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "libimg/base/out.h"
#include "libimg/msg/schema.h"

enum img_jw_style {
	IMG_JW_LINE,   /* compact, UTF-8, base64 on one line, 64-bit numbers as in img_jw_int() */
	IMG_JW_DOC,    /* as Python's json.dumps() writes it, base64 in lines */
	IMG_JW_PRETTY, /* the same with an indent of 4 */
};

struct img_jw {
	struct img_out *o;
	enum img_jw_style style;
	unsigned depth;
	bool first;       /* the innermost object or array is empty so far */
	uint8_t hold[57]; /* base64: bytes that do not yet fill a line */
	size_t held;
};

/* Bytes of the longest integer: a sign, and the digits of 64 bits. */
enum { IMG_JW_INT = 21 };

/* Begin to write to o, which stays the caller's. Flush it at the end; there is nothing to free. */
inline void img_jw_init(struct img_jw *w, struct img_out *o, enum img_jw_style style)
{
	w->o = o;
	w->style = style;
	w->depth = 0;
	w->first = true;
	w->held = 0;
}

void img_jw_sep(struct img_jw *w); /* Write what precedes a key or an item. */

/* A key with its quotes: n bytes of plain ASCII, at most 255. */
inline void img_jw_key(struct img_jw *w, const char *key, size_t n)
{
	uint8_t *p;

	if (w->style != IMG_JW_LINE)
		img_jw_sep(w);
	p = img_out_room(w->o, n + 3);
	if (w->style == IMG_JW_LINE && !w->first)
		*p++ = ',';
	w->first = false;
	memcpy(p, key, n);
	p += n;
	*p++ = ':';
	if (w->style != IMG_JW_LINE)
		*p++ = ' ';
	w->o->n = (size_t)(p - w->o->buf);
}

/*
 * The key of a field from its row: `,"pid":`, n bytes, padded to whole blocks. There is room for
 * IMG_JW_INT bytes after it. Returns where they are.
 */
inline char *img_jw_row_key(struct img_jw *w, const char *key, size_t n)
{
	size_t skip = w->first; /* the comma; the byte read beyond the padding is the final NUL */
	uint8_t *p;

	if (w->style != IMG_JW_LINE) {
		img_jw_key(w, key + 1, n - 2);
		return (char *)img_out_room(w->o, IMG_JW_INT);
	}
	w->first = false;
	p = img_out_room(w->o, n + IMG_KEY_BLOCK + IMG_JW_INT);
	for (size_t i = 0; i < n; i += IMG_KEY_BLOCK)
		memcpy(p + i, key + skip + i, IMG_KEY_BLOCK);
	img_out_add(w->o, n - skip);
	return (char *)p + n - skip;
}

/* A key that is a literal: IMG_JW_KEY(w, "magic"). */
#define IMG_JW_KEY(w, name) img_jw_key(w, "\"" name "\"", sizeof(name) + 1)

/* A key by its name, which needs no escapes, and is no longer than 60 bytes. */
void img_jw_name(struct img_jw *w, const char *name);

/* Precedes a value in an array. */
inline void img_jw_item(struct img_jw *w)
{
	img_jw_sep(w);
}

void img_jw_open(struct img_jw *w, char bracket);  /* '{' or '[' */
void img_jw_close(struct img_jw *w, char bracket); /* '}' or ']' */

void img_jw_u64(struct img_jw *w, uint64_t v); /* digits, whatever the size */
void img_jw_i64(struct img_jw *w, int64_t v);

/* An integer of a message: in IMG_JW_LINE a string beyond 2^53-1, so that doubles do no harm. */
void img_jw_int(struct img_jw *w, int64_t v);
void img_jw_uint(struct img_jw *w, uint64_t v);

/* true or false. */
void img_jw_bool(struct img_jw *w, bool v);

/* A string of valid UTF-8, escaped according to the style. */
void img_jw_str(struct img_jw *w, const void *p, size_t n);

/* A string that needs no escapes. */
void img_jw_plain(struct img_jw *w, const char *s);

/* Bytes as base64: at once, or in parts of any size between begin and end. */
void img_jw_b64(struct img_jw *w, const void *p, size_t n);
void img_jw_b64_begin(struct img_jw *w);
void img_jw_b64_part(struct img_jw *w, const void *p, size_t n);
void img_jw_b64_end(struct img_jw *w);

/* UTF-8 text as a string, any other bytes as {"@base64":"..."}. */
void img_jw_text(struct img_jw *w, const void *p, size_t n);

/* The same for a NUL-terminated string. */
inline void img_jw_cstr(struct img_jw *w, const char *s)
{
	img_jw_text(w, s, strlen(s));
}

/* A whole member of an object: a key that is a literal, and its value. */
#define IMG_JW_UINT(w, name, v) (IMG_JW_KEY(w, name), img_jw_uint(w, v))
#define IMG_JW_BOOL(w, name, v) (IMG_JW_KEY(w, name), img_jw_bool(w, v))
#define IMG_JW_PLAIN(w, name, s) (IMG_JW_KEY(w, name), img_jw_plain(w, s))
#define IMG_JW_TEXT(w, name, p, n) (IMG_JW_KEY(w, name), img_jw_text(w, p, n))
#define IMG_JW_CSTR(w, name, s) (IMG_JW_KEY(w, name), img_jw_cstr(w, s))

/* Write a decimal number to p (20 bytes of room); returns the byte after it. */
char *img_jw_decimal(char *p, uint64_t v);

#endif
