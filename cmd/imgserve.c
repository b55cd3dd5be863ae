/* imgserve - change images while criu restores */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/imgserve/capture.h"
#include "cmd/imgserve/job.h"
#include "cmd/imgserve/options.h"
#include "cmd/imgserve/mount.h"
#include "cmd/imgserve/stream.h"
#include "cmd/imgserve/view.h"
#include "libimg/base/alloc.h"

/* One more element in an array. Exits where there is no memory. */
static void *more(void *array, size_t n, size_t size)
{
	void *p = img_grow(array, n, size);

	if (p == NULL)
		exit(tool_sysfail(&serve_tool, NULL));
	return p;
}

static void add_filter(struct job *j, char *text)
{
	size_t glob = strcspn(text, "=");

	if (glob == 0 || text[glob] == '\0' || text[glob + 1] == '\0')
		tool_usage(&serve_tool, "--filter is GLOB=CMD, not '%s'", text);
	text[glob] = '\0';
	j->filters = more(j->filters, j->n_filters, sizeof(*j->filters));
	j->filters[j->n_filters++] = (struct img_filter){ text, text + glob + 1 };
}

static void add_fault(struct job *j, const char *text)
{
	struct img_err err;

	j->faults = more(j->faults, j->n_faults, sizeof(*j->faults));
	if (img_fault_parse(text, &j->faults[j->n_faults++], &err) < 0)
		tool_usage(&serve_tool, "--fault=%s: %s", text, err.what);
}

static void set_link(struct job *j, const char *how)
{
	static const struct {
		const char *name;
		enum img_link link;
	} names[] = { { "symlink", IMG_LINK_RELATIVE },
		      { "hard", IMG_LINK_HARD },
		      { "copy", IMG_LINK_COPY } };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i].name, how) == 0) {
			j->link = names[i].link;
			j->has_link = true;
			return;
		}
	tool_usage(&serve_tool, "--link is symlink, hard or copy, not '%s'", how);
}

static void options(struct job *j, int argc, char **argv)
{
	const struct rule_to to = { j->rules, j->sets, j->pokes };

	for (int c; (c = tool_getopt(&serve_tool, argc, argv)) != -1;)
		switch (c) {
		case 'f': add_filter(j, optarg); break;
		case 's': j->sockdir = optarg; break;
		case OPT_VIEW: j->view = optarg; break;
		case OPT_LINK: set_link(j, optarg); break;
		case OPT_MOUNT: j->mount = true; break;
		case OPT_CAPTURE: j->capture = true; break;
		case OPT_COMMIT: j->commit = true; break;
		case OPT_LOG: j->log = optarg; break;
		case OPT_FAULT: add_fault(j, optarg); break;
		default: rule_opt(&serve_tool, &to, c, optarg);
		}
}

/* What goes together. */
static void check_mode(const struct job *j, bool named)
{
	const struct tool *t = &serve_tool;

	if ((j->view != NULL) + j->mount + j->capture + j->commit > 1)
		tool_usage(t, "--view, --as-mount, --capture and --commit do not go together");
	if (j->mount && j->command == NULL)
		tool_usage(t, "--as-mount takes a command");
	if ((j->capture || j->commit) && j->sockdir == NULL)
		tool_usage(t, "no --socket-dir");
	if ((j->capture || j->commit) && (serve_has_rules(j) || j->n_faults > 0))
		tool_usage(t, "rules and faults are for a restore");
	if (j->capture && !named)
		tool_usage(t, "no directory");
	if (j->commit && (named || j->command != NULL || j->n_filters > 0 || j->log != NULL))
		tool_usage(t, "--commit takes --socket-dir and nothing else");
	if (j->view == NULL && j->has_link)
		tool_usage(t, "--link is for --view");
	if ((j->view != NULL || j->mount) &&
	    (j->sockdir != NULL || j->log != NULL || j->n_faults > 0))
		tool_usage(t, "--socket-dir, --log and --fault are not for a --view or --as-mount");
	if (j->view == NULL && !j->mount && j->sockdir == NULL && strcmp(j->from, "-") == 0)
		tool_usage(t, "what comes from standard input has no --socket-dir");
}

static void operands(struct job *j, char **argv)
{
	j->from = argv[0] != NULL ? argv[0] : ".";
	if (argv[0] != NULL && argv[1] != NULL)
		tool_usage(&serve_tool, "more than one directory: '%s'", argv[1]);
	j->to_stdout = j->capture && strcmp(j->from, "-") == 0;
	check_mode(j, argv[0] != NULL);
}

static int run(const struct job *j)
{
	return j->commit         ? serve_commit(j)
	       : j->capture      ? serve_capture(j)
	       : j->mount        ? serve_mount(j)
	       : j->view != NULL ? serve_view(j)
				 : serve_stream(j);
}

/* What follows `--` is not ours: getopt_long() must not see it, nor move it. */
static int cut_command(struct job *j, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		if (argv[i + 1] == NULL)
			tool_usage(&serve_tool, "no command after '--'");
		j->command = argv + i + 1;
		argv[i] = NULL;
		return i;
	}
	return argc;
}

int main(int argc, char **argv)
{
	struct job j = { .rules = img_rules_new(),
			 .sets = img_sets_new((struct img_changes){ 0 }),
			 .pokes = img_pokes_new((struct img_changes){ 0 }),
			 .link = IMG_LINK_RELATIVE };
	int status;

	if (j.rules == NULL || j.sets == NULL || j.pokes == NULL)
		return tool_sysfail(&serve_tool, NULL);
	argc = cut_command(&j, argc, argv);
	options(&j, argc, argv);
	operands(&j, argv + optind);
	rule_ready(&serve_tool, j.rules);
	status = run(&j);
	img_free(j.filters);
	img_free(j.faults);
	img_pokes_free(j.pokes);
	img_sets_free(j.sets);
	img_rules_free(j.rules);
	return status;
}
