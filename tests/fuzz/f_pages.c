/*
 * Any bytes as a directory: the memory of its tasks and segments. Runs are held against
 * each other, what is read against them, a search against a plain one, and a memory against
 * itself.
 */
#include "dump.h"
#include "libimg/dump/pstree.h"
#include "libimg/memory/argv.h"
#include "libimg/memory/grep.h"
#include "libimg/memory/pagediff.h"
#include "libimg/memory/strings.h"
#include "libimg/memory/sums.h"
#include "libimg/memory/vma_name.h"
#include "libimg/view/hexdump.h"
#include "libimg/view/pages.h"
#include "libimg/view/text.h"

/* Bytes that are looked at (many mappings may show one file), and runs that are walked. */
enum { MAX_BYTES = 16 << 10, MAX_RUNS = 1 << 17 };

struct memory {
	struct img_dump_mem *pages;
	struct img_mem *mem;
	size_t pick; /* of what is done with it */
};

/* ---- runs ---- */

/*
 * Runs fill the address space without a gap, as far as no image is damaged. Returns where to
 * stop when bytes are looked at.
 */
static uint64_t walk(struct img_mem *m)
{
	static uint8_t bytes[MAX_BYTES];
	uint64_t stored = 0, n = 0, stop = 0;
	struct img_run run;
	struct img_err err;

	for (uint64_t at = 0; at < UINT64_MAX && n < MAX_RUNS; at += run.len, n++) {
		if (img_mem_run(m, at, UINT64_MAX, &run, &err) < 0) {
			dump_error(&err);
			break;
		}
		dump_must(run.addr == at && run.len > 0 && run.len <= UINT64_MAX - at, "run");
		dump_must(run.fd < 0 || img_run_stored(&run), "fd");
		if (img_run_stored(&run))
			stored = run.len < UINT64_MAX - stored ? stored + run.len : UINT64_MAX;
		if (stored > MAX_BYTES)
			continue;
		/* A compressed block may be damaged, which only reading it shows. */
		if (img_run_stored(&run) && run.fd < 0 &&
		    img_run_read(&run, 0, bytes, (size_t)run.len, &err) < 0) {
			dump_error(&err);
			break;
		}
		stop = at + run.len;
	}
	return stop;
}

/* Its pagemap as a stream: what comes ascends, and can be found again. */
static void stream(struct img_pagemap *pm)
{
	struct img_dump_mem_run run, again;
	uint64_t end = 0;
	struct img_err err;
	int r = img_pagemap_find(pm, 0, &run, &err);

	for (; r > 0; r = img_pagemap_next(pm, &run, &err)) {
		dump_must(run.addr >= end &&
				  run.end - run.addr == run.pages * img_pagemap_page_size(pm),
			  "entry");
		end = run.end;
		if (run.pages == 0)
			continue;
		dump_must(img_pagemap_find(pm, run.end - 1, &again, &err) == 1 &&
				  again.entry == run.entry && again.off == run.off,
			  "entry found again");
	}
	if (r < 0)
		dump_error(&err);
}

/* ---- bytes ---- */

/* What a search should find in the n bytes at p, which nothing known lies beside. */
static void find_plainly(struct img_buf *to, uint64_t addr, const uint8_t *p, size_t n,
			 const char *text)
{
	const uint8_t *end = n > 0 ? p + n : p, *at = p;

	while (at < end && (at = memmem(at, (size_t)(end - at), text, strlen(text))) != NULL) {
		uint64_t hit = addr + (uint64_t)(at - p);

		img_buf_put(to, &hit, sizeof(hit));
		at += strlen(text);
	}
}

/* The same in all of a memory. Zeros hold no text: they need not be read. */
static void find_all(struct img_mem *m, uint64_t stop, const char *text, struct img_buf *to)
{
	struct img_buf stretch = { 0 };
	uint64_t start = 0;
	struct img_run run;
	struct img_err err;

	for (uint64_t at = 0; at < stop; at += run.len) {
		dump_must(img_mem_run(m, at, stop, &run, &err) == 0, "the same run");
		if (!img_run_stored(&run)) {
			find_plainly(to, start, stretch.p, stretch.n, text);
			stretch.n = 0;
			continue;
		}
		if (stretch.n == 0)
			start = at;
		dump_must(img_buf_room(&stretch, run.len), "memory");
		dump_must(img_mem_read(m, at, stretch.p + stretch.n, run.len, NULL, &err) == 1,
			  "read");
		stretch.n += run.len;
	}
	find_plainly(to, start, stretch.p, stretch.n, text);
	img_buf_free(&stretch);
}

static void grep(struct img_mem *m, uint64_t stop, const char *text, unsigned flags,
		 struct img_buf *hits)
{
	struct img_err err;
	struct img_pattern *pattern = img_pattern_new(text, flags, &err);
	struct img_grep *g = img_grep_new(m, pattern, 32);
	struct img_match match;

	img_grep_over(g, 0, stop);
	while (img_grep_next(g, &match, &err) > 0)
		img_buf_put(hits, &match.addr, sizeof(match.addr));
	img_grep_free(g);
	img_pattern_free(pattern);
}

static bool same_hits(struct img_buf *a, struct img_buf *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

/* One search of several, which take most of the time: `pick` says which. */
static void search(struct img_mem *m, uint64_t stop, size_t pick)
{
	static const char *const fixed[] = { "a", "/l", "SWORDFISH" };
	enum { FIXED = sizeof(fixed) / sizeof(fixed[0]) };
	struct img_buf hits = { 0 }, plain = { 0 };

	pick %= FIXED + 2;
	if (pick < FIXED) {
		grep(m, stop, fixed[pick], IMG_GREP_FIXED, &hits);
		find_all(m, stop, fixed[pick], &plain);
		dump_must(same_hits(&hits, &plain), "matches");
	} else if (pick == FIXED) {
		/* One letter by a regular expression is what it is by itself. */
		grep(m, stop, "e", 0, &hits);
		grep(m, stop, "e", IMG_GREP_FIXED, &plain);
		dump_must(same_hits(&hits, &plain), "matches");
	} else {
		grep(m, stop, "sWord", IMG_GREP_FIXED | IMG_GREP_ICASE, &hits);
		grep(m, stop, "^[^ ]*([a-z]+=|[0-9])x?$", IMG_GREP_ICASE, &hits);
	}
	img_buf_free(&hits);
	img_buf_free(&plain);
}

static void tell_gap(void *arg, const struct img_run *run)
{
	(void)arg;
	dump_must(!img_run_known(run), "gap");
}

static void show_bytes(struct img_mem *m, uint64_t stop)
{
	struct img_strings *s = img_strings_new(m, 4);
	struct img_string string;
	struct dump_out out;
	struct img_err err;
	struct img_buf b = { 0 };

	img_strings_over(s, 0, stop);
	while (img_strings_next(s, &string, &err) > 0)
		dump_text(string.p, string.n);
	img_strings_free(s);
	dump_begin(&out);
	if (img_hexdump(m, 0, stop, out.o, tell_gap, NULL, &err) < 0)
		dump_error(&err);
	dump_end(&out, dump_text);
	for (int kind = IMG_ARGS; kind <= IMG_ENV; kind++)
		if (img_argv_read(m, (enum img_argv_kind)kind, &b, NULL, &err) < 0)
			dump_error(&err);
	img_buf_free(&b);
}

/* Changes ascend. A memory has all in common with itself but what is in no image. */
static void compare(struct img_mem *m, struct img_mem *other, bool same, uint64_t stop)
{
	struct img_err err;
	struct img_pagediff *d = img_pagediff_new(m, other, &err);
	struct img_diff diff;
	uint64_t end = 0;

	dump_must(d != NULL || !same, "page size");
	if (d == NULL)
		return;
	img_pagediff_over(d, 0, stop);
	while (img_pagediff_next(d, &diff, &err) > 0) {
		dump_must(diff.addr >= end && diff.len > 0 && diff.len <= stop - diff.addr,
			  "change");
		dump_must(!same || diff.change == IMG_UNSURE, "change without a difference");
		end = diff.addr + diff.len;
	}
	img_pagediff_free(d);
}

/* ---- a memory ---- */

static void put_names(struct memory *v, struct img_out *o)
{
	const struct img_space *s = img_mem_space(v->mem);
	struct img_buf name = { 0 };
	struct img_err err;

	for (size_t i = 0; i < s->n; i++) {
		if (img_vma_name(img_dump_mem_shmems(v->pages), s, &s->vmas[i], &name, &err) < 0)
			dump_error(&err);
		img_text_name(o, name.p, name.n);
	}
	img_buf_free(&name);
}

static void sum_up(struct memory *v)
{
	struct img_sums sum = { 0 };
	struct img_pages_odd odd;
	struct dump_out out;
	struct img_err err;

	dump_begin(&out);
	if (img_pages_text(v->pages, v->mem, out.o, &odd, &err) < 0)
		dump_error(&err);
	put_names(v, out.o);
	dump_end(&out, dump_text);
	if (img_sums_add(v->pages, v->mem, &sum, IMG_KIND_NONE, &err) < 0)
		dump_error(&err);
}

/*
 * `again` is the same memory, `other` that of another task or segment, or NULL. What reads bytes
 * takes most of the time: one way of it a run.
 */
static void look(struct memory *v, struct img_mem *again, struct img_mem *other)
{
	uint64_t stop;

	if (img_mem_pagemap(v->mem) != NULL)
		stream(img_mem_pagemap(v->mem));
	stop = walk(v->mem);
	switch (v->pick % 4) {
	case 0: show_bytes(v->mem, stop); break;
	case 1: sum_up(v); break;
	case 2:
		compare(v->mem, again, true, stop);
		if (other != NULL)
			compare(v->mem, other, false, stop);
		break;
	default: search(v->mem, stop, v->pick / 4); break;
	}
}

static int open_mem(struct img_dump_mem *p, bool segment, uint64_t id, struct img_mem **m)
{
	struct img_err err;
	int r = segment ? img_mem_open_segment(p, id, 0, m, &err)
			: img_mem_open(p, (uint32_t)id, m, &err);

	if (r < 0)
		dump_error(&err);
	return r;
}

/* Look at a memory beside *last, which it then becomes. */
static void look_at(struct img_dump_mem *p, bool segment, uint64_t id, struct img_mem **last,
		    size_t pick)
{
	struct memory v = { p, NULL, pick };
	struct img_mem *again;

	if (open_mem(p, segment, id, &v.mem) <= 0)
		return;
	dump_must(open_mem(p, segment, id, &again) == 1, "memory");
	look(&v, again, *last);
	img_mem_close(again);
	img_mem_close(*last);
	*last = v.mem;
}

/* Each memory that a file name tells of, whatever the process tree says. */
static void look_at_all(const char *dir, size_t pick)
{
	struct img_err err;
	struct img_dir *d = img_dir_open(dir, 0, &err);
	struct img_dump_mem *p = img_dump_mem_new(d, NULL);
	struct img_mem *last = NULL;
	struct img_dir_names l;
	uint64_t number;

	dump_must(d != NULL && img_dir_list(d, &l, &err) == 0, "directory");
	for (size_t i = 0; i < l.n; i++) {
		const char *name = l.v[i];

		if (img_type_by_file(name, &number) == NULL)
			continue;
		if (strncmp(name, "pagemap-shmem-", 14) == 0)
			look_at(p, true, number, &last, pick++);
		else if ((strncmp(name, "pagemap-", 8) == 0 || strncmp(name, "mm-", 3) == 0) &&
			 number <= UINT32_MAX)
			look_at(p, false, number, &last, pick++);
	}
	img_mem_close(last);
	img_list_free(&l);
	img_dump_mem_free(p);
	img_dir_close(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	blob_run(p, n, look_at_all);
	return 0;
}
