#include "libimg/base/attrs.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "libimg/base/alloc.h"

/* Most bytes of a list, and of a value: XATTR_LIST_MAX and XATTR_SIZE_MAX of linux/limits.h. */
enum { MOST = 64 << 10 };

struct attrs {
	int from, to;
	struct img_attrs_lost *lost;
	char *names;    /* each ended by NUL */
	uint8_t *value; /* of one of them */
	uint8_t *other; /* what `to` has there */
};

/* Is this a file system, or a user, that cannot have it, and not a failure of the system? */
static bool refused(int errnum)
{
	return errnum == ENOTSUP || errnum == EPERM || errnum == EACCES || errnum == EINVAL ||
	       errnum == ENOSPC || errnum == EDQUOT || errnum == E2BIG || errnum == ERANGE;
}

static int fail(const char *name, struct img_err *err)
{
	return img_fail(err, IMG_ESYS, IMG_NOWHERE, "extended attribute %s", name);
}

static int lose(struct attrs *a, const char *name, struct img_err *err)
{
	if (!refused(errno))
		return fail(name, err);
	if (a->lost->n++ == 0) {
		a->lost->errnum = errno;
		snprintf(a->lost->name, sizeof(a->lost->name), "%s", name);
	}
	return 0;
}

/* Sums and signatures of the content and the inode, which only the kernel may write. */
static bool is_kernels(const char *name)
{
	return strcmp(name, "security.ima") == 0 || strcmp(name, "security.evm") == 0;
}

/* What a new file has got already, such as a label, may be set by few. */
static bool has_it(const struct attrs *a, const char *name, size_t n)
{
	return fgetxattr(a->to, name, a->other, MOST) == (ssize_t)n &&
	       memcmp(a->value, a->other, n) == 0;
}

static int copy_one(struct attrs *a, const char *name, struct img_err *err)
{
	ssize_t n = fgetxattr(a->from, name, a->value, MOST);

	if (n < 0)
		return errno == ENODATA ? 0 : lose(a, name, err);
	if (has_it(a, name, (size_t)n) || fsetxattr(a->to, name, a->value, (size_t)n, 0) == 0)
		return 0;
	return lose(a, name, err);
}

static int copy_all(struct attrs *a, enum img_attrs which, struct img_err *err)
{
	ssize_t n = flistxattr(a->from, a->names, MOST);

	if (n < 0)
		return img_fail(err, IMG_ESYS, IMG_NOWHERE, "cannot list extended attributes");
	for (const char *p = a->names; p < a->names + n; p += strlen(p) + 1) {
		if (is_kernels(p) || (which == IMG_ATTRS_ACCESS && strncmp(p, "user.", 5) == 0))
			continue;
		if (copy_one(a, p, err) < 0)
			return -1;
	}
	return 0;
}

int img_attrs_copy(int from, int to, enum img_attrs which, struct img_attrs_lost *lost,
		   struct img_err *err)
{
	struct attrs a = { .from = from, .to = to, .lost = lost };
	ssize_t n = flistxattr(from, NULL, 0);
	int r;

	if (n == 0 || (n < 0 && errno == ENOTSUP))
		return 0;
	a.names = img_realloc(NULL, 3 * (size_t)MOST);
	if (a.names == NULL)
		return img_fail_mem(err);
	a.value = (uint8_t *)a.names + MOST;
	a.other = a.value + MOST;
	r = copy_all(&a, which, err);
	img_free(a.names);
	return r;
}

int img_attrs_give(int to, const struct stat *st, int from, enum img_attrs which,
		   struct img_attrs_lost *lost, struct img_err *err)
{
	/* The owner first: a new one takes bits of the mode and capabilities. */
	if (fchown(to, st->st_uid, st->st_gid) < 0 && fchown(to, (uid_t)-1, st->st_gid) < 0 &&
	    errno != EPERM && errno != EINVAL)
		return img_fail_sys(err);
	if (from >= 0 && img_attrs_copy(from, to, which, lost, err) < 0)
		return -1;
	/* The mode last: it may take away the permission to set attributes. */
	return fchmod(to, st->st_mode & 07777) < 0 ? img_fail_sys(err) : 0;
}
