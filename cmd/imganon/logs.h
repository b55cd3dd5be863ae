/* Logs of criu that go with an anonymized dump. */
#ifndef IMGANON_LOGS_H
#define IMGANON_LOGS_H

#include "libimg/dump/newdir.h"
#include "libimg/rewrite/anon_log.h"

enum { ANON_LOGS = 16 };

struct anon_logs {
	const char *files[ANON_LOGS];
	size_t n;
};

/* Learn the words of all of them, before there is a search. 0, or -1 with *err. */
int anon_logs_learn(const struct anon_logs *l, struct img_anon *a, struct img_words *w,
		    struct img_err *err);

/* Write them, each under what its name becomes. 0, or -1 with *err. */
int anon_logs_write(const struct anon_logs *l, struct img_anon *a, struct img_words *w,
		    const struct img_leak *leak, struct img_newdir *to, struct img_err *err);

#endif
