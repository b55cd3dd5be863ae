/* Network namespaces: devices, links between them, settings. */
#include <string.h>

#include "libimg/check/model.h"
#include "netdev.pb-c.h"

static uint64_t index_key(uint64_t ns, uint32_t ifindex)
{
	return ns << 32 | ifindex;
}

static uint64_t name_key(const struct check *ck, uint64_t ns, const char *name)
{
	return img_ck_key_on(ck, ns, name, strlen(name));
}

bool img_ck_has_netdev(const struct check *ck, uint32_t ns, uint32_t ifindex)
{
	return img_map_get(&ck->netdevs, index_key(ns, ifindex)) != IMG_MAP_NONE;
}

bool img_ck_has_netdev_name(const struct check *ck, uint32_t ns, const char *name)
{
	return img_map_get(&ck->netdev_names, name_key(ck, ns, name)) != IMG_MAP_NONE;
}

bool img_ck_is_tun(const struct check *ck, uint32_t ns, const char *name)
{
	const struct ck_image *im = img_ck_find(ck, "netdev-%u.img", ns);
	uint32_t i = img_map_get(&ck->netdev_names, name_key(ck, ns, name));

	return im != NULL && i < im->n && ((const NetDeviceEntry *)im->v[i])->type == ND_TYPE__TUN;
}

void img_ck_load_netdevs(struct check *ck)
{
	CK_EACH(ck, im, "netdev-%u.img")
		for (uint32_t i = 0; i < im->n; i++) {
			const NetDeviceEntry *d = im->v[i];
			uint32_t *v =
				img_ck_map_at(ck, &ck->netdevs, index_key(im->number, d->ifindex));

			if (*v == IMG_MAP_NONE)
				*v = i;
			v = img_ck_map_at(ck, &ck->netdev_names, name_key(ck, im->number, d->name));
			if (*v == IMG_MAP_NONE)
				*v = i;
		}
}

enum { TUN = 1, TAP = 2 }; /* tun_link_entry.flags */

/* Does it have Ethernet addresses? */
static bool is_ether(const NetDeviceEntry *d)
{
	return d->type == ND_TYPE__VETH || d->type == ND_TYPE__BRIDGE ||
	       d->type == ND_TYPE__MACVLAN ||
	       (d->type == ND_TYPE__TUN && d->tun != NULL && d->tun->flags & TAP);
}

/* Data that only devices of one type have. */
static void check_type(struct check *ck, const struct ck_image *im, size_t i,
		       const NetDeviceEntry *d)
{
	enum { ETHER = 6, ALL_FLAGS = (1 << 19) - 1 }; /* bytes of an address; up to IFF_ECHO */

	if (d->type == ND_TYPE__TUN && d->tun == NULL)
		img_ck_say(ck, CK_NET_DEVICE, im, (int64_t)i, "tun", "missing in a TUN device");
	if (d->type == ND_TYPE__MACVLAN && d->macvlan == NULL)
		img_ck_say(ck, CK_NET_DEVICE, im, (int64_t)i, "macvlan",
			   "missing in a MACVLAN device");
	if (d->type == ND_TYPE__SIT && d->sit == NULL)
		img_ck_say(ck, CK_NET_DEVICE, im, (int64_t)i, "sit", "missing in a SIT device");
	if ((d->tun != NULL && d->type != ND_TYPE__TUN) ||
	    (d->macvlan != NULL && d->type != ND_TYPE__MACVLAN) ||
	    (d->sit != NULL && d->type != ND_TYPE__SIT))
		img_ck_say(ck, CK_NET_DEVICE, im, (int64_t)i,
			   d->tun != NULL       ? "tun"
			   : d->macvlan != NULL ? "macvlan"
						: "sit",
			   "does not match the type");
	if (d->tun != NULL && (d->tun->flags & (TUN | TAP)) == 0)
		img_ck_say(ck, CK_NET_DEVICE, im, (int64_t)i, "tun.flags",
			   "0x%" PRIx32 " is not TUN or TAP", d->tun->flags);
	if (d->flags > ALL_FLAGS)
		img_ck_say(ck, CK_NET_DEVICE, im, (int64_t)i, "flags",
			   "0x%" PRIx32 " has bits that no device has", d->flags);
	if (d->mtu == 0 && d->type != ND_TYPE__LOOPBACK && d->type != ND_TYPE__EXTLINK)
		img_ck_say(ck, CK_NET_DEVICE, im, (int64_t)i, "mtu",
			   "no room for data in a packet");
	if (d->has_address && is_ether(d) && d->address.len != ETHER)
		img_ck_say(ck, CK_NET_DEVICE, im, (int64_t)i, "address",
			   "%zu bytes, expected an Ethernet address of 6", d->address.len);
}

void img_ck_net_device(struct check *ck)
{
	enum { MAX_NAME = 15 };

	CK_EACH(ck, im, "netdev-%u.img") {
		size_t loopbacks = 0;

		for (size_t i = 0; i < im->n; i++) {
			const NetDeviceEntry *d = im->v[i];
			struct ck_place at = { im, i, "" };

			if (d->ifindex == 0 || d->ifindex > INT32_MAX)
				img_ck_say_value(ck, CK_NET_DEVICE, &at, "ifindex", d->ifindex,
						 "is not a valid index");
			else if (img_map_get(&ck->netdevs, index_key(im->number, d->ifindex)) != i)
				img_ck_say_value(ck, CK_NET_DEVICE, &at, "ifindex", d->ifindex,
						 "is also the index of another device");
			if (img_map_get(&ck->netdev_names, name_key(ck, im->number, d->name)) != i)
				img_ck_say(ck, CK_NET_DEVICE, im, (int64_t)i, "name",
					   "%s is also the name of another device",
					   img_ck_str(ck, d->name));
			if (d->name[0] == '\0' || strlen(d->name) > MAX_NAME)
				img_ck_say(ck, CK_NET_DEVICE, im, (int64_t)i, "name",
					   "%zu bytes, expected a name of 1 to 15",
					   strlen(d->name));
			else if (d->name[strcspn(d->name, "/: \t\n")] != '\0')
				img_ck_say(ck, CK_NET_DEVICE, im, (int64_t)i, "name",
					   "%s is not a valid device name",
					   img_ck_str(ck, d->name));
			loopbacks += d->type == ND_TYPE__LOOPBACK;
			if (protobuf_c_enum_descriptor_get_value(&img_pb_nd_type__descriptor,
								 (int)d->type) != NULL)
				check_type(ck, im, i, d);
		}
		if (!im->broken && loopbacks != 1)
			img_ck_say(ck, CK_NET_DEVICE, im, -1, "",
				   "%zu loopback devices, expected one", loopbacks);
	}
}

/* ---- links ---- */

static const NetDeviceEntry *device(const struct check *ck, uint32_t ns, uint32_t ifindex)
{
	const struct ck_image *im = img_ck_find(ck, "netdev-%u.img", ns);
	uint32_t i = img_map_get(&ck->netdevs, index_key(ns, ifindex));

	return im != NULL && i != IMG_MAP_NONE ? im->v[i] : NULL;
}

/* CRIU identifies the namespace of a peer by its number in this one. */
static bool is_numbered(const struct check *ck, uint64_t ns, uint32_t peer)
{
	const NetnsEntry *n = img_ck_one(img_ck_find(ck, "netns-%u.img", ns));

	for (size_t i = 0; n != NULL && i < n->n_nsids; i++)
		if (n->nsids[i]->target_ns_id == peer)
			return true;
	return n == NULL;
}

static void check_master(struct check *ck, const struct ck_image *im, size_t i,
			 const NetDeviceEntry *d)
{
	const NetDeviceEntry *m = device(ck, (uint32_t)im->number, d->master);
	struct ck_place at = { im, i, "" };

	if (!d->has_master || d->master == 0 || im->broken)
		return;
	if (m == NULL || d->master == d->ifindex)
		img_ck_say_value(ck, CK_NET_LINK, &at, "master", d->master,
				 "is not the index of another device of this namespace");
	else if (m->type != ND_TYPE__BRIDGE && m->type != ND_TYPE__EXTLINK)
		img_ck_say(ck, CK_NET_LINK, im, (int64_t)i, "master",
			   CK_ID " is %s, which is not a bridge", CK_N(d->master),
			   img_ck_str(ck, m->name));
}

static void check_peer(struct check *ck, const struct ck_image *im, size_t i,
		       const NetDeviceEntry *d)
{
	struct ck_place at = { im, i, "" };
	uint32_t ns = d->peer_nsid;
	const NetDeviceEntry *p;

	/* The peer is in a namespace outside the dump, like that of a container's veth. */
	if (!d->has_peer_nsid)
		return;
	if (ns != 0 && !img_ck_is_ns(ck, ns, CK_NS_NET)) {
		img_ck_say_value(ck, CK_ODD(CK_NET_LINK), &at, "peer_nsid", ns,
				 "is not a number of a network namespace");
		return;
	}
	if (d->type == ND_TYPE__VETH && ns != im->number && !is_numbered(ck, im->number, ns))
		img_ck_say(ck, CK_NET_LINK, im, (int64_t)i, "peer_nsid",
			   CK_ID " is not one of the nsids in netns-%" PRIu64 ".img", CK_N(ns),
			   im->number);
	if (!d->has_peer_ifindex || d->peer_ifindex == 0 || !img_ck_whole(ck, "netdev-%u.img", ns))
		return;
	p = device(ck, ns, d->peer_ifindex);
	if (p == NULL)
		img_ck_say(ck, CK_NET_LINK, im, (int64_t)i, "peer_ifindex",
			   CK_ID " is not the index of a device in netdev-%" PRIu32 ".img",
			   CK_N(d->peer_ifindex), ns);
	else if (d->type == ND_TYPE__VETH && p->type == ND_TYPE__VETH && p->has_peer_ifindex &&
		 p->peer_ifindex != d->ifindex)
		img_ck_say(ck, CK_NET_LINK, im, (int64_t)i, "peer_ifindex",
			   CK_ID " is %s, whose own peer is " CK_ID, CK_N(d->peer_ifindex),
			   img_ck_str(ck, p->name), CK_N(p->peer_ifindex));
}

void img_ck_net_link(struct check *ck)
{
	CK_EACH(ck, im, "netdev-%u.img")
		for (size_t i = 0; i < im->n; i++) {
			const NetDeviceEntry *d = im->v[i];

			check_master(ck, im, i, d);
			check_peer(ck, im, i, d);
		}
	CK_EACH(ck, net, "netns-%u.img") {
		const NetnsEntry *n = img_ck_one(net);
		struct img_map seen = { 0 };

		for (size_t i = 0; n != NULL && i < n->n_nsids; i++) {
			const NetnsId *id = n->nsids[i];

			if (!img_ck_is_ns(ck, id->target_ns_id, CK_NS_NET))
				img_ck_say(ck, CK_NET_LINK, net, 0,
					   img_ck_path(ck, "nsids[%zu].target_ns_id", i),
					   CK_ID " is not the id of a network namespace",
					   CK_N(id->target_ns_id));
			if (id->netnsid_value < 0)
				img_ck_say(ck, CK_ODD(CK_NET_LINK), net, 0,
					   img_ck_path(ck, "nsids[%zu].netnsid_value", i),
					   "%" PRId32 " is not a valid namespace number",
					   id->netnsid_value);
			else if (img_ck_count(ck, &seen, (uint64_t)(int64_t)id->netnsid_value) > 0)
				img_ck_say(ck, CK_NET_LINK, net, 0,
					   img_ck_path(ck, "nsids[%zu].netnsid_value", i),
					   "%" PRId32 " is also the number of another namespace",
					   id->netnsid_value);
		}
		img_map_free(&seen);
	}
}

/* ---- settings ---- */

/* Lists of settings: all numbers except one text. */
static const struct settings {
	const char *name;
	int text; /* which; -1: none */
} of_netns[] = { { "def_conf4", -1 }, { "all_conf4", -1 }, { "def_conf6", 35 },
		 { "all_conf6", 35 }, { "unix_conf", -1 }, { "ipv4_sysctl", 0 } },
  of_netdev[] = { { "conf4", -1 }, { "conf6", 35 } };

static void check_setting(struct check *ck, const struct ck_image *im, size_t entry,
			  const char *path, const SysctlEntry *v, bool text)
{
	if (v->type != (text ? SYSCTL_TYPE__CTL_STR : SYSCTL_TYPE__CTL_32))
		img_ck_say(ck, CK_NET_SETTING, im, (int64_t)entry, path, "is a %s, expected a %s",
			   text ? "number" : "text", text ? "text" : "number");
	/* Without either, it could not be read. */
	else if (text ? v->has_iarg : v->sarg != NULL)
		img_ck_say(ck, CK_NET_SETTING, im, (int64_t)entry, path, "%s, but its type is %s",
			   text ? "has a number" : "has a text", text ? "CTL_STR" : "CTL_32");
}

static void check_settings(struct check *ck, const struct ck_image *im, size_t entry,
			   const struct settings *list, size_t n_lists)
{
	for (size_t k = 0; k < n_lists; k++) {
		SysctlEntry *const *const *v = img_ck_field(im->v[entry], list[k].name);
		size_t n = img_ck_values(im->v[entry], list[k].name);

		for (size_t i = 0; i < n; i++)
			check_setting(ck, im, entry, img_ck_path(ck, "%s[%zu]", list[k].name, i),
				      (*v)[i], (int)i == list[k].text);
	}
}

/* A device has as many settings as the defaults of its namespace. */
static void check_device(struct check *ck, const struct ck_image *im, size_t i)
{
	const NetnsEntry *n = img_ck_one(img_ck_find(ck, "netns-%u.img", im->number));
	const NetDeviceEntry *d = im->v[i];

	check_settings(ck, im, i, of_netdev, CK_COUNT(of_netdev));
	if (n == NULL)
		return;
	if (d->n_conf4 != n->n_def_conf4)
		img_ck_say(ck, CK_NET_SETTING, im, (int64_t)i, "conf4",
			   "%zu settings, expected %zu as in its namespace", d->n_conf4,
			   n->n_def_conf4);
	if (d->n_conf6 != n->n_def_conf6)
		img_ck_say(ck, CK_NET_SETTING, im, (int64_t)i, "conf6",
			   "%zu settings, expected %zu as in its namespace", d->n_conf6,
			   n->n_def_conf6);
}

void img_ck_net_setting(struct check *ck)
{
	CK_EACH(ck, im, "netns-%u.img") {
		const NetnsEntry *n = img_ck_one(im);

		if (n == NULL)
			continue;
		check_settings(ck, im, 0, of_netns, CK_COUNT(of_netns));
		if (n->n_def_conf4 != n->n_all_conf4 || n->n_def_conf6 != n->n_all_conf6)
			img_ck_say(ck, CK_NET_SETTING, im, 0,
				   n->n_def_conf4 != n->n_all_conf4 ? "all_conf4" : "all_conf6",
				   "has another number of settings than the default (def_conf)");
	}
	CK_EACH(ck, dev, "netdev-%u.img")
		for (size_t i = 0; i < dev->n; i++)
			check_device(ck, dev, i);
}
