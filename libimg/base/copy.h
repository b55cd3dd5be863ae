/*
 * Bytes of files to a descriptor, by the shortest way that the two allow: within the kernel
 * where it can, else through a buffer. Where the output is a file that is being made, zeros
 * become holes of it.
 */
#ifndef IMG_COPY_H
#define IMG_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/base/err.h"

struct img_copy;

/* To fd, from where it stands; it stays the caller's. NULL: no memory. */
struct img_copy *img_copy_new(int fd);

/*
 * The next n bytes of the output: those at `off` of the file `from` (regular, and left
 * where it stands), zeros, or those at p. Small pieces are gathered. Returns 0, or -1 with
 * *err: IMG_EDATA where `from` is too short, else IMG_ESYS.
 */
int img_copy_file(struct img_copy *c, int from, uint64_t off, uint64_t n, struct img_err *err);
int img_copy_zeros(struct img_copy *c, uint64_t n, struct img_err *err);
int img_copy_bytes(struct img_copy *c, const void *p, size_t n, struct img_err *err);

/* Bytes put so far. */
uint64_t img_copy_done(const struct img_copy *c);

/* Write what was gathered and give the file its length. 0, or -1 with *err. */
int img_copy_finish(struct img_copy *c, struct img_err *err);
void img_copy_free(struct img_copy *c); /* NULL is fine */

#endif
