#include "libimg/rewrite/raw.h"

#include <string.h>

#include "libimg/image/type.h"
#include "libimg/rewrite/raw_archive.h"
#include "libimg/rewrite/raw_iptables.h"
#include "libimg/rewrite/raw_netlink.h"
#include "libimg/rewrite/raw_nft.h"
#include "libimg/rewrite/raw_run.h"

/* Who changes images of a type, by its name in img_types. */
static const struct {
	const char *type;
	int (*change)(struct img_raw_run *run, struct img_err *err);
} kinds[] = {
	{ "IFADDR", img_raw_netlink },    { "ROUTE", img_raw_netlink },
	{ "ROUTE6", img_raw_netlink },    { "RULE", img_raw_netlink },
	{ "NETNF_CT", img_raw_netlink },  { "NETNF_EXP", img_raw_netlink },
	{ "IPTABLES", img_raw_iptables }, { "IP6TABLES", img_raw_iptables },
	{ "NFTABLES", img_raw_nft },      { "TMPFS_DEV", img_raw_archive },
	{ "TMPFS_IMG", img_raw_archive },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static size_t kind_of(const char *image)
{
	const struct img_type *t = img_type_by_file(image, NULL);
	size_t i = 0;

	while (i < KINDS && (t == NULL || strcmp(kinds[i].type, t->name) != 0))
		i++;
	return i;
}

bool img_raw_known(const char *image)
{
	return kind_of(image) < KINDS;
}

int img_raw_rewrite(const struct img_raw *raw, struct img_in *in, const struct img_values *v,
		    struct img_out *out, img_raw_report_fn *report, void *arg, struct img_err *err)
{
	struct img_raw_run run = {
		.raw = raw, .in = in, .v = v, .out = out, .report = report, .arg = arg
	};
	size_t kind = kind_of(raw->image);

	if (kind == KINDS)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "values of this image are not known");
	return kinds[kind].change(&run, err) < 0 ? -1 : run.changed || raw->bare;
}
