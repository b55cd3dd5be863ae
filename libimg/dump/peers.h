/*
 * Who holds the other end: of pipes and fifos, pairs of unix sockets, connections over IP
 * of which both sides are in the dump.
 */
#ifndef IMG_PEERS_H
#define IMG_PEERS_H

#include "libimg/dump/fds.h"

struct img_peers;

/* Look at all files. What is damaged is told to `report`. NULL: no memory. */
struct img_peers *img_peers_read(struct img_files *files, const struct img_fds *fds,
				 const struct img_report *report);
void img_peers_free(struct img_peers *e); /* NULL is fine */

/* Does a file have another end at all? A listening socket has none. */
bool img_peers_has(const struct img_peers *e, uint32_t file);

/* How many descriptors are at the other end. */
size_t img_peers_count(const struct img_peers *e, uint32_t file);

/* Those descriptors, one by one. */
struct img_peers_walk {
	uint32_t fd, link, later;
	bool second;
};

void img_peers_begin(const struct img_peers *e, uint32_t file, struct img_peers_walk *w);
uint32_t img_peers_next(const struct img_peers *e, struct img_peers_walk *w); /* or IMG_NO_FD */

/*
 * A file seen as one end of a channel. All files at the same end are a group, and groups
 * have numbers. A pipe opened for reading and writing is at both ends: i is 0, then 1.
 * False: it is at no such end.
 */
enum { IMG_ENDS_READS = 1, IMG_ENDS_WRITES = 2 };
struct img_peers_pair {
	uint32_t own, other;
	unsigned way; /* what goes on at `own` */
};
bool img_peers_pair(const struct img_peers *e, uint32_t file, unsigned i, struct img_peers_pair *p);

/* The descriptors of a group: for img_peers_next(). */
void img_peers_begin_group(const struct img_peers *e, uint32_t group, struct img_peers_walk *w);

#endif
