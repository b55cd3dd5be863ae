/*
 * An image, entry by entry, to a sink: framing, lengths, padding. A payload that does not
 * have the length its entry states is refused, so that no short image comes about.
 */
#ifndef IMG_WRITER_H
#define IMG_WRITER_H

#include <stdbool.h>

#include "libimg/base/out.h"
#include "libimg/image/reader.h"

struct img_writer;

/*
 * Begin an image: writes the head that `head` describes. `out` stays the caller's.
 * Returns NULL with *err.
 */
struct img_writer *img_writer_open(struct img_out *out, const struct img_head *head,
				   struct img_err *err);
void img_writer_free(struct img_writer *wr); /* NULL is fine */

/* The message and the payload of the entry that comes next. */
const struct img_msg *img_writer_msg(const struct img_writer *wr, const struct img_extra **extra);

uint64_t img_writer_count(const struct img_writer *wr); /* entries begun */

/*
 * Add an entry: n bytes of a message, scanned here (wire types, required fields), since
 * its fields say what has to follow. Refused while the last entry lacks some of its
 * payload. Not for raw images. 0, or -1 with *err.
 */
int img_writer_entry(struct img_writer *wr, const void *body, size_t n, struct img_err *err);

/* What the entry's payload still lacks: bytes, or records; IMG_UNKNOWN: any number will do. */
uint64_t img_writer_lacks(const struct img_writer *wr);

/* Whether the last entry has a payload at all, if only an empty one. */
bool img_writer_has_payload(const struct img_writer *wr);

/* Add bytes to the payload (QUEUES: in, then out, as one run), or to a raw image. */
int img_writer_data(struct img_writer *wr, const void *p, size_t n, struct img_err *err);

/*
 * Padding that is not zeros: all of it, once the payload is complete (for a record: given
 * with it). Where it is never called, zeros are written.
 */
int img_writer_pad(struct img_writer *wr, const void *p, size_t n, struct img_err *err);

/* Add a record: its message (scanned by the caller), its run, its padding (NULL: zeros). */
int img_writer_record(struct img_writer *wr, struct img_span body, struct img_span run,
		      const struct img_span *pad, struct img_err *err);

/* The image ends here: is it complete? 0, or -1 with *err. */
int img_writer_end(struct img_writer *wr, struct img_err *err);

#endif
