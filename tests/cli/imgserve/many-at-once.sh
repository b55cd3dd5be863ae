# Thousands of images on their way at the same time, of which more than a pipe holds are not
# read before the last was asked for.
. "$SRC/tests/cli/serve.bash"
small_dump d
mkdir out sock
[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 4096 ] || { echo 'few descriptors'; exit 77; }
for i in $(seq 1500); do
	printf 'image %d\n' "$i" >"d/small-$i.img"
done
for i in $(seq 200); do
	head -c 200000 /dev/zero >"d/large-$i.img"
done
mapfile -t names < <(images d)
# More files are not open at the same time than there are ends of pipes.
(ulimit -Sn 64; imgserve -s sock d -- fakecriu -aq restore sock out "${names[@]}")
echo "status $?"
diff -r d out
