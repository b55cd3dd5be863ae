/* A directory that a target writes to, beside the one it reads, and the memory of both. */
#ifndef FUZZ_PLACE_H
#define FUZZ_PLACE_H

#include "dump.h"
#include "libimg/dump/dir.h"
#include "libimg/image/sink.h"
#include "libimg/memory/chain.h"

struct place {
	char path[300];
	int dir, fd;
	struct img_out *out;
};

/* Make it beside `dir`; there may be one at a time. It takes what comes to its sink. */
void place_new(struct place *x, const char *dir);
void place_free(struct place *x);
struct img_sink place_sink(struct place *x);

/*
 * Call fn for each run of each pagemap of `from`, with its chain and that of the pagemap of the
 * same name in the place; as far as both can be opened.
 */
void place_runs(struct img_dir *from, const struct place *x,
		void (*fn)(struct img_chain *from, struct img_chain *to,
			   const struct img_dump_mem_run *run));

/* The last bytes of the first n of two pieces are the same, as far as the first can be read. */
void place_same(struct img_chain *a, const struct img_piece *pa, struct img_chain *b,
		const struct img_piece *pb, uint64_t n);

#endif
