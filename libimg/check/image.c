/* Each image by itself: read to its end, with all messages unpacked. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ghost-file.pb-c.h"
#include "libimg/base/buf.h"
#include "libimg/check/model.h"
#include "libimg/image/type.h"

/* ---- what is in the directory ---- */

/* The pattern of this name, or NULL if CRIU would print the number differently. */
static const char *pattern_of(const struct img_type *t, const char *name, uint64_t number)
{
	char made[NAME_MAX + 1];

	for (int i = 0; i < IMG_PATTERNS && t->files[i] != NULL; i++) {
		const char *conv = strchr(t->files[i], '%');

		img_type_file_name(t->files[i], number, made, sizeof(made));
		if (strcmp(made, name) == 0)
			return t->files[i];
		if (conv != NULL && strchr(conv + 1, '%') != NULL)
			return t->files[i]; /* images of a plugin: not compared */
	}
	return NULL;
}

static int by_pattern(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int in_order(const void *a, const void *b)
{
	const struct ck_image *x = a, *y = b;
	int d = by_pattern(x->pattern, y->pattern);

	if (d != 0)
		return d;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int by_name(const void *name, const void *left)
{
	return strcmp(name, ((const struct ck_left *)left)->name);
}

/* Images that CRIU knows, and others: those are named, and that is all. */
static void add_name(struct check *ck, struct img_buf *list, const char *name)
{
	struct ck_image im = { .name = NULL };

	im.type = img_type_by_file(name, &im.number);
	if (ck->n_left > 0 &&
	    bsearch(name, ck->left, ck->n_left, sizeof(*ck->left), by_name) != NULL)
		return;
	if (im.type != NULL)
		im.pattern = pattern_of(im.type, name, im.number);
	else
		im.type = &img_type_raw;
	im.name = img_ck_alloc(ck, strlen(name) + 1, 1);
	if (im.name == NULL)
		return;
	memcpy(im.name, name, strlen(name) + 1);
	img_buf_put(list, &im, sizeof(im));
}

static struct ck_image *in_list(const struct img_buf *b, size_t *n)
{
	struct ck_image *v = (struct ck_image *)(void *)b->p;

	*n = b->n / sizeof(*v);
	if (*n > 0)
		qsort(v, *n, sizeof(*v), in_order);
	return v;
}

static int list_images(struct check *ck, struct img_err *err)
{
	struct img_buf known = { 0 }, foreign = { 0 };
	struct img_dir_names l;

	if (img_dir_list(ck->dir, &l, err) < 0)
		return err->file[0] != '\0' ? -1 : img_err_in(err, img_dir_path(ck->dir), "");
	for (size_t i = 0; i < l.n; i++)
		add_name(ck, img_type_by_file(l.v[i], NULL) != NULL ? &known : &foreign, l.v[i]);
	/* In the place of an image may be a directory or a socket. */
	for (size_t i = 0; i < l.n_rest; i++)
		if (img_type_by_file(l.rest[i].name, NULL) != NULL &&
		    strcmp(l.rest[i].name, "parent") != 0)
			add_name(ck, &known, l.rest[i].name);
	img_list_free(&l);
	ck->no_memory = ck->no_memory || known.failed || foreign.failed;
	ck->images = in_list(&known, &ck->n_images);
	ck->foreign = in_list(&foreign, &ck->n_foreign);
	return 0;
}

void img_ck_image_foreign(struct check *ck)
{
	for (size_t i = 0; i < ck->n_foreign; i++)
		img_ck_say(ck, CK_IMAGE_FOREIGN, &ck->foreign[i], -1, "",
			   "a name that CRIU gives to no image: of a plugin, a fork, or left over");
}

/* ---- values ---- */

/* The path down to a field, to name it if needed. */
struct way {
	const struct way *up;
	const char *field;
	int64_t index; /* < 0: no list */
};

static void put_way(const struct way *w, char *buf, size_t size)
{
	size_t n;

	if (w->up != NULL)
		put_way(w->up, buf, size);
	n = strlen(buf);
	snprintf(buf + n, size - n, w->index < 0 ? "%s%s" : "%s%s[%" PRId64 "]", n > 0 ? "." : "",
		 w->field, w->index);
}

struct image_walk {
	struct check *ck;
	const struct ck_image *im;
	int64_t entry;
};

/* Numbers that CRIU reserves for forks. */
static bool of_a_fork(const ProtobufCEnumDescriptor *d, int v)
{
	return strcmp(d->name, "remap_type") == 0 && v >= 3 && v <= 4;
}

static void check_enum(struct image_walk *k, const struct way *w, const ProtobufCEnumDescriptor *d,
		       int v)
{
	char path[160] = "";

	if (protobuf_c_enum_descriptor_get_value(d, v) != NULL)
		return;
	put_way(w, path, sizeof(path));
	img_ck_say(k->ck, of_a_fork(d, v) ? CK_IMAGE_UNKNOWN : CK_IMAGE_ENUM, k->im, k->entry, path,
		   "%d is not a value of %s", v, d->name);
}

static void check_message(struct image_walk *k, const struct way *up, const ProtobufCMessage *m);

static void check_value(struct image_walk *k, const struct way *w,
			const ProtobufCFieldDescriptor *f, const void *p)
{
	if (f->type == PROTOBUF_C_TYPE_MESSAGE)
		check_message(k, w, *(const ProtobufCMessage *const *)p);
	else
		check_enum(k, w, f->descriptor, *(const int *)p);
}

static void check_field(struct image_walk *k, const struct way *up, const ProtobufCMessage *m,
			const ProtobufCFieldDescriptor *f)
{
	const char *base = (const char *)m, *list;
	struct way w = { up, f->name, -1 };
	size_t n, size = f->type == PROTOBUF_C_TYPE_MESSAGE ? sizeof(void *) : sizeof(int);

	if (f->label == PROTOBUF_C_LABEL_REPEATED) {
		n = *(const size_t *)(const void *)(base + f->quantifier_offset);
		list = *(const char *const *)(const void *)(base + f->offset);
		for (size_t i = 0; i < n; i++) {
			w.index = (int64_t)i;
			check_value(k, &w, f, list + i * size);
		}
	} else if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
		if (*(const void *const *)(const void *)(base + f->offset) != NULL)
			check_value(k, &w, f, base + f->offset);
	} else if (f->label == PROTOBUF_C_LABEL_REQUIRED ||
		   *(const protobuf_c_boolean *)(base + f->quantifier_offset)) {
		check_value(k, &w, f, base + f->offset);
	}
}

static void check_message(struct image_walk *k, const struct way *up, const ProtobufCMessage *m)
{
	const ProtobufCMessageDescriptor *d = m->descriptor;

	for (unsigned i = 0; i < d->n_fields; i++)
		if (d->fields[i].type == PROTOBUF_C_TYPE_MESSAGE ||
		    d->fields[i].type == PROTOBUF_C_TYPE_ENUM)
			check_field(k, up, m, &d->fields[i]);
}

/* ---- reading ---- */

/*
 * Turn an error of the reader or unpacker into a finding, with its place where findings have
 * theirs.
 */
static void damaged(struct check *ck, struct ck_image *im, enum ck_rule rule, struct img_err *err)
{
	char what[400], path[160];
	long long entry = -1;
	int n = 0;

	im->broken = true;
	ck->gaps++;
	if (err->kind == IMG_ELIMIT)
		rule = CK_IMAGE_LIMIT;
	if (err->kind == IMG_ESYS) {
		img_err_in(err, img_dir_path(ck->dir), im->name);
		img_report(&ck->how->unread, err);
		return;
	}
	img_printable(err->path, strlen(err->path), path, sizeof(path));
	if (sscanf(path, "entries[%lld]%n", &entry, &n) < 1 || n == 0)
		entry = -1;
	else
		n += path[n] == '.';
	img_printable(err->what, strlen(err->what), what, sizeof(what));
	if (err->off != IMG_NOWHERE)
		img_ck_say(ck, rule, im, entry, "", "%s%soffset 0x%" PRIx64 ": %s", path + n,
			   path[n] != '\0' ? ": " : "", err->off, what);
	else
		img_ck_say(ck, rule, im, entry, "", "%s%s%s", path + n, path[n] != '\0' ? ": " : "",
			   what);
}

/* Are its messages needed later? */
static bool is_kept(const struct ck_image *im)
{
	return im->type->head != IMG_SERVICE && im->pattern != NULL;
}

static void keep(struct check *ck, struct ck_image *im, void *msg)
{
	void **v = img_grow(im->v, im->n, sizeof(*v));

	if (v == NULL) {
		ck->no_memory = true;
		return;
	}
	im->v = v;
	im->v[im->n++] = msg;
}

/* The pieces of a ghost file must ascend, without overlap, within the file. */
struct chunks {
	const GhostFileEntry *head;
	uint64_t end;
};

static void check_chunk(struct check *ck, const struct ck_image *im, uint64_t index,
			struct chunks *c, const GhostChunkEntry *m)
{
	uint64_t end;

	if (__builtin_add_overflow(m->off, m->len, &end) ||
	    (c->head->has_size && end > c->head->size))
		img_ck_say(ck, CK_GHOST_FILE, im, (int64_t)index, "off",
			   "%" PRIu64 " and len %" PRIu64 " exceed the size of the file (%" PRIu64
			   ")",
			   m->off, m->len, c->head->size);
	else if (m->off < c->end)
		img_ck_say(ck, CK_GHOST_FILE, im, (int64_t)index, "off",
			   "%" PRIu64 " is below the end of the previous piece (%" PRIu64 ")",
			   m->off, c->end);
	else
		c->end = end;
}

/*
 * An image may take IMG_CHECK_TIMES the memory of the bytes of it that have come: sound ones take
 * up to 15 times, messages that are nothing but tags more than a hundred times.
 */
static void limit_memory(struct check *ck, const struct ck_image *im, const struct img_entry *e)
{
	uint64_t most = IMG_CHECK_ANYWAY + IMG_CHECK_TIMES * (e->body.off + e->body.n);
	size_t left = SIZE_MAX / 2 - im->arena;
	size_t limit = most < left ? (size_t)most : left;

	img_arena_set_limit(ck->arena, im->arena + limit);
	img_arena_set_limit(ck->scratch, limit);
}

static int read_entry(struct check *ck, struct ck_image *im, const struct img_entry *e,
		      struct chunks *chunks, struct img_err *err)
{
	bool ghost = im->type->first_extra != NULL;
	/* Statistics of CRIU before 3.5 lack a field that has become required. */
	bool stats = im->type->entry == &img_msg_stats_entry;
	bool kept = is_kept(im) && (e->index == 0 || im->type->first == NULL);
	struct image_walk k = { ck, im, (int64_t)e->index };
	struct img_arena *arena = kept ? ck->arena : ck->scratch;
	struct img_arena_mark mark;
	void *msg;

	if (stats)
		return img_wire_check(e->msg, e->body, err) < 0
			       ? img_err_under(err, "entries", (int64_t)e->index)
			       : 0;
	if (!kept)
		img_arena_reset(ck->scratch);
	limit_memory(ck, im, e);
	mark = img_arena_mark(arena);
	msg = img_unpack(e->msg, e->body, arena, err);
	img_arena_set_limit(ck->arena, SIZE_MAX / 2);
	if (msg == NULL) {
		img_arena_back(arena, mark);
		return img_err_under(err, "entries", (int64_t)e->index);
	}
	check_message(&k, NULL, msg);
	img_ck_image_fields(ck, im, (int64_t)e->index, e->msg, e->body.p, e->body.n);
	if (kept)
		keep(ck, im, msg);
	if (ghost && e->index == 0)
		chunks->head = msg;
	else if (ghost)
		check_chunk(ck, im, e->index, chunks, msg);
	return 0;
}

static int read_entries(struct check *ck, struct ck_image *im, struct img_reader *rd,
			struct img_err *err)
{
	struct chunks chunks = { NULL, 0 };
	struct img_entry e;
	uint64_t n = 0;
	int r;

	im->arena = img_arena_size(ck->arena);
	while ((r = img_reader_next(rd, &e, err)) > 0) {
		n++;
		if (read_entry(ck, im, &e, &chunks, err) < 0)
			return -1;
		if (img_ck_ipc_data(ck, im, rd, &e, err) < 0)
			return -1;
		if (e.extra != NULL && e.extra->shape == IMG_REST &&
		    img_reader_skip(rd, &im->rest, err) < 0)
			return -1;
		/* The runs of a pagemap are read when the mappings are known. */
		if (im->type->first == &img_msg_pagemap_head)
			break;
	}
	if (r < 0)
		return -1;
	/*
	 * CRIU before 1.6 wrote images of the whole dump even if they were empty. A dump of it
	 * that was converted has them in any framing, and CRIU 4.2 reads such a one as no entry.
	 */
	if (n == 0 && im->pattern != NULL && strchr(im->pattern, '%') == NULL &&
	    (im->type->global || (im->head.framing == IMG_V1_0 && im->type->head != 0)))
		return 0;
	if (n == 0 && (im->type->single || im->type->first != NULL)) {
		im->broken = true;
		ck->gaps++;
	}
	if (im->type->single && n != 1)
		img_ck_say(ck, n == 0 ? CK_IMAGE_ENTRIES : CK_ODD(CK_IMAGE_ENTRIES), im, -1, "",
			   "%" PRIu64 " entries, expected exactly one", n);
	else if (im->type->first != NULL && n == 0)
		img_ck_say(ck, CK_IMAGE_ENTRIES, im, -1, "", "no entry, expected a head");
	else if (n == 0 && im->head.framing == IMG_V1_1 && im->type->head != IMG_SERVICE &&
		 (im->pattern == NULL || strncmp(im->pattern, "ipcns-", 6) != 0)) /* as above */
		img_ck_say(ck, CK_IMAGE_EMPTY, im, -1, "", "no entry");
	return 0;
}

/* Check its head: is it an image of the type of its name? */
static bool check_head(struct check *ck, struct ck_image *im, const struct img_reader *rd,
		       struct img_err *err)
{
	char name[IMG_HEAD_NAME];

	im->head = *img_reader_head(rd);
	if (im->head.framing == IMG_NONE) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "empty file");
		damaged(ck, im, CK_IMAGE_DAMAGED, err);
		return false;
	}
	if (im->head.type->magic == im->type->magic)
		return true;
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "image of type %s, expected %s",
		 img_head_name(&im->head, name), im->type->name);
	damaged(ck, im, CK_IMAGE_MAGIC, err);
	return false;
}

static void read_image(struct check *ck, struct ck_image *im, const struct img_file *f)
{
	struct img_in *in = img_in_file(f);
	struct img_reader *rd = NULL;
	struct img_err err;

	if (in == NULL) {
		ck->no_memory = true;
		return;
	}
	rd = img_reader_open(in, im->name, 0, &err);
	if (rd == NULL)
		damaged(ck, im, im->size < 8 ? CK_IMAGE_DAMAGED : CK_IMAGE_MAGIC, &err);
	else if (check_head(ck, im, rd, &err) && read_entries(ck, im, rd, &err) < 0)
		damaged(ck, im, CK_IMAGE_DAMAGED, &err);
	img_reader_close(rd);
	img_in_free(in);
}

static void open_image(struct check *ck, struct ck_image *im)
{
	struct img_file f;
	struct img_err err;

	if (img_dir_open_file(ck->dir, im->name, &f, &err) < 0) {
		damaged(ck, im, CK_IMAGE_DAMAGED, &err);
		return;
	}
	im->size = f.size;
	im->head.type = im->type;
	if (im->type->magic != 0)
		read_image(ck, im, &f);
	img_file_close(&f);
}

int img_ck_load_images(struct check *ck, struct img_err *err)
{
	if (list_images(ck, err) < 0)
		return -1;
	for (size_t i = 0; i < ck->n_images && !ck->no_memory; i++)
		open_image(ck, &ck->images[i]);
	return 0;
}
