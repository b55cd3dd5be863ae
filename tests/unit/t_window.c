/* window, grep, strings: what is looked for does not depend on where windows end. */
#include "memdir.h"

#include "libimg/memory/grep.h"
#include "libimg/memory/window.h"
#include "libimg/memory/strings.h"

/* Larger than any window: 1 MiB of it, from 0x100000 on. */
enum { PAGES = 256, SIZE = PAGES * PAGE, START = 0x100000 };

static uint8_t bytes[SIZE];

/* The memory of task 7 is bytes[]; `hole`: a page that is not in the dump, or -1. */
static char *big(int hole)
{
	struct made_vma vmas[3] = { { START, START + SIZE, 0, 0, 513, 0 } };
	struct made_run runs[2] = { { START, PAGES, 4 } };
	char *dir = dir_new();
	uint64_t at = START + (uint64_t)hole * PAGE;

	if (hole >= 0) {
		vmas[0].end = vmas[1].start = at;
		vmas[1].end = vmas[2].start = at + PAGE;
		vmas[1].status = 65;
		vmas[2].end = START + SIZE;
		vmas[2].status = 513;
		runs[0].pages = (uint64_t)hole;
		runs[1] = (struct made_run){ at + PAGE, (uint64_t)(PAGES - hole - 1), 4 };
		write_file(dir, "pages-1.img", bytes, SIZE - PAGE);
	} else {
		write_file(dir, "pages-1.img", bytes, SIZE);
	}
	make_mm(dir, "mm-7.img", vmas, hole >= 0 ? 3 : 1);
	make_pagemap(dir, "pagemap-7.img", 1, runs, hole >= 0 ? 2 : 1);
	return dir;
}

START_TEST(windows_show_each_byte_and_what_was_kept)
{
	static const size_t keeps[] = { 0, 1, 777, 70000 };
	char *dir;
	struct opened o;

	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (uint8_t)(i * 2654435761u >> 13);
	dir = big(-1);
	o = open_mem(dir);
	for (size_t k = 0; k < COUNT(keeps); k++) {
		struct img_windows *s = img_windows_new(o.mem, keeps[k] + 1);
		uint64_t seen = START;
		struct img_window w;
		struct img_err err;
		bool first = true;
		int r;

		img_windows_over(s, 0, UINT64_MAX);
		while ((r = img_windows_next(s, keeps[k], &w, &err)) > 0) {
			ck_assert_int_eq(w.first, first);
			ck_assert_uint_eq(w.addr, first ? START : seen - keeps[k]);
			ck_assert_uint_ge(w.n, first ? 1 : keeps[k]);
			ck_assert_int_eq(memcmp(w.p, bytes + (w.addr - START), w.n), 0);
			seen = w.addr + w.n;
			first = false;
		}
		ck_assert_int_eq(r, 0);
		ck_assert_uint_eq(seen, START + SIZE);
		ck_assert_uint_eq(img_windows_done(s), SIZE);
		img_windows_free(s);
	}
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

START_TEST(a_failure_comes_after_what_is_before_it)
{
	static const struct made_run runs[] = { { START, 3, 4 }, { START + 3 * PAGE, 1, 1 } };
	struct img_window w;
	struct img_windows *s;
	struct img_err err;
	struct opened o;
	char *dir;

	memset(bytes, 'q', SIZE);
	dir = big(-1);
	make_pagemap(dir, "pagemap-7.img", 1, runs, COUNT(runs));
	o = open_mem(dir);
	s = img_windows_new(o.mem, 10);
	img_windows_over(s, START, START + SIZE);
	ck_assert_int_eq(img_windows_next(s, 0, &w, &err), 1);
	ck_assert_uint_eq(w.n, 3 * PAGE);
	ck_assert_int_eq(img_windows_next(s, 10, &w, &err), -1);
	ck_assert_str_eq(err.what, "page 0x103000 is in a parent dump, but there is no parent");
	ck_assert_int_eq(img_windows_next(s, 10, &w, &err), -1);
	img_windows_over(s, START, START + PAGE);
	ck_assert_int_eq(img_windows_next(s, 0, &w, &err), 1);
	ck_assert_int_eq(img_windows_next(s, 0, &w, &err), 0);
	img_windows_free(s);
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

/* ---- patterns ---- */

/* Places of a word: by turns near every border there may be. */
static const struct {
	const char *pattern;
	unsigned flags;
} patterns[] = {
	{ "SWORDFISH", IMG_GREP_FIXED },
	{ "swordFISH", IMG_GREP_FIXED | IMG_GREP_ICASE },
	{ "SWORD[A-Z]+", 0 },
	{ "[s]wordfish$", IMG_GREP_ICASE },
};

START_TEST(a_word_is_found_wherever_it_lies)
{
	static const size_t places[] = { 0,      4091,   65530,  131066, 131080,  196603,
					 262139, 262150, 327675, 393213, 458747,  524283,
					 589819, 720890, 851963, 917499, SIZE - 9 };
	struct img_pattern *p;
	struct img_match m;
	struct img_grep *g;
	struct img_err err;
	struct opened o;
	size_t n = 0;
	char *dir;

	memset(bytes, 0, SIZE);
	for (size_t i = 0; i < COUNT(places); i++)
		memcpy(bytes + places[i], "SWORDFISH", 9);
	dir = big(-1);
	o = open_mem(dir);
	p = img_pattern_new(patterns[_i].pattern, patterns[_i].flags, &err);
	ck_assert_ptr_nonnull(p);
	g = img_grep_new(o.mem, p, 16);
	img_grep_over(g, 0, UINT64_MAX);
	while (img_grep_next(g, &m, &err) > 0) {
		ck_assert_uint_lt(n, COUNT(places));
		ck_assert_uint_eq(m.addr, START + places[n++]);
		ck_assert_uint_eq(m.n, 9);
		ck_assert_uint_eq(m.before, m.addr - START < 16 ? m.addr - START : 16);
		ck_assert_uint_eq(m.after,
				  START + SIZE - m.addr - 9 < 16 ? START + SIZE - m.addr - 9 : 16);
	}
	ck_assert_uint_eq(n, COUNT(places));
	img_grep_free(g);
	img_pattern_free(p);
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

START_TEST(nothing_is_found_across_a_gap)
{
	struct img_pattern *p;
	struct img_match m;
	struct img_grep *g;
	struct img_err err;
	struct opened o;
	size_t hole = 40;
	char *dir;

	/* "abcd" lies around the page that is missing, and once before and behind it. */
	memset(bytes, '.', SIZE);
	memcpy(bytes + hole * PAGE - 2, "abcd", 4);
	memcpy(bytes + 100, "abcd", 4);
	memcpy(bytes + SIZE - PAGE - 100, "abcd", 4); /* the gap has no bytes here */
	dir = big((int)hole);
	o = open_mem(dir);
	for (unsigned flags = 0; flags <= IMG_GREP_FIXED; flags++) {
		p = img_pattern_new("abcd", flags, &err);
		g = img_grep_new(o.mem, p, 0);
		img_grep_over(g, 0, UINT64_MAX);
		ck_assert_int_eq(img_grep_next(g, &m, &err), 1);
		ck_assert_uint_eq(m.addr, START + 100);
		ck_assert_int_eq(img_grep_next(g, &m, &err), 1);
		ck_assert_uint_eq(m.addr, START + SIZE - 100);
		ck_assert_int_eq(img_grep_next(g, &m, &err), 0);
		img_grep_free(g);
		img_pattern_free(p);
	}
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

START_TEST(a_long_match_is_cut_at_its_limit_wherever_it_begins)
{
	/* A line of 50 KiB, begun at different distances from the ends of windows. */
	for (size_t shift = 0; shift < 300000; shift += 59999) {
		struct img_pattern *p;
		struct img_match m;
		struct img_grep *g;
		struct img_err err;
		struct opened o;
		uint64_t at = START + shift;
		char *dir;

		memset(bytes, 0, SIZE);
		memset(bytes + shift, 'x', 50 << 10);
		dir = big(-1);
		o = open_mem(dir);
		p = img_pattern_new("x+", 0, &err);
		g = img_grep_new(o.mem, p, 0);
		img_grep_over(g, 0, UINT64_MAX);
		for (int i = 0; i < 4; i++) {
			ck_assert_int_eq(img_grep_next(g, &m, &err), 1);
			ck_assert_uint_eq(m.addr, at);
			ck_assert_uint_eq(m.n, i < 3 ? IMG_GREP_MAX : (50 << 10) % IMG_GREP_MAX);
			at += m.n;
		}
		ck_assert_int_eq(img_grep_next(g, &m, &err), 0);
		img_grep_free(g);
		img_pattern_free(p);
		close_mem(&o);
		dir_drop(dir);
	}
}
END_TEST

/*
 * Each of 2,000 places begins a match that is too long but for the last ones, which once took a
 * search of the line each.
 */
START_TEST(long_lines_that_match_at_their_end_take_no_time)
{
	struct img_pattern *p;
	struct img_match m;
	struct img_grep *g;
	struct img_err err;
	struct opened o;
	char *dir;

	memset(bytes, 0, SIZE);
	memset(bytes + 100, 'x', 18 << 10);
	dir = big(-1);
	o = open_mem(dir);
	p = img_pattern_new("x[^ ]*$", 0, &err);
	g = img_grep_new(o.mem, p, 0);
	img_grep_over(g, 0, UINT64_MAX);
	ck_assert_int_eq(img_grep_next(g, &m, &err), 1);
	ck_assert_uint_eq(m.addr, START + 100 + (18 << 10) - IMG_GREP_MAX);
	ck_assert_uint_eq(m.n, IMG_GREP_MAX);
	ck_assert_int_eq(img_grep_next(g, &m, &err), 0);
	img_grep_free(g);
	img_pattern_free(p);
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

START_TEST(anchors_match_at_the_ends_of_lines_and_stretches_only)
{
	/* 'x' alone, between other letters, and at the ends of lines. */
	static const char text[] = "x\nax\0xa\nxx\0bxb";
	static const struct {
		const char *pattern;
		size_t n, at[4];
	} tries[] = {
		{ "^x$", 1, { 0 } },       { "^x", 3, { 0, 5, 8 } },  { "x$", 3, { 0, 3, 9 } },
		{ "[^a]x", 2, { 8, 11 } }, { "x.", 3, { 5, 8, 12 } }, { ".x", 3, { 2, 8, 11 } },
	};
	size_t base = 300000;
	char *dir;
	struct opened o;

	/* All else is lines of b's, so that windows end within lines. */
	memset(bytes, 'b', SIZE);
	memcpy(bytes + base, text, sizeof(text) - 1);
	bytes[base - 1] = '\n';
	dir = big(-1);
	o = open_mem(dir);
	for (size_t i = 0; i < COUNT(tries); i++) {
		struct img_err err;
		struct img_pattern *p = img_pattern_new(tries[i].pattern, 0, &err);
		struct img_grep *g = img_grep_new(o.mem, p, 0);
		struct img_match m;

		img_grep_over(g, 0, UINT64_MAX);
		for (size_t k = 0; k < tries[i].n; k++) {
			ck_assert_int_eq(img_grep_next(g, &m, &err), 1);
			ck_assert_uint_eq(m.addr, START + base + tries[i].at[k]);
		}
		ck_assert_int_eq(img_grep_next(g, &m, &err), 0);
		img_grep_free(g);
		img_pattern_free(p);
	}
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

/* Where "ab{3,6}a" matches in bytes[], from `from` on. */
static size_t next_simple(size_t from, size_t *n)
{
	for (size_t i = from; i < SIZE; i++) {
		size_t b = 0;

		if (bytes[i] != 'a')
			continue;
		while (i + 1 + b < SIZE && bytes[i + 1 + b] == 'b')
			b++;
		if (b >= 3 && b <= 6 && i + 1 + b < SIZE && bytes[i + 1 + b] == 'a') {
			*n = b + 2;
			return i;
		}
	}
	return SIZE;
}

START_TEST(lines_of_any_length_are_searched_alike)
{
	uint64_t x = 88172645463325252u;

	/* Hardly a match, or one at every turn; with long lines, and with short ones between. */
	for (unsigned rare = 0; rare < 2; rare++) {
		struct img_err err;
		struct img_pattern *p = img_pattern_new("ab{3,6}a", 0, &err);
		size_t at, n = 0, found = 0;
		struct img_match m;
		struct img_grep *g;
		struct opened o;
		char *dir;

		for (size_t i = 0; i < SIZE; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			bytes[i] = x >> 20 & 3 || (rare && x >> 30 & 7) ? 'b' : 'a';
			if (i % 100000 > 60000 && (x >> 40) % 700 == 0)
				bytes[i] = '\n';
		}
		dir = big(-1);
		o = open_mem(dir);
		g = img_grep_new(o.mem, p, 0);
		img_grep_over(g, 0, UINT64_MAX);
		for (at = next_simple(0, &n); at < SIZE; at = next_simple(at + n, &n)) {
			ck_assert_int_eq(img_grep_next(g, &m, &err), 1);
			ck_assert_uint_eq(m.addr, START + at);
			ck_assert_uint_eq(m.n, n);
			found++;
		}
		ck_assert_int_eq(img_grep_next(g, &m, &err), 0);
		ck_assert_uint_gt(found, rare ? 0 : 10000);
		img_grep_free(g);
		img_pattern_free(p);
		close_mem(&o);
		dir_drop(dir);
	}
}
END_TEST

START_TEST(a_long_line_may_match_anywhere)
{
	static const struct {
		const char *pattern;
		size_t n, back; /* bytes that match, and how many of them lie before a border */
	} tries[] = { { "x{9}", 9, 4 }, { "x+", 10000, 5000 }, { "x+y?", IMG_GREP_MAX, 1 } };

	for (size_t border = 16384; border + IMG_GREP_MAX < SIZE; border += 3 * 16384) {
		for (size_t i = 0; i < COUNT(tries); i++) {
			struct img_err err;
			struct img_pattern *p = img_pattern_new(tries[i].pattern, 0, &err);
			struct img_match m;
			struct img_grep *g;
			struct opened o;
			char *dir;

			memset(bytes, '.', SIZE);
			memset(bytes + border - tries[i].back, 'x', tries[i].n);
			dir = big(-1);
			o = open_mem(dir);
			g = img_grep_new(o.mem, p, 0);
			img_grep_over(g, 0, UINT64_MAX);
			ck_assert_int_eq(img_grep_next(g, &m, &err), 1);
			ck_assert_uint_eq(m.addr, START + border - tries[i].back);
			ck_assert_uint_eq(m.n, tries[i].n);
			ck_assert_int_eq(img_grep_next(g, &m, &err), 0);
			img_grep_free(g);
			img_pattern_free(p);
			close_mem(&o);
			dir_drop(dir);
		}
	}
}
END_TEST

START_TEST(what_all_but_matches_everywhere_takes_no_time)
{
	static const char *const slow[] = { "a.*b", "[a-z]+@[a-z]+", "(a*)*b", "^(a|aa)+$" };
	char *dir;
	struct opened o;

	memset(bytes, 'a', SIZE);
	bytes[SIZE - 1] = '!';
	dir = big(-1);
	o = open_mem(dir);
	alarm(60);
	for (size_t i = 0; i < COUNT(slow); i++) {
		struct img_err err;
		struct img_pattern *p = img_pattern_new(slow[i], 0, &err);
		struct img_grep *g = img_grep_new(o.mem, p, 0);
		struct img_match m;

		img_grep_over(g, 0, UINT64_MAX);
		ck_assert_int_eq(img_grep_next(g, &m, &err), 0);
		img_grep_free(g);
		img_pattern_free(p);
	}
	alarm(0);
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

START_TEST(bad_patterns_are_told)
{
	struct img_err err;
	char *text = malloc(IMG_GREP_MAX + 2);

	ck_assert_ptr_null(img_pattern_new("", 0, &err));
	ck_assert_str_eq(said(&err), "pattern is empty");
	ck_assert_ptr_null(img_pattern_new("a(b", 0, &err));
	ck_assert_int_eq(strncmp(said(&err), "bad pattern: ", 13), 0);
	memset(text, 'a', IMG_GREP_MAX + 1);
	text[IMG_GREP_MAX + 1] = '\0';
	ck_assert_ptr_null(img_pattern_new(text, IMG_GREP_FIXED, &err));
	ck_assert_str_eq(said(&err), "pattern is longer than 16384 bytes");
	free(text);
}
END_TEST

/* ---- strings ---- */

/* The strings of bytes[], the simple way. */
static size_t next_string(size_t from, size_t min, size_t *n)
{
	for (size_t i = from; i < SIZE; i += *n + 1) {
		for (*n = 0; i + *n < SIZE; ++*n) {
			uint8_t c = bytes[i + *n];

			if ((c < 0x20 || c >= 0x7f) && c != '\t')
				break;
		}
		if (*n >= min)
			return i;
	}
	return SIZE;
}

START_TEST(strings_are_those_that_one_look_at_a_time_finds)
{
	uint64_t x = 88172645463325252u;
	char *dir;
	struct opened o;

	for (size_t i = 0; i < SIZE; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		bytes[i] = (uint8_t)((x & 0xff) < 0xe0 ? 'a' + (x >> 8) % 26 : x >> 16);
	}
	/* One that is longer than a window, and ones at the ends of all. */
	memset(bytes + 100000, 'L', 700000);
	memcpy(bytes + SIZE - 6, "\0tail", 6);
	bytes[SIZE - 1] = 'z';
	dir = big(-1);
	o = open_mem(dir);
	for (size_t min = 1; min <= 30; min += min < 5 ? 1 : 12) {
		struct img_strings *s = img_strings_new(o.mem, min);
		struct img_string part;
		struct img_err err;
		size_t at = 0, n = 0, got = 0;
		int r;

		img_strings_over(s, START, START + SIZE);
		at = next_string(0, min, &n);
		while ((r = img_strings_next(s, &part, &err)) > 0) {
			if (part.begins) {
				ck_assert_uint_eq(part.addr, START + at);
				got = 0;
			}
			ck_assert_int_eq(memcmp(part.p, bytes + at + got, part.n), 0);
			got += part.n;
			if (!part.ends)
				continue;
			ck_assert_uint_eq(got, n);
			at = next_string(at + n, min, &n);
		}
		ck_assert_int_eq(r, 0);
		ck_assert_uint_eq(at, SIZE);
		img_strings_free(s);
	}
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

static void add(TCase *tc)
{
	TEST(windows_show_each_byte_and_what_was_kept);
	TEST(a_failure_comes_after_what_is_before_it);
	EACH(a_word_is_found_wherever_it_lies, patterns);
	TEST(nothing_is_found_across_a_gap);
	TEST(a_long_match_is_cut_at_its_limit_wherever_it_begins);
	TEST(long_lines_that_match_at_their_end_take_no_time);
	TEST(anchors_match_at_the_ends_of_lines_and_stretches_only);
	TEST(lines_of_any_length_are_searched_alike);
	TEST(a_long_line_may_match_anywhere);
	TEST(what_all_but_matches_everywhere_takes_no_time);
	TEST(bad_patterns_are_told);
	TEST(strings_are_those_that_one_look_at_a_time_finds);
}

int main(void)
{
	return unit_run("slide", add);
}
