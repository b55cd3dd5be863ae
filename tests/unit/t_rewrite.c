/* rewrite, edit, newdir: a dump becomes another one. */
#include "libimg/rewrite/rewrite.h"

#include <stdarg.h>
#include <sys/wait.h>

#include "dump.h"

static struct img_err err;
/* ---- changes ---- */

static int edit_all(void *arg, struct img_plan *plan, struct img_err *e)
{
	(void)arg, (void)e;
	plan->fate = IMG_FATE_EDIT;
	return 0;
}

static int keep(void *arg, struct img_field *f, struct img_err *e)
{
	(void)arg, (void)f, (void)e;
	return IMG_KEEP;
}

/* To the value that it has: all of an image is written, and has to come out the same. */
static int set(void *arg, struct img_field *f, struct img_err *e)
{
	(void)arg, (void)e;
	return f->wt == IMG_GROUP || (f->row != NULL && f->row->sub != NULL) ? IMG_KEEP : IMG_SET;
}

static int touch(void *arg, const char *image, const struct img_entry *e, uint64_t at, uint8_t *p,
		 size_t n, struct img_err *er)
{
	(void)arg, (void)image, (void)e, (void)at, (void)p, (void)n, (void)er;
	return 1;
}

/* Copies its source: another way to the same bytes. */
static int remake(void *arg, const char *name, const struct img_sink *to, struct img_err *e)
{
	struct img_dir *from = *(struct img_dir **)arg;
	int fd = openat(img_dir_fd(from), name, O_RDONLY);
	struct img_out *out;
	char buf[65536];
	ssize_t n;

	if (to->begin(to->arg, name, &out, e) < 0)
		return -1;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		img_out_put(out, buf, (size_t)n);
	close(fd);
	return to->end(to->arg, true, e);
}

static struct img_dir *source;

static int make_all(void *arg, struct img_plan *plan, struct img_err *e)
{
	(void)arg, (void)e;
	plan->fate = IMG_FATE_MAKE;
	return 0;
}

static const struct img_change identities[] = {
	{ NULL },
	{ .image = edit_all },
	{ .image = edit_all, .field = keep },
	{ .image = edit_all, .field = set },
	{ .image = edit_all, .field = set, .payload = touch },
	{ .image = make_all, .make = remake, .arg = &source },
};

static int shell(const char *fmt, ...)
{
	char command[2 * PATH_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	return WEXITSTATUS(system(command));
}

/* ---- all bundled dumps, in memory ---- */

/* A sink that compares what it gets with the file of the same name. */
struct compare {
	struct img_dir *with;
	struct img_out *out;
	struct img_buf got;
	char name[NAME_MAX + 1];
	size_t images, copied;
};

static int begin(void *arg, const char *name, struct img_out **out, struct img_err *e)
{
	struct compare *c = arg;

	(void)e;
	snprintf(c->name, sizeof(c->name), "%s", name);
	c->got.n = 0;
	*out = c->out = img_out_mem(&c->got);
	return 0;
}

static int end(void *arg, bool keep_it, struct img_err *e)
{
	struct compare *c = arg;
	int fd = openat(img_dir_fd(c->with), c->name, O_RDONLY);
	struct stat st;
	char *want;

	ck_assert_int_eq(img_out_flush(c->out, e), 0);
	img_out_free(c->out);
	c->out = NULL;
	if (!keep_it)
		return 0;
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	want = malloc((size_t)st.st_size + 1);
	ck_assert_int_eq(read(fd, want, (size_t)st.st_size), st.st_size);
	close(fd);
	same_bytes(c->got.p, c->got.n, want, (size_t)st.st_size, c->name);
	free(want);
	c->images++;
	return 0;
}

static int copied(void *arg, const char *name, int dirfd, const char *from, struct img_err *e)
{
	struct compare *c = arg;

	(void)e;
	ck_assert_str_eq(name, from);
	ck_assert_int_eq(dirfd, img_dir_fd(c->with));
	c->copied++;
	return 0;
}

static void compare_dump(const char *path, const struct img_change *c, bool may_copy,
			 size_t *images)
{
	struct compare cmp = { .with = img_dir_open(path, 0, &err) };
	struct img_sink sink = { .begin = begin, .end = end, .arg = &cmp };
	struct img_rewrite *rw;
	const struct img_dir_names *names;

	ck_assert_ptr_nonnull(cmp.with);
	source = cmp.with;
	if (may_copy)
		sink.copy = copied;
	rw = img_rewrite_new(cmp.with, c, 1, &err);
	ck_assert_msg(rw != NULL, "%s: %s", err.file, said(&err));
	names = img_rewrite_names(rw);
	ck_assert_msg(img_rewrite_all(rw, &sink, &err) == 0, "%s: %s", err.file, said(&err));
	ck_assert_uint_eq(cmp.images + cmp.copied, names->n);
	/* One by one, in another order. */
	for (size_t i = names->n; i > 0; i--)
		ck_assert_int_eq(img_rewrite_image(rw, names->v[i - 1], &sink, &err), 1);
	ck_assert_uint_eq(cmp.images + cmp.copied, 2 * names->n);
	ck_assert_int_eq(img_rewrite_image(rw, "core-999999.img", &sink, &err), 0);
	*images += names->n;
	img_rewrite_free(rw);
	img_buf_free(&cmp.got);
	img_dir_close(cmp.with);
}

/* fn for each bundled dump, those of a chain too. */
static void each_dump(const struct img_change *c, bool may_copy, size_t *images)
{
	char dumps[PATH_MAX], path[2 * PATH_MAX], list_path[PATH_MAX];
	FILE *list;

	ck_assert_ptr_nonnull(realpath(unit_path("data/dumps"), dumps));
	unit_temp(list_path);
	close(mkstemp(list_path));
	ck_assert_int_eq(shell("find %s -name inventory.img -printf '%%h\n' >%s", dumps, list_path),
			 0);
	list = fopen(list_path, "r");
	while (fgets(path, sizeof(path), list) != NULL) {
		path[strcspn(path, "\n")] = '\0';
		compare_dump(path, c, may_copy, images);
	}
	fclose(list);
	unlink(list_path);
}

START_TEST(what_changes_nothing_gives_the_same_bytes)
{
	size_t images = 0;

	each_dump(&identities[_i], false, &images);
	each_dump(&identities[_i], true, &images);
	ck_assert_uint_gt(images, 2 * 800);
}
END_TEST

static void add(TCase *tc)
{
	EACH(what_changes_nothing_gives_the_same_bytes, identities);
}

int main(void)
{
	return unit_run("rewrite", add);
}
