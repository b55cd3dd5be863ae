/*
 * Descriptors that were lost although their files are still open elsewhere.
 *
 * CRIU numbers open files in the order in which it finds them, task by task: mappings and
 * descriptors of a task, then its directories. So a file whose number is between the last one of
 * the earlier tasks and the directories of a task was found in that task. If only later tasks,
 * which inherited it, have it, the task's own table has lost it.
 */
#include "libimg/check/model.h"
#include "libimg/dump/vma.h"
#include "libimg/image/type.h"
#include "sk-packet.pb-c.h"

struct first {
	struct img_map seen;   /* ids of files -> 0 */
	struct img_map tables; /* tasks that have been examined */
	uint32_t max;          /* of the ids */
	/* By task: the numbers in between are its own. */
	uint32_t *from, *to;
};

/* The task to which this number belongs: the ranges ascend. */
static size_t owner_of(const struct first *f, size_t n, uint32_t id)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->to[mid] <= id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && f->from[lo] < id ? lo : n;
}

static void tell(struct check *ck, struct ck_task *t, const struct ck_image *where, size_t entry,
		 uint32_t id)
{
	char name[64];

	if (t->fdinfo != NULL) {
		img_ck_say(ck, CK_FD_LOST, t->fdinfo, -1, "",
			   "file " CK_ID " is not in the table, but task %" PRIu32
			   " had it open before entry %zu of %s",
			   CK_N(id), t->e->pid, entry, where->name);
	} else if (!t->lost && t->ids != NULL) {
		img_type_file_name("fdinfo-%u.img", t->ids->files_id, name, sizeof(name));
		img_ck_say_name(ck, CK_IMAGE_EXPECTED, name,
				"image missing: task %" PRIu32 " had file " CK_ID
				" open before entry %zu of %s",
				t->e->pid, CK_N(id), entry, where->name);
	}
	t->lost = true;
}

/* Note a file to which a task refers: it may be the task's first one. */
static void meet(struct check *ck, struct first *f, size_t n, const struct ck_image *im,
		 size_t entry, uint64_t id)
{
	size_t owner;

	if (img_ck_count(ck, &f->seen, id) > 0 || id >= f->max)
		return;
	owner = owner_of(f, n, (uint32_t)id);
	if (owner < n)
		tell(ck, &ck->tasks[owner], im, entry, (uint32_t)id);
}

static void see_memory(struct check *ck, struct first *f, size_t n, const struct ck_task *t)
{
	const uint32_t files = IMG_VMA_FILE_PRIVATE | IMG_VMA_FILE_SHARED;

	for (size_t i = 0; i < t->n_vmas; i++)
		if (t->vmas[i]->status & files)
			meet(ck, f, n, t->vmas_im, 0, t->vmas[i]->shmid);
	if (t->mm != NULL)
		meet(ck, f, n, t->mm_im, 0, t->mm->exe_file_id);
}

static void see_table(struct check *ck, struct first *f, size_t n, const struct ck_image *im)
{
	if (im == NULL || img_ck_count(ck, &f->tables, im->number) > 0)
		return;
	for (size_t i = 0; i < im->n; i++)
		meet(ck, f, n, im, i, ((const FdinfoEntry *)im->v[i])->id);
}

static uint32_t fresh(const struct first *f, uint32_t id)
{
	return img_map_get(&f->seen, id) == IMG_MAP_NONE ? id : UINT32_MAX;
}

/* The numbers of task i end where its directories begin, if those are its own. */
static void see_directories(struct check *ck, struct first *f, size_t i)
{
	const struct ck_task *t = &ck->tasks[i];
	uint32_t cwd, root, least;

	f->from[i] = f->to[i] = f->max;
	if (t->fs == NULL)
		return;
	cwd = fresh(f, t->fs->cwd_id);
	root = fresh(f, t->fs->root_id);
	least = cwd < root ? cwd : root;
	if (least == UINT32_MAX || least <= f->max)
		return;
	f->to[i] = least;
	f->max = t->fs->cwd_id > t->fs->root_id ? t->fs->cwd_id : t->fs->root_id;
	img_ck_count(ck, &f->seen, t->fs->cwd_id);
	img_ck_count(ck, &f->seen, t->fs->root_id);
}

/* Files sent through a socket are numbered with the socket. */
static void see_rights(struct check *ck, struct first *f)
{
	const struct ck_image *im = img_ck_find(ck, "sk-queues.img", 0);

	for (size_t i = 0; im != NULL && i < im->n; i++) {
		const SkPacketEntry *e = im->v[i];

		for (size_t k = 0; k < e->n_scm; k++)
			for (size_t n = 0; n < e->scm[k]->n_rights; n++)
				img_ck_count(ck, &f->seen, e->scm[k]->rights[n]);
	}
}

void img_ck_fd_lost(struct check *ck)
{
	struct first f = { .max = 0 };

	if (ck->gaps > 0 || !ck->files_whole || ck->disorder)
		return;
	f.from = img_ck_alloc(ck, ck->n_tasks + 1, sizeof(*f.from));
	f.to = img_ck_alloc(ck, ck->n_tasks + 1, sizeof(*f.to));
	see_rights(ck, &f);
	for (size_t i = 0; f.to != NULL && f.from != NULL && i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];

		see_memory(ck, &f, i, t);
		see_table(ck, &f, i, t->fdinfo);
		see_directories(ck, &f, i);
	}
	img_map_free(&f.seen);
	img_map_free(&f.tables);
}
