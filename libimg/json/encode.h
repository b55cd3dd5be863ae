/* JSON to images: the stream, tagged lines and documents, in any mix. */
#ifndef IMG_ENCODE_H
#define IMG_ENCODE_H

#include "libimg/base/in.h"
#include "libimg/base/report.h"
#include "libimg/image/sink.h"

/*
 * Read JSON from `in` to its end and write the images in it. If one is refused, those before it
 * are complete, and the rest of the input is not read. *images: number of complete images. Returns
 * 0, or -1 with *err.
 */
int img_encode(struct img_in *in, const struct img_sink *sink, uint64_t *images,
	       struct img_err *err);

/* The same, but keys that are unknown are reported to `unknown` and skipped with their values. */
int img_encode_known(struct img_in *in, const struct img_sink *sink,
		     const struct img_report *unknown, uint64_t *images, struct img_err *err);

#endif
