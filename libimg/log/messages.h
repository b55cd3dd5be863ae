/*
 * What criu writes into its logs, by meaning: a row for each failure, with its causes and what
 * helps. The rows are libimg/log/messages.txt, of which the build makes a table.
 */
#ifndef IMG_MESSAGES_H
#define IMG_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A failure. */
struct img_failure {
	const char *name;  /* "file-size" */
	const char *cause; /* sentences */
	const char *cure;  /* sentences: an option of criu, a rule of imgedit, something to do */
};

/* One wording of it. In {}: what stands there; see the words in messages.c. */
struct img_wording {
	const char *text; /* "File {path} has bad size {n} (expect {n})" */
	unsigned failure; /* index in img_failures */
};

/* Made of messages.txt by the build, in its order. */
extern const struct img_failure img_failures[];
extern const size_t img_failures_n;
extern const struct img_wording img_wordings[];
extern const size_t img_wordings_n;

/* The failure with this name, or NULL. */
const struct img_failure *img_failure_find(const char *name);

/* What a word of a message is: something of the dump, or just a number or text. */
enum img_word {
	IMG_WORD_TEXT,
	IMG_WORD_NUMBER,
	IMG_WORD_PATH,  /* a file, as in reg_file_entry.name, or without its first slash */
	IMG_WORD_PID,   /* a process or thread, as in pstree.img */
	IMG_WORD_FD,    /* a descriptor of the process that wrote the line */
	IMG_WORD_ID,    /* the id of a file: "id=0xc" */
	IMG_WORD_MOUNT, /* mnt_entry.mnt_id */
	IMG_WORD_INODE, /* of a socket */
};

struct img_found {
	enum img_word what;
	const char *p; /* borrowed from the message */
	size_t n;
	uint64_t v; /* of all but texts */
};

enum { IMG_FOUND_MAX = 8 };
struct img_message {
	const struct img_failure *failure;
	struct img_found found[IMG_FOUND_MAX]; /* in order */
	size_t n;
};

/*
 * Which failure does a message of n bytes report? Of the wordings that fit, with or without what
 * some releases put in front ("mnt: "), the one with the most text counts. False: none fits.
 */
bool img_message_match(const char *text, size_t n, struct img_message *m);

/*
 * The same for a message that no row knows: ids, pids and descriptors that are marked as such
 * ("id 0x1c", "fd=4", "pid 7"). Fills m->found alone.
 */
void img_message_marks(const char *text, size_t n, struct img_message *m);

/*
 * The first wording of a failure with these values in the place of its words, in their order;
 * words beyond the last value are shown as "...". Returns buf.
 */
char *img_failure_text(const struct img_failure *f, const char *const *values, size_t n, char *buf,
		       size_t size);

#endif
