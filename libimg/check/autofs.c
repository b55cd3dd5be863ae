/* Mounts of autofs: their entries, and the tasks that serve them. */
#include <stdlib.h>
#include <string.h>

#include "autofs.pb-c.h"
#include "libimg/check/model.h"
#include "mnt.pb-c.h"

/* The options of its mount, or NULL: each name is NAME=NUMBER or a plain word. */
static const MntEntry *mount_of(const struct check *ck, uint64_t dev)
{
	CK_EACH(ck, im, "mountpoints-%u.img")
		for (size_t i = 0; i < im->n; i++)
			if (((const MntEntry *)im->v[i])->root_dev == dev)
				return im->v[i];
	return NULL;
}

/* Is there an option of this name with another number? */
static bool differs(const char *options, const char *name, int32_t v)
{
	size_t n = strlen(name);

	for (const char *p = options; p != NULL; p = strchr(p, ',')) {
		p += *p == ',';
		if (strncmp(p, name, n) == 0 && p[n] == '=')
			return strtol(p + n + 1, NULL, 10) != v;
	}
	return false;
}

static bool has_word(const char *options, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = options; p != NULL; p = strchr(p, ',')) {
		p += *p == ',';
		if (strncmp(p, word, n) == 0 && (p[n] == ',' || p[n] == '\0'))
			return true;
	}
	return false;
}

/* CRIU fills the entry from the options of the mount. */
static void check_options(struct check *ck, const struct ck_image *im, const AutofsEntry *a)
{
	static const char *const modes[] = { "direct", "indirect", "offset" }; /* by number */
	const MntEntry *m = mount_of(ck, im->number);
	const struct {
		const char *name;
		int32_t v;
	} numbers[] = { { "fd", a->fd },
			{ "timeout", a->timeout },
			{ "minproto", a->minproto },
			{ "maxproto", a->maxproto } };

	if (a->mode < 0 || a->mode > 2) {
		img_ck_say(ck, CK_AUTOFS, im, 0, "mode",
			   "%" PRId32 " is not 0 (direct), 1 (indirect) or 2 (offset)", a->mode);
		return;
	}
	for (int k = 0; m != NULL && k < 3; k++)
		if (k != a->mode && has_word(m->options, modes[k]))
			img_ck_say(ck, CK_AUTOFS, im, 0, "mode", "%" PRId32 ", but the mount is %s",
				   a->mode, modes[k]);
	for (size_t k = 0; m != NULL && k < CK_COUNT(numbers); k++)
		if (differs(m->options, numbers[k].name, numbers[k].v))
			img_ck_say(ck, CK_AUTOFS, im, 0, numbers[k].name,
				   "%" PRId32 " differs from the mount options", numbers[k].v);
}

/* Has a task of the group a descriptor of this number? */
static bool group_has(const struct check *ck, uint32_t pgid, int32_t fd)
{
	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];

		if (t->e->pgid != pgid || t->fdinfo == NULL)
			continue;
		for (size_t k = 0; k < t->fdinfo->n; k++)
			if ((int32_t)((const FdinfoEntry *)t->fdinfo->v[k])->fd == fd)
				return true;
	}
	return false;
}

static bool is_group(const struct check *ck, int32_t pgid)
{
	for (size_t i = 0; i < ck->n_tasks; i++)
		if (ck->tasks[i].e->pgid == (uint32_t)pgid)
			return true;
	return false;
}

void img_ck_autofs(struct check *ck)
{
	enum { MAX_PROTOCOL = 5 };

	CK_EACH(ck, im, "autofs-%u.img") {
		const AutofsEntry *a = img_ck_one(im);

		if (a != NULL)
			check_options(ck, im, a);
		if (a == NULL || ck->pstree == NULL || ck->pstree->broken)
			continue;
		if (a->fd >= 0 && !is_group(ck, a->pgrp))
			img_ck_say(ck, CK_AUTOFS, im, 0, "pgrp",
				   "%" PRId32 " is not the process group of a task", a->pgrp);
		else if (a->has_read_fd && a->read_fd >= 0 && ck->gaps == 0 &&
			 !group_has(ck, (uint32_t)a->pgrp, a->read_fd))
			img_ck_say(ck, CK_AUTOFS, im, 0, "read_fd",
				   "%" PRId32 " is not a descriptor of a task in group %" PRId32,
				   a->read_fd, a->pgrp);
		if (a->minproto > a->maxproto || a->maxproto > MAX_PROTOCOL)
			img_ck_say(ck, CK_AUTOFS, im, 0, "maxproto",
				   "%" PRId32 " is not between minproto (%" PRId32 ") and 5",
				   a->maxproto, a->minproto);
	}
}
