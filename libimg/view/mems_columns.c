#include "libimg/view/mems_columns.h"

#include "libimg/msg/linux.h"
#include "libimg/view/labels.h"
#include "libimg/view/text.h"

static const struct img_vma *vma_of(const void *row)
{
	return &((const struct img_mems_row *)row)->map->vma;
}

static void get_pid(struct img_cell *c, const void *row)
{
	img_cell_uint(c, ((const struct img_mems_row *)row)->task->pid);
}

static void get_comm(struct img_cell *c, const void *row)
{
	const struct img_task *t = ((const struct img_mems_row *)row)->task;

	if (t->state != IMG_TASK_UNKNOWN)
		img_cell_name(c, t->comm, strlen(t->comm));
}

static void get_start(struct img_cell *c, const void *row)
{
	img_cell_hex(c, vma_of(row)->start, 8);
}

static void get_end(struct img_cell *c, const void *row)
{
	img_cell_hex(c, vma_of(row)->end, 8);
}

static void get_size(struct img_cell *c, const void *row)
{
	img_cell_size(c, vma_of(row)->end - vma_of(row)->start);
}

/* As in /proc/PID/maps. */
static void get_perm(struct img_cell *c, const void *row)
{
	const struct img_vma *v = vma_of(row);
	char perm[] = "---p";

	for (unsigned i = 0; i < 3; i++)
		if (v->prot >> i & 1)
			perm[i] = "rwx"[i];
	if ((v->flags & IMG_MAP_TYPE) == IMG_MAP_SHARED)
		perm[3] = 's';
	img_cell_str(c, perm);
}

static bool has_offset(const struct img_vma *v)
{
	enum img_backing by = img_vma_backing(v);

	return by == IMG_BY_FILE || by == IMG_BY_MEMFD || by == IMG_BY_SEGMENT;
}

static void get_offset(struct img_cell *c, const void *row)
{
	if (has_offset(vma_of(row)))
		img_cell_hex(c, vma_of(row)->pgoff, 1);
}

static void get_kind(struct img_cell *c, const void *row)
{
	const struct img_mems_row *r = row;
	enum img_backing by = img_vma_backing(vma_of(row));
	struct img_shmem seg;
	struct img_err err;
	bool known = (by == IMG_BY_MEMFD || by == IMG_BY_SEGMENT) &&
		     img_shmem_of(r->segments, vma_of(row), &seg, &err) == 0;

	if (r->map->vma.status & IMG_VMA_GUARD)
		img_cell_str(c, "guard");
	else
		img_cell_str(
			c, img_kind_name(img_vma_kind(r->space, vma_of(row), known ? &seg : NULL)));
}

static void get_name(struct img_cell *c, const void *row)
{
	const struct img_mems_row *r = row;
	struct img_err err;

	if (r->map->vma.status & IMG_VMA_GUARD)
		return;
	if (img_vma_name(r->segments, r->space, vma_of(row), r->name, &err) < 0)
		img_report(r->report, &err);
	if (r->name->n > 0)
		img_cell_name(c, r->name->p, r->name->n);
}

static void get_shmid(struct img_cell *c, const void *row)
{
	const struct img_vma *v = vma_of(row);

	if (img_vma_backing(v) == IMG_BY_SEGMENT)
		img_cell_uint(c, v->shmid);
}

static void get_advice(struct img_cell *c, const void *row)
{
	uint64_t madv = vma_of(row)->madv;

	if (madv == 0)
		return;
	img_text_bits(img_cell_text(c), &img_labels_madvise, madv, ",");
	img_cell_text_end(c);
}

static void put_pages(struct img_cell *c, const void *row, size_t at)
{
	const struct img_mems_row *r = row;

	if (r->pages == NULL)
		return;
	img_cell_size(
		c, ((const uint64_t[]){ r->pages->present, r->pages->parent, r->pages->lazy })[at]);
}

static void get_present(struct img_cell *c, const void *row)
{
	put_pages(c, row, 0);
}

static void get_parent(struct img_cell *c, const void *row)
{
	put_pages(c, row, 1);
}

static void get_lazy(struct img_cell *c, const void *row)
{
	put_pages(c, row, 2);
}

enum {
	USUAL = IMG_COL_DEFAULT,
	RIGHT = IMG_COL_RIGHT,
	COMM = IMG_MEMS_NEED_COMM,
	PAGES = IMG_MEMS_NEED_PAGES,
};

/* clang-format off */
const struct img_column img_mems_columns[] = {
	{ "PID",     USUAL | RIGHT, 0,     "process", get_pid },
	{ "COMM",    0,             COMM,  "name of the process", get_comm },
	{ "START",   USUAL | RIGHT, 0,     "first address", get_start },
	{ "END",     USUAL | RIGHT, 0,     "address after the last", get_end },
	{ "SIZE",    USUAL | RIGHT, 0,     "size", get_size },
	{ "PERM",    USUAL,         0,     "protection, and p or s: private or shared", get_perm },
	{ "OFFSET",  RIGHT,         0,     "offset in the file or segment", get_offset },
	{ "KIND",    0,             0,     "heap, stack, anon, file and so on", get_kind },
	{ "PRESENT", RIGHT,         PAGES, "bytes in this dump", get_present },
	{ "PARENT",  RIGHT,         PAGES, "bytes in a parent dump", get_parent },
	{ "LAZY",    RIGHT,         PAGES, "bytes left for lazy restore", get_lazy },
	{ "SHMID",   RIGHT,         0,     "number of the shared segment", get_shmid },
	{ "ADVICE",  0,             0,     "madvise(2)", get_advice },
	{ "NAME",    USUAL,         0,     "path or name, as imgpages(1) reads it", get_name },
	{ NULL, 0, 0, NULL, NULL },
};
/* clang-format on */
