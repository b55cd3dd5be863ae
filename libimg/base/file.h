/* Bytes in an open file: all of it, or a stretch of it, as a member of an archive is. */
#ifndef IMG_FILE_H
#define IMG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/base/err.h"

struct img_file {
	int fd;        /* -1: none. Of a stretch it may be shared: its offset says nothing */
	bool part;     /* a stretch; else all of fd, whose base is 0 */
	uint64_t base; /* offset of the first byte in fd */
	uint64_t size; /* bytes */
};

/* All of fd, which is taken over. 0, or -1 with *err: fd is closed. */
int img_file_take(struct img_file *f, int fd, struct img_err *err);

/* Another descriptor of the same bytes. 0, or -1 with *err; copy->fd is -1 then. */
int img_file_dup(const struct img_file *f, struct img_file *copy, struct img_err *err);

void img_file_close(struct img_file *f); /* f->fd is -1 afterwards, and may be before */

/*
 * Bytes that it takes on the disk; of a stretch, all that it has. 0, or -1 with *err.
 */
int img_file_disk(const struct img_file *f, uint64_t *bytes, struct img_err *err);

/*
 * Read n bytes at `off`, fewer only at the end. Returns their number, or -1 with *err (IMG_ESYS).
 */
int64_t img_file_read(const struct img_file *f, uint64_t off, void *buf, size_t n,
		      struct img_err *err);

#endif
