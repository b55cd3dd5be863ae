/* Values in words of firewall rules: each appends a word with its values changed. */
#ifndef IMG_RAW_WORD_H
#define IMG_RAW_WORD_H

#include "libimg/base/buf.h"
#include "libimg/rewrite/raw_run.h"

/* A line on its way. */
struct img_raw_words {
	struct img_raw_run *run;
	const char *path; /* what the word belongs to: for reports */
	struct img_buf *out;
};

/*
 * A line of a text and its newline, from input to words->out. 0, or -1 with *err. The words'
 * path is the callee's to set.
 */
typedef int img_raw_line_fn(void *arg, struct img_raw_words *to, struct img_span line,
			    struct img_err *err);

/* Call fn for each line of the image. 0, or -1 with *err. */
int img_raw_lines(struct img_raw_run *run, img_raw_line_fn *fn, void *arg, struct img_err *err);

/*
 * All below return 1: the word was of this kind, and has been appended with its values changed
 * or not; 0: it is none, and nothing was appended; -1 with *err.
 */

/*
 * An address, a network (10.0.0.0/8, 10.0.0.0/255.0.0.0) or a range of addresses, ports after
 * it (10.0.0.1:80-90, [fd00::1]:80), or ports alone (:80).
 */
int img_raw_word_address(struct img_raw_words *to, struct img_span word, unsigned proto,
			 struct img_err *err);

/* Ports, ranges of them (1-2, 1:2) and lists (1,2). */
int img_raw_word_ports(struct img_raw_words *to, struct img_span word, unsigned proto,
		       struct img_err *err);

/* Users or groups, as `ask` has it: a number, or a range (1-2). They stay without raw->host_ids. */
int img_raw_word_ids(struct img_raw_words *to, struct img_span word, img_raw_number_fn *ask,
		     struct img_err *err);

/* The name of a network device, in quotes or without. Patterns (eth+, eth*) are none. */
int img_raw_word_device(struct img_raw_words *to, struct img_span word, struct img_err *err);

/* The protocol that has ports and this name or number, or 0. */
unsigned img_raw_word_proto(struct img_span word);

#endif
