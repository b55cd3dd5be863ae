#include "libimg/view/compare_core.h"

#include <inttypes.h>

#include "libimg/view/compare_fields.h"
#include "libimg/view/text.h"

static void put_field(struct img_side *s, enum img_compare_kind kind, const char *path,
		      const struct img_field *f)
{
	img_side_text(s, kind, 1000, path);
	img_fields_value(s, f);
	img_facts_end(&s->facts);
}

static void put_tc_field(void *s, const char *path, const struct img_field *f)
{
	put_field(s, IMG_COMPARE_PROCESS, path, f);
}

static void put_timer_field(void *s, const char *path, const struct img_field *f)
{
	put_field(s, IMG_COMPARE_TIMERS, path, f);
}

static int put_tc(struct img_side *s, const struct img_pick *core, struct img_err *err)
{
	/* Or of no interest: what the kernel did to the task so far, its `flags`. */
	static const char *const elsewhere[] = {
		"flags",
		"comm",
		"task_state",
		"exit_code",
		"stop_signo",
		"blk_sigset",
		"timers",
		"rlimits",
		"signals_s",
		"old_seccomp_mode",
		"old_seccomp_filter",
		"sigactions",
		"blk_sigset_extended",
		NULL,
	};
	struct img_span body = img_bytes(core, IMG_TAG_CORE_ENTRY__TC);
	struct img_pick tc;

	if (img_fields_each(&img_msg_task_core_entry, body, elsewhere, put_tc_field, s, err) < 0 ||
	    img_pick(&tc, &img_msg_task_core_entry, body, err) < 0)
		return -1;
	if (!img_has(&tc, IMG_TAG_TASK_CORE_ENTRY__TIMERS))
		return 0;
	return img_fields_each(&img_msg_task_timers_entry,
			       img_bytes(&tc, IMG_TAG_TASK_CORE_ENTRY__TIMERS), NULL,
			       put_timer_field, s, err);
}

/* The registers of a thread: a fact for each set of them, "41 gpregs". */
struct registers {
	struct img_side *s;
	uint32_t tid;
	char set[32];
	bool open;
};

static void put_register(void *arg, const char *path, const struct img_field *f)
{
	struct registers *r = arg;
	struct img_side *s = r->s;
	const char *dot = strchr(path, '.');
	size_t n = dot != NULL ? (size_t)(dot - path) : 0;

	if (n >= sizeof(r->set))
		n = 0;
	if (!r->open || strlen(r->set) != n || memcmp(r->set, path, n) != 0) {
		if (r->open)
			img_facts_end(&s->facts);
		r->open = true;
		memcpy(r->set, path, n);
		r->set[n] = '\0';
		img_side_begin(s, IMG_COMPARE_REGISTERS, r->tid, false);
		img_text_fmt(s->facts.o, "%" PRIu32 "%s%s", r->tid, n > 0 ? " " : "", r->set);
		img_facts_fields(&s->facts);
	}
	img_text_put(s->facts.o, path + (n > 0 ? n + 1 : 0));
	img_out_byte(s->facts.o, ' ');
	img_fields_value(s, f);
	img_out_byte(s->facts.o, '\n');
}

/* There is a message for each machine. */
static int put_registers(struct img_side *s, uint32_t tid, const struct img_pick *core,
			 struct img_err *err)
{
	const struct img_msg *m = &img_msg_core_entry;
	struct registers to = { .s = s, .tid = tid };
	int r = 0;

	for (unsigned i = 0; i < m->n && r == 0; i++) {
		const char *name = m->desc->fields[i].name;

		if ((strncmp(name, "ti_", 3) == 0 || strcmp(name, "thread_info") == 0) &&
		    img_has(core, m->rows[i].tag))
			r = img_fields_each(m->rows[i].sub, img_bytes(core, m->rows[i].tag), NULL,
					    put_register, &to, err);
	}
	if (to.open)
		img_facts_end(&s->facts);
	return r;
}

static int put_thread_core(struct img_side *s, const struct img_task *t, uint32_t tid,
			   const struct img_pick *core, struct img_err *err)
{
	static const char *const of_leader[] = {
		"blk_sigset", "signals_p",           "creds", "seccomp_mode", "seccomp_filter",
		"comm",       "blk_sigset_extended", NULL
	};
	static const char *const of_thread[] = { "signals_p", "seccomp_filter", NULL };
	struct img_span body = img_bytes(core, IMG_TAG_CORE_ENTRY__THREAD_CORE);
	int r = 0;

	img_side_begin(s, IMG_COMPARE_THREADS, tid, false);
	img_text_fmt(s->facts.o, "%" PRIu32, tid);
	img_facts_fields(&s->facts);
	if (img_has(core, IMG_TAG_CORE_ENTRY__THREAD_CORE))
		r = img_fields_put(s, &img_msg_thread_core_entry, body,
				   tid == img_side_pid(s, t->pid) ? of_leader : of_thread, err);
	img_facts_end(&s->facts);
	return r;
}

static int put_thread(struct img_side *s, const struct img_task *t, uint32_t tid,
		      struct img_err *err)
{
	uint32_t name = img_side_pid(s, tid);
	struct img_image *im;
	struct img_pick core;
	int r = img_image_pick(s->dir, "core-%u.img", tid, &im, &core, err);

	/* A missing or damaged image has been reported. */
	if (r <= 0)
		return r < 0 && err->kind == IMG_ESYS ? -1 : 0;
	r = put_thread_core(s, t, name, &core, err);
	if (r == 0 && img_side_wants(s, IMG_COMPARE_REGISTERS))
		r = put_registers(s, name, &core, err);
	if (r == 0 && tid == t->pid && img_has(&core, IMG_TAG_CORE_ENTRY__TC))
		r = put_tc(s, &core, err);
	if (r < 0)
		img_image_fail(im, err);
	img_image_close(im);
	return r;
}

void img_compare_core(struct img_side *s, const struct img_task *t)
{
	const unsigned kinds = 1u << IMG_COMPARE_PROCESS | 1u << IMG_COMPARE_THREADS |
			       1u << IMG_COMPARE_REGISTERS | 1u << IMG_COMPARE_TIMERS;
	struct img_err err;

	for (size_t i = 0; (s->kinds & kinds) != 0 && i < t->n_threads; i++)
		if (put_thread(s, t, t->threads[i], &err) < 0)
			img_report(s->report, &err);
}
