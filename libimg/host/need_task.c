#include <inttypes.h>
#include <stdio.h>

#include "cgroup.pb-c.h"
#include "libimg/host/gather.h"
#include "libimg/msg/criu.h"
#include "remap-file-path.pb-c.h"

static bool is_pid(uint32_t id)
{
	return id > 0 && id <= INT32_MAX;
}

/* Each number once, for the first that needs it. */
static void number(struct img_gather *g, struct img_map *seen, uint32_t id, uint64_t entry,
		   const char *image, uint32_t pid)
{
	struct img_need n = { .kind = IMG_NEED_PID, .image = image, .entry = entry, .pid = pid };
	uint32_t *slot = img_map_at(seen, id);
	char text[16];

	if (slot == NULL) {
		img_gather_no_memory(g);
		return;
	}
	/* A dead process had threads whose ids were -1, before CRIU 1.3. */
	if (*slot != IMG_MAP_NONE || !is_pid(id))
		return;
	*slot = 1;
	snprintf(text, sizeof(text), "%" PRIu32, id);
	n.name = text;
	img_gather_put(g, &n);
}

/* A dead process whose /proc is open is made again, for a while. */
static void dead_pid(struct img_gather *g, const char *image, uint64_t nr, uint64_t entry,
		     const void *msg)
{
	const RemapFilePathEntry *e = msg;
	struct img_need n = { .kind = IMG_NEED_PID, .image = image, .entry = entry };

	(void)nr;
	if (!e->has_remap_type || e->remap_type != REMAP_TYPE__PROCFS)
		return;
	if (img_ps_find(g->ps, e->remap_id) != NULL)
		return;
	n.name = img_gather_text(g, "%" PRIu32, e->remap_id);
	img_gather_put(g, &n);
}

/*
 * CRIU gives a dead process a thread whose id it does not set. Its core image says that it is dead,
 * which clears the list; where that is damaged, others report it.
 */
static void drop_dead_threads(struct img_gather *g, struct img_task *t)
{
	struct img_err err;

	if (t->n_threads > 0 && t->threads[0] != t->pid && img_ps_core(g->dir, t, &err) < 0 &&
	    err.kind == IMG_ESYS)
		img_report(g->report, &err);
}

static void pids(struct img_gather *g)
{
	struct img_need top = { .kind = IMG_NEED_PID_MAX, .name = "pid", .image = "pstree.img" };
	struct img_map seen = { .n = 0 };

	for (size_t i = 0; i < g->ps->n && !g->failed; i++) {
		struct img_task *t = &g->ps->tasks[i];

		drop_dead_threads(g, t);
		number(g, &seen, t->pid, i, "pstree.img", t->pid);
		for (size_t k = 0; k < t->n_threads; k++) {
			number(g, &seen, t->threads[k], i, "pstree.img", t->pid);
			if (is_pid(t->threads[k]) && t->threads[k] > top.value)
				top.value = t->threads[k];
		}
		if (is_pid(t->pid) && t->pid > top.value)
			top.value = t->pid;
	}
	img_map_free(&seen);
	img_gather_put(g, &top);
	img_gather_image(g, "remap-fpath.img", 0, dead_pid);
}

/* ---- control groups ---- */

/* Those of all processes are in one hierarchy per controller that is mounted. */
static void hierarchies(struct img_gather *g, const char *image, uint64_t nr, uint64_t entry,
			const void *msg)
{
	const CgroupEntry *e = msg;

	(void)nr;
	if (e->n_sets == 0)
		return;
	for (size_t i = 0; i < e->n_controllers && !g->failed; i++) {
		const CgControllerEntry *c = e->controllers[i];
		const char *name = "";

		for (size_t k = 0; k < c->n_cnames; k++)
			name = img_gather_text(g, "%s%s%s", name, k > 0 ? "," : "", c->cnames[k]);
		img_gather_plain(g, IMG_NEED_CGROUP, name, image, entry);
	}
}

void img_need_tasks(struct img_gather *g)
{
	if (g->ps != NULL && !g->own_pid)
		pids(g);
	img_gather_image(g, "cgroup.img", 0, hierarchies);
}
