#include <inttypes.h>
#include <stdio.h>

#include "libimg/base/byteorder.h"
#include "libimg/rewrite/verbs.h"

/* A range of groups has to stay one. */
static int group_range(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	uint64_t v[2], new[2];
	const char *tail;
	char text[60];
	bool changed = false;

	if (!img_fv_groups(f, v, &tail) || v[0] > v[1])
		return IMG_KEEP;
	for (int i = 0; i < 2; i++) {
		new[i] = v[i];
		if (img_apply_number(&x->apply, IMG_VERB_GID, v[i], &new[i]) > 0)
			changed = true;
	}
	if (!changed)
		return IMG_KEEP;
	if (new[1] - new[0] != v[1] - v[0])
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"groups %" PRIu64 " to %" PRIu64 " would not stay side by side",
				v[0], v[1]);
	x->text.n = 0;
	img_buf_put(&x->text, text,
		    (size_t)snprintf(text, sizeof(text), "%" PRIu64 "\t%" PRIu64 "%s", new[0],
				     new[1], tail));
	return img_fv_set_text(x, f, err);
}

static int verb_id(struct img_fields *x, struct img_field *f, uint32_t verb, struct img_err *err)
{
	uint64_t new;

	if (f->wt == IMG_BYTES)
		return group_range(x, f, err);
	if (img_apply_number(&x->apply, verb, img_fv_number(f), &new) <= 0)
		return IMG_KEEP;
	return img_fv_set_number(x, f, new);
}

int img_verb_uid(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	return verb_id(x, f, IMG_VERB_UID, err);
}

int img_verb_gid(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	return verb_id(x, f, IMG_VERB_GID, err);
}

/* A range of a user namespace moves as a whole. */
int img_verb_userns(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	uint64_t count = img_fv_beside(x, f, IMG_TAG_UID_GID_EXTENT__COUNT), new;
	const struct img_edit_rule *u;

	if (x->apply.seen == NULL) {
		u = img_rules_number(x->apply.rules, IMG_VERB_USERNS, f->num);
		if (u != NULL && f->num - u->first + count > u->count)
			return img_fail(err, IMG_EDATA, IMG_NOWHERE,
					"%" PRIu64 " numbers from %" PRIu64
					" on, of which %s covers %" PRIu64,
					count, f->num, u->text, u->count - (f->num - u->first));
	}
	if (img_apply_number(&x->apply, IMG_VERB_USERNS, f->num, &new) <= 0)
		return IMG_KEEP;
	return img_fv_set_number(x, f, new);
}

/* ---- checks of files ---- */

int img_verb_file_check(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	const struct img_edit_value none = { IMG_VALUE_NONE, 0, NULL, 0 };
	struct img_edit_rule *u = img_rules_any(x->apply.rules, IMG_VERB_FILE_CHECK);

	(void)err;
	if (u == NULL)
		return IMG_KEEP;
	u->matched++;
	/* Of the words of a build-id the first one says it all. */
	if (!f->row->list || f->index == 0)
		img_report_field(&x->changes, f, f->row->list, img_value_number(f->num), none);
	return IMG_DROP;
}

/* ---- pids ---- */

/* "/proc/7/maps": the number after /proc. */
static int proc_path(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	static const char proc[] = "/proc/";
	size_t at = sizeof(proc) - 1, end = at;
	uint64_t pid = 0, new;
	char digits[24];

	if (f->bytes.n <= at || memcmp(f->bytes.p, proc, at) != 0)
		return IMG_KEEP;
	for (; end < f->bytes.n && f->bytes.p[end] >= '0' && f->bytes.p[end] <= '9'; end++)
		pid = pid < UINT32_MAX ? pid * 10 + (f->bytes.p[end] - '0') : pid;
	if (end == at || (end < f->bytes.n && f->bytes.p[end] != '/' && f->bytes.p[end] != ' ') ||
	    img_apply_number(&x->apply, IMG_VERB_PID, pid, &new) <= 0)
		return IMG_KEEP;
	x->text.n = 0;
	img_buf_put(&x->text, proc, at);
	img_buf_put(&x->text, digits, (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, new));
	img_buf_put(&x->text, f->bytes.p + end, f->bytes.n - end);
	return img_fv_set_text(x, f, err);
}

/* Where si_code and si_pid are in a siginfo_t, and what say that the latter is a pid. */
enum { SI_SIGNO_AT = 0, SI_CODE_AT = 8, SI_PID_AT = 16, SIGCHLD_NO = 17 };

static bool has_sender(int32_t signo, int32_t code)
{
	/* SI_USER, SI_QUEUE, SI_MESGQ, SI_TKILL of asm-generic/siginfo.h; CLD_… of a child. */
	return code == 0 || code == -1 || code == -3 || code == -6 ||
	       (signo == SIGCHLD_NO && code >= 1 && code <= 6);
}

static int sender(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	const uint8_t *p = f->bytes.p;
	uint64_t new;
	uint32_t pid;

	if (f->bytes.n < SI_PID_AT + 4 || !has_sender((int32_t)img_get32(p + SI_SIGNO_AT, x->big),
						      (int32_t)img_get32(p + SI_CODE_AT, x->big)))
		return IMG_KEEP;
	pid = img_get32(p + SI_PID_AT, x->big);
	if (img_apply_number(&x->apply, IMG_VERB_PID, pid, &new) <= 0)
		return IMG_KEEP;
	x->text.n = 0;
	img_buf_put(&x->text, p, f->bytes.n);
	if (x->text.failed)
		return img_fail_mem(err);
	img_set32(x->text.p + SI_PID_AT, (uint32_t) new, x->big);
	img_report_field(&x->changes, f, false, img_value_number(pid), img_value_number(new));
	f->bytes = (struct img_span){ x->text.p, x->text.n, 0 };
	return IMG_SET;
}

int img_verb_pid(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	uint64_t new;

	if (f->msg == &img_msg_siginfo_entry)
		return sender(x, f, err);
	if (f->wt == IMG_BYTES)
		return proc_path(x, f, err);
	if (f->msg == &img_msg_remap_file_path_entry &&
	    img_fv_beside(x, f, IMG_TAG_REMAP_FILE_PATH_ENTRY__REMAP_TYPE) !=
		    IMG_REMAP_TYPE__PROCFS)
		return IMG_KEEP;
	if (img_apply_number(&x->apply, IMG_VERB_PID, img_fv_number(f), &new) <= 0)
		return IMG_KEEP;
	return img_fv_set_number(x, f, new);
}
