/* JSON to images: the stream, tagged lines and documents, in any mixture. */
#ifndef IMG_ENCODE_H
#define IMG_ENCODE_H

#include <stdbool.h>

#include "libimg/base/in.h"
#include "libimg/base/out.h"

/* Where images go. */
struct img_sink {
	/*
	 * An image begins. `name` is its file name (checked: no '/', not empty, not "."
	 * or ".."), or NULL where the text does not say. The sink to write to into *out, good
	 * until end(). 0, or -1 with *err.
	 */
	int (*begin)(void *arg, const char *name, struct img_out **out, struct img_err *err);
	/* It is complete (keep) or refused. 0, or -1 with *err. */
	int (*end)(void *arg, bool keep, struct img_err *err);
	void *arg;
};

/*
 * Read JSON from `in` up to its end and write the images that it holds. When one is
 * refused, those before it are complete, and nothing behind it is read. *images: how many
 * were completed. Returns 0, or -1 with *err.
 */
int img_encode(struct img_in *in, const struct img_sink *sink, uint64_t *images,
	       struct img_err *err);

#endif
