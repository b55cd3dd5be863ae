#include "libimg/host/needs.h"

#include "libimg/base/alloc.h"
#include "libimg/dump/task.h"
#include "libimg/host/gather.h"

/* Bit of the root task's namespaces that are not those in which criu ran. */
static bool own(uint32_t ours, uint32_t of_criu)
{
	return ours != 0 && of_criu != 0 && ours != of_criu;
}

static void find_own(struct img_gather *g)
{
	const TaskKobjIdsEntry *t = g->root_ids, *c = g->inv != NULL ? g->inv->root_ids : NULL;

	if (t == NULL || c == NULL)
		return;
	g->own_pid = own(t->pid_ns_id, c->pid_ns_id);
	g->own_net = own(t->net_ns_id, c->net_ns_id);
	g->own_mnt = own(t->mnt_ns_id, c->mnt_ns_id);
	g->own_ipc = own(t->ipc_ns_id, c->ipc_ns_id);
	g->own_uts = own(t->uts_ns_id, c->uts_ns_id);
	g->own_user = own(t->user_ns_id, c->user_ns_id);
	g->own_cgroup = own(t->cgroup_ns_id, c->cgroup_ns_id);
	g->own_time = own(t->time_ns_id, c->time_ns_id);
}

static void load_root(struct img_gather *g)
{
	const struct img_task *root;
	struct img_err err;
	CoreEntry *core;
	TaskKobjIdsEntry *ids;
	int r;

	if (g->ps == NULL || g->ps->n == 0)
		return;
	root = &g->ps->tasks[g->ps->root];
	r = img_ps_core_entry(g->dir, root->pid, g->arena, &core, &err);
	if (r > 0) {
		g->root_core = core;
		r = img_ps_ids(g->dir, root->pid, core, g->arena, &ids, &err);
		if (r > 0)
			g->root_ids = ids;
	}
	if (r < 0)
		img_report(g->report, &err);
}

static int load(struct img_gather *g)
{
	struct img_err err;
	void *inv;
	int r = img_image_one(g->dir, "inventory.img", 0, g->arena, &inv, &err);

	if (r > 0)
		g->inv = inv;
	else if (r < 0)
		img_report(g->report, &err);
	if (img_ps_read(g->dir, &g->ps, &err) < 0)
		img_report(g->report, &err);
	if (img_files_open(g->dir, &g->files, &err) < 0)
		img_report(g->report, &err);
	load_root(g);
	find_own(g);
	return img_dir_list(g->dir, &g->names, g->err);
}

int img_needs(struct img_dir *d, const struct img_needs_to *to, const struct img_report *report,
	      struct img_err *err)
{
	struct img_gather g = { .dir = d, .to = to, .report = report, .err = err };
	int r;

	g.arena = img_arena_new(0);
	g.scratch = img_arena_new(0);
	r = g.arena == NULL || g.scratch == NULL ? img_fail_mem(err) : load(&g);
	if (r == 0) {
		img_need_mounts_load(&g);
		img_need_machine(&g);
		img_need_options(&g);
		img_need_tasks(&g);
		img_need_mounts(&g);
		img_need_files(&g);
		img_need_sockets(&g);
	}
	img_files_close(g.files);
	img_ps_free(g.ps);
	img_list_free(&g.names);
	img_map_free(&g.mount_ids);
	img_free(g.mounts);
	img_arena_free(g.scratch);
	img_arena_free(g.arena);
	return r < 0 || g.failed ? -1 : 0;
}
