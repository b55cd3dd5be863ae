# Zeros and holes of the pages file are holes of the output, where it is a new file.
. "$SRC/tests/cli/imgpages/dump.bash"
vma 0x100000 0x40100000 513 | dump d 7
pagemap d 7 1 0x100000:64:4 0x20000000:16384:4 0x30000000:1:4
{
	head -c 262144 /dev/zero | tr '\0' a
} >d/pages-1.img
truncate -s $(((64 + 16384) * 4096)) d/pages-1.img
head -c 4096 /dev/zero | tr '\0' z >>d/pages-1.img
imgpages -r all d >o
stat -c %s o
[ "$(stat -c %b o)" -lt 2000 ] || echo "$(stat -c %b o) blocks"
imgpages -r all d | cmp - o
# What follows goes behind, and what was there shows nowhere.
(
	echo head
	imgpages -r 0x30000000+0x2000 d
	echo tail
) >p
stat -c %s p
head -c 1000000 /dev/zero | tr '\0' x >q
imgpages -r 0x30000000+0x2000 d 1<>q
stat -c %s q
head -c 8192 q | text
head -n 0 q
imgpages -r 0x30000000+0x2000 d >>q
stat -c %s q
tail -c 8192 q | text
