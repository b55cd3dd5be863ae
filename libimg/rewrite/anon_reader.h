/* The pages of a pagemap of which an anonymized dump keeps something, plain or compressed. */
#ifndef IMG_ANON_READER_H
#define IMG_ANON_READER_H

#include "libimg/memory/pagemap.h"
#include "libimg/rewrite/anon_memory.h"

/* Zero it but for `cut`. */
struct img_anon_reader {
	struct img_pagemap *pm;
	uint32_t page; /* bytes of one */
	bool cut;      /* what cannot be read is zeros */

	struct img_buf one;         /* a page, for the caller's use */
	struct img_buf block, room; /* inside: of a compressed block all pages are kept at hand */
	uint64_t entry, index;
};

/* As img_pagemap_open(). Free it in each case. */
int img_anon_reader_open(struct img_dir *from, bool shared, uint64_t id, uint32_t page,
			 struct img_anon_reader *r, struct img_err *err);
void img_anon_reader_free(struct img_anon_reader *r);

/* Where the next page of the run is, from addr on, of which something stays; its end: nowhere. */
uint64_t img_anon_next_page(const struct img_anon_memory *m, const struct img_dump_mem_run *run,
			    uint64_t addr, uint32_t page);

/* Read the page at addr of a PRESENT run; its file is open. 0, or -1 with *err. */
int img_anon_read_page(struct img_anon_reader *r, const struct img_dump_mem_run *run, uint64_t addr,
		       uint8_t *to, struct img_err *err);

#endif
