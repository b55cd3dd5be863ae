/*
 * What descriptors are, in words: a path, a pipe and who holds its other end, a socket and
 * its addresses. crit's text comes first where crit has one.
 *
 *	d = img_desc_new(dir, ps, &report);
 *	fds = img_desc_fds(d);
 *	img_desc_text(d, out, &fds->v[i], IMG_DESC_QUEUES);
 *	img_desc_free(d);
 */
#ifndef IMG_FDS_SHOW_H
#define IMG_FDS_SHOW_H

#include "libimg/dump/peers.h"
#include "libimg/json/jw.h"

struct img_desc;

/*
 * Images are read when they are needed first; damage and missing images are reported to
 * `report`. All three must outlive it. NULL: no memory.
 */
struct img_desc *img_desc_new(struct img_dir *dir, struct img_ps *ps,
			      const struct img_report *report);
void img_desc_free(struct img_desc *c); /* NULL is fine */

/* The index of files, NULL if there is none. */
struct img_files *img_desc_files(struct img_desc *c);

/* The tables of all tasks. NULL: no memory, reported. */
const struct img_fds *img_desc_fds(struct img_desc *c);

enum {
	IMG_DESC_FLAGS = 1,  /* flags of open(2), by name */
	IMG_DESC_QUEUES = 2, /* bytes queued in it */
	IMG_DESC_PLACE = 4,  /* a directory or program: no position, no access mode */
};

/* One line of text, without its end. */
void img_desc_text(struct img_desc *c, struct img_out *o, const struct img_fd *fd, unsigned what);

/*
 * The same as members of the open object: `type`, `id`, the entry under its key in file_entry,
 * `text`, and data from other images.
 */
void img_desc_json(struct img_desc *c, struct img_jw *w, const struct img_fd *fd, unsigned what);

/* Report that memory ran out. */
void img_desc_no_memory(struct img_desc *c);

/* A file that is not a descriptor: a working directory, a program. */
struct img_fd img_desc_file(struct img_desc *c, uint32_t type, uint32_t id);

/*
 * The path of a REG file as in the image: 1 with *name, borrowed until the next call on c, 0 if
 * there is no such file. *deleted: it had no name any more.
 */
int img_desc_path(struct img_desc *c, uint32_t id, struct img_span *name, bool *deleted);

/* The memfd_inode_entry of a MEMFD file: 1 with *f, 0 if there is none. */
int img_desc_memfd(struct img_desc *c, uint32_t id, struct img_pick *f);

/*
 * Does it wait for connections or datagrams? A socket whose entry is missing may: it is not
 * hidden.
 */
bool img_desc_listens(struct img_desc *c, const struct img_fd *fd);

#endif
