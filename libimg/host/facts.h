/*
 * What a machine has, as far as needs ask for it: of this one, or as lines of JSON that another
 * one wrote. A fact has the form of the need that it meets, or stands in the way of.
 */
#ifndef IMG_FACTS_H
#define IMG_FACTS_H

#include "libimg/base/in.h"
#include "libimg/host/need.h"
#include "libimg/json/jw.h"

struct img_host_facts;

enum {
	IMG_FACT_ABSENT = 1 << 16,    /* of what only some is known of: it is missing */
	IMG_FACT_LISTENING = 1 << 17, /* of a port */
};

/* In front of the name of a controller of control groups that the kernel has: IMG_NEED_KERNEL. */
#define IMG_CONTROLLER "cgroup:"

/* A fact as it is kept: name and so on belong to the facts. */
struct img_host_fact {
	struct img_need is;
	uint32_t next; /* the next one with the same key, or IMG_NO_FACT */
};
#define IMG_NO_FACT UINT32_MAX

/* None yet. NULL: no memory. */
struct img_host_facts *img_host_facts_new(void);
void img_host_facts_free(struct img_host_facts *f); /* NULL is fine */

/* Add one; it is copied. 0, or -1 with *err: no memory. */
int img_host_facts_add(struct img_host_facts *f, const struct img_need *is, struct img_err *err);

/* All facts of a kind are known: what is not among them is not there. */
void img_host_facts_complete(struct img_host_facts *f, enum img_need_kind kind);

/* Nothing is known of a kind, and why: copied, cut if it is long. */
void img_host_facts_unknown(struct img_host_facts *f, enum img_need_kind kind, const char *why);

/* Is all of a kind known? Else why not. */
bool img_host_facts_is_complete(const struct img_host_facts *f, enum img_need_kind kind);
const char *img_host_facts_why(const struct img_host_facts *f, enum img_need_kind kind);

/*
 * The facts with the key of a need, the first of them: those with its kind and name; of ports
 * those with its protocol and number, whatever their address. IMG_NO_FACT: none.
 */
uint32_t img_host_facts_first(struct img_host_facts *f, enum img_need_kind kind, const char *name);
const struct img_host_fact *img_host_facts_at(const struct img_host_facts *f, uint32_t i);
uint32_t img_host_facts_count(const struct img_host_facts *f);

/*
 * Read lines as img_host_facts_json() writes them; those of --needs are skipped. 0, or -1 with *err
 * (line, reason).
 */
int img_host_facts_read(struct img_host_facts *f, struct img_in *in, struct img_err *err);

/* All as JSON lines: each kind's facts, and whether they are all. */
void img_host_facts_json(const struct img_host_facts *f, struct img_out *out);

/*
 * The members of a need or fact in the open object: `"need":"file"` or `"fact":"file"` first, by
 * `key`.
 */
void img_need_json(struct img_jw *w, const char *key, const struct img_need *n);

/*
 * Call fn for each line of JSON that is a need: for a machine that has not got the images. 0, or
 * -1 with *err.
 */
int img_needs_read(struct img_in *in,
		   int (*fn)(void *arg, const struct img_need *n, struct img_err *err), void *arg,
		   struct img_err *err);

#endif
