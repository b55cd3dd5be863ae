/* Open files without a reference: the references were lost. */
#include "libimg/check/model.h"
#include "libimg/dump/files.h"
#include "libimg/image/type.h"
#include "remap-file-path.pb-c.h"
#include "sk-packet.pb-c.h"

/* Of whatever type it is. */
static void use_right(struct check *ck, uint32_t id)
{
	for (uint32_t type = 1; img_files_member(type) != NULL; type++)
		if (img_ck_file_of(ck, type, id) != NULL)
			img_ck_use_file(ck, type, id);
}

static void use_others(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "remap-fpath.img", 0);

	for (size_t i = 0; im != NULL && i < im->n; i++) {
		const RemapFilePathEntry *e = im->v[i];

		if (!e->has_remap_type || e->remap_type == REMAP_TYPE__LINKED)
			img_ck_use_file(ck, FD_TYPES__REG, e->remap_id);
	}
	im = img_ck_find(ck, "sk-queues.img", 0);
	for (size_t i = 0; im != NULL && i < im->n; i++) {
		const SkPacketEntry *e = im->v[i];

		for (size_t k = 0; k < e->n_scm; k++)
			for (size_t n = 0; n < e->scm[k]->n_rights; n++)
				use_right(ck, e->scm[k]->rights[n]);
	}
	img_ck_use_external(ck);
}

/*
 * Live tasks without a table: an empty table has no image, but a lost one leaves files that are
 * open nowhere. Returns their number.
 */
static size_t tell_tables(struct check *ck, size_t unused, const struct ck_file *first)
{
	size_t n = 0;

	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];
		char name[64];

		if (!t->alive || t->ids == NULL || t->fdinfo != NULL)
			continue;
		n++;
		if (t->lost || unused == 0)
			continue;
		img_type_file_name("fdinfo-%u.img", t->ids->files_id, name, sizeof(name));
		img_ck_say_name(ck, CK_IMAGE_EXPECTED, name,
				"image missing: task %" PRIu32
				" has no table, and %zu files are open nowhere (entry %zu of %s)",
				t->e->pid, unused, first->at.entry, first->at.im->name);
	}
	return n;
}

/* Another rule reports a duplicate key. */
static bool is_unused(const struct check *ck, const struct ck_file *f)
{
	return !f->used && img_ck_file_of(ck, f->type, f->id) == f;
}

void img_ck_file_unused(struct check *ck)
{
	bool sure = ck->files_whole && ck->gaps + ck->lost_refs == 0;
	const struct ck_file *first = NULL;
	size_t unused = 0;

	use_others(ck);
	for (size_t i = ck->n_files; sure && i-- > 0;)
		if (is_unused(ck, &ck->files[i])) {
			first = &ck->files[i];
			unused++;
		}
	if (tell_tables(ck, unused, first) > 0)
		return;
	for (size_t i = 0; unused > 0 && i < ck->n_files; i++)
		if (is_unused(ck, &ck->files[i]))
			img_ck_say(ck, CK_FILE_UNUSED, ck->files[i].at.im,
				   (int64_t)ck->files[i].at.entry, "id",
				   CK_ID ", of type %s, is open nowhere", CK_N(ck->files[i].id),
				   img_ck_fd_type(ck->files[i].type));
}
