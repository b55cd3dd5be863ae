#include "libimg/rewrite/layout_fs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/msg/pick.h"
#include "libimg/msg/splice.h"
#include "mnt.pb-c.h"
#include "remap-file-path.pb-c.h"

/* Two of them in turn. */
static int set_two(struct img_span body, uint32_t a, uint64_t va, uint32_t b, uint64_t vb,
		   struct img_buf *out, struct img_err *err)
{
	struct img_buf first = { 0 };
	int r = img_splice_num(body, a, va, &first, err);

	if (r == 0)
		r = img_splice_num((struct img_span){ first.p, first.n, 0 }, b, vb, out, err);
	img_buf_free(&first);
	return r < 0 ? -1 : IMG_SET;
}

/* ---- mounts ---- */

/*
 * Flags of a mount; what else there is are those of its file system. Linux: MS_NOSUID, NODEV, NOEXEC,
 * NOATIME, NODIRATIME, RELATIME, UNBINDABLE, PRIVATE, SLAVE, SHARED of include/uapi/linux/mount.h.
 */
#define OF_MOUNT UINT64_C(0x3e0c0e)

static int sb_flags_up(struct img_convert *c, const struct img_at *at, struct img_span body,
		       struct img_buf *out, struct img_err *err)
{
	uint64_t flags = 0, v;

	(void)c;
	(void)at;
	if (img_wire_get(body.p, body.n, IMG_TAG_MNT_ENTRY__SB_FLAGS, &v))
		return IMG_KEEP;
	(void)img_wire_get(body.p, body.n, IMG_TAG_MNT_ENTRY__FLAGS, &flags);
	return set_two(body, IMG_TAG_MNT_ENTRY__FLAGS, flags & OF_MOUNT,
		       IMG_TAG_MNT_ENTRY__SB_FLAGS, flags & ~OF_MOUNT, out, err);
}

static int sb_flags_down(struct img_convert *c, const struct img_at *at, struct img_span body,
			 struct img_buf *out, struct img_err *err)
{
	struct img_buf without = { 0 };
	uint64_t flags = 0, sb;
	int r;

	(void)c;
	(void)at;
	if (!img_wire_get(body.p, body.n, IMG_TAG_MNT_ENTRY__SB_FLAGS, &sb))
		return IMG_KEEP;
	(void)img_wire_get(body.p, body.n, IMG_TAG_MNT_ENTRY__FLAGS, &flags);
	r = img_splice_cut(body, (struct img_path){ { 0 }, 0 }, IMG_TAG_MNT_ENTRY__SB_FLAGS,
			   &without, err);
	if (r >= 0)
		r = img_splice_num((struct img_span){ without.p, without.n, 0 },
				   IMG_TAG_MNT_ENTRY__FLAGS, flags | sb, out, err);
	img_buf_free(&without);
	return r < 0 ? -1 : IMG_SET;
}

/* The key of an external mount was its root. */
static int ext_key_up(struct img_convert *c, const struct img_at *at, struct img_span body,
		      struct img_buf *out, struct img_err *err)
{
	enum { OLD = IMG_TAG_MNT_ENTRY__EXT_MOUNT, NEW = IMG_TAG_MNT_ENTRY__EXT_KEY };
	struct img_buf without = { 0 }, field = { 0 };
	struct img_span root;
	struct img_pick f;
	int r;

	(void)c;
	(void)at;
	if (img_pick(&f, &img_msg_mnt_entry, body, err) < 0)
		return -1;
	if (img_num(&f, OLD) == 0 || img_has(&f, NEW))
		return IMG_KEEP;
	root = img_bytes(&f, IMG_TAG_MNT_ENTRY__ROOT);
	img_put_bytes(&field, NEW, root.p, root.n);
	r = field.failed ? img_fail_mem(err)
			 : img_splice_cut(body, (struct img_path){ { 0 }, 0 }, OLD, &without, err);
	if (r >= 0)
		r = img_splice_put((struct img_span){ without.p, without.n, 0 },
				   (struct img_path){ { 0 }, 0 }, NEW,
				   (struct img_span){ field.p, field.n, 0 }, out, err);
	img_buf_free(&without);
	img_buf_free(&field);
	return r < 0 ? -1 : IMG_SET;
}

static int ext_key_down(struct img_convert *c, const struct img_at *at, struct img_span body,
			struct img_buf *out, struct img_err *err)
{
	enum { OLD = IMG_TAG_MNT_ENTRY__EXT_MOUNT, NEW = IMG_TAG_MNT_ENTRY__EXT_KEY };
	enum { ROOT = IMG_TAG_MNT_ENTRY__ROOT };
	struct img_buf without = { 0 }, flag = { 0 }, with = { 0 };
	struct img_wire w;
	struct img_wfield f;
	struct img_span key;
	struct img_pick p;
	int r;

	(void)c;
	(void)at;
	if (img_pick(&p, &img_msg_mnt_entry, body, err) < 0)
		return -1;
	if (!img_has(&p, NEW))
		return IMG_KEEP;
	key = img_bytes(&p, NEW);
	img_put_num(&flag, OLD, 1);
	r = flag.failed ? img_fail_mem(err)
			: img_splice_cut(body, (struct img_path){ { 0 }, 0 }, NEW, &without, err);
	if (r >= 0)
		r = img_splice_put((struct img_span){ without.p, without.n, 0 },
				   (struct img_path){ { 0 }, 0 }, OLD,
				   (struct img_span){ flag.p, flag.n, 0 }, &with, err);
	w = (struct img_wire){ with.p, with.p + with.n };
	while (r >= 0 && w.p < w.end && img_wire_next(&w, &f) == NULL)
		if (f.tag == ROOT)
			img_put_bytes(out, ROOT, key.p, key.n);
		else
			img_buf_put(out, f.at, (size_t)(w.p - f.at));
	img_buf_free(&without);
	img_buf_free(&flag);
	img_buf_free(&with);
	return r < 0 ? -1 : IMG_SET;
}

/* ---- archives of file systems in memory: by mount, by device ---- */

struct mount {
	uint64_t key; /* what the archive's name has */
	uint64_t other;
	bool by_id;
	bool found;
};

static int find_mount(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct mount *m = arg;
	struct img_pick f;
	uint64_t id, dev;

	if (img_pick(&f, &img_msg_mnt_entry, e->body, err) < 0)
		return -1;
	id = img_num(&f, IMG_TAG_MNT_ENTRY__MNT_ID);
	dev = img_num(&f, IMG_TAG_MNT_ENTRY__ROOT_DEV);
	if ((m->by_id ? id : dev) != m->key)
		return 0;
	m->other = m->by_id ? dev : id;
	m->found = true;
	return 1;
}

static int search_mounts(struct img_convert *c, struct mount *m, struct img_err *err)
{
	const struct img_type *t = img_type_by_pattern("mountpoints-%u.img");
	uint64_t number;

	for (size_t i = 0; i < c->images.n && !m->found; i++)
		if (img_type_by_file(c->images.v[i], &number) == t &&
		    img_convert_each(c, "mountpoints-%u.img", number, find_mount, m, err) < 0)
			return -1;
	return 0;
}

#define BY_DEV IMG_CRIU(1, 3, 0)

/* The other number of an archive's name. */
static int other_number(struct img_convert *c, const char *name, bool up, uint64_t *other,
			struct img_err *err)
{
	struct mount m = { .by_id = up };

	(void)img_type_by_file(name, &m.key);
	if (search_mounts(c, &m, err) < 0)
		return -1;
	*other = m.other;
	if (m.found)
		return 0;
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "no mount has %s %" PRIu64,
			up ? "the number" : "the device", m.key);
}

/* Mounts of one file system had an archive each, with the same files: the first is enough. */
static int is_first(struct img_convert *c, const struct img_plan *plan, uint64_t dev,
		    struct img_err *err)
{
	for (size_t i = 0; i < c->images.n && strcmp(c->images.v[i], plan->name) != 0; i++) {
		uint64_t other;

		if (img_type_by_file(c->images.v[i], NULL) != plan->type)
			continue;
		if (other_number(c, c->images.v[i], true, &other, err) < 0)
			return -1;
		if (other == dev)
			return 0;
	}
	return 1;
}

static int rename_archive(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	bool up = img_convert_has(c, BY_DEV);
	const char *from = up ? "tmpfs-%u.tar.gz.img" : "tmpfs-dev-%u.tar.gz.img";
	const char *to = up ? "tmpfs-dev-%u.tar.gz.img" : "tmpfs-%u.tar.gz.img";
	uint64_t other;
	int first = 1;

	if (plan->type == NULL || plan->type != img_type_by_pattern(from))
		return 0;
	if (other_number(c, plan->name, up, &other, err) < 0)
		return -1;
	if (up)
		first = is_first(c, plan, other, err);
	if (first < 0)
		return -1;
	img_type_file_name(to, other, plan->new_name, sizeof(plan->new_name));
	if (first == 0 || img_convert_exists(c, plan->new_name))
		plan->fate = IMG_FATE_DROP;
	img_convert_note(c, plan->name, up ? "tmpfs-dev" : "tmpfs", 1);
	return 0;
}

/* ---- files that have no path ---- */

static int remap_up(struct img_convert *c, const struct img_at *at, struct img_span body,
		    struct img_buf *out, struct img_err *err)
{
	enum { ID = IMG_TAG_REMAP_FILE_PATH_ENTRY__REMAP_ID };
	uint64_t id = 0, v;

	(void)c;
	(void)at;
	if (img_wire_get(body.p, body.n, IMG_TAG_REMAP_FILE_PATH_ENTRY__REMAP_TYPE, &v))
		return IMG_KEEP;
	(void)img_wire_get(body.p, body.n, ID, &id);
	return set_two(body, ID, id & ~(uint64_t)IMG_REMAP_GHOST,
		       IMG_TAG_REMAP_FILE_PATH_ENTRY__REMAP_TYPE,
		       id & IMG_REMAP_GHOST ? REMAP_TYPE__GHOST : REMAP_TYPE__LINKED, out, err);
}

static int remap_down(struct img_convert *c, const struct img_at *at, struct img_span body,
		      struct img_buf *out, struct img_err *err)
{
	enum {
		ID = IMG_TAG_REMAP_FILE_PATH_ENTRY__REMAP_ID,
		TYPE = IMG_TAG_REMAP_FILE_PATH_ENTRY__REMAP_TYPE
	};
	struct img_buf without = { 0 };
	uint64_t id = 0, type;
	int r;

	if (!img_wire_get(body.p, body.n, TYPE, &type))
		return IMG_KEEP;
	(void)img_wire_get(body.p, body.n, ID, &id);
	if (type > REMAP_TYPE__GHOST || id & IMG_REMAP_GHOST)
		return img_convert_refuse(c, at, err, "remap_type %" PRIu64 " of remap_id %" PRIu64,
					  type, id);
	r = img_splice_cut(body, (struct img_path){ { 0 }, 0 }, TYPE, &without, err);
	if (r >= 0)
		r = img_splice_num((struct img_span){ without.p, without.n, 0 }, ID,
				   type == REMAP_TYPE__GHOST ? id | IMG_REMAP_GHOST : id, out, err);
	img_buf_free(&without);
	return r < 0 ? -1 : IMG_SET;
}

static const struct img_layout rows[] = {
	{ IMG_CRIU(1, 4, 0), &img_msg_remap_file_path_entry, remap_up, remap_down, "remap_type",
	  NULL },
	{ IMG_CRIU(1, 8, 0), &img_msg_mnt_entry, sb_flags_up, sb_flags_down, "sb_flags", NULL },
	{ IMG_CRIU(3, 0, 0), &img_msg_mnt_entry, ext_key_up, ext_key_down, "ext_key", NULL },
};

const struct img_family img_layouts_fs = {
	.rows = rows,
	.n = sizeof(rows) / sizeof(*rows),
	.image = rename_archive,
};
