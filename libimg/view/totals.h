/* What a dump holds in all, in numbers. */
#ifndef IMG_TOTALS_H
#define IMG_TOTALS_H

#include "inventory.pb-c.h"
#include "libimg/base/report.h"
#include "libimg/dump/pstree.h"
#include "libimg/memory/sums.h"
#include "stats.pb-c.h"

/* How many there are of a kind. */
struct img_total {
	const char *name; /* "REG", "tcp LISTEN", "CORE"; of CHAIN the directory */
	uint64_t n, bytes;
};

enum img_total_group {
	IMG_TOTAL_FILES,      /* open files by type */
	IMG_TOTAL_SOCKETS,    /* sockets by protocol and state */
	IMG_TOTAL_NAMESPACES, /* namespaces that are in the dump, by kind */
	IMG_TOTAL_HOST,       /* those of the host that tasks are in */
	IMG_TOTAL_IMAGES,     /* images of this directory by type, with their bytes */
	IMG_TOTAL_CHAIN,      /* images of each directory of the chain, this one first */
	IMG_TOTAL_GROUPS
};

struct img_totals {
	uint64_t processes, alive, stopped, zombies, unknown; /* unknown: no core image */
	uint64_t threads, descriptors;
	const char *arch; /* name of the first task's core_entry.mtype; NULL: no core image */
	uint32_t page_size;
	struct img_sums memory;     /* of all tasks; what they share counts once */
	uint64_t packed, packed_of; /* bytes of compressed pages in this directory: stored, plain */
	struct img_buf groups[IMG_TOTAL_GROUPS]; /* struct img_total, by name; CHAIN in order */

	struct img_arena *arena;
	const InventoryEntry *inventory;  /* NULL: none */
	const DumpStatsEntry *stats_dump; /* of stats-dump, also beside `checkpoint`; NULL: none */
	const RestoreStatsEntry *stats_restore;
};

/*
 * Count. Damage and missing images are reported and the rest is counted. `ps` is the tree of d with
 * its cores read, or NULL; memory_only: of a pre-dump, which has nothing else. 0, or -1: no memory.
 */
int img_totals_read(struct img_totals *t, struct img_dir *d, struct img_ps *ps, bool memory_only,
		    const struct img_report *report);
void img_totals_free(struct img_totals *t);

/* The rows of a group. */
const struct img_total *img_totals_rows(const struct img_totals *t, enum img_total_group g,
					size_t *n);

#endif
