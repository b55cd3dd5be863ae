#include "place.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes that are compared of a piece. */
enum { PART = 4096 };

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

void place_new(struct place *x, const char *dir)
{
	snprintf(x->path, sizeof(x->path), "%s.out", dir);
	dump_must(mkdir(x->path, 0700) == 0, "mkdir");
	x->dir = open(x->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dump_must(x->dir >= 0, "open");
}

void place_free(struct place *x)
{
	struct img_dir_names l;
	struct img_err err;

	dump_must(img_list(x->dir, 0, &l, &err) == 0, "list");
	for (size_t i = 0; i < l.n; i++)
		unlinkat(x->dir, l.v[i], 0);
	img_list_free(&l);
	close(x->dir);
	dump_must(rmdir(x->path) == 0, "rmdir");
}

struct img_sink place_sink(struct place *x)
{
	return (struct img_sink){ .begin = place_begin, .end = place_end, .arg = x };
}

/* ---- memory ---- */

void place_same(struct img_chain *a, const struct img_piece *pa, struct img_chain *b,
		const struct img_piece *pb, uint64_t n)
{
	uint8_t x[PART], y[PART];
	size_t part = n < PART ? (size_t)n : PART;
	struct img_err err;

	if (img_chain_read(a, pa, n - part, x, part, &err) < 0) {
		dump_error(&err);
		return;
	}
	dump_must(img_chain_read(b, pb, n - part, y, part, &err) == 0, "read what was written");
	dump_must(memcmp(x, y, part) == 0, "bytes");
}

typedef void run_fn(struct img_chain *from, struct img_chain *to,
		    const struct img_dump_mem_run *run);

static void pagemap_runs(struct img_dir *from, struct img_dir *to, const char *name, run_fn *fn)
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
	    img_chain_open(to, shared, id, 4096, &b, &err) > 0) {
		while (img_pagemap_next(img_chain_level(a, 0), &run, &err) > 0)
			fn(a, b, &run);
		img_chain_close(b);
	}
	img_chain_close(a);
}

void place_runs(struct img_dir *from, const struct place *x, run_fn *fn)
{
	struct img_err err;
	struct img_dir *to = img_dir_open(x->path, 0, &err);
	struct img_dir_names l;

	dump_must(to != NULL && img_dir_list(to, &l, &err) == 0, "directory");
	for (size_t i = 0; i < l.n; i++)
		if (strncmp(l.v[i], "pagemap-", 8) == 0)
			pagemap_runs(from, to, l.v[i], fn);
	img_list_free(&l);
	img_dir_close(to);
}
