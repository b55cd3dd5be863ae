#include "libimg/rewrite/anonymize.h"

#include <stdio.h>
#include <string.h>

#include "libimg/base/byteorder.h"
#include "libimg/base/intern.h"
#include "libimg/rewrite/anon_addr.h"
#include "libimg/rewrite/anon_netlink.h"
#include "libimg/rewrite/anon_pages.h"
#include "libimg/rewrite/anon_text.h"
#include "libimg/rewrite/field_value.h"
#include "libimg/rewrite/kept.h"
#include "libimg/msg/criu.h"
#include "libimg/msg/pick.h"
#include "libimg/rewrite/permute.h"

struct count {
	struct img_anon_count n;
	struct img_map distinct;
	uint64_t image; /* the last one that had some */
};

struct anon_address {
	uint8_t n, old[16], new[16];
};

struct img_anon {
	struct img_anon_how how;
	struct img_anon_pages *pages;
	struct img_dir *from;
	bool big; /* words of addresses are big-endian */
	struct count counts[IMG_ANON_CLASSES];
	uint64_t dropped, images;
	char image[IMG_NAME];
	struct img_span entry;
	struct img_buf text, kept, addresses;
	struct img_map kept_known;
};

struct img_anon *img_anon_new(const struct img_anon_how *how)
{
	struct img_anon *a = img_calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->how = *how;
	a->pages = img_anon_pages_new();
	if (a->pages != NULL)
		return a;
	img_free(a);
	return NULL;
}

void img_anon_free(struct img_anon *a)
{
	if (a == NULL)
		return;
	img_anon_pages_free(a->pages);
	for (size_t i = 0; i < IMG_ANON_CLASSES; i++)
		img_map_free(&a->counts[i].distinct);
	img_buf_free(&a->text);
	img_buf_free(&a->kept);
	img_buf_free(&a->addresses);
	img_map_free(&a->kept_known);
	img_free(a);
}

void img_anon_tasks(struct img_anon *a, struct img_dir *d)
{
	img_anon_pages_tasks(a->pages, d);
}

const struct img_anon_count *img_anon_count(const struct img_anon *a, unsigned class)
{
	return &a->counts[class].n;
}

uint64_t img_anon_dropped(const struct img_anon *a)
{
	return a->dropped;
}

struct img_span img_anon_kept(const struct img_anon *a)
{
	return (struct img_span){ a->kept.p, a->kept.n, 0 };
}

bool img_anon_address(const struct img_anon *a, size_t i, struct img_span *old,
		      struct img_span *new)
{
	const struct anon_address *x = (const struct anon_address *)(const void *)a->addresses.p;

	if (i >= a->addresses.n / sizeof(*x))
		return false;
	*old = (struct img_span){ x[i].old, x[i].n, 0 };
	*new = (struct img_span){ x[i].new, x[i].n, 0 };
	return true;
}

/* ---- counting ---- */

static bool changes(const struct img_anon *a, unsigned class)
{
	return (a->how.classes >> class & 1) != 0;
}

/* Is the value one that has not been seen? Without memory it counts as known. */
static bool is_new(const struct img_anon *a, struct img_map *m, const void *p, size_t n)
{
	uint32_t *slot = img_map_at(m, img_hash(img_words_key(a->how.words), p, n));
	bool fresh = slot != NULL && *slot == IMG_MAP_NONE;

	if (slot != NULL)
		*slot = 1;
	return fresh;
}

static bool count(struct img_anon *a, unsigned class, const void *p, size_t n)
{
	struct count *c = &a->counts[class];
	bool fresh = is_new(a, &c->distinct, p, n);

	c->n.seen++;
	c->n.distinct += fresh;
	c->n.images += c->image != a->images;
	c->image = a->images;
	return fresh;
}

static void keep_text(struct img_anon *a, struct img_span s)
{
	if (!is_new(a, &a->kept_known, s.p, s.n))
		return;
	img_buf_put(&a->kept, s.p, s.n);
	img_buf_put(&a->kept, "\n", 1);
}

static void note_address(struct img_anon *a, const uint8_t *old, const uint8_t *new, size_t n)
{
	struct anon_address x = { .n = (uint8_t)n };

	if (n > sizeof(x.old) || memcmp(old, new, n) == 0)
		return;
	memcpy(x.old, old, n);
	memcpy(x.new, new, n);
	img_buf_put(&a->addresses, &x, sizeof(x));
}

/* ---- setting ---- */

static int set_number(struct img_field *f, uint64_t v)
{
	if (f->num == v)
		return IMG_KEEP;
	f->num = v;
	return IMG_SET;
}

static int set_text(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	if (a->text.failed)
		return img_fail_mem(err);
	f->bytes = (struct img_span){ a->text.p, a->text.n, 0 };
	return IMG_SET;
}

/* As many bytes of one kind. */
static int fill(struct img_anon *a, struct img_field *f, size_t from, uint8_t c,
		struct img_err *err)
{
	a->text.n = 0;
	img_buf_put(&a->text, f->bytes.p, f->bytes.n);
	if (!a->text.failed && a->text.n > from)
		memset(a->text.p + from, c, a->text.n - from);
	return set_text(a, f, err);
}

/* ---- texts ---- */

/* Which words of a field stay, and how it is split; fields without a row keep none. */
static const struct context {
	const struct img_msg *msg;
	uint32_t tag;
	unsigned lists, how;
} contexts[] = {
	{ &img_msg_mnt_entry, IMG_TAG_MNT_ENTRY__OPTIONS, IMG_KEPT_MOUNT, IMG_ANON_NUMBERS },
	{ &img_msg_mnt_entry, IMG_TAG_MNT_ENTRY__FSNAME, IMG_KEPT_MOUNT, 0 },
	{ &img_msg_mnt_entry, IMG_TAG_MNT_ENTRY__EXT_KEY, IMG_KEPT_MOUNT, 0 },
	{ &img_msg_mnt_entry, IMG_TAG_MNT_ENTRY__SOURCE,
	  IMG_KEPT_MOUNT | IMG_KEPT_PATH | IMG_KEPT_LIB, 0 },
	{ &img_msg_mnt_entry, IMG_TAG_MNT_ENTRY__ROOT,
	  IMG_KEPT_PATH | IMG_KEPT_LIB | IMG_KEPT_CGROUP, 0 },
	{ &img_msg_cgroup_prop_entry, IMG_TAG_CGROUP_PROP_ENTRY__VALUE,
	  IMG_KEPT_CGROUP | IMG_KEPT_PATH, IMG_ANON_NUMBERS },
	{ &img_msg_cgroup_dir_entry, IMG_TAG_CGROUP_DIR_ENTRY__DIR_NAME,
	  IMG_KEPT_CGROUP | IMG_KEPT_PATH, 0 },
	{ &img_msg_cg_controller_entry, IMG_TAG_CG_CONTROLLER_ENTRY__CNAMES, IMG_KEPT_CGROUP, 0 },
	{ &img_msg_cg_member_entry, IMG_TAG_CG_MEMBER_ENTRY__NAME, IMG_KEPT_CGROUP, 0 },
	{ &img_msg_cg_member_entry, IMG_TAG_CG_MEMBER_ENTRY__PATH, IMG_KEPT_CGROUP | IMG_KEPT_PATH,
	  0 },
	{ &img_msg_net_device_entry, IMG_TAG_NET_DEVICE_ENTRY__NAME, IMG_KEPT_DEVICE, 0 },
	{ &img_msg_inet_sk_entry, IMG_TAG_INET_SK_ENTRY__IFNAME, IMG_KEPT_DEVICE, 0 },
	{ &img_msg_sk_opts_entry, IMG_TAG_SK_OPTS_ENTRY__SO_BOUND_DEV, IMG_KEPT_DEVICE, 0 },
	{ &img_msg_tunfile_entry, IMG_TAG_TUNFILE_ENTRY__NETDEV, IMG_KEPT_DEVICE, 0 },
	{ &img_msg_creds_entry, IMG_TAG_CREDS_ENTRY__LSM_PROFILE, IMG_KEPT_LABEL, 0 },
	{ &img_msg_creds_entry, IMG_TAG_CREDS_ENTRY__LSM_SOCKCREATE, IMG_KEPT_LABEL, 0 },
	{ &img_msg_fdinfo_entry, IMG_TAG_FDINFO_ENTRY__XATTR_SECURITY_SELINUX, IMG_KEPT_LABEL, 0 },
	{ &img_msg_aa_policy, IMG_TAG_AA_POLICY__NAME, IMG_KEPT_LABEL, 0 },
	{ &img_msg_aa_namespace, IMG_TAG_AA_NAMESPACE__NAME, IMG_KEPT_LABEL, 0 },
	{ &img_msg_utsns_entry, IMG_TAG_UTSNS_ENTRY__NODENAME, IMG_KEPT_HOST, IMG_ANON_DOTS },
	{ &img_msg_utsns_entry, IMG_TAG_UTSNS_ENTRY__DOMAINNAME, IMG_KEPT_HOST, IMG_ANON_DOTS },
	{ &img_msg_plugins_entry, IMG_TAG_PLUGINS_ENTRY__PLUGINS, IMG_KEPT_PLUGIN, 0 },
};

static struct context context_of(const struct img_field *f, unsigned otherwise)
{
	for (size_t i = 0; i < sizeof(contexts) / sizeof(*contexts); i++)
		if (contexts[i].msg == f->msg && contexts[i].tag == f->tag)
			return contexts[i];
	return (struct context){ .lists = otherwise };
}

static int name(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	struct context c = context_of(f, 0);

	a->text.n = 0;
	if (img_anon_name(a->how.words, f->bytes, c.lists, c.how, &a->text, err) < 0)
		return -1;
	return set_text(a, f, err);
}

/* A name that the kernel chose: NUL and five digits. */
static bool is_autobound(struct img_span s)
{
	for (size_t i = 1; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return s.n == 6;
}

/* A socket has a path with a NUL at its end, or anything after a NUL. */
static int socket_name(struct img_anon *a, struct img_field *f, unsigned lists, struct img_err *err)
{
	struct img_span s = f->bytes;
	const uint8_t *nul = s.n > 0 ? memchr(s.p, '\0', s.n) : NULL;
	size_t n = nul != NULL ? (size_t)(nul - s.p) : s.n;

	if (n == 0 && is_autobound(s))
		img_buf_put(&a->text, s.p, s.n);
	else if (n == 0)
		return img_anon_name(a->how.words, s, lists, 0, &a->text, err);
	else if (img_anon_path(a->how.words, (struct img_span){ s.p, n, 0 }, lists, &a->text, err) <
		 0)
		return -1;
	else
		/* What is after the NUL is of no use to anybody. */
		while (n++ < s.n)
			img_buf_put(&a->text, "", 1);
	return 0;
}

static int path(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	struct context c = context_of(f, IMG_KEPT_PATH | IMG_KEPT_LIB);
	bool word = f->msg == &img_msg_mnt_entry && f->tag != IMG_TAG_MNT_ENTRY__MOUNTPOINT &&
		    (f->bytes.n == 0 || f->bytes.p[0] != '/') &&
		    memchr(f->bytes.p, '[', f->bytes.n) == NULL;
	int r;

	a->text.n = 0;
	if (f->msg == &img_msg_unix_sk_entry && f->tag == IMG_TAG_UNIX_SK_ENTRY__NAME)
		r = socket_name(a, f, c.lists, err);
	else if (word)
		r = img_anon_name(a->how.words, f->bytes, c.lists, c.how, &a->text, err);
	else
		r = img_anon_path(a->how.words, f->bytes, c.lists, &a->text, err);
	return r < 0 ? -1 : set_text(a, f, err);
}

/* ---- addresses ---- */

static struct img_span message_of(const struct img_anon *a, const struct img_field *f)
{
	return f->parent != NULL ? f->parent->bytes : a->entry;
}

/* The words of the address that f is one of: how many, up to 5. */
static size_t words_of(const struct img_anon *a, const struct img_field *f, uint32_t w[5])
{
	struct img_pick p = { .body = message_of(a, f) };
	struct img_each i = { .w = { p.body.p, p.body.p + p.body.n },
			      .all = p.body,
			      .tag = f->tag };
	uint64_t v;
	size_t n = 0;

	while (n < 5 && img_each_num(&i, &v))
		w[n++] = (uint32_t)v;
	return n;
}

/* In CRIU 0.1 four words stood for an IPv4 address too: the last three are zeros. */
static int ip(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	uint32_t w[5];
	uint8_t old[16], new[16] = { 0 };
	size_t words = words_of(a, f, w), n;

	(void)err;
	if (f->index >= words || words > 4)
		return set_number(f, 0);
	for (size_t i = 0; i < words; i++)
		img_set32(old + 4 * i, w[i], a->big);
	n = words == 4 && (w[1] | w[2] | w[3]) != 0 ? 16 : 4;
	img_anon_ip(a->how.words, old, n, new);
	if (f->index == 0)
		note_address(a, old, new, n);
	return set_number(f, img_get32(new + 4 * f->index, a->big));
}

/* The hardware address of a tunnel is one of IP. */
static int mac(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	size_t n = f->bytes.n;

	a->text.n = 0;
	img_buf_put(&a->text, f->bytes.p, n);
	if (a->text.failed)
		return img_fail_mem(err);
	if ((n == 4 || n == 16) && f->msg == &img_msg_net_device_entry)
		img_anon_ip(a->how.words, f->bytes.p, n, a->text.p);
	else
		img_anon_mac(a->how.words, f->bytes.p, n, a->text.p);
	if (n > 0)
		note_address(a, f->bytes.p, a->text.p, n);
	return set_text(a, f, err);
}

/* ---- numbers and bytes ---- */

static bool is_text(const struct img_field *f)
{
	return f->row->wt == IMG_BYTES;
}

static int to_zero(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	return is_text(f) ? fill(a, f, 0, 0, err) : set_number(f, 0);
}

/* The type of a message in a queue is 1 or more. */
static int number_of_things(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	(void)a, (void)err;
	return set_number(f, f->msg == &img_msg_ipc_msg);
}

/* Unread input of a terminal must hold no control characters; of a signal the head stays. */
static int payload(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	enum { SIGNAL_HEAD = 24 }; /* signal, error, code, and the sender or the address */

	if (f->msg == &img_msg_siginfo_entry)
		return fill(a, f, SIGNAL_HEAD, 0, err);
	if (f->msg == &img_msg_tty_data_entry)
		return fill(a, f, 0, 'x', err);
	return to_zero(a, f, err);
}

/* Does the file keep its whole path? Then what tells its content is public too. */
static bool is_public_file(struct img_anon *a, const struct img_field *f)
{
	struct img_span old = img_fv_bytes(message_of(a, f), IMG_TAG_REG_FILE_ENTRY__NAME);
	struct img_err err;

	a->text.n = 0;
	return f->msg == &img_msg_reg_file_entry &&
	       img_anon_path(a->how.words, old, IMG_KEPT_PATH | IMG_KEPT_LIB, &a->text, &err) ==
		       0 &&
	       a->text.n == old.n && memcmp(a->text.p, old.p, old.n) == 0;
}

/* Hexadecimal digits become others, what is between them stays. */
static int secret_text(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	uint64_t all = img_words_draw(a->how.words, 's', f->bytes.p, f->bytes.n);

	if (fill(a, f, 0, 0, err) < 0)
		return -1;
	for (size_t i = 0; i < a->text.n; i++) {
		uint8_t c =
			f->msg->desc->fields[f->row - f->msg->rows].type == PROTOBUF_C_TYPE_STRING
				? 1
				: 0;
		uint64_t of[2] = { all, i }, r = img_words_draw(a->how.words, 'S', of, sizeof(of));

		a->text.p[i] = c ? (uint8_t) "0123456789abcdef"[r & 15] : (uint8_t)r;
	}
	return IMG_SET;
}

static int secret(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	ProtobufCType type = f->msg->desc->fields[f->row - f->msg->rows].type;
	struct img_span old = f->bytes;
	uint64_t v = f->num;

	if (is_public_file(a, f))
		return IMG_KEEP;
	if (is_text(f)) {
		if (secret_text(a, f, err) < 0)
			return -1;
		for (size_t i = 0; i < old.n && type == PROTOBUF_C_TYPE_STRING; i++)
			if (old.p[i] == '-' || old.p[i] == ':')
				a->text.p[i] = old.p[i];
		return IMG_SET;
	}
	if (v == 0)
		return IMG_KEEP;
	v = img_words_draw(a->how.words, 's', &v, sizeof(v));
	if (type == PROTOBUF_C_TYPE_INT32)
		v = (uint64_t)(int64_t)(int32_t)v;
	else if (type != PROTOBUF_C_TYPE_UINT64 && type != PROTOBUF_C_TYPE_FIXED64)
		v = (uint32_t)v;
	return set_number(f, v != 0 ? v : 1);
}

static int port(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	(void)err;
	return set_number(f, img_permute_port(a->how.words, (uint16_t)f->num));
}

static int id(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	(void)err;
	return f->num > UINT32_MAX ? IMG_KEEP
				   : set_number(f, img_permute_id(a->how.words, (uint32_t)f->num));
}

/* ---- fields ---- */

static int (*const by_class[IMG_ANON_CLASSES])(struct img_anon *a, struct img_field *f,
					       struct img_err *err) = {
	[IMG_CLASS_PATH] = path,
	[IMG_CLASS_NAME] = name,
	[IMG_CLASS_IP] = ip,
	[IMG_CLASS_MAC] = mac,
	[IMG_CLASS_PORT] = port,
	[IMG_CLASS_ID] = id,
	[IMG_CLASS_PAYLOAD] = payload,
	[IMG_CLASS_SECRET] = secret,
	[IMG_CLASS_TIME] = to_zero,
	[IMG_CLASS_REGISTER] = to_zero,
	[IMG_CLASS_COUNT] = number_of_things,
};

/* The inside of what no schema knows cannot be judged. */
static int unknown(struct img_anon *a, const struct img_field *f)
{
	if (f->wt != IMG_BYTES && f->wt != IMG_GROUP)
		return IMG_KEEP;
	a->dropped++;
	return IMG_DROP;
}

static int field(void *arg, struct img_field *f, struct img_err *err)
{
	struct img_anon *a = arg;
	unsigned class;

	if (f->row == NULL)
		return unknown(a, f);
	if (f->row->sub != NULL)
		return IMG_KEEP;
	class = f->row->cls;
	if (!changes(a, class) || by_class[class] == NULL) {
		if (is_text(f))
			keep_text(a, f->bytes);
		return IMG_KEEP;
	}
	if (is_text(f))
		count(a, class, f->bytes.p, f->bytes.n);
	else
		count(a, class, &f->num, sizeof(f->num));
	return by_class[class](a, f, err);
}

static int entry(void *arg, const char *image, const struct img_entry *e, struct img_buf *out,
		 struct img_err *err)
{
	struct img_anon *a = arg;

	(void)out, (void)err;
	a->entry = e->body;
	if (strcmp(a->image, image) != 0) {
		snprintf(a->image, sizeof(a->image), "%s", image);
		a->images++;
	}
	return IMG_KEEP;
}

/* ---- payloads ---- */

/* Keys of a map that are all different, and those that an array has; values are zeros. */
static void fill_map(const struct img_entry *e, uint64_t at, uint8_t *p, size_t n)
{
	uint64_t keys = 0, count_of = 0, size;

	img_wire_get(e->body.p, e->body.n, IMG_TAG_BPFMAP_DATA_ENTRY__KEYS_BYTES, &keys);
	img_wire_get(e->body.p, e->body.n, IMG_TAG_BPFMAP_DATA_ENTRY__COUNT, &count_of);
	size = count_of > 0 ? keys / count_of : 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t byte = size > 0 ? (at + i) % size : 0;

		p[i] = (uint8_t)(at + i < keys && size > 0 && byte < 8
					 ? (at + i) / size >> (8 * byte)
					 : 0);
	}
}

static int content(void *arg, const char *image, const struct img_entry *e, uint64_t at, uint8_t *p,
		   size_t n, struct img_err *err)
{
	struct img_anon *a = arg;
	bool numbers = e->extra == &img_extra_sem;

	(void)image, (void)err;
	if (!changes(a, numbers ? IMG_CLASS_COUNT : IMG_CLASS_PAYLOAD))
		return 0;
	count(a, numbers ? IMG_CLASS_COUNT : IMG_CLASS_PAYLOAD, p, n);
	if (e->extra == &img_extra_bpf)
		fill_map(e, at, p, n);
	else
		memset(p,
		       e->extra == &img_extra_pipe || e->extra == &img_extra_sk ||
				       e->extra == &img_extra_tcp || e->extra == &img_extra_msg
			       ? 'x'
			       : 0,
		       n);
	return 1;
}

/* ---- images ---- */

static int learn(void *arg, struct img_dir *from, struct img_err *err)
{
	struct img_anon *a = arg;
	struct img_image *im;
	struct img_pick f;
	uint64_t version = 0;
	int r = img_image_pick(from, "inventory.img", 0, &im, &f, err);

	a->from = from;
	if (r > 0) {
		a->big = img_reader_head(img_image_reader(im))->big;
		version = img_num(&f, IMG_TAG_INVENTORY_ENTRY__IMG_VERSION);
		img_image_close(im);
	}
	if (r < 0 || !changes(a, IMG_ANON_MEMORY))
		return r < 0 ? -1 : 0;
	if (version >= IMG_VERSION_COMPRESSED) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "compressed pages cannot be anonymized");
		return img_err_in(err, img_dir_path(from), "inventory.img");
	}
	return img_anon_pages_learn(a->pages, from, err);
}

/* Files of other names may be anything. */
static bool is_image_name(const struct img_plan *plan)
{
	size_t n = strlen(plan->name);

	return plan->type != NULL || (n > 4 && strcmp(plan->name + n - 4, ".img") == 0);
}

static int image(void *arg, struct img_plan *plan, struct img_err *err)
{
	struct img_anon *a = arg;
	const char *why;
	unsigned class;

	(void)err;
	if (a->how.classes == 0)
		return 0;
	if (!is_image_name(plan)) {
		plan->fate = IMG_FATE_DROP;
		return 0;
	}
	if (plan->type != NULL && plan->type->entry != NULL) {
		plan->fate = IMG_FATE_EDIT;
		return 0;
	}
	why = img_anon_raw_reason(plan->name);
	class = why == NULL ? IMG_ANON_MEMORY : IMG_CLASS_PAYLOAD;
	if (!changes(a, class) && class == IMG_ANON_MEMORY)
		return 0;
	plan->fate = IMG_FATE_MAKE;
	return 0;
}

static void net_ip(void *arg, uint8_t *p, size_t n, unsigned bits)
{
	struct img_anon *a = arg;
	uint8_t old[16];

	memcpy(old, p, n);
	count(a, IMG_CLASS_IP, old, n);
	img_anon_net(a->how.words, old, n, bits, p);
	note_address(a, old, p, n);
}

/* It keeps its length, even where its word does not. */
static int net_name(void *arg, uint8_t *p, size_t n, struct img_err *err)
{
	struct img_anon *a = arg;

	count(a, IMG_CLASS_NAME, p, n);
	a->text.n = 0;
	if (img_anon_name(a->how.words, (struct img_span){ p, n, 0 }, IMG_KEPT_DEVICE, 0, &a->text,
			  err) < 0)
		return -1;
	if (n > 0)
		memcpy(p, a->text.p, n);
	return 0;
}

static int make(void *arg, const char *file, const struct img_sink *to, struct img_err *err)
{
	struct img_anon *a = arg;
	const char *why = img_anon_raw_reason(file);

	const struct img_anon_netvalues values = { net_ip, net_name, a };

	a->images++;
	if (img_netlink_by_file(file) != NULL)
		return img_anon_netlink_make(a->from, file, &values, to, err);
	count(a, why == NULL ? IMG_ANON_MEMORY : IMG_CLASS_PAYLOAD, file, strlen(file));
	if (why != NULL && a->how.emptied != NULL)
		a->how.emptied(a->how.arg, file, why);
	return img_anon_pages_make(a->pages, a->from, file, to, err);
}

struct img_change img_anon_change(struct img_anon *a)
{
	return (struct img_change){
		.learn = learn,
		.image = image,
		.entry = entry,
		.field = field,
		.payload = content,
		.make = make,
		.arg = a,
	};
}
