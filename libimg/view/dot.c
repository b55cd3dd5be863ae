#include "libimg/view/dot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fdinfo.pb-c.h"
#include "libimg/base/buf.h"
#include "libimg/base/map.h"
#include "libimg/view/dot_label.h"
#include "libimg/view/text.h"

void img_dot_node(const struct img_dot *d, const struct img_task *t)
{
	img_text_fmt(d->out, "p%" PRIu32, t->pid);
	/* Two tasks of the same pid: the image is damaged, and both are shown. */
	if (img_ps_find(d->ps, t->pid) != t)
		img_text_fmt(d->out, "_%zu", (size_t)(t - d->ps->tasks));
}

/* ---- tasks at an end ---- */

#define NONE UINT32_MAX

/* Tasks, each once, ascending. */
struct tasks {
	const uint32_t *v;
	size_t n;
};

/* The range of the tasks of one group. */
struct set {
	size_t first, n;
};

struct draw {
	const struct img_dot *d;
	uint32_t *stands;     /* by task whose table it is: the one that stands for those who share
				 it, or NONE */
	struct img_map ends;  /* ordered pairs of groups that are linked */
	struct img_map drawn; /* by unordered pair */
	struct img_map nodes; /* by file: it has a node, with its holders */
	struct img_map groups;
	struct img_buf sets;  /* by index in `groups`: struct set */
	struct img_buf tasks; /* of all sets */
	bool failed;          /* no memory */
};

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static bool find_stands(struct draw *w)
{
	const struct img_dot *d = w->d;

	w->stands = img_realloc(NULL, (d->ps->n + 1) * sizeof(*w->stands));
	if (w->stands == NULL)
		return false;
	memset(w->stands, 0xff, d->ps->n * sizeof(*w->stands));
	for (uint32_t i = 0; i < d->ps->n; i++) {
		uint32_t first = d->fds->tables[i].task;

		if (first != IMG_NO_FD && d->shown[i] && w->stands[first] == NONE)
			w->stands[first] = i;
	}
	return true;
}

/* The tasks at one end: looked up once for all channels that end there. */
static bool holders(struct draw *w, uint32_t group, struct tasks *t)
{
	uint32_t *number = img_map_at(&w->groups, group);
	struct set set = { w->tasks.n / sizeof(*t->v), 0 };
	struct img_peers_walk at;
	uint32_t *v;
	size_t n;

	if (number == NULL)
		return false;
	if (*number == IMG_MAP_NONE) {
		*number = (uint32_t)(w->sets.n / sizeof(set));
		img_peers_begin_group(w->d->ends, group, &at);
		for (uint32_t fd; (fd = img_peers_next(w->d->ends, &at)) != IMG_NO_FD;) {
			uint32_t task = w->stands[w->d->fds->v[fd].task];

			if (task != NONE)
				img_buf_put(&w->tasks, &task, sizeof(task));
		}
		if (w->tasks.failed)
			return false;
		n = w->tasks.n / sizeof(*v) - set.first;
		v = n > 0 ? (uint32_t *)(void *)w->tasks.p + set.first : NULL;
		if (n > 1)
			qsort(v, n, sizeof(*v), by_number);
		for (size_t i = 0; i < n; i++)
			if (i == 0 || v[i] != v[i - 1])
				v[set.n++] = v[i];
		w->tasks.n = (set.first + set.n) * sizeof(*v);
		img_buf_put(&w->sets, &set, sizeof(set));
		if (w->sets.failed)
			return false;
	}
	set = ((const struct set *)(const void *)w->sets.p)[*number];
	t->n = set.n;
	t->v = t->n > 0 ? (const uint32_t *)(const void *)w->tasks.p + set.first : NULL;
	return true;
}

/* The number of ways in which two different tasks are linked, and one such pair. */
static size_t pairs(const struct tasks *a, const struct tasks *b, uint32_t pair[2])
{
	const struct tasks *few = a->n < b->n ? a : b, *many = a->n < b->n ? b : a;
	size_t same = 0;

	for (size_t i = 0; i < few->n; i++)
		same += bsearch(&few->v[i], many->v, many->n, sizeof(*many->v), by_number) != NULL;
	for (size_t i = 0; i < a->n && i < 2; i++)
		for (size_t k = 0; k < b->n && k < 2; k++)
			if (a->v[i] != b->v[k]) {
				pair[0] = a->v[i];
				pair[1] = b->v[k];
			}
	return a->n * b->n - same;
}

/* ---- drawing ---- */

enum { BOTH = IMG_ENDS_READS | IMG_ENDS_WRITES };

struct channel {
	uint32_t file, type, own, other;
	unsigned way;
};

/* Arrows of an edge whose tail is the end of `way`. */
static const char *arrows(unsigned way)
{
	switch (way) {
	case IMG_ENDS_WRITES: return "";
	case IMG_ENDS_READS: return ", dir=back";
	default: return ", dir=both";
	}
}

static void put_task(struct draw *w, uint32_t task)
{
	img_dot_node(w->d, &w->d->ps->tasks[task]);
}

/* Draw an edge between two tasks, in the direction of the data. */
static void put_edge(struct draw *w, const struct channel *c, const uint32_t pair[2])
{
	struct img_out *o = w->d->out;
	bool turn = c->way == IMG_ENDS_READS;

	img_text_put(o, "\t");
	put_task(w, pair[turn]);
	img_text_put(o, " -> ");
	put_task(w, pair[!turn]);
	img_text_put(o, " [");
	img_dot_label(w->d, c->file, c->type, c->other);
	img_dot_color(o, c->type, true);
	img_text_put(o, arrows(turn ? IMG_ENDS_WRITES : c->way));
	img_text_put(o, ", constraint=false]\n");
}

static bool is_socket(const struct channel *c)
{
	return c->type == FD_TYPES__UNIXSK || c->type == FD_TYPES__INETSK;
}

static void put_node(struct draw *w, const struct channel *c, uint32_t file)
{
	img_text_fmt(w->d->out, "c%" PRIu32 " [shape=ellipse, style=\"\", ", file);
	img_dot_label(w->d, file, c->type, IMG_NO_GROUP);
	img_dot_color(w->d->out, c->type, true);
	img_text_put(w->d->out, "]");
}

/* A socket that receives datagrams from many has one node. */
static bool new_node(struct draw *w, uint32_t file)
{
	uint32_t *v = img_map_at(&w->nodes, file);
	bool is_new = v != NULL && *v == IMG_MAP_NONE;

	w->failed = w->failed || v == NULL;
	if (is_new)
		*v = file;
	return is_new;
}

static void put_holder(struct draw *w, const struct channel *c, uint32_t file, uint32_t task,
		       unsigned way)
{
	struct img_out *o = w->d->out;

	img_text_put(o, "\t");
	if (way == IMG_ENDS_READS) {
		img_text_fmt(o, "c%" PRIu32 " -> ", file);
	}
	put_task(w, task);
	if (way != IMG_ENDS_READS)
		img_text_fmt(o, " -> c%" PRIu32, file);
	img_text_put(o, " [");
	img_dot_color(o, c->type, false);
	if (is_socket(c))
		img_text_put(o, ", arrowhead=none");
	else if (way == BOTH)
		img_text_put(o, ", dir=both");
	img_text_put(o, "]\n");
}

/* A pipe between more than two tasks: below its writers, above its readers. */
static void put_pipe(struct draw *w, const struct channel *c, const struct tasks sides[2])
{
	const struct tasks *in = &sides[c->way != IMG_ENDS_READS];
	const struct tasks *out = &sides[c->way == IMG_ENDS_READS];
	size_t i = 0, k = 0;

	img_text_put(w->d->out, "\t");
	put_node(w, c, c->file);
	img_text_put(w->d->out, "\n");
	while (i < in->n || k < out->n) {
		uint32_t reads = i < in->n ? in->v[i] : NONE,
			 writes = k < out->n ? out->v[k] : NONE;

		if (writes <= reads) {
			put_holder(w, c, c->file, writes, reads == writes ? BOTH : IMG_ENDS_WRITES);
			i += reads == writes;
			k++;
		} else {
			put_holder(w, c, c->file, reads, IMG_ENDS_READS);
			i++;
		}
	}
}

/* Sockets between more than two tasks: one node each, side by side. */
static void put_sockets(struct draw *w, const struct channel *c, const struct tasks sides[2])
{
	struct img_out *o = w->d->out;
	struct img_peers_walk at;
	uint32_t other;
	bool fresh[2], cluster;

	img_peers_begin_group(w->d->ends, c->other, &at);
	/* It has holders, and so a descriptor. */
	other = w->d->fds->v[img_peers_next(w->d->ends, &at)].file;
	fresh[0] = new_node(w, c->file);
	fresh[1] = new_node(w, other);
	/* Graphviz allows a node in one cluster only. */
	cluster = fresh[0] && fresh[1];
	img_text_put(o, "\t");
	if (cluster) {
		img_text_fmt(o, "subgraph cluster%" PRIu32 " { style=invis; ", c->file);
	}
	for (unsigned i = 0; i < 2; i++)
		if (fresh[i]) {
			put_node(w, c, i == 0 ? c->file : other);
			img_text_put(o, "; ");
		}
	img_text_fmt(o, "c%" PRIu32 " -> c%" PRIu32 " [", c->file, other);
	img_dot_color(o, c->type, false);
	img_text_put(o, arrows(c->way));
	img_text_put(o, cluster ? "] }\n" : "]\n");
	for (size_t i = 0; fresh[0] && i < sides[0].n; i++)
		put_holder(w, c, c->file, sides[0].v[i], IMG_ENDS_WRITES);
	for (size_t i = 0; fresh[1] && i < sides[1].n; i++)
		put_holder(w, c, other, sides[1].v[i], IMG_ENDS_WRITES);
}

static bool put_channel(struct draw *w, struct channel *c)
{
	struct tasks sides[2];
	uint32_t pair[2] = { 0, 0 };
	size_t n;

	/* Both sides refer to each other: both may write. */
	if (img_map_get(&w->ends, (uint64_t)c->other << 32 | c->own) != IMG_MAP_NONE &&
	    is_socket(c))
		c->way = BOTH;
	/* Again, as the result of the first call may have moved. */
	if (!holders(w, c->own, &sides[0]) || !holders(w, c->other, &sides[1]) ||
	    !holders(w, c->own, &sides[0]))
		return false;
	n = pairs(&sides[0], &sides[1], pair);
	if (n == 1)
		put_edge(w, c, pair);
	else if (n > 1 && is_socket(c))
		put_sockets(w, c, sides);
	else if (n > 1)
		put_pipe(w, c, sides);
	return !w->failed;
}

static bool each_pair(struct draw *w, bool (*fn)(struct draw *w, struct channel *c))
{
	uint32_t n = w->d->files != NULL ? img_files_count(w->d->files) : 0;

	for (uint32_t file = 0; file < n; file++) {
		struct img_files_place place;
		struct img_peers_pair p;

		img_files_at(w->d->files, file, &place);
		for (unsigned i = 0; i < 2; i++) {
			struct channel c;

			if (!img_peers_pair(w->d->ends, file, i, &p))
				continue;
			c = (struct channel){ file, place.type, p.own, p.other, p.way };
			if (!fn(w, &c))
				return false;
		}
	}
	return true;
}

static bool note_pair(struct draw *w, struct channel *c)
{
	uint32_t *v = img_map_at(&w->ends, (uint64_t)c->own << 32 | c->other);

	if (v != NULL)
		*v = c->file;
	return v != NULL;
}

static bool draw_once(struct draw *w, struct channel *c)
{
	uint32_t low = c->own < c->other ? c->own : c->other;
	uint32_t high = c->own < c->other ? c->other : c->own;
	uint32_t *v = img_map_at(&w->drawn, (uint64_t)low << 32 | high);

	if (v == NULL)
		return false;
	if (*v != IMG_MAP_NONE)
		return true;
	*v = c->file;
	return put_channel(w, c);
}

/* Channels are drawn to one of the tasks that share a table: link the others to it. */
static void put_sharers(struct draw *w)
{
	const struct img_dot *d = w->d;

	for (uint32_t i = 0; i < d->ps->n; i++) {
		uint32_t first = d->fds->tables[i].task;

		if (first == IMG_NO_FD || !d->shown[i] || w->stands[first] == i ||
		    d->fds->tables[i].n == 0)
			continue;
		img_text_put(d->out, "\t");
		put_task(w, w->stands[first]);
		img_text_put(d->out, " -> ");
		put_task(w, i);
		img_text_put(d->out, " [label=\"same descriptors\", style=dotted, dir=none, "
				     "constraint=false]\n");
	}
}

bool img_dot_channels(const struct img_dot *d)
{
	struct draw w = { .d = d };
	bool ok = find_stands(&w) && each_pair(&w, note_pair) && each_pair(&w, draw_once);

	if (ok)
		put_sharers(&w);
	img_free(w.stands);
	img_map_free(&w.ends);
	img_map_free(&w.drawn);
	img_map_free(&w.nodes);
	img_map_free(&w.groups);
	img_buf_free(&w.sets);
	img_buf_free(&w.tasks);
	return ok;
}
