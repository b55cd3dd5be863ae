/* A line of a log of criu: who wrote it when, and how bad it is. */
#ifndef IMG_LINE_H
#define IMG_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum img_level { IMG_LOG_OTHER, IMG_LOG_WARNING, IMG_LOG_ERROR };

struct img_line {
	enum img_level level;
	uint64_t pid;       /* the process that wrote it, as in its pid namespace; 0: criu */
	const char *source; /* "criu/files-reg.c:2175": borrowed, as is text */
	size_t source_n;
	const char *text; /* the message */
	size_t text_n;
};

/*
 * Take a line of n bytes apart, without its newline: with a time in front or not, of criu or of
 * the code that it leaves in a process ("pie: "). A line that is no error nor warning is
 * IMG_LOG_OTHER, and nothing else is filled in.
 */
void img_line_parse(const char *p, size_t n, struct img_line *l);

#endif
