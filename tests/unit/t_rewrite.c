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
	{ .learn = NULL },
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

/* ---- plans ---- */

/* What a change wants of each image: a row for each. */
struct wish {
	const char *name;
	enum img_fate fate;
	const char *new_name, *also;
	enum img_framing framing;
};

static int by_wish(void *arg, struct img_plan *plan, struct img_err *e)
{
	for (const struct wish *w = arg; w->name != NULL; w++) {
		if (strcmp(w->name, plan->name) != 0)
			continue;
		plan->fate = w->fate;
		plan->framing = w->framing;
		if (w->new_name != NULL)
			strcpy(plan->new_name, w->new_name);
		if (w->also != NULL)
			return img_plan_also(plan, w->also, e);
	}
	return 0;
}

/* Writes `name` with its own name in it, and what goes with it. */
static int make_two(void *arg, const char *name, const struct img_sink *to, struct img_err *e)
{
	struct img_out *out;

	for (const struct wish *w = arg; w->name != NULL; w++)
		for (int i = 0; strcmp(w->name, name) == 0 && i < (w->also != NULL ? 2 : 1); i++) {
			if (to->begin(to->arg, i == 0 ? name : w->also, &out, e) < 0)
				return -1;
			img_out_put(out, "made", 4);
			if (to->end(to->arg, true, e) < 0)
				return -1;
		}
	return 0;
}

static char got[1000]; /* what the sink got: "name:bytes " */
static struct img_buf part;
static struct img_out *part_out;

static int note_begin(void *arg, const char *name, struct img_out **out, struct img_err *e)
{
	(void)arg, (void)e;
	sprintf(got + strlen(got), "%s:", name);
	part.n = 0;
	*out = part_out = img_out_mem(&part);
	return 0;
}

static int note_end(void *arg, bool keep_it, struct img_err *e)
{
	(void)arg;
	ck_assert_int_eq(img_out_flush(part_out, e), 0);
	img_out_free(part_out);
	sprintf(got + strlen(got), "%zu%s ", part.n, keep_it ? "" : "!");
	return 0;
}

static int note_copy(void *arg, const char *name, int dirfd, const char *from, struct img_err *e)
{
	(void)arg, (void)dirfd, (void)e;
	sprintf(got + strlen(got), "%s=%s ", name, from);
	return 0;
}

static const struct img_sink notes = { .begin = note_begin, .end = note_end, .copy = note_copy };

#define WISHES(...)                                                                                \
	(struct wish[])                                                                            \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			.name = NULL                                                               \
		}                                                                                  \
	}

/* clang-format off */

static const struct {
	struct wish *first, *second; /* of two changes */
	const char *got;             /* or what is refused */
	const char *by_name, *got_by_name;
} plans[] = {
	{ WISHES({ "a", IMG_FATE_COPY, NULL, NULL, IMG_NONE }), NULL, "core-1.img=core-1.img pages-1.img=pages-1.img pstree.img=pstree.img ",
	  "pages-1.img", "pages-1.img=pages-1.img " },
	{ WISHES({ "pages-1.img", IMG_FATE_DROP, NULL, NULL, IMG_NONE }, { "core-1.img", IMG_FATE_COPY, "core-7.img", NULL, IMG_NONE }), NULL,
	  "core-7.img=core-1.img pstree.img=pstree.img ", "core-7.img", "core-7.img=core-1.img " },
	{ WISHES({ "pages-1.img", IMG_FATE_DROP, NULL, NULL, IMG_NONE }), NULL, "core-1.img=core-1.img pstree.img=pstree.img ",
	  "pages-1.img", NULL },
	{ WISHES({ "core-1.img", IMG_FATE_MAKE, NULL, "mm-1.img", IMG_NONE }), NULL,
	  "core-1.img:4 mm-1.img:4 pages-1.img=pages-1.img pstree.img=pstree.img ", "mm-1.img",
	  "core-1.img:4 mm-1.img:4 " },
	/* Two words of magic become one, and the other way round. */
	{ WISHES({ "pstree.img", IMG_FATE_EDIT, NULL, NULL, IMG_V1_0 }), NULL,
	  "core-1.img=core-1.img pages-1.img=pages-1.img pstree.img:28 ", "pstree.img", "pstree.img:28 " },
	{ WISHES({ "pstree.img", IMG_FATE_EDIT, NULL, NULL, IMG_V1_1 }), NULL,
	  "core-1.img=core-1.img pages-1.img=pages-1.img pstree.img=pstree.img ", "pstree.img",
	  "pstree.img=pstree.img " },
	/* A later change knows the new name; what the first drops is gone. */
	{ WISHES({ "pages-1.img", IMG_FATE_DROP, NULL, NULL, IMG_NONE }), WISHES({ "pages-1.img", IMG_FATE_MAKE, NULL, NULL, IMG_NONE }),
	  "core-1.img=core-1.img pstree.img=pstree.img ", "pages-1.img", NULL },
	{ WISHES({ "core-1.img", IMG_FATE_MAKE, NULL, NULL, IMG_NONE }), WISHES({ "core-1.img", IMG_FATE_EDIT, NULL, NULL, IMG_NONE }),
	  "!core-1.img: one change wants to make this image, another one to edit it", NULL, NULL },
	{ WISHES({ "core-1.img", IMG_FATE_MAKE, NULL, NULL, IMG_NONE }), WISHES({ "core-1.img", IMG_FATE_MAKE, NULL, NULL, IMG_NONE }),
	  "!core-1.img: two changes want to make this image", NULL, NULL },
	{ WISHES({ "core-1.img", IMG_FATE_COPY, "pages-1.img", NULL, IMG_NONE }), NULL,
	  "!pages-1.img: two images would get this name", NULL, NULL },
	{ WISHES({ "core-1.img", IMG_FATE_MAKE, NULL, "pstree.img", IMG_NONE }), NULL,
	  "!pstree.img: two images would get this name", NULL, NULL },
};

/* clang-format on */

static void three_images(const struct dump *d)
{
	static const char tree[] =
		"\x19\x43\x56\x54\x30\x30\x27\x50\x08\0\0\0\x08\1\x10\0\x18\1\x20\1"
		"\x08\0\0\0\x08\2\x10\1\x18\2\x20\2";

	dump_raw(d, "pstree.img", tree, sizeof(tree) - 1);
	dump_raw(d, "core-1.img", "\x19\x43\x56\x54\x47\x38\x05\x55", 8);
	dump_raw(d, "pages-1.img", "page", 4);
}

START_TEST(a_plan_is_carried_out)
{
	struct img_change c[2] = {
		{ .image = by_wish, .make = make_two, .arg = plans[_i].first },
		{ .image = by_wish, .make = make_two, .arg = plans[_i].second }
	};
	struct img_rewrite *rw;
	struct dump d;
	int r;

	dump_new(&d);
	three_images(&d);
	source = dump_open(&d);
	rw = img_rewrite_new(source, c, plans[_i].second != NULL ? 2 : 1, &err);
	got[0] = '\0';
	if (plans[_i].got[0] == '!') {
		ck_assert_ptr_null(rw);
		sprintf(got, "!%s: %s", strrchr(err.file, '/') + 1, said(&err));
	} else {
		ck_assert_int_eq(img_rewrite_all(rw, &notes, &err), 0);
	}
	ck_assert_str_eq(got, plans[_i].got);
	got[0] = '\0';
	if (plans[_i].by_name != NULL) {
		r = img_rewrite_image(rw, plans[_i].by_name, &notes, &err);
		ck_assert_int_eq(r, plans[_i].got_by_name != NULL);
		ck_assert_str_eq(got, plans[_i].got_by_name != NULL ? plans[_i].got_by_name : "");
	}
	img_rewrite_free(rw);
	img_dir_close(source);
	img_buf_free(&part);
	dump_free(&d);
}
END_TEST

/* ---- entries ---- */

static int whole_entry(void *arg, const char *image, const struct img_entry *e, struct img_buf *out,
		       struct img_err *er)
{
	const char *how = arg;

	(void)image, (void)er;
	if (how[e->index] == 'd')
		return IMG_DROP;
	if (how[e->index] == 'k')
		return IMG_KEEP;
	img_buf_put(out, "\x08\7\x10\0\x18\7\x20\7", 8);
	return IMG_SET;
}

/* 7 becomes 8, and 8 becomes 7: a field is handed over once. */
static int swap_numbers(void *arg, struct img_field *f, struct img_err *e)
{
	(void)arg, (void)e;
	if (f->num != 7 && f->num != 8)
		return IMG_KEEP;
	f->num = 15 - f->num;
	return IMG_SET;
}

static const struct {
	const char *how;
	img_visit_fn *field;
	const char *got;
} entries[] = {
	{ "kk", NULL, "pstree.img=pstree.img " }, { "dk", NULL, "pstree.img:20 " },
	{ "dd", NULL, "pstree.img:8 " },          { "sk", NULL, "pstree.img:32 " },
	{ "ss", swap_numbers, "pstree.img:32 " },
};

START_TEST(entries_are_kept_set_or_dropped)
{
	struct img_change c = { .image = edit_all,
				.entry = whole_entry,
				.field = entries[_i].field,
				.arg = (void *)(uintptr_t)entries[_i].how };
	struct img_rewrite *rw;
	struct dump d;

	dump_new(&d);
	three_images(&d);
	source = dump_open(&d);
	rw = img_rewrite_new(source, &c, 1, &err);
	got[0] = '\0';
	ck_assert_int_eq(img_rewrite_image(rw, "pstree.img", &notes, &err), 1);
	ck_assert_str_eq(got, entries[_i].got);
	if (entries[_i].field != NULL)
		same_bytes(part.p + 12, 8, "\x08\x08\x10\0\x18\x08\x20\x08", 8, "swapped once");
	img_rewrite_free(rw);
	img_dir_close(source);
	img_buf_free(&part);
	dump_free(&d);
}
END_TEST

static void add(TCase *tc)
{
	EACH(what_changes_nothing_gives_the_same_bytes, identities);
	EACH(a_plan_is_carried_out, plans);
	EACH(entries_are_kept_set_or_dropped, entries);
}

int main(void)
{
	return unit_run("rewrite", add);
}
