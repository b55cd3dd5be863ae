#include "cmd/imgserve/stream.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cmd/imgserve/log.h"
#include "cmd/imgserve/run.h"
#include "libimg/serve/listen.h"
#include "libimg/serve/protocol.h"
#include "libimg/serve/serve.h"

struct stream {
	const struct job *job;
	struct run run;
	struct serve_log *log;
	int conn;
};

static void served(void *arg, const struct img_served *s)
{
	const struct stream *st = arg;

	serve_log_put(st->log, s);
}

static int stopped(const struct run *r, struct img_err *err)
{
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "ended by a signal (%s)",
			strsignal(r->signal));
}

/* A command that has ended may have left a process that still reads: the connection tells. */
static int woken(void *arg, struct img_err *err)
{
	struct stream *st = arg;

	run_woken(&st->run);
	return st->run.signal != 0 ? stopped(&st->run, err) : 0;
}

/* Two ends for each image on its way: as many as may be. */
static void raise_limit(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur < l.rlim_max) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_NOFILE, &l);
	}
}

/* ---- the client ---- */

/* Why none will come: 0: one may, -1 with *err. */
static int still_waiting(const struct stream *st, struct img_err *err)
{
	if (st->run.signal != 0)
		return stopped(&st->run, err);
	if (!st->run.ended)
		return 0;
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "ended (status %d) before it asked for an image",
		 st->run.status);
	return img_err_in(err, st->job->command[0], "");
}

/* 0 with st->conn, or -1 with *err. */
static int await(struct stream *st, struct img_listener *l, struct img_err *err)
{
	struct pollfd p[2] = { { .fd = img_listener_fd(l), .events = POLLIN },
			       { .fd = st->run.wake, .events = POLLIN } };
	struct img_client who;
	int r = 0;

	while (r == 0) {
		/* Who has connected before the command ended is served. */
		poll(p, 2, -1);
		r = img_listener_accept(l, &st->conn, &who, err);
		if (r == 0 && who.pid != 0)
			fprintf(stderr, "%s: warning: refused process %ld of user %lu\n",
				serve_tool.name, (long)who.pid, (unsigned long)who.uid);
		if (r != 0)
			break;
		run_woken(&st->run);
		if (still_waiting(st, err) < 0)
			return -1;
	}
	return r < 0 ? -1 : 0;
}

/* ---- a run ---- */

static int serve(struct stream *st, struct img_dir *from, struct img_rewrite *rw,
		 struct img_err *err)
{
	const struct job *j = st->job;
	const struct img_serve_how how = {
		.supply = { .from = from,
			    .rewrite = rw,
			    .filters = j->filters,
			    .n_filters = j->n_filters,
			    .faults = j->faults,
			    .n_faults = j->n_faults,
			    .spool = serve_tmp() },
		.wake = st->run.wake,
		.woken = woken,
		.served = served,
		.arg = st,
	};

	return img_serve(&how, st->conn, err);
}

static const char *socket_dir(const struct job *j)
{
	return j->sockdir != NULL ? j->sockdir : j->from;
}

/* Listen, start the command, serve. 0, or -1 with *err. */
static int attend(struct stream *st, struct img_dir *from, struct img_rewrite *rw,
		  struct img_err *err)
{
	const struct job *j = st->job;
	struct img_listener *l = img_listen(socket_dir(j), IMG_SOCKET_SERVE, err);
	int r = -1;

	if (l == NULL)
		return -1;
	if (j->command == NULL || run_start(&st->run, j->command, err) == 0)
		r = await(st, l, err);
	img_listener_close(l);
	return r == 0 ? serve(st, from, rw, err) : -1;
}

/* A command that has failed by itself says why; else it is our status that counts. */
static int status_of(const struct stream *st, int status)
{
	if (status == TOOL_OK || (st->conn < 0 && st->run.status != 0))
		return st->run.status;
	return status;
}

static int stream(struct stream *st, struct img_dir *from)
{
	struct serve_changes c;
	struct img_rewrite *rw;
	struct img_err err;
	int status = TOOL_OK;

	serve_changes_begin(st->job, true, &c);
	rw = img_rewrite_new(from, c.changes, c.n, &err);
	if (rw == NULL || run_begin(&st->run, &err) < 0) {
		status = tool_fail(&serve_tool, st->job->from, &err);
	} else {
		if (attend(st, from, rw, &err) < 0)
			status = tool_fail(&serve_tool, socket_dir(st->job), &err);
		run_wait(&st->run);
		run_end(&st->run);
	}
	img_rewrite_free(rw);
	serve_changes_end(&c);
	return status_of(st, status);
}

int serve_stream(const struct job *j)
{
	struct stream st = { .job = j, .conn = -1 };
	struct judge *judge = judge_new(&serve_tool);
	struct img_dir *from;
	int status = serve_open(j, judge, &from), closed;

	judge_free(judge);
	raise_limit();
	if (status == TOOL_OK) {
		st.log = serve_log_open(j->log);
		status = stream(&st, from);
		closed = serve_log_close(st.log);
		if (status == TOOL_OK)
			status = closed;
	}
	img_dir_close(from);
	return status;
}
