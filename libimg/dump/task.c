/* Details of a task, wherever the CRIU of the time wrote them. */
#include "libimg/dump/task.h"

#include <string.h>

#include "libimg/base/buf.h"
#include "libimg/base/byteorder.h"

static int one(struct img_dir *d, const char *pattern, uint32_t number, struct img_arena *a,
	       void *msg, struct img_err *err)
{
	void *m;
	int r = img_image_one(d, pattern, number, a, &m, err);

	if (r > 0)
		memcpy(msg, &m, sizeof(m));
	return r;
}

/* All entries of an image as an array of pointers. */
static int all(struct img_dir *d, const char *pattern, uint32_t number, struct img_arena *a,
	       void *array, size_t *n, struct img_err *err)
{
	struct img_buf v = { 0 };
	struct img_image *im;
	void *msg, *copy;
	int r = img_image_open(d, pattern, number, &im, err);

	if (r <= 0)
		return r;
	while ((r = img_image_next_msg(im, a, &msg, err)) > 0)
		img_buf_put(&v, &msg, sizeof(msg));
	img_image_close(im);
	copy = r == 0 && !v.failed ? img_arena_alloc(a, v.n + 1) : NULL;
	if (copy != NULL && v.n > 0)
		memcpy(copy, v.p, v.n);
	*n = v.n / sizeof(msg);
	memcpy(array, &copy, sizeof(copy));
	img_buf_free(&v);
	if (copy == NULL)
		return r < 0 ? -1 : img_fail_mem(err);
	return 1;
}

int img_ps_core_entry(struct img_dir *d, uint32_t tid, struct img_arena *a, CoreEntry **core,
		      struct img_err *err)
{
	return one(d, "core-%u.img", tid, a, core, err);
}

int img_ps_creds(struct img_dir *d, uint32_t pid, const CoreEntry *core, struct img_arena *a,
		 CredsEntry **creds, struct img_err *err)
{
	if (core->thread_core == NULL || core->thread_core->creds == NULL)
		return one(d, "creds-%u.img", pid, a, creds, err);
	*creds = core->thread_core->creds;
	return 1;
}

int img_ps_ids(struct img_dir *d, uint32_t pid, const CoreEntry *core, struct img_arena *a,
	       TaskKobjIdsEntry **ids, struct img_err *err)
{
	int r = one(d, "ids-%u.img", pid, a, ids, err);

	if (r != 0 || core == NULL || core->ids == NULL)
		return r;
	*ids = core->ids;
	return 1;
}

int img_ps_limits(struct img_dir *d, uint32_t pid, const CoreEntry *core, struct img_arena *a,
		  struct img_limits *limits, struct img_err *err)
{
	if (core->tc == NULL || core->tc->rlimits == NULL)
		return all(d, "rlimit-%u.img", pid, a, &limits->v, &limits->n, err);
	limits->v = core->tc->rlimits->rlimits;
	limits->n = core->tc->rlimits->n_rlimits;
	return 1;
}

int img_ps_sigactions(struct img_dir *d, uint32_t pid, const CoreEntry *core, struct img_arena *a,
		      struct img_sigactions *acts, struct img_err *err)
{
	if (core->tc == NULL || core->tc->n_sigactions == 0)
		return all(d, "sigacts-%u.img", pid, a, &acts->v, &acts->n, err);
	acts->v = core->tc->sigactions;
	acts->n = core->tc->n_sigactions;
	return 1;
}

uint32_t img_ps_signo(bool mips, size_t index)
{
	const uint32_t sigkill = 9, sigstop = mips ? 23 : 19;
	uint32_t signo = (uint32_t)index + 1;

	signo += signo >= sigkill;
	return signo + (signo >= sigstop);
}

/* The number is the first word of a siginfo_t, in the byte order of the machine. */
static void add_pending(struct img_sigset *set, const SiginfoEntry *s, bool big)
{
	uint32_t signo = s->siginfo.len >= 4 ? img_get32(s->siginfo.data, big) : 0;

	if (signo >= 1 && signo <= 128)
		set->word[(signo - 1) / 64] |= UINT64_C(1) << (signo - 1) % 64;
}

int img_ps_pending(struct img_dir *d, uint32_t pid, uint32_t tid, const CoreEntry *core,
		   struct img_arena *a, struct img_sigset *set, struct img_err *err)
{
	const ThreadCoreEntry *thread = core->thread_core;
	const SignalQueueEntry *q = NULL;
	SiginfoEntry **v;
	/*
	 * CRIU's only big-endian architecture is s390; ppc64 follows the kernel, today
	 * little-endian.
	 */
	bool big = core->mtype == CORE_ENTRY__MARCH__S390;
	size_t n;
	int r = 1;

	*set = (struct img_sigset){ { 0, 0 } };
	if (tid != 0)
		q = thread != NULL ? thread->signals_p : NULL;
	else
		q = core->tc != NULL ? core->tc->signals_s : NULL;
	if (q != NULL) {
		v = q->signals;
		n = q->n_signals;
	} else if (tid != 0) {
		r = all(d, "signal-p-%u.img", tid, a, &v, &n, err);
	} else {
		r = all(d, "signal-s-%u.img", pid, a, &v, &n, err);
	}
	for (size_t i = 0; r > 0 && i < n; i++)
		add_pending(set, v[i], big);
	return r;
}
