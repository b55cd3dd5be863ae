#include "libimg/dot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/buf.h"
#include "libimg/jw.h"
#include "libimg/labels.h"
#include "libimg/map.h"
#include "libimg/note.h"
#include "libimg/pick.h"
#include "libimg/text.h"
#include "libimg/utf8.h"

/* ---- small pieces of text ---- */

static void put(struct img_out *o, const char *text)
{
	img_out_put(o, text, strlen(text));
}

static void put_number(struct img_out *o, const char *before, uint64_t v)
{
	char digits[20], *end = jw_decimal(digits, v);

	put(o, before);
	img_out_put(o, digits, (size_t)(end - digits));
}

void img_dot_name(struct img_out *o, const void *text, size_t n)
{
	const uint8_t *p = text;

	for (size_t i = 0; i < n;) {
		uint32_t c = 0;
		size_t len = img_utf8_char(p + i, n - i, &c);

		if (len == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0))
			for (size_t k = len ? len : 1; k > 0; k--)
				img_text_fmt(o, "\\\\x%02x", p[i++]);
		else if (c == '"' || c == '\\')
			img_text_fmt(o, "\\%c", p[i++]);
		else {
			if (c == '&')
				put(o, "&amp;");
			else
				img_out_put(o, p + i, len);
			i += len;
		}
	}
}

void img_dot_node(const struct img_dot *d, const struct img_task *t)
{
	put_number(d->out, "p", t->pid);
	/* Two of the same pid: the image is damaged, and both are shown. */
	if (img_ps_find(d->ps, t->pid) != t)
		put_number(d->out, "_", (size_t)(t - d->ps->tasks));
}

/* ---- who is at an end ---- */

#define NONE UINT32_MAX

/* Tasks, each once, ascending. */
struct tasks {
	const uint32_t *v;
	size_t n;
};

/* Where those of one group stand. */
struct set {
	size_t first, n;
};

struct draw {
	const struct img_dot *d;
	uint32_t *stands;     /* by task whose table it is: the one that stands for those who share
				 it, or NONE */
	struct img_map ends;  /* ordered pairs of groups that there are */
	struct img_map drawn; /* by pair, whatever the order */
	struct img_map nodes; /* by file: it has a node, with those who hold it */
	struct img_map groups;
	struct img_buf sets;  /* by number in `groups`: struct set */
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

/* The tasks at one end: looked up once, however many channels end there. */
static bool holders(struct draw *w, uint32_t group, struct tasks *t)
{
	uint32_t *number = img_map_at(&w->groups, group);
	struct set set = { w->tasks.n / sizeof(*t->v), 0 };
	struct img_ends_walk at;
	uint32_t *v;
	size_t n;

	if (number == NULL)
		return false;
	if (*number == IMG_MAP_NONE) {
		*number = (uint32_t)(w->sets.n / sizeof(set));
		img_ends_begin_group(w->d->ends, group, &at);
		for (uint32_t fd; (fd = img_ends_next(w->d->ends, &at)) != IMG_NO_FD;) {
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

/* In how many ways two different tasks are linked, and one such pair. */
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

/* ---- labels ---- */

static void put_address(struct img_out *o, const struct img_pick *f, uint32_t tag, uint64_t port)
{
	uint32_t words[4] = { 0 };
	char text[IMG_ADDR_MAX];
	struct img_each it;
	size_t n = 0;

	img_each_begin(&it, f, tag);
	for (uint64_t v; n < 4 && img_each_num(&it, &v);)
		words[n++] = (uint32_t)v;
	put(o, n == 1 ? "" : "[");
	put(o, img_addr_print(words, n == 1 ? 1 : 4, text));
	put_number(o, n == 1 ? ":" : "]:", port);
}

/* `other`: whether the address of the other side belongs to it. */
static void label_inet(struct draw *w, const struct img_pick *f, bool other)
{
	struct img_out *o = w->d->out;
	uint64_t proto = img_num(f, IMG_TAG_INET_SK_ENTRY__PROTO);
	const char *name = img_names_get(&img_labels_ip_proto, proto);

	if (name != NULL)
		put(o, name);
	else
		put_number(o, "ip ", proto);
	put(o, "\\n");
	put_address(o, f, IMG_TAG_INET_SK_ENTRY__SRC_ADDR,
		    img_num(f, IMG_TAG_INET_SK_ENTRY__SRC_PORT));
	if (!other)
		return;
	put(o, "\\n");
	put_address(o, f, IMG_TAG_INET_SK_ENTRY__DST_ADDR,
		    img_num(f, IMG_TAG_INET_SK_ENTRY__DST_PORT));
}

/* A name in the file system is ended by NUL, an abstract one begins with it. */
static void put_unix_name(struct img_out *o, struct img_span name)
{
	if (name.n == 0)
		return;
	put(o, "\\n");
	if (name.p[0] == '\0') {
		img_out_byte(o, '@');
		name.p++;
		name.n--;
	} else if (name.p[name.n - 1] == '\0') {
		name.n--;
	}
	img_dot_name(o, name.p, name.n);
}

static bool get_payload(struct draw *w, uint32_t file, struct img_pick *f)
{
	const struct img_msg *m;
	struct img_span body;
	struct img_err err;

	int r = img_files_payload(w->d->files, file, &m, &body, &err);

	/* What is damaged has been told of when the ends were read. */
	if (r < 0 && err.kind == IMG_ESYS)
		img_report(w->d->report, &err);
	return r > 0 && img_pick(f, m, body, &err) == 0;
}

/* A name that only the other side has is shown where `other` (a group) is not NONE. */
static void label_unix(struct draw *w, const struct img_pick *f, uint32_t other)
{
	struct img_span name = img_octets(f, IMG_TAG_UNIX_SK_ENTRY__NAME);
	struct img_ends_walk at;
	struct img_pick peer;
	uint32_t fd;

	put_number(w->d->out, "unix ", img_num(f, IMG_TAG_UNIX_SK_ENTRY__INO));
	put_unix_name(w->d->out, name);
	if (name.n > 0 || other == NONE)
		return;
	img_ends_begin_group(w->d->ends, other, &at);
	fd = img_ends_next(w->d->ends, &at);
	if (fd != IMG_NO_FD && get_payload(w, w->d->fds->v[fd].file, &peer))
		put_unix_name(w->d->out, img_octets(&peer, IMG_TAG_UNIX_SK_ENTRY__NAME));
}

static void label_fifo(struct draw *w, const struct img_pick *f)
{
	bool old = !img_has(f, IMG_TAG_FIFO_ENTRY__REGF_ID);
	uint32_t id = img_num32(f, old ? IMG_TAG_FIFO_ENTRY__ID : IMG_TAG_FIFO_ENTRY__REGF_ID);
	uint32_t file = img_files_index(w->d->files, FD_TYPES__REG, id);
	struct img_pick reg;
	struct img_span name;

	put(w->d->out, "fifo");
	if (file == IMG_NO_FILE || !get_payload(w, file, &reg))
		return;
	name = img_octets(&reg, IMG_TAG_REG_FILE_ENTRY__NAME);
	put(w->d->out, "\\n");
	img_dot_name(w->d->out, name.p, name.n);
}

static const char *color(uint32_t type)
{
	switch (type) {
	case FD_TYPES__PIPE: return "\"#1f5fa8\"";
	case FD_TYPES__FIFO: return "\"#7a3fa0\"";
	case FD_TYPES__UNIXSK: return "\"#2e7d32\"";
	default: return "\"#b3401e\"";
	}
}

static void put_color(struct img_out *o, uint32_t type, bool label)
{
	put(o, label ? ", color=" : "color=");
	put(o, color(type));
	if (!label)
		return;
	put(o, ", fontcolor=");
	put(o, color(type));
}

/* Of a channel, or, where `other` is NONE, of one socket of two. */
static void put_label(struct draw *w, uint32_t file, uint32_t type, uint32_t other)
{
	struct img_out *o = w->d->out;
	struct img_pick f;

	put(o, "label=\"");
	if (get_payload(w, file, &f)) {
		switch (type) {
		case FD_TYPES__PIPE:
			put_number(o, "pipe ", img_num(&f, IMG_TAG_PIPE_ENTRY__PIPE_ID));
			break;
		case FD_TYPES__FIFO: label_fifo(w, &f); break;
		case FD_TYPES__UNIXSK: label_unix(w, &f, other); break;
		default: label_inet(w, &f, other != NONE);
		}
	}
	put(o, "\"");
}

/* ---- drawing ---- */

enum { BOTH = IMG_ENDS_READS | IMG_ENDS_WRITES };

struct channel {
	uint32_t file, type, own, other;
	unsigned way;
};

/* Arrows of an edge whose tail is at the end `way` belongs to. */
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

/* Between two tasks. What is written goes along the edge. */
static void put_edge(struct draw *w, const struct channel *c, const uint32_t pair[2])
{
	struct img_out *o = w->d->out;
	bool turn = c->way == IMG_ENDS_READS;

	put(o, "\t");
	put_task(w, pair[turn]);
	put(o, " -> ");
	put_task(w, pair[!turn]);
	put(o, " [");
	put_label(w, c->file, c->type, c->other);
	put_color(o, c->type, true);
	put(o, arrows(turn ? IMG_ENDS_WRITES : c->way));
	put(o, ", constraint=false]\n");
}

static bool is_socket(const struct channel *c)
{
	return c->type == FD_TYPES__UNIXSK || c->type == FD_TYPES__INETSK;
}

static void put_node(struct draw *w, const struct channel *c, uint32_t file)
{
	put_number(w->d->out, "c", file);
	put(w->d->out, " [shape=ellipse, style=\"\", ");
	put_label(w, file, c->type, NONE);
	put_color(w->d->out, c->type, true);
	put(w->d->out, "]");
}

/* A socket that takes datagrams from many has one node. */
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

	put(o, "\t");
	if (way == IMG_ENDS_READS) {
		put_number(o, "c", file);
		put(o, " -> ");
	}
	put_task(w, task);
	if (way != IMG_ENDS_READS)
		put_number(o, " -> c", file);
	put(o, " [");
	put_color(o, c->type, false);
	if (is_socket(c))
		put(o, ", arrowhead=none");
	else if (way == BOTH)
		put(o, ", dir=both");
	put(o, "]\n");
}

/* A pipe among more than two tasks: below those who write to it, above those who read. */
static void put_pipe(struct draw *w, const struct channel *c, const struct tasks sides[2])
{
	const struct tasks *in = &sides[c->way != IMG_ENDS_READS];
	const struct tasks *out = &sides[c->way == IMG_ENDS_READS];
	size_t i = 0, k = 0;

	put(w->d->out, "\t");
	put_node(w, c, c->file);
	put(w->d->out, "\n");
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

/* Sockets among more than two: one node each, side by side. */
static void put_sockets(struct draw *w, const struct channel *c, const struct tasks sides[2])
{
	struct img_out *o = w->d->out;
	struct img_ends_walk at;
	uint32_t other;
	bool fresh[2], cluster;

	img_ends_begin_group(w->d->ends, c->other, &at);
	/* It has holders, so a descriptor. */
	other = w->d->fds->v[img_ends_next(w->d->ends, &at)].file;
	fresh[0] = new_node(w, c->file);
	fresh[1] = new_node(w, other);
	/* Graphviz wants a node in one cluster only. */
	cluster = fresh[0] && fresh[1];
	put(o, "\t");
	if (cluster) {
		put_number(o, "subgraph cluster", c->file);
		put(o, " { style=invis; ");
	}
	for (unsigned i = 0; i < 2; i++)
		if (fresh[i]) {
			put_node(w, c, i == 0 ? c->file : other);
			put(o, "; ");
		}
	put_number(o, "c", c->file);
	put_number(o, " -> c", other);
	put(o, " [");
	put_color(o, c->type, false);
	put(o, arrows(c->way));
	put(o, cluster ? "] }\n" : "]\n");
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

	/* Both sides know of each other: both may write. */
	if (img_map_get(&w->ends, (uint64_t)c->other << 32 | c->own) != IMG_MAP_NONE &&
	    is_socket(c))
		c->way = BOTH;
	/* Once more, since what the first call gave may have moved. */
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
		struct img_ends_pair p;

		img_files_at(w->d->files, file, &place);
		for (unsigned i = 0; i < 2; i++) {
			struct channel c;

			if (!img_ends_pair(w->d->ends, file, i, &p))
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

/* Channels are drawn to one of those who share a table: say of the others that they do. */
static void put_sharers(struct draw *w)
{
	const struct img_dot *d = w->d;

	for (uint32_t i = 0; i < d->ps->n; i++) {
		uint32_t first = d->fds->tables[i].task;

		if (first == IMG_NO_FD || !d->shown[i] || w->stands[first] == i ||
		    d->fds->tables[i].n == 0)
			continue;
		put(d->out, "\t");
		put_task(w, w->stands[first]);
		put(d->out, " -> ");
		put_task(w, i);
		put(d->out,
		    " [label=\"same descriptors\", style=dotted, dir=none, constraint=false]\n");
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
