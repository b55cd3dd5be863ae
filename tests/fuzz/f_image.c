/*
 * Any bytes as an image. What img2json accepts json2img must take back, in each form: all
 * of them give the same image, and that reads the same and has the fields and payloads of the
 * first one.
 */
#include <fcntl.h>
#include <unistd.h>

#include "fuzz.h"
#include "libimg/msg/canon.h"

enum { PIPE = 60 << 10 }; /* fits into one */

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

/* The same text comes of a pipe, which may bring it in pieces. */
static void through_pipe(const uint8_t *p, size_t n, const struct img_buf *first)
{
	struct img_buf text = { 0 };
	struct img_in *in;
	int ends[2];

	if (n == 0 || n > PIPE)
		return;
	fuzz_must(pipe2(ends, O_CLOEXEC) == 0 && write(ends[1], p, n) == (ssize_t)n, "a pipe");
	close(ends[1]);
	in = img_in_fd(ends[0]);
	fuzz_must(fuzz_decode_in(in, &fuzz_forms[0], false, &text), "an image from a pipe");
	fuzz_same("texts from memory and a pipe", first, &text);
	img_in_free(in);
	close(ends[0]);
	img_buf_free(&text);
}

/* ---- what came back, and what it was ---- */

/* The fields of an entry, as all that say the same are written, and its payload. */
static int put_entry(struct img_reader *rd, struct img_buf *to)
{
	struct img_entry e;
	struct img_part part;
	struct img_span data;
	struct img_err err;
	int r = img_reader_next(rd, &e, &err);

	if (r > 0 && e.msg != NULL)
		fuzz_must(img_msg_plain(e.msg, e.body.p, e.body.n, to, &err) == 0, "a message");
	while (r > 0 && img_reader_part(rd, &part, &err) > 0) {
		if (part.msg != NULL)
			fuzz_must(img_msg_plain(part.msg, part.body.p, part.body.n, to, &err) == 0,
				  "a record");
		while (img_reader_data(rd, 4096, &data, &err) > 0)
			img_buf_put(to, data.p, data.n);
	}
	return r;
}

static void same_entries(const uint8_t *p, size_t n, const struct img_buf *image)
{
	struct img_buf a = { 0 }, b = { 0 };
	struct img_in *old = img_in_mem(p, n), *new = img_in_mem(image->p, image->n);
	struct img_err err;
	struct img_reader *x = img_reader_open(old, NULL, 0, &err);
	struct img_reader *y = img_reader_open(new, NULL, 0, &err);
	int r;

	fuzz_must(x != NULL && y != NULL, "an image that was read");
	do {
		a.n = b.n = 0;
		r = put_entry(x, &a);
		fuzz_must(put_entry(y, &b) == r, "as many entries");
		fuzz_same("entries", &a, &b);
	} while (r > 0);
	img_reader_close(x);
	img_reader_close(y);
	img_in_free(old);
	img_in_free(new);
	img_buf_free(&a);
	img_buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct img_decode sizes = { .no_payload = true };
	struct img_buf first = { 0 }, image = { 0 }, text = { 0 };

	if (fuzz_decode(p, n, &fuzz_forms[0], false, &first)) {
		for (size_t i = 0; i < FUZZ_FORMS; i++)
			come_back(p, n, &fuzz_forms[i], &first, &image);
		same_entries(p, n, &image);
		through_pipe(p, n, &first);
		fuzz_must(fuzz_decode(p, n, &sizes, false, &text), "an image without payloads");
		count(p, n);
	}
	img_buf_free(&first);
	img_buf_free(&image);
	img_buf_free(&text);
	return 0;
}
