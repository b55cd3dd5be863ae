/* The raw bytes behind an entry: how many there are, and what shape they have. */
#ifndef IMG_PAYLOAD_H
#define IMG_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/msg/schema.h"

enum img_shape {
	IMG_RUN,     /* one run of bytes */
	IMG_QUEUES,  /* two runs: what TCP has received, what it has to send */
	IMG_NUMBERS, /* numbers of 16 bits */
	IMG_RECORDS, /* framed messages, each followed by its own run */
	IMG_REST,    /* all that is left of the file */
};

/* A kind of payload. Lengths are fields of the entry; 0 in a tag: no such field. */
struct img_extra {
	enum img_shape shape;
	bool wide;                    /* lengths have 64 bits, not 32 */
	uint32_t len[2];              /* bytes: their sum; NUMBERS and RECORDS: how many */
	uint32_t none_if;             /* a bool field: true says that there is no payload */
	unsigned align;               /* zeros follow up to a multiple of so many bytes, or 0 */
	const struct img_msg *record; /* RECORDS: the message of each */
	uint32_t record_len;          /* and its field with the length of its run */
};

extern const struct img_extra img_extra_pipe, img_extra_sk, img_extra_tcp, img_extra_sem,
	img_extra_msg, img_extra_shm, img_extra_bpf, img_extra_ghost, img_extra_chunk;

/* What the fields of one entry say of its payload. */
struct img_extra_size {
	bool none;       /* no payload, not even an empty one */
	uint64_t len[2]; /* bytes of each run (QUEUES has two); RECORDS: len[0] of them */
	unsigned pad;    /* bytes of padding behind */
};

/* Read the lengths from an entry of n bytes that has been scanned. */
void img_extra_measure(const struct img_extra *x, const uint8_t *p, size_t n,
		       struct img_extra_size *size);

/* RECORDS: bytes of the run behind a message of n bytes that has been scanned. */
uint64_t img_extra_record_len(const struct img_extra *x, const uint8_t *p, size_t n);

/* Bytes of padding behind n bytes of payload. */
unsigned img_extra_pad(const struct img_extra *x, uint64_t n);

#endif
