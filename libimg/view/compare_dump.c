#include "libimg/view/compare_dump.h"

#include <inttypes.h>

#include "libimg/image/type.h"
#include "libimg/view/compare_fields.h"
#include "libimg/view/text.h"

/* A row of `images` that belongs to no namespace. */
enum { OF_DUMP = IMG_SIDE_IDS };

/* Kinds of namespaces, in the order of img_ns_name(). */
enum { NS_NET = 1, NS_IPC, NS_UTS, NS_MNT };

/* The time of the dump, and what identifies it, never are the same. */
static const char *const of_one_dump[] = { "root_ids", "root_cg_set", "dump_uptime",
					   "dump_criu_run_id", NULL };
static const char *const of_netdev[] = { "ifindex", "peer_ifindex", NULL };

static const struct image {
	const char *pattern;
	const char *what;
	unsigned ns;  /* kind: the number in the name is the id of such a namespace */
	unsigned key; /* field that entries are known by; 0: there is one entry only */
	const char *const *skip;
} images[] = {
	{ "inventory.img", "inventory", OF_DUMP, 0, of_one_dump },
	{ "utsns-%u.img", "uts", NS_UTS, 0, NULL },
	{ "ipcns-var-%u.img", "ipc", NS_IPC, 0, NULL },
	{ "netdev-%u.img", "netdev", NS_NET, IMG_TAG_NET_DEVICE_ENTRY__NAME, of_netdev },
	{ "mountpoints-%u.img", "mount", NS_MNT, IMG_TAG_MNT_ENTRY__MOUNTPOINT, NULL },
};

enum { N_IMAGES = sizeof(images) / sizeof(images[0]) };

/* Begin the fact of an entry: "mount /tmp of 41". */
static void begin(struct img_side *s, const struct image *row, const struct img_task *owner,
		  const struct img_pick *f)
{
	struct img_span key = { .n = 0 };

	img_side_begin(s, IMG_COMPARE_DUMP, (uint64_t)(row - images), false);
	img_text_put(s->facts.o, row->what);
	if (row->key != 0)
		key = img_bytes(f, row->key);
	if (key.n > 0) {
		img_out_byte(s->facts.o, ' ');
		img_text_name(s->facts.o, key.p, key.n);
	}
	if (owner != NULL)
		img_text_fmt(s->facts.o, " of %" PRIu32, img_side_pid(s, owner->pid));
	img_facts_fields(&s->facts);
}

static int put_entries(struct img_side *s, const struct image *row, uint32_t number,
		       struct img_err *err)
{
	const struct img_task *owner =
		row->ns != OF_DUMP ? img_side_owner(s, row->ns, number) : NULL;
	struct img_image *im;
	struct img_entry e;
	struct img_pick f;
	int r = img_image_open(s->dir, row->pattern, number, &im, err);

	if (r <= 0)
		return r;
	while ((r = img_image_next(im, &e, err)) > 0) {
		if (e.msg == NULL)
			continue;
		r = img_pick(&f, e.msg, e.body, err);
		if (r == 0) {
			begin(s, row, owner, &f);
			r = img_fields_put(s, e.msg, e.body, row->skip, err);
			img_facts_end(&s->facts);
		}
		if (r < 0) {
			img_image_fail(im, err);
			break;
		}
	}
	img_image_close(im);
	return r;
}

void img_compare_dump(struct img_side *s)
{
	struct img_dir_names l;
	struct img_err err;
	uint64_t number;

	if (img_dir_list(s->dir, &l, &err) < 0) {
		img_report(s->report, &err);
		return;
	}
	for (size_t i = 0; i < l.n; i++) {
		const struct img_type *type = img_type_by_file(l.v[i], &number);

		for (size_t k = 0; type != NULL && k < N_IMAGES; k++)
			if (type == img_type_by_pattern(images[k].pattern) &&
			    put_entries(s, &images[k], (uint32_t)number, &err) < 0)
				img_report(s->report, &err);
	}
	img_list_free(&l);
}
