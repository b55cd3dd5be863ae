/* Files of a directory that is being filled: new ones, and copies with all that a file has. */
#ifndef IMG_NEWFILE_H
#define IMG_NEWFILE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "libimg/base/attrs.h"
#include "libimg/base/file.h"
#include "libimg/dump/dir.h"

/* Where they come from and where they go; what it refers to is borrowed. */
struct img_newfiles {
	struct img_dir *from; /* the source: a directory, or NULL: attributes are not kept */
	int fd;               /* the new directory */
	const char *path;     /* the path that it will have, for errors */
	bool few;             /* each goes to the disk by itself; else that is for the caller */

	/* Extended attributes that were not kept, and the file that the first of them is of. */
	struct img_attrs_lost lost;
	char lost_of[NAME_MAX + 1];
};

/* A failure with the file `name` of the new directory, or with this if name is "". Returns -1. */
int img_newfile_fail(const struct img_newfiles *f, const char *name, const char *what,
		     struct img_err *err);

/* Create the file `name`, mode 0600: a descriptor to write, which is yours, or -1 with *err. */
int img_newfile_create(const struct img_newfiles *f, const char *name, struct img_err *err);

/* All of the file `name`, open as fd, has been written: to the disk, if few. 0 or -1. */
int img_newfile_sync(const struct img_newfiles *f, int fd, const char *name, struct img_err *err);

/* Access and modification times as in *st. 0, or -1 with errno. */
int img_newfile_times(int fd, const struct stat *st);

/*
 * The file `name`, open as `to`, gets owner and mode of *st, and the extended attributes of `from`,
 * an open file, unless that is -1. What is lost of these is added to f->lost. 0 or -1.
 */
int img_newfile_give(struct img_newfiles *f, const char *name, int to, const struct stat *st,
		     int from, enum img_attrs which, struct img_err *err);

/*
 * Open the file `old` in the directory dirfd to read it, by the rules of the source for links (see
 * open.h), with *st filled. The descriptor is yours. -1 with *err, which does not name the file.
 */
int img_newfile_open_old(const struct img_newfiles *f, int dirfd, const char *old, struct stat *st,
			 struct img_err *err);

/*
 * Make the file `name` a copy of an open one, with the owner, mode and times of *st and the extended
 * attributes of the open one; st NULL: of its bytes alone. 0 or -1.
 */
int img_newfile_copy(struct img_newfiles *f, const char *name, const struct img_file *from,
		     const struct stat *st, struct img_err *err);

/* The same of the file `old` in the directory dirfd. 0 or -1. */
int img_newfile_copy_old(struct img_newfiles *f, const char *name, int dirfd, const char *old,
			 struct img_err *err);

#endif
