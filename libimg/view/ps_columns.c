#include "libimg/view/ps_columns.h"

#include "libimg/memory/mem.h"
#include "libimg/view/labels.h"

static const struct img_ps_row *row_of(const void *row)
{
	return row;
}

/* NULL: dead, not in the dump, or not requested. */
static const CredsEntry *creds_of(const void *row)
{
	return row_of(row)->about->creds;
}

/* ---- the tree ---- */

static void get_pid(struct img_cell *c, const void *row)
{
	img_cell_uint(c, row_of(row)->task->pid);
}

static void get_ppid(struct img_cell *c, const void *row)
{
	img_cell_uint(c, row_of(row)->task->ppid);
}

static void get_pgid(struct img_cell *c, const void *row)
{
	img_cell_uint(c, row_of(row)->task->pgid);
}

static void get_sid(struct img_cell *c, const void *row)
{
	img_cell_uint(c, row_of(row)->task->sid);
}

static void get_comm(struct img_cell *c, const void *row)
{
	const struct img_ps_row *r = row;

	img_cell_branch(c, r->depth, r->last);
	if (r->task->state != IMG_TASK_UNKNOWN)
		img_cell_name(c, r->task->comm, strlen(r->task->comm));
}

static void get_args(struct img_cell *c, const void *row)
{
	const struct img_ps_row *r = row;
	struct img_span s;
	size_t at = 0;

	if (!img_cell_is_json(c)) {
		img_task_args_text(r->tasks, r->task, "", img_cell_text(c));
		return;
	}
	if (!img_task_strings(r->tasks, r->task, IMG_ARGS))
		return;
	img_cell_list(c);
	while (img_argv_next(&r->tasks->strings, &at, &s))
		img_cell_name(c, s.p, s.n);
}

static void get_state(struct img_cell *c, const void *row)
{
	const struct img_task *t = row_of(row)->task;
	char state[IMG_STATE_TEXT];

	if (t->state == IMG_TASK_UNKNOWN)
		return;
	img_cell_mark(c, img_task_is_dead(t)            ? IMG_MARK_BAD
			 : t->state == IMG_TASK_STOPPED ? IMG_MARK_NOTE
							: IMG_MARK_NONE);
	img_cell_str(c, img_state_text(t, state));
}

static void get_threads(struct img_cell *c, const void *row)
{
	if (row_of(row)->task->state != IMG_TASK_UNKNOWN && !img_task_is_dead(row_of(row)->task))
		img_cell_uint(c, row_of(row)->task->n_threads);
}

/* ---- credentials ---- */

static void get_uid(struct img_cell *c, const void *row)
{
	if (creds_of(row) != NULL)
		img_cell_uint(c, creds_of(row)->uid);
}

static void get_euid(struct img_cell *c, const void *row)
{
	if (creds_of(row) != NULL)
		img_cell_uint(c, creds_of(row)->euid);
}

static void get_gid(struct img_cell *c, const void *row)
{
	if (creds_of(row) != NULL)
		img_cell_uint(c, creds_of(row)->gid);
}

static void get_egid(struct img_cell *c, const void *row)
{
	if (creds_of(row) != NULL)
		img_cell_uint(c, creds_of(row)->egid);
}

static void get_groups(struct img_cell *c, const void *row)
{
	const CredsEntry *creds = creds_of(row);

	if (creds == NULL)
		return;
	img_cell_list(c);
	for (size_t i = 0; i < creds->n_groups; i++)
		img_cell_uint(c, creds->groups[i]);
}

/* As /proc/PID/status has them. */
static void get_capeff(struct img_cell *c, const void *row)
{
	if (creds_of(row) != NULL)
		img_cell_hex(c, img_cap_set(creds_of(row), 0), 16);
}

static void get_seccomp(struct img_cell *c, const void *row)
{
	uint32_t filter;

	if (creds_of(row) != NULL)
		img_cell_str(c, img_seccomp_mode(row_of(row)->about->core, &filter));
}

static void get_lsm(struct img_cell *c, const void *row)
{
	const CredsEntry *creds = creds_of(row);

	if (creds != NULL && creds->lsm_profile != NULL)
		img_cell_name(c, creds->lsm_profile, strlen(creds->lsm_profile));
}

/* ---- scheduling, signals ---- */

static void get_nice(struct img_cell *c, const void *row)
{
	const CoreEntry *core = row_of(row)->about->core;

	if (core != NULL && core->thread_core != NULL && core->thread_core->has_sched_nice)
		img_cell_int(c, core->thread_core->sched_nice);
}

static void put_signal(void *cell, const char *name)
{
	img_cell_str(cell, name);
}

static void put_signals(struct img_cell *c, const void *row, const struct img_sigset *set)
{
	if (row_of(row)->about->core == NULL)
		return;
	img_cell_list(c);
	img_signals_each(set, row_of(row)->task->mips, put_signal, c);
}

static void get_pending(struct img_cell *c, const void *row)
{
	const struct img_about *a = row_of(row)->about;
	struct img_sigset set = a->pending;

	for (unsigned i = 0; i < 2; i++)
		set.word[i] |= a->process_pending.word[i];
	put_signals(c, row, &set);
}

static void get_blocked(struct img_cell *c, const void *row)
{
	const struct img_about *a = row_of(row)->about;

	if (a->core != NULL) {
		struct img_sigset set = img_signals_blocked(a);

		put_signals(c, row, &set);
	}
}

static void get_ignored(struct img_cell *c, const void *row)
{
	struct img_sigset set = img_signals_ignored(row_of(row)->about);

	put_signals(c, row, &set);
}

/* ---- namespaces ---- */

static void put_ns(struct img_cell *c, const void *row, size_t kind)
{
	const struct img_ps_row *r = row;
	uint32_t id = r->about->ids != NULL ? img_ns_id(r->tasks, r->about, kind) : 0;

	if (id != 0)
		img_cell_uint(c, id);
}

/* Their order is that of img_ns_name(). */
#define NS(name, kind)                                                                             \
	static void get_##name##_ns(struct img_cell *c, const void *row)                           \
	{                                                                                          \
		put_ns(c, row, kind);                                                              \
	}
NS(pid, 0)
NS(net, 1)
NS(ipc, 2)
NS(uts, 3)
NS(mnt, 4)
NS(user, 5)
NS(cgroup, 6)
NS(time, 7)

/* ---- files and memory ---- */

static void put_file(struct img_cell *c, const void *row, uint32_t id)
{
	struct img_span name;
	bool deleted;

	if (img_desc_path(row_of(row)->desc, id, &name, &deleted) <= 0)
		return;
	img_cell_mark(c, deleted ? IMG_MARK_BAD : IMG_MARK_NONE);
	img_cell_name(c, name.p, name.n);
}

static void report(const void *row, const struct img_err *err)
{
	img_report(row_of(row)->tasks->report, err);
}

static void get_exe(struct img_cell *c, const void *row)
{
	const struct img_ps_row *r = row;
	struct img_image *im;
	struct img_pick mm;
	struct img_err err;
	uint32_t id;
	int rc;

	if (img_task_is_dead(r->task))
		return;
	rc = img_image_pick(r->tasks->dir, "mm-%u.img", r->task->pid, &im, &mm, &err);
	if (rc == 0)
		img_image_absent(r->tasks->dir, "mm-%u.img", r->task->pid, &err);
	if (rc <= 0) {
		report(row, &err);
		return;
	}
	id = img_num32(&mm, IMG_TAG_MM_ENTRY__EXE_FILE_ID);
	img_image_close(im);
	put_file(c, row, id);
}

/* Its directories; which: 0 is where it works, 1 its root. */
static void put_place(struct img_cell *c, const void *row, unsigned which)
{
	const struct img_ps_row *r = row;
	struct img_err err;
	uint32_t id[2];
	int rc;

	if (img_task_is_dead(r->task))
		return;
	rc = img_fds_fs(r->tasks->dir, r->task->pid, &id[0], &id[1], &err);
	if (rc == 0)
		img_image_absent(r->tasks->dir, "fs-%u.img", r->task->pid, &err);
	if (rc <= 0)
		report(row, &err);
	else
		put_file(c, row, id[which]);
}

static void get_cwd(struct img_cell *c, const void *row)
{
	put_place(c, row, 0);
}

static void get_root(struct img_cell *c, const void *row)
{
	put_place(c, row, 1);
}

static void get_fds(struct img_cell *c, const void *row)
{
	const struct img_ps_row *r = row;
	const struct img_fds *fds = img_desc_fds(r->desc);

	if (fds != NULL && !img_task_is_dead(r->task))
		img_cell_uint(c, fds->tables[r->task - r->tasks->ps->tasks].n);
}

/* NULL: it has none, or the reason was reported. */
static struct img_mem *open_memory(const void *row)
{
	const struct img_ps_row *r = row;
	struct img_mem *m;
	struct img_err err;
	int rc;

	if (img_task_is_dead(r->task))
		return NULL;
	rc = img_mem_open(r->tasks->pages, r->task->pid, &m, &err);
	if (rc == 0)
		img_image_absent(r->tasks->dir, "mm-%u.img", r->task->pid, &err);
	if (rc <= 0)
		report(row, &err);
	return rc > 0 ? m : NULL;
}

static void get_vsz(struct img_cell *c, const void *row)
{
	struct img_mem *m = open_memory(row);
	uint64_t sum = 0;

	if (m == NULL)
		return;
	for (size_t i = 0; i < img_mem_space(m)->n; i++)
		sum += img_mem_space(m)->vmas[i].end - img_mem_space(m)->vmas[i].start;
	img_mem_close(m);
	img_cell_size(c, sum);
}

/* Of its own pagemap: shared segments have theirs. */
static void get_present(struct img_cell *c, const void *row)
{
	struct img_mem *m = open_memory(row);
	struct img_pagemap *pm = m != NULL ? img_mem_pagemap(m) : NULL;
	struct img_dump_mem_run run;
	struct img_err err;
	uint64_t sum = 0;
	int rc = 0;

	while (pm != NULL && (rc = img_pagemap_next(pm, &run, &err)) > 0)
		if (run.flags & IMG_PE_PRESENT)
			sum += run.end - run.addr;
	if (rc < 0)
		report(row, &err);
	if (pm != NULL)
		img_cell_size(c, sum);
	img_mem_close(m);
}

enum {
	USUAL = IMG_COL_DEFAULT,
	RIGHT = IMG_COL_RIGHT,
	TREE = IMG_COL_TREE,
	CREDS = IMG_SHOW_CREDS,
	SIG = IMG_SHOW_SIGNALS,
	NSES = IMG_SHOW_NS,
	CORE = IMG_SHOW_THREADS, /* reads the core image, like every other detail */
	FILES = IMG_PS_NEED_FILES,
};

/* clang-format off */
const struct img_column img_ps_columns[] = {
	{ "PID",      USUAL | RIGHT, 0,     "process", get_pid },
	{ "PPID",     RIGHT,         0,     "its parent", get_ppid },
	{ "PGID",     USUAL | RIGHT, 0,     "process group", get_pgid },
	{ "SID",      USUAL | RIGHT, 0,     "session", get_sid },
	{ "STATE",    0,             0,     "running, stopped, zombie, and why", get_state },
	{ "THREADS",  RIGHT,         0,     "number of threads", get_threads },
	{ "UID",      RIGHT,         CREDS, "user", get_uid },
	{ "EUID",     RIGHT,         CREDS, "effective user", get_euid },
	{ "GID",      RIGHT,         CREDS, "group", get_gid },
	{ "EGID",     RIGHT,         CREDS, "effective group", get_egid },
	{ "GROUPS",   0,             CREDS, "supplementary groups", get_groups },
	{ "CAPEFF",   0,             CREDS, "effective capabilities", get_capeff },
	{ "SECCOMP",  0,             CREDS, "seccomp mode", get_seccomp },
	{ "LSM",      0,             CREDS, "profile of the security module", get_lsm },
	{ "NICE",     RIGHT,         CORE,  "nice value", get_nice },
	{ "PENDING",  0,             SIG,   "pending signals", get_pending },
	{ "BLOCKED",  0,             SIG,   "blocked signals", get_blocked },
	{ "IGNORED",  0,             SIG,   "ignored signals", get_ignored },
	{ "PIDNS",    RIGHT,         NSES,  "id of the pid namespace", get_pid_ns },
	{ "NETNS",    RIGHT,         NSES,  "id of the network namespace", get_net_ns },
	{ "IPCNS",    RIGHT,         NSES,  "id of the IPC namespace", get_ipc_ns },
	{ "UTSNS",    RIGHT,         NSES,  "id of the UTS namespace", get_uts_ns },
	{ "MNTNS",    RIGHT,         NSES,  "id of the mount namespace", get_mnt_ns },
	{ "USERNS",   RIGHT,         NSES,  "id of the user namespace", get_user_ns },
	{ "CGROUPNS", RIGHT,         NSES,  "id of the cgroup namespace", get_cgroup_ns },
	{ "TIMENS",   RIGHT,         NSES,  "id of the time namespace", get_time_ns },
	{ "FDS",      RIGHT,         FILES, "number of descriptors", get_fds },
	{ "VSZ",      RIGHT,         0,     "size of all mappings", get_vsz },
	{ "PRESENT",  RIGHT,         0,     "private memory in this dump", get_present },
	{ "EXE",      0,             FILES, "path of the program", get_exe },
	{ "CWD",      0,             FILES, "working directory", get_cwd },
	{ "ROOT",     0,             FILES, "root directory", get_root },
	{ "COMM",     USUAL | TREE,  0,     "name, in the tree of processes", get_comm },
	{ "ARGS",     0,             0,     "command line, quoted for a shell", get_args },
	{ NULL, 0, 0, NULL, NULL },
};
/* clang-format on */
