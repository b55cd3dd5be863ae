#include "libimg/dump/tids.h"

#include <stdlib.h>

#include "libimg/base/alloc.h"

struct tid {
	uint32_t tid;
	bool leads;   /* it is the pid of the task */
	size_t task;  /* that lists it */
	size_t index; /* in the list */
};

static int by_tid(const void *a, const void *b)
{
	const struct tid *x = a, *y = b;

	if (x->tid != y->tid)
		return x->tid < y->tid ? -1 : 1;
	if (x->leads != y->leads)
		return x->leads ? -1 : 1;
	if (x->task != y->task)
		return x->task < y->task ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void collect(const struct img_ps *ps, struct tid *v)
{
	size_t n = 0;

	for (size_t i = 0; i < ps->n; i++) {
		const struct img_task *t = &ps->tasks[i];

		for (size_t k = 0; k < t->n_threads; k++)
			v[n++] = (struct tid){ t->threads[k], t->threads[k] == t->pid, i, k };
	}
}

/* Lists without what they have lost, which is 0 by now. */
static void close_gaps(struct img_ps *ps)
{
	for (size_t i = 0; i < ps->n; i++) {
		struct img_task *t = &ps->tasks[i];
		size_t n = 0;

		if (t->lost_threads == 0)
			continue;
		for (size_t k = 0; k < t->n_threads; k++)
			if (t->threads[k] != 0)
				t->threads[n++] = t->threads[k];
		t->n_threads = n;
	}
}

int img_tids_settle(struct img_ps *ps, struct img_err *err)
{
	size_t n = 0;
	struct tid *v;

	for (size_t i = 0; i < ps->n; i++)
		n += ps->tasks[i].n_threads;
	if (n == 0)
		return 0;
	v = img_calloc(n, sizeof(*v));
	if (v == NULL)
		return img_fail_mem(err);
	collect(ps, v);
	qsort(v, n, sizeof(*v), by_tid);
	for (size_t i = 1; i < n; i++) {
		struct img_task *t = &ps->tasks[v[i].task];

		if (v[i].tid != v[i - 1].tid)
			continue;
		t->threads[v[i].index] = 0;
		t->lost_threads++;
	}
	img_free(v);
	close_gaps(ps);
	return 0;
}
