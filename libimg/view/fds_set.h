/* Selection of descriptors by words for their kinds. */
#ifndef IMG_FDS_SET_H
#define IMG_FDS_SET_H

#include "libimg/view/fds_show.h"

/*
 * Kinds of descriptors by name: those of the schema (REG, INETSK …) in upper or lower case, and
 * common words: file, inet, tcp, unix, tty. Zero it to begin. A socket whose entry is lost is of
 * each kind that it may be.
 */
struct img_desc_set {
	uint64_t rows; /* bits */
};

/* Add the kinds named by a word of n bytes; false: unknown word. */
bool img_desc_set_add(struct img_desc_set *s, const char *word, size_t n);
bool img_desc_set_has(const struct img_desc_set *s, struct img_desc *c, const struct img_fd *fd);

/* The words, for help: NULL ends them. */
const char *img_desc_set_word(size_t i);

#endif
