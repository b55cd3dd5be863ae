# --view: a directory that any restorer reads; it is there whole or not at all.
. "$SRC/tests/cli/serve.bash"
cp -r "$DATA/dumps/names" d
echo log >d/dump.log
imgserve --view=out --path=/srv=/data -f 'core-8493.img=img2json | jq -c "if .tc then .tc.comm = \"x\" else . end" | json2img' d
imgedit -o want --path=/srv=/data --set=core-8493.img:tc.comm=x d >/dev/null 2>&1
diff -r out want
(cd out && find . -printf '%f %y %l\n' | sort | grep -v '[0-9]\.img')
# As a neighbour of its dump it can be moved with it.
mkdir -p m/a/b && mv out m/a/b/out && mkdir m/x && cp -r d m/d && rm -r m/a/b/out
imgserve --view=m/a/b/out --host=h2 m/d 2>/dev/null || imgserve --view=m/a/b/out m/d
mv m n && diff -r d n/a/b/out && readlink n/a/b/out/mm-8493.img
for how in hard copy symlink; do
	imgserve --view=$how --link=$how d -- ls $how/pages-2.img
	stat -c '%h %F' $how/pages-2.img
	diff -r d $how
done
# The parents of a chain are directories of the same making.
cp -r "$DATA/dumps/memory-chain" .
imgserve --view=chain -f 'fs-*=cat' --comm=app=other memory-chain/3
echo "status $?"
find chain -name parent -printf '%p %y\n'
imgcheck chain
imgps chain | tail -n 1
for d in chain chain/parent chain/parent/parent; do stat -c '%F' $d/pages-3.img; done
for pid in 2375 2378; do
	cmp <(imgpages -p $pid --read all --skip memory-chain/3 2>/dev/null) <(imgpages -p $pid --read all --skip chain 2>/dev/null)
done

echo '-- what fails leaves nothing'
imgserve --view=new -f 'pages-2*=head -c 4096' d -- echo started
echo "status $?"
imgserve --view=new -f 'files*=head -c 100' d -- echo started
echo "status $?"
imgserve --view=new -f 'files*=exit 3' d
echo "status $?"
imgserve --view=new --path=/nosuch=/x d
echo "status $?"
imgserve --view=out/nosuch/new d
echo "status $?"
imgserve --view=chain d
echo "status $?"
imgserve --view=new -s . d
imgserve --link=hard d
imgserve --view=new --link=soft d
imgserve --view=new d -- sh -c 'exit 9'
echo "status $?"
imgserve --view=new2 d -- nosuchcommand
echo "status $?"
find . -maxdepth 1 | sort
