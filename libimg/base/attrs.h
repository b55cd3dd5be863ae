/* What a file has beside its bytes, name and times, given to another one. */
#ifndef IMG_ATTRS_H
#define IMG_ATTRS_H

#include <stdint.h>
#include <sys/stat.h>

#include "libimg/base/err.h"

enum { IMG_ATTR_NAME = 255 }; /* XATTR_NAME_MAX of linux/limits.h */

enum img_attrs {
	IMG_ATTRS_ALL,
	IMG_ATTRS_ACCESS, /* not those of users, which say something of a file's content */
};

/* Attributes that a file could not get: how many, and the first of them. Zero it to begin. */
struct img_attrs_lost {
	uint64_t n;
	char name[IMG_ATTR_NAME + 1];
	int errnum;
};

/*
 * Give the file `to` the extended attributes of `from`, two open descriptors, access control lists
 * among them, but for those that the kernel itself makes of a file's content. One that may not be
 * read, or that the file system of `to` refuses or has no room for, is counted in *lost. Returns
 * 0, or -1 with *err (IMG_ESYS).
 */
int img_attrs_copy(int from, int to, enum img_attrs which, struct img_attrs_lost *lost,
		   struct img_err *err);

/*
 * Give it the owner in *st, where that is allowed, these attributes (from < 0: none), and the mode
 * in *st. Returns as img_attrs_copy().
 */
int img_attrs_give(int to, const struct stat *st, int from, enum img_attrs which,
		   struct img_attrs_lost *lost, struct img_err *err);

#endif
