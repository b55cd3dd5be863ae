/* The process tree of a dump. */
#ifndef IMG_PS_H
#define IMG_PS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/dir.h"

#define IMG_NO_TASK SIZE_MAX

/* task_core_entry.task_state: CRIU's numbers. A zombie is written as DEAD. */
enum img_task_state {
	IMG_TASK_UNKNOWN = 0, /* no core image, or one without a word on it */
	IMG_TASK_ALIVE = 1,
	IMG_TASK_DEAD = 2,
	IMG_TASK_STOPPED = 3,
	IMG_TASK_ZOMBIE = 6,
};

/* One entry of pstree.img. Relatives are indices into img_ps.tasks, or IMG_NO_TASK. */
struct img_task {
	uint32_t pid, ppid, pgid, sid;
	uint32_t *threads; /* tids, the leader first; none for a dead task */
	size_t n_threads;
	size_t parent, child, next; /* parent, first child, next of the same parent */

	/* From its core image, once img_ps_cores() has been called. */
	char comm[64];
	enum img_task_state state;
	uint32_t exit_code;  /* wait status of a dead task */
	uint32_t stop_signo; /* what stopped it, 0: not told */
};

struct img_ps {
	struct img_task *tasks; /* in the order of the image */
	size_t n;
	size_t root; /* first task without a parent; the others follow it by `next` */
};

/*
 * Read pstree.img. A parent that is missing, that is the task itself, or that closes a
 * cycle counts as none: every task is reached from `root` exactly once, whatever the image
 * says. Returns 1 with *ps, 0 where there is no such image, -1 with *err. An image that
 * is damaged further on gives -1 too, but *ps then holds the tasks before it, or is NULL.
 */
int img_ps_read(struct img_dir *d, struct img_ps **ps, struct img_err *err);
void img_ps_free(struct img_ps *ps); /* NULL is fine */

/*
 * Fill in what core-PID.img says of a task: name, state. 1, 0 where there is no such
 * image, -1 with *err.
 */
int img_ps_core(struct img_dir *d, struct img_task *t, struct img_err *err);

/* Is it dead: no memory, no descriptors, no ids? */
static inline bool img_task_is_dead(const struct img_task *t)
{
	return t->state == IMG_TASK_DEAD || t->state == IMG_TASK_ZOMBIE;
}

/* The task with this pid, or NULL. */
struct img_task *img_ps_find(const struct img_ps *ps, uint32_t pid);

/*
 * The task that comes after t in depth-first order, children in the order of the image;
 * begin with tasks[root]. *depth is kept: 0 for a root. NULL at the end. No recursion:
 * a tree may be as deep as there are tasks.
 */
struct img_task *img_ps_walk(const struct img_ps *ps, const struct img_task *t, unsigned *depth);

#endif
