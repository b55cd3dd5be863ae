#include <inttypes.h>
#include <string.h>

#include "fdinfo.pb-c.h"
#include "libimg/host/gather.h"
#include "libimg/msg/criu.h"
#include "libimg/msg/linux.h"
#include "netdev.pb-c.h"
#include "pidns.pb-c.h"

/* What criu must be told at a restore, since no image says it. */

static void need(struct img_gather *g, const char *option, const char *image, uint64_t entry)
{
	img_gather_plain(g, IMG_NEED_OPTION, option, image, entry);
}

/* The leader of a session that is not in the dump: a shell. */
static void shell(struct img_gather *g)
{
	const struct img_task *root = &g->ps->tasks[g->ps->root];

	if (root->sid != root->pid && !g->own_pid)
		need(g, "--shell-job", "pstree.img", g->ps->root);
}

static bool is_connected(uint32_t state)
{
	return state != IMG_TCP_LISTEN && state != IMG_TCP_CLOSE && state != 0;
}

/* The first connection stands for all. */
static void connections(struct img_gather *g)
{
	uint32_t n = g->files != NULL ? img_files_count(g->files) : 0;

	if (g->inv != NULL && g->inv->tcp_close) {
		need(g, "--tcp-close", "inventory.img", 0);
		return;
	}
	for (uint32_t i = 0; i < n && !g->failed; i++) {
		struct img_gather_file at;
		struct img_pick f;

		img_gather_file_at(g, i, &at);
		if (at.type != FD_TYPES__INETSK || !img_gather_file(g, i, &f) ||
		    img_num(&f, IMG_TAG_INET_SK_ENTRY__PROTO) != 6 /* IPPROTO_TCP */ ||
		    !is_connected(img_num32(&f, IMG_TAG_INET_SK_ENTRY__STATE)))
			continue;
		need(g, "--tcp-established", at.image, at.entry);
		return;
	}
}

static void external_net(struct img_gather *g, const char *image, uint64_t nr, uint64_t entry,
			 const void *msg)
{
	const NetnsEntry *e = msg;

	(void)nr;
	if (e->ext_key != NULL && e->ext_key[0] != '\0')
		need(g, img_gather_text(g, "--inherit-fd fd[N]:%s", e->ext_key), image, entry);
}

static void external_pid(struct img_gather *g, const char *image, uint64_t nr, uint64_t entry,
			 const void *msg)
{
	const PidnsEntry *e = msg;

	(void)nr;
	if (e->ext_key != NULL && e->ext_key[0] != '\0')
		need(g, img_gather_text(g, "--inherit-fd fd[N]:%s", e->ext_key), image, entry);
}

/* Devices of which the other side is outside. */
static void device(struct img_gather *g, const char *image, uint64_t nr, uint64_t entry,
		   const void *msg)
{
	const NetDeviceEntry *e = msg;

	(void)nr;
	if (e->type == ND_TYPE__MACVLAN)
		need(g, img_gather_text(g, "--external macvlan[%s]:OUTER", e->name), image, entry);
	else if (e->type == ND_TYPE__VETH && !e->has_peer_nsid)
		need(g, img_gather_text(g, "--external veth[%s]:OUTER", e->name), image, entry);
}

static void each(struct img_gather *g, const char *pattern, img_gather_fn *fn)
{
	uint64_t number;
	size_t i = 0;

	while (!g->failed && img_gather_next(g, pattern, &i, &number) != NULL)
		img_gather_image(g, pattern, number, fn);
}

void img_need_options(struct img_gather *g)
{
	if (g->ps != NULL && g->ps->n > 0)
		shell(g);
	connections(g);
	each(g, "netns-%u.img", external_net);
	each(g, "pidns-%u.img", external_pid);
	each(g, "netdev-%u.img", device);
}
