/* save: files that appear whole or not at all. */
#include "libimg/base/save.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "unit.h"

/* Each test has a directory of its own, which is also where it stands. */
static char dir[PATH_MAX];
static struct img_err err;

static void enter(void)
{
	umask(022);
	unit_temp(dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
}

static void leave(void)
{
	ck_assert_int_eq(chdir("/"), 0);
	unit_remove(dir);
}

static void make(const char *name, const char *text, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

static void holds(const char *name, const char *text, mode_t mode)
{
	char got[100] = "";
	struct stat st;
	int fd = open(name, O_RDONLY);

	ck_assert_msg(fd >= 0, "%s: %s", name, strerror(errno));
	ck_assert_int_ge(read(fd, got, sizeof(got) - 1), 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_str_eq(got, text);
	ck_assert_int_eq(st.st_mode & 07777, mode);
	close(fd);
}

/* How many names there are, hidden ones included. */
static int names(void)
{
	DIR *d = opendir(".");
	int n = -2; /* "." and ".." */

	ck_assert_ptr_nonnull(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static struct img_save *began(struct img_save *s)
{
	ck_assert_msg(s != NULL, "%s: %s", err.file, said(&err));
	return s;
}

static void put(struct img_save *s, const char *text)
{
	img_out_put(img_save_out(s), text, strlen(text));
}

static void ended(struct img_save *s, bool keep)
{
	ck_assert_msg(img_save_end(s, keep, &err) == 0, "%s: %s", err.file, said(&err));
}

/* A call that gives no file, and what it says of which. */
static void refused(const struct img_save *s, const char *file, const char *what)
{
	ck_assert_ptr_null(s);
	ck_assert_int_eq(err.kind, IMG_ESYS);
	ck_assert_str_eq(err.file, file);
	ck_assert_str_eq(said(&err), what);
}

START_TEST(a_file_takes_its_name_at_the_end)
{
	struct img_save *s = began(img_save_begin(AT_FDCWD, "a.img", 0, &err));
	struct stat st;

	put(s, "hello");
	ck_assert_int_ne(stat("a.img", &st), 0);
	ck_assert_int_le(names(), 1); /* 0 where files need no name */
	ended(s, true);
	holds("a.img", "hello", 0644);
	ck_assert_int_eq(names(), 1);
}
END_TEST

START_TEST(a_file_that_is_not_kept_leaves_nothing)
{
	struct img_save *s = began(img_save_begin(AT_FDCWD, "a.img", 0, &err));

	put(s, "hello");
	ck_assert_int_eq(img_out_flush(img_save_out(s), &err), 0);
	ended(s, false);
	ck_assert_int_eq(names(), 0);
	ck_assert_int_eq(img_save_end(NULL, true, &err), 0);
}
END_TEST

START_TEST(the_old_file_stays_until_the_new_one_is_complete)
{
	struct img_save *s;

	make("a.img", "old", 0644);
	s = began(img_save_begin(AT_FDCWD, "a.img", 0, &err));
	put(s, "new");
	holds("a.img", "old", 0644);
	ended(s, false);
	holds("a.img", "old", 0644);
	s = began(img_save_begin(AT_FDCWD, "a.img", 0, &err));
	put(s, "new");
	ended(s, true);
	holds("a.img", "new", 0644);
	ck_assert_int_eq(names(), 1);
}
END_TEST

START_TEST(a_file_lies_in_the_directory_that_was_given)
{
	struct img_save *s;
	int fd;

	ck_assert_int_eq(mkdir("sub", 0755), 0);
	fd = open("sub", O_RDONLY | O_DIRECTORY);
	s = began(img_save_begin(fd, "a.img", 0, &err));
	put(s, "hello");
	ended(s, true);
	close(fd);
	holds("sub/a.img", "hello", 0644);
	ck_assert_int_eq(names(), 1);
}
END_TEST

START_TEST(a_path_of_a_person_keeps_the_mode_of_its_file)
{
	static const mode_t modes[] = { 0644, 0600, 0755, 02750, 0444 };

	for (size_t i = 0; i < COUNT(modes); i++) {
		char name[20];
		struct img_save *s;

		sprintf(name, "f%zu", i);
		make(name, "old", modes[i]);
		s = began(img_save_path(name, &err));
		put(s, "new");
		holds(name, "old", modes[i]);
		ended(s, true);
		holds(name, "new", modes[i]);
	}
	ck_assert_int_eq(names(), (int)COUNT(modes));
}
END_TEST

START_TEST(a_new_file_has_the_mode_that_the_umask_leaves)
{
	static const mode_t masks[] = { 022, 077, 0, 027 };

	for (size_t i = 0; i < COUNT(masks); i++) {
		struct img_save *s;

		umask(masks[i]);
		s = began(img_save_path("a", &err));
		put(s, "x");
		ended(s, true);
		holds("a", "x", 0666 & ~masks[i]);
		s = began(img_save_begin(AT_FDCWD, "b", 0, &err));
		ended(s, true);
		holds("b", "", 0666 & ~masks[i]);
		ck_assert_int_eq(unlink("a"), 0);
		ck_assert_int_eq(unlink("b"), 0);
	}
}
END_TEST

/* To another owner, if this process may: root without privileges may not. */
static void given_away(const char *name)
{
	ck_assert(chown(name, 1234, 4321) == 0 || errno == EPERM);
}

START_TEST(an_image_written_over_keeps_mode_and_owner)
{
	struct stat was, st;
	struct img_save *s;

	make("a", "old", 02640);
	given_away("a");
	ck_assert_int_eq(chmod("a", 02640), 0);
	ck_assert_int_eq(stat("a", &was), 0);
	for (int i = 0; i < 2; i++) {
		s = began(i == 0 ? img_save_begin(AT_FDCWD, "a", IMG_SAVE_UNSYNCED, &err)
				 : img_save_path("a", &err));
		put(s, "new");
		ended(s, true);
		holds("a", "new", 02640);
		ck_assert_int_eq(stat("a", &st), 0);
		ck_assert_uint_eq(st.st_uid, was.st_uid);
		ck_assert_uint_eq(st.st_gid, was.st_gid);
	}
	ck_assert_int_eq(names(), 1);
}
END_TEST

START_TEST(a_rewritten_image_has_mode_owner_and_times_of_the_first)
{
	struct stat was, st;
	struct img_save *s;

	make("a", "old", 0604);
	ck_assert_int_eq(
		utimensat(AT_FDCWD, "a", (struct timespec[]){ { 1000, 7 }, { 2000, 8 } }, 0), 0);
	given_away("a");
	ck_assert_int_eq(stat("a", &was), 0);
	s = began(img_save_begin(AT_FDCWD, "b", 0, &err));
	img_save_like(s, &was);
	put(s, "new");
	ended(s, true);
	holds("b", "new", 0604);
	ck_assert_int_eq(stat("b", &st), 0);
	ck_assert_uint_eq(st.st_uid, was.st_uid);
	ck_assert_uint_eq(st.st_gid, was.st_gid);
	ck_assert_int_eq(st.st_mtim.tv_sec, 2000);
	ck_assert_int_eq(st.st_mtim.tv_nsec, 8);
}
END_TEST

/* Pieces of a file, and which of its blocks of 4 KiB have bytes. */
static const struct {
	size_t zeros, bytes, more_zeros;
	blkcnt_t blocks;
} holed[] = {
	{ 4096, 4096, 4096, 1 }, { 1 << 20, 0, 0, 0 },        { 0, 1, 1 << 20, 1 },
	{ 100, 100, 100, 1 },    { 100000, 5000, 100000, 2 }, { 0, 0, 5000, 1 },
};

START_TEST(runs_of_zeros_become_holes)
{
	static char zeros[1 << 20], bytes[1 << 20], got[3 << 20];
	size_t a = holed[_i].zeros, b = holed[_i].bytes, c = holed[_i].more_zeros;
	struct img_save *s = began(img_save_begin(AT_FDCWD, "a", 0, &err));
	struct img_out *out = img_save_out(s);
	struct stat st;
	int fd;

	memset(bytes, 'x', sizeof(bytes));
	img_out_put(out, zeros, a);
	img_out_put(out, bytes, b);
	img_out_put(out, zeros, c);
	ended(s, true);
	fd = open("a", O_RDONLY);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_size, (off_t)(a + b + c));
	ck_assert_int_eq(read(fd, got, sizeof(got)), st.st_size);
	close(fd);
	ck_assert(memcmp(got, zeros, a) == 0 && memcmp(got + a, bytes, b) == 0 &&
		  memcmp(got + a + b, zeros, c) == 0);
	/* At most one block more on each side. */
	ck_assert_int_le(st.st_blocks * 512, (holed[_i].blocks + 2) * 4096);
}
END_TEST

START_TEST(a_link_stays_and_its_file_changes)
{
	struct img_save *s;
	struct stat st;

	ck_assert_int_eq(mkdir("far", 0755), 0);
	make("far/file", "old", 0640);
	ck_assert_int_eq(symlink("far/file", "one"), 0);
	ck_assert_int_eq(symlink("one", "two"), 0);
	s = began(img_save_path("two", &err));
	put(s, "new");
	holds("far/file", "old", 0640);
	ended(s, true);
	holds("far/file", "new", 0640);
	ck_assert_int_eq(lstat("two", &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_int_eq(lstat("one", &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_int_eq(names(), 3);
}
END_TEST

START_TEST(a_link_to_nowhere_leads_to_the_new_file)
{
	struct img_save *s;
	struct stat st;

	ck_assert_int_eq(mkdir("far", 0755), 0);
	ck_assert_int_eq(symlink("far/two", "one"), 0);
	ck_assert_int_eq(symlink("three", "far/two"), 0);
	s = began(img_save_path("one", &err));
	put(s, "x");
	ended(s, true);
	holds("far/three", "x", 0644);
	ck_assert_int_eq(lstat("one", &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_int_eq(names(), 2);
	ck_assert_int_eq(symlink("none/x", "b"), 0);
	refused(img_save_path("b", &err), "b", "No such file or directory");
	ck_assert_int_eq(symlink("c", "c"), 0);
	refused(img_save_path("c", &err), "c", "Too many levels of symbolic links");
}
END_TEST

START_TEST(a_name_in_a_dump_directory_is_never_followed)
{
	struct img_save *s;

	make("victim", "old", 0644);
	ck_assert_int_eq(symlink("victim", "a.img"), 0);
	s = began(img_save_begin(AT_FDCWD, "a.img", 0, &err));
	put(s, "new");
	ended(s, true);
	holds("victim", "old", 0644);
	holds("a.img", "new", 0644);
}
END_TEST

START_TEST(what_is_no_regular_file_is_written_to_as_it_is)
{
	struct img_save *s = began(img_save_path("/dev/null", &err));
	struct stat st;
	char got[10] = "";
	int fd;

	put(s, "x");
	ended(s, true);
	ck_assert_int_eq(stat("/dev/null", &st), 0);
	ck_assert(S_ISCHR(st.st_mode));
	ck_assert_int_eq(mkfifo("pipe", 0644), 0);
	fd = open("pipe", O_RDWR);
	s = began(img_save_path("pipe", &err));
	put(s, "hello");
	ended(s, true);
	ck_assert_int_eq(read(fd, got, sizeof(got)), 5);
	ck_assert_str_eq(got, "hello");
	/* Nor is it removed when it is not kept. */
	s = began(img_save_path("pipe", &err));
	ended(s, false);
	ck_assert_int_eq(stat("pipe", &st), 0);
	close(fd);
}
END_TEST

START_TEST(a_full_disk_is_told_with_the_name)
{
	struct img_save *s = began(img_save_path("/dev/full", &err));

	put(s, "x");
	ck_assert_int_eq(img_save_end(s, true, &err), -1);
	ck_assert_str_eq(err.file, "/dev/full");
	ck_assert_str_eq(said(&err), "write failed: No space left on device");
	s = began(img_save_path("/dev/full", &err));
	put(s, "x");
	ended(s, false);
}
END_TEST

START_TEST(a_write_that_fails_leaves_the_old_file)
{
	struct rlimit old, lim;
	struct img_save *s;
	char big[5000] = "";
	int r;

	make("a", "old", 0644);
	ck_assert_int_eq(symlink("a", "link"), 0);
	signal(SIGXFSZ, SIG_IGN);
	s = began(img_save_path("link", &err));
	img_out_put(img_save_out(s), big, sizeof(big));
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	lim = old;
	lim.rlim_cur = 1000;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &lim), 0);
	r = img_save_end(s, true, &err);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
	ck_assert_int_eq(r, -1);
	ck_assert_str_eq(err.file, "link"); /* as the caller knows it */
	ck_assert_str_eq(said(&err), "write failed: File too large");
	holds("a", "old", 0644);
	ck_assert_int_eq(names(), 2);
}
END_TEST

START_TEST(a_name_that_cannot_be_taken_leaves_nothing)
{
	struct img_save *s;

	ck_assert_int_eq(mkdir("a", 0755), 0);
	s = began(img_save_begin(AT_FDCWD, "a", 0, &err));
	put(s, "x");
	ck_assert_int_eq(img_save_end(s, true, &err), -1);
	ck_assert_str_eq(err.file, "a");
	ck_assert_str_eq(said(&err), "cannot rename to this name: Is a directory");
	s = began(img_save_path("", &err));
	ck_assert_int_eq(img_save_end(s, true, &err), -1);
	ck_assert_str_eq(said(&err), "cannot take this name: No such file or directory");
	ck_assert_int_eq(names(), 1);
}
END_TEST

START_TEST(a_place_that_is_not_there_is_refused_at_once)
{
	make("file", "", 0644);
	refused(img_save_begin(AT_FDCWD, "none/a", 0, &err), "none/a", "No such file or directory");
	refused(img_save_path("none/a", &err), "none/a", "No such file or directory");
	refused(img_save_path("file/a", &err), "file/a", "Not a directory");
	refused(img_save_path(".", &err), ".", "Is a directory");
	refused(img_save_begin(-1, "a", 0, &err), "a", "Bad file descriptor");
	ck_assert_int_eq(names(), 1);
}
END_TEST

/* As a signal would end it, before img_save_end(). */
START_TEST(a_process_that_is_killed_leaves_nothing)
{
	int status, fd = open(".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
	pid_t pid;

	if (fd < 0)
		return; /* a file system whose files all have names */
	close(fd);
	pid = fork();
	if (pid == 0) {
		struct img_save *s = img_save_begin(AT_FDCWD, "a", 0, &err);

		put(s, "x");
		img_out_flush(img_save_out(s), &err);
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(names(), 0);
}
END_TEST

START_TEST(many_files_wait_for_the_disk_once)
{
	struct img_save *s = began(img_save_begin(AT_FDCWD, "a", IMG_SAVE_UNSYNCED, &err));
	int fd = open(".", O_RDONLY | O_DIRECTORY);

	put(s, "x");
	ended(s, true);
	ck_assert_int_eq(img_save_sync(fd, &err), 0);
	close(fd);
	ck_assert_int_eq(img_save_sync(fd, &err), -1);
	ck_assert_str_eq(said(&err), "cannot write to disk: Bad file descriptor");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, enter, leave);
	TEST(a_file_takes_its_name_at_the_end);
	TEST(a_file_that_is_not_kept_leaves_nothing);
	TEST(the_old_file_stays_until_the_new_one_is_complete);
	TEST(a_file_lies_in_the_directory_that_was_given);
	TEST(a_path_of_a_person_keeps_the_mode_of_its_file);
	TEST(a_new_file_has_the_mode_that_the_umask_leaves);
	TEST(an_image_written_over_keeps_mode_and_owner);
	TEST(a_rewritten_image_has_mode_owner_and_times_of_the_first);
	EACH(runs_of_zeros_become_holes, holed);
	TEST(a_link_stays_and_its_file_changes);
	TEST(a_link_to_nowhere_leads_to_the_new_file);
	TEST(a_name_in_a_dump_directory_is_never_followed);
	TEST(what_is_no_regular_file_is_written_to_as_it_is);
	TEST(a_full_disk_is_told_with_the_name);
	TEST(a_write_that_fails_leaves_the_old_file);
	TEST(a_name_that_cannot_be_taken_leaves_nothing);
	TEST(a_place_that_is_not_there_is_refused_at_once);
	TEST(a_process_that_is_killed_leaves_nothing);
	TEST(many_files_wait_for_the_disk_once);
}

int main(void)
{
	return unit_run("save", add);
}
