#include "libimg/view/compare_side.h"

#include <stdlib.h>
#include <string.h>

void img_side_begin(struct img_side *s, enum img_compare_kind kind, uint64_t rank, bool loose)
{
	const uint64_t most = (UINT64_C(1) << IMG_KIND_SHIFT) - 1;

	img_facts_begin(&s->facts, (uint64_t)kind << IMG_KIND_SHIFT | (rank < most ? rank : most),
			loose);
}

struct img_out *img_side_text(struct img_side *s, enum img_compare_kind kind, uint64_t rank,
			      const char *key)
{
	img_side_begin(s, kind, rank, false);
	img_out_put(s->facts.o, key, strlen(key));
	img_facts_text(&s->facts);
	return s->facts.o;
}

/* Children without a match, to be paired by name. */
struct child {
	size_t task, order;
	const char *comm;
};

static int by_comm(const void *a, const void *b)
{
	const struct child *x = a, *y = b;
	int r = strcmp(x->comm, y->comm);

	return r != 0 ? r : x->order < y->order ? -1 : 1;
}

/* Those among the tasks from `first` on by `next`, sorted by name. */
static size_t lonely(const struct img_side *s, size_t first, struct child *v)
{
	size_t n = 0;

	for (size_t i = first; i != IMG_NO_TASK; i = s->ps->tasks[i].next)
		if (s->match[i] == IMG_NO_TASK)
			v[n] = (struct child){ i, n, s->ps->tasks[i].comm }, n++;
	if (n > 1)
		qsort(v, n, sizeof(*v), by_comm);
	return n;
}

static void pair_children(struct img_side sides[2], const size_t first[2], struct child *v[2])
{
	size_t n = lonely(&sides[0], first[0], v[0]), m = lonely(&sides[1], first[1], v[1]);

	for (size_t i = 0, k = 0; i < n && k < m;) {
		const struct child *a = &v[0][i], *b = &v[1][k];
		int r = strcmp(a->comm, b->comm);

		if (r == 0) {
			sides[0].match[a->task] = b->task;
			sides[1].match[b->task] = a->task;
		}
		i += r <= 0;
		k += r >= 0;
	}
}

/* Of a pid that is twice in a damaged tree the first counts. */
static void match_pids(struct img_side sides[2])
{
	for (size_t i = 0; i < sides[0].ps->n; i++) {
		const struct img_task *t = &sides[0].ps->tasks[i], *other;

		other = img_ps_find(sides[1].ps, t->pid);
		if (other == NULL || img_ps_find(sides[0].ps, t->pid) != t)
			continue;
		sides[0].match[i] = (size_t)(other - sides[1].ps->tasks);
		sides[1].match[sides[0].match[i]] = i;
	}
}

static void match_names(struct img_side sides[2], struct child *v[2])
{
	const struct img_ps *ps = sides[0].ps;
	const struct img_task *t = ps->root != IMG_NO_TASK ? &ps->tasks[ps->root] : NULL;
	unsigned depth = 0;

	pair_children(sides, (const size_t[]){ ps->root, sides[1].ps->root }, v);
	/* Parents come before their children. */
	for (; t != NULL; t = img_ps_walk(ps, t, &depth)) {
		size_t other = sides[0].match[t - ps->tasks];

		if (other != IMG_NO_TASK)
			pair_children(sides,
				      (const size_t[]){ t->child, sides[1].ps->tasks[other].child },
				      v);
	}
}

static bool rename_pid(struct img_side *s, uint32_t from, uint32_t to)
{
	uint32_t *v = img_map_at(&s->renamed, from);

	if (v != NULL && *v == IMG_MAP_NONE)
		*v = to;
	return v != NULL;
}

/* Threads are in the order of their creation. */
static bool rename_tasks(struct img_side sides[2])
{
	bool ok = true;

	for (size_t i = 0; i < sides[1].ps->n && ok; i++) {
		const struct img_task *t = &sides[1].ps->tasks[i], *first;

		if (sides[1].match[i] == IMG_NO_TASK)
			continue;
		first = &sides[0].ps->tasks[sides[1].match[i]];
		if (first->pid == t->pid)
			continue;
		ok = rename_pid(&sides[1], t->pid, first->pid);
		for (size_t k = 0; ok && k < t->n_threads && k < first->n_threads; k++)
			ok = rename_pid(&sides[1], t->threads[k], first->threads[k]);
	}
	return ok;
}

int img_side_match(struct img_side *sides, struct img_err *err)
{
	struct child *v[2] = { NULL, NULL };
	bool ok = true;

	for (int i = 0; i < 2; i++) {
		size_t n = sides[i].ps->n + 1;

		sides[i].match = img_realloc(NULL, n * sizeof(*sides[i].match));
		v[i] = img_realloc(NULL, n * sizeof(*v[i]));
		ok = ok && sides[i].match != NULL && v[i] != NULL;
		for (size_t k = 0; ok && k < n; k++)
			sides[i].match[k] = IMG_NO_TASK;
	}
	if (ok) {
		match_pids(sides);
		if (!sides[0].memory_only && !sides[1].memory_only)
			match_names(sides, v);
		ok = rename_tasks(sides);
	}
	img_free(v[0]);
	img_free(v[1]);
	return ok ? 0 : img_fail_mem(err);
}

uint32_t img_side_pid(const struct img_side *s, uint32_t pid)
{
	uint32_t other = img_map_get(&s->renamed, pid);

	return other != IMG_MAP_NONE ? other : pid;
}

const struct img_task *img_side_owner(const struct img_side *s, unsigned kind, uint32_t id)
{
	uint32_t i = img_map_get(&s->owners, (uint64_t)kind << 32 | id);

	return i != IMG_MAP_NONE ? &s->ps->tasks[i] : NULL;
}
