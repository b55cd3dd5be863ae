/* The stored memory: page runs, the files that hold them, the parents of the dump. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/byteorder.h"
#include "libimg/check/model.h"
#include "libimg/check/packed.h"
#include "libimg/dump/vma.h"
#include "libimg/memory/chain.h"
#include "libimg/msg/criu.h"
#include "libimg/msg/pick.h"
#include "pagemap.pb-c.h"

enum {
	PAGES_OLD_HEAD = 4, /* bytes of the magic of CRIU 0.1 to 0.4 */
	PAGES_OLD_ADDR = 8, /* bytes of the address before a page */
};

#define PAGES_OLD_MAGIC 0x56084025u

/* ---- parents ---- */

/* A link chain without end, or a dangling one, is not followed. */
void img_ck_parent_chain(struct check *ck)
{
	struct img_dir *d = ck->dir, *up = NULL;
	char text[400];
	struct img_err err;
	int r;

	r = img_ck_parent(ck, &up, &err);
	while (r > 0) {
		d = up;
		r = img_dir_parent(d, &up, &err);
	}
	if (r == 0)
		return;
	if (err.kind == IMG_ESYS) {
		if (d != ck->dir)
			img_report(&ck->how->unread, &err);
		return;
	}
	img_err_text(&err, text, sizeof(text));
	if (d == ck->dir)
		img_ck_say_name(ck, CK_PARENT_CHAIN, "parent", "%s", text);
	else
		img_ck_say_name(ck, CK_PARENT_CHAIN, "parent", "%s: %s", img_ck_str(ck, err.file),
				text);
}

/* ---- one pagemap ---- */

struct map {
	struct check *ck;
	struct ck_image *im;
	bool shared;
	const struct ck_task *t; /* the task, with ordered mappings; or NULL */
	const struct ck_segment *s;
	uint32_t page;
	size_t vma;      /* current index in t->vmas */
	uint64_t end;    /* of the last run */
	uint64_t stored; /* bytes in the pages file so far */
	uint64_t pages;  /* as many as they are */
	bool known;      /* `stored` is right */
	bool lazy;
	struct img_peek *image; /* the open image, for entries with blocks */
	bool packed;            /* has such */
	bool aligned;           /* reported: not so by the inventory */
	struct img_dir *parent;
	bool no_parent;
	struct img_chain *chain; /* of the parent */
};

struct page_run {
	uint64_t index, addr, pages, len;
	uint64_t flags;
	uint64_t stored; /* bytes of it in the pages file, if PRESENT */
	struct img_packed packed;
};

enum { KNOWN_FLAGS = IMG_PE_PARENT | IMG_PE_LAZY | IMG_PE_PRESENT | IMG_PE_PAYLOAD_ALIGNED };

enum { TAG_ADDR = 1, TAG_COMPAT = 2, TAG_IN_PARENT = 3, TAG_FLAGS = 4, TAG_PAGES = 5 };

static void take(const struct img_pick *f, struct page_run *run)
{
	run->addr = img_num(f, TAG_ADDR);
	run->pages = img_has(f, TAG_PAGES) ? img_num(f, TAG_PAGES) : img_num32(f, TAG_COMPAT);
	run->flags = img_num32(f, TAG_FLAGS);
	if (img_num(f, TAG_IN_PARENT))
		run->flags |= IMG_PE_PARENT;
	else if (!img_has(f, TAG_FLAGS))
		run->flags = IMG_PE_PRESENT;
}

static void check_flags(struct map *m, const struct page_run *run)
{
	uint64_t f = run->flags & ~(uint64_t)IMG_PE_PAYLOAD_ALIGNED;

	if ((f & ~(uint64_t)KNOWN_FLAGS) != 0)
		img_ck_say(m->ck, CK_PAGEMAP_FLAGS, m->im, (int64_t)run->index, "flags",
			   "0x%" PRIx64 " has unknown bits", run->flags);
	else if (f != run->flags && !(f & IMG_PE_PRESENT))
		img_ck_say(m->ck, CK_PAGEMAP_FLAGS, m->im, (int64_t)run->index, "flags",
			   "0x%" PRIx64 " has 8 (aligned in the pages file), but not 4 (here)",
			   run->flags);
	else if (f == 0 || (f & IMG_PE_PARENT && f != IMG_PE_PARENT))
		img_ck_say(m->ck, f == 0 ? CK_ODD(CK_PAGEMAP_FLAGS) : CK_PAGEMAP_FLAGS, m->im,
			   (int64_t)run->index, "flags",
			   "0x%" PRIx64 " is not 1 (in the parent), 4 or 6 (here) or 2 (lazy)", f);
	/* An invalid run does not count pages. */
	m->known = m->known && f != 0 && (f & ~(uint64_t)KNOWN_FLAGS) == 0;
	m->lazy = m->lazy || f == IMG_PE_LAZY;
}

/* Its range: false if nothing more can be checked. */
static bool check_place(struct map *m, const struct img_pick *f, struct page_run *run)
{
	struct check *ck = m->ck;
	int64_t at = (int64_t)run->index;
	uint64_t end;

	if (img_has(f, TAG_PAGES) && img_num(f, TAG_COMPAT) != 0 &&
	    img_num32(f, TAG_COMPAT) != run->pages)
		img_ck_say(ck, CK_ODD(CK_PAGEMAP_RANGE), m->im, at, "compat_nr_pages",
			   "%" PRIu32 " differs from nr_pages (%" PRIu64 ")",
			   img_num32(f, TAG_COMPAT), run->pages);
	if (run->pages == 0) {
		m->known = false;
		img_ck_say(ck, CK_PAGEMAP_RANGE, m->im, at,
			   img_has(f, TAG_PAGES) ? "nr_pages" : "compat_nr_pages", "0 pages");
		return false;
	}
	if (__builtin_mul_overflow(run->pages, m->page, &run->len) ||
	    __builtin_add_overflow(run->addr, run->len, &end)) {
		img_ck_say(ck, CK_PAGEMAP_RANGE, m->im, at, "vaddr",
			   "0x%" PRIx64 " and %" PRIu64
			   " pages extend past the end of any address space",
			   run->addr, run->pages);
		m->known = false;
		return false;
	}
	if ((run->addr & (m->page - 1)) != 0) {
		img_ck_say(ck, CK_PAGEMAP_RANGE, m->im, at, "vaddr",
			   "0x%" PRIx64 " is not on a page boundary (%" PRIu32 " bytes)", run->addr,
			   m->page);
		return true;
	}
	if (run->addr < m->end) {
		img_ck_say(ck, CK_PAGEMAP_ORDER, m->im, at, "vaddr",
			   "0x%" PRIx64 " is below the end of the previous run (0x%" PRIx64 ")",
			   run->addr, m->end);
		m->vma = 0;
	}
	m->end = end;
	return true;
}

/* Mappings whose own pages are stored: private ones, and AIO rings. */
static bool holds_pages(const VmaEntry *v)
{
	if (v->status & IMG_VMA_AIORING)
		return true;
	return v->status & IMG_VMA_REGULAR &&
	       v->status & (IMG_VMA_ANON_PRIVATE | IMG_VMA_FILE_PRIVATE);
}

/* Whose pages CRIU does not track: it stores all of them each time, and restores zeros else. */
static bool is_always_whole(const VmaEntry *v)
{
	return v->flags & MAP_HUGETLB || v->status & IMG_VMA_EXT_PLUGIN;
}

/* CRIU restores a mapping by whole blocks: where it ends a block must end. Reported if not. */
static bool cuts_block(struct map *m, const struct page_run *run, uint64_t border)
{
	uint64_t block = (uint64_t)run->packed.pages * m->page;

	if (block == 0 || (border - run->addr) % block == 0)
		return false;
	img_ck_say(m->ck, CK_PAGEMAP_BLOCKS, m->im, (int64_t)run->index,
		   img_ck_path(m->ck, "blocks[%" PRIu64 "]", (border - run->addr) / block),
		   "has pages on both sides of 0x%" PRIx64 ", where a mapping ends", border);
	return true;
}

static void check_mappings(struct map *m, const struct page_run *run)
{
	uint64_t addr = run->addr, end = run->addr + run->len;

	while (addr < end) {
		const VmaEntry *v;

		while (m->vma < m->t->n_real && m->t->vmas[m->vma]->end <= addr)
			m->vma++;
		v = m->vma < m->t->n_real ? m->t->vmas[m->vma] : NULL;
		if (v == NULL || v->start > addr || !holds_pages(v)) {
			img_ck_say(m->ck, CK_PAGEMAP_VMA, m->im, (int64_t)run->index, "vaddr",
				   "page 0x%" PRIx64 " is in %s of %s", addr,
				   v == NULL || v->start > addr
					   ? "no mapping"
					   : "a mapping without pages of its own",
				   m->t->vmas_im->name);
			return;
		}
		if (run->flags == IMG_PE_PARENT && is_always_whole(v)) {
			img_ck_say(m->ck, CK_PARENT_VMA, m->im, (int64_t)run->index, "flags",
				   "page 0x%" PRIx64 " is in the parent, but CRIU never leaves out "
				   "pages of %s",
				   addr,
				   v->status & IMG_VMA_EXT_PLUGIN ? "a plugin" : "huge pages");
			return;
		}
		if (v->end < end && cuts_block(m, run, v->end))
			return;
		addr = v->end;
	}
}

static void check_segment(struct map *m, const struct page_run *run)
{
	uint64_t end = run->addr + run->len;

	if (end > m->s->size && end - m->s->size >= m->page)
		img_ck_say(m->ck, CK_PAGEMAP_VMA, m->im, (int64_t)run->index, "vaddr",
			   "pages up to 0x%" PRIx64 " extend past the end of the segment (%" PRIu64
			   " bytes in %s)",
			   end, m->s->size, m->s->im->name);
}

/* ---- pages of a parent ---- */

static void tell_parent(struct map *m, const struct page_run *run, const struct img_err *err)
{
	char text[400];

	if (err->kind == IMG_ESYS) {
		img_report(&m->ck->how->unread, err);
		return;
	}
	img_err_text(err, text, sizeof(text));
	img_ck_say(m->ck, CK_PARENT_PAGE, m->im, (int64_t)run->index, "flags",
		   "pages at 0x%" PRIx64 " are in the parent: %s: %s", run->addr,
		   img_ck_str(m->ck, err->file), text);
}

/* Once for the dump if it has no parent, once for a pagemap that the parent lacks. */
static void no_parent(struct map *m, const struct page_run *run)
{
	if (m->parent == NULL && !m->ck->no_parent)
		img_ck_say_name(m->ck, CK_PARENT_CHAIN, "parent",
				"link missing, but %s has pages at 0x%" PRIx64 " in the parent",
				m->im->name, run->addr);
	else if (m->parent != NULL)
		img_ck_say(m->ck, CK_PARENT_PAGE, m->im, (int64_t)run->index, "flags",
			   "pages at 0x%" PRIx64 " are in the parent, which has no %s", run->addr,
			   m->im->name);
	m->ck->no_parent = m->ck->no_parent || m->parent == NULL;
	m->no_parent = true;
}

static void check_parent(struct map *m, const struct page_run *run)
{
	uint64_t addr = run->addr, end = run->addr + run->len;
	struct img_piece piece;
	struct img_err err;
	int r = 1;

	if (m->no_parent)
		return;
	if (m->parent == NULL && img_ck_parent(m->ck, &m->parent, &err) < 0) {
		m->no_parent = true; /* reported by the rule for the chain */
		return;
	}
	if (m->parent != NULL && m->chain == NULL)
		r = img_chain_open(m->parent, m->shared, m->im->number, m->page, &m->chain, &err);
	if (r < 0) {
		tell_parent(m, run, &err);
		m->no_parent = true;
	} else if (m->parent == NULL || r == 0) {
		no_parent(m, run);
	}
	while (m->chain != NULL && addr < end) {
		if (img_chain_at(m->chain, addr, end, &piece, &err) < 0) {
			tell_parent(m, run, &err);
			return;
		}
		if (piece.where == IMG_UNMAPPED || piece.where == IMG_LAZY) {
			img_ck_say(m->ck, CK_PARENT_PAGE, m->im, (int64_t)run->index, "flags",
				   "page 0x%" PRIx64 " is in the parent, which %s", addr,
				   piece.where == IMG_LAZY ? "also has it in no image"
							   : "does not have it");
			return;
		}
		addr += piece.len;
	}
}

/* ---- the pages file ---- */

/* A partial page after the last one is never read. */
static enum ck_rule size_rule(const struct map *m, uint64_t size)
{
	return size > m->stored && size - m->stored < m->page ? CK_ODD(CK_PAGES_SIZE)
							      : CK_PAGES_SIZE;
}

/* Is it the file that the pagemap describes? What is not has been reported, here or elsewhere. */
static bool check_file(struct map *m, uint64_t pages_id)
{
	struct ck_image *file = img_ck_find(m->ck, "pages-%u.img", pages_id);

	if (file == NULL) {
		if (m->stored > 0 && m->known)
			img_ck_need(m->ck, "pages-%u.img", pages_id,
				    "%s has %" PRIu64 " pages there", m->im->name, m->pages);
		return false;
	}
	if (!m->known || m->im->broken || file->broken)
		return false;
	/* Another rule reports a file that two pagemaps name. */
	if (!file->shared && file->size != m->stored)
		img_ck_say(m->ck, size_rule(m, file->size), file, -1, "",
			   "%" PRIu64 " bytes, but %s has %" PRIu64 " pages (%" PRIu64 " bytes)",
			   file->size, m->im->name, m->pages, m->stored);
	return file->size == m->stored;
}

/* ---- all of it ---- */

/* Its bytes in the pages file follow those of the runs before it, or begin at the next page there. */
static void add_stored(struct map *m, const struct page_run *run)
{
	uint64_t gap = 0;

	if (!(run->flags & IMG_PE_PRESENT))
		return;
	if (run->flags & IMG_PE_PAYLOAD_ALIGNED || run->packed.padded)
		gap = (m->page - m->stored % m->page) % m->page;
	m->pages += run->pages;
	if (__builtin_add_overflow(m->stored, gap, &m->stored) ||
	    __builtin_add_overflow(m->stored, run->stored, &m->stored))
		m->known = false;
	if (run->flags & IMG_PE_PAYLOAD_ALIGNED && !m->aligned && m->ck->inv != NULL &&
	    m->ck->inv->compress == IMG_COMPRESS_NONE) {
		img_ck_say(m->ck, CK_PAGEMAP_BLOCKS, m->im, (int64_t)run->index, "flags",
			   "0x%" PRIx64
			   " is that of compressed dumps, but compress is 0 in inventory.img",
			   run->flags);
		m->aligned = true;
	}
}

static void check_run(struct map *m, const struct img_pick *f, const struct img_entry *e)
{
	struct page_run run = { .index = e->index };
	bool placed;

	take(f, &run);
	check_flags(m, &run);
	placed = check_place(m, f, &run);
	run.stored = run.len;
	if (placed && img_ck_is_packed(e->body)) {
		m->known &= img_ck_packed_entry(m->ck, m->im, m->image, e, run.pages, m->page,
						&run.packed, &run.stored);
		m->packed |= run.packed.pages != 0;
	}
	add_stored(m, &run);
	if (!placed)
		return;
	if (m->t != NULL)
		check_mappings(m, &run);
	if (m->s != NULL)
		check_segment(m, &run);
	if (run.flags == IMG_PE_PARENT)
		check_parent(m, &run);
}

static void damaged(struct map *m, struct img_err *err)
{
	char text[400];

	m->im->broken = true;
	m->ck->gaps++;
	if (err->kind == IMG_ESYS) {
		img_err_in(err, img_dir_path(m->ck->dir), m->im->name);
		img_report(&m->ck->how->unread, err);
		return;
	}
	err->file[0] = '\0';
	img_ck_say(m->ck, CK_IMAGE_DAMAGED, m->im, -1, "", "%s",
		   img_err_text(err, text, sizeof(text)));
}

static void read_runs(struct map *m, struct img_reader *rd)
{
	struct img_entry e;
	struct img_pick f;
	struct img_err err;
	int r;

	while ((r = img_reader_next(rd, &e, &err)) > 0) {
		if (e.index == 0)
			continue; /* the head */
		if (img_pick(&f, e.msg, e.body, &err) < 0) {
			img_err_under(&err, "entries", (int64_t)e.index);
			r = -1;
			break;
		}
		check_run(m, &f, &e);
	}
	if (r < 0)
		damaged(m, &err);
}

static void check_pagemap(struct check *ck, struct ck_image *im, bool shared)
{
	const PagemapHead *head = img_ck_one(im);
	const struct ck_task *t = shared ? NULL : img_ck_task_of(ck, im->number);
	struct map m = { .ck = ck, .im = im, .shared = shared, .page = 4096, .known = true };
	struct img_image *image = NULL;
	struct img_peek peek = { .fd = -1 };
	struct img_err err;
	int r;

	if (head == NULL || im->broken)
		return;
	m.image = &peek;
	if (t != NULL) {
		m.page = t->page_size;
		m.t = t->ordered ? t : NULL;
	} else if (ck->n_tasks > 0) {
		m.page = ck->tasks[0].page_size;
	}
	m.s = shared ? img_ck_segment_of(ck, im->number) : NULL;
	r = img_image_open(ck->dir, im->pattern, im->number, &image, &err);
	if (r > 0) {
		img_peek_file(&peek, img_image_file(image));
		read_runs(&m, img_image_reader(image));
	}
	if (r < 0)
		damaged(&m, &err);
	img_image_close(image);
	img_chain_close(m.chain);
	/* Where the file has another length, blocks are not where they are expected. */
	if (check_file(&m, head->pages_id) && m.packed)
		img_ck_packed_blocks(ck, im, shared, m.page);
	if (m.lazy)
		img_ck_say(ck, CK_PAGEMAP_LAZY, im, -1, "",
			   "has pages that are in no image: only a page server has them");
}

/* Pages of CRIU 0.1 to 0.4: each after its address. */
static void check_old_pages(struct check *ck, struct ck_image *im, uint32_t page)
{
	uint64_t record = PAGES_OLD_ADDR + (uint64_t)page;

	if (im->size < PAGES_OLD_HEAD || (im->size - PAGES_OLD_HEAD) % record != 0)
		img_ck_say(ck, CK_PAGES_SIZE, im, -1, "",
			   "%" PRIu64 " bytes, expected a magic and whole pages with addresses",
			   im->size);
}

void img_ck_pagemaps(struct check *ck)
{
	CK_EACH(ck, im, "pagemap-%u.img")
		check_pagemap(ck, im, false);
	CK_EACH(ck, im, "pagemap-shmem-%u.img")
		check_pagemap(ck, im, true);
	if (img_ck_next(ck, "pagemap-%u.img", NULL) == NULL && ck->old_framing)
		for (size_t i = 0; i < ck->n_tasks; i++) {
			struct ck_image *im = img_ck_find(ck, "pages-%u.img", ck->tasks[i].e->pid);

			if (im != NULL)
				check_old_pages(ck, im, ck->tasks[i].page_size);
		}
}

static void tell_twice(struct check *ck, const struct ck_image *im, uint32_t id, const char *other)
{
	struct ck_image *file = img_ck_find(ck, "pages-%u.img", id);

	if (file != NULL)
		file->shared = true;
	img_ck_say(ck, CK_PAGES_TWICE, im, 0, "pages_id", CK_ID " is also that of %s", CK_N(id),
		   other);
}

/* A pages file belongs to one pagemap. */
static void use_pages(struct check *ck, const struct ck_image *im, struct img_map *users)
{
	const PagemapHead *head = img_ck_one(im);
	uint32_t *v, self = (uint32_t)(im - ck->images);

	if (head == NULL)
		return;
	img_ck_use(ck, "pages-%u.img", head->pages_id);
	v = img_ck_map_at(ck, users, head->pages_id);
	if (*v == IMG_MAP_NONE)
		*v = self;
	else
		tell_twice(ck, im, head->pages_id, ck->images[*v].name);
}

void img_ck_pages_twice(struct check *ck)
{
	struct img_map users = { 0 };

	CK_EACH(ck, im, "pagemap-%u.img")
		use_pages(ck, im, &users);
	CK_EACH(ck, im, "pagemap-shmem-%u.img")
		use_pages(ck, im, &users);
	img_map_free(&users);
}
