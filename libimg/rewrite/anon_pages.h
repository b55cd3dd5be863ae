/* Raw images of an anonymized dump: memory becomes holes, what cannot be judged is emptied. */
#ifndef IMG_ANON_PAGES_H
#define IMG_ANON_PAGES_H

#include "libimg/dump/dir.h"
#include "libimg/image/sink.h"

struct img_anon_pages;

struct img_anon_pages *img_anon_pages_new(bool stacks); /* NULL: no memory */
void img_anon_pages_free(struct img_anon_pages *p);

/* The directory with the mappings of the tasks; it has to stay open. */
void img_anon_pages_tasks(struct img_anon_pages *p, struct img_dir *d);

/*
 * Find the pages in the pages files of `from` that stay, of the vDSO and of stacks; `big`: words of
 * its tasks are big-endian. `cut`: what is damaged has none. 0, or -1 with *err.
 */
int img_anon_pages_learn(struct img_anon_pages *p, struct img_dir *from, bool big, bool cut,
			 struct img_err *err);

/*
 * With stacks: does a value of the thread of a core image lie in an executable mapping of its task,
 * or in a stack? It is asked for thread by thread: the last one is kept at hand.
 */
bool img_anon_pages_points(struct img_anon_pages *p, const char *core, uint64_t value);

/* Why the content of a raw image is left out; NULL: it is memory. */
const char *img_anon_raw_reason(const char *image);

/* Write what becomes of the raw image. 0, or -1 with *err. */
int img_anon_pages_make(struct img_anon_pages *p, struct img_dir *from, const char *image,
			const struct img_sink *to, struct img_err *err);

/*
 * An entry of the pagemap `image` whose pages are compressed: 1 with the new one in *out, in which
 * blocks are of zeros, or stored as they are where something stays; 0: it is not compressed. -1
 * with *err.
 */
int img_anon_pages_entry(const struct img_anon_pages *p, const char *image,
			 const struct img_entry *e, struct img_buf *out, struct img_err *err);

#endif
