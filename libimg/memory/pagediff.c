#include "libimg/memory/pagediff.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/fileid.h"

enum { CHUNK = 128 << 10 };

struct img_pagediff {
	struct img_mem *m[2];
	uint32_t page;
	uint64_t at, end;
	struct img_run run[2]; /* that hold `at`, where `has` */
	bool has[2];

	/* Pages compared but not yet returned: [known, known_end), `differs` a bit for each. */
	uint64_t known, known_end;
	bool differs[CHUNK / 4096];

	uint64_t done;
	void (*tick)(void *arg, uint64_t done);
	void *tick_arg;
	uint8_t buf[2][CHUNK];
};

struct img_pagediff *img_pagediff_new(struct img_mem *first, struct img_mem *second,
				      struct img_err *err)
{
	struct img_pagediff *d;

	if (img_mem_page_size(first) != img_mem_page_size(second)) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE,
			 "page size is %" PRIu32 " in one dump, %" PRIu32 " in the other",
			 img_mem_page_size(first), img_mem_page_size(second));
		return NULL;
	}
	d = img_realloc(NULL, sizeof(*d));
	if (d == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	memset(d, 0, offsetof(struct img_pagediff, buf)); /* which takes longer than a small task */
	d->m[0] = first;
	d->m[1] = second;
	d->page = img_mem_page_size(first);
	return d;
}

void img_pagediff_free(struct img_pagediff *d)
{
	img_free(d);
}

void img_pagediff_over(struct img_pagediff *d, uint64_t start, uint64_t end)
{
	d->at = start;
	d->end = end;
	d->has[0] = d->has[1] = false;
	d->known = d->known_end = 0;
}

void img_pagediff_watch(struct img_pagediff *d, void (*tick)(void *arg, uint64_t done), void *arg)
{
	d->tick = tick;
	d->tick_arg = arg;
}

uint64_t img_pagediff_done(const struct img_pagediff *d)
{
	return d->done;
}

static bool stored(const struct img_run *run)
{
	return run->where == IMG_HERE || run->where == IMG_PARENT;
}

/* Are both at the same place of the same file? */
static bool same_place(const struct img_run *a, uint64_t a_off, const struct img_run *b,
		       uint64_t b_off)
{
	/* Of compressed pages only the entry has an offset. */
	return a->fd >= 0 && b->fd >= 0 && a_off == b_off && img_same_file(a->fd, b->fd);
}

/* Decide without reading: 1 with *same or *change, 0: compare the bytes. */
static int at_sight(const struct img_run *a, const struct img_run *b, bool *same,
		    enum img_pagechange *change)
{
	bool no_a = a->where == IMG_UNMAPPED, no_b = b->where == IMG_UNMAPPED;

	*same = false;
	if (no_a || no_b) {
		*same = no_a && no_b;
		*change = no_a ? IMG_NEW : IMG_GONE;
		return 1;
	}
	if (a->where == IMG_LAZY || b->where == IMG_LAZY) {
		*change = IMG_UNSURE;
		return 1;
	}
	if (a->where == IMG_ABSENT || b->where == IMG_ABSENT) {
		/* In neither image: each has the content of its mapping. */
		*same = a->where == b->where;
		*change = a->where == IMG_ABSENT ? IMG_NEW : IMG_GONE;
		return 1;
	}
	*same = a->where == IMG_ZERO && b->where == IMG_ZERO;
	return *same;
}

/* Bytes of a run at addr, which is in it. */
static int read_at(const struct img_run *run, uint64_t addr, uint8_t *to, size_t n,
		   struct img_err *err)
{
	if (stored(run))
		return img_run_read(run, addr - run->addr, to, n, err);
	memset(to, 0, n);
	return 0;
}

/* Compare the n bytes at `at`, page by page. */
static int compare(struct img_pagediff *d, size_t n, struct img_err *err)
{
	for (int i = 0; i < 2; i++)
		if (read_at(&d->run[i], d->at, d->buf[i], n, err) < 0)
			return -1;
	d->done += n;
	d->known = d->at;
	d->known_end = d->at + n;
	for (size_t o = 0, page = 0; o < n; page++) {
		/* The range need not begin on a page boundary. */
		size_t k = d->page - (size_t)((d->at + o) % d->page);

		if (k > n - o)
			k = n - o;
		d->differs[page] = memcmp(d->buf[0] + o, d->buf[1] + o, k) != 0;
		o += k;
	}
	return 0;
}

/* The runs of both at `at`; *left: bytes for which both continue. */
static int align(struct img_pagediff *d, uint64_t *left, struct img_err *err)
{
	*left = UINT64_MAX;
	for (int i = 0; i < 2; i++) {
		uint64_t end = d->run[i].addr + d->run[i].len;

		if (!d->has[i] || d->at >= end) {
			if (img_mem_run(d->m[i], d->at, d->end, &d->run[i], err) < 0)
				return -1;
			d->has[i] = true;
			end = d->run[i].addr + d->run[i].len;
		}
		if (end - d->at < *left)
			*left = end - d->at;
	}
	return 0;
}

/* One step from `at`: its length and result. `same`: nothing to report. */
static int step(struct img_pagediff *d, uint64_t *n, bool *same, enum img_pagechange *change,
		struct img_err *err)
{
	const struct img_run *a = &d->run[0], *b = &d->run[1];

	if (align(d, n, err) < 0)
		return -1;
	if (at_sight(a, b, same, change))
		return 0;
	*change = IMG_CHANGED;
	if (d->at < d->known || d->at >= d->known_end) {
		size_t most = CHUNK - (size_t)(d->at % d->page);

		*same = same_place(a, a->off + (d->at - a->addr), b, b->off + (d->at - b->addr));
		if (*same)
			return 0;
		if (compare(d, *n < most ? (size_t)*n : most, err) < 0)
			return -1;
		if (d->tick != NULL)
			d->tick(d->tick_arg, d->done);
	}
	*same = !d->differs[d->at / d->page - d->known / d->page];
	*n = d->page - d->at % d->page;
	if (*n > d->known_end - d->at)
		*n = d->known_end - d->at;
	return 0;
}

int img_pagediff_next(struct img_pagediff *d, struct img_diff *diff, struct img_err *err)
{
	bool open = false;

	while (d->at < d->end) {
		enum img_pagechange change = IMG_CHANGED;
		const struct img_vma *vma;
		uint64_t n;
		bool same;

		if (step(d, &n, &same, &change, err) < 0)
			return -1;
		vma = d->run[0].vma != NULL ? d->run[0].vma : d->run[1].vma;
		if (open && (same || change != diff->change || vma != diff->vma))
			return 1;
		if (!same && !open) {
			*diff = (struct img_diff){ d->at, 0, change, vma, d->run[0].vma == NULL };
			open = true;
		}
		if (open)
			diff->len += n;
		d->at += n;
	}
	return open;
}
