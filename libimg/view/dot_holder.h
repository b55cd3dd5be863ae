/* Who holds the ends of channels, as boxes of a graph. */
#ifndef IMG_DOT_HOLDER_H
#define IMG_DOT_HOLDER_H

#include "libimg/view/dot_box.h"

/* A box that holds one end. */
struct img_dot_holder {
	uint32_t box, fd, pid;
	uint32_t also; /* another descriptor of that process, or IMG_DOT_NONE */
};

/* Those of one end, each box once, ascending. Valid until the next call. */
struct img_dot_held {
	const struct img_dot_holder *v;
	size_t n;
};

struct img_dot_holders {
	struct img_dot_boxes *b;
	struct img_hash_key key;
	uint32_t
		*stands; /* by task whose table it is: the one that stands for those who share it */
	struct img_map groups, by_shared;
	struct img_buf sets;   /* by number of a group: their range in `all` */
	struct img_buf all;    /* struct img_dot_holder */
	struct img_buf shared; /* pairs of boxes that have one table of descriptors */
};

/* False: no memory. */
bool img_dot_holders_make(struct img_dot_holders *h, struct img_dot_boxes *b);
void img_dot_holders_free(struct img_dot_holders *h);

/* The holder that a descriptor is of; false: none that is shown. */
bool img_dot_holder_of(const struct img_dot_holders *h, const struct img_fd *fd,
		       struct img_dot_holder *holder);

/* Both ends of a channel. False: no memory. */
bool img_dot_held(struct img_dot_holders *h, const uint32_t groups[2], struct img_dot_held held[2]);

/* The number that a table has for the n bytes of a key: IMG_MAP_NONE if it is new. */
uint32_t *img_dot_slot(const struct img_dot_holders *h, struct img_map *m, const void *key,
		       size_t n);

#endif
