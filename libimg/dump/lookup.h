/*
 * A small image in memory, with its entries found by the value of one field: memfd.img by
 * inode_id, pipes-data.img by pipe_id. Payloads are not kept.
 */
#ifndef IMG_LOOKUP_H
#define IMG_LOOKUP_H

#include "libimg/base/report.h"
#include "libimg/dump/dir.h"

struct img_lookup;

#define IMG_NO_ENTRY UINT32_MAX

/*
 * Read the image of this pattern and number; `key` is the number of the field. A missing image
 * counts as one without entries; damage goes to `report`, and the entries before it are kept.
 * NULL: no memory.
 */
struct img_lookup *img_lookup_read(struct img_dir *d, const char *pattern, uint64_t number,
				   unsigned key, const struct img_report *report);
void img_lookup_free(struct img_lookup *s); /* NULL is fine */

/* Reading failed: an entry that is not found may be in the image. */
bool img_lookup_unread(const struct img_lookup *s);

/* The entries of one value in the order of the image; ends with IMG_NO_ENTRY. */
uint32_t img_lookup_first(const struct img_lookup *s, uint64_t value);
uint32_t img_lookup_next(const struct img_lookup *s, uint32_t entry);

/* An entry; *f borrows from s. */
void img_lookup_pick(const struct img_lookup *s, uint32_t entry, struct img_pick *f);

/* Its message. */
const struct img_msg *img_lookup_msg(const struct img_lookup *s);

#endif
