/*
 * convert, relocate: one image of a dump, and what becomes of it: forms that no bundled dump has,
 * and what is refused.
 */
#include "libimg/rewrite/relocate.h"
#include "libimg/rewrite/rewrite.h"
#include "libimg/rewrite/version.h"

#include "texts.h"

/* Text in an image of a bundled dump in place of another: see texts.h. NULL: no such change. */
struct text {
	const char *image, *from, *to;
};

/* Rules are VERB=VALUE; `to` is a release, or NULL. A result "!..." is why it is refused. */
struct change {
	const char *dump;
	struct text text[2];
	const char *to, *rule;
	const char *image, *result; /* a part of what becomes of this image */
};

/* clang-format off */

#define CGROUP "/process_api/611de15a7069b64e88b4cd6612486708"
#define CGNS(N) { "cgroup.img", "'" CGROUP "'", "'" CGROUP "','cgns_prefix':" #N }
#define TTY_FILE(ID, MORE) "{'id':" #ID ",'tty_info_id':2,'flags':2,'fown':$fown" MORE "}"
#define REG_FILE(ID) "{'id':" #ID ",'flags':2,'pos':0,'fown':$fown,'name':'/dev/pts/1','mode':8592}"
#define OLD "old-v3.0-k2m1"

static const struct change changes[] = {
	/* The root of a cgroup namespace moves with the path that it is a part of. */
	{ "cgroup01_h", { CGNS(12) }, NULL, "cgroup=/process_api=/pod", "cgroup.img",
	  "{'name':'memory','path':'/pod/611de15a7069b64e88b4cd6612486708','cgns_prefix':4}" },
	{ "cgroup01_h", { CGNS(12) }, NULL, "cgroup=" CGROUP "=/process_api/x", "cgroup.img",
	  "{'name':'memory','path':'/process_api/x','cgns_prefix':12}" },
	{ "cgroup01_h", { CGNS(12) }, NULL, "cgroup=/process_api=/the_process", "cgroup.img",
	  "{'name':'memory','path':'/the_process/611de15a7069b64e88b4cd6612486708','cgns_prefix':12}" },
	{ "cgroup01_h", { CGNS(0) }, NULL, "cgroup=/process_api=/pod", "cgroup.img",
	  "{'name':'memory','path':'/pod/611de15a7069b64e88b4cd6612486708','cgns_prefix':0}" },
	{ "cgroup01_h", { CGNS(99) }, NULL, "cgroup=/process_api=/pod", "cgroup.img",
	  "{'name':'memory','path':'/pod/611de15a7069b64e88b4cd6612486708','cgns_prefix':99}" },
	{ "cgroup01_h", { CGNS(12) }, NULL, "cgroup=" CGROUP "=/other", NULL,
	  "!the path would be no longer below the root of its cgroup namespace" },

	/* Before CRIU 3.6 a terminal's file had the id of the terminal. */
	{ OLD, { { "tty.img", "", TTY_FILE(50, ",'regf_id':51") }, { "reg-files.img", "", REG_FILE(51) } },
	  "3.0", NULL, "tty.img", TTY_FILE(50, "") "\n" },
	{ OLD, { { "tty.img", "", TTY_FILE(50, ",'regf_id':51") }, { "reg-files.img", "", REG_FILE(51) } },
	  "3.0", NULL, "reg-files.img", REG_FILE(50) "\n" },
	{ OLD, { { "tty.img", "", TTY_FILE(50, ",'regf_id':50") }, { "reg-files.img", "", REG_FILE(50) } },
	  "3.0", NULL, "tty.img", TTY_FILE(50, "") "\n" },
	{ OLD, { { "tty.img", "", TTY_FILE(50, ",'regf_id':4") } },
	  "3.0", NULL, NULL, "!CRIU 3.0 has no regf_id, and file 4 cannot get id 50" },
	{ OLD, { { "tty.img", "", TTY_FILE(50, ",'regf_id':51") "\n" TTY_FILE(52, ",'regf_id':51") },
		 { "reg-files.img", "", REG_FILE(51) } },
	  "3.0", NULL, NULL, "!CRIU 3.0 has no regf_id, and file 51 cannot get id 50" },
	{ OLD, { { "fdinfo-2.img", "", "{'id':51,'flags':0,'type':'REG','fd':77}" },
		 { "tty.img", "", TTY_FILE(50, ",'regf_id':51") } },
	  "3.0", NULL, NULL, "!CRIU 3.0 has no regf_id, and file 51 cannot get id 50" },
	{ OLD, { { "tty.img", "", TTY_FILE(50, "") }, { "reg-files.img", "", REG_FILE(50) } },
	  "4.2", NULL, "files.img", "'tty':" TTY_FILE(50, ",'regf_id':50") },
	/* One whose device no name is known for stays without. */
	{ OLD, { { "tty.img", "", "{'id':60,'tty_info_id':9,'flags':2,'fown':$fown}" } },
	  "4.2", NULL, "files.img", "'tty':{'id':60,'tty_info_id':9,'flags':2,'fown':$fown}" },
	/* From 1.4 on a terminal has a file: it gets one where it has none. */
	{ OLD, { { "tty.img", "", TTY_FILE(50, "") } },
	  "3.0", NULL, "reg-files.img", "{'id':50,'flags':2,'pos':0,'fown':$fown,'name':'/dev/pts/" },
	{ OLD, { { "tty.img", "", TTY_FILE(50, "") } },
	  "4.2", NULL, "files.img", "'reg':{'id':50,'flags':2,'pos':0,'fown':$fown,'name':'/dev/pts/" },

	/* Kinds of files that a release did not have yet. */
	{ "old-v2.0-m31", { { NULL, NULL, NULL } }, "1.0", NULL, NULL,
	  "!CRIU 1.0 has no files of the kind in timerfd.img" },
};

/* clang-format on */

struct caught {
	const char *want;
	bool now, any;
	struct img_out *out;
	struct img_buf all, image;
};

static int begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct caught *k = arg;

	(void)err;
	k->now = k->want != NULL && strcmp(name, k->want) == 0;
	k->any = k->any || k->now;
	k->all.n = 0;
	*out = k->out = img_out_mem(k->now ? &k->image : &k->all);
	return 0;
}

static int end(void *arg, bool keep, struct img_err *err)
{
	struct caught *k = arg;
	int r = img_out_flush(k->out, err);

	(void)keep;
	img_out_free(k->out);
	return r;
}

/* All images to k, of which one is kept. 0, or -1 with *err. */
static int rewrite(const struct img_change *change, struct caught *k, struct img_err *err)
{
	const struct img_sink sink = { .begin = begin, .end = end, .arg = k };
	struct img_dir *d = dump_open(&texts);
	struct img_rewrite *rw = img_rewrite_new(d, change, 1, err);
	int r = rw != NULL ? img_rewrite_all(rw, &sink, err) : -1;

	img_rewrite_free(rw);
	img_dir_close(d);
	return r;
}

static int convert(const char *release, struct caught *k, struct img_err *err)
{
	struct img_version_how how = { .to = 0 };
	struct img_version *v;
	struct img_change change;
	int r;

	ck_assert(img_version_parse(release, &how.to));
	v = img_version_new(&how);
	change = img_version_change(v);
	r = rewrite(&change, k, err);
	img_version_free(v);
	return r;
}

static int relocate(const char *rule, struct caught *k, struct img_err *err)
{
	struct img_rules *rules = img_rules_new();
	struct img_relocate *rl;
	struct img_change change;
	char verb[20];
	int r;

	sscanf(rule, "%19[^=]", verb);
	ck_assert_int_eq(img_rules_add(rules, verb, strchr(rule, '=') + 1, err), 0);
	ck_assert_int_eq(img_rules_ready(rules, err), 0);
	rl = img_relocate_new(&(struct img_relocate_how){ .rules = rules });
	change = img_relocate_change(rl);
	r = rewrite(&change, k, err);
	img_relocate_free(rl);
	img_rules_free(rules);
	return r;
}

START_TEST(a_value_becomes_what_it_has_to_be)
{
	const struct change *c = &changes[_i];
	struct caught k = { .want = c->image };
	char *result = texts_of(c->result), *text = NULL;
	struct img_err err;
	int r;

	texts_new(c->dump);
	for (size_t i = 0; i < COUNT(c->text) && c->text[i].image != NULL; i++)
		texts_change(c->dump, c->text[i].image, c->text[i].from, c->text[i].to);
	r = c->to != NULL ? convert(c->to, &k, &err) : relocate(c->rule, &k, &err);
	if (result[0] == '!') {
		ck_assert_int_eq(r, -1);
		ck_assert_str_eq(err.what, result + 1);
	} else {
		ck_assert_msg(r == 0, "%s: %s", err.file, said(&err));
		ck_assert_msg(k.any, "no %s", c->image);
		text = texts_decode(c->image, &k.image);
		if (strstr(text, result) == NULL)
			ck_abort_msg("no %s in %s", result, text);
	}
	img_buf_free(&k.all);
	img_buf_free(&k.image);
	free(result);
	free(text);
	texts_drop();
}
END_TEST

static void add(TCase *tc)
{
	EACH(a_value_becomes_what_it_has_to_be, changes);
}

int main(void)
{
	return unit_run("changes", add);
}
