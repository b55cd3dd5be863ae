/* Raw images of an anonymized dump: memory becomes holes, what cannot be judged is emptied. */
#ifndef IMG_ANON_PAGES_H
#define IMG_ANON_PAGES_H

#include "libimg/dump/dir.h"
#include "libimg/image/sink.h"

struct img_anon_pages;

struct img_anon_pages *img_anon_pages_new(void); /* NULL: no memory */
void img_anon_pages_free(struct img_anon_pages *p);

/* The directory with the mappings of the tasks; it has to stay open. */
void img_anon_pages_tasks(struct img_anon_pages *p, struct img_dir *d);

/* Find the pages of the vDSO in the pages files of `from`: they stay. 0, or -1 with *err. */
int img_anon_pages_learn(struct img_anon_pages *p, struct img_dir *from, struct img_err *err);

/* Why the content of a raw image is left out; NULL: it is memory. */
const char *img_anon_raw_reason(const char *image);

/* Write what becomes of the raw image. 0, or -1 with *err. */
int img_anon_pages_make(struct img_anon_pages *p, struct img_dir *from, const char *image,
			const struct img_sink *to, struct img_err *err);

#endif
