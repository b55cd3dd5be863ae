/*
 * Blocks of pages on their way into a pagemap and its pages file: many are compressed, or
 * decompressed, at a time, and are written in the order in which they came.
 */
#ifndef IMG_PAGEJOBS_H
#define IMG_PAGEJOBS_H

#include "libimg/base/crew.h"
#include "libimg/memory/pagesink.h"

struct img_pagejobs;

/*
 * `most`: bytes of memory in the largest block, on either side; `accel`: of LZ4. NULL with *err. The
 * crew and the sink are borrowed.
 */
struct img_pagejobs *img_pagejobs_new(struct img_crew *crew, unsigned jobs, size_t most, int accel,
				      struct img_pagesink *to, struct img_err *err);
void img_pagejobs_free(struct img_pagejobs *j); /* NULL is fine */

/* The next entry of the sink. 0, or -1 with *err. */
int img_pagejobs_entry(struct img_pagejobs *j, const struct img_pagesink_entry *e,
		       struct img_err *err);

/*
 * Room for the n bytes (up to `most`) of a block that is to be compressed: fill it, then say so by
 * img_pagejobs_compress(). `raw`: it has to stay as it is. NULL with *err.
 */
uint8_t *img_pagejobs_room(struct img_pagejobs *j, size_t n, struct img_err *err);
void img_pagejobs_compress(struct img_pagejobs *j, size_t n, bool raw);

/* The block b of `from`, decompressed, becomes pages of the entry. 0, or -1 with *err. */
int img_pagejobs_decompress(struct img_pagejobs *j, const struct img_store *from,
			    const struct img_block *b, struct img_err *err);

/* Have all of it in the sink. 0, or -1 with *err. */
int img_pagejobs_flush(struct img_pagejobs *j, struct img_err *err);

#endif
