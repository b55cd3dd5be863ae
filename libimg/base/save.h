/* Files that appear whole or not at all. */
#ifndef IMG_SAVE_H
#define IMG_SAVE_H

#include <stdbool.h>

#include "libimg/base/out.h"

struct img_save;

/*
 * Begin a file `name` in the directory dirfd (AT_FDCWD: the current one). It is written under a
 * temporary name in the same directory, with mode 0600 like CRIU's own images (they hold memory),
 * and renamed by img_save_end(). Returns NULL with *err (err->file is set).
 */
struct img_save *img_save_begin(int dirfd, const char *name, struct img_err *err);

/*
 * The same for a path that a user gave: a symbolic link is followed to its target, which keeps its
 * mode; what is not a regular file (a device, a pipe) is written to directly.
 */
struct img_save *img_save_path(const char *path, struct img_err *err);

struct img_out *img_save_out(struct img_save *s); /* belongs to s */

/*
 * Flush, fsync and rename if `keep`, else remove the temporary file; frees s. 0, or -1 with *err,
 * and then no file has taken the name. NULL is fine.
 */
int img_save_end(struct img_save *s, bool keep, struct img_err *err);

#endif
