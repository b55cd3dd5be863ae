# --keep=all: every image of every bundled dump byte for byte.
. "$LIB"
n=0
while read -r dir; do
	case $dir in */by-hand*) continue ;; esac # of images that no dump has together
	rm -rf out
	imganon --keep=all -o out "$dir" >/dev/null || echo "$dir"
	for f in "$dir"/*.img; do
		cmp "$f" "out/${f##*/}"
	done
	n=$((n + 1))
done < <(dumps)
[ $n -ge 20 ] || echo "only $n dumps"
