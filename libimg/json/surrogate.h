/*
 * Surrogates in the \u escapes of JSON text: a pair stands for one character, a lone one for none.
 * yajl would turn a lone one into a question mark.
 */
#ifndef IMG_SURROGATE_H
#define IMG_SURROGATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* State within an escape. Zero it to begin. */
struct img_surrogates {
	enum { IMG_PLAIN, IMG_ESCAPE, IMG_HEX } state;
	unsigned digits;
	uint32_t unit;
	bool high; /* a high one waits for its other half */
};

/*
 * Feed n bytes of text. Returns n, or the offset where a surrogate turns out to be alone. Invalid
 * JSON is not examined: the parser reports it.
 */
size_t img_surrogates_check(struct img_surrogates *s, const uint8_t *p, size_t n);

#endif
