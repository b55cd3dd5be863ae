#include "libimg/dump/peers.h"

#include <string.h>

#include "fdinfo.pb-c.h"
#include "libimg/base/buf.h"
#include "libimg/base/map.h"
#include "libimg/msg/linux.h"
#include "libimg/msg/pick.h"

#define NONE UINT32_MAX

/*
 * Files with the same key are the same end of the same channel. A pipe opened for reading and
 * writing is both of its ends.
 */
struct chan {
	uint32_t file;
	uint32_t own[2], other[2]; /* groups, NONE if there is no second one */
	uint32_t next[2];          /* the next file of own[…] */
	unsigned way[2];           /* directions at own[…] */
};

struct group {
	uint32_t head; /* index of a chan, times two, plus the index in its own[] */
	uint32_t n;    /* descriptors on all its files */
	uint32_t both; /* of them, those on files that are both ends */
};

struct img_peers {
	struct img_files *files;
	const struct img_fds *fds;
	const struct img_report *report;
	uint32_t *by_file;     /* index of its chan, or NONE */
	struct img_map by_key; /* index of its group */
	struct img_buf chans, groups;
	bool mips, failed;
};

static struct chan *chan_at(const struct img_peers *e, uint32_t i)
{
	return (struct chan *)(void *)e->chans.p + i;
}

static struct group *group_at(const struct img_peers *e, uint32_t i)
{
	return (struct group *)(void *)e->groups.p + i;
}

/* ---- keys ---- */

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 31;
}

static uint32_t group_of(struct img_peers *e, uint64_t key)
{
	uint32_t *v = img_map_at(&e->by_key, key);
	struct group g = { NONE, 0, 0 };

	if (v == NULL) {
		e->failed = true;
		return NONE;
	}
	if (*v != IMG_MAP_NONE)
		return *v;
	*v = (uint32_t)(e->groups.n / sizeof(g));
	img_buf_put(&e->groups, &g, sizeof(g));
	e->failed = e->failed || e->groups.failed;
	return e->failed ? NONE : *v;
}

/* ---- ends of each type ---- */

enum { READS = IMG_ENDS_READS, WRITES = IMG_ENDS_WRITES };

static unsigned direction(uint64_t open_flags)
{
	switch (open_flags & 3) {
	case 0: return READS;
	case 1: return WRITES;
	default: return READS | WRITES;
	}
}

static void pipe_ends(struct img_peers *e, struct chan *c, uint32_t type, uint64_t pipe_id,
		      unsigned way)
{
	uint64_t key = mix(mix(0, type), pipe_id);
	uint32_t reads = group_of(e, mix(key, READS)), writes = group_of(e, mix(key, WRITES));
	bool both = way == (READS | WRITES);

	c->own[0] = way & READS ? reads : writes;
	c->other[0] = way & READS ? writes : reads;
	c->way[0] = way & READS ? READS : WRITES;
	c->way[1] = WRITES;
	c->own[1] = both ? writes : NONE;
	c->other[1] = both ? reads : NONE;
}

static void add_pipe(struct img_peers *e, struct chan *c, const struct img_pick *f)
{
	pipe_ends(e, c, FD_TYPES__PIPE, img_num(f, IMG_TAG_PIPE_ENTRY__PIPE_ID),
		  direction(img_num(f, IMG_TAG_PIPE_ENTRY__FLAGS)));
}

/* Its flags are with its path. */
static void add_fifo(struct img_peers *e, struct chan *c, const struct img_pick *f)
{
	bool old = !img_has(f, IMG_TAG_FIFO_ENTRY__REGF_ID);
	uint32_t reg = img_num32(f, old ? IMG_TAG_FIFO_ENTRY__ID : IMG_TAG_FIFO_ENTRY__REGF_ID);
	uint64_t pipe_id = img_num(f, IMG_TAG_FIFO_ENTRY__PIPE_ID);
	uint32_t file = img_files_index(e->files, FD_TYPES__REG, reg);
	unsigned way = READS | WRITES;
	const struct img_msg *m;
	struct img_span body;
	struct img_pick r;
	struct img_err err;
	int found = 0;

	if (file != IMG_NO_FILE)
		found = img_files_payload(e->files, file, &m, &body, &err);
	if (found < 0)
		img_report(e->report, &err);
	if (found > 0 && img_pick(&r, m, body, &err) == 0)
		way = direction(img_num(&r, IMG_TAG_REG_FILE_ENTRY__FLAGS));
	pipe_ends(e, c, FD_TYPES__FIFO, pipe_id, way);
}

static void add_unix(struct img_peers *e, struct chan *c, const struct img_pick *f)
{
	uint64_t kind = mix(0, FD_TYPES__UNIXSK), peer = img_num(f, IMG_TAG_UNIX_SK_ENTRY__PEER);

	c->own[0] = group_of(e, mix(kind, img_num(f, IMG_TAG_UNIX_SK_ENTRY__INO)));
	/* A datagram socket may be connected to one that does not know it. */
	if (img_sock_type(img_num(f, IMG_TAG_UNIX_SK_ENTRY__TYPE), e->mips) == IMG_SOCK_DGRAM)
		c->way[0] = WRITES;
	if (peer != 0)
		c->other[0] = group_of(e, mix(kind, peer));
}

/* An address as four words, IPv4 mapped into IPv6, so that both sides compare equal. */
static void address(const struct img_pick *f, uint32_t tag, uint32_t w[4])
{
	struct img_each it;
	unsigned n = 0;
	uint64_t v;

	memset(w, 0, 4 * sizeof(*w));
	img_each_begin(&it, f, tag);
	while (n < 4 && img_each_num(&it, &v))
		w[n++] = (uint32_t)v;
	if (n == 1) {
		w[3] = w[0];
		w[2] = 0xffff0000;
		w[0] = 0;
	}
}

static uint64_t mix_address(uint64_t h, const uint32_t w[4], uint64_t port)
{
	return mix(mix(mix(h, (uint64_t)w[0] << 32 | w[1]), (uint64_t)w[2] << 32 | w[3]), port);
}

/* Words hold network order as a little-endian machine reads it. */
static bool is_loopback(const uint32_t w[4])
{
	if (w[0] != 0 || w[1] != 0)
		return false;
	return w[2] == 0xffff0000 ? (w[3] & 0xff) == 127 : w[2] == 0 && w[3] == 0x01000000;
}

static void add_inet(struct img_peers *e, struct chan *c, const struct img_pick *f)
{
	uint64_t sport = img_num(f, IMG_TAG_INET_SK_ENTRY__SRC_PORT);
	uint64_t dport = img_num(f, IMG_TAG_INET_SK_ENTRY__DST_PORT);
	uint64_t h = mix(mix(0, FD_TYPES__INETSK), img_num(f, IMG_TAG_INET_SK_ENTRY__PROTO));
	uint32_t src[4], dst[4];

	/* Not connected; a raw socket has no ports. */
	if (dport == 0)
		return;
	address(f, IMG_TAG_INET_SK_ENTRY__SRC_ADDR, src);
	address(f, IMG_TAG_INET_SK_ENTRY__DST_ADDR, dst);
	/* 127.0.0.1 means another host in each network namespace. */
	if (is_loopback(dst))
		h = mix(h, img_num(f, IMG_TAG_INET_SK_ENTRY__NS_ID));
	c->own[0] = group_of(e, mix_address(mix_address(h, src, sport), dst, dport));
	c->other[0] = group_of(e, mix_address(mix_address(h, dst, dport), src, sport));
}

static const struct {
	uint32_t type;
	void (*add)(struct img_peers *e, struct chan *c, const struct img_pick *f);
} kinds[] = {
	{ FD_TYPES__PIPE, add_pipe },
	{ FD_TYPES__FIFO, add_fifo },
	{ FD_TYPES__UNIXSK, add_unix },
	{ FD_TYPES__INETSK, add_inet },
};

/* ---- reading ---- */

static void add_file(struct img_peers *e, uint32_t file,
		     void (*add)(struct img_peers *e, struct chan *c, const struct img_pick *f))
{
	struct chan c = {
		file, { NONE, NONE }, { NONE, NONE }, { NONE, NONE }, { READS | WRITES, 0 }
	};
	uint32_t holders = 0, number = (uint32_t)(e->chans.n / sizeof(c));
	const struct img_msg *m;
	struct img_span body;
	struct img_pick f;
	struct img_err err;
	int r = img_files_payload(e->files, file, &m, &body, &err);

	if (r > 0 && img_pick(&f, m, body, &err) < 0)
		r = img_files_fail(e->files, file, &err);
	if (r < 0)
		img_report(e->report, &err);
	if (r <= 0)
		return;
	add(e, &c, &f);
	if (e->failed || c.own[0] == NONE)
		return;
	for (uint32_t i = img_fds_head(e->fds, file); i != IMG_NO_FD; i = e->fds->v[i].next)
		holders++;
	for (unsigned i = 0; i < 2 && c.own[i] != NONE; i++) {
		struct group *g = group_at(e, c.own[i]);

		c.next[i] = g->head;
		g->head = 2 * number + i;
		g->n += holders;
		g->both += c.own[1] != NONE ? holders : 0;
	}
	img_buf_put(&e->chans, &c, sizeof(c));
	e->failed = e->chans.failed;
	e->by_file[file] = number;
}

struct img_peers *img_peers_read(struct img_files *files, const struct img_fds *fds, bool mips,
				 const struct img_report *report)
{
	struct img_peers *e = img_calloc(1, sizeof(*e));
	uint32_t n = files != NULL ? img_files_count(files) : 0;

	if (e == NULL)
		return NULL;
	e->by_file = img_realloc(NULL, n * sizeof(*e->by_file));
	if (e->by_file == NULL) {
		img_free(e);
		return NULL;
	}
	memset(e->by_file, 0xff, n * sizeof(*e->by_file));
	e->files = files;
	e->fds = fds;
	e->mips = mips;
	e->report = report;
	/* Backwards, so that each chain is in the order of the files. */
	for (uint32_t i = n; i-- > 0 && !e->failed;) {
		struct img_files_place p;

		img_files_at(files, i, &p);
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
			if (kinds[k].type == p.type)
				add_file(e, i, kinds[k].add);
	}
	if (!e->failed)
		return e;
	img_peers_free(e);
	return NULL;
}

void img_peers_free(struct img_peers *e)
{
	if (e == NULL)
		return;
	img_free(e->by_file);
	img_map_free(&e->by_key);
	img_buf_free(&e->chans);
	img_buf_free(&e->groups);
	img_free(e);
}

/* ---- answers ---- */

static const struct chan *find(const struct img_peers *e, uint32_t file)
{
	return file != IMG_NO_FILE && e->by_file[file] != NONE ? chan_at(e, e->by_file[file])
							       : NULL;
}

bool img_peers_has(const struct img_peers *e, uint32_t file)
{
	const struct chan *c = find(e, file);

	return c != NULL && c->other[0] != NONE;
}

size_t img_peers_count(const struct img_peers *e, uint32_t file)
{
	const struct chan *c = find(e, file);
	size_t n;

	if (c == NULL || c->other[0] == NONE)
		return 0;
	n = group_at(e, c->other[0])->n;
	if (c->other[1] != NONE)
		n += group_at(e, c->other[1])->n - group_at(e, c->other[1])->both;
	return n;
}

static uint32_t head_of(const struct img_peers *e, uint32_t group)
{
	return group != NONE ? group_at(e, group)->head : NONE;
}

void img_peers_begin(const struct img_peers *e, uint32_t file, struct img_peers_walk *w)
{
	const struct chan *c = find(e, file);

	w->fd = IMG_NO_FD;
	w->second = false;
	w->link = c != NULL ? head_of(e, c->other[0]) : NONE;
	w->later = c != NULL ? head_of(e, c->other[1]) : NONE;
}

uint32_t img_peers_next(const struct img_peers *e, struct img_peers_walk *w)
{
	uint32_t fd;

	while (w->fd == IMG_NO_FD) {
		const struct chan *c;

		if (w->link == NONE) {
			w->link = w->later;
			w->second = w->later != NONE;
			w->later = NONE;
		}
		if (w->link == NONE)
			return IMG_NO_FD;
		c = chan_at(e, w->link / 2);
		/* A file that is both ends was counted at the first one. */
		if (!w->second || c->own[1] == NONE)
			w->fd = img_fds_head(e->fds, c->file);
		w->link = c->next[w->link % 2];
	}
	fd = w->fd;
	w->fd = e->fds->v[fd].next;
	return fd;
}

bool img_peers_pair(const struct img_peers *e, uint32_t file, unsigned i, struct img_peers_pair *p)
{
	const struct chan *c = find(e, file);

	if (c == NULL || i > 1 || c->own[i] == NONE || c->other[i] == NONE)
		return false;
	*p = (struct img_peers_pair){ c->own[i], c->other[i], c->way[i] };
	return true;
}

void img_peers_begin_group(const struct img_peers *e, uint32_t group, struct img_peers_walk *w)
{
	*w = (struct img_peers_walk){ IMG_NO_FD, head_of(e, group), NONE, false };
}
