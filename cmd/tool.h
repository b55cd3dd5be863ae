/* Shared by the tools: options, help, operands, messages, exit status. */
#ifndef TOOL_H
#define TOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "libimg/img.h"
#include "libimg/view/table.h"

enum {
	TOOL_OK = 0,   /* done, and all output was written */
	TOOL_DATA = 1, /* an input is not valid */
	TOOL_USAGE = 2,
	TOOL_SYSTEM = 3, /* open, read, write, memory */
};

/* One option; the table feeds --help, the completions and the check of the manual. */
struct tool_opt {
	int c; /* its letter, or a number from 256 on if it has none */
	const char *name;
	/*
	 * NULL: no argument; FILE and DIR are completed as such. "[FILE]": one that may be left
	 * out, of an option without a letter.
	 */
	const char *arg;
	const char *help;
};

/* What an option's argument may be; `of` NULL ends a list of them. */
struct tool_words {
	const char *of;                /* "TYPE", as in the option's row */
	const char *(*word)(size_t i); /* NULL after the last; may have one twice in a row */
};

/* A long option that shows something else; `option` NULL ends a list of them. */
struct tool_view {
	const char *option;
	const struct img_column *columns;
};

struct tool {
	const char *name;
	const char *args;            /* operands, for the usage line */
	const char *about;           /* one sentence */
	const struct tool_opt *opts; /* ended by c == 0; -h and -V are implied */

	/* For --help and the completions: columns of --output, arguments that are words. */
	const struct img_column *columns;
	const struct tool_view *views; /* with columns of their own, or NULL */
	const struct tool_words *words;
};

/*
 * Rows of the tools that read directories: which links in them are followed. tool_getopt() takes
 * them itself, and tool_links() has what they say, for img_dir_open().
 */
enum { TOOL_BENEATH = 1000, TOOL_FOLLOW, TOOL_FILES0 };
#define TOOL_LINK_OPTS                                                                             \
	{ TOOL_BENEATH, "beneath", NULL, "follow no link out of a directory" },                    \
	{                                                                                          \
		TOOL_FOLLOW, "follow", NULL, "follow links to files of other names"                \
	}
unsigned tool_links(void);

/*
 * Rows for --with-dir and --files0-from, which tool_getopt() takes itself, too: is each directory to
 * be named, even if it is the only one? And the operands: those of the command line, or of the
 * list, each ended by a NUL byte.
 */
#define TOOL_WITH_DIR_OPT(what)                                                                    \
	{                                                                                          \
		'H', "with-dir", NULL, what                                                        \
	}
#define TOOL_LIST_OPT                                                                              \
	{                                                                                          \
		TOOL_FILES0, "files0-from", "FILE", "take the operands from FILE, ended by NULs"   \
	}
bool tool_with_dir(void);
char **tool_operands(char **argv);
bool tool_has_list(void); /* are they those of a list, which may be empty? */

/*
 * Open the dump that an operand names: a directory or an archive; "-": an archive on standard
 * input. NULL with *err.
 */
struct img_dir *tool_dir(const struct tool *t, const char *path, struct img_err *err);

/* Warn if d, which may be NULL, is of an archive with another dump. */
void tool_other_dump(const struct tool *t, const struct img_dir *d);

/* The next option's letter, -1 at the end; handles --help, --version, bad usage. */
int tool_getopt(const struct tool *t, int argc, char **argv);

/* Bad usage: two lines on stderr, status 2. */
_Noreturn void tool_usage(const struct tool *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Report why `file` (NULL: none) could not be processed; silent if the reader of a pipe has gone
 * away. Returns the exit status for it.
 */
int tool_fail(const struct tool *t, const char *file, const struct img_err *err);

/* The same for a system call that just failed. */
int tool_sysfail(const struct tool *t, const char *file);

/* Flush and free the sink over stdout; returns the larger of `status` and its own. */
int tool_finish(const struct tool *t, struct img_out *out, int status);

/* A sink over stdout, for lines: see img_out_lines(). */
struct img_out *tool_stdout(const struct tool *t);

/* Have as many files open as the system allows: a chain needs three for each of its dumps. */
void tool_many_files(void);

/* One input of a tool that reads images. */
struct tool_input {
	const char *path; /* for messages */
	const char *name; /* base name, NULL for standard input */
	struct img_in *in;
	const char *dir; /* the operand that it is in, NULL: it is one itself */
	bool many;       /* operands: more than one */
	bool several;    /* one of several, or from a directory */
	unsigned flags;  /* for img_reader_open() */
};

struct tool_each {
	bool progress;
	bool no_archive;    /* a file is an image, whatever it looks like */
	bool archive_stdin; /* an archive may come from standard input, too */
	/* Returns a status, plus TOOL_STOP to stop. */
	int (*fn)(void *arg, const struct tool_input *input);
	/* The same for what is left out of a directory, and why. May be NULL. */
	int (*left_out)(void *arg, const char *path, const char *why);
	void *arg;
};

/*
 * Call how->fn for each operand: a file, `-` (also if there is none), or a directory or an archive
 * of one, which stands for the images in it; a file named *.img is no archive. What cannot be opened is reported. Returns the highest status.
 */
enum { TOOL_STOP = 16 };
int tool_each(const struct tool *t, char **operands, const struct tool_each *how);

/* Report on stderr how far `in` has been read; tool_progress_end() ends the line. */
void tool_progress(const struct tool *t, const char *what, struct img_in *in);
void tool_progress_end(void);

/* The same for work that is not one stream: `off` of `size` bytes (or IMG_UNKNOWN) are done. */
void tool_progress_begin(const struct tool *t, const char *what);
void tool_progress_at(void *arg, uint64_t off, uint64_t size);

#endif
