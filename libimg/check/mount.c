/* Mounts: their tree, their groups, their stored content. */
#include <string.h>

#include "libimg/check/model.h"
#include "mnt.pb-c.h"
#include "regfile.pb-c.h"
#include "sk-unix.pb-c.h"

/* ---- loading ---- */

void img_ck_load_mounts(struct check *ck)
{
	ck->mounts_whole = true;
	CK_EACH(ck, im, "mountpoints-%u.img") {
		ck->mounts_whole = ck->mounts_whole && !im->broken;
		for (size_t i = 0; i < im->n; i++) {
			const MntEntry *m = im->v[i];

			img_ck_count(ck, &ck->mounts, m->mnt_id);
			img_ck_count(ck, &ck->devices, m->root_dev);
		}
	}
	ck->mounts_whole = ck->mounts_whole && img_ck_next(ck, "mountpoints-%u.img", NULL) != NULL;
}

bool img_ck_mounts_known(const struct check *ck)
{
	return ck->mounts_whole && ck->gaps == 0;
}

bool img_ck_has_mount(const struct check *ck, uint64_t mnt_id)
{
	return img_map_get(&ck->mounts, mnt_id) != IMG_MAP_NONE;
}

bool img_ck_has_device(const struct check *ck, uint32_t dev)
{
	return img_map_get(&ck->devices, dev) != IMG_MAP_NONE;
}

/* ---- the tree of one namespace ---- */

struct tree {
	struct check *ck;
	const struct ck_image *im;
	struct img_map ids; /* mnt_id -> entry */
	uint32_t *state;    /* by entry: the walk that visited it, from 1 */
	size_t root;        /* entry, or im->n */
};

static const MntEntry *mount_at(const struct tree *t, size_t i)
{
	return t->im->v[i];
}

/* Is one path a prefix of the other, in whole components? */
static bool is_below(const char *path, const char *top)
{
	size_t n = strlen(top);

	while (n > 0 && top[n - 1] == '/')
		n--;
	return strncmp(path, top, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

static void find_root(struct tree *t)
{
	t->root = t->im->n;
	for (size_t i = 0; i < t->im->n; i++) {
		const MntEntry *m = mount_at(t, i);
		const char *p = m->mountpoint + strspn(m->mountpoint, "./");

		/* "/", or "./" in the images of the first CRIU. */
		if (img_map_get(&t->ids, m->parent_mnt_id) != IMG_MAP_NONE || *p != '\0')
			continue;
		if (t->root == t->im->n)
			t->root = i;
	}
	/* Any root, even if it is not listed where roots are. */
	for (size_t i = 0; t->root == t->im->n && i < t->im->n; i++)
		if (img_map_get(&t->ids, mount_at(t, i)->parent_mnt_id) == IMG_MAP_NONE)
			t->root = i;
}

static void check_parent(struct tree *t, size_t i)
{
	const MntEntry *m = mount_at(t, i);
	uint32_t up = img_map_get(&t->ids, m->parent_mnt_id);
	const MntEntry *p = up != IMG_MAP_NONE ? mount_at(t, up) : NULL;

	if (i == t->root)
		return;
	if (p != NULL && m->mountpoint[0] != '/' && m->mountpoint[0] != '.')
		return; /* reported with its values */
	if (p == NULL)
		img_ck_say(t->ck, CK_MOUNT_TREE, t->im, (int64_t)i, "parent_mnt_id",
			   CK_ID " is not the id of a mount, and the root is mount %" PRIu32,
			   CK_N(m->parent_mnt_id), mount_at(t, t->root)->mnt_id);
	else if (!is_below(m->mountpoint, p->mountpoint))
		img_ck_say(t->ck, CK_MOUNT_PATH, t->im, (int64_t)i, "mountpoint",
			   "%s is not below %s, the path of its parent",
			   img_ck_str(t->ck, m->mountpoint), img_ck_str(t->ck, p->mountpoint));
}

/* Climb from each mount to the root; a walk that meets itself is in a loop. */
static void check_cycles(struct tree *t)
{
	for (size_t i = 0; i < t->im->n; i++) {
		size_t at = i;

		while (t->state[at] == 0) {
			uint32_t up = img_map_get(&t->ids, mount_at(t, at)->parent_mnt_id);

			t->state[at] = (uint32_t)i + 1;
			if (up == IMG_MAP_NONE)
				break;
			at = up;
			if (t->state[at] == (uint32_t)i + 1)
				img_ck_say(t->ck, CK_MOUNT_TREE, t->im, (int64_t)at,
					   "parent_mnt_id", CK_ID " is below this mount: a loop",
					   CK_N(mount_at(t, at)->parent_mnt_id));
		}
	}
}

static void check_tree(struct check *ck, const struct ck_image *im)
{
	struct tree t = { .ck = ck, .im = im };

	t.state = img_ck_alloc(ck, im->n + 1, sizeof(*t.state));
	for (uint32_t i = 0; t.state != NULL && i < im->n; i++) {
		const MntEntry *m = im->v[i];
		uint32_t *v = img_ck_map_at(ck, &t.ids, m->mnt_id);

		if (*v == IMG_MAP_NONE)
			*v = i;
	}
	find_root(&t);
	if (im->n > 0 && t.root == im->n)
		img_ck_say(ck, CK_MOUNT_TREE, im, -1, "", "no root: every mount has a parent");
	for (size_t i = 0; t.state != NULL && t.root < im->n && i < im->n; i++)
		check_parent(&t, i);
	if (t.state != NULL)
		check_cycles(&t);
	img_map_free(&t.ids);
}

void img_ck_mount_tree(struct check *ck)
{
	CK_EACH(ck, im, "mountpoints-%u.img")
		if (!im->broken)
			check_tree(ck, im);
}

/* ---- entries by themselves ---- */

static bool of_a_fork(uint32_t fstype)
{
	return fstype >= 20 && fstype <= 22;
}

/* Propagation is recorded twice: by flags and by group numbers. */
static void check_propagation(struct check *ck, const struct ck_image *im, size_t i,
			      const MntEntry *m)
{
	struct ck_place at = { im, i, "" };
	enum { SLAVE = 1 << 19, SHARED = 1 << 20 };
	bool shared = m->has_shared_id && m->shared_id != 0;
	bool slave = m->has_master_id && m->master_id != 0;

	if (ck->old_framing) /* no numbers yet */
		return;
	if (shared != ((m->flags & SHARED) != 0))
		img_ck_say_value(ck, shared ? CK_MOUNT_GROUP : CK_ODD(CK_MOUNT_GROUP), &at,
				 "shared_id", m->shared_id,
				 shared ? "set in a mount without the flag MS_SHARED"
					: "missing in a mount with the flag MS_SHARED");
	if (slave != ((m->flags & SLAVE) != 0))
		img_ck_say_value(ck, slave ? CK_MOUNT_GROUP : CK_ODD(CK_MOUNT_GROUP), &at,
				 "master_id", m->master_id,
				 slave ? "set in a mount without the flag MS_SLAVE"
				       : "missing in a mount with the flag MS_SLAVE");
}

/* Flags of mount(2) end at MS_LAZYTIME; those above are the kernel's. */
static void check_numbers(struct check *ck, const struct ck_image *im, size_t i, const MntEntry *m)
{
	enum { ALL_FLAGS = (1 << 26) - 1 };
	struct ck_place at = { im, i, "" };

	if (m->flags > ALL_FLAGS || (m->has_sb_flags && m->sb_flags > ALL_FLAGS))
		img_ck_say_value(ck, CK_ODD(CK_MOUNT_VALUES), &at,
				 m->flags > ALL_FLAGS ? "flags" : "sb_flags",
				 m->flags > ALL_FLAGS ? m->flags : m->sb_flags,
				 "has bits unknown to mount(2)");
	if (m->root_dev == 0)
		img_ck_say_value(ck, CK_ODD(CK_MOUNT_VALUES), &at, "root_dev", 0,
				 "is not a valid device");
	if (m->ext_key != NULL && m->ext_key[0] == '\0')
		img_ck_say(ck, CK_MOUNT_VALUES, im, (int64_t)i, "ext_key", "is empty");
	if (m->fstype == FSTYPE__AUTO && m->fsname == NULL)
		img_ck_say(ck, CK_MOUNT_VALUES, im, (int64_t)i, "fsname",
			   "missing: required by fstype AUTO");
	if (m->mountpoint[0] == '/' && !img_ck_is_plain(m->mountpoint))
		img_ck_say(ck, CK_ODD(CK_MOUNT_VALUES), im, (int64_t)i, "mountpoint",
			   "%s has empty, . or .. components", img_ck_str(ck, m->mountpoint));
}

static bool is_known(const MntEntry *m)
{
	return protobuf_c_enum_descriptor_get_value(&img_pb_fstype__descriptor, (int)m->fstype) !=
	       NULL;
}

/* One device is one file system, wherever it is mounted. */
static void check_fstype(struct check *ck, const struct ck_image *im, size_t i, const MntEntry *m,
			 struct img_map *types)
{
	uint32_t *v = img_ck_map_at(ck, types, m->root_dev);

	if (*v == IMG_MAP_NONE)
		*v = m->fstype;
	else if (*v != m->fstype && m->root_dev != 0)
		img_ck_say(ck, CK_ODD(CK_MOUNT_VALUES), im, (int64_t)i, "fstype",
			   "%" PRIu32 " differs from another mount of device %" PRIu32
			   ", which has %" PRIu32,
			   m->fstype, m->root_dev, *v);
}

void img_ck_mount_values(struct check *ck)
{
	struct img_map ids = { 0 }, types = { 0 };

	CK_EACH(ck, im, "mountpoints-%u.img")
		for (size_t i = 0; i < im->n; i++) {
			const MntEntry *m = im->v[i];

			check_numbers(ck, im, i, m);
			check_propagation(ck, im, i, m);
			if (im->used && img_ck_count(ck, &ids, m->mnt_id) > 0)
				img_ck_say(ck, CK_MOUNT_VALUES, im, (int64_t)i, "mnt_id",
					   CK_ID " is also the id of another mount",
					   CK_N(m->mnt_id));
			if (!is_known(m))
				img_ck_say(ck, CK_IMAGE_UNKNOWN, im, (int64_t)i, "fstype",
					   "%" PRIu32 " is not a value of fstype", m->fstype);
			else
				check_fstype(ck, im, i, m, &types);
			/* Before there was ext_key, the root of an external mount was its key. */
			if (m->root[0] != '/' && m->ext_key == NULL && m->fsname == NULL &&
			    !(m->has_ext_mount && m->ext_mount) && strchr(m->root, ':') == NULL)
				img_ck_say(ck, CK_MOUNT_VALUES, im, (int64_t)i, "root",
					   "%s does not begin with a slash",
					   img_ck_str(ck, m->root));
			if (m->mountpoint[0] != '/' && m->mountpoint[0] != '.')
				img_ck_say(ck, CK_MOUNT_VALUES, im, (int64_t)i, "mountpoint",
					   "%s does not begin with a slash",
					   img_ck_str(ck, m->mountpoint));
		}
	img_map_free(&ids);
	img_map_free(&types);
}

/* Members of a peer group have one file system. */
void img_ck_mount_group(struct check *ck)
{
	struct img_map groups = { 0 };

	CK_EACH(ck, im, "mountpoints-%u.img")
		for (size_t i = 0; i < im->n; i++) {
			const MntEntry *m = im->v[i];
			uint32_t *v;

			if (!m->has_shared_id || m->shared_id == 0)
				continue;
			v = img_ck_map_at(ck, &groups, m->shared_id);
			if (*v == IMG_MAP_NONE)
				*v = m->root_dev;
			else if (*v != m->root_dev)
				img_ck_say(ck, CK_MOUNT_GROUP, im, (int64_t)i, "shared_id",
					   CK_ID " is a group of device %" PRIu32
						 ", but this mount has %" PRIu32,
					   CK_N(m->shared_id), *v, m->root_dev);
			if (m->has_master_id && m->master_id == m->shared_id)
				img_ck_say(ck, CK_MOUNT_GROUP, im, (int64_t)i, "master_id",
					   CK_ID " is the group of the mount itself",
					   CK_N(m->master_id));
		}
	img_map_free(&groups);
}

/* ---- content ---- */

static bool is_provided(const MntEntry *m)
{
	return m->ext_key != NULL || (m->has_ext_mount && m->ext_mount) ||
	       (m->has_with_plugin && m->with_plugin);
}

/* File systems in memory, whose content is dumped; 20 to 22 are those of forks. */
static bool is_stored(const MntEntry *m)
{
	return m->fstype == FSTYPE__TMPFS || m->fstype == FSTYPE__DEVTMPFS ||
	       m->fstype == FSTYPE__AUTO || of_a_fork(m->fstype);
}

/* What CRIU does not know, it takes for 0. */
static bool is_unsupported(const MntEntry *m)
{
	return m->fstype == FSTYPE__UNSUPPORTED || (!is_known(m) && !of_a_fork(m->fstype));
}

/* The root of a namespace exists before CRIU mounts anything. */
static bool is_top(const MntEntry *m)
{
	return m->mountpoint[strspn(m->mountpoint, "./")] == '\0';
}

static void need_content(struct check *ck, const struct ck_image *im, const MntEntry *m, bool root,
			 const struct img_map *provided)
{
	bool there = is_stored(m) && img_ck_use(ck, "tmpfs-dev-%u.tar.gz.img", m->root_dev);

	/* Up to 1.2 they were numbered by mount. */
	there = img_ck_use(ck, "tmpfs-%u.tar.gz.img", m->mnt_id) || there;
	if (m->fstype == FSTYPE__BINFMT_MISC) {
		img_ck_use(ck, "binfmt-misc.img", 0);
		img_ck_use(ck, "binfmt-misc-%u.img", m->root_dev);
	}
	if (m->fstype == FSTYPE__AUTOFS)
		img_ck_need(ck, "autofs-%u.img", m->root_dev,
			    "mount %" PRIu32 " of %s is an autofs", m->mnt_id, im->name);
	if (m->fstype != FSTYPE__TMPFS || there || root || strcmp(m->root, "/") != 0 ||
	    img_map_get(provided, m->root_dev) != IMG_MAP_NONE || ck->old_framing)
		return;
	img_ck_need(ck, "tmpfs-dev-%u.tar.gz.img", m->root_dev,
		    "mount %" PRIu32 " of %s is a tmpfs, %s", m->mnt_id, im->name,
		    img_ck_str(ck, m->mountpoint));
}

void img_ck_mount_content(struct check *ck)
{
	struct img_map provided = { 0 }, roots = { 0 };

	CK_EACH(ck, im, "mountpoints-%u.img")
		for (size_t i = 0; i < im->n; i++) {
			const MntEntry *m = im->v[i];

			if (is_provided(m))
				img_ck_count(ck, &provided, m->root_dev);
			if (is_provided(m) || is_top(m))
				img_ck_count(ck, &roots, m->root_dev);
		}
	CK_EACH(ck, mnt, "mountpoints-%u.img")
		for (size_t i = 0; i < mnt->n; i++) {
			const MntEntry *m = mnt->v[i];

			need_content(ck, mnt, m, is_top(m), &provided);
			if (is_unsupported(m) && !ck->old_framing &&
			    img_map_get(&roots, m->root_dev) == IMG_MAP_NONE)
				img_ck_say(ck, CK_MOUNT_VALUES, mnt, (int64_t)i, "fstype",
					   "%" PRIu32
					   ": CRIU can mount this neither by itself nor as a part "
					   "of another mount",
					   m->fstype);
		}
	img_map_free(&provided);
	img_map_free(&roots);
}

/* ---- files on mounts ---- */

/* Do paths in this dump refer to its own mounts? */
static bool has_mounts(const struct check *ck)
{
	return img_ck_mounts_known(ck) && !ck->old_framing;
}

static void check_mnt_id(struct check *ck, const struct ck_file *f, bool has, int32_t mnt_id)
{
	if (!has || mnt_id == -1)
		return;
	if (img_ck_next(ck, "mountpoints-%u.img", NULL) == NULL && ck->gaps == 0)
		img_ck_say_at(ck, CK_ODD(CK_FILE_MOUNT), &f->at, "mnt_id",
			      "%" PRId32 ", but the mounts of this dump are those of the host",
			      mnt_id);
	else if (mnt_id < 0 || (img_ck_mounts_known(ck) && !img_ck_has_mount(ck, (uint32_t)mnt_id)))
		img_ck_say_at(ck, CK_FILE_MOUNT, &f->at, "mnt_id",
			      "%" PRId32 " is not the id of a mount", mnt_id);
}

/* Links to deleted files are created by CRIU in a place of its own, and have no mount. */
static void need_mnt_id(struct check *ck, const struct ck_file *f, const RegFileEntry *r)
{
	if ((!r->has_mnt_id || r->mnt_id == -1) && has_mounts(ck) && !(r->has_ext && r->ext) &&
	    strstr(r->name, "link_remap.") == NULL)
		img_ck_say_at(ck, CK_FILE_MOUNT, &f->at, "mnt_id",
			      "missing: the mounts are in the dump");
}

void img_ck_file_mount(struct check *ck)
{
	for (size_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const RegFileEntry *r = (const void *)f->what;
		const UnixSkEntry *u = (const void *)f->what;

		if (r == NULL)
			continue;
		if (f->type == FD_TYPES__REG) {
			check_mnt_id(ck, f, r->has_mnt_id, r->mnt_id);
			need_mnt_id(ck, f, r);
		} else if (f->type == FD_TYPES__UNIXSK) {
			check_mnt_id(ck, f, u->has_mnt_id, u->mnt_id);
		}
	}
}
