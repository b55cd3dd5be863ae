/*
 * The payload that JSON gives beside an entry, in whatever shape its type has: kept in
 * memory until the entry's own fields, which may come behind it, tell its length.
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
	bool queues; /* `data` came as two runs, the first of them this long: */
	size_t first;
	struct img_buf records; /* where in `data` the parts of each record are */
};

/* Forget what it holds; the memory is kept. */
void img_payload_reset(struct img_payload *p);
void img_payload_free(struct img_payload *p);

/*
 * Read the value of "extra", the key just read. `x`: what follows the entry that it is of,
 * NULL where only a line of payload (base64) can be meant. Numbers are kept big-endian if
 * `big`. 0, or -1 with *err (line, key path).
 */
int img_payload_extra(struct img_payload *p, struct img_jr *jr, const struct img_extra *x, bool big,
		      struct img_err *err);

/* The same of "@pad": padding that is not zeros. */
int img_payload_pad(struct img_payload *p, struct img_jr *jr, struct img_err *err);

/*
 * Write it behind the entry of n bytes at `msg` that was written last. 0, or -1 with *err
 * (no line).
 */
int img_payload_write(const struct img_payload *p, const struct img_extra *x, const void *msg,
		      size_t n, struct img_writer *wr, struct img_err *err);

#endif
