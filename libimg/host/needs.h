/* The needs of a dump, one after the other. */
#ifndef IMG_NEEDS_H
#define IMG_NEEDS_H

#include "libimg/base/report.h"
#include "libimg/dump/dir.h"
#include "libimg/host/need.h"

struct img_needs_to {
	/* 0, or -1 with *err: stop. */
	int (*fn)(void *arg, const struct img_need *n, struct img_err *err);
	void *arg;
};

/*
 * Hand over all needs of the dump in d, by kind and in the order of the images. What cannot be
 * read goes to `report`: its needs are unknown. 0, or -1 with *err: to->fn failed, or no memory.
 */
int img_needs(struct img_dir *d, const struct img_needs_to *to, const struct img_report *report,
	      struct img_err *err);

#endif
