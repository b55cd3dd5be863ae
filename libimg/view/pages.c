#include "libimg/view/pages.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/view/text.h"

struct listing {
	struct img_dump_mem *p;
	const struct img_space *s;
	uint32_t page;
	struct img_out *o;
	struct img_buf name;
	size_t vma;   /* the first mapping that ends above the entry */
	size_t shown; /* the mapping whose borders were shown last, plus 1 */
};

static const char *note(uint32_t flags)
{
	if (flags & IMG_PE_PARENT)
		return " (parent)";
	return flags & IMG_PE_PRESENT ? "" : " (lazy)";
}

/* A mapping beside its entry, with its oddities noted. */
static int put_vma(struct listing *l, size_t i, const char *word, struct img_pages_odd *odd,
		   struct img_err *err)
{
	const struct img_vma *v = &l->s->vmas[i];
	bool file = (v->status & (IMG_VMA_FILE_PRIVATE | IMG_VMA_FILE_SHARED)) != 0;
	char size[32];

	if (l->shown == i + 1) {
		img_text_fmt(l->o, " ~%s", word);
		return 0;
	}
	l->shown = i + 1;
	snprintf(size, sizeof(size), "%" PRIu64, (v->end - v->start) / l->page);
	img_text_fmt(l->o, file || *word != '\0' ? " %08" PRIx64 " / %-8s" : " %08" PRIx64 " / %s",
		     v->start, size);
	if (file) {
		if (img_vma_name(img_dump_mem_shmems(l->p), l->s, v, &l->name, err) < 0) {
			if (l->name.failed)
				return -1;
			odd->unnamed = true;
			odd->no_name = *err;
		}
		img_out_byte(l->o, ' ');
		img_text_name(l->o, l->name.p, l->name.n);
	}
	img_text_fmt(l->o, "%s", word);
	return 0;
}

/* One entry. The trailing blanks of crit are omitted. */
static int put_entry(struct listing *l, const struct img_dump_mem_run *run,
		     struct img_pages_odd *odd, struct img_err *err)
{
	uint64_t at = run->addr;
	char left[64], pages[32];
	size_t first;

	while (l->vma < l->s->n && l->s->vmas[l->vma].end <= run->addr)
		l->vma++;
	snprintf(pages, sizeof(pages), "%" PRIu64, run->pages);
	snprintf(left, sizeof(left), "\t%" PRIx64 " / %-8s", run->addr, pages);
	first = l->vma;
	for (size_t i = first; i < l->s->n && l->s->vmas[i].start < run->end; i++) {
		const struct img_vma *v = &l->s->vmas[i];

		if (v->start > at)
			odd->pages += (v->start - at) / l->page;
		if (v->start > at && odd->outside == 0)
			odd->outside = at;
		at = v->end;
		img_text_fmt(l->o, "%-24s", i == first ? left : "\t");
		if (put_vma(l, i, i == first ? note(run->flags) : "", odd, err) < 0)
			return -1;
		img_out_byte(l->o, '\n');
		l->vma = i;
	}
	if (at < run->end && odd->pages == 0)
		odd->outside = at;
	if (at < run->end)
		odd->pages += (run->end - at) / l->page;
	if (at == run->addr)
		img_text_fmt(l->o, "\t%" PRIx64 " / %s%s\n", run->addr, pages, note(run->flags));
	img_out_byte(l->o, '\n');
	return 0;
}

/* Are all pages of an entry in the parents? The position in the stream does not change. */
static void look_up(struct img_mem *m, const struct img_dump_mem_run *entry,
		    struct img_pages_odd *odd)
{
	struct img_run run;

	for (uint64_t at = entry->addr; at < entry->end && !odd->lost; at = run.addr + run.len)
		odd->lost = img_mem_run(m, at, entry->end, &run, &odd->why) < 0;
}

int img_pages_text(struct img_dump_mem *p, struct img_mem *m, struct img_out *o,
		   struct img_pages_odd *odd, struct img_err *err)
{
	struct listing l = { p, img_mem_space(m), img_mem_page_size(m), o, { 0 }, 0, 0 };
	struct img_pagemap *pm = img_mem_pagemap(m);
	struct img_dump_mem_run run;
	int r = 0;

	memset(odd, 0, sizeof(*odd));
	while (pm != NULL && !img_out_failed(o) && (r = img_pagemap_next(pm, &run, err)) > 0) {
		if (run.flags & IMG_PE_PRESENT)
			odd->stored = run.off + run.stored;
		if (put_entry(&l, &run, odd, err) < 0) {
			r = -1;
			break;
		}
		if (run.flags & IMG_PE_PARENT)
			look_up(m, &run, odd);
	}
	img_buf_free(&l.name);
	return r < 0 ? -1 : 0;
}
