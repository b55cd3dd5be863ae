/*
 * An archive as a tree of directories: what a path in it leads to, and which of its directories is
 * the dump. Links lead to members only.
 */
#ifndef IMG_TREE_H
#define IMG_TREE_H

#include <limits.h>
#include <stdbool.h>

#include "libimg/base/in.h"
#include "libimg/dump/list.h"

struct img_tree;

/* Read an archive: see img_members_read(). NULL with *err. */
struct img_tree *img_tree_read(int fd, struct img_err *err);
struct img_tree *img_tree_read_in(struct img_in *in, struct img_err *err);

/* Who else uses it; the last one to close it frees it. */
struct img_tree *img_tree_share(struct img_tree *t);
void img_tree_close(struct img_tree *t); /* NULL is fine */

/*
 * The directory of the dump: the top ("") if it has images, else `checkpoint`, as engines pack it;
 * else the one with images. Of several it is the one that is no other's parent. Beside the first
 * two there may be more dumps that are no parents: *other is one of them, or "". 0, or -1 with
 * *err: none, or nobody knows which.
 */
int img_tree_dump(struct img_tree *t, char dir[PATH_MAX], char other[PATH_MAX],
		  struct img_err *err);

/* Of all calls below `dir` is a directory of the tree, and `flags` are those of open.h. */

/* As img_list(). */
int img_tree_list(struct img_tree *t, const char *dir, unsigned flags, struct img_dir_names *l,
		  struct img_err *err);

/* As img_open_file(). 0 with *f, for the caller to close, or -1 with *err. */
int img_tree_file(struct img_tree *t, const char *dir, const char *name, unsigned flags,
		  struct img_file *f, struct img_err *err);

/* The size of that file. 0, or -1 with *err. */
int img_tree_size(struct img_tree *t, const char *dir, const char *name, unsigned flags,
		  uint64_t *size, struct img_err *err);

/*
 * What `parent` says: the text of a link, or of a file; a directory leads to itself. 1 with
 * *text, 0 where there is none, or -1 with *err.
 */
int img_tree_parent(struct img_tree *t, const char *dir, char text[PATH_MAX], struct img_err *err);

/* The directory `path`, as seen from `dir`, into *out. 0, or -1 with *err (IMG_EDATA). */
int img_tree_dir(struct img_tree *t, const char *dir, const char *path, char out[PATH_MAX],
		 struct img_err *err);

/* Has it anything of this name? */
bool img_tree_has(const struct img_tree *t, const char *dir, const char *name);

/* Does a directory have a file with the name of an image? */
bool img_tree_has_images(const struct img_tree *t, const char *dir);

#endif
