/*
 * Any bytes as an image that is edited, in memory: by rules that swap values, so that what was
 * edited twice is what a third and a fourth time give back. As a raw image too.
 */
#include "fuzz.h"
#include "libimg/rewrite/fields.h"
#include "libimg/rewrite/raw.h"
#include "mutate.h"

static const char *const swaps[][2] = {
	{ "port", "8880=7777" },
	{ "port", "7777=8880" },
	{ "ip", "127.0.0.0/8=10.0.0.0/8" },
	{ "ip", "10.0.0.0/8=127.0.0.0/8" },
	{ "ip", "::1=fd00::1" },
	{ "ip", "fd00::1=::1" },
	{ "path", "/zdtm=/srv" },
	{ "path", "/srv=/zdtm" },
	{ "mount", "proc=tmpfs" },
	{ "cgroup", "/=/up" },
	{ "ext-key", "ZDTM_DEV=KEY" },
	{ "netdev", "lo=eth0" },
	{ "netdev", "eth0=lo" },
	{ "uid", "0:1000:10" },
	{ "uid", "1000:0:10" },
	{ "gid", "0:1000:10" },
	{ "gid", "1000:0:10" },
	{ "userns", "0:100000:100000" },
	{ "comm", "a=b" },
	{ "pid", "5=77" },
	{ "pid", "77=5" },
	{ "host", "host" },
};

static struct img_rules *rules(void)
{
	struct img_rules *r = img_rules_new();
	struct img_err err;

	for (size_t i = 0; i < sizeof(swaps) / sizeof(*swaps); i++)
		fuzz_must(img_rules_add(r, swaps[i][0], swaps[i][1], &err) == 0, "a rule");
	fuzz_must(img_rules_ready(r, &err) == 0, "the rules");
	return r;
}

/* One message through the rules: false where a value would not fit. */
static bool edit(struct img_fields *x, const struct img_entry *e, struct img_span body,
		 struct img_buf *out)
{
	struct img_entry now = *e;
	struct img_err err;
	int r;

	now.body = body;
	out->n = 0;
	img_fields_entry(x, "x.img", &now, out, &err);
	r = img_visit(e->msg, body, "x.img", e->index, img_fields_visit, x, out, &err);
	if (r == 0)
		img_buf_put(out, body.p, body.n);
	return r >= 0;
}

static struct img_span span(const struct img_buf *b)
{
	return (struct img_span){ b->p, b->n, 0 };
}

static bool swaps_only(const struct img_msg *m)
{
	/* What changes one way only. */
	return m != &img_msg_cgroup_entry && m != &img_msg_mnt_entry && m != &img_msg_core_entry &&
	       m != &img_msg_utsns_entry && m != &img_msg_userns_entry && m != &img_msg_netns_entry;
}

static void edit_entry(struct img_fields *x, const struct img_entry *e)
{
	struct img_buf b[4] = { { 0 } };

	if (edit(x, e, e->body, &b[0]) && edit(x, e, span(&b[0]), &b[1]) &&
	    edit(x, e, span(&b[1]), &b[2]) && edit(x, e, span(&b[2]), &b[3]) && swaps_only(e->msg))
		fuzz_same("messages edited back", &b[1], &b[3]);
	for (int i = 0; i < 4; i++)
		img_buf_free(&b[i]);
}

static void edit_image(const uint8_t *p, size_t n, const struct img_rules *r)
{
	struct img_fields x = { .apply = { r, NULL, NULL }, .verbs = img_rules_verbs(r) };
	struct img_in *in = img_in_mem(p, n);
	struct img_err err;
	struct img_reader *rd = img_reader_open(in, NULL, 0, &err);
	struct img_entry e;

	while (rd != NULL && img_reader_next(rd, &e, &err) > 0 && e.msg != NULL)
		edit_entry(&x, &e);
	img_reader_close(rd);
	img_in_free(in);
	img_fields_free(&x);
}

/* ---- raw images ---- */

static int value_ip(void *arg, const uint8_t *old, size_t n, uint8_t *new, struct img_err *err)
{
	(void)err;
	return img_apply_ip(arg, old, n, new);
}

static int value_net(void *arg, const uint8_t *old, size_t n, unsigned bits, uint8_t *new,
		     struct img_err *err)
{
	(void)err;
	return img_apply_net(arg, old, n, bits, new);
}

static int value_port(void *arg, unsigned proto, uint16_t old, uint16_t *new, struct img_err *err)
{
	uint64_t to;
	int r = img_apply_port(arg, proto, old, &to);

	(void)err;
	if (r > 0)
		*new = (uint16_t)to;
	return r;
}

static int value_path(void *arg, const char *old, size_t n, struct img_buf *new,
		      struct img_err *err)
{
	return img_apply_prefix(arg, IMG_VERB_PATH, (struct img_span){ (const uint8_t *)old, n, 0 },
				new, err);
}

/* What was made anew can be read again; where nothing changes nothing is said to have. */
static void edit_raw(const uint8_t *p, size_t n, const struct img_rules *r, const char *name)
{
	struct img_apply a = { r, NULL, NULL };
	const struct img_values none = { 0 }, v = {
		.arg = &a, .ip = value_ip, .net = value_net, .port = value_port, .path = value_path
	};
	const struct img_raw raw = { name, "/srv", "/zdtm" };
	struct img_in *in = img_in_mem(p, n);
	struct img_buf b = { 0 };
	struct img_out *out = img_out_mem(&b);
	struct img_err err;
	int got = img_raw_rewrite(&raw, in, &v, out, NULL, NULL, &err);

	img_in_free(in);
	if (got > 0) {
		fuzz_must(img_out_flush(out, &err) == 0, "a raw image that has been written");
		in = img_in_mem(b.p, b.n);
		fuzz_must(img_raw_rewrite(&raw, in, &none, NULL, NULL, NULL, &err) == 0,
			  "our own raw image");
		img_in_free(in);
	}
	img_out_free(out);
	img_buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const names[] = { "ifaddr-1.img",   "route-1.img",
					     "route6-1.img",   "rule-1.img",
					     "netns-ct-1.img", "netns-exp-1.img",
					     "iptables-1.img", "ip6tables-1.img",
					     "nftables-1.img", "tmpfs-dev-1.tar.gz.img" };
	struct img_rules *r = rules();

	edit_image(p, n, r);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (img_raw_known(names[i]))
			edit_raw(p, n, r, names[i]);
	img_rules_free(r);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed)
{
	struct rng r = { seed };
	struct pool pool = { .seen = 0 };
	struct img_buf image = { 0 };

	pool_learn(&pool, &r, p, n, NULL);
	img_buf_put(&image, p, n);
	if (rng_below(&r, 4) == 0 || !mutate_image(&image, NULL, &r, &pool, max)) {
		n = LLVMFuzzerMutate(p, n, max);
	} else {
		n = image.n;
		if (n > 0)
			memcpy(p, image.p, n);
	}
	img_buf_free(&image);
	return n;
}
