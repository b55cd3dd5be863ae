/* Bytes at any offset of an open file, through a small buffer. */
#ifndef IMG_PEEK_H
#define IMG_PEEK_H

#include "libimg/base/in.h"

enum { IMG_PEEK = 8 << 10 }; /* most bytes of one call */

struct img_peek {
	int fd;        /* the caller's */
	bool part;     /* it ends at `size` at the latest; see file.h */
	uint64_t base; /* where the file begins in fd */
	uint64_t size; /* of the file when it was opened; 0: unknown */
	uint64_t at;   /* file offset of buf */
	size_t n;
	uint8_t buf[IMG_PEEK];
};

/* Make it read another file, whose descriptor stays the caller's. */
void img_peek_file(struct img_peek *pk, const struct img_file *f);

/*
 * The n bytes (n <= IMG_PEEK) at `at`, fewer only at the end of the file, valid until the next
 * call. Calls at ascending offsets read the file once. 0, or -1 with *err: a failed read, or a
 * file that shrank.
 */
int img_peek(struct img_peek *pk, uint64_t at, size_t n, struct img_span *s, struct img_err *err);

#endif
