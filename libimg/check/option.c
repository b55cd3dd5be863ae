/* Socket options that setsockopt(2) accepts, and BPF programs. */
#include <string.h>

#include "libimg/check/model.h"
#include "sk-inet.pb-c.h"
#include "sk-opts.pb-c.h"

/* ---- BPF ---- */

const char *img_ck_bad_bpf(uint64_t insn, size_t i, size_t n)
{
	enum { CLASS = 7, JMP = 5, RET = 6, OP = 0xf0 };
	uint32_t code = (uint32_t)(insn >> 48), jt = insn >> 40 & 0xff, jf = insn >> 32 & 0xff;
	uint32_t k = (uint32_t)insn;
	uint64_t far = (code & OP) == 0 ? k : jt > jf ? jt : jf;

	if ((code & CLASS) == JMP && far + 1 >= n - i)
		return "jumps past the end of the program";
	if (i + 1 == n && (code & CLASS) != RET)
		return "is the last one but not a return";
	return NULL;
}

static void check_filter(struct check *ck, const struct ck_file *f, const SkOptsEntry *o)
{
	enum { MAX_INSTRUCTIONS = 4096 };

	if (o->n_so_filter > MAX_INSTRUCTIONS) {
		img_ck_say_at(ck, CK_SOCKET_VALUES, &f->at, "opts.so_filter",
			      "%zu instructions, more than the limit of 4096", o->n_so_filter);
		return;
	}
	for (size_t i = 0; i < o->n_so_filter; i++) {
		const char *why = img_ck_bad_bpf(o->so_filter[i], i, o->n_so_filter);

		if (why == NULL)
			continue;
		img_ck_say_at(ck, CK_SOCKET_VALUES, &f->at,
			      img_ck_path(ck, "opts.so_filter[%zu]", i), "%s", why);
		return;
	}
}

/* ---- numbers ---- */

/* Fields with a maximum. */
struct limit {
	const char *name;
	uint32_t max;
	const char *why;
};

static void check_limits(struct check *ck, const struct ck_file *f, const char *under,
			 const void *msg, const struct limit *limits, size_t n)
{
	for (size_t i = 0; msg != NULL && i < n; i++) {
		const uint32_t *v = img_ck_field(msg, limits[i].name);

		if (v != NULL && img_ck_values(msg, limits[i].name) > 0 && *v > limits[i].max)
			img_ck_say_at(ck, CK_SOCKET_VALUES, &f->at,
				      img_ck_path(ck, "%s%s", under, limits[i].name), CK_ID " %s",
				      CK_N(*v), limits[i].why);
	}
}

#define KEEP(prefix)                                                                               \
	{ prefix "keepcnt", 127, "exceeds the number of probes that TCP sends" },                  \
		{ prefix "keepidle", 32767, "seconds exceed the longest TCP timeout" },            \
	{                                                                                          \
		prefix "keepintvl", 32767, "seconds exceed the longest TCP timeout"                \
	}

static const struct limit of_sockets[] = {
	{ "so_sndbuf", INT32_MAX, "bytes is not a valid buffer size" },
	{ "so_rcvbuf", INT32_MAX, "bytes is not a valid buffer size" },
	{ "so_buf_lock", 3, "has bits unknown to Linux" },
	KEEP("tcp_"),
};
static const struct limit of_tcp[] = { KEEP("") };
static const struct limit of_ip[] = { { "ttl", 255, "exceeds the range of the packet field" },
				      { "tos", 255, "exceeds the range of the packet field" } };

static void check_opts(struct check *ck, const struct ck_file *f, const SkOptsEntry *o)
{
	enum { SECOND = 1000000, MAX_NAME = 15 }; /* in us; bytes */
	bool snd = o->so_snd_tmo_usec >= SECOND;

	if (snd || o->so_rcv_tmo_usec >= SECOND)
		img_ck_say_at(
			ck, CK_SOCKET_VALUES, &f->at,
			img_ck_path(ck, "opts.%s", snd ? "so_snd_tmo_usec" : "so_rcv_tmo_usec"),
			CK_ID " microseconds exceed a second",
			CK_N(snd ? o->so_snd_tmo_usec : o->so_rcv_tmo_usec));
	if (o->so_bound_dev != NULL && strlen(o->so_bound_dev) > MAX_NAME)
		img_ck_say_at(ck, CK_SOCKET_VALUES, &f->at, "opts.so_bound_dev",
			      "%zu bytes, not a valid device name", strlen(o->so_bound_dev));
	check_limits(ck, f, "opts.", o, of_sockets, CK_COUNT(of_sockets));
	check_filter(ck, f, o);
}

void img_ck_socket_options(struct check *ck)
{
	for (size_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const SkOptsEntry *const *opts =
			f->what != NULL ? img_ck_field(f->what, "opts") : NULL;
		const InetSkEntry *s = (const void *)f->what;

		if (opts != NULL)
			check_opts(ck, f, *opts);
		if (f->type != FD_TYPES__INETSK || s == NULL)
			continue;
		check_limits(ck, f, "tcp_opts.", s->tcp_opts, of_tcp, CK_COUNT(of_tcp));
		check_limits(ck, f, "ip_opts.", s->ip_opts, of_ip, CK_COUNT(of_ip));
	}
}
