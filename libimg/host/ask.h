/* Does a machine have what a dump needs? */
#ifndef IMG_ASK_H
#define IMG_ASK_H

#include "libimg/host/facts.h"
#include "libimg/host/look.h"
#include "libimg/log/messages.h"

enum img_answer_state { IMG_MET, IMG_MISSING, IMG_UNCHECKED };

/* The machine that is asked. */
struct img_host {
	struct img_host_facts *facts;
	struct img_look *files; /* where this machine has them, or NULL: facts, too */
	bool root;              /* that is the root which criu will be given */
};

struct img_answer {
	enum img_answer_state state;
	char text[512];                    /* what is wrong, or why it was not checked; printable */
	char criu[256];                    /* what criu would say, "" if nothing is known of it */
	const struct img_failure *failure; /* with what helps, or NULL */
};

/* Fill *a. 0, or -1 with *err: a failure that is none of the machine's, such as no memory. */
int img_ask(const struct img_host *h, const struct img_need *n, struct img_answer *a,
	    struct img_err *err);

/*
 * Add to the facts what this machine knows of a need that names a file: for another one, that
 * compares. Other needs are answered by the facts of img_host_facts_live(). 0, or -1 with *err.
 */
int img_ask_fact(struct img_host_facts *f, struct img_look *files, const struct img_need *n,
		 struct img_err *err);

#endif
