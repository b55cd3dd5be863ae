/*
 * The tasks of a dump, with details from wherever the CRIU of the time wrote them: as structs, as
 * text, as JSON.
 */
#ifndef IMG_PS_H
#define IMG_PS_H

#include "libimg/base/buf.h"
#include "libimg/base/report.h"
#include "libimg/dump/task.h"
#include "libimg/json/jw.h"
#include "libimg/memory/argv.h"

/* What to read besides the name: bits. */
enum {
	IMG_SHOW_ARGS = 1 << 0,
	IMG_SHOW_ENV = 1 << 1,
	IMG_SHOW_THREADS = 1 << 2,
	IMG_SHOW_STATE = 1 << 3,
	IMG_SHOW_CREDS = 1 << 4,
	IMG_SHOW_NS = 1 << 5,
	IMG_SHOW_LIMITS = 1 << 6,
	IMG_SHOW_SIGNALS = 1 << 7,
};

/* The tasks of one dump. */
struct img_tasks {
	struct img_dir *dir;
	const struct img_ps *ps;
	unsigned show;
	const struct img_report *report;

	/* Internal: */
	struct img_dump_mem *pages;
	struct img_mem *mem; /* of mem_of, kept for its second use */
	const struct img_task *mem_of;
	struct img_arena *shared, *arena; /* for all of them; for the one at hand */
	const TaskKobjIdsEntry *host_ids, *root_ids;
	struct img_buf strings;
	struct img_out *out;
	int state_width;
};

/*
 * `show` selects what to read; missing and damaged images go to `report`. All of them must outlive
 * it. NULL: no memory.
 */
struct img_tasks *img_tasks_new(struct img_dir *d, const struct img_ps *ps, unsigned show,
				const struct img_report *report);
void img_tasks_free(struct img_tasks *v); /* NULL is fine */

/* A task, or one of its threads. NULL, n of 0: not in the dump, or not requested. */
struct img_about {
	const struct img_task *t;
	uint32_t tid;
	unsigned depth; /* for text: its indent */
	CoreEntry *core;
	CredsEntry *creds;
	const TaskKobjIdsEntry *ids;
	struct img_limits limits;
	struct img_sigactions acts;
	struct img_sigset pending, process_pending;
};

static inline bool img_about_thread(const struct img_about *a)
{
	return a->tid != a->t->pid;
}

/* Fill *a from a->t and a->tid; valid until the next call. */
void img_about_read(struct img_tasks *v, struct img_about *a);

/* Read the command line or environment of a task into v->strings; false if it is not available. */
bool img_task_strings(struct img_tasks *v, const struct img_task *t, enum img_argv_kind kind);

/* Cut the run of NULs that a program leaves after a title that it set itself. */
void img_task_cut_padding(struct img_buf *strings);

/* "running", "stopped, SIGTSTP", "zombie, exit 3" … to buf. */
enum { IMG_STATE_TEXT = 64 };
char *img_state_text(const struct img_task *t, char buf[IMG_STATE_TEXT]);

/* The namespaces of a task. */
enum { IMG_NS_KINDS = 8 };
const char *img_ns_name(size_t kind);
uint32_t img_ns_id(const struct img_tasks *v, const struct img_about *a, size_t kind); /* or 0 */
/* Is it in the dump? False also if the inventory does not say. */
bool img_ns_own(const struct img_tasks *v, const struct img_about *a, size_t kind);

/* The sets of capabilities: effective, permitted, inheritable, bounding, ambient. */
enum { IMG_CAP_SETS = 5, IMG_CAP_NAME = 16 };
const char *img_cap_set_name(size_t set); /* "cap_eff" … */
uint64_t img_cap_set(const CredsEntry *c, size_t set);
const char *img_cap_name(unsigned cap, char buf[IMG_CAP_NAME]);

/* The seccomp mode in the schema's words; *filter if there is one, else UINT32_MAX. */
const char *img_seccomp_mode(const CoreEntry *core, uint32_t *filter);

/* "RLIMIT_CPU" … */
enum { IMG_LIMIT_NAME = 32 };
const char *img_limit_name(bool mips, size_t limit, char buf[IMG_LIMIT_NAME]);

/* Signals. */
enum {
	IMG_SIG_DFL = 0,
	IMG_SIG_IGN = 1
}; /* sa_entry.sigaction: default or ignored, not a handler address */
struct img_sigset img_signals_blocked(const struct img_about *a);
struct img_sigset img_signals_ignored(const struct img_about *a);
bool img_signal_is_default(const SaEntry *sa);
void img_signals_each(const struct img_sigset *set, bool mips,
		      void (*fn)(void *arg, const char *name), void *arg);

/* ---- text: task_text.c ---- */

/*
 * The header of the table, and a task with its details, indented by its depth. `shown` marks the
 * tasks that will follow.
 */
void img_tasks_header(struct img_tasks *v, const bool *shown, struct img_out *o);
void img_task_text(struct img_tasks *v, const struct img_task *t, unsigned depth,
		   struct img_out *o);

/* The command line after `before`, quoted for a shell; nothing if it is not available. */
void img_task_args_text(struct img_tasks *v, const struct img_task *t, const char *before,
			struct img_out *o);

/* ---- JSON: task_json.c ---- */

/* The members of the object that is open in w. */
void img_task_json(struct img_tasks *v, const struct img_task *t, struct img_jw *w);

#endif
