/*
 * A task of a dump as an ELF core file, for debuggers: in one pass, with offsets that are
 * known before the first byte, so that a pipe gets what a file gets. Page data is not held.
 */
#ifndef IMG_CORE_H
#define IMG_CORE_H

#include "libimg/base/copy.h"
#include "libimg/base/report.h"
#include "libimg/memory/mapped.h"
#include "libimg/dump/pstree.h"

struct img_core_options {
	uint32_t tid;   /* the thread that comes first, which debuggers show; 0: the leader */
	uint32_t signo; /* what it is said to have died of; 0: the stop signal, or nothing */
	int root;       /* directory that the paths of mapped files are below, or -1 */
	enum img_mapped_files files;
	bool compact;  /* leave zeros out wherever a header can say so */
	bool dontdump; /* memory that the program kept out of cores (MADV_DONTDUMP) too */
	bool zero;     /* pages that are in no image (lazy ones) read as zeros */

	/* What is left out: files that are missing or differ, room without pages. */
	struct img_report report;

	/* Called now and then with the bytes written and those to come; NULL: not. */
	void (*progress)(void *arg, uint64_t done, uint64_t size);
	void *progress_arg;
};

/*
 * Write the core of task t, whose core image has been read (img_ps_core()), to `to`, which
 * img_core_write() finishes. Returns 0, or -1 with *err: the task is dead, an image is
 * missing or damaged, a thread `tid` is not its, or the system failed.
 */
int img_core_write(struct img_dir *d, const struct img_task *t, const struct img_core_options *o,
		   struct img_copy *to, struct img_err *err);

#endif
