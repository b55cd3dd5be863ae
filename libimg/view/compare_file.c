#include "libimg/view/compare_file.h"

#include <inttypes.h>
#include <stdlib.h>

#include "fdinfo.pb-c.h"
#include "libimg/view/compare_fields.h"
#include "libimg/view/fds_dump.h"
#include "libimg/view/fds_kind.h"
#include "libimg/view/text.h"

/* Most holders of the other end that are compared one by one: of more, their number is. */
enum { MAX_PEERS = 64 };

static bool is_socket(uint32_t type)
{
	return type == FD_TYPES__UNIXSK || type == FD_TYPES__INETSK ||
	       type == FD_TYPES__NETLINKSK || type == FD_TYPES__PACKETSK;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Who holds the other end, whatever the order of the image. */
static void put_peers(struct img_side *s, const struct img_fd *fd)
{
	const struct img_peers *e = img_desc_peers(s->desc);
	uint64_t v[MAX_PEERS];
	struct img_peers_walk w;
	size_t n = 0;
	uint32_t i;

	if (e == NULL || !img_peers_has(e, fd->file))
		return;
	img_text_fmt(s->facts.o, "peers %zu\n", img_peers_count(e, fd->file));
	if (img_peers_count(e, fd->file) > MAX_PEERS)
		return;
	img_peers_begin(e, fd->file, &w);
	while (n < MAX_PEERS && (i = img_peers_next(e, &w)) != IMG_NO_FD) {
		const struct img_fd *peer = &s->desc->fds->v[i];
		uint32_t pid = img_side_pid(s, img_desc_pid(s->desc, peer));

		v[n++] = (uint64_t)pid << 32 | peer->fd;
	}
	qsort(v, n, sizeof(*v), by_number);
	for (size_t k = 0; k < n; k++)
		img_text_fmt(s->facts.o, "peer[%zu] %" PRIu32 ":%" PRIu32 "\n", k,
			     (uint32_t)(v[k] >> 32), (uint32_t)v[k]);
}

/* What the entry says of a path by the id of a REG file. */
static void put_path(struct img_side *s, const struct img_fd *fd, const struct img_desc_kind *k,
		     const struct img_pick *f)
{
	uint32_t id = k->reg != NULL ? k->reg(f) : fd->id;
	struct img_span name;
	bool deleted;

	if ((k->reg == NULL && fd->type != FD_TYPES__REG) ||
	    !img_desc_path(s->desc, id, &name, &deleted))
		return;
	img_text_put(s->facts.o, "path ");
	img_text_name(s->facts.o, name.p, name.n);
	img_out_byte(s->facts.o, '\n');
	if (deleted)
		img_text_put(s->facts.o, "deleted true\n");
}

static void put_queues(struct img_side *s, const struct img_fd *fd, const struct img_desc_kind *k,
		       const struct img_pick *f)
{
	struct img_desc_about a = { s->desc, s->facts.o, fd, 0 };
	uint64_t q[2] = { 0, 0 };

	if (k->queued == NULL || !k->queued(&a, f, q) || (q[0] | q[1]) == 0)
		return;
	img_text_fmt(s->facts.o, "queued %" PRIu64 "\nsend_queue %" PRIu64 "\n", q[0], q[1]);
}

/* What is compared of a file. */
static void put_fields(struct img_side *s, const struct img_fd *fd)
{
	static const char *const name[] = { "name", NULL };
	const struct img_desc_kind *k = img_desc_kind_of(fd);
	const struct img_msg *m;
	struct img_pick f;
	struct img_err err;

	if (fd->flags & 1)
		img_text_put(s->facts.o, "close-on-exec true\n");
	if (!img_desc_payload(s->desc, fd->file, &m, &f))
		return;
	if (img_fields_put(s, m, f.body, fd->type == FD_TYPES__REG ? name : NULL, &err) < 0)
		img_desc_damaged(s->desc, fd->file, &err);
	/* Each call may read another file: the entry is read anew for it. */
	if (k != NULL && img_desc_payload(s->desc, fd->file, &m, &f))
		put_queues(s, fd, k, &f);
	if (k != NULL && img_desc_payload(s->desc, fd->file, &m, &f))
		put_path(s, fd, k, &f);
	put_peers(s, fd);
}

static void put_file(struct img_side *s, const struct img_fd *fd, unsigned what)
{
	img_facts_text(&s->facts);
	img_desc_text(s->desc, s->facts.o, fd, what);
	if (what & IMG_DESC_PLACE)
		return;
	img_facts_fields(&s->facts);
	img_text_fmt(s->facts.o, "type %" PRIu32 "\n", fd->type);
	put_fields(s, fd);
}

static void put_table(struct img_side *s, const struct img_fd_table *table,
		      const struct img_fds *fds)
{
	for (uint32_t i = 0; i < table->n; i++) {
		const struct img_fd *fd = &fds->v[table->first + i];
		enum img_compare_kind kind =
			is_socket(fd->type) ? IMG_COMPARE_SOCKETS : IMG_COMPARE_FDS;

		if (!img_side_wants(s, kind))
			continue;
		img_side_begin(s, kind, fd->fd, fd->file != IMG_NO_FILE);
		img_text_fmt(s->facts.o, "%" PRIu32, fd->fd);
		put_file(s, fd, IMG_DESC_FLAGS | IMG_DESC_QUEUES);
		img_facts_end(&s->facts);
	}
}

/* A directory or program: by its path. */
static void put_place(struct img_side *s, uint64_t rank, const char *key, uint32_t id)
{
	struct img_fd fd = img_desc_file(s->desc, FD_TYPES__REG, id);
	struct img_fd memfd = img_desc_file(s->desc, FD_TYPES__MEMFD, id);

	img_side_begin(s, IMG_COMPARE_PROCESS, rank, false);
	img_text_put(s->facts.o, key);
	put_file(s, fd.file == IMG_NO_FILE && memfd.file != IMG_NO_FILE ? &memfd : &fd,
		 IMG_DESC_PLACE);
	img_facts_end(&s->facts);
}

static void put_places(struct img_side *s, const struct img_task *t)
{
	uint32_t cwd, root, exe;
	struct img_err err;

	int r = img_fds_fs(s->dir, t->pid, &cwd, &root, &err);

	if (r > 0) {
		put_place(s, 20, "cwd", cwd);
		put_place(s, 21, "root", root);
	} else if (r < 0) {
		img_report(s->report, &err);
	}
	r = img_mems_open(s->mems, t->pid, &exe, &err);
	if (r > 0)
		put_place(s, 22, "program", exe);
	else if (r < 0)
		img_report(s->report, &err);
}

bool img_compare_own_table(struct img_side *s, const struct img_task *t)
{
	const struct img_fds *fds = NULL;
	size_t i = (size_t)(t - s->ps->tasks);

	if (img_side_wants(s, IMG_COMPARE_FDS) || img_side_wants(s, IMG_COMPARE_SOCKETS))
		fds = img_desc_fds(s->desc);
	return fds != NULL && fds->tables[i].task == i;
}

void img_compare_files(struct img_side *s, const struct img_task *t, bool table)
{
	const struct img_fds *fds = table ? img_desc_fds(s->desc) : NULL;

	if (img_side_wants(s, IMG_COMPARE_PROCESS))
		put_places(s, t);
	if (fds != NULL && fds->tables[t - s->ps->tasks].task != IMG_NO_FD)
		put_table(s, &fds->tables[t - s->ps->tasks], fds);
}
