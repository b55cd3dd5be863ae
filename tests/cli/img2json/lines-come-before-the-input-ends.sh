# A writer that pauses does not keep its last entry from those behind the tool.
mkfifo in out
img2json <in >out &
exec 3>in 4<out
head -c 28 "$DATA/dumps/memory/pstree.img" >&3
for _ in 1 2; do
	read -r -t 20 line <&4 || echo 'no line within 20 s'
	echo "$line"
done
tail -c +29 "$DATA/dumps/memory/pstree.img" >&3
exec 3>&-
cat <&4
wait
