/*
 * Links in a directory that is made of another one: they lead from there to where the links of the
 * source lead, or to its images.
 */
#ifndef IMG_NEWLINK_H
#define IMG_NEWLINK_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "libimg/dump/dir.h"

/* From where to where; all of it is borrowed. Errors name what is in either directory. */
struct img_newlink {
	struct img_dir *from;     /* the source: a directory, not an archive */
	char from_real[PATH_MAX]; /* its absolute path */
	int fd;                   /* the new directory */
	const char *now;          /* its present path, as deep as the one to come */
	const char *path;         /* the one to come, for errors */
};

/*
 * The file that a name in the directory dirfd leads to, links followed. Returns 1 with *st, 0:
 * nowhere that can be seen, or -1 with errno: the system cannot say, which is neither.
 */
int img_newlink_follow(int dirfd, const char *name, struct stat *st);

/*
 * The link `name` of the source. One that would lead somewhere else from the new directory becomes
 * one to the absolute path. What leads nowhere is kept, made absolute: it is not ours to mend. 0,
 * or -1 with *err.
 */
int img_newlink_copy(const struct img_newlink *l, const char *name, struct img_err *err);

/* A link `name` to the directory of this name in the source, by its absolute path. 0 or -1. */
int img_newlink_dir(const struct img_newlink *l, const char *name, struct img_err *err);

/*
 * The file `name` of the source holds the text of a link. Returns 1: it would be wrong in the new
 * directory, which has a link instead now, or 0: a copy of the file is right, or -1 with *err.
 */
int img_newlink_text(const struct img_newlink *l, const char *name, struct img_err *err);

/*
 * A link `name` to the image `old` of the source, or to the file that this leads to if it is a link
 * that may be followed: a symbolic one by the absolute or the relative path, or another name of the
 * file. 0, or -1 with *err.
 */
int img_newlink_symbolic(const struct img_newlink *l, const char *name, const char *old,
			 bool relative, struct img_err *err);
int img_newlink_hard(const struct img_newlink *l, const char *name, const char *old,
		     struct img_err *err);

#endif
