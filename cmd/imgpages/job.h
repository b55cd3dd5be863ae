/* Shared by the parts of imgpages: one run of it, and the requested ranges. */
#ifndef IMGPAGES_JOB_H
#define IMGPAGES_JOB_H

#include "cmd/columns.h"
#include "libimg/base/buf.h"
#include "libimg/memory/grep.h"
#include "libimg/memory/mem.h"

/* An argument of --read. */
struct range {
	const char *name; /* of mappings; NULL: numbers */
	bool all, found;
	uint64_t start, end;
};

/* A range of addresses. */
struct span {
	uint64_t start, end;
};

struct job {
	const struct tool *tool;
	struct explore *x;
	struct columns cols;
	struct range *ranges;
	size_t n_ranges;
	bool zero, skip, progress;
	struct img_pattern *pattern;
	uint32_t context, min;
	const char *other; /* directory of --diff */
	bool matched;      /* the pattern matched, or a page differed */

	/* The current dump. */
	struct img_dump_mem *pages;
	struct img_dir *other_dir;
	struct img_dump_mem *other_pages;

	/* The current task. */
	uint32_t pid;
	struct img_mem *mem;
	struct img_buf spans; /* struct span */
	uint64_t todo, done;  /* bytes, for progress; done: before this span */

	struct img_buf name; /* name of the last mapping */
	const struct img_vma *name_of;
};

static inline bool pages_stopped(const struct job *j)
{
	return img_out_failed(j->x->out);
}

/* Put the name of a mapping of m into j->name; "-" if v is NULL. */
void pages_name_vma(struct job *j, struct img_dump_mem *p, struct img_mem *m,
		    const struct img_vma *v);

/* The same for the mapping at addr in the current task. */
void pages_name_at(struct job *j, uint64_t addr);

/* --read: add a range; an invalid one is a usage error. */
void pages_add_range(struct job *j, const char *arg);

/* Resolve the ranges for the current task; all of its memory if there is none. */
void pages_find_spans(struct job *j);
size_t pages_n_spans(const struct job *j);
struct span pages_span(const struct job *j, size_t i);

/* Report the names that no mapping of the dump has. */
void pages_report_names(struct job *j);

/*
 * Call fn for each run of the spans; neighbours that are missing for the same reason are joined.
 * False: a failure, which has been reported.
 */
bool pages_each_run(struct job *j, void (*fn)(struct job *j, const struct img_run *run));

/* Report which run is not in the dump, and why. */
void pages_describe_gap(struct job *j, const struct img_run *run, struct img_err *err);

/* Begin to report progress if requested; report how many bytes are done. */
void pages_begin_progress(struct job *j);
void pages_show_progress(void *job, uint64_t done);

#endif
