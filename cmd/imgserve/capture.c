#include "cmd/imgserve/capture.h"

#include <errno.h>
#include <stdio.h>

#include "cmd/imgserve/client.h"
#include "cmd/imgserve/keep.h"
#include "libimg/serve/capture.h"
#include "libimg/serve/protocol.h"

struct capture {
	struct client client; /* goes first: work() is given it */
	struct keep *keep;
};

/* ---- for the library ---- */

static int open_image(void *arg, const char *name, struct img_err *err)
{
	struct capture *c = arg;

	return keep_open(c->keep, name, err);
}

static int done(void *arg, const char *name, int fd, struct img_err *err)
{
	struct capture *c = arg;

	return keep_done(c->keep, name, fd, err);
}

static int commit(void *arg, struct img_err *err)
{
	struct capture *c = arg;

	return keep_commit(c->keep, err);
}

/* The end of the connection looks the same after success and failure: only a status tells. */
static int unasked(void *arg, struct img_err *err)
{
	struct capture *c = arg;

	if (c->client.job->command == NULL)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"nobody asked for the images: criu has no post-dump script");
	run_wait(&c->client.run);
	if (c->client.run.status == 0)
		return 0;
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "ended with status %d", c->client.run.status);
	return img_err_in(err, c->client.job->command[0], "");
}

static int woken(void *arg, struct img_err *err)
{
	struct capture *c = arg;

	return client_woken(&c->client, err);
}

static void served(void *arg, const struct img_served *s)
{
	struct capture *c = arg;

	client_served(&c->client, s);
}

/* ---- a run ---- */

static int capture(struct capture *c, struct img_listener *asks, struct img_err *err)
{
	const struct job *j = c->client.job;
	const struct img_capture_how how = {
		.filters = j->filters,
		.n_filters = j->n_filters,
		.dir = j->sockdir,
		.asks = asks,
		.open = open_image,
		.done = done,
		.unasked = unasked,
		.commit = commit,
		.wake = c->client.run.wake,
		.woken = woken,
		.served = served,
		.arg = c,
	};

	return img_capture(&how, c->client.conn, err);
}

/* Whoever asks finds nobody any more after a failure: that is an answer, too. */
static int attend(struct capture *c, struct img_err *err)
{
	struct img_listener *l = img_listen(c->client.job->sockdir, IMG_SOCKET_CAPTURE, err);
	struct img_listener *asks = l != NULL ? img_listen_beside(l, IMG_SOCKET_COMMIT, err) : NULL;
	int r = asks != NULL ? client_await(&c->client, l, err) : -1;

	img_listener_close(l);
	if (r == 0)
		r = capture(c, asks, err);
	img_listener_close(asks);
	return r;
}

static int work(struct client *client, struct img_err *err)
{
	return attend((struct capture *)client, err);
}

int serve_capture(const struct job *j)
{
	struct capture c = { .client = { .job = j } };
	struct img_err err;
	int status;

	c.keep = keep_begin(j->from, &err);
	if (c.keep == NULL) {
		status = tool_fail(&serve_tool, j->from, &err);
		return err.kind == IMG_ESYS && err.errnum == EEXIST ? TOOL_USAGE : status;
	}
	status = client_run(&c.client, work);
	keep_end(c.keep);
	return status;
}

int serve_commit(const struct job *j)
{
	struct img_err err;
	int r = img_capture_ask(j->sockdir, &err);

	if (r < 0)
		return tool_fail(&serve_tool, NULL, &err);
	if (r == 0)
		fprintf(stderr, "%s: %s: the images were not kept\n", serve_tool.name, j->sockdir);
	return r == 1 ? TOOL_OK : TOOL_DATA;
}
