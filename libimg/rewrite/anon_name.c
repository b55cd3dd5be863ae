#include "libimg/rewrite/anon_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/rewrite/anon_text.h"
#include "libimg/rewrite/kept.h"
#include "libimg/rewrite/permute.h"

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

/* Options of mounts whose values are users and groups. */
static bool is_id_option(struct img_span s)
{
	static const char *const keys[] = { "uid=", "gid=", "user_id=", "group_id=" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (s.n > strlen(keys[i]) && memcmp(s.p, keys[i], strlen(keys[i])) == 0)
			return true;
	return false;
}

/* Change these where ids are to be changed: the options, to a->text. */
static int option_ids(struct img_anon *a, struct img_span old, struct img_err *err)
{
	for (size_t at = 0; at < old.n;) {
		const uint8_t *comma = memchr(old.p + at, ',', old.n - at);
		size_t n = comma != NULL ? (size_t)(comma - old.p) - at : old.n - at, digits = n;
		struct img_span one = { old.p + at, n, 0 };
		uint64_t v = 0;
		char text[16];

		while (digits > 0 && one.p[digits - 1] >= '0' && one.p[digits - 1] <= '9')
			digits--;
		for (size_t i = digits; i < n && v <= UINT32_MAX; i++)
			v = v * 10 + (one.p[i] - '0');
		if (digits > 0 && digits < n && one.p[digits - 1] == '=' && v <= UINT32_MAX &&
		    is_id_option(one)) {
			img_anon_tally(a, IMG_CLASS_ID, &v, sizeof(v));
			snprintf(text, sizeof(text), "%" PRIu32,
				 img_permute_id(a->how.words, (uint32_t)v));
			img_buf_put(&a->text, one.p, digits);
			img_buf_put(&a->text, text, strlen(text));
		} else {
			img_buf_put(&a->text, one.p, n);
		}
		if (comma != NULL)
			img_buf_put(&a->text, ",", 1);
		at += n + 1;
	}
	return a->text.failed ? img_fail_mem(err) : 0;
}

static int mount_options(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	struct img_buf b = a->text;
	int r;

	a->text = (struct img_buf){ 0 };
	r = option_ids(a, (struct img_span){ b.p, b.n, 0 }, err);
	img_buf_free(&b);
	return r < 0 ? -1 : img_anon_set_text(a, f, err);
}

int img_anon_set_name(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	struct context c = context_of(f, 0);

	a->text.n = 0;
	if (img_anon_name(a->how.words, f->bytes, c.lists, c.how, &a->text, err) < 0)
		return -1;
	if (f->msg == &img_msg_mnt_entry && f->tag == IMG_TAG_MNT_ENTRY__OPTIONS &&
	    img_anon_changes(a, IMG_CLASS_ID))
		return mount_options(a, f, err);
	return img_anon_set_text(a, f, err);
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

int img_anon_set_path(struct img_anon *a, struct img_field *f, struct img_err *err)
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
	return r < 0 ? -1 : img_anon_set_text(a, f, err);
}
