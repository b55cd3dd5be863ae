/* Mounts as tasks see them: files of tasks compared with the mounts. */
#include <stdlib.h>
#include <string.h>

#include "libimg/check/model.h"
#include "mnt.pb-c.h"
#include "regfile.pb-c.h"
#include "remap-file-path.pb-c.h"

/* Index of mounts: mnt_id -> position in the list. */
struct places {
	struct img_map ids;
	const struct ck_image **im;
	const MntEntry **e;
	size_t n;
};

static bool learn(struct check *ck, struct places *p)
{
	size_t n = 0;

	CK_EACH(ck, im, "mountpoints-%u.img")
		n += im->n;
	p->im = img_ck_alloc(ck, n + 1, sizeof(*p->im));
	p->e = img_ck_alloc(ck, n + 1, sizeof(*p->e));
	if (p->im == NULL || p->e == NULL || !img_ck_mounts_known(ck))
		return false;
	CK_EACH(ck, mnt, "mountpoints-%u.img")
		for (size_t i = 0; mnt->used && i < mnt->n; i++) {
			const MntEntry *m = mnt->v[i];

			*img_ck_map_at(ck, &p->ids, m->mnt_id) = (uint32_t)p->n;
			p->im[p->n] = mnt;
			p->e[p->n++] = m;
		}
	return true;
}

/* Mount of the file; IMG_MAP_NONE: it has none. */
static uint32_t place_of(const struct places *p, const RegFileEntry *r)
{
	return r != NULL && r->has_mnt_id && r->mnt_id >= 0
		       ? img_map_get(&p->ids, (uint32_t)r->mnt_id)
		       : IMG_MAP_NONE;
}

/* ---- files ---- */

static bool is_below(const char *path, const char *top)
{
	size_t n = strlen(top);

	n -= n > 0 && top[n - 1] == '/';
	return strncmp(path, top, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

void img_ck_file_below(struct check *ck)
{
	struct places p = { .n = 0 };

	for (size_t i = learn(ck, &p) ? 0 : ck->n_files; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const RegFileEntry *r = (const void *)f->what;
		uint32_t at = f->type == FD_TYPES__REG ? place_of(&p, r) : IMG_MAP_NONE;

		if (at != IMG_MAP_NONE && r->name[0] == '/' && p.e[at]->mountpoint[0] == '/' &&
		    !is_below(r->name, p.e[at]->mountpoint))
			img_ck_say_at(ck, CK_FILE_BELOW, &f->at, "name",
				      "%s is not below %s, the path of mount %" PRId32,
				      img_ck_str(ck, r->name), img_ck_str(ck, p.e[at]->mountpoint),
				      r->mnt_id);
	}
	img_map_free(&p.ids);
}

/* ---- files of processes ---- */

/* The pid in "/proc/PID/...", or 0. */
static uint32_t pid_of(const char *path)
{
	unsigned long pid;
	char *end;

	if (strncmp(path, "/proc/", 6) != 0 || path[6] < '1' || path[6] > '9')
		return 0;
	pid = strtoul(path + 6, &end, 10);
	return (*end == '/' || *end == '\0') && pid <= INT32_MAX ? (uint32_t)pid : 0;
}

/*
 * All tasks of a pid namespace in the dump are in the dump. For a dead one CRIU creates a helper,
 * which remap-fpath.img lists.
 */
void img_ck_file_proc(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "remap-fpath.img", 0);
	struct img_map helped = { 0 };

	if (ck->n_tasks == 0 || ck->tasks[0].e->pid != 1 || ck->pstree->broken)
		return;
	for (size_t i = 0; im != NULL && i < im->n; i++)
		img_ck_count(ck, &helped, ((const RemapFilePathEntry *)im->v[i])->orig_id);
	for (size_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const RegFileEntry *r = (const void *)f->what;
		uint32_t pid = f->type == FD_TYPES__REG && r != NULL ? pid_of(r->name) : 0;

		if (pid != 0 && img_ck_task_of(ck, pid) == NULL &&
		    img_map_get(&helped, f->id) == IMG_MAP_NONE)
			img_ck_say_at(ck, CK_FILE_PROC, &f->at, "name",
				      "%s: process is neither in pstree.img nor in remap-fpath.img",
				      img_ck_str(ck, r->name));
	}
	img_map_free(&helped);
}

/* ---- root directories ---- */

/* The mount of a task's root, and the mount namespace of the task; false: unknown. */
static bool root_of(const struct check *ck, const struct places *p, const struct ck_task *t,
		    uint32_t *at, uint32_t *ns)
{
	const struct ck_file *root =
		t->fs != NULL ? img_ck_file_of(ck, FD_TYPES__REG, t->fs->root_id) : NULL;

	*at = root != NULL ? place_of(p, (const void *)root->what) : IMG_MAP_NONE;
	*ns = t->ids != NULL ? t->ids->mnt_ns_id : 0;
	return *at != IMG_MAP_NONE;
}

/*
 * A task that enters a mount namespace gets its root. One task may change to a directory outside
 * through a descriptor, but not all of them.
 */
void img_ck_mount_root(struct check *ck)
{
	struct img_map home = { 0 },
		       away = { 0 }; /* by namespace; the mount of the root outside it */
	struct places p = { .n = 0 };
	bool known = learn(ck, &p);

	for (size_t i = known ? 0 : ck->n_tasks; i < ck->n_tasks; i++) {
		uint32_t at, ns;

		if (!root_of(ck, &p, &ck->tasks[i], &at, &ns))
			continue;
		if (p.im[at]->number == ns)
			img_ck_count(ck, &home, ns);
		else
			*img_ck_map_at(ck, &away, ns) = at;
	}
	CK_EACH(ck, im, "mountpoints-%u.img") {
		uint32_t at = img_map_get(&away, im->number);

		if (at != IMG_MAP_NONE && img_map_get(&home, im->number) == IMG_MAP_NONE)
			img_ck_say(ck, CK_MOUNT_ROOT, im, -1, "",
				   "all tasks of this namespace have their root on mount %" PRIu32
				   " of %s",
				   p.e[at]->mnt_id, p.im[at]->name);
	}
	img_map_free(&home);
	img_map_free(&away);
	img_map_free(&p.ids);
}
