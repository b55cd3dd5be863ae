/*
 * Any bytes as an image that is edited, in memory: by rules that swap values, so that what was
 * edited twice is what a third and a fourth time give back.
 */
#include "fuzz.h"
#include "libimg/rewrite/fields.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct img_rules *r = rules();

	edit_image(p, n, r);
	img_rules_free(r);
	return 0;
}
