/* The types of descriptors: a row defines how one is described. */
#ifndef IMG_FDS_KIND_H
#define IMG_FDS_KIND_H

#include "fdinfo.pb-c.h"
#include "libimg/view/fds_dump.h"

struct img_desc_kind {
	uint32_t type;  /* FD_TYPES__… */
	unsigned flags; /* field with the flags of open(2), 0: none */

	/* The REG file that has these flags instead, or NULL. */
	uint32_t (*reg)(const struct img_pick *f);

	/* Text. f is invalid after another file was read. */
	void (*text)(struct img_desc_about *a, const struct img_pick *f);

	/* More members of the JSON object, or NULL. */
	void (*more)(struct img_desc_about *a, struct img_jw *w, const struct img_pick *f);

	/*
	 * Bytes queued for reading, and, unchanged if there is no such queue, in q[1] bytes to be
	 * sent; false: no queue. NULL: never.
	 */
	bool (*queued)(struct img_desc_about *a, const struct img_pick *f, uint64_t q[2]);

	/* NULL: never. */
	bool (*listens)(struct img_desc *c, const struct img_pick *f);
};

/*
 * The flags of open(2) of a file, in *flags: false if they are unknown. f is invalid afterwards if
 * another file has them.
 */
bool img_desc_open_flags(struct img_desc_about *a, const struct img_desc_kind *k,
			 const struct img_pick *f, uint32_t *flags);

/* One row for each family of types, ended by a row without a text. */
extern const struct img_desc_kind img_desc_files_kinds[], img_desc_socket_kinds[],
	img_desc_event_kinds[];

/* The row of a type, or NULL. */
const struct img_desc_kind *img_desc_kind_of(const struct img_fd *fd);

#endif
