/*
 * One pagemap of the newest dump of a chain, with pages of its parents that become its own, and
 * with pages that are left to a base.
 */
#ifndef IMG_FLATTEN_MAP_H
#define IMG_FLATTEN_MAP_H

#include "libimg/base/buf.h"
#include "libimg/dump/dir.h"
#include "libimg/image/sink.h"

/* Which one, and what is known of the dump; all of it is borrowed. */
struct img_flatten_map {
	struct img_dir *from, *base; /* base NULL: nothing is left */
	bool shared;                 /* of a segment; else of the task `id` */
	uint64_t id;
	uint32_t page_size;           /* bytes, of some task; 0: unknown */
	bool has_mappings;            /* some task has them */
	const struct img_buf *pinned; /* of shared segments: see pinned.h */
	const char *pagemap, *pages;  /* names of the images to write */
};

/* What has been done, summed over pagemaps, and room to compare pages. Zero it to begin. */
struct img_flatten_work {
	uint64_t written, left; /* bytes: to pages files, and left to the base */
	struct img_buf taken;   /* uint64_t: bytes written from each level, the newest first */
	uint8_t *buf[2];
};

/*
 * Write both images; to NULL: only count. Without a base and a sink no page is read. The sums are
 * added to *w. 0, or -1 with *err, whose file is "" where it is the pagemap in `from`.
 */
int img_flatten_map(const struct img_flatten_map *m, struct img_flatten_work *w,
		    const struct img_sink *to, struct img_err *err);

void img_flatten_work_clear(struct img_flatten_work *w); /* the sums; the room stays */
void img_flatten_work_free(struct img_flatten_work *w);

#endif
