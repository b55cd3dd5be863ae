/* Entries of pagemaps whose pages are compressed, in an anonymized dump. */
#ifndef IMG_ANON_PACKED_H
#define IMG_ANON_PACKED_H

#include "libimg/base/buf.h"
#include "libimg/image/reader.h"

/* A block of which something stays: it is stored as it is, the others are of zeros. */
struct img_anon_blocks {
	char image[64]; /* the pagemap */
	uint64_t entry, index, size;
};

/* The blocks of an entry, of all in *b, which ascend by image, entry and index: up to *end. */
const struct img_anon_blocks *img_anon_blocks_of(const struct img_buf *b, const char *image,
						 uint64_t entry,
						 const struct img_anon_blocks **end);

/*
 * Append the entry with the sizes that its blocks have now, in the layout that it had: 1; 0: its
 * pages are not compressed; -1 with *err.
 */
int img_anon_packed(const struct img_buf *blocks, const char *image, const struct img_entry *e,
		    struct img_buf *out, struct img_err *err);

#endif
