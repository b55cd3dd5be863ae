#include "libimg/host/gather.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void img_gather_put(struct img_gather *g, const struct img_need *n)
{
	if (!g->failed && g->to->fn(g->to->arg, n, g->err) < 0)
		g->failed = true;
}

void img_gather_plain(struct img_gather *g, enum img_need_kind kind, const char *name,
		      const char *image, uint64_t entry)
{
	img_gather_unchecked(g, kind, name, image, entry, NULL);
}

void img_gather_unchecked(struct img_gather *g, enum img_need_kind kind, const char *name,
			  const char *image, uint64_t entry, const char *why)
{
	struct img_need n = {
		.kind = kind, .name = name, .image = image, .entry = entry, .unchecked = why
	};

	img_gather_put(g, &n);
}

void img_gather_no_memory(struct img_gather *g)
{
	if (!g->failed)
		img_fail_mem(g->err);
	g->failed = true;
}

char *img_gather_text(struct img_gather *g, const char *fmt, ...)
{
	static char none[1];
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = n < 0 ? NULL : img_arena_alloc(g->arena, (size_t)n + 1);
	if (p == NULL) {
		img_gather_no_memory(g);
		return none;
	}
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

const char *img_gather_next(const struct img_gather *g, const char *pattern, size_t *i,
			    uint64_t *number)
{
	const struct img_type *want = img_type_by_pattern(pattern);

	while (*i < g->names.n) {
		const char *name = g->names.v[(*i)++];
		char own[256];

		if (img_type_by_file(name, number) == want &&
		    strcmp(img_type_file_name(pattern, *number, own, sizeof(own)), name) == 0)
			return name;
	}
	return NULL;
}

void img_gather_image(struct img_gather *g, const char *pattern, uint64_t number, img_gather_fn *fn)
{
	struct img_image *im = NULL;
	struct img_err err;
	void *msg;
	int r = img_image_open(g->dir, pattern, number, &im, &err);

	for (uint64_t entry = 0; r > 0 && !g->failed; entry++) {
		img_arena_reset(g->scratch);
		r = img_image_next_msg(im, g->scratch, &msg, &err);
		if (r > 0)
			fn(g, img_image_name(im), number, entry, msg);
	}
	if (r < 0)
		img_report(g->report, &err);
	img_image_close(im);
}

/* Images before CRIU 3.4 have files of one type each: their entries count from 0. */
void img_gather_file_at(struct img_gather *g, uint32_t file, struct img_gather_file *at)
{
	struct img_files_place p;

	img_files_at(g->files, file, &p);
	if (file == 0 || p.source != g->file_source) {
		g->file_source = p.source;
		g->file_first = file;
	}
	at->type = p.type;
	at->image = img_files_source(p.source)->files[0];
	at->entry = file - g->file_first;
}

bool img_gather_file(struct img_gather *g, uint32_t file, struct img_pick *f)
{
	const struct img_msg *m;
	struct img_span body;
	struct img_err err;
	int r = img_files_payload(g->files, file, &m, &body, &err);

	if (r > 0)
		r = img_pick(f, m, body, &err) < 0 ? -1 : 1;
	if (r < 0) {
		img_files_fail(g->files, file, &err);
		img_report(g->report, &err);
	}
	return r > 0;
}
