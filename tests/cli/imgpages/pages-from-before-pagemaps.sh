# CRIU 0.1 to 0.4: a word, then each page behind its address. It reads like its
# present-day equal, little-endian or big-endian, private or shared.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
usual new
cp -r new old
rm old/pagemap-7.img old/pages-1.img
word() { if [ "$order" = le ]; then le32 "$1" 0; else be32 0 "$1"; fi; }
page() { word "$1"; head -c 4096 /dev/zero | tr '\0' "$2"; }
for order in le be; do
	{
		if [ $order = le ]; then le32 0x56084025; else be32 0x56084025; fi
		page 0x10000 a
		page 0x11000 b
		page 0x14000 c
		page 0x16000 d
	} >old/pages-7.img
	for range in all 0x10fff+2 0x16000+0x1000; do
		cmp <(imgpages -r $range old) <(imgpages -r $range new)
	done
	imgpages --diff new old
done
imgpages old
imgpages -j old | jq -c '[.addr, .where, .file, .offset]'
order=le
vma 0x20000 0x22000 257 5 0x1000 | dump shared 7
pagemap shared 7 1
{ le32 0x56084025; page 0 x; page 0x1000 y; page 0x2000 z; } >shared/pages-shmem-5.img
imgpages -r all shared | text
{ le32 0x56084025; page 0x11000 b; page 0x10000 a; } >old/pages-7.img
status imgpages old 2>&1
{ le32 0x56084025; page 0x10000 a; le32 5; } >old/pages-7.img
status imgpages old 2>&1
echo hello >old/pages-7.img
status imgpages old 2>&1
