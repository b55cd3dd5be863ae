/* json2img - write JSON back as CRIU images */
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/dump/list.h"
#include "cmd/tool.h"

enum { OPT_ANY_NAME = 256 };

static const struct tool_opt opts[] = {
	{ 'o', "output", "FILE", "write to FILE, which appears whole or not at all" },
	{ 'C', "directory", "DIR", "write each image under its name in DIR, created if absent" },
	{ OPT_ANY_NAME, "any-name", NULL, "with -C: allow names that no image has" },
	{ 'P', "progress", NULL, "report progress on standard error" },
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "json2img",
	.args = "[FILE]",
	.about = "Write JSON back as CRIU images: lines, tagged lines and documents, as img2json "
		 "and\ncrit write them, in any mix. Without FILE, or with -, read standard input.",
	.opts = opts,
};

struct job {
	const char *output, *dir;
	int dirfd;
	bool made;           /* DIR was not there before */
	bool any_name;       /* DIR takes any */
	struct img_out *out; /* over stdout, or NULL */
	struct img_save *save;
	void *names; /* of the images written to dir: a tree of tsearch() */
	bool began;
	const char *to; /* the output, for messages */
	bool unwritable;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* A second image must not replace the first one of that name. */
static int remember(struct job *j, const char *name, struct img_err *err)
{
	char *copy = img_strndup(name, strlen(name));
	char **node = copy != NULL ? tsearch(copy, &j->names, by_name) : NULL;

	if (node == NULL) {
		img_free(copy);
		return img_fail_mem(err);
	}
	if (*node != copy) {
		img_free(copy);
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "a second image with the name %s",
				name);
	}
	j->to = copy;
	return 0;
}

/* Names that a stranger chose: only those that images have. */
static int check_name(void *arg, const char *name, const struct img_type *type, struct img_err *err)
{
	const struct job *j = arg;
	const char *why = j->dir == NULL || j->any_name ? NULL : img_list_refuses(name, type);

	if (why == NULL)
		return 0;
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "the name %.80s %s (--any-name takes it)",
			name, why);
}

static int begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct job *j = arg;

	if (j->dir == NULL && j->began)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"a second image: use -C DIR to write each to its own file");
	j->began = true;
	j->to = j->output != NULL ? j->output : "<stdout>";
	if (j->dir != NULL) {
		if (name == NULL)
			return img_fail(err, IMG_EDATA, IMG_NOWHERE,
					"the image has no name (key img), which -C requires");
		if (remember(j, name, err) < 0)
			return -1;
		j->save = img_save_begin(j->dirfd, name, IMG_SAVE_UNSYNCED, err);
		if (j->save == NULL)
			return -1;
	} else if (j->output != NULL) {
		j->save = img_save_path(j->output, err);
		if (j->save == NULL)
			return -1;
	}
	*out = j->save != NULL ? img_save_out(j->save) : j->out;
	return 0;
}

static int end(void *arg, bool keep, struct img_err *err)
{
	struct job *j = arg;
	struct img_save *s = j->save;

	j->unwritable = img_out_failed(s != NULL ? img_save_out(s) : j->out);
	if (s == NULL)
		return 0;
	/* A single output is written at the end of the input: what follows may be refused. */
	if (keep && j->dir == NULL)
		return 0;
	j->save = NULL;
	return img_save_end(s, keep, err);
}

static int open_dir(struct job *j)
{
	j->made = mkdir(j->dir, 0777) == 0;
	if (!j->made && errno != EEXIST)
		return -1;
	j->dirfd = open(j->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return j->dirfd < 0 ? -1 : 0;
}

/* The images are on the disk, or there are none. */
static int close_dir(struct job *j, int status)
{
	struct img_err err;
	int mine = TOOL_OK;

	if (img_save_sync(j->dirfd, &err) < 0)
		mine = tool_fail(&tool, j->dir, &err);
	close(j->dirfd);
	/* It stays where it holds an image. */
	if (j->made && status != TOOL_OK)
		rmdir(j->dir);
	return mine > status ? mine : status;
}

static int run(struct job *j, struct img_in *in, const char *path)
{
	struct img_sink sink = { .begin = begin, .end = end, .arg = j, .allows = check_name };
	struct img_err err;
	uint64_t images;
	int status = TOOL_OK, r = img_encode(in, &sink, &images, &err);

	if (r < 0)
		status = tool_fail(&tool, j->unwritable ? j->to : path, &err);
	if (j->save != NULL && img_save_end(j->save, r == 0, &err) < 0)
		status = tool_fail(&tool, j->output, &err);
	return status;
}

int main(int argc, char **argv)
{
	struct job j = { .dirfd = -1 };
	const char *path;
	struct img_in *in;
	bool progress = false;
	int status, fd = STDIN_FILENO;

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'o': j.output = optarg; break;
		case 'C': j.dir = optarg; break;
		case OPT_ANY_NAME: j.any_name = true; break;
		case 'P': progress = true; break;
		}
	if (j.output != NULL && j.dir != NULL)
		tool_usage(&tool, "--output and --directory are mutually exclusive");
	if (j.any_name && j.dir == NULL)
		tool_usage(&tool, "--any-name is for --directory only");
	if (argc - optind > 1)
		tool_usage(&tool, "unexpected operand '%s': only one FILE is read",
			   argv[optind + 1]);
	path = optind < argc ? argv[optind] : "-";
	if (strcmp(path, "-") != 0)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	else
		path = "<stdin>";
	if (fd < 0)
		return tool_sysfail(&tool, path);
	if (j.dir != NULL && open_dir(&j) < 0)
		return tool_sysfail(&tool, j.dir);
	if (j.dir == NULL && j.output == NULL) {
		j.out = tool_stdout(&tool);
		img_out_lines(j.out, false);
	}
	in = img_in_fd(fd);
	if (in == NULL)
		return tool_sysfail(&tool, path);
	if (j.out != NULL)
		img_in_tie(in, j.out);
	if (progress)
		tool_progress(&tool, path, in);
	status = run(&j, in, path);
	if (j.dir != NULL)
		status = close_dir(&j, status);
	img_in_free(in);
	tdestroy(j.names, img_free);
	return j.out != NULL ? tool_finish(&tool, j.out, status) : status;
}
