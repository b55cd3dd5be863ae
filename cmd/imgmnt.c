/* imgmnt - show the mounts, namespaces and cgroups in a dump */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/columns.h"
#include "libimg/base/alloc.h"
#include "libimg/base/map.h"
#include "libimg/image/archive.h"
#include "libimg/view/cgroups.h"
#include "libimg/view/mounts_columns.h"
#include "libimg/view/nses.h"
#include "libimg/view/tmpfs_columns.h"

static const struct tool_opt opts[] = {
	EXPLORE_OPTS,
	EXPLORE_DIR_OPTS,
	{ 'N', "ns", NULL, "show the namespaces of the processes instead" },
	{ 'c', "cgroup", NULL, "show the cgroups of the processes instead" },
	{ 'f', "files", NULL, "show the files in each tmpfs instead" },
	{ 'e', "external", NULL, "only what a restore is given from outside" },
	{ 't', "type", "FSTYPE[,FSTYPE]", "only mounts of these types of file system" },
	COLUMNS_OPTS('n', 'r'),
	COLUMNS_OPT_BYTES('b'),
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool_view views[] = {
	{ "ns", img_nses_columns },
	{ "cgroup", img_cgroups_columns },
	{ "files", img_tmpfs_columns },
	{ NULL, NULL },
};

static const struct tool tool = {
	.name = "imgmnt",
	.args = "[DIR]...",
	.about = "Show the mounts in CRIU dumps, or the namespaces and cgroups of their processes.",
	.opts = opts,
	.columns = img_mounts_columns,
	.views = views,
};

enum view { MOUNTS, NAMESPACES, CGROUPS, FILES };

struct job {
	struct explore x;
	struct columns cols;
	enum view view;
	bool external;
	const char *types; /* of --type, or NULL */

	/* The current directory. */
	bool *shown; /* by task: selected by --pid */
	struct img_tasks *tasks;
	struct img_map wanted;  /* mount namespaces of these tasks */
	struct img_map content; /* archives by device: their index in names */
	struct img_dir_names names;
	char **targets; /* by index in names: where it is mounted, or NULL */
	bool whole;     /* look for mounts of a whole file system, not of a directory in it */
};

_Noreturn static void no_memory(void)
{
	exit(tool_sysfail(&tool, NULL));
}

/* ---- mounts ---- */

static bool is_type(const struct job *j, const char *type)
{
	const char *p = j->types;

	while (p != NULL) {
		size_t n = strcspn(p, ",");

		if (strlen(type) == n && strncmp(type, p, n) == 0)
			return true;
		p = p[n] != '\0' ? p + n + 1 : NULL;
	}
	return j->types == NULL;
}

static bool is_wanted(const struct job *j, const MntEntry *e)
{
	return (!j->external || img_mount_external(e)) && is_type(j, img_mount_fstype(e));
}

/* The archive with what is in a file system: by device, before CRIU 1.3 by mount. */
static const char *content_of(const struct job *j, const MntEntry *e)
{
	uint32_t at = img_map_get(&j->content, e->root_dev);

	if (at == IMG_MAP_NONE)
		at = img_map_get(&j->content, UINT64_C(1) << 32 | e->mnt_id);
	return at != IMG_MAP_NONE ? j->names.v[at] : NULL;
}

/* The shown mounts of a namespace: children of a hidden one move outward. */
struct shown {
	const struct img_mount **v;
	unsigned *level;
	bool *last, *branch;
	size_t n;
};

static void select_mounts(const struct job *j, const struct img_mounts *m, struct shown *s)
{
	unsigned *level = img_calloc(m->n + 1, sizeof(*level)), depth = 0;
	size_t i = m->root;

	if (level == NULL)
		no_memory();
	for (; i != IMG_NO_MOUNT; i = img_mounts_walk(m, i, &depth)) {
		level[i] = m->v[i].parent != IMG_NO_MOUNT ? level[m->v[i].parent] : 0;
		if (!is_wanted(j, m->v[i].e))
			continue;
		s->v[s->n] = &m->v[i];
		s->level[s->n++] = level[i]++;
	}
	img_free(level);
	if (img_branches(s->level, s->n, s->last) < 0)
		no_memory();
}

static void put_mounts(struct job *j, uint32_t ns, const struct img_mounts *m)
{
	struct shown s = {
		img_calloc(m->n + 1, sizeof(*s.v)),
		img_calloc(m->n + 1, sizeof(*s.level)),
		img_calloc(m->n + 1, sizeof(*s.last)),
		img_calloc(m->n + 1, sizeof(*s.branch)),
		0,
	};

	if (s.v == NULL || s.level == NULL || s.last == NULL || s.branch == NULL)
		no_memory();
	select_mounts(j, m, &s);
	for (size_t i = 0; i < s.n && !img_out_failed(j->x.out); i++) {
		struct img_mounts_row row = { ns, s.v[i], s.level[i], s.branch,
					      content_of(j, s.v[i]->e) };

		if (s.level[i] > 0)
			s.branch[s.level[i] - 1] = s.last[i];
		columns_row(&j->cols, &j->x, &row);
	}
	img_free(s.v);
	img_free(s.level);
	img_free(s.last);
	img_free(s.branch);
}

/* A name in the directory, where it is an image of this pattern with a number in 32 bits. */
static bool is_image(const char *name, const char *pattern, uint64_t *number)
{
	const struct img_type *type = img_type_by_file(name, number);

	return type != NULL && type == img_type_by_pattern(pattern) && *number <= UINT32_MAX;
}

static void each_mounts(struct job *j,
			void (*fn)(struct job *j, uint32_t ns, const struct img_mounts *m))
{
	for (size_t i = 0; i < j->names.n && !img_out_failed(j->x.out); i++) {
		struct img_mounts *m;
		struct img_err err;
		uint64_t ns;

		if (!is_image(j->names.v[i], "mountpoints-%u.img", &ns) ||
		    (j->x.n_pids > 0 && img_map_get(&j->wanted, ns) == IMG_MAP_NONE))
			continue;
		if (img_mounts_read(j->x.dir, (uint32_t)ns, &m, &err) < 0)
			explore_fail(&j->x, &err);
		if (m != NULL)
			fn(j, (uint32_t)ns, m);
		img_mounts_free(m);
	}
}

/* Which archives there are, and which namespaces the selected tasks are in. */
static void learn(struct job *j)
{
	struct img_nses *all;
	struct img_err err;
	uint64_t number;
	uint32_t *at;

	if (img_dir_list(j->x.dir, &j->names, &err) < 0) {
		explore_fail(&j->x, &err);
		memset(&j->names, 0, sizeof(j->names));
	}
	for (size_t i = 0; i < j->names.n; i++) {
		bool by_mount = is_image(j->names.v[i], "tmpfs-%u.tar.gz.img", &number);

		if (!by_mount && !is_image(j->names.v[i], "tmpfs-dev-%u.tar.gz.img", &number))
			continue;
		at = img_map_at(&j->content, by_mount ? UINT64_C(1) << 32 | number : number);
		if (at == NULL)
			no_memory();
		*at = (uint32_t)i;
	}
	if (j->x.n_pids == 0)
		return;
	all = img_nses_new(j->tasks, j->shown);
	if (all == NULL)
		no_memory();
	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(img_ns_name(all->v[i].kind), "mnt") != 0)
			continue;
		at = img_map_at(&j->wanted, all->v[i].id);
		if (at == NULL)
			no_memory();
		*at = 1;
	}
	img_nses_free(all);
}

/* ---- files ---- */

/*
 * Where the file systems of the archives are mounted: of each the first place. A bind mount of a
 * directory in one counts only if there is no other.
 */
static void learn_targets(struct job *j, uint32_t ns, const struct img_mounts *m)
{
	unsigned depth = 0;

	(void)ns;
	for (size_t i = m->root; i != IMG_NO_MOUNT; i = img_mounts_walk(m, i, &depth)) {
		const char *p = m->v[i].e->mountpoint;
		const char *name = content_of(j, m->v[i].e);
		size_t at = 0;

		while (name != NULL && j->names.v[at] != name)
			at++;
		if (name == NULL || j->targets[at] != NULL ||
		    (strcmp(m->v[i].e->root, "/") == 0) != j->whole)
			continue;
		p += p[0] == '.' && p[1] == '/';
		j->targets[at] = img_realloc(NULL, strlen(p) + 1);
		if (j->targets[at] == NULL)
			no_memory();
		memcpy(j->targets[at], p, strlen(p) + 1);
	}
}

static int each_member(struct job *j, size_t at, struct img_in *in, struct img_err *err)
{
	struct img_archive *tar = img_archive_open(in, err);
	struct img_archive_about member;
	struct archive_entry *e;
	int r = 0;

	if (tar == NULL)
		return -1;
	while (!img_out_failed(j->x.out) && (r = img_archive_next(tar, &e, err)) > 0) {
		struct img_tmpfs_row row = { j->names.v[at], j->targets[at], &member };

		img_archive_about(tar, &member);
		columns_row(&j->cols, &j->x, &row);
	}
	img_archive_close(tar);
	return r < 0 ? -1 : 0;
}

static void put_archive(struct job *j, size_t at)
{
	struct img_file f;
	struct img_in *in;
	struct img_err err;

	if (img_dir_open_file(j->x.dir, j->names.v[at], &f, &err) < 0) {
		explore_fail(&j->x, &err);
		return;
	}
	in = img_in_file(&f);
	if (in == NULL)
		no_memory();
	if (each_member(j, at, in, &err) < 0) {
		img_err_in(&err, j->x.path, j->names.v[at]);
		explore_fail(&j->x, &err);
	}
	img_in_free(in);
	img_file_close(&f);
}

static void put_files(struct job *j)
{
	uint64_t number;

	j->targets = img_calloc(j->names.n + 1, sizeof(*j->targets));
	if (j->targets == NULL)
		no_memory();
	j->whole = true;
	each_mounts(j, learn_targets);
	j->whole = false;
	each_mounts(j, learn_targets);
	for (size_t i = 0; i < j->names.n && !img_out_failed(j->x.out); i++)
		if ((is_image(j->names.v[i], "tmpfs-%u.tar.gz.img", &number) ||
		     is_image(j->names.v[i], "tmpfs-dev-%u.tar.gz.img", &number)) &&
		    (j->x.n_pids == 0 || j->targets[i] != NULL))
			put_archive(j, i);
	for (size_t i = 0; i < j->names.n; i++)
		img_free(j->targets[i]);
	img_free(j->targets);
}

/* ---- namespaces, cgroups ---- */

static void put_namespaces(struct job *j)
{
	struct img_nses *all = img_nses_new(j->tasks, j->shown);

	if (all == NULL)
		no_memory();
	for (size_t i = 0; i < all->n && !img_out_failed(j->x.out); i++) {
		struct img_nses_row row = { all, &all->v[i] };

		if (!j->external || img_ns_ext_key(&row) != NULL)
			columns_row(&j->cols, &j->x, &row);
	}
	img_nses_free(all);
}

static void put_cgroups(struct job *j)
{
	struct img_cgroups *all = img_cgroups_new(j->tasks, j->x.n_pids > 0 ? j->shown : NULL);

	if (all == NULL)
		no_memory();
	for (size_t i = 0; i < all->n && !img_out_failed(j->x.out); i++) {
		struct img_cgroups_row row = { all, &all->v[i] };

		columns_row(&j->cols, &j->x, &row);
	}
	img_cgroups_free(all);
}

static void each_dir(struct explore *x, void *arg)
{
	struct job *j = arg;

	j->tasks = img_tasks_new(x->dir, x->ps, IMG_SHOW_NS, &x->report);
	j->shown = img_calloc(x->ps->n + 1, sizeof(*j->shown));
	if (j->tasks == NULL || j->shown == NULL)
		no_memory();
	for (size_t i = 0; i < x->ps->n; i++)
		j->shown[i] = explore_wants(x, &x->ps->tasks[i]);
	columns_begin(&j->cols, x);
	if (j->view == MOUNTS || j->view == FILES)
		learn(j);
	switch (j->view) {
	case MOUNTS: each_mounts(j, put_mounts); break;
	case NAMESPACES: put_namespaces(j); break;
	case CGROUPS: put_cgroups(j); break;
	case FILES: put_files(j); break;
	}
	columns_end(&j->cols, x);
	img_list_free(&j->names);
	memset(&j->names, 0, sizeof(j->names));
	img_map_free(&j->wanted);
	img_map_free(&j->content);
	img_free(j->shown);
	img_tasks_free(j->tasks);
}

static void set_view(struct job *j, enum view view)
{
	if (j->view != MOUNTS && j->view != view)
		tool_usage(&tool, "--ns, --cgroup and --files are mutually exclusive");
	j->view = view;
	j->cols.all = views[view - 1].columns;
}

int main(int argc, char **argv)
{
	struct job j = { .x = { .tool = &tool }, .cols = { .tool = &tool } };

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'p': explore_pid(&j.x, optarg); break;
		case 'j': j.x.json = true; break;
		case 'N': set_view(&j, NAMESPACES); break;
		case 'c': set_view(&j, CGROUPS); break;
		case 'f': set_view(&j, FILES); break;
		case 'e': j.external = true; break;
		case 't': j.types = optarg; break;
		default: columns_opt(&j.cols, c, optarg);
		}
	if (j.types != NULL && j.view != MOUNTS)
		tool_usage(&tool, "--type is about mounts");
	if (j.external && j.view != MOUNTS && j.view != NAMESPACES)
		tool_usage(&tool, "--external is about mounts and namespaces");
	j.cols.plain_names = j.view == FILES;
	columns_check(&j.cols, j.x.json, true);
	return explore_each(&j.x, argv + optind, each_dir, &j);
}
