/*
 * The keys beside entries in JSON: of a header, of a tag around an entry, of a document, of a
 * payload line. They may come in any order.
 */
#ifndef IMG_ENVELOPE_H
#define IMG_ENVELOPE_H

#include "libimg/image/type.h"
#include "libimg/json/jr.h"

enum img_key {
	IMG_K_MAGIC,
	IMG_K_IMG,
	IMG_K_DIR,
	IMG_K_FORMAT,
	IMG_K_ENDIAN,
	IMG_K_ENTRIES,
	IMG_K_ENTRY,
	IMG_K_AT,
	IMG_K_EXTRA,
	IMG_K_PAD,
	IMG_K_NONE, /* another key */
};

#define IMG_BIT(key) (1u << (key))

/* The keys that are allowed in a header, and in a payload line. */
#define IMG_KEYS_HEADER                                                                            \
	(IMG_BIT(IMG_K_MAGIC) | IMG_BIT(IMG_K_IMG) | IMG_BIT(IMG_K_DIR) | IMG_BIT(IMG_K_FORMAT) |  \
	 IMG_BIT(IMG_K_ENDIAN))
#define IMG_KEYS_LINE                                                                              \
	(IMG_BIT(IMG_K_IMG) | IMG_BIT(IMG_K_DIR) | IMG_BIT(IMG_K_AT) | IMG_BIT(IMG_K_EXTRA) |      \
	 IMG_BIT(IMG_K_PAD))

/* Zero it to begin. */
struct img_envelope {
	unsigned seen;      /* IMG_BIT() of each key */
	struct img_buf img; /* a file name without a directory, ended by NUL */
	struct img_buf dir; /* the directory that it was in, ended by NUL: to tell it from others */
	const struct img_type *type;
	uint32_t magic; /* where type is &img_type_unknown */
	bool v1_0, big;
	uint64_t at;
	struct jr_tape entry; /* "entry" or "entries", until the other keys are known */
};

void img_envelope_reset(struct img_envelope *v);
void img_envelope_free(struct img_envelope *v);

enum img_key img_envelope_key(const struct jr_tok *t);
const char *img_envelope_key_name(enum img_key k);

/*
 * Read the value of key `k`, the last token; the caller reads EXTRA and PAD. 0, or -1 with *err.
 * 1: these are the entries of a long document whose magic is known; the first entries are on the
 * tape, the rest is still to be read.
 */
int img_envelope_read(struct img_envelope *v, enum img_key k, struct img_jr *jr,
		      struct img_err *err);

#endif
