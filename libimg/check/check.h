/*
 * Is a dump complete and consistent? Are all images present, does each parse to its end, and do
 * the ids in them agree? This also covers damage that a restore would not notice.
 */
#ifndef IMG_CHECK_H
#define IMG_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "libimg/base/err.h"
#include "libimg/base/report.h"

enum img_severity {
	IMG_ALLOW,   /* not reported */
	IMG_WARNING, /* CRIU restores the dump, and something is lost or odd */
	IMG_ERROR,   /* it fails or hangs, or what it restores goes on wrong */
	IMG_BY_RULE, /* of a caller that has no wish: as the rule and the finding have it */
};

struct img_rule {
	const char *name;
	enum img_severity severity; /* of its findings; of an error some may be warnings */
	const char *about;          /* one line */
};

/* The rules are numbered from 0, in the order in which they run. NULL ends them. */
const struct img_rule *img_rule(size_t number);

/* The number of the rule with this name, or -1. */
int img_rule_find(const char *name);

/* A finding. Strings are valid during the call only. */
struct img_finding {
	const struct img_rule *rule;
	enum img_severity severity;
	const char *image;   /* base name, also of a missing image */
	int64_t entry;       /* from 0, or -1 */
	const char *path;    /* in the entry: "vmas[7].shmid", or "" */
	const char *message; /* follows `path`; printable */
	size_t count;        /* 1; of a summary line, the number of findings it stands for */
};

struct img_dir;

struct img_check_how {
	const uint8_t *severity; /* by the number of the rule; NULL: IMG_BY_RULE for all */
	void (*found)(void *arg, const struct img_finding *f);
	void *arg;
	struct img_report unread; /* an image that cannot be read (system error) */
	unsigned flags;           /* of img_dir_open(): which links are followed */
};

/* Findings of one rule on one image that are reported; one more gives the number of the rest. */
enum { IMG_CHECK_SAME = 20 };

/*
 * The messages of an image take at most IMG_CHECK_TIMES the memory that they take in the file, and
 * IMG_CHECK_ANYWAY bytes; an image of which this is not true is over the limit, the others
 * are checked.
 */
enum { IMG_CHECK_TIMES = 32, IMG_CHECK_ANYWAY = 1 << 20 };

/*
 * Check the dump at a path (see dir.h). Memory is proportional to the ids in the images, not to the
 * pages. 0 when all was checked, whatever was found; -1 with *err: the directory cannot be read,
 * or no memory.
 */
int img_check(const char *path, const struct img_check_how *how, struct img_err *err);

/* The same of an open one, which stays the caller's; how->flags do not count. */
int img_check_dir(struct img_dir *dir, const struct img_check_how *how, struct img_err *err);

#endif
