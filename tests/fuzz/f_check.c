/* Any bytes as a directory, checked: each finding is one line that is safe to show. */
#include "dump.h"
#include "libimg/check/check.h"

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

static void check(const char *dir)
{
	size_t n = 0;
	struct img_check_how how = { NULL, found, &n, { dump_report, NULL }, 0 };
	struct img_err err;

	if (img_check(dir, &how, &err) < 0)
		dump_error(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	blob_run(p, n, check);
	return 0;
}
