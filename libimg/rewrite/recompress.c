#include "libimg/rewrite/recompress.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/memory/pagemap.h"
#include "libimg/msg/criu.h"
#include "libimg/msg/splice.h"
#include "libimg/rewrite/repack.h"

enum {
	VERSION = IMG_TAG_INVENTORY_ENTRY__IMG_VERSION,
	COMPRESS = IMG_TAG_INVENTORY_ENTRY__COMPRESS,
	BLOCK_SIZE = IMG_TAG_INVENTORY_ENTRY__COMPRESS_BLOCK_SIZE,
};

/* A pagemap that is written anew, and its pages file. */
struct repacked {
	char map[64], pages[64];
};

struct img_recompress {
	struct img_recompress_how how;
	struct img_crew *crew;
	struct img_dir *from;
	struct repacked *pairs; /* by map */
	size_t n;
	char (*pages)[64];     /* their pages files, in order */
	uint32_t was, version; /* img_version of the source and of the result */
	bool stated;           /* the source says something of compression */
};

struct img_recompress *img_recompress_new(const struct img_recompress_how *how)
{
	struct img_recompress *rc = img_calloc(1, sizeof(*rc));

	if (rc == NULL)
		return NULL;
	rc->how = *how;
	if (rc->how.accel < 1)
		rc->how.accel = 1;
	rc->crew = img_crew_new(how->jobs);
	if (rc->crew == NULL) {
		img_free(rc);
		return NULL;
	}
	return rc;
}

static void forget(struct img_recompress *rc)
{
	img_free(rc->pairs);
	img_free(rc->pages);
	rc->pairs = NULL;
	rc->pages = NULL;
	rc->n = 0;
}

void img_recompress_free(struct img_recompress *rc)
{
	if (rc == NULL)
		return;
	forget(rc);
	img_crew_free(rc->crew);
	img_free(rc);
}

uint32_t img_recompress_version(const struct img_recompress *rc)
{
	return rc->version;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

bool img_recompress_makes(const struct img_recompress *rc, const char *name)
{
	return rc->n > 0 && bsearch(name, rc->pairs, rc->n, sizeof(*rc->pairs), by_name) != NULL;
}

/* ---- what has to be done ---- */

/* Is an entry stored as it shall be? */
static bool is_done(const struct img_recompress *rc, const struct img_dump_mem_run *run,
		    uint32_t page)
{
	uint32_t block = rc->how.block;

	if (!(run->flags & IMG_PE_PRESENT))
		return true;
	if (block == 0)
		return run->packed.pages == 0 && !run->aligned;
	if (run->packed.pages == 0)
		return run->aligned;
	return run->packed.tag == IMG_TAG_PAGEMAP_BLOCKS__BLOCK_SIZES && !run->packed.padded &&
	       (uint64_t)run->packed.pages * page == block;
}

static int check_block(const struct img_recompress *rc, struct img_pagemap *pm, struct img_err *err)
{
	uint32_t page = img_pagemap_page_size(pm);

	if (rc->how.block % page == 0)
		return 0;
	img_fail(err, IMG_EDATA, IMG_NOWHERE,
		 "blocks of %" PRIu32 " bytes are no multiple of its pages of %" PRIu32,
		 rc->how.block, page);
	return img_pagemap_fail(pm, err);
}

/* 1: to be written anew, 0, -1. */
static int is_wanted(const struct img_recompress *rc, struct img_pagemap *pm, struct img_err *err)
{
	struct img_dump_mem_run run;
	int r;

	if (check_block(rc, pm, err) < 0)
		return -1;
	while ((r = img_pagemap_next(pm, &run, err)) > 0)
		if (!is_done(rc, &run, img_pagemap_page_size(pm)))
			return 1;
	return r;
}

static int add_pair(struct img_recompress *rc, const struct img_pagemap *pm, struct img_err *err)
{
	struct repacked *v = img_grow(rc->pairs, rc->n, sizeof(*v)), *p;

	if (v == NULL)
		return img_fail_mem(err);
	rc->pairs = v;
	p = &v[rc->n++];
	memset(p, 0, sizeof(*p));
	strncpy(p->map, img_pagemap_name(pm), sizeof(p->map) - 1);
	strncpy(p->pages, img_pagemap_file_name(pm), sizeof(p->pages) - 1);
	return 0;
}

static int learn_map(struct img_recompress *rc, const char *name, struct img_err *err)
{
	struct img_pagemap *pm;
	bool shared;
	uint64_t id;
	int r = img_repack_open(rc->from, name, &pm, &shared, &id, err);

	if (r <= 0)
		return r;
	r = is_wanted(rc, pm, err);
	if (r > 0)
		r = add_pair(rc, pm, err);
	img_pagemap_close(pm);
	return r;
}

static int learn_maps(struct img_recompress *rc, struct img_err *err)
{
	struct img_dir_names l;
	int r = img_dir_list(rc->from, &l, err);

	if (r < 0)
		return img_err_in(err, img_dir_path(rc->from), "");
	for (size_t i = 0; i < l.n && r == 0; i++) {
		const struct img_type *t = img_type_by_file(l.v[i], NULL);

		if (t != NULL && t->entry == &img_msg_pagemap_entry)
			r = learn_map(rc, l.v[i], err);
	}
	img_list_free(&l);
	if (r < 0 || rc->n == 0)
		return r;
	rc->pages = img_calloc(rc->n, sizeof(*rc->pages));
	if (rc->pages == NULL)
		return img_fail_mem(err);
	qsort(rc->pairs, rc->n, sizeof(*rc->pairs), by_name);
	for (size_t i = 0; i < rc->n; i++)
		memcpy(rc->pages[i], rc->pairs[i].pages, sizeof(rc->pages[i]));
	qsort(rc->pages, rc->n, sizeof(*rc->pages), by_name);
	for (size_t i = 1; i < rc->n; i++)
		if (strcmp(rc->pages[i - 1], rc->pages[i]) == 0) {
			img_fail(err, IMG_EDATA, IMG_NOWHERE, "pages of two pagemaps");
			return img_err_in(err, img_dir_path(rc->from), rc->pages[i]);
		}
	return 0;
}

/* ---- the inventory ---- */

/* The first entry of the inventory, picked: 1, 0: none, -1. */
static int inventory(struct img_dir *d, struct img_pick *f, struct img_image **im,
		     struct img_err *err)
{
	return img_image_pick(d, "inventory.img", 0, im, f, err);
}

/* The version of the parent that the result will see; 0: it has none. */
static int parent_version(struct img_recompress *rc, uint32_t *version, struct img_err *err)
{
	struct img_dir *parent;
	struct img_image *im;
	struct img_pick f;
	int r;

	*version = 0;
	if (rc->how.parent_given) {
		*version = rc->how.parent_version > 0 ? (uint32_t)rc->how.parent_version : 0;
		return 0;
	}
	r = img_dir_parent(rc->from, &parent, err);
	if (r > 0)
		r = inventory(parent, &f, &im, err);
	if (r > 0) {
		*version = img_num32(&f, VERSION);
		img_image_close(im);
	}
	return r < 0 ? -1 : 0;
}

static int learn_inventory(struct img_recompress *rc, struct img_err *err)
{
	uint32_t block_size, parent;
	struct img_image *im;
	struct img_pick f;
	int r;

	if (img_store_supported(rc->from, &block_size, err) < 0)
		return -1;
	r = inventory(rc->from, &f, &im, err);
	if (r == 0)
		return img_image_absent(rc->from, "inventory.img", 0, err);
	if (r < 0)
		return -1;
	if (parent_version(rc, &parent, err) < 0) {
		img_image_close(im);
		return -1;
	}
	rc->was = img_num32(&f, VERSION);
	rc->stated = img_has(&f, COMPRESS) || img_has(&f, BLOCK_SIZE);
	if (rc->how.block != 0 || parent == IMG_VERSION_COMPRESSED)
		rc->version = IMG_VERSION_COMPRESSED;
	else if (rc->was != IMG_VERSION_COMPRESSED)
		rc->version = rc->was;
	else
		rc->version = img_has(&f, IMG_TAG_INVENTORY_ENTRY__FDINFO_PER_ID)
				      ? IMG_VERSION_1_1
				      : IMG_VERSION_PRE_DUMP;
	img_image_close(im);
	return 0;
}

static int rc_learn(void *arg, struct img_dir *from, struct img_err *err)
{
	struct img_recompress *rc = arg;

	forget(rc);
	rc->from = from;
	if (rc->how.block > IMG_BLOCK_MAX)
		return img_fail(err, IMG_ELIMIT, IMG_NOWHERE,
				"blocks of %" PRIu32 " bytes (the limit is %d)", rc->how.block,
				IMG_BLOCK_MAX);
	if (learn_inventory(rc, err) < 0)
		return -1;
	return learn_maps(rc, err);
}

/* Without what it says of compression, then with what is to be said. */
static int rc_entry(void *arg, const char *image, const struct img_entry *e, struct img_buf *out,
		    struct img_err *err)
{
	const struct img_recompress *rc = arg;
	const struct img_path top = { { 0 }, 0 };
	struct img_buf a = { 0 }, b = { 0 };
	struct img_span now = e->body;
	int r;

	r = img_splice_cut(now, top, BLOCK_SIZE, &a, err);
	if (r >= 0)
		r = img_splice_cut((struct img_span){ a.p, a.n, now.off }, top, COMPRESS, &b, err);
	a.n = 0;
	if (r >= 0 && (rc->version == IMG_VERSION_COMPRESSED || rc->was == IMG_VERSION_COMPRESSED))
		r = img_splice_num((struct img_span){ b.p, b.n, now.off }, VERSION, rc->version, &a,
				   err);
	else if (r >= 0)
		img_buf_put(&a, b.p, b.n);
	if (r >= 0 && rc->how.block != 0) {
		b.n = 0;
		r = img_splice_num((struct img_span){ a.p, a.n, 0 }, COMPRESS, IMG_COMPRESS_LZ4, &b,
				   err);
		if (r >= 0)
			r = img_splice_num((struct img_span){ b.p, b.n, 0 }, BLOCK_SIZE,
					   rc->how.block, out, err);
	} else if (r >= 0) {
		img_buf_put(out, a.p, a.n);
	}
	img_buf_free(&a);
	img_buf_free(&b);
	if (r < 0)
		return -1;
	if (out->failed)
		return img_fail_mem(err);
	if (out->n == now.n && memcmp(out->p, now.p, now.n) == 0)
		return IMG_KEEP;
	if (rc->how.changed != NULL)
		rc->how.changed(rc->how.arg, image, "compress", 1);
	return IMG_SET;
}

/* ---- images ---- */

static int rc_image(void *arg, struct img_plan *plan, struct img_err *err)
{
	struct img_recompress *rc = arg;
	const struct repacked *p = NULL;

	if (strcmp(plan->name, "inventory.img") == 0)
		plan->fate = IMG_FATE_EDIT;
	if (rc->n == 0)
		return 0;
	if (bsearch(plan->name, rc->pages, rc->n, sizeof(*rc->pages), by_name) != NULL)
		plan->fate = IMG_FATE_DROP;
	p = bsearch(plan->name, rc->pairs, rc->n, sizeof(*rc->pairs), by_name);
	if (p == NULL)
		return 0;
	plan->fate = IMG_FATE_MAKE;
	return img_plan_also(plan, p->pages, err);
}

static int rc_make(void *arg, const char *name, const struct img_sink *to, struct img_err *err)
{
	struct img_recompress *rc = arg;
	const struct repacked *p = bsearch(name, rc->pairs, rc->n, sizeof(*rc->pairs), by_name);
	const struct img_repack what = { &rc->how, rc->crew, rc->from, name,
					 p != NULL ? p->pages : "" };
	uint64_t entries;

	if (p == NULL || img_repack_write(&what, to, &entries, err) < 0)
		return -1;
	if (rc->how.changed != NULL)
		rc->how.changed(rc->how.arg, name, rc->how.block != 0 ? "blocks" : "plain pages",
				entries);
	return 0;
}

struct img_change img_recompress_change(struct img_recompress *rc)
{
	return (struct img_change){
		.learn = rc_learn, .image = rc_image, .entry = rc_entry, .make = rc_make, .arg = rc
	};
}
