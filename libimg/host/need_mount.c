#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/dump/mounts.h"
#include "libimg/host/gather.h"
#include "mnt.pb-c.h"

/* ---- the mounts of the dump ---- */

static char *keep(struct img_gather *g, const char *s)
{
	return img_gather_text(g, "%s", s != NULL ? s : "");
}

static void add_mount(struct img_gather *g, const char *image, uint64_t ns, uint64_t entry,
		      const void *msg)
{
	const MntEntry *e = msg;
	struct img_host_mount *more = img_grow(g->mounts, g->n_mounts, sizeof(*more));
	struct img_host_mount m = {
		.id = e->mnt_id,
		.parent = e->parent_mnt_id,
		.ns = (uint32_t)ns,
		.dev = e->root_dev,
		.type = e->fstype,
		.entry = entry,
		.image = keep(g, image),
		.point = keep(g, e->mountpoint),
		.root = keep(g, e->root),
		.key = keep(g, e->ext_key),
		.fsname = keep(g, e->fsname),
		.external = e->ext_mount || (e->ext_key != NULL && e->ext_key[0] != '\0'),
	};

	if (more == NULL) {
		img_gather_no_memory(g);
		return;
	}
	g->mounts = more;
	g->mounts[g->n_mounts++] = m;
}

/* The root of a namespace is the mount whose parent is not in it. */
static void find_roots(struct img_gather *g)
{
	uint32_t root = 0;

	for (size_t i = 0; i < g->n_mounts; i++) {
		uint32_t *slot = img_map_at(&g->mount_ids, g->mounts[i].id);

		if (slot == NULL) {
			img_gather_no_memory(g);
			return;
		}
		if (*slot == IMG_MAP_NONE)
			*slot = (uint32_t)i;
	}
	for (size_t i = 0; i < g->n_mounts; i++) {
		struct img_host_mount *m = &g->mounts[i];
		uint32_t up = img_map_get(&g->mount_ids, m->parent);

		m->is_root = strcmp(m->point, "/") == 0 &&
			     (up == IMG_MAP_NONE || g->mounts[up].ns != m->ns || up == i);
	}
	/* Mounts of one namespace are in one image, and so follow each other. */
	for (size_t i = 0; i < g->n_mounts; i++) {
		if (i == 0 || g->mounts[i].ns != g->mounts[i - 1].ns) {
			root = (uint32_t)i;
			while (root + 1 < g->n_mounts && !g->mounts[root].is_root &&
			       g->mounts[root + 1].ns == g->mounts[i].ns)
				root++;
		}
		g->mounts[i].root_mount = root;
	}
}

void img_need_mounts_load(struct img_gather *g)
{
	size_t i = 0;
	uint64_t ns;

	while (g->own_mnt && !g->failed &&
	       img_gather_next(g, "mountpoints-%u.img", &i, &ns) != NULL)
		img_gather_image(g, "mountpoints-%u.img", ns, add_mount);
	find_roots(g);
}

/* ---- what each of them needs ---- */

/* The type of its file system; "": external, or the root. */
static const char *fs_name(const struct img_host_mount *m)
{
	const char *name = img_mount_fs(m->type);

	if (m->type == FSTYPE__UNSUPPORTED)
		return "";
	return name != NULL ? name : m->fsname;
}

/* Does criu make the file system anew, with all that was in it? */
static bool comes_with_dump(const struct img_host_mount *m)
{
	return fs_name(m)[0] != '\0' && m->type != FSTYPE__AUTO && m->type != FSTYPE__SIMFS &&
	       m->type != FSTYPE__AUFS && m->type != FSTYPE__OVERLAYFS && m->type != FSTYPE__FUSE;
}

/* Is it below a mount point, or that itself? The rest of the path, or NULL. */
static const char *below(const char *path, const char *point)
{
	size_t n = strcmp(point, "/") == 0 ? 0 : strlen(point);

	if (strncmp(path, point, n) != 0 || (path[n] != '/' && path[n] != '\0'))
		return NULL;
	return path + n;
}

/* Of the root's file system: the mount that is the root, or a part of it mounted elsewhere. */
static const char *in_root(struct img_gather *g, const struct img_host_mount *m, const char *path,
			   const char **why)
{
	const struct img_host_mount *root = &g->mounts[m->root_mount];
	const char *rest = below(path, m->point), *top = below(m->root, root->root);

	if (m->is_root)
		return path;
	if (rest == NULL || top == NULL) {
		*why = "its mount comes from outside of the root: criu finds it, or --external "
		       "says "
		       "where";
		return NULL;
	}
	return img_gather_text(g, "%s%s", top, rest);
}

/* Is it of another namespace than that of the root task, and on another device? */
static bool is_inner(const struct img_gather *g, const struct img_host_mount *m)
{
	uint32_t ns = g->root_ids != NULL ? g->root_ids->mnt_ns_id : m->ns;

	for (size_t i = 0; i < g->n_mounts; i++)
		if (g->mounts[i].ns == ns && g->mounts[i].is_root)
			return m->ns != ns && g->mounts[i].dev != m->dev;
	return false;
}

const char *img_need_path(struct img_gather *g, const char *path, int64_t mnt_id, const char **why)
{
	uint32_t i = mnt_id < 0 ? IMG_MAP_NONE : img_map_get(&g->mount_ids, (uint64_t)mnt_id);
	const struct img_host_mount *m = i != IMG_MAP_NONE ? &g->mounts[i] : NULL;

	*why = NULL;
	if (!g->own_mnt)
		return path;
	if (m == NULL) {
		*why = "its mount is not in the dump";
		return NULL;
	}
	/* The root of an inner namespace may be a file system of its own, such as a tmpfs. */
	if (m->is_root && is_inner(g, m) && comes_with_dump(m))
		return NULL;
	if (m->is_root || (m->dev == g->mounts[m->root_mount].dev && !m->external))
		return in_root(g, m, path, why);
	if (m->external)
		*why = img_gather_text(g, "it is in the external mount \"%s\"", m->key);
	else if (!comes_with_dump(m))
		*why = "it is in a file system of its own, which criu mounts";
	return NULL;
}

/* Mounts below the root's file system are made on what is there. */
static void point_of(struct img_gather *g, const struct img_host_mount *m)
{
	uint32_t up = img_map_get(&g->mount_ids, m->parent);
	const struct img_host_mount *parent = up != IMG_MAP_NONE ? &g->mounts[up] : NULL;
	const char *why, *at;
	struct img_need n = { .kind = IMG_NEED_MOUNT_POINT, .image = m->image, .entry = m->entry };

	if (m->is_root || parent == NULL || strcmp(m->point, parent->point) == 0)
		return;
	at = img_need_path(g, m->point, parent->id, &why);
	if (at == NULL)
		return;
	n.name = at;
	n.has = IMG_NEED_IN_ROOT;
	img_gather_put(g, &n);
}

static void type_of(struct img_gather *g, const struct img_host_mount *m)
{
	const char *name = fs_name(m);

	if (m->is_root || m->external || m->dev == g->mounts[m->root_mount].dev || name[0] == '\0')
		return;
	img_gather_plain(g, IMG_NEED_FILESYSTEM, name, m->image, m->entry);
}

static void option_of(struct img_gather *g, const struct img_host_mount *m)
{
	const char *name;

	if (!m->external || m->is_root)
		return;
	name = img_gather_text(g, "--external mnt[%s]:PATH", m->key[0] != '\0' ? m->key : m->point);
	img_gather_plain(g, IMG_NEED_OPTION, name, m->image, m->entry);
}

void img_need_mounts(struct img_gather *g)
{
	for (size_t i = 0; i < g->n_mounts; i++) {
		const struct img_host_mount *m = &g->mounts[i];

		if (i == g->mounts[i].root_mount && m->is_root && i == g->mounts[0].root_mount)
			img_gather_plain(g, IMG_NEED_OPTION, "--root DIR", m->image, m->entry);
		option_of(g, m);
		type_of(g, m);
		point_of(g, m);
	}
}
