# What has no image is the wrong directory, whatever was to be made of it: not a dump without
# changes, nor one that needs nothing.
mkdir none log
echo x >log/dump.log
for dir in none log; do
	for tool in imgps imgfds imgmems imgpages imgsock imgmnt imginfo img2json 'imgcheck --needs' imgcheck \
		'imgedit -o out' 'imgedit -n' 'imgedit -l' 'imgconv -o out' 'imgmerge -o out' 'imganon -o out' \
		'imgserve --view=out'; do
		# shellcheck disable=SC2086
		$tool $dir >/dev/null
		[ $? -eq 1 ] || echo "$tool $dir"
		[ ! -e out ] || { echo "$tool $dir made out"; rm -r out; }
	done
done
imgmerge -b none -o out "$DATA/dumps/memory"
echo "status $?"
mkdir memory
cp "$DATA"/dumps/memory/pagemap-2375.img memory
imgcheck --needs memory
echo "status $?"
