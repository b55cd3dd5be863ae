#include "libimg/dump/buildid.h"

#include <elf.h>
#include <stdbool.h>
#include <string.h>

#include "libimg/base/byteorder.h"
#include "libimg/base/file.h"

enum {
	HEADERS = 64,    /* program headers that are looked at */
	NOTES = 1 << 14, /* bytes of one PT_NOTE */
};

/* Where the two classes of ELF have what is read here. */
struct layout {
	unsigned head, phdr;               /* sizes */
	unsigned phoff, flags, phentsize;  /* of the file's header */
	unsigned p_offset, p_filesz, word; /* of a program header; bytes of a word */
};

static const struct layout layouts[] = {
	[ELFCLASS32] = { sizeof(Elf32_Ehdr), sizeof(Elf32_Phdr), offsetof(Elf32_Ehdr, e_phoff),
			 offsetof(Elf32_Ehdr, e_flags), offsetof(Elf32_Ehdr, e_phentsize),
			 offsetof(Elf32_Phdr, p_offset), offsetof(Elf32_Phdr, p_filesz), 4 },
	[ELFCLASS64] = { sizeof(Elf64_Ehdr), sizeof(Elf64_Phdr), offsetof(Elf64_Ehdr, e_phoff),
			 offsetof(Elf64_Ehdr, e_flags), offsetof(Elf64_Ehdr, e_phentsize),
			 offsetof(Elf64_Phdr, p_offset), offsetof(Elf64_Phdr, p_filesz), 8 },
};

struct elf {
	int fd;
	const struct layout *l;
	bool big;
	uint8_t head[sizeof(Elf64_Ehdr)];
};

/* n bytes, fewer only at the end of the file. */
static int read_at(int fd, uint64_t off, void *buf, size_t n, size_t *got, struct img_err *err)
{
	const struct img_file f = { .fd = fd };
	int64_t r = off <= (uint64_t)INT64_MAX - n ? img_file_read(&f, off, buf, n, err) : 0;

	*got = r > 0 ? (size_t)r : 0;
	return r < 0 ? -1 : 0;
}

static uint64_t word(const struct elf *e, const uint8_t *p)
{
	if (e->l->word == 4)
		return img_get32(p, e->big);
	return (uint64_t)img_get32(p + (e->big ? 0 : 4), e->big) << 32 |
	       img_get32(p + (e->big ? 4 : 0), e->big);
}

/* 1, 0: no ELF file, -1. */
static int open_elf(int fd, struct elf *e, struct img_err *err)
{
	size_t got;

	e->fd = fd;
	if (read_at(fd, 0, e->head, sizeof(e->head), &got, err) < 0)
		return -1;
	if (got < sizeof(Elf32_Ehdr) || memcmp(e->head, ELFMAG, SELFMAG) != 0 ||
	    (e->head[EI_CLASS] != ELFCLASS32 && e->head[EI_CLASS] != ELFCLASS64))
		return 0;
	e->l = &layouts[e->head[EI_CLASS]];
	e->big = e->head[EI_DATA] == ELFDATA2MSB;
	return got >= e->l->head;
}

/* Find the id in the bytes of a PT_NOTE. */
static int find_id(const struct elf *e, const uint8_t *p, size_t n, uint8_t id[IMG_BUILDID_MAX])
{
	while (n >= 12) {
		uint32_t name = img_get32(p, e->big), len = img_get32(p + 4, e->big);
		uint64_t at = 12 + (((uint64_t)name + 3) & ~UINT64_C(3));
		uint64_t end = at + (((uint64_t)len + 3) & ~UINT64_C(3));

		if (at + len > n)
			return 0;
		if (img_get32(p + 8, e->big) == NT_GNU_BUILD_ID && name == sizeof("GNU") &&
		    memcmp(p + 12, "GNU", sizeof("GNU")) == 0 && len <= IMG_BUILDID_MAX) {
			memcpy(id, p + at, len);
			return (int)len;
		}
		if (end >= n)
			return 0;
		p += end;
		n -= (size_t)end;
	}
	return 0;
}

static int id_of_note(const struct elf *e, const uint8_t *phdr, uint8_t id[IMG_BUILDID_MAX],
		      struct img_err *err)
{
	uint64_t size = word(e, phdr + e->l->p_filesz);
	uint8_t notes[NOTES];
	size_t got;

	if (read_at(e->fd, word(e, phdr + e->l->p_offset), notes,
		    size < NOTES ? (size_t)size : NOTES, &got, err) < 0)
		return -1;
	return find_id(e, notes, got, id);
}

int img_buildid_read(int fd, uint8_t id[IMG_BUILDID_MAX], struct img_err *err)
{
	uint8_t phdr[sizeof(Elf64_Phdr)];
	struct elf e;
	unsigned count, size;
	size_t got;
	int r = open_elf(fd, &e, err);

	if (r <= 0)
		return r;
	size = img_get16(e.head + e.l->phentsize, e.big);
	count = img_get16(e.head + e.l->phentsize + 2, e.big);
	r = 0;
	for (unsigned i = 0; r == 0 && i < count && i < HEADERS && size >= e.l->phdr; i++) {
		uint64_t at = word(&e, e.head + e.l->phoff);

		if (__builtin_add_overflow(at, (uint64_t)i * size, &at))
			break;
		if (read_at(fd, at, phdr, e.l->phdr, &got, err) < 0)
			return -1;
		if (got < e.l->phdr)
			break;
		if (img_get32(phdr, e.big) == PT_NOTE)
			r = id_of_note(&e, phdr, id, err);
	}
	return r;
}

int img_elf_flags(int fd, uint32_t *flags, struct img_err *err)
{
	struct elf e;
	int r = open_elf(fd, &e, err);

	if (r > 0)
		*flags = img_get32(e.head + e.l->flags, e.big);
	return r;
}
