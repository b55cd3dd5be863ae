#include "libimg/image/frame.h"

#include <inttypes.h>

#include "libimg/base/byteorder.h"

int img_frame_next(struct img_in *in, const char *what, uint64_t index, bool big,
		   struct img_span *body, struct img_err *err)
{
	uint64_t off = img_in_off(in);
	uint32_t size;

	if (img_in_need(in, IMG_FRAME_PREFIX, err) < 0)
		return -1;
	if (img_in_avail(in) == 0)
		return 0;
	if (img_in_avail(in) < IMG_FRAME_PREFIX)
		return img_fail(err, IMG_EDATA, off,
				"length of %s %" PRIu64 " truncated (need %d bytes, have %zu)",
				what, index, IMG_FRAME_PREFIX, img_in_avail(in));
	size = img_get32(img_in_ptr(in), big);
	if (size > IMG_MAX_ENTRY)
		return img_fail(err, IMG_ELIMIT, off,
				"%s %" PRIu64 " claims %" PRIu32 " bytes (the limit is %" PRIu32
				")",
				what, index, size, IMG_MAX_ENTRY);
	img_in_eat(in, IMG_FRAME_PREFIX);
	if (img_in_need(in, size, err) < 0)
		return -1;
	if (img_in_avail(in) < size)
		return img_fail(err, IMG_EDATA, off,
				"%s %" PRIu64 " truncated (need %" PRIu32 " bytes, have %zu)", what,
				index, size, img_in_avail(in));
	body->p = img_in_ptr(in);
	body->n = size;
	body->off = off + IMG_FRAME_PREFIX;
	return 1;
}
