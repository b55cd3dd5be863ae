/* The boxes of a graph: a process, or many that are alike. */
#ifndef IMG_DOT_BOX_H
#define IMG_DOT_BOX_H

#include "libimg/base/map.h"
#include "libimg/view/dot.h"
#include "libimg/view/fds_dump.h"
#include "libimg/view/ps.h"

#define IMG_DOT_NONE UINT32_MAX

struct img_dot_box {
	const struct img_task *t; /* the first */
	uint32_t n;               /* processes */
	uint32_t parent;          /* box of the next shown ancestor, or IMG_DOT_NONE */
	uint32_t ns;              /* index of its pid namespace */
	uint32_t last;            /* pid of the last */
	uint64_t threads, memory; /* memory: private bytes in the dump */
	uint32_t uid, gid;
	bool has_uid, many_uids;
	uint32_t rows; /* first of the listening sockets, or IMG_DOT_NONE */
	uint32_t n_rows;
};

/* A listening socket of a box. */
struct img_dot_row {
	size_t text; /* offset in `texts`, NUL-terminated */
	uint32_t next;
};

/* A pid namespace: those around it come before it. */
struct img_dot_ns {
	uint32_t id;
	uint32_t parent; /* or IMG_DOT_NONE */
	bool own;        /* not that of the host */
	const struct img_task *first;
};

struct img_dot_boxes {
	const struct img_dot *d;
	struct img_desc *desc;
	struct img_tasks *tasks;
	struct img_report quiet; /* for what may be missing in a picture */

	struct img_buf boxes, rows, nss; /* of the structs above */
	struct img_buf texts;
	uint32_t *of; /* by task: its box, IMG_DOT_NONE: not shown */
	uint32_t n, n_ns;
	bool folded; /* processes that are alike are in one box */
	uint64_t processes, threads, memory;
};

static inline struct img_dot_box *img_dot_box(const struct img_dot_boxes *b, uint32_t i)
{
	return (struct img_dot_box *)(void *)b->boxes.p + i;
}

/* 0, or -1 with *err: no memory. */
int img_dot_boxes_make(struct img_dot_boxes *b, const struct img_dot *d, struct img_err *err);
void img_dot_boxes_free(struct img_dot_boxes *b);

#endif
