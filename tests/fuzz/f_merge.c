/*
 * Any bytes as a directory, with its parents: flattened, what comes out has the same memory, and
 * leaves all of it to the directory if that is its base. A poke is read back. An older layer is
 * made without the pages that are replaced, which is not compared.
 */
#include "libimg/memory/mem.h"
#include "libimg/rewrite/flatten.h"
#include "libimg/rewrite/poke.h"
#include "libimg/rewrite/rewrite.h"
#include "libimg/rewrite/thin.h"
#include "place.h"

/* Bytes of memory that are written at most. */
enum { MOST = 4 << 20 };

/* Make all images but those that stay as they are: 1, 0 where it is refused. */
static bool carry_out(struct img_dir *from, const struct img_change *c, struct place *to)
{
	const struct img_sink sink = place_sink(to);
	struct img_err err;
	struct img_rewrite *rw = img_rewrite_new(from, c, 1, &err);
	bool ok = rw != NULL && img_rewrite_all(rw, &sink, &err) == 0;

	if (!ok)
		dump_error(&err);
	img_rewrite_free(rw);
	return ok;
}

/* ---- memory ---- */

/* Has `flat` all of it, in itself? */
static void same_run(struct img_chain *from, struct img_chain *flat,
		     const struct img_dump_mem_run *run)
{
	struct img_piece a, b;
	struct img_err err;

	for (uint64_t at = run->addr, n; at < run->end; at += n) {
		/* What is missing in an image that is copied is so in the copy. */
		if (img_chain_at(from, at, run->end, &a, &err) < 0)
			return;
		dump_must(img_chain_at(flat, at, run->end, &b, &err) == 0, "result");
		n = a.len < b.len ? a.len : b.len;
		dump_must(b.where == (a.where == IMG_LAZY ? IMG_LAZY : IMG_HERE), "place");
		dump_must((a.flags & IMG_PE_LAZY) == (b.flags & IMG_PE_LAZY), "lazy");
		if (b.where == IMG_HERE)
			place_same(from, &a, flat, &b, n);
	}
}

/* ---- the changes ---- */

/* How much there is to write; false: it is refused, or is too much. */
static bool measure(struct img_dir *from, struct img_dir *base, struct img_flatten_figures *sum)
{
	struct img_flatten *f = img_flatten_new(base);
	struct img_change c = img_flatten_change(f);
	struct img_err err;
	struct img_rewrite *rw = img_rewrite_new(from, &c, 1, &err);
	bool ok = rw != NULL && img_flatten_measure(f, &err) == 0;

	if (!ok)
		dump_error(&err);
	*sum = img_flatten_figures(f);
	sum->taken = NULL;
	img_rewrite_free(rw);
	img_flatten_free(f);
	return ok && sum->written + sum->copied <= MOST;
}

static void flatten(const char *dir, struct img_dir *from)
{
	struct img_flatten *f = img_flatten_new(NULL);
	struct img_change c = img_flatten_change(f);
	struct place to;

	place_new(&to, dir);
	if (carry_out(from, &c, &to))
		place_runs(from, &to, same_run);
	place_free(&to);
	img_flatten_free(f);
}

static void thin(const char *dir, struct img_dir *from)
{
	struct img_dir *parent;
	struct img_err err;
	struct img_thin *t;
	struct img_change c;
	struct place to;

	if (img_dir_parent(from, &parent, &err) <= 0)
		return;
	t = img_thin_new(from, 1);
	c = img_thin_change(t);
	place_new(&to, dir);
	carry_out(parent, &c, &to);
	place_free(&to);
	img_thin_free(t);
}

static void poke(const char *dir, struct img_dir *from, uint32_t pid, uint64_t addr)
{
	static const char nothing[1];
	struct img_pokes *p =
		img_pokes_new((struct img_changes){ NULL, (void *)(uintptr_t)nothing });
	struct img_change c = img_pokes_change(p);
	struct img_dump_mem *mems;
	struct img_mem *m;
	struct img_dir *new;
	struct place to;
	struct img_err err;
	char text[80], got[7];

	snprintf(text, sizeof(text), "%u:0x%llx=str:fuzzing", pid, (unsigned long long)addr);
	dump_must(img_pokes_add(p, text, &err) == 0, text);
	place_new(&to, dir);
	if (carry_out(from, &c, &to)) {
		/* Its parents are not where it is: only what is in it can be read. */
		new = img_dir_open(to.path, 0, &err);
		mems = img_dump_mem_new(new, NULL);
		dump_must(img_mem_open(mems, pid, &m, &err) == 1, "memory");
		dump_must(img_mem_read(m, addr, got, sizeof(got), NULL, &err) == 1, "bytes poked");
		dump_must(memcmp(got, "fuzzing", sizeof(got)) == 0, "what was poked");
		img_mem_close(m);
		img_dump_mem_free(mems);
		img_dir_close(new);
	}
	place_free(&to);
	img_pokes_free(p);
}

/* At an address of the first pagemap, or near it. */
static void poke_somewhere(const char *dir, struct img_dir *from, size_t pick)
{
	struct img_dump_mem_run run;
	struct img_pagemap *pm;
	struct img_dir_names l;
	struct img_err err;
	uint64_t id, addr = 0;
	bool found = false;

	dump_must(img_dir_list(from, &l, &err) == 0, "list");
	for (size_t i = 0; i < l.n && !found; i++) {
		if (strncmp(l.v[i], "pagemap-", 8) != 0 || l.v[i][8] == 's' ||
		    img_type_by_file(l.v[i], &id) == NULL || id > UINT32_MAX ||
		    img_pagemap_open(from, false, id, 0, &pm, &err) <= 0)
			continue;
		for (size_t k = 0; k <= pick % 5 && img_pagemap_next(pm, &run, &err) > 0; k++) {
			addr = run.addr + pick % 9000;
			found = addr < UINT64_MAX - 100;
		}
		img_pagemap_close(pm);
	}
	img_list_free(&l);
	if (found)
		poke(dir, from, (uint32_t)id, addr);
}

static void merge(const char *dir, size_t pick)
{
	struct img_err err;
	struct img_dir *from = img_dir_open(dir, 0, &err), *base;
	struct img_flatten_figures sum;

	dump_must(from != NULL, "directory");
	if (measure(from, NULL, &sum)) {
		flatten(dir, from);
		thin(dir, from);
		poke_somewhere(dir, from, pick);
		base = img_dir_open(dir, 0, &err);
		measure(from, base, &sum);
		img_dir_close(base);
	}
	img_dir_close(from);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	blob_run(p, n, merge);
	return 0;
}
