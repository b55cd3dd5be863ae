/*
 * Is a dump whole and consistent? Are all images there, does each of them parse to its end,
 * and do the ids in them agree? What a restore would not notice is looked for too.
 */
#ifndef IMG_CHECK_H
#define IMG_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "libimg/base/err.h"
#include "libimg/base/report.h"

enum img_severity {
	IMG_ALLOW, /* not told */
	IMG_WARNING,
	IMG_ERROR,
};

struct img_rule {
	const char *name;
	enum img_severity severity; /* unless the caller wants another one */
	const char *about;          /* one line */
};

/* The rules are numbered from 0, in the order in which they run. NULL behind the last. */
const struct img_rule *img_rule(size_t number);

/* The number of the rule with this name, or -1. */
int img_rule_find(const char *name);

/* Something that is not as it should be. Texts are good during the call only. */
struct img_finding {
	const struct img_rule *rule;
	enum img_severity severity;
	const char *image;   /* base name; a missing one is named too */
	int64_t entry;       /* from 0, or -1 */
	const char *path;    /* in the entry: "vmas[7].shmid", or "" */
	const char *message; /* goes on behind `path`; printable */
	size_t count;        /* 1; of the line that stands for many, how many these are */
};

struct img_check_how {
	const uint8_t *severity; /* by the number of the rule; NULL: as the table has it */
	void (*found)(void *arg, const struct img_finding *f);
	void *arg;
	struct img_report unread; /* an image that the system does not let us read */
};

/* Findings of one rule on one image that are told; one more says how many are not. */
enum { IMG_CHECK_SAME = 20 };

/*
 * Check the dump in a directory. Memory is in proportion to what the images say of ids, not
 * to the pages. 0 when all has been looked at, whatever was found; -1 with *err: the
 * directory cannot be read, or there is no memory.
 */
int img_check(const char *path, const struct img_check_how *how, struct img_err *err);

#endif
