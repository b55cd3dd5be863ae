#include "cmd/imgcheck/host.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/host/ask.h"
#include "libimg/host/live.h"
#include "libimg/host/needs.h"
#include "libimg/view/text.h"

/* Lines of one kind and state that are written; the rest is counted. JSON has them all. */
enum { SAME = 20, STATES = 3 };

struct host {
	struct img_host is;
	struct img_look files;
};

struct asking {
	struct host *h;
	struct job *j;
	size_t said[STATES][IMG_NEED_KINDS];
};

static const char *const states[STATES] = {
	[IMG_MET] = "met",
	[IMG_MISSING] = "missing",
	[IMG_UNCHECKED] = "not checked",
};

/* ---- the machine ---- */

static struct img_in *open_in(const struct tool *t, const char *file)
{
	bool std = strcmp(file, "-") == 0;
	int fd = std ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	struct img_in *in = fd >= 0 ? img_in_fd(fd) : NULL;

	if (in == NULL)
		exit(tool_sysfail(t, file));
	return in;
}

static void read_facts(struct host *h, const struct tool *t, const char *file)
{
	struct img_in *in = open_in(t, file);
	struct img_err err;

	if (img_host_facts_read(h->is.facts, in, &err) < 0)
		exit(tool_fail(t, file, &err));
	img_in_free(in);
	h->is.root = true;
}

struct host *host_open(const struct tool *t, const char *file, const char *root)
{
	struct host *h = img_realloc(NULL, sizeof(*h));
	struct img_err err;

	if (h == NULL)
		exit(tool_sysfail(t, NULL));
	*h = (struct host){ .files = { .root = -1 } };
	h->is.facts = img_host_facts_new();
	if (h->is.facts == NULL)
		exit(tool_sysfail(t, NULL));
	if (file != NULL) {
		read_facts(h, t, file);
		return h;
	}
	if (root != NULL) {
		h->files.root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (h->files.root < 0)
			exit(tool_sysfail(t, root));
	}
	h->is.files = &h->files;
	h->is.root = root != NULL;
	if (img_host_facts_live(h->is.facts, &err) < 0)
		exit(tool_fail(t, NULL, &err));
	return h;
}

void host_close(struct host *h)
{
	if (h == NULL)
		return;
	if (h->files.root >= 0)
		close(h->files.root);
	img_look_end(&h->files);
	img_host_facts_free(h->is.facts);
	img_free(h);
}

/* ---- the answers ---- */

static void put_text(struct job *j, const struct img_need *n, const struct img_answer *a)
{
	job_put_image(j, n->image);
	img_text_fmt(j->out, ": %s: entry %llu: ", states[a->state], (unsigned long long)n->entry);
	img_text_put(j->out, a->text); /* printable */
	img_text_fmt(j->out, " [%s]\n", img_need_kind_name(n->kind));
	if (a->criu[0] != '\0') {
		img_text_put(j->out, "\tcriu: ");
		img_text_put(j->out, a->criu);
		img_out_byte(j->out, '\n');
	}
	if (a->failure != NULL) {
		img_text_put(j->out, "\thelp: ");
		img_text_put(j->out, a->failure->cure);
		img_out_byte(j->out, '\n');
	}
}

static void put_json(struct job *j, const struct img_need *n, const struct img_answer *a)
{
	struct img_jw w;

	img_jw_init(&w, j->out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	IMG_JW_CSTR(&w, "dir", j->dir);
	img_need_json(&w, "need", n);
	IMG_JW_PLAIN(&w, "state", states[a->state]);
	if (a->text[0] != '\0')
		IMG_JW_CSTR(&w, "message", a->text);
	if (a->criu[0] != '\0')
		IMG_JW_CSTR(&w, "criu", a->criu);
	if (a->failure != NULL) {
		IMG_JW_CSTR(&w, "failure", a->failure->name);
		IMG_JW_CSTR(&w, "help", a->failure->cure);
	}
	img_jw_close(&w, '}');
	img_out_byte(j->out, '\n');
}

static int ask(void *arg, const struct img_need *n, struct img_err *err)
{
	struct asking *q = arg;
	struct job *j = q->j;
	struct img_answer a;

	if (img_ask(&q->h->is, n, &a, err) < 0)
		return -1;
	j->met += a.state == IMG_MET;
	j->missing += a.state == IMG_MISSING;
	j->unchecked += a.state == IMG_UNCHECKED;
	if (j->json)
		put_json(j, n, &a);
	else if (a.state != IMG_MET && q->said[a.state][n->kind]++ < SAME)
		put_text(j, n, &a);
	return 0;
}

static void put_rest(const struct asking *q)
{
	for (int s = 0; s < STATES; s++)
		for (int k = 0; k < IMG_NEED_KINDS; k++)
			if (q->said[s][k] > SAME && !q->j->json) {
				img_text_str(q->j->out, q->j->dir);
				img_text_fmt(q->j->out, ": %s: %zu more [%s]\n", states[s],
					     q->said[s][k] - SAME,
					     img_need_kind_name((enum img_need_kind)k));
			}
}

/*
 * An image is damaged, which the check has reported: what it needs is unknown. What the system
 * could not read is an error of its own.
 */
static void unknown(void *arg, const struct img_err *err)
{
	struct job *j = arg;
	char line[IMG_ERR_LINE];
	struct img_jw w;

	if (err->kind == IMG_ESYS) {
		job_unread(j, err);
		return;
	}
	j->unchecked++;
	img_err_line(err, j->dir, line, sizeof(line));
	if (!j->json) {
		img_text_put(j->out, line);
		img_text_put(j->out, ": not checked: what it needs is unknown\n");
		return;
	}
	img_jw_init(&w, j->out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	IMG_JW_CSTR(&w, "dir", j->dir);
	IMG_JW_PLAIN(&w, "state", states[IMG_UNCHECKED]);
	IMG_JW_CSTR(&w, "message", line);
	img_jw_close(&w, '}');
	img_out_byte(j->out, '\n');
}

/* Call to->fn for the needs of the dump in d. */
static void each_need(struct job *j, struct img_dir *d, const struct img_needs_to *to,
		      void (*report)(void *arg, const struct img_err *err))
{
	struct img_report to_report = { report, j };
	struct img_err err;

	if (img_needs(d, to, &to_report, &err) < 0)
		job_unread(j, &err);
}

void host_check(struct host *h, struct job *j, struct img_dir *d)
{
	struct asking q = { .h = h, .j = j };

	each_need(j, d, &(struct img_needs_to){ ask, &q }, unknown);
	put_rest(&q);
}

/* ---- needs and facts ---- */

struct needing {
	struct job *j;
	bool any;
};

static int put_need(void *arg, const struct img_need *n, struct img_err *err)
{
	struct needing *q = arg;
	struct job *j = q->j;
	struct img_jw w;

	(void)err;
	q->any = true;
	img_jw_init(&w, j->out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	img_need_json(&w, "need", n);
	img_jw_close(&w, '}');
	img_out_byte(j->out, '\n');
	return 0;
}

/* What needs nothing, and has no process, is no dump that a host could restore. */
void host_needs(struct job *j, struct img_dir *d)
{
	struct needing q = { j, false };
	struct img_err err;
	int has;

	each_need(j, d, &(struct img_needs_to){ put_need, &q }, job_unread);
	if (q.any)
		return;
	has = img_dir_has(d, "pstree.img", &err);
	if (has == 0)
		img_fail(&err, IMG_EDATA, IMG_NOWHERE, "image missing");
	if (has <= 0) {
		img_err_in(&err, img_dir_path(d), "pstree.img");
		job_unread(j, &err);
	}
}

static int add_fact(void *arg, const struct img_need *n, struct img_err *err)
{
	struct host *h = arg;

	return img_ask_fact(h->is.facts, &h->files, n, err);
}

int host_facts(struct host *h, struct job *j, const char *file)
{
	struct img_err err;
	int status = TOOL_OK;

	if (file != NULL) {
		struct img_in *in = open_in(j->tool, file);

		if (img_needs_read(in, add_fact, h, &err) < 0)
			status = tool_fail(j->tool, file, &err);
		img_in_free(in);
	}
	if (status == TOOL_OK)
		img_host_facts_json(h->is.facts, j->out);
	return status;
}
