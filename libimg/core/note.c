#include "libimg/core/note.h"

#include "libimg/base/byteorder.h"

enum { OWNER = 8, ALIGN = 4 };

void img_note_u16(struct img_notes *n, uint16_t v)
{
	uint8_t b[2];

	img_set16(b, v, n->big);
	img_buf_put(&n->buf, b, sizeof(b));
}

void img_note_u32(struct img_notes *n, uint32_t v)
{
	uint8_t b[4];

	img_set32(b, v, n->big);
	img_buf_put(&n->buf, b, sizeof(b));
}

void img_note_u64(struct img_notes *n, uint64_t v)
{
	img_note_u32(n, (uint32_t)(n->big ? v >> 32 : v));
	img_note_u32(n, (uint32_t)(n->big ? v : v >> 32));
}

void img_note_word(struct img_notes *n, uint64_t v)
{
	if (n->wide)
		img_note_u64(n, v);
	else
		img_note_u32(n, (uint32_t)v);
}

void img_note_bytes(struct img_notes *n, const void *p, size_t count)
{
	img_buf_put(&n->buf, p, count);
}

void img_note_zeros(struct img_notes *n, size_t count)
{
	if (count == 0 || !img_buf_room(&n->buf, count))
		return;
	memset(n->buf.p + n->buf.n, 0, count);
	n->buf.n += count;
}

void img_note_align(struct img_notes *n, size_t align)
{
	size_t over = (n->buf.n - n->at - IMG_NOTE_HEAD) % align;

	if (over > 0)
		img_note_zeros(n, align - over);
}

void img_note_head(struct img_notes *n, const char *owner, uint32_t type, uint32_t count)
{
	char name[OWNER] = { 0 };
	size_t len = strlen(owner);

	memcpy(name, owner, len < OWNER ? len : OWNER - 1);
	img_note_u32(n, (uint32_t)len + 1);
	img_note_u32(n, count);
	img_note_u32(n, type);
	img_buf_put(&n->buf, name, OWNER);
}

void img_note_begin(struct img_notes *n, const char *owner, uint32_t type)
{
	n->at = n->buf.n;
	img_note_head(n, owner, type, 0);
}

void img_note_end(struct img_notes *n)
{
	size_t count = n->buf.n - n->at - IMG_NOTE_HEAD;

	if (n->buf.failed)
		return;
	img_set32(n->buf.p + n->at + 4, (uint32_t)count, n->big);
	img_note_align(n, ALIGN);
}
