/* Core images of tasks and threads, except the registers. */
#include <signal.h>
#include <string.h>

#include "creds.pb-c.h"
#include "libimg/base/byteorder.h"
#include "libimg/check/model.h"
#include "libimg/msg/criu.h"
#include "rlimit.pb-c.h"
#include "sa.pb-c.h"
#include "siginfo.pb-c.h"

enum {
	RLIMITS = 16,  /* of Linux, on every architecture */
	SIGINFO = 128, /* bytes */
	COMM = 15,     /* bytes of a task's name */
	SIGNALS = 64,  /* highest number, except on MIPS */
	MIPS_SIGNALS = 128,
	SIGKILL_NR = 9,
};

/* A core image and its task. */
struct core {
	const struct ck_image *im;
	const CoreEntry *e;
	const struct ck_task *t;
	bool leader;
	uint32_t signals, stop; /* highest number of a signal; that of SIGSTOP */
};

static uint32_t signals_of(const CoreEntry *c)
{
	return c->mtype == CORE_ENTRY__MARCH__MIPS ? MIPS_SIGNALS : SIGNALS;
}

uint32_t img_ck_signals(const struct check *ck)
{
	for (size_t i = 0; i < ck->n_tasks; i++)
		if (ck->tasks[i].core != NULL)
			return signals_of(ck->tasks[i].core);
	return SIGNALS;
}

/* The next core image that belongs to a task of the tree. */
static bool next_core(const struct check *ck, struct core *c)
{
	do {
		c->im = img_ck_next(ck, "core-%u.img", c->im);
		if (c->im == NULL)
			return false;
		c->e = img_ck_one(c->im);
		c->t = img_ck_task_of(ck, c->im->number);
	} while (c->e == NULL || c->t == NULL);
	c->leader = c->t->e->pid == c->im->number;
	c->signals = signals_of(c->e);
	c->stop = c->signals == MIPS_SIGNALS ? 23 : 19;
	return true;
}

static void say(struct check *ck, enum ck_rule rule, const struct core *c, const char *path,
		const char *why)
{
	img_ck_say(ck, rule, c->im, 0, path, "%s", why);
}

static void say_value(struct check *ck, enum ck_rule rule, const struct core *c, const char *path,
		      int64_t v, const char *why)
{
	img_ck_say(ck, rule, c->im, 0, path, "%" PRId64 " %s", v, why);
}

/* ---- parts, state ---- */

void img_ck_core_parts(struct check *ck)
{
	img_ck_always(ck);
	for (struct core c = { 0 }; next_core(ck, &c);) {
		if (c.leader && c.e->tc == NULL)
			say(ck, CK_CORE_PARTS, &c, "tc", "missing in the core of a task");
		if (!c.leader && c.e->tc != NULL && !c.t->wrong_pid)
			say(ck, CK_CORE_PARTS, &c, "tc",
			    "unexpected in the core of a thread that is not the group leader");
		if (c.t->dead && c.leader && c.e->thread_core != NULL)
			say(ck, CK_CORE_PARTS, &c, "thread_core",
			    "unexpected in the core of a dead task");
		if (c.t->alive && c.e->thread_core == NULL)
			say(ck, CK_CORE_PARTS, &c, "thread_core", "missing");
	}
}

static void dead_state(struct check *ck, const struct core *c, const TaskCoreEntry *tc)
{
	uint32_t signal = tc->exit_code & 0x7f, code = tc->exit_code >> 8;

	if (tc->exit_code > 0xffff || signal > c->signals || signal == 0x7f ||
	    (signal != 0 && code != 0) || (signal == 0 && tc->exit_code & 0x80))
		say_value(ck, CK_CORE_STATE, c, "tc.exit_code", tc->exit_code,
			  "is not a wait status");
	if (tc->has_stop_signo)
		say(ck, CK_CORE_STATE, c, "tc.stop_signo", "unexpected in a dead task");
}

/* SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU. */
static bool is_stop(const struct core *c, uint32_t signo)
{
	bool mips = c->signals == MIPS_SIGNALS;

	return mips ? signo == 23 || signo == 24 || signo == 26 || signo == 27
		    : signo >= 19 && signo <= 22;
}

static void live_state(struct check *ck, const struct core *c, const TaskCoreEntry *tc)
{

	if (tc->exit_code != 0)
		say_value(ck, CK_CORE_STATE, c, "tc.exit_code", tc->exit_code,
			  "unexpected in a live task");
	if (tc->task_state == IMG_TASK_ALIVE && tc->has_stop_signo)
		say(ck, CK_CORE_STATE, c, "tc.stop_signo",
		    "unexpected in a task that is not stopped");
	if (tc->task_state == IMG_TASK_STOPPED && tc->has_stop_signo && !is_stop(c, tc->stop_signo))
		say_value(ck, CK_CORE_STATE, c, "tc.stop_signo", tc->stop_signo,
			  "is not a stop signal");
	if (tc->has_oom_score_adj && (tc->oom_score_adj < -1000 || tc->oom_score_adj > 1000))
		say_value(ck, CK_CORE_STATE, c, "tc.oom_score_adj", tc->oom_score_adj,
			  "is not between -1000 and 1000");
}

void img_ck_core_state(struct check *ck)
{

	for (struct core c = { 0 }; next_core(ck, &c);) {
		const TaskCoreEntry *tc = c.e->tc;
		const char *comm = c.e->thread_core != NULL ? c.e->thread_core->comm : NULL;

		if (comm != NULL && strlen(comm) > COMM)
			say(ck, CK_ODD(CK_CORE_STATE), &c, "thread_core.comm",
			    "is longer than 15 bytes");
		if (tc == NULL)
			continue;
		if (strlen(tc->comm) > COMM)
			say(ck, CK_ODD(CK_CORE_STATE), &c, "tc.comm", "is longer than 15 bytes");
		if (tc->task_state < IMG_TASK_ALIVE || tc->task_state > IMG_TASK_STOPPED)
			say_value(ck, CK_CORE_STATE, &c, "tc.task_state", tc->task_state,
				  "is not 1 (alive), 2 (dead, also zombies) or 3 (stopped)");
		else if (c.t->dead)
			dead_state(ck, &c, tc);
		else
			live_state(ck, &c, tc);
	}
}

/* ---- signals ---- */

static void check_siginfo(struct check *ck, const struct ck_image *im, size_t entry,
			  const char *path, const SiginfoEntry *e, uint32_t signals)
{
	uint32_t signo;

	if (e->siginfo.len != SIGINFO) {
		img_ck_say(ck, CK_CORE_SIGNALS, im, (int64_t)entry, path,
			   "%zu bytes, expected a siginfo of 128", e->siginfo.len);
		return;
	}
	signo = img_get32(e->siginfo.data, im->head.big);
	if (signo == 0 || signo > signals)
		img_ck_say(ck, CK_CORE_SIGNALS, im, (int64_t)entry, path,
			   "%" PRIu32 " is not a signal", signo);
}

static void check_queue(struct check *ck, const struct core *c, const SignalQueueEntry *q,
			const char *path)
{
	for (size_t i = 0; q != NULL && i < q->n_signals; i++)
		check_siginfo(ck, c->im, 0, img_ck_path(ck, "%s.signals[%zu].siginfo", path, i),
			      q->signals[i], c->signals);
}

static void check_blocked(struct check *ck, const struct core *c, bool has, uint64_t mask,
			  const char *path)
{
	uint64_t never = UINT64_C(1) << (SIGKILL_NR - 1) | UINT64_C(1) << (c->stop - 1);

	if (has && (mask & never) != 0)
		img_ck_say(ck, CK_ODD(CK_CORE_SIGNALS), c->im, 0, path,
			   "0x%" PRIx64 " blocks SIGKILL or SIGSTOP, which Linux does not allow",
			   mask);
}

static void check_sigactions(struct check *ck, const struct core *c)
{
	size_t n = c->e->tc->n_sigactions;

	/* All but SIGKILL and SIGSTOP. */
	if (n != 0 && n != c->signals - 2)
		img_ck_say(ck, CK_CORE_SIGNALS, c->im, 0, "tc.sigactions",
			   "%zu actions, expected one for each of %" PRIu32 " signals", n,
			   c->signals - 2);
	for (size_t i = 0; i < n; i++)
		check_blocked(ck, c, true, c->e->tc->sigactions[i]->mask,
			      img_ck_path(ck, "tc.sigactions[%zu].mask", i));
}

/* The smallest stack for sigaltstack(2). */
static void check_stack(struct check *ck, const struct core *c, const ThreadSasEntry *s)
{
	enum { MIN_STACK = 2048 };
	const uint32_t known = UINT32_C(1) << 31 | 3; /* AUTODISARM; ONSTACK, SS_DISABLE */

	if (s->ss_flags & ~known)
		say_value(ck, CK_ODD(CK_CORE_SIGNALS), c, "thread_core.sas.ss_flags", s->ss_flags,
			  "has bits unknown to Linux");
	else if (!(s->ss_flags & SS_DISABLE) && s->ss_size < MIN_STACK)
		img_ck_say(ck, CK_ODD(CK_CORE_SIGNALS), c->im, 0, "thread_core.sas.ss_size",
			   "%" PRIu64 " bytes: below MINSIGSTKSZ (2048)", s->ss_size);
}

void img_ck_core_signals(struct check *ck)
{
	for (struct core c = { 0 }; next_core(ck, &c);) {
		const ThreadCoreEntry *th = c.e->thread_core;
		const TaskCoreEntry *tc = c.e->tc;

		if (th != NULL) {
			check_queue(ck, &c, th->signals_p, "thread_core.signals_p");
			check_blocked(ck, &c, th->has_blk_sigset, th->blk_sigset,
				      "thread_core.blk_sigset");
			if (th->sas != NULL)
				check_stack(ck, &c, th->sas);
			if (th->has_pdeath_sig && th->pdeath_sig > c.signals)
				say_value(ck, CK_CORE_SIGNALS, &c, "thread_core.pdeath_sig",
					  th->pdeath_sig, "is not a signal");
		}
		if (tc == NULL)
			continue;
		check_queue(ck, &c, tc->signals_s, "tc.signals_s");
		check_blocked(ck, &c, true, tc->blk_sigset, "tc.blk_sigset");
		check_sigactions(ck, &c);
	}
	for (size_t k = 0; k < 2; k++)
		CK_EACH(ck, old, k == 0 ? "signal-s-%u.img" : "signal-p-%u.img")
			for (size_t i = 0; i < old->n; i++)
				check_siginfo(ck, old, i, "siginfo", old->v[i], MIPS_SIGNALS);
	CK_EACH(ck, im, "sigacts-%u.img")
		if (im->n != SIGNALS - 2 && im->n != MIPS_SIGNALS - 2 && !im->broken)
			img_ck_say(ck, CK_CORE_SIGNALS, im, -1, "",
				   "%zu entries, expected one for each of 62 signals", im->n);
}

/* ---- limits, scheduling ---- */

static void check_limit(struct check *ck, const struct ck_image *im, size_t entry, const char *path,
			const RlimitEntry *l)
{
	if (l->cur > l->max)
		img_ck_say(ck, CK_CORE_LIMITS, im, (int64_t)entry, path,
			   "%" PRIu64 " is above max (%" PRIu64 ")", l->cur, l->max);
}

void img_ck_core_limits(struct check *ck)
{
	for (struct core c = { 0 }; next_core(ck, &c);) {
		const TaskRlimitsEntry *l = c.e->tc != NULL ? c.e->tc->rlimits : NULL;

		for (size_t i = 0; l != NULL && i < l->n_rlimits; i++)
			check_limit(ck, c.im, 0, img_ck_path(ck, "tc.rlimits.rlimits[%zu].cur", i),
				    l->rlimits[i]);
		if (l != NULL && l->n_rlimits != RLIMITS)
			img_ck_say(ck, CK_CORE_LIMITS, c.im, 0, "tc.rlimits.rlimits",
				   "%zu limits, expected 16", l->n_rlimits);
	}
	CK_EACH(ck, im, "rlimit-%u.img") {
		for (size_t i = 0; i < im->n; i++)
			check_limit(ck, im, i, "cur", im->v[i]);
		if (im->n != RLIMITS && !im->broken)
			img_ck_say(ck, CK_CORE_LIMITS, im, -1, "", "%zu entries, expected 16",
				   im->n);
	}
}

void img_ck_core_sched(struct check *ck)
{
	enum { FIFO = 1, RR = 2, LAST_POLICY = 7, RESET_ON_FORK = 1 << 30, MAX_PRIO = 99 };

	for (struct core c = { 0 }; next_core(ck, &c);) {
		const ThreadCoreEntry *th = c.e->thread_core;
		uint32_t policy;
		bool real;

		if (th == NULL)
			continue;
		if (th->has_sched_nice && (th->sched_nice < -20 || th->sched_nice > 19))
			say_value(ck, CK_CORE_SCHED, &c, "thread_core.sched_nice", th->sched_nice,
				  "is not between -20 and 19");
		if (!th->has_sched_policy) {
			if (th->has_sched_prio && th->sched_prio != 0)
				say_value(ck, CK_CORE_SCHED, &c, "thread_core.sched_prio",
					  th->sched_prio,
					  "unexpected in a thread without a policy");
			continue;
		}
		policy = th->sched_policy & ~(uint32_t)RESET_ON_FORK;
		real = policy == FIFO || policy == RR;
		if (policy > LAST_POLICY)
			say_value(ck, CK_CORE_SCHED, &c, "thread_core.sched_policy",
				  th->sched_policy, "is not a scheduling policy");
		else if (real ? !th->has_sched_prio || th->sched_prio < 1 ||
					 th->sched_prio > MAX_PRIO
			      : th->has_sched_prio && th->sched_prio != 0)
			say_value(ck, CK_CORE_SCHED, &c, "thread_core.sched_prio", th->sched_prio,
				  real ? "is not between 1 and 99"
				       : "unexpected without a real-time policy");
	}
}

/* ---- what a thread has registered with the kernel ---- */

static void check_thread(struct check *ck, const struct core *c, const ThreadCoreEntry *th)
{
	enum { HEAD = 24, HEAD_32 = 12, MIN_RSEQ = 32 }; /* bytes */

	if ((th->futex_rla != 0 || th->futex_rla_len != 0) && th->futex_rla_len != HEAD &&
	    th->futex_rla_len != HEAD_32)
		say_value(ck, CK_CORE_THREAD, c, "thread_core.futex_rla_len", th->futex_rla_len,
			  "bytes is not the size of a robust list head");
	if (th->rseq_entry != NULL && th->rseq_entry->rseq_abi_pointer != 0 &&
	    th->rseq_entry->rseq_abi_size < MIN_RSEQ)
		say_value(ck, CK_CORE_THREAD, c, "thread_core.rseq_entry.rseq_abi_size",
			  th->rseq_entry->rseq_abi_size, "bytes is not the size of an rseq area");
}

void img_ck_core_thread(struct check *ck)
{
	enum { REGISTRATIONS = 1 << 2 | 1 << 4 | 1 << 6 | 1 << 8 }; /* of membarrier(2) */

	for (struct core c = { 0 }; next_core(ck, &c);) {
		if (c.e->thread_core != NULL)
			check_thread(ck, &c, c.e->thread_core);
		if (c.e->tc != NULL && c.e->tc->has_membarrier_registration_mask &&
		    c.e->tc->membarrier_registration_mask & ~(uint32_t)REGISTRATIONS)
			say_value(ck, CK_CORE_THREAD, &c, "tc.membarrier_registration_mask",
				  c.e->tc->membarrier_registration_mask,
				  "has bits that are not registrations");
	}
}

/* ---- credentials ---- */

static bool beyond(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
	for (size_t i = 0; i < n_a; i++)
		if ((a[i] & ~(i < n_b ? b[i] : 0)) != 0)
			return true;
	return false;
}

static void check_creds(struct check *ck, const struct ck_place *p, const CredsEntry *c)
{
	enum { MAX_GROUPS = 65536 };
	const char *label = c->lsm_profile != NULL      ? "lsm_profile"
			    : c->lsm_sockcreate != NULL ? "lsm_sockcreate"
			    : c->has_apparmor_data      ? "apparmor_data"
							: NULL;
	const size_t caps[] = { c->n_cap_inh, c->n_cap_prm, c->n_cap_eff, c->n_cap_bnd,
				c->n_cap_amb };
	static const char *const names[] = { "cap_inh", "cap_prm", "cap_eff", "cap_bnd",
					     "cap_amb" };
	static const char *const users[] = { "uid",  "gid",  "euid",  "egid",
					     "suid", "sgid", "fsuid", "fsgid" };

	for (size_t i = 0; i < CK_COUNT(caps); i++)
		if (caps[i] != 2 && !(caps[i] == 0 && i == 4))
			img_ck_say_at(ck, i == 4 ? CK_ODD(CK_CORE_CREDS) : CK_CORE_CREDS, p,
				      names[i], "%zu words, expected 2", caps[i]);
	if (beyond(c->cap_eff, c->n_cap_eff, c->cap_prm, c->n_cap_prm))
		img_ck_say_at(ck, CK_CORE_CREDS, p, "cap_eff",
			      "has capabilities that are not in cap_prm");
	if (beyond(c->cap_amb, c->n_cap_amb, c->cap_prm, c->n_cap_prm) ||
	    beyond(c->cap_amb, c->n_cap_amb, c->cap_inh, c->n_cap_inh))
		img_ck_say_at(ck, CK_CORE_CREDS, p, "cap_amb",
			      "has capabilities that are not in cap_prm and cap_inh");
	for (size_t i = 0; i < CK_COUNT(users); i++)
		if (*(const uint32_t *)img_ck_field(c, users[i]) == UINT32_MAX)
			img_ck_say_at(ck, CK_CORE_CREDS, p, users[i],
				      "-1 is not a valid id: the restore would keep its own");
	if (c->secbits > 0xff)
		img_ck_say_at(ck, CK_CORE_CREDS, p, "secbits",
			      "0x%" PRIx32 " has bits unknown to Linux", c->secbits);
	if (c->has_no_new_privs && c->no_new_privs > 1)
		img_ck_say_at(ck, CK_CORE_CREDS, p, "no_new_privs",
			      "%" PRIu32 " is neither 0 nor 1", c->no_new_privs);
	if (c->n_groups > MAX_GROUPS)
		img_ck_say_at(ck, CK_CORE_CREDS, p, "groups",
			      "%zu groups, more than the limit of Linux (65536)", c->n_groups);
	if (label != NULL && ck->inv != NULL && ck->inv->has_lsmtype &&
	    ck->inv->lsmtype == LSMTYPE__NO_LSM)
		img_ck_say_at(ck, CK_CORE_CREDS, p, label,
			      "is set, but lsmtype in the inventory is NO_LSM");
}

void img_ck_core_creds(struct check *ck)
{
	for (struct core c = { 0 }; next_core(ck, &c);) {
		const ThreadCoreEntry *th = c.e->thread_core;

		if (th != NULL && th->creds != NULL)
			check_creds(ck, &(struct ck_place){ c.im, 0, "thread_core.creds." },
				    th->creds);
		else if (th != NULL && !c.leader && img_ck_next(ck, "creds-%u.img", NULL) == NULL)
			say(ck, CK_CORE_PARTS, &c, "thread_core.creds", "missing");
	}
	CK_EACH(ck, im, "creds-%u.img")
		if (im->n > 0)
			check_creds(ck, &(struct ck_place){ im, 0, "" }, im->v[0]);
}
