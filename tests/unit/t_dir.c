/* dir: images of a directory by kind and number, those without a message among them. */
#include "libimg/dump/dir.h"

#include "memdir.h"

START_TEST(a_pattern_that_is_no_row_is_refused)
{
	char *name = dir_new();
	struct img_err err;
	struct img_dir *d = img_dir_open(name, 0, &err);
	struct img_arena *a = img_arena_new(0);
	struct img_image *im;
	struct img_pick f;
	void *msg;

	write_file(name, "nosuch-1.img", "", 0);
	ck_assert_int_eq(img_image_open(d, "nosuch-%u.img", 1, &im, &err), -1);
	ck_assert_int_eq(err.kind, IMG_EDATA);
	ck_assert_str_eq(said(&err), "no type of image has the file name pattern 'nosuch-%u.img'");
	ck_assert_int_eq(img_image_open(d, "core-1.img", 1, &im, &err), -1);
	ck_assert_int_eq(img_image_pick(d, "nosuch-%u.img", 1, &im, &f, &err), -1);
	ck_assert_int_eq(img_image_one(d, "nosuch-%u.img", 1, a, &msg, &err), -1);
	img_arena_free(a);
	img_dir_close(d);
	dir_drop(name);
}
END_TEST

START_TEST(a_raw_image_has_an_entry_but_no_message)
{
	char *name = dir_new();
	struct img_err err;
	struct img_dir *d = img_dir_open(name, 0, &err);
	struct img_arena *a = img_arena_new(0);
	struct img_image *im;
	struct img_entry e;
	struct img_pick f;
	void *msg;

	write_file(name, "pages-1.img", "abcd", 4);
	ck_assert_int_eq(img_image_open(d, "pages-%u.img", 1, &im, &err), 1);
	ck_assert_int_eq(img_image_next_msg(im, a, &msg, &err), -1);
	ck_assert_str_eq(said(&err),
			 "offset 0x0: entries[0]: raw bytes: no message is known for them");
	ck_assert_ptr_nonnull(strstr(err.file, "/pages-1.img"));
	img_image_close(im);

	ck_assert_int_eq(img_image_open(d, "pages-%u.img", 1, &im, &err), 1);
	ck_assert_int_eq(img_image_next(im, &e, &err), 1);
	ck_assert_ptr_null(img_image_unpack(im, &e, a, &err));
	img_image_close(im);
	ck_assert_int_eq(img_image_one(d, "pages-%u.img", 1, a, &msg, &err), -1);
	ck_assert_int_eq(img_image_pick(d, "pages-%u.img", 1, &im, &f, &err), -1);
	img_arena_free(a);
	img_dir_close(d);
	dir_drop(name);
}
END_TEST

static void add(TCase *tc)
{
	TEST(a_pattern_that_is_no_row_is_refused);
	TEST(a_raw_image_has_an_entry_but_no_message);
}

int main(void)
{
	return unit_run("dir", add);
}
