#include "libimg/memory/shmem.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fdinfo.pb-c.h"
#include "libimg/base/buf.h"
#include "libimg/base/map.h"
#include "ipc-shm.pb-c.h"
#include "memfd.pb-c.h"

/* One entry of memfd.img. */
struct inode {
	uint64_t size, shmid;
	size_t name, name_n; /* in `names` */
};

struct img_shmems {
	struct img_dir *dir;
	struct img_files *files;
	bool own_files, asked_files, asked_inodes;
	struct img_arena *arena;
	struct img_buf inodes; /* struct inode */
	struct img_map by_id;  /* their indices in it */
	struct img_buf names;
	struct img_err damage; /* of files.img; kind 0: none */
	bool reported;         /* the damage, found on the way to a path */
};

struct img_shmems *img_shmem_new(struct img_dir *d, struct img_files *files)
{
	struct img_shmems *s = img_calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->arena = img_arena_new(0);
	if (s->arena == NULL) {
		img_free(s);
		return NULL;
	}
	s->dir = d;
	s->files = files;
	s->asked_files = files != NULL;
	return s;
}

void img_shmem_free(struct img_shmems *s)
{
	if (s == NULL)
		return;
	if (s->own_files)
		img_files_close(s->files);
	img_arena_free(s->arena);
	img_buf_free(&s->inodes);
	img_map_free(&s->by_id);
	img_buf_free(&s->names);
	img_free(s);
}

static int want_files(struct img_shmems *s, struct img_err *err)
{
	if (s->asked_files)
		return 0;
	/* A damaged index is used up to the damage. */
	if (img_files_open(s->dir, &s->files, err) < 0) {
		if (err->kind == IMG_ESYS) {
			img_files_close(s->files);
			s->files = NULL;
			return -1;
		}
		s->damage = *err;
	}
	s->own_files = true;
	s->asked_files = true;
	return 0;
}

int img_shmem_path(struct img_shmems *s, uint64_t id, const char **path, struct img_err *err)
{
	const FileEntry *e;
	void *entry = NULL;
	int r = 0;

	*path = NULL;
	if (want_files(s, err) < 0)
		return -1;
	img_arena_reset(s->arena);
	if (s->files != NULL && id <= UINT32_MAX)
		r = img_files_get(s->files, FD_TYPES__REG, (uint32_t)id, s->arena, &entry, err);
	e = entry;
	if (r > 0 && e->reg != NULL)
		*path = e->reg->name;
	if (r >= 0 && s->damage.kind != 0 && !s->reported) {
		*err = s->damage;
		s->reported = true;
		return -1;
	}
	return r < 0 ? -1 : *path != NULL;
}

static int add_inode(struct img_shmems *s, const MemfdInodeEntry *e, struct img_err *err)
{
	struct inode i = { e->size, e->shmid, s->names.n, strlen(e->name) };
	uint32_t *place = img_map_at(&s->by_id, e->inode_id);

	if (place == NULL)
		return img_fail_mem(err);
	/* Of inodes with one id the first counts. */
	if (*place != IMG_MAP_NONE)
		return 0;
	*place = (uint32_t)(s->inodes.n / sizeof(i));
	img_buf_put(&s->names, e->name, i.name_n);
	img_buf_put(&s->inodes, &i, sizeof(i));
	return s->names.failed || s->inodes.failed ? img_fail_mem(err) : 0;
}

static int want_inodes(struct img_shmems *s, struct img_err *err)
{
	struct img_image *im;
	void *msg;
	int r;

	if (s->asked_inodes)
		return 0;
	s->inodes.n = s->names.n = 0;
	img_map_free(&s->by_id);
	r = img_image_open(s->dir, "memfd.img", 0, &im, err);
	if (r > 0) {
		do {
			img_arena_reset(s->arena);
			r = img_image_next_msg(im, s->arena, &msg, err);
		} while (r > 0 && add_inode(s, msg, err) == 0);
		img_image_close(im);
	}
	s->asked_inodes = r == 0;
	return r == 0 ? 0 : -1;
}

static const struct inode *find_inode(const struct img_shmems *s, uint64_t id)
{
	uint32_t place = img_map_get(&s->by_id, id);

	if (place == IMG_MAP_NONE)
		return NULL;
	return (const struct inode *)(const void *)s->inodes.p + place;
}

static int lost(struct img_shmems *s, const struct img_vma *v, const char *image, const char *what,
		uint64_t id, struct img_err *err)
{
	img_fail(err, IMG_EDATA, IMG_NOWHERE,
		 "%s %" PRIu64 " of the mapping at 0x%" PRIx64 " is missing", what, id, v->start);
	return img_err_in(err, img_dir_path(s->dir), image);
}

/* A memfd file that is in no image: one in a truncated or missing image may exist. */
static int no_memfd(struct img_shmems *s, const struct img_vma *v, struct img_err *err)
{
	if (s->files == NULL)
		return img_image_absent(s->dir, "files.img", 0, err);
	if (s->damage.kind == 0)
		return lost(s, v, "files.img", "MEMFD file", v->shmid, err);
	*err = s->damage;
	return -1;
}

static int memfd(struct img_shmems *s, const struct img_vma *v, struct img_shmem *seg,
		 struct img_err *err)
{
	const struct inode *inode;
	const FileEntry *e;
	void *entry = NULL;
	int r = 0;

	if (want_files(s, err) < 0 || want_inodes(s, err) < 0)
		return -1;
	img_arena_reset(s->arena);
	if (s->files != NULL && v->shmid <= UINT32_MAX)
		r = img_files_get(s->files, FD_TYPES__MEMFD, (uint32_t)v->shmid, s->arena, &entry,
				  err);
	if (r < 0)
		return -1;
	e = entry;
	if (r == 0 || e->memfd == NULL)
		return no_memfd(s, v, err);
	inode = find_inode(s, e->memfd->inode_id);
	if (inode == NULL)
		return lost(s, v, "memfd.img", "inode", e->memfd->inode_id, err);
	seg->shmid = inode->shmid;
	seg->size = inode->size;
	seg->name = (const char *)s->names.p + inode->name;
	seg->name_n = inode->name_n;
	return 0;
}

int img_shmem_of(struct img_shmems *s, const struct img_vma *v, struct img_shmem *seg,
		 struct img_err *err)
{
	if (img_vma_backing(v) == IMG_BY_MEMFD)
		return memfd(s, v, seg, err);
	*seg = (struct img_shmem){ v->shmid, IMG_UNKNOWN, NULL, 0 };
	return 0;
}

/* ---- System V before CRIU 3.0 ---- */

static int take(struct img_image *im, const struct img_entry *e, uint64_t size,
		struct img_inlined *where, struct img_err *err)
{
	where->off = e->body.off + e->body.n;
	where->size = size;
	snprintf(where->file, sizeof(where->file), "%s", img_image_name(im));
	return img_file_dup(img_image_file(im), &where->f, err) == 0 ? 1 : img_image_fail(im, err);
}

/* Search one image of segments. */
static int look_in(struct img_shmems *s, uint64_t ns, uint64_t shmid, struct img_inlined *where,
		   struct img_err *err)
{
	struct img_image *im;
	struct img_entry e;
	int r = img_image_open(s->dir, "ipcns-shm-%u.img", ns, &im, err);

	if (r <= 0)
		return r;
	while ((r = img_image_next(im, &e, err)) > 0) {
		const IpcShmEntry *shm;

		img_arena_reset(s->arena);
		shm = img_image_unpack(im, &e, s->arena, err);
		if (shm == NULL) {
			r = -1;
			break;
		}
		if (shm->desc->id != shmid || (shm->has_in_pagemaps && shm->in_pagemaps))
			continue;
		r = take(im, &e, shm->size, where, err);
		break;
	}
	img_image_close(im);
	return r;
}

int img_shmem_inlined(struct img_shmems *s, uint64_t shmid, struct img_inlined *where,
		      struct img_err *err)
{
	static const char prefix[] = "ipcns-shm-";
	struct img_dir_names l;
	uint64_t ns;
	int r = 0;

	if (img_dir_list(s->dir, &l, err) < 0)
		return -1;
	for (size_t i = 0; i < l.n && r == 0; i++)
		if (strncmp(l.v[i], prefix, sizeof(prefix) - 1) == 0 &&
		    img_type_by_file(l.v[i], &ns) != NULL)
			r = look_in(s, ns, shmid, where, err);
	img_list_free(&l);
	return r;
}
