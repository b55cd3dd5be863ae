#include "libimg/core/process.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/byteorder.h"
#include "libimg/core/filenote.h"
#include "mm.pb-c.h"

enum { SIGINFO_SIZE = 128, COMM = 16, PSARGS = 80 };

#ifndef NT_SIGINFO
#define NT_SIGINFO 0x53494749
#endif
#ifndef NT_FILE
#define NT_FILE 0x46494c45
#endif

/* One thread: its image, and the notes that are made of it. */
struct thread {
	const struct img_core_process *p;
	uint32_t tid;
	struct img_core_thread regs;
	struct img_notes n;
	img_core_notes_fn *fn;
	void *arg;
};

uint32_t img_core_stopped_by(const struct img_task *t)
{
	return t->state == IMG_TASK_STOPPED ? t->stop_signo : 0;
}

static const CoreEntry *core_of(const struct thread *t)
{
	return t->regs.core;
}

static int fail_in(const struct thread *t, struct img_err *err)
{
	char name[32];

	if (err->kind == IMG_ESYS || err->file[0] != '\0')
		return -1;
	snprintf(name, sizeof(name), "core-%u.img", t->tid);
	return img_err_in(err, img_dir_path(t->p->dir), name);
}

/* Hand over what was made. */
static int hand(struct thread *t, struct img_err *err)
{
	int r = t->n.buf.failed ? img_fail_mem(err) : t->fn(t->arg, t->n.buf.p, t->n.buf.n, err);

	t->n.buf.n = 0;
	return r;
}

/* ---- NT_PRSTATUS: struct elf_prstatus of <linux/elfcore.h> ---- */

/* The leader's mask stands with what is its process's. */
static uint64_t blocked(const CoreEntry *c)
{
	if (c->tc != NULL)
		return c->tc->blk_sigset;
	return c->thread_core != NULL ? c->thread_core->blk_sigset : 0;
}

static int prstatus(struct thread *t, uint32_t signo, struct img_err *err)
{
	const struct img_task *task = t->p->task;
	const struct img_core_arch *a = t->p->arch;
	struct img_notes *n = &t->n;
	struct img_sigset pending = { { 0, 0 } };

	if (img_ps_pending(t->p->dir, task->pid, t->tid, core_of(t), t->p->arena, &pending, err) <
	    0)
		return -1;
	img_note_begin(n, "CORE", NT_PRSTATUS);
	img_note_u32(n, signo); /* si_signo, si_code, si_errno */
	img_note_zeros(n, 8);
	img_note_u16(n, (uint16_t)signo);
	img_note_zeros(n, 2);
	img_note_word(n, pending.word[0]);
	img_note_word(n, blocked(core_of(t)));
	img_note_u32(n, t->tid);
	img_note_u32(n, task->ppid);
	img_note_u32(n, task->pgid);
	img_note_u32(n, task->sid);
	img_note_zeros(n, (size_t)8 * (a->wide ? 8 : 4)); /* four times, which no image has */
	if (img_core_put_gp(a, &t->regs, n, err) < 0)
		return -1;
	if (a->fpvalid) {
		img_note_u32(n, t->regs.state[IMG_CORE_FP] != NULL);
		img_note_align(n, a->wide ? 8 : 4);
	}
	img_note_end(n);
	return 0;
}

/* ---- NT_PRPSINFO: struct elf_prpsinfo ---- */

/* The command line with blanks between the arguments, as much of it as has room. */
static int put_args(struct thread *t, struct img_err *err)
{
	const struct img_space *s = img_mem_space(t->p->mem);
	char args[PSARGS] = { 0 };
	uint64_t n = s->arg_end > s->arg_start ? s->arg_end - s->arg_start : 0;

	n = n < PSARGS - 1 ? n : PSARGS - 1;
	if (n > 0 && img_mem_read(t->p->mem, s->arg_start, args, (size_t)n, NULL, err) < 0)
		return -1;
	for (uint64_t i = 0; i < n; i++)
		if (args[i] == '\0')
			args[i] = ' ';
	img_note_bytes(&t->n, args, PSARGS);
	return 0;
}

/* Ids of users have 16 bits where the machine began with such. */
static void put_id(struct thread *t, uint32_t id)
{
	if (t->p->arch->wide)
		img_note_u32(&t->n, id);
	else
		img_note_u16(&t->n, (uint16_t)id);
}

static int prpsinfo(struct thread *t, struct img_err *err)
{
	const struct img_task *task = t->p->task;
	const CoreEntry *c = core_of(t);
	bool stopped = task->state == IMG_TASK_STOPPED;
	int8_t nice = (int8_t)(c->thread_core != NULL ? c->thread_core->sched_nice : 0);
	uint8_t head[4] = { stopped ? 3 : 0, stopped ? 'T' : 'R', 0, (uint8_t)nice };
	char comm[COMM] = { 0 };
	CredsEntry *creds = NULL;
	struct img_notes *n = &t->n;

	if (img_ps_creds(t->p->dir, task->pid, c, t->p->arena, &creds, err) < 0)
		return -1;
	strncpy(comm, task->comm, COMM - 1);
	img_note_begin(n, "CORE", NT_PRPSINFO);
	img_note_bytes(n, head, sizeof(head));
	if (t->p->arch->wide)
		img_note_zeros(n, 4);
	img_note_word(n, c->tc != NULL ? c->tc->flags : 0);
	put_id(t, creds != NULL ? creds->uid : 0);
	put_id(t, creds != NULL ? creds->gid : 0);
	img_note_u32(n, task->pid);
	img_note_u32(n, task->ppid);
	img_note_u32(n, task->pgid);
	img_note_u32(n, task->sid);
	img_note_bytes(n, comm, COMM);
	if (put_args(t, err) < 0)
		return -1;
	img_note_end(n);
	return 0;
}

/* ---- NT_SIGINFO ---- */

static const SiginfoEntry *queued(const SignalQueueEntry *q, uint32_t signo, bool big)
{
	for (size_t i = 0; q != NULL && i < q->n_signals; i++) {
		const ProtobufCBinaryData *s = &q->signals[i]->siginfo;

		if (s->len == SIGINFO_SIZE && img_get32(s->data, big) == signo)
			return q->signals[i];
	}
	return NULL;
}

static void siginfo(struct thread *t, uint32_t signo)
{
	const CoreEntry *c = core_of(t);
	const SiginfoEntry *s = NULL;
	bool big = t->p->arch->big;

	if (signo != 0 && c->thread_core != NULL)
		s = queued(c->thread_core->signals_p, signo, big);
	if (signo != 0 && s == NULL && c->tc != NULL)
		s = queued(c->tc->signals_s, signo, big);
	img_note_begin(&t->n, "CORE", NT_SIGINFO);
	if (s != NULL) {
		img_note_bytes(&t->n, s->siginfo.data, SIGINFO_SIZE);
	} else {
		img_note_u32(&t->n, signo);
		img_note_zeros(&t->n, SIGINFO_SIZE - 4);
	}
	img_note_end(&t->n);
}

/* ---- NT_AUXV ---- */

/*
 * The vector as the task had it. CRIU keeps it in words of 64 bits: of a task of 32 bits on
 * x86 each holds a pair, on arm a value. It keeps fewer words than newer kernels have, and
 * the end is lost then: it is put back.
 */
static int auxv(struct thread *t, struct img_err *err)
{
	const struct img_core_arch *a = t->p->arch;
	bool pairs = !a->wide && a->aux == 8, ended = false;
	MmEntry *mm;
	void *msg;
	int r = img_image_one(t->p->dir, "mm-%u.img", t->p->task->pid, t->p->arena, &msg, err);

	if (r <= 0)
		return r;
	mm = msg;
	img_note_begin(&t->n, "CORE", NT_AUXV);
	for (size_t i = 0; !ended && i < mm->n_mm_saved_auxv; i++) {
		uint64_t v = mm->mm_saved_auxv[i];
		bool type = pairs || i % 2 == 0;

		if (type && !pairs && i + 1 == mm->n_mm_saved_auxv)
			break; /* half a pair */
		ended = type && (pairs ? (uint32_t)v : v) == AT_NULL;
		if (ended)
			break;
		if (pairs)
			img_note_u64(&t->n, v);
		else
			img_note_word(&t->n, v);
	}
	img_note_word(&t->n, AT_NULL);
	img_note_word(&t->n, 0);
	img_note_end(&t->n);
	return 0;
}

/* ---- the whole ---- */

static int of_process(struct thread *t, uint32_t signo, struct img_err *err)
{
	if (prpsinfo(t, err) < 0)
		return fail_in(t, err);
	siginfo(t, signo);
	if (auxv(t, err) < 0 || hand(t, err) < 0)
		return -1;
	return img_core_filenote(t->p, t->fn, t->arg, err);
}

/* Read the image of a thread that must have one, of the same machine as its leader. */
static int read_core(struct thread *t, struct img_err *err)
{
	const struct img_space *s = img_mem_space(t->p->mem);
	CoreEntry *core;
	int r;

	img_arena_reset(t->p->arena);
	r = img_ps_core_entry(t->p->dir, t->tid, t->p->arena, &core, err);
	if (r == 0)
		return img_image_absent(t->p->dir, "core-%u.img", t->tid, err);
	if (r < 0)
		return -1;
	t->regs = (struct img_core_thread){ .core = core,
					    .top = s->n > 0 ? s->vmas[s->n - 1].end : 0 };
	if (img_core_arch_of(&t->regs, err) == NULL)
		return fail_in(t, err);
	if (img_core_arch_of(&t->regs, err) != t->p->arch) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "another machine than that of thread %u",
			 t->p->task->pid);
		return fail_in(t, err);
	}
	return 0;
}

static int one_thread(struct thread *t, bool first, struct img_err *err)
{
	uint32_t signo = t->p->signo;

	if (read_core(t, err) < 0 || prstatus(t, signo, err) < 0)
		return fail_in(t, err);
	if (first && of_process(t, signo, err) < 0)
		return -1;
	/* What was made for the process has used the arena. */
	if (first && read_core(t, err) < 0)
		return -1;
	if (img_core_put_regsets(t->p->arch, &t->regs, &t->n, err) < 0)
		return fail_in(t, err);
	return hand(t, err);
}

int img_core_notes(const struct img_core_process *p, img_core_notes_fn *fn, void *arg,
		   struct img_err *err)
{
	struct thread t = { .p = p, .tid = p->first, .fn = fn, .arg = arg };
	int r;

	memset(err, 0, sizeof(*err));
	t.n.big = p->arch->big;
	t.n.wide = p->arch->wide;
	r = one_thread(&t, true, err);
	for (size_t i = 0; r == 0 && i < p->task->n_threads; i++) {
		t.tid = p->task->threads[i];
		if (t.tid != p->first)
			r = one_thread(&t, false, err);
	}
	img_buf_free(&t.n.buf);
	return r;
}
