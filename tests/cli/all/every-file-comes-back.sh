# Each file of each bundled dump, alone: img2json F | json2img is F, byte for byte.
. "$LIB"

# Under the sanitizers each run takes its time: one file of each kind then.
if [ -n "${SAN:-}" ]; then
	one_of_each 1000000 | cut -f 2
else
	dumps | while read -r dir; do find "$dir" -maxdepth 1 -type f; done
fi >files
while read -r f; do
	img2json "$f" | json2img | cmp - "$f" || echo "$f does not come back"
done <files
n=$(wc -l <files)
[ "$n" -ge 100 ] || echo "only $n files found"
