/*
 * gen - write a large image to standard output, to measure with
 *
 * It knows the wire format by itself and nothing of libimg, so that an image it makes is
 * no echo of the code that is measured. The same KIND and N give the same bytes always.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	COMMON = 0x54564319,
	PAGEMAP = 0x56084025,
	FILES = 0x56303138,
	MM = 0x57492820,
	GHOST_FILE = 0x52583605,
	IPCNS_SHM = 0x46283044,
};

enum { PAGE = 4096 };

/* ---- bytes ---- */

static void put(const void *p, size_t n)
{
	if (fwrite(p, 1, n, stdout) != n) {
		perror("gen");
		exit(3);
	}
}

static void word(uint32_t v)
{
	uint8_t b[4] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) };

	put(b, sizeof(b));
}

static void head(uint32_t magic)
{
	word(COMMON);
	word(magic);
}

static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void payload(uint64_t n)
{
	static uint64_t block[8192];

	while (n > 0) {
		size_t k = n < sizeof(block) ? (size_t)n : sizeof(block);

		for (size_t i = 0; i < sizeof(block) / sizeof(block[0]); i++)
			block[i] = rnd();
		put(block, k);
		n -= k;
	}
}

/* ---- messages ---- */

struct msg {
	size_t n;
	uint8_t b[512];
};

static void varint(struct msg *m, uint64_t v)
{
	while (v >= 0x80) {
		m->b[m->n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	m->b[m->n++] = (uint8_t)v;
}

static void num(struct msg *m, unsigned tag, uint64_t v)
{
	varint(m, (uint64_t)tag << 3);
	varint(m, v);
}

static void bytes(struct msg *m, unsigned tag, const void *p, size_t n)
{
	varint(m, (uint64_t)tag << 3 | 2);
	varint(m, n);
	memcpy(m->b + m->n, p, n);
	m->n += n;
}

static void sub(struct msg *m, unsigned tag, const struct msg *in)
{
	bytes(m, tag, in->b, in->n);
}

static void entry(const struct msg *m)
{
	word((uint32_t)m->n);
	put(m->b, m->n);
}

/* ---- pagemaps ---- */

/* Since CRIU 4.2 the count is a field of its own; the old one stays, as 0. */
static void pagemap(uint64_t n, bool old)
{
	static const uint8_t flags[] = { 4, 4, 4, 6, 6, 1, 4, 6 };
	uint64_t vaddr = UINT64_C(0x55d0c3a00000);
	struct msg m = { 0 };

	head(PAGEMAP);
	num(&m, 1, 1);
	entry(&m);
	for (uint64_t i = 0; i < n; i++) {
		uint64_t r = rnd(), pages = 1 + (r & 31) * ((r >> 5 & 7) == 0 ? 8 : 1);

		if (i == n / 8)
			vaddr = UINT64_C(0x7f0000000000);
		m.n = 0;
		num(&m, 1, vaddr);
		num(&m, 2, old ? pages : 0);
		num(&m, 4, flags[r >> 8 & 7]);
		if (!old)
			num(&m, 5, pages);
		entry(&m);
		vaddr += (pages + 1 + (r >> 16 & 7)) * PAGE;
	}
}

static void pagemap_42(uint64_t n)
{
	pagemap(n, false);
}

static void pagemap_41(uint64_t n)
{
	pagemap(n, true);
}

/* ---- open files ---- */

static struct msg fown(void)
{
	struct msg m = { 0 };

	for (unsigned tag = 1; tag <= 5; tag++)
		num(&m, tag, 0);
	return m;
}

static struct msg reg(uint64_t id)
{
	static const char *const dir[] = {
		"/usr/lib/x86_64-linux-gnu",
		"/var/lib/postgresql/15/main/base/16384",
		"/srv/app/releases/20240611093142/node_modules/.cache",
		"/var/log",
		"/home/caf\xc3\xa9/projects/quarterly report",
		"/tmp",
		"/dev/shm",
		"/opt/jdk-17.0.9/lib/server",
	};
	struct msg m = { 0 }, owner = fown();
	uint64_t r = rnd();
	char path[200];
	int n = snprintf(path, sizeof(path), "%s/%s%06" PRIu64 ".%s", dir[r & 7],
			 r >> 3 & 1 ? "segment-" : "f", id, r >> 4 & 1 ? "dat" : "log");

	num(&m, 1, id);
	num(&m, 2, r >> 5 & 1 ? 0100002 : 0100000);
	num(&m, 3, r >> 8 & 0xfffff);
	sub(&m, 5, &owner);
	bytes(&m, 6, path, (size_t)n);
	num(&m, 8, r >> 8 & 0x3ffffff);
	num(&m, 10, 0100644);
	if ((r >> 40 & 15) == 0) /* an executable: its build id */
		for (int i = 0; i < 5; i++)
			num(&m, 11, rnd() >> 32);
	return m;
}

static struct msg pipe_end(uint64_t id)
{
	struct msg m = { 0 }, owner = fown();

	num(&m, 1, id);
	num(&m, 2, 200000 + id / 2);
	num(&m, 3, id & 1);
	sub(&m, 4, &owner);
	return m;
}

static struct msg sk_opts(uint64_t buf)
{
	static const uint8_t flag[] = { 11, 12, 13, 14, 17, 18, 19 };
	struct msg m = { 0 };

	num(&m, 1, buf);
	num(&m, 2, buf);
	for (unsigned tag = 3; tag <= 6; tag++)
		num(&m, tag, 0);
	num(&m, 7, 1);
	num(&m, 8, 0);
	num(&m, 9, 1);
	for (size_t i = 0; i < sizeof(flag); i++)
		num(&m, flag[i], 0);
	return m;
}

static struct msg unix_sk(uint64_t id)
{
	struct msg m = { 0 }, owner = fown(), opts = sk_opts(212992);
	char name[64];
	int n = snprintf(name, sizeof(name), "%c/run/app/worker-%" PRIu64 ".sock",
			 id & 1 ? '/' : '\0', id);

	num(&m, 1, id);
	num(&m, 2, 300000 + id);
	num(&m, 3, 1);
	num(&m, 4, 10);
	num(&m, 5, 02000002);
	num(&m, 6, 0);
	num(&m, 7, 128);
	num(&m, 8, 0);
	sub(&m, 9, &owner);
	sub(&m, 10, &opts);
	bytes(&m, 11, name, (size_t)n);
	return m;
}

static struct msg inet_sk(uint64_t id)
{
	struct msg m = { 0 }, owner = fown(), opts = sk_opts(87040);

	num(&m, 1, id);
	num(&m, 2, 400000 + id);
	num(&m, 3, 2);
	num(&m, 4, 1);
	num(&m, 5, 6);
	num(&m, 6, 1);
	num(&m, 7, 8080);
	num(&m, 8, 32768 + id % 28000);
	num(&m, 9, 02000002);
	num(&m, 10, 0);
	num(&m, 11, 0x0100007f);
	num(&m, 12, 0x0a000000 | (id & 0xffff));
	sub(&m, 13, &owner);
	sub(&m, 14, &opts);
	num(&m, 15, 0);
	return m;
}

/* A busy server: most descriptors are regular files, one in eight is something else. */
static void files(uint64_t n)
{
	static const struct kind {
		unsigned type, tag;
		struct msg (*make)(uint64_t id);
	} regular = { 1, 3, reg }, special[32] = {
		[4] = { 2, 18, pipe_end },
		[5] = { 2, 18, pipe_end },
		[9] = { 5, 16, unix_sk },
		[17] = { 4, 4, inet_sk },
	};

	head(FILES);
	for (uint64_t id = 1; id <= n; id++) {
		const struct kind *k = special[id % 32].make ? &special[id % 32] : &regular;
		struct msg in = k->make(id), m = { 0 };

		num(&m, 1, k->type);
		num(&m, 2, id);
		sub(&m, k->tag, &in);
		entry(&m);
	}
}

/* ---- mappings ---- */

/* Library segments and anonymous memory, half and half. */
static struct msg vma(uint64_t i, uint64_t *start)
{
	struct msg m = { 0 };
	uint64_t r = rnd(), end = *start + (1 + (r & 255)) * PAGE;
	bool file = r >> 8 & 1;

	num(&m, 1, *start);
	num(&m, 2, end);
	num(&m, 3, file ? (r >> 9 & 511) * PAGE : 0);
	num(&m, 4, file ? 1 + i % 300 : 0);
	num(&m, 5, 1 + (r >> 18 & 3) * 2);
	num(&m, 6, file ? 2 : 0x22);
	num(&m, 7, file ? 65 : 513);
	num(&m, 8, 1); /* zigzag: -1 */
	if (file)
		num(&m, 10, 0);
	*start = end + (r >> 20 & 15) * PAGE;
	return m;
}

/* One message with a length in front: the same mappings twice, measured and written. */
static void mm(uint64_t n)
{
	static const uint64_t area[] = {
		0x55d0c3a00000, 0x55d0c3ac0291, 0x55d0c3af95d0, 0x55d0c3b120a0,
		0x7ffee01d7d40, 0x55d0c517b000, 0x55d0c51bd000, 0x7ffee01d97b8,
		0x7ffee01d97ef, 0x7ffee01d97ef, 0x7ffee01d9ca8,
	};
	const uint64_t first = UINT64_C(0x7f0000000000);
	struct msg front = { 0 }, back = { 0 };
	uint64_t total, seed, start = first;

	for (unsigned i = 0; i < sizeof(area) / sizeof(area[0]); i++)
		num(&front, i + 1, area[i]);
	num(&front, 12, 1);
	for (unsigned i = 0; i < 38; i++)
		num(&front, 13, i % 2 ? rnd() >> 17 : i);
	num(&back, 15, 1);

	seed = state;
	total = front.n + back.n;
	for (uint64_t i = 0; i < n; i++)
		total += 2 + vma(i, &start).n; /* a tag and a length, a byte each */
	if (total > UINT32_MAX) {
		fputs("gen: too many for one message\n", stderr);
		exit(2);
	}
	head(MM);
	word((uint32_t)total);
	put(front.b, front.n);
	state = seed;
	start = first;
	for (uint64_t i = 0; i < n; i++) {
		struct msg v = vma(i, &start), m = { 0 };

		sub(&m, 14, &v);
		put(m.b, m.n);
	}
	put(back.b, back.n);
}

/* ---- payloads ---- */

static void ghost(uint64_t n)
{
	struct msg time = { 0 }, m = { 0 };

	num(&time, 1, 1718098302);
	num(&time, 2, 112107);
	num(&m, 1, 1000);
	num(&m, 2, 1000);
	num(&m, 3, 0100600);
	num(&m, 4, 266338304);
	num(&m, 5, 11092784);
	sub(&m, 7, &time);
	sub(&m, 8, &time);
	head(GHOST_FILE);
	entry(&m);
	payload(n);
}

/* A segment as CRIU wrote it before 3.0: its bytes behind the entry, padded to four. */
static void shm(uint64_t n)
{
	static const uint8_t zeros[4];
	struct msg desc = { 0 }, m = { 0 };

	num(&desc, 1, 0x5d0022);
	for (unsigned tag = 2; tag <= 5; tag++)
		num(&desc, tag, 1000);
	num(&desc, 6, 0600);
	num(&desc, 7, 0);
	sub(&m, 1, &desc);
	num(&m, 2, n);
	head(IPCNS_SHM);
	entry(&m);
	payload(n);
	put(zeros, -n & 3);
}

static const struct {
	const char *name;
	void (*make)(uint64_t n);
	const char *about;
} kinds[] = {
	{ "pagemap", pagemap_42, "a pagemap of N entries, as CRIU 4.2 writes it" },
	{ "pagemap-4.1", pagemap_41, "the same as CRIU writes it up to 4.1" },
	{ "files", files, "files.img of N entries" },
	{ "mm", mm, "an mm with N mappings, one message" },
	{ "ghost", ghost, "a ghost file of N bytes" },
	{ "shm", shm, "a System V segment of N bytes, from before CRIU 3.0" },
	{ "raw", payload, "N bytes, as a pages file has them" },
};

enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

int main(int argc, char **argv)
{
	static char buf[1 << 20];
	char *end = NULL;
	uint64_t n = argc == 3 ? strtoull(argv[2], &end, 10) : 0;

	setvbuf(stdout, buf, _IOFBF, sizeof(buf));
	for (int i = 0; end != NULL && *end == '\0' && i < N_KINDS; i++)
		if (strcmp(argv[1], kinds[i].name) == 0) {
			kinds[i].make(n);
			if (fflush(stdout) == 0)
				return 0;
			perror("gen");
			return 3;
		}
	fputs("usage: gen KIND N >FILE\n", stderr);
	for (int i = 0; i < N_KINDS; i++)
		fprintf(stderr, "  %-12s %s\n", kinds[i].name, kinds[i].about);
	return 2;
}
