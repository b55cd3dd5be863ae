#include <inttypes.h>
#include <string.h>

#include "fdinfo.pb-c.h"
#include "fsnotify.pb-c.h"
#include "libimg/host/gather.h"
#include "remap-file-path.pb-c.h"
#include "tty.pb-c.h"

/* REG files that are not simply opened by their path. */
struct special {
	struct img_map remapped;  /* by id: what stands for them is in the dump */
	struct img_map terminals; /* by id: path of a terminal -> entry of `infos` */
	struct img_map infos;     /* by tty_info_id: type << 24 | its number */
	struct img_map ptys;      /* numbers that were handed over */
	struct img_gather *g;
};

enum { PTY_NUMBER = (1 << 24) - 1 };

static void set(struct img_gather *g, struct img_map *m, uint64_t key, uint32_t value)
{
	uint32_t *slot = img_map_at(m, key);

	if (slot == NULL)
		img_gather_no_memory(g);
	else
		*slot = value;
}

/* ---- files that are replaced ---- */

static void load_remaps(struct special *s)
{
	struct img_image *im = NULL;
	struct img_err err;
	void *msg;
	int r = img_image_open(s->g->dir, "remap-fpath.img", 0, &im, &err);

	while (r > 0 && !s->g->failed) {
		img_arena_reset(s->g->scratch);
		r = img_image_next_msg(im, s->g->scratch, &msg, &err);
		if (r > 0)
			set(s->g, &s->remapped, ((const RemapFilePathEntry *)msg)->orig_id, 1);
	}
	if (r < 0)
		img_report(s->g->report, &err);
	img_image_close(im);
}

/* ---- terminals ---- */

static void load_terminals(struct special *s)
{
	struct img_image *im = NULL;
	struct img_err err;
	void *msg;
	int r = img_image_open(s->g->dir, "tty-info.img", 0, &im, &err);

	while (r > 0 && !s->g->failed) {
		img_arena_reset(s->g->scratch);
		r = img_image_next_msg(im, s->g->scratch, &msg, &err);
		if (r > 0) {
			const TtyInfoEntry *t = msg;
			uint32_t number = t->pty != NULL ? t->pty->index & PTY_NUMBER : 0;

			set(s->g, &s->infos, t->id, (uint32_t)t->type << 24 | number);
		}
	}
	if (r < 0)
		img_report(s->g->report, &err);
	img_image_close(im);
}

/* ---- one file ---- */

static bool starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* /proc of a process: that is there when the process is. */
static bool is_of_process(const char *path)
{
	return starts(path, "/proc/") && path[6] >= '0' && path[6] <= '9';
}

/* Words of four bytes, in the order of the machine that wrote them. */
static void build_id(struct img_need *n, const struct img_pick *f, bool big)
{
	struct img_each e;
	uint64_t word;
	uint8_t *p = n->id;

	img_each_begin(&e, f, IMG_TAG_REG_FILE_ENTRY__BUILD_ID);
	while (img_each_num(&e, &word) && n->id_n + 4 <= IMG_NEED_ID_MAX) {
		for (int i = 0; i < 4; i++)
			*p++ = (uint8_t)(word >> 8 * (big ? 3 - i : i));
		n->id_n += 4;
	}
	if (n->id_n > 0)
		n->has |= IMG_NEED_BUILD_ID;
}

static void external(struct img_gather *g, const char *name, const char *image, uint64_t entry)
{
	img_gather_plain(g, IMG_NEED_OPTION, img_gather_text(g, "--inherit-fd fd[N]:%s", name),
			 image, entry);
}

static void reg_file(struct special *s, const struct img_pick *f, uint32_t index, const char *image,
		     uint64_t entry)
{
	struct img_gather *g = s->g;
	struct img_need n = { .kind = IMG_NEED_FILE, .image = image, .entry = entry };
	struct img_span name = img_bytes(f, IMG_TAG_REG_FILE_ENTRY__NAME);
	uint32_t id = img_num32(f, IMG_TAG_REG_FILE_ENTRY__ID);
	uint32_t tty = img_map_get(&s->terminals, id);
	int64_t mnt = img_has(f, IMG_TAG_REG_FILE_ENTRY__MNT_ID)
			      ? (int32_t)img_unzigzag(img_num(f, IMG_TAG_REG_FILE_ENTRY__MNT_ID))
			      : -1;
	const char *path, *at, *why;

	if (img_map_get(&s->remapped, id) != IMG_MAP_NONE)
		return;
	path = img_gather_text(g, "%s%.*s", name.n > 0 && name.p[0] == '/' ? "" : "/", (int)name.n,
			       (const char *)name.p);
	if (img_num(f, IMG_TAG_REG_FILE_ENTRY__EXT) != 0) {
		external(g, path, image, entry);
		return;
	}
	at = img_need_path(g, path, mnt, &why);
	if (at == NULL && why == NULL) /* its file system comes with the dump */
		return;
	/* The path of a terminal: its slave is there when its master is open; modes are set. */
	if (is_of_process(path) || (tty != IMG_MAP_NONE && starts(path, "/dev/pts/")))
		return;
	n.name = at != NULL ? at : path;
	n.unchecked = at != NULL ? NULL : why;
	n.has = g->own_mnt ? IMG_NEED_IN_ROOT : 0;
	if (img_has(f, IMG_TAG_REG_FILE_ENTRY__SIZE))
		n.has |= IMG_NEED_SIZE;
	if (img_has(f, IMG_TAG_REG_FILE_ENTRY__MODE) && tty == IMG_MAP_NONE)
		n.has |= IMG_NEED_MODE;
	n.value = img_num(f, IMG_TAG_REG_FILE_ENTRY__SIZE);
	n.mode = img_num32(f, IMG_TAG_REG_FILE_ENTRY__MODE);
	build_id(&n, f, img_files_big(g->files, index));
	img_gather_put(g, &n);
}

/* ---- all files ---- */

/* A pseudo terminal of the host's devpts gets the number that it had. */
static void terminal(struct special *s, const struct img_pick *f, const char *image, uint64_t entry)
{
	uint32_t info = img_map_get(&s->infos, img_num(f, IMG_TAG_TTY_FILE_ENTRY__TTY_INFO_ID));
	uint32_t type = info >> 24;
	struct img_need n = { .kind = IMG_NEED_PTY, .image = image, .entry = entry };

	/* Before CRIU 3.6 the path has the id of the terminal. */
	set(s->g, &s->terminals,
	    img_num(f, img_has(f, IMG_TAG_TTY_FILE_ENTRY__REGF_ID) ? IMG_TAG_TTY_FILE_ENTRY__REGF_ID
								   : IMG_TAG_TTY_FILE_ENTRY__ID),
	    1);
	if (info == IMG_MAP_NONE)
		return;
	if (type == TTY_TYPE__EXT_TTY)
		img_gather_plain(s->g, IMG_NEED_OPTION, "--inherit-fd fd[N]:tty[RDEV:DEV]", image,
				 entry);
	if (type != TTY_TYPE__PTY || s->g->own_mnt ||
	    img_map_get(&s->ptys, info & PTY_NUMBER) != IMG_MAP_NONE)
		return;
	set(s->g, &s->ptys, info & PTY_NUMBER, 1);
	n.name = img_gather_text(s->g, "%" PRIu32, info & PTY_NUMBER);
	img_gather_put(s->g, &n);
}

/* The watches of a file that have a path, not only a handle. */
static void watches(struct img_gather *g, const struct img_pick *f, const char *image,
		    uint64_t entry)
{
	struct img_each e;
	struct img_span wd;

	img_each_begin(&e, f, IMG_TAG_INOTIFY_FILE_ENTRY__WD);
	while (img_each_bytes(&e, &wd)) {
		struct img_need n = { .kind = IMG_NEED_FILE, .image = image, .entry = entry };
		struct img_pick w, fh;
		struct img_span path;
		struct img_err err;
		const char *at, *why;
		int64_t mnt;

		if (img_pick(&w, &img_msg_inotify_wd_entry, wd, &err) < 0 ||
		    img_pick_sub(&fh, &w, IMG_TAG_INOTIFY_WD_ENTRY__F_HANDLE, &img_msg_fh_entry,
				 &err) <= 0 ||
		    !img_has(&fh, IMG_TAG_FH_ENTRY__PATH))
			continue;
		path = img_bytes(&fh, IMG_TAG_FH_ENTRY__PATH);
		mnt = img_has(&fh, IMG_TAG_FH_ENTRY__MNT_ID)
			      ? (int64_t)img_num(&fh, IMG_TAG_FH_ENTRY__MNT_ID)
			      : -1;
		n.name = img_gather_text(g, "%.*s", (int)path.n, (const char *)path.p);
		at = img_need_path(g, n.name, mnt, &why);
		if (at == NULL && why == NULL)
			continue;
		n.name = at != NULL ? at : n.name;
		n.unchecked = at != NULL ? NULL : why;
		n.has = g->own_mnt ? IMG_NEED_IN_ROOT : 0;
		img_gather_put(g, &n);
	}
}

static void each_file(struct special *s, bool terminals)
{
	uint32_t n = img_files_count(s->g->files);

	for (uint32_t i = 0; i < n && !s->g->failed; i++) {
		struct img_arena_mark mark = img_arena_mark(s->g->arena);
		struct img_gather_file at;
		struct img_pick f;

		img_gather_file_at(s->g, i, &at);
		if (terminals && at.type == FD_TYPES__TTY) {
			if (img_gather_file(s->g, i, &f))
				terminal(s, &f, at.image, at.entry);
		} else if (!terminals && at.type == FD_TYPES__REG) {
			if (img_gather_file(s->g, i, &f))
				reg_file(s, &f, i, at.image, at.entry);
		} else if (!terminals && at.type == FD_TYPES__INOTIFY) {
			if (img_gather_file(s->g, i, &f))
				watches(s->g, &f, at.image, at.entry);
		}
		img_arena_back(s->g->arena, mark);
	}
}

void img_need_files(struct img_gather *g)
{
	struct special s = { .g = g };

	if (g->files == NULL)
		return;
	load_remaps(&s);
	load_terminals(&s);
	each_file(&s, true); /* their paths are among the others */
	each_file(&s, false);
	img_map_free(&s.remapped);
	img_map_free(&s.terminals);
	img_map_free(&s.infos);
	img_map_free(&s.ptys);
}
