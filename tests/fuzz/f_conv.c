/*
 * Any bytes as a directory that is converted for each of several CRIU, with its pages as they are,
 * or compressed: what comes out is the same each time, whole images come of whole ones, and the
 * system is never to blame.
 */
#include "dump.h"
#include "libimg/dump/dir.h"
#include "libimg/rewrite/rewrite.h"
#include "libimg/rewrite/version.h"

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

/* The last byte of what is written is the verdict. */
static void convert(struct img_dir *d, const struct target *t, struct written *w)
{
	const struct img_recompress_how pages = { .block = t->block };
	struct img_recompress *rc = img_recompress_new(&pages);
	const struct img_version_how how = { .to = t->to, .framing = t->framing, .pages = rc };
	struct img_version *v = img_version_new(&how);
	const struct img_change changes[2] = { img_recompress_change(rc), img_version_change(v) };
	const struct img_sink sink = { .begin = begin, .end = end, .arg = w, .copy = copy };
	struct img_err err;
	struct img_rewrite *rw = img_rewrite_new(d, changes, 2, &err);
	int r = rw != NULL ? img_rewrite_all(rw, &sink, &err) : -1;

	if (r < 0)
		dump_error(&err);
	img_buf_put(&w->all, r < 0 ? "-" : "+", 1);
	img_rewrite_free(rw);
	img_version_free(v);
	img_recompress_free(rc);
}

static void convert_dir(const char *dir, size_t pick)
{
	const struct target *t = &targets[pick % (sizeof(targets) / sizeof(*targets))];
	struct written first = { .out = NULL }, again = { .out = NULL };
	struct img_err err;
	struct img_dir *d = img_dir_open(dir, 0, &err);

	if (d == NULL) {
		dump_error(&err);
		return;
	}
	convert(d, t, &first);
	convert(d, t, &again);
	if (first.all.n != again.all.n || memcmp(first.all.p, again.all.p, first.all.n) != 0)
		dump_refuse("not the same again", "", 0);
	img_buf_free(&first.all);
	img_buf_free(&again.all);
	img_dir_close(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	blob_run(p, n, convert_dir);
	return 0;
}
