#include "libimg/view/fds_columns.h"

#include "fdinfo.pb-c.h"
#include "libimg/view/fds_kind.h"
#include "libimg/view/fds_put.h"

/* A row with the entry of its file. */
struct entry_of {
	struct img_desc_about about;
	const struct img_desc_kind *kind;
	const struct img_msg *msg;
	struct img_pick f;
};

static const struct img_fds_row *row_of(const void *row)
{
	return row;
}

/* False: the file is not in the dump, or of a type that nothing is known of. */
static bool open_entry(const void *row, struct entry_of *e)
{
	const struct img_fds_row *r = row;

	e->about = (struct img_desc_about){ r->desc, NULL, r->fd, 0 };
	e->kind = img_desc_kind_of(r->fd);
	return e->kind != NULL && img_desc_payload(r->desc, r->fd->file, &e->msg, &e->f);
}

static void get_pid(struct img_cell *c, const void *row)
{
	img_cell_uint(c, row_of(row)->task->pid);
}

static void get_comm(struct img_cell *c, const void *row)
{
	const struct img_task *t = row_of(row)->task;

	if (t->state != IMG_TASK_UNKNOWN)
		img_cell_name(c, t->comm, strlen(t->comm));
}

static void get_fd(struct img_cell *c, const void *row)
{
	if (row_of(row)->place != NULL)
		img_cell_str(c, row_of(row)->place);
	else
		img_cell_uint(c, row_of(row)->fd->fd);
}

static void get_type(struct img_cell *c, const void *row)
{
	const char *type = img_desc_type(row_of(row)->fd->type);

	if (type != NULL)
		img_cell_str(c, type);
	else
		img_cell_uint(c, row_of(row)->fd->type);
}

static void get_id(struct img_cell *c, const void *row)
{
	img_cell_uint(c, row_of(row)->fd->id);
}

static bool open_flags(const void *row, uint32_t *flags)
{
	struct entry_of e;

	return row_of(row)->place == NULL && open_entry(row, &e) &&
	       img_desc_open_flags(&e.about, e.kind, &e.f, flags);
}

static void get_mode(struct img_cell *c, const void *row)
{
	static const char *const modes[] = { "r", "w", "rw", "-" };
	uint32_t flags;

	if (open_flags(row, &flags))
		img_cell_str(c, modes[flags & 3]);
}

static void get_flags(struct img_cell *c, const void *row)
{
	static const char *const modes[] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "3" };
	uint32_t flags;
	struct img_out *o;

	if (!open_flags(row, &flags))
		return;
	o = img_cell_text(c);
	img_text_put(o, modes[flags & 3]);
	if ((flags & ~3u) != 0)
		img_out_byte(o, '|');
	img_text_bits(o, &img_labels_open, flags & ~3u, "|");
	img_cell_text_end(c);
}

static void get_cloexec(struct img_cell *c, const void *row)
{
	if (row_of(row)->place == NULL)
		img_cell_bool(c, (row_of(row)->fd->flags & 1) != 0);
}

/* A field of a file with a path. */
static bool reg_field(const void *row, unsigned tag, uint64_t *v)
{
	struct entry_of e;

	if (row_of(row)->fd->type != FD_TYPES__REG || !open_entry(row, &e) || !img_has(&e.f, tag))
		return false;
	*v = img_num(&e.f, tag);
	return true;
}

static void get_pos(struct img_cell *c, const void *row)
{
	uint64_t v;

	if (row_of(row)->place == NULL && reg_field(row, IMG_TAG_REG_FILE_ENTRY__POS, &v))
		img_cell_uint(c, v);
}

static void get_size(struct img_cell *c, const void *row)
{
	uint64_t v;

	if (reg_field(row, IMG_TAG_REG_FILE_ENTRY__SIZE, &v))
		img_cell_size(c, v);
}

static void get_mnt(struct img_cell *c, const void *row)
{
	uint64_t v;

	if (reg_field(row, IMG_TAG_REG_FILE_ENTRY__MNT_ID, &v) && (int32_t)v != -1)
		img_cell_uint(c, (uint32_t)v);
}

static void get_deleted(struct img_cell *c, const void *row)
{
	struct img_pick remap;

	if (row_of(row)->fd->type != FD_TYPES__REG)
		return;
	img_cell_bool(c, img_desc_first(row_of(row)->desc, IMG_SIDE_REMAP, row_of(row)->fd->id,
					&remap) != IMG_NO_ENTRY);
}

/* Its queue for reading, or for sending; IMG_UNKNOWN: none. */
static uint64_t queue(const void *row, unsigned which)
{
	uint64_t q[2] = { 0, IMG_UNKNOWN };
	struct entry_of e;

	if (row_of(row)->place != NULL || !open_entry(row, &e) || e.kind->queued == NULL ||
	    !e.kind->queued(&e.about, &e.f, q))
		return IMG_UNKNOWN;
	return q[which];
}

static void get_queued(struct img_cell *c, const void *row)
{
	uint64_t q = queue(row, 0);

	if (q != IMG_UNKNOWN)
		img_cell_size(c, q);
}

static void get_sendq(struct img_cell *c, const void *row)
{
	uint64_t q = queue(row, 1);

	if (q != IMG_UNKNOWN)
		img_cell_size(c, q);
}

/* Most holders listed: each of n holders has as many. */
enum { HOLDERS = 64 };

/* The n-th of them; false: no more. */
static bool put_holder(struct img_cell *c, const struct img_desc *desc, const struct img_fd *fd,
		       unsigned n)
{
	if (n == HOLDERS) {
		img_cell_str(c, "...");
		return false;
	}
	img_text_fmt(img_cell_text(c), "%u:%u", (unsigned)img_desc_pid(desc, fd), (unsigned)fd->fd);
	img_cell_text_end(c);
	return true;
}

static void get_owners(struct img_cell *c, const void *row)
{
	struct img_desc *desc = row_of(row)->desc;
	const struct img_fds *fds = img_desc_fds(desc);
	uint32_t i = fds != NULL ? img_fds_head(fds, row_of(row)->fd->file) : IMG_NO_FD;

	img_cell_list(c);
	for (unsigned n = 0; i != IMG_NO_FD && put_holder(c, desc, &fds->v[i], n); n++)
		i = fds->v[i].next;
}

static void get_peers(struct img_cell *c, const void *row)
{
	struct img_desc *desc = row_of(row)->desc;
	const struct img_fds *fds = img_desc_fds(desc);
	const struct img_peers *e = fds != NULL ? img_desc_peers(desc) : NULL;
	struct img_peers_walk w;
	uint32_t i;

	img_cell_list(c);
	if (e == NULL || row_of(row)->fd->file == IMG_NO_FILE)
		return;
	img_peers_begin(e, row_of(row)->fd->file, &w);
	for (unsigned n = 0; (i = img_peers_next(e, &w)) != IMG_NO_FD; n++)
		if (!put_holder(c, desc, &fds->v[i], n))
			return;
}

static void get_label(struct img_cell *c, const void *row)
{
	const struct img_fds *fds = img_desc_fds(row_of(row)->desc);
	uint32_t at = row_of(row)->fd->label;

	if (at != 0 && fds != NULL)
		img_cell_name(c, fds->labels + at, strlen(fds->labels + at));
}

/* A path, or what the line of text has. */
static void get_name(struct img_cell *c, const void *row)
{
	const struct img_fds_row *r = row;
	struct img_span name;
	bool deleted = false;

	if (r->fd->type == FD_TYPES__REG &&
	    img_desc_path(r->desc, r->fd->id, &name, &deleted) > 0) {
		img_cell_mark(c, deleted ? IMG_MARK_BAD : IMG_MARK_NONE);
		img_cell_name(c, name.p, name.n);
		return;
	}
	img_desc_text(r->desc, img_cell_text(c), r->fd, r->place != NULL ? IMG_DESC_PLACE : 0);
	img_cell_text_end(c);
}

enum { USUAL = IMG_COL_DEFAULT, RIGHT = IMG_COL_RIGHT, COMM = IMG_FDS_NEED_COMM };

/* clang-format off */
const struct img_column img_fds_columns[] = {
	{ "PID",     USUAL | RIGHT, 0,    "process", get_pid },
	{ "COMM",    0,             COMM, "name of the process", get_comm },
	{ "FD",      USUAL | RIGHT, 0,    "descriptor; cwd and root: its directories", get_fd },
	{ "TYPE",    USUAL,         0,    "type of file, as in files.img", get_type },
	{ "ID",      RIGHT,         0,    "number of the file in the dump", get_id },
	{ "MODE",    USUAL,         0,    "r, w or rw", get_mode },
	{ "FLAGS",   0,             0,    "flags of open(2)", get_flags },
	{ "CLOEXEC", 0,             0,    "closed by execve(2)?", get_cloexec },
	{ "POS",     USUAL | RIGHT, 0,    "position in the file", get_pos },
	{ "SIZE",    RIGHT,         0,    "size of the file when it was dumped", get_size },
	{ "MNT",     RIGHT,         0,    "id of the mount, as in imgmnt(1)", get_mnt },
	{ "DELETED", 0,             0,    "had the file lost its name?", get_deleted },
	{ "RECVQ",   RIGHT,         0,    "bytes queued for reading", get_queued },
	{ "SENDQ",   RIGHT,         0,    "bytes queued for sending", get_sendq },
	{ "OWNERS",  0,             0,    "all descriptors on the same file, PID:FD", get_owners },
	{ "PEERS",   0,             0,    "descriptors on the other end, PID:FD", get_peers },
	{ "LABEL",   0,             0,    "SELinux label", get_label },
	{ "NAME",    USUAL,         0,    "path, or what it is", get_name },
	{ NULL, 0, 0, NULL, NULL },
};
/* clang-format on */
