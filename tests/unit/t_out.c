/* out: a sink whose errors stick and whose last line can be taken back. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "libimg/base/buf.h"
#include "unit.h"

static void sink_holds(struct img_out *o, const char *want, size_t want_n)
{
	size_t n;
	char *got = sink_take(o, &n);

	ck_assert_uint_eq(n, want_n);
	ck_assert_mem_eq(got, want, n);
	free(got);
}

START_TEST(all_that_is_put_is_written_in_order)
{
	struct img_out *o = sink_new();
	size_t n = 0, cap = 3000000;
	char *want = malloc(cap);

	for (unsigned i = 1; n + 200000 < cap; i++) {
		size_t k = (size_t)i * i * 7919 % (i % 10 == 0 ? 150000 : 9000);
		char *p = want + n;

		memset(p, 'a' + i % 26, k + 1);
		n += k + 1;
		if (i % 3 == 0 && k <= IMG_OUT_SIZE / 2) {
			memcpy(img_out_room(o, k), p, k);
			img_out_add(o, k);
		} else {
			img_out_put(o, p, k);
		}
		img_out_byte(o, (uint8_t)p[k]);
	}
	ck_assert(!img_out_failed(o));
	sink_holds(o, want, n);
	free(want);
}
END_TEST

START_TEST(a_full_buffer_takes_one_more_byte)
{
	struct img_out *o = sink_new();
	char *want = malloc(2 * IMG_OUT_SIZE);

	memset(want, 'x', 2 * IMG_OUT_SIZE);
	for (size_t i = 0; i < 2 * IMG_OUT_SIZE; i++)
		img_out_byte(o, 'x');
	sink_holds(o, want, 2 * IMG_OUT_SIZE);
	free(want);
}
END_TEST

START_TEST(a_failed_write_sticks)
{
	struct img_out *o = img_out_fd(open("/dev/full", O_WRONLY));
	char big[100000] = "";
	struct img_err err;

	img_out_put(o, "abc", 3);
	ck_assert(!img_out_failed(o)); /* nothing written yet */
	img_out_put(o, big, sizeof(big));
	ck_assert(img_out_failed(o));
	for (int i = 0; i < 100; i++)
		img_out_put(o, big, sizeof(big));
	for (int i = 0; i < 2; i++) {
		errno = 0;
		ck_assert_int_eq(img_out_flush(o, &err), -1);
		ck_assert_int_eq(err.kind, IMG_ESYS);
		ck_assert_int_eq(err.errnum, ENOSPC);
		ck_assert_str_eq(said(&err), "write failed: No space left on device");
	}
	sink_drop(o);
	img_out_free(NULL);
}
END_TEST

START_TEST(a_flush_of_nothing_succeeds_on_a_full_disk)
{
	struct img_out *o = img_out_fd(open("/dev/full", O_WRONLY));
	struct img_err err;

	ck_assert_int_eq(img_out_flush(o, &err), 0);
	img_out_byte(o, 'x');
	ck_assert_int_eq(img_out_flush(o, &err), -1);
	sink_drop(o);
}
END_TEST

START_TEST(a_pipe_without_a_reader_is_an_error_like_others)
{
	struct img_out *o;
	struct img_err err;
	int fds[2];

	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe(fds), 0);
	close(fds[0]);
	o = img_out_fd(fds[1]);
	img_out_byte(o, 'x');
	ck_assert_int_eq(img_out_flush(o, &err), -1);
	ck_assert_int_eq(err.errnum, EPIPE);
	sink_drop(o);
}
END_TEST

/* With a limit on file sizes the first write is short and the next one fails. */
START_TEST(a_short_write_goes_on)
{
	struct rlimit old, lim;
	struct img_out *o = sink_new();
	struct img_err err;
	struct stat st;
	char text[5000];

	memset(text, 'x', sizeof(text));
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	lim = old;
	lim.rlim_cur = 3000;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &lim), 0);
	img_out_put(o, text, sizeof(text));
	ck_assert_int_eq(img_out_flush(o, &err), -1);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
	ck_assert_int_eq(err.errnum, EFBIG);
	ck_assert_int_eq(fstat(o->fd, &st), 0);
	ck_assert_int_eq(st.st_size, 3000);
	sink_drop(o);
}
END_TEST

static void put(struct img_out *o, const char *s)
{
	img_out_put(o, s, strlen(s));
}

/* Each write into such a socket is one packet: how many came, all whole lines? */
static size_t whole_lines(int fd, size_t *longest)
{
	size_t n = 0, max = IMG_OUT_LINE + 100;
	char *p = malloc(max);
	ssize_t r;

	*longest = 0;
	while ((r = recv(fd, p, max, MSG_DONTWAIT)) > 0) {
		ck_assert_msg(p[r - 1] == '\n', "write %zu ends within a line", n);
		*longest = (size_t)r > *longest ? (size_t)r : *longest;
		n++;
	}
	free(p);
	return n;
}

START_TEST(with_lines_each_write_ends_at_the_end_of_one)
{
	static const size_t len[] = {
		10, 100, 4095, 4096, 5000, 32768, 32769, 65535, 65536, 150000
	};
	struct img_out *o;
	struct img_err err;
	size_t longest;
	int fds[2], room = 4 << 20;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	ck_assert_int_eq(setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)), 0);
	o = img_out_fd(fds[1]);
	img_out_lines(o, true);
	for (size_t i = 0; i < COUNT(len); i++)
		for (unsigned way = 0; way < 3; way++) {
			/* At once, in pieces, in pieces behind a mark that stands within the line. */
			char *line = malloc(len[i] + 1);
			size_t step = way == 0 ? len[i] : 1000;

			memset(line, 'x', len[i]);
			line[len[i] - 1] = '\n';
			for (size_t at = 0; at < len[i]; at += step) {
				if (way == 2 && at == step)
					img_out_mark(o);
				img_out_put(o, line + at, len[i] - at < step ? len[i] - at : step);
				ck_assert_int_eq(img_out_push(o, &err), 0);
			}
			img_out_commit(o);
			ck_assert_int_eq(img_out_push(o, &err), 0);
			free(line);
			ck_assert_uint_gt(whole_lines(fds[0], &longest), 0);
			ck_assert_uint_eq(longest, len[i]);
		}
	close(fds[0]);
	sink_drop(o);
}
END_TEST

START_TEST(a_mark_within_a_line_that_waits_stays_in_its_place)
{
	struct img_out *o = sink_new();
	char *part = malloc(60000);

	memset(part, 'y', 60000);
	img_out_lines(o, true);
	put(o, "first\n");
	img_out_put(o, part, 60000);
	img_out_mark(o);
	img_out_put(o, part, 60000);
	img_out_rollback(o);
	put(o, "\n");
	free(part);
	part = sink_take(o, NULL);
	ck_assert_uint_eq(strlen(part), 6 + 60000 + 1);
	free(part);
}
END_TEST

START_TEST(a_line_beyond_the_limit_comes_in_parts)
{
	size_t n = IMG_OUT_LINE + 12345;
	struct img_out *o = sink_new();
	char *line = malloc(n), *got;
	size_t have;

	memset(line, 'z', n);
	line[n - 1] = '\n';
	img_out_lines(o, true);
	for (size_t at = 0; at < n; at += 30000)
		img_out_put(o, line + at, n - at < 30000 ? n - at : 30000);
	ck_assert_uint_le(o->size, 2 * IMG_OUT_LINE);
	got = sink_take(o, &have);
	ck_assert_uint_eq(have, n);
	ck_assert_mem_eq(got, line, n);
	free(got);
	free(line);
}
END_TEST

/* Only a regular file keeps a long write together: elsewhere a long line takes little memory. */
START_TEST(a_long_line_is_not_kept_where_that_helps_nobody)
{
	int fd = open("/dev/null", O_WRONLY);
	struct img_out *o = img_out_fd(fd);
	char part[30000];

	ck_assert_int_ge(fd, 0);
	memset(part, 'z', sizeof(part));
	img_out_lines(o, true);
	img_out_mark(o);
	for (size_t n = 0; n < IMG_OUT_LINE; n += sizeof(part))
		img_out_put(o, part, sizeof(part));
	ck_assert_uint_le(o->size, 2 * IMG_OUT_SHORT);
	img_out_free(o);
	close(fd);
}
END_TEST

/* What is sure is written as the buffer fills; what the system breaks then ends with its line. */
START_TEST(what_is_sure_is_not_kept)
{
	struct img_buf b = { 0 };
	struct img_out *o = img_out_mem(&b);
	char part[30000];
	struct img_err err;

	memset(part, 's', sizeof(part));
	img_out_mark(o);
	img_out_sure(o);
	for (int i = 0; i < 10; i++)
		img_out_put(o, part, sizeof(part));
	ck_assert_uint_gt(b.n, 0);
	ck_assert_uint_eq(o->size, IMG_OUT_SIZE);
	img_out_rollback(o);
	ck_assert_int_eq(img_out_flush(o, &err), 0);
	ck_assert_int_eq(b.p[b.n - 1], '\n');

	/* Where nothing has been written nothing remains. */
	b.n = 0;
	img_out_mark(o);
	img_out_sure(o);
	put(o, "part of a line");
	img_out_rollback(o);
	ck_assert_int_eq(img_out_flush(o, &err), 0);
	ck_assert_uint_eq(b.n, 0);
	img_out_free(o);
	img_buf_free(&b);
}
END_TEST

/* A pipe keeps together no more than PIPE_BUF bytes: several writers show it. */
START_TEST(through_a_pipe_short_lines_stay_whole)
{
	enum { WRITERS = 4, LINES = 3000, LEN = 900 };
	char line[LEN + 1];
	int fds[2];
	FILE *f;

	ck_assert_int_eq(pipe(fds), 0);
	for (int w = 0; w < WRITERS; w++)
		if (fork() == 0) {
			struct img_out *o = img_out_fd(fds[1]);
			struct img_err err;

			img_out_lines(o, true);
			memset(line, 'A' + w, LEN - 1);
			line[LEN - 1] = '\n';
			for (int i = 0; i < LINES; i++)
				img_out_put(o, line + i % 800, LEN - (size_t)(i % 800));
			_exit(img_out_flush(o, &err) < 0);
		}
	close(fds[1]);
	f = fdopen(fds[0], "r");
	for (char *text = NULL; f != NULL;) {
		size_t cap = 0;
		ssize_t n = getline(&text, &cap, f);

		if (n > 0)
			ck_assert_uint_eq(strspn(text, (char[]){ text[0], '\0' }), (size_t)n - 1);
		free(text);
		text = NULL;
		if (n < 0)
			break;
	}
	fclose(f);
	for (int w = 0, status; w < WRITERS; w++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
}
END_TEST

START_TEST(what_follows_the_mark_is_taken_back)
{
	struct img_out *o = sink_new();

	put(o, "kept ");
	img_out_mark(o);
	put(o, "lost");
	img_out_rollback(o);
	put(o, "too");
	sink_holds(o, "kept too", 8);
}
END_TEST

START_TEST(what_was_committed_stays)
{
	struct img_out *o = sink_new();

	img_out_mark(o);
	put(o, "kept");
	img_out_commit(o);
	img_out_rollback(o);
	img_out_rollback(o);
	sink_holds(o, "kept", 4);
}
END_TEST

START_TEST(a_line_that_was_torn_is_ended)
{
	struct img_out *o = sink_new();
	struct img_err err;

	put(o, "a\n");
	img_out_mark(o);
	put(o, "half");
	ck_assert_int_eq(img_out_flush(o, &err), 0);
	put(o, " a line");
	img_out_rollback(o);
	put(o, "b\n");
	sink_holds(o, "a\nhalf\nb\n", 9);
}
END_TEST

START_TEST(a_flush_of_what_was_before_the_mark_tears_nothing)
{
	struct img_out *o = sink_new();
	struct img_err err;

	put(o, "a\n");
	img_out_mark(o);
	ck_assert_int_eq(img_out_flush(o, &err), 0);
	put(o, "lost");
	img_out_rollback(o);
	put(o, "b\n");
	sink_holds(o, "a\nb\n", 4);
}
END_TEST

START_TEST(a_second_flush_does_not_mend_a_torn_line)
{
	struct img_out *o = sink_new();
	struct img_err err;

	img_out_mark(o);
	put(o, "half");
	ck_assert_int_eq(img_out_flush(o, &err), 0);
	ck_assert_int_eq(img_out_flush(o, &err), 0);
	img_out_rollback(o);
	sink_holds(o, "half\n", 5);
}
END_TEST

START_TEST(up_to_half_a_buffer_can_be_taken_back)
{
	/* What is before the mark, what is put behind it, and the largest piece of that. */
	static const struct {
		size_t before, behind, piece;
		bool torn;
	} cases[] = {
		{ IMG_OUT_SIZE, 1, 1, false },
		{ IMG_OUT_SIZE - 10, IMG_OUT_SIZE / 2, 100, false },
		{ 1, IMG_OUT_SIZE - 1, 100, false },
		{ 0, IMG_OUT_SIZE, 100, false },
		{ 0, IMG_OUT_SIZE + 1, 100, true },
		{ IMG_OUT_SIZE / 2, IMG_OUT_SIZE, 100, false },
		{ IMG_OUT_SIZE / 2, 2 * IMG_OUT_SIZE, 100, true },
		{ IMG_OUT_SIZE - 10, IMG_OUT_SIZE / 2 + 1, IMG_OUT_SIZE / 2 + 1, true },
		{ 5, 3 * IMG_OUT_SIZE, IMG_OUT_SIZE, true },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *line = malloc(3 * IMG_OUT_SIZE), *got;
		struct img_out *o = sink_new();
		size_t n, at, k;

		memset(line, 'b', cases[i].before);
		img_out_put(o, line, cases[i].before);
		img_out_mark(o);
		memset(line, 'L', cases[i].behind);
		for (at = 0; at < cases[i].behind; at += k) {
			k = cases[i].behind - at;
			k = k < cases[i].piece ? k : cases[i].piece;
			img_out_put(o, line, k);
		}
		img_out_rollback(o);
		img_out_byte(o, '.');
		got = sink_take(o, &n);
		ck_assert_uint_eq(strspn(got, "b"), cases[i].before);
		at = cases[i].before + strspn(got + cases[i].before, "L");
		ck_assert_msg((at > cases[i].before) == cases[i].torn, "case %zu", i);
		ck_assert_str_eq(got + at, cases[i].torn ? "\n." : ".");
		free(got);
		free(line);
	}
}
END_TEST

/*
 * Many lines of all lengths, some of them taken back: what was kept is there whole, what
 * was taken back is not there, or it is a piece of a line with its own end.
 */
START_TEST(lines_stay_whole_whatever_is_taken_back)
{
	struct img_out *o = sink_new();
	char *line = malloc(200000), *all, *p;
	bool kept[400];
	size_t len[400];
	uint32_t r = 12345;

	for (int i = 0; i < 400; i++) {
		size_t at = 0;

		r = r * 1103515245 + 12345;
		len[i] = r >> 16 & (r >> 12 & 7 ? 0x3ff : 0x1ffff);
		kept[i] = (r >> 8 & 3) != 0;
		memset(line, 'A' + i % 26, len[i]);
		img_out_mark(o);
		while (at < len[i]) {
			size_t k = (size_t)(r % 5000) + 1;

			k = k < len[i] - at ? k : len[i] - at;
			img_out_put(o, line + at, k);
			at += k;
		}
		if (kept[i]) {
			img_out_byte(o, '\n');
			img_out_commit(o);
		} else {
			img_out_rollback(o);
		}
	}
	all = p = sink_take(o, NULL);
	for (int i = 0; i < 400; i++) {
		char c[2] = { (char)('A' + i % 26), '\0' };
		size_t run = strspn(p, c);

		if (kept[i])
			ck_assert_uint_eq(run, len[i]);
		else
			ck_assert_uint_le(run, len[i]);
		if (kept[i] || run > 0) {
			ck_assert_int_eq(p[run], '\n');
			p += run + 1;
		}
	}
	ck_assert_str_eq(p, "");
	free(all);
	free(line);
}
END_TEST

START_TEST(memory_gets_what_a_file_would_get)
{
	struct img_buf b = { 0 };
	struct img_out *o = img_out_mem(&b);
	struct img_err err;
	char *big = malloc(300000);

	memset(big, 'x', 300000);
	put(o, "kept ");
	img_out_mark(o);
	put(o, "lost");
	img_out_rollback(o);
	ck_assert_uint_eq(b.n, 0); /* until the flush */
	ck_assert_int_eq(img_out_flush(o, &err), 0);
	same_bytes(b.p, b.n, "kept ", 5, "memory");
	img_out_put(o, big, 300000);
	ck_assert_int_eq(img_out_flush(o, &err), 0);
	ck_assert_uint_eq(b.n, 300005);
	ck_assert_mem_eq(b.p + 5, big, 300000);
	img_out_free(o);
	img_buf_free(&b);
	free(big);
}
END_TEST

START_TEST(memory_that_fails_is_a_failed_write)
{
	struct img_buf b = { .failed = true };
	struct img_out *o = img_out_mem(&b);
	struct img_err err;

	put(o, "x");
	ck_assert_int_eq(img_out_flush(o, &err), -1);
	ck_assert(img_out_failed(o));
	ck_assert_str_eq(said(&err), "write failed: Cannot allocate memory");
	img_out_free(o);
}
END_TEST

START_TEST(a_push_keeps_what_can_be_taken_back)
{
	struct img_buf b = { 0 };
	struct img_out *o = img_out_mem(&b);
	struct img_err err;

	put(o, "a\n");
	img_out_mark(o);
	put(o, "half a line");
	ck_assert_int_eq(img_out_push(o, &err), 0);
	same_bytes(b.p, b.n, "a\n", 2, "pushed");
	ck_assert_int_eq(img_out_push(o, &err), 0);
	img_out_rollback(o);
	put(o, "b\n");
	ck_assert_int_eq(img_out_push(o, &err), 0);
	same_bytes(b.p, b.n, "a\nb\n", 4, "pushed");
	/* Of a torn line all is written. */
	img_out_mark(o);
	put(o, "to");
	ck_assert_int_eq(img_out_flush(o, &err), 0);
	put(o, "rn");
	ck_assert_int_eq(img_out_push(o, &err), 0);
	same_bytes(b.p, b.n, "a\nb\ntorn", 8, "pushed");
	img_out_rollback(o);
	ck_assert_int_eq(img_out_push(o, &err), 0);
	same_bytes(b.p, b.n, "a\nb\ntorn\n", 9, "pushed");
	img_out_free(o);
	img_buf_free(&b);
}
END_TEST

START_TEST(a_push_reports_what_a_flush_would)
{
	struct img_out *o = img_out_fd(open("/dev/full", O_WRONLY));
	struct img_err err;

	img_out_mark(o);
	put(o, "x");
	ck_assert_int_eq(img_out_push(o, &err), 0);
	img_out_commit(o);
	ck_assert_int_eq(img_out_push(o, &err), -1);
	ck_assert_str_eq(said(&err), "write failed: No space left on device");
	sink_drop(o);
}
END_TEST

static void add(TCase *tc)
{
	TEST(with_lines_each_write_ends_at_the_end_of_one);
	TEST(a_mark_within_a_line_that_waits_stays_in_its_place);
	TEST(a_line_beyond_the_limit_comes_in_parts);
	TEST(a_long_line_is_not_kept_where_that_helps_nobody);
	TEST(what_is_sure_is_not_kept);
	TEST(through_a_pipe_short_lines_stay_whole);
	TEST(memory_gets_what_a_file_would_get);
	TEST(memory_that_fails_is_a_failed_write);
	TEST(a_push_keeps_what_can_be_taken_back);
	TEST(a_push_reports_what_a_flush_would);
	TEST(all_that_is_put_is_written_in_order);
	TEST(a_full_buffer_takes_one_more_byte);
	TEST(a_failed_write_sticks);
	TEST(a_flush_of_nothing_succeeds_on_a_full_disk);
	TEST(a_pipe_without_a_reader_is_an_error_like_others);
	TEST(a_short_write_goes_on);
	TEST(what_follows_the_mark_is_taken_back);
	TEST(what_was_committed_stays);
	TEST(a_line_that_was_torn_is_ended);
	TEST(a_flush_of_what_was_before_the_mark_tears_nothing);
	TEST(a_second_flush_does_not_mend_a_torn_line);
	TEST(up_to_half_a_buffer_can_be_taken_back);
	TEST(lines_stay_whole_whatever_is_taken_back);
}

int main(void)
{
	return unit_run("out", add);
}
