#include "libimg/rewrite/seek.h"

#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/arena.h"
#include "libimg/base/map.h"
#include "libimg/dump/pstree.h"
#include "libimg/memory/window.h"
#include "libimg/msg/schema.h"
#include "libimg/rewrite/apply.h"

enum {
	HEAD = 4, /* bytes by which a value is found; shorter ones are not looked for */
	LONGEST = 4096,
};

/* A run of bytes that is looked for. */
struct needle {
	struct img_edit_rule *rule;
	struct img_span bytes;
	uint32_t next; /* with the same first bytes, IMG_MAP_NONE: none */
};

struct seek {
	struct img_buf needles;
	struct img_map heads; /* first bytes -> first needle */
	uint64_t maybe[1024]; /* bits by a hash of the first bytes: most places end here */
	struct img_arena *texts;
	size_t longest;
	struct img_buf hits;    /* of the task: parallel to the rules */
	struct img_buf touched; /* rules with hits in it, by number */
};

static struct needle *needles(const struct seek *s)
{
	return (struct needle *)(void *)s->needles.p;
}

static uint32_t head_of(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, HEAD);
	return v;
}

static unsigned bit_of(uint32_t head)
{
	return head * UINT32_C(0x9e3779b1) >> 16;
}

static int add(struct seek *s, struct img_edit_rule *u, struct img_span bytes, struct img_err *err)
{
	struct needle n = { u, bytes, IMG_MAP_NONE };
	uint32_t head, *slot;

	if (bytes.n < HEAD || bytes.n > LONGEST)
		return 0;
	head = head_of(bytes.p);
	slot = img_map_at(&s->heads, head);
	if (slot == NULL)
		return img_fail_mem(err);
	n.next = *slot;
	*slot = (uint32_t)(s->needles.n / sizeof(n));
	img_buf_put(&s->needles, &n, sizeof(n));
	s->maybe[bit_of(head) / 64] |= UINT64_C(1) << bit_of(head) % 64;
	if (bytes.n > s->longest)
		s->longest = bytes.n;
	return s->needles.failed ? img_fail_mem(err) : 0;
}

/* An address stands in memory as text and as bytes; of a network only its begin would. */
static int add_address(struct seek *s, struct img_edit_rule *u, struct img_err *err)
{
	char text[IMG_NET_TEXT], *copy;
	size_t n;

	if (u->bits != u->old.n * 8)
		return 0;
	n = strlen(img_apply_net_text(u->old.p, u->old.n, u->bits, text));
	copy = img_arena_alloc(s->texts, n + 1);
	if (copy == NULL)
		return img_fail_mem(err);
	strcpy(copy, text);
	if (add(s, u, (struct img_span){ (const uint8_t *)copy, n, 0 }, err) < 0)
		return -1;
	return add(s, u, u->old, err);
}

static int add_rule(struct seek *s, struct img_edit_rule *u, struct img_err *err)
{
	const uint32_t texts = IMG_VERB_PATH | IMG_VERB_MOUNT | IMG_VERB_CGROUP | IMG_VERB_UNIX |
			       IMG_VERB_EXT_KEY | IMG_VERB_NETDEV | IMG_VERB_COMM | IMG_VERB_MAC;

	if (u->matched == 0)
		return 0;
	if (u->verb == IMG_VERB_IP)
		return add_address(s, u, err);
	return u->verb & texts ? add(s, u, u->old, err) : 0;
}

/* ---- memory ---- */

static void hit(struct seek *s, const struct img_rules *rules, const struct needle *n,
		uint64_t addr)
{
	struct img_seek_hit *h = (struct img_seek_hit *)(void *)s->hits.p;

	uint32_t rule = (uint32_t)(n->rule - img_rules_get(rules, 0));

	h += rule;
	if (h->count++ > 0)
		return;
	h->addr = addr;
	h->rule = n->rule;
	img_buf_put(&s->touched, &rule, sizeof(rule));
}

/* A path is one that ends, or goes on with a slash. */
static bool ends_here(const struct needle *n, const uint8_t *p, const uint8_t *end)
{
	if (!(n->rule->verb & (IMG_VERB_PATH | IMG_VERB_CGROUP)) || p == end)
		return true;
	return *p == '/' || *p <= ' ' || strchr("\"':;,=()<>|&", *p) != NULL || *p >= 0x7f;
}

/* Hits that begin in the first `begins` bytes of the window. */
static void search(struct seek *s, const struct img_rules *rules, const struct img_window *w,
		   size_t begins)
{
	for (size_t i = 0; i < begins && i + HEAD <= w->n; i++) {
		uint32_t head = head_of(w->p + i);

		if (!(s->maybe[bit_of(head) / 64] >> bit_of(head) % 64 & 1))
			continue;
		for (uint32_t k = img_map_get(&s->heads, head); k != IMG_MAP_NONE;
		     k = needles(s)[k].next) {
			const struct needle *n = &needles(s)[k];

			if (n->bytes.n <= w->n - i &&
			    memcmp(n->bytes.p, w->p + i, n->bytes.n) == 0 &&
			    ends_here(n, w->p + i + n->bytes.n, w->p + w->n))
				hit(s, rules, n, w->addr + i);
		}
	}
}

/*
 * The last bytes of a window come again at the begin of the next one: as many as a value has,
 * and the one after it. What begins there is left to that window.
 */
static int search_task(struct seek *s, const struct img_rules *rules, struct img_mem *m,
		       struct img_err *err)
{
	size_t keep = s->longest;
	struct img_windows *ws = img_windows_new(m, keep);
	struct img_window w;
	int r;

	if (ws == NULL)
		return img_fail_mem(err);
	img_windows_over(ws, 0, UINT64_MAX);
	while ((r = img_windows_next(ws, keep, &w, err)) > 0)
		search(s, rules, &w, w.last ? w.n : w.n > keep ? w.n - keep : 0);
	img_windows_free(ws);
	return r;
}

/* Hand out the hits in a task, and forget them. */
static void report(struct seek *s, uint32_t pid,
		   void (*fn)(void *arg, const struct img_seek_hit *h), void *arg)
{
	const uint32_t *touched = (uint32_t *)(void *)s->touched.p;

	for (size_t i = 0; i < s->touched.n / sizeof(*touched); i++) {
		struct img_seek_hit *h = (struct img_seek_hit *)(void *)s->hits.p + touched[i];

		h->pid = pid;
		fn(arg, h);
		h->count = 0;
	}
	s->touched.n = 0;
}

static int each_task(struct seek *s, struct img_dir *d, const struct img_rules *rules,
		     const struct img_ps *ps, const struct img_seek_to *to, struct img_err *err)
{
	struct img_dump_mem *dump = img_dump_mem_new(d, NULL);

	if (dump == NULL)
		return img_fail_mem(err);
	for (size_t i = 0; i < ps->n; i++) {
		struct img_mem *m;
		int r = img_mem_open(dump, ps->tasks[i].pid, &m, err);

		if (r > 0) {
			r = search_task(s, rules, m, err);
			img_mem_close(m);
		}
		if (r < 0)
			to->unread(to->arg, err);
		report(s, ps->tasks[i].pid, to->found, to->arg);
	}
	img_dump_mem_free(dump);
	return s->touched.failed ? img_fail_mem(err) : 0;
}

int img_seek_memory(struct img_dir *d, const struct img_rules *rules, const struct img_seek_to *to,
		    struct img_err *err)
{
	struct seek *s = img_calloc(1, sizeof(*s));
	size_t n = img_rules_count(rules);
	struct img_ps *ps = NULL;
	int r = 0;

	if (s != NULL)
		s->texts = img_arena_new(0);
	if (s == NULL || s->texts == NULL ||
	    !img_buf_room(&s->hits, (n + 1) * sizeof(struct img_seek_hit)))
		r = img_fail_mem(err);
	else
		memset(s->hits.p, 0, (n + 1) * sizeof(struct img_seek_hit));
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_rule(s, img_rules_get(rules, i), err);
	if (r == 0 && s->needles.n > 0) {
		r = img_ps_read(d, &ps, err);
		if (r == 0)
			r = img_ps_of_memory(d, &ps, err);
		if (r > 0)
			r = each_task(s, d, rules, ps, to, err);
		img_ps_free(ps);
	}
	if (s != NULL) {
		img_arena_free(s->texts);
		img_buf_free(&s->needles);
		img_map_free(&s->heads);
		img_buf_free(&s->hits);
		img_buf_free(&s->touched);
		img_free(s);
	}
	return r < 0 ? -1 : 0;
}
