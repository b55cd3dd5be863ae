#include "libimg/dump/fds.h"

#include <string.h>

#include "core.pb-c.h"
#include "libimg/base/buf.h"
#include "libimg/base/map.h"

/* The inline calls as functions too, for bindings. */
extern inline uint32_t img_fds_head(const struct img_fds *f, uint32_t file);

struct build {
	struct img_dir *dir;
	struct img_ps *ps;
	const struct img_files *files;
	const struct img_report *report;
	struct img_fds *fds;
	struct img_buf v;      /* struct img_fd */
	struct img_buf labels; /* each ended by NUL, the first one empty */
	struct img_map seen;   /* by files_id: the first task with that table */
	bool by_pid;           /* tables are numbered by pid, not by id */
};

int img_fds_fs(struct img_dir *d, uint32_t pid, uint32_t *cwd, uint32_t *root, struct img_err *err)
{
	struct img_image *im;
	struct img_pick f;
	int r = img_image_pick(d, "fs-%u.img", pid, &im, &f, err);

	if (r <= 0)
		return r;
	*cwd = img_num32(&f, IMG_TAG_FS_ENTRY__CWD_ID);
	*root = img_num32(&f, IMG_TAG_FS_ENTRY__ROOT_ID);
	img_image_close(im);
	return 1;
}

/* Without an inventory assume ids, as since CRIU 0.4. */
static bool tables_by_pid(struct build *b)
{
	struct img_image *im;
	struct img_pick f;
	struct img_err err;
	bool by_pid;

	if (img_image_pick(b->dir, "inventory.img", 0, &im, &f, &err) <= 0)
		return false;
	by_pid = img_num(&f, IMG_TAG_INVENTORY_ENTRY__FDINFO_PER_ID) == 0;
	img_image_close(im);
	return by_pid;
}

/* The files_id in an image: 1, 0 if it has none, -1 with *err. */
static int id_in(struct build *b, const char *pattern, uint32_t pid, bool core, uint32_t *id,
		 struct img_err *err)
{
	struct img_image *im;
	struct img_pick f, ids;
	int r = img_image_pick(b->dir, pattern, pid, &im, &f, err);

	if (r <= 0)
		return r;
	if (core) {
		r = img_pick_sub(&ids, &f, IMG_TAG_CORE_ENTRY__IDS, &img_msg_task_kobj_ids_entry,
				 err);
		if (r < 0)
			img_image_fail(im, err);
		f = ids;
	}
	if (r > 0)
		*id = img_num32(&f, IMG_TAG_TASK_KOBJ_IDS_ENTRY__FILES_ID);
	img_image_close(im);
	return r;
}

/* The number of a task's table: 1, 0 if it has none, -1: reported. */
static int table_id(struct build *b, struct img_task *t, uint32_t *id)
{
	struct img_err err;
	int r = id_in(b, "ids-%u.img", t->pid, false, id, &err);

	if (r == 0 && t->state == IMG_TASK_UNKNOWN && img_ps_core(b->dir, t, &err) < 0)
		r = -1;
	if (r == 0 && img_task_is_dead(t))
		return 0;
	if (r == 0)
		r = id_in(b, "core-%u.img", t->pid, true, id, &err);
	if (r == 0 && b->by_pid) {
		*id = t->pid;
		r = 1;
	}
	if (r == 0)
		r = img_image_absent(b->dir, "ids-%u.img", t->pid, &err);
	if (r < 0)
		img_report(b->report, &err);
	return r;
}

/* Offset of a label; in a table most lines repeat the one before. */
static uint32_t keep_label(struct build *b, struct img_span s)
{
	const struct img_fd *v = (const struct img_fd *)(const void *)b->v.p;
	size_t n = b->v.n / sizeof(*v), at = n > 0 ? v[n - 1].label : 0;
	const char *last = (const char *)b->labels.p + at;

	if (s.n == 0)
		return 0;
	if (at > 0 && strlen(last) == s.n && memcmp(last, s.p, s.n) == 0)
		return (uint32_t)at;
	at = b->labels.n;
	img_buf_put(&b->labels, s.p, s.n);
	img_buf_put(&b->labels, "", 1);
	return (uint32_t)at;
}

static int add_fd(struct build *b, uint32_t task, const struct img_entry *e, struct img_err *err)
{
	struct img_fd fd = { .task = task, .file = IMG_NO_FILE, .next = IMG_NO_FD };
	struct img_pick f;

	if (img_pick(&f, e->msg, e->body, err) < 0)
		return img_err_under(err, "entries", (int64_t)e->index);
	fd.fd = img_num32(&f, IMG_TAG_FDINFO_ENTRY__FD);
	fd.flags = img_num32(&f, IMG_TAG_FDINFO_ENTRY__FLAGS);
	fd.type = img_num32(&f, IMG_TAG_FDINFO_ENTRY__TYPE);
	fd.id = img_num32(&f, IMG_TAG_FDINFO_ENTRY__ID);
	if (b->files != NULL)
		fd.file = img_files_index(b->files, fd.type, fd.id);
	if (img_has(&f, IMG_TAG_FDINFO_ENTRY__XATTR_SECURITY_SELINUX))
		fd.label =
			keep_label(b, img_bytes(&f, IMG_TAG_FDINFO_ENTRY__XATTR_SECURITY_SELINUX));
	if (b->v.n / sizeof(fd) >= IMG_NO_FD)
		return img_fail(err, IMG_ELIMIT, e->body.off, "more than %u descriptors",
				IMG_NO_FD);
	img_buf_put(&b->v, &fd, sizeof(fd));
	return b->v.failed || b->labels.failed ? img_fail_mem(err) : 0;
}

/* A missing image stands for an empty table. */
static int read_table(struct build *b, uint32_t task, uint32_t id, struct img_err *err)
{
	struct img_image *im;
	struct img_entry e;
	int r = img_image_open(b->dir, "fdinfo-%u.img", id, &im, err);

	if (r <= 0)
		return r;
	while ((r = img_image_next(im, &e, err)) > 0)
		if (add_fd(b, task, &e, err) < 0) {
			r = img_image_fail(im, err);
			break;
		}
	img_image_close(im);
	return r;
}

static bool read_task(struct build *b, uint32_t i)
{
	struct img_fd_table *t = &b->fds->tables[i];
	struct img_err err;
	uint32_t *first;

	t->task = IMG_NO_FD;
	if (table_id(b, &b->ps->tasks[i], &t->files_id) <= 0)
		return true;
	first = img_map_at(&b->seen, t->files_id);
	if (first == NULL)
		return false;
	if (*first != IMG_MAP_NONE) {
		*t = b->fds->tables[*first];
		return true;
	}
	*first = t->task = i;
	t->first = (uint32_t)(b->v.n / sizeof(struct img_fd));
	if (read_table(b, i, t->files_id, &err) < 0)
		img_report(b->report, &err);
	t->n = (uint32_t)(b->v.n / sizeof(struct img_fd)) - t->first;
	return !b->v.failed;
}

/* Chain the descriptors of each file in their order. */
static bool chain(struct build *b)
{
	struct img_fds *f = b->fds;
	size_t n = b->files != NULL ? img_files_count(b->files) : 0;

	if (n == 0)
		return true;
	f->heads = img_realloc(NULL, n * sizeof(*f->heads));
	if (f->heads == NULL)
		return false;
	memset(f->heads, 0xff, n * sizeof(*f->heads));
	for (uint32_t i = f->n; i-- > 0;) {
		if (f->v[i].file == IMG_NO_FILE)
			continue;
		f->v[i].next = f->heads[f->v[i].file];
		f->heads[f->v[i].file] = i;
	}
	return true;
}

struct img_fds *img_fds_read(struct img_dir *d, struct img_ps *ps, const struct img_files *files,
			     const struct img_report *report)
{
	struct build b = { .dir = d, .ps = ps, .files = files, .report = report };
	bool ok;

	b.fds = img_calloc(1, sizeof(*b.fds));
	if (b.fds == NULL)
		return NULL;
	b.fds->tables = img_calloc(ps->n, sizeof(*b.fds->tables));
	img_buf_put(&b.labels, "", 1);
	b.by_pid = tables_by_pid(&b);
	ok = b.fds->tables != NULL;
	for (uint32_t i = 0; ok && i < ps->n; i++)
		ok = read_task(&b, i);
	b.fds->v = (struct img_fd *)(void *)b.v.p;
	b.fds->n = (uint32_t)(b.v.n / sizeof(struct img_fd));
	b.fds->labels = (const char *)b.labels.p;
	img_map_free(&b.seen);
	if (ok && !b.v.failed && !b.labels.failed && chain(&b))
		return b.fds;
	img_fds_free(b.fds);
	return NULL;
}

void img_fds_free(struct img_fds *f)
{
	if (f == NULL)
		return;
	img_free(f->v);
	img_free(f->tables);
	img_free(f->heads);
	img_free((void *)(uintptr_t)f->labels);
	img_free(f);
}
