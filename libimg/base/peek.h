/* The bytes at any place of an open file, through a small buffer. */
#ifndef IMG_PEEK_H
#define IMG_PEEK_H

#include "libimg/base/in.h"

enum { IMG_PEEK = 8 << 10 }; /* bytes that can be seen at once */

struct img_peek {
	int fd;        /* the caller's */
	uint64_t size; /* of the file, when it was opened; 0: unknown, it ends where it ends */
	uint64_t at;   /* where in it buf begins */
	size_t n;
	uint8_t buf[IMG_PEEK];
};

/*
 * The n bytes (n <= IMG_PEEK) at `at`, fewer only at the end of the file; they are good until
 * the next call. Going on from call to call reads the file once. 0, or -1 with *err: the
 * system, or a file that has become shorter.
 */
int img_peek(struct img_peek *pk, uint64_t at, size_t n, struct img_span *s, struct img_err *err);

#endif
