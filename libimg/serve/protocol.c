#include "libimg/serve/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/img_schema.h"
#include "libimg/msg/pick.h"

/* ---- messages ---- */

/* Can an image have this name of n bytes in a directory? */
static bool is_base_name(const uint8_t *p, size_t n)
{
	if (n == 0 || n >= IMG_REQUEST_NAME || memchr(p, '/', n) != NULL || memchr(p, 0, n) != NULL)
		return false;
	return !(n == 1 && p[0] == '.') && !(n == 2 && p[0] == '.' && p[1] == '.');
}

int img_request_parse(struct img_span body, char name[IMG_REQUEST_NAME], struct img_err *err)
{
	struct img_pick f;
	struct img_span s;

	name[0] = '\0';
	if (img_pick(&f, &img_msg_img_streamer_request_entry, body, err) < 0)
		return -1;
	s = img_bytes(&f, IMG_TAG_IMG_STREAMER_REQUEST_ENTRY__FILENAME);
	if (!is_base_name(s.p, s.n))
		return 0;
	memcpy(name, s.p, s.n);
	name[s.n] = '\0';
	return 1;
}

void img_reply_format(bool exists, uint8_t reply[IMG_REPLY])
{
	const uint32_t size = IMG_REPLY - sizeof(size);

	memcpy(reply, &size, sizeof(size));
	reply[4] = 1 << 3; /* field 1, a number */
	reply[5] = exists;
}

/* ---- the connection ---- */

/* Why a call on the socket gave nothing: 0: the other end is gone, IMG_WAIT, -1. */
static int no_more(struct img_err *err)
{
	if (errno == EAGAIN || errno == EINTR)
		return IMG_WAIT;
	if (errno == ECONNRESET || errno == EPIPE)
		return 0;
	return img_fail(err, IMG_ESYS, IMG_NOWHERE, "connection");
}

/* Up to n bytes at p of which c->have are there. 1 once all are. */
static int fill(struct img_conn *c, uint8_t *p, size_t n, struct img_err *err)
{
	while (c->have < n) {
		ssize_t r = recv(c->fd, p + c->have, n - c->have, 0);

		if (r > 0) {
			c->have += (size_t)r;
			continue;
		}
		return r < 0 ? no_more(err) : 0;
	}
	return 1;
}

static int ended_inside(const struct img_conn *c, size_t n, struct img_err *err)
{
	return img_fail(err, IMG_EDATA, IMG_NOWHERE,
			"the connection ended inside a request (need %zu bytes, have %zu)", n,
			c->have);
}

static int read_head(struct img_conn *c, struct img_err *err)
{
	int r = fill(c, c->head, sizeof(c->head), err);

	if (r == 0 && c->have > 0)
		return ended_inside(c, sizeof(c->head), err);
	if (r != 1)
		return r;
	memcpy(&c->size, c->head, sizeof(c->size));
	if (c->size > IMG_REQUEST_MAX)
		return img_fail(err, IMG_ELIMIT, IMG_NOWHERE,
				"a request claims %" PRIu32 " bytes (the limit is %d)", c->size,
				IMG_REQUEST_MAX);
	c->have = 0;
	c->in_body = true;
	return 1;
}

int img_conn_request(struct img_conn *c, char name[IMG_REQUEST_NAME], struct img_err *err)
{
	int r;

	if (!c->in_body) {
		r = read_head(c, err);
		if (r != 1)
			return r;
	}
	r = fill(c, c->body, c->size, err);
	if (r == 0)
		return ended_inside(c, c->size, err);
	if (r != 1)
		return r;
	c->in_body = false;
	c->have = 0;
	if (img_request_parse((struct img_span){ c->body, c->size, 0 }, name, err) < 0)
		return img_err_under(err, "request", -1);
	return 1;
}

int img_conn_reply(struct img_conn *c, bool exists, struct img_err *err)
{
	if (c->sent == 0)
		img_reply_format(exists, c->reply);
	while (c->sent < sizeof(c->reply)) {
		ssize_t r =
			send(c->fd, c->reply + c->sent, sizeof(c->reply) - c->sent, MSG_NOSIGNAL);

		if (r < 0)
			return no_more(err);
		c->sent += (size_t)r;
	}
	c->sent = 0;
	return 1;
}

/* The first of the descriptors that came along, or -1; others are closed. */
static int take_descriptor(struct msghdr *m)
{
	int got = -1;

	for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h != NULL; h = CMSG_NXTHDR(m, h)) {
		if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; CMSG_LEN((i + 1) * sizeof(int)) <= h->cmsg_len; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(h) + i * sizeof(fd), sizeof(fd));
			if (got < 0)
				got = fd;
			else
				close(fd);
		}
	}
	return got;
}

int img_conn_pipe(struct img_conn *c, int *pipe, struct img_err *err)
{
	/* Room for more than one: what does not fit would be a failure of another kind. */
	union {
		char bytes[CMSG_SPACE(4 * sizeof(int))];
		struct cmsghdr align;
	} control;
	uint8_t byte;
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v,
			    .msg_iovlen = 1,
			    .msg_control = control.bytes,
			    .msg_controllen = sizeof(control.bytes) };
	ssize_t r = recvmsg(c->fd, &m, MSG_CMSG_CLOEXEC);
	struct stat st;

	if (r < 0)
		return no_more(err);
	if (r == 0)
		return 0;
	*pipe = take_descriptor(&m);
	if (*pipe < 0 && (m.msg_flags & MSG_CTRUNC) != 0) {
		errno = EMFILE;
		return img_fail(err, IMG_ESYS, IMG_NOWHERE, "cannot take a descriptor");
	}
	if (*pipe < 0)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "expected a descriptor, got a byte");
	if (fstat(*pipe, &st) < 0)
		img_fail_sys(err);
	else if (S_ISFIFO(st.st_mode))
		return 1;
	else
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "the descriptor is not of a pipe");
	close(*pipe);
	return -1;
}
