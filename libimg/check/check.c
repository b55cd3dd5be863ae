#include "libimg/check/check.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/buf.h"
#include "libimg/check/model.h"

const struct img_rule *img_rule(size_t number)
{
	return number < CK_RULES ? &img_ck_rows[number].rule : NULL;
}

int img_rule_find(const char *name)
{
	for (int i = 0; i < CK_RULES; i++)
		if (strcmp(img_ck_rows[i].rule.name, name) == 0)
			return i;
	return -1;
}

static int run(struct check *ck, struct img_err *err)
{
	if (img_ck_load_images(ck, err) < 0)
		return -1;
	img_ck_load_dump(ck);
	img_ck_load_tasks(ck);
	ck->mips = img_ck_march(ck) == CORE_ENTRY__MARCH__MIPS;
	if (!ck->memory_only) {
		img_ck_load_files(ck);
		img_ck_load_ttys(ck);
		img_ck_load_segments(ck);
		img_ck_load_namespaces(ck);
		img_ck_load_mounts(ck);
		img_ck_load_netdevs(ck);
	}
	for (size_t i = 0; i < CK_RULES && !ck->no_memory; i++)
		if (ck->rows[i].run != NULL && (ck->rows[i].memory || !ck->memory_only))
			ck->rows[i].run(ck);
	img_ck_say_rest(ck);
	return ck->no_memory || ck->names->no_memory ? img_fail_mem(err) : 0;
}

/*
 * What is wrong inside of an image that nothing needs is nobody's concern, and what it says may be
 * that of an earlier dump: when some are found, all the others are checked once more without
 * them. That may show more of them, such as the pages of a pagemap. Until then findings are held.
 */
enum { PASSES = 8, HELD = 10000 };

struct ck_pass {
	struct check ck;
	struct ck_names names;
	const struct img_check_how *how; /* the caller's */
	struct img_check_how held;
	struct img_arena *arena; /* of the texts of findings */
	struct img_buf findings;
	bool through; /* too many to hold */
	bool unread;  /* reported: something cannot be read */
};

static void release(struct ck_pass *p)
{
	const struct img_finding *f = (const void *)p->findings.p;

	for (size_t i = 0; i < p->findings.n / sizeof(*f); i++)
		p->how->found(p->how->arg, &f[i]);
	p->findings.n = 0;
}

static bool keep_text(struct ck_pass *p, const char **text)
{
	size_t n = strlen(*text) + 1;
	char *copy = img_arena_alloc(p->arena, n);

	if (copy != NULL)
		*text = memcpy(copy, *text, n);
	return copy != NULL;
}

/* Of very many the first are held, and then none: this pass is the last. */
static void hold(void *arg, const struct img_finding *f)
{
	struct ck_pass *p = arg;
	struct img_finding copy = *f;

	if (!p->through && p->findings.n < HELD * sizeof(copy) && keep_text(p, &copy.image) &&
	    keep_text(p, &copy.path) && keep_text(p, &copy.message) &&
	    img_buf_room(&p->findings, sizeof(copy))) {
		img_buf_put(&p->findings, &copy, sizeof(copy));
		return;
	}
	p->ck.last = p->through = true;
	release(p);
	p->how->found(p->how->arg, f);
}

static void unread(void *arg, const struct img_err *err)
{
	struct ck_pass *p = arg;

	p->unread = true;
	img_report(&p->how->unread, err);
}

static void close_pass(struct ck_pass *p)
{
	struct check *ck = &p->ck;

	for (size_t i = 0; i < ck->n_images; i++)
		img_free(ck->images[i].v);
	img_free(ck->images);
	img_free(ck->foreign);
	img_free(ck->segments);
	img_map_free(&ck->pids);
	img_map_free(&ck->file_keys);
	img_map_free(&ck->ttys);
	img_map_free(&ck->ns);
	img_map_free(&ck->kobjs);
	img_map_free(&ck->mounts);
	img_map_free(&ck->devices);
	img_map_free(&ck->netdevs);
	img_map_free(&ck->netdev_names);
	img_map_free(&ck->shmids);
	img_intern_free(&p->names.known);
	img_buf_free(&p->names.joined);
	img_arena_free(ck->scratch);
	img_arena_free(ck->arena);
	img_arena_free(p->arena);
	img_buf_free(&p->findings);
}

/* ---- images that nothing needs ---- */

struct lefts {
	struct img_arena *arena;
	struct img_buf list; /* of struct ck_left, by name */
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct ck_left *)a)->name, ((const struct ck_left *)b)->name);
}

static char *copy_of(struct img_arena *a, const char *text)
{
	size_t n = strlen(text) + 1;
	char *copy = img_arena_alloc(a, n);

	return copy != NULL ? memcpy(copy, text, n) : NULL;
}

/* Those that a pass has found join the others: how many, or -1: no memory. */
static int64_t gather(struct lefts *l, const struct check *ck)
{
	int64_t n = 0;

	for (size_t i = 0; i < ck->n_images; i++) {
		struct ck_left left;

		if (ck->images[i].left == NULL)
			continue;
		left.name = copy_of(l->arena, ck->images[i].name);
		left.why = copy_of(l->arena, ck->images[i].left);
		img_buf_put(&l->list, &left, sizeof(left));
		if (left.name == NULL || left.why == NULL || l->list.failed)
			return -1;
		n++;
	}
	if (n > 0)
		qsort(l->list.p, l->list.n / sizeof(struct ck_left), sizeof(struct ck_left),
		      by_name);
	return n;
}

/* ---- passes ---- */

/* Everything but what is left over; reports of what cannot be read are made once. */
static int run_pass(struct ck_pass *p, struct img_dir *dir, const struct img_check_how *how,
		    const struct lefts *l, int number, bool told, struct img_err *err)
{
	*p = (struct ck_pass){ .how = how, .held = *how };
	p->held.found = hold;
	p->held.arg = p;
	p->held.unread = (struct img_report){ told ? NULL : unread, p };
	p->ck = (struct check){ .names = &p->names,
				.dir = dir,
				.how = &p->held,
				.rows = img_ck_rows,
				.left = (const void *)l->list.p,
				.n_left = l->list.n / sizeof(struct ck_left),
				.last = number == PASSES - 1,
				.arena = img_arena_new(0),
				.scratch = img_arena_new(0) };
	p->arena = img_arena_new(0);
	if (p->ck.arena == NULL || p->ck.scratch == NULL || p->arena == NULL)
		return img_fail_mem(err);
	return run(&p->ck, err);
}

/*
 * Where images are missing, what seems to be left over may be what belongs to them: the first
 * pass says all that can be said.
 */
static int run_all(struct img_dir *dir, const struct img_check_how *how, struct lefts *l,
		   struct ck_pass *first, struct img_err *err)
{
	struct ck_pass p;
	int r = run_pass(first, dir, how, l, 0, false, err);
	bool told = first->unread;
	int64_t more = r < 0 || first->through ? 0 : gather(l, &first->ck);

	for (int i = 1; r == 0 && more > 0 && i < PASSES; i++) {
		r = run_pass(&p, dir, how, l, i, told, err);
		told |= p.unread;
		more = r < 0 || p.ck.last ? 0 : gather(l, &p.ck);
		if (r == 0 && more == 0 && (p.through || p.ck.gaps == 0)) {
			release(&p);
			first->findings.n = 0;
		}
		close_pass(&p);
	}
	release(first);
	return r == 0 && more < 0 ? img_fail_mem(err) : r;
}

int img_check_dir(struct img_dir *dir, const struct img_check_how *how, struct img_err *err)
{
	struct lefts l = { .arena = img_arena_new(0) };
	struct ck_pass first = { 0 };
	int r;

	if (l.arena == NULL)
		return img_fail_mem(err);
	r = run_all(dir, how, &l, &first, err);
	close_pass(&first);
	img_buf_free(&l.list);
	img_arena_free(l.arena);
	return r;
}

int img_check(const char *path, const struct img_check_how *how, struct img_err *err)
{
	struct img_dir *dir = img_dir_open(path, how->flags, err);
	int r = dir != NULL ? img_check_dir(dir, how, err) : -1;

	img_dir_close(dir);
	return r;
}
