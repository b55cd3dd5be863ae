/*
 * What the unit tests share. Each t_MODULE.c is a program of its own; names of tests are
 * claims, and whole messages are compared, so that their wording is tested too.
 */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/buf.h"
#include "libimg/base/err.h"
#include "libimg/base/in.h"
#include "libimg/base/out.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Bytes written as a literal, NULs among them: BYTES("\0\1"). */
struct bytes {
	const char *p;
	size_t n;
};
#define BYTES(s)                                                                                   \
	{                                                                                          \
		s, sizeof(s) - 1                                                                   \
	}
#define BYTES_V(s) ((struct bytes)BYTES(s))

#define TEST(name) tcase_add_test(tc, name)
#define EACH(name, table) tcase_add_loop_test(tc, name, 0, (int)COUNT(table))

/* Run the tests that add() names. The time limit only ends what hangs. */
static inline int unit_run(const char *module, void (*add)(TCase *tc))
{
	Suite *s = suite_create(module);
	TCase *tc = tcase_create(module);
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 600);
	add(tc);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed > 0;
}

/* The sentence of an error, as a tool prints it. */
static inline const char *said(const struct img_err *err)
{
	static char text[1024];

	return img_err_text(err, text, sizeof(text));
}

/* Compare bytes and show both runs where they differ. */
static inline void same_bytes(const void *got, size_t got_n, const void *want, size_t want_n,
			      const char *what)
{
	char g[512] = "", w[512] = "";
	const uint8_t *a = got, *b = want;

	if (got_n == want_n && (got_n == 0 || memcmp(got, want, got_n) == 0))
		return;
	for (size_t i = 0; i < got_n && 2 * i + 3 < sizeof(g); i++)
		sprintf(g + 2 * i, "%02x", a[i]);
	for (size_t i = 0; i < want_n && 2 * i + 3 < sizeof(w); i++)
		sprintf(w + 2 * i, "%02x", b[i]);
	ck_abort_msg("%s: %zu bytes %s, expected %zu bytes %s", what, got_n, g, want_n, w);
}

/* A copy in a block of just that size: a sanitizer sees every byte read behind its end. */
static inline void *exactly(const void *p, size_t n)
{
	void *copy = malloc(n);

	ck_assert(copy != NULL || n == 0);
	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

/* What mkstemp() and mkdtemp() make a name of, where temporary files go. */
static inline void unit_temp(char name[PATH_MAX])
{
	const char *tmp = getenv("TMPDIR");

	snprintf(name, PATH_MAX, "%s/imgtools-unit-XXXXXX", tmp != NULL ? tmp : "/tmp");
}

/* Remove a directory, whatever its name. */
static inline void unit_remove(const char *dir)
{
	ck_assert_int_eq(setenv("UNIT_REMOVE", dir, 1), 0);
	ck_assert_int_eq(system("rm -r \"$UNIT_REMOVE\""), 0);
}

/* A descriptor over a file without a name, which holds n bytes and stands at its start. */
static inline int file_of(const void *p, size_t n)
{
	char name[PATH_MAX];
	int fd;

	unit_temp(name);
	fd = mkstemp(name);
	ck_assert_int_ge(fd, 0);
	unlink(name);
	ck_assert_int_eq(write(fd, p, n), (ssize_t)n);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* A descriptor that gives at most `step` bytes a read, then the end: a slow pipe. */
static inline int pipe_of(const void *p, size_t n, size_t step)
{
	int fds[2], waiting;
	pid_t pid;

	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		close(fds[0]);
		signal(SIGPIPE, SIG_DFL);
		for (size_t i = 0; i < n; i += step) {
			/* No two pieces ever wait in the pipe together. */
			while (ioctl(fds[1], FIONREAD, &waiting) == 0 && waiting > 0)
				usleep(1);
			if (write(fds[1], (const char *)p + i, n - i < step ? n - i : step) < 0)
				_exit(1);
		}
		_exit(0);
	}
	close(fds[1]);
	return fds[0];
}

/* A sink whose bytes can be looked at. */
static inline struct img_out *sink_new(void)
{
	struct img_out *o = img_out_fd(file_of("", 0));

	ck_assert_ptr_nonnull(o);
	return o;
}

/* What it holds, ended by NUL, yours to free; frees the sink. */
static inline char *sink_take(struct img_out *o, size_t *n)
{
	struct img_err err;
	struct stat st;
	char *p;

	ck_assert_int_eq(img_out_flush(o, &err), 0);
	ck_assert_int_eq(fstat(o->fd, &st), 0);
	p = malloc((size_t)st.st_size + 1);
	ck_assert_ptr_nonnull(p);
	ck_assert_int_eq(pread(o->fd, p, (size_t)st.st_size, 0), st.st_size);
	p[st.st_size] = '\0';
	if (n != NULL)
		*n = (size_t)st.st_size;
	close(o->fd);
	img_out_free(o);
	return p;
}

static inline void sink_drop(struct img_out *o)
{
	close(o->fd);
	img_out_free(o);
}

/* A file below tests/, wherever the tests run. */
static inline const char *unit_path(const char *name)
{
	static char path[PATH_MAX];
	const char *tests = getenv("TESTS");

	snprintf(path, sizeof(path), "%s/%s", tests != NULL ? tests : "tests", name);
	return path;
}

#endif
