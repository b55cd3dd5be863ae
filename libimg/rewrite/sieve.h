/* Many texts searched for in one pass, without regard to case but where that matters. */
#ifndef IMG_SIEVE_H
#define IMG_SIEVE_H

#include "libimg/base/buf.h"
#include "libimg/base/in.h"
#include "libimg/base/map.h"

enum {
	IMG_SIEVE_MIN = 4,          /* bytes of a text at least */
	IMG_SIEVE_MAX = 16 << 10,   /* and at most */
	IMG_SIEVE_FILTER = 1 << 16, /* bits */
};

/* Zero it; img_sieve_free() when done. */
struct img_sieve {
	struct img_buf texts, patterns; /* inside */
	struct img_map by_key;
	uint8_t filter[IMG_SIEVE_FILTER / 8];
};

enum {
	IMG_SIEVE_EXACT = 1,   /* case matters */
	IMG_SIEVE_BOUNDED = 2, /* an address as text: no digit, dot or colon may stand beside it */
};

/* Search for n bytes at p too. Others are not taken: see the limits. 0, or -1: no memory. */
int img_sieve_add(struct img_sieve *s, const void *p, size_t n, unsigned flags, uint32_t item,
		  uint8_t form);
void img_sieve_free(struct img_sieve *s);

struct img_sieve_hit {
	size_t at, n;
	uint32_t item; /* as given to img_sieve_add() */
	uint8_t form;
};

/*
 * The first hit that begins at `from` or later, and before `end`, in n bytes at p. Items for which
 * off[item] is set are none; NULL: none is off.
 */
bool img_sieve_find(const struct img_sieve *s, struct img_span in, size_t from, size_t end,
		    const uint8_t *off, struct img_sieve_hit *hit);

#endif
