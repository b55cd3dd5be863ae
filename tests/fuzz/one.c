/*
 * What stands between the fuzzer and each target: how much memory a run takes may depend on the
 * bytes of its input, not on the numbers that these claim. In some runs files come in small pieces.
 * What is drawn by lot is the same in each run, so that a finding is found again. The target's own
 * function has another name here, and what reads too: see the Makefile.
 */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/types.h>

#include "libimg/base/alloc.h"
#include "mutate.h"

/* A page of LZ4 stands for 255 times its bytes at most; 4 MiB is the longest block of them. */
enum { PER_BYTE = 256, ALWAYS = 16 << 20 };

/* Of a file of megabytes, read byte by byte for each of many conversions, a run would take seconds. */
enum { LONG = 64, CUTS = 100000 };

int fuzz_target(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static size_t live, limit = SIZE_MAX, input;

/* In the place of the library's: see libimg/base/alloc.h. */
void *img_realloc(void *p, size_t n)
{
	size_t had = malloc_usable_size(p);
	void *q = realloc(p, n ? n : 1);

	if (q == NULL)
		return NULL;
	live = live - had + malloc_usable_size(q);
	if (live > limit) {
		fprintf(stderr, "refused: %zu bytes of memory for %zu of input\n", live, input);
		abort();
	}
	return q;
}

void img_free(void *p)
{
	live -= malloc_usable_size(p);
	free(p);
}

/* What a long read returns at most, as a slow pipe or another file system may have it. */
static size_t piece = SIZE_MAX, cuts;

ssize_t __wrap_read(int fd, void *p, size_t n);
ssize_t __real_read(int fd, void *p, size_t n);
ssize_t __wrap_pread64(int fd, void *p, size_t n, off_t off);
ssize_t __real_pread64(int fd, void *p, size_t n, off_t off);

static size_t cut(size_t n)
{
	if (n <= LONG || n <= piece || cuts == CUTS)
		return n;
	cuts++;
	return piece;
}

ssize_t __wrap_read(int fd, void *p, size_t n)
{
	return __real_read(fd, p, cut(n));
}

ssize_t __wrap_pread64(int fd, void *p, size_t n, off_t off)
{
	return __real_pread64(fd, p, cut(n), off);
}

/* Depends on nothing but the input, as a run has to. */
static size_t piece_of(const uint8_t *p, size_t n)
{
	unsigned sum = (unsigned)n;

	for (size_t i = 0; i < n; i++)
		sum = sum * 33 + p[i];
	return sum % 8 == 0 ? 1 + sum / 8 % LONG : SIZE_MAX;
}

static struct rng drawn;

/* In the place of the C library's. */
ssize_t getrandom(void *p, size_t n, unsigned flags)
{
	uint8_t *to = p;

	(void)flags;
	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)rng_below(&drawn, 256);
	return (ssize_t)n;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	input = n;
	drawn.s = n;
	piece = piece_of(p, n);
	cuts = 0;
	limit = live + ALWAYS + PER_BYTE * n;
	fuzz_target(p, n);
	limit = SIZE_MAX;
	return 0;
}
