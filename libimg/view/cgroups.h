/* The cgroups of the tasks of a dump, and columns of them. */
#ifndef IMG_CGROUPS_H
#define IMG_CGROUPS_H

#include "cgroup.pb-c.h"
#include "libimg/view/ps.h"
#include "libimg/view/table.h"

/* A cgroup of a set, as a row: each set has one for each controller. */
struct img_cgroup {
	uint32_t set;
	const CgMemberEntry *e; /* NULL: the set of criu itself, which is in no image */
	uint32_t n, first;      /* tasks in the set; the first of them, or UINT32_MAX */
};

struct img_cgroups {
	struct img_tasks *tasks;
	struct img_arena *arena;
	const CgroupEntry *image; /* NULL: none */
	struct img_cgroup *v;     /* in the order of the image */
	size_t n;
	uint32_t *next; /* by task: the next one in the same set, or UINT32_MAX */
};

/*
 * Those of the tasks for which shown[] is true, or all if it is NULL, also those without tasks.
 * `tasks` reads the core images (any of IMG_SHOW_…), and must outlive it. What is missing has been
 * reported. NULL: no memory.
 */
struct img_cgroups *img_cgroups_new(struct img_tasks *tasks, const bool *shown);
void img_cgroups_free(struct img_cgroups *s); /* NULL is fine */

/* The set of a task by its core image, 0: none. Since CRIU 3.18 that of its first thread. */
uint32_t img_cgroup_set(const CoreEntry *core);

/* The controller of a cgroup, "unified" of version 2; not for the set of criu. */
const char *img_cgroup_controller(const struct img_cgroup *g);

struct img_cgroups_row {
	const struct img_cgroups *all;
	const struct img_cgroup *g;
};

extern const struct img_column img_cgroups_columns[];

#endif
