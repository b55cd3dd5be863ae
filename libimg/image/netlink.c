#include "libimg/image/netlink.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "libimg/image/type.h"

enum { CONNTRACK = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW };

/* CRIU asks for connections where it means to save expectations: the last two are alike. */
const struct img_netlink img_netlinks[] = {
	{ "ifaddr-%u.img", 0x47361222, RTM_NEWADDR },
	{ "route-%u.img", 0x45311224, RTM_NEWROUTE },
	{ "route6-%u.img", 0x45311224, RTM_NEWROUTE },
	{ "rule-%u.img", 0x71706986, RTM_NEWRULE },
	{ "netns-ct-%u.img", 0, CONNTRACK },
	{ "netns-exp-%u.img", 0, CONNTRACK },
	{ .pattern = NULL },
};

const struct img_netlink *img_netlink_by_file(const char *file)
{
	const struct img_type *t = img_type_by_file(file, NULL);

	if (t == NULL)
		return NULL;
	for (const struct img_netlink *n = img_netlinks; n->pattern != NULL; n++)
		if (t->files[0] != NULL && strcmp(t->files[0], n->pattern) == 0)
			return n;
	return NULL;
}
