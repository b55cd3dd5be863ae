/* Text output of names that come from an image. */
#ifndef IMG_TEXT_H
#define IMG_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "libimg/base/out.h"

/*
 * Put n bytes of a name: bytes that are not UTF-8 and the characters of img_utf8_hidden() as \xNN,
 * a backslash as two, all else unchanged.
 */
void img_text_name(struct img_out *o, const void *p, size_t n);

/* The same for a NUL-terminated string. */
void img_text_str(struct img_out *o, const char *s);

/* A string without escaping. */
static inline void img_text_put(struct img_out *o, const char *s)
{
	img_out_put(o, s, strlen(s));
}

/* printf() to a sink, without escaping: at most 511 bytes. */
void img_text_fmt(struct img_out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A number, padded with leading spaces or zeros to a width. */
void img_text_dec(struct img_out *o, uint64_t v, unsigned width);
void img_text_hex(struct img_out *o, uint64_t v, unsigned digits);

/*
 * Names of set bits, joined by `sep`; bits without a name as one 0x number. `names` are
 * rows of a list (see names.h).
 */
struct img_names;
void img_text_bits(struct img_out *o, const struct img_names *names, uint64_t v, const char *sep);

#endif
