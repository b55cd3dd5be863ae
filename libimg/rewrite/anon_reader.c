#include "libimg/rewrite/anon_reader.h"

#include <string.h>

int img_anon_reader_open(struct img_dir *from, bool shared, uint64_t id, uint32_t page,
			 struct img_anon_reader *r, struct img_err *err)
{
	int found = img_pagemap_open(from, shared, id, page, &r->pm, err);

	if (found > 0)
		r->page = img_pagemap_page_size(r->pm);
	return found;
}

void img_anon_reader_free(struct img_anon_reader *r)
{
	img_pagemap_close(r->pm);
	img_buf_free(&r->block);
	img_buf_free(&r->room);
	img_buf_free(&r->one);
}

/* The pages of a block, as they are in memory. */
static int read_block(struct img_anon_reader *r, const struct img_dump_mem_run *run, uint64_t index,
		      struct img_err *err)
{
	struct img_block b;

	if (r->block.n > 0 && r->entry == run->entry && r->index == index)
		return 0;
	r->block.n = 0;
	if (img_pagemap_block(r->pm, run, index, &b, err) < 0)
		return -1;
	if (!img_buf_room(&r->block, b.plain))
		return img_fail_mem(err);
	if (img_store_block(img_pagemap_store(r->pm), &b, r->block.p, &r->room, err) < 0)
		return img_pagemap_fail(r->pm, err);
	r->block.n = b.plain;
	r->entry = run->entry;
	r->index = index;
	return 0;
}

int img_anon_read_page(struct img_anon_reader *r, const struct img_dump_mem_run *run, uint64_t addr,
		       uint8_t *to, struct img_err *err)
{
	uint64_t in = addr - run->addr, size;

	if (run->packed.pages == 0)
		return img_store_read(img_pagemap_store(r->pm), run->off + in, to, r->page, err);
	size = (uint64_t)run->packed.pages * r->page;
	if (read_block(r, run, in / size, err) < 0)
		return -1;
	memcpy(to, r->block.p + in % size, r->page);
	return 0;
}

uint64_t img_anon_next_page(const struct img_anon_memory *m, const struct img_dump_mem_run *run,
			    uint64_t addr, uint32_t page)
{
	const struct img_anon_range *r = m != NULL ? img_anon_memory_find(m, addr) : NULL;

	if (r == NULL || r->start >= run->end)
		return run->end;
	return r->start <= addr ? addr : r->start - (r->start - run->addr) % page;
}
