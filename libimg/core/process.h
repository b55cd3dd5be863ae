/* The notes of a core: what a process and its threads were, in the order that Linux has. */
#ifndef IMG_PROCESS_H
#define IMG_PROCESS_H

#include "libimg/core/arch.h"
#include "libimg/memory/mapped.h"
#include "libimg/dump/pstree.h"
#include "libimg/dump/task.h"
#include "libimg/memory/mem.h"

/* What the notes are made from; all is borrowed. */
struct img_core_process {
	struct img_dir *dir;
	struct img_mem *mem;
	struct img_dump_mem *dump;
	const struct img_mapped *mapped;
	const struct img_task *task;
	uint32_t first;                   /* the thread that comes first, one of task->threads */
	uint32_t signo;                   /* what it died of, 0: nothing */
	const struct img_core_arch *arch; /* of its leader */
	struct img_arena *arena;          /* for one thread at a time */
};

/* Takes the notes piece by piece. 0, or -1 with *err. */
typedef int img_core_notes_fn(void *arg, const void *p, size_t n, struct img_err *err);

/*
 * Make all notes, thread by thread, and hand them to fn; called twice it makes the same
 * bytes, and holds no more than one thread's. 0, or -1 with *err (its file set).
 */
int img_core_notes(const struct img_core_process *p, img_core_notes_fn *fn, void *arg,
		   struct img_err *err);

/* The signal that stopped the task, 0: it runs. */
uint32_t img_core_stopped_by(const struct img_task *t);

#endif
