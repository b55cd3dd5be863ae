/* side: small images, their entries found by the value of one field. */
#include "images.h"

#include "libimg/dump/lookup.h"
#include "pipe-data.pb-c.h"

/* "BYTES " of each entry of a pipe. */
static const char *entries(const struct img_lookup *s, uint64_t pipe)
{
	static char got[128];
	struct img_pick f;

	got[0] = '\0';
	for (uint32_t e = img_lookup_first(s, pipe); e != IMG_NO_ENTRY; e = img_lookup_next(s, e)) {
		img_lookup_pick(s, e, &f);
		sprintf(got + strlen(got), "%" PRIu64 " ",
			img_num(&f, IMG_TAG_PIPE_DATA_ENTRY__BYTES));
	}
	return got;
}

static struct img_lookup *load(struct img_dir *d)
{
	images_told[0] = '\0';
	return img_lookup_read(d, "pipes-data.img", 0, IMG_TAG_PIPE_DATA_ENTRY__PIPE_ID,
			       &images_report);
}

/* An entry and its payload, of which nothing is kept. */
static void put(uint32_t pipe, uint32_t bytes)
{
	PipeDataEntry e = PIPE_DATA_ENTRY__INIT;
	char path[PATH_MAX];
	FILE *f;

	e.pipe_id = pipe;
	e.bytes = bytes;
	images_put("pipes-data.img", &e);
	snprintf(path, sizeof(path), "%s/pipes-data.img", images.path);
	f = fopen(path, "ab");
	ck_assert_ptr_nonnull(f);
	while (bytes-- > 0)
		fputc(0xff, f);
	fclose(f);
}

START_TEST(entries_of_a_value_keep_their_order)
{
	struct img_dir *d;
	struct img_lookup *s;

	images_new();
	put(5, 3);
	put(6, 0);
	put(5, 1);
	put(0, 9);
	d = images_open();
	s = load(d);
	ck_assert_str_eq(entries(s, 5), "3 1 ");
	ck_assert_str_eq(entries(s, 6), "0 ");
	ck_assert_str_eq(entries(s, 0), "9 ");
	ck_assert_str_eq(entries(s, 7), "");
	ck_assert_str_eq(images_told, "");
	img_lookup_free(s);
	img_dir_close(d);
	images_free();
}
END_TEST

START_TEST(an_absent_image_has_no_entries)
{
	struct img_dir *d;
	struct img_lookup *s;

	images_new();
	d = images_open();
	s = load(d);
	ck_assert_str_eq(entries(s, 5), "");
	ck_assert_str_eq(images_told, "");
	img_lookup_free(s);
	img_dir_close(d);
	images_free();
}
END_TEST

START_TEST(entries_before_the_damage_are_kept)
{
	struct img_dir *d;
	struct img_lookup *s;

	images_new();
	put(5, 3);
	images_put_raw("pipes-data.img", "\10\5", 2);
	d = images_open();
	s = load(d);
	ck_assert_str_eq(entries(s, 5), "3 ");
	ck_assert_str_eq(images_told,
			 "pipes-data.img: offset 0x17: entries[1].bytes: required field missing\n");
	img_lookup_free(s);
	img_dir_close(d);
	images_free();
}
END_TEST

static void add(TCase *tc)
{
	TEST(entries_of_a_value_keep_their_order);
	TEST(an_absent_image_has_no_entries);
	TEST(entries_before_the_damage_are_kept);
}

int main(void)
{
	return unit_run("side", add);
}
