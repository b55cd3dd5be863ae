/*
 * Bytes of dumped memory that are replaced, by pid and address, wherever they are stored. What a
 * task has in its own pagemap is changed for that task; a page of a shared segment for all who map
 * it; a private mapping of a file gets its own copy of the page.
 */
#ifndef IMG_POKE_H
#define IMG_POKE_H

#include "libimg/rewrite/change.h"
#include "libimg/rewrite/changed.h"

/* Most bytes of one poke. */
#define IMG_POKE_MAX ((size_t)64 << 20)

struct img_pokes;

struct img_pokes *img_pokes_new(struct img_changes changes); /* NULL: no memory */
void img_pokes_free(struct img_pokes *p);                    /* NULL is fine */

/*
 * The files that are mapped are read below this directory, where they are those of the dump; it
 * stays the caller's. -1, as at first: files are not opened.
 */
void img_pokes_root(struct img_pokes *p, int dirfd);

/*
 * Add PID:ADDR=BYTES: ADDR in the notation of C, BYTES as hex:0a0b..., str:text, or @FILE, the
 * content of a file. Later ones win. 0, or -1 with *err: IMG_EDATA where the text is wrong.
 */
int img_pokes_add(struct img_pokes *p, const char *text, struct img_err *err);

/*
 * Add PID:NAME=VALUE: a variable in the environment that the program was started with. It has to
 * be there, with a value that is as long at least; what remains of that becomes NULs. Likewise.
 */
int img_pokes_add_env(struct img_pokes *p, const char *text, struct img_err *err);

size_t img_pokes_count(const struct img_pokes *p);

/* Those that lead to no memory are an error of learn(). */
struct img_change img_pokes_change(struct img_pokes *p); /* refers to p */

#endif
