/*
 * Pages that a dump has to have itself, even if its parent has the same bytes. CRIU does not track
 * huge pages and the mappings of plugins: its restore takes their pages from the pages file of the
 * dump, whatever the pagemap says, and so has others in their place without a word. Its dumps also
 * never leave out pages of AIO rings, and of mappings without PROT_READ.
 */
#ifndef IMG_PINNED_H
#define IMG_PINNED_H

#include "libimg/base/buf.h"
#include "libimg/dump/vma.h"

struct img_pinned {
	uint64_t shmid;      /* of a shared segment, else 0 */
	uint64_t start, end; /* addresses, or offsets in the segment */
};

/* Those of the private memory of a task, ascending, appended to *to. 0, or -1 with *err. */
int img_pinned_of_task(const struct img_space *s, struct img_buf *to, struct img_err *err);

/*
 * Those of shared segments, of whatever task of the dump maps them: into *to, which is empty,
 * ascending and apart. 0, or -1 with *err.
 */
int img_pinned_of_segments(struct img_dir *d, struct img_buf *to, struct img_err *err);

/*
 * Bytes from addr on, at most up to `end`, that are alike: all in a range of one of these lists, or
 * none; *pinned says which. `shmid` as in the list.
 */
uint64_t img_pinned_stretch(const struct img_buf *list, uint64_t shmid, uint64_t addr, uint64_t end,
			    bool *pinned);

#endif
