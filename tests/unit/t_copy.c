/* copy: the same bytes, whatever the output is and whichever way they go. */
#include "unit.h"

#include <sys/wait.h>

#include "libimg/base/copy.h"

/* What is put: pieces of two files, zeros and bytes, short and long. */
enum { SIZE = 900000 };

static uint8_t data[2][SIZE];

static const struct {
	int file; /* -1: zeros, -2: bytes at hand */
	uint64_t off, n;
} pieces[] = {
	{ 0, 0, 10 },       { 0, 10, 4086 },      { 0, 4096, 4096 },  { -1, 0, 4096 },
	{ 0, 12288, 4096 }, { 1, 0, 300000 },     { -1, 0, 100 },     { -2, 0, 5 },
	{ 0, 20000, 1 },    { 1, 500000, 70000 }, { -1, 0, 1 << 20 }, { 0, 100, 800000 },
	{ 1, 899999, 1 },   { -2, 0, 5 },         { -1, 0, 8192 },
};

static uint8_t want[8 << 20];

static size_t expected(void)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT(pieces); i++) {
		if (pieces[i].file == -1)
			memset(want + n, 0, pieces[i].n);
		else if (pieces[i].file == -2)
			memcpy(want + n, "hello", 5);
		else
			memcpy(want + n, data[pieces[i].file] + pieces[i].off, pieces[i].n);
		n += pieces[i].n;
	}
	return n;
}

static void fill(void)
{
	for (size_t i = 0; i < SIZE; i++) {
		data[0][i] = (uint8_t)(1 + i * 2654435761u % 255);
		data[1][i] = (uint8_t)(1 + i * 40503u % 255);
	}
}

static void put_all(int fd)
{
	int files[] = { file_of(data[0], SIZE), file_of(data[1], SIZE) };
	struct img_copy *c = img_copy_new(fd);
	struct img_err err;

	ck_assert_ptr_nonnull(c);
	for (size_t i = 0; i < COUNT(pieces); i++) {
		int r = pieces[i].file == -1   ? img_copy_zeros(c, pieces[i].n, &err)
			: pieces[i].file == -2 ? img_copy_bytes(c, "hello", 5, &err)
					       : img_copy_file(c, files[pieces[i].file],
							       pieces[i].off, pieces[i].n, &err);
		if (r != 0)
			ck_abort_msg("piece %zu: %s", i, said(&err));
	}
	ck_assert_uint_eq(img_copy_done(c), expected());
	ck_assert_int_eq(img_copy_finish(c, &err), 0);
	img_copy_free(c);
	close(files[0]);
	close(files[1]);
}

static void check_file(int fd, size_t skip)
{
	size_t n = expected();
	uint8_t *got = malloc(n);
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_uint_eq((size_t)st.st_size, skip + n);
	ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), st.st_size);
	ck_assert_int_eq(pread(fd, got, n, (off_t)skip), (ssize_t)n);
	ck_assert_int_eq(memcmp(got, want, n), 0);
	free(got);
}

START_TEST(a_new_file_gets_all_and_holes_for_zeros)
{
	int fd = file_of("", 0);
	struct stat st;

	fill();
	put_all(fd);
	check_file(fd, 0);
	/* A mebibyte of zeros takes no room. */
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_lt(st.st_blocks * 512, st.st_size - (900 << 10));
	close(fd);
}
END_TEST

START_TEST(what_was_written_before_stays)
{
	int fd = file_of("head", 4);

	fill();
	ck_assert_int_eq(lseek(fd, 4, SEEK_SET), 4);
	put_all(fd);
	check_file(fd, 4);
	close(fd);
}
END_TEST

START_TEST(what_is_written_over_shows_nowhere)
{
	size_t n;
	uint8_t *old;
	int fd;

	fill();
	n = expected();
	old = malloc(n);
	memset(old, 'x', n);
	fd = file_of(old, n);
	put_all(fd);
	check_file(fd, 0);
	close(fd);
	free(old);
}
END_TEST

START_TEST(a_file_that_is_appended_to_grows_at_its_end)
{
	int fd = file_of("head", 4);

	fill();
	ck_assert_int_eq(fcntl(fd, F_SETFL, O_APPEND), 0);
	put_all(fd);
	check_file(fd, 4);
	close(fd);
}
END_TEST

START_TEST(a_pipe_gets_all)
{
	int fds[2], status;
	uint8_t *got;
	size_t n, k = 0;
	ssize_t r;
	pid_t pid;

	fill();
	n = expected();
	got = malloc(n + 1);
	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		put_all(fds[1]);
		_exit(0);
	}
	close(fds[1]);
	while ((r = read(fds[0], got + k, n + 1 - k)) > 0)
		k += (size_t)r;
	ck_assert_uint_eq(k, n);
	ck_assert_int_eq(memcmp(got, want, n), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	close(fds[0]);
	free(got);
}
END_TEST

START_TEST(holes_of_a_file_are_kept)
{
	int from = file_of("", 0), fd = file_of("", 0);
	struct img_copy *c = img_copy_new(fd);
	struct stat st;
	struct img_err err;
	char buf[4];

	ck_assert_int_eq(pwrite(from, "abc", 3, 5 << 20), 3);
	ck_assert_int_eq(ftruncate(from, 9 << 20), 0);
	ck_assert_int_eq(img_copy_file(c, from, 1000, (9 << 20) - 1000, &err), 0);
	ck_assert_int_eq(img_copy_finish(c, &err), 0);
	img_copy_free(c);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_size, (9 << 20) - 1000);
	ck_assert_int_lt(st.st_blocks, 200);
	ck_assert_int_eq(pread(fd, buf, 4, (5 << 20) - 1000), 4);
	ck_assert_int_eq(memcmp(buf, "abc", 4), 0);
	close(from);
	close(fd);
}
END_TEST

START_TEST(a_descriptor_that_becomes_another_file_is_noticed)
{
	int first = file_of("first file", 10), second = file_of("other file", 10);
	int fd = file_of("", 0);
	struct img_copy *c = img_copy_new(fd);
	struct img_err err;
	char buf[11] = "";

	ck_assert_int_eq(img_copy_file(c, first, 0, 5, &err), 0);
	ck_assert_int_eq(dup2(second, first), first);
	ck_assert_int_eq(img_copy_file(c, first, 0, 5, &err), 0);
	ck_assert_int_eq(img_copy_finish(c, &err), 0);
	img_copy_free(c);
	ck_assert_int_eq(pread(fd, buf, 10, 0), 10);
	ck_assert_str_eq(buf, "firstother");
	close(first);
	close(second);
	close(fd);
}
END_TEST

static const uint64_t tries[] = { 5, 100000 };

START_TEST(a_file_that_is_too_short_is_told)
{
	int from = file_of(data, 2), fds[2];
	struct img_copy *c;
	struct img_err err;

	ck_assert_int_eq(pipe(fds), 0);
	c = img_copy_new(fds[1]);
	ck_assert_int_eq(img_copy_file(c, from, 0, tries[_i], &err), -1);
	ck_assert_int_eq(err.kind, IMG_EDATA);
	ck_assert_str_eq(said(&err), "offset 0x2: file shrank while it was read");
	img_copy_free(c);
	close(from);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(a_write_that_fails_is_told)
{
	int fd = open("/dev/full", O_WRONLY), from = file_of(data[0], SIZE);
	struct img_copy *c = img_copy_new(fd);
	struct img_err err;

	ck_assert_int_eq(img_copy_zeros(c, 100, &err), 0);
	ck_assert_int_eq(img_copy_finish(c, &err), -1);
	ck_assert_str_eq(said(&err), "write failed: No space left on device");
	img_copy_free(c);
	c = img_copy_new(fd);
	ck_assert_int_eq(
		img_copy_file(c, from, 0, SIZE, &err) == 0 && img_copy_finish(c, &err) == 0, 0);
	ck_assert_int_eq(err.kind, IMG_ESYS);
	img_copy_free(c);
	img_copy_free(NULL);
	close(fd);
	close(from);
}
END_TEST

static void add(TCase *tc)
{
	TEST(a_new_file_gets_all_and_holes_for_zeros);
	TEST(what_was_written_before_stays);
	TEST(what_is_written_over_shows_nowhere);
	TEST(a_file_that_is_appended_to_grows_at_its_end);
	TEST(a_pipe_gets_all);
	TEST(holes_of_a_file_are_kept);
	TEST(a_descriptor_that_becomes_another_file_is_noticed);
	EACH(a_file_that_is_too_short_is_told, tries);
	TEST(a_write_that_fails_is_told);
}

int main(void)
{
	return unit_run("copy", add);
}
