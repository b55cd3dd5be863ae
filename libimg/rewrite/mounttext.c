#include "libimg/rewrite/mounttext.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/msg/schema.h"

static struct img_span part(struct img_span s, size_t from, size_t to)
{
	return (struct img_span){ s.p + from, to - from, 0 };
}

static void put(struct img_buf *to, struct img_span s)
{
	img_buf_put(to, s.p, s.n);
}

/* ---- addresses ---- */

/* The text of an address, and nothing else. */
static int address(const struct img_mount_text *t, struct img_span old, struct img_buf *new,
		   struct img_err *err)
{
	uint8_t a[16], b[16];
	char text[IMG_NET_TEXT];
	size_t n;

	(void)err;
	if (old.n >= sizeof(text))
		return 0;
	memcpy(text, old.p, old.n);
	text[old.n] = '\0';
	if (strlen(text) != old.n)
		return 0;
	if (inet_pton(AF_INET, text, a) == 1)
		n = 4;
	else if (inet_pton(AF_INET6, text, a) == 1)
		n = 16;
	else
		return 0;
	if (img_apply_ip(t->apply, a, n, b) <= 0)
		return 0;
	img_apply_net_text(b, n, (unsigned)n * 8, text);
	img_buf_put(new, text, strlen(text));
	return 1;
}

/* Where in a source the address of a server is; false: it has none. */
static bool server(struct img_span s, size_t *from, size_t *to)
{
	const uint8_t *end;

	if (s.n > 2 && memcmp(s.p, "//", 2) == 0) {
		*from = 2;
		end = memchr(s.p + 2, '/', s.n - 2);
		*to = end != NULL ? (size_t)(end - s.p) : s.n;
		return true;
	}
	if (s.n > 1 && s.p[0] == '[') {
		*from = 1;
		end = memchr(s.p, ']', s.n);
	} else {
		*from = 0;
		end = memmem(s.p, s.n, ":/", 2);
	}
	if (end == NULL)
		return false;
	*to = (size_t)(end - s.p);
	return true;
}

int img_mount_source(const struct img_mount_text *t, struct img_span old, struct img_buf *new,
		     struct img_err *err)
{
	size_t from, to;
	int r = 0;

	if (t->verbs & IMG_VERB_IP && server(old, &from, &to)) {
		put(new, part(old, 0, from));
		r = address(t, part(old, from, to), new, err);
		put(new, part(old, to, old.n));
	}
	if (r == 0)
		new->n = 0;
	if (r == 0 && t->verbs & IMG_VERB_MOUNT) {
		struct img_span word;

		if (old.n > 0 && old.p[0] == '/')
			return img_apply_prefix(t->apply, IMG_VERB_MOUNT, old, new, err);
		r = img_apply_whole(t->apply, IMG_VERB_MOUNT, old, &word);
		if (r > 0)
			put(new, word);
	}
	return r < 0 || new->failed ? (new->failed ? img_fail_mem(err) : -1) : r;
}

/* ---- options ---- */

/* The end of the piece that begins at `at`: the next `sep` without a backslash before it. */
static size_t piece_end(struct img_span s, size_t at, uint8_t sep)
{
	for (; at < s.n && s.p[at] != sep; at++)
		if (s.p[at] == '\\' && at + 1 < s.n)
			at++;
	return at < s.n ? at : s.n;
}

/* One piece: 1 with the new one appended, 0 (nothing appended), -1. */
typedef int piece_fn(const struct img_mount_text *t, struct img_span old, struct img_buf *new,
		     struct img_err *err);

/* All pieces of a text, with `sep` between them: 1, 0: none has changed, -1. */
static int pieces(const struct img_mount_text *t, struct img_span old, char sep, piece_fn *fn,
		  struct img_buf *new, struct img_err *err)
{
	int changed = 0;

	for (size_t at = 0; at <= old.n;) {
		size_t end = piece_end(old, at, (uint8_t)sep);
		struct img_span one = part(old, at, end);
		int r = fn(t, one, new, err);

		if (r < 0)
			return -1;
		if (r == 0)
			put(new, one);
		changed |= r;
		if (end < old.n)
			img_buf_put(new, &sep, 1);
		at = end + 1;
	}
	return changed;
}

static int path(const struct img_mount_text *t, struct img_span old, struct img_buf *new,
		struct img_err *err)
{
	return img_apply_prefix(t->apply, IMG_VERB_MOUNT, old, new, err);
}

static int number(const struct img_mount_text *t, uint32_t verb, struct img_span old,
		  struct img_buf *new)
{
	uint64_t v = 0, to;
	char text[24];

	if (old.n == 0 || old.n > 10)
		return 0;
	for (size_t i = 0; i < old.n; i++) {
		if (old.p[i] < '0' || old.p[i] > '9')
			return 0;
		v = v * 10 + (old.p[i] - '0');
	}
	if (img_apply_number(t->apply, verb, v, &to) <= 0)
		return 0;
	img_buf_put(new, text, (size_t)snprintf(text, sizeof(text), "%" PRIu64, to));
	return 1;
}

static const struct {
	const char *key;
	uint32_t verb;
} options[] = {
	{ "uid=", IMG_VERB_UID },        { "gid=", IMG_VERB_GID },
	{ "pgrp=", IMG_VERB_PID },       { "addr=", IMG_VERB_IP },
	{ "clientaddr=", IMG_VERB_IP },  { "mountaddr=", IMG_VERB_IP },
	{ "lowerdir=", IMG_VERB_MOUNT }, { "upperdir=", IMG_VERB_MOUNT },
	{ "workdir=", IMG_VERB_MOUNT },
};

static int option(const struct img_mount_text *t, struct img_span old, struct img_buf *new,
		  struct img_err *err)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		size_t k = strlen(options[i].key), at = new->n;
		struct img_span value;
		int r;

		if (!(t->verbs & options[i].verb) || old.n < k ||
		    memcmp(old.p, options[i].key, k) != 0)
			continue;
		value = part(old, k, old.n);
		put(new, part(old, 0, k));
		if (options[i].verb == IMG_VERB_IP)
			r = address(t, value, new, err);
		else if (options[i].verb == IMG_VERB_MOUNT)
			r = pieces(t, value, ':', path, new, err);
		else
			r = number(t, options[i].verb, value, new);
		if (r == 0)
			new->n = at;
		return r;
	}
	return 0;
}

int img_mount_options(const struct img_mount_text *t, struct img_span old, struct img_buf *new,
		      struct img_err *err)
{
	int changed = pieces(t, old, ',', option, new, err);

	return changed >= 0 && new->failed ? img_fail_mem(err) : changed;
}
