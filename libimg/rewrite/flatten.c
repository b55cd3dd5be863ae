#include "libimg/rewrite/flatten.h"

#include <stdlib.h>
#include <string.h>

#include "inventory.pb-c.h"
#include "libimg/base/alloc.h"
#include "libimg/base/map.h"
#include "libimg/memory/pagemap.h"
#include "libimg/memory/pinned.h"
#include "libimg/rewrite/flatten_map.h"

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
	uint64_t copied;       /* bytes of pages that stay as they are */
	struct img_flatten_work work;
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
	img_map_free(&f->owners);
	img_flatten_work_free(&f->work);
	img_free(f);
}

struct img_flatten_figures img_flatten_figures(const struct img_flatten *f)
{
	return (struct img_flatten_figures){
		.written = f->work.written,
		.copied = f->copied,
		.left = f->work.left,
		.taken = (const uint64_t *)(const void *)f->work.taken.p,
		.levels = f->work.taken.n / sizeof(uint64_t),
	};
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
		f->copied += it.made ? 0 : bytes;
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
	f->items.n = f->pinned.n = 0;
	img_map_free(&f->owners);
	f->page_size = 0;
	f->has_mappings = false;
	f->copied = 0;
	img_flatten_work_clear(&f->work);
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

/* to NULL: for the figures. */
static int make_item(struct img_flatten *f, const struct mapped *it, const struct img_sink *to,
		     struct img_err *err)
{
	struct img_flatten_map m = {
		.from = f->from,
		.base = f->base,
		.shared = it->shared,
		.id = it->id,
		.page_size = f->page_size,
		.has_mappings = f->has_mappings,
		.pinned = &f->pinned,
		.pagemap = it->new_name,
		.pages = it->pages,
	};

	return img_flatten_map(&m, &f->work, to, err);
}

static int make(void *arg, const char *name, const struct img_sink *to, struct img_err *err)
{
	struct img_flatten *f = arg;
	const struct mapped *it = item_of(f, name);

	if (it == NULL)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "image is gone");
	return make_item(f, it, to, err);
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
