/*
 * What differs between two dumps: processes, what they have open, their memory.
 *
 *	c = img_compare_new(dumps, IMG_COMPARE_ALL, &err);
 *	img_compare_dumps(c, fn, arg);
 *	img_compare_tasks(c, wants, fn, arg);
 *	img_compare_free(c);
 */
#ifndef IMG_COMPARE_H
#define IMG_COMPARE_H

#include "libimg/view/compare_facts.h"
#include "libimg/view/compare_memory.h"
#include "libimg/view/compare_side.h"

#define IMG_COMPARE_ALL ((1u << IMG_COMPARE_KINDS) - 1)

/* "process", "limits" and so on. */
const char *img_compare_kind_name(enum img_compare_kind kind);

/* One difference. */
struct img_difference {
	/* Of which process, as each dump has it; NULL: not in that dump, or of no process. */
	const struct img_task *task[2];
	enum img_compare_kind kind;

	/* The facts, NULL: none in that dump. Both NULL: pages, or a process in one dump only. */
	const struct img_fact *fact[2];
	const struct img_compared_pages *pages;
};

typedef void img_difference_fn(void *arg, const struct img_difference *d);

struct img_compare;

/* One of the dumps. All of it must outlive the comparison. */
struct img_compared {
	struct img_dir *dir;
	struct img_ps *ps;
	bool memory_only;                /* it has no process tree: ps is img_ps_of_memory()'s */
	const struct img_report *report; /* for what is damaged or missing */
};

/* `kinds`: bits of img_compare_kind. NULL with *err: no memory. */
struct img_compare *img_compare_new(const struct img_compared dumps[2], unsigned kinds,
				    struct img_err *err);
void img_compare_free(struct img_compare *c); /* NULL is fine */

/* Call fn for what differs in the dumps as a whole. What fails goes to the report. */
void img_compare_dumps(struct img_compare *c, img_difference_fn *fn, void *arg);

/*
 * The same for the tasks, in the order of the first dump's image, then those that the second has
 * alone. `wants`: which processes, by those of the dumps (either may be NULL).
 */
typedef bool img_compare_wants_fn(void *arg, const struct img_task *first,
				  const struct img_task *second);
void img_compare_tasks(struct img_compare *c, img_compare_wants_fn *wants, img_difference_fn *fn,
		       void *arg);

#endif
