#include "cmd/imgserve/stream.h"

#include <stdio.h>

#include "cmd/imgserve/client.h"
#include "cmd/imgserve/stage.h"
#include "libimg/image/type.h"
#include "libimg/serve/protocol.h"
#include "libimg/serve/serve.h"

struct stream {
	struct client client; /* goes first: work() is given it */
	struct img_dir *from;
	struct stage stage;
};

static void served(void *arg, const struct img_served *s)
{
	const struct img_type *t = img_type_by_file(s->image, NULL);

	if (t != NULL && t->sized && s->exists && s->size > 0)
		fprintf(stderr,
			"%s: warning: %s: criu does not restore it from a stream, but with "
			"--view\n",
			serve_tool.name, s->image);
	client_served(arg, s);
}

static int serve(struct stream *st, struct img_rewrite *rw, struct img_err *err)
{
	const struct job *j = st->client.job;
	const struct img_serve_how how = {
		.supply = { .from = st->from,
			    .rewrite = rw,
			    .filters = j->filters,
			    .n_filters = j->n_filters,
			    .faults = j->faults,
			    .n_faults = j->n_faults },
		.wake = st->client.run.wake,
		.woken = client_woken,
		.served = served,
		.arg = &st->client,
	};

	return img_serve(&how, st->client.conn, err);
}

/* Nobody else connects once there is a client. */
static int attend(struct stream *st, struct img_rewrite *rw, struct img_err *err)
{
	struct img_listener *l =
		img_listen(client_socket_dir(st->client.job), IMG_SOCKET_SERVE, err);
	int r;

	if (l == NULL)
		return -1;
	r = client_await(&st->client, l, err);
	img_listener_close(l);
	return r == 0 ? serve(st, rw, err) : -1;
}

static struct img_rewrite *change(struct stream *st, struct serve_changes *c, struct img_err *err)
{
	if (serve_changes_begin(st->client.job, false, c, err) < 0 ||
	    serve_changes_flatten(c, err) < 0)
		return NULL;
	return img_rewrite_new(st->from, c->changes, c->n, err);
}

/*
 * New bytes in memory, and pages of parents or compressed ones that become plain, are two ways to
 * make the same pagemap: one after the other.
 */
static struct img_rewrite *change_in_turn(struct stream *st, struct serve_changes *c,
					  struct img_err *err)
{
	serve_changes_end(c);
	*c = (struct serve_changes){ .n = 0 };
	if (stage_begin(&st->stage, st->client.job, st->from, err) < 0 ||
	    serve_changes_flatten(c, err) < 0)
		return NULL;
	img_dir_close(st->from);
	st->from = st->stage.dir;
	st->stage.dir = NULL;
	return img_rewrite_new(st->from, c->changes, c->n, err);
}

/* Parents, and the links in them, are not held to be beneath what is made of links itself. */
static bool may_go_in_turn(const struct stream *st, const struct img_err *err)
{
	struct img_err ignored;

	return err->kind == IMG_EDATA && img_pokes_count(st->client.job->pokes) > 0 &&
	       ((img_dir_flags(st->from) & IMG_BENEATH) == 0 ||
		img_dir_has(st->from, "parent", &ignored) == 0);
}

static int work(struct client *client, struct img_err *err)
{
	struct stream *st = (struct stream *)client;
	struct serve_changes c;
	struct img_rewrite *rw = change(st, &c, err);
	int r = -1;

	if (rw == NULL && may_go_in_turn(st, err))
		rw = change_in_turn(st, &c, err);
	if (rw != NULL)
		r = attend(st, rw, err);
	img_rewrite_free(rw);
	serve_changes_end(&c);
	return r;
}

int serve_stream(const struct job *j)
{
	struct stream st = { .client = { .job = j } };
	struct judge *judge = judge_new(&serve_tool);
	int status = serve_open(j, judge, &st.from);

	judge_free(judge);
	if (status == TOOL_OK)
		status = client_run(&st.client, work);
	img_dir_close(st.from);
	stage_end(&st.stage);
	return status;
}
