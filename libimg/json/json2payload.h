/*
 * The payload beside an entry in JSON, in the shape of its type: kept in memory until the fields
 * of the entry, which may follow, state its length.
 */
#ifndef IMG_JSON2PAYLOAD_H
#define IMG_JSON2PAYLOAD_H

#include "libimg/image/writer.h"
#include "libimg/json/jr.h"

/* Zero it to begin. */
struct img_payload {
	bool seen, pad_seen;
	struct img_buf data;
	struct img_buf pad;
	bool queues; /* `data` was given as two runs, the first of this length */
	size_t first;
	struct img_buf records; /* the parts of each record as ranges of `data` */
};

/* Empty it; the memory is kept. */
void img_payload_reset(struct img_payload *p);
void img_payload_free(struct img_payload *p);

/*
 * Read the value of "extra", the key just read. `x`: the kind of payload of the entry, NULL if
 * only a payload line (base64) is possible. Numbers are kept big-endian if `big`. 0, or -1 with
 * *err (line, key path).
 */
int img_payload_extra(struct img_payload *p, struct img_jr *jr, const struct img_extra *x, bool big,
		      struct img_err *err);

/* The same for "@pad": padding that is not zeros. */
int img_payload_pad(struct img_payload *p, struct img_jr *jr, struct img_err *err);

/*
 * Write it after the entry written last, whose message is n bytes at `msg`. 0, or -1 with *err (no
 * line).
 */
int img_payload_write(const struct img_payload *p, const struct img_extra *x, const void *msg,
		      size_t n, struct img_writer *wr, struct img_err *err);

#endif
