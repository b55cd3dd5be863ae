/*
 * The open files of a dump, by type and id: from files.img, or from the images of CRIU before 3.4,
 * one per kind. Memory holds the place of each entry, not the entry.
 */
#ifndef IMG_FILES_H
#define IMG_FILES_H

#include "libimg/dump/dir.h"

/*
 * The types of image that hold files: FILES, whose entries state their type, then those of CRIU
 * before 3.4, each for one type (fd_type). NULL after the last.
 */
enum { IMG_FILES_SOURCES = 18 };
const struct img_type *img_files_source(size_t i);

struct img_files;

/*
 * Read the keys of all files. 1 with *f, 0 if there is no image of files, -1 with *err: *f then
 * holds the keys before the error, or is NULL.
 */
int img_files_open(struct img_dir *d, struct img_files **f, struct img_err *err);
void img_files_close(struct img_files *f); /* NULL is fine */

/* Files are numbered from 0 in the order of the images. */
#define IMG_NO_FILE UINT32_MAX
uint32_t img_files_count(const struct img_files *f);

/* The file with this type (IMG_FD_TYPES__REG …) and id; ids are unique per type only. */
uint32_t img_files_index(const struct img_files *f, uint32_t type, uint32_t id);

/* One entry of the index: where its message is. */
struct img_files_place {
	uint32_t type, id;
	const struct img_msg *msg; /* file_entry, or the message of an older image */
	uint64_t off;              /* of the message in its image */
	uint32_t n;
	uint32_t source; /* its image, for img_files_body() */
};

/* The index entry of file i, which is less than img_files_count(f). */
void img_files_at(const struct img_files *f, uint32_t i, struct img_files_place *p);

/* The message of an index entry, borrowed until the next call on f. 0, or -1 with *err. */
int img_files_body(struct img_files *f, const struct img_files_place *p, struct img_span *body,
		   struct img_err *err);

/*
 * The type-specific message of an entry: a reg_file_entry, a pipe_entry and so on, wherever it is
 * stored. 1 with the message and its bytes (borrowed, as above), 0 if the entry has none, -1 with
 * *err.
 */
int img_files_payload(struct img_files *f, uint32_t i, const struct img_msg **m,
		      struct img_span *body, struct img_err *err);

/* The field of file_entry for a type, or NULL. */
const ProtobufCFieldDescriptor *img_files_member(uint32_t type);

/*
 * Unpack the whole entry into the arena, as img_unpack() does: 1 with *e, a FileEntry, 0 if there
 * is none, -1 with *err. An entry of an older image is converted to the form of files.img.
 */
int img_files_get(struct img_files *f, uint32_t type, uint32_t id, struct img_arena *a, void **e,
		  struct img_err *err);

/* The number of entries whose key appeared before, for checks. */
uint32_t img_files_doubled(const struct img_files *f);

/* Is the image of file i from a big-endian machine? */
bool img_files_big(const struct img_files *f, uint32_t i);

/* Set err->file to the name of the image of file i. Returns -1. */
int img_files_fail(const struct img_files *f, uint32_t i, struct img_err *err);

#endif
