/* Shared memory: the segments of a dump, their lengths, their pages. */
#include <sys/stat.h>

#include "ipc-shm.pb-c.h"
#include "libimg/base/buf.h"
#include "libimg/check/model.h"
#include "libimg/dump/vma.h"
#include "memfd.pb-c.h"

/* ---- loading ---- */

static struct ck_segment *add(struct check *ck, struct img_buf *list, uint64_t shmid)
{
	uint32_t *i = img_ck_map_at(ck, &ck->shmids, shmid);

	if (*i == IMG_MAP_NONE) {
		struct ck_segment s = { .shmid = shmid, .page_size = 4096, .path = "" };

		*i = (uint32_t)(list->n / sizeof(s));
		img_buf_put(list, &s, sizeof(s));
	}
	ck->no_memory = ck->no_memory || list->failed;
	return ck->no_memory ? NULL : (struct ck_segment *)(void *)list->p + *i;
}

static void add_memfds(struct check *ck, struct img_buf *list)
{
	const struct ck_image *im = img_ck_find(ck, "memfd.img", 0);

	for (size_t i = 0; im != NULL && i < im->n; i++) {
		const MemfdInodeEntry *m = im->v[i];
		struct ck_segment *s = add(ck, list, m->shmid);

		if (s == NULL || s->im != NULL)
			continue;
		s->im = im;
		s->entry = (int64_t)i;
		s->path = "shmid";
		s->size = m->size;
	}
}

static void add_sysv(struct check *ck, struct img_buf *list)
{
	CK_EACH(ck, im, "ipcns-shm-%u.img")
		for (size_t i = 0; i < im->n; i++) {
			const IpcShmEntry *m = im->v[i];
			struct ck_segment *s = add(ck, list, m->desc->id);

			if (s == NULL)
				return;
			s->sysv = true;
			s->im = im;
			s->entry = (int64_t)i;
			s->path = "desc.id";
			/* Before 3.0 the content followed the entry. */
			s->size = m->size;
		}
}

/* Anonymous shared memory is as long as its mappings need. */
static void add_anonymous(struct check *ck, struct img_buf *list, const struct ck_task *t)
{
	const uint32_t others = IMG_VMA_SYSVIPC | IMG_VMA_MEMFD | IMG_VMA_SOCKET |
				IMG_VMA_FILE_PRIVATE | IMG_VMA_FILE_SHARED | IMG_VMA_GUARD;

	for (size_t i = 0; i < t->n_vmas; i++) {
		const VmaEntry *v = t->vmas[i];
		struct ck_segment *s;
		uint64_t end;

		if (!(v->status & IMG_VMA_ANON_SHARED) || v->status & others ||
		    v->end <= v->start || __builtin_add_overflow(v->pgoff, v->end - v->start, &end))
			continue;
		s = add(ck, list, v->shmid);
		if (s == NULL)
			return;
		if (s->im == NULL) {
			bool old = t->vmas_im != t->mm_im;
			char *path = img_ck_alloc(ck, 40, 1);

			if (path == NULL)
				return;
			snprintf(path, 40, old ? "shmid" : "vmas[%zu].shmid", i);
			s->anon = true;
			s->im = t->vmas_im;
			s->entry = old ? (int64_t)i : 0;
			s->path = path;
			s->page_size = t->page_size;
		}
		if (s->anon && end > s->size)
			s->size = end;
	}
}

void img_ck_load_segments(struct check *ck)
{
	struct img_buf list = { 0 };

	ck->sysv_whole = true;
	CK_EACH(ck, im, "ipcns-shm-%u.img")
		ck->sysv_whole = ck->sysv_whole && !im->broken;
	add_memfds(ck, &list);
	add_sysv(ck, &list);
	for (size_t i = 0; i < ck->n_tasks; i++)
		add_anonymous(ck, &list, &ck->tasks[i]);
	ck->segments = (struct ck_segment *)(void *)list.p;
	ck->n_segments = list.n / sizeof(struct ck_segment);
	for (size_t i = 0; ck->n_tasks > 0 && i < ck->n_segments; i++)
		ck->segments[i].page_size = ck->tasks[0].page_size;
}

const struct ck_segment *img_ck_segment_of(const struct check *ck, uint64_t shmid)
{
	uint32_t i = img_map_get(&ck->shmids, shmid);

	return i != IMG_MAP_NONE ? &ck->segments[i] : NULL;
}

/* ---- rules ---- */

/* Does its content follow the entry, as CRIU before 3.0 wrote it? */
static bool is_inline(const struct ck_segment *s)
{
	const IpcShmEntry *m = s->sysv ? s->im->v[s->entry] : NULL;

	return m != NULL && !(m->has_in_pagemaps && m->in_pagemaps);
}

void img_ck_segment_pages(struct check *ck)
{
	for (size_t i = 0; i < ck->n_segments; i++) {
		const struct ck_segment *s = &ck->segments[i];

		/* Before 0.5 the addresses were between the pages. */
		if (img_ck_use(ck, "pagemap-shmem-%u.img", s->shmid) ||
		    img_ck_use(ck, "pages-shmem-%u.img", s->shmid))
			continue;
		if (s->size == 0 || is_inline(s))
			continue;
		ck->gaps++;
		img_ck_say(ck, CK_SEGMENT_PAGES, s->im, s->entry, s->path,
			   CK_ID ": pagemap-shmem-%" PRIu64 ".img with its %" PRIu64
				 " bytes is missing",
			   CK_N(s->shmid), s->shmid, s->size);
	}
}

static void check_inode(struct check *ck, const struct ck_image *im, size_t i,
			const MemfdInodeEntry *m)
{
	enum { SEALS = 0x3f }; /* of fcntl(2) */
	/* MFD_HUGETLB, MAP_HUGETLB, and the size of the pages above. */
	const uint32_t huge = UINT32_C(0x3f) << 26 | 0x40000 | 4;

	if (m->seals & ~(uint32_t)SEALS)
		img_ck_say(ck, CK_MEMFD_INODE, im, (int64_t)i, "seals",
			   "0x%" PRIx32 " has bits unknown to Linux", m->seals);
	if (m->size > INT64_MAX)
		img_ck_say(ck, CK_MEMFD_INODE, im, (int64_t)i, "size",
			   "%" PRIu64 " bytes, more than the largest file", m->size);
	if (m->has_hugetlb_flag && m->hugetlb_flag & ~huge)
		img_ck_say(ck, CK_ODD(CK_MEMFD_INODE), im, (int64_t)i, "hugetlb_flag",
			   "0x%" PRIx32 " is not a huge page size", m->hugetlb_flag);
	if (m->has_mode && !S_ISREG(m->mode))
		img_ck_say(ck, CK_ODD(CK_MEMFD_INODE), im, (int64_t)i, "mode",
			   "0%" PRIo32 " is not that of a regular file", m->mode);
}

/* Instead of a count of the inode: a file has it open. */
#define OPEN (UINT32_MAX - 1)

static void check_memfd(struct check *ck, const struct ck_file *f, const struct ck_image *im,
			struct img_map *ids)
{
	const MemfdFileEntry *m = (const void *)f->what;
	uint32_t *v = img_ck_map_at(ck, ids, m->inode_id);

	if (m->pos > INT64_MAX)
		img_ck_say_at(ck, CK_FILE_VALUES, &f->at, "pos",
			      "%" PRIu64 " exceeds the largest file offset", m->pos);
	if (*v != IMG_MAP_NONE)
		*v = OPEN;
	else if (!im->broken)
		img_ck_say_at(ck, CK_MEMFD_INODE, &f->at, "inode_id",
			      CK_ID " is not the id of an inode in memfd.img", CK_N(m->inode_id));
}

/* memfd.img: each inode appears once, each is open in some file. */
void img_ck_memfd_inode(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "memfd.img", 0);
	struct img_map ids = { 0 }, shmids = { 0 };

	if (im == NULL)
		return;
	for (size_t i = 0; i < im->n; i++) {
		const MemfdInodeEntry *m = im->v[i];

		check_inode(ck, im, i, m);
		if (img_ck_count(ck, &ids, m->inode_id) > 0)
			img_ck_say(ck, CK_MEMFD_INODE, im, (int64_t)i, "inode_id",
				   CK_ID " is also that of another inode", CK_N(m->inode_id));
		if (img_ck_count(ck, &shmids, m->shmid) > 0)
			img_ck_say(ck, CK_MEMFD_INODE, im, (int64_t)i, "shmid",
				   CK_ID " is also that of another inode", CK_N(m->shmid));
	}
	for (size_t i = 0; i < ck->n_files; i++)
		if (ck->files[i].type == FD_TYPES__MEMFD && ck->files[i].what != NULL)
			check_memfd(ck, &ck->files[i], im, &ids);
	for (size_t i = 0; ck->files_whole && ck->gaps == 0 && i < im->n; i++) {
		const MemfdInodeEntry *m = im->v[i];

		if (img_map_get(&ids, m->inode_id) != OPEN)
			img_ck_say(ck, CK_ODD(CK_MEMFD_INODE), im, (int64_t)i, "inode_id",
				   CK_ID " is not the inode of an open file", CK_N(m->inode_id));
	}
	img_map_free(&ids);
	img_map_free(&shmids);
}
