/* One raw image on its way through img_raw_rewrite(): what the readers of all kinds share. */
#ifndef IMG_RAW_RUN_H
#define IMG_RAW_RUN_H

#include "libimg/rewrite/raw.h"

struct img_raw_run {
	const struct img_raw *raw;
	struct img_in *in;
	const struct img_values *v;
	struct img_out *out; /* NULL: only look */
	img_raw_report_fn *report;
	void *arg;
	uint64_t entry; /* number of the message, line or member */
	bool changed;
};

/* Put n bytes of the new image. */
void img_raw_put(struct img_raw_run *run, const void *p, size_t n);

/* Report a value that changes: its texts. */
void img_raw_changed(struct img_raw_run *run, const char *path, const char *old, size_t old_n,
		     const char *new, size_t new_n);

/*
 * Ask what an address or a network of so many bits becomes. An address with a prefix length but
 * with host bits is an address; its length stays. The other values are asked for likewise. All
 * return 1 with the new one, 0: it stays, -1 with *err.
 */
int img_raw_address(const struct img_raw_run *run, const uint8_t *old, size_t n, unsigned bits,
		    uint8_t *new, struct img_err *err);
int img_raw_netdev(const struct img_raw_run *run, const char *old, size_t n, char new[16],
		   struct img_err *err);

/* Numbers: ports of a protocol, users, groups (of these `proto` says nothing). */
typedef int img_raw_number_fn(const struct img_raw_run *run, unsigned proto, uint32_t old,
			      uint32_t *new, struct img_err *err);
img_raw_number_fn img_raw_port, img_raw_uid, img_raw_gid;

/* Whether transports with this number (IPPROTO_…) have ports; with 0 it is not known. */
bool img_raw_has_ports(unsigned proto);

/* Append n zeros to *out. */
void img_raw_zeros(struct img_buf *out, size_t n);

/*
 * The ends of a range are values by themselves. One that would run backwards holds nothing:
 * returns -1 with *err, for `text`, what it would become.
 */
int img_raw_backwards(const char *text, size_t n, uint64_t off, struct img_err *err);

#endif
