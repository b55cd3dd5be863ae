/* The namespaces of the tasks of a dump, and columns of them. */
#ifndef IMG_NSES_H
#define IMG_NSES_H

#include "libimg/view/ps.h"
#include "libimg/view/table.h"

/* A namespace as a row. */
struct img_ns {
	size_t kind; /* for img_ns_name() */
	uint32_t id;
	bool own;       /* it is in the dump; else it is one of those in which criu ran */
	uint32_t n;     /* tasks in it, */
	uint32_t first; /* the first of them: an index in img_ps.tasks, */
	uint32_t last;  /* and the last one so far */
};

struct img_nses {
	struct img_tasks *tasks;
	struct img_ns *v; /* by kind, in the order of img_ns_name(), then by first task */
	size_t n;
	uint32_t *next; /* by kind and task: the next task in the same namespace, or UINT32_MAX */
};

/*
 * Those of the tasks for which shown[] is true; `tasks` reads IMG_SHOW_NS, and must outlive it.
 * What is missing has been reported. NULL: no memory.
 */
struct img_nses *img_nses_new(struct img_tasks *tasks, const bool *shown);
void img_nses_free(struct img_nses *s); /* NULL is fine */

struct img_nses_row {
	const struct img_nses *all;
	const struct img_ns *ns;
};

/* The key under which a restore has it from outside, or NULL; valid until the next namespace. */
const char *img_ns_ext_key(const struct img_nses_row *row);

extern const struct img_column img_nses_columns[];

#endif
