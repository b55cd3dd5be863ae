/* A whole image to JSON. */
#ifndef IMG_DECODE_H
#define IMG_DECODE_H

#include <stdbool.h>

#include "libimg/base/out.h"
#include "libimg/image/reader.h"

/* Most payload bytes in one line of the stream: a longer payload gets lines of its own. */
#define IMG_INLINE ((size_t)48 << 10)

enum img_form {
	IMG_STREAM,   /* a header, then a line per entry */
	IMG_HUMAN,    /* the same, with numbers in human-readable forms */
	IMG_DOCUMENT, /* one object, as `crit decode` writes it */
	IMG_PRETTY,   /* the same, indented, as `crit show` writes it */
};

struct img_decode {
	enum img_form form;
	bool tag;        /* STREAM, HUMAN: each line names its image */
	bool no_payload; /* sizes instead of payloads: cannot be read back */
	const char *img; /* the name to write, or NULL */
	const char *dir; /* tag: the directory that it is in, or NULL */

	/* For crit's readers, who compare bytes: */
	bool no_newline; /* DOCUMENT, PRETTY: none at the end */
	bool no_ghost;   /* with no_payload: of a ghost file, not its size either */
};

/*
 * Write all that rd holds to out. Memory use is one entry. Returns 0, or -1 with *err; only whole
 * lines have been written before an error. A failure of `out` is an error too.
 */
int img_decode(struct img_reader *rd, const struct img_decode *how, struct img_out *out,
	       struct img_err *err);

#endif
