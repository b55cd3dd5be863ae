/*
 * Any bytes as a raw image, the first of which says of what kind: by values that swap, so that
 * what was changed twice is what a third time gives back. Of an archive the bytes are those in
 * the gzip, too.
 */
#include "gzip.h"
#include "libimg/rewrite/raw.h"

static const char *const names[] = { "ifaddr-1.img",      "route-1.img",
				     "route6-1.img",      "rule-1.img",
				     "netns-ct-1.img",    "netns-exp-1.img",
				     "iptables-1.img",    "ip6tables-1.img",
				     "nftables-1.img",    "tmpfs-dev-1.tar.gz.img",
				     "tmpfs-1.tar.gz.img" };
enum { NAMES = sizeof(names) / sizeof(*names), PACKED = NAMES - 1 };

/* ---- values that swap ---- */

/* 10.x and 11.x, 127.0.x and 127.1.x, fd::/8 and fc::/8. */
static int ip(void *arg, const uint8_t *old, size_t n, uint8_t *new, struct img_err *err)
{
	bool loopback = n == 4 && old[0] == 127;

	(void)arg, (void)err;
	if (!loopback && (old[0] | 1) != (n == 4 ? 11 : 0xfd))
		return 0;
	memcpy(new, old, n);
	new[loopback ? 1 : 0] ^= 1;
	return 1;
}

static int net(void *arg, const uint8_t *old, size_t n, unsigned bits, uint8_t *new,
	       struct img_err *err)
{
	return bits < 16 ? 0 : ip(arg, old, n, new, err);
}

static int port(void *arg, unsigned proto, uint16_t old, uint16_t *new, struct img_err *err)
{
	(void)arg, (void)proto, (void)err;
	if (old < 2)
		return 0;
	*new = old ^ 1;
	return 1;
}

static bool is(const char *s, size_t n, const char *want)
{
	return strlen(want) == n && memcmp(s, want, n) == 0;
}

static int netdev(void *arg, const char *old, size_t n, char new[16], struct img_err *err)
{
	(void)arg, (void)err;
	if (!is(old, n, "lo") && !is(old, n, "loop-back"))
		return 0;
	strcpy(new, n == 2 ? "loop-back" : "lo");
	return 1;
}

/* Names that begin with d and e: bundled dumps have such files. */
static int path(void *arg, const char *old, size_t n, struct img_buf *new, struct img_err *err)
{
	static const char dir[] = "/mnt/";
	size_t k = sizeof(dir) - 1;

	(void)arg, (void)err;
	if (n <= k || memcmp(old, dir, k) != 0 || (old[k] != 'd' && old[k] != 'e'))
		return 0;
	img_buf_put(new, dir, k);
	img_buf_put(new, old[k] == 'd' ? "e" : "d", 1);
	img_buf_put(new, old + k + 1, n - k - 1);
	return 1;
}

static int id(void *arg, enum img_id_kind kind, uint32_t old, uint32_t *new, struct img_err *err)
{
	(void)arg, (void)kind, (void)err;
	if (old > 1)
		return 0;
	*new = old ^ 1;
	return 1;
}

/* ---- one image ---- */

static void count(void *arg, const struct img_raw_change *c)
{
	fuzz_must(c->old_n != c->new_n || memcmp(c->old, c->new, c->old_n) != 0, "no change");
	++*(unsigned *)arg;
}

/* -1: refused. */
static int change(const char *name, const void *p, size_t n, struct img_buf *new)
{
	static const struct img_values v = { NULL, ip, net, port, path, netdev, id };
	const struct img_raw raw = { .image = name, .mount = "/mnt", .new_mount = "/mnt" };
	struct img_in *in = img_in_mem(p, n);
	struct img_out *out = img_out_mem(new);
	struct img_err err = { .what = "" };
	unsigned changes = 0;
	int r = img_raw_rewrite(&raw, in, &v, out, count, &changes, &err);

	fuzz_must(r >= 0 ? (r > 0) == (changes > 0) : err.what[0] != '\0', "what it says");
	if (r >= 0)
		fuzz_must(img_out_flush(out, &err) == 0, "memory");
	img_out_free(out);
	img_in_free(in);
	return r;
}

/* What is not a value keeps its form once it has been written by us. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct img_buf b[4] = { { 0 } };
	const char *name;

	if (n == 0)
		return 0;
	name = names[*p % NAMES];
	if (*p % NAMES == PACKED)
		gzip_pack(p + 1, n - 1, &b[0]);
	else
		img_buf_put(&b[0], p + 1, n - 1);
	for (int i = 1; i < 4; i++)
		if (change(name, b[i - 1].p, b[i - 1].n, &b[i]) <= 0)
			goto out;
	fuzz_same("raw images changed back", &b[1], &b[3]);
out:
	for (int i = 0; i < 4; i++)
		img_buf_free(&b[i]);
	return 0;
}
