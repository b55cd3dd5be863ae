/* Patches by the pagemaps that they belong to: what is at an address is found out here. */
#ifndef IMG_PATCHLIST_H
#define IMG_PATCHLIST_H

#include "libimg/memory/mem.h"
#include "libimg/rewrite/change.h"
#include "libimg/rewrite/patch.h"

struct img_patchlist;

/* root: where the files that are mapped are, or -1. from has to outlive it. NULL: no memory. */
struct img_patchlist *img_patchlist_new(struct img_dir *from, int root);
void img_patchlist_free(struct img_patchlist *l); /* NULL is fine */

/* The memory of a task, borrowed until another one is asked for. 0, or -1 with *err. */
int img_patchlist_task(struct img_patchlist *l, uint32_t pid, struct img_mem **m,
		       struct img_err *err);

/*
 * Replace n bytes at addr. 0, or -1 with *err: there is nothing that could be changed, such as a
 * shared mapping of a file, or a page that is in no image.
 */
int img_patchlist_add(struct img_patchlist *l, struct img_mem *m, uint32_t pid, uint64_t addr,
		      const uint8_t *p, size_t n, struct img_err *err);

/* After the last one; then, as of a change. */
void img_patchlist_ready(struct img_patchlist *l);
int img_patchlist_plan(struct img_patchlist *l, struct img_plan *plan, struct img_err *err);
int img_patchlist_make(const struct img_patchlist *l, const char *name, img_patched_fn *patched,
		       void *arg, const struct img_sink *to, struct img_err *err);

#endif
