/*
 * binding - what a shared object adds to the library for a language that knows no C: binding.py
 * loads it, and calls this and the library's own calls.
 */
#include <libimg/img.h>

/* The name of the type of an image that is being read. */
const char *binding_type(const struct img_reader *rd);

const char *binding_type(const struct img_reader *rd)
{
	return img_reader_head(rd)->type->name;
}

/* The next entry: the value of a number field of it in *v. 1, 0 at the end, -1 with *err. */
int binding_next(struct img_reader *rd, unsigned tag, uint64_t *v, struct img_err *err);

int binding_next(struct img_reader *rd, unsigned tag, uint64_t *v, struct img_err *err)
{
	struct img_entry e;
	struct img_pick f;
	int r = img_reader_next(rd, &e, err);

	if (r > 0 && img_pick(&f, e.msg, e.body, err) < 0)
		r = -1;
	if (r > 0)
		*v = img_num(&f, tag);
	return r;
}
