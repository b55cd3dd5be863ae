/*
 * Any bytes as JSON. An image that json2img writes must be read by img2json, and the
 * text that comes of it must give the same image again.
 */
#include "fuzz.h"
#include "mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct img_buf image = { 0 }, text = { 0 }, again = { 0 };

	if (fuzz_encode(p, n, &image)) {
		/* A raw image may happen to begin with a magic: only its name would tell. */
		bool raw = !fuzz_decode(image.p, image.n, &fuzz_forms[0], false, &text);

		if (raw) {
			text.n = 0;
			fuzz_must(fuzz_decode(image.p, image.n, &fuzz_forms[0], true, &text),
				  "our own image");
		}
		fuzz_must(fuzz_encode(text.p, text.n, &again), "our own text");
		fuzz_same("images", &image, &again);
	}
	img_buf_free(&image);
	img_buf_free(&text);
	img_buf_free(&again);
	return 0;
}

/* Text of an image that was changed, in some form. */
static bool from_image(struct img_buf *text, const uint8_t *p, size_t n, size_t max, struct rng *r)
{
	struct pool pool = { .seen = 0 };
	struct img_buf image = { 0 };
	bool ok = fuzz_encode(p, n, &image);

	if (ok) {
		pool_learn(&pool, r, image.p, image.n, NULL);
		ok = mutate_image(&image, NULL, r, &pool, max) &&
		     fuzz_decode(image.p, image.n, &fuzz_forms[rng_below(r, FUZZ_FORMS)], false,
				 text) &&
		     text->n <= max;
	}
	img_buf_free(&image);
	return ok;
}

size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed)
{
	struct rng r = { seed };
	struct img_buf text = { 0 };

	if (rng_below(&r, 4) > 0 || !from_image(&text, p, n, max, &r)) {
		n = LLVMFuzzerMutate(p, n, max);
	} else {
		n = text.n;
		if (n > 0)
			memcpy(p, text.p, n);
	}
	img_buf_free(&text);
	return n;
}
