/* A value that was changed, as it is reported. */
#ifndef IMG_CHANGED_H
#define IMG_CHANGED_H

#include "libimg/msg/visit.h"

struct img_edit_value {
	enum {
		IMG_VALUE_NONE, /* there is no such field */
		IMG_VALUE_NUMBER,
		IMG_VALUE_TEXT,
		IMG_VALUE_JSON, /* a text that is JSON */
	} kind;
	uint64_t num;
	const char *p; /* n bytes, any */
	size_t n;
};

struct img_edit_changed {
	const char *image; /* base name in the source */
	uint64_t entry;
	const char *path; /* in the entry: "isk.src_port" */
	struct img_edit_value old, new;
};

/* Where changes are reported. Texts are good during the call. */
struct img_changes {
	void (*fn)(void *arg, const struct img_edit_changed *c); /* NULL: nowhere */
	void *arg;
};

static inline struct img_edit_value img_value_number(uint64_t v)
{
	return (struct img_edit_value){ IMG_VALUE_NUMBER, v, NULL, 0 };
}

static inline struct img_edit_value img_value_text(const void *p, size_t n)
{
	return (struct img_edit_value){ IMG_VALUE_TEXT, 0, (const char *)p, n };
}

/* Report the change of a field; `words`: it is one of the words of an address, shown whole. */
static inline void img_report_field(const struct img_changes *to, const struct img_field *f,
				    bool words, struct img_edit_value old,
				    struct img_edit_value new)
{
	char path[300];
	struct img_edit_changed c = { f->image, f->entry, path, old, new };
	char *index;

	if (to->fn == NULL)
		return;
	img_field_path(f, path, sizeof(path));
	index = words ? strrchr(path, '[') : NULL;
	if (index != NULL)
		*index = '\0';
	to->fn(to->arg, &c);
}

#endif
