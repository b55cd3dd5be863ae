#include "libimg/rewrite/fields.h"

#include "libimg/rewrite/verbs.h"

void img_fields_free(struct img_fields *x)
{
	img_buf_free(&x->text);
	img_map_free(&x->reach);
}

/* ---- which messages matter ---- */

static uint32_t reach(struct img_fields *x, const struct img_msg *m, unsigned depth)
{
	uint32_t verbs = 0, *slot;

	/* A message within itself adds nothing. */
	if (m == NULL || depth > IMG_MAX_DEPTH)
		return 0;
	verbs = img_map_get(&x->reach, (uint64_t)(uintptr_t)m);
	if (verbs != IMG_MAP_NONE)
		return verbs;
	verbs = 0;
	for (unsigned i = 0; i < m->n; i++)
		verbs |= m->rows[i].verbs |
			 (m->rows[i].sub != m ? reach(x, m->rows[i].sub, depth + 1) : 0);
	slot = img_map_at(&x->reach, (uint64_t)(uintptr_t)m);
	if (slot != NULL)
		*slot = verbs;
	return verbs;
}

uint32_t img_fields_reach(struct img_fields *x, const struct img_msg *m)
{
	return reach(x, m, 0);
}

int img_fields_entry(void *arg, const char *image, const struct img_entry *e, struct img_buf *out,
		     struct img_err *err)
{
	struct img_fields *x = arg;

	(void)image, (void)out, (void)err;
	x->entry = e->body;
	return IMG_KEEP;
}

/* ---- all of them ---- */

/* The first verb that changes a field ends it: a value is changed once. */
static const struct {
	uint32_t verb;
	img_verb_fn *fn;
} verbs[] = {
	{ IMG_VERB_IP, img_verb_ip },
	{ IMG_VERB_PORT, img_verb_port },
	{ IMG_VERB_PATH, img_verb_path },
	{ IMG_VERB_UNIX, img_verb_unix },
	{ IMG_VERB_EXT_KEY, img_verb_ext_key },
	{ IMG_VERB_CGROUP, img_verb_cgroup },
	{ IMG_VERB_HOST, img_verb_host },
	{ IMG_VERB_DOMAIN, img_verb_host },
	{ IMG_VERB_NETDEV, img_verb_netdev },
	{ IMG_VERB_MAC, img_verb_mac },
	{ IMG_VERB_COMM, img_verb_comm },
	{ IMG_VERB_UID, img_verb_uid },
	{ IMG_VERB_GID, img_verb_gid },
	{ IMG_VERB_USERNS, img_verb_userns },
	{ IMG_VERB_FILE_CHECK, img_verb_file_check },
	{ IMG_VERB_PID, img_verb_pid },
};

/* Texts of mounts, at which several verbs look together. */
static bool is_mount_text(const struct img_field *f)
{
	return f->msg == &img_msg_mnt_entry && f->row->verbs & IMG_VERB_MOUNT;
}

int img_fields_visit(void *arg, struct img_field *f, struct img_err *err)
{
	struct img_fields *x = arg;
	uint32_t asked;

	if (f->row == NULL)
		return IMG_KEEP;
	if (f->row->sub != NULL)
		return img_fields_reach(x, f->row->sub) & x->verbs ? IMG_KEEP : IMG_PASS;
	asked = f->row->verbs & x->verbs;
	if (asked == 0)
		return IMG_KEEP;
	if (is_mount_text(f))
		return img_verb_mount(x, f, err);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		int r;

		if (!(verbs[i].verb & asked))
			continue;
		r = verbs[i].fn(x, f, err);
		if (r != IMG_KEEP)
			return r;
	}
	return IMG_KEEP;
}
