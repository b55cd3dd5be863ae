/*
 * Copy bytes of files to a descriptor: inside the kernel where both ends allow it, else through a
 * buffer. If the output is a new file, long runs of zeros become holes.
 */
#ifndef IMG_COPY_H
#define IMG_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/base/err.h"

struct img_copy;

/* Write to fd from its current offset; fd stays the caller's. NULL: no memory. */
struct img_copy *img_copy_new(int fd);

/*
 * Append n bytes to the output: bytes at `off` of the file `from` (a regular file, whose offset
 * does not move), zeros, or bytes at p. Short pieces are buffered. Returns 0, or -1 with *err:
 * IMG_EDATA if `from` is too short, else IMG_ESYS.
 */
int img_copy_file(struct img_copy *c, int from, uint64_t off, uint64_t n, struct img_err *err);
int img_copy_zeros(struct img_copy *c, uint64_t n, struct img_err *err);
int img_copy_bytes(struct img_copy *c, const void *p, size_t n, struct img_err *err);

/* Bytes appended so far. */
uint64_t img_copy_done(const struct img_copy *c);

/* Write what is buffered and set the length of the file. 0, or -1 with *err. */
int img_copy_finish(struct img_copy *c, struct img_err *err);
void img_copy_free(struct img_copy *c); /* NULL is fine */

#endif
