/* look: files by names from an image, below a root that nothing leads out of. */
#include "libimg/host/look.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "unit.h"

static char top[PATH_MAX];
static struct img_look at;

static void put(const char *name, const char *text)
{
	char path[PATH_MAX + 100];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", top, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void link_to(const char *to, const char *name)
{
	char path[PATH_MAX + 100];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	ck_assert_int_eq(symlink(to, path), 0);
}

static void dir(const char *name)
{
	char path[PATH_MAX + 100];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	ck_assert_int_eq(mkdir(path, 0755), 0);
}

/* TOP/out is outside, TOP/root the root. */
static void begin(void)
{
	char path[PATH_MAX + 100];

	unit_temp(top);
	ck_assert_ptr_nonnull(mkdtemp(top));
	put("out", "outside");
	dir("root");
	dir("root/d");
	put("root/d/file", "12345");
	link_to("../d/file", "root/d/up");
	link_to("/d/file", "root/absolute");
	link_to("../../../../../../d/file", "root/above");
	link_to("../out", "root/leads-out");
	link_to("loop", "root/loop");
	link_to("d", "root/to-d");
	snprintf(path, sizeof(path), "%s/root/fifo", top);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	snprintf(path, sizeof(path), "%s/root", top);
	at.root = open(path, O_PATH | O_DIRECTORY);
	ck_assert_int_ge(at.root, 0);
}

static void end(void)
{
	img_look_end(&at);
	close(at.root);
	unit_remove(top);
}

static const struct {
	const char *path;
	int r; /* of img_look() */
	uint64_t size;
} paths[] = {
	{ "/d/file", 1, 5 }, { "d/file", 1, 5 },           { "/d/../d/./file", 1, 5 },
	{ "/d/up", 1, 5 },   { "/to-d/file", 1, 5 },       { "/absolute", 1, 5 },
	{ "/above", 1, 5 },  { "/../../../d/file", 1, 5 }, { "/leads-out", 0, 0 },
	{ "/../out", 0, 0 }, { "/d/none", 0, 0 },          { "/d/file/x", 0, 0 },
	{ "/loop", -1, 0 },
};

static void look(int i)
{
	struct img_need is = { 0 };
	struct img_err err;

	begin();
	ck_assert_int_eq(img_look(&at, paths[i].path, IMG_LOOK_ID, &is, &err), paths[i].r);
	if (paths[i].r > 0) {
		ck_assert_uint_eq(is.value, paths[i].size);
		ck_assert(S_ISREG(is.mode));
		ck_assert_uint_eq(is.id_n, 0);
	}
	end();
}

START_TEST(nothing_leads_out)
{
	look(_i);
}
END_TEST

/* As on a kernel before 5.6. False: a filter of system calls cannot be set here. */
static bool forbid_openat2(void)
{
#ifdef SYS_openat2
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { COUNT(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0;
#else
	return false;
#endif
}

START_TEST(nothing_leads_out_without_openat2)
{
	if (forbid_openat2())
		look(_i);
}
END_TEST

/* An open link (O_PATH | O_NOFOLLOW), which may lead nowhere. */
static void look_at_link(void)
{
	static const char *const links[] = { "/loop", "/leads-out", "/d/up", "/to-d/up",
					     "/absolute" };
	struct img_need is = { 0 };
	struct img_err err;

	for (size_t i = 0; i < COUNT(links); i++) {
		ck_assert_int_eq(img_look(&at, links[i], IMG_LOOK_LINK, &is, &err), 1);
		ck_assert(S_ISLNK(is.mode));
	}
	ck_assert_int_eq(img_look(&at, "/to-d/file", IMG_LOOK_LINK, &is, &err), 1);
	ck_assert(S_ISREG(is.mode));
}

START_TEST(a_link_itself_is_seen)
{
	struct img_need n = { .has = IMG_NEED_MODE, .mode = S_IFLNK | 0777 };

	ck_assert_uint_eq(img_look_how(&n), IMG_LOOK_LINK);
	begin();
	look_at_link();
	if (forbid_openat2())
		look_at_link();
	end();
}
END_TEST

/* That would wait for a writer. */
START_TEST(a_fifo_is_seen_and_not_opened)
{
	struct img_need is = { 0 };
	struct img_err err;

	begin();
	ck_assert_int_eq(img_look(&at, "/fifo", IMG_LOOK_ID, &is, &err), 1);
	ck_assert(S_ISFIFO(is.mode));
	end();
}
END_TEST

START_TEST(without_a_root_it_is_that_of_the_process)
{
	struct img_look none = { .root = -1 };
	struct img_need is = { 0 };
	struct img_err err;

	ck_assert_int_eq(img_look(&none, "/", 0, &is, &err), 1);
	ck_assert(S_ISDIR(is.mode));
	ck_assert_int_eq(img_look(&none, "/no/such/file", 0, &is, &err), 0);
	/* Read once, and remembered. */
	for (int i = 0; i < 2; i++) {
		is.id_n = 99;
		ck_assert_int_eq(img_look(&none, "/proc/self/exe", IMG_LOOK_ID, &is, &err), 1);
		ck_assert(S_ISREG(is.mode));
		ck_assert_uint_lt(is.id_n, 65);
	}
	img_look_end(&none);
}
END_TEST

static void add(TCase *tc)
{
	EACH(nothing_leads_out, paths);
	EACH(nothing_leads_out_without_openat2, paths);
	TEST(a_link_itself_is_seen);
	TEST(a_fifo_is_seen_and_not_opened);
	TEST(without_a_root_it_is_that_of_the_process);
}

int main(void)
{
	return unit_run("look", add);
}
