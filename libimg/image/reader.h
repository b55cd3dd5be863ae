/*
 * An image as a stream of entries, each with its payload. The reader owns the framing;
 * memory is one entry, whatever the size of the image.
 *
 *	rd = img_reader_open(in, "core-7.img", 0, &err);
 *	while ((r = img_reader_next(rd, &e, &err)) > 0)
 *		use(e.msg, e.body);
 *	img_reader_close(rd);
 */
#ifndef IMG_READER_H
#define IMG_READER_H

#include <stdbool.h>

#include "libimg/base/in.h"
#include "libimg/image/type.h"

struct img_reader;

enum img_framing {
	IMG_NONE, /* raw: no framing */
	IMG_V1_0, /* the type's magic, entries (up to CRIU 1.5; INVENTORY always) */
	IMG_V1_1, /* IMG_COMMON or IMG_SERVICE, the type's magic, entries */
};

/* The head of an image: its type and framing. */
struct img_head {
	const struct img_type *type; /* &img_type_raw for a raw image */
	enum img_framing framing;
	bool big;       /* framing words are big-endian */
	uint32_t magic; /* of &img_type_unknown: the second word of the file */
};

/* Its name in JSON: "CORE", "RAW", or "0xdeadbeef" for an unknown type, which is put into buf. */
enum { IMG_HEAD_NAME = 11 };
const char *img_head_name(const struct img_head *h, char buf[IMG_HEAD_NAME]);

enum {
	/* Flags of img_reader_open(). */
	IMG_AS_RAW = 1, /* raw, whatever it begins with */
	IMG_IN_DIR = 2, /* it lies among images: without a magic it is raw, unless its name is
			   that of a type */
};

/*
 * Read the head. `name` is the image's file name or path, or NULL: the name of
 * a raw image makes it raw, and so does an empty file; an empty pipe, or one without a name, is
 * refused, and so is what has no known magic. Where no type has the name, an unknown magic
 * after IMG_COMMON makes the image one of &img_type_unknown if all of it parses, which is read
 * for that, else raw. `in` stays the caller's. Returns NULL with *err.
 */
struct img_reader *img_reader_open(struct img_in *in, const char *name, unsigned flags,
				   struct img_err *err);
void img_reader_close(struct img_reader *rd); /* NULL is fine */

/* How the image began; it belongs to rd. */
const struct img_head *img_reader_head(const struct img_reader *rd);

struct img_entry {
	uint64_t index;                /* from 0 */
	const struct img_msg *msg;     /* NULL: a raw image, which is one entry without a message */
	struct img_span body;          /* the message, not yet checked */
	const struct img_extra *extra; /* NULL: no payload */
	struct img_extra_size size;    /* of the payload */
};

/*
 * Move to the next entry, skipping the unread rest of the last payload. Returns 1 with *e filled,
 * 0 at the end of the image, -1 with *err; after -1 only close. e->body is borrowed: valid until
 * the next call on rd. If a payload follows, the entry has been scanned (wire types, required
 * fields) to learn its length.
 */
int img_reader_next(struct img_reader *rd, struct img_entry *e, struct img_err *err);

/* One run of a payload: QUEUES has two, RECORDS one per message. */
struct img_part {
	const struct img_msg *msg; /* RECORDS: the message before the run, else NULL */
	struct img_span body;
	uint64_t len; /* bytes, or IMG_UNKNOWN (REST) */
	unsigned pad; /* bytes of padding after it */
};

/*
 * Move to the next run of the entry's payload, skipping the unread rest of the last one. 1 with
 * *part, 0 at the end, -1 with *err.
 */
int img_reader_part(struct img_reader *rd, struct img_part *part, struct img_err *err);

/*
 * The next bytes of the run: `want` of them, fewer only at its end. 1 with *data (borrowed, valid
 * until the next call on rd), 0 at the end of the run, -1 with *err.
 */
int img_reader_data(struct img_reader *rd, size_t want, struct img_span *data, struct img_err *err);

/* Look ahead: the length of a REST run, counted up to n, in *have. 0, or -1 with *err. */
int img_reader_ahead(struct img_reader *rd, size_t n, size_t *have, struct img_err *err);

/*
 * The whole run and its padding, part->len + part->pad bytes, as a borrowed span: for callers that
 * show a run together with what follows it. 0, or -1 with *err.
 */
int img_reader_whole(struct img_reader *rd, struct img_span *all, struct img_err *err);

/* The padding after the run, once its data is read; part->pad bytes. 0, or -1 with *err. */
int img_reader_pad(struct img_reader *rd, struct img_span *pad, struct img_err *err);

/* Skip the rest of the payload; its bytes, padding included, are counted in *n. 0 or -1. */
int img_reader_skip(struct img_reader *rd, uint64_t *n, struct img_err *err);

#endif
