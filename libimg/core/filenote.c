#include "libimg/core/filenote.h"

#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/map.h"
#include "libimg/memory/vma_name.h"
#include "ipc-shm.pb-c.h"

/* Names and ranges come in two lists, so that the mappings are gone through twice. */
struct note_pass {
	const struct img_core_process *p;
	struct img_notes n;
	img_core_notes_fn *fn;
	void *arg;
	uint64_t count, names; /* mappings of files, and bytes of their names */
	struct img_buf name;
	struct img_map keys; /* System V: key by id */
	bool asked_keys;
};

/* ---- names of segments of System V ---- */

static int read_keys(struct note_pass *f, uint64_t ns, struct img_err *err)
{
	struct img_image *im;
	void *msg;
	int r = img_image_open(f->p->dir, "ipcns-shm-%u.img", ns, &im, err);

	if (r <= 0)
		return r;
	for (;;) {
		const IpcShmEntry *e;
		uint32_t *key;

		img_arena_reset(f->p->arena);
		r = img_image_next_msg(im, f->p->arena, &msg, err);
		if (r <= 0)
			break;
		e = msg;
		key = img_map_at(&f->keys, e->desc->id);
		if (key == NULL) {
			r = img_fail_mem(err);
			break;
		}
		*key = e->desc->key;
	}
	img_image_close(im);
	return r;
}

/* Ids are those of a namespace, which no mapping names: the first with this id counts. */
static int sysv_name(struct note_pass *f, const struct img_vma *v, struct img_err *err)
{
	static const char prefix[] = "ipcns-shm-";
	struct img_dir_names l;
	uint64_t ns;
	char text[32];
	uint32_t key;
	int r = 0;

	if (!f->asked_keys) {
		if (img_dir_list(f->p->dir, &l, err) < 0)
			return -1;
		for (size_t i = 0; r == 0 && i < l.n; i++)
			if (strncmp(l.v[i], prefix, sizeof(prefix) - 1) == 0 &&
			    img_type_by_file(l.v[i], &ns) != NULL)
				r = read_keys(f, ns, err);
		img_list_free(&l);
		if (r < 0)
			return -1;
		f->asked_keys = true;
	}
	key = img_map_get(&f->keys, v->shmid);
	snprintf(text, sizeof(text), "/SYSV%08" PRIx32 " (deleted)", key == IMG_MAP_NONE ? 0 : key);
	f->name.n = 0;
	img_buf_put(&f->name, text, strlen(text));
	return f->name.failed ? img_fail_mem(err) : 0;
}

/* ---- one mapping ---- */

/* The name that Linux has for a mapping's file: 1 with f->name, 0 where it has none, -1. */
static int name_of(struct note_pass *f, const struct img_vma *v, struct img_err *err)
{
	static const char gone[] = " (deleted)", zero[] = "/dev/zero (deleted)";
	enum img_backing by = img_vma_backing(v);

	if (by == IMG_BY_ZERO || by == IMG_BY_KERNEL || v->status & IMG_VMA_SOCKET)
		return 0;
	if (v->status & IMG_VMA_SYSVIPC)
		return sysv_name(f, v, err) < 0 ? -1 : 1;
	if (by == IMG_BY_SEGMENT) {
		f->name.n = 0;
		img_buf_put(&f->name, zero, sizeof(zero) - 1);
		return f->name.failed ? img_fail_mem(err) : 1;
	}
	if (img_vma_name(img_dump_mem_shmems(f->p->dump), img_mem_space(f->p->mem), v, &f->name,
			 err) < 0)
		return -1;
	if (f->name.n == 0 || f->name.p[0] != '/')
		return 0; /* an id that leads nowhere */
	if (by == IMG_BY_FILE && img_mapped_deleted(f->p->mapped, v->shmid))
		img_buf_put(&f->name, gone, sizeof(gone) - 1);
	return f->name.failed ? img_fail_mem(err) : 1;
}

static int put(struct note_pass *f, const void *p, size_t n, struct img_err *err)
{
	return f->fn(f->arg, p, n, err);
}

static int put_made(struct note_pass *f, struct img_err *err)
{
	int r = f->n.buf.failed ? img_fail_mem(err) : put(f, f->n.buf.p, f->n.buf.n, err);

	f->n.buf.n = 0;
	return r;
}

static int count(struct note_pass *f, const struct img_vma *v, struct img_err *err)
{
	(void)v;
	(void)err;
	f->count++;
	f->names += f->name.n + 1;
	return 0;
}

static int put_range(struct note_pass *f, const struct img_vma *v, struct img_err *err)
{
	img_note_word(&f->n, v->start);
	img_note_word(&f->n, v->end);
	img_note_word(&f->n, v->pgoff / img_mem_page_size(f->p->mem));
	return put_made(f, err);
}

static int put_name(struct note_pass *f, const struct img_vma *v, struct img_err *err)
{
	(void)v;
	img_buf_put(&f->name, "", 1);
	return f->name.failed ? img_fail_mem(err) : put(f, f->name.p, f->name.n, err);
}

static int each(struct note_pass *f,
		int (*fn)(struct note_pass *f, const struct img_vma *v, struct img_err *err),
		struct img_err *err)
{
	const struct img_space *s = img_mem_space(f->p->mem);
	int r = 0;

	for (size_t i = 0; r >= 0 && i < s->n; i++) {
		r = name_of(f, &s->vmas[i], err);
		if (r > 0)
			r = fn(f, &s->vmas[i], err);
	}
	return r < 0 ? -1 : 0;
}

/* ---- the note ---- */

static int put_head(struct note_pass *f, struct img_err *err)
{
	unsigned word = f->n.wide ? 8 : 4;
	uint64_t size = word * (2 + 3 * f->count) + f->names;

	if (size > UINT32_MAX - 3)
		return img_fail(err, IMG_ELIMIT, IMG_NOWHERE,
				"names of mapped files take %" PRIu64
				" bytes, a note has at most %u",
				size, UINT32_MAX - 3);
	img_note_head(&f->n, "CORE", NT_FILE, (uint32_t)size);
	img_note_word(&f->n, f->count);
	img_note_word(&f->n, img_mem_page_size(f->p->mem));
	return put_made(f, err);
}

int img_core_filenote(const struct img_core_process *p, img_core_notes_fn *fn, void *arg,
		      struct img_err *err)
{
	struct note_pass f = { .p = p, .fn = fn, .arg = arg };
	int r;

	f.n.big = p->arch->big;
	f.n.wide = p->arch->wide;
	r = each(&f, count, err);
	if (r == 0 && f.count > 0) {
		r = put_head(&f, err) < 0 || each(&f, put_range, err) < 0 ||
				    each(&f, put_name, err) < 0
			    ? -1
			    : 0;
		if (r == 0)
			r = put(&f, "\0\0", (size_t)(-f.names & 3), err);
	}
	img_map_free(&f.keys);
	img_buf_free(&f.name);
	img_buf_free(&f.n.buf);
	return r;
}
