# Lazy pages are refused, or zeros that are counted; clean pages of files are in no core; room
# that was set aside is a header; memory kept out of cores stays out.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
. "$SRC/tests/cli/img2core/core.bash"
# core() of those helpers has no registers: those of a real one.
core()
{
	printf '{"magic":"CORE","img":"core-%d.img"}\n' "$1"
	img2json "$DATA/dumps/memory/core-2375.img" | tail -n 1
}
{
	vma 0x10000 0x14000 513
	vma 0x20000 0x24000 65 9
	vma 0x30000 0x32000 513 | jq -c '.madv = 65536'
	vma 0x100000000 0x200000000 513
} | dump d 7
pagemap d 7 1 0x10000:1:6 0x11000:1:2 0x21000:1:4 0x30000:1:4
pages d 1 abc
status img2core -o core d
left . | grep core
status img2core --zero -o core d
loads core
status img2core --zero --compact -o core d
loads core
status img2core --zero --dontdump -o core d
loads core
rm -f d/pages-1.img core
status img2core --zero -o core d
left . | grep core
