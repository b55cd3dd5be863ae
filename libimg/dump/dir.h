/*
 * A directory of images: opened once, its images by kind and number, its parents along
 * the chain of an incremental dump. Names are those of the table of types.
 */
#ifndef IMG_DIR_H
#define IMG_DIR_H

#include <stdbool.h>

#include "libimg/image/reader.h"
#include "libimg/msg/pick.h"
#include "libimg/msg/unpack.h"

struct img_dir;

/* NULL with *err. */
struct img_dir *img_dir_open(const char *path, struct img_err *err);
void img_dir_close(struct img_dir *d); /* its parents too; NULL is fine */

int img_dir_fd(const struct img_dir *d);
const char *img_dir_path(const struct img_dir *d); /* as it was opened; parents: below it */

/*
 * The directory that `parent` leads to: a link, or a small file with the text of one (as
 * archives without links leave it). 1 with *parent (it belongs to d), 0 where there is
 * none, -1 with *err: it dangles, loops, or leads to a directory without images.
 */
int img_dir_parent(struct img_dir *d, struct img_dir **parent, struct img_err *err);

/* Base names, in order of their bytes. */
struct img_dir_names {
	char **v;
	size_t n;
};

/*
 * The images in the directory that fd is open on: regular files whose names the table of
 * types knows. No links, logs, sub-directories. fd stays the caller's. 0, or -1 with *err.
 */
int img_dir_list(int fd, struct img_dir_names *l, struct img_err *err);
void img_dir_list_free(struct img_dir_names *l);

/* An open image of a directory. */
struct img_image;

/*
 * Open the image that `pattern`, one of the table's ("mm-%u.img"), names with `number`.
 * 1 with *im, 0 where there is no such file, -1 with *err: a pattern that is in no row of
 * the table, or (its file set) not to be opened, no image, one of another type.
 */
int img_image_open(struct img_dir *d, const char *pattern, uint64_t number, struct img_image **im,
		   struct img_err *err);
void img_image_close(struct img_image *im); /* NULL is fine */

/* As img_reader_next(), with the file in *err. */
int img_image_next(struct img_image *im, struct img_entry *e, struct img_err *err);

/* Unpack an entry of it (see unpack.h), with the file and the entry in *err. */
void *img_image_unpack(struct img_image *im, const struct img_entry *e, struct img_arena *a,
		       struct img_err *err);

/* Next entry, unpacked: 1 with *msg, 0 at the end, -1 with *err. */
int img_image_next_msg(struct img_image *im, struct img_arena *a, void **msg, struct img_err *err);

struct img_reader *img_image_reader(struct img_image *im);
const char *img_image_name(const struct img_image *im); /* base name */
int img_image_fd(const struct img_image *im);

/* Put the image's path into err->file. Returns -1. */
int img_image_fail(const struct img_image *im, struct img_err *err);

/*
 * The first entry of an image, unpacked: 1 with *msg, 0 where there is no such image,
 * -1 with *err (an image without entries is an error).
 */
int img_image_one(struct img_dir *d, const char *pattern, uint64_t number, struct img_arena *a,
		  void **msg, struct img_err *err);

/*
 * The same without unpacking it: what *f holds is borrowed from *im, which is then yours
 * to close.
 */
int img_image_pick(struct img_dir *d, const char *pattern, uint64_t number, struct img_image **im,
		   struct img_pick *f, struct img_err *err);

/* Say of an image that should be there that it is not. Returns -1. */
int img_image_absent(const struct img_dir *d, const char *pattern, uint64_t number,
		     struct img_err *err);

#endif
