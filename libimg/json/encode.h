/* JSON to images: the stream, tagged lines and documents, in any mixture. */
#ifndef IMG_ENCODE_H
#define IMG_ENCODE_H

#include "libimg/base/in.h"
#include "libimg/image/sink.h"

/*
 * Read JSON from `in` up to its end and write the images that it holds. When one is
 * refused, those before it are complete, and nothing behind it is read. *images: how many
 * were completed. Returns 0, or -1 with *err.
 */
int img_encode(struct img_in *in, const struct img_sink *sink, uint64_t *images,
	       struct img_err *err);

#endif
