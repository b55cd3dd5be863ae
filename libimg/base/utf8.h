/* UTF-8 as RFC 3629 has it: nothing overlong, no surrogates, at most U+10FFFF. */
#ifndef IMG_UTF8_H
#define IMG_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Length of the one character at p (n bytes are there), its code point to *c if c is
 * not NULL; 0 where none begins.
 */
size_t img_utf8_char(const uint8_t *p, size_t n, uint32_t *c);

bool img_utf8_valid(const uint8_t *p, size_t n);

#endif
