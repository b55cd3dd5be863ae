/* Changes to the input of a target that takes one image: mostly to its entries, else blind ones. */
#include <string.h>

#include "mutate.h"

size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed)
{
	struct rng r = { seed };
	struct pool pool = { .seen = 0 };
	struct img_buf image = { 0 };

	pool_learn(&pool, &r, p, n, NULL);
	img_buf_put(&image, p, n);
	if (rng_below(&r, 4) == 0 || !mutate_image(&image, NULL, &r, &pool, max)) {
		n = LLVMFuzzerMutate(p, n, max);
	} else {
		n = image.n;
		if (n > 0)
			memcpy(p, image.p, n);
	}
	img_buf_free(&image);
	return n;
}
