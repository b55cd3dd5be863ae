#include "libimg/rewrite/raw_run.h"

#include <netinet/in.h>
#include <string.h>

void img_raw_put(struct img_raw_run *run, const void *p, size_t n)
{
	if (run->out != NULL)
		img_out_put(run->out, p, n);
}

void img_raw_changed(struct img_raw_run *run, const char *path, const char *old, size_t old_n,
		     const char *new, size_t new_n)
{
	struct img_raw_change c = { run->entry, path, old, new, old_n, new_n };

	run->changed = true;
	if (run->report != NULL)
		run->report(run->arg, &c);
}

void img_raw_zeros(struct img_buf *out, size_t n)
{
	if (!img_buf_room(out, n))
		return;
	memset(out->p + out->n, 0, n);
	out->n += n;
}

static bool has_host_bits(const uint8_t *addr, size_t n, unsigned bits)
{
	for (size_t i = bits; i < n * 8; i++)
		if (addr[i / 8] & 0x80 >> i % 8)
			return true;
	return false;
}

int img_raw_address(const struct img_raw_run *run, const uint8_t *old, size_t n, unsigned bits,
		    uint8_t *new, struct img_err *err)
{
	const struct img_values *v = run->v;

	if (bits < n * 8 && !has_host_bits(old, n, bits))
		return v->net != NULL ? v->net(v->arg, old, n, bits, new, err) : 0;
	return v->ip != NULL ? v->ip(v->arg, old, n, new, err) : 0;
}

int img_raw_netdev(const struct img_raw_run *run, const char *old, size_t n, char new[16],
		   struct img_err *err)
{
	const struct img_values *v = run->v;

	return v->netdev != NULL ? v->netdev(v->arg, old, n, new, err) : 0;
}

int img_raw_port(const struct img_raw_run *run, unsigned proto, uint32_t old, uint32_t *new,
		 struct img_err *err)
{
	const struct img_values *v = run->v;
	uint16_t port;
	int r = v->port != NULL ? v->port(v->arg, proto, (uint16_t)old, &port, err) : 0;

	if (r > 0)
		*new = port;
	return r;
}

static int id(const struct img_raw_run *run, enum img_id_kind kind, uint32_t old, uint32_t *new,
	      struct img_err *err)
{
	const struct img_values *v = run->v;

	return v->id != NULL ? v->id(v->arg, kind, old, new, err) : 0;
}

int img_raw_uid(const struct img_raw_run *run, unsigned proto, uint32_t old, uint32_t *new,
		struct img_err *err)
{
	(void)proto;
	return id(run, IMG_ID_UID, old, new, err);
}

int img_raw_gid(const struct img_raw_run *run, unsigned proto, uint32_t old, uint32_t *new,
		struct img_err *err)
{
	(void)proto;
	return id(run, IMG_ID_GID, old, new, err);
}

bool img_raw_has_ports(unsigned proto)
{
	static const unsigned protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE, IPPROTO_SCTP,
					   IPPROTO_DCCP };

	for (size_t i = 0; i < sizeof(protos) / sizeof(protos[0]); i++)
		if (proto == protos[i])
			return true;
	return proto == 0;
}

int img_raw_backwards(const char *text, size_t n, uint64_t off, struct img_err *err)
{
	return img_fail(err, IMG_EDATA, off, "the range would become %.*s, which holds nothing",
			(int)n, text);
}
