/* imgpages: bytes of memory, raw or in hexadecimal. */
#include "cmd/imgpages/read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libimg/base/copy.h"
#include "libimg/view/hexdump.h"

/* ---- what is missing ---- */

static void refuse_gap(struct job *j, const struct img_run *run)
{
	struct img_err err;

	if (img_run_known(run))
		return;
	pages_describe_gap(j, run, &err);
	explore_fail(j->x, &err);
}

static void note_gap(struct job *j, const struct img_run *run)
{
	struct img_err err;
	char path[300];

	if (img_run_known(run))
		return;
	pages_describe_gap(j, run, &err);
	fprintf(stderr, "%s: %s: %s; skipped\n", j->tool->name,
		img_printable(j->x->path, strlen(j->x->path), path, sizeof(path)), err.what);
}

/* Write nothing if some of it is missing. */
static bool gaps_are_fine(struct job *j)
{
	int before = j->x->status, now;
	bool fine;

	if (j->zero)
		return true;
	j->x->status = TOOL_OK;
	fine = pages_each_run(j, j->skip ? note_gap : refuse_gap) && j->x->status == TOOL_OK;
	now = j->x->status;
	j->x->status = now > before ? now : before;
	return fine;
}

/* ---- to a terminal ---- */

/* Keep line ends; escape control characters for the terminal. */
static void put_escaped(struct img_out *o, const uint8_t *p, size_t n)
{
	while (n > 0) {
		size_t k = 0;

		while (k < n && p[k] != '\n' && p[k] != '\t')
			k++;
		img_text_name(o, p, k);
		if (k < n)
			img_out_byte(o, p[k++]);
		p += k;
		n -= k;
	}
}

static int show_run(struct job *j, const struct img_run *run, struct img_err *err)
{
	uint8_t buf[4096];

	for (uint64_t at = 0; at < run->len && !pages_stopped(j);) {
		size_t n = run->len - at < sizeof(buf) ? (size_t)(run->len - at) : sizeof(buf);

		memset(buf, 0, sizeof(buf));
		if (img_run_stored(run) && img_run_read(run, at, buf, n, err) < 0)
			return -1;
		put_escaped(j->x->out, buf, n);
		at += n;
	}
	return 0;
}

/* ---- to a file or pipe ---- */

/* What failed is the output, unless the error names an image. */
static int fail_at(struct img_err *err)
{
	return err->file[0] != '\0' ? -1 : img_err_in(err, "", "<stdout>");
}

static int copy_run(struct job *j, struct img_copy *c, const struct img_run *run,
		    struct img_err *err)
{
	enum { PART = 16 << 20 };

	err->file[0] = '\0';
	if (!img_run_stored(run))
		return img_copy_zeros(c, run->len, err) == 0 ? 0 : fail_at(err);
	for (uint64_t at = 0; at < run->len;) {
		uint64_t n = j->progress && run->len - at > PART ? PART : run->len - at;

		if (img_run_copy(run, at, n, c, err) < 0)
			return fail_at(err);
		at += n;
		pages_show_progress(j, img_copy_done(c));
	}
	return 0;
}

static int put_span(struct job *j, struct img_copy *c, struct span s, struct img_err *err)
{
	struct img_run run;

	for (uint64_t at = s.start; at < s.end && !pages_stopped(j); at += run.len) {
		if (img_mem_run(j->mem, at, s.end, &run, err) < 0)
			return -1;
		if (!img_run_known(&run) && !j->zero)
			continue;
		if ((c != NULL ? copy_run(j, c, &run, err) : show_run(j, &run, err)) < 0)
			return -1;
	}
	return 0;
}

void pages_read_raw(struct job *j)
{
	struct img_copy *c = NULL;
	struct img_err err;
	int r = 0;

	if (!gaps_are_fine(j))
		return;
	pages_begin_progress(j);
	img_out_lines(j->x->out, false); /* there may be no memory at all */
	if (!isatty(STDOUT_FILENO)) {
		c = img_copy_new(STDOUT_FILENO);
		if (c == NULL)
			exit(tool_sysfail(j->tool, NULL));
	}
	for (size_t i = 0; i < pages_n_spans(j) && r == 0; i++)
		r = put_span(j, c, pages_span(j, i), &err);
	if (r < 0)
		explore_fail(j->x, &err);
	if (c != NULL && img_copy_finish(c, &err) < 0 && r == 0) {
		img_err_in(&err, "", "<stdout>");
		explore_fail(j->x, &err);
	}
	img_copy_free(c);
}

/* ---- in hexadecimal ---- */

static void put_gap(void *arg, const struct img_run *run)
{
	struct job *j = arg;

	/* Gaps far from any mapping are not worth a line. */
	if (run->where == IMG_UNMAPPED)
		return;
	pages_name_vma(j, j->pages, j->mem, run->vma);
	img_text_hex(j->x->out, run->addr, 12);
	img_out_byte(j->x->out, '-');
	img_text_hex(j->x->out, run->addr + run->len, 12);
	img_text_fmt(j->x->out, "  not in the dump: ");
	img_text_name(j->x->out, j->name.p, j->name.n);
	img_out_byte(j->x->out, '\n');
}

void pages_read_hex(struct job *j)
{
	struct img_err err;

	for (size_t i = 0; i < pages_n_spans(j) && !pages_stopped(j); i++) {
		struct span s = pages_span(j, i);

		if (img_hexdump(j->mem, s.start, s.end, j->x->out, put_gap, j, &err) < 0) {
			explore_fail(j->x, &err);
			return;
		}
	}
}
