#include "libimg/base/fileid.h"

struct img_fileid img_fileid_of(const struct stat *st)
{
	return (struct img_fileid){ st->st_dev, st->st_ino };
}

bool img_fileid_same(struct img_fileid a, struct img_fileid b)
{
	return a.dev == b.dev && a.ino == b.ino;
}

bool img_same_file(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 &&
	       img_fileid_same(img_fileid_of(&x), img_fileid_of(&y));
}
