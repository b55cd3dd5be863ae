/* What the parts of imgpages share: a run of it, and the stretches of memory asked for. */
#ifndef IMGPAGES_H
#define IMGPAGES_H

#include "cmd/explore.h"
#include "libimg/base/buf.h"
#include "libimg/memory/grep.h"
#include "libimg/memory/mem.h"

/* What --read asked for. */
struct range {
	const char *name; /* of mappings; NULL: numbers */
	bool all, found;
	uint64_t start, end;
};

/* A stretch of addresses. */
struct span {
	uint64_t start, end;
};

struct job {
	const struct tool *tool;
	struct explore *x;
	struct range *ranges;
	size_t n_ranges;
	bool zero, skip, progress;
	struct img_pattern *pattern;
	uint32_t context, min;
	const char *other; /* directory of --diff */
	bool matched;      /* the pattern; or a page differed */

	/* The dump at hand. */
	struct img_dump_mem *pages;
	struct img_dir *other_dir;
	struct img_dump_mem *other_pages;

	/* The task at hand. */
	uint32_t pid;
	struct img_mem *mem;
	struct img_buf spans; /* struct span */
	uint64_t todo, done;  /* bytes, for progress; done: before this span */

	struct img_buf name; /* of the mapping named last */
	const struct img_vma *name_of;
};

static inline bool stopped(const struct job *j)
{
	return img_out_failed(j->x->out);
}

/* The name of a mapping of m into j->name; "-" where v is NULL. */
void name_vma(struct job *j, struct img_dump_mem *p, struct img_mem *m, const struct img_vma *v);

/* The same of the mapping at addr in the task at hand. */
void name_at(struct job *j, uint64_t addr);

/* --read: one more range; a bad one is bad usage. */
void add_range(struct job *j, const char *arg);

/* What the ranges mean for the task at hand; all of its memory where there is none. */
void find_spans(struct job *j);
size_t n_spans(const struct job *j);
struct span span_at(const struct job *j, size_t i);

/* Report the names that no process of the dump has a mapping of. */
void report_names(struct job *j);

/*
 * Call fn for each run of the spans; neighbours that are not in the dump for the same reason
 * come as one. False: a failure, which has been reported.
 */
bool each_run(struct job *j, void (*fn)(struct job *j, const struct img_run *run));

/* Say which run is not in the dump, and why. */
void describe_gap(struct job *j, const struct img_run *run, struct img_err *err);

/* Begin to show progress, where that is wanted; tell how many bytes are done. */
void begin_progress(struct job *j);
void show_progress(void *job, uint64_t done);

/* What to do with the task at hand. */
void list_pages(struct job *j);
void list_json(struct job *j);
void read_raw(struct job *j);
void read_hex(struct job *j);
void find_pattern(struct job *j);
void find_strings(struct job *j);
void find_diff(struct job *j);

/* --summary: of the task at hand, and then of all that came before it. */
struct summary;
struct summary *summary_new(struct job *j);
void summary_task(struct summary *s, struct job *j);
void summary_dump(struct summary *s, struct job *j, bool show);

#endif
