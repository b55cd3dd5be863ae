/*
 * One field of one entry set to a value, whatever it is: "core-7.img:tc.comm=new". The value is
 * JSON as img2json --human writes it, checked against the schema. One change for
 * img_rewrite_new().
 */
#ifndef IMG_SETFIELD_H
#define IMG_SETFIELD_H

#include "libimg/rewrite/change.h"
#include "libimg/rewrite/changed.h"

struct img_sets;

struct img_sets *img_sets_new(struct img_changes changes); /* NULL: no memory */
void img_sets_free(struct img_sets *s);                    /* NULL is fine */

/*
 * Add "IMAGE:PATH=VALUE". PATH begins with "entries[N]." where the image has several entries.
 * A text needs no quotes, nor does any other value that JSON has as a string; null drops the
 * field. 0, or -1 with *err: IMG_EDATA where it can be right in no dump (a sentence about the
 * text), or no memory.
 */
int img_sets_add(struct img_sets *s, const char *text, struct img_err *err);

size_t img_sets_count(const struct img_sets *s);
/* The text of the i-th, and whether the field was there, or could be put there. */
const char *img_sets_text(const struct img_sets *s, size_t i);
bool img_sets_done(const struct img_sets *s, size_t i);

struct img_change img_sets_change(struct img_sets *s); /* refers to s */

#endif
