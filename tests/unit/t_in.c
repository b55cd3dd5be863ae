/* in: a window that looks ahead, over files, pipes and memory. */
#include <signal.h>
#include <sys/time.h>

#include "unit.h"

/* Bytes whose value tells their place. */
static uint8_t *numbered(size_t n)
{
	uint8_t *p = malloc(n + 1);

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 31 + i / 251);
	return p;
}

static void need(struct img_in *in, size_t n)
{
	struct img_err err;

	ck_assert_int_eq(img_in_need(in, n, &err), 0);
}

START_TEST(memory_is_seen_whole_and_in_place)
{
	struct img_in *in = img_in_mem("abcdef", 6);
	uint64_t done;
	struct img_err err;

	ck_assert_uint_eq(img_in_avail(in), 6);
	ck_assert_uint_eq(img_in_left(in), 6);
	need(in, 100);
	ck_assert_uint_eq(img_in_avail(in), 6);
	ck_assert_mem_eq(img_in_ptr(in), "abcdef", 6);
	img_in_eat(in, 2);
	ck_assert_uint_eq(img_in_off(in), 2);
	ck_assert_uint_eq(img_in_left(in), 4);
	ck_assert_mem_eq(img_in_ptr(in), "cdef", 4);
	ck_assert_int_eq(img_in_more(in, &err), 0);
	ck_assert_uint_eq(img_in_avail(in), 4);
	ck_assert_int_eq(img_in_skip(in, 3, &done, &err), 0);
	ck_assert_uint_eq(done, 3);
	ck_assert_int_eq(*img_in_ptr(in), 'f');
	ck_assert_int_eq(img_in_skip(in, 3, &done, &err), 0);
	ck_assert_uint_eq(done, 1);
	ck_assert_uint_eq(img_in_left(in), 0);
	img_in_free(in);
	img_in_free(NULL);
}
END_TEST

START_TEST(no_more_is_eaten_than_is_visible)
{
	struct img_in *in = img_in_mem("abc", 3);

	img_in_eat(in, 1000);
	ck_assert_uint_eq(img_in_off(in), 3);
	ck_assert_uint_eq(img_in_avail(in), 0);
	img_in_free(in);
}
END_TEST

/* How a descriptor gives its bytes: a regular file, or so many a read. */
static const size_t steps[] = { 0, 1, 3, 1000, 65536 };

static int source(const uint8_t *p, size_t n, size_t step)
{
	return step == 0 ? file_of(p, n) : pipe_of(p, n, step);
}

START_TEST(bytes_come_in_order_however_short_the_reads)
{
	enum { N = 20000 };
	uint8_t *p = numbered(N);
	int fd = source(p, N, steps[_i]);
	struct img_in *in = img_in_fd(fd);
	size_t at = 0, ask = 1;

	while (at < N) {
		size_t want = ask * 97 % 5000, have = N - at < want ? N - at : want;

		need(in, want);
		ck_assert_uint_ge(img_in_avail(in), have);
		ck_assert_uint_eq(img_in_off(in), at);
		ck_assert_mem_eq(img_in_ptr(in), p + at, have);
		if (have > ask)
			have = ask;
		img_in_eat(in, have);
		at += have;
		ask = ask * 3 % 701 + 1;
	}
	need(in, 1);
	ck_assert_uint_eq(img_in_avail(in), 0);
	ck_assert_uint_eq(img_in_left(in), 0);
	img_in_free(in);
	close(fd);
	free(p);
}
END_TEST

START_TEST(a_window_grows_beyond_its_first_size)
{
	enum { N = 300000 };
	uint8_t *p = numbered(N);
	int fd = source(p, N, steps[_i] != 0 && steps[_i] < 1000 ? 1000 : steps[_i]);
	struct img_in *in = img_in_fd(fd);

	need(in, 10);
	img_in_eat(in, 10);
	need(in, 200000);
	ck_assert_uint_ge(img_in_avail(in), 200000);
	ck_assert_mem_eq(img_in_ptr(in), p + 10, 200000);
	img_in_eat(in, 150000);
	need(in, N);
	ck_assert_uint_eq(img_in_avail(in), N - 150010);
	ck_assert_mem_eq(img_in_ptr(in), p + 150010, N - 150010);
	img_in_free(in);
	close(fd);
	free(p);
}
END_TEST

START_TEST(memory_grows_with_what_arrives_not_with_what_is_asked)
{
	int fd = pipe_of("abc", 3, 1);
	struct img_in *in = img_in_fd(fd);

	need(in, SIZE_MAX / 2); /* no machine has it */
	ck_assert_uint_eq(img_in_avail(in), 3);
	ck_assert_mem_eq(img_in_ptr(in), "abc", 3);
	img_in_free(in);
	close(fd);
}
END_TEST

START_TEST(more_gives_what_one_read_gives)
{
	int fd = pipe_of("abcdefgh", 8, 3);
	struct img_in *in = img_in_fd(fd);
	static const size_t after[] = { 3, 6, 8, 8, 8 };
	struct img_err err;

	for (size_t i = 0; i < COUNT(after); i++) {
		ck_assert_int_eq(img_in_more(in, &err), 0);
		ck_assert_uint_eq(img_in_avail(in), after[i]);
	}
	ck_assert_mem_eq(img_in_ptr(in), "abcdefgh", 8);
	img_in_free(in);
	close(fd);
}
END_TEST

static void count(void *arg, uint64_t off, uint64_t size)
{
	uint64_t *v = arg;

	v[0]++;
	v[1] = off;
	v[2] = size;
}

/* Reads, not time: a window of n bytes is filled in about log n of them. */
START_TEST(a_long_look_ahead_takes_few_reads)
{
	enum { N = 4 << 20 };
	uint8_t *p = numbered(N);
	int fd = file_of(p, N);
	struct img_in *in = img_in_fd(fd);
	uint64_t reads[3] = { 0 };
	struct img_err err;

	img_in_watch(in, count, reads);
	for (size_t before = SIZE_MAX; before != img_in_avail(in);) {
		before = img_in_avail(in);
		ck_assert_int_eq(img_in_more(in, &err), 0);
	}
	ck_assert_uint_eq(img_in_avail(in), N);
	ck_assert_mem_eq(img_in_ptr(in), p, N);
	ck_assert_uint_le(reads[0], 12);
	img_in_free(in);
	close(fd);
	free(p);
}
END_TEST

START_TEST(a_watcher_learns_place_and_size)
{
	uint8_t *p = numbered(100000);
	uint64_t seen[3] = { 0 }, done;
	struct img_err err;
	int fd = file_of(p, 100000);
	struct img_in *in = img_in_fd(fd);

	img_in_watch(in, count, seen);
	need(in, 10);
	ck_assert_uint_eq(seen[0], 1);
	ck_assert_uint_eq(seen[1], IMG_IN_SIZE);
	ck_assert_uint_eq(seen[2], 100000);
	ck_assert_int_eq(img_in_skip(in, 1000000, &done, &err), 0);
	ck_assert_uint_eq(seen[1], 100000);
	img_in_free(in);
	close(fd);
	fd = pipe_of(p, 100, 100);
	in = img_in_fd(fd);
	img_in_watch(in, count, seen);
	need(in, 1);
	ck_assert_uint_eq(seen[1], 100);
	ck_assert_uint_eq(seen[2], IMG_UNKNOWN);
	img_in_free(in);
	close(fd);
	free(p);
}
END_TEST

START_TEST(what_is_left_is_known_where_the_size_is)
{
	int fd = file_of("abcdef", 6);
	struct img_in *in;

	/* A file counts from where its descriptor stands. */
	ck_assert_int_eq(lseek(fd, 2, SEEK_SET), 2);
	in = img_in_fd(fd);
	ck_assert_uint_eq(img_in_left(in), 4);
	need(in, 1);
	ck_assert_uint_eq(img_in_off(in), 0);
	ck_assert_int_eq(*img_in_ptr(in), 'c');
	img_in_eat(in, 3);
	ck_assert_uint_eq(img_in_left(in), 1);
	img_in_free(in);
	/* And behind its end there is nothing. */
	ck_assert_int_eq(lseek(fd, 10, SEEK_SET), 10);
	in = img_in_fd(fd);
	ck_assert_uint_eq(img_in_left(in), 0);
	img_in_free(in);
	close(fd);
	fd = pipe_of("abc", 3, 3);
	in = img_in_fd(fd);
	ck_assert_uint_eq(img_in_left(in), IMG_UNKNOWN);
	need(in, 2);
	ck_assert_uint_eq(img_in_left(in), IMG_UNKNOWN);
	need(in, 4);
	ck_assert_uint_eq(img_in_left(in), 3);
	img_in_free(in);
	close(fd);
}
END_TEST

START_TEST(skips_pass_over_what_was_and_was_not_read)
{
	enum { N = 300000 };
	static const uint64_t jumps[] = { 0, 1, 10, 65535, 65536, 65537, 100000, 299999, 300000 };
	uint8_t *p = numbered(N);

	for (size_t i = 0; i < COUNT(jumps); i++)
		for (size_t seen = 0; seen < 3; seen++) {
			int fd = source(p, N, steps[_i] != 0 ? 50000 : 0);
			struct img_in *in = img_in_fd(fd);
			struct img_err err;
			uint64_t done;

			need(in, seen * 5);
			ck_assert_int_eq(img_in_skip(in, jumps[i], &done, &err), 0);
			ck_assert_uint_eq(done, jumps[i]);
			ck_assert_uint_eq(img_in_off(in), jumps[i]);
			need(in, 1);
			if (jumps[i] < N)
				ck_assert_int_eq(*img_in_ptr(in), p[jumps[i]]);
			else
				ck_assert_uint_eq(img_in_avail(in), 0);
			img_in_free(in);
			close(fd);
		}
	free(p);
}
END_TEST

START_TEST(a_skip_ends_at_the_end)
{
	static const uint64_t jumps[] = { 100001, 1000000, IMG_UNKNOWN };
	uint8_t *p = numbered(100000);

	for (size_t i = 0; i < COUNT(jumps); i++) {
		int fd = source(p, 100000, steps[_i] != 0 ? 50000 : 0);
		struct img_in *in = img_in_fd(fd);
		struct img_err err;
		uint64_t done;

		need(in, 7);
		img_in_eat(in, 7);
		ck_assert_int_eq(img_in_skip(in, jumps[i], &done, &err), 0);
		ck_assert_uint_eq(done, 99993);
		ck_assert_uint_eq(img_in_off(in), 100000);
		ck_assert_int_eq(img_in_skip(in, jumps[i], &done, &err), 0);
		ck_assert_uint_eq(done, 0);
		img_in_free(in);
		close(fd);
	}
	free(p);
}
END_TEST

START_TEST(a_skip_in_a_file_reads_nothing)
{
	uint8_t *p = numbered(1000000);
	int fd = file_of(p, 1000000);
	struct img_in *in = img_in_fd(fd);
	uint64_t done;
	struct img_err err;

	ck_assert_int_eq(img_in_skip(in, 900000, &done, &err), 0);
	ck_assert_uint_eq(done, 900000);
	ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 900000);
	img_in_free(in);
	close(fd);
	free(p);
}
END_TEST

START_TEST(a_file_that_shrank_is_no_longer_than_it_is)
{
	uint8_t *p = numbered(200000);
	int fd = file_of(p, 200000);
	struct img_in *in = img_in_fd(fd);
	uint64_t done;
	struct img_err err;

	need(in, 1);
	ck_assert_int_eq(ftruncate(fd, 100000), 0);
	ck_assert_int_eq(img_in_skip(in, 190000, &done, &err), 0);
	ck_assert_uint_eq(done, 100000);
	img_in_free(in);
	close(fd);
	free(p);
}
END_TEST

START_TEST(reading_fails_with_the_reason_and_the_place)
{
	int fd = open("/", O_RDONLY);
	struct img_in *in = img_in_fd(fd);
	struct img_err err;
	uint64_t done;

	ck_assert_int_eq(img_in_need(in, 1, &err), -1);
	ck_assert_int_eq(err.kind, IMG_ESYS);
	ck_assert_int_eq(err.errnum, EISDIR);
	ck_assert_str_eq(said(&err), "offset 0x0: read failed: Is a directory");
	ck_assert_int_eq(img_in_more(in, &err), -1);
	ck_assert_int_eq(img_in_skip(in, 1, &done, &err), -1);
	img_in_free(in);
	close(fd);
	in = img_in_fd(fd);
	ck_assert_int_eq(img_in_need(in, 1, &err), -1);
	ck_assert_str_eq(said(&err), "offset 0x0: read failed: Bad file descriptor");
	img_in_free(in);
}
END_TEST

START_TEST(seeking_fails_with_the_reason_and_the_place)
{
	uint8_t *p = numbered(200000);
	int fd = file_of(p, 200000);
	struct img_in *in = img_in_fd(fd);
	struct img_err err;
	uint64_t done;

	need(in, 1);
	close(fd);
	ck_assert_int_eq(img_in_skip(in, 190000, &done, &err), -1);
	ck_assert_str_eq(said(&err), "offset 0x10000: seek failed: Bad file descriptor");
	img_in_free(in);
	free(p);
}
END_TEST

static void interrupt(int sig)
{
	(void)sig;
}

START_TEST(an_interrupted_read_goes_on)
{
	struct sigaction act = { .sa_handler = interrupt }; /* without SA_RESTART */
	struct itimerval soon = { { 0, 5000 }, { 0, 5000 } }, never = { { 0, 0 }, { 0, 0 } };
	struct img_in *in;
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(sigaction(SIGALRM, &act, NULL), 0);
	if (fork() == 0) {
		usleep(50000);
		_exit(write(fds[1], "x", 1) != 1);
	}
	close(fds[1]);
	in = img_in_fd(fds[0]);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &soon, NULL), 0);
	need(in, 1);
	setitimer(ITIMER_REAL, &never, NULL);
	ck_assert_uint_eq(img_in_avail(in), 1);
	/* The end is no interruption, whatever happened before it. */
	errno = EINTR;
	need(in, 2);
	ck_assert_uint_eq(img_in_avail(in), 1);
	img_in_free(in);
	close(fds[0]);
}
END_TEST

/* The other side waits for what we hold, and we for the other side. */
START_TEST(a_tied_sink_is_flushed_before_a_read_that_waits)
{
	struct img_out *out = sink_new();
	struct img_in *in;
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	if (fork() == 0) {
		struct stat st;

		for (int i = 0; i < 10000; i++) {
			if (fstat(out->fd, &st) == 0 && st.st_size == 5)
				_exit(write(fds[1], "x", 1) != 1);
			usleep(1000);
		}
		_exit(1);
	}
	close(fds[1]);
	in = img_in_fd(fds[0]);
	img_in_tie(in, out);
	img_out_put(out, "hello", 5);
	need(in, 1);
	ck_assert_uint_eq(img_in_avail(in), 1);
	img_in_free(in);
	close(fds[0]);
	sink_drop(out);
}
END_TEST

START_TEST(a_tied_sink_is_left_alone_while_bytes_are_there)
{
	struct img_out *out = sink_new();
	struct img_in *in;
	int fds[2], file = file_of("abc", 3);

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], "xy", 2), 2);
	in = img_in_fd(fds[0]);
	img_in_tie(in, out);
	img_out_put(out, "hello", 5);
	need(in, 1);
	ck_assert_uint_eq(out->n, 5);
	img_in_free(in);
	/* A regular file never makes one wait. */
	in = img_in_fd(file);
	img_in_tie(in, out);
	need(in, 10);
	ck_assert_uint_eq(out->n, 5);
	img_in_free(in);
	close(file);
	close(fds[0]);
	close(fds[1]);
	sink_drop(out);
}
END_TEST

START_TEST(a_line_that_is_not_complete_is_kept_back)
{
	struct img_buf b = { 0 };
	struct img_out *out = img_out_mem(&b);
	struct img_in *in;
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	if (fork() == 0) {
		usleep(50000);
		_exit(write(fds[1], "x", 1) != 1);
	}
	close(fds[1]);
	in = img_in_fd(fds[0]);
	img_in_tie(in, out);
	img_out_put(out, "whole\n", 6);
	img_out_mark(out);
	img_out_put(out, "half", 4);
	need(in, 1);
	same_bytes(b.p, b.n, "whole\n", 6, "written before the read");
	img_in_free(in);
	img_out_free(out);
	img_buf_free(&b);
	close(fds[0]);
}
END_TEST

START_TEST(a_tied_sink_that_fails_ends_the_reading)
{
	struct img_out *out = img_out_fd(open("/dev/full", O_WRONLY));
	struct img_err err;
	struct img_in *in;
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	in = img_in_fd(fds[0]);
	img_in_tie(in, out);
	img_out_put(out, "hello", 5);
	ck_assert_int_eq(img_in_need(in, 1, &err), -1);
	ck_assert_str_eq(said(&err), "write failed: No space left on device");
	img_in_free(in);
	close(fds[0]);
	close(fds[1]);
	sink_drop(out);
}
END_TEST

static void add(TCase *tc)
{
	TEST(memory_is_seen_whole_and_in_place);
	TEST(no_more_is_eaten_than_is_visible);
	EACH(bytes_come_in_order_however_short_the_reads, steps);
	EACH(a_window_grows_beyond_its_first_size, steps);
	TEST(memory_grows_with_what_arrives_not_with_what_is_asked);
	TEST(more_gives_what_one_read_gives);
	TEST(a_long_look_ahead_takes_few_reads);
	TEST(a_watcher_learns_place_and_size);
	TEST(what_is_left_is_known_where_the_size_is);
	tcase_add_loop_test(tc, skips_pass_over_what_was_and_was_not_read, 0, 2);
	tcase_add_loop_test(tc, a_skip_ends_at_the_end, 0, 2);
	TEST(a_skip_in_a_file_reads_nothing);
	TEST(a_file_that_shrank_is_no_longer_than_it_is);
	TEST(reading_fails_with_the_reason_and_the_place);
	TEST(seeking_fails_with_the_reason_and_the_place);
	TEST(an_interrupted_read_goes_on);
	TEST(a_tied_sink_is_flushed_before_a_read_that_waits);
	TEST(a_tied_sink_is_left_alone_while_bytes_are_there);
	TEST(a_line_that_is_not_complete_is_kept_back);
	TEST(a_tied_sink_that_fails_ends_the_reading);
}

int main(void)
{
	return unit_run("in", add);
}
