/* Processes as columns. */
#ifndef IMG_PS_COLUMNS_H
#define IMG_PS_COLUMNS_H

#include "libimg/view/fds_show.h"
#include "libimg/view/ps.h"
#include "libimg/view/table.h"

/* What some of the columns need: bits of IMG_SHOW_… and these. */
enum {
	IMG_PS_NEED_FILES = 1 << 16, /* img_ps_row.desc */
};

/* A process. */
struct img_ps_row {
	struct img_tasks *tasks;
	const struct img_task *task;
	const struct img_about *about; /* img_about_read() */
	struct img_desc *desc;
	unsigned depth; /* in the tree, and its branches: img_cell_branch() */
	const bool *last;
};

extern const struct img_column img_ps_columns[];

#endif
