/* Files of the machine by names that come from an image. */
#ifndef IMG_LOOK_H
#define IMG_LOOK_H

#include "libimg/base/err.h"
#include "libimg/base/buf.h"
#include "libimg/base/map.h"
#include "libimg/host/need.h"

/*
 * Where to look: below the directory that `root` is open on, which no link leads out of; -1: the
 * root of this process. The rest is zero to begin: build ids that were read, since processes have
 * the same libraries. img_look_end() when done; the root stays the caller's.
 */
struct img_look {
	int root;
	struct img_map seen; /* of device and inode -> ids */
	struct img_buf ids;
};

void img_look_end(struct img_look *at);

enum {
	IMG_LOOK_ID = 1,   /* at the build id of a regular file, too */
	IMG_LOOK_LINK = 2, /* at a link itself, in place of what it leads to */
};

/* What to look at for what is needed. */
unsigned img_look_how(const struct img_need *n);

/*
 * What is at the path? 1 with *is: mode and size, and what `how` (IMG_LOOK_…) asks for; 0:
 * nothing; -1 with *err: it cannot be seen. Nothing but a regular file is opened, and that only
 * for its build id.
 */
int img_look(struct img_look *at, const char *path, unsigned how, struct img_need *is,
	     struct img_err *err);

/* Is a path, at which there is nothing, in a file system of control groups? */
bool img_look_in_cgroup(const struct img_look *at, const char *path);

#endif
