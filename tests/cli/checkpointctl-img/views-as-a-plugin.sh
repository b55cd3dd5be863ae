# checkpointctl-img: what checkpointctl asks of a plugin, and the views of a checkpoint.
. "$LIB"
img=$SRC/cmd/checkpointctl-img
"$img" --plugin-description
echo "status $?"
mkdir ck && cp -r "$DATA/dumps/memory" ck/checkpoint && chmod -R u+w ck
echo '{"id":"d5ab","name":"web","rootfsImageName":"nginx"}' >ck/config.dump
tar -cf 'a b.tar' -C ck .
"$img" 'a b.tar' >got
{ imginfo -c ck; echo; imginfo -s 'a b.tar'; echo; imgps -as ck; } | cmp - got
# Without an engine there is nothing to say of it.
"$img" ck/checkpoint | head -n 1
"$img" ck ck/checkpoint | grep -e : -e name | head -n 4
"$img" ps ck | cmp - <(imgps ck)
"$img" json ck/checkpoint/pstree.img | cmp - <(img2json ck/checkpoint/pstree.img)
"$img" core -p 2375 'a b.tar' | cmp - <(img2core -p 2375 ck)
"$img" sock - <'a b.tar' | cmp - <(imgsock ck)
"$img" none
echo "status $?"
for args in '' --nope -; do
	# shellcheck disable=SC2086 # none is none
	"$img" $args
	echo "status $?"
done
# Each view of the help is a tool.
"$img" --help | sed -n 's/^  [a-z]* *\(img[a-z0-9]*\) .*/\1/p' | while read -r tool; do
	command -v "$tool" >/dev/null || echo "no $tool"
done
