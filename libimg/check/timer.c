/* Timers of tasks: in core images, or in images of their own up to CRIU 1.2. */
#include "libimg/check/model.h"
#include "timer.pb-c.h"

#define SECOND UINT64_C(1000000000) /* in ns */

enum { LAST_CLOCK = 11 };

/* sigev_notify: by signal, not at all, by a thread, by a signal to one thread. */
enum { BY_SIGNAL, NOT_AT_ALL, BY_THREAD, TO_THREAD = 4 };

/* The place of a timer. */
struct timer_place {
	struct ck_place at;
	const struct ck_task *t;
};

static void say(struct check *ck, const struct timer_place *p, const char *field, int64_t v,
		const char *why)
{
	img_ck_say_at(ck, CK_CORE_TIMERS, &p->at, field, "%" PRId64 " %s", v, why);
}

static void check_interval(struct check *ck, const struct timer_place *p, const ItimerEntry *t)
{
	if (t->iusec >= 1000000)
		say(ck, p, "iusec", (int64_t)t->iusec, "microseconds exceed a second");
	if (t->vusec >= 1000000)
		say(ck, p, "vusec", (int64_t)t->vusec, "microseconds exceed a second");
}

static void check_posix(struct check *ck, const struct timer_place *p, const PosixTimerEntry *t,
			struct img_map *ids)
{
	/* CPU time clocks have numbers above the others: ~pid << 3. */
	bool cpu = t->clock_id > INT32_MAX;
	uint32_t how = t->it_sigev_notify;

	if (img_ck_count(ck, ids, t->it_id) > 0)
		say(ck, p, "it_id", t->it_id, "is also the id of another timer");
	if (t->insec >= SECOND)
		say(ck, p, "insec", (int64_t)t->insec, "nanoseconds exceed a second");
	if (t->vnsec >= SECOND)
		say(ck, p, "vnsec", (int64_t)t->vnsec, "nanoseconds exceed a second");
	if (t->clock_id > LAST_CLOCK && !cpu)
		say(ck, p, "clock_id", t->clock_id, "is not a clock");
	if (how > TO_THREAD || how == BY_THREAD + 1)
		say(ck, p, "it_sigev_notify", how, "is not a valid sigev_notify");
	else if (how != NOT_AT_ALL && (t->si_signo == 0 || t->si_signo > img_ck_signals(ck)))
		say(ck, p, "si_signo", t->si_signo, "is not a signal");
	/*
	 * CRIU before 3.16 did not write the thread, and the kernel refuses a timer for thread 0.
	 */
	if (how == TO_THREAD && !t->has_notify_thread_id)
		say(ck, p, "it_sigev_notify", how, "requires notify_thread_id, which is missing");
	else if (how == TO_THREAD && img_ck_task_of(ck, (uint64_t)t->notify_thread_id) != p->t)
		say(ck, p, "notify_thread_id", t->notify_thread_id, "is not a thread of this task");
}

static void check_core(struct check *ck, const struct ck_task *t)
{
	const TaskTimersEntry *e =
		t->core != NULL && t->core->tc != NULL ? t->core->tc->timers : NULL;
	struct img_map ids = { 0 };
	char under[64];
	struct timer_place p = { { t->core_im, 0, under }, t };

	if (e == NULL)
		return;
	p.at.path = "tc.timers.real.";
	check_interval(ck, &p, e->real);
	p.at.path = "tc.timers.virt.";
	check_interval(ck, &p, e->virt);
	p.at.path = "tc.timers.prof.";
	check_interval(ck, &p, e->prof);
	p.at.path = under;
	for (size_t i = 0; i < e->n_posix; i++) {
		snprintf(under, sizeof(under), "tc.timers.posix[%zu].", i);
		check_posix(ck, &p, e->posix[i], &ids);
	}
	img_map_free(&ids);
}

void img_ck_core_timers(struct check *ck)
{
	for (size_t i = 0; i < ck->n_tasks; i++)
		check_core(ck, &ck->tasks[i]);
	CK_EACH(ck, im, "itimers-%u.img") {
		for (size_t i = 0; i < im->n; i++)
			check_interval(ck, &(struct timer_place){ { im, i, "" }, NULL }, im->v[i]);
		if (im->n != 3 && !im->broken)
			img_ck_say(ck, CK_CORE_TIMERS, im, -1, "", "%zu entries, expected 3",
				   im->n);
	}
	CK_EACH(ck, posix, "posix-timers-%u.img") {
		const struct ck_task *t = img_ck_task_of(ck, posix->number);
		struct img_map ids = { 0 };

		for (size_t i = 0; i < posix->n; i++)
			check_posix(ck, &(struct timer_place){ { posix, i, "" }, t }, posix->v[i],
				    &ids);
		img_map_free(&ids);
	}
}
