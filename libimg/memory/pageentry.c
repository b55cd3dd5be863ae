#include "libimg/memory/pageentry.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "libimg/msg/schema.h"
#include "libimg/msg/wire.h"

/* As it is to be after CRIU 4.2. */
enum { TAG_COMPRESSED_FIRST = 6, TAG_COMPRESSED_LAST = 8 };

struct fields {
	uint64_t vaddr, compat, in_parent, flags, nr_pages;
	unsigned seen; /* bit per field number */
};

static bool has(const struct fields *f, unsigned tag)
{
	return f->seen >> tag & 1;
}

static int put_field(struct fields *f, const struct img_wfield *v, uint64_t at, struct img_err *err)
{
	static const char *const keys[] = { "",          "vaddr", "compat_nr_pages",
					    "in_parent", "flags", "nr_pages" };

	if (v->tag >= TAG_COMPRESSED_FIRST && v->tag <= TAG_COMPRESSED_LAST)
		return img_fail(err, IMG_EDATA, at, "compressed pages cannot be read");
	if (v->tag > IMG_TAG_PAGEMAP_ENTRY__NR_PAGES)
		return img_fail(err, IMG_EDATA, at,
				"unknown field %" PRIu32
				": its pages may be stored in an unknown way",
				v->tag);
	if (v->wt != IMG_VARINT)
		return img_fail(err, IMG_EDATA, at, "%s is not a number", keys[v->tag]);
	f->seen |= 1u << v->tag;
	switch (v->tag) {
	case IMG_TAG_PAGEMAP_ENTRY__VADDR: f->vaddr = v->v; break;
	case IMG_TAG_PAGEMAP_ENTRY__COMPAT_NR_PAGES: f->compat = (uint32_t)v->v; break;
	case IMG_TAG_PAGEMAP_ENTRY__IN_PARENT: f->in_parent = v->v; break;
	case IMG_TAG_PAGEMAP_ENTRY__FLAGS: f->flags = (uint32_t)v->v; break;
	default: f->nr_pages = v->v; break;
	}
	return 0;
}

static int read_fields(const uint8_t *p, size_t n, uint64_t at, struct fields *f,
		       struct img_err *err)
{
	struct img_wire w = { p, p + n };
	struct img_wfield v;

	memset(f, 0, sizeof(*f));
	while (w.p < w.end) {
		const char *why = img_wire_next(&w, &v);

		if (why != NULL)
			return img_fail(err, IMG_EDATA, at, "%s", why);
		if (put_field(f, &v, at, err) < 0)
			return -1;
	}
	if (!has(f, IMG_TAG_PAGEMAP_ENTRY__VADDR))
		return img_fail(err, IMG_EDATA, at, "vaddr missing");
	if (!has(f, IMG_TAG_PAGEMAP_ENTRY__COMPAT_NR_PAGES))
		return img_fail(err, IMG_EDATA, at, "compat_nr_pages missing");
	return 0;
}

/* One meaning for all versions. */
static void even_out(struct fields *f)
{
	if (!has(f, IMG_TAG_PAGEMAP_ENTRY__NR_PAGES))
		f->nr_pages = f->compat;
	if (f->in_parent)
		f->flags |= IMG_PE_PARENT;
	else if (!has(f, IMG_TAG_PAGEMAP_ENTRY__FLAGS))
		f->flags = IMG_PE_PRESENT;
}

static int check_flags(uint64_t flags, uint64_t at, struct img_err *err)
{
	uint64_t unknown = flags & ~(uint64_t)(IMG_PE_PARENT | IMG_PE_LAZY | IMG_PE_PRESENT |
					       IMG_PE_COMPRESSED);

	if (unknown != 0)
		return img_fail(err, IMG_EDATA, at, "unknown pagemap flag 0x%" PRIx64,
				unknown & (~unknown + 1));
	if (flags & IMG_PE_COMPRESSED)
		return img_fail(err, IMG_EDATA, at,
				"compressed pages (pagemap flag 0x8) cannot be read");
	if (flags == 0)
		return img_fail(err, IMG_EDATA, at,
				"pagemap flags have none of present, in the parent, lazy");
	if (flags & IMG_PE_PARENT && flags != IMG_PE_PARENT)
		return img_fail(err, IMG_EDATA, at,
				"pagemap flags 0x%" PRIx64 " contradict each other", flags);
	return 0;
}

int img_pageentry_read(const uint8_t *p, size_t n, uint64_t at, struct img_pageentry *e,
		       struct img_err *err)
{
	struct fields f;

	if (read_fields(p, n, at, &f, err) < 0)
		return -1;
	even_out(&f);
	if (check_flags(f.flags, at, err) < 0)
		return -1;
	e->addr = f.vaddr;
	e->pages = f.nr_pages;
	e->flags = (uint32_t)f.flags;
	return 0;
}
