#include "libimg/dump/listing.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/base/byteorder.h"

static bool has_tail(const char *name)
{
	static const char tail[] = ".img";
	size_t n = strlen(name), t = sizeof(tail) - 1;

	return n > t && strcmp(name + n - t, tail) == 0;
}

static bool is_image_name(const char *name)
{
	return has_tail(name) || img_type_by_file(name, NULL) != NULL;
}

bool img_listing_of_dump(const char *name)
{
	/* Any directory may have an initrd.img: it is the names of CRIU that count. */
	return has_tail(name) && img_type_by_file(name, NULL) != NULL;
}

const char *img_listing_name(const char *name)
{
	if (name[0] == '.')
		return "hidden";
	if (strcmp(name, "parent") == 0)
		return "parent dump";
	return is_image_name(name) ? NULL : "?";
}

static bool is_magic(uint32_t word)
{
	return word == IMG_COMMON || word == IMG_SERVICE || img_type_by_magic(word) != NULL;
}

bool img_listing_magic(const uint8_t *head, size_t n)
{
	return n >= 4 && (is_magic(img_get32(head, false)) || is_magic(img_get32(head, true)));
}

int img_listing_add(struct img_listing *l, const char *name, const char *why, struct img_err *err)
{
	struct img_left_out e = { img_strndup(name, strlen(name)), why };

	if (e.name == NULL)
		return img_fail_mem(err);
	if (why == NULL)
		img_buf_put(&l->images, &e.name, sizeof(e.name));
	else
		img_buf_put(&l->rest, &e, sizeof(e));
	if (!l->images.failed && !l->rest.failed)
		return 0;
	img_free(e.name);
	return img_fail_mem(err);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int by_left_out(const void *a, const void *b)
{
	const struct img_left_out *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void img_listing_end(struct img_listing *l, struct img_dir_names *names)
{
	names->v = (char **)(void *)l->images.p;
	names->n = l->images.n / sizeof(*names->v);
	names->rest = (struct img_left_out *)(void *)l->rest.p;
	names->n_rest = l->rest.n / sizeof(*names->rest);
	if (names->n > 0)
		qsort(names->v, names->n, sizeof(*names->v), by_name);
	if (names->n_rest > 0)
		qsort(names->rest, names->n_rest, sizeof(*names->rest), by_left_out);
}
