/* Mounts as columns. */
#ifndef IMG_MOUNTS_COLUMNS_H
#define IMG_MOUNTS_COLUMNS_H

#include "libimg/dump/mounts.h"
#include "libimg/view/table.h"

struct img_mounts_row {
	uint32_t ns;
	const struct img_mount *m;
	unsigned depth; /* in the tree, and its branches: img_cell_branch() */
	const bool *last;
	const char *content; /* image with what is in it, or NULL */
};

extern const struct img_column img_mounts_columns[];

/* The name of its file system: that in the image, or CRIU's for the type in lower case. */
const char *img_mount_fstype(const MntEntry *e);

/* Is it given from outside at restore? */
bool img_mount_external(const MntEntry *e);

#endif
