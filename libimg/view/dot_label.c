/* The label and color of a channel in a graph. */
#include "libimg/view/dot_label.h"

#include <inttypes.h>

#include "fdinfo.pb-c.h"
#include "libimg/base/utf8.h"
#include "libimg/json/hint.h"
#include "libimg/msg/pick.h"
#include "libimg/view/labels.h"
#include "libimg/view/text.h"

void img_dot_name(struct img_out *o, const void *text, size_t n)
{
	const uint8_t *p = text;

	for (size_t i = 0; i < n;) {
		uint32_t c = 0;
		size_t len = img_utf8_char(p + i, n - i, &c);

		if (len == 0 || img_utf8_hidden(c))
			for (size_t k = len ? len : 1; k > 0; k--)
				img_text_fmt(o, "\\\\x%02x", p[i++]);
		else if (c == '"')
			img_text_fmt(o, "\\%c", p[i++]);
		else if (c == '\\') {
			img_text_put(o, "\\\\\\\\"); /* that dot shows as the two of text.h */
			i++;
		} else {
			if (c == '&')
				img_text_put(o, "&amp;");
			else
				img_out_put(o, p + i, len);
			i += len;
		}
	}
}

static void put_address(struct img_out *o, const struct img_pick *f, uint32_t tag, uint64_t port)
{
	uint32_t words[4] = { 0 };
	char text[IMG_ADDR_MAX];
	struct img_each it;
	size_t n = 0;

	img_each_begin(&it, f, tag);
	for (uint64_t v; n < 4 && img_each_num(&it, &v);)
		words[n++] = (uint32_t)v;
	img_text_put(o, n == 1 ? "" : "[");
	img_text_put(o, img_addr_print(words, n == 1 ? 1 : 4, text));
	img_text_fmt(o, "%s:%" PRIu64, n == 1 ? "" : "]", port);
}

static void label_inet(const struct img_dot *d, const struct img_pick *f, uint32_t other)
{
	struct img_out *o = d->out;
	uint64_t proto = img_num(f, IMG_TAG_INET_SK_ENTRY__PROTO);
	const char *name = img_names_get(&img_labels_ip_proto, proto);

	if (name != NULL)
		img_text_put(o, name);
	else
		img_text_fmt(o, "ip %" PRIu64, proto);
	img_text_put(o, "\\n");
	put_address(o, f, IMG_TAG_INET_SK_ENTRY__SRC_ADDR,
		    img_num(f, IMG_TAG_INET_SK_ENTRY__SRC_PORT));
	if (other == IMG_NO_GROUP)
		return;
	img_text_put(o, "\\n");
	put_address(o, f, IMG_TAG_INET_SK_ENTRY__DST_ADDR,
		    img_num(f, IMG_TAG_INET_SK_ENTRY__DST_PORT));
}

/* A file system name ends with NUL, an abstract one begins with it. */
static void put_unix_name(struct img_out *o, struct img_span name)
{
	if (name.n == 0)
		return;
	img_text_put(o, "\\n");
	if (name.p[0] == '\0') {
		img_out_byte(o, '@');
		name.p++;
		name.n--;
	} else if (name.p[name.n - 1] == '\0') {
		name.n--;
	}
	img_dot_name(o, name.p, name.n);
}

static bool get_payload(const struct img_dot *d, uint32_t file, struct img_pick *f)
{
	const struct img_msg *m;
	struct img_span body;
	struct img_err err;
	int r = img_files_payload(d->files, file, &m, &body, &err);

	/* Damage was reported when the ends were read. */
	if (r < 0 && err.kind == IMG_ESYS)
		img_report(d->report, &err);
	return r > 0 && img_pick(f, m, body, &err) == 0;
}

/* Show a name that only the other side has, too. */
static void label_unix(const struct img_dot *d, const struct img_pick *f, uint32_t other)
{
	struct img_span name = img_bytes(f, IMG_TAG_UNIX_SK_ENTRY__NAME);
	struct img_peers_walk at;
	struct img_pick peer;
	uint32_t fd;

	img_text_fmt(d->out, "unix %" PRIu64, img_num(f, IMG_TAG_UNIX_SK_ENTRY__INO));
	put_unix_name(d->out, name);
	if (name.n > 0 || other == IMG_NO_GROUP)
		return;
	img_peers_begin_group(d->ends, other, &at);
	fd = img_peers_next(d->ends, &at);
	if (fd != IMG_NO_FD && get_payload(d, d->fds->v[fd].file, &peer))
		put_unix_name(d->out, img_bytes(&peer, IMG_TAG_UNIX_SK_ENTRY__NAME));
}

static void label_fifo(const struct img_dot *d, const struct img_pick *f, uint32_t other)
{
	bool old = !img_has(f, IMG_TAG_FIFO_ENTRY__REGF_ID);
	uint32_t id = img_num32(f, old ? IMG_TAG_FIFO_ENTRY__ID : IMG_TAG_FIFO_ENTRY__REGF_ID);
	uint32_t file = img_files_index(d->files, FD_TYPES__REG, id);
	struct img_pick reg;
	struct img_span name;

	(void)other;
	img_text_put(d->out, "fifo");
	if (file == IMG_NO_FILE || !get_payload(d, file, &reg))
		return;
	name = img_bytes(&reg, IMG_TAG_REG_FILE_ENTRY__NAME);
	img_text_put(d->out, "\\n");
	img_dot_name(d->out, name.p, name.n);
}

static void label_pipe(const struct img_dot *d, const struct img_pick *f, uint32_t other)
{
	(void)other;
	img_text_fmt(d->out, "pipe %" PRIu64, img_num(f, IMG_TAG_PIPE_ENTRY__PIPE_ID));
}

static const struct kind {
	uint32_t type;
	const char *color;
	void (*label)(const struct img_dot *d, const struct img_pick *f, uint32_t other);
} kinds[] = {
	{ FD_TYPES__PIPE, "#1f5fa8", label_pipe },
	{ FD_TYPES__FIFO, "#7a3fa0", label_fifo },
	{ FD_TYPES__UNIXSK, "#2e7d32", label_unix },
	{ FD_TYPES__INETSK, "#b3401e", label_inet },
};

/* The rows are all types with two ends. */
static const struct kind *kind_of(uint32_t type)
{
	const struct kind *k = kinds, *last = kinds + sizeof(kinds) / sizeof(kinds[0]) - 1;

	while (k < last && k->type != type)
		k++;
	return k;
}

void img_dot_color(struct img_out *o, uint32_t type, bool label)
{
	const char *color = kind_of(type)->color;

	if (label)
		img_text_fmt(o, ", color=\"%s\", fontcolor=\"%s\"", color, color);
	else
		img_text_fmt(o, "color=\"%s\"", color);
}

void img_dot_label(const struct img_dot *d, uint32_t file, uint32_t type, uint32_t other)
{
	struct img_pick f;

	img_text_put(d->out, "label=\"");
	if (get_payload(d, file, &f))
		kind_of(type)->label(d, &f, other);
	img_text_put(d->out, "\"");
}
