/*
 * Write an image entry by entry to a sink: framing, lengths, padding. A payload whose length
 * differs from the one its entry states is refused, so that no truncated image is written.
 */
#ifndef IMG_WRITER_H
#define IMG_WRITER_H

#include <stdbool.h>

#include "libimg/base/out.h"
#include "libimg/image/reader.h"

struct img_writer;

/*
 * Begin an image: write the head that `head` describes. `out` stays the caller's. Returns NULL
 * with *err.
 */
struct img_writer *img_writer_open(struct img_out *out, const struct img_head *head,
				   struct img_err *err);
void img_writer_free(struct img_writer *wr); /* NULL is fine */

/* The message and the kind of payload of the next entry. */
const struct img_msg *img_writer_msg(const struct img_writer *wr, const struct img_extra **extra);

uint64_t img_writer_count(const struct img_writer *wr); /* number of entries begun */

/*
 * Add an entry: n bytes of a message. They are scanned (wire types, required fields), as the
 * fields state the length of the payload. Refused while the payload of the last entry is
 * incomplete, and for raw images. 0, or -1 with *err.
 */
int img_writer_entry(struct img_writer *wr, const void *body, size_t n, struct img_err *err);

/* What is missing of the entry's payload: bytes, or records; IMG_UNKNOWN: any length is right. */
uint64_t img_writer_payload_left(const struct img_writer *wr);

/* Does the last entry have a payload, even an empty one? */
bool img_writer_has_payload(const struct img_writer *wr);

/*
 * Add bytes to the payload (QUEUES: received data, then data to send, as one run), or to a raw
 * image. 0, or -1 with *err: more than the entry states.
 */
int img_writer_data(struct img_writer *wr, const void *p, size_t n, struct img_err *err);

/*
 * Padding that is not zeros: all of it, once the payload is complete (of a record: given with it).
 * Without this call zeros are written. 0, or -1 with *err: another length than it has to be.
 */
int img_writer_pad(struct img_writer *wr, const void *p, size_t n, struct img_err *err);

/*
 * Add a record: its message (scanned by the caller), its run, its padding (NULL: zeros). 0, or -1
 * with *err.
 */
int img_writer_record(struct img_writer *wr, struct img_span body, struct img_span run,
		      const struct img_span *pad, struct img_err *err);

/* End the image: fails if it is incomplete. 0, or -1 with *err. */
int img_writer_end(struct img_writer *wr, struct img_err *err);

#endif
