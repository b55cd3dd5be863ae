/* Where images go, one after the other: a directory, a file, a spool. */
#ifndef IMG_SINK_H
#define IMG_SINK_H

#include <stdbool.h>

#include "libimg/base/out.h"
#include "libimg/image/type.h"

struct img_sink {
	/*
	 * An image begins. `name` is its file name (checked: no '/', not empty, not "."
	 * or ".."), or NULL where nothing says it. The sink to write to into *out, good
	 * until end(). 0, or -1 with *err.
	 */
	int (*begin)(void *arg, const char *name, struct img_out **out, struct img_err *err);
	/* It is complete (keep) or refused. 0, or -1 with *err. */
	int (*end)(void *arg, bool keep, struct img_err *err);
	void *arg;
	/*
	 * The image `name` is what the regular file `from` in the directory dirfd holds, all
	 * of it: a way that needs no reading, or a link. 0, or -1 with *err. NULL: such an
	 * image is written through begin() and end().
	 */
	int (*copy)(void *arg, const char *name, int dirfd, const char *from, struct img_err *err);
	/*
	 * May an image of this type have the name? Asked before begin(). 0, or -1 with *err.
	 * NULL: it may.
	 */
	int (*allows)(void *arg, const char *name, const struct img_type *type,
		      struct img_err *err);
};

#endif
