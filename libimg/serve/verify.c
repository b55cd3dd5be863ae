#include "libimg/serve/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/image/frame.h"
#include "libimg/image/reader.h"
#include "libimg/memory/pageentry.h"
#include "libimg/msg/pick.h"
#include "libimg/img_schema.h"

enum { PAGE_MIN = 4096, PAGE_MAX = 65536 };

/* The pages that pagemaps have in the file pages-`id`. */
struct claim {
	uint64_t id, pages;
	bool packed; /* how many bytes they take, only the pagemap says */
	char by[64]; /* the last of them */
};

void img_claims_free(struct img_claims *c)
{
	img_buf_free(&c->list);
}

static struct claim *find(const struct img_claims *c, uint64_t id)
{
	struct claim *v = (struct claim *)(void *)c->list.p;

	for (size_t i = 0; i < c->list.n / sizeof(*v); i++)
		if (v[i].id == id)
			return &v[i];
	return NULL;
}

static int note(struct img_claims *c, const struct claim *new, struct img_err *err)
{
	struct claim *old = find(c, new->id);

	if (old != NULL) {
		*old = *new;
		return 0;
	}
	img_buf_put(&c->list, new, sizeof(*new));
	return c->list.failed ? img_fail_mem(err) : 0;
}

/* ---- pagemaps ---- */

static int read_head(const struct img_entry *e, struct claim *claim, struct img_err *err)
{
	struct img_pick f;

	if (img_pick(&f, e->msg, e->body, err) < 0)
		return -1;
	claim->id = img_num(&f, IMG_TAG_PAGEMAP_HEAD__PAGES_ID);
	return 0;
}

static int count_pages(struct img_peek *peek, const struct img_entry *e, unsigned flags,
		       struct claim *claim, struct img_err *err)
{
	uint64_t at = e->body.off - IMG_FRAME_PREFIX;
	struct img_pageentry p;

	if (img_pageentry_read(peek, e->body.off, e->body.n, at, &p, err) < 0)
		return -1;
	claim->packed = claim->packed || p.packed.pages != 0;
	if ((flags & IMG_VERIFY_STREAM) != 0 && p.flags == IMG_PE_PARENT)
		return img_fail(err, IMG_EDATA, at,
				"pages in a parent dump, which criu does not read from a stream");
	if ((flags & IMG_VERIFY_STREAM) != 0 && p.packed.pages != 0)
		return img_fail(err, IMG_EDATA, at,
				"compressed pages, which criu does not read from a stream");
	if ((p.flags & IMG_PE_PRESENT) != 0 &&
	    __builtin_add_overflow(claim->pages, p.pages, &claim->pages))
		return img_fail(err, IMG_EDATA, at, "more pages than can be counted");
	return 0;
}

/* ---- entries ---- */

/* A name stands for a type: a filter has to give back what it was given. */
static int check_type(const char *name, const struct img_head *head, struct img_err *err)
{
	const struct img_type *t = img_type_by_file(name, NULL);
	char is[IMG_HEAD_NAME];

	if (t == NULL || t->magic == 0 || t->magic == head->type->magic)
		return 0;
	return img_fail(err, IMG_EDATA, 0, "is %s, but has the name of %s", img_head_name(head, is),
			t->name);
}

static int read_entry(struct img_peek *peek, struct img_reader *rd, const struct img_entry *e,
		      unsigned flags, struct claim *claim, struct img_err *err)
{
	const struct img_type *t = img_reader_head(rd)->type;
	struct img_pick f;
	uint64_t skipped;

	if (e->msg != NULL && e->extra == NULL && img_pick(&f, e->msg, e->body, err) < 0)
		return -1;
	if (t->first == &img_msg_pagemap_head &&
	    (e->index == 0 ? read_head(e, claim, err) : count_pages(peek, e, flags, claim, err)) <
		    0)
		return -1;
	return img_reader_skip(rd, &skipped, err);
}

static int read_all(struct img_claims *c, const char *name, struct img_reader *rd,
		    struct img_peek *peek, unsigned flags, struct img_err *err)
{
	struct claim claim = { 0 };
	struct img_entry e;
	uint64_t n = 0;
	int r;

	if (check_type(name, img_reader_head(rd), err) < 0)
		return -1;
	for (; (r = img_reader_next(rd, &e, err)) > 0; n++)
		if (read_entry(peek, rd, &e, flags, &claim, err) < 0)
			return err->kind == IMG_ESYS || e.msg == NULL
				       ? -1
				       : img_err_under(err, "entries", (int64_t)e.index);
	if (r == 0 && img_reader_head(rd)->type->single && n != 1)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "%" PRIu64 " entries, expected one",
				n);
	if (r < 0 || img_reader_head(rd)->type->first != &img_msg_pagemap_head)
		return r;
	if (n == 0)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "no entry says which pages it has");
	snprintf(claim.by, sizeof(claim.by), "%s", name);
	return note(c, &claim, err);
}

static int verify_entries(struct img_claims *c, const char *name, int fd, unsigned flags,
			  struct img_err *err)
{
	struct img_peek peek = { .fd = fd };
	struct img_in *in;
	struct img_reader *rd = NULL;
	int r = -1;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return img_fail_sys(err);
	in = img_in_fd(fd);
	if (in == NULL)
		return img_fail_mem(err);
	rd = img_reader_open(in, name, IMG_IN_DIR, err);
	if (rd != NULL)
		r = read_all(c, name, rd, &peek, flags, err);
	img_reader_close(rd);
	img_in_free(in);
	return r;
}

/* ---- pages ---- */

/* What a page has is not said anywhere: a power of two between what machines have. */
static bool is_page_size(uint64_t n)
{
	return n >= PAGE_MIN && n <= PAGE_MAX && (n & (n - 1)) == 0;
}

int img_verify_pages(const struct img_claims *c, uint64_t id, uint64_t size, struct img_err *err)
{
	const struct claim *claim = find(c, id);

	if (claim == NULL)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"no pagemap that came before has pages in this file");
	if (claim->packed)
		return 0;
	if (claim->pages == 0 ? size == 0
			      : size % claim->pages == 0 && is_page_size(size / claim->pages))
		return 0;
	return img_fail(err, IMG_EDATA, IMG_NOWHERE,
			"%" PRIu64 " bytes, but %s has %" PRIu64 " pages here", size, claim->by,
			claim->pages);
}

bool img_is_pages(const char *name, uint64_t *id)
{
	const struct img_type *pages = img_type_by_pattern("pages-%u.img");

	return pages != NULL && img_type_by_file(name, id) == pages &&
	       strncmp(name, "pages-shmem-", 12) != 0;
}

int img_verify(struct img_claims *c, const char *name, int fd, unsigned flags, struct img_err *err)
{
	struct stat st;
	uint64_t id;

	err->file[0] = '\0';
	if (!img_is_pages(name, &id))
		return verify_entries(c, name, fd, flags, err);
	if (fstat(fd, &st) < 0)
		return img_fail_sys(err);
	return img_verify_pages(c, id, (uint64_t)st.st_size, err);
}
