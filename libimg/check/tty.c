/* Terminals. */
#include <linux/major.h>

#include "libimg/check/model.h"
#include "libimg/msg/linux.h"
#include "tty.pb-c.h"

enum { NCCS = 19, MAX_DATA = 16384 };

static const TtyInfoEntry *info_of(const struct check *ck, uint32_t id)
{
	const struct ck_image *im = img_ck_find(ck, "tty-info.img", 0);
	uint32_t i = img_map_get(&ck->ttys, id);

	return im != NULL && i < im->n ? im->v[i] : NULL;
}

bool img_ck_tty_is_external(const struct check *ck, uint32_t tty_info_id)
{
	const TtyInfoEntry *e = info_of(ck, tty_info_id);

	return e != NULL && e->type == TTY_TYPE__EXT_TTY;
}

bool img_ck_slave_number(const struct check *ck, uint32_t tty_info_id, uint32_t *number)
{
	const TtyInfoEntry *e = info_of(ck, tty_info_id);

	if (e == NULL || e->type != TTY_TYPE__PTY || e->pty == NULL || e->id % 2 != 0)
		return false;
	*number = e->pty->index;
	return true;
}

void img_ck_load_ttys(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "tty-info.img", 0);

	for (uint32_t i = 0; im != NULL && i < im->n; i++) {
		uint32_t *v = img_ck_map_at(ck, &ck->ttys, ((const TtyInfoEntry *)im->v[i])->id);

		if (*v == IMG_MAP_NONE)
			*v = i;
	}
}

/* ---- terminals, their sessions and groups ---- */

static void check_modes(struct check *ck, const struct ck_image *im, size_t i,
			const TermiosEntry *t, const char *path)
{
	if (t != NULL && t->n_c_cc != NCCS)
		img_ck_say(ck, CK_TTY_INFO, im, (int64_t)i, path, "%zu characters, expected 19",
			   t->n_c_cc);
}

enum {
	PTMX = TTYAUX_MAJOR << 8 | IMG_PTMX_MINOR,
	FIRST_PTM = UNIX98_PTY_MASTER_MAJOR,
	PTS = UNIX98_PTY_SLAVE_MAJOR,
	LAST_PTS = UNIX98_PTY_SLAVE_MAJOR + UNIX98_PTY_MAJOR_COUNT - 1,
};

/* Masters are device 5:2, slaves count from 136:0. */
static bool is_pty(uint32_t rdev, uint32_t index)
{
	enum { PER_MAJOR = 256 };
	uint32_t major = rdev >> 8 & 0xfff, minor = (rdev & 0xff) | (rdev >> 12 & 0xfff00);

	if (major < PTS || major > LAST_PTS)
		return true;
	return (major - PTS) * PER_MAJOR + minor == index;
}

/*
 * CRIU builds the id of a terminal from its number and its end. Of these only the end
 * counts: who has to restore where the number is taken gives the terminal another one.
 */
static void check_pty_id(struct check *ck, const struct ck_image *im, size_t i)
{
	const TtyInfoEntry *e = im->v[i];

	if (e->id % 2 != (e->rdev == PTMX))
		img_ck_say(ck, CK_TTY_INFO, im, (int64_t)i, "id",
			   CK_ID " is that of the other end: masters have odd ones", CK_N(e->id));
	else if (e->id / 2 != e->pty->index && is_pty(e->rdev, e->pty->index))
		img_ck_say(ck, CK_ODD(CK_TTY_INFO), im, (int64_t)i, "id",
			   CK_ID " does not match pty.index (%" PRIu32 ")", CK_N(e->id),
			   e->pty->index);
}

/* Ends of pseudo terminals: 5:2, or their own major numbers. */
static bool is_pty_device(uint32_t rdev)
{
	uint32_t major = rdev >> 8 & 0xfff;

	return rdev == PTMX || (major >= FIRST_PTM && major <= LAST_PTS);
}

struct groups {
	struct img_map sessions, groups;
};

static void check_info(struct check *ck, const struct ck_image *im, size_t i, struct groups *g)
{
	const TtyInfoEntry *e = im->v[i];
	bool tree = ck->pstree != NULL && !ck->pstree->broken && ck->n_tasks > 0;

	if (img_map_get(&ck->ttys, e->id) != i)
		img_ck_say(ck, CK_ODD(CK_TTY_INFO), im, (int64_t)i, "id",
			   CK_ID " is also the id of another terminal", CK_N(e->id));
	if (e->type == TTY_TYPE__PTY && e->pty == NULL)
		img_ck_say(ck, CK_TTY_INFO, im, (int64_t)i, "pty", "missing");
	if (e->pty != NULL && e->type >= TTY_TYPE__CONSOLE && e->type <= TTY_TYPE__SERIAL &&
	    e->type != TTY_TYPE__EXT_TTY)
		img_ck_say(ck, CK_TTY_INFO, im, (int64_t)i, "pty", "does not match the type");
	else if (e->pty != NULL && !is_pty(e->rdev, e->pty->index))
		img_ck_say(ck, CK_ODD(CK_TTY_INFO), im, (int64_t)i, "pty.index",
			   "%" PRIu32 " does not match the device (0x%" PRIx32 ")", e->pty->index,
			   e->rdev);
	if (e->type == TTY_TYPE__UNKNOWN)
		img_ck_say(ck, CK_TTY_INFO, im, (int64_t)i, "type",
			   "UNKNOWN is not a terminal type");
	else if (e->type == TTY_TYPE__PTY && !is_pty_device(e->rdev))
		img_ck_say(ck, CK_TTY_INFO, im, (int64_t)i, "rdev",
			   "0x%" PRIx32 " is not the device of a pseudo terminal", e->rdev);
	else if (e->type == TTY_TYPE__PTY && e->pty != NULL)
		check_pty_id(ck, im, i);
	/* All three are required, unless the terminal is hung up. */
	if ((e->termios == NULL) != (e->winsize == NULL) ||
	    (e->termios == NULL) != (e->termios_locked == NULL))
		img_ck_say(ck, CK_TTY_INFO, im, (int64_t)i,
			   e->termios == NULL   ? "termios"
			   : e->winsize == NULL ? "winsize"
						: "termios_locked",
			   "missing: other settings are present");
	check_modes(ck, im, i, e->termios, "termios.c_cc");
	check_modes(ck, im, i, e->termios_locked, "termios_locked.c_cc");
	if (tree && e->sid != 0 && img_map_get(&g->sessions, e->sid) == IMG_MAP_NONE)
		img_ck_say(ck, CK_TTY_TASK, im, (int64_t)i, "sid",
			   "%" PRIu32 " is not the session of a task", e->sid);
	else if (tree && e->pgrp != 0 && img_map_get(&g->groups, e->pgrp) == IMG_MAP_NONE)
		img_ck_say(ck, CK_TTY_TASK, im, (int64_t)i, "pgrp",
			   "%" PRIu32 " is not the group of a task", e->pgrp);
	else if (tree && e->sid != 0 && e->pgrp == 0)
		img_ck_say(ck, CK_TTY_TASK, im, (int64_t)i, "pgrp",
			   "0 is not a group, but the terminal is that of session %" PRIu32,
			   e->sid);
}

void img_ck_tty_info(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "tty-info.img", 0);
	struct groups g = { { 0 }, { 0 } };

	for (size_t i = 0; i < ck->n_tasks; i++) {
		img_ck_count(ck, &g.sessions, ck->tasks[i].e->sid);
		img_ck_count(ck, &g.groups, ck->tasks[i].e->pgid);
	}
	for (size_t i = 0; im != NULL && i < im->n; i++)
		check_info(ck, im, i, &g);
	img_map_free(&g.sessions);
	img_map_free(&g.groups);
}

/* ---- references to terminals ---- */

void img_ck_tty_file(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "tty-info.img", 0);
	bool whole = im != NULL && !im->broken;
	struct img_map used = { 0 };

	for (size_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const TtyFileEntry *t = (const void *)f->what;

		if (f->type != FD_TYPES__TTY || t == NULL)
			continue;
		img_ck_count(ck, &used, t->tty_info_id);
		if (whole && img_map_get(&ck->ttys, t->tty_info_id) == IMG_MAP_NONE)
			img_ck_say_at(ck, CK_TTY_FILE, &f->at, "tty_info_id",
				      CK_ID " is not the id of a terminal in tty-info.img",
				      CK_N(t->tty_info_id));
	}
	for (size_t i = 0; im != NULL && ck->files_whole && ck->gaps == 0 && i < im->n; i++) {
		const TtyInfoEntry *e = im->v[i];

		if (img_map_get(&used, e->id) == IMG_MAP_NONE)
			img_ck_say(ck, CK_TTY_FILE, im, (int64_t)i, "id",
				   CK_ID " is not open anywhere", CK_N(e->id));
	}
	img_map_free(&used);
}

void img_ck_tty_data(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "tty-data.img", 0);
	const struct ck_image *infos = img_ck_find(ck, "tty-info.img", 0);
	struct img_map seen = { 0 };

	for (size_t i = 0; im != NULL && i < im->n; i++) {
		const TtyDataEntry *e = im->v[i];

		if (img_map_get(&ck->ttys, e->tty_id) == IMG_MAP_NONE &&
		    (infos == NULL ? ck->gaps == 0 : !infos->broken))
			img_ck_say(ck, CK_TTY_DATA, im, (int64_t)i, "tty_id",
				   CK_ID " is not the id of a terminal in tty-info.img",
				   CK_N(e->tty_id));
		if (img_ck_count(ck, &seen, e->tty_id) > 0)
			img_ck_say(ck, CK_ODD(CK_TTY_DATA), im, (int64_t)i, "tty_id",
				   CK_ID " already has an entry", CK_N(e->tty_id));
		if (e->data.len > MAX_DATA)
			img_ck_say(ck, CK_TTY_DATA, im, (int64_t)i, "data",
				   "%zu bytes, more than a terminal can hold", e->data.len);
	}
	img_map_free(&seen);
}
