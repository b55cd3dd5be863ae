/* Read gzip data to its end to verify it; nothing is kept. */
#ifndef IMG_GUNZIP_H
#define IMG_GUNZIP_H

#include "libimg/base/in.h"

/*
 * Decompress all members of a gzip file (RFC 1951, 1952) and verify their checksums and lengths. 0
 * with the uncompressed size in *size, or -1 with *err: IMG_ELIMIT if it is more than `limit`.
 */
int img_gunzip_check(struct img_in *in, uint64_t limit, uint64_t *size, struct img_err *err);

#endif
