. "$SRC/tests/cli/imgpages/dump.bash"
{
	vma 0x10000 0x12000 513
	vma 0x12000 0x13000 4609
	vma 0x20000 0x22000 513
} | dump d 7
pagemap d 7 1 0x10000:1:4 0x21000:1:4
{
	printf 'begin\t\r\n\177\200\377 0123456789abcdef'
	head -c 4067 /dev/zero
	printf '!'
	head -c 4096 /dev/zero | tr '\0' z
} >d/pages-1.img
imgpages -x d
imgpages -x -r 0x10005+5 -r 0x10018-0x10034 d
imgpages -x -r 0x21ff8+64 d
# The same bytes as hexdump(1), where lines begin at the same addresses.
if command -v hexdump >/dev/null; then
	imgpages -x -p 2375 -r '[heap]' "$DATA/dumps/memory" | cut -c 13- |
		cmp - <(imgpages -p 2375 -r '[heap]' "$DATA/dumps/memory" | hexdump -C | cut -c 9-)
fi
