/* One of two dumps that are compared, and the numbers in it that mean something in it only. */
#ifndef IMG_COMPARE_SIDE_H
#define IMG_COMPARE_SIDE_H

#include "libimg/base/map.h"
#include "libimg/dump/pstree.h"
#include "libimg/memory/mem.h"
#include "libimg/view/compare_facts.h"
#include "libimg/view/mems.h"
#include "libimg/view/ps.h"

/* Kinds of facts, in the order in which they are compared. */
enum img_compare_kind {
	IMG_COMPARE_DUMP,    /* of the dump as a whole */
	IMG_COMPARE_PROCESS, /* name, parents, state, command line, and which processes there are */
	IMG_COMPARE_ENV,
	IMG_COMPARE_THREADS,
	IMG_COMPARE_REGISTERS,
	IMG_COMPARE_CREDS,
	IMG_COMPARE_NS,
	IMG_COMPARE_LIMITS,
	IMG_COMPARE_SIGNALS,
	IMG_COMPARE_TIMERS,
	IMG_COMPARE_FDS,
	IMG_COMPARE_SOCKETS,
	IMG_COMPARE_MAPPINGS,
	IMG_COMPARE_MEMORY,
	IMG_COMPARE_KINDS,
};

/* The kind is the upper byte of the rank of a fact. */
enum { IMG_KIND_SHIFT = 56 };

/* Kinds of ids that tasks have: those of namespaces, then what they share. */
enum {
	IMG_SIDE_VM = IMG_NS_KINDS,
	IMG_SIDE_FILES,
	IMG_SIDE_FS,
	IMG_SIDE_SIGHAND,
	IMG_SIDE_IDS,
};

struct img_side {
	struct img_dir *dir;
	struct img_ps *ps;
	bool memory_only; /* a pre-dump: pids and pages, no more */
	const struct img_report *report;

	/* By task: the task of the other dump, or IMG_NO_TASK. */
	size_t *match;
	/* Pids and tids that have another number in the first dump; of that itself: empty. */
	struct img_map renamed;

	struct img_tasks *tasks;
	struct img_cgroups *cgroups; /* of the processes, where they are wanted */
	struct img_desc *desc;
	struct img_mems *mems;
	struct img_dump_mem *memory;
	unsigned kinds;        /* bits of those wanted */
	struct img_map owners; /* by kind and id: the first task that has it */
	struct img_facts facts;
	struct img_buf scratch;
};

/* Begin a fact of a kind, see img_facts_begin(). */
void img_side_begin(struct img_side *s, enum img_compare_kind kind, uint64_t rank, bool loose);

/* The same with its key, up to its text, which goes to the sink that is returned. */
struct img_out *img_side_text(struct img_side *s, enum img_compare_kind kind, uint64_t rank,
			      const char *key);

static inline bool img_side_wants(const struct img_side *s, enum img_compare_kind kind)
{
	return s->kinds >> kind & 1;
}

/* Of the two at `sides`, find for each task of one dump that of the other: by pid, then by parent and name. */
int img_side_match(struct img_side *sides, struct img_err *err);

/* A pid or tid as the first dump has it. */
uint32_t img_side_pid(const struct img_side *s, uint32_t pid);

/* The first task with an id, by its kind; NULL: none. */
const struct img_task *img_side_owner(const struct img_side *s, unsigned kind, uint32_t id);

#endif
