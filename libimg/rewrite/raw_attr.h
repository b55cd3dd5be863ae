/* Attributes of a netlink message on their way into another one: lengths follow the values. */
#ifndef IMG_RAW_ATTR_H
#define IMG_RAW_ATTR_H

#include "libimg/base/buf.h"
#include "libimg/rewrite/raw_run.h"

/*
 * What follows a message, an attribute or a next hop begins at a multiple of 4: NLMSG_ALIGN(),
 * NLA_ALIGN() and RTNH_ALIGN(), which are of signed numbers.
 */
inline size_t img_raw_align(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* A message whose attributes are changed. */
struct img_raw_message {
	struct img_raw_run *run;
	bool big;
	const uint8_t *head; /* the struct before the attributes */
	char path[160];      /* names down to the attribute */
	/* IFA_LOCAL: asked for once, for the broadcast address depends on it. */
	uint8_t local[16], new_local[16];
	size_t n_local;    /* 0: not asked yet */
	int local_changes; /* 1, 0, -1 */
};

struct img_raw_attr;

/*
 * Append the new bytes of the value of an attribute, which is in `list`, to *out: 1, they
 * differ; 0: they are the old ones; -1 with *err.
 */
typedef int img_raw_attr_fn(struct img_raw_message *m, const struct img_raw_attr *a,
			    struct img_span list, struct img_span value, struct img_buf *out,
			    struct img_err *err);

/* What is known about a type of attributes. A row without a name ends a table. */
struct img_raw_attr {
	uint16_t type;
	const char *name; /* in the kernel's headers */
	img_raw_attr_fn *change;
	const struct img_raw_attr *sub; /* rows for attributes in its value */
	unsigned sizes;                 /* of a number: its lengths, powers of 2, added */
};

/* Rows: what a function knows about, numbers of the kernel, lists of attributes. */
#define IMG_RAW_VALUE(type, change)                                                                \
	{                                                                                          \
		type, #type, change, NULL, 0                                                       \
	}
#define IMG_RAW_NUMBER(type, sizes)                                                                \
	{                                                                                          \
		type, #type, img_raw_attr_same, NULL, sizes                                        \
	}
#define IMG_RAW_LIST(type, change, sub)                                                            \
	{                                                                                          \
		type, #type, change, sub, 0                                                        \
	}

/* For numbers of the kernel, which stay; what has none of a->sizes is no number. */
img_raw_attr_fn img_raw_attr_same;

/* For lists of numbers alone: entered where (bare) all else becomes zeros. */
img_raw_attr_fn img_raw_attr_numbers;

/*
 * Append a list of attributes, changed by rows. Those without a row keep their bytes, or (bare)
 * become zeros.
 */
int img_raw_attrs(struct img_raw_message *m, const struct img_raw_attr *rows, struct img_span list,
		  struct img_buf *out, struct img_err *err);

/* The value of the first attribute of this type in a list; p is NULL where it has none. */
struct img_span img_raw_attr_find(struct img_span list, unsigned type, bool big);

/* Append bytes that nothing is known about: as they are, or (bare) zeros. Returns 0. */
int img_raw_odd(const struct img_raw_message *m, const uint8_t *p, size_t n, struct img_buf *out);

/* Add a name to m->path, or "[3]". Returns what path_end() takes to remove it. */
size_t img_raw_path(struct img_raw_message *m, const char *name);
void img_raw_path_end(struct img_raw_message *m, size_t was);

#endif
