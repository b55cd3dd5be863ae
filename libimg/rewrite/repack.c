#include "libimg/rewrite/repack.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/base/byteorder.h"
#include "libimg/memory/pagejobs.h"
#include "libimg/memory/rawpages.h"

int img_repack_open(struct img_dir *d, const char *name, struct img_pagemap **pm, bool *shared,
		    uint64_t *id, struct img_err *err)
{
	*shared = strncmp(name, "pagemap-shmem-", 14) == 0;
	(void)img_type_by_file(name, id);
	return img_pagemap_open(d, *shared, *id, 0, pm, err);
}

struct repacking {
	const struct img_repack *what;
	struct img_pagemap *pm;
	uint32_t page;
	struct img_rawpages *raw; /* compressing: NULL else */
	struct img_pagesink *sink;
	struct img_pagejobs *jobs;

	/* The block of the source that was decompressed last, and where it begins. */
	struct img_buf block, room;
	uint64_t block_at, block_end;
	uint64_t entries;
	uint64_t end; /* of what was read of the pages file */
};

/* A piece of a pages file that is one of pages as they are. */
static int copy_plain(struct repacking *w, const struct img_dump_mem_run *run, struct img_err *err)
{
	struct img_piece piece = { .len = run->end - run->addr,
				   .where = IMG_HERE,
				   .off = run->off,
				   .dir = img_pagemap_dir(w->pm),
				   .file = img_pagemap_file_name(w->pm) };

	piece.fd = img_pagemap_file(w->pm, run->off + run->stored, err);
	if (piece.fd < 0 || img_pagejobs_flush(w->jobs, err) < 0)
		return -1;
	return img_pagesink_piece(w->sink, NULL, &piece, 0, piece.len, err);
}

static uint64_t block_bytes(const struct repacking *w, const struct img_dump_mem_run *run)
{
	return (uint64_t)run->packed.pages * w->page;
}

static int unpack(struct repacking *w, const struct img_dump_mem_run *run, struct img_err *err)
{
	uint64_t n = block_bytes(w, run), blocks = (run->end - run->addr + n - 1) / n;
	struct img_block b;

	if (img_pagemap_file(w->pm, run->off + run->stored, err) < 0)
		return -1;
	for (uint64_t i = 0; i < blocks; i++)
		if (img_pagemap_block(w->pm, run, i, &b, err) < 0 ||
		    img_pagejobs_decompress(w->jobs, img_pagemap_store(w->pm), &b, err) < 0)
			return -1;
	return 0;
}

/* n bytes of a run from addr on, which lie in one block of it. */
static int read_packed(struct repacking *w, const struct img_dump_mem_run *run, uint64_t addr,
		       uint8_t *to, size_t n, struct img_err *err)
{
	uint64_t size = block_bytes(w, run), index = (addr - run->addr) / size;
	struct img_block b;

	if (addr < w->block_at || addr >= w->block_end) {
		if (img_pagemap_block(w->pm, run, index, &b, err) < 0)
			return -1;
		w->block.n = 0;
		w->block_end = 0;
		if (!img_buf_room(&w->block, b.plain))
			return img_fail_mem(err);
		if (img_store_block(img_pagemap_store(w->pm), &b, w->block.p, &w->room, err) < 0)
			return -1;
		w->block_at = run->addr + index * size;
		w->block_end = w->block_at + b.plain;
	}
	memcpy(to, w->block.p + (addr - w->block_at), n);
	return 0;
}

static int read_run(struct repacking *w, const struct img_dump_mem_run *run, uint64_t addr,
		    uint8_t *to, size_t n, struct img_err *err)
{
	if (run->packed.pages == 0)
		return img_store_read(img_pagemap_store(w->pm), run->off + (addr - run->addr), to,
				      n, err);
	while (n > 0) {
		uint64_t size = block_bytes(w, run);
		uint64_t left = size - (addr - run->addr) % size;
		size_t part = left < n ? (size_t)left : n;

		if (read_packed(w, run, addr, to, part, err) < 0)
			return -1;
		to += part;
		addr += part;
		n -= part;
	}
	return 0;
}

static uint32_t form_of(const struct repacking *w, const struct img_dump_mem_run *run)
{
	return w->what->how->set_form ? w->what->how->form : run->form;
}

/* A part of a run as an entry of its own. */
static int pack_part(struct repacking *w, const struct img_dump_mem_run *run, uint64_t addr,
		     uint64_t end, struct img_err *err)
{
	uint32_t block = w->what->how->block;
	const struct img_pagesink_entry e = { .addr = addr,
					      .pages = (end - addr) / w->page,
					      .flags = run->flags,
					      .form = form_of(w, run),
					      .block = block / w->page };

	w->entries++;
	if (img_pagejobs_entry(w->jobs, &e, err) < 0)
		return -1;
	while (addr < end) {
		size_t n = end - addr < block ? (size_t)(end - addr) : block;
		uint8_t *room = img_pagejobs_room(w->jobs, n, err);

		if (room == NULL || read_run(w, run, addr, room, n, err) < 0)
			return -1;
		img_pagejobs_compress(w->jobs, n, img_rawpages_in(w->raw, addr, addr + n));
		addr += n;
	}
	return 0;
}

/* Blocks of several pages do not go on from one mapping to the next. */
static int pack(struct repacking *w, const struct img_dump_mem_run *run, struct img_err *err)
{
	if (img_pagemap_file(w->pm, run->off + run->stored, err) < 0)
		return -1;
	w->block_end = 0;
	for (uint64_t addr = run->addr, end; addr < run->end; addr = end) {
		end = w->what->how->block > w->page ? img_rawpages_border(w->raw, addr) : run->end;
		if (end > run->end || end % w->page != 0)
			end = run->end;
		if (pack_part(w, run, addr, end, err) < 0)
			return -1;
	}
	return 0;
}

static int put_run(struct repacking *w, const struct img_dump_mem_run *run, struct img_err *err)
{
	const struct img_pagesink_entry e = {
		.addr = run->addr, .pages = run->pages, .flags = run->flags, .form = form_of(w, run)
	};
	bool present = run->flags & IMG_PE_PRESENT;

	if (present)
		w->end = run->off + run->stored;
	if (present && w->what->how->block != 0)
		return pack(w, run, err);
	w->entries++;
	if (img_pagejobs_entry(w->jobs, &e, err) < 0)
		return -1;
	if (!present || run->pages == 0)
		return 0;
	return run->packed.pages != 0 ? unpack(w, run, err) : copy_plain(w, run, err);
}

/* The file ends where its last page does. */
static int check_end(struct repacking *w, struct img_err *err)
{
	if (img_pagemap_file(w->pm, w->end, err) < 0)
		return -1;
	if (img_pagemap_file_size(w->pm) == w->end)
		return 0;
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "%" PRIu64 " bytes, but %s has %" PRIu64 " of them",
		 img_pagemap_file_size(w->pm), img_pagemap_name(w->pm), w->end);
	return img_err_in(err, img_dir_path(w->what->from), img_pagemap_file_name(w->pm));
}

static int put_runs(struct repacking *w, struct img_err *err)
{
	struct img_dump_mem_run run;
	int r;

	while ((r = img_pagemap_next(w->pm, &run, err)) > 0)
		if (put_run(w, &run, err) < 0)
			return -1;
	if (r < 0 || img_pagejobs_flush(w->jobs, err) < 0)
		return -1;
	return check_end(w, err);
}

/* Words before the first entry, in another framing: its first word comes or goes. */
static void reframe(struct img_buf *head, enum img_framing framing, bool big)
{
	bool has = head->n > 4 && img_get32(head->p, big) == IMG_COMMON;

	if (framing == IMG_NONE || has == (framing == IMG_V1_1))
		return;
	if (has) {
		memmove(head->p, head->p + 4, head->n - 4);
		head->n -= 4;
	} else if (img_buf_room(head, 4)) {
		memmove(head->p + 4, head->p, head->n);
		img_set32(head->p, IMG_COMMON, big);
		head->n += 4;
	}
}

static int write_pair(struct repacking *w, const struct img_sink *to, struct img_err *err)
{
	const struct img_repack *what = w->what;
	struct img_pagesink_how how = {
		.to = to, .pagemap = what->map, .pages = what->pages, .page_size = w->page
	};
	struct img_buf head = { 0 };
	int r = img_pagemap_head(w->pm, &head, &how.big, err);

	if (r == 0) {
		reframe(&head, what->how->framing, how.big);
		how.head = (struct img_span){ head.p, head.n, 0 };
		w->sink = head.failed ? NULL : img_pagesink_new(&how, err);
		r = w->sink != NULL ? 0 : head.failed ? img_fail_mem(err) : -1;
	}
	if (r == 0) {
		w->jobs = img_pagejobs_new(what->crew, what->how->jobs, IMG_BLOCK_MAX,
					   what->how->accel, w->sink, err);
		r = w->jobs != NULL ? put_runs(w, err) : -1;
		img_pagejobs_free(w->jobs);
		if (img_pagesink_end(w->sink, r == 0, err) < 0)
			r = -1;
	}
	img_buf_free(&head);
	return r;
}

int img_repack_write(const struct img_repack *what, const struct img_sink *to, uint64_t *entries,
		     struct img_err *err)
{
	struct repacking w = { .what = what };
	bool shared;
	uint64_t id;
	int r = img_repack_open(what->from, what->map, &w.pm, &shared, &id, err);

	if (r <= 0)
		return -1;
	w.page = img_pagemap_page_size(w.pm);
	r = what->how->block != 0 ? img_rawpages_open(what->from, shared, id, &w.raw, err) : 0;
	if (r == 0)
		r = write_pair(&w, to, err);
	*entries = w.entries;
	img_rawpages_close(w.raw);
	img_buf_free(&w.block);
	img_buf_free(&w.room);
	img_pagemap_close(w.pm);
	return r;
}
