/*
 * Mapped files: pages that nobody wrote to are in no image, only in the file. Of a file that
 * was deleted the dump has the whole content; others are read below a root directory where
 * the caller names one, and where they are the files that were mapped.
 */
#ifndef IMG_MAPPED_H
#define IMG_MAPPED_H

#include "libimg/base/report.h"
#include "libimg/dump/files.h"
#include "libimg/dump/vma.h"
#include "libimg/memory/mem.h"

/* The bytes of a stretch that are in one place. */
struct img_mapped_bytes {
	uint64_t len; /* never 0 */
	enum {
		IMG_MAPPED_DATA, /* at `off` of fd */
		IMG_MAPPED_ZERO, /* zeros, by definition or because they were asked for */
		IMG_MAPPED_NONE, /* nowhere: nobody must claim to have them */
	} what;
	int fd; /* good until the next call */
	uint64_t off;
	const char *file;   /* base name of the image that fd is, or path of the file; as fd */
	struct img_run run; /* DATA of an image, which may be compressed; else its len is 0 */
};

struct img_mapped;

enum img_mapped_files {
	IMG_MAPPED_HEADERS, /* the first page of ELF files: debuggers look for the build id there */
	IMG_MAPPED_ALL,     /* every page */
};

/*
 * root: the directory that the paths of the dump are below; -1: none, files of the host are
 * not opened. It stays the caller's, as do d and the index of its files (NULL: it has none). A file
 * that is missing or differs is reported once. NULL: no memory.
 */
struct img_mapped *img_mapped_new(struct img_dir *d, struct img_files *index, int root,
				  enum img_mapped_files files, struct img_report report);
void img_mapped_free(struct img_mapped *m); /* NULL is fine */

/* Was the file with this id deleted before the dump? */
bool img_mapped_deleted(const struct img_mapped *m, uint64_t id);

/*
 * The bytes at addr (at most len) of a mapping whose file has them: sets *b, which is left
 * as it is where they cannot be had. 0, or -1 with *err: the system failed.
 */
int img_mapped_at(struct img_mapped *m, const struct img_vma *v, uint64_t addr, uint64_t len,
		  uint32_t page, struct img_mapped_bytes *b, struct img_err *err);

/* e_flags of an ELF file, by its id: 1, 0 where it cannot be read, -1 with *err. */
int img_mapped_flags(struct img_mapped *m, uint64_t id, uint32_t *flags, struct img_err *err);

#endif
