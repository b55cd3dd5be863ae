/*
 * The pagemaps of one task or segment along the chain of parent dumps: a page marked as being in
 * the parent is looked up there, and so on.
 */
#ifndef IMG_CHAIN_H
#define IMG_CHAIN_H

#include "libimg/memory/pagemap.h"

struct img_copy;

enum img_where {
	IMG_HERE,     /* in a pages file of this dump */
	IMG_PARENT,   /* in a pages file of a dump further up the chain */
	IMG_LAZY,     /* in no image: left for lazy restore */
	IMG_ZERO,     /* never written: zeros, by definition */
	IMG_ABSENT,   /* in no image: bytes of a file, of the kernel, of a device */
	IMG_UNMAPPED, /* no mapping, no page */
};

/* A range of bytes in one place. */
struct img_piece {
	uint64_t len;
	enum img_where where; /* HERE, PARENT, LAZY; UNMAPPED: in no run */

	/* HERE, PARENT, LAZY: */
	uint32_t flags, form; /* of the entry that has it */

	/* HERE, PARENT: */
	int fd;        /* belongs to the chain; -1: compressed, img_chain_read() decompresses */
	uint64_t off;  /* in fd, of the piece; compressed: of the bytes of its entry */
	uint64_t base; /* where the file begins in fd: 0, unless it is in an archive */
	const struct img_dir *dir;
	const char *file; /* base name */

	/* Compressed: */
	size_t level;
	uint64_t skip; /* bytes of the entry before the piece */
	struct img_dump_mem_run run;
};

struct img_chain;

/* As img_pagemap_open(): 1, 0 if the first directory has no such pagemap, -1. */
int img_chain_open(struct img_dir *d, bool shared, uint64_t id, uint32_t page_size,
		   struct img_chain **c, struct img_err *err);
void img_chain_close(struct img_chain *c); /* NULL is fine */

/* The pagemap of the first directory (0) and its parents; NULL after the open ones. */
struct img_pagemap *img_chain_level(const struct img_chain *c, size_t level);

/* The piece that begins at addr and ends at `end` at most (addr < end). 0, or -1 with *err. */
int img_chain_at(struct img_chain *c, uint64_t addr, uint64_t end, struct img_piece *piece,
		 struct img_err *err);

/*
 * The same, no further than to the entry of `level` (from 0): 1 with a piece of that, whose bytes may
 * be HERE, PARENT or LAZY, or whose flags say that they are in its parent; 0: the pages are at a
 * level before it, or nowhere, and only piece->len is set.
 */
int img_chain_reach(struct img_chain *c, size_t level, uint64_t addr, uint64_t end,
		    struct img_piece *piece, struct img_err *err);

/*
 * Read n bytes of a HERE or PARENT piece, from `skip` bytes into it. Blocks that are needed in part
 * are kept, IMG_BLOCK_MAX bytes of them. 0, or -1 with *err.
 */
int img_chain_read(struct img_chain *c, const struct img_piece *piece, uint64_t skip, void *buf,
		   size_t n, struct img_err *err);

/*
 * Append them to a copy: inside of the kernel, unless they are compressed. 0, or -1 with *err, which
 * names no file if it is the output that failed.
 */
int img_chain_copy(struct img_chain *c, const struct img_piece *piece, uint64_t skip, uint64_t n,
		   struct img_copy *to, struct img_err *err);

#endif
