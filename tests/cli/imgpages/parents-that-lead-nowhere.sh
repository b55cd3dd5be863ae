. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
child()
{
	rm -rf child
	vma 0x10000 0x18000 513 | dump child 7
	pagemap child 7 1 0x10000:1:4 0x11000:3:1
	pages child 1 x
}
try()
{
	echo "== $1"
	child
	[ -z "${2-}" ] || ln -s "$2" child/parent
	status timeout 120 imgpages -r 0x10000+0x4000 child
	timeout 120 imgpages child >listing 2>err
	echo "listing: status $?, $(wc -l <listing) lines, $(cat err)"
}
try 'no parent'
try 'dangles' ../nosuch
try 'leads to itself' .
mkdir -p empty
try 'leads to a directory without images' ../empty
try 'leaves for a directory without images' /
usual other
try 'leads to a file' ../other/mm-7.img
rm other/pagemap-7.img
try 'has no such pagemap' ../other
pagemap other 7 1 0x11000:2:4
try 'lacks a page' ../other
rm other/pagemap-7.img
pagemap other 7 1 0x11000:2:4 0x13000:1:1
try 'asks for a parent in turn' ../other
ln -s ../child other/parent
try 'loops' ../other
# The bytes that are there are there.
imgpages -r 0x10000+0x3000 child | text
