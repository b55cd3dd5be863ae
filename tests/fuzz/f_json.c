/*
 * Any octets as JSON. An image that json2img writes must be read by img2json, and the
 * text that comes of it must give the same image again.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct img_buf image = { 0 }, text = { 0 }, again = { 0 };

	if (fuzz_encode(p, n, &image)) {
		/* A raw image may happen to begin with a magic: only its name would tell. */
		bool raw = !fuzz_decode(image.p, image.n, IMG_STREAM, false, &text);

		if (raw) {
			text.n = 0;
			fuzz_must(fuzz_decode(image.p, image.n, IMG_STREAM, true, &text),
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
