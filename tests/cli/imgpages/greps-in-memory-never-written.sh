# A terabyte of zeros takes no time, and a match may reach into it.
. "$SRC/tests/cli/imgpages/dump.bash"
vma 0x10000 0x10000020000 513 | dump d 7
pagemap d 7 1 0x10000:1:4 0x10000010000:1:4
{
	head -c 4094 /dev/zero | tr '\0' a
	printf xy
	printf yx
	head -c 4094 /dev/zero | tr '\0' b
} >d/pages-1.img
timeout 120 imgpages -g 'x?y$' -C 0 d
timeout 120 imgpages -g '^y' -C 4 d
timeout 120 imgpages -t -n 10 d | cut -c 1-30
timeout 120 imgpages -x d
timeout 120 imgpages -j d | jq -c '[.addr, .pages, .where]'
timeout 120 imgpages -s -j d | jq -c 'select(.pid and .kind == "total") | .zero_pages'
timeout 120 imgpages -d d d
