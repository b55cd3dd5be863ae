#include "libimg/view/sockets_columns.h"

#include "libimg/msg/linux.h"
#include "libimg/view/fds_dump.h"
#include "libimg/view/labels.h"
#include "libimg/view/text.h"

static const struct img_socket *sock_of(const void *row)
{
	return ((const struct img_sockets_row *)row)->s;
}

static void put_text(struct img_cell *c, const void *row, struct img_socket_text t)
{
	struct img_span s = img_socket_text(((const struct img_sockets_row *)row)->all, t);

	if (s.n == 0)
		return;
	img_out_put(img_cell_text(c), s.p, s.n);
	img_cell_text_end(c);
}

/* The name of a number, or the number. */
static void put_label(struct img_cell *c, const struct img_names *names, uint64_t v)
{
	const char *name = img_names_get(names, v);

	if (name != NULL)
		img_cell_str(c, name);
	else
		img_cell_uint(c, v);
}

static void put_known(struct img_cell *c, uint64_t v)
{
	if (v != 0)
		img_cell_uint(c, v);
}

static void get_netid(struct img_cell *c, const void *row)
{
	if (sock_of(row)->netid != NULL)
		img_cell_str(c, sock_of(row)->netid);
	else
		img_cell_uint(c, sock_of(row)->proto);
}

static void get_family(struct img_cell *c, const void *row)
{
	img_cell_str(c, sock_of(row)->family);
}

static void get_type(struct img_cell *c, const void *row)
{
	if (sock_of(row)->type != 0)
		put_label(c, &img_labels_socket_type, sock_of(row)->type);
}

static void get_proto(struct img_cell *c, const void *row)
{
	const struct img_socket *s = sock_of(row);

	if (s->fd.type == IMG_FD_TYPES__INETSK)
		put_label(c, &img_labels_ip_proto, s->proto);
	else if (s->fd.type == IMG_FD_TYPES__NETLINKSK)
		put_label(c, &img_labels_netlink_proto, s->proto);
	else if (s->fd.type == IMG_FD_TYPES__PACKETSK)
		put_label(c, &img_labels_ethertype, s->proto);
}

static void get_state(struct img_cell *c, const void *row)
{
	const struct img_socket *s = sock_of(row);

	if (!s->is_stateful)
		return;
	img_cell_mark(c, s->state == IMG_TCP_LISTEN        ? IMG_MARK_GOOD
			 : s->state == IMG_TCP_ESTABLISHED ? IMG_MARK_NONE
							   : IMG_MARK_NOTE);
	put_label(c, &img_labels_ss_state, s->state);
}

static void get_recvq(struct img_cell *c, const void *row)
{
	if (sock_of(row)->recvq != IMG_UNKNOWN)
		img_cell_size(c, sock_of(row)->recvq);
}

static void get_sendq(struct img_cell *c, const void *row)
{
	if (sock_of(row)->sendq != IMG_UNKNOWN)
		img_cell_size(c, sock_of(row)->sendq);
}

static void get_backlog(struct img_cell *c, const void *row)
{
	if (sock_of(row)->is_stateful && sock_of(row)->state == IMG_TCP_LISTEN)
		img_cell_uint(c, sock_of(row)->backlog);
}

static void get_local(struct img_cell *c, const void *row)
{
	put_text(c, row, sock_of(row)->local);
}

static void get_laddr(struct img_cell *c, const void *row)
{
	put_text(c, row, sock_of(row)->laddr);
}

static void get_lport(struct img_cell *c, const void *row)
{
	if (sock_of(row)->has_ports)
		img_cell_uint(c, sock_of(row)->lport);
}

static void get_peer(struct img_cell *c, const void *row)
{
	put_text(c, row, sock_of(row)->peer);
}

static void get_paddr(struct img_cell *c, const void *row)
{
	put_text(c, row, sock_of(row)->paddr);
}

static void get_pport(struct img_cell *c, const void *row)
{
	if (sock_of(row)->has_ports && sock_of(row)->connected)
		img_cell_uint(c, sock_of(row)->pport);
}

static void get_where(struct img_cell *c, const void *row)
{
	enum img_socket_where where = sock_of(row)->where;

	if (where == IMG_SOCKET_ALONE)
		return;
	img_cell_mark(c, where == IMG_SOCKET_OUTSIDE ? IMG_MARK_NOTE : IMG_MARK_NONE);
	img_cell_str(c, where == IMG_SOCKET_OUTSIDE ? "outside" : "inside");
}

static void get_path(struct img_cell *c, const void *row)
{
	const struct img_sockets_row *r = row;
	struct img_span s = img_socket_text(r->all, r->s->name);

	if (s.n > 0)
		img_cell_name(c, s.p, s.n);
}

static void get_dev(struct img_cell *c, const void *row)
{
	put_text(c, row, sock_of(row)->dev);
}

static void get_groups(struct img_cell *c, const void *row)
{
	put_text(c, row, sock_of(row)->groups);
}

static void get_shutdown(struct img_cell *c, const void *row)
{
	static const char *const ways[] = { NULL, "read", "write", "both" };
	uint64_t v = sock_of(row)->shutdown;

	if (v > 0 && v < sizeof(ways) / sizeof(ways[0]))
		img_cell_str(c, ways[v]);
}

static void get_external(struct img_cell *c, const void *row)
{
	img_cell_bool(c, sock_of(row)->external);
}

static void get_deleted(struct img_cell *c, const void *row)
{
	img_cell_bool(c, sock_of(row)->deleted);
}

static void get_id(struct img_cell *c, const void *row)
{
	img_cell_uint(c, sock_of(row)->fd.id);
}

static void get_ino(struct img_cell *c, const void *row)
{
	put_known(c, sock_of(row)->ino);
}

static void get_peerino(struct img_cell *c, const void *row)
{
	put_known(c, sock_of(row)->peer_ino);
}

static void get_netns(struct img_cell *c, const void *row)
{
	put_known(c, sock_of(row)->ns);
}

/* Most descriptors listed: each of n sockets may have as many on its other side. */
enum { HOLDERS = 64 };

/* "nginx/9801:5", or without the name. Of the n-th one; false: no more. */
static bool put_holder(struct img_cell *c, const void *row, const struct img_fd *fd, unsigned n,
		       bool named)
{
	const struct img_task *t = &((const struct img_sockets_row *)row)->ps->tasks[fd->task];
	struct img_out *o;

	if (n == HOLDERS) {
		img_cell_str(c, "...");
		return false;
	}
	o = img_cell_text(c);
	if (named && t->state != IMG_TASK_UNKNOWN) {
		img_text_str(o, t->comm);
		img_out_byte(o, '/');
	}
	img_text_fmt(o, "%u:%u", (unsigned)t->pid, (unsigned)fd->fd);
	img_cell_text_end(c);
	return true;
}

static void put_owners(struct img_cell *c, const void *row, bool named)
{
	const struct img_sockets_row *r = row;
	const struct img_fds *fds = img_desc_fds(img_sockets_desc(r->all));
	uint32_t i = img_sockets_owner(r->all);

	img_cell_list(c);
	for (unsigned n = 0; i != IMG_NO_FD && put_holder(c, row, &fds->v[i], n, named); n++)
		i = fds->v[i].next;
}

static void get_process(struct img_cell *c, const void *row)
{
	put_owners(c, row, true);
}

static void get_owners(struct img_cell *c, const void *row)
{
	put_owners(c, row, false);
}

static void get_peers(struct img_cell *c, const void *row)
{
	const struct img_sockets_row *r = row;
	struct img_desc *desc = img_sockets_desc(r->all);
	const struct img_fds *fds = img_desc_fds(desc);
	const struct img_peers *e = img_desc_peers(desc);
	struct img_peers_walk w;
	uint32_t i;

	img_cell_list(c);
	if (e == NULL)
		return;
	img_peers_begin(e, r->s->fd.file, &w);
	for (unsigned n = 0; (i = img_peers_next(e, &w)) != IMG_NO_FD; n++)
		if (!put_holder(c, row, &fds->v[i], n, true))
			return;
}

enum { USUAL = IMG_COL_DEFAULT, RIGHT = IMG_COL_RIGHT };

/* clang-format off */
const struct img_column img_sockets_columns[] = {
	{ "NETID",    USUAL,         0, "kind, as ss(8) calls it: tcp, u_str and so on", get_netid },
	{ "FAMILY",   0,             0, "inet, inet6, unix, netlink or packet", get_family },
	{ "TYPE",     0,             0, "stream, dgram, raw and so on", get_type },
	{ "PROTO",    0,             0, "protocol", get_proto },
	{ "STATE",    USUAL,         0, "state, as ss(8) calls it", get_state },
	{ "RECVQ",    USUAL | RIGHT, 0, "bytes queued for reading", get_recvq },
	{ "SENDQ",    USUAL | RIGHT, 0, "bytes queued for sending", get_sendq },
	{ "BACKLOG",  RIGHT,         0, "connections that a listening one lets wait", get_backlog },
	{ "LOCAL",    USUAL,         0, "address and port; name and inode", get_local },
	{ "LADDR",    0,             0, "address or name", get_laddr },
	{ "LPORT",    RIGHT,         0, "port", get_lport },
	{ "PEER",     USUAL,         0, "the other side, as LOCAL", get_peer },
	{ "PADDR",    0,             0, "address or name of the other side", get_paddr },
	{ "PPORT",    RIGHT,         0, "port of the other side", get_pport },
	{ "WHERE",    USUAL,         0, "is the other side inside the dump, or outside?", get_where },
	{ "PEERS",    0,             0, "descriptors on the other side, COMM/PID:FD", get_peers },
	{ "PATH",     0,             0, "name of a unix socket, byte for byte", get_path },
	{ "DEV",      0,             0, "network device to which it is bound", get_dev },
	{ "GROUPS",   0,             0, "groups of a netlink socket", get_groups },
	{ "SHUTDOWN", 0,             0, "shut for read, write or both", get_shutdown },
	{ "EXTERNAL", 0,             0, "was it dumped as an external socket?", get_external },
	{ "DELETED",  0,             0, "had it lost its name?", get_deleted },
	{ "ID",       RIGHT,         0, "number of the file in the dump", get_id },
	{ "INO",      RIGHT,         0, "inode", get_ino },
	{ "PEERINO",  RIGHT,         0, "inode of the other side, of a unix socket", get_peerino },
	{ "NETNS",    RIGHT,         0, "id of the network namespace", get_netns },
	{ "OWNERS",   0,             0, "descriptors on it, PID:FD", get_owners },
	{ "PROCESS",  USUAL,         0, "descriptors on it, COMM/PID:FD", get_process },
	{ NULL, 0, 0, NULL, NULL },
};
/* clang-format on */
