/* Why a call failed: filled by the library, printed by the program. */
#ifndef IMG_ERR_H
#define IMG_ERR_H

#include <stddef.h>
#include <stdint.h>

enum img_ekind {
	IMG_EDATA = 1, /* the input is not valid */
	IMG_ELIMIT,    /* the input exceeds a limit of ours */
	IMG_ESYS,      /* a system call failed; see errnum */
};

#define IMG_NOWHERE UINT64_MAX /* img_err.off: not at an offset of an image */

/* Greatest nesting of messages, in images and in JSON. */
#define IMG_MAX_DEPTH 512

struct img_err {
	enum img_ekind kind;
	int errnum;    /* errno when kind is IMG_ESYS; ENOENT: no such image; ELOOP: parents loop */
	uint64_t off;  /* byte offset in the image, or IMG_NOWHERE */
	uint64_t line; /* line of JSON text, from 1; 0: none */
	char file[1024]; /* image or file concerned; "": the caller knows it */
	char path[160];  /* place in the document: "entries[3].fown.uid", or "" */
	char what[256];  /* the reason: lower case, no full stop */
};

/*
 * Fill *err and return -1, so that callers write `return img_fail(...)`. With IMG_ESYS the text of
 * errno, as it is at the call, is appended.
 */
int img_fail(struct img_err *err, enum img_ekind kind, uint64_t off, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for JSON text: `line` counts from 1. */
int img_fail_line(struct img_err *err, enum img_ekind kind, uint64_t line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* A system call failed: IMG_ESYS with the text of errno alone. Returns -1. */
int img_fail_sys(struct img_err *err);

/*
 * A system call failed on a file: IMG_ESYS, with the file as by img_err_in(). what: what could not
 * be done, or "". Returns -1.
 */
int img_fail_file(struct img_err *err, const char *dir, const char *name, const char *what);

/* Out of memory: img_fail_sys() with ENOMEM. Returns -1. */
int img_fail_mem(struct img_err *err);

/*
 * Set err->file to `name` in `dir`, or to dir itself if name is "", and to two quotes if that is ""
 * too. Returns -1.
 */
int img_err_in(struct img_err *err, const char *dir, const char *name);

/*
 * Prepend a key, and an index unless it is negative, to err->path, while the error is passed
 * outward. Returns -1.
 */
int img_err_under(struct img_err *err, const char *key, int64_t index);

/*
 * The whole message without the names of program and file: "offset 0x412: entry 3 truncated (need
 * 412 bytes, have 97)". Control characters are shown as \xNN. Returns buf.
 */
char *img_err_text(const struct img_err *err, char *buf, size_t size);

/*
 * All of it as one line without a newline, file, place, reason: "files.img: offset 0x412: entry 3
 * truncated (need 412 bytes, have 97)". Control characters as above. `file` is the name for an
 * error that has none of its own, or NULL. A long name leaves half of the size to the rest.
 * Returns buf.
 */
enum { IMG_ERR_LINE = 2048 }; /* a size of buf that is enough for most */
char *img_err_line(const struct img_err *err, const char *file, char *buf, size_t size);

/*
 * Copy untrusted text to buf (size bytes, always NUL-terminated), with hidden characters (see
 * img_utf8_hidden()) and bytes that are not UTF-8 as \xNN. Returns buf.
 */
char *img_printable(const char *s, size_t n, char *buf, size_t size);

#endif
