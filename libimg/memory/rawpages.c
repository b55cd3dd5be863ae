#include "libimg/memory/rawpages.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "libimg/base/buf.h"
#include "libimg/msg/criu.h"
#include "libimg/msg/linux.h"

struct raw_range {
	uint64_t start, end;
};

struct img_rawpages {
	struct img_space space; /* of a task */
	struct img_buf raw;     /* ranges, ascending and apart */
};

/* 32-bit tasks: addresses in pagemaps may be sign-extended. */
static uint64_t plain(uint64_t addr)
{
	return addr >> 32 == UINT32_MAX && (uint32_t)addr >> 31 ? (uint32_t)addr : addr;
}

static bool stays_raw(const struct img_vma *v)
{
	return (v->flags & MAP_HUGETLB) || (v->status & IMG_VMA_EXT_PLUGIN);
}

static bool is_shared(const struct img_vma *v)
{
	return (v->flags & IMG_MAP_TYPE) == IMG_MAP_SHARED ||
	       (v->status & (IMG_VMA_FILE_SHARED | IMG_VMA_ANON_SHARED | IMG_VMA_SYSVIPC));
}

static int add(struct img_rawpages *rp, uint64_t start, uint64_t end, struct img_err *err)
{
	const struct raw_range r = { start, end };

	img_buf_put(&rp->raw, &r, sizeof(r));
	return rp->raw.failed ? img_fail_mem(err) : 0;
}

static int missing(struct img_dir *d, uint64_t pid, bool any, struct img_err *err)
{
	char name[64];

	img_type_file_name("mm-%u.img", pid, name, sizeof(name));
	img_fail(err, IMG_EDATA, IMG_NOWHERE,
		 "no %s, so pages that must not be compressed are unknown",
		 any ? "mm image" : name);
	return img_err_in(err, img_dir_path(d), "");
}

static int of_task(struct img_rawpages *rp, struct img_dir *d, uint64_t pid, struct img_err *err)
{
	int r = pid <= UINT32_MAX ? img_space_read(d, (uint32_t)pid, &rp->space, err) : 0;

	if (r <= 0)
		return r < 0 ? -1 : missing(d, pid, false, err);
	for (size_t i = 0; i < rp->space.n; i++)
		if (stays_raw(&rp->space.vmas[i]) &&
		    add(rp, rp->space.vmas[i].start, rp->space.vmas[i].end, err) < 0)
			return -1;
	return 0;
}

/* Mappings of the segment: what they are of it, by offset. */
static int of_space(struct img_rawpages *rp, const struct img_space *s, uint64_t shmid,
		    struct img_err *err)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct img_vma *v = &s->vmas[i];

		/* A file in memory is named by its id: better too many that stay as they are. */
		if (stays_raw(v) && is_shared(v) &&
		    (v->shmid == shmid || v->status & IMG_VMA_MEMFD) &&
		    add(rp, v->pgoff, v->pgoff + (v->end - v->start), err) < 0)
			return -1;
	}
	return 0;
}

static int of_segment(struct img_rawpages *rp, struct img_dir *d, uint64_t shmid,
		      struct img_err *err)
{
	const struct img_type *t = img_type_by_pattern("mm-%u.img");
	struct img_dir_names l;
	bool any = false;
	int r = img_dir_list(d, &l, err);

	if (r < 0)
		return img_err_in(err, img_dir_path(d), "");
	for (size_t i = 0; i < l.n && r == 0; i++) {
		struct img_space s = { 0 };
		uint64_t pid;

		if (img_type_by_file(l.v[i], &pid) != t || pid > UINT32_MAX)
			continue;
		r = img_space_read(d, (uint32_t)pid, &s, err) < 0 ? -1
								  : of_space(rp, &s, shmid, err);
		any = true;
		img_space_free(&s);
	}
	img_list_free(&l);
	return r < 0 || any ? r : missing(d, 0, true, err);
}

static int by_start(const void *a, const void *b)
{
	const struct raw_range *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* In order, and apart. */
static void settle(struct img_buf *b)
{
	struct raw_range *v = (struct raw_range *)(void *)b->p;
	size_t n = b->n / sizeof(*v), k = 0;

	if (n == 0)
		return;
	qsort(v, n, sizeof(*v), by_start);
	for (size_t i = 1; i < n; i++)
		if (v[i].start > v[k].end)
			v[++k] = v[i];
		else if (v[i].end > v[k].end)
			v[k].end = v[i].end;
	b->n = (k + 1) * sizeof(*v);
}

int img_rawpages_open(struct img_dir *d, bool shared, uint64_t id, struct img_rawpages **out,
		      struct img_err *err)
{
	struct img_rawpages *rp = img_calloc(1, sizeof(*rp));
	int r;

	if (rp == NULL)
		return img_fail_mem(err);
	r = shared ? of_segment(rp, d, id, err) : of_task(rp, d, id, err);
	if (r < 0) {
		img_rawpages_close(rp);
		return -1;
	}
	settle(&rp->raw);
	*out = rp;
	return 0;
}

void img_rawpages_close(struct img_rawpages *rp)
{
	if (rp == NULL)
		return;
	img_space_free(&rp->space);
	img_buf_free(&rp->raw);
	img_free(rp);
}

bool img_rawpages_in(const struct img_rawpages *rp, uint64_t addr, uint64_t end)
{
	const struct raw_range *v = (const struct raw_range *)(const void *)rp->raw.p;
	size_t lo = 0, n = rp->raw.n / sizeof(*v), hi = n;
	uint64_t from = plain(addr), to = from + (end - addr);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid].end <= from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && v[lo].start < to;
}

uint64_t img_rawpages_border(const struct img_rawpages *rp, uint64_t addr)
{
	uint64_t at = plain(addr), next;
	const struct img_vma *v = img_space_find(&rp->space, at);

	if (v == NULL)
		return UINT64_MAX;
	next = v->start > at ? v->start : v->end;
	return addr + (next - at);
}
