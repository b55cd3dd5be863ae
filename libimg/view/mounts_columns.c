#include "libimg/view/mounts_columns.h"

#include <sys/mount.h>

#include "libimg/msg/linux.h"
#include "libimg/view/labels.h"
#include "libimg/view/text.h"

static const struct img_mounts_row *row_of(const void *row)
{
	return row;
}

static const MntEntry *mount_of(const void *row)
{
	return row_of(row)->m->e;
}

static void put_string(struct img_cell *c, const char *s)
{
	if (s != NULL && *s != '\0')
		img_cell_name(c, s, strlen(s));
}

const char *img_mount_fstype(const MntEntry *e)
{
	if (e->fsname != NULL && *e->fsname != '\0')
		return e->fsname;
	if (e->fstype == FSTYPE__UNSUPPORTED)
		return "unsupported"; /* external ones, and the root, need no type */
	if (e->fstype == FSTYPE__AUTO)
		return "auto";
	return img_mount_fs(e->fstype) != NULL ? img_mount_fs(e->fstype) : "unknown";
}

bool img_mount_external(const MntEntry *e)
{
	return e->ext_key != NULL || (e->has_ext_mount && e->ext_mount);
}

static void get_ns(struct img_cell *c, const void *row)
{
	img_cell_uint(c, row_of(row)->ns);
}

static void get_id(struct img_cell *c, const void *row)
{
	img_cell_uint(c, mount_of(row)->mnt_id);
}

static void get_parent(struct img_cell *c, const void *row)
{
	img_cell_uint(c, mount_of(row)->parent_mnt_id);
}

/* The first CRIU wrote "./dev", and "./" for the root. */
static void get_target(struct img_cell *c, const void *row)
{
	const char *p = mount_of(row)->mountpoint;

	img_cell_branch(c, row_of(row)->depth, row_of(row)->last);
	img_cell_mark(c, img_mount_external(mount_of(row)) ? IMG_MARK_NOTE : IMG_MARK_NONE);
	put_string(c, p[0] == '.' && p[1] == '/' ? p + 1 : p);
}

/* As findmnt(8): with the directory in brackets that is the root of a bind mount. */
static void get_source(struct img_cell *c, const void *row)
{
	const MntEntry *e = mount_of(row);
	struct img_out *o = img_cell_text(c);

	img_text_str(o, e->source);
	if (strcmp(e->root, "/") != 0 && *e->root != '\0') {
		img_out_byte(o, '[');
		img_text_str(o, e->root);
		img_out_byte(o, ']');
	}
	img_cell_text_end(c);
}

static void get_device(struct img_cell *c, const void *row)
{
	put_string(c, mount_of(row)->source);
}

static void get_fsroot(struct img_cell *c, const void *row)
{
	put_string(c, mount_of(row)->root);
}

static void get_fstype(struct img_cell *c, const void *row)
{
	put_string(c, img_mount_fstype(mount_of(row)));
}

static void get_options(struct img_cell *c, const void *row)
{
	const MntEntry *e = mount_of(row);
	struct img_out *o = img_cell_text(c);

	img_text_put(o, ((e->flags | e->sb_flags) & MS_RDONLY) != 0 ? "ro" : "rw");
	for (const struct img_name *f = img_labels_mount.v; f->name != NULL; f++) {
		if ((e->flags | e->sb_flags) & f->value)
			img_text_fmt(o, ",%s", f->name);
	}
	if (*e->options != '\0') {
		img_out_byte(o, ',');
		img_text_str(o, e->options);
	}
	img_cell_text_end(c);
}

static void get_propagation(struct img_cell *c, const void *row)
{
	const MntEntry *e = mount_of(row);
	const char *way = e->shared_id != 0   ? e->master_id != 0 ? "shared,slave" : "shared"
			  : e->master_id != 0 ? "private,slave"
					      : "private";

	img_cell_str(c, (e->flags & MS_UNBINDABLE) != 0 ? "unbindable" : way);
}

static void get_shared(struct img_cell *c, const void *row)
{
	if (mount_of(row)->shared_id != 0)
		img_cell_uint(c, mount_of(row)->shared_id);
}

static void get_master(struct img_cell *c, const void *row)
{
	if (mount_of(row)->master_id != 0)
		img_cell_uint(c, mount_of(row)->master_id);
}

static void get_external(struct img_cell *c, const void *row)
{
	const MntEntry *e = mount_of(row);

	if (e->ext_key != NULL && *e->ext_key != '\0')
		put_string(c, e->ext_key);
	else if (img_mount_external(e))
		img_cell_str(c, "yes");
}

static void get_majmin(struct img_cell *c, const void *row)
{
	uint32_t dev = mount_of(row)->root_dev;

	img_text_fmt(img_cell_text(c), "%u:%u", (unsigned)(dev >> IMG_MINOR_BITS),
		     (unsigned)(dev & ((1u << IMG_MINOR_BITS) - 1)));
	img_cell_text_end(c);
}

static void get_content(struct img_cell *c, const void *row)
{
	put_string(c, row_of(row)->content);
}

static void get_deleted(struct img_cell *c, const void *row)
{
	img_cell_bool(c, mount_of(row)->has_deleted && mount_of(row)->deleted);
}

enum { USUAL = IMG_COL_DEFAULT, RIGHT = IMG_COL_RIGHT, TREE = IMG_COL_TREE };

/* clang-format off */
const struct img_column img_mounts_columns[] = {
	{ "NS",          USUAL | RIGHT, 0, "id of the mount namespace", get_ns },
	{ "ID",          RIGHT,         0, "id of the mount", get_id },
	{ "PARENT",      RIGHT,         0, "id of the mount that it is mounted on", get_parent },
	{ "TARGET",      USUAL | TREE,  0, "where it is mounted, in the tree of mounts", get_target },
	{ "SOURCE",      USUAL,         0, "what is mounted; its directory in brackets", get_source },
	{ "DEVICE",      0,             0, "what is mounted, alone", get_device },
	{ "FSROOT",      0,             0, "that directory, alone", get_fsroot },
	{ "FSTYPE",      USUAL,         0, "type of the file system", get_fstype },
	{ "OPTIONS",     USUAL,         0, "all options", get_options },
	{ "PROPAGATION", 0,             0, "shared, slave, private or unbindable", get_propagation },
	{ "SHARED",      RIGHT,         0, "id of the group that it shares events with", get_shared },
	{ "MASTER",      RIGHT,         0, "id of the group that it has events from", get_master },
	{ "MAJMIN",      RIGHT,         0, "device number", get_majmin },
	{ "DELETED",     0,             0, "is the directory below it gone?", get_deleted },
	{ "CONTENT",     0,             0, "image that has what is in it", get_content },
	{ "EXTERNAL",    USUAL,         0, "key under which a restore has it from outside", get_external },
	{ NULL, 0, 0, NULL, NULL },
};
/* clang-format on */
