#include "libimg/view/dot_holder.h"

#include <stdlib.h>
#include <string.h>

/* The range of the holders of one group. */
struct group_range {
	size_t first, n;
};

uint32_t *img_dot_slot(const struct img_dot_holders *h, struct img_map *m, const void *key,
		       size_t n)
{
	return img_map_at(m, img_hash(&h->key, key, n));
}

/* ---- tables that several have ---- */

static bool add_shared(struct img_dot_holders *h, const uint32_t pair[2])
{
	uint32_t *at = img_dot_slot(h, &h->by_shared, pair, 2 * sizeof(*pair));

	if (at == NULL || *at != IMG_MAP_NONE)
		return at != NULL;
	*at = 0;
	img_buf_put(&h->shared, pair, 2 * sizeof(*pair));
	return !h->shared.failed;
}

bool img_dot_holders_make(struct img_dot_holders *h, struct img_dot_boxes *b)
{
	const struct img_ps *ps = b->d->ps;
	const struct img_fds *fds = img_desc_fds(b->desc);

	*h = (struct img_dot_holders){ .b = b, .key = img_hash_key() };
	h->stands = img_realloc(NULL, (ps->n + 1) * sizeof(*h->stands));
	if (h->stands == NULL || fds == NULL)
		return false;
	memset(h->stands, 0xff, ps->n * sizeof(*h->stands));
	for (uint32_t i = 0; i < ps->n; i++) {
		uint32_t first = fds->tables[i].task;
		uint32_t pair[2];

		if (first == IMG_NO_FD || b->of[i] == IMG_DOT_NONE)
			continue;
		if (h->stands[first] == IMG_DOT_NONE)
			h->stands[first] = i;
		pair[0] = b->of[h->stands[first]];
		pair[1] = b->of[i];
		if (pair[0] != pair[1] && fds->tables[i].n > 0 && !add_shared(h, pair))
			return false;
	}
	return true;
}

void img_dot_holders_free(struct img_dot_holders *h)
{
	img_free(h->stands);
	img_map_free(&h->groups);
	img_map_free(&h->by_shared);
	img_buf_free(&h->sets);
	img_buf_free(&h->all);
	img_buf_free(&h->shared);
}

/* ---- holders ---- */

static int by_box(const void *a, const void *b)
{
	const struct img_dot_holder *x = a, *y = b;

	if (x->box != y->box)
		return x->box < y->box ? -1 : 1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->fd < y->fd ? -1 : x->fd > y->fd;
}

bool img_dot_holder_of(const struct img_dot_holders *h, const struct img_fd *fd,
		       struct img_dot_holder *holder)
{
	uint32_t task = h->stands[fd->task];

	if (task == IMG_DOT_NONE)
		return false;
	*holder = (struct img_dot_holder){ h->b->of[task], fd->fd, h->b->d->ps->tasks[task].pid,
					   IMG_DOT_NONE };
	return true;
}

/* Each box once, with the lowest descriptor of the first process. Returns how many there are. */
static size_t unique(struct img_dot_holder *v, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(v, n, sizeof(*v), by_box);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || v[kept - 1].box != v[i].box)
			v[kept++] = v[i];
		else if (v[kept - 1].pid == v[i].pid && v[kept - 1].also == IMG_DOT_NONE)
			v[kept - 1].also = v[i].fd;
	return kept;
}

/* The range of a group: looked up once for all channels that end there. */
static bool range_of(struct img_dot_holders *h, uint32_t group, struct group_range *range)
{
	const struct img_peers *ends = img_desc_peers(h->b->desc);
	uint32_t *number = img_map_at(&h->groups, group);
	struct img_peers_walk at;
	struct img_dot_holder holder;

	if (number == NULL)
		return false;
	if (*number == IMG_MAP_NONE) {
		*number = (uint32_t)(h->sets.n / sizeof(*range));
		range->first = h->all.n / sizeof(holder);
		img_peers_begin_group(ends, group, &at);
		for (uint32_t fd; (fd = img_peers_next(ends, &at)) != IMG_NO_FD;)
			if (img_dot_holder_of(h, &h->b->desc->fds->v[fd], &holder))
				img_buf_put(&h->all, &holder, sizeof(holder));
		if (h->all.failed)
			return false;
		range->n = h->all.n / sizeof(holder) - range->first;
		if (range->n > 0)
			range->n = unique((struct img_dot_holder *)(void *)h->all.p + range->first,
					  range->n);
		h->all.n = (range->first + range->n) * sizeof(holder);
		img_buf_put(&h->sets, range, sizeof(*range));
		if (h->sets.failed)
			return false;
	}
	*range = ((const struct group_range *)(const void *)h->sets.p)[*number];
	return true;
}

bool img_dot_held(struct img_dot_holders *h, const uint32_t groups[2], struct img_dot_held held[2])
{
	struct group_range range[2];

	if (!range_of(h, groups[0], &range[0]) || !range_of(h, groups[1], &range[1]))
		return false;
	for (int i = 0; i < 2; i++) {
		held[i].n = range[i].n;
		held[i].v = range[i].n > 0 ? (const struct img_dot_holder *)(const void *)h->all.p +
						     range[i].first
					   : NULL;
	}
	return true;
}
