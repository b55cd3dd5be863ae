/* Values in archives of a tmpfs: names of members, targets of links, owners. */
#ifndef IMG_RAW_ARCHIVE_H
#define IMG_RAW_ARCHIVE_H

#include "libimg/rewrite/raw_run.h"

/*
 * Change such an image; run->raw says where it is mounted. The new one holds the same files with
 * other names, as tar of CRIU's restore reads them. 0, or -1 with *err.
 */
int img_raw_archive(struct img_raw_run *run, struct img_err *err);

#endif
