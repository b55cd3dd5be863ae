/*
 * The members of an archive: their names, and where their bytes are. In an archive that is not
 * compressed they stay where they are; else the small ones go into a spool at once, and a large
 * one when it is asked for. What comes through a pipe is spooled first. Memory is the names.
 */
#ifndef IMG_MEMBERS_H
#define IMG_MEMBERS_H

#include "libimg/base/in.h"

enum img_member_kind {
	IMG_MEMBER_FILE,
	IMG_MEMBER_LINK, /* symbolic */
	IMG_MEMBER_HARD, /* another name of a file */
	IMG_MEMBER_DIR,
	IMG_MEMBER_SOCKET,
	IMG_MEMBER_PIPE,
	IMG_MEMBER_DEVICE,
};

struct img_member {
	const char *path; /* from the top of the archive; no "." nor ".." in it, nor "//" */
	const char *link; /* LINK: as it is in the archive; HARD: a path like the above */
	enum img_member_kind kind;
	uint64_t size; /* FILE */

	/* Used within. */
	uint64_t at;
	uint32_t ordinal;
	uint8_t place, n_head, head[4];
};

struct img_members;

/*
 * Read an archive from fd, which is taken over: of a file from its offset on, of a pipe all of
 * it. NULL with *err, IMG_EDATA: it is none, damaged, cut, has a name twice or one that leads
 * out of it; IMG_ELIMIT: it claims too much.
 */
struct img_members *img_members_read(int fd, struct img_err *err);

/* The same of a stream, whose bytes are all still to come. */
struct img_members *img_members_read_in(struct img_in *in, struct img_err *err);
void img_members_free(struct img_members *ms); /* NULL is fine */

/* In order of the bytes of their paths. */
size_t img_members_count(const struct img_members *ms);
const struct img_member *img_members_at(const struct img_members *ms, size_t i);

/* NULL: none of this path. */
const struct img_member *img_members_find(const struct img_members *ms, const char *path);

/* Open a FILE. *f is for the caller to close. 0, or -1 with *err. */
int img_members_open(struct img_members *ms, const struct img_member *m, struct img_file *f,
		     struct img_err *err);

/* Its first bytes, 4 or fewer: their number, or -1 with *err. */
int img_members_head(struct img_members *ms, const struct img_member *m, uint8_t head[4],
		     struct img_err *err);

#endif
