/* imgserve: signals, and the command that it starts. */
#ifndef IMGSERVE_RUN_H
#define IMGSERVE_RUN_H

#include <stdbool.h>
#include <sys/types.h>

#include "libimg/base/err.h"

/* Only one may be at work. */
struct run {
	int wake;    /* to be polled: a signal came, or the command has ended */
	int signal;  /* that ends us, or 0 */
	pid_t child; /* the command; 0: none */
	bool ended;
	int status; /* its exit status; 128 and the signal */
};

/* From here on signals that end a program are noted, and SIGPIPE is ignored. 0, or -1. */
int run_begin(struct run *r, struct img_err *err);
void run_end(struct run *r); /* the command has ended, or there was none */

/* Start a command, with `out` as its standard output. 0, or -1 with *err. */
int run_start(struct run *r, char **command, int out, struct img_err *err);

/* Take what has come to wake. */
void run_woken(struct run *r);

/* Wait until the command has ended; signals are passed on to it. */
void run_wait(struct run *r);

#endif
