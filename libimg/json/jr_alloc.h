/*
 * Memory for yajl, which does not look at what malloc() gave it: where there is none, yajl is
 * left by longjmp(). Nobody knows then what it holds, so all of it is kept in a list.
 */
#ifndef IMG_JR_ALLOC_H
#define IMG_JR_ALLOC_H

#include <setjmp.h>
#include <yajl/yajl_common.h>

struct jrmem {
	yajl_alloc_funcs funcs;
	struct jrmem_block *blocks;
	/*
	 * To be set by setjmp() before each call of yajl that may allocate. After it was
	 * taken, yajl must not be called any more, not even to free.
	 */
	jmp_buf refused;
};

void img_jrmem_init(struct jrmem *m);

/* All that was given out and not given back. */
void img_jrmem_free(struct jrmem *m);

#endif
