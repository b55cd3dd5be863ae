/* Texts in messages: they have no byte 0 inside, where the C that reads them would stop. */
#include <string.h>

#include "libimg/check/model.h"
#include "libimg/msg/schema.h"

/*
 * Puts the way to the text into at->path, from its end on: nearly all have no such byte. The
 * message is one that has been checked: its fields are whole, its levels few.
 */
static bool find_nul(const struct img_msg *m, const uint8_t *p, size_t n, struct img_err *at)
{
	struct img_wire w = { p, p + n };
	struct img_wfield f;
	int row = -1;

	while (w.p < w.end && img_wire_next(&w, &f) == NULL) {
		const ProtobufCFieldDescriptor *d;
		bool found;

		row = img_msg_find(m, f.tag, (unsigned)(row + 1));
		if (row < 0 || f.wt != IMG_BYTES)
			continue;
		d = &m->desc->fields[row];
		found = m->rows[row].sub != NULL
				? find_nul(m->rows[row].sub, f.p, f.n, at)
				: d->type == PROTOBUF_C_TYPE_STRING && memchr(f.p, 0, f.n) != NULL;
		if (found) {
			img_err_under(at, d->name, -1);
			return true;
		}
	}
	return false;
}

void img_ck_image_text(struct check *ck, const struct ck_image *im, int64_t entry,
		       const struct img_msg *m, const uint8_t *p, size_t n)
{
	struct img_err at;

	at.path[0] = '\0';
	if (find_nul(m, p, n, &at))
		img_ck_say(ck, CK_IMAGE_TEXT, im, entry, at.path,
			   "has a byte 0 inside, where CRIU takes it to end");
}
