/* UTF-8 as in RFC 3629: nothing overlong, no surrogates, at most U+10FFFF. */
#ifndef IMG_UTF8_H
#define IMG_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Length of the character at p, of which n bytes are readable, with its code point in *c unless c
 * is NULL; 0 if no valid character begins there.
 */
size_t img_utf8_char(const uint8_t *p, size_t n, uint32_t *c);

bool img_utf8_valid(const uint8_t *p, size_t n);

#endif
