# The images of an archive are served as those of a directory are: from a file, compressed or not,
# and from standard input.
. "$SRC/tests/cli/serve.bash"
d=$DATA/dumps/names
mapfile -t names < <(images "$d")
tar -C "$d" -cf d.tar -- "${names[@]}"
gzip -k d.tar
for from in d.tar d.tar.gz -; do
	mkdir out sock
	imgserve -s sock "$from" -- fakecriu -q restore sock out "${names[@]}" <d.tar
	echo "$from: status $?"
	for f in "${names[@]}"; do cmp "$d/$f" "out/$f"; done
	rm -r out sock
done
