#include "libimg/view/crit.h"

#include <inttypes.h>
#include <stdio.h>

#include "libimg/json/qp.h"
#include "libimg/memory/vma_name.h"
#include "libimg/view/fds_dump.h"
#include "libimg/view/text.h"

/* ---- descriptors ---- */

static void put_path(struct img_desc *c, struct img_out *o, const struct img_pick *f)
{
	struct img_span name = img_bytes(f, IMG_TAG_REG_FILE_ENTRY__NAME);

	(void)c;
	img_text_name(o, name.p, name.n);
}

static void put_pipe(struct img_desc *c, struct img_out *o, const struct img_pick *f)
{
	(void)c;
	img_text_fmt(o, "pipe[%" PRIu64 "]", img_num(f, IMG_TAG_PIPE_ENTRY__PIPE_ID));
}

static void put_unix(struct img_desc *c, struct img_out *o, const struct img_pick *f)
{
	struct img_span name = img_bytes(f, IMG_TAG_UNIX_SK_ENTRY__NAME);
	struct img_buf quoted = { 0 };

	img_text_fmt(o, "unix[%" PRIu64 " (%" PRIu64 ")", img_num(f, IMG_TAG_UNIX_SK_ENTRY__INO),
		     img_num(f, IMG_TAG_UNIX_SK_ENTRY__PEER));
	if (name.n > 0) {
		img_qp_encode(&quoted, name.p, name.n);
		if (quoted.failed)
			img_desc_no_memory(c);
		img_out_byte(o, ' ');
		img_text_name(o, quoted.p, quoted.n);
		img_buf_free(&quoted);
	}
	img_out_byte(o, ']');
}

/* The types of which crit shows more than the name. */
static const struct {
	uint32_t type;
	void (*put)(struct img_desc *c, struct img_out *o, const struct img_pick *f);
} kinds[] = {
	{ IMG_FD_TYPES__REG, put_path },
	{ IMG_FD_TYPES__PIPE, put_pipe },
	{ IMG_FD_TYPES__UNIXSK, put_unix },
};

void img_crit_fd(struct img_desc *c, struct img_out *o, const struct img_fd *fd)
{
	const char *type = img_desc_type(fd->type);
	const struct img_msg *m;
	struct img_pick f;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == fd->type) {
			if (img_desc_payload(c, fd->file, &m, &f))
				kinds[i].put(c, o, &f);
			else if (fd->type == IMG_FD_TYPES__REG)
				img_text_put(o, "unknown path");
			else
				img_text_fmt(o, "%s.%" PRIu32, type, fd->id);
			return;
		}
	if (type != NULL)
		img_text_fmt(o, "%s.%" PRIu32, type, fd->id);
	else
		img_text_fmt(o, "%" PRIu32 ".%" PRIu32, fd->type, fd->id);
}

/* ---- pages ---- */

static int put_vma(struct img_dump_mem *p, struct img_mem *m, const struct img_vma *v,
		   struct img_out *o, struct img_buf *name, struct img_err *err)
{
	uint64_t pages = (v->end - v->start) / img_mem_page_size(m);
	char size[32];

	snprintf(size, sizeof(size), "%" PRIu64, pages);
	img_text_fmt(o, " %08" PRIx64 " / %-8s", v->start, size);
	if (!(v->status & (IMG_VMA_FILE_PRIVATE | IMG_VMA_FILE_SHARED)))
		return 0;
	if (img_vma_name(img_dump_mem_shmems(p), img_mem_space(m), v, name, err) < 0)
		return -1;
	img_out_byte(o, ' ');
	img_text_name(o, name->p, name->n);
	return 0;
}

int img_crit_rss(struct img_dump_mem *p, struct img_mem *m, struct img_out *o, struct img_err *err)
{
	static const char next[] = "\n\t                       ";
	const struct img_space *s = img_mem_space(m);
	struct img_pagemap *pm = img_mem_pagemap(m);
	struct img_buf name = { 0 };
	struct img_dump_mem_run run;
	size_t vma = 0, shown = SIZE_MAX;
	int r = 0;

	while (pm != NULL && !img_out_failed(o) && (r = img_pagemap_next(pm, &run, err)) > 0) {
		char entry[64], pages[32];

		snprintf(pages, sizeof(pages), "%" PRIu64, run.pages);
		snprintf(entry, sizeof(entry), "\t%" PRIx64 " / %-8s", run.addr, pages);
		img_text_fmt(o, "%-24s", entry);
		while (vma < s->n && s->vmas[vma].end <= run.addr)
			vma++;
		for (size_t i = vma; r > 0 && i < s->n && s->vmas[i].start < run.end; i++) {
			if (i == shown)
				img_text_put(o, " ~");
			else if (put_vma(p, m, &s->vmas[i], o, &name, err) < 0)
				r = -1;
			shown = vma = i;
			img_text_put(o, next);
		}
		img_out_byte(o, '\n');
		if (r < 0)
			break;
	}
	img_buf_free(&name);
	return r < 0 ? -1 : 0;
}
