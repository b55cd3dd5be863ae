# The names that protoc-c gives to functions and descriptors, core_entry__unpack and so on, are
# those of anybody who has these messages. Two of one name in a program become one, without a word
# from the linker: so ours begin with img_pb_. Types and constants do not get to the linker.
s/\b[a-z][a-z0-9_]*__(init|get_packed_size|pack|pack_to_buffer|unpack|free_unpacked|descriptor)\b/img_pb_&/g
