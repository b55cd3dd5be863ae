#include "libimg/view/fds_set.h"

#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "fdinfo.pb-c.h"
#include "libimg/msg/linux.h"
#include "libimg/view/fds_dump.h"

/* A word stands for the type, or for files of the type with this value of a field. */
static const struct {
	const char *word;
	uint8_t type, tag;
	uint32_t value;
} words[] = {
	{ "file", FD_TYPES__REG, 0, 0 },
	{ "reg", FD_TYPES__REG, 0, 0 },
	{ "pipe", FD_TYPES__PIPE, 0, 0 },
	{ "fifo", FD_TYPES__FIFO, 0, 0 },
	{ "unix", FD_TYPES__UNIXSK, 0, 0 },
	{ "inet", FD_TYPES__INETSK, 0, 0 },
	{ "inet4", FD_TYPES__INETSK, IMG_TAG_INET_SK_ENTRY__FAMILY, AF_INET },
	{ "inet6", FD_TYPES__INETSK, IMG_TAG_INET_SK_ENTRY__FAMILY, AF_INET6 },
	{ "tcp", FD_TYPES__INETSK, IMG_TAG_INET_SK_ENTRY__PROTO, IPPROTO_TCP },
	{ "udp", FD_TYPES__INETSK, IMG_TAG_INET_SK_ENTRY__PROTO, IPPROTO_UDP },
	{ "udplite", FD_TYPES__INETSK, IMG_TAG_INET_SK_ENTRY__PROTO, IPPROTO_UDPLITE },
	{ "raw", FD_TYPES__INETSK, IMG_TAG_INET_SK_ENTRY__TYPE, IMG_SOCK_RAW },
	{ "netlink", FD_TYPES__NETLINKSK, 0, 0 },
	{ "packet", FD_TYPES__PACKETSK, 0, 0 },
	{ "socket", FD_TYPES__UNIXSK, 0, 0 },
	{ "socket", FD_TYPES__INETSK, 0, 0 },
	{ "socket", FD_TYPES__NETLINKSK, 0, 0 },
	{ "socket", FD_TYPES__PACKETSK, 0, 0 },
	{ "eventfd", FD_TYPES__EVENTFD, 0, 0 },
	{ "epoll", FD_TYPES__EVENTPOLL, 0, 0 },
	{ "inotify", FD_TYPES__INOTIFY, 0, 0 },
	{ "fanotify", FD_TYPES__FANOTIFY, 0, 0 },
	{ "signalfd", FD_TYPES__SIGNALFD, 0, 0 },
	{ "timerfd", FD_TYPES__TIMERFD, 0, 0 },
	{ "tty", FD_TYPES__TTY, 0, 0 },
	{ "tun", FD_TYPES__TUNF, 0, 0 },
	{ "memfd", FD_TYPES__MEMFD, 0, 0 },
	{ "ns", FD_TYPES__NS, 0, 0 },
	{ "pidfd", FD_TYPES__PIDFD, 0, 0 },
	{ "bpf", FD_TYPES__BPFMAP, 0, 0 },
	{ "ext", FD_TYPES__EXT, 0, 0 },
};

enum { N_WORDS = sizeof(words) / sizeof(words[0]) };

const char *img_desc_set_word(size_t i)
{
	return i < N_WORDS ? words[i].word : NULL;
}

static bool same_word(const char *word, const char *p, size_t n)
{
	return strlen(word) == n && strncasecmp(word, p, n) == 0;
}

/* The type with this name in the schema, or FD_TYPES__UND. */
static uint32_t schema_type(const char *p, size_t n)
{
	for (unsigned i = 0; i < img_pb_fd_types__descriptor.n_values; i++)
		if (same_word(img_pb_fd_types__descriptor.values[i].name, p, n))
			return (uint32_t)img_pb_fd_types__descriptor.values[i].value;
	return FD_TYPES__UND;
}

bool img_desc_set_add(struct img_desc_set *s, const char *word, size_t n)
{
	uint32_t type = schema_type(word, n);
	uint64_t rows = 0;

	for (size_t i = 0; i < N_WORDS; i++)
		if (same_word(words[i].word, word, n) ||
		    (type != FD_TYPES__UND && words[i].type == type && words[i].tag == 0))
			rows |= UINT64_C(1) << i;
	s->rows |= rows;
	return rows != 0;
}

bool img_desc_set_has(const struct img_desc_set *s, struct img_desc *c, const struct img_fd *fd)
{
	const struct img_msg *m;
	struct img_pick f;

	for (size_t i = 0; i < N_WORDS; i++) {
		if ((s->rows >> i & 1) == 0 || words[i].type != fd->type)
			continue;
		if (words[i].tag == 0)
			return true;
		if (!img_desc_payload(c, fd->file, &m, &f) ||
		    img_num(&f, words[i].tag) == words[i].value)
			return true;
	}
	return false;
}
