/*
 * Values in raw images: netlink dumps of addresses, routes, rules and connections, the texts
 * of iptables-save and nft, archives of tmpfs.
 */
#ifndef IMG_RAW_H
#define IMG_RAW_H

#include <stdbool.h>

#include "libimg/base/in.h"
#include "libimg/base/out.h"
#include "libimg/rewrite/values.h"

/* A change in a raw image; texts are good during the call, not ended by NUL, any bytes. */
struct img_raw_change {
	uint64_t entry;   /* message, line or member, from 0 */
	const char *path; /* where in it: "IFA_LOCAL", "--dport", "name"; ended by NUL */
	const char *old, *new;
	size_t old_n, new_n;
};

typedef void img_raw_report_fn(void *arg, const struct img_raw_change *c);

/* One raw image. */
struct img_raw {
	const char *image; /* its base name, which tells what it holds */
	/*
	 * Of an archive of a tmpfs: the absolute path where that is mounted, before and after
	 * the change. Its members are below `mount`; what would lie outside of `new_mount` is
	 * refused.
	 */
	const char *mount, *new_mount;
	/*
	 * For a copy that shows structure alone: attributes without a row, padding and values of
	 * an odd length become zeros; files of an archive have their sizes and no content, names
	 * of owners or extended attributes; a range whose ends change places is turned round.
	 */
	bool bare;
	/*
	 * Times of the host's clock become zeros: of members, connections, addresses and routes.
	 */
	bool timeless;
	/*
	 * The values are asked for users and groups of rules and routes too. These are the host's,
	 * even where a namespace of users has others.
	 */
	bool host_ids;
	bool relative; /* the values are asked for relative targets of links too */
};

/* Whether values of images with this name can be changed here. */
bool img_raw_known(const char *image);

/*
 * Read an image from its start to its end and write it to `out` with values changed; bytes
 * that need not change stay. `out` NULL: only look. `report` (NULL: none) is called for each
 * change, in order. Returns 1: some value changed, or raw->bare; 0: none did (what was written,
 * if anything, is of no use: the image stays as it is), -1 with *err: damaged, over a limit, or a
 * value that does not fit.
 */
int img_raw_rewrite(const struct img_raw *raw, struct img_in *in, const struct img_values *v,
		    struct img_out *out, img_raw_report_fn *report, void *arg, struct img_err *err);

#endif
