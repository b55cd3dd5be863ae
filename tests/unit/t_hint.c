/* hint: hex, devices, flags, names and addresses, both ways. */
#include "libimg/json/hint.h"

#include "libimg/json/digits.h"
#include "unit.h"

static const struct img_row *row_of(const struct img_msg *m, const char *field)
{
	int r = img_msg_find_name(m, field, strlen(field), 0);

	ck_assert_msg(r >= 0, "no field %s", field);
	return &m->rows[r];
}

/* What a field's value is in JSON, NULL where no hint applies. */
static char *print(const struct img_row *row, unsigned hints, uint64_t v)
{
	struct img_out *o = sink_new();
	struct img_jw w;
	char *text;

	img_jw_init(&w, o, IMG_JW_LINE);
	if (img_hint_print(&w, row, hints, v))
		return sink_take(o, NULL);
	text = sink_take(o, NULL);
	ck_assert_str_eq(text, "");
	free(text);
	return NULL;
}

#define M(name) &img_msg_##name

/* A field, a value, its form; parsed, the form gives the value again. */
static const struct {
	const struct img_msg *m;
	const char *field;
	uint64_t v;
	const char *json;
} forms[] = {
	{ M(vma_entry), "start", 0, "\"0x0\"" },
	{ M(vma_entry), "start", 0xf, "\"0xf\"" },
	{ M(vma_entry), "start", 0x10, "\"0x10\"" },
	{ M(vma_entry), "start", 0x7fff12345000, "\"0x7fff12345000\"" },
	{ M(vma_entry), "start", UINT64_MAX, "\"0xffffffffffffffff\"" },
	{ M(inet_sk_entry), "flags", 0x80002, "\"0x80002\"" },

	/* the kernel's packing: the minor number in the low 20 bits */
	{ M(mnt_entry), "root_dev", 0, "\"0:0\"" },
	{ M(mnt_entry), "root_dev", 8 << 20 | 1, "\"8:1\"" },
	{ M(mnt_entry), "root_dev", 54, "\"0:54\"" },
	{ M(mnt_entry), "root_dev", 0xfffff, "\"0:1048575\"" },
	{ M(mnt_entry), "root_dev", 0xffffffff, "\"4095:1048575\"" },
	/* the packing of user space: 8 low bits, 12 of the major number, the rest above */
	{ M(ghost_file_entry), "rdev", 0, "\"0:0\"" },
	{ M(ghost_file_entry), "rdev", 0x801, "\"8:1\"" },
	{ M(ghost_file_entry), "rdev", 0x103, "\"1:3\"" },
	{ M(ghost_file_entry), "rdev", 0x10012c, "\"1:300\"" },
	{ M(irmap_cache_entry), "dev", 0xffffffff, "\"4095:1048575\"" },
	{ M(ghost_file_entry), "dev", 0x801, "\"0:2049\"" },

	{ M(vma_entry), "prot", 0, "\"\"" },
	{ M(vma_entry), "prot", 1, "\"PROT_READ\"" },
	{ M(vma_entry), "prot", 5, "\"PROT_READ | PROT_EXEC\"" },
	{ M(vma_entry), "prot", 7, "\"PROT_READ | PROT_WRITE | PROT_EXEC\"" },
	{ M(vma_entry), "prot", 8, "\"0x8\"" },
	{ M(vma_entry), "prot", 0xfffffff9, "\"PROT_READ | 0xfffffff8\"" },
	{ M(vma_entry), "flags", 0x122, "\"MAP_PRIVATE | MAP_ANON | MAP_GROWSDOWN\"" },
	{ M(vma_entry), "status", 0, "\"\"" },
	{ M(vma_entry), "status", 0x80000201,
	  "\"VMA_AREA_REGULAR | VMA_ANON_PRIVATE | VMA_UNSUPP\"" },
	{ M(vma_entry), "status", 0x8010001, "\"VMA_AREA_REGULAR | 0x8010000\"" },
	{ M(reg_file_entry), "flags", 0100002, "\"O_RDWR | O_LARGEFILE\"" },
	{ M(reg_file_entry), "flags", 04002001, "\"O_WRONLY | O_APPEND | 0x100000\"" },
	{ M(pagemap_entry), "flags", 6, "\"PE_LAZY | PE_PRESENT\"" },
	{ M(memfd_inode_entry), "seals", 0x1f,
	  "\"F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE\"" },

	{ M(task_core_entry), "task_state", 1, "\"Alive\"" },
	{ M(task_core_entry), "task_state", 2, "2" },
	{ M(task_core_entry), "task_state", 3, "\"Zombie\"" },
	{ M(task_core_entry), "task_state", 6, "\"Stopped\"" },
	{ M(inet_sk_entry), "family", 10, "\"INET6\"" },
	{ M(inet_sk_entry), "family", 40, "40" },
	{ M(inet_sk_entry), "type", 1, "\"STREAM\"" },
	{ M(inet_sk_entry), "proto", 0, "\"IP\"" },
	{ M(inet_sk_entry), "proto", 136, "\"UDPLITE\"" },
	{ M(inet_sk_entry), "state", 10, "\"LISTEN\"" },
	{ M(inet_sk_entry), "state", 11, "11" },
	{ M(unix_sk_entry), "type", 5, "\"SEQPACKET\"" },
};

START_TEST(a_value_has_its_form)
{
	const struct img_row *row = row_of(forms[_i].m, forms[_i].field);
	char *text = print(row, row->hints, forms[_i].v);

	ck_assert_pstr_eq(text, forms[_i].json);
	free(text);
}
END_TEST

START_TEST(a_form_gives_its_value)
{
	const struct img_row *row = row_of(forms[_i].m, forms[_i].field);
	const char *p = forms[_i].json;
	size_t n = strlen(p);
	uint64_t v = 99;

	if (*p == '"') {
		p++;
		n -= 2;
	}
	ck_assert_ptr_null(img_hint_parse(row, p, n, &v));
	ck_assert_uint_eq(v, forms[_i].v);
}
END_TEST

START_TEST(every_form_reads_a_number_in_decimal_and_hex_too)
{
	const struct img_row *row = row_of(forms[_i].m, forms[_i].field);
	char text[40];
	uint64_t v = 99;

	sprintf(text, "%" PRIu64, forms[_i].v);
	ck_assert_ptr_null(img_hint_parse(row, text, strlen(text), &v));
	ck_assert_uint_eq(v, forms[_i].v);
	sprintf(text, "0x%" PRIX64, forms[_i].v);
	v = 99;
	ck_assert_ptr_null(img_hint_parse(row, text, strlen(text), &v));
	ck_assert_uint_eq(v, forms[_i].v);
}
END_TEST

START_TEST(bits_and_devices_of_any_value_come_back)
{
	static const struct {
		const struct img_msg *m;
		const char *field;
	} fields[] = { { M(vma_entry), "prot" },          { M(vma_entry), "flags" },
		       { M(vma_entry), "status" },        { M(reg_file_entry), "flags" },
		       { M(memfd_inode_entry), "seals" }, { M(mnt_entry), "root_dev" },
		       { M(ghost_file_entry), "rdev" },   { M(vma_entry), "start" } };
	uint32_t r = 1;

	for (size_t i = 0; i < COUNT(fields); i++) {
		const struct img_row *row = row_of(fields[i].m, fields[i].field);

		for (int k = 0; k < 300; k++) {
			uint64_t back = 0;
			char *text;

			r = r * 1664525 + 1013904223;
			text = print(row, row->hints, k < 32 ? UINT32_C(1) << k : r);
			ck_assert_ptr_null(img_hint_parse(row, text + 1, strlen(text) - 2, &back));
			ck_assert_uint_eq(back, k < 32 ? UINT32_C(1) << k : r);
			free(text);
		}
	}
}
END_TEST

START_TEST(a_field_without__hint_has_no_form)
{
	ck_assert_ptr_null(print(row_of(M(pstree_entry), "pid"), 0, 5));
	/* An address is made of several numbers: none has a form by itself. */
	ck_assert_ptr_null(print(row_of(M(inet_sk_entry), "src_addr"), IMG_HINT_IPADD, 5));
}
END_TEST

START_TEST(hex_is_inherited_and_goes_before_all_others)
{
	const struct img_row *row = row_of(M(inet_sk_entry), "family");
	char *text = print(row, row->hints | IMG_HINT_HEX, 2);

	ck_assert_pstr_eq(text, "\"0x2\"");
	free(text);
	text = print(row_of(M(pstree_entry), "pid"), IMG_HINT_HEX, 255);
	ck_assert_pstr_eq(text, "\"0xff\"");
	free(text);
}
END_TEST

static const struct {
	const struct img_msg *m;
	const char *field;
	struct bytes text;
	uint64_t v;
} also[] = {
	{ M(vma_entry), "prot", BYTES("PROT_EXEC | PROT_READ"), 5 },
	{ M(vma_entry), "prot", BYTES("PROT_READ|PROT_WRITE"), 3 },
	{ M(vma_entry), "prot", BYTES("  PROT_READ  |  0x40 "), 0x41 },
	{ M(vma_entry), "prot", BYTES("PROT_READ | PROT_READ"), 1 },
	{ M(vma_entry), "prot", BYTES("1 | 0x2 | PROT_EXEC"), 7 },
	{ M(vma_entry), "status", BYTES("VMA_AREA_NONE"), 0 },
	{ M(mnt_entry), "root_dev", BYTES("0x8:0x1"), 8 << 20 | 1 },
	{ M(ghost_file_entry), "rdev", BYTES("8:0"), 0x800 },
};

START_TEST(other_spellings_are_read)
{
	const struct img_row *row = row_of(also[_i].m, also[_i].field);
	uint64_t v = 99;

	ck_assert_pstr_eq(img_hint_parse(row, also[_i].text.p, also[_i].text.n, &v), NULL);
	ck_assert_uint_eq(v, also[_i].v);
}
END_TEST

static const struct {
	const struct img_msg *m;
	const char *field;
	struct bytes text;
	const char *why;
} bad[] = {
	{ M(pstree_entry), "pid", BYTES(""), "expected a number" },
	{ M(pstree_entry), "pid", BYTES("x"), "expected a number" },
	{ M(vma_entry), "start", BYTES("0x"), "expected a number" },
	{ M(vma_entry), "start", BYTES("0xg"), "expected a number" },
	{ M(vma_entry), "start", BYTES("0x10000000000000000"), "expected a number" },
	{ M(vma_entry), "start", BYTES("PROT_READ"), "expected a number" },
	{ M(vma_entry), "prot", BYTES("PROT_NONE"), "unknown flag name" },
	{ M(vma_entry), "prot", BYTES("PROT_READ |  | PROT_EXEC"), "unknown flag name" },
	{ M(vma_entry), "prot", BYTES(" | "), "unknown flag name" },
	{ M(vma_entry), "prot", BYTES("PROT_READ PROT_EXEC"), "unknown flag name" },
	{ M(vma_entry), "prot", BYTES("PROT_READ\0"), "unknown flag name" },
	{ M(vma_entry), "prot", BYTES("prot_read"), "unknown flag name" },
	{ M(inet_sk_entry), "family", BYTES("UNIX "), "unknown name" },
	{ M(inet_sk_entry), "family", BYTES(""), "unknown name" },
	{ M(inet_sk_entry), "family", BYTES("STREAM"), "unknown name" },
	{ M(mnt_entry), "root_dev", BYTES(""), "not a device (major:minor)" },
	{ M(mnt_entry), "root_dev", BYTES("x"), "not a device (major:minor)" },
	{ M(mnt_entry), "root_dev", BYTES(":"), "not a device (major:minor)" },
	{ M(mnt_entry), "root_dev", BYTES("8:"), "not a device (major:minor)" },
	{ M(mnt_entry), "root_dev", BYTES(":1"), "not a device (major:minor)" },
	{ M(mnt_entry), "root_dev", BYTES("8:1:2"), "not a device (major:minor)" },
	{ M(mnt_entry), "root_dev", BYTES("8:-1"), "not a device (major:minor)" },
	{ M(mnt_entry), "root_dev", BYTES("4294967296:0"), "not a device (major:minor)" },
	{ M(mnt_entry), "root_dev", BYTES("0:4294967296"), "not a device (major:minor)" },
	{ M(mnt_entry), "root_dev", BYTES("0:1048576"), "minor number out of range" },
};

START_TEST(what_is_no_form_of_a_field_is_refused)
{
	const struct img_row *row = row_of(bad[_i].m, bad[_i].field);
	uint64_t v = 99;

	ck_assert_pstr_eq(img_hint_parse(row, bad[_i].text.p, bad[_i].text.n, &v), bad[_i].why);
}
END_TEST

static const struct {
	struct bytes text;
	bool good;
	uint64_t v;
} numbers[] = {
	{ BYTES("0"), true, 0 },
	{ BYTES("9"), true, 9 },
	{ BYTES("007"), true, 7 },
	{ BYTES("18446744073709551615"), true, UINT64_MAX },
	{ BYTES("18446744073709551616"), false, 0 },
	{ BYTES("99999999999999999999999"), false, 0 },
	{ BYTES("0x0"), true, 0 },
	{ BYTES("0Xff"), true, 255 },
	{ BYTES("0xaBcDeF"), true, 0xabcdef },
	{ BYTES("0xffffffffffffffff"), true, UINT64_MAX },
	{ BYTES("0x1ffffffffffffffff"), false, 0 },
	{ BYTES("0x"), false, 0 },
	{ BYTES("x1"), false, 0 },
	{ BYTES("1x1"), false, 0 },
	{ BYTES(""), false, 0 },
	{ BYTES("-1"), false, 0 },
	{ BYTES("+1"), false, 0 },
	{ BYTES(" 1"), false, 0 },
	{ BYTES("1 "), false, 0 },
	{ BYTES("1\0"), false, 0 },
	{ BYTES("0b1"), false, 0 },
	{ BYTES("a"), false, 0 },
	{ BYTES("1.0"), false, 0 },
	{ BYTES("1e3"), false, 0 },
};

/* Each length, each digit in each place, and one character in each place that is none. */
START_TEST(digits_are_read_eight_at_a_time)
{
	static const char wrong[] = { '/', ':', ' ', '-', 'a', '\0', (char)0xb0, (char)0xff };
	char text[32];
	uint64_t v;

	for (size_t n = 1; n <= 19; n++)
		for (unsigned seed = 0; seed < 10; seed++) {
			for (size_t i = 0; i < n; i++)
				text[i] = (char)('0' + (seed + 7 * i + i / 3) % 10);
			text[n] = '\0';
			if (!img_digits(text, n, &v) || v != strtoull(text, NULL, 10))
				ck_abort_msg("%s is not %" PRIu64, text, v);
			for (size_t i = 0; i < n * COUNT(wrong); i++) {
				char was = text[i / COUNT(wrong)];

				text[i / COUNT(wrong)] = wrong[i % COUNT(wrong)];
				if (img_digits(text, n, &v))
					ck_abort_msg("%s has %zu digits", text, n);
				text[i / COUNT(wrong)] = was;
			}
		}
	ck_assert(!img_digits("", 0, &v));
	ck_assert(!img_digits("12345678901234567890", 20, &v));
}
END_TEST

START_TEST(a_number_is_decimal_or_hex_and_nothing_else)
{
	uint64_t v = 99;

	ck_assert_int_eq(img_parse_u64(numbers[_i].text.p, numbers[_i].text.n, &v),
			 numbers[_i].good);
	if (numbers[_i].good)
		ck_assert_uint_eq(v, numbers[_i].v);
}
END_TEST

/* clang-format off */

/* The words, and what Python's ipaddress makes of them. */
static const struct {
	uint32_t words[4];
	const char *text;
} ip6[] = {
	{ { 0x00000000, 0x00000000, 0x00000000, 0x00000000 }, "::" },
	{ { 0x00000000, 0x00000000, 0x00000000, 0x01000000 }, "::1" },
	{ { 0x00000100, 0x00000000, 0x00000000, 0x00000000 }, "1::" },
	{ { 0xb80d0120, 0x00000000, 0x00000000, 0x01000000 }, "2001:db8::1" },
	{ { 0x000080fe, 0x00000000, 0x00000000, 0x02000100 }, "fe80::1:2" },
	{ { 0x00000000, 0x00000000, 0xffff0000, 0x0100007f }, "::ffff:7f00:1" },
	{ { 0x00000000, 0x00000000, 0x00000000, 0x0100007f }, "::7f00:1" },
	{ { 0x00000100, 0x00000100, 0x00000100, 0x00000100 }, "1:0:1:0:1:0:1:0" },
	{ { 0x01000000, 0x01000000, 0x01000000, 0x01000000 }, "0:1:0:1:0:1:0:1" },
	{ { 0x00000100, 0x02000000, 0x00000000, 0x03000000 }, "1:0:0:2::3" },
	{ { 0x00000100, 0x02000000, 0x00000000, 0x04000300 }, "1::2:0:0:3:4" },
	{ { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ { 0x00000000, 0x01000000, 0x00000000, 0x00000000 }, "0:0:0:1::" },
	{ { 0x02000100, 0x04000300, 0x06000500, 0x08000700 }, "1:2:3:4:5:6:7:8" },
	{ { 0x02000000, 0x04000300, 0x06000500, 0x08000700 }, "0:2:3:4:5:6:7:8" },
	{ { 0x02000100, 0x04000300, 0x06000500, 0x00000700 }, "1:2:3:4:5:6:7:0" },
	{ { 0x9bff6400, 0x00000000, 0x00000000, 0x04030201 }, "64:ff9b::102:304" },
	{ { 0x00000000, 0x00000000, 0xffff0000, 0x00000000 }, "::ffff:0:0" },
	{ { 0x00000000, 0x00000000, 0x00000100, 0x00000000 }, "::1:0:0:0" },
	{ { 0x0b000a00, 0x0d000c00, 0x00000000, 0x00000000 }, "a:b:c:d::" },
	{ { 0x00000100, 0x00000000, 0x00000100, 0x01000000 }, "1::1:0:0:1" },
	{ { 0x0000bc0a, 0xffffbc0a, 0x00000000, 0x0000a8e8 }, "abc:0:abc:ffff::e8a8:0" },
	{ { 0xffff0000, 0xbc0abc0a, 0x99a30100, 0x00000000 }, "0:ffff:abc:abc:1:a399::" },
	{ { 0xffffbc0a, 0x0000ffff, 0xbc0ace28, 0x00000000 }, "abc:ffff:ffff:0:28ce:abc::" },
	{ { 0x0100d5d2, 0x0100ffff, 0x0100d1b6, 0xbc0affff }, "d2d5:1:ffff:1:b6d1:1:ffff:abc" },
	{ { 0x00000000, 0x01000000, 0xffff0000, 0x6ca0a86f }, "::1:0:ffff:6fa8:a06c" },
	{ { 0xda810100, 0xbc0abc0a, 0x00000100, 0x00000000 }, "1:81da:abc:abc:1::" },
	{ { 0xbc0a0000, 0xffffffff, 0xbc0a0000, 0x0000bc0a }, "0:abc:ffff:ffff:0:abc:abc:0" },
	{ { 0xffffffff, 0x0000bc0a, 0x647b0000, 0x00000100 }, "ffff:ffff:abc::7b64:1:0" },
	{ { 0x00000000, 0x596d0000, 0x00004a6a, 0x0000bc0a }, "::6d59:6a4a:0:abc:0" },
	{ { 0x0000ffff, 0x00000000, 0x00000000, 0xbc0a0000 }, "ffff::abc" },
	{ { 0x01000000, 0x0000bc0a, 0xd9fa0000, 0x00000000 }, "0:1:abc::fad9:0:0" },
	{ { 0x01008be5, 0x0100dd75, 0xffffd5a4, 0xc09e0000 }, "e58b:1:75dd:1:a4d5:ffff:0:9ec0" },
	{ { 0xffff0000, 0x0000ffff, 0x00000000, 0xee020000 }, "0:ffff:ffff::2ee" },
	{ { 0x0000bc0a, 0xffffbc0a, 0xffff0000, 0xffff0100 }, "abc:0:abc:ffff:0:ffff:1:ffff" },
	{ { 0xffff0000, 0x0000ffff, 0xffff0000, 0xffff0000 }, "0:ffff:ffff::ffff:0:ffff" },
	{ { 0xbc0a0000, 0x00000000, 0x805e0b50, 0xe74c0000 }, "0:abc::500b:5e80:0:4ce7" },
	{ { 0xb3c50000, 0xffffbc0a, 0x00000000, 0x00005aa7 }, "0:c5b3:abc:ffff::a75a:0" },
	{ { 0x01000000, 0x0000ffff, 0x00000000, 0x0100c8ac }, "0:1:ffff::acc8:1" },
	{ { 0x00004ccf, 0xffff0000, 0x0000bc0a, 0x00009b39 }, "cf4c::ffff:abc:0:399b:0" },
	{ { 0xad500000, 0x000011d6, 0x11570000, 0xe515ffff }, "0:50ad:d611::5711:ffff:15e5" },
	{ { 0x00000000, 0xb5840000, 0x00000000, 0x01000100 }, "::84b5:0:0:1:1" },
	{ { 0x01000100, 0x01000000, 0xbc0a7af1, 0xbc0abc0a }, "1:1:0:1:f17a:abc:abc:abc" },
	{ { 0x0000ffff, 0x31d60100, 0x0000ffff, 0x00000000 }, "ffff:0:1:d631:ffff::" },
	{ { 0xbc0a0000, 0xb81e0000, 0xff080000, 0x0000bc0a }, "0:abc:0:1eb8:0:8ff:abc:0" },
};

/* clang-format on */

START_TEST(an_ipv6_address_is_written_as_python_writes_it)
{
	char text[IMG_ADDR_MAX];

	ck_assert_str_eq(img_addr_print(ip6[_i].words, 4, text), ip6[_i].text);
}
END_TEST

START_TEST(an_ipv6_address_is_read_back)
{
	uint32_t words[4] = { 0 };

	ck_assert_uint_eq(img_addr_parse(ip6[_i].text, strlen(ip6[_i].text), words), 4);
	ck_assert_mem_eq(words, ip6[_i].words, sizeof(words));
}
END_TEST

START_TEST(an_ipv4_address_is_one_word_in_network_order)
{
	static const struct {
		uint32_t word;
		const char *text;
	} ip4[] = { { 0x0100007f, "127.0.0.1" },
		    { 0, "0.0.0.0" },
		    { 0xffffffff, "255.255.255.255" },
		    { 0x04030201, "1.2.3.4" } };

	for (size_t i = 0; i < COUNT(ip4); i++) {
		char text[IMG_ADDR_MAX];
		uint32_t words[4] = { 9, 9, 9, 9 };

		ck_assert_str_eq(img_addr_print(&ip4[i].word, 1, text), ip4[i].text);
		ck_assert_uint_eq(img_addr_parse(text, strlen(text), words), 1);
		ck_assert_uint_eq(words[0], ip4[i].word);
	}
}
END_TEST

START_TEST(other_spellings_of_addresses_are_read)
{
	static const uint32_t mapped[4] = { 0, 0, 0xffff0000, 0x0100007f };
	uint32_t words[4] = { 0 };

	ck_assert_uint_eq(img_addr_parse("::ffff:127.0.0.1", 16, words), 4);
	ck_assert_mem_eq(words, mapped, sizeof(words));
	ck_assert_uint_eq(img_addr_parse("0:0:0:0:0:FFFF:7F00:0001", 24, words), 4);
	ck_assert_mem_eq(words, mapped, sizeof(words));
}
END_TEST

static const struct bytes no_address[] = {
	BYTES(""),
	BYTES("1.2.3"),
	BYTES("1.2.3.4.5"),
	BYTES("1.2.3.256"),
	BYTES("1.2.3.4 "),
	BYTES("::g"),
	BYTES(":"),
	BYTES(":::"),
	BYTES("1:2:3:4:5:6:7"),
	BYTES("1:2:3:4:5:6:7:8:9"),
	BYTES("1::2::3"),
	BYTES("fe80::1%eth0"),
	BYTES("::1\0"),
	BYTES("127.0.0.1\0"),
	BYTES("localhost"),
	BYTES("0000000000000000000000000000000000000000000000000000000000::1"),
};

START_TEST(what_is_no_address_is_refused)
{
	uint32_t words[4];

	ck_assert_uint_eq(img_addr_parse(no_address[_i].p, no_address[_i].n, words), 0);
}
END_TEST

static void add(TCase *tc)
{
	EACH(a_value_has_its_form, forms);
	EACH(a_form_gives_its_value, forms);
	EACH(every_form_reads_a_number_in_decimal_and_hex_too, forms);
	TEST(bits_and_devices_of_any_value_come_back);
	TEST(a_field_without__hint_has_no_form);
	TEST(hex_is_inherited_and_goes_before_all_others);
	EACH(other_spellings_are_read, also);
	EACH(what_is_no_form_of_a_field_is_refused, bad);
	TEST(digits_are_read_eight_at_a_time);
	EACH(a_number_is_decimal_or_hex_and_nothing_else, numbers);
	EACH(an_ipv6_address_is_written_as_python_writes_it, ip6);
	EACH(an_ipv6_address_is_read_back, ip6);
	TEST(an_ipv4_address_is_one_word_in_network_order);
	TEST(other_spellings_of_addresses_are_read);
	EACH(what_is_no_address_is_refused, no_address);
}

int main(void)
{
	return unit_run("hint", add);
}
