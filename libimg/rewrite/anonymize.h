/*
 * A dump without its content, names and addresses, with all of its structure. One change for
 * img_rewrite_new(); what a field holds is said by the class of its row.
 */
#ifndef IMG_ANONYMIZE_H
#define IMG_ANONYMIZE_H

#include "libimg/rewrite/change.h"
#include "libimg/rewrite/words.h"

/* Classes besides those of fields, IMG_CLASS_…; all are bits of a set. */
enum {
	IMG_ANON_MEMORY = IMG_CLASS_INODE + 1,
	IMG_ANON_CLASSES,
};

/* What is changed unless somebody says otherwise. */
#define IMG_ANON_DEFAULT                                                                           \
	(1u << IMG_CLASS_PATH | 1u << IMG_CLASS_NAME | 1u << IMG_CLASS_IP | 1u << IMG_CLASS_MAC |  \
	 1u << IMG_CLASS_PAYLOAD | 1u << IMG_CLASS_SECRET | 1u << IMG_CLASS_REGISTER |             \
	 1u << IMG_ANON_MEMORY)

struct img_anon;

struct img_anon_how {
	unsigned classes;        /* bits of those that are changed; 0: all is copied */
	bool stacks;             /* of the memory, words of stacks stay that point into code */
	struct img_words *words; /* has to outlive it */
	/* An image whose content is not rewritten but left out; NULL: nobody wants to know. */
	void (*emptied)(void *arg, const char *image, const char *why);
	/* A damaged image, which is copied up to the damage; NULL: such a one is refused. */
	void (*cut)(void *arg, const char *image, const struct img_err *err);
	void *arg;
};

struct img_anon *img_anon_new(const struct img_anon_how *how); /* NULL: no memory */
void img_anon_free(struct img_anon *a);                        /* NULL is fine */

/*
 * The dump whose processes are those of the memory that comes next: that at the lower end of a
 * chain. It has to stay open.
 */
void img_anon_tasks(struct img_anon *a, struct img_dir *d);

struct img_change img_anon_change(struct img_anon *a); /* refers to a */

/* Was there no memory for what it remembers? Then it is not to be trusted. */
bool img_anon_failed(const struct img_anon *a);

/* What has been changed of a class. */
struct img_anon_count {
	uint64_t seen, distinct, images;
};
const struct img_anon_count *img_anon_count(const struct img_anon *a, unsigned class);

/* Fields that no schema knows, which were dropped. */
uint64_t img_anon_dropped(const struct img_anon *a);

/* Texts that stay by their class, each ended by a newline. */
struct img_span img_anon_kept(const struct img_anon *a);

/* Addresses that were changed, 4, 6 (MAC) or 16 bytes each: the i-th, until false. */
bool img_anon_address(const struct img_anon *a, size_t i, struct img_span *old,
		      struct img_span *new);

#endif
