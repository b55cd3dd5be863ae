/* TCP connections: no two are the same, and if both ends are in the dump, they agree. */
#include <string.h>

#include "libimg/check/model.h"
#include "sk-inet.pb-c.h"
#include "tcp-stream.pb-c.h"

/* A connection that the kernel looks up by its addresses: neither closed nor unconnected. */
static bool is_connected(const struct check *ck, const struct ck_file *f)
{
	const InetSkEntry *s = (const void *)f->what;

	return f->type == FD_TYPES__INETSK && s != NULL &&
	       img_ck_sock_type(ck, s->type) == IMG_SOCK_STREAM && s->dst_port != 0 &&
	       s->state != IMG_TCP_CLOSE && s->state != IMG_TCP_LISTEN;
}

/* The network namespace of a socket. */
static uint32_t net_of(const struct check *ck, const InetSkEntry *s)
{
	const TaskKobjIdsEntry *ids = ck->n_tasks > 0 ? ck->tasks[0].ids : NULL;

	return s->ns_id != 0 || ids == NULL ? s->ns_id : ids->net_ns_id;
}

/* A key of the addresses of both ends, in the order of this end or of the other. */
static uint64_t key(const struct check *ck, const InetSkEntry *s, bool other)
{
	uint32_t v[4] = { net_of(ck, s), s->family, other ? s->dst_port : s->src_port,
			  other ? s->src_port : s->dst_port };
	const uint32_t *near = other ? s->dst_addr : s->src_addr;
	const uint32_t *far = other ? s->src_addr : s->dst_addr;
	size_t n_near = other ? s->n_dst_addr : s->n_src_addr;
	size_t n_far = other ? s->n_src_addr : s->n_dst_addr;

	return img_ck_key_on(
		ck, img_ck_key_on(ck, img_ck_key(ck, v, sizeof(v)), near, n_near * sizeof(*near)),
		far, n_far * sizeof(*far));
}

void img_ck_connections(struct check *ck)
{
	struct img_map seen = { 0 };

	for (uint32_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const InetSkEntry *s = (const void *)f->what;
		const char *dev;
		uint32_t *v;

		if (!is_connected(ck, f))
			continue;
		/* Two devices may have the same address. */
		dev = s->opts->so_bound_dev != NULL ? s->opts->so_bound_dev : "";
		v = img_ck_map_at(ck, &seen,
				  img_ck_key_on(ck, key(ck, s, false), dev, strlen(dev)));
		if (*v == IMG_MAP_NONE)
			*v = i;
		else
			img_ck_say_at(ck, CK_SOCKET_VALUES, &f->at, "src_port",
				      "same two ends as the connection in entry %zu",
				      ck->files[*v].at.entry);
	}
	img_map_free(&seen);
}

/* ---- both ends ---- */

static const struct ck_image *stream_of(const struct check *ck, const struct ck_file *f)
{
	const InetSkEntry *s = (const void *)f->what;

	return img_ck_find(ck, "tcp-stream-%x.img", s->ino);
}

/*
 * The sequence number that one end expects next is among those that the other has not seen
 * acknowledged: in its queue, which ends with outq_seq. SYN and FIN count as bytes.
 */
static void check_ends(struct check *ck, const struct ck_file *from, const struct ck_file *to)
{
	const struct ck_image *im = stream_of(ck, from), *peer = stream_of(ck, to);
	const TcpStreamEntry *a = img_ck_one(im), *b = img_ck_one(peer);
	const uint32_t marks = 2;
	uint32_t ahead = a != NULL && b != NULL ? a->outq_seq + marks - b->inq_seq : 0;

	if (a != NULL && b != NULL && ahead > (uint64_t)a->outq_len + 2 * marks)
		img_ck_say(ck, CK_TCP_PEER, im, 0, "outq_seq",
			   "%" PRIu32 " with %" PRIu32
			   " bytes in the queue, but the other end (%s) expects %" PRIu32,
			   a->outq_seq, a->outq_len, peer->name, b->inq_seq);
}

void img_ck_tcp_peer(struct check *ck)
{
	struct img_map ends = { 0 };

	for (uint32_t i = 0; i < ck->n_files; i++)
		if (is_connected(ck, &ck->files[i]))
			*img_ck_map_at(ck, &ends, key(ck, (const void *)ck->files[i].what, false)) =
				i;
	for (uint32_t i = 0; i < ck->n_files; i++) {
		uint32_t at =
			is_connected(ck, &ck->files[i])
				? img_map_get(&ends, key(ck, (const void *)ck->files[i].what, true))
				: IMG_MAP_NONE;

		if (at != IMG_MAP_NONE && at != i)
			check_ends(ck, &ck->files[i], &ck->files[at]);
	}
	img_map_free(&ends);
}

/* ---- ends that do not name each other ---- */

/* A key of one end: this one, or the other. */
static uint64_t end_key(const struct check *ck, const InetSkEntry *s, bool other)
{
	const uint32_t v[3] = { net_of(ck, s), s->family, other ? s->dst_port : s->src_port };
	const uint32_t *addr = other ? s->dst_addr : s->src_addr;
	size_t n = other ? s->n_dst_addr : s->n_src_addr;

	return img_ck_key_on(ck, img_ck_key(ck, v, sizeof(v)), addr, n * sizeof(*addr));
}

/* The connections whose other end is not in the dump, by their own end. */
static void learn_single(struct check *ck, struct img_map *single)
{
	struct img_map ends = { 0 };

	for (uint32_t i = 0; i < ck->n_files; i++)
		if (is_connected(ck, &ck->files[i]))
			img_ck_count(ck, &ends, key(ck, (const void *)ck->files[i].what, false));
	for (uint32_t i = 0; i < ck->n_files; i++) {
		const InetSkEntry *s = (const void *)ck->files[i].what;
		uint32_t *v;

		if (!is_connected(ck, &ck->files[i]) ||
		    img_map_get(&ends, key(ck, s, true)) != IMG_MAP_NONE)
			continue;
		v = img_ck_map_at(ck, single, end_key(ck, s, false));
		if (*v == IMG_MAP_NONE)
			*v = i;
	}
	img_map_free(&ends);
}

/* One end has been edited, or both were dumped at different times. */
void img_ck_tcp_pair(struct check *ck)
{
	struct img_map single = { 0 };

	learn_single(ck, &single);
	for (uint32_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const InetSkEntry *s = (const void *)f->what;
		uint32_t at;

		if (!is_connected(ck, f) ||
		    img_map_get(&single, end_key(ck, s, false)) == IMG_MAP_NONE)
			continue;
		at = img_map_get(&single, end_key(ck, s, true));
		if (at != IMG_MAP_NONE && at != i)
			img_ck_say_at(ck, CK_TCP_PAIR, &f->at, "dst_port",
				      "connected to the socket in entry %zu, which is connected "
				      "to another address or port",
				      ck->files[at].at.entry);
	}
	img_map_free(&single);
}
