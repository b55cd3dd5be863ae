/* What the fuzz targets share: images and JSON in memory, and an oracle that aborts. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/buf.h"
#include "libimg/img.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Image to text; false where it is refused. `raw`: as IMG_AS_RAW. */
static inline bool fuzz_decode_in(struct img_in *in, const struct img_decode *how, bool raw,
				  struct img_buf *text)
{
	struct img_err err;
	struct img_out *out = img_out_mem(text);
	struct img_reader *rd = img_reader_open(in, NULL, raw ? IMG_AS_RAW : 0, &err);
	bool ok =
		rd != NULL && img_decode(rd, how, out, &err) == 0 && img_out_flush(out, &err) == 0;

	img_reader_close(rd);
	img_out_free(out);
	return ok;
}

/* The same of an image in memory. */
static inline bool fuzz_decode(const void *p, size_t n, const struct img_decode *how, bool raw,
			       struct img_buf *text)
{
	struct img_in *in = img_in_mem(p, n);
	bool ok = fuzz_decode_in(in, how, raw, text);

	img_in_free(in);
	return ok;
}

/* In each of the forms that can be read back. */
static const struct img_decode fuzz_forms[] = {
	{ .form = IMG_STREAM },
	{ .form = IMG_HUMAN },
	{ .form = IMG_DOCUMENT },
	{ .form = IMG_PRETTY },
	{ .form = IMG_STREAM, .tag = true, .img = "a\n\xff.img" },
	{ .form = IMG_HUMAN, .tag = true, .img = "core-1.img" },
};
enum { FUZZ_FORMS = sizeof(fuzz_forms) / sizeof(fuzz_forms[0]) };

struct fuzz_sink {
	struct img_out *out;
	struct img_buf *image;
	uint64_t n;
};

static inline int fuzz_begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct fuzz_sink *s = arg;

	(void)name;
	if (s->n++ > 0)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "one image is enough");
	*out = s->out;
	return 0;
}

static inline int fuzz_end(void *arg, bool keep, struct img_err *err)
{
	struct fuzz_sink *s = arg;

	return keep ? img_out_flush(s->out, err) : 0;
}

/* Text to its one image; false where it is refused. */
static inline bool fuzz_encode(const void *p, size_t n, struct img_buf *image)
{
	struct fuzz_sink s = { img_out_mem(image), image, 0 };
	struct img_sink sink = { .begin = fuzz_begin, .end = fuzz_end, .arg = &s };
	struct img_in *in = img_in_mem(p, n);
	struct img_err err;
	uint64_t images;
	bool ok = img_encode(in, &sink, &images, &err) == 0;

	img_in_free(in);
	img_out_free(s.out);
	return ok;
}

static inline void fuzz_same(const char *what, const struct img_buf *a, const struct img_buf *b)
{
	if (a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0))
		return;
	fprintf(stderr, "%s differ: %zu and %zu bytes\n", what, a->n, b->n);
	abort();
}

static inline void fuzz_must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "refused: %s\n", what);
	abort();
}

#endif
