/*
 * Any bytes as a directory: each of its tasks as a core file, of any class and byte order, that is as
 * long as its headers say, and has whole notes.
 */
#include <elf.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dump.h"
#include "libimg/base/byteorder.h"
#include "libimg/core/core.h"

static const struct img_report report = { dump_report, NULL };

enum { PAGE_MOST = 64 << 10 };

/* A core, with what its first bytes say of the others. */
struct core {
	int fd;
	uint64_t size;
	bool wide, big;
};

static void read_core(const struct core *c, uint64_t at, void *p, size_t n)
{
	dump_must(at <= c->size && n <= c->size - at && pread(c->fd, p, n, (off_t)at) == (ssize_t)n,
		  "a core that ends early");
}

static uint64_t number(const struct core *c, uint64_t at, size_t n)
{
	uint8_t b[8];

	read_core(c, at, b, n);
	if (n == 2)
		return img_get16(b, c->big);
	if (n == 4)
		return img_get32(b, c->big);
	return (uint64_t)img_get32(b + (c->big ? 0 : 4), c->big) << 32 |
	       img_get32(b + (c->big ? 4 : 0), c->big);
}

/* A field of a structure of ELF that lies at `at`. */
#define ELF(c, at, type, field)                                                                    \
	((c)->wide ? number(c, (at) + offsetof(Elf64_##type, field),                               \
			    sizeof(((Elf64_##type *)NULL)->field))                                 \
		   : number(c, (at) + offsetof(Elf32_##type, field),                               \
			    sizeof(((Elf32_##type *)NULL)->field)))

/* Notes fill their segment. */
static void check_notes(const struct core *c, uint64_t at, uint64_t end)
{
	while (at < end) {
		uint64_t name = (number(c, at, 4) + 3) & ~UINT64_C(3);
		uint64_t desc = (number(c, at + 4, 4) + 3) & ~UINT64_C(3);

		dump_must(name <= end - at && desc <= end - at && 12 + name + desc <= end - at,
			  "a note beyond the end of its segment");
		at += 12 + name + desc;
	}
}

/* What the program headers say is there, and nothing follows it but the rest of a page. */
static void check_segments(const struct core *c)
{
	uint64_t phoff = ELF(c, 0, Ehdr, e_phoff), n = ELF(c, 0, Ehdr, e_phnum);
	uint64_t each = c->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	uint64_t end;

	dump_must(ELF(c, 0, Ehdr, e_phentsize) == each, "the size of a program header");
	if (n == PN_XNUM)
		n = ELF(c, ELF(c, 0, Ehdr, e_shoff), Shdr, sh_info); /* at the end, one header */
	end = phoff + n * each;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t at = phoff + i * each, off = ELF(c, at, Phdr, p_offset);
		uint64_t bytes = ELF(c, at, Phdr, p_filesz);
		bool notes = ELF(c, at, Phdr, p_type) == PT_NOTE;

		dump_must(off <= c->size && bytes <= c->size - off,
			  "a segment beyond the end of a core");
		dump_must(notes || bytes <= ELF(c, at, Phdr, p_memsz),
			  "a segment longer than its memory");
		if (notes)
			check_notes(c, off, off + bytes);
		if (off + bytes > end)
			end = off + bytes;
	}
	dump_must(c->size - end < PAGE_MOST, "bytes after the last segment");
}

static void check_core(int fd)
{
	struct core c = { .fd = fd, .size = (uint64_t)lseek(fd, 0, SEEK_END) };
	uint8_t ident[EI_NIDENT];

	read_core(&c, 0, ident, sizeof(ident));
	dump_must(memcmp(ident, ELFMAG, SELFMAG) == 0, "a core without an ELF header");
	c.wide = ident[EI_CLASS] == ELFCLASS64;
	c.big = ident[EI_DATA] == ELFDATA2MSB;
	dump_must(c.wide || ident[EI_CLASS] == ELFCLASS32, "class");
	dump_must(c.big || ident[EI_DATA] == ELFDATA2LSB, "byte order");
	check_segments(&c);
}

static void write_core(struct img_dir *d, const struct img_task *t, unsigned how)
{
	struct img_core_options o = { .root = -1, .report = report };
	int fd = memfd_create("core", MFD_CLOEXEC);
	struct img_copy *to = img_copy_new(fd);
	struct img_err err;

	o.compact = (how & 1) != 0;
	o.dontdump = o.zero = (how & 2) != 0;
	if (img_core_write(d, t, &o, to, &err) == 0)
		check_core(fd);
	else
		dump_error(&err);
	img_copy_free(to);
	close(fd);
}

static void show(const char *dir, size_t pick)
{
	struct img_err err;
	struct img_dir *d = img_dir_open(dir, 0, &err);
	struct img_ps *ps = NULL;

	if (d == NULL) {
		dump_error(&err);
		return;
	}
	if (img_ps_read(d, &ps, &err) < 0)
		dump_error(&err);
	for (size_t i = 0; ps != NULL && i < ps->n && i < 8; i++) {
		if (img_ps_core(d, &ps->tasks[i], &err) < 0)
			dump_error(&err);
		write_core(d, &ps->tasks[i], pick / 2 % 4);
	}
	img_ps_free(ps);
	img_dir_close(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	blob_run(p, n, show);
	return 0;
}
