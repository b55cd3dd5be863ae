/*
 * What tells one restored copy of a dump from another: the client ends of connections within it,
 * abstract names, and connections whose other end is elsewhere. One change for
 * img_rewrite_new(), after the rules.
 */
#ifndef IMG_CLONE_H
#define IMG_CLONE_H

#include "libimg/rewrite/change.h"
#include "libimg/rewrite/changed.h"
#include "libimg/rewrite/rules.h"

struct img_clone;

/*
 * `id`: of the clone, NULL: only disconnect. The client end of a TCP connection with both ends
 * in the dump gets another port, the same for the same id, unless a rule of `rules` is about
 * it; abstract names end with "." and the id. A TCP connection with one end in the dump becomes
 * a socket that is bound and connected to nothing; its tcp-stream image goes. *id and *rules
 * have to outlive it. NULL: no memory.
 */
struct img_clone *img_clone_new(const char *id, const struct img_rules *rules,
				struct img_changes changes);
void img_clone_free(struct img_clone *c); /* NULL is fine */

struct img_change img_clone_change(struct img_clone *c); /* refers to c */

/* Connections that were, or will be, disconnected. */
uint64_t img_clone_disconnected(const struct img_clone *c);

#endif
