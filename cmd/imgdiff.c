/* imgdiff - what differs between two dumps */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "cmd/explore.h"
#include "libimg/base/alloc.h"
#include "libimg/view/compare_put.h"

static const struct tool_opt opts[] = {
	EXPLORE_OPTS,
	{ 'k', "kinds", "KIND[,KIND]", "only these kinds; with a ! before them: all others" },
	{ 'q', "quiet", NULL, "write nothing: the status says whether they differ" },
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const char *kind_word(size_t i)
{
	return i < IMG_COMPARE_KINDS ? img_compare_kind_name((enum img_compare_kind)i) : NULL;
}

static const struct tool_words words[] = {
	{ "KIND", kind_word },
	{ NULL, NULL },
};

static const struct tool tool = {
	.name = "imgdiff",
	.args = "DIR DIR",
	.about = "Show what differs between two CRIU dumps.",
	.opts = opts,
	.words = words,
};

/* The run. The first of the two has the output. */
struct run {
	struct explore x[2];
	struct explore options; /* pids of either dump */
	unsigned kinds;
	bool quiet, differs;
	struct img_compare_at at;
};

static bool is_word(const char *word, const char *p, size_t n)
{
	return strlen(word) == n && memcmp(word, p, n) == 0;
}

static unsigned kinds_of(const char *list)
{
	bool others = list[0] == '!';
	unsigned kinds = 0;

	for (const char *p = list + others;; p++) {
		size_t n = strcspn(p, ",");
		unsigned k = 0;

		while (k < IMG_COMPARE_KINDS &&
		       !is_word(img_compare_kind_name((enum img_compare_kind)k), p, n))
			k++;
		if (k == IMG_COMPARE_KINDS)
			tool_usage(&tool, "not a kind: '%.*s'", (int)n, p);
		kinds |= 1u << k;
		p += n;
		if (*p == '\0')
			break;
	}
	return others ? IMG_COMPARE_ALL & ~kinds : kinds;
}

static void show(void *arg, const struct img_difference *d)
{
	struct run *r = arg;
	struct explore *x = &r->x[0];
	struct img_jw w;

	if (!r->differs && !r->quiet && !x->json) {
		img_text_fmt(x->out, "--- ");
		img_text_str(x->out, r->x[0].path);
		img_text_fmt(x->out, "\n+++ ");
		img_text_str(x->out, r->x[1].path);
		img_out_byte(x->out, '\n');
	}
	r->differs = true;
	if (r->quiet)
		return;
	if (!x->json) {
		img_compare_put(x->out, &r->at, d, &x->report);
		return;
	}
	explore_begin(x, &w);
	img_compare_json(&w, d, &x->report);
	explore_end(x, &w);
}

/* A process may be named by its pid in either dump. */
static bool wants(void *arg, const struct img_task *first, const struct img_task *second)
{
	const struct run *r = arg;
	const struct explore *x = &r->options;

	if (img_out_failed(r->x[0].out) || (r->quiet && r->differs))
		return false;
	return (first != NULL && explore_wants(x, first)) ||
	       (second != NULL && explore_wants(x, second));
}

static void missing_pids(struct run *r)
{
	struct img_err err;

	for (size_t i = 0; i < r->options.n_pids; i++) {
		uint32_t pid = r->options.pids[i];

		if (img_ps_find(r->x[0].ps, pid) != NULL || img_ps_find(r->x[1].ps, pid) != NULL)
			continue;
		img_fail(&err, IMG_EDATA, IMG_NOWHERE, "no process %u in either dump", pid);
		explore_fail(&r->x[0], &err);
	}
}

static void compare(struct run *r)
{
	struct img_compared dumps[2];
	struct img_compare *c;
	struct img_err err;

	for (int i = 0; i < 2; i++) {
		const struct explore *x = &r->x[i];

		dumps[i] = (struct img_compared){ x->dir, x->ps, x->no_tree, &x->report };
	}
	c = img_compare_new(dumps, r->kinds, &err);
	if (c == NULL) {
		explore_fail(&r->x[0], &err);
		return;
	}
	missing_pids(r);
	if (r->options.n_pids == 0)
		img_compare_dumps(c, show, r);
	img_compare_tasks(c, wants, show, r);
	img_compare_free(c);
}

/* A chain needs three descriptors for each of its dumps. */
static void want_descriptors(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur < l.rlim_max) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_NOFILE, &l);
	}
}

int main(int argc, char **argv)
{
	struct run r = { .options = { .tool = &tool }, .kinds = IMG_COMPARE_ALL };
	struct explore *x = r.x;
	bool open = true;
	int status;

	for (int i = 0; i < 2; i++) {
		x[i].tool = &tool;
		x[i].memory = true;
	}
	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'p': explore_pid(&r.options, optarg); break;
		case 'j': x[0].json = true; break;
		case 'k': r.kinds = kinds_of(optarg); break;
		case 'q': r.quiet = true; break;
		}
	if (argc - optind != 2)
		tool_usage(&tool, "expected two directories, got %d", argc - optind);
	want_descriptors();
	x[0].out = tool_stdout(&tool);
	for (int i = 0; i < 2; i++)
		open = explore_open(&x[i], argv[optind + i]) && open;
	/* That of the second is read even if the first has none: both are reported. */
	for (int i = 0; i < 2 && x[i].dir != NULL; i++)
		open = explore_tree(&x[i]) && open;
	if (open)
		compare(&r);
	for (int i = 0; i < 2; i++)
		explore_close(&x[i]);
	status = x[0].status > x[1].status ? x[0].status : x[1].status;
	if (status == TOOL_OK && r.differs)
		status = TOOL_DATA;
	img_free(r.options.pids);
	return tool_finish(&tool, x[0].out, status);
}
