#include "libimg/rewrite/layout_memfd.h"

#include <stdlib.h>
#include <string.h>

#include "fdinfo.pb-c.h"
#include "libimg/msg/linux.h"
#include "libimg/msg/pick.h"
#include "libimg/msg/splice.h"

#define AS_FILES IMG_CRIU(3, 14, 0)

/* The name that the kernel gives the file behind an anonymous shared mapping. */
#define ANONYMOUS "/dev/zero"

/* A file of the kind MEMFD. */
struct memfd {
	uint32_t id;
	uint32_t inode;
	uint64_t shmid;
	bool segment; /* it can be a numbered segment: no descriptor has it, and it has no name */
};

struct img_layout_memfd {
	struct memfd *v; /* by id; only where the target has no such files */
	size_t n;
};

static int by_id(const void *a, const void *b)
{
	const struct memfd *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int by_inode(const void *a, const void *b)
{
	const struct memfd *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

static struct memfd *find(const struct img_layout_memfd *s, uint64_t id)
{
	const struct memfd key = { .id = (uint32_t)id };

	return s->n > 0 ? bsearch(&key, s->v, s->n, sizeof(key), by_id) : NULL;
}

/* ---- learn ---- */

static int take_file(struct img_convert *c, uint32_t i, struct img_err *err)
{
	struct img_layout_memfd *s = c->memfd_layouts;
	struct memfd *v = img_grow(s->v, s->n, sizeof(*v));
	const struct img_msg *m;
	struct img_span body;
	struct img_pick f;
	int r;

	if (v == NULL)
		return img_fail_mem(err);
	s->v = v;
	r = img_files_payload(c->files, i, &m, &body, err);
	if (r <= 0)
		return r;
	if (img_pick(&f, m, body, err) < 0)
		return img_files_fail(c->files, i, err);
	v[s->n++] = (struct memfd){
		.id = img_num32(&f, IMG_TAG_MEMFD_FILE_ENTRY__ID),
		.inode = img_num32(&f, IMG_TAG_MEMFD_FILE_ENTRY__INODE_ID),
	};
	return 0;
}

static int take_inode(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct img_layout_memfd *s = arg;
	struct memfd key = { 0 }, *m;
	struct img_span name;
	struct img_pick f;

	if (img_pick(&f, &img_msg_memfd_inode_entry, e->body, err) < 0)
		return -1;
	name = img_bytes(&f, IMG_TAG_MEMFD_INODE_ENTRY__NAME);
	key.inode = img_num32(&f, IMG_TAG_MEMFD_INODE_ENTRY__INODE_ID);
	m = bsearch(&key, s->v, s->n, sizeof(key), by_inode);
	while (m != NULL && m > s->v && m[-1].inode == key.inode)
		m--;
	for (; m != NULL && m < s->v + s->n && m->inode == key.inode; m++) {
		m->shmid = img_num(&f, IMG_TAG_MEMFD_INODE_ENTRY__SHMID);
		m->segment = name.n == strlen(ANONYMOUS) && memcmp(name.p, ANONYMOUS, name.n) == 0;
	}
	return 0;
}

static int take_fd(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct img_layout_memfd *s = arg;
	struct img_pick f;
	struct memfd *m;

	if (img_pick(&f, &img_msg_fdinfo_entry, e->body, err) < 0)
		return -1;
	if (img_num(&f, IMG_TAG_FDINFO_ENTRY__TYPE) == FD_TYPES__MEMFD) {
		m = find(s, img_num(&f, IMG_TAG_FDINFO_ENTRY__ID));
		if (m != NULL)
			m->segment = false;
	}
	return 0;
}

static int take_fds(struct img_convert *c, struct img_err *err)
{
	const struct img_type *t = img_type_by_pattern("fdinfo-%u.img");
	uint64_t number;

	for (size_t i = 0; i < c->images.n; i++)
		if (img_type_by_file(c->images.v[i], &number) == t &&
		    img_convert_each(c, "fdinfo-%u.img", number, take_fd, c->memfd_layouts, err) <
			    0)
			return -1;
	return 0;
}

static int memfd_learn(struct img_convert *c, struct img_err *err)
{
	struct img_layout_memfd *s = img_calloc(1, sizeof(*s));
	struct img_files_place p;
	struct img_files *f;
	int r;

	c->memfd_layouts = s;
	if (s == NULL)
		return img_fail_mem(err);
	if (img_convert_has(c, AS_FILES) || !img_convert_exists(c, "memfd.img"))
		return 0;
	r = img_convert_files(c, &f, err);
	for (uint32_t i = 0; r > 0 && i < img_files_count(f); i++) {
		img_files_at(f, i, &p);
		if (p.type == FD_TYPES__MEMFD && take_file(c, i, err) < 0)
			r = -1;
	}
	if (r < 0 || s->n == 0)
		return r < 0 ? -1 : 0;
	qsort(s->v, s->n, sizeof(*s->v), by_inode);
	if (img_convert_each(c, "memfd.img", 0, take_inode, s, err) < 0)
		return -1;
	qsort(s->v, s->n, sizeof(*s->v), by_id);
	return take_fds(c, err);
}

/* All of them become segments, or the first that does not is refused as a file. */
static int memfd_image(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	(void)err;
	if (!img_convert_has(c, AS_FILES) && strcmp(plan->name, "memfd.img") == 0)
		plan->fate = IMG_FATE_DROP;
	return 0;
}

static void memfd_end(struct img_convert *c)
{
	if (c->memfd_layouts != NULL)
		img_free(c->memfd_layouts->v);
	img_free(c->memfd_layouts);
	c->memfd_layouts = NULL;
}

/* ---- rows ---- */

static int file_down(struct img_convert *c, const struct img_at *at, struct img_span body,
		     struct img_buf *out, struct img_err *err)
{
	const struct memfd *m;
	uint64_t id = 0;

	(void)at;
	(void)out;
	(void)err;
	(void)img_wire_get(body.p, body.n, IMG_TAG_MEMFD_FILE_ENTRY__ID, &id);
	m = find(c->memfd_layouts, id);
	return m != NULL && m->segment ? IMG_DROP : IMG_KEEP;
}

/* A mapping of such a file. 1 with the new message, 0: another mapping, -1. */
static int vma_down(struct img_convert *c, struct img_span vma, struct img_buf *out,
		    struct img_err *err)
{
	enum {
		SHMID = IMG_TAG_VMA_ENTRY__SHMID,
		FLAGS = IMG_TAG_VMA_ENTRY__FLAGS,
		STATUS = IMG_TAG_VMA_ENTRY__STATUS,
	};
	struct img_wire w = { vma.p, vma.p + vma.n };
	const struct memfd *m;
	struct img_wfield f;
	struct img_pick p;
	uint64_t status;

	if (img_pick(&p, &img_msg_vma_entry, vma, err) < 0)
		return -1;
	status = img_num(&p, STATUS);
	m = status & IMG_VMA_MEMFD ? find(c->memfd_layouts, img_num(&p, SHMID)) : NULL;
	if (m == NULL || !m->segment || !(img_num(&p, FLAGS) & IMG_MAP_SHARED))
		return 0;
	status &= ~(uint64_t)(IMG_VMA_MEMFD | IMG_VMA_FILE_SHARED);
	while (w.p < w.end && img_wire_next(&w, &f) == NULL)
		if (f.tag == SHMID)
			img_put_num(out, SHMID, m->shmid);
		else if (f.tag == FLAGS)
			img_put_num(out, FLAGS, f.v | IMG_MAP_ANONYMOUS);
		else if (f.tag == STATUS)
			img_put_num(out, STATUS, status | IMG_VMA_ANON_SHARED);
		else
			img_buf_put(out, f.at, (size_t)(w.p - f.at));
	return out->failed ? img_fail_mem(err) : 1;
}

static int mm_down(struct img_convert *c, const struct img_at *at, struct img_span body,
		   struct img_buf *out, struct img_err *err)
{
	struct img_wire w = { body.p, body.p + body.n };
	struct img_buf vma = { 0 };
	struct img_wfield f;
	int r = 0, changed = 0;

	(void)at;
	while (r >= 0 && body.n > 0 && w.p < w.end) {
		const char *why = img_wire_next(&w, &f);

		if (why != NULL) {
			r = img_fail(err, IMG_EDATA, body.off, "%s", why);
			break;
		}
		vma.n = 0;
		r = 0;
		if (f.tag == IMG_TAG_MM_ENTRY__VMAS && f.wt == IMG_BYTES)
			r = vma_down(c, (struct img_span){ f.p, f.n, body.off }, &vma, err);
		if (r > 0)
			img_put_bytes(out, f.tag, vma.p, vma.n);
		else
			img_buf_put(out, f.at, (size_t)(w.p - f.at));
		changed |= r > 0;
	}
	img_buf_free(&vma);
	return r < 0 ? -1 : changed ? IMG_SET : IMG_KEEP;
}

static const struct img_layout rows[] = {
	{ AS_FILES, &img_msg_memfd_file_entry, NULL, file_down, "shmid", NULL },
	{ AS_FILES, &img_msg_mm_entry, NULL, mm_down, "shmid", NULL },
};

const struct img_family img_layouts_memfd = {
	.rows = rows,
	.n = sizeof(rows) / sizeof(*rows),
	.learn = memfd_learn,
	.image = memfd_image,
	.end = memfd_end,
};
