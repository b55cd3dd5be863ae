/* The shared segment of a mapping: of anonymous shared memory, a memfd, System V. */
#ifndef IMG_SHMEM_H
#define IMG_SHMEM_H

#include "libimg/dump/files.h"
#include "libimg/dump/vma.h"

struct img_shmem {
	uint64_t shmid;
	uint64_t size;    /* bytes, IMG_UNKNOWN: not recorded here */
	const char *name; /* of a memfd, as CRIU has it, else NULL; not NUL-terminated */
	size_t name_n;
};

/* The memfds of a dump, read on demand. */
struct img_shmems;

/* `files` as in mem.h. NULL: no memory. */
struct img_shmems *img_shmem_new(struct img_dir *d, struct img_files *files);
void img_shmem_free(struct img_shmems *s); /* NULL is fine */

/*
 * The path of the regular file with this id: 1 with *path (valid until the next call on s), 0 if
 * the dump has none, -1 with *err. Only the first call reports that files.img is damaged; *path is
 * then still set if the rest of it has the file, else NULL.
 */
int img_shmem_path(struct img_shmems *s, uint64_t id, const char **path, struct img_err *err);

/*
 * The segment of a mapping that is backed IMG_BY_MEMFD or IMG_BY_SEGMENT. 0, or -1 with *err: an
 * id of the mapping is dangling, or an image is damaged.
 */
int img_shmem_of(struct img_shmems *s, const struct img_vma *v, struct img_shmem *seg,
		 struct img_err *err);

/* The place of the bytes of a segment in an image without pagemap. */
struct img_inlined {
	struct img_file f; /* the image, yours to close */
	uint64_t off, size;
	char file[64]; /* base name of the image */
};

/*
 * A System V segment as CRIU before 3.0 wrote it, in ipcns-shm-ID.img: 1, 0 if there is none with
 * this number, -1 with *err.
 */
int img_shmem_inlined(struct img_shmems *s, uint64_t shmid, struct img_inlined *where,
		      struct img_err *err);

#endif
