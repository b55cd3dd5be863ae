/* What the targets that are fed a whole directory share: a sink, and what may come out. */
#ifndef FUZZ_DUMP_H
#define FUZZ_DUMP_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blob.h"
#include "libimg/base/in.h"
#include "libimg/base/out.h"
#include "libimg/base/report.h"
#include "libimg/base/utf8.h"
#include "libimg/json/jr.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static inline void dump_refuse(const char *what, const void *p, size_t n)
{
	fprintf(stderr, "refused: %s: %.*s\n", what, n < 200 ? (int)n : 200, (const char *)p);
	abort();
}

static inline void dump_must(bool ok, const char *what)
{
	if (!ok)
		dump_refuse(what, "", 0);
}

/* Text for people: UTF-8 without anything that a terminal would obey. */
static inline void dump_text(const void *text, size_t n)
{
	const uint8_t *p = text;

	for (size_t at = 0; at < n;) {
		uint32_t c;
		size_t len = img_utf8_char(p + at, n - at, &c);

		if (len == 0 || (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0))
			dump_refuse("text", p + at, n - at);
		at += len;
	}
}

static inline void dump_json(const void *text, size_t n)
{
	struct img_in *in = img_in_mem(text, n);
	struct img_jr *jr = img_jr_open(in);
	struct img_err err;
	struct jr_tok t;

	do {
		if (img_jr_next(jr, &t, &err) < 0)
			dump_refuse(err.what, text, n);
	} while (t.type != JR_END);
	img_jr_close(jr);
	img_in_free(in);
}

static inline void dump_error(const struct img_err *err)
{
	char text[1024];

	img_err_text(err, text, sizeof(text));
	dump_text(text, strlen(text));
}

static inline void dump_report(void *arg, const struct img_err *err)
{
	(void)arg;
	dump_error(err);
}

/* A sink, and what it got once it is closed, which look() judges. */
struct dump_out {
	struct img_buf b;
	struct img_out *o;
};

static inline struct img_out *dump_begin(struct dump_out *d)
{
	*d = (struct dump_out){ .o = NULL };
	d->o = img_out_mem(&d->b);
	return d->o;
}

static inline void dump_end(struct dump_out *d, void (*look)(const void *p, size_t n))
{
	struct img_err err;

	if (img_out_flush(d->o, &err) < 0)
		dump_refuse("flush", "", 0);
	if (look != NULL)
		look(d->b.p, d->b.n);
	img_out_free(d->o);
	img_buf_free(&d->b);
}

#endif
