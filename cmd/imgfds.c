/* imgfds - list the descriptors of the processes in a dump */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/columns.h"
#include "libimg/view/fds_columns.h"
#include "libimg/view/fds_set.h"

enum { OPT_ID = 256, OPT_IDS };

static const struct tool_opt opts[] = {
	EXPLORE_OPTS,
	EXPLORE_DIR_OPTS,
	{ 't', "type", "TYPE[,TYPE]", "only these types: file, pipe, unix, tcp and so on" },
	{ 'l', "listening", NULL, "only listening sockets" },
	{ 'f', "flags", NULL, "add the flags of open(2) by name" },
	{ 'q', "queues", NULL, "add the bytes queued in pipes, sockets and terminals" },
	{ OPT_ID, "id", "ID", "only the file with this id, as in a log of criu: 0xc" },
	{ OPT_IDS, "ids", NULL, "add the ids of files" },
	COLUMNS_OPTS('n', 'r'),
	COLUMNS_OPT_BYTES('b'),
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool_words words[] = {
	{ "TYPE", img_desc_set_word },
	{ NULL, NULL },
};

static const struct tool tool = {
	.name = "imgfds",
	.args = "[DIR]...",
	.about = "List the descriptors, the working directory and the root of each process in "
		 "CRIU\ndumps.",
	.opts = opts,
	.columns = img_fds_columns,
	.words = words,
};

struct job {
	struct explore x;
	struct columns cols;
	struct img_desc_set types; /* empty: all */
	bool listening, ids, one_id;
	uint32_t id; /* of --id */
	unsigned what;
};

/* The process whose lines are being written. */
struct lines {
	struct job *j;
	struct img_desc *desc;
	const struct img_task *task;
	bool headed;
};

static bool selects(const struct job *j)
{
	return j->types.rows != 0 || j->listening || j->one_id;
}

static bool is_wanted(struct lines *l, const struct img_fd *fd)
{
	if (l->j->one_id && fd->id != l->j->id)
		return false;
	if (l->j->types.rows != 0 && !img_desc_set_has(&l->j->types, l->desc, fd))
		return false;
	return !l->j->listening || img_desc_listens(l->desc, fd);
}

static void head(struct lines *l)
{
	if (l->headed || l->j->x.json || l->j->cols.wanted)
		return;
	l->headed = true;
	explore_head(&l->j->x, l->task);
}

/* `place`: "cwd" or "root" instead of a descriptor. */
static void put_json(struct lines *l, const struct img_fd *fd, const char *place)
{
	const struct img_fds *fds = img_desc_fds(l->desc);
	struct explore *x = &l->j->x;
	struct img_jw w;

	explore_begin_pid(x, &w, l->task->pid);
	IMG_JW_KEY(&w, "fd");
	if (place != NULL) {
		img_jw_plain(&w, place);
	} else {
		img_jw_uint(&w, fd->fd);
		IMG_JW_UINT(&w, "flags", fd->flags);
	}
	if (fd->label != 0)
		IMG_JW_CSTR(&w, "xattr_security_selinux", fds->labels + fd->label);
	img_desc_json(l->desc, &w, fd, l->j->what | (place != NULL ? IMG_DESC_PLACE : 0));
	explore_end(x, &w);
}

static void put(struct lines *l, const struct img_fd *fd, const char *place)
{
	struct img_out *o = l->j->x.out;

	if (!is_wanted(l, fd))
		return;
	if (l->j->cols.wanted) {
		struct img_fds_row row = { l->desc, l->task, fd, place };

		columns_row(&l->j->cols, &l->j->x, &row);
		return;
	}
	if (l->j->x.json) {
		put_json(l, fd, place);
		return;
	}
	head(l);
	img_out_byte(o, '\t');
	if (place != NULL)
		img_text_fmt(o, "%7s", place);
	else
		img_text_dec(o, fd->fd, 7);
	img_out_put(o, ": ", 2);
	if (l->j->ids)
		img_text_fmt(o, "id=0x%" PRIx32 " ", fd->id);
	img_desc_text(l->desc, o, fd, l->j->what | (place != NULL ? IMG_DESC_PLACE : 0));
	img_out_byte(o, '\n');
}

static void put_places(struct lines *l)
{
	struct img_err err;
	uint32_t cwd, root;
	int r = img_fds_fs(l->j->x.dir, l->task->pid, &cwd, &root, &err);

	if (r == 0)
		r = img_image_absent(l->j->x.dir, "fs-%u.img", l->task->pid, &err);
	if (r < 0) {
		explore_fail(&l->j->x, &err);
		return;
	}
	for (int i = 0; i < 2; i++) {
		struct img_fd fd = img_desc_file(l->desc, IMG_FD_TYPES__REG, i == 0 ? cwd : root);

		put(l, &fd, i == 0 ? "cwd" : "root");
	}
}

static void each_task(struct job *j, struct img_desc *desc, const struct img_fds *fds, size_t i)
{
	const struct img_fd_table *t = &fds->tables[i];
	struct lines l = { j, desc, &j->x.ps->tasks[i], false };

	if (!selects(j))
		head(&l);
	for (uint32_t k = t->first; k < t->first + t->n && !img_out_failed(j->x.out); k++)
		put(&l, &fds->v[k], NULL);
	if (!img_task_is_dead(l.task) && !j->listening)
		put_places(&l);
}

static void each_dir(struct explore *x, void *arg)
{
	struct job *j = arg;
	struct img_desc *desc = img_desc_new(x->dir, x->ps, &x->report);
	const struct img_fds *fds = desc != NULL ? img_desc_fds(desc) : NULL;
	struct img_err err;

	if (desc == NULL) {
		img_fail_mem(&err);
		explore_fail(x, &err);
	}
	if (j->cols.wanted)
		columns_begin(&j->cols, x);
	for (size_t i = 0; fds != NULL && i < x->ps->n && !img_out_failed(x->out); i++)
		if (explore_wants(x, &x->ps->tasks[i]))
			each_task(j, desc, fds, i);
	if (j->cols.wanted)
		columns_end(&j->cols, x);
	img_desc_free(desc);
}

_Noreturn static void unknown_type(const char *arg, int n)
{
	char known[700] = "";
	const char *word, *last = "";

	for (size_t i = 0; (word = img_desc_set_word(i)) != NULL; i++) {
		size_t at = strlen(known);

		/* A word that stands for several types has a row for each. */
		if (strcmp(word, last) != 0)
			snprintf(known + at, sizeof(known) - at, "%s%s", at > 0 ? ", " : "", word);
		last = word;
	}
	tool_usage(&tool, "unknown descriptor type '%.*s' (known: %s)", n, arg, known);
}

static void add_types(struct job *j, const char *arg)
{
	const char *end;

	do {
		end = arg + strcspn(arg, ",");
		if (!img_desc_set_add(&j->types, arg, (size_t)(end - arg)))
			unknown_type(arg, (int)(end - arg));
		arg = end + 1;
	} while (*end != '\0');
}

static void set_id(struct job *j, const char *arg)
{
	uint64_t v;

	if (!img_parse_u64(arg, strlen(arg), &v) || v > UINT32_MAX)
		tool_usage(&tool, "not an id: '%s'", arg);
	j->id = (uint32_t)v;
	j->one_id = true;
}

int main(int argc, char **argv)
{
	struct job j = { .x = { .tool = &tool }, .cols = { .tool = &tool } };

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'p': explore_pid(&j.x, optarg); break;
		case 'j': j.x.json = true; break;
		case 't': add_types(&j, optarg); break;
		case 'l': j.listening = true; break;
		case 'f': j.what |= IMG_DESC_FLAGS; break;
		case 'q': j.what |= IMG_DESC_QUEUES; break;
		case OPT_ID: set_id(&j, optarg); break;
		case OPT_IDS: j.ids = true; break;
		default: columns_opt(&j.cols, c, optarg);
		}
	columns_check(&j.cols, j.x.json, false);
	if (j.cols.wanted && j.what != 0)
		tool_usage(&tool, "--%s cannot be used with --output: column%s",
			   j.what & IMG_DESC_FLAGS ? "flags" : "queues",
			   j.what & IMG_DESC_FLAGS ? " flags" : "s recvq, sendq");
	j.x.no_cores = (img_columns_need(&j.cols.sel) & IMG_FDS_NEED_COMM) == 0;
	return explore_each(&j.x, argv + optind, each_dir, &j);
}
