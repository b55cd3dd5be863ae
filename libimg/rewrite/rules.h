/*
 * Rules of an edit: "--port=8080=9090" and the like, read from text and found by the values
 * that they change. All are found in time that does not depend on how many there are.
 */
#ifndef IMG_RULES_H
#define IMG_RULES_H

#include "libimg/rewrite/rule.h"

struct img_rules;

struct img_rules *img_rules_new(void);    /* NULL: no memory */
void img_rules_free(struct img_rules *r); /* NULL is fine */

/* Add the rule of a verb: see img_rule_parse(). 0, or -1 with *err. */
int img_rules_add(struct img_rules *r, const char *verb, const char *value, struct img_err *err);

/* To be called once, after the last rule. 0, or -1 with *err: two rules for one value. */
int img_rules_ready(struct img_rules *r, struct img_err *err);

size_t img_rules_count(const struct img_rules *r);
struct img_edit_rule *img_rules_get(const struct img_rules *r, size_t i);

/* The verbs for which there are rules. */
uint32_t img_rules_verbs(const struct img_rules *r);

/* ---- which rule is for a value? NULL: none ---- */

/* A verb without an old value (host, domain, file-check): its rule. */
struct img_edit_rule *img_rules_any(const struct img_rules *r, uint32_t verb);

/* The rule whose old value is these bytes. */
struct img_edit_rule *img_rules_whole(const struct img_rules *r, uint32_t verb,
				      struct img_span value);

/*
 * The rule with the longest old value that is a path prefix of these bytes: all of them, or up
 * to a slash. What follows it begins at old.n.
 */
struct img_edit_rule *img_rules_prefix(const struct img_rules *r, uint32_t verb,
				       struct img_span value);

/* The narrowest network that this one is, or is in; n is 4 or 16. */
struct img_edit_rule *img_rules_net(const struct img_rules *r, const uint8_t *addr, size_t n,
				    unsigned bits);

/* Of a port: a rule for the protocol goes before one for any. proto 0: it is not known. */
struct img_edit_rule *img_rules_port(const struct img_rules *r, unsigned proto, uint16_t port);

/* Of a number in a range: uid, gid, userns; pid. */
struct img_edit_rule *img_rules_number(const struct img_rules *r, uint32_t verb, uint64_t v);

/*
 * Rules that make the value what it is already are marked `joined`: two values become one.
 * The value is one that no rule changes.
 */
void img_rules_stays(const struct img_rules *r, uint32_t verb, unsigned proto,
		     struct img_span value, uint64_t number);

#endif
