#include "libimg/view/dot_link.h"

#include <string.h>

#include "libimg/view/dot_text.h"

/* A channel with more pairs of holders is a node, with a line to as many of them at most. */
enum { MAX_PAIRS = 6, MAX_SPOKES = 64 };

enum { BOTH = IMG_ENDS_READS | IMG_ENDS_WRITES };

struct channel {
	uint32_t file, own, other;
	size_t kind;
	unsigned way;
};

/* ---- edges ---- */

/* A channel between two boxes, from a to b where only one of them writes. */
static bool add_edge(struct img_dot_links *l, const struct channel *c,
		     const struct img_dot_holder *a, const struct img_dot_holder *b)
{
	bool both = c->way == BOTH, turn = both ? a->box > b->box : c->way == IMG_ENDS_READS;
	const struct img_dot_holder *tail = turn ? b : a, *head = turn ? a : b;
	const uint32_t key[] = { tail->box, head->box, (uint32_t)c->kind, both };
	uint32_t *at = img_dot_slot(&l->h, &l->by_edge, key, sizeof(key));
	struct img_dot_edge *e,
		fresh = { { tail->box, head->box }, (uint32_t)c->kind, both, 0, { { 0 } } };

	if (at == NULL)
		return false;
	if (*at == IMG_MAP_NONE) {
		*at = l->n_edges++;
		img_buf_put(&l->edges, &fresh, sizeof(fresh));
		if (l->edges.failed)
			return false;
	}
	e = (struct img_dot_edge *)(void *)l->edges.p + *at;
	if (e->n < IMG_DOT_ENDS)
		e->ends[e->n] = (struct img_dot_end){ c->file,
						      c->other,
						      { tail->pid, head->pid },
						      { tail->fd, head->fd },
						      { tail->also, head->also } };
	e->n++;
	return true;
}

/* The number of ways in which two different boxes are linked. */
static size_t pairs(const struct img_dot_holder *a, size_t n, const struct img_dot_holder *b,
		    size_t m)
{
	size_t same = 0;

	for (size_t i = 0, k = 0; i < n && k < m;) {
		same += a[i].box == b[k].box;
		if (a[i].box <= b[k].box)
			i++;
		else
			k++;
	}
	return n * m - same;
}

/* ---- nodes ---- */

/* The spokes of a channel: those of both ends, by box. *boxes: how many there would be. */
static uint32_t put_spokes(struct img_dot_links *l, const struct channel *c,
			   const struct img_dot_held held[2], uint32_t *boxes)
{
	const struct img_dot_holder *a = held[0].v, *b = held[1].v;
	size_t n = held[0].n, m = held[1].n, i = 0, k = 0;
	bool sock = img_dot_kinds[c->kind].socket;
	uint32_t count = 0;

	for (*boxes = 0; i < n || k < m; ++*boxes) {
		bool first = k == m || (i < n && a[i].box <= b[k].box);
		bool second = i == n || (k < m && b[k].box <= a[i].box);
		struct img_dot_spoke s = { first ? a[i].box : b[k].box, first ? a[i].fd : b[k].fd,
					   false, false };

		s.reads = sock || (first && c->way & IMG_ENDS_READS) ||
			  (second && c->way & IMG_ENDS_WRITES);
		s.writes = sock || (first && c->way & IMG_ENDS_WRITES) ||
			   (second && c->way & IMG_ENDS_READS);
		if (count < MAX_SPOKES) {
			img_buf_put(&l->spokes, &s, sizeof(s));
			count++;
		}
		i += first;
		k += second;
	}
	return count;
}

/* Channels of the same holders are one node. */
static bool add_hub(struct img_dot_links *l, const struct channel *c,
		    const struct img_dot_held held[2])
{
	size_t first = l->spokes.n / sizeof(struct img_dot_spoke);
	struct img_dot_hub hub = { (uint32_t)c->kind, 1, c->file, first, 0, 0 };
	struct img_buf key = { 0 };
	uint32_t *at;

	hub.spokes = put_spokes(l, c, held, &hub.boxes);
	if (l->spokes.failed)
		return false;
	img_buf_put(&key, &hub.kind, sizeof(hub.kind));
	img_buf_put(&key, &hub.boxes, sizeof(hub.boxes));
	for (uint32_t i = 0; i < hub.spokes; i++) {
		const struct img_dot_spoke *s =
			(const struct img_dot_spoke *)(const void *)l->spokes.p + first + i;
		const uint32_t what[] = { s->box, s->reads, s->writes };

		img_buf_put(&key, what, sizeof(what));
	}
	at = key.failed ? NULL : img_dot_slot(&l->h, &l->by_hub, key.p, key.n);
	img_buf_free(&key);
	if (at == NULL)
		return false;
	if (*at != IMG_MAP_NONE) {
		((struct img_dot_hub *)(void *)l->hubs.p)[*at].n++;
		l->spokes.n = first * sizeof(struct img_dot_spoke);
		return true;
	}
	*at = l->n_hubs++;
	img_buf_put(&l->hubs, &hub, sizeof(hub));
	return !l->hubs.failed;
}

/* ---- channels ---- */

static bool put_channel(struct img_dot_links *l, struct channel *c)
{
	struct img_dot_held held[2];
	size_t n;

	/* Both sides refer to each other: both may write. */
	if (img_map_get(&l->ends, (uint64_t)c->other << 32 | c->own) != IMG_MAP_NONE &&
	    img_dot_kinds[c->kind].socket)
		c->way = BOTH;
	if (!img_dot_held(&l->h, (const uint32_t[]){ c->own, c->other }, held))
		return false;
	n = pairs(held[0].v, held[0].n, held[1].v, held[1].n);
	if (n == 0)
		return true;
	l->kinds |= 1u << c->kind;
	if (n > MAX_PAIRS)
		return add_hub(l, c, held);
	for (size_t i = 0; i < held[0].n; i++)
		for (size_t k = 0; k < held[1].n; k++)
			if (held[0].v[i].box != held[1].v[k].box &&
			    !add_edge(l, c, &held[0].v[i], &held[1].v[k]))
				return false;
	return true;
}

static bool note_pair(struct img_dot_links *l, struct channel *c)
{
	uint32_t *v = img_map_at(&l->ends, (uint64_t)c->own << 32 | c->other);

	if (v != NULL)
		*v = c->file;
	return v != NULL;
}

static bool draw_once(struct img_dot_links *l, struct channel *c)
{
	uint32_t low = c->own < c->other ? c->own : c->other;
	uint32_t high = c->own < c->other ? c->other : c->own;
	uint32_t *v = img_map_at(&l->drawn, (uint64_t)low << 32 | high);

	if (v == NULL)
		return false;
	if (*v != IMG_MAP_NONE)
		return true;
	*v = c->file;
	return put_channel(l, c);
}

static bool each_channel(struct img_dot_links *l,
			 bool (*fn)(struct img_dot_links *l, struct channel *c))
{
	struct img_files *files = img_desc_files(l->b->desc);
	const struct img_peers *ends = img_desc_peers(l->b->desc);
	uint32_t n = files != NULL ? img_files_count(files) : 0;

	if (ends == NULL)
		return false;
	for (uint32_t file = 0; file < n; file++) {
		struct img_files_place place;
		struct img_peers_pair p;

		img_files_at(files, file, &place);
		for (unsigned i = 0; i < 2; i++) {
			struct channel c;

			if (!img_peers_pair(ends, file, i, &p))
				continue;
			c = (struct channel){ file, p.own, p.other, img_dot_kind_of(place.type),
					      p.way };
			if (c.kind < IMG_DOT_KINDS && !fn(l, &c))
				return false;
		}
	}
	return true;
}

int img_dot_links_make(struct img_dot_links *l, struct img_dot_boxes *b, struct img_err *err)
{
	*l = (struct img_dot_links){ .b = b };
	if (img_dot_holders_make(&l->h, b) && each_channel(l, note_pair) &&
	    each_channel(l, draw_once))
		return 0;
	return img_fail_mem(err);
}

void img_dot_links_free(struct img_dot_links *l)
{
	img_dot_holders_free(&l->h);
	img_buf_free(&l->edges);
	img_buf_free(&l->hubs);
	img_buf_free(&l->spokes);
	img_map_free(&l->ends);
	img_map_free(&l->drawn);
	img_map_free(&l->by_edge);
	img_map_free(&l->by_hub);
}
