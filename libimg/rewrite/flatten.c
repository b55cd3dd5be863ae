#include "libimg/rewrite/flatten.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "inventory.pb-c.h"
#include "libimg/base/alloc.h"
#include "libimg/base/fileid.h"
#include "libimg/base/map.h"
#include "libimg/memory/pagesink.h"
#include "libimg/memory/pinned.h"

enum { CHUNK = 128 << 10 }; /* of what is compared; a multiple of all page sizes */

/* A pagemap of the newest dump. */
struct mapped {
	char name[64], pages[64]; /* of both images */
	char new_name[IMG_NAME];
	bool shared, made; /* else it is copied */
	uint64_t id;
};

struct img_flatten {
	struct img_dir *from, *base;
	struct img_buf items;  /* of struct mapped, ordered by name */
	struct img_map owners; /* number of a pages file -> its item */
	uint32_t version;      /* that the inventory is to state */
	bool has_version;      /* there is an inventory */
	bool packed;           /* it speaks of compressed pages */
	struct img_buf pinned; /* of shared segments */
	uint32_t page_size;    /* of some task, 0: unknown */
	bool has_mappings;     /* of some task */
	struct img_buf taken;  /* a uint64_t for each level */
	struct img_flatten_figures sum;
	uint8_t *buf[2]; /* CHUNK bytes each, once there is something to compare */
};

struct img_flatten *img_flatten_new(struct img_dir *base)
{
	struct img_flatten *f = img_calloc(1, sizeof(*f));

	if (f != NULL)
		f->base = base;
	return f;
}

void img_flatten_free(struct img_flatten *f)
{
	if (f == NULL)
		return;
	img_buf_free(&f->items);
	img_buf_free(&f->pinned);
	img_buf_free(&f->taken);
	img_map_free(&f->owners);
	img_free(f->buf[0]);
	img_free(f->buf[1]);
	img_free(f);
}

struct img_flatten_figures img_flatten_figures(const struct img_flatten *f)
{
	struct img_flatten_figures sum = f->sum;

	sum.taken = (const uint64_t *)(const void *)f->taken.p;
	sum.levels = f->taken.n / sizeof(uint64_t);
	return sum;
}

static int count_taken(struct img_flatten *f, size_t level, uint64_t n, struct img_err *err)
{
	const uint64_t none = 0;

	while (f->taken.n / sizeof(none) <= level) {
		img_buf_put(&f->taken, &none, sizeof(none));
		if (f->taken.failed)
			return img_fail_mem(err);
	}
	((uint64_t *)(void *)f->taken.p)[level] += n;
	f->sum.written += n;
	return 0;
}

static const struct mapped *items(const struct img_flatten *f, size_t *n)
{
	*n = f->items.n / sizeof(struct mapped);
	return (const struct mapped *)(const void *)f->items.p;
}

/* ---- what more than one image decides ---- */

/* Are there pages in it that are not plain pages of this directory? */
static int needs_making(struct img_pagemap *pm, bool *needs, uint64_t *bytes, struct img_err *err)
{
	struct img_dump_mem_run run;
	int r;

	*needs = false;
	*bytes = 0;
	while ((r = img_pagemap_next(pm, &run, err)) > 0) {
		*needs =
			*needs || run.flags & IMG_PE_PARENT || run.packed.pages != 0 || run.aligned;
		*bytes += run.flags & IMG_PE_PRESENT ? run.stored : 0;
	}
	return r;
}

static int page_size_of(struct img_flatten *f, uint64_t pid, struct img_err *err)
{
	struct img_space s;
	int r = pid <= UINT32_MAX ? img_space_read(f->from, (uint32_t)pid, &s, err) : 0;

	if (r == 0)
		return 0;
	f->page_size = s.page_size;
	f->has_mappings = true;
	img_space_free(&s);
	return r < 0 ? -1 : 0;
}

static int learn_pagemap(struct img_flatten *f, const char *name, uint64_t id, struct img_err *err)
{
	struct mapped it = { .id = id, .shared = strncmp(name, "pagemap-shmem-", 14) == 0 };
	struct img_pagemap *pm;
	uint64_t bytes = 0;
	int r = img_pagemap_open(f->from, it.shared, id, f->page_size, &pm, err);

	/* Of other spellings of the number CRIU knows nothing. */
	if (r <= 0)
		return r;
	if (strcmp(img_pagemap_name(pm), name) == 0) {
		strcpy(it.name, name);
		strcpy(it.pages, img_pagemap_file_name(pm));
		r = needs_making(pm, &it.made, &bytes, err);
		it.made = it.made || f->base != NULL;
		f->sum.copied += it.made ? 0 : bytes;
		img_buf_put(&f->items, &it, sizeof(it));
	}
	img_pagemap_close(pm);
	if (f->items.failed)
		return img_fail_mem(err);
	return r < 0 ? -1 : 0;
}

/* A pre-dump has none. *r: -1 with *err, where that could not be found out. */
static bool has_tree(struct img_dir *d, int *r, struct img_err *err)
{
	struct img_image *im;
	int has = img_image_open(d, "pstree.img", 0, &im, err);

	if (has > 0)
		img_image_close(im);
	if (has < 0)
		*r = -1;
	return has > 0;
}

/* 1 with the version and more of the inventory, 0: none, -1. */
static int read_inventory(struct img_dir *d, uint32_t *version, bool *packed, bool *is_dump,
			  struct img_err *err)
{
	struct img_arena *a = img_arena_new(0);
	const InventoryEntry *inv;
	void *msg;
	int r;

	if (a == NULL)
		return img_fail_mem(err);
	r = img_image_one(d, "inventory.img", 0, a, &msg, err);
	if (r > 0) {
		inv = msg;
		*version = inv->img_version;
		*packed = inv->has_compress || inv->has_compress_block_size;
		*is_dump = inv->has_fdinfo_per_id || has_tree(d, &r, err);
	}
	img_arena_free(a);
	return r;
}

/*
 * Pages come out plain, so that an older CRIU can read them; but to a parent with compressed pages
 * none but a child of the same version may belong.
 */
static int learn_version(struct img_flatten *f, struct img_err *err)
{
	uint32_t base = IMG_VERSION_1_1;
	bool is_dump, other;
	int r = read_inventory(f->from, &f->version, &f->packed, &is_dump, err);

	if (r <= 0)
		return r;
	f->has_version = true;
	if (f->version == IMG_VERSION_COMPRESSED)
		f->version = is_dump ? IMG_VERSION_1_1 : IMG_VERSION_PRE_DUMP;
	if (f->base != NULL && read_inventory(f->base, &base, &other, &other, err) < 0)
		return -1;
	if (base == IMG_VERSION_COMPRESSED)
		f->version = base;
	return 0;
}

static int learn_names(struct img_flatten *f, const struct img_dir_names *l, const char *type,
		       int (*fn)(struct img_flatten *f, const char *name, uint64_t id,
				 struct img_err *err),
		       struct img_err *err)
{
	for (size_t i = 0; i < l->n; i++) {
		uint64_t id;
		const struct img_type *t = img_type_by_file(l->v[i], &id);

		if (t != NULL && strcmp(t->name, type) == 0 && fn(f, l->v[i], id, err) < 0)
			return -1;
	}
	return 0;
}

static int learn_mm(struct img_flatten *f, const char *name, uint64_t id, struct img_err *err)
{
	(void)name;
	return f->page_size == 0 ? page_size_of(f, id, err) : 0;
}

/* One pages file cannot become that of two pagemaps. CRIU never shares one. */
static int learn_owners(struct img_flatten *f, struct img_err *err)
{
	size_t n;
	const struct mapped *v = items(f, &n);

	for (size_t i = 0; i < n; i++) {
		uint64_t number = 0;
		uint32_t *owner;

		img_type_by_file(v[i].pages, &number);
		owner = img_map_at(&f->owners, number);
		if (owner == NULL)
			return img_fail_mem(err);
		if (*owner == IMG_MAP_NONE) {
			*owner = (uint32_t)i;
		} else if (v[i].made || v[*owner].made) {
			img_fail(err, IMG_EDATA, IMG_NOWHERE, "pages are those of %s, too",
				 v[*owner].name);
			return img_err_in(err, img_dir_path(f->from), v[i].name);
		}
	}
	return 0;
}

static int learn(void *arg, struct img_dir *from, struct img_err *err)
{
	struct img_flatten *f = arg;
	struct img_dir_names l;
	int r;

	f->from = from;
	f->items.n = f->pinned.n = f->taken.n = 0;
	img_map_free(&f->owners);
	f->page_size = 0;
	f->has_mappings = false;
	memset(&f->sum, 0, sizeof(f->sum));
	if (learn_version(f, err) < 0)
		return -1;
	if (img_dir_list(from, &l, err) < 0)
		return img_err_in(err, img_dir_path(from), "");
	r = learn_names(f, &l, "MM", learn_mm, err);
	if (r == 0)
		r = learn_names(f, &l, "PAGEMAP", learn_pagemap, err);
	img_list_free(&l);
	if (r == 0)
		r = learn_owners(f, err);
	if (r == 0 && f->base != NULL)
		r = img_pinned_of_segments(from, &f->pinned, err);
	return r;
}

/* ---- images ---- */

static int by_name(const void *name, const void *item)
{
	return strcmp(name, ((const struct mapped *)item)->name);
}

/* The pagemap of this name; there are pagemaps. */
static struct mapped *item_of(const struct img_flatten *f, const char *name)
{
	size_t n;
	const struct mapped *v = items(f, &n);

	return bsearch(name, v, n, sizeof(*v), by_name);
}

/* The pagemap whose pages file has this name. */
static const struct mapped *owner_of(const struct img_flatten *f, const char *name)
{
	size_t n;
	const struct mapped *v = items(f, &n);
	uint64_t number;
	uint32_t i;

	if (img_type_by_file(name, &number) == NULL)
		return NULL;
	i = img_map_get(&f->owners, number);
	return i != IMG_MAP_NONE && strcmp(v[i].pages, name) == 0 ? &v[i] : NULL;
}

static int image(void *arg, struct img_plan *plan, struct img_err *err)
{
	struct img_flatten *f = arg;
	struct mapped *it = f->items.n > 0 ? item_of(f, plan->name) : NULL;
	const struct mapped *owner;

	if (it != NULL && it->made) {
		plan->fate = IMG_FATE_MAKE;
		strcpy(it->new_name, plan->new_name);
		return img_plan_also(plan, it->pages, err);
	}
	owner = owner_of(f, plan->name);
	if (owner != NULL && owner->made)
		plan->fate = IMG_FATE_DROP;
	if (f->has_version && strcmp(plan->name, "inventory.img") == 0)
		plan->fate = IMG_FATE_EDIT;
	/* The text of a link, where an archive had none. */
	if (strcmp(plan->name, "parent") == 0)
		plan->fate = IMG_FATE_DROP;
	return 0;
}

/* Of the inventory: it speaks of plain pages. */
static int field(void *arg, struct img_field *x, struct img_err *err)
{
	const struct img_flatten *f = arg;

	(void)err;
	if (x->parent != NULL || x->msg != &img_msg_inventory_entry)
		return IMG_KEEP;
	if (x->tag == IMG_TAG_INVENTORY_ENTRY__IMG_VERSION && x->num != f->version) {
		x->num = f->version;
		return IMG_SET;
	}
	if (f->packed && (x->tag == IMG_TAG_INVENTORY_ENTRY__COMPRESS ||
			  x->tag == IMG_TAG_INVENTORY_ENTRY__COMPRESS_BLOCK_SIZE))
		return IMG_DROP;
	return IMG_KEEP;
}

/* ---- one pagemap ---- */

/* On its way. */
struct work {
	struct img_flatten *f;
	const struct mapped *it;
	struct img_chain *own, *base; /* base NULL: nothing is left */
	uint32_t page;
	bool tracked;            /* its mappings are known */
	struct img_buf pinned;   /* of a task */
	struct img_pagesink *to; /* NULL: only figures are wanted */

	/* The entry of the newest that is being written, and what of it has been. */
	struct img_dump_mem_run run;
	bool begun;
	uint32_t flags;
	struct img_err *err;
};

/*
 * The next n bytes at addr have these flags; those that are PRESENT are bytes from `skip` of the
 * piece on, which may be NULL for others.
 */
static int emit(struct work *w, uint64_t addr, uint64_t n, uint32_t flags,
		const struct img_piece *piece, uint64_t skip)
{
	struct img_pagesink_entry e = { addr, n / w->page, flags, w->run.form, 0 };
	bool joins = w->begun && w->flags == flags;
	bool present = piece != NULL && flags & IMG_PE_PRESENT;

	w->begun = true;
	w->flags = flags;
	if (flags & IMG_PE_PARENT)
		w->f->sum.left += n;
	if (present && count_taken(w->f, piece->level, n, w->err) < 0)
		return -1;
	if (w->to == NULL)
		return 0;
	if (joins ? img_pagesink_more(w->to, e.pages, w->err) < 0
		  : img_pagesink_entry(w->to, &e, w->err) < 0)
		return -1;
	return present ? img_pagesink_piece(w->to, w->own, piece, skip, n, w->err) : 0;
}

static bool same_place(const struct img_piece *a, uint64_t a_skip, const struct img_piece *b)
{
	/* Of compressed pages only the entry has an offset. */
	return a->fd >= 0 && b->fd >= 0 && a->off + a_skip == b->off && img_same_file(a->fd, b->fd);
}

static int make_room(struct img_flatten *f, struct img_err *err)
{
	for (int i = 0; i < 2; i++)
		if (f->buf[i] == NULL && (f->buf[i] = img_realloc(NULL, CHUNK)) == NULL)
			return img_fail_mem(err);
	return 0;
}

/* n bytes (CHUNK at most) of both, page by page: runs that are equal go to the base. */
static int split_pages(struct work *w, uint64_t addr, const struct img_piece *own, uint64_t skip,
		       const struct img_piece *base, uint64_t base_skip, size_t n)
{
	const uint8_t *a = w->f->buf[0], *b = w->f->buf[1];

	if (img_chain_read(w->own, own, skip, w->f->buf[0], n, w->err) < 0 ||
	    img_chain_read(w->base, base, base_skip, w->f->buf[1], n, w->err) < 0)
		return -1;
	if (memcmp(a, b, n) == 0)
		return emit(w, addr, n, IMG_PE_PARENT, own, skip);
	for (size_t at = 0, end; at < n; at = end) {
		bool same = memcmp(a + at, b + at, w->page) == 0;

		for (end = at + w->page; end < n; end += w->page)
			if ((memcmp(a + end, b + end, w->page) == 0) != same)
				break;
		if (emit(w, addr + at, end - at, same ? (uint32_t)IMG_PE_PARENT : own->flags, own,
			 skip + at) < 0)
			return -1;
	}
	return 0;
}

/* n bytes of a piece of which the base has a piece too. */
static int split_piece(struct work *w, uint64_t addr, const struct img_piece *own, uint64_t skip,
		       const struct img_piece *base, uint64_t n)
{
	if (base->where != IMG_HERE && base->where != IMG_PARENT)
		return emit(w, addr, n, own->flags, own, skip);
	if (same_place(own, skip, base))
		return emit(w, addr, n, IMG_PE_PARENT, own, skip);
	if (make_room(w->f, w->err) < 0)
		return -1;
	for (uint64_t done = 0; done < n;) {
		size_t part = n - done < CHUNK ? (size_t)(n - done) : CHUNK;

		if (split_pages(w, addr + done, own, skip + done, base, done, part) < 0)
			return -1;
		done += part;
	}
	return 0;
}

/* A piece of the newest: all of it, or what the base does not have. */
static int put_piece(struct work *w, uint64_t addr, const struct img_piece *piece)
{
	uint64_t at = addr, end = addr + piece->len;

	while (at < end) {
		struct img_piece base;
		bool pinned = true;
		uint64_t n = end - at;

		/* Without its mappings nobody but CRIU knows what may be in a parent. */
		if (w->base != NULL && (w->tracked || w->run.flags & IMG_PE_PARENT))
			n = img_pinned_stretch(w->it->shared ? &w->f->pinned : &w->pinned,
					       w->it->shared ? w->it->id : 0, at, end, &pinned);
		if (pinned) {
			if (emit(w, at, n, piece->flags, piece, at - addr) < 0)
				return -1;
		} else {
			if (img_chain_at(w->base, at, at + n, &base, w->err) < 0)
				return -1;
			n = base.len;
			if (split_piece(w, at, piece, at - addr, &base, n) < 0)
				return -1;
		}
		at += n;
	}
	return 0;
}

static int lazy_parent(const struct work *w, uint64_t addr)
{
	img_fail(w->err, IMG_EDATA, w->run.at,
		 "page 0x%" PRIx64 " is in a parent dump, which has it in no image (lazy)", addr);
	return img_pagemap_fail(img_chain_level(w->own, 0), w->err);
}

static int put_entry(struct work *w)
{
	struct img_piece piece;

	w->begun = false;
	if (w->run.pages == 0 || w->run.flags == IMG_PE_LAZY)
		return emit(w, w->run.addr, w->run.end - w->run.addr, w->run.flags, NULL, 0);
	for (uint64_t at = w->run.addr; at < w->run.end; at += piece.len) {
		if (img_chain_at(w->own, at, w->run.end, &piece, w->err) < 0)
			return -1;
		if (piece.where == IMG_LAZY)
			return lazy_parent(w, at);
		if (put_piece(w, at, &piece) < 0)
			return -1;
	}
	return 0;
}

static int put_entries(struct work *w)
{
	struct img_pagemap *pm = img_chain_level(w->own, 0);
	int r;

	while ((r = img_pagemap_next(pm, &w->run, w->err)) > 0)
		if (put_entry(w) < 0)
			return -1;
	return r;
}

/* The chains, and the pages that have to stay. */
static int open_chains(struct work *w)
{
	struct img_flatten *f = w->f;
	uint32_t page = f->page_size;
	struct img_space s;
	int r = 0;

	if (!w->it->shared && w->it->id <= UINT32_MAX) {
		r = img_space_read(f->from, (uint32_t)w->it->id, &s, w->err);
		page = r > 0 ? s.page_size : page;
		w->tracked = r > 0;
		if (r > 0)
			r = img_pinned_of_task(&s, &w->pinned, w->err);
		if (r < 0 || w->tracked)
			img_space_free(&s);
	}
	if (r < 0)
		return -1;
	/* A segment has mappings where any task has. */
	if (w->it->shared)
		w->tracked = f->has_mappings;
	r = img_chain_open(f->from, w->it->shared, w->it->id, page, &w->own, w->err);
	if (r <= 0)
		return r < 0 ? -1 : img_fail(w->err, IMG_EDATA, IMG_NOWHERE, "image is gone");
	w->page = img_pagemap_page_size(img_chain_level(w->own, 0));
	if (f->base != NULL &&
	    img_chain_open(f->base, w->it->shared, w->it->id, w->page, &w->base, w->err) < 0)
		return -1;
	return 0;
}

static int write_item(struct work *w, const struct img_sink *to)
{
	struct img_buf head = { 0 };
	struct img_pagesink_how how = {
		.to = to, .pagemap = w->it->new_name, .pages = w->it->pages, .page_size = w->page
	};
	int r = img_pagemap_head(img_chain_level(w->own, 0), &head, &how.big, w->err);

	how.head = (struct img_span){ head.p, head.n, 0 };
	if (r == 0) {
		w->to = img_pagesink_new(&how, w->err);
		r = w->to != NULL ? put_entries(w) : -1;
		r = img_pagesink_end(w->to, r == 0, w->err) < 0 ? -1 : r;
	}
	img_buf_free(&head);
	return r;
}

/* to NULL: for the figures. */
static int make_item(struct img_flatten *f, const struct mapped *it, const struct img_sink *to,
		     struct img_err *err)
{
	struct work w = { .f = f, .it = it, .err = err };
	int r;

	err->file[0] = '\0';
	r = open_chains(&w);
	if (r == 0)
		r = to != NULL ? write_item(&w, to) : put_entries(&w);
	img_chain_close(w.own);
	img_chain_close(w.base);
	img_buf_free(&w.pinned);
	return r;
}

static int make(void *arg, const char *name, const struct img_sink *to, struct img_err *err)
{
	struct img_flatten *f = arg;

	return make_item(f, item_of(f, name), to, err);
}

int img_flatten_measure(struct img_flatten *f, struct img_err *err)
{
	size_t n;
	const struct mapped *v = items(f, &n);

	for (size_t i = 0; i < n; i++)
		if (v[i].made && make_item(f, &v[i], NULL, err) < 0)
			return err->file[0] != '\0'
				       ? -1
				       : img_err_in(err, img_dir_path(f->from), v[i].name);
	return 0;
}

struct img_change img_flatten_change(struct img_flatten *f)
{
	return (struct img_change){
		.learn = learn, .image = image, .field = field, .make = make, .arg = f
	};
}
