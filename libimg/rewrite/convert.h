/*
 * What the conversions between layouts share: the dump, the target, and the rows that say what
 * changes in an entry.
 */
#ifndef IMG_CONVERT_H
#define IMG_CONVERT_H

#include "libimg/dump/files.h"
#include "libimg/dump/pstree.h"
#include "libimg/image/writer.h"
#include "libimg/rewrite/recompress.h"

struct img_convert;

/* Where an entry is. */
struct img_at {
	const char *image; /* base name in the source */
	uint64_t number;   /* in that name */
	uint64_t entry;
	const void *row; /* img_layout.arg */
};

/*
 * One change of an entry. IMG_KEEP; IMG_SET: the new body has been appended to *out, which was
 * empty; IMG_DROP: it goes, with its payload; -1 with *err.
 */
typedef int img_layout_fn(struct img_convert *c, const struct img_at *at, struct img_span body,
			  struct img_buf *out, struct img_err *err);

struct img_layout {
	uint32_t since;            /* first CRIU that writes the new form */
	const struct img_msg *msg; /* entries of this message, also those within a file_entry */
	img_layout_fn *up, *down;  /* NULL: stays */
	const char *what;          /* for the report: the newer form */
	const void *arg;           /* for its functions, which several rows share */
};

/* Layouts that belong together. Functions may be NULL; all return 0 or -1, but for make(). */
struct img_family {
	const struct img_layout *rows; /* ascending by `since` */
	size_t n;
	int (*learn)(struct img_convert *c, struct img_err *err);
	int (*image)(struct img_convert *c, struct img_plan *plan, struct img_err *err);
	int (*add)(struct img_convert *c, struct img_dir_names *names, struct img_err *err);
	/* 1: it was this family's, 0, -1. */
	int (*make)(struct img_convert *c, const char *name, const struct img_sink *to,
		    struct img_err *err);
	void (*end)(struct img_convert *c);
};

struct img_convert {
	struct img_dir *from;
	uint32_t to;                        /* IMG_CRIU() */
	enum img_framing framing;           /* of the result; IMG_NONE: each as it is */
	bool layouts;                       /* false: nothing but the framing */
	bool big;                           /* words of the dump */
	const struct img_recompress *pages; /* writes pagemaps by itself; NULL: nobody does */
	bool predump;                       /* memory alone */
	struct img_dir_names images;
	struct img_ps *ps; /* NULL: no process tree */
	const struct img_family *const *families;
	size_t n_families;
	struct img_files *files;       /* opened by the first who asks; NULL: none */
	struct img_convert_tids *tids; /* threads by id, ... */
	size_t n_tids;
	struct img_layout_files *file_layouts; /* of the families, each its own */
	struct img_layout_tty *tty_layouts;
	struct img_layout_event *event_layouts;
	struct img_layout_tcp *tcp_layouts;
	struct img_layout_memfd *memfd_layouts;
	struct img_layout_ns *ns_layouts;
	uint64_t next_pages; /* a number that no pages file has, nor any greater one */
	bool quiet;          /* nothing is noted: what is read is read for another image */

	/* What has been changed in the image that is being written. */
	void (*changed)(void *arg, const char *image, const char *what, uint64_t entries);
	void *arg;
	char image[IMG_NAME];
	struct {
		const char *what;
		uint64_t n;
	} count[16];
};

/* Does the target have the form that exists since then? */
bool img_convert_has(const struct img_convert *c, uint32_t since);

/* Is there an image of this name in the source? */
bool img_convert_exists(const struct img_convert *c, const char *name);

/* The same for a pattern with a number. */
bool img_convert_exists_no(const struct img_convert *c, const char *pattern, uint64_t number);

/* The leader of a thread; itself where the process tree does not say. */
uint64_t img_convert_leader(const struct img_convert *c, uint64_t tid);

/* The open files of the source: 1 with *f (it belongs to c), 0: none, -1 with *err. */
int img_convert_files(struct img_convert *c, struct img_files **f, struct img_err *err);

/* Read what all families need. 0, or -1 with *err. img_convert_end() frees it. */
int img_convert_learn(struct img_convert *c, struct img_err *err);
void img_convert_end(struct img_convert *c);

/* Add a name with a number. */
int img_convert_add(struct img_dir_names *names, const char *pattern, uint64_t number,
		    struct img_err *err);

/* Note a change of n entries for the report. */
void img_convert_note(struct img_convert *c, const char *image, const char *what, uint64_t n);
void img_convert_report(struct img_convert *c); /* hand out what was noted */

/* The target has no form for a fact: *err, which names it. Returns -1. */
int img_convert_refuse(struct img_convert *c, const struct img_at *at, struct img_err *err,
		       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * Apply the rows for a message, those of them whose form is newer than `after` (0: all): a verdict,
 * *body is what comes out. Two buffers take turns; both have to outlive *body.
 */
int img_convert_rows(struct img_convert *c, const struct img_msg *msg, const struct img_at *at,
		     uint32_t after, struct img_span *body, struct img_buf turns[2],
		     struct img_err *err);

/* Does any row change such entries? */
bool img_convert_touches(const struct img_convert *c, const struct img_msg *msg);

/* ---- reading ---- */

/*
 * Call fn for each entry of an image. What fn returns ends it, if not 0. 0 also where there is no
 * such image; -1 with *err (file set).
 */
typedef int img_convert_entry_fn(void *arg, const struct img_entry *e, struct img_err *err);
int img_convert_each(struct img_convert *c, const char *pattern, uint64_t number,
		     img_convert_entry_fn *fn, void *arg, struct img_err *err);

/* Its first entry is put into *body: 1, 0: no such image, or none in it; -1 with *err. */
int img_convert_first(struct img_convert *c, const char *pattern, uint64_t number,
		      struct img_buf *body, struct img_err *err);

/* ---- writing ---- */

/* An image that is being written, framed as the target has it. */
struct img_made {
	const struct img_sink *to;
	struct img_out *out;
	struct img_writer *wr;
};

int img_made_begin(struct img_convert *c, struct img_made *m, const char *name,
		   const struct img_sink *to, struct img_err *err);
int img_made_put(struct img_made *m, struct img_span body, struct img_err *err);
/* End it; r is what came before: -1 gives it up. Returns 0, or -1 with *err. */
int img_made_end(struct img_made *m, int r, struct img_err *err);

#endif
