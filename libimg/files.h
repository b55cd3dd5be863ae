/*
 * The open files of a dump, by type and id: files.img, or the images of CRIU before 3.4
 * that hold one kind each. What is kept in memory is where an entry is, not the entry.
 */
#ifndef IMG_FILES_H
#define IMG_FILES_H

#include "fdinfo.pb-c.h"
#include "libimg/dir.h"

struct img_files;

/*
 * Read the keys of all files. 1 with *f, 0 where no image of files is there, -1 with *err:
 * *f then holds what could be read, or is NULL.
 */
int img_files_open(struct img_dir *d, struct img_files **f, struct img_err *err);
void img_files_close(struct img_files *f); /* NULL is fine */

/*
 * The entry with this type (FD_TYPES__REG …) and id, an id alone being not unique: 1 with
 * *e unpacked into the arena, 0 where there is none, -1 with *err. An entry of an older
 * image is given in the form of files.img.
 */
int img_files_get(struct img_files *f, uint32_t type, uint32_t id, struct img_arena *a,
		  FileEntry **e, struct img_err *err);

/* One place of the index: the message as it stands in its image. */
struct img_files_place {
	uint32_t type, id;
	const struct img_msg *msg; /* file_entry, or the message of an older image */
	uint64_t off;              /* of the message in its image */
	uint32_t n;
	uint32_t source; /* which image: for img_files_body() */
};

/* The place of an entry by its key; false where there is none. */
bool img_files_find(const struct img_files *f, uint32_t type, uint32_t id,
		    struct img_files_place *p);

/* The message at a place, borrowed until the next call on f. 0, or -1 with *err. */
int img_files_body(struct img_files *f, const struct img_files_place *p, struct img_span *body,
		   struct img_err *err);

/* All places, in the order of the images. */
size_t img_files_count(const struct img_files *f);
void img_files_at(const struct img_files *f, size_t i, struct img_files_place *p);

/* Keys that came before: how many, for those who check (the first one counts). */
size_t img_files_doubled(const struct img_files *f);

#endif
