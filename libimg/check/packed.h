/* Parts of img_ck_pagemaps(): pages that are compressed (after CRIU 4.2). */
#ifndef IMG_PACKED_CHECK_H
#define IMG_PACKED_CHECK_H

#include "libimg/check/model.h"
#include "libimg/image/reader.h"
#include "libimg/memory/pageentry.h"

/* Does an entry of a pagemap have fields that no release has? */
bool img_ck_is_packed(struct img_span body);

/*
 * Read such an entry, of `pages` pages, from its image. False, and it has been reported, if its
 * pages cannot be found; else *stored are their bytes in the pages file.
 */
bool img_ck_packed_entry(struct check *ck, const struct ck_image *im, struct img_peek *image,
			 const struct img_entry *e, uint64_t pages, uint32_t page,
			 struct img_packed *packed, uint64_t *stored);

/* The blocks of a whole pagemap: each must decompress to its pages. */
void img_ck_packed_blocks(struct check *ck, const struct ck_image *im, bool shared, uint32_t page);

#endif
