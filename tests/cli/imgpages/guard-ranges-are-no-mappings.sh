# They stand behind all mappings, out of order, and lie within one.
. "$SRC/tests/cli/imgpages/dump.bash"
{
	vma 0x10000 0x18000 513
	vma 0x20000 0x21000 513
	vma 0x12000 0x13000 65536
} | dump d 7
pagemap d 7 1 0x10000:1:4 0x17000:1:4 0x20000:1:4
pages d 1 abc
imgpages d
imgpages -r all d | text
