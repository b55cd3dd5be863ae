/*
 * Rules applied to values, whatever holds these: each call is given a value and says what it
 * becomes. Where there is nobody to change them, the values are only shown.
 */
#ifndef IMG_APPLY_H
#define IMG_APPLY_H

#include "libimg/base/buf.h"
#include "libimg/rewrite/rules.h"

struct img_apply {
	const struct img_rules *rules;
	/*
	 * Not NULL: called with each value that a verb could change, as people write it, n bytes;
	 * then nothing is changed.
	 */
	void (*seen)(void *arg, uint32_t verb, const char *value, size_t n);
	void *arg;
};

/* All return 1 with the new value, which differs; 0: it stays; -1 with *err. */

/* An address of n bytes, 4 or 16. One of all zeros is none; ::ffff:a.b.c.d is a.b.c.d too. */
int img_apply_ip(const struct img_apply *a, const uint8_t *old, size_t n, uint8_t *new);

/* A network of so many bits; host bits, and the number of bits, stay. */
int img_apply_net(const struct img_apply *a, const uint8_t *old, size_t n, unsigned bits,
		  uint8_t *new);

/* A port other than 0. */
int img_apply_port(const struct img_apply *a, unsigned proto, uint64_t old, uint64_t *new);

/*
 * A path by its prefix: the new one is appended to *new. " (deleted)" at its end stays. With the
 * path verb, /proc and /dev change only for rules that begin there.
 */
int img_apply_prefix(const struct img_apply *a, uint32_t verb, struct img_span old,
		     struct img_buf *new, struct img_err *err);

/* Bytes as a whole; *new is the rule's. */
int img_apply_whole(const struct img_apply *a, uint32_t verb, struct img_span old,
		    struct img_span *new);

/* A value that a rule sets, whatever it was. */
int img_apply_set(const struct img_apply *a, uint32_t verb, struct img_span old,
		  struct img_span *new);

/* A number by its range; all ones is none. */
int img_apply_number(const struct img_apply *a, uint32_t verb, uint64_t old, uint64_t *new);

/* An address, or a network (bits < 8 * n), as text. Returns buf. */
enum { IMG_NET_TEXT = 64 };
char *img_apply_net_text(const uint8_t *addr, size_t n, unsigned bits, char buf[IMG_NET_TEXT]);

#endif
