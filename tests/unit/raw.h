/* What the tests of raw images share: values that change, and one image run through them. */
#ifndef RAW_H
#define RAW_H

#include <arpa/inet.h>

#include "libimg/rewrite/raw.h"
#include "unit.h"

/*
 * Addresses, networks, ports, devices, ids as people write them, "old new" each, and a path.
 * Both ways: `back` swaps old and new.
 */
struct swap {
	const char *ips[8][2], *nets[4][2], *devs[4][2], *path[2];
	unsigned ports[4][3]; /* protocol (0: any), old, new */
	unsigned ids[3];      /* kind, old, new */
	bool back;
	unsigned asked;
};

static inline int swap_ip(void *arg, const uint8_t *old, size_t n, uint8_t *new,
			  struct img_err *err)
{
	struct swap *s = arg;
	int family = n == 4 ? AF_INET : AF_INET6;
	char text[64];
	uint8_t a[16], b[16];
	unsigned bits;

	(void)err;
	s->asked++;
	inet_ntop(family, old, text, sizeof(text));
	for (int i = 0; i < 8 && s->ips[i][0] != NULL; i++)
		if (strcmp(s->ips[i][s->back], text) == 0) {
			ck_assert_int_eq(inet_pton(family, s->ips[i][!s->back], new), 1);
			return 1;
		}
	/* An address in a network that moves; tests have whole bytes. */
	for (int i = 0; i < 4 && s->nets[i][0] != NULL; i++) {
		char x[64], y[64];

		ck_assert_int_eq(sscanf(s->nets[i][s->back], "%63[^/]/%u", x, &bits), 2);
		ck_assert_int_eq(sscanf(s->nets[i][!s->back], "%63[^/]/%u", y, &bits), 2);
		if (inet_pton(family, x, a) != 1 || memcmp(a, old, bits / 8) != 0)
			continue;
		inet_pton(family, y, b);
		memcpy(new, old, n);
		memcpy(new, b, bits / 8);
		return 1;
	}
	return 0;
}

static inline int swap_net(void *arg, const uint8_t *old, size_t n, unsigned bits, uint8_t *new,
			   struct img_err *err)
{
	struct swap *s = arg;
	char text[64], want[80];

	(void)err;
	s->asked++;
	inet_ntop(n == 4 ? AF_INET : AF_INET6, old, text, sizeof(text));
	snprintf(want, sizeof(want), "%s/%u", text, bits);
	for (int i = 0; i < 4 && s->nets[i][0] != NULL; i++)
		if (strcmp(s->nets[i][s->back], want) == 0) {
			snprintf(text, sizeof(text), "%s", s->nets[i][!s->back]);
			*strchr(text, '/') = '\0';
			ck_assert_int_eq(inet_pton(n == 4 ? AF_INET : AF_INET6, text, new), 1);
			return 1;
		}
	return 0;
}

static inline int swap_port(void *arg, unsigned proto, uint16_t old, uint16_t *new,
			    struct img_err *err)
{
	struct swap *s = arg;

	(void)err;
	s->asked++;
	for (int i = 0; i < 4; i++)
		if (s->ports[i][1 + s->back] == old && old != 0 &&
		    (s->ports[i][0] == 0 || s->ports[i][0] == proto)) {
			*new = (uint16_t)s->ports[i][2 - s->back];
			return 1;
		}
	return 0;
}

static inline int swap_path(void *arg, const char *old, size_t n, struct img_buf *new,
			    struct img_err *err)
{
	struct swap *s = arg;
	const char *from = s->path[s->back], *to = s->path[!s->back];
	size_t k = from != NULL ? strlen(from) : 0;

	(void)err;
	s->asked++;
	if (k == 0 || n < k || memcmp(old, from, k) != 0 || (n > k && old[k] != '/'))
		return 0;
	img_buf_put(new, to, strlen(to));
	img_buf_put(new, old + k, n - k);
	return 1;
}

static inline int swap_netdev(void *arg, const char *old, size_t n, char new[16],
			      struct img_err *err)
{
	struct swap *s = arg;

	(void)err;
	s->asked++;
	for (int i = 0; i < 4 && s->devs[i][0] != NULL; i++)
		if (strlen(s->devs[i][s->back]) == n && memcmp(s->devs[i][s->back], old, n) == 0) {
			strcpy(new, s->devs[i][!s->back]);
			return 1;
		}
	return 0;
}

static inline int swap_id(void *arg, enum img_id_kind kind, uint32_t old, uint32_t *new,
			  struct img_err *err)
{
	struct swap *s = arg;

	(void)err;
	s->asked++;
	if (s->ids[1] == s->ids[2] || s->ids[0] != kind || s->ids[1 + s->back] != old)
		return 0;
	*new = s->ids[2 - s->back];
	return 1;
}

static inline struct img_values swap_values(struct swap *s)
{
	return (struct img_values){ .arg = s,
				    .ip = swap_ip,
				    .net = swap_net,
				    .port = swap_port,
				    .path = swap_path,
				    .netdev = swap_netdev,
				    .id = swap_id };
}

/* "entry path old new", a line for each change, appended to a buffer. */
static inline void raw_line(void *arg, const struct img_raw_change *c)
{
	struct img_buf *b = arg;
	char line[1024];
	int n = snprintf(line, sizeof(line), "%" PRIu64 " %s %.*s %.*s\n", c->entry, c->path,
			 (int)c->old_n, c->old, (int)c->new_n, c->new);

	img_buf_put(b, line, (size_t)n);
}

/* Run n bytes at p through: what img_raw_rewrite() returns; the new image, and the changes. */
static inline int raw_run(const struct img_raw *raw, const void *p, size_t n, struct swap *s,
			  struct img_buf *image, struct img_buf *lines, struct img_err *err)
{
	struct img_values v = swap_values(s);
	void *copy = exactly(p, n);
	struct img_in *in = img_in_mem(copy, n);
	struct img_out *out = img_out_mem(image);
	int r = img_raw_rewrite(raw, in, &v, out, lines != NULL ? raw_line : NULL, lines, err);

	if (r >= 0)
		ck_assert_int_eq(img_out_flush(out, err), 0);
	img_out_free(out);
	img_in_free(in);
	free(copy);
	return r;
}

/* There and back again: the changes are these, and the way back gives the same bytes. */
static inline void raw_both_ways(const char *image, const void *p, size_t n, struct swap *s,
				 const char *changes, struct img_buf *new)
{
	struct img_raw raw = { .image = image };
	struct img_buf old = { 0 }, lines = { 0 };
	struct img_err err;
	int r = raw_run(&raw, p, n, s, new, &lines, &err);

	ck_assert_msg(r >= 0, "%s", said(&err));
	img_buf_put(&lines, "", 1);
	ck_assert_str_eq((char *)lines.p, changes);
	ck_assert_int_eq(r, changes[0] != '\0');
	if (r == 0) {
		same_bytes(new->p, new->n, p, n, "unchanged");
	} else {
		s->back = !s->back;
		ck_assert_int_eq(raw_run(&raw, new->p, new->n, s, &old, NULL, &err), 1);
		same_bytes(old.p, old.n, p, n, "back again");
		s->back = !s->back;
	}
	img_buf_free(&old);
	img_buf_free(&lines);
}

/* Each prefix is read to its end, or refused with a reason; so is each byte changed. */
static inline void raw_sweep(const struct img_raw *raw, const void *p, size_t n, struct swap *s)
{
	static const uint8_t damage[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct img_buf image = { 0 };
	struct img_err err;
	uint8_t *copy = exactly(p, n);

	for (size_t i = 0; i < n; i++) {
		image.n = 0;
		err.what[0] = '\0';
		if (raw_run(raw, p, i, s, &image, NULL, &err) < 0)
			ck_assert_str_ne(err.what, "");
		for (size_t k = 0; k < sizeof(damage); k++) {
			image.n = 0;
			err.what[0] = '\0';
			copy[i] = damage[k];
			if (raw_run(raw, copy, n, s, &image, NULL, &err) < 0)
				ck_assert_str_ne(err.what, "");
		}
		copy[i] = ((const uint8_t *)p)[i];
	}
	free(copy);
	img_buf_free(&image);
}

#endif
