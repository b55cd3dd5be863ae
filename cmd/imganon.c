/* imganon - make a dump that can be posted */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd/imganon/chain.h"
#include "judge.h"
#include "libimg/base/save.h"
#include "libimg/json/jw.h"

static const struct tool_opt opts[] = {
	{ 'o', "output", "DIR", "make DIR, whole or not at all; it must not exist" },
	{ 't', "table", "FILE", "what stands for what: read, then written" },
	{ 'k', "keep", "CLASS,...", "leave these classes as they are, or all" },
	{ 'a', "also", "CLASS,...", "change these too: port, id, time, count" },
	{ 'w', "words", "FILE", "keep the words in FILE, one a line" },
	{ 'j', "json", NULL, "report as JSON objects" },
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "imganon",
	.args = "DIR",
	.about = "Make a copy of a CRIU dump without content, names and addresses, for a bug "
		 "report.",
	.opts = opts,
};

struct job {
	const char *from, *to, *table;
	unsigned classes;
	bool all, json;
	struct img_words *words;
	struct anon_chain chain;
	struct img_buf report;
	struct judge *judge;
	int status; /* of what approve() refuses, where it has reported it */
};

/* ---- classes ---- */

static unsigned class_of(const char *name, size_t n)
{
	for (unsigned i = 1; img_class_names[i] != NULL; i++)
		if (strlen(img_class_names[i]) == n && memcmp(img_class_names[i], name, n) == 0)
			return 1u << i;
	return n == 6 && memcmp(name, "memory", n) == 0 ? 1u << IMG_ANON_MEMORY : 0;
}

static const char *class_name(unsigned class)
{
	return class == IMG_ANON_MEMORY ? "memory" : img_class_names[class];
}

/* "path,ip": as a set; only those of `of` may be named. */
static unsigned classes(const char *option, const char *list, unsigned of)
{
	unsigned set = 0;

	for (;;) {
		size_t n = strcspn(list, ",");
		unsigned one = class_of(list, n) & of;

		if (one == 0)
			tool_usage(&tool, "--%s: no such class: '%.*s'", option, (int)n, list);
		set |= one;
		if (list[n] == '\0')
			return set;
		list += n + 1;
	}
}

static void keep(struct job *j, const char *list)
{
	if (strcmp(list, "all") == 0)
		j->all = true;
	else
		j->classes &= ~classes("keep", list, IMG_ANON_DEFAULT);
}

static void also(struct job *j, const char *list)
{
	j->classes |= classes("also", list,
			      1u << IMG_CLASS_PORT | 1u << IMG_CLASS_ID | 1u << IMG_CLASS_TIME |
				      1u << IMG_CLASS_COUNT);
}

/* ---- words ---- */

static void keep_words(struct job *j, const char *file)
{
	FILE *f = fopen(file, "re");
	char line[4096];

	if (f == NULL)
		exit(tool_sysfail(&tool, file));
	while (fgets(line, sizeof(line), f) != NULL) {
		size_t n = strcspn(line, "\n");

		if (n > 0 && img_words_keep(j->words, line, n) < 0)
			exit(tool_sysfail(&tool, file));
	}
	if (ferror(f))
		exit(tool_sysfail(&tool, file));
	fclose(f);
}

/* A table in the copy would be posted with it. */
static void check_table(const struct job *j)
{
	size_t n = strlen(j->to);

	while (n > 1 && j->to[n - 1] == '/')
		n--;
	if (strncmp(j->table, j->to, n) == 0 && (j->table[n] == '/' || j->table[n] == '\0'))
		tool_usage(&tool, "the table must not lie in the copy, which is to be posted");
}

static int read_table(struct job *j)
{
	struct img_err err;
	struct img_in *in;
	int fd = open(j->table, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return errno == ENOENT ? TOOL_OK : tool_sysfail(&tool, j->table);
	in = img_in_fd(fd);
	r = in == NULL ? img_fail_mem(&err) : img_words_read(j->words, in, &err);
	img_in_free(in);
	close(fd);
	return r < 0 ? tool_fail(&tool, j->table, &err) : TOOL_OK;
}

static int write_table(const struct job *j, struct img_err *err)
{
	struct img_save *s = img_save_path(j->table, err);
	struct stat st = { .st_mode = 0600, .st_uid = geteuid(), .st_gid = getegid() };

	if (s == NULL)
		return -1;
	clock_gettime(CLOCK_REALTIME, &st.st_mtim);
	st.st_atim = st.st_mtim;
	img_save_like(s, &st);
	img_words_write(j->words, img_save_out(s));
	return img_save_end(s, true, err) < 0 ? img_err_in(err, j->table, "") : 0;
}

/* ---- the report ---- */

static void put_line(struct job *j, const char *what, const char *text)
{
	img_buf_put(&j->report, what, strlen(what));
	img_buf_put(&j->report, ": ", 2);
	img_buf_put(&j->report, text, strlen(text));
	img_buf_put(&j->report, "\n", 1);
}

static void put_object(struct job *j, const char *name, const char *value,
		       const struct img_anon_count *c)
{
	struct img_out *out = img_out_mem(&j->report);
	struct img_err err;
	struct img_jw w;

	if (out == NULL)
		return;
	img_jw_init(&w, out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	img_jw_name(&w, name);
	img_jw_text(&w, value, strlen(value));
	if (c != NULL) {
		IMG_JW_KEY(&w, "values");
		img_jw_u64(&w, c->seen);
		IMG_JW_KEY(&w, "distinct");
		img_jw_u64(&w, c->distinct);
		IMG_JW_KEY(&w, "images");
		img_jw_u64(&w, c->images);
	}
	img_jw_close(&w, '}');
	img_out_byte(out, '\n');
	img_out_flush(out, &err);
	img_out_free(out);
}

static void put_count(struct job *j, const char *what, uint64_t n)
{
	const struct img_anon_count c = { n, n, 0 };
	char text[32];

	if (n == 0)
		return;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)c.seen);
	if (j->json)
		put_object(j, what, text, NULL);
	else
		put_line(j, what, text);
}

static void emptied(void *arg, const char *image, const char *why)
{
	struct job *j = arg;
	char name[600];

	img_printable(image, strlen(image), name, sizeof(name));
	if (j->json)
		put_object(j, "emptied", name, NULL);
	else
		put_line(j, name, why);
}

static void put_classes(struct job *j)
{
	char text[120];

	for (unsigned i = 1; i < IMG_ANON_CLASSES; i++) {
		const struct img_anon_count *c = img_anon_count(j->chain.anon, i);

		if (c->seen == 0)
			continue;
		snprintf(text, sizeof(text), "%llu changed, %llu distinct, in %llu images",
			 (unsigned long long)c->seen, (unsigned long long)c->distinct,
			 (unsigned long long)c->images);
		if (j->json)
			put_object(j, "class", class_name(i), c);
		else
			put_line(j, class_name(i), text);
	}
}

static void put_report(struct job *j, const struct img_leak *l)
{
	put_classes(j);
	put_count(j, "fields dropped that no schema knows", img_anon_dropped(j->chain.anon));
	put_count(j, "files not copied", j->chain.left);
	put_count(j, "words that became longer", img_words_longer(j->words));
	put_count(j, "words and addresses searched for", img_leak_searched(l));
	put_count(j, "not searched for: short, of digits, or kept elsewhere", img_leak_passed(l));
}

/* ---- the copy ---- */

/* Nothing gets a name before it has been searched, the report too. */
static int approve(void *arg, const char *path, struct img_err *err)
{
	struct job *j = arg;
	const struct img_anon *anon = j->chain.anon;
	struct img_leak *l = img_leak_new(j->words, &anon, 1, err);
	int r;

	if (l == NULL)
		return -1;
	put_report(j, l);
	r = j->report.failed ? img_fail_mem(err) : anon_chain_search(l, path, err);
	if (r == 0 && img_leak_bytes(l, j->report.p, j->report.n, err) < 0)
		r = img_err_in(err, "the report", "");
	img_leak_free(l);
	if (r < 0)
		return -1;
	j->status = judge_result(j->judge, path, j->to, true);
	if (j->status != TOOL_OK)
		return -1;
	return j->table != NULL ? write_table(j, err) : 0;
}

static int make(struct job *j, struct img_dir *from)
{
	struct img_err err;

	img_anon_tasks(j->chain.anon, from);
	if (anon_chain_write(&j->chain, from, j->to, approve, j, &err) < 0) {
		if (j->status != TOOL_OK)
			return j->status;
		return err.kind == IMG_ESYS && err.errnum == EEXIST
			       ? (tool_fail(&tool, j->to, &err), TOOL_USAGE)
			       : tool_fail(&tool, j->to, &err);
	}
	if (j->table != NULL)
		fprintf(stderr, "%s: warning: %s leads back from the copy: do not post it\n",
			tool.name, j->table);
	return TOOL_OK;
}

static int copy(struct job *j)
{
	const struct img_anon_how how = {
		.classes = j->all ? 0 : j->classes, .words = j->words, .emptied = emptied, .arg = j
	};
	struct img_err err;
	struct img_dir *from = tool_dir(j->from, &err);
	int status;

	if (from == NULL)
		return tool_fail(&tool, j->from, &err);
	status = judge_dir(j->judge, from, j->from);
	j->chain.anon = img_anon_new(&how);
	if (j->chain.anon == NULL)
		status = tool_sysfail(&tool, NULL);
	if (status == TOOL_OK)
		status = make(j, from);
	img_anon_free(j->chain.anon);
	img_dir_close(from);
	return status;
}

static int run(struct job *j)
{
	struct img_out *out = tool_stdout(&tool);
	int status = j->table != NULL ? read_table(j) : TOOL_OK;

	j->judge = judge_new(&tool);
	if (status == TOOL_OK)
		status = copy(j);
	judge_free(j->judge);
	if (status == TOOL_OK)
		img_out_put(out, j->report.p, j->report.n);
	img_buf_free(&j->report);
	img_words_free(j->words);
	return tool_finish(&tool, out, status);
}

int main(int argc, char **argv)
{
	struct job j = { .classes = IMG_ANON_DEFAULT, .words = img_words_new() };

	if (j.words == NULL)
		return tool_sysfail(&tool, NULL);
	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'o': j.to = optarg; break;
		case 't': j.table = optarg; break;
		case 'k': keep(&j, optarg); break;
		case 'a': also(&j, optarg); break;
		case 'w': keep_words(&j, optarg); break;
		case 'j': j.json = true; break;
		}
	argv += optind;
	if (argv[0] == NULL || argv[1] != NULL)
		tool_usage(&tool, "give one directory of images");
	if (j.to == NULL)
		tool_usage(&tool, "--output says where the copy goes");
	if (j.table != NULL)
		check_table(&j);
	j.from = argv[0];
	return run(&j);
}
