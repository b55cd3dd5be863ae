#include "libimg/schema.h"

#include <string.h>

static int compare(const struct img_msg *m, unsigned row, const char *name, size_t n)
{
	/* key is the name in quotes. */
	size_t len = m->rows[row].key_len - 4u; /* without `,"` and `":` */
	int r = memcmp(name, m->rows[row].key + 2, n < len ? n : len);

	return r != 0 ? r : (n > len) - (n < len);
}

/* The guess is right nearly always, and names are short: a call would cost more. */
static bool is_name(const struct img_row *row, const char *name, size_t n)
{
	const char *key = row->key + 2;

	if (n != row->key_len - 4u)
		return false;
	for (size_t i = 0; i < n; i++)
		if (key[i] != name[i])
			return false;
	return true;
}

int img_msg_find_name(const struct img_msg *m, const char *name, size_t n, unsigned hint)
{
	unsigned lo = 0, hi = m->n;

	if (hint < hi && is_name(&m->rows[hint], name, n))
		return (int)hint;
	while (lo < hi) {
		unsigned mid = (lo + hi) / 2, row = m->desc->fields_sorted_by_name[mid];
		int r = compare(m, row, name, n);

		if (r == 0)
			return (int)row;
		if (r > 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}
