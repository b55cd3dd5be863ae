# With a root: the first page of ELF files, or every page, of files that have the size and the
# build id of the dump; others are named and left out. Links lead nowhere else.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
. "$SRC/tests/cli/img2core/core.bash"
core()
{
	printf '{"magic":"CORE","img":"core-%d.img"}\n' "$1"
	img2json "$DATA/dumps/memory/core-2375.img" | tail -n 1
}
reg()
{
	printf '{"type":"REG","id":%d,"reg":{"id":%d,"flags":"0x0","pos":0,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0},"name":"%s","size":%d%s}}\n' \
		"$1" "$1" "$2" "$3" "$4"
}
mkdir -p root/bin d
# An ELF file with a build id, of two pages and a bit.
{
	printf '\177ELF\2\1\1'
	head -c 9 /dev/zero
	le32 0x3e0003 1 0 0 64 0 0 0 0 0x380040 0x400001 0
} | head -c 64 >root/bin/prog
{
	le32 4 4
	le32 120 0 0 0 0 0 20 0 20 0 4 0
	le32 4 4 3 0x554e47 0x11223344
	head -c 9000 /dev/zero | tr '\0' x
	printf tail
} >>root/bin/prog
size=$(stat -c %s root/bin/prog)
cp root/bin/prog root/bin/other
ln -s /bin/prog root/bin/link
ln -s /etc/passwd root/bin/passwd
{
	vma 0x10000 0x13000 65 1
	vma 0x20000 0x23000 65 2
	vma 0x30000 0x33000 65 3
	vma 0x40000 0x43000 65 4
	vma 0x50000 0x53000 65 5
	vma 0x60000 0x63000 513
} | dump d 7
pagemap d 7 1 0x11000:1:4
pages d 1 a
{
	printf '{"magic":"FILES"}\n'
	reg 1 /bin/prog "$size" ',"build_id":["0x11223344"]'
	reg 2 /bin/other "$size" ',"build_id":["0x55555555"]'
	reg 3 /bin/link $((size + 1)) ''
	reg 4 /bin/passwd 17 ''
	reg 5 /bin/gone 17 ''
} | json2img -o d/files.img
echo '== no root'
status img2core -o core d
loads core
echo '== headers'
status img2core -R root -o core d
loads core
echo '== all'
status img2core -R root --files=all -o core d
loads core
bytes_at core 10000 4096 | cmp -n 4096 - root/bin/prog
bytes_at core 11000 4096 | tr -d a | wc -c
bytes_at core 12000 4096 | tr -d '\0' | cmp - <(tail -c +8193 root/bin/prog)
