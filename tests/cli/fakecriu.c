/*
 * Stands for criu at the other end of an image streamer: no kernel feature, no privileges.
 *
 *	fakecriu restore DIR OUT NAME...	ask for images, write them to OUT/NAME
 *	fakecriu dump DIR IN NAME...		give IN/NAME as images
 *	fakecriu send DIR			send standard input as it is, then read a reply
 *
 * Options, before the first word:
 *	-a	all images are asked for before any is read (restore), or written (dump)
 *	-c N	close the connection after N requests, without reading what comes
 *	-p N	close the pipe of an image after N bytes
 *	-q	print nothing but what goes wrong
 *	-w CMD	run CMD before the connection is closed; its status is ours, where it is not 0
 *
 * Prints a line for each name. Status 1: the connection was closed in place of a reply.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sendfd.h"

struct image {
	const char *name;
	int fd; /* our end of the pipe, or -1 */
};

static bool all, quiet;
static long close_after = -1, pipe_bytes = -1;
static const char *last_command;
static int conn;

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "fakecriu: %s: %s\n", what, strerror(errno));
	exit(3);
}

/* criu's path is cut as it is here: it has to be short. */
static void dial(const char *dir, const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	/* As criu has it: the directory is where it is. */
	if (chdir(dir) < 0)
		die(dir);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", name);
	conn = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (conn < 0 || connect(conn, (struct sockaddr *)&a, sizeof(a)) < 0)
		die(name);
}

static bool write_all(int fd, const void *p, size_t n)
{
	for (ssize_t r; n > 0; n -= (size_t)r, p = (const char *)p + r)
		if ((r = write(fd, p, n)) < 0)
			return false;
	return true;
}

static void request(const char *name)
{
	uint8_t buf[1024];
	size_t n = strlen(name);
	uint32_t size;

	buf[4] = 0x0a;
	if (n < 128) {
		buf[5] = (uint8_t)n;
		size = 2;
	} else {
		buf[5] = (uint8_t)(n | 0x80);
		buf[6] = (uint8_t)(n >> 7);
		size = 3;
	}
	memcpy(buf + 4 + size, name, n);
	size += (uint32_t)n;
	memcpy(buf, &size, 4);
	if (!write_all(conn, buf, 4 + size) && errno != EPIPE)
		die("request");
}

/* 1: exists, 0: it does not, -1: the connection was closed. */
static int reply(void)
{
	uint8_t buf[6];
	size_t have = 0;

	while (have < sizeof(buf)) {
		ssize_t r = read(conn, buf + have, sizeof(buf) - have);

		if (r == 0 || (r < 0 && errno == ECONNRESET))
			return -1;
		if (r < 0)
			die("reply");
		have += (size_t)r;
	}
	return buf[5];
}

/* A pipe whose end `theirs` goes to the other side; returns ours. */
static int give_pipe(int theirs)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		die("pipe");
	if (sendfd(conn, ends[theirs]) < 0 && errno != EPIPE)
		die("descriptor");
	close(ends[theirs]);
	return ends[!theirs];
}

/* How many bytes, or what became of it. */
static void say(const char *name, const char *what, long n)
{
	if (quiet)
		return;
	if (n >= 0)
		printf("%s: %ld bytes\n", name, n);
	else
		printf("%s: %s\n", name, what != NULL ? what : "");
	fflush(stdout);
}

/* ---- restore ---- */

static void take(int out_dir, const struct image *im)
{
	int out = openat(out_dir, im->name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char buf[64 << 10];
	ssize_t r = 0;
	long n = 0;

	if (out < 0)
		die(im->name);
	while ((pipe_bytes < 0 || n < pipe_bytes) && (r = read(im->fd, buf, sizeof(buf))) > 0) {
		if (!write_all(out, buf, (size_t)r))
			die(im->name);
		n += r;
	}
	if (r < 0)
		die(im->name);
	close(out);
	close(im->fd);
	say(im->name, NULL, n);
}

static int restore(int out_dir, char **names)
{
	static struct image *held; /* also where a run ends in the middle */
	size_t n = 0;
	int status = 0;

	for (; *names != NULL && status == 0; names++) {
		struct image im = { *names, -1 };
		int r;

		request(*names);
		if (close_after == 0)
			exit(0);
		r = reply();
		if (r < 0) {
			say(*names, "the connection was closed", -1);
			status = 1;
		} else if (r == 0) {
			say(*names, "does not exist", -1);
		} else {
			im.fd = give_pipe(1);
			if (close_after > 0 && --close_after == 0)
				exit(0);
			held = realloc(held, (n + 1) * sizeof(*held));
			held[n++] = im;
			if (!all)
				take(out_dir, &held[--n]);
		}
	}
	for (size_t i = 0; i < n; i++)
		take(out_dir, &held[i]);
	free(held);
	return status;
}

/* ---- dump ---- */

static void put(int in_dir, const struct image *im)
{
	int in = openat(in_dir, im->name, O_RDONLY | O_CLOEXEC);
	char buf[64 << 10];
	ssize_t r;
	long n = 0;

	if (in < 0)
		die(im->name);
	while ((pipe_bytes < 0 || n < pipe_bytes) && (r = read(in, buf, sizeof(buf))) > 0) {
		if (pipe_bytes >= 0 && r > pipe_bytes - n)
			r = pipe_bytes - n;
		if (!write_all(im->fd, buf, (size_t)r)) {
			say(im->name, "nobody reads it", -1);
			break;
		}
		n += r;
	}
	close(in);
	close(im->fd);
	say(im->name, NULL, n);
}

static int dump(int in_dir, char **names)
{
	static struct image *held; /* also where a run ends in the middle */
	size_t n = 0;

	for (; *names != NULL; names++) {
		struct image im = { *names, -1 };

		request(*names);
		im.fd = give_pipe(0);
		if (close_after > 0 && --close_after == 0)
			exit(0);
		held = realloc(held, (n + 1) * sizeof(*held));
		held[n++] = im;
		if (!all)
			put(in_dir, &held[--n]);
	}
	for (size_t i = 0; i < n; i++)
		put(in_dir, &held[i]);
	free(held);
	return 0;
}

/* ---- what no criu sends ---- */

static int send_input(void)
{
	char buf[64 << 10];
	ssize_t r;
	int answer;

	while ((r = read(0, buf, sizeof(buf))) > 0)
		if (!write_all(conn, buf, (size_t)r))
			break;
	shutdown(conn, SHUT_WR);
	answer = reply();
	printf("%s\n", answer < 0 ? "the connection was closed"
		       : answer   ? "exists"
				  : "does not exist");
	return answer < 0;
}

static int finish(int status)
{
	int r = last_command != NULL ? system(last_command) : 0;

	if (status == 0 && r != 0)
		status = WIFEXITED(r) ? WEXITSTATUS(r) : 1;
	return status;
}

int main(int argc, char **argv)
{
	struct rlimit l;
	int dir = -1;
	bool in;

	for (int c; (c = getopt(argc, argv, "+ac:p:qw:")) != -1;)
		switch (c) {
		case 'a': all = true; break;
		case 'c': close_after = atol(optarg); break;
		case 'p': pipe_bytes = atol(optarg); break;
		case 'q': quiet = true; break;
		case 'w': last_command = optarg; break;
		default: return 2;
		}
	argv += optind;
	if (argv[0] == NULL || argv[1] == NULL)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &l) == 0) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_NOFILE, &l);
	}
	in = strcmp(argv[0], "dump") == 0;
	if (argv[2] != NULL && (dir = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		die(argv[2]);
	dial(argv[1], in ? "streamer-capture.sock" : "streamer-serve.sock");
	if (strcmp(argv[0], "send") == 0)
		return send_input();
	return finish(in ? dump(dir, argv + 3) : restore(dir, argv + 3));
}
