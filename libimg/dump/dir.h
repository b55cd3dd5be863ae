/*
 * A directory of images, or an archive of one: opened once, its images by kind and number, its
 * parents along the chain of an incremental dump. Names are those of the table of types.
 */
#ifndef IMG_DIR_H
#define IMG_DIR_H

#include <stdbool.h>

#include "libimg/base/file.h"
#include "libimg/dump/list.h"
#include "libimg/dump/open.h"
#include "libimg/image/reader.h"
#include "libimg/msg/pick.h"
#include "libimg/msg/unpack.h"

struct img_dir;

/*
 * Open the dump at `path`: a directory, or an archive of one (tar; gzip, zstd, xz, bzip2, lz4),
 * whose images are read where they are, or by way of a temporary file without a name. What a
 * container engine packs, or leaves in a directory, is a directory `checkpoint` beside other
 * files: that one is taken. `flags` (open.h) say which links in it are followed, and whether its
 * parents must lie within; out of an archive none ever leads. NULL with *err.
 */
struct img_dir *img_dir_open(const char *path, unsigned flags, struct img_err *err);

/*
 * The same of a descriptor, which is taken over: also of a pipe with an archive, all of which is
 * read. `name` is for messages.
 */
struct img_dir *img_dir_open_fd(int fd, const char *name, unsigned flags, struct img_err *err);

/* The same of a stream with an archive, whose bytes are all still to come. */
struct img_dir *img_dir_open_in(struct img_in *in, const char *name, unsigned flags,
				struct img_err *err);
void img_dir_close(struct img_dir *d); /* its parents too; NULL is fine */

/* The open directory; it belongs to d. -1: d is in an archive. */
int img_dir_fd(const struct img_dir *d);
unsigned img_dir_flags(const struct img_dir *d);   /* as it was opened */
const char *img_dir_path(const struct img_dir *d); /* as opened; of a parent: below its child */

/*
 * A directory of the same archive that has another dump, which is no parent of one; NULL: none, or
 * this is no archive.
 */
const char *img_dir_other(const struct img_dir *d);

/*
 * The directory `parent`: a link to one, one itself (as copies that follow links leave it), or
 * a small file with the text of a link (as archives without links leave it). 1 with *parent (it
 * belongs to d), 0 where there is none, -1 with *err: it dangles, loops, leads out where it
 * must not, or leads to a directory without images.
 */
int img_dir_parent(struct img_dir *d, struct img_dir **parent, struct img_err *err);

/* The names in it, see img_list(); img_list_free() is for the caller. 0, or -1 with *err. */
int img_dir_list(const struct img_dir *d, struct img_dir_names *l, struct img_err *err);

/*
 * Open the regular file `name` in it: see img_open_file(). 0 with *f, for the caller to close; or -1
 * with *err, f->fd is -1 then.
 */
int img_dir_file(const struct img_dir *d, const char *name, struct img_file *f,
		 struct img_err *err);

/* The same, with the file in *err. */
int img_dir_open_file(const struct img_dir *d, const char *name, struct img_file *f,
		      struct img_err *err);

/*
 * The same as a descriptor of that file alone; what is in an archive is copied for that. It is the
 * caller's. -1 with *err.
 */
int img_dir_whole_file(const struct img_dir *d, const char *name, struct img_err *err);

/*
 * The size of such a file in bytes, without a need for its bytes. 0, or -1 with *err (the file too).
 */
int img_dir_size(const struct img_dir *d, const char *name, uint64_t *size, struct img_err *err);

/* Has it anything of this name? 1, 0, or -1 with *err. */
int img_dir_has(const struct img_dir *d, const char *name, struct img_err *err);

/*
 * A file that a container engine has put beside the directory `checkpoint` that this is: 1 with *f,
 * for the caller to close; 0: no such file, or no such engine; -1 with *err.
 */
int img_dir_engine_file(const struct img_dir *d, const char *name, struct img_file *f,
			struct img_err *err);

/* An open image of a directory. */
struct img_image;

/*
 * Open the image with the name `pattern`, one of the table's ("mm-%u.img"), with `number` in it. 1
 * with *im, 0 if there is no such file, -1 with *err (err->file set): it cannot be opened, is not
 * an image, or has another type; or no row of the table has this pattern.
 */
int img_image_open(struct img_dir *d, const char *pattern, uint64_t number, struct img_image **im,
		   struct img_err *err);
void img_image_close(struct img_image *im); /* NULL is fine */

/* As img_reader_next(), with the file in *err. */
int img_image_next(struct img_image *im, struct img_entry *e, struct img_err *err);

/*
 * Unpack one of its entries into the arena (see unpack.h). NULL with *err, the file and the entry
 * in it.
 */
void *img_image_unpack(struct img_image *im, const struct img_entry *e, struct img_arena *a,
		       struct img_err *err);

/* Next entry, unpacked: 1 with *msg, 0 at the end, -1 with *err. */
int img_image_next_msg(struct img_image *im, struct img_arena *a, void **msg, struct img_err *err);

/* Its reader, its base name and its open file; they belong to im. */
struct img_reader *img_image_reader(struct img_image *im);
const char *img_image_name(const struct img_image *im); /* base name */
const struct img_file *img_image_file(const struct img_image *im);

/* Set err->file to the image's path. Returns -1. */
int img_image_fail(const struct img_image *im, struct img_err *err);

/*
 * Unpack the first entry of an image: 1 with *msg, 0 if there is no such image, -1 with *err (also
 * for an image without entries).
 */
int img_image_one(struct img_dir *d, const char *pattern, uint64_t number, struct img_arena *a,
		  void **msg, struct img_err *err);

/* The same without unpacking: *f borrows from *im, which is yours to close after a 1. */
int img_image_pick(struct img_dir *d, const char *pattern, uint64_t number, struct img_image **im,
		   struct img_pick *f, struct img_err *err);

/* Fill *err: a required image is missing. Returns -1. */
int img_image_absent(const struct img_dir *d, const char *pattern, uint64_t number,
		     struct img_err *err);

#endif
