/*
 * Addresses of an anonymized dump. Two that share exactly n leading bits share exactly n
 * afterwards; each reserved range is mapped to itself.
 */
#ifndef IMG_ANON_ADDR_H
#define IMG_ANON_ADDR_H

#include "libimg/rewrite/words.h"

/* An address of n bytes, 4 or 16, in network order; `new` may be `old`. */
void img_anon_ip(const struct img_words *w, const uint8_t *old, size_t n, uint8_t *new);

/* The same; then bits after the first `bits` are cleared, which a network has. */
void img_anon_net(const struct img_words *w, const uint8_t *old, size_t n, unsigned bits,
		  uint8_t *new);

/*
 * A hardware address of n bytes: locally administered, multicast as it was. All zeros, all ones
 * and the groups 01:00:5e and 33:33 stay.
 */
void img_anon_mac(const struct img_words *w, const uint8_t *old, size_t n, uint8_t *new);

#endif
