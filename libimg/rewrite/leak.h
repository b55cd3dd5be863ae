/*
 * Search for what was to be gone from an anonymized dump: each word as it was, in other case, in
 * UTF-16, as hexadecimal digits and in Base64; addresses as text and as bytes of either order.
 * All are looked for in one pass over a file.
 */
#ifndef IMG_LEAK_H
#define IMG_LEAK_H

#include "libimg/base/err.h"
#include "libimg/base/in.h"
#include "libimg/rewrite/anonymize.h"

/* Shorter words may stand anywhere by chance, and are not looked for; nor are digits alone. */
enum { IMG_LEAK_MIN = 6 };

struct img_leak;

/*
 * What the words and the addresses of n changes were. What stands in a text that stays, in a
 * kept word, in a name of an image, or in what another word has become, is no leak. NULL with
 * *err.
 */
struct img_leak *img_leak_new(const struct img_words *w, const struct img_anon *const *anon,
			      size_t n, struct img_err *err);
void img_leak_free(struct img_leak *l); /* NULL is fine */

/* How many words and addresses are looked for, and how many are not. */
size_t img_leak_searched(const struct img_leak *l);
size_t img_leak_passed(const struct img_leak *l);

/*
 * Search what a file holds, and its name. 0; -1 with *err: IMG_EDATA where something was found
 * (at err->off; the reason names what stands for it, never what it is), or a failed read.
 */
int img_leak_file(const struct img_leak *l, int fd, const char *name, struct img_err *err);
int img_leak_bytes(const struct img_leak *l, const void *p, size_t n, struct img_err *err);

/* Overwrite whatever is found in n bytes at p with number signs. Returns how often. */
size_t img_leak_blank(const struct img_leak *l, uint8_t *p, size_t n);

#endif
