/* The process tree of a dump. */
#ifndef IMG_PSTREE_H
#define IMG_PSTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core.pb-c.h"
#include "libimg/dump/dir.h"

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
	uint32_t *threads; /* tids, the leader first; none once the task is known to be dead */
	size_t n_threads;
	size_t parent, child, next; /* parent, first child, next of the same parent */

	/* From its core image, once img_ps_core() has been called. */
	const char *comm; /* "" where it is not known */
	enum img_task_state state;
	uint32_t exit_code;  /* wait status of a dead task */
	uint32_t stop_signo; /* what stopped it, 0: not told */
	bool mips;           /* signals have the numbers of MIPS */
};

struct img_ps_pid;

struct img_ps {
	struct img_task *tasks; /* in the order of the image */
	size_t n;
	struct img_ps_pid *by_pid; /* for img_ps_find() */
	size_t root;               /* first task without a parent; the others follow it by `next` */
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
 * The tasks whose memory a directory holds, in order of their pids: what a pre-dump, which
 * has no process tree, tells of them. 1 with *ps, 0 where there is no pagemap-PID.img, -1.
 */
int img_ps_of_memory(struct img_dir *d, struct img_ps **ps, struct img_err *err);

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

/* The task with this pid (the first one, should there be several), or NULL. */
struct img_task *img_ps_find(const struct img_ps *ps, uint32_t pid);

/*
 * The task that comes after t in depth-first order, children in the order of the image;
 * begin with tasks[root]. *depth is kept: 0 for a root. NULL at the end. No recursion:
 * a tree may be as deep as there are tasks.
 */
struct img_task *img_ps_walk(const struct img_ps *ps, const struct img_task *t, unsigned *depth);

/* ---- ps_parts.c ---- */

/*
 * What the dump says of a task or thread beyond its name. Each call finds it where CRIU of
 * its time wrote it, in the core image or in one of its own, unpacked into the arena. All
 * return 1, 0 where it is nowhere, -1 with *err.
 */

/* The core image itself, of a task or a thread. */
int img_ps_core_entry(struct img_dir *d, uint32_t tid, struct img_arena *a, CoreEntry **core,
		      struct img_err *err);

/* Who it is: of the thread, or (up to CRIU 1.8: creds-PID.img) of its task. */
int img_ps_creds(struct img_dir *d, uint32_t pid, const CoreEntry *core, struct img_arena *a,
		 CredsEntry **creds, struct img_err *err);

/* What it shares, and its namespaces (ids-PID.img). */
int img_ps_ids(struct img_dir *d, uint32_t pid, const CoreEntry *core, struct img_arena *a,
	       TaskKobjIdsEntry **ids, struct img_err *err);

/* Its limits, in the order of their numbers (up to CRIU 1.2: rlimit-PID.img). */
struct img_limits {
	RlimitEntry **v;
	size_t n;
};
int img_ps_limits(struct img_dir *d, uint32_t pid, const CoreEntry *core, struct img_arena *a,
		  struct img_limits *limits, struct img_err *err);

/*
 * What it does on signals, in the order of their numbers without SIGKILL and SIGSTOP (up to
 * CRIU 3.0: sigacts-PID.img): img_ps_signo() tells the number of an index.
 */
struct img_sigactions {
	SaEntry **v;
	size_t n;
};
int img_ps_sigactions(struct img_dir *d, uint32_t pid, const CoreEntry *core, struct img_arena *a,
		      struct img_sigactions *acts, struct img_err *err);
uint32_t img_ps_signo(bool mips, size_t index);

/*
 * Signals that wait for it, as bits (signal 1 is bit 0): for the thread `tid`, or, where tid
 * is 0, for the process as a whole (up to CRIU 1.2: signal-p-TID.img, signal-s-PID.img).
 */
struct img_sigset {
	uint64_t word[2]; /* the second one is of use on MIPS only */
};
int img_ps_pending(struct img_dir *d, uint32_t pid, uint32_t tid, const CoreEntry *core,
		   struct img_arena *a, struct img_sigset *set, struct img_err *err);

static inline bool img_ps_mips(const CoreEntry *core)
{
	return core->mtype == CORE_ENTRY__MARCH__MIPS;
}

#endif
