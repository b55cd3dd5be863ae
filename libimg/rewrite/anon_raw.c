#include "libimg/rewrite/anon_raw.h"

#include <string.h>
#include <unistd.h>

#include "libimg/rewrite/anon_addr.h"
#include "libimg/rewrite/anon_rules.h"
#include "libimg/rewrite/anon_text.h"
#include "libimg/rewrite/kept.h"
#include "libimg/rewrite/permute.h"
#include "libimg/rewrite/raw.h"

/* ---- what is in them ---- */

enum {
	NET = 1u << IMG_CLASS_IP | 1u << IMG_CLASS_NAME | 1u << IMG_CLASS_PAYLOAD |
	      1u << IMG_CLASS_PORT | 1u << IMG_CLASS_ID | 1u << IMG_CLASS_TIME,
	RULES = 1u << IMG_CLASS_IP | 1u << IMG_CLASS_NAME | 1u << IMG_CLASS_MAC |
		1u << IMG_CLASS_PORT | 1u << IMG_CLASS_ID,
	FILES = 1u << IMG_CLASS_PATH | 1u << IMG_CLASS_PAYLOAD | 1u << IMG_CLASS_ID |
		1u << IMG_CLASS_TIME,
};

static const struct {
	const char *type; /* in img_types */
	unsigned classes;
} kinds[] = {
	{ "IFADDR", NET },      { "ROUTE", NET },       { "ROUTE6", NET },
	{ "RULE", NET },        { "NETNF_CT", NET },    { "NETNF_EXP", NET },
	{ "IPTABLES", RULES },  { "IP6TABLES", RULES }, { "NFTABLES", RULES },
	{ "TMPFS_DEV", FILES }, { "TMPFS_IMG", FILES },
};

unsigned img_anon_raw_classes(const char *image)
{
	const struct img_type *t = img_type_by_file(image, NULL);

	for (size_t i = 0; t != NULL && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].type, t->name) == 0)
			return kinds[i].classes;
	return 0;
}

/* ---- values ---- */

static int value_net(void *arg, const uint8_t *old, size_t n, unsigned bits, uint8_t *new,
		     struct img_err *err)
{
	struct img_anon *a = arg;

	(void)err;
	img_anon_tally(a, IMG_CLASS_IP, old, n);
	img_anon_net(a->how.words, old, n, bits, new);
	img_anon_note_address(a, old, new, n);
	return memcmp(old, new, n) != 0;
}

static int value_ip(void *arg, const uint8_t *old, size_t n, uint8_t *new, struct img_err *err)
{
	return value_net(arg, old, n, (unsigned)n * 8, new, err);
}

static int value_netdev(void *arg, const char *old, size_t n, char new[16], struct img_err *err)
{
	struct img_anon *a = arg;
	struct img_span s = { (const uint8_t *)old, n, 0 };

	img_anon_tally(a, IMG_CLASS_NAME, old, n);
	a->text.n = 0;
	if (img_anon_name(a->how.words, s, IMG_KEPT_DEVICE, 0, &a->text, err) < 0)
		return -1;
	/* A short word may have become longer. */
	s = (struct img_span){ a->text.p, a->text.n < 15 ? a->text.n : 15, 0 };
	memcpy(new, s.p, s.n);
	new[s.n] = '\0';
	return s.n != n || memcmp(old, new, n) != 0;
}

static int value_path(void *arg, const char *old, size_t n, struct img_buf *new,
		      struct img_err *err)
{
	struct img_anon *a = arg;
	struct img_span s = { (const uint8_t *)old, n, 0 };
	size_t at = new->n;

	img_anon_tally(a, IMG_CLASS_PATH, old, n);
	if (img_anon_path(a->how.words, s, IMG_KEPT_PATH | IMG_KEPT_LIB, new, err) < 0)
		return -1;
	return new->n - at != n || memcmp(new->p + at, old, n) != 0;
}

static int value_port(void *arg, unsigned proto, uint16_t old, uint16_t *new, struct img_err *err)
{
	struct img_anon *a = arg;

	(void)proto, (void)err;
	img_anon_tally(a, IMG_CLASS_PORT, &old, sizeof(old));
	*new = img_permute_port(a->how.words, old);
	return *new != old;
}

static int value_id(void *arg, enum img_id_kind kind, uint32_t old, uint32_t *new,
		    struct img_err *err)
{
	struct img_anon *a = arg;

	(void)kind, (void)err;
	img_anon_tally(a, IMG_CLASS_ID, &old, sizeof(old));
	*new = img_permute_id(a->how.words, old);
	return *new != old;
}

static struct img_values values_of(struct img_anon *a)
{
	bool ip = img_anon_changes(a, IMG_CLASS_IP);

	return (struct img_values){
		.arg = a,
		.ip = ip ? value_ip : NULL,
		.net = ip ? value_net : NULL,
		.port = img_anon_changes(a, IMG_CLASS_PORT) ? value_port : NULL,
		.path = img_anon_changes(a, IMG_CLASS_PATH) ? value_path : NULL,
		.netdev = img_anon_changes(a, IMG_CLASS_NAME) ? value_netdev : NULL,
		.id = img_anon_changes(a, IMG_CLASS_ID) ? value_id : NULL,
	};
}

/* ---- images ---- */

/* Names below the root of a tmpfs are asked for as if that were the root of all. */
static struct img_raw raw_of(const struct img_anon *a, const char *image)
{
	return (struct img_raw){ .image = image,
				 .mount = "",
				 .new_mount = "",
				 .relative = true,
				 .timeless = img_anon_changes(a, IMG_CLASS_TIME),
				 .host_ids = true,
				 .bare = img_anon_changes(a, IMG_CLASS_PAYLOAD) };
}

/* Which numbers are ports or ids only the reader of such texts knows: they are changed before. */
static int change_numbers(struct img_anon *a, const struct img_raw *raw, struct img_in *in,
			  struct img_buf *text, struct img_err *err)
{
	const struct img_values all = values_of(a),
				v = { .arg = a, .port = all.port, .id = all.id };
	struct img_out *out = img_out_mem(text);
	int r = out == NULL ? img_fail_mem(err)
			    : img_raw_rewrite(raw, in, &v, out, NULL, NULL, err);

	if (out != NULL && img_out_flush(out, err) < 0)
		r = -1;
	img_out_free(out);
	return r < 0 ? -1 : 0;
}

static int rules(struct img_anon *a, const struct img_raw *raw, struct img_in *in,
		 struct img_out *out, struct img_err *err)
{
	const struct img_values v = values_of(a);
	struct img_buf text = { 0 };
	struct img_raw_run run = { .raw = raw, .in = in, .v = &v, .out = out };
	int r = 0;

	if (v.port != NULL || v.id != NULL) {
		r = change_numbers(a, raw, in, &text, err);
		run.in = img_in_mem(text.p, text.n);
		if (r == 0 && run.in == NULL)
			r = img_fail_mem(err);
	}
	if (r == 0)
		r = img_anon_rules(a, &run, err);
	if (run.in != in)
		img_in_free(run.in);
	img_buf_free(&text);
	return r;
}

int img_anon_raw_rewrite(struct img_anon *a, const char *image, struct img_in *in,
			 struct img_out *out, struct img_err *err)
{
	const struct img_values v = values_of(a);
	const struct img_raw raw = raw_of(a, image);

	if (img_anon_raw_classes(image) == RULES && img_anon_changes(a, IMG_CLASS_NAME))
		return rules(a, &raw, in, out, err);
	return img_raw_rewrite(&raw, in, &v, out, NULL, NULL, err) < 0 ? -1 : 0;
}

/* What was written before the damage is whole messages, lines or members. */
static int cut(struct img_anon *a, const char *image, struct img_err *err)
{
	if (err->file[0] == '\0')
		img_err_in(err, img_dir_path(a->from), image);
	return img_anon_cut(a, image, err);
}

int img_anon_raw_make(struct img_anon *a, const char *image, const struct img_sink *to,
		      struct img_err *err)
{
	struct img_err other;
	struct img_out *out;
	struct img_file f;
	struct img_in *in;
	int r = -1;

	if (img_dir_open_file(a->from, image, &f, err) < 0)
		return -1;
	in = img_in_file(&f);
	if (in == NULL)
		img_fail_mem(err);
	else if (to->begin(to->arg, image, &out, err) == 0) {
		r = img_anon_raw_rewrite(a, image, in, out, err);
		if (r < 0)
			r = cut(a, image, err);
		if (to->end(to->arg, r == 0, r == 0 ? err : &other) < 0)
			r = -1;
	}
	img_in_free(in);
	img_file_close(&f);
	return r;
}
