/* The process tree of a dump. */
#ifndef IMG_PSTREE_H
#define IMG_PSTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/dump/dir.h"
#include "libimg/msg/criu.h"

#define IMG_NO_TASK SIZE_MAX

/* One entry of pstree.img. Relatives are indices into img_ps.tasks, or IMG_NO_TASK. */
struct img_task {
	uint32_t pid, ppid, pgid, sid;
	uint32_t *threads; /* tids, the leader first; none once the task is known to be dead */
	size_t n_threads;
	size_t lost_threads;        /* listed too, but those of other tasks: left out */
	size_t parent, child, next; /* parent, first child, next of the same parent */

	/* From its core image, after img_ps_core(). */
	const char *comm; /* "": unknown */
	enum img_task_state state;
	uint32_t exit_code;  /* wait status of a dead task */
	uint32_t stop_signo; /* signal that stopped it, 0: unknown */
	bool mips;           /* signals have the numbers of MIPS */
};

struct img_ps_pid;

struct img_ps {
	struct img_task *tasks; /* in the order of the image */
	size_t n;
	struct img_ps_pid *by_pid; /* for img_ps_find() */
	size_t root;               /* first task without a parent; the others follow by `next` */
};

/*
 * Read pstree.img. A parent that is missing, is the task itself, or closes a cycle is ignored:
 * every task is reached from `root` exactly once, whatever is in the image. Returns 1 with *ps, 0
 * if there is no such image, -1 with *err: *ps then holds the tasks before the damage, or is NULL.
 */
int img_ps_read(struct img_dir *d, struct img_ps **ps, struct img_err *err);
void img_ps_free(struct img_ps *ps); /* NULL is fine */

/*
 * The tasks whose memory a directory holds, ordered by pid: all that a pre-dump, which has no
 * process tree, knows of them. 1 with *ps, 0 if there is no pagemap-PID.img, -1 with *err.
 */
int img_ps_of_memory(struct img_dir *d, struct img_ps **ps, struct img_err *err);

/*
 * Fill in the name and state of a task from core-PID.img. 1, 0 if there is no such image, -1 with
 * *err.
 */
int img_ps_core(struct img_dir *d, struct img_task *t, struct img_err *err);

/* Is it dead: no memory, no descriptors, no ids? */
inline bool img_task_is_dead(const struct img_task *t)
{
	return t->state == IMG_TASK_DEAD || t->state == IMG_TASK_ZOMBIE;
}

/* The task with this pid (the first if there are several), or NULL. */
struct img_task *img_ps_find(const struct img_ps *ps, uint32_t pid);

/*
 * The next task after t in depth-first order, children in the order of the image; begin with
 * tasks[root]. *depth is updated: 0 for a root. NULL at the end. No recursion: a tree may be as
 * deep as it has tasks.
 */
struct img_task *img_ps_walk(const struct img_ps *ps, const struct img_task *t, unsigned *depth);

#endif
