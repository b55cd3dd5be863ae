/* What is in a tmpfs, as columns: a member of its archive is a row. */
#ifndef IMG_TMPFS_COLUMNS_H
#define IMG_TMPFS_COLUMNS_H

#include "libimg/view/table.h"

struct img_archive_about;

struct img_tmpfs_row {
	const char *image;  /* name of the archive */
	const char *target; /* where it is mounted, NULL: nowhere in the dump */
	const struct img_archive_about *m;
};

extern const struct img_column img_tmpfs_columns[];

#endif
