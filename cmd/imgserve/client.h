/* imgserve: the one client of a run, and the command that becomes it. */
#ifndef IMGSERVE_CLIENT_H
#define IMGSERVE_CLIENT_H

#include "cmd/imgserve/job.h"
#include "cmd/imgserve/log.h"
#include "cmd/imgserve/run.h"
#include "libimg/serve/listen.h"

struct client {
	const struct job *job;
	struct run run;
	struct serve_log *log;
	int conn; /* -1: none came */
};

const char *client_socket_dir(const struct job *j);

/* Start the command, if there is one, and wait for a client. 0 with c->conn, or -1 with *err. */
int client_await(struct client *c, struct img_listener *l, struct img_err *err);

/* For the library: `arg` is a struct client. */
int client_woken(void *arg, struct img_err *err);
void client_served(void *arg, const struct img_served *s);

/*
 * Begin to note signals, do `work`, and end: its failure is reported, the command is waited for.
 * Returns a status: that of the command where nothing else went wrong.
 */
int client_run(struct client *c, int (*work)(struct client *c, struct img_err *err));

#endif
