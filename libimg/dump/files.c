#include "libimg/dump/files.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fdinfo.pb-c.h"
#include "libimg/base/buf.h"
#include "libimg/base/siphash.h"
#include "libimg/msg/pick.h"

/* The field of file_entry for a type. */
static const uint8_t members[] = {
	[FD_TYPES__REG] = IMG_TAG_FILE_ENTRY__REG,
	[FD_TYPES__PIPE] = IMG_TAG_FILE_ENTRY__PIPE,
	[FD_TYPES__FIFO] = IMG_TAG_FILE_ENTRY__FIFO,
	[FD_TYPES__INETSK] = IMG_TAG_FILE_ENTRY__ISK,
	[FD_TYPES__UNIXSK] = IMG_TAG_FILE_ENTRY__USK,
	[FD_TYPES__EVENTFD] = IMG_TAG_FILE_ENTRY__EFD,
	[FD_TYPES__EVENTPOLL] = IMG_TAG_FILE_ENTRY__EPFD,
	[FD_TYPES__INOTIFY] = IMG_TAG_FILE_ENTRY__IFY,
	[FD_TYPES__SIGNALFD] = IMG_TAG_FILE_ENTRY__SGFD,
	[FD_TYPES__PACKETSK] = IMG_TAG_FILE_ENTRY__PSK,
	[FD_TYPES__TTY] = IMG_TAG_FILE_ENTRY__TTY,
	[FD_TYPES__FANOTIFY] = IMG_TAG_FILE_ENTRY__FFY,
	[FD_TYPES__NETLINKSK] = IMG_TAG_FILE_ENTRY__NLSK,
	[FD_TYPES__NS] = IMG_TAG_FILE_ENTRY__NSF,
	[FD_TYPES__TUNF] = IMG_TAG_FILE_ENTRY__TUNF,
	[FD_TYPES__EXT] = IMG_TAG_FILE_ENTRY__EXT,
	[FD_TYPES__TIMERFD] = IMG_TAG_FILE_ENTRY__TFD,
	[FD_TYPES__MEMFD] = IMG_TAG_FILE_ENTRY__MEMFD,
	[FD_TYPES__BPFMAP] = IMG_TAG_FILE_ENTRY__BPF,
	[FD_TYPES__PIDFD] = IMG_TAG_FILE_ENTRY__PIDFD,
};

enum { FILES_IMG = 0 };

const struct img_type *img_files_source(size_t i)
{
	if (i == FILES_IMG)
		return img_type_by_pattern("files.img");
	for (const struct img_type *t = img_types; t->name != NULL; t++)
		if (t->fd_type != FD_TYPES__UND && --i == 0)
			return t;
	return NULL;
}

struct slot {
	uint32_t type, id;
	uint64_t off;
	uint32_t n;
	uint32_t source;
};

/*
 * Entries are read in blocks, several of which are cached: tasks alternate between the files they
 * share, which are early in the image, and their own.
 */
enum { BLOCK = 32 << 10, N_BLOCKS = 16 };

struct cache_block {
	uint32_t source, n; /* n: bytes in it, 0: unused */
	uint64_t number;
	uint8_t *p;
};

struct img_files {
	struct img_dir *dir;
	struct img_image *images[IMG_FILES_SOURCES];
	const struct img_msg *msgs[IMG_FILES_SOURCES]; /* of their entries */
	struct img_buf slots;                          /* struct slot */
	uint32_t *hash; /* indices of slots, open addressing; its length is a power of two */
	size_t hash_n;
	struct img_hash_key key;
	uint32_t doubled;
	struct cache_block blocks[N_BLOCKS];
	struct img_buf one;                 /* an entry that is in no block */
	uint64_t missed[IMG_FILES_SOURCES]; /* offset of the last entry that was in no block */
};

enum { FIRST_HASH = 256 };

static const struct slot *slot(const struct img_files *f, size_t i)
{
	return (const struct slot *)(const void *)f->slots.p + i;
}

static size_t hash_of(const struct img_files *f, uint32_t type, uint32_t id)
{
	return (size_t)img_hash_u64(&f->key, (uint64_t)type << 32 | id) & (f->hash_n - 1);
}

/* The slot of the key, or the free slot where it belongs. */
static size_t probe(const struct img_files *f, uint32_t type, uint32_t id)
{
	size_t i = hash_of(f, type, id);

	while (f->hash[i] != IMG_NO_FILE) {
		const struct slot *s = slot(f, f->hash[i]);

		if (s->type == type && s->id == id)
			break;
		i = (i + 1) & (f->hash_n - 1);
	}
	return i;
}

static int grow(struct img_files *f, struct img_err *err)
{
	size_t n = f->hash_n ? 2 * f->hash_n : FIRST_HASH;
	uint32_t *old = f->hash, *hash = img_realloc(NULL, n * sizeof(*hash));
	uint32_t count = img_files_count(f);

	if (hash == NULL)
		return img_fail_mem(err);
	memset(hash, 0xff, n * sizeof(*hash));
	f->hash = hash;
	f->hash_n = n;
	for (uint32_t i = 0; i < count; i++) {
		size_t at = probe(f, slot(f, i)->type, slot(f, i)->id);

		if (f->hash[at] == IMG_NO_FILE)
			f->hash[at] = i;
	}
	img_free(old);
	return 0;
}

static int add(struct img_files *f, const struct slot *s, struct img_err *err)
{
	uint32_t n = img_files_count(f);
	size_t at;

	if (n >= IMG_NO_FILE / 2)
		return img_fail(err, IMG_ELIMIT, s->off, "more than %u files", IMG_NO_FILE / 2);
	if (2 * ((size_t)n + 1) > f->hash_n && grow(f, err) < 0)
		return -1;
	img_buf_put(&f->slots, s, sizeof(*s));
	if (f->slots.failed)
		return img_fail_mem(err);
	at = probe(f, s->type, s->id);
	if (f->hash[at] == IMG_NO_FILE)
		f->hash[at] = n;
	else
		f->doubled++;
	return 0;
}

/* The key of an entry; `id_tag`: the number of its field `id`. */
static int key_of(uint32_t source, uint32_t type, const struct img_entry *e, unsigned id_tag,
		  struct slot *s, struct img_err *err)
{
	struct img_pick f;

	if (img_pick(&f, e->msg, e->body, err) < 0)
		return img_err_under(err, "entries", (int64_t)e->index);
	*s = (struct slot){ source == FILES_IMG ? img_num32(&f, IMG_TAG_FILE_ENTRY__TYPE) : type,
			    img_num32(&f, id_tag), e->body.off, (uint32_t)e->body.n, source };
	return 0;
}

static int read_source(struct img_files *f, uint32_t i, struct img_err *err)
{
	const struct img_type *t = img_files_source(i);
	unsigned id_tag;
	struct img_entry e;
	struct slot s;
	int r = t != NULL ? img_image_open(f->dir, t->files[0], 0, &f->images[i], err) : 0;

	if (r <= 0)
		return r;
	id_tag = t->entry->desc->fields[img_msg_find_name(t->entry, "id", 2, 0)].id;
	f->msgs[i] = t->entry;
	while ((r = img_image_next(f->images[i], &e, err)) > 0)
		if (key_of(i, t->fd_type, &e, id_tag, &s, err) < 0 || add(f, &s, err) < 0)
			return img_image_fail(f->images[i], err);
	return r < 0 ? -1 : 1;
}

int img_files_open(struct img_dir *d, struct img_files **out, struct img_err *err)
{
	struct img_files *f = img_calloc(1, sizeof(*f));
	struct img_err first;
	bool failed = false, any = false;

	*out = f;
	if (f == NULL)
		return img_fail_mem(err);
	f->dir = d;
	f->key = img_hash_key();
	if (grow(f, err) < 0) {
		img_files_close(f);
		*out = NULL;
		return -1;
	}
	for (uint32_t i = 0; i < IMG_FILES_SOURCES; i++) {
		int r = read_source(f, i, err);

		if (r < 0 && !failed) {
			first = *err;
			failed = true;
		}
		any = any || r != 0;
	}
	if (failed) {
		*err = first;
		return -1;
	}
	if (any)
		return 1;
	img_files_close(f);
	*out = NULL;
	return 0;
}

void img_files_close(struct img_files *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < IMG_FILES_SOURCES; i++)
		img_image_close(f->images[i]);
	img_buf_free(&f->slots);
	for (size_t i = 0; i < N_BLOCKS; i++)
		img_free(f->blocks[i].p);
	img_buf_free(&f->one);
	img_free(f->hash);
	img_free(f);
}

uint32_t img_files_count(const struct img_files *f)
{
	return (uint32_t)(f->slots.n / sizeof(struct slot));
}

uint32_t img_files_doubled(const struct img_files *f)
{
	return f->doubled;
}

void img_files_at(const struct img_files *f, uint32_t i, struct img_files_place *p)
{
	const struct slot *s = slot(f, i);

	p->type = s->type;
	p->id = s->id;
	p->msg = f->msgs[s->source];
	p->off = s->off;
	p->n = s->n;
	p->source = s->source;
}

uint32_t img_files_index(const struct img_files *f, uint32_t type, uint32_t id)
{
	return f->hash[probe(f, type, id)];
}

bool img_files_big(const struct img_files *f, uint32_t i)
{
	return img_reader_head(img_image_reader(f->images[slot(f, i)->source]))->big;
}

int img_files_fail(const struct img_files *f, uint32_t i, struct img_err *err)
{
	return img_image_fail(f->images[slot(f, i)->source], err);
}

/* ---- entries ---- */

/* Read at most `want` bytes of an image to p: how many, or -1. */
static ssize_t read_some(struct img_files *f, uint32_t source, uint64_t off, uint8_t *p,
			 size_t want, struct img_err *err)
{
	int64_t n = img_file_read(img_image_file(f->images[source]), off, p, want, err);

	return n < 0 ? img_image_fail(f->images[source], err) : (ssize_t)n;
}

/* The block with this number, read if necessary; NULL with *err. */
static struct cache_block *get_block(struct img_files *f, uint32_t source, uint64_t number,
				     struct img_err *err)
{
	struct cache_block *b = &f->blocks[(number + source) % N_BLOCKS];
	ssize_t r;

	if (b->n > 0 && b->source == source && b->number == number)
		return b;
	b->n = 0;
	if (b->p == NULL)
		b->p = img_realloc(NULL, BLOCK);
	if (b->p == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	r = read_some(f, source, number * BLOCK, b->p, BLOCK, err);
	if (r < 0)
		return NULL;
	b->source = source;
	b->number = number;
	b->n = (uint32_t)r;
	return b;
}

/* Is the block cached, or worth reading: near the last entry read? */
static bool block_pays(struct img_files *f, uint32_t source, uint64_t off)
{
	const struct cache_block *b = &f->blocks[(off / BLOCK + source) % N_BLOCKS];
	uint64_t last = f->missed[source], far = off > last ? off - last : last - off;

	if (b->n > 0 && b->source == source && b->number == off / BLOCK)
		return true;
	f->missed[source] = off;
	return off / BLOCK == 0 || far <= (uint64_t)2 * BLOCK;
}

static int read_at(struct img_files *f, uint32_t source, uint64_t off, uint32_t n,
		   struct img_span *body, struct img_err *err)
{
	uint64_t in_block = off % BLOCK;
	ssize_t r = 0;

	body->n = n;
	body->off = off;
	if (in_block + n <= BLOCK && block_pays(f, source, off)) {
		struct cache_block *b = get_block(f, source, off / BLOCK, err);

		if (b == NULL)
			return -1;
		body->p = b->p + in_block;
		if (in_block + n <= b->n)
			return 0;
	} else {
		f->one.n = 0;
		if (!img_buf_room(&f->one, n))
			return img_fail_mem(err);
		body->p = f->one.p;
		r = read_some(f, source, off, f->one.p, n, err);
		if (r < 0 || r == (ssize_t)n)
			return r < 0 ? -1 : 0;
	}
	img_fail(err, IMG_EDATA, off, "image shrank while it was read");
	return img_image_fail(f->images[source], err);
}

int img_files_body(struct img_files *f, const struct img_files_place *p, struct img_span *body,
		   struct img_err *err)
{
	return read_at(f, p->source, p->off, p->n, body, err);
}

const ProtobufCFieldDescriptor *img_files_member(uint32_t type)
{
	uint32_t tag = type < sizeof(members) ? members[type] : 0;
	int row = tag != 0 ? img_msg_find(&img_msg_file_entry, tag, 0) : -1;

	return row >= 0 ? &img_msg_file_entry.desc->fields[row] : NULL;
}

int img_files_payload(struct img_files *f, uint32_t i, const struct img_msg **m,
		      struct img_span *body, struct img_err *err)
{
	const struct slot *s = slot(f, i);
	uint32_t tag = s->type < sizeof(members) ? members[s->type] : 0;
	struct img_pick e;

	if (tag == 0)
		return 0;
	if (read_at(f, s->source, s->off, s->n, body, err) < 0)
		return -1;
	*m = f->msgs[s->source];
	if (s->source != FILES_IMG)
		return 1;
	if (img_pick(&e, *m, *body, err) < 0)
		return img_files_fail(f, i, err);
	if (!img_has(&e, tag))
		return 0;
	*m = (*m)->rows[img_msg_find(*m, tag, tag - 1)].sub;
	*body = img_bytes(&e, tag);
	return 1;
}

/* Convert an entry of an older image to the form of files.img. */
static FileEntry *as_file_entry(const struct slot *s, void *msg, struct img_arena *a)
{
	const ProtobufCFieldDescriptor *member = img_files_member(s->type);
	FileEntry *e = img_arena_alloc(a, sizeof(*e));

	if (e == NULL || member == NULL)
		return NULL;
	img_pb_file_entry__init(e);
	e->type = s->type;
	e->id = s->id;
	memcpy((char *)e + member->offset, &msg, sizeof(msg));
	return e;
}

int img_files_get(struct img_files *f, uint32_t type, uint32_t id, struct img_arena *a, void **e,
		  struct img_err *err)
{
	uint32_t i = img_files_index(f, type, id);
	const struct slot *s;
	struct img_span body;
	void *msg;

	if (i == IMG_NO_FILE)
		return 0;
	s = slot(f, i);
	if (read_at(f, s->source, s->off, s->n, &body, err) < 0)
		return -1;
	msg = img_unpack(f->msgs[s->source], body, a, err);
	if (msg == NULL)
		return img_files_fail(f, i, err);
	*e = s->source == FILES_IMG ? msg : as_file_entry(s, msg, a);
	return *e != NULL ? 1 : img_fail_mem(err);
}
