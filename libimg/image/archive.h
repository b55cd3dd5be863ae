/*
 * Archives, members one by one: of a tmpfs, which CRIU packs, or of a dump, which others do. gzip
 * by zlib, for libarchive does not verify its checksums; tar, and other ways to compress it, by
 * libarchive.
 */
#ifndef IMG_ARCHIVE_H
#define IMG_ARCHIVE_H

#include "libimg/base/in.h"

struct archive_entry;
struct img_archive;

/*
 * Read an archive of an image from its start. What it unpacks to is limited by its size, so that
 * one cannot take longer than others of its size by much. NULL with *err.
 */
struct img_archive *img_archive_open(struct img_in *in, struct img_err *err);

/* Bytes that say what an archive is. */
enum { IMG_ARCHIVE_HEAD = 512 };

/* Can these be the first n bytes of an archive: tar, or gzip, zstd, xz, bzip2, lz4? */
bool img_archive_begins(const uint8_t *p, size_t n);

/*
 * The same for such an archive; `in` has not been read, and what it unpacks to is at most `limit`
 * bytes. NULL with *err.
 */
struct img_archive *img_archive_open_any(struct img_in *in, uint64_t limit, struct img_err *err);

/* Not compressed? Then the data of a member lies in the archive as it is, from here on. */
bool img_archive_is_plain(const struct img_archive *a);

/* The offset after what has been read of the unpacked archive: after img_archive_next() the data. */
uint64_t img_archive_at(const struct img_archive *a);

void img_archive_close(struct img_archive *a); /* NULL is fine */

/*
 * The next member, good until the next call; what was not read of the last one is skipped. 1; 0
 * at the end, where the checksums of all were right; -1 with *err: damaged (IMG_EDATA), or over a
 * limit (IMG_ELIMIT).
 */
int img_archive_next(struct img_archive *a, struct archive_entry **e, struct img_err *err);

/* What the last member is; strings belong to a until the next one. */
struct img_archive_about {
	const char *path;
	const char *hardlink, *symlink; /* NULL: none */
	unsigned type, perm;            /* S_IFREG, ...; 0755 */
	int64_t uid, gid;
	uint64_t size; /* bytes, holes included */
	bool has_size, has_mtime;
	bool sparse;   /* it has holes, which are not in the archive */
	int64_t mtime; /* seconds, if it has one */
};
void img_archive_about(const struct img_archive *a, struct img_archive_about *m);

/*
 * The next bytes of the member, good until the next call; bytes->off is where they are in its
 * file, and between two runs there may be a hole. 1, 0 at the end, -1 with *err.
 */
int img_archive_data(struct img_archive *a, struct img_span *bytes, struct img_err *err);

/* Bytes that it has unpacked to: after the last member, all. */
uint64_t img_archive_size(const struct img_archive *a);

#endif
