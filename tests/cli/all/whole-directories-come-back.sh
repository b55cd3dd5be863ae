# A directory in one pipeline: the same image files, empty and raw ones included.
. "$LIB"
all_come_back cat
