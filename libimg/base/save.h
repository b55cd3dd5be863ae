/* Files that appear whole or not at all. */
#ifndef IMG_SAVE_H
#define IMG_SAVE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "libimg/base/out.h"

struct img_save;

enum {
	IMG_SAVE_UNSYNCED = 1, /* not synced one by one: img_save_sync() ends the whole of it */
};

/*
 * Begin a file `name` in the directory dirfd (AT_FDCWD: here). It has no name while it is
 * written (O_TMPFILE; where the file system has no such files, a hidden one that nobody can
 * guess), and takes its own in img_save_end(). A regular file of that name is replaced by
 * one with its mode, owner and group; else the mode is 0666 but for the umask, and anything
 * but a directory is replaced: a link is not followed. Runs of zeros become holes. Returns
 * NULL with *err (IMG_ESYS; its file is set).
 */
struct img_save *img_save_begin(int dirfd, const char *name, unsigned flags, struct img_err *err);

/*
 * The same for a path that a person gave: a link is followed to the file it names, whether
 * there is one yet or not, and what is no regular file (a device, a pipe) is written to
 * directly.
 */
struct img_save *img_save_path(const char *path, struct img_err *err);

/*
 * Give the file the mode and the times in *st, and its owner and group where that is allowed:
 * for the image of a dump that is rewritten into another directory.
 */
void img_save_like(struct img_save *s, const struct stat *st);

struct img_out *img_save_out(struct img_save *s); /* belongs to s */

/*
 * Flush, sync and give it its name if `keep`, else remove what was written; frees s. 0, or
 * -1 with *err: nothing has taken the name then. NULL is fine.
 */
int img_save_end(struct img_save *s, bool keep, struct img_err *err);

/*
 * All that was written to the file system of the directory dirfd is on the disk: one wait
 * for many files. 0, or -1 with *err.
 */
int img_save_sync(int dirfd, struct img_err *err);

#endif
