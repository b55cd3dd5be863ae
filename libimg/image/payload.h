/* The payload of an entry, the raw bytes after it: its length and its shape. */
#ifndef IMG_PAYLOAD_H
#define IMG_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/msg/schema.h"

enum img_shape {
	IMG_RUN,     /* one run of bytes */
	IMG_QUEUES,  /* two runs: data received, data to send (TCP) */
	IMG_NUMBERS, /* 16-bit numbers */
	IMG_RECORDS, /* framed messages, each followed by a run */
	IMG_REST,    /* the rest of the file */
};

/* A kind of payload. Lengths are fields of the entry; tag 0: no such field. */
struct img_extra {
	enum img_shape shape;
	bool wide;                    /* lengths are 64-bit, not 32-bit */
	uint32_t len[2];              /* bytes: their sum; NUMBERS and RECORDS: their count */
	uint32_t none_if;             /* a bool field: true means no payload */
	unsigned align;               /* padded with zeros to a multiple of this, or 0 */
	const struct img_msg *record; /* RECORDS: the message of each record */
	uint32_t record_len;          /* RECORDS: its field with the length of the run */
};

extern const struct img_extra img_extra_pipe, img_extra_sk, img_extra_tcp, img_extra_sem,
	img_extra_msg, img_extra_shm, img_extra_bpf, img_extra_ghost, img_extra_chunk;

/* The payload lengths that the fields of one entry state. */
struct img_extra_size {
	bool none;       /* no payload, not even an empty one */
	uint64_t len[2]; /* bytes of each run (QUEUES has two); RECORDS: len[0] is their count */
	unsigned pad;    /* bytes of padding after the last run */
};

/* Read the lengths from an entry of n bytes that has been scanned. */
void img_extra_measure(const struct img_extra *x, const uint8_t *p, size_t n,
		       struct img_extra_size *size);

/* RECORDS: length of the run after a message of n bytes that has been scanned. */
uint64_t img_extra_record_len(const struct img_extra *x, const uint8_t *p, size_t n);

/* Bytes of padding after n bytes of payload. */
unsigned img_extra_pad(const struct img_extra *x, uint64_t n);

#endif
