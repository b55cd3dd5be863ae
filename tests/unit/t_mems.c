/* mems: the mappings of tasks as the image has them, and what they are called. */
#include "images.h"

#include "fdinfo.pb-c.h"
#include "libimg/view/mems.h"
#include "mm.pb-c.h"

static struct {
	struct img_dir *dir;
	struct img_ps ps;
	struct img_desc *desc;
	struct img_mems *mems;
} D;

static void load(void)
{
	images_told[0] = '\0';
	D.dir = images_open();
	D.ps = (struct img_ps){ .root = IMG_NO_TASK };
	D.desc = img_desc_new(D.dir, &D.ps, &images_report);
	D.mems = img_mems_new(D.dir, D.desc);
	ck_assert_ptr_nonnull(D.mems);
}

static void unload(void)
{
	img_mems_free(D.mems);
	img_desc_free(D.desc);
	img_dir_close(D.dir);
	images_free();
}

static VmaEntry vma(uint64_t start, uint32_t status, uint64_t shmid)
{
	VmaEntry v = VMA_ENTRY__INIT;

	v.start = start;
	v.end = start + 4096;
	v.status = status;
	v.shmid = shmid;
	return v;
}

static void mm(uint32_t pid, VmaEntry *v, size_t n)
{
	VmaEntry *list[16];
	MmEntry m = MM_ENTRY__INIT;
	char name[32];

	for (size_t i = 0; i < n; i++)
		list[i] = &v[i];
	m.vmas = list;
	m.n_vmas = n;
	m.exe_file_id = 100 + pid;
	snprintf(name, sizeof(name), "mm-%u.img", pid);
	images_put(name, &m);
}

/* "START:NUMBER " of each mapping, then what ends the list. */
static const char *mappings(uint32_t pid)
{
	static char got[512];
	struct img_mapping map;
	struct img_err err;
	uint32_t exe;
	int r = img_mems_open(D.mems, pid, &exe, &err);

	if (r == 0)
		return "no image";
	got[0] = '\0';
	if (r > 0)
		ck_assert_uint_eq(exe, 100 + pid);
	while (r > 0 && (r = img_mems_next(D.mems, &map, &err)) > 0)
		sprintf(got + strlen(got), "%" PRIx64 ":%u ", map.vma.start, map.number);
	if (r < 0)
		sprintf(got + strlen(got), "%s: %s", strrchr(err.file, '/') + 1, said(&err));
	return got;
}

START_TEST(segments_are_numbered_through_the_dump)
{
	VmaEntry a[] = { vma(0x1000, IMG_VMA_ANON_SHARED, 70), vma(0x2000, IMG_VMA_REGULAR, 70),
			 vma(0x3000, IMG_VMA_SYSVIPC | IMG_VMA_ANON_SHARED, 71),
			 vma(0x4000, IMG_VMA_SOCKET, 70) };
	VmaEntry b[] = { vma(0x1000, IMG_VMA_ANON_SHARED, 71),
			 vma(0x2000, IMG_VMA_ANON_SHARED, 5) };

	images_new();
	mm(1, a, COUNT(a));
	mm(2, b, COUNT(b));
	load();
	ck_assert_str_eq(mappings(1), "1000:1 2000:0 3000:2 4000:1 ");
	ck_assert_str_eq(mappings(2), "1000:2 2000:3 ");
	ck_assert_str_eq(mappings(3), "no image");
	ck_assert_str_eq(mappings(1), "1000:1 2000:0 3000:2 4000:1 ");
	unload();
}
END_TEST

START_TEST(an_image_of_mappings_stands_in_for_the_list)
{
	VmaEntry v = vma(0x5000, IMG_VMA_REGULAR, 0), w = vma(0x6000, IMG_VMA_REGULAR, 0);
	VmaEntry in = vma(0x9000, IMG_VMA_REGULAR, 0);

	images_new();
	mm(1, NULL, 0);
	images_put("vmas-1.img", &v);
	images_put("vmas-1.img", &w);
	/* Where mm has a list, that is the one. */
	mm(2, &in, 1);
	images_put("vmas-2.img", &v);
	load();
	ck_assert_str_eq(mappings(1), "5000:0 6000:0 ");
	ck_assert_str_eq(mappings(2), "9000:0 ");
	unload();
}
END_TEST

START_TEST(damage_ends_the_list_with_its_place)
{
	VmaEntry v = vma(0x5000, IMG_VMA_REGULAR, 0);

	images_new();
	mm(1, NULL, 0);
	images_put("vmas-1.img", &v);
	images_put_raw("vmas-1.img", "\10\1", 2);
	images_put_raw("mm-2.img", "\10\1", 2);
	load();
	ck_assert_str_eq(mappings(1),
			 "5000:0 vmas-1.img: offset 0x24: entries[1].end: required field missing");
	ck_assert_str_eq(mappings(2),
			 "mm-2.img: offset 0xc: entries[0].mm_end_code: required field missing");
	unload();
}
END_TEST

/* What a line says behind the borders, which fill 36 columns. */
static const struct {
	uint32_t status, flags, prot;
	uint64_t shmid, pgoff, madv;
	const char *text;
} lines[] = {
	{ IMG_VMA_REGULAR, 2, 7, 0, 0, 0, "rwx" },
	{ 0, 2, 0, 0, 0, 0, "--- *" },
	{ IMG_VMA_REGULAR | IMG_VMA_FILE_PRIVATE, 2, 5, 1, 0, 0, "r-x /a\\x0ab" },
	{ IMG_VMA_REGULAR | IMG_VMA_FILE_PRIVATE, 2, 5, 1, 0x3000, 0, "r-x /a\\x0ab + 0x3000" },
	{ IMG_VMA_REGULAR | IMG_VMA_FILE_SHARED, 1, 1, 1, 0, 0, "r-- /a\\x0ab (s)" },
	{ IMG_VMA_REGULAR | IMG_VMA_FILE_PRIVATE, 2, 1, 9, 0, 0, "r-- REG.9 (not in the dump)" },
	{ IMG_VMA_REGULAR | IMG_VMA_SYSVIPC | IMG_VMA_ANON_SHARED, 1, 3, 4, 0, 0,
	  "rw- ips[1] System V segment 4" },
	{ IMG_VMA_REGULAR | IMG_VMA_HEAP, 0x22, 3, 0, 0, 0, "rw- [heap]" },
	{ IMG_VMA_REGULAR, 0x122, 3, 0, 0, 0, "rw- [stack?]" },
	{ IMG_VMA_REGULAR, 0x22, 3, 0, 0, 1 << 16 | 1 << 14, "rw- madvise hugepage,dontdump" },
	{ IMG_VMA_GUARD, 0x22, 0, 0, 0, 0, "--- * [guard]" },
	{ IMG_VMA_REGULAR | IMG_VMA_SHSTK, 0x22, 3, 0, 0, 0, "rw- [shadow stack]" },
	{ IMG_VMA_UPROBES, 0x22, 4, 0, 0, 0, "--x * [uprobes]" },
	{ IMG_VMA_REGULAR, 0x28, 3, 0, 0, 0, "rw- droppable" },
	{ IMG_VMA_REGULAR, 0x22 | 0x40000 | 21u << 26, 3, 0, 0, 0, "rw- hugetlb 2M" },
	{ IMG_VMA_REGULAR, 0x22 | 0x40000 | 34u << 26, 3, 0, 0, 0, "rw- hugetlb 16G" },
	{ IMG_VMA_REGULAR, 0x22 | 0x40000 | 16u << 26, 3, 0, 0, 0, "rw- hugetlb 64K" },
};

START_TEST(lines_say_what_a_mapping_is)
{
	static char name[] = "/a\nb";
	FownEntry fown = FOWN_ENTRY__INIT;
	RegFileEntry r = REG_FILE_ENTRY__INIT;
	FileEntry e = FILE_ENTRY__INIT;
	struct img_out *o = sink_new();
	struct img_mapping map;
	struct img_err err;
	VmaEntry v = vma(0x7000, lines[_i].status, lines[_i].shmid);
	char want[256];
	uint32_t exe;
	char *got;

	v.flags = lines[_i].flags;
	v.prot = lines[_i].prot;
	v.pgoff = lines[_i].pgoff;
	v.has_madv = true;
	v.madv = lines[_i].madv;
	r.id = e.id = 1;
	r.name = name;
	r.fown = &fown;
	e.type = FD_TYPES__REG;
	e.reg = &r;
	images_new();
	images_put("files.img", &e);
	mm(1, &v, 1);
	load();
	ck_assert_int_eq(img_mems_open(D.mems, 1, &exe, &err), 1);
	ck_assert_int_eq(img_mems_next(D.mems, &map, &err), 1);
	img_mems_text(D.mems, o, &map);
	snprintf(want, sizeof(want), "%-36s%s", "00007000-00008000", lines[_i].text);
	got = sink_take(o, NULL);
	ck_assert_str_eq(got, want);
	free(got);
	unload();
}
END_TEST

static void add(TCase *tc)
{
	TEST(segments_are_numbered_through_the_dump);
	TEST(an_image_of_mappings_stands_in_for_the_list);
	TEST(damage_ends_the_list_with_its_place);
	EACH(lines_say_what_a_mapping_is, lines);
}

int main(void)
{
	return unit_run("mems", add);
}
