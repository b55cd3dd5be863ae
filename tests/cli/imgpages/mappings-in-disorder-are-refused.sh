. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
try()
{
	rm -rf d
	dump d 7
	pagemap d 7 1
	status imgpages d
}
{ vma 0x20000 0x21000 513; vma 0x10000 0x11000 513; } | try
{ vma 0x10000 0x20000 513; vma 0x1f000 0x21000 513; } | try
vma 0x10000 0x10000 513 | try
vma 0x10000 0x8000 513 | try
