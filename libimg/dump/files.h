/*
 * The open files of a dump, by type and id: files.img, or the images of CRIU before 3.4
 * that hold one kind each. What is kept in memory is where an entry is, not the entry.
 */
#ifndef IMG_FILES_H
#define IMG_FILES_H

#include "fdinfo.pb-c.h"
#include "libimg/dump/dir.h"

/* The images that hold files: that of today, and of each type the one it had before 3.4. */
extern const struct img_files_source {
	const char *pattern;
	uint32_t type; /* FD_TYPES__UND: an entry tells */
} img_files_sources[];
enum { IMG_FILES_SOURCES = 18 };

struct img_files;

/*
 * Read the keys of all files. 1 with *f, 0 where no image of files is there, -1 with *err:
 * *f then holds what could be read, or is NULL.
 */
int img_files_open(struct img_dir *d, struct img_files **f, struct img_err *err);
void img_files_close(struct img_files *f); /* NULL is fine */

/* Files are numbered from 0, in the order of the images. */
#define IMG_NO_FILE UINT32_MAX
uint32_t img_files_count(const struct img_files *f);

/* The one with this type (FD_TYPES__REG …) and id, an id alone being not unique. */
uint32_t img_files_index(const struct img_files *f, uint32_t type, uint32_t id);

/* One place of the index: the message as it stands in its image. */
struct img_files_place {
	uint32_t type, id;
	const struct img_msg *msg; /* file_entry, or the message of an older image */
	uint64_t off;              /* of the message in its image */
	uint32_t n;
	uint32_t source; /* which image: for img_files_body() */
};

void img_files_at(const struct img_files *f, uint32_t i, struct img_files_place *p);

/* The message at a place, borrowed until the next call on f. 0, or -1 with *err. */
int img_files_body(struct img_files *f, const struct img_files_place *p, struct img_span *body,
		   struct img_err *err);

/*
 * What an entry says of its file: a reg_file_entry, a pipe_entry and so on, wherever it
 * stands. 1 with the message and its bytes (borrowed, as above), 0 where the entry has
 * none, -1 with *err.
 */
int img_files_payload(struct img_files *f, uint32_t i, const struct img_msg **m,
		      struct img_span *body, struct img_err *err);

/* The field of file_entry that goes with a type, or NULL. */
const ProtobufCFieldDescriptor *img_files_member(uint32_t type);

/*
 * The whole entry, unpacked into the arena: 1 with *e, 0 where there is none, -1 with *err.
 * An entry of an older image is given in the form of files.img.
 */
int img_files_get(struct img_files *f, uint32_t type, uint32_t id, struct img_arena *a,
		  FileEntry **e, struct img_err *err);

/* Keys that came before: how many, for those who check (the first one counts). */
uint32_t img_files_doubled(const struct img_files *f);

/* Was the image that holds file i written by a big-endian machine? */
bool img_files_big(const struct img_files *f, uint32_t i);

/* Put the name of the image that holds file i into err->file. Returns -1. */
int img_files_fail(const struct img_files *f, uint32_t i, struct img_err *err);

#endif
