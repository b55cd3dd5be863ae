/* files: open files by type and id, wherever CRIU of their time put them. */
#include "fdinfo.pb-c.h"
#include "images.h"

#include "libimg/dump/files.h"

static FownEntry fown = FOWN_ENTRY__INIT;

/* Strings of protobuf-c are not const. */
static char *text(const char *s)
{
	static char buf[4][65536];
	static int i;

	i = (i + 1) % 4;
	snprintf(buf[i], sizeof(buf[i]), "%s", s);
	return buf[i];
}

static RegFileEntry reg(uint32_t id, const char *name)
{
	RegFileEntry e = REG_FILE_ENTRY__INIT;

	e.id = id;
	e.fown = &fown;
	e.name = text(name);
	return e;
}

static void put_reg(uint32_t id, const char *name)
{
	FileEntry e = FILE_ENTRY__INIT;
	RegFileEntry r = reg(id, name);

	e.type = FD_TYPES__REG;
	e.id = id;
	e.reg = &r;
	images_put("files.img", &e);
}

static void put_tun(uint32_t id, const char *dev)
{
	FileEntry e = FILE_ENTRY__INIT;
	TunfileEntry t = TUNFILE_ENTRY__INIT;

	t.id = id;
	t.netdev = text(dev);
	e.type = FD_TYPES__TUNF;
	e.id = id;
	e.tunf = &t;
	images_put("files.img", &e);
}

/* The name of a REG file, read without its struct. */
static void same_name(struct img_files *f, uint32_t id, const char *want)
{
	uint32_t i = img_files_index(f, FD_TYPES__REG, id);
	const struct img_msg *m;
	struct img_span body, name;
	struct img_pick p;
	struct img_err err;

	ck_assert_uint_ne(i, IMG_NO_FILE);
	ck_assert_int_eq(img_files_payload(f, i, &m, &body, &err), 1);
	ck_assert_ptr_eq(m, &img_msg_reg_file_entry);
	ck_assert_int_eq(img_pick(&p, m, body, &err), 0);
	name = img_bytes(&p, IMG_TAG_REG_FILE_ENTRY__NAME);
	same_bytes(name.p, name.n, want, strlen(want), "name");
}

static struct img_files *open_files(struct img_dir *d)
{
	struct img_files *f;
	struct img_err err;

	ck_assert_int_eq(img_files_open(d, &f, &err), 1);
	return f;
}

START_TEST(type_and_id_make_the_key)
{
	struct img_arena *a = img_arena_new(0);
	struct img_files *f;
	struct img_dir *d;
	struct img_err err;
	const FileEntry *e;
	void *entry;

	images_new();
	put_tun(5, "tap0");
	put_reg(5, "/dev/net/tun");
	put_reg(6, "/x");
	d = images_open();
	f = open_files(d);
	ck_assert_uint_eq(img_files_count(f), 3);
	same_name(f, 5, "/dev/net/tun");
	same_name(f, 6, "/x");
	ck_assert_int_eq(img_files_get(f, FD_TYPES__TUNF, 5, a, &entry, &err), 1);
	e = entry;
	ck_assert_str_eq(e->tunf->netdev, "tap0");
	ck_assert_int_eq(img_files_get(f, FD_TYPES__TUNF, 6, a, &entry, &err), 0);
	ck_assert_uint_eq(img_files_index(f, FD_TYPES__PIPE, 5), IMG_NO_FILE);
	img_files_close(f);
	img_dir_close(d);
	img_arena_free(a);
	images_free();
}
END_TEST

START_TEST(older_images_are_given_in_the_form_of_the_new)
{
	struct img_arena *a = img_arena_new(0);
	RegFileEntry r = reg(3, "/old");
	PipeEntry p = PIPE_ENTRY__INIT;
	const struct img_msg *m;
	struct img_files *f;
	struct img_span body;
	struct img_dir *d;
	struct img_err err;
	const FileEntry *e;
	void *entry;

	images_new();
	p.id = 3;
	p.pipe_id = 77;
	p.fown = &fown;
	images_put("reg-files.img", &r);
	images_put("pipes.img", &p);
	d = images_open();
	f = open_files(d);
	same_name(f, 3, "/old");
	ck_assert_int_eq(img_files_get(f, FD_TYPES__PIPE, 3, a, &entry, &err), 1);
	e = entry;
	ck_assert_int_eq(e->type, FD_TYPES__PIPE);
	ck_assert_uint_eq(e->id, 3);
	ck_assert_uint_eq(e->pipe->pipe_id, 77);
	ck_assert_ptr_null(e->reg);
	ck_assert_int_eq(
		img_files_payload(f, img_files_index(f, FD_TYPES__PIPE, 3), &m, &body, &err), 1);
	ck_assert_ptr_eq(m, &img_msg_pipe_entry);
	img_files_close(f);
	img_dir_close(d);
	img_arena_free(a);
	images_free();
}
END_TEST

START_TEST(every_field_of_file_entry_goes_with_a_type)
{
	const ProtobufCMessageDescriptor *desc = img_msg_file_entry.desc;

	for (unsigned i = 0; i < desc->n_fields; i++) {
		unsigned n = 0;

		for (unsigned t = 0; t < img_pb_fd_types__descriptor.n_values; t++)
			n += img_files_member(
				     (uint32_t)img_pb_fd_types__descriptor.values[t].value) ==
			     &desc->fields[i];
		if (desc->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
			ck_assert_msg(n == 1, "%s goes with %u types", desc->fields[i].name, n);
		else
			ck_assert_uint_eq(n, 0);
	}
}
END_TEST

enum { MANY = 6000 };

/* Of lengths that make entries lie across the borders of blocks; some are longer than one. */
static const char *long_name(uint32_t id)
{
	static char buf[65536];
	size_t n = id % 500 == 0 ? 60000 : 10 + id % 97;

	snprintf(buf, sizeof(buf), "/%u/", id);
	memset(buf + strlen(buf), 'x', n);
	buf[n] = '\0';
	return buf;
}

START_TEST(entries_are_read_in_any_order)
{
	static const uint32_t steps[] = { 1, MANY - 1, 7, 1013, 3001 };
	struct img_files *f;
	struct img_dir *d;

	images_new();
	for (uint32_t id = 0; id < MANY; id++)
		put_reg(id, long_name(id));
	d = images_open();
	f = open_files(d);
	for (size_t s = 0; s < COUNT(steps); s++)
		for (uint32_t i = 0, id = 0; i < MANY; i++, id = (id + steps[s]) % MANY)
			same_name(f, id, long_name(id));
	/* A task's own files and those that all tasks have, in turn. */
	for (uint32_t id = 0; id < MANY; id++) {
		same_name(f, id, long_name(id));
		same_name(f, id % 3, long_name(id % 3));
	}
	img_files_close(f);
	img_dir_close(d);
	images_free();
}
END_TEST

START_TEST(of_entries_with_one_key_the_first_counts)
{
	struct img_files *f;
	struct img_dir *d;

	images_new();
	put_reg(1, "/first");
	put_reg(1, "/second");
	d = images_open();
	f = open_files(d);
	ck_assert_uint_eq(img_files_count(f), 2);
	ck_assert_uint_eq(img_files_doubled(f), 1);
	same_name(f, 1, "/first");
	img_files_close(f);
	img_dir_close(d);
	images_free();
}
END_TEST

START_TEST(without_images_there_is_no_index)
{
	struct img_files *f;
	struct img_dir *d;
	struct img_err err;

	images_new();
	d = images_open();
	ck_assert_int_eq(img_files_open(d, &f, &err), 0);
	ck_assert_ptr_null(f);
	img_dir_close(d);
	images_free();
}
END_TEST

START_TEST(entries_before_the_damage_are_kept)
{
	uint8_t whole[4096];
	char path[PATH_MAX];
	struct img_err err;
	size_t n, kept = 0;
	FILE *in;

	images_new();
	put_reg(1, "/one");
	put_tun(2, "tap0");
	put_reg(3, "/three");
	snprintf(path, sizeof(path), "%s/files.img", images.path);
	in = fopen(path, "rb");
	ck_assert_ptr_nonnull(in);
	n = fread(whole, 1, sizeof(whole), in);
	fclose(in);
	for (size_t cut = 0; cut < n; cut++) {
		struct img_dir *d = images_open();
		struct img_files *f;
		int r;

		images_set("files.img", whole, cut);
		r = img_files_open(d, &f, &err);
		if (f != NULL) {
			ck_assert_uint_ge(img_files_count(f), kept);
			kept = img_files_count(f);
		}
		/* Complete only behind the head and behind each entry. */
		ck_assert(r == -1 || (r == 1 && img_files_count(f) == kept));
		if (r == -1)
			ck_assert_ptr_nonnull(strstr(err.file, "/files.img"));
		if (kept > 0)
			same_name(f, 1, "/one");
		img_files_close(f);
		img_dir_close(d);
	}
	ck_assert_uint_eq(kept, 2);
	images_free();
}
END_TEST

START_TEST(an_image_that_shrinks_is_told_of)
{
	struct img_files *f;
	struct img_dir *d;
	struct img_err err;
	const struct img_msg *m;
	struct img_span body;

	images_new();
	put_reg(1, "/one");
	d = images_open();
	f = open_files(d);
	images_set("files.img", "", 0);
	ck_assert_int_eq(img_files_payload(f, 0, &m, &body, &err), -1);
	ck_assert_str_eq(said(&err), "offset 0xc: image shrank while it was read");
	img_files_close(f);
	img_dir_close(d);
	images_free();
}
END_TEST

START_TEST(sources_are_counted)
{
	ck_assert_str_eq(img_files_source(0)->name, "FILES");
	ck_assert_ptr_nonnull(img_files_source(IMG_FILES_SOURCES - 1));
	ck_assert_ptr_null(img_files_source(IMG_FILES_SOURCES));
}
END_TEST

static void add(TCase *tc)
{
	TEST(sources_are_counted);
	TEST(type_and_id_make_the_key);
	TEST(older_images_are_given_in_the_form_of_the_new);
	TEST(every_field_of_file_entry_goes_with_a_type);
	TEST(entries_are_read_in_any_order);
	TEST(of_entries_with_one_key_the_first_counts);
	TEST(without_images_there_is_no_index);
	TEST(entries_before_the_damage_are_kept);
	TEST(an_image_that_shrinks_is_told_of);
}

int main(void)
{
	return unit_run("files", add);
}
