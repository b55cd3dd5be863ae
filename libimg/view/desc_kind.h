/* For desc*.c: the types of descriptors and what is known of each. */
#ifndef IMG_DESC_KIND_H
#define IMG_DESC_KIND_H

#include "libimg/base/buf.h"
#include "libimg/base/map.h"
#include "libimg/dump/lookup.h"
#include "libimg/view/desc.h"
#include "libimg/view/labels.h"
#include "libimg/view/text.h"

/* One descriptor being described. */
struct img_about {
	struct img_desc *c;
	struct img_out *o;
	const struct img_fd *fd;
	unsigned what;
};

struct img_desc_kind {
	uint32_t type;  /* FD_TYPES__… */
	unsigned flags; /* field with the flags of open(2), 0: none */

	/* The REG file that has these flags in its place, or NULL. */
	uint32_t (*reg)(const struct img_pick *f);

	/* Text. f is gone after a look at another file. */
	void (*text)(struct img_about *a, const struct img_pick *f);

	/* More members of the JSON object, or NULL. */
	void (*more)(struct img_about *a, struct img_jw *w, const struct img_pick *f);

	/*
	 * Bytes that wait to be read, and, left alone where there is no such queue, in q[1]
	 * to be sent; false: none can. NULL: never.
	 */
	bool (*queued)(struct img_about *a, const struct img_pick *f, uint64_t q[2]);

	/* NULL: never. */
	bool (*listens)(const struct img_pick *f);
};

/* One of each family of types, ended by a row without a text. */
extern const struct img_desc_kind img_desc_files_kinds[], img_desc_socket_kinds[],
	img_desc_event_kinds[];

/* The images beside files.img. */
enum img_desc_lookup {
	IMG_SIDE_REMAP,
	IMG_SIDE_MEMFD,
	IMG_SIDE_TTY_INFO,
	IMG_SIDE_TTY_DATA,
	IMG_SIDE_PIPES_DATA,
	IMG_SIDE_FIFO_DATA,
	IMG_SIDE_SK_QUEUES,
	IMG_SIDE_EPOLL,    /* what CRIU before 1.4 put beside the entries: their tfd, */
	IMG_SIDE_INOTIFY,  /* wd, */
	IMG_SIDE_FANOTIFY, /* and mark */
	IMG_SIDES,
};

extern const struct img_desc_lookup_row {
	const char *pattern;
	unsigned key;     /* the field by whose value its entries are found */
	const char *name; /* of them in JSON, or NULL */
	bool several;     /* a file may have any number of them: an array */
} img_desc_lookups[];

enum { IMG_DESC_KINDS = 32 };

/* What is read when it is needed first. */
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
	bool mips; /* once img_desc_mips() has found it out */
	bool asked_files, asked_fds, asked_ends, asked_root_ns, asked_mips;
	const struct img_desc_kind *kinds[IMG_DESC_KINDS]; /* by type */
	struct img_buf line;                               /* text on its way into JSON */
	struct img_out *line_out;
	struct img_map told; /* files that are known to be damaged */
	uint64_t reads;      /* how often an entry has been read: what was picked before is gone */
	bool side_lost[IMG_SIDES];
	bool lost; /* it has been told that files are missing, or why */
};

/* Who holds the other ends; NULL: no memory, which has been told. */
const struct img_peers *img_desc_peers(struct img_desc *c);

/* The schema's name of a type, or NULL. */
const char *img_desc_type(uint32_t type);

/* Tell, once, that files are missing. */
void img_desc_lost(struct img_desc *c, const struct img_fd *fd);

/* What is known of a type, or NULL. */
static inline const struct img_desc_kind *img_desc_kind_of(const struct img_desc *c,
							   const struct img_fd *fd)
{
	return fd->type < IMG_DESC_KINDS ? c->kinds[fd->type] : NULL;
}

/*
 * The entry of a file, its top level: false where there is none, or it is damaged, which
 * has been told. *f is good until the next look at a file.
 */
bool img_desc_payload(struct img_desc *c, uint32_t file, const struct img_msg **m,
		      struct img_pick *f);

/* A message inside f: false where it is absent, or damaged, which is told once a file. */
bool img_desc_sub(struct img_about *a, const struct img_pick *f, unsigned tag,
		  const struct img_msg *m, struct img_pick *sub);

/* Tell, once, that the file being described is damaged. */
void img_desc_damaged(struct img_desc *c, uint32_t file, struct img_err *err);

/* A number of 16 bits that was in the order of the network when its field was written. */
uint16_t img_desc_net16(struct img_about *a, uint64_t v);

/* Was the dump made on MIPS, whose signals have other numbers? */
bool img_desc_mips(struct img_desc *c);

/* The entries of an image with this key, as img_lookup_first() and img_lookup_next(). */
uint32_t img_desc_first(struct img_desc *c, enum img_desc_lookup side, uint64_t key,
			struct img_pick *f);
uint32_t img_desc_next(struct img_desc *c, enum img_desc_lookup side, uint32_t entry,
		       struct img_pick *f);

/* Write the entries with this key as a member of the open object; nothing if there are none. */
void img_desc_lookup_json(struct img_desc *c, struct img_jw *w, enum img_desc_lookup side,
			  uint64_t value);

/* Tell, once for each image, that it has no entry with this key, although one is due. */
void img_desc_lookup_lost(struct img_desc *c, enum img_desc_lookup side, uint64_t key);

/* Tell, once for each image, that one of its entries is damaged. */
void img_desc_lookup_damaged(struct img_desc *c, enum img_desc_lookup side, struct img_err *err);

/* The sum of a field over the entries with this key; false: there is none. */
bool img_desc_sum(struct img_desc *c, enum img_desc_lookup side, uint64_t key, unsigned tag,
		  uint64_t *sum);

/* What an interface is called, "" where the dump does not tell. ns 0: that of the root task. */
struct img_span img_desc_ifname(struct img_desc *c, uint32_t ns, uint32_t ifindex);

/* Bytes in the two queues of a TCP socket. */
bool img_desc_tcp_queues(struct img_desc *c, uint32_t ino, uint64_t q[2]);

/* The path of a REG file with a space in front; its flags to *flags (NULL: not wanted). */
void img_desc_put_path(struct img_about *a, uint32_t id, uint32_t *flags);

/* Who is at the other end: PID:FD of a few, how many more. `intro`: what comes in front. */
void img_desc_put_peers(struct img_about *a, const char *intro);

/* " r", " w" or " rw". */
void img_desc_put_access(struct img_about *a, uint32_t flags);

/* The name of a number, or the number itself. */
void img_desc_put_label(struct img_about *a, const struct img_names *l, uint64_t v);

/* A word in front of a name, and so on: shorthands. */
void img_desc_puts(struct img_about *a, const char *s);
void img_desc_putn(struct img_about *a, uint64_t v);
void img_desc_put_span(struct img_about *a, struct img_span s); /* escaped */

/* Entries shown of a list; JSON has them all. */
enum { IMG_DESC_LIST = 16 };

#endif
