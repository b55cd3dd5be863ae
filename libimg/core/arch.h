/* The machine of a thread, and its registers as Linux writes them into a core there. */
#ifndef IMG_ARCH_H
#define IMG_ARCH_H

#include "core.pb-c.h"
#include "libimg/base/err.h"
#include "libimg/core/note.h"

/* Messages that hold parts of a thread's registers; which is which differs by machine. */
enum { IMG_CORE_GP, IMG_CORE_FP, IMG_CORE_MORE, IMG_CORE_STATES = 8 };

/* One thread on its way into notes. */
struct img_core_thread {
	const CoreEntry *core;
	uint64_t top;                       /* end of the highest mapping of its task */
	const void *state[IMG_CORE_STATES]; /* set by img_core_arch_of(); NULL: not in the image */
};

struct img_core_piece;
struct img_core_regset;

/* A row for each machine that CRIU knows. */
struct img_core_arch {
	uint32_t march;   /* core_entry.mtype */
	bool compat;      /* x86: a task of 32 bits */
	bool wide, big;   /* ELF class and byte order */
	uint16_t machine; /* e_machine of elf.h */
	uint32_t flags;   /* e_flags that programs of today have there */
	bool fpvalid;     /* prstatus ends with pr_fpvalid */
	uint8_t aux;      /* bytes of a value of mm_saved_auxv that count, low ones first */
	void (*find)(struct img_core_thread *t);
	const struct img_core_piece *gp;       /* pr_reg */
	const struct img_core_regset *regsets; /* notes made of pieces, or NULL */
	/* Notes that take more than that, or NULL. */
	int (*more)(const struct img_core_thread *t, struct img_notes *n, struct img_err *err);
};

/*
 * The row of the machine that a thread ran on, with t->state found. NULL with *err: the
 * image names a machine that has no row, or lacks the registers.
 */
const struct img_core_arch *img_core_arch_of(struct img_core_thread *t, struct img_err *err);

/* Put pr_reg into the open note. 0, or -1 with *err: a list is not as long as it must be. */
int img_core_put_gp(const struct img_core_arch *a, const struct img_core_thread *t,
		    struct img_notes *n, struct img_err *err);

/* Put the notes of the other registers, each whole. 0, or -1 with *err. */
int img_core_put_regsets(const struct img_core_arch *a, const struct img_core_thread *t,
			 struct img_notes *n, struct img_err *err);

/* ---- what the rows are made of ---- */

/* One or more words of a note, out of a message. */
struct img_core_piece {
	enum {
		IMG_PIECE_END,
		IMG_PIECE_U64,    /* a field of 64 bits */
		IMG_PIECE_LOW,    /* its lower half */
		IMG_PIECE_U32,    /* a field of 32 bits */
		IMG_PIECE_LIST64, /* a list of exactly `count` fields of 64 bits */
		IMG_PIECE_LIST32,
		IMG_PIECE_ZERO, /* `count` bytes */
	} kind;
	uint16_t count;
	uint16_t off, list; /* of the field, or of the list's length and of the list */
	const char *name;
};

struct img_core_regset {
	uint32_t type; /* NT_… of elf.h; 0 ends the table */
	const char *owner;
	unsigned state; /* the message that it is made of */
	const struct img_core_piece *pieces;
};

/* x86 has rules that no table of words can say. */
int img_core_x86_more(const struct img_core_thread *t, struct img_notes *n, struct img_err *err);
int img_core_ia32_more(const struct img_core_thread *t, struct img_notes *n, struct img_err *err);

#endif
