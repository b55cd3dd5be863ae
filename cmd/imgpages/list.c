/* imgpages: where the pages are: a list of runs. */
#include "cmd/imgpages/list.h"

#include <inttypes.h>

#include "cmd/imgpages/run_columns.h"
#include "libimg/view/pages.h"

static void tell_outside(struct job *j, uint64_t pages, uint64_t first)
{
	struct img_err err;

	if (pages == 0 || img_mem_space(j->mem)->n == 0)
		return;
	img_fail(&err, IMG_EDATA, IMG_NOWHERE,
		 "%" PRIu64 " page%s outside of all mappings, the first one at 0x%" PRIx64, pages,
		 pages == 1 ? "" : "s", first);
	img_pagemap_fail(img_mem_pagemap(j->mem), &err);
	explore_fail(j->x, &err);
}

void pages_list(struct job *j)
{
	struct img_pagemap *pm = img_mem_pagemap(j->mem);
	struct img_pages_odd odd;
	struct img_err err;

	if (img_pages_text(j->pages, j->mem, j->x->out, &odd, &err) < 0)
		explore_fail(j->x, &err);
	if (odd.unnamed)
		explore_fail(j->x, &odd.no_name);
	tell_outside(j, odd.pages, odd.outside);
	if (odd.lost)
		explore_fail(j->x, &odd.why);
	/* If no page is present the file may be missing. */
	if (odd.stored > 0 && img_pagemap_file(pm, odd.stored, &err) < 0)
		explore_fail(j->x, &err);
}

static void put_run(struct job *j, const struct img_run *run)
{
	uint64_t pgoff = pages_offset(run);
	struct img_jw w;

	explore_begin_pid(j->x, &w, j->pid);
	IMG_JW_UINT(&w, "addr", run->addr);
	IMG_JW_UINT(&w, "pages", pages_of_run(j, run));
	IMG_JW_PLAIN(&w, "where", pages_where(run));
	if (run->vma != NULL) {
		pages_name_vma(j, j->pages, j->mem, run->vma);
		IMG_JW_TEXT(&w, "mapping", j->name.p, j->name.n);
	}
	if (pgoff != IMG_UNKNOWN)
		IMG_JW_UINT(&w, "pgoff", pgoff);
	if (run->shared)
		IMG_JW_UINT(&w, "shmid", run->shmid);
	if (img_run_stored(run)) {
		IMG_JW_CSTR(&w, "from", img_dir_path(run->dir));
		IMG_JW_CSTR(&w, "file", run->file);
		IMG_JW_UINT(&w, "offset", run->off - run->base);
		if (run->fd < 0)
			IMG_JW_BOOL(&w, "compressed", true);
	}
	explore_end(j->x, &w);
}

static void put_columns(struct job *j, const struct img_run *run)
{
	struct run_row row = { j, run };

	columns_row(&j->cols, j->x, &row);
}

void pages_list_runs(struct job *j)
{
	uint64_t outside = 0, first = 0;
	uint32_t page = img_mem_page_size(j->mem);
	struct img_run run;
	struct img_err err;

	for (uint64_t at = 0; at < UINT64_MAX && !pages_stopped(j); at = run.addr + run.len) {
		if (img_mem_run(j->mem, at, UINT64_MAX, &run, &err) < 0) {
			explore_fail(j->x, &err);
			break;
		}
		if (run.where == IMG_UNMAPPED)
			continue;
		if (run.vma == NULL) {
			first = outside == 0 ? run.addr : first;
			outside += run.len / page;
		}
		(j->cols.wanted ? put_columns : put_run)(j, &run);
	}
	tell_outside(j, outside, first);
}
