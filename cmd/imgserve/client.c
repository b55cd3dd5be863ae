#include "cmd/imgserve/client.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

const char *client_socket_dir(const struct job *j)
{
	return j->sockdir != NULL ? j->sockdir : j->from;
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

void client_served(void *arg, const struct img_served *s)
{
	const struct client *c = arg;

	serve_log_put(c->log, s);
}

static int stopped(const struct run *r, struct img_err *err)
{
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "ended by a signal (%s)",
			strsignal(r->signal));
}

/* A command that has ended may have left a process that still reads: the connection tells. */
int client_woken(void *arg, struct img_err *err)
{
	struct client *c = arg;

	run_woken(&c->run);
	return c->run.signal != 0 ? stopped(&c->run, err) : 0;
}

/* Why none will come: 0: one may, -1 with *err. */
static int still_waiting(const struct client *c, struct img_err *err)
{
	if (c->run.signal != 0)
		return stopped(&c->run, err);
	if (!c->run.ended)
		return 0;
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "ended (status %d) before it connected",
		 c->run.status);
	return img_err_in(err, c->job->command[0], "");
}

/* Who has connected before the command ended is served. */
static int wait_for(struct client *c, struct img_listener *l, struct img_err *err)
{
	struct pollfd p[2] = { { .fd = img_listener_fd(l), .events = POLLIN },
			       { .fd = c->run.wake, .events = POLLIN } };
	struct img_client who;

	for (;;) {
		int r;

		poll(p, 2, -1);
		r = img_listener_accept(l, &c->conn, &who, err);
		if (r != 0)
			return r < 0 ? -1 : 0;
		if (who.pid != 0)
			fprintf(stderr, "%s: warning: refused process %ld of user %lu\n",
				serve_tool.name, (long)who.pid, (unsigned long)who.uid);
		run_woken(&c->run);
		if (still_waiting(c, err) < 0)
			return -1;
	}
}

int client_await(struct client *c, struct img_listener *l, struct img_err *err)
{
	/* What goes to standard output is an archive. */
	int out = c->job->to_stdout ? STDERR_FILENO : STDOUT_FILENO;

	if (c->job->command != NULL && run_start(&c->run, c->job->command, out, err) < 0)
		return -1;
	return wait_for(c, l, err);
}

/* A command that has failed by itself says why; else it is our status that counts. */
static int status_of(const struct client *c, int status)
{
	if (status == TOOL_OK || (status == TOOL_DATA && c->conn < 0 && c->run.status != 0))
		return c->run.status;
	return status;
}

int client_run(struct client *c, int (*work)(struct client *c, struct img_err *err))
{
	struct img_err err;
	int status = TOOL_OK, closed;

	c->conn = -1;
	c->log = serve_log_open(c->job->log);
	raise_limit();
	if (run_begin(&c->run, &err) < 0)
		status = tool_fail(&serve_tool, NULL, &err);
	else if (work(c, &err) < 0)
		status = tool_fail(&serve_tool, client_socket_dir(c->job), &err);
	run_wait(&c->run);
	run_end(&c->run);
	status = status_of(c, status);
	closed = serve_log_close(c->log);
	return status != TOOL_OK ? status : closed;
}
