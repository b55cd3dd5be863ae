/*
 * clash - a program with CRIU's messages of its own, whose functions have the names that protoc-c
 * gives them: the library does not use these in place of its own
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include <libimg/img.h>

/* What a .pb-c.c of another CRIU might define; without a field, each image is damaged. */
const ProtobufCMessageDescriptor pstree_entry__descriptor = {
	.magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
	.name = "pstree_entry",
};
const ProtobufCMessageDescriptor core_entry__descriptor = {
	.magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
	.name = "core_entry",
};
const ProtobufCEnumDescriptor fd_types__descriptor = {
	.magic = PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC,
	.name = "fd_types",
};

void pstree_entry__init(void *message);
void pstree_entry__init(void *message)
{
	*(int *)message = 0;
}

int main(int argc, char **argv)
{
	struct img_in *in = argc > 1 ? img_in_fd(open(argv[1], O_RDONLY)) : NULL;
	struct img_err err = { 0 };
	struct img_reader *rd = img_reader_open(in, argv[1], 0, &err);
	struct img_arena *a = img_arena_new(0);
	struct img_entry e;
	uint32_t pid = 0;
	uint64_t v;

	if (rd == NULL || a == NULL || img_reader_next(rd, &e, &err) <= 0 ||
	    img_unpack(e.msg, e.body, a, &err) == NULL) {
		fprintf(stderr, "clash: %s\n", err.what);
		return 1;
	}
	if (img_wire_get(e.body.p, e.body.n, IMG_TAG_PSTREE_ENTRY__PID, &v))
		pid = (uint32_t)v;
	printf("the first entry: %zu bytes, pid %" PRIu32 "\n", e.body.n, pid);
	img_arena_free(a);
	img_reader_close(rd);
	img_in_free(in);
	return e.msg->desc == &core_entry__descriptor || core_entry__descriptor.n_fields != 0;
}
