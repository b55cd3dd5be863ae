/* imgpages: the requested ranges, and what is missing in them. */
#include "cmd/imgpages/job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/buf.h"
#include "libimg/json/hint.h"
#include "libimg/memory/vma_name.h"

void pages_name_vma(struct job *j, struct img_dump_mem *p, struct img_mem *m,
		    const struct img_vma *v)
{
	struct img_err err;

	if (v != NULL && v == j->name_of)
		return;
	j->name_of = v;
	if (v == NULL) {
		j->name.n = 0;
		img_buf_put(&j->name, "-", 1);
	} else if (img_vma_name(img_dump_mem_shmems(p), img_mem_space(m), v, &j->name, &err) < 0) {
		explore_fail(j->x, &err);
	}
	if (j->name.failed)
		exit(tool_sysfail(j->tool, NULL));
}

void pages_name_at(struct job *j, uint64_t addr)
{
	const struct img_vma *v = img_space_find(img_mem_space(j->mem), addr);

	pages_name_vma(j, j->pages, j->mem, v != NULL && v->start <= addr ? v : NULL);
}

/* ---- ranges ---- */

void pages_add_range(struct job *j, const char *arg)
{
	struct range *v = img_grow(j->ranges, j->n_ranges, sizeof(*v));
	size_t n = strcspn(arg, "-+");
	struct range *r;
	uint64_t second;

	if (v == NULL)
		exit(tool_sysfail(j->tool, NULL));
	j->ranges = v;
	r = &v[j->n_ranges++];
	memset(r, 0, sizeof(*r));
	if (arg[0] == '\0')
		tool_usage(j->tool, "empty range");
	if (arg[0] < '0' || arg[0] > '9') {
		r->name = arg;
		r->all = strcmp(arg, "all") == 0;
		return;
	}
	if (arg[n] == '\0' || !img_parse_u64(arg, n, &r->start) ||
	    !img_parse_u64(arg + n + 1, strlen(arg + n + 1), &second))
		tool_usage(j->tool, "invalid range '%s'", arg);
	r->end = second;
	if (arg[n] == '+' && __builtin_add_overflow(r->start, second, &r->end))
		tool_usage(j->tool, "range '%s' exceeds the address space", arg);
	if (r->end < r->start)
		tool_usage(j->tool, "range '%s' ends before it starts", arg);
}

static void add_span(struct job *j, uint64_t start, uint64_t end, bool join)
{
	size_t n = pages_n_spans(j);
	struct span s = { start, end };
	struct span *last = n > 0 ? (struct span *)(void *)j->spans.p + n - 1 : NULL;

	if (start == end)
		return;
	if (join && last != NULL && last->end == start)
		last->end = end;
	else
		img_buf_put(&j->spans, &s, sizeof(s));
	if (j->spans.failed)
		exit(tool_sysfail(j->tool, NULL));
}

static bool is_named(struct job *j, const struct img_vma *v, const char *name)
{
	pages_name_vma(j, j->pages, j->mem, v);
	return j->name.n == strlen(name) && memcmp(j->name.p, name, j->name.n) == 0;
}

void pages_find_spans(struct job *j)
{
	const struct img_space *s = img_mem_space(j->mem);

	j->spans.n = 0;
	if (j->n_ranges == 0)
		add_span(j, 0, UINT64_MAX, false);
	for (size_t i = 0; i < j->n_ranges; i++) {
		struct range *r = &j->ranges[i];
		bool join = false;

		if (r->name == NULL)
			add_span(j, r->start, r->end, false);
		for (size_t k = 0; r->name != NULL && k < s->n; k++) {
			if (!r->all && !is_named(j, &s->vmas[k], r->name))
				continue;
			add_span(j, s->vmas[k].start, s->vmas[k].end, join);
			join = r->found = true;
		}
	}
}

size_t pages_n_spans(const struct job *j)
{
	return j->spans.n / sizeof(struct span);
}

struct span pages_span(const struct job *j, size_t i)
{
	return ((const struct span *)(const void *)j->spans.p)[i];
}

/* A name that the kernel puts into brackets, which were left out; else NULL. */
static const char *named_by_kernel(const char *name)
{
	static const char *const names[] = { "[heap]", "[stack]", "[vdso]", "[vvar]",
					     "[vsyscall]" };
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == n + 2 && memcmp(names[i] + 1, name, n) == 0)
			return names[i];
	return NULL;
}

void pages_report_names(struct job *j)
{
	struct img_err err;

	for (size_t i = 0; i < j->n_ranges; i++) {
		if (j->ranges[i].name != NULL && !j->ranges[i].found) {
			const char *name = j->ranges[i].name;
			const char *meant = named_by_kernel(name);

			img_fail(&err, IMG_EDATA, IMG_NOWHERE, "no mapping '%s'%s%s%s", name,
				 meant != NULL ? " (is '" : "", meant != NULL ? meant : "",
				 meant != NULL ? "' meant?)" : "");
			explore_fail(j->x, &err);
		}
		j->ranges[i].found = false;
	}
}

/* ---- runs ---- */

/* Can b, which follows a, be reported together with it? */
static bool same_gap(const struct img_run *a, const struct img_run *b)
{
	return a->len > 0 && !img_run_known(a) && a->where == b->where && a->vma == b->vma;
}

static bool runs_of(struct job *j, struct span s,
		    void (*fn)(struct job *j, const struct img_run *run))
{
	struct img_run run, held = { 0 };
	struct img_err err;

	for (uint64_t at = s.start; at < s.end && !pages_stopped(j); at += run.len) {
		if (img_mem_run(j->mem, at, s.end, &run, &err) < 0) {
			explore_fail(j->x, &err);
			return false;
		}
		if (same_gap(&held, &run)) {
			held.len += run.len;
			continue;
		}
		if (held.len > 0)
			fn(j, &held);
		held = run;
		/* Its pointers are valid until the next call. */
		if (img_run_known(&run)) {
			fn(j, &held);
			held.len = 0;
		}
	}
	if (held.len > 0)
		fn(j, &held);
	return true;
}

bool pages_each_run(struct job *j, void (*fn)(struct job *j, const struct img_run *run))
{
	for (size_t i = 0; i < pages_n_spans(j) && !pages_stopped(j); i++)
		if (!runs_of(j, pages_span(j, i), fn))
			return false;
	return true;
}

static uint64_t pages_of(const struct job *j, const struct img_run *run)
{
	uint64_t page = img_mem_page_size(j->mem);

	return (run->addr + run->len - 1) / page - run->addr / page + 1;
}

void pages_describe_gap(struct job *j, const struct img_run *run, struct img_err *err)
{
	uint64_t n = pages_of(j, run);
	const char *why = "not in the dump";
	char name[128] = "";

	if (run->where == IMG_UNMAPPED)
		why = "not mapped";
	else if (run->where == IMG_LAZY)
		why = "not in the dump: left for lazy restore";
	else if (run->shared)
		why = "not in the dump: its segment has no pagemap";
	if (run->vma != NULL) {
		pages_name_vma(j, j->pages, j->mem, run->vma);
		img_printable((const char *)j->name.p, j->name.n, name, sizeof(name));
	}
	img_fail(err, IMG_EDATA, IMG_NOWHERE,
		 "process %" PRIu32 ": 0x%" PRIx64 "-0x%" PRIx64 " (%" PRIu64 " page%s%s%s) %s %s",
		 j->pid, run->addr, run->addr + run->len, n, n == 1 ? "" : "s",
		 run->vma != NULL ? " of " : "", name, n == 1 ? "is" : "are", why);
}

/* ---- progress ---- */

static void count_known(struct job *j, const struct img_run *run)
{
	if (img_run_known(run) && run->where != IMG_ZERO)
		j->todo += run->len;
}

void pages_begin_progress(struct job *j)
{
	j->todo = j->done = 0;
	if (!j->progress)
		return;
	pages_each_run(j, count_known);
	tool_progress_begin(j->tool, j->x->path);
}

void pages_show_progress(void *job, uint64_t done)
{
	struct job *j = job;

	if (j->progress)
		tool_progress_at(NULL, j->done + done, j->todo);
}
