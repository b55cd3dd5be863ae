/* Shared by the kinds of descriptors: parts of their text, and of their JSON. */
#ifndef IMG_FDS_PUT_H
#define IMG_FDS_PUT_H

#include "libimg/view/fds_dump.h"
#include "libimg/view/labels.h"
#include "libimg/view/text.h"

/* Shorthands: a word before a name, and so on. */
void img_desc_puts(struct img_desc_about *a, const char *s);
void img_desc_putn(struct img_desc_about *a, uint64_t v);
void img_desc_put_span(struct img_desc_about *a, struct img_span s); /* escaped */

/* The name of a number, or the number itself. */
void img_desc_put_label(struct img_desc_about *a, const struct img_names *l, uint64_t v);

/* " r", " w" or " rw". */
void img_desc_put_access(struct img_desc_about *a, uint32_t flags);

/* The path of a REG file after a space; its flags to *flags (unless NULL). */
void img_desc_put_path(struct img_desc_about *a, uint32_t id, uint32_t *flags);

/* The other end: PID:FD of a few holders, and the number of others, after `intro`. */
void img_desc_put_peers(struct img_desc_about *a, const char *intro);

/* A message as an object, or null and -1 with *err if a nested message is damaged. */
int img_desc_put_message(struct img_jw *w, const struct img_msg *m, struct img_span body,
			 struct img_err *err);

/* Write the entries with this key as a member of the open object; nothing if there are none. */
void img_desc_lookup_json(struct img_desc *c, struct img_jw *w, enum img_desc_lookup side,
			  uint64_t value);

/* Most entries shown of a list; JSON has them all. */
enum { IMG_DESC_LIST = 16 };

#endif
