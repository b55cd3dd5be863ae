#include "libimg/serve/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libimg/serve/protocol.h"
#include "libimg/serve/verify.h"

enum {
	PIECE = 1 << 20,
	PIPE_SIZE = 64 << 10,
	TICK_MS = 20, /* where the kernel cannot say that a filter has ended */
};

/* An image on its way. */
struct intake {
	int from;                     /* criu's pipe; -1: the filters have it */
	int to;                       /* its file */
	struct img_pipeline *filters; /* or NULL */
	uint64_t since;
	char name[IMG_REQUEST_NAME];
};

/* A pages file, whose pagemap may come later. */
struct pages {
	uint64_t id, size;
};

struct capturing {
	const struct img_capture_how *how;
	struct img_conn conn;
	bool named; /* a request has come, its pipe has not */
	bool closed;
	char name[IMG_REQUEST_NAME];
	int asker; /* who waits for an answer, or -1 */
	struct img_claims claims;
	struct img_buf intakes, pages, polled; /* of struct intake *, struct pages, pollfd */
	uint8_t *piece;
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static struct intake **intakes(const struct capturing *v, size_t *n)
{
	*n = v->intakes.n / sizeof(struct intake *);
	return (struct intake **)(void *)v->intakes.p;
}

static void drop(struct intake *i)
{
	if (i->filters != NULL)
		img_pipeline_kill(i->filters);
	img_free(i->filters);
	if (i->from >= 0)
		close(i->from);
	if (i->to >= 0)
		close(i->to);
	img_free(i);
}

static int fail_image(const char *name, struct img_err *err)
{
	return err->file[0] != '\0' ? -1 : img_err_in(err, name, "");
}

/* ---- an image that has come to its end ---- */

static int verify(struct capturing *v, const struct intake *i, uint64_t size, struct img_err *err)
{
	struct pages p = { .size = size };

	if (!img_is_pages(i->name, &p.id))
		return img_verify(&v->claims, i->name, i->to, 0, err);
	img_buf_put(&v->pages, &p, sizeof(p));
	return v->pages.failed ? img_fail_mem(err) : 0;
}

static int complete(struct capturing *v, const struct intake *i, struct img_err *err)
{
	struct img_served s = { .image = i->name, .exists = true, .by = "" };
	struct stat st;

	err->file[0] = '\0';
	if (fstat(i->to, &st) < 0) {
		img_fail_sys(err);
		return fail_image(i->name, err);
	}
	s.bytes = (uint64_t)st.st_size;
	if (i->filters != NULL)
		s.by = i->filters->each[i->filters->n - 1].command;
	if (verify(v, i, s.bytes, err) < 0 || v->how->done(v->how->arg, i->name, i->to, err) < 0)
		return fail_image(i->name, err);
	s.seconds = (double)(now_ms() - i->since) / 1000;
	if (v->how->served != NULL)
		v->how->served(v->how->arg, &s);
	return 0;
}

/* Pages against pagemaps, once all of both are there. */
static int verify_all(const struct capturing *v, struct img_err *err)
{
	const struct pages *p = (const struct pages *)(const void *)v->pages.p;
	char name[40];

	for (size_t i = 0; i < v->pages.n / sizeof(*p); i++) {
		if (img_verify_pages(&v->claims, p[i].id, p[i].size, err) == 0)
			continue;
		snprintf(name, sizeof(name), "pages-%llu.img", (unsigned long long)p[i].id);
		return img_err_in(err, name, "");
	}
	return 0;
}

/* ---- bytes ---- */

static ssize_t write_piece(struct capturing *v, const struct intake *i)
{
	ssize_t r;

	if (v->piece == NULL)
		v->piece = img_realloc(NULL, PIPE_SIZE);
	if (v->piece == NULL) {
		errno = ENOMEM;
		return -1;
	}
	r = read(i->from, v->piece, PIPE_SIZE);
	for (ssize_t at = 0; at < r;) {
		ssize_t w = write(i->to, v->piece + at, (size_t)(r - at));

		if (w < 0 && errno != EINTR)
			return -1;
		at += w > 0 ? w : 0;
	}
	return r;
}

/* What is in the pipe. 1: that was its end; IMG_WAIT, or -1 with *err. */
static int step(struct capturing *v, struct intake *i, struct img_err *err)
{
	err->file[0] = '\0';
	if (i->filters != NULL) {
		int r = img_pipeline_poll(i->filters, err);

		return r < 0 ? fail_image(i->name, err) : r;
	}
	for (;;) {
		ssize_t r = splice(i->from, NULL, i->to, NULL, PIECE, SPLICE_F_NONBLOCK);

		if (r < 0 && (errno == EINVAL || errno == ENOSYS))
			r = write_piece(v, i);
		if (r == 0)
			return 1;
		if (r > 0 || errno == EINTR)
			continue;
		if (errno == EAGAIN)
			return IMG_WAIT;
		img_fail_sys(err);
		return fail_image(i->name, err);
	}
}

/* ---- requests ---- */

static int start_filters(const struct capturing *v, struct intake *i, struct img_err *err)
{
	const char *commands[IMG_FILTERS];
	size_t n = img_filter_match(v->how->filters, v->how->n_filters, i->name, commands);

	if (n == 0)
		return fcntl(i->from, F_SETFL, O_NONBLOCK) < 0 ? img_fail_sys(err) : 0;
	i->filters = img_calloc(1, sizeof(*i->filters));
	if (i->filters == NULL)
		return img_fail_mem(err);
	if (img_pipeline_start(i->filters, commands, n, i->name, v->how->dir, i->from, i->to, err) <
	    0)
		return -1;
	close(i->from);
	i->from = -1;
	return 0;
}

static int add_intake(struct capturing *v, int from, struct img_err *err)
{
	struct intake *i = img_calloc(1, sizeof(*i));

	if (i == NULL) {
		close(from);
		return img_fail_mem(err);
	}
	i->from = from;
	i->since = now_ms();
	memcpy(i->name, v->name, sizeof(i->name));
	err->file[0] = '\0';
	i->to = v->how->open(v->how->arg, i->name, err);
	if (i->to < 0 || start_filters(v, i, err) < 0) {
		drop(i);
		return fail_image(v->name, err);
	}
	img_buf_put(&v->intakes, &i, sizeof(i));
	if (!v->intakes.failed)
		return 0;
	drop(i);
	return img_fail_mem(err);
}

static int take_request(struct capturing *v, struct img_err *err)
{
	int r = img_conn_request(&v->conn, v->name, err);

	if (r == 1 && v->name[0] == '\0')
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"a name that no image can have in a directory");
	v->named = r == 1;
	return r;
}

static int take_pipe(struct capturing *v, struct img_err *err)
{
	int from, r = img_conn_pipe(&v->conn, &from, err);

	if (r == 1) {
		v->named = false;
		return add_intake(v, from, err) < 0 ? -1 : 1;
	}
	if (r == 0) /* it has the name and nothing else */
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "the connection ended before its pipe came");
	return r == 0 || r < 0 ? fail_image(v->name, err) : r;
}

/* All that has been said so far. 0, or -1 with *err. */
static int turn_conn(struct capturing *v, struct img_err *err)
{
	int r;

	err->file[0] = '\0';
	do
		r = v->named ? take_pipe(v, err) : take_request(v, err);
	while (r == 1);
	if (r == 0) {
		v->closed = true;
		close(v->conn.fd);
		v->conn.fd = -1;
	}
	return r < 0 ? -1 : 0;
}

/* ---- the question ---- */

/* Whoever asks comes after all requests: they are in the socket, and are taken first. */
static int turn_asks(struct capturing *v, struct img_err *err)
{
	struct img_client who;
	int r = img_listener_accept(v->how->asks, &v->asker, &who, err);

	if (r != 1)
		return r;
	return v->closed ? 0 : turn_conn(v, err);
}

static int commit(struct capturing *v, struct img_err *err)
{
	static const char yes = 'y';

	if (v->asker < 0 && v->how->unasked(v->how->arg, err) < 0)
		return -1;
	if (verify_all(v, err) < 0 || v->how->commit(v->how->arg, err) < 0)
		return -1;
	if (v->asker >= 0)
		(void)!send(v->asker, &yes, 1, MSG_NOSIGNAL);
	return 0;
}

int img_capture_ask(const char *dir, struct img_err *err)
{
	int fd = img_connect(dir, IMG_SOCKET_COMMIT, err);
	char answer = 'n';
	ssize_t n;

	if (fd < 0)
		return -1;
	do
		n = read(fd, &answer, 1);
	while (n < 0 && errno == EINTR);
	close(fd);
	return n == 1 && answer == 'y';
}

/* ---- the loop ---- */

static bool add_poll(struct capturing *v, int fd)
{
	const struct pollfd p = { .fd = fd, .events = POLLIN };

	img_buf_put(&v->polled, &p, sizeof(p));
	return !v->polled.failed;
}

/* The connection, the caller's, who asks; then a pipe, or the filters, of each image. */
static bool fill_polled(struct capturing *v, int *timeout)
{
	size_t n;
	struct intake **in = intakes(v, &n);
	bool ok;

	v->polled.n = 0;
	*timeout = -1;
	ok = add_poll(v, v->conn.fd) && add_poll(v, v->how->wake) &&
	     add_poll(v, v->asker < 0 ? img_listener_fd(v->how->asks) : -1);
	for (size_t i = 0; i < n && ok; i++) {
		const struct img_pipeline *p = in[i]->filters;

		if (p == NULL)
			ok = add_poll(v, in[i]->from);
		for (size_t k = 0; p != NULL && k < p->n && ok; k++) {
			ok = add_poll(v, p->each[k].pidfd);
			if (!p->each[k].ended && p->each[k].pidfd < 0)
				*timeout = TICK_MS;
		}
	}
	return ok;
}

static int turn_intakes(struct capturing *v, struct img_err *err)
{
	size_t n, kept = 0;
	struct intake **in = intakes(v, &n);
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		int done = r == 0 ? step(v, in[i], err) : IMG_WAIT;

		if (done == 1 && complete(v, in[i], err) < 0)
			done = -1;
		if (done < 0)
			r = -1;
		if (done == 1)
			drop(in[i]);
		else
			in[kept++] = in[i];
	}
	v->intakes.n = kept * sizeof(struct intake *);
	return r;
}

static int turn(struct capturing *v, struct img_err *err)
{
	struct pollfd *p;
	int timeout;

	if (!fill_polled(v, &timeout))
		return img_fail_mem(err);
	p = (struct pollfd *)(void *)v->polled.p;
	if (poll(p, (nfds_t)(v->polled.n / sizeof(*p)), timeout) < 0)
		return errno == EINTR ? 0 : img_fail_sys(err);
	if (p[1].revents != 0 && v->how->woken(v->how->arg, err) < 0)
		return -1;
	if (p[0].revents != 0 && turn_conn(v, err) < 0)
		return -1;
	if (p[2].revents != 0 && turn_asks(v, err) < 0)
		return -1;
	return turn_intakes(v, err);
}

static bool all_there(const struct capturing *v)
{
	return (v->closed || v->asker >= 0) && !v->named && v->intakes.n == 0;
}

static void end(struct capturing *v)
{
	size_t n;
	struct intake **in = intakes(v, &n);

	for (size_t i = 0; i < n; i++)
		drop(in[i]);
	if (v->conn.fd >= 0)
		close(v->conn.fd);
	if (v->asker >= 0)
		close(v->asker);
	img_claims_free(&v->claims);
	img_buf_free(&v->intakes);
	img_buf_free(&v->pages);
	img_buf_free(&v->polled);
	img_free(v->piece);
}

int img_capture(const struct img_capture_how *how, int conn, struct img_err *err)
{
	struct capturing v = { .how = how, .conn = { .fd = conn }, .asker = -1 };
	int r = 0;

	err->file[0] = '\0';
	while (r == 0 && !all_there(&v))
		r = turn(&v, err);
	if (r == 0)
		r = commit(&v, err);
	end(&v);
	return r;
}
