/*
 * Writes one pagemap and its pages file: entries by ascending address, each followed by its bytes, or
 * by blocks of them, compressed.
 * Bytes that are in a file are moved inside of the kernel, and holes stay holes, where the sink has
 * a file too. The pages file is written while entries come, the pagemap at the end: of an entry some
 * twenty bytes are held until then.
 *
 *	s = img_pagesink_new(&how, &err);
 *	r = img_pagesink_entry(s, &(struct img_pagesink_entry){ addr, 2, IMG_PE_PRESENT, form }, &err);
 *	r = img_pagesink_piece(s, chain, &piece, 0, 2 * page_size, &err);
 *	...
 *	r = img_pagesink_end(s, r == 0, &err);
 */
#ifndef IMG_PAGESINK_H
#define IMG_PAGESINK_H

#include "libimg/image/sink.h"
#include "libimg/memory/chain.h"

struct img_pagesink;

/* Names and head are borrowed until img_pagesink_end(). */
struct img_pagesink_how {
	const struct img_sink *to;
	const char *pagemap, *pages; /* names of the images that are written */
	struct img_span head;        /* the pagemap up to its first entry: img_pagemap_head() */
	bool big;                    /* words are big-endian, as those of the head are */
	uint32_t page_size;
};

struct img_pagesink_entry {
	uint64_t addr, pages;
	uint32_t flags; /* PARENT, or LAZY, or PRESENT with or without LAZY */
	uint32_t form;  /* IMG_PE_NARROW, ...: see pageentry.h */
	uint32_t block; /* PRESENT: so many pages are stored as one block; 0: pages as they are */
};

/* Begin the pages file. NULL with *err: no memory, or the sink's. */
struct img_pagesink *img_pagesink_new(const struct img_pagesink_how *how, struct img_err *err);

/*
 * The next entry. Of a PRESENT one all bytes have to be put before the next call of this, and of
 * img_pagesink_more(), which has the entry go on for `pages` more pages. 0, or -1 with *err.
 */
int img_pagesink_entry(struct img_pagesink *s, const struct img_pagesink_entry *e,
		       struct img_err *err);
int img_pagesink_more(struct img_pagesink *s, uint64_t pages, struct img_err *err);

/*
 * The next n bytes of a PRESENT entry: of a piece of memory, from `skip` bytes into it; those at p;
 * zeros. 0, or -1 with *err.
 */
int img_pagesink_piece(struct img_pagesink *s, struct img_chain *c, const struct img_piece *piece,
		       uint64_t skip, uint64_t n, struct img_err *err);
int img_pagesink_bytes(struct img_pagesink *s, const void *p, size_t n, struct img_err *err);
int img_pagesink_zeros(struct img_pagesink *s, uint64_t n, struct img_err *err);

/*
 * The next block of a PRESENT entry that has blocks: n bytes at p that stand for `plain` bytes, fewer
 * than a whole block at its end only. n 0: zeros; n == plain: the pages as they are; else what LZ4
 * made of them. 0, or -1 with *err.
 */
int img_pagesink_block(struct img_pagesink *s, const void *p, size_t n, size_t plain,
		       struct img_err *err);

/* Bytes of memory put so far, all entries together. */
uint64_t img_pagesink_done(const struct img_pagesink *s);

/*
 * Complete the pages file and write the pagemap; or (not `keep`) refuse what was written of it: -1
 * then, with *err as it was, unless it is the sink's file that failed. Frees s; NULL is fine. 0, or
 * -1 with *err: the sink has neither image, or the pages file alone.
 */
int img_pagesink_end(struct img_pagesink *s, bool keep, struct img_err *err);

#endif
