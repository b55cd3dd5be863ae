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
	IMG_TASK_UNKNOWN = 0, /* no core image, or one without a state */
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
 * process tree, knows of them. 1 with *ps, 0 if there is no pagemap-PID.img, -1.
 */
int img_ps_of_memory(struct img_dir *d, struct img_ps **ps, struct img_err *err);

/*
 * Fill in the name and state of a task from core-PID.img. 1, 0 if there is no such image, -1 with
 * *err.
 */
int img_ps_core(struct img_dir *d, struct img_task *t, struct img_err *err);

/* Is it dead: no memory, no descriptors, no ids? */
static inline bool img_task_is_dead(const struct img_task *t)
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

/* ---- task.c ---- */

/*
 * Details of a task or thread. Each call finds them where the CRIU of the time wrote them, in the
 * core image or in one of their own, and unpacks them into the arena. All return 1, 0 if they are
 * in no image, -1 with *err.
 */

/* The core image itself, of a task or a thread. */
int img_ps_core_entry(struct img_dir *d, uint32_t tid, struct img_arena *a, CoreEntry **core,
		      struct img_err *err);

/* Credentials of the thread, or (up to CRIU 1.8: creds-PID.img) of its task. */
int img_ps_creds(struct img_dir *d, uint32_t pid, const CoreEntry *core, struct img_arena *a,
		 CredsEntry **creds, struct img_err *err);

/* Ids of what it shares, and its namespaces (ids-PID.img). */
int img_ps_ids(struct img_dir *d, uint32_t pid, const CoreEntry *core, struct img_arena *a,
	       TaskKobjIdsEntry **ids, struct img_err *err);

/* Its resource limits, ordered by number (up to CRIU 1.2: rlimit-PID.img). */
struct img_limits {
	RlimitEntry **v;
	size_t n;
};
int img_ps_limits(struct img_dir *d, uint32_t pid, const CoreEntry *core, struct img_arena *a,
		  struct img_limits *limits, struct img_err *err);

/*
 * Its signal actions, ordered by signal, without SIGKILL and SIGSTOP (up to CRIU 3.0:
 * sigacts-PID.img): img_ps_signo() gives the signal of an index.
 */
struct img_sigactions {
	SaEntry **v;
	size_t n;
};
int img_ps_sigactions(struct img_dir *d, uint32_t pid, const CoreEntry *core, struct img_arena *a,
		      struct img_sigactions *acts, struct img_err *err);
uint32_t img_ps_signo(bool mips, size_t index);

/*
 * Pending signals as bits (signal 1 is bit 0): of the thread `tid`, or, if tid is 0, of the
 * process (up to CRIU 1.2: signal-p-TID.img, signal-s-PID.img).
 */
struct img_sigset {
	uint64_t word[2]; /* the second word is used on MIPS only */
};
int img_ps_pending(struct img_dir *d, uint32_t pid, uint32_t tid, const CoreEntry *core,
		   struct img_arena *a, struct img_sigset *set, struct img_err *err);

static inline bool img_ps_mips(const CoreEntry *core)
{
	return core->mtype == CORE_ENTRY__MARCH__MIPS;
}

#endif
