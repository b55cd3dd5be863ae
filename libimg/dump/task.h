/*
 * Details of a task or thread. Each call finds them where the CRIU of the time wrote them, in the
 * core image or in one of their own, and unpacks them into the arena. All return 1, 0 if they are
 * in no image, -1 with *err.
 */
#ifndef IMG_TASK_H
#define IMG_TASK_H

#include "core.pb-c.h"
#include "libimg/dump/pstree.h"

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
