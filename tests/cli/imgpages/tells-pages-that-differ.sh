. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
usual a
status imgpages -d a a
{
	vma 0x10000 0x14000 513
	vma 0x14000 0x18000 65 1
	vma 0x30000 0x32000 513
} | dump b 7
pagemap b 7 1 0x10000:3:4 0x14000:1:4 0x16000:1:2 0x30000:2:4
pages b 1 aB.cEF
status imgpages -d b a
status imgpages -d a b
status imgpages -j -d b -r 0x10000+0x8000 a
status imgpages -d b -r 0x11fff+2 a
# What both have from one file is not read: its bytes need not be there.
mkdir c e
for d in c e; do
	cp a/* $d
	rm $d/pages-1.img
	ln -s ../a $d/parent
	pagemap $d 7 1 0x10000:1:1 0x16000:1:1 0x17000:1:4
done
pages c 1 x
pages e 1 y
status imgpages -d e c
status imgpages -d nosuch a
usual f
rm f/mm-7.img f/pagemap-7.img
status imgpages -d f a
PAGE=8192
vma 0x10000 0x18000 513 | dump g 7
pagemap g 7 1
status imgpages -d g a
