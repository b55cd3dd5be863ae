/* What the verbs have in common: a field, those beside it, and its new value. */
#ifndef IMG_FIELD_VALUE_H
#define IMG_FIELD_VALUE_H

#include "libimg/base/map.h"
#include "libimg/rewrite/apply.h"
#include "libimg/rewrite/changed.h"

/* Zero it but for what is said; img_fields_free() when done. */
struct img_fields {
	struct img_apply apply;     /* to be set */
	struct img_changes changes; /* to be set */
	uint32_t verbs;             /* to be set: those that are asked for */
	bool big;                   /* to be set: words of addresses are big-endian */

	bool moved_connection; /* an end of a TCP connection has been changed */

	/* Inside. */
	struct img_span entry; /* the body of the entry whose fields come along */
	struct img_buf text;
	struct img_map reach; /* message -> verbs in it or below it */
};

/* The message that the field is in. */
struct img_span img_fv_message(const struct img_fields *x, const struct img_field *f);

/* A number beside the field; 0 where it is absent. */
uint64_t img_fv_beside(const struct img_fields *x, const struct img_field *f, uint32_t tag);

/* The last bytes field `tag` of a message that has been walked; none: empty. */
struct img_span img_fv_bytes(struct img_span m, uint32_t tag);

/*
 * net.ipv4.ping_group_range, the only setting that names groups: "100\t200\n"; v[0] > v[1]: none.
 * False: the field is another one. `tail` is what ends the text.
 */
bool img_fv_groups(const struct img_field *f, uint64_t v[2], const char **tail);

/* The value of a number of 32 bits, whatever its sign. */
uint64_t img_fv_number(const struct img_field *f);

/* Set the field, and report it: IMG_SET, or -1 with *err. */
int img_fv_set_bytes(struct img_fields *x, struct img_field *f, struct img_span new);
int img_fv_set_text(struct img_fields *x, struct img_field *f, struct img_err *err);
int img_fv_set_number(struct img_fields *x, struct img_field *f, uint64_t new);

/* A path by its prefix. A verdict, or -1 with *err. */
int img_fv_prefix(struct img_fields *x, struct img_field *f, uint32_t verb, struct img_err *err);

/* The same for a text as a whole. */
int img_fv_whole(struct img_fields *x, struct img_field *f, uint32_t verb);

#endif
