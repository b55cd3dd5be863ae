#include "libimg/files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libimg/buf.h"
#include "libimg/canon.h"
#include "libimg/wire.h"

/*
 * The images that hold files. An older one holds the messages that file_entry has in the
 * field `member`.
 */
static const struct source {
	const char *pattern;
	uint32_t type, member;
} sources[] = {
	{ "files.img", 0, 0 },
	{ "reg-files.img", FD_TYPES__REG, IMG_TAG_FILE_ENTRY__REG },
	{ "ext-files.img", FD_TYPES__EXT, IMG_TAG_FILE_ENTRY__EXT },
	{ "ns-files.img", FD_TYPES__NS, IMG_TAG_FILE_ENTRY__NSF },
	{ "pipes.img", FD_TYPES__PIPE, IMG_TAG_FILE_ENTRY__PIPE },
	{ "fifo.img", FD_TYPES__FIFO, IMG_TAG_FILE_ENTRY__FIFO },
	{ "unixsk.img", FD_TYPES__UNIXSK, IMG_TAG_FILE_ENTRY__USK },
	{ "inetsk.img", FD_TYPES__INETSK, IMG_TAG_FILE_ENTRY__ISK },
	{ "packetsk.img", FD_TYPES__PACKETSK, IMG_TAG_FILE_ENTRY__PSK },
	{ "netlinksk.img", FD_TYPES__NETLINKSK, IMG_TAG_FILE_ENTRY__NLSK },
	{ "eventfd.img", FD_TYPES__EVENTFD, IMG_TAG_FILE_ENTRY__EFD },
	{ "eventpoll.img", FD_TYPES__EVENTPOLL, IMG_TAG_FILE_ENTRY__EPFD },
	{ "signalfd.img", FD_TYPES__SIGNALFD, IMG_TAG_FILE_ENTRY__SGFD },
	{ "inotify.img", FD_TYPES__INOTIFY, IMG_TAG_FILE_ENTRY__IFY },
	{ "fanotify.img", FD_TYPES__FANOTIFY, IMG_TAG_FILE_ENTRY__FFY },
	{ "tty.img", FD_TYPES__TTY, IMG_TAG_FILE_ENTRY__TTY },
	{ "tunfile.img", FD_TYPES__TUNF, IMG_TAG_FILE_ENTRY__TUNF },
	{ "timerfd.img", FD_TYPES__TIMERFD, IMG_TAG_FILE_ENTRY__TFD },
};

enum { N_SOURCES = sizeof(sources) / sizeof(sources[0]) };

struct slot {
	uint32_t type, id;
	uint64_t off;
	uint32_t n;
	uint32_t source;
};

#define NO_SLOT UINT32_MAX

struct img_files {
	struct img_dir *dir;
	struct img_image *images[N_SOURCES];
	const struct img_msg *msgs[N_SOURCES]; /* of their entries */
	struct img_buf slots;                  /* struct slot */
	uint32_t *hash; /* numbers of slots, open addressing; a power of two long */
	size_t hash_n, doubled;
	struct img_buf window; /* octets of one image read around the last place */
	size_t window_source;
	uint64_t window_off;
};

enum { WINDOW = 64 << 10, FIRST_HASH = 256 };

static const struct slot *slot(const struct img_files *f, size_t i)
{
	return (const struct slot *)(const void *)f->slots.p + i;
}

static size_t hash_of(const struct img_files *f, uint32_t type, uint32_t id)
{
	uint64_t h = ((uint64_t)type << 32 | id) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(h >> 32) & (f->hash_n - 1);
}

/* Where the key is, or the free place where it would be. */
static size_t probe(const struct img_files *f, uint32_t type, uint32_t id)
{
	size_t i = hash_of(f, type, id);

	while (f->hash[i] != NO_SLOT) {
		const struct slot *s = slot(f, f->hash[i]);

		if (s->type == type && s->id == id)
			break;
		i = (i + 1) & (f->hash_n - 1);
	}
	return i;
}

static int grow(struct img_files *f, struct img_err *err)
{
	size_t n = f->hash_n ? 2 * f->hash_n : FIRST_HASH, count = img_files_count(f);
	uint32_t *old = f->hash, *hash = img_realloc(NULL, n * sizeof(*hash));

	if (hash == NULL)
		return img_fail_mem(err);
	memset(hash, 0xff, n * sizeof(*hash));
	f->hash = hash;
	f->hash_n = n;
	for (size_t i = 0; i < count; i++) {
		size_t at = probe(f, slot(f, i)->type, slot(f, i)->id);

		if (f->hash[at] == NO_SLOT)
			f->hash[at] = (uint32_t)i;
	}
	img_free(old);
	return 0;
}

static int add(struct img_files *f, const struct slot *s, struct img_err *err)
{
	size_t n = img_files_count(f), at;

	if (n >= NO_SLOT / 2)
		return img_fail(err, IMG_ELIMIT, s->off, "more than %u files", NO_SLOT / 2);
	if (2 * (n + 1) > f->hash_n && grow(f, err) < 0)
		return -1;
	img_buf_put(&f->slots, s, sizeof(*s));
	if (f->slots.failed)
		return img_fail_mem(err);
	at = probe(f, s->type, s->id);
	if (f->hash[at] == NO_SLOT)
		f->hash[at] = (uint32_t)n;
	else
		f->doubled++;
	return 0;
}

/* The key of an entry, from its wire form. */
static int key_of(size_t source, const struct img_entry *e, struct slot *s, struct img_err *err)
{
	int row = img_msg_find_name(e->msg, "id", 2, 0);
	uint64_t type = sources[source].type, id = 0;
	const char *why, *key = NULL;
	const uint8_t *bad;
	struct img_scan scan;

	why = img_msg_scan(e->msg, e->body.p, e->body.n, &scan, &bad, &key);
	if (why != NULL) {
		img_fail(err, IMG_EDATA, e->body.off + (uint64_t)(bad - e->body.p), "%s", why);
		if (key != NULL)
			img_err_under(err, key, -1);
		return img_err_under(err, "entries", (int64_t)e->index);
	}
	if (type == 0)
		img_wire_get(e->body.p, e->body.n, IMG_TAG_FILE_ENTRY__TYPE, &type);
	if (row >= 0)
		img_wire_get(e->body.p, e->body.n, e->msg->desc->fields[row].id, &id);
	*s = (struct slot){ (uint32_t)type, (uint32_t)id, e->body.off, (uint32_t)e->body.n,
			    (uint32_t)source };
	return 0;
}

static int read_source(struct img_files *f, size_t i, struct img_err *err)
{
	struct img_entry e;
	struct slot s;
	int r = img_image_open(f->dir, sources[i].pattern, 0, &f->images[i], err);

	if (r <= 0)
		return r;
	f->msgs[i] = img_type_by_pattern(sources[i].pattern)->entry;
	while ((r = img_image_next(f->images[i], &e, err)) > 0)
		if (key_of(i, &e, &s, err) < 0 || add(f, &s, err) < 0)
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
	f->window_source = N_SOURCES;
	if (grow(f, err) < 0) {
		img_files_close(f);
		*out = NULL;
		return -1;
	}
	for (size_t i = 0; i < N_SOURCES; i++) {
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
	for (size_t i = 0; i < N_SOURCES; i++)
		img_image_close(f->images[i]);
	img_buf_free(&f->slots);
	img_buf_free(&f->window);
	img_free(f->hash);
	img_free(f);
}

size_t img_files_count(const struct img_files *f)
{
	return f->slots.n / sizeof(struct slot);
}

size_t img_files_doubled(const struct img_files *f)
{
	return f->doubled;
}

void img_files_at(const struct img_files *f, size_t i, struct img_files_place *p)
{
	const struct slot *s = slot(f, i);

	*p =
		(struct img_files_place){ s->type, s->id, f->msgs[s->source],
					  s->off,  s->n,  s->source };
}

bool img_files_find(const struct img_files *f, uint32_t type, uint32_t id,
		    struct img_files_place *p)
{
	uint32_t i = f->hash[probe(f, type, id)];

	if (i != NO_SLOT)
		img_files_at(f, i, p);
	return i != NO_SLOT;
}

/* Octets of an image: from the window, which is filled from `off` on where they are not in it. */
static int read_at(struct img_files *f, size_t source, uint64_t off, uint32_t n,
		   struct img_span *body, struct img_err *err)
{
	struct img_buf *w = &f->window;
	size_t want = n > WINDOW ? n : WINDOW;

	if (f->window_source != source || off < f->window_off || off + n > f->window_off + w->n) {
		w->n = 0;
		f->window_source = source;
		f->window_off = off;
		if (!img_buf_room(w, want))
			return img_fail_mem(err);
		while (w->n < n) {
			ssize_t r = pread(img_image_fd(f->images[source]), w->p + w->n, want - w->n,
					  (off_t)(off + w->n));

			if (r <= 0) {
				img_fail(err, r < 0 ? IMG_ESYS : IMG_EDATA, off,
					 r < 0 ? "read failed" : "the image has become shorter");
				return img_image_fail(f->images[source], err);
			}
			w->n += (size_t)r;
		}
	}
	body->p = w->p + (off - f->window_off);
	body->n = n;
	body->off = off;
	return 0;
}

int img_files_body(struct img_files *f, const struct img_files_place *p, struct img_span *body,
		   struct img_err *err)
{
	return read_at(f, p->source, p->off, p->n, body, err);
}

/* An entry of an older image in the form of files.img. */
static FileEntry *as_file_entry(const struct slot *s, void *msg, struct img_arena *a)
{
	FileEntry *e = img_arena_alloc(a, sizeof(*e));
	int row = img_msg_find(&img_msg_file_entry, sources[s->source].member, 0);

	if (e == NULL || row < 0)
		return NULL;
	file_entry__init(e);
	e->type = s->type;
	e->id = s->id;
	memcpy((char *)e + img_msg_file_entry.desc->fields[row].offset, &msg, sizeof(msg));
	return e;
}

int img_files_get(struct img_files *f, uint32_t type, uint32_t id, struct img_arena *a,
		  FileEntry **e, struct img_err *err)
{
	uint32_t i = f->hash[probe(f, type, id)];
	const struct slot *s;
	struct img_span body;
	void *msg;

	if (i == NO_SLOT)
		return 0;
	s = slot(f, i);
	if (read_at(f, s->source, s->off, s->n, &body, err) < 0)
		return -1;
	msg = img_unpack(f->msgs[s->source], body, a, err);
	if (msg == NULL)
		return img_image_fail(f->images[s->source], err);
	*e = s->source == 0 ? msg : as_file_entry(s, msg, a);
	return *e != NULL ? 1 : img_fail_mem(err);
}
