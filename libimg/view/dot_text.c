#include "libimg/view/dot_text.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "fdinfo.pb-c.h"
#include "libimg/base/utf8.h"
#include "libimg/json/hint.h"
#include "libimg/msg/criu.h"
#include "libimg/msg/linux.h"
#include "libimg/view/labels.h"
#include "libimg/view/text.h"

/* ---- names ---- */

/* What is not to be taken for a part of the graph. */
static const struct {
	char c;
	const char *as;
} quoted[] = {
	{ '"', "&quot;" }, { '&', "&amp;" },     { '<', "&lt;" },
	{ '>', "&gt;" },   { '\\', "\\\\\\\\" }, /* shown as the two of text.h */
};

static void put_plain(struct img_out *o, const uint8_t *p, size_t n)
{
	for (size_t i = 0; n == 1 && i < sizeof(quoted) / sizeof(quoted[0]); i++)
		if (quoted[i].c == (char)*p) {
			img_text_put(o, quoted[i].as);
			return;
		}
	img_out_put(o, p, n);
}

size_t img_dot_name_cut(struct img_out *o, const void *text, size_t n, size_t most)
{
	const uint8_t *p = text;
	size_t i = 0;

	while (i < n) {
		uint32_t c = 0;
		size_t len = img_utf8_char(p + i, n - i, &c);

		if (i + (len ? len : 1) > most) {
			img_text_put(o, "…");
			break;
		}
		if (len == 0 || img_utf8_hidden(c)) {
			for (size_t k = len ? len : 1; k > 0; k--)
				img_text_fmt(o, "\\\\x%02x", p[i++]);
			continue;
		}
		put_plain(o, p + i, len);
		i += len;
	}
	return i;
}

void img_dot_name(struct img_out *o, const void *p, size_t n)
{
	img_dot_name_cut(o, p, n, SIZE_MAX);
}

void img_dot_size(struct img_out *o, uint64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	uint64_t tenths = bytes / 1024 * 10 + (bytes % 1024 * 10 + 512) / 1024;
	size_t unit = 0;

	for (; tenths >= 10240 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
		tenths = (tenths + 512) / 1024;
	if (unit == 0)
		img_text_fmt(o, "%" PRIu64 " KiB", tenths / 10);
	else
		img_text_fmt(o, "%" PRIu64 ".%" PRIu64 " %s", tenths / 10, tenths % 10,
			     units[unit]);
}

/* ---- channels ---- */

const struct img_dot_kind img_dot_kinds[IMG_DOT_KINDS] = {
	{ FD_TYPES__PIPE, "pipe", "pipes", "#1f5fa8", false },
	{ FD_TYPES__FIFO, "fifo", "fifos", "#7a3fa0", false },
	{ FD_TYPES__UNIXSK, "unix socket", "unix sockets", "#2e7d32", true },
	{ FD_TYPES__INETSK, "IP connection", "IP connections", "#b3401e", true },
};

size_t img_dot_kind_of(uint32_t type)
{
	size_t i = 0;

	while (i < IMG_DOT_KINDS && img_dot_kinds[i].type != type)
		i++;
	return i;
}

/* Returns the words of the address. */
static size_t put_host(struct img_out *o, const struct img_pick *f, uint32_t tag)
{
	uint32_t words[4] = { 0 };
	char text[IMG_ADDR_MAX];
	struct img_each it;
	size_t n = 0;
	bool v6 = img_num(f, IMG_TAG_INET_SK_ENTRY__FAMILY) == AF_INET6;

	img_each_begin(&it, f, tag);
	for (uint64_t v; n < 4 && img_each_num(&it, &v);)
		words[n++] = (uint32_t)v;
	img_text_put(o, v6 ? "[" : "");
	img_text_put(o, img_addr_print(words, v6 ? 4 : 1, text));
	img_text_put(o, v6 ? "]" : "");
	return n;
}

static void put_address(struct img_out *o, const struct img_pick *f, uint32_t tag, uint64_t port)
{
	put_host(o, f, tag);
	img_text_fmt(o, ":%" PRIu64, port);
}

static void put_proto(struct img_out *o, const struct img_pick *f)
{
	uint64_t proto = img_num(f, IMG_TAG_INET_SK_ENTRY__PROTO);
	const char *name = img_names_get(&img_labels_ip_proto, proto);

	if (name != NULL)
		img_text_put(o, name);
	else
		img_text_fmt(o, "ip %" PRIu64, proto);
}

/* A file system name ends with NUL, an abstract one begins with it. False: it has none. */
static bool put_unix_name(struct img_out *o, const char *before, struct img_span name)
{
	if (name.n == 0)
		return false;
	img_text_put(o, before);
	if (name.p[0] == '\0') {
		img_out_byte(o, '@');
		name.p++;
		name.n--;
	} else if (name.p[name.n - 1] == '\0') {
		name.n--;
	}
	img_dot_name(o, name.p, name.n);
	return true;
}

static void put_inet(struct img_out *o, const struct img_pick *f)
{
	put_proto(o, f);
	img_text_put(o, " ");
	put_address(o, f, IMG_TAG_INET_SK_ENTRY__SRC_ADDR,
		    img_num(f, IMG_TAG_INET_SK_ENTRY__SRC_PORT));
	img_text_put(o, " ");
	put_address(o, f, IMG_TAG_INET_SK_ENTRY__DST_ADDR,
		    img_num(f, IMG_TAG_INET_SK_ENTRY__DST_PORT));
}

static void put_unix(struct img_desc *c, struct img_out *o, struct img_pick *f, uint32_t other)
{
	const struct img_peers *ends = img_desc_peers(c);
	const struct img_msg *m;
	struct img_peers_walk at;
	uint32_t fd;

	img_text_fmt(o, "unix %" PRIu64, img_num(f, IMG_TAG_UNIX_SK_ENTRY__INO));
	if (put_unix_name(o, " ", img_bytes(f, IMG_TAG_UNIX_SK_ENTRY__NAME)) ||
	    other == IMG_NO_GROUP || ends == NULL)
		return;
	img_peers_begin_group(ends, other, &at);
	fd = img_peers_next(ends, &at);
	if (fd != IMG_NO_FD && img_desc_payload(c, c->fds->v[fd].file, &m, f))
		put_unix_name(o, " ", img_bytes(f, IMG_TAG_UNIX_SK_ENTRY__NAME));
}

static void put_fifo(struct img_desc *c, struct img_out *o, const struct img_pick *f)
{
	bool old = !img_has(f, IMG_TAG_FIFO_ENTRY__REGF_ID);
	uint32_t id = img_num32(f, old ? IMG_TAG_FIFO_ENTRY__ID : IMG_TAG_FIFO_ENTRY__REGF_ID);
	struct img_span name;
	bool deleted;

	img_text_put(o, "fifo");
	if (!img_desc_path(c, id, &name, &deleted))
		return;
	img_text_put(o, " ");
	img_dot_name(o, name.p, name.n);
}

void img_dot_channel(struct img_desc *c, struct img_out *o, uint32_t file, uint32_t other)
{
	struct img_files_place place;
	const struct img_msg *m;
	struct img_pick f;

	img_files_at(c->files, file, &place);
	if (!img_desc_payload(c, file, &m, &f))
		return;
	switch (place.type) {
	case FD_TYPES__PIPE:
		img_text_fmt(o, "pipe %" PRIu64, img_num(&f, IMG_TAG_PIPE_ENTRY__PIPE_ID));
		break;
	case FD_TYPES__FIFO: put_fifo(c, o, &f); break;
	case FD_TYPES__UNIXSK: put_unix(c, o, &f, other); break;
	case FD_TYPES__INETSK: put_inet(o, &f); break;
	}
}

/* ---- sockets with no other end in the dump ---- */

bool img_dot_listens(struct img_desc *c, struct img_out *o, uint32_t file)
{
	struct img_files_place place;
	const struct img_msg *m;
	struct img_pick f;

	img_files_at(c->files, file, &place);
	if (!img_desc_payload(c, file, &m, &f))
		return false;
	if (place.type == FD_TYPES__UNIXSK) {
		img_text_put(o, "unix");
		put_unix_name(o, " ", img_bytes(&f, IMG_TAG_UNIX_SK_ENTRY__NAME));
		return true;
	}
	put_proto(o, &f);
	img_text_put(o, img_num(&f, IMG_TAG_INET_SK_ENTRY__FAMILY) == AF_INET6 ? "6 " : " ");
	put_address(o, &f, IMG_TAG_INET_SK_ENTRY__SRC_ADDR,
		    img_num(&f, IMG_TAG_INET_SK_ENTRY__SRC_PORT));
	return true;
}

bool img_dot_remote(struct img_desc *c, struct img_out *o, uint32_t file, uint64_t *port)
{
	struct img_files_place place;
	const struct img_msg *m;
	struct img_pick f;

	img_files_at(c->files, file, &place);
	if ((place.type != FD_TYPES__UNIXSK && place.type != FD_TYPES__INETSK) ||
	    !img_desc_payload(c, file, &m, &f))
		return false;
	*port = 0;
	if (place.type == FD_TYPES__UNIXSK) {
		if ((img_num(&f, IMG_TAG_UNIX_SK_ENTRY__UFLAGS) & IMG_USK_EXTERNAL) == 0)
			return false;
		img_text_put(o, "unix");
		put_unix_name(o, " ", img_bytes(&f, IMG_TAG_UNIX_SK_ENTRY__NAME));
		return true;
	}
	*port = img_num(&f, IMG_TAG_INET_SK_ENTRY__DST_PORT);
	if (*port == 0)
		return false;
	put_host(o, &f, IMG_TAG_INET_SK_ENTRY__DST_ADDR);
	return true;
}
