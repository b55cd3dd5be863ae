#include "libimg/view/compare.h"

#include "libimg/view/cgroups.h"
#include "libimg/view/compare_dump.h"
#include "libimg/view/compare_file.h"
#include "libimg/view/compare_task.h"

static const char *const names[IMG_COMPARE_KINDS] = {
	[IMG_COMPARE_DUMP] = "dump",
	[IMG_COMPARE_PROCESS] = "process",
	[IMG_COMPARE_ENV] = "env",
	[IMG_COMPARE_THREADS] = "threads",
	[IMG_COMPARE_REGISTERS] = "registers",
	[IMG_COMPARE_CREDS] = "creds",
	[IMG_COMPARE_NS] = "ns",
	[IMG_COMPARE_LIMITS] = "limits",
	[IMG_COMPARE_SIGNALS] = "signals",
	[IMG_COMPARE_TIMERS] = "timers",
	[IMG_COMPARE_FDS] = "fds",
	[IMG_COMPARE_SOCKETS] = "sockets",
	[IMG_COMPARE_MAPPINGS] = "mappings",
	[IMG_COMPARE_MEMORY] = "memory",
};

struct img_compare {
	struct img_side sides[2];
	bool memory_only; /* one of them is */

	/* The call at hand. */
	struct img_difference at;
	img_difference_fn *fn;
	void *arg;
};

const char *img_compare_kind_name(enum img_compare_kind kind)
{
	return names[kind];
}

static int open_side(struct img_side *s, bool memory_only, struct img_err *err)
{
	if (img_facts_init(&s->facts, err) < 0)
		return -1;
	s->memory = img_dump_mem_new(s->dir, NULL);
	s->desc = img_desc_new(s->dir, s->ps, s->report);
	if (s->memory == NULL || s->desc == NULL)
		return img_fail_mem(err);
	s->mems = img_mems_new(s->dir, s->desc);
	if (s->mems == NULL)
		return img_fail_mem(err);
	if (memory_only)
		return 0;
	s->tasks = img_tasks_new(s->dir, s->ps, img_compare_show(s->kinds), s->report);
	if (s->tasks == NULL)
		return img_fail_mem(err);
	if (img_side_wants(s, IMG_COMPARE_PROCESS) &&
	    (s->cgroups = img_cgroups_new(s->tasks, NULL)) == NULL)
		return img_fail_mem(err);
	return img_compare_ids(s, err);
}

struct img_compare *img_compare_new(const struct img_compared dumps[2], unsigned kinds,
				    struct img_err *err)
{
	struct img_compare *c = img_calloc(1, sizeof(*c));

	if (c == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	c->memory_only = dumps[0].memory_only || dumps[1].memory_only;
	for (int i = 0; i < 2; i++) {
		const struct img_compared *d = &dumps[i];

		c->sides[i] = (struct img_side){ .dir = d->dir,
						 .ps = d->ps,
						 .memory_only = d->memory_only,
						 .report = d->report,
						 .kinds = kinds };
	}
	if (img_side_match(c->sides, err) == 0 &&
	    open_side(&c->sides[0], c->memory_only, err) == 0 &&
	    open_side(&c->sides[1], c->memory_only, err) == 0)
		return c;
	img_compare_free(c);
	return NULL;
}

void img_compare_free(struct img_compare *c)
{
	if (c == NULL)
		return;
	for (int i = 0; i < 2; i++) {
		struct img_side *s = &c->sides[i];

		img_cgroups_free(s->cgroups);
		img_tasks_free(s->tasks);
		img_mems_free(s->mems);
		img_desc_free(s->desc);
		img_dump_mem_free(s->memory);
		img_facts_free(&s->facts);
		img_map_free(&s->renamed);
		img_map_free(&s->owners);
		img_buf_free(&s->scratch);
		img_free(s->match);
	}
	img_free(c);
}

/* ---- handing out ---- */

static void fact_differs(void *arg, const struct img_fact *first, const struct img_fact *second)
{
	struct img_compare *c = arg;
	uint64_t rank = (first != NULL ? first : second)->rank;

	c->at.kind = (enum img_compare_kind)(rank >> IMG_KIND_SHIFT);
	if (!img_side_wants(&c->sides[0], c->at.kind))
		return;
	c->at.fact[0] = first;
	c->at.fact[1] = second;
	c->fn(c->arg, &c->at);
}

static int compare_facts(struct img_compare *c, struct img_err *err)
{
	int r = img_facts_compare(&c->sides[0].facts, &c->sides[1].facts, fact_differs, c, err);

	c->at.fact[0] = c->at.fact[1] = NULL;
	return r;
}

static void pages_differ(void *arg, const struct img_compared_pages *p)
{
	struct img_compare *c = arg;

	c->at.kind = IMG_COMPARE_MEMORY;
	c->at.pages = p;
	c->fn(c->arg, &c->at);
	c->at.pages = NULL;
}

static void begin(struct img_compare *c, img_difference_fn *fn, void *arg)
{
	c->fn = fn;
	c->arg = arg;
	c->at = (struct img_difference){ .kind = IMG_COMPARE_DUMP };
	for (int i = 0; i < 2; i++)
		img_facts_reset(&c->sides[i].facts);
}

void img_compare_dumps(struct img_compare *c, img_difference_fn *fn, void *arg)
{
	struct img_err err;

	if (c->memory_only || !img_side_wants(&c->sides[0], IMG_COMPARE_DUMP))
		return;
	begin(c, fn, arg);
	for (int i = 0; i < 2; i++)
		img_compare_dump(&c->sides[i]);
	if (compare_facts(c, &err) < 0)
		img_report(c->sides[0].report, &err);
}

/* ---- tasks ---- */

/* All facts of a task, without its pages. */
static void put_task(struct img_compare *c, int i, bool table)
{
	struct img_side *s = &c->sides[i];
	const struct img_task *t = c->at.task[i];

	/* Those whose kinds nobody wants are not handed out. */
	img_compare_task(s, t);
	if (img_task_is_dead(t))
		return;
	img_compare_files(s, t, table);
	if (img_side_wants(s, IMG_COMPARE_MAPPINGS))
		img_compare_mappings(s, t);
}

static bool is_dead(const struct img_task *first, const struct img_task *second)
{
	return (first != NULL && img_task_is_dead(first)) ||
	       (second != NULL && img_task_is_dead(second));
}

static int compare_pair(struct img_compare *c, struct img_err *err)
{
	const uint32_t pids[2] = { c->at.task[0]->pid, c->at.task[1]->pid };
	bool dead = is_dead(c->at.task[0], c->at.task[1]);

	if (!c->memory_only && c->sides[0].kinds != 1u << IMG_COMPARE_MEMORY) {
		/* A table that both share with an earlier process has been compared there. */
		bool table = img_compare_own_table(&c->sides[0], c->at.task[0]) ||
			     img_compare_own_table(&c->sides[1], c->at.task[1]);

		for (int i = 0; i < 2; i++)
			put_task(c, i, table);
		if (compare_facts(c, err) < 0)
			return -1;
	}
	if (dead || !img_side_wants(&c->sides[0], IMG_COMPARE_MEMORY))
		return 0;
	return img_compare_pages(c->sides, pids, pages_differ, c, err);
}

static int compare_one(struct img_compare *c, const struct img_task *first,
		       const struct img_task *second, img_difference_fn *fn, void *arg,
		       struct img_err *err)
{
	begin(c, fn, arg);
	c->at.task[0] = first;
	c->at.task[1] = second;
	if (first != NULL && second != NULL)
		return compare_pair(c, err);
	c->at.kind = IMG_COMPARE_PROCESS;
	/* A pre-dump has no dead ones. */
	if (c->memory_only && is_dead(first, second))
		return 0;
	if (img_side_wants(&c->sides[0], IMG_COMPARE_PROCESS))
		fn(arg, &c->at);
	return 0;
}

/* Is the task a pair that has been compared, or will be, from the side of the first dump? */
static bool of_first(const struct img_compare *c, int side, size_t i)
{
	return side == 1 && c->sides[1].match[i] != IMG_NO_TASK;
}

void img_compare_tasks(struct img_compare *c, img_compare_wants_fn *wants, img_difference_fn *fn,
		       void *arg)
{
	struct img_err err;

	for (int side = 0; side < 2; side++) {
		const struct img_side *s = &c->sides[side];

		for (size_t i = 0; i < s->ps->n; i++) {
			const struct img_task *t[2] = { NULL, NULL };

			if (of_first(c, side, i))
				continue;
			t[side] = &s->ps->tasks[i];
			if (s->match[i] != IMG_NO_TASK)
				t[!side] = &c->sides[!side].ps->tasks[s->match[i]];
			if (wants(arg, t[0], t[1]) && compare_one(c, t[0], t[1], fn, arg, &err) < 0)
				img_report(s->report, &err);
		}
	}
}
