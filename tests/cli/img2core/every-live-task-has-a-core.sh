# The tasks of dumps of CRIU 1.0 to 4.2 that are alive: a core that readelf takes.
. "$SRC/tests/mutate/lib.sh"
n=0
for dir in old-v1.0-m0 old-v1.3-k2m4 old-v2.0-k2m2 old-v3.0-k2m1 ipc-multi names bashpipe; do
	take "$dir" # the bundled dumps are without their pages: zeros stand in
	mkdir c
	img2core -o 'c/%p' "$dir" 2>err || { echo "$dir:"; cat err; }
	for core in c/*; do
		{ readelf -aW "$core" >/dev/null; } 2>&1 | sed "s|^|$core of $dir: |"
		n=$((n + 1))
	done
	rm -rf c "$dir"
done
[ $n -ge 15 ] || echo "only $n cores"
