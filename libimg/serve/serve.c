#include "libimg/serve/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "libimg/serve/protocol.h"

enum {
	PIECE = 1 << 20,      /* bytes of one call, and of a pipe for a large image */
	PIPE_SIZE = 64 << 10, /* of any pipe */
	OPEN_FILES = 64,      /* of images on their way that keep their files open */
	TICK_MS = 20,         /* where the kernel cannot say that a filter has ended */
	POISON_MS = 1000,     /* for images that break off */
};

/* An image on its way. */
struct writer {
	int to;
	struct img_supplied image; /* fd -1: it has to be opened again */
	uint64_t at;
	uint64_t due; /* its end may not come before; 0: at once */
	uint64_t since;
	char name[IMG_NAME];
};

enum phase {
	PHASE_REQUEST,
	PHASE_FILTERS, /* an image is being made */
	PHASE_REPLY,
	PHASE_PIPE,
	PHASE_CLOSED,
};

struct serve {
	const struct img_serve_how *how;
	struct img_supply supply;
	struct img_conn conn;
	enum phase phase;
	bool exists;
	struct writer next; /* the image that was asked for */
	struct img_buf writers, polled;
	size_t open; /* files of writers */
	uint8_t *piece;
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- images on their way ---- */

static struct writer *writers(const struct serve *v, size_t *n)
{
	*n = v->writers.n / sizeof(struct writer);
	return (struct writer *)(void *)v->writers.p;
}

static void report(const struct serve *v, const struct writer *w, bool exists)
{
	const struct img_served s = {
		.image = w->name,
		.exists = exists,
		.bytes = w->at,
		.size = w->image.size,
		.by = w->image.by,
		.seconds = (double)(now_ms() - w->since) / 1000,
	};

	if (v->how->served != NULL)
		v->how->served(v->how->arg, &s);
}

static int fail_image(const struct serve *v, const struct writer *w, struct img_err *err)
{
	return err->file[0] != '\0' ? -1
				    : img_err_in(err, img_dir_path(v->how->supply.from), w->name);
}

static void shut_file(struct serve *v, struct writer *w)
{
	if (w->image.fd < 0)
		return;
	close(w->image.fd);
	w->image.fd = -1;
	v->open--;
}

/* Without splice(): some file systems have none. */
static ssize_t write_piece(struct serve *v, const struct writer *w, size_t n)
{
	ssize_t r;

	if (n > PIPE_SIZE)
		n = PIPE_SIZE;
	if (v->piece == NULL)
		v->piece = img_realloc(NULL, PIPE_SIZE);
	if (v->piece == NULL) {
		errno = ENOMEM;
		return -1;
	}
	r = pread(w->image.fd, v->piece, n, (off_t)w->at);
	return r <= 0 ? r : write(w->to, v->piece, (size_t)r);
}

static ssize_t move_piece(struct serve *v, const struct writer *w, size_t n)
{
	loff_t at = (loff_t)w->at;
	ssize_t r = splice(w->image.fd, &at, w->to, NULL, n, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);

	if (r < 0 && (errno == EINVAL || errno == ENOSYS))
		r = write_piece(v, w, n);
	return r;
}

/* The last byte of what comes late is held back. */
static uint64_t end_of(const struct writer *w)
{
	return w->due != 0 && w->image.size > 0 && now_ms() < w->due ? w->image.size - 1
								     : w->image.size;
}

/* As much as the pipe takes. 1: all of it, or criu wants no more; IMG_WAIT, or -1 with *err. */
static int step(struct serve *v, struct writer *w, struct img_err *err)
{
	uint64_t end = end_of(w);

	err->file[0] = '\0';
	if (w->image.fd < 0 && w->at < end) {
		w->image.fd = img_supply_reopen(&v->supply, &w->image, err);
		if (w->image.fd < 0)
			return fail_image(v, w, err);
		v->open++;
	}
	while (w->at < end) {
		size_t n = end - w->at < PIECE ? (size_t)(end - w->at) : PIECE;
		ssize_t r = move_piece(v, w, n);

		if (r > 0) {
			w->at += (uint64_t)r;
			continue;
		}
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0 && errno == EAGAIN)
			break;
		if (r < 0 && errno == EPIPE)
			return 1;
		img_fail(err, r < 0 ? IMG_ESYS : IMG_EDATA, w->at, "%s",
			 r < 0 ? "cannot pass it on" : "the file has become shorter");
		return fail_image(v, w, err);
	}
	if (w->at == w->image.size && (w->due == 0 || now_ms() >= w->due))
		return 1;
	if (w->image.from[0] != '\0' && v->open > OPEN_FILES)
		shut_file(v, w);
	return IMG_WAIT;
}

static void finish(struct serve *v, struct writer *w)
{
	close(w->to);
	shut_file(v, w);
	report(v, w, true);
}

/* The pipe for the image that was asked for. */
static int begin_writer(struct serve *v, int to, struct img_err *err)
{
	struct writer w = v->next;
	int r;

	v->next.image.fd = -1;
	v->open++;
	w.to = to;
	w.due = w.image.late ? now_ms() + IMG_FAULT_MS : 0;
	if (fcntl(to, F_SETFL, O_NONBLOCK) < 0) {
		img_fail_sys(err);
		r = fail_image(v, &w, err);
	} else {
		/* Fewer turns for what is large; it may be refused. */
		if (w.image.size > PIPE_SIZE)
			(void)!fcntl(to, F_SETPIPE_SZ, PIECE);
		r = step(v, &w, err);
	}
	if (r == 1) {
		finish(v, &w);
		return 0;
	}
	img_buf_put(&v->writers, &w, sizeof(w));
	if (v->writers.failed) {
		close(to);
		shut_file(v, &w);
		return img_fail_mem(err);
	}
	return r < 0 ? -1 : 0;
}

/* ---- requests ---- */

static int closed(struct serve *v)
{
	v->phase = PHASE_CLOSED;
	close(v->conn.fd);
	v->conn.fd = -1;
	return 0;
}

/* What came of making the image. */
static int made(struct serve *v, int r)
{
	if (r < 0)
		return -1;
	v->phase = r == IMG_WAIT ? PHASE_FILTERS : PHASE_REPLY;
	v->exists = r == 1 && !v->next.image.absent;
	return 0;
}

static int take_request(struct serve *v, struct img_err *err)
{
	int r = img_conn_request(&v->conn, v->next.name, err);

	if (r == 0)
		return closed(v);
	if (r != 1)
		return r < 0 ? -1 : 0;
	v->next.since = now_ms();
	v->next.at = 0;
	v->next.image = (struct img_supplied){ .fd = -1 };
	/* criu asks for what has no name where files.img is missing. */
	if (v->next.name[0] == '\0')
		return made(v, 0);
	return made(v, img_supply_start(&v->supply, v->next.name, &v->next.image, err));
}

static int send_reply(struct serve *v, struct img_err *err)
{
	int r = img_conn_reply(&v->conn, v->exists, err);

	if (r == 0)
		return closed(v);
	if (r != 1)
		return r < 0 ? -1 : 0;
	v->phase = v->exists ? PHASE_PIPE : PHASE_REQUEST;
	if (v->exists)
		return 0;
	report(v, &v->next, false);
	if (v->next.image.fd >= 0)
		close(v->next.image.fd);
	v->next.image.fd = -1;
	return 0;
}

static int take_pipe(struct serve *v, struct img_err *err)
{
	int to, r = img_conn_pipe(&v->conn, &to, err);

	if (r == 0)
		return closed(v);
	if (r != 1)
		return r < 0 ? fail_image(v, &v->next, err) : 0;
	v->phase = PHASE_REQUEST;
	return begin_writer(v, to, err);
}

/* criu has gone away while filters are at work: nobody wants the image any more. */
static int gone(struct serve *v)
{
	img_pipeline_kill(&v->supply.filters);
	return closed(v);
}

/* ---- the loop ---- */

static bool add_poll(struct serve *v, int fd, short events)
{
	const struct pollfd p = { .fd = fd, .events = events };

	img_buf_put(&v->polled, &p, sizeof(p));
	return !v->polled.failed;
}

static short conn_events(const struct serve *v)
{
	switch (v->phase) {
	case PHASE_REQUEST:
	case PHASE_PIPE: return POLLIN;
	case PHASE_REPLY: return POLLOUT;
	default: return POLLRDHUP;
	}
}

/* What is waited for: the connection, the caller's, each image, then each filter. */
static bool fill_polled(struct serve *v, int *timeout)
{
	const struct img_pipeline *p = &v->supply.filters;
	size_t n;
	const struct writer *w = writers(v, &n);
	bool ok;

	*timeout = -1;
	v->polled.n = 0;
	ok = add_poll(v, v->conn.fd, conn_events(v)) && add_poll(v, v->how->wake, POLLIN);
	for (size_t i = 0; i < n && ok; i++) {
		bool held = w[i].due != 0 && w[i].at >= end_of(&w[i]);
		uint64_t now = now_ms();

		/* Its end is not due: nothing can be written, only time goes by. */
		ok = add_poll(v, held ? -1 : w[i].to, POLLOUT);
		if (held && (*timeout < 0 || w[i].due < now + (uint64_t)*timeout))
			*timeout = w[i].due > now ? (int)(w[i].due - now) : 0;
	}
	for (size_t i = 0; v->phase == PHASE_FILTERS && i < p->n && ok; i++) {
		ok = add_poll(v, p->each[i].pidfd, POLLIN);
		if (!p->each[i].ended && p->each[i].pidfd < 0)
			*timeout = TICK_MS;
	}
	return ok;
}

static int turn_conn(struct serve *v, short events, struct img_err *err)
{
	int r;

	if (v->phase == PHASE_FILTERS) {
		if ((events & (POLLRDHUP | POLLHUP | POLLERR)) != 0)
			return gone(v);
		r = img_supply_poll(&v->supply, &v->next.image, err);
		return r == IMG_WAIT ? 0 : made(v, r);
	}
	if (events == 0)
		return 0;
	switch (v->phase) {
	case PHASE_REQUEST: return take_request(v, err);
	case PHASE_REPLY: return send_reply(v, err);
	case PHASE_PIPE: return take_pipe(v, err);
	default: return 0;
	}
}

/* Those whose pipes take more. `n`: as many as were polled. */
static int turn_writers(struct serve *v, const struct pollfd *p, size_t n, struct img_err *err)
{
	size_t kept = 0, all;
	struct writer *w = writers(v, &all);
	int r = 0;

	for (size_t i = 0; i < all; i++) {
		int done = IMG_WAIT;

		if (r == 0 && i < n && (p[i].revents != 0 || w[i].due != 0))
			done = step(v, &w[i], err);
		if (done < 0)
			r = -1;
		if (done == 1)
			finish(v, &w[i]);
		else
			w[kept++] = w[i];
	}
	v->writers.n = kept * sizeof(*w);
	return r;
}

static int turn(struct serve *v, struct img_err *err)
{
	struct pollfd *p;
	size_t n;
	int timeout;

	writers(v, &n);
	if (!fill_polled(v, &timeout))
		return img_fail_mem(err);
	p = (struct pollfd *)(void *)v->polled.p;
	if (poll(p, (nfds_t)(v->polled.n / sizeof(*p)), timeout) < 0)
		return errno == EINTR ? 0 : img_fail_sys(err);
	if (p[1].revents != 0 && v->how->woken(v->how->arg, err) < 0)
		return -1;
	/* First those that are on their way: a reply may bring another one. */
	if (turn_writers(v, p + 2, n, err) < 0)
		return -1;
	return turn_conn(v, p[0].revents, err);
}

/* ---- the end ---- */

/*
 * An image that breaks off between two entries looks whole to criu: what cannot be an entry goes
 * after what it has got, as far as it still reads.
 */
static void poison(const struct writer *w, uint64_t until)
{
	static const uint8_t bytes[8] = { 255, 255, 255, 255, 255, 255, 255, 255 };
	struct pollfd p = { .fd = w->to, .events = POLLOUT };
	uint64_t now = now_ms();

	if (w->image.size > w->at && poll(&p, 1, now < until ? (int)(until - now) : 0) > 0)
		(void)!write(w->to, bytes, sizeof(bytes));
}

static void end(struct serve *v, bool failed)
{
	size_t n;
	struct writer *w = writers(v, &n);
	uint64_t until = now_ms() + POISON_MS;

	/* criu sees this before any image comes to an end. */
	if (v->conn.fd >= 0)
		close(v->conn.fd);
	for (size_t i = 0; i < n; i++) {
		if (failed)
			poison(&w[i], until);
		finish(v, &w[i]);
	}
	if (v->next.image.fd >= 0)
		close(v->next.image.fd);
	img_supply_end(&v->supply);
	img_buf_free(&v->writers);
	img_buf_free(&v->polled);
	img_free(v->piece);
}

int img_serve(const struct img_serve_how *how, int conn, struct img_err *err)
{
	struct serve v = { .how = how, .conn = { .fd = conn }, .next = { .image = { .fd = -1 } } };
	int r;

	err->file[0] = '\0';
	r = img_supply_begin(&v.supply, &how->supply, err);
	while (r == 0 && (v.phase != PHASE_CLOSED || v.writers.n > 0))
		r = turn(&v, err);
	end(&v, r < 0);
	return r;
}
