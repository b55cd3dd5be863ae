/*
 * What is known of something in a dump as rows of text, to be compared with the rows of another
 * dump: the facts of one kind about one process are in memory, and nothing else.
 */
#ifndef IMG_COMPARE_FACTS_H
#define IMG_COMPARE_FACTS_H

#include "libimg/base/arena.h"
#include "libimg/base/buf.h"
#include "libimg/base/out.h"
#include "libimg/msg/schema.h"

struct img_fact {
	uint64_t rank;      /* facts are ordered by it, then by their keys */
	const char *key;    /* all three are valid UTF-8, names in them escaped */
	const char *text;   /* for people */
	const char *fields; /* a line "name value\n" for each; see `loose` */
	/*
	 * Only the fields are compared: the text has numbers that the kernel chose anew, such as
	 * those of inodes.
	 */
	bool loose;
	uint32_t number; /* in the order in which they were put */
};

struct img_facts {
	struct img_buf rows; /* struct img_fact */
	struct img_buf bytes;
	struct img_out *o; /* where the part at hand goes */
	unsigned part;
};

/* 0, or -1 with *err: no memory. */
int img_facts_init(struct img_facts *f, struct img_err *err);
void img_facts_free(struct img_facts *f);

/* Begin anew: no facts. */
void img_facts_reset(struct img_facts *f);

/*
 * Begin a fact: put its key to f->o; after img_facts_text() its text; after img_facts_fields() its
 * fields. What is left out is empty.
 */
void img_facts_begin(struct img_facts *f, uint64_t rank, bool loose);
void img_facts_text(struct img_facts *f);
void img_facts_fields(struct img_facts *f);
void img_facts_end(struct img_facts *f);

/* Call fn for each fact that is in one of two lists only, or differs. 0, or -1 with *err. */
typedef void img_facts_fn(void *arg, const struct img_fact *first, const struct img_fact *second);
int img_facts_compare(struct img_facts *first, struct img_facts *second, img_facts_fn *fn,
		      void *arg, struct img_err *err);

/* Call fn for each field that differs, by name: a value is NULL where the field is missing. */
struct img_fact_field {
	const char *name;
	int name_n;
	const char *value[2];
	int value_n[2];
};
typedef void img_fact_field_fn(void *arg, const struct img_fact_field *field);
int img_fact_fields(const struct img_fact *first, const struct img_fact *second,
		    img_fact_field_fn *fn, void *arg, struct img_err *err);

#endif
