#include "libimg/base/siphash.h"

#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>

#include "libimg/base/byteorder.h"

struct state {
	uint64_t v[4];
};

static inline uint64_t rotl(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static inline void rounds(struct state *s, unsigned n)
{
	uint64_t *v = s->v;

	for (; n > 0; n--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotl(v[1], 13) ^ v[0];
		v[3] = rotl(v[3], 16) ^ v[2];
		v[0] = rotl(v[0], 32) + v[3];
		v[2] += v[1];
		v[3] = rotl(v[3], 21) ^ v[0];
		v[1] = rotl(v[1], 17) ^ v[2];
		v[2] = rotl(v[2], 32);
	}
}

static inline struct state begin(const struct img_hash_key *key)
{
	/* "somepseudorandomlygeneratedbytes" */
	return (struct state){ { key->k[0] ^ UINT64_C(0x736f6d6570736575),
				 key->k[1] ^ UINT64_C(0x646f72616e646f6d),
				 key->k[0] ^ UINT64_C(0x6c7967656e657261),
				 key->k[1] ^ UINT64_C(0x7465646279746573) } };
}

static inline void word(struct state *s, uint64_t w)
{
	s->v[3] ^= w;
	rounds(s, 2);
	s->v[0] ^= w;
}

static inline uint64_t end(struct state *s)
{
	s->v[2] ^= 0xff;
	rounds(s, 4);
	return s->v[0] ^ s->v[1] ^ s->v[2] ^ s->v[3];
}

uint64_t img_hash(const struct img_hash_key *key, const void *p, size_t n)
{
	const uint8_t *c = p;
	struct state s = begin(key);
	uint64_t last = (uint64_t)n << 56;

	for (; n >= 8; c += 8, n -= 8)
		word(&s, img_le64(c));
	for (size_t i = 0; i < n; i++)
		last |= (uint64_t)c[i] << 8 * i;
	word(&s, last);
	return end(&s);
}

uint64_t img_hash_u64(const struct img_hash_key *key, uint64_t v)
{
	struct state s = begin(key);

	word(&s, v);
	word(&s, UINT64_C(8) << 56);
	return end(&s);
}

struct img_hash_key img_hash_key(void)
{
	struct img_hash_key key = { { 0 } };

	if (getrandom(&key, sizeof(key), GRND_NONBLOCK) != (ssize_t)sizeof(key)) {
		/* Before the system has gathered entropy, or in a sandbox: 16 bytes of execve(2). */
		const void *p = (const void *)(uintptr_t)getauxval(AT_RANDOM);

		if (p != NULL)
			memcpy(&key, p, sizeof(key));
	}
	return key;
}
