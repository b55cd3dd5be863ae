/*
 * Addresses are known by their form. What a number or a name is depends on what it is compared
 * with, in lists and maps too, where several fields may be joined:
 *
 *	tcp dport { 80, 8000-8080 } dnat to 10.0.0.1:80
 *	iifname . tcp dport vmap { "eth0" . 80 : accept }
 *	dnat ip to tcp dport map { 80 : 10.0.0.5 . 8080 }
 *
 * and sets say what their elements are by "type ifname . inet_service" or "typeof tcp dport".
 */
#include "libimg/rewrite/raw_nft.h"

#include <string.h>

#include "libimg/rewrite/raw_word.h"

enum what { OTHER, PORT, DEVICE, UID, GID };

struct field {
	enum what what;
	unsigned proto; /* of a port; 0: not known */
};

/* Fields joined by dots. */
struct side {
	struct field f[16];
	size_t n;
};

/* Words that name a field; types of elements of sets. */
struct name {
	const char *name;
	enum what what;
};

static const struct name selectors[] = {
	{ "saddr", OTHER },    { "daddr", OTHER },    { "sport", PORT },     { "dport", PORT },
	{ "proto-src", PORT }, { "proto-dst", PORT }, { "iif", DEVICE },     { "oif", DEVICE },
	{ "iifname", DEVICE }, { "oifname", DEVICE }, { "ibrname", DEVICE }, { "obrname", DEVICE },
	{ "skuid", UID },      { "skgid", GID },      { "sdif", DEVICE },    { "sdifname", DEVICE },
	{ "device", DEVICE },  { "devices", DEVICE }, { .name = NULL },
};

static const struct name types[] = {
	{ "inet_service", PORT }, { "ifname", DEVICE }, { "iface_index", DEVICE },
	{ "uid", UID },           { "gid", GID },       { .name = NULL },
};

/* Statements with a "to": what is after it. */
static const struct name targets[] = {
	{ "dnat", PORT },   { "snat", PORT },  { "redirect", PORT }, { "masquerade", PORT },
	{ "tproxy", PORT }, { "dup", DEVICE }, { "fwd", DEVICE },    { .name = NULL },
};

/* Words between a field and its value. */
static const char *const between[] = { "==", "!=", "<", ">", "<=", ">=", "=", "set", NULL };

/* What a line means so far. */
struct nft_line {
	struct side *side; /* that a name is added to, or a value belongs to */
	size_t at;         /* the value's field in it */
	bool values;       /* of `side`, the values have begun */
	bool wanted;       /* a value may come */
	bool named, dot;   /* the last word named a field; a dot waits for one */
	bool typing;       /* in "type ...", of a set */
	bool typed;        /* in "typeof ...", of a set */
	enum what target;  /* of its "to" */
	unsigned proto;    /* that the rule is for */
	bool protos;       /* several */
	struct img_span last;
	const char *path;
};

struct nft {
	struct side left, right;         /* what is compared; in maps, what that becomes */
	struct side set_left, set_right; /* the same of elements of the set */
	unsigned depth;                  /* braces around values, which may be several lines */
	bool quoted;                     /* inside quotes */
	struct nft_line l;
};

static bool is(struct img_span w, const char *s)
{
	return strlen(s) == w.n && memcmp(s, w.p, w.n) == 0;
}

static const struct name *find(const struct name *in, struct img_span w)
{
	while (in->name != NULL && !is(w, in->name))
		in++;
	return in->name != NULL ? in : NULL;
}

/* ---- which field? ---- */

static void add_field(struct side *s, enum what what, unsigned proto)
{
	if (s->n < sizeof(s->f) / sizeof(s->f[0]))
		s->f[s->n++] = (struct field){ what, proto };
}

/* The protocol of a rule is the only one that it names. */
static void learn_proto(struct nft_line *l, struct img_span w)
{
	unsigned proto = w.p[0] >= 'a' ? img_raw_word_proto(w) : 0;

	if (proto == 0 || proto == l->proto)
		return;
	l->protos = l->proto != 0;
	l->proto = proto;
}

static void start_values(struct nft *t, struct side *side)
{
	t->l.side = side;
	t->l.at = 0;
	t->l.values = t->l.wanted = true;
	t->l.dot = t->l.named = false;
}

/* A word that names a field begins a comparison, or joins the one before. */
static void name_field(struct nft *t, const struct name *name)
{
	struct nft_line *l = &t->l;

	if (!l->typed)
		l->side = &t->left;
	if (!l->dot)
		l->side->n = 0;
	add_field(l->side, name->what, img_raw_word_proto(l->last));
	l->path = name->name;
	l->named = l->wanted = true;
	l->dot = l->values = false;
	l->at = 0;
}

static void join(struct nft *t)
{
	struct nft_line *l = &t->l;

	if (l->values) {
		l->at++;
		l->wanted = true;
		return;
	}
	/* The field before it is none of ours. */
	if (!l->named) {
		if (!l->dot)
			l->side->n = 0;
		add_field(l->side, OTHER, 0);
	}
	l->dot = true;
}

/* The right side of a map. */
static void map_to(struct nft *t)
{
	struct nft_line *l = &t->l;

	if (t->depth > 0) {
		start_values(t, &t->right);
	} else {
		l->side = &t->right;
		l->side->n = 0;
		l->dot = l->named = false;
	}
}

/* Words that make a list of fields. False: it is none. */
static bool structure(struct nft *t, struct img_span w)
{
	struct nft_line *l = &t->l;
	const struct name *name;

	if (l->typing && !is(w, ".") && !is(w, ":") && !is(w, "hook")) {
		name = find(types, w);
		add_field(l->side, name != NULL ? name->what : OTHER, 0);
	} else if (l->typing && is(w, "hook")) {
		l->typing = false; /* of a chain */
	} else if (is(w, ":")) {
		map_to(t);
	} else if (is(w, ".")) {
		if (!l->typing)
			join(t);
	} else if (t->depth > 0) {
		return false;
	} else if ((is(w, "type") || is(w, "typeof")) && l->last.p == NULL) {
		l->typing = w.n == 4;
		l->typed = w.n != 4;
		t->left.n = t->right.n = 0;
	} else if (is(w, "elements") && l->last.p == NULL) {
		t->left = t->set_left;
		t->right = t->set_right;
		l->path = "elements";
		l->wanted = true;
	} else if (is(w, "to") && l->target != OTHER) {
		t->left.n = 0;
		add_field(&t->left, l->target, 0);
		start_values(t, &t->left);
		l->path = "to";
	} else if (is(w, "map") || is(w, "vmap")) {
		t->right.n = 0;
		add_field(&t->right, w.n == 3 ? l->target : OTHER, 0); /* or an address, */
		add_field(&t->right, w.n == 3 ? l->target : OTHER, 0); /* and this */
	} else if ((name = find(selectors, w)) != NULL) {
		name_field(t, name);
	} else {
		const char *const *b = between;

		while (*b != NULL && !is(w, *b))
			b++;
		return *b != NULL;
	}
	return true;
}

static struct field field_of(const struct nft *t)
{
	const struct nft_line *l = &t->l;
	struct field f = { OTHER, 0 };

	if (l->wanted && l->at < l->side->n)
		f = l->side->f[l->at];
	if (f.proto == 0 && !l->protos)
		f.proto = l->proto;
	return f;
}

/* ---- words ---- */

/* 1: it has been appended, 0: it is no value, -1. */
static int put_value(const struct nft *t, struct img_raw_words *to, struct img_span w,
		     struct img_err *err)
{
	struct field f = field_of(t);
	bool quoted = w.p[0] == '"';
	int r = 0;

	to->path = t->l.side == &t->right ? "map" : t->l.path;
	if (!quoted)
		r = img_raw_word_address(to, w, t->l.protos ? 0 : t->l.proto, err);
	if (r != 0)
		return r;
	switch (f.what) {
	case PORT: return img_raw_word_ports(to, w, f.proto, err);
	case DEVICE: return quoted || t->depth > 0 ? img_raw_word_device(to, w, err) : 0;
	case UID: return img_raw_word_ids(to, w, img_raw_uid, err);
	case GID: return img_raw_word_ids(to, w, img_raw_gid, err);
	case OTHER: break;
	}
	return 0;
}

/* Whether a word is compared with a field that is none of ours. */
static bool is_other_value(const struct nft *t)
{
	return t->l.wanted && t->l.at < t->l.side->n && field_of(t).what == OTHER;
}

static int put_word(struct nft *t, struct img_raw_words *to, struct img_span w, struct img_err *err)
{
	struct nft_line *l = &t->l;
	const struct name *target = find(targets, w);
	int r = 0;

	learn_proto(l, w);
	if (!structure(t, w)) {
		r = put_value(t, to, w, err);
		if (r > 0 || t->depth > 0 || is_other_value(t)) {
			l->wanted = false;
			l->values = l->values || !l->dot;
		} else if (!l->dot && !l->typed) {
			l->wanted = false;
			t->left.n = 0;
			l->side = &t->left;
		}
		l->named = false;
		if (target != NULL && t->depth == 0)
			l->target = target->what;
	}
	if (r == 0)
		img_buf_put(to->out, w.p, w.n);
	l->last = w;
	return r < 0 ? -1 : 0;
}

/* ---- lines ---- */

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Braces at the end of a line are around lines, others around values. */
static void mark(struct nft *t, uint8_t c, bool last)
{
	if (c == '{' && (t->depth > 0 || !last)) {
		if (t->depth++ == 0)
			start_values(t, &t->left);
	} else if (c == ',' && t->depth > 0) {
		start_values(t, &t->left);
	} else if (c == '}' && t->depth > 0) {
		if (--t->depth == 0)
			t->l.wanted = t->l.values = false;
	} else if (c == ';') {
		t->l.wanted = t->l.typing = false;
	}
}

/* The end of the text that is in quotes, from `at` on. */
static size_t quoted(struct nft *t, struct img_span line, size_t at)
{
	const uint8_t *end = memchr(line.p + at, '"', line.n - at);

	t->quoted = end == NULL;
	return end != NULL ? (size_t)(end - line.p) + 1 : line.n;
}

static bool is_mark(uint8_t c)
{
	return c == '{' || c == '}' || c == ',' || c == ';';
}

static size_t word_end(struct nft *t, struct img_span line, size_t at)
{
	if (line.p[at] == '"')
		return quoted(t, line, at + 1);
	while (at < line.n && !is_space(line.p[at]) && !is_mark(line.p[at]) && line.p[at] != '"')
		at++;
	return at;
}

static void end_line(struct nft *t)
{
	struct nft_line *l = &t->l;

	if (l->typing || l->typed) {
		t->set_left = t->left;
		t->set_right = t->right;
	}
	if (t->depth > 0 || t->quoted)
		return;
	*l = (struct nft_line){ .side = &t->left, .path = "" };
	t->left.n = t->right.n = 0;
}

static int put_line(void *arg, struct img_raw_words *to, struct img_span line, struct img_err *err)
{
	struct nft *t = arg;
	size_t at = 0, end = line.n;

	while (end > 0 && is_space(line.p[end - 1]))
		end--;
	if (t->quoted)
		at = quoted(t, line, 0);
	img_buf_put(to->out, line.p, at);
	while (at < line.n) {
		size_t from = at;

		if (is_space(line.p[at]) || is_mark(line.p[at])) {
			mark(t, line.p[at], at + 1 >= end);
			at++;
			img_buf_put(to->out, line.p + from, 1);
			continue;
		}
		at = word_end(t, line, at);
		if (put_word(t, to, (struct img_span){ line.p + from, at - from, line.off + from },
			     err) < 0)
			return -1;
	}
	end_line(t);
	/* The next line is elsewhere. */
	t->l.last = (struct img_span){ NULL, 0, 0 };
	return 0;
}

int img_raw_nft(struct img_raw_run *run, struct img_err *err)
{
	struct nft t = { .depth = 0 };

	t.l = (struct nft_line){ .side = &t.left, .path = "" };
	return img_raw_lines(run, put_line, &t, err);
}
