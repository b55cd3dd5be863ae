/*
 * Words that an anonymized dump keeps, by what they are words of. The lists are
 * libimg/rewrite/kept/LIST.txt, one word a line: "<n>" stands for digits, "*" at the end for
 * anything.
 */
#ifndef IMG_KEPT_H
#define IMG_KEPT_H

#include <stdbool.h>
#include <stddef.h>

enum img_kept {
	IMG_KEPT_PATH = 1,
	IMG_KEPT_LIB = 2,
	IMG_KEPT_MOUNT = 4,
	IMG_KEPT_CGROUP = 8,
	IMG_KEPT_DEVICE = 16,
	IMG_KEPT_LABEL = 32,
	IMG_KEPT_HOST = 64,
	IMG_KEPT_PLUGIN = 128,
	IMG_KEPT_FIREWALL = 256,
};

struct img_kept_word {
	const char *word;
	unsigned lists;
};

/* Made of the lists by the build. */
extern const struct img_kept_word img_kept_words[];
extern const size_t img_kept_n;

/* Is a word of n bytes on one of these lists? */
bool img_is_kept(const char *word, size_t n, unsigned lists);

#endif
