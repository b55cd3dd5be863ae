/*
 * Any bytes as a directory that is converted for each of several CRIU, with its pages as they are,
 * or compressed: what comes out is the same each time, and has the same memory. With another framing
 * alone all images have the same bytes.
 */
#include "libimg/image/reader.h"
#include "libimg/rewrite/rewrite.h"
#include "libimg/rewrite/version.h"
#include "place.h"

/* What was written: names and bytes of all images. */
struct written {
	struct img_buf all;
	struct img_out *out;
};

static int begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct written *w = arg;

	img_buf_put(&w->all, name, strlen(name) + 1);
	w->out = img_out_mem(&w->all);
	*out = w->out;
	return w->out != NULL ? 0 : img_fail_mem(err);
}

static int end(void *arg, bool keep, struct img_err *err)
{
	struct written *w = arg;
	int r = keep ? img_out_flush(w->out, err) : 0;

	img_out_free(w->out);
	w->out = NULL;
	return r;
}

/* Images that are copied are not looked at. */
static int copy(void *arg, const char *name, int dirfd, const char *from, struct img_err *err)
{
	struct written *w = arg;

	(void)dirfd, (void)err;
	img_buf_put(&w->all, name, strlen(name) + 1);
	img_buf_put(&w->all, from, strlen(from) + 1);
	return 0;
}

static const struct target {
	uint32_t to;
	uint32_t block;
	enum img_framing framing;
} targets[] = {
	{ IMG_CRIU(4, 2, 0), 0, IMG_NONE },  { IMG_CRIU(4, 1, 0), 0, IMG_NONE },
	{ IMG_CRIU(3, 13, 0), 0, IMG_NONE }, { IMG_CRIU(2, 12, 0), 0, IMG_NONE },
	{ IMG_CRIU(1, 5, 0), 0, IMG_NONE },  { IMG_CRIU(1, 0, 0), 0, IMG_NONE },
	{ IMG_CRIU_DEV, 4096, IMG_NONE },    { IMG_CRIU_DEV, 65536, IMG_NONE },
	{ IMG_CRIU_DEV, 0, IMG_V1_0 },
};

/* 1, or 0 where it is refused. */
static int convert(struct img_dir *d, const struct target *t, const struct img_sink *sink)
{
	const struct img_recompress_how pages = { .block = t->block };
	struct img_recompress *rc = img_recompress_new(&pages);
	const struct img_version_how how = { .to = t->to,
					     .framing = t->framing,
					     .pages = t->framing == IMG_NONE ? rc : NULL };
	struct img_version *v = img_version_new(&how);
	const struct img_change changes[2] = { img_recompress_change(rc), img_version_change(v) };
	bool alone = t->framing != IMG_NONE;
	struct img_err err;
	struct img_rewrite *rw = img_rewrite_new(d, changes + alone, alone ? 1 : 2, &err);
	int r = rw != NULL ? img_rewrite_all(rw, sink, &err) : -1;

	if (r < 0)
		dump_error(&err);
	img_rewrite_free(rw);
	img_version_free(v);
	img_recompress_free(rc);
	return r == 0;
}

static void convert_twice(struct img_dir *d, const struct target *t)
{
	struct written w[2] = { { .out = NULL }, { .out = NULL } };
	int ok[2];

	for (int i = 0; i < 2; i++) {
		const struct img_sink sink = {
			.begin = begin, .end = end, .arg = &w[i], .copy = copy
		};

		ok[i] = convert(d, t, &sink);
	}
	dump_must(ok[0] == ok[1] && w[0].all.n == w[1].all.n &&
			  (w[0].all.n == 0 || memcmp(w[0].all.p, w[1].all.p, w[0].all.n) == 0),
		  "not the same again");
	img_buf_free(&w[0].all);
	img_buf_free(&w[1].all);
}

/* ---- what comes out beside what it is made of ---- */

/* What of the memory lies in the dump itself lies in the result, however it is stored. */
static void same_run(struct img_chain *from, struct img_chain *to,
		     const struct img_dump_mem_run *run)
{
	struct img_piece a, b;
	struct img_err err;

	for (uint64_t at = run->addr, n; at < run->end; at += n) {
		int r = img_chain_reach(from, 0, at, run->end, &a, &err);

		if (r < 0)
			return;
		dump_must(img_chain_reach(to, 0, at, run->end, &b, &err) == r, "entry");
		n = a.len < b.len ? a.len : b.len;
		if (r == 0)
			continue;
		dump_must(((a.flags ^ b.flags) & IMG_PE_PRESENT) == 0, "place");
		if (a.flags & IMG_PE_PRESENT)
			place_same(from, &a, to, &b, n);
	}
}

/* All of `to`, and the same bytes in `from` after the first `skip`. */
static void same_bytes(const struct img_file *from, const struct img_file *to, uint64_t skip)
{
	static uint8_t a[4096], b[sizeof(a)];
	struct img_err err;
	int64_t n = 1;

	dump_must(from->size == to->size + skip, "an image of another length");
	for (uint64_t at = 0; at < to->size; at += (uint64_t)n) {
		n = img_file_read(to, at, b, sizeof(b), &err);
		dump_must(n > 0 && img_file_read(from, at + skip, a, (size_t)n, &err) == n &&
				  memcmp(a, b, (size_t)n) == 0,
			  "an image of other bytes");
	}
}

/* It says what framing the dump has, under whatever name. */
static bool is_inventory(const struct img_file *f)
{
	struct img_in *in = img_in_file(f);
	struct img_err err;
	struct img_reader *rd = img_reader_open(in, NULL, 0, &err);
	bool is = rd != NULL && strcmp(img_reader_head(rd)->type->name, "INVENTORY") == 0;

	img_reader_close(rd);
	img_in_free(in);
	return is;
}

/* The older framing is without the magic that all images have in common, and nothing else. */
static void same_images(struct img_dir *from, struct img_dir *to)
{
	struct img_dir_names l;
	struct img_file a, b;
	struct img_err err;

	dump_must(img_dir_list(to, &l, &err) == 0, "list");
	for (size_t i = 0; i < l.n; i++) {
		dump_must(img_dir_open_file(from, l.v[i], &a, &err) == 0 &&
				  img_dir_open_file(to, l.v[i], &b, &err) == 0,
			  "an image of a new name");
		if (!is_inventory(&a))
			same_bytes(&a, &b, a.size == b.size ? 0 : 4);
		img_file_close(&a);
		img_file_close(&b);
	}
	img_list_free(&l);
}

static void convert_once(const char *dir, struct img_dir *d, const struct target *t)
{
	struct img_dir *to;
	struct place x;
	struct img_sink sink = place_sink(&x);
	struct img_err err;

	place_new(&x, dir);
	if (convert(d, t, &sink)) {
		place_runs(d, &x, same_run);
		to = img_dir_open(x.path, 0, &err);
		dump_must(to != NULL, "open");
		if (t->framing != IMG_NONE)
			same_images(d, to);
		img_dir_close(to);
	}
	place_free(&x);
}

static void convert_dir(const char *dir, size_t pick)
{
	enum { TARGETS = sizeof(targets) / sizeof(*targets) };
	const struct target *t = &targets[pick % TARGETS];
	struct img_err err;
	struct img_dir *d = img_dir_open(dir, 0, &err);

	if (d == NULL) {
		dump_error(&err);
		return;
	}
	if (pick / TARGETS % 4 == 0)
		convert_twice(d, t);
	else
		convert_once(dir, d, t);
	img_dir_close(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	blob_run(p, n, convert_dir);
	return 0;
}
