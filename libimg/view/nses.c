#include "libimg/view/nses.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/base/map.h"
#include "libimg/view/text.h"
#include "netdev.pb-c.h"
#include "pidns.pb-c.h"
#include "userns.pb-c.h"
#include "utsns.pb-c.h"

/* ---- the list ---- */

static uint32_t *next_of(const struct img_nses *s, size_t kind, size_t task)
{
	return &s->next[kind * s->tasks->ps->n + task];
}

/* A task's namespace: 0, or -1 without memory. */
static int add(struct img_nses *s, struct img_buf *v, struct img_map *seen,
	       const struct img_about *a, size_t kind)
{
	uint32_t task = (uint32_t)(a->t - s->tasks->ps->tasks);
	uint32_t id = img_ns_id(s->tasks, a, kind), *at;
	struct img_ns one = { kind, id, img_ns_own(s->tasks, a, kind), 1, task, task };
	struct img_ns *known;

	if (id == 0)
		return 0;
	at = img_map_at(seen, id);
	if (at == NULL)
		return -1;
	if (*at == IMG_MAP_NONE) {
		*at = (uint32_t)(v->n / sizeof(one));
		img_buf_put(v, &one, sizeof(one));
		return v->failed ? -1 : 0;
	}
	known = (struct img_ns *)(void *)v->p + *at;
	*next_of(s, kind, known->last) = task;
	known->last = task;
	known->n++;
	return 0;
}

/* Of all tasks, those of each kind. */
static int add_tasks(struct img_nses *s, struct img_buf v[IMG_NS_KINDS], const bool *shown)
{
	const struct img_ps *ps = s->tasks->ps;
	struct img_map seen[IMG_NS_KINDS] = { 0 };
	int r = 0;

	for (size_t i = 0; i < ps->n && r == 0; i++) {
		struct img_about a = { .t = &ps->tasks[i], .tid = ps->tasks[i].pid };

		if (!shown[i] || img_task_is_dead(a.t))
			continue;
		img_about_read(s->tasks, &a);
		for (size_t kind = 0; a.ids != NULL && kind < IMG_NS_KINDS && r == 0; kind++)
			r = add(s, &v[kind], &seen[kind], &a, kind);
	}
	for (size_t kind = 0; kind < IMG_NS_KINDS; kind++)
		img_map_free(&seen[kind]);
	return r;
}

struct img_nses *img_nses_new(struct img_tasks *tasks, const bool *shown)
{
	struct img_nses *s = img_calloc(1, sizeof(*s));
	size_t n = IMG_NS_KINDS * tasks->ps->n;
	struct img_buf v[IMG_NS_KINDS] = { 0 }, all = { 0 };
	int r = -1;

	if (s == NULL)
		return NULL;
	s->tasks = tasks;
	s->next = img_calloc(n + 1, sizeof(*s->next));
	if (s->next != NULL) {
		memset(s->next, 0xff, n * sizeof(*s->next));
		r = add_tasks(s, v, shown);
	}
	for (size_t kind = 0; kind < IMG_NS_KINDS; kind++) {
		img_buf_put(&all, v[kind].p, v[kind].n);
		img_buf_free(&v[kind]);
	}
	s->v = (struct img_ns *)(void *)all.p;
	s->n = all.n / sizeof(*s->v);
	if (r == 0 && !all.failed)
		return s;
	img_nses_free(s);
	return NULL;
}

void img_nses_free(struct img_nses *s)
{
	if (s == NULL)
		return;
	img_free(s->v);
	img_free(s->next);
	img_free(s);
}

/* ---- what an image has of one ---- */

/* The only entry of its image; NULL: none, or reported. */
static void *image_of(const struct img_nses_row *r, const char *pattern)
{
	struct img_err err;
	void *msg;
	int rc = 0;

	img_arena_reset(r->all->tasks->arena);
	if (r->ns->own)
		rc = img_image_one(r->all->tasks->dir, pattern, r->ns->id, r->all->tasks->arena,
				   &msg, &err);
	if (rc < 0)
		img_report(r->all->tasks->report, &err);
	return rc > 0 ? msg : NULL;
}

static void put_uts(struct img_out *o, const struct img_nses_row *r)
{
	const UtsnsEntry *e = image_of(r, "utsns-%u.img");

	if (e != NULL)
		img_text_str(o, e->nodename);
}

/* "0 1000 1": as in /proc/PID/uid_map. */
static void put_user(struct img_out *o, const struct img_nses_row *r)
{
	const UsernsEntry *e = image_of(r, "userns-%u.img");
	size_t n = e != NULL ? e->n_uid_map : 0;

	for (size_t i = 0; i < n && i < 4; i++)
		img_text_fmt(o, "%s%" PRIu32 " %" PRIu32 " %" PRIu32, i > 0 ? ", " : "uids ",
			     e->uid_map[i]->first, e->uid_map[i]->lower_first,
			     e->uid_map[i]->count);
	if (n > 4)
		img_text_fmt(o, ", %zu more", n - 4);
}

/* Its devices, in the order of the image; its entries without what is damaged. */
static void put_net(struct img_out *o, const struct img_nses_row *r)
{
	struct img_image *im;
	struct img_entry e;
	struct img_err err;
	const char *sep = "";
	int rc = r->ns->own
			 ? img_image_open(r->all->tasks->dir, "netdev-%u.img", r->ns->id, &im, &err)
			 : 0;

	if (rc > 0) {
		while ((rc = img_image_next(im, &e, &err)) > 0) {
			struct img_pick f;
			struct img_span name;

			if (img_pick(&f, e.msg, e.body, &err) < 0) {
				img_err_under(&err, "entries", (int64_t)e.index);
				rc = img_image_fail(im, &err);
				break;
			}
			name = img_bytes(&f, IMG_TAG_NET_DEVICE_ENTRY__NAME);
			img_text_put(o, sep);
			img_text_name(o, name.p, name.n);
			sep = " ";
		}
		img_image_close(im);
	}
	if (rc < 0)
		img_report(r->all->tasks->report, &err);
}

/* By name: what its image has, and the key of an external one. */
static const struct {
	const char *name;
	void (*put)(struct img_out *o, const struct img_nses_row *r);
} details[] = {
	{ "uts", put_uts },
	{ "user", put_user },
	{ "net", put_net },
};

const char *img_ns_ext_key(const struct img_nses_row *r)
{
	const char *kind = img_ns_name(r->ns->kind);

	if (strcmp(kind, "net") == 0) {
		const NetnsEntry *e = image_of(r, "netns-%u.img");

		return e != NULL ? e->ext_key : NULL;
	}
	if (strcmp(kind, "pid") == 0) {
		const PidnsEntry *e = image_of(r, "pidns-%u.img");

		return e != NULL ? e->ext_key : NULL;
	}
	return NULL;
}

/* ---- columns ---- */

static const struct img_nses_row *row_of(const void *row)
{
	return row;
}

static const struct img_task *first_of(const void *row)
{
	return &row_of(row)->all->tasks->ps->tasks[row_of(row)->ns->first];
}

static void get_ns(struct img_cell *c, const void *row)
{
	img_cell_uint(c, row_of(row)->ns->id);
}

static void get_type(struct img_cell *c, const void *row)
{
	img_cell_str(c, img_ns_name(row_of(row)->ns->kind));
}

static void get_nprocs(struct img_cell *c, const void *row)
{
	img_cell_uint(c, row_of(row)->ns->n);
}

static void get_pid(struct img_cell *c, const void *row)
{
	img_cell_uint(c, first_of(row)->pid);
}

static void get_comm(struct img_cell *c, const void *row)
{
	if (first_of(row)->state != IMG_TASK_UNKNOWN)
		img_cell_name(c, first_of(row)->comm, strlen(first_of(row)->comm));
}

static void get_pids(struct img_cell *c, const void *row)
{
	const struct img_nses_row *r = row;

	img_cell_list(c);
	for (uint32_t i = r->ns->first; i != UINT32_MAX; i = *next_of(r->all, r->ns->kind, i))
		img_cell_uint(c, r->all->tasks->ps->tasks[i].pid);
}

static void get_dumped(struct img_cell *c, const void *row)
{
	img_cell_bool(c, row_of(row)->ns->own);
}

static void get_detail(struct img_cell *c, const void *row)
{
	for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++) {
		if (strcmp(details[i].name, img_ns_name(row_of(row)->ns->kind)) != 0 ||
		    !row_of(row)->ns->own)
			continue;
		details[i].put(img_cell_text(c), row);
		img_cell_text_end(c);
	}
}

static void get_external(struct img_cell *c, const void *row)
{
	const char *key = img_ns_ext_key(row);

	if (key == NULL)
		return;
	img_cell_mark(c, IMG_MARK_NOTE);
	img_cell_name(c, key, strlen(key));
}

enum { USUAL = IMG_COL_DEFAULT, RIGHT = IMG_COL_RIGHT };

/* clang-format off */
const struct img_column img_nses_columns[] = {
	{ "NS",       USUAL | RIGHT, 0, "id of the namespace in the dump", get_ns },
	{ "TYPE",     USUAL,         0, "pid, net, ipc, uts, mnt, user, cgroup or time", get_type },
	{ "DUMPED",   USUAL,         0, "is it in the dump? Else it is that of criu itself", get_dumped },
	{ "NPROCS",   USUAL | RIGHT, 0, "number of processes in it", get_nprocs },
	{ "PID",      USUAL | RIGHT, 0, "the first of them", get_pid },
	{ "COMM",     USUAL,         0, "its name", get_comm },
	{ "PIDS",     0,             0, "all of them", get_pids },
	{ "EXTERNAL", USUAL,         0, "key under which a restore has it from outside", get_external },
	{ "DETAIL",   USUAL,         0, "host name, network devices, map of user ids", get_detail },
	{ NULL, 0, 0, NULL, NULL },
};
/* clang-format on */
