/* A pagemap and its pages file that come of no other, in the form of the target. */
#ifndef IMG_NEWPAGES_H
#define IMG_NEWPAGES_H

#include "libimg/memory/pagesink.h"
#include "libimg/rewrite/convert.h"

enum { IMG_NEWPAGES_PAGE = 4096 }; /* bytes of a page */

/* Zero it to begin. */
struct img_newpages {
	char pagemap[IMG_NAME], pages[IMG_NAME]; /* names of the images */
	struct img_buf head;
	struct img_pagesink *sink;
	bool open;    /* an entry goes on ... */
	uint64_t end; /* ... from here */
};

/* The names for a task, or a shared segment, and the number of the pages file. */
void img_newpages_name(struct img_newpages *p, bool shared, uint64_t id, uint64_t pages);

/*
 * Begin both, with their names. 0, or -1 with *err: img_newpages_end() is due in any case, with
 * what came of it.
 */
int img_newpages_begin(struct img_convert *c, struct img_newpages *p, uint64_t pages_id,
		       const struct img_sink *to, struct img_err *err);

/*
 * Pages at addr, which go on where the last ones ended; their bytes are to be put into p->sink. 0,
 * or -1 with *err.
 */
int img_newpages_add(struct img_convert *c, struct img_newpages *p, uint64_t addr, uint64_t pages,
		     struct img_err *err);

int img_newpages_end(struct img_newpages *p, int r, struct img_err *err);

#endif
