/*
 * Any bytes as an image that is anonymized, in memory: secrets are planted in its texts and
 * payloads before, and nothing of them may survive; the same key gives the same image again. The
 * bytes also say how raw images are made that are full of the secret.
 */
#include "gzip.h"
#include "libimg/image/netlink.h"
#include "libimg/rewrite/anon_raw.h"
#include "libimg/rewrite/anonymize.h"
#include "plant.h"

/* Bytes of a text: each secret in it is searched for in all that is kept. */
enum { TEXT = 1 << 10 };

static const char secret[] = PLANTED;

static int plant(void *arg, struct img_field *f, struct img_err *err)
{
	static const char text[] = "/" PLANTED "/" PLANTED ".log," PLANTED "=" PLANTED;

	(void)arg, (void)err;
	if (f->row == NULL || f->row->sub != NULL || f->row->wt != IMG_BYTES ||
	    f->row->cls == IMG_CLASS_KEEP || f->msg == &img_msg_siginfo_entry)
		return IMG_KEEP;
	f->bytes = (struct img_span){ (const uint8_t *)text, sizeof(text) - 1, 0 };
	return IMG_SET;
}

static bool holds(const struct img_buf *b, const char *text)
{
	return b->n > 0 && memmem(b->p, b->n, text, strlen(text)) != NULL;
}

/* One message; false where it is damaged. */
static bool change(const struct img_change *c, const struct img_entry *e, struct img_span body,
		   struct img_buf *out)
{
	struct img_entry now = *e;
	struct img_err err;
	int r;

	now.body = body;
	out->n = 0;
	if (c->entry != NULL)
		c->entry(c->arg, "x.img", &now, out, &err);
	r = img_visit(e->msg, body, "x.img", e->index, c->field, c->arg, out, &err);
	if (r == 0)
		img_buf_put(out, body.p, body.n);
	return r >= 0;
}

static void anonymize_entry(const struct img_change *c, const struct img_entry *e)
{
	const struct img_change planting = { .field = plant };
	struct img_buf b[3] = { { 0 } };
	struct img_span s;

	/* What stands in kept bytes already is not planted. */
	if (memmem(e->body.p, e->body.n, "Kalif", 5) == NULL &&
	    change(&planting, e, e->body, &b[0])) {
		s = (struct img_span){ b[0].p, b[0].n, 0 };
		fuzz_must(change(c, e, s, &b[1]) && change(c, e, s, &b[2]), "a sound message");
		fuzz_must(!holds(&b[1], secret), "no secret survives");
		fuzz_same("messages under one key", &b[1], &b[2]);
	}
	for (int i = 0; i < 3; i++)
		img_buf_free(&b[i]);
}

/* A piece of a payload. */
static void anonymize_payload(const struct img_change *c, const struct img_entry *e)
{
	uint8_t p[200];
	struct img_err err;

	if (e->extra == NULL || e->extra == &img_extra_sem)
		return;
	for (size_t i = 0; i < sizeof(p); i++)
		p[i] = (uint8_t)secret[i % (sizeof(secret) - 1)];
	fuzz_must(c->payload(c->arg, "x.img", e, 0, p, sizeof(p), &err) == 1, "a payload");
	fuzz_must(memmem(p, sizeof(p), secret, sizeof(secret) - 1) == NULL, "no payload survives");
}

static void anonymize_image(const uint8_t *p, size_t n, const struct img_change *c)
{
	struct img_in *in = img_in_mem(p, n);
	struct img_err err;
	struct img_reader *rd = img_reader_open(in, NULL, 0, &err);
	struct img_entry e;

	while (rd != NULL && img_reader_next(rd, &e, &err) > 0 && e.msg != NULL) {
		anonymize_entry(c, &e);
		anonymize_payload(c, &e);
	}
	img_reader_close(rd);
	img_in_free(in);
}

/* ---- raw images ---- */

static void raw(const struct img_buf *image, const char *name, struct img_anon *a,
		struct img_buf *got)
{
	struct img_in *in = img_in_mem(image->p, image->n);
	struct img_out *out = img_out_mem(got);
	struct img_err err;

	img_anon_raw_rewrite(a, name, in, out, &err);
	img_out_flush(out, &err);
	img_out_free(out);
	img_in_free(in);
}

/* What the image of this name becomes: the secret is not in it, and one key gives the same. */
static void raw_image(const struct img_buf *image, const char *name, struct img_anon *a)
{
	bool packed = strncmp(name, "tmpfs-", 6) == 0;
	struct img_buf got[2] = { { 0 } }, bytes = { 0 };

	raw(image, name, a, &got[0]);
	raw(image, name, a, &got[1]);
	if (packed)
		gzip_unpack(&got[0], &bytes);
	if (holds(&got[0], secret) || holds(&bytes, secret)) {
		fprintf(stderr, "refused: the secret survives in %s\n", name);
		abort();
	}
	fuzz_same("raw images under one key", &got[0], &got[1]);
	img_buf_free(&bytes);
	img_buf_free(&got[0]);
	img_buf_free(&got[1]);
}

/* In a text the secret is planted between words, and within some. */
static void plant_text(struct img_buf *to, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		img_buf_put(to, p + i, 1);
		if (p[i] == ' ' || p[i] == '"' || p[i] % 64 == 7)
			img_buf_put(to, secret, sizeof(secret) - 1);
	}
}

/* One kind a run, which the bytes pick: each takes longer than all fields. */
static void raw_some(const uint8_t *p, size_t n, struct img_anon *a)
{
	static const char *const names[] = { "iptables-1.img",  "nftables-1.img",
					     "ifaddr-1.img",    "route-1.img",
					     "rule-1.img",      "netns-ct-1.img",
					     "netns-exp-1.img", "tmpfs-dev-1.tar.gz.img" };
	struct img_buf image = { 0 }, tar = { 0 };
	const char *name;
	size_t pick = 0;

	for (size_t i = 0; i < n; i++)
		pick = pick * 31 + p[i];
	name = names[pick % (sizeof(names) / sizeof(*names))];
	if (img_netlink_by_file(name) != NULL) {
		plant_netlink(&image, name, p, n);
	} else if (strncmp(name, "tmpfs-", 6) == 0) {
		plant_tar(&tar, p, n);
		gzip_pack(tar.p, tar.n, &image);
	} else {
		plant_text(&image, p, n < TEXT ? n : TEXT);
	}
	raw_image(&image, name, a);
	img_buf_free(&tar);
	img_buf_free(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct img_words *w = img_words_new();
	const struct img_anon_how how = { .classes = IMG_ANON_DEFAULT, .words = w };
	struct img_anon *a = img_anon_new(&how);
	const struct img_change c = img_anon_change(a);

	anonymize_image(p, n, &c);
	raw_some(p, n, a);
	img_anon_free(a);
	img_words_free(w);
	return 0;
}
