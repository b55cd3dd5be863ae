/* The mounts of a mount namespace, as a tree. */
#ifndef IMG_MOUNTS_H
#define IMG_MOUNTS_H

#include "libimg/dump/dir.h"
#include "mnt.pb-c.h"

#define IMG_NO_MOUNT SIZE_MAX

/* One entry of mountpoints-NS.img. Relatives are indices, or IMG_NO_MOUNT. */
struct img_mount {
	const MntEntry *e;
	size_t parent, child, next; /* parent, first child, next of the same parent */
};

struct img_mounts {
	struct img_mount *v; /* in the order of the image */
	size_t n;
	size_t root; /* first mount without a parent; the others follow by `next` */
	struct img_arena *arena;
};

/*
 * Read the mounts of a namespace. A parent that is not in it, is the mount itself, or closes a
 * cycle is none: every mount is reached from `root` exactly once. 1 with *m, 0 if there is no
 * such image, -1 with *err: *m then holds the mounts before the damage, or is NULL.
 */
int img_mounts_read(struct img_dir *d, uint32_t ns, struct img_mounts **m, struct img_err *err);
void img_mounts_free(struct img_mounts *m); /* NULL is fine */

/*
 * The next mount after i in depth-first order, children in the order of the image; begin with
 * `root`. *depth is updated: 0 for a root. IMG_NO_MOUNT at the end.
 */
size_t img_mounts_walk(const struct img_mounts *m, size_t i, unsigned *depth);

/*
 * The file system of mnt_entry.fstype, as Linux calls it. NULL: that is none, as of an external
 * mount, or is in mnt_entry.fsname (AUTO), or unknown.
 */
const char *img_mount_fs(uint32_t fstype);

#endif
