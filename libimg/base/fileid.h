/* Which file something is, whatever name leads to it. */
#ifndef IMG_FILEID_H
#define IMG_FILEID_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/* All 0: of no file. Good as long as the file exists: the numbers are used again after that. */
struct img_fileid {
	dev_t dev;
	ino_t ino;
};

struct img_fileid img_fileid_of(const struct stat *st);

/* Of no file and of no file: the same. */
bool img_fileid_same(struct img_fileid a, struct img_fileid b);

/* Are two descriptors open on one file? No, too, where one of them is none: errno has why. */
bool img_same_file(int a, int b);

#endif
