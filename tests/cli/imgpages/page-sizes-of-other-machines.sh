# 64 KiB, told by a vector of 64-bit and of 32-bit words, and not told at all.
. "$SRC/tests/cli/imgpages/dump.bash"
PAGE=65536
for AUXV in 6,65536,0,0 $((6 + (65536 << 32))),0 0,0; do
	rm -rf d
	vma 0x10000 0x50000 513 | dump d 7
	pagemap d 7 1 0x10000:1:4 0x30000:1:4
	pages d 1 ab
	imgpages -r 0x10000-0x50000 d | text
	imgpages d
done
