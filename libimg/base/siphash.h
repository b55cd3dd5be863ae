/*
 * A keyed hash for tables whose keys come from images: who makes an image does not know the key,
 * so cannot choose ids that fall into one place. SipHash-2-4 of Aumasson and Bernstein.
 */
#ifndef IMG_SIPHASH_H
#define IMG_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct img_hash_key {
	uint64_t k[2];
};

/* A key that nobody can guess: of getrandom(2), else what the kernel gave the process. */
struct img_hash_key img_hash_key(void);

/* Hash n bytes. */
uint64_t img_hash(const struct img_hash_key *key, const void *p, size_t n);

/* The same of the eight bytes of a number, lowest first. */
uint64_t img_hash_u64(const struct img_hash_key *key, uint64_t v);

#endif
