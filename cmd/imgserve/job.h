/* What imgserve was asked to do, and what its modes share. */
#ifndef IMGSERVE_JOB_H
#define IMGSERVE_JOB_H

#include "cmd/imgserve/options.h"
#include "cmd/judge.h"
#include "cmd/ruleopt.h"
#include "libimg/dump/newdir.h"
#include "libimg/rewrite/flatten.h"
#include "libimg/rewrite/relocate.h"
#include "libimg/serve/fault.h"
#include "libimg/serve/filter.h"

struct job {
	const char *from;    /* the dump, or what is to be made of one (--capture) */
	const char *sockdir; /* NULL: `from` */
	const char *view;    /* --view */
	const char *log;     /* --log */
	enum img_link link;
	bool has_link;
	bool capture, commit, mount;
	bool to_stdout; /* --capture: an archive */
	char **command; /* NULL: none */

	struct img_rules *rules;
	struct img_sets *sets;
	struct img_pokes *pokes;
	struct img_filter *filters;
	size_t n_filters;
	struct img_fault *faults;
	size_t n_faults;
};

/* Is anything to be changed by rules? */
bool serve_has_rules(const struct job *j);

/* The changes that are made, in their order. */
struct serve_changes {
	struct img_flatten *flatten; /* or NULL */
	struct img_relocate *relocate;
	struct img_change changes[4];
	size_t n;
};

/* Those that the rules make, of the dump itself or of a parent of it. 0, or -1: no memory. */
int serve_changes_begin(const struct job *j, bool parent, struct serve_changes *c,
			struct img_err *err);

/* Another one: pages of parents, and compressed ones, become plain. 0, or -1: no memory. */
int serve_changes_flatten(struct serve_changes *c, struct img_err *err);

/* After either has failed, too. */
void serve_changes_end(struct serve_changes *c);

/*
 * Open the dump, find what is damaged in it, and see to it that each rule matches something
 * there: all that can be said before a byte is given away. What imgcheck has to say of it is
 * remembered in `judge`. A status.
 */
int serve_open(const struct job *j, struct judge *judge, struct img_dir **from);

#endif
