#include "libimg/rewrite/raw_iptables.h"

#include <string.h>

#include "libimg/rewrite/raw_word.h"

/* What the argument of an option is. */
enum takes { ADDRESS, PORTS, DEVICE, UIDS, GIDS, TEXT };

/* The rest may have addresses: what is one in full is meant as one. */
static const struct option {
	const char *name;
	enum takes takes;
} options[] = {
	{ "--sport", PORTS },
	{ "--dport", PORTS },
	{ "--sports", PORTS },
	{ "--dports", PORTS },
	{ "--ports", PORTS },
	{ "--to-ports", PORTS },
	{ "--on-port", PORTS },
	{ "--ctorigsrcport", PORTS },
	{ "--ctorigdstport", PORTS },
	{ "--ctreplsrcport", PORTS },
	{ "--ctrepldstport", PORTS },
	{ "-i", DEVICE },
	{ "-o", DEVICE },
	{ "--physdev-in", DEVICE },
	{ "--physdev-out", DEVICE },
	{ "--uid-owner", UIDS },
	{ "--gid-owner", GIDS },
	{ "-A", TEXT },
	{ "-j", TEXT },
	{ "-g", TEXT },
	{ "--comment", TEXT },
	{ "--log-prefix", TEXT },
	{ "--nflog-prefix", TEXT },
	{ "--string", TEXT },
	{ "--name", TEXT },
};

static bool is(struct img_span w, const char *s)
{
	return strlen(s) == w.n && memcmp(s, w.p, w.n) == 0;
}

/* An option, known or not, as the rows have it; `other` gets the name of one that is not. */
static void find(struct img_span w, char *other, size_t size, struct option *o)
{
	size_t n = w.n < size ? w.n : size - 1;

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (is(w, options[i].name)) {
			*o = options[i];
			return;
		}
	memcpy(other, w.p, n);
	other[n] = '\0';
	*o = (struct option){ other, ADDRESS };
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* The next word of a line, quotes and all, after the spaces before it. n is 0 at the end. */
static struct img_span word(struct img_span line, size_t *at)
{
	bool quoted = false;
	size_t from;

	while (*at < line.n && is_space(line.p[*at]))
		++*at;
	from = *at;
	while (*at < line.n && (quoted || !is_space(line.p[*at]))) {
		if (quoted && line.p[*at] == '\\' && *at + 1 < line.n)
			++*at;
		else if (line.p[*at] == '"')
			quoted = !quoted;
		++*at;
	}
	return (struct img_span){ line.p + from, *at - from, line.off + from };
}

/* The protocol that a rule is for, 0: none, or all but one. */
static unsigned proto_of(struct img_span line)
{
	struct img_span w, last = { NULL, 0, 0 };
	size_t at = 0;

	while ((w = word(line, &at)).n > 0) {
		if (is(w, "-p") && !is(last, "!"))
			return img_raw_word_proto(word(line, &at));
		last = w;
	}
	return 0;
}

static int put_argument(struct img_raw_words *to, enum takes takes, struct img_span w,
			unsigned proto, struct img_err *err)
{
	switch (takes) {
	case ADDRESS: return img_raw_word_address(to, w, proto, err);
	case PORTS: return img_raw_word_ports(to, w, proto, err);
	case DEVICE: return img_raw_word_device(to, w, err);
	case UIDS: return img_raw_word_ids(to, w, img_raw_uid, err);
	case GIDS: return img_raw_word_ids(to, w, img_raw_gid, err);
	case TEXT: break;
	}
	return 0;
}

/* Comments, names of tables and chains have no values; rules may have counters in front. */
static int put_line(void *arg, struct img_raw_words *to, struct img_span line, struct img_err *err)
{
	unsigned proto = proto_of(line);
	struct option o = { "", TEXT };
	char other[64];
	size_t at = 0, done = 0;
	struct img_span w;

	(void)arg;
	if (line.p[0] != '-' && line.p[0] != '[')
		at = line.n;
	while ((w = word(line, &at)).n > 0) {
		size_t from = (size_t)(w.p - line.p);
		int r = 0;

		if (w.p[0] == '-' && w.n > 1) {
			find(w, other, sizeof(other), &o);
			continue;
		}
		img_buf_put(to->out, line.p + done, from - done);
		to->path = o.name;
		r = put_argument(to, o.takes, w, proto, err);
		if (r < 0)
			return -1;
		if (r == 0)
			img_buf_put(to->out, w.p, w.n);
		done = at;
	}
	img_buf_put(to->out, line.p + done, line.n - done);
	return 0;
}

int img_raw_iptables(struct img_raw_run *run, struct img_err *err)
{
	return img_raw_lines(run, put_line, NULL, err);
}
