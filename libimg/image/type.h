/* The table of image types: every fact about a type stands in its row. */
#ifndef IMG_TYPE_H
#define IMG_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "libimg/image/payload.h"
#include "libimg/msg/schema.h"

/* First word of an image since CRIU 1.6: the type's own magic is the second. */
#define IMG_COMMON 0x54564319u
#define IMG_SERVICE 0x55105940u /* the same of stats-* and irmap-cache */

enum { IMG_PATTERNS = 3 };

struct img_type {
	const char *name;                /* "magic" in JSON */
	uint32_t magic;                  /* 0: no framing, a raw image */
	uint32_t head;                   /* IMG_COMMON, IMG_SERVICE, 0: never one */
	const char *files[IMG_PATTERNS]; /* %u: decimal, %x: hex in lower case */
	const struct img_msg *entry;     /* NULL: raw */
	const struct img_extra *extra;   /* what follows an entry, or NULL */
	const struct img_msg *first;     /* the first entry where it differs, or NULL */
	const struct img_extra *first_extra;
	bool single; /* CRIU writes exactly one entry */
};

/* Ended by a row without a name. Where two share a magic the first names it in JSON. */
extern const struct img_type img_types[];

/* Any file that has no type of its own: "RAW". */
extern const struct img_type img_type_raw;

/* The type of a magic (host order), or NULL. */
const struct img_type *img_type_by_magic(uint32_t magic);

/* The type of a name in JSON (n bytes), "RAW" included, or NULL. */
const struct img_type *img_type_by_name(const char *name, size_t n);

/*
 * The type that a file's base name tells, or NULL. *number (not NULL) gets the first
 * number in it, 0 where it has none.
 */
const struct img_type *img_type_by_file(const char *file, uint64_t *number);

/* The type with this pattern in `files`, which must be one of the table's. */
const struct img_type *img_type_by_pattern(const char *pattern);

/* The file name of a pattern and a number. Returns buf. */
char *img_type_file_name(const char *pattern, uint64_t number, char *buf, size_t size);

/* The message of entry `index`, and what follows it (*extra, NULL where nothing does). */
const struct img_msg *img_type_entry(const struct img_type *t, uint64_t index,
				     const struct img_extra **extra);

/* First word of criu.kdat, CRIU's cache of kernel features: found beside images, not one. */
#define IMG_KDAT 0x57023458u

#endif
