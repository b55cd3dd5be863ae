#include "libimg/rewrite/anon_pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/buf.h"
#include "libimg/base/byteorder.h"
#include "libimg/dump/vma.h"
#include "libimg/memory/pagemap.h"

/* Bytes of a pages file that stay. */
struct stay {
	char file[256];
	uint64_t off, n;
};

struct img_anon_pages {
	struct img_dir *tasks;
	struct img_buf stays;
};

struct img_anon_pages *img_anon_pages_new(void)
{
	return img_calloc(1, sizeof(struct img_anon_pages));
}

void img_anon_pages_free(struct img_anon_pages *p)
{
	if (p == NULL)
		return;
	img_buf_free(&p->stays);
	img_free(p);
}

void img_anon_pages_tasks(struct img_anon_pages *p, struct img_dir *d)
{
	p->tasks = d;
}

/* ---- the vDSO ---- */

static bool is_elf(const struct img_store *store, uint64_t off)
{
	struct img_err ignored;
	char magic[4];

	return img_store_read(store, off, magic, sizeof(magic), &ignored) == 0 &&
	       memcmp(magic, "\177ELF", 4) == 0;
}

/* The vDSO begins at the begin of a run, or within it. */
static int learn_vdso(struct img_anon_pages *p, struct img_pagemap *pm, const struct img_vma *v,
		      struct img_err *err)
{
	struct img_dump_mem_run run;
	struct stay s = { .n = 0 };
	uint64_t in, end;
	int r = img_pagemap_find(pm, v->start, &run, err), has;

	if (r <= 0 || run.addr > v->start || !(run.flags & IMG_PE_PRESENT))
		return r < 0 ? -1 : 0;
	if (run.packed.pages != 0) {
		img_fail(err, IMG_EDATA, run.at, "compressed pages cannot be anonymized");
		return img_pagemap_fail(pm, err);
	}
	in = v->start - run.addr;
	end = run.end < v->end ? run.end : v->end;
	s.off = run.off + in;
	s.n = end - v->start;
	/* Dumps are passed on without their memory, too. */
	has = img_dir_has(img_pagemap_dir(pm), img_pagemap_file_name(pm), err);
	if (has <= 0)
		return has;
	if (img_pagemap_file(pm, s.off + s.n, err) < 0)
		return -1;
	if (!is_elf(img_pagemap_store(pm), s.off))
		return 0;
	snprintf(s.file, sizeof(s.file), "%s", img_pagemap_file_name(pm));
	img_buf_put(&p->stays, &s, sizeof(s));
	return p->stays.failed ? img_fail_mem(err) : 0;
}

static int learn_task(struct img_anon_pages *p, struct img_dir *from, uint32_t pid,
		      struct img_err *err)
{
	struct img_space space;
	struct img_pagemap *pm;
	int r = img_space_read(p->tasks != NULL ? p->tasks : from, pid, &space, err);

	if (r <= 0)
		return r;
	r = img_pagemap_open(from, false, pid, space.page_size, &pm, err);
	if (r > 0) {
		r = 0;
		for (size_t i = 0; i < space.n && r == 0; i++)
			if (space.vmas[i].status & IMG_VMA_VDSO)
				r = learn_vdso(p, pm, &space.vmas[i], err);
		img_pagemap_close(pm);
	}
	img_space_free(&space);
	return r;
}

int img_anon_pages_learn(struct img_anon_pages *p, struct img_dir *from, struct img_err *err)
{
	struct img_dir_names l;
	int r = 0;

	p->stays.n = 0;
	if (img_dir_list(from, &l, err) < 0)
		return img_err_in(err, img_dir_path(from), "");
	for (size_t i = 0; i < l.n && r == 0; i++) {
		const struct img_type *t;
		uint64_t number;

		t = img_type_by_file(l.v[i], &number);
		/* Before CRIU 0.5 the pages lay in pages-PID.img alone. */
		if (t != NULL && number <= UINT32_MAX &&
		    strncmp(l.v[i], "pagemap-shmem-", 14) != 0 && strcmp(t->name, "PAGEMAP") == 0)
			r = learn_task(p, from, (uint32_t)number, err);
	}
	img_list_free(&l);
	return r;
}

/* ---- what becomes of them ---- */

/* What raw images hold, by the names of their types, and how many bytes at their begin stay. */
static const struct kind {
	const char *type, *why;
	size_t head;
} kinds[] = {
	{ "PAGES", NULL, 0 },
	{ "AMDGPU_KFD", "zeros after the size", 8 },
	{ "AMDGPU_RENDER", "zeros after the size", 8 },
	{ "AMDGPU_PAGES", "zeros after the size", 8 },
};

static const struct kind unknown = { NULL, "zeros: nothing is known about it", 0 };

static const struct kind *kind_of(const char *image)
{
	const struct img_type *t = img_type_by_file(image, NULL);

	for (size_t i = 0; t != NULL && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].type, t->name) == 0)
			return &kinds[i];
	return &unknown;
}

const char *img_anon_raw_reason(const char *image)
{
	return kind_of(image)->why;
}

struct raw_job {
	struct img_file f;
	uint64_t size;
	struct img_out *out;
	struct img_err *err;
};

static int copy(const struct raw_job *j, uint64_t off, uint64_t n)
{
	uint8_t buf[4096];

	while (n > 0) {
		size_t part = n < sizeof(buf) ? (size_t)n : sizeof(buf);
		int64_t r = img_file_read(&j->f, off, buf, part, j->err);

		if (r < 0)
			return -1;
		if (r == 0)
			return img_fail(j->err, IMG_EDATA, off, "the file has become shorter");
		img_out_put(j->out, buf, (size_t)r);
		off += (size_t)r;
		n -= (size_t)r;
	}
	return 0;
}

/* Zeros, but for the bytes that stay. Ranges come in any order: few they are. */
static int pages(const struct img_anon_pages *p, const char *file, const struct raw_job *j)
{
	const struct stay *s = (const struct stay *)(const void *)p->stays.p;
	size_t n = p->stays.n / sizeof(*s);

	for (uint64_t at = 0; at < j->size;) {
		const struct stay *next = NULL;

		for (size_t i = 0; i < n; i++)
			if (strcmp(s[i].file, file) == 0 && s[i].off >= at && s[i].off < j->size &&
			    (next == NULL || s[i].off < next->off))
				next = &s[i];
		img_out_hole(j->out, (next != NULL ? next->off : j->size) - at);
		at = next != NULL ? next->off + next->n : j->size;
		if (next != NULL && copy(j, next->off, next->n) < 0)
			return -1;
	}
	return 0;
}

/* CRIU before 0.5: each page comes after its address, and one of address 0 is the last. */
static int old_pages(const struct raw_job *j, uint64_t head)
{
	enum { ADDR = 8, PAGE = 4096 };

	if (copy(j, 0, head) < 0)
		return -1;
	for (uint64_t at = head; at < j->size; at += ADDR + PAGE) {
		uint64_t left = j->size - at;

		if (copy(j, at, left < ADDR ? left : ADDR) < 0)
			return -1;
		if (left > ADDR)
			img_out_hole(j->out, left - ADDR < PAGE ? left - ADDR : PAGE);
	}
	return 0;
}

static bool is_old(const struct raw_job *j)
{
	const struct img_type *t = img_type_by_pattern("pagemap-%u.img");
	struct img_err ignored;
	uint8_t head[4];

	return img_file_read(&j->f, 0, head, sizeof(head), &ignored) == sizeof(head) &&
	       (img_get32(head, false) == t->magic || img_get32(head, true) == t->magic);
}

static int fill(const struct img_anon_pages *p, const char *image, const struct raw_job *j)
{
	const struct kind *k = kind_of(image);
	uint64_t head = k->head < j->size ? k->head : j->size;

	if (k->why == NULL)
		return is_old(j) ? old_pages(j, 4) : pages(p, image, j);
	if (copy(j, 0, head) < 0)
		return -1;
	img_out_hole(j->out, j->size - head);
	return 0;
}

int img_anon_pages_make(struct img_anon_pages *p, struct img_dir *from, const char *image,
			const struct img_sink *to, struct img_err *err)
{
	struct raw_job j = { .err = err };
	struct img_err other;
	int r;

	if (img_dir_open_file(from, image, &j.f, err) < 0)
		return -1;
	r = to->begin(to->arg, image, &j.out, err);
	if (r == 0) {
		j.size = j.f.size;
		img_out_holes(j.out);
		r = fill(p, image, &j);
		if (to->end(to->arg, r == 0, r == 0 ? err : &other) < 0)
			r = -1;
	}
	img_file_close(&j.f);
	return r;
}
