#include "libimg/check/packed.h"

#include "inventory.pb-c.h"
#include "libimg/image/frame.h"
#include "libimg/memory/pagemap.h"

bool img_ck_is_packed(struct img_span body)
{
	struct img_wire w = { body.p, body.p + body.n };
	struct img_wfield f;

	while (w.p < w.end && img_wire_next(&w, &f) == NULL)
		if (f.tag >= IMG_TAG_PAGEMAP_ENTRY__BLOCKS ||
		    (f.tag == IMG_TAG_PAGEMAP_ENTRY__NR_PAGES && f.wt == IMG_BYTES))
			return true;
	return false;
}

/* An error of the reader as a finding. */
static void say(struct check *ck, enum ck_rule rule, const struct ck_image *im, int64_t entry,
		struct img_err *err)
{
	char text[400];

	if (err->kind == IMG_ESYS) {
		if (err->file[0] == '\0')
			img_err_in(err, img_dir_path(ck->dir), im->name);
		img_report(&ck->how->unread, err);
		return;
	}
	err->file[0] = '\0';
	err->off = IMG_NOWHERE;
	err->path[0] = '\0';
	img_ck_say(ck, rule, im, entry, "", "%s", img_err_text(err, text, sizeof(text)));
}

/* What the inventory says of the compression. */
static void check_inventory(struct check *ck, const struct ck_image *im, int64_t entry,
			    const struct img_packed *k, uint32_t page)
{
	uint64_t block = (uint64_t)k->pages * page;

	if (ck->inv == NULL)
		return;
	if (ck->inv->compress == IMG_COMPRESS_NONE)
		img_ck_say(ck, CK_PAGEMAP_BLOCKS, im, entry, "",
			   "compressed pages, but compress is 0 in inventory.img");
	else if (k->tag == IMG_TAG_PAGEMAP_BLOCKS__BLOCK_SIZES &&
		 ck->inv->compress_block_size != 0 && ck->inv->compress_block_size != block)
		img_ck_say(ck, CK_PAGEMAP_BLOCKS, im, entry, "",
			   "blocks of %" PRIu64 " bytes, but compress_block_size is %" PRIu32
			   " in inventory.img",
			   block, ck->inv->compress_block_size);
}

bool img_ck_packed_entry(struct check *ck, const struct ck_image *im, struct img_peek *image,
			 const struct img_entry *e, uint64_t pages, uint32_t page,
			 struct img_packed *packed, uint64_t *stored)
{
	int64_t entry = (int64_t)e->index;
	struct img_pageentry pe;
	struct img_err err;

	if (img_pageentry_read(image, e->body.off, e->body.n, e->body.off, &pe, &err) < 0 ||
	    (pe.packed.pages != 0 &&
	     img_blocks_check(&pe.packed, image, pages, page, stored, &err) < 0)) {
		say(ck, CK_PAGEMAP_BLOCKS, im, entry, &err);
		return false;
	}
	*packed = pe.packed;
	if (packed->pages != 0)
		check_inventory(ck, im, entry, packed, page);
	return true;
}

/* The blocks of one run. False: the first damaged one has been reported. */
static bool check_blocks(struct check *ck, const struct ck_image *im, struct img_pagemap *pm,
			 const struct img_dump_mem_run *run, uint8_t *to, struct img_buf *room)
{
	uint64_t block = (uint64_t)run->packed.pages * img_pagemap_page_size(pm);
	uint64_t n = (run->end - run->addr + block - 1) / block;
	struct img_block b;
	struct img_err err;

	if (img_pagemap_file(pm, run->off + run->stored, &err) < 0)
		return true; /* the size of the file is another rule */
	for (uint64_t i = 0; i < n; i++)
		if (img_pagemap_block(pm, run, i, &b, &err) < 0 ||
		    img_store_block(img_pagemap_store(pm), &b, to, room, &err) < 0) {
			say(ck, CK_PAGES_BLOCK, im, (int64_t)run->entry, &err);
			return false;
		}
	return true;
}

void img_ck_packed_blocks(struct check *ck, const struct ck_image *im, bool shared, uint32_t page)
{
	struct img_dump_mem_run run;
	struct img_pagemap *pm = NULL;
	uint8_t *to = img_realloc(NULL, IMG_BLOCK_MAX);
	struct img_buf room = { 0 };
	struct img_err err;
	int r = to != NULL ? img_pagemap_open(ck->dir, shared, im->number, page, &pm, &err)
			   : img_fail_mem(&err);

	/* A pagemap that cannot be read has been reported. */
	while (r > 0 && (r = img_pagemap_next(pm, &run, &err)) > 0)
		if (run.packed.pages != 0 && run.pages > 0)
			check_blocks(ck, im, pm, &run, to, &room);
	ck->no_memory = ck->no_memory || to == NULL;
	img_pagemap_close(pm);
	img_buf_free(&room);
	img_free(to);
}
