/* What lies in the place of an image, or of its JSON, after a transfer or a slip of the hand. */
#ifndef IMG_FOREIGN_H
#define IMG_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

enum { IMG_STRANGER = 4 }; /* bytes that tell */

/* What begins with these n bytes, "gzip data" or "UTF-16 text"; NULL where they do not tell. */
const char *img_foreign(const uint8_t *p, size_t n);

#endif
