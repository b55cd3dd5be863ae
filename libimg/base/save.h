/* Files that appear whole or not at all. */
#ifndef IMG_SAVE_H
#define IMG_SAVE_H

#include <stdbool.h>

#include "libimg/base/out.h"

struct img_save;

/*
 * Begin a file `name` in the directory dirfd (AT_FDCWD: here). It is written under another
 * name beside it, with mode 0600 as CRIU's own images are (they hold memory), and takes
 * its name in img_save_end(). Returns NULL with *err (its file is set).
 */
struct img_save *img_save_begin(int dirfd, const char *name, struct img_err *err);

/*
 * The same for a path that a person gave: a link is followed to the file it names, which
 * keeps its mode, and what is no regular file (a device, a pipe) is written to directly.
 */
struct img_save *img_save_path(const char *path, struct img_err *err);

struct img_out *img_save_out(struct img_save *s); /* belongs to s */

/*
 * Flush, fsync and rename if `keep`, else remove what was written; frees s. 0, or -1 with
 * *err: nothing has taken the name then. NULL is fine.
 */
int img_save_end(struct img_save *s, bool keep, struct img_err *err);

#endif
