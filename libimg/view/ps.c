#include "libimg/view/ps.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "inventory.pb-c.h"
#include "libimg/view/labels.h"

/* ---- reading ---- */

/* Report the result of reading: an error, or a missing image. */
static void tell(struct img_tasks *v, int r, struct img_err *err, const char *pattern,
		 uint32_t number)
{
	if (r == 0)
		img_image_absent(v->dir, pattern, number, err);
	if (r <= 0)
		img_report(v->report, err);
}

/* A part that each task of this age has is missing. */
static void report_missing(struct img_tasks *v, const struct img_about *a, const char *what)
{
	struct img_err err;

	img_fail(&err, IMG_EDATA, IMG_NOWHERE, "no %s of process %" PRIu32, what, a->t->pid);
	err.errnum = ENOENT;
	img_report(v->report, &err);
}

static void tell_of(struct img_tasks *v, const struct img_about *a, int r,
		    const struct img_err *err, const char *what)
{
	if (r < 0)
		img_report(v->report, err);
	else if (r == 0)
		report_missing(v, a, what);
}

static void read_creds(struct img_tasks *v, struct img_about *a, struct img_err *err)
{
	int r = img_ps_creds(v->dir, a->t->pid, a->core, v->arena, &a->creds, err);

	tell_of(v, a, r, err, "credentials");
	if (r <= 0)
		a->creds = NULL;
}

static void read_ids(struct img_tasks *v, struct img_about *a, struct img_err *err)
{
	TaskKobjIdsEntry *ids;
	int r = img_ps_ids(v->dir, a->t->pid, a->core, v->arena, &ids, err);

	tell(v, r, err, "ids-%u.img", a->t->pid);
	if (r > 0)
		a->ids = ids;
}

static void read_limits(struct img_tasks *v, struct img_about *a, struct img_err *err)
{
	int r = img_ps_limits(v->dir, a->t->pid, a->core, v->arena, &a->limits, err);

	tell_of(v, a, r, err, "limits");
	if (r <= 0)
		a->limits.n = 0;
}

static void read_signals(struct img_tasks *v, struct img_about *a, struct img_err *err)
{
	int r;

	if (!img_about_thread(a)) {
		r = img_ps_sigactions(v->dir, a->t->pid, a->core, v->arena, &a->acts, err);
		tell_of(v, a, r, err, "signal handlers");
		if (r <= 0)
			a->acts.n = 0;
		r = img_ps_pending(v->dir, a->t->pid, 0, a->core, v->arena, &a->process_pending,
				   err);
		tell_of(v, a, r, err, "pending signals");
	}
	r = img_ps_pending(v->dir, a->t->pid, a->tid, a->core, v->arena, &a->pending, err);
	tell_of(v, a, r, err, "pending signals");
}

void img_about_read(struct img_tasks *v, struct img_about *a)
{
	struct img_err err;
	int r;

	a->core = NULL;
	a->creds = NULL;
	a->ids = NULL;
	a->limits.n = a->acts.n = 0;
	img_arena_reset(v->arena);
	if ((v->show & ~(unsigned)(IMG_SHOW_STATE | IMG_SHOW_ARGS | IMG_SHOW_ENV)) == 0 ||
	    img_task_is_dead(a->t))
		return;
	r = img_ps_core_entry(v->dir, a->tid, v->arena, &a->core, &err);
	/* The core image of a task was reported when its name was read, if at all. */
	if (img_about_thread(a) || a->t->state != IMG_TASK_UNKNOWN)
		tell(v, r, &err, "core-%u.img", a->tid);
	if (r <= 0) {
		a->core = NULL;
		return;
	}
	if (v->show & IMG_SHOW_CREDS)
		read_creds(v, a, &err);
	if (v->show & IMG_SHOW_SIGNALS)
		read_signals(v, a, &err);
	if (v->show & IMG_SHOW_LIMITS && !img_about_thread(a))
		read_limits(v, a, &err);
	if (v->show & IMG_SHOW_NS && !img_about_thread(a))
		read_ids(v, a, &err);
}

/* The memory of a task, NULL if there is none; reported once. */
static struct img_mem *mem_of(struct img_tasks *v, const struct img_task *t)
{
	struct img_mem *m = NULL;
	struct img_err err;
	int r;

	if (v->mem_of == t)
		return v->mem;
	r = img_mem_open(v->pages, t->pid, &m, &err);
	if (r > 0) {
		/* Pages alone do not show where the strings are, and without pages all is zeros. */
		bool space = img_mem_space(m)->n > 0 || img_mem_space(m)->arg_end > 0;

		if (!space || img_mem_pagemap(m) == NULL) {
			tell(v, 0, &err, space ? "pagemap-%u.img" : "mm-%u.img", t->pid);
			img_mem_close(m);
			m = NULL;
		}
	} else {
		tell(v, r, &err, "mm-%u.img", t->pid);
		m = NULL;
	}
	img_mem_close(v->mem);
	v->mem = m;
	v->mem_of = t;
	return v->mem;
}

bool img_task_strings(struct img_tasks *v, const struct img_task *t, enum img_argv_kind kind)
{
	static const char *const where[] = {
		[IMG_LAZY] = "was left for lazy restore",
		[IMG_ABSENT] = "is in no image",
		[IMG_UNMAPPED] = "is not mapped",
	};
	const char *what = kind == IMG_ARGS ? "command line" : "environment";
	struct img_run gap = { .where = IMG_ABSENT };
	struct img_mem *m = img_task_is_dead(t) ? NULL : mem_of(v, t);
	struct img_err err;
	int r;

	if (m == NULL)
		return false;
	r = img_argv_read(m, kind, &v->strings, &gap, &err);
	if (r == 0)
		img_fail(&err, IMG_EDATA, IMG_NOWHERE,
			 "%s of process %" PRIu32 ": memory at 0x%" PRIx64 " %s", what, t->pid,
			 gap.addr, where[gap.where]);
	else if (r < 0 && err.file[0] == '\0')
		img_err_under(&err, what, -1);
	if (r <= 0)
		img_report(v->report, &err);
	return r > 0;
}

void img_task_cut_padding(struct img_buf *b)
{
	size_t n = b->n;

	while (n > 0 && b->p[n - 1] == '\0')
		n--;
	if (b->n - n > 2)
		b->n = n + 1;
}

/* The kinds of namespaces, by the fields of task_kobj_ids_entry. */
static const struct {
	const char *name;
	size_t has, id;
} kinds[] = {
#define KIND(name)                                                                                 \
	{                                                                                          \
#name, offsetof(TaskKobjIdsEntry, has_##name##_ns_id),                             \
			offsetof(TaskKobjIdsEntry, name##_ns_id)                                   \
	}
	KIND(pid), KIND(net), KIND(ipc), KIND(uts), KIND(mnt), KIND(user), KIND(cgroup), KIND(time),
};

_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == IMG_NS_KINDS, "kinds of namespaces");

const char *img_ns_name(size_t kind)
{
	return kinds[kind].name;
}

/* 0: unknown. */
static uint32_t ns_in(const TaskKobjIdsEntry *ids, size_t kind)
{
	uint32_t id;

	if (ids == NULL || !*(const protobuf_c_boolean *)((const char *)ids + kinds[kind].has))
		return 0;
	memcpy(&id, (const char *)ids + kinds[kind].id, sizeof(id));
	return id;
}

/* A task without ids is in the namespaces of the root task: CRIU had only one set. */
uint32_t img_ns_id(const struct img_tasks *v, const struct img_about *a, size_t kind)
{
	uint32_t id = ns_in(a->ids, kind);

	return id != 0 ? id : ns_in(v->root_ids, kind);
}

bool img_ns_own(const struct img_tasks *v, const struct img_about *a, size_t kind)
{
	/* Nothing is dumped of the namespaces in which criu itself ran. */
	uint32_t host = ns_in(v->host_ids, kind);

	return host != 0 && img_ns_id(v, a, kind) != host;
}

static void read_namespaces(struct img_tasks *v)
{
	const struct img_ps *ps = v->ps;
	TaskKobjIdsEntry *ids;
	struct img_err err;
	void *inv;
	int r = img_image_one(v->dir, "inventory.img", 0, v->shared, &inv, &err);

	v->host_ids = r > 0 ? ((InventoryEntry *)inv)->root_ids : NULL;
	v->root_ids = NULL;
	tell(v, r, &err, "inventory.img", 0);
	/* A failure is reported when the root task itself is shown. */
	if (ps->root != IMG_NO_TASK &&
	    img_ps_ids(v->dir, ps->tasks[ps->root].pid, NULL, v->shared, &ids, &err) > 0)
		v->root_ids = ids;
}

struct img_tasks *img_tasks_new(struct img_dir *d, const struct img_ps *ps, unsigned show,
				const struct img_report *report)
{
	struct img_tasks *v = img_calloc(1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->dir = d;
	v->ps = ps;
	v->show = show;
	v->report = report;
	v->pages = img_dump_mem_new(d, NULL);
	v->shared = img_arena_new(0);
	v->arena = img_arena_new(0);
	if (v->pages == NULL || v->shared == NULL || v->arena == NULL) {
		img_tasks_free(v);
		return NULL;
	}
	if (show & IMG_SHOW_NS)
		read_namespaces(v);
	return v;
}

void img_tasks_free(struct img_tasks *v)
{
	if (v == NULL)
		return;
	img_mem_close(v->mem);
	img_dump_mem_free(v->pages);
	img_arena_free(v->shared);
	img_arena_free(v->arena);
	img_buf_free(&v->strings);
	img_free(v);
}

/* ---- words ---- */

char *img_state_text(const struct img_task *t, char buf[IMG_STATE_TEXT])
{
	const char *name = img_names_get(&img_labels_task_state, t->state);
	uint32_t signo = t->exit_code & 0x7f;
	char sig[IMG_SIGNAL_NAME];

	if (t->state == IMG_TASK_UNKNOWN)
		snprintf(buf, IMG_STATE_TEXT, "?");
	else if (name == NULL)
		snprintf(buf, IMG_STATE_TEXT, "state %u", (unsigned)t->state);
	else if (t->state == IMG_TASK_STOPPED && t->stop_signo != 0)
		snprintf(buf, IMG_STATE_TEXT, "%s, %s", name,
			 img_signal_name(t->mips, t->stop_signo, sig));
	else if (img_task_is_dead(t) && signo != 0)
		snprintf(buf, IMG_STATE_TEXT, "%s, %s%s", name,
			 img_signal_name(t->mips, signo, sig),
			 t->exit_code & 0x80 ? ", core dumped" : "");
	else if (img_task_is_dead(t))
		snprintf(buf, IMG_STATE_TEXT, "%s, exit %" PRIu32, name, t->exit_code >> 8 & 0xff);
	else
		snprintf(buf, IMG_STATE_TEXT, "%s", name);
	return buf;
}

/* Capabilities are words of 32 bits. */
static uint64_t cap_bits(const uint32_t *words, size_t n)
{
	uint64_t v = n > 0 ? words[0] : 0;

	return n > 1 ? v | (uint64_t)words[1] << 32 : v;
}

static const struct {
	const char *name;
	size_t n, words;
} caps[] = {
#define CAPS(name)                                                                                 \
	{                                                                                          \
		"cap_" #name, offsetof(CredsEntry, n_cap_##name), offsetof(CredsEntry, cap_##name) \
	}
	CAPS(eff), CAPS(prm), CAPS(inh), CAPS(bnd), CAPS(amb),
};

_Static_assert(sizeof(caps) / sizeof(caps[0]) == IMG_CAP_SETS, "capability sets");

const char *img_cap_set_name(size_t set)
{
	return caps[set].name;
}

uint64_t img_cap_set(const CredsEntry *c, size_t set)
{
	const uint32_t *words;
	size_t n;

	memcpy(&words, (const char *)c + caps[set].words, sizeof(words));
	memcpy(&n, (const char *)c + caps[set].n, sizeof(n));
	return cap_bits(words, n);
}

const char *img_cap_name(unsigned cap, char buf[IMG_CAP_NAME])
{
	const char *name = img_names_get(&img_labels_cap, cap);

	if (name != NULL)
		return name;
	snprintf(buf, IMG_CAP_NAME, "cap_%u", cap);
	return buf;
}

const char *img_seccomp_mode(const CoreEntry *core, uint32_t *filter)
{
	const ThreadCoreEntry *th = core->thread_core;
	const TaskCoreEntry *tc = core->tc;
	SeccompMode mode = SECCOMP_MODE__disabled;
	const ProtobufCEnumValue *v;

	*filter = UINT32_MAX;
	if (th != NULL && th->has_seccomp_mode) {
		mode = th->seccomp_mode;
		if (th->has_seccomp_filter)
			*filter = th->seccomp_filter;
	} else if (tc != NULL && tc->has_old_seccomp_mode) {
		/* Before CRIU 3.10: one for all threads. */
		mode = tc->old_seccomp_mode;
		if (tc->has_old_seccomp_filter)
			*filter = tc->old_seccomp_filter;
	}
	if (mode != SECCOMP_MODE__filter)
		*filter = UINT32_MAX;
	v = protobuf_c_enum_descriptor_get_value(&img_pb_seccomp_mode__descriptor, (int)mode);
	return v != NULL ? v->name : "unknown";
}

const char *img_limit_name(bool mips, size_t limit, char buf[IMG_LIMIT_NAME])
{
	const char *name = img_names_get(img_labels_rlimits(mips), limit);

	if (name != NULL)
		return name;
	snprintf(buf, IMG_LIMIT_NAME, "RLIMIT_%zu", limit);
	return buf;
}

struct img_sigset img_signals_blocked(const struct img_about *a)
{
	const ThreadCoreEntry *th = a->core->thread_core;
	const TaskCoreEntry *tc = a->core->tc;

	/* A thread has its own; the task's is for its leader. */
	if (th != NULL && th->has_blk_sigset)
		return (struct img_sigset){ { th->blk_sigset, th->blk_sigset_extended } };
	if (tc != NULL)
		return (struct img_sigset){ { tc->blk_sigset, tc->blk_sigset_extended } };
	return (struct img_sigset){ { 0, 0 } };
}

bool img_signal_is_default(const SaEntry *sa)
{
	/* SA_RESTORER is added by the C library. */
	return sa->sigaction == IMG_SIG_DFL && (sa->flags & ~UINT64_C(0x04000000)) == 0;
}

struct img_sigset img_signals_ignored(const struct img_about *a)
{
	struct img_sigset set = { { 0, 0 } };

	for (size_t i = 0; i < a->acts.n; i++) {
		uint32_t signo = img_ps_signo(a->t->mips, i);

		if (a->acts.v[i]->sigaction == IMG_SIG_IGN && signo <= 128)
			set.word[(signo - 1) / 64] |= UINT64_C(1) << (signo - 1) % 64;
	}
	return set;
}

void img_signals_each(const struct img_sigset *set, bool mips,
		      void (*fn)(void *arg, const char *name), void *arg)
{
	char buf[IMG_SIGNAL_NAME];

	for (uint32_t i = 0; i < 128; i++)
		if (set->word[i / 64] >> i % 64 & 1)
			fn(arg, img_signal_name(mips, i + 1, buf));
}
