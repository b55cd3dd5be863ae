/*
 * Memory for yajl, which does not check the result of malloc(): on failure yajl is left by
 * longjmp(). As nobody knows then what it holds, all blocks are kept in a list.
 */
#ifndef IMG_JR_ALLOC_H
#define IMG_JR_ALLOC_H

#include <setjmp.h>
#include <yajl/yajl_common.h>

struct jrmem {
	yajl_alloc_funcs funcs;
	struct jrmem_block *blocks;
	/*
	 * Set it by setjmp() before each call of yajl that may allocate. After it was taken, yajl
	 * must not be called again, not even to free.
	 */
	jmp_buf refused;
};

void img_jrmem_init(struct jrmem *m);

/* Free all blocks that yajl has not freed. */
void img_jrmem_free(struct jrmem *m);

#endif
