#include "libimg/rewrite/clone.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/map.h"
#include "libimg/json/hint.h"
#include "libimg/msg/linux.h"
#include "libimg/msg/pick.h"

/* The range that Linux takes ports of clients from: net.ipv4.ip_local_port_range. */
enum { PORT_FIRST = 32768, PORT_LAST = 60999, PORTS = PORT_LAST - PORT_FIRST + 1 };

/* Ids that are numbers lie so many ports apart: clones in a row do not meet. */
enum { STRIDE = 509 };

enum { UNIX_PATH = 108 }; /* UNIX_PATH_MAX of linux/un.h */

/* A TCP socket of the dump. */
struct tcp_end {
	uint32_t id, ino, state;
	uint16_t src, dst;
	uint64_t from, to; /* namespace, address and port of both ends, hashed */
	uint16_t new_src, new_dst;
	bool disconnect;
};

struct img_clone {
	const char *id;
	const struct img_rules *rules;
	struct img_changes changes;
	struct img_buf list;     /* of tcp_end */
	struct img_map by_id;    /* socket id -> its place in the list */
	struct img_map by_ends;  /* hash of from and to -> likewise */
	struct img_map inodes;   /* of sockets that are disconnected */
	uint8_t used[65536 / 8]; /* ports of the dump, and those given out */
	uint64_t disconnected;

	const struct tcp_end *end; /* the socket that comes along, or NULL */
	struct img_span body;      /* its message */
	struct img_buf text;
};

static struct tcp_end *ends(const struct img_clone *c)
{
	return (struct tcp_end *)(void *)c->list.p;
}

static size_t count(const struct img_clone *c)
{
	return c->list.n / sizeof(struct tcp_end);
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

/* A connection seen from one of its ends; the two differ. */
static uint64_t hash_ends(uint64_t from, uint64_t to)
{
	return mix(mix(1, from), to);
}

/* ---- the sockets of the dump ---- */

static uint64_t hash_end(const struct img_pick *f, uint32_t addr, uint64_t port)
{
	uint64_t h = mix(img_num(f, IMG_TAG_INET_SK_ENTRY__NS_ID), port), w[4] = { 0 };
	struct img_each i;
	unsigned n = 0;

	img_each_begin(&i, f, addr);
	while (n < 4 && img_each_num(&i, &w[n]))
		n++;
	/* ::ffff:a.b.c.d is a.b.c.d. */
	if (n == 4 && w[0] == 0 && w[1] == 0 && (w[2] == 0xffff0000 || w[2] == 0xffff)) {
		w[0] = w[3];
		n = 1;
	}
	for (unsigned k = 0; k < n; k++)
		h = mix(h, (uint32_t)w[k]);
	return h;
}

static void use(struct img_clone *c, uint64_t port)
{
	c->used[(port & 0xffff) / 8] |= (uint8_t)(1 << (port & 7));
}

static bool is_used(const struct img_clone *c, uint64_t port)
{
	return (c->used[port / 8] >> (port & 7) & 1) != 0;
}

static int add_socket(struct img_clone *c, const struct img_pick *f, struct img_err *err)
{
	struct tcp_end e = {
		.id = img_num32(f, IMG_TAG_INET_SK_ENTRY__ID),
		.ino = img_num32(f, IMG_TAG_INET_SK_ENTRY__INO),
		.state = img_num32(f, IMG_TAG_INET_SK_ENTRY__STATE),
		.src = (uint16_t)img_num(f, IMG_TAG_INET_SK_ENTRY__SRC_PORT),
		.dst = (uint16_t)img_num(f, IMG_TAG_INET_SK_ENTRY__DST_PORT),
	};
	uint32_t *slot;

	use(c, e.src);
	if (img_num(f, IMG_TAG_INET_SK_ENTRY__PROTO) != IPPROTO_TCP)
		return 0;
	e.from = hash_end(f, IMG_TAG_INET_SK_ENTRY__SRC_ADDR, e.src);
	e.to = hash_end(f, IMG_TAG_INET_SK_ENTRY__DST_ADDR, e.dst);
	slot = img_map_at(&c->by_id, e.id);
	if (slot == NULL)
		return img_fail_mem(err);
	*slot = (uint32_t)count(c);
	if (e.dst != 0) {
		slot = img_map_at(&c->by_ends, hash_ends(e.from, e.to));
		if (slot == NULL)
			return img_fail_mem(err);
		*slot = (uint32_t)count(c);
	}
	img_buf_put(&c->list, &e, sizeof(e));
	return c->list.failed ? img_fail_mem(err) : 0;
}

/* The socket in an entry of files.img or inetsk.img: 1, 0: it is none, -1. */
static int pick_socket(const struct img_msg *m, struct img_span body, struct img_pick *f,
		       struct img_err *err)
{
	struct img_pick file;

	if (m == &img_msg_inet_sk_entry)
		return img_pick(f, m, body, err) < 0 ? -1 : 1;
	if (m != &img_msg_file_entry)
		return 0;
	if (img_pick(&file, m, body, err) < 0)
		return -1;
	return img_pick_sub(f, &file, IMG_TAG_FILE_ENTRY__ISK, &img_msg_inet_sk_entry, err);
}

static int read_image(struct img_clone *c, struct img_dir *from, const char *name,
		      struct img_err *err)
{
	struct img_image *im;
	struct img_entry e;
	struct img_pick f;
	int r = img_image_open(from, name, 0, &im, err);

	if (r <= 0)
		return r;
	while ((r = img_image_next(im, &e, err)) > 0) {
		r = pick_socket(e.msg, e.body, &f, err);
		if (r > 0)
			r = add_socket(c, &f, err);
		if (r < 0) {
			img_err_under(err, "entries", (int64_t)e.index);
			img_image_fail(im, err);
			break;
		}
	}
	img_image_close(im);
	return r;
}

/* ---- what becomes of them ---- */

static uint64_t offset_of(const char *id)
{
	char *end;
	unsigned long long v = strtoull(id, &end, 10);
	uint64_t h = 0;

	if (end != id && *end == '\0')
		return v % PORTS * STRIDE % PORTS;
	for (; *id != '\0'; id++)
		h = mix(h, (uint8_t)*id);
	return h % PORTS;
}

/* A port for a client, far from the old one in a way that depends on the id; 0: none is free. */
static uint16_t new_port(struct img_clone *c, uint16_t old)
{
	uint64_t at = (old >= PORT_FIRST && old <= PORT_LAST ? old - PORT_FIRST : old % PORTS) +
		      offset_of(c->id);

	for (unsigned i = 0; i < PORTS; i++) {
		uint64_t port = PORT_FIRST + (at + i) % PORTS;

		if (is_used(c, port))
			continue;
		use(c, port);
		return (uint16_t)port;
	}
	return 0;
}

static int by_port(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static bool listens(const uint16_t *ports, size_t n, uint16_t port)
{
	return n > 0 && bsearch(&port, ports, n, sizeof(*ports), by_port) != NULL;
}

/* The client is the end whose port nobody listens on; else that with the greater one. */
static bool is_client(const struct tcp_end *e, const uint16_t *ports, size_t n)
{
	bool own = listens(ports, n, e->src), other = listens(ports, n, e->dst);

	return own != other ? other : e->src > e->dst;
}

static int move_pair(struct img_clone *c, struct tcp_end *client, struct tcp_end *server,
		     struct img_err *err)
{
	if (c->id == NULL || client->new_src != 0 ||
	    img_rules_port(c->rules, IPPROTO_TCP, client->src) != NULL)
		return 0;
	client->new_src = server->new_dst = new_port(c, client->src);
	return client->new_src != 0
		       ? 0
		       : img_fail(err, IMG_EDATA, IMG_NOWHERE, "no port is free for a client");
}

static int decide(struct img_clone *c, const uint16_t *ports, size_t n, struct img_err *err)
{
	for (size_t i = 0; i < count(c); i++) {
		struct tcp_end *e = &ends(c)[i];
		uint32_t other = e->dst != 0 ? img_map_get(&c->by_ends, hash_ends(e->to, e->from))
					     : IMG_MAP_NONE;
		uint32_t *slot;

		if (e->dst == 0)
			continue;
		if (other != IMG_MAP_NONE && other != i) {
			if (is_client(e, ports, n) && move_pair(c, e, &ends(c)[other], err) < 0)
				return -1;
			continue;
		}
		e->disconnect = true;
		c->disconnected++;
		slot = img_map_at(&c->inodes, e->ino);
		if (slot == NULL)
			return img_fail_mem(err);
		*slot = 1;
	}
	return 0;
}

static int learn(void *arg, struct img_dir *from, struct img_err *err)
{
	struct img_clone *c = arg;
	uint16_t *ports;
	size_t n = 0;
	int r;

	if (read_image(c, from, "files.img", err) < 0 || read_image(c, from, "inetsk.img", err) < 0)
		return -1;
	ports = img_calloc(count(c) + 1, sizeof(*ports));
	if (ports == NULL)
		return img_fail_mem(err);
	for (size_t i = 0; i < count(c); i++)
		if (ends(c)[i].state == IMG_TCP_LISTEN)
			ports[n++] = ends(c)[i].src;
	qsort(ports, n, sizeof(*ports), by_port);
	r = decide(c, ports, n, err);
	img_free(ports);
	return r;
}

/* ---- images, entries, fields ---- */

static bool holds(const struct img_type *t, const struct img_msg *m)
{
	return t->entry == m || t->entry == &img_msg_file_entry;
}

static int plan_image(void *arg, struct img_plan *plan, struct img_err *err)
{
	struct img_clone *c = arg;
	uint64_t number;

	(void)err;
	if (plan->type == NULL || plan->type->entry == NULL)
		return 0;
	if (plan->type->entry == &img_msg_tcp_stream_entry) {
		img_type_by_file(plan->name, &number);
		if (img_map_get(&c->inodes, number) != IMG_MAP_NONE)
			plan->fate = IMG_FATE_DROP;
	} else if (holds(plan->type, &img_msg_inet_sk_entry) ||
		   (c->id != NULL && holds(plan->type, &img_msg_unix_sk_entry))) {
		plan->fate = IMG_FATE_EDIT;
	}
	return 0;
}

static int entry(void *arg, const char *image, const struct img_entry *e, struct img_buf *out,
		 struct img_err *err)
{
	struct img_clone *c = arg;
	struct img_pick f;
	int r = pick_socket(e->msg, e->body, &f, err);
	uint32_t i;

	(void)image, (void)out;
	c->end = NULL;
	if (r <= 0)
		return r < 0 ? -1 : IMG_KEEP;
	i = img_map_get(&c->by_id, img_num32(&f, IMG_TAG_INET_SK_ENTRY__ID));
	if (i != IMG_MAP_NONE)
		c->end = &ends(c)[i];
	c->body = f.body;
	return IMG_KEEP;
}

/* A word of an address; the whole of it is shown with the first one. */
static int clear_word(struct img_clone *c, struct img_field *f)
{
	static const uint32_t none[4];
	char a[IMG_ADDR_MAX], b[IMG_ADDR_MAX];
	struct img_each i = { .w = { c->body.p, c->body.p + c->body.n }, .tag = f->tag };
	uint32_t w[4];
	uint64_t v;
	size_t n = 0;
	bool clear = true;

	while (n < 4 && img_each_num(&i, &v)) {
		clear = clear && v == 0;
		w[n++] = (uint32_t)v;
	}
	if (f->index == 0 && !clear && (n == 1 || n == 4)) {
		img_addr_print(w, n, a);
		img_addr_print(none, n, b);
		img_report_field(&c->changes, f, true, img_value_text(a, strlen(a)),
				 img_value_text(b, strlen(b)));
	}
	if (f->num == 0)
		return IMG_KEEP;
	f->num = 0;
	return IMG_SET;
}

static int set(struct img_clone *c, struct img_field *f, uint64_t v)
{
	if (f->num == v)
		return IMG_KEEP;
	img_report_field(&c->changes, f, false, img_value_number(f->num), img_value_number(v));
	f->num = v;
	return IMG_SET;
}

static int socket_field(struct img_clone *c, struct img_field *f)
{
	const struct tcp_end *e = c->end;

	switch (f->tag) {
	case IMG_TAG_INET_SK_ENTRY__STATE:
		return e->disconnect ? set(c, f, IMG_TCP_CLOSE) : IMG_KEEP;
	case IMG_TAG_INET_SK_ENTRY__SRC_PORT:
		if (e->disconnect)
			return set(c, f, 0);
		return e->new_src != 0 ? set(c, f, e->new_src) : IMG_KEEP;
	case IMG_TAG_INET_SK_ENTRY__DST_PORT:
		if (e->disconnect)
			return set(c, f, 0);
		return e->new_dst != 0 ? set(c, f, e->new_dst) : IMG_KEEP;
	case IMG_TAG_INET_SK_ENTRY__SRC_ADDR:
	case IMG_TAG_INET_SK_ENTRY__DST_ADDR: return e->disconnect ? clear_word(c, f) : IMG_KEEP;
	default: return IMG_PASS;
	}
}

/* "\0name" becomes "\0name.ID". */
static int unix_name(struct img_clone *c, struct img_field *f, struct img_err *err)
{
	if (c->id == NULL || f->tag != IMG_TAG_UNIX_SK_ENTRY__NAME || f->bytes.n < 2 ||
	    f->bytes.p[0] != '\0')
		return IMG_PASS;
	c->text.n = 0;
	img_buf_put(&c->text, f->bytes.p, f->bytes.n);
	img_buf_put(&c->text, ".", 1);
	img_buf_put(&c->text, c->id, strlen(c->id));
	if (c->text.failed)
		return img_fail_mem(err);
	if (c->text.n > UNIX_PATH)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"would have %zu bytes (the limit is %d)", c->text.n, UNIX_PATH);
	img_report_field(&c->changes, f, false, img_value_text(f->bytes.p, f->bytes.n),
			 img_value_text(c->text.p, c->text.n));
	f->bytes = (struct img_span){ c->text.p, c->text.n, 0 };
	return IMG_SET;
}

static int field(void *arg, struct img_field *f, struct img_err *err)
{
	struct img_clone *c = arg;

	if (f->msg == &img_msg_inet_sk_entry)
		return c->end != NULL ? socket_field(c, f) : IMG_PASS;
	if (f->msg == &img_msg_unix_sk_entry)
		return unix_name(c, f, err);
	if (f->msg == &img_msg_file_entry && f->row != NULL)
		return f->row->sub == &img_msg_inet_sk_entry ||
				       f->row->sub == &img_msg_unix_sk_entry
			       ? IMG_KEEP
			       : IMG_PASS;
	return IMG_PASS;
}

struct img_clone *img_clone_new(const char *id, const struct img_rules *rules,
				struct img_changes changes)
{
	struct img_clone *c = img_calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->id = id;
	c->rules = rules;
	c->changes = changes;
	return c;
}

void img_clone_free(struct img_clone *c)
{
	if (c == NULL)
		return;
	img_buf_free(&c->list);
	img_map_free(&c->by_id);
	img_map_free(&c->by_ends);
	img_map_free(&c->inodes);
	img_buf_free(&c->text);
	img_free(c);
}

struct img_change img_clone_change(struct img_clone *c)
{
	return (struct img_change){
		.learn = learn, .image = plan_image, .entry = entry, .field = field, .arg = c
	};
}

uint64_t img_clone_disconnected(const struct img_clone *c)
{
	return c->disconnected;
}
