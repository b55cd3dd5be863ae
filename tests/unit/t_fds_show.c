/* fds_show: the table of types has a row for each, and every word selects something. */
#include "fdinfo.pb-c.h"
#include "images.h"

#include "core.pb-c.h"
#include "libimg/msg/linux.h"
#include "libimg/view/fds_kind.h"
#include "libimg/view/fds_set.h"
#include "pstree.pb-c.h"

static const struct img_desc_kind *const families[] = { img_desc_files_kinds, img_desc_socket_kinds,
							img_desc_event_kinds };

static const struct img_desc_kind *row_of(uint32_t type, unsigned *n)
{
	const struct img_desc_kind *found = NULL;

	*n = 0;
	for (size_t i = 0; i < COUNT(families); i++)
		for (const struct img_desc_kind *k = families[i]; k->text != NULL; k++)
			if (k->type == type) {
				found = k;
				++*n;
			}
	return found;
}

START_TEST(every_type_with_an_entry_has_one_row)
{
	for (unsigned i = 0; i < img_pb_fd_types__descriptor.n_values; i++) {
		const ProtobufCEnumValue *v = &img_pb_fd_types__descriptor.values[i];
		bool has = img_files_member((uint32_t)v->value) != NULL;
		unsigned n;

		row_of((uint32_t)v->value, &n);
		ck_assert_msg(n == has, "%s has %u rows", v->name, n);
	}
}
END_TEST

START_TEST(flags_are_those_of_the_entry)
{
	for (unsigned i = 0; i < img_pb_fd_types__descriptor.n_values; i++) {
		uint32_t type = (uint32_t)img_pb_fd_types__descriptor.values[i].value;
		const ProtobufCFieldDescriptor *member = img_files_member(type);
		const ProtobufCMessageDescriptor *m;
		const ProtobufCFieldDescriptor *f;
		unsigned n;

		if (member == NULL)
			continue;
		m = member->descriptor;
		f = protobuf_c_message_descriptor_get_field_by_name(m, "flags");
		ck_assert_uint_eq(row_of(type, &n)->flags, f != NULL ? f->id : 0);
	}
}
END_TEST

START_TEST(every_type_is_selected_by_its_name)
{
	struct img_desc_set s;
	struct img_fd fd = { .file = IMG_NO_FILE };

	for (unsigned i = 0; i < img_pb_fd_types__descriptor.n_values; i++) {
		const ProtobufCEnumValue *v = &img_pb_fd_types__descriptor.values[i];
		char lower[32];
		size_t n = strlen(v->name);

		if (img_files_member((uint32_t)v->value) == NULL)
			continue;
		for (size_t k = 0; k <= n; k++)
			lower[k] =
				(char)(v->name[k] | (v->name[k] >= 'A' && v->name[k] <= 'Z') << 5);
		s = (struct img_desc_set){ 0 };
		ck_assert_msg(img_desc_set_add(&s, v->name, n), "%s", v->name);
		fd.type = (uint32_t)v->value;
		ck_assert_msg(img_desc_set_has(&s, NULL, &fd), "%s", v->name);
		fd.type = FD_TYPES__UND;
		ck_assert(!img_desc_set_has(&s, NULL, &fd));
		s = (struct img_desc_set){ 0 };
		ck_assert_msg(img_desc_set_add(&s, lower, n), "%s", lower);
	}
	ck_assert(!img_desc_set_add(&s, "und", 3));
	ck_assert(!img_desc_set_add(&s, "", 0));
	ck_assert(!img_desc_set_add(&s, "tcpx", 4));
	ck_assert(img_desc_set_add(&s, "tcpx", 3));
}
END_TEST

START_TEST(every_word_selects)
{
	struct img_desc_set s;
	size_t n;

	for (n = 0; img_desc_set_word(n) != NULL; n++) {
		s = (struct img_desc_set){ 0 };
		ck_assert(img_desc_set_add(&s, img_desc_set_word(n), strlen(img_desc_set_word(n))));
		ck_assert_uint_ne(s.rows, 0);
	}
	ck_assert_uint_gt(n, 25);
	ck_assert_uint_le(n, 64);
}
END_TEST

/* ---- types of sockets ---- */

/* A dump of one task with two sockets, types 1 and 2. */
static void two_sockets(CoreEntry__March mtype, bool peers)
{
	uint32_t pid = 1;
	char comm[] = "x", name[] = "a";
	FownEntry fown = FOWN_ENTRY__INIT;
	SkOptsEntry opts = SK_OPTS_ENTRY__INIT;
	PstreeEntry task = PSTREE_ENTRY__INIT;
	CoreEntry core = CORE_ENTRY__INIT;
	TaskCoreEntry tc = TASK_CORE_ENTRY__INIT;
	TaskKobjIdsEntry ids = TASK_KOBJ_IDS_ENTRY__INIT;

	task.pid = pid;
	task.n_threads = 1;
	task.threads = &pid;
	images_put("pstree.img", &task);
	core.mtype = mtype;
	tc.task_state = 1;
	tc.comm = comm;
	core.tc = &tc;
	images_put("core-1.img", &core);
	ids.files_id = 1;
	images_put("ids-1.img", &ids);
	for (uint32_t i = 1; i <= 2; i++) {
		FileEntry e = FILE_ENTRY__INIT;
		UnixSkEntry u = UNIX_SK_ENTRY__INIT;
		FdinfoEntry fd = FDINFO_ENTRY__INIT;

		u.id = u.ino = e.id = i;
		u.type = i;
		u.peer = peers ? 3 - i : 0;
		u.state = IMG_TCP_CLOSE;
		u.name.data = (uint8_t *)name;
		u.name.len = 1;
		u.fown = &fown;
		u.opts = &opts;
		e.type = FD_TYPES__UNIXSK;
		e.usk = &u;
		images_put("files.img", &e);
		fd.id = fd.fd = i;
		fd.type = FD_TYPES__UNIXSK;
		images_put("fdinfo-1.img", &fd);
	}
}

/* Descriptor i in a word, and whether it hears datagrams or writes to somebody only. */
static const char *socket_text(CoreEntry__March mtype, bool peers, size_t i)
{
	static char got[256];
	struct img_buf b = { 0 };
	struct img_out *o = img_out_mem(&b);
	struct img_peers_pair pair;
	struct img_desc *c;
	struct img_dir *dir;
	struct img_ps *ps;
	const struct img_fd *fd;
	struct img_err err;

	images_new();
	two_sockets(mtype, peers);
	dir = images_open();
	ck_assert_int_eq(img_ps_read(dir, &ps, &err), 1);
	c = img_desc_new(dir, ps, &images_report);
	fd = &img_desc_fds(c)->v[i];
	img_desc_text(c, o, fd, 0);
	ck_assert_int_eq(img_out_flush(o, &err), 0);
	snprintf(got, sizeof(got), "%.*s,%s%s", (int)b.n, (const char *)b.p,
		 img_desc_listens(c, fd) ? " listens" : "",
		 img_peers_pair(img_desc_peers(c), fd->file, 0, &pair) &&
				 pair.way == IMG_ENDS_WRITES
			 ? " writes"
			 : "");
	img_desc_free(c);
	img_ps_free(ps);
	img_dir_close(dir);
	images_free();
	img_out_free(o);
	img_buf_free(&b);
	return got;
}

START_TEST(mips_has_the_types_of_sockets_swapped)
{
	const CoreEntry__March x86 = CORE_ENTRY__MARCH__X86_64, mips = CORE_ENTRY__MARCH__MIPS;

	ck_assert_str_eq(socket_text(x86, false, 0), "unix[1 (0) a] stream CLOSE a,");
	ck_assert_str_eq(socket_text(x86, false, 1), "unix[2 (0) a] dgram CLOSE a, listens");
	ck_assert_str_eq(socket_text(mips, false, 0), "unix[1 (0) a] dgram CLOSE a, listens");
	ck_assert_str_eq(socket_text(mips, false, 1), "unix[2 (0) a] stream CLOSE a,");
	ck_assert_str_eq(socket_text(x86, true, 1), "unix[2 (1) a] dgram CLOSE a peer 1:1, writes");
	ck_assert_str_eq(socket_text(mips, true, 0),
			 "unix[1 (2) a] dgram CLOSE a peer 1:2, writes");
	ck_assert_str_eq(socket_text(mips, true, 1), "unix[2 (1) a] stream CLOSE a peer 1:1,");
}
END_TEST

static void add(TCase *tc)
{
	TEST(every_type_with_an_entry_has_one_row);
	TEST(flags_are_those_of_the_entry);
	TEST(every_type_is_selected_by_its_name);
	TEST(every_word_selects);
	TEST(mips_has_the_types_of_sockets_swapped);
}

int main(void)
{
	return unit_run("fds_show", add);
}
