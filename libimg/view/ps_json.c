#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/json/msg2json.h"
#include "libimg/view/labels.h"
#include "libimg/view/ps.h"

static void json_message(struct img_tasks *v, struct img_jw *w, const struct img_msg *m,
			 const ProtobufCMessage *msg)
{
	size_t n = protobuf_c_message_get_packed_size(msg);
	struct img_span body = { img_arena_alloc(v->arena, n + 1), n, 0 };
	struct img_err err;

	img_jw_open(w, '{');
	if (body.p == NULL)
		img_fail_mem(&err);
	else
		protobuf_c_message_pack(msg, (uint8_t *)(uintptr_t)body.p);
	if (body.p == NULL || img_msg2json(w, m, body, false, &err) < 0)
		img_report(v->report, &err);
	img_jw_close(w, '}');
}

static void json_strings(struct img_tasks *v, struct img_jw *w, const struct img_task *t,
			 enum img_argv_kind kind)
{
	struct img_span s;
	size_t at = 0;

	if (!img_task_strings(v, t, kind))
		return;
	img_jw_name(w, kind == IMG_ARGS ? "args" : "env");
	img_jw_open(w, '[');
	while (img_argv_next(&v->strings, &at, &s)) {
		img_jw_item(w);
		img_jw_text(w, s.p, s.n);
	}
	img_jw_close(w, ']');
}

static void json_state(struct img_jw *w, const struct img_task *t)
{
	const char *name = img_names_get(&img_labels_task_state, t->state);
	uint32_t signo = t->exit_code & 0x7f;
	char buf[IMG_SIGNAL_NAME];

	if (t->state == IMG_TASK_UNKNOWN)
		return;
	IMG_JW_PLAIN(w, "state", name != NULL ? name : "unknown");
	IMG_JW_UINT(w, "task_state", t->state);
	IMG_JW_UINT(w, "exit_code", t->exit_code);
	if (img_task_is_dead(t) && signo == 0) {
		IMG_JW_UINT(w, "exit_status", t->exit_code >> 8 & 0xff);
	} else if (img_task_is_dead(t)) {
		IMG_JW_PLAIN(w, "exit_signal", img_signal_name(t->mips, signo, buf));
		IMG_JW_BOOL(w, "core_dumped", (t->exit_code & 0x80) != 0);
	}
	if (t->state == IMG_TASK_STOPPED && t->stop_signo != 0) {
		IMG_JW_UINT(w, "stop_signo", t->stop_signo);
		IMG_JW_PLAIN(w, "stop_signal", img_signal_name(t->mips, t->stop_signo, buf));
	}
}

static void json_creds(struct img_tasks *v, struct img_jw *w, const struct img_about *a)
{
	char buf[IMG_CAP_NAME];
	uint32_t filter;

	if (a->creds == NULL)
		return;
	IMG_JW_KEY(w, "creds");
	json_message(v, w, &img_msg_creds_entry, &a->creds->base);
	IMG_JW_KEY(w, "caps");
	img_jw_open(w, '{');
	for (size_t i = 0; i < IMG_CAP_SETS; i++) {
		uint64_t bits = img_cap_set(a->creds, i);

		/* "cap_eff" is called "eff" here: the words of creds have the whole name. */
		img_jw_name(w, img_cap_set_name(i) + 4);
		img_jw_open(w, '[');
		for (unsigned k = 0; k < 64; k++)
			if (bits >> k & 1) {
				img_jw_item(w);
				img_jw_plain(w, img_cap_name(k, buf));
			}
		img_jw_close(w, ']');
	}
	img_jw_close(w, '}');
	IMG_JW_PLAIN(w, "seccomp_mode", img_seccomp_mode(a->core, &filter));
	if (filter != UINT32_MAX)
		IMG_JW_UINT(w, "seccomp_filter", filter);
}

static void json_ns(struct img_tasks *v, struct img_jw *w, const struct img_about *a)
{
	if (a->ids == NULL)
		return;
	IMG_JW_KEY(w, "ids");
	json_message(v, w, &img_msg_task_kobj_ids_entry, &a->ids->base);
	IMG_JW_KEY(w, "ns");
	img_jw_open(w, '{');
	for (size_t i = 0; i < IMG_NS_KINDS; i++) {
		if (img_ns_id(v, a, i) == 0)
			continue;
		img_jw_name(w, img_ns_name(i));
		img_jw_uint(w, img_ns_id(v, a, i));
	}
	img_jw_close(w, '}');
	if (v->host_ids == NULL)
		return;
	IMG_JW_KEY(w, "own_ns");
	img_jw_open(w, '[');
	for (size_t i = 0; i < IMG_NS_KINDS; i++)
		if (img_ns_own(v, a, i)) {
			img_jw_item(w);
			img_jw_plain(w, img_ns_name(i));
		}
	img_jw_close(w, ']');
}

static void json_limits(struct img_jw *w, const struct img_about *a)
{
	char buf[32];

	if (a->limits.n == 0)
		return;
	IMG_JW_KEY(w, "rlimits");
	img_jw_open(w, '[');
	for (size_t i = 0; i < a->limits.n; i++) {
		img_jw_item(w);
		img_jw_open(w, '{');
		IMG_JW_PLAIN(w, "name", img_limit_name(a->t->mips, i, buf));
		IMG_JW_UINT(w, "cur", a->limits.v[i]->cur);
		IMG_JW_UINT(w, "max", a->limits.v[i]->max);
		img_jw_close(w, '}');
	}
	img_jw_close(w, ']');
}

static void put_signal_json(void *arg, const char *name)
{
	img_jw_item(arg);
	img_jw_plain(arg, name);
}

static void json_set(struct img_jw *w, const char *key, const struct img_sigset *set, bool mips)
{
	img_jw_name(w, key);
	img_jw_open(w, '[');
	img_signals_each(set, mips, put_signal_json, w);
	img_jw_close(w, ']');
}

static void json_signals(struct img_tasks *v, struct img_jw *w, const struct img_about *a)
{
	struct img_sigset set;
	char buf[IMG_SIGNAL_NAME];

	if (a->core == NULL || img_task_is_dead(a->t))
		return;
	json_set(w, "pending", &a->pending, a->t->mips);
	if (!img_about_thread(a))
		json_set(w, "process_pending", &a->process_pending, a->t->mips);
	set = img_signals_blocked(a);
	json_set(w, "blocked", &set, a->t->mips);
	if (img_about_thread(a))
		return;
	set = img_signals_ignored(a);
	json_set(w, "ignored", &set, a->t->mips);
	IMG_JW_KEY(w, "sigactions");
	img_jw_open(w, '[');
	for (size_t i = 0; i < a->acts.n; i++) {
		if (img_signal_is_default(a->acts.v[i]))
			continue;
		img_jw_item(w);
		img_jw_open(w, '{');
		IMG_JW_PLAIN(w, "signal",
			     img_signal_name(a->t->mips, img_ps_signo(a->t->mips, i), buf));
		IMG_JW_KEY(w, "sa");
		json_message(v, w, &img_msg_sa_entry, &a->acts.v[i]->base);
		img_jw_close(w, '}');
	}
	img_jw_close(w, ']');
}

/* The threads by number, as in the image, and then their details. */
static void json_threads(struct img_tasks *v, struct img_jw *w, const struct img_task *t)
{
	IMG_JW_KEY(w, "threads");
	img_jw_open(w, '[');
	for (size_t i = 0; i < t->n_threads; i++) {
		img_jw_item(w);
		img_jw_uint(w, t->threads[i]);
	}
	img_jw_close(w, ']');
	IMG_JW_KEY(w, "thread_core");
	img_jw_open(w, '[');
	for (size_t i = 0; i < t->n_threads; i++) {
		struct img_about a = { .t = t, .tid = t->threads[i] };
		const ThreadCoreEntry *th;

		img_about_read(v, &a);
		th = a.core != NULL ? a.core->thread_core : NULL;
		img_jw_item(w);
		img_jw_open(w, '{');
		IMG_JW_UINT(w, "tid", a.tid);
		if (th != NULL && th->comm != NULL)
			IMG_JW_CSTR(w, "comm", th->comm);
		if (img_about_thread(&a) && v->show & IMG_SHOW_CREDS)
			json_creds(v, w, &a);
		if (img_about_thread(&a) && v->show & IMG_SHOW_SIGNALS)
			json_signals(v, w, &a);
		img_jw_close(w, '}');
	}
	img_jw_close(w, ']');
}

void img_task_json(struct img_tasks *v, const struct img_task *t, struct img_jw *w)
{
	struct img_about a = { .t = t, .tid = t->pid };

	IMG_JW_UINT(w, "pid", t->pid);
	IMG_JW_UINT(w, "ppid", t->ppid);
	IMG_JW_UINT(w, "pgid", t->pgid);
	IMG_JW_UINT(w, "sid", t->sid);
	if (t->state != IMG_TASK_UNKNOWN)
		IMG_JW_CSTR(w, "comm", t->comm);
	if (v->show & IMG_SHOW_STATE)
		json_state(w, t);
	if (v->show & IMG_SHOW_ARGS)
		json_strings(v, w, t, IMG_ARGS);
	if (v->show & IMG_SHOW_ENV)
		json_strings(v, w, t, IMG_ENV);
	img_about_read(v, &a);
	if (v->show & IMG_SHOW_CREDS)
		json_creds(v, w, &a);
	if (v->show & IMG_SHOW_NS)
		json_ns(v, w, &a);
	if (v->show & IMG_SHOW_LIMITS)
		json_limits(w, &a);
	if (v->show & IMG_SHOW_SIGNALS)
		json_signals(v, w, &a);
	if (v->show & IMG_SHOW_THREADS)
		json_threads(v, w, t);
}
