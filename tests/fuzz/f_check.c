/* Any bytes as a directory, checked: each finding is one line that is safe to show. */
#include "dump.h"
#include "libimg/check/check.h"
#include "libimg/host/ask.h"
#include "libimg/host/needs.h"

static void found(void *arg, const struct img_finding *f)
{
	size_t *n = arg;

	if (f->severity != IMG_WARNING && f->severity != IMG_ERROR)
		dump_refuse("severity", f->rule->name, strlen(f->rule->name));
	if (strpbrk(f->message, "\n\t") != NULL || strpbrk(f->path, "\n\t") != NULL)
		dump_refuse("line", f->message, strlen(f->message));
	dump_text(f->path, strlen(f->path));
	dump_text(f->message, strlen(f->message));
	++*n;
}

/* A machine of which nothing is known leaves every question open. */
static int ask(void *arg, const struct img_need *n, struct img_err *err)
{
	const struct img_host h = { .facts = arg, .root = true };
	struct img_answer a;

	if (img_ask(&h, n, &a, err) < 0)
		return -1;
	if (a.state == IMG_MISSING)
		dump_refuse("missing where nothing is known", a.text, strlen(a.text));
	dump_text(a.text, strlen(a.text));
	return 0;
}

static void needs(const char *dir)
{
	struct img_host_facts *f = img_host_facts_new();
	const struct img_report report = { dump_report, NULL };
	struct img_err err;
	struct img_dir *d = img_dir_open(dir, 0, &err);

	if (d == NULL || img_needs(d, &(struct img_needs_to){ ask, f }, &report, &err) < 0)
		dump_error(&err);
	img_dir_close(d);
	img_host_facts_free(f);
}

static void check(const char *dir, size_t pick)
{
	size_t n = 0;
	struct img_check_how how = { NULL, found, &n, { dump_report, NULL }, 0 };
	struct img_err err;

	(void)pick;
	if (img_check(dir, &how, &err) < 0)
		dump_error(&err);
	needs(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	blob_run(p, n, check);
	return 0;
}
