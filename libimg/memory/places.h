/*
 * Some positions of a stream of ranges that ascend, so that it can be entered near an address. Their
 * number has a limit, whatever the length of the stream.
 */
#ifndef IMG_PLACES_H
#define IMG_PLACES_H

#include <stddef.h>
#include <stdint.h>

/* A position between two entries of a pagemap. */
struct img_place {
	uint64_t at;    /* of the next entry in the image */
	uint64_t entry; /* its number */
	uint64_t end;   /* end address of the previous entry */
	uint64_t off;   /* offset in the pages file after the previous entries */
};

/* Every stride-th position seen, in order. Zero it to begin. */
struct img_places {
	struct img_place *v;
	size_t n, cap;
	uint64_t stride; /* 0: 1 */
	uint64_t met;    /* all of v are of entries below it */
};

/* At a position: remember it, if it is due. Without memory there are fewer of them. */
void img_places_note(struct img_places *s, const struct img_place *pos);

/*
 * The last of them with everything before it below addr, which belongs to s and is good until the
 * next img_places_note(); NULL: none.
 */
const struct img_place *img_places_before(const struct img_places *s, uint64_t addr);

void img_places_free(struct img_places *s);

#endif
