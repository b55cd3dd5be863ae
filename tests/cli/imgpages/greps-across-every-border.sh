# Pages, entries that are not neighbours in the file, mappings; but no gap.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
{
	vma 0x10000 0x12000 513
	vma 0x12000 0x13000 513
	vma 0x13000 0x14000 65 1
	vma 0x14000 0x16000 513
} | dump d 7
pagemap d 7 1 0x10000:2:4 0x12000:1:4 0x14000:1:4 0x15000:1:4
{
	head -c 4090 /dev/zero
	printf 'NEEDLEneedle'
	head -c 4081 /dev/zero
	printf '\r\033[31mhay\303\244'
	head -c 4090 /dev/zero
	printf '\nlast'
	printf 'word'
	head -c 4088 /dev/zero
	printf 'NEED'
	printf 'LE'
	head -c 4094 /dev/zero
} >d/pages-1.img
status imgpages -F -g NEEDLEneedle d
status imgpages -F -i -g needle d
status imgpages -g '(NEED|need)le?' d
status imgpages -i -g 'e{2}dle' d
status imgpages -g '^needle' d
status imgpages -g '^NEEDLE' d
status imgpages -g 'needle$' d
status imgpages -g 'hay..' d
status imgpages -F -C 0 -g ay d
status imgpages -F -g lastword d
status imgpages -F -j -g NEEDLEn d
status imgpages -j -g 'hay..' d
status imgpages -g nowhere d
status imgpages -g x* d
status imgpages -F -g NEED -r 0x10000+0x1000 d
status imgpages -F -g NEED -r '[anon]' d | sort -u
# Ranges are searched each by itself.
status imgpages -F -g NEEDLEneedle -r 0x10000-0x11002 -r 0x11002-0x12000 d
status imgpages -F -g NEED -r /no/such d
imgpages -F -g NEEDLE --progress d 2>err
tr '\r' '\n' <err | sed 's/[0-9.]* MB/N MB/'
