/* Base64 as in RFC 4648: with padding, and on one line except in crit's documents. */
#ifndef IMG_B64_H
#define IMG_B64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length of the text for n bytes of data. */
#define IMG_B64_LEN(n) (((n) + 2) / 3 * 4)

/* Encode n bytes. All runs of a text but the last must have an n divisible by 3. */
char *img_b64_encode(char *to, const uint8_t *p, size_t n); /* returns the end of the text */

/*
 * Decode n bytes of text to `to` (n / 4 * 3 + 3 bytes of room; may be the text itself). Line
 * breaks are skipped; padding must be correct and last. Returns the number of bytes, or -1 if the
 * text is not base64.
 */
int64_t img_b64_decode(uint8_t *to, const char *p, size_t n);

#endif
