/*
 * Any bytes as what a client of an image streamer sends. Of the socket no byte more is read than
 * the messages have: each may be followed by one that brings a descriptor, and here one is read in
 * its place. What is taken for a name can be one in a directory.
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "libimg/serve/fault.h"
#include "libimg/serve/protocol.h"

enum { SENT = 60 << 10 }; /* fits into a socket */

static size_t waiting(int fd)
{
	int n = 0;

	fuzz_must(ioctl(fd, FIONREAD, &n) == 0, "FIONREAD");
	return (size_t)n;
}

static void check_name(const char *name, const uint8_t *body, size_t size)
{
	size_t n = strlen(name);

	fuzz_must(n < IMG_REQUEST_NAME && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
			  strcmp(name, "..") != 0,
		  "a name that is none");
	fuzz_must(n == 0 || memmem(body, size, name, n) != NULL, "a name that was not sent");
}

/* A request, then the byte that comes after it. Returns whether there may be more. */
static bool request(struct img_conn *c, const uint8_t *p, size_t left)
{
	char name[IMG_REQUEST_NAME];
	struct img_err err;
	uint32_t size;
	int r = img_conn_request(c, name, &err), fd;

	if (r != 1) {
		/* It ends between two messages, or it is an error. */
		fuzz_must(r == -1 || (r == 0 && left == 0), "an end inside of a request");
		return false;
	}
	fuzz_must(left >= sizeof(size), "a request without a length");
	memcpy(&size, p, sizeof(size));
	fuzz_must(waiting(c->fd) == left - sizeof(size) - size, "more was read than a request");
	check_name(name, p + sizeof(size), size);
	r = img_conn_pipe(c, &fd, &err);
	fuzz_must(r == -1 || (r == 0 && left == sizeof(size) + size), "a descriptor of nothing");
	return r == -1;
}

static void fault(const uint8_t *p, size_t n)
{
	char text[300];
	struct img_fault f;
	struct img_err err;

	n = n < sizeof(text) ? n : sizeof(text) - 1;
	memcpy(text, p, n);
	text[n] = '\0';
	if (img_fault_parse(text, &f, &err) == 0)
		fuzz_must(strlen(f.glob) < strlen(text), "a fault without a glob");
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct img_conn c = { .fd = -1 };
	int ends[2];

	fault(p, n);
	if (n > SENT)
		return 0;
	fuzz_must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "socketpair");
	fuzz_must(n == 0 || write(ends[1], p, n) == (ssize_t)n, "write");
	shutdown(ends[1], SHUT_WR);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	c.fd = ends[0];
	while (request(&c, p + n - waiting(c.fd), waiting(c.fd)))
		continue;
	close(ends[0]);
	close(ends[1]);
	return 0;
}
