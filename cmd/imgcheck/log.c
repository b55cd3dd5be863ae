#include "cmd/imgcheck/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/base/buf.h"
#include "libimg/base/intern.h"
#include "libimg/dump/holders.h"
#include "libimg/log/line.h"
#include "libimg/log/messages.h"
#include "libimg/view/fds_show.h"
#include "libimg/view/text.h"

/* Of what a message names, how many are shown: files of a path, holders of a file. */
enum { SHOWN = 5, LINE = 64 << 10 };

struct criu_log {
	struct job *j;
	const char *file; /* its name */
	uint64_t line;    /* from 1 */
	struct img_dir *dir;
	struct img_ps *tree, none; /* none: there is no tree, as when a dump has failed */
	struct img_ps *ps;         /* one of these */
	struct img_desc *desc;
	struct img_holders *holders;
	struct img_report report;
	struct img_intern seen; /* messages */
	struct img_buf times;   /* uint32_t: how often each of them */
};

/* ---- what a message names ---- */

static void put_task(struct criu_log *l, struct img_task *t)
{
	struct img_err err;

	if (t->comm[0] == '\0' && img_ps_core(l->dir, t, &err) < 0)
		img_report(&l->report, &err);
	img_text_fmt(l->j->out, "%" PRIu32, t->pid);
	if (t->comm[0] == '\0')
		return;
	img_text_put(l->j->out, " (");
	img_text_str(l->j->out, t->comm);
	img_text_put(l->j->out, ")");
}

static void put_holder(struct criu_log *l, const struct img_holder *by)
{
	static const char *const how[] = {
		[IMG_HOLDS_FD] = " has it as fd ",    [IMG_HOLDS_MAPPING] = " maps it at 0x",
		[IMG_HOLDS_EXE] = " runs it",         [IMG_HOLDS_CWD] = " is in it",
		[IMG_HOLDS_ROOT] = " has it as root",
	};

	put_task(l, &l->ps->tasks[by->task]);
	img_text_put(l->j->out, how[by->how]);
	if (by->how == IMG_HOLDS_FD)
		img_text_fmt(l->j->out, "%" PRIu64, by->number);
	if (by->how == IMG_HOLDS_MAPPING)
		img_text_fmt(l->j->out, "%" PRIx64, by->number);
}

static void put_holders(struct criu_log *l, uint32_t file)
{
	const struct img_holder *by;
	size_t n;

	by = img_holders_of(l->holders, file, &n);
	for (size_t i = 0; i < n && i < SHOWN; i++) {
		img_text_put(l->j->out, i == 0 ? ": " : ", ");
		put_holder(l, &by[i]);
	}
	if (n > SHOWN)
		img_text_fmt(l->j->out, ", and %zu more", n - SHOWN);
}

/* A file: what it is, its image and entry, who has it. */
static void put_file(struct criu_log *l, uint32_t file)
{
	struct img_files *files = img_desc_files(l->desc);
	struct img_files_place p;
	struct img_fd fd;
	uint32_t first = file;

	img_files_at(files, file, &p);
	while (first > 0) {
		struct img_files_place before;

		img_files_at(files, first - 1, &before);
		if (before.source != p.source)
			break;
		first--;
	}
	fd = img_desc_file(l->desc, p.type, p.id);
	img_text_put(l->j->out, "\tfile: ");
	img_desc_text(l->desc, l->j->out, &fd, IMG_DESC_PLACE);
	img_text_fmt(l->j->out, ": %s entry %" PRIu32 ", id 0x%" PRIx32,
		     img_files_source(p.source)->files[0], file - first, p.id);
	put_holders(l, file);
	img_out_byte(l->j->out, '\n');
}

/* Where there is no tree, that is reported, and everything else is missing too. */
static void put_missing(struct criu_log *l, const char *what, const struct img_found *f)
{
	if (l->tree == NULL)
		return;
	img_text_fmt(l->j->out, "\t%s: ", what);
	img_text_name(l->j->out, f->p, f->n);
	img_text_put(l->j->out, " is not in the images\n");
}

typedef uint32_t next_fn(struct criu_log *l, const struct img_found *f, uint32_t after);

static uint32_t next_path(struct criu_log *l, const struct img_found *f, uint32_t after)
{
	return img_holders_path(l->holders, f->p, f->n, after);
}

static uint32_t next_id(struct criu_log *l, const struct img_found *f, uint32_t after)
{
	return f->v > UINT32_MAX ? IMG_NO_FILE : img_holders_id(l->holders, (uint32_t)f->v, after);
}

static uint32_t next_inode(struct criu_log *l, const struct img_found *f, uint32_t after)
{
	return img_holders_inode(l->holders, f->v, after);
}

static void put_files(struct criu_log *l, const struct img_found *f, const char *what,
		      next_fn *next)
{
	size_t n = 0;

	for (uint32_t i = next(l, f, IMG_NO_FILE); i != IMG_NO_FILE; i = next(l, f, i))
		if (n++ < SHOWN)
			put_file(l, i);
	if (n > SHOWN)
		img_text_fmt(l->j->out, "\tfile: and %zu more\n", n - SHOWN);
	if (n == 0 && what != NULL)
		put_missing(l, what, f);
}

/* A task or thread: which, and of which process. */
static void put_pid(struct criu_log *l, const struct img_found *f)
{
	struct img_task *t =
		f->v > 0 && f->v <= UINT32_MAX ? img_ps_find(l->ps, (uint32_t)f->v) : NULL;

	for (size_t i = 0; t == NULL && i < l->ps->n; i++)
		for (size_t k = 0; k < l->ps->tasks[i].n_threads; k++)
			if (l->ps->tasks[i].threads[k] == f->v)
				t = &l->ps->tasks[i];
	if (t == NULL) {
		put_missing(l, "process", f);
		return;
	}
	img_text_put(l->j->out, t->pid == f->v ? "\tprocess: " : "\tthread of: ");
	put_task(l, t);
	img_text_fmt(l->j->out, ", parent %" PRIu32 ", session %" PRIu32 "\n", t->ppid, t->sid);
}

/* A descriptor of the process that wrote the line, if no id says which file it is. */
static void put_fd(struct criu_log *l, const struct img_found *f, uint64_t pid)
{
	const struct img_fds *fds = img_desc_fds(l->desc);
	const struct img_task *t =
		pid > 0 && pid <= UINT32_MAX ? img_ps_find(l->ps, (uint32_t)pid) : NULL;
	const struct img_fd_table *table;

	if (t == NULL || fds == NULL)
		return;
	table = &fds->tables[t - l->ps->tasks];
	for (uint32_t i = table->first; i < table->first + table->n; i++)
		if (fds->v[i].fd == f->v && fds->v[i].file != IMG_NO_FILE)
			put_file(l, fds->v[i].file);
}

/* ---- mounts ---- */

static bool put_mount_of(struct criu_log *l, const char *image, uint64_t ns, uint64_t id)
{
	struct img_image *im = NULL;
	struct img_entry e;
	struct img_err err;
	bool found = false;
	int r = img_image_open(l->dir, "mountpoints-%u.img", ns, &im, &err);

	for (uint64_t i = 0; r > 0 && !found; i++) {
		struct img_pick f;
		struct img_span at;

		r = img_image_next(im, &e, &err);
		if (r <= 0 || img_pick(&f, e.msg, e.body, &err) < 0 ||
		    img_num(&f, IMG_TAG_MNT_ENTRY__MNT_ID) != id)
			continue;
		found = true;
		at = img_bytes(&f, IMG_TAG_MNT_ENTRY__MOUNTPOINT);
		img_text_put(l->j->out, "\tmount: ");
		img_text_name(l->j->out, at.p, at.n);
		img_text_fmt(l->j->out, ": %s entry %" PRIu64 ", mnt_id %" PRIu64 "\n", image, i,
			     id);
	}
	if (r < 0)
		img_report(&l->report, &err);
	img_image_close(im);
	return found;
}

static void put_mount(struct criu_log *l, const struct img_found *f)
{
	struct img_dir_names names;
	struct img_err err;
	uint64_t ns;
	bool found = false;

	if (img_dir_list(l->dir, &names, &err) < 0) {
		img_report(&l->report, &err);
		return;
	}
	for (size_t i = 0; i < names.n && !found; i++)
		if (strncmp(names.v[i], "mountpoints-", 12) == 0 &&
		    img_type_by_file(names.v[i], &ns) != NULL)
			found = put_mount_of(l, names.v[i], ns, f->v);
	img_list_free(&names);
	if (!found)
		put_missing(l, "mount", f);
}

/* ---- messages ---- */

/* An id says which file it is: a descriptor or an inode number beside it say the same. */
static void put_found(struct criu_log *l, const struct img_message *m, uint64_t pid)
{
	bool id = false;

	for (size_t i = 0; i < m->n; i++)
		id |= m->found[i].what == IMG_WORD_ID;
	for (size_t i = 0; i < m->n; i++) {
		const struct img_found *f = &m->found[i];

		switch (f->what) {
		case IMG_WORD_PATH: put_files(l, f, NULL, next_path); break;
		case IMG_WORD_ID: put_files(l, f, "file", next_id); break;
		case IMG_WORD_INODE:
			if (!id)
				put_files(l, f, NULL, next_inode);
			break;
		case IMG_WORD_PID: put_pid(l, f); break;
		case IMG_WORD_MOUNT: put_mount(l, f); break;
		case IMG_WORD_FD:
			if (!id)
				put_fd(l, f, pid);
			break;
		case IMG_WORD_TEXT:
		case IMG_WORD_NUMBER: break;
		}
	}
}

static void put_named(struct criu_log *l, const char *name, const char *text)
{
	img_text_fmt(l->j->out, "\t%s: ", name);
	img_text_put(l->j->out, text);
	img_out_byte(l->j->out, '\n');
}

/* Has the same message been explained already? */
static bool is_repeated(struct criu_log *l, const struct img_line *line)
{
	uint32_t n = img_intern(&l->seen, line->text, line->text_n), zero = 0;
	uint32_t *times;

	while (n != IMG_MAP_NONE && l->times.n / sizeof(zero) <= n && !l->times.failed)
		img_buf_put(&l->times, &zero, sizeof(zero));
	if (n == IMG_MAP_NONE || l->times.failed)
		exit(tool_sysfail(l->j->tool, NULL));
	times = (uint32_t *)(void *)l->times.p;
	return times[n]++ > 0;
}

static void put_line_text(struct criu_log *l, const struct img_line *line,
			  const struct img_message *m)
{
	struct img_out *o = l->j->out;
	struct img_task *t = line->pid > 0 && line->pid <= UINT32_MAX
				     ? img_ps_find(l->ps, (uint32_t)line->pid)
				     : NULL;

	img_text_str(o, l->file);
	img_text_fmt(o, ":%" PRIu64 ": %s: ", l->line,
		     line->level == IMG_LOG_ERROR ? "error" : "warning");
	if (t != NULL) {
		put_task(l, t);
		img_text_put(o, ": ");
	}
	img_text_name(o, line->text, line->text_n);
	img_text_fmt(o, " [%s]\n", m->failure != NULL ? m->failure->name : "unknown");
	put_found(l, m, line->pid);
	if (m->failure == NULL)
		return;
	put_named(l, "cause", m->failure->cause);
	put_named(l, "help", m->failure->cure);
}

/* ---- JSON ---- */

static void json_task(struct criu_log *l, struct img_jw *w, struct img_task *t)
{
	struct img_err err;

	if (t->comm[0] == '\0' && img_ps_core(l->dir, t, &err) < 0)
		img_report(&l->report, &err);
	IMG_JW_UINT(w, "pid", t->pid);
	IMG_JW_CSTR(w, "comm", t->comm);
}

static void json_file(struct criu_log *l, struct img_jw *w, uint32_t file)
{
	static const char *const how[] = {
		[IMG_HOLDS_FD] = "fd",   [IMG_HOLDS_MAPPING] = "mapping", [IMG_HOLDS_EXE] = "exe",
		[IMG_HOLDS_CWD] = "cwd", [IMG_HOLDS_ROOT] = "root",
	};
	struct img_files_place p;
	struct img_fd fd;
	const struct img_holder *by;
	size_t n;

	img_files_at(img_desc_files(l->desc), file, &p);
	fd = img_desc_file(l->desc, p.type, p.id);
	img_jw_item(w);
	img_jw_open(w, '{');
	IMG_JW_PLAIN(w, "image", img_files_source(p.source)->files[0]);
	img_desc_json(l->desc, w, &fd, IMG_DESC_PLACE);
	IMG_JW_KEY(w, "holders");
	img_jw_open(w, '[');
	by = img_holders_of(l->holders, file, &n);
	for (size_t i = 0; i < n; i++) {
		img_jw_item(w);
		img_jw_open(w, '{');
		json_task(l, w, &l->ps->tasks[by[i].task]);
		IMG_JW_PLAIN(w, "as", how[by[i].how]);
		if (by[i].how <= IMG_HOLDS_MAPPING)
			IMG_JW_UINT(w, "number", by[i].number);
		img_jw_close(w, '}');
	}
	img_jw_close(w, ']');
	img_jw_close(w, '}');
}

static void json_files(struct criu_log *l, struct img_jw *w, const struct img_message *m)
{
	IMG_JW_KEY(w, "files");
	img_jw_open(w, '[');
	for (size_t i = 0; i < m->n; i++) {
		const struct img_found *f = &m->found[i];
		next_fn *next = f->what == IMG_WORD_PATH    ? next_path
				: f->what == IMG_WORD_ID    ? next_id
				: f->what == IMG_WORD_INODE ? next_inode
							    : NULL;
		size_t n = 0;

		if (next == NULL)
			continue;
		for (uint32_t k = next(l, f, IMG_NO_FILE); k != IMG_NO_FILE && n < SHOWN;
		     k = next(l, f, k), n++)
			json_file(l, w, k);
	}
	img_jw_close(w, ']');
}

static void put_line_json(struct criu_log *l, const struct img_line *line,
			  const struct img_message *m)
{
	struct img_jw w;

	img_jw_init(&w, l->j->out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	IMG_JW_CSTR(&w, "log", l->file);
	IMG_JW_UINT(&w, "line", l->line);
	IMG_JW_PLAIN(&w, "severity", line->level == IMG_LOG_ERROR ? "error" : "warning");
	if (line->pid != 0)
		IMG_JW_UINT(&w, "pid", line->pid);
	IMG_JW_TEXT(&w, "source", line->source, line->source_n);
	IMG_JW_TEXT(&w, "message", line->text, line->text_n);
	json_files(l, &w, m);
	if (m->failure != NULL) {
		IMG_JW_PLAIN(&w, "failure", m->failure->name);
		IMG_JW_CSTR(&w, "cause", m->failure->cause);
		IMG_JW_CSTR(&w, "help", m->failure->cure);
	}
	img_jw_close(&w, '}');
	img_out_byte(l->j->out, '\n');
}

static void each_line(struct criu_log *l, const char *p, size_t n)
{
	struct img_message m;
	struct img_line line;

	l->line++;
	img_line_parse(p, n, &line);
	if (line.level == IMG_LOG_OTHER)
		return;
	if (line.level == IMG_LOG_ERROR)
		l->j->errors++;
	else
		l->j->warnings++;
	if (is_repeated(l, &line))
		return;
	if (!img_message_match(line.text, line.text_n, &m))
		img_message_marks(line.text, line.text_n, &m);
	if (l->j->json)
		put_line_json(l, &line, &m);
	else
		put_line_text(l, &line, &m);
}

/* ---- the file ---- */

/* Lines longer than LINE are cut: criu writes none. */
static int each_of(struct criu_log *l, int fd, char *buf)
{
	size_t have = 0;
	ssize_t n;

	while ((n = read(fd, buf + have, LINE - have)) != 0) {
		char *from = buf, *end;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		have += (size_t)n;
		while ((end = memchr(from, '\n', have - (size_t)(from - buf))) != NULL) {
			each_line(l, from, (size_t)(end - from));
			from = end + 1;
		}
		have -= (size_t)(from - buf);
		memmove(buf, from, have);
		if (have == LINE) {
			each_line(l, buf, have);
			have = 0;
		}
	}
	if (have > 0)
		each_line(l, buf, have);
	return 0;
}

/* A dump that failed has no tree, and may have no images: its log is explained all the same. */
static void open_dump(struct criu_log *l)
{
	struct img_err err;
	int r = img_ps_read(l->dir, &l->tree, &err);

	if (r == 0)
		r = img_image_absent(l->dir, "pstree.img", 0, &err);
	if (r < 0)
		job_unread(l->j, &err);
	l->ps = l->tree != NULL ? l->tree : &l->none;
	l->desc = img_desc_new(l->dir, l->ps, &l->report);
	if (l->desc != NULL)
		l->holders = img_holders_new(l->dir, l->ps, img_desc_files(l->desc),
					     img_desc_fds(l->desc), &l->report);
	if (l->holders == NULL)
		exit(tool_sysfail(l->j->tool, NULL));
}

void log_explain(struct job *j, struct img_dir *d, const char *file)
{
	struct criu_log l = { .j = j, .file = file, .dir = d, .report = { job_unread, j } };
	bool std = strcmp(file, "-") == 0;
	int fd = std ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	char *buf = img_realloc(NULL, LINE);

	if (fd < 0 || buf == NULL)
		exit(tool_sysfail(j->tool, file));
	if (std)
		l.file = "<stdin>";
	open_dump(&l);
	if (each_of(&l, fd, buf) < 0)
		exit(tool_sysfail(j->tool, l.file));
	if (!std)
		close(fd);
	img_free(buf);
	img_intern_free(&l.seen);
	img_buf_free(&l.times);
	img_holders_free(l.holders);
	img_desc_free(l.desc);
	img_ps_free(l.tree);
}
