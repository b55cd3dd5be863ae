/*
 * A directory of images that appears whole or not at all, as save.h has it for one file:
 * it is filled beside its place, under a name that nobody can guess, and renamed.
 */
#ifndef IMG_NEWDIR_H
#define IMG_NEWDIR_H

#include <stdbool.h>

#include "libimg/base/report.h"
#include "libimg/dump/dir.h"
#include "libimg/image/sink.h"

/* What an image that stays as it is becomes. */
enum img_link {
	IMG_LINK_COPY,     /* a copy; file systems that can share its blocks */
	IMG_LINK_HARD,     /* another name of the file; it has to be in the same file system */
	IMG_LINK_SYMBOLIC, /* by the absolute path */
	IMG_LINK_RELATIVE, /* symbolic, by the path from one directory to the other */
};

struct img_newdir;

/*
 * Begin the directory `path`, which must not exist (IMG_ESYS with EEXIST). `from`: the dump
 * it is made of, which has to outlive it; images of the same name, and the directory itself,
 * get its mode and, where that is allowed, its owner and extended attributes; a new image is in
 * this as the inventory. NULL: none, then modes are 0600 and 0700, as they are of what is made of
 * an archive. What killed runs have left beside `path` is removed. NULL with *err.
 */
struct img_newdir *img_newdir_begin(const char *path, struct img_dir *from, enum img_link how,
				    struct img_err *err);

/* The directory under its present name: complete as far as it has been filled. */
const char *img_newdir_path(const struct img_newdir *nd);

/*
 * Where images are put, copy() included. What is copied or linked keeps its time too; what
 * is written anew has that of its writing, so that no later transfer takes the two for one.
 * A `parent` that is a file leads to where it led.
 */
struct img_sink img_newdir_sink(struct img_newdir *nd);

/*
 * Where `parent` leads, as the text of a link, instead of where that of `from` does; NULL: there is
 * none. 0, or -1 with *err.
 */
int img_newdir_parent(struct img_newdir *nd, const char *text, struct img_err *err);

/*
 * Files that hold a number and have "pid" in their names stay behind as well: what criu --pidfile
 * wrote names no process of a restore from here.
 */
void img_newdir_without_pids(struct img_newdir *nd);

/*
 * What else is in `from`: `parent`, a link to the directory that it leads to there (unless
 * img_newdir_parent() was called), other files and links. Sockets, pipes, devices and
 * directories stay behind; `left` is called for each of them, and once if extended attributes of
 * what was written until now could not be kept. 0, or -1 with *err.
 */
int img_newdir_rest(struct img_newdir *nd, const struct img_report *left, struct img_err *err);

/*
 * Have it on the disk, then under its name, if `keep`; else remove what was written. Frees
 * nd. 0, or -1 with *err: nothing has the name then. NULL is fine.
 */
int img_newdir_end(struct img_newdir *nd, bool keep, struct img_err *err);

#endif
