/*
 * Images on demand: each as a dump has it, after the changes and the filters that are for it,
 * and verified.
 */
#ifndef IMG_SUPPLY_H
#define IMG_SUPPLY_H

#include "libimg/rewrite/rewrite.h"
#include "libimg/serve/fault.h"
#include "libimg/serve/filter.h"
#include "libimg/serve/spool.h"
#include "libimg/serve/verify.h"

/* What it is made of; all is borrowed. */
struct img_supply_how {
	struct img_dir *from;
	struct img_rewrite *rewrite; /* of `from` */
	const struct img_filter *filters;
	size_t n_filters;
	const struct img_fault *faults;
	size_t n_faults;
};

/* An image that is ready: size bytes of an open file. */
struct img_supplied {
	int fd;
	uint64_t size;
	char from[IMG_NAME]; /* what it is called in the dump; "": made, in a file of its own */
	char by[512];        /* the filters that it went through, " | " between them */
	bool absent;         /* a fault: it is missing */
	bool late;           /* a fault: its end comes late */
};

struct img_supply {
	struct img_supply_how how;
	char dir[4096]; /* absolute path of the dump */
	struct img_spool spool;
	struct img_claims claims;

	/* The image that is being made. */
	char name[IMG_NAME];
	struct img_supplied now;
	int input; /* of the filters */
	struct img_pipeline filters;
};

/* 0, or -1 with *err. */
int img_supply_begin(struct img_supply *s, const struct img_supply_how *how, struct img_err *err);
void img_supply_end(struct img_supply *s); /* what runs is ended */

/*
 * Make an image, one at a time. 1 with *out, whose descriptor is the caller's then; 0: there is
 * none of this name; IMG_WAIT (protocol.h): filters are at work, go on with img_supply_poll();
 * -1 with *err, its file is set.
 */
int img_supply_start(struct img_supply *s, const char *name, struct img_supplied *out,
		     struct img_err *err);
int img_supply_poll(struct img_supply *s, struct img_supplied *out, struct img_err *err);

/* Open the file of an image without changes again. -1 with *err. */
int img_supply_reopen(const struct img_supply *s, const struct img_supplied *image,
		      struct img_err *err);

#endif
