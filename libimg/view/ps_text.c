#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/utf8.h"
#include "libimg/view/labels.h"
#include "libimg/view/ps.h"
#include "libimg/view/text.h"

/*
 * The tree is indented as far as crit can follow it. Below that the level is a number: the text of
 * a deeper tree would grow with the square of its depth.
 */
enum { MAX_INDENT = 1000, DETAIL = 10, LABEL = 18 };

static void spaces(struct img_out *o, size_t n)
{
	static const char blank[] =
		"                                                                ";

	for (size_t k; n > 0; n -= k) {
		k = n < sizeof(blank) - 1 ? n : sizeof(blank) - 1;
		img_out_put(o, blank, k);
	}
}

static void indent(struct img_tasks *v, unsigned depth)
{
	spaces(v->out, 4 * (size_t)(depth < MAX_INDENT ? depth : MAX_INDENT));
	if (depth > MAX_INDENT)
		img_text_fmt(v->out, "(%u) ", depth);
}

/* Begin a line under that of a process. */
static void detail(struct img_tasks *v, const struct img_about *a, const char *label)
{
	spaces(v->out, DETAIL);
	indent(v, a->depth);
	img_text_fmt(v->out, "%-*s", LABEL, label);
}

static void end_line(struct img_tasks *v)
{
	img_out_byte(v->out, '\n');
}

/* Does img_text_name() write something of it as an escape? */
static bool has_escapes(const struct img_span *s)
{
	for (size_t i = 0; i < s->n;) {
		uint32_t c;
		size_t len = img_utf8_char(s->p + i, s->n - i, &c);

		if (len == 0 || c == '\\' || img_utf8_hidden(c))
			return true;
		i += len;
	}
	return false;
}

static bool plain(const struct img_span *s)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "_@%+=:,./-";

	for (size_t i = 0; i < s->n; i++)
		if (s->p[i] < 0x80 && (s->p[i] == '\0' || strchr(safe, s->p[i]) == NULL))
			return false;
	return s->n > 0 && !has_escapes(s);
}

/* An argument quoted for a shell: as $'...' if it has escapes. */
static void quoted(struct img_out *o, const struct img_span *s)
{
	bool escapes = has_escapes(s);
	size_t from = 0;

	if (plain(s)) {
		img_text_name(o, s->p, s->n);
		return;
	}
	img_text_put(o, escapes ? "$'" : "'");
	for (size_t i = 0; i < s->n; i++)
		if (s->p[i] == '\'') {
			img_text_name(o, s->p + from, i - from);
			img_text_put(o, escapes ? "\\'" : "'\\''");
			from = i + 1;
		}
	img_text_name(o, s->p + from, s->n - from);
	img_out_byte(o, '\'');
}

void img_task_args_text(struct img_tasks *v, const struct img_task *t, const char *before,
			struct img_out *o)
{
	struct img_span s;
	size_t at = 0;

	if (!img_task_strings(v, t, IMG_ARGS))
		return;
	img_task_cut_padding(&v->strings);
	for (const char *sep = before; img_argv_next(&v->strings, &at, &s); sep = " ") {
		img_text_put(o, sep);
		quoted(o, &s);
	}
}

static void text_env(struct img_tasks *v, const struct img_about *a)
{
	struct img_span s;
	size_t at = 0;

	if (img_about_thread(a) || !img_task_strings(v, a->t, IMG_ENV))
		return;
	img_task_cut_padding(&v->strings);
	while (img_argv_next(&v->strings, &at, &s)) {
		detail(v, a, "env");
		img_text_name(v->out, s.p, s.n);
		end_line(v);
	}
}

static void text_owner(struct img_tasks *v, const struct img_about *a, const char *label,
		       const uint32_t id[4])
{
	detail(v, a, label);
	if (id[0] == id[1] && id[0] == id[2] && id[0] == id[3])
		img_text_fmt(v->out, "%" PRIu32 "\n", id[0]);
	else
		img_text_fmt(v->out,
			     "real %" PRIu32 ", effective %" PRIu32 ", saved %" PRIu32
			     ", fs %" PRIu32 "\n",
			     id[0], id[1], id[2], id[3]);
}

/* All, all but a few, or a list. */
static void text_caps(struct img_out *o, uint64_t bits)
{
	const uint64_t all = (UINT64_C(1) << IMG_CAPS) - 1;
	uint64_t missing = all & ~bits;
	bool most = __builtin_popcountll(missing) <= 8 && (bits & ~all) == 0;
	const char *sep = "";
	char buf[IMG_CAP_NAME];

	if (bits == 0)
		img_text_fmt(o, "none");
	if (most)
		img_text_fmt(o, missing != 0 ? "all but " : "all");
	for (unsigned i = 0; i < 64; i++)
		if ((most ? missing : bits) >> i & 1) {
			img_text_fmt(o, "%s%s", sep, img_cap_name(i, buf));
			sep = " ";
		}
}

static void text_lsm(struct img_tasks *v, const struct img_about *a, const char *label,
		     const char *profile)
{
	if (profile == NULL)
		return;
	detail(v, a, label);
	img_text_str(v->out, profile);
	end_line(v);
}

static void text_creds(struct img_tasks *v, const struct img_about *a)
{
	const CredsEntry *c = a->creds;
	uint32_t filter;
	const char *mode;

	if (c == NULL)
		return;
	text_owner(v, a, "uid", (const uint32_t[]){ c->uid, c->euid, c->suid, c->fsuid });
	text_owner(v, a, "gid", (const uint32_t[]){ c->gid, c->egid, c->sgid, c->fsgid });
	detail(v, a, "groups");
	for (size_t i = 0; i < c->n_groups; i++)
		img_text_fmt(v->out, "%s%" PRIu32, i > 0 ? " " : "", c->groups[i]);
	img_text_fmt(v->out, c->n_groups > 0 ? "\n" : "none\n");
	for (size_t i = 0; i < IMG_CAP_SETS; i++) {
		detail(v, a, img_cap_set_name(i));
		text_caps(v->out, img_cap_set(c, i));
		end_line(v);
	}
	if (c->secbits != 0) {
		detail(v, a, "secbits");
		img_text_bits(v->out, &img_labels_securebits, c->secbits, " ");
		end_line(v);
	}
	if (c->has_no_new_privs && c->no_new_privs != 0) {
		detail(v, a, "no_new_privs");
		img_text_fmt(v->out, "%" PRIu32 "\n", c->no_new_privs);
	}
	detail(v, a, "seccomp");
	mode = img_seccomp_mode(a->core, &filter);
	img_text_fmt(v->out, filter != UINT32_MAX ? "%s %" PRIu32 "\n" : "%s\n", mode, filter);
	text_lsm(v, a, "lsm_profile", c->lsm_profile);
	text_lsm(v, a, "lsm_sockcreate", c->lsm_sockcreate);
}

static void text_ns(struct img_tasks *v, const struct img_about *a)
{
	if (a->ids == NULL)
		return;
	for (int own = 1; own >= 0; own--) {
		const char *sep = "";

		for (size_t i = 0; i < IMG_NS_KINDS; i++) {
			uint32_t id = img_ns_id(v, a, i);

			if (id == 0 || img_ns_own(v, a, i) != own)
				continue;
			if (*sep == '\0')
				detail(v, a, own ? "ns" : v->host_ids ? "ns of the host" : "ns");
			img_text_fmt(v->out, "%s%s %" PRIu32, sep, img_ns_name(i), id);
			sep = ", ";
		}
		if (*sep != '\0')
			end_line(v);
	}
}

static void text_limit(struct img_out *o, uint64_t v, int width)
{
	char text[24];

	if (v == UINT64_MAX)
		snprintf(text, sizeof(text), "unlimited");
	else
		snprintf(text, sizeof(text), "%" PRIu64, v);
	img_text_fmt(o, "%-*s", width, text);
}

static void text_limits(struct img_tasks *v, const struct img_about *a)
{
	char buf[32];

	for (size_t i = 0; i < a->limits.n; i++) {
		detail(v, a, img_limit_name(a->t->mips, i, buf));
		text_limit(v->out, a->limits.v[i]->cur, 22);
		text_limit(v->out, a->limits.v[i]->max, 0);
		end_line(v);
	}
}

struct names {
	struct img_out *o;
	const char *sep;
};

static void put_name(void *arg, const char *name)
{
	struct names *n = arg;

	img_text_fmt(n->o, "%s%s", n->sep, name);
	n->sep = " ";
}

/* The signals of a set, or those missing in it if these are few. */
static void text_set(struct img_out *o, const struct img_sigset *set, bool mips)
{
	const uint32_t sigkill = 9, sigstop = mips ? 23 : 19;
	const uint64_t never = UINT64_C(1) << (sigkill - 1) | UINT64_C(1) << (sigstop - 1);
	struct img_sigset missing = { { ~(set->word[0] | never), mips ? ~set->word[1] : 0 } };
	int n = __builtin_popcountll(missing.word[0]) + __builtin_popcountll(missing.word[1]);
	struct names names = { o, "" };

	if (n > 8) {
		img_signals_each(set, mips, put_name, &names);
		return;
	}
	img_text_fmt(o, n > 0 ? "all but " : "all");
	img_signals_each(&missing, mips, put_name, &names);
}

static bool is_empty(const struct img_sigset *set)
{
	return (set->word[0] | set->word[1]) == 0;
}

/* After a label: nothing if there are none. */
static void detail_set(struct img_tasks *v, const struct img_about *a, const char *label,
		       struct img_sigset set)
{
	if (is_empty(&set))
		return;
	detail(v, a, label);
	text_set(v->out, &set, a->t->mips);
	end_line(v);
}

static void text_handler(struct img_tasks *v, const struct img_about *a, uint32_t signo,
			 const SaEntry *sa)
{
	struct img_sigset mask = { { sa->mask, sa->mask_extended } };
	char buf[IMG_SIGNAL_NAME];

	detail(v, a, img_signal_name(a->t->mips, signo, buf));
	if (sa->sigaction == IMG_SIG_DFL)
		img_text_fmt(v->out, "default");
	else
		img_text_fmt(v->out, "0x%" PRIx64, sa->sigaction);
	if (sa->flags != 0) {
		img_out_byte(v->out, ' ');
		img_text_bits(v->out, img_labels_sigactions(a->t->mips), sa->flags, " ");
	}
	if (!is_empty(&mask)) {
		img_text_fmt(v->out, ", blocks ");
		text_set(v->out, &mask, a->t->mips);
	}
	end_line(v);
}

static void text_signals(struct img_tasks *v, const struct img_about *a)
{
	if (a->core == NULL || img_task_is_dead(a->t))
		return;
	detail_set(v, a, "pending", a->pending);
	detail_set(v, a, "process pending", a->process_pending);
	detail_set(v, a, "blocked", img_signals_blocked(a));
	if (img_about_thread(a))
		return;
	detail_set(v, a, "ignored", img_signals_ignored(a));
	for (size_t i = 0; i < a->acts.n; i++) {
		const SaEntry *sa = a->acts.v[i];

		if (sa->sigaction != IMG_SIG_IGN && !img_signal_is_default(sa))
			text_handler(v, a, img_ps_signo(a->t->mips, i), sa);
	}
}

static void text_details(struct img_tasks *v, const struct img_about *a)
{
	if (v->show & IMG_SHOW_ENV)
		text_env(v, a);
	if (v->show & IMG_SHOW_CREDS)
		text_creds(v, a);
	if (v->show & IMG_SHOW_NS)
		text_ns(v, a);
	if (v->show & IMG_SHOW_LIMITS)
		text_limits(v, a);
	if (v->show & IMG_SHOW_SIGNALS)
		text_signals(v, a);
}

static void text_threads(struct img_tasks *v, const struct img_task *t, unsigned depth)
{
	for (size_t i = 0; i < t->n_threads; i++) {
		struct img_about a = { .t = t, .tid = t->threads[i], .depth = depth + 1 };
		const ThreadCoreEntry *th;

		if (a.tid == t->pid)
			continue;
		img_about_read(v, &a);
		th = a.core != NULL ? a.core->thread_core : NULL;
		img_text_fmt(v->out, "%7" PRIu32 "%17s", a.tid, "");
		if (v->show & IMG_SHOW_STATE)
			spaces(v->out, (size_t)v->state_width + 3);
		indent(v, a.depth);
		img_out_byte(v->out, '{');
		img_text_str(v->out, th != NULL && th->comm != NULL ? th->comm : t->comm);
		img_text_fmt(v->out, "}\n");
		text_details(v, &a);
	}
}

void img_task_text(struct img_tasks *v, const struct img_task *t, unsigned depth,
		   struct img_out *out)
{
	struct img_about a = { .t = t, .tid = t->pid, .depth = depth };
	char state[IMG_STATE_TEXT];

	v->out = out;
	img_about_read(v, &a);
	img_text_fmt(v->out, "%7" PRIu32 "%7" PRIu32 "%7" PRIu32 "   ", t->pid, t->pgid, t->sid);
	if (v->show & IMG_SHOW_STATE)
		img_text_fmt(v->out, "%-*s   ", v->state_width, img_state_text(t, state));
	indent(v, depth);
	if (t->state != IMG_TASK_UNKNOWN)
		img_text_str(v->out, t->comm);
	else
		img_out_byte(v->out, '?');
	if (v->show & IMG_SHOW_ARGS)
		img_task_args_text(v, t, "  ", v->out);
	end_line(v);
	text_details(v, &a);
	if (v->show & IMG_SHOW_THREADS)
		text_threads(v, t, depth);
}

void img_tasks_header(struct img_tasks *v, const bool *shown, struct img_out *out)
{
	const struct img_ps *ps = v->ps;
	char state[IMG_STATE_TEXT];

	v->state_width = (int)strlen("STATE");
	for (size_t i = 0; v->show & IMG_SHOW_STATE && i < ps->n; i++) {
		int n = (int)strlen(img_state_text(&ps->tasks[i], state));

		if (shown[i] && n > v->state_width)
			v->state_width = n;
	}
	img_text_fmt(out, "%7s%7s%7s   ", "PID", "PGID", "SID");
	if (v->show & IMG_SHOW_STATE)
		img_text_fmt(out, "%-*s   ", v->state_width, "STATE");
	img_text_fmt(out, v->show & IMG_SHOW_ARGS ? "COMM  ARGS\n" : "COMM\n");
}
