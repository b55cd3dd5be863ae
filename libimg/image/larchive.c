#include "libimg/image/larchive.h"

#ifdef IMG_STATIC

/* A static program has it, but may have to do without some libraries: what it says then. */
static __attribute__((unused)) int without(struct archive *tar)
{
	(void)tar;
	return ARCHIVE_WARN;
}

#ifdef IMG_WITHOUT_zstd
#define archive_read_support_filter_zstd without
#endif
#ifdef IMG_WITHOUT_lzma
#define archive_read_support_filter_xz without
#endif
#ifdef IMG_WITHOUT_bz2
#define archive_read_support_filter_bzip2 without
#endif

int img_larchive_load(struct img_larchive *l, struct img_err *err)
{
	(void)err;
#define USE(field, f) l->field = f;
#define X(f) USE(f##_, f)
	IMG_LARCHIVE(X)
#undef X
	return 0;
}

#else

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

/* The name of libarchive 3, for twelve years now. */
static const char name[] = "libarchive.so.13";

int img_larchive_load(struct img_larchive *l, struct img_err *err)
{
	/* Never unloaded: the next archive of this program finds it there. */
	void *lib = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	void *p;

	errno = ELIBACC;
	if (lib == NULL)
		return img_fail(err, IMG_ESYS, IMG_NOWHERE, "cannot load %s for archives", name);
#define X(f)                                                                                       \
	p = dlsym(lib, #f);                                                                        \
	if (p == NULL)                                                                             \
		return img_fail(err, IMG_ESYS, IMG_NOWHERE, "%s has no %s()", name, #f);           \
	memcpy(&l->f##_, &p, sizeof(p));
	IMG_LARCHIVE(X)
#undef X
	return 0;
}

#endif
