/*
 * A dump in the form that another CRIU reads: framing, layout of the images, version. The rows of
 * layout_*.c say what changed when.
 */
#ifndef IMG_VERSION_OF_H
#define IMG_VERSION_OF_H

#include "libimg/rewrite/recompress.h"

/* The last release whose form is known in full: what a newer one reads stays as it is. */
#define IMG_VERSION_LATEST IMG_CRIU(4, 2, 0)

struct img_version;

struct img_version_how {
	uint32_t to; /* the CRIU that shall read it: IMG_CRIU(), IMG_CRIU_DEV */
	/* IMG_NONE: that of `to`. Else nothing but the framing changes. */
	enum img_framing framing;
	/* The change that writes pagemaps, of which it leaves the others; NULL: there is none. */
	const struct img_recompress *pages;
	/*
	 * Called for each change of an image, with the number of entries; texts are good during the
	 * call. NULL: nobody wants to know.
	 */
	void (*changed)(void *arg, const char *image, const char *what, uint64_t entries);
	void *arg;
};

struct img_version *img_version_new(const struct img_version_how *how); /* NULL: no memory */
void img_version_free(struct img_version *v);                           /* NULL is fine */

/* The change, for img_rewrite_new(). What the target has no form for is refused by name. */
struct img_change img_version_change(struct img_version *v); /* refers to v */

/* Report what has not been reported yet: after the last image. */
void img_version_report(struct img_version *v);

/*
 * "4.2", "3.17.1", "dev" to the number of a release. False: no such release is known, or none that
 * images can be converted for.
 */
bool img_version_parse(const char *text, uint32_t *release);

#endif
