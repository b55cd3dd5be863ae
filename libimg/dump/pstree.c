#include "libimg/dump/pstree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/buf.h"
#include "libimg/dump/tids.h"
#include "libimg/msg/wire.h"
#include "pstree.pb-c.h"

/* The inline calls as functions too, for bindings. */
extern inline bool img_task_is_dead(const struct img_task *t);

struct img_ps_pid {
	uint32_t pid;
	size_t index;
};

static const char none[] = "";

static int compare(const void *a, const void *b)
{
	const struct img_ps_pid *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static size_t find(const struct img_ps_pid *v, size_t n, uint32_t pid)
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
 * Cut every cycle of parents at one task. `mark` numbers the climb in which a task was visited: a
 * task met again in its own climb closes a cycle.
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

/* Chain children and roots in the order of the image. */
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
	struct img_ps_pid *v = img_calloc(ps->n, sizeof(*v));
	size_t *mark = img_calloc(ps->n, sizeof(*mark));

	if (v == NULL || mark == NULL) {
		img_free(v);
		img_free(mark);
		return img_fail_mem(err);
	}
	for (size_t i = 0; i < ps->n; i++)
		v[i] = (struct img_ps_pid){ ps->tasks[i].pid, i };
	if (ps->n > 0)
		qsort(v, ps->n, sizeof(*v), compare);
	for (size_t i = 0; i < ps->n; i++) {
		struct img_task *t = &ps->tasks[i];

		t->child = IMG_NO_TASK;
		t->parent = find(v, ps->n, t->ppid);
	}
	cut_cycles(ps, mark);
	chain(ps);
	ps->by_pid = v;
	img_free(mark);
	return 0;
}

static void free_task(struct img_task *t)
{
	img_free(t->threads);
	if (t->comm != none)
		img_free((void *)(uintptr_t)t->comm);
}

static int add_task(struct img_buf *tasks, const PstreeEntry *e, struct img_err *err)
{
	struct img_task t = {
		.pid = e->pid, .ppid = e->ppid, .pgid = e->pgid, .sid = e->sid, .comm = none
	};

	/* The list of a dead task is a single 0, or any number in old images: see img_ps_core(). */
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
	free_task(&t);
	return img_fail_mem(err);
}

/*
 * OpenVZ's CRIU writes the ids of a task in each of its pid namespaces, outermost first, instead
 * of the fields pid, pgid and sid.
 */
enum { TAG_NS_PID = 1001, TAG_NS_PGID, TAG_NS_SID, TAG_TIDS };

/* The first number in a list that may be packed; 0: empty. */
static uint64_t first_number(const struct img_wfield *f)
{
	uint64_t v = 0;

	if (f->wt == IMG_VARINT)
		return f->v;
	if (f->wt != IMG_BYTES || img_varint(f->p, f->p + f->n, &v) == NULL)
		return 0;
	return v;
}

static void put_number(struct img_buf *to, uint32_t tag, uint64_t v)
{
	uint8_t field[IMG_TAG_MAX + IMG_VARINT_MAX], *p = img_put_varint(field, tag << 3);

	p = img_put_varint(p, v);
	img_buf_put(to, field, (size_t)(p - field));
}

/*
 * Build in *to the fields that an entry of OpenVZ lacks, followed by the entry. *to is empty if
 * none is missing.
 */
static void add_lacking(struct img_span body, struct img_buf *to)
{
	static const uint32_t tags[] = { IMG_TAG_PSTREE_ENTRY__PID, IMG_TAG_PSTREE_ENTRY__PGID,
					 IMG_TAG_PSTREE_ENTRY__SID };
	struct img_wire w = { body.p, body.p + body.n }, sub;
	uint64_t seen = 0, ids[3] = { 0 };
	struct img_wfield f, tid;

	to->n = 0;
	while (w.p < w.end && img_wire_next(&w, &f) == NULL) {
		if (f.tag <= IMG_TAG_PSTREE_ENTRY__THREADS)
			seen |= UINT64_C(1) << f.tag;
		if (f.tag >= TAG_NS_PID && f.tag <= TAG_NS_SID && ids[f.tag - TAG_NS_PID] == 0)
			ids[f.tag - TAG_NS_PID] = first_number(&f);
	}
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if ((seen >> tags[i] & 1) == 0 && ids[i] != 0)
			put_number(to, tags[i], ids[i]);
	if (to->n == 0)
		return;
	w.p = body.p;
	while ((seen >> IMG_TAG_PSTREE_ENTRY__THREADS & 1) == 0 && w.p < w.end &&
	       img_wire_next(&w, &f) == NULL) {
		if (f.tag != TAG_TIDS || f.wt != IMG_BYTES)
			continue;
		sub = (struct img_wire){ f.p, f.p + f.n };
		if (sub.p < sub.end && img_wire_next(&sub, &tid) == NULL && tid.tag == 1)
			put_number(to, IMG_TAG_PSTREE_ENTRY__THREADS, first_number(&tid));
	}
	img_buf_put(to, body.p, body.n);
}

/* Read the next entry: 1 with a task added, 0 at the end, -1 with *err. */
static int next_task(struct img_image *im, struct img_arena *arena, struct img_buf *spare,
		     struct img_buf *tasks, struct img_err *err)
{
	struct img_entry e;
	PstreeEntry *msg;
	int r = img_image_next(im, &e, err);

	if (r <= 0)
		return r;
	add_lacking(e.body, spare);
	if (spare->n > 0) {
		e.body.p = spare->p;
		e.body.n = spare->n;
	}
	msg = spare->failed ? NULL : img_image_unpack(im, &e, arena, err);
	if (msg == NULL)
		return spare->failed ? img_fail_mem(err) : -1;
	if (add_task(tasks, msg, err) < 0)
		return -1;
	img_arena_reset(arena);
	return 1;
}

int img_ps_read(struct img_dir *d, struct img_ps **out, struct img_err *err)
{
	struct img_ps *ps = img_calloc(1, sizeof(*ps));
	struct img_arena *arena = img_arena_new(0);
	struct img_image *im = NULL;
	struct img_buf tasks = { 0 }, spare = { 0 };
	struct img_err later;
	int r = -1, found = 0;

	*out = NULL;
	if (ps == NULL || arena == NULL)
		img_fail_mem(err);
	else
		found = r = img_image_open(d, "pstree.img", 0, &im, err);
	if (r > 0) {
		do {
			r = next_task(im, arena, &spare, &tasks, err);
		} while (r > 0);
		ps->tasks = (struct img_task *)(void *)tasks.p;
		ps->n = tasks.n / sizeof(*ps->tasks);
		if (link_tree(ps, r < 0 ? &later : err) < 0 ||
		    img_tids_settle(ps, r < 0 ? &later : err) < 0)
			r = -1;
		else
			*out = ps;
	}
	if (*out == NULL)
		img_ps_free(ps);
	img_buf_free(&spare);
	img_image_close(im);
	img_arena_free(arena);
	return r < 0 ? -1 : found;
}

/* Add the pids in the names of pagemaps, but not the ids of shared segments. */
static int add_pids(struct img_dir *d, struct img_buf *pids, struct img_err *err)
{
	static const char pattern[] = "pagemap-%u.img";
	struct img_dir_names l;
	char name[256];
	uint64_t number;

	if (img_dir_list(d, &l, err) < 0)
		return -1;
	for (size_t i = 0; i < l.n; i++) {
		if (img_type_by_file(l.v[i], &number) != img_type_by_pattern(pattern) ||
		    number > UINT32_MAX ||
		    strcmp(img_type_file_name(pattern, number, name, sizeof(name)), l.v[i]) != 0)
			continue;
		img_buf_put(pids, &(uint32_t){ (uint32_t)number }, sizeof(uint32_t));
	}
	img_list_free(&l);
	return pids->failed ? img_fail_mem(err) : 0;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

int img_ps_of_memory(struct img_dir *d, struct img_ps **out, struct img_err *err)
{
	struct img_ps *ps = img_calloc(1, sizeof(*ps));
	struct img_buf pids = { 0 }, tasks = { 0 };
	int r = ps != NULL ? add_pids(d, &pids, err) : img_fail_mem(err);

	*out = NULL;
	if (r == 0 && pids.n > 0) {
		const uint32_t *pid = (const uint32_t *)(const void *)pids.p;

		qsort(pids.p, pids.n / sizeof(*pid), sizeof(*pid), by_number);
		for (size_t i = 0; r == 0 && i < pids.n / sizeof(*pid); i++)
			r = add_task(&tasks, &(PstreeEntry){ .pid = pid[i] }, err);
		ps->tasks = (struct img_task *)(void *)tasks.p;
		ps->n = tasks.n / sizeof(*ps->tasks);
		if (r == 0)
			r = link_tree(ps, err);
		if (r == 0)
			*out = ps;
	}
	img_buf_free(&pids);
	if (*out != NULL)
		return 1;
	img_ps_free(ps);
	return r;
}

void img_ps_free(struct img_ps *ps)
{
	if (ps == NULL)
		return;
	for (size_t i = 0; i < ps->n; i++)
		free_task(&ps->tasks[i]);
	img_free(ps->tasks);
	img_free(ps->by_pid);
	img_free(ps);
}

static int keep_comm(struct img_task *t, struct img_span comm, struct img_err *err)
{
	char *copy = img_strndup((const char *)comm.p, comm.n);

	if (copy == NULL)
		return img_fail_mem(err);
	if (t->comm != none)
		img_free((void *)(uintptr_t)t->comm);
	t->comm = copy;
	return 1;
}

int img_ps_core(struct img_dir *d, struct img_task *t, struct img_err *err)
{
	struct img_pick core, tc;
	struct img_image *im;
	int r = img_image_pick(d, "core-%u.img", t->pid, &im, &core, err);

	if (r <= 0)
		return r;
	r = img_pick_sub(&tc, &core, IMG_TAG_CORE_ENTRY__TC, &img_msg_task_core_entry, err);
	if (r < 0)
		img_image_fail(im, err);
	if (r > 0) {
		t->mips = img_num(&core, IMG_TAG_CORE_ENTRY__MTYPE) == IMG_CORE_ENTRY__MARCH__MIPS;
		t->state = img_num32(&tc, IMG_TAG_TASK_CORE_ENTRY__TASK_STATE);
		t->exit_code = img_num32(&tc, IMG_TAG_TASK_CORE_ENTRY__EXIT_CODE);
		t->stop_signo = img_num32(&tc, IMG_TAG_TASK_CORE_ENTRY__STOP_SIGNO);
		/* The threads that pstree.img lists for it are uninitialized memory of CRIU. */
		if (img_task_is_dead(t))
			t->n_threads = 0;
		r = keep_comm(t, img_bytes(&tc, IMG_TAG_TASK_CORE_ENTRY__COMM), err);
	}
	img_image_close(im);
	return r < 0 ? -1 : 1;
}

struct img_task *img_ps_find(const struct img_ps *ps, uint32_t pid)
{
	size_t i = find(ps->by_pid, ps->n, pid);

	return i != IMG_NO_TASK ? &ps->tasks[i] : NULL;
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
