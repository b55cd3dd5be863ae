/*
 * Any octets as an image. What img2json accepts json2img must take back, in each form,
 * and the image that comes of it must read the same.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const enum img_form forms[] = { IMG_STREAM, IMG_HUMAN, IMG_DOCUMENT, IMG_PRETTY };
	struct img_buf first = { 0 };

	if (fuzz_decode(p, n, IMG_STREAM, false, &first)) {
		for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
			struct img_buf text = { 0 }, image = { 0 }, again = { 0 };

			fuzz_must(fuzz_decode(p, n, forms[i], false, &text),
				  "an image in another form");
			fuzz_must(fuzz_encode(text.p, text.n, &image), "our own text");
			fuzz_must(fuzz_decode(image.p, image.n, IMG_STREAM, false, &again),
				  "our own image");
			fuzz_same("texts", &first, &again);
			img_buf_free(&text);
			img_buf_free(&image);
			img_buf_free(&again);
		}
	}
	img_buf_free(&first);
	return 0;
}
