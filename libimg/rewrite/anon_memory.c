#include "libimg/rewrite/anon_memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "libimg/base/arena.h"
#include "libimg/base/byteorder.h"
#include "libimg/dump/regs.h"
#include "libimg/dump/task.h"

/* ---- what a thread runs ---- */

/* Programs of 32 bits: on ARM, and with the selector that they have on x86-64. */
static unsigned word_of(const CoreEntry *c)
{
	enum { USER32_CS = 0x23 }; /* asm/segment.h: __USER32_CS */

	if (c->ti_arm != NULL ||
	    (c->thread_info != NULL && c->thread_info->gpregs->cs == USER32_CS))
		return 4;
	return 8;
}

/* ---- ranges ---- */

static struct img_anon_range *items(const struct img_buf *b, size_t *n)
{
	*n = b->n / sizeof(struct img_anon_range);
	return (struct img_anon_range *)(void *)b->p;
}

/* The first that ends above addr, of ascending ones. */
static const struct img_anon_range *find(const struct img_buf *b, uint64_t addr)
{
	size_t n, low = 0;
	const struct img_anon_range *r = items(b, &n);

	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (r[mid].end <= addr)
			low = mid + 1;
		else
			n = mid;
	}
	return r != NULL && low < b->n / sizeof(*r) ? &r[low] : NULL;
}

const struct img_anon_range *img_anon_memory_find(const struct img_anon_memory *m, uint64_t addr)
{
	return find(&m->ranges, addr);
}

static int by_start(const void *a, const void *b)
{
	const struct img_anon_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static void sort(struct img_buf *b)
{
	size_t n, k = 0;
	struct img_anon_range *r = items(b, &n);

	if (n == 0)
		return;
	qsort(r, n, sizeof(*r), by_start);
	/* Of two stack pointers in one mapping the lower one is first. */
	for (size_t i = 1; i < n; i++)
		if (r[i].start >= r[k].end)
			r[++k] = r[i];
	b->n = (k + 1) * sizeof(*r);
}

/* From the stack pointer up to the end of its mapping. */
static void add_stack(struct img_anon_memory *m, uint64_t sp)
{
	const struct img_vma *v = img_space_find(&m->space, sp);
	struct img_anon_range all, words;

	if (v == NULL || v->start > sp)
		return;
	all = (struct img_anon_range){ v->start, v->end, true };
	words = (struct img_anon_range){ (sp + m->word - 1) & ~(uint64_t)(m->word - 1), v->end,
					 true };
	img_buf_put(&m->stacks, &all, sizeof(all));
	if (words.start < words.end)
		img_buf_put(&m->ranges, &words, sizeof(words));
}

static int add_stacks(struct img_dir *d, const struct img_task *t, struct img_anon_memory *m,
		      struct img_err *err)
{
	struct img_arena *a = img_arena_new(0);
	int r = a == NULL ? img_fail_mem(err) : 0;

	for (size_t i = 0; r >= 0 && i < t->n_threads; i++) {
		CoreEntry *core;
		struct img_core_regs regs;

		r = img_ps_core_entry(d, t->threads[i], a, &core, err);
		if (r <= 0)
			continue;
		m->word = word_of(core);
		if (img_core_regs(core, &regs) && regs.has_sp)
			add_stack(m, regs.sp.value);
		img_arena_reset(a);
	}
	img_arena_free(a);
	return r < 0 ? -1 : 0;
}

int img_anon_memory_read(struct img_dir *d, uint32_t pid, const struct img_ps *ps, bool big,
			 struct img_anon_memory *m, struct img_err *err)
{
	const struct img_task *t = ps != NULL ? img_ps_find(ps, pid) : NULL;
	int r;

	*m = (struct img_anon_memory){ .word = 8, .big = big };
	r = img_space_read(d, pid, &m->space, err);
	if (r <= 0)
		return r;
	for (size_t i = 0; i < m->space.n; i++) {
		const struct img_vma *v = &m->space.vmas[i];
		const struct img_anon_range vdso = { v->start, v->end, false };

		if (v->status & IMG_VMA_VDSO)
			img_buf_put(&m->ranges, &vdso, sizeof(vdso));
	}
	if (t != NULL && add_stacks(d, t, m, err) < 0)
		return -1;
	sort(&m->ranges);
	sort(&m->stacks);
	return m->ranges.failed || m->stacks.failed ? img_fail_mem(err) : 1;
}

void img_anon_memory_free(struct img_anon_memory *m)
{
	img_space_free(&m->space);
	img_buf_free(&m->ranges);
	img_buf_free(&m->stacks);
	*m = (struct img_anon_memory){ .word = 8 };
}

/* ---- words ---- */

bool img_anon_memory_points(const struct img_anon_memory *m, uint64_t to)
{
	const struct img_vma *v = img_space_find(&m->space, to);
	const struct img_anon_range *s = find(&m->stacks, to);

	return (v != NULL && v->start <= to && (v->prot & PROT_EXEC)) ||
	       (s != NULL && s->start <= to);
}

static uint64_t word_at(const struct img_anon_memory *m, const uint8_t *p)
{
	uint64_t first = img_get32(p, m->big), second;

	if (m->word == 4)
		return first;
	second = img_get32(p + 4, m->big);
	return m->big ? first << 32 | second : second << 32 | first;
}

static void filter_words(const struct img_anon_memory *m, uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i += m->word) {
		size_t part = n - i < m->word ? n - i : m->word;

		if (part < m->word || !img_anon_memory_points(m, word_at(m, p + i)))
			memset(p + i, 0, part);
	}
}

void img_anon_memory_filter(const struct img_anon_memory *m, uint64_t addr, uint8_t *p, size_t n)
{
	const struct img_anon_range *r = img_anon_memory_find(m, addr);
	size_t count, at = 0;
	const struct img_anon_range *end = items(&m->ranges, &count) + count;

	for (; r != NULL && r < end && r->start < addr + n; r++) {
		size_t from = r->start > addr ? (size_t)(r->start - addr) : 0;
		size_t to = r->end - addr < n ? (size_t)(r->end - addr) : n;

		memset(p + at, 0, from - at);
		if (r->words)
			filter_words(m, p + from, to - from);
		at = to;
	}
	memset(p + at, 0, n - at);
}
