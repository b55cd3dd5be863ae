/*
 * The mappings of tasks in words: first as crit has it, then what crit leaves out. They are
 * given as the image has them, ranges of guard pages at the end included; vma.h has a space
 * for those who look for addresses.
 *
 *	m = img_mems_new(dir, desc);
 *	while ((r = img_mems_next(m, &vma, &err)) > 0)	(after img_mems_open())
 *		img_mems_text(m, out, &vma);
 */
#ifndef IMG_MEMS_H
#define IMG_MEMS_H

#include "libimg/dump/vma.h"
#include "libimg/view/fds_show.h"

struct img_mems;

/* Both must outlive it. NULL: no memory. */
struct img_mems *img_mems_new(struct img_dir *d, struct img_desc *desc);
void img_mems_free(struct img_mems *m); /* NULL is fine */

/*
 * Begin with a task: mm-PID.img, and vmas-PID.img where CRIU before 1.2 put the mappings.
 * 1 with *exe, the file of its program (REG, or a MEMFD), 0 where there is no such image, -1
 * with *err.
 */
int img_mems_open(struct img_mems *m, uint32_t pid, uint32_t *exe, struct img_err *err);

/* Where the stack of the current task begins. */
uint64_t img_mems_stack(const struct img_mems *m);

/* One mapping. */
struct img_mapping {
	struct img_vma vma;
	struct img_span body; /* the vma_entry; borrowed until the next call */
	uint32_t number;      /* that crit gives its segment, or 0; they count up in the dump */
};

/* The next one: 1, 0 at the end, -1 with *err. */
int img_mems_next(struct img_mems *m, struct img_mapping *map, struct img_err *err);

/* A line without its end: borders, protection, crit's words, our own. */
void img_mems_text(struct img_mems *m, struct img_out *o, const struct img_mapping *map);

/* What crit has of it. */
void img_mems_crit(struct img_mems *m, struct img_out *o, const struct img_mapping *map);

/* The program's line of the same shape. */
void img_mems_exe_text(struct img_mems *m, struct img_out *o, uint32_t exe);

/* Members of the open object: the vma_entry, `text`, `path` or `memfd`. */
void img_mems_json(struct img_mems *m, struct img_jw *w, const struct img_mapping *map);

#endif
