/* Small dumps for the tests of memory: images made byte by byte in a directory of its own. */
#ifndef MEMDIR_H
#define MEMDIR_H

#include "libimg/memory/mem.h"
#include "libimg/msg/wire.h"
#include "unit.h"

enum { PAGE = 4096 };

/* An image in the making. */
struct made {
	uint8_t p[1 << 17];
	size_t n;
};

static inline void put_le32(struct made *m, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		m->p[m->n++] = (uint8_t)(v >> 8 * i);
}

static inline void put_field(struct made *m, unsigned tag, uint64_t v)
{
	m->n = (size_t)(img_put_varint(m->p + m->n, tag << 3) - m->p);
	m->n = (size_t)(img_put_varint(m->p + m->n, v) - m->p);
}

static inline void put_sub(struct made *m, unsigned tag, const struct made *sub)
{
	m->n = (size_t)(img_put_varint(m->p + m->n, tag << 3 | IMG_BYTES) - m->p);
	m->n = (size_t)(img_put_varint(m->p + m->n, sub->n) - m->p);
	memcpy(m->p + m->n, sub->p, sub->n);
	m->n += sub->n;
}

static inline void put_frame(struct made *m, const struct made *msg)
{
	put_le32(m, (uint32_t)msg->n);
	memcpy(m->p + m->n, msg->p, msg->n);
	m->n += msg->n;
}

static inline void begin_image(struct made *m, uint32_t magic)
{
	m->n = 0;
	put_le32(m, 0x54564319);
	put_le32(m, magic);
}

/* ---- directories ---- */

static inline char *dir_new(void)
{
	static char name[4][PATH_MAX];
	static unsigned i;
	char *d = name[i++ % 4];

	unit_temp(d);
	ck_assert_ptr_nonnull(mkdtemp(d));
	return d;
}

static inline void dir_drop(const char *dir)
{
	unit_remove(dir);
}

static inline void write_file(const char *dir, const char *name, const void *p, size_t n)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(p, 1, n, f), n);
	ck_assert_int_eq(fclose(f), 0);
}

/* ---- memory ---- */

/* A run of a pagemap; flags UINT32_MAX: no such field. */
struct made_run {
	uint64_t addr, pages;
	uint32_t flags;
};

static inline void make_pagemap(const char *dir, const char *name, uint32_t pages_id,
				const struct made_run *runs, size_t n)
{
	static struct made m;
	struct made msg = { .n = 0 };

	begin_image(&m, 0x56084025);
	put_field(&msg, 1, pages_id);
	put_frame(&m, &msg);
	for (size_t i = 0; i < n; i++) {
		msg.n = 0;
		put_field(&msg, 1, runs[i].addr);
		put_field(&msg, 2, runs[i].flags == UINT32_MAX ? runs[i].pages : 0);
		if (runs[i].flags != UINT32_MAX) {
			put_field(&msg, 4, runs[i].flags);
			put_field(&msg, 5, runs[i].pages);
		}
		put_frame(&m, &msg);
	}
	write_file(dir, name, m.p, m.n);
}

/* A pages file: a page for each character of text. */
static inline void make_pages(const char *dir, const char *name, const char *text)
{
	size_t n = strlen(text);
	uint8_t *p = malloc(n * PAGE + 1);

	ck_assert_ptr_nonnull(p);
	for (size_t i = 0; i < n; i++)
		memset(p + i * PAGE, text[i] == '.' ? 0 : text[i], PAGE);
	write_file(dir, name, p, n * PAGE);
	free(p);
}

struct made_vma {
	uint64_t start, end, pgoff, shmid;
	uint32_t status, flags;
};

static inline void make_mm(const char *dir, const char *name, const struct made_vma *v, size_t n)
{
	static struct made m, mm;
	struct made vma = { .n = 0 };

	mm.n = 0;
	for (unsigned tag = 1; tag <= 12; tag++)
		put_field(&mm, tag, tag == 5 ? 0x7000 : 0);
	put_field(&mm, 13, 6);
	put_field(&mm, 13, PAGE);
	for (size_t i = 0; i < n; i++) {
		const uint64_t fields[] = { v[i].start, v[i].end,   v[i].pgoff,  v[i].shmid,
					    3,          v[i].flags, v[i].status, 1 };

		vma.n = 0;
		for (unsigned tag = 1; tag <= COUNT(fields); tag++)
			put_field(&vma, tag, fields[tag - 1]);
		put_sub(&mm, 14, &vma);
	}
	begin_image(&m, 0x57492820);
	put_frame(&m, &mm);
	write_file(dir, name, m.p, m.n);
}

/* The memory of task 7 in a directory. */
struct opened {
	struct img_dir *dir;
	struct img_dump_mem *pages;
	struct img_mem *mem;
};

static inline struct opened open_mem(const char *dir)
{
	struct opened o;
	struct img_err err;

	o.dir = img_dir_open(dir, 0, &err);
	ck_assert_ptr_nonnull(o.dir);
	o.pages = img_dump_mem_new(o.dir, NULL);
	ck_assert_ptr_nonnull(o.pages);
	if (img_mem_open(o.pages, 7, &o.mem, &err) != 1)
		ck_abort_msg("%s", said(&err));
	return o;
}

static inline void close_mem(struct opened *o)
{
	img_mem_close(o->mem);
	img_dump_mem_free(o->pages);
	img_dir_close(o->dir);
}

#endif
