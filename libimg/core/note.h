/* ELF notes in memory: words of the dumped machine's size and byte order. */
#ifndef IMG_NOTE_H
#define IMG_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "libimg/base/buf.h"

/* Set `big` and `wide`, zero the rest; free `buf` when done. A failed buf is checked once. */
struct img_notes {
	struct img_buf buf;
	bool big;  /* big-endian */
	bool wide; /* words of 8 bytes, else of 4 */
	size_t at; /* where the note that is open begins */
};

/* Begin a note of this owner ("CORE", "LINUX": the two have room for 8 bytes) and type. */
void img_note_begin(struct img_notes *n, const char *owner, uint32_t type);

/* Its length is what was put since; what pads it to 4 bytes does not count. */
void img_note_end(struct img_notes *n);

void img_note_u16(struct img_notes *n, uint16_t v);
void img_note_u32(struct img_notes *n, uint32_t v);
void img_note_u64(struct img_notes *n, uint64_t v);
void img_note_word(struct img_notes *n, uint64_t v); /* cut to the size of a word */
void img_note_bytes(struct img_notes *n, const void *p, size_t count);
void img_note_zeros(struct img_notes *n, size_t count);

/* Zeros until the open note's content is a multiple of `align` bytes long. */
void img_note_align(struct img_notes *n, size_t align);

/* The head of a note with `count` bytes of content, which the caller puts; see img_note_begin(). */
enum { IMG_NOTE_HEAD = 20 };
void img_note_head(struct img_notes *n, const char *owner, uint32_t type, uint32_t count);

#endif
