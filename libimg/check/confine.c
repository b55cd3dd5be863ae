/* What confines tasks: seccomp filters, cgroups. */
#include <string.h>

#include "cgroup.pb-c.h"
#include "libimg/base/byteorder.h"
#include "libimg/check/model.h"
#include "seccomp.pb-c.h"

enum { INSTRUCTION = 8, MAX_INSTRUCTIONS = 4096 }; /* of BPF */
enum { FILTER_FLAGS = 0x3f };

/* ---- seccomp ---- */

static const SeccompEntry *filters(const struct check *ck)
{
	return img_ck_one(img_ck_find(ck, "seccomp.img", 0));
}

/* The kernel keeps the program unchanged. */
static void check_program(struct check *ck, const struct ck_image *im, size_t at,
			  const SeccompFilter *f)
{
	size_t n = f->filter.len / INSTRUCTION;

	for (size_t i = 0; i < n; i++) {
		const uint8_t *p = f->filter.data + i * INSTRUCTION;
		bool big = im->head.big;
		uint64_t code = big ? (uint64_t)p[0] << 8 | p[1] : (uint64_t)p[1] << 8 | p[0];
		const char *why =
			img_ck_bad_bpf(code << 48 | (uint64_t)p[2] << 40 | (uint64_t)p[3] << 32 |
					       img_get32(p + 4, big),
				       i, n);

		if (why == NULL)
			continue;
		img_ck_say(ck, CK_SECCOMP_CHAIN, im, 0,
			   img_ck_path(ck, "seccomp_filters[%zu].filter", at), "instruction %zu %s",
			   i, why);
		return;
	}
}

static void check_filters(struct check *ck, const struct ck_image *im, const SeccompEntry *s)
{
	for (size_t i = 0; i < s->n_seccomp_filters; i++) {
		const SeccompFilter *f = s->seccomp_filters[i];

		if (f->filter.len == 0 || f->filter.len % INSTRUCTION != 0 ||
		    f->filter.len / INSTRUCTION > MAX_INSTRUCTIONS)
			img_ck_say(ck, CK_SECCOMP_CHAIN, im, 0,
				   img_ck_path(ck, "seccomp_filters[%zu].filter", i),
				   "%zu bytes, expected a BPF program of 1 to 4096 instructions of "
				   "8 bytes",
				   f->filter.len);
		else
			check_program(ck, im, i, f);
		if (f->has_flags && f->flags & ~(uint32_t)FILTER_FLAGS)
			img_ck_say(ck, CK_SECCOMP_CHAIN, im, 0,
				   img_ck_path(ck, "seccomp_filters[%zu].flags", i),
				   "0x%" PRIx32 " has bits unknown to seccomp(2)", f->flags);
		if (f->has_prev && f->prev >= i)
			img_ck_say(ck, CK_SECCOMP_CHAIN, im, 0,
				   img_ck_path(ck, "seccomp_filters[%zu].prev", i),
				   "%" PRIu32 " is not the index of an earlier filter", f->prev);
	}
}

/* Mark the filter of a thread and its predecessors. */
static void use_chain(const SeccompEntry *s, bool *used, uint32_t i)
{
	while (i < s->n_seccomp_filters && !used[i]) {
		const SeccompFilter *f = s->seccomp_filters[i];

		used[i] = true;
		if (!f->has_prev || f->prev >= i)
			return;
		i = f->prev;
	}
}

struct mode {
	const struct ck_image *im;
	bool has_mode, has_filter;
	uint32_t mode, filter;
	const char *path;
};

static void check_mode(struct check *ck, const struct mode *m, const SeccompEntry *s, bool *used)
{
	bool filtered = m->has_mode && m->mode == SECCOMP_MODE__filter;
	const struct ck_image *im = img_ck_find(ck, "seccomp.img", 0);

	if (filtered && !m->has_filter) {
		ck->lost_refs++;
		img_ck_say(ck, CK_CORE_SECCOMP, m->im, 0, m->path,
			   "missing: seccomp_mode is filter");
	} else if (!filtered && m->has_filter) {
		ck->lost_refs++;
		img_ck_say(ck, CK_ODD(CK_CORE_SECCOMP), m->im, 0, m->path,
			   "%" PRIu32 " is unexpected: seccomp_mode is not filter", m->filter);
	} else if (filtered && im == NULL)
		img_ck_need(ck, "seccomp.img", 0, "%s has %s %" PRIu32, m->im->name, m->path,
			    m->filter);
	else if (filtered && !im->broken && (s == NULL || m->filter >= s->n_seccomp_filters)) {
		ck->lost_refs++;
		img_ck_say(ck, CK_CORE_SECCOMP, m->im, 0, m->path,
			   "%" PRIu32 " is not one of the %zu filters in seccomp.img", m->filter,
			   s != NULL ? s->n_seccomp_filters : 0);
	}
	if (filtered && m->has_filter && s != NULL)
		use_chain(s, used, m->filter);
}

void img_ck_core_seccomp(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "seccomp.img", 0);
	const SeccompEntry *s = filters(ck);
	bool *used = img_ck_alloc(ck, s != NULL ? s->n_seccomp_filters + 1 : 1, sizeof(*used));

	if (used == NULL)
		return;
	CK_EACH(ck, core, "core-%u.img") {
		const CoreEntry *c = img_ck_one(core);

		if (c != NULL && c->thread_core != NULL)
			check_mode(ck,
				   &(struct mode){ core, c->thread_core->has_seccomp_mode,
						   c->thread_core->has_seccomp_filter,
						   c->thread_core->seccomp_mode,
						   c->thread_core->seccomp_filter,
						   "thread_core.seccomp_filter" },
				   s, used);
		if (c != NULL && c->tc != NULL)
			check_mode(ck,
				   &(struct mode){
					   core, c->tc->has_old_seccomp_mode,
					   c->tc->has_old_seccomp_filter, c->tc->old_seccomp_mode,
					   c->tc->old_seccomp_filter, "tc.old_seccomp_filter" },
				   s, used);
	}
	for (size_t i = 0; s != NULL && ck->gaps + ck->lost_refs == 0 && i < s->n_seccomp_filters;
	     i++)
		if (!used[i])
			img_ck_say(ck, CK_ODD(CK_SECCOMP_CHAIN), im, 0,
				   img_ck_path(ck, "seccomp_filters[%zu]", i),
				   "is not used by any thread");
}

void img_ck_seccomp_chain(struct check *ck)
{
	const SeccompEntry *s = filters(ck);

	if (s != NULL)
		check_filters(ck, img_ck_find(ck, "seccomp.img", 0), s);
}

/* ---- cgroups ---- */

static const CgroupEntry *cgroups(const struct check *ck)
{
	return img_ck_one(img_ck_find(ck, "cgroup.img", 0));
}

/* The controllers of a set have the names of those in the first set. */
static bool same_names(const CgSetEntry *a, const CgSetEntry *b)
{
	if (a->n_ctls != b->n_ctls)
		return false;
	for (size_t i = 0; i < a->n_ctls; i++)
		if (strcmp(a->ctls[i]->name, b->ctls[i]->name) != 0)
			return false;
	return true;
}

/* Controllers by their names, and by the directories that a restore makes. */
struct controllers {
	struct img_map names; /* -> its index; "cpu,cpuacct" are two */
	struct img_map dirs;  /* of the controller and the path */
};

static uint64_t first_of_path(const struct check *ck, uint32_t controller)
{
	return img_ck_key(ck, &controller, sizeof(controller));
}

/*
 * The key of a path: that of each part between slashes on that of the ones before. *above: that
 * of all but the last part.
 */
static uint64_t path_key(const struct check *ck, uint64_t key, const char *path, uint64_t *above)
{
	for (;;) {
		size_t n = strcspn(path, "/");

		*above = key;
		key = img_ck_key_on(ck, key, path, n);
		if (path[n] == '\0')
			return key;
		path += n + 1;
	}
}

/* `above`: the key of the path down to there, without an empty part at its end. */
static void learn_dirs(struct check *ck, struct controllers *c, CgroupDirEntry *const *v, size_t n,
		       uint64_t above, unsigned depth)
{
	for (size_t i = 0; depth < IMG_MAX_DEPTH && i < n; i++) {
		const char *name = v[i]->dir_name;
		size_t len = strlen(name);
		uint64_t before, path = path_key(ck, above, name, &before);

		img_ck_count(ck, &c->dirs, path);
		learn_dirs(ck, c, v[i]->children, v[i]->n_children,
			   len == 0 || name[len - 1] == '/' ? before : path, depth + 1);
	}
}

static void learn_controllers(struct check *ck, struct controllers *c, const CgroupEntry *g)
{
	for (size_t i = 0; i < g->n_controllers; i++) {
		const CgControllerEntry *e = g->controllers[i];
		uint64_t top;

		for (size_t k = 0; k < e->n_cnames; k++)
			*img_ck_map_at(ck, &c->names,
				       img_ck_key(ck, e->cnames[k], strlen(e->cnames[k]))) =
				(uint32_t)i;
		learn_dirs(ck, c, e->dirs, e->n_dirs,
			   path_key(ck, first_of_path(ck, (uint32_t)i), "", &top), 0);
	}
}

static bool are_known(const struct check *ck, const struct img_map *names, const char *name)
{
	for (;;) {
		size_t n = strcspn(name, ",");

		if (img_map_get(names, img_ck_key(ck, name, n)) == IMG_MAP_NONE)
			return false;
		if (name[n] == '\0')
			return true;
		name += n + 1;
	}
}

/* A set's path; with --manage-cgroups=ignore there are no directories. */
static bool has_dir(const struct check *ck, const struct controllers *c, const CgMemberEntry *m)
{
	uint32_t at = img_map_get(&c->names, img_ck_key(ck, m->name, strcspn(m->name, ",")));
	uint64_t above;

	return c->dirs.n == 0 || img_map_get(&c->dirs, path_key(ck, first_of_path(ck, at), m->path,
								&above)) != IMG_MAP_NONE;
}

static void check_member(struct check *ck, const struct ck_image *im, const CgroupEntry *g,
			 size_t i, size_t k, const struct controllers *known)
{
	const CgMemberEntry *m = g->sets[i]->ctls[k];

	if (m->path[0] != '/')
		img_ck_say(ck, CK_CGROUP_SET, im, 0,
			   img_ck_path(ck, "sets[%zu].ctls[%zu].path", i, k),
			   "%s does not begin with a slash", img_ck_str(ck, m->path));
	if (m->has_cgns_prefix && m->cgns_prefix > strlen(m->path))
		img_ck_say(ck, CK_CGROUP_SET, im, 0,
			   img_ck_path(ck, "sets[%zu].ctls[%zu].cgns_prefix", i, k),
			   "%" PRIu32 " exceeds the length of the path (%zu bytes)", m->cgns_prefix,
			   strlen(m->path));
	if (!are_known(ck, &known->names, m->name))
		img_ck_say(ck, CK_CGROUP_SET, im, 0,
			   img_ck_path(ck, "sets[%zu].ctls[%zu].name", i, k),
			   "%s is not one of the controllers", img_ck_str(ck, m->name));
	else if (m->path[0] == '/' && !has_dir(ck, known, m))
		img_ck_say(ck, CK_CGROUP_SET, im, 0,
			   img_ck_path(ck, "sets[%zu].ctls[%zu].path", i, k),
			   "%s is not a directory of the controller", img_ck_str(ck, m->path));
}

/* Each controller is described once, and its directories are used by a set. */
static void check_controllers(struct check *ck, const struct ck_image *im, const CgroupEntry *g)
{
	struct img_map named = { 0 }, seen = { 0 };

	for (size_t k = 0; g->n_sets > 0 && k < g->sets[0]->n_ctls; k++)
		for (const char *name = g->sets[0]->ctls[k]->name;;) {
			size_t n = strcspn(name, ",");

			img_ck_count(ck, &named, img_ck_key(ck, name, n));
			if (name[n] == '\0')
				break;
			name += n + 1;
		}
	for (size_t i = 0; i < g->n_controllers; i++) {
		const CgControllerEntry *c = g->controllers[i];
		bool used = c->n_dirs == 0 || g->n_sets == 0;

		for (size_t k = 0; k < c->n_cnames; k++) {
			uint64_t name = img_ck_key(ck, c->cnames[k], strlen(c->cnames[k]));

			used = used || img_map_get(&named, name) != IMG_MAP_NONE;
			if (img_ck_count(ck, &seen, name) > 0)
				img_ck_say(ck, CK_CGROUP_SET, im, 0,
					   img_ck_path(ck, "controllers[%zu].cnames[%zu]", i, k),
					   "%s is described twice", img_ck_str(ck, c->cnames[k]));
		}
		if (!used)
			img_ck_say(ck, CK_CGROUP_SET, im, 0, img_ck_path(ck, "controllers[%zu]", i),
				   "has directories, but is in no set");
	}
	img_map_free(&named);
	img_map_free(&seen);
}

static void check_names(struct check *ck, const struct ck_image *im, size_t i, const CgSetEntry *s)
{
	struct img_map seen = { 0 };

	for (size_t k = 0; k < s->n_ctls; k++)
		if (img_ck_count(ck, &seen,
				 img_ck_key(ck, s->ctls[k]->name, strlen(s->ctls[k]->name))) > 0)
			img_ck_say(ck, CK_CGROUP_SET, im, 0,
				   img_ck_path(ck, "sets[%zu].ctls[%zu].name", i, k),
				   "%s is in the set twice", img_ck_str(ck, s->ctls[k]->name));
	img_map_free(&seen);
}

void img_ck_cgroup_set(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "cgroup.img", 0);
	const CgroupEntry *g = cgroups(ck);
	struct controllers known = { { 0 }, { 0 } };
	struct img_map ids = { 0 };

	if (g != NULL) {
		learn_controllers(ck, &known, g);
		check_controllers(ck, im, g);
	}
	for (size_t i = 0; g != NULL && i < g->n_sets; i++) {
		const CgSetEntry *s = g->sets[i];

		if (s->id == 0)
			img_ck_say(ck, CK_CGROUP_SET, im, 0, img_ck_path(ck, "sets[%zu].id", i),
				   "0 is not a valid id");
		if (img_ck_count(ck, &ids, s->id) > 0)
			img_ck_say(ck, CK_CGROUP_SET, im, 0, img_ck_path(ck, "sets[%zu].id", i),
				   CK_ID " is also the id of another set", CK_N(s->id));
		if (s->n_ctls == 0)
			img_ck_say(ck, CK_CGROUP_SET, im, 0, img_ck_path(ck, "sets[%zu].ctls", i),
				   "no controller");
		if (!same_names(g->sets[0], s))
			img_ck_say(ck, CK_CGROUP_SET, im, 0, img_ck_path(ck, "sets[%zu].ctls", i),
				   "differ from the controllers of the first set");
		check_names(ck, im, i, s);
		for (size_t k = 0; k < s->n_ctls; k++)
			check_member(ck, im, g, i, k, &known);
	}
	img_map_free(&ids);
	img_map_free(&known.names);
	img_map_free(&known.dirs);
}

struct sets {
	const struct ck_image *im;
	const CgroupEntry *g;
	struct img_map used, listed;
};

static void check_use(struct check *ck, struct sets *s, const struct ck_image *core, uint32_t set,
		      const char *path)
{
	bool listed = img_map_get(&s->listed, set) != IMG_MAP_NONE;
	bool known = ck->inv != NULL && ck->inv->has_root_cg_set && ck->inv->root_cg_set != 0;

	img_ck_count(ck, &s->used, set);
	/* The inventory may not record the root set. */
	if (set == 0 || listed || (s->im != NULL && s->im->broken) || !known ||
	    set == ck->inv->root_cg_set)
		return;
	if (s->im == NULL)
		img_ck_say(ck, CK_CGROUP_REF, core, 0, path,
			   CK_ID " is not root_cg_set of the inventory (%" PRIu32
				 "), and cgroup.img is missing",
			   CK_N(set), ck->inv->root_cg_set);
	else
		img_ck_say(ck, CK_CGROUP_REF, core, 0, path,
			   CK_ID " is not the id of a set in cgroup.img", CK_N(set));
}

void img_ck_cgroup_ref(struct check *ck)
{
	struct sets s = { img_ck_find(ck, "cgroup.img", 0), cgroups(ck), { 0 }, { 0 } };

	for (size_t i = 0; s.g != NULL && i < s.g->n_sets; i++)
		img_ck_count(ck, &s.listed, s.g->sets[i]->id);
	CK_EACH(ck, core, "core-%u.img") {
		const CoreEntry *c = img_ck_one(core);

		if (c != NULL && c->thread_core != NULL && c->thread_core->has_cg_set)
			check_use(ck, &s, core, c->thread_core->cg_set, "thread_core.cg_set");
		if (c != NULL && c->tc != NULL && c->tc->has_cg_set)
			check_use(ck, &s, core, c->tc->cg_set, "tc.cg_set");
	}
	for (size_t i = 0; s.g != NULL && ck->gaps + ck->lost_refs == 0 && i < s.g->n_sets; i++)
		if (img_map_get(&s.used, s.g->sets[i]->id) == IMG_MAP_NONE)
			img_ck_say(ck, CK_ODD(CK_CGROUP_REF), s.im, 0,
				   img_ck_path(ck, "sets[%zu].id", i),
				   CK_ID " is not used by any task", CK_N(s.g->sets[i]->id));
	img_map_free(&s.used);
	img_map_free(&s.listed);
}
