# A view, whose files are links to those of the same names elsewhere, is a dump like any other;
# a link to another name is refused, with --beneath also one that leads out, and --follow takes
# any.
. "$LIB"
cp -r "$DATA/dumps/memory" images && chmod -R u+w images
mkdir view
for f in images/*; do ln -s "../$f" view/; done
cp --remove-destination images/files.img view/files.img
for tool in imgps imgfds imgmems imgpages "imgpages -s" imgcheck imginfo imgsock "imgmnt --ns"; do
	$tool images 2>&1 | sed 's|images/||g; s/^images/DIR/; s/  */ /g; s/ *$//' >want
	$tool view 2>&1 | sed 's|view/||g; s/^view/DIR/; s/  */ /g; s/ *$//' >got
	cmp want got || diff want got | head -n 5
done
img2json view | json2img -C copy && diff -r images copy && echo same
echo '-- out of it'
img2json --beneath view | json2img -C beneath 2>/dev/null
ls beneath
imgps --beneath view
echo '-- another name'
cp -rL view host && echo TOPSECRET >secret && ln -sf "$PWD/secret" host/pages-1.img
for tool in "imgpages -p 2375 --strings" imgcheck img2json imginfo; do
	$tool host >out 2>err
	echo "$tool: $?" "$(cat out err | grep -a 'another name' | sed "s|$PWD|.|g")"
	grep -a TOPSECRET out
done
imginfo --follow host | grep -F pages-1
imginfo --follow --beneath host 2>&1 | grep -F pages-1.img | sed "s|$PWD|.|g"
echo '-- on the way'
mkdir mid && ln -s ../secret mid/pages-1.img && ln -sf ../mid/pages-1.img host/pages-1.img
imginfo host 2>&1 | grep -F pages-1.img
ln -sf pages-1.img host/pages-1.img
imginfo host 2>&1 | grep -F pages-1.img
ln -sf ../none/pages-1.img host/pages-1.img
imginfo host 2>&1 | grep -F pages-1.img
rm host/pages-1.img && mkdir host/sub && cp images/pages-1.img host/sub && ln -s sub/pages-1.img host/pages-1.img
imginfo --beneath host | grep -F -e pages-1.img -e sub
echo '-- parent'
cp -r "$DATA/dumps/memory-chain" chain && chmod -R u+w chain
imgpages -s chain/2 | tail -n 1
imgpages -s --beneath chain/2 2>&1 | grep parent:
mv chain/1 chain/2/first && ln -sfn first chain/2/parent
imgpages -s --beneath chain/2 | tail -n 1
