/* Recognize files that are not images (or not JSON) but were passed as one. */
#ifndef IMG_FOREIGN_H
#define IMG_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

enum { IMG_STRANGER = 4 }; /* bytes that are enough to recognize one */

/* The kind of file that begins with these n bytes: "gzip data", "UTF-16 text"; NULL: unknown. */
const char *img_foreign(const uint8_t *p, size_t n);

#endif
