# Bytes of memory, wherever the page is: here, in a parent, nowhere, in a file, in a segment.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
mappings()
{
	vma 0x10000 0x18000 513
	vma 0x20000 0x24000 65 5
	vma 0x28000 0x29000 129 5
	vma 0x30000 0x34000 257 9
	vma 0x40000 0x42000 257 9 0x1000
}
mappings | dump d 7
mappings | dump old 7
ln -s ../old d/parent
# a b from the parent, zeros, c here, lazy, d e from the parent
pagemap old 7 1 0x10000:2:6 0x16000:2:4
pages old 1 abde
pagemap d 7 2 0x10000:2:1 0x13000:1:4 0x14000:1:2 0x16000:2:1 0x21000:1:4
pages d 2 cf
pagemap d shmem-9 3 0x0:1:4 0x2000:1:4
pages d 3 st
printf '%s\n' '{"magic":"FILES","img":"files.img"}' \
	'{"type":"REG","id":5,"reg":{"id":5,"flags":0,"pos":0,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0},"name":"/lib/x","size":12288}}' |
	json2img -C d
mkdir -p root/lib
{ yes file1 | head -c 4096; yes file2 | head -c 4096; yes file3 | head -c 4096; } >root/lib/x
cp -r d before
printf 'two\nlines\n' >bytes
imgedit --poke 7:0x10ffe=str:XYZW --poke 7:0x12010=hex:00ff7f --poke 7:0x13000=str:C \
	--poke 7:0x17fff=str:. --poke 7:0x22100=@bytes --poke 7:0x40004=str:shared \
	--poke 7:0x33ffc=hex:01020304 --root root -o new d
diff -r d before
imgpages --diff new d
img2json new/pagemap-7.img
img2json new/pagemap-shmem-9.img
read_at() { imgpages -p 7 -r "$1" new; }
for at in 0x10ffd+6 0x1200f+5 0x13000+2 0x17ffe+2 0x220fb+20 0x31003+8 0x40004+6; do
	read_at $at | od -An -c | sed 's/^ */  /'
done
# The rest of that page is the file's.
cmp <(read_at 0x22000+256) <(dd if=root/lib/x bs=256 skip=32 count=1 status=none)
cmp <(read_at 0x2210a+0xef6) <(tail -c +8459 root/lib/x | head -c 3830)
imgmerge -o flat new
imgpages --diff flat new
# Later ones win, and the report is the same without writing.
imgedit -n --poke 7:0x13000=str:one --poke 7:0x13001=hex:ff -j d
# A decimal number may begin with zeros.
imgedit -n --poke 7:00077824=str:one d
refused() { status imgedit -o out "$@" d 2>&1; left out 2>/dev/null; }
refused --poke 7:0x14000=str:x
refused --poke 7:0x18000=str:x
refused --poke 7:0x17fff=str:xy
refused --poke 7:0x22100=str:x
refused --poke 7:0x23100=str:x --root root
refused --poke 7:0x28000=str:x --root root
refused --poke 8:0x28000=str:x
truncate -s 5000 root/lib/x
refused --poke 7:0x22100=str:x --root root
rm root/lib/x
refused --poke 7:0x22100=str:x --root root
imgedit -l --poke 7:0=str:x d 2>&1 | head -n 1
# Compressed pages come out plain.
imgedit --poke 7:0x11ffe=str:abcd -o plain "$DATA/compressed/2"
imgpages -j plain | jq -c 'select(.where == "here") | [.addr, .pages, .compressed]'
imgpages --diff plain "$DATA/compressed/2"
