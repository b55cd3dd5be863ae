/*
 * Any bytes as an image. What img2json accepts json2img must take back, in each form: all
 * of them give the same image, and that reads the same.
 */
#include "fuzz.h"

/* What only counts accepts what is decoded, and finds as many bytes. */
static void count(const uint8_t *p, size_t n)
{
	struct img_in *in = img_in_mem(p, n);
	struct img_err err;
	struct img_reader *rd = img_reader_open(in, NULL, 0, &err);
	struct img_info info;
	uint64_t all;

	fuzz_must(rd != NULL && img_info(rd, &info, &err) == 0, "an image to count");
	all = info.messages + info.payload + 4 * info.entries;
	if (info.head.framing != IMG_NONE)
		all += info.head.framing == IMG_V1_1 ? 8 : 4;
	fuzz_must(all == n, "the sum of an image");
	img_reader_close(rd);
	img_in_free(in);
}

static void come_back(const uint8_t *p, size_t n, const struct img_decode *how,
		      const struct img_buf *first, struct img_buf *image)
{
	struct img_buf text = { 0 }, back = { 0 }, again = { 0 };

	fuzz_must(fuzz_decode(p, n, how, false, &text), "an image in another form");
	fuzz_must(fuzz_encode(text.p, text.n, &back), "our own text");
	fuzz_must(fuzz_decode(back.p, back.n, &fuzz_forms[0], false, &again), "our own image");
	fuzz_same("texts", first, &again);
	if (image->p == NULL)
		img_buf_put(image, back.p, back.n);
	fuzz_same("images", image, &back);
	img_buf_free(&text);
	img_buf_free(&back);
	img_buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct img_decode sizes = { .no_payload = true };
	struct img_buf first = { 0 }, image = { 0 }, text = { 0 };

	if (fuzz_decode(p, n, &fuzz_forms[0], false, &first)) {
		for (size_t i = 0; i < FUZZ_FORMS; i++)
			come_back(p, n, &fuzz_forms[i], &first, &image);
		fuzz_must(fuzz_decode(p, n, &sizes, false, &text), "an image without payloads");
		count(p, n);
	}
	img_buf_free(&first);
	img_buf_free(&image);
	img_buf_free(&text);
	return 0;
}
