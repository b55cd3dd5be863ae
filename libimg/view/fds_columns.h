/* Descriptors as columns. */
#ifndef IMG_FDS_COLUMNS_H
#define IMG_FDS_COLUMNS_H

#include "libimg/view/fds_show.h"
#include "libimg/view/table.h"

/* What must be read for some of the columns. */
enum { IMG_FDS_NEED_COMM = 1 };

/* A descriptor, or a place of its task: "cwd", "root", else NULL. */
struct img_fds_row {
	struct img_desc *desc;
	const struct img_task *task;
	const struct img_fd *fd;
	const char *place;
};

extern const struct img_column img_fds_columns[];

#endif
