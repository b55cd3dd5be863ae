/* visit: fields on their way from one message into another. */
#include "libimg/msg/visit.h"

#include <dirent.h>

#include "every.h"
#include "libimg/dump/dir.h"

static struct img_err err;

/* What the visitor does: to the field with this path, or to all of them. */
struct rule {
	const char *path; /* NULL: to all that are no messages */
	int verdict;
	uint64_t num;
	const char *bytes;
	char seen[4096]; /* the paths of all that came along */
};

static int by_rule(void *arg, struct img_field *f, struct img_err *e)
{
	struct rule *r = arg;
	char path[200];
	size_t n = strlen(r->seen);

	img_field_path(f, path, sizeof(path));
	snprintf(r->seen + n, sizeof(r->seen) - n, "%s ", path[0] != '\0' ? path : "?");
	/* Set: to the value that it has. */
	if (r->path == NULL)
		return f->row != NULL && f->row->sub != NULL ? IMG_KEEP : r->verdict;
	if (strcmp(r->path, path) != 0)
		return IMG_KEEP;
	if (r->verdict < 0)
		return img_fail(e, IMG_EDATA, IMG_NOWHERE, "not this one");
	f->num = r->num;
	if (r->bytes != NULL)
		f->bytes = (struct img_span){ (const uint8_t *)r->bytes, strlen(r->bytes), 0 };
	return r->verdict;
}

static int visit(const struct img_msg *m, struct bytes b, struct rule *r, struct img_buf *out)
{
	struct img_span body = { exactly(b.p, b.n), b.n, 100 };
	int got;

	r->seen[0] = '\0';
	memset(out, 0, sizeof(*out));
	got = img_visit(m, body, "x.img", 3, by_rule, r, out, &err);
	free((void *)(uintptr_t)body.p);
	return got;
}

/* clang-format off */

static const struct {
	struct bytes in;
	struct rule r;
	int got;
	struct bytes out;
	const char *seen;
} changes[] = {
	{ BYTES("\10\1\30\7"),
	  { .path = "a_int32", .verdict = IMG_SET, .num = 300 },
	  1,
	  BYTES("\10\254\2\30\7"),
	  "a_int32 c_uint32 " },
	{ BYTES("\10\1\30\7"),
	  { .path = "c_uint32", .verdict = IMG_SET, .num = 0 },
	  1,
	  BYTES("\10\1\30\0"),
	  "a_int32 c_uint32 " },
	{ BYTES("\10\1\30\7"), { .path = "a_int32", .verdict = IMG_DROP }, 1, BYTES("\30\7"), "a_int32 c_uint32 " },
	{ BYTES("\10\1\30\7"), { .path = "nothing", .verdict = IMG_DROP }, 0, BYTES(""), "a_int32 c_uint32 " },
	/* A varint longer than it need be, and one that is only kept. */
	{ BYTES("\10\201\0\30\207\0"),
	  { .path = "a_int32", .verdict = IMG_SET, .num = 1 },
	  1,
	  BYTES("\10\1\30\207\0"),
	  "a_int32 c_uint32 " },
	{ BYTES("=\1\0\0\0"),
	  { .path = "g_fixed32", .verdict = IMG_SET, .num = 0x01020304 },
	  1,
	  BYTES("=\4\3\2\1"),
	  "g_fixed32 " },
	{ BYTES("I\1\0\0\0\0\0\0\0"),
	  { .path = "i_fixed64", .verdict = IMG_SET, .num = 0x0102030405060708 },
	  1,
	  BYTES("I\10\7\6\5\4\3\2\1"),
	  "i_fixed64 " },
	{ BYTES("b\3abc"),
	  { .path = "l_string", .verdict = IMG_SET, .num = 0, .bytes = "longer" },
	  1,
	  BYTES("b\6longer"),
	  "l_string " },
	{ BYTES("b\3abc"), { .path = "l_string", .verdict = IMG_SET, .num = 0, .bytes = "" }, 1, BYTES("b\0"), "l_string " },
	/* Nested: each length in front follows. */
	{ BYTES("\10\1z\6\10\5z\2\30\6\20\2"),
	  { .path = "o_msg.o_msg.c_uint32", .verdict = IMG_SET, .num = 300 },
	  1,
	  BYTES("\10\1z\7\10\5z\3\30\254\2\20\2"),
	  "a_int32 o_msg o_msg.a_int32 o_msg.o_msg o_msg.o_msg.c_uint32 b_sint32 " },
	{ BYTES("z\2\30\6"),
	  { .path = "o_msg.c_uint32", .verdict = IMG_DROP },
	  1,
	  BYTES("z\0"),
	  "o_msg o_msg.c_uint32 " },
	{ BYTES("z\2\30\6\30\1"), { .path = "o_msg", .verdict = IMG_DROP }, 1, BYTES("\30\1"), "o_msg c_uint32 " },
	{ BYTES("z\2\30\6\30\1"), { .path = "o_msg", .verdict = IMG_PASS }, 0, BYTES(""), "o_msg c_uint32 " },
	{ BYTES("z\2\30\6"), { .path = "o_msg", .verdict = IMG_SET, .num = 0, .bytes = "\10\1" }, 1, BYTES("z\2\10\1"), "o_msg " },
	/* A list by itself and packed; what is packed stays so. */
	{ BYTES("\250\1\1\250\1\2"),
	  { .path = "va_int32[1]", .verdict = IMG_SET, .num = 9 },
	  1,
	  BYTES("\250\1\1\250\1\11"),
	  "va_int32[0] va_int32[1] " },
	{ BYTES("\252\1\4\1\254\2\3"),
	  { .path = "va_int32[2]", .verdict = IMG_SET, .num = 300 },
	  1,
	  BYTES("\252\1\5\1\254\2\254\2"),
	  "va_int32[0] va_int32[1] va_int32[2] " },
	{ BYTES("\252\1\2\1\2\250\1\3"),
	  { .path = "va_int32[2]", .verdict = IMG_DROP },
	  1,
	  BYTES("\252\1\2\1\2"),
	  "va_int32[0] va_int32[1] va_int32[2] " },
	{ BYTES("\252\1\2\1\2"),
	  { .path = "va_int32[0]", .verdict = IMG_DROP },
	  1,
	  BYTES("\252\1\1\2"),
	  "va_int32[0] va_int32[1] " },
	{ BYTES("\272\1\0"), { .path = NULL, .verdict = IMG_DROP }, 0, BYTES(""), "" },
	{ BYTES("\332\1\10\1\0\0\0\2\0\0\0"),
	  { .path = "vg_fixed32[1]", .verdict = IMG_SET, .num = 3 },
	  1,
	  BYTES("\332\1\10\1\0\0\0\3\0\0\0"),
	  "vg_fixed32[0] vg_fixed32[1] " },
	{ BYTES("\232\2\2\10\1\10\7\232\2\2\10\2"),
	  { .path = "vo_msg[1].a_int32", .verdict = IMG_SET, .num = 3 },
	  1,
	  BYTES("\232\2\2\10\1\10\7\232\2\2\10\3"),
	  "vo_msg[0] vo_msg[0].a_int32 a_int32 vo_msg[1] vo_msg[1].a_int32 " },
	/* Fields that the schema does not know, a group among them, go along. */
	{ BYTES("\10\1\220\3\7\343\3\10\5\344\3\30\1"),
	  { .path = "a_int32", .verdict = IMG_SET, .num = 2 },
	  1,
	  BYTES("\10\2\220\3\7\343\3\10\5\344\3\30\1"),
	  "a_int32 ? ? c_uint32 " },
	{ BYTES("\10\1\220\3\7\343\3\10\5\344\3"),
	  { .path = NULL, .verdict = IMG_DROP },
	  1,
	  BYTES(""),
	  "a_int32 ? ? " },
	{ BYTES("\10\1b\1x\370\1\1"),
	  { .path = NULL, .verdict = IMG_SET },
	  1,
	  BYTES("\10\1b\1x\370\1\1"),
	  "a_int32 l_string vk_bool[0] " },
};

/* clang-format on */

START_TEST(a_change_changes_its_field_and_the_lengths_around_it)
{
	struct rule r = changes[_i].r;
	struct img_buf out;

	ck_assert_int_eq(visit(&every, changes[_i].in, &r, &out), changes[_i].got);
	same_bytes(out.p, out.n, changes[_i].out.p, changes[_i].out.n,
		   r.path != NULL ? r.path : "all");
	ck_assert_str_eq(r.seen, changes[_i].seen);
	img_buf_free(&out);
}
END_TEST

/* clang-format off */

static const struct {
	const struct img_msg *m;
	struct bytes in;
	struct rule r;
	const char *path, *what;
} bad[] = {
	{ &every,
	  BYTES("\10"),
	  { 0 },
	  "",
	  "offset 0x64: varint truncated or longer than ten bytes" },
	{ &every, BYTES("\30\1\13\10\1"), { .verdict = IMG_KEEP }, "", "offset 0x66: group not ended" },
	{ &every, BYTES("\12\1\1"), { .verdict = IMG_KEEP }, "a_int32", "offset 0x64: a_int32: wrong wire type" },
	{ &every,
	  BYTES("z\2\10\201"),
	  { 0 },
	  "o_msg",
	  "offset 0x66: o_msg: varint truncated or longer than ten bytes" },
	{ &every,
	  BYTES("\252\1\2\1\201"),
	  { 0 },
	  "va_int32",
	  "offset 0x68: va_int32: packed list truncated" },
	{ &every,
	  BYTES("\332\1\5\1\0\0\0\2"),
	  { 0 },
	  "vg_fixed32",
	  "offset 0x6b: vg_fixed32: packed list truncated" },
	{ &every,
	  BYTES("\232\2\0\232\2\2\10\1"),
	  { .path = "vo_msg[1].a_int32", .verdict = -1 },
	  "vo_msg[1].a_int32",
	  "vo_msg[1].a_int32: not this one" },
	{ &every,
	  BYTES("\252\1\2\1\2"),
	  { .path = "va_int32[1]", .verdict = -1 },
	  "va_int32[1]",
	  "va_int32[1]: not this one" },
	{ &every, BYTES("\343\3\10\5\344\3"), { .path = NULL, .verdict = IMG_SET }, "", "a group cannot be set" },
	{ &img_msg_pstree_entry,
	  BYTES("\10\1"),
	  { 0 },
	  "ppid",
	  "offset 0x64: ppid: required field missing" },
};

/* clang-format on */

START_TEST(what_is_damaged_is_refused)
{
	struct rule r = bad[_i].r;
	struct img_buf out;

	ck_assert_int_eq(visit(bad[_i].m, bad[_i].in, &r, &out), -1);
	ck_assert_str_eq(err.path, bad[_i].path);
	ck_assert_str_eq(said(&err), bad[_i].what);
	img_buf_free(&out);
}
END_TEST

START_TEST(nesting_has_a_limit)
{
	static uint8_t deep[8 * (IMG_MAX_DEPTH + 1)];
	size_t n = 0;
	struct rule r = { .path = NULL, .verdict = IMG_KEEP };
	struct img_buf out;

	/* Each level is two to four bytes around what is in it. */
	for (unsigned i = 0; i < IMG_MAX_DEPTH; i++) {
		uint8_t head[8], *end = img_put_varint(head, 15 << 3 | IMG_BYTES);

		end = img_put_varint(end, n);
		memmove(deep + (end - head), deep, n);
		memcpy(deep, head, (size_t)(end - head));
		n += (size_t)(end - head);
		ck_assert_int_eq(visit(&every, (struct bytes){ (char *)deep, n }, &r, &out),
				 i < IMG_MAX_DEPTH - 1 ? 0 : -1);
	}
	ck_assert_int_eq(err.kind, IMG_ELIMIT);
	ck_assert_str_eq(err.what, "messages nested too deep");
}
END_TEST

/* ---- all bundled images ---- */

static int set_all(void *arg, struct img_field *f, struct img_err *e)
{
	unsigned *which = arg;

	(void)e;
	if (*which == 0 || (f->row != NULL && f->row->sub != NULL))
		return IMG_KEEP;
	return f->wt == IMG_GROUP ? IMG_KEEP : IMG_SET;
}

/* Keep all, then set each field to the value that it has: twice the same bytes. */
static size_t through_image(struct img_reader *rd)
{
	struct img_entry e;
	size_t n = 0;

	while (img_reader_next(rd, &e, &err) == 1 && e.msg != NULL) {
		struct img_buf out = { 0 };
		unsigned keep = 0, set = 1;
		int r;

		ck_assert_int_eq(img_visit(e.msg, e.body, "", e.index, set_all, &keep, &out, &err),
				 0);
		ck_assert_uint_eq(out.n, 0);
		r = img_visit(e.msg, e.body, "", e.index, set_all, &set, &out, &err);
		ck_assert_int_ge(r, 0);
		if (r > 0)
			same_bytes(out.p, out.n, e.body.p, e.body.n, e.msg->desc->name);
		img_buf_free(&out);
		n++;
	}
	return n;
}

static size_t through_dump(const char *path)
{
	struct img_dir *d = img_dir_open(path, 0, &err);
	struct img_dir_names l;
	size_t n = 0;

	ck_assert_ptr_nonnull(d);
	ck_assert_int_eq(img_dir_list(d, &l, &err), 0);
	for (size_t i = 0; i < l.n; i++) {
		int fd = openat(img_dir_fd(d), l.v[i], O_RDONLY);
		struct img_in *in = img_in_fd(fd);
		struct img_reader *rd = img_reader_open(in, l.v[i], 0, &err);

		ck_assert_ptr_nonnull(rd);
		n += through_image(rd);
		img_reader_close(rd);
		img_in_free(in);
		close(fd);
	}
	img_list_free(&l);
	img_dir_close(d);
	return n;
}

START_TEST(all_bundled_images_come_through)
{
	char path[PATH_MAX];
	DIR *dir;
	size_t n = 0;

	snprintf(path, sizeof(path), "%s", unit_path("data/dumps"));
	dir = opendir(path);
	ck_assert_ptr_nonnull(dir);
	for (struct dirent *e; (e = readdir(dir)) != NULL;) {
		char sub[PATH_MAX + 300];

		if (e->d_name[0] == '.' || strchr(e->d_name, '.') != NULL)
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", path, e->d_name);
		n += through_dump(sub);
	}
	closedir(dir);
	ck_assert_uint_gt(n, 1000);
}
END_TEST

static void add(TCase *tc)
{
	EACH(a_change_changes_its_field_and_the_lengths_around_it, changes);
	EACH(what_is_damaged_is_refused, bad);
	TEST(nesting_has_a_limit);
	TEST(all_bundled_images_come_through);
}

int main(void)
{
	return unit_run("visit", add);
}
