/*
 * One pagemap of one directory as a stream of runs: its pages, and their offsets in the pages
 * file. It does not handle parents: see chain.h.
 *
 * The encodings of all CRIU versions are converted to one, down to the pages images without
 * pagemaps (0.1 to 0.4), in which each page follows its address. Memory is a small window and a
 * coarse index, whatever the size of the image.
 */
#ifndef IMG_PAGEMAP_H
#define IMG_PAGEMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "libimg/dump/dir.h"
#include "libimg/memory/pageentry.h"
#include "libimg/memory/store.h"

/* One entry of it. */
struct img_dump_mem_run {
	uint64_t entry; /* its number in the image; the head is 0 */
	uint64_t at;    /* its offset there */
	uint64_t addr;  /* of a shared segment: the offset in it */
	uint64_t pages;
	uint64_t end;             /* addr + pages * page size, which never overflows */
	uint32_t flags;           /* PARENT, or LAZY, or PRESENT with or without LAZY */
	uint32_t form;            /* of the entry: IMG_PE_NARROW, ... */
	bool aligned;             /* it is said to begin on a page boundary of the pages file */
	uint64_t off;             /* PRESENT: offset of its bytes in the pages file, ... */
	uint64_t stored;          /* ... and how many they are there */
	struct img_packed packed; /* packed.pages 0: they are the pages as they are */
};

struct img_pagemap;

/*
 * Open the pagemap of the task `id`, or of the shared segment. page_size 0: derive it from the
 * size of the pages file, else 4096. 1 with *pm, 0 if there is none, -1 with *err; encrypted pages,
 * and an inventory of a newer version, are refused as such. d must outlive it.
 */
int img_pagemap_open(struct img_dir *d, bool shared, uint64_t id, uint32_t page_size,
		     struct img_pagemap **pm, struct img_err *err);
void img_pagemap_close(struct img_pagemap *pm); /* NULL is fine */

/* Bytes of a page; the directory and the image's base name, which are borrowed. */
uint32_t img_pagemap_page_size(const struct img_pagemap *pm);
struct img_dir *img_pagemap_dir(const struct img_pagemap *pm);
const char *img_pagemap_name(const struct img_pagemap *pm); /* base name of the image */

/*
 * The next entry in the order of the image: 1, 0 at the end, -1 with *err (with the image).
 * Entries ascend and do not overlap; others are an error.
 */
int img_pagemap_next(struct img_pagemap *pm, struct img_dump_mem_run *run, struct img_err *err);

/*
 * The first run that ends above addr: it holds addr, or is above it. 0: none. img_pagemap_next()
 * continues after it. Calls at ascending addresses read the image once.
 */
int img_pagemap_find(struct img_pagemap *pm, uint64_t addr, struct img_dump_mem_run *run,
		     struct img_err *err);

/*
 * The open file with the bytes of a PRESENT run; it belongs to pm. -1 with *err if it is missing
 * or ends before `end`, an offset in it.
 */
int img_pagemap_file(struct img_pagemap *pm, uint64_t end, struct img_err *err);
const char *img_pagemap_file_name(const struct img_pagemap *pm); /* base name */
uint64_t img_pagemap_file_size(const struct img_pagemap *pm);    /* once it is open */

/* The same as a store. */
const struct img_store *img_pagemap_store(const struct img_pagemap *pm);

/*
 * Where block `index` of a compressed run is. Calls at ascending indices read the sizes once. 0, or
 * -1 with *err.
 */
int img_pagemap_block(struct img_pagemap *pm, const struct img_dump_mem_run *run, uint64_t index,
		      struct img_block *b, struct img_err *err);

/*
 * What the image begins with up to its first run: magic words and the entry that names the pages
 * file, to be put in front of other runs. Appended to *head; *big: words are big-endian. 0, or -1
 * with *err, also for an image without pagemap (CRIU 0.1 to 0.4).
 */
int img_pagemap_head(struct img_pagemap *pm, struct img_buf *head, bool *big, struct img_err *err);

/* Set err->file to the image. Returns -1. */
int img_pagemap_fail(const struct img_pagemap *pm, struct img_err *err);

#endif
