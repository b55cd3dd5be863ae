#include "libimg/view/dot_node.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/view/dot_text.h"
#include "libimg/view/text.h"

/* Most bytes of a command line: in a box, there with --args, in a tooltip. */
enum { SHORT_ARGS = 40, LONG_ARGS = 160, ALL_ARGS = 600 };

void img_dot_count(struct img_out *o, uint64_t n, const char *one, const char *many)
{
	img_text_fmt(o, "%" PRIu64 " %s", n, n == 1 ? one : many);
}

void img_dot_node(const struct img_dot_boxes *b, uint32_t i)
{
	const struct img_task *t = img_dot_box(b, i)->t;

	img_text_fmt(b->d->out, "p%" PRIu32, t->pid);
	/* Two tasks of the same pid: the image is damaged, and both are shown. */
	if (img_ps_find(b->d->ps, t->pid) != t)
		img_text_fmt(b->d->out, "_%zu", (size_t)(t - b->d->ps->tasks));
}

/* ---- rows of its table ---- */

#define ROW(attributes, font) "<tr><td align=\"left\"" attributes "><font " font ">"

static const char row_end[] = "</font></td></tr>";

static void put_name(const struct img_dot_boxes *b, const struct img_dot_box *box)
{
	struct img_out *o = b->d->out;
	const struct img_task *t = box->t;

	img_text_put(o, "<tr><td align=\"left\"><b>");
	if (t->state == IMG_TASK_UNKNOWN)
		img_out_byte(o, '?');
	else
		img_dot_name(o, t->comm, strlen(t->comm));
	img_text_fmt(o, "</b>  <font color=\"#64748b\">%" PRIu32, t->pid);
	if (box->n > 1)
		img_text_fmt(o, " … %" PRIu32 "</font>  <b>× %" PRIu32 "</b></td></tr>", box->last,
			     box->n);
	else
		img_text_put(o, row_end);
}

/* Put a command line after `before`, at most `most` bytes of it; nothing if there is none. */
static bool put_args(struct img_dot_boxes *b, const struct img_task *t, const char *before,
		     size_t most)
{
	struct img_buf *strings = &b->tasks->strings;
	struct img_out *o = b->d->out;
	struct img_span s;
	size_t at = 0, n = 0;
	bool got;

	if (img_task_is_dead(t))
		return false;
	b->tasks->report = b->d->args ? b->d->report : &b->quiet;
	got = img_task_strings(b->tasks, t, IMG_ARGS);
	b->tasks->report = &b->quiet;
	if (!got)
		return false;
	img_task_cut_padding(strings);
	if (strings->n == 0)
		return false;
	img_text_put(o, before);
	while (img_argv_next(strings, &at, &s)) {
		size_t put;

		if (n > 0)
			img_out_byte(o, ' ');
		put = img_dot_name_cut(o, s.p, s.n, most - n);
		n += put + 1;
		if (put < s.n)
			break;
		if (n >= most && at < strings->n) {
			img_text_put(o, "…");
			break;
		}
	}
	return true;
}

/* Processes of one box have arguments of their own. */
static void put_command(struct img_dot_boxes *b, const struct img_dot_box *box)
{
	static const char begin[] =
		ROW("", "face=\"monospace\" point-size=\"8\" color=\"#475569\"");

	if (box->n == 1 && put_args(b, box->t, begin, b->d->args ? LONG_ARGS : SHORT_ARGS))
		img_text_put(b->d->out, row_end);
}

static const char *state_of(const struct img_task *t, char buf[IMG_STATE_TEXT])
{
	return t->state == IMG_TASK_ALIVE || t->state == IMG_TASK_UNKNOWN ? NULL
									  : img_state_text(t, buf);
}

/* "968 KiB · 5 threads · uid 0", as far as it is known. */
static void put_facts(const struct img_dot_boxes *b, const struct img_dot_box *box)
{
	static const char begin[] = ROW("", "point-size=\"9\" color=\"#475569\"");
	struct img_out *o = b->d->out;
	char buf[IMG_STATE_TEXT];
	const char *state = state_of(box->t, buf), *sep = begin;

	if (box->memory > 0) {
		img_text_put(o, sep);
		img_dot_size(o, box->memory);
		sep = " · ";
	}
	if (box->threads > box->n) {
		img_text_put(o, sep);
		img_dot_count(o, box->threads, "thread", "threads");
		sep = " · ";
	}
	if (box->has_uid) {
		img_text_put(o, sep);
		img_text_fmt(o, "uid %" PRIu32 "%s", box->uid, box->many_uids ? ", …" : "");
		sep = " · ";
	}
	if (state != NULL) {
		img_text_put(o, sep);
		img_text_put(o, state);
		sep = " · ";
	}
	if (sep != begin)
		img_text_put(o, row_end);
}

static void put_listening(const struct img_dot_boxes *b, const struct img_dot_box *box)
{
	static const char begin[] =
		ROW(" bgcolor=\"#fef3c7\"", "point-size=\"9\" color=\"#92400e\"");
	const struct img_dot_row *v = (const struct img_dot_row *)(const void *)b->rows.p;
	struct img_out *o = b->d->out;
	uint32_t n = 0;

	for (uint32_t i = box->rows; i != IMG_DOT_NONE; i = v[i].next, n++) {
		img_text_put(o, begin);
		img_text_put(o, "listens ");
		img_text_put(o, (const char *)b->texts.p + v[i].text);
		img_text_put(o, row_end);
	}
	if (n == box->n_rows)
		return;
	img_text_put(o, begin);
	img_text_fmt(o, "listens at %" PRIu32 " more", box->n_rows - n);
	img_text_put(o, row_end);
}

/* ---- the box ---- */

/* What a viewer shows while the pointer is over it. */
static void put_tooltip(struct img_dot_boxes *b, const struct img_dot_box *box)
{
	const struct img_task *t = box->t;
	const struct img_fds *fds = img_desc_fds(b->desc);
	struct img_out *o = b->d->out;
	char state[IMG_STATE_TEXT];

	if (box->n > 1)
		img_text_fmt(o, "%" PRIu32 " processes, the first: ", box->n);
	img_text_fmt(o,
		     "pid %" PRIu32 ", parent %" PRIu32 ", group %" PRIu32 ", session %" PRIu32
		     "\\n%s",
		     t->pid, t->ppid, t->pgid, t->sid, img_state_text(t, state));
	if (fds != NULL && !img_task_is_dead(t)) {
		img_text_put(o, ", ");
		img_dot_count(o, fds->tables[t - b->d->ps->tasks].n, "descriptor", "descriptors");
	}
	if (box->has_uid)
		img_text_fmt(o, ", uid %" PRIu32 ", gid %" PRIu32, box->uid, box->gid);
	put_args(b, t, "\\n", ALL_ARGS);
}

void img_dot_node_put(struct img_dot_boxes *b, uint32_t i)
{
	const struct img_dot_box *box = img_dot_box(b, i);
	struct img_out *o = b->d->out;

	img_text_put(o, "\t");
	img_dot_node(b, i);
	img_text_put(o, " [");
	if (box->n > 1)
		img_text_put(o, "peripheries=2, ");
	if (img_task_is_dead(box->t))
		img_text_put(o, "style=\"rounded,filled,dashed\", ");
	img_text_put(o, "tooltip=\"");
	put_tooltip(b, box);
	img_text_put(o, "\", label=<<table border=\"0\" cellspacing=\"1\" cellpadding=\"1\">");
	put_name(b, box);
	put_command(b, box);
	put_facts(b, box);
	put_listening(b, box);
	img_text_put(o, "</table>>]\n");
}
