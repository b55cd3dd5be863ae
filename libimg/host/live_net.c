#include "libimg/host/live_net.h"

#include <errno.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "libimg/host/text.h"
#include "libimg/json/hint.h"
#include "libimg/msg/linux.h"

/* An address of 1 or 4 words, which are in the order of this machine, as images have it. */
static char *print(const uint32_t *net, size_t n, char to[IMG_ADDR_MAX])
{
	uint32_t words[4];
	const uint8_t *p = (const void *)net;

	for (size_t i = 0; i < n; i++, p += 4)
		words[i] = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
			   (uint32_t)p[3] << 24;
	return img_addr_print(words, n, to);
}

int img_live_addresses(struct img_host_facts *f, struct img_err *err)
{
	struct ifaddrs *all, *a;
	int r = 0;

	if (getifaddrs(&all) < 0)
		return img_fail_sys(err);
	for (a = all; r == 0 && a != NULL; a = a->ifa_next) {
		struct img_need n = { .kind = IMG_NEED_ADDRESS };
		char text[IMG_ADDR_MAX];
		uint32_t words[4];

		if (a->ifa_addr == NULL)
			continue;
		if (a->ifa_addr->sa_family == AF_INET) {
			struct sockaddr_in in;

			memcpy(&in, a->ifa_addr, sizeof(in));
			n.name = print(&in.sin_addr.s_addr, 1, text);
		} else if (a->ifa_addr->sa_family == AF_INET6) {
			struct sockaddr_in6 in6;

			memcpy(&in6, a->ifa_addr, sizeof(in6));
			memcpy(words, &in6.sin6_addr, sizeof(words));
			n.name = print(words, 4, text);
		} else {
			continue;
		}
		r = img_host_facts_add(f, &n, err);
	}
	freeifaddrs(all);
	return r;
}

/* ---- ports ---- */

/* "0100007F:1F90" of /proc/net/tcp, and the state: 0, or -1: no such line. */
static int port_line(struct img_host_facts *f, const char *proto, const char *line,
		     struct img_err *err)
{
	struct img_need n = { .kind = IMG_NEED_PORT };
	char hex[40], addr[IMG_ADDR_MAX], name[IMG_ADDR_MAX + 40];
	unsigned port, state;
	uint32_t words[4];
	size_t count;

	if (sscanf(line, " %*u: %32[0-9A-F]:%x %*[0-9A-F]:%*x %x", hex, &port, &state) != 3)
		return 0;
	count = strlen(hex) / 8;
	if (count != 1 && count != 4)
		return 0;
	for (size_t i = 0; i < count; i++) {
		char word[9];

		memcpy(word, hex + 8 * i, 8);
		word[8] = '\0';
		words[i] = (uint32_t)strtoul(word, NULL, 16);
	}
	if (port == 0)
		return 0;
	/* The words are printed as numbers of this machine. */
	print(words, count, addr);
	snprintf(name, sizeof(name), count == 4 ? "%s [%s]:%u" : "%s %s:%u", proto, addr, port);
	n.name = name;
	n.has = state == IMG_TCP_LISTEN ? IMG_FACT_LISTENING : 0;
	return img_host_facts_add(f, &n, err);
}

static int port_file(struct img_host_facts *f, const char *proto, const char *suffix,
		     struct img_err *err)
{
	struct img_buf b = { .n = 0 };
	char path[64], *save = NULL, *line;
	int r;

	snprintf(path, sizeof(path), "/proc/net/%s%s", proto, suffix);
	r = img_text_read(path, &b, err);
	/* A kernel without the protocol has no sockets of it. */
	if (r < 0 && err->kind == IMG_ESYS && err->errnum == ENOENT) {
		img_buf_free(&b);
		return 0;
	}
	line = r == 0 ? strtok_r((char *)b.p, "\n", &save) : NULL;
	for (; r == 0 && line != NULL; line = strtok_r(NULL, "\n", &save))
		r = port_line(f, proto, line, err);
	img_buf_free(&b);
	return r;
}

int img_live_ports(struct img_host_facts *f, struct img_err *err)
{
	static const char *const protos[] = { "tcp", "udp", "udplite" };

	for (size_t i = 0; i < sizeof(protos) / sizeof(protos[0]); i++)
		if (port_file(f, protos[i], "", err) < 0 || port_file(f, protos[i], "6", err) < 0)
			return -1;
	return 0;
}

/* ---- devices ---- */

int img_live_devices(struct img_host_facts *f, struct img_err *err)
{
	struct img_buf b = { .n = 0 };
	int r = img_text_read("/proc/net/dev", &b, err);
	char *save = NULL, *line = r == 0 ? strtok_r((char *)b.p, "\n", &save) : NULL;

	for (; r == 0 && line != NULL; line = strtok_r(NULL, "\n", &save)) {
		struct img_need n = { .kind = IMG_NEED_NETDEV };
		char *colon = strchr(line, ':');

		if (colon == NULL) /* the headings */
			continue;
		*colon = '\0';
		n.name = line + strspn(line, " ");
		r = img_host_facts_add(f, &n, err);
	}
	img_buf_free(&b);
	return r;
}

/* ---- unix sockets ---- */

static const char *type_name(unsigned type)
{
	return type == IMG_SOCK_STREAM      ? "stream"
	       : type == IMG_SOCK_DGRAM     ? "dgram"
	       : type == IMG_SOCK_SEQPACKET ? "seqpacket"
					    : "other";
}

/* Num RefCount Protocol Flags Type St Inode Path, of which the last may have anything in it. */
static int unix_line(struct img_host_facts *f, const char *line, bool want_abstract,
		     struct img_err *err)
{
	struct img_need n = { .kind = want_abstract ? IMG_NEED_ABSTRACT : IMG_NEED_LISTENER };
	unsigned type = 0;
	char name[200];
	int at = 0;

	if (sscanf(line, "%*x: %*x %*x %*x %x %*x %*u %n", &type, &at) != 1 || at == 0 ||
	    line[at] == '\0' || (line[at] == '@') != want_abstract)
		return 0;
	snprintf(name, sizeof(name), "%s %s", type_name(type), line + at);
	n.name = want_abstract ? name : line + at;
	return img_host_facts_first(f, n.kind, n.name) != IMG_NO_FACT
		       ? 0
		       : img_host_facts_add(f, &n, err);
}

static int unix_names(struct img_host_facts *f, bool want_abstract, struct img_err *err)
{
	struct img_buf b = { .n = 0 };
	int r = img_text_read("/proc/net/unix", &b, err);
	char *save = NULL, *line = r == 0 ? strtok_r((char *)b.p, "\n", &save) : NULL;

	for (; r == 0 && line != NULL; line = strtok_r(NULL, "\n", &save))
		r = unix_line(f, line, want_abstract, err);
	img_buf_free(&b);
	return r;
}

int img_live_abstract(struct img_host_facts *f, struct img_err *err)
{
	return unix_names(f, true, err);
}

int img_live_listeners(struct img_host_facts *f, struct img_err *err)
{
	return unix_names(f, false, err);
}
