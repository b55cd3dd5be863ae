#include "libimg/ps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.pb-c.h"
#include "libimg/buf.h"
#include "pstree.pb-c.h"

struct by_pid {
	uint32_t pid;
	size_t index;
};

static int compare(const void *a, const void *b)
{
	const struct by_pid *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static size_t find(const struct by_pid *v, size_t n, uint32_t pid)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid].pid < pid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && v[lo].pid == pid ? v[lo].index : IMG_NO_TASK;
}

/*
 * Cut every cycle of parents at one task. `mark` numbers the climb in which a task was
 * seen: one that is met again in its own climb closes a cycle.
 */
static void cut_cycles(struct img_ps *ps, size_t *mark)
{
	for (size_t i = 0; i < ps->n; i++) {
		size_t t = i;

		while (mark[t] == 0) {
			size_t up = ps->tasks[t].parent;

			mark[t] = i + 1;
			if (up == IMG_NO_TASK)
				break;
			if (mark[up] == i + 1)
				ps->tasks[t].parent = IMG_NO_TASK;
			t = up;
		}
	}
}

/* Chain children and roots, in the order of the image. */
static void chain(struct img_ps *ps)
{
	ps->root = IMG_NO_TASK;
	for (size_t i = ps->n; i-- > 0;) {
		struct img_task *t = &ps->tasks[i];
		size_t *head = t->parent == IMG_NO_TASK ? &ps->root : &ps->tasks[t->parent].child;

		t->next = *head;
		*head = i;
	}
}

static int link_tree(struct img_ps *ps, struct img_err *err)
{
	struct by_pid *v = img_calloc(ps->n, sizeof(*v));
	size_t *mark = img_calloc(ps->n, sizeof(*mark));

	if (v == NULL || mark == NULL) {
		img_free(v);
		img_free(mark);
		return img_fail_mem(err);
	}
	for (size_t i = 0; i < ps->n; i++)
		v[i] = (struct by_pid){ ps->tasks[i].pid, i };
	if (ps->n > 0)
		qsort(v, ps->n, sizeof(*v), compare);
	for (size_t i = 0; i < ps->n; i++) {
		struct img_task *t = &ps->tasks[i];

		t->child = IMG_NO_TASK;
		t->parent = find(v, ps->n, t->ppid);
	}
	cut_cycles(ps, mark);
	chain(ps);
	img_free(v);
	img_free(mark);
	return 0;
}

static int add_task(struct img_buf *tasks, const PstreeEntry *e, struct img_err *err)
{
	struct img_task t = { .pid = e->pid, .ppid = e->ppid, .pgid = e->pgid, .sid = e->sid };

	/* The list of a dead task is a single 0. */
	if (!(e->n_threads == 1 && e->threads[0] == 0))
		t.n_threads = e->n_threads;
	if (t.n_threads > 0) {
		t.threads = img_calloc(t.n_threads, sizeof(*t.threads));
		if (t.threads == NULL)
			return img_fail_mem(err);
		memcpy(t.threads, e->threads, t.n_threads * sizeof(*t.threads));
	}
	img_buf_put(tasks, &t, sizeof(t));
	if (!tasks->failed)
		return 0;
	img_free(t.threads);
	return img_fail_mem(err);
}

int img_ps_read(struct img_dir *d, struct img_ps **out, struct img_err *err)
{
	struct img_ps *ps = img_calloc(1, sizeof(*ps));
	struct img_arena *arena = img_arena_new(0);
	struct img_image *im = NULL;
	struct img_buf tasks = { 0 };
	struct img_err later;
	void *msg;
	int r = -1, found = 0;

	*out = NULL;
	if (ps == NULL || arena == NULL)
		img_fail_mem(err);
	else
		found = r = img_image_open(d, "pstree.img", 0, &im, err);
	if (r > 0) {
		while ((r = img_image_next_msg(im, arena, &msg, err)) > 0) {
			if (add_task(&tasks, msg, err) < 0) {
				r = -1;
				break;
			}
			img_arena_reset(arena);
		}
		ps->tasks = (struct img_task *)(void *)tasks.p;
		ps->n = tasks.n / sizeof(*ps->tasks);
		if (link_tree(ps, r < 0 ? &later : err) < 0)
			r = -1;
		else
			*out = ps;
	}
	if (*out == NULL)
		img_ps_free(ps);
	img_image_close(im);
	img_arena_free(arena);
	return r < 0 ? -1 : found;
}

void img_ps_free(struct img_ps *ps)
{
	if (ps == NULL)
		return;
	for (size_t i = 0; i < ps->n; i++)
		img_free(ps->tasks[i].threads);
	img_free(ps->tasks);
	img_free(ps);
}

int img_ps_core(struct img_dir *d, struct img_task *t, struct img_err *err)
{
	struct img_arena *arena = img_arena_new(0);
	void *msg;
	int r;

	if (arena == NULL)
		return img_fail_mem(err);
	r = img_image_one(d, "core-%u.img", t->pid, arena, &msg, err);
	if (r > 0) {
		const TaskCoreEntry *tc = ((CoreEntry *)msg)->tc;

		if (tc != NULL) {
			snprintf(t->comm, sizeof(t->comm), "%s", tc->comm);
			t->state = tc->task_state;
			t->exit_code = tc->exit_code;
			t->stop_signo = tc->has_stop_signo ? (uint32_t)tc->stop_signo : 0;
		}
	}
	img_arena_free(arena);
	return r;
}

struct img_task *img_ps_find(const struct img_ps *ps, uint32_t pid)
{
	for (size_t i = 0; i < ps->n; i++)
		if (ps->tasks[i].pid == pid)
			return &ps->tasks[i];
	return NULL;
}

struct img_task *img_ps_walk(const struct img_ps *ps, const struct img_task *t, unsigned *depth)
{
	if (t->child != IMG_NO_TASK) {
		++*depth;
		return &ps->tasks[t->child];
	}
	while (t->next == IMG_NO_TASK) {
		if (t->parent == IMG_NO_TASK)
			return NULL;
		--*depth;
		t = &ps->tasks[t->parent];
	}
	return &ps->tasks[t->next];
}
