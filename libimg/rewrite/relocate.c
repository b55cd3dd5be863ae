#include "libimg/rewrite/relocate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/dump/pstree.h"
#include "libimg/msg/pick.h"
#include "libimg/rewrite/fields.h"
#include "libimg/rewrite/raw_edit.h"

/* inventory_entry.network_lock_method: enum NETWORK_LOCK_METHOD of criu/include/cr_options.h. */
enum { LOCK_IPTABLES = 0 };

struct img_relocate {
	struct img_relocate_how how;
	struct img_fields fields;
	struct img_raw_edit raw;
	const char *image; /* whose values come along */
	bool iptables;     /* connections were locked by it */
};

/* ---- what is known before ---- */

static int learn_inventory(struct img_relocate *r, struct img_dir *from, struct img_err *err)
{
	struct img_image *im;
	struct img_pick f;
	int got = img_image_pick(from, "inventory.img", 0, &im, &f, err);

	if (got <= 0)
		return got;
	r->fields.big = img_reader_head(img_image_reader(im))->big;
	r->iptables = img_num(&f, IMG_TAG_INVENTORY_ENTRY__NETWORK_LOCK_METHOD) == LOCK_IPTABLES;
	img_image_close(im);
	return 0;
}

/* The task that a rule for pids is about: it has to be there, alone, and its new pid free. */
static int check_pid(const struct img_rules *rules, const struct img_ps *ps,
		     const struct img_edit_rule *u, struct img_err *err)
{
	/* What another rule moves away is free. */
	bool free = img_rules_number(rules, IMG_VERB_PID, u->to) != NULL;
	const struct img_task *of = NULL;

	for (size_t i = 0; i < ps->n; i++) {
		const struct img_task *t = &ps->tasks[i];
		bool taken = t->pid == u->to || t->pgid == u->to || t->sid == u->to;

		if (t->pid == u->first)
			of = t;
		for (size_t k = 0; k < t->n_threads; k++) {
			taken = taken || t->threads[k] == u->to;
			if (t->threads[k] == u->first)
				of = t;
		}
		if (taken && !free)
			return img_fail(err, IMG_EDATA, IMG_NOWHERE,
					"%s: %" PRIu64 " is in use in the dump", u->text, u->to);
	}
	if (of == NULL)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "%s: no process has this pid",
				u->text);
	if (of->n_threads > 1)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"%s: the process has %zu threads, whose ids the C library keeps in "
				"memory",
				u->text, of->n_threads);
	return 0;
}

static int learn_pids(struct img_relocate *r, struct img_dir *from, struct img_err *err)
{
	struct img_ps *ps;
	int got = img_ps_read(from, &ps, err);

	if (got < 0)
		return -1;
	if (got == 0)
		return img_image_absent(from, "pstree.img", 0, err);
	for (size_t i = 0; got > 0 && i < img_rules_count(r->how.rules); i++) {
		const struct img_edit_rule *u = img_rules_get(r->how.rules, i);

		if (u->verb == IMG_VERB_PID && check_pid(r->how.rules, ps, u, err) < 0)
			got = img_err_in(err, img_dir_path(from), "pstree.img");
	}
	img_ps_free(ps);
	return got < 0 ? -1 : 0;
}

static int learn(void *arg, struct img_dir *from, struct img_err *err)
{
	struct img_relocate *r = arg;

	if (learn_inventory(r, from, err) < 0 || img_raw_edit_learn(&r->raw, from, err) < 0)
		return -1;
	if (r->how.seen == NULL && img_rules_verbs(r->how.rules) & IMG_VERB_PID)
		return learn_pids(r, from, err);
	return 0;
}

/* ---- images ---- */

static uint32_t reach_of(struct img_relocate *r, const struct img_type *t)
{
	uint32_t verbs =
		img_fields_reach(&r->fields, t->entry) | img_fields_reach(&r->fields, t->first);

	if (t->extra != NULL)
		verbs |= img_fields_reach(&r->fields, t->extra->record);
	return verbs;
}

/* The name that an image numbered by pid gets: 1, 0 where it keeps its own. */
static int rename_image(struct img_relocate *r, struct img_plan *plan)
{
	uint64_t number, to;

	if (!(r->fields.verbs & IMG_VERB_PID) || r->how.seen != NULL)
		return 0;
	for (int i = 0; i < IMG_PATTERNS && plan->type->files[i] != NULL; i++) {
		char name[IMG_NAME];

		if (!(plan->type->pid_in_name >> i & 1))
			continue;
		img_type_by_file(plan->name, &number);
		img_type_file_name(plan->type->files[i], number, name, sizeof(name));
		if (strcmp(name, plan->name) != 0 ||
		    img_apply_number(&r->fields.apply, IMG_VERB_PID, number, &to) <= 0)
			continue;
		img_type_file_name(plan->type->files[i], to, plan->new_name,
				   sizeof(plan->new_name));
		return 1;
	}
	return 0;
}

static int plan_image(void *arg, struct img_plan *plan, struct img_err *err)
{
	struct img_relocate *r = arg;

	if (plan->type == NULL)
		return 0;
	r->image = plan->name;
	if (plan->type->magic == 0) {
		int changes = img_raw_edit_look(&r->raw, plan->name, err);

		if (changes < 0)
			return -1;
		if (changes > 0)
			plan->fate = IMG_FATE_MAKE;
	} else if (reach_of(r, plan->type) & r->fields.verbs) {
		plan->fate = IMG_FATE_EDIT;
	}
	rename_image(r, plan);
	return 0;
}

static int entry(void *arg, const char *image, const struct img_entry *e, struct img_buf *out,
		 struct img_err *err)
{
	struct img_relocate *r = arg;

	r->image = image;
	return img_fields_entry(&r->fields, image, e, out, err);
}

static int field(void *arg, struct img_field *f, struct img_err *err)
{
	struct img_relocate *r = arg;

	return img_fields_visit(&r->fields, f, err);
}

static int make(void *arg, const char *name, const struct img_sink *to, struct img_err *err)
{
	struct img_relocate *r = arg;

	return img_raw_edit_make(&r->raw, name, to, err);
}

/* ---- all of it ---- */

static void seen(void *arg, uint32_t verb, const char *value, size_t n)
{
	struct img_relocate *r = arg;

	if (r->how.verbs & verb)
		r->how.seen(r->how.arg, verb, r->image, value, n);
}

struct img_relocate *img_relocate_new(const struct img_relocate_how *how)
{
	struct img_relocate *r = img_calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->how = *how;
	r->fields.apply = (struct img_apply){ how->rules, how->seen != NULL ? seen : NULL, r };
	r->fields.changes = how->changes;
	r->fields.verbs = how->seen != NULL ? how->verbs : img_rules_verbs(how->rules);
	r->raw.apply = &r->fields.apply;
	r->raw.changes = how->changes;
	r->raw.verbs = r->fields.verbs;
	return r;
}

void img_relocate_free(struct img_relocate *r)
{
	if (r == NULL)
		return;
	img_fields_free(&r->fields);
	img_raw_edit_free(&r->raw);
	img_free(r);
}

struct img_change img_relocate_change(struct img_relocate *r)
{
	return (struct img_change){ .learn = learn,
				    .image = plan_image,
				    .entry = entry,
				    .field = field,
				    .make = make,
				    .arg = r };
}

bool img_relocate_left_locks(const struct img_relocate *r)
{
	return r->iptables && r->fields.moved_connection;
}
