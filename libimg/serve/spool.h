/* Images that are held until they are known to be good: files without a name. */
#ifndef IMG_SPOOL_H
#define IMG_SPOOL_H

#include "libimg/base/buf.h"
#include "libimg/image/sink.h"

/*
 * A file in `dir`, or (NULL) where such files go (scratch.h), that goes when its descriptor, which
 * is yours, is closed. -1 with *err.
 */
int img_spool_file(const char *dir, struct img_err *err);

/*
 * Images in such files, by name. Zero it to begin. One that is copied as it is takes no room: of the
 * last one its names, new and old, are noted.
 */
struct img_spool {
	struct img_buf held; /* one record each */
	char copied[256], copied_from[256];

	/* The image that is being written. */
	int fd;
	struct img_out *out;
	char name[256];
};

struct img_sink img_spool_sink(struct img_spool *s); /* where images are put */

/* Take an image out: its descriptor, which is yours then, or -1: there is none of this name. */
int img_spool_take(struct img_spool *s, const char *name);

void img_spool_free(struct img_spool *s); /* all that it holds */

#endif
