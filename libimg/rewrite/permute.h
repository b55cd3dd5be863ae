/* Numbers one to one, by a key: a network of Feistel's with four rounds. */
#ifndef IMG_PERMUTE_H
#define IMG_PERMUTE_H

#include "libimg/rewrite/words.h"

/* A port within its range: 1 to 1023, to 32767, to 65535. 0 stays. */
uint16_t img_permute_port(const struct img_words *w, uint16_t port);

/* A user or group from 1000 on; 65534, 65535 and all ones stay. */
uint32_t img_permute_id(const struct img_words *w, uint32_t id);

/* Both ends of a range, the lower one first. */
void img_permute_id_range(const struct img_words *w, uint32_t first, uint32_t last,
			  uint32_t new[2]);

#endif
