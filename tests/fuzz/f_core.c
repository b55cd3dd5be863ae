/* Any bytes as a directory: each of its tasks as a core file, whose length is as its headers say. */
#include <elf.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dump.h"
#include "libimg/core/core.h"

static const struct img_report report = { dump_report, NULL };

/* What the program headers say must be there. */
static void check_core(int fd)
{
	Elf64_Ehdr head;
	Elf64_Phdr p;
	off_t size = lseek(fd, 0, SEEK_END);

	if (pread(fd, &head, sizeof(head), 0) != sizeof(head) ||
	    memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
		dump_refuse("a core without an ELF header", "", 0);
	if (head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB)
		return;
	for (unsigned i = 0; i < head.e_phnum && head.e_phnum != PN_XNUM; i++) {
		off_t at = (off_t)(head.e_phoff + i * sizeof(p));

		if (pread(fd, &p, sizeof(p), at) != sizeof(p) ||
		    p.p_offset + p.p_filesz > (uint64_t)size)
			dump_refuse("a segment beyond the end of a core", "", 0);
	}
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

static void show(const char *dir)
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
		for (unsigned how = 0; how < 4; how += 3)
			write_core(d, &ps->tasks[i], how);
	}
	img_ps_free(ps);
	img_dir_close(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	blob_run(p, n, show);
	return 0;
}
