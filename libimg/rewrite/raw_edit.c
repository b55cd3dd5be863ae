#include "libimg/rewrite/raw_edit.h"

#include <string.h>
#include <unistd.h>

#include "libimg/base/arena.h"
#include "libimg/msg/pick.h"
#include "libimg/rewrite/raw.h"

/* Verbs for what is in archives, and for the other raw images: those of a network. */
enum {
	TMPFS_VERBS = IMG_VERB_PATH | IMG_VERB_UID | IMG_VERB_GID,
	NET_VERBS = IMG_VERB_IP | IMG_VERB_PORT | IMG_VERB_NETDEV,
};

struct raw_mount {
	uint64_t dev, id; /* by which archives are numbered, now and up to CRIU 1.2 */
	const char *path, *new_path;
};

void img_raw_edit_free(struct img_raw_edit *x)
{
	img_buf_free(&x->mounts);
	img_arena_free(x->texts);
}

/* ---- where each tmpfs is mounted ---- */

static const char *text(struct img_raw_edit *x, const void *p, size_t n)
{
	char *s = img_arena_alloc(x->texts, n + 1);

	return s != NULL ? memcpy(s, p, n) : NULL;
}

static int add_mount(struct img_raw_edit *x, const struct img_pick *f, struct img_err *err)
{
	struct img_span path = img_bytes(f, IMG_TAG_MNT_ENTRY__MOUNTPOINT);
	struct img_span root = img_bytes(f, IMG_TAG_MNT_ENTRY__ROOT);
	struct raw_mount m = { .dev = img_num(f, IMG_TAG_MNT_ENTRY__ROOT_DEV),
			       .id = img_num(f, IMG_TAG_MNT_ENTRY__MNT_ID) };
	struct img_buf new = { 0 };
	int r;

	/* The archive holds all of it, as the mount of its root shows it. */
	if (img_num(f, IMG_TAG_MNT_ENTRY__FSTYPE) != IMG_FSTYPE__TMPFS || root.n != 1)
		return 0;
	r = x->apply->seen != NULL ? 0 : img_apply_prefix(x->apply, IMG_VERB_PATH, path, &new, err);
	m.path = text(x, path.p, path.n);
	m.new_path = r > 0 ? text(x, new.p, new.n) : m.path;
	img_buf_free(&new);
	img_buf_put(&x->mounts, &m, sizeof(m));
	if (r >= 0 && (m.path == NULL || m.new_path == NULL || x->mounts.failed))
		return img_fail_mem(err);
	return r < 0 ? -1 : 0;
}

static int read_mounts(struct img_raw_edit *x, uint64_t ns, struct img_err *err)
{
	struct img_image *im;
	struct img_entry e;
	struct img_pick f;
	int r = img_image_open(x->from, "mountpoints-%u.img", ns, &im, err);

	if (r <= 0)
		return r;
	while ((r = img_image_next(im, &e, err)) > 0)
		if (img_pick(&f, e.msg, e.body, err) < 0 || add_mount(x, &f, err) < 0) {
			img_err_under(err, "entries", (int64_t)e.index);
			r = img_image_fail(im, err);
			break;
		}
	img_image_close(im);
	return r;
}

int img_raw_edit_learn(struct img_raw_edit *x, struct img_dir *from, struct img_err *err)
{
	struct img_dir_names l;
	int r = 0;

	x->from = from;
	if (!(x->verbs & TMPFS_VERBS))
		return 0;
	x->texts = img_arena_new(0);
	if (x->texts == NULL)
		return img_fail_mem(err);
	if (img_dir_list(from, &l, err) < 0)
		return img_err_in(err, img_dir_path(from), "");
	for (size_t i = 0; r == 0 && i < l.n; i++) {
		uint64_t ns;
		const struct img_type *t = img_type_by_file(l.v[i], &ns);

		if (t != NULL && t->entry == &img_msg_mnt_entry)
			r = read_mounts(x, ns, err);
	}
	img_list_free(&l);
	return r;
}

static bool is_archive(const char *name)
{
	return strncmp(name, "tmpfs-", 6) == 0;
}

static const struct raw_mount *mount_of(const struct img_raw_edit *x, const char *name)
{
	const struct raw_mount *m = (struct raw_mount *)(void *)x->mounts.p;
	bool by_dev = strncmp(name, "tmpfs-dev-", 10) == 0;
	uint64_t number;

	img_type_by_file(name, &number);
	for (size_t i = 0; i < x->mounts.n / sizeof(*m); i++)
		if ((by_dev ? m[i].dev : m[i].id) == number)
			return &m[i];
	return NULL;
}

/* ---- values ---- */

static int value_ip(void *arg, const uint8_t *old, size_t n, uint8_t *new, struct img_err *err)
{
	const struct img_raw_edit *x = arg;

	(void)err;
	return img_apply_ip(x->apply, old, n, new);
}

static int value_net(void *arg, const uint8_t *old, size_t n, unsigned bits, uint8_t *new,
		     struct img_err *err)
{
	const struct img_raw_edit *x = arg;

	(void)err;
	return img_apply_net(x->apply, old, n, bits, new);
}

static int value_port(void *arg, unsigned proto, uint16_t old, uint16_t *new, struct img_err *err)
{
	const struct img_raw_edit *x = arg;
	uint64_t to;
	int r = img_apply_port(x->apply, proto, old, &to);

	(void)err;
	if (r > 0)
		*new = (uint16_t)to;
	return r;
}

static int value_path(void *arg, const char *old, size_t n, struct img_buf *new,
		      struct img_err *err)
{
	const struct img_raw_edit *x = arg;

	return img_apply_prefix(x->apply, IMG_VERB_PATH,
				(struct img_span){ (const uint8_t *)old, n, 0 }, new, err);
}

static int value_netdev(void *arg, const char *old, size_t n, char new[16], struct img_err *err)
{
	const struct img_raw_edit *x = arg;
	struct img_span to;
	int r = img_apply_whole(x->apply, IMG_VERB_NETDEV,
				(struct img_span){ (const uint8_t *)old, n, 0 }, &to);

	(void)err;
	if (r > 0) {
		memcpy(new, to.p, to.n);
		new[to.n] = '\0';
	}
	return r;
}

static int value_id(void *arg, enum img_id_kind kind, uint32_t old, uint32_t *new,
		    struct img_err *err)
{
	const struct img_raw_edit *x = arg;
	uint64_t to;
	int r = img_apply_number(x->apply, kind == IMG_ID_UID ? IMG_VERB_UID : IMG_VERB_GID, old,
				 &to);

	(void)err;
	if (r > 0)
		*new = (uint32_t)to;
	return r;
}

static struct img_values values_of(struct img_raw_edit *x)
{
	const uint32_t v = x->verbs;

	return (struct img_values){
		.arg = x,
		.ip = v & IMG_VERB_IP ? value_ip : NULL,
		.net = v & IMG_VERB_IP ? value_net : NULL,
		.port = v & IMG_VERB_PORT ? value_port : NULL,
		.path = v & IMG_VERB_PATH ? value_path : NULL,
		.netdev = v & IMG_VERB_NETDEV ? value_netdev : NULL,
		.id = v & (IMG_VERB_UID | IMG_VERB_GID) ? value_id : NULL,
	};
}

/* ---- images ---- */

static void report(void *arg, const struct img_raw_change *c)
{
	const struct img_raw_edit *x = arg;
	const struct img_edit_changed to = { x->image, c->entry, c->path,
					     img_value_text(c->old, c->old_n),
					     img_value_text(c->new, c->new_n) };

	if (x->changes.fn != NULL)
		x->changes.fn(x->changes.arg, &to);
}

/* Read an image; `out` NULL: only look. */
static int rewrite(struct img_raw_edit *x, const char *name, struct img_out *out,
		   struct img_err *err)
{
	const struct img_values v = values_of(x);
	const struct raw_mount *m = is_archive(name) ? mount_of(x, name) : NULL;
	const struct img_raw raw = {
		.image = name,
		.mount = m != NULL ? m->path : NULL,
		.new_mount = m != NULL ? m->new_path : NULL,
	};
	struct img_file f;
	struct img_in *in;
	int r = -1;

	x->image = name;
	if (img_dir_open_file(x->from, name, &f, err) < 0)
		return -1;
	in = img_in_file(&f);
	if (in == NULL)
		img_fail_mem(err);
	else
		r = img_raw_rewrite(&raw, in, &v, out, out != NULL ? report : NULL, x, err);
	img_in_free(in);
	img_file_close(&f);
	return r < 0 ? img_err_in(err, img_dir_path(x->from), name) : r;
}

int img_raw_edit_look(struct img_raw_edit *x, const char *name, struct img_err *err)
{
	uint32_t verbs = is_archive(name) ? TMPFS_VERBS : NET_VERBS;

	if (!(x->verbs & verbs) || !img_raw_known(name))
		return 0;
	return rewrite(x, name, NULL, err);
}

int img_raw_edit_make(struct img_raw_edit *x, const char *name, const struct img_sink *to,
		      struct img_err *err)
{
	struct img_out *out;
	struct img_err other;
	int r;

	if (to->begin(to->arg, name, &out, err) < 0)
		return -1;
	r = rewrite(x, name, out, err);
	if (to->end(to->arg, r >= 0, r >= 0 ? err : &other) < 0)
		return -1;
	return r < 0 ? -1 : 0;
}
