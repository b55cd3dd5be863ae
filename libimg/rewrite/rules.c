#include "libimg/rewrite/rules.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/buf.h"
#include "libimg/base/map.h"
#include "libimg/msg/schema.h"

#define NO_RULE UINT32_MAX

/* Rules by a key that is made of their old value, or of the new one. */
struct rule_index {
	struct img_map heads; /* hash -> first rule with it */
	uint32_t *next;       /* parallel to the rules: the next one with the same hash */
	uint32_t *ranges;     /* rules that are ranges, by verb and begin */
	size_t n;             /* of them */
};

struct img_rules {
	struct img_arena *texts;
	struct img_buf list; /* of rules */
	uint32_t verbs;
	struct rule_index old, new;
	bool has_bits[2][129]; /* prefix lengths of IPv4 and IPv6 rules */
};

static struct img_edit_rule *rules(const struct img_rules *r)
{
	return (struct img_edit_rule *)(void *)r->list.p;
}

struct img_rules *img_rules_new(void)
{
	struct img_rules *r = img_calloc(1, sizeof(*r));

	if (r != NULL)
		r->texts = img_arena_new(0);
	if (r != NULL && r->texts == NULL) {
		img_free(r);
		return NULL;
	}
	return r;
}

static void drop_index(struct rule_index *x)
{
	img_map_free(&x->heads);
	img_free(x->next);
	img_free(x->ranges);
}

void img_rules_free(struct img_rules *r)
{
	if (r == NULL)
		return;
	img_arena_free(r->texts);
	img_buf_free(&r->list);
	drop_index(&r->old);
	drop_index(&r->new);
	img_free(r);
}

size_t img_rules_count(const struct img_rules *r)
{
	return r->list.n / sizeof(struct img_edit_rule);
}

struct img_edit_rule *img_rules_get(const struct img_rules *r, size_t i)
{
	return &rules(r)[i];
}

uint32_t img_rules_verbs(const struct img_rules *r)
{
	return r->verbs;
}

int img_rules_add(struct img_rules *r, const char *verb, const char *value, struct img_err *err)
{
	struct img_edit_rule u;

	if (img_rule_parse(r->texts, verb, value, &u, err) < 0)
		return -1;
	img_buf_put(&r->list, &u, sizeof(u));
	if (r->list.failed)
		return img_fail_mem(err);
	if (u.verb == IMG_VERB_IP)
		r->has_bits[u.old.n == 16][u.bits] = true;
	r->verbs |= u.verb;
	return 0;
}

/* ---- keys ---- */

/* What a value is found by: a number, and bytes where there are some. */
struct rule_key {
	uint32_t verb;
	uint64_t number;
	struct img_span bytes;
};

static uint64_t hash(const struct rule_key *k)
{
	/* FNV-1a */
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ k->verb;

	for (unsigned i = 0; i < 64; i += 8)
		h = (h ^ (k->number >> i & 0xff)) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < k->bytes.n; i++)
		h = (h ^ k->bytes.p[i]) * UINT64_C(0x100000001b3);
	return h ^ h >> 29;
}

static bool same_key(const struct rule_key *a, const struct rule_key *b)
{
	return a->verb == b->verb && a->number == b->number && a->bytes.n == b->bytes.n &&
	       (a->bytes.n == 0 || memcmp(a->bytes.p, b->bytes.p, a->bytes.n) == 0);
}

static uint64_t port_number(unsigned proto, uint64_t port)
{
	return (uint64_t)proto << 16 | port;
}

static struct rule_key key_of(const struct img_edit_rule *u, bool new)
{
	struct rule_key k = { u->verb, 0, new ? u->new : u->old };

	if (u->verb == IMG_VERB_PORT)
		k.number = port_number(u->proto, new ? u->to : u->first);
	else if (u->verb == IMG_VERB_IP)
		k.number = u->bits;
	return k;
}

static struct img_edit_rule *find(const struct img_rules *r, bool new, const struct rule_key *k)
{
	const struct rule_index *x = new ? &r->new : &r->old;

	if (!(r->verbs & k->verb))
		return NULL;
	for (uint32_t i = img_map_get(&x->heads, hash(k)); i != NO_RULE; i = x->next[i]) {
		struct rule_key other = key_of(&rules(r)[i], new);

		if (same_key(&other, k))
			return &rules(r)[i];
	}
	return NULL;
}

/* ---- ranges ---- */

static uint64_t begin_of(const struct img_edit_rule *u, bool new)
{
	return new ? u->to : u->first;
}

struct sort_key {
	uint32_t verb, rule;
	uint64_t begin;
};

static int by_begin(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;

	if (x->verb != y->verb)
		return x->verb < y->verb ? -1 : 1;
	return (x->begin > y->begin) - (x->begin < y->begin);
}

static int sort_ranges(struct img_rules *r, bool new, struct img_err *err)
{
	struct rule_index *x = new ? &r->new : &r->old;
	size_t n = img_rules_count(r);
	struct sort_key *v = img_calloc(n + 1, sizeof(*v));

	x->ranges = img_calloc(n + 1, sizeof(*x->ranges));
	if (v == NULL || x->ranges == NULL) {
		img_free(v);
		return img_fail_mem(err);
	}
	for (size_t i = 0; i < n; i++) {
		const struct img_edit_rule *u = &rules(r)[i];

		if (img_rule_is_range(u->verb))
			v[x->n++] = (struct sort_key){ u->verb, (uint32_t)i, begin_of(u, new) };
	}
	qsort(v, x->n, sizeof(*v), by_begin);
	for (size_t i = 0; i < x->n; i++)
		x->ranges[i] = v[i].rule;
	img_free(v);
	return 0;
}

/* The last range of the verb that begins at v or before it, if v is in it. */
static struct img_edit_rule *find_range(const struct img_rules *r, bool new, uint32_t verb,
					uint64_t v)
{
	const struct rule_index *x = new ? &r->new : &r->old;
	size_t lo = 0, hi = x->n;
	struct img_edit_rule *u;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		u = &rules(r)[x->ranges[mid]];
		if (u->verb < verb || (u->verb == verb && begin_of(u, new) <= v))
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0)
		return NULL;
	u = &rules(r)[x->ranges[lo - 1]];
	return u->verb == verb && v - begin_of(u, new) < u->count ? u : NULL;
}

/* ---- all of them together ---- */

static int conflict(const struct img_edit_rule *a, const struct img_edit_rule *b,
		    struct img_err *err)
{
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "two rules for one value: %s and %s", a->text,
			b->text);
}

static int add_to_index(struct img_rules *r, uint32_t i, bool new, struct img_err *err)
{
	struct rule_index *x = new ? &r->new : &r->old;
	struct rule_key k = key_of(&rules(r)[i], new);
	const struct img_edit_rule *other = new ? NULL : find(r, false, &k);
	uint32_t *head;

	if (other != NULL)
		return conflict(other, &rules(r)[i], err);
	head = img_map_at(&x->heads, hash(&k));
	if (head == NULL)
		return img_fail_mem(err);
	x->next[i] = *head;
	*head = i;
	return 0;
}

static int index_rules(struct img_rules *r, bool new, struct img_err *err)
{
	struct rule_index *x = new ? &r->new : &r->old;
	size_t n = img_rules_count(r);

	x->next = img_calloc(n + 1, sizeof(*x->next));
	if (x->next == NULL)
		return img_fail_mem(err);
	for (size_t i = 0; i < n; i++)
		if (!img_rule_is_range(rules(r)[i].verb) &&
		    add_to_index(r, (uint32_t)i, new, err) < 0)
			return -1;
	return sort_ranges(r, new, err);
}

int img_rules_ready(struct img_rules *r, struct img_err *err)
{
	if (index_rules(r, false, err) < 0 || index_rules(r, true, err) < 0)
		return -1;
	for (size_t i = 1; i < r->old.n; i++) {
		const struct img_edit_rule *a = &rules(r)[r->old.ranges[i - 1]];
		const struct img_edit_rule *b = &rules(r)[r->old.ranges[i]];

		if (a->verb == b->verb && b->first - a->first < a->count)
			return conflict(a, b, err);
	}
	return 0;
}

/* ---- look-ups ---- */

struct img_edit_rule *img_rules_any(const struct img_rules *r, uint32_t verb)
{
	const struct rule_key k = { verb, 0, { NULL, 0, 0 } };

	return find(r, false, &k);
}

struct img_edit_rule *img_rules_whole(const struct img_rules *r, uint32_t verb,
				      struct img_span value)
{
	const struct rule_key k = { verb, 0, value };

	return find(r, false, &k);
}

static struct img_edit_rule *find_prefix(const struct img_rules *r, bool new, uint32_t verb,
					 struct img_span value)
{
	struct rule_key k = { verb, 0, value };
	struct img_edit_rule *u;

	if (!(r->verbs & verb))
		return NULL;
	for (;;) {
		u = find(r, new, &k);
		if (u != NULL)
			return u;
		/* Back to the slash before the last component. */
		while (k.bytes.n > 0 && k.bytes.p[k.bytes.n - 1] != '/')
			k.bytes.n--;
		if (k.bytes.n == 0)
			return NULL;
		k.bytes.n--;
	}
}

struct img_edit_rule *img_rules_prefix(const struct img_rules *r, uint32_t verb,
				       struct img_span value)
{
	return find_prefix(r, false, verb, value);
}

static struct img_edit_rule *find_net(const struct img_rules *r, bool new, const uint8_t *addr,
				      size_t n, unsigned bits)
{
	uint8_t masked[16];

	if (!(r->verbs & IMG_VERB_IP))
		return NULL;
	memcpy(masked, addr, n);
	for (unsigned b = bits + 1; b-- > 0;) {
		struct rule_key k = { IMG_VERB_IP, b, { masked, n, 0 } };
		struct img_edit_rule *u;

		if (!r->has_bits[n == 16][b])
			continue;
		img_rule_mask(masked, n, b);
		u = find(r, new, &k);
		if (u != NULL)
			return u;
	}
	return NULL;
}

struct img_edit_rule *img_rules_net(const struct img_rules *r, const uint8_t *addr, size_t n,
				    unsigned bits)
{
	return find_net(r, false, addr, n, bits);
}

static struct img_edit_rule *find_port(const struct img_rules *r, bool new, unsigned proto,
				       uint64_t port)
{
	const struct rule_key k = { IMG_VERB_PORT, port_number(proto, port), { NULL, 0, 0 } };
	const struct rule_key any = { IMG_VERB_PORT, port_number(0, port), { NULL, 0, 0 } };
	struct img_edit_rule *u = find(r, new, &k);

	return u != NULL ? u : find(r, new, &any);
}

struct img_edit_rule *img_rules_port(const struct img_rules *r, unsigned proto, uint16_t port)
{
	return find_port(r, false, proto, port);
}

struct img_edit_rule *img_rules_number(const struct img_rules *r, uint32_t verb, uint64_t v)
{
	return r->verbs & verb ? find_range(r, false, verb, v) : NULL;
}

void img_rules_stays(const struct img_rules *r, uint32_t verb, unsigned proto,
		     struct img_span value, uint64_t number)
{
	struct img_edit_rule *u;

	if (verb == IMG_VERB_PORT)
		u = find_port(r, true, proto, number);
	else if (verb == IMG_VERB_IP)
		u = find_net(r, true, value.p, value.n, (unsigned)number);
	else if (img_rule_is_range(verb))
		u = r->verbs & verb ? find_range(r, true, verb, number) : NULL;
	else if (verb & (IMG_VERB_PATH | IMG_VERB_MOUNT | IMG_VERB_CGROUP))
		u = find_prefix(r, true, verb, value);
	else
		u = find(r, true, &(struct rule_key){ verb, 0, value });
	/* Below "/" is everything. */
	if (u != NULL && (u->new.n > 0 || verb == IMG_VERB_PORT || img_rule_is_range(verb)))
		u->joined = true;
}
