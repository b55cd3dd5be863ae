/* names: the lists of names for bits and numbers, as crit has them. */
#include "libimg/msg/names.h"

#include "unit.h"

struct pair {
	const char *name;
	uint64_t value;
};

/* Bits by their number, so that the table is not a copy of the one it is held against. */
#define BIT(n) (UINT64_C(1) << (n))

static const struct pair prot[] = { { "PROT_READ", 1 }, { "PROT_WRITE", 2 }, { "PROT_EXEC", 4 } };
static const struct pair map[] = { { "MAP_SHARED", 1 },
				   { "MAP_PRIVATE", 2 },
				   { "MAP_DROPPABLE", 8 },
				   { "MAP_ANON", 0x20 },
				   { "MAP_GROWSDOWN", 0x100 } };
static const struct pair status[] = {
	{ "VMA_AREA_NONE", 0 },          { "VMA_AREA_REGULAR", BIT(0) },
	{ "VMA_AREA_STACK", BIT(1) },    { "VMA_AREA_VSYSCALL", BIT(2) },
	{ "VMA_AREA_VDSO", BIT(3) },     { "VMA_AREA_HEAP", BIT(5) },
	{ "VMA_FILE_PRIVATE", BIT(6) },  { "VMA_FILE_SHARED", BIT(7) },
	{ "VMA_ANON_SHARED", BIT(8) },   { "VMA_ANON_PRIVATE", BIT(9) },
	{ "VMA_AREA_SYSVIPC", BIT(10) }, { "VMA_AREA_SOCKET", BIT(11) },
	{ "VMA_AREA_VVAR", BIT(12) },    { "VMA_AREA_AIORING", BIT(13) },
	{ "VMA_AREA_MEMFD", BIT(14) },   { "VMA_AREA_SHSTK", BIT(15) },
	{ "VMA_AREA_UPROBES", BIT(17) }, { "VMA_UNSUPP", BIT(31) },
};
static const struct pair rfile[] = {
	{ "O_WRONLY", BIT(0) },     { "O_RDWR", BIT(1) },      { "O_CREAT", BIT(6) },
	{ "O_EXCL", BIT(7) },       { "O_NOCTTY", BIT(8) },    { "O_TRUNC", BIT(9) },
	{ "O_APPEND", BIT(10) },    { "O_NONBLOCK", BIT(11) }, { "O_DSYNC", BIT(12) },
	{ "FASYNC", BIT(13) },      { "O_DIRECT", BIT(14) },   { "O_LARGEFILE", BIT(15) },
	{ "O_DIRECTORY", BIT(16) }, { "O_NOFOLLOW", BIT(17) }, { "O_NOATIME", BIT(18) },
	{ "O_CLOEXEC", BIT(19) },
};
static const struct pair pmap[] = {
	{ "PE_PARENT", 1 }, { "PE_LAZY", 2 }, { "PE_PRESENT", 4 }, { "PE_PAYLOAD_ALIGNED", 8 }
};
static const struct pair seals[] = { { "F_SEAL_SEAL", 1 },
				     { "F_SEAL_SHRINK", 2 },
				     { "F_SEAL_GROW", 4 },
				     { "F_SEAL_WRITE", 8 },
				     { "F_SEAL_FUTURE_WRITE", 16 } };
static const struct pair state[] = { { "Alive", 1 }, { "Zombie", 3 }, { "Stopped", 6 } };
static const struct pair family[] = {
	{ "UNIX", 1 }, { "INET", 2 }, { "INET6", 10 }, { "NETLINK", 16 }, { "PACKET", 17 }
};
static const struct pair type[] = {
	{ "STREAM", 1 }, { "DGRAM", 2 }, { "RAW", 3 }, { "SEQPACKET", 5 }, { "PACKET", 10 }
};
static const struct pair sk_state[] = {
	{ "ESTABLISHED", 1 }, { "SYN_SENT", 2 },  { "SYN_RECV", 3 }, { "FIN_WAIT1", 4 },
	{ "FIN_WAIT2", 5 },   { "TIME_WAIT", 6 }, { "CLOSE", 7 },    { "CLOSE_WAIT", 8 },
	{ "LAST_ACK", 9 },    { "LISTEN", 10 },
};
static const struct pair proto[] = { { "IP", 0 }, { "TCP", 6 }, { "UDP", 17 }, { "UDPLITE", 136 } };

#define LIST(l, p)                                                                                 \
	{                                                                                          \
		&img_names_##l, p, COUNT(p)                                                        \
	}

static const struct {
	const struct img_names *list;
	const struct pair *want;
	size_t n;
} lists[] = {
	LIST(mmap_prot, prot),       LIST(mmap_flags, map),   LIST(mmap_status, status),
	LIST(rfile_flags, rfile),    LIST(pmap_flags, pmap),  LIST(seals_flags, seals),
	LIST(gen_task_state, state), LIST(sk_family, family), LIST(sk_type, type),
	LIST(sk_state, sk_state),    LIST(sk_proto, proto),
};

START_TEST(a_list_has_its_names_in_order)
{
	const struct img_name *v = lists[_i].list->v;

	for (size_t i = 0; i < lists[_i].n; i++) {
		ck_assert_pstr_eq(v[i].name, lists[_i].want[i].name);
		ck_assert_uint_eq(v[i].value, lists[_i].want[i].value);
	}
	ck_assert_ptr_null(v[lists[_i].n].name);
}
END_TEST

START_TEST(names_are_found_both_ways)
{
	for (size_t i = 0; i < lists[_i].n; i++) {
		const struct pair *p = &lists[_i].want[i];
		uint64_t v = 12345;

		ck_assert_pstr_eq(img_names_get(lists[_i].list, p->value), p->name);
		ck_assert(img_names_value(lists[_i].list, p->name, strlen(p->name), &v));
		ck_assert_uint_eq(v, p->value);
	}
}
END_TEST

START_TEST(what_is_not_in_a_list_is_not_found)
{
	static const char *const no[] = { "", "PROT_REA", "PROT_READX", "prot_read", "O_RDONLY" };
	uint64_t v = 12345;

	for (size_t i = 0; i < COUNT(no); i++)
		ck_assert(!img_names_value(lists[_i].list, no[i], strlen(no[i]), &v));
	ck_assert_uint_eq(v, 12345);
	ck_assert_ptr_null(img_names_get(lists[_i].list, 0xdeadbeef));
	ck_assert_ptr_null(img_names_get(lists[_i].list, UINT64_MAX));
}
END_TEST

static void add(TCase *tc)
{
	EACH(a_list_has_its_names_in_order, lists);
	EACH(names_are_found_both_ways, lists);
	EACH(what_is_not_in_a_list_is_not_found, lists);
}

int main(void)
{
	return unit_run("names", add);
}
