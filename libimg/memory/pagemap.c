#include "libimg/memory/pagemap.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/base/byteorder.h"
#include "libimg/base/peek.h"
#include "libimg/image/frame.h"
#include "libimg/memory/places.h"
#include "pagemap.pb-c.h"

#define OLD_MAGIC 0x56084025u /* first word of a pages image of CRIU 0.1 to 0.4 */

enum {
	DEFAULT_PAGE = 4096,
	MAX_PAGE = 65536,
	OLD_HEAD = 4, /* the magic */
	OLD_ADDR = 8, /* the address in front of a page */
};

struct img_pagemap {
	struct img_dir *dir;
	bool old; /* addresses and pages in one file */
	bool big;
	uint32_t page_size;
	uint32_t block_size; /* as the inventory states it, 0: not at all */
	char name[64];
	struct img_store file; /* the pages file */

	struct img_place first;      /* before the first entry */
	struct img_place pos;        /* after `run` */
	struct img_dump_mem_run run; /* the last entry read */
	uint64_t run_after;          /* end of the previous one */
	bool has_run;

	struct img_peek image; /* fd -1: not open */

	/* Where the next block of `blocks_of` is. */
	struct img_peek sizes;
	struct img_blocks blocks;
	uint64_t blocks_of; /* number of the entry; 0: none */
	uint64_t next_block, next_off;
	struct img_block block; /* the one before it */

	struct img_places seen;
};

int img_pagemap_fail(const struct img_pagemap *pm, struct img_err *err)
{
	return img_err_in(err, img_dir_path(pm->dir), pm->name);
}

/* ---- entries ---- */

/* Its place in memory: conditions for every run of either kind. */
static int check_range(struct img_pagemap *pm, struct img_dump_mem_run *run, struct img_err *err)
{
	uint64_t len;

	if (run->addr % pm->page_size != 0)
		return img_fail(err, IMG_EDATA, run->at,
				"pages at 0x%" PRIx64 ": not on a page boundary (%" PRIu32
				" bytes)",
				run->addr, pm->page_size);
	if (__builtin_mul_overflow(run->pages, pm->page_size, &len) ||
	    __builtin_add_overflow(run->addr, len, &run->end))
		return img_fail(err, IMG_EDATA, run->at,
				"%" PRIu64 " pages at 0x%" PRIx64
				" extend past the end of any address space",
				run->pages, run->addr);
	if (run->addr < pm->pos.end)
		return img_fail(err, IMG_EDATA, run->at,
				"pages at 0x%" PRIx64 " %s (it ended at 0x%" PRIx64 ")", run->addr,
				pm->has_run && run->end > pm->run.addr
					? "overlap the previous entry"
					: "are below those of the previous entry",
				pm->pos.end);
	return 0;
}

/* Its place in the pages file: from run->off on, or from the page boundary after it. */
static int check_stored(struct img_pagemap *pm, struct img_dump_mem_run *run, bool aligned,
			struct img_err *err)
{
	uint64_t end, page = pm->page_size;

	run->stored = 0;
	if (!(run->flags & IMG_PE_PRESENT))
		return 0;
	run->stored = run->end - run->addr;
	if (run->packed.pages != 0 && img_blocks_check(&run->packed, &pm->image, run->pages,
						       pm->page_size, &run->stored, err) < 0)
		return -1;
	if (aligned && run->off % page != 0 &&
	    __builtin_add_overflow(run->off, page - run->off % page, &run->off))
		end = UINT64_MAX;
	else if (__builtin_add_overflow(run->off, run->stored, &end))
		end = UINT64_MAX;
	if (end > INT64_MAX)
		return img_fail(err, IMG_EDATA, run->at,
				"%" PRIu64 " pages at 0x%" PRIx64 ": more than the largest file",
				run->pages, run->addr);
	return 0;
}

/* Make the run at pos, `size` bytes long in the image, the current one. */
static void take(struct img_pagemap *pm, const struct img_dump_mem_run *run, uint64_t size)
{
	pm->run_after = pm->pos.end;
	pm->run = *run;
	pm->has_run = true;
	pm->pos.at += size;
	pm->pos.entry++;
	pm->pos.end = run->end;
	if (run->flags & IMG_PE_PRESENT)
		pm->pos.off = run->off + run->stored;
}

/* Is all of an entry there? Its message has `size` bytes, of which those of many blocks need not be held. */
static int check_whole(struct img_pagemap *pm, const struct img_dump_mem_run *run, uint32_t size,
		       struct img_err *err)
{
	uint64_t body = run->at + IMG_FRAME_PREFIX, have = pm->image.size - body;
	struct img_span s;

	if (size > IMG_MAX_ENTRY)
		return img_fail(err, IMG_ELIMIT, run->at,
				"entry %" PRIu64 " claims %" PRIu32
				" bytes, over the limit of %" PRIu32,
				run->entry, size, IMG_MAX_ENTRY);
	if (size <= IMG_PEEK - IMG_FRAME_PREFIX) {
		if (img_peek(&pm->image, run->at, IMG_FRAME_PREFIX + size, &s, err) < 0)
			return -1;
		have = s.n - IMG_FRAME_PREFIX;
	}
	if (have < size)
		return img_fail(err, IMG_EDATA, run->at,
				"entry %" PRIu64 " truncated (need %" PRIu32 " bytes, have %" PRIu64
				")",
				run->entry, size, have);
	return 0;
}

static int read_entry(struct img_pagemap *pm, struct img_err *err)
{
	uint64_t at = pm->pos.at;
	struct img_dump_mem_run run = { .entry = pm->pos.entry, .at = at, .off = pm->pos.off };
	struct img_pageentry e;
	struct img_span s;
	uint32_t size;

	if (img_peek(&pm->image, at, IMG_FRAME_PREFIX, &s, err) < 0)
		return -1;
	if (s.n == 0)
		return 0;
	if (s.n < IMG_FRAME_PREFIX)
		return img_fail(err, IMG_EDATA, at,
				"length of entry %" PRIu64 " truncated (need %d bytes, have %zu)",
				run.entry, IMG_FRAME_PREFIX, s.n);
	size = img_get32(s.p, pm->big);
	if (check_whole(pm, &run, size, err) < 0)
		return -1;
	if (img_pageentry_read(&pm->image, at + IMG_FRAME_PREFIX, size, at, &e, err) < 0)
		return img_err_under(err, "entries", (int64_t)run.entry);
	run.addr = e.addr;
	run.pages = e.pages;
	run.flags = e.flags;
	run.form = e.form;
	run.aligned = e.aligned;
	run.packed = e.packed;
	if (check_range(pm, &run, err) < 0 || check_stored(pm, &run, e.aligned, err) < 0)
		return img_err_under(err, "entries", (int64_t)run.entry);
	take(pm, &run, IMG_FRAME_PREFIX + (uint64_t)size);
	return 1;
}

/* An address, followed by its page in the same file. */
static int read_old(struct img_pagemap *pm, struct img_err *err)
{
	uint64_t at = pm->pos.at, left = pm->file.file.size - at;
	struct img_dump_mem_run run = { .entry = pm->pos.entry,
					.at = at,
					.pages = 1,
					.flags = IMG_PE_PRESENT,
					.off = at + OLD_ADDR };
	struct img_span s;

	if (at >= pm->file.file.size)
		return 0;
	if (left < OLD_ADDR + (uint64_t)pm->page_size)
		return img_fail(err, IMG_EDATA, at,
				"page %" PRIu64 " truncated (need %" PRIu32 " bytes, have %" PRIu64
				")",
				run.entry, OLD_ADDR + pm->page_size, left);
	if (img_peek(&pm->image, at, OLD_ADDR, &s, err) < 0)
		return -1;
	if (s.n < OLD_ADDR)
		return img_fail(err, IMG_EDATA, at, "image shrank while it was read");
	run.addr = pm->big ? __builtin_bswap64(img_le64(s.p)) : img_le64(s.p);
	if (check_range(pm, &run, err) < 0 || check_stored(pm, &run, false, err) < 0)
		return -1;
	take(pm, &run, OLD_ADDR + (uint64_t)pm->page_size);
	return 1;
}

/* ---- moving about ---- */

int img_pagemap_next(struct img_pagemap *pm, struct img_dump_mem_run *run, struct img_err *err)
{
	int r;

	img_places_note(&pm->seen, &pm->pos);
	r = pm->old ? read_old(pm, err) : read_entry(pm, err);
	if (r > 0)
		*run = pm->run;
	return r < 0 ? img_pagemap_fail(pm, err) : r;
}

int img_pagemap_find(struct img_pagemap *pm, uint64_t addr, struct img_dump_mem_run *run,
		     struct img_err *err)
{
	const struct img_place *p;
	int r;

	/* Continue from the current position, unless it is past addr or another one is nearer. */
	if (pm->has_run && addr >= pm->run_after && addr < pm->run.end) {
		*run = pm->run;
		return 1;
	}
	p = img_places_before(&pm->seen, addr);
	if (p == NULL)
		p = &pm->first;
	if (addr < pm->pos.end || p->entry > pm->pos.entry) {
		pm->pos = *p;
		pm->has_run = false;
	}
	do
		r = img_pagemap_next(pm, run, err);
	while (r > 0 && run->end <= addr);
	return r;
}

/* ---- the pages file ---- */

int img_pagemap_file(struct img_pagemap *pm, uint64_t end, struct img_err *err)
{
	return img_store_open(&pm->file, end, pm->name, err);
}

const struct img_store *img_pagemap_store(const struct img_pagemap *pm)
{
	return &pm->file;
}

int img_pagemap_head(struct img_pagemap *pm, struct img_buf *head, bool *big, struct img_err *err)
{
	struct img_span s;

	if (pm->old) {
		img_fail(err, IMG_EDATA, 0, "CRIU before 0.5 wrote it: it has no pagemap");
		return img_pagemap_fail(pm, err);
	}
	if (pm->first.at > IMG_PEEK)
		img_fail(err, IMG_ELIMIT, 0, "the head takes %" PRIu64 " bytes (the limit is %d)",
			 pm->first.at, IMG_PEEK);
	if (pm->first.at > IMG_PEEK || img_peek(&pm->image, 0, (size_t)pm->first.at, &s, err) < 0)
		return img_pagemap_fail(pm, err);
	img_buf_put(head, s.p, s.n);
	*big = pm->big;
	return head->failed ? img_fail_mem(err) : 0;
}

const char *img_pagemap_file_name(const struct img_pagemap *pm)
{
	return pm->file.name;
}

uint64_t img_pagemap_file_size(const struct img_pagemap *pm)
{
	return pm->file.file.size;
}

int img_pagemap_block(struct img_pagemap *pm, const struct img_dump_mem_run *run, uint64_t index,
		      struct img_block *b, struct img_err *err)
{
	uint64_t block = (uint64_t)run->packed.pages * pm->page_size, size = 0;
	uint64_t left = run->end - run->addr - index * block;

	if (pm->blocks_of == run->entry && pm->next_block == index + 1) {
		*b = pm->block;
		return 0;
	}
	if (pm->blocks_of != run->entry || pm->next_block > index) {
		pm->sizes.fd = pm->image.fd;
		pm->sizes.part = pm->image.part;
		pm->sizes.base = pm->image.base;
		pm->sizes.size = pm->image.size;
		img_blocks_begin(&pm->blocks, &run->packed, &pm->sizes);
		pm->blocks_of = run->entry;
		pm->next_block = 0;
		pm->next_off = run->off;
	}
	for (;;) {
		uint64_t off = pm->next_off;
		int r = img_blocks_next(&pm->blocks, &size, err);

		if (r == 0)
			r = img_fail(err, IMG_EDATA, run->at, "image changed while it was read");
		if (r < 0) {
			pm->blocks_of = 0;
			return img_pagemap_fail(pm, err);
		}
		pm->next_off += img_block_room(&run->packed, size, pm->page_size);
		if (pm->next_block++ < index)
			continue;
		pm->block = (struct img_block){ index, off, (size_t)size,
						(size_t)(left < block ? left : block) };
		*b = pm->block;
		if (size <= b->plain)
			return 0;
		pm->blocks_of = 0;
		img_fail(err, IMG_EDATA, run->at, "image changed while it was read");
		return img_pagemap_fail(pm, err);
	}
}

/* ---- opening ---- */

/* Keep only the descriptor: a chain may be long, a reader is large. */
static int keep_fd(struct img_pagemap *pm, const struct img_image *im, struct img_err *err)
{
	struct img_file f;

	if (img_file_dup(img_image_file(im), &f, err) < 0)
		return img_image_fail(im, err);
	img_peek_file(&pm->image, &f);
	return 1;
}

/* Read the head with the number of the pages file. 1, 0: no such image, -1. */
static int open_modern(struct img_pagemap *pm, bool shared, uint64_t id, struct img_err *err)
{
	struct img_arena *a = img_arena_new(0);
	struct img_image *im = NULL;
	struct img_entry e;
	void *msg;
	int r;

	if (a == NULL)
		return img_fail_mem(err);
	r = img_image_open(pm->dir, shared ? "pagemap-shmem-%u.img" : "pagemap-%u.img", id, &im,
			   err);
	if (r > 0) {
		r = img_image_next(im, &e, err);
		if (r == 0) {
			img_fail(err, IMG_EDATA, IMG_NOWHERE, "image has no entry");
			r = img_image_fail(im, err);
		}
		msg = r > 0 ? img_image_unpack(im, &e, a, err) : NULL;
		if (msg == NULL) {
			r = -1;
		} else {
			img_type_file_name("pages-%u.img", ((const PagemapHead *)msg)->pages_id,
					   pm->file.name, sizeof(pm->file.name));
			pm->big = img_reader_head(img_image_reader(im))->big;
			pm->pos.at = e.body.off + e.body.n;
			pm->pos.entry = 1;
			r = keep_fd(pm, im, err);
		}
		img_image_close(im);
	}
	img_arena_free(a);
	return r;
}

static int open_old(struct img_pagemap *pm, bool shared, uint64_t id, struct img_err *err)
{
	struct img_span s;
	uint32_t word;
	int has;

	img_type_file_name(shared ? "pages-shmem-%u.img" : "pages-%u.img", id, pm->name,
			   sizeof(pm->name));
	memcpy(pm->file.name, pm->name, sizeof(pm->name));
	if ((has = img_dir_has(pm->dir, pm->name, err)) <= 0)
		return has;
	if (img_pagemap_file(pm, 0, err) < 0)
		return -1;
	pm->old = true;
	img_peek_file(&pm->image, &pm->file.file);
	if (img_peek(&pm->image, 0, OLD_HEAD, &s, err) < 0)
		return img_pagemap_fail(pm, err);
	/* Any other image of this name belongs to a pagemap of another number. */
	word = s.n == OLD_HEAD ? img_le32(s.p) : 0;
	if (word != OLD_MAGIC && __builtin_bswap32(word) != OLD_MAGIC)
		return 0;
	pm->big = word != OLD_MAGIC;
	pm->pos.at = OLD_HEAD;
	return 1;
}

/*
 * The page size with which blocks are as large as the inventory states; 0 if it does not state it, or
 * no entry is compressed.
 */
static uint32_t page_of_blocks(struct img_pagemap *pm)
{
	struct img_pageentry e;
	struct img_err err;
	struct img_span s;
	uint64_t at = pm->pos.at;

	while (pm->block_size != 0 && img_peek(&pm->image, at, IMG_FRAME_PREFIX, &s, &err) == 0 &&
	       s.n == IMG_FRAME_PREFIX) {
		uint32_t size = img_get32(s.p, pm->big), page;

		if (img_pageentry_read(&pm->image, at + IMG_FRAME_PREFIX, size, at, &e, &err) < 0)
			break;
		page = e.packed.pages != 0 ? pm->block_size / e.packed.pages : 0;
		if (page >= DEFAULT_PAGE && page <= MAX_PAGE && (page & (page - 1)) == 0)
			return page;
		at += IMG_FRAME_PREFIX + (uint64_t)size;
	}
	return 0;
}

/*
 * The page size for which the pages file is as long as its pagemap says; 4096 if there is none.
 * Addresses are not checked: unaligned ones are reported later.
 */
static void guess_page_size(struct img_pagemap *pm)
{
	struct img_place start = pm->pos;
	struct img_err err;
	bool packed = false;
	uint64_t pages;
	int r;

	pm->page_size = pm->old ? 0 : page_of_blocks(pm);
	if (pm->page_size != 0)
		return;
	pm->page_size = DEFAULT_PAGE;
	if (pm->old || img_pagemap_file(pm, 0, &err) < 0)
		return;
	while ((r = read_entry(pm, &err)) > 0)
		packed = packed || pm->run.packed.pages != 0;
	pages = packed ? 0 : pm->pos.off / DEFAULT_PAGE;
	pm->pos = start;
	pm->has_run = false;
	for (uint32_t size = DEFAULT_PAGE; r == 0 && pages > 0 && size <= MAX_PAGE; size *= 2)
		if (pm->file.file.size / size == pages && pm->file.file.size % size == 0)
			pm->page_size = size;
}

int img_pagemap_open(struct img_dir *d, bool shared, uint64_t id, uint32_t page_size,
		     struct img_pagemap **out, struct img_err *err)
{
	struct img_pagemap *pm = img_calloc(1, sizeof(*pm));
	int r;

	if (pm == NULL)
		return img_fail_mem(err);
	pm->dir = d;
	pm->image.fd = pm->file.file.fd = -1;
	pm->file.dir = d;
	pm->page_size = page_size;
	img_type_file_name(shared ? "pagemap-shmem-%u.img" : "pagemap-%u.img", id, pm->name,
			   sizeof(pm->name));
	r = open_modern(pm, shared, id, err);
	if (r == 0)
		r = open_old(pm, shared, id, err);
	if (r > 0 && img_store_supported(d, &pm->block_size, err) < 0)
		r = -1;
	if (r > 0 && page_size == 0)
		guess_page_size(pm);
	if (r <= 0) {
		img_pagemap_close(pm);
		return r;
	}
	pm->first = pm->pos;
	*out = pm;
	return 1;
}

void img_pagemap_close(struct img_pagemap *pm)
{
	if (pm == NULL)
		return;
	if (pm->image.fd >= 0 && !pm->old)
		close(pm->image.fd);
	img_store_close(&pm->file);
	img_places_free(&pm->seen);
	img_free(pm);
}

uint32_t img_pagemap_page_size(const struct img_pagemap *pm)
{
	return pm->page_size;
}

struct img_dir *img_pagemap_dir(const struct img_pagemap *pm)
{
	return pm->dir;
}

const char *img_pagemap_name(const struct img_pagemap *pm)
{
	return pm->name;
}
