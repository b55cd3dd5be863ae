# Page N is in the N-th dump from the newest; the others have an older one or the parent's.
. "$SRC/tests/cli/imgpages/dump.bash"
n=200
vma 0x100000 0x200000 513 | dump c0 7
for ((i = 0; i < n; i++)); do
	runs=()
	# Odd dumps have what is below in one entry, even ones in two.
	addr() { echo $((0x100000 + $1 * 4096)); }
	[ $i = 0 ] || runs+=("$(addr 0):$i:4")
	runs+=("$(addr $i):1:4")
	rest=$((n - i - 1))
	if [ $rest -gt 1 ] && [ $((i % 2)) = 0 ]; then
		runs+=("$(addr $((i + 1))):1:1" "$(addr $((i + 2))):$((rest - 1)):1")
	elif [ $rest -gt 0 ]; then
		runs+=("$(addr $((i + 1))):$rest:1")
	fi
	pagemap c$i 7 $((i + 1)) "${runs[@]}"
	{
		head -c $((i * 4096)) /dev/zero | tr '\0' '!'
		yes "$i" | head -c 4096
	} >c$i/pages-$((i + 1)).img
	[ $((i + 1)) = $n ] || ln -s ../c$((i + 1)) c$i/parent
done
for ((i = 0; i < n; i++)); do yes "$i" | head -c 4096; done >want
imgpages -r 0x100000+$((n * 4096)) c0 | cmp - want
imgpages -p 7 -j c0 | jq -s -c '[.[] | .where] | group_by(.)[] | [.[0], length]'
# Backwards too.
for ((i = n - 1; i >= 0; i -= 7)); do
	imgpages -r $((0x100000 + i * 4096))+4 c0 | cmp - <(yes "$i" | head -c 4)
done
