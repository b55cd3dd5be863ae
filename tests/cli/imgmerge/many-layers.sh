# Page N is in the N-th dump from the newest.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
n=150
vma 0x100000 0x200000 513 | dump c0 7
for ((i = 0; i < n; i++)); do
	rest=$((n - i - 1)) runs=("$((0x100000 + i * 4096)):1:4")
	[ $rest = 0 ] || runs+=("$((0x100000 + (i + 1) * 4096)):$rest:1")
	pagemap c$i 7 $((i + 1)) "${runs[@]}"
	yes "$i" | head -c 4096 >c$i/pages-$((i + 1)).img
	[ $rest = 0 ] || ln -s ../c$((i + 1)) c$i/parent
done
for ((i = 0; i < n; i++)); do yes "$i" | head -c 4096; done >want
imgmerge -o flat c0
cmp want flat/pages-1.img
imgmerge --dedup -o thin c0
imgmerge -o flat2 thin/c0
diff -r flat flat2
imgmerge -l c0 | tail -n 1
