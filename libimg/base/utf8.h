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

/*
 * Must this character not reach a terminal or an editor as it is? Control characters (C0, DEL, C1),
 * and those that show nothing or change the order of others: format characters such as U+202E
 * and U+200B, line and paragraph separators, fillers, variation selectors, tags.
 */
bool img_utf8_hidden(uint32_t c);

bool img_utf8_valid(const uint8_t *p, size_t n);

#endif
