/*
 * Old values that memory still holds: no edit reaches them. All values are looked for in one
 * pass over the memory, however many they are.
 */
#ifndef IMG_SEEK_H
#define IMG_SEEK_H

#include "libimg/dump/dir.h"
#include "libimg/rewrite/rules.h"

/* One value in the memory of one task. */
struct img_seek_hit {
	uint32_t pid;
	const struct img_edit_rule *rule;
	uint64_t count, addr; /* how often; where first */
};

struct img_seek_to {
	void (*found)(void *arg, const struct img_seek_hit *h); /* for each rule and task */
	void (*unread)(void *arg, const struct img_err *err);   /* a memory that cannot be read */
	void *arg;
};

/*
 * Search the memory of all tasks for the old values of rules that have matched: texts, and
 * addresses also as bytes in network order. Values of less than 4 bytes, and numbers, are
 * found everywhere, and not looked for. 0, or -1 with *err.
 */
int img_seek_memory(struct img_dir *d, const struct img_rules *rules, const struct img_seek_to *to,
		    struct img_err *err);

#endif
