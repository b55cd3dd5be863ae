#include "libimg/dump/lookup.h"

#include "libimg/base/buf.h"
#include "libimg/base/map.h"

struct entry {
	size_t at, n; /* offset in `bytes` */
	uint32_t next;
};

struct img_lookup {
	const struct img_msg *msg;
	struct img_buf bytes, entries;
	struct img_map first, last; /* by value: numbers of entries */
	bool unread;
};

static struct entry *entry_at(const struct img_lookup *s, uint32_t i)
{
	return (struct entry *)(void *)s->entries.p + i;
}

/* Append entry i to the chain of its value. */
static bool chain(struct img_lookup *s, uint64_t value, uint32_t i)
{
	uint32_t *first = img_map_at(&s->first, value), *last;

	if (first == NULL)
		return false;
	if (*first == IMG_MAP_NONE)
		*first = i;
	last = img_map_at(&s->last, value);
	if (last == NULL)
		return false;
	if (*last != IMG_MAP_NONE)
		entry_at(s, *last)->next = i;
	*last = i;
	return true;
}

static int add(struct img_lookup *s, const struct img_entry *e, unsigned key, struct img_err *err)
{
	struct entry n = { s->bytes.n, e->body.n, IMG_NO_ENTRY };
	uint32_t i = (uint32_t)(s->entries.n / sizeof(n));
	struct img_pick f;

	if (img_pick(&f, e->msg, e->body, err) < 0)
		return img_err_under(err, "entries", (int64_t)e->index);
	img_buf_put(&s->bytes, e->body.p, e->body.n);
	img_buf_put(&s->entries, &n, sizeof(n));
	if (s->bytes.failed || s->entries.failed || !chain(s, img_num(&f, key), i))
		return img_fail_mem(err);
	return 0;
}

struct img_lookup *img_lookup_read(struct img_dir *d, const char *pattern, uint64_t number,
				   unsigned key, const struct img_report *report)
{
	struct img_lookup *s = img_calloc(1, sizeof(*s));
	struct img_image *im;
	struct img_entry e;
	struct img_err err;
	int r;

	if (s == NULL)
		return NULL;
	s->msg = img_type_by_pattern(pattern)->entry;
	r = img_image_open(d, pattern, number, &im, &err);
	if (r > 0) {
		while ((r = img_image_next(im, &e, &err)) > 0)
			if (add(s, &e, key, &err) < 0) {
				r = img_image_fail(im, &err);
				break;
			}
		img_image_close(im);
	}
	if (r < 0) {
		img_report(report, &err);
		s->unread = err.kind == IMG_ESYS;
	}
	return s;
}

void img_lookup_free(struct img_lookup *s)
{
	if (s == NULL)
		return;
	img_buf_free(&s->bytes);
	img_buf_free(&s->entries);
	img_map_free(&s->first);
	img_map_free(&s->last);
	img_free(s);
}

bool img_lookup_unread(const struct img_lookup *s)
{
	return s->unread;
}

uint32_t img_lookup_first(const struct img_lookup *s, uint64_t value)
{
	return img_map_get(&s->first, value);
}

uint32_t img_lookup_next(const struct img_lookup *s, uint32_t entry)
{
	return entry_at(s, entry)->next;
}

void img_lookup_pick(const struct img_lookup *s, uint32_t entry, struct img_pick *f)
{
	const struct entry *n = entry_at(s, entry);
	struct img_err err;

	/* Cannot fail: it was scanned when it was read. */
	img_pick(f, s->msg, (struct img_span){ s->bytes.p + n->at, n->n, 0 }, &err);
}

const struct img_msg *img_lookup_msg(const struct img_lookup *s)
{
	return s->msg;
}
