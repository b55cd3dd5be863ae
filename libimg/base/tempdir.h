/*
 * A directory that appears whole or not at all, as save.h has it for a file: it is filled
 * beside its place, under a name that nobody can guess, and renamed.
 */
#ifndef IMG_TEMPDIR_H
#define IMG_TEMPDIR_H

#include <stdbool.h>

#include "libimg/base/err.h"

struct img_tempdir;

/*
 * Begin the directory `path`, which must not exist (IMG_ESYS with EEXIST), with mode 0700.
 * What killed runs have left beside `path` is removed. NULL with *err (its file is set).
 */
struct img_tempdir *img_tempdir_begin(const char *path, struct img_err *err);

int img_tempdir_fd(const struct img_tempdir *t); /* open on it; belongs to t */

/* The path by which it can be opened now, and the one to come, without slashes at its end. */
const char *img_tempdir_path(const struct img_tempdir *t);
const char *img_tempdir_final(const struct img_tempdir *t);

/* Whether a name is one that such a directory has while it is filled. */
bool img_tempdir_name(const char *name);

/*
 * Give it its name, if `keep`, else remove it and all that is in it. What has to be on the disk
 * by then is the caller's to see to. Frees t. 0, or -1 with *err: it is removed then too.
 * NULL is fine.
 */
int img_tempdir_end(struct img_tempdir *t, bool keep, struct img_err *err);

#endif
