#include "libimg/rewrite/rule.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/msg/schema.h"

/* ---- the text of a rule ---- */

enum {
	UNIX_MAX = 107, /* of an abstract name without its NUL: UNIX_PATH_MAX of sys/un.h less 1 */
	COMM_MAX = 15,  /* TASK_COMM_LEN of linux/sched.h less its NUL */
	DEV_MAX = 15,   /* IFNAMSIZ of linux/if.h less its NUL */
	UTS_MAX = 64,   /* __NEW_UTS_LEN of linux/utsname.h */
	PID_MAX = 4194304, /* PID_MAX_LIMIT of linux/threads.h */
};

static int refuse(struct img_err *err, const char *what)
{
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "%s", what);
}

static int copy_span(struct img_arena *a, const void *p, size_t n, struct img_span *s,
		     struct img_err *err)
{
	uint8_t *q = img_arena_alloc(a, n + 1);

	if (q == NULL)
		return img_fail_mem(err);
	memcpy(q, p, n);
	*s = (struct img_span){ q, n, 0 };
	return 0;
}

/* "A=B", where \= and \\ stand for = and \, into its two halves. */
static int halves(struct img_arena *a, const char *value, struct img_edit_rule *u,
		  struct img_err *err)
{
	size_t n = 0, all = strlen(value);
	uint8_t *p = img_arena_alloc(a, all + 2);
	struct img_span *half = &u->old;

	if (p == NULL)
		return img_fail_mem(err);
	u->old = (struct img_span){ p, 0, 0 };
	for (const char *s = value; *s != '\0'; s++) {
		if (*s == '=' && half == &u->old) {
			u->old.n = n;
			half = &u->new;
			u->new.p = p + ++n;
			continue;
		}
		if (*s == '\\' && (s[1] == '=' || s[1] == '\\'))
			s++;
		p[n++] = (uint8_t)*s;
	}
	if (half == &u->old)
		return refuse(err, "has no '=' between the old and the new value");
	u->new.n = n - (size_t)(u->new.p - p);
	if (u->old.n == 0)
		return refuse(err, "has no old value");
	return 0;
}

static int two_texts(struct img_arena *a, const char *value, struct img_edit_rule *u, size_t max,
		     const char *limit, struct img_err *err)
{
	if (halves(a, value, u, err) < 0)
		return -1;
	if (u->new.n == 0)
		return refuse(err, "has no new value");
	if (max != 0 && (u->old.n > max || u->new.n > max))
		return refuse(err, limit);
	return 0;
}

/* Slashes at the end go; "/" becomes "". */
static void trim(struct img_span *s)
{
	while (s->n > 0 && s->p[s->n - 1] == '/')
		s->n--;
}

static int parse_path(struct img_arena *a, const char *value, struct img_edit_rule *u,
		      struct img_err *err)
{
	if (two_texts(a, value, u, 4095, "is longer than a path can be (4095 bytes)", err) < 0)
		return -1;
	if (u->old.p[0] != '/' || u->new.p[0] != '/')
		return refuse(err, "needs absolute paths on both sides");
	trim(&u->old);
	trim(&u->new);
	return 0;
}

/* A source is any text; where it is a path its parts count. */
static int parse_mount(struct img_arena *a, const char *value, struct img_edit_rule *u,
		       struct img_err *err)
{
	if (two_texts(a, value, u, 4095, "is longer than a path can be (4095 bytes)", err) < 0)
		return -1;
	if (u->old.p[0] != '/')
		return 0;
	if (u->new.p[0] != '/')
		return refuse(err, "needs absolute paths on both sides, or on none");
	trim(&u->old);
	trim(&u->new);
	return 0;
}

static int parse_key(struct img_arena *a, const char *value, struct img_edit_rule *u,
		     struct img_err *err)
{
	return two_texts(a, value, u, 4095, "is longer than 4095 bytes", err);
}

static int parse_unix(struct img_arena *a, const char *value, struct img_edit_rule *u,
		      struct img_err *err)
{
	return two_texts(a, value, u, UNIX_MAX, "has an abstract name longer than 107 bytes", err);
}

static int parse_netdev(struct img_arena *a, const char *value, struct img_edit_rule *u,
			struct img_err *err)
{
	if (two_texts(a, value, u, DEV_MAX, "has a device name longer than 15 bytes", err) < 0)
		return -1;
	if (memchr(u->new.p, '/', u->new.n) != NULL || memchr(u->new.p, ' ', u->new.n) != NULL ||
	    memchr(u->new.p, ':', u->new.n) != NULL)
		return refuse(err, "has a new name with a slash, colon or space in it");
	return 0;
}

static int parse_comm(struct img_arena *a, const char *value, struct img_edit_rule *u,
		      struct img_err *err)
{
	return two_texts(a, value, u, COMM_MAX, "has a name longer than 15 bytes", err);
}

static int parse_name(struct img_arena *a, const char *value, struct img_edit_rule *u,
		      struct img_err *err)
{
	if (value[0] == '\0')
		return refuse(err, "is empty");
	if (strlen(value) > UTS_MAX)
		return refuse(err, "is longer than 64 bytes");
	/* Other verbs take A=B; no name that a host can be found by has such a character. */
	if (strchr(value, '=') != NULL)
		return refuse(err, "is the new name alone, without the old one and '='");
	return copy_span(a, value, strlen(value), &u->new, err);
}

static int parse_nothing(struct img_arena *a, const char *value, struct img_edit_rule *u,
			 struct img_err *err)
{
	(void)a, (void)u;
	return value[0] != '\0' ? refuse(err, "takes no value") : 0;
}

/* A decimal number up to max; what follows to *end. */
static bool number(const char *s, uint64_t max, uint64_t *v, const char **end)
{
	*v = 0;
	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		*v = *v * 10 + (uint64_t)(*s - '0');
		if (*v > max)
			return false;
	}
	*end = s;
	return true;
}

static int parse_port(struct img_arena *a, const char *value, struct img_edit_rule *u,
		      struct img_err *err)
{
	static const struct {
		const char *name;
		unsigned proto;
	} protos[] = { { "tcp:", IPPROTO_TCP },
		       { "udp:", IPPROTO_UDP },
		       { "udplite:", IPPROTO_UDPLITE } };

	(void)a;
	for (size_t i = 0; i < sizeof(protos) / sizeof(*protos); i++)
		if (strncmp(value, protos[i].name, strlen(protos[i].name)) == 0) {
			u->proto = protos[i].proto;
			value += strlen(protos[i].name);
			break;
		}
	if (!number(value, 65535, &u->first, &value) || *value++ != '=' ||
	    !number(value, 65535, &u->to, &value) || *value != '\0' || u->first == 0 || u->to == 0)
		return refuse(err, "is not two ports from 1 to 65535, P=Q");
	return 0;
}

static int parse_pid(struct img_arena *a, const char *value, struct img_edit_rule *u,
		     struct img_err *err)
{
	(void)a;
	if (!number(value, PID_MAX, &u->first, &value) || *value++ != '=' ||
	    !number(value, PID_MAX, &u->to, &value) || *value != '\0' || u->first == 0 ||
	    u->to == 0)
		return refuse(err, "is not two pids from 1 to 4194304, P=Q");
	u->count = 1;
	return 0;
}

static int parse_range(struct img_arena *a, const char *value, struct img_edit_rule *u,
		       struct img_err *err)
{
	/* All ones is no id. */
	const uint64_t max = UINT32_MAX - UINT64_C(1);

	(void)a;
	if (!number(value, max, &u->first, &value) || *value++ != ':' ||
	    !number(value, max, &u->to, &value) || *value++ != ':' ||
	    !number(value, UINT32_MAX, &u->count, &value) || *value != '\0' || u->count == 0)
		return refuse(err, "is not three numbers, A:B:N");
	if (u->first + u->count - 1 > max || u->to + u->count - 1 > max)
		return refuse(err, "goes beyond 4294967294");
	return 0;
}

static int parse_mac(struct img_arena *a, const char *value, struct img_edit_rule *u,
		     struct img_err *err)
{
	uint8_t bytes[2][32];
	size_t n[2] = { 0, 0 };
	const char *s = value;

	for (int i = 0; i < 2; i++)
		for (;;) {
			char *end;
			unsigned long v = strtoul(s, &end, 16);

			if (end - s != 2 || s[0] == '+' || s[0] == '-' || s[1] == 'x' ||
			    n[i] == sizeof(bytes[i]))
				return refuse(err, "is not two hardware addresses, "
						   "AA:BB:CC:DD:EE:FF=AA:BB:CC:DD:EE:FF");
			bytes[i][n[i]++] = (uint8_t)v;
			s = end + 1;
			if (*end == ':')
				continue;
			if (*end != (i == 0 ? '=' : '\0'))
				return refuse(err, "is not two hardware addresses, "
						   "AA:BB:CC:DD:EE:FF=AA:BB:CC:DD:EE:FF");
			break;
		}
	if (n[0] != n[1])
		return refuse(err, "has addresses of two lengths");
	if (copy_span(a, bytes[0], n[0], &u->old, err) < 0)
		return -1;
	return copy_span(a, bytes[1], n[1], &u->new, err);
}

/* "10.0.0.0/8" or an address; its bytes, and how many bits of them count. */
static bool parse_net(struct img_span text, uint8_t *addr, size_t *n, unsigned *bits)
{
	char buf[INET6_ADDRSTRLEN + 8];
	char *slash;
	uint64_t v = 0;
	const char *end;

	if (text.n >= sizeof(buf) || memchr(text.p, '\0', text.n) != NULL)
		return false;
	memcpy(buf, text.p, text.n);
	buf[text.n] = '\0';
	slash = strchr(buf, '/');
	if (slash != NULL)
		*slash = '\0';
	if (inet_pton(AF_INET, buf, addr) == 1)
		*n = 4;
	else if (inet_pton(AF_INET6, buf, addr) == 1)
		*n = 16;
	else
		return false;
	*bits = (unsigned)*n * 8;
	if (slash == NULL)
		return true;
	if (!number(slash + 1, *bits, &v, &end) || *end != '\0')
		return false;
	*bits = (unsigned)v;
	return true;
}

/* What is beyond the first `bits` bits becomes zero. */
void img_rule_mask(uint8_t *addr, size_t n, unsigned bits)
{
	for (size_t i = 0; i < n; i++) {
		unsigned keep = bits > i * 8 ? bits - (unsigned)i * 8 : 0;

		if (keep < 8)
			addr[i] &= (uint8_t)(0xff00 >> keep);
	}
}

static int parse_ip(struct img_arena *a, const char *value, struct img_edit_rule *u,
		    struct img_err *err)
{
	uint8_t addr[2][16], masked[16];
	size_t n[2];
	unsigned bits[2];

	if (halves(a, value, u, err) < 0)
		return -1;
	if (!parse_net(u->old, addr[0], &n[0], &bits[0]) ||
	    !parse_net(u->new, addr[1], &n[1], &bits[1]))
		return refuse(err, "is not two addresses A=B, or networks A/n=B/n");
	if (n[0] != n[1])
		return refuse(err, "has addresses of two families");
	if (bits[0] != bits[1])
		return refuse(err, "has networks of two lengths");
	for (int i = 0; i < 2; i++) {
		memcpy(masked, addr[i], n[i]);
		img_rule_mask(masked, n[i], bits[i]);
		if (memcmp(masked, addr[i], n[i]) != 0)
			return refuse(err, "has a network with host bits");
	}
	u->bits = bits[0];
	if (copy_span(a, addr[0], n[0], &u->old, err) < 0)
		return -1;
	return copy_span(a, addr[1], n[1], &u->new, err);
}

/* ---- verbs ---- */

static const struct verb {
	const char *name;
	uint32_t verb;
	int (*parse)(struct img_arena *a, const char *value, struct img_edit_rule *u,
		     struct img_err *err);
	bool range;
} verbs[] = {
	{ "ip", IMG_VERB_IP, parse_ip, false },
	{ "port", IMG_VERB_PORT, parse_port, false },
	{ "path", IMG_VERB_PATH, parse_path, false },
	{ "mount", IMG_VERB_MOUNT, parse_mount, false },
	{ "ext-key", IMG_VERB_EXT_KEY, parse_key, false },
	{ "cgroup", IMG_VERB_CGROUP, parse_path, false },
	{ "unix", IMG_VERB_UNIX, parse_unix, false },
	{ "netdev", IMG_VERB_NETDEV, parse_netdev, false },
	{ "mac", IMG_VERB_MAC, parse_mac, false },
	{ "host", IMG_VERB_HOST, parse_name, false },
	{ "domain", IMG_VERB_DOMAIN, parse_name, false },
	{ "comm", IMG_VERB_COMM, parse_comm, false },
	{ "uid", IMG_VERB_UID, parse_range, true },
	{ "gid", IMG_VERB_GID, parse_range, true },
	{ "userns", IMG_VERB_USERNS, parse_range, true },
	{ "no-file-check", IMG_VERB_FILE_CHECK, parse_nothing, false },
	{ "pid", IMG_VERB_PID, parse_pid, true },
};

enum { VERBS = sizeof(verbs) / sizeof(*verbs) };

uint32_t img_rule_verb(const char *name)
{
	for (size_t i = 0; i < VERBS; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return verbs[i].verb;
	return 0;
}

const char *img_rule_name(uint32_t verb)
{
	for (size_t i = 0; i < VERBS; i++)
		if (verbs[i].verb == verb)
			return verbs[i].name;
	return "";
}

bool img_rule_is_range(uint32_t verb)
{
	for (size_t i = 0; i < VERBS; i++)
		if (verbs[i].verb == verb)
			return verbs[i].range;
	return false;
}

static int keep_text(struct img_arena *a, const char *verb, const char *value,
		     struct img_edit_rule *u, struct img_err *err)
{
	size_t n = strlen(verb), m = value != NULL ? strlen(value) : 0;
	char *p = img_arena_alloc(a, n + m + 2);

	if (p == NULL)
		return img_fail_mem(err);
	u->text = p;
	p = stpcpy(p, verb);
	if (value != NULL) {
		*p++ = '=';
		strcpy(p, value);
	}
	return 0;
}

int img_rule_parse(struct img_arena *texts, const char *verb, const char *value,
		   struct img_edit_rule *u, struct img_err *err)
{
	for (size_t i = 0; i < VERBS; i++) {
		if (strcmp(verbs[i].name, verb) != 0)
			continue;
		*u = (struct img_edit_rule){ .verb = verbs[i].verb };
		if (verbs[i].parse(texts, value != NULL ? value : "", u, err) < 0)
			return -1;
		return keep_text(texts, verb, value, u, err);
	}
	return refuse(err, "is no rule");
}
