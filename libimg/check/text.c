/* Strings in messages: none has a NUL byte inside, where the C code that reads them would stop. */
#include <string.h>

#include "libimg/check/model.h"
#include "libimg/msg/schema.h"

/*
 * Write the path of the string into at->path, from its end: nearly no string has such a byte. The
 * message has been checked: its fields are complete, its depth is limited.
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
			   "has a NUL byte inside, where it would end for CRIU");
}
