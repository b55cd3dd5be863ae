/* What a graph says, as Graphviz wants it. */
#ifndef IMG_DOT_TEXT_H
#define IMG_DOT_TEXT_H

#include "libimg/view/fds_dump.h"

/*
 * Put n bytes of a name into a quoted string or an HTML-like label of Graphviz: shown as by
 * img_text_name(), without escapes, entities or tags of Graphviz.
 */
void img_dot_name(struct img_out *o, const void *p, size_t n);

/* The same of at most `most` bytes, and "…" if there are more. Returns the bytes put. */
size_t img_dot_name_cut(struct img_out *o, const void *p, size_t n, size_t most);

/* "968 KiB", "4.2 MiB". */
void img_dot_size(struct img_out *o, uint64_t bytes);

/* The kinds of channels; those of sockets have two ends that both may write. */
struct img_dot_kind {
	uint32_t type;    /* FD_TYPES__… */
	const char *name; /* in the legend */
	const char *plural;
	const char *color;
	bool socket;
};
enum { IMG_DOT_KINDS = 4 };
extern const struct img_dot_kind img_dot_kinds[IMG_DOT_KINDS];

/* The row of a type; IMG_DOT_KINDS: it is no channel. */
size_t img_dot_kind_of(uint32_t type);

/*
 * "pipe 247696", "unix 101, /run/a.sock", "tcp, 10.0.0.2:82, 10.0.0.3:4002": the channel to which
 * `file` belongs. `other`: the group at its other end, of which a name is shown that only it has.
 */
#define IMG_NO_GROUP UINT32_MAX
void img_dot_channel(struct img_desc *c, struct img_out *o, uint32_t file, uint32_t other);

/* What a listening socket waits at: "tcp 0.0.0.0:80", "unix @log". False: it is damaged. */
bool img_dot_listens(struct img_desc *c, struct img_out *o, uint32_t file);

/*
 * The host outside of the dump that a socket is connected to: "10.0.0.3", with its port; of a unix
 * socket, its name, without a port. False: there is none, or it may be in the dump.
 */
bool img_dot_remote(struct img_desc *c, struct img_out *o, uint32_t file, uint64_t *port);

#endif
