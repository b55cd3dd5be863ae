/* Images without framing: dumps of netlink, rules of the firewall, archives. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "libimg/check_model.h"
#include "libimg/gunzip.h"
#include "libimg/word.h"

/* What goes wrong is said once for an image. */
struct raw {
	struct check *ck;
	struct ck_image *im;
	struct img_in *in;
	bool big;
};

/* ---- netlink ---- */

struct netlink {
	const char *pattern;
	uint32_t magic; /* 0: messages from the beginning */
	uint16_t type;
};

static const struct netlink netlinks[] = {
	{ "ifaddr-%u.img", 0x47361222, 20 }, { "route-%u.img", 0x45311224, 24 },
	{ "route6-%u.img", 0x45311224, 24 }, { "rule-%u.img", 0x71706986, 32 },
	{ "netns-ct-%u.img", 0, 0x100 },     { "netns-exp-%u.img", 0, 0x100 },
};

/* One message: 1, 0 at the end or at what has been told of, -1 with *err. */
static int message(struct raw *r, const struct netlink *n, struct img_err *err)
{
	enum { HEAD = 16, DONE = 3, ALIGN = 4 };
	uint64_t off = img_in_off(r->in), done;
	uint16_t type;
	uint32_t len;

	if (img_in_need(r->in, HEAD, err) < 0)
		return -1;
	if (img_in_avail(r->in) == 0)
		return 0;
	if (img_in_avail(r->in) < HEAD) {
		ck_say(r->ck, CK_RAW_NETLINK, r->im, -1, "",
		       "offset 0x%" PRIx64 ": message truncated (its head has 16 octets, have %zu)",
		       off, img_in_avail(r->in));
		return 0;
	}
	len = img_get32(img_in_ptr(r->in), r->big);
	type = img_get16(img_in_ptr(r->in) + 4, r->big);
	if (len < HEAD || (type != n->type && type != DONE)) {
		ck_say(r->ck, CK_RAW_NETLINK, r->im, -1, "",
		       "offset 0x%" PRIx64 ": message of %" PRIu32 " octets and type %u: no such "
		       "message here",
		       off, len, type);
		return 0;
	}
	if (img_in_skip(r->in, len, &done, err) < 0)
		return -1;
	if (done < len) {
		ck_say(r->ck, CK_RAW_NETLINK, r->im, -1, "",
		       "offset 0x%" PRIx64 ": message truncated (need %" PRIu32
		       " octets, have %" PRIu64 ")",
		       off, len, done);
		return 0;
	}
	/* The last one need not be filled up. */
	if (len % ALIGN != 0 && img_in_skip(r->in, ALIGN - len % ALIGN, &done, err) < 0)
		return -1;
	return 1;
}

static int check_netlink(struct raw *r, const void *arg, struct img_err *err)
{
	const struct netlink *n = arg;
	uint32_t magic = 0;
	int got;

	if (n->magic != 0) {
		if (img_in_need(r->in, 4, err) < 0)
			return -1;
		if (img_in_avail(r->in) >= 4)
			magic = img_get32(img_in_ptr(r->in), r->big);
		if (magic != n->magic) {
			ck_say(r->ck, CK_RAW_NETLINK, r->im, -1, "",
			       "begins with 0x%08" PRIx32 ", where 0x%08" PRIx32 " is due", magic,
			       n->magic);
			return 0;
		}
		img_in_eat(r->in, 4);
	} else if (r->im->size == 0)
		ck_say(r->ck, CK_RAW_NETLINK, r->im, -1, "",
		       "is empty, where there is none if there is nothing to tell");
	while ((got = message(r, n, err)) > 0)
		;
	return got;
}

/* ---- text ---- */

/* The octets that come next, 0 at the end: *s is what was given before. */
static int next_run(struct raw *r, struct img_span *s, struct img_err *err)
{
	img_in_eat(r->in, s->n);
	if (img_in_need(r->in, 1, err) < 0)
		return -1;
	s->p = img_in_ptr(r->in);
	s->n = img_in_avail(r->in);
	return s->n > 0;
}

/* Lines of iptables-save: tables from *NAME to COMMIT. */
struct tables {
	bool open, line; /* inside a table; inside a line */
	char start[8];   /* of the line */
	size_t n;
	bool bad;
};

static void end_line(struct tables *t)
{
	t->line = false;
	t->start[t->n < sizeof(t->start) ? t->n : sizeof(t->start) - 1] = '\0';
	t->n = 0;
	if (t->start[0] == '*') {
		t->bad = t->bad || t->open;
		t->open = true;
	} else if (strcmp(t->start, "COMMIT") == 0) {
		t->bad = t->bad || !t->open;
		t->open = false;
	} else if (t->start[0] == ':' || t->start[0] == '-') {
		t->bad = t->bad || !t->open;
	}
}

static int check_iptables(struct raw *r, const void *arg, struct img_err *err)
{
	struct tables t = { .n = 0 };
	struct img_span s = { 0 };
	int got;

	(void)arg;
	while ((got = next_run(r, &s, err)) > 0)
		for (size_t i = 0; i < s.n; i++) {
			if (s.p[i] == '\n') {
				end_line(&t);
				continue;
			}
			t.line = true;
			if (t.n < sizeof(t.start))
				t.start[t.n++] = (char)s.p[i];
		}
	if (got < 0)
		return -1;
	if (t.line)
		ck_say(r->ck, CK_RAW_TABLES, r->im, -1, "", "ends inside of a line");
	else if (t.open)
		ck_say(r->ck, CK_RAW_TABLES, r->im, -1, "",
		       "ends inside of a table, without COMMIT");
	else if (t.bad)
		ck_say(r->ck, CK_RAW_TABLES, r->im, -1, "", "rules outside of a table");
	return 0;
}

/* Rules of nft: blocks in braces. */
static int check_nftables(struct raw *r, const void *arg, struct img_err *err)
{
	uint64_t depth = 0;
	bool quoted = false, line = false, bad = false;
	struct img_span s = { 0 };
	int got;

	(void)arg;
	while ((got = next_run(r, &s, err)) > 0)
		for (size_t i = 0; i < s.n; i++) {
			line = s.p[i] != '\n';
			if (s.p[i] == '"')
				quoted = !quoted;
			else if (s.p[i] == '{' && !quoted)
				depth++;
			else if (s.p[i] == '}' && !quoted && depth-- == 0)
				bad = true;
		}
	if (got < 0)
		return -1;
	if (line)
		ck_say(r->ck, CK_RAW_TABLES, r->im, -1, "", "ends inside of a line");
	else if (bad || depth != 0)
		ck_say(r->ck, CK_RAW_TABLES, r->im, -1, "", "a block of rules that does not %s",
		       bad ? "begin" : "end");
	return 0;
}

/* ---- archives ---- */

static int check_archive(struct raw *r, const void *arg, struct img_err *err)
{
	enum { BLOCK = 512 };
	uint64_t size;

	(void)arg;
	if (img_gunzip_check(r->in, &size, err) < 0) {
		char text[300];

		if (err->kind == IMG_ESYS)
			return -1;
		ck_say(r->ck, CK_RAW_ARCHIVE, r->im, -1, "", "%s",
		       img_err_text(err, text, sizeof(text)));
	} else if (size % BLOCK != 0) {
		ck_say(r->ck, CK_RAW_ARCHIVE, r->im, -1, "",
		       "holds %" PRIu64 " octets, while a tar archive has blocks of 512", size);
	}
	return 0;
}

/* ---- all of them ---- */

static void read_raw(struct check *ck, struct ck_image *im,
		     int (*fn)(struct raw *r, const void *arg, struct img_err *err),
		     const void *arg)
{
	struct raw r = { .ck = ck, .im = im, .big = ck->big };
	struct img_err err = { 0 };
	int fd;

	if (im->broken)
		return;
	fd = openat(img_dir_fd(ck->dir), im->name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	r.in = fd >= 0 ? img_in_fd(fd) : NULL;
	if (fd < 0)
		img_fail_sys(&err);
	else if (r.in == NULL)
		img_fail_mem(&err);
	if (r.in == NULL || fn(&r, arg, &err) < 0) {
		img_err_in(&err, img_dir_path(ck->dir), im->name);
		img_report(&ck->how->unread, &err);
	}
	img_in_free(r.in);
	if (fd >= 0)
		close(fd);
}

void ck_raw_netlink(struct check *ck)
{
	for (size_t i = 0; i < CK_COUNT(netlinks); i++)
		CK_EACH(ck, im, netlinks[i].pattern)
			read_raw(ck, im, check_netlink, &netlinks[i]);
}

void ck_raw_tables(struct check *ck)
{
	CK_EACH(ck, im, "iptables-%u.img")
		read_raw(ck, im, check_iptables, NULL);
	CK_EACH(ck, im6, "ip6tables-%u.img")
		read_raw(ck, im6, check_iptables, NULL);
	CK_EACH(ck, nft, "nftables-%u.img")
		read_raw(ck, nft, check_nftables, NULL);
}

void ck_raw_archive(struct check *ck)
{
	CK_EACH(ck, im, "tmpfs-dev-%u.tar.gz.img")
		read_raw(ck, im, check_archive, NULL);
	CK_EACH(ck, old, "tmpfs-%u.tar.gz.img")
		read_raw(ck, old, check_archive, NULL);
}
