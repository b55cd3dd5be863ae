/*
 * Files with a path, pipes, terminals, and other types that are neither sockets nor event sources.
 */
#include <linux/major.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "libimg/msg/criu.h"
#include "libimg/msg/linux.h"
#include "libimg/msg/names.h"
#include "libimg/view/fds_kind.h"
#include "libimg/view/fds_put.h"
#include "remap-file-path.pb-c.h"
#include "tty.pb-c.h"

/* ---- REG ---- */

/* The replacement of the path of a deleted file. */
struct remap {
	uint32_t type, id;
};

static bool get_remap(struct img_desc_about *a, uint32_t id, struct remap *r)
{
	struct img_pick f;

	if (img_desc_first(a->c, IMG_SIDE_REMAP, id, &f) == IMG_NO_ENTRY)
		return false;
	r->id = img_num32(&f, IMG_TAG_REMAP_FILE_PATH_ENTRY__REMAP_ID);
	r->type = img_num32(&f, IMG_TAG_REMAP_FILE_PATH_ENTRY__REMAP_TYPE);
	if (img_has(&f, IMG_TAG_REMAP_FILE_PATH_ENTRY__REMAP_TYPE))
		return true;
	/* Before CRIU 1.4 a bit distinguished ghosts from links. */
	r->type = (uint32_t)(r->id & IMG_REMAP_GHOST ? REMAP_TYPE__GHOST : REMAP_TYPE__LINKED);
	return true;
}

/* Up to CRIU 1.3 the name itself may say so, as the kernel reported it. */
static bool says_deleted(struct img_span name)
{
	static const char end[] = " (deleted)";
	size_t n = sizeof(end) - 1;

	return name.n > n && memcmp(name.p + name.n - n, end, n) == 0;
}

static void put_remap(struct img_desc_about *a, const struct remap *r)
{
	switch (r->type) {
	case REMAP_TYPE__LINKED:
		img_desc_puts(a, " (deleted, linked as");
		img_desc_put_path(a, r->id, NULL);
		img_desc_puts(a, ")");
		break;
	case REMAP_TYPE__PROCFS:
		img_desc_puts(a, " (of the dead process ");
		img_desc_putn(a, r->id);
		img_desc_puts(a, ")");
		break;
	default: img_desc_puts(a, " (deleted)");
	}
}

static void put_pos(struct img_desc_about *a, uint64_t pos)
{
	if (pos == 0)
		return;
	img_desc_puts(a, " pos ");
	img_desc_putn(a, pos);
}

static void reg_text(struct img_desc_about *a, const struct img_pick *f)
{
	uint32_t flags = img_num32(f, IMG_TAG_REG_FILE_ENTRY__FLAGS);
	uint32_t mode = img_num32(f, IMG_TAG_REG_FILE_ENTRY__MODE);
	uint64_t pos = img_num(f, IMG_TAG_REG_FILE_ENTRY__POS);
	struct img_span name = img_bytes(f, IMG_TAG_REG_FILE_ENTRY__NAME);
	bool in_name = says_deleted(name);
	struct remap remap;

	img_desc_put_span(a, name);
	if (img_num(f, IMG_TAG_REG_FILE_ENTRY__EXT) != 0)
		img_desc_puts(a, " (external)");
	if (!in_name && get_remap(a, a->fd->id, &remap))
		put_remap(a, &remap);
	if (a->what & IMG_DESC_PLACE)
		return;
	if (flags & IMG_O_PATH)
		img_desc_puts(a, " path only");
	else if (S_ISDIR(mode) || flags & IMG_O_DIRECTORY)
		img_desc_puts(a, " directory");
	else
		img_desc_put_access(a, flags);
	put_pos(a, pos);
}

static void reg_more(struct img_desc_about *a, struct img_jw *w, const struct img_pick *f)
{
	struct remap remap;

	(void)f;
	if (!get_remap(a, a->fd->id, &remap))
		return;
	IMG_JW_BOOL(w, "deleted", remap.type != REMAP_TYPE__PROCFS);
	img_desc_lookup_json(a->c, w, IMG_SIDE_REMAP, a->fd->id);
}

/* ---- pipes ---- */

static void put_pipe_peers(struct img_desc_about *a, uint32_t flags)
{
	static const char *const intro[] = { " <", " >", " <>" };
	static const char *const nobody[] = { ", no writer", ", no reader", "" };
	const struct img_peers *e = img_desc_peers(a->c);
	unsigned mode = flags & 3;

	if (mode > 2 || e == NULL)
		return;
	if (img_peers_count(e, a->fd->file) == 0)
		img_desc_puts(a, nobody[mode]);
	else
		img_desc_put_peers(a, intro[mode]);
}

static void pipe_text(struct img_desc_about *a, const struct img_pick *f)
{
	uint32_t flags = img_num32(f, IMG_TAG_PIPE_ENTRY__FLAGS);

	img_desc_puts(a, "pipe[");
	img_desc_putn(a, img_num(f, IMG_TAG_PIPE_ENTRY__PIPE_ID));
	img_desc_puts(a, "]");
	img_desc_put_access(a, flags);
	put_pipe_peers(a, flags);
}

static bool pipe_queued(struct img_desc_about *a, const struct img_pick *f, uint64_t q[2])
{
	img_desc_sum(a->c, IMG_SIDE_PIPES_DATA, img_num(f, IMG_TAG_PIPE_ENTRY__PIPE_ID),
		     IMG_TAG_PIPE_DATA_ENTRY__BYTES, &q[0]);
	return true;
}

/* Up to CRIU 3.5 the path has the same id. */
static uint32_t fifo_reg(const struct img_pick *f)
{
	return img_num32(f, img_has(f, IMG_TAG_FIFO_ENTRY__REGF_ID) ? IMG_TAG_FIFO_ENTRY__REGF_ID
								    : IMG_TAG_FIFO_ENTRY__ID);
}

static void fifo_text(struct img_desc_about *a, const struct img_pick *f)
{
	uint32_t flags = 3, id = fifo_reg(f);
	struct remap remap;

	img_desc_puts(a, "fifo[");
	img_desc_putn(a, img_num(f, IMG_TAG_FIFO_ENTRY__PIPE_ID));
	img_desc_puts(a, "]");
	img_desc_put_path(a, id, &flags);
	if (get_remap(a, id, &remap))
		put_remap(a, &remap);
	img_desc_put_access(a, flags);
	put_pipe_peers(a, flags);
}

static void put_json_path(struct img_desc_about *a, struct img_jw *w, uint32_t id)
{
	struct img_span name;
	bool deleted;

	if (!img_desc_path(a->c, id, &name, &deleted))
		return;
	IMG_JW_TEXT(w, "path", name.p, name.n);
	if (!deleted)
		return;
	IMG_JW_BOOL(w, "deleted", true);
}

static void fifo_more(struct img_desc_about *a, struct img_jw *w, const struct img_pick *f)
{
	put_json_path(a, w, fifo_reg(f));
}

static bool fifo_queued(struct img_desc_about *a, const struct img_pick *f, uint64_t q[2])
{
	img_desc_sum(a->c, IMG_SIDE_FIFO_DATA, img_num(f, IMG_TAG_FIFO_ENTRY__PIPE_ID),
		     IMG_TAG_PIPE_DATA_ENTRY__BYTES, &q[0]);
	return true;
}

/* ---- terminals ---- */

static const char *const tty_drivers[] = {
	[TTY_TYPE__UNKNOWN] = "tty",   [TTY_TYPE__PTY] = "pts",   [TTY_TYPE__CONSOLE] = "console",
	[TTY_TYPE__VT] = "vt",         [TTY_TYPE__CTTY] = "ctty", [TTY_TYPE__EXT_TTY] = "external",
	[TTY_TYPE__SERIAL] = "serial",
};

static void put_tty_info(struct img_desc_about *a, const struct img_pick *f)
{
	uint32_t type = img_num32(f, IMG_TAG_TTY_INFO_ENTRY__TYPE);
	uint32_t rdev = img_num32(f, IMG_TAG_TTY_INFO_ENTRY__RDEV);
	bool master = (major(rdev) == TTYAUX_MAJOR && minor(rdev) == IMG_PTMX_MINOR) ||
		      major(rdev) == PTY_MASTER_MAJOR;
	struct img_pick pty;
	struct img_err err;

	if (type >= sizeof(tty_drivers) / sizeof(tty_drivers[0]))
		type = TTY_TYPE__UNKNOWN;
	img_desc_puts(a, " ");
	img_desc_puts(a, type == TTY_TYPE__PTY && master ? "ptmx" : tty_drivers[type]);
	img_desc_puts(a, " ");
	if (img_pick_sub(&pty, f, IMG_TAG_TTY_INFO_ENTRY__PTY, &img_msg_tty_pty_entry, &err) > 0)
		img_desc_putn(a, img_num(&pty, IMG_TAG_TTY_PTY_ENTRY__INDEX));
	else
		img_text_fmt(a->o, "%u:%u", major(rdev), minor(rdev));
}

static void put_tty_use(struct img_desc_about *a, const struct img_pick *f)
{
	struct img_pick ws;
	struct img_err err;

	if (img_pick_sub(&ws, f, IMG_TAG_TTY_INFO_ENTRY__WINSIZE, &img_msg_winsize_entry, &err) > 0)
		img_text_fmt(a->o, " %ux%u", img_num32(&ws, IMG_TAG_WINSIZE_ENTRY__WS_COL),
			     img_num32(&ws, IMG_TAG_WINSIZE_ENTRY__WS_ROW));
	if (img_num(f, IMG_TAG_TTY_INFO_ENTRY__SID) != 0)
		img_text_fmt(a->o, " sid %u pgrp %u", img_num32(f, IMG_TAG_TTY_INFO_ENTRY__SID),
			     img_num32(f, IMG_TAG_TTY_INFO_ENTRY__PGRP));
}

/* Up to CRIU 3.5 the path has the same id; an external terminal may have none. */
static uint32_t tty_reg(const struct img_pick *f)
{
	return img_num32(f, img_has(f, IMG_TAG_TTY_FILE_ENTRY__REGF_ID)
				    ? IMG_TAG_TTY_FILE_ENTRY__REGF_ID
				    : IMG_TAG_TTY_FILE_ENTRY__ID);
}

static void tty_text(struct img_desc_about *a, const struct img_pick *f)
{
	uint32_t id = img_num32(f, IMG_TAG_TTY_FILE_ENTRY__TTY_INFO_ID);
	uint32_t flags = img_num32(f, IMG_TAG_TTY_FILE_ENTRY__FLAGS), reg = tty_reg(f);
	struct img_pick info;
	bool known = img_desc_first(a->c, IMG_SIDE_TTY_INFO, id, &info) != IMG_NO_ENTRY;

	img_desc_puts(a, "tty");
	if (known)
		put_tty_info(a, &info);
	else
		img_desc_lookup_lost(a->c, IMG_SIDE_TTY_INFO, id);
	img_desc_put_path(a, reg, NULL);
	img_desc_put_access(a, flags);
	if (known)
		put_tty_use(a, &info);
}

static void tty_more(struct img_desc_about *a, struct img_jw *w, const struct img_pick *f)
{
	uint32_t reg = tty_reg(f);

	img_desc_lookup_json(a->c, w, IMG_SIDE_TTY_INFO,
			     img_num(f, IMG_TAG_TTY_FILE_ENTRY__TTY_INFO_ID));
	put_json_path(a, w, reg);
}

static bool tty_queued(struct img_desc_about *a, const struct img_pick *f, uint64_t q[2])
{
	img_desc_sum(a->c, IMG_SIDE_TTY_DATA, img_num(f, IMG_TAG_TTY_FILE_ENTRY__TTY_INFO_ID),
		     IMG_TAG_TTY_DATA_ENTRY__DATA, &q[0]);
	return true;
}

/* ---- others ---- */

/* The device node has the same id. */
static uint32_t tun_reg(const struct img_pick *f)
{
	return img_num32(f, IMG_TAG_TUNFILE_ENTRY__ID);
}

static void tun_text(struct img_desc_about *a, const struct img_pick *f)
{
	struct img_span dev = img_bytes(f, IMG_TAG_TUNFILE_ENTRY__NETDEV);
	uint32_t id = tun_reg(f);

	img_desc_puts(a, "tun ");
	if (dev.n > 0)
		img_desc_put_span(a, dev);
	else
		img_desc_puts(a, "(no device)");
	if (img_num(f, IMG_TAG_TUNFILE_ENTRY__DETACHED) != 0)
		img_desc_puts(a, " detached");
	img_desc_put_path(a, id, NULL);
}

static void tun_more(struct img_desc_about *a, struct img_jw *w, const struct img_pick *f)
{
	put_json_path(a, w, tun_reg(f));
}

static void memfd_text(struct img_desc_about *a, const struct img_pick *f)
{
	uint64_t inode = img_num(f, IMG_TAG_MEMFD_FILE_ENTRY__INODE_ID);
	uint32_t seals;
	struct img_pick i;

	img_desc_puts(a, "memfd:");
	if (img_desc_first(a->c, IMG_SIDE_MEMFD, inode, &i) == IMG_NO_ENTRY) {
		img_desc_puts(a, " inode ");
		img_desc_putn(a, inode);
		img_desc_lookup_lost(a->c, IMG_SIDE_MEMFD, inode);
	} else {
		img_desc_put_span(a, img_bytes(&i, IMG_TAG_MEMFD_INODE_ENTRY__NAME));
		img_desc_puts(a, " size ");
		img_desc_putn(a, img_num(&i, IMG_TAG_MEMFD_INODE_ENTRY__SIZE));
		seals = img_num32(&i, IMG_TAG_MEMFD_INODE_ENTRY__SEALS);
		if (seals != 0) {
			img_desc_puts(a, " seals ");
			img_text_bits(a->o, &img_names_seals_flags, seals, "|");
		}
		if (img_num(&i, IMG_TAG_MEMFD_INODE_ENTRY__HUGETLB_FLAG) != 0)
			img_desc_puts(a, " hugetlb");
	}
	img_desc_put_access(a, img_num32(f, IMG_TAG_MEMFD_FILE_ENTRY__FLAGS));
	put_pos(a, img_num(f, IMG_TAG_MEMFD_FILE_ENTRY__POS));
}

static void memfd_more(struct img_desc_about *a, struct img_jw *w, const struct img_pick *f)
{
	img_desc_lookup_json(a->c, w, IMG_SIDE_MEMFD,
			     img_num(f, IMG_TAG_MEMFD_FILE_ENTRY__INODE_ID));
}

static void ns_text(struct img_desc_about *a, const struct img_pick *f)
{
	img_desc_puts(a, "ns ");
	img_desc_put_label(a, &img_labels_ns, img_num(f, IMG_TAG_NS_FILE_ENTRY__NS_CFLAG));
	img_desc_puts(a, " id ");
	img_desc_putn(a, img_num(f, IMG_TAG_NS_FILE_ENTRY__NS_ID));
}

static void pidfd_text(struct img_desc_about *a, const struct img_pick *f)
{
	int32_t pid = (int32_t)img_num(f, IMG_TAG_PIDFD_ENTRY__NSPID);

	if (pid > 0) {
		img_desc_puts(a, "pidfd ");
		img_desc_putn(a, (uint32_t)pid);
	} else {
		img_desc_puts(a, "pidfd of a dead process, inode ");
		img_desc_putn(a, img_num(f, IMG_TAG_PIDFD_ENTRY__INO));
	}
}

static void bpf_text(struct img_desc_about *a, const struct img_pick *f)
{
	img_desc_puts(a, "bpf ");
	img_desc_put_label(a, &img_labels_bpf_map, img_num(f, IMG_TAG_BPFMAP_FILE_ENTRY__MAP_TYPE));
	img_desc_puts(a, " ");
	img_desc_put_span(a, img_bytes(f, IMG_TAG_BPFMAP_FILE_ENTRY__MAP_NAME));
	img_text_fmt(a->o, " id %u key %u value %u entries %u",
		     img_num32(f, IMG_TAG_BPFMAP_FILE_ENTRY__MAP_ID),
		     img_num32(f, IMG_TAG_BPFMAP_FILE_ENTRY__KEY_SIZE),
		     img_num32(f, IMG_TAG_BPFMAP_FILE_ENTRY__VALUE_SIZE),
		     img_num32(f, IMG_TAG_BPFMAP_FILE_ENTRY__MAX_ENTRIES));
	if (img_num(f, IMG_TAG_BPFMAP_FILE_ENTRY__FROZEN) != 0)
		img_desc_puts(a, " frozen");
}

static void ext_text(struct img_desc_about *a, const struct img_pick *f)
{
	img_desc_puts(a, "ext[");
	img_desc_putn(a, img_num(f, IMG_TAG_EXT_FILE_ENTRY__ID));
	img_desc_puts(a, "] restored by a plugin");
}

/* clang-format off */
const struct img_desc_kind img_desc_files_kinds[] = {
	{ .type = FD_TYPES__REG, .flags = IMG_TAG_REG_FILE_ENTRY__FLAGS,
	  .text = reg_text, .more = reg_more },
	{ .type = FD_TYPES__PIPE, .flags = IMG_TAG_PIPE_ENTRY__FLAGS,
	  .text = pipe_text, .queued = pipe_queued },
	{ .type = FD_TYPES__FIFO, .reg = fifo_reg,
	  .text = fifo_text, .more = fifo_more, .queued = fifo_queued },
	{ .type = FD_TYPES__TTY, .flags = IMG_TAG_TTY_FILE_ENTRY__FLAGS,
	  .text = tty_text, .more = tty_more, .queued = tty_queued },
	{ .type = FD_TYPES__TUNF, .reg = tun_reg,
	  .text = tun_text, .more = tun_more },
	{ .type = FD_TYPES__MEMFD, .flags = IMG_TAG_MEMFD_FILE_ENTRY__FLAGS,
	  .text = memfd_text, .more = memfd_more },
	{ .type = FD_TYPES__NS, .flags = IMG_TAG_NS_FILE_ENTRY__FLAGS, .text = ns_text },
	{ .type = FD_TYPES__PIDFD, .flags = IMG_TAG_PIDFD_ENTRY__FLAGS, .text = pidfd_text },
	{ .type = FD_TYPES__BPFMAP, .flags = IMG_TAG_BPFMAP_FILE_ENTRY__FLAGS, .text = bpf_text },
	{ .type = FD_TYPES__EXT, .text = ext_text },
	{ .text = NULL },
};
/* clang-format on */
