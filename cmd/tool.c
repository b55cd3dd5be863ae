#include "cmd/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "libimg/base/buf.h"

enum { MAX_OPTS = 40 };

static const struct tool_opt implied[] = {
	{ 'h', "help", NULL, "print this help" },
	{ 'V', "version", NULL, "print the version, and the newest CRIU version supported" },
	{ 0, NULL, NULL, NULL },
};

static bool is_optional(const struct tool_opt *o)
{
	return o->arg != NULL && o->arg[0] == '[';
}

static void help_opts(const struct tool_opt *o)
{
	for (; o->c != 0; o++) {
		char left[64];

		if (is_optional(o))
			snprintf(left, sizeof(left), "--%s[=%s", o->name, o->arg + 1);
		else
			snprintf(left, sizeof(left), "--%s%s%s", o->name, o->arg ? "=" : "",
				 o->arg ? o->arg : "");
		if (o->c < 256)
			printf("  -%c, %-22s %s\n", o->c, left, o->help);
		else
			printf("      %-22s %s\n", left, o->help);
	}
}

/* In lines of at most 80 columns. */
static void help_words(const struct tool_words *w)
{
	const char *word, *last = "";
	size_t at = 0;

	printf("\n%s is one of:\n", w->of);
	for (size_t i = 0; (word = w->word(i)) != NULL; i++) {
		if (strcmp(word, last) == 0)
			continue;
		last = word;
		if (at > 0 && at + 1 + strlen(word) > 80) {
			printf("\n");
			at = 0;
		}
		at += (size_t)printf(at == 0 ? "  %s" : " %s", word);
	}
	printf("\n");
}

static void help_columns(const char *view, const struct img_column *c)
{
	printf("\nColumns%s%s (*: the usual ones):\n", view != NULL ? " of --" : "",
	       view != NULL ? view : "");
	for (; c->name != NULL; c++)
		printf("%c %-10s %s\n", c->flags & IMG_COL_DEFAULT ? '*' : ' ', c->name, c->help);
}

_Noreturn static void leave(const struct tool *t)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		exit(tool_sysfail(t, "<stdout>"));
	exit(TOOL_OK);
}

_Noreturn static void help(const struct tool *t)
{
	printf("Usage: %s [OPTION]... %s\n%s\n\n", t->name, t->args, t->about);
	help_opts(t->opts);
	help_opts(implied);
	for (const struct tool_words *w = t->words; w != NULL && w->of != NULL; w++)
		help_words(w);
	if (t->columns != NULL)
		help_columns(NULL, t->columns);
	for (const struct tool_view *v = t->views; v != NULL && v->option != NULL; v++)
		help_columns(v->option, v->columns);
	leave(t);
}

_Noreturn static void version(const struct tool *t)
{
	printf("%s (criu-imgtools) %s, CRIU %s and its development\n", t->name, IMG_VERSION,
	       IMG_CRIU_SCHEMA);
	leave(t);
}

static void hint(const struct tool *t)
{
	fprintf(stderr, "Try '%s --help' for more information.\n", t->name);
}

/*
 * A standard descriptor that the caller closed must not become that of an image. Its substitute
 * fails like a closed one.
 */
static void hold_std_fds(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

struct table {
	struct option longs[MAX_OPTS];
	char shorts[3 * MAX_OPTS];
	int n;
};

static void add_opts(struct table *tab, const struct tool_opt *o)
{
	for (; o->c != 0 && tab->n < MAX_OPTS - 1; o++) {
		tab->longs[tab->n++] = (struct option){ o->name,
							is_optional(o) ? optional_argument
							: o->arg       ? required_argument
								       : no_argument,
							NULL, o->c };
		if (o->c < 256) {
			size_t at = strlen(tab->shorts);

			snprintf(tab->shorts + at, sizeof(tab->shorts) - at, "%c%s", o->c,
				 o->arg ? ":" : "");
		}
	}
}

/* The number of long options that `arg` may stand for; c: only that of this value, or 0. */
static int count_long(const struct table *tab, const char *arg, int c)
{
	int n = 0;

	if (strncmp(arg, "--", 2) != 0)
		return 0;
	for (int i = 0; i < tab->n; i++)
		if ((c == 0 || tab->longs[i].val == c) &&
		    strncmp(tab->longs[i].name, arg + 2, strcspn(arg + 2, "=")) == 0)
			n++;
	return n;
}

/* Report what getopt_long() refused; `arg` is the argument before optind. */
_Noreturn static void bad_option(const struct tool *t, const struct table *tab, const char *arg)
{
	int name = (int)strcspn(arg, "=");

	if (optopt == 0 && count_long(tab, arg, 0) > 1)
		tool_usage(t, "option '%.*s' is ambiguous", name, arg);
	if (optopt == 0)
		tool_usage(t, "unrecognized option '%.*s'", name, arg);
	if (count_long(tab, arg, optopt) > 0)
		tool_usage(t, "option '%.*s' %s", name, arg,
			   arg[name] == '=' ? "doesn't allow an argument" : "requires an argument");
	if (strchr(tab->shorts, optopt) != NULL)
		tool_usage(t, "option requires an argument -- '%c'", optopt);
	tool_usage(t, "invalid option -- '%c'", optopt);
}

static unsigned links;

unsigned tool_links(void)
{
	return links;
}

/* ---- operands from a list ---- */

static bool with_dir;
static const char *list_name;
static struct img_buf list_bytes;
static char **list;

bool tool_with_dir(void)
{
	return with_dir;
}

bool tool_has_list(void)
{
	return list != NULL;
}

char **tool_operands(char **argv)
{
	return list != NULL ? list : argv;
}

static void read_list(const struct tool *t)
{
	bool is_stdin = strcmp(list_name, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(list_name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	const char *name = is_stdin ? "<stdin>" : list_name;
	struct img_in *in = fd >= 0 ? img_in_fd(fd) : NULL;
	struct img_err err;

	if (in == NULL)
		exit(tool_sysfail(t, name));
	for (;;) {
		size_t n;

		if (img_in_need(in, 1, &err) < 0)
			exit(tool_fail(t, name, &err));
		n = img_in_avail(in);
		if (n == 0)
			break;
		img_buf_put(&list_bytes, img_in_ptr(in), n);
		img_in_eat(in, n);
	}
	if (list_bytes.n > 0 && list_bytes.p[list_bytes.n - 1] != '\0')
		img_buf_put(&list_bytes, "", 1);
	img_in_free(in);
	if (!is_stdin)
		close(fd);
}

/* As wc(1) and du(1) have it: the operands are in the list, or on the command line. */
static void take_list(const struct tool *t, const char *operand)
{
	size_t n = 0, at = 0;

	if (operand != NULL)
		tool_usage(t, "--files0-from leaves no place for the operand '%s'", operand);
	read_list(t);
	for (size_t i = 0; i < list_bytes.n; i++)
		n += list_bytes.p[i] == '\0';
	list = img_calloc(n + 1, sizeof(*list));
	if (list_bytes.failed || list == NULL)
		exit(tool_sysfail(t, NULL));
	for (size_t i = 0; i < n; i++) {
		list[i] = (char *)list_bytes.p + at;
		at += strlen(list[i]) + 1;
		if (list[i][0] == '\0')
			tool_usage(t, "%s: name %zu is empty", list_name, i + 1);
	}
}

static bool takes_itself(const struct tool *t, int c)
{
	const struct tool_opt *o = t->opts;

	while (o->c != 0 && o->c != c)
		o++;
	links |= c == TOOL_BENEATH ? IMG_BENEATH : c == TOOL_FOLLOW ? IMG_FOLLOW : 0;
	if (c == TOOL_FILES0)
		list_name = optarg;
	if (c == 'H' && o->c == c && strcmp(o->name, "with-dir") == 0) {
		with_dir = true;
		return true;
	}
	return c == TOOL_BENEATH || c == TOOL_FOLLOW || c == TOOL_FILES0;
}

void tool_other_dump(const struct tool *t, const struct img_dir *d)
{
	char path[PATH_MAX], other[PATH_MAX];

	if (d == NULL || img_dir_other(d) == NULL)
		return;
	img_printable(img_dir_path(d), strlen(img_dir_path(d)), path, sizeof(path));
	img_printable(img_dir_other(d), strlen(img_dir_other(d)), other, sizeof(other));
	fprintf(stderr, "%s: warning: %s is read; the archive has another dump, in %s\n", t->name,
		path, other);
}

struct img_dir *tool_dir(const struct tool *t, const char *path, struct img_err *err)
{
	struct img_dir *d = NULL;
	int fd = -1;

	if (strcmp(path, "-") != 0)
		d = img_dir_open(path, links, err);
	else if ((fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)) >= 0)
		d = img_dir_open_fd(fd, "<stdin>", links, err);
	else
		img_fail_file(err, "<stdin>", "", "");
	tool_other_dump(t, d);
	return d;
}

int tool_getopt(const struct tool *t, int argc, char **argv)
{
	struct table tab = { .n = 0 };
	int c;

	if (optind == 1) {
		hold_std_fds();
		/* A file too large is a write that fails, after which nothing is left. */
		signal(SIGXFSZ, SIG_IGN);
	}
	add_opts(&tab, t->opts);
	add_opts(&tab, implied);
	opterr = 0; /* getopt() would print control bytes raw */
	do
		c = getopt_long(argc, argv, tab.shorts, tab.longs, NULL);
	while (takes_itself(t, c));
	if (c == -1 && list_name != NULL && list == NULL)
		take_list(t, argv[optind]);
	switch (c) {
	case 'h': help(t);
	case 'V': version(t);
	case '?': bad_option(t, &tab, argv[optind - 1]);
	default: return c;
	}
}

void tool_usage(const struct tool *t, const char *fmt, ...)
{
	char text[1024], shown[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s: %s\n", t->name,
		img_printable(text, strlen(text), shown, sizeof(shown)));
	hint(t);
	exit(TOOL_USAGE);
}

int tool_fail(const struct tool *t, const char *file, const struct img_err *err)
{
	char line[IMG_ERR_LINE];

	tool_progress_end();
	if (err->kind == IMG_ESYS && err->errnum == EPIPE)
		return TOOL_SYSTEM;
	fprintf(stderr, "%s: %s\n", t->name, img_err_line(err, file, line, sizeof(line)));
	return err->kind == IMG_ESYS ? TOOL_SYSTEM : TOOL_DATA;
}

int tool_sysfail(const struct tool *t, const char *file)
{
	struct img_err err;

	img_fail_sys(&err);
	return tool_fail(t, file, &err);
}

struct img_out *tool_stdout(const struct tool *t)
{
	struct img_out *out = img_out_fd(STDOUT_FILENO);

	if (out == NULL)
		exit(tool_sysfail(t, NULL));
	img_out_lines(out, true);
	return out;
}

int tool_finish(const struct tool *t, struct img_out *out, int status)
{
	struct img_err err;
	int mine = TOOL_OK;

	tool_progress_end();
	if (img_out_flush(out, &err) < 0)
		mine = tool_fail(t, "<stdout>", &err);
	else if (close(STDOUT_FILENO) < 0 && errno != EBADF)
		mine = tool_sysfail(t, "<stdout>"); /* NFS reports a full disk only here */
	img_out_free(out);
	return mine > status ? mine : status;
}

/* ---- progress ---- */

static struct {
	const struct tool *tool;
	const char *what;
	struct timespec start, last;
	bool shown;
} progress;

static double since(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

void tool_progress_at(void *arg, uint64_t off, uint64_t size)
{
	struct timespec now;
	char name[200], total[40] = "";
	double s;

	(void)arg;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (since(&progress.last, &now) < 0.5 && off != size)
		return;
	progress.last = now;
	s = since(&progress.start, &now);
	if (size != IMG_UNKNOWN)
		snprintf(total, sizeof(total), " of %" PRIu64 " (%.0f%%)", size,
			 size > 0 ? 100.0 * (double)off / (double)size : 100.0);
	fprintf(stderr, "\r%s: %s: %" PRIu64 "%s bytes, %.1f MB/s ", progress.tool->name,
		img_printable(progress.what, strlen(progress.what), name, sizeof(name)), off, total,
		s > 0 ? (double)off / s / 1e6 : 0.0);
	progress.shown = true;
}

void tool_progress_begin(const struct tool *t, const char *what)
{
	progress.tool = t;
	progress.what = what;
	clock_gettime(CLOCK_MONOTONIC, &progress.start);
	progress.last = progress.start;
}

void tool_progress(const struct tool *t, const char *what, struct img_in *in)
{
	tool_progress_begin(t, what);
	img_in_watch(in, tool_progress_at, NULL);
}

void tool_progress_end(void)
{
	if (progress.shown)
		fputc('\n', stderr);
	progress.shown = false;
}

void tool_many_files(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur < l.rlim_max) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_NOFILE, &l);
	}
}
