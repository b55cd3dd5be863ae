#include "libimg/view/fds_dump.h"

#include <byteswap.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fdinfo.pb-c.h"
#include "libimg/dump/arch.h"

const struct img_desc_lookup_row img_desc_lookups[] = {
	[IMG_SIDE_REMAP] = { "remap-fpath.img", IMG_TAG_REMAP_FILE_PATH_ENTRY__ORIG_ID, "remap",
			     false },
	[IMG_SIDE_MEMFD] = { "memfd.img", IMG_TAG_MEMFD_INODE_ENTRY__INODE_ID, "inode", false },
	[IMG_SIDE_TTY_INFO] = { "tty-info.img", IMG_TAG_TTY_INFO_ENTRY__ID, "info", false },
	[IMG_SIDE_TTY_DATA] = { "tty-data.img", IMG_TAG_TTY_DATA_ENTRY__TTY_ID, NULL, false },
	[IMG_SIDE_PIPES_DATA] = { "pipes-data.img", IMG_TAG_PIPE_DATA_ENTRY__PIPE_ID, NULL, false },
	[IMG_SIDE_FIFO_DATA] = { "fifo-data.img", IMG_TAG_PIPE_DATA_ENTRY__PIPE_ID, NULL, false },
	[IMG_SIDE_SK_QUEUES] = { "sk-queues.img", IMG_TAG_SK_PACKET_ENTRY__ID_FOR, NULL, false },
	[IMG_SIDE_EPOLL] = { "eventpoll-tfd.img", IMG_TAG_EVENTPOLL_TFD_ENTRY__ID, "tfd", true },
	[IMG_SIDE_INOTIFY] = { "inotify-wd.img", IMG_TAG_INOTIFY_WD_ENTRY__ID, "wd", true },
	[IMG_SIDE_FANOTIFY] = { "fanotify-mark.img", IMG_TAG_FANOTIFY_MARK_ENTRY__ID, "mark",
				true },
};

struct img_desc *img_desc_new(struct img_dir *dir, struct img_ps *ps,
			      const struct img_report *report)
{
	struct img_desc *c = img_calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->dir = dir;
	c->ps = ps;
	c->report = report;
	return c;
}

void img_desc_free(struct img_desc *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < IMG_SIDES; i++)
		img_lookup_free(c->sides[i]);
	img_lookup_free(c->netdev);
	img_peers_free(c->ends);
	img_fds_free(c->fds);
	img_files_close(c->files);
	img_out_free(c->line_out);
	img_buf_free(&c->line);
	img_map_free(&c->reported);
	img_free(c);
}

void img_desc_no_memory(struct img_desc *c)
{
	struct img_err err;

	img_fail_mem(&err);
	img_report(c->report, &err);
}

struct img_files *img_desc_files(struct img_desc *c)
{
	struct img_err err;

	if (c->asked_files)
		return c->files;
	c->asked_files = true;
	if (img_files_open(c->dir, &c->files, &err) < 0) {
		img_report(c->report, &err);
		c->lost = true; /* this is the reason */
	}
	return c->files;
}

const struct img_fds *img_desc_fds(struct img_desc *c)
{
	if (c->asked_fds)
		return c->fds;
	c->asked_fds = true;
	c->fds = img_fds_read(c->dir, c->ps, img_desc_files(c), c->report);
	if (c->fds == NULL)
		img_desc_no_memory(c);
	return c->fds;
}

const struct img_peers *img_desc_peers(struct img_desc *c)
{
	if (c->asked_ends)
		return c->ends;
	c->asked_ends = true;
	if (img_desc_fds(c) == NULL)
		return NULL;
	c->reads++;
	c->ends = img_peers_read(c->files, c->fds, img_desc_mips(c), c->report);
	if (c->ends == NULL)
		img_desc_no_memory(c);
	return c->ends;
}

static const struct img_lookup *side(struct img_desc *c, enum img_desc_lookup i)
{
	if (c->sides[i] == NULL)
		c->sides[i] = img_lookup_read(c->dir, img_desc_lookups[i].pattern, 0,
					      img_desc_lookups[i].key, c->report);
	if (c->sides[i] == NULL)
		img_desc_no_memory(c);
	return c->sides[i];
}

void img_desc_lookup_lost(struct img_desc *c, enum img_desc_lookup i, uint64_t key)
{
	struct img_image *im;
	struct img_err err;
	int r;

	/* Without memory for the table nothing is known, and that was reported. */
	if (c->side_lost[i] || c->sides[i] == NULL || img_lookup_unread(c->sides[i]))
		return;
	c->side_lost[i] = true;
	r = img_image_open(c->dir, img_desc_lookups[i].pattern, 0, &im, &err);
	if (r < 0) {
		/* What is wrong with the image itself was reported when it was read. */
		if (err.kind == IMG_ESYS)
			img_report(c->report, &err);
		return;
	}
	img_image_absent(c->dir, img_desc_lookups[i].pattern, 0, &err);
	if (r > 0) {
		img_image_close(im);
		snprintf(err.what, sizeof(err.what),
			 "entry %" PRIu64 ", to which files.img refers, is missing", key);
	}
	img_report(c->report, &err);
}

void img_desc_lookup_damaged(struct img_desc *c, enum img_desc_lookup i, struct img_err *err)
{
	struct img_err named;

	if (c->side_lost[i])
		return;
	c->side_lost[i] = true;
	img_image_absent(c->dir, img_desc_lookups[i].pattern, 0, &named);
	memcpy(err->file, named.file, sizeof(err->file));
	err->off = IMG_NOWHERE; /* of the kept copy */
	img_report(c->report, err);
}

uint32_t img_desc_first(struct img_desc *c, enum img_desc_lookup i, uint64_t key,
			struct img_pick *f)
{
	const struct img_lookup *s = side(c, i);
	uint32_t entry = s != NULL ? img_lookup_first(s, key) : IMG_NO_ENTRY;

	if (entry != IMG_NO_ENTRY)
		img_lookup_pick(s, entry, f);
	return entry;
}

uint32_t img_desc_next(struct img_desc *c, enum img_desc_lookup i, uint32_t entry,
		       struct img_pick *f)
{
	entry = img_lookup_next(c->sides[i], entry);
	if (entry != IMG_NO_ENTRY)
		img_lookup_pick(c->sides[i], entry, f);
	return entry;
}

bool img_desc_sum(struct img_desc *c, enum img_desc_lookup i, uint64_t key, unsigned tag,
		  uint64_t *sum)
{
	struct img_pick f;
	uint32_t e = img_desc_first(c, i, key, &f);

	*sum = 0;
	if (e == IMG_NO_ENTRY)
		return false;
	/* Of bytes, the length counts: a pick has it as their value. */
	for (; e != IMG_NO_ENTRY; e = img_desc_next(c, i, e, &f))
		*sum += img_num(&f, tag);
	return true;
}

/* The network namespace of the root task, which is the default of a socket. */
static uint32_t root_ns(struct img_desc *c)
{
	struct img_image *im;
	struct img_pick f;
	struct img_err err;

	if (!c->asked_root_ns && c->ps->root != IMG_NO_TASK &&
	    img_image_pick(c->dir, "ids-%u.img", c->ps->tasks[c->ps->root].pid, &im, &f, &err) >
		    0) {
		c->root_ns = img_num32(&f, IMG_TAG_TASK_KOBJ_IDS_ENTRY__NET_NS_ID);
		img_image_close(im);
	}
	c->asked_root_ns = true;
	return c->root_ns;
}

struct img_span img_desc_ifname(struct img_desc *c, uint32_t ns, uint32_t ifindex)
{
	struct img_span none = { (const uint8_t *)"", 0, 0 };
	struct img_pick f;
	uint32_t e;

	ns = ns != 0 ? ns : root_ns(c);
	if (c->netdev == NULL || c->netdev_ns != ns) {
		img_lookup_free(c->netdev);
		c->netdev = img_lookup_read(c->dir, "netdev-%u.img", ns,
					    IMG_TAG_NET_DEVICE_ENTRY__IFINDEX, c->report);
		c->netdev_ns = ns;
	}
	if (c->netdev == NULL) {
		img_desc_no_memory(c);
		return none;
	}
	e = img_lookup_first(c->netdev, ifindex);
	if (e == IMG_NO_ENTRY)
		return none;
	img_lookup_pick(c->netdev, e, &f);
	return img_bytes(&f, IMG_TAG_NET_DEVICE_ENTRY__NAME);
}

uint16_t img_desc_net16(struct img_desc_about *a, uint64_t v)
{
	return img_files_big(a->c->files, a->fd->file) ? (uint16_t)v : bswap_16((uint16_t)v);
}

bool img_desc_mips(struct img_desc *c)
{
	if (!c->asked_mips)
		c->mips = img_dump_is_mips(c->dir, c->ps);
	c->asked_mips = true;
	return c->mips;
}

bool img_desc_tcp_queues(struct img_desc *c, uint32_t ino, uint64_t q[2])
{
	struct img_image *im;
	struct img_pick f;
	struct img_err err;
	int r = img_image_pick(c->dir, "tcp-stream-%x.img", ino, &im, &f, &err);

	if (r < 0)
		img_report(c->report, &err);
	if (r <= 0)
		return false;
	q[0] = img_num(&f, IMG_TAG_TCP_STREAM_ENTRY__INQ_LEN);
	q[1] = img_num(&f, IMG_TAG_TCP_STREAM_ENTRY__OUTQ_LEN);
	img_image_close(im);
	return true;
}

/* Report a file that several tasks have only once. */
static bool first_time(struct img_desc *c, uint32_t file)
{
	uint32_t *reported = img_map_at(&c->reported, file);

	if (reported == NULL || *reported != IMG_MAP_NONE)
		return reported == NULL;
	*reported = 1;
	return true;
}

void img_desc_damaged(struct img_desc *c, uint32_t file, struct img_err *err)
{
	if (!first_time(c, file))
		return;
	img_files_fail(c->files, file, err);
	img_report(c->report, err);
}

bool img_desc_sub(struct img_desc_about *a, const struct img_pick *f, unsigned tag,
		  const struct img_msg *m, struct img_pick *sub)
{
	struct img_err err;
	int r = img_pick_sub(sub, f, tag, m, &err);

	if (r < 0)
		img_desc_damaged(a->c, a->fd->file, &err);
	return r > 0;
}

const char *img_desc_type(uint32_t type)
{
	const ProtobufCEnumValue *v =
		protobuf_c_enum_descriptor_get_value(&img_pb_fd_types__descriptor, (int)type);

	return v != NULL ? v->name : NULL;
}

void img_desc_lost(struct img_desc *c, const struct img_fd *fd)
{
	struct img_err err;

	if (c->lost)
		return;
	c->lost = true;
	img_image_absent(c->dir, "files.img", 0, &err);
	if (c->files != NULL)
		snprintf(err.what, sizeof(err.what),
			 "files in use are missing in the dump; the first is %s %" PRIu32,
			 img_desc_type(fd->type) != NULL ? img_desc_type(fd->type) : "unknown type",
			 fd->id);
	img_report(c->report, &err);
}

bool img_desc_payload(struct img_desc *c, uint32_t file, const struct img_msg **m,
		      struct img_pick *f)
{
	struct img_span body;
	struct img_err err;
	int r;

	if (file == IMG_NO_FILE)
		return false;
	c->reads++;
	r = img_files_payload(c->files, file, m, &body, &err);
	if (r > 0 && img_pick(f, *m, body, &err) < 0)
		r = -1;
	if (r < 0)
		img_desc_damaged(c, file, &err);
	return r > 0;
}

struct img_fd img_desc_file(struct img_desc *c, uint32_t type, uint32_t id)
{
	struct img_files *files = img_desc_files(c);
	uint32_t file = files != NULL ? img_files_index(files, type, id) : IMG_NO_FILE;

	return (struct img_fd){ .type = type, .id = id, .file = file };
}

int img_desc_path(struct img_desc *c, uint32_t id, struct img_span *name, bool *deleted)
{
	struct img_fd fd = img_desc_file(c, FD_TYPES__REG, id);
	struct img_pick f, remap;
	const struct img_msg *m;

	*deleted = img_desc_first(c, IMG_SIDE_REMAP, id, &remap) != IMG_NO_ENTRY;
	if (!img_desc_payload(c, fd.file, &m, &f))
		return 0;
	*name = img_bytes(&f, IMG_TAG_REG_FILE_ENTRY__NAME);
	return 1;
}

int img_desc_memfd(struct img_desc *c, uint32_t id, struct img_pick *f)
{
	struct img_fd fd = img_desc_file(c, FD_TYPES__MEMFD, id);
	const struct img_msg *m;
	struct img_pick file;
	uint64_t inode;

	if (!img_desc_payload(c, fd.file, &m, &file))
		return 0;
	inode = img_num(&file, IMG_TAG_MEMFD_FILE_ENTRY__INODE_ID);
	if (img_desc_first(c, IMG_SIDE_MEMFD, inode, f) != IMG_NO_ENTRY)
		return 1;
	img_desc_lookup_lost(c, IMG_SIDE_MEMFD, inode);
	return 0;
}
