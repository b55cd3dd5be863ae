/*
 * Any bytes as a directory, with its parents: flattened, what comes out has the same memory, and
 * leaves all of it to the directory if that is its base. A poke is read back. An older layer
 * without the pages that are replaced gives the same memory too.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dump.h"
#include "libimg/memory/mem.h"
#include "libimg/rewrite/flatten.h"
#include "libimg/rewrite/poke.h"
#include "libimg/rewrite/rewrite.h"
#include "libimg/rewrite/thin.h"

/* Bytes of memory that are written at most, and compared of a piece. */
enum { MOST = 4 << 20, PART = 4096 };

static void must(bool ok, const char *what)
{
	if (!ok)
		dump_refuse(what, "", 0);
}

/* ---- a directory to write to, in the place of the last one ---- */

struct place {
	char path[300];
	int dir, fd;
	struct img_out *out;
};

static int place_begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct place *x = arg;

	x->fd = openat(x->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (x->fd < 0)
		return img_fail_sys(err);
	*out = x->out = img_out_fd(x->fd);
	return 0;
}

static int place_end(void *arg, bool keep, struct img_err *err)
{
	struct place *x = arg;
	int r = keep ? img_out_flush(x->out, err) : 0;

	img_out_free(x->out);
	close(x->fd);
	return r;
}

static void place_new(struct place *x, const char *dir)
{
	snprintf(x->path, sizeof(x->path), "%s.out", dir);
	must(mkdir(x->path, 0700) == 0, "mkdir");
	x->dir = open(x->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(x->dir >= 0, "open");
}

static void place_free(struct place *x)
{
	struct img_dir_names l;
	struct img_err err;

	must(img_list(x->dir, 0, &l, &err) == 0, "list");
	for (size_t i = 0; i < l.n; i++)
		unlinkat(x->dir, l.v[i], 0);
	img_list_free(&l);
	close(x->dir);
	must(rmdir(x->path) == 0, "rmdir");
}

/* Make all images but those that stay as they are: 1, 0 where it is refused. */
static bool carry_out(struct img_dir *from, const struct img_change *c, struct place *to)
{
	const struct img_sink sink = { .begin = place_begin, .end = place_end, .arg = to };
	struct img_err err;
	struct img_rewrite *rw = img_rewrite_new(from, c, 1, &err);
	bool ok = rw != NULL && img_rewrite_all(rw, &sink, &err) == 0;

	if (!ok)
		dump_error(&err);
	img_rewrite_free(rw);
	return ok;
}

/* ---- memory ---- */

static void same_bytes(struct img_chain *a, const struct img_piece *pa, struct img_chain *b,
		       const struct img_piece *pb, uint64_t n)
{
	uint8_t x[PART], y[PART];
	size_t part = n < PART ? (size_t)n : PART;
	struct img_err err;

	must(img_chain_read(a, pa, n - part, x, part, &err) == 0, "read");
	must(img_chain_read(b, pb, n - part, y, part, &err) == 0, "read what was written");
	must(memcmp(x, y, part) == 0, "bytes");
}

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
		must(img_chain_at(flat, at, run->end, &b, &err) == 0, "result");
		n = a.len < b.len ? a.len : b.len;
		must(b.where == (a.where == IMG_LAZY ? IMG_LAZY : IMG_HERE), "place");
		must((a.flags & IMG_PE_LAZY) == (b.flags & IMG_PE_LAZY), "lazy");
		if (b.where == IMG_HERE)
			same_bytes(from, &a, flat, &b, n);
	}
}

static void same_memory(struct img_dir *from, struct img_dir *flat, const char *name)
{
	bool shared = strncmp(name, "pagemap-shmem-", 14) == 0;
	struct img_chain *a, *b;
	struct img_dump_mem_run run;
	struct img_err err;
	uint64_t id;

	img_type_by_file(name, &id);
	if (img_chain_open(from, shared, id, 4096, &a, &err) <= 0)
		return;
	if (strcmp(img_pagemap_name(img_chain_level(a, 0)), name) == 0 &&
	    img_chain_open(flat, shared, id, 4096, &b, &err) > 0) {
		while (img_pagemap_next(img_chain_level(a, 0), &run, &err) > 0)
			same_run(a, b, &run);
		img_chain_close(b);
	}
	img_chain_close(a);
}

static void compare(struct img_dir *from, const char *path)
{
	struct img_err err;
	struct img_dir *flat = img_dir_open(path, 0, &err);
	struct img_dir_names l;

	must(flat != NULL && img_dir_list(flat, &l, &err) == 0, "directory");
	for (size_t i = 0; i < l.n; i++)
		if (strncmp(l.v[i], "pagemap-", 8) == 0)
			same_memory(from, flat, l.v[i]);
	img_list_free(&l);
	img_dir_close(flat);
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
		compare(from, to.path);
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
	must(img_pokes_add(p, text, &err) == 0, text);
	place_new(&to, dir);
	if (carry_out(from, &c, &to)) {
		/* Its parents are not where it is: only what is in it can be read. */
		new = img_dir_open(to.path, 0, &err);
		mems = img_dump_mem_new(new, NULL);
		must(img_mem_open(mems, pid, &m, &err) == 1, "memory");
		must(img_mem_read(m, addr, got, sizeof(got), NULL, &err) == 1, "bytes poked");
		must(memcmp(got, "fuzzing", sizeof(got)) == 0, "what was poked");
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

	must(img_dir_list(from, &l, &err) == 0, "list");
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

	must(from != NULL, "directory");
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
