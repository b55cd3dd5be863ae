# The same through the tools, for a few images: status 1, one line on stderr, whole lines
# on stdout, nothing in the place of an output, an old file as it was.
cp "$DATA/dumps/memory/pstree.img" a.img
cp "$DATA/dumps/by-hand/ipcns-msg-10.img" b.img
cp "$DATA/dumps/old-v1.3-k2m2/fanotify.img" c.img
step=5
[ -z "${SAN:-}" ] || step=31
mkdir out
echo old >old
for f in a b c; do
	img2json -n $f.img >$f.json
	size=$(stat -c %s $f.img)
	for ((n = 1; n < size; n += step)); do
		head -c $n $f.img >cut.img
		timeout 120 img2json -o out/new cut.img 2>err
		s=$?
		if [ $s = 0 ]; then
			json2img out/new | cmp - cut.img || echo "$f.img cut at $n: accepted"
			rm out/new
			continue
		fi
		[ $s = 1 ] && [ "$(wc -l <err)" = 1 ] || echo "$f.img cut at $n: status $s: $(cat err)"
		timeout 120 img2json -o old cut.img 2>err2
		cmp err err2
		[ -z "$(ls -A out)" ] || echo "$f.img cut at $n: left $(ls -A out)"
	done
	size=$(stat -c %s $f.json)
	for ((n = 0; n < size; n += step * 2)); do
		head -c $n $f.json >cut.json
		timeout 120 json2img -o out/new cut.json 2>err
		s=$?
		if [ $s = 0 ]; then
			# A lost line of entries cannot be noticed; half a line is.
			[ "$(img2json -n out/new | wc -l)" -ge 1 ] || echo "$f.json cut at $n: accepted"
			rm out/new
			continue
		fi
		[ $s = 1 ] && [ "$(wc -l <err)" = 1 ] || echo "$f.json cut at $n: status $s: $(cat err)"
		timeout 120 json2img -o old <cut.json 2>/dev/null
		timeout 120 json2img -C out cut.json 2>/dev/null
		[ -z "$(ls -A out)" ] || echo "$f.json cut at $n: left $(ls -A out)"
	done
done
cat old
find . -name '.img*'
