#include "libimg/serve/fault.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	enum img_fault_kind kind;
	bool at; /* followed by @N */
} kinds[] = {
	{ "cut", IMG_FAULT_CUT, true },
	{ "flip", IMG_FAULT_FLIP, true },
	{ "late", IMG_FAULT_LATE, false },
	{ "absent", IMG_FAULT_ABSENT, false },
};

static int parse_number(const char *s, uint64_t *n)
{
	char *end;

	if (s[0] < '0' || s[0] > '9')
		return -1;
	errno = 0;
	*n = strtoull(s, &end, 0);
	return errno != 0 || *end != '\0' ? -1 : 0;
}

int img_fault_parse(const char *text, struct img_fault *f, struct img_err *err)
{
	const char *what = strrchr(text, ':'), *at;
	size_t n = what != NULL ? (size_t)(what - text) : 0, len;

	if (n == 0 || n >= sizeof(f->glob))
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "not of the form GLOB:FAULT");
	memcpy(f->glob, text, n);
	f->glob[n] = '\0';
	f->at = 0;
	at = strchr(++what, '@');
	len = at != NULL ? (size_t)(at - what) : strlen(what);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strlen(kinds[i].name) != len || strncmp(kinds[i].name, what, len) != 0)
			continue;
		f->kind = kinds[i].kind;
		if (kinds[i].at != (at != NULL))
			break;
		if (at != NULL && parse_number(at + 1, &f->at) < 0)
			break;
		return 0;
	}
	return img_fail(err, IMG_EDATA, IMG_NOWHERE,
			"the fault is cut@N, flip@N, late or absent, N a number of bytes");
}
