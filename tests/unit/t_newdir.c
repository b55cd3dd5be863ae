/* tempdir, newdir, attrs: a directory that appears whole or not at all. */
#include "libimg/dump/newdir.h"

#include <dirent.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <sys/wait.h>

#include "libimg/base/attrs.h"
#include "libimg/base/tempdir.h"
#include "unit.h"

static char dir[PATH_MAX];
static struct img_err err;
static char left[1000]; /* what stayed behind, a line each */

static int shell(const char *fmt, ...)
{
	char command[2 * PATH_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	return WEXITSTATUS(system(command));
}

static void enter(void)
{
	umask(022);
	unit_temp(dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	left[0] = '\0';
}

static void leave(void)
{
	ck_assert_int_eq(chdir("/"), 0);
	unit_remove(dir);
}

/* "from": two images, what CRIU writes into its work directory, and a log. */
static void make_from(void)
{
	ck_assert_int_eq(shell("mkdir -m 750 from; cd from; printf core >core-1.img; "
			       "printf pages >pages-1.img; printf stats >stats-dump; "
			       "echo log >dump.log; chmod 640 core-1.img; chmod 444 pages-1.img; "
			       "touch -d 2001-02-03 *; touch -d 2002-03-04 ."),
			 0);
}

/* What is in a directory, a line for each name in order. */
static const char *shown(const char *name)
{
	static char text[4000];
	FILE *f;
	size_t n;

	ck_assert_int_eq(
		shell("cd %s && find . -printf '%%P %%M %%n %%TY %%l\\n' | LC_ALL=C sort >%s/shown",
		      name, dir),
		0);
	f = fopen("shown", "r");
	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	unlink("shown");
	text[n] = '\0';
	return text;
}

static void stays(void *arg, const struct img_err *e)
{
	size_t n = strlen(left);

	(void)arg;
	snprintf(left + n, sizeof(left) - n, "%s: %s\n", e->file, said(e));
}

/* All images of `from`, as they are, then the rest. */
static int fill(struct img_newdir *nd, struct img_dir *from)
{
	struct img_sink to = img_newdir_sink(nd);
	struct img_report report = { stays, NULL };
	struct img_dir_names l;
	int r = 0;

	ck_assert_int_eq(img_dir_list(from, &l, &err), 0);
	for (size_t i = 0; r == 0 && i < l.n; i++)
		r = to.copy(to.arg, l.v[i], img_dir_fd(from), l.v[i], &err);
	img_list_free(&l);
	return r == 0 ? img_newdir_rest(nd, &report, &err) : r;
}

static int copy_dir(const char *from, const char *to, enum img_link how)
{
	struct img_dir *d = img_dir_open(from, 0, &err);
	struct img_newdir *nd;
	struct img_err other;
	int r;

	ck_assert_ptr_nonnull(d);
	nd = img_newdir_begin(to, d, how, &err);
	r = nd == NULL ? -1 : fill(nd, d);
	if (nd != NULL && img_newdir_end(nd, r == 0, r == 0 ? &err : &other) < 0)
		r = -1;
	img_dir_close(d);
	return r;
}

static void copies(const char *from, const char *to, enum img_link how)
{
	ck_assert_msg(copy_dir(from, to, how) == 0, "%s: %s", err.file, said(&err));
}

static void fails(const char *to, const char *file, const char *what)
{
	ck_assert_int_eq(copy_dir("from", to, IMG_LINK_COPY), -1);
	ck_assert_str_eq(err.file, file);
	ck_assert_str_eq(said(&err), what);
	ck_assert_int_eq(err.kind, IMG_ESYS);
}

START_TEST(a_copy_has_modes_times_and_all_files)
{
	enter();
	make_from();
	copies("from", "out", IMG_LINK_COPY);
	ck_assert_str_eq(shown("out"), " drwxr-x--- 2 2002 \n"
				       "core-1.img -rw-r----- 1 2001 \n"
				       "dump.log -rw-r--r-- 1 2001 \n"
				       "pages-1.img -r--r--r-- 1 2001 \n"
				       "stats-dump -rw-r--r-- 1 2001 \n");
	ck_assert_int_eq(shell("diff -r from out"), 0);
	ck_assert_int_eq(shell("test $(ls -A | wc -l) = 2"), 0);
	leave();
}
END_TEST

START_TEST(hard_links_are_other_names_of_what_criu_does_not_write)
{
	enter();
	make_from();
	copies("from", "out///", IMG_LINK_HARD);
	ck_assert_str_eq(shown("out"), " drwxr-x--- 2 2002 \n"
				       "core-1.img -rw-r----- 2 2001 \n"
				       "dump.log -rw-r--r-- 1 2001 \n"
				       "pages-1.img -r--r--r-- 2 2001 \n"
				       "stats-dump -rw-r--r-- 1 2001 \n");
	ck_assert_int_eq(shell("diff -r from out"), 0);
	leave();
}
END_TEST

START_TEST(symbolic_links_lead_to_the_images_by_their_names)
{
	char want[2 * PATH_MAX];

	enter();
	make_from();
	copies("from", "./out", IMG_LINK_SYMBOLIC);
	ck_assert_int_eq(shell("diff -r from out"), 0);
	ck_assert_int_eq(shell("touch -h -d 2003-01-01 out/*.img"), 0);
	snprintf(want, sizeof(want),
		 " drwxr-x--- 2 2002 \n"
		 "core-1.img lrwxrwxrwx 1 2003 %s/from/core-1.img\n"
		 "dump.log -rw-r--r-- 1 2001 \n"
		 "pages-1.img lrwxrwxrwx 1 2003 %s/from/pages-1.img\n"
		 "stats-dump -rw-r--r-- 1 2001 \n",
		 dir, dir);
	ck_assert_str_eq(shown("out"), want);
	leave();
}
END_TEST

START_TEST(a_new_name_is_copied_where_others_are_linked)
{
	struct img_dir *d;
	struct img_newdir *nd;
	struct img_sink to;

	enter();
	make_from();
	d = img_dir_open("from", 0, &err);
	nd = img_newdir_begin("out", d, IMG_LINK_SYMBOLIC, &err);
	to = img_newdir_sink(nd);
	ck_assert_int_eq(to.copy(to.arg, "core-9.img", img_dir_fd(d), "core-1.img", &err), 0);
	ck_assert_int_eq(img_newdir_end(nd, true, &err), 0);
	ck_assert_str_eq(shown("out"), " drwxr-x--- 2 2002 \ncore-9.img -rw-r----- 1 2001 \n");
	img_dir_close(d);
	leave();
}
END_TEST

START_TEST(what_is_written_has_the_mode_of_the_old_one_and_a_new_time)
{
	struct img_dir *d;
	struct img_newdir *nd;
	struct img_sink to;
	struct img_out *out;
	struct stat st;

	enter();
	make_from();
	ck_assert_int_eq(shell("printf i >from/inventory.img; chmod 604 from/inventory.img"), 0);
	d = img_dir_open("from", 0, &err);
	nd = img_newdir_begin("out", d, IMG_LINK_HARD, &err);
	to = img_newdir_sink(nd);
	for (int i = 0; i < 3; i++) {
		static const char *const names[] = { "core-1.img", "core-9.img", "files.img" };

		ck_assert_int_eq(to.begin(to.arg, names[i], &out, &err), 0);
		img_out_put(out, "new", 3);
		ck_assert_int_eq(to.end(to.arg, i < 2, &err), 0);
	}
	ck_assert_int_eq(stat(img_newdir_path(nd), &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0700);
	ck_assert_int_eq(img_newdir_end(nd, true, &err), 0);
	ck_assert_int_eq(stat("out/core-1.img", &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0640);
	ck_assert_int_gt(st.st_mtime, 1000000000);
	ck_assert_int_eq(stat("out/core-9.img", &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0604);
	ck_assert_int_eq(shell("test \"$(cat out/core-1.img)\" = new; "), 0);
	ck_assert_int_eq(shell("test $(ls -A out | wc -l) = 2"), 0);
	img_dir_close(d);
	leave();
}
END_TEST

/* ---- parent and other things ---- */

static const struct {
	const char *make; /* in "a/from", beside "a/base" */
	const char *to;
	const char *parent; /* what `parent` in the result is: a link's target, %s: here */
} parents[] = {
	{ "ln -s ../base parent", "a/out", "../base" },
	{ "ln -s ../base parent", "out", "%s/a/base" },
	{ "ln -s $(cd ..; pwd)/base parent", "out", "%s/a/base" },
	{ "ln -s ../none parent", "out", "%s/a/from/../none" },
	{ "mkdir parent; cp ../base/* parent", "out", "%s/a/from/parent" },
	{ "echo ../base >parent", "a/out", NULL },
	{ "echo ../base >parent", "out", "%s/a/base" },
	{ "printf $(cd ..; pwd)/base >parent", "out", NULL },
	{ "ln -s ../base other", "a/out", "" },
};

START_TEST(parent_leads_to_where_it_led)
{
	char want[2 * PATH_MAX], got[PATH_MAX], path[100];
	ssize_t n;

	enter();
	ck_assert_int_eq(shell("mkdir a a/base a/from; touch a/base/core-1.img; cd a/from; %s",
			       parents[_i].make),
			 0);
	copies("a/from", parents[_i].to, IMG_LINK_COPY);
	snprintf(path, sizeof(path), "%s/parent", parents[_i].to);
	n = readlink(path, got, sizeof(got) - 1);
	if (parents[_i].parent == NULL) {
		ck_assert_int_eq(n, -1);
		ck_assert_int_eq(shell("cmp a/from/parent %s", path), 0);
	} else if (parents[_i].parent[0] != '\0') {
		ck_assert_int_gt(n, 0);
		got[n] = '\0';
		snprintf(want, sizeof(want), parents[_i].parent, dir);
		ck_assert_str_eq(got, want);
	} else {
		ck_assert_int_eq(n, -1);
		ck_assert_int_eq(shell("test a/out/other -ef a/base"), 0);
	}
	leave();
}
END_TEST

START_TEST(what_is_no_file_stays_behind_and_is_reported)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	enter();
	make_from();
	ck_assert_int_eq(shell("cd from; mkdir sub; mkfifo pipe; ln -s dump.log last"), 0);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	strcpy(sun.sun_path, "from/sock");
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	close(fd);
	copies("from", "out", IMG_LINK_COPY);
	ck_assert_ptr_nonnull(strstr(left, "from/sub: not copied: a directory\n"));
	ck_assert_ptr_nonnull(strstr(left, "from/pipe: not copied: a pipe\n"));
	ck_assert_ptr_nonnull(strstr(left, "from/sock: not copied: a socket\n"));
	ck_assert_int_eq(shell("test \"$(cat out/last)\" = log && test $(ls -A out | wc -l) = 5"),
			 0);
	leave();
}
END_TEST

/* ---- whole or not at all ---- */

START_TEST(a_name_that_is_taken_is_refused)
{
	enter();
	make_from();
	ck_assert_int_eq(shell("mkdir dir; touch file; ln -s nowhere link"), 0);
	fails("dir", "dir", "File exists");
	fails("dir/", "dir", "File exists");
	fails("", "''", "No such file or directory");
	fails("file", "file", "File exists");
	fails("link", "link", "File exists");
	fails("/", "/", "File exists");
	fails(".", ".", "File exists");
	fails("none/out", "none/out", "No such file or directory");
	ck_assert_int_eq(shell("test $(ls -A | wc -l) = 4"), 0);
	leave();
}
END_TEST

START_TEST(a_name_that_is_taken_meanwhile_is_not_replaced)
{
	struct img_newdir *nd;

	enter();
	nd = img_newdir_begin("out", NULL, IMG_LINK_COPY, &err);
	ck_assert_ptr_nonnull(nd);
	ck_assert_int_eq(mkdir("out", 0755), 0);
	ck_assert_int_eq(img_newdir_end(nd, true, &err), -1);
	ck_assert_str_eq(err.file, "out");
	ck_assert_str_eq(said(&err), "cannot rename to this name: File exists");
	ck_assert_int_eq(shell("test $(ls -A | wc -l) = 1 && test -z \"$(ls -A out)\""), 0);
	leave();
}
END_TEST

START_TEST(what_is_not_kept_leaves_nothing)
{
	struct img_dir *d;
	struct img_newdir *nd;

	enter();
	make_from();
	d = img_dir_open("from", 0, &err);
	nd = img_newdir_begin("out", d, IMG_LINK_COPY, &err);
	ck_assert_int_eq(fill(nd, d), 0);
	ck_assert_int_eq(shell("test $(ls -A | wc -l) = 2"), 0);
	ck_assert_int_eq(img_newdir_end(nd, false, &err), 0);
	ck_assert_int_eq(shell("test $(ls -A | wc -l) = 1"), 0);
	ck_assert_int_eq(img_newdir_end(NULL, true, &err), 0);
	img_dir_close(d);
	leave();
}
END_TEST

START_TEST(what_a_killed_run_left_goes_with_the_next_one)
{
	struct img_newdir *nd;
	struct img_dir *d;
	pid_t pid;
	int status;

	enter();
	make_from();
	d = img_dir_open("from", 0, &err);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		nd = img_newdir_begin("out", d, IMG_LINK_COPY, &err);
		fill(nd, d);
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(shell("test $(ls -A | wc -l) = 2 && ls -A | grep -q "
			       "'^[.]img-[0-9a-f]\\{32\\}[.]tmp$'"),
			 0);
	/* Others of such names are not ours to remove. */
	ck_assert_int_eq(shell("mkdir .img-12.tmp .img-0123456789abcdef0123456789abcdeg.tmp; "
			       "touch .img-0123456789abcdef0123456789abcdef.tmp"),
			 0);
	nd = img_newdir_begin("out", NULL, IMG_LINK_COPY, &err);
	ck_assert_int_eq(shell("test $(ls -A | wc -l) = 5"), 0);
	/* What another run fills just now is not left. */
	ck_assert_int_eq(copy_dir("from", "second", IMG_LINK_COPY), 0);
	ck_assert_int_eq(img_newdir_end(nd, true, &err), 0);
	ck_assert_int_eq(shell("test $(ls -A | wc -l) = 6"), 0);
	img_dir_close(d);
	leave();
}
END_TEST

/* Each removes what it takes for the rest of a killed run, and may look at any moment. */
START_TEST(runs_beside_each_other_do_not_meet)
{
	int status;

	enter();
	for (int i = 0; i < 4; i++) {
		if (fork() != 0)
			continue;
		for (int k = 0; k < 150; k++) {
			struct img_tempdir *t = img_tempdir_begin("out", &err);

			if (t == NULL || img_tempdir_end(t, false, &err) < 0) {
				fprintf(stderr, "%s: %s\n", err.file, said(&err));
				_exit(1);
			}
		}
		_exit(0);
	}
	for (int i = 0; i < 4; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	leave();
}
END_TEST

START_TEST(an_image_that_cannot_be_read_is_an_error)
{
	enter();
	make_from();
	ck_assert_int_eq(shell("ln -s nowhere from/core-2.img; mkdir from/sub"), 0);
	ck_assert_int_eq(copy_dir("from", "out", IMG_LINK_COPY), -1);
	ck_assert_int_eq(shell("test ! -e out"), 0);
	leave();
}
END_TEST

static void set_attr(const char *path, const char *value)
{
	ck_assert_msg(setxattr(path, "user.note", value, strlen(value), 0) == 0, "%s: %s", path,
		      strerror(errno));
}

/* Not every file system has attributes, nor lets every user have them. */
static bool has_attrs(void)
{
	return setxattr("from", "user.note", "of from", 7, 0) == 0;
}

static const char *attr(const char *path)
{
	static char value[100];
	ssize_t n = getxattr(path, "user.note", value, sizeof(value) - 1);

	value[n > 0 ? n : 0] = '\0';
	return n < 0 ? "none" : value;
}

START_TEST(a_copy_has_the_extended_attributes)
{
	static char large[4000];

	enter();
	make_from();
	if (has_attrs()) {
		set_attr("from/core-1.img", "of core");
		set_attr("from/dump.log", "");
		chmod("from/pages-1.img", 0600);
		memset(large, 'x', sizeof(large) - 1);
		ck_assert_int_eq(setxattr("from/pages-1.img", "user.large", large, 2000, 0), 0);
		set_attr("from/pages-1.img", "of pages");
		chmod("from/pages-1.img", 0444);
		copies("from", "out", IMG_LINK_COPY);
		ck_assert_str_eq(attr("out"), "of from");
		ck_assert_str_eq(attr("out/core-1.img"), "of core");
		ck_assert_str_eq(attr("out/dump.log"), "");
		ck_assert_str_eq(attr("out/pages-1.img"), "of pages");
		ck_assert_int_eq(getxattr("out/pages-1.img", "user.large", large, sizeof(large)),
				 2000);
		ck_assert_str_eq(attr("out/stats-dump"), "none");
		ck_assert_str_eq(left, "");
	}
	leave();
}
END_TEST

/* One written anew keeps those of the old one; a new one says nothing that another says of itself. */
START_TEST(what_is_written_has_the_extended_attributes_of_the_old_one)
{
	struct img_newdir *nd;
	struct img_dir *d;
	struct img_sink to;
	struct img_out *out;

	enter();
	make_from();
	ck_assert_int_eq(shell("echo x >from/inventory.img"), 0);
	d = img_dir_open("from", 0, &err);
	nd = img_newdir_begin("out", d, IMG_LINK_COPY, &err);
	ck_assert_ptr_nonnull(nd);
	to = img_newdir_sink(nd);
	if (has_attrs()) {
		set_attr("from/core-1.img", "of core");
		set_attr("from/inventory.img", "of inventory");
		ck_assert_int_eq(to.begin(to.arg, "core-1.img", &out, &err), 0);
		ck_assert_int_eq(to.end(to.arg, true, &err), 0);
		ck_assert_int_eq(to.begin(to.arg, "core-2.img", &out, &err), 0);
		ck_assert_int_eq(to.end(to.arg, true, &err), 0);
		ck_assert_int_eq(img_newdir_end(nd, true, &err), 0);
		ck_assert_str_eq(attr("out/core-1.img"), "of core");
		ck_assert_str_eq(attr("out/core-2.img"), "none");
	} else {
		img_newdir_end(nd, false, &err);
	}
	img_dir_close(d);
	leave();
}
END_TEST

/* The file systems of /proc have none. */
START_TEST(attributes_that_are_refused_are_counted)
{
	struct img_attrs_lost lost = { .n = 0 };
	int from, to = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);

	enter();
	make_from();
	if (to >= 0 && has_attrs()) {
		ck_assert_int_eq(setxattr("from", "user.other", "", 0, 0), 0);
		from = open("from", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		ck_assert_int_eq(img_attrs_copy(from, to, IMG_ATTRS_ALL, &lost, &err), 0);
		ck_assert_uint_eq(lost.n, 2);
		ck_assert_str_eq(lost.name, "user.note");
		ck_assert_int_ne(lost.errnum, 0);
		close(from);
		ck_assert_int_eq(img_attrs_copy(to, to, IMG_ATTRS_ALL, &lost, &err), 0);
		ck_assert_uint_eq(lost.n, 2);
	}
	if (to >= 0)
		close(to);
	leave();
}
END_TEST

static void add(TCase *tc)
{
	TEST(a_copy_has_modes_times_and_all_files);
	TEST(hard_links_are_other_names_of_what_criu_does_not_write);
	TEST(symbolic_links_lead_to_the_images_by_their_names);
	TEST(a_new_name_is_copied_where_others_are_linked);
	TEST(what_is_written_has_the_mode_of_the_old_one_and_a_new_time);
	EACH(parent_leads_to_where_it_led, parents);
	TEST(what_is_no_file_stays_behind_and_is_reported);
	TEST(a_name_that_is_taken_is_refused);
	TEST(a_name_that_is_taken_meanwhile_is_not_replaced);
	TEST(what_is_not_kept_leaves_nothing);
	TEST(what_a_killed_run_left_goes_with_the_next_one);
	TEST(runs_beside_each_other_do_not_meet);
	TEST(an_image_that_cannot_be_read_is_an_error);
	TEST(a_copy_has_the_extended_attributes);
	TEST(what_is_written_has_the_extended_attributes_of_the_old_one);
	TEST(attributes_that_are_refused_are_counted);
}

int main(void)
{
	return unit_run("newdir", add);
}
