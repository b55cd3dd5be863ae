/* type: the table of image types, held against tests/data/schema/magics.tsv. */
#include "libimg/image/type.h"

#include "tsv.h"

enum { NAME, HEX, PRIMARY, FILES, MESSAGE, KIND, PAYLOAD, CRIT, GO_CRIT, NOTES, COLUMNS };

static const char magics[] = "data/schema/magics.tsv";

/* Rows of the table that share a magic: the name that JSON has for them. */
static const char *json_name(const char *name)
{
	static const char *const shared[][2] = { { "SHMEM_PAGEMAP", "PAGEMAP" },
						 { "PSIGNAL", "SIGNAL" },
						 { "BINFMT_MISC_OLD", "BINFMT_MISC" } };

	for (size_t i = 0; i < COUNT(shared); i++)
		if (strcmp(name, shared[i][0]) == 0)
			return shared[i][1];
	return name;
}

static bool is_word_alone(const struct tsv *t)
{
	return strcmp(t->col[KIND], "head") == 0 || strcmp(t->col[NAME], "KDAT") == 0;
}

/* pages-*.img of CRIU 0.1 to 0.4 begin with a magic, but the name says that they are raw. */
static bool is_raw(const struct tsv *t)
{
	return strcmp(t->col[KIND], "raw") == 0;
}

/* A file name as the pattern has it, with that number in place of all in it. */
static void fill_in(const char *pattern, const char *decimal, const char *hex, char *to)
{
	for (; *pattern != '\0'; pattern++) {
		if (*pattern != '%') {
			*to++ = *pattern;
			continue;
		}
		pattern += strcspn(pattern, "udx");
		to = stpcpy(to, *pattern == 'x' ? hex : decimal);
	}
	*to = '\0';
}

START_TEST(every_magic_has_its_type_and_head)
{
	struct tsv t;
	int n = 0;

	tsv_open(&t, magics);
	while (tsv_next(&t, COLUMNS)) {
		uint32_t magic = (uint32_t)strtoul(t.col[HEX], NULL, 16);
		const struct img_type *type = img_type_by_magic(magic);
		const char *name = json_name(t.col[NAME]);

		if (is_word_alone(&t) || magic == 0) {
			ck_assert_msg(type == NULL, "%s", t.col[NAME]);
			continue;
		}
		n++;
		ck_assert_msg(type != NULL, "%s", t.col[NAME]);
		ck_assert_uint_eq(type->magic, magic);
		if (is_raw(&t))
			continue;
		ck_assert_str_eq(type->name, name);
		ck_assert_ptr_eq(img_type_by_name(name, strlen(name)), type);
		ck_assert_msg(type->head == (strcmp(t.col[PRIMARY], "COMMON") == 0    ? IMG_COMMON
					     : strcmp(t.col[PRIMARY], "SERVICE") == 0 ? IMG_SERVICE
										      : 0),
			      "head of %s", t.col[NAME]);
	}
	ck_assert_int_eq(n, 73);
}
END_TEST

START_TEST(the_words_that_are_no_types_are_known)
{
	struct tsv t;
	int n = 0;

	tsv_open(&t, magics);
	while (tsv_next(&t, COLUMNS)) {
		uint32_t magic = (uint32_t)strtoul(t.col[HEX], NULL, 16);

		if (!is_word_alone(&t))
			continue;
		n++;
		if (strcmp(t.col[NAME], "IMG_COMMON") == 0)
			ck_assert_uint_eq(magic, IMG_COMMON);
		else if (strcmp(t.col[NAME], "IMG_SERVICE") == 0)
			ck_assert_uint_eq(magic, IMG_SERVICE);
		else
			ck_assert_uint_eq(magic, IMG_KDAT);
	}
	ck_assert_int_eq(n, 3);
}
END_TEST

START_TEST(every_type_has_its_messages)
{
	struct tsv t;

	tsv_open(&t, magics);
	while (tsv_next(&t, COLUMNS)) {
		const struct img_type *type;
		const struct img_extra *extra;
		char both[200];

		if (is_word_alone(&t) || is_raw(&t))
			continue;
		type = img_type_by_magic((uint32_t)strtoul(t.col[HEX], NULL, 16));
		ck_assert_ptr_nonnull(type->entry);
		snprintf(both, sizeof(both), "%s%s%s", type->first ? type->first->desc->name : "",
			 type->first ? "," : "", type->entry->desc->name);
		ck_assert_str_eq(both, t.col[MESSAGE]);
		ck_assert_int_eq(type->single, strcmp(t.col[KIND], "single") == 0);
		ck_assert_int_eq(type->first != NULL, strcmp(t.col[KIND], "special") == 0);
		ck_assert_ptr_eq(img_type_entry(type, 0, &extra),
				 type->first != NULL ? type->first : type->entry);
		ck_assert_ptr_eq(extra, type->first != NULL ? type->first_extra : type->extra);
		ck_assert_ptr_eq(img_type_entry(type, 1, &extra), type->entry);
		ck_assert_ptr_eq(extra, type->extra);
	}
}
END_TEST

START_TEST(every_type_has_its_payload)
{
	static const struct {
		const char *name;
		const struct img_extra *extra;
	} kinds[] = {
		{ "none", NULL },
		{ "pipe-data", &img_extra_pipe },
		{ "sk-queues", &img_extra_sk },
		{ "tcp-stream", &img_extra_tcp },
		{ "ipc-sem", &img_extra_sem },
		{ "ipc-msg", &img_extra_msg },
		{ "ipc-shm", &img_extra_shm },
		{ "bpfmap-data", &img_extra_bpf },
		{ "ghost", &img_extra_chunk },
	};
	struct tsv t;

	tsv_open(&t, magics);
	while (tsv_next(&t, COLUMNS)) {
		const struct img_type *type;
		size_t i = 0;

		if (is_word_alone(&t) || is_raw(&t))
			continue;
		type = img_type_by_magic((uint32_t)strtoul(t.col[HEX], NULL, 16));
		while (i < COUNT(kinds) && strcmp(kinds[i].name, t.col[PAYLOAD]) != 0)
			i++;
		ck_assert_msg(i < COUNT(kinds), "%s", t.col[PAYLOAD]);
		ck_assert_ptr_eq(type->extra, kinds[i].extra);
		ck_assert_ptr_eq(type->first_extra,
				 strcmp(t.col[PAYLOAD], "ghost") == 0 ? &img_extra_ghost : NULL);
	}
}
END_TEST

START_TEST(every_file_name_tells_its_type_and_number)
{
	struct tsv t;

	tsv_open(&t, magics);
	while (tsv_next(&t, COLUMNS)) {
		char *rest = t.col[FILES], *pattern;

		if (is_word_alone(&t))
			continue;
		while ((pattern = strsep(&rest, ",")) != NULL) {
			const struct img_type *type;
			uint64_t number = 99;
			bool has_number = strchr(pattern, '%') != NULL;
			char file[200];

			fill_in(pattern, "4711", "9a4f", file);
			type = img_type_by_file(file, &number);
			ck_assert_msg(type != NULL, "%s", file);
			if (is_raw(&t))
				ck_assert_msg(type->magic == 0 && type->entry == NULL, "%s", file);
			else
				ck_assert_str_eq(type->name, json_name(t.col[NAME]));
			if (!has_number)
				ck_assert_uint_eq(number, 0);
			else if (strstr(pattern, "%x") != NULL)
				ck_assert_uint_eq(number, 0x9a4f);
			else
				ck_assert_uint_eq(number, 4711);
			ck_assert_ptr_eq(img_type_by_file(file, NULL), type);
			/* Only a whole name counts, with digits where they belong. */
			strcat(file, "x");
			ck_assert_msg(img_type_by_file(file, NULL) == NULL, "%s", file);
			file[strlen(file) - 2] = '\0';
			ck_assert_msg(img_type_by_file(file, NULL) == NULL, "%s", file);
			if (!has_number)
				continue;
			fill_in(pattern, "47g", "9g", file);
			ck_assert_msg(img_type_by_file(file, NULL) == NULL, "%s", file);
			fill_in(pattern, "9a", "9A", file);
			ck_assert_msg(img_type_by_file(file, NULL) == NULL, "%s", file);
			fill_in(pattern, "", "", file);
			ck_assert_msg(img_type_by_file(file, NULL) == NULL, "%s", file);
			fill_in(pattern, "-1", "-1", file);
			ck_assert_msg(img_type_by_file(file, NULL) == NULL, "%s", file);
		}
	}
}
END_TEST

/* A pattern as the types have it: %u for any decimal number. */
static void plain_pattern(const char *p, char *to)
{
	for (; *p != '\0'; p++) {
		*to++ = *p;
		if (*p == '%' && p[strspn(p, "%l")] != 'x') {
			p += strcspn(p, "ud");
			*to++ = 'u';
		}
	}
	*to = '\0';
}

/* Does a row of magics.tsv have that magic and pattern? */
static bool in_table(const struct img_type *type, const char *pattern)
{
	struct tsv t;
	bool found = false;

	tsv_open(&t, magics);
	while (tsv_next(&t, COLUMNS)) {
		uint32_t magic = (uint32_t)strtoul(t.col[HEX], NULL, 16);
		char *rest = t.col[FILES], *p, plain[200];

		if (is_word_alone(&t) || (magic != type->magic && !is_raw(&t)))
			continue;
		while ((p = strsep(&rest, ",")) != NULL) {
			plain_pattern(p, plain);
			found = found || strcmp(plain, pattern) == 0;
		}
	}
	return found;
}

START_TEST(no_type_has_a_file_name_that_the_facts_do_not_name)
{
	/* v0.4 had the first for RLIMIT, as the notes of its row say; the second is a link as CRIU
	 * makes it; the rest is a plugin's. */
	static const char *const others[] = {
		"rlimit.img",
		"parent",
		"amdgpu-kfd-%u.img",
		"amdgpu-renderD-%u.img",
		"amdgpu-dmabuf_%u.img",
		"amdgpu-pages-%u-%x.img",
		"amdgpu-drm-pages-%u-%u-%x.img",
	};
	int known = 0;

	for (const struct img_type *t = img_types; t->name != NULL; t++)
		for (int i = 0; i < IMG_PATTERNS && t->files[i] != NULL; i++) {
			bool other = false;

			for (size_t k = 0; k < COUNT(others); k++)
				other = other || strcmp(others[k], t->files[i]) == 0;
			ck_assert_msg(other || in_table(t, t->files[i]), "%s", t->files[i]);
			known += !other;
		}
	ck_assert_int_eq(known, 86); /* two rows share pages-%u.img */
}
END_TEST

START_TEST(no_two_types_share_a_magic_or_a_name)
{
	for (const struct img_type *a = img_types; a->name != NULL; a++) {
		ck_assert_int_eq(a->magic == 0, a->entry == NULL);
		for (const struct img_type *b = a + 1; b->name != NULL; b++) {
			ck_assert_str_ne(a->name, b->name);
			ck_assert(a->magic == 0 || a->magic != b->magic);
		}
	}
}
END_TEST

static const struct {
	const char *file, *type;
	uint64_t number;
} files[] = {
	{ "core-1.img", "CORE", 1 },
	{ "core-0.img", "CORE", 0 },
	{ "core-18446744073709551615.img", "CORE", UINT64_MAX },
	{ "core-18446744073709551616.img", NULL, 0 },
	{ "core-.img", NULL, 0 },
	{ "core-1.img.bak", NULL, 0 },
	{ "core-1", NULL, 0 },
	{ "Core-1.img", NULL, 0 },
	{ "core-1 .img", NULL, 0 },
	{ "core-0x1.img", NULL, 0 },
	{ "ghost-file-ffffffffffffffff.img", "GHOST_FILE", UINT64_MAX },
	{ "ghost-file-10000000000000000.img", NULL, 0 },
	{ "ghost-file-12.img", "GHOST_FILE", 0x12 },
	{ "tcp-stream-3b.img", "TCP_STREAM", 0x3b },
	{ "pagemap-7.img", "PAGEMAP", 7 },
	{ "pagemap-shmem-7.img", "PAGEMAP", 7 },
	{ "pages-3.img", "PAGES", 3 },
	{ "pages-shmem-3.img", "PAGES", 3 },
	{ "tmpfs-dev-54.tar.gz.img", "TMPFS_DEV", 54 },
	{ "tmpfs-54.tar.gz.img", "TMPFS_IMG", 54 },
	{ "filelocks.img", "FILE_LOCKS", 0 },
	{ "filelocks-9.img", "FILE_LOCKS", 9 },
	{ "rlimit.img", "RLIMIT", 0 },
	{ "stats-dump", "STATS", 0 },
	{ "stats-restore", "STATS", 0 },
	{ "stats-dump.img", NULL, 0 },
	{ "irmap-cache", "IRMAP_CACHE", 0 },
	{ "amdgpu-kfd-5.img", "AMDGPU_KFD", 5 },
	{ "amdgpu-renderD-5.img", "AMDGPU_RENDER", 5 },
	{ "amdgpu-dmabuf_5.img", "AMDGPU_RENDER", 5 },
	{ "amdgpu-pages-5-00ff.img", "AMDGPU_PAGES", 5 },
	{ "amdgpu-drm-pages-5-6-00ff.img", "AMDGPU_PAGES", 5 },
	{ "amdgpu-drm-pages-5-6.img", NULL, 0 },
	{ "parent", "PARENT", 0 },
	{ "dump.log", NULL, 0 },
	{ "criu.kdat", NULL, 0 },
	{ "", NULL, 0 },
	{ ".img", NULL, 0 },
	{ "%u", NULL, 0 },
};

START_TEST(a_file_name_is_read_whole)
{
	uint64_t number = 12345;
	const struct img_type *t = img_type_by_file(files[_i].file, &number);

	ck_assert_pstr_eq(t != NULL ? t->name : NULL, files[_i].type);
	ck_assert_uint_eq(number, t != NULL ? files[_i].number : 12345);
}
END_TEST

START_TEST(every_pattern_leads_to_its_type_and_to_names_that_it_matches)
{
	static const uint64_t numbers[] = { 0, 1, 4711, UINT32_MAX };

	for (const struct img_type *t = img_types; t->name != NULL; t++)
		for (int i = 0; i < IMG_PATTERNS && t->files[i] != NULL; i++)
			for (size_t k = 0; k < COUNT(numbers); k++) {
				const char *pattern = t->files[i], *first = strchr(pattern, '%');
				uint64_t number = 99;
				char file[100];

				ck_assert_ptr_eq(img_type_by_pattern(pattern), t);
				/* Names with several numbers are a plugin's own. */
				if (first != NULL && strchr(first + 1, '%') != NULL)
					continue;
				ck_assert_ptr_eq(
					img_type_file_name(pattern, numbers[k], file, sizeof(file)),
					file);
				ck_assert_ptr_eq(img_type_by_file(file, &number), t);
				ck_assert_uint_eq(number, first != NULL ? numbers[k] : 0);
			}
}
END_TEST

START_TEST(a_name_in_json_is_one_of_a_type_with_framing_or_raw)
{
	static const char *const no[] = { "",        "RA",           "RAWW", "raw",
					  "core",    "COREX",        "COR",  "PAGES",
					  "ROUTE",   "IPTABLES",     "KDAT", "IMG_COMMON",
					  "PSIGNAL", "SHMEM_PAGEMAP" };

	for (const struct img_type *t = img_types; t->name != NULL; t++)
		ck_assert_ptr_eq(img_type_by_name(t->name, strlen(t->name)),
				 t->magic != 0 ? t : NULL);
	ck_assert_ptr_eq(img_type_by_name("RAW", 3), &img_type_raw);
	ck_assert_ptr_eq(img_type_by_name("COREX", 4), img_type_by_name("CORE", 4));
	for (size_t i = 0; i < COUNT(no); i++)
		ck_assert_msg(img_type_by_name(no[i], strlen(no[i])) == NULL, "%s", no[i]);
	ck_assert_ptr_null(img_type_by_name("CORE\0", 5));
}
END_TEST

/* The release after `word` in the notes: "since v1.3", "v0.6-v3.3", "written up to v3.0"; or 0. */
static uint32_t release(const char *notes, const char *word)
{
	const char *at = strstr(notes, word);
	unsigned major, minor;

	if (at == NULL || sscanf(at + strlen(word), "%u.%u", &major, &minor) != 2)
		return 0;
	return major == 0 && minor == 1 ? 0 : IMG_CRIU(major, minor, 0);
}

START_TEST(types_have_the_releases_that_write_them)
{
	struct tsv t;
	int n = 0;

	tsv_open(&t, magics);
	while (tsv_next(&t, COLUMNS)) {
		char pattern[64];
		const struct img_type *type;
		const char *notes = t.col[NOTES];
		const char *range =
			strstr(notes, "written by v") != NULL ? "written by v" : "legacy, v";

		snprintf(pattern, sizeof(pattern), "%.*s", (int)strcspn(t.col[FILES], ","),
			 t.col[FILES]);
		type = img_type_by_pattern(pattern);
		/* Of the first name only; some are declared but never written. */
		if (type == NULL || strcmp(type->files[0], pattern) != 0 ||
		    strstr(notes, "never written") != NULL || strstr(notes, "(v0.4 named") != NULL)
			continue;
		n++;
		if (strstr(notes, range) == NULL)
			range = NULL;
		ck_assert_msg(type->since == release(notes, range != NULL ? range : "since v"),
			      "since of %s", pattern);
		ck_assert_msg(type->until ==
				      release(notes, range != NULL ? "-v" : "written up to v"),
			      "until of %s", pattern);
	}
	ck_assert_int_gt(n, 60);
}
END_TEST

START_TEST(each_kind_of_file_had_one_image)
{
	uint64_t seen = 0;

	for (const struct img_type *t = img_types; t->name != NULL; t++) {
		if (t->fd_type == 0)
			continue;
		ck_assert_msg((seen >> t->fd_type & 1) == 0, "%s", t->name);
		seen |= UINT64_C(1) << t->fd_type;
		/* CRIU 3.4 put them all into files.img. */
		ck_assert_msg(t->until == IMG_CRIU(3, 3, 0), "%s", t->name);
		ck_assert_msg(img_msg_find_name(t->entry, "id", 2, 0) >= 0, "%s", t->name);
	}
	ck_assert_int_eq(__builtin_popcountll(seen), 17);
}
END_TEST

static void add(TCase *tc)
{
	TEST(types_have_the_releases_that_write_them);
	TEST(each_kind_of_file_had_one_image);
	TEST(every_magic_has_its_type_and_head);
	TEST(the_words_that_are_no_types_are_known);
	TEST(every_type_has_its_messages);
	TEST(every_type_has_its_payload);
	TEST(every_file_name_tells_its_type_and_number);
	TEST(no_type_has_a_file_name_that_the_facts_do_not_name);
	TEST(no_two_types_share_a_magic_or_a_name);
	EACH(a_file_name_is_read_whole, files);
	TEST(every_pattern_leads_to_its_type_and_to_names_that_it_matches);
	TEST(a_name_in_json_is_one_of_a_type_with_framing_or_raw);
}

int main(void)
{
	return unit_run("type", add);
}
