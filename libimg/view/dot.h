/* The channels between the tasks of a dump, in the language of Graphviz. */
#ifndef IMG_DOT_H
#define IMG_DOT_H

#include "libimg/base/out.h"
#include "libimg/dump/peers.h"

/*
 * Put n bytes of a name into a quoted string of Graphviz: what is shown is as
 * img_text_name() has it, and nothing in it is taken for an escape or an entity.
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
 * Put an edge for each pipe, fifo, pair of unix sockets and connection over IP that links
 * two tasks that are shown. Where it links more of them a pipe is a node, and of a pair of
 * sockets each is one, with an edge to each task that holds it. false: no memory.
 */
bool img_dot_channels(const struct img_dot *d);

#endif
