#include "cmd/judge.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/buf.h"
#include "libimg/check/check.h"
#include "libimg/dump/place.h"

struct judge {
	const struct tool *tool;
	void *known; /* what the source has: a tree of tsearch() */
	const char *shown;
	bool source, errors, force, form, no_memory;
	struct img_buf lines; /* what is to be said */
	int status;
};

/* What was found where; the words may hold values that an edit changes. */
static char *key_of(const struct judge *j, const struct img_finding *f)
{
	char key[1024];

	if (j->form)
		return img_strndup(f->rule->name, strlen(f->rule->name));
	snprintf(key, sizeof(key), "%s %s %lld %s", f->rule->name, f->image, (long long)f->entry,
		 f->path);
	return img_strndup(key, strlen(key));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Nothing can be made of an image that cannot be read. */
static bool is_damage(const struct img_finding *f)
{
	return strcmp(f->rule->name, "image-damaged") == 0 ||
	       strcmp(f->rule->name, "image-magic") == 0;
}

/* A line for standard error; it waits until the check has come to its end. */
static void say(struct judge *j, const struct img_finding *f, bool error)
{
	char image[600], line[2048], entry[32] = "";

	img_printable(f->image, strlen(f->image), image, sizeof(image));
	if (f->entry >= 0)
		snprintf(entry, sizeof(entry), "entry %lld: ", (long long)f->entry);
	snprintf(line, sizeof(line), "%s: %s/%s: %s%s%s%s%s [%s]\n", j->tool->name, j->shown, image,
		 error ? "" : "warning: ", entry, f->path,
		 f->path[0] != '\0' && f->message[0] != ':' ? " " : "", f->message, f->rule->name);
	img_buf_put(&j->lines, line, strlen(line));
}

static void raise_to(struct judge *j, int status)
{
	if (status > j->status)
		j->status = status;
}

/* Has it been found before? If not, and `add`, it has from now on. */
static bool is_known(struct judge *j, const struct img_finding *f, bool add)
{
	char *key = key_of(j, f), **node;
	bool known;

	if (key == NULL) {
		j->no_memory = true;
		return true;
	}
	node = add ? tsearch(key, &j->known, by_text) : tfind(key, &j->known, by_text);
	known = node != NULL && *node != key;
	if (add && node == NULL)
		j->no_memory = true;
	if (!add || node == NULL || *node != key)
		img_free(key);
	return known;
}

static void add_rule(struct judge *j, const struct img_finding *f)
{
	j->form = true;
	is_known(j, f, true);
	j->form = false;
}

static void found(void *arg, const struct img_finding *f)
{
	struct judge *j = arg;
	bool error = !j->force && (is_damage(f) || (!j->source && j->errors));

	if (j->source) /* by its rule too, for judge_form() */
		add_rule(j, f);
	if (j->form && f->severity != IMG_ERROR)
		return;
	if (is_known(j, f, j->source) && !j->source)
		return;
	if (j->source && !error)
		return;
	say(j, f, error);
	if (error)
		raise_to(j, TOOL_DATA);
}

static void unread(void *arg, const struct img_err *err)
{
	struct judge *j = arg;

	raise_to(j, tool_fail(j->tool, j->shown, err));
}

/* Check `dir`, or the directory at `path` if it is NULL. */
static int check(struct judge *j, struct img_dir *dir, const char *path, const char *shown,
		 unsigned links)
{
	const struct img_check_how how = {
		.found = found, .arg = j, .unread = { unread, j }, .flags = links
	};
	struct img_err err;

	j->shown = shown;
	j->status = TOOL_OK;
	j->no_memory = false;
	j->lines.n = 0;
	if ((dir != NULL ? img_check_dir(dir, &how, &err) : img_check(path, &how, &err)) < 0)
		unread(j, &err);
	else if (j->no_memory || j->lines.failed)
		raise_to(j, tool_sysfail(j->tool, NULL));
	else if (j->lines.n > 0) /* else there is no buffer */
		fwrite(j->lines.p, 1, j->lines.n, stderr);
	return j->status;
}

struct judge *judge_new(const struct tool *t)
{
	struct judge *j = img_calloc(1, sizeof(*j));

	if (j == NULL)
		exit(tool_sysfail(t, NULL));
	j->tool = t;
	return j;
}

void judge_free(struct judge *j)
{
	if (j == NULL)
		return;
	tdestroy(j->known, img_free);
	img_buf_free(&j->lines);
	img_free(j);
}

void judge_force(struct judge *j)
{
	j->force = true;
}

int judge_source(struct judge *j, const char *dir)
{
	j->source = true;
	return check(j, NULL, dir, dir, tool_links());
}

int judge_images(const struct tool *t, const struct img_dir *dir, const char *shown)
{
	struct img_dir_names l;
	struct img_err err;
	size_t n;

	if (img_dir_list(dir, &l, &err) < 0)
		return tool_fail(t, shown, &err);
	n = l.n;
	img_list_free(&l);
	if (n > 0)
		return TOOL_OK;
	img_fail(&err, IMG_EDATA, IMG_NOWHERE, "no images in this directory");
	return tool_fail(t, shown, &err);
}

void judge_place(const struct tool *t, const char *path, const struct img_dir *of,
		 const char *shown)
{
	if (img_place_inside(path, of))
		tool_usage(t, "'%s' is inside '%s'", path, shown);
}

int judge_dir(struct judge *j, struct img_dir *dir, const char *shown)
{
	int status = judge_images(j->tool, dir, shown);

	j->source = true;
	return status == TOOL_OK ? check(j, dir, NULL, shown, 0) : status;
}

int judge_form(struct judge *j, const char *dir, const char *shown)
{
	int status;

	j->form = true;
	status = judge_result(j, dir, shown, true);
	j->form = false;
	return status;
}

int judge_result(struct judge *j, const char *dir, const char *shown, bool errors)
{
	j->source = false;
	j->errors = errors;
	/* Links that we have made lead out of it. */
	return check(j, NULL, dir, shown, tool_links() & ~(unsigned)IMG_BENEATH);
}
