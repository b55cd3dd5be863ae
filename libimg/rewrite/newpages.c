#include "libimg/rewrite/newpages.h"

#include "libimg/msg/splice.h"

/* Entries as the target has them. */
static uint32_t form(const struct img_convert *c)
{
	uint32_t f = img_convert_has(c, IMG_CRIU(4, 2, 0)) ? IMG_PE_WIDE : IMG_PE_NARROW;

	return img_convert_has(c, IMG_CRIU(3, 5, 0)) ? f : f | IMG_PE_NOFLAGS;
}

void img_newpages_name(struct img_newpages *p, bool shared, uint64_t id, uint64_t pages)
{
	img_type_file_name(shared ? "pagemap-shmem-%u.img" : "pagemap-%u.img", id, p->pagemap,
			   sizeof(p->pagemap));
	img_type_file_name("pages-%u.img", pages, p->pages, sizeof(p->pages));
}

int img_newpages_begin(struct img_convert *c, struct img_newpages *p, uint64_t pages_id,
		       const struct img_sink *to, struct img_err *err)
{
	const struct img_head head = { .type = img_type_by_pattern("pagemap-%u.img"),
				       .framing = c->framing,
				       .big = c->big };
	struct img_out *out = img_out_mem(&p->head);
	struct img_buf body = { 0 };
	struct img_pagesink_how how = { to,     p->pagemap,       p->pages, { NULL, 0, 0 },
					c->big, IMG_NEWPAGES_PAGE };
	struct img_writer *wr = out != NULL ? img_writer_open(out, &head, err) : NULL;
	int r = wr != NULL ? 0 : img_fail_mem(err);

	img_put_num(&body, IMG_TAG_PAGEMAP_HEAD__PAGES_ID, pages_id);
	if (r == 0)
		r = img_writer_entry(wr, body.p, body.n, err);
	if (r == 0)
		r = img_out_flush(out, err);
	img_writer_free(wr);
	img_out_free(out);
	img_buf_free(&body);
	how.head = (struct img_span){ p->head.p, p->head.n, 0 };
	p->sink = r == 0 ? img_pagesink_new(&how, err) : NULL;
	return p->sink != NULL ? 0 : -1;
}

int img_newpages_add(struct img_convert *c, struct img_newpages *p, uint64_t addr, uint64_t pages,
		     struct img_err *err)
{
	const struct img_pagesink_entry e = { addr, pages, IMG_PE_PRESENT, form(c), 0 };
	bool more = p->open && p->end == addr;

	p->open = true;
	p->end = addr + pages * IMG_NEWPAGES_PAGE;
	return more ? img_pagesink_more(p->sink, pages, err) : img_pagesink_entry(p->sink, &e, err);
}

int img_newpages_end(struct img_newpages *p, int r, struct img_err *err)
{
	if (img_pagesink_end(p->sink, r == 0, err) < 0)
		r = -1;
	img_buf_free(&p->head);
	return r;
}
