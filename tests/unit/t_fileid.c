#include "libimg/base/fileid.h"

#include "unit.h"

START_TEST(two_names_lead_to_one_file)
{
	char name[PATH_MAX], second[PATH_MAX + 8];
	int fd, other;

	unit_temp(name);
	fd = mkstemp(name);
	ck_assert_int_ge(fd, 0);
	snprintf(second, sizeof(second), "%s.second", name);
	ck_assert_int_eq(link(name, second), 0);
	other = open(second, O_RDONLY);
	unlink(name);
	unlink(second);
	ck_assert_int_ge(other, 0);
	ck_assert(img_same_file(fd, other));
	close(fd);
	close(other);
}
END_TEST

START_TEST(same_bytes_do_not_make_one_file)
{
	int fd = file_of("a", 1), other = file_of("a", 1);
	struct stat a, b;

	ck_assert(!img_same_file(fd, other));
	ck_assert_int_eq(fstat(fd, &a), 0);
	ck_assert_int_eq(fstat(other, &b), 0);
	ck_assert(!img_fileid_same(img_fileid_of(&a), img_fileid_of(&b)));
	close(fd);
	close(other);
}
END_TEST

START_TEST(one_number_in_two_file_systems_is_two_files)
{
	struct stat a = { .st_dev = 1, .st_ino = 7 }, b = { .st_dev = 2, .st_ino = 7 };

	ck_assert(img_fileid_same(img_fileid_of(&a), img_fileid_of(&a)));
	ck_assert(!img_fileid_same(img_fileid_of(&a), img_fileid_of(&b)));
}
END_TEST

START_TEST(no_descriptor_is_no_file)
{
	errno = 0;
	ck_assert(!img_same_file(-1, -1));
	ck_assert_int_eq(errno, EBADF);
}
END_TEST

static void add(TCase *tc)
{
	TEST(two_names_lead_to_one_file);
	TEST(same_bytes_do_not_make_one_file);
	TEST(one_number_in_two_file_systems_is_two_files);
	TEST(no_descriptor_is_no_file);
}

int main(void)
{
	return unit_run("fileid", add);
}
