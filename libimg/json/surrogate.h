/*
 * Surrogates in the \u escapes of JSON text: two that belong together stand for one
 * character, one alone for none. yajl would turn it into a question mark.
 */
#ifndef IMG_SURROGATE_H
#define IMG_SURROGATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where in an escape the text has come to. Zero it to begin. */
struct img_surrogates {
	enum { IMG_PLAIN, IMG_ESCAPE, IMG_HEX } state;
	unsigned digits;
	uint32_t unit;
	bool high; /* a high one waits for its other half */
};

/*
 * Go on with n bytes of text. Returns n, or where a surrogate turns out to be alone. What
 * is no JSON is not looked at: it is for the parser to find.
 */
size_t img_surrogates_check(struct img_surrogates *s, const uint8_t *p, size_t n);

#endif
