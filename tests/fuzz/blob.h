/*
 * A directory of images as one run of bytes, for a fuzzer: for each file the length of its
 * name (one byte), the name, how many bytes follow, how long the file is (two little-endian
 * words of 32 bits), the bytes. What is missing is zeros, so that pages are cheap. Two lengths that
 * no file has stand for a symbolic link to the name that the bytes are, and a FIFO.
 *
 * Names may lie in "p1/", "p2/", ..., where the text of a file `parent` may lead.
 */
#ifndef FUZZ_BLOB_H
#define FUZZ_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/base/buf.h"

enum { BLOB_NAME = 64, BLOB_MEMBERS = 256, BLOB_FILE_MAX = 4 << 20, BLOB_DIRS = 9 };

enum { BLOB_LINK = 0x7ffffffe, BLOB_FIFO = 0x7fffffff };

struct member {
	char name[BLOB_NAME];
	const uint8_t *p; /* borrowed */
	uint32_t n, size; /* bytes there; length of the file */
};

struct blob {
	struct member v[BLOB_MEMBERS];
	size_t n;
};

/* false: it is none. */
bool blob_parse(const uint8_t *p, size_t n, struct blob *b);
void blob_put(struct img_buf *to, const struct member *m);

/* The base name of a member. */
const char *member_base(const struct member *m);

/* Make the files of it in the directory that fd is open on; false: something failed. */
bool blob_write(const struct blob *b, int fd);

/*
 * Run fn on the directory that holds the files of the blob of n bytes at p, and which fn leaves as
 * it is: the files stay for the next run, which most often has all of them but one. `pick` is any
 * number, which depends on these bytes alone: what takes long does one thing of several by it.
 * Ends the program where a descriptor is left open.
 */
void blob_run(const uint8_t *p, size_t n, void (*fn)(const char *dir, size_t pick));

#endif
