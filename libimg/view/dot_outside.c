#include "libimg/view/dot_outside.h"

#include "libimg/view/dot_text.h"

/* Of more hosts their number is shown. */
enum { MAX_HOSTS = 24 };

static bool add_wire(struct img_dot_outside *l, const struct img_dot_holder *h, uint32_t host,
		     size_t kind)
{
	const uint32_t key[] = { h->box, host, (uint32_t)kind };
	struct img_dot_wire w = { h->box, host, (uint32_t)kind, 0, h->fd, h->pid };
	uint32_t *at = img_dot_slot(l->h, &l->by_wire, key, sizeof(key));

	if (at == NULL)
		return false;
	if (*at == IMG_MAP_NONE) {
		*at = l->n_wires++;
		img_buf_put(&l->wires, &w, sizeof(w));
	}
	if (l->wires.failed)
		return false;
	((struct img_dot_wire *)(void *)l->wires.p)[*at].n++;
	l->kinds |= 1u << kind;
	return true;
}

/* The number of a host; IMG_DOT_NONE: there are too many. */
static bool host_of(struct img_dot_outside *l, const struct img_buf *name, uint64_t port,
		    uint32_t *host)
{
	uint32_t *at = img_dot_slot(l->h, &l->by_host, name->p, name->n);
	struct img_dot_host fresh = { l->texts.n, port, false, 0 }, *h;

	if (at == NULL)
		return false;
	if (*at == IMG_MAP_NONE && l->n_hosts == MAX_HOSTS) {
		l->more_hosts++;
		/* Known from here on, as one that is not drawn. */
		*at = MAX_HOSTS;
	} else if (*at == IMG_MAP_NONE) {
		*at = l->n_hosts++;
		img_buf_put(&l->hosts, &fresh, sizeof(fresh));
		img_buf_put(&l->texts, name->p, name->n);
		img_buf_put(&l->texts, "", 1);
		if (l->hosts.failed || l->texts.failed)
			return false;
	}
	*host = *at < MAX_HOSTS ? *at : IMG_DOT_NONE;
	if (*host == IMG_DOT_NONE)
		return true;
	h = (struct img_dot_host *)(void *)l->hosts.p + *host;
	h->n++;
	h->ports |= h->port != port;
	return true;
}

/* A socket whose other end is not in the dump, with all boxes that hold it. */
static bool add_outside(struct img_dot_outside *l, uint32_t file, const struct img_buf *name,
			uint64_t port, size_t kind)
{
	const struct img_fds *fds = img_desc_fds(l->h->b->desc);
	uint32_t host, last = IMG_DOT_NONE;
	struct img_dot_holder h;

	for (uint32_t i = img_fds_head(fds, file); i != IMG_NO_FD; i = fds->v[i].next) {
		if (!img_dot_holder_of(l->h, &fds->v[i], &h) || h.box == last)
			continue;
		if (last == IMG_DOT_NONE && !host_of(l, name, port, &host))
			return false;
		last = h.box;
		if (host != IMG_DOT_NONE && !add_wire(l, &h, host, kind))
			return false;
	}
	return true;
}

static bool each_outside(struct img_dot_outside *l)
{
	struct img_desc *desc = l->h->b->desc;
	const struct img_peers *ends = img_desc_peers(desc);
	uint32_t n = desc->files != NULL ? img_files_count(desc->files) : 0;
	struct img_buf name = { 0 };
	struct img_out *o = img_out_mem(&name);
	struct img_err err;
	bool ok = o != NULL;

	for (uint32_t file = 0; ok && file < n; file++) {
		struct img_files_place place;
		uint64_t port;

		img_files_at(desc->files, file, &place);
		name.n = 0;
		if (img_peers_count(ends, file) > 0 || !img_dot_remote(desc, o, file, &port))
			continue;
		ok = img_out_flush(o, &err) == 0 &&
		     add_outside(l, file, &name, port, img_dot_kind_of(place.type));
	}
	img_out_free(o);
	img_buf_free(&name);
	return ok;
}

int img_dot_outside_make(struct img_dot_outside *l, struct img_dot_holders *h, struct img_err *err)
{
	*l = (struct img_dot_outside){ .h = h };
	return each_outside(l) ? 0 : img_fail_mem(err);
}

void img_dot_outside_free(struct img_dot_outside *l)
{
	img_buf_free(&l->hosts);
	img_buf_free(&l->wires);
	img_buf_free(&l->texts);
	img_map_free(&l->by_host);
	img_map_free(&l->by_wire);
}
