#include "libimg/view/fds_show.h"

#include "libimg/view/fds_kind.h"
#include "libimg/view/fds_put.h"

/* The name in the schema and the id, as in crit. */
static void put_plain(struct img_desc_about *a)
{
	const char *type = img_desc_type(a->fd->type);

	if (type != NULL)
		img_desc_puts(a, type);
	else
		img_desc_putn(a, a->fd->type);
	img_desc_puts(a, ".");
	img_desc_putn(a, a->fd->id);
	if (a->fd->file != IMG_NO_FILE)
		return;
	img_desc_puts(a, " (not in the dump)");
	img_desc_lost(a->c, a->fd);
}

static void put_flags(struct img_desc_about *a, const struct img_desc_kind *k,
		      const struct img_pick *f)
{
	static const char *const modes[] = { " O_RDONLY", " O_WRONLY", " O_RDWR", " 3" };
	uint32_t flags;

	if (img_desc_open_flags(a, k, f, &flags)) {
		img_desc_puts(a, modes[flags & 3]);
		if ((flags & ~3u) != 0)
			img_desc_puts(a, "|");
		img_text_bits(a->o, &img_labels_open, flags & ~3u, "|");
	}
	if (a->fd->flags & 1)
		img_desc_puts(a, " close-on-exec");
}

static void put_queues(struct img_desc_about *a, const struct img_desc_kind *k,
		       const struct img_pick *f)
{
	uint64_t q[2] = { 0, IMG_UNKNOWN };

	if (k->queued == NULL || !k->queued(a, f, q))
		return;
	if (q[0] > 0) {
		img_desc_puts(a, " queued ");
		img_desc_putn(a, q[0]);
	}
	if (q[1] > 0 && q[1] != IMG_UNKNOWN) {
		img_desc_puts(a, " send queue ");
		img_desc_putn(a, q[1]);
	}
}

/*
 * The entry that f was picked from, even if other files were read since *reads; false: no longer
 * available.
 */
static bool still(struct img_desc_about *a, const struct img_msg **m, struct img_pick *f,
		  uint64_t *reads)
{
	if (a->c->reads == *reads)
		return true;
	if (!img_desc_payload(a->c, a->fd->file, m, f))
		return false;
	*reads = a->c->reads;
	return true;
}

/* With its entry, or NULL if there is none. */
static void put_text(struct img_desc_about *a, const struct img_desc_kind *k,
		     const struct img_msg *m, struct img_pick *f)
{
	uint64_t reads = a->c->reads;

	if (f == NULL) {
		put_plain(a);
		return;
	}
	k->text(a, f);
	if ((a->what & (IMG_DESC_FLAGS | IMG_DESC_PLACE)) == IMG_DESC_FLAGS &&
	    still(a, &m, f, &reads))
		put_flags(a, k, f);
	if (a->what & IMG_DESC_QUEUES && still(a, &m, f, &reads))
		put_queues(a, k, f);
}

void img_desc_text(struct img_desc *c, struct img_out *o, const struct img_fd *fd, unsigned what)
{
	struct img_desc_about a = { c, o, fd, what };
	const struct img_desc_kind *k = img_desc_kind_of(fd);
	const struct img_msg *m = NULL;
	struct img_pick f;
	bool has = k != NULL && img_desc_payload(c, fd->file, &m, &f);

	put_text(&a, k, m, has ? &f : NULL);
}

bool img_desc_listens(struct img_desc *c, const struct img_fd *fd)
{
	const struct img_desc_kind *k = img_desc_kind_of(fd);
	const struct img_msg *m;
	struct img_pick f;

	return k != NULL && k->listens != NULL &&
	       (!img_desc_payload(c, fd->file, &m, &f) || k->listens(c, &f));
}

/* ---- JSON ---- */

/* Begin a text to be written to JSON; NULL: no memory, reported. */
static struct img_out *line(struct img_desc *c)
{
	if (c->line_out == NULL)
		c->line_out = img_out_mem(&c->line);
	if (c->line_out == NULL)
		img_desc_no_memory(c);
	c->line.n = 0;
	return c->line_out;
}

/* End it as a string; it is valid UTF-8, being escaped. */
static void json_text(struct img_desc *c, struct img_jw *w)
{
	struct img_err err;

	if (img_out_flush(c->line_out, &err) < 0) {
		img_report(c->report, &err);
		return;
	}
	IMG_JW_KEY(w, "text");
	img_jw_str(w, c->line.p, c->line.n);
}

/* Most holders listed: the others are counted. */
enum { JSON_ENDS = 64 };

static void json_ends(struct img_desc *c, struct img_jw *w, const struct img_fd *fd)
{
	const struct img_peers *e = fd->file != IMG_NO_FILE ? img_desc_peers(c) : NULL;
	struct img_peers_walk walk;
	uint32_t i;

	if (e == NULL || !img_peers_has(e, fd->file))
		return;
	IMG_JW_KEY(w, "peers");
	img_jw_open(w, '[');
	img_peers_begin(e, fd->file, &walk);
	for (unsigned n = 0; n < JSON_ENDS && (i = img_peers_next(e, &walk)) != IMG_NO_FD; n++) {
		img_jw_item(w);
		img_jw_open(w, '{');
		IMG_JW_UINT(w, "pid", img_desc_pid(c, &c->fds->v[i]));
		IMG_JW_UINT(w, "fd", c->fds->v[i].fd);
		img_jw_close(w, '}');
	}
	img_jw_close(w, ']');
	IMG_JW_UINT(w, "peer_count", img_peers_count(e, fd->file));
}

/* The entry as it is in the image, under its key in files.img. */
static void json_entry(struct img_desc *c, struct img_jw *w, const struct img_msg *m,
		       const struct img_pick *f, uint32_t file, uint32_t type)
{
	const ProtobufCFieldDescriptor *member = img_files_member(type);
	const struct img_row *row =
		&img_msg_file_entry.rows[member - img_msg_file_entry.desc->fields];
	struct img_err err;

	img_jw_row_key(w, row->key, row->key_len);
	if (img_desc_put_message(w, m, f->body, &err) < 0)
		img_desc_damaged(c, file, &err);
}

void img_desc_json(struct img_desc *c, struct img_jw *w, const struct img_fd *fd, unsigned what)
{
	const char *type = img_desc_type(fd->type);
	const struct img_desc_kind *k = img_desc_kind_of(fd);
	struct img_desc_about a = { c, line(c), fd, what };
	uint64_t q[2] = { 0, IMG_UNKNOWN }, reads;
	const struct img_msg *m = NULL;
	struct img_pick f;
	bool has = k != NULL && img_desc_payload(c, fd->file, &m, &f);

	reads = c->reads;
	IMG_JW_KEY(w, "type");
	if (type != NULL)
		img_jw_plain(w, type);
	else
		img_jw_uint(w, fd->type);
	IMG_JW_UINT(w, "id", fd->id);
	if (has)
		json_entry(c, w, m, &f, fd->file, fd->type);
	if (a.o != NULL) {
		put_text(&a, k, m, has ? &f : NULL);
		json_text(c, w);
	}
	if (!has)
		return;
	if (what & IMG_DESC_QUEUES && k->queued != NULL && still(&a, &m, &f, &reads) &&
	    k->queued(&a, &f, q)) {
		IMG_JW_UINT(w, "queued", q[0]);
		if (q[1] != IMG_UNKNOWN)
			IMG_JW_UINT(w, "send_queue", q[1]);
	}
	if (k->more != NULL && still(&a, &m, &f, &reads))
		k->more(&a, w, &f);
	json_ends(c, w, fd);
}
