#include "libimg/dump/holders.h"

#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/intern.h"
#include "libimg/dump/vma.h"

/* The first file of each key, and the next one of each file. */
struct by_key {
	struct img_map first;
	uint32_t *next;
};

/* A holder that is no descriptor, by the id of its REG file. */
struct held_file {
	uint32_t id;
	struct img_holder by;
};

struct img_holders {
	struct img_dir *dir;
	struct img_ps *ps;
	struct img_files *files;
	const struct img_fds *fds;
	const struct img_report *report;
	struct by_key ids, paths, inodes;
	struct img_intern names; /* of paths, without a first slash */
	struct img_buf held;     /* struct held_file, in the order of tasks */
	bool asked_ids, asked_paths, asked_inodes, asked_held;
	struct img_buf answer; /* struct img_holder */
};

struct img_holders *img_holders_new(struct img_dir *d, struct img_ps *ps, struct img_files *files,
				    const struct img_fds *fds, const struct img_report *report)
{
	struct img_holders *h = img_realloc(NULL, sizeof(*h));

	if (h != NULL)
		*h = (struct img_holders){
			.dir = d, .ps = ps, .files = files, .fds = fds, .report = report
		};
	return h;
}

void img_holders_free(struct img_holders *h)
{
	if (h == NULL)
		return;
	img_map_free(&h->ids.first);
	img_free(h->ids.next);
	img_map_free(&h->inodes.first);
	img_free(h->inodes.next);
	img_map_free(&h->paths.first);
	img_free(h->paths.next);
	img_intern_free(&h->names);
	img_buf_free(&h->held);
	img_buf_free(&h->answer);
	img_free(h);
}

/* ---- files by key ---- */

static uint32_t count(const struct img_holders *h)
{
	return h->files != NULL ? img_files_count(h->files) : 0;
}

/* What is not found for this may be there all the same. */
static void no_memory(const struct img_holders *h)
{
	struct img_err err;

	img_fail_mem(&err);
	img_report(h->report, &err);
}

static bool begin(struct img_holders *h, struct by_key *k)
{
	k->next = img_realloc(NULL, (count(h) + 1) * sizeof(*k->next));
	if (k->next == NULL)
		no_memory(h);
	return k->next != NULL;
}

/* Files are added from the last one to the first, so that each chain ascends. */
static void add(const struct img_holders *h, struct by_key *k, uint64_t key, uint32_t file)
{
	uint32_t *slot = img_map_at(&k->first, key);

	k->next[file] = slot != NULL ? *slot : IMG_MAP_NONE;
	if (slot != NULL)
		*slot = file;
	else
		no_memory(h);
}

static uint32_t follow(const struct by_key *k, uint64_t key, uint32_t after)
{
	uint32_t i = after != IMG_NO_FILE ? k->next[after] : img_map_get(&k->first, key);

	return i == IMG_MAP_NONE ? IMG_NO_FILE : i;
}

uint32_t img_holders_id(struct img_holders *h, uint32_t id, uint32_t after)
{
	if (!h->asked_ids) {
		h->asked_ids = begin(h, &h->ids);
		for (uint32_t i = count(h); h->asked_ids && i-- > 0;) {
			struct img_files_place p;

			img_files_at(h->files, i, &p);
			add(h, &h->ids, p.id, i);
		}
	}
	return h->asked_ids ? follow(&h->ids, id, after) : IMG_NO_FILE;
}

/* A file that is damaged is found by its id only. */
static bool pick(struct img_holders *h, uint32_t file, struct img_pick *f)
{
	const struct img_msg *m;
	struct img_span body;
	struct img_err err;

	return img_files_payload(h->files, file, &m, &body, &err) > 0 &&
	       img_pick(f, m, body, &err) == 0;
}

static void add_inode(struct img_holders *h, uint32_t file)
{
	struct img_files_place p;
	struct img_pick f;

	h->inodes.next[file] = IMG_MAP_NONE;
	img_files_at(h->files, file, &p);
	if (p.type == IMG_FD_TYPES__INETSK && pick(h, file, &f))
		add(h, &h->inodes, img_num(&f, IMG_TAG_INET_SK_ENTRY__INO), file);
	else if (p.type == IMG_FD_TYPES__UNIXSK && pick(h, file, &f))
		add(h, &h->inodes, img_num(&f, IMG_TAG_UNIX_SK_ENTRY__INO), file);
}

uint32_t img_holders_inode(struct img_holders *h, uint64_t ino, uint32_t after)
{
	if (!h->asked_inodes) {
		h->asked_inodes = begin(h, &h->inodes);
		for (uint32_t i = count(h); h->asked_inodes && i-- > 0;)
			add_inode(h, i);
	}
	return h->asked_inodes ? follow(&h->inodes, ino, after) : IMG_NO_FILE;
}

static void add_path(struct img_holders *h, uint32_t file)
{
	struct img_files_place p;
	struct img_span name;
	struct img_pick f;
	uint32_t key;

	h->paths.next[file] = IMG_MAP_NONE;
	img_files_at(h->files, file, &p);
	if (p.type != IMG_FD_TYPES__REG || !pick(h, file, &f))
		return;
	name = img_bytes(&f, IMG_TAG_REG_FILE_ENTRY__NAME);
	if (name.n > 0 && name.p[0] == '/') {
		name.p++;
		name.n--;
	}
	key = img_intern(&h->names, name.p, name.n);
	if (key != IMG_MAP_NONE)
		add(h, &h->paths, key, file);
	else
		no_memory(h);
}

uint32_t img_holders_path(struct img_holders *h, const char *path, size_t n, uint32_t after)
{
	uint32_t key;

	if (!h->asked_paths) {
		h->asked_paths = begin(h, &h->paths);
		for (uint32_t i = count(h); h->asked_paths && i-- > 0;)
			add_path(h, i);
	}
	if (!h->asked_paths)
		return IMG_NO_FILE;
	if (n > 0 && path[0] == '/') {
		path++;
		n--;
	}
	key = img_intern(&h->names, path, n);
	if (key != IMG_MAP_NONE)
		return follow(&h->paths, key, after);
	no_memory(h);
	return IMG_NO_FILE;
}

/* ---- holders ---- */

static void hold(struct img_holders *h, uint32_t id, enum img_holding how, size_t task,
		 uint64_t number)
{
	struct held_file one = { id, { how, (uint32_t)task, number } };

	img_buf_put(&h->held, &one, sizeof(one));
}

static void task_holds(struct img_holders *h, size_t task)
{
	uint32_t pid = h->ps->tasks[task].pid, cwd, root, last = 0;
	struct img_space s;
	struct img_err err;
	int r = img_fds_fs(h->dir, pid, &cwd, &root, &err);

	if (r > 0) {
		hold(h, cwd, IMG_HOLDS_CWD, task, 0);
		hold(h, root, IMG_HOLDS_ROOT, task, 0);
	}
	if (r < 0)
		img_report(h->report, &err);
	r = img_space_read(h->dir, pid, &s, &err);
	if (r < 0)
		img_report(h->report, &err);
	if (r == 0)
		return;
	hold(h, s.exe_file_id, IMG_HOLDS_EXE, task, 0);
	for (size_t i = 0; i < s.n; i++) {
		const struct img_vma *v = &s.vmas[i];

		/* The mappings of one file follow each other. */
		if (img_vma_backing(v) != IMG_BY_FILE || v->shmid > UINT32_MAX || v->shmid == last)
			continue;
		last = (uint32_t)v->shmid;
		hold(h, last, IMG_HOLDS_MAPPING, task, v->start);
	}
	img_space_free(&s);
}

static void answer(struct img_holders *h, const struct img_holder *by)
{
	img_buf_put(&h->answer, by, sizeof(*by));
}

const struct img_holder *img_holders_of(struct img_holders *h, uint32_t file, size_t *n)
{
	struct img_files_place p;

	h->answer.n = 0;
	if (!h->asked_held) {
		h->asked_held = true;
		for (size_t i = 0; h->ps != NULL && i < h->ps->n; i++)
			task_holds(h, i);
		if (h->held.failed)
			no_memory(h);
	}
	for (uint32_t i = h->fds != NULL ? img_fds_head(h->fds, file) : IMG_NO_FD; i != IMG_NO_FD;
	     i = h->fds->v[i].next)
		answer(h, &(struct img_holder){ IMG_HOLDS_FD, h->fds->v[i].task, h->fds->v[i].fd });
	img_files_at(h->files, file, &p);
	if (p.type == IMG_FD_TYPES__REG) {
		const struct held_file *held = (const void *)h->held.p;

		for (size_t i = 0; i < h->held.n / sizeof(*held); i++)
			if (held[i].id == p.id)
				answer(h, &held[i].by);
	}
	if (h->answer.failed)
		no_memory(h);
	*n = h->answer.n / sizeof(struct img_holder);
	return (const void *)h->answer.p;
}
