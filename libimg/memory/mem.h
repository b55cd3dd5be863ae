/*
 * The memory in a dump: which bytes a task had at an address, and in which file they are.
 * Runs of the pagemap are followed through the chain of parent dumps, shared memory through
 * the mappings that show it. Page data is never held: what a run gives is an open file and
 * an offset.
 *
 *	p = img_dump_mem_new(dir, NULL);
 *	if (img_mem_open(p, pid, &m, &err) > 0) {
 *		r = img_mem_read(m, addr, buf, sizeof(buf), &gap, &err);
 *		img_mem_close(m);
 *	}
 *	img_dump_mem_free(p);
 */
#ifndef IMG_MEM_H
#define IMG_MEM_H

#include "libimg/dump/files.h"
#include "libimg/dump/vma.h"
#include "libimg/memory/chain.h"
#include "libimg/memory/shmem.h"

struct img_copy;

/* Shared by the memories of one dump. */
struct img_dump_mem;

/*
 * `files` is the index of the dump's files if the caller has one, else NULL: it is read on demand.
 * Both must outlive it. NULL: no memory.
 */
struct img_dump_mem *img_dump_mem_new(struct img_dir *d, struct img_files *files);
void img_dump_mem_free(struct img_dump_mem *p); /* NULL is fine */

/* The segments and files of its mappings; see vma_name.h. */
struct img_shmems *img_dump_mem_shmems(struct img_dump_mem *p);

/* The memory of one task, or of one shared segment. */
struct img_mem;

/*
 * Open the memory of a task. 1 with *m, 0 if the dump has none (a dead task: neither mm- nor
 * pagemap-PID.img), -1 with *err. A task whose mm image is missing has pages but no mappings; one
 * whose pagemap is missing has mappings, and pages of shared memory only.
 */
int img_mem_open(struct img_dump_mem *p, uint32_t pid, struct img_mem **m, struct img_err *err);

/*
 * Open a shared segment by itself: pagemap-shmem-SHMID.img, with its first byte at address 0.
 * page_size: that of the tasks that use it, 0: derive it. 1, 0 if there is none, -1.
 */
int img_mem_open_segment(struct img_dump_mem *p, uint64_t shmid, uint32_t page_size,
			 struct img_mem **m, struct img_err *err);
void img_mem_close(struct img_mem *m); /* NULL is fine */

/* Its mappings (none in a segment), and the size of its pages in bytes. They belong to m. */
const struct img_space *img_mem_space(const struct img_mem *m);
uint32_t img_mem_page_size(const struct img_mem *m);

/* Its own pagemap in this directory, to be read as a stream, or NULL. It belongs to m. */
struct img_pagemap *img_mem_pagemap(const struct img_mem *m);

/*
 * The same along the chain: 0 is this directory, then its parents, as far as they have been
 * opened; NULL after the last.
 */
struct img_pagemap *img_mem_level(const struct img_mem *m, size_t level);

/* A range of memory in one place. */
struct img_run {
	uint64_t addr, len; /* bytes; len is never 0 */
	enum img_where where;
	const struct img_vma *vma; /* the mapping, NULL: none */
	bool shared;               /* HERE, PARENT, ZERO: segment of the mapping */
	uint64_t shmid;            /* of that segment */

	/* HERE, PARENT: */
	int fd;        /* belongs to m, valid until the next call on it; -1: compressed */
	uint64_t off;  /* in fd, of the run; compressed: of the bytes of its pagemap entry */
	uint64_t base; /* where the file begins in fd: 0, unless it is in an archive */
	const struct img_dir *dir;
	const char *file; /* base name, valid as long as fd */

	/* For img_run_read(); NULL: plain bytes at fd and off. */
	struct img_chain *chain;
	struct img_piece piece;
};

/* Are its bytes in a file? */
inline bool img_run_stored(const struct img_run *run)
{
	return run->where == IMG_HERE || run->where == IMG_PARENT;
}

/* Are its bytes known: stored, or zeros by definition? */
inline bool img_run_known(const struct img_run *run)
{
	return img_run_stored(run) || run->where == IMG_ZERO;
}

/*
 * The run that begins at addr; it ends where another place, mapping or gap begins, or at `end`
 * (one past the last byte wanted). Any range is allowed; continuing at run->addr + run->len reads
 * each image once. addr < end. Returns 0, or -1 with *err: an image is damaged, or a page is
 * missing in a parent.
 */
int img_mem_run(struct img_mem *m, uint64_t addr, uint64_t end, struct img_run *run,
		struct img_err *err);

/*
 * Read n bytes at addr. Bytes that are not in the dump are zeros in buf: then 0 is returned, with
 * the first such run in *gap (unless NULL); img_mem_run() finds the others. 1 if all are known, -1
 * with *err.
 */
int img_mem_read(struct img_mem *m, uint64_t addr, void *buf, size_t n, struct img_run *gap,
		 struct img_err *err);

/* Read n bytes of a HERE or PARENT run, from `skip` bytes into it. 0, or -1 with *err. */
int img_run_read(const struct img_run *run, uint64_t skip, void *buf, size_t n,
		 struct img_err *err);

/*
 * Append them to a copy: inside of the kernel, unless they are compressed. 0, or -1 with *err, which
 * names no file if it is the output that failed.
 */
int img_run_copy(const struct img_run *run, uint64_t skip, uint64_t n, struct img_copy *c,
		 struct img_err *err);

#endif
