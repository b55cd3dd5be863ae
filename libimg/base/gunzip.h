/* gzip data as a stream of the bytes in it. */
#ifndef IMG_GUNZIP_H
#define IMG_GUNZIP_H

#include "libimg/base/in.h"

struct img_gunzip;

/*
 * Decompress all members of a gzip file (RFC 1951, 1952) and verify their checksums and lengths.
 * `in` has to outlive it. NULL: no memory.
 */
struct img_gunzip *img_gunzip_new(struct img_in *in, uint64_t limit);
void img_gunzip_free(struct img_gunzip *g); /* NULL is fine */

/*
 * The next bytes, valid until the next call: 1; 0 at the end, -1 with *err: IMG_ELIMIT where there
 * are more than `limit`.
 */
int img_gunzip_next(struct img_gunzip *g, struct img_span *bytes, struct img_err *err);

/* How many there were so far. */
uint64_t img_gunzip_size(const struct img_gunzip *g);

#endif
