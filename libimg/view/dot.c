#include "libimg/view/dot.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/view/dot_link.h"
#include "libimg/view/dot_node.h"
#include "libimg/view/dot_outside.h"
#include "libimg/view/dot_text.h"
#include "libimg/view/text.h"

/* A parent of more has its children at its side, one below the other. */
enum { WIDE = 8 };

/* Ends of channels that a label has; more are in the tooltip. */
enum { LABEL_ENDS = 2 };

/* Linux allows pid namespaces as deep as this: MAX_PID_NS_LEVEL in include/linux/pid_namespace.h. */
enum { MAX_NS = 32 };

struct draw {
	struct img_dot_boxes boxes;
	struct img_dot_links links;
	struct img_dot_outside outside;
	struct img_out *o;
};

static void put_line(struct draw *w, uint32_t from, uint32_t to)
{
	img_text_put(w->o, "\t");
	img_dot_node(&w->boxes, from);
	img_text_put(w->o, " -> ");
	img_dot_node(&w->boxes, to);
}

static void put_color(struct draw *w, uint32_t kind)
{
	const char *color = img_dot_kinds[kind].color;

	img_text_fmt(w->o, "color=\"%s\", fontcolor=\"%s\"", color, color);
}

/* ---- channels ---- */

/* "3", or "3,63" */
static void put_fd(struct draw *w, const struct img_dot_end *end, int i)
{
	img_text_fmt(w->o, "%" PRIu32, end->fd[i]);
	if (end->also[i] != IMG_DOT_NONE)
		img_text_fmt(w->o, ",%" PRIu32, end->also[i]);
}

/* "1→0, 3→0 +4" */
static void put_ends(struct draw *w, const struct img_dot_edge *e)
{
	const char *sep = "";

	for (uint32_t i = 0; i < e->n && i < LABEL_ENDS; i++) {
		img_text_put(w->o, sep);
		put_fd(w, &e->ends[i], 0);
		img_text_put(w->o, e->both ? "↔" : "→");
		put_fd(w, &e->ends[i], 1);
		sep = "  ";
	}
	if (e->n > LABEL_ENDS)
		img_text_fmt(w->o, " +%" PRIu32, e->n - LABEL_ENDS);
}

/* "pipe 247696: 9992:1 → 9995:0", a line for each channel. */
static void put_channels(struct draw *w, const struct img_dot_edge *e)
{
	const char *sep = "";

	for (uint32_t i = 0; i < e->n && i < IMG_DOT_ENDS; i++) {
		const struct img_dot_end *end = &e->ends[i];

		img_text_put(w->o, sep);
		img_dot_channel(w->boxes.desc, w->o, end->file, end->other);
		img_text_fmt(w->o, ": %" PRIu32 ":", end->pid[0]);
		put_fd(w, end, 0);
		img_text_fmt(w->o, " %s %" PRIu32 ":", e->both ? "↔" : "→", end->pid[1]);
		put_fd(w, end, 1);
		sep = "\\n";
	}
	if (e->n > IMG_DOT_ENDS)
		img_text_fmt(w->o, "\\n%" PRIu32 " more", e->n - IMG_DOT_ENDS);
}

static void put_edge(struct draw *w, const struct img_dot_edge *e)
{
	put_line(w, e->box[0], e->box[1]);
	img_text_put(w->o, " [label=\"");
	put_ends(w, e);
	img_text_put(w->o, "\", tooltip=\"");
	put_channels(w, e);
	img_text_put(w->o, "\", ");
	put_color(w, e->kind);
	img_text_put(w->o, e->both ? ", dir=both" : "");
	img_text_put(w->o, ", constraint=false]\n");
}

/* A line between a box and a node; the label is its descriptor. */
static void put_spoke(struct draw *w, const struct img_dot_hub *h, size_t hub,
		      const struct img_dot_spoke *s)
{
	bool out = s->writes;

	img_text_put(w->o, "\t");
	if (!out)
		img_text_fmt(w->o, "c%zu -> ", hub);
	img_dot_node(&w->boxes, s->box);
	if (out)
		img_text_fmt(w->o, " -> c%zu", hub);
	img_text_put(w->o, " [");
	if (h->n == 1)
		img_text_fmt(w->o, "label=\"%" PRIu32 "\", ", s->fd);
	put_color(w, h->kind);
	if (img_dot_kinds[h->kind].socket)
		img_text_put(w->o, ", dir=none");
	else if (s->reads && s->writes)
		img_text_put(w->o, ", dir=both");
	img_text_put(w->o, "]\n");
}

/* Below those that write, above those that read. */
static void put_hub(struct draw *w, size_t i)
{
	const struct img_dot_hub *h = (const struct img_dot_hub *)(const void *)w->links.hubs.p + i;
	const struct img_dot_spoke *spokes =
		(const struct img_dot_spoke *)(const void *)w->links.spokes.p + h->first;
	const struct img_dot_kind *k = &img_dot_kinds[h->kind];

	img_text_fmt(w->o, "\tc%zu [shape=ellipse, style=\"\", ", i);
	put_color(w, h->kind);
	img_text_put(w->o, ", label=\"");
	if (h->n > 1)
		img_dot_count(w->o, h->n, k->name, k->plural);
	else
		img_dot_channel(w->boxes.desc, w->o, h->file, IMG_NO_GROUP);
	img_text_fmt(w->o, "\", tooltip=\"%" PRIu32 " boxes have it\"]\n", h->boxes);
	for (uint32_t n = 0; n < h->spokes; n++)
		put_spoke(w, h, i, &spokes[n]);
}

/* ---- hosts outside ---- */

static void put_host(struct draw *w, uint32_t i)
{
	const struct img_dot_host *h =
		(const struct img_dot_host *)(const void *)w->outside.hosts.p + i;

	img_text_fmt(w->o,
		     "\th%" PRIu32 " [shape=note, style=filled, fillcolor=\"#fff7ed\", "
		     "color=\"#f59e0b\", fontsize=9, label=\"%s",
		     i, (const char *)w->outside.texts.p + h->name);
	if (h->port != 0 && !h->ports)
		img_text_fmt(w->o, ":%" PRIu64, h->port);
	img_text_put(w->o, "\\n(outside");
	if (h->n > 1) {
		img_text_put(w->o, ", ");
		img_dot_count(w->o, h->n, "connection", "connections");
	}
	img_text_put(w->o, ")\", tooltip=\"not in the dump\"]\n");
}

static void put_wire(struct draw *w, const struct img_dot_wire *wire)
{
	img_text_put(w->o, "\t");
	img_dot_node(&w->boxes, wire->box);
	img_text_fmt(w->o, " -> h%" PRIu32 " [label=\"fd ", wire->host);
	if (wire->n > 1)
		img_text_fmt(w->o, "%" PRIu32 " +%" PRIu32, wire->fd, wire->n - 1);
	else
		img_text_fmt(w->o, "%" PRIu32, wire->fd);
	img_text_fmt(w->o, "\", tooltip=\"%" PRIu32 ":%" PRIu32 "\", ", wire->pid, wire->fd);
	put_color(w, wire->kind);
	img_text_put(w->o, ", dir=both]\n");
}

static void put_outside(struct draw *w)
{
	const struct img_dot_wire *wires =
		(const struct img_dot_wire *)(const void *)w->outside.wires.p;

	for (uint32_t i = 0; i < w->outside.n_hosts; i++)
		put_host(w, i);
	if (w->outside.more_hosts > 0) {
		img_text_put(w->o, "\tmore [shape=note, fontsize=9, label=\"");
		img_dot_count(w->o, w->outside.more_hosts, "more host", "more hosts");
		img_text_put(w->o, "\\noutside\"]\n");
	}
	for (uint32_t i = 0; i < w->outside.n_wires; i++)
		put_wire(w, &wires[i]);
}

/* ---- the tree ---- */

static const struct img_dot_ns *ns_at(const struct draw *w, uint32_t i)
{
	return (const struct img_dot_ns *)(const void *)w->boxes.nss.p + i;
}

static void put_boxes_in(struct draw *w, uint32_t ns)
{
	for (uint32_t i = 0; i < w->boxes.n; i++)
		if (img_dot_box(&w->boxes, i)->ns == ns)
			img_dot_node_put(&w->boxes, i);
}

/* A pid namespace with those in it; that of the host has no frame. */
static void put_ns(struct draw *w, uint32_t ns, unsigned depth)
{
	const struct img_dot_ns *it = ns_at(w, ns);
	bool frame = it->own && it->id != 0;

	if (frame)
		img_text_fmt(w->o,
			     "\tsubgraph cluster%" PRIu32 " {\n\tlabel=\"pid namespace of %" PRIu32
			     "\"; tooltip=\"\"; style=\"rounded,dashed\"; color=\"#94a3b8\"; "
			     "fontcolor=\"#64748b\"; fontsize=9; labeljust=l; labelloc=t\n",
			     ns, it->first->pid);
	put_boxes_in(w, ns);
	for (uint32_t i = ns + 1; i < w->boxes.n_ns; i++)
		if (ns_at(w, i)->parent == ns && depth < MAX_NS)
			put_ns(w, i, depth + 1);
	if (frame)
		img_text_put(w->o, "\t}\n");
}

/* Namespaces are as deep as the tree only in a damaged dump: those below stand by themselves. */
static void put_namespaces(struct draw *w)
{
	for (uint32_t i = 0; i < w->boxes.n_ns; i++) {
		unsigned depth = 0;

		for (uint32_t up = ns_at(w, i)->parent; up != IMG_DOT_NONE && depth <= MAX_NS;
		     up = ns_at(w, up)->parent)
			depth++;
		if (depth == 0 || depth > MAX_NS)
			put_ns(w, i, depth == 0 ? 0 : MAX_NS);
	}
}

static void put_children(struct draw *w)
{
	for (uint32_t i = 0; i < w->boxes.n; i++) {
		uint32_t parent = img_dot_box(&w->boxes, i)->parent;

		if (parent == IMG_DOT_NONE)
			continue;
		put_line(w, parent, i);
		img_text_put(w->o, " [dir=none, color=\"#cbd5e1\", tooltip=\"child\"]\n");
	}
}

static void put_shared(struct draw *w)
{
	const uint32_t *v = (const uint32_t *)(const void *)w->links.h.shared.p;

	for (size_t i = 0; i < w->links.h.shared.n / (2 * sizeof(*v)); i++) {
		put_line(w, v[2 * i], v[2 * i + 1]);
		img_text_put(w->o, " [label=\"same descriptors\", style=dotted, dir=none, "
				   "constraint=false]\n");
	}
}

/* ---- the title ---- */

static void put_totals(struct draw *w)
{
	const struct img_dot_boxes *b = &w->boxes;

	img_dot_count(w->o, b->processes, "process", "processes");
	img_text_put(w->o, ", ");
	img_dot_count(w->o, b->threads, "thread", "threads");
	if (b->memory > 0) {
		img_text_put(w->o, ", ");
		img_dot_size(w->o, b->memory);
		img_text_put(w->o, " of memory");
	}
}

/* What the colors mean, as far as they are there. */
static void put_legend(struct draw *w)
{
	const char *sep = "";

	img_text_put(w->o, "<tr><td align=\"left\"><font point-size=\"9\" color=\"#64748b\">");
	if (w->boxes.n > 1) {
		img_text_put(w->o, "<font color=\"#94a3b8\">— child</font>");
		sep = "   ";
	}
	for (size_t i = 0; i < IMG_DOT_KINDS; i++) {
		const struct img_dot_kind *k = &img_dot_kinds[i];

		if (((w->links.kinds | w->outside.kinds) >> i & 1) == 0)
			continue;
		img_text_fmt(w->o, "%s<font color=\"%s\">%s %s</font>", sep, k->color,
			     k->socket ? "↔" : "→", k->name);
		sep = "   ";
	}
	if (w->links.n_edges != 0)
		img_text_fmt(w->o, "%s1→0: descriptors at both ends", sep);
	if (w->boxes.folded)
		img_text_fmt(w->o, "%s× n: siblings of one name", sep);
	img_text_put(w->o, " </font></td></tr>");
}

static void put_title(struct draw *w)
{
	const char *name = w->boxes.d->name;

	img_text_put(w->o, "\tlabel=<<table border=\"0\" cellspacing=\"0\" cellpadding=\"2\"><tr>"
			   "<td align=\"left\"><font point-size=\"14\"><b>");
	img_dot_name(w->o, name, strlen(name));
	img_text_put(w->o, "</b>  <font color=\"#64748b\">");
	put_totals(w);
	img_text_put(w->o, "</font></font></td></tr>");
	put_legend(w);
	img_text_put(w->o, "</table>>\n");
}

/* Do many boxes have one parent? */
static bool is_wide(const struct draw *w)
{
	uint32_t last = IMG_DOT_NONE, n = 0;

	/* Siblings need not follow each other: this is about how most trees are. */
	for (uint32_t i = 0; i < w->boxes.n; i++) {
		uint32_t parent = img_dot_box(&w->boxes, i)->parent;

		n = parent == last ? n + 1 : 1;
		last = parent;
		if (n > WIDE)
			return true;
	}
	return false;
}

static void put_head(struct draw *w)
{
	img_text_put(w->o, "digraph \"");
	img_dot_name(w->o, w->boxes.d->name, strlen(w->boxes.d->name));
	img_text_put(w->o, "\" {\n");
	img_text_fmt(w->o,
		     "\tgraph [fontname=\"sans-serif\", labelloc=t, labeljust=l, tooltip=\" \", "
		     "pad=0.2, "
		     "nodesep=0.4, ranksep=0.6%s]\n",
		     is_wide(w) ? ", rankdir=LR" : "");
	img_text_put(w->o, "\tnode [shape=box, style=\"rounded,filled\", fillcolor=\"#f8fafc\", "
			   "color=\"#94a3b8\", fontname=\"sans-serif\", fontsize=11, "
			   "margin=\"0.08,0.05\"]\n");
	img_text_put(w->o, "\tedge [fontname=\"sans-serif\", fontsize=8]\n");
	put_title(w);
}

int img_dot_draw(const struct img_dot *d, struct img_err *err)
{
	struct draw w = { .o = d->out };
	int r = img_dot_boxes_make(&w.boxes, d, err);

	if (r == 0)
		r = img_dot_links_make(&w.links, &w.boxes, err);
	if (r == 0)
		r = img_dot_outside_make(&w.outside, &w.links.h, err);
	if (r == 0) {
		put_head(&w);
		put_namespaces(&w);
		put_children(&w);
		for (uint32_t i = 0; i < w.links.n_edges; i++)
			put_edge(&w,
				 (const struct img_dot_edge *)(const void *)w.links.edges.p + i);
		for (uint32_t i = 0; i < w.links.n_hubs; i++)
			put_hub(&w, i);
		put_shared(&w);
		put_outside(&w);
		img_text_put(w.o, "}\n");
	}
	img_dot_outside_free(&w.outside);
	img_dot_links_free(&w.links);
	img_dot_boxes_free(&w.boxes);
	return r;
}
