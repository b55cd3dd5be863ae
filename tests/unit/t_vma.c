/* vma, vmaname: the mappings of a task, what is behind them, what they are called. */
#include "memdir.h"

#include "libimg/memory/vma_name.h"

static const struct {
	uint32_t status, flags;
	enum img_backing by;
	enum img_kind kind;
	const char *name;
} rows[] = {
	{ IMG_VMA_REGULAR | IMG_VMA_ANON_PRIVATE, 0, IMG_BY_ZERO, IMG_KIND_ANON, "[anon]" },
	{ IMG_VMA_REGULAR | IMG_VMA_ANON_PRIVATE, IMG_MAP_GROWSDOWN, IMG_BY_ZERO, IMG_KIND_STACK,
	  "[stack?]" },
	{ IMG_VMA_REGULAR | IMG_VMA_ANON_PRIVATE | IMG_VMA_STACK, 0, IMG_BY_ZERO, IMG_KIND_STACK,
	  "[stack]" },
	{ IMG_VMA_REGULAR | IMG_VMA_ANON_PRIVATE | IMG_VMA_HEAP, 0, IMG_BY_ZERO, IMG_KIND_HEAP,
	  "[heap]" },
	{ IMG_VMA_REGULAR | IMG_VMA_ANON_PRIVATE | IMG_VMA_SHSTK, 0, IMG_BY_ZERO, IMG_KIND_ANON,
	  "[shadow stack]" },
	{ IMG_VMA_REGULAR | IMG_VMA_ANON_PRIVATE | IMG_VMA_AIORING, 0, IMG_BY_ZERO, IMG_KIND_ANON,
	  "[aio]" },
	{ IMG_VMA_REGULAR | IMG_VMA_ANON_PRIVATE | IMG_VMA_VDSO, 0, IMG_BY_KERNEL, IMG_KIND_KERNEL,
	  "[vdso]" },
	{ IMG_VMA_REGULAR | IMG_VMA_ANON_PRIVATE | IMG_VMA_VVAR, 0, IMG_BY_KERNEL, IMG_KIND_KERNEL,
	  "[vvar]" },
	{ IMG_VMA_ANON_PRIVATE | IMG_VMA_VSYSCALL, 0, IMG_BY_KERNEL, IMG_KIND_KERNEL,
	  "[vsyscall]" },
	{ IMG_VMA_ANON_PRIVATE | IMG_VMA_UPROBES, 0, IMG_BY_KERNEL, IMG_KIND_KERNEL, "[uprobes]" },
	{ IMG_VMA_REGULAR | IMG_VMA_FILE_PRIVATE, 0, IMG_BY_FILE, IMG_KIND_FILE, "unknown path" },
	{ IMG_VMA_REGULAR | IMG_VMA_FILE_SHARED, 0, IMG_BY_FILE, IMG_KIND_SHARED_FILE,
	  "unknown path" },
	{ IMG_VMA_REGULAR | IMG_VMA_FILE_SHARED | IMG_VMA_MEMFD, 0, IMG_BY_MEMFD, IMG_KIND_MEMFD,
	  "unknown path" },
	{ IMG_VMA_REGULAR | IMG_VMA_FILE_PRIVATE | IMG_VMA_MEMFD, 0, IMG_BY_MEMFD, IMG_KIND_MEMFD,
	  "unknown path" },
	{ IMG_VMA_REGULAR | IMG_VMA_ANON_SHARED, 0, IMG_BY_SEGMENT, IMG_KIND_SHARED, "[shared:3]" },
	{ IMG_VMA_REGULAR | IMG_VMA_ANON_SHARED | IMG_VMA_SYSVIPC, 0, IMG_BY_SEGMENT, IMG_KIND_SYSV,
	  "[sysv:3]" },
	{ IMG_VMA_SOCKET | IMG_VMA_FILE_SHARED, 0, IMG_BY_DEVICE, IMG_KIND_DEVICE, "[packet]" },
	{ IMG_VMA_EXT_PLUGIN | IMG_VMA_FILE_SHARED, 0, IMG_BY_DEVICE, IMG_KIND_DEVICE,
	  "unknown path" },
};

START_TEST(status_tells_what_is_behind_a_mapping)
{
	const struct made_vma made = { 0x1000, 0x2000, 0, 3, rows[_i].status, rows[_i].flags };
	const char *dir = dir_new();
	struct img_buf name = { 0 };
	const struct img_vma *v;
	struct opened o;
	struct img_err err;

	make_mm(dir, "mm-7.img", &made, 1);
	o = open_mem(dir);
	v = &img_mem_space(o.mem)->vmas[0];
	ck_assert_int_eq(img_vma_backing(v), rows[_i].by);
	ck_assert_int_eq(img_vma_kind(img_mem_space(o.mem), v, NULL), rows[_i].kind);
	ck_assert_int_eq(
		img_vma_name(img_dump_mem_shmems(o.pages), img_mem_space(o.mem), v, &name, &err),
		0);
	same_bytes(name.p, name.n, rows[_i].name, strlen(rows[_i].name), "name");
	img_buf_free(&name);
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

START_TEST(the_mapping_of_the_stack_pointer_is_the_stack)
{
	/* memdir.h has mm_start_stack at 0x7000. */
	static const struct made_vma made[] = {
		{ 0x6000, 0x7000, 0, 0, 513, IMG_MAP_GROWSDOWN },
		{ 0x7000, 0x8000, 0, 0, 513, IMG_MAP_GROWSDOWN },
	};
	const char *dir = dir_new();
	struct img_buf name = { 0 };
	struct opened o;
	struct img_err err;

	make_mm(dir, "mm-7.img", made, COUNT(made));
	o = open_mem(dir);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(img_vma_name(img_dump_mem_shmems(o.pages), img_mem_space(o.mem),
					      &img_mem_space(o.mem)->vmas[i], &name, &err),
				 0);
		same_bytes(name.p, name.n, i ? "[stack]" : "[stack?]", i ? 7 : 8, "name");
	}
	img_buf_free(&name);
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

START_TEST(a_mapping_is_found_by_any_of_its_addresses)
{
	static const struct made_vma made[] = { { 0x1000, 0x3000, 0, 0, 513, 0 },
						{ 0x3000, 0x4000, 0, 0, 513, 0 },
						{ 0x9000, 0xa000, 0, 0, 513, 0 } };
	static const struct {
		uint64_t addr;
		int found;
	} asked[] = { { 0, 0 },      { 0x1000, 0 }, { 0x2fff, 0 }, { 0x3000, 1 }, { 0x3fff, 1 },
		      { 0x4000, 2 }, { 0x9000, 2 }, { 0x9fff, 2 }, { 0xa000, -1 } };
	const char *dir = dir_new();
	struct img_space s;
	struct img_err err;
	struct img_dir *d = img_dir_open(dir, 0, &err);

	make_mm(dir, "mm-7.img", made, COUNT(made));
	ck_assert_int_eq(img_space_read(d, 7, &s, &err), 1);
	ck_assert_uint_eq(s.n, COUNT(made));
	ck_assert_uint_eq(s.page_size, PAGE);
	for (size_t i = 0; i < COUNT(asked); i++)
		ck_assert_ptr_eq(img_space_find(&s, asked[i].addr),
				 asked[i].found < 0 ? NULL : &s.vmas[asked[i].found]);
	img_space_free(&s);
	ck_assert_int_eq(img_space_read(d, 8, &s, &err), 0);
	ck_assert_ptr_null(img_space_find(&s, 0));
	img_space_free(&s);
	img_dir_close(d);
	dir_drop(dir);
}
END_TEST

/* The page size out of auxiliary vectors; the last element is followed by nothing. */
static const struct {
	uint64_t v[8];
	size_t n;
	uint32_t size;
} auxvs[] = {
	{ { 3, 0x400040, 6, 4096, 0, 0 }, 6, 4096 },
	{ { 3, 6, 6, 65536 }, 4, 65536 },
	{ { 6, 6, 5, 6, 6, 16384 }, 6, 16384 },
	{ { (uint64_t)0x34 << 32 | 3, (uint64_t)4096 << 32 | 6, 0 }, 3, 4096 },
	{ { (uint64_t)65536 << 32 | 6 }, 1, 65536 },
	{ { 6, 1000 }, 2, 0 },
	{ { 6, 0 }, 2, 0 },
	{ { 6, (uint64_t)1 << 40 }, 2, 0 },
	{ { 3, 5 }, 2, 0 },
	{ { 0 }, 0, 0 },
	{ { 6 }, 1, 0 },
};

START_TEST(the_page_size_is_that_of_the_auxiliary_vector)
{
	static struct made m, mm;
	const char *dir = dir_new();
	struct img_space s;
	struct img_err err;
	struct img_dir *d = img_dir_open(dir, 0, &err);

	mm.n = 0;
	for (unsigned tag = 1; tag <= 12; tag++)
		put_field(&mm, tag, 0);
	for (size_t i = 0; i < auxvs[_i].n; i++)
		put_field(&mm, 13, auxvs[_i].v[i]);
	begin_image(&m, 0x57492820);
	put_frame(&m, &mm);
	write_file(dir, "mm-7.img", m.p, m.n);
	ck_assert_int_eq(img_space_read(d, 7, &s, &err), 1);
	ck_assert_uint_eq(s.page_size, auxvs[_i].size);
	img_space_free(&s);
	img_dir_close(d);
	dir_drop(dir);
}
END_TEST

START_TEST(mappings_in_an_image_of_their_own_are_read_too)
{
	const char *dir = unit_path("data/dumps/old-v1.0-k2m8-ns");
	struct img_space s;
	struct img_err err;
	struct img_dir *d = img_dir_open(dir, 0, &err);

	ck_assert_int_eq(img_space_read(d, 1, &s, &err), 1);
	ck_assert_uint_gt(s.n, 5);
	ck_assert_uint_eq(s.page_size, PAGE);
	for (size_t i = 1; i < s.n; i++)
		ck_assert_uint_ge(s.vmas[i].start, s.vmas[i - 1].end);
	img_space_free(&s);
	img_dir_close(d);
}
END_TEST

static void add(TCase *tc)
{
	EACH(status_tells_what_is_behind_a_mapping, rows);
	TEST(the_mapping_of_the_stack_pointer_is_the_stack);
	TEST(a_mapping_is_found_by_any_of_its_addresses);
	EACH(the_page_size_is_that_of_the_auxiliary_vector, auxvs);
	TEST(mappings_in_an_image_of_their_own_are_read_too);
}

int main(void)
{
	return unit_run("vma", add);
}
