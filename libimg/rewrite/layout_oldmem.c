#include "libimg/rewrite/layout_oldmem.h"

#include <string.h>

#include "libimg/rewrite/newpages.h"

#define WITH_MAP IMG_CRIU(0, 5, 0) /* addresses are in a pagemap, not before each page */

/* Is this an image of CRIU before 0.5? 1 with whose it is, 0, -1. */
static int is_old(struct img_convert *c, const char *name, bool *shared, uint64_t *id,
		  struct img_err *err)
{
	const struct img_type *t = img_type_by_file(name, id);
	struct img_pagemap *pm;
	int r;

	if (t != img_type_by_pattern("pages-%u.img"))
		return 0;
	*shared = strncmp(name, "pages-shmem-", 12) == 0;
	if (img_convert_exists_no(c, *shared ? "pagemap-shmem-%u.img" : "pagemap-%u.img", *id))
		return 0;
	r = img_pagemap_open(c->from, *shared, *id, IMG_NEWPAGES_PAGE, &pm, err);
	if (r > 0)
		img_pagemap_close(pm);
	return r;
}

/* The pages of a task keep the number of their image. */
static int plan_old(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	struct img_newpages p;
	bool shared;
	uint64_t id, pages;
	int r = is_old(c, plan->name, &shared, &id, err);

	if (r <= 0)
		return r;
	pages = shared ? c->next_pages + id : id;
	img_newpages_name(&p, shared, id, pages);
	plan->fate = IMG_FATE_MAKE;
	strcpy(plan->new_name, p.pages);
	return img_plan_also(plan, p.pagemap, err);
}

static int copy_old(struct img_convert *c, struct img_pagemap *pm, struct img_newpages *p,
		    struct img_err *err)
{
	struct img_dump_mem_run run;
	uint8_t page[IMG_NEWPAGES_PAGE];
	int r;

	while ((r = img_pagemap_next(pm, &run, err)) > 0)
		for (uint64_t i = 0; i < run.pages; i++) {
			uint64_t off = run.off + i * IMG_NEWPAGES_PAGE;

			if (img_newpages_add(c, p, run.addr + i * IMG_NEWPAGES_PAGE, 1, err) < 0 ||
			    img_pagemap_file(pm, off + IMG_NEWPAGES_PAGE, err) < 0 ||
			    img_store_read(img_pagemap_store(pm), off, page, IMG_NEWPAGES_PAGE,
					   err) < 0 ||
			    img_pagesink_bytes(p->sink, page, IMG_NEWPAGES_PAGE, err) < 0)
				return -1;
		}
	return r;
}

static int make_old(struct img_convert *c, const char *name, bool shared, uint64_t id,
		    const struct img_sink *to, struct img_err *err)
{
	uint64_t pages = shared ? c->next_pages + id : id;
	struct img_newpages p = { .head = { 0 } };
	struct img_pagemap *pm;
	int r = img_pagemap_open(c->from, shared, id, IMG_NEWPAGES_PAGE, &pm, err);

	if (r <= 0)
		return -1;
	img_newpages_name(&p, shared, id, pages);
	r = img_newpages_begin(c, &p, pages, to, err);
	if (r == 0)
		r = copy_old(c, pm, &p, err);
	r = img_newpages_end(&p, r, err);
	img_pagemap_close(pm);
	img_convert_note(c, name, "pagemap", 1);
	return r < 0 ? -1 : 1;
}

static int memory_image(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	return plan->type != NULL && img_convert_has(c, WITH_MAP) ? plan_old(c, plan, err) : 0;
}

static int memory_make(struct img_convert *c, const char *name, const struct img_sink *to,
		       struct img_err *err)
{
	uint64_t id;
	bool shared;
	int r = is_old(c, name, &shared, &id, err);

	return r > 0 ? make_old(c, name, shared, id, to, err) : r;
}

const struct img_family img_layouts_oldmem = {
	.image = memory_image,
	.make = memory_make,
};
