/* fds_show: the table of types has a row for each, and every word selects something. */
#include "fdinfo.pb-c.h"
#include "images.h"

#include "libimg/view/fds_kind.h"
#include "libimg/view/fds_set.h"

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

static void add(TCase *tc)
{
	TEST(every_type_with_an_entry_has_one_row);
	TEST(flags_are_those_of_the_entry);
	TEST(every_type_is_selected_by_its_name);
	TEST(every_word_selects);
}

int main(void)
{
	return unit_run("fds_show", add);
}
