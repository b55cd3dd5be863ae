#include "libimg/dump/mounts.h"

#include "libimg/base/buf.h"
#include "libimg/base/map.h"

static int read_entries(struct img_dir *d, uint32_t ns, struct img_mounts *m, struct img_err *err)
{
	struct img_image *im;
	struct img_buf v = { 0 };
	void *msg;
	int r = img_image_open(d, "mountpoints-%u.img", ns, &im, err);

	if (r <= 0)
		return r;
	while ((r = img_image_next_msg(im, m->arena, &msg, err)) > 0) {
		struct img_mount one = { msg, IMG_NO_MOUNT, IMG_NO_MOUNT, IMG_NO_MOUNT };

		img_buf_put(&v, &one, sizeof(one));
	}
	img_image_close(im);
	m->v = (struct img_mount *)(void *)v.p;
	m->n = v.n / sizeof(*m->v);
	if (v.failed)
		return img_fail_mem(err);
	return r < 0 ? -1 : 1;
}

/* The first one with an id counts. 0, or -1: no memory. */
static int find_parents(struct img_mounts *m)
{
	struct img_map ids = { 0 };
	uint32_t *at = NULL;

	for (size_t i = 0; i < m->n; i++) {
		at = img_map_at(&ids, m->v[i].e->mnt_id);
		if (at == NULL)
			break;
		if (*at == IMG_MAP_NONE)
			*at = (uint32_t)i;
	}
	for (size_t i = 0; at != NULL && i < m->n; i++) {
		uint32_t parent = img_map_get(&ids, m->v[i].e->parent_mnt_id);

		if (parent != IMG_MAP_NONE && parent != i)
			m->v[i].parent = parent;
	}
	img_map_free(&ids);
	return at == NULL && m->n > 0 ? -1 : 0;
}

/* Cut each cycle where a walk to the root comes back to itself. */
static int cut_cycles(struct img_mounts *m)
{
	uint32_t *walk = img_calloc(m->n + 1, sizeof(*walk)); /* that came by first, from 1 */

	if (walk == NULL)
		return -1;
	for (size_t i = 0; i < m->n; i++) {
		size_t at = i, last = IMG_NO_MOUNT;

		while (at != IMG_NO_MOUNT && walk[at] == 0) {
			walk[at] = (uint32_t)i + 1;
			last = at;
			at = m->v[at].parent;
		}
		if (at != IMG_NO_MOUNT && last != IMG_NO_MOUNT && walk[at] == i + 1)
			m->v[last].parent = IMG_NO_MOUNT;
	}
	img_free(walk);
	return 0;
}

/* From the end, so that children are in the order of the image. */
static void link_children(struct img_mounts *m)
{
	for (size_t i = m->n; i-- > 0;) {
		size_t parent = m->v[i].parent;
		size_t *head = parent != IMG_NO_MOUNT ? &m->v[parent].child : &m->root;

		m->v[i].next = *head;
		*head = i;
	}
}

int img_mounts_read(struct img_dir *d, uint32_t ns, struct img_mounts **to, struct img_err *err)
{
	struct img_mounts *m = img_calloc(1, sizeof(*m));
	int r;

	*to = m;
	if (m == NULL)
		return img_fail_mem(err);
	m->root = IMG_NO_MOUNT;
	m->arena = img_arena_new(0);
	r = m->arena != NULL ? read_entries(d, ns, m, err) : img_fail_mem(err);
	if (r != 0 && (find_parents(m) < 0 || cut_cycles(m) < 0)) {
		m->n = 0;
		r = img_fail_mem(err);
	}
	link_children(m);
	if (r != 0)
		return r;
	img_mounts_free(m);
	*to = NULL;
	return 0;
}

void img_mounts_free(struct img_mounts *m)
{
	if (m == NULL)
		return;
	img_arena_free(m->arena);
	img_free(m->v);
	img_free(m);
}

size_t img_mounts_walk(const struct img_mounts *m, size_t i, unsigned *depth)
{
	if (m->v[i].child != IMG_NO_MOUNT) {
		++*depth;
		return m->v[i].child;
	}
	while (m->v[i].next == IMG_NO_MOUNT) {
		i = m->v[i].parent;
		if (i == IMG_NO_MOUNT)
			return IMG_NO_MOUNT;
		--*depth;
	}
	return m->v[i].next;
}

static const char *const file_systems[] = {
	[FSTYPE__PROC] = "proc",
	[FSTYPE__SYSFS] = "sysfs",
	[FSTYPE__DEVTMPFS] = "devtmpfs",
	[FSTYPE__BINFMT_MISC] = "binfmt_misc",
	[FSTYPE__TMPFS] = "tmpfs",
	[FSTYPE__DEVPTS] = "devpts",
	[FSTYPE__SIMFS] = "simfs",
	[FSTYPE__PSTORE] = "pstore",
	[FSTYPE__SECURITYFS] = "securityfs",
	[FSTYPE__FUSECTL] = "fusectl",
	[FSTYPE__DEBUGFS] = "debugfs",
	[FSTYPE__CGROUP] = "cgroup",
	[FSTYPE__AUFS] = "aufs",
	[FSTYPE__MQUEUE] = "mqueue",
	[FSTYPE__FUSE] = "fuse",
	[FSTYPE__OVERLAYFS] = "overlay",
	[FSTYPE__AUTOFS] = "autofs",
	[FSTYPE__TRACEFS] = "tracefs",
	[FSTYPE__CGROUP2] = "cgroup2",
};

const char *img_mount_fs(uint32_t fstype)
{
	return fstype < sizeof(file_systems) / sizeof(file_systems[0]) ? file_systems[fstype]
								       : NULL;
}
