/*
 * sweep - cut images and their JSON at every byte, and flip each of their bits
 *
 *	sweep cut FILE...	every prefix of each image, and of its JSON
 *	sweep flip FILE...	every image and JSON with one bit turned
 *
 * All goes through decode and encode as the tools do, in memory. What is refused must be
 * refused in one printable line, with no image completed and whole lines before it. What
 * is accepted must be read to its end: it comes back byte for byte (a prefix), or says
 * the same again (a flipped bit). A hang ends by alarm(); crashes and leaks are for the
 * sanitizers to see.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libimg/base/buf.h"
#include "libimg/base/byteorder.h"
#include "libimg/img.h"

static const char *file; /* in hand */
static const char *step;
static size_t place;
static unsigned complaints;
static unsigned long tried, accepted;

__attribute__((format(printf, 1, 2))) static void complain(const char *fmt, ...)
{
	va_list ap;

	if (++complaints > 20)
		exit(1);
	printf("%s: %s at %zu: ", file, step, place);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* ---- both directions, in memory ---- */

static void check_words(const struct img_err *err)
{
	char text[800];

	img_err_text(err, text, sizeof(text));
	if (err->kind != IMG_EDATA && err->kind != IMG_ELIMIT)
		complain("refused as a fault of the system: %s", text);
	if (err->what[0] == '\0')
		complain("refused without a word");
	for (const char *s = text; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			complain("words with a control byte");
}

static bool decode(const void *p, size_t n, enum img_form form, struct img_buf *text)
{
	struct img_decode how = { .form = form };
	struct img_err err;
	struct img_in *in = img_in_mem(p, n);
	struct img_out *out;
	struct img_reader *rd;
	bool ok;

	text->n = 0;
	out = img_out_mem(text);
	rd = img_reader_open(in, file, 0, &err);
	ok = rd != NULL && img_decode(rd, &how, out, &err) == 0;
	if (!ok)
		check_words(&err);
	if (img_out_flush(out, &err) < 0)
		complain("no memory");
	if (text->n > 0 && text->p[text->n - 1] != '\n')
		complain("the last line has no end");
	img_reader_close(rd);
	img_out_free(out);
	img_in_free(in);
	return ok;
}

struct sink {
	struct img_out *out;
	unsigned begun, kept, dropped;
};

static int begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct sink *s = arg;

	(void)name;
	if (s->begun++ > 0)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "a second image");
	*out = s->out;
	return 0;
}

static int end(void *arg, bool keep, struct img_err *err)
{
	struct sink *s = arg;

	*(keep ? &s->kept : &s->dropped) += 1;
	return keep ? img_out_flush(s->out, err) : 0;
}

static bool encode(const void *p, size_t n, struct img_buf *image)
{
	struct img_err err;
	struct img_in *in = img_in_mem(p, n);
	struct sink s = { 0 };
	struct img_sink sink = { .begin = begin, .end = end, .arg = &s };
	uint64_t images;
	bool ok;

	image->n = 0;
	s.out = img_out_mem(image);
	ok = img_encode(in, &sink, &images, &err) == 0;
	if (!ok) {
		check_words(&err);
		if (err.line == 0)
			complain("refused without a line: %s", err.what);
	}
	if (images != s.kept || s.kept + s.dropped > 1 || (ok && s.kept != 1))
		complain("%u begun, %u kept, %u dropped", s.begun, s.kept, s.dropped);
	img_out_free(s.out);
	img_in_free(in);
	return ok;
}

static bool same(const struct img_buf *a, const void *p, size_t n)
{
	return a->n == n && (n == 0 || memcmp(a->p, p, n) == 0);
}

/* ---- cuts ---- */

/*
 * Where entries end, told from the framing alone: for types without payloads. Sets
 * edge[i] for a prefix of i bytes that is whole; false where it cannot tell.
 */
static bool find_edges(const uint8_t *p, size_t n, bool *edge)
{
	const char *slash = strrchr(file, '/');
	const struct img_type *t = img_type_by_file(slash != NULL ? slash + 1 : file, NULL);
	size_t at = 4;

	memset(edge, 0, n + 1);
	if (n < 4 || (t != NULL && t->magic == 0))
		return false;
	t = img_type_by_magic(img_le32(p));
	if (t == NULL && n >= 8) {
		t = img_type_by_magic(img_le32(p + 4));
		at = 8;
	}
	if (t == NULL || t->entry == NULL || t->extra != NULL || t->first_extra != NULL)
		return false;
	edge[0] = edge[at] = true; /* nothing at all is a raw image */
	while (at + 4 <= n) {
		size_t len = img_le32(p + at);

		if (len > n - at - 4)
			break;
		at += 4 + len;
		edge[at] = true;
	}
	return true;
}

static void cut_image(const struct img_buf *image)
{
	struct img_buf text = { 0 }, back = { 0 };
	uint8_t *exact = malloc(image->n + 1);
	bool *edge = malloc((image->n + 1) * sizeof(*edge));
	bool known = find_edges(image->p, image->n, edge);

	step = "image cut";
	for (place = 0; place <= image->n; place++) {
		bool ok;

		/* At the end of what was allocated, so that a read behind it is seen. */
		memcpy(exact + image->n - place, image->p, place);
		ok = decode(exact + image->n - place, place, IMG_STREAM, &text);
		tried++;
		accepted += ok;
		if (known && ok != edge[place])
			complain(ok ? "accepted" : "refused at the end of an entry");
		if (ok && (!encode(text.p, text.n, &back) ||
			   !same(&back, exact + image->n - place, place)))
			complain("accepted, but does not come back");
		if (!ok && place == image->n)
			complain("the whole image is refused");
	}
	free(exact);
	free(edge);
	img_buf_free(&text);
	img_buf_free(&back);
}

static void cut_text(const struct img_buf *image, enum img_form form)
{
	struct img_buf text = { 0 }, back = { 0 };
	bool document = form == IMG_DOCUMENT || form == IMG_PRETTY;
	uint8_t *exact;

	step = "image";
	place = image->n;
	if (!decode(image->p, image->n, form, &text))
		complain("refused");
	step = document ? "document cut" : "lines cut";
	exact = malloc(text.n + 1);
	for (place = 0; place <= text.n; place++) {
		bool line = place > 0 && (text.p[place - 1] == '\n' || text.p[place] == '\n');
		bool ok;

		memcpy(exact + text.n - place, text.p, place);
		ok = encode(exact + text.n - place, place, &back);
		tried++;
		accepted += ok;
		/* A line that is lost as a whole is not noticed, a part of one is. */
		if (ok && (document ? place + 1 < text.n : !line))
			complain("accepted");
		if (ok && place == text.n && !same(&back, image->p, image->n))
			complain("does not come back");
		if (!ok && place == text.n)
			complain("the whole text is refused");
	}
	free(exact);
	img_buf_free(&text);
	img_buf_free(&back);
}

/* ---- flips ---- */

/* What was accepted says the same when it has gone through the other form. */
static void settles(const struct img_buf *text)
{
	struct img_buf image = { 0 }, again = { 0 };

	if (!encode(text->p, text->n, &image))
		complain("its JSON is refused");
	else if (!decode(image.p, image.n, IMG_STREAM, &again))
		complain("its image is refused");
	else if (!same(&again, text->p, text->n))
		complain("says something else when it comes back");
	img_buf_free(&image);
	img_buf_free(&again);
}

static void flip_image(struct img_buf *image)
{
	struct img_buf text = { 0 };

	step = "bit flipped";
	for (size_t bit = 0; bit < image->n * 8; bit++) {
		place = bit / 8;
		image->p[place] ^= (uint8_t)(1 << bit % 8);
		tried++;
		if (decode(image->p, image->n, IMG_STREAM, &text)) {
			accepted++;
			settles(&text);
		}
		image->p[place] ^= (uint8_t)(1 << bit % 8);
	}
	img_buf_free(&text);
}

static void flip_text(const struct img_buf *image)
{
	struct img_buf text = { 0 }, back = { 0 }, again = { 0 };

	step = "bit of the lines flipped";
	decode(image->p, image->n, IMG_STREAM, &text);
	for (size_t bit = 0; bit < text.n * 8; bit++) {
		place = bit / 8;
		text.p[place] ^= (uint8_t)(1 << bit % 8);
		tried++;
		if (encode(text.p, text.n, &back)) {
			accepted++;
			if (!decode(back.p, back.n, IMG_STREAM, &again))
				complain("its image is refused");
			else
				settles(&again);
		}
		text.p[place] ^= (uint8_t)(1 << bit % 8);
	}
	img_buf_free(&text);
	img_buf_free(&back);
	img_buf_free(&again);
}

/* ---- files ---- */

static void load(const char *path, struct img_buf *b)
{
	FILE *f = fopen(path, "rb");
	uint8_t part[4096];
	size_t n;

	b->n = 0;
	if (f == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(3);
	}
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		img_buf_put(b, part, n);
	fclose(f);
}

int main(int argc, char **argv)
{
	bool cut = argc > 2 && strcmp(argv[1], "cut") == 0;
	struct img_buf image = { 0 };

	if (!cut && !(argc > 2 && strcmp(argv[1], "flip") == 0)) {
		fputs("usage: sweep cut|flip FILE...\n", stderr);
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		file = argv[i];
		load(file, &image);
		alarm(120);
		if (cut) {
			cut_image(&image);
			cut_text(&image, IMG_STREAM);
			cut_text(&image, IMG_DOCUMENT);
		} else {
			flip_image(&image);
			flip_text(&image);
		}
	}
	img_buf_free(&image);
	fprintf(stderr, "%lu tried, %lu accepted\n", tried, accepted);
	return complaints > 0;
}
