/* The channels between the tasks of a dump as a Graphviz graph. */
#ifndef IMG_DOT_H
#define IMG_DOT_H

#include "libimg/base/out.h"
#include "libimg/dump/peers.h"

/*
 * Put n bytes of a name into a quoted string of Graphviz: shown as by img_text_name(), without
 * escapes or entities of Graphviz.
 */
void img_dot_name(struct img_out *o, const void *p, size_t n);

struct img_dot {
	struct img_out *out;
	const struct img_ps *ps;
	const bool *shown; /* by task */
	struct img_files *files;
	const struct img_fds *fds;
	const struct img_peers *ends;
	const struct img_report *report;
};

/* Put the identifier of a task's node. */
void img_dot_node(const struct img_dot *d, const struct img_task *t);

/*
 * Put an edge for each pipe, fifo, pair of unix sockets and IP connection between two of the tasks
 * shown. If it links more of them, a pipe is a node, and each socket of a pair is one, with an
 * edge to each task that holds it. False: no memory.
 */
bool img_dot_channels(const struct img_dot *d);

#endif
