#include "libimg/rewrite/patchlist.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/file.h"
#include "libimg/memory/mapped.h"

/* A pagemap with patches. */
struct target {
	bool shared;
	uint64_t id;
	uint32_t page;
	char name[64], pages[64]; /* of both images */
	char new_name[IMG_NAME];
	struct img_buf v; /* of struct img_patch, in the order that they were added */
};

struct img_patchlist {
	struct img_dir *from;
	struct img_dump_mem *pages;
	struct img_files *files;
	struct img_mapped *mapped;
	int root;
	struct img_err refused; /* why a file cannot be used */
	struct img_mem *mem;    /* of task `pid` */
	uint32_t pid;
	struct target *v;
	size_t n;
	struct img_buf bytes;
};

static void refused(void *arg, const struct img_err *err)
{
	struct img_patchlist *l = arg;

	l->refused = *err;
}

struct img_patchlist *img_patchlist_new(struct img_dir *from, int root)
{
	struct img_patchlist *l = img_calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->from = from;
	l->root = root;
	l->pages = img_dump_mem_new(from, NULL);
	if (l->pages != NULL)
		return l;
	img_free(l);
	return NULL;
}

void img_patchlist_free(struct img_patchlist *l)
{
	if (l == NULL)
		return;
	img_mem_close(l->mem);
	img_mapped_free(l->mapped);
	img_files_close(l->files);
	img_dump_mem_free(l->pages);
	for (size_t i = 0; i < l->n; i++)
		img_buf_free(&l->v[i].v);
	img_free(l->v);
	img_buf_free(&l->bytes);
	img_free(l);
}

int img_patchlist_task(struct img_patchlist *l, uint32_t pid, struct img_mem **m,
		       struct img_err *err)
{
	int r = 1;

	if (l->mem == NULL || l->pid != pid) {
		img_mem_close(l->mem);
		l->mem = NULL;
		l->pid = pid;
		r = img_mem_open(l->pages, pid, &l->mem, err);
	}
	if (r == 0)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"no process %" PRIu32 " with memory in this dump", pid);
	*m = l->mem;
	return r < 0 ? -1 : 0;
}

/* ---- pagemaps ---- */

static struct target *find(const struct img_patchlist *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].name, name) == 0)
			return &l->v[i];
	return NULL;
}

static int open_target(struct img_patchlist *l, struct target *t, struct img_err *err)
{
	struct img_buf head = { 0 };
	struct img_pagemap *pm;
	bool big;
	int r = img_pagemap_open(l->from, t->shared, t->id, t->page, &pm, err);

	if (r == 0)
		return img_image_absent(
			l->from, t->shared ? "pagemap-shmem-%u.img" : "pagemap-%u.img", t->id, err);
	if (r < 0)
		return -1;
	r = img_pagemap_head(pm, &head, &big, err);
	strcpy(t->name, img_pagemap_name(pm));
	strcpy(t->pages, img_pagemap_file_name(pm));
	img_buf_free(&head);
	img_pagemap_close(pm);
	return r;
}

/* The index of a pagemap, or -1 with *err. */
static ptrdiff_t target_of(struct img_patchlist *l, bool shared, uint64_t id, uint32_t page,
			   struct img_err *err)
{
	struct target *v;

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].shared == shared && l->v[i].id == id)
			return (ptrdiff_t)i;
	v = img_grow(l->v, l->n, sizeof(*v));
	if (v == NULL)
		return img_fail_mem(err);
	l->v = v;
	v[l->n] = (struct target){ .shared = shared, .id = id, .page = page };
	if (open_target(l, &v[l->n], err) < 0)
		return -1;
	return (ptrdiff_t)l->n++;
}

static int put(struct img_patchlist *l, struct target *t, uint64_t addr, const uint8_t *p, size_t n,
	       bool under, struct img_err *err)
{
	while (n > 0) {
		size_t left = t->page - (size_t)(addr % t->page), k = n < left ? n : left;
		struct img_patch x = { addr, addr - addr % t->page, k, l->bytes.n, under };

		img_buf_put(&l->bytes, p, k);
		img_buf_put(&t->v, &x, sizeof(x));
		if (l->bytes.failed || t->v.failed)
			return img_fail_mem(err);
		addr += k;
		p += k;
		n -= k;
	}
	return 0;
}

/* ---- pages that are in no image ---- */

static int read_bytes(const struct img_mapped_bytes *b, uint8_t *to, size_t n, struct img_err *err)
{
	const struct img_file f = { .fd = b->fd };
	int64_t got = img_file_read(&f, b->off, to, n, err);

	if (got == (int64_t)n)
		return 0;
	if (got >= 0)
		img_fail(err, IMG_EDATA, b->off + (uint64_t)got, "file shrank while it was read");
	return img_err_in(err, b->file, "");
}

/* Nobody has the page. *err: why. */
static int no_page(const struct img_patchlist *l, uint64_t addr, struct img_err *err)
{
	if (l->refused.what[0] != '\0') {
		*err = l->refused;
		return -1;
	}
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "page 0x%" PRIx64 " is in a file%s", addr,
			l->root < 0 ? ": --root says where that is" : ", which does not have it");
}

static int open_mapped(struct img_patchlist *l, struct img_err *err)
{
	if (l->mapped != NULL)
		return 0;
	if (l->files == NULL && img_files_open(l->from, &l->files, err) < 0)
		return -1;
	l->mapped = img_mapped_new(l->from, l->files, l->root, IMG_MAPPED_ALL,
				   (struct img_report){ refused, l });
	return l->mapped != NULL ? 0 : img_fail_mem(err);
}

/* A page of a file, as it is mapped. */
static int read_file_page(struct img_patchlist *l, const struct img_vma *v, uint64_t addr,
			  uint32_t page, uint8_t *to, struct img_err *err)
{
	if (open_mapped(l, err) < 0)
		return -1;
	for (size_t done = 0; done < page;) {
		struct img_mapped_bytes b = { .len = 0, .what = IMG_MAPPED_NONE };

		if (img_mapped_at(l->mapped, v, addr + done, page - done, page, &b, err) < 0)
			return -1;
		if (b.what == IMG_MAPPED_NONE || b.len == 0)
			return no_page(l, addr, err);
		if (b.what == IMG_MAPPED_ZERO)
			memset(to + done, 0, (size_t)b.len);
		else if (read_bytes(&b, to + done, (size_t)b.len, err) < 0)
			return -1;
		done += (size_t)b.len;
	}
	return 0;
}

/* The mapping gets a copy of its own, once. */
static int copy_file_page(struct img_patchlist *l, struct target *t, const struct img_vma *v,
			  uint64_t addr, struct img_err *err)
{
	const struct img_patch *x = (const struct img_patch *)(const void *)t->v.p;
	uint8_t *page;
	int r;

	for (size_t i = 0; i < t->v.n / sizeof(*x); i++)
		if (x[i].under && x[i].addr == addr)
			return 0;
	page = img_realloc(NULL, t->page);
	if (page == NULL)
		return img_fail_mem(err);
	r = read_file_page(l, v, addr, t->page, page, err);
	if (r == 0)
		r = put(l, t, addr, page, t->page, true, err);
	img_free(page);
	return r;
}

/* ---- what is at an address ---- */

/* Why the bytes of a run cannot be changed, or NULL. */
static const char *fixed(const struct img_run *run)
{
	const struct img_vma *v = run->vma;

	switch (run->where) {
	case IMG_LAZY: return "is left for lazy restore, in no image";
	case IMG_UNMAPPED: return "is in no mapping";
	case IMG_ABSENT: break;
	default: return NULL;
	}
	if (run->shared)
		return "is of a shared segment that has no pagemap";
	switch (img_vma_backing(v)) {
	case IMG_BY_FILE:
		return v->status & IMG_VMA_FILE_SHARED
			       ? "is in a file that is mapped as shared: change the file"
			       : NULL;
	case IMG_BY_KERNEL: return "is the kernel's";
	default: return "is a device's";
	}
}

/* A page beyond the end of a segment would end CRIU's restore of it. */
static int check_size(struct img_patchlist *l, const struct img_run *run, uint64_t at,
		      uint32_t page, struct img_err *err)
{
	struct img_shmem seg;

	if (img_shmem_of(img_dump_mem_shmems(l->pages), run->vma, &seg, err) < 0)
		return -1;
	if (seg.size == IMG_UNKNOWN || at + run->len <= (seg.size + page - 1) / page * page)
		return 0;
	return img_fail(err, IMG_EDATA, IMG_NOWHERE,
			"0x%" PRIx64 " is beyond the end of its segment, which has %" PRIu64
			" bytes",
			run->addr, seg.size);
}

static int add_run(struct img_patchlist *l, struct img_mem *m, uint32_t pid,
		   const struct img_run *run, const uint8_t *p, struct img_err *err)
{
	uint64_t at = run->addr, id = run->shared ? run->shmid : pid;
	uint32_t page = img_mem_page_size(m);
	const char *why = fixed(run);
	ptrdiff_t i;

	if (why == NULL && run->shared && run->where == IMG_HERE && run->chain == NULL)
		why = "is in ipcns-shm, where CRIU before 3.0 put it";
	if (why != NULL)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "0x%" PRIx64 " %s", run->addr, why);
	if (run->shared) {
		at = run->vma->pgoff + (run->addr - run->vma->start);
		if (check_size(l, run, at, page, err) < 0)
			return -1;
	}
	i = target_of(l, run->shared, id, page, err);
	if (i < 0)
		return -1;
	for (uint64_t a = at - at % page; run->where == IMG_ABSENT && a < at + run->len; a += page)
		if (copy_file_page(l, &l->v[i], run->vma, a, err) < 0)
			return -1;
	return put(l, &l->v[i], at, p, (size_t)run->len, false, err);
}

int img_patchlist_add(struct img_patchlist *l, struct img_mem *m, uint32_t pid, uint64_t addr,
		      const uint8_t *p, size_t n, struct img_err *err)
{
	uint64_t end = addr + n;
	struct img_run run;

	for (; addr < end; addr += run.len, p += run.len) {
		if (img_mem_run(m, addr, end, &run, err) < 0 ||
		    add_run(l, m, pid, &run, p, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- as a change ---- */

static int by_page(const void *x, const void *y)
{
	const struct img_patch *a = x, *b = y;

	if (a->page != b->page)
		return a->page < b->page ? -1 : 1;
	/* Of one page as they came. */
	return a->at < b->at ? -1 : a->at > b->at;
}

void img_patchlist_ready(struct img_patchlist *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].v.n > 0)
			qsort(l->v[i].v.p, l->v[i].v.n / sizeof(struct img_patch),
			      sizeof(struct img_patch), by_page);
}

int img_patchlist_plan(struct img_patchlist *l, struct img_plan *plan, struct img_err *err)
{
	struct target *t = find(l, plan->name);

	if (t != NULL) {
		plan->fate = IMG_FATE_MAKE;
		strcpy(t->new_name, plan->new_name);
		return img_plan_also(plan, t->pages, err);
	}
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].pages, plan->name) == 0)
			plan->fate = IMG_FATE_DROP;
	return 0;
}

int img_patchlist_make(const struct img_patchlist *l, const char *name, img_patched_fn *patched,
		       void *arg, const struct img_sink *to, struct img_err *err)
{
	const struct target *t = find(l, name);
	struct img_patches p = { .from = l->from, .bytes = l->bytes.p };

	if (t == NULL)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "image is gone");
	p.shared = t->shared;
	p.id = t->id;
	p.page_size = t->page;
	p.pagemap = t->new_name;
	p.pages = t->pages;
	p.v = (const struct img_patch *)(const void *)t->v.p;
	p.n = t->v.n / sizeof(struct img_patch);
	p.patched = patched;
	p.arg = arg;
	return img_patches_write(&p, to, err);
}
