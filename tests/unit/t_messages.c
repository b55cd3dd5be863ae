/* messages: which failure a message of criu reports, and what it names. */
#include "libimg/log/messages.h"

#include "unit.h"

/* A text that fits a wording: its words replaced by something of their kind. */
static char *sample(const char *wording, char *buf, size_t size)
{
	static const struct {
		const char *word, *is;
	} words[] = {
		{ "{path}", "srv/data" }, { "{name}", "name" }, { "{n}", "7" },
		{ "{oct}", "644" },       { "{hex}", "0x1f" },  { "{pid}", "77" },
		{ "{fd}", "4" },          { "{id}", "0xc" },    { "{decid}", "12" },
		{ "{mnt}", "50" },        { "{ino}", "4711" },  { "{inohex}", "0x4711" },
	};
	size_t at = 0;

	buf[0] = '\0';
	while (*wording != '\0') {
		size_t k = strcspn(wording, "{"), i = 0;

		at += (size_t)snprintf(buf + at, size - at, "%.*s", (int)k, wording);
		wording += k;
		if (*wording == '\0')
			break;
		while (i < COUNT(words) &&
		       strncmp(wording, words[i].word, strlen(words[i].word)) != 0)
			i++;
		ck_assert_msg(i < COUNT(words), "unknown word at %s", wording);
		at += (size_t)snprintf(buf + at, size - at, "%s", words[i].is);
		wording += strlen(words[i].word);
	}
	return buf;
}

START_TEST(each_wording_is_of_its_failure)
{
	const char *ends[] = { "", ": No such file or directory" };

	for (size_t i = 0; i < img_wordings_n; i++)
		for (size_t k = 0; k < COUNT(ends); k++) {
			const struct img_failure *f = &img_failures[img_wordings[i].failure];
			struct img_message m;
			char text[512];

			sample(img_wordings[i].text, text, sizeof(text) - 64);
			strcat(text, ends[k]);
			ck_assert_msg(img_message_match(text, strlen(text), &m), "%s", text);
			ck_assert_msg(m.failure == f, "%s: %s, expected %s", text, m.failure->name,
				      f->name);
		}
}
END_TEST

START_TEST(names_are_unique_and_rows_complete)
{
	for (size_t i = 0; i < img_failures_n; i++) {
		ck_assert_ptr_eq(img_failure_find(img_failures[i].name), &img_failures[i]);
		ck_assert_int_gt(strlen(img_failures[i].cause), 10);
		ck_assert_int_gt(strlen(img_failures[i].cure), 10);
	}
	ck_assert_ptr_null(img_failure_find("no-such-failure"));
}
END_TEST

static const struct {
	const char *text, *failure;
	size_t n;
	struct {
		enum img_word what;
		const char *text;
		uint64_t v;
	} found[3];
} cases[] = {
	{ "File usr/bin/a b has bad size 12 (expect 13)",
	  "file-size",
	  3,
	  { { IMG_WORD_PATH, "usr/bin/a b", 0 },
	    { IMG_WORD_NUMBER, "12", 12 },
	    { IMG_WORD_NUMBER, "13", 13 } } },
	{ "File a has bad size 1 has bad size 12 (expect 13)",
	  "file-size",
	  3,
	  { { IMG_WORD_PATH, "a has bad size 1", 0 },
	    { IMG_WORD_NUMBER, "12", 12 },
	    { IMG_WORD_NUMBER, "13", 13 } } },
	{ "File a has bad mode 0100644 (expect 0100755)",
	  "file-mode",
	  3,
	  { { IMG_WORD_PATH, "a", 0 },
	    { IMG_WORD_NUMBER, "100644", 0100644 },
	    { IMG_WORD_NUMBER, "100755", 0100755 } } },
	{ "Can't open file a: b on restore: No such file or directory",
	  "file-missing",
	  1,
	  { { IMG_WORD_PATH, "a: b", 0 } } },
	{ "Can't open file a: b: Permission denied",
	  "file-missing",
	  1,
	  { { IMG_WORD_PATH, "a: b", 0 } } },
	{ "inet: Can't bind inet socket (id 12): Address already in use",
	  "port-taken",
	  1,
	  { { IMG_WORD_ID, "12", 12 } } },
	{ "unix: Can't bind id 0xc ino 9 addr : Address already in use",
	  "unix-name",
	  2,
	  { { IMG_WORD_ID, "0xc", 12 }, { IMG_WORD_INODE, "9", 9 } } },
	{ "Unable to open fd=4 id=0xc",
	  "file-open",
	  2,
	  { { IMG_WORD_FD, "4", 4 }, { IMG_WORD_ID, "0xc", 12 } } },
	{ "Can't fork for 77: File exists", "pid-taken", 1, { { IMG_WORD_PID, "77", 77 } } },
	{ "cg: \tCan't mount controller dir .criu/a: Device or resource busy",
	  "cgroup-mount",
	  1,
	  { { IMG_WORD_PATH, ".criu/a", 0 } } },
	/* The more text of its own, the better it fits: not "Can't open {path}". */
	{ "Can't open core data for 77", "ids-missing", 1, { { IMG_WORD_PID, "77", 77 } } },
};

START_TEST(what_a_message_names_is_found)
{
	struct img_message m;

	ck_assert(img_message_match(cases[_i].text, strlen(cases[_i].text), &m));
	ck_assert_str_eq(m.failure->name, cases[_i].failure);
	ck_assert_uint_eq(m.n, cases[_i].n);
	for (size_t i = 0; i < m.n; i++) {
		ck_assert_int_eq(m.found[i].what, cases[_i].found[i].what);
		ck_assert_uint_eq(m.found[i].n, strlen(cases[_i].found[i].text));
		ck_assert_int_eq(memcmp(m.found[i].p, cases[_i].found[i].text, m.found[i].n), 0);
		ck_assert_uint_eq(m.found[i].v, cases[_i].found[i].v);
	}
}
END_TEST

static const char *const others[] = {
	"",
	" ",
	":",
	"File ",
	"File  has bad size  (expect )",
	"Restoring FAILEDx",
	"mnt: ",
	"{path}",
	"File a has bad size x (expect 13)",
	"a: b: c: d",
};

START_TEST(other_messages_are_not)
{
	struct img_message m;

	ck_assert_msg(!img_message_match(others[_i], strlen(others[_i]), &m), "%s: %s", others[_i],
		      m.failure->name);
	ck_assert_uint_eq(m.n, 0);
}
END_TEST

START_TEST(marks_are_found_in_any_message)
{
	const char *text = "New: pid 77 and id 0xc, fd=4, xid 0x9, rapid 5, mnt_id 50, fd=";
	const struct {
		enum img_word what;
		uint64_t v;
	} want[] = { { IMG_WORD_PID, 77 },
		     { IMG_WORD_ID, 12 },
		     { IMG_WORD_FD, 4 },
		     { IMG_WORD_MOUNT, 50 } };
	struct img_message m;

	img_message_marks(text, strlen(text), &m);
	ck_assert_ptr_null(m.failure);
	ck_assert_uint_eq(m.n, COUNT(want));
	for (size_t i = 0; i < m.n; i++) {
		ck_assert_int_eq(m.found[i].what, want[i].what);
		ck_assert_uint_eq(m.found[i].v, want[i].v);
	}
	/* More than there is room for. */
	text = "fd=1 fd=2 fd=3 fd=4 fd=5 fd=6 fd=7 fd=8 fd=9";
	img_message_marks(text, strlen(text), &m);
	ck_assert_uint_eq(m.n, IMG_FOUND_MAX);
}
END_TEST

START_TEST(numbers_beyond_64_bits_do_not_fit)
{
	const char *text = "Can't fork for 99999999999999999999999999999999";
	struct img_message m;

	ck_assert(!img_message_match(text, strlen(text), &m));
}
END_TEST

START_TEST(a_wording_with_its_values)
{
	const char *values[] = { "srv/data", "12", "13" };
	const struct img_failure *f = img_failure_find("file-size");
	char buf[100];

	ck_assert_str_eq(img_failure_text(f, values, 3, buf, sizeof(buf)),
			 "File srv/data has bad size 12 (expect 13)");
	ck_assert_str_eq(img_failure_text(f, values, 1, buf, sizeof(buf)),
			 "File srv/data has bad size ... (expect ...)");
	ck_assert_str_eq(img_failure_text(f, values, 3, buf, 12), "File srv/da");
}
END_TEST

static void add(TCase *tc)
{
	TEST(each_wording_is_of_its_failure);
	TEST(names_are_unique_and_rows_complete);
	EACH(what_a_message_names_is_found, cases);
	EACH(other_messages_are_not, others);
	TEST(marks_are_found_in_any_message);
	TEST(numbers_beyond_64_bits_do_not_fit);
	TEST(a_wording_with_its_values);
}

int main(void)
{
	return unit_run("messages", add);
}
