/*
 * What describes descriptors, besides their entries: the images of a dump, read on demand, and
 * what has been reported about them.
 */
#ifndef IMG_FDS_DUMP_H
#define IMG_FDS_DUMP_H

#include "libimg/base/buf.h"
#include "libimg/base/map.h"
#include "libimg/dump/lookup.h"
#include "libimg/view/fds_show.h"

/* One descriptor being described. */
struct img_desc_about {
	struct img_desc *c;
	struct img_out *o;
	const struct img_fd *fd;
	unsigned what;
};

/* The images besides files.img. */
enum img_desc_lookup {
	IMG_SIDE_REMAP,
	IMG_SIDE_MEMFD,
	IMG_SIDE_TTY_INFO,
	IMG_SIDE_TTY_DATA,
	IMG_SIDE_PIPES_DATA,
	IMG_SIDE_FIFO_DATA,
	IMG_SIDE_SK_QUEUES,
	IMG_SIDE_EPOLL,    /* lists that CRIU before 1.4 put into their own images: tfd, */
	IMG_SIDE_INOTIFY,  /* wd, */
	IMG_SIDE_FANOTIFY, /* and mark */
	IMG_SIDES,
};

extern const struct img_desc_lookup_row {
	const char *pattern;
	unsigned key;     /* the field by whose value its entries are found */
	const char *name; /* their key in JSON, or NULL */
	bool several;     /* a file may have any number of them: an array */
} img_desc_lookups[];

/* Images that are read on demand. */
struct img_desc {
	struct img_dir *dir;
	struct img_ps *ps;
	const struct img_report *report;
	struct img_files *files;
	struct img_fds *fds;
	struct img_peers *ends;
	struct img_lookup *sides[IMG_SIDES];
	struct img_lookup *netdev; /* of the namespace netdev_ns */
	uint32_t netdev_ns, root_ns;
	bool mips; /* after img_desc_mips() has determined it */
	bool asked_files, asked_fds, asked_ends, asked_root_ns, asked_mips;
	struct img_buf line; /* text on its way into JSON */
	struct img_out *line_out;
	struct img_map reported; /* files that are known to be damaged */
	uint64_t reads;          /* number of entries read: earlier picks are invalid */
	bool side_lost[IMG_SIDES];
	bool lost; /* reported: files are missing, or why */
};

/* The holders of the other ends; NULL: no memory, reported. */
const struct img_peers *img_desc_peers(struct img_desc *c);

/* The schema's name of a type, or NULL. */
const char *img_desc_type(uint32_t type);

/* The process that has this descriptor. */
static inline uint32_t img_desc_pid(const struct img_desc *c, const struct img_fd *fd)
{
	return c->ps->tasks[fd->task].pid;
}

/* Report, once, that files are missing. */
void img_desc_lost(struct img_desc *c, const struct img_fd *fd);

/*
 * The entry of a file, its top level: false if it is missing, or damaged, which is reported. *f is
 * valid until the next file is read.
 */
bool img_desc_payload(struct img_desc *c, uint32_t file, const struct img_msg **m,
		      struct img_pick *f);

/* A message inside f: false if absent, or damaged, which is reported once per file. */
bool img_desc_sub(struct img_desc_about *a, const struct img_pick *f, unsigned tag,
		  const struct img_msg *m, struct img_pick *sub);

/* Report, once, that the current file is damaged. */
void img_desc_damaged(struct img_desc *c, uint32_t file, struct img_err *err);

/* A 16-bit number that was in network order when its field was written. */
uint16_t img_desc_net16(struct img_desc_about *a, uint64_t v);

/* Was the dump made on MIPS? */
bool img_desc_mips(struct img_desc *c);

/* The entries of an image with this key, as img_lookup_first() and img_lookup_next(). */
uint32_t img_desc_first(struct img_desc *c, enum img_desc_lookup side, uint64_t key,
			struct img_pick *f);
uint32_t img_desc_next(struct img_desc *c, enum img_desc_lookup side, uint32_t entry,
		       struct img_pick *f);

/* Report, once per image, that it lacks the required entry with this key. */
void img_desc_lookup_lost(struct img_desc *c, enum img_desc_lookup side, uint64_t key);

/* Report, once per image, that one of its entries is damaged. */
void img_desc_lookup_damaged(struct img_desc *c, enum img_desc_lookup side, struct img_err *err);

/* The sum of a field over the entries with this key; false: there is none. */
bool img_desc_sum(struct img_desc *c, enum img_desc_lookup side, uint64_t key, unsigned tag,
		  uint64_t *sum);

/* The name of an interface, "" if it is not in the dump. ns 0: that of the root task. */
struct img_span img_desc_ifname(struct img_desc *c, uint32_t ns, uint32_t ifindex);

/* Bytes in the two queues of a TCP socket. */
bool img_desc_tcp_queues(struct img_desc *c, uint32_t ino, uint64_t q[2]);

#endif
