/* One rule of an edit, from its text: "port" and "8080=9090". */
#ifndef IMG_RULE_H
#define IMG_RULE_H

#include <stdbool.h>

#include "libimg/base/arena.h"
#include "libimg/base/err.h"
#include "libimg/base/in.h"

/* One rule. What it is about depends on its verb: see the members. */
struct img_edit_rule {
	uint32_t verb;       /* IMG_VERB_… */
	const char *text;    /* as a person gave it, verb included: for messages */
	struct img_span old; /* ip, mac: bytes; port, pid: none; else text, NULs possible */
	struct img_span new;
	unsigned bits;  /* ip: of the network; of a single address all */
	unsigned proto; /* port: IPPROTO_…, 0: any */
	uint64_t first,
		to;     /* port, pid: old and new number; uid, gid, userns: begin of both ranges */
	uint64_t count; /* uid, gid, userns: how many numbers */
	uint64_t matched; /* values that it has changed */
	bool joined;      /* its new value stood in the dump before */
};

/*
 * Read the rule of a verb: `value` is what follows "--verb=", NULL for those without a value.
 * What it refers to is in `texts`. 0, or -1 with *err: IMG_EDATA where it can be right in no dump
 * (the reason is a sentence about `value`), or no memory.
 */
int img_rule_parse(struct img_arena *texts, const char *verb, const char *value,
		   struct img_edit_rule *u, struct img_err *err);

/* The bit of a verb by its name in rules, 0: there is none such; and back. */
uint32_t img_rule_verb(const char *name);
const char *img_rule_name(uint32_t verb);

/* Whether rules of the verb are ranges of numbers. */
bool img_rule_is_range(uint32_t verb);

/* Zero the bits of an address of n bytes beyond the first `bits`. */
void img_rule_mask(uint8_t *addr, size_t n, unsigned bits);

#endif
