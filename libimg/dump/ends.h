/*
 * Who holds the other end: of pipes and fifos, pairs of unix sockets, connections over IP
 * of which both sides are in the dump.
 */
#ifndef IMG_ENDS_H
#define IMG_ENDS_H

#include "libimg/dump/fds.h"

struct img_ends;

/* Look at all files. What is damaged is told to `report`. NULL: no memory. */
struct img_ends *img_ends_read(struct img_files *files, const struct img_fds *fds,
			       const struct img_report *report);
void img_ends_free(struct img_ends *e); /* NULL is fine */

/* Does a file have another end at all? A listening socket has none. */
bool img_ends_has(const struct img_ends *e, uint32_t file);

/* How many descriptors are at the other end. */
size_t img_ends_count(const struct img_ends *e, uint32_t file);

/* Those descriptors, one by one. */
struct img_ends_walk {
	uint32_t fd, link, later;
	bool second;
};

void img_ends_begin(const struct img_ends *e, uint32_t file, struct img_ends_walk *w);
uint32_t img_ends_next(const struct img_ends *e, struct img_ends_walk *w); /* or IMG_NO_FD */

/*
 * A file seen as one end of a channel. All files at the same end are a group, and groups
 * have numbers. A pipe opened for reading and writing is at both ends: i is 0, then 1.
 * False: it is at no such end.
 */
enum { IMG_ENDS_READS = 1, IMG_ENDS_WRITES = 2 };
struct img_ends_pair {
	uint32_t own, other;
	unsigned way; /* what goes on at `own` */
};
bool img_ends_pair(const struct img_ends *e, uint32_t file, unsigned i, struct img_ends_pair *p);

/* The descriptors of a group: for img_ends_next(). */
void img_ends_begin_group(const struct img_ends *e, uint32_t group, struct img_ends_walk *w);

#endif
