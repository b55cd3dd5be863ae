/* img2core - an ELF core file from a checkpoint */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cmd/explore.h"
#include "libimg/base/alloc.h"
#include "libimg/base/buf.h"
#include "libimg/base/save.h"
#include "libimg/core/core.h"
#include "libimg/dump/place.h"
#include "libimg/image/type.h"
#include "libimg/json/hint.h"
#include "libimg/view/labels.h"

enum { OPT_FILES = 256, OPT_DONTDUMP, OPT_ZERO };

static const struct tool_opt opts[] = {
	{ 'p', "pid", "PID", "the process; may be given several times" },
	{ 'o', "output", "FILE", "write to FILE; %p in it is the pid" },
	{ 'R', "root", "DIR", "read mapped files below DIR, if they are those of the dump" },
	{ OPT_FILES, "files", "WHICH", "with --root: headers (default) or all pages" },
	{ 't', "thread", "TID", "the thread that debuggers show first" },
	{ 's', "signal", "SIGNAL", "the signal that the process is said to have died of" },
	{ 'c', "compact", NULL, "leave out zeros that program headers can describe" },
	{ OPT_DONTDUMP, "dontdump", NULL, "include memory marked MADV_DONTDUMP" },
	{ OPT_ZERO, "zero", NULL, "take zeros for lazy pages, which are in no image" },
	{ 'P', "progress", NULL, "report progress on standard error" },
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "img2core",
	.args = "[DIR]",
	.about =
		"Write a process of a CRIU dump as an ELF core file, for gdb and other debuggers.\n"
		"Without --output the core goes to standard output.",
	.opts = opts,
};

struct run {
	struct explore *x;
	struct img_core_options o;
	const char *output; /* NULL: standard output */
	const char *root;
	bool progress;
	struct img_err lost; /* what the system could not do in one core; kind 0: nothing */
};

/* A mapped file that is not below the root: the core has it as the dump has it. */
static bool is_absence(int errnum)
{
	return errnum == ENOENT || errnum == ENOTDIR || errnum == ELOOP || errnum == EACCES ||
	       errnum == EPERM;
}

/*
 * The core is whole, and the status stays: unless the system failed to read what may change it,
 * then it is not written.
 */
static void report(void *arg, const struct img_err *err)
{
	struct run *r = arg;

	if (err->kind == IMG_ESYS && !is_absence(err->errnum))
		r->lost = *err;
	else
		tool_fail(&tool, r->x->path, err);
}

/* The name of a core: each %p is the pid, %% a percent sign. NULL: no memory. */
static char *name_of(const char *pattern, uint32_t pid)
{
	struct img_buf b = { 0 };
	char text[16];

	snprintf(text, sizeof(text), "%" PRIu32, pid);
	for (const char *p = pattern; *p != '\0'; p++) {
		bool percent = p[0] == '%' && p[1] == '%';

		if (p[0] == '%' && p[1] == 'p')
			img_buf_put(&b, text, strlen(text));
		else
			img_buf_put(&b, p, 1);
		p += percent || (p[0] == '%' && p[1] == 'p');
	}
	img_buf_put(&b, "", 1);
	if (b.failed)
		img_buf_free(&b);
	return (char *)b.p;
}

static int write_to(struct run *r, const struct img_task *t, int fd, struct img_err *err)
{
	struct img_copy *to = img_copy_new(fd);
	int ok;

	if (to == NULL)
		return img_fail_mem(err);
	if (r->progress)
		tool_progress_begin(&tool, r->x->path);
	r->lost.kind = 0;
	ok = img_core_write(r->x->dir, t, &r->o, to, err);
	if (ok == 0 && r->lost.kind != 0) {
		*err = r->lost;
		ok = -1;
	}
	if (r->progress)
		tool_progress_end();
	img_copy_free(to);
	return ok;
}

/* A core called as an image, in the directory of the dump, would replace that. */
static void check_place(const struct run *r, const char *name)
{
	char real[PATH_MAX];
	const char *at = realpath(name, real) != NULL ? real : name;
	const char *slash = strrchr(at, '/');

	if (img_place_inside(at, r->x->dir) &&
	    img_type_by_file(slash != NULL ? slash + 1 : at, NULL) != NULL)
		tool_usage(&tool, "'%s' has the name of an image of '%s'", name, r->x->path);
}

static int write_file(struct run *r, const struct img_task *t, const char *name,
		      struct img_err *err)
{
	struct img_save *s;
	struct img_err end;
	int ok;

	check_place(r, name);
	s = img_save_path(name, err);
	if (s == NULL)
		return -1;
	ok = write_to(r, t, img_save_out(s)->fd, err);
	if (img_save_end(s, ok == 0, ok == 0 ? err : &end) < 0)
		return -1;
	return ok;
}

static void one_task(struct run *r, const struct img_task *t)
{
	struct img_err err;
	char *name = NULL;
	int ok;

	if (r->output != NULL && (name = name_of(r->output, t->pid)) == NULL)
		exit(tool_sysfail(&tool, NULL));
	ok = name == NULL ? write_to(r, t, STDOUT_FILENO, &err) : write_file(r, t, name, &err);
	if (ok < 0)
		explore_fail(r->x, &err);
	img_free(name);
}

/* Dead tasks have nothing to show: that matters only where one was asked for. */
static bool is_wanted(const struct run *r, const struct img_task *t)
{
	return explore_wants(r->x, t) && (r->x->n_pids > 0 || !img_task_is_dead(t));
}

static void one_dump(struct explore *x, void *arg)
{
	struct run *r = arg;
	struct img_err err;
	size_t n = 0;

	for (size_t i = 0; i < x->ps->n; i++)
		n += is_wanted(r, &x->ps->tasks[i]);
	if (n > 1 && (r->output == NULL || strstr(r->output, "%p") == NULL))
		tool_usage(&tool, "%zu processes: choose one with -p, or give -o a name with %%p",
			   n);
	if (n == 0 && x->n_pids == 0 && x->ps->n > 0) {
		img_fail(&err, IMG_EDATA, IMG_NOWHERE, "no process is alive in this dump");
		explore_fail(x, &err);
	}
	/* The core would lack what could not be read, and not show that it does. */
	if (x->status == TOOL_SYSTEM)
		return;
	for (size_t i = 0; i < x->ps->n; i++)
		if (is_wanted(r, &x->ps->tasks[i]) &&
		    img_ps_find(x->ps, x->ps->tasks[i].pid) == &x->ps->tasks[i])
			one_task(r, &x->ps->tasks[i]);
}

/* ---- options ---- */

static uint32_t thread_of(const char *arg)
{
	uint64_t v;

	if (!img_parse_u64(arg, strlen(arg), &v) || v == 0 || v > UINT32_MAX)
		tool_usage(&tool, "not a thread id: '%s'", arg);
	return (uint32_t)v;
}

static uint32_t signal_of(const char *arg)
{
	uint64_t v;
	uint32_t signo;

	if (img_parse_u64(arg, strlen(arg), &v) && v >= 1 && v <= 128)
		return (uint32_t)v;
	for (signo = 1; signo <= 64; signo++) {
		char buf[IMG_SIGNAL_NAME];
		const char *name = img_signal_name(false, signo, buf);

		if (strcmp(name, arg) == 0 ||
		    (strncmp(name, "SIG", 3) == 0 && strcmp(name + 3, arg) == 0))
			return signo;
	}
	tool_usage(&tool, "unknown signal: '%s'", arg);
}

static void set_files(struct run *r, const char *arg)
{
	if (strcmp(arg, "all") == 0)
		r->o.files = IMG_MAPPED_ALL;
	else if (strcmp(arg, "headers") == 0)
		r->o.files = IMG_MAPPED_HEADERS;
	else
		tool_usage(&tool, "--files is 'headers' or 'all', not '%s'", arg);
}

static void check(struct run *r, bool files, char **dirs)
{
	if (files && r->root == NULL)
		tool_usage(&tool, "--files goes with --root only");
	if (dirs[0] != NULL && dirs[1] != NULL)
		tool_usage(&tool, "one directory at a time");
	if (r->output == NULL && isatty(STDOUT_FILENO))
		tool_usage(&tool, "a core file does not go to a terminal: give -o FILE, or a pipe");
	if (r->root == NULL)
		return;
	r->o.root = open(r->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (r->o.root < 0)
		exit(tool_sysfail(&tool, r->root));
}

int main(int argc, char **argv)
{
	struct explore x = { .tool = &tool };
	struct run r = { .x = &x, .o = { .root = -1, .progress = tool_progress_at } };
	bool files = false;

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'p': explore_pid(&x, optarg); break;
		case 'o': r.output = optarg; break;
		case 'R': r.root = optarg; break;
		case OPT_FILES:
			files = true;
			set_files(&r, optarg);
			break;
		case 't': r.o.tid = thread_of(optarg); break;
		case 's': r.o.signo = signal_of(optarg); break;
		case 'c': r.o.compact = true; break;
		case OPT_DONTDUMP: r.o.dontdump = true; break;
		case OPT_ZERO: r.o.zero = true; break;
		case 'P': r.progress = true; break;
		}
	check(&r, files, argv + optind);
	r.o.report = (struct img_report){ report, &r };
	if (!r.progress)
		r.o.progress = NULL;
	return explore_each(&x, argv + optind, one_dump, &r);
}
