/*
 * What imgcheck finds in a dump that was made of another one, and not in that: shared by the
 * tools that write dumps.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "cmd/tool.h"

struct judge;

struct judge *judge_new(const struct tool *t); /* exits where there is no memory */
void judge_free(struct judge *j);              /* NULL is fine */

/*
 * Check the dump that something is to be made of. What is found is remembered and not shown,
 * but for images that cannot be read: of these nothing can be made. Returns a status.
 */
int judge_source(struct judge *j, const char *dir);

/* Has an open dump any image? One without is the wrong directory. A status. */
int judge_images(const struct tool *t, const struct img_dir *dir, const char *shown);

/*
 * What is to be made at `path` lies in no dump that it is made of, here `of`: that would change the
 * source, and called `parent` even what is restored from it. Else the run ends: wrong usage.
 */
void judge_place(const struct tool *t, const char *path, const struct img_dir *of,
		 const char *shown);

/* As judge_source() of an open one with images, which was named `shown`. */
int judge_dir(struct judge *j, struct img_dir *dir, const char *shown);

/*
 * Damage is no error: neither what the source has, which is not shown then, nor what the result
 * has besides, which is shown as warnings.
 */
void judge_force(struct judge *j);

/*
 * Check the dump in `dir`, which is to be called `shown`, and show what the source did not have:
 * as errors, or as warnings. Returns a status: TOOL_DATA where there was an error.
 */
int judge_result(struct judge *j, const char *dir, const char *shown, bool errors);

/*
 * The same for the source in another form, whose images may have other names and entries: what is
 * an error by a rule that found nothing in the source is shown, and nothing else.
 */
int judge_form(struct judge *j, const char *dir, const char *shown);

#endif
