/* imgpages: searching memory: a pattern, strings, pages that differ. */
#include "cmd/imgpages/find.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/memory/pagediff.h"
#include "libimg/memory/strings.h"

/* Write pid, address and mapping, which begin each line. */
static void put_place(struct job *j, uint64_t addr)
{
	pages_name_at(j, addr);
	img_text_dec(j->x->out, j->pid, 0);
	img_text_fmt(j->x->out, " 0x%" PRIx64 " ", addr);
	img_text_name(j->x->out, j->name.p, j->name.n);
	img_out_byte(j->x->out, ' ');
}

static void begin_json(struct job *j, struct img_jw *w, uint64_t addr)
{
	pages_name_at(j, addr);
	explore_begin_pid(j->x, w, j->pid);
	IMG_JW_UINT(w, "addr", addr);
	IMG_JW_TEXT(w, "mapping", j->name.p, j->name.n);
}

/* ---- a pattern ---- */

static bool is_text(uint8_t c)
{
	return (c >= 0x20 && c < 0x7f) || c == '\t';
}

static void put_match(struct job *j, const struct img_match *m)
{
	struct img_jw w;
	size_t before = 0, after = 0;

	while (before < m->before && is_text(m->p[-1 - (ptrdiff_t)before]))
		before++;
	while (after < m->after && is_text(m->p[m->n + after]))
		after++;
	if (!j->x->json) {
		put_place(j, m->addr);
		img_text_name(j->x->out, m->p - before, before + m->n + after);
		img_out_byte(j->x->out, '\n');
		return;
	}
	begin_json(j, &w, m->addr);
	IMG_JW_TEXT(&w, "match", m->p, m->n);
	IMG_JW_TEXT(&w, "before", m->p - before, before);
	IMG_JW_TEXT(&w, "after", m->p + m->n, after);
	explore_end(j->x, &w);
}

void pages_find_pattern(struct job *j)
{
	struct img_grep *g = img_grep_new(j->mem, j->pattern, j->context);
	struct img_match m;
	struct img_err err;
	int r = 0;

	if (g == NULL)
		exit(tool_sysfail(j->tool, NULL));
	pages_begin_progress(j);
	img_grep_watch(g, pages_show_progress, j);
	for (size_t i = 0; i < pages_n_spans(j) && r == 0; i++) {
		img_grep_over(g, pages_span(j, i).start, pages_span(j, i).end);
		while (!pages_stopped(j) && (r = img_grep_next(g, &m, &err)) > 0) {
			put_match(j, &m);
			j->matched = true;
		}
	}
	if (r < 0)
		explore_fail(j->x, &err);
	img_grep_free(g);
}

/* ---- strings ---- */

static void put_string(struct job *j, const struct img_string *s, struct img_jw *w)
{
	if (!j->x->json) {
		if (s->begins)
			put_place(j, s->addr);
		img_out_put(j->x->out, s->p, s->n);
		if (s->ends)
			img_out_byte(j->x->out, '\n');
		return;
	}
	/* A long string is split into several objects, each with its address. */
	if (s->n == 0)
		return;
	begin_json(j, w, s->addr);
	IMG_JW_TEXT(w, "string", s->p, s->n);
	if (!s->begins)
		IMG_JW_BOOL(w, "continued", true);
	explore_end(j->x, w);
}

void pages_find_strings(struct job *j)
{
	struct img_strings *s = img_strings_new(j->mem, j->min);
	struct img_string string;
	struct img_err err;
	struct img_jw w;
	int r = 0;

	if (s == NULL)
		exit(tool_sysfail(j->tool, NULL));
	pages_begin_progress(j);
	for (size_t i = 0; i < pages_n_spans(j) && r == 0; i++) {
		img_strings_over(s, pages_span(j, i).start, pages_span(j, i).end);
		while (!pages_stopped(j) && (r = img_strings_next(s, &string, &err)) > 0) {
			put_string(j, &string, &w);
			pages_show_progress(j, img_strings_done(s));
		}
	}
	if (r < 0)
		explore_fail(j->x, &err);
	img_strings_free(s);
}

/* ---- differences ---- */

static const char *const changes[] = {
	[IMG_CHANGED] = "changed",
	[IMG_GONE] = "gone",
	[IMG_NEW] = "new",
	[IMG_UNSURE] = "unsure",
};

static void put_diff(struct job *j, struct img_mem *other, const struct img_diff *d)
{
	uint64_t page = img_mem_page_size(j->mem);
	uint64_t pages = (d->addr + d->len - 1) / page - d->addr / page + 1;
	struct img_jw w;

	pages_name_vma(j, d->second ? j->other_pages : j->pages, d->second ? other : j->mem,
		       d->vma);
	if (!j->x->json) {
		char left[64], n[32];

		snprintf(n, sizeof(n), "%" PRIu64, pages);
		snprintf(left, sizeof(left), "\t%" PRIx64 " / %-8s", d->addr, n);
		img_text_fmt(j->x->out, "%-24s %-8s ", left, changes[d->change]);
		img_text_name(j->x->out, j->name.p, j->name.n);
		img_out_byte(j->x->out, '\n');
		return;
	}
	explore_begin_pid(j->x, &w, j->pid);
	IMG_JW_UINT(&w, "addr", d->addr);
	IMG_JW_UINT(&w, "pages", pages);
	IMG_JW_PLAIN(&w, "change", changes[d->change]);
	IMG_JW_TEXT(&w, "mapping", j->name.p, j->name.n);
	explore_end(j->x, &w);
}

static int diff_spans(struct job *j, struct img_mem *other, struct img_err *err)
{
	struct img_pagediff *d = img_pagediff_new(j->mem, other, err);
	struct img_diff diff;
	bool headed = j->x->json;
	int r = 0;

	if (d == NULL)
		return -1;
	pages_begin_progress(j);
	img_pagediff_watch(d, pages_show_progress, j);
	for (size_t i = 0; i < pages_n_spans(j) && r == 0; i++) {
		img_pagediff_over(d, pages_span(j, i).start, pages_span(j, i).end);
		while (!pages_stopped(j) && (r = img_pagediff_next(d, &diff, err)) > 0) {
			if (!headed)
				img_text_fmt(j->x->out, "%" PRIu32 "\n", j->pid);
			headed = true;
			put_diff(j, other, &diff);
			j->matched = true;
		}
	}
	img_pagediff_free(d);
	return r;
}

void pages_find_diff(struct job *j)
{
	struct img_mem *other = NULL;
	struct img_err err;
	int r = img_mem_open(j->other_pages, j->pid, &other, &err);

	if (r == 0) {
		img_fail(&err, IMG_EDATA, IMG_NOWHERE, "no memory of process %" PRIu32, j->pid);
		img_err_in(&err, j->other, "");
		r = -1;
	}
	if (r < 0 || diff_spans(j, other, &err) < 0)
		explore_fail(j->x, &err);
	/* The cached mapping name may be from the other dump. */
	j->name_of = NULL;
	img_mem_close(other);
}
