# CRIU takes pages of huge pages, and those of plugins, from the dump itself, whatever the pagemap
# says; in its own dumps those of AIO rings and unreadable mappings are never in a parent either.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
huge() { jq -c ".flags = 262178"; }
unreadable() { jq -c ".prot = 0"; }
mappings()
{
	vma 0x10000 0x12000 513
	vma 0x12000 0x14000 513 | huge
	vma 0x14000 0x16000 $((513 | 1 << 27))
	vma 0x16000 0x18000 $((513 | 1 << 13))
	vma 0x18000 0x1a000 513 | unreadable
}
mappings | dump full 7
pagemap full 7 1 0x10000:10:4
pages full 1 abcdefghij
imgmerge -b full -o new full
img2json new/pagemap-7.img
imgmerge -o flat new
cmp full/pages-1.img flat/pages-1.img
# A dump that has them in a parent is mended by this, and named by imgcheck.
pagemap new 7 1 0x10000:10:1
: >new/pages-1.img
imgcheck new 2>/dev/null | grep parent-vma
