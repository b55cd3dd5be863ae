/*
 * Changes to an image that leave it an image: bytes changed blindly hardly ever get past
 * the lengths in front of messages, so these know entries, fields and the schema.
 */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/base/buf.h"

/* libFuzzer's own changes, with its dictionary. */
size_t LLVMFuzzerMutate(uint8_t *p, size_t n, size_t max);

/* What libFuzzer calls where a target has it. */
size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n,
				 uint8_t *out, size_t max, unsigned seed);

/* Random numbers that depend on the seed alone. */
struct rng {
	uint64_t s;
};

uint32_t rng_below(struct rng *r, uint32_t n); /* n > 0 */

/* A sample of the numbers in images, so that ids come to lead elsewhere, also in circles. */
struct pool {
	uint64_t v[128], seen;
};

/* Add the numbers in an image. `name` is its file name, or NULL: see img_reader_open(). */
void pool_learn(struct pool *pool, struct rng *r, const uint8_t *p, size_t n, const char *name);

/* Put n bytes as libFuzzer would change them, `max` at most. */
void mutate_bytes(struct img_buf *to, const uint8_t *p, size_t n, size_t max);

/*
 * Change the image in *image: an entry is left out, repeated or moved, or a field of its
 * message changed at any depth. It stays within `max` bytes. false: it has no entries, and
 * nothing was changed.
 */
bool mutate_image(struct img_buf *image, const char *name, struct rng *r, const struct pool *pool,
		  size_t max);

#endif
