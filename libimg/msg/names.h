/* Names of bits and numbers, as crit prints them. Rows are read both ways. */
#ifndef IMG_NAMES_H
#define IMG_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct img_name {
	const char *name; /* NULL ends the list */
	uint64_t value;   /* one bit of flags, or a number */
};

/* Flags are printed in the order of the rows. */
struct img_names {
	const struct img_name *v;
};

/*
 * The list of (criu).flags = "mmap.prot" is img_names_mmap_prot, that of (criu).dict = "sk" on a
 * field `family` is img_names_sk_family: if a list is missing, the link fails.
 */
extern const struct img_names img_names_mmap_prot, img_names_mmap_flags, img_names_mmap_status,
	img_names_rfile_flags, img_names_pmap_flags, img_names_seals_flags,
	img_names_gen_task_state, img_names_sk_family, img_names_sk_type, img_names_sk_state,
	img_names_sk_proto;

/* The name of a value, or NULL. */
const char *img_names_get(const struct img_names *l, uint64_t value);

/* The value of the name in n bytes at p; false if there is no such name. */
bool img_names_value(const struct img_names *l, const char *p, size_t n, uint64_t *value);

#endif
