/* The table of image types: each fact about a type is in its row. */
#ifndef IMG_TYPE_H
#define IMG_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "libimg/image/payload.h"
#include "libimg/msg/schema.h"

/* First word of an image since CRIU 1.6; the second is the type's own magic. */
#define IMG_COMMON 0x54564319u
#define IMG_SERVICE 0x55105940u /* the same for stats-* and irmap-cache */

enum { IMG_PATTERNS = 3 };

struct img_type {
	const char *name;                /* "magic" in JSON */
	uint32_t magic;                  /* 0: no framing, a raw image */
	uint32_t head;                   /* IMG_COMMON, IMG_SERVICE, 0: none */
	const char *files[IMG_PATTERNS]; /* %u: decimal, %x: lower-case hex */
	const struct img_msg *entry;     /* NULL: raw */
	const struct img_extra *extra;   /* what follows an entry, or NULL */
	const struct img_msg *first;     /* message of the first entry if it differs, or NULL */
	const struct img_extra *first_extra;
	bool single;         /* CRIU writes exactly one entry */
	uint8_t pid_in_name; /* bit i: the number in files[i] is a pid or tid */
	/* Releases of CRIU that write files[0], IMG_CRIU(): 0: since 0.1; until now. */
	uint32_t since, until;
	uint32_t fd_type; /* its entries are open files of this IMG_FD_TYPES__…, or 0 */
	bool global;      /* CRIU before 1.6 wrote one in any case, with entries or without */
	bool predump;     /* a dump of memory alone has it, too */
	bool sized;       /* CRIU asks its file for its size: from a pipe it reads nothing */
};

/* A row without a name ends it. If two types share a magic, JSON has the name of the first. */
extern const struct img_type img_types[];

/* Any file without a type of its own: "RAW". */
extern const struct img_type img_type_raw;

/*
 * Any framed image with IMG_COMMON before a magic that is in no row: each entry a message that has
 * no known field. Which magic it is, only the image's head has: img_head.magic.
 */
extern const struct img_type img_type_unknown;

/* The type of a magic (host order), or NULL. */
const struct img_type *img_type_by_magic(uint32_t magic);

/* The type with this name in JSON (n bytes), "RAW" included, or NULL. */
const struct img_type *img_type_by_name(const char *name, size_t n);

/*
 * The type to which a file's base name belongs, or NULL. *number (if not NULL) gets the first
 * number in the name, 0 if it has none.
 */
const struct img_type *img_type_by_file(const char *file, uint64_t *number);

/* The type with this pattern in `files`, "core-%u.img", or NULL. */
const struct img_type *img_type_by_pattern(const char *pattern);

/* The file name of a pattern and a number. Returns buf. */
char *img_type_file_name(const char *pattern, uint64_t number, char *buf, size_t size);

/* The message of entry `index`, and its kind of payload in *extra (NULL: none). */
const struct img_msg *img_type_entry(const struct img_type *t, uint64_t index,
				     const struct img_extra **extra);

/*
 * First word of criu.kdat, CRIU's cache of kernel features: often found beside images, but not an
 * image.
 */
#define IMG_KDAT 0x57023458u

#endif
