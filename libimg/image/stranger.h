/* What lies in the place of an image, or of its JSON, after a transfer or a slip of the hand. */
#ifndef IMG_STRANGER_H
#define IMG_STRANGER_H

#include <stddef.h>
#include <stdint.h>

enum { IMG_STRANGER = 4 }; /* octets that tell */

/* What begins with these n octets, "gzip data" or "UTF-16 text"; NULL where they do not tell. */
const char *img_stranger(const uint8_t *p, size_t n);

#endif
