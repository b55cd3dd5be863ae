#include "libimg/serve/fault.h"

#include <stdbool.h>
#include <string.h>

#include "libimg/json/hint.h"

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
		if (at != NULL && !img_parse_u64(at + 1, strlen(at + 1), &f->at))
			break;
		return 0;
	}
	return img_fail(err, IMG_EDATA, IMG_NOWHERE,
			"the fault is cut@N, flip@N, late or absent, N a number of bytes");
}
