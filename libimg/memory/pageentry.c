#include "libimg/memory/pageentry.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/msg/schema.h"
#include "libimg/msg/wire.h"

enum { LAST = IMG_TAG_PAGEMAP_ENTRY__REGION_PAGES };

/* What the message has. */
struct fields {
	uint64_t v[LAST + 1];  /* by number */
	unsigned seen;         /* bit per number */
	unsigned lists;        /* field 6: how many with bytes, ... */
	bool loose;            /* ... and whether there is a number */
	uint64_t list, list_n; /* the bytes of the last */
};

static bool has(const struct fields *f, unsigned tag)
{
	return f->seen >> tag & 1;
}

static const char *name_of(uint32_t tag)
{
	return img_msg_pagemap_entry.desc->fields[img_msg_find(&img_msg_pagemap_entry, tag, 0)]
		.name;
}

static int put_field(struct fields *f, const struct img_wfield *v, uint64_t content, uint64_t at,
		     struct img_err *err)
{
	if (v->tag > LAST)
		return img_fail(err, IMG_EDATA, at,
				"unknown field %" PRIu32
				": its pages may be stored in an unknown way",
				v->tag);
	/* A draft has the tag of a cipher there, and its nonce in the next. */
	if (v->tag == IMG_TAG_PAGEMAP_ENTRY__NR_PAGES && v->wt == IMG_BYTES)
		return img_fail(err, IMG_EDATA, at, "encrypted pages cannot be read");
	if (v->tag == IMG_TAG_PAGEMAP_ENTRY__BLOCKS && v->wt == IMG_BYTES) {
		f->lists++;
		f->list = content;
		f->list_n = v->v;
		return 0;
	}
	if (v->wt != IMG_VARINT)
		return img_fail(err, IMG_EDATA, at, "%s is not a number", name_of(v->tag));
	f->loose = f->loose || v->tag == IMG_TAG_PAGEMAP_ENTRY__BLOCKS;
	f->seen |= 1u << v->tag;
	f->v[v->tag] = v->v;
	return 0;
}

static int read_fields(struct img_fieldwalk c, uint64_t at, struct fields *f, struct img_err *err)
{
	struct img_wfield v;
	uint64_t content;
	int r;

	memset(f, 0, sizeof(*f));
	while ((r = img_fieldwalk_next(&c, &v, &content, err)) > 0)
		if (put_field(f, &v, content, at, err) < 0)
			return -1;
	if (r < 0) {
		err->off = at;
		return -1;
	}
	if (!has(f, IMG_TAG_PAGEMAP_ENTRY__VADDR))
		return img_fail(err, IMG_EDATA, at, "vaddr missing");
	if (!has(f, IMG_TAG_PAGEMAP_ENTRY__COMPAT_NR_PAGES))
		return img_fail(err, IMG_EDATA, at, "compat_nr_pages missing");
	return 0;
}

/* ---- flags ---- */

static uint32_t flags_of(const struct fields *f)
{
	uint64_t flags = (uint32_t)f->v[IMG_TAG_PAGEMAP_ENTRY__FLAGS];

	if (f->v[IMG_TAG_PAGEMAP_ENTRY__IN_PARENT])
		flags |= IMG_PE_PARENT;
	else if (!has(f, IMG_TAG_PAGEMAP_ENTRY__FLAGS))
		flags = IMG_PE_PRESENT;
	return (uint32_t)flags;
}

static uint32_t form_of(const struct fields *f)
{
	uint32_t form = has(f, IMG_TAG_PAGEMAP_ENTRY__NR_PAGES) ? IMG_PE_WIDE : IMG_PE_NARROW;

	if (f->v[IMG_TAG_PAGEMAP_ENTRY__COMPAT_NR_PAGES] != 0)
		form |= IMG_PE_NARROW;
	if (!has(f, IMG_TAG_PAGEMAP_ENTRY__FLAGS))
		form |= IMG_PE_NOFLAGS;
	return form;
}

static int check_flags(uint32_t flags, uint64_t at, struct img_err *err)
{
	uint32_t unknown = flags & ~(uint32_t)(IMG_PE_PARENT | IMG_PE_LAZY | IMG_PE_PRESENT |
					       IMG_PE_PAYLOAD_ALIGNED);

	if (unknown != 0)
		return img_fail(err, IMG_EDATA, at, "unknown pagemap flag 0x%" PRIx32,
				unknown & (~unknown + 1));
	if (flags & IMG_PE_PAYLOAD_ALIGNED && !(flags & IMG_PE_PRESENT))
		return img_fail(err, IMG_EDATA, at,
				"pagemap flags 0x%" PRIx32
				": pages that are not present have no alignment",
				flags);
	if (flags == 0)
		return img_fail(err, IMG_EDATA, at,
				"pagemap flags have none of present, in the parent, lazy");
	if (flags & IMG_PE_PARENT && flags != IMG_PE_PARENT)
		return img_fail(err, IMG_EDATA, at,
				"pagemap flags 0x%" PRIx32 " contradict each other", flags);
	return 0;
}

/* ---- compression ---- */

/* The layout in which field 6 is a list of sizes, and 7 and 8 go with it. */
static void take_sizes(const struct fields *f, struct img_fieldwalk body, struct img_packed *k)
{
	uint32_t pages = (uint32_t)f->v[IMG_TAG_PAGEMAP_ENTRY__REGION_PAGES];

	*k = (struct img_packed){
		.pages = pages != 0 ? pages : 1,
		.tag = IMG_TAG_PAGEMAP_ENTRY__BLOCKS,
		.at = body.at,
		.end = body.end,
		.total = IMG_UNKNOWN,
	};
	if (has(f, IMG_TAG_PAGEMAP_ENTRY__TOTAL_COMPRESSED_SIZE))
		k->total = f->v[IMG_TAG_PAGEMAP_ENTRY__TOTAL_COMPRESSED_SIZE];
}

/* The layout in which field 6 is a message; false if it is something else. */
static bool take_blocks(struct img_fieldwalk c, struct img_packed *k)
{
	bool total = false, pages = false;
	struct img_wfield f;
	uint64_t content;
	struct img_err err;
	int r;

	*k = (struct img_packed){ .tag = IMG_TAG_PAGEMAP_BLOCKS__BLOCK_SIZES,
				  .at = c.at,
				  .end = c.end };
	while ((r = img_fieldwalk_next(&c, &f, &content, &err)) > 0) {
		if (f.wt != IMG_VARINT && (f.tag != k->tag || f.wt != IMG_BYTES))
			return false;
		switch (f.tag) {
		case IMG_TAG_PAGEMAP_BLOCKS__BLOCK_SIZES: break;
		case IMG_TAG_PAGEMAP_BLOCKS__TOTAL_PAYLOAD_SIZE:
			k->total = f.v;
			total = true;
			break;
		case IMG_TAG_PAGEMAP_BLOCKS__PAGES_PER_BLOCK:
			k->pages = (uint32_t)f.v;
			pages = true;
			break;
		case IMG_TAG_PAGEMAP_BLOCKS__PAYLOAD_PADDED: k->padded = f.v != 0; break;
		default: return false;
		}
	}
	return r == 0 && total && pages;
}

static int take_packed(const struct fields *f, struct img_fieldwalk body, uint64_t at,
		       struct img_packed *k, struct img_err *err)
{
	struct img_fieldwalk list = { body.image, f->list, f->list + f->list_n };

	memset(k, 0, sizeof(*k));
	if (f->loose || has(f, IMG_TAG_PAGEMAP_ENTRY__TOTAL_COMPRESSED_SIZE) ||
	    has(f, IMG_TAG_PAGEMAP_ENTRY__REGION_PAGES)) {
		take_sizes(f, body, k);
		return 0;
	}
	if (f->lists == 0)
		return 0;
	if (f->lists > 1 || !take_blocks(list, k))
		return img_fail(
			err, IMG_EDATA, at,
			"field 6 has no known form: the pages are stored in an unknown way");
	if (k->pages == 0)
		return img_fail(err, IMG_EDATA, at, "blocks of 0 pages");
	return 0;
}

int img_pageentry_read(struct img_peek *image, uint64_t body, uint64_t n, uint64_t at,
		       struct img_pageentry *e, struct img_err *err)
{
	struct img_fieldwalk c = { image, body, body + n };
	struct fields f;
	uint32_t flags;

	if (read_fields(c, at, &f, err) < 0)
		return -1;
	flags = flags_of(&f);
	if (check_flags(flags, at, err) < 0 || take_packed(&f, c, at, &e->packed, err) < 0)
		return -1;
	if (e->packed.pages != 0 && !(flags & IMG_PE_PRESENT))
		return img_fail(err, IMG_EDATA, at,
				"pagemap flags 0x%" PRIx32
				": pages that are not present cannot be compressed",
				flags);
	e->addr = f.v[IMG_TAG_PAGEMAP_ENTRY__VADDR];
	e->pages = has(&f, IMG_TAG_PAGEMAP_ENTRY__NR_PAGES)
			   ? f.v[IMG_TAG_PAGEMAP_ENTRY__NR_PAGES]
			   : (uint32_t)f.v[IMG_TAG_PAGEMAP_ENTRY__COMPAT_NR_PAGES];
	e->flags = flags & ~(uint32_t)IMG_PE_PAYLOAD_ALIGNED;
	e->form = form_of(&f);
	e->aligned = (flags & IMG_PE_PAYLOAD_ALIGNED) != 0 || e->packed.padded;
	return 0;
}
