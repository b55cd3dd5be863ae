#include "libimg/dump/vma.h"

#include <inttypes.h>
#include <linux/auxvec.h>
#include <string.h>

#include "libimg/base/buf.h"
#include "libimg/msg/wire.h"

/* Page sizes of the architectures that CRIU supports, and one more. */
enum { MIN_PAGE = 4096, MAX_PAGE = 128 << 10 };

/* Parser of the auxiliary vector: each of its forms may give the page size. */
struct auxv {
	size_t n;
	uint64_t key;
	uint32_t wide, narrow;
};

static bool is_page_size(uint64_t v)
{
	return v >= MIN_PAGE && v <= MAX_PAGE && (v & (v - 1)) == 0;
}

/*
 * A list of key, value, key, value. A 32-bit task on a 64-bit kernel has two words in each
 * element, the key in the low half.
 */
static void auxv_put(struct auxv *a, uint64_t v)
{
	if (a->n++ % 2 == 0)
		a->key = v;
	else if (a->key == AT_PAGESZ && is_page_size(v))
		a->wide = (uint32_t)v;
	if ((uint32_t)v == AT_PAGESZ && is_page_size(v >> 32))
		a->narrow = (uint32_t)(v >> 32);
}

static void auxv_field(struct auxv *a, const struct img_wfield *f)
{
	const uint8_t *p = f->p;
	uint64_t v;

	if (f->wt == IMG_VARINT)
		auxv_put(a, f->v);
	else if (f->wt == IMG_BYTES)
		while (p < f->p + f->n && (p = img_varint(p, f->p + f->n, &v)) != NULL)
			auxv_put(a, v);
}

static void read_vma(const uint8_t *p, size_t n, struct img_vma *v)
{
	struct img_wire w = { p, p + n };
	struct img_wfield f;

	memset(v, 0, sizeof(*v));
	while (w.p < w.end && img_wire_next(&w, &f) == NULL)
		switch (f.tag) {
		case IMG_TAG_VMA_ENTRY__START: v->start = f.v; break;
		case IMG_TAG_VMA_ENTRY__END: v->end = f.v; break;
		case IMG_TAG_VMA_ENTRY__PGOFF: v->pgoff = f.v; break;
		case IMG_TAG_VMA_ENTRY__SHMID: v->shmid = f.v; break;
		case IMG_TAG_VMA_ENTRY__PROT: v->prot = (uint32_t)f.v; break;
		case IMG_TAG_VMA_ENTRY__FLAGS: v->flags = (uint32_t)f.v; break;
		case IMG_TAG_VMA_ENTRY__STATUS: v->status = (uint32_t)f.v; break;
		case IMG_TAG_VMA_ENTRY__MADV: v->madv = f.v; break;
		default: break;
		}
}

struct vmas {
	struct img_buf buf; /* struct img_vma */
	uint64_t count;     /* entries seen, including guard ranges */
};

static int add_vma(struct vmas *l, const uint8_t *p, size_t n, uint64_t off, struct img_err *err)
{
	uint64_t last = 0;
	struct img_vma v;

	read_vma(p, n, &v);
	l->count++;
	if (v.status & IMG_VMA_GUARD)
		return 0;
	if (l->buf.n > 0)
		last = ((const struct img_vma *)(const void *)(l->buf.p + l->buf.n))[-1].end;
	if (v.start >= v.end)
		return img_fail(err, IMG_EDATA, off,
				"mapping ends at 0x%" PRIx64 ", not above its start 0x%" PRIx64,
				v.end, v.start);
	if (v.start < last)
		return img_fail(err, IMG_EDATA, off,
				"mapping starts at 0x%" PRIx64
				", below the end of the previous one (0x%" PRIx64 ")",
				v.start, last);
	img_buf_put(&l->buf, &v, sizeof(v));
	return l->buf.failed ? img_fail_mem(err) : 0;
}

static int read_mm(const struct img_entry *e, struct img_space *s, struct vmas *l,
		   struct img_err *err)
{
	struct img_wire w = { e->body.p, e->body.p + e->body.n };
	struct auxv auxv = { 0 };
	struct img_wfield f;

	if (img_wire_check(e->msg, e->body, err) < 0)
		return -1;
	while (w.p < w.end && img_wire_next(&w, &f) == NULL)
		switch (f.tag) {
		case IMG_TAG_MM_ENTRY__MM_START_STACK: s->start_stack = f.v; break;
		case IMG_TAG_MM_ENTRY__MM_START_BRK: s->start_brk = f.v; break;
		case IMG_TAG_MM_ENTRY__MM_BRK: s->brk = f.v; break;
		case IMG_TAG_MM_ENTRY__MM_ARG_START: s->arg_start = f.v; break;
		case IMG_TAG_MM_ENTRY__MM_ARG_END: s->arg_end = f.v; break;
		case IMG_TAG_MM_ENTRY__MM_ENV_START: s->env_start = f.v; break;
		case IMG_TAG_MM_ENTRY__MM_ENV_END: s->env_end = f.v; break;
		case IMG_TAG_MM_ENTRY__EXE_FILE_ID: s->exe_file_id = (uint32_t)f.v; break;
		case IMG_TAG_MM_ENTRY__MM_SAVED_AUXV: auxv_field(&auxv, &f); break;
		case IMG_TAG_MM_ENTRY__VMAS:
			if (add_vma(l, f.p, f.n, e->body.off + (uint64_t)(f.p - e->body.p), err) <
			    0)
				return img_err_under(err, "vmas", (int64_t)l->count - 1);
			break;
		default: break;
		}
	s->page_size = auxv.wide != 0 ? auxv.wide : auxv.narrow;
	return 0;
}

/* Read the mappings from an image of their own. */
static int read_vmas_image(struct img_dir *d, uint32_t pid, struct vmas *l, struct img_err *err)
{
	struct img_image *im;
	struct img_entry e;
	int r = img_image_open(d, "vmas-%u.img", pid, &im, err);

	if (r <= 0)
		return r;
	while ((r = img_image_next(im, &e, err)) > 0) {
		if (img_wire_check(e.msg, e.body, err) < 0 ||
		    add_vma(l, e.body.p, e.body.n, e.body.off, err) < 0) {
			img_err_under(err, "entries", (int64_t)e.index);
			r = img_image_fail(im, err);
			break;
		}
	}
	img_image_close(im);
	return r;
}

int img_space_read(struct img_dir *d, uint32_t pid, struct img_space *s, struct img_err *err)
{
	struct vmas l = { 0 };
	struct img_image *im;
	struct img_entry e;
	int r;

	memset(s, 0, sizeof(*s));
	r = img_image_open(d, "mm-%u.img", pid, &im, err);
	if (r <= 0)
		return r;
	r = img_image_next(im, &e, err);
	if (r > 0 && read_mm(&e, s, &l, err) < 0)
		r = img_image_fail(im, err);
	else if (r == 0) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "image has no entry");
		r = img_image_fail(im, err);
	}
	img_image_close(im);
	if (r > 0 && l.count == 0 && read_vmas_image(d, pid, &l, err) < 0)
		r = -1;
	s->vmas = (struct img_vma *)(void *)l.buf.p;
	s->n = l.buf.n / sizeof(struct img_vma);
	return r;
}

void img_space_free(struct img_space *s)
{
	img_free(s->vmas);
	memset(s, 0, sizeof(*s));
}

const struct img_vma *img_space_find(const struct img_space *s, uint64_t addr)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->vmas[mid].end <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->n ? &s->vmas[lo] : NULL;
}

enum img_backing img_vma_backing(const struct img_vma *v)
{
	/* The order matters: special kinds are private or shared as well. */
	if (v->status & (IMG_VMA_VSYSCALL | IMG_VMA_VVAR | IMG_VMA_VDSO | IMG_VMA_UPROBES))
		return IMG_BY_KERNEL;
	if (v->status & IMG_VMA_EXT_PLUGIN)
		return IMG_BY_DEVICE;
	if (v->status & IMG_VMA_SYSVIPC)
		return IMG_BY_SEGMENT;
	if (v->status & IMG_VMA_MEMFD)
		return IMG_BY_MEMFD;
	if (v->status & IMG_VMA_SOCKET)
		return IMG_BY_DEVICE;
	if (v->status & (IMG_VMA_FILE_PRIVATE | IMG_VMA_FILE_SHARED))
		return IMG_BY_FILE;
	return v->status & IMG_VMA_ANON_SHARED ? IMG_BY_SEGMENT : IMG_BY_ZERO;
}
