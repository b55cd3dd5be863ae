#include "libimg/memory/pinned.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "libimg/image/type.h"
#include "libimg/memory/shmem.h"

static bool is_untracked(const struct img_vma *v)
{
	return v->flags & MAP_HUGETLB || v->status & IMG_VMA_EXT_PLUGIN;
}

static bool is_pinned(const struct img_vma *v)
{
	return is_untracked(v) || v->status & IMG_VMA_AIORING || !(v->prot & PROT_READ);
}

static bool is_shared(const struct img_vma *v)
{
	enum img_backing by = img_vma_backing(v);

	return by == IMG_BY_MEMFD || by == IMG_BY_SEGMENT;
}

static int add(struct img_buf *to, uint64_t shmid, uint64_t start, uint64_t end,
	       struct img_err *err)
{
	struct img_pinned p = { shmid, start, end };

	img_buf_put(to, &p, sizeof(p));
	return to->failed ? img_fail_mem(err) : 0;
}

int img_pinned_of_task(const struct img_space *s, struct img_buf *to, struct img_err *err)
{
	for (size_t i = 0; i < s->n; i++)
		if (is_pinned(&s->vmas[i]) && add(to, 0, s->vmas[i].start, s->vmas[i].end, err) < 0)
			return -1;
	return 0;
}

/* Of a segment the mapping shows a part. One that leads to none is for others to report. */
static int add_part(struct img_shmems *segs, const struct img_vma *v, struct img_buf *to,
		    struct img_err *err)
{
	struct img_shmem seg;
	uint64_t end;

	if (!is_untracked(v) || !is_shared(v))
		return 0;
	if (img_shmem_of(segs, v, &seg, err) < 0)
		return -1;
	if (__builtin_add_overflow(v->pgoff, v->end - v->start, &end))
		end = UINT64_MAX;
	return add(to, seg.shmid, v->pgoff, end, err);
}

static int task_parts(struct img_dir *d, struct img_shmems *segs, uint32_t pid, struct img_buf *to,
		      struct img_err *err)
{
	struct img_space s;
	int r = img_space_read(d, pid, &s, err);

	if (r == 0)
		return 0;
	for (size_t i = 0; i < s.n && r > 0; i++)
		if (add_part(segs, &s.vmas[i], to, err) < 0)
			r = -1;
	img_space_free(&s);
	return r < 0 ? -1 : 0;
}

static int by_start(const void *x, const void *y)
{
	const struct img_pinned *a = x, *b = y;

	if (a->shmid != b->shmid)
		return a->shmid < b->shmid ? -1 : 1;
	return a->start < b->start ? -1 : a->start > b->start;
}

/* Ascending and apart: several mappings may show the same part. */
static void tidy(struct img_buf *list)
{
	struct img_pinned *p = (struct img_pinned *)(void *)list->p;
	size_t n = list->n / sizeof(*p), k = 0;

	if (n == 0)
		return;
	qsort(p, n, sizeof(*p), by_start);
	for (size_t i = 1; i < n; i++)
		if (p[i].shmid != p[k].shmid || p[i].start > p[k].end)
			p[++k] = p[i];
		else if (p[i].end > p[k].end)
			p[k].end = p[i].end;
	list->n = (k + 1) * sizeof(*p);
}

int img_pinned_of_segments(struct img_dir *d, struct img_buf *to, struct img_err *err)
{
	struct img_shmems *segs = img_shmem_new(d, NULL);
	struct img_dir_names l;
	int r = 0;

	if (segs == NULL)
		return img_fail_mem(err);
	if (img_dir_list(d, &l, err) < 0) {
		img_shmem_free(segs);
		return img_err_in(err, img_dir_path(d), "");
	}
	for (size_t i = 0; i < l.n && r == 0; i++) {
		uint64_t pid;
		const struct img_type *t = img_type_by_file(l.v[i], &pid);

		if (t != NULL && strcmp(t->name, "MM") == 0 && pid <= UINT32_MAX)
			r = task_parts(d, segs, (uint32_t)pid, to, err);
	}
	img_list_free(&l);
	img_shmem_free(segs);
	tidy(to);
	return r;
}

/* The first range of the list that ends above addr, or the end of the list. */
static size_t first_above(const struct img_pinned *p, size_t n, uint64_t shmid, uint64_t addr)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p[mid].shmid < shmid || (p[mid].shmid == shmid && p[mid].end <= addr))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

uint64_t img_pinned_stretch(const struct img_buf *list, uint64_t shmid, uint64_t addr, uint64_t end,
			    bool *pinned)
{
	const struct img_pinned *p = (const struct img_pinned *)(const void *)list->p;
	size_t n = list->n / sizeof(*p), i = n > 0 ? first_above(p, n, shmid, addr) : 0;

	*pinned = false;
	if (i == n || p[i].shmid != shmid || p[i].start >= end)
		return end - addr;
	if (p[i].start > addr)
		return p[i].start - addr;
	*pinned = true;
	return (p[i].end < end ? p[i].end : end) - addr;
}
