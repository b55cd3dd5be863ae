/* Feed files to a fuzz target without a fuzzer: for compilers that have none. */
#include <stdint.h>
#include <stdio.h>

#include "libimg/base/buf.h"
#include "mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The targets bring changes of their own, which nothing asks for here. */
size_t LLVMFuzzerMutate(uint8_t *p, size_t n, size_t max)
{
	(void)p;
	(void)max;
	return n;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		struct img_buf b = { 0 };
		size_t got;

		if (f == NULL) {
			perror(argv[i]);
			return 1;
		}
		do {
			if (!img_buf_room(&b, 1 << 16))
				return 1;
			got = fread(b.p + b.n, 1, 1 << 16, f);
			b.n += got;
		} while (got > 0);
		fclose(f);
		LLVMFuzzerTestOneInput(b.p, b.n);
		img_buf_free(&b);
	}
	return 0;
}
