/* core: a task as an ELF core file: what it is made of, and from what it is not made. */
#include "libimg/core/core.h"

#include <elf.h>

#include "texts.h"

static struct img_err err;

/* The core of the first task, yours to free; false: *err says why not. */
static bool core_of(const struct img_core_options *o, struct img_buf *core)
{
	struct img_dir *d = dump_open(&texts);
	int fd = file_of("", 0), r;
	struct img_copy *to = img_copy_new(fd);
	struct img_ps *ps;
	struct stat st;

	*core = (struct img_buf){ .n = 0 };
	ck_assert_int_eq(img_ps_read(d, &ps, &err), 1);
	r = img_ps_core(d, &ps->tasks[0], &err);
	if (r >= 0)
		r = img_core_write(d, &ps->tasks[0], o, to, &err);
	if (r == 0) {
		ck_assert_int_eq(img_copy_finish(to, &err), 0);
		ck_assert_int_eq(fstat(fd, &st), 0);
		ck_assert(img_buf_room(core, (size_t)st.st_size));
		ck_assert_int_eq(pread(fd, core->p, (size_t)st.st_size, 0), st.st_size);
		core->n = (size_t)st.st_size;
	}
	img_copy_free(to);
	close(fd);
	img_ps_free(ps);
	img_dir_close(d);
	return r == 0;
}

static const struct img_core_options plain = { .root = -1, .zero = true };

static uint64_t get(const struct img_buf *b, uint64_t at, unsigned size)
{
	uint64_t v = 0;

	ck_assert_uint_le(at + size, b->n);
	for (unsigned i = size; i-- > 0;)
		v = v << 8 | b->p[at + i];
	return v;
}

#define EHDR(b, field) get(b, offsetof(Elf64_Ehdr, field), sizeof(((Elf64_Ehdr *)NULL)->field))
#define PHDR(b, i, field)                                                                          \
	get(b, EHDR(b, e_phoff) + (i) * sizeof(Elf64_Phdr) + offsetof(Elf64_Phdr, field),          \
	    sizeof(((Elf64_Phdr *)NULL)->field))

/* Does each segment lie in the file, after the headers, in order and without overlaps? */
static void check_segments(const struct img_buf *b, uint64_t n)
{
	uint64_t end = EHDR(b, e_phoff) + n * sizeof(Elf64_Phdr);

	ck_assert_uint_eq(PHDR(b, 0, p_type), PT_NOTE);
	for (uint64_t i = 0; i < n; i++) {
		ck_assert_uint_ge(PHDR(b, i, p_offset), end);
		end = PHDR(b, i, p_offset) + PHDR(b, i, p_filesz);
		if (i > 1)
			ck_assert_uint_gt(PHDR(b, i, p_vaddr), PHDR(b, i - 1, p_vaddr));
	}
	ck_assert_uint_ge(b->n, end);
}

START_TEST(a_core_has_a_segment_for_each_mapping)
{
	struct img_buf b;

	texts_new("memory");
	ck_assert_msg(core_of(&plain, &b), "%s", said(&err));
	ck_assert_uint_eq(EHDR(&b, e_shnum), 0);
	check_segments(&b, EHDR(&b, e_phnum));
	img_buf_free(&b);
	texts_drop();
}
END_TEST

/* Of more segments than its number can count a section header has the number. */
START_TEST(a_core_may_have_more_segments_than_its_header_counts)
{
	enum { MANY = 65540 };
	struct img_buf b, more = { 0 };
	uint64_t at;

	for (unsigned i = 0; i < MANY; i++) {
		char vma[200];

		/* Each with other rights than the one before it. */
		snprintf(vma, sizeof(vma),
			 "{'start':%u,'end':%u,'pgoff':0,'shmid':0,'prot':%u,'flags':34,"
			 "'status':513,'fd':-1},",
			 65536 + i * 4096, 65536 + (i + 1) * 4096, i % 2 ? 1 : 3);
		img_buf_put(&more, vma, strlen(vma));
	}
	img_buf_put(&more, "", 1);
	texts_new("memory");
	{
		struct img_buf with = { 0 };

		img_buf_put(&with, "'vmas':[", 8);
		img_buf_put(&with, more.p, more.n);
		texts_change("memory", "mm-2375.img", "'vmas':[", (char *)with.p);
		img_buf_free(&with);
	}
	ck_assert_msg(
		core_of(&(struct img_core_options){ .root = -1, .zero = true, .compact = true },
			&b),
		"%s", said(&err));
	ck_assert_uint_eq(EHDR(&b, e_phnum), PN_XNUM);
	ck_assert_uint_eq(EHDR(&b, e_shnum), 1);
	ck_assert_uint_eq(EHDR(&b, e_shentsize), sizeof(Elf64_Shdr));
	at = EHDR(&b, e_shoff);
	ck_assert_uint_eq(at + sizeof(Elf64_Shdr), b.n);
	ck_assert_uint_eq(get(&b, at + offsetof(Elf64_Shdr, sh_size), 8), 1);
	ck_assert_uint_gt(get(&b, at + offsetof(Elf64_Shdr, sh_info), 4), MANY);
	check_segments(&b, get(&b, at + offsetof(Elf64_Shdr, sh_info), 4));
	img_buf_free(&b);
	img_buf_free(&more);
	texts_drop();
}
END_TEST

/* ---- notes ---- */

static bool holds(const struct img_buf *b, const char *text, size_t n)
{
	return memmem(b->p, b->n, text, n) != NULL;
}

/* clang-format off */

static const struct note {
	const char *from, *to;
	uint32_t signo;
	struct bytes has; /* the core has these bytes */
} notes[] = {
	/* The signal that it is said to have died of waits for the process, or for the thread. */
	{ "'signals_s':{}", "'signals_s':{'signals':[{'siginfo':'CwAAAE1BUktNQVJLTUFSS01BUksAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='}]}", 11,
	  BYTES("\v\0\0\0MARKMARKMARKMARK\0") },
	{ "'signals_p':{}", "'signals_p':{'signals':[{'siginfo':'CwAAAE1BUktNQVJLTUFSS01BUksAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='}]}", 11,
	  BYTES("\v\0\0\0MARKMARKMARKMARK\0") },
	/* Another one waits: of this one no more than the number is known. */
	{ "'signals_s':{}", "'signals_s':{'signals':[{'siginfo':'CwAAAE1BUktNQVJLTUFSS01BUksAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='}]}", 5,
	  BYTES("CORE\0\0\0\0\5\0\0\0\0\0\0\0") },
};

static const struct refused {
	struct { const char *image, *from, *to; } text; /* to NULL: the image is removed */
	const char *image, *message;
} refusals[] = {
	{ { "mm-2375.img", NULL, NULL }, "mm-2375.img", "image missing" },
	{ { "core-2375.img", NULL, NULL }, "core-2375.img", "image missing" },
	{ { "pstree.img", "'threads':[2375]", "'threads':[2375,9]" }, "core-9.img", "image missing" },
	{ { "core-2375.img", "'task_state':1", "'task_state':2" }, "", "process 2375 is dead: it has no memory" },
};

/* clang-format on */

START_TEST(the_signal_that_waits_is_in_the_notes)
{
	const struct note *c = &notes[_i];
	struct img_core_options o = plain;
	struct img_buf b;

	o.signo = c->signo;
	texts_new("memory");
	texts_change("memory", "core-2375.img", c->from, c->to);
	ck_assert_msg(core_of(&o, &b), "%s: %s", err.file, said(&err));
	ck_assert(holds(&b, c->has.p, c->has.n));
	ck_assert_int_eq(holds(&b, "MARKMARK", 8), c->signo == 11);
	img_buf_free(&b);
	texts_drop();
}
END_TEST

/* The type of an entry without its value is no entry: the end takes its place. */
START_TEST(a_vector_that_is_cut_ends)
{
	struct img_buf whole, cut;

	texts_new("memory");
	texts_change("memory", "mm-2375.img", ",28,28,32]", ",28,28]");
	ck_assert_msg(core_of(&plain, &whole), "%s", said(&err));
	texts_change("memory", "mm-2375.img", ",28,28,32]", ",28]");
	ck_assert_msg(core_of(&plain, &cut), "%s", said(&err));
	same_bytes(cut.p, cut.n, whole.p, whole.n, "core");
	img_buf_free(&whole);
	img_buf_free(&cut);
	texts_drop();
}
END_TEST

START_TEST(what_is_missing_makes_no_core)
{
	const struct refused *c = &refusals[_i];
	char path[PATH_MAX];
	const char *file;
	struct img_buf b;

	texts_new("memory");
	dump_path(&texts, c->text.image, path);
	if (c->text.to == NULL)
		ck_assert_int_eq(unlink(path), 0);
	else
		texts_change("memory", c->text.image, c->text.from, c->text.to);
	ck_assert(!core_of(&plain, &b));
	ck_assert_str_eq(said(&err), c->message);
	file = strrchr(err.file, '/');
	ck_assert_str_eq(file != NULL ? file + 1 : err.file, c->image);
	texts_drop();
}
END_TEST

static void add(TCase *tc)
{
	TEST(a_core_has_a_segment_for_each_mapping);
	TEST(a_core_may_have_more_segments_than_its_header_counts);
	EACH(the_signal_that_waits_is_in_the_notes, notes);
	TEST(a_vector_that_is_cut_ends);
	EACH(what_is_missing_makes_no_core, refusals);
}

int main(void)
{
	return unit_run("core", add);
}
