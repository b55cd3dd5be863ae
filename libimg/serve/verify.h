/*
 * Is an image fit to be given to criu? A pipe cannot say "error", and criu takes an image that
 * ends early between two entries for a whole one: what is wrong has to be known before.
 */
#ifndef IMG_VERIFY_H
#define IMG_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "libimg/base/buf.h"
#include "libimg/base/err.h"

/* What pagemaps have said so far of the pages files they belong to. Zero it to begin. */
struct img_claims {
	struct img_buf list;
};
void img_claims_free(struct img_claims *c);

enum {
	IMG_VERIFY_STREAM = 1, /* refuse what criu reads from no pipe: pages in a parent dump,
				  compressed ones */
};

/*
 * Read an image of this name, a regular file from its start on: framing, the messages that
 * state the length of a payload, the type that the name stands for. The pages that a pagemap
 * has are noted in *c, and a pages file has to have just as many bytes: its pagemap goes
 * before it. 0, or -1 with *err, without a file.
 */
int img_verify(struct img_claims *c, const char *name, int fd, unsigned flags, struct img_err *err);

/* The pages file pages-`id` of so many bytes against the pagemaps so far. 0, or -1 with *err. */
int img_verify_pages(const struct img_claims *c, uint64_t id, uint64_t size, struct img_err *err);

/* Is it the name of a pages file? Its number into *id. */
bool img_is_pages(const char *name, uint64_t *id);

#endif
