/*
 * Opening what lies in a directory of images. A dump may be a view, whose files are links to
 * those of another directory; it may also come from a stranger, and its links lead to files
 * that nobody was to see.
 */
#ifndef IMG_OPEN_H
#define IMG_OPEN_H

#include "libimg/base/err.h"

/*
 * Which links are followed. Without a flag: those to a regular file of the same name,
 * wherever it lies, each link on the way being such a one.
 */
enum {
	IMG_FOLLOW = 1,  /* those to any regular file */
	IMG_BENEATH = 2, /* none that leads out of the directory; also for a parent dump */
};

/*
 * Open the regular file `name` (no path) in the directory dirfd, for reading. The descriptor
 * is the caller's. -1 with *err: IMG_ESYS with ENOENT where there is nothing of this name,
 * IMG_EDATA where it is no regular file, leads nowhere, or is a link not to be followed.
 */
int img_open_file(int dirfd, const char *name, unsigned flags, struct img_err *err);

/*
 * Open a directory: `path` as seen from the directory dirfd. Links are followed, but with
 * IMG_BENEATH none that leads out of dirfd. -1 with *err: IMG_ESYS, or IMG_EDATA for one that
 * does.
 */
int img_open_dir(int dirfd, const char *path, unsigned flags, struct img_err *err);

#endif
