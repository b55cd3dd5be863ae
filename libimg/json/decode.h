/* A whole image to JSON. */
#ifndef IMG_DECODE_H
#define IMG_DECODE_H

#include <stdbool.h>

#include "libimg/base/out.h"
#include "libimg/image/reader.h"

/* Payload bytes in one line of the stream: what is longer goes to lines of its own. */
#define IMG_INLINE ((size_t)48 << 10)

enum img_form {
	IMG_STREAM,   /* a header, then a line for each entry */
	IMG_HUMAN,    /* the same with numbers in the forms that people read */
	IMG_DOCUMENT, /* one object, as `crit decode` writes it */
	IMG_PRETTY,   /* the same indented, as `crit show` writes it */
};

struct img_decode {
	enum img_form form;
	bool tag;        /* STREAM, HUMAN: each line names its image */
	bool no_payload; /* sizes in place of payloads: cannot be read back */
	const char *img; /* the name to write, or NULL */
};

/*
 * Write all that rd holds to out. Memory is one entry. Returns 0, or -1 with *err; what
 * was written before an error is whole lines. Errors of `out` count too.
 */
int img_decode(struct img_reader *rd, const struct img_decode *how, struct img_out *out,
	       struct img_err *err);

#endif
