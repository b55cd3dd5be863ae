/*
 * A dump for another place: addresses, ports, paths, ids and names changed by rules, wherever
 * they stand. One change for img_rewrite_new().
 */
#ifndef IMG_RELOCATE_H
#define IMG_RELOCATE_H

#include "libimg/rewrite/change.h"
#include "libimg/rewrite/changed.h"
#include "libimg/rewrite/rules.h"

struct img_relocate_how {
	const struct img_rules *rules; /* ready; what matched is counted in them */
	struct img_changes changes;    /* where changes are reported */
	/*
	 * Not NULL: nothing is changed; it is called with each value in an image that one of
	 * `verbs` could change, n bytes, as people write it.
	 */
	void (*seen)(void *arg, uint32_t verb, const char *image, const char *value, size_t n);
	uint32_t verbs;
	void *arg;
};

struct img_relocate;

/* NULL: no memory. *how is copied. */
struct img_relocate *img_relocate_new(const struct img_relocate_how *how);
void img_relocate_free(struct img_relocate *r); /* NULL is fine */

/* The change, which refers to r. */
struct img_change img_relocate_change(struct img_relocate *r);

/*
 * An end of a TCP connection was changed that was locked by iptables: rules with the old
 * addresses are still on the host that dumped.
 */
bool img_relocate_left_locks(const struct img_relocate *r);

#endif
