/* The lines of a graph: channels between boxes, merged. */
#ifndef IMG_DOT_LINK_H
#define IMG_DOT_LINK_H

#include "libimg/view/dot_holder.h"

/* Ends of a channel that are kept for labels: of more, their number is. */
enum { IMG_DOT_ENDS = 8 };

struct img_dot_end {
	uint32_t file, other;   /* its channel: see img_dot_channel() */
	uint32_t pid[2], fd[2]; /* of the tail, of the head */
	uint32_t also[2];       /* another descriptor there, or IMG_DOT_NONE */
};

/* All channels of a kind and a direction between two boxes. */
struct img_dot_edge {
	uint32_t box[2];
	uint32_t kind; /* of img_dot_kinds */
	bool both;     /* both ends may write; else data goes from box[0] to box[1] */
	uint32_t n;
	struct img_dot_end ends[IMG_DOT_ENDS];
};

/* A channel with too many holders for a line between each two of them: a node. */
struct img_dot_hub {
	uint32_t kind, n;       /* n: channels of the same holders */
	uint32_t file;          /* of the first */
	size_t first;           /* of its spokes */
	uint32_t spokes, boxes; /* boxes: that hold it, of which some have no spoke */
};

struct img_dot_spoke {
	uint32_t box, fd;
	bool reads, writes;
};

struct img_dot_links {
	struct img_dot_boxes *b;
	struct img_dot_holders h;
	struct img_buf edges, hubs, spokes; /* of the structs above */
	uint32_t n_edges, n_hubs;
	unsigned kinds; /* bits of those drawn */

	/* Internal: */
	struct img_map ends;  /* ordered pairs of groups that are linked */
	struct img_map drawn; /* by unordered pair */
	struct img_map by_edge, by_hub;
};

/* 0, or -1 with *err: no memory. */
int img_dot_links_make(struct img_dot_links *l, struct img_dot_boxes *b, struct img_err *err);
void img_dot_links_free(struct img_dot_links *l);

#endif
