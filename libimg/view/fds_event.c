/* Descriptors that wait for events: eventfd, epoll, signals, timers, file watches. */
#include <inttypes.h>
#include <stdio.h>
#include <sys/epoll.h>

#include "libimg/msg/linux.h"
#include "libimg/view/fds_kind.h"
#include "libimg/view/fds_put.h"

/*
 * The entries of a list: those inside the message f, or, if it has none, those that CRIU before
 * 1.4 put into their own image. They are counted, and a few are shown.
 */
static void put_list(struct img_desc_about *a, const struct img_pick *f, unsigned tag,
		     const struct img_msg *m, enum img_desc_lookup side,
		     void (*put)(struct img_desc_about *a, const struct img_pick *e))
{
	struct img_each it;
	struct img_span body;
	struct img_pick e;
	struct img_err err;
	size_t n = 0;

	img_each_begin(&it, f, tag);
	while (img_each_bytes(&it, &body)) {
		if (img_pick(&e, m, body, &err) < 0)
			img_desc_damaged(a->c, a->fd->file, &err);
		else if (n++ < IMG_DESC_LIST)
			put(a, &e);
	}
	if (n == 0)
		for (uint32_t i = img_desc_first(a->c, side, a->fd->id, &e); i != IMG_NO_ENTRY;
		     i = img_desc_next(a->c, side, i, &e))
			if (n++ < IMG_DESC_LIST)
				put(a, &e);
	if (n > IMG_DESC_LIST)
		img_text_fmt(a->o, " +%zu", n - IMG_DESC_LIST);
	if (n == 0)
		img_desc_puts(a, " nothing");
}

/* ---- EVENTFD, EVENTPOLL ---- */

static void eventfd_text(struct img_desc_about *a, const struct img_pick *f)
{
	img_desc_puts(a, "eventfd count ");
	img_desc_putn(a, img_num(f, IMG_TAG_EVENTFD_FILE_ENTRY__COUNTER));
}

enum { EPOLL_ALWAYS = EPOLLERR | EPOLLHUP }; /* ERR and HUP: reported whether requested or not */

static void put_tfd(struct img_desc_about *a, const struct img_pick *e)
{
	uint32_t events = img_num32(e, IMG_TAG_EVENTPOLL_TFD_ENTRY__EVENTS);

	img_desc_puts(a, " ");
	img_desc_putn(a, img_num(e, IMG_TAG_EVENTPOLL_TFD_ENTRY__TFD));
	img_desc_puts(a, " (");
	if ((events & ~(uint32_t)EPOLL_ALWAYS) != 0)
		events &= ~(uint32_t)EPOLL_ALWAYS;
	img_text_bits(a->o, &img_labels_epoll, events, "|");
	img_desc_puts(a, ")");
}

static void eventpoll_text(struct img_desc_about *a, const struct img_pick *f)
{
	img_desc_puts(a, "eventpoll watches");
	put_list(a, f, IMG_TAG_EVENTPOLL_FILE_ENTRY__TFD, &img_msg_eventpoll_tfd_entry,
		 IMG_SIDE_EPOLL, put_tfd);
}

static void eventpoll_more(struct img_desc_about *a, struct img_jw *w, const struct img_pick *f)
{
	if (!img_has(f, IMG_TAG_EVENTPOLL_FILE_ENTRY__TFD))
		img_desc_lookup_json(a->c, w, IMG_SIDE_EPOLL, a->fd->id);
}

/* ---- INOTIFY, FANOTIFY ---- */

/* A path, if CRIU found one, else a device and an inode. */
static void put_place(struct img_desc_about *a, const struct img_pick *e, unsigned handle,
		      uint32_t dev, uint64_t ino)
{
	struct img_pick fh;
	struct img_span path = { NULL, 0, 0 };

	if (img_desc_sub(a, e, handle, &img_msg_fh_entry, &fh))
		path = img_bytes(&fh, IMG_TAG_FH_ENTRY__PATH);
	if (path.n > 0)
		img_desc_put_span(a, path);
	else
		img_text_fmt(a->o, "dev %u:%u inode %" PRIu64, dev >> IMG_MINOR_BITS,
			     dev & ((1u << IMG_MINOR_BITS) - 1), ino);
}

static void put_mask(struct img_desc_about *a, const struct img_names *names, uint32_t mask,
		     uint32_t ignored)
{
	img_desc_puts(a, " (");
	img_text_bits(a->o, names, mask, "|");
	if (ignored != 0) {
		img_desc_puts(a, " but ");
		img_text_bits(a->o, names, ignored, "|");
	}
	img_desc_puts(a, ")");
}

static void put_wd(struct img_desc_about *a, const struct img_pick *e)
{
	img_desc_puts(a, " ");
	img_desc_putn(a, img_num(e, IMG_TAG_INOTIFY_WD_ENTRY__WD));
	img_desc_puts(a, ":");
	put_place(a, e, IMG_TAG_INOTIFY_WD_ENTRY__F_HANDLE,
		  img_num32(e, IMG_TAG_INOTIFY_WD_ENTRY__S_DEV),
		  img_num(e, IMG_TAG_INOTIFY_WD_ENTRY__I_INO));
	put_mask(a, &img_labels_inotify, img_num32(e, IMG_TAG_INOTIFY_WD_ENTRY__MASK),
		 img_num32(e, IMG_TAG_INOTIFY_WD_ENTRY__IGNORED_MASK));
}

static void inotify_text(struct img_desc_about *a, const struct img_pick *f)
{
	img_desc_puts(a, "inotify watches");
	put_list(a, f, IMG_TAG_INOTIFY_FILE_ENTRY__WD, &img_msg_inotify_wd_entry, IMG_SIDE_INOTIFY,
		 put_wd);
}

static void inotify_more(struct img_desc_about *a, struct img_jw *w, const struct img_pick *f)
{
	if (!img_has(f, IMG_TAG_INOTIFY_FILE_ENTRY__WD))
		img_desc_lookup_json(a->c, w, IMG_SIDE_INOTIFY, a->fd->id);
}

static void put_mount_mark(struct img_desc_about *a, const struct img_pick *e)
{
	struct img_span path;
	struct img_pick me;

	img_desc_puts(a, " mount ");
	if (!img_desc_sub(a, e, IMG_TAG_FANOTIFY_MARK_ENTRY__ME, &img_msg_fanotify_mount_mark_entry,
			  &me))
		return;
	path = img_bytes(&me, IMG_TAG_FANOTIFY_MOUNT_MARK_ENTRY__PATH);
	if (path.n > 0)
		img_desc_put_span(a, path);
	else
		img_desc_putn(a, img_num(&me, IMG_TAG_FANOTIFY_MOUNT_MARK_ENTRY__MNT_ID));
}

static void put_inode_mark(struct img_desc_about *a, const struct img_pick *e)
{
	struct img_pick ie;

	img_desc_puts(a, " ");
	if (img_desc_sub(a, e, IMG_TAG_FANOTIFY_MARK_ENTRY__IE, &img_msg_fanotify_inode_mark_entry,
			 &ie))
		put_place(a, &ie, IMG_TAG_FANOTIFY_INODE_MARK_ENTRY__F_HANDLE,
			  img_num32(e, IMG_TAG_FANOTIFY_MARK_ENTRY__S_DEV),
			  img_num(&ie, IMG_TAG_FANOTIFY_INODE_MARK_ENTRY__I_INO));
}

static void put_mark(struct img_desc_about *a, const struct img_pick *e)
{
	if (img_num(e, IMG_TAG_FANOTIFY_MARK_ENTRY__TYPE) == MARK_TYPE__MOUNT)
		put_mount_mark(a, e);
	else
		put_inode_mark(a, e);
	put_mask(a, &img_labels_fanotify, img_num32(e, IMG_TAG_FANOTIFY_MARK_ENTRY__MASK),
		 img_num32(e, IMG_TAG_FANOTIFY_MARK_ENTRY__IGNORED_MASK));
}

static void fanotify_text(struct img_desc_about *a, const struct img_pick *f)
{
	uint32_t flags = img_num32(f, IMG_TAG_FANOTIFY_FILE_ENTRY__FAFLAGS);

	img_desc_puts(a, "fanotify ");
	img_text_bits(a->o, &img_labels_fan_init, flags, "|");
	img_desc_puts(a, flags != 0 ? " watches" : "watches");
	put_list(a, f, IMG_TAG_FANOTIFY_FILE_ENTRY__MARK, &img_msg_fanotify_mark_entry,
		 IMG_SIDE_FANOTIFY, put_mark);
}

static void fanotify_more(struct img_desc_about *a, struct img_jw *w, const struct img_pick *f)
{
	if (!img_has(f, IMG_TAG_FANOTIFY_FILE_ENTRY__MARK))
		img_desc_lookup_json(a->c, w, IMG_SIDE_FANOTIFY, a->fd->id);
}

/* ---- SIGNALFD, TIMERFD ---- */

static void signalfd_text(struct img_desc_about *a, const struct img_pick *f)
{
	uint64_t mask = img_num(f, IMG_TAG_SIGNALFD_ENTRY__SIGMASK);
	const char *sep = " ";
	char name[IMG_SIGNAL_NAME];

	img_desc_puts(a, "signalfd");
	for (uint32_t signo = 1; mask != 0; signo++, mask >>= 1) {
		if ((mask & 1) == 0)
			continue;
		img_desc_puts(a, sep);
		img_desc_puts(a, img_signal_name(img_desc_mips(a->c), signo, name));
		sep = ",";
	}
}

/* Seconds with as many digits as needed. */
static void put_time(struct img_desc_about *a, uint64_t sec, uint64_t nsec)
{
	char digits[16];
	int n = snprintf(digits, sizeof(digits), ".%09" PRIu32, (uint32_t)(nsec % 1000000000));

	while (n > 0 && (digits[n - 1] == '0' || digits[n - 1] == '.'))
		n--;
	img_desc_putn(a, sec);
	img_out_put(a->o, digits, (size_t)n);
	img_desc_puts(a, "s");
}

static void timerfd_text(struct img_desc_about *a, const struct img_pick *f)
{
	uint64_t sec = img_num(f, IMG_TAG_TIMERFD_ENTRY__VSEC);
	uint64_t nsec = img_num(f, IMG_TAG_TIMERFD_ENTRY__VNSEC);
	uint64_t isec = img_num(f, IMG_TAG_TIMERFD_ENTRY__ISEC);
	uint64_t insec = img_num(f, IMG_TAG_TIMERFD_ENTRY__INSEC);
	uint64_t ticks = img_num(f, IMG_TAG_TIMERFD_ENTRY__TICKS);

	img_desc_puts(a, "timerfd ");
	img_desc_put_label(a, &img_labels_clock, img_num(f, IMG_TAG_TIMERFD_ENTRY__CLOCKID));
	if (sec == 0 && nsec == 0) {
		img_desc_puts(a, " disarmed");
	} else {
		img_desc_puts(a, " in ");
		put_time(a, sec, nsec);
	}
	if (isec != 0 || insec != 0) {
		img_desc_puts(a, " every ");
		put_time(a, isec, insec);
	}
	if (ticks != 0) {
		img_desc_puts(a, " ticks ");
		img_desc_putn(a, ticks);
	}
}

/* clang-format off */
const struct img_desc_kind img_desc_event_kinds[] = {
	{ .type = FD_TYPES__EVENTFD, .flags = IMG_TAG_EVENTFD_FILE_ENTRY__FLAGS,
	  .text = eventfd_text },
	{ .type = FD_TYPES__EVENTPOLL, .flags = IMG_TAG_EVENTPOLL_FILE_ENTRY__FLAGS,
	  .text = eventpoll_text, .more = eventpoll_more },
	{ .type = FD_TYPES__INOTIFY, .flags = IMG_TAG_INOTIFY_FILE_ENTRY__FLAGS,
	  .text = inotify_text, .more = inotify_more },
	{ .type = FD_TYPES__FANOTIFY, .flags = IMG_TAG_FANOTIFY_FILE_ENTRY__FLAGS,
	  .text = fanotify_text, .more = fanotify_more },
	{ .type = FD_TYPES__SIGNALFD, .flags = IMG_TAG_SIGNALFD_ENTRY__FLAGS,
	  .text = signalfd_text },
	{ .type = FD_TYPES__TIMERFD, .flags = IMG_TAG_TIMERFD_ENTRY__FLAGS,
	  .text = timerfd_text },
	{ .text = NULL },
};
/* clang-format on */
