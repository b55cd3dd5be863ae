/* Images that are bad on purpose, for tests of those who read them. */
#ifndef IMG_FAULT_H
#define IMG_FAULT_H

#include <stdint.h>

#include "libimg/base/err.h"

enum img_fault_kind {
	IMG_FAULT_CUT,    /* it ends after `at` bytes */
	IMG_FAULT_FLIP,   /* all bits of the byte at `at` are flipped */
	IMG_FAULT_LATE,   /* its end comes IMG_FAULT_MS later than it could */
	IMG_FAULT_ABSENT, /* there is no such image */
};

enum { IMG_FAULT_MS = 2000 };

struct img_fault {
	char glob[256]; /* fnmatch(3) */
	enum img_fault_kind kind;
	uint64_t at;
};

/* Read "GLOB:cut@N" and the like. 0, or -1 with *err: a sentence about the text. */
int img_fault_parse(const char *text, struct img_fault *f, struct img_err *err);

#endif
