/* Lists of names for bits and numbers, as crit prints them; rows are read both ways. */
#ifndef IMG_NAMES_H
#define IMG_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct img_name {
	const char *name; /* NULL behind the last */
	uint64_t value;   /* one bit of flags, or a number */
};

/* The order of flags is the order in which they are printed. */
struct img_names {
	const struct img_name *v;
};

/* For (criu).flags = "mmap.prot" the list is img_names_mmap_prot; for (criu).dict = "sk" */
/* on a field `family` it is img_names_sk_family: a list that is missing does not link. */
extern const struct img_names img_names_mmap_prot, img_names_mmap_flags, img_names_mmap_status,
	img_names_rfile_flags, img_names_pmap_flags, img_names_seals_flags,
	img_names_gen_task_state, img_names_sk_family, img_names_sk_type, img_names_sk_state,
	img_names_sk_proto;

/* The name of a value, NULL where it has none. */
const char *img_names_get(const struct img_names *l, uint64_t value);

/* The value of the name in n bytes at p; false where there is none. */
bool img_names_value(const struct img_names *l, const char *p, size_t n, uint64_t *value);

#endif
