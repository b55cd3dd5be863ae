/* Why a call failed: filled by the library, printed by the program. */
#ifndef IMG_ERR_H
#define IMG_ERR_H

#include <stddef.h>
#include <stdint.h>

enum img_ekind {
	IMG_EDATA = 1, /* the input is not what it should be */
	IMG_ELIMIT,    /* the input asks for more than a limit of ours */
	IMG_ESYS,      /* the system failed; see errnum */
};

#define IMG_NOWHERE UINT64_MAX /* img_err.off: no place in an image */

/* The nesting of messages that is followed, in images and in JSON. */
#define IMG_MAX_DEPTH 512

struct img_err {
	enum img_ekind kind;
	int errnum;     /* errno when kind is IMG_ESYS, else 0 */
	uint64_t off;   /* byte offset in the image, or IMG_NOWHERE */
	uint64_t line;  /* line of JSON text, from 1; 0 where that has no meaning */
	char file[256]; /* image or file it is about, "" where the caller knows */
	char path[160]; /* where in the document: "entries[3].fown.uid", or "" */
	char what[256]; /* the reason: lower case, no full stop */
};

/*
 * Fill *err and return -1, so that callers write `return img_fail(...)`.
 * With IMG_ESYS the text of errno, as it is at the call, goes behind `fmt`.
 */
int img_fail(struct img_err *err, enum img_ekind kind, uint64_t off, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for JSON text: `line` counts from 1. */
int img_fail_line(struct img_err *err, enum img_ekind kind, uint64_t line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* A call of the system failed: IMG_ESYS with errno, whose text says it all. Returns -1. */
int img_fail_sys(struct img_err *err);

/* No memory: the same with ENOMEM. Returns -1. */
int img_fail_mem(struct img_err *err);

/* Put the file it is about into err->file: `name` in `dir`, or "": that itself. Returns -1. */
int img_err_in(struct img_err *err, const char *dir, const char *name);

/*
 * Put a key in front of err->path while an error travels outward; index < 0: none.
 * Returns -1.
 */
int img_err_under(struct img_err *err, const char *key, int64_t index);

/*
 * The whole sentence but for the program's and the file's name into buf:
 * "offset 0x412: entry 3 truncated (need 412 bytes, have 97)". Bytes that a
 * terminal would obey are shown as \xNN. Returns buf.
 */
char *img_err_text(const struct img_err *err, char *buf, size_t size);

/*
 * Copy text of unknown origin to buf (size bytes, always ended by NUL), with control
 * characters (C0, DEL, C1) and bytes that are not UTF-8 as \xNN. Returns buf.
 */
char *img_printable(const char *s, size_t n, char *buf, size_t size);

#endif
