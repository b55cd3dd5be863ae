/* The tasks of a dump: the process tree, and the images of each task. */
#include <linux/auxvec.h>
#include <string.h>

#include "libimg/check/model.h"
#include "libimg/dump/vma.h"
#include "libimg/msg/criu.h"

/* Pids are below this, whatever kernel.pid_max is: PID_MAX_LIMIT of Linux. */
enum { PID_LIMIT = 1 << 22 };

/* ---- loading ---- */

struct ck_task *img_ck_task_of(const struct check *ck, uint64_t tid)
{
	uint32_t i = img_map_get(&ck->pids, tid);

	return i != IMG_MAP_NONE ? &ck->tasks[i] : NULL;
}

static void learn(struct check *ck, uint32_t tid, uint32_t task)
{
	uint32_t *v = img_ck_map_at(ck, &ck->pids, tid);

	if (*v == IMG_MAP_NONE)
		*v = task;
}

/* Only the core image of the first thread has the task part. */
static bool has_wrong_pid(const struct check *ck, const PstreeEntry *e)
{
	const CoreEntry *c = e->n_threads > 0 && e->threads[0] != e->pid
				     ? img_ck_one(img_ck_find(ck, "core-%u.img", e->threads[0]))
				     : NULL;

	return c != NULL && c->tc != NULL;
}

static void load_core(const struct check *ck, struct ck_task *t)
{
	t->core_im = img_ck_find(ck, "core-%u.img", t->e->pid);
	t->core = img_ck_one(t->core_im);
	t->wrong_pid = t->core_im == NULL && has_wrong_pid(ck, t->e);
	if (t->core == NULL || t->core->tc == NULL)
		return;
	t->dead = t->core->tc->task_state == IMG_TASK_DEAD ||
		  t->core->tc->task_state == IMG_TASK_ZOMBIE;
	t->alive = !t->dead;
}

static uint32_t page_size_of(const CoreEntry *core, const MmEntry *mm)
{

	/* There is only one, whatever else is in the dump. */
	if (core != NULL &&
	    (core->mtype == CORE_ENTRY__MARCH__X86_64 || core->mtype == CORE_ENTRY__MARCH__S390))
		return 4096;
	for (size_t i = 0; mm != NULL && i + 1 < mm->n_mm_saved_auxv; i += 2) {
		uint64_t v = mm->mm_saved_auxv[i + 1];

		if (mm->mm_saved_auxv[i] == 0)
			break;
		if (mm->mm_saved_auxv[i] == AT_PAGESZ && v >= 1024 && v <= 1 << 20 &&
		    (v & (v - 1)) == 0)
			return (uint32_t)v;
	}
	return 4096;
}

static void load_memory(const struct check *ck, struct ck_task *t)
{
	const struct ck_image *old = img_ck_find(ck, "vmas-%u.img", t->e->pid);

	t->mm_im = img_ck_find(ck, "mm-%u.img", t->e->pid);
	t->mm = img_ck_one(t->mm_im);
	t->page_size = page_size_of(t->core, t->mm);
	t->vmas_im = t->mm_im;
	if (t->mm != NULL && t->mm->n_vmas > 0) {
		t->vmas = t->mm->vmas;
		t->n_vmas = t->mm->n_vmas;
	} else if (old != NULL) {
		t->vmas_im = old;
		t->vmas = (VmaEntry *const *)(void *)old->v;
		t->n_vmas = old->n;
	}
}

/* Guard ranges are inside real mappings, and are listed after them. */
static void order_memory(struct ck_task *t)
{
	size_t n = 0;

	while (n < t->n_vmas && !(t->vmas[n]->status & IMG_VMA_GUARD))
		n++;
	t->n_real = n;
	t->ordered = n > 0 && !t->vmas_im->broken;
	for (size_t i = 0; i < n && t->ordered; i++)
		t->ordered = t->vmas[i]->start < t->vmas[i]->end &&
			     (i == 0 || t->vmas[i - 1]->end <= t->vmas[i]->start);
}

/* The first mapping that ends above addr. */
static const VmaEntry *vma_from(const struct ck_task *t, uint64_t addr)
{
	size_t lo = 0, hi = t->n_real;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->vmas[mid]->end <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < t->n_real ? t->vmas[lo] : NULL;
}

const VmaEntry *img_ck_vma_at(const struct ck_task *t, uint64_t addr)
{
	const VmaEntry *v = vma_from(t, addr);

	return v != NULL && v->start <= addr ? v : NULL;
}

const VmaEntry *img_ck_vma_above(const struct ck_task *t, uint64_t addr)
{
	const VmaEntry *v = vma_from(t, addr);

	return v != NULL && v->start <= addr ? vma_from(t, v->end) : v;
}

static void load_task(struct check *ck, uint32_t i)
{
	struct ck_task *t = &ck->tasks[i];
	uint32_t table;

	t->e = ck->pstree->v[i];
	t->entry = i;
	learn(ck, t->e->pid, i);
	load_core(ck, t);
	load_memory(ck, t);
	order_memory(t);
	t->fs_im = img_ck_find(ck, "fs-%u.img", t->e->pid);
	t->fs = img_ck_one(t->fs_im);
	t->ids_im = img_ck_find(ck, "ids-%u.img", t->e->pid);
	t->ids = img_ck_one(t->ids_im);
	if (t->ids_im == NULL && t->core != NULL && t->core->ids != NULL) {
		t->ids_im = t->core_im;
		t->ids = t->core->ids;
	}
	table = t->ids != NULL ? t->ids->files_id : t->e->pid;
	t->fdinfo = img_ck_find(ck, "fdinfo-%u.img", table);
}

/* A task whose parent is not listed before it is treated as a root. */
static void number_tree(struct check *ck)
{
	uint32_t *next = img_ck_alloc(ck, ck->n_tasks, sizeof(*next)), roots = 0;

	for (size_t i = ck->n_tasks; next != NULL && i-- > 0;) {
		struct ck_task *t = &ck->tasks[i];

		t->below++;
		if (t->parent != NULL && t->parent < t)
			t->parent->below += t->below;
	}
	for (size_t i = 0; next != NULL && i < ck->n_tasks; i++) {
		struct ck_task *t = &ck->tasks[i];
		const struct ck_task *up = t->parent != NULL && t->parent < t ? t->parent : NULL;
		uint32_t *from = up != NULL ? &next[up->entry] : &roots;

		t->first = *from;
		*from += t->below;
		next[i] = t->first + 1;
		t->plain = t->e->sid != t->e->pid ? t : up != NULL ? up->plain : NULL;
	}
}

void img_ck_load_tasks(struct check *ck)
{
	ck->pstree = img_ck_find(ck, "pstree.img", 0);
	if (ck->pstree == NULL || ck->pstree->n == 0 || ck->memory_only)
		return;
	ck->tasks = img_ck_alloc(ck, ck->pstree->n, sizeof(*ck->tasks));
	if (ck->tasks == NULL)
		return;
	ck->n_tasks = ck->pstree->n;
	for (uint32_t i = 0; i < ck->n_tasks; i++)
		load_task(ck, i);
	for (uint32_t i = 0; i < ck->n_tasks; i++) {
		struct ck_task *t = &ck->tasks[i];

		t->parent = t->e->ppid != 0 ? img_ck_task_of(ck, t->e->ppid) : NULL;
		/* The images of a dead task are ignored. */
		for (size_t k = 0; !t->dead && k < t->e->n_threads; k++)
			if (t->e->threads[k] != 0)
				learn(ck, t->e->threads[k], i);
	}
	number_tree(ck);
}

/* ---- the tree ---- */

static void say(struct check *ck, enum ck_rule rule, const struct ck_task *t, const char *path,
		const char *why, uint64_t v)
{
	img_ck_say(ck, rule, ck->pstree, (int64_t)t->entry, path, "%" PRIu64 " %s", v, why);
}

void img_ck_tree_root(struct check *ck)
{
	size_t roots = 0;

	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];

		if (t->e->ppid != 0)
			continue;
		if (++roots > 1)
			say(ck, CK_TREE_ROOT, t, "ppid", "makes the task a second root", 0);
		else if (i > 0)
			say(ck, CK_TREE_ROOT, t, "ppid",
			    "makes the task the root, which must come first", 0);
		if (t->dead)
			img_ck_say(ck, CK_TREE_ROOT, ck->pstree, (int64_t)i, "",
				   "the root is dead");
	}
	if (roots == 0 && ck->pstree != NULL && !ck->pstree->broken)
		img_ck_say(ck, CK_TREE_ROOT, ck->pstree, -1, "",
			   "no root: every task has a parent");
}

void img_ck_tree_parent(struct check *ck)
{
	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];

		if (t->e->ppid == 0)
			continue;
		if (t->e->ppid == t->e->pid)
			say(ck, CK_TREE_PARENT, t, "ppid", "is the task itself", t->e->ppid);
		else if (t->parent == NULL || t->parent->e->pid != t->e->ppid)
			say(ck, CK_TREE_PARENT, t, "ppid", "is not the pid of a task in pstree.img",
			    t->e->ppid);
		else if (t->parent >= t)
			say(ck, CK_TREE_PARENT, t, "ppid", "is the pid of a task listed later",
			    t->e->ppid);
		else if (t->parent->dead)
			say(ck, CK_TREE_PARENT, t, "ppid",
			    "is dead, and dead tasks have no children", t->e->ppid);
	}
}

void img_ck_tree_pid(struct check *ck)
{
	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];
		const struct ck_task *first = img_ck_task_of(ck, t->e->pid);

		if (t->e->pid == 0 || t->e->pid >= PID_LIMIT)
			say(ck, CK_TREE_PID, t, "pid", "is not a valid pid", t->e->pid);
		else if (first != NULL && first < t)
			img_ck_say(ck, CK_TREE_PID, ck->pstree, (int64_t)i, "pid",
				   "%" PRIu32 " is also the pid of entry %zu", t->e->pid,
				   first->entry);
		else if (first > t)
			continue;
		for (size_t k = 1; !t->dead && k < t->e->n_threads; k++) {
			uint32_t tid = t->e->threads[k];
			const struct ck_task *owner = img_ck_task_of(ck, tid);
			const char *path = img_ck_path(ck, "threads[%zu]", k);

			if (tid == 0 || tid >= PID_LIMIT)
				say(ck, CK_TREE_PID, t, path, "is not a valid tid", tid);
			else if (owner != t && owner != NULL)
				img_ck_say(ck, CK_TREE_PID, ck->pstree, (int64_t)i, path,
					   "%" PRIu32 " is also used in entry %zu", tid,
					   owner->entry);
		}
	}
}

void img_ck_tree_threads(struct check *ck)
{
	struct img_map seen = { 0 };

	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];
		const PstreeEntry *e = t->e;

		if (t->dead) {
			if (e->n_threads > 1)
				img_ck_say(ck, CK_TREE_THREADS, ck->pstree, (int64_t)i, "threads",
					   "unexpected in a dead task");
			continue;
		}
		if (!t->alive && !t->wrong_pid)
			continue;
		if (e->n_threads == 0)
			img_ck_say(ck, CK_TREE_THREADS, ck->pstree, (int64_t)i, "threads",
				   "missing: the first thread is the task itself");
		else if (e->threads[0] != e->pid)
			say(ck, CK_TREE_THREADS, t, "threads[0]", "is not the pid of the task",
			    e->threads[0]);
		for (size_t k = 0; k < e->n_threads; k++)
			if (img_ck_task_of(ck, e->threads[k]) == t &&
			    img_ck_count(ck, &seen, e->threads[k]) > 0)
				say(ck, CK_TREE_THREADS, t, img_ck_path(ck, "threads[%zu]", k),
				    "is a duplicate", e->threads[k]);
	}
	img_map_free(&seen);
}

/* ---- sessions and groups, as Linux keeps them ---- */

/*
 * A task is created in the session of its parent. The parent may have begun its own session since,
 * and may itself have been created in another one; a task that leads no session never has. A child
 * of the root may have had another parent, and the restore creates a leader for it if needed.
 */
static void check_born(struct check *ck, const struct ck_task *t, const struct ck_task *leader)
{
	const struct ck_task *up = t->parent;
	uint32_t sid = t->e->sid;

	if (up == NULL || up->parent == NULL || sid == 0 || sid == t->e->pid ||
	    (up->plain != NULL && up->plain->e->sid == sid))
		return;
	if (leader == NULL || leader->plain != up->plain ||
	    up->first - leader->first >= leader->below)
		say(ck, CK_TREE_SESSION, t, "sid", "is not a session of the parent, now or earlier",
		    sid);
}

/* A leader cannot leave its session: the task whose pid is the number of a session leads it. */
static void check_session(struct check *ck, const struct ck_task *t)
{
	const struct ck_task *leader = img_ck_task_of(ck, t->e->sid);

	if (leader != NULL && leader->e->pid != t->e->sid)
		leader = NULL;
	check_born(ck, t, leader);
	if (leader == NULL)
		return;
	if (leader->e->sid != leader->e->pid)
		img_ck_say(ck, CK_TREE_SESSION, ck->pstree, (int64_t)t->entry, "sid",
			   "%" PRIu32 " is the pid of a task that is in session %" PRIu32,
			   t->e->sid, leader->e->sid);
	else if (t == leader && t->e->pgid != t->e->pid)
		img_ck_say(ck, CK_TREE_SESSION, ck->pstree, (int64_t)t->entry, "pgid",
			   "%" PRIu32 ": a session leader must lead its own group", t->e->pgid);
}

/*
 * A group has the pid of the task that created it, which may have left it. But CRIU waits for that
 * task to create it again, which it does only if it is still in it.
 */
static void check_group(struct check *ck, const struct ck_task *t)
{
	const struct ck_task *maker = img_ck_task_of(ck, t->e->pgid);

	if (t->e->sid == 0 || t->e->sid >= PID_LIMIT)
		say(ck, CK_TREE_SESSION, t, "sid", "is not a valid session", t->e->sid);
	if (t->e->pgid == 0 || t->e->pgid >= PID_LIMIT)
		say(ck, t->e->pgid == 0 ? CK_ODD(CK_TREE_SESSION) : CK_TREE_SESSION, t, "pgid",
		    "is not a valid group", t->e->pgid);
	else if (maker != NULL && maker->wrong_pid)
		return;
	else if (maker != NULL && maker->e->pid != t->e->pgid)
		say(ck, CK_TREE_SESSION, t, "pgid", "is the tid of a thread, not a group",
		    t->e->pgid);
	else if (maker != NULL && maker->e->pgid != t->e->pgid)
		img_ck_say(ck, CK_TREE_SESSION, ck->pstree, (int64_t)t->entry, "pgid",
			   "%" PRIu32 " is the pid of a task in group %" PRIu32
			   ": CRIU would wait for ever for it to create its own",
			   t->e->pgid, maker->e->pgid);
}

void img_ck_tree_session(struct check *ck)
{
	struct img_map groups = { 0 };

	for (uint32_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i], *other;
		uint32_t *v = img_ck_map_at(ck, &groups, t->e->pgid);

		check_session(ck, t);
		check_group(ck, t);
		if (t->e->pgid == 0)
			continue;
		/* All tasks of a group are in one session, also the one with its pid. */
		other = img_ck_task_of(ck, t->e->pgid);
		if (other == NULL || other->e->pid != t->e->pgid || other == t)
			other = *v != IMG_MAP_NONE ? &ck->tasks[*v] : t;
		if (other->e->sid != t->e->sid)
			img_ck_say(ck, CK_TREE_SESSION, ck->pstree, i, "pgid",
				   "%" PRIu32 " is a group of session %" PRIu32
				   " (entry %zu), but sid is %" PRIu32,
				   t->e->pgid, other->e->sid, other->entry, t->e->sid);
		if (*v == IMG_MAP_NONE)
			*v = i;
	}
	img_map_free(&groups);
}

/*
 * Leaders of other sessions, and of groups, may be gone like other tasks; the restore creates
 * helpers with their pids.
 */
void img_ck_tree_leader(struct check *ck)
{
	const struct ck_task *t = ck->tasks, *leader;

	if (ck->n_tasks == 0 || t->e->sid == 0)
		return;
	leader = img_ck_task_of(ck, t->e->sid);
	if (leader == NULL || leader->e->pid != t->e->sid)
		say(ck, CK_TREE_LEADER, t, "sid",
		    "is not the pid of a task in pstree.img: restore with --shell-job", t->e->sid);
}
