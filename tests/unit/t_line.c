/* line: a line of a log of criu taken apart. */
#include "libimg/log/line.h"

#include "unit.h"

static const struct {
	const char *line;
	enum img_level level;
	uint64_t pid;
	const char *source, *text;
} lines[] = {
	{ "(00.123653)   8506: Error (criu/files-reg.c:2353): Can't open file a: No", IMG_LOG_ERROR,
	  8506, "criu/files-reg.c:2353", "Can't open file a: No" },
	{ "(00.103809) Error (criu/cr-restore.c:1230): Can't fork", IMG_LOG_ERROR, 0,
	  "criu/cr-restore.c:1230", "Can't fork" },
	{ "(00.1) Warn  (criu/kerndat.c:1): kerndat: x", IMG_LOG_WARNING, 0, "criu/kerndat.c:1",
	  "kerndat: x" },
	{ "Error (image.c:1): x  \r", IMG_LOG_ERROR, 0, "image.c:1", "x" },
	{ "(00.2) pie: 77: Error (criu/pie/restorer.c:1): x", IMG_LOG_ERROR, 77,
	  "criu/pie/restorer.c:1", "x" },
	{ "(00.2) pie: Error (criu/pie/restorer.c:1): x", IMG_LOG_ERROR, 0, "criu/pie/restorer.c:1",
	  "x" },
	{ "(00.2)     77: BUG at criu/x.c:7", IMG_LOG_ERROR, 77, "", "BUG at criu/x.c:7" },
	{ "(00.2) Error (", IMG_LOG_OTHER, 0, "", "" },
	{ "(00.2) Error (x", IMG_LOG_ERROR, 0, "", "Error (x" },
	{ "(00.2)     77: Opening Errors (a:1): b", IMG_LOG_OTHER, 0, "", "" },
	{ "", IMG_LOG_OTHER, 0, "", "" },
	{ "(00.2) 99999999999999999999: Error (a:1): b", IMG_LOG_ERROR, 9999999999, "a:1", "b" },
	{ "a long text that says nothing of a level and so on and so forth Error (a:1): b",
	  IMG_LOG_OTHER, 0, "", "" },
};

START_TEST(lines_are_taken_apart)
{
	struct img_line l;

	img_line_parse(lines[_i].line, strlen(lines[_i].line), &l);
	ck_assert_int_eq(l.level, lines[_i].level);
	ck_assert_uint_eq(l.source_n, strlen(lines[_i].source));
	ck_assert_uint_eq(l.text_n, strlen(lines[_i].text));
	if (l.level == IMG_LOG_OTHER)
		return;
	ck_assert_uint_eq(l.pid % 10000000000, lines[_i].pid);
	ck_assert_int_eq(memcmp(l.text, lines[_i].text, l.text_n), 0);
	ck_assert(l.source_n == 0 || memcmp(l.source, lines[_i].source, l.source_n) == 0);
}
END_TEST

/* Any beginning of a line can be taken apart. */
START_TEST(cut_lines_are_taken_apart)
{
	for (size_t n = 0; n <= strlen(lines[_i].line); n++) {
		char *cut = malloc(n + 1);
		struct img_line l;

		memcpy(cut, lines[_i].line, n);
		img_line_parse(cut, n, &l);
		ck_assert(l.level == IMG_LOG_OTHER ||
			  (l.text >= cut && l.text + l.text_n <= cut + n));
		free(cut);
	}
}
END_TEST

static void add(TCase *tc)
{
	EACH(lines_are_taken_apart, lines);
	EACH(cut_lines_are_taken_apart, lines);
}

int main(void)
{
	return unit_run("line", add);
}
