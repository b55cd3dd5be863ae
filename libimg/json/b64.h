/* Base64 as RFC 4648 has it: with padding, and on one line but for crit's documents. */
#ifndef IMG_B64_H
#define IMG_B64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of text for n bytes of data. */
#define IMG_B64_LEN(n) (((n) + 2) / 3 * 4)

/* Encode n bytes; only the last run of a text may have an n that 3 does not divide. */
char *img_b64_encode(char *to, const uint8_t *p, size_t n); /* returns behind the text */

/*
 * Decode n bytes of text to `to` (n / 4 * 3 + 3 bytes of room; may be the text
 * itself). Line breaks are passed over; padding must be right and last. Returns the
 * number of bytes, or -1 where it is not base64.
 */
int64_t img_b64_decode(uint8_t *to, const char *p, size_t n);

#endif
