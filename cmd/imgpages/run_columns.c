/* imgpages: runs of memory as columns. */
#include "cmd/imgpages/run_columns.h"

const char *pages_where(const struct img_run *run)
{
	static const char *const wheres[] = {
		[IMG_HERE] = "here", [IMG_PARENT] = "parent", [IMG_LAZY] = "lazy",
		[IMG_ZERO] = "zero", [IMG_ABSENT] = "absent",
	};

	return wheres[run->where];
}

uint64_t pages_of_run(const struct job *j, const struct img_run *run)
{
	uint64_t page = img_mem_page_size(j->mem), end = run->addr + run->len;

	return (end + page - 1) / page - (run->addr + page - 1) / page;
}

uint64_t pages_offset(const struct img_run *run)
{
	enum img_backing by = run->vma != NULL ? img_vma_backing(run->vma) : IMG_BY_ZERO;

	if (by != IMG_BY_FILE && by != IMG_BY_MEMFD && by != IMG_BY_SEGMENT)
		return IMG_UNKNOWN;
	return run->vma->pgoff + (run->addr - run->vma->start);
}

static const struct img_run *run_of(const void *row)
{
	return ((const struct run_row *)row)->run;
}

static struct job *job_of(const void *row)
{
	return ((const struct run_row *)row)->j;
}

static void get_pid(struct img_cell *c, const void *row)
{
	img_cell_uint(c, job_of(row)->pid);
}

static void get_comm(struct img_cell *c, const void *row)
{
	const struct img_task *t = img_ps_find(job_of(row)->x->ps, job_of(row)->pid);

	if (t != NULL && t->comm != NULL && t->state != IMG_TASK_UNKNOWN)
		img_cell_name(c, t->comm, strlen(t->comm));
}

static void get_addr(struct img_cell *c, const void *row)
{
	img_cell_hex(c, run_of(row)->addr, 8);
}

static void get_end(struct img_cell *c, const void *row)
{
	img_cell_hex(c, run_of(row)->addr + run_of(row)->len, 8);
}

static void get_pages(struct img_cell *c, const void *row)
{
	img_cell_uint(c, pages_of_run(job_of(row), run_of(row)));
}

static void get_size(struct img_cell *c, const void *row)
{
	img_cell_size(c, run_of(row)->len);
}

static void get_bytes(struct img_cell *c, const void *row)
{
	img_cell_uint(c, run_of(row)->len);
}

static void get_where(struct img_cell *c, const void *row)
{
	enum img_where w = run_of(row)->where;

	img_cell_mark(c, w == IMG_ABSENT ? IMG_MARK_BAD
			 : w == IMG_LAZY ? IMG_MARK_NOTE
					 : IMG_MARK_NONE);
	img_cell_str(c, pages_where(run_of(row)));
}

static void get_mapping(struct img_cell *c, const void *row)
{
	struct job *j = job_of(row);

	if (run_of(row)->vma == NULL)
		return;
	pages_name_vma(j, j->pages, j->mem, run_of(row)->vma);
	img_cell_name(c, j->name.p, j->name.n);
}

static void get_pgoff(struct img_cell *c, const void *row)
{
	uint64_t at = pages_offset(run_of(row));

	if (at != IMG_UNKNOWN)
		img_cell_hex(c, at, 1);
}

static void get_shmid(struct img_cell *c, const void *row)
{
	if (run_of(row)->shared)
		img_cell_uint(c, run_of(row)->shmid);
}

static void get_from(struct img_cell *c, const void *row)
{
	const char *path = img_run_stored(run_of(row)) ? img_dir_path(run_of(row)->dir) : "";

	if (*path != '\0')
		img_cell_name(c, path, strlen(path));
}

static void get_file(struct img_cell *c, const void *row)
{
	if (img_run_stored(run_of(row)))
		img_cell_name(c, run_of(row)->file, strlen(run_of(row)->file));
}

static void get_offset(struct img_cell *c, const void *row)
{
	if (img_run_stored(run_of(row)))
		img_cell_uint(c, run_of(row)->off);
}

static void get_compressed(struct img_cell *c, const void *row)
{
	if (img_run_stored(run_of(row)))
		img_cell_bool(c, run_of(row)->fd < 0);
}

enum { USUAL = IMG_COL_DEFAULT, RIGHT = IMG_COL_RIGHT };

/* clang-format off */
const struct img_column pages_columns[] = {
	{ "PID",        USUAL | RIGHT, 0, "process", get_pid },
	{ "COMM",       0,             0, "name of the process", get_comm },
	{ "ADDR",       USUAL | RIGHT, 0, "first address", get_addr },
	{ "END",        USUAL | RIGHT, 0, "address after the last", get_end },
	{ "PAGES",      USUAL | RIGHT, 0, "number of pages", get_pages },
	{ "SIZE",       USUAL | RIGHT, 0, "the same as a size", get_size },
	{ "BYTES",      RIGHT,         0, "the same in bytes", get_bytes },
	{ "WHERE",      USUAL,         0, "here, parent, lazy, zero or absent", get_where },
	{ "PGOFF",      RIGHT,         0, "offset in the file or segment that is mapped", get_pgoff },
	{ "SHMID",      RIGHT,         0, "number of the shared segment", get_shmid },
	{ "FROM",       0,             0, "directory of the file that has the pages", get_from },
	{ "FILE",       0,             0, "that file", get_file },
	{ "OFFSET",     RIGHT,         0, "offset of the pages in it", get_offset },
	{ "COMPRESSED", 0,             0, "are they compressed there?", get_compressed },
	{ "MAPPING",    USUAL,         0, "path or name, as --read takes it", get_mapping },
	{ NULL, 0, 0, NULL, NULL },
};
/* clang-format on */
