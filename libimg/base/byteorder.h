/* Numbers of fixed size and byte order, at any address. */
#ifndef IMG_BYTEORDER_H
#define IMG_BYTEORDER_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t img_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t img_le64(const uint8_t *p)
{
	return img_le32(p) | (uint64_t)img_le32(p + 4) << 32;
}

/* Words of the framing and numbers of a payload have the byte order of the machine that dumped. */
static inline uint32_t img_get32(const uint8_t *p, bool big)
{
	return big ? __builtin_bswap32(img_le32(p)) : img_le32(p);
}

static inline uint16_t img_get16(const uint8_t *p, bool big)
{
	return (uint16_t)(big ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

static inline void img_set32(uint8_t *p, uint32_t v, bool big)
{
	v = big ? htobe32(v) : htole32(v);
	memcpy(p, &v, sizeof(v));
}

static inline void img_set16(uint8_t *p, uint16_t v, bool big)
{
	p[big ? 1 : 0] = (uint8_t)v;
	p[big ? 0 : 1] = (uint8_t)(v >> 8);
}

#endif
