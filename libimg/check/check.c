#include "libimg/check/check.h"

#include <string.h>

#include "libimg/base/alloc.h"
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

int img_check(const char *path, const struct img_check_how *how, struct img_err *err)
{
	struct ck_names names = { .no_memory = false };
	struct check ck = { .names = &names, .how = how, .rows = img_ck_rows };
	int r = -1;

	ck.dir = img_dir_open(path, err);
	if (ck.dir == NULL)
		return -1;
	ck.arena = img_arena_new(0);
	ck.scratch = img_arena_new(0);
	if (ck.arena != NULL && ck.scratch != NULL)
		r = run(&ck, err);
	else
		img_fail_mem(err);
	for (size_t i = 0; i < ck.n_images; i++)
		img_free(ck.images[i].v);
	img_free(ck.images);
	img_free(ck.segments);
	img_map_free(&ck.pids);
	img_map_free(&ck.file_keys);
	img_map_free(&ck.ttys);
	img_map_free(&ck.ns);
	img_map_free(&ck.kobjs);
	img_map_free(&ck.mounts);
	img_map_free(&ck.devices);
	img_map_free(&ck.netdevs);
	img_map_free(&ck.netdev_names);
	img_map_free(&ck.shmids);
	img_intern_free(&names.known);
	img_buf_free(&names.joined);
	img_arena_free(ck.scratch);
	img_arena_free(ck.arena);
	img_dir_close(ck.dir);
	return r;
}
