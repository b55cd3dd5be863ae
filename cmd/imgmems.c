/* imgmems - list the mappings of the processes in a dump */
#include <sys/mman.h>
#include <unistd.h>

#include "cmd/columns.h"
#include "libimg/view/mems_columns.h"

static const struct tool_opt opts[] = {
	EXPLORE_OPTS,
	EXPLORE_DIR_OPTS,
	{ 'r', "rss", NULL, "add pages: present, in a parent dump, lazy" },
	COLUMNS_OPTS('n', COLUMNS_RAW),
	COLUMNS_OPT_BYTES('b'),
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "imgmems",
	.args = "[DIR]...",
	.about = "List the program and the mappings of each process in CRIU dumps.",
	.opts = opts,
	.columns = img_mems_columns,
};

struct job {
	struct explore x;
	struct columns cols;
	bool rss;

	/* The current directory. */
	struct img_desc *desc;
	struct img_mems *mems;
	struct img_dump_mem *pages;
	struct img_shmems *segments;
	struct img_buf name;
};

/* Pages of a mapping, or of a process, by place. */
struct rss {
	uint64_t present, parent, lazy;
};

/* The current process. */
struct task {
	struct job *j;
	const struct img_task *task;
	uint32_t pid;
	struct img_mem *mem; /* NULL: pages are not counted */
	bool told;           /* damage of its pages has been reported */
	struct rss all;
};

/* ---- pages ---- */

/* Damage is reported once per process; mappings are counted up to it. */
static void tell(struct task *t, const struct img_err *err)
{
	if (!t->told)
		explore_fail(&t->j->x, err);
	t->told = true;
}

/* Count pages between two addresses, or offsets in a segment, in a pagemap. */
static void count_runs(struct task *t, struct img_pagemap *pm, uint64_t start, uint64_t end,
		       struct rss *n)
{
	uint32_t page = img_pagemap_page_size(pm);
	struct img_dump_mem_run run;
	struct img_err err;
	int r = img_pagemap_find(pm, start, &run, &err);

	for (; r > 0 && run.addr < end; r = img_pagemap_next(pm, &run, &err)) {
		uint64_t from = run.addr > start ? run.addr : start;
		uint64_t pages = ((run.end < end ? run.end : end) - from) / page;

		if (run.flags & IMG_PE_PARENT)
			n->parent += pages;
		else if (run.flags & IMG_PE_PRESENT)
			n->present += pages;
		else
			n->lazy += pages;
	}
	if (r < 0)
		tell(t, &err);
}

/* Count a shared mapping by the pagemap of its segment. */
static void count_segment(struct task *t, const struct img_vma *v, struct rss *n)
{
	uint64_t shmid = v->shmid, start = v->pgoff;
	struct img_pick inode;
	struct img_mem *seg;
	struct img_err err;
	int r;

	if (v->status & IMG_VMA_MEMFD && (v->status & IMG_VMA_SYSVIPC) == 0) {
		if (img_desc_memfd(t->j->desc, (uint32_t)v->shmid, &inode) <= 0)
			return;
		shmid = img_num(&inode, IMG_TAG_MEMFD_INODE_ENTRY__SHMID);
	}
	r = img_mem_open_segment(t->j->pages, shmid, img_mem_page_size(t->mem), &seg, &err);
	if (r < 0)
		tell(t, &err);
	if (r <= 0)
		return;
	if (img_mem_pagemap(seg) != NULL)
		count_runs(t, img_mem_pagemap(seg), start, start + (v->end - v->start), n);
	img_mem_close(seg);
}

/* Counting does not need the pages files. */
static struct rss count(struct task *t, const struct img_vma *v)
{
	struct rss n = { 0, 0, 0 };
	enum img_backing by = img_vma_backing(v);

	if (t->mem == NULL)
		return n;
	if ((by == IMG_BY_MEMFD || by == IMG_BY_SEGMENT) && (v->flags & MAP_SHARED) != 0)
		count_segment(t, v, &n);
	else if (img_mem_pagemap(t->mem) != NULL)
		count_runs(t, img_mem_pagemap(t->mem), v->start, v->end, &n);
	t->all.present += n.present;
	t->all.parent += n.parent;
	t->all.lazy += n.lazy;
	return n;
}

/* `all`: also counts that are 0. */
static void put_rss(struct job *j, const struct rss *n, bool all)
{
	const uint64_t v[] = { n->present, n->parent, n->lazy };
	static const char *const names[] = { " present=", " parent=", " lazy=" };

	for (size_t i = 0; i < 3; i++) {
		if (v[i] == 0 && !all)
			continue;
		img_text_str(j->x.out, names[i]);
		img_text_dec(j->x.out, v[i], 0);
	}
}

static void json_rss(struct img_jw *w, const struct rss *n)
{
	IMG_JW_UINT(w, "present", n->present);
	IMG_JW_UINT(w, "parent", n->parent);
	IMG_JW_UINT(w, "lazy", n->lazy);
}

static void open_pages(struct task *t)
{
	struct img_err err;
	int r = 0;

	if (t->j->pages == NULL)
		t->j->pages = img_dump_mem_new(t->j->x.dir, img_desc_files(t->j->desc));
	if (t->j->pages == NULL)
		img_fail_mem(&err);
	else
		r = img_mem_open(t->j->pages, t->pid, &t->mem, &err);
	if (r <= 0)
		t->mem = NULL;
	else if (img_mem_pagemap(t->mem) == NULL)
		r = img_image_absent(t->j->x.dir, "pagemap-%u.img", t->pid, &err);
	if (r < 0 || t->j->pages == NULL)
		tell(t, &err);
}

/* ---- lines ---- */

static void put_exe(struct task *t, uint32_t exe)
{
	struct img_out *o = t->j->x.out;
	struct img_pick inode;
	struct img_span name;
	bool deleted;
	struct img_jw w;

	if (!t->j->x.json) {
		img_out_byte(o, '\t');
		img_mems_exe_text(t->j->mems, o, exe);
		img_out_byte(o, '\n');
		return;
	}
	explore_begin_pid(&t->j->x, &w, t->pid);
	IMG_JW_UINT(&w, "exe_file_id", exe);
	if (img_desc_path(t->j->desc, exe, &name, &deleted)) {
		IMG_JW_TEXT(&w, "exe", name.p, name.n);
	} else if (img_desc_memfd(t->j->desc, exe, &inode)) {
		name = img_bytes(&inode, IMG_TAG_MEMFD_INODE_ENTRY__NAME);
		IMG_JW_TEXT(&w, "memfd", name.p, name.n);
	}
	if (deleted)
		IMG_JW_BOOL(&w, "deleted", true);
	explore_end(&t->j->x, &w);
}

static void put_row(struct task *t, const struct img_mapping *map, const struct rss *n)
{
	uint64_t page = t->mem != NULL ? img_mem_page_size(t->mem) : 0;
	struct img_mems_pages pages = { n->present * page, n->parent * page, n->lazy * page };
	struct img_space space = { .start_stack = img_mems_stack(t->j->mems) };
	struct img_mems_row row = {
		.task = t->task,
		.map = map,
		.segments = t->j->segments,
		.space = &space,
		.pages = page != 0 && (map->vma.status & IMG_VMA_GUARD) == 0 ? &pages : NULL,
		.name = &t->j->name,
		.report = &t->j->x.report,
	};

	columns_row(&t->j->cols, &t->j->x, &row);
}

static void put_mapping(struct task *t, const struct img_mapping *map)
{
	bool counted = t->j->rss && (map->vma.status & IMG_VMA_GUARD) == 0;
	struct rss n = { 0, 0, 0 };
	struct img_jw w;

	if (counted)
		n = count(t, &map->vma);
	if (t->j->cols.wanted) {
		put_row(t, map, &n);
		return;
	}
	if (t->j->x.json) {
		explore_begin_pid(&t->j->x, &w, t->pid);
		img_mems_json(t->j->mems, &w, map);
		if (counted)
			json_rss(&w, &n);
		explore_end(&t->j->x, &w);
		return;
	}
	img_out_byte(t->j->x.out, '\t');
	img_mems_text(t->j->mems, t->j->x.out, map);
	if (counted)
		put_rss(t->j, &n, false);
	img_out_byte(t->j->x.out, '\n');
}

static void put_total(struct task *t)
{
	struct img_jw w;

	if (t->j->x.json) {
		explore_begin_pid(&t->j->x, &w, t->pid);
		IMG_JW_KEY(&w, "total");
		img_jw_open(&w, '{');
		json_rss(&w, &t->all);
		img_jw_close(&w, '}');
		explore_end(&t->j->x, &w);
		return;
	}
	img_text_fmt(t->j->x.out, "\t%-36s   ", "total");
	put_rss(t->j, &t->all, true);
	img_out_byte(t->j->x.out, '\n');
}

/* ---- processes ---- */

/* A task without memory: dead, or its image is missing. 0, or -1 with *err. */
static int no_memory(struct job *j, struct img_task *t, struct img_err *err)
{
	if (img_ps_core(j->x.dir, t, err) < 0)
		return -1;
	return img_task_is_dead(t) ? 0 : img_image_absent(j->x.dir, "mm-%u.img", t->pid, err);
}

static void each_task(struct job *j, struct img_task *task)
{
	struct task t = { j, task, task->pid, NULL, false, { 0, 0, 0 } };
	bool wanted = explore_wants(&j->x, task), lines = !j->cols.wanted;
	struct img_mapping map;
	struct img_err err;
	uint32_t exe;
	int r = img_mems_open(j->mems, task->pid, &exe, &err);
	bool has = r > 0;

	if (r == 0)
		r = no_memory(j, task, &err);
	if (wanted && !j->x.json && lines)
		explore_head(&j->x, task);
	if (wanted && has && lines)
		put_exe(&t, exe);
	if (wanted && has && j->rss)
		open_pages(&t);
	/* Mappings of other tasks count too: segments are numbered across the dump. */
	while (has && !img_out_failed(j->x.out) && (r = img_mems_next(j->mems, &map, &err)) > 0)
		if (wanted)
			put_mapping(&t, &map);
	if (r < 0 && wanted)
		explore_fail(&j->x, &err);
	if (wanted && has && j->rss && lines)
		put_total(&t);
	img_mem_close(t.mem);
}

static bool begin_columns(struct job *j)
{
	j->segments = img_shmem_new(j->x.dir, img_desc_files(j->desc));
	if (j->segments == NULL)
		return false;
	columns_begin(&j->cols, &j->x);
	return true;
}

static void end_columns(struct job *j)
{
	columns_end(&j->cols, &j->x);
	img_shmem_free(j->segments);
	j->segments = NULL;
}

static void each_dir(struct explore *x, void *arg)
{
	struct job *j = arg;
	struct img_err err;

	j->pages = NULL;
	j->desc = img_desc_new(x->dir, x->ps, &x->report);
	j->mems = j->desc != NULL ? img_mems_new(x->dir, j->desc) : NULL;
	if (j->mems == NULL || (j->cols.wanted && !begin_columns(j))) {
		img_fail_mem(&err);
		explore_fail(x, &err);
	}
	for (size_t i = 0; j->mems != NULL && i < x->ps->n && !img_out_failed(x->out); i++)
		each_task(j, &x->ps->tasks[i]);
	if (j->segments != NULL)
		end_columns(j);
	img_mems_free(j->mems);
	img_dump_mem_free(j->pages);
	img_desc_free(j->desc);
}

int main(int argc, char **argv)
{
	struct job j = { .x = { .tool = &tool, .no_cores = true }, .cols = { .tool = &tool } };
	unsigned needs;
	int status;

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'p': explore_pid(&j.x, optarg); break;
		case 'j': j.x.json = true; break;
		case 'r': j.rss = true; break;
		default: columns_opt(&j.cols, c, optarg);
		}
	columns_check(&j.cols, j.x.json, false);
	if (j.rss && j.cols.wanted)
		tool_usage(&tool, "--rss cannot be used with --output: columns present, parent, "
				  "lazy");
	needs = img_columns_need(&j.cols.sel);
	j.rss = j.rss || (needs & IMG_MEMS_NEED_PAGES) != 0;
	j.x.no_cores = (needs & IMG_MEMS_NEED_COMM) == 0;
	status = explore_each(&j.x, argv + optind, each_dir, &j);
	img_buf_free(&j.name);
	return status;
}
