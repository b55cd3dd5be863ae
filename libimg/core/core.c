#include "libimg/core/core.h"

#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "libimg/core/plan.h"
#include "libimg/core/process.h"
#include "libimg/dump/task.h"

/*
 * Compact cores with more headers than gdb reads quickly have zeros written in gaps between pages,
 * but in short ones only, so that a core is never many times its pages.
 */
enum { MANY_HEADERS = 8192, MAX_BRIDGE = 64 << 10, STEP = 64 << 20 };

struct coredump {
	struct img_dir *dir;
	const struct img_core_options *o;
	struct img_files *files;
	struct img_dump_mem *dump;
	struct img_mem *mem;
	struct img_mapped *mapped;
	struct img_arena *arena;
	struct img_core_source source;
	struct img_core_plan plan;
	struct img_core_process process;
	struct img_copy *to;
	uint64_t headers, notes, first,
		end;             /* PT_LOADs; bytes; offset of the first and after all */
	uint64_t lazy, reserved; /* bytes, as measured */
};

/* Sizes of the structures of ELF, in both classes. */
static uint64_t by_class(const struct coredump *c, size_t small, size_t wide)
{
	return c->process.arch->wide ? wide : small;
}

#define SIZE_OF(c, type) by_class(c, sizeof(Elf32_##type), sizeof(Elf64_##type))

static int on_output(struct img_err *err)
{
	return err->kind == IMG_ESYS && err->file[0] == '\0' ? img_err_in(err, "", "<output>") : -1;
}

static int put(struct coredump *c, struct img_notes *n, struct img_err *err)
{
	int r = n->buf.failed ? img_fail_mem(err) : img_copy_bytes(c->to, n->buf.p, n->buf.n, err);

	n->buf.n = 0;
	return r < 0 ? on_output(err) : 0;
}

/* ---- sizes ---- */

static int count_bytes(void *arg, const void *p, size_t n, struct img_err *err)
{
	uint64_t *sum = arg;

	(void)p;
	(void)err;
	*sum += n;
	return 0;
}

static int count_segments(struct coredump *c, struct img_err *err)
{
	struct img_core_segment s;
	int r;

	c->headers = 0;
	c->end = 0;
	c->source.lazy = 0;
	img_core_plan_rewind(&c->plan);
	while ((r = img_core_plan_next(&c->plan, &s, err)) > 0) {
		c->headers++;
		if (__builtin_add_overflow(c->end, s.filesz, &c->end))
			return img_fail(err, IMG_ELIMIT, IMG_NOWHERE,
					"memory of more than 2^64 bytes");
	}
	return r;
}

static int measure(struct coredump *c, struct img_err *err)
{
	uint32_t page = img_mem_page_size(c->mem);

	for (;;) {
		if (count_segments(c, err) < 0)
			return -1;
		if (!c->o->compact || c->headers < MANY_HEADERS || c->plan.bridge >= MAX_BRIDGE)
			break;
		c->plan.bridge = c->plan.bridge > 0 ? c->plan.bridge * 2 : page;
	}
	c->lazy = c->source.lazy;
	c->reserved = c->plan.reserved;
	if (img_core_notes(&c->process, count_bytes, &c->notes, err) < 0)
		return -1;
	c->first = SIZE_OF(c, Ehdr) + (c->headers + 1) * SIZE_OF(c, Phdr) + c->notes;
	c->first = (c->first + page - 1) / page * page;
	c->end += c->first;
	if (!c->process.arch->wide && c->end > UINT32_MAX)
		return img_fail(err, IMG_ELIMIT, IMG_NOWHERE,
				"core of %" PRIu64 " bytes, but one of 32 bits has at most 4 GiB",
				c->end);
	return 0;
}

/* ---- headers ---- */

static bool is_many(const struct coredump *c)
{
	return c->headers + 1 >= PN_XNUM;
}

static void put_ehdr(const struct coredump *c, uint32_t flags, struct img_notes *n)
{
	const struct img_core_arch *a = c->process.arch;
	uint8_t ident[EI_NIDENT] = { ELFMAG0,
				     ELFMAG1,
				     ELFMAG2,
				     ELFMAG3,
				     a->wide ? ELFCLASS64 : ELFCLASS32,
				     a->big ? ELFDATA2MSB : ELFDATA2LSB,
				     EV_CURRENT };
	bool many = is_many(c);

	img_note_bytes(n, ident, sizeof(ident));
	img_note_u16(n, ET_CORE);
	img_note_u16(n, a->machine);
	img_note_u32(n, EV_CURRENT);
	img_note_word(n, 0); /* entry */
	img_note_word(n, SIZE_OF(c, Ehdr));
	img_note_word(n, many ? c->end : 0);
	img_note_u32(n, flags);
	img_note_u16(n, (uint16_t)SIZE_OF(c, Ehdr));
	img_note_u16(n, (uint16_t)SIZE_OF(c, Phdr));
	img_note_u16(n, (uint16_t)(many ? PN_XNUM : c->headers + 1));
	img_note_u16(n, (uint16_t)(many ? SIZE_OF(c, Shdr) : 0));
	img_note_u16(n, many); /* section headers: one that holds the true count */
	img_note_u16(n, 0);
}

static void put_phdr(struct img_notes *n, uint32_t type, uint32_t flags, uint64_t off,
		     uint64_t addr, uint64_t filesz, uint64_t memsz, uint64_t align)
{
	img_note_u32(n, type);
	if (n->wide)
		img_note_u32(n, flags);
	img_note_word(n, off);
	img_note_word(n, addr);
	img_note_word(n, 0); /* physical address */
	img_note_word(n, filesz);
	img_note_word(n, memsz);
	if (!n->wide)
		img_note_u32(n, flags);
	img_note_word(n, align);
}

/* Where the section header says how many program headers there are. */
static void put_shdr(const struct coredump *c, struct img_notes *n)
{
	img_note_u32(n, 0); /* name, type */
	img_note_u32(n, SHT_NULL);
	img_note_word(n, 0); /* flags, address, offset */
	img_note_word(n, 0);
	img_note_word(n, 0);
	img_note_word(n, 1); /* size: section headers */
	img_note_u32(n, 0);
	img_note_u32(n, (uint32_t)(c->headers + 1)); /* info: program headers */
	img_note_word(n, 0);
	img_note_word(n, 0);
}

static uint32_t flags_of(uint32_t prot)
{
	return (prot & PROT_READ ? PF_R : 0) | (prot & PROT_WRITE ? PF_W : 0) |
	       (prot & PROT_EXEC ? PF_X : 0);
}

static int e_flags(struct coredump *c, uint32_t *flags, struct img_err *err)
{
	const struct img_space *s = img_mem_space(c->mem);

	*flags = c->process.arch->flags;
	if (c->o->root < 0)
		return 0;
	return img_mapped_flags(c->mapped, s->exe_file_id, flags, err) < 0 ? -1 : 0;
}

static int put_headers(struct coredump *c, struct img_err *err)
{
	struct img_notes n = { .big = c->process.arch->big, .wide = c->process.arch->wide };
	uint32_t page = img_mem_page_size(c->mem), flags;
	uint64_t at = c->first;
	struct img_core_segment s;
	int r = e_flags(c, &flags, err);

	if (r == 0) {
		put_ehdr(c, flags, &n);
		put_phdr(&n, PT_NOTE, 0, SIZE_OF(c, Ehdr) + (c->headers + 1) * SIZE_OF(c, Phdr), 0,
			 c->notes, 0, 4);
		img_core_plan_rewind(&c->plan);
		while ((r = img_core_plan_next(&c->plan, &s, err)) > 0) {
			put_phdr(&n, PT_LOAD, flags_of(s.prot), at, s.addr, s.filesz, s.memsz,
				 page);
			at += s.filesz;
			if (put(c, &n, err) < 0) {
				r = -1;
				break;
			}
		}
	}
	if (r == 0)
		r = put(c, &n, err);
	img_buf_free(&n.buf);
	return r;
}

static int put_notes(void *arg, const void *p, size_t n, struct img_err *err)
{
	struct coredump *c = arg;

	return img_copy_bytes(c->to, p, n, err) < 0 ? on_output(err) : 0;
}

/* ---- memory ---- */

/* What was planned must come: files and images can change while they are read. */
static int check_offset(const struct coredump *c, uint64_t want, struct img_err *err)
{
	if (img_copy_done(c->to) == want)
		return 0;
	return img_fail(err, IMG_EDATA, IMG_NOWHERE,
			"an image or a mapped file has changed (at offset %" PRIu64
			" of the core, expected %" PRIu64 ")",
			img_copy_done(c->to), want);
}

static void show(const struct coredump *c)
{
	if (c->o->progress != NULL)
		c->o->progress(c->o->progress_arg, img_copy_done(c->to), c->end);
}

static int put_data(struct coredump *c, const struct img_mapped_bytes *b, struct img_err *err)
{
	for (uint64_t at = 0; at < b->len;) {
		uint64_t n = b->len - at < STEP ? b->len - at : STEP;

		if (b->run.len > 0 && img_run_copy(&b->run, at, n, c->to, err) < 0)
			return err->file[0] != '\0' ? -1 : on_output(err);
		if (b->run.len == 0 && img_copy_file(c->to, b->fd, b->off + at, n, err) < 0)
			return err->kind == IMG_EDATA
				       ? img_err_in(err, img_dir_path(c->dir), b->file)
				       : on_output(err);
		at += n;
		show(c);
	}
	return 0;
}

static int put_segment(struct coredump *c, const struct img_core_segment *s, struct img_err *err)
{
	uint64_t at = s->addr, end = s->addr + s->filesz;

	while (at < end) {
		struct img_mapped_bytes b;

		if (img_core_bytes_at(&c->source, s->vma, at, end, &b, err) < 0)
			return -1;
		if (b.what == IMG_MAPPED_DATA) {
			if (put_data(c, &b, err) < 0)
				return -1;
		} else if (img_copy_zeros(c->to, b.len, err) < 0) {
			return on_output(err);
		}
		at += b.len;
	}
	return 0;
}

static int put_memory(struct coredump *c, struct img_err *err)
{
	struct img_core_segment s;
	uint64_t at = c->first;
	int r;

	if (img_copy_zeros(c->to, c->first - img_copy_done(c->to), err) < 0)
		return on_output(err);
	img_core_plan_rewind(&c->plan);
	while ((r = img_core_plan_next(&c->plan, &s, err)) > 0) {
		/* Planning reads ahead; the bytes come from where the segment begins. */
		if (check_offset(c, at, err) < 0 || put_segment(c, &s, err) < 0)
			return -1;
		at += s.filesz;
		show(c);
	}
	return r < 0 ? -1 : check_offset(c, c->end, err);
}

/* ---- the whole ---- */

static int put_all(struct coredump *c, struct img_err *err)
{
	struct img_notes n = { .big = c->process.arch->big, .wide = c->process.arch->wide };
	int r;

	if (put_headers(c, err) < 0 || img_core_notes(&c->process, put_notes, c, err) < 0 ||
	    put_memory(c, err) < 0)
		return -1;
	if (is_many(c)) {
		put_shdr(c, &n);
		r = put(c, &n, err);
		img_buf_free(&n.buf);
		if (r < 0)
			return -1;
	}
	return img_copy_finish(c->to, err) < 0 ? on_output(err) : 0;
}

static void report(const struct coredump *c, const char *fmt, uint64_t bytes)
{
	struct img_err err;

	img_fail(&err, IMG_EDATA, IMG_NOWHERE, "process %" PRIu32 ": %" PRIu64 " %s",
		 c->process.task->pid, bytes, fmt);
	img_report(&c->o->report, &err);
}

/* What the core shows otherwise than a reader may expect. */
static void report_sums(const struct coredump *c)
{
	if (c->reserved > 0)
		report(c, "bytes are reserved without a page: headers only", c->reserved);
	if (c->lazy > 0)
		report(c, "bytes of lazy pages are in no image: zeros", c->lazy);
}

/* Of which machine the task is, by its leader's image. */
static int find_arch(struct coredump *c, struct img_err *err)
{
	struct img_core_thread t = { .core = NULL };
	CoreEntry *core;
	int r = img_ps_core_entry(c->dir, c->process.task->pid, c->arena, &core, err);
	char name[32];

	if (r == 0)
		return img_image_absent(c->dir, "core-%u.img", c->process.task->pid, err);
	if (r < 0)
		return -1;
	t.core = core;
	c->process.arch = img_core_arch_of(&t, err);
	if (c->process.arch != NULL)
		return 0;
	snprintf(name, sizeof(name), "core-%" PRIu32 ".img", c->process.task->pid);
	return img_err_in(err, img_dir_path(c->dir), name);
}

/* The mappings of a machine of 32 bits end where its words do. */
static int check_space(const struct coredump *c, struct img_err *err)
{
	const struct img_space *s = img_mem_space(c->mem);
	uint64_t last = s->n > 0 ? s->vmas[s->n - 1].end : 0;

	if (s->n == 0)
		return img_image_absent(c->dir, "mm-%u.img", c->process.task->pid, err);
	if (c->process.arch->wide || last <= UINT64_C(1) << 32)
		return 0;
	return img_fail(err, IMG_EDATA, IMG_NOWHERE,
			"process %" PRIu32 ": mapping ends at 0x%" PRIx64
			", but the task has 32 bits",
			c->process.task->pid, last);
}

static int open_all(struct coredump *c, struct img_err *err)
{
	const struct img_task *t = c->process.task;
	int r = img_files_open(c->dir, &c->files, err);

	if (r < 0)
		return -1;
	c->arena = img_arena_new(0);
	c->dump = img_dump_mem_new(c->dir, c->files);
	c->mapped = img_mapped_new(c->dir, c->files, c->o->root, c->o->files, c->o->report);
	if (c->arena == NULL || c->dump == NULL || c->mapped == NULL)
		return img_fail_mem(err);
	r = img_mem_open(c->dump, t->pid, &c->mem, err);
	if (r == 0)
		return img_image_absent(c->dir, "mm-%u.img", t->pid, err);
	if (r < 0 || find_arch(c, err) < 0)
		return -1;
	c->source =
		(struct img_core_source){ .mem = c->mem, .mapped = c->mapped, .zero = c->o->zero };
	c->plan = (struct img_core_plan){ .source = &c->source,
					  .compact = c->o->compact,
					  .dontdump = c->o->dontdump };
	c->process.mem = c->mem;
	c->process.dump = c->dump;
	c->process.mapped = c->mapped;
	c->process.arena = c->arena;
	return check_space(c, err);
}

static void close_all(struct coredump *c)
{
	img_mem_close(c->mem);
	img_mapped_free(c->mapped);
	img_dump_mem_free(c->dump);
	img_files_close(c->files);
	img_arena_free(c->arena);
}

static bool has_thread(const struct img_task *t, uint32_t tid)
{
	for (size_t i = 0; i < t->n_threads; i++)
		if (t->threads[i] == tid)
			return true;
	return tid == t->pid;
}

int img_core_write(struct img_dir *d, const struct img_task *t, const struct img_core_options *o,
		   struct img_copy *to, struct img_err *err)
{
	struct coredump c = { .dir = d, .o = o, .to = to };
	int r;

	if (img_task_is_dead(t))
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"process %" PRIu32 " is dead: it has no memory", t->pid);
	if (o->tid != 0 && !has_thread(t, o->tid))
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"process %" PRIu32 " has no thread %" PRIu32, t->pid, o->tid);
	c.process.dir = d;
	c.process.task = t;
	c.process.first = o->tid != 0 ? o->tid : t->pid;
	c.process.signo = o->signo != 0 ? o->signo : img_core_stopped_by(t);
	r = open_all(&c, err);
	if (r == 0)
		r = measure(&c, err);
	if (r == 0)
		r = put_all(&c, err);
	if (r == 0)
		report_sums(&c);
	close_all(&c);
	return r;
}
