#include "libimg/view/compare_task.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/view/cgroups.h"
#include "libimg/view/compare_core.h"
#include "libimg/view/compare_rest.h"
#include "libimg/view/labels.h"
#include "libimg/view/text.h"

static void end(struct img_side *s)
{
	img_facts_end(&s->facts);
}

static void put_num(struct img_side *s, enum img_compare_kind kind, uint64_t rank, const char *key,
		    uint64_t v)
{
	img_text_dec(img_side_text(s, kind, rank, key), v, 0);
	end(s);
}

unsigned img_compare_show(unsigned kinds)
{
	static const struct {
		enum img_compare_kind kind;
		unsigned show;
	} rows[] = {
		/* Namespaces: images of the dump are known by whose they are. */
		{ IMG_COMPARE_DUMP, IMG_SHOW_NS },       { IMG_COMPARE_PROCESS, IMG_SHOW_NS },
		{ IMG_COMPARE_NS, IMG_SHOW_NS },         { IMG_COMPARE_CREDS, IMG_SHOW_CREDS },
		{ IMG_COMPARE_LIMITS, IMG_SHOW_LIMITS }, { IMG_COMPARE_SIGNALS, IMG_SHOW_SIGNALS },
	};
	unsigned show = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (kinds >> rows[i].kind & 1)
			show |= rows[i].show;
	return show;
}

/* ---- ids ---- */

static const struct {
	const char *name;
	size_t offset;
} shared[] = {
	[IMG_SIDE_VM] = { "memory", offsetof(TaskKobjIdsEntry, vm_id) },
	[IMG_SIDE_FILES] = { "descriptors", offsetof(TaskKobjIdsEntry, files_id) },
	[IMG_SIDE_FS] = { "directories", offsetof(TaskKobjIdsEntry, fs_id) },
	[IMG_SIDE_SIGHAND] = { "signal handlers", offsetof(TaskKobjIdsEntry, sighand_id) },
};

static uint32_t id_of(const struct img_side *s, const struct img_about *a, unsigned kind)
{
	uint32_t id;

	if (kind < IMG_NS_KINDS)
		return img_ns_id(s->tasks, a, kind);
	memcpy(&id, (const char *)a->ids + shared[kind].offset, sizeof(id));
	return id;
}

static int note_ids(struct img_side *s, struct img_err *err)
{
	for (size_t i = 0; i < s->ps->n; i++) {
		struct img_about a = { .t = &s->ps->tasks[i], .tid = s->ps->tasks[i].pid };

		img_about_read(s->tasks, &a);
		for (unsigned k = 0; a.ids != NULL && k < IMG_SIDE_IDS; k++) {
			uint32_t *at = img_map_at(&s->owners, (uint64_t)k << 32 | id_of(s, &a, k));

			if (at == NULL)
				return img_fail_mem(err);
			if (*at == IMG_MAP_NONE)
				*at = (uint32_t)i;
		}
	}
	return 0;
}

int img_compare_ids(struct img_side *s, struct img_err *err)
{
	unsigned show = s->tasks->show;
	int r = 0;

	/* What else is missing is reported when it is compared. */
	s->tasks->show = IMG_SHOW_NS;
	if (show & IMG_SHOW_NS)
		r = note_ids(s, err);
	s->tasks->show = show;
	return r;
}

/* An id by who has it first: its number may be another one in each dump. */
static void put_id(struct img_side *s, const struct img_about *a, unsigned k)
{
	uint32_t id = id_of(s, a, k);
	const struct img_task *owner = img_side_owner(s, k, id);
	bool ns = k < IMG_NS_KINDS;
	struct img_out *o;

	if (id == 0 || owner == NULL)
		return;
	o = img_side_text(s, ns ? IMG_COMPARE_NS : IMG_COMPARE_PROCESS, 100 + k,
			  ns ? img_ns_name(k) : shared[k].name);
	if (ns && s->tasks->host_ids != NULL && !img_ns_own(s->tasks, a, k))
		img_text_put(o, "that of the host");
	else if (owner == a->t)
		img_text_put(o, "its own");
	else
		img_text_fmt(o, "that of %" PRIu32, img_side_pid(s, owner->pid));
	end(s);
}

static void put_ids(struct img_side *s, const struct img_about *a)
{
	for (unsigned k = 0; a->ids != NULL && k < IMG_SIDE_IDS; k++)
		put_id(s, a, k);
}

/* ---- the process ---- */

static void put_args(struct img_side *s, const struct img_task *t)
{
	struct img_span arg;
	struct img_out *o;
	size_t at = 0;

	if (!img_task_strings(s->tasks, t, IMG_ARGS))
		return;
	img_task_cut_padding(&s->tasks->strings);
	o = img_side_text(s, IMG_COMPARE_PROCESS, 10, "command");
	for (const char *sep = ""; img_argv_next(&s->tasks->strings, &at, &arg); sep = " ") {
		img_text_put(o, sep);
		img_text_name(o, arg.p, arg.n);
	}
	end(s);
}

static void put_env(struct img_side *s, const struct img_task *t)
{
	struct img_span var;
	size_t at = 0;

	if (!img_side_wants(s, IMG_COMPARE_ENV) || !img_task_strings(s->tasks, t, IMG_ENV))
		return;
	img_task_cut_padding(&s->tasks->strings);
	while (img_argv_next(&s->tasks->strings, &at, &var)) {
		const uint8_t *eq = var.n > 0 ? memchr(var.p, '=', var.n) : NULL;
		size_t n = eq != NULL ? (size_t)(eq - var.p) : var.n;

		img_side_begin(s, IMG_COMPARE_ENV, 0, false);
		img_text_name(s->facts.o, var.p, n);
		img_facts_text(&s->facts);
		if (eq != NULL)
			img_text_name(s->facts.o, eq + 1, var.n - n - 1);
		end(s);
	}
}

static void put_process(struct img_side *s, const struct img_task *t)
{
	char state[IMG_STATE_TEXT];

	img_text_str(img_side_text(s, IMG_COMPARE_PROCESS, 0, "name"), t->comm);
	end(s);
	put_num(s, IMG_COMPARE_PROCESS, 1, "parent", img_side_pid(s, t->ppid));
	put_num(s, IMG_COMPARE_PROCESS, 2, "group", img_side_pid(s, t->pgid));
	put_num(s, IMG_COMPARE_PROCESS, 3, "session", img_side_pid(s, t->sid));
	img_text_put(img_side_text(s, IMG_COMPARE_PROCESS, 4, "state"), img_state_text(t, state));
	end(s);
	if (img_side_wants(s, IMG_COMPARE_PROCESS))
		put_args(s, t);
}

/* Sets have numbers of one dump. */
static void put_cgroups(struct img_side *s, const struct img_about *a)
{
	uint32_t set = a->core != NULL ? img_cgroup_set(a->core) : 0;

	for (size_t i = 0; set != 0 && s->cgroups != NULL && i < s->cgroups->n; i++) {
		const struct img_cgroup *g = &s->cgroups->v[i];

		if (g->set != set)
			continue;
		img_side_begin(s, IMG_COMPARE_PROCESS, 200, false);
		img_text_put(s->facts.o, "cgroup");
		if (g->e != NULL) {
			const char *name = img_cgroup_controller(g);

			img_out_byte(s->facts.o, ' ');
			img_text_name(s->facts.o, name, strlen(name));
		}
		img_facts_text(&s->facts);
		if (g->e != NULL)
			img_text_name(s->facts.o, g->e->path, strlen(g->e->path));
		else
			img_text_put(s->facts.o, "that of criu");
		end(s);
	}
}

/* ---- credentials, limits, signals ---- */

static void put_owner(struct img_side *s, uint64_t rank, const char *key, const uint32_t id[4])
{
	img_text_fmt(img_side_text(s, IMG_COMPARE_CREDS, rank, key),
		     "real %" PRIu32 ", effective %" PRIu32 ", saved %" PRIu32 ", fs %" PRIu32,
		     id[0], id[1], id[2], id[3]);
	end(s);
}

static void put_caps(struct img_side *s, const CredsEntry *c)
{
	char buf[IMG_CAP_NAME];

	for (size_t i = 0; i < IMG_CAP_SETS; i++) {
		uint64_t bits = img_cap_set(c, i);

		/* One by one: the two that differ of 41 are what one wants to see. */
		for (unsigned k = 0; k < 64; k++)
			if (bits >> k & 1) {
				img_side_begin(s, IMG_COMPARE_CREDS, 16 + i * 64 + k, false);
				img_text_fmt(s->facts.o, "%s %s", img_cap_set_name(i),
					     img_cap_name(k, buf));
				end(s);
			}
	}
}

static void put_word(struct img_side *s, uint64_t rank, const char *key, const char *word)
{
	if (word == NULL)
		return;
	img_text_str(img_side_text(s, IMG_COMPARE_CREDS, rank, key), word);
	end(s);
}

static void put_creds(struct img_side *s, const struct img_about *a)
{
	const CredsEntry *c = a->creds;
	struct img_out *o;
	uint32_t filter;

	if (c == NULL)
		return;
	put_owner(s, 0, "uid", (const uint32_t[]){ c->uid, c->euid, c->suid, c->fsuid });
	put_owner(s, 1, "gid", (const uint32_t[]){ c->gid, c->egid, c->sgid, c->fsgid });
	o = img_side_text(s, IMG_COMPARE_CREDS, 2, "groups");
	for (size_t i = 0; i < c->n_groups; i++)
		img_text_fmt(o, "%s%" PRIu32, i > 0 ? " " : "", c->groups[i]);
	end(s);
	put_caps(s, c);
	img_text_bits(img_side_text(s, IMG_COMPARE_CREDS, 3, "secbits"), &img_labels_securebits,
		      c->secbits, " ");
	end(s);
	put_num(s, IMG_COMPARE_CREDS, 4, "no_new_privs", c->no_new_privs);
	put_word(s, 5, "seccomp", img_seccomp_mode(a->core, &filter));
	put_word(s, 6, "lsm_profile", c->lsm_profile);
	put_word(s, 7, "lsm_sockcreate", c->lsm_sockcreate);
}

static void put_limit(struct img_out *o, const char *name, uint64_t v)
{
	if (v == UINT64_MAX)
		img_text_fmt(o, "%s unlimited", name);
	else
		img_text_fmt(o, "%s %" PRIu64, name, v);
}

static void put_limits(struct img_side *s, const struct img_about *a)
{
	char buf[IMG_LIMIT_NAME];

	for (size_t i = 0; i < a->limits.n; i++) {
		struct img_out *o =
			img_side_text(s, IMG_COMPARE_LIMITS, i, img_limit_name(a->t->mips, i, buf));

		put_limit(o, "soft", a->limits.v[i]->cur);
		put_limit(o, ", hard", a->limits.v[i]->max);
		end(s);
	}
}

static void put_signal(void *arg, const char *name)
{
	img_text_fmt(arg, " %s", name);
}

static void put_set(struct img_side *s, uint64_t rank, const char *key, bool mips,
		    struct img_sigset set)
{
	if ((set.word[0] | set.word[1]) == 0)
		return;
	img_text_put(img_side_text(s, IMG_COMPARE_SIGNALS, rank, key), "of");
	img_signals_each(&set, mips, put_signal, s->facts.o);
	end(s);
}

static void put_handler(struct img_side *s, const struct img_about *a, size_t i)
{
	const SaEntry *sa = a->acts.v[i];
	struct img_sigset mask = { { sa->mask, sa->mask_extended } };
	uint32_t signo = img_ps_signo(a->t->mips, i);
	char buf[IMG_SIGNAL_NAME];
	struct img_out *o;

	if (img_signal_is_default(sa))
		return;
	o = img_side_text(s, IMG_COMPARE_SIGNALS, 10 + signo,
			  img_signal_name(a->t->mips, signo, buf));
	if (sa->sigaction == IMG_SIG_IGN)
		img_text_put(o, "ignored");
	else
		img_text_fmt(o, sa->sigaction == IMG_SIG_DFL ? "default" : "handler 0x%" PRIx64,
			     sa->sigaction);
	if (sa->flags != 0) {
		img_out_byte(o, ' ');
		img_text_bits(o, img_labels_sigactions(a->t->mips), sa->flags, " ");
	}
	if ((mask.word[0] | mask.word[1]) != 0)
		img_text_put(o, ", blocks");
	img_signals_each(&mask, a->t->mips, put_signal, o);
	end(s);
}

static void put_signals(struct img_side *s, const struct img_about *a)
{
	if (a->core == NULL)
		return;
	put_set(s, 0, "pending", a->t->mips, a->pending);
	put_set(s, 1, "process pending", a->t->mips, a->process_pending);
	put_set(s, 2, "blocked", a->t->mips, img_signals_blocked(a));
	for (size_t i = 0; i < a->acts.n; i++)
		put_handler(s, a, i);
}

void img_compare_task(struct img_side *s, const struct img_task *t)
{
	struct img_about a = { .t = t, .tid = t->pid };

	put_process(s, t);
	if (img_task_is_dead(t))
		return;
	put_env(s, t);
	img_about_read(s->tasks, &a);
	put_ids(s, &a);
	put_cgroups(s, &a);
	put_creds(s, &a);
	put_limits(s, &a);
	put_signals(s, &a);
	img_compare_core(s, t);
	img_compare_rest(s, t);
}
