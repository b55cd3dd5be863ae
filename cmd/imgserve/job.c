#include "cmd/imgserve/job.h"

#include <stdio.h>
#include <stdlib.h>

#include "libimg/rewrite/rewrite.h"

bool serve_has_rules(const struct job *j)
{
	return img_rules_count(j->rules) > 0 || img_sets_count(j->sets) > 0 ||
	       img_pokes_count(j->pokes) > 0;
}

int serve_changes_begin(const struct job *j, bool parent, struct serve_changes *c,
			struct img_err *err)
{
	const struct img_relocate_how how = { .rules = j->rules };

	*c = (struct serve_changes){ .relocate = img_relocate_new(&how) };
	if (c->relocate == NULL)
		return img_fail_mem(err);
	c->changes[c->n++] = img_relocate_change(c->relocate);
	if (img_sets_count(j->sets) > 0)
		c->changes[c->n++] = img_sets_change(j->sets);
	/* Memory is that of the last dump. */
	if (img_pokes_count(j->pokes) > 0 && !parent)
		c->changes[c->n++] = img_pokes_change(j->pokes);
	return 0;
}

int serve_changes_flatten(struct serve_changes *c, struct img_err *err)
{
	c->flatten = img_flatten_new(NULL);
	if (c->flatten == NULL)
		return img_fail_mem(err);
	c->changes[c->n++] = img_flatten_change(c->flatten);
	return 0;
}

void serve_changes_end(struct serve_changes *c)
{
	img_flatten_free(c->flatten);
	img_relocate_free(c->relocate);
}

/* All changes, to no purpose but to see what they match. */
static int rehearse(const struct job *j, struct img_dir *from)
{
	struct serve_changes c;
	struct img_rewrite *rw = NULL;
	struct img_err err;
	int status = TOOL_OK;

	if (serve_changes_begin(j, false, &c, &err) == 0)
		rw = img_rewrite_new(from, c.changes, c.n, &err);
	if (rw == NULL || rule_rehearse(rw, &err) < 0)
		status = tool_fail(&serve_tool, j->from, &err);
	img_rewrite_free(rw);
	serve_changes_end(&c);
	return status != TOOL_OK ? status : rule_unmatched(&serve_tool, j->from, j->rules, j->sets);
}

int serve_open(const struct job *j, struct judge *judge, struct img_dir **from)
{
	struct img_err err;
	int status = TOOL_OK;

	*from = tool_dir(&serve_tool, j->from, &err);
	if (*from == NULL)
		status = tool_fail(&serve_tool, j->from, &err);
	else if (j->view != NULL)
		judge_place(&serve_tool, j->view, *from, j->from);
	if (status == TOOL_OK)
		status = judge_dir(judge, *from, j->from);
	if (status == TOOL_OK && serve_has_rules(j))
		status = rehearse(j, *from);
	return status;
}
