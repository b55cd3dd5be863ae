/*
 * What stands between the fuzzer and each target: how much memory a run takes may depend on the
 * bytes of its input, not on the numbers that these claim. The target's own function has another
 * name here, see the Makefile.
 */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "libimg/base/alloc.h"

/* A page of LZ4 stands for 255 times its bytes at most; 4 MiB is the longest block of them. */
enum { PER_BYTE = 256, ALWAYS = 16 << 20 };

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

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	input = n;
	limit = live + ALWAYS + PER_BYTE * n;
	fuzz_target(p, n);
	limit = SIZE_MAX;
	return 0;
}
