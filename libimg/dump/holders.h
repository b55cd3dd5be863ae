/*
 * Which processes have a file, and in what way; files by their path and by their id of any type.
 * For what is said about a dump from outside of it: "id=0xc" in a log of criu.
 */
#ifndef IMG_HOLDERS_H
#define IMG_HOLDERS_H

#include "libimg/dump/fds.h"

struct img_holders;

/*
 * All is borrowed, and must outlive it; images are read when they are needed first; damage,
 * and memory that runs out, goes to `report`. NULL: no memory.
 */
struct img_holders *img_holders_new(struct img_dir *d, struct img_ps *ps, struct img_files *files,
				    const struct img_fds *fds, const struct img_report *report);
void img_holders_free(struct img_holders *h); /* NULL is fine */

/*
 * The files whose path in the image this is (n bytes), with or without a first slash; the files
 * of this id. Begin with `after` IMG_NO_FILE; the next one, or IMG_NO_FILE: no more, or no memory.
 */
uint32_t img_holders_path(struct img_holders *h, const char *path, size_t n, uint32_t after);
uint32_t img_holders_id(struct img_holders *h, uint32_t id, uint32_t after);

/* The sockets with this inode number, in the same way. */
uint32_t img_holders_inode(struct img_holders *h, uint64_t ino, uint32_t after);

/* What a process has a REG file for, besides descriptors. */
enum img_holding {
	IMG_HOLDS_FD,      /* number: the descriptor */
	IMG_HOLDS_MAPPING, /* number: its first address */
	IMG_HOLDS_EXE,
	IMG_HOLDS_CWD,
	IMG_HOLDS_ROOT,
};

struct img_holder {
	enum img_holding how;
	uint32_t task; /* index in img_ps.tasks */
	uint64_t number;
};

/* The holders of a file: *n of them, in the order of tasks; they belong to h until the next call. */
const struct img_holder *img_holders_of(struct img_holders *h, uint32_t file, size_t *n);

#endif
