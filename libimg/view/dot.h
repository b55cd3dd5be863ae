/*
 * A dump as a picture, drawn by Graphviz: its processes, what they listen at, and the channels
 * between them and to hosts outside.
 */
#ifndef IMG_DOT_H
#define IMG_DOT_H

#include "libimg/base/out.h"
#include "libimg/base/report.h"
#include "libimg/dump/pstree.h"

struct img_dot {
	struct img_out *out;
	struct img_dir *dir;
	struct img_ps *ps; /* with the cores of the shown tasks read */
	const bool *shown; /* by task */
	const char *name;  /* of the dump, for the title */
	bool args;         /* longer command lines; what is missing of them is reported */
	const struct img_report *report;
};

/*
 * Put the graph. Of more than 40 processes, siblings of one name are drawn as one. What is damaged
 * or missing goes to the report. 0, or -1 with *err: no memory.
 */
int img_dot_draw(const struct img_dot *d, struct img_err *err);

#endif
