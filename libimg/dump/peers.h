/*
 * Who holds the other end of pipes and fifos, of pairs of unix sockets, and of IP connections with
 * both sides in the dump.
 */
#ifndef IMG_PEERS_H
#define IMG_PEERS_H

#include "libimg/dump/fds.h"

struct img_peers;

/*
 * Examine all files. Damage goes to `report`. `mips`: of the dump, from img_dump_is_mips().
 * NULL: no memory.
 */
struct img_peers *img_peers_read(struct img_files *files, const struct img_fds *fds, bool mips,
				 const struct img_report *report);
void img_peers_free(struct img_peers *e); /* NULL is fine */

/* Can a file have another end? A listening socket has none. */
bool img_peers_has(const struct img_peers *e, uint32_t file);

/* The number of descriptors at the other end. */
size_t img_peers_count(const struct img_peers *e, uint32_t file);

/* Iterate over those descriptors. */
struct img_peers_walk {
	uint32_t fd, link, later;
	bool second;
};

/* Begin with the descriptors at the other end of a file. */
void img_peers_begin(const struct img_peers *e, uint32_t file, struct img_peers_walk *w);
uint32_t img_peers_next(const struct img_peers *e, struct img_peers_walk *w); /* or IMG_NO_FD */

/*
 * A file as one end of a channel. All files that are the same end are a group, and groups have
 * numbers. A pipe opened for reading and writing is both ends: i is 0, then 1. False: there is no
 * such end.
 */
enum { IMG_ENDS_READS = 1, IMG_ENDS_WRITES = 2 };
struct img_peers_pair {
	uint32_t own, other;
	unsigned way; /* directions at `own` */
};
bool img_peers_pair(const struct img_peers *e, uint32_t file, unsigned i, struct img_peers_pair *p);

/* The descriptors of a group: for img_peers_next(). */
void img_peers_begin_group(const struct img_peers *e, uint32_t group, struct img_peers_walk *w);

#endif
