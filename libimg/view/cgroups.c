#include "libimg/view/cgroups.h"

#include <string.h>

#include "libimg/base/map.h"
#include "libimg/view/text.h"

/* The tasks of a set. */
struct members {
	uint32_t set, n, first, last;
	bool listed; /* in cgroup.img */
};

struct cgroup_build {
	struct img_cgroups *s;
	struct img_map seen; /* by set: index in sets */
	struct img_buf sets; /* struct members */
	struct img_buf rows; /* struct img_cgroup */
};

/* ---- tasks ---- */

uint32_t img_cgroup_set(const CoreEntry *core)
{
	if (core->thread_core != NULL && core->thread_core->has_cg_set)
		return core->thread_core->cg_set;
	return core->tc != NULL && core->tc->has_cg_set ? core->tc->cg_set : 0;
}

static struct members *members_at(const struct cgroup_build *b, uint32_t i)
{
	return (struct members *)(void *)b->sets.p + i;
}

static int add_task(struct cgroup_build *b, uint32_t task, uint32_t set)
{
	uint32_t *at = img_map_at(&b->seen, set);
	struct members one = { set, 1, task, task, false }, *known;

	if (at == NULL)
		return -1;
	if (*at == IMG_MAP_NONE) {
		*at = (uint32_t)(b->sets.n / sizeof(one));
		img_buf_put(&b->sets, &one, sizeof(one));
		return b->sets.failed ? -1 : 0;
	}
	known = members_at(b, *at);
	b->s->next[known->last] = task;
	known->last = task;
	known->n++;
	return 0;
}

static int add_tasks(struct cgroup_build *b, const bool *shown)
{
	const struct img_ps *ps = b->s->tasks->ps;

	for (size_t i = 0; i < ps->n; i++) {
		struct img_about a = { .t = &ps->tasks[i], .tid = ps->tasks[i].pid };
		uint32_t set;

		if ((shown != NULL && !shown[i]) || img_task_is_dead(a.t))
			continue;
		img_about_read(b->s->tasks, &a);
		set = a.core != NULL ? img_cgroup_set(a.core) : 0;
		if (set != 0 && add_task(b, (uint32_t)i, set) < 0)
			return -1;
	}
	return 0;
}

/* ---- cgroup.img ---- */

static bool has_name(const CgControllerEntry *c, const char *name)
{
	for (size_t i = 0; i < c->n_cnames; i++)
		if (strcmp(c->cnames[i], name) == 0)
			return true;
	return false;
}

/* The rest of `path` below a directory; NULL: it is not below it. */
static const char *below(const char *path, const char *dir)
{
	size_t n;

	while (*path == '/')
		path++;
	while (*dir == '/')
		dir++;
	n = strlen(dir);
	if (n == 0)
		return path;
	if (strncmp(path, dir, n) != 0 || (path[n] != '\0' && path[n] != '/'))
		return NULL;
	return path + n;
}

/* What is saved of a path: a step down for each part of it, so that depth is that of the path. */
static const CgroupDirEntry *find_dir(CgroupDirEntry *const *dirs, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++) {
		const char *rest = below(path, dirs[i]->dir_name);

		if (rest == NULL)
			continue;
		if (rest[strspn(rest, "/")] == '\0')
			return dirs[i];
		if (*dirs[i]->dir_name == '\0' && rest == path)
			continue;
		path = rest;
		n = dirs[i]->n_children;
		dirs = dirs[i]->children;
		i = (size_t)-1;
	}
	return NULL;
}

static const CgroupDirEntry *saved(const CgroupEntry *all, const CgMemberEntry *m)
{
	for (size_t i = 0; i < all->n_controllers; i++)
		if (has_name(all->controllers[i], m->name))
			return find_dir(all->controllers[i]->dirs, all->controllers[i]->n_dirs,
					m->path);
	return NULL;
}

static void add_set(struct cgroup_build *b, const CgSetEntry *set, bool empty)
{
	uint32_t at = img_map_get(&b->seen, set->id);
	struct members *m = at != IMG_MAP_NONE ? members_at(b, at) : NULL;

	if (m == NULL && !empty)
		return;
	if (m != NULL)
		m->listed = true;
	for (size_t i = 0; i < set->n_ctls; i++) {
		struct img_cgroup one = { set->id, set->ctls[i], m != NULL ? m->n : 0,
					  m != NULL ? m->first : UINT32_MAX };

		img_buf_put(&b->rows, &one, sizeof(one));
	}
}

/* Its entry; CRIU may leave the image without one. NULL: none, or reported. */
static const CgroupEntry *read_image(struct cgroup_build *b)
{
	struct img_tasks *tasks = b->s->tasks;
	struct img_image *im;
	struct img_err err;
	void *msg = NULL;
	int r = img_image_open(tasks->dir, "cgroup.img", 0, &im, &err);

	if (r > 0) {
		r = img_image_next_msg(im, b->s->arena, &msg, &err);
		img_image_close(im);
	}
	if (r < 0)
		img_report(tasks->report, &err);
	return r > 0 ? msg : NULL;
}

static void add_sets(struct cgroup_build *b, bool empty)
{
	const CgroupEntry *all = b->s->image = read_image(b);

	for (size_t i = 0; all != NULL && i < all->n_sets; i++)
		add_set(b, all->sets[i], empty);
	/* That of criu itself is in no image. */
	for (uint32_t i = 0; i < b->sets.n / sizeof(struct members); i++) {
		const struct members *m = members_at(b, i);
		struct img_cgroup one = { m->set, NULL, m->n, m->first };

		if (!m->listed)
			img_buf_put(&b->rows, &one, sizeof(one));
	}
}

struct img_cgroups *img_cgroups_new(struct img_tasks *tasks, const bool *shown)
{
	struct cgroup_build b = { .s = img_calloc(1, sizeof(*b.s)) };
	bool ok = false;

	if (b.s == NULL)
		return NULL;
	b.s->tasks = tasks;
	b.s->arena = img_arena_new(0);
	b.s->next = img_calloc(tasks->ps->n + 1, sizeof(*b.s->next));
	if (b.s->arena != NULL && b.s->next != NULL) {
		memset(b.s->next, 0xff, tasks->ps->n * sizeof(*b.s->next));
		ok = add_tasks(&b, shown) == 0;
	}
	if (ok)
		add_sets(&b, shown == NULL);
	b.s->v = (struct img_cgroup *)(void *)b.rows.p;
	b.s->n = b.rows.n / sizeof(*b.s->v);
	img_map_free(&b.seen);
	img_buf_free(&b.sets);
	if (ok && !b.rows.failed)
		return b.s;
	img_cgroups_free(b.s);
	return NULL;
}

void img_cgroups_free(struct img_cgroups *s)
{
	if (s == NULL)
		return;
	img_arena_free(s->arena);
	img_free(s->v);
	img_free(s->next);
	img_free(s);
}

/* That of version 2 has no name. */
const char *img_cgroup_controller(const struct img_cgroup *g)
{
	return *g->e->name != '\0' ? g->e->name : "unified";
}

/* ---- columns ---- */

static const struct img_cgroups_row *row_of(const void *row)
{
	return row;
}

static void put_string(struct img_cell *c, const char *s)
{
	if (*s != '\0')
		img_cell_name(c, s, strlen(s));
}

static void get_set(struct img_cell *c, const void *row)
{
	img_cell_uint(c, row_of(row)->g->set);
}

static void get_controller(struct img_cell *c, const void *row)
{
	if (row_of(row)->g->e != NULL)
		put_string(c, img_cgroup_controller(row_of(row)->g));
}

static void get_path(struct img_cell *c, const void *row)
{
	if (row_of(row)->g->e != NULL)
		put_string(c, row_of(row)->g->e->path);
}

/* The part of the path that a cgroup namespace hides. */
static void get_root(struct img_cell *c, const void *row)
{
	const CgMemberEntry *e = row_of(row)->g->e;

	if (e != NULL && e->has_cgns_prefix && e->cgns_prefix > 0 &&
	    e->cgns_prefix <= strlen(e->path))
		img_cell_name(c, e->path, e->cgns_prefix);
}

static void get_nprocs(struct img_cell *c, const void *row)
{
	img_cell_uint(c, row_of(row)->g->n);
}

static void get_pids(struct img_cell *c, const void *row)
{
	const struct img_cgroups_row *r = row;

	img_cell_list(c);
	for (uint32_t i = r->g->first; i != UINT32_MAX; i = r->all->next[i])
		img_cell_uint(c, r->all->tasks->ps->tasks[i].pid);
}

/* name=value of what a restore sets. */
static void get_props(struct img_cell *c, const void *row)
{
	const CgroupEntry *all = row_of(row)->all->image;
	const CgMemberEntry *e = row_of(row)->g->e;
	const CgroupDirEntry *dir = e != NULL ? saved(all, e) : NULL;

	img_cell_list(c);
	for (size_t i = 0; dir != NULL && i < dir->n_properties; i++) {
		struct img_out *o = img_cell_text(c);

		img_text_str(o, dir->properties[i]->name);
		img_out_byte(o, '=');
		img_text_str(o, dir->properties[i]->value);
		img_cell_text_end(c);
	}
}

enum { USUAL = IMG_COL_DEFAULT, RIGHT = IMG_COL_RIGHT };

/* clang-format off */
const struct img_column img_cgroups_columns[] = {
	{ "SET",        USUAL | RIGHT, 0, "id of the set of cgroups that processes share", get_set },
	{ "CONTROLLER", USUAL,         0, "controller; unified: that of version 2", get_controller },
	{ "NPROCS",     USUAL | RIGHT, 0, "number of processes in it", get_nprocs },
	{ "PIDS",       0,             0, "all of them", get_pids },
	{ "CGROUPNS",   0,             0, "root of the cgroup namespace", get_root },
	{ "PROPS",      0,             0, "what is saved of it, NAME=VALUE", get_props },
	{ "PATH",       USUAL,         0, "path; none: the set of criu itself, in no image", get_path },
	{ NULL, 0, 0, NULL, NULL },
};
/* clang-format on */
