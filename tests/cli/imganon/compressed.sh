# Compressed pages, in each layout: blocks of zeros, but for those of the vDSO; the memory reads as that
# of the copy of a plain dump.
[ -x "$BUILD/cli/pack" ] || { echo 'no pack in the build directory: make cli builds it'; exit 77; }
echo "key 0123456789abcdef0123456789abcdef" >table
imganon -t table -o plain "$DATA/dumps/memory" >/dev/null 2>&1
memory()
{
	for pid in 2375 2378; do
		imgpages -p $pid --read all --skip "$1" 2>/dev/null | sha256sum
	done
}
for layout in blocks padded sizes loose; do
	for pages in 1 3; do
		rm -rf packed out
		"$BUILD/cli/pack" $layout $pages "$DATA/dumps/memory" packed
		imganon -t table -o out packed >/dev/null 2>&1 || echo "$layout $pages"
		diff <(memory plain) <(memory out) || echo "$layout $pages"
	done
done
# Whatever is stored there is of the vDSO: less than three pages.
tr -d '\0' <out/pages-2.img | wc -c | awk '{ print ($1 > 1000 && $1 < 12288) }'
