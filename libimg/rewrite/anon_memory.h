/* Which bytes of a task's memory stay in an anonymized dump: its vDSO, the words of its stacks. */
#ifndef IMG_ANON_MEMORY_H
#define IMG_ANON_MEMORY_H

#include "libimg/base/buf.h"
#include "libimg/dump/pstree.h"
#include "libimg/dump/vma.h"

struct img_anon_range {
	uint64_t start, end;
	bool words; /* only those that point into code or into a stack; else all */
};

struct img_anon_memory {
	struct img_space space;
	struct img_buf ranges; /* struct img_anon_range, ascending, no two of which overlap */
	struct img_buf stacks; /* mappings that hold a stack, ascending likewise */
	unsigned word;         /* bytes */
	bool big;
};

/*
 * What stays of the task `pid`. With `ps`, the tree that it is in: above the stack pointer of each
 * of its threads those words that point into executable mappings or stacks. `big`: words are
 * big-endian. 1 with *m, 0: it has no memory, -1 with *err; free it in each case.
 */
int img_anon_memory_read(struct img_dir *d, uint32_t pid, const struct img_ps *ps, bool big,
			 struct img_anon_memory *m, struct img_err *err);
void img_anon_memory_free(struct img_anon_memory *m);

/* The first range that ends above addr, or NULL. */
const struct img_anon_range *img_anon_memory_find(const struct img_anon_memory *m, uint64_t addr);

/* Does an address lie in an executable mapping, or in one that holds a stack? */
bool img_anon_memory_points(const struct img_anon_memory *m, uint64_t to);

/* Make zeros of all in n bytes at addr that does not stay. addr is at the begin of a word. */
void img_anon_memory_filter(const struct img_anon_memory *m, uint64_t addr, uint8_t *p, size_t n);

#endif
