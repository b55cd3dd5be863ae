/* Mappings as columns. */
#ifndef IMG_MEMS_COLUMNS_H
#define IMG_MEMS_COLUMNS_H

#include "libimg/memory/mem.h"
#include "libimg/memory/vma_name.h"
#include "libimg/view/mems.h"
#include "libimg/view/table.h"

/* What must be read for some of the columns. */
enum {
	IMG_MEMS_NEED_COMM = 1,
	IMG_MEMS_NEED_PAGES = 2,
};

/* Bytes of a mapping by place. */
struct img_mems_pages {
	uint64_t present, parent, lazy;
};

/* A mapping as a row. */
struct img_mems_row {
	const struct img_task *task;
	const struct img_mapping *map;
	struct img_shmems *segments;
	const struct img_space *space;      /* where its stack is: the rest may be empty */
	const struct img_mems_pages *pages; /* NULL: not counted */
	struct img_buf *name;               /* for use by the columns */
	const struct img_report *report;
};

extern const struct img_column img_mems_columns[];

#endif
